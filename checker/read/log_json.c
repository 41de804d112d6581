/*
 * Event records as JSON: one object a line, objects one after the other, an
 * array of them, the answer of a search with such an array inside.
 *
 * Every forwarder puts the same event into members of its own: a table says
 * where each keeps what.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "log_build.h"

enum {
	LIMIT_WRAPPING = 16,	/* arrays and objects around the records */
	LIMIT_WRAPPER = 1 << 12,	/* bytes of an answer before its array */
	LIMIT_PROBED = 1 << 16,		/* bytes that are looked at */
	LIMIT_MEMBER = 128	/* bytes of a member's path */
};

/*
 * Where a forwarder keeps what. Paths: members within members, a dot between
 * them; Elastic writes the whole path as one name as well. "|" between
 * alternatives, of which the first that is there counts.
 */
struct shape {
	const char *sign;	/* that it is this forwarder's */
	const char *id, *time, *provider, *channel, *computer, *message,
	    *number, *pid, *tid, *level;
	const char *data;	/* whose members are the fields */
	int local;		/* the time may be local with a false Z */
};

#define ATTR(element, name) \
	"System." element ".#attributes." name \
	"|System." element "_attributes." name \
	"|System." element ".@" name "|System." element "." name

static const struct shape shapes[] = {
	/* XML turned into JSON: evtx_dump, xmltodict and the like */
	{ "System.EventID", "System.EventID",
	    ATTR("TimeCreated", "SystemTime"), ATTR("Provider", "Name"),
	    "System.Channel", "System.Computer", "RenderingInfo.Message",
	    "System.EventRecordID", ATTR("Execution", "ProcessID"),
	    ATTR("Execution", "ThreadID"), "System.Level",
	    "EventData|UserData", 0 },
	/* winlogbeat 7 and later, Elastic Agent; ECS alone */
	{ "winlog|winlog.event_id|winlog.channel|winlog.record_id|event.code",
	    "winlog.event_id|event.code", "@timestamp|event.created",
	    "winlog.provider_name|event.provider", "winlog.channel",
	    "winlog.computer_name|host.name|host.hostname|agent.hostname",
	    "message", "winlog.record_id", "winlog.process.pid",
	    "winlog.process.thread.id", "winlog.level|log.level",
	    "winlog.event_data|winlog.user_data", 0 },
	/* Wazuh's agent */
	{ "data.win.system.eventID", "data.win.system.eventID",
	    "data.win.system.systemTime", "data.win.system.providerName",
	    "data.win.system.channel", "data.win.system.computer",
	    "data.win.system.message", "data.win.system.eventRecordID",
	    "data.win.system.processID", "data.win.system.threadID",
	    "data.win.system.level", "data.win.eventdata", 0 },
	/* Get-WinEvent | ConvertTo-Json */
	{ "ProviderName", "Id", "TimeCreated.value|TimeCreated",
	    "ProviderName", "LogName", "MachineName", "Message", "RecordId",
	    "ProcessId", "ThreadId", "Level", "", 0 },
	/* winlogbeat 6 */
	{ "event_id", "event_id", "@timestamp", "source_name", "log_name",
	    "computer_name", "message", "record_number", "process_id",
	    "thread_id", "level", "event_data|user_data", 0 },
	/* NXLog, Get-EventLog: all at the top level */
	{ "EventID|EventId", "EventID|EventId",
	    "TimeCreated|@timestamp|EventTime|TimeGenerated.value|"
	    "TimeGenerated", "SourceName|ProviderName|Source",
	    "Channel|LogName", "Hostname|Computer|MachineName",
	    "Message|message", "RecordNumber|EventRecordID|Index",
	    "ExecutionProcessID", "ThreadID", "Level", "EventData", 1 },
	{ 0 }
};

struct reader {
	struct vss_log_sink *sink;
	struct vss_error *error;
	struct vss_log_build b;
	const char *buf, *end;
	const char *at;			/* `line` is the line of this, */
	const char *start, *stop;	/* from here to there */
	uint64_t line;
	const char *tried;		/* up to here objects were tried that
					 * never ended */
	char closing[LIMIT_WRAPPING];	/* of what is open around records */
	int open;
	uint64_t records;
	uint64_t last;			/* line where the last record ended */
	int not_lines;			/* not each on a line of its own */
	int records_seen;		/* with nothing around them */
};

