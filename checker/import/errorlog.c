/*
 * ERRORLOG of SQL Server: that the writes of databases were stopped and let
 * go.
 *
 * The layout is that of public excerpts: "YYYY-MM-DD HH:MM:SS.cc  source
 * text", one line a database (messages 3197 and 3198, whose numbers are not
 * printed). English only: the text has no other mark.
 *
 * A T-SQL snapshot backup and programs that talk to SQL Server themselves
 * stop writes in the same words. So the lines are told as what they are, the
 * application's writes stopped and let go, and not as Freeze and Thaw; and
 * only in pairs: that no line follows is evidence of nothing.
 *
 * The clock is local time; "UTC adjustment", written when the server starts,
 * tells its offset.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "import.h"
#include "phrase.h"

#define SECOND INT64_C(1000000)

#define LIMITS	"SQL Server's ERRORLOG tells that the writes of databases " \
	"were stopped and let go, and not for whom: it shows no backup of its " \
	"own"

enum {
	DATABASES = 32767,	/* of one instance, by SQL Server's limits */
	CHAINS = 4096,
	PROBED = 16
};

/* A database whose writes have been stopped since the first one was. */
struct database {
	const char *name;
	size_t n;
	int frozen;
	int next;		/* of its chain, -1 */
};

struct errorlog {
	struct vss_import *out;
	struct vss_error *error;
	int telling;
	int has_offset;
	int64_t first_offset, offset;
	struct database *list;
	int n, room, frozen;
	int chains[CHAINS];
	uint64_t line, first_line;
	int64_t first;
};

struct entry {
	int64_t time;
	const char *text, *end;
};

/* The source of a message: spid and a number, or a part of the server. */
static int
skip_source(const char **p, const char *end)
{
	static const char *const parts[] = { "Server", "Backup", "Logon" };
	size_t i;
	int n;

	if (vss_phrase_skip(p, end, "spid")) {
		if (!vss_phrase_number(p, end, 1, 9, &n))
			return 0;
		vss_phrase_skip(p, end, "s");
		return 1;
	}
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (vss_phrase_skip(p, end, parts[i]))
			return 1;
	return 0;
}

static int
parse_entry(const char *p, const char *end, struct entry *e)
{
	int y, mo, d, h, mi, s, hundredths;

	if (!vss_phrase_number(&p, end, 4, 4, &y) ||
	    !vss_phrase_skip(&p, end, "-") ||
	    !vss_phrase_number(&p, end, 2, 2, &mo) ||
	    !vss_phrase_skip(&p, end, "-") ||
	    !vss_phrase_number(&p, end, 2, 2, &d) ||
	    !vss_phrase_skip(&p, end, " ") ||
	    !vss_phrase_number(&p, end, 2, 2, &h) ||
	    !vss_phrase_skip(&p, end, ":") ||
	    !vss_phrase_number(&p, end, 2, 2, &mi) ||
	    !vss_phrase_skip(&p, end, ":") ||
	    !vss_phrase_number(&p, end, 2, 2, &s) ||
	    !vss_phrase_skip(&p, end, ".") ||
	    !vss_phrase_number(&p, end, 2, 2, &hundredths) ||
	    !vss_phrase_skip(&p, end, " "))
		return 0;
	vss_phrase_blanks(&p, end);
	if (!skip_source(&p, end))
		return 0;
	vss_phrase_blanks(&p, end);
	e->time = vss_phrase_time(y, mo, d, h, mi, s);
	if (e->time != VSS_NO_TIME)
		e->time += hundredths * (SECOND / 100);
	e->text = p;
	e->end = end;
	return 1;
}

static unsigned
chain_of(const char *p, size_t n)
{
	unsigned h = 2166136261u;

	while (n--)
		h = (h ^ (unsigned char)*p++) * 16777619u;
	return h % CHAINS;
}

static void
forget(struct errorlog *s)
{
	int i;

	for (i = 0; i < CHAINS; i++)
		s->chains[i] = -1;
	s->n = s->frozen = 0;
}

static struct database *
find_database(struct errorlog *s, const char *p, size_t n)
{
	int i = s->chains[chain_of(p, n)];

	while (i >= 0 && (s->list[i].n != n ||
	    memcmp(s->list[i].name, p, n)))
		i = s->list[i].next;
	return i < 0 ? NULL : &s->list[i];
}

