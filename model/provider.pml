/*
 * Provider and kernel: CommitSnapshots while writes are held. It may fail,
 * and the kernel lets the held writes go after 10 seconds.
 */
proctype Provider()
{
	byte r;

end_idle:
	do
	:: atomic { QUIET && nempty(commit) -> commit ? r; emit(L_PCOMMIT);
		if
		:: r = R_OK
		:: CAN(F_PROVIDER) -> left--; r = R_ERR
		:: CAN(F_PROVIDER) -> left--; emit(L_HOLD_TIMEOUT);
			if
			:: MUT(HOLDOK) -> r = R_OK
			:: else -> r = R_ERR
			fi
		fi;
		committed ! r }
	od
}
