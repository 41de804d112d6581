/*
 * One <Event> of Windows at a time: for event XML and for .evtx files, whose
 * records are turned into it.
 */
#ifndef VSS_LOG_XML_H
#define VSS_LOG_XML_H

#include "log_build.h"

enum {
	LIMIT_XML_DEPTH = 64,		/* elements within elements */
	LIMIT_XML_EVENT = 1 << 24	/* bytes of one event */
};

struct vss_xml_event;

/* NULL: no memory, or built without expat. */
struct vss_xml_event *vss_xml_event_new(void);
void vss_xml_event_free(struct vss_xml_event *x);

/*
 * The event that begins at buf into b, which has been started; *used is how
 * many of its bytes were read. What is in b already stays.
 *
 * BAD: it is not well formed, or does not end within len bytes; the position
 * in *error counts from buf, line 1, column 1. Only the first `first` bytes
 * are looked at as long as the event ends there.
 */
enum vss_status vss_xml_event_read(struct vss_xml_event *x, const char *buf,
    size_t first, size_t len, struct vss_log_build *b, size_t *used,
    struct vss_error *error);

/* Where the next "<Event" begins in [p, end), NULL: nowhere. */
const char *vss_xml_event_find(const char *p, const char *end);

#endif
