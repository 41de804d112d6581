/*
 * A restore, for its end: what a requester owes the writers before it lets
 * the object go, and what never happens in a restore. A model of its own: a
 * restore has no copy, no creation lock and no BackupShutdown, so that it
 * shares nothing with system.pml but the way it is told.
 *
 * One requester, the service, two writers of which the first is told of. Its
 * faults: the requester crashes, the service or a writer ends, a handler or a
 * call fails, files cannot be restored. At most VSS_BUDGET of them a run.
 *
 * An atomic sequence shows one event, as its last act; nobody goes on before
 * the observer has taken it away again: QUIET.
 */
#define NONE		0
byte ev = NONE;			/* what is observed now */
#define QUIET		(ev == NONE)

/* requester; a call, and its result R_OK or R_ERR added to it */
#define R_OK		1
#define R_ERR		2
#define L_INITR		1
#define L_META		2
#define L_PRE		5
#define L_POST		8
#define L_START		11	/* StartSnapshotSet: belongs to a backup */
#define L_ABORT		14
#define L_GWS		17
#define L_FILES		20	/* files written back, or not */
#define L_REL		23
#define L_EXIT		24
/* the first writer */
#define L_W_PRE_in	25
#define L_W_PRE_out	26
#define L_W_PRE_fail	27
#define L_W_POST_in	28
#define L_W_POST_out	29
#define L_W_POST_fail	30
#define L_W_STOP	31	/* stops its application for the restore */
#define L_W_GO		32	/* lets it run again */
#define L_W_WRITE	33	/* changes its part of the document */
#define L_W_DEAD	34
#define L_W_SD		35	/* BackupShutdown */
#define L_SVC_EXIT	36

#define IS(l)		(ev == l)
#define END_OF(l)	(ev == l + R_OK || ev == l + R_ERR)

/* Mutants: restore.tsv says which property has to notice which. */
#define MUT(m)		(mut == m)
#define RELPOST		1
#define ABORTS		2
#define NOSTATUS	3
#define GIVEUP		4
#define NEWINST		5
#define LATEWRITE	6
#define SHUTALL		7
#define BACKUPTOO	8
#define STAYDOWN	9
#define UNSEL		10
#define LETIN		11
#define HANG		12

byte mut, left;
#define PAY		left--

chan request = [1] of { byte };
chan reply = [1] of { byte };
#define WRITERS		2
chan event[WRITERS] = [1] of { byte };
chan answer[WRITERS] = [1] of { byte };

bit selected[WRITERS];		/* has a component that is to be restored */
bit had_pre[WRITERS];		/* this instance got PreRestore */
bit gone;			/* the object is released, or its process ended */
bit svcdead;

proctype Observer()
{
end_idle:
	do
	:: !QUIET -> ev = NONE
	od
}

inline ask(l)
{
	atomic { QUIET -> request ! l; ev = l };
	do
	:: atomic { QUIET && nempty(reply) -> reply ? r; ev = l + r; break }
	:: atomic { QUIET && left -> PAY; goto crash }
	:: atomic { QUIET && MUT(RELPOST) && l == L_POST -> goto release }
	od
}

proctype Requester()
{
	byte r;
	bit failed;

	atomic { QUIET -> ev = L_INITR };
	ask(L_META);
	if
	:: QUIET -> goto release	/* nothing is owed yet */
	:: atomic { QUIET && r == R_OK ->
		if
		:: selected[0] = 1
		:: true
		fi;
		selected[1] = 1 }
	fi;
	if
	:: MUT(BACKUPTOO) || MUT(LETIN) -> ask(L_START)
	:: else
	fi;
	ask(L_PRE);
	if
	:: MUT(NOSTATUS)
	:: else -> ask(L_GWS)
	fi;
	atomic { QUIET ->
		if
		:: ev = L_FILES + R_OK
		:: left -> PAY; failed = 1; ev = L_FILES + R_ERR
		fi };
	if
	:: failed && MUT(ABORTS) -> ask(L_ABORT)
	:: failed && MUT(GIVEUP) -> goto release
	:: else
	fi;
	/* whatever has become of PreRestore and of the files */
	ask(L_POST);
	if
	:: MUT(NOSTATUS)
	:: else -> ask(L_GWS)
	fi;
	if
	:: MUT(HANG) -> goto over
	:: else
	fi;
release:
	atomic { QUIET -> gone = 1; ev = L_REL; goto over };
crash:
	atomic { QUIET -> gone = 1; ev = L_EXIT };
over:
	skip
}

