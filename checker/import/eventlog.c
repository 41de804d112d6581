/*
 * Windows event logs, whatever carries them: registry events of Sysmon on
 * VSS\\Diag, and what VSS and those around it write into the Application,
 * System and Security logs.
 *
 * The VSS libraries write a registry value when a step begins and ends, in
 * the process that takes the step; Sysmon records the write as event 13. What
 * is known of the names and of their order: docs/formats/sysmon.md; of the
 * other records: docs/formats/eventlog.md. The traps that are handled here: a
 * file is blocks of channels, each oldest or newest first; the clock of
 * forwarders is local time with a false Z; exports that overlap, and forwarders
 * that send again, give records twice; collectors hold several machines.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "diag.h"
#include "eventlog.h"
#include "logfacts.h"
#include "machines.h"

enum { MAX_CHANNELS = 64 };

struct channel {
	char *name;
	int64_t first, last;
	uint64_t n, up, down;	/* how often the next is later, earlier */
	int sysmon;
	int unnumbered;		/* a record has no number */
};

struct eventlog {
	struct vss_diag d;
	struct channel channels[MAX_CHANNELS];
	int nchannels;
	int64_t offset;		/* of the other channels' clock */
	int64_t *offsets;
	size_t noffsets, offsets_room;
	int64_t log_end;	/* of the other channels */
	int has_sysmon, local;
	uint64_t used, repeated;
	struct vss_machines machines;
};

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

/*
 * What a record is, by its source and its number. A reader fills in what the
 * record tells and returns 0 where it tells too little to be of use.
 */

static char *
copy_value(struct vss_log_value v)
{
	return v.n ? vss_name_copy(v.s, v.n) : NULL;
}

/* The last part of a path. */
static struct vss_log_value
base_name(struct vss_log_value path)
{
	size_t i;

	for (i = path.n; i && path.s[i - 1] != '\\'; i--)
		;
	path.s += i;
	path.n -= i;
	return path;
}

static int
take_made(const struct vss_log_record *l, struct vss_diag_record *r)
{
	struct vss_log_audit a;

	vss_log_audit(l, &a);
	if (a.pid < 0)
		return 0;
	r->what = W_MADE;
	r->pid = a.pid;
	r->image = copy_value(base_name(a.image));
	r->set = copy_value(a.set);
	r->device = copy_value(a.device);
	return 1;
}

/* 4688 and 4689 name their own fields; a text has them by shape. */
static int
take_audited(const struct vss_log_record *l, struct vss_diag_record *r,
    const char *id, const char *name)
{
	const char *image = vss_log_field(l, name);
	int64_t pid = vss_log_number(l, id);
	struct vss_log_audit a;

	if (!image || pid < 0) {
		vss_log_audit(l, &a);
		pid = a.pid;
	} else {
		a.image.s = image;
		a.image.n = strlen(image);
	}
	if (pid < 0 || pid > UINT32_MAX)
		return 0;
	r->pid = pid;
	a.image = base_name(a.image);
	r->image = vss_name_copy(a.image.n ? a.image.s : "", a.image.n);
	return 1;
}

static int
take_created(const struct vss_log_record *l, struct vss_diag_record *r)
{
	r->what = W_START;
	return take_audited(l, r, "NewProcessId", "NewProcessName");
}

static int
take_exited(const struct vss_log_record *l, struct vss_diag_record *r)
{
	r->what = W_EXIT;
	return take_audited(l, r, "ProcessId", "ProcessName");
}

static int
take_stop(const struct vss_log_record *l, struct vss_diag_record *r)
{
	(void)l;
	r->what = W_STOP;
	return 1;
}

/* The binary data names service and state in every language, the texts only
 * in one's own. */
static int
take_service(const struct vss_log_record *l, struct vss_diag_record *r)
{
	const char *p = vss_log_field(l, "param1");
	const char *q = vss_log_field(l, "param2");
	char key[64];
	int state;

	r->what = W_STOP;
	if (vss_log_service(l, key, sizeof(key), &state))
		return vss_same_nocase(key, "VSS") && state == 1;
	if (!p || !q)
		p = q = l->message ? l->message : "";
	return vss_find_nocase(p, "Volume Shadow Copy") &&
	    vss_find_nocase(q, "stopped");
}

