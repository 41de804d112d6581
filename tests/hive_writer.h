/*
 * A SYSTEM hive with VSS\Diag, written down: as much of one as libhivex reads.
 * For tests, and for the samples under traces/formats/hive (make_hive.c). The
 * layout is that which libhivex documents (lib/hivex-internal.h there).
 */
#ifndef HIVE_WRITER_H
#define HIVE_WRITER_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void
put32(unsigned char *p, uint32_t v)
{
	p[0] = v;
	p[1] = v >> 8;
	p[2] = v >> 16;
	p[3] = v >> 24;
}

struct hive { unsigned char b[1 << 17]; size_t n; };

static uint32_t
cell(struct hive *h, size_t size)
{
	uint32_t at = (uint32_t)h->n;

	size = (size + 4 + 7) / 8 * 8;
	if (h->n + size + 64 >= sizeof(h->b))
		abort();
	put32(h->b + at, (uint32_t)-(int32_t)size);
	h->n += size;
	return at - 4096;
}

static unsigned char *
at(struct hive *h, uint32_t offset)
{
	return h->b + 4096 + offset + 4;
}

static uint32_t
hive_key(struct hive *h, uint32_t parent, const char *name)
{
	size_t n = strlen(name);
	uint32_t o = cell(h, 76 + n);
	unsigned char *p = at(h, o);

	memcpy(p, "nk", 2);
	p[2] = parent ? 0x20 : 0x2c;
	put32(p + 16, parent);
	put32(p + 28, UINT32_MAX);
	put32(p + 32, UINT32_MAX);
	put32(p + 40, UINT32_MAX);
	put32(p + 44, UINT32_MAX);
	put32(p + 48, UINT32_MAX);
	p[72] = n;
	memcpy(p + 76, name, n);
	return o;
}

static void
hive_children(struct hive *h, uint32_t key, const uint32_t *list, int n)
{
	uint32_t o = cell(h, 4 + 8 * n);
	unsigned char *p = at(h, o);
	int i;

	memcpy(p, "lf", 2);
	p[2] = n;
	for (i = 0; i < n; i++) {
		put32(p + 4 + 8 * i, list[i]);
		memcpy(p + 8 + 8 * i, at(h, list[i]) + 76, 4);
	}
	put32(at(h, key) + 20, n);
	put32(at(h, key) + 28, o);
}

static uint32_t
hive_value(struct hive *h, const char *name, int type,
    const unsigned char *data, size_t size)
{
	size_t n = strlen(name);
	uint32_t o = cell(h, 20 + n), d = 0;
	unsigned char *p;

	if (size > 4) {
		d = cell(h, size);
		memcpy(at(h, d), data, size);
	}
	p = at(h, o);
	memcpy(p, "vk", 2);
	p[2] = n;
	put32(p + 4, size > 4 ? size : size | 0x80000000);
	if (size > 4)
		put32(p + 8, d);
	else
		memcpy(p + 8, data, size);
	put32(p + 12, type);
	p[16] = 1;
	memcpy(p + 20, name, n);
	return o;
}

static void
hive_values(struct hive *h, uint32_t key, const uint32_t *list, int n)
{
	uint32_t o = cell(h, 4 * n);
	int i;

	for (i = 0; i < n; i++)
		put32(at(h, o) + 4 * i, list[i]);
	put32(at(h, key) + 36, n);
	put32(at(h, key) + 40, o);
}

/* The header's checksum, and the last cell up to the end of its page. */
static void
hive_finish(struct hive *h, uint32_t root)
{
	static const unsigned char stamp[8] = { 1, 2, 3, 4, 5, 6, 7, 1 };
	size_t end = (h->n + 4095) / 4096 * 4096;
	uint32_t sum = 0, w;
	int i;

	if (end - h->n < 8)
		end += 4096;
	put32(h->b + h->n, end - h->n);
	h->n = end;
	memcpy(h->b + 4096, "hbin", 4);
	put32(h->b + 4096 + 8, end - 4096);
	memcpy(h->b, "regf", 4);
	put32(h->b + 4, 1);
	put32(h->b + 8, 1);
	memcpy(h->b + 12, stamp, 8);
	put32(h->b + 20, 1);
	put32(h->b + 24, 3);
	put32(h->b + 32, 1);
	put32(h->b + 36, root);
	put32(h->b + 40, end - 4096);
	put32(h->b + 44, 1);
	for (i = 0; i < 508; i += 4) {
		memcpy(&w, h->b + i, 4);
		sum ^= w;
	}
	put32(h->b + 508, sum);
}

/* A value below Diag. */
struct hive_item {
	const char *comp, *step;
	const unsigned char *data;
	size_t size;
};

enum { HIVE_COMPS = 16, HIVE_STEPS = 64 };

/* With two control sets; the second has the values, `current` is in use.
 * loop: Diag is its own component. */
static void
hive_write(struct hive *h, const struct hive_item *v, size_t n, int current,
    int loop)
{
	uint32_t root, set[2], select, path[3], comps[HIVE_COMPS + 1];
	uint32_t list[HIVE_STEPS], current_v;
	const char *seen[HIVE_COMPS];
	unsigned char d[4];
	size_t i;
	int c, nc = 0, k;

	memset(h, 0, sizeof(*h));
	h->n = 4096 + 32;
	root = hive_key(h, 0, "ROOT");
	select = hive_key(h, root, "Select");
	put32(d, current);
	current_v = hive_value(h, "Current", 4, d, 4);
	hive_values(h, select, &current_v, 1);
	set[0] = hive_key(h, root, "ControlSet001");
	set[1] = hive_key(h, root, "ControlSet002");
	path[0] = hive_key(h, set[1], "services");
	path[1] = hive_key(h, path[0], "VSS");
	path[2] = hive_key(h, path[1], "Diag");
	for (i = 0; i < n; i++) {
		for (c = 0; c < nc; c++)
			if (!strcmp(seen[c], v[i].comp))
				break;
		if (c < nc)
			continue;
		if (nc == HIVE_COMPS)
			abort();
		seen[nc] = v[i].comp;
		comps[nc++] = hive_key(h, path[2], v[i].comp);
	}
	for (c = 0; c < nc; c++) {
		for (i = 0, k = 0; i < n; i++)
			if (!strcmp(seen[c], v[i].comp)) {
				if (k == HIVE_STEPS)
					abort();
				list[k++] = hive_value(h, v[i].step, 3,
				    v[i].data, v[i].size);
			}
		hive_values(h, comps[c], list, k);
	}
	if (loop)
		comps[nc++] = path[2];
	hive_children(h, path[2], comps, nc);
	hive_children(h, path[1], &path[2], 1);
	hive_children(h, path[0], &path[1], 1);
	hive_children(h, set[1], &path[0], 1);
	list[0] = set[0];
	list[1] = set[1];
	list[2] = select;
	hive_children(h, root, list, 3);
	hive_finish(h, root);
}

#endif
