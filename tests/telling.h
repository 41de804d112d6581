/*
 * What a reader makes of a text, as text: for tests of importers. Each event
 * is a line
 *
 *	3 PB.in SqlServerWriter @37.0 "SQL writer thread 232c" starts middle
 *
 * of its line number, its kind and phases, what it tells of data, writer and
 * time (seconds after the test's start; "@-": none) and object. Remarks are
 * "3 # text", refusals "3 ! text".
 */
#ifndef TELLING_H
#define TELLING_H

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "judge.h"
#include "kept.h"
#include "load.h"

struct telling {
	char text[16384];
	size_t n;
	int64_t start;			/* times are told from here */
	int profiles, quiet;
	struct vss_profile profile;
	struct vss_counts counts;
	uint64_t events, remarks, refused;
	int64_t horizon;
	char error[256];
};

static inline void
telling_say(struct telling *t, const char *s)
{
	size_t k = strlen(s);

	if (t->quiet || t->n + k + 1 > sizeof(t->text))
		return;
	memcpy(t->text + t->n, s, k + 1);
	t->n += k;
}

static inline enum vss_status
telling_profile(void *arg, const struct vss_profile *p)
{
	struct telling *t = arg;

	t->profile = *p;
	t->profiles++;
	return VSS_OK;
}

static inline enum vss_status
telling_event(void *arg, const struct vss_event *ev, struct vss_error *error)
{
	struct telling *t = arg;
	char line[2048];
	const char *name;
	int n, ph, d, set = vss_kind(ev->kind)->data, first = 1;

	(void)error;
	ck_assert_int_eq(t->profiles, 1);
	t->events++;
	n = snprintf(line, sizeof(line), "%" PRIu64 " %s.", ev->line,
	    vss_kind(ev->kind)->name);
	for (ph = 1; ph <= 4; ph++)
		if (ev->phases >> ph & 1) {
			name = vss_phase_suffix(ev->kind, ph);
			ck_assert_ptr_nonnull(name);
			n += snprintf(line + n, sizeof(line) - n, "%s%s",
			    first ? "" : "|", name);
			first = 0;
		}
	ck_assert(!first);
	for (d = 0; ev->data && d < 8 && vss_data_name(set, d); d++)
		if (ev->data >> d & 1)
			n += snprintf(line + n, sizeof(line) - n, " =%s",
			    vss_data_name(set, d));
	if (ev->writer)
		n += snprintf(line + n, sizeof(line) - n, " %.600s",
		    ev->writer);
	if (ev->time == VSS_NO_TIME)
		n += snprintf(line + n, sizeof(line) - n, " @-");
	else
		n += snprintf(line + n, sizeof(line) - n, " @%g",
		    (double)(ev->time - t->start) / 1e6);
	if (ev->object)
		n += snprintf(line + n, sizeof(line) - n, " \"%.600s\"",
		    ev->object);
	snprintf(line + n, sizeof(line) - n, "%s%s\n", ev->starts ?
	    " starts" : "", ev->middle ? " middle" : "");
	telling_say(t, line);
	return VSS_OK;
}

static inline void
telling_context(void *arg, const struct vss_context *c)
{
	struct telling *t = arg;
	char line[512];

	t->remarks++;
	snprintf(line, sizeof(line), "%" PRIu64 " # %s\n", c->line, c->text);
	telling_say(t, line);
}

static inline void
telling_reject(void *arg, const struct vss_error *e)
{
	struct telling *t = arg;
	char line[512];

	t->refused++;
	snprintf(line, sizeof(line), "%" PRIu64 " ! %s\n", e->line, e->text);
	telling_say(t, line);
}

static inline void
telling_time(void *arg, int64_t at)
{
	struct telling *t = arg;

	if (t->horizon == VSS_NO_TIME || at > t->horizon)
		t->horizon = at;
}

static inline const struct format *
telling_format(const char *name)
{
	const struct format *f = formats;

	while (f->name && strcmp(f->name, name))
		f++;
	ck_assert_ptr_nonnull(f->name);
	return f;
}

/* Read bytes that end at the end of their memory, so that reading on traps. */
static inline enum vss_status
telling_read(struct telling *t, const char *format, const char *bytes,
    size_t len)
{
	struct vss_import out = { .arg = t, .profile = telling_profile,
	    .event = telling_event, .context = telling_context,
	    .reject = telling_reject, .time = telling_time };
	struct vss_error error = { 0, 0, "" };
	char *exact = malloc(len ? len : 1);
	enum vss_status st;

	t->n = 0;
	*t->text = 0;
	t->profiles = 0;
	t->events = t->remarks = t->refused = 0;
	t->horizon = VSS_NO_TIME;
	ck_assert_ptr_nonnull(exact);
	memcpy(exact, bytes, len);
	st = telling_format(format)->read(exact, len, &out, &error);
	snprintf(t->error, sizeof(t->error), "%s", error.text);
	t->counts = out.counts;
	free(exact);
	/* each line is one of these, and no limit of ours was met */
	ck_assert_uint_eq(t->counts.lines, t->counts.used + t->counts.ignored
	    + t->counts.rejected);
	return st;
}

/* The text must be read, and tell this. */
static inline void
telling_must(struct telling *t, const char *format, const char *text,
    const char *expected)
{
	ck_assert_msg(telling_read(t, format, text, strlen(text)) == VSS_OK,
	    "%s", t->error);
	ck_assert_str_eq(t->text, expected);
}

/* A file as the program would load it. NULL, and said so, when it is not
 * there. */
