/*
 * Writes .evtx files that a test wants: each event of an event XML as binary
 * XML without templates, in chunks of 64 KiB as Windows lays them out.
 *
 * Layout from libevtx' documentation (Windows XML Event Log (EVTX).asciidoc):
 * file header of 4096 bytes, chunks with a header of 512, records of
 * signature, size, number, time, binary XML, size.
 */
#ifndef EVTX_WRITER_H
#define EVTX_WRITER_H

#include <expat.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "base.h"

enum {
	EVTX_HEADER = 4096, EVTX_CHUNK = 65536, EVTX_CHUNK_HEADER = 512,
	EVTX_RECORD_MAX = 32768, EVTX_DEPTH = 64
};

struct evtx {
	uint8_t *buf;			/* the file so far */
	size_t n;
	uint64_t records;
	/* the chunk that is being filled */
	uint8_t *chunk;
	size_t used;			/* of it, 0: none is begun */
	size_t last_record;
	uint64_t first_number;
	/* the record in the making */
	uint8_t *record;		/* where it begins in the chunk */
	uint8_t *p;
	int depth, full;
	size_t size_at[EVTX_DEPTH];	/* of each open element */
	int tag_open;			/* its start tag is not closed yet */
	char *text;			/* waiting to be written */
	size_t ntext;
	int64_t time;
};

static inline void
evtx_put(uint8_t *p, uint64_t v, int bytes)
{
	while (bytes--) {
		*p++ = (uint8_t)v;
		v >>= 8;
	}
}

static inline void
evtx_add(struct evtx *e, uint64_t v, int bytes)
{
	if (e->p + bytes > e->chunk + EVTX_CHUNK) {
		e->full = 1;
		return;
	}
	evtx_put(e->p, v, bytes);
	e->p += bytes;
}

static inline uint32_t
evtx_crc(uint32_t before, const uint8_t *p, size_t n)
{
	uint32_t c = ~before;
	int k;

	while (n--)
		for (c ^= *p++, k = 0; k < 8; k++)
			c = c & 1 ? 0xedb88320 ^ c >> 1 : c >> 1;
	return ~c;
}

/* The next code point of s. */
static inline uint32_t
evtx_utf8(const char **s)
{
	const unsigned char *p = (const unsigned char *)*s;
	uint32_t c = *p++;
	int more = c < 0x80 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;

	if (more)
		c &= 0x3f >> more;
	while (more--)
		c = c << 6 | (*p++ & 0x3f);
	*s = (const char *)p;
	return c;
}

static inline uint16_t
evtx_utf16_length(const char *s)
{
	uint16_t n = 0;

	while (*s)
		n += evtx_utf8(&s) > 0xffff ? 2 : 1;
	return n;
}

static inline void
evtx_add_utf16(struct evtx *e, const char *s)
{
	uint32_t c;

	while (*s) {
		c = evtx_utf8(&s);
		if (c > 0xffff) {
			evtx_add(e, 0xd7c0 + (c >> 10), 2);
			evtx_add(e, 0xdc00 + (c & 0x3ff), 2);
		} else
			evtx_add(e, c, 2);
	}
}

/* A name, written where it is used: its offset, then the name itself. */
static inline void
evtx_add_name(struct evtx *e, const char *name)
{
	uint32_t hash = 0;
	const char *s;

	for (s = name; *s; s++)
		hash = hash * 65599 + (unsigned char)*s;
	evtx_add(e, (uint64_t)(e->p - e->chunk) + 4, 4);
	evtx_add(e, 0, 4);		/* no other of this hash */
	evtx_add(e, hash & 0xffff, 2);
	evtx_add(e, evtx_utf16_length(name), 2);
	evtx_add_utf16(e, name);
	evtx_add(e, 0, 2);
}

static inline void
evtx_add_value(struct evtx *e, const char *s)
{
	evtx_add(e, 0x05, 1);		/* value */
	evtx_add(e, 0x01, 1);		/* of type UTF-16 text */
	evtx_add(e, evtx_utf16_length(s), 2);
	evtx_add_utf16(e, s);
}

static inline void
evtx_close_tag(struct evtx *e)
{
	if (e->tag_open)
		evtx_add(e, 0x02, 1);
	e->tag_open = 0;
	if (e->ntext) {
		e->text[e->ntext] = 0;
		evtx_add_value(e, e->text);
	}
	e->ntext = 0;
}

static inline void XMLCALL
evtx_on_start(void *arg, const char *name, const char **atts)
{
	struct evtx *e = arg;
	size_t list;
	int i;

	if (e->depth == EVTX_DEPTH)
		abort();
	e->ntext = 0;			/* blanks between elements */
	evtx_close_tag(e);
	evtx_add(e, atts[0] ? 0x41 : 0x01, 1);
	evtx_add(e, 0xffff, 2);		/* depends on no value */
	e->size_at[e->depth++] = e->p - e->chunk;
	evtx_add(e, 0, 4);
	evtx_add_name(e, name);
	list = e->p - e->chunk;
	if (atts[0])
		evtx_add(e, 0, 4);
	for (i = 0; atts[i]; i += 2) {
		if (!strcmp(atts[i], "SystemTime"))
			e->time = vss_time_parse(atts[i + 1]);
		evtx_add(e, atts[i + 2] ? 0x46 : 0x06, 1);
		evtx_add_name(e, atts[i]);
		evtx_add_value(e, atts[i + 1]);
	}
	if (atts[0] && !e->full)
		evtx_put(e->chunk + list, e->p - e->chunk - list - 4, 4);
	e->tag_open = 1;
}

