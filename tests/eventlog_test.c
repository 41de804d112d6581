/*
 * Records of event logs: what each means beside registry steps and without
 * them. The records are made here, in the layouts that real ones have
 * (docs/formats/eventlog.md); how they are carried is none of this.
 */
#define _POSIX_C_SOURCE 200809L
#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "eventlog.h"
#include "load.h"
#include "logfacts.h"

enum { FIELDS_MAX = 12 };

/* A record. Data is "name=value" or, unnamed, "=value"; "#number=" and
 * "#computer=" are none. */
struct rec {
	double at;		/* seconds; negative: no time */
	const char *channel, *source;
	int id, level;
	const char *message;
	const char *data[FIELDS_MAX];
};

#define START INT64_C(1689782400000000)	/* 2023-07-19 16:00:00 */

static int local_times;

static enum vss_status
deliver(const struct rec *in, uint64_t line, struct vss_log_sink *sink)
{
	struct vss_log_field fields[FIELDS_MAX];
	char names[FIELDS_MAX][32];
	struct vss_log_record r = { 0 };
	const char *eq;
	size_t i, n = 0;

	r.line = line;
	r.id = in->id;
	r.level = in->level;
	r.time = in->at < 0 ? VSS_NO_TIME :
	    START + (int64_t)(in->at * 1e6 + .5);
	r.time_local = local_times;
	r.channel = in->channel;
	r.provider = in->source;
	r.message = in->message;
	for (i = 0; i < FIELDS_MAX && in->data[i]; i++) {
		eq = strchr(in->data[i], '=');
		if (!strncmp(in->data[i], "#number=", 8))
			r.number = (uint64_t)atoi(eq + 1);
		else if (!strncmp(in->data[i], "#computer=", 10))
			r.computer = eq + 1;
		else {
			snprintf(names[n], sizeof(names[n]), "%.*s",
			    (int)(eq - in->data[i]), in->data[i]);
			fields[n].name = names[n];
			fields[n++].value = eq + 1;
		}
	}
	r.fields = fields;
	r.nfields = n;
	return sink->record(sink->arg, &r);
}

/* A reader whose "bytes" are records. */
static enum vss_status
reader(const char *buf, size_t len, struct vss_log_sink *sink,
    struct vss_error *error)
{
	const struct rec *list = (const struct rec *)(const void *)buf;
	enum vss_status st = VSS_OK;
	size_t i;

	(void)error;
	for (i = 0; i < len && st == VSS_OK; i++)
		st = deliver(&list[i], i + 1, sink);
	sink->units = len;
	return st;
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

/* What is delivered, one a line: "FZ.in NTDS (pid 600) in backup 1". */
static struct {
	char events[8192], notes[8192], rejected[1024];
	struct vss_profile profile;
	struct vss_counts counts;
	int64_t until;
	size_t n;
} got;

static enum vss_status
on_profile(void *arg, const struct vss_profile *p)
{
	(void)arg;
	got.profile = *p;
	return VSS_OK;
}

static enum vss_status
on_event(void *arg, const struct vss_event *ev, struct vss_error *error)
{
	char *t = got.events;
	int ph, one = !(ev->phases & (ev->phases - 1));

	(void)arg;
	(void)error;
	got.n++;
	say(t, sizeof(got.events), "%s", vss_kind(ev->kind)->name);
	for (ph = 1; ph <= 4 && one; ph++)
		if (ev->phases >> ph & 1 && *vss_phase_suffix(ev->kind, ph))
			say(t, sizeof(got.events), ".%s",
			    vss_phase_suffix(ev->kind, ph));
	if (ev->writer)
		say(t, sizeof(got.events), " %s", ev->writer);
	if (ev->object)
		say(t, sizeof(got.events), " in %s", ev->object);
	if (ev->image)
		say(t, sizeof(got.events), " of %s (%lu)", ev->image,
		    (unsigned long)ev->pid);
	if (ev->set)
		say(t, sizeof(got.events), " %.4s}", ev->set);
	say(t, sizeof(got.events), "%s\n", ev->middle ? " middle" : "");
	return VSS_OK;
}

static void
on_time(void *arg, int64_t t)
{
	(void)arg;
	if (t > got.until)
		got.until = t;
}

static void
on_reboot(void *arg, int64_t t)
{
	(void)arg;
	say(got.events, sizeof(got.events), "reboot at %d\n",
	    (int)((t - START) / 1000000));
}

static void
on_idle_stop(void *arg, int64_t t)
{
	(void)arg;
	say(got.events, sizeof(got.events), "idle stop at %d\n",
	    (int)((t - START) / 1000000));
}

static void
on_reject(void *arg, const struct vss_error *e)
{
	(void)arg;
	say(got.rejected, sizeof(got.rejected), "%d: %s\n", (int)e->line,
	    e->text);
}

static void
on_context(void *arg, const struct vss_context *c)
{
	(void)arg;
	say(got.notes, sizeof(got.notes), "%d: %s\n", (int)c->line, c->text);
}

static void
read_records(const struct rec *list, size_t n)
{
	struct vss_import out = { .profile = on_profile, .event = on_event,
	    .time = on_time, .idle_stop = on_idle_stop, .reboot = on_reboot,
	    .reject = on_reject, .context = on_context };
	struct vss_error error;

	memset(&got, 0, sizeof(got));
	ck_assert_int_eq(vss_eventlog_read(reader,
	    "eventlog", (const char *)list, n, &out, &error), VSS_OK);
	got.counts = out.counts;
	ck_assert_uint_eq(got.counts.lines, got.counts.used +
	    got.counts.ignored + got.counts.rejected);
}

static enum vss_status
on_machine(void *arg, const char *name)
{
	(void)arg;
	say(got.events, sizeof(got.events), "machine %s\n", *name ? name : "?");
	return VSS_OK;
}

/* ... of one of several machines; NULL: what machines are there? */
static enum vss_status
read_of(const char *machine, const struct rec *list, size_t n)
{
	struct vss_import out = { .profile = on_profile, .event = on_event,
	    .reject = on_reject, .context = on_context,
	    .machine = machine ? NULL : on_machine, .only_machine = machine };
	struct vss_error error;
	enum vss_status st;

	memset(&got, 0, sizeof(got));
	st = vss_eventlog_read(reader, "eventlog", (const char *)list, n,
	    &out, &error);
	if (st == VSS_BAD)
		say(got.rejected, sizeof(got.rejected), "%d: %s\n",
		    (int)error.line, error.text);
	return st;
}

#define READ_OF(machine, list) \
	read_of(machine, list, sizeof(list) / sizeof((list)[0]))
#define READ(list) read_records(list, sizeof(list) / sizeof((list)[0]))
#define EVENTS(text) ck_assert_str_eq(got.events, text)
#define NOTES(text) ck_assert_str_eq(got.notes, text)

/* Shorthands for records. */
#define SYSMON(at, pid, object) { at, "Microsoft-Windows-Sysmon/Operational", \
	"Microsoft-Windows-Sysmon", 13, 4, NULL, { "ProcessId=" pid, \
	"Image=C:\\x.exe", "TargetObject=HKLM\\System\\CurrentControlSet\\" \
	"Services\\VSS\\Diag\\" object } }
#define ENDED(at, pid, image) { at, "Microsoft-Windows-Sysmon/Operational", \
	"Microsoft-Windows-Sysmon", 5, 4, NULL, { "ProcessId=" pid, \
	"Image=C:\\" image } }
