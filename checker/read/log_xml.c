/*
 * Event records as XML, through expat: with a root element or one event after
 * the other, as wevtutil writes them. Each event is parsed by itself: what is
 * around the events (a declaration, a root, a document type) never reaches
 * the parser, and a mistake in one costs that one.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "log_xml.h"

const char *
vss_xml_event_find(const char *p, const char *end)
{
	while ((p = memchr(p, '<', end - p))) {
		if (end - p >= 7 && !memcmp(p, "<Event", 6) &&
		    strchr(" \t\r\n/>", p[6]) && p[6])
			return p;
		if (++p == end)
			break;
	}
	return NULL;
}

#ifdef HAVE_EXPAT
#include <expat.h>

#define EVENTS_NAMESPACE "http://schemas.microsoft.com/win/2004/08/events/event"

/* Which element, of those that matter. */
enum element {
	E_OTHER, E_EVENT, E_SYSTEM, E_EVENT_DATA, E_USER_DATA, E_RENDERING,
	E_ID, E_LEVEL, E_NUMBER, E_CHANNEL, E_COMPUTER, E_MESSAGE, E_ITEM
};

struct vss_xml_event {
	XML_Parser parser;
	struct vss_log_build *b;
	enum element open[LIMIT_XML_DEPTH];
	int depth;
	int done;			/* the event has ended */
	size_t end;			/* there */
	int leaf;			/* nothing within the last one begun */
	const char *why;		/* it was stopped for */
	char *text;			/* within the last element begun */
	size_t n, room;
	char name[LIMIT_NAME];		/* of the item that is open */
	char *clean;			/* a copy of what is parsed */
	size_t clean_room;
};

static void
stop(struct vss_xml_event *x, const char *why)
{
	if (!x->why)
		x->why = why;
	XML_StopParser(x->parser, XML_FALSE);
}

/* Names come as "namespace|local". */
static const char *
local_name(const char *name)
{
	const char *p = strrchr(name, '|');

	return p ? p + 1 : name;
}

static const char *
attribute(const char *const *atts, const char *name)
{
	for (; *atts; atts += 2)
		if (!strcmp(*atts, name))
			return atts[1];
	return NULL;
}

static int64_t
attribute_number(const char *const *atts, const char *name)
{
	const char *s = attribute(atts, name);

	return s ? vss_log_parse_number(s, strlen(s)) : -1;
}

static void
keep_attribute(struct vss_xml_event *x, enum vss_log_text which,
    const char *const *atts, const char *name)
{
	const char *s = attribute(atts, name);

	if (s && *s)
		vss_log_build_text(x->b, which, s, strlen(s));
}

static void
take_execution(struct vss_log_record *r, const char *const *atts)
{
	int64_t pid = attribute_number(atts, "ProcessID");
	int64_t tid = attribute_number(atts, "ThreadID");

	if (pid > 0 && pid <= UINT32_MAX)
		r->pid = pid;
	if (tid > 0 && tid <= UINT32_MAX)
		r->tid = tid;
}

static enum element
in_system(struct vss_xml_event *x, const char *name, const char *const *atts)
{
	static const struct { const char *name; enum element e; } texts[] = {
		{ "EventID", E_ID }, { "Level", E_LEVEL },
		{ "EventRecordID", E_NUMBER }, { "Channel", E_CHANNEL },
		{ "Computer", E_COMPUTER }
	};
	const char *time;
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (!strcmp(name, texts[i].name))
			return texts[i].e;
	if (!strcmp(name, "Provider")) {
		keep_attribute(x, LOG_PROVIDER, atts, "Name");
		keep_attribute(x, LOG_PROVIDER, atts, "EventSourceName");
	} else if (!strcmp(name, "Execution")) {
		take_execution(&x->b->r, atts);
	} else if (!strcmp(name, "TimeCreated") &&
	    (time = attribute(atts, "SystemTime"))) {
		x->b->r.time = vss_time_parse(time);
	}
	return E_OTHER;
}

