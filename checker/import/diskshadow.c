/*
 * Transcripts of diskshadow: its log (/l), or what the console showed.
 *
 * A transcript holds the commands as they were typed and what diskshadow
 * printed after each. The commands are the same in every language; of the
 * rest only what is no word is read: GUIDs, names of aliases, result codes,
 * attributes. What diskshadow calls on the way is not printed: docs/formats/
 * diskshadow.md says what of it is taken as certain, and by which page.
 */
#include <stdio.h>
#include <string.h>
#include "console.h"
#include "hresult.h"

/* Shadow copies that DELETE can be told to belong to a backup. */
enum { KEPT_COPIES = 64 };

enum command {
	C_NONE, C_OTHER, C_CONTEXT, C_BEGIN, C_CREATE, C_END, C_DELETE,
	C_BREAK, C_RESET, C_EXIT, C_IMPORT, C_RESTORE, C_EXEC
};

/* The commands that matter, with as many words as it takes to tell them from
 * the others. */
static const struct {
	const char *first, *second;
	enum command command;
} commands[] = {
	{ "add", NULL, C_OTHER },
	{ "begin", "backup", C_BEGIN },
	{ "begin", "restore", C_RESTORE },
	{ "break", NULL, C_BREAK },
	{ "create", NULL, C_CREATE },
	{ "delete", "shadows", C_DELETE },
	{ "end", "backup", C_END },
	{ "end", "restore", C_OTHER },
	{ "exec", NULL, C_EXEC },
	{ "exit", NULL, C_EXIT },
	{ "expose", NULL, C_OTHER },
	{ "help", NULL, C_OTHER },
	{ "import", NULL, C_IMPORT },
	{ "list", NULL, C_OTHER },
	{ "load", NULL, C_OTHER },
	{ "mask", NULL, C_OTHER },
	{ "reset", NULL, C_RESET },
	{ "revert", NULL, C_OTHER },
	{ "set", "context", C_CONTEXT },
	{ "set", NULL, C_OTHER },
	{ "simulate", NULL, C_OTHER },
	{ "unexpose", NULL, C_OTHER },
	{ "writer", NULL, C_OTHER },
};

/* Of a failed CREATE: the call that the code is documented for, where it is
 * documented for one that comes before DoSnapshotSet and not for that (the
 * calls' reference pages). */
static const struct { uint32_t code; uint8_t kind; } earlier_calls[] = {
	{ 0x80042316, KIND_START },	/* VSS_E_SNAPSHOT_SET_IN_PROGRESS */
	{ 0x8004230c, KIND_ADD },	/* VSS_E_VOLUME_NOT_SUPPORTED */
	{ 0x8004230e, KIND_ADD },	/* ..._BY_PROVIDER */
	{ 0x80042312, KIND_ADD },	/* ..._NUMBER_OF_VOLUMES_REACHED */
	{ 0x80042304, KIND_ADD },	/* VSS_E_PROVIDER_NOT_REGISTERED */
	{ 0x80042308, KIND_ADD },	/* VSS_E_OBJECT_NOT_FOUND */
};

/* What is printed under CREATE of the context that the copy was made in. */
enum { A_KNOWN = 1, A_KEPT = 2, A_NO_WRITERS = 4 };

/* Contexts (see VSS_DATA_SETS) by A_KEPT and A_NO_WRITERS. */
enum { X_AUTO_W = 1, X_AUTO_N = 2, X_KEPT_W = 4, X_KEPT_N = 8 };

/* A command, and what came of it. */
struct step {
	enum command command;
	uint64_t line, result;	/* of the command; of its result, 0: none */
	unsigned context;	/* SET CONTEXT: the contexts that it may mean */
	int restart;		/* a new run of the program begins here */
	int failed;
	uint32_t code;		/* 0: not told */
	int attributes;
	char set[CONSOLE_GUID];
	char copies[KEPT_COPIES][CONSOLE_GUID];	/* made, or deleted */
	int ncopies;
	char text[64];		/* as it was typed */
};

struct session {
	char name[24];
	char set[CONSOLE_GUID];
	uint64_t number;
	int open, made, full, writers;
};