#define AUDIT(at, id, a, b) { at, "Security", \
	"Microsoft-Windows-Security-Auditing", id, 0, NULL, \
	{ "SubjectUserSid=S-1-5-18", "SubjectLogonId=0x3e7", a, b } }
#define APP(at, source, id, text) { at, "Application", source, id, 4, text, \
	{ NULL } }

/* Labels in any language; the values are what counts. */
#define MADE_TEXT(sid, pid, image, set, device) "Text.\r\n \r\n " sid \
	":\t\t\tS-1-5-18\r\n Name:\t\t\tX\\Y\r\n N\303\272mero :\t\t\t" pid \
	"\r\n Bild:\t\tC:\\bin\\" image "\r\n \r\n Set:\t\t\t" set \
	"\r\n Kopie:\t\t\t{c0000000-0000-0000-0000-000000000000}\r\n Volume:" \
	"\t\t\t\\\\?\\Volume{ec127b5f-0000-0000-0000-500600000000}\\\r\n " \
	"Device:\t\t\\\\?\\GLOBALROOT\\Device\\" device "\r\n"
#define SET1 "{a1a1a1a1-0000-0000-0000-000000000001}"
#define SET2 "{b2b2b2b2-0000-0000-0000-000000000002}"
#define MADE(at, pid, image, set, device) { at, "Security", "VSSAudit", 8222, \
	0, MADE_TEXT("SID", pid, image, set, device), { NULL } }

#define BLOCK_EN(op, writer, pid) "\r\n\r\nOperation:\r\n   " op \
	"\r\n\r\nContext:\r\n   Execution Context: Writer\r\n   Writer Class " \
	"Id: {a65faa63-5ea8-4ebc-9dbd-a0c4db26912a}\r\n   Writer Name: " \
	writer "\r\n   Writer Instance Name: Instance:X\r\n   Writer " \
	"Instance ID: {5e2a90d4-1c37-4b8f-96d0-7f41e8c3a2b5}\r\n   Command " \
	"Line: \"C:\\Program Files\\w.exe\" 17\r\n   Process ID: " pid
#define BLOCK_DE(op, writer) "\n\nVorgang:\n   " op "\n\nKontext:\n" \
	"   Generatorklassen-ID: {a65faa63-5ea8-4ebc-9dbd-a0c4db26912a}\n" \
	"   Generatorname: " writer "\n   Generatorinstanz-ID: " \
	"{5e2a90d4-1c37-4b8f-96d0-7f41e8c3a2b5}\n"

/*
 * Overlapping exports, forwarders that send again, collectors.
 */

#define NUMBERED(n, host, at, set, device) { at, "Security", "VSSAudit", 8222, \
	0, MADE_TEXT("SID", "0x10", "b.exe", set, device), { "#number=" n, \
	"#computer=" host } }

START_TEST(a_record_that_is_given_twice_is_taken_once)
{
	static const struct rec list[] = {
		NUMBERED("7", "A", 5, SET1, "HarddiskVolumeShadowCopy1"),
		NUMBERED("8", "A", 5, SET1, "HarddiskVolumeShadowCopy2"),
		NUMBERED("8", "A", 5, SET1, "HarddiskVolumeShadowCopy2"),
		NUMBERED("9", "A", 9, SET2, "HarddiskVolumeShadowCopy3"),
		NUMBERED("7", "A", 5, SET1, "HarddiskVolumeShadowCopy1"),
		NUMBERED("9", "A", 9, SET2, "HarddiskVolumeShadowCopy3") };

	READ(list);
	EVENTS("V_MADE in backup 1 of b.exe (16) {a1a} middle\n"
	    "V_MADE in backup 1 of b.exe (16) {a1a}\n"
	    "V_MADE in backup 2 of b.exe (16) {b2b} middle\n");
	NOTES("1: 3 records are in it twice: each is taken once\n");
	ck_assert_uint_eq(got.counts.used, 3);
	ck_assert_uint_eq(got.counts.ignored, 3);
}
END_TEST

START_TEST(a_number_that_comes_again_later_is_another_record)
{
	/* the log was cleared in between */
	static const struct rec list[] = {
		NUMBERED("1", "A", 5, SET1, "HarddiskVolumeShadowCopy1"),
		NUMBERED("1", "A", 9, SET2, "HarddiskVolumeShadowCopy2") };

	READ(list);
	EVENTS("V_MADE in backup 1 of b.exe (16) {a1a} middle\n"
	    "V_MADE in backup 2 of b.exe (16) {b2b} middle\n");
	NOTES("");
}
END_TEST

START_TEST(steps_without_a_number_are_known_by_what_they_say)
{
	static const struct rec once[] = {
		SYSMON(1, "9", "VssapiPublisher\\PREPAREBACKUP (Enter)"),
		SYSMON(1, "7", "A Writer\\PREPAREBACKUP (Enter)"),
		SYSMON(1, "7", "A Writer\\PREPAREBACKUP (Leave)") };
	static const struct rec twice[] = {
		SYSMON(1, "9", "VssapiPublisher\\PREPAREBACKUP (Enter)"),
		SYSMON(1, "7", "A Writer\\PREPAREBACKUP (Enter)"),
		SYSMON(1, "7", "A Writer\\PREPAREBACKUP (Leave)"),
		SYSMON(1, "9", "VssapiPublisher\\PREPAREBACKUP (Enter)"),
		SYSMON(1, "7", "A Writer\\PREPAREBACKUP (Enter)"),
		SYSMON(1, "7", "A Writer\\PREPAREBACKUP (Leave)") };
	char events[sizeof(got.events)];

	READ(once);
	ck_assert_uint_gt(got.n, 2);
	memcpy(events, got.events, sizeof(events));
	READ(twice);
	EVENTS(events);
	NOTES("1: 3 records are in it twice: each is taken once\n");
}
END_TEST

START_TEST(records_of_one_second_without_a_number_may_be_two)
{
	static const struct rec list[] = {
		MADE(5, "0x10", "b.exe", SET1, "HarddiskVolumeShadowCopy1"),
		MADE(5, "0x10", "b.exe", SET1, "HarddiskVolumeShadowCopy1") };

	READ(list);
	ck_assert_uint_eq(got.n, 2);
	NOTES("");
}
END_TEST

START_TEST(at_one_time_the_numbers_tell_the_order)
{
	static const struct rec list[] = {
		NUMBERED("9", "A", 5, SET2, "HarddiskVolumeShadowCopy2"),
		NUMBERED("8", "A", 5, SET1, "HarddiskVolumeShadowCopy1"),
		NUMBERED("10", "A", 6, SET2, "HarddiskVolumeShadowCopy3") };

	READ(list);
	EVENTS("V_MADE in backup 1 of b.exe (16) {a1a} middle\n"
	    "V_MADE in backup 2 of b.exe (16) {b2b} middle\n"
	    "V_MADE in backup 2 of b.exe (16) {b2b}\n");
}
END_TEST

/* The same process and number on two machines: two backups. */
static const struct rec collected[] = {
	NUMBERED("1", "a.example.org", 5, SET1, "HarddiskVolumeShadowCopy1"),
	NUMBERED("1", "B", 5, SET2, "HarddiskVolumeShadowCopy1"),
	NUMBERED("2", "b", 6, SET2, "HarddiskVolumeShadowCopy2"),
	{ 90, "Application", "VSS", 8224, 4, "x", { "#computer=A" } },
	{ 500, "Application", "Other", 1, 4, "x", { "#computer=C" } } };

