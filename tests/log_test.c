/*
 * Records of event logs, out of everything that carries them. A record is
 * written in one line, what it does not tell left out:
 *
 *	3 #17 8224 VSS Application HOST1 2026-03-02 01:00:00.000 level 4
 *	    process 4/5 {a, Name=b} "message" <binary>
 *
 * "about" before the time: it may be local.
 */
#define _POSIX_C_SOURCE 200809L
#include <check.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "evtx_writer.h"
#include "load.h"
#include "log.h"
#include "log_build.h"
#include "log_xml.h"

struct heard {
	char text[16384], rejected[4096];
	uint64_t records, errors;
	struct vss_log_sink sink;
	struct vss_error error;
	uint64_t of_id[65536];		/* records of each event */
	const char *provider;		/* only of this one; NULL: of all */
	uint64_t binaries;
};

static struct heard heard;

static void
say(char *out, size_t size, const char *format, ...)
{
	size_t n = strlen(out);
	va_list ap;

	va_start(ap, format);
	vsnprintf(out + n, size - n, format, ap);
	va_end(ap);
}

enum { MUCH = 2 << 20 };	/* enough to notice what is not linear */

#define TELL(...) say(heard.text, sizeof(heard.text), __VA_ARGS__)

static enum vss_status
on_record(void *arg, const struct vss_log_record *r)
{
	char time[32];
	size_t i;

	(void)arg;
	heard.records++;
	if (r->id >= 0 && r->id < 65536 && (!heard.provider || (r->provider &&
	    !strcmp(r->provider, heard.provider))))
		heard.of_id[r->id]++;
	heard.binaries += r->binary && !strncmp(r->binary, "- Code: ", 8);
	if (heard.records > 256 || strlen(heard.text) > sizeof(heard.text) / 2)
		return VSS_OK;
	TELL("%" PRIu64, r->line);
	if (r->number)
		TELL(" #%" PRIu64, r->number);
	if (r->id >= 0)
		TELL(" %" PRId64, r->id);
	if (r->provider)
		TELL(" %s", r->provider);
	if (r->channel)
		TELL(" %s", r->channel);
	if (r->computer)
		TELL(" %s", r->computer);
	if (r->time != VSS_NO_TIME) {
		vss_time_format(r->time, time);
		TELL(" %s%s", r->time_local ? "about " : "", time);
	}
	if (r->level >= 0)
		TELL(" level %d", r->level);
	if (r->pid)
		TELL(" process %" PRIu32 "/%" PRIu32, r->pid, r->tid);
	for (i = 0; i < r->nfields; i++)
		TELL("%s%s%s%s", i ? ", " : " {", r->fields[i].name,
		    *r->fields[i].name ? "=" : "", r->fields[i].value);
	if (r->nfields)
		TELL("}");
	if (r->message)
		TELL(" \"%s\"", r->message);
	if (r->binary)
		TELL(" <%s>", r->binary);
	TELL("\n");
	return VSS_OK;
}

static void
on_reject(void *arg, const struct vss_error *e)
{
	(void)arg;
	heard.errors++;
	if (!e->line || !*e->text)
		ck_abort_msg("a rejection without a place or a reason");
	if (heard.errors < 32)
		say(heard.rejected, sizeof(heard.rejected), "%" PRIu64 ":%"
		    PRIu64 ": %s\n", e->line, e->column, e->text);
}

/* The bytes end where their memory ends, so that reading on traps. */
static enum vss_status
read_bytes(vss_log_reader *reader, const char *bytes, size_t len)
{
	char *exact = malloc(len ? len : 1);
	enum vss_status st;

	ck_assert_ptr_nonnull(exact);
	memcpy(exact, bytes, len);
	heard.text[0] = heard.rejected[0] = 0;
	heard.records = heard.errors = heard.binaries = 0;
	memset(heard.of_id, 0, sizeof(heard.of_id));
	memset(&heard.error, 0, sizeof(heard.error));
	heard.sink = (struct vss_log_sink){ .record = on_record,
	    .reject = on_reject };
	st = reader(exact, len, &heard.sink, &heard.error);
	free(exact);
	if (st == VSS_OK)	/* nothing is counted twice */
		ck_assert_uint_le(heard.records + heard.errors,
		    heard.sink.units);
	return st;
}

static const char *
read_text(vss_log_reader *reader, const char *text)
{
	ck_assert_msg(read_bytes(reader, text, strlen(text)) == VSS_OK, "%s",
	    heard.error.text);
	return heard.text;
}

#define READS(reader, text, expected) do { \
	ck_assert_str_eq(read_text(reader, text), expected); \
	ck_assert_str_eq(heard.rejected, ""); \
	} while (0)

/* As many copies of the text as fill n bytes. */
static char *
fill(const char *text, size_t n, size_t *len)
{
	size_t k = strlen(text), i;
	char *buf = malloc(n + k + 1);

	ck_assert_ptr_nonnull(buf);
	for (i = 0; i < n; i += k)
		memcpy(buf + i, text, k + 1);
	*len = i;
	return buf;
}

/* Cut at every place and with bytes changed: whatever is read, nothing is
 * touched that is not there (the sanitizers see to that). */
static void
damage(vss_log_reader *reader, const char *bytes, size_t len, size_t steps)
{
	static const char other[] = { 0, '<', '>', '"', '{', '}', '[', ']',
	    '&', '\n', '\\', (char)0xff, '9' };
	size_t i, step = len / steps + 1;
	char *copy = malloc(len + 1);

	ck_assert_ptr_nonnull(copy);
	for (i = 0; i <= len; i += step)
		read_bytes(reader, bytes, i);
	for (i = 0; i < len; i += step) {
		memcpy(copy, bytes, len);
		copy[i] = other[i / step % sizeof(other)];
		read_bytes(reader, copy, len);
	}
	free(copy);
}

/*
 * JSON.
 */

#define T "2026-03-02T01:00:00.900Z"
#define PATH "HKLM\\\\VSS\\\\Diag\\\\System Writer\\\\FREEZE (Enter)"
#define STEP " level 4 process 2360/3112 {UtcTime=2026-03-02 01:00:00.900, " \
    "ProcessId=1716, Image=C:\\svchost.exe, TargetObject=HKLM\\VSS\\Diag\\" \
    "System Writer\\FREEZE (Enter)}"
#define WHO "13 Microsoft-Windows-Sysmon Microsoft-Windows-Sysmon/" \
    "Operational HOST1 2026-03-02 01:00:00.900"
#define DATA "\"UtcTime\":\"2026-03-02 01:00:00.900\",\"ProcessId\":" \
    "\"1716\",\"Image\":\"C:\\\\svchost.exe\",\"TargetObject\":\"" PATH "\""

