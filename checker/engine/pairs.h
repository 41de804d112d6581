/*
 * A monitor and an automaton of the system, side by side: what is hidden from
 * the recording is only what the automaton can do there.
 *
 * The belief is a set of pairs: a state of the automaton, and for it a set of
 * the monitor's states, one bit each. It has a pair if and only if some
 * completion of what was read leads to it. Letters of kinds that the automaton
 * does not know (private acts of writers, queries) may be hidden anywhere.
 *
 * Pure, like engine.h: the caller gives the memory.
 */
#ifndef VSS_PAIRS_H
#define VSS_PAIRS_H

#include <stddef.h>
#include "automaton.h"
#include "engine.h"

/* Classes of letters that are looked up at once; the tables have eight. */
enum { VSS_PAIRING_CLASSES = 16, VSS_UNRUN = 0xff };

/* What is fixed for one monitor, one automaton and one recording. */
struct vss_pairing {
	const struct vss_automaton *automaton;
	int monitor;
	/* Letters of the automaton that it runs over unseen. */
	const uint8_t *runs;
	/* Letters that it does not know and that may be hidden anywhere;
	 * those of the session's parameters only at its beginning. */
	const uint8_t *unknown;
	/* For each set of the monitor's states, what letters that are hidden
	 * from it and unknown to the automaton lead to. */
	uint8_t free[256];
	/* Where a hidden letter of a class leads from each set of the
	 * monitor's states, with what `free` adds. */
	uint8_t step[VSS_PAIRING_CLASSES][256];
	/* By letter of the automaton: its class, VSS_UNRUN if not hidden. */
	uint8_t class[VSS_NLETTERS];
};

struct vss_pairs {
	uint16_t *list;		/* states of the automaton, in no order */
	uint8_t *mask;		/* by state: of the monitor; 0: not in it */
	uint8_t *waits;		/* by state: all 0 between calls */
	int n;
};

/* What one event may have been: a letter to the automaton, and the letter
 * that it is to the monitor then. VSS_UNREAD where one of them does not read
 * it. */
enum { VSS_UNREAD = 0xffff };
struct vss_reading { uint16_t automaton, monitor; };

/* Does the automaton know events of the letter's kind, of that writer? */
int vss_automaton_knows(const struct vss_automaton *a, int letter);

/* `runs` and `unknown`, by letter, have to outlive the pairing. */
void vss_pairing_make(struct vss_pairing *p, const struct vss_automaton *a,
    int monitor, const uint8_t *runs, const uint8_t *unknown);
/* The monitor's states to begin with: with `middle`, to go with any state of
 * the automaton, else with its first. */
uint8_t vss_pairing_start(const struct vss_pairing *p,
    const struct vss_view *v, int middle);

size_t vss_pairs_size(const struct vss_automaton *a);
void vss_pairs_make(struct vss_pairs *b, const struct vss_automaton *a,
    void *memory);
void vss_pairs_clear(struct vss_pairs *b);
void vss_pairs_add(struct vss_pairs *b, int state, uint8_t mask);
/* Begin: see vss_pairing_start(); hidden events are in it. */
void vss_pairs_start(const struct vss_pairing *p, struct vss_pairs *b,
    uint8_t monitor, int middle);
/* Add what hidden events lead to. */
void vss_pairs_hidden(const struct vss_pairing *p, struct vss_pairs *b);
/* To `to` add what one of the readings leads to; hidden events are not. */
void vss_pairs_move(const struct vss_pairing *p, const struct vss_pairs *from,
    struct vss_pairs *to, const struct vss_reading *readings, int n);
/* The states of the monitor that occur. */
uint8_t vss_pairs_monitor(const struct vss_pairs *b);

#endif
