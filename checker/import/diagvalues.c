/*
 * The values of VSS\Diag themselves: exports, prints, EDR records, hives
 * (checker/read/reg.h carries them here).
 *
 * Each value is a record of 64 (Windows 7) or 72 bytes: capture-formats.md,
 * section 2. What is checked there against real data is relied on: size,
 * time, process, and that the value's name tells step and edge. What is
 * inferred counts only where it cannot do harm: an HRESULT that is a failure
 * and a state that says that this step failed end a step badly, success
 * proves nothing; the GUID tells runs apart, but is not taken for the
 * snapshot set.
 *
 * A value keeps its newest write. So the values of the newest backup show all
 * that it did, but for what it did more than once; of older ones anything may
 * be lost. Which is which is worked out here: see find_newest().
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "diag.h"
#include "machines.h"
#include "reg.h"

enum {
	LIMIT_SETS = 16,	/* control sets in one export */
	LIMIT_RUNS = 256,	/* backups that are told apart */
	NO_RUN = -1
};

/* A step, as its value tells it. */
struct item {
	struct vss_diag_record r;
	uint8_t id[16];		/* of the run */
	uint8_t known;		/* bytes of it: 0 (none), 10 (cut), 16 */
	uint8_t set;		/* control set */
	uint8_t party;		/* see vss_diag_party() */
	uint8_t restore;	/* of System Restore, not of a backup */
	uint8_t vague;		/* no step by itself, or of no known time */
	int run;
};

struct run {
	uint8_t id[16];
	uint8_t known;
	int64_t first, last;
	uint64_t line;		/* of its first step */
	uint32_t pid;		/* of its requester; 0: no step of it */
	size_t n;
	const char *why;	/* what is lost of it is not known, because; or
				 * NULL: nothing is */
	int newest, middle, no_order;
};

struct values {
	struct vss_import *out;
	struct vss_error *error;
	const char *name;	/* of the format */
	int stream;		/* not only the newest write of each value */
	struct item *list;
	size_t n, room;
	char *sets[LIMIT_SETS];
	int nsets, current;	/* Select\Current, 0: not told */
	int disabled, damaged;
	char host[64];
	struct vss_machines machines;
	struct run runs[LIMIT_RUNS];
	int nruns;
	uint64_t disabled_line;
	uint8_t hides[KIND_COUNT];	/* of the newest backup, kinds of which
					 * nothing follows from silence */
	size_t nothers;		/* steps since it began that are not its own */
	uint64_t used;
};

static enum vss_status
refuse(struct values *s, uint64_t line, const char *text)
{
	vss_import_refuse(s->out, line, 1, text);
	return VSS_OK;
}

static uint32_t
u32(const unsigned char *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
}

/* FILETIME, 100 ns since 1601, as microseconds since 1970; VSS_NO_TIME when
 * it is not of the years 1990 to 2200. */
static int64_t
file_time(const unsigned char *p)
{
	const uint64_t epoch = UINT64_C(11644473600000000);
	uint64_t t = (u32(p) | (uint64_t)u32(p + 4) << 32) / 10;

	if (t < epoch + UINT64_C(631152000000000) ||
	    t > epoch + UINT64_C(7258118400000000))
		return VSS_NO_TIME;
	return (int64_t)(t - epoch);
}

/* The step whose failure the writer's state number says (vswriter.h,
 * VSS_WRITER_STATE); NULL: no failure. */
static const char *
failed_step(uint32_t state)
{
	static const char *const steps[] = { [6] = "IDENTIFY",
	    [7] = "PREPAREBACKUP", [8] = "PREPARESNAPSHOT", [9] = "FREEZE",
	    [10] = "THAW", [11] = "POSTSNAPSHOT", [12] = "BACKUPCOMPLETE",
	    [15] = "BACKUPSHUTDOWN" };

	return state < sizeof(steps) / sizeof(steps[0]) ? steps[state] : NULL;
}

/* How a step ended that the record says has ended. */
static void
take_result(struct item *it, uint32_t state, uint32_t code)
{
	const uint32_t finished = 0x0004230a, cancelled = 0x0004230b;
	const char *step = failed_step(state);

	if (it->r.edge != EDGE_LEAVE)
		return;
	if (code >> 31)
		it->r.ended = 1 << PHASE_ERR;
	else if (code == finished)
		it->r.ended = 1 << PHASE_OK;
	else if (code == cancelled)
		it->r.ended = 1 << PHASE_CAN;
	else if (!it->party && step && vss_same_nocase(step, it->r.op))
		it->r.ended = 1 << PHASE_ERR;
	if (it->r.ended)
		it->r.code = code;
}