/* The same record as each forwarder writes it. */
static const struct { const char *name, *text; } forwarders[] = {
	{ "winlogbeat 8", "{\"@timestamp\":\"" T "\",\"log\":{\"level\":"
	    "\"information\"},\"winlog\":{\"channel\":\"Microsoft-Windows-"
	    "Sysmon/Operational\",\"provider_name\":\"Microsoft-Windows-Sysmon"
	    "\",\"event_id\":\"13\",\"computer_name\":\"HOST1\",\"record_id\":"
	    "\"17\",\"process\":{\"pid\":2360,\"thread\":{\"id\":3112}},"
	    "\"event_data\":{" DATA "}}}" },
	{ "Elastic, a hit of a search", "{\"_index\":\"x\",\"_source\":{"
	    "\"@timestamp\":\"" T "\",\"log.level\":\"information\","
	    "\"winlog.channel\":\"Microsoft-Windows-Sysmon/Operational\","
	    "\"winlog.provider_name\":\"Microsoft-Windows-Sysmon\","
	    "\"winlog.event_id\":13,\"winlog.computer_name\":\"HOST1\","
	    "\"winlog.record_id\":17,\"winlog.process.pid\":2360,"
	    "\"winlog.process.thread.id\":3112,\"winlog.event_data.UtcTime\":"
	    "\"2026-03-02 01:00:00.900\",\"winlog.event_data.ProcessId\":"
	    "\"1716\",\"winlog.event_data.Image\":\"C:\\\\svchost.exe\","
	    "\"winlog.event_data.TargetObject\":\"" PATH "\"}}" },
	{ "Kibana, with lists", "{\"_index\":\"x\",\"fields\":{"
	    "\"@timestamp\":[\"" T "\"],\"log.level\":[\"information\"],"
	    "\"winlog.channel\":[\"Microsoft-Windows-Sysmon/Operational\"],"
	    "\"winlog.provider_name\":[\"Microsoft-Windows-Sysmon\"],"
	    "\"winlog.event_id\":[\"13\"],\"winlog.computer_name\":[\"HOST1\"],"
	    "\"winlog.record_id\":[17],\"winlog.process.pid\":[2360],"
	    "\"winlog.process.thread.id\":[3112],"
	    "\"winlog.event_data.UtcTime\":[\"2026-03-02 01:00:00.900\"],"
	    "\"winlog.event_data.ProcessId\":[\"1716\"],"
	    "\"winlog.event_data.Image\":[\"C:\\\\svchost.exe\"],"
	    "\"winlog.event_data.TargetObject\":[\"" PATH "\"]}}" },
	{ "winlogbeat 6", "{\"@timestamp\":\"" T "\",\"level\":\"Information\""
	    ",\"log_name\":\"Microsoft-Windows-Sysmon/Operational\","
	    "\"source_name\":\"Microsoft-Windows-Sysmon\",\"event_id\":13,"
	    "\"computer_name\":\"HOST1\",\"record_number\":\"17\","
	    "\"process_id\":2360,\"thread_id\":3112,\"event_data\":{" DATA
	    "}}" },
	{ "evtx_dump", "{\"Event\":{\"#attributes\":{\"xmlns\":\"x\"},"
	    "\"EventData\":{" DATA "},\"System\":{\"Channel\":\"Microsoft-"
	    "Windows-Sysmon/Operational\",\"Computer\":\"HOST1\",\"EventID\":"
	    "13,\"EventRecordID\":17,\"Execution\":{\"#attributes\":{"
	    "\"ProcessID\":2360,\"ThreadID\":3112}},\"Level\":4,\"Provider\":{"
	    "\"#attributes\":{\"Name\":\"Microsoft-Windows-Sysmon\"}},"
	    "\"TimeCreated\":{\"#attributes\":{\"SystemTime\":\"" T "\"}}}}}" },
	{ "evtx_dump --separate-json-attributes", "{\"Event\":{\"EventData\":{"
	    DATA "},\"System\":{\"Channel\":\"Microsoft-Windows-Sysmon/"
	    "Operational\",\"Computer\":\"HOST1\",\"EventID\":13,"
	    "\"EventRecordID\":17,\"Execution_attributes\":{\"ProcessID\":"
	    "2360,\"ThreadID\":3112},\"Level\":4,\"Provider_attributes\":{"
	    "\"Name\":\"Microsoft-Windows-Sysmon\"},\"TimeCreated_attributes\""
	    ":{\"SystemTime\":\"" T "\"}}}}" },
	{ "xmltodict", "{\"Event\":{\"System\":{\"Provider\":{\"@Name\":"
	    "\"Microsoft-Windows-Sysmon\"},\"EventID\":{\"@Qualifiers\":\"\","
	    "\"#text\":\"13\"},\"Level\":\"4\",\"TimeCreated\":{"
	    "\"@SystemTime\":\"" T "\"},\"EventRecordID\":\"17\","
	    "\"Execution\":{\"@ProcessID\":\"2360\",\"@ThreadID\":\"3112\"},"
	    "\"Channel\":\"Microsoft-Windows-Sysmon/Operational\","
	    "\"Computer\":\"HOST1\"},\"EventData\":{\"Data\":[{\"@Name\":"
	    "\"UtcTime\",\"#text\":\"2026-03-02 01:00:00.900\"},{\"@Name\":"
	    "\"ProcessId\",\"#text\":\"1716\"},{\"@Name\":\"Image\",\"#text\":"
	    "\"C:\\\\svchost.exe\"},{\"@Name\":\"TargetObject\",\"#text\":\""
	    PATH "\"}]}}}" }
};

START_TEST(every_forwarder_tells_the_same)
{
	READS(vss_log_json, forwarders[_i].text, "1 #17 " WHO STEP "\n");
	ck_assert_int_eq(vss_log_json_probe(forwarders[_i].text,
	    strlen(forwarders[_i].text)), 2);
}
END_TEST

START_TEST(nxlog_has_all_in_one_object_and_a_clock_that_may_be_local)
{
	READS(vss_log_json, "{\"EventTime\":\"2026-03-02 02:00:00.900\","
	    "\"Hostname\":\"HOST1\",\"EventID\":7036,\"SourceName\":"
	    "\"Service Control Manager\",\"Channel\":\"System\",\"Level\":"
	    "\"4\",\"RecordNumber\":17,\"ExecutionProcessID\":640,"
	    "\"ThreadID\":7,\"Message\":\"stopped.\"}\n",
	    "1 #17 7036 Service Control Manager System HOST1 about 2026-03-02 "
	    "02:00:00.900 level 4 process 640/7 {EventTime=2026-03-02 "
	    "02:00:00.900, Hostname=HOST1, EventID=7036, SourceName=Service "
	    "Control Manager, Channel=System, Level=4, RecordNumber=17, "
	    "ExecutionProcessID=640, ThreadID=7, Message=stopped.} "
	    "\"stopped.\"\n");
}
END_TEST

START_TEST(an_offset_in_a_time_is_no_mistake)
{
	read_text(vss_log_json, "{\"EventID\":1,\"EventTime\":"
	    "\"2026-03-02T02:00:00.9+01:00\"}");
	ck_assert_ptr_nonnull(strstr(heard.text,
	    "1 1 2026-03-02 01:00:00.900"));
	/* but this one is, in some forwarders */
	read_text(vss_log_json, "{\"EventID\":1,\"EventTime\":"
	    "\"2026-03-02T02:00:00.9+00:00\"}");
	ck_assert_ptr_nonnull(strstr(heard.text, "about "));
}
END_TEST

START_TEST(powershell_has_the_message_and_values_without_names)
{
	READS(vss_log_json, "[\r\n    {\r\n        \"Id\":  8224,\r\n"
	    "        \"Level\":  4,\r\n        \"RecordId\":  17,\r\n"
	    "        \"ProviderName\":  \"VSS\",\r\n"
	    "        \"LogName\":  \"Application\",\r\n"
	    "        \"ProcessId\":  0,\r\n"
	    "        \"MachineName\":  \"HOST1\",\r\n"
	    "        \"TimeCreated\":  \"\\/Date(1772413200900)\\/\",\r\n"
	    "        \"Properties\":  [\r\n                           {\r\n"
	    "                               \"Value\":  \"a\"\r\n"
	    "                           },\r\n                           {\r\n"
	    "                               \"Value\":  [1, 2]\r\n"
	    "                           },\r\n                           {\r\n"
	    "                               \"Value\":  3\r\n"
	    "                           }\r\n"
	    "                       ],\r\n"
	    "        \"Message\":  \"idle\"\r\n    },\r\n"
	    "    {\r\n        \"Id\":  1,\r\n        \"ProviderName\":"
	    "  \"VSS\",\r\n        \"TimeCreated\": "
	    "\"2026-03-02T02:00:00.9+01:00\"\r\n    }\r\n]\r\n",
	    "2 #17 8224 VSS Application HOST1 2026-03-02 01:00:00.900 level 4 "
	    "{a, , 3} \"idle\"\n24 1 VSS 2026-03-02 01:00:00.900\n");
	ck_assert_str_eq(heard.sink.unit, "records");
	ck_assert_uint_eq(heard.sink.units, 2);
}
END_TEST

