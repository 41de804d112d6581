/*
 * Scenario text: one backup, readable on one screen. docs/scenario-format.md
 * is the grammar.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "import.h"

enum { MAX_OBJECTS = 64, MAX_OPEN = 256 };

struct open_handler {
	int object, kind;
	char writer[64];
};

struct object {
	char name[16];
	char set[64];
	int seen;
};

struct scenario {
	struct vss_import *out;
	struct vss_error *error;
	struct vss_profile profile;
	uint64_t line;
	const char *line_start;
	int64_t clock;
	struct object objects[MAX_OBJECTS];
	int nobjects;
	int current, explicit_object;
	int middle[MAX_OBJECTS];
	struct open_handler open[MAX_OPEN];
	int nopen;
	int bad;		/* the line has been rejected */
	int seen_sees;		/* a sees: line has been read */
	uint8_t perhaps[KIND_COUNT];
};

struct span { const char *p; size_t n; };

static int
same(struct span s, const char *w)
{
	return s.n == strlen(w) && !memcmp(s.p, w, s.n);
}

static int
upper(int c)
{
	return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
}

static int
same_nocase(struct span s, const char *w)
{
	size_t i;

	if (s.n != strlen(w))
		return 0;
	for (i = 0; i < s.n; i++)
		if (upper(s.p[i]) != upper(w[i]))
			return 0;
	return 1;
}

static enum vss_status
refuse(struct scenario *sc, const char *at, const char *format, struct span s)
{
	struct vss_error e;

	vss_error_set(&e, sc->line, at - sc->line_start + 1, format,
	    (int)(s.n > 60 ? 60 : s.n), s.p);
	sc->bad = 1;
	if (sc->out->reject)
		sc->out->reject(sc->out->arg, &e);
	return VSS_BAD;
}

static void
copy(char *to, size_t size, struct span s)
{
	size_t n = s.n < size - 1 ? s.n : size - 1;

	memcpy(to, s.p, n);
	to[n] = 0;
}

static enum vss_status
emit(struct scenario *sc, int object, int kind, int phase, unsigned data,
    const char *writer, const char *component, const char *set,
    const char *label)
{
	struct vss_event ev = { 0 };
	struct object *o = object >= 0 ? &sc->objects[object] : NULL;

	ev.kind = kind;
	ev.phases = 1 << phase;
	ev.data = data;
	ev.line = sc->line;
	ev.time = sc->clock;
	ev.object = o ? o->name : NULL;
	ev.writer = writer;
	ev.component = component;
	ev.set = set;
	ev.label = label;
	if (o && !o->seen) {
		ev.middle = sc->middle[object];
		ev.starts = !ev.middle;
		o->seen = 1;
	}
	vss_import_time(sc->out, sc->clock);
	return sc->out->event(sc->out->arg, &ev, sc->error);
}

static int
find_object(struct scenario *sc, struct span name)
{
	int i;

	for (i = 0; i < sc->nobjects; i++)
		if (same(name, sc->objects[i].name))
			return i;
	if (sc->nobjects == MAX_OBJECTS ||
	    name.n >= sizeof(sc->objects[0].name))
		return -1;
	copy(sc->objects[i].name, sizeof(sc->objects[i].name), name);
	/* object i1 makes set S1 until StartSnapshotSet names another */
	snprintf(sc->objects[i].set, sizeof(sc->objects[i].set), "S%.*s",
	    (int)name.n - 1, name.p + 1);
	return sc->nobjects++;
}

/*
 * Handlers return by themselves: at the writer's next event, at the end of
 * the call that raised them, and at the end of the object. `writer` NULL:
 * all of the object.
 */
static enum vss_status
return_handlers(struct scenario *sc, int object, const char *writer,
    int raised_by)
{
	char label[96];
	enum vss_status st;
	int i, k;

	for (i = 0; i < sc->nopen; i++) {
		struct open_handler h = sc->open[i];

		if ((object >= 0 && h.object != object) ||
		    (writer && strcmp(h.writer, writer)) ||
		    (raised_by && vss_kind_raised_by(h.kind) != raised_by &&
		    !(h.kind == KIND_AB && raised_by == KIND_DO)))
			continue;
		for (k = i; k + 1 < sc->nopen; k++)
			sc->open[k] = sc->open[k + 1];
		sc->nopen--;
		i--;
		snprintf(label, sizeof(label), "%s:%s returns", h.writer,
		    vss_kind(h.kind)->name);
		st = emit(sc, h.object, h.kind, PHASE_OK, 0, h.writer, NULL,
		    NULL, label);
		if (st != VSS_OK)
			return st;
	}
	return VSS_OK;
}

