/*
 * Lists of vssadmin: nothing of them is an event.
 */
#include "told.h"

#define READ vss_vssadmin_read
#define BANNER "vssadmin 1.1 - Volume Shadow Copy Service administrative " \
	"command-line tool\n(C) Copyright 2001-2013 Microsoft Corp.\n\n"
#define CLASS "{a65faa63-5ea8-4ebc-9dbd-a0c4db26912a}"
#define ONE "{3e0f7b62-94d1-4a5c-8b27-d6c10f9e4a83}"
#define TWO "{7c25d9e0-1fa8-43b6-9e5d-08b4a2f61c37}"
#define WRITER(name, id, state, error) "Writer name: '" name "'\n" \
	"   Writer Id: " CLASS "\n   Writer Instance Id: " id "\n" \
	"   State: " state "\n   Last error: " error "\n\n"
#define FINE(name, id) WRITER(name, id, "[1] Stable", "No error")

static struct told t;

static const char *
beside(const char *text)
{
	tell_text(READ, text, &t);
	ck_assert_str_eq(t.events, "");
	return t.beside;
}

START_TEST(nothing_of_a_list_is_an_event)
{
	int k;

	ck_assert_str_eq(beside(BANNER FINE("A", ONE) FINE("B", TWO)),
	    "2 writers listed, all stable");
	for (k = 1; k < KIND_COUNT; k++)
		ck_assert(k == KIND_END || !t.profile.shows[k]);
	ck_assert_ptr_nonnull(t.profile.limits);
}
END_TEST

START_TEST(states_go_by_their_numbers)
{
	static const struct { const char *state, *text; } states[] = {
		{ "[2] x", "state 2, waiting for Freeze" },
		{ "[3] x", "state 3, waiting for Thaw" },
		{ "[4] x", "state 4, waiting for PostSnapshot" },
		{ "[5] Waiting for completion",
		    "state 5, waiting for BackupComplete" },
		{ "[6] x", "state 6, failed in Identify; last error: E" },
		{ "[7] Failed",
		    "state 7, failed in PrepareForBackup; last error: E" },
		{ "[9] Failed", "state 9, failed in Freeze; last error: E" },
		{ "[15] x",
		    "state 15, failed in BackupShutdown; last error: E" },
		{ "[99] x", "state 99, failed; last error: E" },
	};
	char text[600], expected[200];
	size_t i;

	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		snprintf(text, sizeof(text), "Writer name: 'A'\n  I: " CLASS
		    "\n  J: " ONE "\n  S: %s\n  L: E\n", states[i].state);
		snprintf(expected, sizeof(expected), "writer A: %s",
		    states[i].text);
		ck_assert_ptr_nonnull(strstr(beside(text), expected));
	}
}
END_TEST

START_TEST(words_do_not_matter)
{
	static const char *const texts[] = {
		/* labels with an apostrophe of their own, a wide colon, bytes
		 * that are no UTF-8 */
		"Nom de l'auteur : 'A'\n  X : " CLASS "\n  Y : " ONE "\n"
		"  \311tat : [9] \311chec\n  Derni\350re erreur : D\351lai\n",
		"\347\274\226\345\206\231\345\231\250\357\274\232'A'\n"
		"  ID\357\274\232" CLASS "\n  ID\357\274\232" ONE "\n"
		"  S\357\274\232 [9] X\n  E: D?lai\n",
		"> Writer name: 'A'\r\n> \r\n>    Writer Id: " CLASS "\r\n\r\n"
		">    Writer Instance Id: " ONE "\r\n>    State: [9] Failed\r\n"
		">    Last error: D?lai\r\n",
	};
	size_t i;

	for (i = 0; i < 3; i++)
		ck_assert_str_eq(beside(texts[i]), "1 writer listed: 1 "
		    "failed, 0 waiting\nwriter A: state 9, failed in Freeze; "
		    "last error: D?lai");
}
END_TEST

START_TEST(what_is_no_writer_is_none)
{
	ck_assert_str_eq(beside(BANNER "Writer name: 'A'\n   Writer Id: "
	    CLASS "\n   Writer Instance Id: none\n   State: [9] Failed\n"
	    "   Last error: x\nProvider: 'Microsoft'\n"), "");
}
END_TEST

START_TEST(two_lists_tell_what_has_changed)
{
	ck_assert_str_eq(beside(BANNER FINE("A", ONE) FINE("B", TWO) BANNER
	    WRITER("A", ONE, "[9] Failed", "Timed out")
	    WRITER("B", TWO, "[5] Waiting", "No error")),
	    "2 writers listed, all stable\n"
	    "2 writers listed: 1 failed, 1 waiting\n"
	    "writer A: state 9, failed in Freeze; last error: Timed out\n"
	    "writer B: state 5, waiting for BackupComplete\n"
	    "writer A was \"stable\" in the list of line 4 and is \"failed in "
	    "Freeze\" in this one: it has failed in between\n"
	    "writer B was \"stable\" in the list of line 4 and is \"waiting "
	    "for BackupComplete\" in this one: a backup began in between, and "
	    "to this writer it is not over");
}
END_TEST

START_TEST(a_list_without_a_banner_begins_with_the_first_writer_again)
{
	ck_assert_str_eq(beside(FINE("A", ONE) FINE("B", TWO) FINE("A", ONE)
	    FINE("B", TWO)), "2 writers listed, all stable\n"
	    "2 writers listed, all stable");
}
END_TEST

