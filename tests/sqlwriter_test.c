/*
 * The log of SQL Server's VSS writer: what each line is taken for, what of
 * the backup may be concluded, and what of it goes together with other
 * recordings of the host.
 */
#define _POSIX_C_SOURCE 200809L
#include "telling.h"

/* 2021-01-11 02:33:00 UTC */
#define START (INT64_C(1610332380) * 1000000)

static struct telling t;
static struct judged j;

static void
setup(void)
{
	memset(&t, 0, sizeof(t));
	t.start = START;
}

#define AT(second, rest) "[01/11/2021 02:33:" second ", TID 232c] " rest "\n"
#define ENTERS(second, handler) AT(second, "Entering SQL Writer " handler ".")
#define OFFSET(o) AT("00", "**  Recording events in Server Local Time. " \
	"UTC OFFSET: " o)
#define STARTED AT("00", "**  SQLWRITER TRACING STARTED - ProcessId: 0x4124")
#define FROZEN ENTERS("37", "OnPrepareBackup") \
	ENTERS("38", "OnPrepareSnapshot") ENTERS("38", "OnFreeze")
#define THREAD "\"SQL writer thread 232c\""

static void
tells(const char *text, const char *expected)
{
	telling_must(&t, "sqlwriter", text, expected);
}

/*
 * Lines.
 */

START_TEST(entries_are_the_handlers_entered)
{
	tells(FROZEN ENTERS("38", "OnThaw") ENTERS("38", "OnPostSnapshot")
	    ENTERS("40", "OnBackupComplete"),
	    "1 PB.in SqlServerWriter @37 " THREAD " starts\n"
	    "2 PS.in SqlServerWriter @38 " THREAD "\n"
	    "3 FZ.in SqlServerWriter @38 " THREAD "\n"
	    "4 TH.in SqlServerWriter @38 " THREAD "\n"
	    "5 PO.in SqlServerWriter @38 " THREAD "\n"
	    "6 BC.in SqlServerWriter @40 " THREAD "\n");
	ck_assert_uint_eq(t.counts.used, 6);
}
END_TEST

START_TEST(carriage_returns_and_a_last_line_without_end_are_fine)
{
	tells("[01/11/2021 02:33:37, TID 232C] Entering SQL Writer "
	    "OnPrepareBackup.\r\n\r\n"
	    "[01/11/2021 02:33:38, TID 232c] Entering SQL Writer OnAbort.",
	    "1 PB.in SqlServerWriter @37 " THREAD " starts\n"
	    "3 AB.in SqlServerWriter @38 " THREAD "\n");
}
END_TEST

START_TEST(verbose_puts_text_before_the_phrase)
{
	tells(AT("37", "CSqlWriter::OnPrepareBackup: Entering SQL Writer "
	    "OnPrepareBackup.") AT("37", "CSqlWriter::OnPrepareBackup: "
	    "HRESULT EXCEPTION CAUGHT: hr: 0x80042302"),
	    "1 PB.in SqlServerWriter @37 \"SQL writer thread 232c, in part\" "
	    "starts\n"
	    "2 # SQL writer: error 0x80042302 VSS_E_UNEXPECTED in "
	    "OnPrepareBackup\n"
	    "2 PB.fail SqlServerWriter @37 \"SQL writer thread 232c, in "
	    "part\"\n");
}
END_TEST

START_TEST(names_of_databases_are_no_phrases)
{
	tells(AT("37", "Database Entering SQL Writer OnFreeze. on instance "
	    "GF19 found in metadata"), "");
	ck_assert_uint_eq(t.counts.ignored, 1);
}
END_TEST

START_TEST(what_kind_of_backup_it_is_is_shown_beside)
{
	tells(AT("37", "Volume based (= NonComponent) backup selected.")
	    AT("37", "Backup type is VSS_BT_FULL"),
	    "1 # SQL writer: Volume based (= NonComponent) backup selected.\n"
	    "2 # SQL writer: Backup type is VSS_BT_FULL\n");
}
END_TEST

