#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "judge.h"
#include "load.h"

const struct format formats[] = {
	{ "native", "native JSON Lines (docs/native-format.md)",
	    vss_native_probe, vss_native_read },
	{ "sysmon", "Sysmon registry events on VSS\\Diag as JSON, with event "
	    "logs beside them", vss_sysmon_probe, vss_sysmon_read },
	{ "eventxml", "the same as event XML (wevtutil, Event Viewer)",
	    vss_eventxml_probe, vss_eventxml_read },
	{ "evtx", "the same as a log file of Windows (.evtx)",
	    vss_evtx_probe, vss_evtx_read },
	{ "eventtext", "events copied from the Event Viewer as text",
	    vss_eventtext_probe, vss_eventtext_read },
	{ "reg", "VSS\\Diag as exported by regedit, reg export or "
	    "hivexregedit (docs/formats/diag-values.md)", vss_diag_reg_probe,
	    vss_diag_reg_read },
	{ "regquery", "VSS\\Diag as printed by reg query /s",
	    vss_diag_query_probe, vss_diag_query_read },
	{ "edr", "registry writes below VSS\\Diag with their bytes, of an EDR "
	    "agent, as JSON", vss_diag_edr_probe, vss_diag_edr_read },
	{ "hive", "SYSTEM hive with VSS\\Diag", vss_diag_hive_probe,
	    vss_diag_hive_read },
	{ "scenario", "scenario text (docs/scenario-format.md)",
	    vss_scenario_probe, vss_scenario_read },
	{ "diskshadow", "transcripts of diskshadow (log or console)",
	    vss_diskshadow_probe, vss_diskshadow_read },
	{ "vshadow", "output of vshadow, with -tracing or without",
	    vss_vshadow_probe, vss_vshadow_read },
	{ "vssadmin", "vssadmin list writers, list shadows: shown, not judged",
	    vss_vssadmin_probe, vss_vssadmin_read },
	{ "sqlwriter", "SqlWriterLogger.txt, the log of SQL Server's writer",
	    vss_sqlwriter_probe, vss_sqlwriter_read },
	{ "errorlog", "ERRORLOG of SQL Server", vss_errorlog_probe,
	    vss_errorlog_read },
	{ "bacula", "job log of Bacula, Bareos or Burp", vss_bacula_probe,
	    vss_bacula_read },
	/* last: it takes what no other knows */
	{ "errortext", "error messages of a backup program that name a result "
	    "of VSS", vss_errortext_probe, vss_errortext_read },
	{ NULL, NULL, NULL, NULL }
};

static enum vss_status
on_profile(void *arg, const struct vss_profile *p)
{
	struct judged *j = arg;

	if (j->offset == VSS_NO_TIME || (!p->local_time && !j->offset_given))
		j->offset = 0;
	vss_sessions_init(&j->sessions);
	vss_sessions_share(&j->sessions, j->memo);
	j->sessions.policy = j->policy;
	j->sessions.keep_all = j->keep_all;
	j->started = 1;
	return vss_sessions_source(&j->sessions, p);
}

/* A time of the recording in UTC. */
static int64_t
at(const struct judged *j, int64_t t)
{
	return t == VSS_NO_TIME ? t : t + j->offset;
}

static enum vss_status
on_event(void *arg, const struct vss_event *ev, struct vss_error *error)
{
	struct judged *j = arg;
	struct vss_event moved = *ev;

	moved.time = at(j, ev->time);
	return vss_sessions_event(&j->sessions, &moved, error);
}

static void
on_time(void *arg, int64_t t)
{
	struct judged *j = arg;

	vss_sessions_time(&j->sessions, 0, at(j, t));
}

static void
on_idle_stop(void *arg, int64_t t)
{
	struct judged *j = arg;

	vss_sessions_idle_stop(&j->sessions, at(j, t));
}

static void
on_reboot(void *arg, int64_t t)
{
	struct judged *j = arg;

	vss_sessions_reboot(&j->sessions, at(j, t));
}

static void
on_reject(void *arg, const struct vss_error *error)
{
	struct judged *j = arg;

	if (j->recording.nerrors < KEPT_ERRORS)
		j->errors[j->recording.nerrors++] = *error;
}