struct diskshadow {
	struct vss_import *out;
	struct vss_error *error;
	struct vss_profile profile;
	/* of the program as far as it has been read */
	unsigned context;	/* 0: not set */
	int begun;		/* BEGIN BACKUP */
	int from_start;		/* its banner has been read */
	struct session last, made;	/* the last CREATE, and the last that
					 * made a set */
	uint64_t sessions, lines;
	struct { char copy[CONSOLE_GUID]; uint64_t session; }
	    copies[KEPT_COPIES];
	unsigned ncopies;
	/* only in the first reading */
	int surveying, plain_creates, repeated;
};

static int
same_word(const char *s, size_t n, const char *word)
{
	return n == strlen(word) && vss_console_find(s, n, word) == s;
}

/* The command behind the prompt on this line; NULL: there is no prompt. */
static const char *
prompted(const struct vss_console *c, size_t *n)
{
	static const char *const prompts[] = { "DISKSHADOW>", "->" };
	size_t i, m;

	for (i = 0; i < 2; i++) {
		m = strlen(prompts[i]);
		if (!vss_console_begins(c, prompts[i]) ||
		    (c->n > m && c->s[m] != ' ' && c->s[m] != '\t' && i))
			continue;
		*n = c->n - m;
		return c->s + m;
	}
	return NULL;
}

static enum command
command_of(const char *s, size_t n)
{
	const char *first, *second;
	size_t nf = vss_console_word(&s, &n, &first), ns, i;

	/* people end commands with a semicolon */
	ns = vss_console_word(&s, &n, &second);
	while (nf && !ns && first[nf - 1] == ';')
		nf--;
	while (ns && second[ns - 1] == ';')
		ns--;
	if (!nf || *first == '#' || (nf > 1 && !memcmp(first, "//", 2)))
		return C_NONE;
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (same_word(first, nf, commands[i].first) &&
		    (!commands[i].second || same_word(second, ns,
		    commands[i].second)))
			return commands[i].command;
	return C_NONE;
}

/* SET CONTEXT: of "clientaccessible" the page says that it is persistent, not
 * whether writers take part. */
static unsigned
context_of(const char *s, size_t n)
{
	const char *word;
	size_t m;
	unsigned context = 0;

	while ((m = vss_console_word(&s, &n, &word))) {
		while (m && word[m - 1] == ';')
			m--;
		if (same_word(word, m, "persistent"))
			context = X_KEPT_W;
		else if (same_word(word, m, "volatile"))
			context = X_AUTO_W;
		else if (same_word(word, m, "clientaccessible"))
			context = X_KEPT_W | X_KEPT_N;
		else if (same_word(word, m, "nowriters") && context)
			context = context & (X_KEPT_W | X_KEPT_N) ? X_KEPT_N :
			    X_AUTO_N;
	}
	return context;
}

/*
 * What diskshadow prints.
 */

static void
note_copy(struct step *st, const char *guid)
{
	if (st->ncopies < KEPT_COPIES)
		memcpy(st->copies[st->ncopies++], guid, CONSOLE_GUID);
}

/* "Alias VSS_SHADOW_SET for shadow set ID {...} ...", "Alias VSS_SHADOW_1
 * for shadow ID {...} ...": the name is in every language the same, unless
 * ADD VOLUME gave the copy another one. */
static int
alias_line(struct step *st, const struct vss_console *c)
{
	char guid[CONSOLE_GUID];
	const char *set = vss_console_find(c->s, c->n, "VSS_SHADOW_SET");

	if (!vss_console_guid(c, c->s, guid))
		return 0;
	if (set && *c->s != '-' && c->s[0] != '*' &&
	    memchr(c->s, '{', c->n) > (const void *)set) {
		memcpy(st->set, guid, sizeof(guid));
		st->result = c->line;
		st->failed = 0;
		return 1;
	}
	if (*c->s == '*' && !vss_console_begins(c, "* WRITER")) {
		note_copy(st, guid);
		return 1;
	}
	return 0;
}

/* "- Attributes:  No_Auto_Release Persistent No_Writers Differential" */
static int
attribute_line(struct step *st, const struct vss_console *c)
{
	const char *s = c->s, *word;
	size_t n = c->n, m;
	int found = 0;

	if (*s != '-')
		return 0;
	while ((m = vss_console_word(&s, &n, &word)))
		if (same_word(word, m, "Auto_Release"))
			found |= A_KNOWN;
		else if (same_word(word, m, "No_Auto_Release"))
			found |= A_KNOWN | A_KEPT;
		else if (same_word(word, m, "No_Writers"))
			found |= A_NO_WRITERS;
	if (found & A_KNOWN)
		st->attributes = found;
	return (found & A_KNOWN) != 0;
}

