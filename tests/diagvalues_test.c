/*
 * The values of VSS\Diag: how they are written down, what a record says, which
 * backup it belongs to, and what may be concluded from what is not there.
 *
 * The last is the point: histories() makes up what happened, lets the registry
 * forget all but the newest write of each value, and demands that nothing is
 * found broken in what is left that was not broken in what happened.
 *
 * Real ones are not part of the project: VSS_CAPTURES names their folder;
 * where it is absent they are skipped, visibly.
 */
#define _POSIX_C_SOURCE 200809L
#include <check.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include "hive_writer.h"
#include "judge.h"
#include "kept.h"
#include "load.h"
#include "reg.h"

/*
 * Making recordings.
 */

#define KEY "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\VSS\\Diag"
#define HEADER "Windows Registry Editor Version 5.00\r\n\r\n"
#define ONE_SECOND INT64_C(1000000)

enum { ROOM = 1 << 18, RECORD = 72 };

/* 2 March 2026, 01:00 UTC, in microseconds since 1970. */
#define START INT64_C(1772413200000000)

struct text { char *s; size_t n, room; };

static void
say(struct text *t, const char *format, ...)
{
	va_list ap;
	int n;

	if (t->room - t->n < 8192) {
		t->room = t->room ? t->room * 2 : 1 << 15;
		t->s = realloc(t->s, t->room);
		ck_assert_ptr_nonnull(t->s);
	}
	va_start(ap, format);
	n = vsnprintf(t->s + t->n, t->room - t->n, format, ap);
	va_end(ap);
	ck_assert_int_ge(n, 0);
	ck_assert_uint_lt((size_t)n, t->room - t->n);
	t->n += n;
}

static void
text_free(struct text *t)
{
	free(t->s);
	memset(t, 0, sizeof(*t));
}

struct value {
	const char *comp, *step;
	int64_t time;		/* microseconds since START */
	uint32_t pid, code, state;
	int run;		/* 0: no id */
	int size;		/* 0: RECORD */
};

static int
record(const struct value *v, unsigned char *d)
{
	int size = v->size ? v->size : RECORD;
	uint64_t t = ((uint64_t)(START + v->time) +
	    UINT64_C(11644473600000000)) * 10;

	memset(d, 0, 256);
	put32(d, size);
	put32(d + 8, (uint32_t)t);
	put32(d + 12, t >> 32);
	put32(d + 16, v->pid);
	put32(d + 20, v->pid + 4);
	put32(d + 32, v->state);
	put32(d + 36, v->code);
	if (v->run)
		memset(d + 40, v->run, 16);
	return size;
}

/* As hivexregedit writes it, a key for each value. */
static void
put_value(struct text *t, const struct value *v)
{
	unsigned char d[256];
	int i, n = record(v, d);

	say(t, "[" KEY "\\%s]\r\n\"%s\"=hex:", v->comp, v->step);
	for (i = 0; i < n; i++)
		say(t, "%s%02x", i ? "," : "", d[i]);
	say(t, "\r\n");
}

static const struct format *
format_of(const char *name)
{
	const struct format *f = formats;

	while (strcmp(f->name, name))
		f++;
	return f;
}

/* The bytes end at the end of their memory, so that reading on traps. */
static enum vss_status
judge_bytes(const char *bytes, size_t len, const char *format,
    struct judged *j, struct vss_error *error)
{
	char *exact = malloc(len ? len : 1);
	enum vss_status st;

	ck_assert_ptr_nonnull(exact);
	memcpy(exact, bytes, len);
	st = judge_buffer("recording", exact, len, format ?
	    format_of(format) : NULL, NULL, kept(), j, error);
	free(exact);
	return st;
}

static enum vss_status
ignore_profile(void *arg, const struct vss_profile *p)
{
	(void)arg;
	(void)p;
	return VSS_OK;
}

static enum vss_status
ignore_event(void *arg, const struct vss_event *ev, struct vss_error *error)
{
	(void)arg;
	(void)ev;
	(void)error;
	return VSS_OK;
}

static size_t findings(const struct judged *j);

/* Read it, which must not crash; judge it, too, when asked to. Returns the
 * number of findings. */
static size_t
read_damaged(const char *bytes, size_t len, const char *format, int judged)
{
	struct vss_import out = { .profile = ignore_profile,
	    .event = ignore_event };
	struct vss_error error = { 0 };
	struct judged j;
	size_t n;
	char *exact;

	if (judged) {
		judge_bytes(bytes, len, format, &j, &error);
		n = findings(&j);
		judged_free(&j);
		return n;
	}
	exact = malloc(len ? len : 1);
	ck_assert_ptr_nonnull(exact);
	memcpy(exact, bytes, len);
	format_of(format)->read(exact, len, &out, &error);
	free(exact);
	return 0;
}

static void
judge_text(const char *s, size_t n, const char *format, struct judged *j)
{
	struct vss_error error = { 0 };
	enum vss_status st = judge_bytes(s, n, format, j, &error);

	ck_assert_msg(st == VSS_OK, "%s", error.text);
}

static void
judge_values(const struct value *v, size_t n, struct judged *j)
{
	struct text t = { 0 };
	size_t i;

	say(&t, HEADER);
	for (i = 0; i < n; i++)
		put_value(&t, &v[i]);
	say(&t, "\r\n");
	judge_text(t.s, t.n, "reg", j);
	text_free(&t);
}

#define JUDGE(v, j) judge_values(v, sizeof(v) / sizeof(v[0]), j)

static const struct vss_judged_rule *
rule_of(const struct judged *j, int session, const char *id)
{
	int r = vss_rule_find(id);

	ck_assert_int_ge(r, 0);
	ck_assert_int_lt(session, j->sessions.n);
	return &j->judgements[session].rules[r];
}

static int
is_broken(const struct judged *j, int session, const char *id)
{
	return rule_of(j, session, id)->verdict == VSS_VIOLATED;
}

static size_t
findings(const struct judged *j)
{
	size_t n = 0;
	int i;

	for (i = 0; i < j->sessions.n; i++)
		n += j->judgements[i].nfindings;
	return n;
}

/* Does the session hold that event? phase 0: any. */
static int
holds(const struct vss_session *se, int kind, int phase)
{
	size_t i;

	for (i = 0; i < se->nstory; i++)
		if (se->story[i].kind == kind && (!phase ||
		    se->story[i].phases == 1 << phase))
			return 1;
	return 0;
}

static int
tells(const struct judged *j, const char *words)
{
	size_t i;

	for (i = 0; i < j->recording.nasides; i++)
		if (strstr(j->asides[i].text, words))
			return 1;
	return 0;
}

/*
 * A backup of two writers, as it should be.
 */

#define R "VssapiPublisher"
#define A "SqlServerWriter"
#define B "System Writer"
#define P "SwProvider_{b5946137-7b9f-4925-af80-51abd60b20d5}"