/* NULL, or what is wrong with the record. */
static const char *
decode(const struct vss_reg_value *v, struct item *it)
{
	static const uint8_t none[16];
	const unsigned char *d = v->data;

	if (v->type != VSS_REG_BINARY)
		return "a VSS\\Diag step whose data are not binary";
	if (v->n < 40)
		return "a VSS\\Diag record of less than 40 bytes";
	if (u32(d) != v->n && !(v->may_be_cut && u32(d) > v->n))
		return "a VSS\\Diag record whose size is not that of its data";
	if (u32(d) < 56 || u32(d) > 1024)
		return "a VSS\\Diag record of a size that none is known to "
		    "have";
	it->r.time = file_time(d + 8);
	if (it->r.time == VSS_NO_TIME)
		return "a VSS\\Diag record whose time is not one";
	it->r.pid = u32(d + 16);
	it->known = v->n >= 56 ? 16 : v->n >= 50 ? 10 : 0;
	memcpy(it->id, d + 40, it->known);
	if (!memcmp(it->id, none, it->known))
		it->known = 0;
	take_result(it, u32(d + 32), u32(d + 36));
	return NULL;
}

/* Which control set the path is of: an index, -1 for none left. */
static int
control_set(struct values *s, const char *key)
{
	const char *end = vss_find_nocase(key, "\\services\\vss\\diag");
	size_t n = end ? (size_t)(end - key) : 0;
	int i;

	for (i = 0; i < s->nsets; i++)
		if (strlen(s->sets[i]) == n && vss_find_nocase(key,
		    s->sets[i]) == key)
			return i;
	if (i == LIMIT_SETS || !(s->sets[i] = vss_name_copy(key, n)))
		return -1;
	return s->nsets++;
}

static enum vss_status
add(struct values *s, struct item *it)
{
	struct item *list;
	size_t room;

	if (s->n == s->room) {
		room = s->room ? s->room * 2 : 128;
		if (!(list = realloc(s->list, room * sizeof(*list)))) {
			vss_diag_record_free(&it->r);
			return vss_import_no_memory(s->error);
		}
		s->list = list;
		s->room = room;
	}
	s->list[s->n++] = *it;
	return VSS_OK;
}

static enum vss_status
take(void *arg, const struct vss_reg_value *v)
{
	struct values *s = arg;
	struct item it = { .run = NO_RUN };
	char path[LIMIT_KEY + LIMIT_KEY + 2];
	const char *wrong, *diag;
	enum vss_status st;
	int set, apart;

	if (!vss_machines_wanted(s->out, v->host))
		return VSS_OK;
	if (v->host && !*s->host)
		vss_copy_text(s->host, sizeof(s->host), v->host);
	diag = vss_find_nocase(v->key, "\\services\\vss\\diag");
	if (!diag) {
		if (v->type == VSS_REG_DWORD && vss_same_nocase(v->name,
		    "Current"))
			s->current = (int)(v->number & 0xffff);
		return VSS_OK;
	}
	if (!*v->name) {
		if (v->text && vss_same_nocase(v->text, "Disabled") &&
		    !s->disabled++)
			s->disabled_line = v->line;
		return VSS_OK;
	}
	snprintf(path, sizeof(path), "%s\\%s", v->key, v->name);
	if (v->type == VSS_REG_NONE || !vss_diag_split(path, &it.r))
		return VSS_OK;
	if (!it.r.comp || !it.r.op) {
		vss_diag_record_free(&it.r);
		return vss_import_no_memory(s->error);
	}
	if ((st = vss_machines_met(&s->machines, v->host, 1, v->line,
	    s->error)) != VSS_OK) {
		vss_diag_record_free(&it.r);
		return st;
	}
	/* then each will be read by itself */
	apart = s->machines.several && !s->out->only_machine;
	it.r.what = W_STEP;
	it.r.line = v->line;
	it.party = vss_diag_party(it.r.comp);
	it.vague = it.r.edge == EDGE_STATE;
	it.restore = vss_same_nocase(it.r.comp, "SPP") ||
	    vss_same_nocase(it.r.comp, "SystemRestore");
	wrong = decode(v, &it);
	set = wrong || apart ? 0 : control_set(s, v->key);
	if (!wrong && set < 0)
		wrong = "more than 16 control sets";
	if (!wrong && !apart && s->n == LIMIT_VALUES)
		wrong = "more than 65536 values";
	if (wrong) {
		vss_diag_record_free(&it.r);
		/* of a value's older data nobody asks twice */
		return refuse(s, v->line, wrong);
	}
	it.set = set;
	if (apart) {
		vss_diag_record_free(&it.r);
		return VSS_OK;
	}
	return add(s, &it);
}

static void
on_refuse(void *arg, const struct vss_error *e)
{
	struct values *s = arg;

	if (!s->out->again)
		vss_import_reject(s->out, e);
}

/* By time; what one component did at one time, Enter before Leave before
 * state, Leave of what was entered earlier (`taken`) before all. */
static int
compare(const void *pa, const void *pb)
{
	const struct item *a = pa, *b = pb;
	int c;

	if (a->r.time != b->r.time)
		return a->r.time < b->r.time ? -1 : 1;
	if ((c = strcmp(a->r.comp, b->r.comp)))
		return c;
	if (a->r.taken != b->r.taken)
		return b->r.taken - a->r.taken;
	if ((c = strcmp(a->r.op, b->r.op)))
		return c;
	if (a->r.edge != b->r.edge)
		return a->r.edge - b->r.edge;
	return a->r.line < b->r.line ? -1 : a->r.line > b->r.line;
}

