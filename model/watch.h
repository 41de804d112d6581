/*
 * What SPIN's verifier and watch.c share. Included by both.
 */
#ifndef WATCH_H
#define WATCH_H

#include "tables_size.h"

/* so many monitors at a time: all rules, or all occasions */
#define WATCHERS VSS_NRULES

extern int watch_violated;	/* a rule, by the last letter */

void watch_init(unsigned char *state);
void watch(unsigned char *state, int letter);

#endif
