/*
 * Sessions: which event belongs to which backup, what time decides, and what
 * is said of a backup in the end. What happens is written down as words:
 *
 *	i1:			the events that follow are of object i1 (-: none)
 *	A/FZ.in			an event of writer A
 *	A/db/COMP.ok		... of component db of writer A
 *	@12			it is 12 s later than the start
 *	@none			no clock
 *	pid=5 image=x set=y	what the events that follow tell beside
 *	[ A/FZ.in B/FZ.in ]	events whose order is not known
 *	middle			the next event joins its session in the middle
 *	starts			the next event opens a session
 *	time@90 idle@90		the recording goes on, the service stops idle
 *	reboot@90		the machine is up again after a restart
 */
#define _POSIX_C_SOURCE 200809L
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "script.h"
#include "session.h"

#define SECOND INT64_C(1000000)
#define START (INT64_C(1689782618) * SECOND)

static struct vss_sessions s;
static struct vss_error error;
static struct {
	char object[32], image[32], set[64];
	uint32_t pid;
	int64_t time;
	uint64_t line;
	int middle, starts;
	uint32_t group, groups;		/* 0: the order is known */
} now;

static void
see(const char *hides)
{
	struct vss_profile p;
	const char *w, *end;

	memset(&now, 0, sizeof(now));
	strcpy(now.object, "i1");
	now.time = START;
	vss_profile_all(&p);
	while ((w = next_word(&hides, &end)))
		vss_profile_show(&p, vss_kind_find(w, end - w), 0);
	vss_sessions_free(&s);	/* a test may begin anew */
	vss_sessions_init(&s);
	ck_assert_int_eq(vss_sessions_source(&s, &p), VSS_OK);
}

static void
see_all(void)
{
	see("");
}

/* Everything but the beginning of calls. */
static void
see_ends(void)
{
	int k;

	see("");
	for (k = 1; k < KIND_COUNT; k++)
		if (vss_kind(k)->phases == PHASES_ASYNC ||
		    vss_kind(k)->phases == PHASES_CALL)
			s.profiles[0].shows[k] &= ~(1 << PHASE_CALL);
}

static void
forget(void)
{
	vss_sessions_free(&s);
}

static int
starts_with(const char *w, const char *with)
{
	return !strncmp(w, with, strlen(with));
}

static int64_t
seconds(const char *w)
{
	w = strchr(w, '@') + 1;
	return starts_with(w, "none") ? VSS_NO_TIME : START +
	    (int64_t)(strtod(w, NULL) * 1000 + .5) * 1000;
}

static void
cut_word(char *to, size_t size, const char *from, const char *end)
{
	ck_assert_uint_lt((size_t)(end - from), size);
	memcpy(to, from, end - from);
	to[end - from] = 0;
}

static enum vss_status
event_word(const char *w, const char *end)
{
	struct vss_event ev = { 0 };
	char writer[64] = "", component[64] = "";
	const char *p;

	if ((p = memchr(w, '/', end - w))) {
		cut_word(writer, sizeof(writer), w, p);
		w = p + 1;
		if ((p = memchr(w, '/', end - w))) {
			cut_word(component, sizeof(component), w, p);
			w = p + 1;
		}
	}
	parse_event(w, end, &ev);
	ev.line = ++now.line;
	ev.time = now.time;
	ev.pid = now.pid;
	ev.middle = now.middle;
	ev.starts = now.starts;
	ev.group = now.group;
	ev.object = *now.object ? now.object : NULL;
	ev.image = *now.image ? now.image : NULL;
	ev.set = *now.set ? now.set : NULL;
	ev.writer = *writer ? writer : NULL;
	ev.component = *component ? component : NULL;
	now.middle = now.starts = 0;
	vss_sessions_time(&s, 0, ev.time);
	return vss_sessions_event(&s, &ev, &error);
}

/* What happens; returns at the first event that is refused. */
static enum vss_status
try_events(const char *words)
{
	const char *w, *end;
	char word[96];
	enum vss_status st;

	while ((w = next_word(&words, &end))) {
		cut_word(word, sizeof(word), w, end);
		if (starts_with(w, "@"))
			now.time = seconds(word);
		else if (starts_with(w, "time@"))
			vss_sessions_time(&s, 0, seconds(word));
		else if (starts_with(w, "idle@"))
			vss_sessions_idle_stop(&s, seconds(word));
		else if (starts_with(w, "reboot@"))
			vss_sessions_reboot(&s, seconds(word));
		else if (starts_with(w, "pid="))
			now.pid = strtoul(w + 4, NULL, 10);
		else if (starts_with(w, "image="))
			cut_word(now.image, sizeof(now.image), w + 6, end);
		else if (starts_with(w, "set="))
			cut_word(now.set, sizeof(now.set), w + 4, end);
		else if (!strcmp(word, "["))
			now.group = ++now.groups;
		else if (!strcmp(word, "]"))
			now.group = 0;
		else if (!strcmp(word, "middle"))
			now.middle = 1;
		else if (!strcmp(word, "starts"))
			now.starts = 1;
		else if (end[-1] == ':')
			cut_word(now.object, sizeof(now.object), *w == '-' ?
			    end - 1 : w, end - 1);
		else if ((st = event_word(w, end)) != VSS_OK)
			return st;
	}
	return VSS_OK;
}

static void
happens(const char *words)
{
	ck_assert_int_eq(try_events(words), VSS_OK);
}

/* May the verdict have the reason? */
static int
is_reason(int verdict, int why)
{
	switch (why) {
	case VSS_WHY_NONE:
		return verdict != VSS_UNDETERMINED;
	case VSS_WHY_POLICY:
		return verdict == VSS_NOT_EXERCISED;
	case VSS_WHY_EITHER:
	case VSS_WHY_AS_SEEN:
		return verdict == VSS_KEPT;
	case VSS_WHY_MODEL:
		return verdict == VSS_VIOLATED;
	default:
		return verdict == VSS_UNDETERMINED;
	}
}

/* What holds of every judgement. */
static void
check_laws(const struct vss_session *se, const struct vss_judgement *j)
{
	unsigned sum = 0, violated = 0;
	const struct vss_finding *f;
	size_t i, k;
	int r;

	for (r = 0; r < VSS_NVERDICTS; r++)
		sum += j->totals[r];
	ck_assert_uint_eq(sum, VSS_NJUDGED);
	for (r = 0; r < VSS_NJUDGED; r++) {
		violated += j->rules[r].verdict == VSS_VIOLATED;
		ck_assert_int_eq(1, is_reason(j->rules[r].verdict,
		    j->rules[r].why));
	}
	ck_assert_uint_eq(violated, j->totals[VSS_VIOLATED]);
	ck_assert_uint_ge(j->nfindings, violated);
	for (i = 0; i < j->nfindings; i++) {
		f = &j->findings[i];
		ck_assert_int_eq(j->rules[f->rule].verdict, VSS_VIOLATED);
		if (i)
			ck_assert_int_le(f->severity, f[-1].severity);
		ck_assert_int_lt(f->under, (int)i);
		if (f->under >= 0)
			ck_assert_int_eq(j->findings[f->under].under, -1);
		for (k = 0; k < f->nevidence; k++) {
			ck_assert_uint_lt(f->evidence[k], se->nstory);
			if (k)
				ck_assert_uint_gt(f->evidence[k],
				    f->evidence[k - 1]);
		}
		if (!f->by_end)
			ck_assert_uint_gt(f->nevidence, 0);
	}
}

static void
judge(int session, struct vss_judgement *j)
{
	ck_assert_int_lt(session, s.n);
	ck_assert_int_eq(vss_sessions_finish(&s), VSS_OK);
	ck_assert_int_eq(vss_judge(&s.list[session], &s.policy, j), VSS_OK);
	check_laws(&s.list[session], j);
}

/* The findings in their order: "error ABT-03, (ABT-02 ...)"; those that are
 * folded under another in parentheses, a writer's after a blank. */
static const char *
findings(int session)
{
	static char text[1024];
	const struct vss_finding *f;
	struct vss_judgement j;
	size_t i, n = 0;

	judge(session, &j);
	*text = 0;
	for (i = 0; i < j.nfindings && n < sizeof(text); i++) {
		f = &j.findings[i];
		if (f->rule == VSS_RULE_REPLAY && f->under >= 0)
			continue;	/* what breaks a rule mostly is that */
		n += snprintf(text + n, sizeof(text) - n, "%s%s%s %s%s%s%s",
		    n ? ", " : "", f->under >= 0 ? "(" : "",
		    vss_severity_name(f->severity), vss_rule(f->rule)->id,
		    f->writer >= 0 ? " " : "", f->writer >= 0 ?
		    s.list[session].writers[f->writer].name : "",
		    f->under >= 0 ? ")" : "");
	}
	vss_judgement_free(&j);
	return text;
}

/* "kept", "undetermined: the recording ends ..." */
static const char *
verdict(int session, const char *id)
{
	static char text[200];
	int rule = vss_rule_find(id);
	struct vss_judgement j;

	ck_assert_int_ge(rule, 0);
	judge(session, &j);
	snprintf(text, sizeof(text), "%s%s%s",
	    vss_verdict_name(j.rules[rule].verdict), j.rules[rule].why ?
	    ": " : "", vss_why_text(j.rules[rule].why));
	vss_judgement_free(&j);
	return text;
}

#define CUT "undetermined: the recording ends while the backup is still " \
	"going on"
#define TIME "undetermined: the recording ends before the time that the " \
	"event may take has passed"
#define OPEN "undetermined: depends on something that the recording " \
	"leaves open"
#define MIDDLE "undetermined: depends on what happened before the " \
	"recording began"

/* How finding `i` of the session is proven: the lines it rests on. */
static const char *
evidence(int session, const char *id)
{
	static char text[256];
	int rule = vss_rule_find(id);
	struct vss_judgement j;
	size_t i, k, n = 0;

	judge(session, &j);
	*text = 0;
	for (i = 0; i < j.nfindings; i++)
		for (k = 0; j.findings[i].rule == rule &&
		    k < j.findings[i].nevidence; k++)
			n += snprintf(text + n, sizeof(text) - n, "%s%d",
			    n ? " " : "", (int)s.list[session].story[
			    j.findings[i].evidence[k]].line);
	vss_judgement_free(&j);
	return text;
}