/*
 * Members.
 */

/* The value at the path's first n bytes. */
static json_t *
find(json_t *o, const char *path, size_t n)
{
	char name[LIMIT_MEMBER];
	json_t *v;
	size_t i;

	if (!json_is_object(o) || !n || n >= sizeof(name))
		return NULL;
	memcpy(name, path, n);
	name[n] = 0;
	if ((v = json_object_get(o, name)))
		return v;
	for (i = n - 1; i > 0; i--) {
		if (path[i] != '.')
			continue;
		name[i] = 0;
		if ((v = find(json_object_get(o, name), path + i + 1,
		    n - i - 1)))
			return v;
	}
	return NULL;
}

static json_t *
find_any(json_t *o, const char *paths)
{
	size_t n;
	json_t *v;

	for (; *paths; paths += n + (paths[n] == '|')) {
		n = strcspn(paths, "|");
		v = find(o, paths, n);
		if (v && !json_is_null(v))
			return v;
	}
	return NULL;
}

/* "13", ["13"] and { "#text": "13", ... } are all 13. */
static json_t *
only(json_t *v)
{
	int depth;

	for (depth = 0; depth < 3; depth++) {
		if (json_is_array(v) && json_array_size(v) == 1)
			v = json_array_get(v, 0);
		else if (json_is_object(v) && json_object_get(v, "#text"))
			v = json_object_get(v, "#text");
	}
	return v;
}

/* A text, number or truth value as text; NULL for anything else. `room`
 * takes 32 bytes. */
static const char *
text_of(json_t *v, char *room)
{
	v = only(v);
	if (json_is_string(v))
		return json_string_value(v);
	if (json_is_integer(v))
		snprintf(room, 32, "%" JSON_INTEGER_FORMAT,
		    json_integer_value(v));
	else if (json_is_real(v))
		snprintf(room, 32, "%.17g", json_real_value(v));
	else if (json_is_boolean(v))
		return json_is_true(v) ? "true" : "false";
	else
		return NULL;
	return room;
}

static int64_t
number_at(json_t *o, const char *paths)
{
	char room[32];
	const char *s = text_of(find_any(o, paths), room);

	return s ? vss_log_parse_number(s, strlen(s)) : -1;
}

static void
take_text(struct reader *rd, enum vss_log_text which, json_t *o,
    const char *paths)
{
	char room[32];
	const char *s = text_of(find_any(o, paths), room);

	if (s)
		vss_log_build_text(&rd->b, which, s, strlen(s));
}

/*
 * Fields.
 */

static void
take_field(struct reader *rd, const char *name, json_t *v)
{
	char room[32];
	const char *s = text_of(v, room);

	if (s)
		vss_log_build_field(&rd->b, name, strlen(name), s, strlen(s));
}

/* The name that an element <Data Name="..."> was given. */
static const char *
data_name(json_t *v)
{
	json_t *name = find_any(v, "#attributes.Name|@Name|Name|name");

	return json_is_string(name) ? json_string_value(name) : "";
}

/* The items of EventData/Data, with names or without. */
static void
take_data(struct reader *rd, json_t *v)
{
	json_t *item, *value;
	const char *text;
	char room[32];
	size_t i;

	if (json_is_object(v) && json_is_array(json_object_get(v, "#text")))
		v = json_object_get(v, "#text");
	if (!json_is_array(v)) {
		take_field(rd, data_name(v), v);
		return;
	}
	json_array_foreach(v, i, item) {
		value = json_is_object(item) ? json_object_get(item, "Value") :
		    NULL;
		text = text_of(value ? value : item, room);
		if (!text)	/* those after it keep their places */
			text = "";
		vss_log_build_field(&rd->b, data_name(item),
		    strlen(data_name(item)), text, strlen(text));
	}
}

