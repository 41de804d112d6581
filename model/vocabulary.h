/*
 * The vocabulary: what may be observed of a VSS backup, and the rules.
 *
 * This is the one list of it. C includes it; vocabulary.awk turns the same
 * lines into Promela definitions. Keep one row on one line: the awk script
 * reads rows, not C.
 *
 * A letter is what a monitor reads: one small number
 *
 *	kind * 128 + other * 64 + phase * 8 + data
 *
 * where `other` is 1 when the event belongs to another writer (component)
 * than the one the monitor tracks. The letter 0 is NONE: between two events
 * the event variable of the model is NONE, so that an event that comes twice
 * can be told from one that lasts.
 *
 * Sources: the tokens are those of the VSS documentation's calls and
 * handlers (IVssBackupComponents, IVssAsync, CVssWriter); the life cycle is
 * "Overview of Processing a Backup Under VSS" and "Overview of Backup
 * Termination".
 */
#ifndef VSS_VOCABULARY_H
#define VSS_VOCABULARY_H

/*
 * Phase sets: name, then the suffix of phases 1 to 4; "-" where the set has
 * no such phase. In ONCE events the suffix is empty.
 *
 *	P(set, phase 1, phase 2, phase 3, phase 4)
 */
#define VSS_PHASE_SETS(P) \
	P(ONCE, "-", "", "-", "-") \
	P(SYNC, "-", "ok", "err", "-") \
	P(CALL, "call", "ok", "err", "-") \
	P(ASYNC, "call", "fin", "err", "can") \
	P(HANDLER, "in", "out", "fail", "-")

enum vss_phase { PHASE_NONE, PHASE_CALL, PHASE_OK, PHASE_ERR, PHASE_CAN };

/*
 * Data sets: what the three data bits mean, and the phase that carries them.
 *
 *	D(set, phase, value 0, value 1, ...)
 *
 * CONTEXT: AUTO/KEPT: does the copy end with the object; _W/_N: with or
 * without writers; ANY is VSS_CTX_ALL. BACKUP: component mode (COMP), a
 * backup type that lets writers truncate logs (TRUNC: full, incremental,
 * log), both or neither. OBJECT: what was deleted: the set that the object
 * has made, a copy in it, or what another has made.
 */
#define VSS_DATA_SETS(D) \
	D(NODATA, 0) \
	D(CONTEXT, 2, "AUTO_W", "AUTO_N", "KEPT_W", "KEPT_N", "ANY") \
	D(BACKUP, 2, "PLAIN", "COMPS", "TRUNC", "BOTH") \
	D(STATUS, 2, "fine", "failed") \
	D(VERDICT, 2, "true", "false") \
	D(SOURCE, 2, "copy", "live") \
	D(SETID, 1, "own", "nil", "foreign") \
	D(WHOSE, 2, "mine", "others") \
	D(OBJECT, 2, "set", "copy", "foreign")

/*
 * Kinds of events.
 *
 *	K(number, NAME, phases, data, track, actor, raised by, text)
 *
 * track: T when the event belongs to one writer (component), - when to the
 * session. raised by: the call of the requester in whose course VSS
 * delivers the event; REL stands for the release of the object, by the
 * requester or by the end of its process. A DO breaking off and a timer of
 * the writer's own may raise AB without the requester's ABORT.
 * text: how a person would name it.
 */
