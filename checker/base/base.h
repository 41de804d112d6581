/*
 * What every floor of the checker shares: results, limits, error positions.
 */
#ifndef VSS_BASE_H
#define VSS_BASE_H

#include <stddef.h>
#include <stdint.h>

enum vss_status {
	VSS_OK,
	VSS_END,	/* nothing more to come */
	VSS_BAD,	/* the input is at fault; the error says where */
	VSS_FAIL	/* out of memory; the error says so */
};

/* Where and why something was refused. Line and column count from 1; 0
 * where they mean nothing. */
struct vss_error {
	uint64_t line;
	uint64_t column;
	char text[256];
};

/* Limits that no real host meets, so that hostile input meets them. */
enum {
	LIMIT_OBJECTS = 1 << 14,	/* sessions in one run */
	LIMIT_WRITERS = 1 << 12,	/* writers of one session */
	LIMIT_COMPONENTS = 1 << 16,	/* components of one session */
	LIMIT_NESTING = 8,		/* parentheses in scenario text */
	LIMIT_NAME = 512		/* bytes of a writer or object name */
};

#define VSS_NO_TIME INT64_MIN

/* What it says may quote the input: control characters become '?'. */
void vss_error_set(struct vss_error *e, uint64_t line, uint64_t column,
    const char *format, ...)
#ifdef __GNUC__
    __attribute__((format(printf, 4, 5)))
#endif
    ;

/* The next line of a text: [*p, returned end). Advances *p past the line
 * feed, strips a carriage return. NULL at the end of the text. */
const char *vss_line(const char **p, const char *end);

/* Microseconds since 1970 of "2023-07-19T16:03:45.992[…][Z]" (a blank may
 * stand for the T), VSS_NO_TIME when it is not one. */
int64_t vss_time_parse(const char *s);
/* The reverse, in UTC with milliseconds; buf takes 32 bytes. */
void vss_time_format(int64_t t, char *buf);

/* The small letter of a capital one, in ASCII; else c. */
int vss_lower(int c);

/* Copy at most size - 1 bytes of s, never half a UTF-8 character. */
void vss_copy_text(char *to, size_t size, const char *s);

/* A copy of the first n bytes of s (all of it where it is shorter), cut at
 * LIMIT_NAME, to be freed by the caller; NULL when memory is out. */
char *vss_name_copy(const char *s, size_t n);

#endif
