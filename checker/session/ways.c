/*
 * In which ways can each event have gone? Those that some completion of the
 * whole story has: what came before leads to it, and what came after can be
 * read from there. Forwards the states are kept that the story so far leads
 * to, backwards those of them from which the rest can be read. Nothing is
 * weighed here: what no behaviour of VSS explains is ruled out, no more.
 */
#include <stdlib.h>
#include <string.h>
#include "reader.h"

enum {
	UNORDERED = VSS_READER_UNORDERED,
	/* of a story, and of all projections of it; beyond that nothing is
	 * ruled out */
	EVENTS_MAX = 1 << 13,
	READ_MAX = 1 << 16
};

/* An event, or some whose order is not known. */
struct block {
	size_t at, n;
	int apart;	/* what came before and after is read apart: too many
			 * events without an order */
};

struct walk {
	struct vss_reader reader;
	struct block *block;
	size_t n;			/* blocks that are read */
	uint64_t *before;		/* a set for each block, and one more */
	uint64_t *rest, *next;
	uint64_t *orders, *rests;	/* a set for each part of a group */
	struct vss_step step[UNORDERED];
	size_t index[UNORDERED];	/* of the step, in the story */
	size_t count;			/* of the steps */
	uint8_t *ways;
};

static uint64_t *
before(const struct walk *w, size_t block)
{
	return w->before + block * w->reader.words;
}

static uint64_t *
part_of(const struct walk *w, uint64_t *sets, size_t part)
{
	return sets + part * w->reader.words;
}

/* The steps of the block. Returns 0 when it cannot be read in every order. */
static int
take_steps(struct walk *w, const struct block *b)
{
	const struct vss_evidence *e;
	int perhaps;
	size_t i;

	w->count = 0;
	for (i = b->at; i < b->at + b->n; i++) {
		struct vss_step *s = &w->step[w->count % UNORDERED];
		uint16_t letters[VSS_ALTERNATIVES];

		e = &w->reader.se->story[i];
		if (!(s->n = (uint8_t)vss_reader_letters(&w->reader, e,
		    e->phases, letters, &perhaps)))
			continue;
		if (w->count == UNORDERED || (perhaps && b->n > 1))
			return 0;
		memcpy(s->letters, letters, sizeof(letters));
		s->chains = e->chains;
		s->from = e->from;
		s->until = e->until;
		w->index[w->count++] = i;
	}
	vss_steps_order(w->step, w->count);
	return 1;
}

static size_t
place_before(const struct block *b)
{
	return b->at ? b->at - 1 : SIZE_MAX;
}

static size_t
place_after(const struct block *b)
{
	return b->at + b->n - 1;
}

static int
may_be_next(const struct walk *w, size_t part, size_t step)
{
	size_t waiting = (((size_t)1 << w->count) - 1) & ~part;

	return (waiting >> step & 1) && !(w->step[step].before & waiting);
}

/* In every order: to each part of the steps the states after it. */
static void
read_parts(struct walk *w, const struct block *b, const uint64_t *from)
{
	size_t words = w->reader.words, whole = (size_t)1 << w->count, part, k;
	uint64_t *set;

	memset(w->orders, 0, (words * sizeof(*set)) << w->count);
	memcpy(w->orders, from, words * sizeof(*set));
	vss_reader_go(&w->reader, place_before(b));
	for (part = 0; part < whole; part++) {
		set = part_of(w, w->orders, part);
		if (part == whole - 1)
			vss_reader_go(&w->reader, place_after(b));
		vss_reader_hidden(&w->reader, set);
		for (k = 0; k < w->count; k++)
			if (may_be_next(w, part, k))
				vss_reader_move(&w->reader, set, part_of(w,
				    w->orders, part | (size_t)1 << k),
				    w->step[k].letters, w->step[k].n);
	}
}

/* One step that may have been none the automaton knows. */
static int
is_perhaps(const struct walk *w)
{
	const struct vss_evidence *e = &w->reader.se->story[w->index[0]];
	uint16_t letters[VSS_ALTERNATIVES];
	int perhaps;

	vss_reader_letters(&w->reader, e, e->phases, letters, &perhaps);
	return perhaps;
}

/* The set after the block. Returns 0 when nothing explains it. */
static int
read_block(struct walk *w, size_t k)
{
	struct block *b = &w->block[k];
	const struct vss_reader *r = &w->reader;
	uint64_t *to = before(w, k + 1), *last;
	size_t i;

	b->apart = 0;
	memset(to, 0, r->words * sizeof(*to));
	if (!take_steps(w, b)) {
		b->apart = 1;
		vss_states_all(to);
		return 1;
	}
	read_parts(w, b, before(w, k));
	last = part_of(w, w->orders, ((size_t)1 << w->count) - 1);
	if (w->count == 1 && is_perhaps(w)) {
		for (i = 0; i < r->words; i++)
			last[i] |= before(w, k)[i];
		vss_reader_hidden(r, last);
	}
	if (!vss_states_none(r, last)) {
		memcpy(to, last, r->words * sizeof(*to));
		return 1;
	}
	return 0;
}

