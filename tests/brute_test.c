/*
 * What is hidden and what has no order, against brute force: every completion
 * and every order is gone through, one after the other, and what the rule says
 * of each is put together as the words of the semantics are (architecture.md):
 * violated if all violate it, kept if none does, and so on. Nothing here steps
 * sets of states or remembers where it has been, but for the search among
 * pairs of states, which is a plain one.
 *
 * BRUTE_SEED sets the seed of what is random; BRUTE=SECONDS does all of it
 * (make brute), otherwise it is a small part. All recordings of a rule are
 * tried up to nine events or until that much time is gone; how far that led is
 * printed.
 */
#define _POSIX_C_SOURCE 200809L
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "hidden.h"
#include "protocol.h"
#include "script.h"
#include "story.h"

static int whole;		/* everything is to be done */
static uint32_t first_seed;
static double patience;		/* seconds for one rule, roughly */

/* The state after a letter, as the tables have it; -1: of an event that is
 * none. */
static int
next_state(int m, int state, int letter)
{
	const struct vss_monitor *mo = &vss_monitors[m];

	if (letter < 0)
		return state;
	return mo->next[state * mo->nclasses + vss_class[m][letter]];
}

static int
end_letter(void)
{
	return vss_letter_index[KIND_END * 128 + PHASE_OK * 8] - 1;
}

static int
is_violated(int m, int state)
{
	return vss_monitors[m].verdict[state] == VSS_STATE_VIOLATED;
}

/*
 * All recordings up to nine events, of each monitor, by one letter of each of
 * its classes: no two letters of a class differ to it.
 */

enum { EVENTS = 9, HIDDEN = 3, CLASSES = 16, FEW = 4 };

struct recording {
	const struct vss_view *view;
	int m;
	int letter[CLASSES];		/* of each class, 0 is none */
	int hidden[CLASSES], nhidden;	/* letters of hidden classes */
	int given[CLASSES], ngiven;	/* of parameters that are not told */
	int shown[EVENTS], n;
};

static struct {
	unsigned long completions;
	/* as doubles: there may be more than a long counts */
	double recordings, witnesses, violated, kept, depends;
	int most;
} done;

static void
take_counts(double n[5])
{
	n[0] = done.recordings;
	n[1] = done.witnesses;
	n[2] = done.violated;
	n[3] = done.kept;
	n[4] = done.depends;
}

/* The final states of all sessions that look like the recording from event i
 * on, with that many more events hidden. */
static unsigned
complete(const struct recording *r, int i, int state, int hidden)
{
	unsigned states = 0;
	int k;

	if (i == r->n) {
		states |= 1U << state;
		done.completions++;
	} else
		states |= complete(r, i + 1, next_state(r->m, state,
		    r->shown[i]), hidden);
	for (k = 0; hidden && k < r->nhidden; k++)
		states |= complete(r, i, next_state(r->m, state,
		    r->hidden[k]), hidden - 1);
	return states;
}

/* The same, with as many hidden as it takes: a session that comes back to a
 * state between two shown events ends as one that did not leave it. */
static unsigned
complete_without_circles(const struct recording *r, int i, int state,
    unsigned been)
{
	unsigned states = 0;
	int k, to;

	if (i == r->n)
		states |= 1U << state;
	else {
		to = next_state(r->m, state, r->shown[i]);
		states |= complete_without_circles(r, i + 1, to, 1U << to);
	}
	for (k = 0; k < r->nhidden; k++) {
		to = next_state(r->m, state, r->hidden[k]);
		if (!(been >> to & 1))
			states |= complete_without_circles(r, i, to,
			    been | 1U << to);
	}
	return states;
}

/* The states to begin with: parameters that are not told may be anything. */
static unsigned
starts(const struct recording *r, int state, unsigned been)
{
	unsigned states = 1U << state;
	int k, to;

	for (k = 0; k < r->ngiven; k++) {
		to = next_state(r->m, state, r->given[k]);
		if (!(been >> to & 1))
			states |= starts(r, to, been | 1U << to);
	}
	return states;
}

/* The checker's states are those that some completion leads to: with few
 * hidden, or at least with any number of them. */
static void
check_states_of(const struct recording *r, uint8_t mask, unsigned few,
    unsigned all, int length, double recordings)
{
	int s, violated, kept;

	ck_assert_msg(!(few & ~mask), "%s, %d events: %x, not %x",
	    vss_monitors[r->m].name, length, few, mask);
	ck_assert_msg(few == mask || all == mask, "%s, %d events: %x, not %x",
	    vss_monitors[r->m].name, length, all, mask);
	if (few != mask)
		done.witnesses += recordings;
	done.recordings += recordings;
	violated = kept = 1;
	for (s = 0; s < vss_monitors[r->m].nstates; s++)
		if (mask >> s & 1) {
			violated &= is_violated(r->m, s);
			kept &= !is_violated(r->m, next_state(r->m, s,
			    end_letter()));
		}
	ck_assert_int_eq(violated, !(mask & ~r->view->violated[r->m]));
	ck_assert_int_eq(kept, !(vss_monitor_close(r->m, mask) &
	    r->view->violated[r->m]));
	if (violated)
		done.violated += recordings;
	if (kept)
		done.kept += recordings;
	if (!violated && !kept)
		done.depends += recordings;
}

static void
check_recording(const struct recording *r, uint8_t mask)
{
	int hidden = EVENTS - r->n < HIDDEN ? EVENTS - r->n : HIDDEN, s;
	int initial = vss_monitors[r->m].initial;
	unsigned from = starts(r, initial, 1U << initial), few = 0, all = 0;

	for (s = 0; s < vss_monitors[r->m].nstates; s++)
		if (from >> s & 1)
			few |= complete(r, 0, s, hidden);
	for (s = 0; few != mask && s < vss_monitors[r->m].nstates; s++)
		if (from >> s & 1)
			all |= complete_without_circles(r, 0, s, 1U << s);
	check_states_of(r, mask, few, all, r->n, 1);
}