static void
on_context(void *arg, const struct vss_context *c)
{
	struct judged *j = arg;
	struct vss_aside *a;

	if (j->parts)
		j->parts[j->part].beside++;
	j->recording.asides = j->asides;
	if (j->recording.nasides == KEPT_ASIDES) {
		j->recording.more_asides++;
		return;
	}
	a = &j->asides[j->recording.nasides++];
	a->source = j->part;
	a->line = c->line;
	a->time = j->join ? c->time : at(j, c->time);
	vss_copy_text(a->text, sizeof(a->text), c->text);
}

static void
on_expect(void *arg, uint64_t line, const char *words)
{
	struct judged *j = arg;
	struct expectation *list;
	size_t n = strlen(words);
	int lost = j->expectation_lost;

	j->expectation_lost = 1;
	list = realloc(j->expectations, (j->nexpectations + 1) *
	    sizeof(*list));
	if (!list)
		return;
	j->expectations = list;
	list[j->nexpectations].line = line;
	if (!(list[j->nexpectations].words = malloc(n + 1)))
		return;
	memcpy(list[j->nexpectations++].words, words, n + 1);
	j->expectation_lost = lost;
}

/* A byte order mark says nothing of the format. */
static void
skip_mark(const char **buf, size_t *len)
{
	if (*len >= 3 && !memcmp(*buf, "\357\273\277", 3)) {
		*buf += 3;
		*len -= 3;
	}
}

static int
is_blank(const char *buf, size_t len)
{
	while (len && strchr(" \t\r\n", *buf) && *buf) {
		buf++;
		len--;
	}
	return !len;
}

static const struct format *
find_format(const char *buf, size_t len)
{
	const struct format *f, *best = NULL;
	int n, most = 0;

	for (f = formats; f->name; f++)
		if ((n = f->probe(buf, len)) > most) {
			most = n;
			best = f;
		}
	return best;
}

/* Every session has been read: what is to be said of each. */
static enum vss_status
judge_sessions(struct judged *j, struct vss_error *error)
{
	enum vss_status st = vss_sessions_finish(&j->sessions);
	int i;

	j->judgements = calloc(j->sessions.n + 1, sizeof(*j->judgements));
	if (!j->judgements)
		st = VSS_FAIL;
	j->recording.judgements = j->judgements;
	for (i = 0; i < j->sessions.n && st == VSS_OK; i++)
		st = vss_judge(&j->sessions.list[i],
		    &j->policy, &j->judgements[i]);
	if (st == VSS_OK)
		st = vss_sessions_unshut(&j->sessions, &j->unshut,
		    &j->recording.nunshut);
	j->recording.unshut = j->unshut;
	if (st != VSS_OK)
		vss_error_set(error, 0, 0, "out of memory");
	return st;
}

static void
set_policy(struct judged *j, const struct vss_policy *policy)
{
	if (policy)
		j->policy = *policy;
	else
		vss_policy_default(&j->policy);
	j->recording.policy = &j->policy;
}

static enum vss_status
add_machine(char ***list, int *n, const char *name)
{
	char **more = realloc(*list, (*n + 1) * sizeof(**list));

	if (!more)
		return VSS_FAIL;
	*list = more;
	if (!(more[*n] = strdup(name)))
		return VSS_FAIL;
	++*n;
	return VSS_OK;
}

void
machines_free(char **list, int n)
{
	while (n)
		free(list[--n]);
	free(list);
}

static enum vss_status
on_machine(void *arg, const char *name)
{
	struct judged *j = arg;

	return add_machine(&j->machines, &j->nmachines, name);
}

static enum vss_status
judge(const struct input *in, const struct vss_policy *policy, int keep_all,
    struct judged *j, struct vss_error *error)
{
	const struct format *format = in->format;
	const char *file = in->file, *buf = in->buf;
	size_t len = in->len;
	struct vss_import out = { .arg = j, .profile = on_profile,
	    .event = on_event, .time = on_time, .idle_stop = on_idle_stop,
	    .reboot = on_reboot,
	    .reject = on_reject, .context = on_context, .expect = on_expect,
	    .machine = on_machine, .only_machine = in->machine,
	    .again = in->again, .as_file = load_as_file };
	enum vss_status st;

