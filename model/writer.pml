/*
 * Writer: an application's CVssWriter, with VSS's base class around it.
 *
 * Each handler may succeed, fail softly (SetWriterFailure and true), fail
 * hard (SetWriterFailure and false), or not return because the process dies.
 * From Freeze to Thaw the base class runs a timer; when it fires it calls
 * the writer's own OnAbort, and from then on it lets no event of this backup
 * through but Abort and BackupShutdown.
 */

/* How the handler ends. */
inline outcome()
{
	if
	:: o = R_OK
	:: CAN(F_WFAIL) -> PAY; emitw(me, L_W_WFAIL); w_fail[me] = !replay; o = R_OK
	:: CAN(F_WFAIL) -> PAY; o = R_ERR;
		w_fail[me] = !replay;
		if
		:: MUT(QUIETFAIL)
		:: else -> emitw(me, L_W_WFAIL)
		fi
	fi
}

/* What Abort and BackupShutdown have in common: undo everything. */
inline resume()
{
	if
	:: io -> emitw(me, L_W_RESUMEIO); io = 0
	:: else
	fi
}
inline free_mine()
{
	if
	:: holds -> emitw(me, L_W_FREE_mine); holds = 0
	:: else
	fi
}
inline undo()
{
	if
	:: MUT(IGNABORT)
	:: else -> resume()
	fi;
	if
	:: MUT(BCONLY)
	:: else -> free_mine()
	fi
}
/* Private acts are modelled of the tracked writer only: no rule looks at the
 * others'. */
inline optional(l)
{
	if
	:: true
	:: me == trk -> emit(l)
	fi
}

/* Which set is being made: to be asked for while it is. */
inline ask_set()
{
	if
	:: MUT(GETSD) || MUT(GETBC) -> unasked = 1
	:: else -> optional(L_W_GETSET)
	fi
}
inline ask_now()
{
	emitw(me, L_W_GETSET); unasked = 0
}

proctype Writer(byte me)
{
	byte m, d, o;
	bit holds;	/* something taken for this backup, not yet freed */
	bit io;		/* the application's writes are stopped */
	bit timer;	/* frozen: the base class's timer runs */
	bit ab;		/* aborted */
	/* What mutants put off: the set they did not note when it was time, the
	 * logs and the record that OnBackupComplete is for. */
	bit unasked, uncut, unmarked;

end_idle:
	do
	:: atomic { QUIET && nempty(event[me]) -> event[me] ? m, d;
		if
		:: m == RIVAL_SD ->
			/* Another backup's shutdown: its set is not ours. */
			if
			:: MUT(WRONGCLEAN) && holds ->
				emitw(me, L_W_FREE_others); holds = 0
			:: else
			fi;
			answer[me] ! R_OK; m = 0;
			goto end_idle
		:: ab && m != K_AB && m != K_SD && !MUT(NOFILTER) ->
			answer[me] ! R_OK; m = 0; d = 0;
			goto end_idle
		:: else ->
			emit(m * 128 + 8 + d * (m == K_SD) + OTHER_W(me));
			if
			:: m == K_FZ -> timer = !MUT(NOTIMER)
			:: m == K_TH -> timer = timer && MUT(TIMERRACE)
			:: else
			fi
		fi }
		/* Inside the handler, between entering and leaving it. */
		atomic { QUIET ->
			if
			:: CAN(F_WDIE) -> PAY;
				w_dead[me] = 1; emitw(me, L_W_WDEAD);
				answer[me] ! R_ERR; goto end_dead
			:: MUT(STUCK) -> goto stuck
			:: m == K_ID ->
				if
				:: MUT(IDFAILS) -> outcome()
				:: o = R_OK
				:: CAN(F_WFAIL) -> PAY; o = R_ERR
				fi
			:: m == K_PB ->
				if
				:: true
				:: me == trk -> emit(L_W_ALLOC); holds = 1
				fi;
				outcome()
			:: m == K_PS ->
				ask_set(); optional(L_W_ACT); outcome()
			:: m == K_FZ ->
				ask_set();
				if
				:: true
				:: me == trk -> emit(L_W_FREEZEIO); io = 1
				fi;
				outcome()
			:: m == K_TH ->
				outcome();
				if
				:: o == R_ERR	/* it cannot resume: Abort will */
				:: else -> resume()
				fi
			:: m == K_PO ->
				ask_set();
				uncut = MUT(TRUNCSD); unmarked = MUT(MARKSD);
				outcome()
			:: m == K_BC ->
				if
				:: (d || MUT(TRUNCCOPY)) && !uncut -> optional(L_W_TRUNC)
				:: else
				fi;
				if
				:: MUT(GETBC) && unasked -> ask_now()
				:: else
				fi;
				outcome();
				if
				:: o == R_ERR
				:: else ->
					if
					:: unmarked
					:: else -> optional(L_W_MARK)
					fi;
					free_mine()
				fi
			:: m == K_AB ->
				undo();
				timer = 0; w_fail[me] = !replay;
				if
				:: o = R_OK
				:: CAN(F_WFAIL) && !ab -> PAY;
					emitw(me, L_W_WFAIL); o = R_ERR
				:: MUT(ABFAILS) && ab -> o = R_ERR
				fi;
				ab = 1
			:: m == K_SD ->
				timer = 0;
				if
				:: MUT(NOSHUT)
				:: else -> resume()
				fi;
				if
				:: MUT(NOSHUT) || MUT(BCONLY)
				:: else -> free_mine()
				fi;
				if
				:: unasked -> ask_now()
				:: uncut -> uncut = 0; emitw(me, L_W_TRUNC)
				:: unmarked -> unmarked = 0; emitw(me, L_W_MARK)
				:: else
				fi;
				if
				:: o = R_OK
				:: CAN(F_WFAIL) -> PAY; o = R_ERR;
					if
					:: MUT(SDQUIET)
					:: else -> emitw(me, L_W_WFAIL)
					fi
				fi;
				ab = 0
			fi;
			emit(m * 128 + 8 + o * 8 + OTHER_W(me));
			d = 0; m = 0;
			answer[me] ! o
		}
	/* The time between Freeze and Thaw has run out. It always does when
	 * there is no service left to thaw. */
	:: atomic { QUIET && timer && (CAN(F_TIMER) || svcdead) ->
		if
		:: svcdead
		:: else -> PAY
		fi;
		emitw(me, L_W_FZ_TIMEOUT); timer = 0;
		if
		:: MUT(LATETHAW)
		:: else ->
			w_fail[me] = !replay; ab = 1;
			emitw(me, L_W_AB_in);
			undo();
			emitw(me, L_W_AB_out)
		fi }
	:: atomic { QUIET && CAN(F_WDIE) && w_part[me] && !gone && !svcdead -> PAY;
		w_dead[me] = 1; emitw(me, L_W_WDEAD);
		goto end_dead }
	od;
stuck:
	false;			/* only a mutant comes here */
end_dead:
	do
	:: atomic { QUIET && nempty(event[me]) -> event[me] ? m, d; m = 0; d = 0; answer[me] ! R_ERR }
	od
}