static const struct value whole[] = {
	{ R, "PREPAREBACKUP (Enter)", 1000, 100, 0, 0, 1, 0 },
	{ A, "PREPAREBACKUP (Enter)", 2000, 11, 0, 1, 1, 0 },
	{ A, "PREPAREBACKUP (Leave)", 3000, 11, 0, 1, 1, 0 },
	{ B, "PREPAREBACKUP (Enter)", 4000, 12, 0, 1, 1, 0 },
	{ B, "PREPAREBACKUP (Leave)", 5000, 12, 0, 1, 1, 0 },
	{ R, "PREPAREBACKUP (Leave)", 6000, 100, 0, 0, 1, 0 },
	{ R, "DOSNAPSHOT (Enter)", 7000, 100, 0, 0, 1, 0 },
	{ A, "PREPARESNAPSHOT (Enter)", 8000, 11, 0, 1, 1, 0 },
	{ A, "PREPARESNAPSHOT (Leave)", 9000, 11, 0, 1, 1, 0 },
	{ B, "PREPARESNAPSHOT (Enter)", 10000, 12, 0, 1, 1, 0 },
	{ B, "PREPARESNAPSHOT (Leave)", 11000, 12, 0, 1, 1, 0 },
	{ A, "FREEZE (Enter)", 12000, 11, 0, 2, 1, 0 },
	{ A, "FREEZE (Leave)", 13000, 11, 0, 2, 1, 0 },
	{ B, "FREEZE (Enter)", 14000, 12, 0, 2, 1, 0 },
	{ B, "FREEZE (Leave)", 15000, 12, 0, 2, 1, 0 },
	{ P, "PROVIDER_COMMIT (Enter)", 16000, 30, 0, 0, 1, 0 },
	{ A, "THAW (Enter)", 17000, 11, 0, 3, 1, 0 },
	{ A, "THAW (Leave)", 18000, 11, 0, 3, 1, 0 },
	{ B, "THAW (Enter)", 19000, 12, 0, 3, 1, 0 },
	{ B, "THAW (Leave)", 20000, 12, 0, 3, 1, 0 },
	{ A, "POSTSNAPSHOT (Enter)", 21000, 11, 0, 4, 1, 0 },
	{ A, "POSTSNAPSHOT (Leave)", 22000, 11, 0, 4, 1, 0 },
	{ B, "POSTSNAPSHOT (Enter)", 23000, 12, 0, 4, 1, 0 },
	{ B, "POSTSNAPSHOT (Leave)", 24000, 12, 0, 4, 1, 0 },
	{ R, "DOSNAPSHOT (Leave)", 25000, 100, 0, 0, 1, 0 },
	{ R, "GETSTATE (Enter)", 26000, 100, 0, 0, 1, 0 },
	{ R, "GETSTATE (Leave)", 27000, 100, 0, 0, 1, 0 },
	{ R, "BACKUPCOMPLETE (Enter)", 28000, 100, 0, 0, 1, 0 },
	{ A, "BACKUPCOMPLETE (Enter)", 29000, 11, 0, 5, 1, 0 },
	{ A, "BACKUPCOMPLETE (Leave)", 30000, 11, 0, 5, 1, 0 },
	{ B, "BACKUPCOMPLETE (Enter)", 31000, 12, 0, 5, 1, 0 },
	{ B, "BACKUPCOMPLETE (Leave)", 32000, 12, 0, 5, 1, 0 },
	{ R, "BACKUPCOMPLETE (Leave)", 33000, 100, 0, 0, 1, 0 },
};
enum { WHOLE = sizeof(whole) / sizeof(whole[0]) };

/* What is left when `newer` has been written over `older`. */
static size_t
write_over(const struct value *older, size_t n, const struct value *newer,
    size_t m, struct value *to)
{
	size_t i, k, out = 0;

	for (i = 0; i < n; i++) {
		for (k = 0; k < m; k++)
			if (!strcmp(older[i].comp, newer[k].comp) &&
			    !strcmp(older[i].step, newer[k].step))
				break;
		if (k == m)
			to[out++] = older[i];
	}
	for (k = 0; k < m; k++)
		to[out++] = newer[k];
	return out;
}

/* The first n steps of the backup, with the states that were asked for before
 * the copy was made, where they were not asked for again. */
static size_t
first_steps(const struct value *v, size_t k, struct value *to)
{
	size_t i, n = k;

	memcpy(to, v, n * sizeof(*v));
	for (i = 25; n > 5 && i < 27; i++) {
		if (i < k)
			continue;
		to[n] = v[i];
		to[n++].time = v[5].time + 100 * (int64_t)(i - 24);
	}
	return n;
}

/* The backup again, later, by another process, under another id. */
static void
another(struct value *to, int64_t later, uint32_t pid, int run)
{
	size_t i;

	memcpy(to, whole, sizeof(whole));
	for (i = 0; i < WHOLE; i++) {
		to[i].time += later;
		to[i].run = run;
		if (to[i].pid == 100)
			to[i].pid = pid;
	}
}

/*
 * How values are written down.
 */

START_TEST(windows_exports_are_read)
{
	struct text t = { 0 };
	unsigned char d[256];
	struct judged j;
	int i, n = record(&whole[0], d);

	say(&t, HEADER "; what regedit writes\r\n\r\n[" KEY "]\r\n@=\"\""
	    "\r\n\r\n[" KEY "\\" R "]\r\n\"PREPAREBACKUP (Enter)\"=hex:");
	for (i = 0; i < n; i++)
		say(&t, "%02x%s%s", d[i], i + 1 < n ? "," : "", i % 20 == 19 ?
		    "\\\r\n  " : "");
	say(&t, "\r\n\r\n");
	judge_text(t.s, t.n, NULL, &j);
	ck_assert_str_eq(j.recording.format, "reg");
	ck_assert_uint_eq(j.recording.counts.rejected, 0);
	ck_assert_uint_eq(j.recording.counts.lines, 2);
	ck_assert_int_eq(j.sessions.n, 1);
	ck_assert_uint_eq(j.sessions.list[0].pid, 100);
	ck_assert_uint_eq(j.sessions.list[0].story[0].line, 9);
	ck_assert_int_eq(j.sessions.list[0].overtaken, 0);
	judged_free(&j);
	text_free(&t);
}
END_TEST

/* Other keys, texts over several lines, deletions, comments, other types. */
START_TEST(what_is_not_of_diag_is_read_over)
{
	struct text t = { 0 };
	struct judged j;

	say(&t, HEADER "[HKEY_LOCAL_MACHINE\\SYSTEM\\Setup]\r\n"
	    "\"a\"=dword:0000002a\r\n\"b\\\"c\\\\\"=\"x \\\"y\\\"\r\n"
	    "[no key]\r\nz\"\r\n\"m\"=hex(7):61,00,\\\r\n  00,00\r\n"
	    "\"gone\"=-\r\n[-HKEY_LOCAL_MACHINE\\SYSTEM\\Old]\r\n"
	    "\"under a key to be deleted\"=dword:1\r\n"
	    "[" KEY "\\X]\r\n\"no step\"=dword:00000001\r\n"
	    "\"FREEZE (Enter)\"=-\r\n");
	put_value(&t, &whole[0]);
	judge_text(t.s, t.n, "reg", &j);
	ck_assert_uint_eq(j.recording.counts.rejected, 0);
	ck_assert_uint_eq(j.recording.counts.used, 1);
	ck_assert_uint_eq(j.recording.counts.lines, 8);
	ck_assert_uint_eq(j.sessions.list[0].story[0].line, 17);
	judged_free(&j);
	text_free(&t);
}
END_TEST

static const struct { const char *line; uint64_t column; const char *text; }
    wrong[] = {
	{ "\"FREEZE (Enter)\"=hex:4", 18, "no hex bytes" },
	{ "\"FREEZE (Enter)\"=hex:48,zz", 18, "no hex bytes" },
	{ "\"FREEZE (Enter)\"=", 18, "not known" },
	{ "\"FREEZE (Enter)\"", 17, "no =" },
	{ "\"FREEZE (Enter)=hex:00", 1, "closing quote" },
	{ "\"FREEZE (Enter)\"=hex(3:00", 18, "hex(" },
	{ "\"FREEZE (Enter)\"=dword:x", 18, "dword" },
	{ "\"FREEZE (Enter)\"=dword:00000001", 1, "not binary" },
	{ "\"FREEZE (Enter)\"=hex:48,00,00,00", 1, "less than 40" },
	{ "[" KEY "\\X", 1, "bracket" },
	{ "FREEZE", 1, "neither" },
};

START_TEST(bad_lines_are_refused_where_they_are)
{
	struct text t = { 0 };
	struct judged j;

	say(&t, HEADER "[" KEY "\\" A "]\r\n%s\r\n", wrong[_i].line);
	put_value(&t, &whole[0]);
	judge_text(t.s, t.n, "reg", &j);
	ck_assert_uint_eq(j.recording.counts.rejected, 1);
	ck_assert_uint_eq(j.errors[0].line, 4);
	ck_assert_uint_eq(j.errors[0].column, wrong[_i].column);
	ck_assert_msg(strstr(j.errors[0].text, wrong[_i].text) != NULL, "%s",
	    j.errors[0].text);
	ck_assert_int_eq(j.sessions.n, 1);
	judged_free(&j);
	text_free(&t);
}
END_TEST

START_TEST(reg_query_prints_the_same)
{
	static const char *const names[] = { "(Default)", "(Standard)",
	    "(par d\303\251faut)" };
	struct text t = { 0 };
	unsigned char d[256];
	struct judged j;
	size_t i;
	int k, n;

	say(&t, "\r\n" KEY "\r\n    %s    REG_SZ    Disabled\r\n\r\n",
	    names[_i]);
	for (i = 0; i < WHOLE; i++) {
		n = record(&whole[i], d);
		say(&t, KEY "\\%s\r\n    %s    REG_BINARY    ", whole[i].comp,
		    whole[i].step);
		for (k = 0; k < n; k++)
			say(&t, "%02X", d[k]);
		say(&t, "\r\n\r\n");
	}
	say(&t, "Suchende: 33 \303\234bereinstimmung(en) gefunden.\r\n");
	judge_text(t.s, t.n, NULL, &j);
	ck_assert_str_eq(j.recording.format, "regquery");
	ck_assert_uint_eq(j.recording.counts.used, WHOLE);
	ck_assert_uint_eq(j.recording.counts.rejected, 0);
	ck_assert(tells(&j, "disabled"));
	ck_assert_uint_eq(findings(&j), 0);
	judged_free(&j);
	text_free(&t);
}
END_TEST

