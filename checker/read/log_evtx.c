/*
 * .evtx files, through libevtx: each record as XML, and that to the reader of
 * event XML. libbfio lets libevtx read from memory.
 *
 * The layout that is relied on here (chunks, and the record numbers in their
 * headers): libevtx, documentation/Windows XML Event Log (EVTX).asciidoc.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "log_xml.h"

static const char magic[8] = "ElfFile";

int
vss_log_evtx_probe(const char *buf, size_t len)
{
	return len >= sizeof(magic) && !memcmp(buf, magic, sizeof(magic)) ?
	    2 : 0;
}

#if defined(HAVE_LIBEVTX) && defined(HAVE_LIBBFIO) && defined(HAVE_EXPAT)
#include <libbfio.h>
#include <libevtx.h>

enum {
	FILE_HEADER = 4096, CHUNK = 65536, CHUNK_HEADER = 512,
	DIRTY = 1,		/* copied while it was being written */
	LIMIT_EVTX_RECORDS = 1 << 26	/* a file of 4 GiB has fewer */
};

struct place {
	uint64_t number;
	int index;
};

struct reader {
	struct vss_log_sink *sink;
	struct vss_error *error;
	struct vss_log_build b;
	struct vss_xml_event *x;
	libevtx_file_t *file;
	char *xml;
	size_t room;
	uint64_t rejected_chunks, counted;
	uint32_t crc[256];
};

static enum vss_status
no_memory(struct vss_error *error)
{
	vss_error_set(error, 0, 0, "out of memory");
	return VSS_FAIL;
}

static uint64_t
little(const char *p, int bytes)
{
	uint64_t n = 0;

	while (bytes--)
		n = n << 8 | (unsigned char)p[bytes];
	return n;
}

/* CRC-32 of ISO 3309, as everywhere. */
static void
make_crc(uint32_t table[256])
{
	uint32_t n, c;
	int k;

	for (n = 0; n < 256; n++) {
		for (c = n, k = 0; k < 8; k++)
			c = c & 1 ? 0xedb88320 ^ c >> 1 : c >> 1;
		table[n] = c;
	}
}

/* That of n bytes after bytes whose own is `before` (0: after none). */
static uint32_t
checksum(const uint32_t table[256], uint32_t before, const char *p, size_t n)
{
	uint32_t c = before ^ 0xffffffff;

	while (n--)
		c = table[(c ^ (unsigned char)*p++) & 0xff] ^ c >> 8;
	return c ^ 0xffffffff;
}

static int
blank(const char *p, size_t n)
{
	while (n && !*p) {
		p++;
		n--;
	}
	return !n;
}

struct chunk {
	const char *p;
	size_t n;			/* CHUNK, less for a cut one */
	uint64_t first, last;		/* numbers of its records, 0: unknown */
};

/* The chunk at this place of the file. 0: there is none. */
static int
chunk_at(const char *buf, size_t len, size_t index, struct chunk *c)
{
	size_t at = FILE_HEADER + index * CHUNK;

	if (at >= len)
		return 0;
	c->p = buf + at;
	c->n = len - at < CHUNK ? len - at : CHUNK;
	c->first = c->last = 0;
	if (c->n < CHUNK_HEADER || memcmp(c->p, "ElfChnk", 8))
		return 1;
	c->first = little(c->p + 8, 8);
	c->last = little(c->p + 16, 8);
	if (!c->first || c->first > c->last || c->last - c->first > CHUNK)
		c->first = c->last = 0;
	return 1;
}

/* NULL: nothing is wrong. `newest`: the chunk's header may be behind. */
static const char *
fault_of(const struct reader *rd, const struct chunk *c, int newest)
{
	uint64_t end;

	if (blank(c->p, c->n))
		return NULL;
	if (c->n < CHUNK)
		return "is cut short";
	if (memcmp(c->p, "ElfChnk", 8))
		return "is none";
	if (newest)
		return NULL;
	end = little(c->p + 48, 4);
	if (end < CHUNK_HEADER || end > CHUNK || !c->first ||
	    checksum(rd->crc, checksum(rd->crc, 0, c->p, 120), c->p + 128,
	    CHUNK_HEADER - 128) != little(c->p + 124, 4))
		return "has a damaged header";
	return checksum(rd->crc, 0, c->p + CHUNK_HEADER, end - CHUNK_HEADER) ==
	    little(c->p + 52, 4) ? NULL : "has a wrong checksum";
}

static void
reject_chunk(struct reader *rd, const struct chunk *c, size_t index,
    uint64_t place, const char *fault)
{
	struct vss_error e;

	if (c->first)
		vss_error_set(&e, place, 0, "chunk %zu of the file %s: its "
		    "records %" PRIu64 " to %" PRIu64 " are read as far as "
		    "they can be", index + 1, fault, c->first, c->last);
	else
		vss_error_set(&e, place, 0, "chunk %zu of the file %s",
		    index + 1, fault);
	rd->rejected_chunks++;
	if (rd->sink->reject)
		rd->sink->reject(rd->sink->arg, &e);
}

