/*
 * Sysmon recordings: small ones written here, and the real ones with what a
 * real one could have held besides. The real ones are not part of the
 * project: VSS_CAPTURES names their folder; where it is absent they are
 * skipped, visibly.
 */
#define _POSIX_C_SOURCE 200809L
#include <check.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "judge.h"
#include "kept.h"
#include "load.h"

/*
 * A text of lines, the lines apart.
 */

enum { MAX_LINES = 600 };

struct text {
	char *line[MAX_LINES];	/* without its end */
	size_t n;
};

static char *
copy_bytes(const char *s, size_t n)
{
	char *c = malloc(n + 1);

	ck_assert_ptr_nonnull(c);
	memcpy(c, s, n);
	c[n] = 0;
	return c;
}

static void
insert(struct text *t, size_t at, const char *line)
{
	ck_assert_uint_lt(t->n, MAX_LINES);
	memmove(t->line + at + 1, t->line + at, (t->n - at) *
	    sizeof(t->line[0]));
	t->line[at] = copy_bytes(line, strlen(line));
	t->n++;
}

static void
drop(struct text *t, size_t at)
{
	free(t->line[at]);
	t->n--;
	memmove(t->line + at, t->line + at + 1, (t->n - at) *
	    sizeof(t->line[0]));
}

static void
text_free(struct text *t)
{
	while (t->n)
		drop(t, t->n - 1);
}

/* The first `n` lines as bytes. */
static char *
join(const struct text *t, size_t n, const char *eol, size_t *len)
{
	size_t i, room = 1;
	char *buf, *p;

	for (i = 0; i < n; i++)
		room += strlen(t->line[i]) + strlen(eol);
	buf = p = malloc(room);
	ck_assert_ptr_nonnull(buf);
	*p = 0;
	for (i = 0; i < n; i++)
		p += sprintf(p, "%s%s", t->line[i], eol);
	*len = p - buf;
	return buf;
}

/* The bytes end at the end of their memory, so that reading on traps. */
static enum vss_status
judge_bytes(const char *bytes, size_t len, struct judged *j,
    struct vss_error *error)
{
	const struct format *f = formats;
	char *exact = malloc(len ? len : 1);
	struct input in = { 0 };
	enum vss_status st;

	while (strcmp(f->name, "sysmon"))
		f++;
	ck_assert_ptr_nonnull(exact);
	memcpy(exact, bytes, len);
	in.file = "recording";
	in.buf = exact;
	in.len = len;
	in.format = f;
	in.offset = VSS_NO_TIME;
	in.memo = kept();
	st = judge_input(&in, NULL, j, error);
	free(exact);
	return st;
}

static void
judge(const struct text *t, size_t n, const char *eol, struct judged *j)
{
	struct vss_error error;
	size_t len;
	char *buf = join(t, n, eol, &len);

	ck_assert_msg(judge_bytes(buf, len, j, &error) == VSS_OK, "%s",
	    error.text);
	free(buf);
}

static void
say(char *out, size_t size, const char *format, ...)
{
	size_t n = strlen(out);
	va_list ap;

	va_start(ap, format);
	vsnprintf(out + n, size - n, format, ap);
	va_end(ap);
}

/* "1: warning TRM-14, advice REQ-01", a writer's after a blank. */
static const char *
findings(const struct judged *j)
{
	static char out[1024];
	const struct vss_judgement *g;
	const struct vss_finding *f;
	size_t k;
	int i;

	*out = 0;
	for (i = 0; i < j->sessions.n; i++) {
		g = &j->judgements[i];
		for (k = 0; k < g->nfindings; k++) {
			f = &g->findings[k];
			if (f->rule == VSS_RULE_REPLAY && f->under >= 0)
				continue;	/* it is the rule's mistake */
			say(out, sizeof(out), "%s%d: %s %s%s%s",
			    *out ? ", " : "", i + 1,
			    vss_severity_name(f->severity),
			    vss_rule(f->rule)->id, f->writer >= 0 ? " " : "",
			    f->writer >= 0 ? j->sessions.list[i].
			    writers[f->writer].name : "");
		}
	}
	return out;
}

static int
verdict(const struct judged *j, int session, const char *id)
{
	ck_assert_int_lt(session, j->sessions.n);
	return j->judgements[session].rules[vss_rule_find(id)].verdict;
}

/*
 * Small recordings, written as
 *
 *	2.5 600 NTDS +FREEZE		step entered, at 2.5 s, by pid 600
 *	2.5 600 NTDS -FREEZE		step left
 *	2.6 600 NTDS =VSS_WS_STABLE	state set
 *	1.0 10 start backup.exe		process created; exit: ended
 *	3.0 10 made {set}		Security 8222
 *	9.0 0 stopped			System 7036, the service stopped
 *	9.0 0 idle			Application 8224
 *	9.0 10 attached			ESENT 326 on a shadow copy
 *	9.0 0 other			a Sysmon record of no concern
 */
struct style {
	const char *hive, *eol;
	int string_id, number_pid, newest_first, local_hours;
	const char *blocks;	/* order of the channels, by first letter */
};

static const struct style plain = {
	"HKLM\\System\\CurrentControlSet\\Services\\VSS\\Diag\\", "\n",
	0, 0, 0, 0, NULL
};

#define START INT64_C(1689782400)	/* 2023-07-19 16:00:00 */

static void
put(json_t *o, const char *name, const char *format, ...)
{
	char value[512];
	va_list ap;

	va_start(ap, format);
	vsnprintf(value, sizeof(value), format, ap);
	va_end(ap);
	json_object_set_new(o, name, json_string(value));
}

static void
put_time(json_t *o, const char *name, double at, const char *z)
{
	char t[32];

	vss_time_format((START * 1000 + (int64_t)(at * 1000 + .5)) * 1000, t);
	put(o, name, "%s%s", t, z);
}

/* One line of the notation above as a record. */
static char *
record(const char *words, const struct style *s)
{
	json_t *o = json_object();
	double at;
	unsigned pid;
	int n, id = 13, sysmon = 1;
	const char *rest, *op, *channel = "Microsoft-Windows-Sysmon/"
	    "Operational";
	char *line, what[32] = "";

