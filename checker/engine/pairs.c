#include <string.h>
#include "pairs.h"

int
vss_automaton_knows(const struct vss_automaton *a, int letter)
{
	int of = vss_letter_value[letter] / 64, l;

	for (l = 0; l < VSS_NLETTERS; l++)
		if (a->knows[l] && vss_letter_value[l] / 64 == of)
			return 1;
	return 0;
}

void
vss_pairing_make(struct vss_pairing *p, const struct vss_automaton *a,
    int m, const uint8_t *runs, const uint8_t *unknown)
{
	uint8_t to, more, taken[UINT8_MAX + 1] = { 0 };
	uint16_t letters[UINT8_MAX + 1];	/* one of each class */
	int l, n = 0, mask;

	p->automaton = a;
	p->monitor = m;
	p->runs = runs;
	p->unknown = unknown;
	for (l = 0; l < VSS_NLETTERS; l++)
		if (vss_class[m][l] && unknown[l] &&
		    !vss_view_parameter(vss_letter_value[l] / 128) &&
		    !taken[vss_class[m][l]]++)
			letters[n++] = (uint16_t)l;
	for (mask = 0; mask < 1 << vss_monitors[m].nstates; mask++) {
		to = (uint8_t)mask;
		do {
			more = to;
			for (l = 0; l < n; l++)
				to |= vss_monitor_move(m, to, letters[l]);
		} while (to != more);
		p->free[mask] = to;
	}
	for (l = 0; l < VSS_NLETTERS; l++) {
		p->class[l] = runs[l] ? vss_class[m][l] : VSS_UNRUN;
		if (p->class[l] >= VSS_PAIRING_CLASSES)
			continue;
		for (mask = 0; mask < 1 << vss_monitors[m].nstates; mask++)
			p->step[p->class[l]][mask] = p->free[vss_monitor_move(
			    m, (uint8_t)mask, l)];
	}
}

uint8_t
vss_pairing_start(const struct vss_pairing *p, const struct vss_view *v,
    int middle)
{
	uint8_t mask = (uint8_t)(1 << vss_monitors[p->monitor].initial), more;
	int l;

	if (middle)
		return v->middle[p->monitor];
	do {
		more = mask;
		for (l = 0; l < VSS_NLETTERS; l++)
			if (p->unknown[l] && vss_view_parameter(
			    vss_letter_value[l] / 128))
				mask |= vss_monitor_move(p->monitor, mask, l);
	} while (mask != more);
	return mask;
}

size_t
vss_pairs_size(const struct vss_automaton *a)
{
	return a->states * (sizeof(uint16_t) + 2);
}

void
vss_pairs_make(struct vss_pairs *b, const struct vss_automaton *a,
    void *memory)
{
	b->list = memory;
	b->mask = (uint8_t *)(b->list + a->states);
	b->waits = b->mask + a->states;
	b->n = 0;
	memset(b->mask, 0, 2 * (size_t)a->states);
}

void
vss_pairs_clear(struct vss_pairs *b)
{
	int i;

	for (i = 0; i < b->n; i++)
		b->mask[b->list[i]] = 0;
	b->n = 0;
}

void
vss_pairs_add(struct vss_pairs *b, int state, uint8_t mask)
{
	if (!mask)
		return;
	if (!b->mask[state])
		b->list[b->n++] = (uint16_t)state;
	b->mask[state] |= mask;
}

void
vss_pairs_start(const struct vss_pairing *p, struct vss_pairs *b,
    uint8_t monitor, int middle)
{
	int s;

	vss_pairs_clear(b);
	if (!middle)
		vss_pairs_add(b, p->automaton->start, monitor);
	for (s = 0; middle && s < p->automaton->states; s++)
		vss_pairs_add(b, s, monitor);
	vss_pairs_hidden(p, b);
}

void
vss_pairs_hidden(const struct vss_pairing *p, struct vss_pairs *b)
{
	const struct vss_automaton *a = p->automaton;
	int i, s, to, again;
	uint8_t mask, class;
	uint32_t k;

	for (i = 0; i < b->n; i++) {
		b->mask[b->list[i]] = p->free[b->mask[b->list[i]]];
		b->waits[b->list[i]] = 1;
	}
	do {
		again = 0;
		/* the list grows while it is gone through */
		for (i = 0; i < b->n; i++) {
			s = b->list[i];
			if (!b->waits[s])
				continue;
			b->waits[s] = 0;
			for (k = a->first[s]; k < a->first[s + 1]; k++) {
				class = p->class[a->moves[k].letter];
				if (class == VSS_UNRUN)
					continue;
				to = a->moves[k].to;
				mask = class < VSS_PAIRING_CLASSES ?
				    p->step[class][b->mask[s]] :
				    p->free[vss_monitor_move(p->monitor,
				    b->mask[s], a->moves[k].letter)];
				if (!(mask & ~b->mask[to]))
					continue;
				vss_pairs_add(b, to, mask);
				b->waits[to] = 1;
				again = 1;
			}
		}
	} while (again);
}

void
vss_pairs_move(const struct vss_pairing *p, const struct vss_pairs *from,
    struct vss_pairs *to, const struct vss_reading *readings, int n)
{
	const struct vss_automaton *a = p->automaton;
	int i, r, s;
	uint8_t mask;
	uint32_t k;

	for (i = 0; i < from->n; i++) {
		s = from->list[i];
		for (r = 0; r < n; r++) {
			mask = from->mask[s];
			if (readings[r].monitor != VSS_UNREAD)
				mask = vss_monitor_move(p->monitor, mask,
				    readings[r].monitor);
			if (readings[r].automaton == VSS_UNREAD) {
				vss_pairs_add(to, s, mask);
				continue;
			}
			for (k = a->first[s]; k < a->first[s + 1]; k++)
				if (a->moves[k].letter ==
				    readings[r].automaton)
					vss_pairs_add(to, a->moves[k].to,
					    mask);
		}
	}
}

uint8_t
vss_pairs_monitor(const struct vss_pairs *b)
{
	uint8_t mask = 0;
	int i;

	for (i = 0; i < b->n; i++)
		mask |= b->mask[b->list[i]];
	return mask;
}
