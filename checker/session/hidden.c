/*
 * What is hidden from a recording is not just anything: only what some system
 * can do there. A rule's monitor and an automaton of the system read the story
 * side by side (engine/pairs.h); where the pairs end is where completions of
 * the recording can end, no more and no less.
 *
 * Each writer's events and those of no writer are read by an automaton of one
 * writer: a projection. What really happened is a completion in every one of
 * them, so a rule of the session is judged by what all of them leave.
 */
#include <stdlib.h>
#include <string.h>
#include "hidden.h"
#include "pairs.h"
#include "protocol.h"
#include "story.h"

enum {
	/* more events than this without a known order: anything may be */
	UNORDERED = 8,
	READINGS = 2 * VSS_ALTERNATIVES,
	CONTEXTS_MAX = 64,		/* when a course begins */
	BELIEFS_MAX = 1 << 16,
	SIZE_AT_FIRST = 1 << 10,	/* of each table; it grows */
	EVENTS_MAX = 1 << 10,
	FEW_PAIRS = 64,			/* to be sorted by insertion */
	PAIRS_MAX = 1 << 22,		/* of all beliefs: 16 MiB */
	STEPS_MAX = 1 << 16,
	SEQUENCES = 64,
	/* in place of an event's class */
	NOTHING = -1,			/* nobody reads it */
	NO_MEMORY = -2,
	TOO_MANY = -3			/* classes */
};

struct pair { uint16_t state, mask; };

struct belief {
	const struct vss_pairing *pairing;
	uint32_t hash;
	uint32_t first, n;		/* in the pairs */
	uint8_t monitor;		/* the monitor's states */
};

struct event_class {
	struct vss_reading readings[READINGS];
	int n;
};

struct known_step { uint32_t from, event, to; };	/* from + 1 */

/* What the recording hides, to one automaton. */
struct context {
	const struct vss_automaton *automaton;
	struct vss_view view;		/* of the monitored instance */
	uint8_t runs[VSS_NLETTERS], unknown[VSS_NLETTERS];
	struct vss_pairing *pairing[VSS_NMONITORS];
	int64_t start[VSS_NMONITORS][2];	/* belief, by `middle` */
	struct context *next;
};

struct vss_memo {
	struct context *contexts;
	int ncontexts;
	int courses;			/* that are being read */
	struct belief *beliefs;
	uint32_t *belief_table;		/* id + 1; twice as long */
	uint32_t nbeliefs, beliefs_room;
	struct pair *pairs;
	size_t npairs, pairs_room;
	struct event_class *events;
	uint32_t nevents, events_room;
	struct known_step *steps;	/* a table, at most half full */
	uint32_t nsteps, steps_size;
	uint32_t age;			/* how often it has begun anew */
};

/* The story as one projection: an event class for each event. */
struct sequence {
	enum vss_scope scope;
	int index, writer;
	int32_t failed;			/* NO_MEMORY, TOO_MANY, 0 */
	struct context *context;
	int32_t *event;
};

struct vss_course {
	const struct vss_session *se;
	const struct vss_automaton *automaton;
	struct vss_memo *memo;
	uint8_t knows[2 * KIND_COUNT];	/* kinds, by value / 64 */
	uint8_t requester;		/* some call of it is shown */
	uint8_t longest;		/* a group is longer than one event */
	struct sequence sequence[SEQUENCES];
	int nsequences, oldest;
	struct vss_pairs now, then;
	void *memory;
	uint8_t *orders;		/* a mask by part of a group and state */
};

struct vss_memo *
vss_memo_new(void)
{
	struct vss_memo *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->age = 1;
	m->beliefs_room = SIZE_AT_FIRST;
	m->steps_size = SIZE_AT_FIRST;
	m->beliefs = malloc(m->beliefs_room * sizeof(*m->beliefs));
	m->belief_table = calloc(2 * m->beliefs_room, sizeof(uint32_t));
	m->steps = calloc(m->steps_size, sizeof(*m->steps));
	if (m->beliefs && m->belief_table && m->steps)
		return m;
	vss_memo_free(m);
	return NULL;
}

