#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "join.h"

#define SECOND INT64_C(1000000)
#define QUARTER (900 * SECOND)

/* Two records of one event may be written so far apart. */
#define SLACK (2 * SECOND)

/* Clocks of one host differ by so much, and records are written so late. */
#define JITTER (SECOND / 20)

/* Notes of one kind between two recordings; more are counted. */
enum { NOTES_MAX = 16 };

/* An event, its strings copied. */
struct item {
	struct vss_event ev;
	int object;		/* index, -1: it does not tell */
	int into;		/* the item that it is part of, -1 */
	int placed;
	uint64_t told;		/* the recordings that tell of it, a set */
};

/* A backup as one recording tells it. */
struct object {
	const char *name;
	const char *set, *image;
	uint32_t pid;
	int source;
	int64_t first, last;	/* VSS_NO_TIME: no clock */
	uint64_t line;
	int ended, events, middle;
	int cluster;		/* the first object that it is the same as */
	size_t last_item[KIND_COUNT][2];	/* of a kind and edge() */
};

struct source {
	struct vss_profile profile;
	int64_t offset, first, last;	/* of anything recorded */
	size_t begin, end;		/* its items */
	int64_t *loose;			/* times of those without an object */
	size_t nloose;
	size_t next;
	int given;			/* the offset was */
	int apart;			/* it is not known, and others' are */
};

struct stop { int64_t t; int source, reboot; };

struct block { struct block *next; size_t used; char text[8192]; };

struct vss_join {
	struct source sources[VSS_SOURCES];
	int nsources;
	struct item *items;
	size_t nitems, items_room;
	struct object *objects;
	int nobjects, objects_room;
	struct stop *stops;
	size_t nstops;
	struct vss_note *notes;
	size_t nnotes;
	struct block *text;
};

struct vss_join *
vss_join_new(void)
{
	return calloc(1, sizeof(struct vss_join));
}

void
vss_join_free(struct vss_join *j)
{
	struct block *b;
	int i;

	if (!j)
		return;
	while ((b = j->text)) {
		j->text = b->next;
		free(b);
	}
	for (i = 0; i < j->nsources; i++)
		free(j->sources[i].loose);
	free(j->items);
	free(j->objects);
	free(j->stops);
	free(j->notes);
	free(j);
}

/* A copy that lives as long as the join; NULL when memory is out. */
static const char *
keep(struct vss_join *j, const char *s, int *failed)
{
	struct block *b = j->text;
	size_t n;
	char *to;

	if (!s)
		return NULL;
	n = strlen(s);
	if (n > LIMIT_NAME)
		n = LIMIT_NAME;
	if (!b || sizeof(b->text) - b->used < n + 1) {
		if (!(b = malloc(sizeof(*b)))) {
			*failed = 1;
			return NULL;
		}
		b->next = j->text;
		b->used = 0;
		j->text = b;
	}
	to = b->text + b->used;
	vss_copy_text(to, n + 1, s);
	b->used += n + 1;
	return to;
}

static enum vss_status
out_of_memory(struct vss_error *error)
{
	vss_error_set(error, 0, 0, "out of memory");
	return VSS_FAIL;
}

enum vss_status
vss_join_recording(struct vss_join *j, const struct vss_profile *p,
    int64_t offset)
{
	struct source *s;

	if (j->nsources == VSS_SOURCES)
		return VSS_BAD;
	s = &j->sources[j->nsources++];
	s->profile = *p;
	s->given = offset != VSS_NO_TIME;
	s->offset = s->given ? offset : 0;
	s->first = s->last = VSS_NO_TIME;
	s->begin = s->end = j->nitems;
	return VSS_OK;
}

static void
take_time(int64_t *first, int64_t *last, int64_t t)
{
	if (t == VSS_NO_TIME)
		return;
	if (*first == VSS_NO_TIME || t < *first)
		*first = t;
	if (*last == VSS_NO_TIME || t > *last)
		*last = t;
}

/* The recording's backup that the event belongs to, as far as it says so:
 * the object's name, or the requester's process. */
static enum vss_status
find_object(struct vss_join *j, const struct vss_event *ev, int *index)
{
	struct object *list, *o;
	char pid[24];
	const char *name = ev->object;
	int i, source = j->nsources - 1, failed = 0;

	*index = -1;
	if (!name) {
		if (vss_kind(ev->kind)->actor != ACTOR_REQUESTER)
			return VSS_OK;
		snprintf(pid, sizeof(pid), "process %" PRIu32, ev->pid);
		name = pid;
	}
	for (i = j->nobjects - 1; i >= 0 && j->objects[i].source == source;
	    i--) {
		o = &j->objects[i];
		if (strncmp(o->name, name, LIMIT_NAME))
			continue;
		if (ev->starts || ev->kind == KIND_CREATE ||
		    (!ev->object && o->ended))
			break;
		*index = i;
		break;
	}
	if (*index < 0) {
		if (j->nobjects == LIMIT_OBJECTS)
			return VSS_BAD;
		if (j->nobjects == j->objects_room) {
			j->objects_room = j->objects_room ?
			    j->objects_room * 2 : 16;
			list = realloc(j->objects, j->objects_room *
			    sizeof(*list));
			if (!list)
				return VSS_FAIL;
			j->objects = list;
		}
		*index = j->nobjects++;
		o = &j->objects[*index];
		memset(o, 0, sizeof(*o));
		o->first = o->last = VSS_NO_TIME;
		o->source = source;
		o->line = ev->line;
		o->middle = ev->middle;
		o->cluster = *index;
		o->name = keep(j, name, &failed);
	}
	o = &j->objects[*index];
	if (!o->set)
		o->set = keep(j, ev->set, &failed);
	if (!o->image)
		o->image = keep(j, ev->image, &failed);
	if (!o->pid)
		o->pid = ev->pid;
	o->ended |= ev->kind == KIND_EXIT;
	o->events++;
	take_time(&o->first, &o->last, ev->time);
	return failed ? VSS_FAIL : VSS_OK;
}

static int
edge(const struct vss_event *ev)
{
	return (ev->phases & 1 << PHASE_CALL) != 0;
}

enum vss_status
vss_join_event(struct vss_join *j, const struct vss_event *ev,
    struct vss_error *error)
{
	struct item *list, *it;
	enum vss_status st;
	int failed = 0, object;

