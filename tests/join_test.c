/*
 * Recordings judged together: which backup of one is which of another, what
 * both tell, what time tells of the order, and what may be concluded. A
 * recording is written down as words:
 *
 *	i1:			the events that follow are of object i1 (-: none)
 *	A/FZ.in			an event of writer A
 *	@12			it is 12 s later than the start; @none: no clock
 *	pid=5 set=y		what the events that follow tell beside
 *	middle			the next event joins its session in the middle
 *	time@90			the recording goes on
 *	reboot@90		the machine is up again after a restart
 */
#define _POSIX_C_SOURCE 200809L
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "join.h"
#include "script.h"

#define SECOND INT64_C(1000000)
#define HOUR (3600 * SECOND)
#define START (INT64_C(1689782618) * SECOND)

static struct vss_join *j;
static struct vss_sessions s;
static struct vss_judgement g;
static struct vss_error error;

static void
begin(void)
{
	j = vss_join_new();
	ck_assert_ptr_nonnull(j);
	vss_sessions_init(&s);
	memset(&g, 0, sizeof(g));
}

static void
finish(void)
{
	vss_judgement_free(&g);
	vss_sessions_free(&s);
	vss_join_free(j);
}

static void
cut_word(char *to, size_t size, const char *from, const char *end)
{
	ck_assert_uint_lt((size_t)(end - from), size);
	memcpy(to, from, end - from);
	to[end - from] = 0;
}

struct now {
	char object[32], set[64], writer[64];
	uint32_t pid;
	int64_t time;
	uint64_t line;
	int middle;
};

static void
say(struct now *now, const char *w, const char *end)
{
	struct vss_event ev = { 0 };
	const char *slash = memchr(w, '/', end - w);

	*now->writer = 0;
	if (slash) {
		cut_word(now->writer, sizeof(now->writer), w, slash);
		w = slash + 1;
	}
	parse_event(w, end, &ev);
	ev.line = ++now->line;
	ev.time = now->time;
	ev.pid = now->pid;
	ev.middle = now->middle;
	ev.object = *now->object ? now->object : NULL;
	ev.set = *now->set ? now->set : NULL;
	ev.writer = *now->writer ? now->writer : NULL;
	now->middle = 0;
	ck_assert_int_eq(vss_join_event(j, &ev, &error), VSS_OK);
}

static int64_t
seconds(const char *w)
{
	return !strncmp(w, "none", 4) ? VSS_NO_TIME : START +
	    (int64_t)(strtod(w, NULL) * 1000 + .5) * 1000;
}

static void
words(const char *p)
{
	struct now now = { .object = "i1", .time = START };
	const char *w, *end;

	while ((w = next_word(&p, &end))) {
		if (*w == '@')
			now.time = seconds(w + 1);
		else if (!strncmp(w, "time@", 5))
			ck_assert_int_eq(vss_join_time(j, seconds(w + 5)),
			    VSS_OK);
		else if (!strncmp(w, "reboot@", 7))
			ck_assert_int_eq(vss_join_reboot(j, seconds(w + 7)),
			    VSS_OK);
		else if (!strncmp(w, "pid=", 4))
			now.pid = strtoul(w + 4, NULL, 10);
		else if (!strncmp(w, "set=", 4))
			cut_word(now.set, sizeof(now.set), w + 4, end);
		else if (!strncmp(w, "middle", 6))
			now.middle = 1;
		else if (end[-1] == ':')
			cut_word(now.object, sizeof(now.object), *w == '-' ?
			    end - 1 : w, end - 1);
		else
			say(&now, w, end);
	}
}

/* A recording that sees these kinds; "all": everything. */
static struct vss_profile
sees(const char *kinds)
{
	struct vss_profile p;
	const char *w, *end;
	int k;

	vss_profile_none(&p, "test");
	while ((w = next_word(&kinds, &end))) {
		for (k = 1; k < KIND_COUNT; k++)
			if (vss_kind(k)->name && (!strncmp(w, "all", 3) ||
			    (!strncmp(w, "requester", 9) &&
			    vss_kind(k)->actor == ACTOR_REQUESTER) ||
			    (!strncmp(w, "writer", 6) &&
			    vss_kind(k)->actor == ACTOR_WRITER)))
				vss_profile_show(&p, k, 1);
		if ((k = vss_kind_find(w, end - w)))
			vss_profile_show(&p, k, 1);
	}
	return p;
}