START_TEST(machines_of_a_collector_are_told_one_by_one)
{
	ck_assert_int_eq(READ_OF(NULL, collected), VSS_END);
	/* the one with most to tell first, without those that have nothing */
	EVENTS("machine B\nmachine a.example.org\n");
	ck_assert_int_eq(READ_OF("B", collected), VSS_OK);
	EVENTS("V_MADE in backup 1 of b.exe (16) {b2b} middle\n"
	    "V_MADE in backup 1 of b.exe (16) {b2b}\n");
	ck_assert_str_eq(got.profile.host, "B");
	ck_assert_int_eq(READ_OF("a.example.org", collected), VSS_OK);
	EVENTS("V_MADE in backup 1 of b.exe (16) {a1a} middle\n");
	NOTES("");
}
END_TEST

START_TEST(who_asks_for_no_machine_gets_the_one_with_most_to_tell)
{
	READ(collected);
	EVENTS("V_MADE in backup 1 of b.exe (16) {b2b} middle\n"
	    "V_MADE in backup 1 of b.exe (16) {b2b}\n");
	NOTES("1: 1 records of another machine, a.example.org: not judged\n");
	/* another's last record is not this one's */
	ck_assert_int_eq(got.until, START + 6000000);
}
END_TEST

START_TEST(records_without_a_machine_are_of_the_only_one)
{
	static const struct rec list[] = {
		NUMBERED("1", "A", 5, SET1, "HarddiskVolumeShadowCopy1"),
		MADE(9, "0x10", "b.exe", SET2, "HarddiskVolumeShadowCopy2") };

	ck_assert_int_eq(READ_OF(NULL, list), VSS_OK);
	ck_assert_uint_eq(got.n, 2);
	ck_assert_str_eq(got.profile.host, "A");
}
END_TEST

START_TEST(too_many_machines_are_refused)
{
	static struct rec list[65] = { { 0 } };
	static char names[65][24];
	int i;

	for (i = 0; i < 65; i++) {
		list[i] = collected[0];
		snprintf(names[i], sizeof(names[i]), "#computer=h%d", i);
		list[i].data[1] = names[i];
	}
	ck_assert_int_eq(read_of(NULL, list, 64), VSS_END);
	ck_assert_int_eq(read_of(NULL, list, 65), VSS_BAD);
	ck_assert_str_eq(got.rejected, "65: more than 64 machines tell of VSS: "
	    "split the recording\n");
	/* those that do not are none of them */
	for (i = 1; i < 65; i++)
		list[i].id = 1;
	ck_assert_int_eq(read_of(NULL, list, 65), VSS_OK);
	EVENTS("V_MADE in backup 1 of b.exe (16) {a1a} middle\n");
}
END_TEST

/*
 * Without registry steps.
 */

START_TEST(a_set_that_was_made_is_a_backup_in_any_language)
{
	static const struct rec text[] = {
		MADE(5, "0x0000000000000ad4", "b.exe", SET1,
		    "HarddiskVolumeShadowCopy1") };
	static const struct rec data[] = { { 5, "Security", "VSSAudit", 8222,
	    0, NULL, { "=S-1-5-18", "=X\\Y", "=0x0000000000000ad4",
	    "=C:\\bin\\b.exe", "=" SET1,
	    "={c0000000-0000-0000-0000-000000000000}", "=\\\\?\\GLOBALROOT\\"
	    "Device\\HarddiskVolumeShadowCopy1" } } };

	READ(text);
	EVENTS("V_MADE in backup 1 of b.exe (2772) {a1a} middle\n");
	ck_assert_uint_eq(got.counts.used, 1);
	READ(data);
	EVENTS("V_MADE in backup 1 of b.exe (2772) {a1a} middle\n");
}
END_TEST

START_TEST(the_copies_of_one_set_are_of_one_backup)
{
	static const struct rec list[] = {
		MADE(5, "0x10", "b.exe", SET1, "HarddiskVolumeShadowCopy1"),
		MADE(5, "0x10", "b.exe", SET1, "HarddiskVolumeShadowCopy2"),
		MADE(9, "0x10", "b.exe", SET2, "HarddiskVolumeShadowCopy3") };

	READ(list);
	EVENTS("V_MADE in backup 1 of b.exe (16) {a1a} middle\n"
	    "V_MADE in backup 1 of b.exe (16) {a1a}\n"
	    "V_MADE in backup 2 of b.exe (16) {b2b} middle\n");
}
END_TEST

START_TEST(logs_alone_show_no_calls_and_no_handlers)
{
	static const struct rec list[] = {
		MADE(5, "0x10", "b.exe", SET1, "HarddiskVolumeShadowCopy1"),
		APP(9, "VSS", 8224, "x") };
	int k;

	READ(list);
	for (k = 1; k < KIND_COUNT; k++)
		ck_assert_msg(!got.profile.shows[k] || k == KIND_END, "%s",
		    vss_kind(k)->name);
	ck_assert_ptr_nonnull(got.profile.limits);
	ck_assert_int_eq(got.profile.local_time, 0);
	ck_assert_ptr_null(strstr(got.profile.limits, "--utc-offset"));
	ck_assert_int_eq(got.profile.tick, 1000000);
	/* a log goes on to its last record */
	ck_assert_int_eq(got.until, START + 9000000);
}
END_TEST

START_TEST(times_of_a_text_are_local)
{
	static const struct rec list[] = { APP(9, "VSS", 8224, "x") };

	local_times = 1;
	READ(list);
	local_times = 0;
	ck_assert_int_eq(got.profile.local_time, 1);
	ck_assert_ptr_nonnull(strstr(got.profile.limits, "--utc-offset"));
}
END_TEST

#define ESE(at, id) APP(at, "ESENT", id, "lsass (600,G,0) Instance 1.")

START_TEST(a_database_that_freezes_is_of_the_set_that_is_made_next)
{
	static const struct rec list[] = {
		ESE(1, 2005), ESE(2, 2001),
		{ 2, "Directory Service", "NTDS ISAM", 2001, 4,
		    "NTDS (600,D,0) NTDSA: Instance 1.", { NULL } },
		ESE(7, 2003), ESE(7.1, 2006),
		MADE(9, "0x10", "b.exe", SET1, "HarddiskVolumeShadowCopy1") };

	READ(list);
	EVENTS("FREEZEIO lsass (pid 600) in backup 1 middle\n"
	    "RESUMEIO lsass (pid 600) in backup 1\n"
	    "V_MADE in backup 1 of b.exe (16) {a1a}\n");
	NOTES("6: the shadow copy that b.exe (pid 16) made is taken to be the "
	    "one for which writers were busy just before\n");
}
END_TEST

START_TEST(an_engine_tells_its_process_as_data_too)
{
	static const struct rec list[] = {
		{ 1, "Application", "ESENT", 2001, 4, NULL,
		    { "=lsass", "=600,G,0", "=", "=1" } },
		{ 2, "Application", "ESENT", 2003, 4, NULL,
		    { "=lsass", "=600", "=", "=1" } },
		{ 3, "Application", "ESENT", 2003, 4, NULL, { "=lsass" } },
		{ 4, "Application", "ESENT", 2001, 4, "no process", { "=x" } } };

	READ(list);
	EVENTS("FREEZEIO lsass (pid 600) in backup 1 middle\n"
	    "RESUMEIO lsass (pid 600) in backup 1\n");
	ck_assert_uint_eq(got.counts.ignored, 2);
}
END_TEST