	st = find_object(j, ev, &object);
	if (st == VSS_BAD) {
		vss_error_set(error, ev->line, 0,
		    "more than %d backup objects", LIMIT_OBJECTS);
		return st;
	}
	if (st != VSS_OK)
		return out_of_memory(error);
	if (j->nitems == j->items_room) {
		j->items_room = j->items_room ? j->items_room * 2 : 256;
		list = realloc(j->items, j->items_room * sizeof(*list));
		if (!list)
			return out_of_memory(error);
		j->items = list;
	}
	it = &j->items[j->nitems];
	it->ev = *ev;
	it->ev.source = j->nsources - 1;
	it->ev.object = keep(j, ev->object, &failed);
	it->ev.image = keep(j, ev->image, &failed);
	it->ev.writer = keep(j, ev->writer, &failed);
	it->ev.component = keep(j, ev->component, &failed);
	it->ev.set = keep(j, ev->set, &failed);
	it->ev.label = keep(j, ev->label, &failed);
	it->object = object;
	it->into = -1;
	it->placed = 0;
	it->told = UINT64_C(1) << it->ev.source;
	if (failed)
		return out_of_memory(error);
	if (object >= 0)
		j->objects[object].last_item[ev->kind][edge(ev)] = j->nitems;
	j->sources[j->nsources - 1].end = ++j->nitems;
	return vss_join_time(j, ev->time);
}

enum vss_status
vss_join_time(struct vss_join *j, int64_t t)
{
	struct source *s = &j->sources[j->nsources - 1];

	take_time(&s->first, &s->last, t);
	return VSS_OK;
}

static enum vss_status
add_stop(struct vss_join *j, int64_t t, int reboot)
{
	struct stop *list = realloc(j->stops, (j->nstops + 1) *
	    sizeof(*list));

	if (!list)
		return VSS_FAIL;
	j->stops = list;
	list[j->nstops].t = t;
	list[j->nstops].reboot = reboot;
	list[j->nstops++].source = j->nsources - 1;
	return vss_join_time(j, t);
}

enum vss_status
vss_join_idle_stop(struct vss_join *j, int64_t t)
{
	return add_stop(j, t, 0);
}

enum vss_status
vss_join_reboot(struct vss_join *j, int64_t t)
{
	return add_stop(j, t, 1);
}

/* A reboot that several recordings tell is one: some log it minutes after
 * others. */
static int
told_before(const struct vss_join *j, size_t stop)
{
	const int64_t one_boot = INT64_C(600000000);
	size_t i;

	for (i = 0; i < stop; i++)
		if (j->stops[i].reboot && j->stops[i].source !=
		    j->stops[stop].source && j->stops[stop].t -
		    j->stops[i].t < one_boot)
			return 1;
	return 0;
}

/* The service, or all of the machine, has stopped. */
static void
deliver_stop(const struct vss_join *j, struct vss_sessions *s, size_t stop)
{
	if (!j->stops[stop].reboot)
		vss_sessions_idle_stop(s, j->stops[stop].t);
	else if (!told_before(j, stop))
		vss_sessions_reboot(s, j->stops[stop].t);
}

static void
note(struct vss_join *j, int kind, int source, uint64_t line, int other,
    uint64_t other_line, const char *text)
{
	struct vss_note *list, *n;
	size_t i, same = 0;

	for (i = 0; i < j->nnotes; i++)
		same += j->notes[i].kind == kind &&
		    j->notes[i].source == source &&
		    j->notes[i].other == other;
	if (same > NOTES_MAX)
		return;
	list = realloc(j->notes, (j->nnotes + 1) * sizeof(*list));
	if (!list)
		return;
	j->notes = list;
	n = &list[j->nnotes++];
	n->kind = kind;
	n->source = source;
	n->line = line;
	n->other = other;
	n->other_line = other_line;
	vss_copy_text(n->text, sizeof(n->text), same == NOTES_MAX ?
	    "more of this kind" : text);
}

size_t
vss_join_notes(const struct vss_join *j, const struct vss_note **list)
{
	*list = j->notes;
	return j->nnotes;
}

/* The item's earliest time by the common clock. */
static int64_t
when(const struct vss_join *j, const struct item *it)
{
	return it->ev.time == VSS_NO_TIME ? VSS_NO_TIME :
	    it->ev.time + j->sources[it->ev.source].offset;
}

static int64_t
tick(const struct vss_join *j, int source)
{
	return j->sources[source].profile.tick;
}

/*
 * Clocks.
 */

/* The times of the events that are on the common clock, by kind and edge. */
struct timeline {
	int64_t *times[KIND_COUNT][2];
	size_t n[KIND_COUNT][2];
};

static int
compare_time(const void *pa, const void *pb)
{
	int64_t a = *(const int64_t *)pa, b = *(const int64_t *)pb;

	return a < b ? -1 : a > b;
}

static void
timeline_free(struct timeline *t)
{
	int k, e;

	for (k = 0; k < KIND_COUNT; k++)
		for (e = 0; e < 2; e++)
			free(t->times[k][e]);
	memset(t, 0, sizeof(*t));
}

static enum vss_status
timeline_add(struct timeline *t, const struct vss_join *j,
    const struct source *s)
{
	const struct vss_event *ev;
	int64_t *list;
	size_t i, n;
	int e, k;

	for (i = s->begin; i < s->end; i++) {
		ev = &j->items[i].ev;
		if (ev->time == VSS_NO_TIME)
			continue;
		e = edge(ev);
		n = t->n[ev->kind][e];
		if (!(n & (n - 1))) {
			list = realloc(t->times[ev->kind][e], (n ? n * 2 : 1) *
			    sizeof(*list));
			if (!list)
				return VSS_FAIL;
			t->times[ev->kind][e] = list;
		}
		t->times[ev->kind][e][n] = ev->time + s->offset;
		t->n[ev->kind][e]++;
	}
	for (k = 0; k < KIND_COUNT; k++)
		for (e = 0; e < 2; e++)
			if (t->n[k][e])
				qsort(t->times[k][e], t->n[k][e],
				    sizeof(int64_t), compare_time);
	return VSS_OK;
}