/* "- Returned HRESULT: 80042306", "- Error text: VSS_E_PROVIDER_VETO" */
static int
failure_line(struct step *st, const struct vss_console *c)
{
	const char *s = c->s, *word, *last = NULL;
	size_t n = c->n, m, nlast = 0;
	uint32_t code = 0;

	if (!vss_console_hresult(c, &code)) {
		while ((m = vss_console_word(&s, &n, &word))) {
			last = word;
			nlast = m;
		}
		if (!last || !vss_hresult_find(last, nlast, &code) ||
		    !vss_hresult_failed(code))
			return 0;
	}
	if (!st->code) {
		st->code = code;
		st->result = c->line;
	}
	/* a set that was made all the same is a success */
	st->failed = st->command != C_CREATE || !*st->set;
	return 1;
}

static int
output_line(struct step *st, const struct vss_console *c)
{
	char guid[CONSOLE_GUID];

	if (!c->n)
		return 0;
	switch (st->command) {
	case C_CREATE:
		return alias_line(st, c) || attribute_line(st, c) ||
		    failure_line(st, c);
	case C_DELETE:
		if (failure_line(st, c))
			return 1;
		/* "Deleting shadow copy {...} on volume ..." */
		if (!vss_console_guid(c, c->s, guid))
			return 0;
		note_copy(st, guid);
		return 1;
	case C_NONE:
	case C_EXEC:	/* prints what the program prints */
		return 0;
	default:
		return failure_line(st, c);
	}
}

/*
 * From steps to events.
 */

static enum vss_status
emit(struct diskshadow *d, const struct session *se, int kind, int phase,
    unsigned data, uint64_t line, const char *label)
{
	struct vss_event ev = { 0 };

	ev.kind = kind;
	ev.phases = 1 << phase;
	ev.data = data;
	ev.line = line;
	ev.time = VSS_NO_TIME;
	ev.object = se->name;
	ev.image = "diskshadow.exe";
	ev.set = *se->set ? se->set : NULL;
	ev.label = label;
	return d->out->event(d->out->arg, &ev, d->error);
}

static void
context_line(struct diskshadow *d, uint64_t line, const char *text)
{
	if (!d->surveying)
		vss_import_context(d->out, line, VSS_NO_TIME, text);
}

static unsigned
context_made_in(const struct diskshadow *d, const struct step *st)
{
	unsigned kept, writers;

	if (!(st->attributes & A_KNOWN))
		return d->context;
	kept = st->attributes & A_KEPT;
	writers = !(st->attributes & A_NO_WRITERS);
	return kept ? writers ? X_KEPT_W : X_KEPT_N :
	    writers ? X_AUTO_W : X_AUTO_N;
}

static int
failed_call(const struct step *st)
{
	size_t i;

	for (i = 0; i < sizeof(earlier_calls) / sizeof(earlier_calls[0]); i++)
		if (earlier_calls[i].code == st->code)
			return earlier_calls[i].kind;
	return KIND_DO;
}

static void
label_of(const struct step *st, char *buf, size_t size)
{
	char code[64] = "";

	if (st->failed && st->code)
		vss_console_code(st->code, code, sizeof(code));
	snprintf(buf, size, "%s%s%s", st->text, *code ? ": " : "", code);
}

/* Context and backup type, where they are known: facts about the session. */
static enum vss_status
emit_facts(struct diskshadow *d, const struct session *se,
    const struct step *st)
{
	unsigned context = context_made_in(d, st);
	enum vss_status r = VSS_OK;

	if (context)
		r = emit(d, se, KIND_CTX, PHASE_OK, context, st->line,
		    "context");
	/* BEGIN BACKUP: full; without it a copy. PLAIN 1, COMPS 2, TRUNC 4,
	 * BOTH 8: whether in component mode is not told */
	if (r == VSS_OK && (d->begun || d->from_start))
		r = emit(d, se, KIND_STATE, PHASE_OK, d->begun ? 12 : 3,
		    st->line, d->begun ? "BEGIN BACKUP: full backup" :
		    "no BEGIN BACKUP: copy backup");
	return r;
}

