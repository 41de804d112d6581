/*
 * Transcripts of diskshadow: what is read of them, and what is left open.
 */
#include "told.h"

#define READ vss_diskshadow_read
#define SET "{6f2c1e9a-0b7d-4c58-9d42-51a3c7e80f16}"
#define COPY "{b41d07c3-52e8-4f0a-8c1e-9a60d3f7215b}"
#define OTHER_COPY "{11111111-52e8-4f0a-8c1e-9a60d3f7215b}"
#define BANNER "Microsoft DiskShadow version 1.0\n" \
	"Copyright (C) 2013 Microsoft Corporation\n" \
	"On computer:  HOST1,  3/2/2026 1:59:59 AM\n\n"
#define MADE \
	"Alias VSS_SHADOW_1 for shadow ID " COPY " set as environment " \
	"variable.\nAlias VSS_SHADOW_SET for shadow set ID " SET " set as " \
	"environment variable.\n\n" \
	"\t* Shadow copy ID = " COPY "\t\t%VSS_SHADOW_1%\n" \
	"\t\t- Shadow copy set: " SET "\t%VSS_SHADOW_SET%\n"
#define VETO "\nThe last operation failed.\n" \
	"\t- Returned HRESULT: 80042306\n" \
	"\t- Error text: VSS_E_PROVIDER_VETO\n"
#define REFUSED "\nThe last operation failed.\n" \
	"\t- Returned HRESULT: 80042301\n\t- Error text: VSS_E_BAD_STATE\n"

static struct told t;

static const char *
events(const char *text)
{
	return events_of(READ, text);
}

/*
 * Commands.
 */

START_TEST(a_backup_is_create_and_end_backup)
{
	ck_assert_str_eq(events(BANNER "-> set context volatile\n"
	    "-> begin backup\n-> add volume D:\n-> create\n" MADE
	    "-> end backup\n-> exit\n"),
	    "| CTX.ok=AUTO_W STATE.ok=TRUNC|BOTH DO.call DO.fin COMPL.call "
	    "COMPL.fin REL");
}
END_TEST

START_TEST(commands_have_no_case_and_any_prompt)
{
	static const char *const texts[] = {
		"DISKSHADOW> SET CONTEXT PERSISTENT\nDISKSHADOW> Begin "
		"Backup\nDISKSHADOW> cReAtE\n" MADE "DISKSHADOW> END BACKUP\n",
		"-> set  context  persistent\n->   begin backup\n-> create\n"
		MADE "-> end backup\n",
		"DISKSHADOW>set context persistent;\nDISKSHADOW>begin "
		"backup;\nDISKSHADOW>create;\n" MADE "DISKSHADOW>end "
		"backup;\n",
	};
	size_t i;

	for (i = 0; i < 3; i++)
		ck_assert_str_eq(events(texts[i]), "| CTX.ok=KEPT_W "
		    "STATE.ok=TRUNC|BOTH DO.call DO.fin COMPL.call "
		    "COMPL.fin");
}
END_TEST

START_TEST(comments_are_no_commands)
{
	ck_assert_str_eq(events("-> # create\n-> // create\n-> #end backup\n"),
	    "");
}
END_TEST

START_TEST(mail_and_line_ends_do_not_matter)
{
	static const char text[] = "> DISKSHADOW> set context volatile\r\n"
	    "> DISKSHADOW> begin backup\r\n>  \r\n> DISKSHADOW> create\r\n"
	    "> Alias VSS_SHADOW_SET for shadow set ID " SET " set.\r\n"
	    "> DISKSHADOW> end backup\r\n";

	ck_assert_str_eq(events(text), "| CTX.ok=AUTO_W STATE.ok=TRUNC|BOTH "
	    "DO.call DO.fin COMPL.call COMPL.fin");
}
END_TEST

START_TEST(what_an_alias_is_set_to_is_no_command)
{
	ck_assert_str_eq(events("-> create\n" MADE "-> expose %copy% E:\n"
	    "-> %copy% = " COPY "\n-> exit\n"), "| DO.call DO.fin REL");
}
END_TEST

/*
 * Context and type of backup.
 */

START_TEST(the_last_context_counts)
{
	ck_assert_str_eq(events("-> set context clientaccessible\n"
	    "-> set context persistent\n-> begin backup\n-> create\n" MADE),
	    "| CTX.ok=KEPT_W STATE.ok=TRUNC|BOTH DO.call DO.fin");
}
END_TEST

