/*
 * The alphabet: every letter of the vocabulary, counted from 0 in the order
 * of its rows (NONE is not one of them). Shared by the programs that make
 * and check the tables.
 */
#ifndef LETTERS_H
#define LETTERS_H

#include <stdio.h>
#include <string.h>
#include "vocabulary.h"

#define LETTER_MAX 1024

struct letter {
	int value;
	int kind, other, phase, data;
	char name[64];
};

struct phase_set { const char *name, *suffix[5]; };
struct data_set { const char *name; int phase; const char *value[8]; };
struct kind_row {
	int number;
	const char *name, *phases, *data, *track;
};

#define P(set, a, b, c, d) { #set, { "-", a, b, c, d } },
static const struct phase_set phase_sets[] = { VSS_PHASE_SETS(P) };
#undef P
/* NODATA has no values: the spare "" keeps the initialiser legal. */
#define D(set, ...) { #set, D_(__VA_ARGS__, 0) },
#define D_(ph, ...) ph, { __VA_ARGS__ }
static const struct data_set data_sets[] = { VSS_DATA_SETS(D) };
#undef D
#undef D_
#define K(n, name, ph, data, track, actor, by, text) \
	{ n, #name, #ph, #data, #track },
static const struct kind_row kind_rows[] = { VSS_KINDS(K) };
#undef K

#define NKINDS (int)(sizeof(kind_rows) / sizeof(kind_rows[0]))

/* Fill `l`, which has room for LETTER_MAX, and return how many there are. */
static int
letters(struct letter *l)
{
	int n = 0, i, other, ph, d, nd;
	const struct phase_set *ps;
	const struct data_set *ds;

	for (i = 0; i < NKINDS; i++) {
		for (ps = phase_sets; strcmp(ps->name, kind_rows[i].phases);
		    ps++)
			;
		for (ds = data_sets; strcmp(ds->name, kind_rows[i].data);
		    ds++)
			;
		for (other = 0; other <= (kind_rows[i].track[0] == 'T');
		    other++)
			for (ph = 1; ph <= 4; ph++) {
				if (!strcmp(ps->suffix[ph], "-"))
					continue;
				nd = 0;
				while (ds->phase == ph && nd < 8 &&
				    ds->value[nd])
					nd++;
				for (d = 0; d < (nd ? nd : 1); d++, n++) {
					l[n].kind = kind_rows[i].number;
					l[n].other = other;
					l[n].phase = ph;
					l[n].data = d;
					l[n].value = l[n].kind * 128 +
					    other * 64 + ph * 8 + d;
					snprintf(l[n].name, sizeof(l[n].name),
					    "%s%s%s%s%s%s",
					    kind_rows[i].track[0] != 'T' ? "" :
					    other ? "O_" : "W_",
					    kind_rows[i].name,
					    ps->suffix[ph][0] ? "_" : "",
					    ps->suffix[ph], nd ? "_" : "",
					    nd ? ds->value[d] : "");
				}
			}
	}
	return n;
}

#endif
