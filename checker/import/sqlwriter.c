/*
 * SqlWriterLogger.txt: the log of SQL Server's VSS writer.
 *
 * The layout is that of Microsoft's page "SQL Server VSS Writer logging" and
 * of the exports on it. A line is written when a handler is entered, none
 * when it returns; that it failed is told by a line of its own. The lines of
 * one backup are written by one thread, whose id stands for the backup.
 *
 * Traps: the clock is local time in whole seconds, its offset from UTC is told
 * when the service starts; another program's question (OnIdentify) may stand
 * anywhere; level VERBOSE puts text before the phrases.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "hresult.h"
#include "import.h"
#include "phrase.h"

#define SECOND INT64_C(1000000)

#define LIMITS	"the SQL writer's log tells when its handlers were entered " \
	"and that one failed, nothing of the requester, of other writers or " \
	"of BackupShutdown"

/* Threads that are kept in mind; of more the one not heard of for longest is
 * forgotten, and what it writes later is the middle of a backup. */
enum { THREADS = 64, PROBED = 64 };

/* A freeze that somebody could find too long: see make_profile(). */
#define LONG_FREEZE	(10 * SECOND)

struct thread {
	uint32_t id;
	int known;
	uint64_t heard;		/* line */
	int last;		/* the kind of its last handler, 0 */
	int failed;		/* that one has, and it has been told */
	int place;		/* of the thread that its backup goes by */
	uint32_t place_id;
	int run;		/* it is in a backup */
	uint64_t had;		/* handlers of that backup, a set */
	uint64_t begun;		/* line */
	int part;		/* the log has not all of it */
	uint64_t from;		/* its first line, when it is one of several
				 * that the log joins in the middle, 0 */
	int64_t frozen;		/* since when, VSS_NO_TIME */
};

struct log {
	struct vss_import *out;
	struct vss_error *error;
	int telling;		/* the second time over the lines */
	int has_offset;
	int lost;		/* threads have been forgotten */
	int frozen_left;	/* a writer that was frozen is lost sight of */
	int frozen_long;
	int64_t first_offset, offset;	/* from local time to UTC */
	struct thread threads[THREADS];
	/* lines on which backups begin that are under way at the end */
	uint64_t cut[THREADS];
	int ncut;
	uint64_t line;
};

struct entry {
	int64_t time;
	uint32_t thread;
	const char *text, *end;
};

static const struct { const char *name; int kind; } handlers[] = {
	{ "OnIdentify", KIND_ID }, { "OnPrepareBackup", KIND_PB },
	{ "OnPrepareSnapshot", KIND_PS }, { "OnFreeze", KIND_FZ },
	{ "OnThaw", KIND_TH }, { "OnPostSnapshot", KIND_PO },
	{ "OnBackupComplete", KIND_BC }, { "OnAbort", KIND_AB },
	/* seen in no log so far */
	{ "OnBackupShutdown", KIND_SD },
};

enum { HANDLERS = sizeof(handlers) / sizeof(handlers[0]) };

static uint64_t
bit(int kind)
{
	return UINT64_C(1) << kind;
}

/* "[MM/DD/YYYY HH:MM:SS, TID hex] text": 1, or 0 when it is no such line.
 * A time that there cannot be is VSS_NO_TIME. */
static int
parse_entry(const char *p, const char *end, struct entry *e)
{
	int mo, d, y, h, mi, s;

	if (!vss_phrase_skip(&p, end, "[") ||
	    !vss_phrase_number(&p, end, 2, 2, &mo) ||
	    !vss_phrase_skip(&p, end, "/") ||
	    !vss_phrase_number(&p, end, 2, 2, &d) ||
	    !vss_phrase_skip(&p, end, "/") ||
	    !vss_phrase_number(&p, end, 4, 4, &y) ||
	    !vss_phrase_skip(&p, end, " ") ||
	    !vss_phrase_number(&p, end, 2, 2, &h) ||
	    !vss_phrase_skip(&p, end, ":") ||
	    !vss_phrase_number(&p, end, 2, 2, &mi) ||
	    !vss_phrase_skip(&p, end, ":") ||
	    !vss_phrase_number(&p, end, 2, 2, &s) ||
	    !vss_phrase_skip(&p, end, ", TID ") ||
	    !vss_phrase_hex(&p, end, &e->thread) ||
	    !vss_phrase_skip(&p, end, "]"))
		return 0;
	vss_phrase_blanks(&p, end);
	e->time = vss_phrase_time(y, mo, d, h, mi, s);
	e->text = p;
	e->end = end;
	return 1;
}

