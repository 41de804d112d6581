/*
 * Replay: can VSS have done what the recording tells, whatever the requester
 * and the writers did and however much failed? Each writer's events and those
 * of no writer are read by the automaton of replay. An event that no state
 * explains is refused; then all states are taken that such an event leads to,
 * and the reading goes on.
 */
#include <stdlib.h>
#include <string.h>
#include "reader.h"

enum { REFUSALS_MAX = 16 };

struct replay {
	struct vss_reader reader;
	uint64_t *now, *next;
	uint64_t *orders;		/* a set for each part of a group */
	struct vss_step *steps;		/* of a group */
	size_t *index;			/* their places in the story */
	size_t before;			/* the last event read, SIZE_MAX */
	struct vss_replayed *result;
};

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
	f->writer = r->reader.writer;
	f->writers = 1;
	for (s = 0; s < a->states; s++)
		for (k = a->first[s]; vss_states_has(r->now, s) &&
		    k < a->first[s + 1]; k++)
			if (!r->reader.hidden[a->moves[k].letter])
				f->possible[a->moves[k].letter] = 1;
}

/* One event. Returns 0 when the automaton has no answer to what the requester
 * did. */
static int
read_event(struct replay *r, size_t at)
{
	uint16_t letters[VSS_ALTERNATIVES];
	const struct vss_reader *rd = &r->reader;
	const struct vss_evidence *e = &rd->se->story[at];
	int perhaps, n = vss_reader_letters(rd, e, e->phases, letters,
	    &perhaps);
	uint64_t *swap;
	size_t i;

	if (!n)
		return 1;
	r->result->read = 1;
	memset(r->next, 0, rd->words * sizeof(*r->next));
	vss_reader_move(rd, r->now, r->next, letters, n);
	if (perhaps)
		for (i = 0; i < rd->words; i++)
			r->next[i] |= r->now[i];
	if (vss_states_none(rd, r->next)) {
		if (vss_reader_is_requesters(e))
			return 0;
		refuse(r, at);
		vss_states_all(r->now);
		vss_reader_move(rd, r->now, r->next, letters, n);
		if (vss_states_none(rd, r->next))
			vss_states_all(r->next);
	}
	vss_reader_go(&r->reader, at);
	vss_reader_hidden(rd, r->next);
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
	const struct vss_reader *rd = &r->reader;
	size_t count = 0, i, part, room = rd->words * sizeof(uint64_t);
	int perhaps, k, m;

	for (i = from; i < from + n; i++) {
		const struct vss_evidence *e = &rd->se->story[i];

		m = vss_reader_letters(rd, e, e->phases,
		    r->steps[count].letters, &perhaps);
		if (!m)
			continue;
		if (perhaps || count == VSS_READER_UNORDERED) {
			vss_states_all(r->now);
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
		set = r->orders + part * rd->words;
		if (vss_states_none(rd, set))
			continue;
		vss_reader_hidden(rd, set);
		waiting = ((UINT64_C(1) << count) - 1) & ~part;
		for (k = 0; k < (int)count; k++)
			if ((waiting >> k & 1) &&
			    !(r->steps[k].before & waiting))
				vss_reader_move(rd, set, r->orders + (part |
				    (size_t)1 << k) * rd->words,
				    r->steps[k].letters, r->steps[k].n);
	}
	set = r->orders + (((size_t)1 << count) - 1) * rd->words;
	if (vss_states_none(rd, set)) {
		/* in the order in which they are told, then, to find one */
		for (i = 0; i < count; i++)
			if (!read_event(r, r->index[i]))
				return 0;
		vss_states_all(r->now);
		return 1;
	}
	memcpy(r->now, set, room);
	vss_reader_go(&r->reader, from + n - 1);
	vss_reader_hidden(rd, r->now);
	r->before = r->index[count - 1];
	return 1;
}

/* What becomes of the first two calls is the service's to tell. */
int
vss_replay_shows_requester(const struct vss_session *se)
{
	int kind;

	for (kind = 1; kind < KIND_COUNT; kind++)
		if ((se->seen >> kind & 1) &&
		    vss_kind(kind)->actor == ACTOR_REQUESTER &&
		    vss_kind(kind)->phases != PHASES_ONCE &&
		    kind != KIND_START && kind != KIND_ADD)
			return 1;
	return 0;
}

int
vss_replay_hides(const struct vss_view *v, int letter, int requester)
{
	int value = vss_letter_value[letter], kind = value / 128;

	return !(v->profile.shows[kind] >> (value / 8 % 8) & 1) ||
	    v->profile.doubtful[kind] || (!requester &&
	    vss_kind(kind)->actor == ACTOR_REQUESTER);
}

static void
read_as(struct replay *r, int writer)
{
	size_t i, n;
	int goes_on = 1;

	vss_reader_start(&r->reader, writer, r->now);
	r->before = SIZE_MAX;
	for (i = 0; i < r->reader.se->nstory && goes_on; i += n) {
		n = vss_story_group(r->reader.se, i);
		goes_on = n == 1 ? read_event(r, i) : read_group(r, i, n);
	}
	r->result->beyond |= !goes_on;
}

enum vss_status
vss_replay_story(const struct vss_session *se, struct vss_replayed *result)
{
	size_t longest = 1, words, i;
	struct replay r = { 0 };
	int w;

	memset(result, 0, sizeof(*result));
	if (se->story_gaps)
		return VSS_OK;
	for (i = 0; i < se->nstory; i++)
		if (vss_story_group(se, i) > longest)
			longest = vss_story_group(se, i);
	if (vss_reader_make(&r.reader, se) != VSS_OK)
		return VSS_FAIL;
	words = r.reader.words;
	r.result = result;
	result->list = calloc(REFUSALS_MAX, sizeof(*result->list));
	r.now = calloc(words, sizeof(*r.now));
	r.next = calloc(words, sizeof(*r.next));
	r.orders = longest > 1 ? malloc(words * sizeof(*r.orders) <<
	    VSS_READER_UNORDERED) : NULL;
	r.steps = malloc(longest * sizeof(*r.steps));
	r.index = malloc(longest * sizeof(*r.index));
	if (result->list && r.now && r.next && (r.orders || longest == 1) &&
	    r.steps && r.index) {
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
	vss_reader_free(&r.reader);
	free(r.steps);
	free(r.index);
	if (result->projections)
		return VSS_OK;
	free(result->list);
	result->list = NULL;
	return VSS_FAIL;
}
