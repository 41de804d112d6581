/*
 * What the fuzz targets share.
 *
 * With libFuzzer:
 *	clang -fsanitize=fuzzer,address,undefined fuzz_native.c driver.c ...
 * Without it, -DFUZZ_MAIN gives a program that is called
 *	fuzz_native FILE ...			each file once
 *	fuzz_native --random N SEED FILE ...	N mutations of the files
 * Run i of --random depends on SEED + i alone: when it goes wrong, its seed
 * is printed, and `--random 1 SEED FILE ...` does it again. A run of longer
 * than 20 seconds goes wrong.
 */
#define _POSIX_C_SOURCE 200809L
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "fuzz.h"
#include "session.h"

struct sink {
	struct vss_sessions sessions;
	int profiles;
	uint64_t events, rejected;
	unsigned touched;
};

static void
must(int promise)
{
	if (!promise)
		abort();
}

/* Reading every byte of a string shows that it is there. */
static unsigned
touch(const char *s)
{
	unsigned sum = 0;

	while (s && *s)
		sum = sum * 31 + (unsigned char)*s++;
	return sum;
}

/* What is known of hidden events is kept from one input to the next: to find it
 * out takes a hundred times as long as all else. */
static struct vss_memo *
kept(void)
{
	static struct vss_memo *memo;

	if (!memo)
		memo = vss_memo_new();
	must(memo != NULL);
	return memo;
}

static enum vss_status
on_profile(void *arg, const struct vss_profile *p)
{
	struct sink *s = arg;

	must(!s->profiles++);
	s->touched += touch(p->name);
	vss_sessions_init(&s->sessions);
	vss_sessions_share(&s->sessions, kept());
	if (vss_sessions_source(&s->sessions, p) != VSS_OK)
		return VSS_FAIL;
	return VSS_OK;
}

static enum vss_status
on_event(void *arg, const struct vss_event *ev, struct vss_error *error)
{
	struct sink *s = arg;
	int ph;

	must(s->profiles == 1);
	must(ev->kind < KIND_COUNT && vss_kind(ev->kind)->name);
	must(ev->line > 0 && ev->phases);
	for (ph = 0; ph < 8; ph++)
		if (ev->phases >> ph & 1)
			must(vss_phase_suffix(ev->kind, ph) != NULL);
	must(!ev->data || vss_kind(ev->kind)->data != DATA_NODATA);
	must(!ev->starts || !ev->middle);
	s->touched += touch(ev->object) + touch(ev->image) +
	    touch(ev->writer) + touch(ev->component) + touch(ev->set) +
	    touch(ev->label);
	s->events++;
	return vss_sessions_event(&s->sessions, ev, error);
}

static void
on_time(void *arg, int64_t t)
{
	struct sink *s = arg;

	must(s->profiles == 1 && t != VSS_NO_TIME);
	vss_sessions_time(&s->sessions, 0, t);
}

static void
on_idle_stop(void *arg, int64_t t)
{
	struct sink *s = arg;

	must(s->profiles == 1);
	vss_sessions_idle_stop(&s->sessions, t);
}

static void
on_reboot(void *arg, int64_t t)
{
	struct sink *s = arg;

	must(s->profiles == 1);
	vss_sessions_reboot(&s->sessions, t);
}

static void
on_reject(void *arg, const struct vss_error *e)
{
	struct sink *s = arg;

	must(e->line > 0);
	must(memchr(e->text, '\0', sizeof(e->text)) && *e->text);
	s->rejected++;
}

static void
on_context(void *arg, const struct vss_context *c)
{
	struct sink *s = arg;

	must(c->line > 0 && *c->text);
	s->touched += touch(c->text);
}

static void
on_expect(void *arg, uint64_t line, const char *words)
{
	struct sink *s = arg;

	must(line > 0 && words);
	s->touched += touch(words);
}

static void
judge_all(struct sink *s)
{
	struct vss_judgement j;
	char text[160];
	int i;

	if (vss_sessions_finish(&s->sessions) != VSS_OK)
		abort();
	for (i = 0; i < s->sessions.n; i++) {
		s->touched += touch(vss_session_end_text(
		    &s->sessions.list[i], text));
		if (vss_judge(&s->sessions.list[i], &s->sessions.policy, &j) ==
		    VSS_OK)
			vss_judgement_free(&j);
	}
}

