/*
 * SQL Server's ERRORLOG: when its databases stood still, for whomever; and
 * what of that may be laid to a backup's account.
 */
#define _POSIX_C_SOURCE 200809L
#include "telling.h"

/* 2014-01-27 09:35:00 UTC */
#define START (INT64_C(1390815300) * 1000000)

static struct telling t;
static struct judged j;

static void
setup(void)
{
	memset(&t, 0, sizeof(t));
	t.start = START;
}

#define AT(second, rest) "2014-01-27 09:35:" second " spid71      " rest "\n"
#define FROZEN(second, db) AT(second, "I/O is frozen on database " db \
	". No user action is required. However, if I/O is not resumed " \
	"promptly, you could cancel the backup.")
#define RESUMED(second, db) AT(second, "I/O was resumed on database " db \
	". No user action is required.")

static void
tells(const char *text, const char *expected)
{
	telling_must(&t, "errorlog", text, expected);
}

START_TEST(a_burst_is_told_when_all_of_it_is_resumed)
{
	tells(FROZEN("15.43", "model") "\n" FROZEN("15.44", "msdb") "\n"
	    RESUMED("25.57", "msdb") RESUMED("25.58", "model"),
	    "1 FREEZEIO. SqlServerWriter @15.43\n"
	    "6 RESUMEIO. SqlServerWriter @25.58\n"
	    "1 # SQL Server: I/O frozen on 2 databases for 10.15 s, by VSS or "
	    "by another snapshot backup\n");
	ck_assert_uint_eq(t.counts.used, 4);
	ck_assert_uint_eq(t.counts.ignored, 2);
	ck_assert_int_eq(t.profile.tick, 10000);
}
END_TEST

START_TEST(carriage_returns_and_wide_sources_are_fine)
{
	tells("2014-01-27 09:35:15.43 spid7s      I/O is frozen on database "
	    "a. No user action is required.\r\n2014-01-27 09:35:16.43 "
	    "spid1234    I/O was resumed on database a. No user action is "
	    "required.",
	    "1 FREEZEIO. SqlServerWriter @15.43\n"
	    "2 RESUMEIO. SqlServerWriter @16.43\n"
	    "1 # SQL Server: I/O frozen on 1 database for 1.00 s, by VSS or "
	    "by another snapshot backup\n");
}
END_TEST

START_TEST(names_of_databases_may_hold_anything)
{
	tells(FROZEN("15.43", "a. No user action is required. b")
	    RESUMED("15.44", "a") RESUMED("15.50",
	    "a. No user action is required. b"),
	    "1 FREEZEIO. SqlServerWriter @15.43\n"
	    "3 RESUMEIO. SqlServerWriter @15.5\n"
	    "1 # SQL Server: I/O frozen on 1 database for 0.07 s, by VSS or "
	    "by another snapshot backup\n");
}
END_TEST

START_TEST(what_is_not_resumed_in_the_log_is_no_event)
{
	tells(FROZEN("15.43", "a") FROZEN("15.44", "b") RESUMED("15.50", "a"),
	    "1 # SQL Server: I/O frozen on 2 databases and not resumed in "
	    "this log\n");
	tells(RESUMED("15.50", "a"), "");
}
END_TEST

START_TEST(a_database_frozen_again_begins_a_new_burst)
{
	tells(FROZEN("15.43", "a") FROZEN("20.00", "a") RESUMED("21.00", "a"),
	    "1 # SQL Server: I/O frozen on 1 database and not resumed in this "
	    "log\n"
	    "2 FREEZEIO. SqlServerWriter @20\n"
	    "3 RESUMEIO. SqlServerWriter @21\n"
	    "2 # SQL Server: I/O frozen on 1 database for 1.00 s, by VSS or "
	    "by another snapshot backup\n");
}
END_TEST

START_TEST(a_database_frozen_twice_in_a_burst_is_one)
{
	tells(FROZEN("15.43", "a") FROZEN("15.43", "b") RESUMED("16.00", "a")
	    FROZEN("16.10", "a") RESUMED("17.00", "b")
	    RESUMED("18.00", "a"),
	    "1 FREEZEIO. SqlServerWriter @15.43\n"
	    "6 RESUMEIO. SqlServerWriter @18\n"
	    "1 # SQL Server: I/O frozen on 2 databases for 2.57 s, by VSS or "
	    "by another snapshot backup\n");
}
END_TEST

