/*
 * Job logs of Bacula, Bareos and Burp, which share one requester and its
 * phrases.
 *
 * The layout is that of public logs and of the programs' own documentation;
 * what a phrase stands for in the requester's calls can be read in the
 * programs, which are free software (bareos: win32/filed/vss_generic.cc,
 * filed/backup.cc; burp: client/cvss.c):
 *
 *	Generate VSS snapshots.		the writers' metadata are gathered
 *	VSS_E_SNAPSHOT_SET_IN_PROGRESS, retrying ...
 *					StartSnapshotSet was refused
 *	VSS API failure calling "X".	the call X failed
 *	Generate VSS snapshots failed.	so did the making of the set
 *	VSS Writer (PrepareForBackup)	writer status, gathered after that
 *	VSS Writer (BackupComplete)	writer status, gathered after that
 *	VSS Writer "W" has invalid state
 *					writer status, just gathered: failed
 *
 * Traps: the texts after ERR= are the last error of Windows, whatever that
 * was, in its language; job lines of several jobs are mixed; leads get lost
 * when a log is pasted; writer status is printed long after it was gathered
 * (for BackupComplete even after the object's release), so that such lines
 * have an order and no time.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "import.h"
#include "phrase.h"

#define SECOND INT64_C(1000000)

/* Jobs that are kept in mind; of more the one not heard of for longest is
 * forgotten, and what follows of it is the middle of a backup. */
enum { JOBS = 64, PROBED = 4096, KEY = 40 };

struct job {
	char key[KEY];		/* "JobId 19", "burp 4711", or empty */
	int known, begun;	/* it has a session */
	uint64_t heard;
	int prepared;		/* status after PrepareForBackup was told */
	int completed;		/* BackupComplete has ended */
	int failed;		/* the making of the set has, and it was told */
};

/* What each line begins with. */
struct lead {
	char key[KEY];
	int64_t time;		/* VSS_NO_TIME */
	int coarse;		/* without seconds */
	int is_burp;
	const char *text, *end;
};

struct log {
	struct vss_import *out;
	struct vss_error *error;
	struct job jobs[JOBS];
	const char *image;
	int year;		/* for leads without one, 0 */
	int coarse, is_burp;
	uint64_t line;
};

static int
month_of(const char **p, const char *end)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int i;

	for (i = 0; i < 12; i++)
		if (end - *p >= 3 && !memcmp(*p, names + 3 * i, 3)) {
			*p += 3;
			return i + 1;
		}
	return 0;
}

/* "HH:MM[:SS]" */
static int
clock_time(const char **p, const char *end, int *h, int *m, int *s)
{
	if (!vss_phrase_number(p, end, 2, 2, h) ||
	    !vss_phrase_skip(p, end, ":") ||
	    !vss_phrase_number(p, end, 2, 2, m))
		return 0;
	*s = -1;
	return !vss_phrase_skip(p, end, ":") ||
	    vss_phrase_number(p, end, 2, 2, s);
}

/* "YYYY-MM-DD HH:MM:SS", "DD-Mon[-YYYY] HH:MM[:SS]". Months have the names
 * of the director's language: any three or more bytes are one, and one that
 * is not English leaves the time open. */
static int
lead_time(const char **at, const char *end, int year, struct lead *l)
{
	const char *p = *at;
	int y = 0, mo, d, h, m, s, n;

	l->time = VSS_NO_TIME;
	if (vss_phrase_number(&p, end, 4, 4, &y)) {
		if (!vss_phrase_skip(&p, end, "-") ||
		    !vss_phrase_number(&p, end, 2, 2, &mo) ||
		    !vss_phrase_skip(&p, end, "-") ||
		    !vss_phrase_number(&p, end, 2, 2, &d))
			return 0;
	} else {
		y = year;
		if (!vss_phrase_number(&p, end, 1, 2, &d) ||
		    !vss_phrase_skip(&p, end, "-"))
			return 0;
		if (!(mo = month_of(&p, end)))
			for (n = 0; p < end && n < 12 && *p != ' ' &&
			    *p != '-' && (*p < '0' || *p > '9'); n++)
				p++;
		if (vss_phrase_skip(&p, end, "-") &&
		    !vss_phrase_number(&p, end, 4, 4, &y))
			return 0;
	}
	if (!vss_phrase_skip(&p, end, " ") ||
	    !clock_time(&p, end, &h, &m, &s))
		return 0;
	l->coarse = s < 0;
	if (y && mo)
		l->time = vss_phrase_time(y, mo, d, h, m, s < 0 ? 0 : s);
	*at = p;
	return 1;
}

