/*
 * Job logs of Bacula, Bareos and Burp: leads of every shape, what each phrase
 * is taken for, and what may be concluded of a requester that tells so little.
 */
#define _POSIX_C_SOURCE 200809L
#include "telling.h"

/* 2018-10-05 10:19:00 UTC */
#define START (INT64_C(1538734740) * 1000000)

static struct telling t;
static struct judged j;

static void
setup(void)
{
	memset(&t, 0, sizeof(t));
	t.start = START;
}

static void
tells(const char *text, const char *expected)
{
	telling_must(&t, "bacula", text, expected);
}

#define LEAD(second) "2018-10-05 10:19:" second " host1-fd JobId 19: "
#define GENERATES "Generate VSS snapshots. Driver=\"Win64 VSS\", " \
	"Drive(s)=\"C\"\n"
#define STATE(phase, writer, state) "VSS Writer (" phase "): \"" writer \
	"\", State: 0x" state "\n"
#define STABLE "1 (VSS_WS_STABLE)"
#define REFUSED "VSS API failure calling \"BackupComplete\". ERR=x\n"

/*
 * Leads.
 */

START_TEST(with_a_date_and_seconds)
{
	tells(LEAD("07") GENERATES " 2018-10-05 10:19:08 host1-fd JobId 20: "
	    GENERATES,
	    "1 META.fin @7 \"JobId 19\" starts\n"
	    "2 META.fin @8 \"JobId 20\" starts\n");
	ck_assert_int_eq(t.profile.tick, 1000000);
	ck_assert(t.profile.local_time);
}
END_TEST

START_TEST(without_a_year_it_is_that_of_the_summary)
{
	tells("05-Oct 10:18 host1-fd JobId 19: " GENERATES
	    "  Scheduled time:         05-Oct-2018 10:18:57\n",
	    "1 META.fin @-60 \"JobId 19\" starts\n");
	ck_assert_int_eq(t.profile.tick, 60000000);
	tells("05-Oct 10:18 host1-fd JobId 19: " GENERATES,
	    "1 META.fin @- \"JobId 19\" starts\n");
	tells("05-Oct-2018 10:19:01 host1-fd JobId 19: " GENERATES,
	    "1 META.fin @1 \"JobId 19\" starts\n");
}
END_TEST

START_TEST(a_month_in_another_language_leaves_the_time_open)
{
	tells("05-Okt 10:18 host1-fd JobId 19: " GENERATES
	    "  Start time:             05-Okt-2018 10:18:59\n",
	    "1 META.fin @- \"JobId 19\" starts\n");
	tells("05-M\303\244r-2018 10:18 host1-fd JobId 19: " GENERATES,
	    "1 META.fin @- \"JobId 19\" starts\n");
}
END_TEST

START_TEST(of_burp)
{
	tells("2018-10-05 10:19:02: burp[4711] Generate VSS snapshots.\n"
	    "2018-10-05 10:19:02: burp[4711] Driver=\"VSS Vista\", "
	    "Drive(s)=\"D\"\n"
	    "2018-10-05 10:19:03: Generate VSS snapshots.\n",
	    "1 META.fin @2 \"burp 4711\" starts\n"
	    "3 META.fin @3 \"job\" starts\n");
	/* which looks at no result of DoSnapshotSet */
	ck_assert_uint_eq(t.profile.shows[KIND_DO], 0);
}
END_TEST

START_TEST(what_pasting_left_of_one)
{
	tells("22309: Fatal error: CreateSGenerate VSS snapshots failed. "
	    "ERR=x\nGenerate VSS snapshots.\n",
	    "1 DO.err @- \"JobId 22309\" middle\n"
	    "2 META.fin @- \"job\" starts\n");
}
END_TEST

START_TEST(the_end_of_lines_and_their_kind_do_not_matter)
{
	tells(LEAD("07") "Warning: VSS Writer \"W\" has invalid state. "
	    "ERR=x\r\n" LEAD("08") "Error: " REFUSED,
	    "1 GETST.ok =failed W @7 \"JobId 19\" middle\n"
	    "2 COMPL.call @8 \"JobId 19\"\n"
	    "2 COMPL.err @8 \"JobId 19\"\n");
}
END_TEST

