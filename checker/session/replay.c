/*
 * Replay: can VSS have done what the recording tells, whatever the requester
 * and the writers did and however much failed? Each writer's events and those
 * of no writer are read by the automaton of replay. An event that no state
 * explains is refused; then all states are taken that such an event leads to,
 * and the reading goes on.
 */
#include <stdlib.h>
#include <string.h>
#include "protocol.h"
#include "story.h"

enum {
	/* more events than this without a known order: anything may be */
	UNORDERED = 8,
	REFUSALS_MAX = 16
};

struct replay {
	const struct vss_session *se;
	const struct vss_view *view;
	int writer;
	size_t words;			/* of a set of states */
	uint64_t *now, *next;
	uint64_t *orders;		/* a set for each part of a group */
	uint16_t *stack;
	uint8_t hidden[VSS_NLETTERS];
	uint8_t knows[2 * KIND_COUNT];	/* kinds, by value / 64 */
	struct vss_step *steps;		/* of a group */
	size_t *index;			/* their places in the story */
	size_t before;			/* the last event read, SIZE_MAX */
	struct vss_replayed *result;
};

static int
has(const uint64_t *set, int state)
{
	return set[state / 64] >> state % 64 & 1;
}

static void
put(uint64_t *set, int state)
{
	set[state / 64] |= UINT64_C(1) << state % 64;
}

static int
is_empty(const struct replay *r, const uint64_t *set)
{
	size_t i;

	for (i = 0; i < r->words; i++)
		if (set[i])
			return 0;
	return 1;
}

static void
put_all(uint64_t *set)
{
	int s;

	for (s = 0; s < vss_replay.states; s++)
		put(set, s);
}

/* Add what events that the recording does not show lead to. */
static void
add_hidden(const struct replay *r, uint64_t *set)
{
	const struct vss_automaton *a = &vss_replay;
	uint32_t k;
	size_t i;
	int n = 0, s, b;

	for (i = 0; i < r->words; i++)
		for (b = 0; b < 64 && set[i] >> b; b++)
			if (set[i] >> b & 1)
				r->stack[n++] = (uint16_t)(i * 64 + b);
	while (n) {
		s = r->stack[--n];
		for (k = a->first[s]; k < a->first[s + 1]; k++)
			if (r->hidden[a->moves[k].letter] &&
			    !has(set, a->moves[k].to)) {
				put(set, a->moves[k].to);
				r->stack[n++] = a->moves[k].to;
			}
	}
}

/* To `to` add the states after one of the letters. */
static void
move(const struct replay *r, const uint64_t *from, uint64_t *to,
    const uint16_t *letters, int n)
{
	const struct vss_automaton *a = &vss_replay;
	uint32_t k;
	size_t i;
	int s, b, l;

	for (i = 0; i < r->words; i++)
		for (b = 0; b < 64 && from[i] >> b; b++) {
			if (!(from[i] >> b & 1))
				continue;
			s = (int)(i * 64) + b;
			for (k = a->first[s]; k < a->first[s + 1]; k++)
				for (l = 0; l < n; l++)
					if (a->moves[k].letter == letters[l])
						put(to, a->moves[k].to);
		}
}

/* The letters by which the event is read. Returns how many; *perhaps: it may
 * have been none of them. */
static int
letters_of(const struct replay *r, const struct vss_evidence *e,
    uint16_t *letters, int *perhaps)
{
	uint16_t all[VSS_ALTERNATIVES];
	int k, n, left = 0;
	unsigned other = 1;

	*perhaps = 0;
	/* when the call was nobody tells, and nobody said they would */
	if (e->implied && (r->se->middle || !(r->view->profile.shows[e->kind]
	    >> PHASE_CALL & 1)))
		return 0;
	if (vss_kind(e->kind)->tracked)
		other = e->writer == WRITER_UNKNOWN ? 3 :
		    e->writer == r->writer && r->writer >= 0 ? 1 : 2;
	n = vss_event_letters(e->kind, e->phases, e->data, other, all);
	for (k = 0; k < n; k++)
		if (r->knows[vss_letter_value[all[k]] / 64])
			letters[left++] = all[k];
		else
			*perhaps = 1;
	return left;
}

