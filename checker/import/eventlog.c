/*
 * Windows event logs: registry events of Sysmon on VSS\\Diag, together with
 * whatever other records the same recording holds.
 *
 * The VSS libraries write a registry value when a step begins and ends, in
 * the process that takes the step; Sysmon records the write as event 13.
 * What is known of the names and of their order: docs/formats.md. Two traps
 * are handled here: a file is blocks of channels, each oldest or newest
 * first; the clock of forwarders is local time with a false Z.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "diag.h"
#include "log.h"

enum { MAX_CHANNELS = 64 };

struct channel {
	char *name;
	int64_t first, last;
	uint64_t n;
	int reversed, sysmon;
};

struct eventlog {
	struct vss_diag d;
	struct channel channels[MAX_CHANNELS];
	int nchannels;
	int64_t offset;		/* of the other channels' clock */
	int64_t *offsets;
	size_t noffsets, offsets_room;
	uint64_t used;
};

/* "Process ID:\t\t0x0ad4": the value after a label of an event's message. */
static const char *
labelled(const char *message, const char *label, size_t *n)
{
	const char *p = message ? vss_find_nocase(message, label) : NULL, *e;

	if (!p)
		return NULL;
	p += strlen(label);
	while (*p == ':' || *p == ' ' || *p == '\t')
		p++;
	for (e = p; *e && *e != '\r' && *e != '\n'; e++)
		;
	while (e > p && (e[-1] == ' ' || e[-1] == '\t'))
		e--;
	*n = e - p;
	return p;
}

static enum vss_status
find_channel(struct eventlog *s, const char *name, int *index)
{
	int i;

	for (i = 0; i < s->nchannels; i++)
		if (!strcmp(s->channels[i].name, name)) {
			*index = i;
			return VSS_OK;
		}
	if (i == MAX_CHANNELS) {
		*index = MAX_CHANNELS - 1;
		return VSS_OK;
	}
	memset(&s->channels[i], 0, sizeof(s->channels[i]));
	if (!(s->channels[i].name = vss_name_copy(name, strlen(name))))
		return vss_import_no_memory(s->d.error);
	s->channels[i].sysmon = vss_find_nocase(name, "sysmon") != NULL;
	s->nchannels++;
	*index = i;
	return VSS_OK;
}

/* What of the record concerns us. */
static void
classify(const struct vss_log_record *l, struct vss_diag_record *r, int sysmon)
{
	const char *message = l->message, *source = l->provider, *p, *q;
	size_t n;

	r->what = W_TIME;
	if (sysmon && l->id == 13) {
		p = vss_log_field(l, "TargetObject");
		if (p && vss_diag_split(p, r))
			r->what = W_STEP;
	} else if (sysmon && (l->id == 1 || l->id == 5)) {
		r->what = l->id == 1 ? W_START : W_EXIT;
		p = vss_log_field(l, "Image");
		p = p ? vss_base_name(p) : "";
		r->image = vss_name_copy(p, strlen(p));
	} else if (l->id == 8222 && (p = labelled(message, "Process ID",
	    &n))) {
		r->what = W_MADE;
		r->pid = strtoul(p, NULL, 0);
		if ((p = labelled(message, "Shadow Set ID", &n)))
			r->set = vss_name_copy(p, n);
		if ((p = labelled(message, "Process image name", &n))) {
			for (q = p + n; q > p && q[-1] != '\\'; q--)
				;
			r->image = vss_name_copy(q, n - (q - p));
		}
	} else if (l->id == 8224 && source && vss_same_nocase(source, "VSS"))
		r->what = W_STOP;
	else if (l->id == 7036) {
		p = vss_log_field(l, "param1");
		q = vss_log_field(l, "param2");
		if (!p || !q)
			p = q = message ? message : "";
		if (vss_find_nocase(p, "Volume Shadow Copy") &&
		    vss_find_nocase(q, "stopped"))
			r->what = W_STOP;
	} else if (l->id == 326 && source && vss_same_nocase(source, "ESENT") &&
	    message && (strstr(message, "$SNAP_") ||
	    strstr(message, "HarddiskVolumeShadowCopy")) &&
	    (p = strchr(message, '('))) {
		r->pid = strtoul(p + 1, NULL, 10);
		r->what = W_ATTACH;
	}
}

