/*
 * The rules: what may be observed of a VSS backup, one formula each.
 *
 * The formulas speak of the event variable only, so that the same block is
 * verified on the system (system.pml) and exported as a monitor
 * (monitors.pml). Names are those of the vocabulary: DO_fin, W_FZ_in (the
 * tracked writer), O_FZ_in (another one), FZ_in (any). END is emitted by the
 * environment when nothing of the session can happen any more; "must happen"
 * is "not END before it". No formula uses next: stuttering does not matter.
 *
 * ltl NAME is the rule. ltl occ_NAME says that its occasion never comes: it
 * has to be refuted on the system (else the rule holds in vain), and a
 * session in which it was not refuted has not exercised the rule. ltl
 * raise_NAME, where there is one, raises the severity when it is refuted.
 *
 * Clause ids are those of the rule pages in docs/rules.
 */
#define CTX_kept	(CTX_ok_KEPT_W || CTX_ok_KEPT_N)
#define CTX_nowriters	(CTX_ok_AUTO_N || CTX_ok_KEPT_N)
/* Of the copy that this object has made. */
#define DEL_own		(DEL_ok_set || DEL_ok_copy)
#define DISPOSED	(DEL_own || BRK_ok || KEEP)
/* AbortBackup that failed has been called: what is owed is the call. */
#define SETTLED		(ABORT_end || COMPL_end)
#define GONE		(REL || EXIT)
/* The calls on the object, as they are made: synchronous ones in any phase,
 * asynchronous ones and those with a visible call when called. */
#define METHOD		((ev / 128 >= 2 && ev / 128 <= 14) || META_call || \
			PREP_call || DO_call || GWS_call || COMPL_call || \
			ABORT_call || DEL_call)
/* ... but for the two that come first. */
#define USED		(METHOD && !INIT && !INITR)
#define AGAIN		(INIT || CTX || STATE || META_call || START || ADD || \
			PREP_call || DO_call)
#define W_EVENT_in	(W_PB_in || W_PS_in || W_FZ_in || W_TH_in || \
			W_PO_in || W_BC_in)
#define W_STEP_in	(W_EVENT_in || W_SD_in)
#define W_STEP_end	(W_PB_end || W_PS_end || W_FZ_end || W_TH_end || \
			W_PO_end || W_BC_end || W_SD_end)
/* What the making of a set shows. */
#define CREATES		(PS_in || FZ_in || PCOMMIT || TH_in || PO_in || V_MADE)
#define EVENT_in	(PB_in || PS_in || FZ_in || TH_in || PO_in || BC_in || \
			AB_in || SD_in)

/*
 * Termination (TRM)
 */

/* TRM-03, TRM-01: an object that was created is let go. */
ltl TRM_03	{ [] ((CREATE_ok || INIT_ok) -> (!END W GONE)) }
ltl occ_TRM_03	{ [] !(CREATE_ok || INIT_ok) }

/* TRM-05, SHD-09: BackupShutdown without BackupComplete is no success. */
ltl TRM_05	{ !W_MARK W W_BC_in }
ltl occ_TRM_05	{ [] !(W_SD_in || W_MARK) }

/* TRM-06, REQ-09: one object, one operation. */
ltl TRM_06	{ ([] (COMPL_fin -> [] !AGAIN)) &&
		  ([] (DO_end -> [] !(START || PREP_call || DO_call))) &&
		  ([] ((START_ok || PREP_fin) -> [] (ABORT_ok -> [] !AGAIN))) }
ltl occ_TRM_06	{ [] !(COMPL_fin || DO_end || ABORT_ok) }

/* TRM-07, PER-03: an auto-release copy goes with its object. */
ltl TRM_07	{ (!V_MADE W CTX_kept) || ([] (V_MADE ->
		  ((!GONE W (V_GONE || DEL_own || BRK_ok || SVC_EXIT)) ||
		  (!END W (V_GONE || DEL_own || BRK_ok || SVC_EXIT))))) }
ltl occ_TRM_07	{ [] !(V_MADE) }