void
fuzz_import(int (*probe)(const char *, size_t),
    enum vss_status (*read)(const char *, size_t, struct vss_import *,
    struct vss_error *), const uint8_t *data, size_t size)
{
	struct sink s = { 0 };
	struct vss_import out = { .arg = &s, .profile = on_profile,
	    .event = on_event, .time = on_time, .idle_stop = on_idle_stop,
	    .reboot = on_reboot,
	    .reject = on_reject, .context = on_context, .expect = on_expect };
	struct vss_error error = { 0 };
	char *copy = calloc(1, size ? size : 1);
	enum vss_status st;
	int sure;

	/* ends with its memory, so that reading on traps */
	must(copy != NULL);
	if (size)
		memcpy(copy, data, size);
	sure = probe(copy, size);
	must(sure >= 0 && sure <= 2);
	st = read(copy, size, &out, &error);
	must(!size || !memcmp(copy, data, size));
	free(copy);
	must(st == VSS_OK || st == VSS_BAD || st == VSS_FAIL);
	if (st == VSS_OK) {
		must(s.profiles == 1);
		/* a refused line may have several errors */
		must(s.rejected >= out.counts.rejected);
		must(!s.rejected == !out.counts.rejected);
		must(out.counts.lines == out.counts.used +
		    out.counts.ignored + out.counts.rejected);
	} else {
		must(memchr(error.text, '\0', sizeof(error.text)) &&
		    *error.text);
	}
	if (s.profiles) {
		judge_all(&s);
		vss_sessions_free(&s.sessions);
	}
}

#ifdef FUZZ_MAIN

struct bytes {
	uint8_t *p;
	size_t n;
};

enum { LIMIT_INPUT = 1 << 20 };

/* xorshift64*, which no seed but 0 stops. */
static uint64_t state;

static uint64_t
draw(uint64_t below)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return below ? (state * 0x2545f4914f6cdd1d >> 16) % below : 0;
}

static void
draw_from(uint64_t seed)
{
	state = (seed + 1) * 0x9e3779b97f4a7c15;
	if (!state)
		state = 1;
}

static struct bytes
load(const char *path)
{
	struct bytes b = { malloc(LIMIT_INPUT), 0 };
	FILE *f = fopen(path, "rb");

	if (!f || !b.p) {
		perror(path);
		exit(4);
	}
	b.n = fread(b.p, 1, LIMIT_INPUT, f);
	fclose(f);
	return b;
}

/* Replace n bytes at `at` by others. */
static void
splice(struct bytes *b, size_t at, size_t n, const void *by, size_t m)
{
	uint8_t *p;

	if (b->n - n + m > LIMIT_INPUT)
		return;
	p = malloc(b->n - n + m + 1);
	must(p != NULL);
	memcpy(p, b->p, at);
	if (m)
		memcpy(p + at, by, m);
	memcpy(p + at + m, b->p + at + n, b->n - at - n);
	free(b->p);
	b->p = p;
	b->n += m - n;
}

/* A line of the text: where it starts, how long it is with its line feed. */
static size_t
any_line(const struct bytes *b, size_t *n)
{
	size_t at = draw(b->n), stop;

	while (at > 0 && b->p[at - 1] != '\n')
		at--;
	for (stop = at; stop < b->n && b->p[stop] != '\n'; stop++)
		;
	*n = stop + (stop < b->n) - at;
	return at;
}

static size_t
any_range(const struct bytes *b, size_t longest, size_t *n)
{
	size_t at = draw(b->n);

	*n = draw((b->n - at < longest ? b->n - at : longest) + 1);
	return at;
}

