/*
 * Provider and kernel: CommitSnapshots while writes are held. It may fail,
 * and the kernel lets the held writes go after 10 seconds.
 */
proctype Provider()
{
	byte r;

end_idle:
	do
	:: atomic { QUIET && nempty(commit) -> commit ? r;
		if
		:: replay -> r = R_ERR		/* before it has begun */
		:: replay -> r = R_ERR; emit(L_HOLD_TIMEOUT)
		:: emit(L_PCOMMIT); r = 0
		fi;
		if
		:: r == R_ERR
		:: else ->
			if
			:: r = R_OK
			:: CAN(F_PROVIDER) -> PAY; r = R_ERR
			:: CAN(F_PROVIDER) -> PAY; emit(L_HOLD_TIMEOUT);
				if
				:: MUT(HOLDOK) -> r = R_OK
				:: else -> r = R_ERR
				fi
			fi
		fi;
		committed ! r }
	od
}
