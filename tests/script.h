/*
 * Events as words, so that a test reads like what happened:
 *
 *	FZ.in  DO.err|can  CTX.ok=AUTO_W  READ=copy|live  REL
 *
 * Phases and data stand as in the vocabulary; "|" where the source leaves
 * open which it was; data that is not given is open.
 */
#ifndef SCRIPT_H
#define SCRIPT_H

#include <check.h>
#include <string.h>
#include "event.h"

/* The next blank-separated word: [returned, *end). NULL when none is left. */
static inline const char *
next_word(const char **p, const char **end)
{
	const char *start = *p + strspn(*p, " \n");

	*end = *p = start + strcspn(start, " \n");
	return *end > start ? start : NULL;
}

/* One event word: [w, end) to kind, phases and data. */
static inline void
parse_event(const char *w, const char *end, struct vss_event *ev)
{
	const char *p = w, *q, *name;
	int phase, d, set;

	while (p < end && *p != '.' && *p != '=')
		p++;
	ev->kind = vss_kind_find(w, p - w);
	ck_assert_msg(ev->kind, "no such event: %.*s", (int)(end - w), w);
	ev->phases = ev->data = 0;
	if (p == end || *p == '=')
		ev->phases = 1 << PHASE_OK;
	while (p < end && *p != '=') {
		for (q = ++p; p < end && *p != '|' && *p != '='; p++)
			;
		phase = vss_phase_find(ev->kind, q, p - q);
		ck_assert_msg(phase, "no such phase: %.*s", (int)(end - w), w);
		ev->phases |= 1 << phase;
	}
	set = vss_kind(ev->kind)->data;
	if (p == end && (ev->phases >> vss_kind_data_phase(ev->kind) & 1))
		ev->data = 0xff;
	while (p < end) {
		for (q = ++p; p < end && *p != '|'; p++)
			;
		for (d = 0; (name = vss_data_name(set, d)); d++)
			if (strlen(name) == (size_t)(p - q) &&
			    !memcmp(name, q, p - q))
				break;
		ck_assert_msg(name != NULL, "no such data: %.*s",
		    (int)(end - w), w);
		ev->data |= 1 << d;
	}
}

/* A generator whose seed a failure prints. */
static inline uint32_t
draw(uint32_t *state, uint32_t below)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state % below;
}

#endif