static void
set_key(struct lead *l, const char *what, const char *p, size_t n)
{
	snprintf(l->key, sizeof(l->key), "%s %.*s", what,
	    (int)(n < 24 ? n : 24), p);
}

/* " name JobId N: " */
static int
job_lead(const char **at, const char *end, struct lead *l)
{
	const char *p = vss_phrase_find(*at, end, " JobId "), *number;

	if (!p)
		return 0;
	p += strlen(" JobId ");
	number = p;
	while (p < end && *p >= '0' && *p <= '9')
		p++;
	if (p == number || !vss_phrase_skip(&p, end, ": "))
		return 0;
	set_key(l, "JobId", number, (size_t)(p - 2 - number));
	*at = p;
	return 1;
}

/* ": [prog[pid]] " */
static int
burp_lead(const char **at, const char *end, struct lead *l)
{
	const char *p = *at, *name, *number;

	if (!vss_phrase_skip(&p, end, ": "))
		return 0;
	*at = p;
	l->is_burp = 1;
	name = p;
	while (p < end && *p != '[' && *p != ' ')
		p++;
	if (p == name || !vss_phrase_skip(&p, end, "["))
		return 1;
	number = p;
	while (p < end && *p >= '0' && *p <= '9')
		p++;
	if (p == number || !vss_phrase_skip(&p, end, "] "))
		return 1;
	set_key(l, "burp", number, (size_t)(p - 2 - number));
	*at = p;
	return 1;
}

/* "N: ", what pasting has left of a lead */
static int
bare_lead(const char **at, const char *end, struct lead *l)
{
	const char *p = *at;

	while (p < end && *p >= '0' && *p <= '9')
		p++;
	if (p == *at || end - p < 2 || p[0] != ':' || p[1] != ' ')
		return 0;
	set_key(l, "JobId", *at, (size_t)(p - *at));
	*at = p + 2;
	return 1;
}

/* Returns whether the line has a lead. */
static int
parse_lead(const char *p, const char *end, int year, struct lead *l)
{
	const char *q = p;
	int any = 0;

	memset(l, 0, sizeof(*l));
	l->time = VSS_NO_TIME;
	vss_phrase_blanks(&q, end);
	if (lead_time(&q, end, year, l))
		any = job_lead(&q, end, l) || burp_lead(&q, end, l);
	if (!any) {
		l->time = VSS_NO_TIME;
		q = p;
		any = bare_lead(&q, end, l);
	}
	l->text = any ? q : p;
	l->end = end;
	while (any && (vss_phrase_skip(&l->text, end, "Fatal error: ") ||
	    vss_phrase_skip(&l->text, end, "Error: ") ||
	    vss_phrase_skip(&l->text, end, "Warning: ") ||
	    vss_phrase_skip(&l->text, end, "WARNING: ") ||
	    vss_phrase_skip(&l->text, end, " ")))
		;
	return any;
}

static struct job *
find_job(struct log *s, const char *key)
{
	struct job *j, *oldest = s->jobs;
	int i;

	for (i = 0; i < JOBS; i++) {
		j = &s->jobs[i];
		if (j->known && !strcmp(j->key, key))
			return j;
		if (!j->known || (oldest->known && j->heard < oldest->heard))
			oldest = j;
	}
	memset(oldest, 0, sizeof(*oldest));
	oldest->known = 1;
	snprintf(oldest->key, sizeof(oldest->key), "%s", key);
	return oldest;
}

/* `data`, `writer`: of GetWriterStatus. */
static enum vss_status
tell(struct log *s, struct job *j, int64_t time, int kind, unsigned phases,
    unsigned data, const char *writer, const char *label)
{
	struct vss_event ev = { 0 };

	ev.object = *j->key ? j->key : "job";
	ev.image = s->image;
	ev.kind = kind;
	ev.phases = phases;
	ev.data = data;
	ev.starts = kind == KIND_META;
	/* a job that was forgotten goes on in its session */
	ev.middle = !j->begun && kind != KIND_META;
	ev.line = s->line;
	ev.time = time;
	ev.writer = writer;
	ev.label = label;
	j->begun = 1;
	return s->out->event(s->out->arg, &ev, s->error);
}

/* How a call that waits for its end may have ended. */
#define ENDED	(1u << PHASE_OK | 1u << PHASE_ERR | 1u << PHASE_CAN)

