/*
 * Error messages of backup programs: which result of VSS they name.
 */
#define _POSIX_C_SOURCE 200809L
#include "telling.h"

static struct telling t;
static struct judged j;

static void
tells(const char *text, const char *expected)
{
	telling_must(&t, "errortext", text, expected);
}

START_TEST(a_code_has_a_name)
{
	tells("backup failed. Code: [0x80042306].\n",
	    "1 # the backup program reports VSS_E_PROVIDER_VETO "
	    "(0x80042306)\n");
	tells("Error 0x800423F4 in the writer\r\n",
	    "1 # the backup program reports VSS_E_WRITERERROR_NONRETRYABLE "
	    "(0x800423F4)\n");
}
END_TEST

START_TEST(a_name_has_a_code)
{
	tells("an error: VSS_E_BAD_STATE.",
	    "1 # the backup program reports VSS_E_BAD_STATE (0x80042301)\n");
	tells("an error: VSS_E_NO_SUCH_NAME, VSS_E_VOLUME_NOT_SUPPORTED",
	    "1 # the backup program reports VSS_E_VOLUME_NOT_SUPPORTED "
	    "(0x8004230C)\n");
}
END_TEST

START_TEST(an_exception_is_named_after_its_code)
{
	tells("Alphaleonis.Win32.Vss.VssSnapshotSetInProgressException: x\n",
	    "1 # the backup program reports VSS_E_SNAPSHOT_SET_IN_PROGRESS "
	    "(0x80042316)\n");
	tells("VssBackupComponents: VssBadStateException\n",
	    "1 # the backup program reports VSS_E_BAD_STATE (0x80042301)\n");
	tells("VssNobodyKnowsException and VssException\n", "");
}
END_TEST

START_TEST(restic_says_it_in_words)
{
	tells("error: failed to create snapshot for [c:\\]: VSS error: async "
	    "operation pending\n",
	    "1 # the backup program reports of VSS: async operation "
	    "pending\n");
}
END_TEST

START_TEST(what_names_no_result_is_nothing)
{
	tells("all went well\nerror 0x80070005\nerror 0x8004\n"
	    "error 0x80042305\nVSS_E_\n\n", "");
	ck_assert_uint_eq(t.counts.ignored, 6);
}
END_TEST

START_TEST(there_is_nothing_to_judge)
{
	telling_judge(&j, "errortext", "error: VSS_E_BAD_STATE");
	ck_assert_int_eq(j.sessions.n, 0);
	ck_assert_uint_eq(j.recording.nasides, 1);
	judged_free(&j);
}
END_TEST

START_TEST(it_takes_what_no_other_format_knows)
{
	const struct format *f = telling_format("errortext");
	const char *message = "error 0x80042306";
	const char *prose = "VSS_E_BAD_STATE is what a call returns that "
	    "comes too late.\n";

	ck_assert_ptr_null(f[1].name);
	ck_assert_int_eq(f->probe(message, strlen(message)), 1);
	ck_assert_int_eq(f->probe(prose, strlen(prose)), 0);
	ck_assert_int_eq(f->probe("", 0), 0);
	prose = "`VSS error: x` is what restic says, an error is "
	    "`VSS_E_BAD_STATE`";
	ck_assert_int_eq(f->probe(prose, strlen(prose)), 0);
}
END_TEST

START_TEST(damage_and_size_are_survived)
{
	const char *text = "error: VssSnapshotSetInProgressException\n"
	    "VSS error: x\nCode: [0x80042306]\nfailed: VSS_E_BAD_STATE\n";

	telling_survives("errortext", text, strlen(text));
	telling_long_line("errortext", "VSS error: ");
	telling_long_line("errortext", "error 0x8");
	ck_assert(telling_seconds("errortext", text, 250000) < 20);
}
END_TEST

START_TEST(real_messages_are_understood)
{
	size_t len;
	char *text;

	if ((text = telling_capture("requester-misc/"
	    "duplicati-set-in-progress-1455.txt", &len))) {
		tells(text, "1 # the backup program reports "
		    "VSS_E_SNAPSHOT_SET_IN_PROGRESS (0x80042316)\n"
		    "4 # the backup program reports "
		    "VSS_E_SNAPSHOT_SET_IN_PROGRESS (0x80042316)\n");
		ck_assert_int_eq(telling_format("errortext")->probe(text,
		    len), 1);
		free(text);
	}
	if ((text = telling_capture("requester-misc/"
	    "restic-0.11-async-pending-3142.txt", &len))) {
		tells(text, "3 # the backup program reports of VSS: async "
		    "operation pending\n");
		free(text);
	}
	if ((text = telling_capture("requester-misc/"
	    "veeam-agent-provider-veto-zfsin-354.txt", &len))) {
		tells(text, "2 # the backup program reports "
		    "VSS_E_PROVIDER_VETO (0x80042306)\n");
		free(text);
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("errortext");
	TCase *c = tcase_create("errortext");

	tcase_set_timeout(c, 120);
	tcase_add_test(c, a_code_has_a_name);
	tcase_add_test(c, a_name_has_a_code);
	tcase_add_test(c, an_exception_is_named_after_its_code);
	tcase_add_test(c, restic_says_it_in_words);
	tcase_add_test(c, what_names_no_result_is_nothing);
	tcase_add_test(c, there_is_nothing_to_judge);
	tcase_add_test(c, it_takes_what_no_other_format_knows);
	tcase_add_test(c, damage_and_size_are_survived);
	tcase_add_test(c, real_messages_are_understood);
	suite_add_tcase(s, c);
	return telling_run(s);
}
