#include <string.h>
#include "engine.h"

static uint8_t
move(int m, uint8_t mask, int class)
{
	const struct vss_monitor *mo = &vss_monitors[m];
	uint8_t to = 0;
	int st;

	for (st = 0; mask >> st; st++)
		if (mask >> st & 1)
			to |= 1 << mo->next[st * mo->nclasses + class];
	return to;
}

static uint8_t
settle(const struct vss_view *v, int m, uint8_t mask)
{
	uint8_t to = 0;
	int st;

	if (v->visible[m])
		return mask;
	for (st = 0; mask >> st; st++)
		if (mask >> st & 1)
			to |= v->reach[m][st];
	return to;
}

int
vss_view_parameter(int kind)
{
	return kind == KIND_CTX || kind == KIND_STATE;
}

/* Does the source show the letter (a vocabulary number)? */
static int
shows(const struct vss_profile *p, int value)
{
	int kind = value / 128, phases = p->shows[kind];

	if (value / 64 % 2)
		phases &= ~p->hides_others[kind];
	return phases >> (value / 8 % 8) & 1;
}

int
vss_view_shows(const struct vss_view *v, int letter)
{
	return shows(&v->profile, vss_letter_value[letter]);
}

static void
view_monitor(struct vss_view *v, int m)
{
	const struct vss_monitor *mo = &vss_monitors[m];
	/* by class: of a letter that is not shown; of a parameter's */
	uint8_t hidden[UINT8_MAX + 1] = { 0 }, given[UINT8_MAX + 1] = { 0 };
	uint8_t mask, more, all;
	int l, st, value, kind, c;

	v->visible[m] = 1;
	v->violated[m] = v->kept[m] = 0;
	for (st = 0; st < mo->nstates; st++) {
		if (mo->verdict[st] == VSS_STATE_VIOLATED)
			v->violated[m] |= 1 << st;
		if (mo->verdict[st] == VSS_STATE_KEPT)
			v->kept[m] |= 1 << st;
	}
	for (l = 0; l < VSS_NLETTERS; l++) {
		value = vss_letter_value[l];
		c = vss_class[m][l];
		if (!c || shows(&v->profile, value))
			continue;
		kind = value / 128;
		if (vss_view_parameter(kind))
			given[c] = 1;
		else {
			hidden[c] = 1;
			v->visible[m] = 0;
		}
	}
	for (st = 0; st < mo->nstates; st++) {
		mask = 1 << st;
		do {
			more = mask;
			for (c = 1; c < mo->nclasses; c++)
				if (hidden[c])
					mask |= move(m, mask, c);
		} while (mask != more);
		v->reach[m][st] = mask;
	}
	mask = 1 << mo->initial;
	do {
		more = mask;
		for (c = 1; c < mo->nclasses; c++)
			if (given[c])
				mask |= move(m, mask, c);
	} while (mask != more);
	v->start[m] = settle(v, m, mask);
	/* joined in the middle: any state that can be reached unviolated; an
	 * occasion may have come, so there violated states count, too */
	all = 1 << mo->initial;
	do {
		more = all;
		for (c = 1; c < mo->nclasses; c++)
			all |= move(m, all, c);
		if (mo->role == VSS_RULE)
			all &= ~v->violated[m];
	} while (all != more);
	v->middle[m] = settle(v, m, all);
}

void
vss_view_make(struct vss_view *v, const struct vss_profile *p)
{
	int m;

	v->profile = *p;
	/* what the session layer derives shows where its source does */
	if (p->shows[KIND_FZ])
		vss_profile_show(&v->profile, KIND_FZ_TIMEOUT, 1);
	v->profile.shows[KIND_RSTART] |= p->shows[KIND_START];
	for (m = 0; m < VSS_NMONITORS; m++)
		view_monitor(v, m);
}

int
vss_monitor_find(int rule, enum vss_role role)
{
	int m;

	for (m = 0; m < VSS_NMONITORS; m++)
		if (vss_monitors[m].rule == rule &&
		    vss_monitors[m].role == role)
			return m;
	return -1;
}

int
vss_view_lacks(const struct vss_view *v, int monitor, int kind)
{
	int l, value;

	for (l = 0; l < VSS_NLETTERS; l++) {
		value = vss_letter_value[l];
		if (value / 128 == kind && vss_class[monitor][l] &&
		    !shows(&v->profile, value))
			return 1;
	}
	return 0;
}

