/*
 * The generated monitors and the engine that steps them. A case is the rule,
 * what the source hides, and what happens: "!" after an event says that the
 * rule is violated from there on, "?" that it may be. END closes; a case
 * without a mark is kept when it has been closed. "O_" marks another
 * writer's event, "..." a recording that is joined in the middle.
 */
#define _POSIX_C_SOURCE 200809L
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "letters.h"
#include "script.h"
#include "session.h"

/* 1 violated in every state of the mask, -1 in some, 0 in none. */
static int
level(const struct vss_view *v, int m, uint8_t mask)
{
	ck_assert_msg(mask != 0, "%s: no state left", vss_monitors[m].name);
	if (!(mask & ~v->violated[m]))
		return 1;
	return mask & v->violated[m] ? -1 : 0;
}

static void
make_view(struct vss_view *v, const char *hides)
{
	struct vss_profile p;
	const char *w, *end;
	int kind;

	vss_profile_all(&p);
	while ((w = next_word(&hides, &end))) {
		kind = vss_kind_find(w, end - w);
		ck_assert_msg(kind, "no such event: %.*s", (int)(end - w), w);
		vss_profile_show(&p, kind, 0);
	}
	vss_view_make(v, &p);
}

static void
walk(const char *id, const char *hides, const char *words)
{
	static const char *const says[] = { "may be", "is not", "is" };
	int rule = vss_rule_find(id), m, n, is, want = 0;
	const char *all = words, *w, *end, *tail;
	uint16_t letters[VSS_ALTERNATIVES];
	struct vss_event ev;
	struct vss_view v;
	unsigned other;
	uint8_t mask;

	ck_assert_msg(rule >= 0, "no rule %s", id);
	m = vss_monitor_find(rule, VSS_RULE);
	make_view(&v, hides);
	mask = v.start[m];
	while ((w = next_word(&words, &end))) {
		if (!strncmp(w, "...", 3)) {
			mask = v.middle[m];
			continue;
		}
		tail = end;
		if (end[-1] == '!' || end[-1] == '?') {
			want = end[-1] == '!' ? 1 : -1;
			tail--;
		}
		other = strncmp(w, "O_", 2) ? 1 : 2;
		parse_event(w + (other == 2 ? 2 : 0), tail, &ev);
		if (vss_rule(rule)->scope == VSS_SESSION &&
		    vss_kind(ev.kind)->tracked)
			other = 2;	/* a session tracks no writer */
		n = vss_event_letters(ev.kind, ev.phases, ev.data, other,
		    letters);
		ck_assert_msg(n > 0, "%s: no letter in %.*s", id,
		    (int)(end - w), w);
		mask = vss_monitor_step(&v, m, mask, letters, n);
		is = level(&v, m, mask);
		ck_assert_msg(is == want, "%s: %s\n%s violated after %.*s", id,
		    all, says[is + 1], (int)(end - w), w);
	}
	is = level(&v, m, vss_monitor_close(m, mask));
	ck_assert_msg(is == want, "%s: %s\n%s violated at the end", id, all,
	    says[is + 1]);
}

struct story { const char *rule, *hides, *words; };