proctype Service()
{
	byte op, i, r, m;
	bit told;

end_idle:
	do
	:: atomic { QUIET && nempty(request) && !svcdead -> request ? op;
		if
		:: op == L_PRE || op == L_POST -> m = op
		:: op == L_START && !MUT(LETIN) -> m = 0; r = R_ERR
		:: else -> m = 0; r = R_OK
		fi }
		/* a barrier, as in a backup */
		i = 0;
		do
		:: atomic { QUIET && m != 0 && i < WRITERS &&
			(selected[i] || MUT(UNSEL)) &&
			(m == L_PRE || had_pre[i] || MUT(NEWINST)) ->
			event[i] ! m };
			atomic { QUIET && nempty(answer[i]) -> answer[i] ? r; i++ }
		:: atomic { QUIET && m != 0 && i < WRITERS &&
			!((selected[i] || MUT(UNSEL)) &&
			(m == L_PRE || had_pre[i] || MUT(NEWINST))) -> i++ }
		:: atomic { QUIET && (m == 0 || i == WRITERS) ->
			if
			:: m == 0
			:: m != 0 -> r = R_OK
			:: m != 0 && left -> PAY; r = R_ERR
			fi;
			if
			:: gone
			:: else -> reply ! r
			fi;
			op = 0; m = 0; i = 0; r = 0; break }
		:: atomic { QUIET && left && m != 0 -> PAY; svcdead = 1;
			ev = L_SVC_EXIT; break }
		od
	:: atomic { QUIET && gone && !told && MUT(SHUTALL) && !svcdead ->
		told = 1; event[0] ! L_W_SD }
	/* who calls a service that has ended gets an error */
	:: atomic { QUIET && svcdead && (op != 0 || nempty(request)) ->
		if
		:: op != 0
		:: else -> request ? op
		fi;
		op = 0;
		if
		:: gone
		:: else -> reply ! R_ERR
		fi }
	od
}

/* What only the first writer is asked to show. */
#define SHOW(l)		ev = (me == 0 -> l : NONE)

proctype Writer(byte me)
{
	byte m, o;
	bit stopped;

end_idle:
	do
	:: atomic { QUIET && nempty(event[me]) -> event[me] ? m;
		if
		:: m == L_PRE -> had_pre[me] = 1; SHOW(L_W_PRE_in)
		:: m == L_POST -> SHOW(L_W_POST_in)
		:: m == L_W_SD -> SHOW(L_W_SD)
		fi }
		if
		:: atomic { QUIET && m == L_PRE -> stopped = 1; SHOW(L_W_STOP) }
		:: QUIET && m == L_PRE
		:: atomic { QUIET && m == L_POST && !MUT(LATEWRITE) ->
			SHOW(L_W_WRITE) }
		:: QUIET && m != L_PRE
		fi;
		/* it dies inside the handler: the call is answered by the
		 * system, and what starts again is another instance */
		if
		:: atomic { QUIET && left -> PAY; had_pre[me] = 0; stopped = 0;
			answer[me] ! R_ERR; m = 0; SHOW(L_W_DEAD) }
		:: QUIET && m == L_W_SD -> m = 0
		:: QUIET && (m == L_PRE || m == L_POST) ->
			if
			:: atomic { QUIET && m == L_POST && stopped &&
				!MUT(STAYDOWN) -> stopped = 0; SHOW(L_W_GO) }
			:: QUIET && !(m == L_POST && stopped && !MUT(STAYDOWN))
			fi;
			atomic { QUIET ->
				if
				:: o = R_OK
				:: left -> PAY; o = R_ERR
				fi;
				answer[me] ! o;
				SHOW((m == L_PRE -> L_W_PRE_in : L_W_POST_in) + o);
				m = 0; o = 0 }
		fi
	/* it dies between the two */
	:: atomic { QUIET && left && had_pre[me] && !gone && empty(event[me]) ->
		PAY; had_pre[me] = 0; stopped = 0; SHOW(L_W_DEAD) }
	:: atomic { QUIET && MUT(LATEWRITE) && gone && had_pre[me] ->
		had_pre[me] = 0; SHOW(L_W_WRITE) }
	od
}