#define VSS_KINDS(K) \
	K(1, CREATE, SYNC, NODATA, -, REQUESTER, -, "CreateVssBackupComponents") \
	K(2, INIT, SYNC, NODATA, -, REQUESTER, -, "InitializeForBackup") \
	K(3, INITR, SYNC, NODATA, -, REQUESTER, -, "InitializeForRestore") \
	K(4, CTX, SYNC, CONTEXT, -, REQUESTER, -, "SetContext") \
	K(5, STATE, SYNC, BACKUP, -, REQUESTER, -, "SetBackupState") \
	K(6, COMP, SYNC, NODATA, T, REQUESTER, -, "AddComponent") \
	K(7, START, SYNC, NODATA, -, REQUESTER, -, "StartSnapshotSet") \
	K(8, ADD, SYNC, NODATA, -, REQUESTER, -, "AddToSnapshotSet") \
	K(9, GETST, SYNC, STATUS, T, REQUESTER, -, "GetWriterStatus") \
	K(10, PROP, SYNC, NODATA, -, REQUESTER, -, "GetSnapshotProperties") \
	K(11, SUCC, SYNC, VERDICT, T, REQUESTER, -, "SetBackupSucceeded") \
	K(12, SAVE, SYNC, NODATA, -, REQUESTER, -, "SaveAsXML") \
	K(13, BRK, SYNC, NODATA, -, REQUESTER, -, "BreakSnapshotSet") \
	K(14, OTHER, SYNC, NODATA, -, REQUESTER, -, "another call on the object") \
	K(16, META, ASYNC, NODATA, -, REQUESTER, -, "GatherWriterMetadata") \
	K(17, PREP, ASYNC, NODATA, -, REQUESTER, -, "PrepareForBackup") \
	K(18, DO, ASYNC, NODATA, -, REQUESTER, -, "DoSnapshotSet") \
	K(19, GWS, ASYNC, NODATA, -, REQUESTER, -, "GatherWriterStatus") \
	K(20, COMPL, ASYNC, NODATA, -, REQUESTER, -, "BackupComplete") \
	K(22, ABORT, CALL, NODATA, -, REQUESTER, -, "AbortBackup") \
	K(23, DEL, CALL, OBJECT, -, REQUESTER, -, "DeleteSnapshots") \
	K(24, CANCEL, SYNC, NODATA, -, REQUESTER, -, "IVssAsync::Cancel") \
	K(25, REL, ONCE, NODATA, -, REQUESTER, -, "Release (last reference)") \
	K(26, COMUNINIT, ONCE, NODATA, -, REQUESTER, -, "CoUninitialize") \
	K(27, EXIT, ONCE, NODATA, -, REQUESTER, -, "end of the requester's process") \
	K(28, READ, ONCE, SOURCE, -, REQUESTER, -, "data read") \
	K(29, KEEP, ONCE, NODATA, -, REQUESTER, -, "copy handed over to be kept") \
	K(32, V_MADE, ONCE, NODATA, -, SERVICE, DO, "shadow copy made") \
	K(33, V_GONE, ONCE, NODATA, -, SERVICE, -, "shadow copy gone") \
	K(34, SVC_EXIT, ONCE, NODATA, -, SERVICE, -, "end of the VSS service") \
	K(35, RSTART, SYNC, NODATA, -, SERVICE, -, "StartSnapshotSet of another backup") \
	K(36, PCOMMIT, ONCE, NODATA, -, SERVICE, DO, "CommitSnapshots") \
	K(37, HOLD_TIMEOUT, ONCE, NODATA, -, SERVICE, DO, "held writes released by time-out") \
	K(40, ID, HANDLER, NODATA, T, WRITER, META, "Identify") \
	K(41, PB, HANDLER, NODATA, T, WRITER, PREP, "PrepareForBackup event") \
	K(42, PS, HANDLER, NODATA, T, WRITER, DO, "PrepareForSnapshot") \
	K(43, FZ, HANDLER, NODATA, T, WRITER, DO, "Freeze") \
	K(44, TH, HANDLER, NODATA, T, WRITER, DO, "Thaw") \
	K(45, PO, HANDLER, NODATA, T, WRITER, DO, "PostSnapshot") \
	K(46, BC, HANDLER, NODATA, T, WRITER, COMPL, "BackupComplete event") \
	K(47, SD, HANDLER, SETID, T, WRITER, REL, "BackupShutdown") \
	K(48, AB, HANDLER, NODATA, T, WRITER, ABORT, "Abort") \
	K(50, WFAIL, ONCE, NODATA, T, WRITER, -, "SetWriterFailure") \
	K(51, ALLOC, ONCE, NODATA, T, WRITER, -, "writer takes a resource") \
	K(52, FREE, ONCE, WHOSE, T, WRITER, -, "writer frees a resource") \
	K(53, FREEZEIO, ONCE, NODATA, T, WRITER, -, "writer stops its application's writes") \
	K(54, RESUMEIO, ONCE, NODATA, T, WRITER, -, "writer lets its application write again") \
	K(55, TRUNC, ONCE, NODATA, T, WRITER, -, "writer truncates logs") \
	K(56, MARK, ONCE, NODATA, T, WRITER, -, "writer records a successful backup") \
	K(57, GETSET, ONCE, NODATA, T, WRITER, -, "GetCurrentSnapshotSetId") \
	K(58, WDEAD, ONCE, NODATA, T, WRITER, -, "end of the writer's process") \
	K(59, FZ_TIMEOUT, ONCE, NODATA, T, WRITER, -, "writer frozen for longer than its limit") \
	K(60, ACT, ONCE, NODATA, T, WRITER, -, "another action of the writer") \
	K(62, END, ONCE, NODATA, -, SERVICE, -, "end of the session")

