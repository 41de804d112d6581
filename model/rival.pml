/*
 * Rival: another backup on the same machine. It takes the creation lock at
 * any moment, or finds it taken, and ends some time later, when VSS shuts
 * its own session down with the same writers.
 */
proctype Rival()
{
end_idle:
	do
	:: atomic { QUIET && CAN(F_RIVAL) && !down && !svcdead -> PAY; rival ! RIVAL_START }
		atomic { QUIET -> rival ! RIVAL_END }
	od
}