/* By hand, from the words of the rules. */
static const struct story seen[] = {
	/* AbortBackup between a failed DoSnapshotSet and Release */
	{ "ABT-03", "", "PREP.call PREP.fin DO.call DO.err REL!" },
	{ "ABT-03", "", "PREP.call PREP.fin DO.call DO.can REL!" },
	{ "ABT-03", "", "PREP.fin DO.err ABORT.call ABORT.ok REL" },
	{ "ABT-03", "", "PREP.fin DO.err ABORT.call ABORT.err REL" },
	{ "ABT-03", "", "PREP.fin DO.err ABORT.ok DO.err REL!" },
	{ "ABT-03", "", "PREP.fin DO.fin REL" },
	{ "ABT-03", "", "DO.call DO.err REL" },
	{ "ABT-03", "", "PREP.fin DO.err EXIT" },
	/* BackupComplete after a DoSnapshotSet that did not succeed */
	{ "TRM-11", "", "DO.call DO.err COMPL.call! COMPL.fin" },
	{ "TRM-11", "", "DO.call DO.can COMPL.call!" },
	{ "TRM-11", "", "DO.err ABORT.call ABORT.ok COMPL.call!" },
	{ "TRM-11", "", "DO.call DO.fin COMPL.call COMPL.fin" },
	{ "TRM-11", "", "COMPL.call COMPL.fin DO.err" },
	/* BackupShutdown once for each writer */
	{ "SHD-16", "", "SD.in=own SD.out" },
	{ "SHD-16", "", "SD.in=own SD.out SD.in=own!" },
	{ "SHD-16", "", "SD.in=own SD.in=own!" },
	{ "SHD-16", "", "SD.in=own SD.out SD.in=nil!" },
	{ "SHD-16", "", "SD.in=own O_SD.in=own O_SD.out SD.out" },
	/* BackupShutdown always comes: only the end can miss it */
	{ "SHD-01", "", "PB.in PB.out REL END!" },
	{ "SHD-01", "", "PB.in PB.out REL SD.in=own SD.out END" },
	{ "SHD-01", "", "PB.in REL O_SD.in=own END!" },
	{ "SHD-01", "", "O_PB.in O_PB.out REL END" },
	{ "SHD-01", "", "ID.in ID.out REL END" },
	{ "SHD-01", "", "PB.in WDEAD REL END" },
	{ "SHD-01", "", "PB.in REL SVC_EXIT END" },
	{ "SHD-01", "", "SD.in=own PB.in REL END!" },
	{ "SHD-01", "", "PB.in END" },
	/* an object that was created is let go, one way or the other */
	{ "TRM-03", "", "CREATE.ok INIT.ok END!" },
	{ "TRM-03", "", "CREATE.ok INIT.ok REL END" },
	{ "TRM-03", "", "CREATE.ok EXIT END" },
	{ "TRM-03", "", "CREATE.err END" },
	/* a verdict for every component, before BackupComplete */
	{ "TRM-13", "", "COMP.ok COMPL.call!" },
	{ "TRM-13", "", "COMP.ok SUCC.ok=false COMPL.call" },
	{ "TRM-13", "", "COMP.ok O_SUCC.ok=true COMPL.call!" },
	{ "TRM-13", "", "O_COMP.ok COMPL.call" },
	{ "TRM-13", "", "COMP.err COMPL.call" },
	/* one deletion at a time: from its call to its end */
	{ "DEL-06", "", "DEL.call DEL.ok DEL.call DEL.err" },
	{ "DEL-06", "", "DEL.call DEL.call!" },
	/* an auto-release copy goes with its object */
	{ "TRM-07", "", "CTX.ok=AUTO_W V_MADE REL END!" },
	{ "TRM-07", "", "CTX.ok=AUTO_W V_MADE REL V_GONE END" },
	{ "TRM-07", "", "CTX.ok=KEPT_W V_MADE REL END" },
	{ "TRM-07", "", "V_MADE REL END!" },
	/* Freeze is answered before DoSnapshotSet ends */
	{ "ORD-12", "", "DO.call FZ.in FZ.out DO.fin!" },
	{ "ORD-12", "", "DO.call FZ.in FZ.out TH.in DO.fin" },
	{ "ORD-12", "", "DO.call FZ.in FZ.fail AB.in DO.err" },
	{ "ORD-12", "", "DO.call FZ.in O_TH.in DO.fin!" },
	{ "ORD-12", "", "DO.call FZ.in END!" },
	/* what was entered is left */
	{ "WRT-06", "", "FZ.in FZ.out TH.in TH.out END" },
	{ "WRT-06", "", "FZ.in TH.in!" },
	{ "WRT-06", "", "FZ.in END!" },
	{ "WRT-06", "", "FZ.in EXIT SD.in=own SD.out END" },
	/* a freeze that lasts too long ends in Abort */
	{ "TMO-01", "", "FZ.in FZ_TIMEOUT TH.in!" },
	{ "TMO-01", "", "FZ.in FZ_TIMEOUT AB.in TH.in" },
	{ "TMO-01", "", "FZ.in TH.in FZ_TIMEOUT" },
	/* one set is created at a time */
	{ "SVC-01", "", "START.ok RSTART.ok!" },
	{ "SVC-01", "", "START.ok RSTART.err" },
	{ "SVC-01", "", "START.ok DO.call DO.fin RSTART.ok" },
	{ "SVC-01", "", "RSTART.ok START.ok" },
	/* the set that BackupShutdown names */
	{ "SHD-05", "", "DO.call DO.fin REL SD.in=own" },
	{ "SHD-05", "", "DO.call DO.fin REL SD.in=nil!" },
	{ "SHD-05", "", "REL SD.in=nil" },
	{ "SHD-05", "", "REL SD.in=own!" },
	{ "SHD-05", "", "REL SD.in=foreign!" },
	/* contexts without writers */
	{ "PER-11", "", "CTX.ok=AUTO_N FZ.in!" },
	{ "PER-11", "", "CTX.ok=AUTO_N ID.in" },
	{ "PER-11", "", "CTX.ok=AUTO_W FZ.in" },
};