/* Beliefs and steps go; what they were made for stays. */
static void
begin_anew(struct vss_memo *memo)
{
	struct context *c;

	memset(memo->belief_table, 0, 2 * memo->beliefs_room *
	    sizeof(uint32_t));
	memset(memo->steps, 0, memo->steps_size * sizeof(*memo->steps));
	memo->nbeliefs = memo->nsteps = 0;
	memo->npairs = 0;
	memo->age++;
	for (c = memo->contexts; c; c = c->next)
		memset(c->start, 0xff, sizeof(c->start));
}

static void
forget_contexts(struct vss_memo *memo)
{
	struct context *c, *next;
	int m;

	for (c = memo->contexts; c; c = next) {
		next = c->next;
		for (m = 0; m < VSS_NMONITORS; m++)
			free(c->pairing[m]);
		free(c);
	}
	memo->contexts = NULL;
	memo->ncontexts = 0;
}

/* A course keeps numbers of events, and contexts: they go only between one
 * course and the next. */
static void
tidy(struct vss_memo *memo)
{
	if (memo->courses || (memo->nevents <= EVENTS_MAX / 2 &&
	    memo->ncontexts <= CONTEXTS_MAX))
		return;
	begin_anew(memo);
	forget_contexts(memo);
	memo->nevents = 0;
}

static uint64_t
stir(uint64_t h, uint64_t x)
{
	h = (h ^ x) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 29;
}

/* The pairs in the order of their states. */
static void
write_pairs(const struct vss_pairs *b, size_t nstates, struct pair *to)
{
	size_t s, n = 0;
	int i, k;

	if (b->n >= FEW_PAIRS) {
		for (s = 0; s < nstates; s++)
			if (b->mask[s]) {
				to[n].state = (uint16_t)s;
				to[n++].mask = b->mask[s];
			}
		return;
	}
	for (i = 0; i < b->n; i++) {
		for (k = i; k && to[k - 1].state > b->list[i]; k--)
			to[k] = to[k - 1];
		to[k].state = b->list[i];
		to[k].mask = b->mask[b->list[i]];
	}
}

/* Room for n more pairs; 0 when there is none. */
static int
pairs_room(struct vss_memo *memo, size_t n)
{
	size_t room = memo->pairs_room ? memo->pairs_room : 1 << 14;
	struct pair *p;

	while (room < memo->npairs + n)
		room *= 2;
	if (room == memo->pairs_room)
		return 1;
	if (room > PAIRS_MAX || !(p = realloc(memo->pairs, room * sizeof(*p))))
		return 0;
	memo->pairs = p;
	memo->pairs_room = room;
	return 1;
}

/* Room for one more belief; 0 when there is none. */
static int
belief_room(struct vss_memo *memo)
{
	uint32_t room = 2 * memo->beliefs_room, *table, i, k;
	struct belief *list;

	if (memo->nbeliefs < memo->beliefs_room)
		return 1;
	if (room > BELIEFS_MAX)
		return 0;
	if (!(list = realloc(memo->beliefs, room * sizeof(*list))))
		return 0;
	memo->beliefs = list;
	if (!(table = calloc(2 * (size_t)room, sizeof(*table))))
		return 0;
	for (i = 0; i < memo->nbeliefs; i++) {
		for (k = list[i].hash; table[k &= 2 * room - 1]; k++)
			;
		table[k] = i + 1;
	}
	free(memo->belief_table);
	memo->belief_table = table;
	memo->beliefs_room = room;
	return 1;
}

