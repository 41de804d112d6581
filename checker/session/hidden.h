/* Inside the session layer: what can have happened that is not recorded. */
#ifndef VSS_HIDDEN_H
#define VSS_HIDDEN_H

#include "session.h"

enum vss_actors {
	VSS_FREE_ACTORS,	/* all that VSS lets anybody do: vss_replay */
	VSS_DOCUMENTED_ACTORS	/* who keep to the book: vss_protocol */
};

/* One session as read by one automaton; to be reused for its monitors. */
struct vss_course;

/* NULL when memory is out. */
struct vss_course *vss_course_new(const struct vss_session *se,
    enum vss_actors actors);
void vss_course_free(struct vss_course *c);

/* The states of the monitor of that instance after every completion of the
 * recording that the actors have, in *states; 0 when they have none (the
 * automaton does not explain the recording). Events without a known order are
 * read in every possible order. With `after`, also what it can be at after
 * each event of the story, in the order of the story. FAIL: out of memory. */
enum vss_status vss_course_states(struct vss_course *c, enum vss_scope scope,
    int index, int monitor, uint8_t *states, uint8_t *after);

/* Can the course be more exact than the monitor alone: is there an event that
 * moves it, that is hidden and that the automaton knows? */
int vss_course_helps(const struct vss_course *c, enum vss_scope scope,
    int index, int monitor);

/* Is there an event that moves it and that the source shows, but not for
 * sure: of a kind that not all hosts show, or a call of a requester of which
 * none is shown? */
int vss_course_doubts(const struct vss_course *c, enum vss_scope scope,
    int index, int monitor);

#endif