static void
recording(const char *kinds, const char *text)
{
	struct vss_profile p = sees(kinds);

	ck_assert_int_eq(vss_join_recording(j, &p, VSS_NO_TIME), VSS_OK);
	words(text);
}

/* Of one writer's log: of other writers it shows nothing. */
static void
writers_log(const char *kinds, const char *text)
{
	struct vss_profile p = sees(kinds);
	int k;

	for (k = 1; k < KIND_COUNT; k++)
		if (vss_kind(k)->name && vss_kind(k)->tracked)
			p.hides_others[k] = p.shows[k];
	ck_assert_int_eq(vss_join_recording(j, &p, VSS_NO_TIME), VSS_OK);
	words(text);
}

/* Of a clock that shows whole seconds, or local time. */
static void
clocked(const char *kinds, int64_t tick, int local, const char *text)
{
	struct vss_profile p = sees(kinds);

	p.tick = tick;
	p.local_time = local;
	ck_assert_int_eq(vss_join_recording(j, &p, VSS_NO_TIME), VSS_OK);
	words(text);
}

static void
run(int sessions)
{
	ck_assert_int_eq(vss_join_run(j, &s, &error), VSS_OK);
	ck_assert_int_eq(vss_sessions_finish(&s), VSS_OK);
	ck_assert_int_eq(s.n, sessions);
}

static const char *
verdict(int session, const char *id)
{
	int r = vss_rule_find(id);

	ck_assert_int_ge(r, 0);
	vss_judgement_free(&g);
	ck_assert_int_eq(vss_judge(&s.list[session], &s.policy, &g), VSS_OK);
	return g.rules[r].why == VSS_WHY_ORDER ? "the order decides" :
	    vss_verdict_name(g.rules[r].verdict);
}

static int
notes(int kind)
{
	const struct vss_note *list;
	size_t i, n = vss_join_notes(j, &list);
	int found = 0;

	for (i = 0; i < n; i++)
		found += list[i].kind == kind;
	return found;
}

static int
has_kind(int session, int kind)
{
	return s.list[session].seen >> kind & 1;
}

/*
 * Which backup is which.
 */

START_TEST(one_set_is_one_backup)
{
	recording("requester", "i1: pid=7 set=x CREATE.ok START.ok");
	recording("writer V_MADE", "b: @500 set=x A/PB.in A/PB.out V_MADE");
	run(1);
	ck_assert_int_eq(notes(VSS_NOTE_GUESS), 0);
	ck_assert(has_kind(0, KIND_PB) && has_kind(0, KIND_START));
}
END_TEST

START_TEST(two_sets_are_two_backups)
{
	recording("requester", "i1: set=x CREATE.ok START.ok");
	recording("writer V_MADE", "b: set=y V_MADE");
	run(2);
}
END_TEST

/* The first and the last have nothing in common that tells. */
START_TEST(one_that_is_both_makes_the_others_one)
{
	recording("requester", "i1: @none set=x META.call META.fin DO.call "
	    "DO.fin");
	recording("META DO V_MADE", "b: pid=7 set=x @1 META.call @2 META.fin "
	    "@7 DO.call @9 DO.fin");
	recording("META", "c: pid=7 @1 META.call @2 META.fin");
	run(1);
	ck_assert_int_eq(notes(VSS_NOTE_GUESS), 0);
}
END_TEST

START_TEST(what_contradicts_one_of_them_stays_apart)
{
	recording("requester", "i1: @none set=x META.call META.fin");
	recording("META V_MADE", "b: pid=8 set=x @1 META.call @2 META.fin");
	recording("META", "c: pid=8 @1 META.call @2 META.fin");
	recording("META", "d: pid=7 @1 META.call @2 META.fin");
	run(2);
}
END_TEST

