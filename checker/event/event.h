/*
 * One observed event, as importers hand it to the session layer, and what a
 * source can show.
 */
#ifndef VSS_EVENT_H
#define VSS_EVENT_H

#include "base.h"
#include "vocabulary.h"

/* Kinds by name: KIND_DO, KIND_FZ, ... */
#define K(n, name, ph, data, track, actor, by, text) KIND_##name = n,
enum vss_kind { VSS_KINDS(K) KIND_COUNT = VSS_KIND_MAX + 1 };
#undef K

enum vss_phase_set { PHASES_ONCE, PHASES_SYNC, PHASES_CALL, PHASES_ASYNC,
	PHASES_HANDLER };
enum vss_data_set { DATA_NODATA, DATA_CONTEXT, DATA_BACKUP, DATA_STATUS,
	DATA_VERDICT, DATA_SOURCE, DATA_SETID, DATA_WHOSE, DATA_OBJECT };

/* A row of the vocabulary, with its enums resolved. */
struct vss_kind_info {
	const char *name;	/* NULL: no such kind */
	const char *text;
	uint8_t phases;		/* enum vss_phase_set */
	uint8_t data;		/* enum vss_data_set */
	uint8_t tracked;	/* belongs to one writer or component */
	uint8_t actor;		/* enum vss_actor */
};

const struct vss_kind_info *vss_kind(int kind);
/* The call in whose course VSS delivers the event, 0 for none. */
int vss_kind_raised_by(int kind);
/* The phase that carries the kind's data, 0 for none. */
int vss_kind_data_phase(int kind);
/* The kind of that name, 0 when there is none. */
int vss_kind_find(const char *name, size_t n);
/* Suffix of a phase ("call", "fin", "in", ...; "" for events that just
 * happen), NULL when the kind has no such phase. */
const char *vss_phase_suffix(int kind, int phase);
/* The phase of that suffix, 0 when the kind has none. */
int vss_phase_find(int kind, const char *suffix, size_t n);
/* Name of value `d` of a data set, NULL past the last one. */
const char *vss_data_name(int set, int d);

/*
 * An event. All strings end with NUL, belong to the importer and live until
 * the sink returns; each may be NULL.
 *
 * `phases` and `data` are sets (bit n: phase n, value n): one bit where the
 * source tells, several where it leaves open which it was. data is 0 for
 * kinds without data.
 */
struct vss_event {
	uint8_t kind;
	uint8_t phases;
	uint8_t data;
	uint8_t starts;		/* the first of a new session, whatever the
				 * object was called before */
	uint8_t middle;		/* the session is joined in the middle */
	uint8_t overtaken;	/* of a session of which the source may have
				 * lost any event: see last_only */
	uint32_t pid;		/* of the requester; 0: not told */
	uint64_t line;		/* of the input, from 1 */
	int64_t time;		/* microseconds since 1970 UTC, VSS_NO_TIME */
	int64_t tick;		/* of its time, where that is coarser than the
				 * recording's is; 0: it is not. Then where it
				 * stands in the recording tells nothing */
	const char *object;	/* which backup object (session) */
	const char *image;	/* of the requester */
	const char *writer;	/* writer instance, as it is to be shown */
	const char *component;
	const char *set;	/* snapshot set id */
	const char *label;	/* as the source names the event */
	/* Where several recordings are judged together: which one it is from,
	 * and the sets (bit n: recording n) of those that cover the session
	 * and that cover the writer; 0: the one it is from. */
	uint8_t source;
	uint64_t covers, covers_writer;
	/* Not 0: its order among the events next to it that have the same
	 * number is known only as far as they are of the same chain (a set),
	 * or one has happened `until` the other can have happened `from`. */
	uint32_t group;
	uint64_t chains;
	int64_t from, until;
	/* Times of different clocks cannot be compared: the offset of one is
	 * not known. */
	uint8_t clock;
};

/* What a source shows: bit p of shows[k] when it shows phase p of kind k.
 * SetContext and SetBackupState
 * are facts about the whole session: where a source does not show them they
 * are unknown, but they do not happen in its middle. */
struct vss_profile {
	const char *name;		/* static: it is kept */
	uint8_t shows[KIND_COUNT];
	/* not 0: known to be shown by some hosts; where one shows none, their
	 * absence is not held against anybody */
	uint8_t doubtful[KIND_COUNT];
	/* phases that are shown of the writers that the source names, but not
	 * of any other */
	uint8_t hides_others[KIND_COUNT];
	/* phases that are not in shows[], but of which the source keeps the
	 * last event: after the last one of a session, or from its beginning
	 * where it has none, there was none. Not so in sessions that are
	 * `overtaken` */
	uint8_t last_only[KIND_COUNT];
	char host[64];		/* the machine, empty: not told */
	const char *limits;	/* what such recordings leave out that a reader
				 * of the verdicts has to know, NULL: nothing
				 * to be said; static, a sentence without its
				 * full stop */
	int64_t tick;		/* of its clock, microseconds */
	uint8_t local_time;	/* its clock may be off by a time zone */
};

/* Everything shown. */
void vss_profile_all(struct vss_profile *p);
void vss_profile_none(struct vss_profile *p, const char *name);
/* To `p` add what another source shows of the same backup. */
void vss_profile_join(struct vss_profile *p, const struct vss_profile *more);
/* All phases of one kind, shown or hidden. */
void vss_profile_show(struct vss_profile *p, int kind, int shown);
/* All phases of a kind that only some hosts record. */
void vss_profile_doubt(struct vss_profile *p, int kind);

#endif
