/*
 * Whom records tell of, while they are made into events: processes, writers
 * in them, snapshot sets, devices. Found by a hash, so that a million records
 * are read in linear time.
 */
#ifndef VSS_PARTIES_H
#define VSS_PARTIES_H

#include "base.h"

enum vss_party_type {
	A_PROCESS,		/* by pid */
	A_WRITER,		/* by pid and name */
	A_NAME,			/* all writers of a name */
	A_ENGINE,		/* a database engine, by pid, else by name */
	A_SET,			/* a snapshot set, by id */
	A_DEVICE		/* a copy's device, by name */
};

/* Numbers of others count from 1, 0 is none. All but the first five members
 * begin anew when the machine does. */
struct vss_party {
	uint8_t type;
	uint32_t pid;
	const char *name;	/* not its own */
	size_t ahead;		/* record to come, see diag.c */
	size_t made;		/* of a process: its next 8222 */
	uint32_t epoch;		/* of the machine's run */
	/* of a process */
	size_t first, last;	/* its backups, those of ended ones not */
	size_t did;		/* the newest that has called DoSnapshotSet */
	size_t writers;		/* the first of those that were prepared */
	size_t last_writer;
	uint8_t born, gone;
	/* of a writer */
	size_t next;		/* the process's next prepared writer */
	uint8_t stepped;	/* its last step is known: */
	uint8_t edge, kind;
	uint8_t prepared;
	/* of a name: the writer, and whether it is the only one */
	size_t writer;
	uint8_t several;
	/* of an engine */
	uint32_t frozen;	/* databases */
	const char *shown;
	/* of all: the backup that they were last seen in */
	size_t backup;
};

struct vss_parties {
	struct vss_party *list;
	size_t n, room;
	size_t *slots, nslots;	/* numbers, a power of two */
	uint32_t epoch;
};

/* The party's number, made where there is none; 0: out of memory. */
size_t vss_party_number(struct vss_parties *t, enum vss_party_type type,
    uint32_t pid, const char *name);
/* 0: there is none. */
size_t vss_party_find(const struct vss_parties *t, enum vss_party_type type,
    uint32_t pid, const char *name);
/* The pointer is good until a party is made. */
struct vss_party *vss_party(struct vss_parties *t, size_t number);
void vss_parties_free(struct vss_parties *t);

#endif
