#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include "report.h"

#define SCHEMA_VERSION 1

struct vss_report_json { json_t *root, *files; };

/* Text of a recording need not be UTF-8: what is not becomes '?'. */
static json_t *
text(const char *s)
{
	json_t *j;
	char *copy, *p;

	if (!s)
		return json_null();
	if ((j = json_string(s)))
		return j;
	if (!(copy = malloc(strlen(s) + 1)))
		return NULL;
	strcpy(copy, s);
	for (p = copy; *p; p++)
		if ((unsigned char)*p >= 128)
			*p = '?';
	j = json_string(copy);
	free(copy);
	return j;
}

struct vss_report_json *
vss_report_json_begin(const char *version, const struct vss_policy *p)
{
	struct vss_report_json *j = malloc(sizeof(*j));
	json_t *options, *limits = json_object(), *kept = json_array();
	int i;

	if (!j)
		return NULL;
	for (i = 0; i < p->nlimits; i++)
		json_object_set_new(limits, p->limits[i].writer,
		    json_real((double)p->limits[i].limit / 1e6));
	for (i = 0; i < p->nkept; i++)
		json_array_append_new(kept, text(p->kept[i]));
	options = json_pack("{s:s, s:s, s:s, s:b, s:f, s:f, s:o, s:o}",
	    "os", vss_os_names[p->os], "abort_window",
	    vss_abort_window_names[p->abort_window], "slots",
	    vss_slots_names[p->slots], "raise", p->raise,
	    "grace", (double)p->grace / 1e6, "freeze_limit",
	    (double)p->freeze_limit / 1e6, "freeze_limits", limits, "keep",
	    kept);
	j->root = json_pack("{s:i, s:{s:s, s:s}, s:o, s:[]}", "schema",
	    SCHEMA_VERSION, "tool", "name", "vsscheck", "version", version,
	    "options", options, "files");
	if (!j->root) {
		free(j);
		return NULL;
	}
	j->files = json_object_get(j->root, "files");
	return j;
}

static json_t *
timestamp(int64_t t)
{
	char buf[40];

	/* scenarios have no date: their clock starts at 0 */
	if (t == VSS_NO_TIME || t < INT64_C(86400000000))
		return json_null();
	vss_time_format(t, buf);
	buf[10] = 'T';
	strcat(buf, "Z");
	return json_string(buf);
}

static json_t *
json_finding(const struct vss_recording *r, const struct vss_session *se,
    const struct vss_judgement *g, size_t i)
{
	const struct vss_finding *f = &g->findings[i];
	const struct vss_rule *rule = vss_rule(f->rule);
	const struct vss_evidence *e;
	json_t *evidence = json_array(), *j;
	char buf[512], page[64];
	size_t k;

	for (k = 0; k < f->nevidence; k++) {
		e = &se->story[f->evidence[k]];
		vss_evidence_text(se, e, buf, sizeof(buf));
		json_array_append_new(evidence, json_pack(
		    "{s:o, s:I, s:o, s:o, s:o}", "file",
		    text(vss_recording_file(r, e)), "line", (json_int_t)e->line,
		    "time", timestamp(e->time), "event", text(buf), "label",
		    text(e->label)));
	}
	snprintf(page, sizeof(page), "docs/rules/%s.md", rule->id);
	j = json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:b, s:o, s:s}",
	    "rule", rule->id, "severity", vss_severity_name(f->severity),
	    "message", rule->message, "expected", rule->expected,
	    "blame", vss_blame_name(f->blame),
	    "writer", text(f->writer >= 0 ? se->writers[f->writer].name :
	    NULL), "component", text(f->component >= 0 ?
	    se->components[f->component].name : NULL),
	    "decided_by_absence", f->by_end, "evidence", evidence,
	    "page", page);
	if (!j)
		return NULL;
	if (f->raised_by >= 0)
		json_object_set_new(j, "raised_by_line", json_integer(
		    (json_int_t)se->story[f->raised_by].line));
	if (vss_expected_next(se, f, buf, sizeof(buf)))
		json_object_set_new(j, "model_allows", text(buf));
	json_object_set_new(j, "folded_under", f->under < 0 ? json_null() :
	    json_string(vss_rule(g->findings[f->under].rule)->id));
	return j;
}

