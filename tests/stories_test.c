/*
 * The same handful of stories, told in every format: traces/formats/stories
 * has each whole, in the native format; traces/formats/FORMAT/STORY.* is what
 * a source of that format would have written down of it. What such a file
 * tells must be of the story, and what its format shows of the story must be
 * in the file.
 */
#include <check.h>
#include <glob.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "judge.h"
#include "kept.h"
#include "load.h"
#include "samples.h"

enum { EVENTS_MAX = 512 };

struct told {
	struct vss_profile profile;
	struct vss_event ev[EVENTS_MAX];
	char writer[EVENTS_MAX][64];
	int matched[EVENTS_MAX];
	int n;
	uint64_t rejected;
	int beside;		/* what no rule judges */
};

static enum vss_status
on_profile(void *arg, const struct vss_profile *p)
{
	((struct told *)arg)->profile = *p;
	return VSS_OK;
}

static enum vss_status
on_event(void *arg, const struct vss_event *ev, struct vss_error *error)
{
	struct told *t = arg;
	char *pid;

	(void)error;
	ck_assert_int_lt(t->n, EVENTS_MAX);
	t->ev[t->n] = *ev;
	vss_copy_text(t->writer[t->n], sizeof(t->writer[0]),
	    ev->writer ? ev->writer : "");
	/* "SqlServerWriter (pid 1500)": which process is the format's own */
	if ((pid = strstr(t->writer[t->n], " (")))
		*pid = 0;
	t->n++;
	return VSS_OK;
}

static void
on_reject(void *arg, const struct vss_error *e)
{
	struct told *t = arg;

	printf("  rejected: line %" PRIu64 ": %s\n", e->line, e->text);
	t->rejected++;
}

static void
on_context(void *arg, const struct vss_context *c)
{
	ck_assert_uint_gt(c->line, 0);
	((struct told *)arg)->beside++;
}

static void
tell(const char *file, struct told *t)
{
	struct vss_import out = { .arg = t, .profile = on_profile,
	    .event = on_event, .reject = on_reject, .context = on_context,
	    .as_file = load_as_file };
	struct loads loads = { 0 };
	struct input in = { 0 };
	struct vss_error error = { 0 };

	memset(t, 0, sizeof(*t));
	ck_assert_msg(load(&loads, file, &error) == VSS_OK, "%s: %s", file,
	    error.text);
	ck_assert_int_eq(loads.n, 1);
	in.file = file;
	in.buf = loads.list[0].buf;
	in.len = loads.list[0].len;
	input_look(&in);
	ck_assert_msg(in.format != NULL, "%s: of no known format", file);
	ck_assert_msg(in.format->read(in.buf, in.len, &out, &error) == VSS_OK,
	    "%s: %s", file, error.text);
	ck_assert_msg(t->rejected == 0, "%s", file);
	loads_free(&loads);
}

static int
same(const struct told *a, int i, const struct told *b, int k)
{
	const struct vss_event *x = &a->ev[i], *y = &b->ev[k];

	return x->kind == y->kind && x->phases & y->phases &&
	    (!x->data || !y->data || x->data & y->data) &&
	    (!*a->writer[i] || !*b->writer[k] ||
	    !strcmp(a->writer[i], b->writer[k]));
}

static int
names_writer(const struct told *t, const char *writer)
{
	int i;

	for (i = 0; i < t->n; i++)
		if (!strcmp(t->writer[i], writer))
			return 1;
	return 0;
}

/* Is it the last of its kind, and of its writer? */
static int
is_last(const struct told *story, int k)
{
	const struct vss_event *e = &story->ev[k];
	int i;

	for (i = k + 1; i < story->n; i++)
		if (story->ev[i].kind == e->kind &&
		    story->ev[i].phases == e->phases &&
		    !strcmp(story->writer[i], story->writer[k]))
			return 0;
	return 1;
}

/* Does the format show this event of the story? */
static int
shown(const struct told *sample, const struct told *story, int k)
{
	const struct vss_event *e = &story->ev[k];
	const struct vss_profile *p = &sample->profile;

	if (p->doubtful[e->kind] || !((p->shows[e->kind] |
	    (is_last(story, k) ? p->last_only[e->kind] : 0)) & e->phases))
		return 0;
	return !(p->hides_others[e->kind] & e->phases) ||
	    !*story->writer[k] || names_writer(sample, story->writer[k]);
}

static void
event_text(const struct told *t, int i, char *buf, size_t size)
{
	const struct vss_event *e = &t->ev[i];
	int p = 1;

	while (p < 7 && !(e->phases >> p & 1))
		p++;
	snprintf(buf, size, "%s.%s %s (line %" PRIu64 ")",
	    vss_kind(e->kind)->name, vss_phase_suffix(e->kind, p) ?
	    vss_phase_suffix(e->kind, p) : "?", t->writer[i], e->line);
}

