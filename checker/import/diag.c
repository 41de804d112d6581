#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "diag.h"


/* A backup, while the records are being made into events. Numbers of others
 * count from 1, 0 is none. */
struct vss_diag_backup {
	char object[48];
	uint32_t pid, epoch;
	int writerless;
	int prepared, did, did_end, completed, over;
	int told;		/* an event has been delivered */
	int failed;		/* without steps: it is known to have failed */
	int open;		/* KIND_META, PREP, DO, GWS, COMPL or 0 */
	char *image, *set;
	size_t next;		/* of the same process */
};

/* What is worked out of the records before the first is made into an event:
 * parties and records by number, 0 for none. */
enum { ROLE_WRITER, ROLE_REQUESTER, ROLE_SERVICE };
struct vss_diag_link {
	size_t process, writer;
	size_t next;		/* a writer's next step; the Leave of a
				 * DoSnapshotSet; a process's next 8222 */
	size_t backup;		/* of an 8222 */
	uint8_t role;
	uint8_t own;		/* an IDENTIFY that VSS itself asked for */
	uint8_t expected;	/* an 8222 that a DoSnapshotSet will take */
};

const char *
vss_find_nocase(const char *s, const char *what)
{
	size_t i;

	for (; *s; s++) {
		for (i = 0; what[i] && vss_lower(s[i]) ==
		    vss_lower(what[i]); i++)
			;
		if (!what[i])
			return s;
	}
	return NULL;
}

int
vss_same_nocase(const char *a, const char *b)
{
	while (*a && vss_lower(*a) == vss_lower(*b)) {
		a++;
		b++;
	}
	return !*a && !*b;
}

void
vss_diag_record_free(struct vss_diag_record *r)
{
	free(r->comp);
	free(r->op);
	free(r->image);
	free(r->set);
	free(r->device);
	free(r->note);
}

const char *
vss_base_name(const char *path)
{
	const char *p;

	for (p = path; *p; p++)
		if (*p == '\\' || *p == '/')
			path = p + 1;
	return path;
}

int
vss_diag_split(const char *path, struct vss_diag_record *r)
{
	static const struct { const char *end; int edge; } edges[] = {
		{ " (Enter)", EDGE_ENTER }, { " (Leave)", EDGE_LEAVE },
		{ " (SetCurrentState)", EDGE_STATE },
	};
	const char *p = vss_find_nocase(path, "\\vss\\diag\\"), *slash;
	size_t n, i, k;

	if (!p)
		return 0;
	p += strlen("\\vss\\diag\\");
	n = strlen(p);
	for (i = 0; i < 3; i++) {
		k = strlen(edges[i].end);
		if (n > k && vss_same_nocase(p + n - k, edges[i].end))
			break;
	}
	slash = strrchr(p, '\\');
	if (i == 3 || !slash || slash == p)
		return 0;
	r->edge = edges[i].edge;
	r->comp = vss_name_copy(p, slash - p);
	r->op = vss_name_copy(slash + 1, n - k - (slash + 1 - p));
	return 1;
}

static void
note_shown(struct vss_diag *s, const struct vss_diag_record *r)
{
	int process = r->what == W_START || r->what == W_EXIT;

	if (r->what == W_STEP && (!s->has_steps || r->time < s->first_step))
		s->first_step = r->time;
	s->has_steps |= r->what == W_STEP;
	s->shows_exit |= r->what == W_EXIT;
	s->own_exits |= r->what == W_EXIT && !r->foreign;
	if (process && r->foreign && (!s->has_foreign ||
	    r->time < s->first_foreign))
		s->first_foreign = r->time;
	s->has_foreign |= process && r->foreign;
}

enum vss_status
vss_diag_add(struct vss_diag *s, struct vss_diag_record *r)
{
	struct vss_diag_record *list;
	size_t room;

	if ((r->what == W_STEP && (!r->comp || !r->op || !r->image)) ||
	    ((r->what == W_START || r->what == W_EXIT) && !r->image)) {
		vss_diag_record_free(r);
		return vss_import_no_memory(s->error);
	}
	if (s->n == s->room) {
		room = s->room ? s->room * 2 : 256;
		if (!(list = realloc(s->r, room * sizeof(*list)))) {
			vss_diag_record_free(r);
			return vss_import_no_memory(s->error);
		}
		s->r = list;
		s->room = room;
	}
	s->shows_shutdown |= r->what == W_STEP &&
	    vss_same_nocase(r->op, "BACKUPSHUTDOWN");
	s->shows_commit |= r->what == W_STEP &&
	    vss_same_nocase(r->op, "PROVIDER_COMMIT");
	note_shown(s, r);
	s->r[s->n++] = *r;
	return VSS_OK;
}

static int
step_is(const struct vss_diag_record *r, const char *op)
{
	return r->what == W_STEP && vss_same_nocase(r->op, op);
}

int
vss_diag_party(const char *comp)
{
	static const char *const others[] = { "VssvcPublisher", "Lovelace",
	    "SwProvider_", "FSProvider_", "HwProvider_", "VolSnap" };
	size_t i, k;

	if (vss_same_nocase(comp, "VssapiPublisher"))
		return ROLE_REQUESTER;
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		for (k = 0; others[i][k] && vss_lower(comp[k]) ==
		    vss_lower(others[i][k]); k++)
			;
		if (!others[i][k])
			return ROLE_SERVICE;
	}
	return ROLE_WRITER;
}

static const struct { const char *op; int kind; } calls[] = {
	{ "IDENTIFY", KIND_META }, { "PREPAREBACKUP", KIND_PREP },
	{ "DOSNAPSHOT", KIND_DO }, { "GETSTATE", KIND_GWS },
	{ "BACKUPCOMPLETE", KIND_COMPL },
};

