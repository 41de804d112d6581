/*
 * Output of vshadow, Microsoft's published sample of a requester, and of
 * programs derived from it: with -tracing, where every call on the backup
 * object is a line, and without, where sentences tell of some of them.
 *
 * The program is not translated, so its sentences can be read. What they
 * stand for, and what comes between them, is in its published source
 * (Windows-classic-samples, VShadowVolumeShadowCopy): docs/formats/vshadow.md.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "console.h"

/* Calls on the object, as -tracing names them, and what they are; others
 * only ask, and are no events. */
static const struct { const char *name; uint8_t kind; } calls[] = {
	{ "AbortBackup", KIND_ABORT },
	{ "AddComponent", KIND_COMP },
	{ "AddToSnapshotSet", KIND_ADD },
	{ "BackupComplete", KIND_COMPL },
	{ "BreakSnapshotSet", KIND_BRK },
	{ "BreakSnapshotSetEx", KIND_BRK },
	{ "CreateVssBackupComponents", KIND_CREATE },
	{ "DeleteSnapshots", KIND_DEL },
	{ "DoSnapshotSet", KIND_DO },
	{ "ExposeSnapshot", KIND_OTHER },
	{ "GatherWriterMetadata", KIND_META },
	{ "GatherWriterStatus", KIND_GWS },
	{ "GetSnapshotProperties", KIND_PROP },
	{ "ImportSnapshots", KIND_OTHER },
	{ "InitializeForBackup", KIND_INIT },
	{ "InitializeForRestore", KIND_INITR },
	{ "PostRestore", KIND_OTHER },
	{ "PreRestore", KIND_OTHER },
	{ "PrepareForBackup", KIND_PREP },
	{ "RevertToSnapshot", KIND_OTHER },
	{ "SaveAsXML", KIND_SAVE },
	{ "SetBackupState", KIND_STATE },
	{ "SetBackupSucceeded", KIND_SUCC },
	{ "SetContext", KIND_CTX },
	{ "StartSnapshotSet", KIND_START },
};

/* Sentences that announce a call, for output without -tracing. */
static const struct { const char *text; uint8_t kind; } sentences[] = {
	{ "(Gathering writer metadata...)", KIND_META },
	{ "- Adding volume ", KIND_ADD },
	{ "Preparing for backup ...", KIND_PREP },
	{ "Creating the shadow (DoSnapshotSet) ...", KIND_DO },
	{ "Completing the backup (BackupComplete) ...", KIND_COMPL },
	{ "Saving the backup components document ...", KIND_SAVE },
	{ "Importing the transportable snapshot set ...", KIND_OTHER },
	{ "Sending the PreRestore event ...", KIND_OTHER },
	{ "Sending the PostRestore event ...", KIND_OTHER },
};

/* Attributes of a context (VSS_VOLSNAP_ATTR_...), and VSS_CTX_ALL. */
#define NO_AUTO_RELEASE 0x8u
#define NO_WRITERS 0x10u
#define CONTEXT_ALL 0xffffffffu

struct part {
	char *writer, *name;	/* of a component that was added */
};

struct vshadow {
	struct vss_import *out;
	struct vss_error *error;
	struct vss_console c;
	uint64_t used;
	/* the run of the program that is being read */
	uint64_t run;
	char object[24];
	int traced;
	int any;		/* an event of it has been delivered */
	int banner, ending;	/* it has said that it is done or fails */
	/* the call under way */
	int kind;		/* 0: none */
	int called;		/* asynchronous: its call has been told */
	int waited;		/* ... and somebody has waited for it */
	uint64_t line;
	int failing;		/* it is said to have failed */
	char label[96];
	/* what sentences have told for the calls to come */
	uint32_t context;
	int context_told;	/* its value */
	int context_called, created;
	unsigned state;		/* of SetBackupState */
	char set[CONSOLE_GUID];
	char writer[128], component[128];
	int verdict;		/* SetBackupSucceeded: 1 true, 0 false */
	int may_gather;		/* a wait would be GatherWriterStatus's */
	int check_fine;		/* CheckSelectedWriterStatus has found none
				 * that failed */
	struct vss_console_writer status;
	struct part *parts;
	size_t nparts, parts_room, verdicts;
	/* -tracing prints everything again: what was printed since the last
	 * trace line begins behind `block`, and behind `echo` it is being
	 * repeated */
	struct vss_console block, echo;
	int blocked, echoing;
};