/* The ways of one step of the block: those after which the rest can come. */
static unsigned
ways_of(const struct walk *w, size_t step)
{
	const struct vss_reader *r = &w->reader;
	const struct vss_evidence *e = &r->se->story[w->index[step]];
	uint16_t letters[VSS_ALTERNATIVES];
	uint64_t *sink = w->next;
	unsigned ways = 0, ph;
	int n, perhaps;
	size_t part;

	for (ph = 0; ph < 8; ph++) {
		if (!(e->phases >> ph & 1))
			continue;
		n = vss_reader_letters(r, e, 1U << ph, letters, &perhaps);
		if (!n || perhaps)
			ways |= 1U << ph;
		for (part = 0; part < (size_t)1 << w->count; part++)
			if (!(ways >> ph & 1) && may_be_next(w, part, step) &&
			    vss_reader_back(r, part_of(w, w->orders, part),
			    part_of(w, w->rests, part | (size_t)1 << step),
			    sink, letters, n))
				ways |= 1U << ph;
	}
	return ways;
}

/* From the states after the block from which the rest can be read, in
 * w->rest, to those before it. */
static void
unread_block(struct walk *w, size_t k)
{
	const struct block *b = &w->block[k];
	const struct vss_reader *r = &w->reader;
	size_t whole, part, i, room = r->words * sizeof(uint64_t);
	uint64_t *set;

	if (b->apart) {
		memcpy(w->rest, before(w, k), room);
		return;
	}
	take_steps(w, b);
	if (!w->count)
		return;
	read_parts(w, b, before(w, k));
	whole = ((size_t)1 << w->count) - 1;
	memset(w->rests, 0, room << w->count);
	memcpy(part_of(w, w->rests, whole), w->rest, room);
	vss_reader_go(&w->reader, place_before(b));
	for (part = whole; part--;) {
		set = part_of(w, w->rests, part);
		for (i = 0; i < w->count; i++)
			if (may_be_next(w, part, i))
				vss_reader_back(r, part_of(w, w->orders, part),
				    part_of(w, w->rests, part | (size_t)1 <<
				    i), set, w->step[i].letters,
				    w->step[i].n);
		if (w->count == 1 && is_perhaps(w))
			for (i = 0; i < r->words; i++)
				set[i] |= w->rest[i] & before(w, k)[i];
		vss_reader_back_hidden(r, part_of(w, w->orders, part), set);
	}
	for (i = 0; i < w->count; i++)
		w->ways[w->index[i]] &= ways_of(w, i);
	memcpy(w->rest, w->rests, room);
}

/* One writer's projection. Returns whether nothing had to be read apart; -1
 * when nothing explains the story: then it is read up to there. */
static int
walk_as(struct walk *w, size_t nblocks, int writer)
{
	int whole = 1;
	size_t k;

	vss_reader_start(&w->reader, writer, before(w, 0));
	for (w->n = 0; w->n < nblocks && read_block(w, w->n); w->n++)
		whole &= !w->block[w->n].apart;
	memcpy(w->rest, before(w, w->n), w->reader.words * sizeof(*w->rest));
	for (k = w->n; k--;)
		unread_block(w, k);
	return w->n < nblocks ? -1 : whole;
}

static size_t
make_blocks(const struct vss_session *se, struct block *block)
{
	size_t i, n = 0;

	for (i = 0; i < se->nstory; i += block[n++].n) {
		block[n].at = i;
		block[n].n = vss_story_group(se, i);
		block[n].apart = 0;
	}
	return n;
}

static int
make(struct walk *w, const struct vss_session *se)
{
	size_t room;

	memset(w, 0, sizeof(*w));
	if (vss_reader_make(&w->reader, se) != VSS_OK)
		return 0;
	room = w->reader.words * sizeof(uint64_t);
	w->block = malloc((se->nstory + 1) * sizeof(*w->block));
	w->before = malloc((se->nstory + 1) * room);
	w->rest = malloc(room);
	w->next = malloc(room);
	w->orders = malloc(room << UNORDERED);
	w->rests = malloc(room << UNORDERED);
	return w->block && w->before && w->rest && w->next && w->orders &&
	    w->rests;
}

static void
unmake(struct walk *w)
{
	vss_reader_free(&w->reader);
	free(w->block);
	free(w->before);
	free(w->rest);
	free(w->next);
	free(w->orders);
	free(w->rests);
}

enum vss_status
vss_ways(const struct vss_session *se, uint8_t *ways,
    enum vss_explained *how)
{
	struct walk w;
	size_t i, n;
	int k, any = 0, refused = 0, whole = 1, read;

	*how = VSS_READ_IN_PARTS;
	for (i = 0; i < se->nstory; i++)
		ways[i] = se->story[i].phases;
	if (se->story_gaps || se->nstory > EVENTS_MAX ||
	    se->nstory * (se->nwriters + 1) > READ_MAX)
		return VSS_OK;
	if (!make(&w, se)) {
		unmake(&w);
		return VSS_FAIL;
	}
	w.ways = ways;
	n = make_blocks(se, w.block);
	for (k = 0; k < se->nwriters; k++)
		if (se->writers[k].took_part) {
			read = walk_as(&w, n, k);
			refused |= read < 0;
			whole &= read > 0;
			any = 1;
		}
	if (!any) {
		read = walk_as(&w, n, WRITER_NONE);
		refused = read < 0;
		whole &= read > 0;
	}
	unmake(&w);
	/* views that exclude one another explain nothing either */
	for (i = 0; i < se->nstory; i++)
		if (se->story[i].phases && !ways[i]) {
			ways[i] = se->story[i].phases;
			refused = 1;
		}
	*how = refused ? VSS_UNEXPLAINED : whole ? VSS_EXPLAINED :
	    VSS_READ_IN_PARTS;
	return VSS_OK;
}
