/*
 * The rules without the system: what the export of the monitors and the
 * proof of the exported tables run on.
 *
 * The only process hands control to embedded C (export.c or agree.c, linked
 * to SPIN's verifier), which sets `ev` to the letters of the vocabulary and
 * asks the verifier for the moves of each claim.
 */
#include "vocabulary.pml"

short ev = 0;

c_decl {
	extern void monitor_hook(void);
	extern void claim_assert(int holds);
}

active proctype Driver()
{
	c_code { monitor_hook(); }
}

#include "rules.pml"