static int
data_of_context(uint32_t context)
{
	if (context == CONTEXT_ALL)
		return 1 << 4;
	return 1 << ((context & NO_AUTO_RELEASE ? 2 : 0) +
	    (context & NO_WRITERS ? 1 : 0));
}

/*
 * Events.
 */

static enum vss_status
emit(struct vshadow *v, struct vss_event *ev)
{
	ev->time = VSS_NO_TIME;
	ev->object = v->object;
	ev->image = "vshadow.exe";
	ev->starts = !v->any;
	if (ev->kind == KIND_START || ev->kind == KIND_DO)
		ev->set = *v->set ? v->set : NULL;
	v->any = 1;
	return v->out->event(v->out->arg, ev, v->error);
}

static enum vss_status
emit_simple(struct vshadow *v, int kind, int phase, unsigned data,
    uint64_t line, const char *label)
{
	struct vss_event ev = { 0 };

	ev.kind = kind;
	ev.phases = 1 << phase;
	ev.data = data;
	ev.line = line;
	ev.label = label;
	return emit(v, &ev);
}

static enum vss_status
emit_part(struct vshadow *v, int kind, int phase, unsigned data,
    uint64_t line, const char *writer, const char *name, const char *label)
{
	struct vss_event ev = { 0 };

	ev.kind = kind;
	ev.phases = 1 << phase;
	ev.data = data;
	ev.line = line;
	ev.writer = writer && *writer ? writer : NULL;
	ev.component = name && *name ? name : NULL;
	ev.label = label;
	return emit(v, &ev);
}

static enum vss_status
remember_part(struct vshadow *v)
{
	struct part *list, *p;
	size_t room;

	if (v->nparts == LIMIT_COMPONENTS)
		return VSS_OK;
	if (v->nparts == v->parts_room) {
		room = v->parts_room ? v->parts_room * 2 : 32;
		if (!(list = realloc(v->parts, room * sizeof(*list))))
			return vss_import_no_memory(v->error);
		v->parts = list;
		v->parts_room = room;
	}
	p = &v->parts[v->nparts];
	p->writer = vss_name_copy(v->writer, sizeof(v->writer));
	p->name = vss_name_copy(v->component, sizeof(v->component));
	v->nparts++;
	return p->writer && p->name ? VSS_OK : vss_import_no_memory(v->error);
}

static void
forget_parts(struct vshadow *v)
{
	while (v->nparts) {
		v->nparts--;
		free(v->parts[v->nparts].writer);
		free(v->parts[v->nparts].name);
	}
	v->verdicts = 0;
}

static int
asynchronous(int kind)
{
	return vss_kind(kind)->phases == PHASES_ASYNC;
}

/* The label of the call under way: what was printed, and the code where it
 * failed. */
static void
failed_label(struct vshadow *v, uint32_t code, char *buf, size_t size)
{
	char text[64];

	vss_console_code(code, text, sizeof(text));
	snprintf(buf, size, "%s: %s", vss_kind(v->kind)->text, text);
}

/* The verdicts come in the order in which the components were added: both
 * loops of the program are the same. */
static enum vss_status
end_succeeded(struct vshadow *v, int phase)
{
	struct part *p = v->verdicts < v->nparts ? &v->parts[v->verdicts] :
	    NULL;

	v->verdicts++;
	return emit_part(v, KIND_SUCC, phase, v->verdict < 0 ? 3 :
	    v->verdict ? 1 : 2, v->line, p ? p->writer : NULL,
	    p ? p->name : NULL, v->label);
}

static enum vss_status
end_component(struct vshadow *v, int phase)
{
	enum vss_status st = VSS_OK;

	if (phase == PHASE_OK)
		st = remember_part(v);
	if (st == VSS_OK)
		st = emit_part(v, KIND_COMP, phase, 0, v->line, v->writer,
		    v->component, v->label);
	*v->component = 0;
	return st;
}