	ck_assert_int_eq(sscanf(words, "%lf %u %n", &at, &pid, &n), 2);
	rest = words + n;
	sscanf(rest, "%31s", what);
	op = strrchr(rest, ' ');
	op = op ? op + 1 : rest;
	if (*op == '+' || *op == '-' || *op == '=') {
		put(o, "TargetObject", "%s%.*s\\%s (%s)", s->hive,
		    (int)(op - rest - 1), rest, op + 1, *op == '+' ? "Enter" :
		    *op == '-' ? "Leave" : "SetCurrentState");
		put(o, "Image", "C:\\Windows\\system32\\x%u.exe", pid);
		put(o, "Details", "Binary Data");
	} else if (!strcmp(what, "start") || !strcmp(what, "exit")) {
		id = *what == 's' ? 1 : 5;
		put(o, "Image", "C:\\Windows\\System32\\%s", op);
	} else if (!strcmp(what, "made")) {
		id = 8222;
		sysmon = 0;
		channel = "Security";
		put(o, "SourceName", "VSSAudit");
		put(o, "Message", "Shadow copy has been created.\r\n"
		    " Process ID:\t\t0x%x\r\n Process image name:\t\t"
		    "C:\\Windows\\x%u.exe\r\n Shadow Set ID:\t\t%s\r\n", pid,
		    pid, op);
	} else if (!strcmp(what, "stopped")) {
		id = 7036;
		sysmon = 0;
		channel = "System";
		put(o, "param1", "Volume Shadow Copy");
		put(o, "param2", "stopped");
	} else if (!strcmp(what, "idle") || !strcmp(what, "attached")) {
		id = *what == 'i' ? 8224 : 326;
		sysmon = 0;
		channel = "Application";
		put(o, "SourceName", *what == 'i' ? "VSS" : "ESENT");
		put(o, "Message", "db (%u,D,0) The database engine attached "
		    "(1, C:\\$SNAP_1_VOLUMEC$\\a.dit)", pid);
	} else
		id = 3;
	if (s->string_id)
		put(o, "EventID", "%d", id);
	else
		json_object_set_new(o, "EventID", json_integer(id));
	put(o, "Channel", "%s", channel);
	put_time(o, "TimeCreated", at + s->local_hours * 3600.0, "Z");
	if (sysmon) {
		put_time(o, "UtcTime", at, "");
		if (s->number_pid)
			json_object_set_new(o, "ProcessId",
			    json_integer(pid));
		else
			put(o, "ProcessId", "%u", pid);
	}
	line = json_dumps(o, JSON_COMPACT);
	ck_assert_ptr_nonnull(line);
	json_decref(o);
	return line;
}

/* The channel's first letter. */
static char
channel_of(const char *line)
{
	const char *p = strstr(line, "\"Channel\":\"");

	return p ? p[strlen("\"Channel\":\"")] : '-';
}

/* The channels as blocks in the order of their letters in `blocks`, each
 * turned round if asked for. */
static void
in_blocks(struct text *t, const char *blocks, int turn)
{
	struct text u = { { NULL }, 0 };
	size_t i;

	for (; *blocks; blocks++)
		for (i = 0; i < t->n; i++) {
			size_t at = turn ? t->n - 1 - i : i;

			if (channel_of(t->line[at]) == *blocks)
				insert(&u, u.n, t->line[at]);
		}
	ck_assert_uint_eq(u.n, t->n);
	text_free(t);
	*t = u;
}

static void
write_recording(struct text *t, const char *notes, const struct style *s)
{
	const char *p = notes, *end = notes + strlen(notes), *start, *stop;
	char *words, *line;

	t->n = 0;
	while (start = p, (stop = vss_line(&p, end))) {
		words = copy_bytes(start, stop - start);
		line = record(words, s);
		insert(t, s->newest_first ? 0 : t->n, line);
		free(line);
		free(words);
	}
	if (s->blocks)
		in_blocks(t, s->blocks, 0);
}

/* What the importer delivers, one a line: "FZ.out NTDS (pid 600)". */
struct sink { char text[8192], rejected[1024]; struct vss_profile profile; };

static enum vss_status
on_profile(void *arg, const struct vss_profile *p)
{
	((struct sink *)arg)->profile = *p;
	return VSS_OK;
}

static enum vss_status
on_event(void *arg, const struct vss_event *ev, struct vss_error *error)
{
	struct sink *s = arg;
	char before = '.';
	int ph;

	(void)error;
	say(s->text, sizeof(s->text), "%s", vss_kind(ev->kind)->name);
	for (ph = 1; ph <= 4; ph++)
		if ((ev->phases >> ph & 1) &&
		    *vss_phase_suffix(ev->kind, ph)) {
			say(s->text, sizeof(s->text), "%c%s", before,
			    vss_phase_suffix(ev->kind, ph));
			before = '|';
		}
	if (ev->writer)
		say(s->text, sizeof(s->text), " %s", ev->writer);
	else if (ev->object)
		say(s->text, sizeof(s->text), " %s%s%s%s", ev->object,
		    ev->set ? " " : "", ev->set ? ev->set : "",
		    ev->middle ? " middle" : "");
	say(s->text, sizeof(s->text), "\n");
	return VSS_OK;
}

static void
on_idle_stop(void *arg, int64_t t)
{
	struct sink *s = arg;

	say(s->text, sizeof(s->text), "idle stop at %d\n",
	    (int)(t / 1000000 - START));
}

static void
on_reject(void *arg, const struct vss_error *e)
{
	struct sink *s = arg;

	say(s->rejected, sizeof(s->rejected), "%d:%d: %s\n", (int)e->line,
	    (int)e->column, e->text);
}

static struct sink sink;
static struct vss_counts counts;

static const char *
import(const struct text *t, const char *eol)
{
	struct vss_import out = { .arg = &sink, .profile = on_profile,
	    .event = on_event, .idle_stop = on_idle_stop, .reject = on_reject };
	struct vss_error error;
	size_t len;
	char *buf = join(t, t->n, eol, &len);

	memset(&sink, 0, sizeof(sink));
	ck_assert_int_eq(vss_sysmon_probe(buf, len), 2);
	ck_assert_int_eq(vss_sysmon_read(buf, len, &out, &error), VSS_OK);
	free(buf);
	counts = out.counts;
	ck_assert_uint_eq(counts.lines, counts.used + counts.ignored +
	    counts.rejected);
	return sink.text;
}

static const char *
delivered(const char *notes, const struct style *s)
{
	struct text t;

	write_recording(&t, notes, s);
	import(&t, s->eol);
	text_free(&t);
	return sink.text;
}

#define META(pid) "1.0 " pid " VssapiPublisher +IDENTIFY\n" \
	"1.1 600 NTDS +IDENTIFY\n1.2 600 NTDS -IDENTIFY\n" \
	"1.3 " pid " VssapiPublisher -IDENTIFY\n"
#define PREP(pid) "2.0 " pid " VssapiPublisher +PREPAREBACKUP\n" \
	"2.1 600 NTDS +PREPAREBACKUP\n2.2 600 NTDS -PREPAREBACKUP\n" \
	"2.3 600 NTDS =VSS_WS_STABLE\n" \
	"2.4 " pid " VssapiPublisher -PREPAREBACKUP\n"