static const struct { const char *op; int kind; } handlers[] = {
	{ "IDENTIFY", KIND_ID }, { "PREPAREBACKUP", KIND_PB },
	{ "PREPARESNAPSHOT", KIND_PS }, { "FREEZE", KIND_FZ },
	{ "THAW", KIND_TH }, { "POSTSNAPSHOT", KIND_PO },
	{ "BACKUPCOMPLETE", KIND_BC }, { "BACKUPSHUTDOWN", KIND_SD },
	{ "ABORT", KIND_AB },
};

int
vss_diag_kind(int party, const char *op)
{
	size_t k;

	if (party == ROLE_SERVICE)
		return vss_same_nocase(op, "PROVIDER_COMMIT") ? KIND_PCOMMIT :
		    0;
	for (k = 0; party == ROLE_REQUESTER &&
	    k < sizeof(calls) / sizeof(calls[0]); k++)
		if (vss_same_nocase(op, calls[k].op))
			return calls[k].kind;
	for (k = 0; party == ROLE_WRITER &&
	    k < sizeof(handlers) / sizeof(handlers[0]); k++)
		if (vss_same_nocase(op, handlers[k].op))
			return handlers[k].kind;
	return 0;
}

/*
 * Backups, and those of them that others have to be found among. A list of
 * candidates is looked through from its newest; one that is none any more is
 * none for ever, or is put there again.
 */

static struct vss_diag_backup *
backup(struct vss_diag *s, size_t number)
{
	return number ? &s->b[number - 1] : NULL;
}

static int
is_over(const struct vss_diag *s, const struct vss_diag_backup *b)
{
	return b->over || b->epoch != s->parties.epoch;
}

static enum vss_status
push(struct vss_diag *s, struct vss_diag_stack *t, size_t number)
{
	size_t room, *v;

	if (t->n == t->room) {
		room = t->room ? t->room * 2 : 16;
		if (!(v = realloc(t->v, room * sizeof(*v))))
			return vss_import_no_memory(s->error);
		t->v = v;
		t->room = room;
	}
	t->v[t->n++] = number;
	return VSS_OK;
}

static int
is_fresh(const struct vss_diag_backup *b)
{
	return !b->prepared && !b->did;
}

static int
is_doing(const struct vss_diag_backup *b)
{
	return b->open == KIND_DO;
}

static int
is_alone(const struct vss_diag_backup *b)
{
	return b->writerless;
}

static size_t
newest(struct vss_diag *s, struct vss_diag_stack *t,
    int (*fits)(const struct vss_diag_backup *))
{
	struct vss_diag_backup *b;

	for (; t->n; t->n--) {
		b = backup(s, t->v[t->n - 1]);
		if (!is_over(s, b) && fits(b))
			return t->v[t->n - 1];
	}
	return 0;
}

/* Of the process, when there is one. 0: out of memory. */
static size_t
new_backup(struct vss_diag *s, uint32_t pid)
{
	struct vss_diag_backup *b;
	size_t room;

	if (s->nb == s->b_room) {
		room = s->b_room ? s->b_room * 2 : 8;
		if (!(b = realloc(s->b, room * sizeof(*b))))
			return 0;
		s->b = b;
		s->b_room = room;
	}
	b = &s->b[s->nb++];
	memset(b, 0, sizeof(*b));
	b->pid = pid;
	b->epoch = s->parties.epoch;
	snprintf(b->object, sizeof(b->object), "backup %lu",
	    (unsigned long)s->nb);
	return s->nb;
}

/* The backup is one of the process. */
static void
belong(struct vss_diag *s, size_t number, size_t process)
{
	struct vss_party *p = vss_party(&s->parties, process);

	backup(s, number)->pid = p->pid;
	if (p->last)
		backup(s, p->last)->next = number;
	else
		p->first = number;
	p->last = number;
}

static enum vss_status
open_call(struct vss_diag *s, size_t number, int kind)
{
	struct vss_diag_backup *b = backup(s, number);

	s->nmeta += (kind == KIND_META) - (b->open == KIND_META);
	s->ndo += (kind == KIND_DO) - (b->open == KIND_DO);
	b->open = kind;
	return kind == KIND_DO ? push(s, &s->doing, number) : VSS_OK;
}

static void
end_backup(struct vss_diag *s, size_t number, int how)
{
	struct vss_diag_backup *b = backup(s, number);

	open_call(s, number, 0);
	b->over = how;
}

/* The one backup that has called DoSnapshotSet just now. */
static struct vss_diag_backup *
only_doing(struct vss_diag *s)
{
	return s->ndo == 1 ? backup(s, newest(s, &s->doing, is_doing)) : NULL;
}

static enum vss_status
name_backup(struct vss_diag *s, size_t number, const char *image,
    const char *set)
{
	struct vss_diag_backup *b = backup(s, number);

	if (image && !b->image &&
	    !(b->image = vss_name_copy(image, SIZE_MAX)))
		return vss_import_no_memory(s->error);
	if (set && !b->set && !(b->set = vss_name_copy(set, SIZE_MAX)))
		return vss_import_no_memory(s->error);
	return VSS_OK;
}

/* What the record is called in findings. */
static void
label_of(const struct vss_diag_record *r, char *label, size_t size)
{
	static const char *const edges[] = { "Enter", "Leave",
	    "SetCurrentState" };

	if (r->what == W_STEP && r->code)
		snprintf(label, size, "%.20s\\%.16s (%.5s) 0x%08lx", r->comp,
		    r->op, edges[r->edge], (unsigned long)r->code);
	else if (r->what == W_STEP)
		snprintf(label, size, "%.60s\\%.60s (%s)", r->comp, r->op,
		    edges[r->edge]);
	else
		snprintf(label, size, "%s", r->label ? r->label :
		    r->what == W_EXIT ? "Sysmon 5, process ended" :
		    r->what == W_MADE ? "Security 8222" :
		    r->what == W_ATTACH ? "ESENT 326, database attached" : "");
}