static int
take_open(struct scenario *sc, int object, const char *writer, int kind)
{
	int i, k;

	for (i = 0; i < sc->nopen; i++)
		if (sc->open[i].object == object &&
		    sc->open[i].kind == kind &&
		    !strcmp(sc->open[i].writer, writer)) {
			for (k = i; k + 1 < sc->nopen; k++)
				sc->open[k] = sc->open[k + 1];
			sc->nopen--;
			return 1;
		}
	return 0;
}

/* w1 and W1 are the same writer. */
static void
writer_name(char *to, size_t size, struct span s)
{
	copy(to, size, s);
	if (to[0] == 'w')
		to[0] = 'W';
}

/* Split "a,b c" into at most n words at commas and blanks. */
static int
words(struct span s, struct span *w, int n)
{
	const char *p = s.p, *end = s.p + s.n, *q;
	int k = 0;

	while (p < end && k < n) {
		while (p < end && (*p == ',' || *p == ' ' || *p == '\t'))
			p++;
		for (q = p; q < end && *q != ',' && *q != ' ' && *q != '\t';)
			q++;
		if (q > p) {
			w[k].p = p;
			w[k++].n = q - p;
		}
		p = q;
	}
	return k;
}

/* The set a shutdown names, as a data set. */
static unsigned
set_data(struct scenario *sc, int object, struct span arg)
{
	if (!arg.n)
		return 7;
	if (same_nocase(arg, "nil"))
		return 2;
	return same(arg, sc->objects[object].set) ? 1 : 4;
}

/* What a deletion names: the object's set, or nothing; another set; a copy. */
static unsigned
deleted_data(const struct scenario *sc, const struct object *o,
    struct span arg)
{
	struct span w;
	int i;

	if (!words(arg, &w, 1) || same(w, o->set) || memchr(w.p, ':', w.n))
		return 1;
	for (i = 0; i < sc->nobjects; i++)
		if (same(w, sc->objects[i].set))
			return 4;
	return *w.p == 'S' ? 4 : 2;
}

static enum vss_status
writer_action(struct scenario *sc, const char *at, const char *writer,
    struct span arg, const char *label)
{
	static const struct { const char *name; int kind; } acts[] = {
		{ "alloc", KIND_ALLOC }, { "free", KIND_FREE },
		{ "freezeIO", KIND_FREEZEIO },
		{ "resumeIO", KIND_RESUMEIO }, { "truncate", KIND_TRUNC },
		{ "mark-success", KIND_MARK }, { "errhandle", KIND_ACT },
		{ "async-start", KIND_ACT }, { "async-end", KIND_ACT },
	};
	struct span w[2];
	size_t i;
	int n = words(arg, w, 2), o = sc->current, k;
	unsigned data = 0;

	for (i = 0; n && i < sizeof(acts) / sizeof(acts[0]); i++)
		if (same(w[0], acts[i].name))
			break;
	if (!n || i == sizeof(acts) / sizeof(acts[0]))
		return refuse(sc, at, "unknown action '%.*s': alloc, free, "
		    "freezeIO, resumeIO, truncate, mark-success, errhandle, "
		    "async-start or async-end", arg);
	if (acts[i].kind == KIND_FREE) {
		data = 1;
		/* what belongs to another backup is that backup's loss */
		if (n == 2 && !same(w[1], sc->objects[o].set))
			for (k = 0; k < sc->nobjects; k++)
				if (same(w[1], sc->objects[k].set)) {
					o = k;
					data = 2;
				}
	}
	return emit(sc, o, acts[i].kind, PHASE_OK, data, writer, NULL, NULL,
	    label);
}

static enum vss_status
writer_token(struct scenario *sc, const char *at, struct span who,
    struct span what, struct span arg, struct span result, const char *label)
{
	char writer[64];
	enum vss_status st;
	int kind, in_open;