#define SET_UP "CREATE.ok INIT.ok CTX.ok=AUTO_W STATE.ok=COMPS META.call " \
	"A/ID.in A/ID.out META.fin START.ok ADD.ok A/db/COMP.ok "
#define PREPARED SET_UP "PREP.call A/PB.in A/PB.out PREP.fin GWS.call " \
	"GWS.fin A/GETST.ok=fine "
#define FROZEN PREPARED "DO.call A/PS.in A/PS.out A/FZ.in A/FZ.out "
#define MADE FROZEN "PCOMMIT A/TH.in A/TH.out A/PO.in A/PO.out V_MADE " \
	"DO.fin GWS.call GWS.fin A/GETST.ok=fine PROP.ok READ=copy "
#define COMPLETED MADE "A/db/SUCC.ok=true COMPL.call A/BC.in A/BC.out " \
	"COMPL.fin GWS.call GWS.fin A/GETST.ok=fine "
#define RELEASED COMPLETED "REL V_GONE "
#define SHUT "A/SD.in=own A/SD.out "

START_TEST(a_backup_by_the_book_has_no_findings)
{
	char text[160];

	happens(RELEASED SHUT "EXIT @900 time@900");
	ck_assert_int_eq(s.n, 1);
	ck_assert_str_eq(findings(0), "");
	ck_assert_str_eq(verdict(0, "TRM-03"), "kept");
	ck_assert_str_eq(verdict(0, "SHD-01"), "kept");
	ck_assert_str_eq(verdict(0, "ABT-03"), "not exercised");
	ck_assert_uint_eq(s.unattributed, 0);
	ck_assert_uint_eq(s.used, s.list[0].nevents);
	ck_assert_str_eq(vss_session_end_text(&s.list[0], text),
	    "BackupComplete, then Release");
}
END_TEST

START_TEST(writers_that_only_identify_themselves_are_named_once)
{
	const char *name;
	int at = 0;

	happens("CREATE.ok INIT.ok META.call C/ID.in C/ID.out A/ID.in A/ID.out "
	    "B/ID.in B/ID.out META.fin C/ID.in C/ID.out A/PB.in A/PB.out");
	ck_assert_int_eq(s.list[0].nwriters, 1);
	ck_assert_ptr_nonnull((name = vss_session_bystander(&s.list[0], &at)));
	ck_assert_str_eq(name, "C");
	ck_assert_ptr_nonnull((name = vss_session_bystander(&s.list[0], &at)));
	ck_assert_str_eq(name, "B");
	ck_assert_ptr_null(vss_session_bystander(&s.list[0], &at));
}
END_TEST

/*
 * The end of something implies its beginning.
 */

START_TEST(an_end_without_a_beginning_is_given_one)
{
	happens("CREATE.ok INIT.ok META.fin");
	ck_assert_str_eq(verdict(0, "ORD-05"), "not exercised");
	happens("PREP.fin DO.fin");
	/* DoSnapshotSet has been called, after GatherWriterMetadata */
	ck_assert_str_eq(verdict(0, "ORD-05"), "kept");
	ck_assert_str_eq(verdict(0, "REQ-01"), "violated");
	happens("REL");
	ck_assert_str_eq(verdict(0, "ORD-05"), "kept");
	ck_assert_str_eq(verdict(0, "ORD-09"), "kept");
}
END_TEST

START_TEST(an_implied_call_can_be_the_mistake)
{
	happens("CREATE.ok INIT.ok DO.err COMPL.fin REL");
	ck_assert_str_eq(verdict(0, "TRM-11"), "violated");
	ck_assert_str_eq(evidence(0, "TRM-11"), "3 4");
	ck_assert_str_eq(verdict(0, "ORD-05"), "violated");
}
END_TEST

START_TEST(a_handler_that_returns_has_been_entered)
{
	happens(SET_UP "PREP.call A/PB.out PREP.fin REL @200 time@200");
	ck_assert_str_eq(verdict(0, "SHD-01"), "violated");
	ck_assert_str_eq(verdict(0, "WRT-06"), "kept");
}
END_TEST

START_TEST(a_beginning_that_was_seen_is_not_implied_again)
{
	size_t before;

	happens(PREPARED "DO.call A/PS.in A/PS.out A/FZ.in");
	before = s.list[0].nstory;
	happens("A/FZ.out");
	ck_assert_uint_le(s.list[0].nstory, before + 1);
	happens("A/TH.in A/TH.out DO.fin DEL.call DEL.ok REL");
	ck_assert_str_eq(verdict(0, "DEL-06"), "kept");
	ck_assert_str_eq(verdict(0, "ORD-10"), "kept");
}
END_TEST

START_TEST(a_shutdown_that_only_returns_may_have_named_any_set)
{
	happens(RELEASED "A/SD.out @900 time@900");
	ck_assert_str_eq(verdict(0, "SHD-01"), "kept");
	ck_assert_str_eq(verdict(0, "SHD-05"), OPEN);
}
END_TEST

/*
 * Which backup an event belongs to.
 */

START_TEST(events_go_to_the_object_that_they_name)
{
	happens("i1: CREATE.ok i2: CREATE.ok i1: INIT.ok REL i2: REL EXIT");
	ck_assert_int_eq(s.n, 2);
	ck_assert_str_eq(s.list[0].object, "i1");
	ck_assert_uint_eq(s.list[0].nevents, 3);
	ck_assert_uint_eq(s.list[1].nevents, 3);
	ck_assert_int_eq(s.list[0].exited, 0);
	ck_assert_int_eq(s.list[1].exited, 1);
}
END_TEST

START_TEST(an_object_that_is_created_again_is_another)
{
	happens("i1: CREATE.ok INIT.ok REL CREATE.ok INIT.ok");
	ck_assert_int_eq(s.n, 2);
	ck_assert_str_eq(verdict(0, "TRM-03"), "kept");
	ck_assert_str_eq(verdict(0, "TRM-24"), "kept");
	ck_assert_str_eq(verdict(1, "TRM-03"), CUT);
}
END_TEST

START_TEST(what_is_said_to_start_opens_a_session)
{
	happens("i1: INIT.ok REL starts META.call META.fin "
	    "-: pid=10 META.call META.fin starts META.call META.fin");
	ck_assert_int_eq(s.n, 4);
	ck_assert_uint_eq(s.list[0].nevents, 2);
	ck_assert_uint_eq(s.list[1].nevents, 2);
	ck_assert_uint_eq(s.list[2].nevents, 2);
	ck_assert_uint_eq(s.list[3].nevents, 2);
}
END_TEST

START_TEST(without_an_object_the_process_tells)
{
	happens("-: pid=10 image=one.exe CREATE.ok pid=20 image=two.exe "
	    "CREATE.ok pid=10 INIT.ok REL pid=20 INIT.ok");
	ck_assert_int_eq(s.n, 2);
	ck_assert_uint_eq(s.list[0].pid, 10);
	ck_assert_str_eq(s.list[0].image, "one.exe");
	ck_assert_uint_eq(s.list[0].nevents, 3);
	ck_assert_uint_eq(s.list[1].pid, 20);
	ck_assert_uint_eq(s.list[1].nevents, 2);
}
END_TEST

START_TEST(a_process_that_has_ended_does_nothing_more)
{
	happens("-: pid=10 CREATE.ok EXIT META.call");
	ck_assert_int_eq(s.n, 2);
	ck_assert_uint_eq(s.list[0].nevents, 2);
}
END_TEST

#define TWO "i1: CREATE.ok META.call META.fin i2: CREATE.ok META.call " \
	"META.fin "

START_TEST(a_writers_event_goes_to_the_call_that_brings_it)
{
	happens(TWO "i1: PREP.call -: A/PB.in A/PB.out i1: PREP.fin "
	    "i2: PREP.call -: A/PB.in A/PB.out i2: PREP.fin "
	    "DO.call -: A/PS.in A/PS.out A/FZ.in A/FZ.out A/TH.in A/TH.out "
	    "i2: DO.fin COMPL.call -: A/BC.in A/BC.out i2: COMPL.fin");
	ck_assert_uint_eq(s.unattributed, 0);
	ck_assert_int_eq(s.list[0].nwriters, 1);
	ck_assert_int_eq(s.list[1].nwriters, 1);
	ck_assert_uint_eq(s.list[0].seen >> KIND_FZ & 1, 0);
	ck_assert_uint_eq(s.list[1].seen >> KIND_FZ & 1, 1);
	ck_assert_uint_eq(s.list[1].seen >> KIND_BC & 1, 1);
}
END_TEST

START_TEST(what_could_be_either_backups_is_counted_and_not_judged)
{
	happens(TWO "i1: PREP.call i2: PREP.call -: A/PB.in A/PB.out");
	ck_assert_uint_eq(s.unattributed, 2);
	ck_assert_int_eq(s.list[0].nwriters, 0);
	ck_assert_int_eq(s.list[1].nwriters, 0);
}
END_TEST

START_TEST(a_handler_may_outlast_its_call)
{
	happens(TWO "i1: PREP.call -: A/PB.in i1: PREP.fin -: A/PB.out");
	ck_assert_uint_eq(s.unattributed, 0);
	ck_assert_uint_eq(s.list[0].writers[0].open, 0);
}
END_TEST

/* A requester that dies in the middle of a call does not stand in the way of
 * the next. */
START_TEST(what_a_call_brings_goes_to_a_requester_that_lives)
{
	happens("i1: " PREPARED "DO.call -: A/PS.in A/PS.out i1: EXIT");
	/* what the service still does for the dead one is the dead one's */
	happens("-: A/AB.in A/AB.out A/SD.in=nil A/SD.out i2: " PREPARED
	    "DO.call "
	    "-: A/PS.in A/PS.out A/FZ.in A/FZ.out i2: PCOMMIT -: A/TH.in "
	    "A/TH.out A/PO.in A/PO.out i2: V_MADE DO.fin");
	ck_assert_int_eq(s.n, 2);
	ck_assert_uint_eq(s.unattributed, 0);
	ck_assert_str_eq(findings(0), "");
	ck_assert_str_eq(findings(1), "");
	ck_assert_uint_eq(s.list[1].seen >> KIND_FZ & 1, 1);
	ck_assert_uint_eq(s.list[1].seen >> KIND_PO & 1, 1);
}
END_TEST

