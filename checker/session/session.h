/*
 * Sessions: which event belongs to which backup, and what the monitors say
 * of each. A session is the life of one requester object
 * (IVssBackupComponents) as far as the recording shows it.
 *
 * All memory is the layer's own; strings are copied. No I/O, no globals.
 */
#ifndef VSS_SESSION_H
#define VSS_SESSION_H

#include "engine.h"
#include "policy.h"

enum vss_severity { VSS_ADVICE, VSS_WARNING, VSS_ERROR };
enum vss_blame { VSS_REQUESTER_, VSS_SERVICE_, VSS_WRITER_ };
enum vss_closed { VSS_OWN, VSS_TIME };

/* The rules that are formulas, and one that is none: what is recorded must be
 * what VSS can do (see replay.c). */
enum { VSS_RULE_REPLAY = VSS_NRULES, VSS_NJUDGED };

/* A row of VSS_RULES. */
struct vss_rule {
	const char *id, *message, *expected;
	uint8_t scope, severity, blame, closed, group;
};

const struct vss_rule *vss_rule(int rule);
/* The rule of that id ("TRM-11"; case does not matter), -1 for none. */
int vss_rule_find(const char *id);
const char *vss_severity_name(int severity);
const char *vss_blame_name(int blame);

enum vss_verdict {
	VSS_VIOLATED,
	VSS_KEPT,
	VSS_NOT_EXERCISED,	/* its occasion never came */
	VSS_NOT_OBSERVABLE,	/* the source hides events it speaks of */
	VSS_UNDETERMINED,	/* see enum vss_why */
	VSS_NVERDICTS
};

/* "violated", "kept", "not exercised", ... */
const char *vss_verdict_name(int verdict);

enum vss_why {
	VSS_WHY_NONE,
	VSS_WHY_CUT,		/* the recording ends within the backup */
	VSS_WHY_TIME,		/* it ends before the time has passed that
				 * the event may take */
	VSS_WHY_OPEN,		/* depends on what the recording leaves open
				 * (context, result of a call, set id) */
	VSS_WHY_MIDDLE,		/* depends on what came before the recording */
	VSS_WHY_ORDER,		/* depends on an order of events that the
				 * recordings do not tell */
	VSS_WHY_POLICY,		/* not exercised: it does not apply, see
				 * vss_policy_severity() */
	VSS_WHY_LONG,		/* the backup has too many events to be kept */
	VSS_WHY_BEYOND,		/* the requester did what the model of VSS has no
				 * answer to */
	VSS_WHY_UNSEEN,		/* it has not come, but the source is not known to
				 * record such events */
	VSS_WHY_EITHER,		/* kept: whether its occasion has come depends on
				 * what is hidden or open, but it is not broken */
	VSS_WHY_AS_SEEN,	/* kept by all who keep to the documentation; what
				 * the recording leaves open does not rule out
				 * others */
	VSS_WHY_REBOOT,		/* the machine was restarted before it came */
	VSS_WHY_MODEL,		/* by what VSS can have done where nothing is
				 * recorded; without the model it would be open */
	VSS_NWHYS
};

const char *vss_why_text(int why);

/* How a result that is not recorded is known. */
enum vss_inferred {
	VSS_TOLD,
	VSS_CERTAIN,	/* VSS can do nothing else */
	VSS_LIKELY	/* nobody who keeps to the documentation does else */
};

/* An event that moved a monitor of the session. */
struct vss_evidence {
	uint64_t line;
	int64_t time;
	uint8_t kind, phases, data;
	int16_t writer;			/* index, -1 none, -2 unknown */
	int32_t component;		/* index, -1 none */
	uint8_t source;			/* which recording, from 0 */
	uint8_t inferred;		/* how it ended follows from the rest:
					 * enum vss_inferred */
	uint8_t implied;		/* not recorded: its end is */
	uint8_t perhaps;		/* it may as well not have happened: the
					 * clock does not tell */
	uint8_t clock;			/* see struct vss_event */
	uint32_t group;			/* see struct vss_event */
	uint64_t chains;
	int64_t from, until;
	uint16_t late;			/* what is shown after it: an index
					 * into the session's `late` */
	char label[56];
};