#define FROZEN(pid) "3.0 " pid " VssapiPublisher +DOSNAPSHOT\n" \
	"3.1 600 NTDS +PREPARESNAPSHOT\n3.2 600 NTDS -PREPARESNAPSHOT\n" \
	"3.3 600 NTDS =VSS_WS_WAITING_FOR_FREEZE\n" \
	"3.4 600 NTDS +FREEZE\n3.5 600 NTDS -FREEZE\n" \
	"3.6 600 NTDS =VSS_WS_WAITING_FOR_THAW\n"
#define THAWED(pid) "4.0 600 NTDS +THAW\n4.1 600 NTDS -THAW\n" \
	"4.2 600 NTDS =VSS_WS_WAITING_FOR_POST_SNAPSHOT\n" \
	"4.3 600 NTDS +POSTSNAPSHOT\n4.4 600 NTDS -POSTSNAPSHOT\n" \
	"4.5 600 NTDS =VSS_WS_WAITING_FOR_BACKUP_COMPLETE\n" \
	"5.0 " pid " VssapiPublisher -DOSNAPSHOT\n" \
	"5.1 " pid " made {5}\n"
#define COMPL(pid) "6.0 " pid " VssapiPublisher +BACKUPCOMPLETE\n" \
	"6.1 600 NTDS +BACKUPCOMPLETE\n6.2 600 NTDS -BACKUPCOMPLETE\n" \
	"6.3 " pid " VssapiPublisher -BACKUPCOMPLETE\n"
#define BACKUP META("10") PREP("10") FROZEN("10") THAWED("10") COMPL("10") \
	"7.0 10 exit backup.exe\n"

static const char backup_events[] =
    "META.call backup 1\nID.in NTDS (pid 600)\nID.out|fail NTDS (pid 600)\n"
    "META.fin|err|can backup 1\nPREP.call backup 1\nPB.in NTDS (pid 600)\n"
    "PB.out NTDS (pid 600)\nPREP.fin|err|can backup 1\nDO.call backup 1 {5}\n"
    "PS.in NTDS (pid 600)\nPS.out NTDS (pid 600)\nFZ.in NTDS (pid 600)\n"
    "FZ.out NTDS (pid 600)\nTH.in NTDS (pid 600)\nTH.out NTDS (pid 600)\n"
    "PO.in NTDS (pid 600)\nPO.out NTDS (pid 600)\nDO.fin|err|can backup 1 {5}\n"
    "V_MADE backup 1 {5}\nCOMPL.call backup 1 {5}\nBC.in NTDS (pid 600)\n"
    "BC.out|fail NTDS (pid 600)\nCOMPL.fin|err|can backup 1 {5}\n"
    "EXIT backup 1 {5}\n";

static void
check_backup(const struct style *s)
{
	delivered(BACKUP, s);
	ck_assert_str_eq(sink.text, backup_events);
}

START_TEST(a_backup_is_told_step_by_step)
{
	check_backup(&plain);
	ck_assert_str_eq(sink.rejected, "");
	ck_assert_uint_eq(counts.ignored, 0);
}
END_TEST

static const char *const hives[] = {
	"HKLM\\System\\CurrentControlSet\\Services\\VSS\\Diag\\",
	"HKLM\\SYSTEM\\ControlSet001\\services\\VSS\\Diag\\",
	"HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\vss\\diag\\",
	"\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet002\\Services\\VSS\\DIAG\\",
};

START_TEST(the_hive_may_be_spelt_in_any_way)
{
	struct style s = plain;

	s.hive = hives[_i];
	check_backup(&s);
}
END_TEST

START_TEST(other_keys_are_of_no_concern)
{
	struct style s = plain;

	s.hive = "HKLM\\System\\CurrentControlSet\\Services\\VSS\\";
	ck_assert_str_eq(delivered(META("10"), &s), "");
	ck_assert_uint_eq(counts.ignored, 4);
}
END_TEST

START_TEST(lines_may_end_with_crlf)
{
	struct style s = plain;

	s.eol = "\r\n";
	check_backup(&s);
}
END_TEST

START_TEST(numbers_may_be_strings)
{
	struct style s = plain;

	s.string_id = 1;
	check_backup(&s);
	s.number_pid = 1;
	check_backup(&s);
	s.string_id = 0;
	check_backup(&s);
}
END_TEST

START_TEST(an_export_may_be_newest_first)
{
	struct style s = plain;

	s.newest_first = 1;
	check_backup(&s);
}
END_TEST

START_TEST(within_one_tick_the_order_of_the_file_holds_either_way)
{
	static const char ticks[] = "1 10 start b.exe\n"
	    "2 10 VssapiPublisher +IDENTIFY\n2 600 NTDS +IDENTIFY\n"
	    "2 600 NTDS -IDENTIFY\n2 10 VssapiPublisher -IDENTIFY\n"
	    "2 10 VssapiPublisher +PREPAREBACKUP\n2 600 NTDS +PREPAREBACKUP\n"
	    "2 600 NTDS -PREPAREBACKUP\n2 600 NTDS =VSS_WS_STABLE\n"
	    "2 10 VssapiPublisher -PREPAREBACKUP\n3 10 exit b.exe\n";
	struct style s = plain;
	char *forwards;

	delivered(ticks, &plain);
	forwards = copy_bytes(sink.text, strlen(sink.text));
	s.newest_first = 1;
	ck_assert_str_eq(delivered(ticks, &s), forwards);
	free(forwards);
}
END_TEST

START_TEST(the_channels_may_be_blocks_in_any_order)
{
	static const char *const orders[] = { "MSA", "MAS", "SMA", "SAM",
	    "AMS", "ASM" };
	struct style s = plain;

	s.blocks = orders[_i];
	check_backup(&s);
}
END_TEST

START_TEST(the_other_channels_clock_may_be_a_false_utc)
{
	struct style s = plain;

	s.local_hours = _i;
	check_backup(&s);
	ck_assert_str_eq(delivered(BACKUP "60 0 stopped\n"
	    "61 0 other\n", &s) +
	    strlen(backup_events), "idle stop at 60\n");
}
END_TEST

/* A recording with one line replaced by a damaged one. */
static void
damage(const char *from, const char *to)
{
	struct text t;
	char *p, *line;
	size_t n;

	write_recording(&t, META("10") PREP("10"), &plain);
	p = strstr(t.line[4], from);
	ck_assert_ptr_nonnull(p);
	n = p - t.line[4];
	line = malloc(strlen(t.line[4]) + strlen(to) + 1);
	ck_assert_ptr_nonnull(line);
	sprintf(line, "%.*s%s%s", (int)n, t.line[4], to,
	    p + strlen(from));
	drop(&t, 4);
	insert(&t, 4, line);
	free(line);
	import(&t, "\n");
	text_free(&t);
}