int
vss_event_letters(int kind, unsigned phases, unsigned data, unsigned other,
    uint16_t *letters)
{
	int n = 0, ph, o, d, dp = vss_kind_data_phase(kind), index;

	for (ph = 1; ph <= 4; ph++) {
		if (!(phases >> ph & 1))
			continue;
		for (o = 0; o < 2; o++) {
			if (!(other >> o & 1))
				continue;
			for (d = 0; d < (ph == dp ? 8 : 1); d++) {
				if (ph == dp && !(data >> d & 1))
					continue;
				index = vss_letter_index[kind * 128 + o * 64 +
				    ph * 8 + d];
				if (index && n < VSS_ALTERNATIVES)
					letters[n++] = index - 1;
			}
		}
	}
	return n;
}

void
vss_engine_start(const struct vss_view *v, enum vss_scope scope, int middle,
    uint8_t *mask)
{
	int first = vss_scope_first[scope];

	memcpy(mask, (middle ? v->middle : v->start) + first,
	    vss_scope_first[scope + 1] - first);
}

uint8_t
vss_monitor_step(const struct vss_view *v, int m, uint8_t mask,
    const uint16_t *letters, int n)
{
	uint8_t to = 0;
	int i;

	for (i = 0; i < n; i++)
		to |= vss_class[m][letters[i]] ?
		    move(m, mask, vss_class[m][letters[i]]) : mask;
	return n ? settle(v, m, to) : mask;
}

static int
moves(int m, const struct vss_step *s)
{
	int i;

	for (i = 0; i < s->n; i++)
		if (vss_class[m][s->letters[i]])
			return 1;
	return 0;
}

void
vss_steps_order(struct vss_step *steps, size_t n)
{
	size_t i, k;

	for (i = 0; i < n; i++) {
		steps[i].before = 0;
		for (k = 0; n <= 64 && k < i; k++)
			if ((steps[k].chains & steps[i].chains) ||
			    steps[k].until < steps[i].from)
				steps[i].before |= steps[k].before |
				    UINT64_C(1) << k;
	}
}

uint8_t
vss_monitor_unordered(const struct vss_view *v, int m, uint8_t mask,
    const struct vss_step *steps, size_t nsteps)
{
	uint64_t which[VSS_UNORDERED], waiting;
	const struct vss_step *s[VSS_UNORDERED];
	uint8_t after[1 << VSS_UNORDERED], more;
	unsigned set;
	int n = 0, i;
	size_t k;

	for (k = 0; k < nsteps; k++) {
		if (!moves(m, &steps[k]))
			continue;
		if (n == VSS_UNORDERED)
			break;
		which[n] = k < 64 ? UINT64_C(1) << k : 0;
		s[n++] = &steps[k];
	}
	if (k < nsteps) {
		do {
			more = mask;
			for (k = 0; k < nsteps; k++)
				mask |= vss_monitor_step(v, m, mask,
				    steps[k].letters, steps[k].n);
		} while (mask != more);
		return mask;
	}
	memset(after, 0, (size_t)1 << n);
	after[0] = mask;
	for (set = 0; set + 1 < 1U << n; set++) {
		if (!after[set])
			continue;
		/* what is to come next waits for nothing else */
		for (i = 0, waiting = 0; i < n; i++)
			if (!(set >> i & 1))
				waiting |= which[i];
		for (i = 0; i < n; i++)
			if (!(set >> i & 1) && !(s[i]->before & waiting))
				after[set | 1U << i] |= vss_monitor_step(v, m,
				    after[set], s[i]->letters, s[i]->n);
	}
	return after[(1U << n) - 1];
}

uint8_t
vss_monitor_move(int m, uint8_t mask, int letter)
{
	int class = vss_class[m][letter];

	return class ? move(m, mask, class) : mask;
}

uint8_t
vss_monitor_close(int m, uint8_t mask)
{
	uint16_t letter;

	vss_event_letters(KIND_END, 1 << PHASE_OK, 0, 1, &letter);
	return vss_monitor_move(m, mask, letter);
}

int
vss_engine_step(const struct vss_view *v, enum vss_scope scope, uint8_t *mask,
    const uint16_t *letters, int n)
{
	int first = vss_scope_first[scope], changed = 0, m, i;
	uint8_t to;

	if (n == 1) {
		i = vss_effect_first[scope][letters[0]];
		for (; i < vss_effect_first[scope][letters[0] + 1]; i++) {
			m = vss_effects[i].monitor;
			to = settle(v, m, move(m, mask[m - first],
			    vss_effects[i].class));
			changed |= to != mask[m - first];
			mask[m - first] = to;
		}
		return changed;
	}
	for (m = first; n > 1 && m < vss_scope_first[scope + 1]; m++) {
		to = vss_monitor_step(v, m, mask[m - first], letters, n);
		changed |= to != mask[m - first];
		mask[m - first] = to;
	}
	return changed;
}
