/*
 * Recordings of one host, judged together: events of several sources are
 * made into one sequence, with every backup under one name.
 *
 * Which backup of one recording is which of another is decided by snapshot
 * set and process where both tell, else by time, where only one comes into
 * question. What two recordings both tell becomes one event. Where the clocks
 * do not tell the order of two events of different recordings, none is made
 * up: they stay a group without order (see struct vss_event).
 *
 * All memory is the layer's own; strings are copied. No I/O, no globals.
 */
#ifndef VSS_JOIN_H
#define VSS_JOIN_H

#include "session.h"

enum vss_note_kind {
	VSS_NOTE_CLOCK,		/* a clock was set right */
	VSS_NOTE_GUESS,		/* two backups were taken for the same */
	VSS_NOTE_APART,		/* something could not be joined */
	VSS_NOTE_CONTRADICTION	/* two recordings say different things */
};

struct vss_note {
	int kind;
	int source;		/* the recording, and a line of it */
	uint64_t line;
	int other;		/* the one it was compared with, -1 none */
	uint64_t other_line;
	char text[200];
};

struct vss_join;

struct vss_join *vss_join_new(void);
void vss_join_free(struct vss_join *j);

/* One more recording, the events of which follow. `offset`: microseconds to
 * be added to its times, VSS_NO_TIME: to be found. BAD: more than
 * VSS_SOURCES. */
enum vss_status vss_join_recording(struct vss_join *j,
    const struct vss_profile *p, int64_t offset);
/* What its importer delivers. */
enum vss_status vss_join_event(struct vss_join *j, const struct vss_event *ev,
    struct vss_error *error);
enum vss_status vss_join_time(struct vss_join *j, int64_t t);
enum vss_status vss_join_idle_stop(struct vss_join *j, int64_t t);
enum vss_status vss_join_reboot(struct vss_join *j, int64_t t);

/* All of them, to the sessions. */
enum vss_status vss_join_run(struct vss_join *j, struct vss_sessions *s,
    struct vss_error *error);

/* What was found out, guessed or left apart on the way. */
size_t vss_join_notes(const struct vss_join *j, const struct vss_note **list);

#endif