/* Told twice, as new data and as the next record's old ones. */
static int
is_same(const struct item *a, const struct item *b)
{
	return a->r.time == b->r.time && a->r.edge == b->r.edge &&
	    a->set == b->set && !strcmp(a->r.comp, b->r.comp) &&
	    !strcmp(a->r.op, b->r.op);
}

static void
drop(struct values *s, size_t i, size_t *n)
{
	if (i == *n)
		++*n;
	else
		s->list[(*n)++] = s->list[i];
}

/* A Leave with its Enter at the same time is no end of something earlier. */
static void
note_earlier(struct values *s)
{
	size_t i, k, from;

	for (i = from = 0; i < s->n; i++) {
		while (s->list[from].r.time < s->list[i].r.time)
			from++;
		s->list[i].r.taken = s->list[i].r.edge == EDGE_LEAVE;
		for (k = from; k < s->n && k < from + 64 &&
		    s->list[k].r.time == s->list[i].r.time; k++)
			if (s->list[k].r.edge == EDGE_ENTER &&
			    !strcmp(s->list[k].r.comp, s->list[i].r.comp) &&
			    !strcmp(s->list[k].r.op, s->list[i].r.op))
				s->list[i].r.taken = 0;
	}
}

/* "VSS_WS_FAILED_AT_POST_SNAPSHOT" against "POSTSNAPSHOT". */
static int
names_failure(const char *state, const char *op)
{
	const char *p = vss_find_nocase(state, "FAILED_AT_");

	if (!p)
		return 0;
	for (p += strlen("FAILED_AT_"); *p && *op; p++) {
		if (*p == '_')
			continue;
		if ((*p | 0x20) != (*op++ | 0x20))
			return 0;
	}
	return !*p && !*op;
}

/*
 * A state is the newest of its name, and which step it was set after is lost
 * where that step's own values have been written over. So only one counts
 * that names a failure of a step which was not left after it was set.
 */
static void
take_failures(struct values *s)
{
	struct item *it;
	size_t i, k, most;

	for (i = 0; i < s->n; i++) {
		if (s->list[i].r.edge != EDGE_STATE ||
		    !vss_find_nocase(s->list[i].r.op, "FAILED_AT_"))
			continue;
		/* back to the step; hostile input has many others */
		for (k = i, most = 4096; k-- > 0 && most--;) {
			it = &s->list[k];
			if (it->r.edge == EDGE_STATE || it->r.pid !=
			    s->list[i].r.pid || strcmp(it->r.comp,
			    s->list[i].r.comp))
				continue;
			if (it->r.edge == EDGE_LEAVE && names_failure(
			    s->list[i].r.op, it->r.op)) {
				it->r.ended = 1 << PHASE_ERR;
				s->used++;
			}
			if (names_failure(s->list[i].r.op, it->r.op))
				break;
		}
	}
}

/* Sorted, each step once, of one control set. */
static void
put_in_order(struct values *s)
{
	int keep = -1, i;
	char want[16], text[256];
	size_t k, n = 0;

	snprintf(want, sizeof(want), "\\ControlSet%03d", s->current);
	for (i = 0; i < s->nsets; i++)
		if (keep < 0 || vss_find_nocase(s->sets[i],
		    "CurrentControlSet") || (s->current && vss_find_nocase(
		    s->sets[i], want) && !vss_find_nocase(s->sets[keep],
		    "CurrentControlSet")))
			keep = i;
	for (k = 0; k < s->n; k++) {
		if (s->list[k].set == keep)
			drop(s, k, &n);
		else
			vss_diag_record_free(&s->list[k].r);
	}
	for (i = 0; i < s->nsets; i++) {
		if (i == keep)
			continue;
		snprintf(text, sizeof(text), "%.80s is another control set "
		    "than %.40s: its values are left out", s->sets[i],
		    vss_base_name(s->sets[keep]));
		vss_import_context(s->out, 1, VSS_NO_TIME, text);
	}
	s->n = n;
	if (!n)
		return;
	qsort(s->list, s->n, sizeof(*s->list), compare);
	note_earlier(s);
	qsort(s->list, s->n, sizeof(*s->list), compare);
	for (k = n = 0; k < s->n; k++) {
		if (n && is_same(&s->list[n - 1], &s->list[k]))
			vss_diag_record_free(&s->list[k].r);
		else
			drop(s, k, &n);
	}
	s->n = n;
}

static int
op_is(const struct item *it, const char *op)
{
	return vss_same_nocase(it->r.op, op);
}

/* The requester's steps that happen once in a backup. */
static int
is_course(const struct item *it)
{
	return it->party == 1 && (op_is(it, "PREPAREBACKUP") ||
	    op_is(it, "DOSNAPSHOT") || op_is(it, "BACKUPCOMPLETE"));
}

/* Asked of the writers by whoever wants to know, at any time. */
static int
is_query(const struct item *it)
{
	return op_is(it, "IDENTIFY") || op_is(it, "GETSTATE");
}

