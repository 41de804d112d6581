#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static int
lower(int c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

int
vss_rule_find(const char *id)
{
	const char *a, *b;
	int i;

	for (i = 0; i < VSS_NJUDGED; i++) {
		for (a = id, b = rules[i].id; *a && *b; a++, b++)
			if (lower(*a) != lower(*b) &&
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
	    "no such event is in the recording, of any backup: whether it "
	    "would show them is not known" };

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
	    se->writers[index].time_passed;
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

	for (i = n ? 0 : -1; m >= 0 && i < n; i++)
		if (vss_view_lacks(vss_session_view(se, rules[rule].scope, i),
		    m, kind))
			return 1;
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
	return groups && refuted(v, m, vss_monitor_close(v, m, rule)) >= 0 &&
	    refuted(v, occ, came) >= 0;
}

static struct vss_judged_rule
judge_instance(const struct vss_session *se,
    int m, int occ, int index, int *by_end)
{
	const struct vss_rule *r = &rules[vss_monitors[m].rule];
	enum vss_scope scope = r->scope;
	const struct vss_view *v = vss_session_view(se, scope, index);
	const uint8_t *mk = masks(se, scope, index);
	uint8_t mask = mk[m - vss_scope_first[scope]];
	int came = refuted(v, occ, mk[occ - vss_scope_first[scope]]), end;
	struct vss_judged_rule j = { VSS_UNDETERMINED, VSS_WHY_NONE,
	    r->severity };
	int ended = se->released || se->exited || se->closed;
	int patient = waited(se, r, index);

	*by_end = 0;
	if (refuted(v, m, mask) == 1) {
		j.verdict = VSS_VIOLATED;
		return j;
	}
	end = refuted(v, m, vss_monitor_close(v, m, mask));
	if (end == 1 && patient && came == 1 && doubtful(v, m)) {
		j.why = VSS_WHY_UNSEEN;
		return j;
	}
	if (end == 1 && patient && came == 1) {
		*by_end = 1;
		j.verdict = VSS_VIOLATED;
		return j;
	}
	/* it has not come, and may still come */
	if (end == 1 && came == 1) {
		j.why = ended ? VSS_WHY_TIME : VSS_WHY_CUT;
		return j;
	}
	if (came == 0 && v->visible[occ]) {
		j.verdict = VSS_NOT_EXERCISED;
		return j;
	}
	/* whatever was hidden, it cannot have been violated: that is kept */
	if (!v->visible[m] && (end || came != 1 || !ended)) {
		j.verdict = VSS_NOT_OBSERVABLE;
		return j;
	}
	if (end == 0 && (ended || !(mask & ~v->kept[m]))) {
		j.verdict = came == 1 ? VSS_KEPT : VSS_NOT_EXERCISED;
		if (came < 0)
			j.verdict = VSS_KEPT;
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
		j.why = ended ? VSS_WHY_TIME : VSS_WHY_CUT;
	return j;
}

/* The events at which the rule's monitor moved, without those after which it
 * came back to where it had been. */
static enum vss_status
gather_evidence(const struct vss_session *se, struct vss_finding *f)
{
	enum vss_scope scope = rules[f->rule].scope;
	int index = scope == VSS_WRITER ? f->writer :
	    scope == VSS_COMPONENT ? f->component : 0;
	const struct vss_view *v = vss_story_start(se, scope, index);
	uint8_t mask = (se->middle ? v->middle : v->start)[f->monitor], to;
	uint8_t *was = malloc(se->nstory + 1);
	size_t i, k, n = 0;

	f->evidence = malloc((se->nstory + 1) * sizeof(size_t));
	if (!was || !f->evidence) {
		free(was);
		return VSS_FAIL;
	}
	for (i = 0; i < se->nstory; i++) {
		if (refuted(v, f->monitor, mask) == 1)
			break;
		to = vss_story_step(se, &se->story[i], scope, index,
		    f->monitor, mask);
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
	int r, m, occ, i, from, to, by_end, severity;
	struct vss_judged_rule one;
	struct vss_finding *f;

	memset(j, 0, sizeof(*j));
	for (r = 0; r < VSS_NRULES; r++) {
		m = vss_monitor_find(r, VSS_RULE);
		occ = vss_monitor_find(r, VSS_OCCASION);
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
			one = judge_instance(se, m, occ, i, &by_end);
			if (weight(one.verdict) >
			    weight(j->rules[r].verdict) || i == from)
				j->rules[r] = one;
			if (one.verdict != VSS_VIOLATED)
				continue;
			if (!(f = add_finding(j, &room)))
				goto fail;
			f->rule = r;
			f->monitor = m;
			f->writer = rules[r].scope == VSS_WRITER ? i :
			    rules[r].scope == VSS_COMPONENT && i >= 0 ?
			    se->components[i].writer : -1;
			f->component = rules[r].scope == VSS_COMPONENT ? i :
			    -1;
			f->by_end = by_end;
			f->severity = severity;
			f->blame = rules[r].blame;
			f->raised_by = raised_by(se, r);
			if (gather_evidence(se, f) != VSS_OK)
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
	return VSS_OK;
fail:
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
	int aborts = se->view->profile.shows[KIND_ABORT] != 0;
	int completes = se->view->profile.shows[KIND_COMPL] ||
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
		what = se->writers_seen ? "copy made" :
		    "copy made without writers";
	else if (se->seen >> KIND_DO & 1)
		what = "DoSnapshotSet";
	else
		what = se->overtaken ? "little of it is left" : "nothing made";
	if (se->released)
		how = "then Release";
	else if (se->exited)
		how = "then the requester's process ended";
	else if (se->closed)
		how = "and never released";
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
		known = " (not recorded; what followed shows it)";
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