/* Is an event like it known at that time, give or take? */
static int
on_timeline(const struct timeline *t, const struct vss_event *ev,
    int64_t time, int64_t slack)
{
	const int64_t *list = t->times[ev->kind][edge(ev)];
	size_t from = 0, to = t->n[ev->kind][edge(ev)], middle;

	while (from < to) {
		middle = from + (to - from) / 2;
		if (list[middle] < time - slack)
			from = middle + 1;
		else
			to = middle;
	}
	return from < t->n[ev->kind][edge(ev)] &&
	    list[from] <= time + slack;
}

/* How many of the recording's events are known, its clock being off by
 * `offset`. */
static size_t
shared(const struct vss_join *j, const struct timeline *t,
    const struct source *s, int64_t offset)
{
	enum { ENOUGH = 2000 };
	size_t i, n = 0, looked = 0;
	const struct vss_event *ev;

	for (i = s->begin; i < s->end && looked < ENOUGH; i++) {
		ev = &j->items[i].ev;
		if (ev->time == VSS_NO_TIME)
			continue;
		n += on_timeline(t, ev, ev->time + offset, SLACK +
		    s->profile.tick);
		looked++;
	}
	return n;
}

static enum vss_status
set_clock(struct vss_join *j, const struct timeline *t, int source,
    int alone)
{
	struct source *s = &j->sources[source];
	size_t n, best = 0, others = 0;
	int64_t q;
	char text[160];
	int sign;

	/* small offsets first: of two that explain as much, the smaller */
	for (q = 0; q <= 56 && s->profile.local_time; q++)
		for (sign = q ? -1 : 1; sign <= 1; sign += 2) {
			n = shared(j, t, s, sign * q * QUARTER);
			if (n > best) {
				best = n;
				others = 0;
				s->offset = sign * q * QUARTER;
			} else if (n && n == best)
				others++;
		}
	if (!s->profile.local_time)
		return VSS_OK;
	s->apart = !alone && (!best || others);
	if (!best) {
		note(j, VSS_NOTE_APART, source, 0, -1, 0, "its clock shows "
		    "local time, and no event is known from another "
		    "recording: taken as UTC (--utc-offset tells)");
		return VSS_OK;
	}
	snprintf(text, sizeof(text), "its clock shows local time; %zu events "
	    "known from another recording put it at UTC%+d:%02d%s", best,
	    (int)(-s->offset / (3600 * SECOND)), abs((int)(s->offset /
	    (60 * SECOND) % 60)), others ? " (other offsets would do as well)"
	    : "");
	note(j, VSS_NOTE_CLOCK, source, 0, -1, 0, text);
	return VSS_OK;
}

static enum vss_status
set_clocks(struct vss_join *j)
{
	struct timeline t;
	enum vss_status st = VSS_OK;
	int i, round, k, alone = 1;

	memset(&t, 0, sizeof(t));
	/* those that are sure of their clock, then the others by them */
	for (round = 0; round < 2 && st == VSS_OK; round++)
		for (i = 0; i < j->nsources && st == VSS_OK; i++) {
			int sure = j->sources[i].given ||
			    !j->sources[i].profile.local_time;

			if (sure == round)
				continue;
			if (!sure)
				st = set_clock(j, &t, i, alone);
			alone = 0;
			if (st == VSS_OK)
				st = timeline_add(&t, j, &j->sources[i]);
		}
	timeline_free(&t);
	for (i = 0; i < j->nsources && st == VSS_OK; i++) {
		int64_t offset = j->sources[i].offset;

		if (j->sources[i].first != VSS_NO_TIME) {
			j->sources[i].first += offset;
			j->sources[i].last += offset;
		}
		for (k = 0; k < j->nobjects; k++)
			if (j->objects[k].source == i &&
			    j->objects[k].first != VSS_NO_TIME) {
				j->objects[k].first += offset;
				j->objects[k].last += offset;
			}
	}
	return st;
}

/*
 * Which backup is which.
 */

static int
root(const struct vss_join *j, int o)
{
	while (j->objects[o].cluster != o)
		o = j->objects[o].cluster;
	return o;
}

static int
same_text(const char *a, const char *b)
{
	return a && b && !strncmp(a, b, LIMIT_NAME);
}

/* Do they overlap? 1 yes, 0 no, -1 they do not tell. */
static int
overlap(const struct vss_join *j, const struct object *a,
    const struct object *b)
{
	int64_t slack = SLACK + tick(j, a->source) + tick(j, b->source);

	if (a->first == VSS_NO_TIME || b->first == VSS_NO_TIME)
		return -1;
	return a->first <= b->last + slack && b->first <= a->last + slack;
}

/* Is it the log of single writers? Such a log knows what it is told to do and
 * not for which requester: what it takes for a backup is its own guess. */
static int
names_only(const struct vss_profile *p)
{
	int k;

	for (k = 1; k < KIND_COUNT; k++)
		if (p->hides_others[k])
			return 1;
	return 0;
}

static int
shows_nothing(const struct vss_profile *p)
{
	int k;

	for (k = 1; k < KIND_COUNT; k++)
		if (p->shows[k] && k != KIND_END)
			return 0;
	return 1;
}

static int
is_weak(const struct vss_join *j, const struct object *o)
{
	return names_only(&j->sources[o->source].profile);
}

/* Does each show something that the other does not? Recordings that show the
 * same are of different backups, or copies of each other. One that claims to
 * show nothing, as event logs do, may tell anything of what goes on at the
 * time. */
static int
complete_each_other(const struct vss_profile *a, const struct vss_profile *b,
    int at_one_time)
{
	int k, more_a = at_one_time && shows_nothing(a);
	int more_b = at_one_time && shows_nothing(b);

	for (k = 1; k < KIND_COUNT; k++) {
		more_a |= (a->shows[k] & ~b->shows[k]) != 0;
		more_b |= (b->shows[k] & ~a->shows[k]) != 0;
	}
	return more_a && more_b;
}

/* The name of a program, and not one that a recording gives it? */
static int
is_program(const char *image)
{
	size_t n = image ? strlen(image) : 0;

	return n > 4 && image[n - 4] == '.' && vss_lower(image[n - 3]) == 'e' &&
	    vss_lower(image[n - 2]) == 'x' && vss_lower(image[n - 1]) == 'e';
}