START_TEST(two_open_handlers_return_in_their_order)
{
	happens(TWO "i1: PREP.call -: A/PB.in A/PB.out i1: PREP.fin "
	    "i2: PREP.call -: A/PB.in A/PB.out i2: PREP.fin "
	    "i1: REL i2: REL -: A/SD.in A/SD.in A/SD.out A/SD.out");
	ck_assert_uint_eq(s.unattributed, 0);
	ck_assert_uint_eq(s.list[0].writers[0].open, 0);
	ck_assert_uint_eq(s.list[1].writers[0].open, 0);
	ck_assert_uint_eq(s.list[0].nevents, s.list[1].nevents);
}
END_TEST

START_TEST(abort_is_delivered_in_the_course_of_a_failing_creation)
{
	happens(TWO "i1: PREP.call -: A/PB.in A/PB.out i1: PREP.fin "
	    "i2: PREP.call -: A/PB.in A/PB.out i2: PREP.fin i2: DO.call "
	    "-: A/AB.in A/AB.out");
	ck_assert_uint_eq(s.list[0].seen >> KIND_AB & 1, 0);
	ck_assert_uint_eq(s.list[1].seen >> KIND_AB & 1, 1);
}
END_TEST

START_TEST(a_shutdown_goes_to_the_oldest_backup_that_is_over)
{
	happens("i1: " COMPLETED "i2: CREATE.ok META.call META.fin PREP.call "
	    "A/PB.in A/PB.out PREP.fin i1: REL -: A/SD.in A/SD.out");
	ck_assert_int_eq(s.list[0].writers[0].shut_down, 1);
	ck_assert_int_eq(s.list[1].writers[0].shut_down, 0);
	happens("i2: REL -: A/SD.in A/SD.out");
	ck_assert_int_eq(s.list[1].writers[0].shut_down, 1);
	ck_assert_str_eq(verdict(0, "SHD-16"), "kept");
	ck_assert_str_eq(verdict(1, "SHD-16"), "kept");
}
END_TEST

START_TEST(the_services_events_go_to_the_backup_whose_set_they_name)
{
	happens("i1: set={1} " TWO "i1: set={1} START.ok ADD.ok DO.call "
	    "i2: set={2} START.ok ADD.ok -: set={2} V_GONE set={1} V_MADE");
	ck_assert_str_eq(s.list[0].set, "{1}");
	ck_assert_str_eq(s.list[1].set, "{2}");
	ck_assert_uint_eq(s.list[0].seen >> KIND_V_MADE & 1, 1);
	ck_assert_uint_eq(s.list[0].seen >> KIND_V_GONE & 1, 0);
	ck_assert_uint_eq(s.list[1].seen >> KIND_V_GONE & 1, 1);
}
END_TEST

START_TEST(the_end_of_the_service_concerns_all)
{
	happens(TWO "-: SVC_EXIT");
	ck_assert_uint_eq(s.list[0].seen >> KIND_SVC_EXIT & 1, 1);
	ck_assert_uint_eq(s.list[1].seen >> KIND_SVC_EXIT & 1, 1);
}
END_TEST

START_TEST(what_belongs_to_no_backup_is_counted)
{
	happens("-: SVC_EXIT A/SD.in V_GONE");
	ck_assert_int_eq(s.n, 0);
	ck_assert_uint_eq(s.unattributed, 3);
	ck_assert_uint_eq(s.used, 0);
}
END_TEST

START_TEST(two_sets_at_a_time_are_the_services_fault)
{
	happens(TWO "i1: START.ok i2: START.ok");
	ck_assert_str_eq(verdict(0, "SVC-01"), "violated");
	ck_assert_str_eq(evidence(0, "SVC-01"), "7 8");
	ck_assert_str_eq(verdict(1, "SVC-01"), CUT);
}
END_TEST

START_TEST(a_set_after_the_other_is_nobodys_fault)
{
	happens(TWO "i1: START.ok i2: START.err i1: PREP.fin DO.call DO.fin "
	    "i2: START.ok DO.call DO.fin REL i1: REL");
	ck_assert_str_eq(verdict(0, "SVC-01"), "kept");
	ck_assert_str_eq(verdict(1, "SVC-01"), "kept");
}
END_TEST

/*
 * Time.
 */

START_TEST(a_freeze_beyond_60_seconds_is_too_long)
{
	happens("@0 " FROZEN "@60.001 A/TH.in A/TH.out");
	ck_assert_str_eq(verdict(0, "TMO-01"), "violated");
	ck_assert_str_eq(findings(0), "error TMO-01 A");
}
END_TEST

START_TEST(a_freeze_of_60_seconds_is_not)
{
	happens("@0 " FROZEN "@60 A/TH.in A/TH.out DO.fin @500 REL");
	ck_assert_str_eq(verdict(0, "TMO-01"), "kept");
}
END_TEST

START_TEST(a_freeze_that_is_aborted_in_the_end_is_answered)
{
	happens("@0 " FROZEN "@61 A/AB.in A/AB.out DO.err ABORT.call "
	    "ABORT.ok REL A/SD.in=nil A/SD.out");
	ck_assert_str_eq(verdict(0, "TMO-01"), "kept");
}
END_TEST

START_TEST(without_a_clock_no_freeze_is_too_long)
{
	happens("@none " FROZEN "A/TH.in A/TH.out DO.fin REL");
	ck_assert_str_eq(verdict(0, "TMO-01"), "kept");
	happens("i2: @0 " FROZEN "@none A/TH.in A/TH.out DO.fin REL");
	ck_assert_str_eq(verdict(1, "TMO-01"), "kept");
}
END_TEST

/* Freeze at 0 and Thaw at 60 by a clock of whole seconds: between 59 and 61
 * seconds. */
START_TEST(a_clock_that_ticks_coarsely_leaves_the_boundary_open)
{
	static const struct { const char *thaw, *verdict; } cases[] = {
		{ "@59", "kept" }, { "@60", OPEN }, { "@61", OPEN },
		{ "@62", "violated" } };
	char words[1500];
	int i;

	s.profiles[0].tick = SECOND;
	for (i = 0; i < 4; i++) {
		snprintf(words, sizeof(words), "i%d: @0 " FROZEN "%s A/TH.in "
		    "A/TH.out A/PO.in A/PO.out DO.fin REL", i, cases[i].thaw);
		happens(words);
		ck_assert_str_eq(verdict(i, "TMO-01"), cases[i].verdict);
	}
}
END_TEST

START_TEST(the_boundary_is_open_where_the_order_is_too)
{
	s.profiles[0].tick = SECOND;
	happens("@0 " FROZEN "@60 [ A/TH.in GETST.ok=fine ] A/TH.out A/PO.in "
	    "A/PO.out DO.fin REL");
	ck_assert_str_eq(verdict(0, "TMO-01"), OPEN);
	ck_assert_str_eq(verdict(0, "ORD-12"), "kept");
}
END_TEST

START_TEST(what_may_have_been_too_long_can_turn_out_to_be)
{
	s.profiles[0].tick = SECOND;
	happens("@0 " FROZEN "@60 GETST.ok=fine @61 PROP.ok @65 A/TH.in "
	    "A/TH.out");
	ck_assert_str_eq(verdict(0, "TMO-01"), "violated");
}
END_TEST

START_TEST(shutdown_may_take_its_time)
{
	happens("@0 " RELEASED "time@119");
	ck_assert_str_eq(verdict(0, "SHD-01"), TIME);
	ck_assert_str_eq(findings(0), "");
}
END_TEST

START_TEST(shutdown_may_take_exactly_its_time)
{
	happens("@0 " RELEASED "time@120");
	ck_assert_str_eq(verdict(0, "SHD-01"), TIME);
}
END_TEST

START_TEST(so_it_does_by_a_clock_that_ticks_coarsely)
{
	s.profiles[0].tick = 10 * SECOND;
	happens("@0 " RELEASED "time@130");
	ck_assert_str_eq(verdict(0, "SHD-01"), TIME);
	happens("time@131");
	ck_assert_str_eq(verdict(0, "SHD-01"), "violated");
}
END_TEST

/* Freeze by one clock, Thaw by another that may be hours off. */
START_TEST(times_of_clocks_that_cannot_be_compared_decide_nothing)
{
	struct vss_event ev = { .kind = KIND_TH, .phases = 1 << PHASE_CALL,
	    .time = START + 3600 * SECOND, .object = "i1", .writer = "A",
	    .clock = 1 };

	happens("@0 " FROZEN);
	ck_assert_int_eq(vss_sessions_event(&s, &ev, &error), VSS_OK);
	happens("@none A/TH.out A/PO.in A/PO.out DO.fin REL");
	ck_assert_str_eq(verdict(0, "TMO-01"), OPEN);
}
END_TEST

START_TEST(shutdown_is_missed_when_its_time_has_passed)
{
	happens("@0 " RELEASED "time@121");
	ck_assert_str_eq(findings(0), "error SHD-01 A");
	ck_assert_str_eq(evidence(0, "SHD-01"), "13 44");
}
END_TEST

START_TEST(time_runs_from_the_end_of_the_object_not_of_the_process)
{
	happens("@0 " RELEASED "@100 EXIT time@121");
	ck_assert_str_eq(verdict(0, "SHD-01"), "violated");
	happens("@200 i2: " COMPLETED "@300 EXIT time@419");
	ck_assert_str_eq(verdict(1, "SHD-01"), TIME);
	happens("time@421");
	ck_assert_str_eq(verdict(1, "SHD-01"), "violated");
}
END_TEST