/* UserData has an element of the provider's around its own: hence depth. */
static void
take_members(struct reader *rd, json_t *o, int depth)
{
	const char *name;
	json_t *v;

	json_object_foreach(o, name, v) {
		if (!strcmp(name, "Data") || !strcmp(name, "Properties") ||
		    !strcmp(name, "ReplacementStrings"))
			take_data(rd, v);
		else if (json_is_object(only(v)) && depth && *name != '#')
			take_members(rd, only(v), depth - 1);
		else
			take_field(rd, name, v);
	}
}

/* The members of the object at the path, and those of o whose names begin
 * with it. */
static void
take_fields(struct reader *rd, json_t *o, const char *path, size_t n)
{
	const char *name;
	size_t k;
	json_t *v;

	json_object_foreach(o, name, v) {
		k = strlen(name);
		if (k == n && !memcmp(name, path, n))
			take_members(rd, v, 2);
		else if (k > n && !memcmp(name, path, n) && name[n] == '.')
			take_field(rd, name + n + 1, v);
		else if (k < n && !memcmp(name, path, k) && path[k] == '.')
			take_fields(rd, v, path + k + 1, n - k - 1);
	}
}

/* What the Elastic Common Schema has taken out of Sysmon's data. */
static void
take_ecs(struct reader *rd, json_t *o)
{
	static const char *const moved[][2] = {
		{ "Image", "process.executable" },
		{ "ProcessId", "process.pid" },
		{ "TargetObject", "registry.path" }
	};
	size_t i;
	json_t *v;

	for (i = 0; i < sizeof(moved) / sizeof(moved[0]); i++)
		if ((v = find_any(o, moved[i][1])) &&
		    !vss_log_build_given(&rd->b, moved[i][0]))
			take_field(rd, moved[i][0], v);
}

/*
 * Times and levels.
 */

/* "/Date(1689782620710)/": .NET's, milliseconds since 1970, UTC. An offset
 * may stand behind them that changes nothing. */
static int64_t
dotnet_time(const char *s)
{
	long long ms;
	char *end;

	if (strncmp(s, "/Date(", 6))
		return VSS_NO_TIME;
	ms = strtoll(s + 6, &end, 10);
	if (end == s + 6 || (*end != ')' && *end != '+' && *end != '-') ||
	    ms < 0 || ms > INT64_MAX / 1000)
		return VSS_NO_TIME;
	return ms * 1000;
}

/* Does the text end with an offset from UTC that is none of 0? Nobody writes
 * that by mistake. */
static int
has_offset(const char *s)
{
	size_t n = strlen(s), i = n > 6 ? n - 6 : 0;

	if (n < 20 || (s[i] != '+' && s[i] != '-'))
		return 0;
	return s[i + 1] != '0' || s[i + 2] != '0' || s[i + 4] != '0' ||
	    s[i + 5] != '0';
}

static int
has_zone(const char *s)
{
	size_t n = strlen(s);

	return n > 19 && (s[n - 1] == 'Z' || s[n - 6] == '+' ||
	    s[n - 6] == '-');
}

static void
take_time(struct reader *rd, json_t *o, const struct shape *shape)
{
	struct vss_log_record *r = &rd->b.r;
	json_t *v = only(find_any(o, shape->time));
	const char *s = json_string_value(v);

	r->time_local = shape->local;
	if (json_is_integer(v)) {	/* milliseconds since 1970 */
		if (json_integer_value(v) > 0 &&
		    json_integer_value(v) < INT64_MAX / 1000)
			r->time = json_integer_value(v) * 1000;
		r->time_local = 0;
	}
	if (!s)
		return;
	r->time = dotnet_time(s);
	if (r->time != VSS_NO_TIME) {
		r->time_local = 0;
		return;
	}
	r->time = vss_time_parse(s);
	if (shape->local)
		r->time_local = !has_offset(s);
	else
		r->time_local = !has_zone(s);
}