static enum vss_status
emit(struct vss_diag *s, const struct vss_diag_record *r,
    struct vss_diag_backup *b, int kind, unsigned phases, unsigned data,
    const char *writer, int starts, int middle)
{
	struct vss_event ev = { 0 };
	char label[200];

	ev.kind = kind;
	ev.phases = r->what == W_STEP && r->edge == EDGE_LEAVE &&
	    (phases & r->ended) ? phases & r->ended : phases;
	ev.data = data;
	ev.starts = starts;
	ev.middle = middle;
	ev.line = r->line;
	ev.time = r->time;
	/* beside steps, which have milliseconds, other logs may have seconds */
	if (r->foreign && s->has_steps && r->time != VSS_NO_TIME &&
	    r->time % 1000000 == 0)
		ev.tick = 1000000;
	if (r->tie) {
		ev.group = r->tie;
		ev.from = ev.until = r->time;
	}
	ev.writer = writer;
	if (b) {
		ev.object = b->object;
		ev.pid = b->pid;
		ev.image = b->image && *b->image ? b->image : NULL;
		ev.set = b->set;
		b->told = 1;
	}
	label_of(r, label, sizeof(label));
	ev.label = label;
	return s->out->event(s->out->arg, &ev, s->error);
}

/* Of a backup of which other logs than that of steps tell: nobody knows what
 * came before. */
static enum vss_status
tell(struct vss_diag *s, const struct vss_diag_record *r,
    struct vss_diag_backup *b, int kind, unsigned phases, const char *writer)
{
	return emit(s, r, b, kind, phases, 0, writer, 0, b && !b->told);
}

/* A writer's name as it is shown. */
static void
show_writer(char *to, size_t size, const char *name, uint32_t pid)
{
	if (pid)
		snprintf(to, size, "%s (pid %lu)", name, (unsigned long)pid);
	else
		snprintf(to, size, "%s", name);
}

/*
 * Before the first record is made into an event: who it is of, and what comes
 * after it that tells how it is meant.
 */

static enum vss_status
link_parties(struct vss_diag *s, size_t i)
{
	struct vss_diag_record *r = &s->r[i];
	struct vss_diag_link *l = &s->link[i];
	struct vss_party *a;
	size_t name;

	l->process = vss_party_number(&s->parties, A_PROCESS, r->pid, "");
	if (!l->process)
		return vss_import_no_memory(s->error);
	if (r->what != W_STEP)
		return VSS_OK;
	l->role = vss_diag_party(r->comp);
	if (l->role != ROLE_WRITER)
		return VSS_OK;
	l->writer = vss_party_number(&s->parties, A_WRITER, r->pid, r->comp);
	name = vss_party_number(&s->parties, A_NAME, 0, r->comp);
	if (!l->writer || !name)
		return vss_import_no_memory(s->error);
	a = vss_party(&s->parties, name);
	a->several |= a->writer && a->writer != l->writer;
	a->writer = l->writer;
	return VSS_OK;
}

/*
 * From the last record to the first. `ahead` of a writer: its next step. Of
 * a process: its next Leave of DOSNAPSHOT, and in `backup` what its next step
 * is that tells whether an IDENTIFY is its own.
 */
enum { NEXT_UNKNOWN, NEXT_GOES_ON, NEXT_COMPLETES };

static void
link_following(struct vss_diag *s, size_t i)
{
	struct vss_diag_record *r = &s->r[i];
	struct vss_diag_link *l = &s->link[i];
	struct vss_party *p = vss_party(&s->parties, l->process), *w;

	if (r->what == W_MADE) {
		l->next = p->made;
		p->made = i + 1;
	}
	if (r->what == W_STEP && l->role == ROLE_WRITER) {
		w = vss_party(&s->parties, l->writer);
		l->next = w->ahead;
		w->ahead = i + 1;
	}
	if (r->what != W_STEP || l->role != ROLE_REQUESTER)
		return;
	/* an IDENTIFY after which the next thing done is BACKUPCOMPLETE is
	 * VSS's own: the recording begins in the middle of a backup */
	l->own = p->backup == NEXT_COMPLETES;
	if (step_is(r, "PREPAREBACKUP") || step_is(r, "DOSNAPSHOT"))
		p->backup = NEXT_GOES_ON;
	if (step_is(r, "BACKUPCOMPLETE"))
		p->backup = NEXT_COMPLETES;
	if (!step_is(r, "DOSNAPSHOT"))
		return;
	if (r->edge == EDGE_ENTER)
		l->next = p->ahead;
	else if (r->edge == EDGE_LEAVE)
		p->ahead = i + 1;
}

/* Slack between the clocks of the logs. */
static const int64_t slack = INT64_C(2000000);

/* From the first to the last: does an 8222 belong to a DoSnapshotSet? */
static void
link_made(struct vss_diag *s, size_t i)
{
	struct vss_diag_record *r = &s->r[i];
	struct vss_diag_link *l = &s->link[i];
	struct vss_party *p = vss_party(&s->parties, l->process);

	/* `did` is where the process's last DOSNAPSHOT begins */
	if (r->what == W_STEP && l->role == ROLE_REQUESTER &&
	    step_is(r, "DOSNAPSHOT") && r->edge == EDGE_ENTER)
		p->did = i + 1;
	if (r->what != W_MADE || !p->did)
		return;
	i = s->link[p->did - 1].next;
	l->expected = !i || r->time <= s->r[i - 1].time + slack;
}