/* Can anything lead out of one of the states? */
static int
goes_on(const struct recording *r, uint8_t mask)
{
	int s, c;

	for (s = 0; s < vss_monitors[r->m].nstates; s++)
		for (c = 1; (mask >> s & 1) && c < vss_monitors[r->m].nclasses;
		    c++)
			if (next_state(r->m, s, r->letter[c]) != s)
				return 1;
	return 0;
}

static void
check_one_by_one(struct recording *r, uint8_t mask, int most)
{
	uint16_t letter;
	int c;

	check_recording(r, mask);
	/* where nothing moves any more, what comes makes no difference */
	if (r->n == most || !goes_on(r, mask))
		return;
	for (c = 1; c < vss_monitors[r->m].nclasses; c++) {
		r->shown[r->n++] = letter = (uint16_t)r->letter[c];
		check_one_by_one(r, vss_monitor_step(r->view, r->m, mask,
		    &letter, 1), most);
		r->n--;
	}
}

/* The classes of which a letter is not shown, as a set; parameters apart. */
static void
find_hidden(struct recording *r, unsigned *hidden, unsigned *given)
{
	int l, c, kind;

	*hidden = *given = 0;
	for (l = 0; l < VSS_NLETTERS; l++) {
		c = vss_class[r->m][l];
		kind = vss_letter_value[l] / 128;
		if (!c || (r->view->profile.shows[kind] >>
		    (vss_letter_value[l] / 8 % 8) & 1))
			continue;
		if (kind == KIND_CTX || kind == KIND_STATE)
			*given |= 1U << c;
		else
			*hidden |= 1U << c;
	}
}

/* The steps (kind and phase) that move a monitor. */
static int
steps_of(int m, int (*step)[2])
{
	int l, k, n = 0, kind, phase;

	for (l = 0; l < VSS_NLETTERS; l++) {
		kind = vss_letter_value[l] / 128;
		phase = vss_letter_value[l] / 8 % 8;
		if (!vss_class[m][l] || kind == KIND_END)
			continue;
		for (k = 0; k < n && (step[k][0] != kind ||
		    step[k][1] != phase); k++)
			;
		step[k][0] = kind;
		step[k][1] = phase;
		n += k == n;
	}
	return n;
}

/* A monitor, with up to three steps hidden that are its own. */
static void
check_hiding(int m, int (*step)[2], const int *which, int n, int most,
    void (*check)(struct recording *, uint8_t, int), uint8_t *been)
{
	struct vss_profile p;
	struct recording r;
	struct vss_view v;
	unsigned hidden, given;
	int k, l, c;

	memset(&r, 0, sizeof(r));
	r.m = m;
	r.view = &v;
	vss_profile_all(&p);
	for (k = 0; k < n; k++)
		p.shows[step[which[k]][0]] &= ~(1 << step[which[k]][1]);
	vss_view_make(&v, &p);
	find_hidden(&r, &hidden, &given);
	/* what is shown of a class makes no difference to completions */
	if (been[hidden | given << vss_monitors[m].nclasses])
		return;
	been[hidden | given << vss_monitors[m].nclasses] = 1;
	for (l = 0; l < VSS_NLETTERS; l++)
		if ((c = vss_class[m][l]))
			r.letter[c] = l;
	for (c = 1; c < vss_monitors[m].nclasses; c++) {
		if (hidden >> c & 1)
			r.hidden[r.nhidden++] = r.letter[c];
		if (given >> c & 1)
			r.given[r.ngiven++] = r.letter[c];
	}
	check(&r, v.start[m], most);
}

static void
check_up_to(int m, int most, void (*check)(struct recording *, uint8_t, int))
{
	static uint8_t been[1 << CLASSES];
	int step[VSS_NLETTERS][2], which[HIDDEN] = { 0 }, n;

	memset(been, 0, sizeof(been));
	memset(&done, 0, sizeof(done));
	n = steps_of(m, step);
	check_hiding(m, step, which, 0, most, check,
    been);
	for (which[0] = 0; which[0] < n; which[0]++) {
		check_hiding(m, step, which, 1, most, check,
    been);
		for (which[1] = 0; which[1] < which[0]; which[1]++) {
			check_hiding(m, step, which, 2, most, check,
    been);
			for (which[2] = 0; which[2] < which[1]; which[2]++)
				check_hiding(m, step, which, 3, most, check,
    been);
		}
	}
}

/* One more event takes as many times longer as there are classes, and some. */
START_TEST(every_recording_of_a_rule_one_by_one)
{
	int m = _i, most = FEW;
	clock_t began = clock();
	double took = 0;

	ck_assert_int_le(2 * vss_monitors[m].nclasses, CLASSES);
	do {
		check_up_to(m, most, check_one_by_one);
		took = (double)(clock() - began) / CLOCKS_PER_SEC;
	} while (whole && took * 2 * vss_monitors[m].nclasses < patience &&
	    ++most <= EVENTS);
	if (whole)
		printf("%s: up to %d events, %.0f recordings, %lu completions, "
		    "for %.0f of them more than %d hidden\n",
		    vss_monitors[m].name, most < EVENTS ? most : EVENTS,
		    done.recordings, done.completions, done.witnesses, HIDDEN);
	/* each can be broken and kept; with something hidden, either */
	ck_assert_int_gt(done.violated, 0);
	ck_assert_int_gt(done.kept, 0);
	ck_assert_int_gt(done.depends, 0);
}
END_TEST

/*
 * All recordings up to nine events at once: two that the checker cannot tell
 * apart any more (mask) and that the same completions lead to the same states
 * go on alike, so that one of them stands for both. Nothing is left out by
 * that, and the lists stay short.
 */

struct bundle {
	uint8_t mask;
	uint8_t after[HIDDEN + 1];	/* states with so many hidden before */
	uint8_t any;			/* ... with as many as it takes */
	double n;			/* recordings */
};

enum { BUNDLES = 4096 };

static uint8_t
all_by(const struct recording *r, uint8_t states, int letter)
{
	uint8_t to = 0;
	int s;

	for (s = 0; s < vss_monitors[r->m].nstates; s++)
		if (states >> s & 1)
			to |= 1 << next_state(r->m, s, letter);
	return to;
}