START_TEST(a_question_of_anybody_is_no_backup)
{
	tells(ENTERS("33", "OnIdentify"), "1 ID.in SqlServerWriter @33\n");
}
END_TEST

START_TEST(the_question_within_the_making_of_a_copy_is_vss_own)
{
	tells(FROZEN ENTERS("38", "OnIdentify") ENTERS("40",
	    "OnBackupComplete") ENTERS("50", "OnIdentify"),
	    "1 PB.in SqlServerWriter @37 " THREAD " starts\n"
	    "2 PS.in SqlServerWriter @38 " THREAD "\n"
	    "3 FZ.in SqlServerWriter @38 " THREAD "\n"
	    "5 BC.in SqlServerWriter @40 " THREAD "\n"
	    "6 ID.in SqlServerWriter @50\n");
}
END_TEST

START_TEST(an_exception_is_of_the_last_handler_of_its_thread)
{
	tells(FROZEN
	    "[01/11/2021 02:33:38, TID 77] Entering SQL Writer OnIdentify.\n"
	    AT("38", "HRESULT EXCEPTION CAUGHT: hr: 0x80780002")
	    AT("38", "HRESULT EXCEPTION CAUGHT: hr: 0x80780002")
	    ENTERS("38", "OnAbort"),
	    "1 PB.in SqlServerWriter @37 " THREAD " starts\n"
	    "2 PS.in SqlServerWriter @38 " THREAD "\n"
	    "3 FZ.in SqlServerWriter @38 " THREAD "\n"
	    "4 ID.in SqlServerWriter @38\n"
	    "5 # SQL writer: error 0x80780002 in OnFreeze\n"
	    "5 FZ.fail SqlServerWriter @38 " THREAD "\n"
	    "6 # SQL writer: error 0x80780002 in OnFreeze\n"
	    "7 AB.in SqlServerWriter @38 " THREAD "\n");
}
END_TEST

START_TEST(handlers_that_no_rule_knows_are_counted_and_shown)
{
	tells(ENTERS("30", "Initialize") ENTERS("31", "OnPreRestore"),
	    "2 # SQL writer: OnPreRestore is judged by no rule\n");
	ck_assert_uint_eq(t.counts.rejected, 0);
}
END_TEST

/*
 * Threads and backups.
 */

START_TEST(the_same_thread_goes_on_to_the_next_backup)
{
	tells(FROZEN ENTERS("40", "OnAbort") ENTERS("50", "OnPrepareBackup")
	    ENTERS("51", "OnBackupComplete"),
	    "1 PB.in SqlServerWriter @37 " THREAD " starts\n"
	    "2 PS.in SqlServerWriter @38 " THREAD "\n"
	    "3 FZ.in SqlServerWriter @38 " THREAD "\n"
	    "4 AB.in SqlServerWriter @40 " THREAD "\n"
	    "5 PB.in SqlServerWriter @50 " THREAD " starts\n"
	    "6 BC.in SqlServerWriter @51 " THREAD "\n");
}
END_TEST

START_TEST(two_threads_are_two_backups)
{
	tells("[01/11/2021 02:33:01, TID a] Entering SQL Writer "
	    "OnPrepareBackup.\n"
	    "[01/11/2021 02:33:02, TID b] Entering SQL Writer "
	    "OnPrepareBackup.\n"
	    "[01/11/2021 02:33:03, TID a] Entering SQL Writer "
	    "OnBackupComplete.\n"
	    "[01/11/2021 02:33:04, TID b] Entering SQL Writer OnAbort.\n",
	    "1 PB.in SqlServerWriter @1 \"SQL writer thread a\" starts\n"
	    "2 PB.in SqlServerWriter @2 \"SQL writer thread b\" starts\n"
	    "3 BC.in SqlServerWriter @3 \"SQL writer thread a\"\n"
	    "4 AB.in SqlServerWriter @4 \"SQL writer thread b\"\n");
}
END_TEST