START_TEST(time_decides_nothing_while_the_backup_goes_on)
{
	happens("@0 " COMPLETED "time@100000");
	ck_assert_str_eq(verdict(0, "SHD-01"), CUT);
	ck_assert_str_eq(verdict(0, "TRM-03"), CUT);
	ck_assert_str_eq(verdict(0, "TRM-08"), CUT);
}
END_TEST

START_TEST(the_grace_can_be_set)
{
	s.policy.grace = 5 * SECOND;
	happens("@0 " RELEASED "time@6");
	ck_assert_str_eq(verdict(0, "SHD-01"), "violated");
}
END_TEST

START_TEST(a_service_that_stops_idle_has_nothing_left_to_do)
{
	happens("@0 " RELEASED "idle@30");
	ck_assert_str_eq(verdict(0, "SHD-01"), "violated");
}
END_TEST

START_TEST(a_service_that_stopped_before_the_end_owed_nothing_yet)
{
	happens("@0 " COMPLETED "idle@10 @20 REL V_GONE");
	ck_assert_str_eq(verdict(0, "SHD-01"), TIME);
}
END_TEST

START_TEST(a_service_that_dies_owes_nothing)
{
	happens("@0 " RELEASED "SVC_EXIT time@900");
	ck_assert_str_eq(verdict(0, "SHD-01"), "kept");
}
END_TEST

START_TEST(a_writer_in_its_next_backup_gets_nothing_more_for_the_last)
{
	happens("@0 " RELEASED "@10 i2: CREATE.ok META.call META.fin "
	    "PREP.call A/PB.in");
	ck_assert_str_eq(verdict(0, "SHD-01"), "violated");
	ck_assert_str_eq(verdict(1, "SHD-01"), CUT);
}
END_TEST

START_TEST(another_writers_next_backup_says_nothing)
{
	happens("@0 " RELEASED "@10 i2: CREATE.ok META.call META.fin "
	    "PREP.call B/PB.in");
	ck_assert_str_eq(verdict(0, "SHD-01"), TIME);
}
END_TEST

START_TEST(only_a_backup_that_is_over_is_closed_by_the_next)
{
	happens("@0 " COMPLETED "i2: CREATE.ok META.call META.fin PREP.call "
	    "A/PB.in");
	ck_assert_str_eq(verdict(0, "SHD-01"), CUT);
}
END_TEST

#define REBOOT "undetermined: the machine was restarted before the event " \
	"had come or its time had passed"

START_TEST(a_restart_of_the_machine_ends_everything_and_accuses_nobody)
{
	char text[160];

	happens("@0 " MADE "@20 reboot@90 time@900");
	ck_assert_str_eq(findings(0), "");
	ck_assert_str_eq(verdict(0, "TRM-03"), REBOOT);
	ck_assert_str_eq(verdict(0, "TRM-08"), "not exercised");
	ck_assert_str_eq(verdict(0, "SHD-01"), REBOOT);
	ck_assert_str_eq(vss_session_end_text(&s.list[0], text),
	    "copy made, neither BackupComplete nor AbortBackup, then the "
	    "machine was restarted");
}
END_TEST

START_TEST(what_was_wrong_before_a_restart_stays_wrong)
{
	happens("@0 " FROZEN "@61 A/TH.in A/TH.out reboot@90");
	ck_assert_str_eq(findings(0), "error TMO-01 A");
}
END_TEST

START_TEST(after_a_restart_no_shutdown_is_waited_for)
{
	happens("@0 " RELEASED "reboot@119 time@900 idle@901");
	ck_assert_str_eq(verdict(0, "SHD-01"), REBOOT);
	happens("i2: @1000 " RELEASED "reboot@1121 time@1200");
	ck_assert_str_eq(verdict(1, "SHD-01"), "violated");
	ck_assert_str_eq(verdict(0, "SHD-01"), REBOOT);
}
END_TEST

START_TEST(nothing_after_a_restart_belongs_to_what_was_before)
{
	/* the same name, process and writer, and still another backup */
	happens("pid=7 @0 " FROZEN "reboot@90 @100 " RELEASED SHUT
	    "time@900");
	ck_assert_int_eq(s.n, 2);
	ck_assert_str_eq(findings(0), "");
	ck_assert_str_eq(findings(1), "");
	ck_assert_str_eq(verdict(1, "SHD-01"), "kept");
	/* a writer's, and the service's, that names no backup */
	happens("-: reboot@1000 @1001 A/SD.in=nil set=s V_GONE");
	ck_assert_uint_eq(s.unattributed, 2);
	ck_assert_int_eq(s.n, 2);
	/* neither is the end of the service theirs, nor that of all */
	happens("SVC_EXIT END");
	ck_assert_str_eq(verdict(0, "TRM-08"), "not exercised");
	ck_assert_str_eq(verdict(0, "SHD-01"), REBOOT);
}
END_TEST

START_TEST(without_a_clock_a_restart_is_one_all_the_same)
{
	happens("@none " RELEASED "reboot@none @5000 i2: " RELEASED
	    "time@9000");
	ck_assert_str_eq(verdict(0, "SHD-01"), REBOOT);
	ck_assert_str_eq(verdict(1, "SHD-01"), "violated");
}
END_TEST

START_TEST(the_end_of_the_session_closes_everything)
{
	char text[160];

	happens(MADE "END");
	ck_assert_str_eq(findings(0), "error TRM-03");
	ck_assert_str_eq(vss_session_end_text(&s.list[0], text),
	    "copy made, neither BackupComplete nor AbortBackup, and never "
	    "released");
}
END_TEST

START_TEST(the_requesters_exit_closes_what_the_requester_owes)
{
	happens("@0 CREATE.ok INIT.ok CTX.ok=KEPT_W META.call META.fin "
	    "PREP.call A/PB.in A/PB.out PREP.fin DO.call DO.fin ABORT.call "
	    "ABORT.ok DEL.call DEL.err REL");
	ck_assert_str_eq(verdict(0, "DEL-05"), TIME);
	happens("EXIT");
	ck_assert_str_eq(verdict(0, "DEL-05"), "violated");
	ck_assert_str_eq(verdict(0, "SHD-01"), TIME);
}
END_TEST

/*
 * Verdicts.
 */

START_TEST(each_component_is_judged_by_itself)
{
	happens(SET_UP "A/log/COMP.ok B/db/COMP.ok PREP.call PREP.fin "
	    "DO.call DO.fin A/db/SUCC.ok=true B/db/SUCC.ok=false COMPL.call");
	ck_assert_str_eq(verdict(0, "TRM-13"), "violated");
	ck_assert_str_eq(evidence(0, "TRM-13"), "12 20");
	ck_assert_int_eq(s.list[0].ncomponents, 3);
}
END_TEST

START_TEST(a_verdict_for_an_unnamed_component_may_be_for_any)
{
	happens(SET_UP "A/log/COMP.ok PREP.call PREP.fin DO.call DO.fin "
	    "A/SUCC.ok=true COMPL.call REL");
	ck_assert_str_eq(verdict(0, "TRM-13"), OPEN);
	happens("i2: " SET_UP "B/db/COMP.ok PREP.call PREP.fin DO.call "
	    "DO.fin A/SUCC.ok=true COMPL.call REL");
	ck_assert_str_eq(verdict(1, "TRM-13"), "violated");
	ck_assert_str_eq(evidence(1, "TRM-13"), "31 37");
}
END_TEST

START_TEST(without_components_no_verdict_is_missed)
{
	happens("CREATE.ok INIT.ok META.fin PREP.fin DO.fin COMPL.fin REL");
	ck_assert_str_eq(verdict(0, "TRM-13"), "not exercised");
}
END_TEST

START_TEST(one_mistake_is_one_finding_however_many_writers)
{
	happens("@0 CREATE.ok INIT.ok STATE.ok=PLAIN META.call META.fin "
	    "PREP.call A/PB.in B/PB.in C/PB.in A/PB.out B/PB.out C/PB.out PREP.fin ABORT.call "
	    "ABORT.ok REL B/SD.in B/SD.out time@500");
	ck_assert_str_eq(findings(0), "error SHD-01 A, (error SHD-01 C)");
}
END_TEST

START_TEST(the_same_mistake_of_two_writers_is_two_findings)
{
	happens(SET_UP "PREP.call A/PB.in A/PB.fail B/PB.in B/PB.fail");
	ck_assert_str_eq(findings(0), "error WRT-04 A, error WRT-04 B");
}
END_TEST

START_TEST(one_event_that_breaks_several_rules_is_one_finding)
{
	happens(PREPARED "DO.call DO.err COMPL.call COMPL.fin REL");
	ck_assert_str_eq(findings(0), "error TRM-11, (error TRM-13 A), "
	    "error ABT-03, (advice TRM-16)");
}
END_TEST

START_TEST(the_most_severe_comes_first)
{
	happens(MADE "COMPL.call COMPL.fin READ=copy DEL.call DEL.ok REL");
	ck_assert_str_eq(findings(0), "error TRM-13 A, warning TRM-14, "
	    "advice DEL-01, advice TRM-16");
}
END_TEST

START_TEST(among_equals_the_groups_order_holds)
{
	happens("CREATE.ok INIT.ok STATE.ok=PLAIN META.fin PREP.fin "
	    "COMPL.fin END");
	ck_assert_str_eq(findings(0), "error TRM-08, (error TRM-03)");
}
END_TEST

START_TEST(severity_is_raised_by_what_else_happened)
{
	happens(MADE "A/db/SUCC.ok=true COMPL.call COMPL.fin READ=copy");
	ck_assert_str_eq(findings(0), "error TRM-14");
	happens("i2: " MADE "A/db/SUCC.ok=false COMPL.call COMPL.fin "
	    "READ=copy");
	ck_assert_str_eq(findings(1), "warning TRM-14");
}
END_TEST

/*
 * Results that the source does not record.
 */

/*
 * Options: what the documentation leaves to the reader.
 */

