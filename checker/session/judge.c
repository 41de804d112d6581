#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "hidden.h"
#include "session.h"
#include "story.h"

static const struct vss_rule rules[] = {
#define SEVERITY_ADVICE VSS_ADVICE
#define SEVERITY_WARNING VSS_WARNING
#define SEVERITY_ERROR VSS_ERROR
#define BLAME_REQUESTER VSS_REQUESTER_
#define BLAME_SERVICE VSS_SERVICE_
#define BLAME_WRITER VSS_WRITER_
#define R(name, id, scope, severity, blame, closed, group, msg, exp) \
	{ id, msg, exp, VSS_##scope, SEVERITY_##severity, BLAME_##blame, \
	    VSS_##closed, group },
	VSS_RULES(R)
#undef R
	{ "MOD-01", "nothing that VSS can do explains this event here",
	    "an event that the model of VSS has after what came before",
	    VSS_WRITER, VSS_WARNING, VSS_SERVICE_, VSS_OWN, UINT8_MAX },
};

const struct vss_rule *
vss_rule(int rule)
{
	return &rules[rule];
}

int
vss_rule_find(const char *id)
{
	const char *a, *b;
	int i;

	for (i = 0; i < VSS_NJUDGED; i++) {
		for (a = id, b = rules[i].id; *a && *b; a++, b++)
			if (vss_lower(*a) != vss_lower(*b) &&
			    !(*a == '_' && *b == '-'))
				break;
		if (!*a && !*b)
			return i;
	}
	return -1;
}

const char *
vss_severity_name(int severity)
{
	static const char *const names[] = { "advice", "warning", "error" };

	return names[severity];
}

const char *
vss_blame_name(int blame)
{
	static const char *const names[] = { "requester", "VSS service",
	    "writer" };

	return names[blame];
}

const char *
vss_verdict_name(int verdict)
{
	static const char *const names[] = { "violated", "kept",
	    "not exercised", "not observable", "undetermined" };

	return names[verdict];
}

const char *
vss_why_text(int why)
{
	static const char *const texts[] = { "",
	    "the recording ends while the backup is still going on",
	    ("the recording ends before the time that the event may take has "
	    "passed"),
	    "depends on something that the recording leaves open",
	    "depends on what happened before the recording began",
	    "depends on an order of events that the recordings do not tell",
	    "does not apply, by the options",
	    "the backup has too many events for all of them to be kept",
	    "the requester did what the model of VSS has no answer to",
	    ("no such event is in the recording, of any backup: whether it "
	    "would show them is not known"),
	    ("whatever is hidden or left open; whether its occasion has come "
	    "is not told"),
	    ("as far as seen: nobody who keeps to the documentation breaks it "
	    "so, but what is left open does not rule out others"),
	    ("the machine was restarted before the event had come or its time "
	    "had passed"),
	    "as nothing else that VSS can do explains what is recorded" };

	return texts[why];
}

static const uint8_t *
masks(const struct vss_session *se, enum vss_scope scope, int index)
{
	if (scope == VSS_SESSION)
		return se->mask;
	if (scope == VSS_WRITER)
		return index < 0 ? se->template_writer :
		    se->writers[index].mask;
	return index < 0 ? se->template_component :
	    se->components[index].mask;
}

/* Has the monitor been refuted? 1 for certain, 0 for certain not, -1 open */
static int
refuted(const struct vss_view *v, int m, uint8_t mask)
{
	if (!(mask & ~v->violated[m]))
		return 1;
	return mask & v->violated[m] ? -1 : 0;
}

/* Is the wait for what has not come at its end? */
static int
waited(const struct vss_session *se, const struct vss_rule *r, int index)
{
	if (se->closed || se->time_passed)
		return 1;
	if (r->closed == VSS_OWN)
		return se->exited;
	return r->scope == VSS_WRITER && index >= 0 &&
	    se->writers[index].waited;
}

/* Does the monitor wait for an event of a kind that the source may or may
 * not record? */
static int
doubtful(const struct vss_view *v, int m)
{
	int l, value;

	for (l = 0; l < VSS_NLETTERS; l++) {
		value = vss_letter_value[l];
		if (vss_class[m][l] && v->profile.doubtful[value / 128])
			return 1;
	}
	return 0;
}

int
vss_session_lacks(const struct vss_session *se, int rule, int kind)
{
	int i, m = rule < VSS_NRULES ? vss_monitor_find(rule, VSS_RULE) : -1;
	int n = rules[rule].scope == VSS_WRITER ? se->nwriters :
	    rules[rule].scope == VSS_COMPONENT ? se->ncomponents : 1;
	int requester = vss_replay_shows_requester(se), l;
	const struct vss_view *v;

	for (i = n ? 0 : -1; m >= 0 && i < n; i++) {
		v = vss_session_view(se, rules[rule].scope, i);
		for (l = 0; l < VSS_NLETTERS; l++)
			if (vss_letter_value[l] / 128 == kind &&
			    vss_class[m][l] &&
			    vss_replay_hides(v, l, requester))
				return 1;
	}
	return 0;
}

/* Does the monitor speak of a fact about the session that is not shown? */
static int
parameter_hidden(const struct vss_view *v, int m)
{
	return vss_view_lacks(v, m, KIND_CTX) ||
	    vss_view_lacks(v, m, KIND_STATE);
}

/* Would the monitors be sure if the story had happened in the order in which
 * it is told? */
static int
order_decides(const struct vss_session *se, int m, int occ, int index)
{
	enum vss_scope scope = rules[vss_monitors[m].rule].scope;
	const struct vss_view *v = vss_session_view(se, scope, index);
	const struct vss_view *first = vss_story_start(se, scope, index);
	uint8_t rule = first->start[m], came = first->start[occ];
	int groups = 0;
	size_t i;

	for (i = 0; i < se->nstory; i++) {
		groups |= se->story[i].group != 0;
		rule = vss_story_step(se, &se->story[i], scope, index, m,
		    rule);
		came = vss_story_step(se, &se->story[i], scope, index, occ,
		    came);
	}
	return groups && refuted(v, m, vss_monitor_close(m, rule)) >= 0 &&
	    refuted(v, occ, came) >= 0;
}

/* One rule in one instance. */
struct instance {
	int m, occ, index;		/* monitors of rule and occasion */
	uint8_t mask, came;		/* their states */
	int by_end;			/* violated by what has not come */
	int certain;			/* the states are those of all that
					 * VSS can have done */
};

/* Would the rule be broken if what may not have been recorded had come? */
static int
broken_in_doubt(const struct vss_session *se, const struct vss_view *v,
    const struct instance *in, enum vss_status *status)
{
	uint8_t mask;

	if (in->certain || !doubtful(v, in->m))
		return 1;
	*status = vss_story_doubted(se, rules[vss_monitors[in->m].rule].scope,
	    in->index, in->m, &mask);
	return *status == VSS_OK && refuted(v, in->m, mask) == 1;
}

static struct vss_judged_rule
judge_states(const struct vss_session *se, struct instance *in,
    enum vss_status *status)
{
	int m = in->m, occ = in->occ, index = in->index;
	const struct vss_rule *r = &rules[vss_monitors[m].rule];
	enum vss_scope scope = r->scope;
	const struct vss_view *v = vss_session_view(se, scope, index);
	uint8_t mask = in->mask;
	int came = refuted(v, occ, in->came), end;
	struct vss_judged_rule j = { VSS_UNDETERMINED, VSS_WHY_NONE,
	    r->severity };
	int ended = se->released || se->exited || se->closed;
	int patient = waited(se, r, index);

	in->by_end = 0;
	*status = VSS_OK;
	if (refuted(v, m, mask) == 1) {
		if (broken_in_doubt(se, v, in, status))
			j.verdict = VSS_VIOLATED;
		else
			j.why = VSS_WHY_UNSEEN;
		return j;
	}
	end = refuted(v, m, vss_monitor_close(m, mask));
	if (end == 1 && patient && came == 1 && doubtful(v, m)) {
		j.why = VSS_WHY_UNSEEN;
		return j;
	}
	if (end == 1 && patient && came == 1) {
		in->by_end = 1;
		j.verdict = VSS_VIOLATED;
		return j;
	}
	/* it has not come, and may still come */
	if (end == 1 && came == 1) {
		j.why = se->restarted ? VSS_WHY_REBOOT : ended ?
		    VSS_WHY_TIME : VSS_WHY_CUT;
		return j;
	}
	/* whatever was hidden, it did not bring the occasion about */
	if (came == 0) {
		j.verdict = VSS_NOT_EXERCISED;
		return j;
	}
	/* whatever was hidden, it cannot have been violated: that is kept */
	if (end == 0 && (ended || !(mask & ~v->kept[m]))) {
		j.verdict = VSS_KEPT;
		j.why = came < 0 ? VSS_WHY_EITHER : VSS_WHY_NONE;
		return j;
	}
	if (!v->visible[m]) {
		j.verdict = VSS_NOT_OBSERVABLE;
		return j;
	}
	if (se->middle && end < 0)
		j.why = VSS_WHY_MIDDLE;
	else if ((end < 0 || came < 0) && (parameter_hidden(v, m) ||
	    parameter_hidden(v, occ)))
		j.verdict = VSS_NOT_OBSERVABLE;
	else if (end < 0 || came < 0)
		j.why = order_decides(se, m, occ, index) ? VSS_WHY_ORDER :
		    VSS_WHY_OPEN;
	else
		j.why = se->restarted ? VSS_WHY_REBOOT : ended ?
		    VSS_WHY_TIME : VSS_WHY_CUT;
	return j;
}

/* Does what has been said of the instance depend on which of the completions
 * of the recording happened? */
static int
depends(const struct vss_judged_rule *j)
{
	return j->verdict == VSS_NOT_OBSERVABLE ||
	    (j->verdict == VSS_UNDETERMINED && (j->why == VSS_WHY_OPEN ||
	    j->why == VSS_WHY_ORDER || j->why == VSS_WHY_MIDDLE));
}

/* What the session has been read by, made when it is asked for. */
struct courses {
	struct vss_course *free, *documented;
};

static struct vss_course *
course(const struct vss_session *se, struct vss_course **c,
    enum vss_actors actors)
{
	if (!*c)
		*c = vss_course_new(se, actors);
	return *c;
}

/* The states that only completions which VSS allows lead to. *doubts: what the
 * monitors alone made of it cannot be relied upon; *known: VSS allows any. */
static enum vss_status
narrow(const struct vss_session *se, struct courses *cs, struct instance *in,
    int *doubts, int *known)
{
	enum vss_scope scope = rules[vss_monitors[in->m].rule].scope;
	struct vss_course *c = course(se, &cs->free, VSS_FREE_ACTORS);
	uint8_t mask, came;

	*known = 0;
	if (!c)
		return VSS_FAIL;
	*doubts = vss_course_doubts(c, scope, in->index, in->m) ||
	    vss_course_doubts(c, scope, in->index, in->occ);
	if (!*doubts && !vss_course_helps(c, scope, in->index, in->m) &&
	    !vss_course_helps(c, scope, in->index, in->occ))
		return VSS_OK;
	if (vss_course_states(c, scope, in->index, in->m, &mask, NULL) !=
	    VSS_OK || vss_course_states(c, scope, in->index, in->occ, &came,
	    NULL) != VSS_OK)
		return VSS_FAIL;
	/* the monitor alone takes what the source shows for always shown */
	if (!vss_course_doubts(c, scope, in->index, in->m))
		mask &= in->mask;
	if (!vss_course_doubts(c, scope, in->index, in->occ))
		came &= in->came;
	/* no completion at all: that is MOD-01's to say */
	if (mask && came) {
		in->mask = mask;
		in->came = came;
		in->certain = *known = 1;
	}
	return VSS_OK;
}

/* Do all completions of those who keep to the documentation keep the rule?
 * Not if there are none. */
static enum vss_status
documented_keep(const struct vss_session *se, struct courses *cs,
    const struct instance *in, int *keep)
{
	enum vss_scope scope = rules[vss_monitors[in->m].rule].scope;
	const struct vss_view *v = vss_session_view(se, scope, in->index);
	struct vss_course *c = course(se, &cs->documented,
	    VSS_DOCUMENTED_ACTORS);
	uint8_t mask;

	*keep = 0;
	if (!c || vss_course_states(c, scope, in->index, in->m, &mask, NULL)
	    != VSS_OK)
		return VSS_FAIL;
	if (!vss_course_doubts(c, scope, in->index, in->m))
		mask &= in->mask;
	*keep = mask && refuted(v, in->m,
	    vss_monitor_close(in->m, mask)) == 0;
	return VSS_OK;
}

/* Does the rule speak of calls that the source can show, but of a requester of
 * whom it shows none? */
static int
requester_unseen(const struct vss_session *se, const struct vss_view *v, int m)
{
	int l;

	for (l = 0; l < VSS_NLETTERS; l++)
		if (vss_class[m][l] && vss_view_shows(v, l) &&
		    vss_kind(vss_letter_value[l] / 128)->actor ==
		    ACTOR_REQUESTER)
			return !vss_replay_shows_requester(se);
	return 0;
}

/* Has the verdict taken what is not recorded for not having happened, where
 * the recording does not show such events for sure? */
static int
may_mislead(const struct vss_session *se, const struct vss_view *v,
    const struct instance *in, const struct vss_judged_rule *j)
{
	int k;

	if (j->verdict == VSS_VIOLATED)
		return requester_unseen(se, v, in->m);
	if (j->verdict != VSS_KEPT && j->verdict != VSS_NOT_EXERCISED)
		return 0;
	if (!v->visible[in->m] || (j->verdict == VSS_NOT_EXERCISED &&
	    !v->visible[in->occ]))
		return 1;
	for (k = 1; k < KIND_COUNT; k++)
		if (v->profile.doubtful[k])
			return 1;
	return !vss_replay_shows_requester(se);
}

/* Is the rule broken if nothing has happened but what is recorded? */
static int
breaks_as_seen(const struct vss_session *se, const struct instance *in)
{
	enum vss_scope scope = rules[vss_monitors[in->m].rule].scope;
	const struct vss_view *v = vss_session_view(se, scope, in->index);
	uint8_t mask = (uint8_t)(1 << vss_monitors[in->m].initial), to;
	uint16_t letters[VSS_ALTERNATIVES];
	size_t i;
	int k, n;

	if (se->middle)
		return 0;
	for (i = 0; i < se->nstory; i++) {
		n = vss_story_letters_of(se, &se->story[i], scope, in->index,
		    letters);
		to = n && !se->story[i].perhaps ? 0 : mask;
		for (k = 0; k < n; k++)
			to |= vss_monitor_move(in->m, mask, letters[k]);
		mask = to;
	}
	if (in->by_end)
		mask = vss_monitor_close(in->m, mask);
	return mask & v->violated[in->m] ? 1 : 0;
}

/* Where no behaviour of VSS explains the whole story: is the rule broken all
 * the same, whatever had not been recorded in the part that is explained? What
 * comes behind that part is taken as it is told, but for the end. */
static enum vss_status
breaks_beyond(const struct vss_session *se, struct courses *cs,
    const struct instance *in, int *breaks)
{
	enum vss_scope scope = rules[vss_monitors[in->m].rule].scope;
	const struct vss_view *v = vss_session_view(se, scope, in->index);
	struct vss_course *c = course(se, &cs->free, VSS_FREE_ACTORS);
	uint8_t *after = malloc(se->nstory + 1), mask, states;
	size_t i = 0;

	*breaks = 0;
	if (!c || !after || vss_course_states(c, scope, in->index, in->m,
	    &states, after) != VSS_OK) {
		free(after);
		return VSS_FAIL;
	}
	mask = vss_story_start(se, scope, in->index)->start[in->m];
	while (i < se->nstory && after[i])
		mask = after[i++];
	for (; i < se->nstory && refuted(v, in->m, mask) != 1 &&
	    se->story[i].kind != KIND_END; i++)
		mask = vss_story_step(se, &se->story[i], scope, in->index,
		    in->m, mask);
	*breaks = !se->middle && mask != 0xff && refuted(v, in->m, mask) == 1;
	free(after);
	return VSS_OK;
}

/* The instance as its monitors see it; where that depends on what is not
 * recorded, as what VSS can have done leaves it. */
static enum vss_status
judge_instance(const struct vss_session *se, struct courses *cs,
    struct instance *in, struct vss_judged_rule *j)
{
	enum vss_scope scope = rules[vss_monitors[in->m].rule].scope;
	const struct vss_view *v = vss_session_view(se, scope, in->index);
	const uint8_t *mk = masks(se, scope, in->index);
	int keep, doubts, known, open, breaks, unseen;
	struct vss_judged_rule was;
	enum vss_status status;

	in->certain = 0;
	in->mask = mk[in->m - vss_scope_first[scope]];
	in->came = mk[in->occ - vss_scope_first[scope]];
	*j = judge_states(se, in, &status);
	was = *j;
	if (status != VSS_OK)
		return status;
	unseen = j->why == VSS_WHY_UNSEEN && refuted(v, in->m, in->mask) == 1;
	if (!depends(j) && !may_mislead(se, v, in, j) && !unseen)
		return VSS_OK;
	if (narrow(se, cs, in, &doubts, &known) != VSS_OK)
		return VSS_FAIL;
	if (known)
		*j = judge_states(se, in, &status);
	else if (unseen) {
		status = breaks_beyond(se, cs, in, &breaks);
		if (status == VSS_OK && breaks) {
			j->verdict = VSS_VIOLATED;
			j->why = VSS_WHY_NONE;
			return VSS_OK;
		}
	}
	if (status != VSS_OK)
		return status;
	/* broken by what is recorded, and by nothing that may be missing kept */
	if ((was.verdict == VSS_VIOLATED || unseen) &&
	    j->verdict == VSS_VIOLATED && known)
		return VSS_OK;
	/* that something must have happened that is not recorded accuses
	 * nobody: what is recorded has to break the rule, and nothing that
	 * is not to mend it */
	open = depends(j) || (!known && doubts) ||
	    (j->verdict == VSS_VIOLATED && !breaks_as_seen(se, in));
	/* of VSS itself the model says only that it keeps its rules */
	open |= rules[vss_monitors[in->m].rule].blame == VSS_SERVICE_ &&
	    depends(&was);
	if (open && (unseen || depends(&was)))
		*j = was;
	else if (open) {
		j->verdict = VSS_NOT_OBSERVABLE;
		j->why = VSS_WHY_NONE;
	} else if (j->verdict == VSS_VIOLATED)
		j->why = VSS_WHY_MODEL;
	if (j->verdict != VSS_UNDETERMINED || j->why != VSS_WHY_OPEN ||
	    !v->visible[in->m] || !(se->released || se->exited || se->closed))
		return VSS_OK;
	if (documented_keep(se, cs, in, &keep) != VSS_OK)
		return VSS_FAIL;
	if (keep) {
		j->verdict = VSS_KEPT;
		j->why = VSS_WHY_AS_SEEN;
	}
	return VSS_OK;
}

/* The events at which the rule's monitor moved, without those after which it
 * came back to where it had been. */
static enum vss_status
gather_evidence(const struct vss_session *se, struct courses *cs, int model,
    struct vss_finding *f)
{
	enum vss_scope scope = rules[f->rule].scope;
	int index = scope == VSS_WRITER ? f->writer :
	    scope == VSS_COMPONENT ? f->component : 0;
	const struct vss_view *v = vss_story_start(se, scope, index);
	uint8_t mask = (se->middle ? v->middle : v->start)[f->monitor], to;
	uint8_t *was = malloc(2 * (se->nstory + 1));
	uint8_t *left = was + se->nstory + 1, all = mask, states;
	int doubts = model && vss_course_doubts(cs->free, scope, index,
	    f->monitor);
	size_t i, k, n = 0;

	f->evidence = malloc((se->nstory + 1) * sizeof(size_t));
	if (was)
		memset(left, 0xff, se->nstory);
	if (!was || !f->evidence || (model && vss_course_states(cs->free,
	    scope, index, f->monitor, &states, left) != VSS_OK)) {
		free(was);
		return VSS_FAIL;
	}
	for (i = 0; i < se->nstory; i++) {
		if (refuted(v, f->monitor, mask) == 1)
			break;
		all = vss_story_step(se, &se->story[i], scope, index,
		    f->monitor, all);
		to = !model ? all : doubts || !(all & left[i]) ? left[i] :
		    all & left[i];
		if (to == mask)
			continue;
		was[n] = mask;
		mask = to;
		for (k = 0; k < n && was[k] != to; k++)
			;
		if (k < n)
			n = k;
		else if (to != was[n])
			f->evidence[n++] = i;
	}
	f->nevidence = n;
	free(was);
	return VSS_OK;
}

static int
severity_of(const struct vss_session *se, const struct vss_policy *p, int rule)
{
	int m = vss_monitor_find(rule, VSS_RAISE);
	int severity = vss_policy_severity(p, rule, se->set);

	if (m >= 0 && severity >= 0 && severity < VSS_ERROR &&
	    refuted(se->view, m, se->mask[m]) == 1)
		severity++;
	return severity;
}

/* The event of the story that raised the severity, -1 when none did. */
static int64_t
raised_by(const struct vss_session *se, int rule)
{
	int m = vss_monitor_find(rule, VSS_RAISE);
	const struct vss_view *v = vss_story_start(se, VSS_SESSION, 0);
	uint8_t mask;
	size_t i;

	if (m < 0 || refuted(se->view, m, se->mask[m]) != 1)
		return -1;
	mask = (se->middle ? v->middle : v->start)[m];
	for (i = 0; i < se->nstory; i++) {
		mask = vss_story_step(se, &se->story[i], VSS_SESSION, 0, m,
		    mask);
		if (refuted(se->view, m, mask) == 1)
			return (int64_t)i;
	}
	return -1;
}

static size_t
decisive(const struct vss_finding *f)
{
	return f->by_end || !f->nevidence ? SIZE_MAX :
	    f->evidence[f->nevidence - 1];
}

/* Precedence of findings: protocol.md 7.3. */
static int
compare(const void *pa, const void *pb)
{
	const struct vss_finding *a = pa, *b = pb;
	size_t da = decisive(a), db = decisive(b);

	if (a->severity != b->severity)
		return b->severity - a->severity;
	if (rules[a->rule].group != rules[b->rule].group)
		return rules[a->rule].group - rules[b->rule].group;
	if (a->rule != b->rule)
		return a->rule - b->rule;
	if (da != db)
		return da < db ? -1 : 1;
	if (a->writer != b->writer)
		return a->writer - b->writer;
	return a->component - b->component;
}

static int
is_same_mistake(const struct vss_finding *a, const struct vss_finding *b)
{
	return a->blame == b->blame &&
	    (decisive(a) == decisive(b) || a->rule == b->rule) &&
	    (a->blame != VSS_WRITER_ || a->writer == b->writer);
}

/* Where a rule says what is wrong, what the model does not explain is that, or
 * comes of it. */
static int
may_explain(const struct vss_finding *a)
{
	return a->severity > VSS_ADVICE;
}

/* One mistake, one finding: what the same event decides against the same
 * party is folded under the first, and so is the same rule for the next
 * writer (unless the writers are to blame). What no rule was written for is
 * folded under anything else that is wrong. */
static void
fold(struct vss_judgement *j)
{
	size_t i, k;

	for (i = 0; i < j->nfindings; i++) {
		j->findings[i].under = -1;
		for (k = 0; k < i; k++) {
			const struct vss_finding *a = &j->findings[k];
			const struct vss_finding *b = &j->findings[i];

			if (a->under >= 0 || !(b->rule == VSS_RULE_REPLAY ?
			    may_explain(a) : is_same_mistake(a, b)))
				continue;
			j->findings[i].under = (int)k;
			break;
		}
	}
}

/* Worst first: what is said of a rule with several instances. */
static int
weight(int verdict)
{
	static const int w[] = { [VSS_VIOLATED] = 5, [VSS_UNDETERMINED] = 4,
	    [VSS_NOT_OBSERVABLE] = 3, [VSS_KEPT] = 2,
	    [VSS_NOT_EXERCISED] = 1 };

	return w[verdict];
}

static struct vss_finding *
add_finding(struct vss_judgement *j, size_t *room)
{
	struct vss_finding *f;

	if (j->nfindings == *room) {
		*room = *room ? *room * 2 : 16;
		f = realloc(j->findings, *room * sizeof(*f));
		if (!f)
			return NULL;
		j->findings = f;
	}
	f = &j->findings[j->nfindings++];
	memset(f, 0, sizeof(*f));
	return f;
}

/* Whose event is it that should not have come? */
static int
actor_of(const struct vss_evidence *e)
{
	const struct vss_kind_info *ki = vss_kind(e->kind);

	return ki->actor == ACTOR_WRITER && (ki->phases != PHASES_HANDLER ||
	    e->phases != 1 << PHASE_CALL) ? VSS_WRITER_ : VSS_SERVICE_;
}

/* The rule that is no formula: what is recorded is what VSS can do. */
static enum vss_status
judge_replay(const struct vss_session *se, const struct vss_policy *policy,
    struct vss_judgement *j, size_t *room)
{
	struct vss_judged_rule *judged = &j->rules[VSS_RULE_REPLAY];
	struct vss_replayed p;
	struct vss_refusal *refusal;
	struct vss_finding *f;
	enum vss_status status = VSS_OK;
	int i;

	if (vss_replay_story(se, &p) != VSS_OK)
		return VSS_FAIL;
	judged->severity = vss_policy_severity(policy, VSS_RULE_REPLAY, NULL);
	judged->verdict = p.n ? VSS_VIOLATED : !p.projections || p.beyond ?
	    VSS_UNDETERMINED : p.read ? VSS_KEPT : VSS_NOT_EXERCISED;
	judged->why = judged->verdict != VSS_UNDETERMINED ? VSS_WHY_NONE :
	    p.projections ? VSS_WHY_BEYOND : VSS_WHY_LONG;
	j->totals[judged->verdict]++;
	for (i = 0; i < p.n && status == VSS_OK; i++) {
		refusal = &p.list[i];
		f = add_finding(j, room);
		if (!f || !(f->evidence = malloc(2 * sizeof(size_t)))) {
			status = VSS_FAIL;
			break;
		}
		f->rule = VSS_RULE_REPLAY;
		f->monitor = -1;
		f->raised_by = -1;
		f->component = -1;
		f->severity = judged->severity;
		f->blame = actor_of(&se->story[refusal->at]);
		f->writer = refusal->writers < p.projections ||
		    p.projections == 1 ? refusal->writer : -1;
		if (refusal->before != SIZE_MAX)
			f->evidence[f->nevidence++] = refusal->before;
		f->evidence[f->nevidence++] = refusal->at;
		memcpy(f->possible, refusal->possible, sizeof(f->possible));
	}
	free(p.list);
	return status;
}

enum vss_status
vss_judge(const struct vss_session *se, const struct vss_policy *p,
    struct vss_judgement *j)
{
	size_t room = 0;
	int r, i, from, to, severity;
	struct courses cs = { NULL, NULL };
	struct vss_judged_rule one;
	struct instance in;
	struct vss_finding *f;

	memset(j, 0, sizeof(*j));
	for (r = 0; r < VSS_NRULES; r++) {
		in.m = vss_monitor_find(r, VSS_RULE);
		in.occ = vss_monitor_find(r, VSS_OCCASION);
		from = 0;
		to = rules[r].scope == VSS_WRITER ? se->nwriters :
		    rules[r].scope == VSS_COMPONENT ? se->ncomponents : 1;
		if (!to)	/* none has shown up: the unseen one's say */
			from = -1;
		j->rules[r].verdict = VSS_NOT_EXERCISED;
		severity = severity_of(se, p, r);
		if (severity < 0) {
			j->rules[r].why = VSS_WHY_POLICY;
			to = from;
		}
		for (i = from; i < to; i++) {
			in.index = i;
			if (judge_instance(se, &cs, &in, &one) != VSS_OK)
				goto fail;
			if (weight(one.verdict) >
			    weight(j->rules[r].verdict) || i == from)
				j->rules[r] = one;
			if (one.verdict != VSS_VIOLATED)
				continue;
			if (!(f = add_finding(j, &room)))
				goto fail;
			f->rule = r;
			f->monitor = in.m;
			f->writer = rules[r].scope == VSS_WRITER ? i :
			    rules[r].scope == VSS_COMPONENT && i >= 0 ?
			    se->components[i].writer : -1;
			f->component = rules[r].scope == VSS_COMPONENT ? i :
			    -1;
			f->by_end = in.by_end;
			/* it rests on the model, as MOD-01 does */
			f->severity = one.why == VSS_WHY_MODEL && severity >
			    rules[VSS_RULE_REPLAY].severity ?
			    rules[VSS_RULE_REPLAY].severity : severity;
			f->blame = rules[r].blame;
			f->raised_by = raised_by(se, r);
			if (gather_evidence(se, &cs, one.why ==
			    VSS_WHY_MODEL, f) != VSS_OK)
				goto fail;
		}
		j->rules[r].severity = severity < 0 ? rules[r].severity :
		    severity;
		j->totals[j->rules[r].verdict]++;
	}
	if (judge_replay(se, p, j, &room) != VSS_OK)
		goto fail;
	if (j->nfindings)
		qsort(j->findings, j->nfindings, sizeof(*j->findings),
		    compare);
	fold(j);
	vss_course_free(cs.free);
	vss_course_free(cs.documented);
	return VSS_OK;
fail:
	vss_course_free(cs.free);
	vss_course_free(cs.documented);
	vss_judgement_free(j);
	return VSS_FAIL;
}

void
vss_judgement_free(struct vss_judgement *j)
{
	size_t i;

	for (i = 0; i < j->nfindings; i++)
		free(j->findings[i].evidence);
	free(j->findings);
	j->findings = NULL;
	j->nfindings = 0;
}

const char *
vss_session_end_text(const struct vss_session *se, char *buf)
{
	/* that it is not there says nothing where it would not show */
	const uint8_t *shows = se->view->profile.shows;
	int aborts = shows[KIND_ABORT] != 0;
	int completes = shows[KIND_COMPL] ||
	    (se->view->profile.last_only[KIND_COMPL] && !se->overtaken);
	const char *what, *how;

	if (se->outcome_compl == PHASE_OK)
		what = "BackupComplete";
	else if (se->outcome_abort)
		what = "AbortBackup";
	else if (se->open >> KIND_COMPL & 1)
		what = "BackupComplete not waited for";
	else if (se->outcome_compl)
		what = "BackupComplete refused";
	else if (se->seen >> KIND_COMPL & 1)
		what = "BackupComplete, result not recorded";
	else if (se->outcome_do == PHASE_OK)
		what = !se->writers_seen || !completes ? "copy made" :
		    aborts ? "copy made, neither BackupComplete nor "
		    "AbortBackup" : "copy made, no BackupComplete";
	else if (se->outcome_do)
		what = aborts ? "DoSnapshotSet failed, no AbortBackup" :
		    "DoSnapshotSet failed";
	else if (se->seen >> KIND_V_MADE & 1)
		what = se->writers_seen || !shows[KIND_FZ] ? "copy made" :
		    "copy made without writers";
	else if (se->seen >> KIND_DO & 1)
		what = "DoSnapshotSet";
	else if (se->seen >> KIND_BC & 1)
		what = "BackupComplete reached writers";
	else if (se->seen >> KIND_AB & 1)
		what = "Abort reached writers";
	else if (se->overtaken)
		what = "little of it is left";
	else if (!(shows[KIND_DO] >> PHASE_OK & 1))
		what = "the making of a copy is not recorded";
	else
		what = "nothing made";
	if (se->released)
		how = "then Release";
	else if (se->exited)
		how = "then the requester's process ended";
	else if (se->closed)
		how = "and never released";
	else if (se->restarted)
		how = "then the machine was restarted";
	else
		how = "and no end in the recording";
	snprintf(buf, 160, "%s, %s", what, how);
	return buf;
}

void
vss_evidence_text(const struct vss_session *se, const struct vss_evidence *e,
    char *buf, size_t size)
{
	static const char *const words[][5] = {
		[PHASES_ONCE] = { "", "", "", "", "" },
		[PHASES_SYNC] = { "", "", " succeeded", " failed", "" },
		[PHASES_CALL] = { "", " called", " succeeded", " failed", "" },
		[PHASES_ASYNC] = { "", " called", " finished", " failed",
		    " was cancelled" },
		[PHASES_HANDLER] = { "", " delivered", " handled",
		    " handler failed", "" },
	};
	const struct vss_kind_info *ki = vss_kind(e->kind);
	const char *data, *phase = "", *known = "";
	char datas[64] = "", who[96] = "";
	int d, ph, n = 0;

	for (ph = 1; ph <= 4; ph++)
		if (e->phases >> ph & 1) {
			phase = words[ki->phases][ph];
			n++;
		}
	if (n > 1)
		phase = " ended, result not recorded";
	else if (e->inferred)
		known = e->inferred == VSS_LIKELY ?
		    " (not recorded; what followed shows it)" :
		    " (not recorded; nothing else explains the rest)";
	for (d = 0; e->data && (data = vss_data_name(ki->data, d)); d++)
		if ((e->data >> d & 1) && e->data != 0xff &&
		    !(e->data & (e->data - 1))) {
			snprintf(datas, sizeof(datas), " (%s)", data);
			break;
		}
	if (e->component >= 0)
		snprintf(who, sizeof(who), ", %.40s of %.40s",
		    se->components[e->component].name,
		    e->writer >= 0 ? se->writers[e->writer].name : "?");
	else if (e->writer >= 0)
		snprintf(who, sizeof(who), ", writer %.60s",
		    se->writers[e->writer].name);
	snprintf(buf, size, "%s%s%s%s%s", ki->text, phase, known, datas, who);
}
