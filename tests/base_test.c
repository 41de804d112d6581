/*
 * Lines and times: what every importer relies on.
 */
#define _POSIX_C_SOURCE 200809L
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include "base.h"

#define SECOND INT64_C(1000000)
#define DAY (86400 * SECOND)

/* The lines of a text as [..][..]; the bytes end at the end of their memory,
 * so that reading on traps. */
static const char *
lines_of(const char *text)
{
	static char out[256];
	size_t n = strlen(text);
	char *copy = malloc(n ? n : 1);
	const char *p = copy, *start, *stop;

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, text, n);
	*out = 0;
	while (start = p, (stop = vss_line(&p, copy + n))) {
		strcat(out, "[");
		strncat(out, start, stop - start);
		strcat(out, "]");
	}
	ck_assert_ptr_eq(p, copy + n);
	free(copy);
	return out;
}

START_TEST(lines_end_with_a_line_feed)
{
	ck_assert_str_eq(lines_of("one\ntwo\n"), "[one][two]");
}
END_TEST

START_TEST(a_carriage_return_before_it_belongs_to_the_end)
{
	ck_assert_str_eq(lines_of("one\r\ntwo\r\n"), "[one][two]");
	ck_assert_str_eq(lines_of("one\r\ntwo\nthree\r\n"),
	    "[one][two][three]");
	ck_assert_str_eq(lines_of("one\r\r\n"), "[one\r]");
	ck_assert_str_eq(lines_of("o\rne\n"), "[o\rne]");
}
END_TEST

START_TEST(the_last_line_need_not_end)
{
	ck_assert_str_eq(lines_of("one\ntwo"), "[one][two]");
	ck_assert_str_eq(lines_of("one\r\ntwo\r"), "[one][two]");
	ck_assert_str_eq(lines_of("x"), "[x]");
}
END_TEST

START_TEST(empty_lines_are_lines_and_an_empty_text_has_none)
{
	ck_assert_str_eq(lines_of(""), "");
	ck_assert_str_eq(lines_of("\n"), "[]");
	ck_assert_str_eq(lines_of("\r\n"), "[]");
	ck_assert_str_eq(lines_of("\n\r\n\n"), "[][][]");
	ck_assert_str_eq(lines_of("\r"), "[]");
}
END_TEST

START_TEST(the_end_stays_the_end)
{
	const char *text = "a", *p = text;

	ck_assert_ptr_eq(vss_line(&p, text + 1), text + 1);
	ck_assert_ptr_null(vss_line(&p, text + 1));
	ck_assert_ptr_null(vss_line(&p, text + 1));
}
END_TEST

static const struct { const char *text; int64_t t; } times[] = {
	{ "1970-01-01T00:00:00Z", 0 },
	{ "1970-01-01T00:00:01Z", SECOND },
	{ "1970-01-02 00:00:00", DAY },
	{ "1969-12-31T23:59:59Z", -SECOND },
	{ "1969-12-31T23:59:59.999Z", -1000 },
	{ "2000-01-01T00:00:00Z", 946684800 * SECOND },
	{ "2023-07-19T16:03:45.992Z", 1689782625 * SECOND + 992000 },
	{ "2023-07-19 16:03:45.992", 1689782625 * SECOND + 992000 },
	/* leap years: every fourth, not every hundredth, every 400th */
	{ "2024-02-29T00:00:00Z", 1709164800 * SECOND },
	{ "2024-03-01T00:00:00Z", 1709251200 * SECOND },
	{ "2023-03-01T00:00:00Z", 1677628800 * SECOND },
	{ "2000-02-29T00:00:00Z", 951782400 * SECOND },
	{ "2000-03-01T00:00:00Z", 951868800 * SECOND },
	{ "2100-03-01T00:00:00Z", 4107542400 * SECOND },
	{ "1900-03-01T00:00:00Z", -2203891200 * SECOND },
	/* any number of decimals, the seventh and on not kept */
	{ "1970-01-01T00:00:00.5Z", 500000 },
	{ "1970-01-01T00:00:00.000001Z", 1 },
	{ "1970-01-01T00:00:00.1234567Z", 123456 },
	{ "1970-01-01T00:00:00.123456789012345678901234567890Z", 123456 },
	/* offsets */
	{ "1970-01-01T02:00:00+02:00", 0 },
	{ "1970-01-01T02:00:00+0200", 0 },
	{ "1969-12-31T17:00:00-07:00", 0 },
	{ "1970-01-01T05:30:00.25+05:30", 250000 },
	{ "1969-12-31T20:30:00-03:30", 0 },
	{ "1970-01-01T00:00:00+00:00", 0 },
	/* a leap second is the second after */
	{ "2016-12-31T23:59:60Z", 1483228800 * SECOND },
};

START_TEST(times_are_microseconds_since_1970)
{
	ck_assert_msg(vss_time_parse(times[_i].text) == times[_i].t,
	    "%s is %lld, not %lld", times[_i].text,
	    (long long)vss_time_parse(times[_i].text),
	    (long long)times[_i].t);
}
END_TEST