static json_t *
json_missing(const struct vss_session *se, int rule)
{
	json_t *a = json_array();
	int k;

	for (k = 1; k < KIND_COUNT; k++)
		if (vss_session_lacks(se, rule, k))
			json_array_append_new(a,
			    json_string(vss_kind(k)->name));
	return a;
}

static json_t *
json_session(const struct vss_recording *r, int n)
{
	const struct vss_session *se = &r->sessions->list[n];
	const struct vss_judgement *g = &r->judgements[n];
	json_t *rules = json_array(), *findings = json_array(), *writers =
	    json_array(), *bystanders = json_array(), *totals = json_object(),
	    *j, *one;
	const char *name;
	char buf[160];
	size_t k;
	int i;

	for (i = 0; i < se->nwriters; i++)
		json_array_append_new(writers, json_pack("{s:o, s:b, s:b}",
		    "name", text(se->writers[i].name), "took_part",
		    se->writers[i].took_part, "shut_down",
		    se->writers[i].shut_down));
	for (i = 0; (name = vss_session_bystander(se, &i));)
		json_array_append_new(bystanders, text(name));
	for (i = 0; i < VSS_NJUDGED; i++) {
		one = json_pack("{s:s, s:s}", "id", vss_rule(i)->id,
		    "verdict", vss_verdict_name(g->rules[i].verdict));
		if (g->rules[i].why)
			json_object_set_new(one, "why", json_string(
			    vss_why_text(g->rules[i].why)));
		if (g->rules[i].verdict == VSS_NOT_OBSERVABLE)
			json_object_set_new(one, "missing",
			    json_missing(se, i));
		json_array_append_new(rules, one);
	}
	for (i = 0; i < VSS_NVERDICTS; i++)
		json_object_set_new(totals, vss_verdict_name(i),
		    json_integer(g->totals[i]));
	for (k = 0; k < g->nfindings; k++)
		json_array_append_new(findings, json_finding(r, se, g, k));
	j = json_pack("{s:o, s:o, s:o, s:I, s:o, s:o, s:s, s:o, s:o, s:o, "
	    "s:o, s:o}", "object", text(se->object), "set", text(se->set),
	    "image", text(se->image), "pid", (json_int_t)se->pid,
	    "began", timestamp(se->began), "last_event",
	    timestamp(se->ended), "end", vss_session_end_text(se, buf),
	    "writers", writers, "bystanders", bystanders, "totals", totals,
	    "findings", findings, "rules", rules);
	return j;
}

static json_t *
json_file(const char *file, const char *format, const struct vss_counts *c,
    const struct vss_error *list, size_t n)
{
	json_t *errors = json_array();
	size_t k;

	for (k = 0; k < n; k++)
		json_array_append_new(errors, json_pack("{s:I, s:I, s:o}",
		    "line", (json_int_t)list[k].line, "column",
		    (json_int_t)list[k].column, "text", text(list[k].text)));
	return json_pack("{s:o, s:s, s:s, s:{s:I, s:I, s:I, s:I}, s:o}",
	    "file", text(file), "format", format, "unit", c->unit ? c->unit :
	    "lines", "lines", "all", (json_int_t)c->lines, "used", (json_int_t)c->used, "ignored",
	    (json_int_t)c->ignored, "rejected", (json_int_t)c->rejected,
	    "errors", errors);
}

static json_t *
json_notes(const struct vss_recording *r)
{
	json_t *notes = json_array();
	const struct vss_note *n;
	size_t k;

	for (k = 0; k < r->nnotes; k++) {
		n = &r->notes[k];
		json_array_append_new(notes, json_pack("{s:s, s:o, s:I, s:o, "
		    "s:I, s:o}", "kind", vss_note_name(n->kind), "file",
		    text(r->parts[n->source].file), "line",
		    (json_int_t)n->line, "other_file", n->other < 0 ?
		    json_null() : text(r->parts[n->other].file), "other_line",
		    (json_int_t)n->other_line, "text", text(n->text)));
	}
	return notes;
}