static void
mutate(struct bytes *b, const struct bytes *other)
{
	static const char *const words[] = { "\"", "'", "(", ")", "[", "]",
	    "{", "}", "\\", "\\u0000", "\n", "\r\n", "\0", "0", "-1",
	    "4294967296", "99999999999999999999", "1e999", "null", "true",
	    "[]", "{}", ".call", ".fin", ".err", ".can", ".in", ".out", ":",
	    "\xff", "\xef\xbb\xbf", "\xed\xa0\x80", "#", "REL", "EXIT", "DO" };
	uint8_t byte = (uint8_t)draw(256);
	size_t at, n, from, m;
	const char *word;

	switch (draw(9)) {
	case 0:		/* a byte changed */
		at = any_range(b, 1, &n);
		splice(b, at, n, &byte, 1);
		break;
	case 1:		/* a range gone */
		at = any_range(b, draw(8) ? 8 : b->n, &n);
		splice(b, at, n, NULL, 0);
		break;
	case 2:		/* a word put in or in place of something */
		word = words[draw(sizeof(words) / sizeof(words[0]))];
		at = any_range(b, draw(8), &n);
		splice(b, at, n, word, *word ? strlen(word) : 1);
		break;
	case 3:		/* a line gone */
		at = any_line(b, &n);
		splice(b, at, n, NULL, 0);
		break;
	case 4:		/* a line moved or had twice */
	case 5:
		from = any_line(other, &m);
		at = any_line(b, &n);
		splice(b, at, draw(2) ? n : 0, other->p + from, m);
		break;
	case 6:		/* a range of the other */
		from = any_range(other, 64, &m);
		at = any_range(b, 64, &n);
		splice(b, at, n, other->p + from, m);
		break;
	case 7:		/* cut short */
		at = draw(b->n + 1);
		if (!draw(4))
			splice(b, at, b->n - at, NULL, 0);
		break;
	default:	/* one byte many times */
		n = draw(8) ? draw(64) : draw(5000);
		for (at = draw(b->n + 1); n > 0; n--)
			splice(b, at, 0, &byte, 1);
	}
}

static volatile unsigned long long running;
static volatile int busy;

static void
tell_seed(void)
{
	char text[80];
	int n;

	if (!busy)
		return;
	n = snprintf(text, sizeof(text), "fuzz: again with --random 1 %llu\n",
	    running);
	if (write(2, text, (size_t)n) < 0)
		_exit(5);
}

static void
on_signal(int sig)
{
	tell_seed();
	signal(sig, SIG_DFL);
	raise(sig);
}

#ifdef __GNUC__
/* The sanitizers' way to have a last word, where there are any. */
void __sanitizer_set_death_callback(void (*)(void)) __attribute__((weak));
#endif

static void
watch(void)
{
#ifdef __GNUC__
	if (__sanitizer_set_death_callback)
		__sanitizer_set_death_callback(tell_seed);
#endif
	signal(SIGABRT, on_signal);
	signal(SIGALRM, on_signal);
}

static void
run_random(unsigned long long runs, unsigned long long seed,
    const struct bytes *seeds, size_t nseeds)
{
	unsigned long long i;
	const struct bytes *first;
	struct bytes b;
	uint64_t n;

	watch();
	for (i = 0; i < runs; i++) {
		running = seed + i;
		draw_from(running);
		first = &seeds[draw(nseeds)];
		b.p = malloc(first->n + 1);
		must(b.p != NULL);
		memcpy(b.p, first->p, first->n);
		b.n = first->n;
		for (n = 1 + draw(draw(3) ? 4 : 32); n > 0; n--)
			mutate(&b, &seeds[draw(nseeds)]);
		busy = 1;
		alarm(20);
		LLVMFuzzerTestOneInput(b.p, b.n);
		busy = 0;
		free(b.p);
	}
	alarm(0);
}

int
main(int argc, char **argv)
{
	int random = argc > 1 && !strcmp(argv[1], "--random");
	int first = random ? 4 : 1, i;
	struct bytes *files;

	if (argc <= first) {
		fprintf(stderr, "usage: %s [--random N SEED] FILE ...\n",
		    argv[0]);
		return 4;
	}
	files = calloc((size_t)argc, sizeof(*files));
	must(files != NULL);
	for (i = first; i < argc; i++) {
		files[i] = load(argv[i]);
		if (!random)
			LLVMFuzzerTestOneInput(files[i].p, files[i].n);
	}
	if (random)
		run_random(strtoull(argv[2], NULL, 10),
		    strtoull(argv[3], NULL, 10), files + first,
		    (size_t)(argc - first));
	for (i = first; i < argc; i++)
		free(files[i].p);
	free(files);
	return 0;
}

#endif
