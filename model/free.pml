/*
 * The free requester: calls anything at any time, with the answers that the
 * documentation gives. It waits for no result, uses a second thread, goes on
 * after a failure, and stops where it likes: what the rules for the service
 * and the writers have to hold against, and what those for the requester
 * must be able to catch.
 */
#define ISSUE(l)	op == 0 && !gone && o == 2 -> emit(l); request ! KIND(l); op = KIND(l)
#define ISSUE_QUIETLY(l) op == 0 && !gone && o == 2 -> request ! KIND(l); op = KIND(l)

proctype FreeRequester()
{
	byte r, op;
	/* the object: 0 none, 1 made, 2 for backup, 3 for restore */
	byte o = 2 * replay;
	bit ctx, state;

end_idle:
	do
	/* The object itself. */
	:: atomic { QUIET && o == 0 -> emit(L_CREATE_ok); o = 1 }
	:: atomic { QUIET && o == 1 && !gone -> emit(L_INIT_ok); o = 2 }
	:: atomic { QUIET && o == 1 && !gone -> emit(L_INITR_ok); o = 3 }
	:: atomic { QUIET && !replay && o > 1 -> emit(L_INIT_err) }
	:: atomic { QUIET && o == 2 && !ctx && !started && phase == 0 && !gone -> ctx = 1;
		if
		:: emit(L_CTX_ok_AUTO_W)
		:: emit(L_CTX_ok_AUTO_N); nowr = 1
		:: emit(L_CTX_ok_KEPT_W); kept = !replay
		:: emit(L_CTX_ok_KEPT_N); kept = !replay; nowr = 1
		fi }
	:: atomic { QUIET && (replay && !gone || !replay && o > 0 && ctx) -> emit(L_CTX_err) }
	:: atomic { QUIET && !replay && o == 2 && !state && phase == 0 && !gone -> state = 1;
		if
		:: emit(L_STATE_ok_PLAIN)
		:: emit(L_STATE_ok_COMPS); comps = 1
		:: emit(L_STATE_ok_TRUNC); trunc = 1
		:: emit(L_STATE_ok_BOTH); comps = 1; trunc = 1
		fi }
	:: atomic { QUIET && !replay && o == 2 && comps && w_part[trk] && phase == 0 && !gone ->
		emit(L_W_COMP_ok); w_comp[trk] = 1 }
	:: atomic { QUIET && !replay && o == 2 -> emit(L_W_COMP_err) }
	/* The document: verdicts for components, until it is read-only. */
	:: atomic { QUIET && !replay && o == 2 && comps && w_part[trk] && phase != 0 && !over && !gone ->
		if
		:: emit(L_W_SUCC_ok_true); w_ok[trk] = 1
		:: emit(L_W_SUCC_ok_false); w_ok[trk] = 0
		fi }
	:: atomic { QUIET && !replay && o == 2 -> emit(L_W_SUCC_err) }
	:: atomic { QUIET && !replay && o == 2 && w_part[trk] && !gone ->
		if
		:: w_fail[trk] -> emit(L_W_GETST_ok_failed)
		:: else -> emit(L_W_GETST_ok_fine)
		fi }
	:: atomic { QUIET && !replay && o > 0 -> emit(L_SAVE_err) }
	:: atomic { QUIET && !replay && o > 0 ->
		if
		:: did == R_OK && !gone -> emit(L_PROP_ok)
		:: else -> emit(L_PROP_err)
		fi }
	:: atomic { QUIET && !replay && o > 0 -> emit(L_READ_copy) }
	:: atomic { QUIET && !replay && o > 0 -> emit(L_READ_live) }
	/* What the service has to answer. */
	:: atomic { QUIET && ISSUE(L_META_call) }
	:: atomic { QUIET && ISSUE_QUIETLY(L_START_ok) }
	:: atomic { QUIET && !replay && ISSUE_QUIETLY(L_ADD_ok) }
	:: atomic { QUIET && ISSUE(L_PREP_call) }
	:: atomic { QUIET && ISSUE(L_DO_call) }
	:: atomic { QUIET && !replay && ISSUE(L_GWS_call) }
	:: atomic { QUIET && ISSUE(L_COMPL_call) }
	:: atomic { QUIET && ISSUE(L_ABORT_call) }
	:: atomic { QUIET && ISSUE(L_DEL_call) }
	:: atomic { QUIET && ISSUE_QUIETLY(L_BRK_ok) }
	:: atomic { QUIET && nempty(reply) -> reply ? op, r; cancel = 0;
		if
		:: gone
		:: !gone -> emit(op * 128 + 8 + r * 8)
		:: !gone && op == K_DEL && r == R_OK -> emit(L_DEL_ok_copy)
		fi;
		op = 0; r = 0 }
	/* Others' copies: they are there, whatever becomes of its own. */
	:: atomic { QUIET && o == 2 && !gone -> emit(L_DEL_call);
		emit(L_DEL_ok_foreign) }
	:: atomic { QUIET && op != 0 && !gone && !cancel -> cancel = 1; emit(L_CANCEL_ok) }
	/* A second thread; a call that is out of place. */
	:: atomic { QUIET && op != 0 && o == 2 -> emit(L_DEL_call); emit(L_DEL_err) }
	:: atomic { QUIET && o == 3 -> emit(L_ABORT_call); emit(L_ABORT_err) }
	:: atomic { QUIET && o == 3 && op == 0 && !gone -> emit(L_META_call);
		emit(L_META_fin) }
	/* The end of it, in whatever order. */
	:: atomic { QUIET && o > 0 && !gone && op != K_BRK -> emit(L_REL); let_go() }
	:: atomic { QUIET && !replay -> emit(L_COMUNINIT) }
	:: atomic { QUIET && op != K_BRK -> emit(L_EXIT); let_go(); goto end_over }
	:: atomic { QUIET -> goto end_over }	/* it hangs */
	od;
end_over:
	false
}