/* The call under way has ended so, on this line. */
static enum vss_status
end_call(struct vshadow *v, int phase, uint64_t line, const char *label)
{
	int kind = v->kind;

	if (!kind)
		return VSS_OK;
	v->kind = v->called = v->waited = v->failing = 0;
	if (kind == KIND_OTHER && phase == PHASE_OK)
		return VSS_OK;
	if (label)
		vss_copy_text(v->label, sizeof(v->label), label);
	if (kind == KIND_COMP)
		return end_component(v, phase);
	if (kind == KIND_SUCC)
		return end_succeeded(v, phase);
	if (kind == KIND_CTX)
		return emit_simple(v, kind, phase, v->context_told ?
		    data_of_context(v->context) : 0x1f, line, v->label);
	/* whose copy a deletion meant, and whether it was the only one of its
	 * set, is not printed */
	return emit_simple(v, kind, phase, kind == KIND_STATE ? v->state :
	    kind == KIND_DEL && phase == PHASE_OK ? 7 : 0, line, v->label);
}

/* Something else is going on: the call under way has ended well, unless it is
 * asynchronous and nobody has waited. */
static enum vss_status
settle(struct vshadow *v)
{
	if (!v->kind || v->failing || (asynchronous(v->kind) && !v->waited))
		return VSS_OK;
	return end_call(v, PHASE_OK, v->line, NULL);
}

/* Calls whose beginning and end are told apart (see VSS_PHASE_SETS). */
static int
has_call(int kind)
{
	return vss_kind(kind)->phases == PHASES_ASYNC ||
	    vss_kind(kind)->phases == PHASES_CALL;
}

static enum vss_status
begin_call(struct vshadow *v, int kind, const char *s, size_t n)
{
	enum vss_status st = settle(v);

	if (st != VSS_OK)
		return st;
	v->kind = kind;
	v->called = v->waited = v->failing = v->ending = 0;
	v->line = v->c.line;
	vss_console_copy(v->label, sizeof(v->label), s, n);
	if (!has_call(kind))
		return VSS_OK;
	v->called = 1;
	return emit_simple(v, kind, PHASE_CALL, 0, v->line, v->label);
}

/*
 * Calls, as -tracing shows them.
 */

/* SetBackupState(true, true, VSS_BT_FULL, false): what is written out in the
 * call is known, a variable is not. */
static unsigned
backup_state(const char *s, size_t n)
{
	const char *args = memchr(s, '(', n);
	size_t m = args ? (size_t)(s + n - args) : 0;
	int comps = -1, trunc = -1, d;
	unsigned data = 0;

	if (vss_console_find(args ? args : s, m, "(true,"))
		comps = 1;
	else if (vss_console_find(args ? args : s, m, "(false,"))
		comps = 0;
	if (m && (vss_console_find(args, m, "VSS_BT_FULL") ||
	    vss_console_find(args, m, "VSS_BT_INCREMENTAL") ||
	    vss_console_find(args, m, "VSS_BT_LOG")))
		trunc = 1;
	else if (m && vss_console_find(args, m, "VSS_BT_COPY"))
		trunc = 0;
	for (d = 0; d < 4; d++)
		if ((comps < 0 || comps == (d & 1)) &&
		    (trunc < 0 || trunc == d >> 1))
			data |= 1u << d;
	return data;
}

/* Without SetContext the context is VSS_CTX_BACKUP: a fact of the session,
 * told where what comes next shows that no SetContext will. */
static enum vss_status
default_context(struct vshadow *v)
{
	enum vss_status st = settle(v);

	if (st != VSS_OK || v->context_called || !(v->created || v->banner))
		return st;
	v->context_called = 1;
	return emit_simple(v, KIND_CTX, PHASE_OK, data_of_context(0),
	    v->c.line, "no SetContext: VSS_CTX_BACKUP");
}

static enum vss_status
begin_state(struct vshadow *v, const char *s, size_t n)
{
	enum vss_status st = default_context(v);

	v->state = backup_state(s, n);
	return st == VSS_OK ? begin_call(v, KIND_STATE, s, n) : st;
}