static const struct item *
newest_enter(const struct values *s, const char *op, int64_t pid)
{
	size_t i;

	for (i = s->n; i-- > 0;)
		if (s->list[i].party == 1 && s->list[i].r.edge == EDGE_ENTER &&
		    (!op || op_is(&s->list[i], op)) && (op ||
		    is_course(&s->list[i])) && (pid < 0 ||
		    s->list[i].r.pid == pid))
			return &s->list[i];
	return NULL;
}

static int
same_id(const uint8_t *a, int na, const uint8_t *b, int nb)
{
	int n = na < nb ? na : nb;

	return n && !memcmp(a, b, n);
}

static int
is_of(const struct run *r, const struct item *it)
{
	return same_id(r->id, r->known, it->id, it->known);
}

static void
name_run(struct run *r, const struct item *it)
{
	if (it->known > r->known) {
		memcpy(r->id, it->id, it->known);
		r->known = it->known;
	}
}

static void
join_run(struct values *s, int run, struct item *it)
{
	struct run *r = &s->runs[run];

	it->run = run;
	if (!r->n++ || it->r.time < r->first) {
		r->first = it->r.time;
		r->line = it->r.line;
	}
	if (r->n == 1 || it->r.time > r->last)
		r->last = it->r.time;
	if (it->party == 1 && !r->pid)
		r->pid = it->r.pid;
	name_run(r, it);
}

/* The provider's part of AddToSnapshotSet comes before the requester has
 * prepared; anything else of the run that stands before it says that the
 * clock was set back. */
static int
comes_first(const struct item *it)
{
	return is_query(it) || op_is(it, "PROVIDER_BEGINPREPARE");
}

/* Does the id, if it is one, have no step before that time? */
static int
begins_since(const struct values *s, const struct item *it, int64_t since)
{
	size_t i;

	for (i = 0; i < s->n && s->list[i].r.time < since; i++)
		if (same_id(it->id, it->known, s->list[i].id,
		    s->list[i].known) && !comes_first(&s->list[i]))
			return 0;
	return 1;
}

/*
 * The newest run's id: its requester's. If requesters have none, that of the
 * others' steps since it prepared, if it is one that has begun since, and the
 * only one: with several, which is the requester's nobody knows.
 */
static void
identify(const struct values *s, struct run *r, int64_t since)
{
	const struct item *found = NULL, *it;
	size_t i;

	for (i = 0; i < s->n && !r->known; i++)
		if (s->list[i].r.time >= since && is_course(&s->list[i]) &&
		    s->list[i].r.pid == r->pid)
			name_run(r, &s->list[i]);
	for (i = 0; i < s->n && !r->known && !r->middle; i++) {
		it = &s->list[i];
		if (it->r.time < since || it->party == 1 || !it->known ||
		    is_query(it) || (found && same_id(found->id, found->known,
		    it->id, it->known)) || !begins_since(s, it, since))
			continue;
		if (found)
			return;
		found = it;
	}
	if (found)
		name_run(r, found);
}

/* When BackupComplete was called in the newest run, if metadata have been
 * asked for since: the process may have begun another backup then. INT64_MAX
 * where that cannot be. */
static int64_t
may_end_at(const struct values *s, const struct run *r, int64_t since)
{
	const struct item *meta = newest_enter(s, "IDENTIFY", -1),
	    *done = newest_enter(s, "BACKUPCOMPLETE", r->pid);

	return meta && done && done->r.time >= since &&
	    meta->r.time > done->r.time ? done->r.time : INT64_MAX;
}

/*
 * Is the step the newest run's? Backups overlap: while one copies its data
 * others begin and end. So steps of writers and of the service are of it by
 * their id alone; those of its process without one are taken to be, since a
 * process rarely has two backups at once.
 */
static int
belongs(const struct run *r, const struct item *it, int64_t since, int64_t end)
{
	if (it->restore || it->vague || op_is(it, "IDENTIFY"))
		return 0;
	if (it->known || it->party != 1)
		return is_of(r, it) && (it->party != 1 ||
		    it->r.pid == r->pid);
	return it->r.pid == r->pid && it->r.time >= since &&
	    (it->r.time <= end || op_is(it, "BACKUPCOMPLETE"));
}

/* A number for a name, equal for equal ones. */
static uint64_t
number_of(const char *s)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (; s && *s; s++)
		h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
	return h;
}

/* A place in a table of the names of steps that have been entered. */
static size_t
find_step(const uint64_t *table, size_t size, uint64_t key)
{
	size_t i = key % size;

	while (table[i] && table[i] != key)
		i = (i + 1) % size;
	return i;
}

/*
 * What was left without having been entered in the newest run was entered
 * before it, or has been entered again since: when is lost. Such a step is
 * taken out of the run.
 */
static enum vss_status
drop_unentered(struct values *s)
{
	size_t size = 2 * s->n + 1, i, at;
	uint64_t *entered = calloc(size, sizeof(*entered)), key;
	struct item *it;

	if (!entered)
		return vss_import_no_memory(s->error);
	for (i = 0; i < s->n; i++) {
		it = &s->list[i];
		if (it->run != 0 || it->r.edge == EDGE_STATE)
			continue;
		key = (number_of(it->r.comp) * 31 + number_of(it->r.op)) | 1;
		at = find_step(entered, size, key);
		if (it->r.edge == EDGE_ENTER)
			entered[at] = key;
		else if (!entered[at]) {
			it->run = NO_RUN;
			it->vague = 1;
			s->hides[vss_diag_kind(it->party, it->r.op)] = 1;
			s->runs[0].n--;
		}
	}
	free(entered);
	return VSS_OK;
}