/* The number of the belief; -1 when memory is out. */
static int64_t
intern(struct vss_memo *memo, const struct vss_pairing *pairing,
    const struct vss_pairs *b)
{
	uint64_t h = (uintptr_t)pairing;
	struct belief *known;
	struct pair *p;
	uint32_t k;
	int i;

	if (!belief_room(memo) || !pairs_room(memo, (size_t)b->n))
		begin_anew(memo);
	if (!pairs_room(memo, (size_t)b->n))
		return -1;
	p = memo->pairs + memo->npairs;
	write_pairs(b, pairing->automaton->states, p);
	for (i = 0; i < b->n; i++)
		h = stir(h, (uint64_t)p[i].state << 16 | p[i].mask);
	for (k = (uint32_t)h;; k++) {
		k &= 2 * memo->beliefs_room - 1;
		if (!memo->belief_table[k])
			break;
		known = &memo->beliefs[memo->belief_table[k] - 1];
		if (known->hash == (uint32_t)h && known->pairing == pairing &&
		    known->n == (uint32_t)b->n &&
		    !memcmp(memo->pairs + known->first, p,
		    (size_t)b->n * sizeof(*p)))
			return memo->belief_table[k] - 1;
	}
	known = &memo->beliefs[memo->nbeliefs];
	known->pairing = pairing;
	known->hash = (uint32_t)h;
	known->first = (uint32_t)memo->npairs;
	known->n = (uint32_t)b->n;
	known->monitor = vss_pairs_monitor(b);
	memo->npairs += (size_t)b->n;
	memo->belief_table[k] = ++memo->nbeliefs;
	return memo->nbeliefs - 1;
}

static void
load(const struct vss_memo *memo, int64_t id, struct vss_pairs *b)
{
	const struct belief *known = &memo->beliefs[id];
	uint32_t i;

	vss_pairs_clear(b);
	for (i = 0; i < known->n; i++)
		vss_pairs_add(b, memo->pairs[known->first + i].state,
		    (uint8_t)memo->pairs[known->first + i].mask);
}

/* The place of a step in the table: of itself, or where it is to be. */
static struct known_step *
step_place(struct known_step *table, uint32_t size, uint32_t from,
    uint32_t event)
{
	uint32_t k = (uint32_t)stir(stir(1, from), event);

	for (;; k++) {
		k &= size - 1;
		if (!table[k].from || (table[k].from == from &&
		    table[k].event == event))
			return &table[k];
	}
}

/* Room for one more step; 0 when there is none. */
static int
step_room(struct vss_memo *memo)
{
	uint32_t size = 2 * memo->steps_size, i;
	struct known_step *table, *s;

	if (memo->nsteps < memo->steps_size / 2)
		return 1;
	if (memo->nsteps == STEPS_MAX || !(table = calloc(size,
	    sizeof(*table))))
		return 0;
	for (i = 0; i < memo->steps_size; i++) {
		s = &memo->steps[i];
		if (s->from)
			*step_place(table, size, s->from, s->event) = *s;
	}
	free(memo->steps);
	memo->steps = table;
	memo->steps_size = size;
	return 1;
}

static void
remember(struct vss_memo *memo, int64_t from, int32_t event, int64_t to)
{
	struct known_step *s;

	if (!step_room(memo)) {
		memset(memo->steps, 0, memo->steps_size *
		    sizeof(*memo->steps));
		memo->nsteps = 0;
	}
	s = step_place(memo->steps, memo->steps_size, (uint32_t)from + 1,
	    (uint32_t)event);
	memo->nsteps += !s->from;
	s->from = (uint32_t)from + 1;
	s->event = (uint32_t)event;
	s->to = (uint32_t)to;
}

/* The number of the event class. */
static int32_t
intern_event(struct vss_memo *memo, const struct event_class *e)
{
	struct event_class *list;
	uint32_t i, room;

	for (i = 0; i < memo->nevents; i++)
		if (memo->events[i].n == e->n && !memcmp(
		    memo->events[i].readings, e->readings,
		    (size_t)e->n * sizeof(*e->readings)))
			return (int32_t)i;
	if (memo->nevents == EVENTS_MAX)
		return TOO_MANY;
	if (memo->nevents == memo->events_room) {
		room = memo->events_room ? memo->events_room * 2 : 64;
		list = realloc(memo->events, room * sizeof(*list));
		if (!list)
			return NO_MEMORY;
		memo->events = list;
		memo->events_room = room;
	}
	memo->events[memo->nevents] = *e;
	return (int32_t)memo->nevents++;
}