struct vss_writer {
	char *name;
	uint8_t *mask;			/* VSS_WRITER monitors */
	const struct vss_view *view;
	int64_t frozen;			/* since when, VSS_NO_TIME */
	int64_t frozen_until;		/* or at last then */
	uint8_t clock;			/* by that clock */
	uint8_t doubted;		/* it may have been for too long */
	uint64_t open;			/* kinds entered and not left */
	uint8_t took_part;		/* got an event other than Identify */
	uint8_t shut_down;		/* BackupShutdown seen */
	uint8_t stopped;		/* its application's writes are */
	uint8_t time_passed;		/* it has since begun another backup */
	uint8_t waited;			/* ... and what would show what it was
					 * owed goes on until then */
	int64_t elsewhere;		/* when, VSS_NO_TIME */
};

struct vss_component {
	char *name;
	int writer;
	uint8_t *mask;			/* VSS_COMPONENT monitors */
};

/* What has been worked out once about hidden events and is used again, for all
 * sessions: beliefs (see pairs.h) and where events lead from them. Verdicts do
 * not depend on what is in it. Bounded: when it is full it is begun anew. */
struct vss_memo;

struct vss_session {
	char *object;			/* the importer's name for it */
	char *image;			/* of the requester, or NULL */
	char *set;			/* snapshot set id, or NULL */
	uint32_t pid;			/* 0 when not known */
	int64_t began, ended;		/* first and last event */
	int64_t gone;			/* Release or end of the process */
	uint64_t first_line;
	uint64_t nevents;
	uint8_t middle;			/* joined in the middle */
	uint8_t overtaken;		/* see struct vss_event */
	uint8_t released, exited, closed;
	uint8_t restarted;		/* the machine was, after all of it */
	int64_t restart;		/* when it was up again, VSS_NO_TIME */
	uint8_t time_passed;		/* see protocol: leads-to rules */
	uint8_t stopped;		/* the service was, idle, after it */
	int64_t stop;			/* when, VSS_NO_TIME */
	uint8_t outcome_do, outcome_compl, outcome_abort; /* a phase, 0 */
	uint8_t writers_seen;		/* a writer got a backup event */
	uint64_t seen;			/* kinds with any event */
	uint64_t open;			/* requester's calls under way */
	uint64_t sources;		/* recordings that cover it, a set */
	const struct vss_view *view;	/* what they show together */
	const struct vss_view *unseen;	/* the same of an unnamed writer */
	/* Where the source keeps the last event of a kind only, what is shown
	 * depends on the place in the story: views, [0] at its beginning. */
	struct vss_view *late;
	int nlate;
	uint8_t *mask;			/* VSS_SESSION monitors */
	uint8_t *template_writer;	/* a writer that has not shown up */
	uint8_t *template_component;
	struct vss_writer *writers;
	int nwriters;
	char **identified;		/* names of writers that got Identify;
					 * those that took part may be here,
					 * too: vss_session_bystander() */
	int nidentified;
	struct vss_component *components;
	int ncomponents;
	struct vss_evidence *story;
	size_t nstory, story_room;
	size_t stepped;			/* so much of it the monitors know */
	int story_gaps;			/* the story is not whole */
	struct vss_memo *memo;		/* the sessions' */
};

/* Recordings in one run. */
enum { VSS_SOURCES = 64 };

/* What the recordings of a set show together. */
struct vss_union {
	uint64_t sources;
	struct vss_view view;
};

struct vss_sessions {
	struct vss_session *list;
	int n, room;
	int *latest;			/* by name of the object, a table: the
					 * last one of it, plus 1 */
	int latest_size;
	int *active;			/* those to which something may still
					 * come, in their order */
	int nactive, active_room;
	struct vss_profile *profiles;	/* one a recording */
	int64_t horizon[VSS_SOURCES];	/* time of its last record */
	int nsources;
	struct vss_union **views;
	int nviews;
	struct vss_memo *memo;
	uint8_t borrowed;		/* the memo is */
	struct vss_policy policy;	/* the default one; to be changed before
					 * the first event */
	int keep_all;			/* the story keeps every event */
	uint64_t used;			/* events that belong to a session */
	uint64_t unattributed;		/* events of no session */
};

/* A violated rule. */
struct vss_finding {
	int rule, monitor;
	int severity;			/* raised where that applies */
	int64_t raised_by;		/* index into the story, -1 */
	int blame;
	int writer, component;		/* indices, -1: none */
	uint8_t possible[VSS_NLETTERS];	/* VSS_RULE_REPLAY only: letters that
					 * could have come */
	int by_end;			/* decided by what did not come */
	int under;			/* index of the finding it is folded
					 * under, -1 */
	size_t *evidence;		/* indices into the story */
	size_t nevidence;
};