START_TEST(a_thread_in_no_backup_goes_on_with_the_only_one_under_way)
{
	tells(ENTERS("37", "OnPrepareBackup")
	    "[01/11/2021 02:33:38, TID b] Entering SQL Writer "
	    "OnPrepareSnapshot.\n"
	    "[01/11/2021 02:33:38, TID b] HRESULT EXCEPTION CAUGHT: hr: "
	    "0x800423F4\n" ENTERS("39", "OnAbort"),
	    "1 PB.in SqlServerWriter @37 " THREAD " starts\n"
	    "2 PS.in SqlServerWriter @38 " THREAD "\n"
	    "3 # SQL writer: error 0x800423F4 "
	    "VSS_E_WRITERERROR_NONRETRYABLE in OnPrepareSnapshot\n"
	    "3 PS.fail SqlServerWriter @38 " THREAD "\n"
	    "4 AB.in SqlServerWriter @39 " THREAD "\n");
}
END_TEST

START_TEST(a_log_that_begins_within_a_backup_joins_it_there)
{
	tells(ENTERS("38", "OnThaw") ENTERS("40", "OnBackupComplete"),
	    "1 TH.in SqlServerWriter @38 \"SQL writer thread 232c, in part\" "
	    "middle\n"
	    "2 BC.in SqlServerWriter @40 \"SQL writer thread 232c, in "
	    "part\"\n");
}
END_TEST

START_TEST(a_handler_after_its_backup_is_over_is_of_one_not_seen)
{
	tells(ENTERS("38", "OnThaw") ENTERS("40", "OnBackupComplete")
	    ENTERS("50", "OnThaw") ENTERS("51", "OnBackupComplete"),
	    "1 TH.in SqlServerWriter @38 \"SQL writer thread 232c, in part\" "
	    "middle\n"
	    "2 BC.in SqlServerWriter @40 \"SQL writer thread 232c, in "
	    "part\"\n"
	    "3 TH.in SqlServerWriter @50 \"SQL writer thread 232c, from line "
	    "3\" middle\n"
	    "4 BC.in SqlServerWriter @51 \"SQL writer thread 232c, from line "
	    "3\"\n");
}
END_TEST

START_TEST(a_new_process_of_the_writer_ends_what_the_old_one_was_in)
{
	tells(FROZEN STARTED STARTED ENTERS("59", "OnBackupComplete"),
	    "1 PB.in SqlServerWriter @37 " THREAD " starts\n"
	    "2 PS.in SqlServerWriter @38 " THREAD "\n"
	    "3 FZ.in SqlServerWriter @38 " THREAD "\n"
	    "4 WDEAD. SqlServerWriter @0 " THREAD "\n"
	    "6 BC.in SqlServerWriter @59 \"SQL writer thread 232c, from line "
	    "6\" middle\n");
}
END_TEST

START_TEST(more_threads_than_are_kept_are_joined_in_the_middle)
{
	char text[16384];
	int i, n = 0;

	for (i = 0; i < 70; i++)
		n += snprintf(text + n, sizeof(text) - n, "[01/11/2021 "
		    "02:33:01, TID %x] Entering SQL Writer "
		    "OnPrepareBackup.\n", i + 1);
	snprintf(text + n, sizeof(text) - n, "[01/11/2021 02:33:02, TID 46] "
	    "Entering SQL Writer OnAbort.\n[01/11/2021 02:33:02, TID 1] "
	    "Entering SQL Writer OnAbort.\n");
	ck_assert_int_eq(telling_read(&t, "sqlwriter", text, strlen(text)),
	    VSS_OK);
	ck_assert_ptr_nonnull(strstr(t.text, "71 AB.in SqlServerWriter @2 "
	    "\"SQL writer thread 46\"\n"));
	ck_assert_ptr_nonnull(strstr(t.text, "72 AB.in SqlServerWriter @2 "
	    "\"SQL writer thread 1, from line 72\" middle\n"));
}
END_TEST