/* What the source does not tell, it does not hold against anyone. */
static const struct story hidden[] = {
	/* the way out may have been taken unseen */
	{ "ABT-03", "ABORT", "PREP.fin DO.err REL?" },
	{ "SHD-01", "SD", "PB.in PB.out REL END?" },
	{ "SHD-01", "WDEAD", "PB.in PB.out REL END?" },
	{ "SHD-01", "SVC_EXIT", "PB.in PB.out REL END?" },
	{ "ORD-12", "TH", "FZ.in FZ.out DO.fin?" },
	{ "TRM-03", "REL", "CREATE.ok END?" },
	{ "TRM-08", "EXIT", "COMPL.fin END?" },
	{ "TRM-13", "SUCC", "COMP.ok COMPL.call?" },
	/* ... and what arms the rule may have happened unseen */
	{ "ABT-03", "PREP", "DO.err REL?" },
	{ "TRM-11", "DO", "COMPL.call?" },
	/* what the rule does not speak of may be hidden */
	{ "ABT-03", "COMPL READ SD GWS", "PREP.fin DO.err REL!" },
	{ "TRM-11", "ABORT REL SD PREP", "DO.err COMPL.call!" },
	{ "SHD-01", "BC FZ AB", "PB.in REL END!" },
	/* the context is a fact about the whole backup: open, not moving */
	{ "TRM-07", "CTX", "V_MADE REL END?" },
	{ "TRM-07", "CTX", "V_MADE REL V_GONE END" },
	{ "PER-11", "CTX", "FZ.in?" },
	{ "PER-11", "CTX", "ID.in END" },
	{ "TRM-17", "CTX", "PREP.call?" },
	{ "TRM-28", "CTX", "DO.fin EXIT?" },
	{ "TRM-28", "CTX", "DO.fin BRK.ok EXIT" },
};

/* The source leaves open which of several it was. */
static const struct story ambiguous[] = {
	{ "ABT-03", "", "PREP.fin DO.err|can REL!" },
	{ "ABT-03", "", "PREP.fin DO.fin|err|can REL?" },
	{ "ABT-03", "", "PREP.fin|err DO.err REL?" },
	{ "ABT-03", "", "PREP.fin|err|can DO.fin|err|can ABORT.ok REL" },
	{ "DEL-10", "", "DO.fin DEL.ok|err READ=copy?" },
	{ "TRM-11", "", "DO.fin|err COMPL.call? DO.err COMPL.call!" },
	{ "SHD-05", "", "DO.fin REL SD.in=own|nil?" },
	{ "SHD-05", "", "DO.fin REL SD.in?" },
	{ "SHD-05", "", "DO.fin REL SD.in=nil|foreign!" },
	{ "TRM-07", "", "CTX.ok=AUTO_W|KEPT_W V_MADE REL END?" },
	{ "TRM-07", "", "CTX.ok=AUTO_W|AUTO_N V_MADE REL END!" },
	{ "TRM-07", "", "CTX.ok=KEPT_N|KEPT_W V_MADE REL END" },
	{ "ABT-09", "", "FZ.in FZ.out|fail END?" },
	{ "ABT-09", "", "FZ.in FZ.out|fail AB.in END" },
};