static enum vss_status
add_database(struct errorlog *s, const char *p, size_t n)
{
	unsigned chain = chain_of(p, n);
	struct database *list;
	int room;

	if (s->n == s->room) {
		room = s->room ? s->room * 2 : 16;
		if (!(list = realloc(s->list, room * sizeof(*list))))
			return vss_import_no_memory(s->error);
		s->list = list;
		s->room = room;
	}
	s->list[s->n].name = p;
	s->list[s->n].n = n;
	s->list[s->n].frozen = 1;
	s->list[s->n].next = s->chains[chain];
	s->chains[chain] = s->n++;
	return VSS_OK;
}

static enum vss_status
tell(struct errorlog *s, int kind, uint64_t line, int64_t time)
{
	struct vss_event ev = { 0 };
	char label[56];

	snprintf(label, sizeof(label), "I/O %s on %d database%s",
	    kind == KIND_FREEZEIO ? "frozen" : "resumed", s->n,
	    s->n == 1 ? "" : "s");
	ev.kind = kind;
	ev.phases = 1 << PHASE_OK;
	ev.line = line;
	ev.time = time;
	ev.writer = "SqlServerWriter";
	ev.label = label;
	return s->out->event(s->out->arg, &ev, s->error);
}

static void
remark(struct errorlog *s, const struct entry *e)
{
	char text[200], took[40] = "";

	if (e && e->time != VSS_NO_TIME && s->first != VSS_NO_TIME &&
	    e->time >= s->first)
		snprintf(took, sizeof(took), " for %.2f s",
		    (double)(e->time - s->first) / 1e6);
	snprintf(text, sizeof(text), "SQL Server: I/O frozen on %d database%s"
	    "%s%s", s->n, s->n == 1 ? "" : "s", took, e ? ", by VSS or by "
	    "another snapshot backup" : " and not resumed in this log");
	vss_import_context(s->out, s->first_line, s->first, text);
}

/* *used: -1 when the line had to be refused. */
static enum vss_status
frozen(struct errorlog *s, const struct entry *e, const char *p, size_t n,
    int *used)
{
	struct database *d = find_database(s, p, n);
	char text[48];

	/* frozen again: what let it go the last time is not in this log */
	if (d && d->frozen) {
		remark(s, NULL);
		forget(s);
		d = NULL;
	}
	if (!s->n) {
		s->first = e->time;
		s->first_line = s->line;
	}
	if (!d && s->n == DATABASES) {
		snprintf(text, sizeof(text), "more than %d databases",
		    DATABASES);
		vss_import_refuse(s->out, s->line, 1, text);
		*used = -1;
		return VSS_OK;
	}
	s->frozen++;
	if (!d)
		return add_database(s, p, n);
	d->frozen = 1;
	return VSS_OK;
}

static enum vss_status
resumed(struct errorlog *s, const struct entry *e, const char *p, size_t n)
{
	struct database *d = find_database(s, p, n);
	enum vss_status st;

	/* frozen before the log began */
	if (!d || !d->frozen)
		return VSS_OK;
	d->frozen = 0;
	if (--s->frozen)
		return VSS_OK;
	st = tell(s, KIND_FREEZEIO, s->first_line, s->first);
	if (st == VSS_OK)
		st = tell(s, KIND_RESUMEIO, s->line, e->time);
	remark(s, e);
	forget(s);
	return st;
}

/* The name of a database, which may hold anything, is all up to the last
 * sentence that the message has in common. */
static size_t
name_length(const char *p, const char *end)
{
	const char *q = vss_phrase_find(p, end, ". No user action"), *next;

	while (q && (next = vss_phrase_find(q + 1, end, ". No user action")))
		q = next;
	if (q)
		return (size_t)(q - p);
	if (end > p && end[-1] == '.')
		end--;
	return (size_t)(end - p);
}

/* "UTC adjustment: -8:00" */
static void
take_offset(struct errorlog *s, const char *p, const char *end)
{
	int h, m, sign = 1;

	vss_phrase_blanks(&p, end);
	if (vss_phrase_skip(&p, end, "-"))
		sign = -1;
	if (!vss_phrase_number(&p, end, 1, 2, &h) ||
	    !vss_phrase_skip(&p, end, ":") ||
	    !vss_phrase_number(&p, end, 2, 2, &m) || h > 14 || m > 59)
		return;
	s->offset = -sign * (h * 60 + m) * 60 * SECOND;
	if (!s->has_offset)
		s->first_offset = s->offset;
	s->has_offset = 1;
}