START_TEST(one_process_at_one_time_is_one_backup)
{
	recording("requester", "i1: pid=7 CREATE.ok @9 REL");
	recording("META", "x: pid=7 @3 META.call META.fin");
	run(1);
	ck_assert_int_eq(notes(VSS_NOTE_GUESS), 0);
}
END_TEST

START_TEST(one_process_at_different_times_is_two)
{
	recording("requester", "i1: pid=7 CREATE.ok @9 REL");
	recording("META", "x: pid=7 @300 META.call META.fin");
	run(2);
}
END_TEST

START_TEST(the_only_ones_at_a_time_are_taken_for_one_and_that_is_said)
{
	recording("requester", "i1: CREATE.ok @9 REL");
	recording("META V_MADE", "x: @3 META.call META.fin");
	run(1);
	ck_assert_int_eq(notes(VSS_NOTE_GUESS), 1);
}
END_TEST

/* The same program's log of another day, a copy of the file, ... */
START_TEST(recordings_that_show_the_same_are_not_guessed_to_be_one)
{
	recording("requester", "i1: CREATE.ok @9 REL");
	recording("requester", "i1: @3 CREATE.ok @9 REL");
	run(2);
}
END_TEST

START_TEST(what_could_be_either_is_left_apart)
{
	recording("requester", "i1: CREATE.ok i2: CREATE.ok @9 i1: REL i2: "
	    "REL");
	recording("META V_MADE", "x: @3 META.call META.fin");
	run(3);
	ck_assert_int_eq(notes(VSS_NOTE_GUESS), 0);
}
END_TEST

START_TEST(backups_of_one_recording_stay_apart)
{
	recording("requester", "i1: set=x START.ok i2: set=x START.ok");
	recording("V_MADE", "b: set=x V_MADE");
	run(2);
}
END_TEST

START_TEST(equal_names_in_two_recordings_mean_nothing)
{
	recording("requester", "i1: pid=1 CREATE.ok @9 REL");
	recording("requester", "i1: pid=2 CREATE.ok @9 REL");
	run(2);
	ck_assert_str_ne(s.list[0].object, s.list[1].object);
}
END_TEST

START_TEST(an_object_used_again_is_two_backups_here_too)
{
	recording("requester", "i1: pid=1 CREATE.ok @9 REL @20 CREATE.ok @29 "
	    "REL");
	recording("META", "x: pid=1 @23 META.call META.fin");
	run(2);
	ck_assert(!has_kind(0, KIND_META));
	ck_assert(has_kind(1, KIND_META));
}
END_TEST

/*
 * What both tell.
 */

START_TEST(what_both_tell_is_one_event)
{
	recording("requester", "i1: pid=1 CREATE.ok @1 COMPL.call @3 "
	    "COMPL.fin @4 REL");
	recording("COMPL", "x: pid=1 @1.02 COMPL.call @3.01 COMPL.fin|err");
	run(1);
	ck_assert_uint_eq(s.list[0].nevents, 4);
	ck_assert_int_eq(s.list[0].outcome_compl, PHASE_OK);
	ck_assert_int_eq(notes(VSS_NOTE_CONTRADICTION), 0);
}
END_TEST

START_TEST(one_fills_in_what_the_other_leaves_open)
{
	recording("COMPL", "x: pid=1 @1.02 COMPL.call @3.01 COMPL.fin|err");
	recording("requester", "i1: pid=1 CREATE.ok @1 COMPL.call @3 "
	    "COMPL.err @4 REL");
	run(1);
	ck_assert_int_eq(s.list[0].outcome_compl, PHASE_ERR);
}
END_TEST

START_TEST(a_contradiction_is_said_and_neither_believed)
{
	recording("requester", "i1: pid=1 CREATE.ok INIT.ok META.call META.fin "
	    "START.ok ADD.ok PREP.call PREP.fin @1 DO.call @3 DO.fin @4 REL");
	recording("DO", "x: pid=1 @1 DO.call @3 DO.err");
	run(1);
	ck_assert_int_eq(notes(VSS_NOTE_CONTRADICTION), 1);
	ck_assert_int_eq(s.list[0].outcome_do, PHASE_NONE);
}
END_TEST