/* TRM-08: Release after every end. */
ltl TRM_08	{ ((COMPL_fin || ABORT_ok) -> (!END W GONE)) W GONE }
ltl occ_TRM_08	{ [] !(COMPL_fin || ABORT_ok) }

/* TRM-09: DeleteSnapshots not while BackupComplete runs. */
ltl TRM_09	{ [] (COMPL_call -> (!DEL_call W COMPL_end)) }
ltl occ_TRM_09	{ [] !COMPL_call }

/* TRM-11: no BackupComplete after a failed or cancelled DoSnapshotSet ... */
ltl TRM_11	{ [] (DO_fail -> [] !COMPL_call) }
ltl occ_TRM_11	{ [] !DO_fail }
/* ... nor with a set that was started and not made. */
ltl TRM_11b	{ [] (START_ok -> (!COMPL_call W (DO_end || ABORT_ok))) }
ltl occ_TRM_11b	{ [] !START_ok }

/* ... nor on an object that has begun no backup at all. */
ltl TRM_11c	{ !COMPL_call W (PREP_call || START || CTX_nowriters) }
ltl occ_TRM_11c	{ [] !COMPL_call }

/* TRM-12: no verdict after a failed DoSnapshotSet. */
ltl TRM_12	{ [] (DO_fail -> [] !SUCC) }
ltl occ_TRM_12	{ [] !DO_fail }

/* TRM-13: a verdict for every component before BackupComplete. */
ltl TRM_13	{ [] (W_COMP_ok -> (!COMPL_call W W_SUCC)) }
ltl occ_TRM_13	{ [] (W_COMP_ok -> [] !COMPL_call) }

/* TRM-14: BackupComplete says that all data is saved. An error where
 * success was claimed or the type lets writers truncate their logs. */
ltl TRM_14	{ [] (COMPL_call -> [] !READ) }
ltl occ_TRM_14	{ [] !COMPL_call }
ltl raise_TRM_14 { [] !(SUCC_ok_true || STATE_ok_TRUNC || STATE_ok_BOTH) }

/* TRM-15: wait for BackupComplete. */
ltl TRM_15	{ [] (COMPL_call -> (!REL W COMPL_end)) }
ltl occ_TRM_15	{ [] !COMPL_call }

/* TRM-16: writer status after BackupComplete. */
ltl TRM_16	{ [] (COMPL_fin -> (!REL W GWS_end)) }
ltl occ_TRM_16	{ [] (COMPL_fin -> [] !REL) }
ltl raise_TRM_16 { [] !(WFAIL || PB_fail || PS_fail || FZ_fail || TH_fail ||
		  PO_fail || BC_fail || GETST_ok_failed) }

/* TRM-17: nothing for writers in a context without them. */
ltl TRM_17	{ [] (CTX_nowriters -> [] !(COMP || PREP_call || COMPL_call)) }
ltl occ_TRM_17	{ [] !CTX_nowriters }

/* TRM-18: BackupComplete is not needed after AbortBackup. */
ltl TRM_18	{ [] (ABORT_ok -> [] !COMPL_call) }
ltl occ_TRM_18	{ [] !ABORT_ok }

/* TRM-19: an auto-release copy is read before the release. */
ltl TRM_19	{ (!REL W CTX_kept) || ([] (REL -> [] !READ_copy)) }
ltl occ_TRM_19	{ [] !REL }

/* TRM-24: nothing after the last Release. */
ltl TRM_24	{ [] (REL -> [] !METHOD) }
ltl occ_TRM_24	{ [] !REL }
ltl TRM_24b	{ ([] (DO_call -> (!REL W DO_end))) &&
		  ([] (PREP_call -> (!REL W PREP_end))) }
ltl occ_TRM_24b	{ [] !(DO_call || PREP_call) }

/* TRM-25: Release before COM goes. */
ltl TRM_25	{ [] (COMUNINIT -> [] !REL) }
ltl occ_TRM_25	{ [] !COMUNINIT }

/* TRM-26: BackupComplete takes effect once. */
ltl TRM_26	{ [] (COMPL_fin -> [] !COMPL_call) }
ltl occ_TRM_26	{ [] !COMPL_fin }

