/*
 * Requester: a backup program that keeps to the documentation, with every
 * choice the documentation leaves it. It may crash wherever it waits or
 * decides, and stop in a regular way in every window between two calls.
 *
 * The blocks are atomic from the end of one call to the start of the next:
 * what lies between is nobody's business but the requester's.
 */
#define CRASHES		CAN(F_CRASH) -> PAY; goto crash

/* A call whose start is observed, and one of which only the result is. */
#define CALL(l)		emit(l); request ! KIND(l)
#define ASK(l)		request ! KIND(l)

#define CANCELLABLE(k)	((k) == K_META || (k) == K_PREP || (k) == K_DO)
#define FAULTY_WAIT(k)	(MUT(RELBUSY) && (k) == K_DO || \
			MUT(RELCOMPL) && (k) == K_COMPL || \
			MUT(RELABORT) && (k) == K_ABORT)
/* A second thread does not wait either, but deletes the copy. */
#define FAULTY_DEL(k)	(MUT(DELINCOMPL) && (k) == K_COMPL || \
			MUT(DELEARLY) && (k) == K_DO || \
			MUT(DELTWICE) && (k) == K_DEL)

/* Wait for the end of a call. Its result is in r. What another thread's call
 * came to is told on the way. */
inline await(k)
{
	do
	:: atomic { QUIET && nempty(reply) -> reply ? op, r; cancel = 0;
		emit(op * 128 + 8 + r * 8 +
			(theirs -> L_DEL_ok_foreign - L_DEL_ok_set : 0));
		if
		:: op == (k) -> op = 0; break
		:: else -> op = 0
		fi }
	:: atomic { QUIET && CRASHES }
	:: atomic { QUIET && CANCELLABLE(k) && CAN(F_CANCEL) && !cancel -> PAY;
		cancel = 1; emit(L_CANCEL_ok) }
	:: atomic { QUIET && FAULTY_WAIT(k) -> goto release }
	:: atomic { QUIET && FAULTY_DEL(k) && !again -> again = 1; goto delete }
	:: atomic { QUIET && MUT(IMPATIENT) && (k) == K_DO && unread -> save_data() }
	od
}
/*
 * What the requester has to do with a copy: ask where it is, save the data,
 * say how it went. Each is one step, whatever its place; a mutant puts it in
 * another place, and what it meets there depends on the state of things.
 */
inline save_data()
{
	emit(L_READ_copy); unread = 0
}
inline ask_where()
{
	if
	:: did == R_OK -> emit(L_PROP_ok)
	:: emit(L_PROP_err)
	fi
}
/* The document is read-only once BackupComplete has had its effect. */
inline say(w)
{
	if
	:: over -> emitw(w, L_W_SUCC_err)
	:: !over -> emitw(w, L_W_SUCC_ok_false)
	:: !over && ((!blind && !w_fail[w] && !w_dead[w]) || MUT(CLAIM) || MUT(BLIND)) ->
		w_ok[w] = 1; emitw(w, L_W_SUCC_ok_true)
	fi
}
inline save_document()
{
	if
	:: !gone -> emit(L_SAVE_ok)
	:: emit(L_SAVE_err)
	fi
}
/* GetWriterStatus for each writer of the backup. `blind` when
 * GatherWriterStatus failed and nothing was learnt. */
inline look()
{
	blind = (r != R_OK); r = 0;
	do
	:: i >= writers -> break
	:: i < writers && (blind || !w_part[i]) -> i++
	:: i < writers && !(blind || !w_part[i]) ->
		if
		:: w_dead[i] -> emitw(i, L_W_GETST_err)
		:: !w_dead[i] && w_fail[i] && !MUT(BLIND) ->
			emitw(i, L_W_GETST_ok_failed)
		:: !w_dead[i] && !w_fail[i] -> emitw(i, L_W_GETST_ok_fine)
		:: else		/* a mutant that does not look */
		fi;
		i++
	od;
	i = 0
}
/* A call that may or may not be made here, to no effect. */
inline perhaps(ok, err)
{
	if
	:: true
	:: emit(ok)
	:: emit(err)
	fi
}
inline perhaps_once(l)
{
	if
	:: true
	:: emit(l)
	fi
}
/* The object is let go. What only the requester needed is forgotten, for the
 * sake of the number of states. */
