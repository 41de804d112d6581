/*
 * Events as the Event Viewer copies them ("Copy details as text"), as
 * `wevtutil qe /f:text` prints them, and as people paste either into mails
 * and issues: with quotation marks in front of the lines, with blank lines
 * between them, or the message alone.
 *
 * All of it is in the language of its Windows. So nothing is read by its
 * label: the lines above the message come in a fixed order, the third is a
 * date, the fourth a number. The time is local; where the event's XML stands
 * below the message, that is read instead.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "log_xml.h"

enum {
	BLANK_LINES = 3,	/* between two of a header or block, at most */
	LABEL_MAX = 64,		/* bytes of a label */
	VIEWER_LINES = 10,	/* of the Event Viewer's header */
	WEVTUTIL_LINES = 12
};

/* Where in the header what stands. */
enum { H_CHANNEL, H_SOURCE, H_DATE, H_ID, H_TASK, H_LEVEL };

struct line {
	const char *start;	/* behind quotation marks */
	const char *text, *stop;	/* without blanks around */
	uint64_t number;
	size_t indent;
};

struct cursor {
	const char *p, *end;
	uint64_t number;	/* of the last line that was taken */
};

struct part {
	const char *p;
	size_t n;
};

struct header {
	struct part value[WEVTUTIL_LINES];
	int n;			/* lines read of it */
	uint64_t line;
	struct part first;	/* of the message, where it begins on the last
				 * line */
};

struct reader {
	struct vss_log_sink *sink;
	struct vss_error *error;
	struct vss_log_build b;
	struct vss_xml_event *x;
	struct cursor c;
	int month_first;	/* dates with slashes: 1/31/2021 */
	uint64_t units;
	char *text;		/* a message or an XML in the making */
	size_t n, room;
};

/*
 * Lines.
 */

static int
next_line(struct cursor *c, struct line *l)
{
	const char *stop, *p = c->p;

	l->start = p;
	if (!(stop = vss_line(&c->p, c->end)))
		return 0;
	l->number = ++c->number;
	while (p < stop && (*p == ' ' || *p == '\t'))
		p++;
	if (p < stop && *p == '>') {	/* quoted in a mail */
		while (p < stop && (*p == '>' || (*p == ' ' && p + 1 < stop &&
		    p[1] == '>')))
			p++;
		p += p < stop && *p == ' ';
		l->start = p;
		while (p < stop && (*p == ' ' || *p == '\t'))
			p++;
	}
	l->text = p;
	l->indent = p - l->start;
	while (stop > p && (stop[-1] == ' ' || stop[-1] == '\t'))
		stop--;
	l->stop = stop;
	return 1;
}

/* That is not blank; 0 also where too many are. */
static int
next_filled(struct cursor *c, struct line *l)
{
	int i;

	for (i = 0; i <= BLANK_LINES && next_line(c, l); i++)
		if (l->text < l->stop)
			return 1;
	return 0;
}

/* A no-break space may stand before the colon (French). */
static size_t
blank_at(const char *p, const char *end)
{
	if (p < end && (*p == ' ' || *p == '\t'))
		return 1;
	if (end - p >= 2 && !memcmp(p, "\302\240", 2))
		return 2;
	return end - p >= 3 && !memcmp(p, "\342\200\257", 3) ? 3 : 0;
}

/* "Label: value", or "Label = value" where `equals`. East Asian colons are
 * colons. 0: it is none. */
static int
labelled(const struct line *l, int equals, struct part *value)
{
	const char *p = l->text;
	size_t n = 0, k;

	for (; p < l->stop && p - l->text <= LABEL_MAX; p++) {
		if (*p == ':' || (equals && *p == '='))
			n = 1;
		else if (l->stop - p >= 3 && !memcmp(p, "\357\274\232", 3))
			n = 3;
		if (n)
			break;
	}
	if (!n || p == l->text)
		return 0;
	for (p += n; (k = blank_at(p, l->stop)); p += k)
		;
	value->p = p;
	value->n = l->stop - p;
	return 1;
}