START_TEST(what_one_should_show_and_does_not_is_said)
{
	recording("requester", "i1: pid=1 CREATE.ok @1 DO.call @13 DO.fin "
	    "@40 REL");
	recording("DO COMPL", "x: pid=1 @1 DO.call @13 DO.fin @20 COMPL.call "
	    "@21 COMPL.fin time@60");
	run(1);
	ck_assert_int_eq(notes(VSS_NOTE_CONTRADICTION), 2);
	ck_assert(has_kind(0, KIND_COMPL));
}
END_TEST

START_TEST(events_that_come_twice_stay_twice)
{
	recording("requester", "i1: pid=1 CREATE.ok @1 GWS.call @2 GWS.fin "
	    "@3 GWS.call @4 GWS.fin @5 REL");
	recording("GWS", "x: pid=1 @1 GWS.call @2 GWS.fin @3 GWS.call @4 "
	    "GWS.fin");
	run(1);
	ck_assert_uint_eq(s.list[0].nevents, 6);
}
END_TEST

START_TEST(a_writer_with_and_without_its_instance_is_one)
{
	recording("all", "i1: pid=1 CREATE.ok @1 PREP.call @2 NTDS_(pid_632)"
	    "/PB.in NTDS_(pid_632)/PB.out @3 PREP.fin");
	writers_log("writer", "-: @2 NTDS_/PB.in NTDS_/PB.out");
	run(1);
	ck_assert_int_eq(s.list[0].nwriters, 1);
}
END_TEST

START_TEST(two_instances_stay_two_writers)
{
	recording("all", "i1: pid=1 CREATE.ok @1 PREP.call @2 X(1)/PB.in "
	    "X(1)/PB.out X(2)/PB.in X(2)/PB.out @3 PREP.fin");
	run(1);
	ck_assert_int_eq(s.list[0].nwriters, 2);
}
END_TEST

/*
 * What may be concluded.
 */

#define UNTIL_COPY "i1: pid=1 CREATE.ok INIT.ok CTX.ok=AUTO_W @1 META.call " \
	"@2 META.fin @3 START.ok ADD.ok @4 PREP.call @6 PREP.fin @7 DO.call " \
	"@20 DO.fin "
#define WRITER_FROZEN "-: @5 A/PB.in A/PB.out @8 A/PS.in A/PS.out @9 " \
	"A/FZ.in A/FZ.out "

START_TEST(together_they_show_what_neither_does_alone)
{
	recording("requester V_MADE SVC_EXIT", UNTIL_COPY "@30 COMPL.call @31 "
	    "COMPL.fin @32 REL time@900");
	recording("writer", WRITER_FROZEN "@12 A/TH.in A/TH.out @13 A/PO.in "
	    "A/PO.out @30.5 A/BC.in A/BC.out time@900");
	run(1);
	ck_assert_int_eq(s.list[0].nwriters, 1);
	ck_assert_str_eq(verdict(0, "SHD-01"), "violated");
}
END_TEST

START_TEST(alone_the_requesters_log_blames_no_writer)
{
	recording("requester V_MADE SVC_EXIT", UNTIL_COPY "@30 COMPL.call @31 "
	    "COMPL.fin @32 REL time@900");
	run(1);
	ck_assert_str_eq(verdict(0, "SHD-01"), "not observable");
}
END_TEST

START_TEST(a_log_that_has_ended_misses_nothing)
{
	recording("requester V_MADE SVC_EXIT", UNTIL_COPY "@30 COMPL.call @31 "
	    "COMPL.fin @32 REL time@900");
	recording("writer", WRITER_FROZEN "@12 A/TH.in A/TH.out @13 A/PO.in "
	    "A/PO.out @30.5 A/BC.in A/BC.out");
	run(1);
	ck_assert_str_eq(verdict(0, "SHD-01"), "undetermined");
}
END_TEST

START_TEST(one_writers_log_says_nothing_of_the_others)
{
	recording("all", UNTIL_COPY WRITER_FROZEN);
	writers_log("writer", "-: @5 B/PB.in B/PB.out");
	run(1);
	ck_assert_int_eq(s.list[0].nwriters, 2);
}
END_TEST