/* TRM-28: a crash leaves a persistent copy behind. */
ltl TRM_28	{ [] (CTX_kept -> [] (DO_fin -> (!EXIT W (REL || DISPOSED)))) }
ltl occ_TRM_28	{ [] (CTX_kept -> [] !DO_fin) }

/*
 * DeleteSnapshots (DEL)
 */

/* DEL-01: not needed for an auto-release copy after success. */
ltl DEL_01	{ (!COMPL_fin W CTX_kept) || ([] (COMPL_fin -> [] !DEL_call)) }
ltl occ_DEL_01	{ [] !COMPL_fin }

/* DEL-02: BackupComplete first. */
ltl DEL_02	{ [] (DO_fin -> [] (DEL_own -> [] !COMPL_call)) }
ltl occ_DEL_02	{ [] (DO_fin -> [] !(DEL_own || COMPL_call)) }

/* DEL-03: a persistent copy that is given up is deleted or handed over. */
ltl DEL_03	{ [] (CTX_kept -> [] (DO_fin -> ((!ABORT_ok W DISPOSED) ||
		  (!REL W DISPOSED)))) }
ltl occ_DEL_03	{ [] (CTX_kept -> [] (DO_fin -> [] !ABORT_ok)) }

/* DEL-05: a deletion that failed is looked at; where the set is gone it has
 * left nothing. */
ltl DEL_05	{ [] (CTX_kept -> ((DEL_err -> (([] !REL) || (!END W DISPOSED))) W
		  (DEL_ok_set || BRK_ok || KEEP))) }
ltl occ_DEL_05	{ [] (CTX_kept -> [] !DEL_err) }

/* DEL-06: one deletion at a time. */
ltl DEL_06	{ [] (DEL_call -> (DEL_call W (!DEL_call && (!DEL_call W DEL_end)))) }
ltl occ_DEL_06	{ [] !DEL_call }

/* DEL-08: a deletion settles nothing. */
ltl DEL_08	{ [] (PREP_fin -> ((!DEL_own W SETTLED) || (!REL W SETTLED))) }
ltl occ_DEL_08	{ [] (PREP_fin -> [] !DEL_own) }

/* DEL-09: not while the set is being created. */
ltl DEL_09	{ [] (DO_call -> (!DEL_call W DO_end)) }
ltl occ_DEL_09	{ [] !DO_call }

/* DEL-10: not before the data has been read. (One copy of several may go
 * while the others are still read.) */
ltl DEL_10	{ [] (DO_fin -> [] (DEL_ok_set -> [] !READ_copy)) }
ltl occ_DEL_10	{ [] (DO_fin -> [] !DEL_ok_set) }

/* DEL-11: a backup deletes what it has made. An object that makes nothing
 * is there to delete anything. */
ltl DEL_11	{ [] (START_ok -> [] !DEL_ok_foreign) }
ltl occ_DEL_11	{ [] (START_ok -> [] !DEL_call) }

/* DEL-12: what has been deleted, or broken, is not there any more. */
ltl DEL_12	{ ([] (DEL_ok_set -> (DEL_ok_set W [] !(DEL_own || DEL_err)))) &&
		  ([] (BRK_ok -> [] !(DEL_own || DEL_err))) }
ltl occ_DEL_12	{ [] !(DEL_ok_set || BRK_ok) }

/*
 * Abort (ABT)
 */

/* ABT-01, TRM-10, TRM-27: stop between PrepareForBackup and the end of
 * DoSnapshotSet. */
ltl ABT_01	{ [] (START_ok -> [] (PREP_fin -> (!REL W (DO_end || SETTLED)))) }
ltl occ_ABT_01	{ [] (START_ok -> [] !PREP_fin) }

/* ABT-02: stop after StartSnapshotSet; disputed, so a warning. */
ltl ABT_02	{ [] (START_ok -> (!REL W (ABORT_end || PREP_end || DO_end))) }
ltl occ_ABT_02	{ [] !START_ok }

/* ABT-03: stop after a DoSnapshotSet that failed or was cancelled. */
ltl ABT_03	{ [] (PREP_fin -> [] (DO_fail -> (!REL W ABORT_end))) }
ltl occ_ABT_03	{ [] (PREP_fin -> [] !DO_fail) }