/* What is hidden before the next shown event, or the end. */
static void
hide(const struct recording *r, struct bundle *b)
{
	uint8_t was;
	int h, k;

	for (h = 0; h < HIDDEN; h++)
		for (k = 0; k < r->nhidden; k++)
			b->after[h + 1] |= all_by(r, b->after[h], r->hidden[k]);
	do {
		was = b->any;
		for (k = 0; k < r->nhidden; k++)
			b->any |= all_by(r, b->any, r->hidden[k]);
	} while (b->any != was);
}

static void
check_bundle(const struct recording *r, const struct bundle *b, int length)
{
	uint8_t few = 0;
	int h;

	for (h = 0; h <= HIDDEN && h <= EVENTS - length; h++)
		few |= b->after[h];
	/* with any number hidden, exactly */
	ck_assert_msg(b->any == b->mask, "%s, %d events: %x, not %x",
	    vss_monitors[r->m].name, length, b->any, b->mask);
	check_states_of(r, b->mask, few, b->any, length, b->n);
}

static void
check_all_at_once(struct recording *r, uint8_t mask, int most)
{
	static struct bundle list[2][BUNDLES];
	struct bundle *now = list[0], *next = list[1], *swap, b;
	int n = 1, n2, i, k, c, h, length, initial;
	uint16_t letter;

	memset(&now[0], 0, sizeof(now[0]));
	initial = vss_monitors[r->m].initial;
	now[0].mask = mask;
	now[0].any = now[0].after[0] = (uint8_t)starts(r, initial,
	    1U << initial);
	now[0].n = 1;
	hide(r, &now[0]);
	for (length = 0;; length++) {
		for (i = 0; i < n; i++)
			check_bundle(r, &now[i], length);
		if (length == most)
			return;
		for (i = n2 = 0; i < n; i++)
			for (c = 1; goes_on(r, now[i].mask) &&
			    c < vss_monitors[r->m].nclasses; c++) {
				letter = (uint16_t)r->letter[c];
				b.mask = vss_monitor_step(r->view, r->m,
				    now[i].mask, &letter, 1);
				b.any = all_by(r, now[i].any, letter);
				for (h = 0; h <= HIDDEN; h++)
					b.after[h] = all_by(r, now[i].after[h],
					    letter);
				hide(r, &b);
				for (k = 0; k < n2 && (next[k].mask != b.mask ||
				    next[k].any != b.any || memcmp(next[k].after,
				    b.after, sizeof(b.after))); k++)
					;
				ck_assert_int_lt(k, BUNDLES);
				if (k == n2) {
					b.n = 0;
					next[n2++] = b;
				}
				next[k].n += now[i].n;
			}
		done.most = n2 > done.most ? n2 : done.most;
		swap = now;
		now = next;
		next = swap;
		n = n2;
	}
}

START_TEST(every_recording_of_a_rule_up_to_nine_events)
{
	double one_by_one[5], at_once[5];
	int m = _i;

	/* as far as both go they count the same */
	check_up_to(m, FEW - 1, check_one_by_one);
	take_counts(one_by_one);
	check_up_to(m, FEW - 1, check_all_at_once);
	take_counts(at_once);
	ck_assert_mem_eq(one_by_one, at_once, sizeof(at_once));
	check_up_to(m, EVENTS, check_all_at_once);
	if (whole)
		printf("%s: up to %d events, %.4g recordings, for %.4g of them "
		    "more than %d hidden; at most %d bundles\n",
		    vss_monitors[m].name, EVENTS, done.recordings,
		    done.witnesses, HIDDEN, done.most);
	ck_assert(done.violated > 0 && done.kept > 0 && done.depends > 0);
}
END_TEST

/*
 * Random sessions, through the session layer.
 */

enum { NOBODY = -1, WRITERS = 2, LONGEST = 24, TIES = 6 };

static const char *const names[WRITERS] = { "A", "B" };

struct happening {
	int kind, phase, data, writer;
	int shown;
	uint32_t group;
	uint64_t chains;
	int64_t from, until;
};

struct tale {
	struct happening h[LONGEST];
	int n;
	struct vss_profile profile;
};

/* One order of what is shown. */
struct order {
	const struct tale *t;
	int place[LONGEST], n;
};

struct instance {
	int scope, index;
};

/* Is it the instance's own (0) or another's (1)? */
static int
whose(const struct happening *h, const struct instance *in)
{
	if (!vss_kind(h->kind)->tracked)
		return 0;
	return in->scope != VSS_WRITER || h->kind == KIND_ID ||
	    in->index == NOBODY || h->writer != in->index;
}

static int
letter_of(const struct happening *h, int other)
{
	return vss_letter_index[h->kind * 128 + other * 64 + h->phase * 8 +
	    h->data] - 1;
}

/* Is there a writer in the session that the instance can be? */
static int
shows_up(const struct tale *t, int writer)
{
	int i;

	for (i = 0; i < t->n; i++)
		if (t->h[i].shown && t->h[i].writer == writer &&
		    t->h[i].kind != KIND_ID)
			return 1;
	return 0;
}

static int
takes_part(const struct tale *t, int writer)
{
	int i;

	for (i = 0; i < t->n; i++)
		if (t->h[i].shown && t->h[i].writer == writer &&
		    t->h[i].kind != KIND_ID &&
		    vss_kind(t->h[i].kind)->phases == PHASES_HANDLER)
			return 1;
	return 0;
}

/* May event i come next? Not before one that was told earlier and of which it
 * is known that it came earlier. */
static int
may_come_next(const struct tale *t, unsigned used, int i)
{
	const struct happening *a, *b = &t->h[i];
	int k;

	if ((used >> i & 1) || !b->shown)
		return 0;
	for (k = 0; k < i; k++) {
		a = &t->h[k];
		if (a->shown && !(used >> k & 1) && (!a->group ||
		    a->group != b->group || (a->chains & b->chains) ||
		    a->until < b->from))
			return 0;
	}
	return 1;
}

