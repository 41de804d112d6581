/*
 * Pieces of a line of text: where lines are told apart by the words in them.
 * A line is [p, end); it need not end with a NUL. Everything is linear in its
 * length. No I/O, no memory, no globals.
 */
#ifndef VSS_PHRASE_H
#define VSS_PHRASE_H

#include "base.h"

/* Where `what` begins in the line, NULL when it is not in it. */
const char *vss_phrase_find(const char *p, const char *end, const char *what);
/* Go past `what` where the line begins with it. Returns whether it does. */
int vss_phrase_skip(const char **p, const char *end, const char *what);
/* Go past blanks and tabs. */
void vss_phrase_blanks(const char **p, const char *end);
/* Go past a number of `least` to `most` decimal digits (at most 9), which no
 * further digit follows. 0 when there is none, *p is then unchanged. */
int vss_phrase_number(const char **p, const char *end, int least, int most,
    int *n);
/* The same of up to eight hexadecimal digits, in either case. */
int vss_phrase_hex(const char **p, const char *end, uint32_t *n);

/* Microseconds since 1970 of a date and time, VSS_NO_TIME when there is none
 * such. */
int64_t vss_phrase_time(int year, int month, int day, int hour, int minute,
    int second);

#endif