START_TEST(client_accessible_leaves_writers_open)
{
	ck_assert_str_eq(events("-> set context clientaccessible\n"
	    "-> begin backup\n-> create\n" MADE), "| CTX.ok=KEPT_W|KEPT_N "
	    "STATE.ok=TRUNC|BOTH DO.call DO.fin");
}
END_TEST

START_TEST(attributes_of_the_copy_tell_the_context)
{
	ck_assert_str_eq(events("-> set context clientaccessible\n"
	    "-> begin backup\n-> create\n" MADE
	    "\t\t- Attributes:  No_Auto_Release Persistent No_Writers\n"),
	    "| CTX.ok=KEPT_N STATE.ok=TRUNC|BOTH DO.call DO.fin");
	ck_assert_str_eq(events("-> begin backup\n-> create\n" MADE
	    "\t\t- Attribute:  Auto_Release Differential\n"),
	    "| CTX.ok=AUTO_W STATE.ok=TRUNC|BOTH DO.call DO.fin");
}
END_TEST

START_TEST(without_begin_backup_it_is_a_copy_backup)
{
	ck_assert_str_eq(events(BANNER "-> create\n" MADE),
	    "| STATE.ok=PLAIN|COMPS DO.call DO.fin");
	/* where the beginning is missing, nobody knows */
	ck_assert_str_eq(events("-> create\n" MADE), "| DO.call DO.fin");
}
END_TEST

START_TEST(a_copy_backup_may_end_in_any_way)
{
	tell_text(READ, BANNER "-> set context volatile\n-> create\n" MADE
	    "-> end backup\n-> exit\n", &t);
	ck_assert_str_eq(t.events, "| CTX.ok=AUTO_W STATE.ok=PLAIN|COMPS "
	    "DO.call DO.fin REL");
	ck_assert_uint_eq(t.profile.shows[KIND_COMPL], 0);
	ck_assert_ptr_nonnull(strstr(t.beside, "END BACKUP without BEGIN"));
}
END_TEST

START_TEST(without_writers_end_backup_says_nothing)
{
	tell_text(READ, BANNER "-> set context persistent nowriters\n"
	    "-> begin backup\n-> create\n" MADE "-> end backup\n", &t);
	ck_assert_str_eq(t.events, "| CTX.ok=KEPT_N STATE.ok=TRUNC|BOTH "
	    "DO.call DO.fin");
	ck_assert_uint_eq(t.profile.shows[KIND_COMPL], 0);
}
END_TEST

START_TEST(reset_forgets_what_was_set)
{
	ck_assert_str_eq(events(BANNER "-> set context persistent\n"
	    "-> begin backup\n-> reset\n-> create\n" MADE),
	    "| STATE.ok=PLAIN|COMPS DO.call DO.fin");
}
END_TEST

/*
 * Failures.
 */

START_TEST(a_failed_create_is_a_failed_dosnapshotset)
{
	tell_text(READ, "-> create\n" VETO, &t);
	ck_assert_str_eq(t.events, "| DO.call DO.err");
	ck_assert_ptr_nonnull(strstr(t.labels,
	    "create: VSS_E_PROVIDER_VETO (0x80042306)"));
}
END_TEST

START_TEST(codes_of_earlier_calls_are_theirs)
{
	ck_assert_str_eq(events("-> create\n- Returned HRESULT: 80042316\n"),
	    "| START.err");
	ck_assert_str_eq(events("-> create\n- Returned HRESULT: 8004230c\n"),
	    "| ADD.err");
}
END_TEST

START_TEST(codes_are_found_in_any_language)
{
	static const char *const texts[] = {
		"-> create\n- Zur\303\274ckgegebenes HRESULT: 80042306\n",
		"-> create\n- HRESULT renvoy\351 : 80042306\n",
		"-> create\n- Error text: VSS_E_PROVIDER_VETO\n",
		"-> create\n- HRESULT = 0x80042306\n",
	};
	size_t i;

	for (i = 0; i < 4; i++)
		ck_assert_str_eq(events(texts[i]), "| DO.call DO.err");
}
END_TEST

START_TEST(a_set_is_found_in_any_language)
{
	ck_assert_str_eq(events("-> create\nDer Alias VSS_SHADOW_SET f\374r "
	    "die Schattenkopiesatz-ID " SET " wurde festgelegt.\n"),
	    "| DO.call DO.fin");
}
END_TEST