static inline char *
telling_load(const char *file, size_t *len)
{
	struct loads l = { 0 };
	struct vss_error error = { 0, 0, "" };
	char *copy;

	if (load(&l, file, &error) != VSS_OK || l.n != 1) {
		printf("  skipped: %s is not there\n", file);
		loads_free(&l);
		return NULL;
	}
	copy = malloc(l.list[0].len + 1);
	ck_assert_ptr_nonnull(copy);
	memcpy(copy, l.list[0].buf, l.list[0].len);
	copy[l.list[0].len] = 0;
	*len = l.list[0].len;
	loads_free(&l);
	return copy;
}

/* One of the real recordings, which are not part of the project. */
static inline char *
telling_capture(const char *name, size_t *len)
{
	const char *dir = getenv("VSS_CAPTURES");
	char file[512];

	snprintf(file, sizeof(file), "%s/%s", dir ? dir :
	    "../shared/captures", name);
	return telling_load(file, len);
}

/* Whatever is cut off or altered of the text is read to its end, and judged,
 * without a complaint of the sanitizers. */
static inline void
telling_survives(const char *format, const char *bytes, size_t len)
{
	struct telling *t = calloc(1, sizeof(*t));
	struct judged j;
	struct vss_error error;
	unsigned long seed = 1;
	char *copy = malloc(len + 1);
	size_t n, i;

	ck_assert(t && copy);
	t->quiet = 1;
	for (n = 0; n <= len; n++)
		ck_assert_int_eq(telling_read(t, format, bytes, n), VSS_OK);
	for (n = 0; n < 2000; n++) {
		memcpy(copy, bytes, len);
		for (i = 0; i <= n % 4; i++) {
			seed = seed * 6364136223846793005ul + 1442695040888963407ul;
			copy[(seed >> 33) % len] = (char)(seed >> 24);
		}
		ck_assert_int_eq(telling_read(t, format, copy, len), VSS_OK);
		if (n % 20)
			continue;
		ck_assert_int_eq(judge_buffer("damaged", copy, len,
		    telling_format(format), NULL, kept(), &j, &error), VSS_OK);
		judged_free(&j);
	}
	free(copy);
	free(t);
}

/* Seconds of processor time to read n copies of the text, one after the
 * other. */
static inline double
telling_seconds(const char *format, const char *text, size_t copies)
{
	struct telling *t = calloc(1, sizeof(*t));
	size_t k = strlen(text), i;
	char *all = malloc(k * copies);
	clock_t begun;
	double took;

	ck_assert(t && all);
	t->quiet = 1;
	for (i = 0; i < copies; i++)
		memcpy(all + i * k, text, k);
	begun = clock();
	ck_assert_int_eq(telling_read(t, format, all, k * copies), VSS_OK);
	took = (double)(clock() - begun) / CLOCKS_PER_SEC;
	free(all);
	free(t);
	return took;
}

/* Ten megabytes of one line, which begins so. */
static inline void
telling_long_line(const char *format, const char *begins)
{
	enum { LONG = 10 << 20 };
	struct telling *t = calloc(1, sizeof(*t));
	char *line = malloc(LONG);

	ck_assert(t && line);
	memset(line, 'x', LONG);
	memcpy(line, begins, strlen(begins));
	ck_assert_int_eq(telling_read(t, format, line, LONG), VSS_OK);
	ck_assert_uint_eq(t->counts.lines, 1);
	free(line);
	free(t);
}

/* The findings of every session, "1: error TRM-11", and what is said of
 * each; for a text that stands for a file. */
static inline const char *
telling_findings(const struct judged *j)
{
	static char out[1024];
	const struct vss_finding *f;
	size_t k, n = 0;
	int i;

	*out = 0;
	for (i = 0; i < j->sessions.n; i++)
		for (k = 0; k < j->judgements[i].nfindings; k++) {
			f = &j->judgements[i].findings[k];
			if (f->under < 0 && n + 64 < sizeof(out))
				n += snprintf(out + n, sizeof(out) - n,
				    "%s%d: %s %s", n ? ", " : "", i + 1,
				    vss_severity_name(f->severity),
				    vss_rule(f->rule)->id);
		}
	return out;
}

static inline void
telling_judge(struct judged *j, const char *format, const char *text)
{
	struct vss_error error = { 0, 0, "" };

	ck_assert_msg(judge_buffer("recording", text, strlen(text),
	    telling_format(format), NULL, kept(), j, &error) == VSS_OK, "%s",
	    error.text);
}

static inline int
telling_verdict(const struct judged *j, int session, const char *rule)
{
	ck_assert_int_lt(session, j->sessions.n);
	return j->judgements[session].rules[vss_rule_find(rule)].verdict;
}

/* Several texts judged together, each recognised by its content. */
static inline void
telling_together(struct judged *j, const char *const *texts,
    const size_t *lens, int n)
{
	struct input in[8] = { { 0 } };
	const struct input *list[8];
	static const char *const names[] = { "a", "b", "c", "d", "e", "f",
	    "g", "h" };
	struct vss_error error = { 0, 0, "" };
	int i;

	ck_assert_int_le(n, 8);
	for (i = 0; i < n; i++) {
		in[i].file = names[i];
		in[i].buf = texts[i];
		in[i].len = lens ? lens[i] : strlen(texts[i]);
		in[i].offset = VSS_NO_TIME;
		input_look(&in[i]);
		ck_assert_msg(in[i].format != NULL, "%s: unknown", names[i]);
		list[i] = &in[i];
	}
	ck_assert_msg(judge_together(list, n, NULL, j, &error) == VSS_OK,
	    "%s", error.text);
}

/* The run of a test program: its cases, each of its own name. */
static inline int
telling_run(Suite *s)
{
	SRunner *r = srunner_create(s);
	int failed;

	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}

#endif
