/*
 * Requester: a backup program that keeps to the documentation, with every
 * choice the documentation leaves it. It may crash wherever it waits or
 * decides, and stop in a regular way in every window between two calls.
 */
#define CRASHES		CAN(F_CRASH) -> left--; goto crash

/* An asynchronous call, or one whose start is observed. */
inline call(k)
{
	atomic {
		emit((k) * 128 + 8);
		if
		:: request ! k
		:: svcdead
		fi
	}
}
/* One of which only the result is observed. */
inline ask(k)
{
	if
	:: request ! k
	:: svcdead
	fi
}
#define CANCELLABLE(k)	((k) == K_META || (k) == K_PREP || (k) == K_DO)
#define FAULTY_WAIT(k)	(MUT(RELBUSY) && (k) == K_DO || \
			MUT(RELCOMPL) && (k) == K_COMPL || \
			MUT(RELABORT) && (k) == K_ABORT)
#define FAULTY_DEL(k)	(MUT(DELINCOMPL) && (k) == K_COMPL || \
			MUT(DELEARLY) && (k) == K_DO || \
			MUT(DELTWICE) && (k) == K_DEL)
/* Wait for the end of it. The result is in r. */
inline await(k)
{
	do
	:: atomic { nempty(reply) -> reply ? r; cancel = 0;
		emit((k) * 128 + 8 + r * 8);
		break }
	:: atomic { svcdead && empty(reply) -> r = R_ERR; cancel = 0;
		emit((k) * 128 + 8 + r * 8);
		break }
	:: atomic { CRASHES }
	:: atomic { CANCELLABLE(k) && CAN(F_CANCEL) && !cancel && !svcdead -> left--;
		cancel = 1; emit(L_CANCEL_ok) }
	:: atomic { FAULTY_WAIT(k) -> goto release }
	:: atomic { FAULTY_DEL(k) && !again -> again = 1;
		emit(L_DEL_call); emit(L_DEL_err) }
	:: atomic { MUT(IMPATIENT) && (k) == K_DO -> emit(L_READ_copy) }
	od
}
/* GatherWriterStatus, and GetWriterStatus for each writer of the backup.
 * `blind` when nothing was learnt. */
inline status()
{
	call(K_GWS);
	await(K_GWS);
	atomic {
		blind = (r != R_OK); i = 0;
		do
		:: i >= writers -> break
		:: i < writers && (blind || !w_part[i]) -> i++
		:: i < writers && !(blind || !w_part[i]) ->
			if
			:: w_dead[i] -> emitw(i, L_W_GETST_err)
			:: !w_dead[i] && w_fail[i] && !MUT(BLIND) ->
				emitw(i, L_W_GETST_ok_failed)
			:: !w_dead[i] && !w_fail[i] -> emitw(i, L_W_GETST_ok_fine)
			:: w_fail[i] && MUT(BLIND)	/* does not look */
			fi;
			i++
		od;
		i = 0; r = 0
	}
}
/* The object is let go. What only the requester needed is forgotten, for the
 * sake of the number of states. */
inline forget()
{
	gone = 1; started = 0; cancel = 0; nowr = 0;
	w_comp[0] = 0; w_comp[1] = 0; w_comp[2] = 0;
	if
	:: phase == P_PO
	:: else -> comps = 0; trunc = 0; w_ok[0] = 0; w_ok[1] = 0; w_ok[2] = 0
	fi
}
#define OWES		(!nowr && (started || phase != 0) || nowr && started && did == 0)

