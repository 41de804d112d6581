#include "import.h"

void
vss_import_time(const struct vss_import *out, int64_t t)
{
	if (out->time && t != VSS_NO_TIME)
		out->time(out->arg, t);
}

void
vss_import_reboot(const struct vss_import *out, int64_t t)
{
	if (out->reboot)
		out->reboot(out->arg, t);
}

void
vss_import_idle_stop(const struct vss_import *out, int64_t t)
{
	if (out->idle_stop && t != VSS_NO_TIME)
		out->idle_stop(out->arg, t);
}

void
vss_import_reject(struct vss_import *out, const struct vss_error *e)
{
	out->counts.rejected++;
	if (out->reject)
		out->reject(out->arg, e);
}

void
vss_import_refuse(struct vss_import *out, uint64_t line, uint64_t column,
    const char *text)
{
	struct vss_error e;

	vss_error_set(&e, line, column, "%s", text);
	vss_import_reject(out, &e);
}

void
vss_import_context(const struct vss_import *out, uint64_t line, int64_t time,
    const char *text)
{
	struct vss_context c = { line, time, text };

	if (out->context)
		out->context(out->arg, &c);
}

enum vss_status
vss_import_no_memory(struct vss_error *error)
{
	vss_error_set(error, 0, 0, "out of memory");
	return VSS_FAIL;
}

static int
lower(int c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

int
vss_same_machine(const char *a, const char *b)
{
	while (*a && *a != '.' && lower(*a) == lower(*b)) {
		a++;
		b++;
	}
	if ((*a && *a != '.') || (*b && *b != '.'))
		return 0;
	while (*a && lower(*a) == lower(*b)) {
		a++;
		b++;
	}
	return !*a || !*b;
}