static enum element
in_event(const char *name)
{
	static const struct { const char *name; enum element e; } parts[] = {
		{ "System", E_SYSTEM }, { "EventData", E_EVENT_DATA },
		{ "UserData", E_USER_DATA }, { "RenderingInfo", E_RENDERING }
	};
	size_t i;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (!strcmp(name, parts[i].name))
			return parts[i].e;
	return E_OTHER;
}

/* EventData/Data has its name in an attribute or none; other items are
 * called like their elements. */
static enum element
begin_item(struct vss_xml_event *x, const char *name, const char *const *atts)
{
	const char *given = attribute(atts, "Name");

	if (strcmp(name, "Data"))
		given = name;
	vss_copy_text(x->name, sizeof(x->name), given ? given : "");
	return E_ITEM;
}

static enum element
classify(struct vss_xml_event *x, const char *name, const char *const *atts)
{
	if (x->depth == 0)
		return E_EVENT;
	if (x->depth == 1)
		return in_event(name);
	switch (x->open[1]) {
	case E_SYSTEM:
		return x->depth == 2 ? in_system(x, name, atts) : E_OTHER;
	case E_RENDERING:
		return x->depth == 2 && !strcmp(name, "Message") ? E_MESSAGE :
		    E_OTHER;
	case E_EVENT_DATA:
		return x->depth == 2 ? begin_item(x, name, atts) : E_OTHER;
	case E_USER_DATA:	/* an element of the provider's round them */
		return x->depth > 2 ? begin_item(x, name, atts) : E_OTHER;
	default:
		return E_OTHER;
	}
}

static void XMLCALL
on_start(void *arg, const XML_Char *name, const XML_Char **atts)
{
	struct vss_xml_event *x = arg;
	const char *local = local_name(name);

	if (x->why || x->done)
		return;
	if (x->depth && !strcmp(local, "Event") && (local == name ||
	    !strncmp(name, EVENTS_NAMESPACE "|", local - name))) {
		stop(x, "the event does not end before the next begins");
		return;
	}
	if (x->depth == LIMIT_XML_DEPTH) {
		stop(x, "elements are nested too deep");
		return;
	}
	x->open[x->depth] = classify(x, local, (const char *const *)atts);
	x->depth++;
	x->leaf = 1;
	x->n = 0;
}

static void
end_text(struct vss_xml_event *x, enum element e)
{
	struct vss_log_record *r = &x->b->r;
	const char *s = x->n ? x->text : "";
	int64_t n = vss_log_parse_number(s, x->n);

	switch (e) {
	case E_ID:
		r->id = n > 0xffff ? n & 0xffff : n;
		break;
	case E_LEVEL:
		r->level = n >= 0 && n <= 5 ? (int)n : -1;
		break;
	case E_NUMBER:
		r->number = n > 0 ? n : 0;
		break;
	case E_CHANNEL:
		vss_log_build_text(x->b, LOG_CHANNEL, s, x->n);
		break;
	case E_COMPUTER:
		vss_log_build_text(x->b, LOG_COMPUTER, s, x->n);
		break;
	case E_MESSAGE:
		vss_log_build_text(x->b, LOG_MESSAGE, s, x->n);
		break;
	case E_ITEM:
		vss_log_build_field(x->b, x->name, strlen(x->name), s, x->n);
		break;
	default:
		break;
	}
}

static void XMLCALL
on_end(void *arg, const XML_Char *name)
{
	struct vss_xml_event *x = arg;

	(void)name;
	if (x->why || x->done)
		return;
	x->depth--;
	if (x->leaf)
		end_text(x, x->open[x->depth]);
	x->leaf = 0;
	if (!x->depth) {
		x->done = 1;
		x->end = XML_GetCurrentByteIndex(x->parser) +
		    XML_GetCurrentByteCount(x->parser);
		XML_StopParser(x->parser, XML_FALSE);
	}
}