START_TEST(writers_come_and_go_and_are_started_anew)
{
	ck_assert_str_eq(beside(BANNER FINE("A", ONE) FINE("B", TWO) BANNER
	    FINE("A", CLASS) FINE("C", "{00000000-0000-0000-0000-"
	    "000000000000}")),
	    "2 writers listed, all stable\n2 writers listed, all stable\n"
	    "writer A has another instance id than in the list of line 4: it "
	    "has been started anew\n"
	    "writer C was not in the list of line 4\n"
	    "writer B was in the list of line 4 and is not in this one");
}
END_TEST

#define COPIES(set) "Contents of shadow copy set ID: " set "\n" \
	"   Contained 2 shadow copies at creation time: 3/2/2026 2:00:12 AM\n" \
	"      Shadow Copy ID: " CLASS "\n" \
	"         Original Volume: (D:)\\\\?\\Volume{0a6e2c51-7d34-4b18-9f60-" \
	"2c85e1d3a947}\\\n         Shadow Copy Volume: " \
	"\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy7\n" \
	"         Provider: 'Microsoft Software Shadow Copy provider 1.0'\n" \
	"         Type: ClientAccessibleWriters\n\n" \
	"      Shadow Copy ID: {b41d07c3-52e8-4f0a-8c1e-9a60d3f7215b}\n" \
	"         Shadow Copy Volume: " \
	"\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy8\n\n"

START_TEST(shadow_copies_are_counted_by_set)
{
	ck_assert_str_eq(beside(BANNER COPIES(ONE) COPIES(TWO)),
	    "4 shadow copies listed, of 2 sets");
}
END_TEST

START_TEST(sets_that_are_new_or_gone_are_named)
{
	ck_assert_str_eq(beside(BANNER COPIES(ONE) BANNER COPIES(TWO)),
	    "2 shadow copies listed, of 1 set\n"
	    "2 shadow copies listed, of 1 set\n"
	    "shadow copy set " TWO " has been made since the list of line 4\n"
	    "shadow copy set " ONE " of the list of line 4 is gone");
}
END_TEST

START_TEST(it_is_recognised_and_nothing_else_is)
{
	static const char fr[] = "Nom : 'A'\n X : " CLASS "\n Y : " ONE
	    "\n Z : [1] Stable\n E : Aucune\n",
	    event[] = "Writer Name: System Writer\nWriter Instance ID: " ONE
	    "\nState: [9]\n";

	ck_assert_int_eq(vss_vssadmin_probe(BANNER, strlen(BANNER)), 2);
	ck_assert_int_eq(vss_vssadmin_probe(fr, strlen(fr)), 2);
	ck_assert_int_eq(vss_vssadmin_probe(event, strlen(event)), 0);
}
END_TEST

START_TEST(damage_costs_no_more_than_what_it_hits)
{
	bears_damage(READ, "traces/formats/vssadmin/crash.txt");
}
END_TEST

START_TEST(long_texts_take_their_time_and_no_more)
{
	size_t len;
	char *buf = many(FINE("A", ONE), 100000, &len);

	/* the same writer again and again: as many lists */
	memset(&t, 0, sizeof(t));
	t.quiet = 1;
	tell_bytes(READ, buf, len, &t);
	ck_assert_uint_eq(t.nbeside, 100000);
	free(buf);
	bears_length(READ, FINE("A", ONE) FINE("B", TWO), 100000);
	bears_length(READ, COPIES(ONE), 50000);
	bears_length(READ, "x : 'y'\n", 1000000);
	bears_length(READ, "'", 10000000);
	bears_length(READ, "[1", 5000000);
}
END_TEST

/* More writers than are compared: counted. */
START_TEST(a_long_list_is_counted_whole)
{
	char *buf = malloc(1 << 20), *p = buf;
	int i;

	ck_assert_ptr_nonnull(buf);
	for (i = 0; i < 600; i++)
		p += sprintf(p, "W: 'w%d'\n I: " CLASS "\n J: {%08d-94d1-4a5c-"
		    "8b27-d6c10f9e4a83}\n S: [1] x\n E: none\n", i, i);
	ck_assert_str_eq(beside(buf), "600 writers listed: 0 failed, 0 waiting");
	free(buf);
}
END_TEST

START_TEST(real_lists_read_as_described)
{
	static const char *const files[] = {
		"vssadmin/list-writers-en-cssexchange-2093.txt",
		"vssadmin/list-writers-fr-openzfs-406.txt" };
	char *buf;
	size_t i, len;

	for (i = 0; i < 2; i++) {
		if (!(buf = capture(files[i], &len)))
			continue;
		buf[len] = 0;
		ck_assert_str_eq(beside(buf), "4 writers listed, all stable");
		ck_assert_int_eq(vss_vssadmin_probe(buf, len), 2);
		free(buf);
	}
}
END_TEST

int
main(void)
{
	TCase *c = tcase_create("vssadmin");

	tcase_add_test(c, nothing_of_a_list_is_an_event);
	tcase_add_test(c, states_go_by_their_numbers);
	tcase_add_test(c, words_do_not_matter);
	tcase_add_test(c, what_is_no_writer_is_none);
	tcase_add_test(c, two_lists_tell_what_has_changed);
	tcase_add_test(c,
	    a_list_without_a_banner_begins_with_the_first_writer_again);
	tcase_add_test(c, writers_come_and_go_and_are_started_anew);
	tcase_add_test(c, shadow_copies_are_counted_by_set);
	tcase_add_test(c, sets_that_are_new_or_gone_are_named);
	tcase_add_test(c, it_is_recognised_and_nothing_else_is);
	tcase_add_test(c, damage_costs_no_more_than_what_it_hits);
	tcase_add_test(c, long_texts_take_their_time_and_no_more);
	tcase_add_test(c, a_long_list_is_counted_whole);
	tcase_add_test(c, real_lists_read_as_described);
	return run_suite("vssadmin", c);
}