static int
names_copy(const char *s)
{
	return s && (strstr(s, "$SNAP_") ||
	    strstr(s, "HarddiskVolumeShadowCopy"));
}

static int
take_attached(const struct vss_log_record *l, struct vss_diag_record *r)
{
	struct vss_log_value name;
	size_t i;
	int copy = names_copy(l->message);

	r->what = W_ATTACH;
	for (i = 0; i < l->nfields && !copy; i++)
		copy = names_copy(l->fields[i].value);
	return copy && vss_log_engine(l, &name, &r->pid);
}

static int
take_engine(const struct vss_log_record *l, struct vss_diag_record *r,
    int edge)
{
	struct vss_log_value name;

	r->what = W_ENGINE;
	r->edge = edge;
	if (!vss_log_engine(l, &name, &r->pid))
		return 0;
	r->comp = copy_value(name);
	return 1;
}

static int
take_begun(const struct vss_log_record *l, struct vss_diag_record *r)
{
	return take_engine(l, r, ENGINE_BEGIN);
}

static int
take_frozen(const struct vss_log_record *l, struct vss_diag_record *r)
{
	return take_engine(l, r, ENGINE_FROZEN);
}

static int
take_thawed(const struct vss_log_record *l, struct vss_diag_record *r)
{
	return take_engine(l, r, ENGINE_RESUMED);
}

/* SQL Server, one record a database; its writer is another process. */
static int
take_sql(struct vss_diag_record *r, int edge)
{
	static const char writer[] = "SqlServerWriter";

	r->what = W_ENGINE;
	r->edge = edge;
	r->counted = 1;
	r->comp = vss_name_copy(writer, sizeof(writer));
	return 1;
}

static int
take_io_frozen(const struct vss_log_record *l, struct vss_diag_record *r)
{
	(void)l;
	return take_sql(r, ENGINE_FROZEN);
}

static int
take_io_resumed(const struct vss_log_record *l, struct vss_diag_record *r)
{
	(void)l;
	return take_sql(r, ENGINE_RESUMED);
}

static int
take_writer(const struct vss_log_record *l, struct vss_diag_record *r)
{
	struct vss_log_facts f;

	vss_log_facts(l, &f);
	if (!*f.writer)
		return 0;
	r->pid = f.pid;
	r->code = f.hr >= 0 ? f.hr : 0;
	r->kind = f.handler;
	r->comp = vss_name_copy(f.writer, SIZE_MAX);
	return 1;
}

static int
take_rejected(const struct vss_log_record *l, struct vss_diag_record *r)
{
	r->what = W_REJECTED;
	return take_writer(l, r);
}

/* The optimization writer has run out of time, in its PostSnapshot. */
static int
take_inside(const struct vss_log_record *l, struct vss_diag_record *r)
{
	r->what = W_INSIDE;
	return take_writer(l, r) && r->kind;
}

static int
take_gone(const struct vss_log_record *l, struct vss_diag_record *r)
{
	struct vss_log_value v = { NULL, 0 };
	size_t i;

	r->what = W_GONE;
	for (i = 0; i < l->nfields && !v.n; i++)
		if (l->fields[i].value)
			v = vss_log_device(l->fields[i].value,
			    strlen(l->fields[i].value));
	r->device = copy_value(v);
	return v.n > 0;
}

static int
take_boot(const struct vss_log_record *l, struct vss_diag_record *r)
{
	r->what = W_BOOT;
	r->edge = l->id == 12;
	return 1;
}

/*
 * Sources are compared without "Microsoft-Windows-", which the Event Viewer
 * leaves out. `words`: what is shown beside the verdicts; "" where the record
 * is of no interest by itself. `enough`: the number alone tells, where the
 * record names no source.
 */