/* Call f for every order of the shown events that is possible. */
static void
all_orders(struct order *o, unsigned used, void (*f)(const struct order *,
    void *), void *arg)
{
	int i, any = 0;

	for (i = 0; i < o->t->n; i++) {
		if (!may_come_next(o->t, used, i))
			continue;
		any = 1;
		o->place[o->n++] = i;
		all_orders(o, used | 1U << i, f, arg);
		o->n--;
	}
	if (!any)
		f(o, arg);
}

/* The letters of a kind may be hidden: it is not shown, or it is a call of a
 * requester of whom no call is shown. */
struct hiding {
	const struct tale *t;
	int requester;		/* of whom one is */
	int documented;		/* to those who keep to the documentation */
};

static struct hiding
hiding_of(const struct tale *t)
{
	struct hiding x = { t, 0, 0 };
	int i, k;

	for (i = 0; i < t->n; i++) {
		k = t->h[i].kind;
		if (t->h[i].shown && vss_kind(k)->actor == ACTOR_REQUESTER &&
		    vss_kind(k)->phases != PHASES_ONCE && k != KIND_START &&
		    k != KIND_ADD)
			x.requester = 1;
	}
	return x;
}

static int
may_be_hidden(const struct hiding *x, int letter)
{
	int kind = vss_letter_value[letter] / 128;
	int phase = vss_letter_value[letter] / 8 % 8;
	unsigned shows = x->t->profile.shows[kind];

	/* what the session layer works out itself */
	if (kind == KIND_FZ_TIMEOUT)
		shows |= x->t->profile.shows[KIND_FZ] ? 1U << PHASE_OK : 0;
	if (kind == KIND_RSTART)
		shows |= x->t->profile.shows[KIND_START];
	/* Identify may come at any time: writers that take no part get it,
	 * too */
	if (kind == KIND_ID && x->documented)
		return 1;
	return !(shows >> phase & 1) || (!x->requester &&
	    vss_kind(kind)->actor == ACTOR_REQUESTER);
}

static int
automaton_knows(const struct vss_automaton *a, int letter)
{
	int l;

	for (l = 0; l < VSS_NLETTERS; l++)
		if (a->knows[l] && vss_letter_value[l] / 64 ==
		    vss_letter_value[letter] / 64)
			return 1;
	return 0;
}

/*
 * The states of the monitor in which a session can end that looks like this
 * order to a system with that writer: a search among the triples of a place,
 * a state of the automaton and one of the monitor. Without an automaton
 * anything may be hidden anywhere.
 */
struct search {
	const struct order *o;
	const struct vss_automaton *a;
	struct hiding hiding;
	struct instance in;
	int m, writer;
	unsigned found;
	uint16_t (*list)[2];
	size_t n;
	unsigned hidden[8];	/* by state: what letters that only the
				 * monitor knows lead to at once */
};

static void
reach(struct search *x, uint8_t *seen, int s, int q)
{
	if (seen[s] >> q & 1)
		return;
	seen[s] |= 1 << q;
	x->list[x->n][0] = (uint16_t)s;
	x->list[x->n++][1] = (uint16_t)q;
}

/* All that hidden events lead to. */
static void
add_hidden(struct search *x, uint8_t *seen)
{
	uint32_t k;
	size_t i;
	int s, q, l, to;

	for (i = 0; i < x->n; i++) {
		s = x->list[i][0];
		q = x->list[i][1];
		for (to = 0; to < vss_monitors[x->m].nstates; to++)
			if (x->hidden[q] >> to & 1)
				reach(x, seen, s, to);
		for (k = x->a ? x->a->first[s] : 0; x->a && k <
		    x->a->first[s + 1]; k++) {
			l = x->a->moves[k].letter;
			if (may_be_hidden(&x->hiding, l))
				reach(x, seen, x->a->moves[k].to,
				    next_state(x->m, q, l));
		}
	}
}

static unsigned
final_states(struct search *x)
{
	size_t states = x->a ? x->a->states : 1, i, was;
	int writer = x->writer, l, q, place, kind, m = x->m;
	const struct instance as = { VSS_WRITER, writer };
	const struct happening *h;
	unsigned found = 0, start;
	uint16_t (*before)[2];
	uint32_t k;
	uint8_t *seen = calloc(states, 1);

	x->list = malloc(8 * states * sizeof(*x->list));
	before = malloc(8 * states * sizeof(*before));
	ck_assert(seen && x->list && before);
	x->n = 0;
	memset(x->hidden, 0, sizeof(x->hidden));
	for (l = 0; l < VSS_NLETTERS; l++) {
		kind = vss_letter_value[l] / 128;
		if (may_be_hidden(&x->hiding, l) && kind != KIND_CTX &&
		    kind != KIND_STATE && (!x->a || !automaton_knows(x->a, l)))
			for (q = 0; q < vss_monitors[m].nstates; q++)
				x->hidden[q] |= 1U << next_state(m, q, l);
	}
	start = 1U << vss_monitors[m].initial;
	for (was = 0; was != start;) {
		was = start;
		for (l = 0; l < VSS_NLETTERS; l++) {
			kind = vss_letter_value[l] / 128;
			if ((kind != KIND_CTX && kind != KIND_STATE) ||
			    !may_be_hidden(&x->hiding, l) ||
			    (x->a && automaton_knows(x->a, l)))
				continue;
			for (q = 0; q < vss_monitors[m].nstates; q++)
				if (start >> q & 1)
					start |= 1U << next_state(m, q, l);
		}
	}
	for (q = 0; q < vss_monitors[m].nstates; q++)
		if (start >> q & 1)
			reach(x, seen, x->a ? x->a->start : 0, q);
	for (place = 0; place < x->o->n; place++) {
		add_hidden(x, seen);
		h = &x->o->t->h[x->o->place[place]];
		was = x->n;
		memcpy(before, x->list, was * sizeof(*before));
		memset(seen, 0, states);
		x->n = 0;
		l = letter_of(h, whose(h, &as));
		for (i = 0; i < was; i++) {
			q = next_state(m, before[i][1], letter_of(h,
			    whose(h, &x->in)));
			if (!x->a || l < 0 || !automaton_knows(x->a, l)) {
				reach(x, seen, before[i][0], q);
				continue;
			}
			for (k = x->a->first[before[i][0]]; k <
			    x->a->first[before[i][0] + 1]; k++)
				if (x->a->moves[k].letter == l)
					reach(x, seen, x->a->moves[k].to, q);
		}
	}
	add_hidden(x, seen);
	for (i = 0; i < x->n; i++)
		found |= 1U << x->list[i][1];
	free(seen);
	free(x->list);
	free(before);
	return found;
}

