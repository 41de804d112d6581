/*
 * Which rules each source can decide: docs/formats/decides.md is what comes
 * out here (`decides_test update`, or make decides, writes it).
 *
 * Each rule has a trace that breaks it and one near it that keeps it
 * (traces/rules). They are told again as a source of each kind would have
 * told them: what its samples (traces/formats) show, and as exactly as they
 * show it. What is broken, or kept, even so is what the source can decide.
 */
#include <check.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "judge.h"
#include "load.h"

#define PAGE "docs/formats/decides.md"

/* The sanitizers make it slow, and nothing in it is untrusted. */
#ifdef __SANITIZE_ADDRESS__
static const int sanitized = 1;
#else
static const int sanitized = 0;
#endif

enum { EVENTS_MAX = 1024, WRITERS_MAX = 8, NAME = 64 };

static const struct source {
	const char *name, *whole, *samples;
	int begins;		/* kind of event before which nothing of a
				 * backup is told; without it the source is
				 * joined in the middle */
} sources[] = {
	{ "steps", "traces/formats/sysmon/complete.jsonl",
	    "traces/formats/sysmon/*.jsonl", 0 },
	{ "logs", "traces/formats/eventlog/complete.jsonl",
	    "traces/formats/eventlog/*.jsonl", 0 },
	{ "values", "traces/formats/reg/complete.reg",
	    "traces/formats/reg/*.reg", KIND_PREP },
	{ "edr", "traces/formats/edr/complete.jsonl",
	    "traces/formats/edr/*.jsonl", KIND_PREP },
	{ "sqlwriter", "traces/formats/sqlwriter/complete.txt",
	    "traces/formats/sqlwriter/*.txt", KIND_PB },
	{ "bacula", "traces/formats/bacula/complete.txt",
	    "traces/formats/bacula/*.txt", KIND_META },
	{ "diskshadow", "traces/formats/diskshadow/complete.txt",
	    "traces/formats/diskshadow/*.txt", 0 },
	{ "vshadow", "traces/formats/vshadow/complete.plain.txt",
	    "traces/formats/vshadow/*.plain.txt", 0 },
	{ "-tracing", "traces/formats/vshadow/complete.txt",
	    "traces/formats/vshadow/[!.]*[!n].txt", 0 },
};
enum { NSOURCES = sizeof(sources) / sizeof(sources[0]) };

/* Carriers of the same records: their columns would be the same. */
static const struct source carriers[] = {
	{ "winlogbeat", "traces/formats/winlogbeat/complete.jsonl",
	    "traces/formats/winlogbeat/*.jsonl", 0 },
	{ "eventxml", "traces/formats/eventxml/complete.xml",
	    "traces/formats/eventxml/*.xml", 0 },
	{ "evtx", "traces/formats/evtx/complete.evtx.gz",
	    "traces/formats/evtx/*.evtx.gz", 0 },
};
enum { NCARRIERS = sizeof(carriers) / sizeof(carriers[0]) };

/* What the samples of a source show, and how exactly. */
struct manner {
	struct vss_profile profile;
	struct { uint8_t kind, phases, data; } told[EVENTS_MAX];
	int ntold;
	int began, events;	/* within the sample that is being read */
	int middle;		/* it joins backups in the middle */
	int times, goes_on, idle;
	int whole;		/* reading the sample whose profile counts */
};

static enum vss_status
learn_profile(void *arg, const struct vss_profile *p)
{
	struct manner *m = arg;

	if (m->whole)
		m->profile = *p;
	m->events = 0;
	return VSS_OK;
}

static enum vss_status
learn_event(void *arg, const struct vss_event *ev, struct vss_error *error)
{
	struct manner *m = arg;

	(void)error;
	ck_assert_int_lt(m->ntold, EVENTS_MAX);
	m->told[m->ntold].kind = ev->kind;
	m->told[m->ntold].phases = ev->phases;
	m->told[m->ntold++].data = ev->data;
	m->times |= ev->time != VSS_NO_TIME;
	/* an event of no backup may stand before the first */
	if (m->whole && (ev->middle || ev->starts) && !m->began) {
		m->middle = ev->middle;
		m->began = 1;
	}
	m->events++;
	return VSS_OK;
}

static void
learn_time(void *arg, int64_t t)
{
	((struct manner *)arg)->goes_on |= t != VSS_NO_TIME;
}