#define VSS_KIND_MAX 63

enum vss_actor { ACTOR_REQUESTER, ACTOR_SERVICE, ACTOR_WRITER };

/*
 * Rules.
 *
 *	R(NAME, "ID", scope, severity, blame, closed by, group,
 *	  "what is wrong", "what was expected")
 *
 * scope: SESSION, one monitor a session; WRITER, one for each writer of it;
 * COMPONENT, one for each component that was added. closed by: OWN, the end
 * of the requester's process ends the wait for an event that has not come;
 * TIME, only the passing of time does (the obligation is not the
 * requester's). group: precedence of findings, smaller is printed first.
 * The formula of rule NAME is the ltl block NAME in rules.pml, the occasion
 * on which it says anything occ_NAME there.
 */
#define VSS_RULES(R) \
	R(TRM_08, "TRM-08", SESSION, ERROR, REQUESTER, OWN, 5, "BackupComplete or AbortBackup is not followed by Release", "Release after every end of a backup") \
	R(TRM_03, "TRM-03", SESSION, ERROR, REQUESTER, OWN, 5, "the backup object is never released", "Release of the last reference once the backup is over") \
	R(TRM_05, "TRM-05", WRITER, WARNING, WRITER, OWN, 7, "the writer records a successful backup although BackupComplete has not reached it", "success is recorded in OnBackupComplete only") \
	R(TRM_06, "TRM-06", SESSION, ERROR, REQUESTER, OWN, 2, "a second operation begins on a backup object that has already been through one", "Release, then a new object for the next operation") \
	R(TRM_07, "TRM-07", SESSION, ERROR, SERVICE, TIME, 1, "the auto-release shadow copy outlives its object", "the copy is removed when its object is released") \
	R(TRM_09, "TRM-09", SESSION, WARNING, REQUESTER, OWN, 6, "DeleteSnapshots while BackupComplete is still running", "wait for BackupComplete to end before the copy is deleted") \
	R(TRM_11, "TRM-11", SESSION, ERROR, REQUESTER, OWN, 3, "BackupComplete after a DoSnapshotSet that did not succeed", "AbortBackup, then Release") \
	R(TRM_11b, "TRM-11b", SESSION, ERROR, REQUESTER, OWN, 3, "BackupComplete although the snapshot set that was started has not been made", "AbortBackup, then Release; BackupComplete only after DoSnapshotSet has succeeded") \
	R(TRM_11c, "TRM-11c", SESSION, ERROR, REQUESTER, OWN, 3, "BackupComplete on an object that has begun no backup", "BackupComplete on the object that made the copy") \
	R(TRM_12, "TRM-12", SESSION, ERROR, REQUESTER, OWN, 3, "SetBackupSucceeded after a DoSnapshotSet that did not succeed", "AbortBackup, then Release; no verdict without a copy") \
	R(TRM_13, "TRM-13", COMPONENT, ERROR, REQUESTER, OWN, 3, "BackupComplete without SetBackupSucceeded for a component that was added", "SetBackupSucceeded for every added component, before BackupComplete") \
	R(TRM_14, "TRM-14", SESSION, WARNING, REQUESTER, OWN, 3, "data is read after BackupComplete has told the writers that all of it is saved", "BackupComplete after the last read") \
	R(TRM_15, "TRM-15", SESSION, WARNING, REQUESTER, OWN, 8, "the object is released while BackupComplete is still running", "wait for BackupComplete to end, then Release") \
	R(TRM_16, "TRM-16", SESSION, ADVICE, REQUESTER, OWN, 8, "no GatherWriterStatus between BackupComplete and Release", "GatherWriterStatus after BackupComplete: it frees the writers' session slots and shows late failures") \
	R(TRM_17, "TRM-17", SESSION, ERROR, REQUESTER, OWN, 3, "AddComponent, PrepareForBackup or BackupComplete in a context without writers", "Release alone ends a backup without writers") \
	R(TRM_18, "TRM-18", SESSION, ADVICE, REQUESTER, OWN, 10, "BackupComplete after AbortBackup", "Release right after AbortBackup") \
	R(TRM_19, "TRM-19", SESSION, ERROR, REQUESTER, OWN, 2, "the copy is read after its object was released", "Release only after the last read: an auto-release copy goes with its object") \
	R(TRM_24, "TRM-24", SESSION, ERROR, REQUESTER, OWN, 2, "a call on the object after its last reference was released", "no call after Release") \
	R(TRM_24b, "TRM-24b", SESSION, ERROR, REQUESTER, OWN, 2, "the object is released while PrepareForBackup or DoSnapshotSet is still running", "wait for the operation to end, then AbortBackup and Release") \
	R(TRM_25, "TRM-25", SESSION, WARNING, REQUESTER, OWN, 8, "the object is released after COM was uninitialised", "Release before CoUninitialize") \
	R(TRM_26, "TRM-26", SESSION, ERROR, REQUESTER, OWN, 3, "BackupComplete twice on one object", "BackupComplete once, then Release") \
	R(TRM_28, "TRM-28", SESSION, ADVICE, REQUESTER, OWN, 10, "the process ended without Release and left a persistent copy behind", "note the set id, and delete the copy in the next run") \
	R(DEL_01, "DEL-01", SESSION, ADVICE, REQUESTER, OWN, 6, "DeleteSnapshots on an auto-release copy after BackupComplete is not needed", "Release alone: the copy goes with its object") \
	R(DEL_02, "DEL-02", SESSION, ADVICE, REQUESTER, OWN, 6, "DeleteSnapshots comes before BackupComplete", "BackupComplete first, then DeleteSnapshots if at all") \
	R(DEL_03, "DEL-03", SESSION, WARNING, REQUESTER, OWN, 6, "a persistent copy is neither deleted nor handed over after AbortBackup", "DeleteSnapshots for the set between AbortBackup and Release") \
	R(DEL_05, "DEL-05", SESSION, ERROR, REQUESTER, OWN, 6, "DeleteSnapshots failed on a persistent copy and nothing was done about it", "look at the number deleted and the first copy that was not, and delete the rest") \
	R(DEL_06, "DEL-06", SESSION, ERROR, REQUESTER, OWN, 6, "two DeleteSnapshots calls overlap", "one DeleteSnapshots at a time") \
	R(DEL_09, "DEL-09", SESSION, ERROR, REQUESTER, OWN, 6, "DeleteSnapshots while the set is being created", "DeleteSnapshots only once DoSnapshotSet has ended") \
	R(DEL_10, "DEL-10", SESSION, ERROR, REQUESTER, OWN, 2, "the copy is read after DeleteSnapshots", "DeleteSnapshots only after the last read") \
	R(DEL_11, "DEL-11", SESSION, WARNING, REQUESTER, OWN, 6, "a backup deletes a copy that it has not made", "DeleteSnapshots for the backup's own set; other copies on an object of their own") \
	R(DEL_12, "DEL-12", SESSION, WARNING, REQUESTER, OWN, 6, "DeleteSnapshots again although the set is gone already", "DeleteSnapshots once: a set that was deleted or broken is unknown to VSS") \
	R(ABT_01, "ABT-01", SESSION, ERROR, REQUESTER, OWN, 4, "the object is released after PrepareForBackup without AbortBackup", "AbortBackup before Release") \
	R(ABT_02, "ABT-02", SESSION, WARNING, REQUESTER, OWN, 4, "the object is released after StartSnapshotSet without AbortBackup", "AbortBackup before Release (the documentation is divided on this window)") \
	R(ABT_03, "ABT-03", SESSION, ERROR, REQUESTER, OWN, 4, "the object is released after a failed DoSnapshotSet without AbortBackup", "AbortBackup before Release") \
	R(ABT_04, "ABT-04", SESSION, WARNING, REQUESTER, OWN, 4, "the object is released after a successful DoSnapshotSet with neither BackupComplete nor AbortBackup", "BackupComplete, with failed verdicts if need be, or AbortBackup before Release") \
	R(ABT_04b, "ABT-04b", SESSION, WARNING, REQUESTER, OWN, 4, "a backup without a copy ends with neither BackupComplete nor AbortBackup", "BackupComplete or AbortBackup before Release") \
	R(ABT_07, "ABT-07", SESSION, ERROR, REQUESTER, OWN, 2, "the object is released while AbortBackup is still running", "wait for AbortBackup to return") \
	R(ABT_09, "ABT-09", WRITER, ERROR, SERVICE, TIME, 1, "a writer that failed in Freeze or Thaw got no Abort", "Abort to the writer") \
	R(ABT_12, "ABT-12", WRITER, ERROR, WRITER, OWN, 7, "OnAbort fails when it is called a second time", "OnAbort does nothing, and succeeds, when there is nothing left to undo") \
	R(ABT_13, "ABT-13", WRITER, ERROR, WRITER, OWN, 7, "OnAbort returns with the application's writes still stopped", "writes resumed before OnAbort returns") \
	R(ABT_14, "ABT-14", WRITER, WARNING, WRITER, TIME, 7, "a resource taken before Abort is never freed", "OnAbort frees what the writer took") \
	R(ABT_15, "ABT-15", WRITER, ERROR, SERVICE, OWN, 1, "a backup event is delivered after Abort", "nothing but Abort again or BackupShutdown after Abort") \
	R(ABT_16, "ABT-16", WRITER, WARNING, SERVICE, OWN, 1, "Abort is delivered to a writer that has been through PostSnapshot", "no Abort after PostSnapshot") \
	R(ABT_17, "ABT-17", SESSION, ERROR, REQUESTER, OWN, 9, "AbortBackup in a restore", "PostRestore and Release end a restore") \
	R(ABT_20, "ABT-20", SESSION, WARNING, REQUESTER, OWN, 4, "the operation was cancelled and the object released without AbortBackup", "wait for the operation to end, then AbortBackup: Cancel does not replace it") \
	R(DEL_08, "DEL-08", SESSION, WARNING, REQUESTER, OWN, 4, "DeleteSnapshots stands in for BackupComplete or AbortBackup", "BackupComplete or AbortBackup: deleting the copy tells the writers nothing") \
	R(SHD_01, "SHD-01", WRITER, ERROR, SERVICE, TIME, 1, "a writer of the backup got no BackupShutdown", "BackupShutdown to every participating writer once the object is gone") \
	R(SHD_02, "SHD-02", WRITER, ERROR, SERVICE, OWN, 1, "BackupComplete reaches a writer although the requester did not call it", "BackupComplete to writers only after the requester's call") \
	R(SHD_03, "SHD-03", WRITER, ERROR, SERVICE, OWN, 1, "BackupComplete is delivered after BackupShutdown", "BackupComplete before BackupShutdown") \
	R(SHD_04, "SHD-04", WRITER, ERROR, SERVICE, OWN, 1, "an event of the backup is delivered after its BackupShutdown", "BackupShutdown is the last event of a backup") \
	R(SHD_05, "SHD-05", WRITER, WARNING, SERVICE, OWN, 1, "BackupShutdown names another set than the backup's", "the id of the backup's own set, nil when there is none") \
	R(SHD_06, "SHD-06", WRITER, ERROR, WRITER, OWN, 7, "GetCurrentSnapshotSetId inside OnBackupShutdown", "the id that the handler is given as its parameter") \
	R(SHD_07, "SHD-07", WRITER, ERROR, WRITER, OWN, 7, "GetCurrentSnapshotSetId after PostSnapshot has returned", "the id remembered in an earlier handler") \
	R(SHD_10, "SHD-10", WRITER, ERROR, WRITER, OWN, 7, "OnBackupShutdown returns with something taken for the backup not given back", "OnBackupShutdown frees everything and lets the application write") \
	R(SHD_11, "SHD-11", WRITER, ERROR, WRITER, OWN, 7, "logs are truncated in or after BackupShutdown", "truncation in OnBackupComplete only") \
	R(SHD_12, "SHD-12", WRITER, ERROR, WRITER, TIME, 7, "a resource is never freed in a backup that ended without BackupComplete", "clean up in OnBackupShutdown as well as in OnBackupComplete") \
	R(SHD_13, "SHD-13", WRITER, ERROR, WRITER, OWN, 7, "one backup's BackupShutdown cleans up another backup that is still going on", "clean up only what belongs to the set that OnBackupShutdown names") \
	R(SHD_14, "SHD-14", WRITER, WARNING, WRITER, OWN, 7, "OnBackupShutdown fails without SetWriterFailure", "SetWriterFailure before the handler returns false") \
	R(SHD_15, "SHD-15", WRITER, ERROR, SERVICE, OWN, 1, "BackupShutdown is delivered before the object is released", "BackupShutdown only on Release or at the end of the requester's process") \
	R(SHD_16, "SHD-16", WRITER, WARNING, SERVICE, OWN, 1, "BackupShutdown is delivered twice", "BackupShutdown once for each writer and backup") \
	R(PER_04, "PER-04", SESSION, ERROR, SERVICE, OWN, 1, "a persistent copy disappears although nobody deleted it", "a persistent copy stays until it is deleted") \
	R(PER_11, "PER-11", SESSION, ERROR, SERVICE, OWN, 1, "a writer gets backup events in a context without writers", "no writer event in a context without writers") \
	R(ORD_01, "ORD-01", SESSION, ERROR, REQUESTER, OWN, 9, "a call on an object that is not initialised, or is initialised twice", "InitializeForBackup or InitializeForRestore, once, before any other call") \
	R(ORD_02, "ORD-02", SESSION, ERROR, REQUESTER, OWN, 9, "SetContext twice, or once the set has been started", "SetContext at most once, before StartSnapshotSet") \
	R(ORD_03, "ORD-03", SESSION, ERROR, REQUESTER, OWN, 9, "PrepareForBackup without SetBackupState", "SetBackupState before PrepareForBackup") \
	R(ORD_05, "ORD-05", SESSION, ERROR, REQUESTER, OWN, 9, "DoSnapshotSet with writers without GatherWriterMetadata", "GatherWriterMetadata before the set is started") \
	R(ORD_08, "ORD-08", SESSION, ERROR, REQUESTER, OWN, 9, "AddToSnapshotSet before StartSnapshotSet or after DoSnapshotSet", "volumes added between StartSnapshotSet and DoSnapshotSet") \
	R(ORD_09, "ORD-09", SESSION, ERROR, REQUESTER, OWN, 9, "DoSnapshotSet with writers before PrepareForBackup has succeeded", "PrepareForBackup, and wait for it, before DoSnapshotSet") \
	R(ORD_10, "ORD-10", WRITER, ERROR, SERVICE, OWN, 1, "events reach the writer out of order", "PrepareForBackup, PrepareForSnapshot, Freeze, Thaw, PostSnapshot, BackupComplete, in this order") \
	R(ORD_12, "ORD-12", WRITER, ERROR, SERVICE, TIME, 1, "Freeze is answered by neither Thaw nor Abort", "Thaw or Abort to every frozen writer before DoSnapshotSet ends") \
	R(ORD_13, "ORD-13", WRITER, ERROR, SERVICE, OWN, 1, "the copy is committed while a writer is not frozen", "CommitSnapshots between the last Freeze and the first Thaw") \
	R(ORD_14, "ORD-14", SESSION, ERROR, REQUESTER, OWN, 9, "GetSnapshotProperties before DoSnapshotSet has succeeded", "properties only once DoSnapshotSet has succeeded") \
	R(ORD_19, "ORD-19", SESSION, ERROR, REQUESTER, OWN, 3, "SetBackupSucceeded after BackupComplete", "verdicts before BackupComplete: it makes the document read-only") \
	R(ORD_21, "ORD-21", SESSION, ERROR, REQUESTER, OWN, 3, "SetBackupSucceeded before the copy was made", "verdicts after DoSnapshotSet, when the data has been saved") \
	R(TMO_01, "TMO-01", WRITER, ERROR, WRITER, OWN, 7, "a writer stays frozen past its limit and thaws without Abort", "Thaw within the limit, or Abort when it runs out") \
	R(TMO_02, "TMO-02", SESSION, ERROR, SERVICE, OWN, 1, "DoSnapshotSet succeeds although the held writes were released by time-out", "DoSnapshotSet fails when writes cannot be held") \
	R(TMO_06, "TMO-06", SESSION, ERROR, REQUESTER, OWN, 2, "the result of an asynchronous call is used although the call is still pending or was cancelled", "VSS_S_ASYNC_FINISHED from QueryStatus before the result is used") \
	R(REQ_01, "REQ-01", SESSION, ADVICE, REQUESTER, OWN, 8, "writer status was not gathered after PrepareForBackup or after DoSnapshotSet", "GatherWriterStatus after PrepareForBackup, after DoSnapshotSet and after BackupComplete") \
	R(REQ_07, "REQ-07", WRITER, ERROR, REQUESTER, OWN, 3, "success is claimed for a writer that reported a failure", "SetBackupSucceeded(false) for the components of a failed writer") \
	R(REQ_07b, "REQ-07b", WRITER, ERROR, REQUESTER, OWN, 3, "success is claimed for a writer whose handler failed", "GatherWriterStatus, and SetBackupSucceeded(false) for the components of a failed writer") \
	R(REQ_10, "REQ-10", SESSION, WARNING, REQUESTER, OWN, 9, "the backup goes on although StartSnapshotSet failed", "wait and call StartSnapshotSet again, or Release") \
	R(SVC_01, "SVC-01", SESSION, ERROR, SERVICE, OWN, 1, "two snapshot sets are being created at the same time", "StartSnapshotSet refuses while another set is being created") \
	R(WRT_03, "WRT-03", WRITER, WARNING, WRITER, OWN, 7, "SetWriterFailure before PrepareForBackup, that is in OnIdentify", "OnIdentify that fails just returns false") \
	R(WRT_04, "WRT-04", WRITER, ERROR, WRITER, OWN, 7, "a handler fails without SetWriterFailure", "SetWriterFailure before the handler returns false") \
	R(WRT_06, "WRT-06", WRITER, ERROR, WRITER, TIME, 7, "a handler never returns", "every handler returns, and throws nothing") \
	R(WRT_10, "WRT-10", WRITER, ERROR, WRITER, OWN, 3, "logs are truncated outside OnBackupComplete or for a backup type that does not allow it", "truncation in OnBackupComplete only, and only for a full, incremental or log backup") \
	R(WRT_10b, "WRT-10b", WRITER, ERROR, WRITER, OWN, 3, "logs are truncated although the requester reported the backup as failed", "no truncation for a component whose verdict is false")

#endif