/* What the semantics say of a rule when it can have ended in any of these
 * states, its occasion's monitor in any of those. */
static int
verdict_of(const struct tale *t, int rule, unsigned states, unsigned came)
{
	int m = vss_monitor_find(rule, VSS_RULE), q, to;
	int occ = vss_monitor_find(rule, VSS_OCCASION);
	int all = 1, all_at_end = 1, some_at_end = 0, decided = 1;
	int occasions = 0, none = 0, ended = 0, over = 0, i;

	for (q = 0; q < vss_monitors[m].nstates; q++) {
		if (!(states >> q & 1))
			continue;
		to = next_state(m, q, end_letter());
		all &= is_violated(m, q);
		all_at_end &= is_violated(m, to);
		some_at_end |= is_violated(m, to);
		decided &= vss_monitors[m].verdict[q] == VSS_STATE_KEPT;
	}
	for (q = 0; q < vss_monitors[occ].nstates; q++)
		if (came >> q & 1) {
			occasions |= is_violated(occ, q);
			none |= !is_violated(occ, q);
		}
	for (i = 0; i < t->n; i++) {
		if (!t->h[i].shown)
			continue;
		ended |= t->h[i].kind == KIND_REL ||
		    t->h[i].kind == KIND_EXIT || t->h[i].kind == KIND_END;
		over |= t->h[i].kind == KIND_END ||
		    (t->h[i].kind == KIND_EXIT &&
		    vss_rule(rule)->closed == VSS_OWN);
	}
	if (all || (all_at_end && over && !none))
		return VSS_VIOLATED;
	if (all_at_end && !none)
		return VSS_UNDETERMINED;
	if (!occasions)
		return VSS_NOT_EXERCISED;
	if (!some_at_end && (ended || decided))
		return VSS_KEPT;
	return VSS_UNDETERMINED;
}

static const char *
tale_text(const struct tale *t)
{
	static char text[LONGEST * 40];
	size_t n = 0;
	int i;

	for (i = 0; i < t->n; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
		    "%s%s%s%s", i ? " " : "", t->h[i].shown ? "" : "-",
		    t->h[i].group ? "~" : "", vss_letter_name[letter_of(
		    &t->h[i], t->h[i].writer == 1)]);
	return text;
}

/* A letter as something that happens; 0 when it cannot stand here: the end of
 * what has not begun, END. */
static int
happen(struct tale *t, int letter)
{
	struct happening *h = &t->h[t->n], *b;
	int value = vss_letter_value[letter], i, open = 0, phases;

	/* CREATE begins another session */
	if (t->n == LONGEST - 1 || value / 128 == KIND_END ||
	    value / 128 == KIND_CREATE)
		return 0;
	memset(h, 0, sizeof(*h));
	h->kind = value / 128;
	h->phase = value / 8 % 8;
	h->data = value % 8;
	h->shown = 1;
	h->writer = vss_kind(h->kind)->tracked ? value / 64 % 2 : NOBODY;
	phases = vss_kind(h->kind)->phases;
	for (i = 0; i < t->n; i++) {
		b = &t->h[i];
		if (b->kind == h->kind && b->writer == h->writer)
			open = b->phase == PHASE_CALL;
	}
	if ((phases == PHASES_ASYNC || phases == PHASES_CALL || phases ==
	    PHASES_HANDLER) && h->phase != PHASE_CALL && !open)
		return 0;
	t->n++;
	return 1;
}

/* One that moves the rule's monitor, mostly. */
static int
letter_for(int m, uint32_t *seed)
{
	int l, tries = 0;

	do
		l = (int)draw(seed, VSS_NLETTERS);
	while (!vss_class[m][l] && ++tries < 300 && draw(seed, 20));
	return l;
}

/* A walk of the automaton, now and then with something that does not belong
 * there. */
static void
walk(struct tale *t, const struct vss_automaton *a, int n, uint32_t *seed)
{
	int s = a->start, spoilt = draw(seed, 2) == 0;
	uint32_t k;

	while (t->n < n && a->first[s] < a->first[s + 1]) {
		if (spoilt && draw(seed, 8) == 0)
			happen(t, (int)draw(seed, VSS_NLETTERS));
		k = a->first[s] + draw(seed, a->first[s + 1] - a->first[s]);
		if ((!spoilt || draw(seed, 8)) && !happen(t,
		    a->moves[k].letter))
			break;
		s = a->moves[k].to;
	}
}

static void
end_tale(struct tale *t)
{
	struct happening *h = &t->h[t->n++];

	memset(h, 0, sizeof(*h));
	h->kind = KIND_END;
	h->phase = PHASE_OK;
	h->writer = NOBODY;
	h->shown = 1;
}

/* What holds for the whole session stands at its beginning. */
static void
put_parameters_first(struct tale *t)
{
	struct happening h;
	int i, k, n = 0;

	for (i = 0; i < t->n; i++) {
		if (t->h[i].kind != KIND_CTX && t->h[i].kind != KIND_STATE)
			continue;
		h = t->h[i];
		for (k = i; k > n; k--)
			t->h[k] = t->h[k - 1];
		t->h[n++] = h;
	}
}

/* Some events next to one another lose their order. */
static void
untie(struct tale *t, int first, int n, uint32_t *seed)
{
	int64_t at = 0;
	int i;

	for (i = first; i < first + n; i++) {
		t->h[i].group = 1;
		t->h[i].chains = UINT64_C(1) << draw(seed, (uint32_t)n) |
		    (uint64_t)(draw(seed, 4) == 0) << draw(seed, (uint32_t)n);
		at += draw(seed, 4);
		t->h[i].from = at;
		t->h[i].until = at + draw(seed, 12);
	}
}

