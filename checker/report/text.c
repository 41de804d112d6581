#include <string.h>
#include "report.h"

#define BOLD "\033[1m"
#define RED "\033[31m"
#define YELLOW "\033[33m"
#define CYAN "\033[36m"
#define PLAIN "\033[0m"

static const char *
paint(const struct vss_report_options *o, const char *code)
{
	return o->color ? code : "";
}

/* Text of a recording may hold anything: control characters become '?'. */
static void
put_safe(FILE *f, const char *s)
{
	for (; *s; s++)
		fputc((unsigned char)*s < 32 || *s == 127 ? '?' : *s, f);
}

static void
put_machine(FILE *f, const struct vss_recording *r)
{
	if (!r->machine)
		return;
	fputs(" on ", f);
	put_safe(f, *r->machine ? r->machine : "an unnamed machine");
}

static const char *
severity_color(int severity)
{
	return severity == VSS_ERROR ? RED : severity == VSS_WARNING ?
	    YELLOW : CYAN;
}

const char *
vss_recording_file(const struct vss_recording *r, const struct vss_evidence *e)
{
	return r->parts ? r->parts[e->source].file : r->file;
}

/* Where the finding is to be looked for: the event that decided it, or the
 * last that led to it. Returns the file. */
static const char *
put_place(FILE *f, const struct vss_recording *r, const struct vss_session *se,
    const struct vss_finding *fi)
{
	const struct vss_evidence *e = fi->nevidence ?
	    &se->story[fi->evidence[fi->nevidence - 1]] :
	    se->nstory ? &se->story[0] : NULL;

	const char *file = e ? vss_recording_file(r, e) : r->file;

	fprintf(f, "%s:%llu: ", file, (unsigned long long)(e ? e->line :
	    se->first_line));
	return file;
}

static void
put_blame(FILE *f, const struct vss_session *se, const struct vss_finding *fi)
{
	fprintf(f, "%s", vss_blame_name(fi->blame));
	if (fi->blame == VSS_WRITER_ && fi->writer >= 0) {
		fputc(' ', f);
		put_safe(f, se->writers[fi->writer].name);
	} else if (fi->blame == VSS_REQUESTER_ && se->image) {
		fputc(' ', f);
		put_safe(f, se->image);
	}
}

static void
put_evidence(FILE *f, const struct vss_recording *r,
    const struct vss_session *se, const struct vss_evidence *e,
    const char *file)
{
	char time[32], text[256];

	vss_evidence_text(se, e, text, sizeof(text));
	if (strcmp(file, vss_recording_file(r, e)))
		fprintf(f, "    %s:%llu", vss_recording_file(r, e),
		    (unsigned long long)e->line);
	else
		fprintf(f, "    line %llu", (unsigned long long)e->line);
	if (e->time != VSS_NO_TIME && e->time > INT64_C(86400000000)) {
		vss_time_format(e->time, time);
		fprintf(f, ", %s", time);
	}
	fputs(": ", f);
	put_safe(f, text);
	if (e->label[0]) {
		fputs("  [", f);
		put_safe(f, e->label);
		fputc(']', f);
	}
	fputc('\n', f);
}

/* Which writer or component the finding is about. */
static void
put_party(FILE *f, const struct vss_session *se, const struct vss_finding *fi)
{
	if (fi->component >= 0) {
		fputs(" (component ", f);
		put_safe(f, se->components[fi->component].name);
		fputs(" of", f);
	} else if (fi->writer >= 0)
		fputs(" (writer", f);
	if (fi->writer >= 0) {
		fputc(' ', f);
		put_safe(f, se->writers[fi->writer].name);
		fputc(')', f);
	}
}

