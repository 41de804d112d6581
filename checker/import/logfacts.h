/*
 * What the text of an event record tells whatever its language: values are
 * found by their shape and by their place, not by the words before them.
 *
 * Sources: real records of Windows 7 to Server 2022 in English, German and
 * French for VSS; the event schema pages of Security 4688 and 4689. What each
 * layout is: docs/formats/eventlog.md.
 */
#ifndef VSS_LOGFACTS_H
#define VSS_LOGFACTS_H

#include "event.h"
#include "log.h"

/*
 * The blocks "Operation:" and "Context:" that end every text of source VSS,
 * and what stands before and beside them. Empty, 0 or -1: not told.
 */
struct vss_log_facts {
	char writer[LIMIT_NAME];
	char instance[64];	/* id of the writer instance, {guid} */
	uint32_t pid;		/* of the process that wrote the record */
	int64_t hr;		/* the first 0x........ of the text */
	int handler;		/* the writer's event that Operation names, as
				 * a KIND_; 0: none, or more than one */
	int blocks;		/* how many of the two blocks there are */
};

void vss_log_facts(const struct vss_log_record *r, struct vss_log_facts *f);

/* Values of an audit record; they point into the record. */
struct vss_log_value { const char *s; size_t n; };
struct vss_log_audit {
	int64_t pid;		/* -1: not told */
	struct vss_log_value image;	/* a whole path; n 0: not told */
	struct vss_log_value set;	/* the first {guid} */
	struct vss_log_value device;	/* "HarddiskVolumeShadowCopy12" */
};

/* Of VSSAudit 8222 and of Security 4688 and 4689: the process is the last
 * hexadecimal number before the first path. */
void vss_log_audit(const struct vss_log_record *r, struct vss_log_audit *a);

/* The "HarddiskVolumeShadowCopy12" in a text. n 0: there is none. */
struct vss_log_value vss_log_device(const char *s, size_t n);

/* "lsass (600,G,0) ...", or "lsass" and "600,G,0" as unnamed data: the
 * process of a database engine. 0: it is not told. */
int vss_log_engine(const struct vss_log_record *r, struct vss_log_value *name,
    uint32_t *pid);

/* A service's state as the Service Control Manager keeps it in the binary
 * data of 7036, in any language: key "VSS", state 1 stopped, 4 running (the
 * numbers of SERVICE_STATUS). 0: there is none. */
int vss_log_service(const struct vss_log_record *r, char *key, size_t size,
    int *state);

#endif