/* Of the recording of that number. */
static json_t *
json_context(const struct vss_recording *r, int source)
{
	const struct vss_aside *a;
	json_t *list = json_array();
	size_t k;

	for (k = 0; k < r->nasides; k++) {
		a = &r->asides[k];
		if (a->source == source)
			json_array_append_new(list, json_pack("{s:I, s:o, "
			    "s:o}", "line", (json_int_t)a->line, "time",
			    timestamp(a->time), "text", text(a->text)));
	}
	return list;
}

static void
add_source(json_t *one, const struct vss_recording *r, int source)
{
	const char *limits = source < r->sessions->nsources ?
	    r->sessions->profiles[source].limits : NULL;
	const char *host = source < r->sessions->nsources ?
	    r->sessions->profiles[source].host : "";

	json_object_set_new(one, "limits", text(limits));
	json_object_set_new(one, "host", text(*host ? host : NULL));
	json_object_set_new(one, "context", json_context(r, source));
	if (r->more_asides && !source)
		json_object_set_new(one, "context_omitted",
		    json_integer((json_int_t)r->more_asides));
}

static json_t *
json_unshut(const struct vss_recording *r)
{
	json_t *list = json_array();
	size_t k;

	for (k = 0; k < r->nunshut; k++)
		json_array_append_new(list, json_pack("{s:o, s:I}", "writer",
		    text(r->unshut[k].writer), "backups",
		    (json_int_t)r->unshut[k].backups));
	return list;
}

enum vss_status
vss_report_json_recording(struct vss_report_json *j,
    const struct vss_recording *r)
{
	json_t *sessions = json_array(), *together = json_array(), *one;
	size_t k;
	int i;

	for (i = 0; i < r->sessions->n; i++)
		json_array_append_new(sessions, json_session(r, i));
	for (k = 0; k < r->nparts; k++)
		json_array_append_new(together, text(r->parts[k].file));
	if (r->nparts)
		one = json_file(r->parts[0].file, r->parts[0].format,
		    &r->parts[0].counts, r->parts[0].errors,
		    r->parts[0].nerrors);
	else
		one = json_file(r->file, r->format, &r->counts, r->errors,
		    r->nerrors);
	add_source(one, r, 0);
	json_object_set_new(one, "unattributed_events", json_integer(
	    (json_int_t)r->sessions->unattributed));
	json_object_set_new(one, "never_shut_down", json_unshut(r));
	json_object_set_new(one, "sessions", sessions);
	if (r->nparts) {
		json_object_set_new(one, "together", together);
		json_object_set_new(one, "notes", json_notes(r));
	} else
		json_decref(together);
	if (!one || json_array_append_new(j->files, one))
		return VSS_FAIL;
	for (k = 1; k < r->nparts; k++) {
		one = json_file(r->parts[k].file, r->parts[k].format,
		    &r->parts[k].counts, r->parts[k].errors,
		    r->parts[k].nerrors);
		add_source(one, r, k);
		json_object_set_new(one, "judged_with",
		    text(r->parts[0].file));
		json_object_set_new(one, "sessions", json_array());
		if (!one || json_array_append_new(j->files, one))
			return VSS_FAIL;
	}
	return VSS_OK;
}

enum vss_status
vss_report_json_failure(struct vss_report_json *j, const char *file,
    const struct vss_error *e)
{
	json_t *one = json_pack("{s:o, s:n, s:[{s:I, s:I, s:o}], s:[]}",
	    "file", text(file), "format", "errors", "line",
	    (json_int_t)e->line, "column", (json_int_t)e->column, "text",
	    text(e->text), "sessions");

	return one && !json_array_append_new(j->files, one) ? VSS_OK :
	    VSS_FAIL;
}

enum vss_status
vss_report_json_end(struct vss_report_json *j, FILE *f, int exit_code)
{
	int failed;

	failed = json_object_set_new(j->root, "exit",
	    json_integer(exit_code)) || json_dumpf(j->root, f,
	    JSON_INDENT(2) | JSON_PRESERVE_ORDER) || fputc('\n', f) == EOF;
	json_decref(j->root);
	free(j);
	return failed ? VSS_FAIL : VSS_OK;
}