START_TEST(an_engine_that_begins_again_begins_another_backup)
{
	static const struct rec list[] = {
		ESE(1, 2005), ESE(2, 2001), ESE(7, 2003),
		ESE(31, 2005), ESE(32, 2001), ESE(37, 2003),
		MADE(39, "0x10", "b.exe", SET1, "HarddiskVolumeShadowCopy1") };

	READ(list);
	EVENTS("FREEZEIO lsass (pid 600) in backup 1 middle\n"
	    "RESUMEIO lsass (pid 600) in backup 1\n"
	    "FREEZEIO lsass (pid 600) in backup 2 middle\n"
	    "RESUMEIO lsass (pid 600) in backup 2\n"
	    "V_MADE in backup 2 of b.exe (16) {a1a}\n");
}
END_TEST

START_TEST(three_minutes_later_it_is_another_backup)
{
	struct rec list[] = {
		ESE(1, 2001), ESE(7, 2003),
		MADE(186, "0x10", "b.exe", SET1,
		    "HarddiskVolumeShadowCopy1") };

	READ(list);
	ck_assert_ptr_nonnull(strstr(got.events, "V_MADE in backup 1"));
	list[2].at = 188;
	READ(list);
	ck_assert_ptr_nonnull(strstr(got.events, "V_MADE in backup 2"));
	NOTES("");
}
END_TEST

START_TEST(a_thaw_without_a_freeze_tells_nothing)
{
	static const struct rec list[] = { ESE(7, 2003), ESE(8, 2006),
		APP(9, "MSSQLSERVER", 3198, "x") };

	READ(list);
	EVENTS("");
}
END_TEST

START_TEST(sql_server_is_frozen_until_its_last_database_is_not)
{
	static const struct rec list[] = {
		APP(1, "MSSQLSERVER", 3197, "frozen a"),
		APP(1, "MSSQLSERVER", 3197, "frozen b"),
		APP(3, "MSSQLSERVER", 3198, "resumed a"),
		APP(4, "MSSQLSERVER", 3198, "resumed b"),
		APP(900, "MSSQL$X", 3197, "frozen c"),
		APP(901, "MSSQLX", 3198, "another program") };

	READ(list);
	EVENTS("FREEZEIO SqlServerWriter in backup 1 middle\n"
	    "RESUMEIO SqlServerWriter in backup 1\n"
	    "FREEZEIO SqlServerWriter in backup 2 middle\n");
}
END_TEST

#define REJECTED(at, text) { at, "Application", "VSS", 8229, 3, text, \
	{ NULL } }

START_TEST(a_rejected_event_is_a_handler_that_failed)
{
	static const struct rec list[] = {
		REJECTED(1, "Rejected with error 0x800423f0, text."
		    BLOCK_EN("PrepareForSnapshot Event", "SqlServerWriter",
		    "22628")) };

	READ(list);
	EVENTS("PS.in SqlServerWriter (pid 22628) in backup 1 middle\n"
	    "WFAIL SqlServerWriter (pid 22628) in backup 1\n"
	    "PS.fail SqlServerWriter (pid 22628) in backup 1\n");
	NOTES("1: VSS 8229 (warning): a writer rejected an event; hr "
	    "0x800423f0; in PrepareForSnapshot; writer SqlServerWriter (pid "
	    "22628)\n");
}
END_TEST

START_TEST(in_another_language_a_rejection_is_read_by_place)
{
	static const struct rec list[] = {
		REJECTED(1, "Fehler 0x800423f3, Text."
		    BLOCK_DE("PostSnapshot-Ereignis", "WMI Writer")) };

	READ(list);
	EVENTS("PO.in WMI Writer in backup 1 middle\n"
	    "WFAIL WMI Writer in backup 1\nPO.fail WMI Writer in backup 1\n");
}
END_TEST

START_TEST(who_named_the_failure_is_not_told_by_every_code)
{
	static const char *const codes[] = { "0x800423f2", "0x800423f4" };
	char text[1024];
	struct rec list[] = { REJECTED(1, text) };

	snprintf(text, sizeof(text), "Error %s, text." BLOCK_EN("Freeze Event",
	    "W", "5"), codes[_i]);
	READ(list);
	EVENTS("FZ.in W (pid 5) in backup 1 middle\n"
	    "FZ.fail W (pid 5) in backup 1\n");
}
END_TEST

START_TEST(a_rejection_without_step_or_writer_is_only_shown)
{
	static const struct rec list[] = {
		REJECTED(1, "0x800423f0." BLOCK_DE("Fixieren", "W")),
		REJECTED(2, "0x800423f0."),
		/* after the copy is made: which backup it is of nobody knows */
		REJECTED(3, "0x800423f0." BLOCK_EN("BackupComplete Event", "W",
		    "5")),
		/* two steps that contradict each other */
		REJECTED(4, "0x800423f0." BLOCK_EN("Thaw Event\r\n   Freeze "
		    "Event", "W", "5")) };

	READ(list);
	EVENTS("");
	ck_assert_uint_eq(got.counts.used, 4);
	ck_assert_ptr_nonnull(strstr(got.notes, "2: VSS 8229 (warning): a "
	    "writer rejected an event; hr 0x800423f0\n"));
}
END_TEST

START_TEST(a_writer_that_fails_twice_fails_in_two_backups)
{
	static const struct rec list[] = {
		REJECTED(1, "0x800423f4" BLOCK_EN("Freeze Event", "W", "5")),
		REJECTED(1, "0x800423f4" BLOCK_EN("Freeze Event", "V", "6")),
		REJECTED(20, "0x800423f4" BLOCK_EN("Freeze Event", "W", "5")),
		MADE(40, "0x10", "b.exe", SET1, "HarddiskVolumeShadowCopy1") };

	READ(list);
	EVENTS("FZ.in W (pid 5) in backup 1 middle\n"
	    "FZ.fail W (pid 5) in backup 1\nFZ.in V (pid 6) in backup 1\n"
	    "FZ.fail V (pid 6) in backup 1\n"
	    "FZ.in W (pid 5) in backup 2 middle\n"
	    "FZ.fail W (pid 5) in backup 2\n"
	    /* what succeeds is not what has failed */
	    "V_MADE in backup 3 of b.exe (16) {a1a} middle\n");
}
END_TEST