static void
tell(const struct tale *t, struct vss_memo *memo, struct vss_sessions *s)
{
	struct vss_error error;
	struct vss_event ev;
	int i;

	vss_sessions_init(s);
	vss_sessions_share(s, memo);
	ck_assert_int_eq(vss_sessions_source(s, &t->profile), VSS_OK);
	for (i = 0; i < t->n; i++) {
		if (!t->h[i].shown)
			continue;
		memset(&ev, 0, sizeof(ev));
		ev.object = "o";
		ev.time = VSS_NO_TIME;
		ev.line = (uint64_t)i + 1;
		ev.kind = (uint8_t)t->h[i].kind;
		ev.phases = (uint8_t)(1 << t->h[i].phase);
		if (t->h[i].phase == vss_kind_data_phase(ev.kind))
			ev.data = (uint8_t)(1 << t->h[i].data);
		if (t->h[i].writer != NOBODY)
			ev.writer = names[t->h[i].writer];
		ev.group = t->h[i].group;
		ev.chains = t->h[i].chains;
		ev.from = t->h[i].from;
		ev.until = t->h[i].until;
		ck_assert_int_eq(vss_sessions_event(s, &ev, &error), VSS_OK);
	}
	ck_assert_int_eq(vss_sessions_finish(s), VSS_OK);
}

/* Worst first, as of the instances of a rule. */
static int
worse(int a, int b)
{
	static const int order[] = { VSS_VIOLATED, VSS_UNDETERMINED,
	    VSS_NOT_OBSERVABLE, VSS_KEPT, VSS_NOT_EXERCISED };
	size_t i;

	for (i = 0; order[i] != a && order[i] != b; i++)
		;
	return order[i];
}

/* The instances of a rule: of the writers that have shown up, or one that
 * has not. */
static int
instances(const struct tale *t, int rule, struct instance *list)
{
	int n = 0, w;

	for (w = 0; vss_rule(rule)->scope == VSS_WRITER && w < WRITERS; w++)
		if (shows_up(t, w)) {
			list[n].scope = VSS_WRITER;
			list[n++].index = w;
		}
	if (!n) {
		list[0].scope = vss_rule(rule)->scope;
		list[n++].index = NOBODY;
	}
	return n;
}

/* The states after each order of what is shown, nothing being hidden. */
struct orders {
	int m;
	struct instance in;
	unsigned states;
	unsigned long n;
};

static void
read_order(const struct order *o, void *arg)
{
	struct orders *x = arg;
	const struct happening *h;
	int q = vss_monitors[x->m].initial, i;

	for (i = 0; i < o->n; i++) {
		h = &o->t->h[o->place[i]];
		q = next_state(x->m, q, letter_of(h, whose(h, &x->in)));
	}
	x->states |= 1U << q;
	x->n++;
}

static unsigned
in_every_order(const struct tale *t, int m, const struct instance *in,
    unsigned long *norders)
{
	struct orders x = { m, *in, 0, 0 };
	struct order o = { t, { 0 }, 0 };

	all_orders(&o, 0, read_order, &x);
	if (norders)
		*norders += x.n;
	return x.states;
}

static void
tie_tale(struct tale *t, int rule, uint32_t *seed)
{
	int m = vss_monitor_find(rule, VSS_RULE), n, ties, first;

	memset(t, 0, sizeof(*t));
	vss_profile_all(&t->profile);
	/* a requester of whom a call is shown: all of them are */
	happen(t, vss_letter_index[KIND_INIT * 128 + PHASE_OK * 8] - 1);
	n = 3 + (int)draw(seed, 7);
	while (t->n < n)
		happen(t, letter_for(m, seed));
	put_parameters_first(t);
	ties = 2 + (int)draw(seed, TIES - 1);
	if (ties > t->n)
		ties = t->n;
	first = (int)draw(seed, (uint32_t)(t->n - ties + 1));
	untie(t, first, ties, seed);
	if (draw(seed, 4))
		end_tale(t);
}

START_TEST(what_has_no_order_is_judged_in_every_order)
{
	uint32_t seed = (first_seed + 0x9e3779b9u * (uint32_t)(_i + 1)) | 1;
	unsigned long verdicts[VSS_NVERDICTS] = { 0 }, orders = 0;
	int c, rule, r, k, n, want, cases = whole ? 20000 : 400;
	struct vss_memo *memo = vss_memo_new();
	struct instance list[WRITERS + 1];
	struct vss_judgement j;
	struct vss_sessions s;
	struct tale t;

	ck_assert_ptr_nonnull(memo);
	for (c = 0; c < cases; c++) {
		rule = (int)draw(&seed, VSS_NRULES);
		tie_tale(&t, rule, &seed);
		tell(&t, memo, &s);
		ck_assert_int_eq(vss_judge(&s.list[0], &s.policy, &j),
		    VSS_OK);
		for (r = 0; r < VSS_NRULES; r++) {
			/* the one that it was made for, and some others */
			if ((r != rule && draw(&seed, 8)) ||
			    j.rules[r].why == VSS_WHY_POLICY ||
			    vss_rule(r)->scope == VSS_COMPONENT)
				continue;
			n = instances(&t, r, list);
			for (k = 0, want = VSS_NOT_EXERCISED; k < n; k++)
				want = worse(want, verdict_of(&t, r,
				    in_every_order(&t, vss_monitor_find(r,
				    VSS_RULE), &list[k], &orders),
				    in_every_order(&t, vss_monitor_find(r,
				    VSS_OCCASION), &list[k], NULL)));
			ck_assert_msg(j.rules[r].verdict == want,
			    "BRUTE_SEED=%u, %d, case %d: %s is %s, not %s: %s",
			    first_seed, _i, c, vss_rule(r)->id,
			    vss_verdict_name(j.rules[r].verdict),
			    vss_verdict_name(want), tale_text(&t));
			verdicts[want]++;
		}
		vss_judgement_free(&j);
		vss_sessions_free(&s);
	}
	vss_memo_free(memo);
	if (whole)
		printf("%d cases: %lu violated, %lu kept, %lu not exercised, "
		    "%lu undetermined; %lu orders\n", cases,
		    verdicts[VSS_VIOLATED], verdicts[VSS_KEPT],
		    verdicts[VSS_NOT_EXERCISED], verdicts[VSS_UNDETERMINED],
		    orders);
	ck_assert_uint_gt(verdicts[VSS_VIOLATED], 0);
	ck_assert_uint_gt(verdicts[VSS_KEPT], 0);
	ck_assert_uint_gt(verdicts[VSS_NOT_EXERCISED], 0);
	ck_assert_uint_gt(verdicts[VSS_UNDETERMINED], 0);
}
END_TEST