START_TEST(of_a_writer_that_no_log_names_nothing_is_missed)
{
	recording("requester V_MADE SVC_EXIT", UNTIL_COPY "@30 COMPL.call @31 "
	    "COMPL.fin @32 REL time@900");
	writers_log("writer", "-: @5 B/PB.in B/PB.out @8 B/PS.in B/PS.out @9 "
	    "B/FZ.in B/FZ.out @12 B/TH.in B/TH.out @13 B/PO.in B/PO.out "
	    "@30.5 B/BC.in B/BC.out @33 B/SD.in=own B/SD.out time@900");
	run(1);
	ck_assert_str_eq(verdict(0, "SHD-01"), "kept");
}
END_TEST

START_TEST(one_that_joins_in_the_middle_hides_nothing)
{
	recording("requester", UNTIL_COPY "@30 REL @31 EXIT time@60");
	recording("all", "x: middle pid=1 @29 GWS.call @29.5 GWS.fin @30 "
	    "REL @31 EXIT time@60");
	run(1);
	ck_assert_int_eq(s.list[0].middle, 0);
	ck_assert_str_eq(verdict(0, "SHD-01"), "not observable");
}
END_TEST

START_TEST(both_in_the_middle_is_in_the_middle)
{
	recording("requester", "i1: middle pid=1 @29 GWS.call GWS.fin @30 "
	    "REL");
	recording("V_GONE", "x: middle pid=1 @31 V_GONE");
	run(1);
	ck_assert_int_eq(s.list[0].middle, 1);
}
END_TEST

START_TEST(one_that_ends_early_does_not_speak_for_the_end)
{
	/* the first shows AbortBackup, but ends before the process does */
	recording("requester", UNTIL_COPY);
	recording("EXIT", "x: pid=1 @10 META.call @11 META.fin @50 EXIT "
	    "time@900");
	run(1);
	ck_assert_str_ne(verdict(0, "ABT-02"), "violated");
	ck_assert_str_ne(verdict(0, "ABT-03"), "violated");
}
END_TEST

/*
 * Clocks and order.
 */

START_TEST(local_time_is_found_by_what_both_tell)
{
	recording("requester", "i1: pid=1 CREATE.ok @1 DO.call @13 DO.fin "
	    "@40 REL");
	clocked("DO V_MADE", SECOND, 1, "x: pid=1 @-7199 DO.call @-7188 "
	    "V_MADE @-7187 DO.fin");
	run(1);
	ck_assert_int_eq(notes(VSS_NOTE_CLOCK), 1);
	ck_assert(has_kind(0, KIND_V_MADE));
	ck_assert_uint_eq(s.list[0].nevents, 5);
}
END_TEST

START_TEST(local_time_that_nothing_tells_is_left_and_that_is_said)
{
	recording("requester", "i1: pid=1 CREATE.ok @1 DO.call @13 DO.fin");
	clocked("V_MADE", SECOND, 1, "x: pid=1 @-7188 V_MADE");
	run(2);
	ck_assert_int_eq(notes(VSS_NOTE_APART), 1);
}
END_TEST

START_TEST(a_fine_clock_tells_the_order)
{
	recording("requester V_MADE", UNTIL_COPY "@30 READ=copy @40 REL");
	recording("V_GONE", "x: pid=1 @29 V_GONE");
	run(1);
	ck_assert_int_eq(s.list[0].story[s.list[0].nstory - 3].kind,
	    KIND_V_GONE);
	ck_assert_uint_eq(s.list[0].story[s.list[0].nstory - 3].group, 0);
}
END_TEST

/* BackupComplete before or after the read: with whole seconds, who knows? */
#define READS(at) clocked("READ", SECOND, 0, "x: pid=1 @" at " READ=copy")
#define COMPLETES recording("requester V_MADE", UNTIL_COPY "@30.3 " \
	"COMPL.call @30.6 COMPL.fin @33 REL @34 EXIT")

START_TEST(a_read_well_before_is_before)
{
	COMPLETES;
	READS("25");
	run(1);
	ck_assert_str_eq(verdict(0, "TRM-14"), "kept");
}
END_TEST

START_TEST(a_read_well_after_is_after)
{
	COMPLETES;
	READS("32");
	run(1);
	ck_assert_str_eq(verdict(0, "TRM-14"), "violated");
}
END_TEST

