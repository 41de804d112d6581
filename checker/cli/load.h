/*
 * From what the command line names to bytes that a reader can take: files,
 * standard input, folders, archives; unpacked, and texts as UTF-8.
 */
#ifndef VSS_LOAD_H
#define VSS_LOAD_H

#include "base.h"
#include "import.h"

enum { LIMIT_FILES = 1 << 14 };		/* in one folder or archive */

struct loaded {
	char *name;		/* "kit.zip:Application.evtx" */
	char *buf;		/* with a NUL behind its last byte */
	size_t len;
	int found;		/* in a folder or an archive: the user has not
				 * named it, and it need not be a recording */
};

struct loads {
	struct loaded *list;
	int n, room;
};

/* Add what `file` names ("-": standard input); the files of a folder or an
 * archive by name. BAD: it cannot be read, or
 * not whole; what could be has been added. */
enum vss_status load(struct loads *l, const char *file,
    struct vss_error *error);
/* The bytes as a file in memory (Linux: memfd). */
enum vss_status load_as_file(const char *buf, size_t len, vss_use_file *use,
    void *arg, struct vss_error *error);
void loads_free(struct loads *l);

#endif