static void
remember_copies(struct diskshadow *d, const struct step *st)
{
	int i;

	for (i = 0; i < st->ncopies; i++, d->ncopies++) {
		memcpy(d->copies[d->ncopies % KEPT_COPIES].copy,
		    st->copies[i], CONSOLE_GUID);
		d->copies[d->ncopies % KEPT_COPIES].session = d->sessions;
	}
}

static void
survey_create(struct diskshadow *d, const struct step *st)
{
	unsigned context = context_made_in(d, st);

	if (!d->begun || !context || context & (X_KEPT_N | X_AUTO_N))
		d->plain_creates++;
	if (d->last.open)
		d->repeated++;
}

static enum vss_status
create(struct diskshadow *d, const struct step *st)
{
	struct session *se = &d->last;
	char label[160];
	enum vss_status r;
	int kind;

	if (!*st->set && !st->failed) {
		context_line(d, st->line, "CREATE with neither a shadow copy "
		    "set nor a result code after it");
		return VSS_OK;
	}
	if (d->surveying)
		survey_create(d, st);
	memset(se, 0, sizeof(*se));
	se->number = ++d->sessions;
	snprintf(se->name, sizeof(se->name), "diskshadow %lu",
	    (unsigned long)se->number);
	memcpy(se->set, st->set, sizeof(se->set));
	se->open = 1;
	se->made = *st->set != 0;
	se->full = d->begun;
	se->writers = !(context_made_in(d, st) & (X_KEPT_N | X_AUTO_N));
	if (se->made)
		d->made = *se;
	remember_copies(d, st);
	if (d->surveying)
		return VSS_OK;
	label_of(st, label, sizeof(label));
	r = emit_facts(d, se, st);
	kind = se->made ? KIND_DO : failed_call(st);
	if (r == VSS_OK && kind == KIND_DO)
		r = emit(d, se, KIND_DO, PHASE_CALL, 0, st->line, "CREATE");
	if (r == VSS_OK)
		r = emit(d, se, kind, se->made ? PHASE_OK : PHASE_ERR, 0,
		    st->result, label);
	return r;
}

/* "issues a BackupComplete event with the appropriate writer state, if
 * needed": a refusal by VSS shows that it was called; after a CREATE that
 * failed, silence shows that it was not. */
static enum vss_status
end_backup(struct diskshadow *d, const struct step *st)
{
	struct session *se = st->failed ? &d->last : &d->made;
	char label[160];
	enum vss_status r;

	d->begun = 0;
	if (d->surveying)
		return VSS_OK;
	if (!se->open) {
		context_line(d, st->line, "END BACKUP, but no backup that the "
		    "transcript shows has made a set");
		return VSS_OK;
	}
	if (!st->failed && (!se->full || !se->writers)) {
		context_line(d, st->line, se->full ? "END BACKUP in a context "
		    "that may be without writers: whether BackupComplete was "
		    "called is not told" : "END BACKUP without BEGIN BACKUP: "
		    "whether BackupComplete was called is not told");
		return VSS_OK;
	}
	label_of(st, label, sizeof(label));
	r = emit(d, se, KIND_COMPL, PHASE_CALL, 0, st->line, "END BACKUP");
	if (r == VSS_OK)
		r = emit(d, se, KIND_COMPL, st->failed ? PHASE_ERR : PHASE_OK,
		    0, st->failed ? st->result : st->line, label);
	return r;
}

/* Both reset and exit release the objects (page "reset"), and with them
 * the volatile copies (page "set context"). */
static enum vss_status
release(struct diskshadow *d, const struct step *st)
{
	enum vss_status r = VSS_OK;

	if (!d->surveying && d->made.open && d->made.number != d->last.number)
		r = emit(d, &d->made, KIND_REL, PHASE_OK, 0, st->line,
		    st->text);
	if (!d->surveying && r == VSS_OK && d->last.open)
		r = emit(d, &d->last, KIND_REL, PHASE_OK, 0, st->line,
		    st->text);
	if (!d->surveying && d->begun && d->made.open)
		context_line(d, st->line, "the backup that BEGIN BACKUP began "
		    "was not ended with END BACKUP");
	d->last.open = d->made.open = 0;
	d->begun = 0;
	d->context = 0;
	return r;
}

static int
of_session(const struct diskshadow *d, const char *copy, uint64_t session)
{
	unsigned i, n = d->ncopies < KEPT_COPIES ? d->ncopies : KEPT_COPIES;

	for (i = 0; i < n; i++)
		if (d->copies[i].session == session &&
		    !strcmp(d->copies[i].copy, copy))
			return 1;
	return 0;
}

