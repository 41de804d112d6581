/*
 * What must happen in the end, without a look at END. No fairness is assumed:
 * every run of the documented system is finite.
 */
/* The session ends. Without this, "not END before ..." would be kept by a
 * system that goes on for ever. */
ltl reaches_END	{ <> END }
/* ORD-12, SHD-20: whoever was frozen is let go. */
ltl thaws	{ [] (W_FZ_in -> <> (W_TH_in || W_AB_in || W_SD_in || W_WDEAD || SVC_EXIT)) }
/* SHD-01: BackupShutdown comes, unless the service ends (an event that was on
 * its way may still arrive after that). */
ltl shuts_down	{ (<> SVC_EXIT) || ([] (W_PB_in -> <> (W_SD_in || W_WDEAD))) }
/* TRM-01: the object is let go. */
ltl lets_go	{ [] (CREATE_ok -> <> (REL || EXIT)) }
/* TMO-01, TMO-02: DoSnapshotSet ends, or nobody waits for it. */
ltl do_ends	{ [] (DO_call -> <> (DO_end || EXIT)) }
/* TMO-02: held writes are let go. */
ltl hold_ends	{ [] (held -> <> !held) }