	if (who.n >= sizeof(writer))
		return refuse(sc, at, "writer name too long: '%.*s'", who);
	writer_name(writer, sizeof(writer), who);
	if (same(what, "act"))
		return writer_action(sc, at, writer, arg, label);
	if (same(what, "fail"))
		return emit(sc, sc->current, KIND_WFAIL, PHASE_OK, 0, writer,
		    NULL, NULL, label);
	if (same(what, "call"))
		return emit(sc, sc->current,
		    same(arg, "GetCurrentSnapshotSetId") ? KIND_GETSET :
		    KIND_ACT, PHASE_OK, 0, writer, NULL, NULL, label);
	if (same(what, "writer-crash")) {
		while (sc->nopen && take_open(sc, sc->current, writer,
		    sc->open[sc->nopen - 1].kind))
			;
		return emit(sc, sc->current, KIND_WDEAD, PHASE_OK, 0, writer,
		    NULL, NULL, label);
	}
	kind = vss_kind_find(what.p, what.n);
	if (!kind || vss_kind(kind)->phases != PHASES_HANDLER)
		return refuse(sc, at, "unknown writer token '%.*s': ID, PB, "
		    "PS, FZ, TH, PO, BC, SD, AB, fail(code), act(what), "
		    "call(method) or writer-crash", what);
	if (result.n && !same(result, "t") && !same(result, "f") &&
	    !same(result, "none"))
		return refuse(sc, at, "a handler returns =t or =f, or =none "
		    "when it never does, not '%.*s'", result);
	in_open = take_open(sc, sc->current, writer, kind);
	if (!in_open || !result.n) {
		if (in_open) {
			st = emit(sc, sc->current, kind, PHASE_OK, 0, writer,
			    NULL, NULL, NULL);
			if (st != VSS_OK)
				return st;
		}
		st = return_handlers(sc, sc->current, writer, 0);
		if (st == VSS_OK)
			st = emit(sc, sc->current, kind, PHASE_CALL,
			    kind == KIND_SD ? set_data(sc, sc->current, arg) :
			    0, writer, NULL, NULL, label);
		if (st != VSS_OK)
			return st;
	}
	if (same(result, "none"))
		return VSS_OK;
	if (result.n)
		return emit(sc, sc->current, kind, same(result, "t") ?
		    PHASE_OK : PHASE_ERR, 0, writer, NULL, NULL, label);
	if (sc->nopen == MAX_OPEN)
		return refuse(sc, at, "too many handlers open at '%.*s'",
		    what);
	sc->open[sc->nopen].object = sc->current;
	sc->open[sc->nopen].kind = kind;
	snprintf(sc->open[sc->nopen++].writer, sizeof(writer), "%s", writer);
	return VSS_OK;
}

static enum vss_status
service_token(struct scenario *sc, const char *at, struct span what,
    struct span arg, struct span suffix, int provider, const char *label)
{
	char set[64] = "";
	int kind = 0;

	copy(set, sizeof(set), arg);
	if (provider) {
		static const char *const known[] = { "BeginPrep", "EndPrep",
		    "PreCommit", "Commit", "PostCommit", "PreFinal",
		    "PostFinal", "Abort", "Delete", "LunEmpty" };
		size_t i, n = sizeof(known) / sizeof(known[0]);

		for (i = 0; i < n && !same(what, known[i]); i++)
			;
		if (i == n)
			return refuse(sc, at, "unknown provider token '%.*s': "
			    "BeginPrep, EndPrep, PreCommit, Commit, "
			    "PostCommit, PreFinal, PostFinal, Abort, Delete "
			    "or LunEmpty", what);
		if (same(what, "Commit") && !same(suffix, "err") &&
		    !same(suffix, "call"))
			kind = KIND_PCOMMIT;
	} else if (same(what, "made"))
		kind = KIND_V_MADE;
	else if (same(what, "gone"))
		kind = KIND_V_GONE;
	else if (same(what, "crash"))
		kind = KIND_SVC_EXIT;
	else if (same(what, "hold-timeout"))
		kind = KIND_HOLD_TIMEOUT;
	else if (same(what, "idle-exit")) {
		vss_import_idle_stop(sc->out, sc->clock);
		return VSS_OK;
	} else if (same(what, "reboot")) {
		vss_import_reboot(sc->out, sc->clock);
		return VSS_OK;
	} else if (!same(what, "log"))
		return refuse(sc, at, "unknown service token '%.*s': "
		    "made(set), gone(set), log(id), hold-timeout, crash, "
		    "idle-exit or reboot", what);
	if (!kind)
		return VSS_OK;
	/* no writer is still in Freeze when writes are held */
	if (kind == KIND_PCOMMIT || kind == KIND_HOLD_TIMEOUT) {
		enum vss_status st = return_handlers(sc, sc->current, NULL,
		    KIND_DO);

		if (st != VSS_OK)
			return st;
	}
	return emit(sc, kind == KIND_SVC_EXIT ? -1 : sc->current, kind,
	    PHASE_OK, 0, NULL, NULL, set[0] ? set : NULL, label);
}