START_TEST(out_of_time_in_postsnapshot_means_that_it_was_entered)
{
	static const char block[] = "\n\nOperation:\n   OnPostSnapshot event\n"
	    "   PostSnapshot Event\n\nContext:\n   Execution Context: Shadow "
	    "Copy Optimization Writer\n   Execution Context: Writer\n   Writer "
	    "Class Id: {4dc3bdd4-ab48-4d07-adb0-3bee2926fd7f}\n   Writer Name: "
	    "Shadow Copy Optimization Writer\n   Writer Instance ID: "
	    "{1b9b200b-a57b-4d65-9c29-fccae2b291a7}";
	char data[700];
	/* "- Code: X- PID:  00003868- TID:" */
	struct rec list[] = {
		{ 1, "Application", "VSS", 8219, 4, NULL, { "=\\\\?\\GLOBALROOT",
		    "=*.*", data, "Binary=2D20436F64653A20582D205049443A202030"
		    "303030333836382D205449443A" } },
		{ 1, "Application", "VSS", 8219, 4, NULL, { "=x", data, "Binary="
		    "2D20436F64653A20582D205049443A202030303030333836382D" } },
		{ 999, "Application", "VSS", 8220, 4, block, { NULL } } };

	snprintf(data, sizeof(data), "=%s", block);
	READ(list);
	EVENTS("PO.in Shadow Copy Optimization Writer (pid 3868) in backup 1 "
	    "middle\nPO.in Shadow Copy Optimization Writer in backup 2 "
	    "middle\n");
	NOTES("");
}
END_TEST

/*
 * Services and machines.
 */

#define SERVICE(at, name, state, binary) { at, "System", "Service Control " \
	"Manager", 7036, 4, NULL, { "param1=" name, "param2=" state, binary } }

START_TEST(a_service_stops_in_every_language)
{
	static const struct rec list[] = {
		/* VSS/4, VSS/1, swprv/1 */
		SERVICE(1, "Volumeschattenkopie", "Wird ausgef\303\274hrt",
		    "Binary=5600530053002F0034000000"),
		SERVICE(2, "Volumeschattenkopie", "Beendet",
		    "Binary=5600530053002F0031000000"),
		/* what cannot be read, or is not there */
		SERVICE(3, "Volume Shadow Copy", "stopped", "Binary=VSS"),
		SERVICE(4, "Volume Shadow Copy", "stopped", NULL),
		SERVICE(5, "Volume Shadow Copy", "running", NULL),
		SERVICE(6, "Volumeschattenkopie", "Beendet", NULL),
		APP(7, "VSS", 8224, "x"), APP(8, "MSDTC", 8224, "x") };

	READ(list);
	EVENTS("idle stop at 2\nidle stop at 3\nidle stop at 4\n"
	    "idle stop at 7\n");
}
END_TEST

START_TEST(another_service_that_stops_is_not_vss)
{
	static const struct rec list[] = {
		SERVICE(3, "Volume Shadow Copy", "stopped",
		    "Binary=730077007000720076002F0031000000") };

	READ(list);
	EVENTS("");
	ck_assert_uint_eq(got.counts.ignored, 1);
}
END_TEST

START_TEST(a_machine_that_starts_leaves_nothing_of_before)
{
	static const struct rec list[] = {
		SYSMON(1, "10", "VssapiPublisher\\IDENTIFY (Enter)"),
		SYSMON(2, "10", "VssapiPublisher\\PREPAREBACKUP (Enter)"),
		{ 100, "System", "Microsoft-Windows-Kernel-General", 12, 4, NULL,
		    { "=6" } },
		/* the same process number, another process */
		SYSMON(200, "10", "VssapiPublisher\\DOSNAPSHOT (Enter)"),
		{ 300, "System", "EventLog", 6005, 4, NULL, { NULL } },
		SYSMON(301, "10", "VssapiPublisher\\DOSNAPSHOT (Leave)"),
		ENDED(302, "10", "x.exe") };

	READ(list);
	EVENTS("META.call in backup 1 of x.exe (10)\n"
	    "PREP.call in backup 1 of x.exe (10)\nreboot at 100\n"
	    "DO.call in backup 2 of x.exe (10) middle\n"
	    "DO in backup 2 of x.exe (10)\nEXIT in backup 2 of x.exe (10)\n");
	NOTES("3: the machine has started anew: backup 1 of x.exe was not "
	    "seen to end\n");
}
END_TEST

START_TEST(an_event_log_that_starts_is_a_machine_that_starts)
{
	static const struct rec list[] = {
		MADE(1, "0x10", "b.exe", SET1, "HarddiskVolumeShadowCopy1"),
		{ 100, "System", "EventLog", 6005, 4, NULL, { NULL } },
		{ 101, "System", "volsnap", 36, 2, NULL,
		    { "=\\Device\\HarddiskVolumeShadowCopy1", "=C:" } } };

	READ(list);
	EVENTS("V_MADE in backup 1 of b.exe (16) {a1a} middle\n"
	    "reboot at 100\n");
}
END_TEST

/*
 * Copies.
 */

#define LOST(at, id, device) { at, "System", "Volsnap", id, 2, NULL, \
	{ "DeviceName=\\Device\\" device, "VolumeName=C:" } }

START_TEST(a_copy_that_is_lost_is_gone_for_its_backup)
{
	static const struct rec list[] = {
		MADE(1, "0x10", "b.exe", SET1, "HarddiskVolumeShadowCopy1"),
		MADE(1, "0x20", "c.exe", SET2, "HarddiskVolumeShadowCopy12"),
		LOST(5, 36, "HarddiskVolumeShadowCopy12"),
		LOST(6, 36, "HarddiskVolumeShadowCopy12"),
		LOST(7, 25, "HarddiskVolumeShadowCopy3"),
		LOST(8, 33, "HarddiskVolumeShadowCopy1"),
		LOST(9, 25, "HarddiskVolume1") };

	READ(list);
	EVENTS("V_MADE in backup 1 of b.exe (16) {a1a} middle\n"
	    "V_MADE in backup 2 of c.exe (32) {b2b} middle\n"
	    "V_GONE in backup 2 of c.exe (32) {b2b}\n");
	ck_assert_ptr_nonnull(strstr(got.notes, "3: Volsnap 36 (error): all "
	    "copies of a volume were lost"));
	ck_assert_ptr_nonnull(strstr(got.notes, "7: Volsnap 25 (error): all "
	    "copies of a volume were lost"));
}
END_TEST

/*
 * Beside registry steps.
 */

#define WRITER(at, step) SYSMON(at, "600", "NTDS\\" step)
#define REQUESTER(at, step) SYSMON(at, "10", "VssapiPublisher\\" step)
#define FREEZING REQUESTER(1, "PREPAREBACKUP (Enter)"), \
	WRITER(1.1, "PREPAREBACKUP (Enter)"), \
	WRITER(1.2, "PREPAREBACKUP (Leave)"), \
	REQUESTER(1.3, "PREPAREBACKUP (Leave)"), \
	REQUESTER(2, "DOSNAPSHOT (Enter)"), WRITER(2.1, "FREEZE (Enter)")

/* The part of the events from the first of that kind on. */
static const char *
from(const char *kind)
{
	const char *p = strstr(got.events, kind);

	return p ? p : "";
}

START_TEST(an_engines_freeze_is_its_only_writers)
{
	static const struct rec list[] = { FREEZING, ESE(2.2, 2001),
		ESE(2.4, 2003), WRITER(2.5, "FREEZE (Leave)") };

	READ(list);
	ck_assert_str_eq(from("FREEZEIO"),
	    "FREEZEIO NTDS (pid 600) in backup 1 of x.exe (10)\n"
	    "RESUMEIO NTDS (pid 600) in backup 1 of x.exe (10)\n"
	    "FZ NTDS (pid 600)\n");
}
END_TEST