/*
 * Phrases.
 */

START_TEST(status_is_what_was_gathered_before_at_a_time_not_told)
{
	tells(LEAD("07") GENERATES
	    LEAD("20") STATE("PrepareForBackup", "A", STABLE)
	    LEAD("20") STATE("PrepareForBackup", "B",
	    "9 (VSS_WS_FAILED_AT_FREEZE)")
	    LEAD("30") STATE("BackupComplete", "A", STABLE)
	    LEAD("30") STATE("BackupComplete", "B",
	    "5 (VSS_WS_WAITING_FOR_BACKUP_COMPLETE)"),
	    "1 META.fin @7 \"JobId 19\" starts\n"
	    "2 PREP.fin|err|can @- \"JobId 19\"\n"
	    "2 GETST.ok =fine A @- \"JobId 19\"\n"
	    "3 GETST.ok =failed B @- \"JobId 19\"\n"
	    "4 COMPL.call @- \"JobId 19\"\n"
	    "4 COMPL.fin|err|can @- \"JobId 19\"\n"
	    "4 GETST.ok =fine A @- \"JobId 19\"\n"
	    "5 GETST.ok =fine B @- \"JobId 19\"\n");
	/* but the log goes on at the time of its lines */
	ck_assert_int_eq(t.horizon, START + 30 * INT64_C(1000000));
}
END_TEST

START_TEST(a_state_goes_by_its_name_then_by_one_digit)
{
	tells(STATE("BackupComplete", "a", "10 (VSS_WS_FAILED_AT_THAW)")
	    STATE("BackupComplete", "b", "7 (Fehler)")
	    STATE("BackupComplete", "c", "3 (Zustand)")
	    STATE("BackupComplete", "d", "0 (VSS_WS_UNKNOWN)")
	    STATE("BackupComplete", "e", "10 (Error or Undefined)")
	    STATE("BackupComplete", "\303\234 \"f\"", STABLE),
	    "1 COMPL.call @- \"job\" middle\n"
	    "1 COMPL.fin|err|can @- \"job\"\n"
	    "1 GETST.ok =failed a @- \"job\"\n"
	    "2 GETST.ok =failed b @- \"job\"\n"
	    "3 GETST.ok =fine c @- \"job\"\n"
	    "4 GETST.ok =fine =failed d @- \"job\"\n"
	    "5 GETST.ok =fine =failed e @- \"job\"\n"
	    "6 GETST.ok =fine \303\234 \"f\" @- \"job\"\n");
}
END_TEST

START_TEST(a_failed_call_is_that_call)
{
	tells(LEAD("07") GENERATES
	    LEAD("08") "Fatal error: VSS API failure calling "
	    "\"StartSnapshotSet\". ERR=x\n"
	    LEAD("08") "Fatal error: CreateSGenerate VSS snapshots failed. "
	    "ERR=x\n",
	    "1 META.fin @7 \"JobId 19\" starts\n"
	    "2 START.err @8 \"JobId 19\"\n");
	tells(LEAD("07") "VSS API failure calling \"async wait\". ERR=x\n"
	    LEAD("07") "VSS API failure calling \"GetWriterStatus\". ERR=x\n",
	    "1 # the backup program's call of \"async wait\" failed\n"
	    "2 # the backup program's call of \"GetWriterStatus\" failed\n");
}
END_TEST

START_TEST(a_failed_set_without_a_failed_call_is_one_that_came_to_nothing)
{
	tells(LEAD("07") GENERATES
	    LEAD("08") "Generate VSS snapshots failed. ERR=Der Vorgang wurde "
	    "erfolgreich beendet.\n" LEAD("08") "Generate VSS snapshots "
	    "failed.\n",
	    "1 META.fin @7 \"JobId 19\" starts\n"
	    "2 DO.err @8 \"JobId 19\"\n");
}
END_TEST