#define STATUS_LEFT_OUT SET_UP "PREP.call A/PB.in A/PB.out PREP.fin GWS.call " \
	"GWS.fin A/GETST.ok=fine DO.call A/PS.in A/PS.out A/FZ.in A/FZ.out " \
	"PCOMMIT A/TH.in A/TH.out A/PO.in A/PO.out V_MADE DO.fin GWS.call " \
	"GWS.fin A/GETST.ok=fine READ=copy A/db/SUCC.ok=true COMPL.call " \
	"A/BC.in A/BC.out COMPL.fin REL V_GONE "

START_TEST(a_status_left_out_is_graver_on_old_windows)
{
	happens(STATUS_LEFT_OUT SHUT);
	ck_assert_str_eq(findings(0), "advice TRM-16");
	s.policy.os = VSS_OS_VISTA;
	ck_assert_str_eq(findings(0), "error TRM-16");
	s.policy.os = VSS_OS_WIN7;
	s.policy.slots = VSS_SLOTS_LEGACY;
	ck_assert_str_eq(findings(0), "error TRM-16");
}
END_TEST

START_TEST(windows_xp_has_no_shutdown_to_miss)
{
	happens(RELEASED "@900 time@900");
	ck_assert_str_eq(findings(0), "error SHD-01 A");
	s.policy.os = VSS_OS_XP;
	ck_assert_str_eq(findings(0), "");
	ck_assert_str_eq(verdict(0, "SHD-01"), "not exercised: does not "
	    "apply, by the options");
}
END_TEST

START_TEST(the_abort_window_is_the_readers_choice)
{
	static const struct {
		const char *events, *found[3];
	} windows[] = {
		/* stopped after StartSnapshotSet */
		{ SET_UP "REL", { "warning ABT-02", "error ABT-02", "" } },
		/* after PrepareForBackup */
		{ PREPARED "REL", { "error ABT-01", "error ABT-01",
		    "error ABT-01" } },
		/* after a failed DoSnapshotSet */
		{ FROZEN "A/AB.in A/AB.out DO.err REL", { "error ABT-03", "",
		    "error ABT-03" } },
		/* after a good one */
		{ MADE "REL", { "warning ABT-04", "", "warning ABT-04" } },
	};
	size_t i;
	int w;

	for (i = 0; i < sizeof(windows) / sizeof(windows[0]); i++)
		for (w = 0; w < 3; w++) {
			forget();
			see_all();
			s.policy.abort_window = w;
			happens(windows[i].events);
			ck_assert_str_eq(findings(0), windows[i].found[w]);
		}
}
END_TEST

START_TEST(a_copy_kept_on_purpose_is_no_orphan)
{
	happens("CREATE.ok INIT.ok CTX.ok=KEPT_N set={ab-CD} START.ok ADD.ok "
	    "DO.call PCOMMIT V_MADE DO.fin PROP.ok READ=copy EXIT");
	ck_assert_str_eq(findings(0), "advice TRM-28");
	s.policy.kept[s.policy.nkept++] = "AB-cd";
	ck_assert_str_eq(findings(0), "");
	s.policy.kept[0] = "AB-ce";
	ck_assert_str_eq(findings(0), "advice TRM-28");
}
END_TEST

START_TEST(everything_can_be_raised_by_one)
{
	s.policy.raise = 1;
	happens(STATUS_LEFT_OUT SHUT);
	ck_assert_str_eq(findings(0), "warning TRM-16");
	happens("i2: " PREPARED "REL");
	ck_assert_str_eq(findings(1), "error ABT-01");
}
END_TEST

START_TEST(how_long_a_writer_may_be_frozen_can_be_set)
{
	s.policy.freeze_limit = 5 * SECOND;
	happens(PREPARED "DO.call A/PS.in A/PS.out @10 A/FZ.in @16 A/FZ.out "
	    "A/TH.in");
	ck_assert_str_eq(findings(0), "error TMO-01 A");
	/* the Exchange writer has 20 s of its own, others may get theirs */
	s.policy.freeze_limit = 60 * SECOND;
	happens("i2: " SET_UP "PREP.call microsoft/PB.in microsoft/PB.out "
	    "PREP.fin");
	ck_assert_int_eq(vss_policy_freeze_limit(&s.policy,
	    "Microsoft Exchange Writer (pid 7)"), 20 * SECOND);
	s.policy.limits[s.policy.nlimits].writer = "EXCHANGE";
	s.policy.limits[s.policy.nlimits++].limit = 7 * SECOND;
	ck_assert_int_eq(vss_policy_freeze_limit(&s.policy,
	    "Microsoft Exchange Writer (pid 7)"), 7 * SECOND);
	ck_assert_int_eq(vss_policy_freeze_limit(&s.policy, "NTDS"),
	    60 * SECOND);
}
END_TEST

/*
 * Replay: what is recorded must be what VSS can do.
 */

/* Could the event have come instead, by the finding of MOD-01? */
static int
could_have_come(const char *word)
{
	struct vss_event ev = { 0 };
	struct vss_judgement j;
	uint16_t letter;
	size_t i;
	int could = 0;

	parse_event(word, word + strlen(word), &ev);
	ck_assert_int_eq(vss_event_letters(ev.kind, ev.phases, ev.data, 1,
	    &letter), 1);
	judge(0, &j);
	for (i = 0; i < j.nfindings; i++)
		could |= j.findings[i].possible[letter];
	vss_judgement_free(&j);
	return could;
}

START_TEST(what_no_rule_forbids_and_vss_cannot_do_is_refused)
{
	happens(PREPARED "DO.call A/PS.in A/PS.out A/PS.in");
	ck_assert_str_eq(findings(0), "warning MOD-01 A");
	/* the event, and what the same writer saw before it */
	ck_assert_str_eq(evidence(0, "MOD-01"), "21 22");
	ck_assert(could_have_come("FZ.in"));
	ck_assert(could_have_come("AB.in"));
	ck_assert(!could_have_come("PS.in"));
	ck_assert(!could_have_come("TH.in"));
}
END_TEST

START_TEST(what_vss_can_do_is_not)
{
	happens(RELEASED SHUT);
	ck_assert_str_eq(verdict(0, "MOD-01"), "kept");
	/* a failure at any time, for whatever reason */
	happens("i2: " FROZEN "A/AB.in A/AB.out DO.err ABORT.call "
	    "ABORT.ok REL");
	ck_assert_str_eq(verdict(1, "MOD-01"), "kept");
	/* the end of the service, and of the requester within a call */
	happens("i3: " FROZEN "SVC_EXIT A/FZ_TIMEOUT DO.err");
	ck_assert_str_eq(verdict(2, "MOD-01"), "kept");
	happens("i4: " FROZEN "EXIT");
	ck_assert_str_eq(verdict(3, "MOD-01"), "kept");
}
END_TEST

START_TEST(each_writer_is_read_by_itself)
{
	happens(SET_UP "B/ID.in B/ID.out PREP.call A/PB.in B/PB.in A/PB.out "
	    "B/PB.out PREP.fin DO.call A/PS.in A/PS.out B/PS.in B/PS.out "
	    "B/FZ.in B/FZ.out A/FZ.in PCOMMIT");
	/* A is still in Freeze: for B nothing is wrong */
	ck_assert_str_eq(findings(0), "warning MOD-01 A, advice REQ-01");
	happens("A/FZ.out A/TH.in B/TH.in A/TH.out B/TH.out B/TH.in");
	ck_assert_str_eq(findings(0), "warning MOD-01 A, advice REQ-01");
}
END_TEST

START_TEST(reading_goes_on_after_what_is_refused)
{
	size_t i, n = 0;
	struct vss_judgement j;

	happens(PREPARED "DO.call A/PS.in A/PS.out A/PS.in A/PS.out A/FZ.in "
	    "A/FZ.out PCOMMIT PCOMMIT A/TH.in A/TH.out A/PO.in A/PO.out "
	    "DO.fin");
	judge(0, &j);
	for (i = 0; i < j.nfindings; i++)
		if (j.findings[i].rule == VSS_RULE_REPLAY) {
			ck_assert_int_eq(j.findings[i].under, n ? 0 : -1);
			n++;
		}
	/* the second PrepareForSnapshot, the second CommitSnapshots */
	ck_assert_uint_eq(n, 2);
	vss_judgement_free(&j);
}
END_TEST

START_TEST(what_the_source_hides_may_have_happened)
{
	see("PS");
	happens(PREPARED "DO.call A/FZ.in A/FZ.out PCOMMIT A/TH.in");
	ck_assert_str_eq(verdict(0, "MOD-01"), "kept");
	forget();
	see("DO PCOMMIT");
	happens(PREPARED "A/PS.in A/PS.out A/FZ.in A/FZ.out A/TH.in A/TH.out");
	ck_assert_str_eq(verdict(0, "MOD-01"), "kept");
	happens("A/FZ.in");
	ck_assert_str_eq(verdict(0, "MOD-01"), "violated");
	forget();
	/* of the calls only the ends are shown */
	see_ends();
	happens(SET_UP "A/PB.in A/PB.out PREP.fin A/PS.in A/PS.out A/FZ.in "
	    "A/FZ.out PCOMMIT A/TH.in A/TH.out A/PO.in A/PO.out DO.fin");
	ck_assert_str_eq(verdict(0, "MOD-01"), "kept");
	forget();
	see("");
}
END_TEST

START_TEST(a_requester_of_which_nothing_is_shown_may_have_called_anything)
{
	happens("set=S1 V_MADE");
	ck_assert_str_eq(verdict(0, "MOD-01"), "not exercised");
	happens("PCOMMIT EXIT");
	ck_assert_str_eq(verdict(0, "MOD-01"), "kept");
}
END_TEST

START_TEST(a_joined_backup_is_read_from_anywhere)
{
	happens("middle A/TH.in A/TH.out A/PO.in A/PO.out DO.fin");
	ck_assert_str_eq(verdict(0, "MOD-01"), "kept");
	/* and by then it is known where */
	happens("A/PO.in");
	ck_assert_str_eq(verdict(0, "MOD-01"), "violated");
}
END_TEST

