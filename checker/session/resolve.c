/*
 * Results that the source hides. First those ways of ending are ruled out that
 * VSS cannot have taken, with all that came before and after (ways.c); that is
 * certain. Of what is left, those may go after which the documented automaton
 * would need another course of the backup; that is likely, so it is undone
 * where VSS could not have done what it amounts to.
 */
#include <stdlib.h>
#include <string.h>
#include "protocol.h"
#include "story.h"

enum {
	/* A way of ending is ruled out when it needs so many more events to
	 * have been left out than another: not what a requester may have
	 * skipped, but another course of the backup. */
	MARGIN = 4,
	SPREAD = MARGIN + 2,
	/* an event that cannot be explained at all */
	UNEXPLAINED = 4,
	COST_MAX = 200,
	/* so many results are looked at in one session */
	RESULTS_MAX = 32,
	ROUNDS = 4
};

struct search {
	const struct vss_session *se;
	const struct vss_view *view;
	int writer;
	struct vss_belief now, spread, to;
};

/* The events that the automaton, which has one writer, is shown. */
static int
is_shown(const struct search *q, const struct vss_evidence *e)
{
	return e->kind != KIND_ID &&
	    (!vss_kind(e->kind)->tracked || e->writer == q->writer);
}

/* One more event, of which the phases are meant. */
static void
read_event(struct search *q, const struct vss_evidence *e, unsigned phases)
{
	uint16_t letters[VSS_ALTERNATIVES];
	int i, n, least, c;

	if (!is_shown(q, e))
		return;
	n = vss_event_letters(e->kind, phases, e->data, 1, letters);
	if (!vss_protocol_knows_any(letters, n))
		return;
	vss_belief_copy(&q->spread, &q->now);
	least = vss_belief_least(&q->spread);
	vss_belief_spread(q->view, &q->spread, least + SPREAD);
	vss_belief_move(&q->spread, &q->to, letters, n);
	/* or it is the mistake, and leads nowhere */
	for (i = 0; i < q->now.n; i++) {
		c = q->now.cost[q->now.list[i]] + UNEXPLAINED;
		if (c < COST_MAX)
			vss_belief_add(&q->to, q->now.list[i], c);
	}
	least = vss_belief_least(&q->to);
	vss_belief_clear(&q->now);
	for (i = 0; i < q->to.n; i++) {
		c = q->to.cost[q->to.list[i]];
		if (c <= least + SPREAD)
			vss_belief_add(&q->now, q->to.list[i], c);
	}
}

/* The states after a call that ended so, anywhere. What came before is not
 * asked: it would weigh one way of ending against another by how well the
 * requester kept to the book until then. */
static void
end_so(struct search *q, const struct vss_evidence *e, unsigned phases)
{
	uint16_t letters[VSS_ALTERNATIVES];
	uint32_t k;
	int l, n;

	n = vss_event_letters(e->kind, phases, e->data, 1, letters);
	vss_belief_clear(&q->now);
	for (k = 0; k < vss_protocol.first[vss_protocol.states]; k++)
		for (l = 0; l < n; l++)
			if (vss_protocol.moves[k].letter == letters[l])
				vss_belief_add(&q->now,
				    vss_protocol.moves[k].to, 0);
}

/* What the rest of the story costs when event k ended so. */
static int
cost_of(struct search *q, size_t k, unsigned phases)
{
	size_t i;

	end_so(q, &q->se->story[k], phases);
	for (i = k + 1; i < q->se->nstory; i++)
		read_event(q, &q->se->story[i], q->se->story[i].phases);
	return vss_belief_least(&q->now);
}

/* Is it a call's end of which the source does not tell the result? */
static int
is_open_result(const struct vss_evidence *e)
{
	int phases = vss_kind(e->kind)->phases;

	return !vss_kind(e->kind)->tracked && (e->phases & (e->phases - 1)) &&
	    (phases == PHASES_ASYNC || phases == PHASES_CALL ||
	    phases == PHASES_SYNC);
}

static unsigned
possible(struct search *q, size_t k)
{
	unsigned phases = q->se->story[k].phases, left = 0;
	int cost[8], least = VSS_BELIEF_NONE, ph;

	for (ph = 1; ph < 8; ph++) {
		cost[ph] = phases >> ph & 1 ? cost_of(q, k, 1U << ph) :
		    VSS_BELIEF_NONE;
		if (cost[ph] < least)
			least = cost[ph];
	}
	for (ph = 1; ph < 8; ph++)
		if ((phases >> ph & 1) && cost[ph] < least + MARGIN)
			left |= 1U << ph;
	return left;
}

/* The writer of which the story tells most. */
static int
best_writer(const struct vss_session *se)
{
	size_t *told = calloc(se->nwriters + 1, sizeof(*told)), i;
	int w, best = -1;

	for (i = 0; told && i < se->nstory; i++)
		if (se->story[i].writer >= 0)
			told[se->story[i].writer]++;
	for (w = 0; told && w < se->nwriters; w++)
		if (told[w] && (best < 0 || told[w] > told[best]))
			best = w;
	free(told);
	return best;
}

static void
keep(const struct vss_session *se, uint8_t *phases, uint8_t *inferred)
{
	size_t i;

	for (i = 0; i < se->nstory; i++) {
		phases[i] = se->story[i].phases;
		inferred[i] = se->story[i].inferred;
	}
}