void
vss_memo_free(struct vss_memo *memo)
{
	if (!memo)
		return;
	forget_contexts(memo);
	free(memo->beliefs);
	free(memo->belief_table);
	free(memo->pairs);
	free(memo->events);
	free(memo->steps);
	free(memo);
}

struct vss_course *
vss_course_new(const struct vss_session *se, enum vss_actors actors)
{
	struct vss_course *c = calloc(1, sizeof(*c));
	size_t size, i;
	int l;

	if (!c)
		return NULL;
	c->se = se;
	c->memo = se->memo;
	tidy(c->memo);
	c->memo->courses++;
	c->automaton = actors == VSS_FREE_ACTORS ? &vss_replay : &vss_protocol;
	c->requester = actors == VSS_DOCUMENTED_ACTORS ||
	    vss_replay_shows_requester(se);
	size = (vss_pairs_size(c->automaton) + 7) / 8 * 8;
	c->memory = malloc(2 * size);
	for (l = 0; l < VSS_NLETTERS; l++)
		c->knows[vss_letter_value[l] / 64] |= c->automaton->knows[l];
	for (i = 0; i < se->nstory; i++)
		c->longest |= vss_story_group(se, i) > 1;
	if (c->longest)
		c->orders = malloc((size_t)c->automaton->states << UNORDERED);
	if (!c->memory || (c->longest && !c->orders)) {
		vss_course_free(c);
		return NULL;
	}
	vss_pairs_make(&c->now, c->automaton, c->memory);
	vss_pairs_make(&c->then, c->automaton, (char *)c->memory + size);
	return c;
}

void
vss_course_free(struct vss_course *c)
{
	int i;

	if (!c)
		return;
	c->memo->courses--;
	for (i = 0; i < c->nsequences; i++)
		free(c->sequence[i].event);
	free(c->memory);
	free(c->orders);
	free(c);
}

/* May the letter have come without being shown? */
static int
is_hidden(const struct vss_course *c, const struct vss_view *v, int letter)
{
	/* Identify may come at any time: see there */
	return vss_replay_hides(v, letter, c->requester) ||
	    (c->automaton == &vss_protocol && vss_protocol_hides(v, letter));
}

/* Do the recordings show the same, as far as a monitor can tell? */
static int
same_view(const struct vss_view *a, const struct vss_view *b)
{
	const struct vss_profile *p = &a->profile, *q = &b->profile;

	return !memcmp(p->shows, q->shows, sizeof(p->shows)) &&
	    !memcmp(p->hides_others, q->hides_others,
	    sizeof(p->hides_others));
}

static struct context *
context_of(struct vss_course *c, enum vss_scope scope, int index, int writer)
{
	const struct vss_view *shown = vss_session_view(c->se, VSS_WRITER,
	    writer);
	const struct vss_view *view = vss_session_view(c->se, scope, index);
	uint8_t runs[VSS_NLETTERS], unknown[VSS_NLETTERS];
	struct context *x;
	int l;

	for (l = 0; l < VSS_NLETTERS; l++) {
		runs[l] = c->automaton->knows[l] && is_hidden(c, shown, l);
		unknown[l] = !c->knows[vss_letter_value[l] / 64] &&
		    (!vss_view_shows(view, l) || is_hidden(c, view, l));
	}
	for (x = c->memo->contexts; x; x = x->next)
		if (x->automaton == c->automaton && same_view(&x->view, view) &&
		    !memcmp(x->runs, runs, sizeof(runs)) &&
		    !memcmp(x->unknown, unknown, sizeof(unknown)))
			return x;
	if (!(x = calloc(1, sizeof(*x))))
		return NULL;
	x->automaton = c->automaton;
	x->view = *view;
	memcpy(x->runs, runs, sizeof(runs));
	memcpy(x->unknown, unknown, sizeof(unknown));
	memset(x->start, 0xff, sizeof(x->start));
	x->next = c->memo->contexts;
	c->memo->contexts = x;
	c->memo->ncontexts++;
	return x;
}

/* The readings of an event when it is the projected writer's (whose: 0) or
 * another's (1), and to the monitor the one's or the other's. */
