#include <string.h>
#include "protocol.h"

/* Identify may come at any time, and writers that take no part get it, too:
 * it says nothing of where a backup stands. */
int
vss_protocol_hides(const struct vss_view *v, int letter)
{
	int value = vss_letter_value[letter];

	return value / 128 == KIND_ID ||
	    !(v->profile.shows[value / 128] >> (value / 8 % 8) & 1);
}

size_t
vss_belief_size(void)
{
	return vss_protocol.states * (sizeof(uint16_t) + 1);
}

void
vss_belief_make(struct vss_belief *b, void *memory)
{
	b->list = memory;
	b->cost = (uint8_t *)(b->list + vss_protocol.states);
	b->n = 0;
	memset(b->cost, VSS_BELIEF_NONE, vss_protocol.states);
}

void
vss_belief_clear(struct vss_belief *b)
{
	int i;

	for (i = 0; i < b->n; i++)
		b->cost[b->list[i]] = VSS_BELIEF_NONE;
	b->n = 0;
}

int
vss_belief_add(struct vss_belief *b, int state, int cost)
{
	if (cost >= b->cost[state])
		return 0;
	if (b->cost[state] == VSS_BELIEF_NONE)
		b->list[b->n++] = state;
	b->cost[state] = cost;
	return 1;
}

void
vss_belief_copy(struct vss_belief *to, const struct vss_belief *from)
{
	int i;

	vss_belief_clear(to);
	for (i = 0; i < from->n; i++)
		vss_belief_add(to, from->list[i], from->cost[from->list[i]]);
}

/* May the move have been left out: anything but an end or a failure? */
static int
can_be_left_out(int letter)
{
	int value = vss_letter_value[letter], kind = value / 128;

	return kind != KIND_REL && kind != KIND_EXIT && kind != KIND_END &&
	    kind != KIND_SVC_EXIT && kind != KIND_WDEAD &&
	    value / 8 % 8 < PHASE_ERR;
}

void
vss_belief_spread(const struct vss_view *v, struct vss_belief *b, int most)
{
	uint32_t k;
	int i, from, to, c, known, changed;

	do {
		changed = 0;
		/* what is new comes last and is gone through in its turn */
		for (i = 0; i < b->n; i++) {
			from = b->list[i];
			for (k = vss_protocol.first[from];
			    k < vss_protocol.first[from + 1]; k++) {
				c = b->cost[from];
				if (!vss_protocol_hides(v,
				    vss_protocol.moves[k].letter)) {
					if (!can_be_left_out(
					    vss_protocol.moves[k].letter))
						continue;
					c++;
				}
				if (c > most)
					continue;
				to = vss_protocol.moves[k].to;
				known = b->cost[to] != VSS_BELIEF_NONE;
				changed |= vss_belief_add(b, to, c) && known;
			}
		}
	} while (changed);
}

void
vss_belief_move(const struct vss_belief *from, struct vss_belief *to,
    const uint16_t *letters, int n)
{
	uint32_t k;
	int i, l, s;

	vss_belief_clear(to);
	for (i = 0; i < from->n; i++) {
		s = from->list[i];
		for (k = vss_protocol.first[s]; k < vss_protocol.first[s + 1];
		    k++)
			for (l = 0; l < n; l++)
				if (vss_protocol.moves[k].letter == letters[l])
					vss_belief_add(to,
					    vss_protocol.moves[k].to,
					    from->cost[s]);
	}
}

int
vss_protocol_knows_any(const uint16_t *letters, int n)
{
	int l;

	for (l = 0; l < n; l++)
		if (vss_protocol.knows[letters[l]])
			return 1;
	return 0;
}

int
vss_belief_least(const struct vss_belief *b)
{
	int i, least = VSS_BELIEF_NONE;

	for (i = 0; i < b->n; i++)
		if (b->cost[b->list[i]] < least)
			least = b->cost[b->list[i]];
	return least;
}
