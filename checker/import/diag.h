/*
 * Steps that the VSS libraries note under VSS\Diag in the registry, and what
 * the event logs tell beside them, made into events. Whatever carries them:
 * registry events of Sysmon (eventlog.c), the registry's values themselves.
 *
 * Names and order of the steps: docs/formats.md.
 */
#ifndef VSS_DIAG_H
#define VSS_DIAG_H

#include "import.h"

enum vss_diag_what {
	W_TIME,			/* only says that the recording goes on */
	W_STEP,			/* a registry value under VSS\Diag */
	W_START,		/* a process begins */
	W_EXIT,			/* a process ends */
	W_MADE,			/* Security 8222: shadow copy created */
	W_STOP,			/* VSS service stopped: 8224, 7036 */
	W_ATTACH		/* ESENT 326: database in a copy attached */
};

enum vss_diag_edge { EDGE_ENTER, EDGE_LEAVE, EDGE_STATE };

/* Strings are the record's own (malloc); NULL where it has none. */
struct vss_diag_record {
	uint64_t line;		/* of the recording */
	uint64_t seq;		/* its place in its channel */
	int64_t time;		/* microseconds since 1970 UTC */
	uint32_t pid;		/* of the process that did it */
	uint16_t channel;
	uint8_t what, edge;
	uint8_t taken;		/* an 8222 that has found its backup */
	uint8_t ended;		/* phases that a Leave can have been, as the
				 * record itself tells; 0: it does not */
	uint32_t code;		/* HRESULT that came with it; 0: none, or
				 * success */
	char *comp, *op;	/* of a step: "System Writer", "FREEZE" */
	char *image, *set;
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
	char host[64];		/* empty: not told */
	/* private */
	struct vss_diag_backup *b;
	int nb, b_room;
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