/* Instances of one name write the same values, each over the other's. */
static int
instances_mix(const struct values *s, int run)
{
	const struct item *a, *b;
	size_t i, k;
	int left = 1 << 20;	/* comparisons: hostile input has many */

	for (i = 0; i < s->n; i++) {
		a = &s->list[i];
		if (a->run != run || a->party)
			continue;
		for (k = i + 1; k < s->n; k++) {
			b = &s->list[k];
			if (!left--)
				return 1;
			if (b->run == run && b->r.pid != a->r.pid &&
			    !strcmp(a->r.comp, b->r.comp))
				return 1;
		}
	}
	return 0;
}

/*
 * A value that has been written since the run began and is not of it may have
 * been of it before: of such steps nothing is known. Where the run has no id,
 * of writers' steps there is not.
 */
static void
find_hidden(struct values *s, const struct run *r, int64_t since)
{
	const struct item *it;
	size_t i;
	int k;

	for (i = 0; i < s->n; i++) {
		it = &s->list[i];
		if (it->run == 0 || it->restore || it->vague || (it->r.time < since &&
		    !(it->party == 1 && is_query(it) &&
		    it->r.pid == r->pid)))
			continue;
		s->hides[vss_diag_kind(it->party, it->r.op)] = 1;
		s->nothers += !is_query(it);
	}
	/* a provider's step is this backup's only by its requester's call */
	s->hides[KIND_PCOMMIT] |= s->hides[KIND_DO];
	for (k = 1; k < KIND_COUNT && !r->known; k++)
		s->hides[k] |= vss_kind(k)->actor != ACTOR_REQUESTER;
}

/*
 * The newest backup: that of the process that last began one of the steps
 * that happen once in a backup. It goes from its PREPAREBACKUP on; if that
 * value is another process's by now, from the first of its own. It becomes
 * run 0.
 */
static enum vss_status
find_newest(struct values *s)
{
	const struct item *e = newest_enter(s, NULL, -1), *prepare, *did;
	struct run *r = &s->runs[0];
	struct item *it;
	int64_t since, end;
	size_t i;

	if (!e)
		return VSS_OK;
	s->nruns = 1;
	r->newest = 1;
	r->pid = e->r.pid;
	prepare = newest_enter(s, "PREPAREBACKUP", r->pid);
	did = newest_enter(s, "DOSNAPSHOT", r->pid);
	since = prepare ? prepare->r.time : did ? did->r.time : e->r.time;
	r->middle = !prepare;
	identify(s, r, since);
	end = may_end_at(s, r, since);
	for (i = 0; i < s->n; i++) {
		it = &s->list[i];
		if (belongs(r, it, since, end)) {
			join_run(s, 0, it);
			r->no_order |= it->r.time < since && !comes_first(it);
		} else if (it->r.time < since && is_course(it) &&
		    it->r.pid == r->pid)
			r->middle = 1;
	}
	if (s->stream)
		r->why = "an agent need not have recorded every write";
	else if (s->disabled)
		r->why = "the writing of these values is disabled";
	else if (s->damaged)
		r->why = "the recording is cut or damaged";
	else if (r->no_order)
		r->why = "the clock was set back while it went on";
	else if (instances_mix(s, 0))
		r->why = "writers of one name in several processes have "
		    "written the same values";
	r->middle |= r->why != NULL;
	find_hidden(s, r, since);
	return r->why ? VSS_OK : drop_unentered(s);
}

/* Other backups are told apart by their ids. */
static void
find_others(struct values *s)
{
	struct item *it;
	size_t i;
	int k;

	for (i = 0; i < s->n; i++) {
		it = &s->list[i];
		if (it->run != NO_RUN || !it->known || it->restore ||
		    it->vague || op_is(it, "IDENTIFY"))
			continue;
		for (k = 0; k < s->nruns; k++)
			if (!s->runs[k].newest && is_of(&s->runs[k], it))
				break;
		if (k == LIMIT_RUNS)
			continue;
		if (k == s->nruns) {
			s->runs[k].middle = 1;
			s->runs[k].why = s->stream ? "an agent need not have "
			    "recorded every write" : "later ones may have "
			    "overwritten any of it";
			s->nruns++;
		}
		join_run(s, k, it);
	}
}

static void
id_text(const uint8_t *id, int known, char *buf, size_t size)
{
	snprintf(buf, size, "{%08lx-%04x-%04x-%02x%02x-",
	    (unsigned long)u32(id), id[4] | id[5] << 8, id[6] | id[7] << 8,
	    id[8], id[9]);
	if (known < 16)
		snprintf(buf + strlen(buf), size - strlen(buf), "...}");
	else
		snprintf(buf + strlen(buf), size - strlen(buf),
		    "%02x%02x%02x%02x%02x%02x}", id[10], id[11], id[12],
		    id[13], id[14], id[15]);
}