static void
learn_idle(void *arg, int64_t t)
{
	(void)t;
	((struct manner *)arg)->idle = 1;
}

static void
read_file(const char *file, struct vss_import *out)
{
	struct loads loads = { 0 };
	struct input in = { 0 };
	struct vss_error error = { 0 };

	ck_assert_msg(load(&loads, file, &error) == VSS_OK, "%s: %s", file,
	    error.text);
	in.file = file;
	in.buf = loads.list[0].buf;
	in.len = loads.list[0].len;
	input_look(&in);
	ck_assert_msg(in.format != NULL, "%s: of no known format", file);
	ck_assert_msg(in.format->read(in.buf, in.len, out, &error) == VSS_OK,
	    "%s: %s", file, error.text);
	loads_free(&loads);
}

static void
learn(const struct source *s, struct manner *m)
{
	struct vss_import out = { .arg = m, .profile = learn_profile,
	    .event = learn_event, .time = learn_time, .idle_stop = learn_idle,
	    .as_file = load_as_file };
	glob_t g;
	size_t i;

	memset(m, 0, sizeof(*m));
	ck_assert_int_eq(glob(s->samples, 0, NULL, &g), 0);
	for (i = 0; i < g.gl_pathc; i++) {
		m->whole = !strcmp(g.gl_pathv[i], s->whole);
		read_file(g.gl_pathv[i], &out);
	}
	globfree(&g);
	ck_assert_msg(m->profile.name != NULL, "no %s", s->whole);
}

/* A trace of a rule, whole. */
struct trace {
	struct vss_event ev[EVENTS_MAX];
	char text[EVENTS_MAX][4][NAME];
	int n;
	char writers[WRITERS_MAX][NAME];
	int nwriters;
	int64_t end;
	int idle;
	int64_t idle_at;
};

static enum vss_status
keep_profile(void *arg, const struct vss_profile *p)
{
	(void)arg;
	(void)p;
	return VSS_OK;
}

static const char *
keep_text(struct trace *t, int k, const char *s)
{
	if (!s)
		return NULL;
	vss_copy_text(t->text[t->n][k], NAME, s);
	return t->text[t->n][k];
}

static enum vss_status
keep_event(void *arg, const struct vss_event *ev, struct vss_error *error)
{
	struct trace *t = arg;
	struct vss_event *e = &t->ev[t->n];
	int k;

	(void)error;
	ck_assert_int_lt(t->n, EVENTS_MAX);
	*e = *ev;
	e->object = keep_text(t, 0, ev->object);
	e->writer = keep_text(t, 1, ev->writer);
	e->component = keep_text(t, 2, ev->component);
	e->set = keep_text(t, 3, ev->set);
	e->image = e->label = NULL;
	t->n++;
	if (ev->time != VSS_NO_TIME && ev->time > t->end)
		t->end = ev->time;
	if (!e->writer)
		return VSS_OK;
	for (k = 0; k < t->nwriters; k++)
		if (!strcmp(t->writers[k], e->writer))
			return VSS_OK;
	ck_assert_int_lt(k, WRITERS_MAX);
	vss_copy_text(t->writers[t->nwriters++], NAME, e->writer);
	return VSS_OK;
}

static void
keep_time(void *arg, int64_t at)
{
	struct trace *t = arg;

	if (at != VSS_NO_TIME && at > t->end)
		t->end = at;
}

static void
keep_idle(void *arg, int64_t at)
{
	struct trace *t = arg;

	t->idle = 1;
	t->idle_at = at;
}

/* As exactly as it has been told: of the sets of ways to end that a sample has
 * and that this one is in, the least. Exactly where no sample has it. */
static int
shown_phases(const struct manner *m, const struct vss_event *e)
{
	int i, best = 0, phases = m->profile.shows[e->kind] & e->phases;

	for (i = 0; i < m->ntold; i++)
		if (m->told[i].kind == e->kind &&
		    m->told[i].phases & e->phases && (!best ||
		    __builtin_popcount(m->told[i].phases) <
		    __builtin_popcount(best)))
			best = m->told[i].phases;
	return best ? best : phases;
}

static int
shown_data(const struct manner *m, const struct vss_event *e)
{
	int i, best = 0;

	for (i = 0; e->data && i < m->ntold; i++)
		if (m->told[i].kind == e->kind &&
		    m->told[i].data & e->data && (!best ||
		    __builtin_popcount(m->told[i].data) <
		    __builtin_popcount(best)))
			best = m->told[i].data;
	return best ? best : e->data;
}

