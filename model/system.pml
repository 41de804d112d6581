/*
 * The system: a backup with VSS as the documentation describes it, with
 * every fault that it describes. Requester, VSS service, provider, writers,
 * a rival backup and the environment are processes of their own, which talk
 * over channels. What may be observed passes through the variable `ev`, one
 * letter of vocabulary.h after the other; the rules (rules.pml) speak of it
 * alone, and say nothing here.
 *
 * One run is one session: the life of one IVssBackupComponents object.
 *
 * Number of writers, faults, configuration and mutant are read from the
 * environment when the verifier starts, since compiling is what costs; from
 * then on all state is Promela's.
 */
#include "vocabulary.pml"

#define MAX_WRITERS	3

#define NONE		0
short ev = NONE;		/* what is observed now */

byte writers = 1;		/* how many there are */
byte trk;			/* which of them is tracked */
short faults;			/* what may go wrong, F_... */
byte mut;			/* which step is faulty, mutants.pml */
byte left;			/* how many things may still go wrong */
bit free_req;			/* the requester calls anything at any time */
bit free_wr;			/* the writers do anything at any time */
bit replay;			/* free actors and any number of faults; of what
				 * they do only what VSS answers to */

#define F_CRASH		1	/* the requester's process ends */
#define F_SVC		2	/* the service ends */
#define F_WDIE		4	/* a writer's process ends */
#define F_TIMER		8	/* a freeze lasts too long */
#define F_WFAIL		16	/* a handler fails */
#define F_PROVIDER	32	/* provider, kernel or the service itself fails */
#define F_CALL		64	/* a call fails for no reason given here */
#define F_CANCEL	128	/* the user cancels */
#define F_RIVAL		256	/* another backup takes the creation lock */
#define F_BREAK		512	/* creation is broken off without Abort */
#define F_STUCK		1024	/* a free writer does not return */
#define F_FOREIGN	2048	/* after a crash beside a rival, BackupShutdown may
				 * name the rival's set: costs nothing more */
/* A run has at most `left` faults: combinations of two are where the
 * interesting trouble is, and all of them together drown it. A fault is
 * CAN(f) in a guard, and has to be paid for where it happens. */
#define CAN(f)		((faults & f) && left)
#define PAY		left = left - (1 - replay)
/* Recordings are replayed against this: VSS as it is documented, whatever
 * requester and writer do, however much fails. What VSS does not look at
 * (private acts of writers, components, verdicts, queries) is left out. */


#include "mutants.pml"

/*
 * What happens goes to the observer, letter by letter, in the order in which
 * it happens. SPIN moves a claim only between two atomic sequences, never
 * inside one; so the letters of a sequence wait in a queue until it is over,
 * and nobody goes on before the observer has shown all of them: QUIET. After
 * each letter `ev` returns to NONE: a formula without "next" could not count
 * otherwise.
 */
chan happened = [16] of { short };
#define QUIET		(ev == NONE && empty(happened))
inline emit(l)
{
	happened ! l
}
/* The tracked writer's letters are those of vocabulary.h, the others' have
 * one bit more. */
#define OTHER_W(w)	(w == trk -> 0 : 64)
inline emitw(w, l)
{
	emit((l) + OTHER_W(w))
}

/* Requests and events go by the number of their kind. */
#define KIND(l)		((l) / 128)
#define K_START		KIND(L_START_ok)
#define K_ADD		KIND(L_ADD_ok)
#define K_BRK		KIND(L_BRK_ok)
#define K_META		KIND(L_META_call)
#define K_PREP		KIND(L_PREP_call)
#define K_DO		KIND(L_DO_call)
#define K_GWS		KIND(L_GWS_call)
#define K_COMPL		KIND(L_COMPL_call)
#define K_ABORT		KIND(L_ABORT_call)
#define K_DEL		KIND(L_DEL_call)
#define K_ID		KIND(L_W_ID_in)
#define K_PB		KIND(L_W_PB_in)
#define K_PS		KIND(L_W_PS_in)
#define K_FZ		KIND(L_W_FZ_in)
#define K_TH		KIND(L_W_TH_in)
#define K_PO		KIND(L_W_PO_in)
#define K_BC		KIND(L_W_BC_in)
#define K_SD		KIND(L_W_SD_in_own)
#define K_AB		KIND(L_W_AB_in)
#define RIVAL_SD	99		/* BackupShutdown of the other backup */

/* Results: in this order they are the phases of vocabulary.h from 2 on. */
#define R_OK		1
#define R_ERR		2
#define R_CAN		3

/* What the parameter of BackupShutdown names. */
#define ID_OWN		0
#define ID_NIL		1
#define ID_FOREIGN	2