START_TEST(a_refused_start_is_tried_again)
{
	tells(LEAD("07") GENERATES
	    LEAD("12") "VSS_E_SNAPSHOT_SET_IN_PROGRESS, retrying ...\n",
	    "1 META.fin @7 \"JobId 19\" starts\n"
	    "2 START.err @12 \"JobId 19\"\n");
}
END_TEST

START_TEST(what_no_rule_knows_is_shown_beside)
{
	tells(LEAD("07") "Generate VSS snapshot of drive \"D:\\\" failed.\n"
	    LEAD("07") "VSS was not initialized properly. ERR=x\n"
	    LEAD("07") "No drive letters found for generating VSS "
	    "snapshots.\n"
	    LEAD("07") STATE("RestoreComplete", "W", STABLE)
	    LEAD("07") "something else\n\n  Termination: Backup OK\n",
	    "1 # a drive could not be added to the snapshot set\n"
	    "2 # the backup program could not initialise VSS\n"
	    "3 # there was no drive to make a snapshot of\n");
	ck_assert_uint_eq(t.counts.used, 3);
	ck_assert_uint_eq(t.counts.ignored, 4);
}
END_TEST

START_TEST(a_status_that_cannot_be_read_is_refused)
{
	tells(LEAD("07") "VSS Writer (BackupComplete): W, State: 0x1\n"
	    LEAD("07") "VSS Writer (BackupComplete): \"W\"\n"
	    LEAD("07") "VSS Writer W has invalid state.\n",
	    "1 ! a writer's status without \"NAME\", State: 0xN "
	    "(VSS_WS_...)\n"
	    "2 ! a writer's status without \"NAME\", State: 0xN "
	    "(VSS_WS_...)\n"
	    "3 ! a writer's state without its name\n");
}
END_TEST

/*
 * Jobs.
 */

START_TEST(jobs_are_mixed_and_kept_apart)
{
	tells(LEAD("01") GENERATES
	    "2018-10-05 10:19:02 host2-fd JobId 20: " GENERATES
	    LEAD("03") "Fatal error: Generate VSS snapshots failed. ERR=x\n"
	    "2018-10-05 10:19:04 host2-fd JobId 20: "
	    STATE("BackupComplete", "W", STABLE)
	    LEAD("05") "Error: " REFUSED,
	    "1 META.fin @1 \"JobId 19\" starts\n"
	    "2 META.fin @2 \"JobId 20\" starts\n"
	    "3 DO.err @3 \"JobId 19\"\n"
	    "4 COMPL.call @- \"JobId 20\"\n"
	    "4 COMPL.fin|err|can @- \"JobId 20\"\n"
	    "4 GETST.ok =fine W @- \"JobId 20\"\n"
	    "5 COMPL.call @5 \"JobId 19\"\n"
	    "5 COMPL.err @5 \"JobId 19\"\n");
}
END_TEST

START_TEST(a_job_run_again_is_another_backup)
{
	tells(LEAD("01") GENERATES LEAD("02") STATE("BackupComplete", "W",
	    STABLE) LEAD("03") GENERATES LEAD("04") STATE("BackupComplete",
	    "W", STABLE),
	    "1 META.fin @1 \"JobId 19\" starts\n"
	    "2 COMPL.call @- \"JobId 19\"\n"
	    "2 COMPL.fin|err|can @- \"JobId 19\"\n"
	    "2 GETST.ok =fine W @- \"JobId 19\"\n"
	    "3 META.fin @3 \"JobId 19\" starts\n"
	    "4 COMPL.call @- \"JobId 19\"\n"
	    "4 COMPL.fin|err|can @- \"JobId 19\"\n"
	    "4 GETST.ok =fine W @- \"JobId 19\"\n");
	telling_judge(&j, "bacula", LEAD("01") GENERATES LEAD("02")
	    STATE("BackupComplete", "W", STABLE) LEAD("03") GENERATES
	    LEAD("04") STATE("BackupComplete", "W", STABLE));
	ck_assert_int_eq(j.sessions.n, 2);
	ck_assert_str_eq(telling_findings(&j), "");
	judged_free(&j);
}
END_TEST