/* libevtx passes over damaged chunks in silence, or reads what it can. */
static void
check_chunks(struct reader *rd, const char *buf, size_t len)
{
	uint64_t newest = 0, place = 1;
	const char *fault;
	struct chunk c;
	size_t i;

	make_crc(rd->crc);
	if (little(buf + 120, 4) & DIRTY)
		for (i = 0; chunk_at(buf, len, i, &c); i++)
			if (c.last > newest)
				newest = c.last;
	for (i = 0; chunk_at(buf, len, i, &c); i++) {
		fault = fault_of(rd, &c, newest && c.last == newest);
		if (fault)
			reject_chunk(rd, &c, i, place, fault);
		if (c.first)
			place += c.last - c.first + 1;
	}
	rd->counted = place - 1;
}

/* A copy whose last chunk is whole, the missing part blank: libevtx leaves
 * out a chunk that is cut. */
static char *
fill_up(const char *buf, size_t *len, enum vss_status *st,
    struct vss_error *error)
{
	size_t missing = CHUNK - (*len - FILE_HEADER) % CHUNK;
	char *copy = malloc(*len + missing);

	if (!copy) {
		*st = no_memory(error);
		return NULL;
	}
	memcpy(copy, buf, *len);
	memset(copy + *len, 0, missing);
	*len += missing;
	return copy;
}

/* A log that has reached its size goes on in its oldest chunk. */
static int
in_order(const char *buf, size_t len)
{
	uint64_t last = 0, first;
	size_t at;

	for (at = FILE_HEADER; len >= CHUNK && at <= len - CHUNK; at += CHUNK) {
		if (memcmp(buf + at, "ElfChnk", 8))
			continue;
		first = little(buf + at + 24, 8);
		if (first < last)
			return 0;
		last = first;
	}
	return 1;
}

/* The record's XML into rd->xml; its length, 0: it cannot be read. */
static size_t
record_xml(struct reader *rd, libevtx_record_t *record, enum vss_status *st)
{
	size_t n = 0;
	char *more;

	if (libevtx_record_get_utf8_xml_string_size(record, &n, NULL) != 1 ||
	    n < 2 || n > LIMIT_XML_EVENT)
		return 0;
	if (n > rd->room) {
		if (!(more = realloc(rd->xml, n))) {
			*st = no_memory(rd->error);
			return 0;
		}
		rd->xml = more;
		rd->room = n;
	}
	if (libevtx_record_get_utf8_xml_string(record, (uint8_t *)rd->xml, n,
	    NULL) != 1)
		return 0;
	return n - 1;
}

static void
reject(struct reader *rd, int index, uint64_t number, const char *why)
{
	struct vss_error e;

	if (number)
		vss_error_set(&e, index + 1, 0, "record %" PRIu64 " cannot be "
		    "read: %s", number, why);
	else
		vss_error_set(&e, index + 1, 0, "a record that cannot be "
		    "read: %s", why);
	if (rd->sink->reject)
		rd->sink->reject(rd->sink->arg, &e);
}

static enum vss_status
take_xml(struct reader *rd, int index, uint64_t number, size_t n)
{
	const char *p = vss_xml_event_find(rd->xml, rd->xml + n);
	enum vss_status st = VSS_BAD;
	struct vss_error e;
	size_t used;

	vss_error_set(&e, 0, 0, "it is no event");
	vss_log_build_start(&rd->b, index + 1);
	if (p)
		st = vss_xml_event_read(rd->x, p, n - (p - rd->xml),
		    n - (p - rd->xml), &rd->b, &used, &e);
	if (st == VSS_BAD) {
		reject(rd, index, number, e.text);
		return VSS_OK;
	}
	if (st != VSS_OK) {
		*rd->error = e;
		return st;
	}
	if (!rd->b.r.number)
		rd->b.r.number = number;
	return vss_log_build_deliver(&rd->b, rd->sink, rd->error);
}

static enum vss_status
take(struct reader *rd, int index)
{
	libevtx_record_t *record = NULL;
	enum vss_status st = VSS_OK;
	uint64_t number = 0;
	size_t n = 0;

	if (libevtx_file_get_record_by_index(rd->file, index, &record,
	    NULL) == 1) {
		if (libevtx_record_get_identifier(record, &number, NULL) != 1)
			number = 0;
		n = record_xml(rd, record, &st);
		libevtx_record_free(&record, NULL);
	}
	if (st != VSS_OK)
		return st;
	if (n)
		return take_xml(rd, index, number, n);
	reject(rd, index, number, "its data are damaged");
	return VSS_OK;
}