static void XMLCALL
on_text(void *arg, const XML_Char *s, int n)
{
	struct vss_xml_event *x = arg;
	size_t room;
	char *more;

	if (x->why || x->done || !x->leaf)
		return;
	if (x->n + n + 1 > x->room) {
		for (room = x->room ? x->room : 4096; room < x->n + n + 1; )
			room *= 2;
		if (!(more = realloc(x->text, room))) {
			x->b->no_memory = 1;
			stop(x, "out of memory");
			return;
		}
		x->text = more;
		x->room = room;
	}
	memcpy(x->text + x->n, s, n);
	x->n += n;
	x->text[x->n] = 0;
}

struct vss_xml_event *
vss_xml_event_new(void)
{
	struct vss_xml_event *x = calloc(1, sizeof(*x));

	if (x && !(x->parser = XML_ParserCreateNS("UTF-8", '|'))) {
		free(x);
		x = NULL;
	}
	return x;
}

void
vss_xml_event_free(struct vss_xml_event *x)
{
	if (!x)
		return;
	XML_ParserFree(x->parser);
	free(x->text);
	free(x->clean);
	free(x);
}

/* The bytes of a character in UTF-8 at p, 0: it is none. */
static size_t
utf8(const unsigned char *p, size_t n)
{
	size_t k, length = *p < 0x80 ? 1 : *p < 0xc2 ? 0 : *p < 0xe0 ? 2 :
	    *p < 0xf0 ? 3 : *p < 0xf5 ? 4 : 0;

	if (!length || length > n)
		return 0;
	for (k = 1; k < length; k++)
		if ((p[k] & 0xc0) != 0x80)
			return 0;
	if ((*p == 0xe0 && p[1] < 0xa0) || (*p == 0xed && p[1] > 0x9f) ||
	    (*p == 0xf0 && p[1] < 0x90) || (*p == 0xf4 && p[1] > 0x8f))
		return 0;
	if (*p == 0xef && p[1] == 0xbf && p[2] >= 0xbe)
		return 0;	/* U+FFFE, U+FFFF */
	return length;
}

/* The length of a reference to a character that XML does not have, such as
 * "&#x1;", at p; 0: it is none. */
static size_t
bad_reference(const char *p, size_t n)
{
	uint32_t c = 0;
	size_t i = 2;
	int hex, d;

	if (n < 4 || p[0] != '&' || p[1] != '#')
		return 0;
	hex = p[2] == 'x';
	for (i += hex; i < n && i < 12 && p[i] != ';'; i++) {
		d = p[i] >= '0' && p[i] <= '9' ? p[i] - '0' :
		    hex && (p[i] | 0x20) >= 'a' && (p[i] | 0x20) <= 'f' ?
		    (p[i] | 0x20) - 'a' + 10 : -1;
		if (d < 0 || c > 0x110000)
			return 0;
		c = c * (hex ? 16 : 10) + d;
	}
	if (i >= n || p[i] != ';')
		return 0;
	if ((c < 32 && c != 9 && c != 10 && c != 13) || c > 0x10ffff ||
	    (c >= 0xd800 && c <= 0xdfff) || c == 0xfffe || c == 0xffff)
		return i + 1;
	return 0;
}

/* What XML has no characters for becomes question marks, as many: texts of
 * Windows hold control characters, and redirected output is in whatever
 * code page the console had. */
static void
clean(char *to, const char *s, size_t n)
{
	size_t i, k;

	for (i = 0; i < n; i += k) {
		k = utf8((const unsigned char *)s + i, n - i);
		if (!k || (k == 1 && (unsigned char)s[i] < 32 &&
		    s[i] != '\t' && s[i] != '\n' && s[i] != '\r')) {
			to[i] = '?';
			k = 1;
		} else if (s[i] == '&' && bad_reference(s + i, n - i)) {
			k = bad_reference(s + i, n - i);
			memset(to + i, '?', k);
		} else
			memcpy(to + i, s + i, k);
	}
}