START_TEST(a_rendered_sysmon_event_is_its_data)
{
	READS(vss_log_json, "{\"Id\":13,\"ProviderName\":\"Microsoft-Windows-"
	    "Sysmon\",\"ProcessId\":2360,\"ThreadId\":8,\"Message\":\"Registry "
	    "value set:\\r\\nUtcTime: 2026-03-02 01:00:00.900\\r\\nProcessId: "
	    "1716\\r\\nImage: C:\\\\svchost.exe\\r\\nTargetObject: HKLM\\\\a:b"
	    "\\r\\nDetails: Binary Data\"}", "1 13 Microsoft-Windows-Sysmon "
	    "process 2360/8 {Registry value set=, UtcTime=2026-03-02 01:00:"
	    "00.900, ProcessId=1716, Image=C:\\svchost.exe, TargetObject=HKLM"
	    "\\a:b, Details=Binary Data} \"Registry value set:\r\nUtcTime: "
	    "2026-03-02 01:00:00.900\r\nProcessId: 1716\r\nImage: C:\\svchost."
	    "exe\r\nTargetObject: HKLM\\a:b\r\nDetails: Binary Data\"\n");
}
END_TEST

START_TEST(ecs_keeps_the_process_and_the_path_elsewhere)
{
	READS(vss_log_json, "{\"@timestamp\":\"" T "\",\"event\":{\"code\":"
	    "\"13\",\"provider\":\"Microsoft-Windows-Sysmon\"},\"process\":{"
	    "\"pid\":1716,\"executable\":\"C:\\\\svchost.exe\"},\"registry\":{"
	    "\"path\":\"HKLM\\\\x\"},\"host\":{\"name\":\"host1\"}}",
	    "1 13 Microsoft-Windows-Sysmon host1 2026-03-02 01:00:00.900 "
	    "{Image=C:\\svchost.exe, ProcessId=1716, TargetObject=HKLM\\x}\n");
}
END_TEST

START_TEST(wazuh_quotes_the_event)
{
	READS(vss_log_json, "{\"timestamp\":\"x\",\"data\":{\"win\":{"
	    "\"system\":{\"providerName\":\"VSS\",\"eventID\":\"8224\","
	    "\"systemTime\":\"2026-03-02T01:00:00.9000000Z\",\"eventRecordID\":"
	    "\"17\",\"processID\":\"4\",\"threadID\":\"5\",\"channel\":"
	    "\"Application\",\"computer\":\"HOST1\",\"level\":\"4\"},"
	    "\"eventdata\":{\"targetObject\":\"a\"}}}}",
	    "1 #17 8224 VSS Application HOST1 2026-03-02 01:00:00.900 level 4 "
	    "process 4/5 {targetObject=a}\n");
}
END_TEST

START_TEST(items_without_names_keep_their_places)
{
	READS(vss_log_json, "{\"Event\":{\"System\":{\"EventID\":{"
	    "\"#attributes\":{\"Qualifiers\":0},\"#text\":8212}},\"EventData\":"
	    "{\"Data\":{\"#text\":[\"a\",null,\"c\"]},\"Binary\":\"2D2041"
	    "00\"}}}", "1 8212 {a, , c, Binary=2D204100} <- A>\n");
	READS(vss_log_json, "{\"Event\":{\"System\":{\"EventID\":1},"
	    "\"UserData\":{\"Operation\":{\"a\":1,\"b\":true}}}}",
	    "1 1 {a=1, b=true}\n");
	READS(vss_log_json, "{\"Event\":{\"System\":{\"EventID\":1},"
	    "\"EventData\":{\"Data\":\"only\"}}}", "1 1 {only}\n");
}
END_TEST

START_TEST(a_binary_that_is_no_text_is_none)
{
	static const char *const bad[] = { "", "0", "00", "2D0041", "ZZ",
	    "2D2", "FF", "2D201F" };
	char text[128];
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text), "{\"event_id\":1,\"event_data\":"
		    "{\"Binary\":\"%s\"}}", bad[i]);
		read_text(vss_log_json, text);
		ck_assert_msg(!strchr(heard.text, '<'), "%s", heard.text);
	}
}
END_TEST

START_TEST(records_may_stand_one_after_the_other_in_any_way)
{
	static const char expected[] = "1 1\n2 2\n3 3\n";
	static const char *const texts[] = {
		"{\"event_id\":1}\n{\"event_id\":2}\n{\"event_id\":3}\n",
		"[{\"event_id\":1},\n{\"event_id\":2},\n{\"event_id\":3}]",
		"[{\"event_id\":1}\n,{\"event_id\":2}\n,{\"event_id\":3}\n]\n",
		"{\"event_id\":1}\r\n{\"event_id\":2}\r\n{\"event_id\":3}",
		"{\"took\":1,\"hits\":{\"total\":{\"value\":3},\"hits\":[{"
		    "\"event_id\":1},\n{\"event_id\":2},\n{\"event_id\":3}]},"
		    "\"aggs\":{\"a\":[{}]}}\n",
		"{\"value\":[{\"event_id\":1},\n{\"event_id\":2},\n{"
		    "\"event_id\":3}],\"Count\":3}",
		"{\"Events\":{\"Event\":[{\"System\":{\"EventID\":1}},\n"
		    "{\"System\":{\"EventID\":2}},\n{\"System\":{\"EventID\""
		    ":3}}]}}",
		"{\"event_id\":1\n} {\n\"event_id\":2}{\n\"event_id\":3}"
	};
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		READS(vss_log_json, texts[i], expected);
	/* lines are counted where they are records, else records */
	READS(vss_log_json, texts[0], expected);
	ck_assert_ptr_null(heard.sink.unit);
	READS(vss_log_json, texts[1], expected);
	ck_assert_ptr_null(heard.sink.unit == NULL ? "lines" : NULL);
	ck_assert_uint_eq(heard.sink.units, 3);
}
END_TEST

START_TEST(a_broken_record_costs_itself_only)
{
	read_text(vss_log_json, "{\"event_id\":1}\n{\"event_id\":\n"
	    "{\"event_id\":3}\n");
	ck_assert_str_eq(heard.text, "1 1\n3 3\n");
	read_text(vss_log_json, "{\"event_id\":1}\n{\"event_id\":2,,}\n"
	    "garbage\n\n{\"event_id\":5}\n");
	ck_assert_str_eq(heard.text, "1 1\n5 5\n");
	ck_assert_str_eq(heard.rejected,
	    "2:15: string or '}' expected near ','\n"
	    "3:1: not a JSON object\n");
	ck_assert_uint_eq(heard.sink.units, 5);
	/* in a list on one line */
	read_text(vss_log_json, "[{\"event_id\":1},{\"event_id\":[2},"
	    "{\"event_id\":3},4,\"x\",{\"event_id\":5}]");
	ck_assert_str_eq(heard.text, "1 1\n1 3\n1 5\n");
	ck_assert_uint_eq(heard.errors, 3);
	/* over several lines, with braces at the beginning of lines in it */
	read_text(vss_log_json, "[\n  {\n    \"event_id\": 1\n  },\n  {\n"
	    "    \"event_id\": 2,\n    \"a\": {\n    }\n    \"b\": 1\n  },\n"
	    "  {\n    \"event_id\": 3\n  }\n]\n");
	ck_assert_str_eq(heard.text, "2 1\n11 3\n");
	ck_assert_str_eq(heard.rejected, "9:7: '}' expected near '\"b\"' (in "
	    "the record that begins on line 5)\n");
}
END_TEST