/* ABT-04: stop after the copy was made ... */
ltl ABT_04	{ [] (PREP_fin -> [] (DO_fin -> (!REL W (ABORT_end || COMPL_call)))) }
ltl occ_ABT_04	{ [] (PREP_fin -> [] !DO_fin) }
/* ... or in a backup that makes none. */
ltl ABT_04b	{ (!PREP_fin W START_ok) || ([] (PREP_fin ->
		  (!REL W (ABORT_end || COMPL_call || START_ok || DO_call)))) }
ltl occ_ABT_04b	{ !PREP_fin W START_ok }

/* ABT-07: Release waits for AbortBackup. */
ltl ABT_07	{ [] (ABORT_call -> (!REL W ABORT_end)) }
ltl occ_ABT_07	{ [] !ABORT_call }

/* ABT-09: a failed Freeze or Thaw brings Abort. */
ltl ABT_09	{ ((W_FZ_fail || W_TH_fail) ->
		  (!END W (W_AB_in || W_SD_in || W_WDEAD || SVC_EXIT))) W SVC_EXIT }
ltl occ_ABT_09	{ [] !(W_FZ_fail || W_TH_fail) }

/* ABT-12: OnAbort may come again. */
ltl ABT_12	{ [] (W_AB_out -> [] !W_AB_fail) }
ltl occ_ABT_12	{ [] (W_AB_out -> [] !W_AB_in) }

/* ABT-13: OnAbort lets the application write again. */
ltl ABT_13	{ [] (W_FREEZEIO -> (!W_AB_out W W_RESUMEIO)) }
ltl occ_ABT_13	{ [] (W_FREEZEIO -> [] !W_AB_in) }

/* ABT-14: what was taken is freed after Abort. */
ltl ABT_14	{ [] (W_ALLOC -> ((!W_AB_out W W_FREE) ||
		  (!END W (W_FREE || W_WDEAD || SVC_EXIT)))) }
ltl occ_ABT_14	{ [] (W_ALLOC -> [] !W_AB_out) }

/* ABT-15: nothing of the backup after Abort. */
ltl ABT_15	{ [] (W_AB_in -> [] !W_EVENT_in) }
ltl occ_ABT_15	{ [] !W_AB_in }

/* ABT-16: no Abort past PostSnapshot. */
ltl ABT_16	{ [] (W_PO_in -> [] !W_AB_in) }
ltl occ_ABT_16	{ [] !W_PO_in }

/* ABT-17: no AbortBackup in a restore. */
ltl ABT_17	{ [] (INITR_ok -> [] !ABORT_call) }
ltl occ_ABT_17	{ [] !INITR_ok }

/* ABT-20: Cancel is not AbortBackup. */
ltl ABT_20	{ [] (PREP_fin -> [] (DO_call -> ((!CANCEL_ok W (DO_fin || ABORT_ok)) ||
		  (!REL W (DO_fin || SETTLED))))) }
ltl occ_ABT_20	{ [] (PREP_fin -> [] (DO_call -> [] !CANCEL_ok)) }

/*
 * BackupShutdown (SHD)
 */

/* SHD-01, SHD-02: BackupShutdown always comes. */
ltl SHD_01	{ (W_PB_in -> ((!GONE W (W_SD_in || W_WDEAD || SVC_EXIT)) ||
		  (!END W (W_SD_in || W_WDEAD || SVC_EXIT)))) W SVC_EXIT }
ltl occ_SHD_01	{ [] !W_PB_in }

/* SHD-02: no BackupComplete that the requester did not call. */
ltl SHD_02	{ !W_BC_in W COMPL_call }
ltl occ_SHD_02	{ [] !(W_BC_in) }

/* SHD-03: BackupComplete before BackupShutdown. */
ltl SHD_03	{ [] (W_SD_in -> [] !W_BC_in) }
ltl occ_SHD_03	{ [] !W_SD_in }