/* What happened before the recording began is nobody's fault. */
static const struct story middle[] = {
	{ "ABT-03", "", "... REL?" },
	{ "ABT-03", "", "... DO.err REL?" },
	{ "ABT-03", "", "... PREP.fin DO.err REL!" },
	{ "ABT-03", "", "... ABORT.ok REL" },
	{ "TRM-11", "", "... COMPL.call?" },
	{ "TRM-11", "", "... DO.err COMPL.call!" },
	{ "SHD-16", "", "... SD.in? SD.out SD.in!" },
	{ "SHD-01", "", "... REL? END" },
	{ "SHD-01", "", "... SD.in END" },
	{ "SHD-01", "", "... PB.in REL? END" },
	{ "TRM-03", "", "... END?" },
	{ "TRM-03", "", "... REL END" },
	{ "ORD-09", "", "... DO.call?" },
	{ "ORD-12", "", "... TH.in DO.fin" },
	{ "ORD-12", "", "... DO.fin?" },
	{ "ABT-03", "ABORT", "... PREP.fin DO.err REL?" },
};

START_TEST(a_rule_says_what_it_says)
{
	walk(seen[_i].rule, seen[_i].hides, seen[_i].words);
}
END_TEST

START_TEST(what_is_hidden_violates_nothing)
{
	walk(hidden[_i].rule, hidden[_i].hides, hidden[_i].words);
}
END_TEST

START_TEST(what_is_open_violates_when_every_reading_does)
{
	walk(ambiguous[_i].rule, ambiguous[_i].hides, ambiguous[_i].words);
}
END_TEST

START_TEST(what_came_before_violates_nothing)
{
	walk(middle[_i].rule, middle[_i].hides, middle[_i].words);
}
END_TEST

START_TEST(every_rule_has_a_monitor_and_an_occasion)
{
	char name[32], *p;
	int m, count[3] = { 0, 0, 0 };

	snprintf(name, sizeof(name), "%s", vss_rule(_i)->id);
	if ((p = strchr(name, '-')))
		*p = '_';
	for (m = 0; m < VSS_NMONITORS; m++)
		if (vss_monitors[m].rule == _i) {
			ck_assert_int_le(vss_monitors[m].role, VSS_RAISE);
			count[vss_monitors[m].role]++;
			p = strstr(vss_monitors[m].name, name);
			ck_assert_msg(p && !strcmp(p, name), "%s for rule %s",
			    vss_monitors[m].name, name);
			if (vss_monitors[m].role == VSS_RAISE)
				continue;
			ck_assert_int_ge(m,
			    vss_scope_first[vss_rule(_i)->scope]);
			ck_assert_int_lt(m,
			    vss_scope_first[vss_rule(_i)->scope + 1]);
		}
	ck_assert_int_eq(count[VSS_RULE], 1);
	ck_assert_int_eq(count[VSS_OCCASION], 1);
	ck_assert_int_le(count[VSS_RAISE], 1);
	ck_assert_int_eq(vss_rule_find(vss_rule(_i)->id), _i);
}
END_TEST

START_TEST(a_monitor_is_an_automaton)
{
	const struct vss_monitor *m = &vss_monitors[_i];
	int st, c, to;

	ck_assert_int_ge(m->nstates, 1);
	ck_assert_int_le(m->nstates, 8);
	ck_assert_int_ge(m->nclasses, 1);
	ck_assert_int_lt(m->initial, m->nstates);
	ck_assert_int_ne(m->verdict[m->initial], VSS_STATE_VIOLATED);
	for (st = 0; st < m->nstates; st++)
		for (c = 0; c < m->nclasses; c++) {
			to = m->next[st * m->nclasses + c];
			ck_assert_int_lt(to, m->nstates);
			if (!c)		/* of no concern */
				ck_assert_int_eq(to, st);
			if (m->verdict[st] != VSS_OPEN)
				ck_assert_msg(m->verdict[to] == m->verdict[st],
				    "%s: state %d is final and left", m->name,
				    st);
		}
}
END_TEST