/* The name before the first parenthesis, and the object before its arrow. */
static const char *
call_name(const char *s, size_t n, size_t *len, const char **object)
{
	const char *paren = memchr(s, '(', n), *name;

	*object = s;
	if (!paren)
		return NULL;
	for (name = paren; name > s && ((name[-1] >= 'a' && name[-1] <= 'z') ||
	    (name[-1] >= 'A' && name[-1] <= 'Z') || (name[-1] >= '0' &&
	    name[-1] <= '9') || name[-1] == '_'); name--)
		;
	*len = paren - name;
	return *len ? name : NULL;
}

static int
kind_of_call(const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (strlen(calls[i].name) == n &&
		    !memcmp(calls[i].name, name, n))
			return calls[i].kind;
	return 0;
}

/* Is it a call on the backup object (or one that makes it), not on another
 * (pAsync, pMetadata)? */
static int
on_object(const char *object, const char *name)
{
	size_t n = name - object;

	return !vss_console_find(object, n, "->") ||
	    vss_console_find(object, n, "VssObject->");
}

static enum vss_status
com_call(struct vshadow *v, const char *s, size_t n)
{
	const char *object, *name;
	size_t len = 0;
	int kind;

	name = call_name(s, n, &len, &object);
	if (!name)
		return VSS_OK;
	if (vss_console_find(object, name - object, "Async->")) {
		/* QueryStatus comes after Wait, and is where it ends */
		if (len == strlen("QueryStatus") &&
		    !memcmp(name, "QueryStatus", len))
			v->waited = v->kind != 0;
		return VSS_OK;
	}
	kind = on_object(object, name) ? kind_of_call(name, len) : 0;
	if (!kind)
		return settle(v);
	if (kind == KIND_STATE)
		return begin_state(v, name, s + n - name);
	v->context_called |= kind == KIND_CTX;
	v->created |= kind == KIND_CREATE;
	/* a deletion has been told by its sentence */
	if (kind == KIND_DEL && v->kind == KIND_DEL)
		return VSS_OK;
	return begin_call(v, kind, name, s + n - name);
}

/* CheckSelectedWriterStatus prints a writer that it was to watch and that
 * has failed, and stops; where it returns, none of them has. */
static enum vss_status
check_ends(struct vshadow *v)
{
	enum vss_status st = VSS_OK;
	size_t i;

	for (i = 0; i < v->nparts && v->check_fine && st == VSS_OK; i++)
		if (!i || strcmp(v->parts[i].writer, v->parts[i - 1].writer))
			st = emit_part(v, KIND_GETST, PHASE_OK, 1, v->c.line,
			    v->parts[i].writer, NULL,
			    "CheckSelectedWriterStatus");
	v->check_fine = 0;
	return st;
}

static enum vss_status release(struct vshadow *v, const char *label);

/* What stands behind "]] ". */
static enum vss_status
trace(struct vshadow *v, const char *s, size_t n)
{
	static const char call[] = "Executing COM call '",
	    check[] = "VssClient::CheckSelectedWriterStatus";
	enum vss_status st;

	if (vss_console_find(s, n, call) == s) {
		s += strlen(call);
		n -= strlen(call);
		v->used++;
		return com_call(v, s, n);
	}
	if (n > 6 && !memcmp(s, "ENTER ", 6)) {
		if (vss_console_find(s, n, check))
			v->check_fine = 1;
		return VSS_OK;
	}
	if (n <= 5 || memcmp(s, "EXIT ", 5))
		return VSS_OK;
	st = settle(v);
	if (st == VSS_OK && vss_console_find(s, n, check))
		st = check_ends(v);
	if (st == VSS_OK && n == strlen("EXIT wmain") &&
	    !memcmp(s, "EXIT wmain", n)) {
		v->used++;
		st = release(v, "EXIT wmain: the object is gone before");
	}
	return st;
}

/*
 * Sentences.
 */

static enum vss_status
release(struct vshadow *v, const char *label)
{
	enum vss_status st = settle(v);

	if (st != VSS_OK || !v->any)
		return st;
	v->kind = 0;
	st = emit_simple(v, KIND_REL, PHASE_OK, 0, v->c.line, label);
	v->any = 0;
	return st;
}