/* Of what the event says, is it the requester that did it? What a requester
 * does is for the rules to judge. */
static int
is_requesters(const struct vss_evidence *e)
{
	const struct vss_kind_info *ki = vss_kind(e->kind);

	return ki->actor == ACTOR_REQUESTER && (ki->phases == PHASES_ONCE ||
	    e->kind == KIND_CTX || e->kind == KIND_CANCEL ||
	    e->phases == 1 << PHASE_CALL);
}

static void
refuse(struct replay *r, size_t at)
{
	const struct vss_automaton *a = &vss_replay;
	struct vss_replayed *result = r->result;
	struct vss_refusal *f;
	uint32_t k;
	int i, s;

	for (i = 0; i < result->n; i++)
		if (result->list[i].at == at) {
			result->list[i].writers++;
			return;
		}
	if (result->n == REFUSALS_MAX)
		return;
	f = &result->list[result->n++];
	memset(f, 0, sizeof(*f));
	f->at = at;
	f->before = r->before;
	f->writer = r->writer;
	f->writers = 1;
	for (s = 0; s < a->states; s++)
		for (k = a->first[s]; has(r->now, s) && k < a->first[s + 1];
		    k++)
			if (!r->hidden[a->moves[k].letter])
				f->possible[a->moves[k].letter] = 1;
}

/* One event. Returns 0 when the automaton has no answer to what the requester
 * did. */
static int
read_event(struct replay *r, size_t at)
{
	uint16_t letters[VSS_ALTERNATIVES];
	int perhaps, n = letters_of(r, &r->se->story[at], letters, &perhaps);
	uint64_t *swap;
	size_t i;

	if (!n)
		return 1;
	r->result->read = 1;
	memset(r->next, 0, r->words * sizeof(*r->next));
	move(r, r->now, r->next, letters, n);
	if (perhaps)
		for (i = 0; i < r->words; i++)
			r->next[i] |= r->now[i];
	if (is_empty(r, r->next)) {
		if (is_requesters(&r->se->story[at]))
			return 0;
		refuse(r, at);
		put_all(r->now);
		move(r, r->now, r->next, letters, n);
		if (is_empty(r, r->next))
			put_all(r->next);
	}
	add_hidden(r, r->next);
	swap = r->now;
	r->now = r->next;
	r->next = swap;
	r->before = at;
	return 1;
}

/* Events whose order is not known: in every order that is possible. */
static int
read_group(struct replay *r, size_t from, size_t n)
{
	uint64_t waiting, *set;
	size_t count = 0, i, part, room = r->words * sizeof(uint64_t);
	int perhaps, k, m;

	for (i = from; i < from + n; i++) {
		const struct vss_evidence *e = &r->se->story[i];

		m = letters_of(r, e, r->steps[count].letters, &perhaps);
		if (!m)
			continue;
		if (perhaps || count == UNORDERED) {
			put_all(r->now);
			return 1;
		}
		r->steps[count].n = (uint8_t)m;
		r->steps[count].chains = e->chains;
		r->steps[count].from = e->from;
		r->steps[count].until = e->until;
		r->index[count++] = i;
	}
	if (!count)
		return 1;
	r->result->read = 1;
	vss_steps_order(r->steps, count);
	memset(r->orders, 0, room << count);
	memcpy(r->orders, r->now, room);
	for (part = 0; part + 1 < (size_t)1 << count; part++) {
		set = r->orders + part * r->words;
		if (is_empty(r, set))
			continue;
		add_hidden(r, set);
		waiting = ((UINT64_C(1) << count) - 1) & ~part;
		for (k = 0; k < (int)count; k++)
			if ((waiting >> k & 1) &&
			    !(r->steps[k].before & waiting))
				move(r, set, r->orders + (part |
				    (size_t)1 << k) * r->words,
				    r->steps[k].letters, r->steps[k].n);
	}
	set = r->orders + (((size_t)1 << count) - 1) * r->words;
	if (is_empty(r, set)) {
		/* in the order in which they are told, then, to find one */
		for (i = 0; i < count; i++)
			if (!read_event(r, r->index[i]))
				return 0;
		put_all(r->now);
		return 1;
	}
	memcpy(r->now, set, room);
	add_hidden(r, r->now);
	r->before = r->index[count - 1];
	return 1;
}