static enum vss_status
reject(struct eventlog *s, uint64_t line, const char *text)
{
	vss_import_refuse(s->d.out, line, 1, text);
	return VSS_OK;
}

/* The two clocks of a Sysmon record. */
static enum vss_status
note_offset(struct eventlog *s, int64_t offset)
{
	size_t room;
	int64_t *more;

	if (s->noffsets == s->offsets_room) {
		room = s->offsets_room ? s->offsets_room * 2 : 64;
		if (!(more = realloc(s->offsets, room * sizeof(*more))))
			return vss_import_no_memory(s->d.error);
		s->offsets = more;
		s->offsets_room = room;
	}
	s->offsets[s->noffsets++] = offset;
	return VSS_OK;
}

/* The process and program of the records that need them. 0: there is none. */
static int
take_process(const struct vss_log_record *l, struct vss_diag_record *r)
{
	const char *image;
	int64_t pid;

	if (r->what != W_STEP && r->what != W_START && r->what != W_EXIT)
		return 1;
	pid = vss_log_number(l, "ProcessId");
	if (pid < 0 || pid > UINT32_MAX)
		return 0;
	r->pid = pid;
	if (r->what == W_STEP) {
		image = vss_log_field(l, "Image");
		image = image ? vss_base_name(image) : "";
		r->image = vss_name_copy(image, strlen(image));
	}
	return 1;
}

static enum vss_status
take(void *arg, const struct vss_log_record *l)
{
	struct eventlog *s = arg;
	const char *utc = vss_log_field(l, "UtcTime");
	struct vss_diag_record r = { 0 };
	struct channel *c;
	enum vss_status st;
	int64_t tu;
	int index = 0;

	if (!*s->d.host)
		vss_copy_text(s->d.host, sizeof(s->d.host), l->computer ?
		    l->computer : "");
	st = find_channel(s, l->channel ? l->channel : utc ? "Sysmon" : "",
	    &index);
	if (st != VSS_OK)
		return st;
	c = &s->channels[index];
	tu = utc ? vss_time_parse(utc) : VSS_NO_TIME;
	if (c->sysmon && tu == VSS_NO_TIME)
		tu = l->time;
	r.line = l->line;
	r.seq = c->n;
	r.channel = index;
	r.time = c->sysmon ? tu : l->time;
	classify(l, &r, c->sysmon);
	if (r.time == VSS_NO_TIME) {
		vss_diag_record_free(&r);
		return r.what == W_TIME ? VSS_OK : reject(s, l->line,
		    "a record that concerns VSS has no time that can be read "
		    "(UtcTime or TimeCreated)");
	}
	if (!take_process(l, &r)) {
		vss_diag_record_free(&r);
		return r.what != W_STEP ? VSS_OK : reject(s, l->line,
		    "a VSS\\Diag record without a ProcessId");
	}
	if (!c->n)
		c->first = r.time;
	c->last = r.time;
	c->n++;
	if (c->sysmon && utc && tu != VSS_NO_TIME && l->time != VSS_NO_TIME &&
	    (st = note_offset(s, tu - l->time)) != VSS_OK) {
		vss_diag_record_free(&r);
		return st;
	}
	if (r.what == W_TIME && !c->sysmon)
		return VSS_OK;
	s->used += r.what != W_TIME;
	return vss_diag_add(&s->d, &r);
}

static void
refuse(void *arg, const struct vss_error *e)
{
	struct eventlog *s = arg;

	vss_import_reject(s->d.out, e);
}

static int
compare_time(const void *pa, const void *pb)
{
	int64_t a = *(const int64_t *)pa, b = *(const int64_t *)pb;

	return a < b ? -1 : a > b;
}

/* Stable by time: within a channel the order of its own records, across
 * channels Sysmon's first. `seq` has been turned for channels that run
 * newest first. */
static int
compare_records(const void *pa, const void *pb)
{
	const struct vss_diag_record *a = pa, *b = pb;

	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	if (a->channel != b->channel)
		return a->channel < b->channel ? -1 : 1;
	return a->seq < b->seq ? -1 : a->seq > b->seq;
}