static void
put_finding(FILE *f, const struct vss_recording *r,
    const struct vss_session *se, const struct vss_judgement *j, size_t i,
    const struct vss_report_options *o)
{
	const struct vss_finding *fi = &j->findings[i];
	const struct vss_rule *rule = vss_rule(fi->rule);
	const char *file;
	char next[512];
	size_t k;

	fputs(paint(o, BOLD), f);
	file = put_place(f, r, se, fi);
	fprintf(f, "%s%s%s %s%s: %s", paint(o, severity_color(fi->severity)),
	    vss_severity_name(fi->severity), paint(o, PLAIN BOLD), rule->id,
	    paint(o, PLAIN), rule->message);
	put_party(f, se, fi);
	fputc('\n', f);
	for (k = 0; k < fi->nevidence; k++)
		put_evidence(f, r, se, &se->story[fi->evidence[k]], file);
	if (fi->by_end)
		fprintf(f, "    nothing of the kind followed%s\n",
		    se->closed ? " before the end" : se->exited &&
		    rule->closed == VSS_OWN ? " before the process ended" :
		    ", although the recording goes on");
	if (fi->raised_by >= 0) {
		fprintf(f, "    %s rather than %s because of:\n",
		    vss_severity_name(fi->severity),
		    vss_severity_name(rule->severity));
		put_evidence(f, r, se, &se->story[fi->raised_by], file);
	}
	fprintf(f, "    expected: %s\n", rule->expected);
	if (vss_expected_next(se, fi, next, sizeof(next)))
		fprintf(f, "    the model allows here: %s\n", next);
	fputs("    to blame: ", f);
	put_blame(f, se, fi);
	fprintf(f, "; see docs/rules/%s.md (vsscheck explain %s)\n", rule->id,
	    rule->id);
	for (k = i + 1; k < j->nfindings; k++)
		if (j->findings[k].under == (int)i) {
			fprintf(f, "    also %s %s: %s",
			    vss_severity_name(j->findings[k].severity),
			    vss_rule(j->findings[k].rule)->id,
			    vss_rule(j->findings[k].rule)->message);
			put_party(f, se, &j->findings[k]);
			fputc('\n', f);
		}
}

static void
put_session(FILE *f, const struct vss_recording *r, int n,
    const struct vss_report_options *o)
{
	const struct vss_session *se = &r->sessions->list[n];
	const struct vss_judgement *j = &r->judgements[n];
	char buf[160], time[32];
	int i, took = 0, others = 0, worst = -1;
	size_t k;

	for (k = 0; k < j->nfindings; k++)
		if (j->findings[k].severity > worst)
			worst = j->findings[k].severity;
	/* where nothing of what writers do is shown, those that are named */
	for (i = 0; i < se->nwriters; i++)
		took += se->writers[i].took_part ||
		    !se->view->profile.shows[KIND_PB];
	fprintf(f, "%s%s: session %d: ", paint(o, BOLD), r->file, n + 1);
	put_safe(f, se->image ? se->image : se->object[0] ? se->object :
	    "unknown requester");
	if (se->pid)
		fprintf(f, " (pid %lu)", (unsigned long)se->pid);
	else if (se->image && se->object[0]) {
		fputs(" (", f);
		put_safe(f, se->object);
		fputc(')', f);
	}
	put_machine(f, r);
	if (se->set) {
		fputs(", set ", f);
		put_safe(f, se->set);
	}
	if (se->began != VSS_NO_TIME && se->began > INT64_C(86400000000)) {
		vss_time_format(se->began, time);
		fprintf(f, ", %s UTC", time);
	}
	for (i = 0; vss_session_bystander(se, &i);)
		others++;
	fprintf(f, ", %d writer%s", took, took == 1 ? "" : "s");
	if (others)
		fprintf(f, " (and %d that only identified %s)", others,
		    others == 1 ? "itself" : "themselves");
	fprintf(f, ": %s; %s%s%s\n",
	    vss_session_end_text(se, buf),
	    paint(o, worst >= 0 ? severity_color(worst) : ""),
	    worst < 0 ? "no findings" : worst == VSS_ADVICE ?
	    "advice only" : worst == VSS_WARNING ? "worst: warning" :
	    "worst: error", paint(o, PLAIN));
	for (k = 0; k < j->nfindings; k++)
		if (j->findings[k].under < 0)
			put_finding(f, r, se, j, k, o);
}

/* The rules with a verdict (and reason), as one wrapped list. */
static void
put_list(FILE *f, const struct vss_judgement *j, int verdict, int why)
{
	int i, col = 0;

	for (i = 0; i < VSS_NJUDGED; i++) {
		if (j->rules[i].verdict != verdict || j->rules[i].why != why)
			continue;
		if (col == 0 || col > 66) {
			fprintf(f, "%s     ", col ? "\n" : "");
			col = 5;
		}
		col += fprintf(f, " %s", vss_rule(i)->id);
	}
	if (col)
		fputc('\n', f);
}

static int
has_why(const struct vss_judgement *j, int verdict, int why)
{
	int i;

	for (i = 0; i < VSS_NJUDGED; i++)
		if (j->rules[i].verdict == verdict && j->rules[i].why == why)
			return 1;
	return 0;
}

/* The rules with a verdict, by their reasons, from that reason on. */
static void
put_reasons(FILE *f, const struct vss_judgement *j, int verdict, int from)
{
	int w;

	for (w = from; w < VSS_NWHYS; w++) {
		if (!has_why(j, verdict, w))
			continue;
		fprintf(f, "    %s%s%s:\n", vss_verdict_name(verdict),
		    w ? ", " : "", vss_why_text(w));
		put_list(f, j, verdict, w);
	}
}