static int
same_program(const char *a, const char *b)
{
	while (*a && vss_lower(*a) == vss_lower(*b)) {
		a++;
		b++;
	}
	return !*a && !*b;
}

/* Does b go on where a stopped, in a log that was closed meanwhile and began
 * anew? Such a log calls a backup the same in both. */
static int
goes_on(const struct vss_join *j, const struct object *a,
    const struct object *b)
{
	const struct source *x = &j->sources[a->source];
	const struct source *y = &j->sources[b->source];
	int i;

	if (!b->middle || strcmp(x->profile.name, y->profile.name) ||
	    x->profile.tick != y->profile.tick ||
	    !same_text(a->name, b->name) || x->last == VSS_NO_TIME ||
	    y->first == VSS_NO_TIME || x->last > y->first)
		return 0;
	/* the last of that name there, the first of it here */
	for (i = (int)(a - j->objects) + 1; i < j->nobjects &&
	    j->objects[i].source == a->source; i++)
		if (same_text(j->objects[i].name, a->name))
			return 0;
	for (i = (int)(b - j->objects) - 1; i >= 0 &&
	    j->objects[i].source == b->source; i--)
		if (same_text(j->objects[i].name, b->name))
			return 0;
	return 1;
}

/* Are a and b the same? 2 certainly, 1 perhaps, 0 not. */
static int
alike(const struct vss_join *j, const struct object *a,
    const struct object *b)
{
	int together = overlap(j, a, b);

	if (a->source == b->source)
		return 0;
	if (!a->set && !b->set && (goes_on(j, a, b) || goes_on(j, b, a)))
		return 2;
	if (a->set && b->set)
		return same_text(a->set, b->set) ? 2 : 0;
	if (!together || (a->pid && b->pid && a->pid != b->pid))
		return 0;
	if (a->pid && a->pid == b->pid && together == 1)
		return 2;
	if (is_weak(j, a) != is_weak(j, b))
		return 1;
	if (is_program(a->image) && is_program(b->image))
		return same_program(a->image, b->image);
	return complete_each_other(&j->sources[a->source].profile,
	    &j->sources[b->source].profile, together == 1);
}

/* Do a and b tell that they are not the same? That nothing speaks for it, as
 * alike() asks, is another thing: what is certainly the same as one backup may
 * have nothing to do with another one's telling of it. */
static int
contradict(const struct vss_join *j, const struct object *a,
    const struct object *b)
{
	if (a->source == b->source)
		return 1;
	if (a->set && b->set)
		return !same_text(a->set, b->set);
	if (!a->set && !b->set && (goes_on(j, a, b) || goes_on(j, b, a)))
		return 0;
	return (a->pid && b->pid && a->pid != b->pid) || !overlap(j, a, b) ||
	    (is_program(a->image) && is_program(b->image) &&
	    !same_program(a->image, b->image));
}

/* Does the cluster of a hold a backup of b's recording, or one that b cannot
 * be? And the other way round. `certain`: that a and b are the same is. */
static int
excluded(const struct vss_join *j, int a, int b, int certain)
{
	int i, k, ra = root(j, a), rb = root(j, b);

	if (ra == rb)
		return 1;
	for (i = 0; i < j->nobjects; i++) {
		if (root(j, i) != ra)
			continue;
		for (k = 0; k < j->nobjects; k++)
			if (root(j, k) == rb && (certain ?
			    contradict(j, &j->objects[i], &j->objects[k]) :
			    !alike(j, &j->objects[i], &j->objects[k])))
				return 1;
	}
	return 0;
}

static void
unite(struct vss_join *j, int a, int b)
{
	int ra = root(j, a), rb = root(j, b);

	if (ra < rb)
		j->objects[rb].cluster = ra;
	else
		j->objects[ra].cluster = rb;
}

/* How many backups of `source` could a be? */
static int
candidates(const struct vss_join *j, int a, int source, int *one)
{
	int i, n = 0;

	for (i = 0; i < j->nobjects; i++)
		if (j->objects[i].source == source && !excluded(j, a, i, 0)) {
			*one = i;
			n++;
		}
	return n;
}

/* Could a as well be a backup that b is not, in a third recording? */
static int
could_be_another(const struct vss_join *j, int a, int b)
{
	int c;

	for (c = 0; c < j->nobjects; c++)
		if (j->objects[c].source != j->objects[a].source &&
		    j->objects[c].source != j->objects[b].source &&
		    root(j, c) != root(j, b) && !excluded(j, a, c, 0) &&
		    excluded(j, b, c, 1))
			return 1;
	return 0;
}

static void
cluster_guess(struct vss_join *j, int a, int source)
{
	struct object *o = &j->objects[a], *p;
	int b = 0, back, n = candidates(j, a, source, &b);

	if (n > 1) {
		note(j, VSS_NOTE_APART, o->source, o->line, source,
		    j->objects[b].line, "could be more than one backup of "
		    "the other recording: left apart");
		return;
	}
	if (n != 1)
		return;
	p = &j->objects[b];
	if (candidates(j, b, o->source, &back) != 1)
		return;
	if (could_be_another(j, a, b) || could_be_another(j, b, a)) {
		note(j, VSS_NOTE_APART, o->source, o->line, source, p->line,
		    "could be a backup of a third recording instead: left "
		    "apart");
		return;
	}
	note(j, VSS_NOTE_GUESS, o->source, o->line, source, p->line,
	    o->first == VSS_NO_TIME || p->first == VSS_NO_TIME ?
	    "taken to be the same backup: the only one that each has" :
	    "taken to be the same backup: the only ones at that time");
	unite(j, a, b);
}

static void
cluster(struct vss_join *j)
{
	/* every pair is looked at: with so many that this takes long, only
	 * what is certain is joined */
	enum { MANY = 300 };
	int a, b, s;

	for (a = 0; a < j->nobjects; a++)
		for (b = a + 1; b < j->nobjects; b++)
			if (j->objects[a].source != j->objects[b].source &&
			    alike(j, &j->objects[a], &j->objects[b]) == 2 &&
			    (j->nobjects > MANY || !excluded(j, a, b, 1)))
				unite(j, a, b);
	for (a = 0; a < j->nobjects && j->nobjects <= MANY; a++)
		for (s = j->objects[a].source + 1; s < j->nsources; s++)
			cluster_guess(j, a, s);
}