static inline void XMLCALL
evtx_on_end(void *arg, const char *name)
{
	struct evtx *e = arg;
	size_t at = e->size_at[--e->depth];

	(void)name;
	if (e->tag_open && !e->ntext)
		evtx_add(e, 0x03, 1);	/* an empty element */
	else {
		if (!e->tag_open)
			e->ntext = 0;
		evtx_close_tag(e);
		evtx_add(e, 0x04, 1);
	}
	e->tag_open = 0;
	if (!e->full)
		evtx_put(e->chunk + at, e->p - e->chunk - at - 4, 4);
}

static inline void XMLCALL
evtx_on_text(void *arg, const char *s, int n)
{
	struct evtx *e = arg;

	e->text = realloc(e->text, e->ntext + n + 1);
	if (!e->text)
		abort();
	memcpy(e->text + e->ntext, s, n);
	e->ntext += n;
}

static inline void
evtx_begin_chunk(struct evtx *e)
{
	e->buf = realloc(e->buf, e->n + EVTX_CHUNK);
	if (!e->buf)
		abort();
	e->chunk = e->buf + e->n;
	memset(e->chunk, 0, EVTX_CHUNK);
	e->used = EVTX_CHUNK_HEADER;
	e->first_number = e->records + 1;
}

static inline void
evtx_end_chunk(struct evtx *e)
{
	uint8_t *c = e->chunk;

	if (!e->used)
		return;
	memcpy(c, "ElfChnk", 8);
	evtx_put(c + 8, e->first_number, 8);
	evtx_put(c + 16, e->records, 8);
	evtx_put(c + 24, e->first_number, 8);
	evtx_put(c + 32, e->records, 8);
	evtx_put(c + 40, 128, 4);
	evtx_put(c + 44, e->last_record, 4);
	evtx_put(c + 48, e->used, 4);
	evtx_put(c + 52, evtx_crc(0, c + EVTX_CHUNK_HEADER, e->used -
	    EVTX_CHUNK_HEADER), 4);
	evtx_put(c + 124, evtx_crc(evtx_crc(0, c, 120), c + 128,
	    EVTX_CHUNK_HEADER - 128), 4);
	e->n += EVTX_CHUNK;
	e->used = 0;
}

/* One event of n bytes. 0: it is not well formed or does not fit. */
static inline int
evtx_try(struct evtx *e, const char *xml, size_t n)
{
	XML_Parser parser = XML_ParserCreate("UTF-8");
	size_t size;
	int ok;

	if (!parser)
		abort();
	if (!e->used)
		evtx_begin_chunk(e);
	XML_SetUserData(parser, e);
	XML_SetElementHandler(parser, evtx_on_start, evtx_on_end);
	XML_SetCharacterDataHandler(parser, evtx_on_text);
	e->record = e->p = e->chunk + e->used;
	e->depth = e->full = e->tag_open = 0;
	e->ntext = 0;
	e->time = 0;
	evtx_add(e, 0x2a2a, 4);
	evtx_add(e, 0, 4);
	evtx_add(e, e->records + 1, 8);
	evtx_add(e, 0, 8);
	evtx_add(e, 0x0001010f, 4);	/* a fragment, version 1.1 */
	ok = XML_Parse(parser, xml, n, 1) == XML_STATUS_OK;
	evtx_add(e, 0x00, 1);
	XML_ParserFree(parser);
	while ((e->p - e->record) % 8 != 4 && !e->full)
		evtx_add(e, 0, 1);
	size = e->p - e->record + 4;
	evtx_add(e, size, 4);
	if (!ok || e->full) {
		memset(e->record, 0, e->chunk + EVTX_CHUNK - e->record);
		return 0;
	}
	evtx_put(e->record + 4, size, 4);
	/* FILETIME: 100 ns since 1601 */
	evtx_put(e->record + 16, (uint64_t)(e->time +
	    INT64_C(11644473600000000)) * 10, 8);
	e->last_record = e->used;
	e->used += size;
	e->records++;
	return 1;
}

/* Every event of the XML; the file's bytes, to be freed, and their number.
 * NULL: an event is not well formed or too long. */
static inline char *
evtx_write(const char *xml, size_t len, size_t *n)
{
	struct evtx e = { 0 };
	const char *p = xml, *end = xml + len, *start, *stop;
	int ok = 1;

	e.buf = calloc(1, EVTX_HEADER);
	if (!e.buf)
		abort();
	e.n = EVTX_HEADER;
	while (ok && p < end && (start = strstr(p, "<Event ")) &&
	    (stop = strstr(start, "</Event>"))) {
		p = stop + strlen("</Event>");
		if (evtx_try(&e, start, p - start))
			continue;
		evtx_end_chunk(&e);
		ok = evtx_try(&e, start, p - start);
	}
	evtx_end_chunk(&e);
	memcpy(e.buf, "ElfFile", 8);
	evtx_put(e.buf + 16, (e.n - EVTX_HEADER) / EVTX_CHUNK - 1, 8);
	evtx_put(e.buf + 24, e.records + 1, 8);
	evtx_put(e.buf + 32, 128, 4);
	evtx_put(e.buf + 36, 1, 2);
	evtx_put(e.buf + 38, 3, 2);
	evtx_put(e.buf + 40, EVTX_HEADER, 2);
	evtx_put(e.buf + 42, (e.n - EVTX_HEADER) / EVTX_CHUNK, 2);
	evtx_put(e.buf + 124, evtx_crc(0, e.buf, 120), 4);
	free(e.text);
	*n = e.n;
	if (ok)
		return (char *)e.buf;
	free(e.buf);
	return NULL;
}

#endif
