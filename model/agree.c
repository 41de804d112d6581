/*
 * Do the tables say what SPIN's claims say?
 *
 * Linked like export.c to SPIN's verifier, and to the tables and the engine
 * that the checker runs on. For each formula, all words up to length 3 over
 * the whole alphabet and up to length 6 over one letter of each of its own
 * classes and one that is foreign to it are stepped through both, and so are
 * the words that AGREE_WORDS names (the bundled traces, as
 * `vsscheck letters` writes them): monitor name, verdict, letters.
 * After each word both sides are asked how it closes: END, then nothing.
 *
 * The random traces of each run, half of them walks of the protocol
 * automaton, half walks in which something was left out, doubled, moved,
 * swapped, put in or given to another writer, start from AGREE_SEED where
 * that is set.
 *
 * AGREE_QUICK=1 leaves out the long words over the whole alphabet (for
 * tests/corrupt.sh, which compares tables that are wrong on purpose).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define PROGRAM "agree"
#include "memo.h"
#include "protocol.h"

_Static_assert(VSS_NLETTERS <= 256, "a letter of a random trace is a byte");

/* Random traces of each run, and how long one gets at most. */
enum { RANDOM_TRACES = 100000, RANDOM_LENGTH = 64 };

enum { FULL_LENGTH = 3, OWN_LENGTH = 6, OWN_MAX = 16 };

static struct vss_view view;
static uint64_t compared, refused, differ, own_compared, own_refused;

/* Both sides after the same word. Returns whether it is refused. */
static int
compare(int monitor, int state, uint8_t mask, const int *word, int n)
{
	int i, table, claim = memo_closes(state);
	uint8_t closed = vss_monitor_close(monitor, mask);

	table = !(closed & ~view.violated[monitor]);
	compared++;
	refused += claim;
	if (table != claim || (memo.set[state].accepted &&
	    (mask & ~view.violated[monitor])) ||
	    (!(mask & ~view.kept[monitor]) && claim)) {
		if (differ++ < 5) {
			fprintf(stderr, "agree: %s: claim says %s, table %s "
			    "after", vss_monitors[monitor].name, claim ?
			    "violated" : "kept", table ? "violated" : "kept");
			for (i = 0; i < n; i++)
				fprintf(stderr, " %s",
				    vss_letter_name[word[i]]);
			fprintf(stderr, "\n");
		}
	}
	return claim;
}

static void
all_words(int monitor, int state, uint8_t mask, const int *letters, int n,
    int *word, int length, int max, unsigned *seen)
{
	uint16_t letter;
	int i;

	*seen |= compare(monitor, state, mask, word, length) ? 2 : 1;
	if (length == max)
		return;
	for (i = 0; i < n; i++) {
		letter = letters[i];
		word[length] = letter;
		all_words(monitor, memo_step(state, letter), vss_monitor_step(
		    &view, monitor, mask, &letter, 1), letters, n, word,
		    length + 1, max, seen);
	}
}

static int
monitor_of(const char *name)
{
	int m;

	for (m = 0; m < VSS_NMONITORS; m++)
		if (!strcmp(vss_monitors[m].name, name))
			return m;
	return -1;
}

/* One letter of each class, the last one foreign (class 0). */
static int
own_letters(int m, int *letters)
{
	int n = 0, c, l;

	for (c = vss_monitors[m].nclasses - 1; c >= 0; c--)
		for (l = 0; l < VSS_NLETTERS; l++)
			if (vss_class[m][l] == c) {
				if (n == OWN_MAX)
					die("too many letter classes");
				letters[n++] = l;
				break;
			}
	return n;
}

/* "NAME verdict L1 L2 ...": what the checker made of a bundled trace. */
static int
traces(const char *path)
{
	FILE *f = fopen(path, "r");
	char name[64], verdict[16];
	int m, c, value, state, n = 0;
	uint16_t letter;
	uint8_t mask;
	static int word[1 << 20];
	int length;

	if (!f) {
		perror(path);
		exit(1);
	}
	while (fscanf(f, "%63s %15s", name, verdict) == 2) {
		m = monitor_of(name);
		if (m < 0)
			die("unknown monitor in the words");
		memo_start(claim_of(name));
		state = length = 0;
		mask = 1 << vss_monitors[m].initial;
		while (fscanf(f, "%d", &value) == 1) {
			if (value < 0 || !vss_letter_index[value & 8191])
				die("unknown letter in the words");
			letter = vss_letter_index[value] - 1;
			if (length < (1 << 20))
				word[length++] = letter;
			state = memo_step(state, letter);
			mask = vss_monitor_step(&view, m, mask, &letter, 1);
		}
		c = compare(m, state, mask, word, length);
		if (memo.set[state].accepted ? strcmp(verdict, "violated") :
		    !strcmp(verdict, "violated") && !c) {
			fprintf(stderr, "agree: %s: the checker says %s\n",
			    name, verdict);
			differ++;
		}
		n++;
	}
	fclose(f);
	return n;
}

static uint32_t seed;

static uint32_t
draw(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed % below;
}

static int
walk(uint8_t *word)
{
	uint32_t state = vss_protocol.start, first, n, k;
	int length = 0, most = 1 + draw(RANDOM_LENGTH);

	while (length < most) {
		first = vss_protocol.first[state];
		n = vss_protocol.first[state + 1] - first;
		if (!n)
			break;
		k = first + draw(n);
		word[length++] = vss_protocol.moves[k].letter;
		state = vss_protocol.moves[k].to;
	}
	return length;
}