static enum vss_status
link_records(struct vss_diag *s)
{
	enum vss_status st = VSS_OK;
	size_t i;

	if (!(s->link = calloc(s->n + 1, sizeof(*s->link))))
		return vss_import_no_memory(s->error);
	for (i = 0; i < s->n && st == VSS_OK; i++)
		st = link_parties(s, i);
	if (st != VSS_OK)
		return st;
	for (i = s->n; i-- > 0;)
		link_following(s, i);
	for (i = 0; i < s->n; i++)
		link_made(s, i);
	for (i = 0; i < s->parties.n; i++)
		s->parties.list[i].did = s->parties.list[i].backup = 0;
	return VSS_OK;
}

/*
 * Requesters.
 */

/* The process's 8222 that tells of the copy made between two times. */
static size_t
made_by(struct vss_diag *s, size_t process, int64_t from, int64_t to)
{
	struct vss_party *p = vss_party(&s->parties, process);
	size_t k;

	for (; p->made; p->made = s->link[p->made - 1].next) {
		k = p->made - 1;
		if (!s->r[k].taken && s->r[k].time >= from - slack)
			return to == VSS_NO_TIME || s->r[k].time <= to +
			    slack ? k + 1 : 0;
	}
	return 0;
}

/* The backup is the one that the 8222 tells of. */
static enum vss_status
take_made(struct vss_diag *s, size_t number, size_t made)
{
	struct vss_diag_record *m;
	struct vss_party *a;
	size_t set, device;

	if (!made)
		return VSS_OK;
	m = &s->r[made - 1];
	m->taken = 1;
	s->link[made - 1].backup = number;
	if (m->set) {
		set = vss_party_number(&s->parties, A_SET, 0, m->set);
		if (!set)
			return vss_import_no_memory(s->error);
		a = vss_party(&s->parties, set);
		if (!a->backup)
			a->backup = number;
	}
	if (m->device) {
		device = vss_party_number(&s->parties, A_DEVICE, 0, m->device);
		if (!device)
			return vss_import_no_memory(s->error);
		vss_party(&s->parties, device)->backup = number;
	}
	return VSS_OK;
}

/* Whose backup a step is of: the one that is going on, or a new one. */
static enum vss_status
requester_backup(struct vss_diag *s, size_t i, int kind, size_t *number,
    int *starts)
{
	struct vss_diag_record *r = &s->r[i];
	struct vss_diag_link *l = &s->link[i];
	struct vss_party *p = vss_party(&s->parties, l->process);
	struct vss_diag_backup *b = backup(s, p->last);

	if (b && is_over(s, b))
		b = NULL;
	/* a round that begins after the end of one backup is another's */
	if (b && r->edge == EDGE_ENTER && ((kind == KIND_META &&
	    (b->completed || b->did_end)) || (kind == KIND_PREP &&
	    b->prepared))) {
		end_backup(s, p->last, 1);
		b = NULL;
	}
	*number = p->last;
	*starts = 0;
	if (b)
		return VSS_OK;
	if (!(*number = new_backup(s, r->pid)) ||
	    push(s, &s->fresh, *number) != VSS_OK)
		return vss_import_no_memory(s->error);
	belong(s, *number, l->process);
	*starts = p->born || (kind == KIND_META && r->edge == EDGE_ENTER &&
	    !l->own);
	return name_backup(s, *number, r->image, NULL);
}

static enum vss_status
requester_step(struct vss_diag *s, size_t i)
{
	struct vss_diag_record *r = &s->r[i];
	struct vss_diag_link *l = &s->link[i];
	struct vss_party *p = vss_party(&s->parties, l->process);
	struct vss_diag_backup *b = backup(s, p->last);
	int kind = vss_diag_kind(ROLE_REQUESTER, r->op), starts, first;
	enum vss_status st;
	unsigned phases;
	size_t number, made;

	if (!kind || r->edge == EDGE_STATE)
		return VSS_OK;
	/* VSS's own, between DoSnapshotSet and BackupComplete */
	if (kind == KIND_META && b && !is_over(s, b) && b->did &&
	    !b->completed)
		return VSS_OK;
	if ((st = requester_backup(s, i, kind, &number, &starts)) != VSS_OK)
		return st;
	b = backup(s, number);
	first = !b->told;
	if (kind == KIND_DO && r->edge == EDGE_ENTER) {
		/* its leave bounds the time of the 8222 */
		made = made_by(s, l->process, r->time, l->next ?
		    s->r[l->next - 1].time : VSS_NO_TIME);
		if ((st = take_made(s, number, made)) != VSS_OK ||
		    (made && (st = name_backup(s, number, NULL,
		    s->r[made - 1].set)) != VSS_OK))
			return st;
	}
	/* how it ended the registry does not tell */
	phases = r->edge == EDGE_ENTER ? 1 << PHASE_CALL :
	    1 << PHASE_OK | 1 << PHASE_ERR | 1 << PHASE_CAN;
	b->prepared |= kind == KIND_PREP;
	b->did |= kind == KIND_DO;
	b->did_end |= kind == KIND_DO && r->edge == EDGE_LEAVE;
	b->completed |= kind == KIND_COMPL;
	if (kind == KIND_DO)
		vss_party(&s->parties, l->process)->did = number;
	st = open_call(s, number, r->edge == EDGE_ENTER ? kind : 0);
	return st != VSS_OK ? st : emit(s, r, b, kind, phases, 0, NULL,
	    first && starts, first && !starts);
}

/*
 * Writers.
 */

static unsigned
handler_end(const char *state)
{
	return vss_find_nocase(state, "FAILED") ? 1 << PHASE_ERR :
	    1 << PHASE_OK;
}

/* From now on the writer goes with its process. */
static void
prepare_writer(struct vss_diag *s, size_t process, size_t writer)
{
	struct vss_party *p = vss_party(&s->parties, process);
	struct vss_party *w = vss_party(&s->parties, writer);

	if (w->prepared)
		return;
	w->prepared = 1;
	w->next = 0;
	if (p->writers)
		vss_party(&s->parties, p->last_writer)->next = writer;
	else
		p->writers = writer;
	p->last_writer = writer;
}