START_TEST(bad_hex_of_reg_query_is_refused)
{
	static const char text[] = KEY "\\" A "\n    FREEZE (Enter)    "
	    "REG_BINARY    48000\n\tTHAW (Enter)\tREG_BINARY\t4800\n";
	struct judged j;

	judge_text(text, sizeof(text) - 1, "regquery", &j);
	ck_assert_uint_eq(j.recording.counts.rejected, 2);
	ck_assert_uint_eq(j.errors[0].line, 2);
	ck_assert_uint_eq(j.errors[0].column, 37);
	ck_assert_uint_eq(j.errors[1].line, 3);
	judged_free(&j);
}
END_TEST

static void
put_edr(struct text *t, const struct value *v, const struct value *old,
    int bytes)
{
	unsigned char d[256];
	int i;

	record(v, d);
	say(t, "{\"registryKeyPath\": \"MACHINE\\\\SYSTEM\\\\ControlSet001"
	    "\\\\Services\\\\VSS\\\\Diag\\\\%s\\\\%s\",\n \"endpointName\": "
	    "\"H\", \"registryValue\": \"", v->comp, v->step);
	for (i = 0; i < bytes; i++)
		say(t, "%02X", d[i]);
	if (old) {
		record(old, d);
		say(t, "\", \"registryOldValue\": \"");
		for (i = 0; i < bytes; i++)
			say(t, "%02X", d[i]);
	}
	say(t, "\"}\n");
}

START_TEST(edr_records_tell_new_and_old_data)
{
	struct value v = whole[28], old = whole[28];
	struct text t = { 0 };
	struct judged j;

	old.time -= 3600 * ONE_SECOND;
	old.run = 9;
	say(&t, "[");
	put_edr(&t, &v, &old, 50);
	say(&t, ",");
	put_edr(&t, &whole[27], NULL, 72);
	say(&t, "]\n{\"other\": 1}\n");
	judge_text(t.s, t.n, NULL, &j);
	ck_assert_str_eq(j.recording.format, "edr");
	ck_assert_uint_eq(j.recording.counts.used, 3);
	ck_assert_uint_eq(j.recording.counts.rejected, 0);
	/* ten bytes of the id are enough to tell two backups apart */
	ck_assert_int_eq(j.sessions.n, 2);
	ck_assert_str_eq(j.sessions.profiles[0].host, "H");
	ck_assert(holds(&j.sessions.list[0], KIND_BC, PHASE_CALL));
	ck_assert(holds(&j.sessions.list[1], KIND_COMPL, PHASE_CALL));
	ck_assert(tells(&j, "run {09090909-0909-0909-0909-...}"));
	ck_assert_uint_eq(findings(&j), 0);
	judged_free(&j);
	text_free(&t);
}
END_TEST

START_TEST(plain_records_are_read_as_well)
{
	struct text t = { 0 };
	unsigned char d[256];
	struct judged j;
	int i, n = record(&whole[0], d);

	say(&t, "{\"path\": \"HKLM\\\\System\\\\CurrentControlSet\\\\Services"
	    "\\\\VSS\\\\Diag\\\\" R "\\\\PREPAREBACKUP (Enter)\", \"host\": "
	    "\"H\", \"data\": \"0x");
	for (i = 0; i < n; i++)
		say(&t, "%02x", d[i]);
	say(&t, "\"}");
	judge_text(t.s, t.n, NULL, &j);
	ck_assert_str_eq(j.recording.format, "edr");
	ck_assert_int_eq(j.sessions.n, 1);
	judged_free(&j);
	text_free(&t);
}
END_TEST

START_TEST(a_broken_object_does_not_take_the_next_with_it)
{
	struct text t = { 0 };
	struct judged j;

	put_edr(&t, &whole[0], NULL, 72);
	say(&t, "{\"registryKeyPath\": \n  nonsense,\n  \"a\": 1}\n");
	put_edr(&t, &whole[6], NULL, 72);
	say(&t, "prose\n");
	put_edr(&t, &whole[27], NULL, 72);
	judge_text(t.s, t.n, "edr", &j);
	ck_assert_uint_eq(j.recording.counts.rejected, 2);
	ck_assert_uint_eq(j.errors[0].line, 4);
	ck_assert_uint_eq(j.errors[1].line, 8);
	ck_assert_uint_eq(j.recording.counts.used, 3);
	judged_free(&j);
	text_free(&t);
}
END_TEST

/*
 * What a record says.
 */

START_TEST(both_sizes_of_record_are_known_and_no_false_ones)
{
	static const struct { int size; int good; } sizes[] = { { 64, 1 },
	    { 72, 1 }, { 80, 1 }, { 40, 0 }, { 55, 0 }, { 16, 0 } };
	struct value v = whole[0];
	struct judged j;

	v.size = sizes[_i].size;
	judge_values(&v, 1, &j);
	ck_assert_uint_eq(j.recording.counts.rejected, !sizes[_i].good);
	ck_assert_int_eq(j.sessions.n, sizes[_i].good);
	judged_free(&j);
}
END_TEST

START_TEST(a_record_of_no_time_is_refused)
{
	static const int64_t times[] = { -START - INT64_C(11644473600000000),
	    INT64_C(7258118400000000), -INT64_C(40) * 365 * 86400 *
	    ONE_SECOND };
	struct value v = whole[0];
	struct judged j;

	v.time = times[_i];
	judge_values(&v, 1, &j);
	ck_assert_uint_eq(j.recording.counts.rejected, 1);
	ck_assert(strstr(j.errors[0].text, "time") != NULL);
	judged_free(&j);
}
END_TEST

/* A Leave with a failure is one; with S_OK it is left open. */
static const struct { uint32_t code; unsigned phases; } results[] = {
	{ 0x80042306, 1 << PHASE_ERR }, { 0x8000ffff, 1 << PHASE_ERR },
	{ 0x0004230a, 1 << PHASE_OK }, { 0x0004230b, 1 << PHASE_CAN },
	{ 0, 1 << PHASE_OK | 1 << PHASE_ERR | 1 << PHASE_CAN },
	{ 1, 1 << PHASE_OK | 1 << PHASE_ERR | 1 << PHASE_CAN },
};

START_TEST(a_failure_code_ends_a_call_badly_and_success_proves_nothing)
{
	struct value v[] = { whole[6], whole[24] };
	const struct vss_evidence *e;
	struct judged j;

	v[1].code = results[_i].code;
	JUDGE(v, &j);
	ck_assert_int_eq(j.sessions.n, 1);
	e = &j.sessions.list[0].story[1];
	ck_assert_int_eq(e->kind, KIND_DO);
	ck_assert_uint_eq(e->phases, results[_i].phases);
	if (results[_i].code >> 31)
		ck_assert(strstr(e->label, "0x8") != NULL);
	judged_free(&j);
}
END_TEST

/* An Enter has no result, whatever stands there. */
START_TEST(a_code_beside_an_enter_is_no_result)
{
	struct value v[] = { whole[6] };
	struct judged j;

	v[0].code = 0x80042306;
	JUDGE(v, &j);
	ck_assert(holds(&j.sessions.list[0], KIND_DO, PHASE_CALL));
	ck_assert_uint_eq(j.sessions.list[0].nstory, 1);
	judged_free(&j);
}
END_TEST

static const struct { uint32_t state; const char *step, *set; unsigned phases;
    } states[] = {
	{ 9, NULL, NULL, 1 << PHASE_ERR },	/* FAILED_AT_FREEZE */
	{ 8, NULL, NULL, 1 << PHASE_OK | 1 << PHASE_ERR },
	{ 3, NULL, NULL, 1 << PHASE_OK | 1 << PHASE_ERR },
	{ 3, A, "VSS_WS_WAITING_FOR_THAW (SetCurrentState)",
	    1 << PHASE_OK | 1 << PHASE_ERR },
	{ 3, A, "VSS_WS_FAILED_AT_THAW (SetCurrentState)",
	    1 << PHASE_OK | 1 << PHASE_ERR },
	{ 3, A, "VSS_WS_FAILED_AT_FREEZE (SetCurrentState)",
	    1 << PHASE_ERR },
};