START_TEST(an_engines_freeze_is_nobodys_where_there_is_a_choice)
{
	static const struct rec two_writers[] = { FREEZING,
		SYSMON(2.15, "600", "AD\\PREPAREBACKUP (Enter)"),
		ESE(2.2, 2001), WRITER(2.5, "FREEZE (Leave)") };
	static const struct rec two_backups[] = { FREEZING,
		SYSMON(2.15, "20", "VssapiPublisher\\DOSNAPSHOT (Enter)"),
		ESE(2.2, 2001), WRITER(2.5, "FREEZE (Leave)") };
	static const struct rec no_backup[] = { FREEZING,
		REQUESTER(2.15, "DOSNAPSHOT (Leave)"), ESE(2.2, 2001),
		WRITER(2.5, "FREEZE (Leave)") };

	READ(two_writers);
	ck_assert_str_eq(from("FREEZEIO"), "");
	READ(two_backups);
	ck_assert_str_eq(from("FREEZEIO"), "");
	READ(no_backup);
	ck_assert_str_eq(from("FREEZEIO"), "");
}
END_TEST

START_TEST(a_rejection_beside_steps_adds_the_writers_own_word)
{
	static const struct rec list[] = { FREEZING,
		REJECTED(2.2, "0x800423f3" BLOCK_EN("Freeze Event", "NTDS",
		    "600")),
		REJECTED(2.2, "0x800423f3" BLOCK_DE("Freeze", "NTDS")),
		REJECTED(2.2, "0x800423f4" BLOCK_EN("Freeze Event", "NTDS",
		    "600")),
		REJECTED(2.2, "0x800423f3" BLOCK_EN("Freeze Event", "NTDS",
		    "601")),
		WRITER(2.5, "FREEZE (Leave)") };

	READ(list);
	ck_assert_str_eq(from("WFAIL"),
	    "WFAIL NTDS (pid 600) in backup 1 of x.exe (10)\n"
	    "WFAIL NTDS (pid 600) in backup 1 of x.exe (10)\n"
	    "FZ NTDS (pid 600)\n");
}
END_TEST

START_TEST(a_set_of_which_no_steps_tell_is_only_shown)
{
	static const struct rec list[] = { REQUESTER(1, "IDENTIFY (Enter)"),
		MADE(2, "0x20", "c.exe", SET2, "HarddiskVolumeShadowCopy2"),
		REQUESTER(3, "IDENTIFY (Leave)") };

	READ(list);
	EVENTS("META.call in backup 1 of x.exe (10)\n"
	    "META in backup 1 of x.exe (10)\n");
	NOTES("2: a shadow copy was made by c.exe (pid 32), of whose backup "
	    "no steps are recorded\n");
}
END_TEST

START_TEST(a_copy_without_writers_is_not_given_anothers_8222)
{
	/* vssadmin's own set fails; a backup with writers makes one later */
	static const struct rec list[] = {
		SYSMON(1, "99", "SwProvider_{b5}\\PROVIDER_BEGINPREPARE (Enter)"),
		REQUESTER(5, "IDENTIFY (Enter)"),
		REQUESTER(6, "DOSNAPSHOT (Enter)"),
		MADE(7, "0xa", "x.exe", SET1, "HarddiskVolumeShadowCopy1"),
		REQUESTER(8, "DOSNAPSHOT (Leave)") };

	READ(list);
	EVENTS("ADD.ok in backup 1\nMETA.call in backup 2 of x.exe (10)\n"
	    "DO.call in backup 2 of x.exe (10) {a1a}\n"
	    "V_MADE in backup 2 of x.exe (10) {a1a}\n"
	    "DO in backup 2 of x.exe (10) {a1a}\n");
}
END_TEST

/*
 * Audited processes.
 */

START_TEST(an_audited_end_is_the_requesters_end)
{
	static const struct rec list[] = {
		AUDIT(0.5, 4688, "NewProcessId=0xa", "NewProcessName=C:\\x.exe"),
		REQUESTER(1, "DOSNAPSHOT (Enter)"),
		AUDIT(2, 4689, "ProcessId=0xa", "ProcessName=C:\\x.exe"),
		AUDIT(3, 4689, "ProcessId=0xa", "ProcessName=C:\\x.exe"),
		SYSMON(4, "1", "Other\\THAW (Enter)") };

	READ(list);
	/* its beginning was seen, so that nothing came before */
	EVENTS("DO.call in backup 1 of x.exe (10)\n"
	    "EXIT in backup 1 of x.exe (10)\nTH.in Other (pid 1)\n");
	ck_assert_int_ne(got.profile.shows[KIND_EXIT], 0);
	ck_assert_int_eq(got.profile.doubtful[KIND_EXIT], 0);
}
END_TEST

START_TEST(an_audited_end_is_read_from_a_text_by_shape)
{
	static const struct rec list[] = { REQUESTER(1, "DOSNAPSHOT (Enter)"),
		{ 2, "Security", "Microsoft Windows security auditing.", 4689, 0,
		    "Ein Prozess wurde beendet.\r\n\r\nAntragsteller:\r\n\t"
		    "Sicherheits-ID:\t\tS-1-5-18\r\n\tAnmelde-ID:\t\t0x3E7\r\n"
		    "\r\nProzess:\r\n\tProzess-ID:\t0xa\r\n\tProzessname:\t"
		    "C:\\x.exe\r\n\tBeendigungsstatus:\t0x0", { NULL } },
		REQUESTER(3, "OTHER (Enter)") };

	READ(list);
	ck_assert_str_eq(from("EXIT"), "EXIT in backup 1 of x.exe (10)\n");
	/* auditing begins after the first step: it may have been off before */
	ck_assert_int_eq(got.profile.doubtful[KIND_EXIT], 1);
}
END_TEST

START_TEST(an_end_that_sysmon_tells_is_not_told_twice)
{
	static const struct rec list[] = { REQUESTER(1, "DOSNAPSHOT (Enter)"),
		AUDIT(2, 4689, "ProcessId=0xa", "ProcessName=C:\\x.exe"),
		ENDED(2.01, "10", "x.exe") };

	READ(list);
	EVENTS("DO.call in backup 1 of x.exe (10) middle\n"
	    "EXIT in backup 1 of x.exe (10)\n");
}
END_TEST

START_TEST(an_audited_end_after_the_last_step_decides_nothing)
{
	static const struct rec list[] = { REQUESTER(1, "DOSNAPSHOT (Enter)"),
		AUDIT(2, 4689, "ProcessId=0xa", "ProcessName=C:\\x.exe") };

	READ(list);
	EVENTS("DO.call in backup 1 of x.exe (10) middle\n");
}
END_TEST

START_TEST(without_steps_an_audited_end_is_the_end_of_the_sets_maker)
{
	static const struct rec list[] = {
		MADE(1, "0x10", "b.exe", SET1, "HarddiskVolumeShadowCopy1"),
		AUDIT(2, 4689, "ProcessId=0x10", "ProcessName=C:\\b.exe"),
		AUDIT(3, 4689, "ProcessId=0x4", "ProcessName=C:\\d.exe") };

	READ(list);
	EVENTS("V_MADE in backup 1 of b.exe (16) {a1a} middle\n"
	    "EXIT in backup 1 of b.exe (16) {a1a}\n");
	ck_assert_int_eq(got.profile.doubtful[KIND_EXIT], 1);
}
END_TEST

/*
 * What is only shown.
 */