START_TEST(within_the_tick_nobody_is_blamed)
{
	COMPLETES;
	READS("30");
	run(1);
	ck_assert_str_eq(verdict(0, "TRM-14"), "the order decides");
}
END_TEST

START_TEST(a_recording_keeps_its_own_order_within_a_tick)
{
	clocked("all", SECOND, 0, UNTIL_COPY "@30 COMPL.call COMPL.fin "
	    "READ=copy REL EXIT");
	recording("META", "x: pid=1 @1 META.call @2 META.fin");
	run(1);
	ck_assert_str_eq(verdict(0, "TRM-14"), "violated");
}
END_TEST

START_TEST(without_a_clock_what_both_tell_gives_the_order)
{
	recording("META DO COMPL V_MADE", "x: @1 META.call @2 META.fin @7 DO.call "
	    "@20 DO.fin @30 COMPL.call @31 COMPL.fin");
	recording("requester", "i1: @none CREATE.ok META.call META.fin "
	    "DO.call DO.fin COMPL.call COMPL.fin READ=copy REL EXIT");
	run(1);
	ck_assert_uint_eq(s.list[0].nevents, 10);
	ck_assert_str_eq(verdict(0, "TRM-14"), "violated");
}
END_TEST

START_TEST(orders_that_contradict_are_said)
{
	recording("requester", "i1: pid=1 @1 META.call @2 META.fin @2.5 "
	    "OTHER.ok @3 GWS.call @3.1 GWS.fin");
	recording("requester", "x: pid=1 @1 META.call @2 META.fin @2.1 "
	    "GWS.call @2.2 GWS.fin @2.6 OTHER.ok");
	run(1);
	ck_assert_int_ge(notes(VSS_NOTE_CONTRADICTION), 1);
}
END_TEST

/*
 * Restarts of the machine.
 */

static const char *
ended(int session)
{
	static char text[160];

	return vss_session_end_text(&s.list[session], text);
}

/* Freeze by one clock, Thaw by another: 70 s apart, more than the 60 s that
 * the writer has. */
#define FROZEN recording("FZ V_MADE DO", "b: set=x @0 DO.call @1 A/FZ.in " \
	"@2 A/FZ.out @76 V_MADE DO.fin time@900")

START_TEST(a_deadline_by_one_clock_counts)
{
	FROZEN;
	recording("TH", "c: set=x @71 A/TH.in @72 A/TH.out time@900");
	run(1);
	ck_assert_str_eq(verdict(0, "TMO-01"), "violated");
}
END_TEST

START_TEST(a_deadline_by_a_clock_that_was_found_counts)
{
	FROZEN;
	clocked("TH DO", 1000, 1, "c: set=x @3600 DO.call @3671 A/TH.in "
	    "@3672 A/TH.out @3676 DO.fin time@9000");
	run(1);
	ck_assert_int_eq(notes(VSS_NOTE_CLOCK), 1);
	ck_assert_str_eq(verdict(0, "TMO-01"), "violated");
}
END_TEST

START_TEST(a_deadline_by_a_clock_of_unknown_offset_blames_nobody)
{
	FROZEN;
	clocked("TH", 1000, 1, "c: set=x @71 A/TH.in @72 A/TH.out time@900");
	run(1);
	ck_assert_int_eq(notes(VSS_NOTE_APART), 1);
	ck_assert_str_ne(verdict(0, "TMO-01"), "violated");
	ck_assert_str_ne(verdict(0, "TMO-01"), "kept");
}
END_TEST

/* What one would show and another's later end, stop or backup does not. */
static void
stop_at(const char *kinds, const char *text, double at)
{
	struct vss_profile p = sees(kinds);

	ck_assert_int_eq(vss_join_recording(j, &p, VSS_NO_TIME), VSS_OK);
	words(text);
	ck_assert_int_eq(vss_join_idle_stop(j, START + (int64_t)(at * 1e6)),
	    VSS_OK);
}

