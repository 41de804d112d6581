/*
 * A record of an event log in the making: what the readers of the carriers
 * share. Texts are copied; the record that is delivered is made of them.
 */
#ifndef VSS_LOG_BUILD_H
#define VSS_LOG_BUILD_H

#include "log.h"

/* Limits that no record of Windows meets: one holds 64 KiB at most. */
enum {
	LIMIT_LOG_FIELDS = 4096,	/* of one record; more are left out */
	LIMIT_LOG_TEXT = 1 << 24	/* bytes of all texts of one record */
};

enum vss_log_text {
	LOG_PROVIDER, LOG_CHANNEL, LOG_COMPUTER, LOG_MESSAGE, LOG_BINARY,
	LOG_TEXTS
};

/* Zeroed to begin with. r's numbers are the reader's to set, after start. */
struct vss_log_build {
	struct vss_log_record r;
	/* Implementation details follow. */
	char *text;
	size_t used, room;
	struct vss_log_place { size_t name, value; } *places;
	struct vss_log_field *fields;
	size_t n, places_room, fields_room;
	size_t at[LOG_TEXTS];		/* in text, plus 1 */
	int no_memory;
};

/* A new record begins at this line; the old one's memory is used again. */
void vss_log_build_start(struct vss_log_build *b, uint64_t line);
/* The first n bytes of s, up to a NUL. Given again, the first stays. Missing
 * memory is told by deliver. */
void vss_log_build_text(struct vss_log_build *b, enum vss_log_text which,
    const char *s, size_t n);
void vss_log_build_field(struct vss_log_build *b, const char *name,
    size_t name_length, const char *value, size_t value_length);
/* Its value once more, of a field that was given. NULL: it was not. */
const char *vss_log_build_given(const struct vss_log_build *b,
    const char *name);
/* Hand it over. What the sink returns, or FAIL without memory. */
enum vss_status vss_log_build_deliver(struct vss_log_build *b,
    struct vss_log_sink *sink, struct vss_error *error);
void vss_log_build_free(struct vss_log_build *b);

/* A decimal or 0x... number of n bytes, blanks around it allowed; -1: it is
 * none, or negative. */
int64_t vss_log_parse_number(const char *s, size_t n);
/* Tell the sink what cannot be read. */
void vss_log_reject(const struct vss_log_sink *sink, uint64_t line,
    uint64_t column, const char *text);
/* a's n bytes are b; ASCII case does not matter. */
int vss_log_same(const char *a, size_t n, const char *b);

#endif
