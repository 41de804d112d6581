/*
 * Output of vshadow, with -tracing and without.
 */
#include "told.h"

#define READ vss_vshadow_read
#define SET "{6f2c1e9a-0b7d-4c58-9d42-51a3c7e80f16}"
#define BANNER "\nVSHADOW.EXE 3.0 - Volume Shadow Copy sample client.\n" \
	"Copyright (C) 2005 Microsoft Corporation. All rights reserved.\n\n"
#define FRAME "[[        VssClient::X @ create.cpp:  39]] "
#define COM(call) FRAME "Executing COM call '\"" call "\"'\n"
#define OBJ(call) COM("m_pVssObject->" call)
#define WAITED COM("pAsync->Wait()") \
	COM("pAsync->QueryStatus(&hrReturned, NULL)") \
	FRAME "EXIT VssClient::WaitAndCheckForAsyncOperation\n"
#define BEGUN COM("CreateVssBackupComponents(&m_pVssObject)") \
	OBJ("InitializeForBackup()") \
	OBJ("SetBackupState(true, true, VSS_BT_FULL, false)")
#define WAIT "(Waiting for the asynchronous operation to finish...)\n"
#define PREPARED "(Gathering writer metadata...)\n" WAIT \
	"Initialize writer metadata ...\n * Writer 'SqlServerWriter':\n" \
	"   - Add component \\orders\n   - Add component \\stock\n" \
	"Creating shadow set " SET " ...\n" \
	"- Adding volume D:\\ [D:\\] to the shadow set...\n" \
	"Preparing for backup ... \n" WAIT WAIT
#define MADE "Creating the shadow (DoSnapshotSet) ... \n" WAIT WAIT \
	"Shadow copy set succesfully created.\n"

static struct told t;

static const char *
events(const char *text)
{
	return events_of(READ, text);
}

/*
 * With -tracing: calls.
 */

START_TEST(calls_are_events)
{
	ck_assert_str_eq(events(BEGUN OBJ("GatherWriterMetadata(&pAsync)")
	    WAITED OBJ("StartSnapshotSet(&id)") OBJ("AddToSnapshotSet(v)")
	    OBJ("PrepareForBackup(&pAsync)") WAITED
	    OBJ("DoSnapshotSet(&pAsync)") WAITED
	    OBJ("GatherWriterStatus(&pAsync)") WAITED
	    OBJ("GetSnapshotProperties(id, &Snap)")
	    OBJ("SaveAsXML(&bstrXML)") OBJ("BackupComplete(&pAsync)") WAITED
	    OBJ("AbortBackup()") FRAME "EXIT wmain\n"),
	    "| CREATE.ok INIT.ok CTX.ok=AUTO_W STATE.ok=BOTH META.call "
	    "META.fin START.ok ADD.ok PREP.call PREP.fin DO.call DO.fin "
	    "GWS.call GWS.fin PROP.ok SAVE.ok COMPL.call COMPL.fin ABORT.call "
	    "ABORT.ok REL");
}
END_TEST

START_TEST(calls_that_only_ask_are_none)
{
	ck_assert_str_eq(events(OBJ("GetWriterMetadataCount (&cWriters)")
	    OBJ("Query(GUID_NULL, VSS_OBJECT_NONE)") COM("CoInitialize(NULL)")
	    COM("pMetadata->SaveAsXML(&bstrXML)")), "");
}
END_TEST

START_TEST(a_long_literal_is_read_as_well)
{
	ck_assert_str_eq(events(FRAME "Executing COM call "
	    "'L\"m_pVssObject->AbortBackup()\"'\n" FRAME "EXIT x\n"),
	    "| ABORT.call ABORT.ok");
}
END_TEST