START_TEST(more_jobs_than_are_kept_are_joined_in_the_middle)
{
	char text[16384];
	int i, n = 0;

	for (i = 0; i < 70; i++)
		n += snprintf(text + n, sizeof(text) - n, "2018-10-05 "
		    "10:19:01 h JobId %d: Generate VSS snapshots.\n", i);
	snprintf(text + n, sizeof(text) - n,
	    "2018-10-05 10:19:02 h JobId 0: " REFUSED
	    "2018-10-05 10:19:02 h JobId 69: " REFUSED);
	ck_assert_int_eq(telling_read(&t, "bacula", text, strlen(text)),
	    VSS_OK);
	ck_assert_ptr_nonnull(strstr(t.text, "71 COMPL.call @2 \"JobId 0\" "
	    "middle\n"));
	ck_assert_ptr_nonnull(strstr(t.text, "72 COMPL.call @2 \"JobId "
	    "69\"\n"));
}
END_TEST

START_TEST(the_program_is_known_by_its_name)
{
	telling_judge(&j, "bacula", LEAD("07") GENERATES
	    "x bareos-dir JobId 19: Bareos bareos-dir 17.2.4:\n");
	ck_assert_str_eq(j.sessions.list[0].image, "bareos-fd.exe");
	judged_free(&j);
	telling_judge(&j, "bacula", LEAD("07") GENERATES
	    LEAD("09") "Bacula bacula-dir 9.6.7:\n");
	ck_assert_str_eq(j.sessions.list[0].image, "bacula-fd.exe");
	judged_free(&j);
	telling_judge(&j, "bacula", LEAD("07") GENERATES);
	ck_assert_ptr_null(j.sessions.list[0].image);
	judged_free(&j);
}
END_TEST

/*
 * Verdicts.
 */

START_TEST(backup_complete_without_a_set_is_found)
{
	telling_judge(&j, "bacula", LEAD("07") GENERATES
	    LEAD("08") "Fatal error: Generate VSS snapshots failed. ERR=x\n"
	    LEAD("09") "Error: " REFUSED);
	ck_assert_str_eq(telling_findings(&j), "1: error TRM-11");
	judged_free(&j);
}
END_TEST

START_TEST(so_is_one_that_is_taken_for_good)
{
	telling_judge(&j, "bacula", LEAD("07") GENERATES
	    LEAD("08") "Fatal error: Generate VSS snapshots failed. ERR=x\n"
	    LEAD("09") STATE("BackupComplete", "W", STABLE));
	ck_assert_ptr_nonnull(strstr(telling_findings(&j),
	    "1: error TRM-11"));
	judged_free(&j);
}
END_TEST

START_TEST(a_failed_set_alone_breaks_no_rule)
{
	telling_judge(&j, "bacula", LEAD("07") GENERATES
	    LEAD("08") "Fatal error: Generate VSS snapshots failed. ERR=x\n");
	ck_assert_str_eq(telling_findings(&j), "");
	judged_free(&j);
}
END_TEST

START_TEST(a_start_that_was_refused_first_breaks_no_rule)
{
	telling_judge(&j, "bacula", LEAD("07") GENERATES
	    LEAD("12") "VSS_E_SNAPSHOT_SET_IN_PROGRESS, retrying ...\n"
	    LEAD("30") STATE("BackupComplete", "W", STABLE));
	ck_assert_str_eq(telling_findings(&j), "");
	judged_free(&j);
}
END_TEST

/* The text with each `from` made `to`. */
static char *
replaced(const char *text, const char *from, const char *to, size_t *len)
{
	size_t n = 0;
	const char *p;
	char *out;

	for (p = text; (p = strstr(p, from)); p += strlen(from))
		n++;
	out = malloc(strlen(text) + n * strlen(to) + 1);
	ck_assert_ptr_nonnull(out);
	*out = 0;
	for (n = 0; (p = strstr(text, from)); text = p + strlen(from))
		n += sprintf(out + n, "%.*s%s", (int)(p - text), text, to);
	n += sprintf(out + n, "%s", text);
	*len = n;
	return out;
}