/*
 * Times.
 */

START_TEST(without_a_start_of_the_service_times_are_local)
{
	tells(ENTERS("33", "OnIdentify"), "1 ID.in SqlServerWriter @33\n");
	ck_assert(t.profile.local_time);
	ck_assert_int_eq(t.profile.tick, 1000000);
	ck_assert_ptr_nonnull(strstr(t.profile.limits, "--utc-offset"));
}
END_TEST

START_TEST(the_start_of_the_service_tells_the_offset)
{
	tells(OFFSET("-8:00") ENTERS("33", "OnIdentify"),
	    "2 ID.in SqlServerWriter @28833\n");
	ck_assert(!t.profile.local_time);
	tells(OFFSET("+5:30") ENTERS("33", "OnIdentify"),
	    "2 ID.in SqlServerWriter @-19767\n");
	tells(OFFSET("0:00") ENTERS("33", "OnIdentify"),
	    "2 ID.in SqlServerWriter @33\n");
}
END_TEST

START_TEST(each_start_tells_anew_and_the_first_for_what_is_before)
{
	tells(ENTERS("01", "OnIdentify") OFFSET("1:00")
	    ENTERS("02", "OnIdentify") OFFSET("2:00")
	    ENTERS("03", "OnIdentify"),
	    "1 ID.in SqlServerWriter @-3599\n"
	    "3 ID.in SqlServerWriter @-3598\n"
	    "5 ID.in SqlServerWriter @-7197\n");
}
END_TEST

START_TEST(an_offset_that_there_is_not_is_none)
{
	tells(OFFSET("15:00") OFFSET("x") OFFSET("1:75")
	    ENTERS("33", "OnIdentify"), "4 ID.in SqlServerWriter @33\n");
	ck_assert(t.profile.local_time);
}
END_TEST

/*
 * Damage.
 */

START_TEST(a_handler_without_a_time_keeps_its_place)
{
	tells("[13/40/2021 02:33:37, TID 232c] Entering SQL Writer "
	    "OnPrepareBackup.\n" ENTERS("38", "OnAbort"),
	    "1 PB.in SqlServerWriter @- " THREAD " starts\n"
	    "1 ! no such time; MM/DD/YYYY HH:MM:SS was expected\n"
	    "2 AB.in SqlServerWriter @38 " THREAD "\n");
	ck_assert_uint_eq(t.counts.rejected, 1);
}
END_TEST

START_TEST(after_a_handler_of_which_thread_nobody_knows_all_is_the_middle)
{
	tells(ENTERS("37", "OnPrepareBackup")
	    "[01/11/2021 02:33:38, TXD 232c] Entering SQL Writer OnFreeze.\n"
	    ENTERS("39", "OnThaw"),
	    "1 PB.in SqlServerWriter @37 " THREAD " starts\n"
	    "2 ! the line tells of a handler of the SQL writer, but does not "
	    "begin with [MM/DD/YYYY HH:MM:SS, TID n]\n"
	    "3 TH.in SqlServerWriter @39 \"SQL writer thread 232c, from line "
	    "3\" middle\n");
}
END_TEST

START_TEST(damage_anywhere_is_survived)
{
	size_t len;
	char *text = telling_load("traces/formats/sqlwriter/veto.txt", &len);

	ck_assert_ptr_nonnull(text);
	telling_survives("sqlwriter", text, len);
	free(text);
}
END_TEST

START_TEST(size_costs_no_more_than_its_share)
{
	const char *one = FROZEN ENTERS("38", "OnThaw")
	    ENTERS("40", "OnBackupComplete");

	telling_long_line("sqlwriter", "[01/11/2021 02:33:37, TID 1] Enterin");
	ck_assert(telling_seconds("sqlwriter", one, 200000) < 20);
}
END_TEST