/* Requester and service. The reply, of which call and its result, has a place
 * to wait in: a requester that crashed must not block the service. */
chan request = [1] of { byte };
chan reply = [1] of { byte, byte };
/* Service and writers: event and parameter. What calls a process that has died
 * is answered with an error by the system: it does not wait for ever. */
chan event[MAX_WRITERS] = [1] of { byte, byte };
chan answer[MAX_WRITERS] = [1] of { byte };
/* Service, provider and kernel: a step of creation, and whether it succeeded. */
chan provide = [1] of { byte };
chan kernel = [1] of { byte };
chan step_done = [1] of { byte };
#define PV_END_PREPARE	1
#define PV_PRE_COMMIT	2
#define PV_HOLD		3
#define PV_COMMIT	4
#define PV_RELEASE	5
#define PV_POST_COMMIT	6
#define PV_ABORT	7
/* The other backup. */
#define RIVAL_START	1
#define RIVAL_END	2
chan rival = [1] of { byte };

/* The object (requester's side of it and service's). */
bit gone;			/* released, or its process ended */
bit down;			/* ... and everything of it taken down */
bit kept;			/* context: the copy outlives the object */
bit nowr;			/* context: without writers */
bit comps;			/* component mode */
bit trunc;			/* the backup type lets writers truncate logs */
bit started;			/* StartSnapshotSet succeeded */
bit over;			/* BackupComplete or AbortBackup has had its effect */
byte phase;			/* the last phase all writers are through, P_... */
byte did;			/* DoSnapshotSet: R_OK, R_ERR, or 0 */
bit made;			/* the copy exists */
byte creation;			/* the last step of it that succeeded, CR_... */
bit prepared;			/* the provider has a set under way */
bit held;			/* the kernel holds what is written */
bit cancel;			/* the pending call is to be cancelled */
bit crashed;			/* ... its process ended first; for F_FOREIGN */
bit theirs;			/* a mutant: another's set is to be deleted */

#define P_PB		1	/* PrepareForBackup, up to Thaw */
#define P_PO		2	/* PostSnapshot, or BackupComplete */

/* One less than the step that comes next: PV_... */
#define CR_NONE		0
#define CR_PREPARED	1
#define CR_PRE_COMMITTED 2
#define CR_HELD		3
#define CR_COMMITTED	4
#define CR_RELEASED	5
#define CR_POST_COMMITTED 6

byte lock;			/* creation lock */
#define LOCK_FREE	0
#define LOCK_OURS	1
#define LOCK_RIVAL	2
bit svcdead;

bit w_part[MAX_WRITERS];	/* takes part in this backup */
bit w_comp[MAX_WRITERS];	/* has a component in the document */
bit w_ok[MAX_WRITERS];		/* its verdict is: succeeded */
bit w_fail[MAX_WRITERS];	/* its state is a failed one */
bit w_dead[MAX_WRITERS];

#ifdef WATCHED
#include "watch.pml"
#else
#define WATCH_INIT
#endif
#include "observer.pml"
#include "environment.pml"
#include "provider.pml"
#include "rival.pml"
#include "writer.pml"
#include "service.pml"
#include "requester.pml"
#include "free.pml"

c_decl {
\#include <stdlib.h>
}
c_code {
/* A switch from the environment, or what it is without one. */
static int switch_of(const char *name, int otherwise)
{
	const char *s = getenv(name);

	return s != NULL && *s != 0 ? atoi(s) : otherwise;
}
}

init
{
	atomic {
		c_code {
			now.writers = switch_of("VSS_WRITERS", 1);
			now.faults = switch_of("VSS_FAULTS", 1023);
			now.left = switch_of("VSS_BUDGET", 2);
			now.mut = switch_of("VSS_MUTANT", 0);
			now.free_req = switch_of("VSS_FREE", 0) & 1;
			now.free_wr = switch_of("VSS_FREE", 0) >> 1 & 1;
			now.replay = switch_of("VSS_FREE", 0) >> 2 & 1;
		};
		WATCH_INIT
		/* Every writer is the tracked one in some run. */
		do
		:: trk + 1 < writers -> trk++
		:: break
		od;
		run Observer();
		run Environment();
		run Provider();
		run Kernel();
		run Rival();
		run Service();
		if
		:: free_wr -> run FreeWriter(0)
		:: else -> run Writer(0)
		fi;
		if
		:: writers > 1 && free_wr -> run FreeWriter(1)
		:: writers > 1 && !free_wr -> run Writer(1)
		:: else
		fi;
		if
		:: writers > 2 && free_wr -> run FreeWriter(2)
		:: writers > 2 && !free_wr -> run Writer(2)
		:: else
		fi;
		if
		:: free_req -> run FreeRequester()
		:: else -> run Requester()
		fi
	}
}