START_TEST(a_step_without_a_process_is_refused_with_its_line)
{
	damage("\"ProcessId\":\"10\"", "\"x\":1");
	ck_assert_str_eq(sink.rejected,
	    "5:1: a VSS\\Diag record without a ProcessId\n");
	ck_assert_uint_eq(counts.rejected, 1);
	ck_assert_uint_eq(counts.lines, 9);
	damage("\"ProcessId\":\"10\"", "\"ProcessId\":\"-10\"");
	ck_assert_uint_eq(counts.rejected, 1);
	damage("\"ProcessId\":\"10\"", "\"ProcessId\":\"4294967296\"");
	ck_assert_uint_eq(counts.rejected, 1);
	damage("\"ProcessId\":\"10\"", "\"ProcessId\":\"10x\"");
	ck_assert_uint_eq(counts.rejected, 1);
	damage("\"ProcessId\":\"10\"", "\"ProcessId\":\"0xa\"");
	ck_assert_uint_eq(counts.rejected, 0);
}
END_TEST

START_TEST(a_step_without_a_time_is_refused_with_its_line)
{
	damage("\"TimeCreated\":\"2023-07-19 16:00:02.000Z\","
	    "\"UtcTime\":\"2023-07-19 16:00:02.000\"", "\"x\":1");
	ck_assert_str_eq(sink.rejected, "5:1: a record that concerns VSS has "
	    "no time that can be read (UtcTime or TimeCreated)\n");
	/* one of the two will do */
	damage("\"TimeCreated\":\"2023", "\"TimeCreated\":\"20 3");
	ck_assert_uint_eq(counts.rejected, 0);
	damage("\"UtcTime\":\"2023", "\"UtcTime\":\"20 3");
	ck_assert_uint_eq(counts.rejected, 0);
}
END_TEST

START_TEST(a_line_that_is_no_json_is_refused_with_its_position)
{
	damage("{", "");
	ck_assert_uint_eq(counts.rejected, 1);
	ck_assert_int_eq(strncmp(sink.rejected, "5:", 2), 0);
	damage("}", "");
	ck_assert_uint_eq(counts.rejected, 1);
}
END_TEST

START_TEST(two_backups_of_one_process_are_two)
{
	struct judged j;
	struct text t;

	delivered(META("10") PREP("10") FROZEN("10") THAWED("10") COMPL("10")
	    "11 10 VssapiPublisher +IDENTIFY\n"
	    "11.1 10 VssapiPublisher -IDENTIFY\n"
	    "12 10 VssapiPublisher +PREPAREBACKUP\n"
	    "13 10 exit backup.exe\n", &plain);
	ck_assert_ptr_nonnull(strstr(sink.text, "META.call backup 2\n"
	    "META.fin|err|can backup 2\nPREP.call backup 2\n"
	    "EXIT backup 1 {5}\nEXIT backup 2\n"));
	write_recording(&t, META("10") PREP("10") FROZEN("10") THAWED("10")
	    COMPL("10") "11 10 VssapiPublisher +IDENTIFY\n"
	    "11.1 10 VssapiPublisher -IDENTIFY\n"
	    "12 10 VssapiPublisher +PREPAREBACKUP\n"
	    "12.1 600 NTDS +PREPAREBACKUP\n12.2 600 NTDS -PREPAREBACKUP\n"
	    "12.3 600 NTDS =VSS_WS_STABLE\n"
	    "12.4 10 VssapiPublisher -PREPAREBACKUP\n"
	    "13 10 exit backup.exe\n", &plain);
	judge(&t, t.n, "\n", &j);
	ck_assert_int_eq(j.sessions.n, 2);
	ck_assert_str_eq(findings(&j), "1: advice REQ-01");
	judged_free(&j);
	text_free(&t);
}
END_TEST

START_TEST(two_processes_are_two_backups)
{
	delivered("1 10 VssapiPublisher +IDENTIFY\n"
	    "1 20 VssapiPublisher +IDENTIFY\n"
	    "2 10 VssapiPublisher -IDENTIFY\n"
	    "2 20 VssapiPublisher -IDENTIFY\n", &plain);
	ck_assert_str_eq(sink.text, "META.call backup 1\nMETA.call backup 2\n"
	    "META.fin|err|can backup 1\nMETA.fin|err|can backup 2\n");
}
END_TEST

START_TEST(a_recording_that_begins_in_a_backup_says_so)
{
	delivered("3 10 VssapiPublisher -DOSNAPSHOT\n" COMPL("10"), &plain);
	ck_assert_ptr_nonnull(strstr(sink.text, "backup 1 middle\n"));
	delivered("1 10 start backup.exe\n2 10 VssapiPublisher +DOSNAPSHOT\n",
	    &plain);
	ck_assert_ptr_null(strstr(sink.text, "middle"));
}
END_TEST

START_TEST(a_failed_state_is_a_failed_handler)
{
	delivered(META("10") PREP("10") "3.0 10 VssapiPublisher +DOSNAPSHOT\n"
	    "3.1 600 NTDS +PREPARESNAPSHOT\n3.2 600 NTDS -PREPARESNAPSHOT\n"
	    "3.3 600 NTDS =VSS_WS_FAILED_AT_PREPARE_SNAPSHOT\n", &plain);
	ck_assert_ptr_nonnull(strstr(sink.text, "PS.in NTDS (pid 600)\n"
	    "PS.fail NTDS (pid 600)\n"));
}
END_TEST

START_TEST(a_state_closes_a_handler_whose_leave_is_missing)
{
	delivered(META("10") PREP("10") "3.1 600 NTDS +FREEZE\n"
	    "3.3 600 NTDS =VSS_WS_WAITING_FOR_THAW\n", &plain);
	ck_assert_ptr_nonnull(strstr(sink.text, "FZ.in NTDS (pid 600)\n"
	    "FZ.out NTDS (pid 600)\n"));
	delivered(META("10") PREP("10") "3.1 600 NTDS +FREEZE\n"
	    "3.3 600 NTDS =VSS_WS_FAILED_AT_FREEZE\n", &plain);
	ck_assert_ptr_nonnull(strstr(sink.text, "FZ.in NTDS (pid 600)\n"
	    "FZ.fail NTDS (pid 600)\n"));
}
END_TEST

START_TEST(a_state_of_another_process_closes_nothing)
{
	delivered(META("10") PREP("10") "3.1 600 NTDS +FREEZE\n"
	    "3.3 601 NTDS =VSS_WS_WAITING_FOR_THAW\n"
	    "3.4 600 Other =VSS_WS_WAITING_FOR_THAW\n", &plain);
	ck_assert_ptr_null(strstr(sink.text, "FZ.out"));
}
END_TEST

START_TEST(a_writer_goes_with_its_process)
{
	delivered(META("10") PREP("10") FROZEN("10") "3.9 600 exit lsass.exe\n",
	    &plain);
	ck_assert_ptr_nonnull(strstr(sink.text, "WDEAD NTDS (pid 600)\n"));
	/* one that only identified itself had no part */
	delivered(META("10") "1.9 600 exit lsass.exe\n", &plain);
	ck_assert_ptr_null(strstr(sink.text, "WDEAD"));
}
END_TEST