static enum vss_status
feed(struct vss_xml_event *x, const char *p, size_t n, struct vss_error *error)
{
	char *more;

	if (n > x->clean_room) {
		if (!(more = realloc(x->clean, n))) {
			vss_error_set(error, 0, 0, "out of memory");
			return VSS_FAIL;
		}
		x->clean = more;
		x->clean_room = n;
	}
	clean(x->clean, p, n);
	if (XML_Parse(x->parser, x->clean, n, 0) != XML_STATUS_ERROR)
		return VSS_OK;
	if (x->done)
		return VSS_END;
	if (XML_GetErrorCode(x->parser) == XML_ERROR_NO_MEMORY ||
	    x->b->no_memory) {
		vss_error_set(error, 0, 0, "out of memory");
		return VSS_FAIL;
	}
	vss_error_set(error, XML_GetCurrentLineNumber(x->parser),
	    XML_GetCurrentColumnNumber(x->parser) + 1, "%s", x->why ? x->why :
	    XML_ErrorString(XML_GetErrorCode(x->parser)));
	return VSS_BAD;
}

enum vss_status
vss_xml_event_read(struct vss_xml_event *x, const char *buf, size_t first,
    size_t len, struct vss_log_build *b, size_t *used,
    struct vss_error *error)
{
	enum vss_status st = VSS_OK;
	size_t at = 0, next = first < len ? first : len;
	const char *p;

	XML_ParserReset(x->parser, "UTF-8");
	XML_SetUserData(x->parser, x);
	XML_SetElementHandler(x->parser, on_start, on_end);
	XML_SetCharacterDataHandler(x->parser, on_text);
	x->b = b;
	x->depth = x->done = 0;
	x->why = NULL;
	x->n = 0;
	if (len > LIMIT_XML_EVENT)
		len = LIMIT_XML_EVENT;
	if (next > len)
		next = len;
	while (at < next) {
		st = feed(x, buf + at, next - at, error);
		if (st != VSS_OK)
			break;
		at = next;
		/* an "<Event" within the event, in a comment say: twice as
		 * much each time, so that the whole stays linear */
		p = at * 2 < len ? vss_xml_event_find(buf + at * 2, buf +
		    len) : NULL;
		next = p ? (size_t)(p - buf) : len;
	}
	*used = at;
	if (st == VSS_BAD)
		*used = XML_GetCurrentByteIndex(x->parser);
	if (st == VSS_END)
		*used = x->end;
	if (st != VSS_OK)
		return st == VSS_END ? VSS_OK : st;
	vss_error_set(error, XML_GetCurrentLineNumber(x->parser),
	    XML_GetCurrentColumnNumber(x->parser) + 1, "%s",
	    len == LIMIT_XML_EVENT ? "an event of more than 16 MiB" :
	    "the text ends within an event");
	return VSS_BAD;
}

struct reader {
	struct vss_log_sink *sink;
	struct vss_log_build b;
	struct vss_xml_event *x;
	const char *at, *start;		/* `line` is that of at, from start */
	uint64_t line;
	const char *tried;		/* up to here events were tried */
	uint64_t records;
};

static void
move(struct reader *rd, const char *p)
{
	const char *nl;

	while (rd->at < p && (nl = memchr(rd->at, '\n', p - rd->at))) {
		rd->line++;
		rd->at = rd->start = nl + 1;
	}
	rd->at = p;
}

static void
reject(struct reader *rd, struct vss_error *e)
{
	rd->records++;
	if (e->line == 1)
		e->column += rd->at - rd->start;
	e->line += rd->line - 1;
	if (rd->sink->reject)
		rd->sink->reject(rd->sink->arg, e);
}

/* Text between events: nothing of it is read; but one who has declared
 * entities would wonder. */