START_TEST(letters_and_their_numbers_are_the_vocabularys)
{
	static struct letter list[LETTER_MAX];
	int n = letters(list), l, i, given = 0;

	ck_assert_int_eq(n, VSS_NLETTERS);
	for (l = 0; l < n; l++) {
		ck_assert_int_eq(vss_letter_value[l], list[l].value);
		ck_assert_str_eq(vss_letter_name[l], list[l].name);
		ck_assert_int_eq(vss_letter_index[vss_letter_value[l]],
		    l + 1);
	}
	for (i = 0; i < (VSS_KIND_MAX + 1) * 128; i++) {
		given += vss_letter_index[i] != 0;
		if (vss_letter_index[i])
			ck_assert_int_eq(vss_letter_value[vss_letter_index[i] -
			    1], i);
	}
	ck_assert_int_eq(given, VSS_NLETTERS);
}
END_TEST

START_TEST(an_event_that_is_told_fully_is_one_letter)
{
	uint16_t letter[VSS_ALTERNATIVES];
	int l, v;

	for (l = 0; l < VSS_NLETTERS; l++) {
		v = vss_letter_value[l];
		ck_assert_int_eq(vss_event_letters(v / 128,
		    1 << (v / 8 % 8), 1 << (v % 8), 1 << (v / 64 % 2),
		    letter), 1);
		ck_assert_int_eq(letter[0], l);
	}
}
END_TEST

START_TEST(an_event_that_is_left_open_is_all_letters_that_it_may_be)
{
	uint16_t letter[VSS_ALTERNATIVES];
	int kind, n, i, k;

	for (kind = 1; kind < KIND_COUNT; kind++) {
		if (!vss_kind(kind)->name)
			continue;
		n = vss_event_letters(kind, 0xff, 0xff, 3, letter);
		ck_assert_int_gt(n, 0);
		for (i = 0; i < n; i++) {
			ck_assert_int_eq(vss_letter_value[letter[i]] / 128,
			    kind);
			for (k = 0; k < i; k++)
				ck_assert_int_ne(letter[i], letter[k]);
		}
		for (k = i = 0; i < VSS_NLETTERS; i++)
			k += vss_letter_value[i] / 128 == kind;
		ck_assert_msg(k == n, "%s: %d letters of %d",
		    vss_kind(kind)->name, n, k);
	}
	ck_assert_int_eq(vss_event_letters(KIND_REL, 1 << PHASE_ERR, 0, 1,
	    letter), 0);
}
END_TEST

START_TEST(effects_list_the_monitors_that_a_letter_can_move)
{
	int s, l, m, i, n;

	for (s = 0; s < VSS_NSCOPES; s++)
		for (l = 0; l < VSS_NLETTERS; l++) {
			n = vss_effect_first[s][l + 1] -
			    vss_effect_first[s][l];
			for (m = vss_scope_first[s];
			    m < vss_scope_first[s + 1]; m++)
				n -= vss_class[m][l] != 0;
			ck_assert_msg(!n, "%s: %d too many",
			    vss_letter_name[l], n);
			for (i = vss_effect_first[s][l];
			    i < vss_effect_first[s][l + 1]; i++)
				ck_assert_int_eq(vss_effects[i].class,
				    vss_class[vss_effects[i].monitor][l]);
		}
}
END_TEST

enum { WORDS = 400, LENGTH = 24 };

/* A view that hides something at random. */
static void
random_view(struct vss_view *v, uint32_t *seed)
{
	struct vss_profile p;
	uint32_t one_in = 2 + draw(seed, 12);
	int kind;

	vss_profile_all(&p);
	for (kind = 1; kind < KIND_COUNT; kind++)
		if (kind != KIND_END && !draw(seed, one_in))
			p.shows[kind] &= draw(seed, 2) ? 0 : draw(seed, 256);
	vss_view_make(v, &p);
}