struct vss_judged_rule {
	uint8_t verdict, why;
	uint8_t severity;		/* that it would have or has */
};

struct vss_judgement {
	struct vss_judged_rule rules[VSS_NJUDGED];
	unsigned totals[VSS_NVERDICTS];
	struct vss_finding *findings;	/* in the order to be printed */
	size_t nfindings;
};

void vss_sessions_init(struct vss_sessions *s);
/* Use that memo, before the first event; it has to outlive the sessions. */
void vss_sessions_share(struct vss_sessions *s, struct vss_memo *memo);
/* NULL when memory is out. */
struct vss_memo *vss_memo_new(void);
void vss_memo_free(struct vss_memo *memo);
void vss_sessions_free(struct vss_sessions *s);

/* One more recording (at most VSS_SOURCES), with what it shows. To be told
 * before its first event. */
enum vss_status vss_sessions_source(struct vss_sessions *s,
    const struct vss_profile *p);

/* What is shown of an instance of the scope (index negative: of one that
 * has not turned up). */
const struct vss_view *vss_session_view(const struct vss_session *se,
    enum vss_scope scope, int index);

/* One event. BAD when a limit is met, FAIL when memory is. */
enum vss_status vss_sessions_event(struct vss_sessions *s,
    const struct vss_event *ev, struct vss_error *error);
/* The recording goes on at this time (any record of its main channel). */
void vss_sessions_time(struct vss_sessions *s, int source, int64_t t);
/* The VSS service has stopped idle at this time: whatever it owed to the
 * sessions that had ended it has not done. Of several recordings that is known
 * only where those that would show it go on until then. */
void vss_sessions_idle_stop(struct vss_sessions *s, int64_t t);
/* The machine has been restarted and is up at this time (VSS_NO_TIME: no clock
 * tells): whatever was going on is gone, and nothing more comes of it. How it
 * ended nobody has seen, so that nothing is missed for it. */
void vss_sessions_reboot(struct vss_sessions *s, int64_t t);
/* The recording is over: apply what the passing of time decides. FAIL when
 * memory is out. */
enum vss_status vss_sessions_finish(struct vss_sessions *s);

/* Judge one session. The judgement refers to the session. */
enum vss_status vss_judge(const struct vss_session *se,
    const struct vss_policy *policy, struct vss_judgement *j);
void vss_judgement_free(struct vss_judgement *j);

/* Does the rule, of any of its instances, speak of events of the kind that
 * the recordings do not show? */
int vss_session_lacks(const struct vss_session *se, int rule, int kind);

/* The next writer that got Identify and nothing else of this session: its name,
 * which is the session's, or NULL when there are no more. *at is 0 at first. */
const char *vss_session_bystander(const struct vss_session *se, int *at);

/* A writer that took part in several backups, and of which BackupShutdown is
 * recorded in none, though it would be: perhaps it does not handle it
 * (SHD-17). */
struct vss_unshut {
	const char *writer;		/* the session's */
	size_t backups;
};

/* All of them, by name, as a list of the caller's (free()). FAIL when memory is
 * out. */
enum vss_status vss_sessions_unshut(const struct vss_sessions *s,
    struct vss_unshut **list, size_t *n);

/* How the backup ended, in words; buf takes 160 bytes. */
const char *vss_session_end_text(const struct vss_session *se, char *buf);

/* The letters of the story as instance `index` of the scope sees them, into
 * values[] (vocabulary numbers, room for `room`). Returns how many, -1 when
 * an event or the order of some is ambiguous, or there is no room. For comparison with the
 * verifier. */
int vss_story_letters(const struct vss_session *se, enum vss_scope scope,
    int index, int *values, int room);
/* Those of one event (at most VSS_ALTERNATIVES): any of them is meant. */
int vss_story_letters_of(const struct vss_session *se,
    const struct vss_evidence *e, enum vss_scope scope, int index,
    uint16_t *letters);

/* An event of the story in the vocabulary's words ("DoSnapshotSet ended
 * VSS_S_ASYNC_FINISHED", "Freeze entered, writer NTDS"). */
void vss_evidence_text(const struct vss_session *se,
    const struct vss_evidence *e, char *buf, size_t size);

#endif