	skip_mark(&buf, &len);
	memset(j, 0, sizeof(*j));
	j->keep_all = keep_all;
	j->memo = in->memo;
	j->offset = in->offset;
	j->offset_given = in->offset_given;
	set_policy(j, policy);
	memset(error, 0, sizeof(*error));
	if (!format)
		format = find_format(buf, len);
	j->recording.file = file;
	j->recording.machine = in->machine;
	j->recording.errors = j->errors;
	j->recording.sessions = &j->sessions;
	if (is_blank(buf, len)) {
		vss_error_set(error, 0, 0,
		    "nothing to judge: the file is empty");
		return VSS_END;
	}
	if (!format) {
		vss_error_set(error, 0, 0, "of no known format "
		    "(vsscheck formats lists them)");
		return VSS_BAD;
	}
	j->recording.format = format->name;
	st = format->read(buf, len, &out, error);
	j->recording.counts = out.counts;
	if (st == VSS_FAIL && !*error->text)
		vss_error_set(error, 0, 0, "out of memory");
	/* for those who want one judgement */
	if (st == VSS_END && j->nmachines)
		vss_error_set(error, 0, 0, "records of %d machines, which "
		    "only check judges, one by one", j->nmachines);
	if (j->expectation_lost) {
		vss_error_set(error, 0, 0, "out of memory");
		st = VSS_FAIL;
	}
	return st == VSS_OK ? judge_sessions(j, error) : st;
}

static enum vss_status
look_machine(void *arg, const char *name)
{
	struct input *in = arg;

	return add_machine(&in->machines, &in->nmachines, name);
}

/* Only the profile is wanted. */
static enum vss_status
look_profile(void *arg, const struct vss_profile *p)
{
	struct input *in = arg;

	memcpy(in->host, p->host, sizeof(in->host));
	return VSS_END;
}

void
input_look(struct input *in)
{
	struct vss_import out = { .arg = in, .profile = look_profile,
	    .machine = look_machine, .only_machine = in->machine,
	    .as_file = load_as_file };
	struct vss_error error;

	skip_mark(&in->buf, &in->len);
	in->host[0] = 0;
	if (!in->format)
		in->format = find_format(in->buf, in->len);
	in->status = in->format ? in->format->read(in->buf, in->len, &out,
	    &error) : VSS_BAD;
}

static enum vss_status
join_profile(void *arg, const struct vss_profile *p)
{
	struct judged *j = arg;

	return vss_join_recording(j->join, p, p->local_time || j->offset_given ?
	    j->offset : VSS_NO_TIME);
}

static enum vss_status
join_event(void *arg, const struct vss_event *ev, struct vss_error *error)
{
	struct judged *j = arg;

	j->parts[j->part].events++;
	return vss_join_event(j->join, ev, error);
}

static void
join_time(void *arg, int64_t t)
{
	struct judged *j = arg;

	vss_join_time(j->join, t);
}

static void
join_idle_stop(void *arg, int64_t t)
{
	struct judged *j = arg;

	/* without memory it is as if it had not been recorded: nothing is
	 * missed for it */
	vss_join_idle_stop(j->join, t);
}

static void
join_reboot(void *arg, int64_t t)
{
	struct judged *j = arg;

	if (vss_join_reboot(j->join, t) != VSS_OK)
		j->reboot_lost = 1;
}

static void
join_reject(void *arg, const struct vss_error *error)
{
	struct judged *j = arg;
	struct vss_part *p = &j->parts[j->part];

	if (p->nerrors < KEPT_ERRORS)
		j->part_errors[j->part][p->nerrors++] = *error;
}

/* "a + b + c" */
static char *
all_names(const struct input *const *inputs, int n)
{
	size_t room = 1;
	char *names;
	int i;

	for (i = 0; i < n; i++)
		room += strlen(inputs[i]->file) + 3;
	if (!(names = malloc(room)))
		return NULL;
	*names = 0;
	for (i = 0; i < n; i++) {
		strcat(names, i ? " + " : "");
		strcat(names, inputs[i]->file);
	}
	return names;
}