START_TEST(errors_are_shown_and_what_is_usual_is_not)
{
	static const struct rec list[] = {
		{ 1, "Application", "VSS", 8194, 2, "Text. hr = 0x80070005, Text.\n"
		    BLOCK_DE("Sammeln", "System Writer"), { NULL } },
		{ 2, "Application", "VSS", 12293, 2, NULL, { "=f", "=x 0x8000ffff" } },
		{ 3, "Application", "VSS", 8212, 4, "x", { NULL } },
		{ 4, "Application", "VSS", 9999, 4, "information", { NULL } },
		{ 5, "Application", "SQLWRITER", 24583, 2, "x", { NULL } },
		{ 6, "Application", "Other", 8194, 2, "x", { NULL } },
		{ 7, "Application", "ESENT", 2007, 2, "x", { NULL } },
		{ 8, "Application", "VSS", 8193, -1, NULL, { "Level=2" } },
		{ 9, "Application", "VSS", 4000, -1, NULL, { "Level=4" } },
		{ 9, "Application", "Microsoft-Windows-CAPI2", 513, 2, "x",
		    { NULL } } };

	READ(list);
	EVENTS("");
	NOTES("1: VSS 8194 (error): a writer could not call the requester back "
	    "(common, and mostly harmless); hr 0x80070005; writer System "
	    "Writer\n"
	    "2: VSS 12293 (error): an event whose meaning has not been "
	    "verified; hr 0x8000ffff\n"
	    "5: SQLWRITER 24583 (error): an event whose meaning has not been "
	    "verified\n"
	    "7: ESENT 2007 (error): a database engine's shadow copy was broken "
	    "off\n"
	    "8: VSS 8193 (error): a routine failed unexpectedly\n"
	    "10: Microsoft-Windows-CAPI2 513 (error): an event whose meaning "
	    "has not been verified\n");
	ck_assert_uint_eq(got.counts.used, 6);
}
END_TEST

START_TEST(an_error_may_have_lost_its_time_or_its_name)
{
	static const struct rec list[] = {
		{ -1, NULL, NULL, -1, -1, "Erreur F(x,0x80000000). hr = 0x80070001, "
		    "Texte.\n. \n\n"
		    "Op\303\251ration :\n   Traitement de X\n\nContexte :\n"
		    "   Contexte: Y\n", { NULL } },
		{ -1, NULL, "VSS", 8194, 2, "hr = 0x80070005", { NULL } },
		{ -1, NULL, NULL, -1, -1, "prose, hr = 0x80070005\n", { NULL } } };

	READ(list);
	NOTES("1: an error of VSS: its source and number were not copied; hr "
	    "0x80070001\n2: VSS 8194 (error): a writer could not call the "
	    "requester back (common, and mostly harmless); hr 0x80070005\n");
	ck_assert_str_eq(got.rejected, "");
}
END_TEST

START_TEST(what_would_be_an_event_needs_its_time)
{
	static const struct rec list[] = {
		MADE(-1, "0x10", "b.exe", SET1, "HarddiskVolumeShadowCopy1"),
		APP(-1, "VSS", 8224, "x"), APP(-1, "Other", 1, "x") };

	READ(list);
	EVENTS("");
	ck_assert_uint_eq(got.counts.rejected, 2);
	ck_assert_int_eq(strncmp(got.rejected, "1: a record that concerns VSS",
	    29), 0);
}
END_TEST

/*
 * Texts, cut anywhere, and facts by place.
 */

START_TEST(a_text_may_end_anywhere)
{
	static const char *const texts[] = {
		"x 0x800423f0, y." BLOCK_EN("Freeze Event", "W", "22628"),
		"x 0x800423f0, y." BLOCK_DE("Freeze", "W"),
		MADE_TEXT("SID", "0x10", "b.exe", SET1,
		    "HarddiskVolumeShadowCopy1"),
		"lsass (600,G,0) Shadow", "\357\274\232\357\274", "{", "a:{}" };
	struct vss_log_record r = { 0 };
	struct vss_log_facts f;
	struct vss_log_audit a;
	struct vss_log_value v;
	uint32_t pid;
	size_t n, len = strlen(texts[_i]);
	char *cut;

	for (n = 0; n <= len; n++) {
		cut = malloc(n + 1);
		ck_assert_ptr_nonnull(cut);
		memcpy(cut, texts[_i], n);
		cut[n] = 0;
		r.message = cut;
		vss_log_facts(&r, &f);
		vss_log_audit(&r, &a);
		vss_log_engine(&r, &v, &pid);
		ck_assert_uint_lt(strlen(f.writer), sizeof(f.writer));
		free(cut);
	}
}
END_TEST

START_TEST(a_colon_of_the_east_is_a_colon)
{
	struct vss_log_record r = { 0 };
	struct vss_log_facts f;

	r.message = "\351\224\231\350\257\257 0x80042306\n\n"
	    "\346\223\215\344\275\234\357\274\232\n   Freeze\n\n"
	    "\344\270\212\344\270\213\346\226\207\357\274\232\n"
	    "   ID\357\274\232{a65faa63-5ea8-4ebc-9dbd-a0c4db26912a}\n"
	    "   \345\220\215\357\274\232System Writer\n"
	    "   ID\357\274\232 {5e2a90d4-1c37-4b8f-96d0-7f41e8c3a2b5}\n";
	vss_log_facts(&r, &f);
	ck_assert_str_eq(f.writer, "System Writer");
	ck_assert_str_eq(f.instance, "{5e2a90d4-1c37-4b8f-96d0-7f41e8c3a2b5}");
	ck_assert_int_eq(f.handler, KIND_FZ);
	ck_assert_int_eq(f.hr, 0x80042306);
}
END_TEST

START_TEST(numbers_that_are_no_process_are_none)
{
	static const char *const pids[] = { "0x", "0x100000000", "16",
	    "0xfg", "" };
	char text[512];
	struct rec list[] = { { 1, "Security", "VSSAudit", 8222, 0, text,
	    { NULL } } };

	snprintf(text, sizeof(text), "x\r\n Process ID:\t\t\t%s\r\n Image:\t"
	    "C:\\b.exe\r\n Set:\t" SET1 "\r\n", pids[_i]);
	READ(list);
	EVENTS("");
	ck_assert_uint_eq(got.counts.ignored, 1);
}
END_TEST

/*
 * Many.
 */

enum { MANY = 100000 };

static struct rec *
many(int kind)
{
	static const struct rec steps[] = {
		REQUESTER(1, "IDENTIFY (Enter)"), ENDED(1, "10", "x.exe"),
		SYSMON(1, "11", "SwProvider_{}\\PROVIDER_BEGINPREPARE (Enter)"),
		SYSMON(1, "11", "SwProvider_{}\\PROVIDER_COMMIT (Enter)"),
		WRITER(1, "PREPAREBACKUP (Enter)"),
		WRITER(1, "VSS_WS_STABLE (SetCurrentState)"),
		REQUESTER(1, "DOSNAPSHOT (Enter)"),
		MADE(1, "0x10", "b.exe", SET1, "HarddiskVolumeShadowCopy1"),
		ESE(1, 2001), ESE(1, 2005), APP(1, "VSS", 8224, "x"),
		{ 1, "System", "EventLog", 6005, 4, NULL, { NULL } },
	};
	const size_t n = sizeof(steps) / sizeof(steps[0]);
	static char data[MANY][24], made[1000][600];
	struct rec *list = calloc(MANY, sizeof(*list));
	size_t i;

	ck_assert_ptr_nonnull(list);
	for (i = 0; i < MANY; i++) {
		list[i] = steps[kind < 0 ? i % n : (size_t)kind % n];
		list[i].at = (double)i / 100;
		/* kinds past the last: each of another process */
		if (kind < (int)n)
			continue;
		if (list[i].id == 8222) {
			snprintf(made[i % 1000], sizeof(made[0]), "x\n P:\t"
			    "0x%x\n I:\tC:\\b.exe\n S:\t{%x}\n D:\tHarddisk"
			    "VolumeShadowCopy%u\n", (unsigned)(i % 1000),
			    (unsigned)(i % 1000), (unsigned)(i % 1000));
			list[i].message = made[i % 1000];
		} else if (list[i].data[0]) {
			snprintf(data[i], sizeof(data[i]), "ProcessId=%u",
			    (unsigned)i + 1);
			list[i].data[0] = data[i];
		}
	}
	return list;
}