/* *used: the line said something; -1: it has been refused. */
static enum vss_status
take_entry(struct errorlog *s, struct entry *e, int *used)
{
	const char *p = e->text;

	if (vss_phrase_skip(&p, e->end, "UTC adjustment:")) {
		take_offset(s, p, e->end);
		*used = 1;
		return VSS_OK;
	}
	if (!s->telling)
		return VSS_OK;
	if (e->time != VSS_NO_TIME)
		e->time += s->offset;
	vss_import_time(s->out, e->time);
	*used = 1;
	if (vss_phrase_skip(&p, e->end, "I/O is frozen on database "))
		return frozen(s, e, p, name_length(p, e->end), used);
	if (vss_phrase_skip(&p, e->end, "I/O was resumed on database "))
		return resumed(s, e, p, name_length(p, e->end));
	*used = 0;
	return VSS_OK;
}

static int
speaks_of_io(const char *p, const char *end)
{
	return vss_phrase_find(p, end, "I/O is frozen on database ") ||
	    vss_phrase_find(p, end, "I/O was resumed on database ");
}

static enum vss_status
take_line(struct errorlog *s, const char *p, const char *end)
{
	struct entry e;
	enum vss_status st;
	int used = 0;

	if (!parse_entry(p, end, &e)) {
		if (s->telling && speaks_of_io(p, end))
			vss_import_refuse(s->out, s->line, 1, "the line tells "
			    "of frozen I/O, but does not begin with "
			    "YYYY-MM-DD HH:MM:SS.cc and a source");
		else if (s->telling)
			s->out->counts.ignored++;
		return VSS_OK;
	}
	if (e.time == VSS_NO_TIME && speaks_of_io(e.text, e.end)) {
		if (s->telling)
			vss_import_refuse(s->out, s->line, 1, "no such time");
		return VSS_OK;
	}
	st = take_entry(s, &e, &used);
	if (s->telling && used > 0)
		s->out->counts.used++;
	else if (s->telling && !used)
		s->out->counts.ignored++;
	return st;
}

static enum vss_status
take_lines(struct errorlog *s, const char *buf, size_t len)
{
	const char *p = buf, *start, *end;
	enum vss_status st = VSS_OK;

	forget(s);
	s->line = 0;
	while (st == VSS_OK && (start = p, end = vss_line(&p, buf + len))) {
		s->line++;
		st = take_line(s, start, end);
	}
	if (st == VSS_OK && s->frozen)
		remark(s, NULL);
	return st;
}

enum vss_status
vss_errorlog_read(const char *buf, size_t len, struct vss_import *out,
    struct vss_error *error)
{
	struct errorlog *s = calloc(1, sizeof(*s));
	struct vss_profile p;
	enum vss_status st;

	if (!s)
		return vss_import_no_memory(error);
	s->out = out;
	s->error = error;
	st = take_lines(s, buf, len);
	vss_profile_none(&p, "errorlog");
	p.shows[KIND_FREEZEIO] = p.shows[KIND_RESUMEIO] = 1 << PHASE_OK;
	p.doubtful[KIND_FREEZEIO] = p.doubtful[KIND_RESUMEIO] = 1;
	p.hides_others[KIND_FREEZEIO] = p.hides_others[KIND_RESUMEIO] =
	    1 << PHASE_OK;
	p.tick = SECOND / 100;
	p.local_time = !s->has_offset;
	p.limits = s->has_offset ? LIMITS : LIMITS "; its times are local and "
	    "taken as UTC unless --utc-offset tells";
	if (st == VSS_OK)
		st = out->profile(out->arg, &p);
	s->offset = s->first_offset;
	s->telling = 1;
	if (st == VSS_OK)
		st = take_lines(s, buf, len);
	out->counts.lines = s->line;
	free(s->list);
	free(s);
	return st;
}

int
vss_errorlog_probe(const char *buf, size_t len)
{
	const char *p = buf, *start, *end;
	struct entry e;
	int i;

	for (i = 0; i < PROBED && (start = p, end = vss_line(&p, buf + len));
	    i++)
		if (parse_entry(start, end, &e))
			return 2;
	return 0;
}
