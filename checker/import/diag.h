/*
 * Steps that the VSS libraries note under VSS\Diag in the registry, and what
 * the event logs tell beside them, made into events. Whatever carries them:
 * registry events of Sysmon (eventlog.c), the registry's values themselves.
 *
 * Names and order of the steps: docs/formats/sysmon.md; other records:
 * docs/formats/eventlog.md.
 */
#ifndef VSS_DIAG_H
#define VSS_DIAG_H

#include "parties.h"
#include "import.h"

enum vss_diag_what {
	W_TIME,			/* only says that the recording goes on */
	W_STEP,			/* a registry value under VSS\Diag */
	W_START,		/* a process begins */
	W_EXIT,			/* a process ends */
	W_MADE,			/* Security 8222: shadow copy created */
	W_STOP,			/* VSS service stopped: 8224, 7036 */
	W_ATTACH,		/* ESENT 326: database in a copy attached */
	W_NOTE,			/* nothing but its note */
	W_ENGINE,		/* a database engine is frozen, runs again */
	W_REJECTED,		/* VSS 8229: a writer rejected an event */
	W_INSIDE,		/* a writer is in the handler of `kind` */
	W_GONE,			/* volsnap 25, 36: a copy is lost */
	W_BOOT			/* the machine has started; edge 1: its kernel
				 * says so, 0: its event log */
};

enum vss_diag_edge { EDGE_ENTER, EDGE_LEAVE, EDGE_STATE };
/* The edge of W_ENGINE. */
enum vss_diag_engine { ENGINE_BEGIN, ENGINE_FROZEN, ENGINE_RESUMED,
	ENGINE_END };

/* Strings are the record's own (malloc); NULL where it has none. */
struct vss_diag_record {
	uint64_t line;		/* of the recording */
	uint64_t seq;		/* its place in its channel */
	uint64_t number;	/* of the record in its channel, 0: not told */
	int64_t time;		/* microseconds since 1970 UTC */
	uint32_t pid;		/* of the process that did it */
	uint16_t channel;
	uint8_t shuffled;	/* the channel's records are in no order */
	uint32_t tie;		/* not 0: others of that number, next to it,
				 * may have come before or after */
	uint8_t what, edge;
	uint8_t taken;		/* an 8222 that has found its backup */
	uint8_t ended;		/* phases that a Leave can have been, as the
				 * record itself tells; 0: it does not */
	uint32_t code;		/* HRESULT that came with it; 0: none, or
				 * success */
	char *comp, *op;	/* of a step: "System Writer", "FREEZE"; comp
				 * of others: the writer or the engine */
	char *image, *set;
	/* of what is no step */
	uint8_t foreign;	/* from another log than the steps are in */
	uint8_t kind;		/* the handler that it is about, 0: not told */
	uint8_t counted;	/* of an engine: one record a database */
	char *device;		/* "HarddiskVolumeShadowCopy2" */
	char *note;		/* to be shown beside the verdicts */
	const char *label;	/* as the source names it; static */
};

struct vss_diag_backup;

/* Zero it, set out and error, add records in the order in which they
 * happened, then profile, then interpret. */
struct vss_diag {
	struct vss_import *out;
	struct vss_error *error;
	struct vss_diag_record *r;
	size_t n, room;
	int64_t end;		/* of the time in which steps are recorded */
	int shows_exit, shows_shutdown, shows_commit;
	int has_steps;
	int local;		/* the clock is, and nothing tells how far off */
	char host[64];		/* empty: not told */
	/* private */
	int own_exits;		/* W_EXIT from the log of the steps */
	int has_foreign;	/* W_START or W_EXIT from another */
	int64_t first_step, first_foreign;
	struct vss_parties parties;
	struct vss_diag_link *link;
	struct vss_diag_backup *b;
	size_t nb, b_room;
	struct vss_diag_stack { size_t *v, n, room; } fresh, doing, alone;
	size_t nmeta, ndo;	/* backups within these calls */
	size_t made, stop;	/* places among the records */
	size_t making;		/* without steps: the set being made */
	int64_t making_time;
	int64_t booted;
	size_t epoch_first;	/* backups from here on are of this run */
};

/* Split a registry path behind \VSS\Diag\ into component, step and edge, into
 * r. 0: it is no step. Out of memory: comp or op is NULL. */
int vss_diag_split(const char *path, struct vss_diag_record *r);
void vss_diag_record_free(struct vss_diag_record *r);
/* Whose step is it: 0 a writer's, 1 the requester's, 2 the service's, a
 * provider's or a driver's? */
int vss_diag_party(const char *comp);
/* The kind of event that the party's step is made into, 0: none. */
int vss_diag_kind(int party, const char *op);
/* Takes the record's strings, whatever it returns. */
enum vss_status vss_diag_add(struct vss_diag *d, struct vss_diag_record *r);
/* What the records show. The name is kept. */
void vss_diag_profile(const struct vss_diag *d, const char *name,
    struct vss_profile *p);
enum vss_status vss_diag_interpret(struct vss_diag *d);
void vss_diag_free(struct vss_diag *d);

/* ASCII case does not matter in names of Windows. */
int vss_same_nocase(const char *a, const char *b);
/* Where `what` occurs in s, NULL: nowhere. */
const char *vss_find_nocase(const char *s, const char *what);
/* The last part of a path. */
const char *vss_base_name(const char *path);

#endif
