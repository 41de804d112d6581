/* Bytes as a file that has no place in any folder. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "load.h"

enum vss_status
load_as_file(const char *buf, size_t len, vss_use_file *use, void *arg,
    struct vss_error *error)
{
	char path[64];
	enum vss_status st = VSS_OK;
	ssize_t n;
	int fd = memfd_create("recording", MFD_CLOEXEC);

	if (fd < 0) {
		vss_error_set(error, 0, 0, "%s", strerror(errno));
		return VSS_FAIL;
	}
	while (len && st == VSS_OK) {
		n = write(fd, buf, len);
		if (n <= 0 && errno != EINTR) {
			vss_error_set(error, 0, 0, "%s", strerror(errno));
			st = VSS_FAIL;
		} else if (n > 0) {
			buf += n;
			len -= n;
		}
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (st == VSS_OK)
		st = use(arg, path, error);
	close(fd);
	return st;
}