/* Is the object's cluster one of writers' logs alone, at a time at which
 * another recording tells of backups? */
static int
is_nobodys(const struct vss_join *j, int o)
{
	int i, meanwhile = 0;

	for (i = 0; i < j->nobjects; i++) {
		if (root(j, i) == root(j, o) && !is_weak(j, &j->objects[i]))
			return 0;
		meanwhile |= !is_weak(j, &j->objects[i]) &&
		    overlap(j, &j->objects[o], &j->objects[i]);
	}
	return meanwhile;
}

/* What a writer's log takes for a backup, and none of the backups of that
 * time is surely the one: its events are like those that name no backup. */
static enum vss_status
loosen(struct vss_join *j)
{
	char *nobodys = calloc(j->nobjects + 1, 1);
	int o;
	size_t i;

	if (!nobodys)
		return VSS_FAIL;
	for (o = 0; o < j->nobjects; o++)
		nobodys[o] = is_weak(j, &j->objects[o]) && is_nobodys(j, o);
	for (i = 0; i < j->nitems; i++)
		if (j->items[i].object >= 0 && nobodys[j->items[i].object])
			j->items[i].object = -1;
	free(nobodys);
	return VSS_OK;
}

/* When each recording tells something that names no backup. */
static enum vss_status
collect_loose(struct vss_join *j)
{
	struct source *s;
	size_t m;
	int i;

	for (i = 0; i < j->nsources; i++) {
		s = &j->sources[i];
		s->loose = malloc((s->end - s->begin + 1) * sizeof(int64_t));
		if (!s->loose)
			return VSS_FAIL;
		for (m = s->begin; m < s->end; m++)
			if (j->items[m].object < 0 &&
			    j->items[m].ev.time != VSS_NO_TIME)
				s->loose[s->nloose++] = when(j, &j->items[m]);
		if (s->nloose)
			qsort(s->loose, s->nloose, sizeof(int64_t),
			    compare_time);
	}
	return VSS_OK;
}

/*
 * One event told twice.
 */

/* A writer's name without its instance: "NTDS (pid 632)" is "NTDS". */
static size_t
base_length(const char *name)
{
	size_t n = strcspn(name, "({");

	while (n && name[n - 1] == ' ')
		n--;
	return n;
}

static int
same_writer(const char *a, const char *b)
{
	size_t i, n = base_length(a);

	if (n != base_length(b))
		return 0;
	for (i = 0; i < n; i++)
		if (vss_lower(a[i]) != vss_lower(b[i]))
			return 0;
	/* where both tell the instance, it is the same */
	return !a[n] || !b[n] || !strcmp(a, b);
}

/* Could both records tell of one event? */
static int
one_event(const struct vss_join *j, const struct item *a, const struct item *b)
{
	const struct vss_event *x = &a->ev, *y = &b->ev;
	int64_t ta = when(j, a), tb = when(j, b);

	if (x->kind != y->kind || edge(x) != edge(y))
		return 0;
	if (a->object >= 0 && b->object >= 0 &&
	    root(j, a->object) != root(j, b->object))
		return 0;
	if (x->writer && y->writer && !same_writer(x->writer, y->writer))
		return 0;
	if (!x->writer != !y->writer)
		return 0;
	if (x->component && y->component && strcmp(x->component,
	    y->component))
		return 0;
	if (ta == VSS_NO_TIME || tb == VSS_NO_TIME)
		return a->object >= 0 && b->object >= 0;
	return ta - tb <= SLACK + tick(j, y->source) &&
	    tb - ta <= SLACK + tick(j, x->source);
}

static const char *
event_text(const struct vss_event *ev, char *buf, size_t size)
{
	snprintf(buf, size, "%s%s%s", vss_kind(ev->kind)->text, ev->writer ?
	    " of " : "", ev->writer ? ev->writer : "");
	return buf;
}

/* b is told by a, too. */
static void
merge(struct vss_join *j, size_t a, size_t b)
{
	struct vss_event *x = &j->items[a].ev, *y = &j->items[b].ev;
	char text[160], name[100];

	j->items[b].into = (int)a;
	j->items[a].told |= j->items[b].told;
	if (!(x->phases & y->phases) || (x->data && y->data &&
	    !(x->data & y->data))) {
		snprintf(text, sizeof(text), "%s: the other recording says "
		    "otherwise of how it went",
		    event_text(y, name, sizeof(name)));
		note(j, VSS_NOTE_CONTRADICTION, y->source, y->line, x->source,
		    x->line, text);
		x->phases |= y->phases;
		x->data |= y->data;
	} else {
		x->phases &= y->phases;
		x->data = x->data && y->data ? x->data & y->data :
		    x->data | y->data;
	}
	if (j->items[a].object < 0)
		j->items[a].object = j->items[b].object;
	if (!x->component)
		x->component = y->component;
	if (!x->set)
		x->set = y->set;
	if (!x->image)
		x->image = y->image;
	if (!x->pid)
		x->pid = y->pid;
}

/* Is there none like it behind it in its recording, of the same backup? */
static int
is_last(const struct vss_join *j, size_t i)
{
	const struct item *it = &j->items[i];

	return it->object < 0 || j->objects[it->object].last_item[
	    it->ev.kind][edge(&it->ev)] == i;
}

/* Where one keeps the last event of a kind, and no times tell which of the
 * other's it is, it is the last. */
static int
is_not_that_one(const struct vss_join *j, size_t a, size_t b)
{
	const struct item *x = &j->items[a], *y = &j->items[b];
	int k = x->ev.kind;

	if (when(j, x) != VSS_NO_TIME && when(j, y) != VSS_NO_TIME)
		return 0;
	return (j->sources[x->ev.source].profile.last_only[k] &&
	    !is_last(j, b)) || (j->sources[y->ev.source].profile.last_only[k]
	    && !is_last(j, a));
}