/* The lines about BackupComplete come after the object's release: beside a
 * recording that tells when that was, they must not be taken to be later. */
START_TEST(late_lines_are_no_late_calls)
{
	size_t len[3];
	char *text[3], *story;
	int i;

	story = telling_load("traces/formats/sysmon/complete.jsonl",
	    &len[0]);
	ck_assert_ptr_nonnull(story);
	text[0] = replaced(story, "backup.exe", "bareos-fd.exe", &len[0]);
	free(story);
	text[1] = telling_load("traces/formats/sqlwriter/complete.txt",
	    &len[1]);
	text[2] = strdup("2026-03-02 02:00:00 bareos-dir JobId 731: Start\n"
	    "2026-03-02 02:00:01 host1-fd JobId 731: Generate "
	    "VSS snapshots. Driver=\"Win64 VSS\", Drive(s)=\"C\"\n"
	    "2026-03-02 02:09:30 host1-fd JobId 731: VSS Writer "
	    "(BackupComplete): \"System Writer\", State: 0x1 "
	    "(VSS_WS_STABLE)\n");
	ck_assert(text[0] && text[1] && text[2]);
	len[2] = strlen(text[2]);
	telling_together(&j, (const char *const *)text, len, 3);
	ck_assert_int_eq(j.sessions.n, 1);
	ck_assert_str_eq(telling_findings(&j), "");
	for (i = 0; i < (int)j.recording.nnotes; i++)
		ck_assert_int_ne(j.recording.notes[i].kind,
		    VSS_NOTE_CONTRADICTION);
	judged_free(&j);
	for (i = 0; i < 3; i++)
		free(text[i]);
}
END_TEST

/*
 * Damage, size, recognition, real logs.
 */

START_TEST(damage_anywhere_is_survived)
{
	size_t len;
	char *text = telling_load("traces/formats/bacula/bad-order.txt",
	    &len);

	ck_assert_ptr_nonnull(text);
	telling_survives("bacula", text, len);
	free(text);
}
END_TEST

START_TEST(size_costs_no_more_than_its_share)
{
	telling_long_line("bacula", "05-Oct 10:18 h JobId ");
	telling_long_line("bacula", LEAD("07") "VSS Writer \"");
	telling_long_line("bacula", "VSS Writer (BackupComplete): \"");
	ck_assert(telling_seconds("bacula", LEAD("01") "a file that could "
	    "not be read\n" LEAD("02") STATE("BackupComplete", "W", STABLE),
	    500000) < 20);
}
END_TEST

START_TEST(job_logs_are_recognised_and_prose_is_not)
{
	static const char *const ours[] = { LEAD("07") GENERATES,
	    "22309: Error: " REFUSED,
	    "x\n\ny\n2018-10-05 10:19:02: Generate VSS snapshots.\n" };
	static const char *const others[] = { "",
	    "A job log says Generate VSS snapshots. and more\n",
	    "    Generate VSS snapshots.\n",
	    "    VSS Writer (BackupComplete): \"W\", State: 0x1\n",
	    "VSS Writer states are read by position\n",
	    "Writer name: 'System Writer'\n" };
	const struct format *f = telling_format("bacula");
	size_t i;

	for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		ck_assert_int_eq(f->probe(ours[i], strlen(ours[i])), 2);
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		ck_assert_int_eq(f->probe(others[i], strlen(others[i])), 0);
}
END_TEST

START_TEST(the_real_job_that_went_well_breaks_no_rule)
{
	size_t len;
	char *text = telling_capture("bacula-family/"
	    "bareos-17.2-win7-job19.txt", &len);

	if (!text)
		return;
	telling_judge(&j, "bacula", text);
	ck_assert_int_eq(j.sessions.n, 1);
	ck_assert_int_eq(j.sessions.list[0].nwriters, 11);
	ck_assert_str_eq(j.sessions.list[0].image, "bareos-fd.exe");
	ck_assert_int_eq(j.sessions.list[0].began, START);
	ck_assert_str_eq(telling_findings(&j), "");
	ck_assert_int_eq(telling_verdict(&j, 0, "TRM-11"),
	    VSS_NOT_EXERCISED);
	judged_free(&j);
	free(text);
}
END_TEST

