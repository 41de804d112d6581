/*
 * One story, whatever carries its records: the events that come of it are
 * the same, one by one.
 */
#define _POSIX_C_SOURCE 200809L
#include <check.h>
#include <glob.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "evtx_writer.h"
#include "judge.h"
#include "load.h"
#include "samples.h"

struct list { char text[65536]; uint64_t events; };

static enum vss_status
on_profile(void *arg, const struct vss_profile *p)
{
	(void)arg;
	/* a registry does not name its machine */
	ck_assert_str_eq(p->host, !strcmp(p->name, "reg") ||
	    !strcmp(p->name, "hive") ? "" : "HOST1");
	return VSS_OK;
}

static enum vss_status
on_event(void *arg, const struct vss_event *e, struct vss_error *error)
{
	struct list *l = arg;
	size_t n = strlen(l->text);

	(void)error;
	snprintf(l->text + n, sizeof(l->text) - n, "%s phases %x data %x time "
	    "%" PRId64 " of %s by %s set %s, record %" PRIu64 "\n",
	    vss_kind(e->kind)->name, e->phases, e->data,
	    e->time == VSS_NO_TIME ? -1 : e->time / 1000,
	    e->object ? e->object : "-", e->writer ? e->writer : "-",
	    e->set ? e->set : "-", e->line);
	l->events++;
	return VSS_OK;
}

static void
on_reject(void *arg, const struct vss_error *e)
{
	(void)arg;
	ck_abort_msg("line %" PRIu64 ": %s", e->line, e->text);
}

static void
list_bytes(const char *buf, size_t len, const char *format, struct list *l)
{
	struct vss_import out = { .arg = l, .profile = on_profile,
	    .event = on_event, .reject = on_reject,
	    .as_file = load_as_file };
	struct input in = { .file = "recording", .buf = buf, .len = len };
	struct vss_error error;

	memset(l, 0, sizeof(*l));
	input_look(&in);
	ck_assert_ptr_nonnull(in.format);
	ck_assert_str_eq(in.format->name, format);
	ck_assert_int_eq(in.format->read(in.buf, in.len, &out, &error),
	    VSS_OK);
	ck_assert_uint_gt(l->events, 20);
}

/* The one file of that story, and its bytes. */
static struct loads
load_story(const char *folder, const char *story)
{
	struct loads loads = { 0 };
	struct vss_error error;
	char pattern[256];
	glob_t g;

	snprintf(pattern, sizeof(pattern), "traces/formats*/%s/%s.*", folder,
	    story);
	ck_assert_int_eq(glob(pattern, 0, NULL, &g), 0);
	ck_assert_uint_eq(g.gl_pathc, 1);
	ck_assert_int_eq(load(&loads, g.gl_pathv[0], &error), VSS_OK);
	ck_assert_int_eq(loads.n, 1);
	globfree(&g);
	return loads;
}

static void
list_story(const char *folder, const char *story, const char *format,
    struct list *l)
{
	struct loads loads = load_story(folder, story);

	list_bytes(loads.list[0].buf, loads.list[0].len, format, l);
	loads_free(&loads);
}

static const char *const stories[] = { "complete", "veto", "bad-order",
    "crash" };
static struct list nxlog, other;

START_TEST(every_carrier_gives_the_same_events)
{
	list_story("sysmon", stories[_i], "sysmon", &nxlog);
	list_story("winlogbeat", stories[_i], "sysmon", &other);
	ck_assert_str_eq(other.text, nxlog.text);
	if (sample_readable(".xml")) {
		list_story("eventxml", stories[_i], "eventxml", &other);
		ck_assert_str_eq(other.text, nxlog.text);
	}
	if (sample_readable(".evtx.gz")) {
		list_story("evtx", stories[_i], "evtx", &other);
		ck_assert_str_eq(other.text, nxlog.text);
	}
}
END_TEST

/* Put on one line what is a list of objects, one a line. */
static char *
as_array(const char *lines, size_t len, size_t *n)
{
	char *buf = malloc(len + 2), *p = buf;
	size_t i;

	ck_assert_ptr_nonnull(buf);
	*p++ = '[';
	for (i = 0; i + 1 < len; i++)
		*p++ = lines[i] == '\n' ? ',' : lines[i];
	*p++ = ']';
	*n = p - buf;
	return buf;
}

/* All but where the records stand. */
static void
forget_places(struct list *l)
{
	char *p = l->text, *end;

	while ((p = strstr(p, ", record "))) {
		end = strchr(p, '\n');
		memmove(p, end, strlen(end) + 1);
	}
}