/* Find the records of `later` that `earlier` tells of, too; both in order. */
static void
merge_sources(struct vss_join *j, const struct source *earlier,
    const struct source *later)
{
	size_t next[KIND_COUNT][2], a, b;
	struct item *x, *y;
	int64_t tx, ty;
	int k;

	for (k = 0; k < KIND_COUNT; k++)
		next[k][0] = next[k][1] = earlier->begin;
	for (b = later->begin; b < later->end; b++) {
		y = &j->items[b];
		if (y->into >= 0)
			continue;
		ty = when(j, y);
		for (a = next[y->ev.kind][edge(&y->ev)]; a < earlier->end;
		    a++) {
			x = &j->items[a];
			tx = when(j, x);
			if (tx != VSS_NO_TIME && ty != VSS_NO_TIME &&
			    tx > ty + SLACK + tick(j, y->ev.source))
				break;
			if (x->into >= 0 || x->placed == y->ev.source + 1 ||
			    !one_event(j, x, y) || is_not_that_one(j, a, b))
				continue;
			x->placed = y->ev.source + 1;
			merge(j, a, b);
			break;
		}
		/* what is too old for this one is so for the next */
		for (a = next[y->ev.kind][edge(&y->ev)]; a < earlier->end &&
		    (j->items[a].ev.kind != y->ev.kind ||
		    edge(&j->items[a].ev) != edge(&y->ev) ||
		    j->items[a].placed == y->ev.source + 1 ||
		    (ty != VSS_NO_TIME && when(j, &j->items[a]) != VSS_NO_TIME
		    && when(j, &j->items[a]) < ty - 2 * SLACK -
		    2 * tick(j, y->ev.source))); a++)
			next[y->ev.kind][edge(&y->ev)] = a + 1;
	}
}

/* Does the recording tell of such an event at that time, though for another
 * backup than the item's? Then nothing is missing in it. *left: how many may
 * still be looked at. */
static int
tells_elsewhere(const struct vss_join *j, const struct source *s,
    const struct item *it, long *left)
{
	const struct vss_event *ev;
	int64_t t = when(j, it);
	size_t i;

	for (i = s->begin; i < s->end; i++) {
		if (--*left < 0)
			return 1;
		ev = &j->items[i].ev;
		if (ev->kind == it->ev.kind && edge(ev) == edge(&it->ev) &&
		    (!ev->writer || !it->ev.writer ||
		    same_writer(ev->writer, it->ev.writer)) &&
		    when(j, &j->items[i]) <= t + SLACK + tick(j, ev->source) &&
		    when(j, &j->items[i]) >= t - SLACK - tick(j, ev->source))
			return 1;
	}
	return 0;
}

/* What one recording tells, and another, that shows such events, does not. */
static void
find_omissions(struct vss_join *j)
{
	const struct vss_profile *p;
	long left = 20000000;
	struct item *it;
	struct source *s;
	char text[160], name[100];
	uint64_t *covers, can;
	size_t i;
	int o;

	if (!(covers = calloc(j->nobjects + 1, sizeof(*covers))))
		return;
	for (o = 0; o < j->nobjects; o++)
		covers[root(j, o)] |= UINT64_C(1) << j->objects[o].source;

	for (i = 0; i < j->nitems; i++) {
		it = &j->items[i];
		/* Identify goes to writers at any time, also for others */
		if (it->into >= 0 || it->object < 0 ||
		    it->ev.kind == KIND_ID || when(j, it) == VSS_NO_TIME)
			continue;
		can = covers[root(j, it->object)] & ~it->told;
		for (o = 0; can && o < j->nsources; o++) {
			s = &j->sources[o];
			p = &s->profile;
			if (!(can >> o & 1) ||
			    (p->shows[it->ev.kind] & it->ev.phases) !=
			    it->ev.phases || p->doubtful[it->ev.kind] ||
			    p->hides_others[it->ev.kind] ||
			    s->first == VSS_NO_TIME ||
			    when(j, it) < s->first + SLACK ||
			    when(j, it) > s->last - SLACK ||
			    tells_elsewhere(j, s, it, &left))
				continue;
			snprintf(text, sizeof(text), "%s: not in the other "
			    "recording, which shows such events",
			    event_text(&it->ev, name, sizeof(name)));
			note(j, VSS_NOTE_CONTRADICTION, it->ev.source,
			    it->ev.line, o, 0, text);
		}
	}
	free(covers);
}

/*
 * One order.
 */

/* Where each event can have happened: by its clock, and by what its own
 * recording tells before and after it. */
static void
set_ranges(struct vss_join *j)
{
	struct source *s;
	struct vss_event *ev, *main;
	int64_t t;
	size_t i;
	int k, round;

	for (i = 0; i < j->nitems; i++) {
		ev = &j->items[i].ev;
		t = when(j, &j->items[i]);
		ev->from = t == VSS_NO_TIME ? INT64_MIN : t;
		ev->until = t == VSS_NO_TIME ? INT64_MAX :
		    t + (ev->tick ? ev->tick : tick(j, ev->source)) + JITTER;
	}
	for (i = 0; i < j->nitems; i++) {
		if (j->items[i].into < 0)
			continue;
		ev = &j->items[i].ev;
		main = &j->items[j->items[i].into].ev;
		/* the finer clock tells */
		if (ev->from != INT64_MIN && (main->from == INT64_MIN ||
		    ev->until - ev->from < main->until - main->from)) {
			main->from = ev->from;
			main->until = ev->until;
		}
	}
	for (round = 0; round < 2; round++)
		for (k = 0; k < j->nsources; k++) {
			s = &j->sources[k];
			t = INT64_MIN;
			for (i = s->begin; i < s->end; i++) {
				if (j->items[i].ev.tick)
					continue;
				ev = &j->items[j->items[i].into < 0 ? i :
				    (size_t)j->items[i].into].ev;
				if (ev->from < t && t <= ev->until)
					ev->from = t;
				if (ev->from > t)
					t = ev->from;
			}
			t = INT64_MAX;
			for (i = s->end; i-- > s->begin;) {
				if (j->items[i].ev.tick)
					continue;
				ev = &j->items[j->items[i].into < 0 ? i :
				    (size_t)j->items[i].into].ev;
				if (ev->until > t && t >= ev->from)
					ev->until = t;
				if (ev->until < t)
					t = ev->until;
			}
		}
}

/* The item that stands for the next of the recording, NULL at its end. One
 * whose place in it tells nothing is left to the recordings that know. */
