/*
 * SPIN's own claims, one step at a time (claims.c): the automata that SPIN
 * makes of the negated formulas and verifies with, reached through the
 * verifier's own do_transit().
 */
#ifndef CLAIMS_H
#define CLAIMS_H

#include <stdint.h>

/* More states than any claim of ours has; step() checks. */
#define CLAIM_STATES 4096

/* A set of states of one claim. `accepted` when the claim has completed:
 * the formula is refuted whatever comes. */
struct claim_set {
	uint8_t in[CLAIM_STATES / 8];
	uint8_t accepted;
};

int claim_count(void);
/* The name of the claim's ltl block. */
const char *claim_name(int claim);
/* The set at the start, the event variable being NONE. */
void claim_start(int claim, struct claim_set *set);
/* The set after the event `letter` and the return to NONE. */
void claim_event(int claim, int letter, struct claim_set *set);
/* Does a run on which nothing but NONE follows refute the formula? */
int claim_refutes_rest(int claim, const struct claim_set *set);
/* Abort the program when SPIN's layout is not what claims.c expects. */
void claims_init(void);

#endif