static const struct reading {
	const char *source;
	int id;
	int enough;
	int (*read)(const struct vss_log_record *l,
	    struct vss_diag_record *r);
	const char *label, *words;
} readings[] = {
	{ "VSSAudit", 8222, 1, take_made, "Security 8222", "" },
	{ "VSS", 8224, 0, take_stop, NULL, "" },
	{ "VSS", 8212, 0, NULL, NULL, "" },
	{ "VSS", 8219, 0, take_inside, "VSS 8219, out of time in PostSnapshot",
	    "" },
	{ "VSS", 8220, 0, take_inside, "VSS 8220, out of time in PostSnapshot",
	    "" },
	{ "VSS", 8229, 0, take_rejected, "VSS 8229, event rejected",
	    "a writer rejected an event" },
	{ "VSS", 8193, 0, NULL, NULL, "a routine failed unexpectedly" },
	{ "VSS", 8194, 0, NULL, NULL, "a writer could not call the requester "
	    "back (common, and mostly harmless)" },
	{ "Service Control Manager", 7036, 1, take_service, NULL, "" },
	{ "ESENT", 326, 0, take_attached, "ESENT 326, database attached",
	    "" },
	{ "ESENT", 2001, 0, take_frozen, "ESENT 2001, freeze started", "" },
	{ "ESENT", 2003, 0, take_thawed, "ESENT 2003, freeze ended", "" },
	{ "ESENT", 2005, 0, take_begun, "ESENT 2005, shadow copy begun", "" },
	{ "ESENT", 2004, 0, NULL, NULL, "a database engine's freeze ran out "
	    "of time" },
	{ "ESENT", 2007, 0, NULL, NULL, "a database engine's shadow copy was "
	    "broken off" },
	{ "NTDS ISAM", 2001, 0, take_frozen, "NTDS ISAM 2001, freeze started",
	    "" },
	{ "NTDS ISAM", 2003, 0, take_thawed, "NTDS ISAM 2003, freeze ended",
	    "" },
	{ "NTDS ISAM", 2005, 0, take_begun, "NTDS ISAM 2005, shadow copy "
	    "begun", "" },
	{ "NTDS ISAM", 2007, 0, NULL, NULL, "a database engine's shadow copy "
	    "was broken off" },
	{ "ESE", 2001, 0, take_frozen, "ESE 2001, freeze started", "" },
	{ "ESE", 2003, 0, take_thawed, "ESE 2003, freeze ended", "" },
	{ "ESE", 2005, 0, take_begun, "ESE 2005, shadow copy begun", "" },
	{ "ESE", 2007, 0, NULL, NULL, "a database engine's shadow copy was "
	    "broken off" },
	{ "MSSQL", 3197, 0, take_io_frozen, "SQL Server 3197, I/O frozen",
	    "" },
	{ "MSSQL", 3198, 0, take_io_resumed, "SQL Server 3198, I/O resumed",
	    "" },
	{ "volsnap", 25, 0, take_gone, "volsnap 25, copies lost", "all copies "
	    "of a volume were lost: their storage could not grow in time" },
	{ "volsnap", 33, 0, NULL, NULL, "the oldest copy of a volume was "
	    "deleted for its space" },
	{ "volsnap", 36, 0, take_gone, "volsnap 36, copies lost", "all copies "
	    "of a volume were lost: their storage had reached its limit" },
	{ "Kernel-General", 12, 0, take_boot, NULL, "" },
	{ "EventLog", 6005, 0, take_boot, NULL, "" },
	{ "EventLog", 6009, 0, take_boot, NULL, "" },
	{ "Security-Auditing", 4688, 0, take_created, NULL, "" },
	{ "Security-Auditing", 4689, 0, take_exited,
	    "Security 4689, process ended", "" },
	{ "CAPI2", 513, 0, NULL, NULL, NULL },
};

/* Sources whose errors are worth showing, whatever their number. */
static const char *const watched[] = { "VSS", "volsnap",
	"VolumeSnapshot-Driver", "SQLWRITER", "SQLVDI", "MSExchangeRepl",
	"vmicvss", "Hyper-V-VmicVss" };