static struct item *
head(struct vss_join *j, int source)
{
	struct source *s = &j->sources[source];
	struct item *it;

	for (; s->next < s->end; s->next++) {
		it = &j->items[s->next];
		if (it->into >= 0)
			it = &j->items[it->into];
		if (!it->placed && (!it->ev.chains ||
		    (it->ev.chains >> source & 1)))
			return it;
	}
	return NULL;
}

/* Does every recording that tells of it stand at it? */
static int
is_head(struct vss_join *j, const struct item *it)
{
	int k;

	for (k = 0; k < j->nsources; k++)
		if ((it->ev.chains >> k & 1) && head(j, k) != it)
			return 0;
	return 1;
}

static int
before(const struct item *a, const struct item *b)
{
	if (a->ev.from != b->ev.from)
		return a->ev.from < b->ev.from;
	if (a->ev.until != b->ev.until)
		return a->ev.until < b->ev.until;
	return edge(&a->ev) > edge(&b->ev);
}

/* All items that stand for themselves, in an order that every recording
 * agrees with. */
static size_t
put_in_order(struct vss_join *j, struct item **list)
{
	struct item *it, *best, *any;
	size_t i, n = 0;
	int k;

	for (i = 0; i < j->nitems; i++) {
		j->items[i].placed = 0;
		j->items[i].ev.chains = j->items[i].told;
	}
	for (i = 0; i < j->nitems; i++)
		if (j->items[i].ev.tick) {
			it = &j->items[j->items[i].into < 0 ? i :
			    (size_t)j->items[i].into];
			it->ev.chains &= ~(UINT64_C(1) <<
			    j->items[i].ev.source);
		}
	for (k = 0; k < j->nsources; k++)
		j->sources[k].next = j->sources[k].begin;
	for (;;) {
		best = any = NULL;
		for (k = 0; k < j->nsources; k++) {
			if (!(it = head(j, k)))
				continue;
			if (!any || before(it, any))
				any = it;
			if (is_head(j, it) && (!best || before(it, best)))
				best = it;
		}
		if (!any)
			return n;
		/* two recordings tell two events in different order: neither
		 * is believed */
		if (!best) {
			best = any;
			best->ev.chains = 0;
			note(j, VSS_NOTE_CONTRADICTION, best->ev.source,
			    best->ev.line, -1, 0, "two recordings tell events "
			    "in different orders; neither order is relied on");
		}
		best->placed = 1;
		list[n++] = best;
	}
}

/* Mark the runs whose order the recordings leave open. */
static void
find_groups(struct item **list, size_t n)
{
	uint32_t group = 0;
	uint64_t chains;
	int64_t until;
	size_t i, k, m;

	for (i = 0; i < n; i = k) {
		until = list[i]->ev.until;
		for (k = i + 1; k < n && list[k]->ev.from <= until; k++)
			if (list[k]->ev.until > until)
				until = list[k]->ev.until;
		chains = ~UINT64_C(0);
		for (m = i; m < k; m++)
			chains &= list[m]->ev.chains;
		group++;
		for (m = i; m < k; m++)
			list[m]->ev.group = chains ? 0 : group;
	}
}

/*
 * To the sessions.
 */

/* The name under which the cluster goes on: its first object's, or, where
 * another cluster has that name, one of its own. */
static const char *
cluster_name(struct vss_join *j, int o, int *failed)
{
	char name[LIMIT_NAME + 32];
	int i, r = root(j, o), taken = 0;

	for (i = 0; i < r; i++)
		taken |= root(j, i) == i && same_text(j->objects[i].name,
		    j->objects[r].name);
	if (!taken)
		return j->objects[r].name;
	snprintf(name, sizeof(name), "%.*s #%d", LIMIT_NAME - 16,
	    j->objects[r].name, r + 1);
	return keep(j, name, failed);
}

static int
shows_requester(const struct vss_profile *p)
{
	int k;

	for (k = 1; k < KIND_COUNT; k++)
		if (p->shows[k] && vss_kind(k)->name && k != KIND_EXIT &&
		    k != KIND_END && vss_kind(k)->actor == ACTOR_REQUESTER)
			return 1;
	return 0;
}

/* Does the recording tell something that names no backup in that time? */
static int
tells_meanwhile(const struct source *s, int64_t first, int64_t last)
{
	size_t from = 0, to = s->nloose, middle;

	while (from < to) {
		middle = from + (to - from) / 2;
		if (s->loose[middle] < first)
			from = middle + 1;
		else
			to = middle;
	}
	return from < s->nloose && s->loose[from] <= last;
}

/* The recordings that cover the cluster: that tell of it from its beginning,
 * and do not end before what the others say the requester did last. */
static uint64_t
covering(const struct vss_join *j, int r, int *middle)
{
	const struct source *s;
	const struct object *o;
	int64_t first = VSS_NO_TIME, last = VSS_NO_TIME;
	uint64_t sources = 0, late = 0;
	int i, k;

	for (i = 0; i < j->nobjects; i++) {
		o = &j->objects[i];
		if (root(j, i) != r)
			continue;
		sources |= UINT64_C(1) << o->source;
		if (o->middle)
			late |= UINT64_C(1) << o->source;
		take_time(&first, &last, o->first);
		take_time(&first, &last, o->last);
	}
	*middle = late == sources;
	/* writers' logs name no backup */
	for (k = 0; k < j->nsources && first != VSS_NO_TIME; k++)
		if (tells_meanwhile(&j->sources[k], first - SLACK, last +
		    SLACK))
			sources |= UINT64_C(1) << k;
	for (k = 0; k < j->nsources; k++) {
		s = &j->sources[k];
		if (s->first != VSS_NO_TIME && last != VSS_NO_TIME &&
		    shows_requester(&s->profile) &&
		    s->last < last - SLACK - s->profile.tick)
			late |= UINT64_C(1) << k;
	}
	return sources & ~late ? sources & ~late : sources;
}

/*
 * Names of writers.
 */

/* A writer's name in the recordings, and what is worked out of it once. */
struct known_writer {
	const char *as;		/* as a recording has it */
	const char *name;	/* the first that tells the instance */
	uint64_t sources;	/* that name it so */
};

static int
compare_names(const void *pa, const void *pb)
{
	const struct item *const *a = pa, *const *b = pb;

	return strcmp((*a)->ev.writer, (*b)->ev.writer);
}

