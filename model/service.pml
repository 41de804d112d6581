/*
 * Service: VSS, that is coordinator, event machinery and the service's side
 * of the object. It serves one request at a time; each phase is a barrier:
 * the event goes to every writer concerned, and the service goes on when all
 * of them have answered.
 *
 * Release and crash are no messages: the system releases what a process that
 * ended has held. The service sees `gone`, when idle or between two phases,
 * and takes the session down.
 */
#define CONCERNED(w)	(msg == K_ID || w_part[w] || MUT(UNSEL))

/* Between two phases of creation: on, or break off? A writer that failed, or
 * a requester that is gone, is no reason that the service must stop. It may
 * fail itself, or the provider after Thaw; once writers are frozen the
 * provider's steps fail for both. */
inline crossroads()
{
	if
	:: true
	:: hard -> res = R_ERR; goto do_failed
	:: msg != K_FZ && CAN(F_PROVIDER) -> PAY; res = R_ERR; goto do_failed
	:: cancel && msg == K_PS -> res = R_CAN; goto do_failed
	:: gone -> res = R_ERR; goto do_failed
	:: gone && CAN(F_BREAK) -> PAY;
		/* BackupShutdown is all that the writers get. */
		did = R_ERR; lock = LOCK_FREE;
		goto rundown
	fi
}

/* Out of sequence: VSS_E_BAD_STATE. */
inline bad_state(c)
{
	if
	:: c -> r = R_ERR; goto done
	:: else
	fi
}
/* The next step of creation, when writers are frozen: provider's or kernel's. */
inline next_step()
{
	if
	:: creation == CR_PRE_COMMITTED && MUT(NOHOLD) -> creation = CR_HELD; provide ! PV_COMMIT
	:: creation == CR_COMMITTED && (MUT(HELDTHAW) || MUT(NOHOLD)) -> creation = CR_RELEASED; provide ! PV_POST_COMMIT
	:: creation == CR_PRE_COMMITTED && !MUT(NOHOLD) ||
	   creation == CR_COMMITTED && !MUT(HELDTHAW) && !MUT(NOHOLD) ->
		kernel ! creation + 1
	:: creation != CR_PRE_COMMITTED && creation != CR_COMMITTED -> provide ! creation + 1
	fi
}
inline rest()
{
	op = 0; msg = 0; i = 0; r = 0; res = 0; hard = 0; again = 0
}