static const struct { const char *name; unsigned data; } contexts[] = {
	{ "BACKUP", 1 }, { "FILE_SHARE_BACKUP", 2 }, { "APP_ROLLBACK", 4 },
	{ "NAS_ROLLBACK", 8 }, { "CLIENT_ACCESSIBLE", 8 },
	{ "CLIENT_ACCESSIBLE_WRITERS", 4 }, { "ALL", 16 },
	{ "AUTO_W", 1 }, { "AUTO_N", 2 }, { "KEPT_W", 4 }, { "KEPT_N", 8 },
};

/* Backup state: bit 0 component mode, bit 1 a type that truncates. */
static enum vss_status
state_data(struct scenario *sc, const char *at, struct span arg,
    unsigned *data)
{
	static const struct { const char *name; int comps, trunc; } names[] = {
		{ "components", 1, -1 }, { "select=true", 1, -1 },
		{ "select=false", 0, -1 }, { "volumes", 0, -1 },
		{ "FULL", -1, 1 }, { "INCREMENTAL", -1, 1 },
		{ "LOG", -1, 1 }, { "COPY", -1, 0 },
		{ "DIFFERENTIAL", -1, -1 }, { "OTHER", -1, -1 },
	};
	struct span w[8];
	int n = words(arg, w, 8), i, comps = -1, trunc = -1, d;
	size_t k;

	for (i = 0; i < n; i++) {
		for (k = 0; k < sizeof(names) / sizeof(names[0]); k++)
			if (same_nocase(w[i], names[k].name))
				break;
		if (k == sizeof(names) / sizeof(names[0]))
			return refuse(sc, at, "unknown backup state '%.*s': "
			    "components, volumes, FULL, INCREMENTAL, LOG, "
			    "DIFFERENTIAL, COPY or OTHER", w[i]);
		if (names[k].comps >= 0)
			comps = names[k].comps;
		if (names[k].trunc >= 0)
			trunc = names[k].trunc;
	}
	*data = 0;
	for (d = 0; d < 4; d++)
		if ((comps < 0 || comps == (d & 1)) &&
		    (trunc < 0 || trunc == d >> 1))
			*data |= 1 << d;
	return VSS_OK;
}

/* SUCC(w1,c1,true), COMP(w1,c1), GETST(w1,failed), GWS(W1 failed) */
static enum vss_status
named_writer(struct scenario *sc, int kind, int phase, struct span arg,
    const char *label)
{
	struct span w[4];
	char writer[64] = "", component[64] = "";
	int n = words(arg, w, 4), i, data = kind == KIND_COMP ? 0 : 3;

	for (i = 0; i < n; i++) {
		if (kind == KIND_SUCC && same(w[i], "true"))
			data = 1;
		else if (kind == KIND_SUCC && same(w[i], "false"))
			data = 2;
		else if (kind == KIND_GETST && same(w[i], "failed"))
			data = 2;
		else if (kind == KIND_GETST && (same(w[i], "fine") ||
		    same(w[i], "stable")))
			data = 1;
		else if (!writer[0])
			writer_name(writer, sizeof(writer), w[i]);
		else
			copy(component, sizeof(component), w[i]);
	}
	return emit(sc, sc->current, kind, phase, data,
	    writer[0] ? writer : NULL, component[0] ? component : NULL, NULL,
	    label);
}

static enum vss_status
requester_token(struct scenario *sc, const char *at, struct span name,
    struct span suffix, struct span arg, const char *label)
{
	/* calls of IVssAsync that change nothing the rules speak of, and
	 * calls on the object with no kind of their own */
	static const char *const notes[] = { "WAIT", "QS" };
	static const char *const others[] = { "ENA", "DIS", "FREEMETA",
	    "FREESTATUS", "EXPOSE", "QUERY", "IMPORT", "PRERESTORE",
	    "POSTRESTORE" };
	struct object *o = &sc->objects[sc->current];
	enum vss_status st;
	unsigned data = 0;
	size_t i;
	int kind, phase;