static void
add_readings(const struct vss_course *c, const struct context *x,
    const struct vss_evidence *e, int whose, int monitored,
    struct event_class *to)
{
	uint16_t a[VSS_ALTERNATIVES], m[VSS_ALTERNATIVES];
	int n = vss_event_letters(e->kind, e->phases, e->data, 1U << whose, a);
	int nm = vss_event_letters(e->kind, e->phases, e->data,
	    1U << monitored, m), i;
	struct vss_reading *r;

	for (i = 0; i < n && i < nm && to->n < READINGS; i++) {
		r = &to->readings[to->n++];
		r->monitor = m[i];
		r->automaton = c->knows[vss_letter_value[a[i]] / 64] ? a[i] :
		    VSS_UNREAD;
		/* a call that only its end tells of: if it is hidden, it is
		 * among what is hidden, wherever that was */
		if (e->implied && r->automaton != VSS_UNREAD &&
		    (c->se->middle || x->runs[a[i]]))
			r->automaton = r->monitor = VSS_UNREAD;
	}
}

/* The class of an event, or what stands in its place. */
static int32_t
class_of(struct vss_course *c, const struct context *x,
    const struct vss_evidence *e, const struct sequence *q)
{
	struct event_class event = { .n = 0 };
	unsigned whose = 1, monitored;
	int a, m;

	/* Identify says nothing of where a backup stands */
	if (c->automaton == &vss_protocol && e->kind == KIND_ID)
		whose = 2;
	else if (vss_kind(e->kind)->tracked)
		whose = e->writer == WRITER_UNKNOWN ? 3 :
		    e->writer == q->writer && q->writer >= 0 ? 1 : 2;
	monitored = vss_story_other(c->se, e, q->scope, q->index);
	for (a = 0; a < 2; a++)
		for (m = 0; m < 2; m++)
			if ((whose >> a & 1) && (monitored >> m & 1) &&
			    (a == m || whose != monitored))
				add_readings(c, x, e, a, m, &event);
	if (event.n && e->perhaps && event.n < READINGS) {
		event.readings[event.n].automaton = VSS_UNREAD;
		event.readings[event.n++].monitor = VSS_UNREAD;
	}
	return event.n ? intern_event(c->memo, &event) : NOTHING;
}

static struct sequence *
sequence_of(struct vss_course *c, enum vss_scope scope, int index, int writer)
{
	struct sequence *q;
	size_t i;
	int k;

	for (k = 0; k < c->nsequences; k++) {
		q = &c->sequence[k];
		if (q->scope == scope && q->index == index &&
		    q->writer == writer)
			return q;
	}
	if (c->nsequences < SEQUENCES)
		q = &c->sequence[c->nsequences];
	else {
		q = &c->sequence[c->oldest];
		c->oldest = (c->oldest + 1) % SEQUENCES;
		free(q->event);
		q->event = NULL;
	}
	q->scope = scope;
	q->index = index;
	q->writer = writer;
	q->context = context_of(c, scope, index, writer);
	q->failed = 0;
	q->event = malloc((c->se->nstory + 1) * sizeof(*q->event));
	if (q == &c->sequence[c->nsequences] && q->event)
		c->nsequences++;
	if (!q->context || !q->event)
		return NULL;
	for (i = 0; i < c->se->nstory && !q->failed; i++) {
		q->event[i] = class_of(c, q->context, &c->se->story[i], q);
		if (q->event[i] < NOTHING)
			q->failed = q->event[i];
	}
	return q->failed == NO_MEMORY ? NULL : q;
}

static const struct vss_pairing *
pairing_of(struct context *x, int monitor)
{
	struct vss_pairing *p = x->pairing[monitor];

	if (!p && (p = malloc(sizeof(*p)))) {
		vss_pairing_make(p, x->automaton, monitor, x->runs,
		    x->unknown);
		x->pairing[monitor] = p;
	}
	return p;
}

