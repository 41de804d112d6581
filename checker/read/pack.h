/*
 * Compressed recordings (gzip, bzip2, xz, zstd, ...) and archives of them
 * (zip, tar, 7-Zip, ...), through libarchive. From memory to memory; no I/O.
 */
#ifndef VSS_PACK_H
#define VSS_PACK_H

#include "base.h"

/* Limits against archives made to swell. */
enum {
	LIMIT_PACKED_ENTRIES = 1 << 14,		/* of one archive */
	LIMIT_PACKED_DEPTH = 3			/* packed within packed */
};
#define LIMIT_UNPACKED (UINT64_C(4) << 30)	/* bytes, of one archive */

/* Do its first bytes say that it is compressed or an archive? */
int vss_packed(const char *buf, size_t len);

/* Called for each file within: its name (NULL: compressed only, it has
 * none), its bytes, which the callee owns from then on (free()). Another
 * status than VSS_OK stops the reading and is returned. */
typedef enum vss_status vss_unpacked(void *arg, const char *name, char *buf,
    size_t len);

/* Every file within. BAD, with what is wrong, when it is damaged: what could
 * be read before that has been handed over. Built without libarchive it is
 * BAD. */
enum vss_status vss_unpack(const char *buf, size_t len, vss_unpacked *each,
    void *arg, struct vss_error *error);

#endif
