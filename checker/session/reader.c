#include <stdlib.h>
#include <string.h>
#include "reader.h"

enum vss_status
vss_reader_make(struct vss_reader *r, const struct vss_session *se)
{
	int l;

	memset(r, 0, sizeof(*r));
	r->se = se;
	r->words = (vss_replay.states + 63) / 64;
	for (l = 0; l < VSS_NLETTERS; l++)
		r->knows[vss_letter_value[l] / 64] |= vss_replay.knows[l];
	r->stack = malloc(vss_replay.states * sizeof(*r->stack));
	return r->stack ? VSS_OK : VSS_FAIL;
}

void
vss_reader_free(struct vss_reader *r)
{
	free(r->stack);
}

int
vss_states_has(const uint64_t *set, int state)
{
	return set[state / 64] >> state % 64 & 1;
}

void
vss_states_put(uint64_t *set, int state)
{
	set[state / 64] |= UINT64_C(1) << state % 64;
}

void
vss_states_all(uint64_t *set)
{
	int s;

	for (s = 0; s < vss_replay.states; s++)
		vss_states_put(set, s);
}

int
vss_states_none(const struct vss_reader *r, const uint64_t *set)
{
	size_t i;

	for (i = 0; i < r->words; i++)
		if (set[i])
			return 0;
	return 1;
}

void
vss_reader_hidden(const struct vss_reader *r, uint64_t *set)
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
			    !vss_states_has(set, a->moves[k].to)) {
				vss_states_put(set, a->moves[k].to);
				r->stack[n++] = a->moves[k].to;
			}
	}
}

void
vss_reader_move(const struct vss_reader *r, const uint64_t *from,
    uint64_t *to, const uint16_t *letters, int n)
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
						vss_states_put(to,
						    a->moves[k].to);
		}
}

static int
leads_into(int state, const uint64_t *after, const uint16_t *letters, int n)
{
	const struct vss_automaton *a = &vss_replay;
	uint32_t k;
	int l;

	for (k = a->first[state]; k < a->first[state + 1]; k++)
		for (l = 0; l < n; l++)
			if (a->moves[k].letter == letters[l] &&
			    vss_states_has(after, a->moves[k].to))
				return 1;
	return 0;
}

int
vss_reader_back(const struct vss_reader *r, const uint64_t *among,
    const uint64_t *after, uint64_t *before, const uint16_t *letters, int n)
{
	size_t i;
	int b, any = 0;

	for (i = 0; i < r->words; i++)
		for (b = 0; b < 64 && among[i] >> b; b++)
			if ((among[i] >> b & 1) && leads_into(
			    (int)(i * 64) + b, after, letters, n)) {
				before[i] |= UINT64_C(1) << b;
				any = 1;
			}
	return any;
}

static int
leads_unseen(const struct vss_reader *r, int state, const uint64_t *set)
{
	const struct vss_automaton *a = &vss_replay;
	uint32_t k;

	for (k = a->first[state]; k < a->first[state + 1]; k++)
		if (r->hidden[a->moves[k].letter] &&
		    vss_states_has(set, a->moves[k].to))
			return 1;
	return 0;
}

void
vss_reader_back_hidden(const struct vss_reader *r, const uint64_t *among,
    uint64_t *set)
{
	int n = 0, left, i, s, b;
	size_t w;

	for (w = 0; w < r->words; w++)
		for (b = 0; b < 64 && (among[w] & ~set[w]) >> b; b++)
			if ((among[w] & ~set[w]) >> b & 1)
				r->stack[n++] = (uint16_t)(w * 64 + b);
	do {
		for (i = left = 0; i < n; i++) {
			s = r->stack[i];
			if (leads_unseen(r, s, set))
				vss_states_put(set, s);
			else
				r->stack[left++] = (uint16_t)s;
		}
		i = n;
		n = left;
	} while (left != i);
}

int
vss_reader_letters(const struct vss_reader *r, const struct vss_evidence *e,
    unsigned phases, uint16_t *letters, int *perhaps)
{
	uint16_t all[VSS_ALTERNATIVES];
	int k, n, left = 0;
	unsigned other = 1;

	*perhaps = 0;
	/* when the call was nobody tells, and nobody said they would; it may
	 * also have been before the recording began */
	if (e->implied && !(r->view->profile.shows[e->kind] >> PHASE_CALL & 1))
		return 0;
	*perhaps = (e->implied && r->se->middle) || e->perhaps;
	if (vss_kind(e->kind)->tracked)
		other = e->writer == WRITER_UNKNOWN ? 3 :
		    e->writer == r->writer && r->writer >= 0 ? 1 : 2;
	n = vss_event_letters(e->kind, phases, e->data, other, all);
	for (k = 0; k < n; k++)
		if (r->knows[vss_letter_value[all[k]] / 64])
			letters[left++] = all[k];
		else
			*perhaps = 1;
	return left;
}

int
vss_reader_is_requesters(const struct vss_evidence *e)
{
	const struct vss_kind_info *ki = vss_kind(e->kind);

	return ki->actor == ACTOR_REQUESTER && (ki->phases == PHASES_ONCE ||
	    e->kind == KIND_CTX || e->kind == KIND_CANCEL ||
	    e->phases == 1 << PHASE_CALL);
}

void
vss_reader_go(struct vss_reader *r, size_t at)
{
	const struct vss_view *v = at == SIZE_MAX ?
	    vss_story_start(r->se, VSS_WRITER, r->writer) :
	    vss_story_view(r->se, &r->se->story[at], VSS_WRITER, r->writer);
	int l;

	if (v == r->place)
		return;
	r->place = v;
	for (l = 0; l < VSS_NLETTERS; l++)
		r->hidden[l] = vss_replay_hides(v, l, r->requester);
}

void
vss_reader_start(struct vss_reader *r, int writer, uint64_t *now)
{
	r->writer = writer;
	r->requester = vss_replay_shows_requester(r->se);
	r->view = vss_session_view(r->se, VSS_WRITER, writer);
	r->place = NULL;
	vss_reader_go(r, SIZE_MAX);
	memset(now, 0, r->words * sizeof(*now));
	if (r->se->middle)
		vss_states_all(now);
	else
		vss_states_put(now, vss_replay.start);
	vss_reader_hidden(r, now);
}