static int64_t
start_of(struct vss_course *c, struct context *x,
    const struct vss_pairing *p)
{
	int middle = c->se->middle;
	int64_t *known = &x->start[p->monitor][middle], id;

	if (*known >= 0)
		return *known;
	vss_pairs_start(p, &c->now, vss_pairing_start(p, &x->view, middle),
	    middle);
	id = intern(c->memo, p, &c->now);
	*known = id;
	return id;
}

/* One event. */
static int64_t
read_one(struct vss_course *c, const struct vss_pairing *p, int64_t from,
    int32_t event)
{
	const struct event_class *e = &c->memo->events[event];
	const struct known_step *known = step_place(c->memo->steps,
	    c->memo->steps_size, (uint32_t)from + 1, (uint32_t)event);
	uint32_t age = c->memo->age;
	int64_t to;

	if (known->from)
		return known->to;
	load(c->memo, from, &c->now);
	vss_pairs_clear(&c->then);
	vss_pairs_move(p, &c->now, &c->then, e->readings, e->n);
	vss_pairs_hidden(p, &c->then);
	to = intern(c->memo, p, &c->then);
	/* had it begun anew, `from` would be gone */
	if (to >= 0 && age == c->memo->age)
		remember(c->memo, from, event, to);
	return to;
}

/* Too many events without an order: any state of the automaton, and of the
 * monitor all that any of them may lead to. */
static int64_t
anything(struct vss_course *c, const struct vss_pairing *p, int64_t from,
    const int32_t *event, size_t n)
{
	uint8_t mask = c->memo->beliefs[from].monitor, more;
	const struct event_class *e;
	uint16_t letter;
	size_t i;
	int k, l, s;

	do {
		more = mask;
		for (l = 0; l < VSS_NLETTERS; l++) {
			letter = (uint16_t)l;
			if (p->runs[l])
				mask |= vss_monitor_move(p->monitor, mask,
				    letter);
		}
		for (i = 0; i < n; i++) {
			if (event[i] < 0)
				continue;
			e = &c->memo->events[event[i]];
			for (k = 0; k < e->n; k++)
				if (e->readings[k].monitor != VSS_UNREAD)
					mask |= vss_monitor_move(p->monitor,
					    mask, e->readings[k].monitor);
		}
		mask |= p->free[mask];
	} while (mask != more);
	vss_pairs_clear(&c->now);
	for (s = 0; s < c->automaton->states; s++)
		vss_pairs_add(&c->now, s, mask);
	return intern(c->memo, p, &c->now);
}

/* A set of masks that stands for a part of a group, made a belief. */
static void
load_part(const struct vss_course *c, const uint8_t *masks,
    struct vss_pairs *b)
{
	int s;

	vss_pairs_clear(b);
	for (s = 0; s < c->automaton->states; s++)
		vss_pairs_add(b, s, masks[s]);
}

static void
store_part(const struct vss_pairs *b, uint8_t *masks)
{
	int i;

	for (i = 0; i < b->n; i++)
		masks[b->list[i]] |= b->mask[b->list[i]];
}

/* Events whose order is not known: every order that is possible. */
static int64_t
read_group(struct vss_course *c, const struct vss_pairing *p, int64_t from,
    const int32_t *event, size_t first, size_t n)
{
	size_t states = c->automaton->states, count = 0, i, part, whole, next;
	const struct event_class *e[UNORDERED];
	struct vss_step steps[UNORDERED];
	uint8_t *masks;

	for (i = 0; i < n; i++) {
		const struct vss_evidence *ev = &c->se->story[first + i];

		if (event[i] < 0)
			continue;
		if (count == UNORDERED)
			return anything(c, p, from, event, n);
		e[count] = &c->memo->events[event[i]];
		steps[count].n = 0;
		steps[count].chains = ev->chains;
		steps[count].from = ev->from;
		steps[count++].until = ev->until;
	}
	vss_steps_order(steps, count);
	whole = ((size_t)1 << count) - 1;
	memset(c->orders, 0, states << count);
	load(c->memo, from, &c->now);
	store_part(&c->now, c->orders);
	for (part = 0; part < whole; part++) {
		load_part(c, c->orders + part * states, &c->now);
		if (!c->now.n)
			continue;
		vss_pairs_hidden(p, &c->now);
		for (i = 0; i < count; i++) {
			if ((part >> i & 1) || (steps[i].before & ~part &
			    whole))
				continue;
			next = part | (size_t)1 << i;
			masks = c->orders + next * states;
			vss_pairs_clear(&c->then);
			vss_pairs_move(p, &c->now, &c->then, e[i]->readings,
			    e[i]->n);
			store_part(&c->then, masks);
		}
	}
	load_part(c, c->orders + whole * states, &c->now);
	vss_pairs_hidden(p, &c->now);
	return intern(c->memo, p, &c->now);
}