static const char *
handler_name(int kind)
{
	int i;

	for (i = 0; i < HANDLERS; i++)
		if (handlers[i].kind == kind)
			return handlers[i].name;
	return "no handler";
}

/* What has been begun in the backup and is not over as the log ends or leaves
 * it: a writer that nobody saw thaw may have died. */
static void
leave(struct log *s, const struct thread *t)
{
	if (t->run && (t->had & bit(KIND_FZ)) &&
	    !(t->had & (bit(KIND_TH) | bit(KIND_AB))))
		s->frozen_left = 1;
}

static struct thread *
find_thread(struct log *s, uint32_t id)
{
	struct thread *t, *oldest = s->threads;
	int i;

	for (i = 0; i < THREADS; i++) {
		t = &s->threads[i];
		if (t->known && t->id == id)
			return t;
		if (!t->known || (oldest->known && t->heard < oldest->heard))
			oldest = t;
	}
	leave(s, oldest);
	s->lost |= oldest->known;
	memset(oldest, 0, sizeof(*oldest));
	oldest->known = 1;
	oldest->id = id;
	return oldest;
}

static enum vss_status
tell(struct log *s, const struct entry *e, const struct thread *t, int kind,
    int phase, int first, const char *label)
{
	struct vss_event ev = { 0 };
	char object[80];

	if (!s->telling)
		return VSS_OK;
	if (t) {
		/* a log that was rolled goes on with the same name */
		snprintf(object, sizeof(object), "SQL writer thread %" PRIx32
		    "%s", t->id, t->part ? ", in part" : "");
		if (t->from)
			snprintf(object, sizeof(object), "SQL writer thread %"
			    PRIx32 ", from line %" PRIu64, t->id, t->from);
		ev.object = object;
	}
	ev.kind = kind;
	ev.phases = 1 << phase;
	ev.data = kind == KIND_SD ? 0x7 : 0;
	ev.starts = first && kind == KIND_PB;
	ev.middle = first && kind != KIND_PB;
	ev.line = s->line;
	ev.time = e->time;
	ev.writer = "SqlServerWriter";
	ev.label = label;
	return s->out->event(s->out->arg, &ev, s->error);
}

static void
remark(struct log *s, const struct entry *e, const char *text)
{
	if (s->telling)
		vss_import_context(s->out, s->line, e->time, text);
}

/* Is the backup over, as far as its writer knows? */
static int
is_over(const struct thread *r)
{
	return (r->had & (bit(KIND_BC) | bit(KIND_AB))) != 0;
}

/* Can the handler be of the thread's backup? Each comes once in one, but for
 * Abort, and of a backup that is over only what may follow its end. */
static int
can_be_of(const struct thread *r, int kind)
{
	if (!r->known || !r->run)
		return 0;
	if (kind == KIND_AB)
		return 1;
	if (r->had & bit(kind))
		return 0;
	return !is_over(r) || kind == KIND_BC || kind == KIND_SD;
}

/* The thread in whose backup the handler is: this one, or, should VSS call
 * the writer in another thread than before, that of the only backup under way
 * that it can be of. */
static struct thread *
find_run(struct log *s, struct thread *t, int kind)
{
	struct thread *found = NULL, *r;
	int i, n = 0;

	if (kind == KIND_PB || can_be_of(t, kind))
		return t;
	for (i = 0; i < THREADS; i++) {
		r = &s->threads[i];
		if (can_be_of(r, kind) && !is_over(r)) {
			found = r;
			n++;
		}
	}
	return n == 1 ? found : t;
}