static int
is_last(const struct trace *t, int k)
{
	const struct vss_event *a = &t->ev[k], *b;
	int i;

	for (i = k + 1; i < t->n; i++) {
		b = &t->ev[i];
		if (b->kind == a->kind && b->phases == a->phases &&
		    !strcmp(a->writer ? a->writer : "",
		    b->writer ? b->writer : ""))
			return 0;
	}
	return 1;
}

/* The k-th event as the source tells it; 0: not at all. */
static int
retell(const struct manner *m, const struct trace *t, int k,
    const char *writer, struct vss_event *e)
{
	const struct vss_profile *p = &m->profile;

	*e = t->ev[k];
	if (writer && e->writer && strcmp(e->writer, writer))
		return 0;
	if (p->last_only[e->kind] & e->phases) {
		if (!is_last(t, k))
			return 0;
	}
	e->phases = shown_phases(m, e);
	e->data = shown_data(m, e);
	if (!m->times)
		e->time = VSS_NO_TIME;
	return e->phases != 0;
}

static int
names_one_writer(const struct vss_profile *p)
{
	int k;

	for (k = 1; k < KIND_COUNT; k++)
		if (p->hides_others[k])
			return 1;
	return 0;
}

/* Bits: 1 some backup breaks the rule, 2 some keeps it. */
static int
judge_rule(struct vss_sessions *s, int rule)
{
	struct vss_judgement g;
	int i, bits = 0;

	ck_assert_int_eq(vss_sessions_finish(s), VSS_OK);
	for (i = 0; i < s->n; i++) {
		ck_assert_int_eq(vss_judge(&s->list[i], &s->policy, &g),
		    VSS_OK);
		bits |= g.rules[rule].verdict == VSS_VIOLATED ? 1 :
		    g.rules[rule].verdict == VSS_KEPT ? 2 : 0;
		vss_judgement_free(&g);
	}
	return bits;
}

/* The first event that the source tells of; 0 also where it joins the backup
 * in the middle. */
static int
first_told(const struct source *from, const struct trace *t, int *middle)
{
	int i;

	for (i = 0; from->begins && i < t->n; i++)
		if (t->ev[i].kind == from->begins)
			return i;
	*middle |= from->begins;
	return 0;
}

static int
judge_as(const struct source *from, const struct manner *m,
    const struct trace *t, const char *writer, int rule)
{
	char begun[WRITERS_MAX][NAME];
	struct vss_sessions s;
	struct vss_error error;
	struct vss_event e;
	int i, k, nbegun = 0, bits, middle = m->middle;

	vss_sessions_init(&s);
	s.policy.only = rule + 1;
	ck_assert_int_eq(vss_sessions_source(&s, &m->profile), VSS_OK);
	for (i = first_told(from, t, &middle); i < t->n; i++) {
		if (!retell(m, t, i, writer, &e))
			continue;
		for (k = 0; e.object && k < nbegun; k++)
			if (!strcmp(begun[k], e.object))
				break;
		e.starts = e.middle = 0;
		if (e.object && k == nbegun) {
			ck_assert_int_lt(nbegun, WRITERS_MAX);
			vss_copy_text(begun[nbegun++], NAME, e.object);
			e.middle = middle != 0;
			e.starts = !e.middle;
		}
		ck_assert_msg(vss_sessions_event(&s, &e, &error) == VSS_OK,
		    "%s", error.text);
	}
	if (m->goes_on)
		vss_sessions_time(&s, 0, t->end + INT64_C(3600000000));
	if (m->idle && t->idle)
		vss_sessions_idle_stop(&s, t->idle_at);
	bits = judge_rule(&s, rule);
	vss_sessions_free(&s);
	return bits;
}

/* A log of one writer may be that of any. */
static int
judge_trace(const struct source *from, const struct manner *m,
    const struct trace *t, int rule)
{
	int k, bits = 0;

	if (!names_one_writer(&m->profile))
		return judge_as(from, m, t, NULL, rule);
	for (k = 0; k < t->nwriters; k++)
		bits |= judge_as(from, m, t, t->writers[k], rule);
	return bits;
}