/* What hides the rule: the kinds it speaks of that the source never shows. */
static void
put_missing(FILE *f, const struct vss_session *se,
    const struct vss_judgement *j)
{
	int i, k, n;

	for (i = 0; i < VSS_NJUDGED; i++) {
		if (j->rules[i].verdict != VSS_NOT_OBSERVABLE)
			continue;
		fprintf(f, "      %s: needs", vss_rule(i)->id);
		for (k = 1, n = 0; k < KIND_COUNT; k++)
			if (vss_session_lacks(se, i, k))
				fprintf(f, "%s %s", n++ ? "," : "",
				    vss_kind(k)->text);
		fputc('\n', f);
	}
}

static void
put_verdicts(FILE *f, const struct vss_recording *r, int n,
    const struct vss_report_options *o)
{
	const struct vss_session *se = &r->sessions->list[n];
	const struct vss_judgement *j = &r->judgements[n];
	int shut = 0, took = 0, i;

	fprintf(f, "  rules: %u violated, %u kept, %u not exercised, "
	    "%u not observable, %u undetermined (%d in all)\n",
	    j->totals[VSS_VIOLATED], j->totals[VSS_KEPT],
	    j->totals[VSS_NOT_EXERCISED], j->totals[VSS_NOT_OBSERVABLE],
	    j->totals[VSS_UNDETERMINED], VSS_NJUDGED);
	for (i = 0; i < se->nwriters; i++) {
		took += se->writers[i].took_part;
		shut += se->writers[i].took_part && se->writers[i].shut_down;
	}
	if (has_why(j, VSS_UNDETERMINED, VSS_WHY_TIME) && took && !shut)
		fprintf(f, "  no BackupShutdown is recorded, and the %s is "
		    "the last that the recording\n  shows of this backup: "
		    "whether the shutdown came is undetermined, not "
		    "violated\n", se->exited ? "requester's exit" :
		    "release of the object");
	put_reasons(f, j, VSS_VIOLATED, VSS_WHY_NONE + 1);
	put_reasons(f, j, VSS_UNDETERMINED, VSS_WHY_NONE + 1);
	if (!o->verbose)
		return;
	put_reasons(f, j, VSS_KEPT, VSS_WHY_NONE);
	put_reasons(f, j, VSS_NOT_EXERCISED, VSS_WHY_NONE);
	if (j->totals[VSS_NOT_OBSERVABLE]) {
		fprintf(f, "    not observable in this source:\n");
		put_missing(f, se, j);
	}
}

static void
put_rejected(FILE *f, const char *file, const struct vss_error *errors,
    size_t n, uint64_t all)
{
	size_t k;

	for (k = 0; k < n; k++) {
		fprintf(f, "%s:%llu", file, (unsigned long long)errors[k].line);
		if (errors[k].column)
			fprintf(f, ":%llu",
			    (unsigned long long)errors[k].column);
		fprintf(f, ": rejected: %s\n", errors[k].text);
	}
	if (all > n)
		fprintf(f, "%s: %llu more lines rejected\n", file,
		    (unsigned long long)(all - n));
}

static void
put_counts(FILE *f, const char *file, const char *format,
    const struct vss_counts *c)
{
	const char *unit = c->unit ? c->unit : "lines";

	/* in the plural: "lines", "records" */
	fprintf(f, "%s: %s, %llu %.*s: %llu used, %llu ignored, %llu "
	    "rejected", file, format, (unsigned long long)c->lines,
	    (int)strlen(unit) - (c->lines == 1), unit,
	    (unsigned long long)c->used, (unsigned long long)c->ignored,
	    (unsigned long long)c->rejected);
}

/* What such recordings leave out, once each. */
static void
put_limits(FILE *f, const struct vss_recording *r)
{
	const struct vss_profile *p = r->sessions->profiles;
	int i, k;

	for (i = 0; i < r->sessions->nsources; i++) {
		for (k = 0; k < i; k++)
			if (p[k].limits == p[i].limits)
				break;
		if (p[i].limits && k == i)
			fprintf(f, "%s: %s.\n", p[i].name, p[i].limits);
	}
}

/* What is recorded beside the backups. */
static void
put_asides(FILE *f, const struct vss_recording *r)
{
	const struct vss_aside *a;
	char when[32];
	size_t k;

	if (r->nasides)
		fprintf(f, "recorded beside it, judged by no rule:\n");
	for (k = 0; k < r->nasides; k++) {
		a = &r->asides[k];
		fprintf(f, "  %s:%llu: ", r->nparts ? r->parts[a->source].file :
		    r->file, (unsigned long long)a->line);
		if (a->time != VSS_NO_TIME) {
			vss_time_format(a->time, when);
			fprintf(f, "%s: ", when);
		}
		put_safe(f, a->text);
		fputc('\n', f);
	}
	if (r->more_asides)
		fprintf(f, "  and %llu more\n",
		    (unsigned long long)r->more_asides);
}