START_TEST(a_state_that_says_that_this_step_failed_counts)
{
	struct value v[8];
	struct judged j;
	const struct vss_session *se;
	size_t n = 0, i;

	v[n++] = whole[0];
	v[n++] = whole[6];
	v[n++] = whole[11];
	v[n] = whole[12];
	v[n++].state = states[_i].state;
	if (states[_i].step) {
		v[n] = whole[12];
		v[n].time += 10;
		v[n++].step = states[_i].set;
	}
	judge_values(v, n, &j);
	se = &j.sessions.list[0];
	for (i = 0; i < se->nstory; i++)
		if (se->story[i].kind == KIND_FZ && se->story[i].phases !=
		    1 << PHASE_CALL)
			ck_assert_uint_eq(se->story[i].phases,
			    states[_i].phases);
	judged_free(&j);
}
END_TEST

/*
 * What is concluded from what is there, and from what is not.
 */

START_TEST(a_sound_backup_has_no_findings)
{
	struct judged j;

	JUDGE(whole, &j);
	ck_assert_int_eq(j.sessions.n, 1);
	ck_assert_uint_eq(findings(&j), 0);
	ck_assert_uint_eq(j.sessions.unattributed, 0);
	ck_assert(strstr(j.sessions.profiles[0].limits, "newest") != NULL);
	judged_free(&j);
}
END_TEST

START_TEST(complete_after_a_failed_snapshot_is_found)
{
	struct value v[WHOLE];
	struct judged j;

	memcpy(v, whole, sizeof(v));
	v[24].code = 0x80042306;
	JUDGE(v, &j);
	ck_assert(is_broken(&j, 0, "TRM-11"));
	judged_free(&j);
}
END_TEST

/* A Thaw that is not there did not come: the newest backup's values are
 * complete but for what was done more than once. */
static size_t
without(const char *step, struct value *to)
{
	size_t i, n = 0;

	for (i = 0; i < WHOLE; i++)
		if (strncmp(whole[i].step, step, strlen(step)))
			to[n++] = whole[i];
	return n;
}

START_TEST(what_the_newest_backup_left_out_is_found)
{
	struct value v[WHOLE];
	struct judged j;
	size_t n = without("PREPARESNAPSHOT", v);

	judge_values(v, n, &j);
	ck_assert_uint_gt(findings(&j), 0);
	judged_free(&j);
}
END_TEST

/* The same values of an older backup prove nothing. */
START_TEST(what_an_older_backup_lacks_may_be_lost)
{
	struct value v[WHOLE + 1];
	struct judged j;
	size_t n = without("PREPARESNAPSHOT", v);
	int i;

	v[n] = whole[0];
	v[n].time += 3600 * ONE_SECOND;
	v[n].pid = 101;
	v[n].run = 2;
	memmove(v, v + 1, n * sizeof(*v));
	judge_values(v, n, &j);
	ck_assert_int_eq(j.sessions.n, 2);
	ck_assert_uint_eq(findings(&j), 0);
	for (i = 0; i < 2; i++)
		ck_assert_int_eq(j.sessions.list[i].overtaken, !i);
	ck_assert(tells(&j, "may have overwritten"));
	judged_free(&j);
}
END_TEST

/*
 * Which backup a value belongs to.
 */

/* One backup was complete, the next stopped after so many values. */
START_TEST(two_backups_are_told_apart_by_their_ids)
{
	struct value later[WHOLE], part[WHOLE + 2], v[2 * WHOLE];
	struct judged j;
	size_t n;
	int steps = 1 + 4 * _i;

	another(later, 3600 * ONE_SECOND, 101, 2);
	n = write_over(whole, WHOLE, part, first_steps(later, steps, part), v);
	judge_values(v, n, &j);
	ck_assert_int_eq(j.sessions.n, steps == WHOLE ? 1 : 2);
	ck_assert_uint_eq(findings(&j), 0);
	ck_assert_uint_eq(j.sessions.unattributed, 0);
	ck_assert_uint_eq(j.sessions.list[j.sessions.n - 1].pid, 101);
	ck_assert_int_eq(j.sessions.list[j.sessions.n - 1].overtaken, 0);
	judged_free(&j);
}
END_TEST

/* Without ids time tells what is of the newest, and nothing the rest. */
START_TEST(without_ids_time_tells_the_newest_backup)
{
	struct value older[WHOLE], later[WHOLE], part[WHOLE + 2], v[2 * WHOLE];
	struct judged j;
	size_t n, i;

	another(older, 0, 100, 0);
	another(later, 3600 * ONE_SECOND, 101, 0);
	n = write_over(older, WHOLE, part, first_steps(later, _i, part), v);
	judge_values(v, n, &j);
	ck_assert_int_eq(j.sessions.n, 1);
	ck_assert_uint_eq(findings(&j), 0);
	ck_assert_uint_eq(j.sessions.list[0].pid, 101);
	for (i = 0; i < j.sessions.list[0].nstory; i++)
		ck_assert_int_ge(j.sessions.list[0].story[i].time, START +
		    3600 * ONE_SECOND);
	if (_i < WHOLE)
		ck_assert(tells(&j, "without an id"));
	judged_free(&j);
}
END_TEST

/* The newest hangs in Freeze: the Leave that is there is the last one's. */
START_TEST(a_leave_older_than_its_enter_is_none)
{
	struct value older[WHOLE], later[WHOLE], part[WHOLE + 2], v[2 * WHOLE];
	const struct vss_session *se;
	struct judged j;
	size_t n;

	another(older, 0, 100, _i);
	another(later, 3600 * ONE_SECOND, 101, _i ? 2 : 0);
	n = write_over(older, WHOLE, part, first_steps(later, 12, part), v);
	judge_values(v, n, &j);
	se = &j.sessions.list[j.sessions.n - 1];
	/* without ids it is not known whose writers' steps are */
	ck_assert_int_eq(holds(se, KIND_FZ, PHASE_CALL), _i);
	ck_assert(!holds(se, KIND_FZ, PHASE_OK));
	ck_assert(se->open >> KIND_DO & 1);
	ck_assert_uint_eq(findings(&j), 0);
	judged_free(&j);
}
END_TEST

/* Steps of the run that stand before its PREPAREBACKUP: no order is known,
 * and nothing follows from what is not there. */
START_TEST(a_clock_that_was_set_back_takes_the_order_away)
{
	struct value v[WHOLE];
	struct judged j;
	size_t i;

	memcpy(v, whole, sizeof(v));
	for (i = 16; i < WHOLE; i++)
		v[i].time -= 3600 * ONE_SECOND;
	JUDGE(v, &j);
	ck_assert_int_eq(j.sessions.n, 1);
	ck_assert_uint_eq(findings(&j), 0);
	ck_assert(tells(&j, "the clock was set back"));
	judged_free(&j);
}
END_TEST

/* Without ids the later part looks like an older backup's: it is none that
 * could be told apart, and the rest is one that has not ended. */
START_TEST(a_clock_set_back_unnoticed_accuses_nobody)
{
	struct value v[WHOLE];
	struct judged j;
	size_t i;

	another(v, 0, 100, 0);
	for (i = _i; i < WHOLE; i++)
		v[i].time -= 3600 * ONE_SECOND;
	JUDGE(v, &j);
	ck_assert_uint_eq(findings(&j), 0);
	judged_free(&j);
}
END_TEST

/* Another's copy, made after this one's, has taken its DoSnapshotSet's place
 * in the registry. */
START_TEST(what_another_backup_has_written_over_is_not_missed)
{
	struct value other[] = { whole[6], whole[24] };
	struct value v[WHOLE];
	struct judged j;
	size_t n, i;

	for (i = 0; i < 2; i++) {
		other[i].pid = 101;
		other[i].run = 2;
		other[i].time = 25100 + 100 * (int64_t)i;
	}
	n = write_over(whole, WHOLE, other, 2, v);
	judge_values(v, n, &j);
	ck_assert(tells(&j, "some of others"));
	ck_assert_uint_eq(findings(&j), 0);
	judged_free(&j);
}
END_TEST

START_TEST(instances_of_one_name_prove_nothing_by_silence)
{
	struct value v[WHOLE];
	struct judged j;
	size_t i;

	memcpy(v, whole, sizeof(v));
	for (i = 0; i < WHOLE; i++)
		if (!strcmp(v[i].comp, A) && strstr(v[i].step, "Leave"))
			v[i].pid = 13;
	JUDGE(v, &j);
	ck_assert(tells(&j, "writers of one name"));
	ck_assert_uint_eq(findings(&j), 0);
	judged_free(&j);
}
END_TEST