/* The last that the program says has been read: it goes, and the object with
 * it. */
static enum vss_status
end_run(struct vshadow *v)
{
	enum vss_status st = VSS_OK;
	char label[160];

	if (v->failing) {
		snprintf(label, sizeof(label), "%s failed",
		    vss_kind(v->kind)->text);
		st = end_call(v, PHASE_ERR, v->line, label);
	}
	/* -tracing shows the end of main(); without it the last sentence
	 * does */
	if (st == VSS_OK && v->any && v->ending && !v->traced)
		st = release(v, "vshadow ends");
	forget_parts(v);
	return st;
}

static void
begin_run(struct vshadow *v)
{
	snprintf(v->object, sizeof(v->object), "vshadow %lu",
	    (unsigned long)++v->run);
	v->any = v->banner = v->ending = v->kind = v->called = v->waited = 0;
	v->failing = v->context_told = v->may_gather = v->check_fine = 0;
	v->context_called = v->created = v->blocked = v->echoing = 0;
	v->context = 0;
	v->verdict = -1;
	*v->set = *v->writer = *v->component = 0;
	memset(&v->status, 0, sizeof(v->status));
}

/* `* Writer 'NAME':`; what was added before it was another's. */
static int
writer_line(struct vshadow *v, enum vss_status *st)
{
	const char *s = v->c.s + strlen("* Writer '");
	size_t n = strlen("* Writer '");

	if (!vss_console_begins(&v->c, "* Writer '") || v->c.n < n + 2 ||
	    memcmp(v->c.s + v->c.n - 2, "':", 2))
		return 0;
	*st = settle(v);
	vss_console_copy(v->writer, sizeof(v->writer), s, v->c.n - n - 2);
	return 1;
}

/* A status that was printed: GetWriterStatus has told it. */
static enum vss_status
status_line(struct vshadow *v)
{
	const struct vss_console_writer *w = &v->status;
	char label[200];

	snprintf(label, sizeof(label), "%s (%d)", vss_console_state(w->state),
	    w->state);
	return emit_part(v, KIND_GETST, PHASE_OK, w->state >= WRITER_FAILED ?
	    2 : 1, w->line, w->name, NULL, label);
}

/* ERROR: Selected writer 'NAME' is in failed state! */
static enum vss_status
failed_writer(struct vshadow *v)
{
	static const char lead[] = "ERROR: Selected writer '",
	    tail[] = "' is in failed state!";
	const char *s = v->c.s + strlen(lead);
	enum vss_status st = settle(v);
	char name[128];
	size_t n = v->c.n;

	if (st != VSS_OK || n < strlen(lead) + strlen(tail) ||
	    memcmp(v->c.s + n - strlen(tail), tail, strlen(tail)))
		return st;
	vss_console_copy(name, sizeof(name), s, n - strlen(lead) -
	    strlen(tail));
	v->check_fine = 0;
	v->ending = 1;
	return emit_part(v, KIND_GETST, PHASE_OK, 2, v->c.line, name, NULL,
	    "selected writer is in failed state");
}

/* Marked: every component gets the verdict that the sentence tells. */
static enum vss_status
mark_all(struct vshadow *v, int verdict)
{
	enum vss_status st = VSS_OK;

	v->verdict = verdict;
	if (v->traced)
		return VSS_OK;
	st = settle(v);
	v->line = v->c.line;
	vss_console_copy(v->label, sizeof(v->label), v->c.s, v->c.n);
	for (v->verdicts = 0; v->verdicts < v->nparts && st == VSS_OK;)
		st = end_succeeded(v, PHASE_OK);
	return st;
}

/* Waiting again after a wait: GatherWriterStatus, which has no sentence. */
static enum vss_status
waiting(struct vshadow *v)
{
	enum vss_status st = VSS_OK;

	if (v->kind && asynchronous(v->kind) && !v->waited)
		v->waited = 1;
	else if (v->kind == KIND_OTHER && !v->waited)
		v->waited = 1;
	else if (v->may_gather) {
		st = begin_call(v, KIND_GWS, v->c.s, v->c.n);
		v->waited = 1;
	}
	v->may_gather = 1;
	return st;
}