static void
between(struct reader *rd, const char *end)
{
	const char *p;

	for (p = rd->at; (p = memchr(p, '<', end - p)); p++)
		if (end - p >= 9 && !memcmp(p, "<!DOCTYPE", 9)) {
			move(rd, p);
			rd->records++;
			vss_log_reject(rd->sink, rd->line,
			    rd->at - rd->start + 1, "a document type "
			    "declaration, which is not read");
			return;
		}
}

static enum vss_status
take_event(struct reader *rd, const char *end, struct vss_error *error)
{
	const char *next = vss_xml_event_find(rd->at + 6, end);
	enum vss_status st;
	struct vss_error e;
	size_t used, first = (next ? next : end) - rd->at;

	vss_log_build_start(&rd->b, rd->line);
	st = vss_xml_event_read(rd->x, rd->at, first, rd->at < rd->tried ?
	    first : (size_t)(end - rd->at), &rd->b, &used, &e);
	if (st == VSS_FAIL)
		*error = e;
	if (st == VSS_BAD) {
		if (rd->at + used > rd->tried)
			rd->tried = rd->at + used;
		reject(rd, &e);
		move(rd, next ? next : end);
		return VSS_OK;
	}
	if (st != VSS_OK)
		return st;
	rd->records++;
	move(rd, rd->at + used);
	return vss_log_build_deliver(&rd->b, rd->sink, error);
}

enum vss_status
vss_log_xml(const char *buf, size_t len, struct vss_log_sink *sink,
    struct vss_error *error)
{
	struct reader rd = { .sink = sink, .at = buf, .start = buf, .line = 1,
	    .tried = buf };
	const char *end = buf + len, *p;
	enum vss_status st = VSS_OK;

	if (!(rd.x = vss_xml_event_new())) {
		vss_error_set(error, 0, 0, "out of memory");
		return VSS_FAIL;
	}
	while (st == VSS_OK && rd.at < end) {
		p = vss_xml_event_find(rd.at, end);
		between(&rd, p ? p : end);
		move(&rd, p ? p : end);
		if (p)
			st = take_event(&rd, end, error);
	}
	sink->units = rd.records;
	sink->unit = "records";
	vss_log_build_free(&rd.b);
	vss_xml_event_free(rd.x);
	return st;
}

#else

struct vss_xml_event *
vss_xml_event_new(void)
{
	return NULL;
}

void
vss_xml_event_free(struct vss_xml_event *x)
{
	(void)x;
}

enum vss_status
vss_xml_event_read(struct vss_xml_event *x, const char *buf, size_t first,
    size_t len, struct vss_log_build *b, size_t *used,
    struct vss_error *error)
{
	(void)x;
	(void)buf;
	(void)first;
	(void)len;
	(void)b;
	*used = 0;
	vss_error_set(error, 1, 1, "built without expat, which reads XML");
	return VSS_BAD;
}

enum vss_status
vss_log_xml(const char *buf, size_t len, struct vss_log_sink *sink,
    struct vss_error *error)
{
	(void)buf;
	(void)len;
	(void)sink;
	vss_error_set(error, 0, 0, "built without expat, which reads XML");
	return VSS_BAD;
}

#endif

/* "<Event" or "<Events" early, the text beginning with markup. */
int
vss_log_xml_probe(const char *buf, size_t len)
{
	static const char schema[] =
	    "http://schemas.microsoft.com/win/2004/08/events/event";
	const char *p = buf, *end = buf + (len < 4096 ? len : 4096), *event;

	while (p < end && strchr(" \t\r\n", *p) && *p)
		p++;
	if (p == end || *p != '<')
		return 0;
	if (!(event = vss_xml_event_find(p, end)))
		return 0;
	for (p = event; (p = memchr(p, 'h', end - p)); p++)
		if ((size_t)(end - p) >= sizeof(schema) - 1 &&
		    !memcmp(p, schema, sizeof(schema) - 1))
			return 2;
	for (p = event; (p = memchr(p, '<', end - p)); p++)
		if (end - p >= 8 && !memcmp(p, "<System>", 8))
			return 1;
	return 0;
}
