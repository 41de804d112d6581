/*
 * Result codes of VSS by name.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include "hresult.h"

START_TEST(the_documented_codes_have_names)
{
	ck_assert_str_eq(vss_hresult_name(0x80042301), "VSS_E_BAD_STATE");
	ck_assert_str_eq(vss_hresult_name(0x80042306), "VSS_E_PROVIDER_VETO");
	ck_assert_str_eq(vss_hresult_name(0x800423f4),
	    "VSS_E_WRITERERROR_NONRETRYABLE");
	ck_assert_str_eq(vss_hresult_name(0x80042409),
	    "VSS_E_WRITER_STATUS_NOT_AVAILABLE");
	ck_assert_str_eq(vss_hresult_name(0), "S_OK");
	ck_assert_str_eq(vss_hresult_name(0x4230a), "VSS_S_ASYNC_FINISHED");
}
END_TEST

START_TEST(others_have_none)
{
	ck_assert_ptr_null(vss_hresult_name(0x80042305));
	ck_assert_ptr_null(vss_hresult_name(0x80004005));
	ck_assert_ptr_null(vss_hresult_name(0xffffffff));
}
END_TEST

/* Every code from the first to the last of VSS' own: a name leads back to its
 * code, and tells by its letter whether it is a failure. */
START_TEST(names_and_codes_are_one_to_one)
{
	const char *name;
	uint32_t code, back;
	int n = 0;

	for (code = 0x80042300; code <= 0x80042500; code++) {
		if (!(name = vss_hresult_name(code)))
			continue;
		n++;
		ck_assert(!strncmp(name, "VSS_E_", 6));
		ck_assert(vss_hresult_find(name, strlen(name), &back));
		ck_assert_uint_eq(back, code);
		ck_assert(vss_hresult_failed(code));
	}
	ck_assert_int_eq(n, 41);
}
END_TEST

START_TEST(a_pending_or_finished_call_has_not_failed)
{
	ck_assert(!vss_hresult_failed(0));
	ck_assert(!vss_hresult_failed(0x42309));
	ck_assert(!vss_hresult_failed(0x4230b));
	ck_assert(vss_hresult_failed(0x80070005));
}
END_TEST

START_TEST(a_name_is_found_whole_or_not_at_all)
{
	uint32_t code = 7;

	ck_assert(!vss_hresult_find("VSS_E_BAD_STATES", 16, &code));
	ck_assert(!vss_hresult_find("VSS_E_BAD", 9, &code));
	ck_assert(!vss_hresult_find("", 0, &code));
	ck_assert_uint_eq(code, 7);
	ck_assert(vss_hresult_find("VSS_E_BAD_STATES", 15, &code));
	ck_assert_uint_eq(code, 0x80042301);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("hresult");
	TCase *c = tcase_create("hresult");
	SRunner *r;
	int failed;

	tcase_add_test(c, the_documented_codes_have_names);
	tcase_add_test(c, others_have_none);
	tcase_add_test(c, names_and_codes_are_one_to_one);
	tcase_add_test(c, a_pending_or_finished_call_has_not_failed);
	tcase_add_test(c, a_name_is_found_whole_or_not_at_all);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