/*
 * The free writer: within what VSS lets it, does anything. VSS delivers its
 * events and calls OnAbort when the freeze timer fires; in a handler and
 * outside it takes, frees, stops, truncates and records what it likes, fails
 * with and without saying so, never returns, or ends.
 */
inline anything()
{
	if
	:: emitw(me, L_W_WFAIL); w_fail[me] = !replay
	:: emitw(me, L_W_ALLOC)
	:: emitw(me, L_W_FREE_mine)
	:: emitw(me, L_W_FREE_others)
	:: emitw(me, L_W_FREEZEIO)
	:: emitw(me, L_W_RESUMEIO)
	:: emitw(me, L_W_TRUNC)
	:: emitw(me, L_W_MARK)
	:: emitw(me, L_W_GETSET)
	:: emitw(me, L_W_ACT)
	fi
}

proctype FreeWriter(byte me)
{
	byte m, d, o;
	bit timer, ab;
	bit calm;	/* outside its handlers it does nothing any more */

end_idle:
	do
	:: atomic { QUIET && nempty(event[me]) -> event[me] ? m, d;
		if
		:: m == RIVAL_SD || (ab && m != K_AB && m != K_SD) ->
			answer[me] ! R_OK; m = 0; d = 0;
			goto end_idle
		:: else ->
			emit(m * 128 + 8 + d * (m == K_SD) + OTHER_W(me));
			if
			:: m == K_FZ -> timer = 1
			:: m == K_TH || m == K_AB || m == K_SD -> timer = 0
			:: else
			fi;
			if
			:: m == K_AB -> ab = 1; w_fail[me] = !replay
			:: m == K_SD -> ab = 0
			:: else
			fi;
			goto inside
		fi }
	:: atomic { QUIET && !replay && !calm && me == trk -> anything() }
	:: atomic { QUIET && !replay && !calm -> calm = 1 }
	/* the timer that its Initialize() has set, or stopped */
	:: atomic { QUIET && timer ->
		emitw(me, L_W_FZ_TIMEOUT); timer = 0;
		if
		:: true
		:: w_fail[me] = !replay; ab = 1;
			emitw(me, L_W_AB_in);
			emitw(me, L_W_AB_out)
		fi }
	:: atomic { QUIET && (replay || w_part[me] && !gone && !svcdead) ->
		w_dead[me] = 1; emitw(me, L_W_WDEAD);
		goto end_dead }
	od;
inside:
	do
	:: atomic { QUIET && !replay && me == trk -> anything() }
	:: atomic { QUIET ->
		if
		:: o = R_OK
		:: o = R_ERR; w_fail[me] = !replay
		fi;
		emit(m * 128 + 8 + o * 8 + OTHER_W(me));
		d = 0; m = 0;
		answer[me] ! o; o = 0;
		goto end_idle }
	:: atomic { QUIET && replay && timer -> timer = 0; ab = 1;
		emitw(me, L_W_FZ_TIMEOUT);
		if
		:: true
		:: emitw(me, L_W_AB_in); emitw(me, L_W_AB_out)
		fi }
	:: atomic { QUIET -> w_dead[me] = 1; emitw(me, L_W_WDEAD);
		answer[me] ! R_ERR; m = 0; d = 0; goto end_dead }
	:: atomic { QUIET && (faults & F_STUCK) -> goto stuck }
	od;
stuck:
	false;
end_dead:
	do
	:: atomic { QUIET && nempty(event[me]) -> event[me] ? m, d; m = 0; d = 0; answer[me] ! R_ERR }
	od
}