START_TEST(a_service_that_ends_without_having_stopped_has_died)
{
	delivered(BACKUP "60 77 exit VSSVC.exe\n", &plain);
	ck_assert_str_eq(sink.text + strlen(backup_events), "SVC_EXIT\n");
}
END_TEST

START_TEST(a_service_that_stops_in_order_has_not_died)
{
	delivered(BACKUP "59 0 idle\n60 0 stopped\n60.1 77 exit VSSVC.exe\n",
	    &plain);
	ck_assert_str_eq(sink.text + strlen(backup_events),
	    "idle stop at 59\nidle stop at 60\n");
}
END_TEST

START_TEST(what_other_logs_tell_after_sysmon_has_ended_decides_nothing)
{
	delivered(META("10") PREP("10") FROZEN("10")
	    "50 10 attached\n60 0 idle\n60 0 stopped\n", &plain);
	ck_assert_ptr_null(strstr(sink.text, "READ"));
	ck_assert_ptr_null(strstr(sink.text, "idle stop"));
}
END_TEST

START_TEST(an_identify_right_before_backupcomplete_begins_nothing)
{
	delivered("1.0 10 VssapiPublisher +IDENTIFY\n"
	    "1.3 10 VssapiPublisher -IDENTIFY\n" COMPL("10"), &plain);
	ck_assert_int_eq(strncmp(sink.text, "META.call backup 1 middle\n",
	    26), 0);
}
END_TEST

START_TEST(an_attached_copy_is_a_read)
{
	delivered(BACKUP, &plain);
	delivered(META("10") PREP("10") FROZEN("10") THAWED("10")
	    "5.5 10 attached\n" COMPL("10"), &plain);
	ck_assert_ptr_nonnull(strstr(sink.text, "V_MADE backup 1 {5}\n"
	    "READ backup 1 {5}\n"));
	delivered(META("10") PREP("10") FROZEN("10") THAWED("10")
	    "5.5 600 attached\n" COMPL("10"), &plain);
	ck_assert_ptr_null(strstr(sink.text, "READ"));
}
END_TEST

START_TEST(ends_of_processes_are_visible_only_where_processes_are)
{
	delivered(META("10"), &plain);
	ck_assert_int_eq(sink.profile.shows[KIND_EXIT], 0);
	ck_assert_int_eq(sink.profile.shows[KIND_WDEAD], 0);
	delivered("0.5 10 start b.exe\n" META("10"), &plain);
	ck_assert_int_eq(sink.profile.shows[KIND_EXIT], 0);
	delivered(META("10") "9 20 exit x.exe\n", &plain);
	ck_assert_int_ne(sink.profile.shows[KIND_EXIT], 0);
	ck_assert_int_eq(sink.profile.shows[KIND_REL], 0);
}
END_TEST

START_TEST(what_is_no_recording_of_sysmon_is_not_taken_for_one)
{
	static const char *const others[] = { "", "\n", "x", "[1]\n",
	    "{\"vsscheck\":1}\n", "text\n{\"EventID\":13}\n" };
	size_t i;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		ck_assert_int_eq(vss_sysmon_probe(others[i],
		    strlen(others[i])), 0);
}
END_TEST

/*
 * The real recordings.
 */

static struct text ntds, admin;

static int
read_capture(const char *name, char **buf, size_t *len)
{
	const char *dir = getenv("VSS_CAPTURES");
	struct vss_error error;
	struct loads loads = { 0 };
	char path[512];

	snprintf(path, sizeof(path), "%s/sysmon-registry/%s", dir ? dir :
	    "../shared/captures", name);
	if (load(&loads, path, &error) == VSS_OK && loads.n == 1) {
		*buf = loads.list[0].buf;
		*len = loads.list[0].len;
		loads.list[0].buf = NULL;
		loads_free(&loads);
		return 1;
	}
	loads_free(&loads);
	printf("SKIPPED: %s: %s\n", path, error.text);
	fflush(stdout);
	return 0;
}

static void
load_capture(const char *name, struct text *t)
{
	const char *p, *start, *stop;
	char *buf;
	size_t len;

	t->n = 0;
	ck_assert(read_capture(name, &buf, &len));
	for (p = buf; start = p, (stop = vss_line(&p, buf + len));) {
		char *line = copy_bytes(start, stop - start);

		insert(t, t->n, line);
		free(line);
	}
	free(buf);
}

static void
load_both(void)
{
	load_capture("dc2022-ntdsutil-ifm.jsonl", &ntds);
	load_capture("dc2022-vssadmin-create.jsonl", &admin);
}

static void
forget_both(void)
{
	text_free(&ntds);
	text_free(&admin);
}

#define BASE "1: warning TRM-14, 1: advice REQ-01"

static void
check_ntdsutil(const struct judged *j, const char *image, unsigned pid)
{
	const struct vss_session *se = &j->sessions.list[0];
	int i, took = 0;

	ck_assert_int_eq(j->sessions.n, 1);
	ck_assert_uint_eq(j->recording.counts.rejected, 0);
	ck_assert_uint_eq(j->sessions.unattributed, 0);
	ck_assert_str_eq(se->image, image);
	ck_assert_uint_eq(se->pid, pid);
	ck_assert_str_eq(se->set, "{c0d4d436-df51-4a77-a233-af9dba4b9562}");
	for (i = 0; i < se->nwriters; i++)
		took += se->writers[i].took_part;
	ck_assert_int_eq(took, 3);
	ck_assert_str_eq(findings(j), BASE);
	ck_assert_int_eq(verdict(j, 0, "SHD-01"), VSS_UNDETERMINED);
	ck_assert_int_eq(j->judgements[0].rules[vss_rule_find("SHD-01")].why,
	    VSS_WHY_TIME);
}

static void
check_vssadmin(const struct judged *j, const char *image, unsigned pid)
{
	const struct vss_session *se = &j->sessions.list[0];

	ck_assert_int_eq(j->sessions.n, 1);
	ck_assert_str_eq(se->image, image);
	ck_assert_uint_eq(se->pid, pid);
	ck_assert_int_eq(se->nwriters, 0);
	ck_assert_str_eq(findings(j), "");
}

START_TEST(ntdsutil_has_its_two_known_findings_and_no_others)
{
	struct judged j;

	judge(&ntds, ntds.n, "\r\n", &j);
	check_ntdsutil(&j, "ntdsutil.exe", 2772);
	judged_free(&j);
}
END_TEST

START_TEST(vssadmin_has_no_findings)
{
	struct judged j;

	judge(&admin, admin.n, "\r\n", &j);
	check_vssadmin(&j, "vssadmin.exe", 4392);
	judged_free(&j);
}
END_TEST

