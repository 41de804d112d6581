#define _XOPEN_SOURCE 700
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "load.h"
#include "pack.h"
#include "text.h"

struct unpacking {
	struct loads *loads;
	const char *name;
	int depth, found;
	struct vss_error *error;
};

static enum vss_status take(struct loads *l, char *name, char *buf, size_t len,
    int found, int depth, struct vss_error *error);

static enum vss_status
fail_memory(struct vss_error *error)
{
	vss_error_set(error, 0, 0, "out of memory");
	return VSS_FAIL;
}

/* "a" + between + "b" */
static char *
join_names(const char *a, const char *between, const char *b)
{
	size_t n = strlen(a) + strlen(between) + strlen(b) + 1;
	char *s = malloc(n);

	if (s)
		snprintf(s, n, "%s%s%s", a, between, b);
	return s;
}

static enum vss_status
unpacked(void *arg, const char *name, char *buf, size_t len)
{
	struct unpacking *u = arg;
	char *whole = name ? join_names(u->name, ":", name) :
	    join_names(u->name, "", "");

	if (!whole) {
		free(buf);
		return fail_memory(u->error);
	}
	return take(u->loads, whole, buf, len, u->found || name, u->depth + 1,
	    u->error);
}

/* Takes name and buf, whatever it returns. */
static enum vss_status
take(struct loads *l, char *name, char *buf, size_t len, int found, int depth,
    struct vss_error *error)
{
	struct unpacking u = { l, name, depth, found, error };
	enum vss_status st = VSS_OK;
	struct loaded *list;
	char *text;

	if (vss_packed(buf, len) && depth < LIMIT_PACKED_DEPTH) {
		st = vss_unpack(buf, len, unpacked, &u, error);
		free(name);
		free(buf);
		return st;
	}
	if (vss_text_foreign(buf, len)) {
		st = vss_text_decode(buf, len, &text, &len, error);
		free(buf);
		buf = text;
	}
	if (st == VSS_OK && l->n == LIMIT_FILES) {
		vss_error_set(error, 0, 0, "more than %d files", LIMIT_FILES);
		st = VSS_BAD;
	}
	if (st == VSS_OK && l->n == l->room) {
		list = realloc(l->list, (l->room ? l->room * 2 : 8) *
		    sizeof(*list));
		if (list) {
			l->list = list;
			l->room = l->room ? l->room * 2 : 8;
		} else
			st = fail_memory(error);
	}
	if (st != VSS_OK) {
		free(name);
		free(buf);
		return st;
	}
	l->list[l->n].name = name;
	l->list[l->n].buf = buf;
	l->list[l->n].len = len;
	l->list[l->n++].found = found;
	return VSS_OK;
}

static enum vss_status
read_stream(FILE *f, char **buf, size_t *len, struct vss_error *error)
{
	size_t room = 1 << 16, n;
	char *more;

	*len = 0;
	if (!(*buf = malloc(room + 1)))
		return fail_memory(error);
	errno = 0;
	while ((n = fread(*buf + *len, 1, room - *len, f))) {
		*len += n;
		if (*len < room)
			continue;
		if (!(more = realloc(*buf, room * 2 + 1))) {
			free(*buf);
			return fail_memory(error);
		}
		*buf = more;
		room *= 2;
	}
	(*buf)[*len] = 0;
	if (!ferror(f))
		return VSS_OK;
	vss_error_set(error, 0, 0, "%s", strerror(errno));
	free(*buf);
	return VSS_BAD;
}

static enum vss_status
load_file(struct loads *l, const char *file, int found,
    struct vss_error *error)
{
	FILE *f = strcmp(file, "-") || found ? fopen(file, "rb") : stdin;
	enum vss_status st;
	char *buf, *name;
	size_t len;

	if (!f) {
		vss_error_set(error, 0, 0, "%s", strerror(errno));
		return VSS_BAD;
	}
	st = read_stream(f, &buf, &len, error);
	if (f != stdin)
		fclose(f);
	if (st != VSS_OK)
		return st;
	if (!(name = join_names(file, "", ""))) {
		free(buf);
		return fail_memory(error);
	}
	return take(l, name, buf, len, found, 0, error);
}

static int
not_hidden(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

/* Every file below it. What cannot be read does not keep the rest
 * from being read: the first such error is returned in the end. */
static enum vss_status
load_folder(struct loads *l, const char *folder, int depth,
    struct vss_error *error)
{
	enum { LIMIT_DEPTH = 16 };
	enum vss_status st = VSS_OK, one;
	struct vss_error e = { 0 };
	struct dirent **names;
	struct stat info;
	char *name;
	int i, n;

	n = scandir(folder, &names, not_hidden, alphasort);
	if (n < 0) {
		vss_error_set(error, 0, 0, "%s", strerror(errno));
		return VSS_BAD;
	}
	for (i = 0; i < n; i++) {
		name = st == VSS_FAIL ? NULL : join_names(folder, folder[
		    strlen(folder) - 1] == '/' ? "" : "/", names[i]->d_name);
		free(names[i]);
		if (!name) {
			st = st == VSS_FAIL ? st : fail_memory(error);
			continue;
		}
		one = VSS_OK;
		/* no links: a folder must not lead out of itself */
		if (lstat(name, &info))
			info.st_mode = 0;
		if (S_ISDIR(info.st_mode) && depth < LIMIT_DEPTH)
			one = load_folder(l, name, depth + 1, &e);
		else if (S_ISREG(info.st_mode))
			one = load_file(l, name, 1, &e);
		if (one != VSS_OK && st != VSS_FAIL) {
			vss_error_set(error, e.line, e.column, "%.80s: %.160s",
			    strrchr(name, '/') + 1, e.text);
			st = one;
		}
		free(name);
	}
	free(names);
	return st;
}

static int
compare_names(const void *pa, const void *pb)
{
	const struct loaded *a = pa, *b = pb;

	return strcmp(a->name, b->name);
}

enum vss_status
load(struct loads *l, const char *file, struct vss_error *error)
{
	enum vss_status st;
	struct stat info;
	int first = l->n;

	if (strcmp(file, "-") && !stat(file, &info) && S_ISDIR(info.st_mode))
		st = load_folder(l, file, 0, error);
	else
		st = load_file(l, file, 0, error);
	/* a folder and its archive are judged in one order */
	if (l->n - first > 1)
		qsort(l->list + first, l->n - first, sizeof(*l->list),
		    compare_names);
	return st;
}

void
loads_free(struct loads *l)
{
	int i;

	for (i = 0; i < l->n; i++) {
		free(l->list[i].name);
		free(l->list[i].buf);
	}
	free(l->list);
	memset(l, 0, sizeof(*l));
}