/* SHD-04: BackupShutdown is the last event. */
ltl SHD_04	{ [] (W_SD_in -> [] !(W_PB_in || W_PS_in || W_FZ_in || W_TH_in ||
		  W_PO_in || W_AB_in)) }
ltl occ_SHD_04	{ [] !W_SD_in }

/* SHD-05: the set it names: none before the copy is made, its own after. */
ltl SHD_05	{ (!W_SD_in_foreign W EXIT) && (!W_SD_in_own W (DO_call || DO_fin)) &&
		  ([] (DO_fin -> [] !W_SD_in_nil)) }
ltl occ_SHD_05	{ [] !W_SD_in }

/* SHD-06: no question for the current set in BackupShutdown. */
ltl SHD_06	{ [] (W_SD_in -> (!W_GETSET W (W_SD_out || W_SD_fail))) }
ltl occ_SHD_06	{ [] !W_SD_in }

/* SHD-07: nor at any time after PostSnapshot (inside the shutdown handler
 * it is SHD-06's). */
ltl SHD_07	{ [] (W_PO_end -> (!W_GETSET W W_SD_in)) }
ltl occ_SHD_07	{ [] !W_PO_end }

/* SHD-10: everything is given back when BackupShutdown returns. */
ltl SHD_10	{ ([] (W_ALLOC -> (!W_SD_out W W_FREE))) &&
		  ([] (W_FREEZEIO -> (!W_SD_out W W_RESUMEIO))) }
ltl occ_SHD_10	{ [] ((W_ALLOC || W_FREEZEIO) -> [] !W_SD_out) }

/* SHD-11, SHD-21: no truncation from BackupShutdown on. */
ltl SHD_11	{ [] (W_SD_in -> [] !W_TRUNC) }
ltl occ_SHD_11	{ [] !W_SD_in }

/* SHD-12: resources are freed without BackupComplete, too. */
ltl SHD_12	{ (W_ALLOC -> ((!GONE W (W_FREE || W_BC_in || W_WDEAD || SVC_EXIT)) ||
		  (!END W (W_FREE || W_BC_in || W_WDEAD || SVC_EXIT)))) W SVC_EXIT }
ltl occ_SHD_12	{ [] !W_ALLOC }

/* SHD-13: one backup's shutdown leaves the others alone: FREE_others is an
 * event of the backup whose resource is freed. */
ltl SHD_13	{ !W_FREE_others W GONE }
ltl occ_SHD_13	{ [] !(W_ALLOC || W_FREE) }

/* SHD-14: the failing shutdown handler says so. */
ltl SHD_14	{ [] (W_SD_in -> (!W_SD_fail W W_WFAIL)) }
ltl occ_SHD_14	{ [] !W_SD_in }

/* SHD-15, TRM-02: BackupShutdown only once the object is gone. */
ltl SHD_15	{ !W_SD_in W GONE }
ltl occ_SHD_15	{ [] !(W_PB_in || W_SD_in) }

/* SHD-16: BackupShutdown once. */
ltl SHD_16	{ [] (W_SD_in -> (W_SD_in W [] !W_SD_in)) }
ltl occ_SHD_16	{ [] !W_SD_in }

/*
 * Contexts (PER)
 */

/* PER-04: a persistent copy stays. */
ltl PER_04	{ [] (CTX_kept -> (!V_GONE W (DEL || BRK_ok || KEEP))) }
ltl occ_PER_04	{ [] (CTX_kept -> [] !V_MADE) }

/* PER-11: no events for writers in a context without them. */
ltl PER_11	{ [] (CTX_nowriters -> [] !EVENT_in) }
ltl occ_PER_11	{ [] !CTX_nowriters }

/*
 * Order (ORD)
 */

/* ORD-01: the object is initialised, once, before it is used. */
ltl ORD_01	{ (!USED W (INIT_ok || INITR_ok)) &&
		  ([] (INIT_ok -> (INIT_ok W [] !(INIT || INITR)))) &&
		  ([] (INITR_ok -> (INITR_ok W [] !(INIT || INITR)))) }
ltl occ_ORD_01	{ [] !(USED || INIT_ok || INITR_ok) }