/* Replace each `from` of each line. */
static void
replace(struct text *t, const char *from, const char *to)
{
	size_t i, k, room;
	char *line, *p, *out;

	for (i = 0; i < t->n; i++) {
		line = t->line[i];
		if (!strstr(line, from))
			continue;
		for (room = strlen(line) + 1, p = line;
		    (p = strstr(p, from)); p += strlen(from))
			room += strlen(to);
		out = malloc(room);
		ck_assert_ptr_nonnull(out);
		for (k = 0, p = line; *p;) {
			if (!strncmp(p, from, strlen(from))) {
				k += sprintf(out + k, "%s", to);
				p += strlen(from);
			} else
				out[k++] = *p++;
		}
		out[k] = 0;
		free(line);
		t->line[i] = out;
	}
}

/* One process gets another number wherever it is named. */
static void
renumber(struct text *t, unsigned from, unsigned to)
{
	static const char *const forms[] = { "\"ProcessId\":\"%u\"",
	    "ProcessId: %u\\r", "(%u,", "0x%016x" };
	char a[64], b[64];
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
#ifdef __GNUC__
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#endif
		snprintf(a, sizeof(a), forms[i], from);
		snprintf(b, sizeof(b), forms[i], to);
#ifdef __GNUC__
#pragma GCC diagnostic pop
#endif
		replace(t, a, b);
	}
}

START_TEST(names_and_numbers_of_processes_do_not_matter)
{
	static const unsigned pids[][2] = { { 2772, 70001 }, { 3088, 70002 },
	    { 600, 70003 }, { 2208, 70004 }, { 2340, 70005 },
	    { 2392, 70006 }, { 4392, 80001 }, { 3936, 80002 },
	    { 3148, 80003 } };
	static const char *const images[][2] = {
	    { "ntdsutil.exe", "agent.exe" }, { "vssadmin.exe", "tool.exe" },
	    { "lsass.exe", "ds.exe" }, { "svchost.exe", "host.exe" },
	    { "vssvc.exe", "service.exe" }, { "VSSVC.exe", "SERVICE.exe" },
	    { "DFSRs.exe", "repl.exe" } };
	struct judged j;
	size_t i;

	for (i = 0; i < sizeof(pids) / sizeof(pids[0]); i++) {
		renumber(&ntds, pids[i][0], pids[i][1]);
		renumber(&admin, pids[i][0], pids[i][1]);
	}
	for (i = 0; i < sizeof(images) / sizeof(images[0]); i++) {
		replace(&ntds, images[i][0], images[i][1]);
		replace(&admin, images[i][0], images[i][1]);
	}
	judge(&ntds, ntds.n, "\r\n", &j);
	check_ntdsutil(&j, "agent.exe", 70001);
	judged_free(&j);
	judge(&admin, admin.n, "\n", &j);
	check_vssadmin(&j, "tool.exe", 80001);
	judged_free(&j);
}
END_TEST

START_TEST(the_order_of_the_channels_does_not_matter)
{
	/* Application, Directory Service, Microsoft-...-Sysmon, Security, and
	 * System, which is given another letter than Security */
	static const char *const orders[] = { "ADMSY", "YSMDA", "MYSAD",
	    "DSYAM", "SAYDM", "MDASY" };
	struct judged j;

	replace(&ntds, "\"Channel\":\"System\"", "\"Channel\":\"Y-System\"");
	replace(&admin, "\"Channel\":\"System\"", "\"Channel\":\"Y-System\"");
	in_blocks(&ntds, orders[_i], 0);
	in_blocks(&admin, orders[_i], 0);
	judge(&ntds, ntds.n, "\r\n", &j);
	check_ntdsutil(&j, "ntdsutil.exe", 2772);
	judged_free(&j);
	judge(&admin, admin.n, "\r\n", &j);
	check_vssadmin(&j, "vssadmin.exe", 4392);
	judged_free(&j);
}
END_TEST

START_TEST(channels_that_are_newest_first_do_not_matter)
{
	struct judged j;

	in_blocks(&ntds, _i ? "SMDA" : "DAMS", 1);
	in_blocks(&admin, _i ? "SMDA" : "DAMS", 1);
	judge(&ntds, ntds.n, "\r\n", &j);
	check_ntdsutil(&j, "ntdsutil.exe", 2772);
	judged_free(&j);
	judge(&admin, admin.n, "\r\n", &j);
	check_vssadmin(&j, "vssadmin.exe", 4392);
	judged_free(&j);
}
END_TEST

/* The JSON of "Diag\writer\step", as the lines have it. */
static const char *
step(const char *writer, const char *op)
{
	static char s[128];

	snprintf(s, sizeof(s), "\"TargetObject\":\"HKLM\\\\System\\\\"
	    "CurrentControlSet\\\\Services\\\\VSS\\\\Diag\\\\%s\\\\%s\"",
	    writer, op);
	return s;
}

static size_t
find_line(const struct text *t, const char *what)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (strstr(t->line[i], what))
			return i;
	ck_abort_msg("no line with %s", what);
	return 0;
}

static void
remove_step(struct text *t, const char *writer, const char *op)
{
	drop(t, find_line(t, step(writer, op)));
}

static const char *const writers[] = { "NTDS", "Registry Writer",
	"Shadow Copy Optimization Writer" };
static const unsigned writer_pid[] = { 600, 3088, 3088 };

START_TEST(a_writer_that_is_never_thawed_is_the_services_fault)
{
	const struct vss_finding *f;
	struct judged j;
	size_t k;
	int at;

	remove_step(&ntds, writers[_i], "THAW (Enter)");
	remove_step(&ntds, writers[_i], "BKGND_FREEZE_THREAD (Leave)");
	remove_step(&ntds, writers[_i], "THAW (Leave)");
	remove_step(&ntds, writers[_i],
	    "VSS_WS_WAITING_FOR_POST_SNAPSHOT (SetCurrentState)");
	judge(&ntds, ntds.n, "\r\n", &j);
	ck_assert_int_eq(verdict(&j, 0, "ORD-12"), VSS_VIOLATED);
	for (k = at = 0; k < j.judgements[0].nfindings; k++) {
		f = &j.judgements[0].findings[k];
		if (vss_rule(f->rule)->blame == VSS_SERVICE_) {
			ck_assert_int_eq(strncmp(j.sessions.list[0].
			    writers[f->writer].name, writers[_i],
			    strlen(writers[_i])), 0);
			continue;
		}
		ck_assert_str_eq(vss_rule(f->rule)->id, at++ ? "REQ-01" :
		    "TRM-14");
	}
	ck_assert_int_eq(at, 2);
	judged_free(&j);
}
END_TEST

START_TEST(a_leave_that_is_missing_is_shown_by_the_state)
{
	struct judged j;

	remove_step(&ntds, writers[_i], "FREEZE (Leave)");
	judge(&ntds, ntds.n, "\r\n", &j);
	check_ntdsutil(&j, "ntdsutil.exe", 2772);
	judged_free(&j);
}
END_TEST