START_TEST(what_was_made_did_not_fail)
{
	ck_assert_str_eq(events("-> create\nCOM call \"x\" failed.\n"
	    "- Returned HRESULT: 80042308\n" MADE), "| DO.call DO.fin");
}
END_TEST

START_TEST(a_create_that_says_nothing_is_no_event)
{
	tell_text(READ, "-> begin backup\n-> create\n-> exit\n", &t);
	ck_assert_str_eq(t.events, "");
	ck_assert_ptr_nonnull(strstr(t.beside, "neither"));
}
END_TEST

START_TEST(end_backup_after_a_failure_was_called_if_refused)
{
	char findings[256];

	tell_text(READ, "-> begin backup\n-> create\n" VETO "-> end backup\n"
	    REFUSED, &t);
	ck_assert_str_eq(t.events, "| STATE.ok=TRUNC|BOTH DO.call DO.err "
	    "COMPL.call COMPL.err");
	ck_assert_int_eq(worst_of("-> begin backup\n-> create\n" VETO
	    "-> end backup\n" REFUSED, "diskshadow", findings,
	    sizeof(findings)), VSS_ERROR);
	ck_assert_str_eq(findings, "TRM-11");
}
END_TEST

START_TEST(end_backup_after_a_failure_was_not_called_if_silent)
{
	tell_text(READ, "-> begin backup\n-> create\n" VETO
	    "-> end backup\n", &t);
	ck_assert_str_eq(t.events, "| STATE.ok=TRUNC|BOTH DO.call DO.err");
	ck_assert_ptr_nonnull(strstr(t.beside, "END BACKUP"));
}
END_TEST

START_TEST(other_failures_are_told_beside)
{
	tell_text(READ, "-> import\n- Returned HRESULT: 80042308\n", &t);
	ck_assert_str_eq(t.events, "");
	ck_assert_ptr_nonnull(strstr(t.beside,
	    "failed: import: VSS_E_OBJECT_NOT_FOUND (0x80042308)"));
}
END_TEST

START_TEST(what_exec_prints_is_its_own)
{
	tell_text(READ, "-> exec x.cmd\nHRESULT: 80042306\nDeleting " COPY
	    "\nVSS_SHADOW_SET " SET "\n", &t);
	ck_assert_str_eq(t.events, "");
	ck_assert_str_eq(t.beside, "");
}
END_TEST

/*
 * More than one.
 */

START_TEST(each_create_is_an_object_of_its_own)
{
	tell_text(READ, "-> create\n" VETO "-> create\n" MADE "-> exit\n", &t);
	ck_assert_str_eq(t.events, "| DO.call DO.err | DO.call DO.fin REL");
	/* how the first was let go is not told */
	ck_assert_uint_eq(t.profile.shows[KIND_REL], 0);
}
END_TEST

START_TEST(each_run_of_the_program_begins_anew)
{
	tell_text(READ, BANNER "-> set context volatile\n-> begin backup\n"
	    "-> create\n" MADE "-> end backup\n" BANNER "-> create\n" MADE
	    "-> exit\n", &t);
	ck_assert_str_eq(t.events, "| CTX.ok=AUTO_W STATE.ok=TRUNC|BOTH "
	    "DO.call DO.fin COMPL.call COMPL.fin | STATE.ok=PLAIN|COMPS "
	    "DO.call DO.fin REL");
}
END_TEST

START_TEST(a_deletion_of_its_own_copy_belongs_to_a_backup)
{
	ck_assert_str_eq(events("-> create\n" MADE "-> delete shadows all\n"
	    "Deleting shadow copy " COPY " on volume D:\\ from provider "
	    "{89300202-3cec-4981-91\n71-19f59559e0f2} [Attributes: 0x1]...\n"
	    "\nNumber of shadow copies deleted: 1\n"),
	    "| DO.call DO.fin DEL.call DEL.ok=set");
	ck_assert_str_eq(events("-> create\n" MADE "-> delete shadows all\n"
	    "Deleting shadow copy " OTHER_COPY " on volume D:\\\n"),
	    "| DO.call DO.fin");
	/* after the release it is another object's */
	ck_assert_str_eq(events("-> create\n" MADE "-> reset\n"
	    "-> delete shadows all\nDeleting shadow copy " COPY " on D:\\\n"),
	    "| DO.call DO.fin REL");
}
END_TEST

