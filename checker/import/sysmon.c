/*
 * Sysmon registry events on VSS\Diag, as JSON Lines, together with whatever
 * event logs the same file holds.
 *
 * The VSS libraries write a registry value when a step begins and ends, in
 * the process that takes the step; Sysmon records the write as event 13.
 * What is known of the names and of their order:
 * docs/formats.md. Three traps are handled here: a file is blocks of
 * channels, each oldest or newest first; the other channels' clock is local
 * time with a false Z; the commit is flushed to the registry only after the
 * held writes are released, so its place among hold and release says nothing
 * (no letter is made of hold and release).
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "import.h"

enum what {
	W_TIME,			/* only says that the recording goes on */
	W_STEP,			/* a registry value under VSS\Diag */
	W_START,		/* a process begins */
	W_EXIT,			/* a process ends */
	W_MADE,			/* Security 8222: shadow copy created */
	W_STOP,			/* VSS service stopped: 8224, 7036 */
	W_ATTACH		/* ESENT 326: database in a copy attached */
};

enum edge { EDGE_ENTER, EDGE_LEAVE, EDGE_STATE };

struct record {
	uint64_t line, seq;
	int64_t time;
	uint32_t pid;
	uint16_t channel;
	uint8_t what, edge;
	uint8_t taken;		/* an 8222 that has found its backup */
	char *comp, *op;	/* of a step */
	char *image, *set;
};

enum { MAX_CHANNELS = 64 };

struct channel {
	char *name;
	int64_t first, last;
	uint64_t n;
	int reversed, sysmon;
};

/* A backup, while the records are being made into events. */
struct backup {
	char object[48];
	uint32_t pid;
	int writerless;
	int prepared, did, did_end, completed, over;
	int open;		/* KIND_META, PREP, DO, GWS, COMPL or 0 */
	char *image, *set;
};

struct sysmon {
	struct vss_import *out;
	struct vss_error *error;
	struct record *r;
	size_t n, room;
	struct channel channels[MAX_CHANNELS];
	int nchannels;
	int64_t offset;		/* of the other channels' clock */
	int64_t end;		/* of what Sysmon recorded */
	int64_t *offsets;
	size_t noffsets, offsets_room;
	struct backup *b;
	int nb, b_room;
	int shows_exit, shows_shutdown, shows_commit;
	char host[64];		/* of the first record that tells */
	uint64_t used;
};