static void
tell_run(const struct values *s, const struct run *r)
{
	char text[256], id[48] = "without an id", until[32], pid[32] = "";

	if (r->known)
		id_text(r->id, r->known, id, sizeof(id));
	if (r->pid)
		snprintf(pid, sizeof(pid), ", requester pid %lu",
		    (unsigned long)r->pid);
	vss_time_format(r->last, until);
	if (r->why)
		snprintf(text, sizeof(text), "%s backup, run %s%s, %zu step%s "
		    "until %s: what is not there of it may have been, %s",
		    r->newest ? "newest" : s->stream ? "a" : "older", id, pid,
		    r->n, r->n == 1 ? "" : "s", until, r->why);
	else
		snprintf(text, sizeof(text), "newest backup, run %s%s, %zu "
		    "step%s until %s%s", id, pid, r->n, r->n == 1 ? "" : "s",
		    until, !r->known ?
		    ": which writers' steps are its own is not known" :
		    s->nothers ? ", and some of others since it began" : "");
	vss_import_context(s->out, r->line, r->first, text);
}

/* Steps of System Restore: no backup of writers, but what offline hives have
 * of VSS. */
static void
tell_restore(const struct values *s)
{
	const struct item *it, *leave;
	char text[320], until[32], code[48];
	size_t i, k;

	for (i = 0; i < s->n; i++) {
		it = &s->list[i];
		if (!it->restore || it->r.edge != EDGE_ENTER)
			continue;
		leave = NULL;
		for (k = 0; k < s->n; k++)
			if (s->list[k].restore && s->list[k].r.edge ==
			    EDGE_LEAVE && !strcmp(s->list[k].r.comp,
			    it->r.comp) && !strcmp(s->list[k].r.op, it->r.op))
				leave = &s->list[k];
		*code = 0;
		if (leave && leave->r.code)
			snprintf(code, sizeof(code), " with 0x%08lx",
			    (unsigned long)leave->r.code);
		if (leave && leave->r.time >= it->r.time)
			vss_time_format(leave->r.time, until);
		snprintf(text, sizeof(text), "System Restore, %.60s\\%.60s by "
		    "process %lu%s%s%s", it->r.comp, it->r.op,
		    (unsigned long)it->r.pid, leave && leave->r.time >=
		    it->r.time ? ", until " : ": its end is not there", leave &&
		    leave->r.time >= it->r.time ? until : "", code);
		vss_import_context(s->out, it->r.line, it->r.time, text);
	}
}

/* Steps that belong to no backup that could be told apart. */
static void
tell_rest(const struct values *s)
{
	const struct item *it;
	char text[256], until[32];
	int64_t first = VSS_NO_TIME, last = VSS_NO_TIME;
	uint64_t line = 0;
	size_t i, n = 0;

	for (i = 0; i < s->n; i++) {
		it = &s->list[i];
		if (it->run != NO_RUN || it->restore || it->vague ||
		    op_is(it, "IDENTIFY"))
			continue;
		if (!n++) {
			first = it->r.time;
			line = it->r.line;
		}
		last = it->r.time;
		if (!it->r.code || it->r.edge != EDGE_LEAVE)
			continue;
		snprintf(text, sizeof(text), "%.60s\\%.60s of process %lu "
		    "ended with 0x%08lx, in which backup is not told", it->r.comp,
		    it->r.op, (unsigned long)it->r.pid,
		    (unsigned long)it->r.code);
		vss_import_context(s->out, it->r.line, it->r.time, text);
	}
	if (!n)
		return;
	vss_time_format(last, until);
	snprintf(text, sizeof(text), "steps until %s without an id that tells "
	    "which backup they are of, %zu of them: not judged", until, n);
	vss_import_context(s->out, line, first, text);
}

static void
tell(const struct values *s)
{
	int k;

	if (s->disabled)
		vss_import_context(s->out, s->disabled_line, VSS_NO_TIME,
		    "the writing of these values is disabled (default value of a key of "
		    "VSS\\Diag)");
	for (k = 0; k < s->nruns; k++)
		tell_run(s, &s->runs[k]);
	if (s->nruns && !s->runs[0].why && s->runs[0].newest &&
	    s->hides[KIND_GWS])
		vss_import_context(s->out, s->runs[0].line, VSS_NO_TIME,
		    "writers' states were asked for outside of the newest "
		    "backup as well: whether it did is not known");
	tell_rest(s);
	tell_restore(s);
	if (s->n && s->list[0].restore && s->list[s->n - 1].restore &&
	    !s->nruns)
		vss_import_context(s->out, s->list[0].r.line, VSS_NO_TIME,
		    "steps of System Restore are all that is here: those of "
		    "backups with writers are not in saved hives, but in an "
		    "export from the running system");
}

/* How a run's events are passed on. */
struct delivery {
	struct vss_import *out;
	const struct run *run;
	const struct vss_diag *d;
	char object[32];
	int started;
	uint32_t *group;
	int64_t time;		/* of the group */
	struct { uint8_t kind; uint64_t writer; } pairs[64];
	int npairs;
};

