#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "log_build.h"

void
vss_log_build_start(struct vss_log_build *b, uint64_t line)
{
	memset(&b->r, 0, sizeof(b->r));
	memset(b->at, 0, sizeof(b->at));
	b->used = b->n = 0;
	b->no_memory = 0;
	b->r.line = line;
	b->r.id = b->r.level = -1;
	b->r.time = VSS_NO_TIME;
}

/* A copy of s and where it begins, plus 1. 0: no memory, or over the limit. */
static size_t
keep(struct vss_log_build *b, const char *s, size_t n)
{
	size_t length = 0, room, at = b->used;
	char *more;

	while (length < n && s[length])
		length++;
	if (length >= LIMIT_LOG_TEXT - at)
		return 0;
	if (at + length + 1 > b->room) {
		for (room = b->room ? b->room : 4096; room < at + length + 1; )
			room *= 2;
		if (!(more = realloc(b->text, room))) {
			b->no_memory = 1;
			return 0;
		}
		b->text = more;
		b->room = room;
	}
	memcpy(b->text + at, s, length);
	b->text[at + length] = 0;
	b->used = at + length + 1;
	return at + 1;
}

void
vss_log_build_text(struct vss_log_build *b, enum vss_log_text which,
    const char *s, size_t n)
{
	if (!b->at[which])
		b->at[which] = keep(b, s, n);
}

void
vss_log_build_field(struct vss_log_build *b, const char *name,
    size_t name_length, const char *value, size_t value_length)
{
	size_t room, kept_name, kept_value;
	struct vss_log_place *more;

	if (b->n == LIMIT_LOG_FIELDS)
		return;
	if (b->n == b->places_room) {
		room = b->places_room ? b->places_room * 2 : 32;
		if (!(more = realloc(b->places, room * sizeof(*more)))) {
			b->no_memory = 1;
			return;
		}
		b->places = more;
		b->places_room = room;
	}
	if (!(kept_name = keep(b, name, name_length)) ||
	    !(kept_value = keep(b, value, value_length)))
		return;
	b->places[b->n].name = kept_name - 1;
	b->places[b->n++].value = kept_value - 1;
}

int
vss_log_same(const char *a, size_t n, const char *b)
{
	size_t i;
	int x, y;

	for (i = 0; i < n && b[i]; i++) {
		x = a[i] >= 'A' && a[i] <= 'Z' ? a[i] | 0x20 : a[i];
		y = b[i] >= 'A' && b[i] <= 'Z' ? b[i] | 0x20 : b[i];
		if (x != y)
			return 0;
	}
	return i == n && !b[i];
}