START_TEST(a_list_that_is_cut_is_told)
{
	read_text(vss_log_json, "{\"hits\":{\"hits\":[{\"event_id\":1},\n");
	ck_assert_str_eq(heard.text, "1 1\n");
	ck_assert_str_eq(heard.rejected, "2:1: the text ends within a list of "
	    "records\n");
	read_text(vss_log_json, "{\"hits\":{\"hits\":[{\"event_id\":1}]\n");
	ck_assert_str_eq(heard.text, "1 1\n");
	ck_assert_uint_eq(heard.errors, 1);
}
END_TEST

START_TEST(brackets_around_records_have_a_limit)
{
	size_t n;
	char *buf = fill("[", 16, &n);

	read_bytes(vss_log_json, buf, n);
	ck_assert_ptr_null(strstr(heard.rejected, "too many"));
	free(buf);
	buf = fill("[", 17, &n);
	read_bytes(vss_log_json, buf, n);
	ck_assert_ptr_nonnull(strstr(heard.rejected, "1:17: too many"));
	free(buf);
}
END_TEST

START_TEST(fields_have_a_limit)
{
	char *buf = malloc(LIMIT_LOG_FIELDS * 24), *p = buf;
	int i;

	ck_assert_ptr_nonnull(buf);
	p += sprintf(p, "{\"event_id\":1,\"event_data\":{\"x\":1");
	for (i = 0; i < LIMIT_LOG_FIELDS - 1; i++)
		p += sprintf(p, ",\"n%d\":\"\"", i);
	strcpy(p, "}}");
	read_text(vss_log_json, buf);
	ck_assert_uint_eq(heard.records, 1);
	strcpy(p, ",\"more\":\"\"}}");
	read_text(vss_log_json, buf);
	ck_assert_uint_eq(heard.records, 1);
	free(buf);
}
END_TEST

START_TEST(what_is_no_event_record_is_not_taken_for_json_of_one)
{
	static const char *const others[] = { "", "x", "{}", "[]", "{\"a\":1}",
	    "text \"EventID\"", "{\"vsscheck\":1}\n{\"event\":\"FZ\"}",
	    "{\"registryKeyPath\":\"VSS\\\\Diag\"}" };
	size_t i;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		ck_assert_int_eq(vss_log_json_probe(others[i],
		    strlen(others[i])), 0);
}
END_TEST

/* Made so that a careless reader goes over the rest again for each. */
START_TEST(any_json_is_read_in_linear_time)
{
	static const char *const pieces[] = { "{\"event_id\":1}\n", "{\"a\":[\n",
	    "{\"a\":[,\n", "{,},", "{\"a\":\"", "[", "{", "1,", "\"\n", "\n",
	    "{\"a\":{},\n", "}", "{\"a\":1},\n{\"b\":[\n", "],[",
	    "{\"hits\":[" };
	size_t len;
	char *buf = fill(pieces[_i], MUCH, &len);

	ck_assert_int_eq(read_bytes(vss_log_json, buf, len), VSS_OK);
	/* and as the inside of a list on one line */
	buf[0] = '[';
	ck_assert_int_eq(read_bytes(vss_log_json, buf, len), VSS_OK);
	free(buf);
}
END_TEST

START_TEST(many_openings_before_much_text_cost_one_look_each)
{
	size_t head, len;
	char *a = fill("{\"a\":[\n", 14000, &head);
	char *b = fill("{\"b\":2},\n", MUCH, &len);
	char *buf = malloc(head + len);

	ck_assert_ptr_nonnull(buf);
	memcpy(buf, a, head);
	memcpy(buf + head, b, len);
	ck_assert_int_eq(read_bytes(vss_log_json, buf, head + len), VSS_OK);
	ck_assert_uint_gt(heard.records, 200000);
	free(a);
	free(b);
	free(buf);
}
END_TEST

START_TEST(damaged_json_is_read_as_far_as_it_goes)
{
	damage(vss_log_json, forwarders[_i].text, strlen(forwarders[_i].text),
	    2000);
}
END_TEST

/*
 * XML.
 */

#define NS "xmlns='http://schemas.microsoft.com/win/2004/08/events/event'"
#define SYSTEM(id) "<System><Provider Name='VSS' Guid='{1}'/><EventID " \
    "Qualifiers='0'>" id "</EventID><Level>4</Level><TimeCreated SystemTime=" \
    "'2026-03-02T01:00:00.900123400Z'/><EventRecordID>17</EventRecordID>" \
    "<Execution ProcessID='4' ThreadID='5'/><Channel>Application</Channel>" \
    "<Computer>HOST1</Computer></System>"
#define EVENT(id, rest) "<Event " NS ">" SYSTEM(id) rest "</Event>"
#define READ(line, id) line " #17 " id " VSS Application HOST1 2026-03-02 " \
    "01:00:00.900 level 4 process 4/5"

START_TEST(an_event_of_xml_is_read_whole)
{
	READS(vss_log_xml, EVENT("8212", "<EventData><Data>a</Data><Data "
	    "Name='b'>&lt;c&gt; &#228;</Data><Data></Data><Data Name='d'/>"
	    "<Binary>2D20436F6465</Binary></EventData><RenderingInfo Culture="
	    "'en-US'><Message>said</Message><Level>Information</Level>"
	    "</RenderingInfo>"), READ("1", "8212") " {a, b=<c> \303\244, , "
	    "d=, Binary=2D20436F6465} \"said\" <- Code>\n");
	ck_assert_str_eq(heard.sink.unit, "records");
	READS(vss_log_xml, EVENT("8222", "<UserData><Made xmlns='x'><Set>{1}"
	    "</Set><Deep><Er>2</Er></Deep></Made></UserData>"),
	    READ("1", "8222") " {Set={1}, Er=2}\n");
	READS(vss_log_xml, EVENT("2147483650", "<EventData><Data><![CDATA["
	    "</Event><Event>]]></Data></EventData>"), READ("1", "2")
	    " {</Event><Event>}\n");
}
END_TEST

START_TEST(events_may_have_a_root_or_none)
{
	static const char expected[] = READ("2", "1") "\n" READ("3", "2") "\n";
	static const char *const texts[] = {
		"\n" EVENT("1", "") "\n" EVENT("2", "") "\n",
		"\r\n" EVENT("1", "") "\r\n" EVENT("2", ""),
		"<Events>\n" EVENT("1", "") "\n" EVENT("2", "") "</Events>\n",
		"<?xml version=\"1.0\" encoding=\"utf-16\" standalone=\"yes\""
		    "?>\n<Events>" EVENT("1", "") "\n" EVENT("2", "")
		    "</Events>",
		"<!-- x -->\n" EVENT("1", "") "<!-- y -->\n" EVENT("2", "")
	};
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		READS(vss_log_xml, texts[i], expected);
		ck_assert_int_eq(vss_log_xml_probe(texts[i],
		    strlen(texts[i])), 2);
	}
	/* without the namespace, over several lines */
	READS(vss_log_xml, "<Event>\n  <System>\n    <EventID>\n 3 </EventID>"
	    "\n  </System>\n  <EventData>\n    <Data>\n a</Data>\n"
	    "  </EventData>\n</Event>", "1 3 {\n a}\n");
}
END_TEST

START_TEST(a_mistake_in_one_event_costs_that_one)
{
	read_text(vss_log_xml, EVENT("1", "") "\n<Event " NS ">\n <System></"
	    "Sys>\n" EVENT("3", "") "\n" EVENT("4", ""));
	ck_assert_str_eq(heard.text, READ("1", "1") "\n" READ("4", "3") "\n"
	    READ("5", "4") "\n");
	ck_assert_str_eq(heard.rejected, "3:12: mismatched tag\n");
	/* cut off in the middle, the next begins on the same line */
	read_text(vss_log_xml, "<Event " NS "><System>" EVENT("2", ""));
	ck_assert_str_eq(heard.text, READ("1", "2") "\n");
	ck_assert_str_eq(heard.rejected, "1:78: the event does not end before "
	    "the next begins\n");
	read_text(vss_log_xml, EVENT("1", "") "\n<Event><System>\n");
	ck_assert_str_eq(heard.text, READ("1", "1") "\n");
	ck_assert_str_eq(heard.rejected, "3:1: the text ends within an "
	    "event\n");
	/* a comment that never ends swallows no other */
	read_text(vss_log_xml, "<Event><!-- \n" EVENT("2", "") "\n<Event "
	    "a='\n" EVENT("4", ""));
	ck_assert_str_eq(heard.text, READ("2", "2") "\n" READ("4", "4") "\n");
}
END_TEST