static void
read_trace(const char *file, struct trace *t)
{
	struct vss_import out = { .arg = t, .profile = keep_profile,
	    .event = keep_event, .time = keep_time, .idle_stop = keep_idle };

	memset(t, 0, sizeof(*t));
	read_file(file, &out);
}

struct column {
	uint8_t decides[VSS_NJUDGED];	/* bits: 1 breach, 2 observance */
};

static struct trace good, bad;

/* What comes out for the samples themselves. */
static void
judge_samples(const struct source *from, struct column *column)
{
	struct vss_error error = { 0 };
	struct loads loads;
	struct judged j;
	int i, r, verdict;
	size_t k;
	glob_t g;

	ck_assert_int_eq(glob(from->samples, 0, NULL, &g), 0);
	for (k = 0; k < g.gl_pathc; k++) {
		memset(&loads, 0, sizeof(loads));
		ck_assert_int_eq(load(&loads, g.gl_pathv[k], &error), VSS_OK);
		ck_assert_int_eq(judge_buffer(g.gl_pathv[k],
		    loads.list[0].buf, loads.list[0].len, NULL, NULL, &j,
		    &error), VSS_OK);
		for (i = 0; i < j.sessions.n; i++)
			for (r = 0; r < VSS_NJUDGED; r++) {
				verdict = j.judgements[i].rules[r].verdict;
				column->decides[r] |=
				    verdict == VSS_VIOLATED ? 1 :
				    verdict == VSS_KEPT ? 2 : 0;
			}
		judged_free(&j);
		loads_free(&loads);
	}
	globfree(&g);
}

static void
fill(const struct source *list, int n, struct column *columns)
{
	static struct manner m;
	char name[256];
	int i, k, bits;

	memset(columns, 0, n * sizeof(*columns));
	for (k = 0; k < n; k++) {
		learn(&list[k], &m);
		judge_samples(&list[k], &columns[k]);
		for (i = 0; i < VSS_NRULES; i++) {
			snprintf(name, sizeof(name), "traces/rules/%s.bad.scn",
			    vss_rule(i)->id);
			read_trace(name, &bad);
			snprintf(name, sizeof(name), "traces/rules/%s.good.scn",
			    vss_rule(i)->id);
			read_trace(name, &good);
			if (judge_trace(&list[k], &m, &bad, i) & 1)
				columns[k].decides[i] |= 1;
			bits = judge_trace(&list[k], &m, &good, i);
			ck_assert_msg(!(bits & 1), "%s as %s tells it breaks "
			    "the rule", name, list[k].name);
			columns[k].decides[i] |= bits & 2;
		}
	}
}

static void
write_page(FILE *f)
{
	static const char *const word[] = { "", "b", "k", "bk" };
	static struct column columns[NSOURCES];
	int broken[NSOURCES] = { 0 }, kept[NSOURCES] = { 0 }, i, k, any;

	fill(sources, NSOURCES, columns);
	fprintf(f, "# Which rules each source can decide, alone\n\n"
	    "Computed (`make decides`), and compared by `make test`. Each rule "
	    "has a trace\nthat breaks it and one near it that keeps it "
	    "(`traces/rules`). They are told again\nas a source of each kind "
	    "would have told them: what its samples in\n`traces/formats` "
	    "show, as exactly as they show it. The samples themselves come\n"
	    "on top.\n\n"
	    "- **b**: the source alone shows that the rule is broken, in one "
	    "of them at least\n"
	    "- **k**: it shows that the rule is kept, in one of them at "
	    "least; some are kept\n"
	    "  whatever has happened unseen\n"
	    "- nothing: neither; another breach of the rule may be seen all "
	    "the same\n\n"
	    "| column | formats |\n|---|---|\n"
	    "| steps | `sysmon`, `eventxml`, `evtx`, `eventtext` with the "
	    "registry steps in them |\n"
	    "| logs | the same without registry steps |\n"
	    "| values | `reg`, `regquery`, whole; `hive` if it has the values |\n"
	    "| edr | `edr` |\n| sqlwriter | `sqlwriter` |\n"
	    "| bacula | `bacula` |\n| diskshadow | `diskshadow`, a transcript "
	    "with its banner |\n| vshadow | `vshadow` without -tracing |\n"
	    "| -tracing | `vshadow` with -tracing |\n\n"
	    "`native` and `scenario` show what they say they show: all rules, "
	    "or fewer.\n`errorlog`, `vssadmin` and `errortext` decide none "
	    "alone. Several recordings of\none host decide together what "
	    "they show together, which is more than the sum.\n\n| rule |");
	for (k = 0; k < NSOURCES; k++)
		fprintf(f, " %s |", sources[k].name);
	fprintf(f, "\n|---|");
	for (k = 0; k < NSOURCES; k++)
		fprintf(f, "---|");
	fprintf(f, "\n");
	for (i = 0; i < VSS_NJUDGED; i++) {
		for (k = any = 0; k < NSOURCES; k++) {
			any |= columns[k].decides[i];
			broken[k] += columns[k].decides[i] & 1;
			kept[k] += columns[k].decides[i] >> 1;
		}
		if (!any)
			continue;
		fprintf(f, "| [%s](../rules/%s.md) |", vss_rule(i)->id,
		    vss_rule(i)->id);
		for (k = 0; k < NSOURCES; k++)
			fprintf(f, " %s |", word[columns[k].decides[i]]);
		fprintf(f, "\n");
	}
	fprintf(f, "| **b**, of %d |", VSS_NJUDGED);
	for (k = 0; k < NSOURCES; k++)
		fprintf(f, " %d |", broken[k]);
	fprintf(f, "\n| **k** |");
	for (k = 0; k < NSOURCES; k++)
		fprintf(f, " %d |", kept[k]);
	fprintf(f, "\n");
}

