#include <stdlib.h>
#include <string.h>
#include "pack.h"
#ifdef HAVE_LIBARCHIVE
#include <archive.h>
#include <archive_entry.h>
#endif

int
vss_packed(const char *buf, size_t len)
{
	static const struct { const char *magic; size_t n, at; } known[] = {
		{ "\x1f\x8b", 2, 0 }, { "\xfd" "7zXZ\0", 6, 0 },
		{ "\x28\xb5\x2f\xfd", 4, 0 }, { "BZh", 3, 0 },
		{ "PK\3\4", 4, 0 }, { "PK\5\6", 4, 0 },
		{ "7z\xbc\xaf\x27\x1c", 6, 0 }, { "\x04\x22\x4d\x18", 4, 0 },
		{ "ustar", 5, 257 }, { "MSCF", 4, 0 },
	};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (len >= known[i].at + known[i].n &&
		    !memcmp(buf + known[i].at, known[i].magic, known[i].n))
			return 1;
	return 0;
}

#ifdef HAVE_LIBARCHIVE

static enum vss_status
damaged(struct archive *a, struct vss_error *error)
{
	const char *text = archive_error_string(a);

	vss_error_set(error, 0, 0, "cannot be unpacked: %s",
	    text ? text : "damaged");
	return VSS_BAD;
}

/* One entry whole. A damaged one is given as far as it goes. */
static enum vss_status
take_entry(struct archive *a, uint64_t *total, char **buf, size_t *len,
    struct vss_error *error)
{
	size_t room = 1 << 16;
	char *more;
	la_ssize_t n;

	*len = 0;
	if (!(*buf = malloc(room + 1))) {
		vss_error_set(error, 0, 0, "out of memory");
		return VSS_FAIL;
	}
	while ((n = archive_read_data(a, *buf + *len, room - *len)) > 0) {
		*len += n;
		if ((*total += n) > LIMIT_UNPACKED) {
			vss_error_set(error, 0, 0, "unpacks to more than "
			    "%llu bytes", (unsigned long long)LIMIT_UNPACKED);
			return VSS_BAD;
		}
		if (*len < room)
			continue;
		if (!(more = realloc(*buf, room * 2 + 1))) {
			vss_error_set(error, 0, 0, "out of memory");
			return VSS_FAIL;
		}
		*buf = more;
		room *= 2;
	}
	(*buf)[*len] = 0;
	return n < 0 ? damaged(a, error) : VSS_OK;
}

static enum vss_status
take_entries(struct archive *a, vss_unpacked *each, void *arg,
    struct vss_error *error)
{
	enum vss_status st = VSS_OK, given;
	struct archive_entry *entry;
	uint64_t total = 0;
	const char *name;
	int n = 0, raw, r;
	char *buf;
	size_t len;

	while (st == VSS_OK && (r = archive_read_next_header(a, &entry)) !=
	    ARCHIVE_EOF) {
		if (r < ARCHIVE_WARN)
			return damaged(a, error);
		if (++n > LIMIT_PACKED_ENTRIES) {
			vss_error_set(error, 0, 0, "an archive of more than "
			    "%d files", LIMIT_PACKED_ENTRIES);
			return VSS_BAD;
		}
		raw = archive_format(a) == ARCHIVE_FORMAT_RAW;
		if (!raw && archive_entry_filetype(entry) != AE_IFREG)
			continue;
		name = raw ? NULL : archive_entry_pathname_utf8(entry);
		if (!raw && !name)
			name = archive_entry_pathname(entry);
		st = take_entry(a, &total, &buf, &len, error);
		if (st == VSS_FAIL || !buf || (st == VSS_BAD && !len)) {
			free(buf);
			return st;
		}
		given = each(arg, raw ? NULL : name ? name : "?", buf, len);
		if (given != VSS_OK)
			return given;
	}
	return st;
}

enum vss_status
vss_unpack(const char *buf, size_t len, vss_unpacked *each, void *arg,
    struct vss_error *error)
{
	struct archive *a = archive_read_new();
	enum vss_status st;

	if (!a) {
		vss_error_set(error, 0, 0, "out of memory");
		return VSS_FAIL;
	}
	archive_read_support_filter_all(a);
	archive_read_support_format_zip(a);
	archive_read_support_format_tar(a);
	archive_read_support_format_7zip(a);
	archive_read_support_format_cab(a);
	archive_read_support_format_raw(a);
	st = archive_read_open_memory(a, buf, len) != ARCHIVE_OK ?
	    damaged(a, error) : take_entries(a, each, arg, error);
	archive_read_free(a);
	return st;
}

#else

enum vss_status
vss_unpack(const char *buf, size_t len, vss_unpacked *each, void *arg,
    struct vss_error *error)
{
	(void)buf;
	(void)len;
	(void)each;
	(void)arg;
	vss_error_set(error, 0, 0, "is compressed or an archive; this vsscheck "
	    "was built without libarchive");
	return VSS_BAD;
}

#endif