START_TEST(a_guid_that_the_console_broke_is_whole)
{
	tell_text(READ, "-> create\nAlias VSS_SHADOW_SET for shadow set ID "
	    "{6f2c1e9a-0b7d-4c58-9d\n42-51a3c7e80f16} set.\n", &t);
	ck_assert_str_eq(t.events, "| DO.call DO.fin");
	ck_assert_str_eq(t.set, SET);
}
END_TEST

START_TEST(break_takes_the_set_out_of_the_hands_of_vss)
{
	ck_assert_str_eq(events("-> create\n" MADE
	    "-> break writable %VSS_SHADOW_SET%\n"), "| DO.call DO.fin BRK.ok");
	ck_assert_str_eq(events("-> create\n" MADE "-> break " SET "\n"
	    "- Returned HRESULT: 80042308\n"), "| DO.call DO.fin BRK.err");
	ck_assert_str_eq(events("-> create\n" MADE "-> break " COPY "\n"),
	    "| DO.call DO.fin");
}
END_TEST

/*
 * Who and where.
 */

START_TEST(the_banner_names_the_machine)
{
	tell_text(READ, BANNER "-> create\n" MADE, &t);
	ck_assert_str_eq(t.profile.host, "HOST1");
	ck_assert_str_eq(t.image, "diskshadow.exe");
	ck_assert_str_eq(t.set, SET);
	tell_text(READ, "Microsoft DiskShadow, Version 1.0\r\nCopyright\r\n"
	    "Auf Computer:  WIN-1ADC,  02.03.2026 01:59:59\r\n", &t);
	ck_assert_str_eq(t.profile.host, "WIN-1ADC");
}
END_TEST

START_TEST(failed_writers_of_list_writers_are_told_beside)
{
	tell_text(READ, "DISKSHADOW> list writers status\n\n"
	    "* WRITER \"SqlServerWriter\"\n\t- Writer ID = " SET "\n"
	    "\t- Status: 9 (VSS_WS_FAILED_AT_FREEZE)\n"
	    "\t- Writer failure code: 0x800423f4\n"
	    "* WRITER \"System Writer\"\n\t- Status: 1 (VSS_WS_STABLE)\n"
	    "\t- Writer failure code: 0x00000000 (S_OK)\n", &t);
	ck_assert_str_eq(t.beside, "writer SqlServerWriter: state 9, failed in "
	    "Freeze; last error: VSS_E_WRITERERROR_NONRETRYABLE (0x800423f4)");
}
END_TEST

START_TEST(it_is_recognised_and_nothing_else_is)
{
	static const char prose[] = "We run diskshadow every night:\n"
	    "-> first create the copy\n- Returned HRESULT: 80042306\n";

	ck_assert_int_eq(vss_diskshadow_probe(BANNER, strlen(BANNER)), 2);
	ck_assert_int_eq(vss_diskshadow_probe("DISKSHADOW> create\n", 19), 2);
	ck_assert_int_eq(vss_diskshadow_probe("-> begin backup\n-> create\n"
	    MADE, strlen("-> begin backup\n-> create\n" MADE)), 2);
	ck_assert_int_eq(vss_diskshadow_probe(prose, strlen(prose)), 0);
	ck_assert_int_eq(vss_diskshadow_probe("", 0), 0);
}
END_TEST

/*
 * Damage.
 */

START_TEST(damage_costs_no_more_than_what_it_hits)
{
	bears_damage(READ, "traces/formats/diskshadow/complete.txt");
	bears_damage(READ, "traces/formats/diskshadow/bad-order.txt");
}
END_TEST

START_TEST(long_texts_take_their_time_and_no_more)
{
	bears_length(READ, "-> create\n" VETO, 100);
	bears_length(READ, "-> add volume D:\n", 1000000);
	bears_length(READ, "-> delete shadows all\nDeleting " COPY "\n",
	    300000);
	bears_length(READ, "x", 10000000);
	bears_length(READ, "{", 10000000);
	bears_length(READ, "{6f2c\n", 1000000);
	bears_length(READ, "> ", 5000000);
	bears_length(READ, "-> create HRESULT VSS_E ", 400000);
}
END_TEST