START_TEST(the_context_is_told_by_the_line_before)
{
	static const struct { const char *value, *data; } contexts[] = {
		{ "0x00000000", "AUTO_W" }, { "0x00000010", "AUTO_N" },
		{ "0x00000009", "KEPT_W" }, { "0x00000019", "KEPT_N" },
		{ "0x0000001d", "KEPT_N" }, { "0x0000000d", "KEPT_W" },
		{ "0xffffffff", "ANY" },
	};
	char text[600], expected[200];
	size_t i;

	for (i = 0; i < sizeof(contexts) / sizeof(contexts[0]); i++) {
		snprintf(text, sizeof(text),
		    "- Setting the VSS context to: %s\n"
		    OBJ("SetContext(dwContext)")
		    OBJ("SetBackupState(true, true, VSS_BT_COPY, false)")
		    FRAME "EXIT x\n", contexts[i].value);
		snprintf(expected, sizeof(expected),
		    "| CTX.ok=%s STATE.ok=COMPS", contexts[i].data);
		ck_assert_str_eq(events(text), expected);
	}
}
END_TEST

START_TEST(what_a_variable_holds_is_open)
{
	ck_assert_str_eq(events(OBJ("SetContext(dwContext)")
	    OBJ("SetBackupState(sel, boot, type, false)") FRAME "EXIT x\n"),
	    "| CTX.ok=AUTO_W|AUTO_N|KEPT_W|KEPT_N|ANY "
	    "STATE.ok=PLAIN|COMPS|TRUNC|BOTH");
}
END_TEST

START_TEST(the_result_of_a_call_is_on_the_lines_behind)
{
	tell_text(READ, OBJ("StartSnapshotSet(&id)")
	    "\nERROR: COM call \"m_pVssObject->StartSnapshotSet(&id)\" "
	    "failed.\n" FRAME "OUTPUT: \nERROR: COM call "
	    "\"m_pVssObject->StartSnapshotSet(&id)\" failed.\n"
	    "- Returned HRESULT = 0x80042316\n"
	    FRAME "OUTPUT: - Returned HRESULT = 0x80042316\n"
	    "- Error text: VSS_E_SNAPSHOT_SET_IN_PROGRESS\n", &t);
	ck_assert_str_eq(t.events, "| START.err");
	ck_assert_str_eq(t.labels, "StartSnapshotSet: "
	    "VSS_E_SNAPSHOT_SET_IN_PROGRESS (0x80042316)");
}
END_TEST

START_TEST(the_result_of_a_wait_is_the_calls)
{
	ck_assert_str_eq(events(OBJ("DoSnapshotSet(&pAsync)")
	    COM("pAsync->Wait()") COM("pAsync->QueryStatus(&hr, NULL)")
	    "Error during the last asynchronous operation.\n"
	    "- Returned HRESULT = 0x80042306\n"), "| DO.call DO.err");
}
END_TEST

START_TEST(nothing_has_ended_before_it_was_waited_for)
{
	ck_assert_str_eq(events(OBJ("DoSnapshotSet(&pAsync)")
	    COM("pAsync->Wait()")), "| DO.call");
	ck_assert_str_eq(events(OBJ("DoSnapshotSet(&pAsync)") WAITED),
	    "| DO.call DO.fin");
}
END_TEST

#define ADDED " * Writer 'SqlServerWriter':\n" \
	FRAME "OUTPUT:  * Writer 'SqlServerWriter':\n" \
	"   - Add component \\orders\n" OBJ("AddComponent( a, b)") \
	" * Writer 'System Writer':\n   - Add component \\files\n" \
	OBJ("AddComponent( a, b)") FRAME "EXIT x\n"

START_TEST(components_belong_to_the_writer_above_them)
{
	ck_assert_str_eq(events(ADDED),
	    "| COMP.ok@SqlServerWriter COMP.ok@System Writer");
}
END_TEST

START_TEST(verdicts_come_in_the_order_of_the_components)
{
	ck_assert_str_eq(events(ADDED
	    "- Backup failed. Mark all writers as not succesfully backed up\n"
	    OBJ("SetBackupSucceeded( a, succeeded)")
	    OBJ("SetBackupSucceeded( a, succeeded)") FRAME "EXIT x\n"),
	    "| COMP.ok@SqlServerWriter COMP.ok@System Writer "
	    "SUCC.ok=false@SqlServerWriter SUCC.ok=false@System Writer");
}
END_TEST

#define CHECK "VssClient::CheckSelectedWriterStatus\n"