	for (i = 0; i < sizeof(notes) / sizeof(notes[0]); i++)
		if (same(name, notes[i]))
			return VSS_OK;
	kind = vss_kind_find(name.p, name.n);
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (same(name, others[i]))
			kind = KIND_OTHER;
	if (same(name, "CRASH"))
		kind = KIND_EXIT;
	if (!kind || vss_kind(kind)->actor == ACTOR_WRITER ||
	    (vss_kind(kind)->actor == ACTOR_SERVICE && kind != KIND_END))
		return refuse(sc, at, "unknown token '%.*s'", name);
	if (same(suffix, "pend"))
		return VSS_OK;
	if (!suffix.n || same(suffix, "ret"))
		phase = PHASE_OK;
	else if (kind == KIND_OTHER)	/* synchronous or not */
		phase = same(suffix, "err") ? PHASE_ERR :
		    same(suffix, "call") ? PHASE_CALL : PHASE_OK;
	else if (!(phase = vss_phase_find(kind, suffix.p, suffix.n)) &&
	    same(suffix, "ok") && vss_kind(kind)->phases == PHASES_ASYNC)
		return refuse(sc, at, "'.%.*s' on an asynchronous call: "
		    ".call, .fin, .can or .err", suffix);
	else if (same(suffix, "call") && !phase)
		return VSS_OK;	/* the call of a synchronous method */
	else if (!phase)
		return refuse(sc, at, "unknown suffix '.%.*s'", suffix);
	if (phase == PHASE_CALL && kind == KIND_OTHER)
		return VSS_OK;
	if (kind == KIND_CTX && phase == PHASE_OK) {
		for (i = 0; i < sizeof(contexts) / sizeof(contexts[0]); i++)
			if (same(arg, contexts[i].name))
				data = contexts[i].data;
		if (!data)
			return refuse(sc, at, "unknown context '%.*s': "
			    "BACKUP, FILE_SHARE_BACKUP, NAS_ROLLBACK, "
			    "APP_ROLLBACK, CLIENT_ACCESSIBLE, "
			    "CLIENT_ACCESSIBLE_WRITERS or ALL", arg);
	}
	if (kind == KIND_STATE && phase == PHASE_OK) {
		st = state_data(sc, at, arg, &data);
		if (st != VSS_OK)
			return st;
	}
	if (kind == KIND_DEL && phase == PHASE_OK)
		data = deleted_data(sc, o, arg);
	if (kind == KIND_READ)
		data = same(arg, "live") ? 2 : 1;
	if (phase != PHASE_CALL && (vss_kind(kind)->phases == PHASES_ASYNC ||
	    kind == KIND_ABORT)) {
		st = return_handlers(sc, sc->current, NULL, kind);
		if (st != VSS_OK)
			return st;
	}
	if (kind == KIND_END) {
		st = return_handlers(sc, sc->explicit_object ? sc->current :
		    -1, NULL, 0);
		if (st != VSS_OK)
			return st;
		return emit(sc, sc->explicit_object ? sc->current : -1, kind,
		    PHASE_OK, 0, NULL, NULL, NULL, label);
	}
	if (kind == KIND_COMP || kind == KIND_SUCC || kind == KIND_GETST)
		return named_writer(sc, kind, phase, arg, label);
	if (kind == KIND_START && phase == PHASE_OK && arg.n)
		copy(o->set, sizeof(o->set), arg);
	st = emit(sc, sc->current, kind, phase, data, NULL, NULL,
	    kind == KIND_START || kind == KIND_DO ? o->set : NULL, label);
	if (st == VSS_OK && kind == KIND_GWS && arg.n)
		st = named_writer(sc, KIND_GETST, PHASE_OK, arg, label);
	return st;
}

/* "<75 s>" */
static enum vss_status
elapse(struct scenario *sc, const char *at, struct span s)
{
	const char *p = s.p, *end = s.p + s.n;
	int64_t n = 0;

	if (p == end || *p < '0' || *p > '9')
		return VSS_OK;	/* a remark: <process alive> */
	for (; p < end && *p >= '0' && *p <= '9' && n < 1000000; p++)
		n = n * 10 + *p - '0';
	while (p < end && *p == ' ')
		p++;
	if (end - p == 2 && p[0] == 'm' && p[1] == 's')
		n *= 1000;
	else if (end - p == 1 && *p == 's')
		n *= 1000000;
	else if (end - p == 3 && !memcmp(p, "min", 3))
		n *= 60000000;
	else
		return refuse(sc, at, "time is <N ms>, <N s> or <N min>, not "
		    "<%.*s>", s);
	sc->clock += n;
	vss_import_time(sc->out, sc->clock);
	return VSS_OK;
}

