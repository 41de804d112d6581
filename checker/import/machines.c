#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "machines.h"

int
vss_machines_wanted(const struct vss_import *out, const char *name)
{
	return !out->only_machine || vss_same_machine(out->only_machine,
	    name ? name : "");
}

enum vss_status
vss_machines_find(struct vss_machines *m, const char *name, uint64_t line,
    int *index, struct vss_error *error)
{
	int i;

	if (!name)
		name = "";
	for (i = 0; i < m->n; i++)
		if (vss_same_machine(m->list[i].name, name))
			break;
	*index = i;
	if (i < m->n)
		return VSS_OK;
	if (i == VSS_MACHINES) {
		vss_error_set(error, line, 1, "records of more than %d "
		    "machines: split the recording", VSS_MACHINES);
		return VSS_BAD;
	}
	m->list[i].told = 0;
	if (!(m->list[i].name = vss_name_copy(name, strlen(name))))
		return vss_import_no_memory(error);
	m->n++;
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
	int i, named = 0, n = 0;

	for (i = 0; i < m->n; i++)
		named += *m->list[i].name != 0;
	if (named < 2 || out->only_machine)
		return 0;
	sort(m);
	while (n < m->n && m->list[n].told)
		n++;
	return n;
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
}