/* Do several steps of the run have this time? */
static int
is_tie(const struct vss_diag *d, int64_t t)
{
	size_t from = 0, to = d->n, m;

	while (from < to) {
		m = from + (to - from) / 2;
		if (d->r[m].time < t)
			from = m + 1;
		else
			to = m;
	}
	return from + 1 < d->n && d->r[from + 1].time == t;
}

/* What happened at one tick of the clock has no order, but for Enter and
 * Leave of one step; nothing has where the clock was set back. */
static void
set_order(struct delivery *y, struct vss_event *ev)
{
	uint64_t writer = number_of(ev->writer);
	int i;

	if (!y->run->no_order && !is_tie(y->d, ev->time))
		return;
	if (!y->time || (ev->time != y->time && !y->run->no_order)) {
		++*y->group;
		y->time = ev->time;
		y->npairs = 0;
	}
	ev->group = *y->group;
	if (y->run->no_order)
		return;
	ev->from = ev->until = ev->time;
	for (i = 0; i < y->npairs; i++)
		if (y->pairs[i].kind == ev->kind &&
		    y->pairs[i].writer == writer)
			break;
	if (i == 64)
		return;
	y->pairs[i].kind = ev->kind;
	y->pairs[i].writer = writer;
	y->npairs += i == y->npairs;
	ev->chains = UINT64_C(1) << i;
}

static enum vss_status
pass_event(void *arg, const struct vss_event *event, struct vss_error *error)
{
	struct delivery *y = arg;
	struct vss_event ev = *event;

	ev.object = y->object;
	ev.starts = !y->started && !y->run->middle;
	ev.middle = !y->started && y->run->middle;
	ev.overtaken = y->run->why != NULL;
	if (!ev.pid)
		ev.pid = y->run->pid;
	set_order(y, &ev);
	y->started = 1;
	return y->out->event(y->out->arg, &ev, error);
}

static void
pass_time(void *arg, int64_t t)
{
	struct delivery *y = arg;

	vss_import_time(y->out, t);
}

static char *
copy(const char *s)
{
	return vss_name_copy(s, strlen(s));
}

/* A run's steps as events. */
static enum vss_status
deliver(struct values *s, int run, uint32_t *group)
{
	struct delivery y = { .out = s->out, .run = &s->runs[run],
	    .group = group };
	struct vss_import to = { .arg = &y, .event = pass_event,
	    .time = pass_time };
	struct vss_diag d = { .out = &to, .error = s->error };
	struct vss_diag_record r;
	enum vss_status st = VSS_OK;
	size_t i;

	y.d = &d;
	snprintf(y.object, sizeof(y.object), "backup %d", run + 1);
	for (i = 0; i < s->n && st == VSS_OK; i++) {
		if (s->list[i].run != run)
			continue;
		r = s->list[i].r;
		r.taken = 0;
		r.comp = copy(r.comp);
		r.op = copy(r.op);
		r.image = copy("");
		st = vss_diag_add(&d, &r);
		s->used++;
	}
	d.end = VSS_NO_TIME;
	if (st == VSS_OK)
		st = vss_diag_interpret(&d);
	vss_diag_free(&d);
	return st;
}

static int
compare_runs(const void *pa, const void *pb)
{
	const struct run *a = *(const struct run *const *)pa,
	    *b = *(const struct run *const *)pb;

	return a->first < b->first ? -1 : a->first > b->first;
}

static enum vss_status
deliver_all(struct values *s)
{
	const struct run *order[LIMIT_RUNS];
	enum vss_status st = VSS_OK;
	uint32_t group = 0;
	int k;

	for (k = 0; k < s->nruns; k++)
		order[k] = &s->runs[k];
	if (s->nruns)
		qsort(order, s->nruns, sizeof(*order), compare_runs);
	for (k = 0; k < s->nruns && st == VSS_OK; k++)
		st = deliver(s, (int)(order[k] - s->runs), &group);
	return st;
}

/* The last of everything that happens once in a backup, in the newest one:
 * nothing is certain to be there of what came before it, nor of any other
 * backup, and of an agent's records nothing at all. */
static void
set_profile(const struct values *s, struct vss_profile *p)
{
	struct vss_diag d = { .has_steps = 1 };
	size_t i;
	int k;

	for (i = 0; i < s->n; i++) {
		d.shows_shutdown |= op_is(&s->list[i], "BACKUPSHUTDOWN");
		d.shows_commit |= op_is(&s->list[i], "PROVIDER_COMMIT");
	}
	memcpy(d.host, s->host, sizeof(d.host));
	vss_diag_profile(&d, s->name, p);
	for (k = 1; k < KIND_COUNT; k++) {
		if (k == KIND_END)
			continue;
		if (k != KIND_META && k != KIND_ID && !s->stream &&
		    !s->hides[k])
			p->last_only[k] = p->shows[k];
		p->shows[k] = 0;
	}
	p->limits = s->stream ? "an agent need not have recorded every write: "
	    "what is there counts, what is not there may have happened" :
	    "a value keeps only the newest write of its step, so that what "
	    "came before it in the newest backup, and all of older ones, may "
	    "be lost: rules can be found broken, hardly kept";
	p->tick = 1000;
}

