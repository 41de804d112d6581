/*
 * The oracle: what SPIN's own claims say of a recording.
 *
 * Reads from standard input what `vsscheck oracle` writes, for each rule and
 * each writer (component) of a backup:
 *
 *	rule NAME VERDICT MIDDLE WHERE...	the checker's, once END has come
 *	hidden LETTER...	events that the recording does not show
 *	given LETTER...		facts that it does not show
 *	event LETTER...		what happened: any of these
 *	end
 *
 * and steps the claim that SPIN made of the formula through it: the verifier's
 * own do_transit() moves it, no table does. All that the recording leaves open
 * is tried. Prints what both say, with -v of every rule, and whether they
 * agree; exit status 1 when they do not.
 */
#define PROGRAM "vsscheck-oracle"
#include <fcntl.h>
#include <unistd.h>
#include "memo.h"

/* The verifier around this program talks before it comes to us: that goes
 * nowhere. */
static int output = -1, errors = -1;

static void __attribute__((constructor))
be_silent(void)
{
	int nowhere = open("/dev/null", O_WRONLY);

	output = dup(STDOUT_FILENO);
	errors = dup(STDERR_FILENO);
	dup2(nowhere, STDOUT_FILENO);
	dup2(nowhere, STDERR_FILENO);
	close(nowhere);
}

static void
speak(void)
{
	fflush(stdout);
	fflush(stderr);
	dup2(output, STDOUT_FILENO);
	dup2(errors, STDERR_FILENO);
}

static uint8_t now[SETS_MAX], next[SETS_MAX];
static uint8_t hidden[VSS_NLETTERS], given[VSS_NLETTERS];
static uint8_t meant[VSS_NLETTERS];

/* To `set` add what the letters lead to, again and again. Joined in the middle
 * a rule has not been broken before. */
static void
close_under(uint8_t *set, const uint8_t *letters, int unbroken)
{
	int i, l, to, again;

	do {
		again = 0;
		for (i = 0; i < memo.n; i++)
			for (l = 0; set[i] && l < VSS_NLETTERS; l++) {
				if (!letters[l])
					continue;
				to = memo_step(i, l);
				if (set[to] || (unbroken &&
				    memo.set[to].accepted))
					continue;
				set[to] = again = 1;
			}
	} while (again);
}

static void
read_letters(char *rest, uint8_t *letters)
{
	char *p, *end;
	long value;

	memset(letters, 0, VSS_NLETTERS);
	for (p = rest;; p = end) {
		value = strtol(p, &end, 10);
		if (end == p)
			return;
		if (value < 0 || value >= 64 * 128 || !vss_letter_index[value])
			die("unknown letter");
		letters[vss_letter_index[value] - 1] = 1;
	}
}

/* Where END is no more than the rest of the recording, what it says. */
static const char *
verdict(void)
{
	int i, broken = 0, kept = 0;

	for (i = 0; i < SETS_MAX; i++)
		if (now[i]) {
			if (memo.set[i].accepted || memo_closes(i))
				broken = 1;
			else
				kept = 1;
		}
	return broken && kept ? "open" : broken ? "violated" : "kept";
}

void
monitor_hook(void)
{
	static uint8_t every[VSS_NLETTERS];
	static char line[1 << 16], name[64], told[16], where[512];
	const char *verbose = getenv("ORACLE_VERBOSE"), *says;
	unsigned long rules = 0, differ = 0, counts[3] = { 0, 0, 0 };
	int i, l, middle = 0, started = 0;

	speak();
	claims_init();
	memset(every, 1, sizeof(every));
	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = 0;
		if (!strncmp(line, "rule ", 5)) {
			*where = 0;
			if (sscanf(line, "rule %63s %15s %d %511[^\n]", name,
			    told, &middle, where) < 3)
				die("a line that cannot be read");
			memo_start(claim_of(name));
			started = 0;
			memset(given, 0, sizeof(given));
		} else if (!strncmp(line, "hidden", 6))
			read_letters(line + 6, hidden);
		else if (!strncmp(line, "given", 5))
			read_letters(line + 5, given);
		else if (strncmp(line, "event", 5) && strcmp(line, "end"))
			die("a line that cannot be read");
		if (strncmp(line, "event", 5) && strcmp(line, "end"))
			continue;
		if (!started) {
			memset(now, 0, sizeof(now));
			now[0] = 1;
			close_under(now, middle ? every : given, middle &&
			    strncmp(name, "occ_", 4) &&
			    strncmp(name, "raise_", 6));
			close_under(now, hidden, 0);
			started = 1;
		}
		if (*line == 'e' && line[1] == 'v') {
			read_letters(line + 5, meant);
			memset(next, 0, sizeof(next));
			for (i = 0; i < memo.n; i++)
				for (l = 0; now[i] && l < VSS_NLETTERS; l++)
					if (meant[l])
						next[memo_step(i, l)] = 1;
			close_under(next, hidden, 0);
			memcpy(now, next, sizeof(now));
			continue;
		}
		says = verdict();
		rules++;
		counts[*says == 'v' ? 0 : *says == 'k' ? 1 : 2]++;
		differ += strcmp(says, told) != 0;
		if (strcmp(says, told))
			printf("%s: %s: SPIN says %s, the checker %s\n",
			    where, name, says, told);
		else if (verbose)
			printf("%s: %s: %s\n", where, name, says);
	}
	printf("oracle: %lu formulas stepped by SPIN's claims (%lu violated, "
	    "%lu kept, %lu open at the end): %lu differences\n", rules,
	    counts[0], counts[1], counts[2], differ);
	exit(differ != 0);
}