/* `vssadmin list writers` after the backup writes over GETSTATE. */
START_TEST(a_query_by_another_process_hides_the_backups_own)
{
	struct value query[] = {
		{ R, "IDENTIFY (Enter)", 40000, 102, 0, 0, 0, 0 },
		{ R, "IDENTIFY (Leave)", 41000, 102, 0, 0, 0, 0 },
		{ R, "GETSTATE (Enter)", 42000, 102, 0, 0, 0, 0 },
		{ R, "GETSTATE (Leave)", 43000, 102, 0, 0, 0, 0 },
	};
	struct value v[WHOLE + 4];
	struct judged j;
	size_t n = write_over(whole, WHOLE, query, 4, v);

	judge_values(v, n, &j);
	ck_assert_int_eq(j.sessions.n, 1);
	ck_assert(!holds(&j.sessions.list[0], KIND_GWS, 0));
	ck_assert_uint_eq(findings(&j), 0);
	ck_assert(!is_broken(&j, 0, "REQ-01"));
	ck_assert(tells(&j, "asked for outside"));
	judged_free(&j);
}
END_TEST

/* A copy without writers, made since, writes over the provider's steps. */
START_TEST(a_copy_without_writers_is_not_the_backups)
{
	struct value bare[] = {
		{ P, "PROVIDER_BEGINPREPARE (Enter)", 40000, 30, 0, 0, 7 * _i,
		    0 },
		{ P, "PROVIDER_COMMIT (Enter)", 41000, 30, 0, 0, 7 * _i, 0 },
	};
	struct value older[WHOLE], v[WHOLE + 2];
	struct judged j;
	size_t n;
	int k;

	another(older, 0, 100, _i ? 1 : 0);
	n = write_over(older, WHOLE, bare, 2, v);
	judge_values(v, n, &j);
	for (k = 0; k < j.sessions.n; k++)
		if (j.sessions.list[k].pid == 100)
			ck_assert(!holds(&j.sessions.list[k], KIND_PCOMMIT,
			    0));
	ck_assert_uint_eq(findings(&j), 0);
	judged_free(&j);
}
END_TEST

START_TEST(what_is_disabled_proves_nothing_by_silence)
{
	struct value v[WHOLE];
	struct text t = { 0 };
	struct judged j;
	size_t i, n = without("PREPARESNAPSHOT", v);

	say(&t, HEADER "[" KEY "]\r\n%s\r\n", _i ? "@=\"Disabled\"" :
	    "@=hex(1):44,00,69,00,73,00,61,00,62,00,6c,00,65,00,64,00,00,00");
	for (i = 0; i < n; i++)
		put_value(&t, &v[i]);
	judge_text(t.s, t.n, "reg", &j);
	ck_assert_uint_eq(findings(&j), 0);
	ck_assert(tells(&j, "disabled (default value"));
	judged_free(&j);
	text_free(&t);
}
END_TEST

/* A freeze of an older backup whose Thaw is lost did not last until its
 * BackupComplete. */
START_TEST(no_deadline_is_missed_in_what_is_left)
{
	struct value later[WHOLE], older[WHOLE], v[2 * WHOLE];
	struct judged j;
	size_t i, n;

	another(older, 0, 100, 1);
	for (i = 25; i < WHOLE; i++)
		older[i].time += 900 * ONE_SECOND;
	/* the later one went as far as Thaw: this one's is written over, its
	 * Freeze, let us say, was not */
	another(later, 3600 * ONE_SECOND, 101, 2);
	n = write_over(older, WHOLE, later + 16, 4, v);
	v[n] = later[0];
	judge_values(v, n + 1, &j);
	for (i = 0; i < (size_t)j.sessions.n; i++)
		ck_assert(!holds(&j.sessions.list[i], KIND_FZ_TIMEOUT, 0));
	judged_free(&j);
}
END_TEST

START_TEST(one_control_set_is_read)
{
	static const char key[] = "HKEY_LOCAL_MACHINE\\SYSTEM\\";
	struct text t = { 0 };
	struct judged j;
	unsigned char d[256];
	int set, i, n;

	say(&t, HEADER "[%sSelect]\r\n\"Current\"=dword:00000002\r\n", key);
	for (set = 1; set <= 2; set++) {
		struct value v = whole[0];

		v.pid = 100 + set;
		n = record(&v, d);
		say(&t, "[%sControlSet%03d\\Services\\VSS\\Diag\\" R "]\r\n"
		    "\"PREPAREBACKUP (Enter)\"=hex(3):", key, set);
		for (i = 0; i < n; i++)
			say(&t, "%s%02x", i ? "," : "", d[i]);
		say(&t, "\r\n");
	}
	judge_text(t.s, t.n, "reg", &j);
	ck_assert_int_eq(j.sessions.n, 1);
	ck_assert_uint_eq(j.sessions.list[0].pid, 102);
	ck_assert(tells(&j, "another control set"));
	judged_free(&j);
	text_free(&t);
}
END_TEST

/*
 * Histories: what happened, and what the registry kept of it.
 */

static uint64_t seed;

static unsigned
dice(unsigned n)
{
	seed = seed * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return (unsigned)(seed >> 33) % n;
}

/* Steps that are recorded, and acts of the requester that are not. */
static const struct act {
	int kind;
	const char *op;
} acts[] = {
	{ KIND_PREP, "PREPAREBACKUP" }, { KIND_DO, "DOSNAPSHOT" },
	{ KIND_GWS, "GETSTATE" }, { KIND_COMPL, "BACKUPCOMPLETE" },
	{ KIND_PB, "PREPAREBACKUP" }, { KIND_PS, "PREPARESNAPSHOT" },
	{ KIND_FZ, "FREEZE" }, { KIND_TH, "THAW" },
	{ KIND_PO, "POSTSNAPSHOT" }, { KIND_BC, "BACKUPCOMPLETE" },
	{ KIND_SD, "BACKUPSHUTDOWN" }, { KIND_AB, "ABORT" },
	{ KIND_START, NULL }, { KIND_ABORT, NULL }, { KIND_REL, NULL },
};
enum { ACTS = sizeof(acts) / sizeof(acts[0]), CALLS = 4, HANDLERS = 12,
	HAPPENED = 400, KEPT = 400 };

struct happening {
	int backup, kind, phase, writer;	/* 0 none, 1, 2 */
	int64_t time;
};

struct history {
	struct happening h[HAPPENED];
	int n, backups;
	uint32_t pid[4];
	int ids;			/* 0 none, 1 of all, 2 of writers */
	struct value kept[KEPT];
	int nkept;
};

static int64_t now;

static void
happen(struct history *y, int backup, int kind, int phase, int writer)
{
	struct happening *h = &y->h[y->n];

	if (y->n == HAPPENED)
		return;
	/* many steps share a tick of the clock */
	now += dice(4) ? 1000 * (1 + dice(20)) : 0;
	h->backup = backup;
	h->kind = kind;
	h->phase = phase;
	h->writer = writer;
	h->time = now;
	y->n++;
}

/* Anything, but that what returns has been entered. */
static void
happen_freely(struct history *y, int backup)
{
	int open[ACTS][3] = { { 0 } }, n = 1 + dice(40), a, w, ends;

	while (n--) {
		a = dice(ACTS);
		w = a >= CALLS && a < HANDLERS ? 1 + dice(2) : 0;
		if (a >= HANDLERS) {
			happen(y, backup, acts[a].kind, PHASE_OK, 0);
			continue;
		}
		ends = open[a][w];
		open[a][w] = !ends;
		happen(y, backup, acts[a].kind, !ends ? PHASE_CALL :
		    dice(4) ? PHASE_OK : PHASE_ERR, w);
	}
}

static void
handled(struct history *y, int backup, int kind, int *fails)
{
	int w;

	for (w = 1; w <= 2; w++)
		happen(y, backup, kind, PHASE_CALL, w);
	for (w = 1; w <= 2; w++)
		happen(y, backup, kind, fails && *fails == w ? PHASE_ERR :
		    PHASE_OK, w);
}

