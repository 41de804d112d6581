#include <string.h>
#include "event.h"

static const int data_phase[] = {
#define D(set, ...) D_(__VA_ARGS__, 0)
#define D_(ph, ...) ph,
	VSS_DATA_SETS(D)
#undef D
#undef D_
};

static const char *const data_names[][9] = {
#define D(set, ...) { D_(__VA_ARGS__, NULL) },
#define D_(ph, ...) __VA_ARGS__
	VSS_DATA_SETS(D)
#undef D
#undef D_
};

static const char *const suffixes[][5] = {
#define P(set, a, b, c, d) { "-", a, b, c, d },
	VSS_PHASE_SETS(P)
#undef P
};

#define K(n, name, ph, dt, track, act, by, text) \
	[n] = { #name, text, PHASES_##ph, DATA_##dt, \
	    (#track)[0] == 'T', ACTOR_##act },
static const struct vss_kind_info kinds[KIND_COUNT] = { VSS_KINDS(K) };
#undef K

#define K(n, name, ph, dt, track, act, by, text) [n] = #by,
static const char *const raised_by[KIND_COUNT] = { VSS_KINDS(K) };
#undef K

const struct vss_kind_info *
vss_kind(int kind)
{
	return &kinds[kind];
}

int
vss_kind_find(const char *name, size_t n)
{
	int k;

	for (k = 1; k < KIND_COUNT; k++)
		if (kinds[k].name && strlen(kinds[k].name) == n &&
		    !memcmp(kinds[k].name, name, n))
			return k;
	return 0;
}

int
vss_kind_raised_by(int kind)
{
	const char *by = raised_by[kind];

	return by && *by != '-' ? vss_kind_find(by, strlen(by)) : 0;
}

int
vss_kind_data_phase(int kind)
{
	return data_phase[kinds[kind].data];
}

const char *
vss_phase_suffix(int kind, int phase)
{
	const char *s;

	if (phase < 1 || phase > 4)
		return NULL;
	s = suffixes[kinds[kind].phases][phase];
	return *s == '-' ? NULL : s;
}

int
vss_phase_find(int kind, const char *suffix, size_t n)
{
	const char *s;
	int p;

	for (p = 1; p <= 4; p++)
		if ((s = vss_phase_suffix(kind, p)) && strlen(s) == n &&
		    !memcmp(s, suffix, n))
			return p;
	return 0;
}

const char *
vss_data_name(int set, int d)
{
	return d < 0 || d > 7 ? NULL : data_names[set][d];
}

void
vss_profile_none(struct vss_profile *p, const char *name)
{
	memset(p, 0, sizeof(*p));
	p->name = name;
	vss_profile_show(p, KIND_END, 1);
}

void
vss_profile_all(struct vss_profile *p)
{
	int k;

	vss_profile_none(p, "everything");
	for (k = 1; k < KIND_COUNT; k++)
		if (kinds[k].name)
			vss_profile_show(p, k, 1);
}

void
vss_profile_join(struct vss_profile *p, const struct vss_profile *more)
{
	uint8_t others;
	int k;

	for (k = 1; k < KIND_COUNT; k++) {
		others = (p->shows[k] & ~p->hides_others[k]) |
		    (more->shows[k] & ~more->hides_others[k]);
		/* one that is sure to show it is enough */
		if (!p->shows[k])
			p->doubtful[k] = more->doubtful[k];
		else if (more->shows[k])
			p->doubtful[k] &= more->doubtful[k];
		/* until when nothing more came only one of them knows */
		p->last_only[k] = 0;
		p->shows[k] |= more->shows[k];
		p->hides_others[k] = p->shows[k] & ~others;
	}
}

void
vss_profile_show(struct vss_profile *p, int kind, int shown)
{
	int ph;

	p->shows[kind] = 0;
	for (ph = 1; shown && ph <= 4; ph++)
		if (vss_phase_suffix(kind, ph))
			p->shows[kind] |= 1 << ph;
}

void
vss_profile_doubt(struct vss_profile *p, int kind)
{
	vss_profile_show(p, kind, 1);
	p->doubtful[kind] = 1;
}
