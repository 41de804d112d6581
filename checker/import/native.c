/*
 * The native format, JSON Lines: docs/native-format.md is its contract.
 *
 * A line is parsed by jansson, its strings live until the line is done with.
 * A known member whose value is not allowed refuses its line; members that
 * are not known are not looked at.
 */
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "import.h"

#define VERSION 1

/* A line that says no more than an event can is far shorter. */
enum { LIMIT_LINE = 1 << 20 };

/* VSS names of contexts (_VSS_SNAPSHOT_CONTEXT) by what they mean here. */
static const struct {
	const char *name, *value;
} contexts[] = {
	{ "BACKUP", "AUTO_W" },
	{ "FILE_SHARE_BACKUP", "AUTO_N" },
	{ "NAS_ROLLBACK", "KEPT_N" },
	{ "APP_ROLLBACK", "KEPT_W" },
	{ "CLIENT_ACCESSIBLE", "KEPT_N" },
	{ "CLIENT_ACCESSIBLE_WRITERS", "KEPT_W" },
	{ "ALL", "ANY" },
};

/* The member that carries a data set by the names of its values. */
static const char *const data_members[] = {
	[DATA_CONTEXT] = "context",
	[DATA_STATUS] = "status",
	[DATA_SOURCE] = "from",
	[DATA_SETID] = "names",
	[DATA_WHOSE] = "whose",
	[DATA_OBJECT] = "deletes",
};

/* Values of SetBackupState: bit 0 of the value is component mode, bit 1 a
 * type that lets writers truncate logs. */
enum {
	VOLUMES = 1 << 0 | 1 << 2,
	COMPONENTS = 1 << 1 | 1 << 3,
	KEEPS_LOGS = 1 << 0 | 1 << 1,
	TRUNCATES = 1 << 2 | 1 << 3
};

static const struct {
	const char *name;
	uint8_t values;
} backup_types[] = {
	{ "FULL", TRUNCATES },
	{ "INCREMENTAL", TRUNCATES },
	{ "LOG", TRUNCATES },
	{ "COPY", KEEPS_LOGS },
	{ "DIFFERENTIAL", TRUNCATES | KEEPS_LOGS },
	{ "OTHER", TRUNCATES | KEEPS_LOGS },
};

