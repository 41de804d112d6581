/*
 * Inside the session layer: sets of states of the automaton of replay, and
 * what a story is to it as one writer's projection.
 */
#ifndef VSS_READER_H
#define VSS_READER_H

#include "protocol.h"
#include "story.h"

/* More events than this without a known order: anything may be. */
enum { VSS_READER_UNORDERED = 8 };

struct vss_reader {
	const struct vss_session *se;
	const struct vss_view *view;
	int writer;			/* whose projection, WRITER_NONE */
	size_t words;			/* of a set of states */
	uint16_t *stack;
	const struct vss_view *place;	/* of the place in the story */
	int requester;			/* some call of it is shown */
	uint8_t hidden[VSS_NLETTERS];	/* letters that may come unseen there */
	uint8_t knows[2 * KIND_COUNT];	/* kinds, by value / 64 */
};

enum vss_status vss_reader_make(struct vss_reader *r,
    const struct vss_session *se);
void vss_reader_free(struct vss_reader *r);
/* Read as that writer's projection; `now` becomes the set to begin with. */
void vss_reader_start(struct vss_reader *r, int writer, uint64_t *now);
/* Go to the place behind that event of the story; SIZE_MAX: to its beginning.
 * What is hidden may depend on it. */
void vss_reader_go(struct vss_reader *r, size_t at);

/* A set of states. */
int vss_states_has(const uint64_t *set, int state);
void vss_states_put(uint64_t *set, int state);
void vss_states_all(uint64_t *set);
int vss_states_none(const struct vss_reader *r, const uint64_t *set);

/* Add what events that the recording does not show lead to. */
void vss_reader_hidden(const struct vss_reader *r, uint64_t *set);
/* To `to` add the states after one of the letters. */
void vss_reader_move(const struct vss_reader *r, const uint64_t *from,
    uint64_t *to, const uint16_t *letters, int n);
/* To `before` add those states of `among` from which one of the letters leads
 * into `after`. Returns whether there are any. */
int vss_reader_back(const struct vss_reader *r, const uint64_t *among,
    const uint64_t *after, uint64_t *before, const uint16_t *letters, int n);
/* To `set` add those states of `among` from which unseen events lead into it. */
void vss_reader_back_hidden(const struct vss_reader *r, const uint64_t *among,
    uint64_t *set);

/* The letters (at most VSS_ALTERNATIVES) by which an event is read that went
 * one of these ways. Returns how many; *perhaps: it may have been none. */
int vss_reader_letters(const struct vss_reader *r,
    const struct vss_evidence *e, unsigned phases, uint16_t *letters,
    int *perhaps);
/* Of what the event says, is it the requester that did it? What a requester
 * does is for the rules to judge. */
int vss_reader_is_requesters(const struct vss_evidence *e);

#endif