/*
 * What it is taken to show.
 */

static void
shows_life(const char *text, int shown)
{
	ck_assert_int_eq(telling_read(&t, "sqlwriter", text, strlen(text)),
	    VSS_OK);
	ck_assert_uint_eq(t.profile.shows[KIND_FZ], 1 << PHASE_CALL);
	ck_assert_uint_eq(t.profile.hides_others[KIND_FZ], 1 << PHASE_CALL);
	ck_assert_int_eq(t.profile.shows[KIND_WDEAD] != 0, shown);
	ck_assert_int_eq(t.profile.shows[KIND_SD] != 0, shown);
	ck_assert_int_eq(t.profile.doubtful[KIND_WDEAD], shown);
	ck_assert_int_eq(t.profile.doubtful[KIND_SD], shown);
}

START_TEST(a_long_freeze_that_was_answered_is_one_that_was_lived_through)
{
	shows_life(FROZEN ENTERS("38", "OnThaw"), 0);
	shows_life(FROZEN ENTERS("48", "OnThaw"), 1);
	/* a writer that nobody saw thaw may have died */
	shows_life(FROZEN ENTERS("48", "OnThaw") FROZEN, 0);
	shows_life(FROZEN, 0);
}
END_TEST

START_TEST(frozen_for_longer_than_its_limit_is_found)
{
	telling_judge(&j, "sqlwriter", ENTERS("07", "OnPrepareBackup")
	    ENTERS("08", "OnPrepareSnapshot") ENTERS("08", "OnFreeze")
	    "[01/11/2021 02:34:23, TID 232c] Entering SQL Writer OnThaw.\n");
	ck_assert_str_eq(telling_findings(&j), "1: error TMO-01");
	judged_free(&j);
}
END_TEST

START_TEST(the_clocks_second_is_no_evidence_of_more_than_the_limit)
{
	telling_judge(&j, "sqlwriter", ENTERS("07", "OnPrepareBackup")
	    ENTERS("08", "OnPrepareSnapshot") ENTERS("08", "OnFreeze")
	    "[01/11/2021 02:34:08, TID 232c] Entering SQL Writer OnThaw.\n");
	ck_assert_str_eq(telling_findings(&j), "");
	judged_free(&j);
}
END_TEST

START_TEST(frozen_for_too_long_and_aborted_is_as_it_should_be)
{
	telling_judge(&j, "sqlwriter", ENTERS("07", "OnPrepareBackup")
	    ENTERS("08", "OnPrepareSnapshot") ENTERS("08", "OnFreeze")
	    "[01/11/2021 02:34:23, TID 232c] Entering SQL Writer OnAbort.\n");
	ck_assert_str_eq(telling_findings(&j), "");
	judged_free(&j);
}
END_TEST

START_TEST(a_veto_answered_by_abort_breaks_no_rule)
{
	telling_judge(&j, "sqlwriter", ENTERS("07", "OnPrepareBackup")
	    ENTERS("08", "OnPrepareSnapshot")
	    AT("08", "HRESULT EXCEPTION CAUGHT: hr: 0x80780002")
	    ENTERS("08", "OnAbort"));
	ck_assert_int_eq(j.sessions.n, 1);
	ck_assert_str_eq(telling_findings(&j), "");
	judged_free(&j);
}
END_TEST

START_TEST(events_out_of_order_are_found)
{
	telling_judge(&j, "sqlwriter", FROZEN ENTERS("38", "OnPostSnapshot")
	    ENTERS("39", "OnThaw"));
	ck_assert_str_eq(telling_findings(&j), "1: error ORD-10");
	judged_free(&j);
}
END_TEST

/*
 * Together with others.
 */