START_TEST(a_check_that_ends_has_found_nothing)
{
	ck_assert_str_eq(events(ADDED FRAME "ENTER " CHECK
	    OBJ("GatherWriterStatus(&pAsync)") WAITED
	    OBJ("GetWriterStatus(iWriter, &idInstance)")
	    FRAME "EXIT " CHECK), "| COMP.ok@SqlServerWriter "
	    "COMP.ok@System Writer GWS.call GWS.fin "
	    "GETST.ok=fine@SqlServerWriter GETST.ok=fine@System Writer");
}
END_TEST

START_TEST(a_check_that_finds_a_failed_writer_says_so)
{
	ck_assert_str_eq(events(ADDED FRAME "ENTER " CHECK
	    "\nERROR: Selected writer 'SqlServerWriter' is in failed state!\n"
	    "   - Status: 9 (VSS_WS_FAILED_AT_FREEZE)\n"
	    FRAME "OUTPUT: \n"
	    "ERROR: Selected writer 'SqlServerWriter' is in failed state!\n"
	    "   - Status: 9 (VSS_WS_FAILED_AT_FREEZE)\n" FRAME "EXIT " CHECK),
	    "| COMP.ok@SqlServerWriter COMP.ok@System Writer "
	    "GETST.ok=failed@SqlServerWriter");
}
END_TEST

#define STATUS "\n* WRITER \"SqlServerWriter\"\n   - Status: 9 (VSS_WS_X)\n" \
	"   - Writer Failure code: 0x800423f4 (x)\n   - Writer ID: " SET "\n"

START_TEST(a_status_that_is_printed_twice_is_one)
{
	ck_assert_str_eq(events(STATUS FRAME "OUTPUT: " STATUS
	    FRAME "EXIT x\n"), "| GETST.ok=failed@SqlServerWriter");
}
END_TEST

START_TEST(a_deletion_is_told_by_its_sentence)
{
	ck_assert_str_eq(events(BEGUN "- Deleting shadow copy set " SET
	    " ...\n" FRAME "EXIT x\n"), "| CREATE.ok INIT.ok CTX.ok=AUTO_W "
	    "STATE.ok=BOTH DEL.call DEL.ok=set|copy|foreign");
	ck_assert_str_eq(events("- Deleting shadow copy " SET " ...\n"
	    "Error while deleting shadow copies...\n"
	    "- Last shadow copy that could not be deleted: " SET "\n"
	    OBJ("DeleteSnapshots(id)")
	    "ERROR: COM call L\"m_pVssObject->DeleteSnapshots(id)\" failed.\n"
	    "- Returned HRESULT = 0x80042308\n"), "| DEL.call DEL.err");
}
END_TEST

/*
 * Without -tracing: sentences.
 */

START_TEST(sentences_are_events)
{
	ck_assert_str_eq(events(BANNER PREPARED MADE
	    "- Mark all writers as succesfully backed up... \n"
	    "Completing the backup (BackupComplete) ... \n" WAIT WAIT
	    "\nSnapshot creation done.\n"),
	    "| CTX.ok=AUTO_W META.call META.fin COMP.ok@SqlServerWriter "
	    "COMP.ok@SqlServerWriter START.ok ADD.ok PREP.call PREP.fin "
	    "GWS.call GWS.fin DO.call DO.fin GWS.call GWS.fin "
	    "SUCC.ok=true@SqlServerWriter SUCC.ok=true@SqlServerWriter "
	    "COMPL.call COMPL.fin GWS.call GWS.fin REL");
}
END_TEST

START_TEST(a_context_is_told_where_it_is_not_the_default)
{
	ck_assert_str_eq(events(BANNER "(Option: Persistent shadow copy)\n"
	    "- Setting the VSS context to: 0x00000019\n"
	    "Creating shadow set " SET " ...\n"
	    "- Adding volume D:\\ to the shadow set...\n"
	    "Creating the shadow (DoSnapshotSet) ... \n" WAIT
	    "Shadow copy set succesfully created.\n\n"
	    "Snapshot creation done.\n"),
	    "| CTX.ok=KEPT_N START.ok ADD.ok DO.call DO.fin REL");
}
END_TEST