/* What each of them might have a reason for. */
static void
put_unshut(FILE *f, const struct vss_recording *r)
{
	size_t k;

	for (k = 0; k < r->nunshut; k++) {
		fprintf(f, "%s: writer ", r->file);
		put_safe(f, r->unshut[k].writer);
		fprintf(f, ": took part in %zu backups, and BackupShutdown "
		    "is recorded in none of them: does it handle it? "
		    "(vsscheck explain SHD-10)\n", r->unshut[k].backups);
	}
}

const char *
vss_note_name(int kind)
{
	static const char *const names[] = { "clock", "guess", "apart",
	    "contradiction" };

	return names[kind];
}

/* What was found out about the recordings when they were put together. */
static void
put_notes(FILE *f, const struct vss_recording *r)
{
	const struct vss_note *n;
	size_t k;

	for (k = 0; k < r->nnotes; k++) {
		n = &r->notes[k];
		fprintf(f, "%s:", r->parts[n->source].file);
		if (n->line)
			fprintf(f, "%llu:", (unsigned long long)n->line);
		fprintf(f, " %s: ", vss_note_name(n->kind));
		put_safe(f, n->text);
		if (n->other >= 0) {
			fprintf(f, " (%s", r->parts[n->other].file);
			if (n->other_line)
				fprintf(f, ":%llu", (unsigned long long)
				    n->other_line);
			fputc(')', f);
		}
		fputc('\n', f);
	}
}

/* By what it was judged, where that is not the usual. */
static void
put_policy(FILE *f, const struct vss_policy *p)
{
	struct vss_policy usual;
	int i, n = 0;

	vss_policy_default(&usual);
#define PUT(differs, ...) \
	do if (differs) { \
		fputs(n++ ? ", " : "judged with ", f); \
		fprintf(f, __VA_ARGS__); \
	} while (0)
	PUT(p->os != usual.os, "os %s", vss_os_names[p->os]);
	PUT(p->abort_window != usual.abort_window, "abort-window %s",
	    vss_abort_window_names[p->abort_window]);
	PUT(p->slots != usual.slots, "slots %s", vss_slots_names[p->slots]);
	PUT(p->grace != usual.grace, "grace %g s", (double)p->grace / 1e6);
	PUT(p->freeze_limit != usual.freeze_limit, "freeze-limit %g s",
	    (double)p->freeze_limit / 1e6);
	for (i = usual.nlimits; i < p->nlimits; i++) {
		PUT(1, "freeze-limit %g s for ",
		    (double)p->limits[i].limit / 1e6);
		put_safe(f, p->limits[i].writer);
	}
	for (i = 0; i < p->nkept; i++) {
		PUT(1, "keep ");
		put_safe(f, p->kept[i]);
	}
	PUT(p->raise, "raise");
#undef PUT
	if (n)
		fputc('\n', f);
}

void
vss_report_text(FILE *f, const struct vss_recording *r,
    const struct vss_report_options *o)
{
	int i;
	size_t k;

	put_rejected(f, r->file, r->errors, r->nerrors, r->counts.rejected);
	for (k = 0; k < r->nparts; k++)
		put_rejected(f, r->parts[k].file, r->parts[k].errors,
		    r->parts[k].nerrors, r->parts[k].counts.rejected);
	for (i = 0; i < r->sessions->n; i++) {
		put_session(f, r, i, o);
		put_verdicts(f, r, i, o);
	}
	put_notes(f, r);
	put_asides(f, r);
	put_unshut(f, r);
	put_limits(f, r);
	put_policy(f, r->policy);
	for (k = 0; k < r->nparts; k++) {
		put_counts(f, r->parts[k].file, r->parts[k].format,
		    &r->parts[k].counts);
		fputc('\n', f);
	}
	if (r->nparts)
		fprintf(f, "%zu recordings judged together: ", r->nparts);
	else {
		put_counts(f, r->file, r->format, &r->counts);
		fputs("; ", f);
	}
	fprintf(f, "%d session%s", r->sessions->n, r->sessions->n == 1 ? "" :
	    "s");
	put_machine(f, r);
	if (r->sessions->unattributed)
		fprintf(f, "; %llu event%s to no session",
		    (unsigned long long)r->sessions->unattributed,
		    r->sessions->unattributed == 1 ? " belongs" : "s belong");
	fputc('\n', f);
}