c_decl {
\#include <stdlib.h>
}
init
{
	atomic {
		c_code {
			const char *s = getenv("VSS_MUTANT");

			now.mut = s && *s ? atoi(s) : 0;
			s = getenv("VSS_BUDGET");
			now.left = s && *s ? atoi(s) : 1;
		};
		run Observer();
		run Service();
		run Writer(0);
		run Writer(1);
		run Requester()
	}
}

/* The clauses of the appendix. go_NAME is refuted: its occasion comes. */

/* RST-01: Release waits for PostRestore. */
ltl RST_01	{ [] (IS(L_POST) -> (!IS(L_REL) W END_OF(L_POST))) }
ltl go_RST_01	{ [] !IS(L_POST) }
/* RST-02: no AbortBackup. */
ltl RST_02	{ [] !IS(L_ABORT) }
ltl go_RST_02	{ [] !IS(L_FILES + R_ERR) }
/* RST-03: status after PreRestore and after PostRestore. */
ltl RST_03	{ ([] ((IS(L_PRE + R_OK) || IS(L_PRE + R_ERR)) ->
		  (!(IS(L_POST) || IS(L_REL)) W IS(L_GWS)))) &&
		  ([] (END_OF(L_POST) -> (!IS(L_REL) W IS(L_GWS)))) }
ltl go_RST_03	{ [] (END_OF(L_POST) -> [] !IS(L_REL)) }
/* RST-04: PostRestore after PreRestore, also when files failed. */
ltl RST_04	{ [] (IS(L_PRE) -> (!IS(L_REL) W IS(L_POST))) }
ltl go_RST_04	{ [] (IS(L_FILES + R_ERR) -> [] !IS(L_POST)) }
/* RST-04 for the writer: what it stopped runs again, unless somebody died. */
ltl RST_04w	{ (<> (IS(L_EXIT) || IS(L_SVC_EXIT))) ||
		  ([] (IS(L_W_STOP) -> <> (IS(L_W_GO) || IS(L_W_DEAD)))) }
ltl go_RST_04w	{ [] !IS(L_W_GO) }
/* ... for a requester that crashes leaves it stopped: in a restore nothing
 * takes the place of BackupShutdown. */
ltl go_RST_crash { (<> IS(L_SVC_EXIT)) ||
		  ([] (IS(L_W_STOP) -> <> (IS(L_W_GO) || IS(L_W_DEAD)))) }
/* RST-05: an instance that died in between gets no PostRestore. */
ltl RST_05	{ [] (IS(L_W_DEAD) -> [] !IS(L_W_POST_in)) }
ltl go_RST_05	{ [] (IS(L_W_DEAD) -> [] !IS(L_POST + R_OK)) }
/* RST-06: the document is read-only once PostRestore is over. */
ltl RST_06	{ [] (END_OF(L_POST) -> [] !IS(L_W_WRITE)) }
ltl go_RST_06	{ [] !IS(L_W_WRITE) }
/* RST-07: no BackupShutdown. */
ltl RST_07	{ [] !IS(L_W_SD) }
ltl go_RST_07	{ [] (IS(L_W_PRE_in) -> [] !IS(L_REL)) }
/* RST-08: no backup call, and none that VSS would take. */
ltl RST_08	{ [] !IS(L_START) }
ltl RST_08s	{ [] !IS(L_START + R_OK) }
/* Who has nothing to restore hears nothing. */
ltl RST_sel	{ [] ((IS(L_W_PRE_in) || IS(L_W_POST_in)) -> selected[0]) }
ltl go_RST_sel	{ [] (IS(L_PRE) -> selected[0]) }
/* The object is let go. */
ltl RST_ends	{ <> (IS(L_REL) || IS(L_EXIT)) }
