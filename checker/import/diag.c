#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "diag.h"

/* A backup, while the records are being made into events. */
struct vss_diag_backup {
	char object[48];
	uint32_t pid;
	int writerless;
	int prepared, did, did_end, completed, over;
	int open;		/* KIND_META, PREP, DO, GWS, COMPL or 0 */
	char *image, *set;
};

static int
lower(int c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

const char *
vss_find_nocase(const char *s, const char *what)
{
	size_t i;

	for (; *s; s++) {
		for (i = 0; what[i] && lower(s[i]) == lower(what[i]); i++)
			;
		if (!what[i])
			return s;
	}
	return NULL;
}

int
vss_same_nocase(const char *a, const char *b)
{
	while (*a && lower(*a) == lower(*b)) {
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
	s->shows_exit |= r->what == W_EXIT;
	s->r[s->n++] = *r;
	return VSS_OK;
}

static struct vss_diag_backup *
new_backup(struct vss_diag *s, uint32_t pid)
{
	struct vss_diag_backup *b;

	if (s->nb == s->b_room) {
		int room = s->b_room ? s->b_room * 2 : 8;

		if (!(b = realloc(s->b, room * sizeof(*b))))
			return NULL;
		s->b = b;
		s->b_room = room;
	}
	b = &s->b[s->nb++];
	memset(b, 0, sizeof(*b));
	b->pid = pid;
	snprintf(b->object, sizeof(b->object), "backup %d", s->nb);
	return b;
}

/* The process's backup that is still going on. */
static struct vss_diag_backup *
current(struct vss_diag *s, uint32_t pid)
{
	int i;

	for (i = s->nb - 1; i >= 0; i--)
		if (s->b[i].pid == pid && !s->b[i].over)
			return &s->b[i];
	return NULL;
}

static enum vss_status
emit(struct vss_diag *s, const struct vss_diag_record *r, const struct vss_diag_backup *b,
    int kind, unsigned phases, unsigned data, const char *writer, int starts,
    int middle)
{
	struct vss_event ev = { 0 };
	char label[200];
	static const char *const edges[] = { "Enter", "Leave",
	    "SetCurrentState" };

	ev.kind = kind;
	ev.phases = r->edge == EDGE_LEAVE && (phases & r->ended) ?
	    phases & r->ended : phases;
	ev.data = data;
	ev.starts = starts;
	ev.middle = middle;
	ev.line = r->line;
	ev.time = r->time;
	ev.writer = writer;
	if (b) {
		ev.object = b->object;
		ev.pid = b->pid;
		ev.image = b->image && *b->image ? b->image : NULL;
		ev.set = b->set;
	}
	if (r->what == W_STEP && r->code)
		snprintf(label, sizeof(label), "%.20s\\%.16s (%.5s) 0x%08lx",
		    r->comp, r->op, edges[r->edge], (unsigned long)r->code);
	else if (r->what == W_STEP)
		snprintf(label, sizeof(label), "%.60s\\%.60s (%s)", r->comp,
		    r->op, edges[r->edge]);
	else
		snprintf(label, sizeof(label), "%s", r->what == W_EXIT ?
		    "Sysmon 5, process ended" : r->what == W_MADE ?
		    "Security 8222" : r->what == W_ATTACH ?
		    "ESENT 326, database attached" : "");
	ev.label = label;
	return s->out->event(s->out->arg, &ev, s->error);
}

static int
is_publisher(const char *comp)
{
	static const char *const others[] = { "VssvcPublisher", "Lovelace",
	    "SwProvider_", "FSProvider_", "HwProvider_", "VolSnap" };
	size_t i, k;

	if (vss_same_nocase(comp, "VssapiPublisher"))
		return 1;
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		for (k = 0; others[i][k] && lower(comp[k]) ==
		    lower(others[i][k]); k++)
			;
		if (!others[i][k])
			return 2;
	}
	return 0;
}

int
vss_diag_party(const char *comp)
{
	return is_publisher(comp);
}

static int
step_is(const struct vss_diag_record *r, const char *op)
{
	return r->what == W_STEP && vss_same_nocase(r->op, op);
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
	size_t i;

	if (party == 2)
		return vss_same_nocase(op, "PROVIDER_COMMIT") ? KIND_PCOMMIT :
		    0;
	for (i = 0; party && i < sizeof(calls) / sizeof(calls[0]); i++)
		if (vss_same_nocase(op, calls[i].op))
			return calls[i].kind;
	for (i = 0; !party && i < sizeof(handlers) / sizeof(handlers[0]); i++)
		if (vss_same_nocase(op, handlers[i].op))
			return handlers[i].kind;
	return 0;
}

/* The 8222 that tells of the copy made between two times. */
static struct vss_diag_record *
made(struct vss_diag *s, uint32_t pid, int64_t from, int64_t to)
{
	const int64_t slack = INT64_C(2000000);
	size_t k;

	for (k = 0; k < s->n; k++)
		if (s->r[k].what == W_MADE && !s->r[k].taken &&
		    (!pid || s->r[k].pid == pid) &&
		    s->r[k].time >= from - slack &&
		    (to == VSS_NO_TIME || s->r[k].time <= to + slack))
			return &s->r[k];
	return NULL;
}

/* An IDENTIFY after which the next thing done is BACKUPCOMPLETE is VSS's
 * own: the recording begins in the middle of a backup. */
static int
own_identify(const struct vss_diag *s, size_t i)
{
	const struct vss_diag_record *q;
	size_t k;

	for (k = i + 1; k < s->n; k++) {
		q = &s->r[k];
		if (q->pid != s->r[i].pid || q->what != W_STEP ||
		    is_publisher(q->comp) != 1)
			continue;
		if (step_is(q, "PREPAREBACKUP") || step_is(q, "DOSNAPSHOT"))
			return 0;
		if (step_is(q, "BACKUPCOMPLETE"))
			return 1;
	}
	return 0;
}

static enum vss_status
requester_step(struct vss_diag *s, size_t i, const uint32_t *born, size_t nborn)
{
	struct vss_diag_record *r = &s->r[i], *m, *q;
	struct vss_diag_backup *b = current(s, r->pid);
	int kind = 0, first = 0, starts = 0;
	unsigned phases;
	size_t k;

	for (k = 0; k < sizeof(calls) / sizeof(calls[0]); k++)
		if (step_is(r, calls[k].op))
			kind = calls[k].kind;
	if (!kind || r->edge == EDGE_STATE)
		return VSS_OK;
	/* VSS's own, between DoSnapshotSet and BackupComplete */
	if (kind == KIND_META && b && b->did && !b->completed)
		return VSS_OK;
	/* a round that begins after the end of one backup is another's */
	if (b && r->edge == EDGE_ENTER && ((kind == KIND_META &&
	    (b->completed || b->did_end)) || (kind == KIND_PREP &&
	    b->prepared))) {
		b->over = 1;
		b = NULL;
	}
	if (!b) {
		if (!(b = new_backup(s, r->pid)))
			return vss_import_no_memory(s->error);
		first = 1;
		for (k = 0; k < nborn; k++)
			starts |= born[k] == r->pid;
		starts |= kind == KIND_META && r->edge == EDGE_ENTER &&
		    !own_identify(s, i);
		if (!(b->image = vss_name_copy(r->image, strlen(r->image))))
			return vss_import_no_memory(s->error);
	}
	if (kind == KIND_DO && r->edge == EDGE_ENTER) {
		/* its leave bounds the time of the 8222 */
		for (k = i + 1; k < s->n; k++) {
			q = &s->r[k];
			if (q->pid == r->pid && step_is(q, "DOSNAPSHOT") &&
			    q->edge == EDGE_LEAVE)
				break;
		}
		m = made(s, r->pid, r->time, k < s->n ? s->r[k].time :
		    VSS_NO_TIME);
		if (m) {
			m->taken = 1;
			if (m->set && !b->set && !(b->set = vss_name_copy(m->set,
			    strlen(m->set))))
				return vss_import_no_memory(s->error);
		}
	}
	/* how it ended the registry does not tell */
	phases = r->edge == EDGE_ENTER ? 1 << PHASE_CALL :
	    1 << PHASE_OK | 1 << PHASE_ERR | 1 << PHASE_CAN;
	b->prepared |= kind == KIND_PREP;
	b->did |= kind == KIND_DO;
	b->did_end |= kind == KIND_DO && r->edge == EDGE_LEAVE;
	b->completed |= kind == KIND_COMPL;
	b->open = r->edge == EDGE_ENTER ? kind : 0;
	return emit(s, r, b, kind, phases, 0, NULL, first && starts, first &&
	    !starts);
}

static int
open_call(struct vss_diag *s, int kind)
{
	int i;

	for (i = 0; i < s->nb; i++)
		if (!s->b[i].over && s->b[i].open == kind)
			return 1;
	return 0;
}

static int
is_failed_state(const char *state)
{
	return vss_find_nocase(state, "FAILED") != NULL;
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
	char writer[LIMIT_NAME + 32];
	unsigned phases = 1 << PHASE_CALL;
	int kind = 0, open = 0;
	size_t k, h;

	snprintf(writer, sizeof(writer), "%s (pid %lu)", r->comp,
	    (unsigned long)r->pid);
	for (h = 0; h < sizeof(handlers) / sizeof(handlers[0]); h++)
		if (step_is(r, handlers[h].op))
			kind = handlers[h].kind;
	if (r->edge == EDGE_STATE) {
		for (k = i; k-- > 0 && !open;) {
			q = &s->r[k];
			if (q->what != W_STEP || q->pid != r->pid ||
			    strcmp(q->comp, r->comp))
				continue;
			if (q->edge != EDGE_ENTER)
				return VSS_OK;
			for (h = 0; h < sizeof(handlers) /
			    sizeof(handlers[0]); h++)
				if (step_is(q, handlers[h].op))
					kind = handlers[h].kind;
			open = 1;
		}
		if (!open || !kind)
			return VSS_OK;
		return emit(s, r, NULL, kind, is_failed_state(r->op) ?
		    1 << PHASE_ERR : 1 << PHASE_OK, 0, writer, 0, 0);
	}
	if (!kind)
		return VSS_OK;
	if (kind == KIND_ID && !open_call(s, KIND_META))
		return VSS_OK;	/* asked for by no requester we see */
	if (r->edge == EDGE_LEAVE) {
		phases = 1 << PHASE_OK | 1 << PHASE_ERR;
		for (k = i + 1; k < s->n; k++) {
			q = &s->r[k];
			if (q->what != W_STEP || q->pid != r->pid ||
			    strcmp(q->comp, r->comp))
				continue;
			if (q->edge == EDGE_STATE)
				phases = is_failed_state(q->op) ?
				    1 << PHASE_ERR : 1 << PHASE_OK;
			break;
		}
	}
	return emit(s, r, NULL, kind, phases, r->edge == EDGE_ENTER &&
	    kind == KIND_SD ? 7 : 0, writer, 0, 0);
}

/* A step of the service or of a provider. */
static enum vss_status
service_step(struct vss_diag *s, size_t i)
{
	struct vss_diag_record *r = &s->r[i], *m;
	struct vss_diag_backup *b = NULL;
	int k;

	if (r->edge != EDGE_ENTER)
		return VSS_OK;
	if (step_is(r, "PROVIDER_COMMIT")) {
		for (k = s->nb - 1; k >= 0 && !b; k--)
			if (!s->b[k].over && (s->b[k].open == KIND_DO ||
			    s->b[k].writerless))
				b = &s->b[k];
		return b ? emit(s, r, b, KIND_PCOMMIT, 1 << PHASE_OK, 0, NULL,
		    0, 0) : VSS_OK;
	}
	if (!step_is(r, "PROVIDER_BEGINPREPARE"))
		return VSS_OK;
	/* a volume is added: to the backup that has gathered metadata, or to
	 * one whose requester leaves no steps of its own (no writers) */
	for (k = s->nb - 1; k >= 0; k--)
		if (!s->b[k].over && !s->b[k].prepared && !s->b[k].did)
			return emit(s, r, &s->b[k], KIND_ADD, 1 << PHASE_OK, 0,
			    NULL, 0, 0);
	if (!(b = new_backup(s, 0)))
		return vss_import_no_memory(s->error);
	b->writerless = 1;
	if ((m = made(s, 0, r->time, VSS_NO_TIME))) {
		m->taken = 1;
		b->pid = m->pid;
		if ((m->image && !(b->image = vss_name_copy(m->image,
		    strlen(m->image)))) || (m->set && !(b->set = vss_name_copy(
		    m->set, strlen(m->set)))))
			return vss_import_no_memory(s->error);
	}
	return emit(s, r, b, KIND_ADD, 1 << PHASE_OK, 0, NULL, 1, 0);
}

static int
stopped_idle(struct vss_diag *s, int64_t t)
{
	const int64_t near = INT64_C(10000000);
	size_t k;

	for (k = 0; k < s->n; k++)
		if (s->r[k].what == W_STOP && s->r[k].time >= t - near &&
		    s->r[k].time <= t + near)
			return 1;
	return 0;
}

static enum vss_status
process_exit(struct vss_diag *s, size_t i)
{
	struct vss_diag_record *r = &s->r[i], *q;
	char writer[LIMIT_NAME + 32];
	enum vss_status st;
	size_t k, m;
	int b;

	for (b = 0; b < s->nb; b++) {
		if (s->b[b].pid != r->pid || s->b[b].over == 2)
			continue;
		st = emit(s, r, &s->b[b], KIND_EXIT, 1 << PHASE_OK, 0, NULL,
		    0, 0);
		if (st != VSS_OK)
			return st;
		s->b[b].over = 2;
	}
	/* an orderly stop of the service is told by its own records */
	if (vss_same_nocase(r->image, "vssvc.exe")) {
		if (stopped_idle(s, r->time))
			return VSS_OK;
		st = emit(s, r, NULL, KIND_SVC_EXIT, 1 << PHASE_OK, 0, NULL,
		    0, 0);
		if (st != VSS_OK)
			return st;
	}
	/* writers of the process go with it */
	for (k = 0; k < i; k++) {
		q = &s->r[k];
		if (q->what != W_STEP || q->pid != r->pid ||
		    q->edge != EDGE_ENTER || is_publisher(q->comp) ||
		    !step_is(q, "PREPAREBACKUP"))
			continue;
		for (m = 0; m < k; m++)
			if (s->r[m].what == W_STEP && s->r[m].pid == r->pid &&
			    s->r[m].edge == EDGE_ENTER && step_is(&s->r[m],
			    "PREPAREBACKUP") && !strcmp(s->r[m].comp, q->comp))
				break;
		if (m < k)
			continue;	/* told already */
		snprintf(writer, sizeof(writer), "%s (pid %lu)", q->comp,
		    (unsigned long)r->pid);
		st = emit(s, r, NULL, KIND_WDEAD, 1 << PHASE_OK, 0, writer, 0,
		    0);
		if (st != VSS_OK)
			return st;
	}
	return VSS_OK;
}

/* The copy is there: told to the backup that it has been matched with. */
static enum vss_status
copy_made(struct vss_diag *s, size_t i)
{
	int k;

	for (k = 0; k < s->nb && s->r[i].set; k++)
		if (s->b[k].set && !strcmp(s->b[k].set, s->r[i].set))
			return emit(s, &s->r[i], &s->b[k], KIND_V_MADE,
			    1 << PHASE_OK, 0, NULL, 0, 0);
	return VSS_OK;
}

static enum vss_status
attach(struct vss_diag *s, size_t i)
{
	int k;

	for (k = s->nb - 1; k >= 0; k--)
		if (s->b[k].pid == s->r[i].pid && s->b[k].did)
			return emit(s, &s->r[i], &s->b[k], KIND_READ,
			    1 << PHASE_OK, 1, NULL, 0, 0);
	return VSS_OK;
}

enum vss_status
vss_diag_interpret(struct vss_diag *s)
{
	enum vss_status st = VSS_OK;
	uint32_t *born;
	size_t i, nborn = 0;
	struct vss_diag_record *r;
	int k;

	if (!(born = malloc((s->n + 1) * sizeof(*born))))
		return vss_import_no_memory(s->error);
	for (i = 0; i < s->n && st == VSS_OK; i++) {
		r = &s->r[i];
		/* where Sysmon has ended, what is missing may have come */
		if ((r->what == W_STOP || r->what == W_ATTACH) &&
		    r->time > s->end)
			continue;
		if (r->what == W_TIME || r->what == W_STEP ||
		    r->what == W_START || r->what == W_EXIT)
			vss_import_time(s->out, r->time);
		switch (r->what) {
		case W_STEP:
			k = is_publisher(r->comp);
			st = k == 1 ? requester_step(s, i, born, nborn) :
			    k == 2 ? service_step(s, i) : writer_step(s, i);
			break;
		case W_START:
			born[nborn++] = r->pid;
			break;
		case W_EXIT:
			st = process_exit(s, i);
			break;
		case W_STOP:
			vss_import_idle_stop(s->out, r->time);
			break;
		case W_MADE:
			st = copy_made(s, i);
			break;
		case W_ATTACH:
			st = attach(s, i);
			break;
		}
	}
	free(born);
	return st;
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
	for (i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		vss_profile_show(p, shown[i], 1);
	/* BACKUPSHUTDOWN is known to be written by some hosts; where a
	 * recording has none at all, nobody is blamed for it */
	p->doubtful[KIND_SD] = !s->shows_shutdown;
	/* the system's provider writes it, others need not */
	p->doubtful[KIND_PCOMMIT] = !s->shows_commit;
	vss_profile_show(p, KIND_EXIT, s->shows_exit);
	vss_profile_show(p, KIND_SVC_EXIT, s->shows_exit);
	vss_profile_show(p, KIND_WDEAD, s->shows_exit);
}

void
vss_diag_free(struct vss_diag *s)
{
	size_t i;
	int k;

	for (i = 0; i < s->n; i++)
		vss_diag_record_free(&s->r[i]);
	for (k = 0; k < s->nb; k++) {
		free(s->b[k].image);
		free(s->b[k].set);
	}
	free(s->r);
	free(s->b);
}