/* ORD-02, PER-07: the context is set once, and before the set is begun. */
ltl ORD_02	{ ([] (CTX_ok -> (CTX_ok W [] !CTX))) &&
		  ([] (START_ok -> [] !CTX)) }
ltl occ_ORD_02	{ [] !(CTX_ok || START_ok) }

/* ORD-03: writers are told what kind of backup it is before they prepare. */
ltl ORD_03	{ !PREP_call W STATE_ok }
ltl occ_ORD_03	{ [] !PREP_call }

/* ORD-05: metadata before a snapshot with writers. */
ltl ORD_05	{ !DO_call W (META_call || CTX_nowriters) }
ltl occ_ORD_05	{ [] !DO_call }

/* ORD-08, SVC-14: volumes are added while the set is open. */
ltl ORD_08	{ (!ADD W START) && ([] (DO_call -> [] !ADD)) }
ltl occ_ORD_08	{ [] !(ADD || DO_call) }

/* ORD-09: PrepareForBackup has succeeded before DoSnapshotSet. */
ltl ORD_09	{ !DO_call W (PREP_fin || CTX_nowriters) }
ltl occ_ORD_09	{ [] !DO_call }

/* ORD-10, SVC-06: the writer's own order. */
ltl ORD_10	{ (!(W_PS_in || W_BC_in) W W_PB_in) && (!W_FZ_in W W_PS_in) &&
		  (!W_TH_in W W_FZ_in) && (!W_PO_in W W_TH_in) &&
		  ([] (W_PO_in -> [] !(W_PS_in || W_FZ_in || W_TH_in))) &&
		  ([] (W_BC_in -> [] !(W_PB_in || W_PS_in || W_FZ_in || W_TH_in ||
		  W_PO_in))) }
ltl occ_ORD_10	{ [] !W_EVENT_in }

/* ORD-12: Freeze is answered before DoSnapshotSet ends. */
ltl ORD_12	{ (W_FZ_in -> (!(DO_end || END) W
		  (W_TH_in || W_AB_in || W_SD_in || W_WDEAD || SVC_EXIT))) W SVC_EXIT }
ltl occ_ORD_12	{ [] !W_FZ_in }

/* ORD-13: the commit falls into the frozen window. */
ltl ORD_13	{ [] (W_PS_in -> ((!PCOMMIT W (W_FZ_in || W_PS_fail || W_WFAIL ||
		  W_WDEAD || W_AB_in)) && (([] !PCOMMIT) ||
		  (!W_TH_in W (PCOMMIT || W_WFAIL || W_FZ_fail || W_AB_in))))) }
ltl occ_ORD_13	{ [] (W_PS_in -> [] !PCOMMIT) }

/* ORD-14: properties of a copy that exists. */
ltl ORD_14	{ [] ((START_ok || DO_call) -> (!PROP W DO_fin)) }
ltl occ_ORD_14	{ [] ((START_ok || DO_call) -> [] !PROP) }

/* ORD-19: the document is frozen at BackupComplete. */
ltl ORD_19	{ [] (COMPL_call -> [] !SUCC) }
ltl occ_ORD_19	{ [] !COMPL_call }

/* ORD-21: verdicts after the copy. */
ltl ORD_21	{ [] ((START_ok || DO_call) -> (!SUCC W DO_end)) }
ltl occ_ORD_21	{ [] ((START_ok || DO_call) -> [] !SUCC) }

/*
 * Time (TMO): the clock's part is an event.
 */

/* TMO-01: when the freeze limit runs out, Abort comes before Thaw. */
ltl TMO_01	{ [] (W_FZ_TIMEOUT -> (!W_TH_in W (W_AB_in || W_SD_in || W_WDEAD))) }
ltl occ_TMO_01	{ [] !W_FZ_in }

/* TMO-02: no success when writes could not be held. */
ltl TMO_02	{ [] (HOLD_TIMEOUT -> [] !DO_fin) }
ltl occ_TMO_02	{ [] !(DO_call) }

/* TMO-06, TMO-05, REQ-04: the result of a call that is still pending or was
 * cancelled is no result. */
