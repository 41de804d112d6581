/* Any bytes at all, as event records in whatever carries them: the first says
 * in which. Nothing is judged, so that many more are tried than by the
 * targets of the formats. */
#include <stdlib.h>
#include "fuzz.h"
#include "log.h"

struct seen {
	uint64_t records, rejected;
	unsigned sum;
};

static void
touch(struct seen *s, const char *text)
{
	while (text && *text)
		s->sum = s->sum * 31 + (unsigned char)*text++;
}

static enum vss_status
on_record(void *arg, const struct vss_log_record *r)
{
	struct seen *s = arg;
	size_t i;

	if (!r->line || r->id < -1 || r->id > 0xffff || r->level < -1)
		abort();
	s->records++;
	touch(s, r->provider);
	touch(s, r->channel);
	touch(s, r->computer);
	touch(s, r->message);
	touch(s, r->binary);
	for (i = 0; i < r->nfields; i++) {
		touch(s, r->fields[i].name);
		touch(s, r->fields[i].value);
	}
	return VSS_OK;
}

static void
on_reject(void *arg, const struct vss_error *e)
{
	struct seen *s = arg;

	if (!e->line || !*e->text)
		abort();
	s->rejected++;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct {
		vss_log_reader *read;
		int (*probe)(const char *, size_t);
	} carriers[] = {
		{ vss_log_json, vss_log_json_probe },
		{ vss_log_xml, vss_log_xml_probe },
		{ vss_log_evtx, vss_log_evtx_probe },
		{ vss_log_text, vss_log_text_probe }
	};
	struct seen seen = { 0, 0, 0 };
	struct vss_log_sink sink = { .arg = &seen, .record = on_record,
	    .reject = on_reject };
	struct vss_error error = { 0, 0, "" };
	const char *bytes = (const char *)data + 1;
	enum vss_status st;

	if (!size)
		return 0;
	carriers[*data % 4].probe(bytes, size - 1);
	st = carriers[*data % 4].read(bytes, size - 1, &sink, &error);
	if (st == VSS_OK ? seen.records + seen.rejected > sink.units :
	    !*error.text)
		abort();
	return 0;
}