static enum vss_status
delete_copies(struct diskshadow *d, const struct step *st)
{
	struct session *se = &d->made;
	unsigned n = d->ncopies < KEPT_COPIES ? d->ncopies : KEPT_COPIES, k;
	char label[160];
	enum vss_status r;
	int i, own = 0, made = 0;

	if (d->surveying || !se->open)
		return VSS_OK;
	for (i = 0; i < st->ncopies; i++)
		own += of_session(d, st->copies[i], se->number);
	if (!own)
		return VSS_OK;
	for (k = 0; k < n; k++)
		made += d->copies[k].session == se->number;
	label_of(st, label, sizeof(label));
	r = emit(d, se, KIND_DEL, PHASE_CALL, 0, st->line, st->text);
	if (r == VSS_OK)
		r = emit(d, se, KIND_DEL, st->failed ? PHASE_ERR : PHASE_OK,
		    st->failed ? 0 : own < made ? 2 : 1, st->failed ? st->result : st->line, label);
	return r;
}

/* BREAK names the set, or the alias that stands for the last one made. */
static enum vss_status
break_set(struct diskshadow *d, const struct step *st)
{
	struct session *se = &d->made;
	char label[160];

	if (d->surveying || !se->open ||
	    (strcmp(st->set, se->set) && !vss_console_find(st->text,
	    strlen(st->text), "%VSS_SHADOW_SET%")))
		return VSS_OK;
	label_of(st, label, sizeof(label));
	return emit(d, se, KIND_BRK, st->failed ? PHASE_ERR : PHASE_OK, 0,
	    st->failed ? st->result : st->line, label);
}

/* A command that failed and is no event. */
static void
tell_failure(struct diskshadow *d, const struct step *st)
{
	char label[160], text[200];

	if (!st->failed || st->command == C_CREATE || st->command == C_END)
		return;
	label_of(st, label, sizeof(label));
	snprintf(text, sizeof(text), "failed: %s", label);
	context_line(d, st->result, text);
}

static enum vss_status
take(struct diskshadow *d, const struct step *st)
{
	tell_failure(d, st);
	switch (st->command) {
	case C_CONTEXT:
		if (!st->failed && st->context)
			d->context = st->context;
		return VSS_OK;
	case C_BEGIN:
		d->begun |= !st->failed;
		return VSS_OK;
	case C_CREATE:
		return create(d, st);
	case C_END:
		return end_backup(d, st);
	case C_DELETE:
		return delete_copies(d, st);
	case C_BREAK:
		return break_set(d, st);
	case C_RESET:
	case C_EXIT:
		return release(d, st);
	case C_IMPORT:
		context_line(d, st->line, "IMPORT: a set that was made "
		    "elsewhere; not judged");
		return VSS_OK;
	case C_RESTORE:
		context_line(d, st->line, "BEGIN RESTORE: a restore; not "
		    "judged");
		return VSS_OK;
	default:
		return VSS_OK;
	}
}

/* "Microsoft DiskShadow version 1.0": the product's name is not translated. */
static int
banner(const struct vss_console *c)
{
	return vss_console_begins(c, "Microsoft DiskShadow");
}

/* The third line of the banner: label, name of the machine, comma, time. */
static void
host_line(struct diskshadow *d, const struct vss_console *c)
{
	const char *s = memchr(c->s, ':', c->n), *comma;
	size_t n;

	if (!s || *d->profile.host)
		return;
	for (s++; s < c->s + c->n && *s == ' '; s++)
		;
	comma = memchr(s, ',', c->s + c->n - s);
	n = comma ? (size_t)(comma - s) : 0;
	vss_console_copy(d->profile.host, sizeof(d->profile.host), s, n);
}

/* Another run of the program: nothing is left of the one before. */
static void
begin_run(struct diskshadow *d)
{
	d->from_start = 1;
	d->begun = 0;
	d->context = 0;
	d->last.open = d->made.open = 0;
}

static void
begin_step(struct step *st, const struct vss_console *c, const char *s,
    size_t n)
{
	memset(st, 0, offsetof(struct step, copies));
	st->ncopies = 0;
	st->command = command_of(s, n);
	st->line = c->line;
	if (st->command == C_CONTEXT)
		st->context = context_of(s, n);
	if (st->command == C_BREAK)
		vss_console_guid(c, s, st->set);
	while (n && (*s == ' ' || *s == '\t')) {
		s++;
		n--;
	}
	vss_console_copy(st->text, sizeof(st->text), s, n);
}