proctype Requester()
{
	byte r, i;
	bit blind, again, claim;

	atomic {
		if
		:: emit(L_CREATE_ok)
		:: emit(L_CREATE_err); forget(); goto end_over
		fi
	}
	atomic {
		if
		:: emit(L_INIT_ok)
		:: emit(L_INIT_err); goto release
		:: emit(L_INITR_ok); goto restore
		:: goto release
		:: CRASHES
		fi
	}
context:
	atomic {
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
		:: nowr
		:: !nowr -> emit(L_STATE_err); goto release
		:: !nowr -> emit(L_STATE_ok_PLAIN)
		:: !nowr -> emit(L_STATE_ok_COMPS); comps = 1
		:: !nowr -> emit(L_STATE_ok_TRUNC); trunc = 1
		:: !nowr -> emit(L_STATE_ok_BOTH); comps = 1; trunc = 1
		fi
	}
	if
	:: atomic { nowr || MUT(NOMETA) -> goto start }
	:: goto release
	:: atomic { CRASHES }
	:: call(K_META);
		await(K_META)
	fi;
	atomic {
		if
		:: r == R_OK
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
		:: i >= writers -> break
		od;
		i = 0;
		if
		:: true
		:: emit(L_OTHER_ok)
		fi
	}

start:
	/* W0: nothing has to be undone. */
	if
	:: goto release
	:: atomic { CRASHES }
	:: atomic { !nowr -> goto prepare }	/* a backup without a copy */
	:: ask(K_START);
		await(K_START)
	fi;
	if
	:: atomic { r == R_OK }
	:: atomic { r != R_OK ->
		if
		:: MUT(BUSYON) -> goto prepare
		:: lock == LOCK_FREE && !svcdead -> goto start	/* wait, again */
		:: goto release
		:: CRASHES
		fi }
	fi;
	/* W1: AbortBackup is due. */
	if
	:: goto stop
	:: atomic { CRASHES }
	:: ask(K_ADD);
		await(K_ADD)
	fi;
	if
	:: atomic { r == R_OK }
	:: atomic { r != R_OK -> goto stop }
	fi;
	atomic {
		if
		:: MUT(PROPEARLY) -> emit(L_PROP_err)
		:: MUT(COMPLEARLY) -> goto complete
		:: (nowr && !MUT(WRITERLESS)) || MUT(NOPREP) -> goto create
		:: else
		fi
	}

prepare:
	call(K_PREP);
	await(K_PREP);
	if
	:: atomic { r == R_OK }
	:: atomic { r == R_ERR -> goto release }
	:: atomic { r != R_OK -> goto stop }
	fi;
	if
	:: atomic { MUT(NOLOOK) && started -> goto create }
	:: else -> status()
	fi;
	/* W2: AbortBackup is due; a writer's veto is one of the reasons. */
	if
	:: goto stop
	:: atomic { CRASHES }
	:: atomic { !started && !nowr && !MUT(BUSYON) ->
		emit(L_READ_live); goto verdicts }
	:: atomic { started || MUT(BUSYON) ->
		if
		:: MUT(SUCCEARLY) -> goto verdicts
		:: MUT(COMPLEARLY) -> goto complete
		:: else
		fi }
	fi;

create:
	call(K_DO);
	await(K_DO);
	if
	:: atomic { r == R_OK }
	:: atomic { r != R_OK ->
		if
		:: MUT(COMPLFAIL) -> goto complete
		:: MUT(SUCCFAIL) -> goto verdicts
		:: MUT(CANCELOK) && r == R_CAN -> emit(L_READ_copy)
		:: else
		fi;
		goto stop }
	fi;
	if
	:: nowr
	:: else -> status()
	fi;
	/* W4: BackupComplete or AbortBackup is due. */
	if
	:: atomic { !nowr -> goto stop }
	:: atomic { CRASHES }
	:: atomic {
		if
		:: true
		:: emit(L_PROP_ok)
		:: emit(L_PROP_err)
		fi;
		if
		:: MUT(DELREAD) || MUT(DELFIRST) || MUT(DELONLY)
		:: else -> emit(L_READ_copy)
		fi }
	fi;
	if
	:: atomic { nowr && !MUT(WRITERLESS) -> goto dispose }
	:: MUT(DELREAD) || MUT(DELFIRST) || MUT(DELONLY) -> goto delete
	:: else
	fi;

verdicts:
	atomic {
		do
		:: i < writers && comps && w_part[i] && !MUT(NOVERDICT) ->
			if
			:: emitw(i, L_W_SUCC_ok_false)
			:: (!blind && !w_fail[i] && !w_dead[i]) || MUT(CLAIM) || MUT(BLIND) ->
				w_ok[i] = 1; emitw(i, L_W_SUCC_ok_true)
			fi;
			i++
		:: i < writers && !(comps && w_part[i] && !MUT(NOVERDICT)) -> i++
		:: i >= writers -> break
		od;
		i = 0;
		if
		:: MUT(SUCCEARLY) && did == 0 -> goto create
		:: MUT(SUCCFAIL) && did == R_ERR -> goto stop
		:: else
		fi
	}
	if
	:: goto stop			/* second thoughts */
	:: atomic { CRASHES }
	:: true
	fi;

complete:
	call(K_COMPL);
	await(K_COMPL);
	if
	:: atomic { r == R_OK }
	:: atomic { r != R_OK -> goto stop }	/* harmless, and clear */
	:: atomic { r != R_OK -> goto dispose }
	fi;
	if
	:: atomic { MUT(NOSTATUS) -> goto dispose }
	:: atomic { MUT(TWICE) && !again -> again = 1; goto complete }
	:: else -> status()
	fi;
	atomic {
		if
		:: true
		:: emit(L_SAVE_ok)
		:: emit(L_SAVE_err)
		fi;
		if
		:: MUT(READLATE) -> emit(L_READ_copy)
		:: MUT(SUCCLATE) -> emitw(0, L_W_SUCC_err)
		:: MUT(DELAUTO) -> goto delete
		:: else
		fi
	}

/* W5: what is to become of a copy that outlives the object? */
dispose:
	if
	:: atomic { kept && made && did == R_OK ->
		if
		:: goto delete
		:: goto break_set
		:: emit(L_KEEP); goto release
		:: CRASHES
		fi }
	:: atomic { goto release }		/* it stays, on purpose */
	fi;

/* The way out when the backup is given up. */
stop:
	if
	:: atomic { !OWES || MUT(NOABORT) -> goto dispose_or_go }
	:: atomic { MUT(HANG) -> goto end_over }
	:: atomic { MUT(FORGET) -> goto crash }
	:: else ->
		call(K_ABORT);
		await(K_ABORT)
	fi;
	atomic {
		if
		:: MUT(REUSE) && r == R_OK && !again -> again = 1; goto start
		:: MUT(COMPLABORT) && r == R_OK && did == R_OK -> goto complete
		:: else
		fi
	}
dispose_or_go:
	atomic {
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
	call(K_DEL);
	await(K_DEL);
	atomic {
		if
		:: r != R_OK && !again && !MUT(NOLOOKDEL) -> again = 1; goto delete
		:: r != R_OK && kept && !MUT(NOLOOKDEL) -> emit(L_KEEP)
		:: else
		fi;
		if
		:: r == R_OK && MUT(DELREAD) -> emit(L_READ_copy)
		:: r == R_OK && MUT(DELFIRST) -> goto complete
		:: else
		fi;
		goto release
	}
break_set:
	ask(K_BRK);
	await(K_BRK);
	atomic {
		if
		:: r == R_OK
		:: else -> emit(L_KEEP)
		fi;
		goto release
	}

/* A restore: no snapshot, no AbortBackup. */
restore:
	if
	:: atomic { CRASHES }
	:: goto release
	:: call(K_META); await(K_META)
	fi;
	atomic {
		if
		:: true
		:: emit(L_OTHER_ok)
		:: emit(L_OTHER_err)
		fi;
		r = 0
	}
	if
	:: atomic { MUT(ABRESTORE) -> call(K_ABORT) } ; await(K_ABORT)
	:: else
	fi;

release:
	atomic {
		if
		:: MUT(HANG) -> goto end_over
		:: MUT(FORGET) && made -> goto crash
		:: MUT(COMFIRST) -> emit(L_COMUNINIT)
		:: else
		fi;
		emit(L_REL); forget();
		if
		:: MUT(READAFTER) -> emit(L_READ_copy)
		:: MUT(USEAFTER) -> emit(L_SAVE_err)
		:: else
		fi
	}
	/* CoUninitialize and the end of the process, or it lives on. */
	atomic {
		if
		:: true
		:: emit(L_COMUNINIT)
		fi;
		if
		:: true
		:: emit(L_EXIT)
		fi;
		goto end_over
	}
crash:
	atomic { forget(); emit(L_EXIT) }
end_over:	false
}