static void
log_of(char *buf, size_t size, int minute, const char *thread)
{
	static const char *const names[] = { "OnPrepareBackup",
	    "OnPrepareSnapshot", "OnFreeze", "OnThaw", "OnPostSnapshot",
	    "OnBackupComplete" };
	size_t n = strlen(buf);
	int i;

	for (i = 0; i < 6; i++)
		n += snprintf(buf + n, size - n, "[01/11/2021 02:%02d:%02d, "
		    "TID %s] Entering SQL Writer %s.\n", minute, 10 + i,
		    thread, names[i]);
}

/* Cut the log after each of its lines: the two files say what the one does. */
START_TEST(a_log_that_was_rolled_goes_on)
{
	char text[4096] = "", first[4096];
	const char *texts[2], *p, *end;
	struct judged whole;
	size_t n;

	log_of(text, sizeof(text), 10, "232c");
	log_of(text, sizeof(text), 20, "232c");
	log_of(text, sizeof(text), 30, "5a88");
	telling_judge(&whole, "sqlwriter", text);
	ck_assert_int_eq(whole.sessions.n, 3);
	for (p = text; (end = strchr(p, '\n')) && end[1]; p = end + 1) {
		n = end + 1 - text;
		memcpy(first, text, n);
		first[n] = 0;
		texts[0] = first;
		texts[1] = text + n;
		telling_together(&j, texts, NULL, 2);
		ck_assert_msg(j.sessions.n == 3, "%d sessions, cut after\n%s",
		    j.sessions.n, first);
		ck_assert_str_eq(telling_findings(&j), "");
		judged_free(&j);
		/* in whatever order they are named */
		texts[0] = text + n;
		texts[1] = first;
		telling_together(&j, texts, NULL, 2);
		ck_assert_int_eq(j.sessions.n, 3);
		judged_free(&j);
	}
	judged_free(&whole);
}
END_TEST

START_TEST(what_was_over_does_not_go_on)
{
	const char *texts[] = { FROZEN ENTERS("38", "OnThaw")
	    ENTERS("38", "OnPostSnapshot")
	    ENTERS("40", "OnBackupComplete"), ENTERS("50", "OnFreeze")
	    ENTERS("51", "OnThaw") };

	telling_together(&j, texts, NULL, 2);
	ck_assert_int_eq(j.sessions.n, 2);
	ck_assert_str_eq(telling_findings(&j), "");
	judged_free(&j);
}
END_TEST

/* The story of traces/formats as four sources tell it. */
static void
together(const char *story, const char *sysmon, const char *sqlwriter,
    const char *errorlog, int sessions)
{
	const char *names[] = { sysmon, sqlwriter, errorlog };
	const struct vss_note *notes;
	char file[128], *text[3];
	size_t len[3];
	int i, n = 0;

	for (i = 0; i < 3; i++) {
		if (!names[i])
			continue;
		snprintf(file, sizeof(file), "traces/formats/%s/%s.%s",
		    names[i], story, i ? "txt" : "jsonl");
		text[n] = telling_load(file, &len[n]);
		ck_assert_ptr_nonnull(text[n]);
		n++;
	}
	telling_together(&j, (const char *const *)text, len, n);
	ck_assert_int_eq(j.sessions.n, sessions);
	ck_assert_str_eq(telling_findings(&j), "");
	notes = j.recording.notes;
	for (i = 0; i < (int)j.recording.nnotes; i++)
		ck_assert_msg(notes[i].kind != VSS_NOTE_CONTRADICTION, "%s",
		    notes[i].text);
	for (i = 0; i < n; i++)
		free(text[i]);
}

START_TEST(three_sources_of_one_backup_are_one_session)
{
	together("complete", "sysmon", "sqlwriter", "errorlog", 1);
	/* the databases stood still for this backup */
	ck_assert_uint_eq(j.sessions.unattributed, 0);
	ck_assert_uint_ne(j.sessions.list[0].seen >> KIND_FREEZEIO & 1, 0);
	ck_assert_int_eq(j.sessions.list[0].pid, 4242);
	judged_free(&j);
	together("crash", "sysmon", "sqlwriter", "errorlog", 1);
	judged_free(&j);
}
END_TEST