/*
 * A writer's step. The state it sets right after tells how the handler
 * ended; where the Leave itself is missing, the state shows that the handler
 * did end.
 */
static enum vss_status
writer_step(struct vss_diag *s, size_t i)
{
	struct vss_diag_record *r = &s->r[i], *q;
	struct vss_diag_link *l = &s->link[i];
	struct vss_party *w = vss_party(&s->parties, l->writer);
	char writer[LIMIT_NAME + 32];
	unsigned phases = 1 << PHASE_CALL;
	int kind = vss_diag_kind(ROLE_WRITER, r->op);
	int entered = w->stepped && w->edge == EDGE_ENTER ? w->kind : 0;

	w->stepped = 1;
	w->edge = r->edge;
	w->kind = kind;
	snprintf(writer, sizeof(writer), "%s (pid %lu)", r->comp,
	    (unsigned long)r->pid);
	if (r->edge == EDGE_STATE)
		return entered ? emit(s, r, NULL, entered,
		    handler_end(r->op), 0, writer, 0, 0) : VSS_OK;
	if (!kind)
		return VSS_OK;
	if (kind == KIND_PB && r->edge == EDGE_ENTER)
		prepare_writer(s, l->process, l->writer);
	if (kind == KIND_ID && !s->nmeta)
		return VSS_OK;	/* asked for by no requester we see */
	if (r->edge == EDGE_LEAVE) {
		q = l->next ? &s->r[l->next - 1] : NULL;
		phases = q && q->edge == EDGE_STATE ? handler_end(q->op) :
		    1 << PHASE_OK | 1 << PHASE_ERR;
	}
	return emit(s, r, NULL, kind, phases, r->edge == EDGE_ENTER &&
	    kind == KIND_SD ? 7 : 0, writer, 0, 0);
}

/*
 * The service and providers.
 */

static enum vss_status
commit(struct vss_diag *s, size_t i)
{
	size_t a = newest(s, &s->doing, is_doing);
	size_t b = newest(s, &s->alone, is_alone);

	if (b > a)
		a = b;
	return a ? emit(s, &s->r[i], backup(s, a), KIND_PCOMMIT,
	    1 << PHASE_OK, 0, NULL, 0, 0) : VSS_OK;
}

/* The next 8222 that no requester with steps of its own will take. */
static size_t
made_by_anyone(struct vss_diag *s, int64_t from)
{
	for (; s->made < s->n; s->made++)
		if (s->r[s->made].what == W_MADE && !s->r[s->made].taken &&
		    !s->link[s->made].expected &&
		    s->r[s->made].time >= from - slack)
			return s->made + 1;
	return 0;
}

/* A volume is added: to the backup that has gathered metadata, or to one
 * whose requester leaves no steps of its own (no writers). */
static enum vss_status
add_volume(struct vss_diag *s, size_t i)
{
	struct vss_diag_record *r = &s->r[i];
	size_t number = newest(s, &s->fresh, is_fresh), made;
	struct vss_diag_record *m;
	enum vss_status st;

	if (number)
		return emit(s, r, backup(s, number), KIND_ADD, 1 << PHASE_OK,
		    0, NULL, 0, 0);
	if (!(number = new_backup(s, 0)))
		return vss_import_no_memory(s->error);
	backup(s, number)->writerless = 1;
	if ((st = push(s, &s->fresh, number)) != VSS_OK ||
	    (st = push(s, &s->alone, number)) != VSS_OK)
		return st;
	if ((made = made_by_anyone(s, r->time))) {
		m = &s->r[made - 1];
		belong(s, number, s->link[made - 1].process);
		if ((st = take_made(s, number, made)) != VSS_OK ||
		    (st = name_backup(s, number, m->image, m->set)) != VSS_OK)
			return st;
	}
	return emit(s, r, backup(s, number), KIND_ADD, 1 << PHASE_OK, 0, NULL,
	    1, 0);
}

static enum vss_status
service_step(struct vss_diag *s, size_t i)
{
	if (s->r[i].edge != EDGE_ENTER)
		return VSS_OK;
	if (step_is(&s->r[i], "PROVIDER_COMMIT"))
		return commit(s, i);
	return step_is(&s->r[i], "PROVIDER_BEGINPREPARE") ?
	    add_volume(s, i) : VSS_OK;
}

/*
 * Processes.
 */

static int
stopped_idle(struct vss_diag *s, int64_t t)
{
	const int64_t near = INT64_C(10000000);

	while (s->stop < s->n && (s->r[s->stop].what != W_STOP ||
	    s->r[s->stop].time < t - near))
		s->stop++;
	return s->stop < s->n && s->r[s->stop].time <= t + near;
}

/* The process's backups end with it. */
static enum vss_status
end_backups(struct vss_diag *s, size_t i)
{
	struct vss_party *p = vss_party(&s->parties, s->link[i].process);
	struct vss_diag_backup *b;
	enum vss_status st;
	size_t number;

	for (number = p->first; number; number = b->next) {
		b = backup(s, number);
		st = emit(s, &s->r[i], b, KIND_EXIT, 1 << PHASE_OK, 0, NULL,
		    0, 0);
		if (st != VSS_OK)
			return st;
		end_backup(s, number, 2);
	}
	p->first = p->last = p->did = 0;
	return VSS_OK;
}

