/* Inside the session layer: reading the story again. */
#ifndef VSS_STORY_H
#define VSS_STORY_H

#include "session.h"

/* The monitor's mask after the event (in the order of the story, even where
 * the recording does not tell it), as instance `index` of the scope sees it. */
uint8_t vss_story_step(const struct vss_session *se,
    const struct vss_evidence *e, enum vss_scope scope, int index,
    int monitor, uint8_t mask);

/* Is the event the instance's own (bit 0), another's (bit 1) or perhaps either
 * (both)? */
unsigned vss_story_other(const struct vss_session *se,
    const struct vss_evidence *e, enum vss_scope scope, int index);

/* What the monitor's mask is after the story when what may not have been
 * recorded (see `doubtful` of a profile) is hidden. FAIL: out of memory. */
enum vss_status vss_story_doubted(const struct vss_session *se,
    enum vss_scope scope, int index, int monitor, uint8_t *mask);

/* How many events of the story, from i on, are one group. */
size_t vss_story_group(const struct vss_session *se, size_t i);

/* What is shown before the story, and from event e of it on, of an instance
 * of the scope. Differs from vss_session_view(), which holds everywhere, where
 * the source keeps the last event of a kind only. */
const struct vss_view *vss_story_start(const struct vss_session *se,
    enum vss_scope scope, int index);
const struct vss_view *vss_story_view(const struct vss_session *se,
    const struct vss_evidence *e, enum vss_scope scope, int index);

enum { WRITER_NONE = -1, WRITER_UNKNOWN = -2 };	/* of an event */

/* An event that nothing VSS can do explains. */
struct vss_refusal {
	size_t at, before;	/* it and what came before, in the story;
				 * SIZE_MAX: nothing did */
	int writer;		/* in whose view, WRITER_NONE */
	int writers;		/* ... and in how many more */
	uint8_t possible[VSS_NLETTERS];	/* what would have been visible */
};

struct vss_replayed {
	struct vss_refusal *list;	/* by writers, then in their order */
	int n;
	int projections;	/* in how many views it was read */
	int read;		/* there was something to read */
	int beyond;		/* the requester did what has no answer */
};

/* Read the story by the automaton of replay. The caller frees the list.
 * Without projections nothing was read: the story is not whole. */
enum vss_status vss_replay_story(const struct vss_session *se,
    struct vss_replayed *result);

/* Is any call of the requester's in the story? One of which none is makes
 * calls that nobody shows. */
int vss_replay_shows_requester(const struct vss_session *se);
/* May the letter have come without being shown; `requester`: see above. */
int vss_replay_hides(const struct vss_view *v, int letter, int requester);

enum vss_explained {
	VSS_UNEXPLAINED,	/* VSS cannot have done that */
	VSS_READ_IN_PARTS,	/* too long, or too much of it unordered */
	VSS_EXPLAINED
};

/* For each event of the story, which of its phases some completion has that
 * VSS can have done, in every writer's view; of one that is beyond explanation
 * up to the event that is. FAIL: out of memory. */
enum vss_status vss_ways(const struct vss_session *se, uint8_t *ways,
    enum vss_explained *how);

/* Narrow the results that the source leaves open to those that the rest of
 * the story can have followed. *changed: some were. FAIL: out of memory. */
enum vss_status vss_resolve(struct vss_session *se, int *changed);

#endif
