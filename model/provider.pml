/*
 * Provider and kernel make the copy, step by step, as the service asks them
 * to; each step may fail. `creation` is the last one that succeeded.
 */
proctype Provider()
{
	byte what, r;

end_idle:
	do
	:: atomic { QUIET && nempty(provide) -> provide ? what;
		if
		:: what == PV_END_PREPARE -> prepared = 1
		:: what == PV_COMMIT -> emit(L_PCOMMIT)
		:: what == PV_ABORT -> prepared = 0
		:: what == PV_PRE_COMMIT || what == PV_POST_COMMIT
		fi;
		if
		:: r = R_OK
		:: what != PV_ABORT && CAN(F_PROVIDER) -> PAY; r = R_ERR
		fi;
		step_done ! r; what = 0; r = 0 }
	od
}

/* The kernel flushes the file systems and holds what is written to them, for
 * 10 seconds at most, even if nobody tells it any more to let go. */
proctype Kernel()
{
	byte what, r;

end_idle:
	do
	:: atomic { QUIET && nempty(kernel) -> kernel ? what;
		if
		:: what == PV_HOLD -> held = 1; r = R_OK
		:: what == PV_HOLD && CAN(F_PROVIDER) -> PAY; r = R_ERR
		:: what == PV_HOLD && CAN(F_PROVIDER) -> PAY; r = R_ERR; emit(L_HOLD_TIMEOUT)
		:: what == PV_RELEASE && (held || MUT(HOLDOK)) -> held = 0; r = R_OK
		:: what == PV_RELEASE && !held && !MUT(HOLDOK) -> r = R_ERR
		:: what == PV_RELEASE && CAN(F_PROVIDER) -> PAY; held = 0; r = R_ERR
		fi;
		step_done ! r; what = 0; r = 0 }
	:: atomic { QUIET && held && svcdead -> held = 0; emit(L_HOLD_TIMEOUT) }
	:: atomic { QUIET && held && !svcdead && CAN(F_PROVIDER) -> PAY; held = 0;
		emit(L_HOLD_TIMEOUT) }
	od
}