static int
take_level(json_t *o, const char *paths)
{
	static const char *const words[] = { "", "critical", "error",
	    "warning", "information" };
	char room[32];
	const char *s = text_of(find_any(o, paths), room);
	int64_t n;
	int i;

	if (!s)
		return -1;
	n = vss_log_parse_number(s, strlen(s));
	if (n >= 0)
		return n <= 5 ? (int)n : -1;
	for (i = 1; i <= 4; i++)
		if (vss_log_same(s, strlen(s), words[i]))
			return i;
	return -1;
}

/*
 * A record.
 */

/* Around a record: Elastic's hit, the element Event. */
static json_t *
unwrap(json_t *o)
{
	static const char *const around[] = { "_source", "fields", "Event" };
	size_t i;
	json_t *v;

	for (i = 0; i < 3; i++) {
		v = json_object_get(o, around[i]);
		if (json_is_object(v) && (i != 1 || json_object_get(o,
		    "_index")))
			o = v;
	}
	return o;
}

static const struct shape *
shape_of(json_t *o)
{
	const struct shape *s;

	for (s = shapes; s->sign; s++)
		if (find_any(o, s->sign))
			return s;
	return s - 1;
}

static enum vss_status
take(struct reader *rd, json_t *o, uint64_t line)
{
	struct vss_log_record *r = &rd->b.r;
	const struct shape *shape;
	const char *path;
	int64_t n;
	size_t k;

	o = unwrap(o);
	shape = shape_of(o);
	vss_log_build_start(&rd->b, line);
	take_text(rd, LOG_PROVIDER, o, shape->provider);
	take_text(rd, LOG_CHANNEL, o, shape->channel);
	take_text(rd, LOG_COMPUTER, o, shape->computer);
	take_text(rd, LOG_MESSAGE, o, shape->message);
	take_time(rd, o, shape);
	r->id = number_at(o, shape->id);
	if (r->id > 0xffff)
		r->id &= 0xffff;
	n = number_at(o, shape->number);
	r->number = n > 0 ? n : 0;
	n = number_at(o, shape->pid);
	r->pid = n > 0 && n <= UINT32_MAX ? n : 0;
	n = number_at(o, shape->tid);
	r->tid = n > 0 && n <= UINT32_MAX ? n : 0;
	r->level = take_level(o, shape->level);
	if (!*shape->data) {
		take_data(rd, json_object_get(o, "Properties"));
		return vss_log_build_deliver(&rd->b, rd->sink, rd->error);
	}
	if (shape->local)
		take_members(rd, o, 0);
	for (path = shape->data; *path; path += k + (path[k] == '|')) {
		k = strcspn(path, "|");
		take_fields(rd, o, path, k);
	}
	if (!strncmp(shape->sign, "winlog", 6))
		take_ecs(rd, o);
	return vss_log_build_deliver(&rd->b, rd->sink, rd->error);
}

/*
 * The text around the records.
 */

/* Behind the string that begins at p, NULL: it does not end. */
static const char *
skip_string(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		if (*p == '\\')
			p++;
	return p < end ? p + 1 : NULL;
}

/* Behind the bracket that closes the last of `depth` open ones. */
static const char *
skip_open(const char *p, const char *end, int64_t depth)
{
	while (p && p < end) {
		if (*p == '"') {
			p = skip_string(p, end);
			continue;
		}
		if (*p == '{' || *p == '[')
			depth++;
		else if ((*p == '}' || *p == ']') && !--depth)
			return p + 1;
		p++;
	}
	return NULL;
}

static const char *
skip_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' ||
	    *p == '\n'))
		p++;
	return p;
}

/* Behind the value that begins at p. */
static const char *
skip_value(const char *p, const char *end)
{
	if (p < end && *p == '"')
		return skip_string(p, end);
	if (p < end && (*p == '{' || *p == '['))
		return skip_open(p + 1, end, 1);
	while (p < end && *p != ',' && *p != '}' && *p != ']')
		p++;
	return p < end ? p : NULL;
}

static int
is_name(const char *p, const char *end, const char *name)
{
	size_t n = strlen(name);

	return (size_t)(end - p) >= n + 2 && !memcmp(p + 1, name, n) &&
	    p[n + 1] == '"';
}