enum vss_status
judge_together(const struct input *const *inputs, int n,
    const struct vss_policy *policy, struct judged *j, struct vss_error *error)
{
	struct vss_import out = { .arg = j, .profile = join_profile,
	    .event = join_event, .time = join_time,
	    .idle_stop = join_idle_stop, .reboot = join_reboot,
	    .reject = join_reject,
	    .context = on_context, .as_file = load_as_file };
	enum vss_status st = VSS_OK;
	struct vss_part *p;
	int i;

	memset(j, 0, sizeof(*j));
	memset(error, 0, sizeof(*error));
	set_policy(j, policy);
	vss_sessions_init(&j->sessions);
	vss_sessions_share(&j->sessions, inputs[0]->memo);
	j->sessions.policy = j->policy;
	j->started = 1;
	j->join = vss_join_new();
	j->parts = calloc(n, sizeof(*j->parts));
	j->part_errors = calloc(n, sizeof(*j->part_errors));
	j->names = all_names(inputs, n);
	if (!j->join || !j->parts || !j->part_errors || !j->names) {
		vss_error_set(error, 0, 0, "out of memory");
		return VSS_FAIL;
	}
	j->recording.file = j->names;
	for (i = 0; i < n && !j->recording.machine; i++)
		j->recording.machine = inputs[i]->machine;
	j->recording.format = "several";
	j->recording.sessions = &j->sessions;
	j->recording.parts = j->parts;
	j->recording.nparts = n;
	for (j->part = 0; j->part < n && st == VSS_OK; j->part++) {
		p = &j->parts[j->part];
		p->file = inputs[j->part]->file;
		p->format = inputs[j->part]->format->name;
		p->found = inputs[j->part]->found;
		p->errors = j->part_errors[j->part];
		memset(&out.counts, 0, sizeof(out.counts));
		j->offset = inputs[j->part]->offset;
		j->offset_given = inputs[j->part]->offset_given;
		out.only_machine = inputs[j->part]->machine;
		out.again = inputs[j->part]->again;
		st = inputs[j->part]->format->read(inputs[j->part]->buf,
		    inputs[j->part]->len, &out, error);
		p->counts = out.counts;
	}
	if (j->reboot_lost) {
		vss_error_set(error, 0, 0, "out of memory");
		st = VSS_FAIL;
	}
	if (st == VSS_OK)
		st = vss_join_run(j->join, &j->sessions, error);
	j->recording.nnotes = vss_join_notes(j->join, &j->recording.notes);
	return st == VSS_OK ? judge_sessions(j, error) : st;
}

enum vss_status
judge_buffer(const char *file, const char *buf, size_t len,
    const struct format *format, const struct vss_policy *policy,
    struct vss_memo *memo, struct judged *j, struct vss_error *error)
{
	struct input in = { .file = file, .buf = buf, .len = len,
	    .format = format, .offset = VSS_NO_TIME, .memo = memo };

	return judge(&in, policy, 0, j, error);
}

enum vss_status
judge_input(const struct input *in, const struct vss_policy *policy,
    struct judged *j, struct vss_error *error)
{
	return judge(in, policy, 0, j, error);
}

enum vss_status
judge_whole(const char *file, const char *buf, size_t len, struct judged *j,
    struct vss_error *error)
{
	struct input in = { .file = file, .buf = buf, .len = len,
	    .offset = VSS_NO_TIME };

	return judge(&in, NULL, 1, j, error);
}

void
judged_free(struct judged *j)
{
	size_t k;
	int i;

	for (i = 0; j->judgements && i < j->sessions.n; i++)
		vss_judgement_free(&j->judgements[i]);
	free(j->judgements);
	free(j->unshut);
	for (k = 0; k < j->nexpectations; k++)
		free(j->expectations[k].words);
	free(j->expectations);
	vss_join_free(j->join);
	machines_free(j->machines, j->nmachines);
	free(j->parts);
	free(j->part_errors);
	free(j->names);
	if (j->started)
		vss_sessions_free(&j->sessions);
	memset(j, 0, sizeof(*j));
}

/*
 * expect: [OBJECT] WHAT [ID...]
 */