static int
is_number(struct part v)
{
	size_t i;

	for (i = 0; i < v.n; i++)
		if (v.p[i] < '0' || v.p[i] > '9')
			return 0;
	return v.n > 0 && v.n <= 5;
}

/*
 * Dates.
 */

static int
has_pm(struct part v, char which)
{
	size_t i;

	for (i = 1; i < v.n; i++)
		if ((v.p[i] | 0x20) == 'm' && ((v.p[i - 1] | 0x20) == which ||
		    (i > 1 && (v.p[i - 1] == '.' || v.p[i - 1] == ' ') &&
		    ((v.p[i - 2] | 0x20) == which || (i > 2 &&
		    (v.p[i - 3] | 0x20) == which)))))
			return 1;
	return 0;
}

struct date {
	int n[7], digits[7], count;
	char separator;
};

static void
split_date(struct part v, struct date *d)
{
	size_t i;
	int in = 0;

	memset(d, 0, sizeof(*d));
	for (i = 0; i < v.n; i++) {
		if (v.p[i] < '0' || v.p[i] > '9') {
			if (in && d->count == 1)
				d->separator = v.p[i];
			in = 0;
			continue;
		}
		if (!in && d->count == 7)
			return;
		d->count += !in;
		in = 1;
		if (d->digits[d->count - 1]++ < 7)
			d->n[d->count - 1] = d->n[d->count - 1] * 10 +
			    v.p[i] - '0';
	}
}

static int64_t
parse_date(struct part v, int month_first)
{
	int year, month, day, hour, us = 0, k;
	struct date d;
	char text[64];

	split_date(v, &d);
	if (d.count < 5)
		return VSS_NO_TIME;
	if (d.digits[0] == 4) {
		year = d.n[0];
		month = d.n[1];
		day = d.n[2];
	} else {
		year = d.n[2] + (d.digits[2] <= 2 ? 2000 : 0);
		k = d.separator == '/' && month_first;
		month = d.n[!k];
		day = d.n[k];
	}
	hour = d.n[3];
	if (has_pm(v, 'p') && hour < 12)
		hour += 12;
	else if (has_pm(v, 'a') && hour == 12)
		hour = 0;
	if (d.count == 7)
		for (us = d.n[6], k = d.digits[6]; k < 6; k++)
			us *= 10;
	if (d.count == 7 && d.digits[6] > 6)
		us /= 10;
	snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02d.%06d",
	    year, month, day, hour, d.n[4], d.n[5], us % 1000000);
	return vss_time_parse(text);
}

/* A GUID has enough numbers to be one, and a process id below it (Sysmon). */
static int
is_date(struct part v)
{
	return v.n && v.n <= LABEL_MAX && *v.p != '{' && (parse_date(v, 0) != VSS_NO_TIME ||
	    parse_date(v, 1) != VSS_NO_TIME);
}

/*
 * The header.
 */

/* The lines above the message begin at c: read them, and leave c behind them.
 * 0: they do not. */
static int
read_header(struct cursor *c, struct header *h)
{
	struct cursor ahead = *c;
	int all = VIEWER_LINES;
	struct line l;

	memset(h, 0, sizeof(*h));
	while (h->n < all && next_filled(&ahead, &l)) {
		if (!labelled(&l, 0, &h->value[h->n]))
			break;
		if (h->n <= H_SOURCE && !h->value[h->n].n)
			return 0;
		if (h->n == H_DATE && !is_date(h->value[H_DATE]))
			return 0;
		if (h->n == H_DATE && h->value[H_DATE].n > 10 &&
		    h->value[H_DATE].p[10] == 'T')
			all = WEVTUTIL_LINES;
		if (h->n == H_ID && !is_number(h->value[H_ID]))
			return 0;
		if (!h->n++)
			h->line = l.number;
		*c = ahead;
	}
	if (h->n == all)
		h->first = h->value[all - 1];
	return h->n >= VIEWER_LINES - 1;
}

/* Is what follows a header? Most lines say no by themselves. */
static int
header_follows(const struct cursor *c)
{
	struct cursor ahead = *c;
	struct header h;

	return read_header(&ahead, &h);
}

