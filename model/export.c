/*
 * Makes the rule monitors out of SPIN's claims.
 *
 * A monitor is a deterministic automaton over the letters of the vocabulary.
 * Its states are sets of states of SPIN's claim (the automaton of the negated
 * formula), reached by letter-and-NONE steps. A state closes as violated when
 * END and nothing after it refutes the formula. A state is "violated" when
 * every state it can reach closes as violated, "kept" when none does, else
 * "open". States that no continuation tells apart are merged.
 *
 * Writes tables.c, tables.dot and tables.txt into the directory that the
 * environment variable EXPORT_DIR names.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "claims.h"
#include "letters.h"

#define STATES_MAX 512

enum { OPEN, KEPT, VIOLATED };

struct automaton {
	int n;			/* states; 0 is the initial one */
	int nclass;
	int initial;
	struct claim_set set[STATES_MAX];
	int closes[STATES_MAX];
	int verdict[STATES_MAX];
	int next[STATES_MAX][LETTER_MAX];
	int block[STATES_MAX];
	int class[LETTER_MAX];
};

static struct letter letter[LETTER_MAX];
static int nletters;
static struct automaton a;

struct rule_row { const char *name, *scope; };
#define R(name, id, scope, sev, blame, closed, group, msg, exp) \
	{ #name, #scope },
static const struct rule_row rules[] = { VSS_RULES(R) };
#undef R
#define NRULES (int)(sizeof(rules) / sizeof(rules[0]))

static void
die(const char *what, const char *name)
{
	fprintf(stderr, "export: %s: %s\n", name, what);
	exit(1);
}

static int
find_or_add(const struct claim_set *set)
{
	int i;

	for (i = 0; i < a.n; i++)
		if (!memcmp(&a.set[i], set, sizeof(*set)))
			return i;
	if (a.n == STATES_MAX)
		die("too many monitor states", "claim");
	a.set[a.n] = *set;
	return a.n++;
}

static void
explore(int claim)
{
	struct claim_set set;
	int i, l;

	a.n = 0;
	claim_start(claim, &set);
	if (set.accepted)
		memset(set.in, 0, sizeof(set.in));
	find_or_add(&set);
	for (i = 0; i < a.n; i++)
		for (l = 0; l < nletters; l++) {
			set = a.set[i];
			claim_event(claim, letter[l].value, &set);
			if (set.accepted)
				memset(set.in, 0, sizeof(set.in));
			a.next[i][l] = find_or_add(&set);
		}
}

static void
close_states(int claim, int end)
{
	int i, l, changed;
	static int may_keep[STATES_MAX], may_violate[STATES_MAX];

	for (i = 0; i < a.n; i++)
		a.closes[i] =
		    claim_refutes_rest(claim, &a.set[a.next[i][end]]);
	for (i = 0; i < a.n; i++) {
		may_violate[i] = a.closes[i];
		may_keep[i] = !a.closes[i];
	}
	do {
		changed = 0;
		for (i = 0; i < a.n; i++)
			for (l = 0; l < nletters; l++) {
				int t = a.next[i][l];

				if (may_violate[t] && !may_violate[i])
					may_violate[i] = changed = 1;
				if (may_keep[t] && !may_keep[i])
					may_keep[i] = changed = 1;
			}
	} while (changed);
	for (i = 0; i < a.n; i++)
		a.verdict[i] = !may_keep[i] ? VIOLATED :
		    !may_violate[i] ? KEPT : OPEN;
}

/* Moore: split by verdict and closing, then by successors. */
static int
minimise(void)
{
	static int nb[STATES_MAX];
	int i, j, l, n = 0, m;

	for (i = 0; i < a.n; i++)
		a.block[i] = a.verdict[i] * 2 + a.closes[i];
	for (;;) {
		m = 0;
		for (i = 0; i < a.n; i++) {
			for (j = 0; j < i; j++) {
				if (a.block[i] != a.block[j])
					continue;
				for (l = 0; l < nletters; l++)
					if (a.block[a.next[i][l]] !=
					    a.block[a.next[j][l]])
						break;
				if (l == nletters)
					break;
			}
			nb[i] = j < i ? nb[j] : m++;
		}
		memcpy(a.block, nb, sizeof(nb));
		if (m == n)
			return n;
		n = m;
	}
}

static int scratch_next[STATES_MAX][LETTER_MAX];

static void
merge(int n)
{
	static int v[STATES_MAX], c[STATES_MAX];
	int i, l, k;

	for (i = 0; i < a.n; i++) {
		v[a.block[i]] = a.verdict[i];
		c[a.block[i]] = a.closes[i];
		for (l = 0; l < nletters; l++)
			scratch_next[a.block[i]][l] = a.block[a.next[i][l]];
	}
	a.n = n;
	a.initial = a.block[0];
	for (i = 0; i < n; i++) {
		a.verdict[i] = v[i];
		a.closes[i] = c[i];
		memcpy(a.next[i], scratch_next[i], sizeof(a.next[i]));
	}
	/* letters that no state tells apart; class 0 is "no effect" */
	a.nclass = 1;
	for (l = 0; l < nletters; l++) {
		for (i = 0; i < n; i++)
			if (a.next[i][l] != i)
				break;
		if (i == n) {
			a.class[l] = 0;
			continue;
		}
		for (k = 0; k < l; k++) {
			if (!a.class[k])
				continue;
			for (i = 0; i < n; i++)
				if (a.next[i][l] != a.next[i][k])
					break;
			if (i == n)
				break;
		}
		a.class[l] = k < l ? a.class[k] : a.nclass++;
	}
}

static int
class_next(int st, int class)
{
	int l;

	for (l = 0; l < nletters; l++)
		if (a.class[l] == class)
			return a.next[st][l];
	return st;
}

static const char *
verdict_name(int v)
{
	return v == VIOLATED ? "violated" : v == KEPT ? "kept" : "open";
}

static void
write_dot(FILE *f, const char *name)
{
	int i, c, l, t;

	fprintf(f, "digraph %s {\n\trankdir=LR;\n\tlabel=\"%s\";\n", name,
	    name);
	for (i = 0; i < a.n; i++)
		fprintf(f, "\ts%d [shape=%s,label=\"%d%s\\n%s\"];\n", i,
		    a.verdict[i] == OPEN ? "circle" : "doublecircle", i,
		    i == a.initial ? " start" : "",
		    a.verdict[i] != OPEN ? verdict_name(a.verdict[i]) :
		    a.closes[i] ? "owes" : "open");
	for (i = 0; i < a.n; i++)
		for (c = 1; c < a.nclass; c++) {
			t = class_next(i, c);
			if (t == i)
				continue;
			fprintf(f, "\ts%d -> s%d [label=\"", i, t);
			for (l = 0; l < nletters; l++)
				if (a.class[l] == c)
					fprintf(f, "%s\\n", letter[l].name);
			fprintf(f, "\"];\n");
		}
	fprintf(f, "}\n");
}

static void
write_txt(FILE *f, const char *name)
{
	int i, c, l;

	fprintf(f, "%s: %d states, %d letter classes\n", name, a.n,
	    a.nclass - 1);
	for (c = 1; c < a.nclass; c++) {
		fprintf(f, "  class %d:", c);
		for (l = 0; l < nletters; l++)
			if (a.class[l] == c)
				fprintf(f, " %s", letter[l].name);
		fprintf(f, "\n");
	}
	for (i = 0; i < a.n; i++) {
		fprintf(f, "  %d%s %s%s:", i, i == a.initial ? "*" : "",
		    verdict_name(a.verdict[i]),
		    a.verdict[i] == OPEN && a.closes[i] ? " (owes)" : "");
		for (c = 1; c < a.nclass; c++)
			fprintf(f, " %d", class_next(i, c));
		fprintf(f, "\n");
	}
}

static FILE *
create(const char *dir, const char *name)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (!(f = fopen(path, "w"))) {
		perror(path);
		exit(1);
	}
	return f;
}