/* Does the log end within the backup that begins on this line? */
static int
is_cut(const struct log *s)
{
	int i;

	for (i = 0; i < s->ncut; i++)
		if (s->cut[i] == s->line)
			return 1;
	return 0;
}

static enum vss_status
entered(struct log *s, const struct entry *e, int kind)
{
	struct thread *t = find_thread(s, e->thread), *r;
	int first;

	t->heard = s->line;
	t->last = kind;
	t->failed = 0;
	if (kind == KIND_ID) {
		/* VSS asks once more while it makes the copy: nobody's
		 * GatherWriterMetadata */
		if (t->run && (t->had & bit(KIND_PS)) && !is_over(t))
			return VSS_OK;
		return tell(s, e, NULL, kind, PHASE_CALL, 0, "OnIdentify");
	}
	r = find_run(s, t, kind);
	first = kind == KIND_PB || !can_be_of(r, kind);
	if (first) {
		leave(s, r);
		r->from = kind != KIND_PB && (s->lost || r->run) ? s->line : 0;
		r->run = 1;
		r->had = 0;
		r->begun = s->line;
		r->part = kind != KIND_PB || is_cut(s);
	}
	r->had |= bit(kind);
	if (kind == KIND_FZ)
		r->frozen = e->time;
	else if (kind == KIND_TH && r->had & bit(KIND_FZ) && r->frozen !=
	    VSS_NO_TIME && e->time != VSS_NO_TIME)
		s->frozen_long |= e->time - r->frozen >= LONG_FREEZE;
	t->place = (int)(r - s->threads);
	t->place_id = r->id;
	return tell(s, e, r, kind, PHASE_CALL, first, handler_name(kind));
}

/* "HRESULT EXCEPTION CAUGHT: hr: 0x80780002" is of the handler that the
 * thread is in. */
static enum vss_status
fault(struct log *s, const struct entry *e)
{
	struct thread *t = find_thread(s, e->thread), *r;
	const char *p = vss_phrase_find(e->text, e->end, "0x"), *name = NULL;
	uint32_t code = 0;
	char text[160], label[56];
	int kind = t->last;

	t->heard = s->line;
	if (p && (p += 2, vss_phrase_hex(&p, e->end, &code)))
		name = vss_hresult_name(code);
	snprintf(text, sizeof(text), "SQL writer: error 0x%08" PRIX32 "%s%s "
	    "in %s", code, name ? " " : "", name ? name : "",
	    handler_name(kind));
	remark(s, e, text);
	if (!kind || t->failed)
		return VSS_OK;
	t->failed = 1;
	snprintf(label, sizeof(label), "%s, 0x%08" PRIX32, handler_name(kind),
	    code);
	r = &s->threads[t->place];
	return kind == KIND_ID || !r->run || r->id != t->place_id ? VSS_OK :
	    tell(s, e, r, kind, PHASE_ERR, 0, label);
}

/* A new process of the writer: the one before is gone, and with it what it
 * was in. */
static enum vss_status
started(struct log *s, const struct entry *e)
{
	enum vss_status st = VSS_OK;
	struct thread *t;
	int i;

	for (i = 0; i < THREADS && st == VSS_OK; i++) {
		t = &s->threads[i];
		if (t->known && t->run && !is_over(t))
			st = tell(s, e, t, KIND_WDEAD, PHASE_OK, 0,
			    "the writer's service started anew");
	}
	s->lost = 1;
	memset(s->threads, 0, sizeof(s->threads));
	return st;
}

/* "UTC OFFSET: -8:00": what is to be subtracted from local time. */
static int
take_offset(struct log *s, const char *p, const char *end)
{
	int h, m, sign = 1;

	vss_phrase_blanks(&p, end);
	if (vss_phrase_skip(&p, end, "-"))
		sign = -1;
	else
		vss_phrase_skip(&p, end, "+");
	if (!vss_phrase_number(&p, end, 1, 2, &h) ||
	    !vss_phrase_skip(&p, end, ":") ||
	    !vss_phrase_number(&p, end, 2, 2, &m) || h > 14 || m > 59)
		return 0;
	s->offset = -sign * (h * 60 + m) * 60 * SECOND;
	if (!s->has_offset)
		s->first_offset = s->offset;
	s->has_offset = 1;
	return 1;
}

