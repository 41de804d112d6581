/* One recording from file name to judgements. */
#ifndef VSS_JUDGE_H
#define VSS_JUDGE_H

#include "report.h"

enum { KEPT_ERRORS = 16, KEPT_ASIDES = 100 };

struct expectation {
	uint64_t line;
	char *words;
};

struct judged {
	struct vss_recording recording;
	struct vss_sessions sessions;
	struct vss_judgement *judgements;
	struct vss_unshut *unshut;
	struct vss_error errors[KEPT_ERRORS];
	struct vss_aside asides[KEPT_ASIDES];
	struct expectation *expectations;
	size_t nexpectations;
	int expectation_lost;	/* memory was out: a test would pass unasked */
	int reboot_lost;	/* the same: what came later would be taken
				 * for the same backup */
	int started;		/* sessions is set up */
	int64_t offset;		/* of the recording being imported */
	int offset_given;
	int keep_all;
	struct vss_memo *memo;	/* as the input has it */
	struct vss_policy policy;
	/* several recordings together */
	struct vss_join *join;
	struct vss_part *parts;
	struct vss_error (*part_errors)[KEPT_ERRORS];
	int part;		/* being imported */
	char *names;
	char **machines;	/* the recording is of several: each is to be
				 * judged by itself */
	int nmachines;
};

/* A file that has been read. */
struct input {
	const char *file;
	const char *buf;
	size_t len;
	const struct format *format;	/* NULL: of no known one */
	int64_t offset;			/* microseconds from its local time to
					 * UTC, VSS_NO_TIME: not told */
	int offset_given;		/* for this file by its name: whatever
					 * its clock says */
	int found;			/* see load.h */
	char host[64];			/* where the recording tells */
	const char *machine;		/* the only one to be read, NULL: all */
	int again;			/* another machine of the file was read */
	char **machines;		/* input_look: there are several */
	int nmachines;
	struct vss_memo *memo;		/* kept from one to the next, NULL:
					 * none is; see session.h */
	enum vss_status status;		/* BAD: the reader refuses it */
	int done;
};

struct format {
	const char *name, *text;
	int (*probe)(const char *buf, size_t len);
	enum vss_status (*read)(const char *buf, size_t len,
	    struct vss_import *out, struct vss_error *error);
};

/* The formats, ended by a NULL name. */
extern const struct format formats[];

/* Judge the recording in buf. BAD: it cannot be read, or is of no known
 * format; the error says so. `format` NULL: recognised by content; `policy`
 * NULL: the default one; `memo`: see struct input. */
enum vss_status judge_buffer(const char *file, const char *buf, size_t len,
    const struct format *format, const struct vss_policy *policy,
    struct vss_memo *memo, struct judged *j, struct vss_error *error);
/* An input that has been looked at, or that has a format. END with
 * j->machines: it is of several. */
enum vss_status judge_input(const struct input *in,
    const struct vss_policy *policy, struct judged *j,
    struct vss_error *error);
/* The same as judge_buffer with every event kept in the sessions' stories. */
enum vss_status judge_whole(const char *file, const char *buf, size_t len,
    struct judged *j, struct vss_error *error);
/* Its format, by content, and what machine it is of, or machines (a list of
 * the caller's then, machines_free()). */
void input_look(struct input *in);
/* Judge recordings of one machine together. */
enum vss_status judge_together(const struct input *const *inputs, int n,
    const struct vss_policy *policy, struct judged *j,
    struct vss_error *error);
void judged_free(struct judged *j);
void machines_free(char **list, int n);

/* Compare with the scenario's expect: lines; prints each that fails.
 * Returns how many do. */
int check_expectations(FILE *f, const struct judged *j, int *checks);

#endif
