/*
 * Policy: what the documentation leaves to the reader. Where its pages differ,
 * by Windows version or among themselves, each reading is a severity of some
 * rules, chosen here; docs/contradictions.md says which and why. The tables
 * are the same for all.
 */
#ifndef VSS_POLICY_H
#define VSS_POLICY_H

#include <stddef.h>
#include <stdint.h>

/* The Windows version of the recorded host: what it does not have is not
 * missed, what it needs is demanded more strictly. */
enum vss_os { VSS_OS_XP, VSS_OS_2003, VSS_OS_VISTA, VSS_OS_WIN7 };

/* When AbortBackup is due (AMB-01): by either page; by AbortBackup's own page,
 * between StartSnapshotSet and the end of DoSnapshotSet; by the page on
 * aborting, from PrepareForBackup on. */
enum vss_abort_window { VSS_ABORT_UNION, VSS_ABORT_STRICT, VSS_ABORT_CONCEPT };

/* What frees a writer's session (AMB-30): BackupShutdown as well, or only
 * BackupComplete and Abort with the status asked for. */
enum vss_slots { VSS_SLOTS_MODERN, VSS_SLOTS_LEGACY };

/* How long a writer may be frozen; `writer` is a part of its name, in any
 * case, and must outlive the policy. */
struct vss_freeze_limit {
	const char *writer;
	int64_t limit;			/* microseconds */
};

enum { VSS_POLICY_LIMITS = 32, VSS_POLICY_KEPT = 256 };

struct vss_policy {
	uint8_t os, abort_window, slots;
	uint8_t raise;			/* every severity by one */
	int64_t grace;			/* microseconds after Release until a
					 * BackupShutdown is missed */
	int64_t freeze_limit;		/* microseconds */
	struct vss_freeze_limit limits[VSS_POLICY_LIMITS];	/* the last
					 * that fits counts */
	int nlimits;
	/* sets that are kept on purpose; the strings must outlive the policy */
	const char *kept[VSS_POLICY_KEPT];
	int nkept;
	int only;			/* 1 + the one rule that is looked at;
					 * 0: all */
};

/* Windows 7 and later, the union, modern slots, nothing raised, 120 s, 60 s
 * (20 s for the Exchange writer), nothing kept. */
void vss_policy_default(struct vss_policy *p);

int64_t vss_policy_freeze_limit(const struct vss_policy *p,
    const char *writer);

/* The rule's severity in a backup of the set (NULL: not known), -1 where the
 * rule does not apply. */
int vss_policy_severity(const struct vss_policy *p, int rule,
    const char *set);

/* Names of the values, NULL after the last. */
extern const char *const vss_os_names[];
extern const char *const vss_abort_window_names[];
extern const char *const vss_slots_names[];

#endif
