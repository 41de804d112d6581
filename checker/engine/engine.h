/*
 * Steps the generated monitors. Pure: no allocation, no I/O, no globals.
 *
 * The state of one monitor is a set of automaton states, one bit each: more
 * than one where the source leaves open what happened.
 */
#ifndef VSS_ENGINE_H
#define VSS_ENGINE_H

#include "event.h"
#include "tables.h"

/* At most this many letters for one event that the source leaves open. */
#define VSS_ALTERNATIVES 16

/* So many events whose order is not known are judged in every order. */
#define VSS_UNORDERED 10

/* What follows from a profile, worked out once a recording. */
struct vss_view {
	struct vss_profile profile;
	/* All states that hidden events can lead to from a state. */
	uint8_t reach[VSS_NMONITORS][8];
	/* The states a session may start in, seen from its beginning; the
	 * session-wide parameters that are not shown being open. */
	uint8_t start[VSS_NMONITORS];
	/* The same for one that is joined in the middle. */
	uint8_t middle[VSS_NMONITORS];
	/* Does the source show every event that moves the monitor? */
	uint8_t visible[VSS_NMONITORS];
	/* States that are violated, states that are kept. */
	uint8_t violated[VSS_NMONITORS], kept[VSS_NMONITORS];
};

/* The rule's monitor of that role, -1 when it has none. */
int vss_monitor_find(int rule, enum vss_role role);

void vss_view_make(struct vss_view *v, const struct vss_profile *p);
/* Does the source show the letter? */
int vss_view_shows(const struct vss_view *v, int letter);
/* Facts about the whole session rather than happenings in it. */
int vss_view_parameter(int kind);
/* Is the kind one of the monitor's that the source does not show? */
int vss_view_lacks(const struct vss_view *v, int monitor, int kind);

/* The letters (at most VSS_ALTERNATIVES) of an event as one monitored party
 * sees it; `other` is a set: bit 0 own, bit 1 another's. 0 when the event
 * has no letter (a phase the kind does not have). */
int vss_event_letters(int kind, unsigned phases, unsigned data,
    unsigned other, uint16_t *letters);

/* Fill mask[], one byte a monitor of the scope, with the start states. */
void vss_engine_start(const struct vss_view *v, enum vss_scope scope,
    int middle, uint8_t *mask);

/* One event with its n possible letters. Returns whether any mask changed. */
int vss_engine_step(const struct vss_view *v, enum vss_scope scope,
    uint8_t *mask, const uint16_t *letters, int n);

/* The same for a single monitor. */
uint8_t vss_monitor_step(const struct vss_view *v, int monitor, uint8_t mask,
    const uint16_t *letters, int n);

/* Where one letter leads from each state of the mask; hidden events are not
 * added. */
uint8_t vss_monitor_move(int monitor, uint8_t mask, int letter);

/* An event among others whose order is not known, but for this: those that
 * have a chain in common (chains is a set) are in order, and what has happened
 * `until` comes before what can have happened only `from` then on. */
struct vss_step {
	uint16_t letters[VSS_ALTERNATIVES];
	uint8_t n;
	uint64_t chains;
	int64_t from, until;
	uint64_t before;	/* set by vss_steps_order() */
};

/* Work out which steps come before which; they are in one of the orders that
 * are possible. Beyond 64 of them, any order is taken to be. */
void vss_steps_order(struct vss_step *steps, size_t n);

/* The monitor after all of the steps, in every order that is possible.
 * Exact while at most VSS_UNORDERED of them move the monitor; beyond that
 * the result has all states that any of them can lead to. */
uint8_t vss_monitor_unordered(const struct vss_view *v, int monitor,
    uint8_t mask, const struct vss_step *steps, size_t n);

/* The states after END. Nothing comes after it, so nothing hidden either. */
uint8_t vss_monitor_close(int monitor, uint8_t mask);

#endif