static void
tell_writer(struct diskshadow *d, const struct vss_console_writer *w)
{
	char text[256];

	if (w->state < WRITER_FAILED)
		return;
	snprintf(text, sizeof(text), "writer %s: state %d, %s; last error: %s",
	    w->name, w->state, vss_console_state(w->state), w->error);
	context_line(d, w->line, text);
}

/* Goes over the text once; *used counts the lines that meant something. */
static enum vss_status
go_over(struct diskshadow *d, const char *buf, size_t len, uint64_t *used)
{
	struct vss_console_writer w = { 0 };
	struct vss_console c;
	struct step st;
	enum vss_status r = VSS_OK;
	const char *s;
	uint64_t host_at = 0;
	size_t n = 0;
	int listed;

	memset(&st, 0, sizeof(st));
	vss_console_start(&c, buf, len);
	while (r == VSS_OK && vss_console_next(&c)) {
		if (banner(&c)) {
			r = take(d, &st);
			memset(&st, 0, sizeof(st));
			begin_run(d);
			host_at = c.line + 2;
			++*used;
			continue;
		}
		s = prompted(&c, &n);
		if (c.line == host_at && !s) {
			host_line(d, &c);
			++*used;
			continue;
		}
		/* "-> %alias% = {...}" is what EXPOSE and others print */
		if (!s || (n > 1 && s[1] == '%')) {
			listed = vss_console_writer(&w, &c);
			if (listed > 0)
				tell_writer(d, &w);
			*used += c.n && (listed || output_line(&st, &c));
			continue;
		}
		r = take(d, &st);
		begin_step(&st, &c, s, n);
		*used += st.command != C_NONE && st.command != C_OTHER &&
		    st.command != C_EXEC;
	}
	if (r == VSS_OK)
		r = take(d, &st);
	d->lines = c.line;
	return r;
}

static void
start_over(struct diskshadow *d)
{
	d->context = 0;
	d->begun = d->from_start = 0;
	d->last.open = d->made.open = 0;
	d->sessions = 0;
	d->ncopies = 0;
}

/* What the transcript as a whole is sure to show: see docs/formats. */
static void
make_profile(struct diskshadow *d)
{
	struct vss_profile *p = &d->profile;

	vss_profile_show(p, KIND_DO, 1);
	vss_profile_show(p, KIND_COMPL, !d->plain_creates);
	vss_profile_show(p, KIND_REL, !d->repeated);
	p->limits = "a transcript of diskshadow has its commands and how they "
	    "ended, but no time, no writer and none of the calls that "
	    "diskshadow makes on the way";
}

enum vss_status
vss_diskshadow_read(const char *buf, size_t len, struct vss_import *out,
    struct vss_error *error)
{
	struct diskshadow d = { 0 };
	enum vss_status r;
	uint64_t used = 0;

	d.out = out;
	d.error = error;
	vss_profile_none(&d.profile, "diskshadow");
	d.surveying = 1;
	r = go_over(&d, buf, len, &used);
	if (r != VSS_OK)
		return r;
	make_profile(&d);
	r = out->profile(out->arg, &d.profile);
	if (r != VSS_OK)
		return r;
	start_over(&d);
	d.surveying = 0;
	used = 0;
	r = go_over(&d, buf, len, &used);
	out->counts.lines = d.lines;
	out->counts.used = used;
	out->counts.ignored = d.lines - used;
	return r;
}

/* Sure by the banner, or by a prompt of diskshadow's own; "-> command" alone
 * may be anything, so several commands are needed. */
int
vss_diskshadow_probe(const char *buf, size_t len)
{
	struct vss_console c;
	const char *s;
	size_t n;
	int known = 0, sets = 0;

	vss_console_start(&c, buf, len);
	while (vss_console_next(&c) && c.line <= 400) {
		if (banner(&c))
			return 2;
		sets |= vss_console_find(c.s, c.n, "VSS_SHADOW_SET") != NULL;
		if (!(s = prompted(&c, &n)) || command_of(s, n) == C_NONE)
			continue;
		if (vss_console_begins(&c, "DISKSHADOW>"))
			return 2;
		known++;
	}
	return known < 2 ? 0 : sets ? 2 : 1;
}