/* What looked through all records for each took minutes. */
START_TEST(many_records_take_no_longer_than_that_many_times_one)
{
	struct rec *list = many(_i - 1);
	clock_t begun = clock();

	read_records(list, MANY);
	ck_assert_int_lt((clock() - begun) / CLOCKS_PER_SEC, 10);
	free(list);
}
END_TEST

/*
 * The real recordings, where they are.
 */

static int
real(const char *name, struct loads *loads)
{
	const char *dir = getenv("VSS_CAPTURES");
	struct vss_error error;
	char path[512];

	memset(loads, 0, sizeof(*loads));
	snprintf(path, sizeof(path), "%s/%s", dir ? dir :
	    "../shared/captures", name);
	if (load(loads, path, &error) == VSS_OK && loads->n == 1)
		return 1;
	printf("SKIPPED: %s: %s\n", path, error.text);
	fflush(stdout);
	loads_free(loads);
	return 0;
}

static void
read_real(const struct loads *loads)
{
	struct vss_import out = { .profile = on_profile, .event = on_event,
	    .context = on_context };
	struct vss_error error;

	memset(&got, 0, sizeof(got));
	ck_assert_int_eq(vss_eventlog_read(vss_log_json, "sysmon",
	    loads->list[0].buf, loads->list[0].len, &out, &error), VSS_OK);
}

START_TEST(the_domain_controllers_database_froze_for_its_writer)
{
	struct loads loads;
	const char *p;

	if (!real("sysmon-registry/dc2022-ntdsutil-ifm.jsonl", &loads))
		return;
	read_real(&loads);
	loads_free(&loads);
	/* two engines' words of one freeze, within the writer's handlers */
	p = strstr(got.events, "FREEZEIO NTDS (pid 600) in backup 1 of "
	    "ntdsutil.exe (2772)");
	ck_assert_ptr_nonnull(p);
	ck_assert_ptr_null(strstr(p + 1, "FREEZEIO"));
	p = strstr(p, "RESUMEIO NTDS (pid 600) in backup 1");
	ck_assert_ptr_nonnull(p);
	ck_assert_ptr_null(strstr(p + 1, "RESUMEIO"));
	NOTES("");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("eventlog");
	TCase *t = tcase_create("records");
	SRunner *r;
	int failed;

	tcase_set_timeout(t, 120);
	tcase_add_test(t, a_record_that_is_given_twice_is_taken_once);
	tcase_add_test(t, a_number_that_comes_again_later_is_another_record);
	tcase_add_test(t, steps_without_a_number_are_known_by_what_they_say);
	tcase_add_test(t, records_of_one_second_without_a_number_may_be_two);
	tcase_add_test(t, at_one_time_the_numbers_tell_the_order);
	tcase_add_test(t, machines_of_a_collector_are_told_one_by_one);
	tcase_add_test(t,
	    who_asks_for_no_machine_gets_the_one_with_most_to_tell);
	tcase_add_test(t, records_without_a_machine_are_of_the_only_one);
	tcase_add_test(t, too_many_machines_are_refused);
	tcase_add_test(t, a_set_that_was_made_is_a_backup_in_any_language);
	tcase_add_test(t, the_copies_of_one_set_are_of_one_backup);
	tcase_add_test(t, logs_alone_show_no_calls_and_no_handlers);
	tcase_add_test(t, times_of_a_text_are_local);
	tcase_add_test(t,
	    a_database_that_freezes_is_of_the_set_that_is_made_next);
	tcase_add_test(t, an_engine_tells_its_process_as_data_too);
	tcase_add_test(t, an_engine_that_begins_again_begins_another_backup);
	tcase_add_test(t, three_minutes_later_it_is_another_backup);
	tcase_add_test(t, a_thaw_without_a_freeze_tells_nothing);
	tcase_add_test(t,
	    sql_server_is_frozen_until_its_last_database_is_not);
	tcase_add_test(t, a_rejected_event_is_a_handler_that_failed);
	tcase_add_test(t, in_another_language_a_rejection_is_read_by_place);
	tcase_add_loop_test(t,
	    who_named_the_failure_is_not_told_by_every_code, 0, 2);
	tcase_add_test(t, a_rejection_without_step_or_writer_is_only_shown);
	tcase_add_test(t, a_writer_that_fails_twice_fails_in_two_backups);
	tcase_add_test(t,
	    out_of_time_in_postsnapshot_means_that_it_was_entered);
	tcase_add_test(t, a_service_stops_in_every_language);
	tcase_add_test(t, another_service_that_stops_is_not_vss);
	tcase_add_test(t, a_machine_that_starts_leaves_nothing_of_before);
	tcase_add_test(t, an_event_log_that_starts_is_a_machine_that_starts);
	tcase_add_test(t, a_copy_that_is_lost_is_gone_for_its_backup);
	tcase_add_test(t, an_engines_freeze_is_its_only_writers);
	tcase_add_test(t,
	    an_engines_freeze_is_nobodys_where_there_is_a_choice);
	tcase_add_test(t,
	    a_rejection_beside_steps_adds_the_writers_own_word);
	tcase_add_test(t, a_set_of_which_no_steps_tell_is_only_shown);
	tcase_add_test(t,
	    a_copy_without_writers_is_not_given_anothers_8222);
	tcase_add_test(t, an_audited_end_is_the_requesters_end);
	tcase_add_test(t, an_audited_end_is_read_from_a_text_by_shape);
	tcase_add_test(t, an_end_that_sysmon_tells_is_not_told_twice);
	tcase_add_test(t, an_audited_end_after_the_last_step_decides_nothing);
	tcase_add_test(t,
	    without_steps_an_audited_end_is_the_end_of_the_sets_maker);
	tcase_add_test(t, errors_are_shown_and_what_is_usual_is_not);
	tcase_add_test(t, an_error_may_have_lost_its_time_or_its_name);
	tcase_add_test(t, what_would_be_an_event_needs_its_time);
	tcase_add_loop_test(t, a_text_may_end_anywhere, 0, 7);
	tcase_add_test(t, a_colon_of_the_east_is_a_colon);
	tcase_add_loop_test(t, numbers_that_are_no_process_are_none, 0, 5);
	tcase_add_loop_test(t,
	    many_records_take_no_longer_than_that_many_times_one, 0, 25);
	tcase_add_test(t,
	    the_domain_controllers_database_froze_for_its_writer);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
