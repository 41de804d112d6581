/*
 * What an importer tells of a text, as words, so that a test reads like a
 * page about the format:
 *
 *	| CTX.ok=AUTO_W DO.call DO.fin COMPL.call COMPL.err|can
 *
 * "|" begins a session (an object not heard of just before). A tracked event
 * names whose it is: GETST.ok=failed@SqlServerWriter. And what every importer
 * has to bear: texts cut, spoilt, endless.
 */
#ifndef TOLD_H
#define TOLD_H

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "import.h"
#include "judge.h"
#include "kept.h"
#include "load.h"

typedef enum vss_status told_read(const char *, size_t, struct vss_import *,
    struct vss_error *);

struct told {
	char events[16384], beside[16384], labels[16384];
	char object[64], image[64], set[64];
	struct vss_profile profile;
	struct vss_counts counts;
	struct vss_error error;
	enum vss_status status;
	uint64_t nevents, nbeside, nrejected;
	int quiet;		/* only counted */
};

static inline void
told_add(char *to, size_t size, const char *what, const char *between)
{
	size_t n = strlen(to);

	snprintf(to + n, size - n, "%s%s", n ? between : "", what);
}

static inline enum vss_status
told_profile(void *arg, const struct vss_profile *p)
{
	((struct told *)arg)->profile = *p;
	return VSS_OK;
}

static inline enum vss_status
told_event(void *arg, const struct vss_event *ev, struct vss_error *error)
{
	struct told *t = arg;
	const struct vss_kind_info *k = vss_kind(ev->kind);
	char word[256];
	int ph, d, n;

	(void)error;
	ck_assert_uint_gt(ev->line, 0);
	ck_assert_ptr_nonnull(k->name);
	t->nevents++;
	if (t->quiet)
		return VSS_OK;
	if (strcmp(t->object, ev->object ? ev->object : "")) {
		vss_copy_text(t->object, sizeof(t->object),
		    ev->object ? ev->object : "");
		told_add(t->events, sizeof(t->events), "|", " ");
	}
	n = snprintf(word, sizeof(word), "%s", k->name);
	for (ph = 1, d = 0; ph < 8; ph++)
		if (ev->phases >> ph & 1 && *vss_phase_suffix(ev->kind, ph))
			n += snprintf(word + n, sizeof(word) - n, "%s%s",
			    d++ ? "|" : ".", vss_phase_suffix(ev->kind, ph));
	for (d = 0, ph = 0; ev->data && d < 8; d++)
		if (ev->data >> d & 1 && vss_data_name(k->data, d))
			n += snprintf(word + n, sizeof(word) - n, "%s%s",
			    ph++ ? "|" : "=", vss_data_name(k->data, d));
	if (k->tracked && ev->writer)
		snprintf(word + n, sizeof(word) - n, "@%s", ev->writer);
	told_add(t->events, sizeof(t->events), word, " ");
	told_add(t->labels, sizeof(t->labels), ev->label ? ev->label : "-",
	    "\n");
	vss_copy_text(t->image, sizeof(t->image), ev->image ? ev->image : "");
	if (ev->set)
		vss_copy_text(t->set, sizeof(t->set), ev->set);
	return VSS_OK;
}

static inline void
told_reject(void *arg, const struct vss_error *e)
{
	ck_assert_uint_gt(e->line, 0);
	((struct told *)arg)->nrejected++;
}

static inline void
told_context(void *arg, const struct vss_context *c)
{
	struct told *t = arg;

	ck_assert_uint_gt(c->line, 0);
	t->nbeside++;
	if (!t->quiet)
		told_add(t->beside, sizeof(t->beside), c->text, "\n");
}

/* Every byte that the importer may look at, and no more. */
static inline void
tell_bytes(told_read *read, const char *buf, size_t len, struct told *t)
{
	struct vss_import out = { .arg = t, .profile = told_profile,
	    .event = told_event, .reject = told_reject,
	    .context = told_context };
	char *copy = malloc(len ? len : 1);

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, buf, len);
	t->status = read(copy, len, &out, &t->error);
	t->counts = out.counts;
	if (t->status == VSS_OK)
		ck_assert_uint_eq(t->counts.lines, t->counts.used +
		    t->counts.ignored + t->counts.rejected);
	free(copy);
}