START_TEST(another_element_of_that_name_is_none_of_ours)
{
	READS(vss_log_xml, EVENT("1", "<UserData><A xmlns='x'><Event>e</Event>"
	    "</A></UserData>"), READ("1", "1") " {Event=e}\n");
}
END_TEST

START_TEST(entities_are_not_declared_but_refused)
{
	read_text(vss_log_xml, "<?xml version='1.0'?>\n<!DOCTYPE Events [\n"
	    "<!ENTITY a 'aaaaaaaaaa'>\n<!ENTITY b '&a;&a;&a;&a;'>\n]>\n"
	    "<Events>" EVENT("1", "<EventData><Data>&b;</Data></EventData>")
	    EVENT("2", "") "</Events>");
	ck_assert_str_eq(heard.text, READ("6", "2") "\n");
	ck_assert_uint_eq(heard.errors, 2);
	ck_assert_ptr_nonnull(strstr(heard.rejected, "2:1: a document type "
	    "declaration, which is not read\n"));
	ck_assert_ptr_nonnull(strstr(heard.rejected, "undefined entity"));
}
END_TEST

START_TEST(characters_that_xml_has_not_are_question_marks)
{
	READS(vss_log_xml, EVENT("1", "<EventData><Data>a\001b\374c&#x1;d"
	    "&#xD800;&#9;\355\240\200</Data></EventData>"), READ("1", "1")
	    " {a?b?c?????d????????\t???}\n");
}
END_TEST

static void
nested(int depth, char *buf)
{
	int i;

	strcpy(buf, "<Event " NS "><System><EventID>1</EventID></System>"
	    "<UserData>");
	for (i = 0; i < depth; i++)
		strcat(buf, "<a>");
	for (i = 0; i < depth; i++)
		strcat(buf, "</a>");
	strcat(buf, "</UserData></Event>");
}

START_TEST(nesting_has_a_limit)
{
	char *buf = malloc(4096);

	ck_assert_ptr_nonnull(buf);
	nested(LIMIT_XML_DEPTH - 2, buf);
	read_text(vss_log_xml, buf);
	ck_assert_uint_eq(heard.records, 1);
	nested(LIMIT_XML_DEPTH - 1, buf);
	read_text(vss_log_xml, buf);
	ck_assert_uint_eq(heard.records, 0);
	ck_assert_ptr_nonnull(strstr(heard.rejected, "nested too deep"));
	free(buf);
}
END_TEST

START_TEST(ten_megabytes_of_one_event_are_read)
{
	size_t n, head = strlen("<Event><EventData><Data>");
	char *buf = fill("0123456789", 10 << 20, &n);

	memcpy(buf, "<Event><EventData><Data>", head);
	ck_assert_int_eq(read_bytes(vss_log_xml, buf, n), VSS_OK);
	ck_assert_uint_eq(heard.errors, 1);
	strcpy(buf + n - 32, "</Data></EventData></Event>");
	ck_assert_int_eq(read_bytes(vss_log_xml, buf, n - 5), VSS_OK);
	ck_assert_uint_eq(heard.records, 1);
	free(buf);
}
END_TEST

START_TEST(an_event_of_more_than_the_limit_is_refused)
{
	size_t n;
	char *buf = fill("<a>0123456789</a>", LIMIT_XML_EVENT + 99, &n);

	memcpy(buf, "<Event>0123456789", 17);
	ck_assert_int_eq(read_bytes(vss_log_xml, buf, n), VSS_OK);
	ck_assert_uint_eq(heard.errors, 1);
	free(buf);
}
END_TEST

START_TEST(any_xml_is_read_in_linear_time)
{
	static const char *const pieces[] = { EVENT("1", "") "\n", "<Event>",
	    "<Event><!--", "<Event a='", "<Event><![CDATA[", "<Event><a>\n",
	    "<Event/>", "<", "\n", "<!DOCTYPE", "</Event>", "<Event>&",
	    "<Event x='1' x='2'>" };
	size_t len;
	char *buf = fill(pieces[_i], MUCH, &len);

	ck_assert_int_eq(read_bytes(vss_log_xml, buf, len), VSS_OK);
	free(buf);
}
END_TEST

START_TEST(a_comment_full_of_events_is_read_in_linear_time)
{
	size_t len;
	char *buf = fill("</Event><Event>", MUCH, &len);

	memcpy(buf, "<Event><!--", 11);
	ck_assert_int_eq(read_bytes(vss_log_xml, buf, len), VSS_OK);
	free(buf);
}
END_TEST

START_TEST(damaged_xml_is_read_as_far_as_it_goes)
{
	static const char text[] = "<Events>" EVENT("1", "<EventData><Data "
	    "Name='b'>&lt;</Data><Binary>2D20</Binary></EventData>"
	    "<RenderingInfo><Message><![CDATA[x]]></Message></RenderingInfo>")
	    "\n" EVENT("2", "<UserData><a><b>1</b></a></UserData>")
	    "</Events>";

	damage(vss_log_xml, text, strlen(text), 3000);
}
END_TEST

START_TEST(what_is_no_event_record_is_not_taken_for_xml_of_one)
{
	static const char *const others[] = { "", "<", "<Events>", "<a/>",
	    "text <Event " NS "><System>", "<EventData>", "<Event>" };
	size_t i;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		ck_assert_int_eq(vss_log_xml_probe(others[i],
		    strlen(others[i])), 0);
	ck_assert_int_eq(vss_log_xml_probe("<Event><System>", 15), 1);
}
END_TEST

/*
 * .evtx.
 */

static char *
evtx_of(const char *xml, size_t *n)
{
	char *bytes = evtx_write(xml, strlen(xml), n);

	ck_assert_ptr_nonnull(bytes);
	return bytes;
}

START_TEST(an_evtx_file_tells_what_its_xml_tells)
{
	static const char xml[] = EVENT("8212", "<EventData><Data>a</Data>"
	    "<Data Name='b'>&lt;c&gt; \303\244\342\202\254</Data>"
	    "<Binary>2D20436F6465</Binary></EventData>") "\n"
	    EVENT("8224", "");
	size_t n;
	char *bytes = evtx_of(xml, &n);

	ck_assert_int_eq(vss_log_evtx_probe(bytes, n), 2);
	ck_assert_int_eq(read_bytes(vss_log_evtx, bytes, n), VSS_OK);
	ck_assert_str_eq(heard.text, READ("1", "8212") " {a, b=<c> \303\244"
	    "\342\202\254, Binary=2D20436F6465} <- Code>\n"
	    READ("2", "8224") "\n");
	ck_assert_str_eq(heard.rejected, "");
	ck_assert_str_eq(heard.sink.unit, "records");
	ck_assert_uint_eq(heard.sink.units, 2);
	free(bytes);
}
END_TEST

/* As many events as fill two chunks and something of a third. */
static char *
three_chunks(size_t *n)
{
	size_t len;
	char *xml = fill("<Event " NS "><System><EventID>1</EventID></System>"
	    "<EventData><Data>0123456789012345678901234567890123456789"
	    "</Data></EventData></Event>", 180 * 400, &len), *bytes;

	bytes = evtx_of(xml, n);
	free(xml);
	ck_assert_uint_eq(*n, 4096 + 3 * 65536);
	ck_assert_int_eq(read_bytes(vss_log_evtx, bytes, *n), VSS_OK);
	ck_assert_str_eq(heard.rejected, "");
	return bytes;
}

