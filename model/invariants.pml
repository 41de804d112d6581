/*
 * What the system is made to keep, told with its own state: no recording shows
 * it, so nothing of it is exported. A comment names the property of the
 * protocol digest.
 */
/* S15: the events of a backup go to the writers that take part. */
ltl only_participants	{ [] ((W_PS_in || W_FZ_in || W_TH_in || W_PO_in || W_BC_in) ->
				w_part[trk]) }
/* S16: the timer of a freeze is over when Thaw comes. */
ltl no_late_timer	{ [] (W_TH_in -> (!W_FZ_TIMEOUT W W_FZ_in)) }
/* S19: the creation lock is not held when creation has ended. */
ltl lock_ends		{ [] ((did != 0 && !svcdead) -> lock != LOCK_OURS) }
/* L05: ... and is let go in any case. */
ltl lock_is_freed	{ [] (lock == LOCK_OURS -> <> (lock != LOCK_OURS || svcdead)) }
/* S22: a creation that succeeded has made a copy. */
ltl success_has_a_copy	{ [] (DO_fin -> made) }
/* S23: one that failed has left none. */
ltl failure_leaves_none	{ [] ((did == R_ERR && !svcdead) -> !made) }
/* TMO-02: what was committed while writes were not held is no success. */
ltl commits_while_held	{ [] ((PCOMMIT && !held) -> [] !DO_fin) }
/* ORD-13: ... and writers thaw when they are not any more. */
ltl thaws_unheld	{ [] (W_TH_in -> !held) }
/* ABT-21: the provider is told to give up only what it was asked for. */
ltl aborts_what_began	{ [] (provide ? [PV_ABORT] -> prepared) }
/* ... and is told so whenever creation fails. */
ltl gives_up		{ [] ((DO_fail && !svcdead) -> !prepared) }
/* L04: an application that was stopped goes on, even if the service ends. */
ltl writes_go_on	{ [] (W_FREEZEIO -> <> (W_RESUMEIO || W_WDEAD)) }