/* Writers of the process go with it. */
static enum vss_status
end_writers(struct vss_diag *s, size_t i)
{
	struct vss_party *p = vss_party(&s->parties, s->link[i].process), *w;
	char writer[LIMIT_NAME + 32];
	enum vss_status st;
	size_t number;

	for (number = p->writers; number; number = w->next) {
		w = vss_party(&s->parties, number);
		w->prepared = w->stepped = 0;
		snprintf(writer, sizeof(writer), "%s (pid %lu)", w->name,
		    (unsigned long)w->pid);
		st = emit(s, &s->r[i], NULL, KIND_WDEAD, 1 << PHASE_OK, 0,
		    writer, 0, 0);
		if (st != VSS_OK)
			return st;
	}
	p->writers = p->last_writer = 0;
	return VSS_OK;
}

static enum vss_status
process_exit(struct vss_diag *s, size_t i)
{
	struct vss_diag_record *r = &s->r[i];
	enum vss_status st;

	vss_party(&s->parties, s->link[i].process)->born = 0;
	if ((st = end_backups(s, i)) != VSS_OK)
		return st;
	/* an orderly stop of the service is told by its own records */
	if (vss_same_nocase(r->image, "vssvc.exe")) {
		if (stopped_idle(s, r->time))
			return VSS_OK;
		st = emit(s, r, NULL, KIND_SVC_EXIT, 1 << PHASE_OK, 0, NULL,
		    0, 0);
		if (st != VSS_OK)
			return st;
	}
	return end_writers(s, i);
}

/* Nothing of before lives on, whatever its number. */
static void
machine_restarted(struct vss_diag *s, size_t i)
{
	const int64_t one_boot = INT64_C(600000000);
	struct vss_diag_backup *b;
	char note[200];
	size_t k;

	/* the event log comes up minutes after the kernel */
	if (s->booted && !s->r[i].edge &&
	    s->r[i].time - s->booted < one_boot)
		return;
	for (k = s->epoch_first; k < s->nb; k++) {
		b = &s->b[k];
		if (is_over(s, b) || b->completed || b->failed ||
		    !(b->did || b->prepared))
			continue;
		snprintf(note, sizeof(note), "the machine has started anew: "
		    "%s%s%.80s was not seen to end", b->object,
		    b->image ? " of " : "", b->image ? b->image : "");
		vss_import_context(s->out, s->r[i].line, s->r[i].time, note);
	}
	vss_import_reboot(s->out, s->r[i].time);
	s->parties.epoch++;
	s->epoch_first = s->nb;
	s->fresh.n = s->doing.n = s->alone.n = 0;
	s->nmeta = s->ndo = s->making = 0;
	s->booted = s->r[i].time;
}

/*
 * Without steps: what the other logs tell of a set that is being made. VSS
 * makes one at a time, so that what they tell within three minutes of each
 * other is of one, unless it contradicts itself.
 */

static const int64_t making_limit = INT64_C(180000000);

/* The set that is being made, 0: out of memory. */
static size_t
making(struct vss_diag *s, const struct vss_diag_record *r, int goes_well)
{
	struct vss_diag_backup *b = backup(s, s->making);

	if (b && (is_over(s, b) || r->time - s->making_time > making_limit ||
	    (goes_well && b->failed)))
		s->making = 0;
	if (!s->making)
		s->making = new_backup(s, 0);
	s->making_time = r->time;
	return s->making;
}

/* The writer that a record names, by its process where it is told. NULL:
 * there is none, or several. */
static struct vss_party *
writer_named(struct vss_diag *s, const char *name, uint32_t pid)
{
	size_t number = vss_party_find(&s->parties, A_WRITER, pid, name);
	struct vss_party *a;

	if (number)
		return vss_party(&s->parties, number);
	if (pid || !(number = vss_party_find(&s->parties, A_NAME, 0, name)))
		return NULL;
	a = &s->parties.list[number - 1];
	return a->several || !a->writer ? NULL :
	    vss_party(&s->parties, a->writer);
}

/* The writer whose application an engine is: the only one of its process
 * that takes part, or the one of its name. */
static struct vss_party *
engine_writer(struct vss_diag *s, size_t i)
{
	struct vss_diag_record *r = &s->r[i];
	struct vss_party *p = vss_party(&s->parties, s->link[i].process);

	if (!r->pid)
		return writer_named(s, r->comp, 0);
	return p->writers && p->writers == p->last_writer ?
	    vss_party(&s->parties, p->writers) : NULL;
}

/* Is the change one, and not told twice? */
static int
engine_changes(struct vss_party *e, const struct vss_diag_record *r)
{
	if (r->edge == ENGINE_BEGIN) {
		e->frozen = 0;
		return 0;
	}
	if (r->edge == ENGINE_FROZEN) {
		e->frozen = r->counted ? e->frozen + 1 : e->frozen ? 2 : 1;
		return e->frozen == 1;
	}
	if (!e->frozen)
		return 0;
	e->frozen = r->counted ? e->frozen - 1 : 0;
	return !e->frozen;
}

static enum vss_status
engine(struct vss_diag *s, size_t i)
{
	struct vss_diag_record *r = &s->r[i];
	struct vss_diag_backup *b;
	struct vss_party *e, *w;
	char writer[LIMIT_NAME + 32];
	size_t number;
	int kind = r->edge == ENGINE_FROZEN ? KIND_FREEZEIO : KIND_RESUMEIO;

	if (!(number = vss_party_number(&s->parties, A_ENGINE, r->pid,
	    r->pid ? "" : r->comp)))
		return vss_import_no_memory(s->error);
	e = vss_party(&s->parties, number);
	if (!e->shown)
		e->shown = r->comp;
	if (r->edge == ENGINE_END)
		return VSS_OK;
	if (!s->has_steps && r->edge != ENGINE_RESUMED) {
		/* an engine begins once in a backup */
		if (r->edge == ENGINE_BEGIN && e->backup == s->making)
			s->making = 0;
		if (!(number = making(s, r, 1)))
			return vss_import_no_memory(s->error);
		if (number != e->backup)
			e->frozen = 0;
		e->backup = number;
	}
	if (!engine_changes(e, r))
		return VSS_OK;
	if (!s->has_steps) {
		show_writer(writer, sizeof(writer), e->shown, r->pid);
		if (e->backup == s->making)
			s->making_time = r->time;
		return e->backup ? tell(s, r, backup(s, e->backup), kind,
		    1 << PHASE_OK, writer) : VSS_OK;
	}
	b = only_doing(s);
	w = engine_writer(s, i);
	if (!b || !w)
		return VSS_OK;
	show_writer(writer, sizeof(writer), w->name, w->pid);
	return emit(s, r, b, kind, 1 << PHASE_OK, 0, writer, 0, 0);
}