/* As the documentation wants it; it may fail, and may stop anywhere. */
static void
happen_properly(struct history *y, int backup)
{
	int from = y->n, fails = dice(3) ? 0 : 1 + (int)dice(2), none = 0;
	int at = (int)dice(2) ? KIND_FZ : KIND_PS, k;
	static const int before[] = { KIND_PS, KIND_FZ }, after[] = {
	    KIND_TH, KIND_PO };

	happen(y, backup, KIND_START, PHASE_OK, 0);
	happen(y, backup, KIND_PREP, PHASE_CALL, 0);
	handled(y, backup, KIND_PB, &none);
	happen(y, backup, KIND_PREP, PHASE_OK, 0);
	happen(y, backup, KIND_GWS, PHASE_CALL, 0);
	happen(y, backup, KIND_GWS, PHASE_OK, 0);
	happen(y, backup, KIND_DO, PHASE_CALL, 0);
	for (k = 0; k < 2; k++) {
		handled(y, backup, before[k], before[k] == at ? &fails : &none);
		if (before[k] == at && fails)
			break;
	}
	if (k < 2) {
		handled(y, backup, KIND_AB, &none);
		happen(y, backup, KIND_DO, PHASE_ERR, 0);
		happen(y, backup, KIND_GWS, PHASE_CALL, 0);
		happen(y, backup, KIND_GWS, PHASE_OK, 0);
		happen(y, backup, KIND_ABORT, PHASE_OK, 0);
	} else {
		happen(y, backup, KIND_PCOMMIT, PHASE_OK, 0);
		for (k = 0; k < 2; k++)
			handled(y, backup, after[k], &none);
		happen(y, backup, KIND_DO, PHASE_OK, 0);
		happen(y, backup, KIND_GWS, PHASE_CALL, 0);
		happen(y, backup, KIND_GWS, PHASE_OK, 0);
		happen(y, backup, KIND_COMPL, PHASE_CALL, 0);
		handled(y, backup, KIND_BC, &none);
		happen(y, backup, KIND_COMPL, PHASE_OK, 0);
		happen(y, backup, KIND_GWS, PHASE_CALL, 0);
		happen(y, backup, KIND_GWS, PHASE_OK, 0);
	}
	happen(y, backup, KIND_REL, PHASE_OK, 0);
	handled(y, backup, KIND_SD, &none);
	if (!dice(3))
		y->n = from + (int)dice(y->n - from + 1);
}

static const char *
op_of(int kind, int tracked)
{
	int a;

	for (a = tracked ? CALLS : 0; a < HANDLERS; a++)
		if (acts[a].kind == kind)
			return acts[a].op;
	return NULL;
}

static char names[4 * 16][48];
static int nnames;

static const char *
step_name(const char *op, const char *edge)
{
	char s[48];
	int i;

	snprintf(s, sizeof(s), "%s (%s)", op, edge);
	for (i = 0; i < nnames; i++)
		if (!strcmp(names[i], s))
			return names[i];
	ck_assert_int_lt(nnames, 64);
	return strcpy(names[nnames++], s);
}

static void
keep(struct history *y, const struct value *v)
{
	int i;

	for (i = 0; i < y->nkept; i++)
		if (!strcmp(y->kept[i].comp, v->comp) &&
		    !strcmp(y->kept[i].step, v->step))
			break;
	ck_assert_int_lt(i, KEPT);
	y->kept[i] = *v;
	y->nkept += i == y->nkept;
}

static void
write_values(struct history *y)
{
	static const char *const comps[] = { R, A, B };
	const struct happening *h;
	struct value v;
	const char *op;
	int i;

	y->nkept = 0;
	for (i = 0; i < y->n; i++) {
		h = &y->h[i];
		memset(&v, 0, sizeof(v));
		v.time = h->time;
		v.run = y->ids == 1 || (y->ids == 2 && h->writer) ?
		    1 + h->backup : 0;
		if (h->kind == KIND_PCOMMIT) {
			v.comp = P;
			v.pid = 30;
			v.step = step_name("PROVIDER_COMMIT", "Enter");
			keep(y, &v);
			continue;
		}
		if (!(op = op_of(h->kind, h->writer)))
			continue;
		v.comp = comps[h->writer];
		v.pid = h->writer ? 10 + (uint32_t)h->writer :
		    y->pid[h->backup];
		v.code = h->phase == PHASE_ERR ? 0x800423f4 : 0;
		v.step = step_name(op, h->phase == PHASE_CALL ? "Enter" :
		    "Leave");
		keep(y, &v);
		if (!h->writer || h->phase == PHASE_CALL ||
		    h->kind == KIND_SD || h->kind == KIND_AB)
			continue;
		/* the state it sets: STABLE of two steps, one of each else */
		v.step = step_name(h->phase == PHASE_ERR && (h->kind == KIND_FZ ||
		    h->kind == KIND_PS) ?
		    h->kind == KIND_FZ ? "VSS_WS_FAILED_AT_FREEZE" :
		    "VSS_WS_FAILED_AT_PREPARE_SNAPSHOT" :
		    h->kind == KIND_PB || h->kind == KIND_BC ?
		    "VSS_WS_STABLE" : h->kind == KIND_PS ? "VSS_WS_1" :
		    h->kind == KIND_FZ ? "VSS_WS_2" : h->kind == KIND_TH ?
		    "VSS_WS_3" : "VSS_WS_4", "SetCurrentState");
		keep(y, &v);
	}
}

/* What the rules say of all that happened. */
static void
judge_history(const struct history *y, int broken[VSS_NJUDGED])
{
	struct vss_error error = { 0 };
	struct vss_profile p;
	struct vss_sessions s;
	struct vss_judgement g;
	struct vss_policy policy;
	char object[16];
	int i, k;

	memset(broken, 0, VSS_NJUDGED * sizeof(*broken));
	vss_policy_default(&policy);
	vss_profile_none(&p, "history");
	for (i = 0; i < ACTS; i++)
		vss_profile_show(&p, acts[i].kind, 1);
	vss_profile_show(&p, KIND_PCOMMIT, 1);
	vss_sessions_init(&s);
	ck_assert_int_eq(vss_sessions_source(&s, &p), VSS_OK);
	for (i = 0; i < y->n; i++) {
		const struct happening *h = &y->h[i];
		struct vss_event ev = { 0 };

		snprintf(object, sizeof(object), "b%d", h->backup);
		ev.object = object;
		ev.pid = y->pid[h->backup];
		ev.kind = h->kind;
		ev.phases = 1 << h->phase;
		ev.data = h->kind == KIND_SD && h->phase == PHASE_CALL ? 7 :
		    h->kind == KIND_START ? 0 : 0;
		ev.writer = h->writer == 1 ? A " (pid 11)" :
		    h->writer == 2 ? B " (pid 12)" : NULL;
		ev.time = START + h->time;
		ev.line = i + 1;
		ck_assert_int_eq(vss_sessions_event(&s, &ev, &error), VSS_OK);
	}
	ck_assert_int_eq(vss_sessions_finish(&s), VSS_OK);
	for (i = 0; i < s.n; i++) {
		ck_assert_int_eq(vss_judge(&s.list[i], &policy, &g), VSS_OK);
		for (k = 0; k < VSS_NJUDGED; k++)
			broken[k] |= g.rules[k].verdict == VSS_VIOLATED;
		/* beyond what it has an answer to, replay reads no further */
		broken[VSS_RULE_REPLAY] |= g.rules[VSS_RULE_REPLAY].verdict ==
		    VSS_UNDETERMINED;
		vss_judgement_free(&g);
	}
	vss_sessions_free(&s);
}

static void
print_history(const struct history *y, const char *rule)
{
	int i;

	printf("%s is found in what is left of this, ids %d:\n", rule, y->ids);
	for (i = 0; i < y->n; i++)
		printf("  %" PRId64 " b%d (pid %u) %s.%s %d\n", y->h[i].time,
		    y->h[i].backup, y->pid[y->h[i].backup],
		    vss_kind(y->h[i].kind)->name, vss_phase_suffix(
		    y->h[i].kind, y->h[i].phase), y->h[i].writer);
}

static void
make_history(struct history *y, int proper)
{
	int b, mixed = !dice(5), i, k;
	struct happening h;

	memset(y, 0, sizeof(*y));
	now = 0;
	nnames = 0;
	y->ids = (int)dice(3);
	y->backups = 1 + (int)dice(3);
	for (b = 0; b < y->backups; b++) {
		/* where requesters write no ids, a process has one backup at
		 * a time, and prepares it */
		y->pid[b] = 100 + ((mixed || !proper) && y->ids != 1 ?
		    (unsigned)b : dice(2));
		if (mixed)
			now = dice(100) * 1000;
		if (proper || (mixed && y->ids == 2) || !dice(3))
			happen_properly(y, b);
		else
			happen_freely(y, b);
		now += 1000 * dice(100);
	}
	/* two at a time: in the order of their times */
	for (i = 1; i < y->n; i++)
		for (k = i; k && y->h[k - 1].time > y->h[k].time; k--) {
			h = y->h[k];
			y->h[k] = y->h[k - 1];
			y->h[k - 1] = h;
		}
}

