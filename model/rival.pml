/*
 * Rival: another backup on the same machine. It takes the creation lock at
 * any moment, or finds it taken, and ends some time later, when VSS shuts
 * its own session down with the same writers.
 */
proctype Rival()
{
	if
	:: atomic { CAN(F_RIVAL) && !down && !svcdead -> left--;
		if
		:: rival ! RIVAL_START
		:: svcdead
		fi }
	:: atomic { down || svcdead || !CAN(F_RIVAL) -> goto fini }
	fi;
	if
	:: atomic { rival ! RIVAL_END }
	:: atomic { svcdead }
	fi;
fini:	skip
}
