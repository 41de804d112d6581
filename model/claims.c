/*
 * Gives access to the claims inside SPIN's generated verifier.
 *
 * This file includes pan.c. The build replaces spin_assert() by
 * claim_assert() in pan.m: SPIN turns the move into a claim's accepting sink
 * into an assertion that fails, and stepping the claim has to learn of it.
 */
#include <string.h>
#include "pan.c"
#include "claims.h"

static const int start_state[] = {
#include "claim_starts.h"
};

static int refuted;

void
claim_assert(int holds)
{
	if (!holds)
		refuted = 1;
}

int
claim_count(void)
{
	return NCLAIMS;
}

const char *
claim_name(int claim)
{
	return procname[spin_c_typ[claim]];
}

void
claims_init(void)
{
	int i, ty;

	for (i = 0; i < NCLAIMS; i++) {
		ty = spin_c_typ[i];
		if (start_state[ty] <= 0 ||
		    start_state[ty] >= CLAIM_STATES || !trans[ty]) {
			fprintf(stderr, "export: unexpected claim layout\n");
			exit(1);
		}
	}
}

static int
has(const struct claim_set *set, int st)
{
	return set->in[st / 8] >> (st % 8) & 1;
}

/* All moves from the set while the event variable has the given value. */
static void
step(int claim, int letter, struct claim_set *set)
{
	struct claim_set to;
	Trans *t;
	int st, ty = spin_c_typ[claim];
	short saved = now.ev;

	if (set->accepted)
		return;
	memset(&to, 0, sizeof(to));
	now.ev = letter;
	for (st = 1; st < CLAIM_STATES; st++) {
		if (!has(set, st))
			continue;
		for (t = trans[ty][st]; t; t = t->nxt) {
			refuted = 0;
			if (!do_transit(t, 0))
				continue;
			if (t->st >= CLAIM_STATES) {
				fprintf(stderr, "export: claim too large\n");
				exit(1);
			}
			if (refuted || t->st == 0)
				to.accepted = 1;
			else
				to.in[t->st / 8] |= 1 << (t->st % 8);
		}
	}
	now.ev = saved;
	*set = to;
}

void
claim_start(int claim, struct claim_set *set)
{
	int st = start_state[spin_c_typ[claim]];

	memset(set, 0, sizeof(*set));
	set->in[st / 8] |= 1 << (st % 8);
	step(claim, 0, set);
}

void
claim_event(int claim, int letter, struct claim_set *set)
{
	step(claim, letter, set);
	step(claim, 0, set);
}

/*
 * An accepting state that lies on a cycle of NONE moves: from each
 * accepting state that can be reached, can it be reached again?
 */
int
claim_refutes_rest(int claim, const struct claim_set *set)
{
	struct claim_set reach = *set, next, from;
	int st, i, ty = spin_c_typ[claim], grown;

	if (set->accepted)
		return 1;
	do {
		grown = 0;
		next = reach;
		step(claim, 0, &next);
		if (next.accepted)
			return 1;
		for (i = 0; i < CLAIM_STATES / 8; i++) {
			if (next.in[i] & ~reach.in[i])
				grown = 1;
			reach.in[i] |= next.in[i];
		}
	} while (grown);
	for (st = 1; st < CLAIM_STATES; st++) {
		if (!has(&reach, st) || !accpstate[ty][st])
			continue;
		memset(&from, 0, sizeof(from));
		from.in[st / 8] |= 1 << (st % 8);
		for (i = 0; i < CLAIM_STATES; i++) {
			next = from;
			step(claim, 0, &next);
			if (has(&next, st))
				return 1;
			grown = 0;
			for (int k = 0; k < CLAIM_STATES / 8; k++) {
				if (next.in[k] & ~from.in[k])
					grown = 1;
				from.in[k] |= next.in[k];
			}
			/* `from` now holds its start, too; that is harmless:
			 * the test is on the states just moved to. */
			if (!grown)
				break;
		}
	}
	return 0;
}