/* "ERROR: COM call "m_pVssObject->X(...)" failed." */
static enum vss_status
call_failed(struct vshadow *v)
{
	const char *s = vss_console_find(v->c.s, v->c.n, "COM call "), *name,
	    *object;
	size_t n = s ? (size_t)(v->c.s + v->c.n - s) : 0, len = 0;
	int kind;

	name = s ? call_name(s, n, &len, &object) : NULL;
	kind = name && on_object(object, name) ? kind_of_call(name, len) : 0;
	if (!kind)
		return VSS_OK;
	if (kind != v->kind) {
		enum vss_status st = settle(v);

		if (st != VSS_OK)
			return st;
		v->kind = kind;
		v->line = v->c.line;
		vss_console_copy(v->label, sizeof(v->label), name, len);
	}
	v->failing = 1;
	return VSS_OK;
}

/* "- Returned HRESULT = 0x8004..." */
static enum vss_status
result_line(struct vshadow *v, uint32_t code)
{
	char label[160];

	if (!v->kind || !v->failing)
		return VSS_OK;
	failed_label(v, code, label, sizeof(label));
	return end_call(v, PHASE_ERR, v->c.line, label);
}

static enum vss_status
context_line(struct vshadow *v)
{
	const char *s = vss_console_find(v->c.s, v->c.n, "0x");
	char digits[9] = "", *end;

	if (!s || v->c.s + v->c.n - s < 10)
		return VSS_OK;
	memcpy(digits, s + 2, 8);
	v->context = (uint32_t)strtoul(digits, &end, 16);
	if (*end)
		return VSS_OK;
	v->context_told = 1;
	if (v->traced)
		return VSS_OK;
	v->context_called = 1;
	return emit_simple(v, KIND_CTX, PHASE_OK, data_of_context(v->context),
	    v->c.line, "SetContext");
}

/* Sentences that stand for a call, where the calls themselves are not
 * shown. 1: it was one. */
static int
announced(struct vshadow *v, enum vss_status *st)
{
	size_t i;

	for (i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++)
		if (vss_console_begins(&v->c, sentences[i].text)) {
			if (sentences[i].kind == KIND_META)
				*st = default_context(v);
			if (*st != VSS_OK)
				return 1;
			*st = begin_call(v, sentences[i].kind, v->c.s,
			    v->c.n);
			v->may_gather = 0;
			return 1;
		}
	return 0;
}

/* Sentences that both kinds of output need. 1: it was one. */
static int
told(struct vshadow *v, enum vss_status *st)
{
	uint32_t code;
	const struct vss_console *c = &v->c;

	if (vss_console_begins(c, "- Setting the VSS context to:"))
		*st = context_line(v);
	else if (vss_console_begins(c, "ERROR: COM call "))
		*st = call_failed(v);
	else if (vss_console_begins(c, "Error during the last asynchronous"))
		v->failing = v->kind != 0;
	else if (vss_console_hresult(c, &code))
		*st = result_line(v, code);
	else if (vss_console_begins(c, "ERROR: Selected writer '"))
		*st = failed_writer(v);
	else if (vss_console_begins(c, "- Mark all writers as suc"))
		*st = mark_all(v, 1);
	else if (vss_console_begins(c, "- Backup failed. Mark all writers"))
		*st = mark_all(v, 0);
	else if (vss_console_begins(c, "- Deleting shadow copy "))
		*st = begin_call(v, KIND_DEL, c->s, c->n);
	else if (vss_console_begins(c, "Error while deleting shadow copies"))
		v->failing = v->kind == KIND_DEL;
	else if (vss_console_begins(c, "Snapshot creation done.") ||
	    vss_console_begins(c, "- Please re-run VSHADOW"))
		v->ending = 1;
	else
		return writer_line(v, st);
	return 1;
}

static enum vss_status
component_line(struct vshadow *v)
{
	const char *s = v->c.s + strlen("- Add component ");
	enum vss_status st = settle(v);

	if (!v->traced && st == VSS_OK)
		st = begin_call(v, KIND_COMP, v->c.s, v->c.n);
	vss_console_copy(v->component, sizeof(v->component), s, v->c.n -
	    strlen("- Add component "));
	return st;
}