const char *
vss_log_build_given(const struct vss_log_build *b, const char *name)
{
	const char *s;
	size_t i;

	for (i = 0; i < b->n; i++) {
		s = b->text + b->places[i].name;
		if (vss_log_same(s, strlen(s), name))
			return b->text + b->places[i].value;
	}
	return NULL;
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* EventData/Binary is hex digits; of VSS it is a text. */
static void
decode_binary(struct vss_log_build *b)
{
	const char *s = vss_log_build_given(b, "Binary");
	size_t i, n;
	char *text;
	int byte = 0;

	if (!s || !*s || b->at[LOG_BINARY])
		return;
	n = strlen(s);
	if (n % 2 || !(text = malloc(n / 2 + 1)))
		return;
	for (i = 0; i < n; i += 2) {
		if (hex(s[i]) < 0 || hex(s[i + 1]) < 0)
			break;
		byte = hex(s[i]) << 4 | hex(s[i + 1]);
		if (!byte || byte > 126 || (byte < 32 && byte != '\t' &&
		    byte != '\r' && byte != '\n'))
			break;
		text[i / 2] = (char)byte;
	}
	/* NULs may end it */
	n = i / 2;
	for (; n && s[i] == '0' && s[i + 1] == '0'; i += 2)
		;
	if (n && !s[i])
		vss_log_build_text(b, LOG_BINARY, text, n);
	free(text);
}

/*
 * A rendered Sysmon event is its data, "Name: value" a line, in English on
 * every Windows: where a carrier has but the message, that gives the fields.
 */
static void
fields_of_message(struct vss_log_build *b)
{
	const char *provider, *p, *end, *start, *stop, *colon;
	char *copy;
	size_t n;

	if (!b->at[LOG_MESSAGE] || !b->at[LOG_PROVIDER] ||
	    vss_log_build_given(b, "Image"))
		return;
	provider = b->text + b->at[LOG_PROVIDER] - 1;
	if (!vss_log_same(provider, strlen(provider),
	    "Microsoft-Windows-Sysmon") &&
	    !vss_log_same(provider, strlen(provider), "Sysmon"))
		return;
	n = strlen(b->text + b->at[LOG_MESSAGE] - 1);
	if (!(copy = malloc(n + 1))) {	/* keep() moves the text */
		b->no_memory = 1;
		return;
	}
	memcpy(copy, b->text + b->at[LOG_MESSAGE] - 1, n + 1);
	p = copy;
	end = copy + n;
	while (start = p, (stop = vss_line(&p, end))) {
		while (start < stop && (*start == ' ' || *start == '"'))
			start++;
		while (stop > start && (stop[-1] == ' ' || stop[-1] == '\r'))
			stop--;
		colon = memchr(start, ':', stop - start);
		if (!colon || colon == start || (colon + 1 < stop &&
		    colon[1] != ' '))
			continue;
		n = colon - start;
		for (colon++; colon < stop && *colon == ' '; colon++)
			;
		vss_log_build_field(b, start, n, colon, stop - colon);
	}
	free(copy);
}

static const char *
text_at(const struct vss_log_build *b, enum vss_log_text which)
{
	return b->at[which] ? b->text + b->at[which] - 1 : NULL;
}

enum vss_status
vss_log_build_deliver(struct vss_log_build *b, struct vss_log_sink *sink,
    struct vss_error *error)
{
	struct vss_log_field *more;
	size_t i;

	decode_binary(b);
	fields_of_message(b);
	if (!b->no_memory && b->n > b->fields_room) {
		more = realloc(b->fields, b->places_room * sizeof(*more));
		if (more) {
			b->fields = more;
			b->fields_room = b->places_room;
		} else
			b->no_memory = 1;
	}
	if (b->no_memory) {
		vss_error_set(error, 0, 0, "out of memory");
		return VSS_FAIL;
	}
	for (i = 0; i < b->n; i++) {
		b->fields[i].name = b->text + b->places[i].name;
		b->fields[i].value = b->text + b->places[i].value;
	}
	b->r.fields = b->fields;
	b->r.nfields = b->n;
	b->r.provider = text_at(b, LOG_PROVIDER);
	b->r.channel = text_at(b, LOG_CHANNEL);
	b->r.computer = text_at(b, LOG_COMPUTER);
	b->r.message = text_at(b, LOG_MESSAGE);
	b->r.binary = text_at(b, LOG_BINARY);
	return sink->record(sink->arg, &b->r);
}

void
vss_log_build_free(struct vss_log_build *b)
{
	free(b->text);
	free(b->places);
	free(b->fields);
	memset(b, 0, sizeof(*b));
}

int64_t
vss_log_parse_number(const char *s, size_t n)
{
	int64_t value = 0;
	int base = 10, d;

	while (n && (*s == ' ' || *s == '\t' || *s == '\n' || *s == '\r')) {
		s++;
		n--;
	}
	while (n && (s[n - 1] == ' ' || s[n - 1] == '\t' ||
	    s[n - 1] == '\n' || s[n - 1] == '\r'))
		n--;
	if (n > 2 && *s == '0' && (s[1] | 0x20) == 'x') {
		base = 16;
		s += 2;
		n -= 2;
	}
	if (!n)
		return -1;
	for (; n; s++, n--) {
		d = hex(*s);
		if (d < 0 || d >= base || value > (INT64_MAX - d) / base)
			return -1;
		value = value * base + d;
	}
	return value;
}

void
vss_log_reject(const struct vss_log_sink *sink, uint64_t line,
    uint64_t column, const char *text)
{
	struct vss_error e;

	vss_error_set(&e, line, column, "%s", text);
	if (sink->reject)
		sink->reject(sink->arg, &e);
}