static int
rule_of(const char *name, const char **role)
{
	int i;

	*role = "RULE";
	if (!strncmp(name, "occ_", 4))
		*role = "OCCASION", name += 4;
	else if (!strncmp(name, "raise_", 6))
		*role = "RAISE", name += 6;
	for (i = 0; i < NRULES; i++)
		if (!strcmp(rules[i].name, name))
			return i;
	die("no such rule in vocabulary.h", name);
	return -1;
}

static void
write_letters(FILE *f)
{
	int l, v, value_max = (VSS_KIND_MAX + 1) * 128;

	fprintf(f, "const uint16_t vss_letter_value[VSS_NLETTERS] = {\n");
	for (l = 0; l < nletters; l++)
		fprintf(f, "\t%d, /* %s */\n", letter[l].value,
		    letter[l].name);
	fprintf(f, "};\n\nconst char *const vss_letter_name[VSS_NLETTERS] = "
	    "{\n");
	for (l = 0; l < nletters; l++)
		fprintf(f, "\t\"%s\",\n", letter[l].name);
	fprintf(f, "};\n\n/* letter + 1 by value, 0 where none has it */\n"
	    "const uint16_t vss_letter_index[%d] = {", value_max);
	for (v = 0; v < value_max; v++) {
		for (l = 0; l < nletters && letter[l].value != v; l++)
			;
		fprintf(f, "%s%d,", v % 16 ? "" : "\n\t",
		    l < nletters ? l + 1 : 0);
	}
	fprintf(f, "\n};\n\n");
}

