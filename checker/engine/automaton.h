/* A deterministic automaton as data: what model/protocol.c writes. */
#ifndef VSS_AUTOMATON_H
#define VSS_AUTOMATON_H

#include <stdint.h>

struct vss_move { uint16_t letter, to; };

struct vss_automaton {
	uint16_t states, start;
	/* of state s: moves[first[s]] up to, not including,
	 * moves[first[s + 1]] */
	const struct vss_move *moves;
	const uint32_t *first;
	/* by letter: does the automaton have it at all? The others say
	 * nothing here. */
	const uint8_t *knows;
};

#endif