START_TEST(a_log_that_has_gone_round_is_read_by_number)
{
	char first[65536], *p;
	uint64_t number, last = 0;
	size_t n;
	char *bytes = three_chunks(&n);
	uint64_t all = heard.records;

	memcpy(first, bytes + 4096, 65536);
	memcpy(bytes + 4096, bytes + 4096 + 2 * 65536, 65536);
	memcpy(bytes + 4096 + 2 * 65536, first, 65536);
	ck_assert_int_eq(read_bytes(vss_log_evtx, bytes, n), VSS_OK);
	ck_assert_str_eq(heard.rejected, "");
	ck_assert_uint_eq(heard.records, all);
	for (p = heard.text; *p && (p = strchr(p, '#')); last = number) {
		number = strtoull(p + 1, &p, 10);
		ck_assert_uint_eq(number, last + 1);
	}
	free(bytes);
}
END_TEST

START_TEST(a_damaged_chunk_is_told_and_the_others_are_read)
{
	size_t n;
	char *bytes = three_chunks(&n);
	uint64_t all = heard.records;

	bytes[4096 + 65536] = 'x';
	read_bytes(vss_log_evtx, bytes, n);
	ck_assert_uint_gt(heard.records, all / 2 - 20);
	ck_assert_uint_lt(heard.records, all);
	ck_assert_uint_gt(heard.sink.leftover, 0);
	ck_assert_ptr_nonnull(strstr(heard.rejected, ":0: chunk 2 of the file "
	    "is none\n"));
	bytes[4096 + 65536] = 'E';
	bytes[4096 + 65536 + 700] ^= 1;
	read_bytes(vss_log_evtx, bytes, n);
	ck_assert_ptr_nonnull(strstr(heard.rejected, "chunk 2 of the file has "
	    "a wrong checksum: its records "));
	ck_assert_uint_ge(heard.records, all - 1);
	free(bytes);
}
END_TEST

START_TEST(of_a_chunk_that_is_cut_what_is_there_is_read)
{
	size_t n;
	char *bytes = three_chunks(&n);
	uint64_t all = heard.records, before;

	read_bytes(vss_log_evtx, bytes, 4096 + 2 * 65536);
	before = heard.records;
	ck_assert_uint_eq(heard.errors, 0);
	read_bytes(vss_log_evtx, bytes, 4096 + 2 * 65536 + 20000);
	ck_assert_uint_gt(heard.records, before + 5);
	ck_assert_uint_lt(heard.records, all);
	ck_assert_ptr_nonnull(strstr(heard.rejected, "chunk 3 of the file is "
	    "cut short"));
	free(bytes);
}
END_TEST

START_TEST(a_record_that_cannot_be_read_is_told_with_its_place)
{
	size_t n, at;
	char *bytes = evtx_of(EVENT("1", "") EVENT("2", "") EVENT("3", ""), &n);

	/* the first name of the second record: far too long */
	at = 4096 + 512;
	at += (unsigned char)bytes[at + 4] | (unsigned char)bytes[at + 5] << 8;
	memset(bytes + at + 24 + 4 + 17, 0xff, 2);
	read_bytes(vss_log_evtx, bytes, n);
	ck_assert_uint_eq(heard.records, 2);
	ck_assert_ptr_nonnull(strstr(heard.rejected, "2:0: a record that cannot "
	    "be read: its data are damaged\n"));
	free(bytes);
}
END_TEST

START_TEST(a_file_that_is_no_evtx_is_refused)
{
	static const char header[4096] = "ElfFile";

	ck_assert_int_eq(read_bytes(vss_log_evtx, header, 100), VSS_BAD);
	ck_assert_int_eq(vss_log_evtx_probe("ElfFile", 7), 0);
	ck_assert_int_eq(vss_log_evtx_probe("ElfFilex", 8), 0);
}
END_TEST

START_TEST(damaged_evtx_is_read_as_far_as_it_goes)
{
	size_t n;
	char *bytes = evtx_of(EVENT("1", "<EventData><Data>a</Data></EventData>"
	    ) EVENT("2", ""), &n), *copy = malloc(n);
	size_t i;

	ck_assert_ptr_nonnull(copy);
	damage(vss_log_evtx, bytes, n, 40);
	for (i = 4096; i < 4096 + 512 + 1500; i += 5) {
		memcpy(copy, bytes, n);
		copy[i] ^= 1 << i % 8;
		read_bytes(vss_log_evtx, copy, n);
	}
	free(copy);
	free(bytes);
}
END_TEST

/*
 * Text.
 */

#define VIEWER "Log Name:      Application\nSource:        VSS\n" \
    "Date:          3/2/2026 2:00:00 AM\nEvent ID:      8224\n" \
    "Task Category: None\nLevel:         Information\nKeywords:      Classic\n" \
    "User:          N/A\nComputer:      HOST1\nDescription:\n"
#define VIEWED " 8224 VSS Application HOST1 about 2026-03-02 02:00:00.000 " \
    "level 4 "

START_TEST(text_of_the_event_viewer_is_read_by_position)
{
	READS(vss_log_text, VIEWER "idle.\n\nOperation:\n   x\n",
	    "1" VIEWED "\"idle.\n\nOperation:\n   x\"\n");
	READS(vss_log_text, "Protokollname: Application\nQuelle:        VSS\n"
	    "Datum:         02.03.2026 14:00:00\nEreignis-ID:   8193\n"
	    "Aufgabenkategorie:Keine\nEbene:         Fehler\n"
	    "Schl\303\274sselw\303\266rter:Klassisch\nBenutzer:      "
	    "Nicht zutreffend\nComputer:      HOST1\nBeschreibung:\nText\n",
	    "1 8193 VSS Application HOST1 about 2026-03-02 14:00:00.000 level "
	    "2 \"Text\"\n");
	READS(vss_log_text, "Nom du journal\302\240:Application\r\n"
	    "Source\302\240:       VSS\r\nDate\302\240:         13/02/2026 "
	    "14:00:00\r\nID de l\342\200\231\303\251v\303\251nement\302\240:"
	    "8193\r\nCat\303\251gorie de la t\303\242che\302\240:Aucun\r\n"
	    "Niveau\302\240:       Erreur\r\nMots cl\303\251s\302\240:    "
	    "Classique\r\nUtilisateur\302\240:  N/A\r\nOrdinateur\302\240:   "
	    "HOST1\r\nDescription\302\240:\r\nTexte\r\n",
	    "1 8193 VSS Application HOST1 about 2026-02-13 14:00:00.000 level "
	    "2 \"Texte\"\n");
}
END_TEST

START_TEST(several_events_may_follow_each_other)
{
	READS(vss_log_text, "Hello,\nplease look:\n\n" VIEWER "one\n" VIEWER
	    "two\n\n\n" VIEWER "Process ID: 7\n", "4" VIEWED "\"one\"\n15"
	    VIEWED "\"two\"\n28" VIEWED "\"Process ID: 7\"\n");
	ck_assert_uint_eq(heard.sink.units, 3);
}
END_TEST

START_TEST(mail_may_have_quoted_the_text)
{
	READS(vss_log_text, "> > Log Name:      Application\n> > Source:  VSS"
	    "\n>\n> > Date:          3/2/2026 2:00:00 AM\n> > Event ID: 8224"
	    "\n> > Task Category: None\n> > Level: Information\n> > Keywords: "
	    "Classic\n> > User: N/A\n> > Computer: HOST1\n> > Description:\n"
	    "> > idle.\n> >    in\n", "1" VIEWED "\"idle.\n   in\"\n");
}
END_TEST