START_TEST(events_without_an_order_are_read_in_any)
{
	happens(PREPARED "DO.call A/PS.in A/PS.out A/FZ.in "
	    "[ A/TH.in PCOMMIT A/FZ.out ] A/TH.out");
	ck_assert_str_eq(verdict(0, "MOD-01"), "kept");
	happens("i2: " PREPARED "DO.call A/PS.in A/PS.out A/FZ.in "
	    "[ A/TH.in PCOMMIT PCOMMIT A/FZ.out ] A/TH.out");
	ck_assert_str_eq(verdict(1, "MOD-01"), "violated");
}
END_TEST

START_TEST(what_the_requester_does_is_for_the_rules)
{
	happens(SET_UP "PREP.call PREP.call");
	ck_assert_str_eq(verdict(0, "MOD-01"), "undetermined: the requester "
	    "did what the model of VSS has no answer to");
}
END_TEST

START_TEST(a_rule_says_it_better)
{
	size_t i;
	struct vss_judgement j;

	/* a writer joins late: ORD-10 */
	happens(PREPARED "DO.call A/PS.in B/PS.in A/PS.out B/PS.out");
	judge(0, &j);
	ck_assert_str_eq(vss_rule(j.findings[0].rule)->id, "ORD-10");
	for (i = 1; i < j.nfindings; i++)
		if (j.findings[i].rule == VSS_RULE_REPLAY)
			ck_assert_int_eq(j.findings[i].under, 0);
	ck_assert_str_eq(verdict(0, "MOD-01"), "violated");
	vss_judgement_free(&j);
}
END_TEST

START_TEST(a_backup_that_is_too_long_is_not_replayed)
{
	int i;

	happens(SET_UP);
	for (i = 0; i < 5000; i++)
		happens("GWS.call GWS.fin");
	happens("PREP.call A/PB.in A/PB.out A/PB.in");
	ck_assert_str_eq(verdict(0, "MOD-01"), "undetermined: the backup has "
	    "too many events for all of them to be kept");
}
END_TEST

/* The phases that are left of the last event of that kind. */
static unsigned
left_of(int kind)
{
	const struct vss_session *se = &s.list[0];
	size_t i;

	ck_assert_int_eq(vss_sessions_finish(&s), VSS_OK);
	for (i = se->nstory; i-- > 0;)
		if (se->story[i].kind == kind)
			return se->story[i].phases;
	return 0;
}

#define FIN (1U << PHASE_OK)
#define ERR (1U << PHASE_ERR)
#define ANY_END (1U << PHASE_OK | 1U << PHASE_ERR | 1U << PHASE_CAN)
#define UNTIL_PREP "INIT.ok CTX.ok=AUTO_W STATE.ok=BOTH META.call META.fin " \
	"A/c/COMP.ok START.ok ADD.ok PREP.call A/PB.in A/PB.out "
#define COPIED "DO.call A/PS.in A/PS.out A/FZ.in A/FZ.out PCOMMIT A/TH.in " \
	"A/TH.out A/PO.in A/PO.out V_MADE "

START_TEST(what_followed_shows_that_a_call_succeeded)
{
	happens(UNTIL_PREP "PREP.fin|err|can GWS.call GWS.fin " COPIED
	    "DO.fin GWS.call GWS.fin A/c/SUCC.ok=true COMPL.call");
	ck_assert_uint_eq(left_of(KIND_PREP), FIN);
}
END_TEST

START_TEST(so_it_does_when_the_requester_skips_steps)
{
	happens(UNTIL_PREP "PREP.fin|err|can " COPIED "DO.fin|err|can COMPL.call "
	    "A/BC.in A/BC.out COMPL.fin REL");
	ck_assert_uint_eq(left_of(KIND_PREP), FIN);
	ck_assert_uint_eq(left_of(KIND_DO), FIN);
	ck_assert_int_eq(s.list[0].outcome_do, PHASE_OK);
}
END_TEST

START_TEST(a_rule_that_depends_on_it_is_decided)
{
	see("");
	happens(UNTIL_PREP "PREP.fin " COPIED "DO.fin|err|can COMPL.call A/BC.in "
	    "A/BC.out COMPL.fin READ=copy REL EXIT");
	ck_assert_str_eq(verdict(0, "TRM-11"), "not exercised");
	ck_assert_str_eq(verdict(0, "TRM-12"), "not exercised");
}
END_TEST

START_TEST(what_could_have_ended_either_way_is_left_open)
{
	happens(UNTIL_PREP "PREP.fin GWS.call GWS.fin DO.call A/PS.in A/PS.out "
	    "DO.fin|err|can ABORT.call ABORT.ok REL");
	ck_assert_uint_eq(left_of(KIND_DO) & 1U << PHASE_ERR, 1U << PHASE_ERR);
	ck_assert_int_ne(left_of(KIND_DO), FIN);
}
END_TEST

START_TEST(nothing_follows_from_an_end_of_the_recording)
{
	happens(UNTIL_PREP "PREP.fin|err|can");
	/* but nobody has cancelled it, which would be recorded */
	ck_assert_uint_eq(left_of(KIND_PREP), FIN | ERR);
	forget();
	see("CANCEL");
	happens(UNTIL_PREP "PREP.fin|err|can");
	ck_assert_uint_eq(left_of(KIND_PREP), ANY_END);
}
END_TEST

START_TEST(what_is_recorded_is_never_changed)
{
	happens(UNTIL_PREP "PREP.err " COPIED "DO.err COMPL.call A/BC.in A/BC.out "
	    "COMPL.fin REL");
	ck_assert_uint_eq(left_of(KIND_PREP), 1U << PHASE_ERR);
	ck_assert_uint_eq(left_of(KIND_DO), 1U << PHASE_ERR);
}
END_TEST

START_TEST(a_joined_backup_shows_nothing_of_what_came_before)
{
	happens("middle PREP.fin|err|can " COPIED "DO.fin COMPL.call");
	ck_assert_uint_eq(left_of(KIND_PREP), ANY_END);
}
END_TEST

#define FROZEN_PAIR "INIT.ok CTX.ok=AUTO_W STATE.ok=BOTH META.call META.fin " \
	"START.ok ADD.ok PREP.call A/PB.in B/PB.in A/PB.out B/PB.out PREP.fin " \
	"GWS.call GWS.fin DO.call A/PS.in B/PS.in A/PS.out B/PS.out A/FZ.in " \
	"B/FZ.in A/FZ.fail B/FZ.out "
#define BOTH_ABORTED "A/AB.in B/AB.in A/AB.out B/AB.out "

/* Of two writers one fails, and only what came before shows that it did. */
START_TEST(an_abort_within_the_call_shows_that_it_failed)
{
	see("ABORT REL CANCEL WFAIL");
	happens(FROZEN_PAIR BOTH_ABORTED "DO.fin|err|can GWS.call GWS.fin|err "
	    "A/SD.in B/SD.in A/SD.out B/SD.out");
	ck_assert_uint_eq(left_of(KIND_DO) & FIN, 0);
	ck_assert_str_eq(findings(0), "");
	forget();
	see("ABORT REL CANCEL WFAIL");
	happens(FROZEN_PAIR BOTH_ABORTED "DO.fin|err|can COMPL.call "
	    "COMPL.fin|err|can A/SD.in B/SD.in A/SD.out B/SD.out");
	ck_assert_uint_eq(left_of(KIND_DO) & FIN, 0);
	ck_assert_str_eq(findings(0), "error TRM-11");
}
END_TEST

/* Of a story that VSS cannot have had, nothing follows: it may be wrong in any
 * of its events. */
START_TEST(nothing_follows_from_what_cannot_have_been)
{
	see("ABORT REL CANCEL WFAIL");
	happens(FROZEN_PAIR BOTH_ABORTED "DO.fin|err|can A/PS.in B/PS.in "
	    "COMPL.call");
	ck_assert_uint_ne(left_of(KIND_DO) & FIN, 0);
}
END_TEST

#define FAILED_FIRST "INIT.ok CTX.ok=AUTO_W STATE.ok=BOTH META.call META.fin " \
	"START.ok ADD.ok PREP.call A/PB.in B/PB.in A/PB.fail B/PB.out PREP.fin " \
	"GWS.call GWS.fin "

/* What is told of one writer rules it out for all. */
START_TEST(it_does_so_for_the_writer_of_which_less_is_told)
{
	see("ABORT REL CANCEL WFAIL");
	happens(FAILED_FIRST "DO.call B/PS.in B/PS.out B/FZ.in B/FZ.out B/AB.in "
	    "B/AB.out DO.fin|err|can COMPL.call COMPL.fin|err|can");
	ck_assert_uint_eq(left_of(KIND_DO) & FIN, 0);
}
END_TEST

START_TEST(without_an_abort_it_stays_open)
{
	see("ABORT REL CANCEL WFAIL FZ AB TH PO PCOMMIT V_MADE");
	happens(UNTIL_PREP "PREP.fin GWS.call GWS.fin DO.call A/PS.in A/PS.out "
	    "DO.fin|err|can");
	ck_assert_uint_eq(left_of(KIND_DO) & ERR, ERR);
	ck_assert_str_eq(findings(0), "");
}
END_TEST

/* Where the story cannot be explained, a success that led on is likely all the
 * same; a failure is not said of anybody. */
START_TEST(where_nothing_explains_the_story_only_success_is_likely)
{
	happens(UNTIL_PREP "PREP.fin|err A/TH.in A/TH.out GWS.call GWS.fin "
	    "DO.call DO.err");
	ck_assert_uint_eq(left_of(KIND_PREP), FIN);
	ck_assert_str_eq(verdict(0, "MOD-01"), "violated");
	forget();
	see("ABORT REL CANCEL WFAIL");
	happens(FROZEN_PAIR BOTH_ABORTED "DO.fin|err|can A/PS.in B/PS.in");
	ck_assert_uint_eq(left_of(KIND_DO) & ERR, ERR);
	ck_assert_uint_ne(left_of(KIND_DO), ERR);
	ck_assert_str_eq(verdict(0, "MOD-01"), "violated");
}
END_TEST