static const char *const garbage[] = {
	"", " ", "now", "2023", "2023-07-19", "2023-07-19T", "2023-07-19T16:03",
	"2023-07-19T16:03:4", "2023-7-19T16:03:45", "23-07-19T16:03:45",
	"2023/07/19T16:03:45", "2023-07-19_16:03:45", "2023-07-19T16.03.45",
	"2023-00-19T16:03:45", "2023-13-19T16:03:45", "2023-07-00T16:03:45",
	"2023-07-32T16:03:45", "2023-07-19T24:03:45", "2023-07-19T16:60:45",
	"2023-07-19T16:03:61", "2023-07-19T16:03:45z", "2023-07-19T16:03:45ZZ",
	"2023-07-19T16:03:45Z ", " 2023-07-19T16:03:45Z",
	"2023-07-19T16:03:45+", "2023-07-19T16:03:45+2",
	"2023-07-19T16:03:45+02", "2023-07-19T16:03:45+02:",
	"2023-07-19T16:03:45+02:0", "2023-07-19T16:03:45+24:00",
	"2023-07-19T16:03:45+02:60", "2023-07-19T16:03:45,5Z",
	"-023-07-19T16:03:45Z", "+023-07-19T16:03:45Z", "2023-07-19T16:-3:45Z",
	"2023-07-19T16:03:45.9Z9", "0x23-07-19T16:03:45Z",
	"12023-07-19T16:03:45Z",
	/* days that their month does not have */
	"2023-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2024-02-30T00:00:00Z",
	"2023-04-31T00:00:00Z", "2023-06-31T00:00:00Z", "2023-11-31T00:00:00Z",
};

START_TEST(what_is_not_a_time_is_no_time)
{
	ck_assert_msg(vss_time_parse(garbage[_i]) == VSS_NO_TIME,
	    "\"%s\" is taken for a time", garbage[_i]);
}
END_TEST

START_TEST(a_time_cut_anywhere_is_no_other_time)
{
	const char *full = "2023-07-19T16:03:45.992+02:00";
	size_t n, whole = strlen("2023-07-19T16:03:45");
	char cut[40];

	for (n = 0; n < strlen(full); n++) {
		memcpy(cut, full, n);
		cut[n] = 0;
		if (n < whole || n > strlen("2023-07-19T16:03:45.992"))
			ck_assert_msg(vss_time_parse(cut) == VSS_NO_TIME,
			    "\"%s\" is taken for a time", cut);
	}
}
END_TEST

static const struct { int64_t t; const char *text; } formatted[] = {
	{ 0, "1970-01-01 00:00:00.000" },
	{ -1000, "1969-12-31 23:59:59.999" },
	{ 1689782625 * SECOND + 992000, "2023-07-19 16:03:45.992" },
	{ 1709164800 * SECOND, "2024-02-29 00:00:00.000" },
	{ 951782400 * SECOND, "2000-02-29 00:00:00.000" },
	{ 4107542400 * SECOND, "2100-03-01 00:00:00.000" },
	{ 253402300799 * SECOND + 999000, "9999-12-31 23:59:59.999" },
};

START_TEST(times_are_shown_in_utc_with_milliseconds)
{
	char buf[32];

	vss_time_format(formatted[_i].t, buf);
	ck_assert_str_eq(buf, formatted[_i].text);
}
END_TEST

START_TEST(a_time_that_is_shown_can_be_read_back)
{
	const int64_t step = 37 * DAY + 12345678000 + 1000;
	int64_t t;
	char buf[32];

	for (t = -50000 * DAY; t < 1000000 * DAY; t += step) {
		vss_time_format(t, buf);
		ck_assert_msg(vss_time_parse(buf) == t, "%lld is shown as %s",
		    (long long)t, buf);
	}
}
END_TEST

START_TEST(no_time_makes_the_formatter_write_past_its_32_bytes)
{
	static const int64_t far[] = { INT64_MIN, INT64_MIN + 1, INT64_MAX,
	    -1, INT64_MAX / 2, INT64_MIN / 2 };
	char *buf = malloc(32);
	size_t i;

	ck_assert_ptr_nonnull(buf);
	for (i = 0; i < sizeof(far) / sizeof(far[0]); i++) {
		vss_time_format(far[i], buf);
		ck_assert_uint_lt(strlen(buf), 32);
	}
	free(buf);
}
END_TEST

START_TEST(errors_say_where_and_are_cut_to_their_room)
{
	struct vss_error e;
	char big[600];

	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = 0;
	vss_error_set(&e, 7, 3, "%s", big);
	ck_assert_uint_eq(e.line, 7);
	ck_assert_uint_eq(e.column, 3);
	ck_assert_uint_eq(strlen(e.text), sizeof(e.text) - 1);
}
END_TEST

#define N(a) (int)(sizeof(a) / sizeof((a)[0]))

int
main(void)
{
	Suite *s = suite_create("base");
	TCase *tc = tcase_create("lines");
	SRunner *r;
	int failed;

	tcase_add_test(tc, lines_end_with_a_line_feed);
	tcase_add_test(tc, a_carriage_return_before_it_belongs_to_the_end);
	tcase_add_test(tc, the_last_line_need_not_end);
	tcase_add_test(tc, empty_lines_are_lines_and_an_empty_text_has_none);
	tcase_add_test(tc, the_end_stays_the_end);
	suite_add_tcase(s, tc);

	tc = tcase_create("times");
	tcase_add_loop_test(tc, times_are_microseconds_since_1970, 0,
	    N(times));
	tcase_add_loop_test(tc, what_is_not_a_time_is_no_time, 0, N(garbage));
	tcase_add_test(tc, a_time_cut_anywhere_is_no_other_time);
	tcase_add_loop_test(tc, times_are_shown_in_utc_with_milliseconds, 0,
	    N(formatted));
	tcase_add_test(tc, a_time_that_is_shown_can_be_read_back);
	tcase_add_test(tc,
	    no_time_makes_the_formatter_write_past_its_32_bytes);
	tcase_add_test(tc, errors_say_where_and_are_cut_to_their_room);
	suite_add_tcase(s, tc);

	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