ltl TMO_06	{ ([] (DO_call -> (!(READ_copy || COMPL_call) W DO_end))) &&
		  ([] (DO_can -> [] !READ_copy)) }
ltl occ_TMO_06	{ [] !DO_call }

/*
 * Requester, service, writer in general (REQ, SVC, WRT)
 */

/* REQ-01: status after PrepareForBackup and after DoSnapshotSet. */
ltl REQ_01	{ ([] (PREP_fin -> (!DO_call W GWS_end))) &&
		  ([] (PREP_fin -> [] (DO_fin -> (!(READ_copy || COMPL_call) W GWS_end)))) }
ltl occ_REQ_01	{ [] (PREP_fin -> [] !DO_call) }
ltl raise_REQ_01 { [] !(WFAIL || PB_fail || PS_fail || FZ_fail || TH_fail ||
		  PO_fail || GETST_ok_failed) }

/* REQ-07: no success for a failed writer. */
ltl REQ_07	{ [] (W_GETST_ok_failed -> [] !W_SUCC_ok_true) }
ltl occ_REQ_07	{ [] !W_GETST_ok_failed }
/* ... whether the requester looked or not. */
ltl REQ_07b	{ [] ((W_PB_fail || W_PS_fail || W_FZ_fail || W_TH_fail || W_PO_fail) ->
		  [] !W_SUCC_ok_true) }
ltl occ_REQ_07b	{ [] !(W_PB_fail || W_PS_fail || W_FZ_fail || W_TH_fail || W_PO_fail) }

/* REQ-10: a busy creation lock is not a started set. */
ltl REQ_10	{ [] (START_err -> ((!DO_call W START_ok) &&
		  (!COMPL_call W (START_ok || PREP_fin)))) }
ltl occ_REQ_10	{ [] !START_err }

/* SVC-01, ORD-18: one creation at a time. */
ltl SVC_01	{ ([] (START_ok -> (!RSTART_ok W (DO_call || ABORT_call || GONE || SVC_EXIT)))) &&
		  ([] (DO_call -> ((RSTART_ok -> (!CREATES W DO_end)) W DO_end))) }
ltl occ_SVC_01	{ [] !START_ok }

/* WRT-03: Identify fails by its result alone. It is the only handler that is
 * called before PrepareForBackup. */
ltl WRT_03	{ !W_WFAIL W W_PB_in }
ltl occ_WRT_03	{ [] !(W_WFAIL || W_PB_in) }

/* WRT-04: a handler that fails says why. */
ltl WRT_04	{ !(W_PB_fail || W_PS_fail || W_FZ_fail || W_TH_fail || W_PO_fail ||
		  W_BC_fail) W W_WFAIL }
ltl occ_WRT_04	{ [] !(W_WFAIL || W_PB_fail || W_PS_fail || W_FZ_fail || W_TH_fail ||
		  W_PO_fail || W_BC_fail) }

/* WRT-06: what was entered is left. The end of the requester's process ends
 * the wait: its shutdown may overtake a handler (SHD-20). */
ltl WRT_06	{ [] (W_STEP_in -> (W_STEP_in W (!W_STEP_in &&
		  (!(W_STEP_in || END) W (W_STEP_end || W_WDEAD || SVC_EXIT ||
		  EXIT))))) }
ltl occ_WRT_06	{ [] !W_STEP_in }

/* WRT-10: truncation in OnBackupComplete, when it is allowed. */
ltl WRT_10	{ (!W_TRUNC W (W_BC_in || W_SD_in)) &&
		  ([] ((W_BC_out || W_BC_fail) -> (!W_TRUNC W W_SD_in))) &&
		  ([] ((STATE_ok_PLAIN || STATE_ok_COMPS) -> [] !W_TRUNC)) }
ltl occ_WRT_10	{ [] !(W_BC_in || W_TRUNC) }
/* ... and only for a component whose backup succeeded. */
ltl WRT_10b	{ (!W_TRUNC W W_SUCC_ok_true) ||
		  ([] (W_SUCC_ok_false -> [] !W_TRUNC)) }
ltl occ_WRT_10b	{ [] !W_SUCC_ok_false }