struct expecting {
	const struct judged *j;
	FILE *f;
	uint64_t line;
	int failures;
};

static void
fail(struct expecting *x, const char *object, const char *what,
    const char *id, const char *found)
{
	fprintf(x->f, "%s:%llu: expected %s%s%s%s%s, found %s\n",
	    x->j->recording.file, (unsigned long long)x->line, object,
	    *object ? ": " : "", id, *id && *what ? " " : "", what, found);
	x->failures++;
}

static void
found_text(const struct vss_judgement *g, char *buf, size_t size)
{
	size_t i, n = 0;

	*buf = 0;
	for (i = 0; i < g->nfindings && n + 40 < size; i++)
		n += snprintf(buf + n, size - n, "%s%s %s", i ? ", " : "",
		    vss_severity_name(g->findings[i].severity),
		    vss_rule(g->findings[i].rule)->id);
	if (!*buf)
		snprintf(buf, size, "no findings");
}

/* Words of one expect: line; a line that needs more is two. */
#define EXPECT_WORDS 64

/* One expect: line, taken apart. */
struct expectation_words {
	char *w[EXPECT_WORDS];
	int n;			/* words */
	int at;			/* the first after the object and what is said
				 * of it */
	const char *object;	/* "" where none is named */
	int session;
};

static void
expect_sessions(struct expecting *x, const struct expectation_words *e)
{
	int n = x->j->sessions.n;
	const char *want = e->at < e->n ? e->w[e->at] : "?";
	char found[16];

	snprintf(found, sizeof(found), "%d", n);
	if (e->n != e->at + 1 || strcmp(want, found))
		fail(x, e->object, "sessions", want, found);
}

/* "clean", "no-findings": findings below the severity are none of it */
static void
expect_none(struct expecting *x, const struct expectation_words *e,
    const struct vss_judgement *g, int severity, const char *what)
{
	char found[512];
	size_t m;

	found_text(g, found, sizeof(found));
	if (e->at < e->n) {
		fail(x, e->object, "nothing after it", e->w[e->at - 1],
		    e->w[e->at]);
		return;
	}
	for (m = 0; m < g->nfindings; m++)
		if (g->findings[m].severity >= severity) {
			fail(x, e->object, what, "", found);
			return;
		}
}

static int
severity_word(const char *word)
{
	int s;

	for (s = VSS_ADVICE; s <= VSS_ERROR; s++)
		if (!strcmp(word, vss_severity_name(s)))
			return s;
	return -1;
}

/* first ID [SEVERITY], in any order */
static void
expect_first(struct expecting *x, const struct expectation_words *e,
    const struct vss_judgement *g)
{
	int k, severity = -1, rule = -1, ids = 0;
	const char *id = "";
	char found[512];

	found_text(g, found, sizeof(found));
	for (k = e->at; k < e->n; k++) {
		if (severity < 0 && (severity = severity_word(e->w[k])) >= 0)
			continue;
		id = e->w[k];
		rule = vss_rule_find(id);
		ids++;
	}
	if (ids != 1)
		fail(x, e->object, "one rule", "", ids ? "several named" :
		    "none named");
	else if (rule < 0)
		fail(x, e->object, "known", id, "no such rule");
	else if (!g->nfindings || g->findings[0].rule != rule)
		fail(x, e->object, "as first finding", id, found);
	else if (severity >= 0 && g->findings[0].severity != severity)
		fail(x, e->object, "as severity of the first finding",
		    vss_severity_name(severity), found);
}

/* only ID...: a replayed event that is folded goes without saying */
static void
expect_only(struct expecting *x, const struct expectation_words *e,
    const struct vss_judgement *g)
{
	unsigned char in[VSS_NJUDGED] = { 0 };
	char found[512];
	size_t m;
	int k, rule;

	found_text(g, found, sizeof(found));
	if (e->at == e->n)
		fail(x, e->object, "a rule", "", "none named");
	for (k = e->at; k < e->n; k++) {
		if ((rule = vss_rule_find(e->w[k])) < 0) {
			fail(x, e->object, "known", e->w[k], "no such rule");
			return;
		}
		in[rule] = 1;
		if (g->rules[rule].verdict != VSS_VIOLATED)
			fail(x, e->object, "violated", e->w[k], found);
	}
	for (m = 0; m < g->nfindings; m++)
		if (!in[g->findings[m].rule] &&
		    (g->findings[m].rule != VSS_RULE_REPLAY ||
		    g->findings[m].under < 0)) {
			fail(x, e->object, "nothing else", "", found);
			return;
		}
}

