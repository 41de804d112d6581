/*
 * Event records as JSON Lines: one object a line, members of the event at
 * its top level.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "log.h"

struct reader {
	struct vss_log_sink *sink;
	struct vss_error *error;
	struct vss_log_field *fields;
	size_t room;
	char (*numbers)[32];	/* texts of members that are numbers, as many */
};

static void
reject(struct reader *rd, uint64_t line, uint64_t column, const char *text)
{
	struct vss_error e;

	vss_error_set(&e, line, column, "%s", text);
	if (rd->sink->reject)
		rd->sink->reject(rd->sink->arg, &e);
}

static const char *
member(json_t *o, const char *name)
{
	return json_string_value(json_object_get(o, name));
}

/* A number that some forwarders write as a string. */
static int64_t
member_number(json_t *o, const char *name)
{
	json_t *v = json_object_get(o, name);
	const char *s = json_string_value(v);
	char *end;
	long long n;

	if (json_is_integer(v))
		return json_integer_value(v);
	if (!s || !*s)
		return -1;
	n = strtoll(s, &end, 0);
	return *end || n < 0 ? -1 : n;
}

/* Every member that is text or a number is a field by its name. */
static enum vss_status
take_fields(struct reader *rd, json_t *o, struct vss_log_record *r)
{
	size_t n = json_object_size(o), k = 0;
	const char *name;
	json_t *v;
	void *more;

	if (n > rd->room) {
		if (!(more = realloc(rd->fields, n * sizeof(*rd->fields))))
			return VSS_FAIL;
		rd->fields = more;
		if (!(more = realloc(rd->numbers, n * sizeof(*rd->numbers))))
			return VSS_FAIL;
		rd->numbers = more;
		rd->room = n;
	}
	json_object_foreach(o, name, v) {
		if (json_is_integer(v))
			snprintf(rd->numbers[k], sizeof(rd->numbers[k]),
			    "%" JSON_INTEGER_FORMAT, json_integer_value(v));
		else if (!json_is_string(v))
			continue;
		rd->fields[k].name = name;
		rd->fields[k].value = json_is_integer(v) ? rd->numbers[k] :
		    json_string_value(v);
		k++;
	}
	r->fields = rd->fields;
	r->nfields = k;
	return VSS_OK;
}

static enum vss_status
take(struct reader *rd, json_t *o, uint64_t line)
{
	struct vss_log_record r = { 0 };
	const char *created = member(o, "TimeCreated");
	int64_t n;

	if (!created)
		created = member(o, "@timestamp");
	if (!created)
		created = member(o, "EventTime");
	r.line = line;
	r.id = member_number(o, "EventID");
	r.time = created ? vss_time_parse(created) : VSS_NO_TIME;
	r.time_local = 1;
	r.level = -1;
	r.provider = member(o, "SourceName");
	r.channel = member(o, "Channel");
	r.computer = member(o, "Hostname");
	if (!r.computer)
		r.computer = member(o, "Computer");
	r.message = member(o, "Message");
	n = member_number(o, "RecordNumber");
	r.number = n > 0 ? n : 0;
	if (take_fields(rd, o, &r) != VSS_OK) {
		vss_error_set(rd->error, 0, 0, "out of memory");
		return VSS_FAIL;
	}
	return rd->sink->record(rd->sink->arg, &r);
}

int
vss_log_json_probe(const char *buf, size_t len)
{
	const char *p = buf, *start, *stop, *q;
	int tries = 0;

	while (tries < 8 && (start = p, stop = vss_line(&p, buf + len))) {
		while (start < stop && (*start == ' ' || *start == '\t'))
			start++;
		if (start == stop)
			continue;
		tries++;
		if (*start != '{')
			return 0;
		for (q = start; q + 9 <= stop; q++)
			if (!memcmp(q, "\"EventID\"", 9))
				return 2;
	}
	return 0;
}

enum vss_status
vss_log_json(const char *buf, size_t len, struct vss_log_sink *sink,
    struct vss_error *error)
{
	struct reader rd = { sink, error, NULL, 0, NULL };
	const char *p = buf, *start, *stop;
	enum vss_status st = VSS_OK;
	json_error_t je;
	uint64_t line = 0;
	json_t *o;

	while (start = p, st == VSS_OK && (stop = vss_line(&p, buf + len))) {
		line++;
		while (start < stop && (*start == ' ' || *start == '\t'))
			start++;
		if (start == stop)
			continue;
		o = json_loadb(start, stop - start, JSON_ALLOW_NUL, &je);
		if (json_is_object(o))
			st = take(&rd, o, line);
		else
			reject(&rd, line, o || je.column < 1 ? 1 : je.column,
			    o ? "not a JSON object" : je.text);
		json_decref(o);
	}
	sink->units = line;
	free(rd.fields);
	free(rd.numbers);
	return st;
}