START_TEST(wevtutil_prints_two_lines_more)
{
	READS(vss_log_text, "Event[0]:\n  Log Name: Application\n  Source: VSS"
	    "\n  Date: 2026-03-02T02:00:00.900\n  Event ID: 8224\n  Task: N/A"
	    "\n  Level: Information\n  Opcode: N/A\n  Keyword: Classic\n"
	    "  User: N/A\n  User Name: N/A\n  Computer: HOST1\n"
	    "  Description: \nidle\n\nEvent[1]:\n  Log Name: Application\n"
	    "  Source: VSS\n  Date: 2026-03-02T02:00:01.1234560Z\n"
	    "  Event ID: 8225\n  Task: \n  Level: Warning\n  Opcode: \n"
	    "  Keyword: \n  User: N/A\n  User Name: N/A\n  Computer: HOST1\n"
	    "  Description: \nmore\n", "2 8224 VSS Application HOST1 about "
	    "2026-03-02 02:00:00.900 level 4 \"idle\"\n17 8225 VSS "
	    "Application HOST1 about 2026-03-02 02:00:01.123 level 3 "
	    "\"more\"\n");
}
END_TEST

START_TEST(the_xml_below_a_text_is_read_instead)
{
	READS(vss_log_text, VIEWER "idle\nEvent Xml:\n<Event " NS ">\n  "
	    SYSTEM("8224") "\n  <EventData>\n    <Data>a</Data>\n"
	    "  </EventData>\n</Event>\n" VIEWER "two", "1 #17 8224 VSS "
	    "Application HOST1 2026-03-02 01:00:00.900 level 4 process 4/5 "
	    "{a} \"idle\"\n19" VIEWED "\"two\"\n");
	/* and if it cannot be, the text is */
	read_text(vss_log_text, VIEWER "idle\nEvent Xml:\n<Event " NS ">\n"
	    "  <System></Sys>\n</Event>\n");
	ck_assert_str_eq(heard.text, "1" VIEWED "\"idle\"\n");
	ck_assert_str_eq(heard.rejected, "14:13: mismatched tag\n");
}
END_TEST

static void
dated(const char *date, const char *other, const char *expected)
{
	char text[1024];

	snprintf(text, sizeof(text), "a: A\nb: B\nc: %s\nd: 1\ne: x\nf: x\n"
	    "g: x\nh: x\ni: x\nj:\nm\na: A\nb: B\nc: %s\nd: 1\ne: x\nf: x\n"
	    "g: x\nh: x\ni: x\nj:\nm\n", date, other);
	read_text(vss_log_text, text);
	ck_assert_msg(strstr(heard.text, expected) != NULL, "%s: %s", date,
	    heard.text);
}

START_TEST(dates_are_of_any_country)
{
	dated("3/2/2026 2:00:00 AM", "x", "about 2026-03-02 02:00:00");
	dated("3/2/2026 12:00:00 AM", "x", "about 2026-03-02 00:00:00");
	dated("3/2/2026 12:00:00 PM", "x", "about 2026-03-02 12:00:00");
	dated("3/2/2026 2:00:00 p. m.", "x", "about 2026-03-02 14:00:00");
	dated("02/03/2026 14:00:00", "x", "about 2026-03-02 14:00:00");
	dated("02.03.2026 14:00:00", "x", "about 2026-03-02 14:00:00");
	dated("2.3.2026 14.00.00", "x", "about 2026-03-02 14:00:00");
	dated("2-3-2026 14:00:00", "x", "about 2026-03-02 14:00:00");
	dated("2026/03/02 14:00:00", "x", "about 2026-03-02 14:00:00");
	dated("2026-03-02 14:00:00", "x", "about 2026-03-02 14:00:00");
	/* what one leaves open, another of the same text decides */
	dated("02/03/2026 14:00:00", "02/28/2026 14:00:00",
	    "about 2026-02-03 14:00:00");
	dated("02/03/2026 2:00:00 PM", "28/02/2026 2:00:00 PM",
	    "about 2026-03-02 14:00:00");
}
END_TEST

START_TEST(a_message_alone_is_a_record_that_tells_little)
{
	READS(vss_log_text, "Fehler: Beim Abfragen. hr = 0x80070005, Zugriff\n"
	    ". \n\nVorgang:\n   Daten\n\nKontext:\n   Name: System Writer\n",
	    "1 \"Fehler: Beim Abfragen. hr = 0x80070005, Zugriff\n.\n\n"
	    "Vorgang:\n   Daten\n\nKontext:\n   Name: System Writer\"\n");
	READS(vss_log_text, "Level = Error\nSource = VSS\nEvent ID = 8194\n"
	    "\nError.  hr = 0x80070005\n\nOperation:\n   Data\n\nContext:\n"
	    "   Writer Name: System Writer\n", "1 8194 VSS level 2 "
	    "\"Error.  hr = 0x80070005\n\nOperation:\n   Data\n\nContext:\n"
	    "   Writer Name: System Writer\"\n");
}
END_TEST

START_TEST(what_is_no_event_record_is_not_taken_for_text_of_one)
{
	static const char *const others[] = { "", "\n", "prose: about\n",
	    "a: A\nb: B\nc: 3/2/2026 2:00 AM\nd: 1\n",
	    "Writer name: 'System Writer'\n   Writer Id: {1}\n   State: [1] "
	    "Stable\n   Last error: No error\n",
	    "  Start time: 05-Oct-2018 10:18:57\n  End time: 05-Oct-2018 "
	    "10:18:59\n  Bytes: 39,285,181 (39.28 MB)\n  Errors: 0\n  a: 1\n"
	    "  b: 2\n  c: 3\n  d: 4\n  e: 5\n  f: 6\n" };
	size_t i;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		ck_assert_msg(vss_log_text_probe(others[i], strlen(others[i]))
		    == 0, "%s", others[i]);
	ck_assert_int_eq(vss_log_text_probe(VIEWER, strlen(VIEWER)), 2);
}
END_TEST

START_TEST(any_text_is_read_in_linear_time)
{
	static const char *const pieces[] = { VIEWER "x\n", "\n", "a: b\n",
	    "a:\n", "a:\n x\nb:\n y: z\n", "a: A\nb: B\nc: 3/2/2026 2:00 AM\n",
	    "a", "Event[1]:\n", "a:\n  0x8\n", "> ", ">\n", "a:\n<Event>\n",
	    VIEWER "x\nEvent Xml:\n<Event>\n" };
	size_t len;
	char *buf = fill(pieces[_i], MUCH, &len);

	vss_log_text_probe(buf, len);
	ck_assert_int_eq(read_bytes(vss_log_text, buf, len), VSS_OK);
	free(buf);
}
END_TEST

START_TEST(damaged_text_is_read_as_far_as_it_goes)
{
	static const char text[] = VIEWER "idle\nEvent Xml:\n" EVENT("1", "")
	    "\n" VIEWER "x\n\nOperation:\n   x\n\nContext:\n   a: 0x80000000\n";

	damage(vss_log_text, text, strlen(text), 2000);
}
END_TEST

/*
 * Fields.
 */

START_TEST(fields_are_found_by_name_or_place)
{
	static const struct vss_log_field named[] = { { "A", "1" },
	    { "", "x" }, { "b", "0x1f" }, { "", "y" }, { "c", "-1" } };
	static const struct vss_log_field params[] = { { "param1", "x" },
	    { "param2", "y" } };
	struct vss_log_record r = { .fields = named, .nfields = 5 };

	ck_assert_str_eq(vss_log_field(&r, "a"), "1");
	ck_assert_ptr_null(vss_log_field(&r, "d"));
	ck_assert_str_eq(vss_log_unnamed(&r, 1), "y");
	ck_assert_ptr_null(vss_log_unnamed(&r, 2));
	ck_assert_int_eq(vss_log_number(&r, "B"), 31);
	ck_assert_int_eq(vss_log_number(&r, "c"), -1);
	r.fields = params;
	r.nfields = 2;
	ck_assert_str_eq(vss_log_unnamed(&r, 1), "y");
	ck_assert_ptr_null(vss_log_unnamed(&r, 2));
}
END_TEST

