/*
 * The generated tables: what model/export.c writes and the engine reads.
 *
 * Everything is constant data. A monitor is a deterministic automaton that
 * SPIN made of one ltl block of model/rules.pml; `agree` (model/agree.c)
 * compares the tables with SPIN's own claims.
 */
#ifndef VSS_TABLES_H
#define VSS_TABLES_H

#include <stdint.h>
#include "tables_size.h"	/* VSS_NLETTERS, VSS_NMONITORS, VSS_NRULES */
#include "vocabulary.h"

enum vss_scope { VSS_SESSION, VSS_WRITER, VSS_COMPONENT, VSS_NSCOPES };

enum vss_role {
	VSS_RULE,	/* the rule itself */
	VSS_OCCASION,	/* violated once the rule's occasion has come */
	VSS_RAISE	/* violated once the severity is one higher */
};

/* What a state says of every continuation. */
enum vss_state { VSS_OPEN, VSS_STATE_KEPT, VSS_STATE_VIOLATED };

struct vss_monitor {
	const char *name;	/* of the ltl block */
	uint8_t rule;		/* row of VSS_RULES */
	uint8_t role;		/* enum vss_role */
	uint8_t nstates;	/* at most 8: a set of states is one byte */
	uint8_t nclasses;
	uint8_t initial;
	const uint8_t *next;	/* [state * nclasses + class] */
	const uint8_t *verdict;	/* [state], enum vss_state */
};

struct vss_effect { uint8_t monitor, class; };

/* Monitors are ordered by scope: those of scope s are
 * vss_scope_first[s] .. vss_scope_first[s + 1] - 1. */
extern const struct vss_monitor vss_monitors[VSS_NMONITORS];
extern const uint16_t vss_scope_first[VSS_NSCOPES + 1];

/* Letters are counted from 0; vss_letter_index gives letter + 1 for
 * kind * 128 + other * 64 + phase * 8 + data, 0 where there is none. */
extern const uint16_t vss_letter_value[VSS_NLETTERS];
extern const char *const vss_letter_name[VSS_NLETTERS];
extern const uint16_t vss_letter_index[(VSS_KIND_MAX + 1) * 128];

/* The monitors of a scope that a letter can move:
 * vss_effects[vss_effect_first[scope][letter] .. [letter + 1] - 1]. */
extern const uint16_t vss_effect_first[VSS_NSCOPES][VSS_NLETTERS + 1];
extern const struct vss_effect vss_effects[];
extern const uint8_t vss_class[VSS_NMONITORS][VSS_NLETTERS];

#endif