static int
handler_of(const char *p, const char *end)
{
	size_t n = 0;
	int i;

	while (p + n < end && p[n] != '.' && p[n] != ' ')
		n++;
	for (i = 0; i < HANDLERS; i++)
		if (strlen(handlers[i].name) == n &&
		    !memcmp(handlers[i].name, p, n))
			return handlers[i].kind;
	return 0;
}

/* A handler that is not known: it may have been any of the backup's. */
static void
unknown_handler(struct log *s, const struct entry *e, const char *p)
{
	struct thread *t = find_thread(s, e->thread);
	char text[120], name[64];
	size_t n = 0;

	while (p + n < e->end && p[n] != '.' && n < sizeof(name) - 1)
		n++;
	memcpy(name, p, n);
	name[n] = 0;
	snprintf(text, sizeof(text), "SQL writer: %s is judged by no rule",
	    name);
	if (strcmp(name, "Initialize"))
		remark(s, e, text);
	leave(s, t);
	s->lost = 1;
	memset(t, 0, sizeof(*t));
}

/* Facts about the backup that no rule needs from here, but a reader does. */
static int
is_fact(const char *p, const char *end)
{
	return vss_phrase_find(p, end, "backup selected.") ||
	    vss_phrase_find(p, end, "Backup type is ");
}

/* One line that has the lead of an entry. *used: it said something. */
static enum vss_status
take_entry(struct log *s, struct entry *e, int *used)
{
	const char *p;
	char text[100];
	int kind, n;

	*used = 1;
	if ((p = vss_phrase_find(e->text, e->end, "UTC OFFSET:"))) {
		*used = take_offset(s, p + strlen("UTC OFFSET:"), e->end);
		return VSS_OK;
	}
	if (e->time != VSS_NO_TIME)
		e->time += s->has_offset ? s->offset : 0;
	if (s->telling)
		vss_import_time(s->out, e->time);
	/* names of databases may hold anything */
	if (vss_phrase_find(e->text, e->end, "Database ") == e->text) {
		*used = 0;
		return VSS_OK;
	}
	if ((p = vss_phrase_find(e->text, e->end, "Entering SQL Writer "))) {
		p += strlen("Entering SQL Writer ");
		if ((kind = handler_of(p, e->end)))
			return entered(s, e, kind);
		unknown_handler(s, e, p);
	} else if (vss_phrase_find(e->text, e->end,
	    "HRESULT EXCEPTION CAUGHT"))
		return fault(s, e);
	else if (vss_phrase_find(e->text, e->end,
	    "SQLWRITER TRACING STARTED"))
		return started(s, e);
	else if (is_fact(e->text, e->end)) {
		n = e->end - e->text < 80 ? (int)(e->end - e->text) : 80;
		snprintf(text, sizeof(text), "SQL writer: %.*s", n, e->text);
		remark(s, e, text);
	} else
		*used = 0;
	return VSS_OK;
}

/* A line that tells of a handler and not when, or in which thread. */
static void
damaged(struct log *s)
{
	int i;

	for (i = 0; i < THREADS; i++)
		leave(s, &s->threads[i]);
	s->lost = 1;
	memset(s->threads, 0, sizeof(s->threads));
	if (s->telling)
		vss_import_refuse(s->out, s->line, 1, "the line tells of a "
		    "handler of the SQL writer, but does not begin with "
		    "[MM/DD/YYYY HH:MM:SS, TID n]");
}

static int
speaks_of_handler(const char *p, const char *end)
{
	return vss_phrase_find(p, end, "Entering SQL Writer On") ||
	    vss_phrase_find(p, end, "HRESULT EXCEPTION CAUGHT");
}