/* The parenthesis that closes the one at p, NULL when there is none. */
static const char *
closing(const char *p, const char *end)
{
	int depth = 0;

	for (; p < end; p++) {
		if (*p == '(' && ++depth > LIMIT_NESTING)
			return NULL;
		if (*p == ')' && !--depth)
			return p;
	}
	return NULL;
}

static int
name_char(int c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* Is it a list of tokens (W1:PB ...) rather than a name or a code? */
static int
holds_tokens(struct span s)
{
	size_t i;

	for (i = 1; i + 1 < s.n; i++)
		if (s.p[i] == ':' && name_char(s.p[i - 1]) &&
		    ((s.p[i + 1] >= 'A' && s.p[i + 1] <= 'Z') ||
		    (s.p[i + 1] >= 'a' && s.p[i + 1] <= 'z')))
			return 1;
	return 0;
}

static enum vss_status tokens(struct scenario *sc, const char *p,
    const char *end, int depth);

/* One token: [WHO:]NAME[(args)][.suffix[(code)]][=result][[thread]] */
static enum vss_status
token(struct scenario *sc, const char **pp, const char *end, int depth)
{
	const char *p = *pp, *start = p, *close;
	struct span who = { NULL, 0 }, name, arg = { "", 0 };
	struct span suffix = { "", 0 }, result = { "", 0 }, inner = { "", 0 };
	char label[56];
	enum vss_status st;
	int nested = 0, k;

	name.p = p;
	while (p < end && name_char(*p))
		p++;
	name.n = p - name.p;
	if (p < end && *p == ':' && p + 1 < end && name_char(p[1])) {
		who = name;
		name.p = ++p;
		while (p < end && name_char(*p))
			p++;
		name.n = p - name.p;
	}
	if (!name.n) {
		name.p = p;
		name.n = 1;
		*pp = p + 1;
		return refuse(sc, start, "expected a token, found '%.*s'",
		    name);
	}
	while (p < end && (*p == '(' || *p == '.' || *p == '=' ||
	    *p == '[' || *p == '!')) {
		if (*p == '(') {
			if (!(close = closing(p, end))) {
				*pp = end;
				return refuse(sc, p, "no ')' for this '(%.*s'",
				    name);
			}
			inner.p = p + 1;
			inner.n = close - p - 1;
			/* what stands after .err is the result code */
			if (!arg.n && (!suffix.n || !same(suffix, "err") ||
			    holds_tokens(inner)))
				arg = inner;
			if (holds_tokens(inner) && !who.n &&
			    (k = vss_kind_find(name.p, name.n)) &&
			    (vss_kind(k)->phases == PHASES_ASYNC ||
			    vss_kind(k)->phases == PHASES_CALL))
				nested = 1;
			p = close + 1;
		} else if (*p == '.') {
			suffix.p = ++p;
			while (p < end && name_char(*p))
				p++;
			suffix.n = p - suffix.p;
		} else if (*p == '=') {
			result.p = ++p;
			while (p < end && name_char(*p))
				p++;
			result.n = p - result.p;
		} else if (*p == '!') {
			suffix.p = "err";
			suffix.n = 3;
			p++;
		} else {
			while (p < end && *p != ']')
				p++;
			if (p < end)
				p++;
		}
	}
	*pp = p;
	if (p < end && *p != ' ' && *p != '\t' && *p != ')') {
		name.n = 1;
		name.p = p;
		*pp = p + 1;
		return refuse(sc, p, "unexpected '%.*s' in a token", name);
	}
	inner.p = start;
	inner.n = (nested ? arg.p - 1 : p) - start;
	copy(label, sizeof(label), inner);
	sc->clock += 1000;
	if (who.n && same(who, "V"))
		return service_token(sc, start, name, arg, suffix, 0, label);
	if (who.n && same(who, "P"))
		return service_token(sc, start, name, arg, suffix, 1, label);
	if (who.n)
		return writer_token(sc, start, who, name, arg, result, label);
	if (!nested)
		return requester_token(sc, start, name, suffix, arg, label);
	if (depth >= LIMIT_NESTING)
		return refuse(sc, start, "nested too deeply: '%.*s'", name);
	inner.p = "call";
	inner.n = 4;
	st = requester_token(sc, start, name, inner, (struct span){ "", 0 },
	    label);
	if (st == VSS_OK)
		st = tokens(sc, arg.p, arg.p + arg.n, depth + 1);
	if (st == VSS_OK)
		st = requester_token(sc, start, name, suffix,
		    (struct span){ "", 0 }, label);
	return st;
}

static enum vss_status
tokens(struct scenario *sc, const char *p, const char *end, int depth)
{
	enum vss_status st;
	struct span s;
	int bad = 0;

	while (p < end) {
		if (*p == ' ' || *p == '\t') {
			p++;
			continue;
		}
		if (*p == '#')
			break;
		if (*p == '<') {
			s.p = p + 1;
			while (p < end && *p != '>')
				p++;
			s.n = p - s.p;
			if (p == end)
				return refuse(sc, s.p - 1, "no '>' for this "
				    "'<%.*s'", s);
			p++;
			st = elapse(sc, s.p, s);
		} else if (end - p >= 3 && !memcmp(p, "...", 3)) {
			p += 3;
			st = VSS_OK;
			if (!sc->objects[sc->current].seen)
				sc->middle[sc->current] = 1;
		} else
			st = token(sc, &p, end, depth);
		/* a token that is refused spoils the line's count, not the
		 * tokens after it */
		if (st == VSS_BAD && sc->bad) {
			bad = 1;
			sc->bad = 0;
			st = VSS_OK;
		}
		if (st != VSS_OK)
			return st;
	}
	sc->bad = bad;
	return bad ? VSS_BAD : VSS_OK;
}

/* sees: and hides: take kinds, kind.suffix, requester, service, writer or
 * all. */
static enum vss_status
sees(struct scenario *sc, struct span s, int shown)
{
	struct span w[128];
	int n = words(s, w, 128), i, k, ph;
	const char *dot;

	for (i = 0; i < n; i++) {
		if (*w[i].p == '#')
			break;
		for (k = 1; k < KIND_COUNT; k++) {
			if (!vss_kind(k)->name || k == KIND_END)
				continue;
			if (same(w[i], "all") ||
			    (same(w[i], "requester") &&
			    vss_kind(k)->actor == ACTOR_REQUESTER) ||
			    (same(w[i], "service") &&
			    vss_kind(k)->actor == ACTOR_SERVICE) ||
			    (same(w[i], "writer") &&
			    vss_kind(k)->actor == ACTOR_WRITER))
				vss_profile_show(&sc->profile, k, shown);
		}
		if (same(w[i], "all") || same(w[i], "requester") ||
		    same(w[i], "service") || same(w[i], "writer"))
			continue;
		dot = memchr(w[i].p, '.', w[i].n);
		k = vss_kind_find(w[i].p, dot ? (size_t)(dot - w[i].p) :
		    w[i].n);
		ph = k && dot ? vss_phase_find(k, dot + 1,
		    w[i].n - (dot + 1 - w[i].p)) : 0;
		if (!k || (dot && !ph))
			return refuse(sc, w[i].p, "'%.*s' is no event: a "
			    "token such as DO or ABORT.call, or requester, "
			    "service, writer, all", w[i]);
		if (dot && shown)
			sc->profile.shows[k] |= 1 << ph;
		else if (dot)
			sc->profile.shows[k] &= ~(1 << ph);
		else
			vss_profile_show(&sc->profile, k, shown);
	}
	return VSS_OK;
}

/* perhaps: takes kinds that only some hosts record. What sees: and hides: say
 * of them does not matter, wherever they stand. */
static enum vss_status
perhaps(struct scenario *sc, struct span s)
{
	struct span w[128];
	int n = words(s, w, 128), i, k;

	for (i = 0; i < n && *w[i].p != '#'; i++) {
		k = vss_kind_find(w[i].p, w[i].n);
		if (!k || k == KIND_END)
			return refuse(sc, w[i].p, "'%.*s' is no event: a "
			    "token such as SD, without a suffix", w[i]);
		sc->perhaps[k] = 1;
	}
	return VSS_OK;
}

static int
directive(const char *p, const char *end, const char *word, struct span *rest)
{
	size_t n = strlen(word);

	if ((size_t)(end - p) < n || memcmp(p, word, n))
		return 0;
	rest->p = p + n;
	rest->n = end - p - n;
	return 1;
}

static enum vss_status
scenario_line(struct scenario *sc, const char *p, const char *end, int pass)
{
	struct span rest, name;
	const char *q;
	char buf[1024];
	int first;

	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	if (p == end || *p == '#') {
		sc->out->counts.ignored += pass == 2;
		return VSS_OK;
	}
	if (directive(p, end, "title:", &rest) ||
	    directive(p, end, "source:", &rest)) {
		return VSS_OK;
	}
	if (directive(p, end, "sees:", &rest) ||
	    directive(p, end, "hides:", &rest)) {
		if (pass == 2)
			return VSS_OK;
		if (*p == 's' && !sc->seen_sees++)
			vss_profile_none(&sc->profile, "scenario");
		return sees(sc, rest, *p == 's');
	}
	if (directive(p, end, "perhaps:", &rest))
		return pass == 2 ? VSS_OK : perhaps(sc, rest);
	if (pass == 1)
		return VSS_OK;
	if (directive(p, end, "expect:", &rest)) {
		for (q = rest.p; q < end && *q != '#'; q++)
			;
		rest.n = q - rest.p;
		copy(buf, sizeof(buf), rest);
		if (sc->out->expect)
			sc->out->expect(sc->out->arg, sc->line, buf);
		return VSS_OK;
	}
	name.p = p;
	for (q = p; q < end && name_char(*q); q++)
		;
	name.n = q - p;
	sc->explicit_object = 0;
	first = 0;
	if (*p == 'i' && name.n > 1 && p[1] >= '0' && p[1] <= '9' &&
	    q < end && *q == ':') {
		first = find_object(sc, name);
		if (first < 0)
			return refuse(sc, p, "too many objects, or too long "
			    "a name: '%.*s'", name);
		sc->explicit_object = 1;
		p = q + 1;
	} else if (!sc->nobjects)
		find_object(sc, (struct span){ "i1", 2 });
	sc->current = first;
	return tokens(sc, p, end, 0);
}

int
vss_scenario_probe(const char *buf, size_t len)
{
	static const char *const directives[] = { "title:", "sees:", "hides:",
	    "perhaps:",
	    "source:", "expect:", "...", "V:", "P:", "CRASH" };
	const char *p = buf, *end = buf + len, *line, *stop, *q;
	size_t i, n;
	int k;

	while (line = p, (stop = vss_line(&p, end))) {
		while (line < stop && (*line == ' ' || *line == '\t'))
			line++;
		if (line == stop || *line == '#')
			continue;
		for (i = 0; i < sizeof(directives) / sizeof(directives[0]);
		    i++) {
			n = strlen(directives[i]);
			if ((size_t)(stop - line) >= n &&
			    !memcmp(line, directives[i], n))
				return 2;
		}
		for (q = line; q < stop && name_char(*q); q++)
			;
		if (vss_kind_find(line, q - line))
			return 2;
		/* i2: ..., W1:PB, SqlServer:PB */
		if (q == line || q == stop || *q != ':')
			return 0;
		if (*line == 'i' && line[1] >= '0' && line[1] <= '9')
			return 2;
		for (n = 0, line = q + 1; line + n < stop &&
		    name_char(line[n]); n++)
			;
		k = vss_kind_find(line, n);
		return k && vss_kind(k)->actor == ACTOR_WRITER ? 2 : 0;
	}
	return 0;
}

enum vss_status
vss_scenario_read(const char *buf, size_t len, struct vss_import *out,
    struct vss_error *error)
{
	struct scenario *sc;
	const char *p, *end = buf + len, *start, *stop;
	enum vss_status st = VSS_OK;
	int pass, k;

	if (!(sc = calloc(1, sizeof(*sc)))) {
		vss_error_set(error, 0, 0, "out of memory");
		return VSS_FAIL;
	}
	sc->out = out;
	sc->error = error;
	vss_profile_all(&sc->profile);
	for (pass = 1; pass <= 2 && st == VSS_OK; pass++) {
		sc->line = 0;
		for (p = start = buf; st == VSS_OK && (stop = vss_line(&p,
		    end)); start = p) {
			sc->line++;
			sc->line_start = start;
			sc->bad = 0;
			st = scenario_line(sc, start, stop, pass);
			if (st == VSS_BAD && sc->bad) {
				out->counts.rejected++;
				st = VSS_OK;
			}
		}
		for (k = 1; pass == 1 && k < KIND_COUNT; k++)
			if (sc->perhaps[k])
				vss_profile_doubt(&sc->profile, k);
		if (pass == 1 && st == VSS_OK)
			st = out->profile(out->arg, &sc->profile);
	}
	if (st == VSS_OK)
		st = return_handlers(sc, -1, NULL, 0);
	out->counts.lines = sc->line;
	out->counts.used = sc->line - out->counts.ignored -
	    out->counts.rejected;
	free(sc);
	return st;
}