START_TEST(two_sources_of_one_backup_are_one_session)
{
	together("complete", NULL, "sqlwriter", "errorlog", 1);
	judged_free(&j);
	together("complete", "sysmon", "sqlwriter", NULL, 1);
	judged_free(&j);
}
END_TEST

/* A question that somebody asks while another writers' backup goes on does
 * not make the log one of that backup. */
START_TEST(a_question_is_not_part_of_whatever_goes_on)
{
	const char *native =
	    "{\"vsscheck\": 1, \"sees\": [\"requester\"]}\n"
	    "{\"t\": \"2021-01-11T02:33:01Z\", \"event\": \"CREATE.ok\", "
	    "\"object\": \"b\", \"pid\": 5}\n"
	    "{\"t\": \"2021-01-11T02:33:02Z\", \"event\": \"INIT.ok\", "
	    "\"object\": \"b\"}\n"
	    "{\"t\": \"2021-01-11T02:33:50Z\", \"event\": \"REL\", "
	    "\"object\": \"b\"}\n";
	const char *texts[] = { native, OFFSET("0:00")
	    ENTERS("33", "OnIdentify") };
	char alone[1024];
	struct judged k;

	telling_judge(&k, "native", native);
	snprintf(alone, sizeof(alone), "%s", telling_findings(&k));
	judged_free(&k);
	telling_together(&j, texts, NULL, 2);
	ck_assert_int_eq(j.sessions.n, 1);
	ck_assert_str_eq(telling_findings(&j), alone);
	judged_free(&j);
}
END_TEST

/*
 * Recognised by content.
 */

START_TEST(the_log_is_recognised_and_prose_is_not)
{
	const struct format *f = telling_format("sqlwriter");
	const char *prose = "Entering SQL Writer OnFreeze. is what the log "
	    "says.\n    [01/11/2021 02:33:38, TID 1] Entering SQL Writer\n";
	const char *cut = AT("37", "Database count from metadata is 1")
	    AT("37", "Database db_on_G on instance GF19 found in metadata");

	ck_assert_int_eq(f->probe(FROZEN, strlen(FROZEN)), 2);
	ck_assert_int_eq(f->probe(STARTED, strlen(STARTED)), 2);
	ck_assert_int_eq(f->probe(cut, strlen(cut)), 1);
	ck_assert_int_eq(f->probe(prose, strlen(prose)), 0);
	ck_assert_int_eq(f->probe("", 0), 0);
}
END_TEST

/*
 * Real logs.
 */