static enum vss_status
begin(struct log *s, struct job *j, const struct lead *l)
{
	char key[KEY];

	memcpy(key, j->key, sizeof(key));
	memset(j, 0, sizeof(*j));
	memcpy(j->key, key, sizeof(key));
	j->known = 1;
	j->heard = s->line;
	return tell(s, j, l->time, KIND_META, 1 << PHASE_OK, 0, NULL,
	    "Generate VSS snapshots");
}

/* What cannot fail without the set: so BackupComplete is not for it. */
static int
makes_set(int kind)
{
	return kind == KIND_START || kind == KIND_PREP || kind == KIND_DO ||
	    kind == KIND_GWS;
}

/* "X\". ERR=...": the kind of the call X, 0 for none of the vocabulary. */
static int
call_named(const char *p, const char *end)
{
	const char *quote = memchr(p, '"', (size_t)(end - p));
	size_t n = quote ? (size_t)(quote - p) : 0;
	const struct vss_kind_info *ki;
	int k;

	for (k = 1; k < KIND_COUNT; k++) {
		ki = vss_kind(k);
		if (ki->name && ki->actor == ACTOR_REQUESTER &&
		    strlen(ki->text) == n && !memcmp(ki->text, p, n))
			return k;
	}
	return 0;
}

static void
remark(struct log *s, const struct lead *l, const char *text)
{
	vss_import_context(s->out, s->line, l->time, text);
}

static enum vss_status
call_failed(struct log *s, struct job *j, const struct lead *l, const char *p)
{
	int kind = call_named(p, l->end), n = 0;
	enum vss_status st = VSS_OK;
	char text[120];

	while (p + n < l->end && p[n] != '"' && n < 60)
		n++;
	if (!kind || !vss_phase_suffix(kind, PHASE_ERR) ||
	    vss_kind(kind)->tracked) {
		snprintf(text, sizeof(text), "the backup program's call of "
		    "\"%.*s\" failed", n, p);
		remark(s, l, text);
		return VSS_OK;
	}
	j->failed |= makes_set(kind);
	snprintf(text, sizeof(text), "VSS API failure calling \"%.*s\"", n, p);
	if (kind == KIND_COMPL) {
		j->completed = 1;
		st = tell(s, j, l->time, kind, 1 << PHASE_CALL, 0, NULL, text);
	}
	return st != VSS_OK ? st : tell(s, j, l->time, kind, 1 << PHASE_ERR,
	    0, NULL, text);
}

/* "Generate VSS snapshots failed": what failed has been told just before if
 * it was a call; else it was what a call that waits had come to, and that is
 * DoSnapshotSet, or, which to the rules about what comes after is the same,
 * PrepareForBackup and never DoSnapshotSet. */
static enum vss_status
set_failed(struct log *s, struct job *j, const struct lead *l)
{
	if (j->failed)
		return VSS_OK;
	j->failed = 1;
	return tell(s, j, l->time, KIND_DO, 1 << PHASE_ERR, 0, NULL,
	    "Generate VSS snapshots failed");
}

/* The status of one writer. That it was gathered is not told apart: when, the
 * log does not say. */
static enum vss_status
writer_status(struct log *s, struct job *j, int64_t time, unsigned data,
    const char *name, size_t n, const char *label)
{
	char writer[LIMIT_NAME + 1];

	if (n > LIMIT_NAME)
		n = LIMIT_NAME;
	memcpy(writer, name, n);
	writer[n] = 0;
	return tell(s, j, time, KIND_GETST, 1 << PHASE_OK, data, writer,
	    label);
}

/* Status `fine` and `failed` as bits of the data. */
enum { FINE = 1 << 0, FAILED = 1 << 1 };

/* ", State: 0x1 (VSS_WS_STABLE)". The name tells; the number is printed in
 * one base by some versions and in another by others, so only one digit is
 * taken from it. */
static unsigned
status_of(const char *p, const char *end)
{
	const char *name = vss_phrase_find(p, end, "(VSS_WS_"), *number;
	uint32_t n;

	if (name && vss_phrase_find(name, end, "FAILED"))
		return FAILED;
	if (name && !vss_phrase_find(name, end, "UNKNOWN"))
		return FINE;
	number = vss_phrase_find(p, end, "State: 0x");
	if (!number)
		return FINE | FAILED;
	number += strlen("State: 0x");
	if (!vss_phrase_hex(&number, end, &n) || n < 1 || n > 9)
		return FINE | FAILED;
	return n <= 5 ? FINE : FAILED;
}