/* The names, sorted. NULL and *failed when memory is out. */
static struct known_writer *
writers_named(const struct vss_join *j, size_t *n, int *failed)
{
	const struct item **list;
	struct known_writer *k;
	size_t i, m = 0;

	*n = 0;
	list = malloc((j->nitems + 1) * sizeof(*list));
	k = malloc((j->nitems + 1) * sizeof(*k));
	*failed = !list || !k;
	if (*failed) {
		free(list);
		free(k);
		return NULL;
	}
	for (i = 0; i < j->nitems; i++)
		if (j->items[i].ev.writer)
			list[m++] = &j->items[i];
	qsort(list, m, sizeof(*list), compare_names);
	for (i = 0; i < m; i++) {
		if (!i || strcmp(list[i]->ev.writer, k[*n - 1].as)) {
			k[*n].as = k[*n].name = list[i]->ev.writer;
			k[(*n)++].sources = 0;
		}
		k[*n - 1].sources |= UINT64_C(1) << list[i]->ev.source;
	}
	free(list);
	return k;
}

/* A name without an instance is the one name with an instance that there
 * is. */
static void
find_instances(struct known_writer *k, size_t n)
{
	enum { MANY = 2000 };
	size_t i, m, found, one;

	for (i = 0; i < n && n <= MANY; i++) {
		if (k[i].as[base_length(k[i].as)])
			continue;
		for (m = 0, found = 0, one = i; m < n; m++)
			if (m != i && k[m].as[base_length(k[m].as)] &&
			    same_writer(k[m].as, k[i].as)) {
				found++;
				one = m;
			}
		if (found == 1) {
			k[i].name = k[one].as;
			k[one].sources |= k[i].sources;
		}
	}
}

static const struct known_writer *
known(const struct known_writer *k, size_t n, const char *as)
{
	size_t from = 0, to = n, middle;
	int c;

	while (from < to) {
		middle = from + (to - from) / 2;
		c = strcmp(as, k[middle].as);
		if (!c)
			return &k[middle];
		if (c > 0)
			from = middle + 1;
		else
			to = middle;
	}
	return NULL;
}

static enum vss_status
deliver(struct vss_join *j, struct item **list, size_t n,
    struct vss_sessions *s, struct vss_error *error)
{
	const uint64_t all = ~UINT64_C(0) >> (64 - j->nsources);
	const char **clusters = calloc(j->nobjects + 1, sizeof(*clusters));
	uint64_t *covers = calloc(j->nobjects + 1, sizeof(*covers));
	int *middle = calloc(j->nobjects + 1, sizeof(*middle));
	const struct known_writer *w;
	struct known_writer *writers;
	enum vss_status st = VSS_OK;
	uint64_t partial = 0;
	struct vss_event ev;
	size_t i, nwriters, stop = 0;
	int o, failed = 0;

	writers = writers_named(j, &nwriters, &failed);
	failed |= !clusters || !covers || !middle;
	for (o = 0; !failed && o < j->nobjects; o++) {
		if (root(j, o) != o)
			continue;
		clusters[o] = cluster_name(j, o, &failed);
		covers[o] = covering(j, o, &middle[o]);
	}
	if (!failed)
		find_instances(writers, nwriters);
	for (o = 0; o < j->nsources; o++)
		if (names_only(&j->sources[o].profile))
			partial |= UINT64_C(1) << o;
	for (i = 0; i < n && !failed && st == VSS_OK; i++) {
		while (stop < j->nstops && j->stops[stop].t <= list[i]->ev.from)
			deliver_stop(j, s, stop++);
		ev = list[i]->ev;
		ev.time = when(j, list[i]);
		ev.starts = ev.middle = 0;
		if (j->sources[ev.source].apart)
			ev.clock = (uint8_t)(ev.source + 1);
		if (list[i]->object >= 0) {
			o = root(j, list[i]->object);
			ev.object = clusters[o];
			ev.covers = covers[o];
			ev.middle = middle[o];
		}
		if (ev.writer) {
			w = known(writers, nwriters, ev.writer);
			w = known(writers, nwriters, w->name);
			ev.writer = w->name;
			ev.covers_writer = (ev.covers ? ev.covers : all) &
			    (~partial | w->sources);
		}
		st = vss_sessions_event(s, &ev, error);
	}
	for (; stop < j->nstops; stop++)
		deliver_stop(j, s, stop);
	free(clusters);
	free(covers);
	free(middle);
	free(writers);
	return failed ? out_of_memory(error) : st;
}

static int
compare_stop(const void *pa, const void *pb)
{
	const struct stop *a = pa, *b = pb;

	return a->t < b->t ? -1 : a->t > b->t;
}

enum vss_status
vss_join_run(struct vss_join *j, struct vss_sessions *s,
    struct vss_error *error)
{
	struct item **list;
	enum vss_status st;
	size_t n, i;
	int a, b;

	if (set_clocks(j) != VSS_OK)
		return out_of_memory(error);
	cluster(j);
	if (loosen(j) != VSS_OK || collect_loose(j) != VSS_OK)
		return out_of_memory(error);
	for (b = 1; b < j->nsources; b++)
		for (a = 0; a < b; a++)
			merge_sources(j, &j->sources[a], &j->sources[b]);
	find_omissions(j);
	set_ranges(j);
	if (!(list = malloc((j->nitems + 1) * sizeof(struct item *))))
		return out_of_memory(error);
	n = put_in_order(j, list);
	find_groups(list, n);
	for (i = 0; i < j->nstops; i++)
		if (j->stops[i].t != VSS_NO_TIME)
			j->stops[i].t += j->sources[j->stops[i].source].offset;
	if (j->nstops)
		qsort(j->stops, j->nstops, sizeof(*j->stops), compare_stop);
	for (a = 0; a < j->nsources; a++) {
		st = vss_sessions_source(s, &j->sources[a].profile);
		if (st != VSS_OK) {
			free(list);
			return out_of_memory(error);
		}
		/* by a clock that is not known no time has passed */
		if (!j->sources[a].apart)
			vss_sessions_time(s, a, j->sources[a].last);
	}
	st = deliver(j, list, n, s, error);
	free(list);
	return st;
}