static enum vss_status
take_line(struct log *s, const char *p, const char *end)
{
	struct entry e;
	enum vss_status st;
	int used = 0, bad;

	if (!parse_entry(p, end, &e)) {
		if (speaks_of_handler(p, end))
			damaged(s);
		else if (s->telling)
			s->out->counts.ignored++;
		return VSS_OK;
	}
	bad = e.time == VSS_NO_TIME && speaks_of_handler(e.text, end);
	st = take_entry(s, &e, &used);
	if (!s->telling)
		return st;
	/* what it tells still has its place among the others */
	if (bad)
		vss_import_refuse(s->out, s->line, 2, "no such time; "
		    "MM/DD/YYYY HH:MM:SS was expected");
	else if (used)
		s->out->counts.used++;
	else
		s->out->counts.ignored++;
	return st;
}

static enum vss_status
take_lines(struct log *s, const char *buf, size_t len)
{
	const char *p = buf, *start, *end;
	enum vss_status st = VSS_OK;
	int i;

	memset(s->threads, 0, sizeof(s->threads));
	s->line = 0;
	s->lost = 0;
	while (st == VSS_OK && (start = p, end = vss_line(&p, buf + len))) {
		s->line++;
		st = take_line(s, start, end);
	}
	for (i = 0; i < THREADS; i++) {
		leave(s, &s->threads[i]);
		if (!s->telling && s->threads[i].run &&
		    !is_over(&s->threads[i]))
			s->cut[s->ncut++] = s->threads[i].begun;
	}
	return st;
}

static void
make_profile(const struct log *s, struct vss_profile *p)
{
	static const int entries[] = { KIND_ID, KIND_PB, KIND_PS, KIND_FZ,
	    KIND_TH, KIND_PO, KIND_BC, KIND_AB };
	size_t i;

	vss_profile_none(p, "sqlwriter");
	for (i = 0; i < sizeof(entries) / sizeof(entries[0]); i++)
		p->shows[entries[i]] = 1 << PHASE_CALL;
	/* Between a freeze and the thaw that answers it the writer has neither
	 * died nor been told to clean up. Only where every freeze is answered
	 * is that known, and only for one that lasted does it matter; that
	 * none of both is in the log is held against nobody. */
	if (s->frozen_long && !s->frozen_left) {
		p->shows[KIND_WDEAD] = 1 << PHASE_OK;
		p->shows[KIND_SD] = 1 << PHASE_CALL;
		p->doubtful[KIND_WDEAD] = p->doubtful[KIND_SD] = 1;
	}
	memcpy(p->hides_others, p->shows, sizeof(p->shows));
	p->hides_others[KIND_END] = 0;
	p->tick = SECOND;
	p->local_time = !s->has_offset;
	p->limits = s->has_offset ? LIMITS : LIMITS "; its times are local "
	    "and taken as UTC unless --utc-offset tells";
}

enum vss_status
vss_sqlwriter_read(const char *buf, size_t len, struct vss_import *out,
    struct vss_error *error)
{
	struct log s = { .out = out, .error = error };
	struct vss_profile p;
	enum vss_status st = take_lines(&s, buf, len);

	if (st != VSS_OK)
		return st;
	make_profile(&s, &p);
	st = out->profile(out->arg, &p);
	/* before the first start of the service its offset will do, too */
	s.offset = s.first_offset;
	s.telling = 1;
	if (st == VSS_OK)
		st = take_lines(&s, buf, len);
	out->counts.lines = s.line;
	return st;
}

int
vss_sqlwriter_probe(const char *buf, size_t len)
{
	const char *p = buf, *start, *end;
	struct entry e;
	int i, entries = 0;

	for (i = 0; i < PROBED && (start = p, end = vss_line(&p, buf + len));
	    i++) {
		if (!parse_entry(start, end, &e))
			continue;
		if (vss_phrase_find(e.text, end, "SQL Writer") ||
		    vss_phrase_find(e.text, end, "SQLWRITER"))
			return 2;
		entries++;
	}
	/* cut out of the middle of one */
	return entries > 1;
}