/*
 * Real recordings.
 */

static int
read_capture(vss_log_reader *reader, const char *name, const char *provider)
{
	const char *dir = getenv("VSS_CAPTURES");
	struct loads loads = { 0 };
	struct vss_error error;
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", dir ? dir : "../shared/captures",
	    name);
	if (load(&loads, path, &error) != VSS_OK) {
		printf("  skipped: %s is not there\n", path);
		return 0;
	}
	heard.provider = provider;
	ck_assert_int_eq(read_bytes(reader, loads.list[0].buf,
	    loads.list[0].len), VSS_OK);
	heard.provider = NULL;
	loads_free(&loads);
	return 1;
}

START_TEST(real_application_log)
{
	if (!read_capture(vss_log_evtx, "evtx/win7-application.evtx", "VSS"))
		return;
	ck_assert_str_eq(heard.rejected, "");
	ck_assert_uint_eq(heard.records, 2216);
	ck_assert_uint_eq(heard.sink.leftover, 81);
	ck_assert_uint_eq(heard.of_id[8224], 37);
	ck_assert_uint_eq(heard.of_id[8219], 28);
	ck_assert_uint_eq(heard.of_id[8212], 4);
	ck_assert_uint_eq(heard.of_id[8220], 2);
	ck_assert_uint_ge(heard.binaries, 37 + 28 + 4 + 2);
	read_capture(vss_log_evtx, "evtx/win7-application.evtx",
	    "System Restore");
	ck_assert_uint_eq(heard.of_id[8194], 11);
}
END_TEST

START_TEST(real_system_log)
{
	if (!read_capture(vss_log_evtx, "evtx/win7-system.evtx", "volsnap"))
		return;
	ck_assert_str_eq(heard.rejected, "");
	ck_assert_uint_eq(heard.records, 1601);
	ck_assert_uint_eq(heard.of_id[36], 1);
}
END_TEST

START_TEST(real_security_log_that_is_cut)
{
	if (!read_capture(vss_log_evtx, "evtx/win2012-security-vssaudit.evtx",
	    NULL))
		return;
	ck_assert_str_eq(heard.rejected, "195:0: chunk 3 of the file is cut "
	    "short: its records 195 to 284 are read as far as they can be\n");
	/* 194 are what is in the whole chunks */
	ck_assert_uint_eq(heard.records, 283);
	ck_assert_uint_ge(heard.of_id[4904], 2);
	ck_assert_uint_ge(heard.of_id[4905], 2);
}
END_TEST

START_TEST(real_log_with_no_vss_in_it)
{
	if (!read_capture(vss_log_evtx, "evtx/esent-ifm-negative.evtx",
	    "ESENT"))
		return;
	ck_assert_str_eq(heard.rejected, "");
	ck_assert_uint_eq(heard.records, 4);
	ck_assert_uint_eq(heard.of_id[216], 1);
	ck_assert_uint_eq(heard.of_id[325], 1);
	ck_assert_uint_eq(heard.of_id[327], 2);
}
END_TEST

START_TEST(real_texts)
{
	if (!read_capture(vss_log_text, "event-text/sql-torn-8229.txt", NULL))
		return;
	ck_assert_uint_eq(heard.records, 1);
	ck_assert_int_eq(strncmp(heard.text, "1 8229 VSS Application GF19 "
	    "about 2021-01-11 02:57:03.000 level 3 \"A VSS writer has rejected"
	    " an event", 90), 0);
	ck_assert_ptr_nonnull(strstr(heard.text, "   Process ID: 22628\"\n"));
	read_capture(vss_log_text, "event-text/en-8194-duplicati-3236.txt",
	    NULL);
	ck_assert_int_eq(strncmp(heard.text, "1 8194 VSS level 2 \"Volume "
	    "Shadow", 33), 0);
	read_capture(vss_log_text, "event-text/de-8194-duplicati-1297.txt",
	    NULL);
	ck_assert_uint_eq(heard.records, 1);
	read_capture(vss_log_text, "event-text/fr-provider-zfsin-354.txt",
	    NULL);
	ck_assert_uint_eq(heard.records, 1);
}
END_TEST

#define ADD(name) tcase_add_test(c, name)
#define LOOP(name, n) tcase_add_loop_test(c, name, 0, n)

int
main(void)
{
	Suite *s = suite_create("log");
	TCase *c = tcase_create("log");
	SRunner *r;
	int failed;

	tcase_set_timeout(c, 60);
	LOOP(every_forwarder_tells_the_same, 7);
	ADD(nxlog_has_all_in_one_object_and_a_clock_that_may_be_local);
	ADD(an_offset_in_a_time_is_no_mistake);
	ADD(powershell_has_the_message_and_values_without_names);
	ADD(a_rendered_sysmon_event_is_its_data);
	ADD(ecs_keeps_the_process_and_the_path_elsewhere);
	ADD(wazuh_quotes_the_event);
	ADD(items_without_names_keep_their_places);
	ADD(a_binary_that_is_no_text_is_none);
	ADD(records_may_stand_one_after_the_other_in_any_way);
	ADD(a_broken_record_costs_itself_only);
	ADD(a_list_that_is_cut_is_told);
	ADD(brackets_around_records_have_a_limit);
	ADD(fields_have_a_limit);
	ADD(what_is_no_event_record_is_not_taken_for_json_of_one);
	LOOP(any_json_is_read_in_linear_time, 15);
	ADD(many_openings_before_much_text_cost_one_look_each);
	LOOP(damaged_json_is_read_as_far_as_it_goes, 7);
	ADD(an_event_of_xml_is_read_whole);
	ADD(events_may_have_a_root_or_none);
	ADD(a_mistake_in_one_event_costs_that_one);
	ADD(another_element_of_that_name_is_none_of_ours);
	ADD(entities_are_not_declared_but_refused);
	ADD(characters_that_xml_has_not_are_question_marks);
	ADD(nesting_has_a_limit);
	ADD(ten_megabytes_of_one_event_are_read);
	ADD(an_event_of_more_than_the_limit_is_refused);
	LOOP(any_xml_is_read_in_linear_time, 13);
	ADD(a_comment_full_of_events_is_read_in_linear_time);
	ADD(damaged_xml_is_read_as_far_as_it_goes);
	ADD(what_is_no_event_record_is_not_taken_for_xml_of_one);
	ADD(an_evtx_file_tells_what_its_xml_tells);
	ADD(a_log_that_has_gone_round_is_read_by_number);
	ADD(a_damaged_chunk_is_told_and_the_others_are_read);
	ADD(of_a_chunk_that_is_cut_what_is_there_is_read);
	ADD(a_record_that_cannot_be_read_is_told_with_its_place);
	ADD(a_file_that_is_no_evtx_is_refused);
	ADD(damaged_evtx_is_read_as_far_as_it_goes);
	ADD(text_of_the_event_viewer_is_read_by_position);
	ADD(several_events_may_follow_each_other);
	ADD(mail_may_have_quoted_the_text);
	ADD(wevtutil_prints_two_lines_more);
	ADD(the_xml_below_a_text_is_read_instead);
	ADD(dates_are_of_any_country);
	ADD(a_message_alone_is_a_record_that_tells_little);
	ADD(what_is_no_event_record_is_not_taken_for_text_of_one);
	LOOP(any_text_is_read_in_linear_time, 13);
	ADD(damaged_text_is_read_as_far_as_it_goes);
	ADD(fields_are_found_by_name_or_place);
	ADD(real_application_log);
	ADD(real_system_log);
	ADD(real_security_log_that_is_cut);
	ADD(real_log_with_no_vss_in_it);
	ADD(real_texts);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