static const char *
source_of(const struct vss_log_record *l)
{
	static const char lead[] = "Microsoft-Windows-";
	const char *s = l->provider;

	if (!s)
		return "";
	if (vss_same_nocase(s, "Microsoft Windows security auditing."))
		return "Security-Auditing";
	if (vss_find_nocase(s, lead) == s)
		s += sizeof(lead) - 1;
	/* a named instance of SQL Server has its name behind a dollar */
	if (vss_same_nocase(s, "MSSQLSERVER") ||
	    vss_find_nocase(s, "MSSQL$") == s)
		return "MSSQL";
	return s;
}

static const struct reading *
reading_of(const struct vss_log_record *l, const char *source)
{
	size_t i;

	for (i = 0; i < sizeof(readings) / sizeof(readings[0]); i++)
		if (readings[i].id == l->id &&
		    (vss_same_nocase(readings[i].source, source) ||
		    (!*source && readings[i].enough)))
			return &readings[i];
	return NULL;
}

static int
level_of(const struct vss_log_record *l)
{
	int64_t n = l->level >= 0 ? l->level : vss_log_number(l, "Level");

	return n > 5 ? -1 : (int)n;
}

static int
is_watched(const struct vss_log_record *l, const char *source)
{
	int level = level_of(l);
	size_t i;

	if (level == 0 || level > 3)
		return 0;
	for (i = 0; i < sizeof(watched) / sizeof(watched[0]); i++)
		if (vss_same_nocase(source, watched[i]))
			return 1;
	return 0;
}

/* A text of VSS that was copied without its source and number. */
static int
is_nameless(const struct vss_log_record *l, const struct vss_log_facts *f)
{
	return l->id < 0 && !l->provider && f->blocks == 2 && f->hr >= 0;
}

static void
show_writer(char *to, size_t size, const struct vss_log_facts *f)
{
	if (f->pid)
		snprintf(to, size, "; writer %.100s (pid %lu)", f->writer,
		    (unsigned long)f->pid);
	else
		snprintf(to, size, "; writer %.100s", f->writer);
}

static char *
write_note(const struct vss_log_record *l, const struct vss_log_facts *f,
    const char *words)
{
	static const char *const levels[] = { "", " (critical)", " (error)",
	    " (warning)" };
	char note[LIMIT_NAME], name[80] = "an error of VSS", hr[24] = "";
	char handler[64] = "", writer[160] = "";
	int level = level_of(l);

	if (l->provider)
		snprintf(name, sizeof(name), "%.50s %ld%s", l->provider,
		    (long)l->id, levels[level >= 1 && level <= 3 ? level :
		    0]);
	if (f->hr >= 0)
		snprintf(hr, sizeof(hr), "; hr 0x%08lx",
		    (unsigned long)f->hr);
	if (f->handler)
		snprintf(handler, sizeof(handler), "; in %s",
		    vss_kind(f->handler)->text);
	if (*f->writer)
		show_writer(writer, sizeof(writer), f);
	snprintf(note, sizeof(note), "%s: %s%s%s%s", name, words, hr, handler,
	    writer);
	return vss_name_copy(note, SIZE_MAX);
}

/* What is shown of a record beside the verdicts; NULL for nothing. */
static char *
note_of(const struct vss_log_record *l, const char *source,
    const struct reading *how)
{
	struct vss_log_facts f;

	if (how && how->words && !*how->words)
		return NULL;
	if (!how && l->id >= 0 && !is_watched(l, source))
		return NULL;
	vss_log_facts(l, &f);
	if (!how && l->id < 0)
		return is_nameless(l, &f) ? write_note(l, &f, "its source and "
		    "number were not copied") : NULL;
	return write_note(l, &f, how && how->words ? how->words :
	    "an event whose meaning has not been verified");
}