/* The event of the story that the sample's i-th is: the first of those that
 * it can be, or, where the format keeps the last one, the last. */
static int
counterpart(const struct told *sample, int i, const struct told *story)
{
	int k, found = -1;

	for (k = 0; k < story->n; k++) {
		if (story->matched[k] || !same(sample, i, story, k))
			continue;
		found = k;
		if (!sample->profile.last_only[story->ev[k].kind])
			break;
	}
	return found;
}

static int
compare(const char *file, struct told *sample, struct told *story)
{
	char text[160];
	int i, k, bad = 0;

	for (i = 0; i < sample->n; i++) {
		if ((k = counterpart(sample, i, story)) >= 0)
			story->matched[k] = sample->matched[i] = 1;
		else {
			event_text(sample, i, text, sizeof(text));
			printf("%s: not of the story: %s\n", file, text);
			bad++;
		}
	}
	for (k = 0; k < story->n; k++) {
		if (story->matched[k] || !shown(sample, story, k))
			continue;
		event_text(story, k, text, sizeof(text));
		printf("%s: shown by %s but missing: %s\n", file,
		    sample->profile.name, text);
		bad++;
	}
	return bad;
}

/* traces/formats/sysmon/veto.jsonl tells veto. */
static void
story_of(const char *file, char *buf, size_t size)
{
	const char *base = strrchr(file, '/') + 1;

	snprintf(buf, size, "traces/formats/stories/%.*s.jsonl",
	    (int)strcspn(base, "."), base);
}

START_TEST(every_format_tells_the_same_stories)
{
	static struct told sample, story;
	char name[256];
	int bad = 0, events = 0;
	size_t k, files = 0;
	glob_t g;

	ck_assert_int_eq(glob("traces/formats/*/*.*", 0, NULL, &g), 0);
	for (k = 0; k < g.gl_pathc; k++) {
		if (strstr(g.gl_pathv[k], "/stories/") ||
		    !sample_readable(g.gl_pathv[k]))
			continue;
		story_of(g.gl_pathv[k], name, sizeof(name));
		tell(name, &story);
		tell(g.gl_pathv[k], &sample);
		/* vssadmin tells of states alone, which are no events */
		ck_assert_msg(sample.n + sample.beside > 0,
		    "%s tells nothing", g.gl_pathv[k]);
		bad += compare(g.gl_pathv[k], &sample, &story);
		events += sample.n;
		files++;
	}
	globfree(&g);
	printf("%zu files, %d events\n", files, events);
	ck_assert_int_eq(bad, 0);
	ck_assert_uint_gt(files, 0);
}
END_TEST

/* What breaks no rule when everything is seen breaks none when less is. */
static int
violated(const char *file, int rules[VSS_NJUDGED])
{
	struct loads loads = { 0 };
	struct vss_error error = { 0 };
	struct judged j;
	int i, k, n = 0;

	memset(rules, 0, VSS_NJUDGED * sizeof(*rules));
	ck_assert_int_eq(load(&loads, file, &error), VSS_OK);
	ck_assert_msg(judge_buffer(file, loads.list[0].buf, loads.list[0].len,
	    NULL, NULL, kept(), &j, &error) == VSS_OK, "%s: %s", file, error.text);
	for (i = 0; i < j.sessions.n; i++)
		for (k = 0; k < VSS_NJUDGED; k++)
			if (j.judgements[i].rules[k].verdict == VSS_VIOLATED)
				n += !rules[k]++;
	judged_free(&j);
	loads_free(&loads);
	return n;
}

START_TEST(less_seen_is_nothing_more_violated)
{
	int whole[VSS_NJUDGED], part[VSS_NJUDGED], k, bad = 0;
	char name[256];
	glob_t g;
	size_t i;

	ck_assert_int_eq(glob("traces/formats/*/*.*", 0, NULL, &g), 0);
	for (i = 0; i < g.gl_pathc; i++) {
		if (strstr(g.gl_pathv[i], "/stories/") ||
		    !sample_readable(g.gl_pathv[i]))
			continue;
		story_of(g.gl_pathv[i], name, sizeof(name));
		violated(name, whole);
		violated(g.gl_pathv[i], part);
		for (k = 0; k < VSS_NJUDGED; k++)
			if (part[k] && !whole[k]) {
				printf("%s: %s is violated, which the story "
				    "keeps\n", g.gl_pathv[i], vss_rule(k)->id);
				bad++;
			}
	}
	globfree(&g);
	ck_assert_int_eq(bad, 0);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("stories");
	TCase *c = tcase_create("stories");
	SRunner *r;
	int failed;

	tcase_set_timeout(c, 120);
	tcase_add_test(c, every_format_tells_the_same_stories);
	tcase_add_test(c, less_seen_is_nothing_more_violated);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