/* What the monitor can be at when the story is over, as that projection. */
static enum vss_status
read_as(struct vss_course *c, const struct sequence *q, int monitor,
    uint8_t *states, uint8_t *after)
{
	const struct vss_pairing *p = pairing_of(q->context, monitor);
	int64_t now = p ? start_of(c, q->context, p) : -1;
	size_t i, k, n;

	*states = 0;
	if (q->failed)
		return VSS_OK;
	for (i = 0; now >= 0 && i < c->se->nstory; i += n) {
		n = vss_story_group(c->se, i);
		if (n > 1)
			now = read_group(c, p, now, q->event + i, i, n);
		else if (q->event[i] != NOTHING)
			now = read_one(c, p, now, q->event[i]);
		for (k = 0; now >= 0 && after && k < n; k++)
			after[i + k] &= c->memo->beliefs[now].monitor;
		if (now >= 0 && !c->memo->beliefs[now].n)
			return VSS_OK;
	}
	if (now < 0)
		return VSS_FAIL;
	*states = c->memo->beliefs[now].monitor;
	return VSS_OK;
}

static enum vss_status
read_writer(struct vss_course *c, enum vss_scope scope, int index, int writer,
    int monitor, uint8_t *states, uint8_t *after)
{
	struct sequence *q = sequence_of(c, scope, index, writer);
	uint8_t one;

	if (!q || read_as(c, q, monitor, &one, after) != VSS_OK)
		return VSS_FAIL;
	*states &= one;
	return VSS_OK;
}

enum vss_status
vss_course_states(struct vss_course *c, enum vss_scope scope, int index,
    int monitor, uint8_t *states, uint8_t *after)
{
	const struct vss_session *se = c->se;
	int w = scope == VSS_COMPONENT && index >= 0 ?
	    se->components[index].writer : index, any = 0;

	*states = 0;
	if (se->story_gaps)
		return VSS_OK;
	if (after)
		memset(after, 0xff, se->nstory);
	if (scope != VSS_SESSION) {
		if (w >= 0 && !se->writers[w].took_part)
			return VSS_OK;
		*states = 0xff;
		return read_writer(c, scope, index, w, monitor, states, after);
	}
	*states = 0xff;
	for (w = 0; w < se->nwriters && *states; w++) {
		if (!se->writers[w].took_part)
			continue;
		any = 1;
		if (read_writer(c, scope, 0, w, monitor, states, after) !=
		    VSS_OK)
			return VSS_FAIL;
	}
	return any ? VSS_OK : read_writer(c, scope, 0, WRITER_NONE, monitor,
	    states, after);
}

int
vss_course_helps(const struct vss_course *c, enum vss_scope scope, int index,
    int monitor)
{
	const struct vss_view *v = vss_session_view(c->se, scope, index);
	int l;

	for (l = 0; l < VSS_NLETTERS; l++)
		if (vss_class[monitor][l] && c->automaton->knows[l] &&
		    is_hidden(c, v, l))
			return 1;
	return 0;
}

int
vss_course_doubts(const struct vss_course *c, enum vss_scope scope, int index,
    int monitor)
{
	const struct vss_view *v = vss_session_view(c->se, scope, index);
	int l;

	for (l = 0; l < VSS_NLETTERS; l++)
		if (vss_class[monitor][l] && is_hidden(c, v, l) &&
		    vss_view_shows(v, l))
			return 1;
	return 0;
}