START_TEST(real_logs_are_read_as_their_page_describes_them)
{
	size_t len;
	char *text;

	if ((text = telling_capture("sqlwriter/component-backup-ok.txt",
	    &len))) {
		tells(text,
		    "2 ID.in SqlServerWriter @33\n"
		    "7 PB.in SqlServerWriter @37 " THREAD " starts\n"
		    "11 # SQL writer: Component based backup selected.\n"
		    "14 # SQL writer: Backup type is VSS_BT_COPY\n"
		    "15 PS.in SqlServerWriter @38 " THREAD "\n"
		    "20 FZ.in SqlServerWriter @38 " THREAD "\n"
		    "21 TH.in SqlServerWriter @38 " THREAD "\n"
		    "22 PO.in SqlServerWriter @38 " THREAD "\n"
		    "28 BC.in SqlServerWriter @40 " THREAD "\n");
		telling_judge(&j, "sqlwriter", text);
		ck_assert_int_eq(j.sessions.n, 1);
		ck_assert_str_eq(telling_findings(&j), "");
		judged_free(&j);
		free(text);
	}
	if ((text = telling_capture("sqlwriter/identify-only.txt", &len))) {
		telling_judge(&j, "sqlwriter", text);
		ck_assert_int_eq(j.sessions.n, 0);
		judged_free(&j);
		free(text);
	}
	if ((text = telling_capture("sqlwriter/service-start.txt", &len))) {
		tells(text, "");
		ck_assert(!t.profile.local_time);
		/* 02:54:59 at UTC-8 */
		ck_assert_int_eq(t.horizon, START + INT64_C(1000000) *
		    (21 * 60 + 59 + 8 * 3600));
		free(text);
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("sqlwriter");
	TCase *c = tcase_create("sqlwriter");

	tcase_set_timeout(c, 120);
	tcase_add_checked_fixture(c, setup, NULL);
	tcase_add_test(c, entries_are_the_handlers_entered);
	tcase_add_test(c, carriage_returns_and_a_last_line_without_end_are_fine);
	tcase_add_test(c, verbose_puts_text_before_the_phrase);
	tcase_add_test(c, names_of_databases_are_no_phrases);
	tcase_add_test(c, what_kind_of_backup_it_is_is_shown_beside);
	tcase_add_test(c, a_question_of_anybody_is_no_backup);
	tcase_add_test(c, the_question_within_the_making_of_a_copy_is_vss_own);
	tcase_add_test(c, an_exception_is_of_the_last_handler_of_its_thread);
	tcase_add_test(c, handlers_that_no_rule_knows_are_counted_and_shown);
	tcase_add_test(c, the_same_thread_goes_on_to_the_next_backup);
	tcase_add_test(c, two_threads_are_two_backups);
	tcase_add_test(c, a_thread_in_no_backup_goes_on_with_the_only_one_under_way);
	tcase_add_test(c, a_log_that_begins_within_a_backup_joins_it_there);
	tcase_add_test(c, a_handler_after_its_backup_is_over_is_of_one_not_seen);
	tcase_add_test(c, a_new_process_of_the_writer_ends_what_the_old_one_was_in);
	tcase_add_test(c, more_threads_than_are_kept_are_joined_in_the_middle);
	tcase_add_test(c, without_a_start_of_the_service_times_are_local);
	tcase_add_test(c, the_start_of_the_service_tells_the_offset);
	tcase_add_test(c, each_start_tells_anew_and_the_first_for_what_is_before);
	tcase_add_test(c, an_offset_that_there_is_not_is_none);
	tcase_add_test(c, a_handler_without_a_time_keeps_its_place);
	tcase_add_test(c, after_a_handler_of_which_thread_nobody_knows_all_is_the_middle);
	tcase_add_test(c, damage_anywhere_is_survived);
	tcase_add_test(c, size_costs_no_more_than_its_share);
	tcase_add_test(c, a_long_freeze_that_was_answered_is_one_that_was_lived_through);
	tcase_add_test(c, frozen_for_longer_than_its_limit_is_found);
	tcase_add_test(c, the_clocks_second_is_no_evidence_of_more_than_the_limit);
	tcase_add_test(c, frozen_for_too_long_and_aborted_is_as_it_should_be);
	tcase_add_test(c, a_veto_answered_by_abort_breaks_no_rule);
	tcase_add_test(c, events_out_of_order_are_found);
	tcase_add_test(c, a_log_that_was_rolled_goes_on);
	tcase_add_test(c, what_was_over_does_not_go_on);
	tcase_add_test(c, three_sources_of_one_backup_are_one_session);
	tcase_add_test(c, two_sources_of_one_backup_are_one_session);
	tcase_add_test(c, a_question_is_not_part_of_whatever_goes_on);
	tcase_add_test(c, the_log_is_recognised_and_prose_is_not);
	tcase_add_test(c, real_logs_are_read_as_their_page_describes_them);
	suite_add_tcase(s, c);
	return telling_run(s);
}
