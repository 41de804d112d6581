/*
 * What programs printed on a console: lines as people paste them into mails
 * and issues, and the pieces that several of these programs print alike.
 *
 * Console texts are localised, so that nothing here goes by words: GUIDs,
 * codes, names in quotes and the place of a line tell what it is. Such a text
 * may be in a code page that nobody tells: bytes that are no UTF-8 are
 * opaque, and become '?' in what is copied from it.
 *
 * Nothing is allocated; slices point into the recording.
 */
#ifndef VSS_CONSOLE_H
#define VSS_CONSOLE_H

#include "import.h"

/* One line, without the quotation marks of a mail ("> ") before it and
 * without blanks at its ends. */
struct vss_console {
	const char *s;
	size_t n;
	uint64_t line;		/* from 1 */
	/* private */
	const char *next, *end;
};

void vss_console_start(struct vss_console *c, const char *buf, size_t len);
/* The next line; 0 when there is none. */
int vss_console_next(struct vss_console *c);

/* ASCII case does not matter in any of these. */
int vss_console_begins(const struct vss_console *c, const char *word);
/* Where `what` stands in the first n bytes of s, NULL: nowhere. */
const char *vss_console_find(const char *s, size_t n, const char *what);
/* The next of the words that blanks separate in [*s, *s + *n), which is
 * advanced past it; 0 bytes long at the end. */
size_t vss_console_word(const char **s, size_t *n, const char **word);

/* A copy of the first n bytes of s, fit to be shown: at most size - 1 bytes
 * of UTF-8, no control characters. */
void vss_console_copy(char *to, size_t size, const char *s, size_t n);

enum { CONSOLE_GUID = 39 };	/* "{...}" and its NUL */

/* The first GUID in braces at or behind `from` on this line, in lower case;
 * the console may have broken the line in its middle. Returns the place
 * behind it, NULL: there is none. */
const char *vss_console_guid(const struct vss_console *c, const char *from,
    char guid[CONSOLE_GUID]);
/* Does the line end with a GUID in braces? */
int vss_console_guid_last(const struct vss_console *c,
    char guid[CONSOLE_GUID]);
/* A result code of a failure, on a line that calls it HRESULT
 * ("- Returned HRESULT: 80042306", "... HRESULT = 0x80042306"). */
int vss_console_hresult(const struct vss_console *c, uint32_t *code);
/* "VSS_E_PROVIDER_VETO (0x80042306)" */
void vss_console_code(uint32_t code, char *buf, size_t size);

/*
 * States of writers, as vssadmin, diskshadow and vshadow list them. The
 * numbers are those of VSS_WRITER_STATE (reference page of that name); 6 and
 * more are failures.
 */
enum { WRITER_STABLE = 1, WRITER_COMPLETE = 5, WRITER_FAILED = 6 };

struct vss_console_writer {
	uint64_t line;		/* of its name */
	char name[128];
	char instance[CONSOLE_GUID];	/* empty: not told */
	int state;
	char error[96];		/* its last error as it was printed, empty:
				 * not told */
	/* private */
	int step;
};

/* One line after the other. 1: it was the last of a writer, which is in *w
 * until the next call; -1: it belongs to one; 0: it does not. */
int vss_console_writer(struct vss_console_writer *w,
    const struct vss_console *c);
/* "stable", "failed in Freeze", ... */
const char *vss_console_state(int state);

#endif