/*
 * Hidden events, as far as some system can have done them.
 */

static void
search_order(const struct order *o, void *arg)
{
	struct search *x = arg;

	x->o = o;
	x->found |= final_states(x);
}

/* The states in which the monitor can be when a system with that writer has
 * done what looks like the tale; 0: it cannot. */
static unsigned
can_end(const struct tale *t, const struct vss_automaton *a, int m,
    const struct instance *in, int writer)
{
	struct search x = { .a = a, .hiding = hiding_of(t), .in = *in, .m = m,
	    .writer = writer };
	struct order o = { t, { 0 }, 0 };

	x.hiding.documented = a == &vss_protocol;
	x.hiding.requester |= a == &vss_protocol;
	all_orders(&o, 0, search_order, &x);
	return x.found;
}

/* The same for systems with all the writers: each one's view has it. */
static unsigned
can_end_in_all(const struct tale *t, const struct vss_automaton *a, int m,
    const struct instance *in)
{
	unsigned states = 0xff;
	int w, any = 0;

	if (in->scope == VSS_WRITER)
		return in->index == NOBODY || takes_part(t, in->index) ?
		    can_end(t, a, m, in, in->index) : 0;
	for (w = 0; w < WRITERS; w++)
		if (takes_part(t, w)) {
			states &= can_end(t, a, m, in, w);
			any = 1;
		}
	return any ? states : can_end(t, a, m, in, NOBODY);
}

/* What really happened, without anything hidden. */
static unsigned
really(const struct tale *t, int m, const struct instance *in)
{
	struct tale all = *t;
	int i;

	for (i = 0; i < all.n; i++) {
		all.h[i].shown = 1;
		all.h[i].group = 0;
	}
	return in_every_order(&all, m, in, NULL);
}

static void
random_profile(struct vss_profile *p, uint32_t *seed)
{
	int k, n;

	vss_profile_all(p);
	for (n = 1 + (int)draw(seed, 4); n;) {
		k = 1 + (int)draw(seed, KIND_COUNT - 1);
		if (!p->shows[k] || k == KIND_END || k == KIND_REL)
			continue;
		vss_profile_show(p, k, 0);
		n--;
	}
	if (draw(seed, 4) == 0)
		for (k = 1; k < KIND_COUNT; k++)
			if (vss_kind(k)->actor == ACTOR_REQUESTER)
				vss_profile_show(p, k, 0);
}

static void
hidden_tale(struct tale *t, const struct vss_profile *p, uint32_t *seed)
{
	int i, n, first, shown = 0;

	memset(t, 0, sizeof(*t));
	t->profile = *p;
	n = 4 + (int)draw(seed, LONGEST - 6);
	walk(t, draw(seed, 2) ? &vss_replay : &vss_protocol, n, seed);
	put_parameters_first(t);
	if (draw(seed, 3))
		end_tale(t);
	for (i = 0; i < t->n; i++) {
		t->h[i].shown = p->shows[t->h[i].kind] != 0;
		shown += t->h[i].shown;
	}
	/* what is told in groups is told in one piece */
	if (draw(seed, 3) || shown < 4)
		return;
	n = 2 + (int)draw(seed, 2);
	for (first = 0; first + n <= t->n; first++) {
		for (i = first; i < first + n && t->h[i].shown &&
		    t->h[i].kind != KIND_END; i++)
			;
		if (i == first + n && draw(seed, 3) == 0) {
			untie(t, first, n, seed);
			return;
		}
	}
}

static unsigned long counts[VSS_NVERDICTS], models;

/* The verdict on one instance, against all that can have happened. */
static void
check_verdict(const struct tale *t, const struct vss_judged_rule *j, int rule,
    const struct instance *in, const char *where)
{
	int m = vss_monitor_find(rule, VSS_RULE), kept = 0, broken = 0, said;
	int occ = vss_monitor_find(rule, VSS_OCCASION);
	unsigned states = can_end_in_all(t, &vss_replay, m, in);
	unsigned came = can_end_in_all(t, &vss_replay, occ, in), told;
	int explained = states && came;

	/* no system can: then what the rule says whatever was hidden */
	if (!explained) {
		states = can_end(t, NULL, m, in, NOBODY);
		came = can_end(t, NULL, occ, in, NOBODY);
	}
	/* an automaton may have parameters that are not told in its middle */
	states &= can_end(t, NULL, m, in, NOBODY);
	came &= can_end(t, NULL, occ, in, NOBODY);
	said = verdict_of(t, rule, states, came);
	told = verdict_of(t, rule, really(t, m, in), really(t, occ, in));
	kept = j->verdict == VSS_KEPT && j->why != VSS_WHY_AS_SEEN;
	broken = j->verdict == VSS_VIOLATED;
	counts[j->verdict]++;
	models += j->why == VSS_WHY_MODEL;
	/* decided only if every completion decides it so */
	ck_assert_msg(!broken || said == VSS_VIOLATED,
	    "%s: %s violated, but not always: %s", where, vss_rule(rule)->id,
	    tale_text(t));
	ck_assert_msg(!kept || said == VSS_KEPT || said == VSS_NOT_EXERCISED,
	    "%s: %s kept, but not always: %s", where, vss_rule(rule)->id,
	    tale_text(t));
	ck_assert_msg(j->verdict != VSS_NOT_EXERCISED ||
	    said == VSS_NOT_EXERCISED, "%s: %s not exercised, but that is "
	    "not sure: %s", where, vss_rule(rule)->id, tale_text(t));
	/* and then it is: of VSS itself the model only says that it keeps its
	 * rules, that something must have happened unseen is no mistake of
	 * anybody's, and where nothing is hidden no order is ruled out by it */
	ck_assert_msg(!explained || said == VSS_UNDETERMINED ||
	    said == VSS_VIOLATED ||
	    j->verdict == said || vss_rule(rule)->blame == VSS_SERVICE_ ||
	    j->why == VSS_WHY_ORDER ||
	    (said == VSS_NOT_EXERCISED && kept), "%s: %s is %s for sure, not "
	    "%s: %s", where, vss_rule(rule)->id, vss_verdict_name(said),
	    vss_verdict_name(j->verdict), tale_text(t));
	/* nobody is accused of what was not so */
	ck_assert_msg(!broken || told == VSS_VIOLATED, "%s: %s was "
	    "not broken: %s", where, vss_rule(rule)->id, tale_text(t));
}