START_TEST(as_many_databases_as_an_instance_has)
{
	enum { MANY = 32767 };
	char *text = malloc((size_t)(MANY + 1) * 200), *p = text;
	int i, more;

	ck_assert_ptr_nonnull(text);
	for (more = 0; more < 2; more++) {
		p = text;
		for (i = 0; i < MANY + more; i++)
			p += sprintf(p, "2014-01-27 09:35:15.43 spid71      "
			    "I/O is frozen on database d%d. No user action "
			    "is required.\n", i);
		t.quiet = 1;
		ck_assert_int_eq(telling_read(&t, "errorlog", text,
		    (size_t)(p - text)), VSS_OK);
		ck_assert_uint_eq(t.refused, (unsigned)more);
	}
	free(text);
}
END_TEST

START_TEST(the_start_of_the_server_tells_the_offset)
{
	tells("2014-01-27 00:00:01.00 Server      UTC adjustment: -8:00\n"
	    FROZEN("15.43", "a") RESUMED("16.43", "a"),
	    "2 FREEZEIO. SqlServerWriter @28815.4\n"
	    "3 RESUMEIO. SqlServerWriter @28816.4\n"
	    "2 # SQL Server: I/O frozen on 1 database for 1.00 s, by VSS or "
	    "by another snapshot backup\n");
	ck_assert(!t.profile.local_time);
	tells(FROZEN("15.43", "a"), t.text[0] ? "1 # SQL Server: I/O frozen "
	    "on 1 database and not resumed in this log\n" : "");
	ck_assert(t.profile.local_time);
}
END_TEST

START_TEST(a_line_that_cannot_be_placed_is_refused)
{
	tells("2014-13-27 09:35:15.43 spid71      I/O is frozen on database "
	    "a. No user action is required.\n"
	    "09:35:15.43 I/O was resumed on database a.\n",
	    "1 ! no such time\n"
	    "2 ! the line tells of frozen I/O, but does not begin with "
	    "YYYY-MM-DD HH:MM:SS.cc and a source\n");
	ck_assert_uint_eq(t.counts.rejected, 2);
}
END_TEST

START_TEST(damage_anywhere_is_survived)
{
	size_t len;
	char *text = telling_load("traces/formats/errorlog/complete.txt",
	    &len);

	ck_assert_ptr_nonnull(text);
	telling_survives("errorlog", text, len);
	free(text);
}
END_TEST

START_TEST(size_costs_no_more_than_its_share)
{
	telling_long_line("errorlog", "2014-01-27 09:35:15.43 spid71      "
	    "I/O is frozen on database ");
	ck_assert(telling_seconds("errorlog", FROZEN("15.43", "a")
	    FROZEN("15.43", "b") AT("15.50", "Something else")
	    RESUMED("16.43", "b") RESUMED("16.43", "a"), 200000) < 20);
}
END_TEST

/*
 * Judged alone it shows no backup; beside others it is theirs only while
 * their writer is frozen.
 */

START_TEST(alone_it_is_no_backup)
{
	telling_judge(&j, "errorlog", FROZEN("15.43", "a")
	    RESUMED("25.43", "a"));
	ck_assert_int_eq(j.sessions.n, 0);
	ck_assert_uint_eq(j.sessions.unattributed, 2);
	ck_assert_uint_eq(j.recording.nasides, 1);
	judged_free(&j);
}
END_TEST

#define HEAD "{\"vsscheck\": 1, \"hides\": [\"FREEZEIO\", \"RESUMEIO\"]}\n"
#define EVENT(second, event) "{\"t\": \"2014-01-27T09:35:" second "Z\", " \
	"\"event\": \"" event "\", \"object\": \"b\", \"pid\": 7, " \
	"\"writer\": \"SqlServerWriter\"}\n"
#define CALL(second, event) "{\"t\": \"2014-01-27T09:35:" second "Z\", " \
	"\"event\": \"" event "\", \"object\": \"b\", \"pid\": 7}\n"
#define OFFSET "2014-01-27 00:00:01.00 Server      UTC adjustment: 0:00\n"

static void
beside(const char *errorlog, int attributed, const char *findings)
{
	const char *texts[] = { HEAD
	    "{\"t\": \"2014-01-27T09:35:01Z\", \"event\": \"PREP.call\", "
	    "\"object\": \"b\", \"pid\": 7, \"middle\": true}\n"
	    EVENT("02.000", "PB.in") EVENT("02.100", "PB.out")
	    CALL("03.000", "PREP.fin") CALL("04.000", "GWS.call")
	    CALL("04.500", "GWS.fin") CALL("09.000", "DO.call")
	    EVENT("10.000", "PS.in") EVENT("10.100", "PS.out")
	    EVENT("11.000", "FZ.in") EVENT("12.000", "FZ.out")
	    EVENT("15.000", "AB.in") EVENT("16.000", "AB.out"), errorlog };
	const struct vss_session *se;

	telling_together(&j, texts, NULL, 2);
	ck_assert_int_eq(j.sessions.n, 1);
	se = &j.sessions.list[0];
	ck_assert_int_eq(se->seen >> KIND_FREEZEIO & 1, attributed);
	ck_assert_int_eq(se->seen >> KIND_RESUMEIO & 1, attributed);
	ck_assert_str_eq(telling_findings(&j), findings);
	judged_free(&j);
}