static void
start(struct replay *r)
{
	const struct vss_profile *p = &r->view->profile;
	int l, value, kind, requester = 0;

	for (kind = 1; kind < KIND_COUNT; kind++)
		requester |= (r->se->seen >> kind & 1) &&
		    vss_kind(kind)->actor == ACTOR_REQUESTER &&
		    vss_kind(kind)->phases != PHASES_ONCE &&
		    kind != KIND_START && kind != KIND_ADD;
	for (l = 0; l < VSS_NLETTERS; l++) {
		value = vss_letter_value[l];
		kind = value / 128;
		/* a requester of which no call is shown at all (what becomes
		 * of the first two is the service's to tell) makes calls that
		 * nobody shows */
		r->hidden[l] = !(p->shows[kind] >> (value / 8 % 8) & 1) ||
		    p->doubtful[kind] || (!requester &&
		    vss_kind(kind)->actor == ACTOR_REQUESTER);
	}
	memset(r->now, 0, r->words * sizeof(*r->now));
	if (r->se->middle)
		put_all(r->now);
	else
		put(r->now, vss_replay.start);
	add_hidden(r, r->now);
	r->before = SIZE_MAX;
}

static size_t
group_length(const struct vss_session *se, size_t i)
{
	size_t n = 1;

	while (se->story[i].group && i + n < se->nstory &&
	    se->story[i + n].group == se->story[i].group)
		n++;
	return n;
}

static void
read_as(struct replay *r, int writer)
{
	size_t i, n;
	int goes_on = 1;

	r->writer = writer;
	r->view = vss_session_view(r->se, VSS_WRITER, writer);
	start(r);
	for (i = 0; i < r->se->nstory && goes_on; i += n) {
		n = group_length(r->se, i);
		goes_on = n == 1 ? read_event(r, i) : read_group(r, i, n);
	}
	r->result->beyond |= !goes_on;
}

enum vss_status
vss_replay_story(const struct vss_session *se, struct vss_replayed *result)
{
	size_t words = (vss_replay.states + 63) / 64, longest = 1, i;
	struct replay r = { 0 };
	int w;

	memset(result, 0, sizeof(*result));
	if (se->story_gaps)
		return VSS_OK;
	for (i = 0; i < se->nstory; i++)
		if (group_length(se, i) > longest)
			longest = group_length(se, i);
	r.se = se;
	r.words = words;
	r.result = result;
	for (i = 0; i < VSS_NLETTERS; i++)
		r.knows[vss_letter_value[i] / 64] |= vss_replay.knows[i];
	result->list = calloc(REFUSALS_MAX, sizeof(*result->list));
	r.now = calloc(words, sizeof(*r.now));
	r.next = calloc(words, sizeof(*r.next));
	r.orders = longest > 1 ? malloc(words * sizeof(*r.orders) <<
	    UNORDERED) : NULL;
	r.stack = malloc(vss_replay.states * sizeof(*r.stack));
	r.steps = malloc(longest * sizeof(*r.steps));
	r.index = malloc(longest * sizeof(*r.index));
	if (result->list && r.now && r.next && (r.orders || longest == 1) &&
	    r.stack && r.steps && r.index) {
		for (w = 0; w < se->nwriters; w++)
			if (se->writers[w].took_part) {
				read_as(&r, w);
				result->projections++;
			}
		if (!result->projections) {
			read_as(&r, -1);
			result->projections++;
		}
	}
	free(r.now);
	free(r.next);
	free(r.orders);
	free(r.stack);
	free(r.steps);
	free(r.index);
	if (result->projections)
		return VSS_OK;
	free(result->list);
	result->list = NULL;
	return VSS_FAIL;
}
