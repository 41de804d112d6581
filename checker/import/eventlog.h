/*
 * Event records made into events, whatever reader they come from.
 */
#ifndef VSS_EVENTLOG_H
#define VSS_EVENTLOG_H

#include "import.h"
#include "log.h"

/* As the readers of import.h; `name` is the format's and is kept. */
enum vss_status vss_eventlog_read(vss_log_reader *reader, const char *name,
    const char *buf, size_t len, struct vss_import *out,
    struct vss_error *error);

#endif
