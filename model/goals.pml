/*
 * What has to be reachable: each block says that it never comes, and has to be
 * refuted. So no rule holds because the system cannot get there. goals.tsv
 * says on which system.
 */
#define UNFROZEN	(W_TH_in || W_AB_in || W_SD_in || W_WDEAD || SVC_EXIT)

/* The ends of a backup. */
ltl goal_success	{ [] (W_TRUNC -> [] (COMPL_fin -> [] (W_SD_out -> [] !O_SD_out))) }
ltl goal_no_copy	{ !COMPL_fin W START_ok }
ltl goal_verdict	{ [] ((STATE_ok_COMPS || STATE_ok_BOTH) -> [] (W_SUCC_ok_false -> [] !COMPL_fin)) }
ltl goal_deleted	{ [] (CTX_kept -> [] (DEL_ok_set -> [] !REL)) }
ltl goal_no_writers	{ [] (CTX_nowriters -> [] (V_MADE -> [] !REL)) }
/* A regular release in every window. */
ltl goal_w0		{ !REL W (START_ok || PREP_call) }
ltl goal_w1		{ [] (START_ok -> (!REL W (PREP_call || DO_call))) }
ltl goal_w2		{ [] (PREP_fin -> (!REL W (DO_call || COMPL_call))) }
ltl goal_w3		{ [] (DO_fail -> [] !REL) }
ltl goal_w4		{ [] (DO_fin -> (!REL W COMPL_call)) }
ltl goal_w5		{ [] (COMPL_fin -> [] !REL) }
/* A crash while a call is open. */
ltl goal_crash_prepare	{ [] (PREP_call -> (!EXIT W PREP_end)) }
ltl goal_crash_frozen	{ [] (W_FZ_in -> (!EXIT W UNFROZEN)) }
ltl goal_crash_complete	{ [] (COMPL_call -> (!EXIT W COMPL_end)) }
/* ... after which one writer is shut down while another is still frozen. */
ltl goal_one_shut	{ [] (EXIT -> [] !O_SD_in) || [] (W_FZ_in -> (!O_SD_in W UNFROZEN)) }
ltl goal_foreign	{ [] (EXIT -> [] !W_SD_in_foreign) }
/* What writers get. */
ltl goal_abort_shut	{ [] (W_AB_in -> [] !W_SD_in) }
ltl goal_only_shut	{ [] (W_PB_in -> (!W_SD_in W (W_BC_in || W_AB_in))) }
ltl goal_soft		{ [] (W_PS_in -> [] (W_WFAIL -> [] (W_PS_out -> [] !DO_fin))) }
ltl goal_hard		{ [] (W_FZ_fail -> [] !W_AB_in) }
ltl goal_timer		{ [] (W_FZ_TIMEOUT -> [] !DO_fin) }
ltl goal_death		{ [] (W_FZ_in -> (!W_WDEAD W (W_TH_in || W_AB_in || W_SD_in || SVC_EXIT))) }
/* Each step of provider and kernel fails, and the provider is told to give up. */
ltl goal_fails_prepare		{ [] !(creation == CR_NONE && provide ? [PV_ABORT]) }
ltl goal_fails_pre_commit	{ [] (W_FZ_out -> [] !(creation == CR_PREPARED && provide ? [PV_ABORT])) }
ltl goal_fails_hold		{ [] !(creation == CR_PRE_COMMITTED && provide ? [PV_ABORT]) }
ltl goal_fails_commit		{ [] !(creation == CR_HELD && provide ? [PV_ABORT]) }
ltl goal_fails_release		{ [] !(creation == CR_COMMITTED && provide ? [PV_ABORT]) }
ltl goal_fails_post_commit	{ [] !(creation == CR_RELEASED && provide ? [PV_ABORT]) }
ltl goal_fails_after_thaw	{ [] (W_TH_out -> [] !(creation == CR_POST_COMMITTED && provide ? [PV_ABORT])) }
/* ... in contexts without writers, too. */
ltl goal_nowriters_commit	{ [] ((CTX_nowriters && !CTX_kept) -> (!DO_err W PCOMMIT)) }
/* ... and as recordings show it. */
ltl goal_no_commit	{ [] (W_FZ_out -> (!DO_err W PCOMMIT)) }
ltl goal_commit_fails	{ [] (PCOMMIT -> (!DO_err W (W_TH_in || HOLD_TIMEOUT))) }
ltl goal_hold		{ [] (PCOMMIT -> [] (HOLD_TIMEOUT -> [] !DO_err)) }
ltl goal_hold_first	{ [] (W_FZ_out -> (!HOLD_TIMEOUT W PCOMMIT)) }
ltl goal_hold_dead	{ [] (SVC_EXIT -> [] !HOLD_TIMEOUT) }
ltl goal_not_told	{ [] (DO_call -> (!DO_err W (W_PS_in || W_AB_in))) }
ltl goal_after_commit	{ [] (W_TH_out -> [] !DO_err) }
/* AMB-30: by the older reading BackupShutdown frees no session of a writer: then
 * only Abort does, and GatherWriterStatus after BackupComplete. A crash leaks one
 * (L08 of the digest; by the newer reading shuts_down says that none stays), and
 * so does a stop after PostSnapshot, when AbortBackup raises no Abort any more. */
#define FREED	<> (W_AB_in || SVC_EXIT || W_WDEAD || (COMPL_fin && <> GWS_end))
ltl goal_leaks		{ ([] !EXIT) || ([] (W_PB_in -> FREED)) }
ltl goal_leaks_stop	{ [] ((W_PO_in && <> ABORT_ok) -> FREED) }
/* The service. */
ltl goal_dead_idle	{ !SVC_EXIT W META_call }
ltl goal_dead_frozen	{ [] (SVC_EXIT -> [] !W_FZ_TIMEOUT) }
ltl goal_dead_made	{ [] (V_MADE -> [] !SVC_EXIT) }
ltl goal_cancel_late	{ [] (DO_call -> [] (CANCEL_ok -> [] !DO_fin)) }
ltl goal_cancelled	{ [] !DO_can }
ltl goal_rival		{ [] !RSTART_err }
ltl goal_refused	{ [] (RSTART_ok -> [] !START_err) }