/* Did the writer itself name its failure? Other codes may be what VSS takes
 * where a writer names none, or has run out of time. */
static int
set_by_writer(uint32_t code)
{
	return code == 0x800423f0 || code == 0x800423f1 ||
	    code == 0x800423f3;
}

/* A writer rejected an event. With steps the handler's end is among them;
 * without, the handler has been entered and has failed. */
static enum vss_status
rejected(struct vss_diag *s, size_t i)
{
	struct vss_diag_record *r = &s->r[i];
	struct vss_diag_backup *b;
	struct vss_party *w;
	char writer[LIMIT_NAME + 32];
	enum vss_status st;
	size_t number;
	int in_making = r->kind == KIND_PB || r->kind == KIND_PS ||
	    r->kind == KIND_FZ || r->kind == KIND_TH || r->kind == KIND_PO;

	if (s->has_steps) {
		w = writer_named(s, r->comp, r->pid);
		if (!w || !set_by_writer(r->code))
			return VSS_OK;
		show_writer(writer, sizeof(writer), w->name, w->pid);
		return emit(s, r, only_doing(s), KIND_WFAIL, 1 << PHASE_OK, 0,
		    writer, 0, 0);
	}
	if (!in_making)
		return VSS_OK;
	if (!(number = vss_party_number(&s->parties, A_WRITER, r->pid,
	    r->comp)))
		return vss_import_no_memory(s->error);
	w = vss_party(&s->parties, number);
	/* once in a backup */
	if (w->backup && w->backup == s->making)
		s->making = 0;
	if (!(w->backup = making(s, r, 0)))
		return vss_import_no_memory(s->error);
	b = backup(s, w->backup);
	b->failed = 1;
	show_writer(writer, sizeof(writer), r->comp, r->pid);
	st = tell(s, r, b, r->kind, 1 << PHASE_CALL, writer);
	if (st == VSS_OK && set_by_writer(r->code))
		st = tell(s, r, b, KIND_WFAIL, 1 << PHASE_OK, writer);
	return st != VSS_OK ? st : tell(s, r, b, r->kind, 1 << PHASE_ERR,
	    writer);
}

/* A writer is within a handler. */
static enum vss_status
inside(struct vss_diag *s, size_t i)
{
	struct vss_diag_record *r = &s->r[i];
	struct vss_party *w;
	char writer[LIMIT_NAME + 32];
	size_t number, b;

	if (s->has_steps)
		return VSS_OK;
	if (!(number = vss_party_number(&s->parties, A_WRITER, r->pid,
	    r->comp)) || !(b = making(s, r, 1)))
		return vss_import_no_memory(s->error);
	w = vss_party(&s->parties, number);
	if (w->backup == b)
		return VSS_OK;
	w->backup = b;
	show_writer(writer, sizeof(writer), r->comp, r->pid);
	return tell(s, r, backup(s, b), r->kind, 1 << PHASE_CALL, writer);
}

/*
 * Copies.
 */

/* A set of which no steps tell. Where there are steps, those of its
 * requester are missing, and nothing is known of how it went on. */
static enum vss_status
unknown_made(struct vss_diag *s, size_t i)
{
	struct vss_diag_record *r = &s->r[i];
	char note[300];
	enum vss_status st;
	size_t number;

	if (s->has_steps) {
		snprintf(note, sizeof(note), "a shadow copy was made by "
		    "%.80s (pid %lu), of whose backup no steps are recorded",
		    r->image ? r->image : "a process", (unsigned long)r->pid);
		vss_import_context(s->out, r->line, r->time, note);
		return VSS_OK;
	}
	if (!(number = making(s, r, 1)))
		return vss_import_no_memory(s->error);
	if (backup(s, number)->told) {
		snprintf(note, sizeof(note), "the shadow copy that %.80s "
		    "(pid %lu) made is taken to be the one for which writers "
		    "were busy just before", r->image ? r->image :
		    "a process", (unsigned long)r->pid);
		vss_import_context(s->out, r->line, r->time, note);
	}
	s->making = 0;
	belong(s, number, s->link[i].process);
	if ((st = name_backup(s, number, r->image, r->set)) != VSS_OK ||
	    (st = take_made(s, number, i + 1)) != VSS_OK)
		return st;
	return tell(s, r, backup(s, number), KIND_V_MADE, 1 << PHASE_OK,
	    NULL);
}

/* The copy is there: told to the backup that it has been matched with. */
static enum vss_status
copy_made(struct vss_diag *s, size_t i)
{
	struct vss_diag_record *r = &s->r[i];
	size_t number = r->set ? vss_party_find(&s->parties, A_SET, 0,
	    r->set) : 0, b = s->link[i].backup;
	enum vss_status st;

	if (number)
		b = vss_party(&s->parties, number)->backup;
	if (!b)
		return unknown_made(s, i);
	/* a set's other copies have records of their own */
	st = r->taken ? VSS_OK : take_made(s, b, i + 1);
	return st != VSS_OK || !r->set ? st : tell(s, r, backup(s, b),
	    KIND_V_MADE, 1 << PHASE_OK, NULL);
}