START_TEST(a_handler_that_never_returns_is_the_writers_fault)
{
	char want[256];
	struct judged j;

	remove_step(&ntds, writers[_i], "FREEZE (Leave)");
	remove_step(&ntds, writers[_i],
	    "VSS_WS_WAITING_FOR_THAW (SetCurrentState)");
	judge(&ntds, ntds.n, "\r\n", &j);
	snprintf(want, sizeof(want), "1: error WRT-06 %s (pid %u), " BASE,
	    writers[_i], writer_pid[_i]);
	ck_assert_str_eq(findings(&j), want);
	judged_free(&j);
}
END_TEST

/* A step of one of the writers, after all other records of the channel. */
static void
append_step(struct text *t, int writer, const char *op, const char *time)
{
	size_t at = find_line(t, "\"Channel\":\"System\"");
	char line[600];

	snprintf(line, sizeof(line), "{\"EventID\":13,\"Channel\":"
	    "\"Microsoft-Windows-Sysmon/Operational\",\"UtcTime\":"
	    "\"2023-07-19 %s\",\"ProcessId\":\"%u\",\"Image\":\"w.exe\",%s}",
	    time, writer_pid[writer], step(writers[writer], op));
	insert(t, at, line);
}

START_TEST(a_shutdown_of_every_writer_is_enough)
{
	struct judged j;
	int w;

	for (w = 0; w < 3; w++) {
		append_step(&ntds, w, "BACKUPSHUTDOWN (Enter)",
		    "16:05:41.600");
		append_step(&ntds, w, "BACKUPSHUTDOWN (Leave)",
		    "16:05:41.631");
	}
	judge(&ntds, ntds.n, "\r\n", &j);
	ck_assert_str_eq(findings(&j), BASE);
	ck_assert_int_eq(verdict(&j, 0, "SHD-01"), VSS_KEPT);
	ck_assert_int_eq(verdict(&j, 0, "SHD-16"), VSS_KEPT);
	judged_free(&j);
}
END_TEST

START_TEST(a_shutdown_of_one_writer_is_missed_by_the_others)
{
	char want[256] = "";
	struct judged j;
	int w, minute;

	append_step(&ntds, _i, "BACKUPSHUTDOWN (Enter)", "16:05:41.600");
	append_step(&ntds, _i, "BACKUPSHUTDOWN (Leave)", "16:05:41.631");
	/* 119 s after the exit nothing is decided, 121 s after it is */
	for (minute = 0; minute < 2; minute++) {
		insert(&ntds, find_line(&ntds, "\"Channel\":\"System\""),
		    minute ? "{\"EventID\":3,\"Channel\":\"Microsoft-Windows-"
		    "Sysmon/Operational\",\"UtcTime\":"
		    "\"2023-07-19 16:07:42.569\"}" :
		    "{\"EventID\":3,\"Channel\":\"Microsoft-Windows-"
		    "Sysmon/Operational\",\"UtcTime\":"
		    "\"2023-07-19 16:07:40.569\"}");
		judge(&ntds, ntds.n, "\r\n", &j);
		for (w = 0; w < 3 && minute; w++)
			if (w != _i)
				say(want, sizeof(want), "1: error SHD-01 %s "
				    "(pid %u), ", writers[w], writer_pid[w]);
		say(want, sizeof(want), "%s", minute ? BASE : "");
		ck_assert_str_eq(findings(&j), minute ? want : BASE);
		ck_assert_int_eq(verdict(&j, 0, "SHD-01"), minute ?
		    VSS_VIOLATED : VSS_UNDETERMINED);
		judged_free(&j);
	}
}
END_TEST

START_TEST(where_no_shutdown_is_ever_recorded_nobody_is_blamed)
{
	struct judged j;

	insert(&ntds, find_line(&ntds, "\"Channel\":\"System\""),
	    "{\"EventID\":3,\"Channel\":\"Microsoft-Windows-Sysmon/"
	    "Operational\",\"UtcTime\":\"2023-07-19 17:00:00.000\"}");
	judge(&ntds, ntds.n, "\r\n", &j);
	ck_assert_str_eq(findings(&j), BASE);
	ck_assert_int_eq(verdict(&j, 0, "SHD-01"), VSS_UNDETERMINED);
	ck_assert_int_eq(j.judgements[0].rules[vss_rule_find("SHD-01")].why,
	    VSS_WHY_UNSEEN);
	judged_free(&j);
}
END_TEST

/* No finding but those of the whole recording, none of them an error. */
static void
check_cut(const struct judged *j, const struct text *t, const char *cut)
{
	const struct vss_finding *f;
	size_t k;
	int i;

	for (i = 0; i < j->sessions.n; i++)
		for (k = 0; k < j->judgements[i].nfindings; k++) {
			f = &j->judgements[i].findings[k];
			ck_assert_msg(f->severity < VSS_ERROR && t == &ntds &&
			    strstr(BASE, vss_rule(f->rule)->id), "cut after "
			    "%s: %s", cut, findings(j));
		}
}

START_TEST(a_recording_that_is_cut_accuses_nobody)
{
	struct text *t = _i % 2 ? &admin : &ntds;
	struct vss_error error;
	struct judged j;
	char cut[32];
	size_t n;

	if (_i / 2)
		in_blocks(t, "MSAD", 0);
	/* nothing at all is no recording */
	ck_assert_int_eq(judge_bytes("", 0, &j, &error), VSS_END);
	judged_free(&j);
	for (n = 1; n <= t->n; n++) {
		judge(t, n, "\r\n", &j);
		snprintf(cut, sizeof(cut), "line %d", (int)n);
		check_cut(&j, t, cut);
		ck_assert_uint_eq(j.recording.counts.rejected, 0);
		judged_free(&j);
	}
}
END_TEST

START_TEST(a_recording_that_begins_late_is_no_error)
{
	struct text *t = _i % 2 ? &admin : &ntds;
	const struct vss_finding *f;
	struct judged j;
	size_t k;
	int i;

	in_blocks(t, "ADSM", 0);
	while (t->n > 1) {
		drop(t, 0);
		judge(t, t->n, "\r\n", &j);
		for (i = 0; i < j.sessions.n; i++)
			for (k = 0; k < j.judgements[i].nfindings; k++) {
				f = &j.judgements[i].findings[k];
				ck_assert_msg(f->severity < VSS_ERROR,
				    "last %d lines: %s", (int)t->n,
				    findings(&j));
			}
		judged_free(&j);
	}
}
END_TEST

/* All that an importer tells, in one number. */
static void
stir(uint64_t *told, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	while (n--)
		*told = (*told ^ *p++) * UINT64_C(0x100000001b3);
}

static enum vss_status
stir_profile(void *arg, const struct vss_profile *p)
{
	stir(arg, p->shows, sizeof(p->shows));
	stir(arg, p->doubtful, sizeof(p->doubtful));
	return VSS_OK;
}