START_TEST(one_step_for_all_is_one_step_for_each)
{
	uint32_t seed = 2463534242u + _i;
	uint8_t mask[VSS_NMONITORS], each[VSS_NMONITORS];
	uint16_t letter[VSS_ALTERNATIVES];
	int scope = _i % VSS_NSCOPES, first = vss_scope_first[scope];
	int n = vss_scope_first[scope + 1] - first, i, m, k, changed, v;
	struct vss_view view;

	random_view(&view, &seed);
	vss_engine_start(&view, scope, _i & 1, mask);
	memcpy(each, mask, n);
	for (i = 0; i < WORDS; i++) {
		k = 1;
		letter[0] = draw(&seed, VSS_NLETTERS);
		if (!draw(&seed, 4)) {
			v = vss_letter_value[letter[0]];
			k = vss_event_letters(v / 128, 1 << (v / 8 % 8) |
			    draw(&seed, 256), 1 << (v % 8) | draw(&seed, 256),
			    1 << (v / 64 % 2) | draw(&seed, 4), letter);
		}
		changed = vss_engine_step(&view, scope, mask, letter, k);
		for (m = 0; m < n; m++) {
			v = vss_monitor_step(&view, first + m, each[m],
			    letter, k);
			changed -= v != each[m] && changed == 1 ? 1 : 0;
			ck_assert_msg(v == mask[m], "seed %d, %s, letter %s: "
			    "%x or %x", _i, vss_monitors[first + m].name,
			    vss_letter_name[letter[0]], v, mask[m]);
			each[m] = v;
		}
		ck_assert_int_eq(changed, 0);
		if (!draw(&seed, 40)) {
			vss_engine_start(&view, scope, _i & 1, mask);
			memcpy(each, mask, n);
		}
	}
}
END_TEST

/* A letter that moves the monitor, and is no END. */
static int
telling_letter(int m, uint32_t *seed)
{
	int l = draw(seed, VSS_NLETTERS), n;

	for (n = 0; n < VSS_NLETTERS; n++, l = (l + 1) % VSS_NLETTERS)
		if (vss_class[m][l] && vss_letter_value[l] / 128 != KIND_END)
			break;
	return l;
}

static int
is_parameter(int letter)
{
	int kind = vss_letter_value[letter] / 128;

	return kind == KIND_CTX || kind == KIND_STATE;
}

/*
 * The law behind all the others: whatever is hidden, left open or came
 * before, what really happened is among what is thought possible. So a rule
 * is reported as violated only when it is.
 */
START_TEST(what_really_happened_is_always_thought_possible)
{
	uint32_t seed = 88172645u + 977u * _i, cut;
	const struct vss_monitor *mo = &vss_monitors[_i];
	int word, i, k, v, real, joined, letter[LENGTH], swap, n;
	uint16_t alternatives[VSS_ALTERNATIVES];
	struct vss_view view;
	uint8_t mask;

	for (word = 0; word < WORDS; word++) {
		if (word % 25 == 0)
			random_view(&view, &seed);
		cut = draw(&seed, 2) ? draw(&seed, LENGTH) : 0;
		for (i = 0; i < LENGTH; i++)
			letter[i] = telling_letter(_i, &seed);
		/* facts about the whole session stand at its beginning */
		for (i = k = 0; i < LENGTH; i++)
			if (is_parameter(letter[i])) {
				swap = letter[k];
				letter[k++] = letter[i];
				letter[i] = swap;
			}
		if (cut && cut < (uint32_t)k)
			cut = k;
		real = mo->initial;
		mask = view.start[_i];
		joined = 0;
		for (i = 0; i < LENGTH; i++) {
			if (cut && (uint32_t)i == cut &&
			    (mo->role != VSS_RULE ||
			    mo->verdict[real] != VSS_STATE_VIOLATED)) {
				mask = view.middle[_i];
				joined = 1;
			}
			real = mo->next[real * mo->nclasses +
			    vss_class[_i][letter[i]]];
			v = vss_letter_value[letter[i]];
			n = vss_event_letters(v / 128, 1 << (v / 8 % 8) |
			    (draw(&seed, 4) ? 0 : draw(&seed, 256)),
			    1 << (v % 8) | (draw(&seed, 4) ? 0 :
			    draw(&seed, 256)), 1 << (v / 64 % 2), alternatives);
			if (view.profile.shows[v / 128] >> (v / 8 % 8) & 1)
				mask = vss_monitor_step(&view, _i, mask,
				    alternatives, n);
			ck_assert_msg(mask >> real & 1, "word %d, %s%s: after "
			    "%s state %d is not among %x", word, mo->name,
			    joined ? ", joined" : "",
			    vss_letter_name[letter[i]], real, mask);
		}
	}
}
END_TEST