static enum vss_status
copy_gone(struct vss_diag *s, size_t i)
{
	struct vss_diag_record *r = &s->r[i];
	struct vss_party *d;
	size_t number = r->device ? vss_party_find(&s->parties, A_DEVICE, 0,
	    r->device) : 0, b;

	if (!number)
		return VSS_OK;
	d = vss_party(&s->parties, number);
	b = d->backup;
	d->backup = 0;
	return b ? tell(s, r, backup(s, b), KIND_V_GONE, 1 << PHASE_OK,
	    NULL) : VSS_OK;
}

static enum vss_status
attach(struct vss_diag *s, size_t i)
{
	struct vss_party *p = vss_party(&s->parties, s->link[i].process);

	return p->did ? emit(s, &s->r[i], backup(s, p->did), KIND_READ,
	    1 << PHASE_OK, 1, NULL, 0, 0) : VSS_OK;
}

/*
 * All together.
 */

/* Where the steps have ended, what is missing may have come; and ends of
 * processes are told twice where two logs have them. */
static int
passed_over(const struct vss_diag *s, const struct vss_diag_record *r)
{
	int process = r->what == W_START || r->what == W_EXIT;

	if (process && r->foreign && s->own_exits)
		return 1;
	if (!s->has_steps || r->time <= s->end)
		return 0;
	return r->what == W_STOP || r->what == W_ATTACH ||
	    r->what == W_ENGINE || r->what == W_REJECTED ||
	    r->what == W_GONE || r->what == W_BOOT || (process && r->foreign);
}

static enum vss_status
interpret(struct vss_diag *s, size_t i)
{
	struct vss_diag_record *r = &s->r[i];
	struct vss_diag_link *l = &s->link[i];

	if (r->note)
		vss_import_context(s->out, r->line, r->time, r->note);
	if (passed_over(s, r))
		return VSS_OK;
	if (!r->foreign && (r->what == W_TIME || r->what == W_STEP ||
	    r->what == W_START || r->what == W_EXIT))
		vss_import_time(s->out, r->time);
	switch (r->what) {
	case W_STEP:
		return l->role == ROLE_REQUESTER ? requester_step(s, i) :
		    l->role == ROLE_SERVICE ? service_step(s, i) :
		    writer_step(s, i);
	case W_START:
		vss_party(&s->parties, l->process)->born = 1;
		return VSS_OK;
	case W_EXIT:
		return process_exit(s, i);
	case W_STOP:
		s->making = 0;
		vss_import_idle_stop(s->out, r->time);
		return VSS_OK;
	case W_MADE:
		return copy_made(s, i);
	case W_ATTACH:
		return attach(s, i);
	case W_ENGINE:
		return engine(s, i);
	case W_REJECTED:
		return rejected(s, i);
	case W_INSIDE:
		return inside(s, i);
	case W_GONE:
		return copy_gone(s, i);
	case W_BOOT:
		machine_restarted(s, i);
		return VSS_OK;
	}
	return VSS_OK;
}

enum vss_status
vss_diag_interpret(struct vss_diag *s)
{
	enum vss_status st = link_records(s);
	size_t i;

	for (i = 0; i < s->n && st == VSS_OK; i++)
		st = interpret(s, i);
	/* other logs than that of the steps are whole up to their end */
	if (st == VSS_OK && !s->has_steps)
		vss_import_time(s->out, s->end);
	return st;
}

#define LOGS_LIMITS "event logs without registry steps show neither calls " \
    "nor most of what writers do, only sets that were made, databases that " \
    "were frozen (which SQL Server also does without VSS) and errors"

/* Auditing of processes may have been switched on in the middle. */
static void
show_exits(const struct vss_diag *s, struct vss_profile *p)
{
	static const int ends[] = { KIND_EXIT, KIND_SVC_EXIT, KIND_WDEAD };
	int late = !s->own_exits && (!s->has_steps ||
	    s->first_foreign > s->first_step);
	size_t i;

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		vss_profile_show(p, ends[i], s->shows_exit);
		p->doubtful[ends[i]] = s->shows_exit && late;
	}
}

void
vss_diag_profile(const struct vss_diag *s, const char *name,
    struct vss_profile *p)
{
	static const int shown[] = { KIND_META, KIND_PREP, KIND_DO, KIND_GWS,
	    KIND_COMPL, KIND_ID, KIND_PB, KIND_PS, KIND_FZ, KIND_TH, KIND_PO,
	    KIND_BC, KIND_SD, KIND_AB, KIND_PCOMMIT, KIND_FZ_TIMEOUT };
	size_t i;

	/* reads show only where a database engine logs that it has attached a
	 * database in the copy: READ stays among what is hidden */
	vss_profile_none(p, name);
	vss_copy_text(p->host, sizeof(p->host), s->host);
	p->local_time = s->local;
	show_exits(s, p);
	if (!s->has_steps) {
		/* classic sources write whole seconds */
		p->tick = 1000000;
		p->limits = s->local ? LOGS_LIMITS "; the times of these are "
		    "local and taken as UTC unless --utc-offset tells" :
		    LOGS_LIMITS;
		return;
	}
	for (i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		vss_profile_show(p, shown[i], 1);
	/* BACKUPSHUTDOWN is known to be written by some hosts; where a
	 * recording has none at all, nobody is blamed for it */
	p->doubtful[KIND_SD] = !s->shows_shutdown;
	/* the system's provider writes it, others need not */
	p->doubtful[KIND_PCOMMIT] = !s->shows_commit;
}

void
vss_diag_free(struct vss_diag *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		vss_diag_record_free(&s->r[i]);
	for (i = 0; i < s->nb; i++) {
		free(s->b[i].image);
		free(s->b[i].set);
	}
	vss_parties_free(&s->parties);
	free(s->fresh.v);
	free(s->doing.v);
	free(s->alone.v);
	free(s->link);
	free(s->r);
	free(s->b);
}