/* "Creating shadow set {...} ...": printed when StartSnapshotSet has told the
 * set, so that it is known here how the call ended. */
static enum vss_status
set_line(struct vshadow *v)
{
	enum vss_status st = VSS_OK;

	if (!v->traced)
		st = default_context(v);
	if (!v->traced && st == VSS_OK)
		st = begin_call(v, KIND_START, v->c.s, v->c.n);
	vss_console_guid(&v->c, v->c.s, v->set);
	return st == VSS_OK ? settle(v) : st;
}

static enum vss_status
sentence(struct vshadow *v)
{
	enum vss_status st = VSS_OK;

	v->used++;
	if (told(v, &st))
		return st;
	if (vss_console_begins(&v->c, "- Add component "))
		return component_line(v);
	if (vss_console_begins(&v->c, "Creating shadow set {"))
		return set_line(v);
	if (v->traced) {
		v->used--;
		return VSS_OK;
	}
	if (vss_console_begins(&v->c, "(Waiting for the asynchronous"))
		return waiting(v);
	if (announced(v, &st))
		return st;
	v->used--;
	v->may_gather = vss_console_begins(&v->c, "Initialize writer meta");
	return settle(v);
}

/*
 * The whole.
 */

static int
banner(const struct vss_console *c)
{
	return vss_console_begins(c, "VSHADOW.EXE ") && c->n > 12 &&
	    c->s[12] >= '0' && c->s[12] <= '9';
}

/* "[[   VssClient::Initialize @ vssclient.cpp:  66]] TEXT": the text. */
static const char *
traced_text(const struct vss_console *c, size_t *n)
{
	const char *s;

	if (!vss_console_begins(c, "[["))
		return NULL;
	s = vss_console_find(c->s, c->n, "]] ");
	if (!s || !memchr(c->s, '@', s - c->s))
		return NULL;
	s += 3;
	*n = c->s + c->n - s;
	return s;
}

/* Does the run that begins here have trace lines? */
static int
run_is_traced(struct vss_console c)
{
	size_t n;

	do {
		if (traced_text(&c, &n))
			return 1;
	} while (vss_console_next(&c) && !banner(&c));
	return 0;
}

static enum vss_status
new_run(struct vshadow *v)
{
	struct vss_console rest = v->c;
	enum vss_status st = end_run(v);

	begin_run(v);
	v->banner = banner(&v->c);
	if (v->banner && !vss_console_next(&rest))
		return st;
	v->traced = run_is_traced(rest);
	return st;
}

static int
same_line(const struct vss_console *a, const char *s, size_t n)
{
	while (n && (*s == ' ' || *s == '\t')) {
		s++;
		n--;
	}
	return a->n == n && !memcmp(a->s, s, n);
}

/* "OUTPUT: " and what has just been printed, which may have had several
 * lines: the rest of them follow once more. */
static void
begin_echo(struct vshadow *v, const char *s, size_t n)
{
	v->echoing = 0;
	if (n < 7 || memcmp(s, "OUTPUT:", 7) || !v->blocked)
		return;
	v->echo = v->block;
	while (vss_console_next(&v->echo) && v->echo.line < v->c.line)
		if (same_line(&v->echo, s + 7, n - 7)) {
			v->echoing = 1;
			return;
		}
}

/* Is the line a part of what is repeated? */
static int
echoed(struct vshadow *v)
{
	if (!v->echoing)
		return 0;
	v->echoing = vss_console_next(&v->echo) &&
	    !vss_console_begins(&v->echo, "[[") &&
	    same_line(&v->echo, v->c.s, v->c.n);
	return v->echoing;
}

static enum vss_status
trace_line(struct vshadow *v, const char *s, size_t n)
{
	begin_echo(v, s, n);
	v->blocked = 0;
	return trace(v, s, n);
}