START_TEST(a_stop_misses_only_what_goes_on_until_then)
{
	recording("all", "i1: set=x " UNTIL_COPY "V_MADE @30 COMPL.call COMPL.fin "
	    "@33 REL @34 EXIT");
	stop_at("V_MADE", "x: set=x @20 V_MADE time@300", 200);
	run(1);
	ck_assert_str_eq(verdict(0, "TRM-07"), "undetermined");
}
END_TEST

START_TEST(a_stop_misses_what_goes_on_until_then)
{
	recording("all", "i1: set=x " UNTIL_COPY "V_MADE @30 COMPL.call COMPL.fin "
	    "@33 REL @34 EXIT time@250");
	stop_at("V_MADE", "x: set=x @20 V_MADE time@300", 100);
	run(1);
	ck_assert_str_eq(verdict(0, "TRM-07"), "violated");
}
END_TEST

START_TEST(a_restart_that_one_tells_ends_what_the_others_showed)
{
	recording("requester", "i1: pid=7 CREATE.ok INIT.ok @9 START.ok "
	    "time@500");
	recording("V_GONE", "reboot@90 time@500");
	run(1);
	ck_assert_ptr_nonnull(strstr(ended(0), "the machine was restarted"));
	ck_assert_str_ne(verdict(0, "TRM-03"), "violated");
}
END_TEST

START_TEST(a_backup_after_a_restart_is_another)
{
	recording("requester", "i1: pid=7 CREATE.ok INIT.ok @9 START.ok "
	    "@200 i2: CREATE.ok INIT.ok @201 REL time@500");
	recording("META", "x: @1 pid=7 META.call reboot@90 time@500");
	run(2);
	ck_assert(has_kind(0, KIND_META));
	ck_assert_ptr_nonnull(strstr(ended(0), "the machine was restarted"));
	ck_assert_ptr_null(strstr(ended(1), "the machine was restarted"));
}
END_TEST

/* One log notes it when the kernel is up, another when its service is. */
START_TEST(a_restart_that_two_tell_is_one)
{
	recording("requester", "i1: @100 pid=7 CREATE.ok INIT.ok "
	    "@200 REL time@900");
	recording("V_GONE", "reboot@90 time@900");
	recording("V_MADE", "reboot@150 time@900");
	run(1);
	ck_assert_ptr_null(strstr(ended(0), "the machine was restarted"));
}
END_TEST

START_TEST(two_restarts_of_one_recording_are_two)
{
	recording("requester", "i1: @100 pid=7 CREATE.ok INIT.ok time@900");
	recording("V_GONE", "reboot@90 reboot@150 time@900");
	run(1);
	ck_assert_ptr_nonnull(strstr(ended(0), "the machine was restarted"));
}
END_TEST

/* Whatever is joined: every event is somewhere, and nothing is made up. */
START_TEST(nothing_is_lost)
{
	static const char *const kinds[] = { "META.call", "META.fin",
	    "DO.call", "DO.fin|err", "A/FZ.in", "A/FZ.out", "B/FZ.in",
	    "V_MADE", "REL", "READ=copy" };
	uint32_t seed = 0x2545f491u * (_i + 1);
	struct vss_profile p = sees("all");
	char text[800];
	const struct vss_note *list;
	size_t told = 0, n, k;
	int r, i, m, recordings = 2 + draw(&seed, 3);

	for (r = 0; r < recordings; r++) {
		m = draw(&seed, 12);
		n = snprintf(text, sizeof(text), "i1: pid=%d ",
		    (int)draw(&seed, 2));
		for (i = 0; i < m; i++)
			n += snprintf(text + n, sizeof(text) - n, "@%d.%d %s ",
			    (int)(i + draw(&seed, 3)), (int)draw(&seed, 10),
			    kinds[draw(&seed, 10)]);
		p.tick = draw(&seed, 2) * SECOND;
		p.local_time = draw(&seed, 4) == 0;
		ck_assert_int_eq(vss_join_recording(j, &p, VSS_NO_TIME),
		    VSS_OK);
		words(text);
		told += m;
	}
	ck_assert_int_eq(vss_join_run(j, &s, &error), VSS_OK);
	ck_assert_int_eq(vss_sessions_finish(&s), VSS_OK);
	ck_assert_uint_le(s.used + s.unattributed, told);
	for (i = 0; i < s.n; i++)
		ck_assert_uint_eq(s.list[i].stepped, s.list[i].nstory);
	for (k = 0, n = vss_join_notes(j, &list); k < n; k++)
		ck_assert_int_lt(list[k].source, recordings);
}
END_TEST