/* Members that hold a list of records, or an object that does. */
static int
holds_list(const char *name, const char *end)
{
	static const char *const names[] = { "hits", "Events", "Event",
	    "value", "events", "records", "Records" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (is_name(name, end, names[i]))
			return 1;
	return 0;
}

/* Where the list begins within the object at p that is but wrapped round it,
 * and how many objects that are. NULL: it is a record itself. */
static const char *
list_within(const char *p, const char *end, int *objects)
{
	const char *name, *inner;

	if (end - p > LIMIT_WRAPPER)
		end = p + LIMIT_WRAPPER;
	if (++*objects > 3)
		return NULL;
	for (p = skip_blanks(p + 1, end); p < end && *p == '"';
	    p = skip_blanks(p + 1, end)) {
		name = p;
		if (!(p = skip_string(p, end)))
			return NULL;
		p = skip_blanks(p, end);
		if (p == end || *p != ':')
			return NULL;
		p = skip_blanks(p + 1, end);
		if (holds_list(name, end)) {
			inner = p < end ? skip_blanks(p + 1, end) : end;
			if (inner < end && *p == '[' && *inner == '{')
				return p + 1;
			if (inner < end && *p == '{' &&
			    (inner = list_within(p, end, objects)))
				return inner;
		}
		if (!(p = skip_value(p, end)))
			return NULL;
		p = skip_blanks(p, end);
		if (p == end || *p != ',')
			break;
	}
	--*objects;
	return NULL;
}

/* The reading goes on at p. */
static void
move(struct reader *rd, const char *p)
{
	for (rd->at = p; rd->stop < p; rd->line++) {
		rd->start = rd->stop + 1;
		rd->stop = memchr(rd->start, '\n', rd->end - rd->start);
		if (!rd->stop)
			rd->stop = rd->end;
	}
}

/* Of what is at p, on the line on which the reading is. */
static uint64_t
column(const struct reader *rd, const char *p)
{
	return p - rd->start + 1;
}

static const char *
next_line(const struct reader *rd, const char *p)
{
	const char *nl = p < rd->end ? memchr(p, '\n', rd->end - p) : NULL;

	return nl ? nl + 1 : rd->end;
}

/* A record, or a place that is none, from line to line. */
static void
count(struct reader *rd, uint64_t from, uint64_t to)
{
	rd->records++;
	if (from != to || from == rd->last)
		rd->not_lines = 1;
	rd->last = to;
}

static void
refuse(struct reader *rd, uint64_t line, uint64_t col, const char *text)
{
	count(rd, line, line);
	vss_log_reject(rd->sink, line, col, text);
}

/* Where to go on after the object at p that cannot be read: behind it where
 * it ends on its line; else at the next line when the mistake is in the
 * first; else at a line that looks like the next object of the list. */
static const char *
resume(const struct reader *rd, const char *p, int first_line)
{
	const char *start, *q = skip_open(p + 1, rd->stop, 1);

	if (q)
		return q;
	start = next_line(rd, rd->stop);
	while (!first_line && start < rd->end) {
		for (q = start; q < rd->end && (*q == ' ' || *q == '\t'); q++)
			;
		if (q < rd->end && (*q == '{' || *q == ']') &&
		    q - start <= p - rd->start)
			break;
		start = next_line(rd, q);
	}
	return start;
}

static enum vss_status
take_object(struct reader *rd, const char *p)
{
	const char *end = p + 1 < rd->tried ? rd->stop : rd->end;
	const size_t flags = JSON_ALLOW_NUL | JSON_DISABLE_EOF_CHECK;
	uint64_t line = rd->line, col, last;
	enum vss_status st;
	struct vss_error e;
	json_error_t je;
	json_t *o;

	o = json_loadb(p, end - p, flags, &je);
	rd->records_seen = 1;
	if (o) {
		move(rd, p + je.position);
		count(rd, line, rd->line);
		st = take(rd, o, line);
		json_decref(o);
		return st;
	}
	if (je.line > 1 && p + je.position > rd->tried)
		rd->tried = p + je.position;
	col = je.column < 1 ? 1 : je.column;
	last = je.line < 1 ? line : line + je.line - 1;
	if (last == line)
		col += column(rd, p) - 1;
	if (last == line)
		vss_error_set(&e, last, col, "%s", je.text);
	else
		vss_error_set(&e, last, col, "%s (in the record that begins "
		    "on line %" PRIu64 ")", je.text, line);
	move(rd, resume(rd, p, last == line));
	count(rd, line, line);
	if (rd->sink->reject)
		rd->sink->reject(rd->sink->arg, &e);
	return VSS_OK;
}

static void
open_list(struct reader *rd, const char *p, char closing)
{
	rd->not_lines = 1;
	if (rd->open == LIMIT_WRAPPING) {
		refuse(rd, rd->line, column(rd, p), "too many brackets around "
		    "the records");
		rd->open = 0;
	}
	rd->closing[rd->open++] = closing;
}

/* p is behind the end of a list: so are the objects round it. */
static const char *
close_lists(struct reader *rd, const char *p)
{
	rd->open--;
	while (p && rd->open && rd->closing[rd->open - 1] == '}') {
		p = skip_open(p, rd->end, 1);
		rd->open--;
	}
	if (p)
		return p;
	refuse(rd, rd->line, 1, "the text ends within what is around the "
	    "records");
	rd->open = 0;
	return rd->end;
}

/* One thing at p, which is no blank. */
static enum vss_status
step(struct reader *rd, const char *p)
{
	const char *list;
	int objects = 0;

	if (*p == '[') {
		open_list(rd, p, ']');
		move(rd, p + 1);
	} else if (*p == '{') {
		list = rd->open || rd->records_seen ? NULL : list_within(p, rd->end, &objects);
		if (!list)
			return take_object(rd, p);
		while (objects--)
			open_list(rd, p, '}');
		open_list(rd, p, ']');
		move(rd, list);
	} else if (*p == ',' && rd->open) {
		move(rd, p + 1);
	} else if (*p == ']' && rd->open) {
		move(rd, close_lists(rd, p + 1));
	} else {
		refuse(rd, rd->line, column(rd, p), "not a JSON object");
		list = rd->open ? skip_value(p, rd->end) : NULL;
		move(rd, list && list > p ? list : rd->stop);
	}
	return VSS_OK;
}

int
vss_log_json_probe(const char *buf, size_t len)
{
	static const char *const names[] = { "\"EventID\"", "\"winlog",
	    "\"event.code\"", "\"event_id\"", "\"eventID\"", "\"EventId\"",
	    "\"ProviderName\"" };
	const char *end = buf + (len < LIMIT_PROBED ? len : LIMIT_PROBED);
	const char *p = skip_blanks(buf, end);
	size_t i, n;

	if (p == end || (*p != '{' && *p != '['))
		return 0;
	for (; (p = memchr(p, '"', end - p)); p++)
		for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
			n = strlen(names[i]);
			if ((size_t)(end - p) >= n && !memcmp(p, names[i], n))
				return 2;
		}
	return 0;
}

enum vss_status
vss_log_json(const char *buf, size_t len, struct vss_log_sink *sink,
    struct vss_error *error)
{
	struct reader rd = { .sink = sink, .error = error, .buf = buf,
	    .end = buf + len, .at = buf, .start = buf, .stop = buf,
	    .line = 1, .tried = buf };
	enum vss_status st = VSS_OK;

	rd.stop = next_line(&rd, buf);
	if (rd.stop > buf && rd.stop[-1] == '\n')
		rd.stop--;
	while (st == VSS_OK) {
		move(&rd, skip_blanks(rd.at, rd.end));
		if (rd.at == rd.end)
			break;
		st = step(&rd, rd.at);
	}
	if (st == VSS_OK && rd.open)
		refuse(&rd, rd.line, column(&rd, rd.end),
		    "the text ends within a list of records");
	sink->unit = rd.not_lines ? "records" : NULL;
	if (len && buf[len - 1] != '\n')
		rd.line++;
	sink->units = rd.not_lines ? rd.records : rd.line - 1;
	vss_log_build_free(&rd.b);
	return st;
}