static enum vss_status
stir_event(void *arg, const struct vss_event *ev, struct vss_error *error)
{
	const char *const texts[] = { ev->object, ev->image, ev->writer,
	    ev->component, ev->set, ev->label };
	size_t i;

	(void)error;
	stir(arg, &ev->kind, sizeof(ev->kind));
	stir(arg, &ev->phases, sizeof(ev->phases));
	stir(arg, &ev->data, sizeof(ev->data));
	stir(arg, &ev->middle, sizeof(ev->middle));
	stir(arg, &ev->pid, sizeof(ev->pid));
	stir(arg, &ev->line, sizeof(ev->line));
	stir(arg, &ev->time, sizeof(ev->time));
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i])
			stir(arg, texts[i], strlen(texts[i]) + 1);
	return VSS_OK;
}

static void
stir_time(void *arg, int64_t t)
{
	stir(arg, &t, sizeof(t));
}

static uint64_t
told_by(const char *bytes, size_t len)
{
	uint64_t told = 1;
	struct vss_import out = { .arg = &told, .profile = stir_profile,
	    .event = stir_event, .time = stir_time, .idle_stop = stir_time };
	struct vss_error error;
	char *exact = malloc(len ? len : 1);

	ck_assert_ptr_nonnull(exact);
	memcpy(exact, bytes, len);
	ck_assert_int_eq(vss_sysmon_read(exact, len, &out, &error), VSS_OK);
	ck_assert_uint_le(out.counts.rejected, 1);
	free(exact);
	return told;
}

START_TEST(a_recording_may_be_cut_within_a_line)
{
	struct text *t = _i ? &admin : &ntds;
	uint64_t told, before = 0;
	struct vss_error error;
	size_t len, n, from;
	struct judged j;
	char cut[32], *buf;
	int judged = 0;

	/* what comes long before makes no difference to a torn line */
	while (t->n > 40)
		drop(t, 0);
	buf = join(t, t->n, "\r\n", &len);
	from = len - strlen(t->line[t->n - 1]) - strlen(t->line[t->n - 2]) -
	    strlen(t->line[t->n - 3]) - 6;
	for (n = from; n <= len; n++) {
		/* the same events are the same judgement */
		told = told_by(buf, n);
		if (told == before)
			continue;
		before = told;
		judged++;
		ck_assert_int_eq(judge_bytes(buf, n, &j, &error), VSS_OK);
		snprintf(cut, sizeof(cut), "byte %d", (int)n);
		check_cut(&j, t, cut);
		judged_free(&j);
	}
	ck_assert_int_ge(judged, 2);
	free(buf);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("sysmon");
	TCase *tc = tcase_create("small");
	SRunner *r;
	size_t len;
	char *buf;
	int failed;

	tcase_add_test(tc, a_backup_is_told_step_by_step);
	tcase_add_loop_test(tc, the_hive_may_be_spelt_in_any_way, 0,
	    (int)(sizeof(hives) / sizeof(hives[0])));
	tcase_add_test(tc, other_keys_are_of_no_concern);
	tcase_add_test(tc, lines_may_end_with_crlf);
	tcase_add_test(tc, numbers_may_be_strings);
	tcase_add_test(tc, an_export_may_be_newest_first);
	tcase_add_test(tc,
	    within_one_tick_the_order_of_the_file_holds_either_way);
	tcase_add_loop_test(tc, the_channels_may_be_blocks_in_any_order, 0, 6);
	tcase_add_loop_test(tc, the_other_channels_clock_may_be_a_false_utc,
	    -11, 13);
	tcase_add_test(tc, a_step_without_a_process_is_refused_with_its_line);
	tcase_add_test(tc, a_step_without_a_time_is_refused_with_its_line);
	tcase_add_test(tc, a_line_that_is_no_json_is_refused_with_its_position);
	tcase_add_test(tc, two_backups_of_one_process_are_two);
	tcase_add_test(tc, two_processes_are_two_backups);
	tcase_add_test(tc, a_recording_that_begins_in_a_backup_says_so);
	tcase_add_test(tc, a_failed_state_is_a_failed_handler);
	tcase_add_test(tc, a_state_closes_a_handler_whose_leave_is_missing);
	tcase_add_test(tc, a_state_of_another_process_closes_nothing);
	tcase_add_test(tc, a_writer_goes_with_its_process);
	tcase_add_test(tc,
	    a_service_that_ends_without_having_stopped_has_died);
	tcase_add_test(tc, a_service_that_stops_in_order_has_not_died);
	tcase_add_test(tc,
	    what_other_logs_tell_after_sysmon_has_ended_decides_nothing);
	tcase_add_test(tc,
	    an_identify_right_before_backupcomplete_begins_nothing);
	tcase_add_test(tc, an_attached_copy_is_a_read);
	tcase_add_test(tc,
	    ends_of_processes_are_visible_only_where_processes_are);
	tcase_add_test(tc,
	    what_is_no_recording_of_sysmon_is_not_taken_for_one);
	suite_add_tcase(s, tc);

	if (read_capture("dc2022-ntdsutil-ifm.jsonl", &buf, &len)) {
		free(buf);
		tc = tcase_create("real");
		tcase_add_checked_fixture(tc, load_both, forget_both);
		tcase_set_timeout(tc, 300);
		tcase_add_test(tc,
		    ntdsutil_has_its_two_known_findings_and_no_others);
		tcase_add_test(tc, vssadmin_has_no_findings);
		tcase_add_test(tc,
		    names_and_numbers_of_processes_do_not_matter);
		tcase_add_loop_test(tc,
		    the_order_of_the_channels_does_not_matter, 0, 6);
		tcase_add_loop_test(tc,
		    channels_that_are_newest_first_do_not_matter, 0, 2);
		tcase_add_loop_test(tc,
		    a_writer_that_is_never_thawed_is_the_services_fault, 0, 3);
		tcase_add_loop_test(tc,
		    a_leave_that_is_missing_is_shown_by_the_state, 0, 3);
		tcase_add_loop_test(tc,
		    a_handler_that_never_returns_is_the_writers_fault, 0, 3);
		tcase_add_test(tc, a_shutdown_of_every_writer_is_enough);
		tcase_add_loop_test(tc,
		    a_shutdown_of_one_writer_is_missed_by_the_others, 0, 3);
		tcase_add_test(tc,
		    where_no_shutdown_is_ever_recorded_nobody_is_blamed);
		tcase_add_loop_test(tc, a_recording_that_is_cut_accuses_nobody,
		    0, 4);
		tcase_add_loop_test(tc,
		    a_recording_that_begins_late_is_no_error, 0, 2);
		tcase_add_loop_test(tc, a_recording_may_be_cut_within_a_line,
		    0, 2);
		suite_add_tcase(s, tc);
	}

	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