/* More backups than anybody has: an error that names the limit. */
START_TEST(too_many_backups_are_refused)
{
	size_t len;
	char *buf = many("-> create\n" VETO, LIMIT_OBJECTS + 1, &len);
	struct judged j;
	struct vss_error error;

	ck_assert_int_eq(judge_buffer("many", buf, len, NULL, NULL, kept(),
	    &j, &error), VSS_BAD);
	ck_assert_ptr_nonnull(strstr(error.text, "16384"));
	judged_free(&j);
	free(buf);
}
END_TEST

/*
 * What others have recorded.
 */

START_TEST(real_transcripts_read_as_described)
{
	static const struct { const char *file, *events, *findings; } real[] = {
		{ "diskshadow/ok-openzfs-350.txt",
		    "| CTX.ok=KEPT_W STATE.ok=PLAIN|COMPS DO.call DO.fin", "" },
		{ "diskshadow/veto-then-ok-openzfs-406.txt",
		    "| CTX.ok=KEPT_W|KEPT_N DO.call DO.err "
		    "| CTX.ok=KEPT_W|KEPT_N DO.call DO.fin", "" },
		{ "diskshadow/fsrvp-hyperv-msdocs.txt",
		    "| CTX.ok=KEPT_W STATE.ok=TRUNC|BOTH DO.call DO.fin "
		    "COMPL.call COMPL.fin DEL.call DEL.ok=set", "" },
	};
	char findings[256], *buf;
	size_t i, len;

	for (i = 0; i < 3; i++) {
		if (!(buf = capture(real[i].file, &len)))
			continue;
		buf[len] = 0;
		tell_text(READ, buf, &t);
		ck_assert_str_eq(t.events, real[i].events);
		worst_of(buf, "diskshadow", findings, sizeof(findings));
		ck_assert_str_eq(findings, real[i].findings);
		free(buf);
	}
}
END_TEST

int
main(void)
{
	TCase *c = tcase_create("diskshadow");

	tcase_add_test(c, a_backup_is_create_and_end_backup);
	tcase_add_test(c, commands_have_no_case_and_any_prompt);
	tcase_add_test(c, comments_are_no_commands);
	tcase_add_test(c, mail_and_line_ends_do_not_matter);
	tcase_add_test(c, what_an_alias_is_set_to_is_no_command);
	tcase_add_test(c, the_last_context_counts);
	tcase_add_test(c, client_accessible_leaves_writers_open);
	tcase_add_test(c, attributes_of_the_copy_tell_the_context);
	tcase_add_test(c, without_begin_backup_it_is_a_copy_backup);
	tcase_add_test(c, a_copy_backup_may_end_in_any_way);
	tcase_add_test(c, without_writers_end_backup_says_nothing);
	tcase_add_test(c, reset_forgets_what_was_set);
	tcase_add_test(c, a_failed_create_is_a_failed_dosnapshotset);
	tcase_add_test(c, codes_of_earlier_calls_are_theirs);
	tcase_add_test(c, codes_are_found_in_any_language);
	tcase_add_test(c, a_set_is_found_in_any_language);
	tcase_add_test(c, what_was_made_did_not_fail);
	tcase_add_test(c, a_create_that_says_nothing_is_no_event);
	tcase_add_test(c, end_backup_after_a_failure_was_called_if_refused);
	tcase_add_test(c, end_backup_after_a_failure_was_not_called_if_silent);
	tcase_add_test(c, other_failures_are_told_beside);
	tcase_add_test(c, what_exec_prints_is_its_own);
	tcase_add_test(c, each_create_is_an_object_of_its_own);
	tcase_add_test(c, each_run_of_the_program_begins_anew);
	tcase_add_test(c, a_deletion_of_its_own_copy_belongs_to_a_backup);
	tcase_add_test(c, a_guid_that_the_console_broke_is_whole);
	tcase_add_test(c, break_takes_the_set_out_of_the_hands_of_vss);
	tcase_add_test(c, the_banner_names_the_machine);
	tcase_add_test(c, failed_writers_of_list_writers_are_told_beside);
	tcase_add_test(c, it_is_recognised_and_nothing_else_is);
	tcase_add_test(c, damage_costs_no_more_than_what_it_hits);
	tcase_add_test(c, long_texts_take_their_time_and_no_more);
	tcase_add_test(c, too_many_backups_are_refused);
	tcase_add_test(c, real_transcripts_read_as_described);
	return run_suite("diskshadow", c);
}