/* What of a record beside Sysmon's concerns us. */
static void
classify_other(const struct vss_log_record *l, struct vss_diag_record *r)
{
	const char *source = source_of(l);
	const struct reading *how = reading_of(l, source);
	struct vss_diag_record nothing = *r;

	if (how && how->read && !how->read(l, r)) {
		vss_diag_record_free(r);
		*r = nothing;
	}
	if (how && r->what != W_TIME)
		r->label = how->label;
	r->note = note_of(l, source, how);
	if (r->note && r->what == W_TIME)
		r->what = W_NOTE;
}

/* What of a record of Sysmon concerns us. */
static void
classify_sysmon(const struct vss_log_record *l, struct vss_diag_record *r)
{
	const char *p;

	if (l->id == 13) {
		p = vss_log_field(l, "TargetObject");
		if (p && vss_diag_split(p, r))
			r->what = W_STEP;
	} else if (l->id == 1 || l->id == 5) {
		r->what = l->id == 1 ? W_START : W_EXIT;
		p = vss_log_field(l, "Image");
		p = p ? vss_base_name(p) : "";
		r->image = vss_name_copy(p, strlen(p));
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

/* The process and program of Sysmon's records. 0: there is none. */
static int
take_process(const struct vss_log_record *l, struct vss_diag_record *r)
{
	const char *image;
	int64_t pid;

	if (r->foreign || (r->what != W_STEP && r->what != W_START &&
	    r->what != W_EXIT))
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

static const char *
channel_of(const struct vss_log_record *l, const char *utc)
{
	if (l->channel)
		return l->channel;
	return utc || (l->provider && vss_find_nocase(l->provider,
	    "Sysmon")) ? "Sysmon" : "";
}

/* Where a record stands in its channel, which may run backwards. */
static void
place(struct channel *c, struct vss_diag_record *r)
{
	r->seq = c->n;
	c->unnumbered |= !r->number;
	if (r->time == VSS_NO_TIME)
		return;
	if (!c->n)
		c->first = r->time;
	else {
		c->up += r->time > c->last;
		c->down += r->time < c->last;
	}
	c->last = r->time;
	c->n++;
}

/* In no order at all: not oldest or newest first, nor a few such exports one
 * behind the other. */
static int
is_shuffled(const struct channel *c)
{
	return c->unnumbered && (c->up < c->down ? c->up : c->down) * 10 >
	    c->n;
}

/* What is told of a record that has no time: an error stands by itself. */
static void
without_time(struct vss_diag_record *r)
{
	if (r->note)
		r->what = W_NOTE;
}

static enum vss_status
keep(struct eventlog *s, const struct vss_log_record *l,
    struct vss_diag_record *r)
{
	if (r->time == VSS_NO_TIME)
		without_time(r);
	if (r->time == VSS_NO_TIME && r->what != W_NOTE) {
		vss_diag_record_free(r);
		return r->what == W_TIME ? VSS_OK : reject(s, l->line,
		    "a record that concerns VSS has no time that can be read "
		    "(UtcTime or TimeCreated)");
	}
	if (!take_process(l, r)) {
		vss_diag_record_free(r);
		return r->what != W_STEP ? VSS_OK : reject(s, l->line,
		    "a VSS\\Diag record without a ProcessId");
	}
	place(&s->channels[r->channel], r);
	if (r->foreign && r->time != VSS_NO_TIME &&
	    (s->log_end == VSS_NO_TIME || r->time > s->log_end))
		s->log_end = r->time;
	if (r->what == W_TIME && r->foreign)
		return VSS_OK;
	s->used += r->what != W_TIME;
	return vss_diag_add(&s->d, r);
}

/* Does it tell of VSS, and not only of processes and the machine? */
static int
is_told(const struct vss_diag_record *r)
{
	return r->what != W_TIME && r->what != W_START &&
	    r->what != W_EXIT && r->what != W_BOOT && r->what != W_STOP;
}

static enum vss_status
take(void *arg, const struct vss_log_record *l)
{
	struct eventlog *s = arg;
	const char *utc = vss_log_field(l, "UtcTime");
	struct vss_diag_record r = { 0 };
	enum vss_status st;
	int64_t tu;
	int index = 0, sysmon;

	if (!vss_machines_wanted(s->d.out, l->computer))
		return VSS_OK;
	if (!*s->d.host)
		vss_copy_text(s->d.host, sizeof(s->d.host), l->computer ?
		    l->computer : "");
	if ((st = find_channel(s, channel_of(l, utc), &index)) != VSS_OK)
		return st;
	sysmon = s->channels[index].sysmon;
	s->has_sysmon |= sysmon;
	s->local |= l->time_local && l->time != VSS_NO_TIME;
	tu = sysmon && utc ? vss_time_parse(utc) : VSS_NO_TIME;
	if (tu != VSS_NO_TIME && l->time != VSS_NO_TIME &&
	    (st = note_offset(s, tu - l->time)) != VSS_OK)
		return st;
	r.what = W_TIME;
	r.line = l->line;
	r.number = l->number;
	r.channel = index;
	r.foreign = !sysmon;
	r.time = tu != VSS_NO_TIME ? tu : l->time;
	if (sysmon)
		classify_sysmon(l, &r);
	else
		classify_other(l, &r);
	if ((st = vss_machines_met(&s->machines, l->computer, is_told(&r),
	    l->line, s->d.error)) != VSS_OK) {
		vss_diag_record_free(&r);
		return st;
	}
	return keep(s, l, &r);
}

static void
refuse(void *arg, const struct vss_error *e)
{
	struct eventlog *s = arg;

	if (!s->d.out->again)
		vss_import_reject(s->d.out, e);
}

static int
compare_time(const void *pa, const void *pb)
{
	int64_t a = *(const int64_t *)pa, b = *(const int64_t *)pb;

	return a < b ? -1 : a > b;
}

/* Stable by time: within a channel the order of its own records, across
 * channels Sysmon's first. `seq` is the record's number, or has been turned
 * for channels that run newest first. */
static int
compare_records(const void *pa, const void *pb)
{
	const struct vss_diag_record *a = pa, *b = pb;
	int c;

	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	if (a->channel != b->channel)
		return a->channel < b->channel ? -1 : 1;
	/* without any order, what one party enters it leaves later */
	if (a->shuffled && (c = strcmp(a->comp ? a->comp : "", b->comp ?
	    b->comp : "")))
		return c;
	if (a->shuffled && a->edge != b->edge)
		return a->edge < b->edge ? -1 : 1;
	return a->seq < b->seq ? -1 : a->seq > b->seq;
}

static int
same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* The same record a second time. One without a number is if it is a step, or
 * the start or end of a process, and all that it says is the same: others have
 * one record for each database or copy. */
static int
is_repeated(const struct vss_diag_record *a, const struct vss_diag_record *b)
{
	if (a->time == VSS_NO_TIME || a->number != b->number ||
	    a->channel != b->channel || a->what != b->what ||
	    a->edge != b->edge || a->pid != b->pid)
		return 0;
	return a->number || ((a->what == W_STEP || a->what == W_START ||
	    a->what == W_EXIT) && same_text(a->comp, b->comp) &&
	    same_text(a->op, b->op) && same_text(a->image, b->image));
}

/* Those with numbers stand side by side, the others among the records of the
 * same time: so far back it is looked for. */
static void
leave_out_repeated(struct eventlog *s)
{
	enum { BACK = 64 };
	struct vss_diag_record *r;
	size_t i, k, n = 0;

	for (i = 0; i < s->d.n; i++) {
		r = &s->d.r[i];
		for (k = 1; k <= n && k <= BACK && s->d.r[n - k].time ==
		    r->time && !is_repeated(&s->d.r[n - k], r); k++)
			;
		if (k > n || k > BACK || s->d.r[n - k].time != r->time) {
			s->d.r[n++] = *r;
			continue;
		}
		s->repeated += r->what != W_TIME;
		vss_diag_record_free(r);
	}
	s->d.n = n;
	s->used -= s->repeated;
}

/* Records in no order that have one time have none either. */
static void
find_ties(struct eventlog *s)
{
	uint32_t tie = 0;
	size_t i, k;

	for (i = 0; i < s->d.n; i = k) {
		for (k = i + 1; k < s->d.n && s->d.r[k].time ==
		    s->d.r[i].time && s->d.r[k].shuffled; k++)
			;
		if (k - i == 1 || !s->d.r[i].shuffled)
			continue;
		for (tie++; i < k; i++)
			s->d.r[i].tie = tie;
	}
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
		s->d.r[i].shuffled = is_shuffled(c);
		if (!c->unnumbered)
			s->d.r[i].seq = s->d.r[i].number;
		else if (c->first > c->last)
			s->d.r[i].seq = c->n - 1 - s->d.r[i].seq;
		if (!c->sysmon && s->d.r[i].time != VSS_NO_TIME)
			s->d.r[i].time += s->offset;
		s->d.r[i].channel = order[s->d.r[i].channel];
		if (c->sysmon && s->d.r[i].time > s->d.end)
			s->d.end = s->d.r[i].time;
	}
	if (!s->has_sysmon)
		s->d.end = s->log_end;
	if (s->d.n)
		qsort(s->d.r, s->d.n, sizeof(*s->d.r), compare_records);
	leave_out_repeated(s);
	find_ties(s);
}

static enum vss_status read_log(vss_log_reader *reader, const char *name,
    const char *buf, size_t len, struct vss_import *out,
    struct vss_error *error);

struct reading_of_one {
	vss_log_reader *reader;
	const char *name, *buf;
	size_t len;
	struct vss_error *error;
};

static enum vss_status
read_one(void *arg, struct vss_import *one)
{
	const struct reading_of_one *r = arg;

	return read_log(r->reader, r->name, r->buf, r->len, one, r->error);
}

static void
free_log(struct eventlog *s)
{
	int k;

	for (k = 0; k < s->nchannels; k++)
		free(s->channels[k].name);
	vss_machines_free(&s->machines);
	free(s->offsets);
	vss_diag_free(&s->d);
}

static enum vss_status
read_log(vss_log_reader *reader, const char *name, const char *buf, size_t len,
    struct vss_import *out, struct vss_error *error)
{
	struct eventlog s = { 0 };
	struct vss_log_sink sink = { .arg = &s, .record = take,
	    .reject = refuse };
	struct reading_of_one one = { reader, name, buf, len, error };
	struct vss_profile p;
	enum vss_status st;
	char text[128];
	int n;

	s.d.out = out;
	s.d.error = error;
	s.log_end = VSS_NO_TIME;
	st = reader(buf, len, &sink, error);
	out->counts.lines = sink.units;
	out->counts.unit = sink.unit;
	if (st == VSS_OK && (n = vss_machines_apart(&s.machines, out))) {
		st = vss_machines_read(&s.machines, n, out, read_one, &one);
		free_log(&s);
		return st;
	}
	if (st == VSS_OK) {
		put_in_order(&s);
		s.d.local = s.local && !s.has_sysmon;
		vss_diag_profile(&s.d, name, &p);
		st = out->profile(out->arg, &p);
	}
	if (st == VSS_OK)
		st = vss_diag_interpret(&s.d);
	if (st == VSS_OK && s.repeated) {
		snprintf(text, sizeof(text), "%" PRIu64 " records are in it "
		    "twice: each is taken once", s.repeated);
		vss_import_context(out, 1, VSS_NO_TIME, text);
	}
	if (st == VSS_OK && sink.leftover) {
		snprintf(text, sizeof(text), "%" PRIu64 " records outside of "
		    "the log proper, overwritten or of damaged parts: not "
		    "judged", sink.leftover);
		vss_import_context(out, 1, VSS_NO_TIME, text);
	}
	out->counts.used = s.used;
	out->counts.ignored = out->counts.lines - s.used -
	    out->counts.rejected;
	free_log(&s);
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

enum vss_status
vss_eventlog_read(vss_log_reader *reader, const char *name, const char *buf,
    size_t len, struct vss_import *out, struct vss_error *error)
{
	return read_log(reader, name, buf, len, out, error);
}
