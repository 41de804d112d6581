/*
 * Watchers: the exported monitors beside the system. SPIN explores a claim
 * with the system for itself alone; watchers are deterministic and part of
 * the state, so that one exploration judges every rule at once.
 *
 * They are the tables that recordings are judged by (`agree` compares those
 * with SPIN's claims): what is proved here is proved of the checker's own
 * data.
 *
 * Switch VSS_WATCH: words, each the name of an ltl block, `rules` or
 * `occasions` for all of them, or -NAME for all but it. An occasion that is
 * violated has come. A rule that is violated is an error of the search.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tables.h"
#include "watch.h"

extern void wrapup(void);	/* SPIN's: ends the search */

int watch_violated;

static int watched[WATCHERS], nwatched;
static unsigned char violated[WATCHERS];
static int left;

static void
fail(const char *what, const char *name)
{
	fprintf(stderr, "watch: %s %s\n", what, name);
	exit(2);
}

static void
add(int m)
{
	if (nwatched == WATCHERS)
		fail("too many watchers at", vss_monitors[m].name);
	watched[nwatched++] = m;
}

static void
drop(int m)
{
	int i;

	for (i = 0; i < nwatched; i++)
		if (watched[i] == m) {
			memmove(watched + i, watched + i + 1,
			    (--nwatched - i) * sizeof(*watched));
			return;
		}
	fail("not watched:", vss_monitors[m].name);
}

static void
take_word(const char *word)
{
	int m, all = !strcmp(word, "rules") ? VSS_RULE :
	    !strcmp(word, "occasions") ? VSS_OCCASION : -1;

	if (all >= 0) {
		for (m = 0; m < VSS_NMONITORS; m++)
			if (vss_monitors[m].role == all)
				add(m);
		return;
	}
	for (m = 0; m < VSS_NMONITORS; m++)
		if (!strcmp(word + (*word == '-'), vss_monitors[m].name)) {
			*word == '-' ? drop(m) : add(m);
			return;
		}
	fail("no such monitor:", word);
}

static void
report(void)
{
	int i, n = 0;

	for (i = 0; i < nwatched; i++)
		if (violated[i]) {
			n++;
			printf("watch: violated %s\n",
			    vss_monitors[watched[i]].name);
		}
	printf("watch: %d of %d violated\n", n, nwatched);
}

void
watch_init(unsigned char *state)
{
	char words[4096], *word;
	const char *s = getenv("VSS_WATCH");
	int i;

	/* SPIN runs init once for each search */
	nwatched = 0;
	if (snprintf(words, sizeof(words), "%s", s ? s : "") >=
	    (int)sizeof(words))
		fail("too many words:", s);
	for (word = strtok(words, " "); word; word = strtok(NULL, " "))
		take_word(word);
	for (i = 0; i < nwatched; i++)
		state[i] = vss_monitors[watched[i]].initial;
	left = nwatched;
	if (nwatched)
		atexit(report);
}

void
watch(unsigned char *state, int letter)
{
	const struct vss_monitor *mo;
	int i, l = vss_letter_index[letter] - 1;

	watch_violated = 0;
	if (!nwatched)
		return;
	if (l < 0)
		fail("not a letter:", "ev");
	for (i = 0; i < nwatched; i++) {
		mo = &vss_monitors[watched[i]];
		/* what has come need not be told apart any more */
		if (violated[i]) {
			state[i] = 0;
			continue;
		}
		state[i] = mo->next[state[i] * mo->nclasses +
		    vss_class[watched[i]][l]];
		if (mo->verdict[state[i]] != VSS_STATE_VIOLATED)
			continue;
		left -= !violated[i];
		violated[i] = 1;
		watch_violated |= mo->role == VSS_RULE;
	}
	/* all that was to come has come: the search is over */
	if (!left && !watch_violated)
		wrapup();
}