/* "Event[12]:" of wevtutil. */
static int
is_counter(const struct line *l)
{
	const char *p;

	if (l->stop - l->text < 8 || memcmp(l->text, "Event[", 6))
		return 0;
	for (p = l->text + 6; p < l->stop && *p >= '0' && *p <= '9'; )
		p++;
	return p < l->stop && *p == ']' && l->stop - p <= 2;
}

/* "Event Xml:" in any language: what follows says it. */
static int
xml_follows(const struct line *l, const struct cursor *c)
{
	struct cursor ahead = *c;
	struct part value;
	struct line next;

	return labelled(l, 0, &value) && !value.n &&
	    next_filled(&ahead, &next) &&
	    vss_xml_event_find(next.text, next.stop) == next.text;
}

/* Words of Windows' languages for its levels, as far as they are known. */
static int
level_of(struct part v)
{
	static const struct { const char *word; int level; } words[] = {
		{ "Error", 2 }, { "Fehler", 2 }, { "Erreur", 2 },
		{ "Errore", 2 }, { "Erro", 2 }, { "Fout", 2 },
		{ "Warning", 3 }, { "Warnung", 3 }, { "Avertissement", 3 },
		{ "Advertencia", 3 }, { "Avviso", 3 }, { "Aviso", 3 },
		{ "Waarschuwing", 3 }, { "Information", 4 },
		{ "Informationen", 4 }, { "Informaci\303\263n", 4 },
		{ "Informazioni", 4 }, { "Critical", 1 }, { "Kritisch", 1 },
		{ "Critique", 1 }
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (vss_log_same(v.p, v.n, words[i].word))
			return words[i].level;
	return -1;
}

/*
 * Texts of several lines.
 */

static enum vss_status
append(struct reader *rd, const char *s, size_t n)
{
	size_t room;
	char *more;

	if (n >= LIMIT_LOG_TEXT - rd->n)	/* the rest is left out */
		return VSS_OK;
	if (rd->n + n > rd->room) {
		for (room = rd->room ? rd->room : 4096; room < rd->n + n; )
			room *= 2;
		if (!(more = realloc(rd->text, room))) {
			vss_error_set(rd->error, 0, 0, "out of memory");
			return VSS_FAIL;
		}
		rd->text = more;
		rd->room = room;
	}
	memcpy(rd->text + rd->n, s, n);
	rd->n += n;
	return VSS_OK;
}

static enum vss_status
append_line(struct reader *rd, const struct line *l)
{
	enum vss_status st = VSS_OK;

	if (rd->n)
		st = append(rd, "\n", 1);
	if (st == VSS_OK && l->text < l->stop)
		st = append(rd, l->start, l->stop - l->start);
	return st;
}

/* Lines up to the next event, or up to the event's XML (1 in *xml). */
static enum vss_status
read_message(struct reader *rd, int *xml)
{
	enum vss_status st = VSS_OK;
	struct cursor before;
	struct line l;

	*xml = 0;
	while (st == VSS_OK && (before = rd->c, next_line(&rd->c, &l))) {
		if (l.text < l.stop && header_follows(&before)) {
			rd->c = before;
			break;
		}
		if (is_counter(&l))
			break;
		if (xml_follows(&l, &rd->c)) {
			*xml = 1;
			break;
		}
		st = append_line(rd, &l);
	}
	while (rd->n && rd->text[rd->n - 1] == '\n')
		rd->n--;
	return st;
}

/* The XML below a message into b, over which it has precedence. */
static enum vss_status
read_xml(struct reader *rd)
{
	uint64_t line = rd->c.number + 1;
	enum vss_status st;
	struct vss_error e;
	size_t used;
	int again;

	rd->n = 0;
	st = read_message(rd, &again);
	if (st != VSS_OK || !rd->x)
		return st == VSS_OK ? VSS_END : st;
	for (used = 0; used < rd->n && rd->text[used] != '<'; used++)
		line += rd->text[used] == '\n';
	vss_log_build_start(&rd->b, line);
	if (used < rd->n)
		st = vss_xml_event_read(rd->x, rd->text + used, rd->n - used,
		    rd->n - used, &rd->b, &used, &e);
	if (st == VSS_FAIL)
		*rd->error = e;
	if (st != VSS_BAD)
		return st;
	e.line += line - 1;
	rd->units++;
	if (rd->sink->reject)
		rd->sink->reject(rd->sink->arg, &e);
	return VSS_END;
}

/*
 * Events.
 */

static enum vss_status
take_event(struct reader *rd, const struct header *h)
{
	struct vss_log_record *r = &rd->b.r;
	enum vss_status st = VSS_OK;
	size_t message_n;
	char *message;
	int xml, is_xml = 0;

	rd->n = 0;
	if (h->first.n)
		st = append(rd, h->first.p, h->first.n);
	if (st == VSS_OK)
		st = read_message(rd, &xml);
	if (st != VSS_OK)
		return st;
	message = rd->text;	/* ours while the XML is read */
	message_n = rd->n;
	rd->text = NULL;
	rd->room = rd->n = 0;
	if (xml) {
		st = read_xml(rd);
		is_xml = st == VSS_OK;
	}
	if (!is_xml && st != VSS_FAIL) {
		vss_log_build_start(&rd->b, h->line);
		r->time = parse_date(h->value[H_DATE], rd->month_first);
		r->time_local = 1;
		r->id = vss_log_parse_number(h->value[H_ID].p,
		    h->value[H_ID].n);
		r->level = level_of(h->value[H_LEVEL]);
	}
	if (st != VSS_FAIL) {
		r->line = h->line;
		vss_log_build_text(&rd->b, LOG_CHANNEL, h->value[H_CHANNEL].p,
		    h->value[H_CHANNEL].n);
		vss_log_build_text(&rd->b, LOG_PROVIDER, h->value[H_SOURCE].p,
		    h->value[H_SOURCE].n);
		if (h->n >= VIEWER_LINES)
			vss_log_build_text(&rd->b, LOG_COMPUTER,
			    h->value[h->n - 2].p, h->value[h->n - 2].n);
		if (message)
			vss_log_build_text(&rd->b, LOG_MESSAGE, message,
			    message_n);
		rd->units++;
		st = vss_log_build_deliver(&rd->b, rd->sink, rd->error);
	}
	free(message);
	return st;
}

/* Day or month first? What one date leaves open another may tell; else where
 * there are halves of days, it is the United States'. */
static int
month_first(const char *buf, size_t len)
{
	struct cursor c = { buf, buf + len, 0 }, ahead;
	int halves = 0;
	struct header h;
	struct line l;
	struct date d;

	for (;;) {
		ahead = c;
		if (!read_header(&ahead, &h)) {
			if (!next_line(&c, &l))
				break;
			continue;
		}
		c = ahead;
		split_date(h.value[H_DATE], &d);
		if (d.digits[0] > 2 || d.separator != '/')
			continue;
		if (d.n[0] > 12 || d.n[1] > 12)
			return d.n[1] > 12;
		halves |= has_pm(h.value[H_DATE], 'p') ||
		    has_pm(h.value[H_DATE], 'a');
	}
	return halves;
}

/*
 * A message without its header: VSS' have blocks at their end, of what was
 * done and of who did it, each a label and indented lines below.
 */

static int
is_block(const struct line *l)
{
	struct part value;

	return !l->indent && labelled(l, 0, &value) && !value.n;
}

/* From the first block's label on: are they two, the second of "name: value"
 * lines? c is left behind them. */
static int
read_blocks(struct cursor *c)
{
	struct cursor ahead = *c;
	struct part value;
	struct line l;
	int named = 0;

	if (!next_line(&ahead, &l) || !is_block(&l))
		return 0;
	do {
		if (!next_filled(&ahead, &l))
			return 0;
	} while (l.indent);
	if (!is_block(&l))
		return 0;
	while (next_filled(&ahead, &l) && l.indent >= 2) {
		named += labelled(&l, 0, &value) && value.n;
		*c = ahead;
	}
	return named > 0;
}

/* "Event ID = 8194" and its like above a message that was typed, not copied:
 * a number there is the id. *c is left behind them. */
static void
read_notes(struct reader *rd, struct cursor *c)
{
	static const char *const sources[] = { "Source", "Quelle", "Origen",
	    "Origine", "Bron", "Fonte" };
	struct cursor ahead = *c;
	struct vss_log_record *r = &rd->b.r;
	struct part value, source = { NULL, 0 };
	int64_t id = -1;
	int level = -1;
	struct line l;
	size_t i, n;

	while (next_line(&ahead, &l) && labelled(&l, 1, &value)) {
		if (is_number(value))
			id = vss_log_parse_number(value.p, value.n);
		if (level_of(value) >= 0)
			level = level_of(value);
		n = strcspn(l.text, " \t:=");
		for (i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
			if (vss_log_same(l.text, n, sources[i]))
				source = value;
	}
	if (id < 0)
		return;
	r->id = id;
	r->level = level;
	if (source.n)
		vss_log_build_text(&rd->b, LOG_PROVIDER, source.p, source.n);
	*c = ahead;
}

static enum vss_status
take_bare(struct reader *rd, struct cursor from, struct cursor to)
{
	enum vss_status st = VSS_OK;
	struct line l;

	rd->n = 0;
	from.end = to.p;
	vss_log_build_start(&rd->b, from.number + 1);
	read_notes(rd, &from);
	while (st == VSS_OK && next_line(&from, &l))
		if (rd->n || l.text < l.stop)
			st = append_line(rd, &l);
	if (st != VSS_OK)
		return st;
	rd->b.r.time_local = 1;
	vss_log_build_text(&rd->b, LOG_MESSAGE, rd->text, rd->n);
	rd->units++;
	return vss_log_build_deliver(&rd->b, rd->sink, rd->error);
}

/* A code, a class or an instance: what VSS' messages have in any language. */
static int
has_code(const char *p, const char *end)
{
	for (; (p = memchr(p, '0', end - p)); p++)
		if (end - p >= 10 && !memcmp(p, "0x8", 3))
			return 1;
	return 0;
}

static enum vss_status
read_bare(struct reader *rd)
{
	struct cursor from = rd->c, at = rd->c, behind;
	enum vss_status st = VSS_OK;
	struct line l;

	while (st == VSS_OK) {
		behind = at;
		if (read_blocks(&behind)) {
			if (has_code(from.p, behind.p))
				st = take_bare(rd, from, behind);
			from = at = behind;
		} else if (!next_line(&at, &l))
			break;
	}
	return st;
}

enum vss_status
vss_log_text(const char *buf, size_t len, struct vss_log_sink *sink,
    struct vss_error *error)
{
	struct reader rd = { .sink = sink, .error = error,
	    .c = { buf, buf + len, 0 } };
	enum vss_status st = VSS_OK;
	struct header h;
	struct line l;
	int any = 0;

	rd.month_first = month_first(buf, len);
	rd.x = vss_xml_event_new();
	while (st == VSS_OK) {
		if (read_header(&rd.c, &h)) {
			any = 1;
			st = take_event(&rd, &h);
		} else if (!next_line(&rd.c, &l))
			break;
	}
	if (st == VSS_OK && !any) {
		rd.c.p = buf;
		rd.c.number = 0;
		st = read_bare(&rd);
	}
	sink->units = rd.units;
	sink->unit = "records";
	vss_log_build_free(&rd.b);
	vss_xml_event_free(rd.x);
	free(rd.text);
	return st;
}

/* A header, or blocks, in its first 64 KiB. */
int
vss_log_text_probe(const char *buf, size_t len)
{
	struct cursor c = { buf, buf + (len < 65536 ? len : 65536), 0 }, ahead;
	int blocks = 0;
	struct header h;
	struct line l;

	do {
		ahead = c;
		if (read_header(&ahead, &h))
			return 2;
		ahead = c;
		blocks |= read_blocks(&ahead) && has_code(buf, ahead.p);
	} while (next_line(&c, &l));
	return blocks;
}