proctype Service()
{
	byte op, msg, i, r, res, again;
	bit hard;	/* a writer failed at Freeze or Thaw */

end_idle:
	if
	:: atomic { QUIET && gone && !down ->
		if
		:: MUT(NORUNDOWN) -> goto taken_down
		:: else -> goto rundown
		fi }
	:: atomic { QUIET && nempty(request) -> request ? op;
		if
		:: !gone -> goto serve
		:: else -> op = 0; goto end_idle
		fi }
	:: atomic { QUIET && nempty(rival) -> rival ? r;
		if
		:: r == RIVAL_START && (lock == LOCK_FREE || MUT(NOLOCK)) ->
			emit(L_RSTART_ok);
			if
			:: lock == LOCK_FREE -> lock = LOCK_RIVAL
			:: else
			fi
		:: r == RIVAL_START && !(lock == LOCK_FREE || MUT(NOLOCK)) ->
			emit(L_RSTART_err)
		:: r == RIVAL_END ->
			if
			:: lock == LOCK_RIVAL -> lock = LOCK_FREE
			:: else
			fi;
			if
			:: phase == 0
			:: else -> msg = RIVAL_SD; goto raise
			fi
		fi;
		r = 0;
		goto end_idle }
	:: atomic { QUIET && CAN(F_SVC) && (!down || replay) -> PAY; goto die }
	fi

serve:
	atomic {
		if
		:: op == K_META ->
			bad_state(phase != 0 || over);
			if
			:: CAN(F_CALL) -> PAY; r = R_ERR; goto done
			:: !replay -> msg = K_ID; goto raise
			:: replay -> msg = K_ID; goto through
			fi
		:: op == K_START ->
			bad_state(started || did != 0 || over);
			if
			:: lock == LOCK_FREE || MUT(NOLOCK) ->
				lock = LOCK_OURS; started = 1; r = R_OK
			:: replay -> r = R_ERR	/* for any reason */
			:: else -> r = R_ERR
			fi;
			goto done
		:: op == K_ADD ->
			bad_state(!started || did != 0 || over);
			if
			:: r = R_OK
			:: CAN(F_PROVIDER) -> PAY; r = R_ERR
			fi;
			goto done
		:: op == K_PREP ->
			bad_state((nowr && !MUT(WRITERLESS)) || phase != 0 || did != 0 || over);
			if
			:: CAN(F_CALL) -> PAY; r = R_ERR; goto done
			:: true
			fi;
			if		/* who it is that takes part */
			:: true
			:: replay -> w_part[0] = 1
			fi;
			do
			:: i < writers ->
				w_part[i] = w_part[i] && (!comps || w_comp[i]);
				w_comp[i] = 0; i++
			:: else -> break
			od;
			phase = P_PB;
			msg = K_PB; goto raise
		:: op == K_GWS ->
			if
			:: r = R_OK
			:: CAN(F_CALL) -> PAY; r = R_ERR
			fi;
			goto done
		:: op == K_DO ->
			bad_state(!started || did != 0 || over || (!nowr && phase == 0));
			provide ! PV_END_PREPARE; goto prepare_set
		:: op == K_COMPL ->
			bad_state(did == R_ERR || (started && did == 0) || phase == 0 || over);
			if
			:: CAN(F_CALL) -> PAY; r = R_ERR; goto done
			:: phase = P_PO; over = 1; msg = K_BC; goto raise
			fi
		:: op == K_ABORT ->
			bad_state(over && phase == P_PO);
			over = 1;
			if
			:: lock == LOCK_OURS -> lock = LOCK_FREE
			:: else
			fi;
			if
			:: MUT(EARLYABORT) && did == 0 -> provide ! PV_ABORT; step_done ? r; r = 0
			:: else
			fi;
			if
			:: phase == P_PB || (MUT(ABPO) && phase != 0) ->
				msg = K_AB;
				/* who records it need not wait for writers, and
				 * they may have been told before */
				if
				:: true
				:: replay -> msg = 0; r = R_OK; goto done
				:: replay && !gone -> reply ! op, R_OK; op = 0
				fi;
				goto raise
			:: else -> r = R_OK; goto done
			fi
		:: op == K_DEL || op == K_BRK ->
			if
			:: theirs -> r = R_OK; goto done	/* and ours stays */
			:: !theirs && !made -> r = R_ERR; goto done
			:: !theirs && made && CAN(F_PROVIDER) -> PAY; r = R_ERR; goto done
			:: !theirs && made ->
				made = replay;	/* one copy of several */
				r = R_OK;
				if
				:: op == K_BRK
				:: else -> emit(L_V_GONE)
				fi;
				if
				:: MUT(DELEVENT) -> msg = K_SD; goto raise
				:: else -> goto done
				fi
			fi
		fi
	}

/*
 * A barrier: `msg` to every writer concerned, then all their answers.
 */
raise:
	atomic {
		i = 0;
		do
		:: i < writers && CONCERNED(i) ->
			if
			:: msg == K_BC -> r = trunc && (!comps || w_ok[i])
			:: msg == K_SD -> r = (did == R_OK -> ID_OWN : ID_NIL);
				if
				:: MUT(WRONGID) -> r = ID_FOREIGN
				:: crashed && lock == LOCK_RIVAL -> r = ID_FOREIGN
				:: !MUT(WRONGID)
				fi
			:: else -> r = 0
			fi;
			event[i] ! msg, r;
			i++
		:: i < writers && !CONCERNED(i) -> i++
		:: i >= writers -> i = 0; r = 0; break
		od
	}
	do
	:: atomic { QUIET && i < writers && !CONCERNED(i) -> i++ }
	:: atomic { QUIET && i < writers && CONCERNED(i) && nempty(answer[i]) ->
		answer[i] ? r;
		if
		:: msg == K_ID -> w_part[i] = (r == R_OK)
		:: r == R_ERR && (msg == K_FZ || msg == K_TH) ->
			hard = 1;
			/* Abort to the one that failed, at once. */
			if
			:: MUT(DROPFAILED) -> w_part[i] = 0
			:: MUT(NOTHAW) || replay
			:: !MUT(DROPFAILED) && !MUT(NOTHAW) -> event[i] ! K_AB, 0; answer[i] ? r
			fi
		:: else
		fi;
		r = 0; i++ }
	:: atomic { QUIET && i < writers && CAN(F_SVC) && msg != RIVAL_SD -> PAY; goto die }
	:: atomic { QUIET && i >= writers -> i = 0;
		if
		:: true -> goto through
		fi }
	od;
/* All through. */
through:
	atomic {
		if
		:: msg == RIVAL_SD -> rest(); goto end_idle
		:: msg == K_ID || msg == K_PB ->
			r = R_OK;
			if
			:: cancel -> r = R_CAN
			:: replay -> r = R_ERR
			:: true
			fi;
			goto done
		:: msg == K_PS ->
			crossroads();
			if
			:: MUT(EARLYCOMMIT) -> goto commit_set
			:: else -> msg = K_FZ; goto raise
			fi
		:: msg == K_FZ ->
			crossroads();
			if
			:: MUT(EARLYCOMMIT) -> msg = K_TH; goto raise
			:: else -> goto commit_set
			fi
		:: msg == K_TH ->
			crossroads(); phase = P_PO; msg = K_PO; goto raise
		:: msg == K_PO -> goto do_succeeded
		:: msg == K_BC && op == K_COMPL -> r = R_OK; goto done
		:: msg == K_BC && op == K_COMPL && replay -> r = R_ERR; goto done
		:: msg == K_AB && op == K_DO -> r = res; goto done
		:: msg == K_AB && op == K_ABORT -> r = R_OK; goto done
		:: msg == K_SD && op == K_DEL -> r = R_OK; goto done
		:: op == 0 && replay && msg == K_AB -> rest(); goto end_idle
		:: op == 0 && !replay && (msg == K_BC || msg == K_AB) ->
			goto taken_down
		:: op == 0 && msg == K_SD ->
			if
			:: MUT(DUPSD) && !again -> again = 1; goto raise
			:: MUT(BCLATE) -> msg = K_BC; goto raise
			:: MUT(ABLATE) -> msg = K_AB; goto raise
			:: else -> goto taken_down
			fi
		fi
	}

/*
 * Creation: EndPrepareSnapshots before any writer hears of it, the other steps
 * while all writers are frozen.
 */
prepare_set:
	if
	:: atomic { QUIET && nempty(step_done) -> step_done ? r;
		if
		:: r == R_ERR -> r = 0; res = R_ERR; goto do_failed
		:: else -> r = 0; creation = CR_PREPARED
		fi;
		if
		:: nowr && MUT(NWEVENTS) -> msg = K_PS; goto raise
		:: !(nowr && MUT(NWEVENTS)) && phase == 0 -> goto commit_set
		:: phase != 0 && MUT(DISORDER) -> msg = K_FZ; goto raise
		:: phase != 0 && !MUT(DISORDER) -> msg = K_PS; goto raise
		fi }
	:: atomic { QUIET && CAN(F_SVC) -> PAY; goto die }
	fi;
commit_set:
	atomic { provide ! PV_PRE_COMMIT };
	do
	:: atomic { QUIET && nempty(step_done) -> step_done ? r;
		if
		:: r == R_ERR -> r = 0; res = R_ERR; goto do_failed
		:: r == R_OK && creation + 1 < CR_POST_COMMITTED ->
			r = 0; creation++; next_step()
		:: r == R_OK && creation + 1 == CR_POST_COMMITTED ->
			r = 0; creation++;
			if
			:: phase == 0 && !(nowr && MUT(NWEVENTS)) -> goto do_succeeded
			:: MUT(EARLYCOMMIT) && msg == K_PS -> msg = K_FZ; goto raise
			:: else -> msg = K_TH; goto raise
			fi
		fi }
	:: atomic { QUIET && CAN(F_SVC) -> PAY; goto die }
	od;

do_succeeded:
	atomic {
		did = R_OK; creation = CR_NONE; prepared = 0;
		if
		:: MUT(EMPTYSET)
		:: else -> made = 1; emit(L_V_MADE)
		fi;
		if
		:: MUT(STICKYLOCK)
		:: else -> lock = LOCK_FREE
		fi;
		r = R_OK;
		if
		:: true -> goto done
		fi
	}

/* Held writes are let go, and the provider gives up what it has begun. */
do_failed:
	atomic {
		if
		:: creation == CR_HELD || creation == CR_COMMITTED -> kernel ! PV_RELEASE; step_done ? r
		:: else
		fi;
		if
		:: MUT(NOPABORT)
		:: else -> provide ! PV_ABORT; step_done ? r
		fi;
		r = 0; creation = CR_NONE; did = R_ERR;
		if
		:: MUT(HALF) -> made = 1; emit(L_V_MADE)
		:: else
		fi;
		if
		:: MUT(STICKYLOCK)
		:: else -> lock = LOCK_FREE
		fi;
		if
		:: phase == 0 || MUT(NOTHAW) -> r = res; goto done
		:: phase != 0 && !MUT(NOTHAW) && msg == 0 -> r = res; goto done
		:: phase != 0 && !MUT(NOTHAW) -> msg = K_AB; goto raise
		fi
	}

/* Release, or the end of the requester's process. */
rundown:
	atomic {
		op = 0;
		if
		:: phase == 0 -> goto taken_down
		:: MUT(BCCRASH) -> msg = K_BC; goto raise
		:: else -> msg = K_SD; goto raise
		fi
	}
taken_down:
	atomic {
		if
		:: made && ((!kept && !MUT(NODROP)) || (kept && MUT(DROPPERS))) ->
			emit(L_V_GONE)
		:: else
		fi;
		if
		:: lock == LOCK_OURS && !MUT(CRASHLOCK) -> lock = LOCK_FREE
		:: else
		fi;
		down = 1;
		/* Nothing of it matters from here on. */
		left = 0; over = 0; phase = 0; nowr = 0; creation = CR_NONE; prepared = 0;
		did = 0; kept = 0; made = 0; comps = 0; trunc = 0;
		w_part[0] = 0; w_part[1] = 0; w_part[2] = 0;
		w_fail[0] = 0; w_fail[1] = 0; w_fail[2] = 0;
		w_ok[0] = 0; w_ok[1] = 0; w_ok[2] = 0;
		rest();
		goto end_idle
	}

done:
	atomic {
		if
		:: gone
		:: else -> reply ! op, r
		fi;
		rest();
		goto end_idle
	}

/* Who calls a service that has ended gets an error. */
die:
	atomic {
		svcdead = 1;
		emit(L_SVC_EXIT);
		if
		:: replay ->	/* nobody asks any more */
			started = 0; phase = 0; did = 0; made = 0; over = 0;
			lock = LOCK_FREE; nowr = 0; creation = CR_NONE; prepared = 0
		:: else
		fi;
		if
		:: op != 0 && !gone -> reply ! op, R_ERR
		:: else
		fi;
		rest();
		goto end_dead
	}
end_dead:
	do
	:: atomic { QUIET && nempty(request) -> request ? op;
		if
		:: gone
		:: else -> reply ! op, R_ERR
		fi;
		op = 0 }
	:: atomic { QUIET && nempty(rival) -> rival ? r; r = 0 }
	od
}