START_TEST(page_is_written)
{
	FILE *f = fopen(PAGE, "w");

	ck_assert_ptr_nonnull(f);
	write_page(f);
	ck_assert_int_eq(fclose(f), 0);
}
END_TEST

START_TEST(page_is_what_comes_out)
{
	static char is[1 << 16], was[1 << 16];
	FILE *f = fmemopen(is, sizeof(is) - 1, "w");
	size_t n;

	ck_assert_ptr_nonnull(f);
	write_page(f);
	ck_assert_int_eq(fclose(f), 0);
	f = fopen(PAGE, "r");
	ck_assert_msg(f != NULL, "no " PAGE ": make decides");
	n = fread(was, 1, sizeof(was) - 1, f);
	ck_assert_int_lt(n, sizeof(was) - 1);
	fclose(f);
	ck_assert_msg(!strcmp(is, was), PAGE " is out of date: make decides");
}
END_TEST

static int
tells(const struct manner *m, const struct manner *of, int i)
{
	int k;

	for (k = 0; k < m->ntold; k++)
		if (!memcmp(&m->told[k], &of->told[i], sizeof(m->told[k])))
			return 1;
	return 0;
}

static void
same_manner(const struct source *one, const struct source *other)
{
	static struct manner a, b;
	int i;

	learn(one, &a);
	learn(other, &b);
	ck_assert(!memcmp(a.profile.shows, b.profile.shows, KIND_COUNT));
	ck_assert(!memcmp(a.profile.doubtful, b.profile.doubtful, KIND_COUNT));
	ck_assert(!memcmp(a.profile.last_only, b.profile.last_only,
	    KIND_COUNT));
	ck_assert(!memcmp(a.profile.hides_others, b.profile.hides_others,
	    KIND_COUNT));
	ck_assert_msg(a.middle == b.middle, "%s: the beginning", other->name);
	ck_assert_msg(a.goes_on == b.goes_on, "%s: the end", other->name);
	for (i = 0; i < a.ntold; i++)
		ck_assert_msg(tells(&b, &a, i), "%s tells less", other->name);
	for (i = 0; i < b.ntold; i++)
		ck_assert_msg(tells(&a, &b, i), "%s tells more", other->name);
}

/* Where a column stands for several carriers of the same records. */
START_TEST(carriers_tell_the_same)
{
	int k;

	for (k = 0; k < NCARRIERS; k++)
		same_manner(&sources[0], &carriers[k]);
}
END_TEST

int
main(int argc, char *argv[])
{
	Suite *s = suite_create("decides");
	TCase *c = tcase_create("decides");
	SRunner *r;
	int failed;

	tcase_set_timeout(c, 300);
	if (argc > 1 && !strcmp(argv[1], "update"))
		tcase_add_test(c, page_is_written);
	else if (!sanitized)
		tcase_add_test(c, page_is_what_comes_out);
	tcase_add_test(c, carriers_tell_the_same);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
