#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "machines.h"

enum { LIMIT_MACHINE = 255 };	/* bytes of a name that count */

static int
is_name(const char *a, const char *b)
{
	size_t i;

	for (i = 0; i < LIMIT_MACHINE && a[i] && vss_lower(a[i]) ==
	    vss_lower(b[i]); i++)
		;
	return i == LIMIT_MACHINE || (!a[i] && !b[i]);
}

int
vss_machines_wanted(const struct vss_import *out, const char *name)
{
	return !out->only_machine || is_name(out->only_machine, name ? name :
	    "");
}

static char *
copy_name(const char *name)
{
	size_t n = strlen(name);

	return vss_name_copy(name, n < LIMIT_MACHINE ? n : LIMIT_MACHINE);
}

enum vss_status
vss_machines_met(struct vss_machines *m, const char *name, int tells,
    uint64_t line, struct vss_error *error)
{
	int i;

	if (!name)
		name = "";
	if (*name && !m->first && !(m->first = copy_name(name)))
		return vss_import_no_memory(error);
	m->several |= *name && !is_name(m->first, name);
	if (!tells)
		return VSS_OK;
	for (i = 0; i < m->n; i++)
		if (is_name(m->list[i].name, name))
			break;
	if (i == VSS_MACHINES) {
		vss_error_set(error, line, 1, "more than %d machines tell of "
		    "VSS: split the recording", VSS_MACHINES);
		return VSS_BAD;
	}
	if (i == m->n) {
		m->list[i].told = 0;
		if (!(m->list[i].name = copy_name(name)))
			return vss_import_no_memory(error);
		m->n++;
	}
	m->list[i].told++;
	return VSS_OK;
}

static void
sort(struct vss_machines *m)
{
	struct vss_machine one;
	int i, k;

	for (i = 1; i < m->n; i++) {
		one = m->list[i];
		for (k = i; k && m->list[k - 1].told < one.told; k--)
			m->list[k] = m->list[k - 1];
		m->list[k] = one;
	}
}

int
vss_machines_apart(struct vss_machines *m, const struct vss_import *out)
{
	if (!m->several || out->only_machine)
		return 0;
	sort(m);
	return m->n;
}

enum vss_status
vss_machines_read(const struct vss_machines *m, int n, struct vss_import *out,
    enum vss_status (*read)(void *arg, struct vss_import *one), void *arg)
{
	struct vss_import one = *out;
	enum vss_status st = VSS_OK;
	char text[160];
	int i;

	if (n > 1 && out->machine) {
		for (i = 0; i < n && st == VSS_OK; i++)
			st = out->machine(out->arg, m->list[i].name);
		return st == VSS_OK ? VSS_END : st;
	}
	one.only_machine = m->list[0].name;
	memset(&one.counts, 0, sizeof(one.counts));
	/* told before, while all of them were read */
	one.reject = NULL;
	st = read(arg, &one);
	one.counts.rejected = out->counts.rejected;
	if (one.counts.lines < one.counts.used + one.counts.rejected)
		one.counts.lines = one.counts.used + one.counts.rejected;
	one.counts.ignored = one.counts.lines - one.counts.used -
	    one.counts.rejected;
	out->counts = one.counts;
	for (i = 1; i < n && st == VSS_OK; i++) {
		snprintf(text, sizeof(text), "%" PRIu64 " records of another "
		    "machine, %.60s: not judged", m->list[i].told,
		    *m->list[i].name ? m->list[i].name : "unnamed");
		vss_import_context(out, 1, VSS_NO_TIME, text);
	}
	return st;
}

void
vss_machines_free(struct vss_machines *m)
{
	while (m->n)
		free(m->list[--m->n].name);
	free(m->first);
	m->first = NULL;
}