/* "\"writer\", State: ...": 0 when it is none. */
static int
quoted(const char *p, const char *end, const char **name, size_t *n,
    const char *after)
{
	const char *q;

	if (!vss_phrase_skip(&p, end, "\""))
		return 0;
	q = vss_phrase_find(p, end, after);
	if (!q || q == p)
		return 0;
	*name = p;
	*n = (size_t)(q - p);
	return 1;
}

static enum vss_status
refuse(struct log *s, const char *text, int *used)
{
	vss_import_refuse(s->out, s->line, 1, text);
	*used = -1;
	return VSS_OK;
}

static enum vss_status
status_line(struct log *s, struct job *j, const struct lead *l, const char *p,
    int completed, int *used)
{
	const char *name, *label = completed ? "VSS Writer (BackupComplete)" :
	    "VSS Writer (PrepareForBackup)";
	enum vss_status st = VSS_OK;
	int *told = completed ? &j->completed : &j->prepared;
	size_t n;

	vss_phrase_blanks(&p, l->end);
	if (!quoted(p, l->end, &name, &n, "\", State:"))
		return refuse(s, "a writer's status without \"NAME\", State: "
		    "0xN (VSS_WS_...)", used);
	if (!*told) {
		if (completed)
			st = tell(s, j, VSS_NO_TIME, KIND_COMPL,
			    1 << PHASE_CALL, 0, NULL, label);
		if (st == VSS_OK)
			st = tell(s, j, VSS_NO_TIME, completed ? KIND_COMPL :
			    KIND_PREP, ENDED, 0, NULL, label);
	}
	*told = 1;
	return st != VSS_OK ? st : writer_status(s, j, VSS_NO_TIME,
	    status_of(name + n, l->end), name, n, label);
}

static enum vss_status
invalid_state(struct log *s, struct job *j, const struct lead *l,
    const char *p, int *used)
{
	const char *name;
	size_t n;

	if (!quoted(p, l->end, &name, &n, "\" has invalid state"))
		return refuse(s, "a writer's state without its name", used);
	return writer_status(s, j, l->time, FAILED, name, n,
	    "VSS Writer has invalid state");
}

/* *used: the line said something; -1: it has been refused. */
static enum vss_status
take_text(struct log *s, const struct lead *l, int *used)
{
	const char *p = l->text, *end = l->end;
	struct job *j;

	*used = 1;
	if (vss_phrase_skip(&p, end, "VSS Writer (")) {
		j = find_job(s, l->key);
		j->heard = s->line;
		if (vss_phrase_skip(&p, end, "PrepareForBackup):"))
			return status_line(s, j, l, p, 0, used);
		if (vss_phrase_skip(&p, end, "BackupComplete):"))
			return status_line(s, j, l, p, 1, used);
		*used = 0;	/* RestoreComplete */
		return VSS_OK;
	}
	/* the message of the failure is one that was put together of two */
	if (vss_phrase_skip(&p, end, "CreateSGenerate VSS snapshots failed") ||
	    vss_phrase_skip(&p, end, "Generate VSS snapshots failed"))
		return set_failed(s, find_job(s, l->key), l);
	if (vss_phrase_skip(&p, end, "Generate VSS snapshots."))
		return begin(s, find_job(s, l->key), l);
	if (vss_phrase_skip(&p, end, "VSS API failure calling \""))
		return call_failed(s, find_job(s, l->key), l, p);
	if (vss_phrase_skip(&p, end, "VSS Writer "))
		return invalid_state(s, find_job(s, l->key), l, p, used);
	if (vss_phrase_skip(&p, end, "VSS_E_SNAPSHOT_SET_IN_PROGRESS, "))
		return tell(s, find_job(s, l->key), l->time, KIND_START,
		    1 << PHASE_ERR, 0, NULL,
		    "VSS_E_SNAPSHOT_SET_IN_PROGRESS, retrying");
	if (vss_phrase_skip(&p, end, "VSS was not initialized properly"))
		remark(s, l, "the backup program could not initialise VSS");
	else if (vss_phrase_skip(&p, end, "Generate VSS snapshot of drive"))
		remark(s, l, "a drive could not be added to the snapshot set");
	else if (vss_phrase_skip(&p, end, "No drive letters found for "
	    "generating VSS snapshots"))
		remark(s, l, "there was no drive to make a snapshot of");
	else
		*used = 0;
	return VSS_OK;
}

