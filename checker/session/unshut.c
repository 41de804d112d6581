/*
 * Writers that are shut down in no backup. That one BackupShutdown is missing
 * says nothing where no release is recorded: the backup may go on, the service
 * may have ended. That a writer's own log has none of it, backup after backup,
 * lets one ask whether the writer handles it at all (SHD-17): CVssWriter's own
 * OnBackupShutdown does nothing and leaves no line. No rule can be broken by
 * it, since each of the backups may have had a reason.
 */
#include <stdlib.h>
#include <string.h>
#include "session.h"

struct part {
	const struct vss_session *se;
	const struct vss_writer *w;
};

/* "SqlServerWriter (pid 1500)": the process may be another each night. */
static size_t
name_length(const char *name)
{
	const char *pid = strstr(name, " (pid ");

	return pid ? (size_t)(pid - name) : strlen(name);
}

static int
compare_names(const struct part *a, const struct part *b)
{
	size_t n = name_length(a->w->name), m = name_length(b->w->name);
	int c = memcmp(a->w->name, b->w->name, n < m ? n : m);

	return c ? c : n < m ? -1 : n > m;
}

static int
compare(const void *pa, const void *pb)
{
	const struct part *a = pa, *b = pb;
	int c = compare_names(a, b);

	return c ? c : a->se < b->se ? -1 : a->se > b->se;
}

/* Is the backup over, as far as its writers can see? A recording that stops
 * before says nothing. */
static int
is_over(const struct vss_session *se)
{
	return se->released || se->exited || se->closed ||
	    se->seen >> KIND_BC & 1 || se->seen >> KIND_AB & 1;
}

/* Would its BackupShutdown have been recorded? */
static int
is_shown(const struct part *part)
{
	const struct vss_profile *p = &part->w->view->profile;

	return p->shows[KIND_SD] && p->shows[KIND_PB] &&
	    (!p->doubtful[KIND_SD] || part->se->seen >> KIND_SD & 1);
}

static size_t
collect(const struct vss_sessions *s, struct part *list)
{
	const struct vss_session *se;
	size_t n = 0;
	int i, k;

	for (i = 0; i < s->n; i++)
		for (se = &s->list[i], k = 0; k < se->nwriters; k++)
			if (se->writers[k].took_part) {
				if (list) {
					list[n].se = se;
					list[n].w = &se->writers[k];
				}
				n++;
			}
	return n;
}

enum vss_status
vss_sessions_unshut(const struct vss_sessions *s, struct vss_unshut **list,
    size_t *n)
{
	size_t parts = collect(s, NULL), i, k, backups;
	struct part *p;
	int never;

	*list = NULL;
	*n = 0;
	if (!parts)
		return VSS_OK;
	p = malloc(parts * sizeof(*p));
	*list = malloc(parts * sizeof(**list));
	if (!p || !*list) {
		free(p);
		free(*list);
		*list = NULL;
		return VSS_FAIL;
	}
	collect(s, p);
	qsort(p, parts, sizeof(*p), compare);
	for (i = 0; i < parts; i = k) {
		never = 1;
		backups = 0;
		for (k = i; k < parts && !compare_names(&p[i], &p[k]); k++) {
			never &= is_shown(&p[k]) && !p[k].w->shut_down &&
			    !p[k].se->restarted;
			backups += is_over(p[k].se) && (k == i ||
			    p[k].se != p[k - 1].se);
		}
		if (!never || backups < 2)
			continue;
		(*list)[*n].writer = p[i].w->name;
		(*list)[(*n)++].backups = backups;
	}
	free(p);
	return VSS_OK;
}