static void
put_in_order(struct eventlog *s)
{
	const int64_t quarter = INT64_C(900000000);
	struct channel *c;
	size_t i;
	int k, order[MAX_CHANNELS], next = 0;

	s->d.end = VSS_NO_TIME;
	/* the other channels' clock: off by whole quarters of an hour */
	if (s->noffsets) {
		qsort(s->offsets, s->noffsets, sizeof(*s->offsets),
		    compare_time);
		s->offset = s->offsets[s->noffsets / 2];
		s->offset += s->offset < 0 ? -quarter / 2 : quarter / 2;
		s->offset = s->offset / quarter * quarter;
	}
	for (k = 0; k < s->nchannels; k++)
		if (s->channels[k].sysmon)
			order[k] = next++;
	for (k = 0; k < s->nchannels; k++)
		if (!s->channels[k].sysmon)
			order[k] = next++;
	for (i = 0; i < s->d.n; i++) {
		c = &s->channels[s->d.r[i].channel];
		if (c->first > c->last)
			s->d.r[i].seq = c->n - 1 - s->d.r[i].seq;
		if (!c->sysmon)
			s->d.r[i].time += s->offset;
		s->d.r[i].channel = order[s->d.r[i].channel];
		if (c->sysmon && s->d.r[i].time > s->d.end)
			s->d.end = s->d.r[i].time;
	}
	if (s->d.n)
		qsort(s->d.r, s->d.n, sizeof(*s->d.r), compare_records);
}

static enum vss_status
read_log(vss_log_reader *reader, const char *name, const char *buf, size_t len,
    struct vss_import *out, struct vss_error *error)
{
	struct eventlog s = { 0 };
	struct vss_log_sink sink = { .arg = &s, .record = take,
	    .reject = refuse };
	struct vss_profile p;
	enum vss_status st;
	char text[128];
	int k;

	s.d.out = out;
	s.d.error = error;
	st = reader(buf, len, &sink, error);
	out->counts.lines = sink.units;
	out->counts.unit = sink.unit;
	if (st == VSS_OK) {
		put_in_order(&s);
		vss_diag_profile(&s.d, name, &p);
		st = out->profile(out->arg, &p);
	}
	if (st == VSS_OK)
		st = vss_diag_interpret(&s.d);
	if (st == VSS_OK && sink.leftover) {
		snprintf(text, sizeof(text), "%" PRIu64 " records outside of "
		    "the log proper, overwritten or of damaged parts: not "
		    "judged", sink.leftover);
		vss_import_context(out, 1, VSS_NO_TIME, text);
	}
	out->counts.used = s.used;
	out->counts.ignored = out->counts.lines - s.used -
	    out->counts.rejected;
	for (k = 0; k < s.nchannels; k++)
		free(s.channels[k].name);
	free(s.offsets);
	vss_diag_free(&s.d);
	return st;
}

enum vss_status
vss_sysmon_read(const char *buf, size_t len, struct vss_import *out,
    struct vss_error *error)
{
	return read_log(vss_log_json, "sysmon", buf, len, out, error);
}

int
vss_sysmon_probe(const char *buf, size_t len)
{
	return vss_log_json_probe(buf, len);
}

enum vss_status
vss_eventxml_read(const char *buf, size_t len, struct vss_import *out,
    struct vss_error *error)
{
	return read_log(vss_log_xml, "eventxml", buf, len, out, error);
}

int
vss_eventxml_probe(const char *buf, size_t len)
{
	return vss_log_xml_probe(buf, len);
}

enum vss_status
vss_evtx_read(const char *buf, size_t len, struct vss_import *out,
    struct vss_error *error)
{
	return read_log(vss_log_evtx, "evtx", buf, len, out, error);
}

int
vss_evtx_probe(const char *buf, size_t len)
{
	return vss_log_evtx_probe(buf, len);
}

enum vss_status
vss_eventtext_read(const char *buf, size_t len, struct vss_import *out,
    struct vss_error *error)
{
	return read_log(vss_log_text, "eventtext", buf, len, out, error);
}

int
vss_eventtext_probe(const char *buf, size_t len)
{
	return vss_log_text_probe(buf, len);
}