/* What was joined in the middle is still read before and after. */
START_TEST(an_abort_of_a_joined_backup_shows_it_too)
{
	happens("middle DO.call A/PS.in A/PS.out A/FZ.in A/FZ.out "
	    "A/AB.in A/AB.out DO.fin|err|can ABORT.call ABORT.ok REL");
	ck_assert_uint_eq(left_of(KIND_DO) & FIN, 0);
}
END_TEST

START_TEST(an_order_that_is_not_known_is_not_relied_upon)
{
	see("ABORT REL CANCEL WFAIL");
	happens(FROZEN_PAIR "[ A/AB.in DO.fin|err|can ] A/AB.out B/AB.in "
	    "B/AB.out");
	ck_assert_uint_eq(left_of(KIND_DO) & ERR, ERR);
	forget();
	see("ABORT REL CANCEL WFAIL");
	happens(FROZEN_PAIR "[ A/AB.in B/AB.in ] [ A/AB.out B/AB.out ] "
	    "DO.fin|err|can");
	ck_assert_uint_eq(left_of(KIND_DO) & FIN, 0);
}
END_TEST

START_TEST(many_open_results_end_in_time)
{
	int i;

	happens(UNTIL_PREP "PREP.fin");
	for (i = 0; i < 2000; i++)
		happens("GWS.call GWS.fin|err|can");
	ck_assert_uint_ne(left_of(KIND_GWS), 0);
}
END_TEST

START_TEST(what_the_source_hides_is_not_observable)
{
	see("ABORT REL");
	happens(PREPARED "DO.call DO.err EXIT");
	ck_assert_str_eq(verdict(0, "ABT-03"), "not observable");
	ck_assert_str_eq(verdict(0, "TRM-13"), "not exercised");
	ck_assert_str_eq(findings(0), "");
	forget();
	see("CTX");
	happens("CREATE.ok INIT.ok META.fin PREP.fin DO.call V_MADE DO.fin "
	    "REL");
	ck_assert_str_eq(verdict(0, "TRM-07"), "not observable");
}
END_TEST

START_TEST(what_came_before_the_recording_is_nobodys_fault)
{
	happens("middle REL");
	ck_assert_int_eq(s.list[0].middle, 1);
	ck_assert_str_eq(findings(0), "");
	ck_assert_str_eq(verdict(0, "ABT-03"), MIDDLE);
	happens("i2: middle COMPL.call COMPL.fin REL");
	ck_assert_str_eq(findings(1), "advice TRM-16");
	ck_assert_str_eq(evidence(1, "TRM-16"), "3 4");
	ck_assert_str_eq(verdict(1, "TRM-11"), MIDDLE);
}
END_TEST

START_TEST(evidence_of_a_joined_backup_begins_where_it_matters)
{
	see("STATE READ");
	happens("middle A/FZ.in A/FZ.out A/TH.in A/TH.out PREP.fin DO.err "
	    "REL");
	ck_assert_str_eq(evidence(0, "ABT-03"), "5 6 7");
}
END_TEST

START_TEST(how_it_ended_is_told_in_words)
{
	static const struct { const char *words, *text; } ends[] = {
		{ "CREATE.ok", "nothing made, and no end in the recording" },
		{ "CREATE.ok REL", "nothing made, then Release" },
		{ "DO.call", "DoSnapshotSet, and no end in the recording" },
		{ "DO.call DO.err REL", "DoSnapshotSet failed, no "
		    "AbortBackup, then Release" },
		{ "DO.fin EXIT", "copy made, then the requester's process "
		    "ended" },
		{ "A/FZ.in DO.fin EXIT", "copy made, neither "
		    "BackupComplete nor AbortBackup, then the "
		    "requester's process ended" },
		{ "DO.fin ABORT.ok REL", "AbortBackup, then Release" },
		{ "DO.fin COMPL.err REL", "BackupComplete refused, then "
		    "Release" },
		{ "DO.fin COMPL.fin|err REL", "BackupComplete, result not "
		    "recorded, then Release" },
		{ "DO.fin COMPL.call REL", "BackupComplete not waited for, "
		    "then Release" },
		{ "DO.fin COMPL.fin REL EXIT", "BackupComplete, then "
		    "Release" },
		{ "ADD.ok V_MADE EXIT", "copy made without writers, then the "
		    "requester's process ended" },
	};
	char text[160];
	size_t i;

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		snprintf(now.object, sizeof(now.object), "i%d", (int)i);
		happens(ends[i].words);
		ck_assert_str_eq(vss_session_end_text(&s.list[i], text),
		    ends[i].text);
	}
}
END_TEST

START_TEST(evidence_is_told_in_words)
{
	static const struct { const char *word, *text; } says[] = {
		{ "CREATE.ok", "CreateVssBackupComponents succeeded" },
		{ "INIT.err", "InitializeForBackup failed" },
		{ "CTX.ok=AUTO_W", "SetContext succeeded (AUTO_W)" },
		{ "CTX.ok", "SetContext succeeded" },
		{ "DO.call", "DoSnapshotSet called" },
		{ "DO.fin", "DoSnapshotSet finished" },
		{ "DO.can", "DoSnapshotSet was cancelled" },
		{ "DO.fin|err", "DoSnapshotSet ended, result not recorded" },
		{ "ABORT.ok", "AbortBackup succeeded" },
		{ "REL", "Release (last reference)" },
		{ "READ=copy", "data read (copy)" },
		{ "A/FZ.in", "Freeze delivered, writer A" },
		{ "A/FZ.out", "Freeze handled, writer A" },
		{ "A/FZ.fail", "Freeze handler failed, writer A" },
		{ "A/SD.in=own", "BackupShutdown delivered (own), writer A" },
		{ "A/db/SUCC.ok=false", "SetBackupSucceeded succeeded "
		    "(false), db of A" },
	};
	struct vss_evidence e;
	struct vss_event ev;
	const char *w;
	char text[128];
	size_t i;

	happens(SET_UP);
	for (i = 0; i < sizeof(says) / sizeof(says[0]); i++) {
		w = strrchr(says[i].word, '/');
		w = w ? w + 1 : says[i].word;
		parse_event(w, w + strlen(w), &ev);
		memset(&e, 0, sizeof(e));
		e.kind = ev.kind;
		e.phases = ev.phases;
		e.data = ev.data;
		e.writer = *says[i].word == 'A' && says[i].word[1] == '/' ?
		    0 : -1;
		e.component = strstr(says[i].word, "/db/") ? 0 : -1;
		vss_evidence_text(&s.list[0], &e, text, sizeof(text));
		ck_assert_str_eq(text, says[i].text);
		vss_evidence_text(&s.list[0], &e, text, 8);
		ck_assert_uint_lt(strlen(text), 8);
	}
}
END_TEST

START_TEST(rules_are_found_by_their_id_however_it_is_spelt)
{
	int r = vss_rule_find("TRM-11");

	ck_assert_int_ge(r, 0);
	ck_assert_int_eq(vss_rule_find("trm-11"), r);
	ck_assert_int_eq(vss_rule_find("TRM_11"), r);
	ck_assert_int_ne(vss_rule_find("TRM-11b"), r);
	ck_assert_int_eq(vss_rule_find("TRM-11B"), vss_rule_find("TRM-11b"));
	ck_assert_int_eq(vss_rule_find("TRM-1"), -1);
	ck_assert_int_eq(vss_rule_find("TRM-11z"), -1);
	ck_assert_int_eq(vss_rule_find(""), -1);
}
END_TEST

/*
 * Limits: a diagnostic on one side, nothing on the other.
 */

START_TEST(more_writers_than_a_host_has_are_refused)
{
	char word[32];
	int i;

	happens("CREATE.ok META.fin PREP.call");
	for (i = 0; i < LIMIT_WRITERS; i++) {
		snprintf(word, sizeof(word), "w%d/PB.in", i);
		happens(word);
	}
	ck_assert_int_eq(try_events("one-more/PB.in"), VSS_BAD);
	ck_assert_ptr_nonnull(strstr(error.text, "4096 writers"));
	ck_assert_uint_eq(error.line, LIMIT_WRITERS + 4);
	happens("w0/PB.out");
}
END_TEST

START_TEST(hundreds_of_components_are_kept_apart)
{
	char word[32];
	int i;

	happens("CREATE.ok META.fin");
	for (i = 0; i < 300; i++) {
		snprintf(word, sizeof(word), "A/c%d/COMP.ok", i % 150);
		happens(word);
	}
	ck_assert_int_eq(s.list[0].ncomponents, 150);
	happens("B/c0/COMP.ok");
	ck_assert_int_eq(s.list[0].ncomponents, 151);
}
END_TEST

START_TEST(hundreds_of_objects_are_kept_apart)
{
	int i;

	for (i = 0; i < 300; i++) {
		snprintf(now.object, sizeof(now.object), "i%d", i % 150);
		happens("INIT.ok");
	}
	ck_assert_int_eq(s.n, 150);
}
END_TEST

/* What concerns other sessions does not go through all that have been. */
START_TEST(thousands_of_backups_one_after_the_other_take_their_time_each)
{
	char words[700];
	clock_t began = clock(), half = 0;
	int i, most = 0;

	for (i = 0; i < 3000; i++) {
		if (i == 1500)
			half = clock();
		snprintf(words, sizeof(words), "o%d: @%d INIT.ok META.call "
		    "META.fin START.ok PREP.call -: A/PB.in A/PB.out o%d: "
		    "PREP.fin DO.call -: A/FZ.in A/FZ.out A/TH.in A/TH.out "
		    "o%d: DO.fin COMPL.call -: A/BC.in A/BC.out o%d: "
		    "COMPL.fin REL -: A/SD.in=nil A/SD.out", i, i * 10, i, i,
		    i);
		happens(words);
		if (s.nactive > most)
			most = s.nactive;
	}
	ck_assert_int_eq(s.n, 3000);
	ck_assert_uint_eq(s.unattributed, 0);
	ck_assert_int_le(most, 3);
	/* twice as many, three times as long at most */
	ck_assert_int_lt(clock() - half, 2 * (half - began) +
	    CLOCKS_PER_SEC / 5);
	ck_assert_int_eq(s.list[2999].writers[0].shut_down, 1);
}
END_TEST

