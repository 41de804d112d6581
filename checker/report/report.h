/*
 * Reports: renderers of judgements. They write to the given stream and do
 * nothing else.
 */
#ifndef VSS_REPORT_H
#define VSS_REPORT_H

#include <stdio.h>
#include "import.h"
#include "join.h"

/* One of several recordings that were judged together. */
struct vss_part {
	const char *file, *format;
	struct vss_counts counts;
	const struct vss_error *errors;
	size_t nerrors;
	uint64_t events;		/* 0: nothing of a backup in it */
	uint64_t beside;		/* what it tells beside, see asides */
	int found;			/* in a folder or an archive */
};

/* What is shown beside the verdicts: see struct vss_context. */
struct vss_aside {
	int source;		/* which recording, from 0 */
	uint64_t line;
	int64_t time;		/* VSS_NO_TIME: not told */
	char text[256];
};

/* One recording, or several together, judged. */
struct vss_recording {
	const char *file;		/* as it was named */
	const char *machine;		/* of a file with the records of
					 * several: of which; else NULL */
	const char *format;		/* "scenario", "native", "sysmon" */
	struct vss_counts counts;
	const struct vss_sessions *sessions;
	const struct vss_judgement *judgements;	/* one a session */
	const struct vss_policy *policy;	/* that it was judged by */
	const struct vss_error *errors;	/* lines rejected, the first few */
	size_t nerrors;
	/* Several together: `file` names all of them, `format`, `counts` and
	 * `errors` are the parts'. */
	const struct vss_part *parts;
	size_t nparts;
	const struct vss_note *notes;
	size_t nnotes;
	const struct vss_aside *asides;	/* the first of them */
	size_t nasides;
	uint64_t more_asides;		/* others that were not kept */
	const struct vss_unshut *unshut;
	size_t nunshut;
};

struct vss_report_options {
	int color;
	int verbose;		/* list every rule with its verdict */
};

/* The file that an event is from. */
const char *vss_recording_file(const struct vss_recording *r,
    const struct vss_evidence *e);

/* "clock", "guess", ... */
const char *vss_note_name(int kind);

/* "unreadable" lines etc. are the caller's to print. */
void vss_report_text(FILE *f, const struct vss_recording *r,
    const struct vss_report_options *o);

/* The schema is docs/json-output.md. Call begin once, recording for each
 * file, end once. FAIL when memory is out. */
struct vss_report_json;
struct vss_report_json *vss_report_json_begin(const char *version,
    const struct vss_policy *policy);
enum vss_status vss_report_json_recording(struct vss_report_json *j,
    const struct vss_recording *r);
/* A file that could not be judged at all. */
enum vss_status vss_report_json_failure(struct vss_report_json *j,
    const char *file, const struct vss_error *e);
enum vss_status vss_report_json_end(struct vss_report_json *j, FILE *f,
    int exit_code);

/* What could have come where a finding was decided ("AbortBackup, ..."):
 * the protocol automaton's say. Returns the number of characters, 0 when it
 * has none. */
size_t vss_expected_next(const struct vss_session *se,
    const struct vss_finding *f, char *buf, size_t size);

#endif
