/*
 * Event records of any order and content: what carries them is left out, so
 * that the bytes go into what is made of them. A line is a record: the first
 * byte how much later it is, the second which one, the rest its text, in
 * which a control character breaks lines or begins another datum.
 */
#include <stdlib.h>
#include <string.h>
#include "eventlog.h"
#include "fuzz.h"

static const struct { const char *source; int id; } sources[] = {
	{ "VSSAudit", 8222 }, { "VSS", 8224 }, { "VSS", 8229 }, { "VSS", 8219 },
	{ "VSS", 12293 }, { "Service Control Manager", 7036 },
	{ "ESENT", 326 }, { "ESENT", 2001 }, { "ESENT", 2003 },
	{ "ESENT", 2005 }, { "ESENT", 2006 }, { "MSSQLSERVER", 3197 },
	{ "MSSQLSERVER", 3198 }, { "volsnap", 36 }, { "volsnap", 25 },
	{ "Microsoft-Windows-Kernel-General", 12 }, { "EventLog", 6005 },
	{ "Microsoft-Windows-Security-Auditing", 4688 },
	{ "Microsoft-Windows-Security-Auditing", 4689 },
	{ "Microsoft-Windows-Sysmon", 13 }, { "Microsoft-Windows-Sysmon", 5 },
	{ "Microsoft-Windows-Sysmon", 1 }, { NULL, -1 },
};

enum { FIELDS = 8 };

/* The text as its data: the first is a message where it has no name. */
static size_t
split(char *text, struct vss_log_field *fields)
{
	size_t n = 0;
	char *p = text, *eq;

	while (p && n < FIELDS) {
		fields[n].name = "";
		fields[n].value = p;
		if ((p = strchr(p, '\x1f')))
			*p++ = 0;
		if ((eq = strchr(fields[n].value, '='))) {
			*eq = 0;
			fields[n].name = fields[n].value;
			fields[n].value = eq + 1;
		}
		n++;
	}
	return n;
}

static enum vss_status
deliver(const char *start, const char *stop, struct vss_log_sink *sink,
    int64_t *t)
{
	struct vss_log_field fields[FIELDS];
	struct vss_log_record r = { 0 };
	enum vss_status st;
	const size_t n = sizeof(sources) / sizeof(sources[0]);
	size_t which = (unsigned char)start[1], len = stop - start - 2, i;
	char *text = malloc(len + 1);

	if (!text)
		return VSS_FAIL;
	memcpy(text, start + 2, len);
	text[len] = 0;
	for (i = 0; i < len; i++)
		if (text[i] == '\x1e' || !text[i])
			text[i] = '\n';
	*t += (int64_t)(unsigned char)*start * 500000;
	r.line = sink->units;
	r.time = *start ? *t : VSS_NO_TIME;
	r.level = which & 3;
	r.id = sources[which % n].id;
	r.provider = sources[which % n].source;
	r.channel = r.provider && strstr(r.provider, "Sysmon") ?
	    "Microsoft-Windows-Sysmon/Operational" : r.provider;
	if (which & 128)
		r.message = text;
	else
		r.nfields = split(text, fields);
	r.fields = fields;
	st = sink->record(sink->arg, &r);
	free(text);
	return st;
}

static enum vss_status
reader(const char *buf, size_t len, struct vss_log_sink *sink,
    struct vss_error *error)
{
	const char *p = buf, *start, *stop;
	enum vss_status st = VSS_OK;
	int64_t t = INT64_C(1689782400000000);

	(void)error;
	while (start = p, st == VSS_OK && (stop = vss_line(&p, buf + len))) {
		sink->units++;
		if (stop - start >= 2)
			st = deliver(start, stop, sink, &t);
	}
	return st;
}

static int
probe(const char *buf, size_t len)
{
	(void)buf;
	return len > 0;
}

static enum vss_status
read_records(const char *buf, size_t len, struct vss_import *out,
    struct vss_error *error)
{
	return vss_eventlog_read(reader, "eventlog", buf, len, out, error);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_import(probe, read_records, data, size);
	return 0;
}