static const char *const groups[] = {
	[ACTOR_REQUESTER] = "requester",
	[ACTOR_SERVICE] = "service",
	[ACTOR_WRITER] = "writer",
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static enum vss_status refuse(struct vss_error *e, const char *format, ...)
#ifdef __GNUC__
    __attribute__((format(printf, 2, 3)))
#endif
    ;

/* The line is in the error already. */
static enum vss_status
refuse(struct vss_error *e, const char *format, ...)
{
	char text[sizeof(e->text)];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	vss_error_set(e, e->line, 1, "%s", text);
	return VSS_BAD;
}

/* What somebody else wrote, made fit for a message: whole characters of at
 * most n - 1 bytes, none of them a control. */
static char *
shown(char *buf, size_t n, const char *s)
{
	size_t i;

	for (i = 0; s[i] && i < n - 1; i++)
		buf[i] = (unsigned char)s[i] < ' ' || s[i] == 127 ? '?' : s[i];
	while (s[i] && i > 0 && (s[i] & 0xc0) == 0x80)
		i--;
	buf[i] = '\0';
	return buf;
}

static void
add_word(char *buf, size_t n, const char *word)
{
	size_t used = strlen(buf);

	snprintf(buf + used, n - used, "%s%s", used ? ", " : "", word);
}

/* "call, fin, err, can" */
static char *
phase_words(char *buf, size_t n, int kind)
{
	const char *s;
	int ph;

	*buf = '\0';
	for (ph = 1; ph <= 4; ph++)
		if ((s = vss_phase_suffix(kind, ph)))
			add_word(buf, n, s);
	return buf;
}

/* A member; NULL when it is absent or null. */
static json_t *
member(const json_t *o, const char *name)
{
	json_t *v = json_object_get(o, name);

	return json_is_null(v) ? NULL : v;
}

static enum vss_status
read_string(const json_t *o, const char *name, const char **s,
    struct vss_error *e)
{
	const json_t *v = member(o, name);

	*s = NULL;
	if (!v)
		return VSS_OK;
	if (!json_is_string(v))
		return refuse(e, "\"%s\" must be a string", name);
	if (json_string_length(v) == 0)
		return refuse(e, "\"%s\" must not be empty", name);
	if (json_string_length(v) > LIMIT_NAME)
		return refuse(e, "\"%s\" must not be longer than %d bytes",
		    name, LIMIT_NAME);
	*s = json_string_value(v);
	return VSS_OK;
}

static enum vss_status
read_flag(const json_t *o, const char *name, uint8_t *flag,
    struct vss_error *e)
{
	const json_t *v = member(o, name);

	*flag = json_is_true(v);
	if (v && !json_is_boolean(v))
		return refuse(e, "\"%s\" must be true or false", name);
	return VSS_OK;
}

static enum vss_status
read_pid(const json_t *o, uint32_t *pid, struct vss_error *e)
{
	const json_t *v = member(o, "pid");

	*pid = 0;
	if (!v)
		return VSS_OK;
	if (!json_is_integer(v) || json_integer_value(v) < 1 ||
	    json_integer_value(v) > UINT32_MAX)
		return refuse(e, "\"pid\" must be a whole number from 1 to "
		    "4294967295");
	*pid = (uint32_t)json_integer_value(v);
	return VSS_OK;
}

static enum vss_status
read_time(const json_t *o, int64_t *t, struct vss_error *e)
{
	const json_t *v = member(o, "t");

	*t = VSS_NO_TIME;
	if (!v)
		return VSS_OK;
	if (json_is_string(v))
		*t = vss_time_parse(json_string_value(v));
	if (*t == VSS_NO_TIME)
		return refuse(e, "\"t\" must be a time such as "
		    "\"2023-07-19T16:03:45.992Z\"");
	return VSS_OK;
}

/* The kind of that name. The end of a session is never recorded: it follows
 * from the recording. */
static int
find_kind(const char *name, size_t n)
{
	int kind = vss_kind_find(name, n);

	return kind == KIND_END ? 0 : kind;
}

/* "KIND" or "KIND.phase": phase is 0 when none is named. Returns the kind,
 * 0 when there is no such kind or phase. */
static int
find_event(const char *s, int *phase)
{
	const char *dot = strchr(s, '.');
	int kind = find_kind(s, dot ? (size_t)(dot - s) : strlen(s));

	*phase = 0;
	if (!kind || !dot)
		return kind;
	if (dot[1])
		*phase = vss_phase_find(kind, dot + 1, strlen(dot + 1));
	return *phase ? kind : 0;
}

/* "phase": the outcomes that the source leaves open. */
static enum vss_status
read_outcomes(const json_t *v, int kind, uint8_t *phases,
    struct vss_error *e)
{
	char words[64];
	const char *s;
	size_t i;
	int ph;

	phase_words(words, sizeof(words), kind);
	*phases = 0;
	for (i = 0; i < json_array_size(v); i++) {
		s = json_string_value(json_array_get(v, i));
		ph = s && *s ? vss_phase_find(kind, s, strlen(s)) : 0;
		if (!ph)
			return refuse(e, "\"phase\" must list phases of %s: "
			    "%s", vss_kind(kind)->name, words);
		*phases |= 1 << ph;
	}
	if (!*phases)
		return refuse(e, "\"phase\" must be a list with at least one "
		    "of: %s", words);
	if (*phases & 1 << PHASE_CALL && *phases != 1 << PHASE_CALL)
		return refuse(e, "\"phase\" cannot leave open whether %s "
		    "begins or ends", vss_kind(kind)->name);
	return VSS_OK;
}

static enum vss_status
read_kind(const json_t *o, struct vss_event *ev, struct vss_error *e)
{
	const json_t *list = member(o, "phase");
	const char *name;
	char buf[48], words[64];
	size_t n;
	int phase;

	if (read_string(o, "event", &name, e) != VSS_OK)
		return VSS_BAD;
	n = strcspn(name, ".");
	ev->kind = find_kind(name, n);
	ev->label = name;
	shown(buf, sizeof(buf), name);
	if (!ev->kind)
		return refuse(e, "unknown event \"%s\"", buf);
	phase_words(words, sizeof(words), ev->kind);
	if (!*words && (name[n] || list))
		return refuse(e, "%s has no phases", vss_kind(ev->kind)->name);
	if (name[n] && list)
		return refuse(e, "\"%s\" names its phase: \"phase\" cannot "
		    "stand beside it", buf);
	if (!name[n] && list)
		return read_outcomes(list, ev->kind, &ev->phases, e);
	if (!find_event(name, &phase))
		return refuse(e, "unknown event \"%s\": the phases of %s are "
		    "%s", buf, vss_kind(ev->kind)->name, words);
	if (!phase)
		phase = vss_phase_find(ev->kind, "", 0);
	if (!phase)
		return refuse(e, "\"%s\" lacks its phase: one of %s", buf,
		    words);
	ev->phases = 1 << phase;
	return VSS_OK;
}

static uint8_t
all_values(int set)
{
	uint8_t all = 0;
	int d;

	for (d = 0; vss_data_name(set, d); d++)
		all |= 1 << d;
	return all;
}

/* The bit of a value's name, 0 when it is none. */
static uint8_t
find_value(int set, const char *s)
{
	size_t i;
	int d;

	if (set == DATA_CONTEXT && !strncmp(s, "VSS_CTX_", 8))
		s += 8;
	for (i = 0; set == DATA_CONTEXT && i < COUNT(contexts); i++)
		if (!strcmp(s, contexts[i].name))
			s = contexts[i].value;
	for (d = 0; vss_data_name(set, d); d++)
		if (!strcmp(s, vss_data_name(set, d)))
			return 1 << d;
	return 0;
}

static enum vss_status
refuse_value(int set, struct vss_error *e)
{
	char words[64] = "";
	int d;

	for (d = 0; vss_data_name(set, d); d++)
		add_word(words, sizeof(words), vss_data_name(set, d));
	return refuse(e, "\"%s\" must be one of %s%s, or a list of them",
	    data_members[set], words, set == DATA_CONTEXT ?
	    ", the name of a VSS context (BACKUP, APP_ROLLBACK, ...)" : "");
}

/* One name, or a list of those that it may have been. */
static enum vss_status
read_names(const json_t *o, int set, uint8_t *data, struct vss_error *e)
{
	const json_t *v = member(o, data_members[set]), *item;
	size_t i, n = json_is_array(v) ? json_array_size(v) : 1;
	uint8_t bit;

	*data = 0;
	if (!v)
		*data = all_values(set);
	for (i = 0; v && i < n; i++) {
		item = json_is_array(v) ? json_array_get(v, i) : v;
		bit = json_is_string(item) ?
		    find_value(set, json_string_value(item)) : 0;
		if (!bit)
			return refuse_value(set, e);
		*data |= bit;
	}
	return *data ? VSS_OK : refuse_value(set, e);
}

static enum vss_status
read_backup_state(const json_t *o, uint8_t *data, struct vss_error *e)
{
	const char *type;
	uint8_t components;
	size_t i;

	if (read_flag(o, "components", &components, e) != VSS_OK ||
	    read_string(o, "type", &type, e) != VSS_OK)
		return VSS_BAD;
	*data = all_values(DATA_BACKUP);
	if (member(o, "components"))
		*data = components ? COMPONENTS : VOLUMES;
	if (!type)
		return VSS_OK;
	for (i = 0; i < COUNT(backup_types); i++)
		if (!strcmp(type, backup_types[i].name)) {
			*data &= backup_types[i].values;
			return VSS_OK;
		}
	return refuse(e, "\"type\" must be one of FULL, INCREMENTAL, LOG, "
	    "COPY, DIFFERENTIAL, OTHER");
}

static enum vss_status
read_verdict(const json_t *o, uint8_t *data, struct vss_error *e)
{
	uint8_t success;

	if (read_flag(o, "success", &success, e) != VSS_OK)
		return VSS_BAD;
	*data = all_values(DATA_VERDICT);
	if (member(o, "success"))
		*data = find_value(DATA_VERDICT, success ? "true" : "false");
	return VSS_OK;
}

/* Only the phase that carries data is asked for it. */
static enum vss_status
read_data(const json_t *o, struct vss_event *ev, struct vss_error *e)
{
	int set = vss_kind(ev->kind)->data;

	if (!(ev->phases >> vss_kind_data_phase(ev->kind) & 1))
		return VSS_OK;
	switch (set) {
	case DATA_NODATA:
		return VSS_OK;
	case DATA_BACKUP:
		return read_backup_state(o, &ev->data, e);
	case DATA_VERDICT:
		return read_verdict(o, &ev->data, e);
	default:
		return read_names(o, set, &ev->data, e);
	}
}

static enum vss_status
read_event(const json_t *o, struct vss_event *ev, struct vss_error *e)
{
	const char *label;

	memset(ev, 0, sizeof(*ev));
	ev->line = e->line;
	if (read_kind(o, ev, e) != VSS_OK ||
	    read_data(o, ev, e) != VSS_OK ||
	    read_time(o, &ev->time, e) != VSS_OK ||
	    read_pid(o, &ev->pid, e) != VSS_OK ||
	    read_flag(o, "starts", &ev->starts, e) != VSS_OK ||
	    read_flag(o, "middle", &ev->middle, e) != VSS_OK ||
	    read_string(o, "object", &ev->object, e) != VSS_OK ||
	    read_string(o, "image", &ev->image, e) != VSS_OK ||
	    read_string(o, "writer", &ev->writer, e) != VSS_OK ||
	    read_string(o, "component", &ev->component, e) != VSS_OK ||
	    read_string(o, "set", &ev->set, e) != VSS_OK ||
	    read_string(o, "label", &label, e) != VSS_OK)
		return VSS_BAD;
	if (ev->starts && ev->middle)
		return refuse(e, "\"starts\" and \"middle\" exclude each "
		    "other");
	if (label)
		ev->label = label;
	return VSS_OK;
}

static enum vss_status
take_fact(const json_t *o, struct vss_import *out, struct vss_error *e)
{
	const char *fact;
	int64_t t;

	if (read_string(o, "fact", &fact, e) != VSS_OK ||
	    read_time(o, &t, e) != VSS_OK)
		return VSS_BAD;
	if (strcmp(fact, "idle-stop") && strcmp(fact, "reboot") &&
	    strcmp(fact, "time"))
		return refuse(e, "\"fact\" must be \"time\", "
		    "\"idle-stop\" or \"reboot\"");
	if (t == VSS_NO_TIME)
		return refuse(e, "a fact needs its time, \"t\"");
	if (!strcmp(fact, "idle-stop"))
		vss_import_idle_stop(out, t);
	else if (!strcmp(fact, "reboot"))
		vss_import_reboot(out, t);
	else
		vss_import_time(out, t);
	return VSS_OK;
}

/* One entry of "perhaps": what is there counts, what is not may only not have
 * been recorded. */
static int
doubt_entry(struct vss_profile *p, const char *s)
{
	int phase, kind = find_event(s, &phase);

	if (!kind || phase || kind == KIND_END)
		return 0;
	vss_profile_doubt(p, kind);
	return 1;
}

/* One entry of "sees" or "hides". */
static int
apply_entry(struct vss_profile *p, const char *s, int show)
{
	int kind, phase, actor, k, found = 0;

	for (k = 1; k < KIND_COUNT; k++) {
		if (!vss_kind(k)->name || k == KIND_END)
			continue;
		actor = vss_kind(k)->actor;
		if (strcmp(s, "all") && strcmp(s, groups[actor]))
			continue;
		vss_profile_show(p, k, show);
		found = 1;
	}
	if (found)
		return 1;
	kind = find_event(s, &phase);
	if (!kind)
		return 0;
	if (!phase)
		vss_profile_show(p, kind, show);
	else if (show)
		p->shows[kind] |= 1 << phase;
	else
		p->shows[kind] &= ~(1 << phase);
	return 1;
}

enum { HIDE, SHOW, DOUBT };

static enum vss_status
apply_list(const json_t *o, const char *name, struct vss_profile *p,
    int how, struct vss_error *e)
{
	const json_t *v = member(o, name);
	const char *s;
	char buf[48];
	size_t i;

	if (v && !json_is_array(v))
		return refuse(e, "\"%s\" must be a list", name);
	for (i = 0; i < json_array_size(v); i++) {
		s = json_string_value(json_array_get(v, i));
		if (!s)
			return refuse(e, "\"%s\" must be a list of strings",
			    name);
		if (how == DOUBT && !doubt_entry(p, s))
			return refuse(e, "\"%s\" in \"%s\" is no event",
			    shown(buf, sizeof(buf), s), name);
		if (how != DOUBT && !apply_entry(p, s, how))
			return refuse(e, "\"%s\" in \"%s\" is neither an "
			    "event, nor requester, service, writer or all",
			    shown(buf, sizeof(buf), s), name);
	}
	return VSS_OK;
}

/* What its time stamps are worth, where other recordings stand beside it. */
static enum vss_status
read_clock(const json_t *o, struct vss_profile *p, struct vss_error *e)
{
	const json_t *v = member(o, "clock");
	const char *s = json_string_value(v);
	double tick;

	if (v && (!s || (strcmp(s, "utc") && strcmp(s, "local"))))
		return refuse(e, "\"clock\" must be \"utc\" or "
		    "\"local\"");
	p->local_time = v && !strcmp(s, "local");
	if (!(v = member(o, "tick")))
		return VSS_OK;
	tick = json_number_value(v);
	if (!json_is_number(v) || !(tick >= 0 && tick <= 3600))
		return refuse(e, "\"tick\" must be a number of seconds, 0 to "
		    "3600");
	p->tick = (int64_t)(tick * 1000000);
	return VSS_OK;
}

static enum vss_status
read_header(const json_t *o, struct vss_profile *p, struct vss_error *e)
{
	const json_t *v = json_object_get(o, "vsscheck");

	if (!v)
		return refuse(e, "no header: the first line must be "
		    "{\"vsscheck\": %d}", VERSION);
	if (!json_is_integer(v) || json_integer_value(v) != VERSION)
		return refuse(e, "unknown version of the format: \"vsscheck\" "
		    "must be %d", VERSION);
	if ((v = member(o, "source")) && !json_is_string(v))
		return refuse(e, "\"source\" must be a string");
	if ((v = member(o, "host")) && !json_is_string(v))
		return refuse(e, "\"host\" must be a string");
	vss_profile_all(p);
	if (member(o, "sees"))
		vss_profile_none(p, "native");
	p->name = "native";
	if (v)
		vss_copy_text(p->host, sizeof(p->host), json_string_value(v));
	if (read_clock(o, p, e) != VSS_OK)
		return VSS_BAD;
	if (apply_list(o, "sees", p, SHOW, e) != VSS_OK ||
	    apply_list(o, "hides", p, HIDE, e) != VSS_OK ||
	    apply_list(o, "perhaps", p, DOUBT, e) != VSS_OK)
		return VSS_BAD;
	return VSS_OK;
}

/* An object that follows the header. What was at fault is in *e; a status of
 * the sink's is in *sink. */
static enum vss_status
take_object(const json_t *o, struct vss_import *out, struct vss_error *e,
    enum vss_status *sink, struct vss_error *sink_error)
{
	struct vss_event ev;

	if (json_object_get(o, "vsscheck"))
		return refuse(e, "a second header: one recording, one file");
	if (member(o, "event") && member(o, "fact"))
		return refuse(e, "\"event\" and \"fact\" cannot stand in one "
		    "line");
	if (member(o, "fact"))
		return take_fact(o, out, e);
	if (!member(o, "event"))
		return refuse(e, "neither \"event\" nor \"fact\"");
	if (read_event(o, &ev, e) != VSS_OK)
		return VSS_BAD;
	vss_import_time(out, ev.time);
	*sink = out->event(out->arg, &ev, sink_error);
	return VSS_OK;
}

/* The object in a line; NULL with an error when there is none. */
static json_t *
parse(const char *s, size_t n, struct vss_error *e, enum vss_status *st)
{
	json_error_t je;
	json_t *o;
	char buf[128];

	*st = VSS_BAD;
	if (n > LIMIT_LINE) {
		refuse(e, "a line must not be longer than %d bytes",
		    LIMIT_LINE);
		return NULL;
	}
	o = json_loadb(s, n, JSON_REJECT_DUPLICATES, &je);
	if (!o && (!*je.text ||
	    json_error_code(&je) == json_error_out_of_memory)) {
		vss_error_set(e, e->line, 0, "out of memory");
		*st = VSS_FAIL;
		return NULL;
	}
	if (!o) {
		vss_error_set(e, e->line, je.column > 0 ? je.column : 1,
		    "not JSON: %s", shown(buf, sizeof(buf), je.text));
		return NULL;
	}
	if (!json_is_object(o)) {
		refuse(e, "not a JSON object");
		json_decref(o);
		return NULL;
	}
	*st = VSS_OK;
	return o;
}

static int
blank(const char *s, const char *end)
{
	while (s < end && (*s == ' ' || *s == '\t' || *s == '\r'))
		s++;
	return s == end;
}

/* Past the mark of UTF-8 that some programs put first. */
static const char *
skip_mark(const char *s, const char *end)
{
	return end - s >= 3 && !memcmp(s, "\xef\xbb\xbf", 3) ? s + 3 : s;
}

int
vss_native_probe(const char *buf, size_t len)
{
	const char *end, *start, *p, *stop;
	struct vss_error e = { 0 };
	enum vss_status st;
	json_t *o;
	int sure;

	if (!len)
		return 0;
	end = buf + len;
	p = start = skip_mark(buf, end);
	while ((stop = vss_line(&p, end)) && blank(start, stop))
		start = p;
	if (!stop || !(o = parse(start, stop - start, &e, &st)))
		return 0;
	sure = json_object_get(o, "vsscheck") ? 2 : 0;
	json_decref(o);
	return sure;
}

/* One line. Anything but VSS_OK stops the import; a refused line does only
 * in place of the header. */
static enum vss_status
take_line(const char *s, size_t n, struct vss_import *out, int *begun,
    struct vss_error *e, struct vss_error *sink_error)
{
	enum vss_status st, sink = VSS_OK;
	struct vss_profile profile;
	json_t *o = parse(s, n, e, &st);

	if (o && !*begun && (st = read_header(o, &profile, e)) == VSS_OK) {
		*begun = 1;
		sink = out->profile(out->arg, &profile);
	} else if (o && *begun) {
		st = take_object(o, out, e, &sink, sink_error);
	}
	json_decref(o);
	if (st == VSS_OK)
		out->counts.used++;
	else if (st == VSS_BAD && *begun) {
		vss_import_reject(out, e);
		return VSS_OK;
	} else
		out->counts.rejected++;
	if (st != VSS_OK) {
		*sink_error = *e;
		return st;
	}
	return sink;
}

enum vss_status
vss_native_read(const char *buf, size_t len, struct vss_import *out,
    struct vss_error *error)
{
	const char *end, *start, *p, *stop;
	struct vss_error e;
	enum vss_status st;
	uint64_t line = 0;
	int begun = 0;

	memset(&out->counts, 0, sizeof(out->counts));
	end = len ? buf + len : buf;
	p = start = len ? skip_mark(buf, end) : buf;
	for (; (stop = vss_line(&p, end)); start = p) {
		line++;
		out->counts.lines++;
		if (blank(start, stop)) {
			out->counts.ignored++;
			continue;
		}
		memset(&e, 0, sizeof(e));
		e.line = line;
		st = take_line(start, stop - start, out, &begun, &e, error);
		if (st != VSS_OK)
			return st;
	}
	if (begun)
		return VSS_OK;
	vss_error_set(error, line, 0, "no header: the file is empty");
	return VSS_BAD;
}