static int
compare_places(const void *pa, const void *pb)
{
	const struct place *a = pa, *b = pb;

	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

/* By their numbers, which is how they were written. */
static enum vss_status
take_sorted(struct reader *rd, int n)
{
	struct place *places = calloc(n ? n : 1, sizeof(*places));
	libevtx_record_t *record = NULL;
	enum vss_status st = VSS_OK;
	int i;

	if (!places)
		return no_memory(rd->error);
	for (i = 0; i < n; i++) {
		places[i].index = i;
		if (libevtx_file_get_record_by_index(rd->file, i, &record,
		    NULL) != 1)
			continue;
		if (libevtx_record_get_identifier(record, &places[i].number,
		    NULL) != 1)
			places[i].number = 0;
		libevtx_record_free(&record, NULL);
	}
	qsort(places, n, sizeof(*places), compare_places);
	for (i = 0; i < n && st == VSS_OK; i++)
		st = take(rd, places[i].index);
	free(places);
	return st;
}

/* Fewer than the chunks say, and no chunk is at fault. */
static void
reject_missing(struct reader *rd, int n)
{
	struct vss_error e;

	vss_error_set(&e, (uint64_t)n + 1, 0, "%" PRIu64 " of the records that "
	    "the file counts are not there", rd->counted - n);
	rd->rejected_chunks++;
	if (rd->sink->reject)
		rd->sink->reject(rd->sink->arg, &e);
}

static enum vss_status
take_all(struct reader *rd, const char *buf, size_t len)
{
	enum vss_status st = VSS_OK;
	int n = 0, left = 0, i;

	if (libevtx_file_get_number_of_records(rd->file, &n, NULL) != 1 ||
	    n < 0 || n > LIMIT_EVTX_RECORDS) {
		vss_error_set(rd->error, 0, 0, "an .evtx file whose records "
		    "cannot be counted");
		return VSS_BAD;
	}
	if (libevtx_file_get_number_of_recovered_records(rd->file, &left,
	    NULL) == 1 && left > 0)
		rd->sink->leftover = left;
	if (rd->counted > (uint64_t)n && !rd->rejected_chunks)
		reject_missing(rd, n);
	rd->sink->units = n + rd->rejected_chunks;
	if (!in_order(buf, len))
		return take_sorted(rd, n);
	for (i = 0; i < n && st == VSS_OK; i++)
		st = take(rd, i);
	return st;
}

static enum vss_status
read_open(struct reader *rd, libbfio_handle_t *handle, const char *buf,
    size_t len)
{
	/* libbfio reads only, but has no const */
	union { const char *in; uint8_t *out; } bytes = { buf };
	enum vss_status st;

	if (libbfio_memory_range_set(handle, bytes.out, len, NULL) != 1)
		return no_memory(rd->error);
	if (libevtx_file_initialize(&rd->file, NULL) != 1)
		return no_memory(rd->error);
	if (libevtx_file_open_file_io_handle(rd->file, handle,
	    LIBEVTX_OPEN_READ, NULL) == 1) {
		st = take_all(rd, buf, len);
		libevtx_file_close(rd->file, NULL);
	} else {
		vss_error_set(rd->error, 0, 0, "an .evtx file whose header is "
		    "damaged");
		st = VSS_BAD;
	}
	libevtx_file_free(&rd->file, NULL);
	return st;
}

enum vss_status
vss_log_evtx(const char *buf, size_t len, struct vss_log_sink *sink,
    struct vss_error *error)
{
	struct reader rd = { .sink = sink, .error = error };
	libbfio_handle_t *handle = NULL;
	enum vss_status st = VSS_OK;
	char *whole = NULL;

	sink->unit = "records";
	if (!vss_log_evtx_probe(buf, len)) {
		vss_error_set(error, 0, 0, "no .evtx file: it does not begin "
		    "with ElfFile");
		return VSS_BAD;
	}
	if (len < FILE_HEADER) {
		vss_error_set(error, 0, 0, "an .evtx file that is cut short");
		return VSS_BAD;
	}
	if (!(rd.x = vss_xml_event_new()) ||
	    libbfio_memory_range_initialize(&handle, NULL) != 1) {
		vss_xml_event_free(rd.x);
		return no_memory(error);
	}
	check_chunks(&rd, buf, len);
	sink->units = rd.rejected_chunks;
	if ((len - FILE_HEADER) % CHUNK >= CHUNK_HEADER) {
		whole = fill_up(buf, &len, &st, error);
		buf = whole;
	}
	if (st == VSS_OK)
		st = read_open(&rd, handle, buf, len);
	libbfio_handle_free(&handle, NULL);
	free(whole);
	free(rd.xml);
	vss_log_build_free(&rd.b);
	vss_xml_event_free(rd.x);
	return st;
}

#else

enum vss_status
vss_log_evtx(const char *buf, size_t len, struct vss_log_sink *sink,
    struct vss_error *error)
{
	(void)buf;
	(void)len;
	sink->unit = "records";
	vss_error_set(error, 0, 0, "built without libevtx, libbfio and expat, "
	    "which read .evtx");
	return VSS_BAD;
}

#endif