/* One thing that goes wrong. */
static int
spoil(uint8_t *word, int n)
{
	int at, to, index;
	uint8_t letter;

	if (!n)
		return n;
	at = draw(n);
	to = draw(n);
	letter = word[at];
	switch (draw(6)) {
	case 0:		/* left out */
		memmove(word + at, word + at + 1, n - at - 1);
		return n - 1;
	case 1:		/* twice, there or later */
	case 2:		/* put in */
		if (n == RANDOM_LENGTH)
			return n;
		memmove(word + to + 1, word + to, n - to);
		word[to] = draw(2) ? letter : draw(VSS_NLETTERS);
		return n + 1;
	case 3:		/* elsewhere */
		memmove(word + at, word + at + 1, n - at - 1);
		memmove(word + to + 1, word + to, n - 1 - to);
		word[to] = letter;
		return n;
	case 4:		/* swapped */
		word[at] = word[to];
		word[to] = letter;
		return n;
	default:	/* another writer's */
		index = vss_letter_index[vss_letter_value[letter] ^ 64];
		if (index)
			word[at] = index - 1;
		return n;
	}
}

/* Every formula on the same random traces. */
static void
random_traces(void)
{
	static uint8_t words[RANDOM_TRACES][RANDOM_LENGTH];
	static uint8_t lengths[RANDOM_TRACES];
	static uint64_t kept[2], broken[2];
	const char *given = getenv("AGREE_SEED");
	uint32_t begun;
	uint16_t letter;
	uint8_t mask;
	int m, i, k, n, state, word[RANDOM_LENGTH];

	begun = seed = given && *given ? strtoul(given, NULL, 0) :
	    20260101u;
	if (!seed)
		seed = 1;
	for (i = 0; i < RANDOM_TRACES; i++) {
		n = walk(words[i]);
		for (k = i % 2 ? 1 + draw(3) : 0; k > 0; k--)
			n = spoil(words[i], n);
		lengths[i] = n;
	}
	for (m = 0; m < VSS_NMONITORS; m++) {
		memo_start(claim_of(vss_monitors[m].name));
		for (i = 0; i < RANDOM_TRACES; i++) {
			state = 0;
			mask = 1 << vss_monitors[m].initial;
			for (k = 0; k < lengths[i]; k++) {
				letter = words[i][k];
				word[k] = letter;
				state = memo_step(state, letter);
				mask = vss_monitor_step(&view, m, mask,
				    &letter, 1);
			}
			if (compare(m, state, mask, word, lengths[i])) {
				if (vss_monitors[m].role == VSS_RULE)
					broken[i % 2]++;
			} else
				kept[i % 2]++;
		}
	}
	printf("agree: %d random traces (AGREE_SEED=%lu), each by every "
	    "formula; rules broken %llu times on walks of the protocol "
	    "automaton, %llu times on spoilt ones\n", RANDOM_TRACES,
	    (unsigned long)begun, (unsigned long long)broken[0],
	    (unsigned long long)broken[1]);
	if (!broken[1] || !kept[0] || !kept[1])
		die("the random traces break no rule, or all");
}

/* Called from the verifier once its own tables are set up. */
void
monitor_hook(void)
{
	const char *quick = getenv("AGREE_QUICK");
	const char *words = getenv("AGREE_WORDS");
	int m, n, i, ntraces = 0, full[VSS_NLETTERS], own[OWN_MAX], word[16];
	struct vss_profile profile;
	unsigned seen;
	uint64_t before, before_refused;

	claims_init();
	vss_profile_all(&profile);
	vss_view_make(&view, &profile);
	for (i = 0; i < VSS_NLETTERS; i++)
		full[i] = i;
	if (claim_count() != VSS_NMONITORS)
		die("rules.pml and the tables differ in number");
	for (m = 0; m < VSS_NMONITORS; m++) {
		uint8_t mask = 1 << vss_monitors[m].initial;

		memo_start(claim_of(vss_monitors[m].name));
		seen = 0;
		all_words(m, 0, mask, full, VSS_NLETTERS, word, 0,
		    quick ? 1 : FULL_LENGTH, &seen);
		before = compared;
		before_refused = refused;
		n = own_letters(m, own);
		all_words(m, 0, mask, own, n, word, 0, OWN_LENGTH, &seen);
		own_compared += compared - before;
		own_refused += refused - before_refused;
		if (seen != 3) {
			fprintf(stderr, "agree: %s: never %s\n",
			    vss_monitors[m].name, seen & 1 ? "violated" :
			    "kept");
			differ++;
		}
	}
	if (words)
		ntraces = traces(words);
	if (!quick)
		random_traces();
	printf("agree: %d monitors, %llu words (%llu%% of the %llu over each "
	    "formula's own letters refused), %d traces: %llu differences\n",
	    VSS_NMONITORS, (unsigned long long)compared,
	    (unsigned long long)(own_refused * 100 / own_compared),
	    (unsigned long long)own_compared, ntraces,
	    (unsigned long long)differ);
	if (own_refused * 5 < own_compared)
		die("fewer than a fifth of the words are refused");
	exit(differ != 0);
}