inline let_go()
{
	gone = 1; started = 0; cancel = 0;
	w_comp[0] = 0; w_comp[1] = 0; w_comp[2] = 0;
	if
	:: phase == P_PO
	:: else -> comps = 0; trunc = 0; w_ok[0] = 0; w_ok[1] = 0; w_ok[2] = 0
	fi
}
inline forget()
{
	let_go();
	r = 0; op = 0; i = 0; blind = 0; again = 0; unsaid = 0
}
/* Is AbortBackup due before the release? Without writers it is not once
 * DoSnapshotSet has ended. */
#define OWES		((started || phase != 0) && !(nowr && did != 0))

/* VSS takes the context once, before the set is begun. */
inline set_context()
{
	if
	:: started -> emit(L_CTX_err)
	:: else -> emit(L_CTX_ok_AUTO_W)
	fi
}

proctype Requester()
{
	byte r, op, i;
	bit blind, again;
	bit unread;	/* the data have still to be saved from the copy */
	bit unsaid;	/* a mutant: the verdicts have still to be given */
	bit com;	/* a mutant: COM has been uninitialised */

	atomic {
		if
		:: emit(L_CREATE_ok)
		:: emit(L_CREATE_err); forget(); goto end_over
		fi;
		if
		:: emit(L_INIT_ok)
		:: emit(L_INIT_err); goto release
		:: emit(L_INITR_ok); goto restore
		:: emit(L_INITR_err); goto release
		:: goto release
		:: CRASHES
		:: MUT(NOINIT)
		fi;
		if
		:: true			/* VSS_CTX_BACKUP is the default */
		:: emit(L_CTX_ok_AUTO_W)
		:: emit(L_CTX_ok_AUTO_N); nowr = 1
		:: emit(L_CTX_ok_KEPT_W); kept = 1
		:: emit(L_CTX_ok_KEPT_N); kept = 1; nowr = 1
		:: emit(L_CTX_err); goto release
		:: CRASHES
		fi;
		if
		:: nowr || MUT(NOSTATE)
		:: !nowr -> emit(L_STATE_err); goto release
		:: !nowr -> emit(L_STATE_ok_PLAIN)
		:: !nowr -> emit(L_STATE_ok_COMPS); comps = 1
		:: !nowr -> emit(L_STATE_ok_TRUNC); trunc = 1
		:: !nowr -> emit(L_STATE_ok_BOTH); comps = 1; trunc = 1
		fi;
		if
		:: nowr || MUT(NOMETA) -> goto start
		:: MUT(EMPTY) && !nowr -> goto complete
		:: goto release
		:: CRASHES
		:: CALL(L_META_call)
		fi
	}
	await(K_META);
	atomic {
		if
		:: r == R_OK -> r = 0
		:: else -> goto release
		fi;
		do
		:: i < writers && comps && w_part[i] ->
			if
			:: true		/* nothing of this writer */
			:: emitw(i, L_W_COMP_err)
			:: emitw(i, L_W_COMP_ok); w_comp[i] = 1
			fi;
			i++
		:: i < writers && !(comps && w_part[i]) -> i++
		:: i >= writers -> i = 0; break
		od;
		perhaps(L_OTHER_ok, L_OTHER_err);
		if
		:: true -> goto start
		fi
	}

start:
	/* W0: nothing has to be undone. */
	atomic {
		if
		:: goto release
		:: CRASHES
		:: !nowr -> goto prepare	/* a backup without a copy */
		:: ASK(L_START_ok)
		fi
	}
	await(K_START);
	atomic {
		if
		:: r == R_OK
		:: r != R_OK ->
			if
			:: MUT(BUSYON) -> goto prepare
			:: lock == LOCK_FREE && !svcdead -> r = 0; goto start
			:: goto release
			:: CRASHES
			fi
		fi;
		/* W1: AbortBackup is due. */
		if
		:: goto stop
		:: CRASHES
		:: ASK(L_ADD_ok)
		fi
	}
adding:
	await(K_ADD);
	atomic {
		if
		:: r == R_OK -> r = 0
		:: else -> goto stop
		fi;
		if
		:: MUT(CTXLATE) -> set_context(); goto stop
		:: else
		fi;
		if
		:: MUT(PROPEARLY) -> ask_where()
		:: MUT(COMPLEARLY) -> goto complete
		:: (nowr && !MUT(WRITERLESS)) || MUT(NOPREP) -> goto create
		:: else
		fi;
		if
		:: goto stop
		:: CRASHES
		:: goto prepare
		fi
	}

prepare:
	atomic { CALL(L_PREP_call) }
	await(K_PREP);
	atomic {
		if
		:: r == R_OK -> r = 0
		:: r == R_ERR -> goto release
		:: r != R_OK -> goto stop
		fi;
		if
		:: MUT(NOLOOK) && started -> goto create
		:: else
		fi;
		CALL(L_GWS_call)
	}
	await(K_GWS);
	atomic {
		look();
		/* W2: AbortBackup is due; a writer's veto is one of the
		 * reasons. */
		if
		:: goto stop
		:: CRASHES
		:: !started && !MUT(BUSYON) ->
			emit(L_READ_live); goto verdicts
		:: started || MUT(BUSYON) ->
			if
			:: MUT(SUCCEARLY) -> goto verdicts
			:: else -> goto create
			fi
		fi
	}

create:
	atomic { CALL(L_DO_call); unread = MUT(IMPATIENT) }
	await(K_DO);
	atomic {
		unread = 0;
		if
		:: r == R_OK || (MUT(CANCELOK) && r == R_CAN) -> r = 0
		:: r != R_OK && !(MUT(CANCELOK) && r == R_CAN) ->
			if
			:: MUT(COMPLFAIL) -> goto complete
			:: MUT(SUCCFAIL) -> goto verdicts
			:: else
			fi;
			goto stop
		fi;
		if
		:: nowr -> goto copy
		:: else
		fi;
		CALL(L_GWS_call)
	}
	await(K_GWS);
	atomic { look(); if :: true -> goto copy fi }
copy:
	/* W4: BackupComplete or AbortBackup is due. */
	atomic {
		if
		:: MUT(ADDLATE) && made -> ASK(L_ADD_ok); goto adding
		:: else
		fi;
		if
		:: !nowr -> goto stop
		:: CRASHES
		:: true
		fi;
		unread = 1;
		if
		:: true
		:: ask_where()
		fi;
		if
		:: MUT(DELREAD) || MUT(DELFIRST) || MUT(DELONLY) -> goto delete
		:: MUT(READLATE) || MUT(READAFTER)	/* put off */
		:: else -> save_data()
		fi;
		if
		:: nowr && !MUT(WRITERLESS) -> goto dispose
		:: else -> goto verdicts
		fi
	}

verdicts:
#define PUT_OFF		(MUT(NOVERDICT) || (MUT(SUCCLATE) && !unsaid))
	atomic {
		do
		:: i < writers && comps && w_part[i] && !PUT_OFF -> say(i); i++
		:: i < writers && !(comps && w_part[i] && !PUT_OFF) -> i++
		:: i >= writers -> break
		od;
		i = 0; blind = 0;
		if
		:: MUT(SUCCLATE) && unsaid -> goto dispose
		:: MUT(SUCCEARLY) && did == 0 -> goto create
		:: MUT(SUCCFAIL) && did == R_ERR -> goto stop
		:: else
		fi;
		if
		:: goto stop		/* second thoughts */
		:: CRASHES
		:: goto complete
		fi
	}

complete:
	atomic { CALL(L_COMPL_call) }
	await(K_COMPL);
	atomic {
		if
		:: r == R_OK -> r = 0
		:: r != R_OK -> r = 0; goto stop	/* AbortBackup: harmless */
		:: r != R_OK -> r = 0; goto dispose
		fi;
		if
		:: MUT(NOSTATUS) -> goto dispose
		:: MUT(TWICE) && !again -> again = 1; goto complete
		:: else
		fi;
		CALL(L_GWS_call)
	}
	await(K_GWS);
	atomic {
		look(); blind = 0;
		if
		:: true
		:: !MUT(USEAFTER) -> save_document()
		fi;
		if
		:: MUT(READLATE) && unread -> save_data()
		:: MUT(SUCCLATE) -> unsaid = 1; goto verdicts
		:: MUT(DELAUTO) -> goto delete
		:: else
		fi;
		if
		:: true -> goto dispose
		fi
	}

/* W5: what is to become of a copy that outlives the object? */
dispose:
	atomic {
		if
		:: kept && made && did == R_OK -> goto delete
		:: kept && made && did == R_OK -> goto break_set
		:: kept && made && did == R_OK -> emit(L_KEEP); goto release
		:: CRASHES
		:: goto release		/* it goes, or stays on purpose */
		fi
	}

/* The way out when the backup is given up. */
stop:
	atomic {
		r = 0; blind = 0;
		if
		:: MUT(HANG) -> goto end_over
		:: MUT(FORGET) -> goto crash
		:: !MUT(HANG) && !MUT(FORGET) && (!OWES || MUT(NOABORT)) ->
			goto given_up
		:: else
		fi;
		CALL(L_ABORT_call)
	}
	await(K_ABORT);
	atomic {
		if
		:: MUT(REUSE) && r == R_OK && !again -> again = 1; r = 0; goto start
		:: MUT(COMPLABORT) && r == R_OK && did == R_OK -> goto complete
		:: else -> goto given_up
		fi
	}
given_up:
	/* A copy that outlives the object would be an orphan. */
	atomic {
		r = 0;
		if
		:: kept && made && did == R_OK && !MUT(NODEL) ->
			if
			:: goto delete
			:: goto break_set
			:: emit(L_KEEP); goto release
			:: CRASHES
			fi
		:: else -> goto release
		fi
	}

delete:
	atomic { CALL(L_DEL_call); theirs = MUT(DELOLDEST) }
	await(K_DEL);
	atomic {
		theirs = 0;
		if
		:: r == R_OK && !again && MUT(DELAGAIN) -> again = 1; goto delete
		:: else
		fi;
		if
		:: r != R_OK && !again && !MUT(NOLOOKDEL) -> again = 1; goto delete
		:: r != R_OK && again && !MUT(NOLOOKDEL) -> emit(L_KEEP)
		:: else
		fi;
		if
		:: r == R_OK && MUT(DELREAD) && unread -> save_data()
		:: r == R_OK && MUT(DELFIRST) -> goto complete
		:: else
		fi;
		if
		:: true -> goto release
		fi
	}
break_set:
	atomic { ASK(L_BRK_ok) }
	await(K_BRK);
	atomic {
		if
		:: r == R_OK
		:: else -> emit(L_KEEP)
		fi;
		if
		:: true -> goto release
		fi
	}

/* A restore: no snapshot, no AbortBackup. */
restore:
	atomic {
		if
		:: CRASHES
		:: goto release
		:: CALL(L_META_call)
		fi
	}
	await(K_META);
	atomic {
		perhaps(L_OTHER_ok, L_OTHER_err);
		if
		:: MUT(ABRESTORE) -> CALL(L_ABORT_call)
		:: else -> goto release
		fi
	}
	await(K_ABORT);

release:
	atomic {
		if
		:: MUT(HANG) -> goto end_over
		:: MUT(FORGET) && made -> goto crash
		:: MUT(COMFIRST) -> emit(L_COMUNINIT); com = 1
		:: else
		fi;
		emit(L_REL); forget();
		if
		:: MUT(READAFTER) && unread -> save_data()
		:: MUT(USEAFTER) && phase == P_PO -> save_document()
		:: else
		fi;
		unread = 0
	}
	/* CoUninitialize and the end of the process, or it lives on. */
	atomic {
		QUIET;
		if
		:: true
		:: !com -> emit(L_COMUNINIT)
		fi;
		perhaps_once(L_EXIT);
		if
		:: true -> goto end_over
		fi
	}
crash:
	atomic { forget(); unread = 0; crashed = (faults & F_FOREIGN) != 0;
		emit(L_EXIT) }
end_over:
	false
}