START_TEST(nothing_is_violated_before_anything_happened)
{
	uint32_t seed = 521288629u;
	struct vss_view view;
	int i, m;

	for (i = 0; i < 50; i++) {
		random_view(&view, &seed);
		for (m = 0; m < VSS_NMONITORS; m++) {
			ck_assert_int_ne(level(&view, m, view.start[m]), 1);
			ck_assert_int_ne(level(&view, m, view.middle[m]), 1);
			if (vss_monitors[m].role == VSS_RULE &&
			    view.visible[m])
				ck_assert_int_eq(level(&view, m,
				    view.middle[m]), 0);
		}
	}
}
END_TEST

START_TEST(a_view_knows_what_it_lacks)
{
	struct vss_view v;
	int m = vss_monitor_find(vss_rule_find("ABT-03"), VSS_RULE), kind;

	make_view(&v, "");
	ck_assert_int_eq(v.visible[m], 1);
	for (kind = 1; kind < KIND_COUNT; kind++)
		ck_assert_int_eq(vss_view_lacks(&v, m, kind), 0);
	make_view(&v, "ABORT SD CTX");
	ck_assert_int_eq(v.visible[m], 0);
	ck_assert_int_eq(vss_view_lacks(&v, m, KIND_ABORT), 1);
	ck_assert_int_eq(vss_view_lacks(&v, m, KIND_SD), 0);
	m = vss_monitor_find(vss_rule_find("PER-11"), VSS_RULE);
	make_view(&v, "CTX");
	ck_assert_int_eq(v.visible[m], 1);
	ck_assert_int_eq(vss_view_lacks(&v, m, KIND_CTX), 1);
}
END_TEST

/* All states after the steps that are not `taken`, in every order that keeps
 * the chains: by trying each. */
static uint8_t
every_order(const struct vss_view *v, int m, uint8_t mask,
    const struct vss_step *steps, int n, unsigned taken)
{
	uint8_t to = 0;
	int i, k, free;

	if (taken + 1 == 1U << n)
		return mask;
	for (i = 0; i < n; i++) {
		for (k = 0, free = !(taken >> i & 1); k < i; k++)
			if (!(taken >> k & 1) &&
			    (steps[k].chains & steps[i].chains ||
			    steps[k].until < steps[i].from))
				free = 0;
		if (free)
			to |= every_order(v, m, vss_monitor_step(v, m, mask,
			    steps[i].letters, steps[i].n), steps, n,
			    taken | 1U << i);
	}
	return to;
}

/* A letter that moves the monitor, mostly. */
static uint16_t
some_letter(int m, uint32_t *seed)
{
	uint16_t l;
	int tries;

	for (tries = 0; tries < 200; tries++) {
		l = draw(seed, VSS_NLETTERS);
		if (vss_class[m][l])
			break;
	}
	return l;
}

/* 100,000 groups in all, of up to six events in up to six chains, some of
 * them left open, with everything shown and with kinds hidden. */