START_TEST(the_real_job_that_completes_what_was_not_made_is_found)
{
	size_t len;
	char *text = telling_capture("bacula-family/"
	    "bareos-23-win10-bad-order-1923.txt", &len);

	if (!text)
		return;
	tells(text, "1 DO.err @- \"JobId 22309\" middle\n"
	    "2 COMPL.call @- \"JobId 22309\"\n"
	    "2 COMPL.err @- \"JobId 22309\"\n"
	    "3 GETST.ok =failed MSSearch Service Writer @- \"JobId 22309\"\n"
	    "4 GETST.ok =failed Shadow Copy Optimization Writer @- \"JobId "
	    "22309\"\n");
	telling_judge(&j, "bacula", text);
	ck_assert_str_eq(telling_findings(&j), "1: error TRM-11");
	judged_free(&j);
	free(text);
}
END_TEST

START_TEST(the_real_log_of_burp_ends_before_anything_is_wrong)
{
	size_t len;
	char *text = telling_capture("bacula-family/"
	    "burp-3.1-win11-prepare-935.txt", &len);

	if (!text)
		return;
	telling_judge(&j, "bacula", text);
	ck_assert_int_eq(j.sessions.n, 1);
	ck_assert_str_eq(j.sessions.list[0].image, "burp.exe");
	ck_assert_int_eq(j.sessions.list[0].nwriters, 7);
	ck_assert_str_eq(telling_findings(&j), "");
	judged_free(&j);
	free(text);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("bacula");
	TCase *c = tcase_create("bacula");

	tcase_set_timeout(c, 120);
	tcase_add_checked_fixture(c, setup, NULL);
	tcase_add_test(c, with_a_date_and_seconds);
	tcase_add_test(c, without_a_year_it_is_that_of_the_summary);
	tcase_add_test(c, a_month_in_another_language_leaves_the_time_open);
	tcase_add_test(c, of_burp);
	tcase_add_test(c, what_pasting_left_of_one);
	tcase_add_test(c, the_end_of_lines_and_their_kind_do_not_matter);
	tcase_add_test(c, status_is_what_was_gathered_before_at_a_time_not_told);
	tcase_add_test(c, a_state_goes_by_its_name_then_by_one_digit);
	tcase_add_test(c, a_failed_call_is_that_call);
	tcase_add_test(c, a_failed_set_without_a_failed_call_is_one_that_came_to_nothing);
	tcase_add_test(c, a_refused_start_is_tried_again);
	tcase_add_test(c, what_no_rule_knows_is_shown_beside);
	tcase_add_test(c, a_status_that_cannot_be_read_is_refused);
	tcase_add_test(c, jobs_are_mixed_and_kept_apart);
	tcase_add_test(c, a_job_run_again_is_another_backup);
	tcase_add_test(c, more_jobs_than_are_kept_are_joined_in_the_middle);
	tcase_add_test(c, the_program_is_known_by_its_name);
	tcase_add_test(c, backup_complete_without_a_set_is_found);
	tcase_add_test(c, so_is_one_that_is_taken_for_good);
	tcase_add_test(c, a_failed_set_alone_breaks_no_rule);
	tcase_add_test(c, a_start_that_was_refused_first_breaks_no_rule);
	tcase_add_test(c, late_lines_are_no_late_calls);
	tcase_add_test(c, damage_anywhere_is_survived);
	tcase_add_test(c, size_costs_no_more_than_its_share);
	tcase_add_test(c, job_logs_are_recognised_and_prose_is_not);
	tcase_add_test(c, the_real_job_that_went_well_breaks_no_rule);
	tcase_add_test(c, the_real_job_that_completes_what_was_not_made_is_found);
	tcase_add_test(c, the_real_log_of_burp_ends_before_anything_is_wrong);
	suite_add_tcase(s, c);
	return telling_run(s);
}