START_TEST(a_name_is_cut_where_no_real_one_ends)
{
	struct vss_event ev = { 0 };
	char *name = malloc(LIMIT_NAME * 2 + 1);

	ck_assert_ptr_nonnull(name);
	memset(name, 'n', LIMIT_NAME * 2);
	name[LIMIT_NAME * 2] = 0;
	ev.kind = KIND_CREATE;
	ev.phases = 1 << PHASE_OK;
	ev.time = VSS_NO_TIME;
	ev.object = ev.image = ev.label = name;
	ck_assert_int_eq(vss_sessions_event(&s, &ev, &error), VSS_OK);
	ck_assert_uint_eq(strlen(s.list[0].image), LIMIT_NAME);
	/* and the same name still names the same object */
	ev.kind = KIND_INIT;
	ck_assert_int_eq(vss_sessions_event(&s, &ev, &error), VSS_OK);
	ck_assert_int_eq(s.n, 1);
	free(name);
}
END_TEST

/*
 * Whatever comes, in whatever order.
 */

START_TEST(no_order_of_events_breaks_the_laws_of_a_judgement)
{
	static const char *const writers[] = { NULL, "A", "B", "C" };
	static const char *const objects[] = { NULL, "i1", "i2", "i3" };
	static const char *const components[] = { NULL, "db", "log" };
	uint32_t seed = 123456789u + 7919u * _i;
	struct vss_judgement j;
	struct vss_profile p;
	struct vss_event ev;
	int i, kind;

	forget();
	vss_profile_all(&p);
	for (kind = 1; kind < KIND_COUNT; kind++)
		if (_i % 2 && kind != KIND_END && !draw(&seed, 6))
			p.shows[kind] &= draw(&seed, 32);
	vss_sessions_init(&s);
	ck_assert_int_eq(vss_sessions_source(&s, &p), VSS_OK);
	for (i = 0; i < 300; i++) {
		memset(&ev, 0, sizeof(ev));
		do
			kind = 1 + draw(&seed, KIND_COUNT - 1);
		while (!p.shows[kind] ||
		    (kind == KIND_END && draw(&seed, 20)));
		ev.kind = kind;
		do {
			ev.phases = 1 << (1 + draw(&seed, 4));
			if (!draw(&seed, 8))
				ev.phases |= 1 << (2 + draw(&seed, 3));
		} while (!(ev.phases & p.shows[kind]));
		ev.data = draw(&seed, 3) ? 1 << draw(&seed, 4) : 0xff;
		ev.line = i + 1;
		ev.time = draw(&seed, 20) ? START + i * (int64_t)draw(&seed,
		    2000000) : VSS_NO_TIME;
		ev.pid = draw(&seed, 3);
		ev.middle = !draw(&seed, 10);
		ev.object = objects[draw(&seed, 4)];
		ev.writer = writers[draw(&seed, 4)];
		ev.component = components[draw(&seed, 3)];
		ck_assert_msg(vss_sessions_event(&s, &ev, &error) == VSS_OK,
		    "seed %d, event %d: %s", _i, i, error.text);
	}
	for (i = 0; i < s.n; i++) {
		judge(i, &j);
		vss_judgement_free(&j);
	}
}
END_TEST

static void
add(Suite *suite, const char *name, const TTest *const *tests)
{
	TCase *tc = tcase_create(name);

	tcase_add_checked_fixture(tc, see_all, forget);
	tcase_set_timeout(tc, 60);
	while (*tests)
		tcase_add_test(tc, *tests++);
	suite_add_tcase(suite, tc);
}

int
main(void)
{
	Suite *suite = suite_create("session");
	TCase *tc;
	SRunner *r;
	int failed;

	add(suite, "implied", (const TTest *const[]){
	    a_backup_by_the_book_has_no_findings,
	    writers_that_only_identify_themselves_are_named_once,
	    an_end_without_a_beginning_is_given_one,
	    an_implied_call_can_be_the_mistake,
	    a_handler_that_returns_has_been_entered,
	    a_beginning_that_was_seen_is_not_implied_again,
	    a_shutdown_that_only_returns_may_have_named_any_set, NULL });
	add(suite, "hidden results", (const TTest *const[]){
	    what_followed_shows_that_a_call_succeeded,
	    so_it_does_when_the_requester_skips_steps,
	    a_rule_that_depends_on_it_is_decided,
	    what_could_have_ended_either_way_is_left_open,
	    nothing_follows_from_an_end_of_the_recording,
	    what_is_recorded_is_never_changed,
	    a_joined_backup_shows_nothing_of_what_came_before,
	    nothing_follows_from_what_cannot_have_been,
	    an_abort_within_the_call_shows_that_it_failed,
	    it_does_so_for_the_writer_of_which_less_is_told,
	    without_an_abort_it_stays_open,
	    where_nothing_explains_the_story_only_success_is_likely,
	    an_abort_of_a_joined_backup_shows_it_too,
	    an_order_that_is_not_known_is_not_relied_upon,
	    many_open_results_end_in_time, NULL });
	add(suite, "routing", (const TTest *const[]){
	    events_go_to_the_object_that_they_name,
	    an_object_that_is_created_again_is_another,
	    what_is_said_to_start_opens_a_session,
	    without_an_object_the_process_tells,
	    a_process_that_has_ended_does_nothing_more,
	    a_writers_event_goes_to_the_call_that_brings_it,
	    what_could_be_either_backups_is_counted_and_not_judged,
	    a_handler_may_outlast_its_call,
	    what_a_call_brings_goes_to_a_requester_that_lives,
	    two_open_handlers_return_in_their_order,
	    abort_is_delivered_in_the_course_of_a_failing_creation,
	    a_shutdown_goes_to_the_oldest_backup_that_is_over,
	    the_services_events_go_to_the_backup_whose_set_they_name,
	    the_end_of_the_service_concerns_all,
	    what_belongs_to_no_backup_is_counted,
	    two_sets_at_a_time_are_the_services_fault,
	    a_set_after_the_other_is_nobodys_fault, NULL });
	add(suite, "time", (const TTest *const[]){
	    a_freeze_beyond_60_seconds_is_too_long,
	    a_freeze_of_60_seconds_is_not,
	    a_freeze_that_is_aborted_in_the_end_is_answered,
	    without_a_clock_no_freeze_is_too_long,
	    shutdown_may_take_its_time, shutdown_may_take_exactly_its_time,
	    a_clock_that_ticks_coarsely_leaves_the_boundary_open,
	    the_boundary_is_open_where_the_order_is_too,
	    what_may_have_been_too_long_can_turn_out_to_be,
	    so_it_does_by_a_clock_that_ticks_coarsely,
	    times_of_clocks_that_cannot_be_compared_decide_nothing,
	    shutdown_is_missed_when_its_time_has_passed,
	    time_runs_from_the_end_of_the_object_not_of_the_process,
	    time_decides_nothing_while_the_backup_goes_on,
	    the_grace_can_be_set,
	    a_service_that_stops_idle_has_nothing_left_to_do,
	    a_service_that_stopped_before_the_end_owed_nothing_yet,
	    a_service_that_dies_owes_nothing,
	    a_writer_in_its_next_backup_gets_nothing_more_for_the_last,
	    another_writers_next_backup_says_nothing,
	    only_a_backup_that_is_over_is_closed_by_the_next,
	    a_restart_of_the_machine_ends_everything_and_accuses_nobody,
	    what_was_wrong_before_a_restart_stays_wrong,
	    after_a_restart_no_shutdown_is_waited_for,
	    nothing_after_a_restart_belongs_to_what_was_before,
	    without_a_clock_a_restart_is_one_all_the_same,
	    the_end_of_the_session_closes_everything,
	    the_requesters_exit_closes_what_the_requester_owes, NULL });
	add(suite, "verdicts", (const TTest *const[]){
	    each_component_is_judged_by_itself,
	    a_verdict_for_an_unnamed_component_may_be_for_any,
	    without_components_no_verdict_is_missed,
	    one_mistake_is_one_finding_however_many_writers,
	    the_same_mistake_of_two_writers_is_two_findings,
	    one_event_that_breaks_several_rules_is_one_finding,
	    the_most_severe_comes_first,
	    a_status_left_out_is_graver_on_old_windows,
	    windows_xp_has_no_shutdown_to_miss,
	    the_abort_window_is_the_readers_choice,
	    a_copy_kept_on_purpose_is_no_orphan,
	    everything_can_be_raised_by_one,
	    how_long_a_writer_may_be_frozen_can_be_set,
	    what_no_rule_forbids_and_vss_cannot_do_is_refused,
	    what_vss_can_do_is_not, each_writer_is_read_by_itself,
	    reading_goes_on_after_what_is_refused,
	    what_the_source_hides_may_have_happened,
	    a_requester_of_which_nothing_is_shown_may_have_called_anything,
	    a_joined_backup_is_read_from_anywhere,
	    events_without_an_order_are_read_in_any,
	    what_the_requester_does_is_for_the_rules,
	    a_rule_says_it_better,
	    a_backup_that_is_too_long_is_not_replayed,
	    among_equals_the_groups_order_holds,
	    severity_is_raised_by_what_else_happened,
	    what_the_source_hides_is_not_observable,
	    what_came_before_the_recording_is_nobodys_fault,
	    evidence_of_a_joined_backup_begins_where_it_matters,
	    how_it_ended_is_told_in_words, evidence_is_told_in_words,
	    rules_are_found_by_their_id_however_it_is_spelt, NULL });
	add(suite, "limits", (const TTest *const[]){
	    more_writers_than_a_host_has_are_refused,
	    hundreds_of_components_are_kept_apart,
	    hundreds_of_objects_are_kept_apart,
	    thousands_of_backups_one_after_the_other_take_their_time_each,
	    a_name_is_cut_where_no_real_one_ends, NULL });

	tc = tcase_create("laws");
	tcase_add_checked_fixture(tc, see_all, forget);
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc,
	    no_order_of_events_breaks_the_laws_of_a_judgement, 0, 200);
	suite_add_tcase(suite, tc);

	r = srunner_create(suite);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