static int
is_ours(const char *text, const char *end)
{
	return vss_phrase_skip(&text, end, "Generate VSS snapshots") ||
	    vss_phrase_skip(&text, end, "CreateSGenerate VSS snapshots") ||
	    vss_phrase_skip(&text, end, "VSS API failure calling \"") ||
	    vss_phrase_skip(&text, end, "VSS Writer (PrepareForBackup): \"") ||
	    vss_phrase_skip(&text, end, "VSS Writer (BackupComplete): \"") ||
	    (vss_phrase_skip(&text, end, "VSS Writer \"") &&
	    vss_phrase_find(text, end, "\" has invalid state"));
}

/* "  Start time:             05-Oct-2018 10:18:59" */
static int
year_told(const char *p, const char *end)
{
	int d, y;

	vss_phrase_blanks(&p, end);
	if (!vss_phrase_skip(&p, end, "Start time:") &&
	    !vss_phrase_skip(&p, end, "Scheduled time:"))
		return 0;
	vss_phrase_blanks(&p, end);
	if (!vss_phrase_number(&p, end, 1, 2, &d) ||
	    !vss_phrase_skip(&p, end, "-"))
		return 0;
	while (p < end && *p != '-' && *p != ' ')
		p++;
	return vss_phrase_skip(&p, end, "-") &&
	    vss_phrase_number(&p, end, 4, 4, &y) ? y : 0;
}

/* What of the whole log has to be known before the first line. */
static void
look(struct log *s, const char *buf, size_t len)
{
	const char *p = buf, *start, *end;
	int bareos = 0, bacula = 0, year;
	struct lead l;

	while ((start = p, end = vss_line(&p, buf + len))) {
		if (!s->year && (year = year_told(start, end)))
			s->year = year;
		if (parse_lead(start, end, 0, &l)) {
			s->coarse |= l.coarse;
			s->is_burp |= l.is_burp && is_ours(l.text, l.end);
		}
		bareos |= vss_phrase_find(start, end, "areos") != NULL;
		bacula |= vss_phrase_find(start, end, "acula") != NULL;
	}
	if (s->is_burp)
		s->image = "burp.exe";
	else if (bareos || bacula)
		s->image = bareos ? "bareos-fd.exe" : "bacula-fd.exe";
}

static void
make_profile(const struct log *s, struct vss_profile *p)
{
	vss_profile_none(p, "bacula");
	vss_profile_show(p, KIND_COMPL, 1);
	/* Burp looks at no result of what it waits for */
	if (!s->is_burp)
		p->shows[KIND_DO] = 1 << PHASE_ERR | 1 << PHASE_CAN;
	p->tick = s->coarse ? 60 * SECOND : SECOND;
	p->local_time = 1;
	p->limits = "a job log tells what the backup program prints of its "
	    "calls: the writers' status, BackupComplete and what failed, no "
	    "Release, no AbortBackup and nothing that writers did; its times "
	    "are local and taken as UTC unless --utc-offset tells";
}

static enum vss_status
take_line(struct log *s, const char *start, const char *end)
{
	struct lead l;
	enum vss_status st;
	int used;

	parse_lead(start, end, s->year, &l);
	vss_import_time(s->out, l.time);
	st = take_text(s, &l, &used);
	if (used > 0)
		s->out->counts.used++;
	else if (!used)
		s->out->counts.ignored++;
	return st;
}

enum vss_status
vss_bacula_read(const char *buf, size_t len, struct vss_import *out,
    struct vss_error *error)
{
	struct log s = { .out = out, .error = error };
	const char *p = buf, *start, *end;
	struct vss_profile profile;
	enum vss_status st;

	look(&s, buf, len);
	make_profile(&s, &profile);
	st = out->profile(out->arg, &profile);
	while (st == VSS_OK && (start = p, end = vss_line(&p, buf + len))) {
		s.line++;
		st = take_line(&s, start, end);
	}
	out->counts.lines = s.line;
	return st;
}

int
vss_bacula_probe(const char *buf, size_t len)
{
	const char *p = buf, *start, *end;
	struct lead l;
	int i;

	for (i = 0; i < PROBED && (start = p, end = vss_line(&p, buf + len));
	    i++) {
		parse_lead(start, end, 0, &l);
		if (is_ours(l.text, l.end))
			return 2;
	}
	return 0;
}
