/*
 * SPIN's claims with a memory: each set of a claim's states has a number, and
 * what a letter makes of it is asked once. One claim at a time. For programs
 * that compare the tables with the claims.
 */
#ifndef MEMO_H
#define MEMO_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "claims.h"
#include "engine.h"

enum { SETS_MAX = 512 };

/* What the claim does, asked once for each set and letter. */
struct memo {
	int claim;
	int n;
	struct claim_set set[SETS_MAX];
	int closes[SETS_MAX];		/* -1: not asked yet */
	int next[SETS_MAX][VSS_NLETTERS];
};

/* One for each claim that was asked for; `memo` is the one that is meant. */
static struct memo **memos, *current;
#define memo (*current)

static void
die(const char *what)
{
	fprintf(stderr, "%s: %s\n", PROGRAM, what);
	exit(1);
}

static int
memo_add(const struct claim_set *set)
{
	int i, l;

	for (i = 0; i < memo.n; i++)
		if (!memcmp(&memo.set[i], set, sizeof(*set)))
			return i;
	if (memo.n == SETS_MAX)
		die("too many claim states");
	memo.set[memo.n] = *set;
	memo.closes[memo.n] = -1;
	for (l = 0; l < VSS_NLETTERS; l++)
		memo.next[memo.n][l] = -1;
	return memo.n++;
}

static int
memo_step(int state, int letter)
{
	struct claim_set set;

	if (memo.next[state][letter] < 0) {
		set = memo.set[state];
		claim_event(memo.claim, vss_letter_value[letter], &set);
		if (set.accepted)
			memset(set.in, 0, sizeof(set.in));
		memo.next[state][letter] = memo_add(&set);
	}
	return memo.next[state][letter];
}

static int
memo_closes(int state)
{
	if (memo.closes[state] < 0)
		memo.closes[state] = claim_refutes_rest(memo.claim,
		    &memo.set[memo_step(state, vss_letter_index[KIND_END * 128 +
		    PHASE_OK * 8] - 1)]);
	return memo.closes[state];
}

static void
memo_start(int claim)
{
	struct claim_set set;

	if (!memos && !(memos = calloc(claim_count(), sizeof(*memos))))
		die("out of memory");
	if ((current = memos[claim]))
		return;
	current = memos[claim] = calloc(1, sizeof(*current));
	if (!current)
		die("out of memory");
	memo.claim = claim;
	claim_start(claim, &set);
	memo_add(&set);
}

static int
claim_of(const char *name)
{
	int i;

	for (i = 0; i < claim_count(); i++)
		if (!strcmp(claim_name(i), name))
			return i;
	die("the tables have a monitor that rules.pml does not");
	return -1;
}

#endif