/* Returns how many rules are found broken in what is left. */
static int
check_history(struct history *y, int *bad)
{
	int broken[VSS_NJUDGED], i, k, n = 0;
	struct judged j;

	judge_history(y, broken);
	write_values(y);
	if (!y->nkept)
		return 0;
	judge_values(y->kept, y->nkept, &j);
	for (i = 0; i < j.sessions.n; i++)
		for (k = 0; k < VSS_NJUDGED; k++) {
			if (j.judgements[i].rules[k].verdict != VSS_VIOLATED)
				continue;
			n++;
			if (!broken[k] && !(*bad)++)
				print_history(y, vss_rule(k)->id);
		}
	judged_free(&j);
	return n;
}

static void
histories(int proper, uint64_t first, int count, int *found)
{
	static struct history y;
	int i, bad = 0;

	*found = 0;
	for (i = 0; i < count; i++) {
		seed = first + i;
		dice(1);
		make_history(&y, proper);
		*found += check_history(&y, &bad) > 0;
		if (bad)
			printf("seed %" PRIu64 "\n", first + i);
		fflush(stdout);
		ck_assert_int_eq(bad, 0);
	}
}

static int
histories_of(const char *name, int otherwise)
{
	const char *n = getenv(name);

	return n ? atoi(n) : otherwise;
}

START_TEST(what_is_left_of_any_history_breaks_no_rule_that_it_kept)
{
	int found;

	histories(0, histories_of("VSS_HISTORY", 1000), histories_of("VSS_HISTORIES", 20), &found);
	printf("free histories: %d found broken\n", found);
	ck_assert_int_gt(found, 0);
}
END_TEST

START_TEST(what_is_left_of_proper_backups_breaks_none)
{
	int found;

	histories(1, histories_of("VSS_HISTORY", 500000), histories_of("VSS_HISTORIES", 20), &found);
	printf("proper histories: %d found broken\n", found);
	ck_assert_int_eq(found, 0);
}
END_TEST

/*
 * Hives.
 */

static void
make_hive(struct hive *h, const struct value *v, size_t n, int current,
    int loop)
{
	static unsigned char d[HIVE_STEPS][256];
	struct hive_item list[HIVE_STEPS];
	size_t i;

	ck_assert_uint_le(n, HIVE_STEPS);
	for (i = 0; i < n; i++) {
		list[i].comp = v[i].comp;
		list[i].step = v[i].step;
		list[i].data = d[i];
		list[i].size = record(&v[i], d[i]);
	}
	hive_write(h, list, n, current, loop);
}

#ifdef HAVE_HIVEX
START_TEST(the_control_set_in_use_is_read_out_of_a_hive)
{
	static struct hive h;
	struct judged j;

	make_hive(&h, whole, WHOLE, 2, 0);
	judge_text((char *)h.b, h.n, NULL, &j);
	ck_assert_str_eq(j.recording.format, "hive");
	ck_assert_str_eq(j.recording.counts.unit, "values");
	ck_assert_uint_eq(j.recording.counts.used, WHOLE);
	ck_assert_int_eq(j.sessions.n, 1);
	ck_assert_uint_eq(findings(&j), 0);
	ck_assert(holds(&j.sessions.list[0], KIND_BC, PHASE_CALL));
	judged_free(&j);
	/* the other has none */
	make_hive(&h, whole, WHOLE, 1, 0);
	judge_text((char *)h.b, h.n, NULL, &j);
	ck_assert_int_eq(j.sessions.n, 0);
	judged_free(&j);
}
END_TEST

START_TEST(a_hive_without_a_control_set_is_none_of_the_system)
{
	static struct hive h;
	struct vss_error error;
	struct judged j;

	make_hive(&h, whole, WHOLE, 0, 0);
	ck_assert_int_eq(judge_bytes((char *)h.b, h.n, NULL, &j, &error),
	    VSS_BAD);
	ck_assert(strstr(error.text, "Select") != NULL);
	judged_free(&j);
}
END_TEST

START_TEST(a_hive_with_a_loop_comes_to_an_end)
{
	static struct hive h;
	struct vss_error error;
	struct judged j;

	make_hive(&h, whole, WHOLE, 2, 1);
	if (judge_bytes((char *)h.b, h.n, NULL, &j, &error) == VSS_OK)
		ck_assert_int_eq(j.sessions.n, 1);
	judged_free(&j);
}
END_TEST

/* Cut anywhere, and with any byte of it flipped: an error, or what is left
 * of it. libhivex prints nothing, and nothing hangs. */
START_TEST(a_damaged_hive_is_an_error_or_what_is_left)
{
	static struct hive h, bad;
	size_t i;

	make_hive(&h, whole, WHOLE, 2, 0);
	for (i = 0; i < h.n; i += 101) {
		read_damaged((char *)h.b, i, "hive", i % 17 == 0);
		bad = h;
		bad.b[i] ^= 1 << i % 8;
		read_damaged((char *)bad.b, bad.n, "hive", i % 17 == 0);
	}
	/* the same within the cells that matter, all bits */
	for (i = 4096; i < 4096 + 1024; i++) {
		bad = h;
		bad.b[i] = (unsigned char)~bad.b[i];
		read_damaged((char *)bad.b, bad.n, "hive", i % 64 == 0);
	}
}
END_TEST
#endif

/*
 * Hostile texts.
 */

static void
sample(const char *format, struct text *t)
{
	size_t i;

	if (!strcmp(format, "reg")) {
		say(t, HEADER);
		for (i = 0; i < WHOLE; i++)
			put_value(t, &whole[i]);
		say(t, "\r\n");
	} else if (!strcmp(format, "edr")) {
		for (i = 0; i < WHOLE; i++)
			put_edr(t, &whole[i], &whole[i], 50);
	} else {
		for (i = 0; i < WHOLE; i++)
			say(t, KEY "\\%s\n    %s    REG_BINARY    480000\n",
			    whole[i].comp, whole[i].step);
	}
}

static const char *const formats_of_text[] = { "reg", "regquery", "edr" };

START_TEST(every_prefix_and_flipped_bit_is_read_or_refused)
{
	struct text t = { 0 };
	size_t i;

	sample(formats_of_text[_i], &t);
	for (i = 0; i < t.n; i += i < 600 ? 1 : 41) {
		ck_assert_uint_eq(read_damaged(t.s, i, formats_of_text[_i],
		    i % 64 == 0), 0);
		t.s[i] ^= 1 << i % 8;
		read_damaged(t.s, t.n, formats_of_text[_i], i % 64 == 0);
		t.s[i] ^= 1 << i % 8;
	}
	text_free(&t);
}
END_TEST

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Ten megabytes of one line, in several kinds; a million lines. */
static const char *const endless[] = { "\"x\"=hex:", "\"x\"=\"", "[" KEY,
    "    FREEZE (Enter)    REG_BINARY    ", "{\"path\":\"", "{\"a\":[",
    "\\", "{\"a\":\n", "\"\n", "\"x\"=\"\n", "\"x\"=hex:00,\\\n", "[\n", "{\n",
    "[" KEY "]\n", "\"FREEZE (Enter)\"=hex:00\n", "    a (Enter)    REG_SZ\n" };

START_TEST(endless_input_takes_linear_time)
{
	const size_t size = 10 << 20, n = strlen(endless[_i]);
	char *buf = malloc(size + sizeof(KEY) + 4);
	struct vss_error error;
	struct judged j;
	double since;
	size_t i, from;
	int k;

	ck_assert_ptr_nonnull(buf);
	for (k = 0; k < 3; k++) {
		from = sprintf(buf, k == 1 ? "%s\n" : "[%s]\n", KEY);
		if (k == 2)
			from = 0;
		for (i = from; i < size; i++)
			buf[i] = strchr(endless[_i], '\n') || i - from < n ?
			    endless[_i][(i - from) % n] : "0,"[i % 2];
		since = seconds();
		judge_bytes(buf, size, formats_of_text[k], &j, &error);
		judged_free(&j);
		ck_assert_msg(seconds() - since < 20, "%s, %s: %g s",
		    formats_of_text[k], endless[_i], seconds() - since);
	}
	free(buf);
}
END_TEST

