/*
 * The machines of a recording that a collector has gathered: which there are,
 * and each to be read by itself.
 */
#ifndef VSS_MACHINES_H
#define VSS_MACHINES_H

#include "import.h"

enum { VSS_MACHINES = 64 };

struct vss_machine {
	char *name;		/* "" of records that name none */
	uint64_t told;		/* records that tell of VSS */
};

/* A name is a machine: in one recording one machine has one name. */
struct vss_machines {
	struct vss_machine list[VSS_MACHINES];	/* that tell of VSS */
	int n;
	char *first;		/* name that was met, whatever was told */
	int several;		/* ... and another one was */
};

/* Is a record of that machine to be read (vss_import.only_machine)? NULL: it
 * names none. */
int vss_machines_wanted(const struct vss_import *out, const char *name);
/* A record of that machine was met; `tells`: of VSS. BAD when too many
 * machines do. */
enum vss_status vss_machines_met(struct vss_machines *m, const char *name,
    int tells, uint64_t line, struct vss_error *error);
/* Put in order, those with most to tell first. Returns how many have something
 * to tell and have to be read apart; 0: nothing has to, for no more than one is
 * named (records that name none are of that one), or for nothing is told. */
int vss_machines_apart(struct vss_machines *m, const struct vss_import *out);
/* Tell out->machine the first n, VSS_END then; or read the first, with what
 * read() does with the import that it is given, and name the others. */
enum vss_status vss_machines_read(const struct vss_machines *m, int n,
    struct vss_import *out, enum vss_status (*read)(void *arg,
    struct vss_import *one), void *arg);
void vss_machines_free(struct vss_machines *m);

#endif