/* A copy made is a record of the Security log, of which a text has only the
 * seconds, so that it comes earlier; Sysmon's message tells the rest. */
static void
take_out_made(struct list *l, char *made, size_t size)
{
	char *p = strstr(l->text, "V_MADE"), *end;

	*made = 0;
	if (!p)
		return;
	end = strchr(p, '\n') + 1;
	snprintf(made, size, "%.*s", (int)(end - p), p);
	memmove(p, end, strlen(end) + 1);
	p = strstr(made, " time ") + strlen(" time ");
	end = strchr(p, ' ');
	ck_assert_int_gt(end - p, 3);
	memcpy(end - 3, "000", 3);
}

START_TEST(a_text_gives_the_same_events)
{
	char one[256], two[256];

	if (!sample_readable(".xml"))
		return;
	list_story("eventxml", stories[_i], "eventxml", &nxlog);
	list_story("eventtext", stories[_i], "eventtext", &other);
	forget_places(&nxlog);
	forget_places(&other);
	take_out_made(&nxlog, one, sizeof(one));
	take_out_made(&other, two, sizeof(two));
	ck_assert_str_eq(two, one);
	ck_assert(!strcmp(other.text, nxlog.text));
}
END_TEST

START_TEST(an_array_is_as_good_as_lines)
{
	struct loads loads = load_story("winlogbeat", stories[_i]);
	size_t n;
	char *array = as_array(loads.list[0].buf, loads.list[0].len, &n);

	list_bytes(loads.list[0].buf, loads.list[0].len, "sysmon", &nxlog);
	list_bytes(array, n, "sysmon", &other);
	forget_places(&nxlog);
	forget_places(&other);
	ck_assert_str_eq(other.text, nxlog.text);
	free(array);
	loads_free(&loads);
}
END_TEST

START_TEST(a_hive_gives_the_events_of_its_export)
{
	if (!sample_readable(".hive.gz"))
		return;
	list_story("reg", stories[_i], "reg", &nxlog);
	list_story("hive", stories[_i], "hive", &other);
	forget_places(&nxlog);
	forget_places(&other);
	ck_assert_str_eq(other.text, nxlog.text);
}
END_TEST

START_TEST(xml_as_utf16_is_as_good)
{
	struct loads loads = load_story("eventxml", stories[_i]), two = { 0 };
	size_t n = loads.list[0].len, i;
	char path[] = "/tmp/vsscheck-carriers-XXXXXX";
	int fd = mkstemp(path);
	FILE *f = fdopen(fd, "wb");
	struct vss_error error;

	ck_assert_ptr_nonnull(f);
	fputs("\xff\xfe", f);
	for (i = 0; i < n; i++) {
		fputc(loads.list[0].buf[i], f);
		fputc(0, f);
	}
	fclose(f);
	ck_assert_int_eq(load(&two, path, &error), VSS_OK);
	remove(path);
	list_bytes(loads.list[0].buf, n, "eventxml", &nxlog);
	list_bytes(two.list[0].buf, two.list[0].len, "eventxml", &other);
	ck_assert_str_eq(other.text, nxlog.text);
	loads_free(&loads);
	loads_free(&two);
}
END_TEST

START_TEST(the_samples_are_what_the_writer_writes)
{
	struct loads xml = load_story("eventxml", stories[_i]);
	size_t n;
	char *bytes = evtx_write(xml.list[0].buf, xml.list[0].len, &n);

	/* the .evtx samples have no rendered messages, these do */
	ck_assert_ptr_nonnull(bytes);
	list_bytes(bytes, n, "evtx", &other);
	list_story("evtx", stories[_i], "evtx", &nxlog);
	ck_assert_str_eq(other.text, nxlog.text);
	free(bytes);
	loads_free(&xml);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("carriers");
	TCase *c = tcase_create("carriers");
	SRunner *r;
	int failed;

	tcase_set_timeout(c, 60);
	tcase_add_loop_test(c, every_carrier_gives_the_same_events, 0, 4);
	tcase_add_loop_test(c, a_text_gives_the_same_events, 0, 4);
	tcase_add_loop_test(c, an_array_is_as_good_as_lines, 0, 4);
	tcase_add_loop_test(c, a_hive_gives_the_events_of_its_export, 0, 4);
	if (sample_readable(".xml"))
		tcase_add_loop_test(c, xml_as_utf16_is_as_good, 0, 4);
	if (sample_readable(".xml") && sample_readable(".evtx.gz"))
		tcase_add_loop_test(c, the_samples_are_what_the_writer_writes,
		    0, 4);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
