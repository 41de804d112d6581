/* Inside the session layer: reading the story again. */
#ifndef VSS_STORY_H
#define VSS_STORY_H

#include "session.h"

/* The monitor's mask after the event (in the order of the story, even where
 * the recording does not tell it), as instance `index` of the scope sees it. */
uint8_t vss_story_step(const struct vss_session *se,
    const struct vss_evidence *e, enum vss_scope scope, int index,
    int monitor, uint8_t mask);

/* Narrow the results that the source leaves open to those that the rest of
 * the story can have followed. *changed: some were. FAIL: out of memory. */
enum vss_status vss_resolve(struct vss_session *se, int *changed);

#endif
