/*
 * Values of the Windows registry out of what carries them: exports of regedit
 * and hivexregedit, the print of `reg query /s`, records of EDR agents, hive
 * files. A reader hands over the values below VSS\Diag, and Select\Current,
 * and counts the others; what they mean is their importer's business.
 *
 * No I/O but in vss_hive_read(), which libhivex makes open a file; no globals.
 */
#ifndef VSS_REG_H
#define VSS_REG_H

#include "base.h"

enum {
	LIMIT_VALUE = 4096,	/* bytes of a value's data */
	LIMIT_KEY = 2048,	/* bytes of a path */
	LIMIT_VALUES = 1 << 16	/* values handed over */
};

/* Types of values that are told apart (winnt.h's numbers). */
enum { VSS_REG_NONE = 0, VSS_REG_SZ = 1, VSS_REG_BINARY = 3,
	VSS_REG_DWORD = 4 };

/* Everything lives until the call returns. */
struct vss_reg_value {
	uint64_t line;		/* of its beginning; in a hive, which has
				 * none, its number among those handed over */
	const char *key;	/* whole path, from the root that is told */
	const char *name;	/* "": the key's default value */
	int type;
	const unsigned char *data;
	size_t n;
	const char *text;	/* of VSS_REG_SZ, UTF-8 */
	uint32_t number;	/* of VSS_REG_DWORD */
	int older;		/* what the value was before it was set */
	int may_be_cut;		/* the source cuts long data */
	const char *host;	/* NULL: not told */
};

struct vss_reg_sink {
	void *arg;
	/* Another status than VSS_OK stops the reading and is returned. */
	enum vss_status (*value)(void *arg, const struct vss_reg_value *v);
	/* what cannot be read; the reading goes on */
	void (*refuse)(void *arg, const struct vss_error *e);
	uint64_t units;		/* out: values met, and what was refused */
	int cut;		/* out: it does not end as such a text does */
};

/* Texts are UTF-8 (see text.h). */
enum vss_status vss_reg_export_read(const char *buf, size_t len,
    struct vss_reg_sink *sink, struct vss_error *error);
enum vss_status vss_reg_query_read(const char *buf, size_t len,
    struct vss_reg_sink *sink, struct vss_error *error);
/* JSON: one object, several one after the other, or arrays of them. */
enum vss_status vss_reg_edr_read(const char *buf, size_t len,
    struct vss_reg_sink *sink, struct vss_error *error);
/* The file of that name, which libhivex opens. BAD when it is no hive or has
 * no Select\Current, and when built without libhivex. */
enum vss_status vss_hive_read(const char *path, struct vss_reg_sink *sink,
    struct vss_error *error);

/* How sure is it that the bytes are of that kind: 0, 1, 2. */
int vss_reg_export_probe(const char *buf, size_t len);
int vss_reg_query_probe(const char *buf, size_t len);
int vss_reg_edr_probe(const char *buf, size_t len);
int vss_hive_probe(const char *buf, size_t len);

/* For the readers: is the path one whose values are handed over? */
int vss_reg_wanted(const char *key);
/* For the readers: does the text end with an empty line? Exports and prints
 * have one behind every key. */
int vss_reg_ends(const char *buf, size_t len);
/* For the readers: hex digits, which `skip` may separate, into at most room
 * bytes. Returns how many, -1: anything else, or too many. */
int vss_reg_hex(const char *s, size_t n, const char *skip,
    unsigned char *data, size_t room);

#endif