START_TEST(more_recordings_than_fit_are_refused)
{
	struct vss_profile p = sees("all");
	int i;

	for (i = 0; i < VSS_SOURCES; i++)
		ck_assert_int_eq(vss_join_recording(j, &p, VSS_NO_TIME),
		    VSS_OK);
	ck_assert_int_eq(vss_join_recording(j, &p, VSS_NO_TIME), VSS_BAD);
}
END_TEST

static void
add(Suite *suite, const char *name, const TTest *const *tests)
{
	TCase *tc = tcase_create(name);

	tcase_add_checked_fixture(tc, begin, finish);
	for (; *tests; tests++)
		tcase_add_test(tc, *tests);
	suite_add_tcase(suite, tc);
}

int
main(void)
{
	Suite *suite = suite_create("join");
	TCase *tc;
	SRunner *r;
	int failed;

	add(suite, "which is which", (const TTest *const[]){
	    one_set_is_one_backup, two_sets_are_two_backups,
	    one_that_is_both_makes_the_others_one,
	    what_contradicts_one_of_them_stays_apart,
	    one_process_at_one_time_is_one_backup,
	    one_process_at_different_times_is_two,
	    the_only_ones_at_a_time_are_taken_for_one_and_that_is_said,
	    recordings_that_show_the_same_are_not_guessed_to_be_one,
	    what_could_be_either_is_left_apart,
	    backups_of_one_recording_stay_apart,
	    equal_names_in_two_recordings_mean_nothing,
	    an_object_used_again_is_two_backups_here_too, NULL });
	add(suite, "told twice", (const TTest *const[]){
	    what_both_tell_is_one_event,
	    one_fills_in_what_the_other_leaves_open,
	    a_contradiction_is_said_and_neither_believed,
	    what_one_should_show_and_does_not_is_said,
	    events_that_come_twice_stay_twice,
	    a_writer_with_and_without_its_instance_is_one,
	    two_instances_stay_two_writers, NULL });
	add(suite, "conclusions", (const TTest *const[]){
	    together_they_show_what_neither_does_alone,
	    alone_the_requesters_log_blames_no_writer,
	    a_log_that_has_ended_misses_nothing,
	    one_writers_log_says_nothing_of_the_others,
	    of_a_writer_that_no_log_names_nothing_is_missed,
	    one_that_joins_in_the_middle_hides_nothing,
	    both_in_the_middle_is_in_the_middle,
	    one_that_ends_early_does_not_speak_for_the_end, NULL });
	add(suite, "clocks and order", (const TTest *const[]){
	    local_time_is_found_by_what_both_tell,
	    local_time_that_nothing_tells_is_left_and_that_is_said,
	    a_fine_clock_tells_the_order, a_read_well_before_is_before,
	    a_read_well_after_is_after, within_the_tick_nobody_is_blamed,
	    a_stop_misses_only_what_goes_on_until_then,
	    a_stop_misses_what_goes_on_until_then,
	    a_deadline_by_one_clock_counts,
	    a_deadline_by_a_clock_that_was_found_counts,
	    a_deadline_by_a_clock_of_unknown_offset_blames_nobody,
	    a_recording_keeps_its_own_order_within_a_tick,
	    without_a_clock_what_both_tell_gives_the_order,
	    orders_that_contradict_are_said,
	    a_restart_that_one_tells_ends_what_the_others_showed,
	    a_backup_after_a_restart_is_another,
	    a_restart_that_two_tell_is_one,
	    two_restarts_of_one_recording_are_two,
	    more_recordings_than_fit_are_refused, NULL });
	tc = tcase_create("laws");
	tcase_add_checked_fixture(tc, begin, finish);
	tcase_add_loop_test(tc, nothing_is_lost, 0, 300);
	suite_add_tcase(suite, tc);
	r = srunner_create(suite);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