START_TEST(what_freezes_while_the_writer_is_frozen_is_of_its_backup)
{
	beside(OFFSET FROZEN("11.50", "a") RESUMED("15.50", "a"), 1, "");
}
END_TEST

START_TEST(writes_that_outlast_the_writers_abort_are_found)
{
	beside(OFFSET FROZEN("11.50", "a") RESUMED("19.50", "a"), 1,
	    "1: error ABT-13");
}
END_TEST

START_TEST(another_snapshot_is_not_laid_to_its_account)
{
	beside(OFFSET FROZEN("05.50", "a") RESUMED("19.50", "a"), 0, "");
	beside(OFFSET FROZEN("15.80", "a") RESUMED("19.50", "a"), 0, "");
	beside(OFFSET FROZEN("30.00", "a") RESUMED("31.50", "a"), 0, "");
}
END_TEST

START_TEST(writes_that_nobody_saw_resumed_are_held_against_nobody)
{
	beside(OFFSET FROZEN("11.50", "a"), 0, "");
}
END_TEST

START_TEST(the_log_is_recognised_and_others_are_not)
{
	const struct format *f = telling_format("errorlog");
	static const char *const others[] = { "",
	    "2014-01-27 09:35:15 spid71 no fraction\n",
	    "2014-01-27 09:35:15.430 spid71 of a thousandth\n",
	    "2014-01-27 09:35:15.43 something of another program\n",
	    "I/O is frozen on database model. No user action is required.\n",
	};
	size_t i;

	ck_assert_int_eq(f->probe(AT("15.43", "x"), strlen(AT("15.43", "x"))),
	    2);
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		ck_assert_int_eq(f->probe(others[i], strlen(others[i])), 0);
}
END_TEST

START_TEST(the_real_log_stood_still_for_ten_seconds)
{
	size_t len;
	char *text = telling_capture("sql-errorlog/"
	    "rds-2012-freeze-2014-01-27.txt", &len);

	if (!text)
		return;
	tells(text, "7 FREEZEIO. SqlServerWriter @15.43\n"
	    "21 RESUMEIO. SqlServerWriter @25.57\n"
	    "7 # SQL Server: I/O frozen on 4 databases for 10.14 s, by VSS or "
	    "by another snapshot backup\n");
	ck_assert_int_eq(telling_format("errorlog")->probe(text, len), 2);
	free(text);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("errorlog");
	TCase *c = tcase_create("errorlog");

	tcase_set_timeout(c, 120);
	tcase_add_checked_fixture(c, setup, NULL);
	tcase_add_test(c, a_burst_is_told_when_all_of_it_is_resumed);
	tcase_add_test(c, carriage_returns_and_wide_sources_are_fine);
	tcase_add_test(c, names_of_databases_may_hold_anything);
	tcase_add_test(c, what_is_not_resumed_in_the_log_is_no_event);
	tcase_add_test(c, a_database_frozen_again_begins_a_new_burst);
	tcase_add_test(c, a_database_frozen_twice_in_a_burst_is_one);
	tcase_add_test(c, as_many_databases_as_an_instance_has);
	tcase_add_test(c, the_start_of_the_server_tells_the_offset);
	tcase_add_test(c, a_line_that_cannot_be_placed_is_refused);
	tcase_add_test(c, damage_anywhere_is_survived);
	tcase_add_test(c, size_costs_no_more_than_its_share);
	tcase_add_test(c, alone_it_is_no_backup);
	tcase_add_test(c, what_freezes_while_the_writer_is_frozen_is_of_its_backup);
	tcase_add_test(c, writes_that_outlast_the_writers_abort_are_found);
	tcase_add_test(c, another_snapshot_is_not_laid_to_its_account);
	tcase_add_test(c, writes_that_nobody_saw_resumed_are_held_against_nobody);
	tcase_add_test(c, the_log_is_recognised_and_others_are_not);
	tcase_add_test(c, the_real_log_stood_still_for_ten_seconds);
	suite_add_tcase(s, c);
	return telling_run(s);
}
