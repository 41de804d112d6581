/*
 * Importers: from the bytes of one recording to events.
 *
 * An importer takes the whole recording in memory, never writes to it and
 * keeps no reference to it. It calls profile() once before anything else,
 * then event() for each event in the order in which they are to be judged.
 * It includes no other importer.
 */
#ifndef VSS_IMPORT_H
#define VSS_IMPORT_H

#include "event.h"

/* Every line of the input is counted once. */
struct vss_counts {
	const char *unit;	/* what is counted where it is not lines, in
				 * the plural: "records", "values"; static */
	uint64_t lines;		/* all of them */
	uint64_t used;		/* gave an event, a fact or a directive */
	uint64_t ignored;	/* blank, comment, or of no concern */
	uint64_t rejected;	/* refused, each with an error */
};

/* Something recorded that no rule judges, but that a reader of the report
 * will want to see beside the verdicts: an error of VSS, a full volume. */
struct vss_context {
	uint64_t line;
	int64_t time;		/* VSS_NO_TIME: not told */
	const char *text;	/* in our words; lives until the call returns */
};

/* Hands `use` the name of a file that holds the bytes, which is gone when it
 * returns, for libraries that only take files. */
typedef enum vss_status vss_use_file(void *arg, const char *path,
    struct vss_error *error);
typedef enum vss_status vss_as_file(const char *buf, size_t len,
    vss_use_file *use, void *arg, struct vss_error *error);

/* Where an importer delivers, through the functions below: all but profile
 * and event may be NULL. Statuses other than VSS_OK stop the import
 * and are returned by it. */
struct vss_import {
	void *arg;
	enum vss_status (*profile)(void *arg, const struct vss_profile *p);
	enum vss_status (*event)(void *arg, const struct vss_event *ev,
	    struct vss_error *error);
	/* the recording still goes on at this time */
	void (*time)(void *arg, int64_t t);
	/* the VSS service stopped idle at this time */
	void (*idle_stop)(void *arg, int64_t t);
	/* the machine was restarted, and is up again at this time */
	void (*reboot)(void *arg, int64_t t);
	/* what cannot be read; the import goes on. More than one for a line
	 * that has several such places */
	void (*reject)(void *arg, const struct vss_error *error);
	/* what is worth showing though nothing judges it */
	void (*context)(void *arg, const struct vss_context *c);
	/* scenario text: what the author expects; the words of one line */
	void (*expect)(void *arg, uint64_t line, const char *words);
	/* the recording is of several machines, told one by one: then the
	 * reader hands over nothing else and returns VSS_END, and is to be
	 * called for each. Without it, that of which most is told is read and
	 * the others are named in a context */
	enum vss_status (*machine)(void *arg, const char *name);
	/* read what this machine recorded; NULL: of which one is not known */
	const char *only_machine;
	int again;		/* what is no record was refused when another
				 * machine's were read */
	/* importers do no I/O: without it hives cannot be read */
	vss_as_file *as_file;
	struct vss_counts counts;	/* set by the importer */
};

/* The recording goes on; nothing when there is no time. */
void vss_import_time(const struct vss_import *out, int64_t t);
void vss_import_idle_stop(const struct vss_import *out, int64_t t);
void vss_import_reboot(const struct vss_import *out, int64_t t);
/* A line (record) refused: counted and told. */
void vss_import_reject(struct vss_import *out, const struct vss_error *e);
void vss_import_refuse(struct vss_import *out, uint64_t line, uint64_t column,
    const char *text);
void vss_import_context(const struct vss_import *out, uint64_t line,
    int64_t time, const char *text);
/* One machine, by the names that two recordings give? "DC01" and "dc01.example.com" are; with two domains both
 * count. */
int vss_same_machine(const char *a, const char *b);
/* "out of memory", for *error. */
enum vss_status vss_import_no_memory(struct vss_error *error);

/* How sure a format is that the bytes are its own: 0 not at all, 1 perhaps,
 * 2 certainly. */
typedef int vss_probe(const char *buf, size_t len);

/* Read a recording. VSS_OK, or VSS_BAD with the position when it cannot be
 * read at all; single bad lines go to reject(). */
typedef enum vss_status vss_reader(const char *buf, size_t len,
    struct vss_import *out, struct vss_error *error);

vss_probe vss_scenario_probe, vss_native_probe, vss_sysmon_probe,
    vss_eventxml_probe, vss_evtx_probe, vss_eventtext_probe,
    vss_diskshadow_probe, vss_vshadow_probe, vss_vssadmin_probe,
    vss_sqlwriter_probe, vss_errorlog_probe, vss_bacula_probe,
    vss_errortext_probe, vss_diag_reg_probe, vss_diag_query_probe,
    vss_diag_edr_probe, vss_diag_hive_probe;
vss_reader vss_scenario_read, vss_native_read, vss_sysmon_read,
    vss_eventxml_read, vss_evtx_read, vss_eventtext_read, vss_diskshadow_read,
    vss_vshadow_read, vss_vssadmin_read, vss_sqlwriter_read, vss_errorlog_read,
    vss_bacula_read, vss_errortext_read, vss_diag_reg_read,
    vss_diag_query_read, vss_diag_edr_read, vss_diag_hive_read;

#endif