/* Called from the verifier once its own tables are set up. */
void
monitor_hook(void)
{
	const char *dir = getenv("EXPORT_DIR"), *role;
	FILE *c, *h, *dot, *txt;
	static uint8_t class_of[512][LETTER_MAX];
	static const char *const scopes[] = { "SESSION", "WRITER",
	    "COMPONENT" };
	enum { NSCOPES = sizeof(scopes) / sizeof(scopes[0]) };
	static int seen[NRULES], claims[512], first[NSCOPES + 1];
	int n, i, j, l, k, scope, end = -1, total = 0, rule, states = 0;

	if (!dir)
		die("not set", "EXPORT_DIR");
	claims_init();
	nletters = letters(letter);
	for (l = 0; l < nletters; l++)
		if (!strcmp(letter[l].name, "END"))
			end = l;
	c = create(dir, "tables.c");
	h = create(dir, "tables_size.h");
	dot = create(dir, "tables.dot");
	txt = create(dir, "tables.txt");
	fprintf(c, "/* Generated from model/rules.pml by SPIN and export.c. "
	    "Do not edit. */\n#include \"tables.h\"\n\n");
	write_letters(c);
	n = claim_count();
	/* by scope, within it in the order of rules.pml (SPIN lists the
	 * claims last to first) */
	for (scope = i = 0; scope < NSCOPES; scope++) {
		first[scope] = i;
		for (j = n - 1; j >= 0; j--) {
			rule = rule_of(claim_name(j), &role);
			if (!strcmp(rules[rule].scope, scopes[scope]))
				claims[i++] = j;
		}
	}
	first[scope] = i;
	for (i = 0; i < n; i++) {
		explore(claims[i]);
		close_states(claims[i], end);
		merge(minimise());
		if (a.n > 8 || a.nclass > 255)
			die("monitor has more than 8 states",
			    claim_name(claims[i]));
		fprintf(c, "static const uint8_t next_%d[] = {", i);
		for (j = 0; j < a.n; j++) {
			fprintf(c, "\n\t");
			for (k = 0; k < a.nclass; k++)
				fprintf(c, "%d, ", class_next(j, k));
		}
		fprintf(c, "\n};\nstatic const uint8_t verdict_%d[] = {", i);
		for (j = 0; j < a.n; j++)
			fprintf(c, " %d,", a.verdict[j]);
		fprintf(c, " };\n");
		for (l = 0; l < nletters; l++)
			class_of[i][l] = a.class[l];
		states += a.n;
		write_dot(dot, claim_name(claims[i]));
		write_txt(txt, claim_name(claims[i]));
		rule = rule_of(claim_name(claims[i]), &role);
		fprintf(c, "#define M_%d { \"%s\", %d, VSS_%s, %d, %d, %d, "
		    "next_%d, verdict_%d }\n\n", i, claim_name(claims[i]),
		    rule, role, a.n, a.nclass, a.initial, i, i);
		if (!strcmp(role, "RULE"))
			seen[rule] |= 1;
		else if (!strcmp(role, "OCCASION"))
			seen[rule] |= 2;
	}
	for (i = 0; i < NRULES; i++)
		if (seen[i] != 3)
			die("rule without formula or occasion in rules.pml",
			    rules[i].name);
	fprintf(c, "const struct vss_monitor vss_monitors[VSS_NMONITORS] = "
	    "{\n");
	for (i = 0; i < n; i++)
		fprintf(c, "\tM_%d,\n", i);
	fprintf(c, "};\n\nconst uint16_t vss_scope_first[VSS_NSCOPES + 1] = "
	    "{ ");
	for (i = 0; i <= NSCOPES; i++)
		fprintf(c, "%d, ", first[i]);
	fprintf(c, "};\n\n/* For each scope and letter, the monitors it "
	    "matters to. */\n"
	    "const uint16_t vss_effect_first[VSS_NSCOPES][VSS_NLETTERS + 1] = "
	    "{\n");
	for (scope = 0; scope < NSCOPES; scope++) {
		fprintf(c, "\t{");
		for (l = 0; l < nletters; l++) {
			fprintf(c, "%s%d,", l % 12 ? " " : "\n\t", total);
			for (i = first[scope]; i < first[scope + 1]; i++)
				total += class_of[i][l] != 0;
		}
		fprintf(c, " %d\n\t},\n", total);
	}
	fprintf(c, "};\n\nconst struct vss_effect vss_effects[] = {\n");
	for (scope = 0; scope < NSCOPES; scope++)
		for (l = 0; l < nletters; l++) {
			fprintf(c, "\t/* %s */\n", letter[l].name);
			for (i = first[scope]; i < first[scope + 1]; i++)
				if (class_of[i][l])
					fprintf(c, "\t{ %d, %d },\n", i,
					    class_of[i][l]);
		}
	fprintf(c, "};\n\n/* The class of each letter for each monitor. */\n"
	    "const uint8_t vss_class[VSS_NMONITORS][VSS_NLETTERS] = {\n");
	for (i = 0; i < n; i++) {
		fprintf(c, "\t{");
		for (l = 0; l < nletters; l++)
			fprintf(c, "%s%d,", l % 24 ? "" : "\n\t", class_of[i][l]);
		fprintf(c, "\n\t},\n");
	}
	fprintf(c, "};\n");
	fprintf(h, "/* Generated by export.c. Do not edit. */\n"
	    "#define VSS_NLETTERS %d\n#define VSS_NMONITORS %d\n"
	    "#define VSS_NRULES %d\n", nletters, n, NRULES);
	fprintf(txt, "%d monitors, %d states, %d letters\n", n, states,
	    nletters);
	if (fclose(c) | fclose(h) | fclose(dot) | fclose(txt))
		die("cannot write", dir);
	printf("exported %d monitors of %d rules: %d states over %d letters\n",
	    n, NRULES, states, nletters);
	exit(0);
}