/* More values than are taken. */
START_TEST(values_beyond_the_limit_are_refused)
{
	struct text t = { 0 };
	unsigned char d[256];
	char hex[3 * 256 + 1];
	struct judged j;
	int i, n = record(&whole[2], d);

	for (i = 0; i < n; i++)
		snprintf(hex + 3 * i, 4, "%02x,", d[i]);
	say(&t, HEADER "[" KEY "\\" A "]\r\n");
	for (i = 0; i < LIMIT_VALUES + 3; i++)
		say(&t, "\"S%d (Enter)\"=hex:%s\r\n", i, hex);
	judge_text(t.s, t.n, "reg", &j);
	ck_assert_uint_eq(j.recording.counts.rejected, 3);
	judged_free(&j);
	text_free(&t);
}
END_TEST

START_TEST(prose_and_other_formats_are_not_claimed)
{
	static const char *const texts[] = { "A text about VSS\\Diag.\n",
	    "{\"EventID\": 13, \"path\": \"x\", \"data\": \"y\"}\n",
	    "{\"vsscheck\": 1}\n", "title: a scenario\nCREATE INIT\n", "",
	    "[section]\nkey=value\n", "HKEY is a word\n", "reg" };
	size_t n = strlen(texts[_i]);

	ck_assert_int_eq(vss_diag_reg_probe(texts[_i], n), 0);
	ck_assert_int_eq(vss_diag_query_probe(texts[_i], n), 0);
	ck_assert_int_eq(vss_diag_edr_probe(texts[_i], n), 0);
	ck_assert_int_eq(vss_diag_hive_probe(texts[_i], n), 0);
}
END_TEST

/*
 * Real ones: capture-formats.md and SOURCES.md say what they hold.
 */

static const struct { const char *file, *format; uint64_t values; int sessions;
    const char *tells; } captures[] = {
	{ "diag-hive/win7-diag.hivexregedit.reg", "reg", 12, 0,
	    "SrCreateRp by process 10980" },
	{ "diag-hive/win10-1709-diag.hivexregedit.reg", "reg", 12, 0,
	    "SrCreateRp by process 9916" },
	{ "diag-hive/win7-SYSTEM.xz", "hive", 12, 0,
	    "SrCreateRp by process 10980" },
	{ "diag-hive/win10-1709-SYSTEM_B.xz", "hive", 12, 0,
	    "SrCreateRp by process 9916" },
	{ "edr-registry/sentinelone-systemwriter-backupcomplete.json", "edr",
	    2, 2, "run {8d716144-5c48-45fb-9b58-...}" },
};

START_TEST(real_ones_are_read)
{
	const char *dir = getenv("VSS_CAPTURES");
	struct loads loads = { 0 };
	struct vss_error error = { 0 };
	struct stat info;
	struct judged j;
	char name[256];
	int i;

	snprintf(name, sizeof(name), "%s/%s", dir ? dir :
	    "../shared/captures", captures[_i].file);
	if (stat(name, &info)) {
		printf("skipped: no %s\n", name);
		fflush(stdout);
		return;
	}
#if !defined HAVE_HIVEX || !defined HAVE_LIBARCHIVE
	if (strstr(name, ".xz")) {
		printf("skipped: %s, built without libhivex or libarchive\n",
		    name);
		fflush(stdout);
		return;
	}
#endif
	ck_assert_msg(load(&loads, name, &error) == VSS_OK, "%s", error.text);
	ck_assert_int_eq(loads.n, 1);
	judge_text(loads.list[0].buf, loads.list[0].len, NULL, &j);
	ck_assert_str_eq(j.recording.format, captures[_i].format);
	ck_assert_uint_eq(j.recording.counts.used, captures[_i].values);
	ck_assert_uint_eq(j.recording.counts.rejected, 0);
	ck_assert_int_eq(j.sessions.n, captures[_i].sessions);
	ck_assert(tells(&j, captures[_i].tells));
	ck_assert_uint_eq(findings(&j), 0);
	for (i = 0; i < j.sessions.n; i++)
		ck_assert(holds(&j.sessions.list[i], KIND_BC, PHASE_CALL));
	judged_free(&j);
	loads_free(&loads);
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof(a[0])))

/* What most tests need to know of hidden events, before they fork. */
static void
begin(void)
{
	struct value older[WHOLE], v[2 * WHOLE];
	struct judged j;

	JUDGE(whole, &j);
	judged_free(&j);
	another(older, 0, 100, 1);
	judge_values(v, write_over(older, WHOLE, whole + 6, WHOLE - 6, v), &j);
	judged_free(&j);
}

static TCase *
part(Suite *s, const char *name)
{
	TCase *c = tcase_create(name);

	tcase_add_unchecked_fixture(c, begin, NULL);
	tcase_set_timeout(c, 300);
	suite_add_tcase(s, c);
	return c;
}

int
main(void)
{
	Suite *s = suite_create("diagvalues");
	TCase *c;
	SRunner *r;
	int failed;

	c = part(s, "written");
	tcase_add_test(c, windows_exports_are_read);
	tcase_add_test(c, what_is_not_of_diag_is_read_over);
	tcase_add_loop_test(c, bad_lines_are_refused_where_they_are, 0,
	    COUNT(wrong));
	tcase_add_loop_test(c, reg_query_prints_the_same, 0, 3);
	tcase_add_test(c, bad_hex_of_reg_query_is_refused);
	tcase_add_test(c, edr_records_tell_new_and_old_data);
	tcase_add_test(c, plain_records_are_read_as_well);
	tcase_add_test(c, a_broken_object_does_not_take_the_next_with_it);
	c = part(s, "records");
	tcase_add_loop_test(c,
	    both_sizes_of_record_are_known_and_no_false_ones, 0, 6);
	tcase_add_loop_test(c, a_record_of_no_time_is_refused, 0, 3);
	tcase_add_loop_test(c,
	    a_failure_code_ends_a_call_badly_and_success_proves_nothing, 0,
	    COUNT(results));
	tcase_add_test(c, a_code_beside_an_enter_is_no_result);
	tcase_add_loop_test(c, a_state_that_says_that_this_step_failed_counts,
	    0, COUNT(states));
	c = part(s, "silence");
	tcase_add_test(c, a_sound_backup_has_no_findings);
	tcase_add_test(c, complete_after_a_failed_snapshot_is_found);
	tcase_add_test(c, what_the_newest_backup_left_out_is_found);
	tcase_add_test(c, what_an_older_backup_lacks_may_be_lost);
	c = part(s, "backups");
	tcase_add_loop_test(c, two_backups_are_told_apart_by_their_ids, 0,
	    (WHOLE + 3) / 4);
	tcase_add_loop_test(c, without_ids_time_tells_the_newest_backup, 1,
	    WHOLE + 1);
	tcase_add_loop_test(c, a_leave_older_than_its_enter_is_none, 0, 2);
	tcase_add_test(c, a_clock_that_was_set_back_takes_the_order_away);
	tcase_add_loop_test(c, a_clock_set_back_unnoticed_accuses_nobody, 1,
	    WHOLE);
	tcase_add_test(c,
	    what_another_backup_has_written_over_is_not_missed);
	tcase_add_test(c, instances_of_one_name_prove_nothing_by_silence);
	tcase_add_test(c, a_query_by_another_process_hides_the_backups_own);
	tcase_add_loop_test(c, a_copy_without_writers_is_not_the_backups, 0,
	    2);
	tcase_add_loop_test(c, what_is_disabled_proves_nothing_by_silence, 0,
	    2);
	tcase_add_test(c, no_deadline_is_missed_in_what_is_left);
	tcase_add_test(c, one_control_set_is_read);
	c = part(s, "histories");
	tcase_add_test(c,
	    what_is_left_of_any_history_breaks_no_rule_that_it_kept);
	tcase_add_test(c, what_is_left_of_proper_backups_breaks_none);
	c = part(s, "hives");
#ifdef HAVE_HIVEX
	tcase_add_test(c, the_control_set_in_use_is_read_out_of_a_hive);
	tcase_add_test(c, a_hive_without_a_control_set_is_none_of_the_system);
	tcase_add_test(c, a_hive_with_a_loop_comes_to_an_end);
	tcase_add_test(c, a_damaged_hive_is_an_error_or_what_is_left);
#else
	printf("skipped: hives, built without libhivex\n");
#endif
	c = part(s, "hostile");
	tcase_add_loop_test(c, every_prefix_and_flipped_bit_is_read_or_refused,
	    0, 3);
	tcase_add_loop_test(c, endless_input_takes_linear_time, 0,
	    COUNT(endless));
	tcase_add_test(c, values_beyond_the_limit_are_refused);
	tcase_add_loop_test(c, prose_and_other_formats_are_not_claimed, 0, 8);
	c = part(s, "real");
	tcase_add_loop_test(c, real_ones_are_read, 0, COUNT(captures));
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