static void
count_facts(struct values *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		s->used += s->list[i].restore;
}

static enum vss_status
finish(struct values *s)
{
	struct vss_profile p;
	enum vss_status st;

	put_in_order(s);
	take_failures(s);
	if ((st = find_newest(s)) != VSS_OK)
		return st;
	find_others(s);
	set_profile(s, &p);
	st = s->out->profile(s->out->arg, &p);
	if (st != VSS_OK)
		return st;
	tell(s);
	count_facts(s);
	return deliver_all(s);
}

static void
set_counts(struct values *s, uint64_t units)
{
	struct vss_counts *c = &s->out->counts;

	c->unit = "values";
	/* a record with new and old data is one that may give two steps */
	c->lines = units;
	c->used = s->used;
	if (c->lines < c->used + c->rejected)
		c->lines = c->used + c->rejected;
	c->ignored = c->lines - c->used - c->rejected;
}

static void
free_values(struct values *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		vss_diag_record_free(&s->list[i].r);
	while (s->nsets)
		free(s->sets[--s->nsets]);
	free(s->list);
	vss_machines_free(&s->machines);
	free(s);
}

typedef enum vss_status reader(const char *buf, size_t len,
    struct vss_reg_sink *sink, struct vss_error *error);

static enum vss_status read_values(reader *read, const char *name, int stream,
    const char *buf, size_t len, struct vss_import *out,
    struct vss_error *error);

struct reading_of_one {
	reader *read;
	const char *name, *buf;
	size_t len;
	int stream;
	struct vss_error *error;
};

static enum vss_status
read_one(void *arg, struct vss_import *one)
{
	const struct reading_of_one *r = arg;

	return read_values(r->read, r->name, r->stream, r->buf, r->len, one,
	    r->error);
}

static enum vss_status
read_values(reader *read, const char *name, int stream, const char *buf,
    size_t len, struct vss_import *out, struct vss_error *error)
{
	struct values *s = calloc(1, sizeof(*s));
	struct vss_reg_sink sink = { .arg = s, .value = take,
	    .refuse = on_refuse };
	struct reading_of_one one = { read, name, buf, len, stream, error };
	enum vss_status st;
	int n;

	if (!s)
		return vss_import_no_memory(error);
	s->out = out;
	s->error = error;
	s->name = name;
	s->stream = stream;
	st = read(buf, len, &sink, error);
	s->damaged = sink.cut || out->counts.rejected;
	if (st == VSS_OK && (n = vss_machines_apart(&s->machines, out))) {
		st = vss_machines_read(&s->machines, n, out, read_one, &one);
		free_values(s);
		return st;
	}
	if (st == VSS_OK)
		st = finish(s);
	set_counts(s, sink.units);
	free_values(s);
	return st;
}

enum vss_status
vss_diag_reg_read(const char *buf, size_t len, struct vss_import *out,
    struct vss_error *error)
{
	return read_values(vss_reg_export_read, "reg", 0, buf, len, out,
	    error);
}

enum vss_status
vss_diag_query_read(const char *buf, size_t len, struct vss_import *out,
    struct vss_error *error)
{
	return read_values(vss_reg_query_read, "regquery", 0, buf, len, out,
	    error);
}

enum vss_status
vss_diag_edr_read(const char *buf, size_t len, struct vss_import *out,
    struct vss_error *error)
{
	return read_values(vss_reg_edr_read, "edr", 1, buf, len, out, error);
}


static enum vss_status
open_hive(void *arg, const char *path, struct vss_error *error)
{
	return vss_hive_read(path, arg, error);
}

enum vss_status
vss_diag_hive_read(const char *buf, size_t len, struct vss_import *out,
    struct vss_error *error)
{
	struct values *s = calloc(1, sizeof(*s));
	struct vss_reg_sink sink = { .arg = s, .value = take,
	    .refuse = on_refuse };
	enum vss_status st;

	if (!s)
		return vss_import_no_memory(error);
	s->out = out;
	s->error = error;
	s->name = "hive";
	if (out->as_file)
		st = out->as_file(buf, len, open_hive, &sink, error);
	else {
		vss_error_set(error, 0, 0, "a hive, and no way to hand it to "
		    "libhivex");
		st = VSS_BAD;
	}
	s->damaged = sink.cut || out->counts.rejected;
	if (st == VSS_OK)
		st = finish(s);
	set_counts(s, sink.units);
	free_values(s);
	return st;
}

int
vss_diag_reg_probe(const char *buf, size_t len)
{
	return vss_reg_export_probe(buf, len);
}

int
vss_diag_query_probe(const char *buf, size_t len)
{
	return vss_reg_query_probe(buf, len);
}

int
vss_diag_edr_probe(const char *buf, size_t len)
{
	return vss_reg_edr_probe(buf, len);
}

int
vss_diag_hive_probe(const char *buf, size_t len)
{
	return vss_hive_probe(buf, len);
}