/* `before`: where the line was not read yet. */
static enum vss_status
line(struct vshadow *v, const struct vss_console *before)
{
	enum vss_status st = VSS_OK;
	size_t n = 0;
	const char *s;
	int listed;

	if (banner(&v->c) || !v->run) {
		st = new_run(v);
		if (st != VSS_OK || v->banner) {
			v->used += v->banner;
			return st;
		}
	}
	if ((s = traced_text(&v->c, &n)))
		return trace_line(v, s, n);
	if (echoed(v))
		return VSS_OK;
	if (!v->blocked) {
		v->block = *before;
		v->blocked = 1;
	}
	if (!v->c.n)
		return VSS_OK;
	listed = vss_console_writer(&v->status, &v->c);
	if (listed) {
		v->used++;
		return listed > 0 ? status_line(v) : settle(v);
	}
	return sentence(v);
}

/* What all runs are sure to show. */
struct survey { int traced, untraced, unnamed; };

static void
look(const char *buf, size_t len, struct survey *sv)
{
	struct vss_console c;
	size_t n;
	int traced = 0, any = 0, named = 0;

	for (vss_console_start(&c, buf, len); vss_console_next(&c);) {
		if (banner(&c)) {
			sv->traced |= any && traced;
			sv->untraced |= any && !traced;
			sv->unnamed |= any && !named;
			traced = 0;
			any = named = 1;
			continue;
		}
		any |= c.n > 0;
		traced |= traced_text(&c, &n) != NULL;
	}
	sv->traced |= any && traced;
	sv->untraced |= any && !traced;
	sv->unnamed |= any && !named;
}

static void
make_profile(struct vss_profile *p, const struct survey *sv)
{
	static const uint8_t both[] = { KIND_META, KIND_COMP, KIND_START,
	    KIND_ADD, KIND_PREP, KIND_DO, KIND_GWS, KIND_SUCC, KIND_COMPL,
	    KIND_SAVE, KIND_DEL, KIND_REL },
	    with_tracing[] = { KIND_CREATE, KIND_INIT, KIND_INITR, KIND_STATE,
	    KIND_GETST, KIND_BRK, KIND_PROP, KIND_ABORT };
	size_t i;

	vss_profile_none(p, "vshadow");
	for (i = 0; i < sizeof(both); i++)
		vss_profile_show(p, both[i], 1);
	for (i = 0; i < sizeof(with_tracing) && !sv->untraced; i++)
		vss_profile_show(p, with_tracing[i], 1);
	/* the published program has no such call; a derived one may */
	if (!sv->unnamed)
		vss_profile_show(p, KIND_ABORT, 1);
	p->limits = sv->untraced ? "without -tracing vshadow prints sentences, "
	    "not calls: those that have no sentence are not seen, nor is any "
	    "time or writer" : "vshadow shows its own calls, but no time and "
	    "no writer";
}

enum vss_status
vss_vshadow_read(const char *buf, size_t len, struct vss_import *out,
    struct vss_error *error)
{
	struct vshadow v = { 0 };
	struct survey sv = { 0 };
	struct vss_console before;
	struct vss_profile p;
	enum vss_status st;

	look(buf, len, &sv);
	make_profile(&p, &sv);
	st = out->profile(out->arg, &p);
	if (st != VSS_OK)
		return st;
	v.out = out;
	v.error = error;
	vss_console_start(&v.c, buf, len);
	before = v.c;
	while (st == VSS_OK && vss_console_next(&v.c)) {
		st = line(&v, &before);
		before = v.c;
	}
	if (st == VSS_OK)
		st = end_run(&v);
	forget_parts(&v);
	free(v.parts);
	out->counts.lines = v.c.line;
	out->counts.used = v.used;
	out->counts.ignored = v.c.line - v.used;
	return st;
}

int
vss_vshadow_probe(const char *buf, size_t len)
{
	struct vss_console c;
	size_t n;
	const char *s;

	vss_console_start(&c, buf, len);
	while (vss_console_next(&c) && c.line <= 400) {
		if (banner(&c))
			return 2;
		if ((s = traced_text(&c, &n)) &&
		    (vss_console_find(s, n, "Executing COM call '") == s ||
		    vss_console_find(c.s, c.n, "VssClient::")))
			return 2;
	}
	return 0;
}