static inline void
tell_text(told_read *read, const char *text, struct told *t)
{
	memset(t, 0, sizeof(*t));
	tell_bytes(read, text, strlen(text), t);
	ck_assert_int_eq(t->status, VSS_OK);
	ck_assert_uint_eq(t->nrejected, 0);
}

/* The events of a text, in a buffer that the next call overwrites. */
static inline const char *
events_of(told_read *read, const char *text)
{
	static struct told t;

	tell_text(read, text, &t);
	return t.events;
}

static inline char *
read_sample(const char *file, size_t *len)
{
	FILE *f = fopen(file, "rb");
	char *buf = malloc(1 << 20);

	ck_assert_msg(f && buf, "%s", file);
	*len = fread(buf, 1, 1 << 20, f);
	fclose(f);
	return buf;
}

/* Cut after each byte, and each byte changed (of a long sample each fifth):
 * nothing worse than less told. */
static inline void
bears_damage(told_read *read, const char *file)
{
	static struct told t;
	size_t len, i, step;
	char *buf = read_sample(file, &len), was;

	step = len > 8192 ? 5 : 1;
	for (i = 0; i <= len; i += step) {
		memset(&t, 0, sizeof(t));
		tell_bytes(read, buf, i, &t);
		ck_assert_int_eq(t.status, VSS_OK);
	}
	for (i = 0; i < len; i += step) {
		was = buf[i];
		buf[i] = (char)(was ^ (1 << i % 8));
		memset(&t, 0, sizeof(t));
		tell_bytes(read, buf, len, &t);
		ck_assert_int_eq(t.status, VSS_OK);
		buf[i] = was;
	}
	free(buf);
}

static inline double
seconds_for(told_read *read, const char *buf, size_t len)
{
	static struct told t;
	clock_t began = clock();

	memset(&t, 0, sizeof(t));
	t.quiet = 1;
	tell_bytes(read, buf, len, &t);
	return (double)(clock() - began) / CLOCKS_PER_SEC;
}

/* `piece` n times over. */
static inline char *
many(const char *piece, size_t n, size_t *len)
{
	size_t m = strlen(piece), i;
	char *buf = malloc(m * n + 1);

	ck_assert_ptr_nonnull(buf);
	for (i = 0; i < n; i++)
		memcpy(buf + i * m, piece, m);
	*len = m * n;
	buf[*len] = 0;
	return buf;
}

/* Twice the text takes about twice the time, with room for a busy machine:
 * what is quadratic takes four times as long. */
static inline void
bears_length(told_read *read, const char *piece, size_t n)
{
	size_t len;
	char *buf = many(piece, n, &len);
	double half = seconds_for(read, buf, len / 2),
	    whole = seconds_for(read, buf, len);

	ck_assert_msg(whole < 20 && (whole < 1 || whole < half * 3.3),
	    "%zu bytes: %.2f s, half of it %.2f s", len, whole, half);
	free(buf);
}

/* Judge a file or a text as the program would. */
static inline int
worst_of(const char *text, const char *format, char *findings, size_t size)
{
	struct judged j;
	struct vss_error error;
	const struct format *f;
	int i, worst = -1;
	size_t k;

	*findings = 0;
	for (f = formats; f->name && strcmp(f->name, format); f++)
		;
	ck_assert_ptr_nonnull(f->name);
	ck_assert_int_eq(judge_buffer("text", text, strlen(text), f, NULL,
	    kept(), &j, &error), VSS_OK);
	for (i = 0; i < j.sessions.n; i++)
		for (k = 0; k < j.judgements[i].nfindings; k++) {
			told_add(findings, size, vss_rule(
			    j.judgements[i].findings[k].rule)->id, " ");
			if (j.judgements[i].findings[k].severity > worst)
				worst = j.judgements[i].findings[k].severity;
		}
	judged_free(&j);
	return worst;
}

/* NULL, and a line that says so: the recordings of others are not here. */
static inline char *
capture(const char *name, size_t *len)
{
	const char *folder = getenv("VSS_CAPTURES");
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder ? folder :
	    "../shared/captures", name);
	if (!(f = fopen(path, "rb"))) {
		printf("  SKIPPED: no %s\n", path);
		return NULL;
	}
	fclose(f);
	return read_sample(path, len);
}

static inline int
run_suite(const char *name, TCase *c)
{
	Suite *s = suite_create(name);
	SRunner *r;
	int failed;

	tcase_set_timeout(c, 240);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}

#endif