START_TEST(a_text_that_stops_is_not_released)
{
	ck_assert_str_eq(events(BANNER
	    "Creating the shadow (DoSnapshotSet) ... \n" WAIT), "| DO.call");
}
END_TEST

#define FAILED "Error during the last asynchronous operation.\n" \
	"- Returned HRESULT = 0x800423f4\n- Error text: X\n" \
	"- Please re-run VSHADOW.EXE with the /tracing option to get more " \
	"details\n"

START_TEST(a_failure_ends_the_program)
{
	char findings[256];
	static const char text[] = BANNER PREPARED
	    "Creating the shadow (DoSnapshotSet) ... \n" WAIT FAILED;

	ck_assert_str_eq(events(text),
	    "| CTX.ok=AUTO_W META.call META.fin COMP.ok@SqlServerWriter "
	    "COMP.ok@SqlServerWriter START.ok ADD.ok PREP.call PREP.fin "
	    "GWS.call GWS.fin DO.call DO.err REL");
	/* the published program never calls AbortBackup */
	ck_assert_int_eq(worst_of(text, "vshadow", findings,
	    sizeof(findings)), VSS_ERROR);
	ck_assert_ptr_nonnull(strstr(findings, "ABT-03"));
	/* of a program of another name it is not known */
	worst_of(text + strlen(BANNER), "vshadow", findings,
	    sizeof(findings));
	ck_assert_ptr_null(strstr(findings, "ABT-03"));
}
END_TEST

START_TEST(a_command_that_failed_fails_the_backup)
{
	ck_assert_str_eq(events(" * Writer 'W':\n   - Add component \\c\n"
	    "ERROR: the command returned 5\n"
	    "- Backup failed. Mark all writers as not succesfully backed up\n"
	    "Completing the backup (BackupComplete) ... \n" WAIT
	    "Snapshot creation done.\n"), "| COMP.ok@W SUCC.ok=false@W "
	    "COMPL.call COMPL.fin REL");
}
END_TEST

START_TEST(a_failed_call_is_told_by_its_name)
{
	ck_assert_str_eq(events(BANNER "(Gathering writer metadata...)\n" WAIT
	    "ERROR: COM call \"m_pVssObject->StartSnapshotSet(&id)\" failed."
	    "\n- Returned HRESULT = 0x80042316\n- Please re-run VSHADOW.EXE\n"),
	    "| CTX.ok=AUTO_W META.call META.fin START.err REL");
}
END_TEST

START_TEST(a_list_of_states_tells_them)
{
	ck_assert_str_eq(events(BANNER "(Option: List writer status)\n"
	    "(Gathering writer metadata...)\n" WAIT
	    "Initialize writer metadata ...\n" WAIT
	    "Listing writer status ...\n- Number of writers that responded: 2"
	    "\n" STATUS "\n* WRITER \"System Writer\"\n"
	    "   - Status: 1 (VSS_WS_STABLE)\n"
	    "   - Writer Failure code: 0x00000000 (S_OK)\n"),
	    "| CTX.ok=AUTO_W META.call META.fin GWS.call GWS.fin "
	    "GETST.ok=failed@SqlServerWriter GETST.ok=fine@System Writer");
}
END_TEST

START_TEST(each_run_is_an_object)
{
	tell_text(READ, BANNER "(Gathering writer metadata...)\n" WAIT
	    "Snapshot creation done.\n" BANNER BEGUN FRAME "EXIT wmain\n", &t);
	ck_assert_str_eq(t.events, "| CTX.ok=AUTO_W META.call META.fin REL | "
	    "CREATE.ok INIT.ok CTX.ok=AUTO_W STATE.ok=BOTH REL");
	/* what one run hides the recording hides */
	ck_assert_uint_eq(t.profile.shows[KIND_STATE], 0);
	ck_assert_uint_ne(t.profile.shows[KIND_DO], 0);
}
END_TEST

