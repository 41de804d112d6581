/*
 * Records of Windows event logs, whatever carries them: JSON Lines of a
 * forwarder, event XML, .evtx files, text copied from the Event Viewer.
 *
 * A reader goes over the whole of a buffer and hands over record by record.
 * What cannot be read is told by reject(), with its place, and the reading
 * goes on. No I/O, no globals.
 */
#ifndef VSS_LOG_H
#define VSS_LOG_H

#include "base.h"

/* One item of EventData or UserData. Classic sources leave the names out:
 * then name is "". */
struct vss_log_field {
	const char *name, *value;
};

/*
 * A record. Strings end with NUL, are UTF-8, belong to the reader and live
 * until record() returns; NULL: the record does not tell.
 *
 * Sources: the elements are those of the Windows event schema
 * (System/Provider, EventID, TimeCreated, EventRecordID, Execution, Channel,
 * Computer; EventData, UserData, RenderingInfo/Message).
 */
struct vss_log_record {
	uint64_t line;		/* of a text, from 1; of an .evtx file its
				 * place among the records, from 1 */
	uint64_t number;	/* EventRecordID, 0: not told */
	int64_t id;		/* EventID without qualifiers, -1: not told */
	int64_t time;		/* TimeCreated in microseconds since 1970 as
				 * written; VSS_NO_TIME */
	int time_local;		/* the time is local, or may be: a text of the
				 * Event Viewer; a forwarder's false Z */
	uint32_t pid, tid;	/* System/Execution, 0: not told */
	int level;		/* 1 critical, 2 error, 3 warning, 4 and 0
				 * information; -1: not told */
	const char *provider, *channel, *computer;
	const char *message;	/* rendered */
	const char *binary;	/* EventData/Binary as the ASCII text that VSS
				 * keeps there, NULL when it is none */
	const struct vss_log_field *fields;
	size_t nfields;
};

struct vss_log_sink {
	void *arg;
	/* Another status than VSS_OK stops the reading and is returned. */
	enum vss_status (*record)(void *arg, const struct vss_log_record *r);
	void (*reject)(void *arg, const struct vss_error *error);
	/* set by the reader: how many there are of what it counts */
	uint64_t units;
	/* what that is where it is not lines, in the plural; static */
	const char *unit;
	/* set by the reader: old records in the unused space of an .evtx
	 * file, which are none of `units` and are not handed over */
	uint64_t leftover;
};

/* How sure the carrier is that the bytes are its own: 0 no, 1 perhaps, 2
 * certainly. Only that they are event records; whether any is of concern is
 * the importer's to say. */
int vss_log_json_probe(const char *buf, size_t len);
int vss_log_xml_probe(const char *buf, size_t len);
int vss_log_evtx_probe(const char *buf, size_t len);
int vss_log_text_probe(const char *buf, size_t len);

/* VSS_OK, though single records may have been rejected; VSS_BAD when the
 * whole cannot be read, or not with the libraries it was built with. */
typedef enum vss_status vss_log_reader(const char *buf, size_t len,
    struct vss_log_sink *sink, struct vss_error *error);

vss_log_reader vss_log_json, vss_log_xml, vss_log_evtx, vss_log_text;

/* The value of the field of that name (case ignored), NULL for none. */
const char *vss_log_field(const struct vss_log_record *r, const char *name);
/* Of its n-th unnamed field, from 0; forwarders that want names call them
 * param1, param2, ... */
const char *vss_log_unnamed(const struct vss_log_record *r, size_t n);
/* A field that is a number, decimal or 0x..., -1: it is none. */
int64_t vss_log_number(const struct vss_log_record *r, const char *name);

#endif
