/*
 * The bytes of a text as UTF-8, whatever Windows wrote them in.
 *
 * Windows' own tools write UTF-16LE with a byte order mark (reg export, the
 * redirections of PowerShell 5, SQL Server's logs) or without one; others
 * write UTF-8 with a mark or without. Lines stay the lines that they were.
 *
 * No I/O, no globals.
 */
#ifndef VSS_TEXT_H
#define VSS_TEXT_H

#include "base.h"

/* Is it a text that has to be decoded before it is read: UTF-16, or UTF-8
 * with a byte order mark? UTF-16 without a mark is recognised by ASCII
 * characters in its first 64. */
int vss_text_foreign(const char *buf, size_t len);

/* It as UTF-8, to be freed by the caller, with a NUL behind its last byte.
 * Half a surrogate pair or of a code unit becomes U+FFFD. FAIL when memory is
 * out. */
enum vss_status vss_text_decode(const char *buf, size_t len, char **out,
    size_t *out_len, struct vss_error *error);

#endif