START_TEST(it_is_recognised_and_nothing_else_is)
{
	static const char source[] = "[[ a list ]] of VSHADOW.EXE options\n"
	    "Preparing for backup ...\n";

	ck_assert_int_eq(vss_vshadow_probe(BANNER, strlen(BANNER)), 2);
	ck_assert_int_eq(vss_vshadow_probe(BEGUN, strlen(BEGUN)), 2);
	ck_assert_int_eq(vss_vshadow_probe(source, strlen(source)), 0);
}
END_TEST

/*
 * Damage.
 */

START_TEST(damage_costs_no_more_than_what_it_hits)
{
	bears_damage(READ, "traces/formats/vshadow/complete.plain.txt");
}
END_TEST

START_TEST(damage_of_a_trace_costs_no_more)
{
	bears_damage(READ, "traces/formats/vshadow/complete.txt");
}
END_TEST

START_TEST(long_texts_take_their_time_and_no_more)
{
	bears_length(READ, OBJ("GatherWriterStatus(&pAsync)") WAITED, 60000);
	bears_length(READ, " * Writer 'W':\n   - Add component \\c\n",
	    400000);
	bears_length(READ, "plain\n" FRAME "OUTPUT: other\n", 300000);
	bears_length(READ, "\n" FRAME "OUTPUT: \n\n\n", 300000);
	bears_length(READ, BANNER "x\n", 100000);
	bears_length(READ, "[[@]] ", 2000000);
	bears_length(READ, "x", 10000000);
	bears_length(READ, "[", 10000000);
}
END_TEST

START_TEST(the_real_trace_reads_as_described)
{
	size_t len;
	char findings[256], *buf = capture("vshadow/tracing-openzfs-350.txt",
	    &len);

	if (!buf)
		return;
	buf[len] = 0;
	tell_text(READ, buf, &t);
	ck_assert_str_eq(t.events, "| CREATE.ok INIT.ok CTX.ok=AUTO_N "
	    "STATE.ok=BOTH START.ok");
	ck_assert_str_eq(t.set, "{36a9fa6a-1380-4c69-b10d-f74f475ad8aa}");
	worst_of(buf, "vshadow", findings, sizeof(findings));
	ck_assert_str_eq(findings, "");
	free(buf);
}
END_TEST

int
main(void)
{
	TCase *c = tcase_create("vshadow");

	tcase_add_test(c, calls_are_events);
	tcase_add_test(c, calls_that_only_ask_are_none);
	tcase_add_test(c, a_long_literal_is_read_as_well);
	tcase_add_test(c, the_context_is_told_by_the_line_before);
	tcase_add_test(c, what_a_variable_holds_is_open);
	tcase_add_test(c, the_result_of_a_call_is_on_the_lines_behind);
	tcase_add_test(c, the_result_of_a_wait_is_the_calls);
	tcase_add_test(c, nothing_has_ended_before_it_was_waited_for);
	tcase_add_test(c, components_belong_to_the_writer_above_them);
	tcase_add_test(c, verdicts_come_in_the_order_of_the_components);
	tcase_add_test(c, a_check_that_ends_has_found_nothing);
	tcase_add_test(c, a_check_that_finds_a_failed_writer_says_so);
	tcase_add_test(c, a_status_that_is_printed_twice_is_one);
	tcase_add_test(c, a_deletion_is_told_by_its_sentence);
	tcase_add_test(c, sentences_are_events);
	tcase_add_test(c, a_context_is_told_where_it_is_not_the_default);
	tcase_add_test(c, a_text_that_stops_is_not_released);
	tcase_add_test(c, a_failure_ends_the_program);
	tcase_add_test(c, a_command_that_failed_fails_the_backup);
	tcase_add_test(c, a_failed_call_is_told_by_its_name);
	tcase_add_test(c, a_list_of_states_tells_them);
	tcase_add_test(c, each_run_is_an_object);
	tcase_add_test(c, it_is_recognised_and_nothing_else_is);
	tcase_add_test(c, damage_costs_no_more_than_what_it_hits);
	tcase_add_test(c, damage_of_a_trace_costs_no_more);
	tcase_add_test(c, long_texts_take_their_time_and_no_more);
	tcase_add_test(c, the_real_trace_reads_as_described);
	return run_suite("vshadow", c);
}