START_TEST(what_has_no_order_is_judged_in_every_order)
{
	enum { CASES = 1250 };
	struct vss_step steps[6];
	uint32_t seed = 0x9e3779b9u * (_i + 1);
	uint8_t mask, got;
	struct vss_view v;
	struct vss_profile p;
	int64_t at;
	int c, i, k, m, n, several = 0, violated = 0, open = 0;

	for (c = 0; c < CASES; c++) {
		if (c % 125 == 0) {
			vss_profile_all(&p);
			for (i = 0; c && i < 4; i++)
				p.shows[draw(&seed, KIND_COUNT)] = 0;
			vss_view_make(&v, &p);
		}
		m = draw(&seed, VSS_NMONITORS);
		n = 2 + draw(&seed, 5);
		at = 0;
		for (i = 0; i < n; i++) {
			steps[i].chains = 1 << draw(&seed, n) |
			    (draw(&seed, 4) == 0) << draw(&seed, n);
			at += draw(&seed, 4);
			steps[i].from = at;
			steps[i].until = at + draw(&seed, 12);
			steps[i].n = 1 + (draw(&seed, 8) == 0);
			for (k = 0; k < steps[i].n; k++)
				steps[i].letters[k] = some_letter(m, &seed);
		}
		vss_steps_order(steps, n);
		mask = v.start[m];
		for (i = draw(&seed, 3); i > 0; i--)
			mask = vss_monitor_step(&v, m, mask,
			    (uint16_t[]){ some_letter(m, &seed) }, 1);
		got = vss_monitor_unordered(&v, m, mask, steps, n);
		ck_assert_msg(got == every_order(&v, m, mask, steps, n, 0),
		    "seed %d case %d: %s", _i, c, vss_monitors[m].name);
		several += (got & (got - 1)) != 0;
		violated += !(got & ~v.violated[m]);
		open += (got & v.violated[m]) && (got & ~v.violated[m]);
	}
	ck_assert_int_gt(several, CASES / 50);
	ck_assert_int_gt(violated, CASES / 50);
	ck_assert_int_gt(open, CASES / 100);
}
END_TEST

/* More events than are tried in every order: nothing is lost. */
START_TEST(too_many_without_order_lose_no_state)
{
	struct vss_step steps[VSS_UNORDERED + 4];
	struct vss_view v;
	struct vss_profile p;
	uint8_t mask, got;
	uint32_t seed = 77 + _i;
	int i, m = _i, n = VSS_UNORDERED + 4;

	vss_profile_all(&p);
	vss_view_make(&v, &p);
	for (i = 0; i < n; i++) {
		steps[i].chains = 1 << i % 3;
		steps[i].from = steps[i].until = 0;
		steps[i].n = 1;
		steps[i].letters[0] = some_letter(m, &seed);
	}
	mask = v.start[m];
	vss_steps_order(steps, n);
	got = vss_monitor_unordered(&v, m, mask, steps, n);
	for (i = 0; i < n; i++)
		mask = vss_monitor_step(&v, m, mask, steps[i].letters, 1);
	ck_assert_uint_eq(mask & ~got, 0);
}
END_TEST

#define N(a) (int)(sizeof(a) / sizeof((a)[0]))

int
main(void)
{
	Suite *s = suite_create("engine");
	TCase *tc = tcase_create("tables");
	SRunner *r;
	int failed;

	tcase_add_loop_test(tc, every_rule_has_a_monitor_and_an_occasion, 0,
	    VSS_NRULES);
	tcase_add_loop_test(tc, a_monitor_is_an_automaton, 0, VSS_NMONITORS);
	tcase_add_test(tc, letters_and_their_numbers_are_the_vocabularys);
	tcase_add_test(tc, an_event_that_is_told_fully_is_one_letter);
	tcase_add_test(tc,
	    an_event_that_is_left_open_is_all_letters_that_it_may_be);
	tcase_add_test(tc, effects_list_the_monitors_that_a_letter_can_move);
	suite_add_tcase(s, tc);

	tc = tcase_create("rules");
	tcase_add_loop_test(tc, a_rule_says_what_it_says, 0, N(seen));
	tcase_add_loop_test(tc, what_is_hidden_violates_nothing, 0,
	    N(hidden));
	tcase_add_loop_test(tc,
	    what_is_open_violates_when_every_reading_does, 0, N(ambiguous));
	tcase_add_loop_test(tc, what_came_before_violates_nothing, 0,
	    N(middle));
	tcase_add_test(tc, a_view_knows_what_it_lacks);
	suite_add_tcase(s, tc);

	tc = tcase_create("laws");
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, one_step_for_all_is_one_step_for_each, 0, 30);
	tcase_add_loop_test(tc,
	    what_really_happened_is_always_thought_possible, 0,
	    VSS_NMONITORS);
	tcase_add_test(tc, nothing_is_violated_before_anything_happened);
	tcase_add_loop_test(tc, what_has_no_order_is_judged_in_every_order, 0,
	    80);
	tcase_add_loop_test(tc, too_many_without_order_lose_no_state, 0,
	    VSS_NMONITORS);
	suite_add_tcase(s, tc);

	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