static void
expect_verdicts(struct expecting *x, const struct expectation_words *e,
    const struct vss_judgement *g)
{
	static const struct { const char *word; int verdict; } verdicts[] = {
		{ "violated", VSS_VIOLATED }, { "kept", VSS_KEPT },
		{ "not-exercised", VSS_NOT_EXERCISED },
		{ "not-observable", VSS_NOT_OBSERVABLE },
		{ "undetermined", VSS_UNDETERMINED },
	};
	const int nverdicts = sizeof(verdicts) / sizeof(verdicts[0]);
	const char *what = e->w[e->at - 1];
	int i, k, rule;

	for (k = 0; k < nverdicts; k++)
		if (!strcmp(what, verdicts[k].word))
			break;
	if (k == nverdicts) {
		fail(x, e->object, "as an expectation: clean, no-findings, "
		    "first, only, violated, kept, not-exercised, "
		    "not-observable, undetermined or sessions", what,
		    "it unknown");
		return;
	}
	if (e->at == e->n)
		fail(x, e->object, what, "a rule to be", "none named");
	for (i = e->at; i < e->n; i++) {
		rule = vss_rule_find(e->w[i]);
		if (rule < 0)
			fail(x, e->object, "known", e->w[i], "no such rule");
		else if (g->rules[rule].verdict != verdicts[k].verdict)
			fail(x, e->object, what, e->w[i],
			    vss_verdict_name(g->rules[rule].verdict));
	}
}

static int
find_session(const struct vss_sessions *s, const char *object)
{
	int i;

	for (i = 0; i < s->n; i++)
		if (!strcmp(s->list[i].object, object))
			break;
	return i;
}

/* 0: nothing that could be compared, and said so */
static int
take_words(struct expecting *x, char *words, struct expectation_words *e)
{
	char *p;

	e->n = e->at = e->session = 0;
	e->object = "";
	for (p = strtok(words, " \t,"); p && e->n < EXPECT_WORDS;
	    p = strtok(NULL, " \t,"))
		e->w[e->n++] = p;
	if (p) {
		fail(x, "", "fewer words", "", "too many for one line");
		return 0;
	}
	if (e->n && e->w[0][0] == 'i' && e->w[0][1] >= '0' &&
	    e->w[0][1] <= '9') {
		e->object = e->w[e->at++];
		e->session = find_session(&x->j->sessions, e->object);
	}
	if (e->at++ < e->n)
		return 1;
	fail(x, e->object, "something to be named", "", "nothing");
	return 0;
}

static void
expect_one(struct expecting *x, char *words)
{
	const struct vss_judgement *g;
	struct expectation_words e;
	const char *what;

	if (!take_words(x, words, &e))
		return;
	what = e.w[e.at - 1];
	if (!strcmp(what, "sessions")) {
		expect_sessions(x, &e);
		return;
	}
	if (e.session >= x->j->sessions.n) {
		fail(x, e.object, "a session", "", "none");
		return;
	}
	g = &x->j->judgements[e.session];
	if (!strcmp(what, "clean"))
		expect_none(x, &e, g, VSS_WARNING, "nothing above advice");
	else if (!strcmp(what, "no-findings"))
		expect_none(x, &e, g, VSS_ADVICE, "no findings");
	else if (!strcmp(what, "first"))
		expect_first(x, &e, g);
	else if (!strcmp(what, "only"))
		expect_only(x, &e, g);
	else
		expect_verdicts(x, &e, g);
}

int
check_expectations(FILE *f, const struct judged *j, int *checks)
{
	struct expecting x = { j, f, 0, 0 };
	size_t i;

	for (i = 0; i < j->nexpectations; i++) {
		x.line = j->expectations[i].line;
		++*checks;
		expect_one(&x, j->expectations[i].words);
	}
	return x.failures;
}