static void
put_back(struct vss_session *se, const uint8_t *phases,
    const uint8_t *inferred)
{
	size_t i;

	for (i = 0; i < se->nstory; i++) {
		se->story[i].phases = phases[i];
		se->story[i].inferred = inferred[i];
	}
}

static int
believe_in_success(struct vss_session *se, const uint8_t *ways)
{
	struct vss_evidence *e;
	int n = 0;
	size_t i;

	for (i = 0; i < se->nstory; i++) {
		e = &se->story[i];
		if (!is_open_result(e) || ways[i] == e->phases ||
		    !(ways[i] >> PHASE_OK & 1))
			continue;
		e->phases = ways[i];
		e->inferred = VSS_LIKELY;
		n++;
	}
	return n != 0;
}

/* Rule out what VSS cannot have done; again, as long as that tells more.
 * FAIL: out of memory. */
static enum vss_status
rule_out(struct vss_session *se, uint8_t *memory, enum vss_explained *how,
    int *changed)
{
	uint8_t *ways = memory, *phases = memory + se->nstory;
	uint8_t *inferred = phases + se->nstory;
	struct vss_evidence *e;
	int more, ruled_out = 0, round = 0;
	size_t i;

	keep(se, phases, inferred);
	do {
		more = 0;
		if (vss_ways(se, ways, how) != VSS_OK)
			return VSS_FAIL;
		for (i = 0; i < se->nstory; i++) {
			e = &se->story[i];
			if (!is_open_result(e) || ways[i] == e->phases)
				continue;
			e->phases = ways[i];
			e->inferred = VSS_CERTAIN;
			more = ruled_out = 1;
		}
	} while (more && ++round < ROUNDS);
	/* What is wrong with a story that nothing explains may be any of its
	 * events, and what follows from a wrong one is nothing. That a call
	 * did what it was to do, and the rest followed, is likely all the
	 * same; that it failed is not said of anybody on such grounds. */
	if (*how == VSS_UNEXPLAINED) {
		put_back(se, phases, inferred);
		ruled_out = believe_in_success(se, ways);
	}
	*changed |= ruled_out;
	return VSS_OK;
}

/* Choose the likely among what is left. */
static enum vss_status
choose(struct vss_session *se, int *chosen)
{
	size_t size = (vss_belief_size() + 1) / 2 * 2, i;
	struct search q;
	char *memory = malloc(3 * size);
	unsigned left;
	int n = 0;

	if (!memory)
		return VSS_FAIL;
	q.se = se;
	q.writer = best_writer(se);
	q.view = vss_session_view(se, VSS_WRITER, q.writer);
	vss_belief_make(&q.now, memory);
	vss_belief_make(&q.spread, memory + size);
	vss_belief_make(&q.to, memory + 2 * size);
	for (i = 0; i < se->nstory; i++) {
		if (!is_open_result(&se->story[i]) || n++ >= RESULTS_MAX)
			continue;
		left = possible(&q, i);
		if (left != se->story[i].phases) {
			se->story[i].phases = left;
			se->story[i].inferred = VSS_LIKELY;
			*chosen = 1;
		}
	}
	free(memory);
	return VSS_OK;
}

/* The likely, where the story can be explained before and after. */
static enum vss_status
choose_likely(struct vss_session *se, uint8_t *memory, int *changed)
{
	uint8_t *ways = memory, *phases = memory + se->nstory;
	uint8_t *inferred = phases + se->nstory;
	enum vss_explained how = VSS_EXPLAINED;
	int chosen = 0;

	keep(se, phases, inferred);
	if (choose(se, &chosen) != VSS_OK ||
	    (chosen && vss_ways(se, ways, &how) != VSS_OK))
		return VSS_FAIL;
	if (how != VSS_EXPLAINED)
		put_back(se, phases, inferred);
	else
		*changed |= chosen;
	return VSS_OK;
}

/* The likely of a story that nothing explains: successes only, see
 * rule_out(). */
static enum vss_status
choose_success(struct vss_session *se, uint8_t *memory, int *changed)
{
	uint8_t *phases = memory + se->nstory, *inferred = phases + se->nstory;
	int chosen = 0;
	size_t i;

	keep(se, phases, inferred);
	if (choose(se, &chosen) != VSS_OK)
		return VSS_FAIL;
	for (i = 0; i < se->nstory; i++)
		memory[i] = se->story[i].phases;
	put_back(se, phases, inferred);
	*changed |= believe_in_success(se, memory);
	return VSS_OK;
}

enum vss_status
vss_resolve(struct vss_session *se, int *changed)
{
	enum vss_status status;
	uint8_t *memory;
	enum vss_explained how;
	int n = 0;
	size_t i;

	*changed = 0;
	for (i = 0; i < se->nstory; i++)
		n += is_open_result(&se->story[i]);
	if (!n || se->story_gaps)
		return VSS_OK;
	if (!(memory = malloc(3 * se->nstory)))
		return VSS_FAIL;
	status = rule_out(se, memory, &how, changed);
	if (status == VSS_OK && how == VSS_EXPLAINED && !se->middle)
		status = choose_likely(se, memory, changed);
	if (status == VSS_OK && how == VSS_UNEXPLAINED && !se->middle)
		status = choose_success(se, memory, changed);
	free(memory);
	return status;
}
