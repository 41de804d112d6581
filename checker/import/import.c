#include <string.h>
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

/* 10.0.0.1 is no machine 10 in a domain. */
static int
is_address(const char *s)
{
	return !s[strspn(s, "0123456789.")] || strchr(s, ':') != NULL;
}

int
vss_same_machine(const char *a, const char *b)
{
	int whole = is_address(a) || is_address(b);

	while (*a && (whole || *a != '.') && vss_lower(*a) == vss_lower(*b)) {
		a++;
		b++;
	}
	if (whole || (*a && *a != '.') || (*b && *b != '.'))
		return !*a && !*b;
	/* one has no domain, or both have the same */
	if (!*a || !*b)
		return 1;
	while (*a && vss_lower(*a) == vss_lower(*b)) {
		a++;
		b++;
	}
	return !*a && !*b;
}