static int
lower(int c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* Where `what` occurs in s, case ignored. */
static const char *
find_nocase(const char *s, const char *what)
{
	size_t i;

	for (; *s; s++) {
		for (i = 0; what[i] && lower(s[i]) == lower(what[i]); i++)
			;
		if (!what[i])
			return s;
	}
	return NULL;
}

static int
same_nocase(const char *a, const char *b)
{
	while (*a && lower(*a) == lower(*b)) {
		a++;
		b++;
	}
	return !*a && !*b;
}

static void
record_free(struct record *r)
{
	free(r->comp);
	free(r->op);
	free(r->image);
	free(r->set);
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

static const char *
base_name(const char *path)
{
	const char *p;

	for (p = path; *p; p++)
		if (*p == '\\' || *p == '/')
			path = p + 1;
	return path;
}

/* "Process ID:\t\t0x0ad4": the value after a label of an event's message. */
static const char *
labelled(const char *message, const char *label, size_t *n)
{
	const char *p = message ? find_nocase(message, label) : NULL, *e;

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

/* Split what follows \VSS\Diag\ into component and step. Returns 0 when it
 * is neither Enter, Leave nor SetCurrentState. */
static int
split_step(const char *path, struct record *r)
{
	static const struct { const char *end; int edge; } edges[] = {
		{ " (Enter)", EDGE_ENTER }, { " (Leave)", EDGE_LEAVE },
		{ " (SetCurrentState)", EDGE_STATE },
	};
	const char *p = find_nocase(path, "\\vss\\diag\\"), *slash;
	size_t n, i, k;

	if (!p)
		return 0;
	p += strlen("\\vss\\diag\\");
	n = strlen(p);
	for (i = 0; i < 3; i++) {
		k = strlen(edges[i].end);
		if (n > k && same_nocase(p + n - k, edges[i].end))
			break;
	}
	slash = strrchr(p, '\\');
	if (i == 3 || !slash || slash == p)
		return 0;
	r->edge = edges[i].edge;
	r->comp = vss_name_copy(p, slash - p);
	r->op = vss_name_copy(slash + 1, n - k - (slash + 1 - p));
	return 1;
}

static enum vss_status
fail_memory(struct sysmon *s)
{
	vss_error_set(s->error, 0, 0, "out of memory");
	return VSS_FAIL;
}

static enum vss_status
find_channel(struct sysmon *s, const char *name, int *index)
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
		return fail_memory(s);
	s->channels[i].sysmon = find_nocase(name, "sysmon") != NULL;
	s->nchannels++;
	*index = i;
	return VSS_OK;
}

/* What of the record concerns us. */
static void
classify(json_t *o, struct record *r, int sysmon)
{
	const char *message = member(o, "Message"), *p, *q;
	const char *source = member(o, "SourceName");
	int64_t id = member_number(o, "EventID");
	size_t n;

	r->what = W_TIME;
	if (sysmon && id == 13) {
		p = member(o, "TargetObject");
		if (p && split_step(p, r))
			r->what = W_STEP;
	} else if (sysmon && (id == 1 || id == 5)) {
		r->what = id == 1 ? W_START : W_EXIT;
		p = member(o, "Image");
		p = p ? base_name(p) : "";
		r->image = vss_name_copy(p, strlen(p));
	} else if (id == 8222 && (p = labelled(message, "Process ID", &n))) {
		r->what = W_MADE;
		r->pid = strtoul(p, NULL, 0);
		if ((p = labelled(message, "Shadow Set ID", &n)))
			r->set = vss_name_copy(p, n);
		if ((p = labelled(message, "Process image name", &n))) {
			for (q = p + n; q > p && q[-1] != '\\'; q--)
				;
			r->image = vss_name_copy(q, n - (q - p));
		}
	} else if (id == 8224 && source && same_nocase(source, "VSS"))
		r->what = W_STOP;
	else if (id == 7036) {
		p = member(o, "param1");
		q = member(o, "param2");
		if (!p || !q)
			p = q = message ? message : "";
		if (find_nocase(p, "Volume Shadow Copy") &&
		    find_nocase(q, "stopped"))
			r->what = W_STOP;
	} else if (id == 326 && source && same_nocase(source, "ESENT") &&
	    message && (strstr(message, "$SNAP_") ||
	    strstr(message, "HarddiskVolumeShadowCopy")) &&
	    (p = strchr(message, '('))) {
		r->pid = strtoul(p + 1, NULL, 10);
		r->what = W_ATTACH;
	}
}

static enum vss_status
reject(struct sysmon *s, uint64_t line, uint64_t column, const char *text)
{
	struct vss_error e;

	vss_error_set(&e, line, column, "%s", text);
	s->out->counts.rejected++;
	if (s->out->reject)
		s->out->reject(s->out->arg, &e);
	return VSS_OK;
}

static enum vss_status
take(struct sysmon *s, json_t *o, uint64_t line)
{
	const char *channel = member(o, "Channel"), *utc = member(o,
	    "UtcTime"), *created = member(o, "TimeCreated");
	struct record *list, r = { 0 };
	struct channel *c;
	enum vss_status st;
	int64_t tu, tc, pid;
	int index;

	if (!*s->host) {
		const char *host = member(o, "Hostname");

		if (!host)
			host = member(o, "Computer");
		vss_copy_text(s->host, sizeof(s->host), host ? host : "");
	}
	if (!created)
		created = member(o, "@timestamp");
	if (!created)
		created = member(o, "EventTime");
	st = find_channel(s, channel ? channel : utc ? "Sysmon" : "", &index);
	if (st != VSS_OK)
		return st;
	c = &s->channels[index];
	tu = utc ? vss_time_parse(utc) : VSS_NO_TIME;
	tc = created ? vss_time_parse(created) : VSS_NO_TIME;
	if (c->sysmon && tu == VSS_NO_TIME)
		tu = tc;
	r.line = line;
	r.seq = c->n;
	r.channel = index;
	r.time = c->sysmon ? tu : tc;
	classify(o, &r, c->sysmon);
	if (r.time == VSS_NO_TIME) {
		record_free(&r);
		if (r.what == W_TIME)
			return VSS_OK;
		return reject(s, line, 1, "a record that concerns VSS has no "
		    "time that can be read (UtcTime or TimeCreated)");
	}
	if (r.what == W_STEP || r.what == W_START || r.what == W_EXIT) {
		pid = member_number(o, "ProcessId");
		if (pid < 0 || pid > UINT32_MAX) {
			record_free(&r);
			if (r.what != W_STEP)
				return VSS_OK;
			return reject(s, line, 1, "a VSS\\Diag record without "
			    "a ProcessId");
		}
		r.pid = pid;
		if (r.what == W_STEP) {
			const char *image = member(o, "Image");

			image = image ? base_name(image) : "";
			r.image = vss_name_copy(image, strlen(image));
		}
	}
	if ((r.what == W_STEP && (!r.comp || !r.op || !r.image)) ||
	    ((r.what == W_START || r.what == W_EXIT) && !r.image)) {
		record_free(&r);
		return fail_memory(s);
	}
	if (!c->n)
		c->first = r.time;
	c->last = r.time;
	c->n++;
	if (c->sysmon && utc && tu != VSS_NO_TIME && tc != VSS_NO_TIME) {
		if (s->noffsets == s->offsets_room) {
			size_t room = s->offsets_room ? s->offsets_room * 2 :
			    64;
			int64_t *more = realloc(s->offsets, room *
			    sizeof(*more));

			if (!more) {
				record_free(&r);
				return fail_memory(s);
			}
			s->offsets = more;
			s->offsets_room = room;
		}
		s->offsets[s->noffsets++] = tu - tc;
	}
	if (r.what == W_TIME && !c->sysmon)
		return VSS_OK;
	s->shows_shutdown |= r.what == W_STEP &&
	    same_nocase(r.op, "BACKUPSHUTDOWN");
	s->shows_commit |= r.what == W_STEP &&
	    same_nocase(r.op, "PROVIDER_COMMIT");
	s->shows_exit |= r.what == W_EXIT;
	s->used += r.what != W_TIME;
	if (s->n == s->room) {
		size_t room = s->room ? s->room * 2 : 256;

		if (!(list = realloc(s->r, room * sizeof(*list)))) {
			record_free(&r);
			return fail_memory(s);
		}
		s->r = list;
		s->room = room;
	}
	s->r[s->n++] = r;
	return VSS_OK;
}

static enum vss_status
parse(struct sysmon *s, const char *buf, size_t len)
{
	const char *p = buf, *start, *stop;
	enum vss_status st;
	json_error_t je;
	uint64_t line = 0;
	json_t *o;

	while (start = p, (stop = vss_line(&p, buf + len))) {
		line++;
		while (start < stop && (*start == ' ' || *start == '\t'))
			start++;
		if (start == stop)
			continue;
		o = json_loadb(start, stop - start, JSON_ALLOW_NUL, &je);
		if (!json_is_object(o)) {
			reject(s, line, o || je.column < 1 ? 1 : je.column,
			    o ? "not a JSON object" : je.text);
			json_decref(o);
			continue;
		}
		st = take(s, o, line);
		json_decref(o);
		if (st != VSS_OK)
			return st;
	}
	s->out->counts.lines = line;
	return VSS_OK;
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
	const struct record *a = pa, *b = pb;

	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	if (a->channel != b->channel)
		return a->channel < b->channel ? -1 : 1;
	return a->seq < b->seq ? -1 : a->seq > b->seq;
}

static void
put_in_order(struct sysmon *s)
{
	const int64_t quarter = INT64_C(900000000);
	struct channel *c;
	size_t i;
	int k, order[MAX_CHANNELS], next = 0;

	s->end = VSS_NO_TIME;
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
	for (i = 0; i < s->n; i++) {
		c = &s->channels[s->r[i].channel];
		if (c->first > c->last)
			s->r[i].seq = c->n - 1 - s->r[i].seq;
		if (!c->sysmon)
			s->r[i].time += s->offset;
		s->r[i].channel = order[s->r[i].channel];
		if (c->sysmon && s->r[i].time > s->end)
			s->end = s->r[i].time;
	}
	if (s->n)
		qsort(s->r, s->n, sizeof(*s->r), compare_records);
}

static struct backup *
new_backup(struct sysmon *s, uint32_t pid)
{
	struct backup *b;

	if (s->nb == s->b_room) {
		int room = s->b_room ? s->b_room * 2 : 8;

		if (!(b = realloc(s->b, room * sizeof(*b))))
			return NULL;
		s->b = b;
		s->b_room = room;
	}
	b = &s->b[s->nb++];
	memset(b, 0, sizeof(*b));
	b->pid = pid;
	snprintf(b->object, sizeof(b->object), "backup %d", s->nb);
	return b;
}

/* The process's backup that is still going on. */
static struct backup *
current(struct sysmon *s, uint32_t pid)
{
	int i;

	for (i = s->nb - 1; i >= 0; i--)
		if (s->b[i].pid == pid && !s->b[i].over)
			return &s->b[i];
	return NULL;
}

static enum vss_status
emit(struct sysmon *s, const struct record *r, const struct backup *b,
    int kind, unsigned phases, unsigned data, const char *writer, int starts,
    int middle)
{
	struct vss_event ev = { 0 };
	char label[200];
	static const char *const edges[] = { "Enter", "Leave",
	    "SetCurrentState" };

	ev.kind = kind;
	ev.phases = phases;
	ev.data = data;
	ev.starts = starts;
	ev.middle = middle;
	ev.line = r->line;
	ev.time = r->time;
	ev.writer = writer;
	if (b) {
		ev.object = b->object;
		ev.pid = b->pid;
		ev.image = b->image;
		ev.set = b->set;
	}
	if (r->what == W_STEP)
		snprintf(label, sizeof(label), "%.60s\\%.60s (%s)", r->comp,
		    r->op, edges[r->edge]);
	else
		snprintf(label, sizeof(label), "%s", r->what == W_EXIT ?
		    "Sysmon 5, process ended" : r->what == W_MADE ?
		    "Security 8222" : r->what == W_ATTACH ?
		    "ESENT 326, database attached" : "");
	ev.label = label;
	return s->out->event(s->out->arg, &ev, s->error);
}

static int
is_publisher(const char *comp)
{
	static const char *const others[] = { "VssvcPublisher", "Lovelace",
	    "SwProvider_", "FSProvider_", "HwProvider_", "VolSnap" };
	size_t i, k;

	if (same_nocase(comp, "VssapiPublisher"))
		return 1;
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		for (k = 0; others[i][k] && lower(comp[k]) ==
		    lower(others[i][k]); k++)
			;
		if (!others[i][k])
			return 2;
	}
	return 0;
}

static int
step_is(const struct record *r, const char *op)
{
	return r->what == W_STEP && same_nocase(r->op, op);
}

static const struct { const char *op; int kind; } calls[] = {
	{ "IDENTIFY", KIND_META }, { "PREPAREBACKUP", KIND_PREP },
	{ "DOSNAPSHOT", KIND_DO }, { "GETSTATE", KIND_GWS },
	{ "BACKUPCOMPLETE", KIND_COMPL },
};

static const struct { const char *op; int kind; } handlers[] = {
	{ "IDENTIFY", KIND_ID }, { "PREPAREBACKUP", KIND_PB },
	{ "PREPARESNAPSHOT", KIND_PS }, { "FREEZE", KIND_FZ },
	{ "THAW", KIND_TH }, { "POSTSNAPSHOT", KIND_PO },
	{ "BACKUPCOMPLETE", KIND_BC }, { "BACKUPSHUTDOWN", KIND_SD },
	{ "ABORT", KIND_AB },
};

/* The 8222 that tells of the copy made between two times. */
static struct record *
made(struct sysmon *s, uint32_t pid, int64_t from, int64_t to)
{
	const int64_t slack = INT64_C(2000000);
	size_t k;

	for (k = 0; k < s->n; k++)
		if (s->r[k].what == W_MADE && !s->r[k].taken &&
		    (!pid || s->r[k].pid == pid) &&
		    s->r[k].time >= from - slack &&
		    (to == VSS_NO_TIME || s->r[k].time <= to + slack))
			return &s->r[k];
	return NULL;
}

/* An IDENTIFY after which the next thing done is BACKUPCOMPLETE is VSS's
 * own: the recording begins in the middle of a backup. */
static int
own_identify(const struct sysmon *s, size_t i)
{
	const struct record *q;
	size_t k;

	for (k = i + 1; k < s->n; k++) {
		q = &s->r[k];
		if (q->pid != s->r[i].pid || q->what != W_STEP ||
		    is_publisher(q->comp) != 1)
			continue;
		if (step_is(q, "PREPAREBACKUP") || step_is(q, "DOSNAPSHOT"))
			return 0;
		if (step_is(q, "BACKUPCOMPLETE"))
			return 1;
	}
	return 0;
}

static enum vss_status
requester_step(struct sysmon *s, size_t i, const uint32_t *born, size_t nborn)
{
	struct record *r = &s->r[i], *m, *q;
	struct backup *b = current(s, r->pid);
	int kind = 0, first = 0, starts = 0;
	unsigned phases;
	size_t k;

	for (k = 0; k < sizeof(calls) / sizeof(calls[0]); k++)
		if (step_is(r, calls[k].op))
			kind = calls[k].kind;
	if (!kind || r->edge == EDGE_STATE)
		return VSS_OK;
	/* VSS's own, between DoSnapshotSet and BackupComplete */
	if (kind == KIND_META && b && b->did && !b->completed)
		return VSS_OK;
	/* a round that begins after the end of one backup is another's */
	if (b && r->edge == EDGE_ENTER && ((kind == KIND_META &&
	    (b->completed || b->did_end)) || (kind == KIND_PREP &&
	    b->prepared))) {
		b->over = 1;
		b = NULL;
	}
	if (!b) {
		if (!(b = new_backup(s, r->pid)))
			return fail_memory(s);
		first = 1;
		for (k = 0; k < nborn; k++)
			starts |= born[k] == r->pid;
		starts |= kind == KIND_META && r->edge == EDGE_ENTER &&
		    !own_identify(s, i);
		if (!(b->image = vss_name_copy(r->image, strlen(r->image))))
			return fail_memory(s);
	}
	if (kind == KIND_DO && r->edge == EDGE_ENTER) {
		/* its leave bounds the time of the 8222 */
		for (k = i + 1; k < s->n; k++) {
			q = &s->r[k];
			if (q->pid == r->pid && step_is(q, "DOSNAPSHOT") &&
			    q->edge == EDGE_LEAVE)
				break;
		}
		m = made(s, r->pid, r->time, k < s->n ? s->r[k].time :
		    VSS_NO_TIME);
		if (m) {
			m->taken = 1;
			if (m->set && !b->set && !(b->set = vss_name_copy(m->set,
			    strlen(m->set))))
				return fail_memory(s);
		}
	}
	/* how it ended the registry does not tell */
	phases = r->edge == EDGE_ENTER ? 1 << PHASE_CALL :
	    1 << PHASE_OK | 1 << PHASE_ERR | 1 << PHASE_CAN;
	b->prepared |= kind == KIND_PREP;
	b->did |= kind == KIND_DO;
	b->did_end |= kind == KIND_DO && r->edge == EDGE_LEAVE;
	b->completed |= kind == KIND_COMPL;
	b->open = r->edge == EDGE_ENTER ? kind : 0;
	return emit(s, r, b, kind, phases, 0, NULL, first && starts, first &&
	    !starts);
}

static int
open_call(struct sysmon *s, int kind)
{
	int i;

	for (i = 0; i < s->nb; i++)
		if (!s->b[i].over && s->b[i].open == kind)
			return 1;
	return 0;
}

static int
is_failed_state(const char *state)
{
	return find_nocase(state, "FAILED") != NULL;
}

/*
 * A writer's step. The state it sets right after tells how the handler
 * ended; where the Leave itself is missing, the state shows that the handler
 * did end.
 */
static enum vss_status
writer_step(struct sysmon *s, size_t i)
{
	struct record *r = &s->r[i], *q;
	char writer[LIMIT_NAME + 32];
	unsigned phases = 1 << PHASE_CALL;
	int kind = 0, open = 0;
	size_t k, h;

	snprintf(writer, sizeof(writer), "%s (pid %lu)", r->comp,
	    (unsigned long)r->pid);
	for (h = 0; h < sizeof(handlers) / sizeof(handlers[0]); h++)
		if (step_is(r, handlers[h].op))
			kind = handlers[h].kind;
	if (r->edge == EDGE_STATE) {
		for (k = i; k-- > 0 && !open;) {
			q = &s->r[k];
			if (q->what != W_STEP || q->pid != r->pid ||
			    strcmp(q->comp, r->comp))
				continue;
			if (q->edge != EDGE_ENTER)
				return VSS_OK;
			for (h = 0; h < sizeof(handlers) /
			    sizeof(handlers[0]); h++)
				if (step_is(q, handlers[h].op))
					kind = handlers[h].kind;
			open = 1;
		}
		if (!open || !kind)
			return VSS_OK;
		return emit(s, r, NULL, kind, is_failed_state(r->op) ?
		    1 << PHASE_ERR : 1 << PHASE_OK, 0, writer, 0, 0);
	}
	if (!kind)
		return VSS_OK;
	if (kind == KIND_ID && !open_call(s, KIND_META))
		return VSS_OK;	/* asked for by no requester we see */
	if (r->edge == EDGE_LEAVE) {
		phases = 1 << PHASE_OK | 1 << PHASE_ERR;
		for (k = i + 1; k < s->n; k++) {
			q = &s->r[k];
			if (q->what != W_STEP || q->pid != r->pid ||
			    strcmp(q->comp, r->comp))
				continue;
			if (q->edge == EDGE_STATE)
				phases = is_failed_state(q->op) ?
				    1 << PHASE_ERR : 1 << PHASE_OK;
			break;
		}
	}
	return emit(s, r, NULL, kind, phases, r->edge == EDGE_ENTER &&
	    kind == KIND_SD ? 7 : 0, writer, 0, 0);
}

/* A step of the service or of a provider. */
static enum vss_status
service_step(struct sysmon *s, size_t i)
{
	struct record *r = &s->r[i], *m;
	struct backup *b = NULL;
	int k;

	if (r->edge != EDGE_ENTER)
		return VSS_OK;
	if (step_is(r, "PROVIDER_COMMIT")) {
		for (k = s->nb - 1; k >= 0 && !b; k--)
			if (!s->b[k].over && (s->b[k].open == KIND_DO ||
			    s->b[k].writerless))
				b = &s->b[k];
		return b ? emit(s, r, b, KIND_PCOMMIT, 1 << PHASE_OK, 0, NULL,
		    0, 0) : VSS_OK;
	}
	if (!step_is(r, "PROVIDER_BEGINPREPARE"))
		return VSS_OK;
	/* a volume is added: to the backup that has gathered metadata, or to
	 * one whose requester leaves no steps of its own (no writers) */
	for (k = s->nb - 1; k >= 0; k--)
		if (!s->b[k].over && !s->b[k].prepared && !s->b[k].did)
			return emit(s, r, &s->b[k], KIND_ADD, 1 << PHASE_OK, 0,
			    NULL, 0, 0);
	if (!(b = new_backup(s, 0)))
		return fail_memory(s);
	b->writerless = 1;
	if ((m = made(s, 0, r->time, VSS_NO_TIME))) {
		m->taken = 1;
		b->pid = m->pid;
		if ((m->image && !(b->image = vss_name_copy(m->image,
		    strlen(m->image)))) || (m->set && !(b->set = vss_name_copy(
		    m->set, strlen(m->set)))))
			return fail_memory(s);
	}
	return emit(s, r, b, KIND_ADD, 1 << PHASE_OK, 0, NULL, 1, 0);
}

static int
stopped_idle(struct sysmon *s, int64_t t)
{
	const int64_t near = INT64_C(10000000);
	size_t k;

	for (k = 0; k < s->n; k++)
		if (s->r[k].what == W_STOP && s->r[k].time >= t - near &&
		    s->r[k].time <= t + near)
			return 1;
	return 0;
}

static enum vss_status
process_exit(struct sysmon *s, size_t i)
{
	struct record *r = &s->r[i], *q;
	char writer[LIMIT_NAME + 32];
	enum vss_status st;
	size_t k, m;
	int b;

	for (b = 0; b < s->nb; b++) {
		if (s->b[b].pid != r->pid || s->b[b].over == 2)
			continue;
		st = emit(s, r, &s->b[b], KIND_EXIT, 1 << PHASE_OK, 0, NULL,
		    0, 0);
		if (st != VSS_OK)
			return st;
		s->b[b].over = 2;
	}
	/* an orderly stop of the service is told by its own records */
	if (same_nocase(r->image, "vssvc.exe")) {
		if (stopped_idle(s, r->time))
			return VSS_OK;
		st = emit(s, r, NULL, KIND_SVC_EXIT, 1 << PHASE_OK, 0, NULL,
		    0, 0);
		if (st != VSS_OK)
			return st;
	}
	/* writers of the process go with it */
	for (k = 0; k < i; k++) {
		q = &s->r[k];
		if (q->what != W_STEP || q->pid != r->pid ||
		    q->edge != EDGE_ENTER || is_publisher(q->comp) ||
		    !step_is(q, "PREPAREBACKUP"))
			continue;
		for (m = 0; m < k; m++)
			if (s->r[m].what == W_STEP && s->r[m].pid == r->pid &&
			    s->r[m].edge == EDGE_ENTER && step_is(&s->r[m],
			    "PREPAREBACKUP") && !strcmp(s->r[m].comp, q->comp))
				break;
		if (m < k)
			continue;	/* told already */
		snprintf(writer, sizeof(writer), "%s (pid %lu)", q->comp,
		    (unsigned long)r->pid);
		st = emit(s, r, NULL, KIND_WDEAD, 1 << PHASE_OK, 0, writer, 0,
		    0);
		if (st != VSS_OK)
			return st;
	}
	return VSS_OK;
}

/* The copy is there: told to the backup that it has been matched with. */
static enum vss_status
copy_made(struct sysmon *s, size_t i)
{
	int k;

	for (k = 0; k < s->nb && s->r[i].set; k++)
		if (s->b[k].set && !strcmp(s->b[k].set, s->r[i].set))
			return emit(s, &s->r[i], &s->b[k], KIND_V_MADE,
			    1 << PHASE_OK, 0, NULL, 0, 0);
	return VSS_OK;
}

static enum vss_status
attach(struct sysmon *s, size_t i)
{
	int k;

	for (k = s->nb - 1; k >= 0; k--)
		if (s->b[k].pid == s->r[i].pid && s->b[k].did)
			return emit(s, &s->r[i], &s->b[k], KIND_READ,
			    1 << PHASE_OK, 1, NULL, 0, 0);
	return VSS_OK;
}

static enum vss_status
interpret(struct sysmon *s)
{
	enum vss_status st = VSS_OK;
	uint32_t *born;
	size_t i, nborn = 0;
	struct record *r;
	int k;

	if (!(born = malloc((s->n + 1) * sizeof(*born))))
		return fail_memory(s);
	for (i = 0; i < s->n && st == VSS_OK; i++) {
		r = &s->r[i];
		/* where Sysmon has ended, what is missing may have come */
		if ((r->what == W_STOP || r->what == W_ATTACH) &&
		    r->time > s->end)
			continue;
		if (s->out->time && (r->what == W_TIME || r->what == W_STEP ||
		    r->what == W_START || r->what == W_EXIT))
			s->out->time(s->out->arg, r->time);
		switch (r->what) {
		case W_STEP:
			k = is_publisher(r->comp);
			st = k == 1 ? requester_step(s, i, born, nborn) :
			    k == 2 ? service_step(s, i) : writer_step(s, i);
			break;
		case W_START:
			born[nborn++] = r->pid;
			break;
		case W_EXIT:
			st = process_exit(s, i);
			break;
		case W_STOP:
			if (s->out->idle_stop)
				s->out->idle_stop(s->out->arg, r->time);
			break;
		case W_MADE:
			st = copy_made(s, i);
			break;
		case W_ATTACH:
			st = attach(s, i);
			break;
		}
	}
	free(born);
	return st;
}

static void
profile(const struct sysmon *s, struct vss_profile *p)
{
	static const int shown[] = { KIND_META, KIND_PREP, KIND_DO, KIND_GWS,
	    KIND_COMPL, KIND_ID, KIND_PB, KIND_PS, KIND_FZ, KIND_TH, KIND_PO,
	    KIND_BC, KIND_SD, KIND_AB, KIND_PCOMMIT, KIND_FZ_TIMEOUT };
	size_t i;

	/* reads show only where a database engine logs that it has attached a
	 * database in the copy: READ stays among what is hidden */
	vss_profile_none(p, "sysmon");
	vss_copy_text(p->host, sizeof(p->host), s->host);
	for (i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		vss_profile_show(p, shown[i], 1);
	/* BACKUPSHUTDOWN is known to be written by some hosts; where a
	 * recording has none at all, nobody is blamed for it */
	p->doubtful[KIND_SD] = !s->shows_shutdown;
	/* the system's provider writes it, others need not */
	p->doubtful[KIND_PCOMMIT] = !s->shows_commit;
	vss_profile_show(p, KIND_EXIT, s->shows_exit);
	vss_profile_show(p, KIND_SVC_EXIT, s->shows_exit);
	vss_profile_show(p, KIND_WDEAD, s->shows_exit);
}

int
vss_sysmon_probe(const char *buf, size_t len)
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
vss_sysmon_read(const char *buf, size_t len, struct vss_import *out,
    struct vss_error *error)
{
	struct sysmon s = { 0 };
	struct vss_profile p;
	enum vss_status st;
	size_t i;
	int k;

	s.out = out;
	s.error = error;
	st = parse(&s, buf, len);
	if (st == VSS_OK) {
		put_in_order(&s);
		profile(&s, &p);
		st = out->profile(out->arg, &p);
	}
	if (st == VSS_OK)
		st = interpret(&s);
	out->counts.used = s.used;
	out->counts.ignored = out->counts.lines - s.used -
	    out->counts.rejected;
	for (i = 0; i < s.n; i++)
		record_free(&s.r[i]);
	for (k = 0; k < s.nchannels; k++)
		free(s.channels[k].name);
	for (k = 0; k < s.nb; k++) {
		free(s.b[k].image);
		free(s.b[k].set);
	}
	free(s.r);
	free(s.b);
	free(s.offsets);
	return st;
}
