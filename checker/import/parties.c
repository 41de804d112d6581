#include <stdlib.h>
#include <string.h>
#include "parties.h"

static size_t
hash(enum vss_party_type type, uint32_t pid, const char *name)
{
	uint64_t h = UINT64_C(14695981039346656037);	/* FNV-1a */

	h = (h ^ type) * UINT64_C(1099511628211);
	h = (h ^ pid) * UINT64_C(1099511628211);
	for (; *name; name++)
		h = (h ^ (unsigned char)*name) * UINT64_C(1099511628211);
	return h ^ h >> 32;
}

static size_t
slot_of(const struct vss_parties *t, enum vss_party_type type, uint32_t pid,
    const char *name)
{
	size_t i = hash(type, pid, name) & (t->nslots - 1);
	const struct vss_party *a;

	for (; t->slots[i]; i = (i + 1) & (t->nslots - 1)) {
		a = &t->list[t->slots[i] - 1];
		if (a->type == type && a->pid == pid &&
		    !strcmp(a->name, name))
			break;
	}
	return i;
}

static enum vss_status
grow(struct vss_parties *t)
{
	size_t room = t->room ? t->room * 2 : 64, i, *slots;
	struct vss_party *list, *a;

	if (!(list = realloc(t->list, room * sizeof(*list))))
		return VSS_FAIL;
	t->list = list;
	/* half of the slots stay free */
	if (!(slots = calloc(room * 2, sizeof(*slots))))
		return VSS_FAIL;
	free(t->slots);
	t->slots = slots;
	t->nslots = room * 2;
	t->room = room;
	for (i = 0; i < t->n; i++) {
		a = &t->list[i];
		t->slots[slot_of(t, a->type, a->pid, a->name)] = i + 1;
	}
	return VSS_OK;
}

size_t
vss_party_find(const struct vss_parties *t, enum vss_party_type type,
    uint32_t pid, const char *name)
{
	return t->nslots ? t->slots[slot_of(t, type, pid, name)] : 0;
}

size_t
vss_party_number(struct vss_parties *t, enum vss_party_type type, uint32_t pid,
    const char *name)
{
	size_t n = vss_party_find(t, type, pid, name);
	struct vss_party *a;

	if (n)
		return n;
	if (t->n == t->room && grow(t) != VSS_OK)
		return 0;
	a = &t->list[t->n++];
	memset(a, 0, sizeof(*a));
	a->type = type;
	a->pid = pid;
	a->name = name;
	a->epoch = t->epoch;
	t->slots[slot_of(t, type, pid, name)] = t->n;
	return t->n;
}

struct vss_party *
vss_party(struct vss_parties *t, size_t number)
{
	struct vss_party *a = &t->list[number - 1], old;

	if (a->epoch == t->epoch)
		return a;
	old = *a;
	memset(a, 0, sizeof(*a));
	a->type = old.type;
	a->pid = old.pid;
	a->name = old.name;
	a->ahead = old.ahead;
	a->made = old.made;
	a->epoch = t->epoch;
	return a;
}

void
vss_parties_free(struct vss_parties *t)
{
	free(t->list);
	free(t->slots);
	memset(t, 0, sizeof(*t));
}
