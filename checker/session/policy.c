#include <string.h>
#include "policy.h"
#include "session.h"

const char *const vss_os_names[] = { "xp", "2003", "vista", "win7", NULL };
const char *const vss_abort_window_names[] = { "union", "strict", "concept",
	NULL };
const char *const vss_slots_names[] = { "modern", "legacy", NULL };

enum { OFF = -1 };

/* Rules whose severity is not the vocabulary's: for which values (a set) of
 * which switch. */
static const struct row {
	enum { OS, ABORT_WINDOW, SLOTS } of;
	unsigned values;
	const char *rule;
	int severity;
} rows[] = {
	/* Windows XP has no BackupShutdown: nobody is given it, and nothing
	 * can be freed in it */
	{ OS, 1U << VSS_OS_XP, "SHD-01", OFF },
	{ OS, 1U << VSS_OS_XP, "SHD-12", OFF },
	/* up to Windows Server 2008 SP2 status must be asked for, or the
	 * writer's session stays in memory (AMB-11) */
	{ OS, 1U << VSS_OS_XP | 1U << VSS_OS_2003 | 1U << VSS_OS_VISTA,
	    "TRM-16", VSS_ERROR },
	{ OS, 1U << VSS_OS_XP | 1U << VSS_OS_2003 | 1U << VSS_OS_VISTA,
	    "REQ-01", VSS_WARNING },
	{ SLOTS, 1U << VSS_SLOTS_LEGACY, "TRM-16", VSS_ERROR },
	{ SLOTS, 1U << VSS_SLOTS_LEGACY, "REQ-01", VSS_WARNING },
	/* AbortBackup's own page: from StartSnapshotSet until DoSnapshotSet
	 * has returned, and not after */
	{ ABORT_WINDOW, 1U << VSS_ABORT_STRICT, "ABT-02", VSS_ERROR },
	{ ABORT_WINDOW, 1U << VSS_ABORT_STRICT, "ABT-03", OFF },
	{ ABORT_WINDOW, 1U << VSS_ABORT_STRICT, "ABT-04", OFF },
	{ ABORT_WINDOW, 1U << VSS_ABORT_STRICT, "ABT-04b", OFF },
	/* the page on aborting: from PrepareForBackup on */
	{ ABORT_WINDOW, 1U << VSS_ABORT_CONCEPT, "ABT-02", OFF },
};

/* What a set that is kept on purpose is not held against its requester for. */
static const char *const about_kept[] = { "DEL-03", "TRM-28" };

static int
begins_nocase(const char *s, const char *with)
{
	for (; *with; s++, with++)
		if (vss_lower((unsigned char)*s) !=
		    vss_lower((unsigned char)*with))
			return 0;
	return 1;
}

static int
holds_nocase(const char *s, const char *part)
{
	do
		if (begins_nocase(s, part))
			return 1;
	while (*s++);
	return 0;
}

/* Braces and case do not matter in a GUID. */
static int
same_set(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);

	if (n > 1 && a[0] == '{' && a[n - 1] == '}') {
		a++;
		n -= 2;
	}
	if (m > 1 && b[0] == '{' && b[m - 1] == '}') {
		b++;
		m -= 2;
	}
	if (n != m)
		return 0;
	while (n && vss_lower((unsigned char)a[n - 1]) ==
	    vss_lower((unsigned char)b[n - 1]))
		n--;
	return !n;
}

void
vss_policy_default(struct vss_policy *p)
{
	memset(p, 0, sizeof(*p));
	p->os = VSS_OS_WIN7;
	p->grace = INT64_C(120000000);
	p->freeze_limit = INT64_C(60000000);
	p->limits[0].writer = "Microsoft Exchange Writer";
	p->limits[0].limit = INT64_C(20000000);
	p->nlimits = 1;
}

int64_t
vss_policy_freeze_limit(const struct vss_policy *p, const char *writer)
{
	int i;

	for (i = p->nlimits - 1; i >= 0; i--)
		if (holds_nocase(writer, p->limits[i].writer))
			return p->limits[i].limit;
	return p->freeze_limit;
}

int
vss_policy_severity(const struct vss_policy *p, int rule, const char *set)
{
	const struct vss_rule *r = vss_rule(rule);
	int severity = r->severity, value, k;
	size_t i;

	if (p->only && rule != p->only - 1 && rule != VSS_RULE_REPLAY)
		return OFF;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		value = rows[i].of == OS ? p->os : rows[i].of == SLOTS ?
		    p->slots : p->abort_window;
		if (!(rows[i].values >> value & 1) ||
		    strcmp(rows[i].rule, r->id))
			continue;
		if (rows[i].severity == OFF)
			return OFF;
		if (rows[i].severity > severity)
			severity = rows[i].severity;
	}
	for (i = 0; set && i < sizeof(about_kept) / sizeof(*about_kept); i++)
		for (k = 0; k < p->nkept; k++)
			if (!strcmp(about_kept[i], r->id) &&
			    same_set(p->kept[k], set))
				return OFF;
	return severity + (p->raise && severity < VSS_ERROR);
}