static void
check_states(const struct tale *t, const struct vss_session *se,
    struct vss_course *c, const struct vss_automaton *a, int m,
    const struct instance *in, const char *where)
{
	unsigned want = can_end_in_all(t, a, m, in);
	int index = in->scope == VSS_SESSION ? 0 : NOBODY, w;
	uint8_t got;

	/* there they stand in the order in which they have shown up */
	for (w = 0; in->index != NOBODY && w < se->nwriters; w++)
		if (!strcmp(se->writers[w].name, names[in->index]))
			index = w;
	ck_assert_int_eq(vss_course_states(c, (enum vss_scope)in->scope,
	    index, m, &got, NULL), VSS_OK);
	ck_assert_msg(got == want, "%s, %s of writer %d, %s: %x, not %x: %s",
	    where, vss_monitors[m].name, in->index, a == &vss_replay ? "free" :
	    "documented", got, want, tale_text(t));
}

START_TEST(what_is_hidden_is_what_some_system_can_have_done)
{
	uint32_t seed = (first_seed + 0x85ebca6bu * (uint32_t)(_i + 1)) | 1;
	int c, k, n, i, rule, r, cases = whole ? 4000 : 60;
	struct vss_memo *memo = vss_memo_new();
	struct vss_course *free_, *documented;
	struct instance list[WRITERS + 1];
	struct vss_judgement j;
	struct vss_profile p;
	struct vss_sessions s;
	struct tale t;
	char where[60];

	ck_assert_ptr_nonnull(memo);
	memset(counts, 0, sizeof(counts));
	models = 0;
	for (c = 0; c < cases; c++) {
		if (c % 20 == 0)
			random_profile(&p, &seed);
		hidden_tale(&t, &p, &seed);
		snprintf(where, sizeof(where), "BRUTE_SEED=%u, %d, case %d",
		    first_seed, _i, c);
		tell(&t, memo, &s);
		if (!s.n) {
			vss_sessions_free(&s);
			continue;
		}
		ck_assert_int_eq(vss_judge(&s.list[0], &s.policy, &j),
		    VSS_OK);
		free_ = vss_course_new(&s.list[0], VSS_FREE_ACTORS);
		documented = vss_course_new(&s.list[0], VSS_DOCUMENTED_ACTORS);
		ck_assert(free_ && documented);
		for (r = 0; r < 8; r++) {
			rule = (int)draw(&seed, VSS_NRULES);
			if (vss_rule(rule)->scope == VSS_COMPONENT)
				continue;
			n = instances(&t, rule, list);
			for (k = 0; k < n; k++)
				for (i = 0; i < 2; i++) {
					int m = vss_monitor_find(rule, i ?
					    VSS_OCCASION : VSS_RULE);

					check_states(&t, &s.list[0], free_,
					    &vss_replay, m, &list[k], where);
					check_states(&t, &s.list[0],
					    documented, &vss_protocol, m,
					    &list[k], where);
				}
			if (n == 1 && j.rules[rule].why != VSS_WHY_POLICY)
				check_verdict(&t, &j.rules[rule], rule,
				    &list[0], where);
		}
		vss_course_free(free_);
		vss_course_free(documented);
		vss_judgement_free(&j);
		vss_sessions_free(&s);
	}
	vss_memo_free(memo);
	if (whole)
		printf("%d cases: %lu violated (%lu by the model), %lu kept, "
		    "%lu not exercised, %lu not observable, %lu "
		    "undetermined\n", cases, counts[VSS_VIOLATED], models,
		    counts[VSS_KEPT], counts[VSS_NOT_EXERCISED],
		    counts[VSS_NOT_OBSERVABLE], counts[VSS_UNDETERMINED]);
	for (k = 0; k < VSS_NVERDICTS && whole; k++)
		ck_assert_uint_gt(counts[k], 0);
}
END_TEST

/* A case of its own, to be run alone by CK_RUN_CASE. */
static void
add(Suite *s, const char *name, const TTest *test, int n)
{
	TCase *tc = tcase_create(name);

	tcase_set_timeout(tc, whole ? 3600 : 300);
	tcase_add_loop_test(tc, test, 0, n);
	suite_add_tcase(s, tc);
}

int
main(void)
{
	const char *seed = getenv("BRUTE_SEED"), *all = getenv("BRUTE");
	Suite *s = suite_create("brute");
	SRunner *r;
	int failed;

	patience = all ? atof(all) : 0;
	whole = patience > 0;
	first_seed = seed ? (uint32_t)strtoul(seed, NULL, 0) : 20260101;
	printf("BRUTE_SEED=%u%s\n", first_seed, whole ? "" : ", a small part "
	    "(make brute: all)");
	fflush(stdout);
	add(s, "one by one", every_recording_of_a_rule_one_by_one,
	    VSS_NMONITORS);
	add(s, "recordings", every_recording_of_a_rule_up_to_nine_events,
	    VSS_NMONITORS);
	add(s, "orders", what_has_no_order_is_judged_in_every_order, 5);
	add(s, "hidden", what_is_hidden_is_what_some_system_can_have_done, 5);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
