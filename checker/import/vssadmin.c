/*
 * What vssadmin lists: the states of the writers, and the shadow copies that
 * there are.
 *
 * Such a list is the state of one moment, told to a process that took no part
 * in any backup; the documentation of VSS says not to rely on it ("Determining
 * Writer Status"). So nothing of it is an event, and no rule is judged by it:
 * it is shown beside the verdicts, and where a text holds several lists, what
 * has changed from one to the next.
 *
 * The text is localised: lines are taken by what they hold and by their place.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "console.h"

/* Of one list; of more only the number is told. */
enum { LISTED_WRITERS = 512, LISTED_SETS = 512 };

struct listed_writer {
	char name[128];
	char instance[CONSOLE_GUID];
	char error[96];
	int state;
	uint64_t line;
};

struct listed_set {
	char set[CONSOLE_GUID];
	uint64_t line;
	unsigned copies;
};

struct list {
	uint64_t line;			/* 0: there is none */
	struct listed_writer *writers;	/* LISTED_WRITERS */
	struct listed_set *sets;	/* LISTED_SETS */
	unsigned nwriters, failed, waiting, nsets;
	uint64_t more;			/* writers that were not kept */
};

struct vssadmin {
	struct vss_import *out;
	struct vss_console c;
	struct vss_console_writer writer;
	/* the one being read and the last of its kind before it */
	struct list now, writers_before, sets_before;
	unsigned lists;
	uint64_t used;
	/* the GUIDs that lines since the last copy ended with */
	char guids[2][CONSOLE_GUID];
	int nguids;
	uint64_t guid_line;
};

static void
tell(const struct vssadmin *v, uint64_t line, const char *text)
{
	vss_import_context(v->out, line, VSS_NO_TIME, text);
}

static int
room_for(struct list *l)
{
	if (!l->writers)
		l->writers = calloc(LISTED_WRITERS, sizeof(*l->writers));
	if (!l->sets)
		l->sets = calloc(LISTED_SETS, sizeof(*l->sets));
	return l->writers && l->sets;
}

static void
exchange(struct list *a, struct list *b)
{
	struct list t = *a;

	*a = *b;
	*b = t;
}

static void
clear(struct list *l)
{
	l->line = l->more = 0;
	l->nwriters = l->failed = l->waiting = l->nsets = 0;
}

/*
 * What has changed.
 */

/* By instance where there is one of that id, else by name. */
static const struct listed_writer *
find_writer(const struct list *l, const struct listed_writer *w)
{
	const struct listed_writer *by_name = NULL;
	unsigned i;

	for (i = 0; i < l->nwriters; i++) {
		if (!strcmp(l->writers[i].instance, w->instance))
			return &l->writers[i];
		if (!by_name && !strcmp(l->writers[i].name, w->name))
			by_name = &l->writers[i];
	}
	return by_name;
}

static void
compare_writer(const struct vssadmin *v, const struct listed_writer *before,
    const struct listed_writer *w)
{
	const struct list *old = &v->writers_before;
	char text[256];
	const char *what = NULL;

	if (w->state >= WRITER_FAILED && before->state < WRITER_FAILED)
		what = "it has failed in between";
	else if (w->state == WRITER_COMPLETE && before->state ==
	    WRITER_STABLE)
		what = "a backup began in between, and to this writer it is "
		    "not over";
	else if (w->state == WRITER_COMPLETE && before->state ==
	    WRITER_COMPLETE)
		what = "to this writer a backup from before is still not over";
	else if (w->state == WRITER_STABLE && before->state >= WRITER_FAILED)
		what = "it has recovered";
	if (what) {
		snprintf(text, sizeof(text), "writer %s was \"%s\" in the list "
		    "of line %lu and is \"%s\" in this one: %s", w->name,
		    vss_console_state(before->state), (unsigned long)old->line,
		    vss_console_state(w->state), what);
		tell(v, v->now.line, text);
	}
	if (strcmp(before->instance, w->instance)) {
		snprintf(text, sizeof(text), "writer %s has another instance "
		    "id than in the list of line %lu: it has been started "
		    "anew", w->name, (unsigned long)old->line);
		tell(v, v->now.line, text);
	}
}

static void
compare_writers(const struct vssadmin *v)
{
	const struct list *old = &v->writers_before, *now = &v->now;
	const struct listed_writer *before;
	char text[256];
	unsigned i;

	for (i = 0; i < now->nwriters; i++) {
		before = find_writer(old, &now->writers[i]);
		if (before) {
			compare_writer(v, before, &now->writers[i]);
			continue;
		}
		snprintf(text, sizeof(text), "writer %s was not in the list of "
		    "line %lu", now->writers[i].name,
		    (unsigned long)old->line);
		tell(v, now->line, text);
	}
	for (i = 0; i < old->nwriters; i++) {
		if (find_writer(now, &old->writers[i]))
			continue;
		snprintf(text, sizeof(text), "writer %s was in the list of "
		    "line %lu and is not in this one",
		    old->writers[i].name, (unsigned long)old->line);
		tell(v, now->line, text);
	}
}

static int
has_set(const struct list *l, const char *set)
{
	unsigned i;

	for (i = 0; i < l->nsets; i++)
		if (!strcmp(l->sets[i].set, set))
			return 1;
	return 0;
}

static void
compare_sets(const struct vssadmin *v)
{
	const struct list *old = &v->sets_before, *now = &v->now;
	char text[160];
	unsigned i;

	for (i = 0; i < now->nsets; i++) {
		if (has_set(old, now->sets[i].set))
			continue;
		snprintf(text, sizeof(text), "shadow copy set %s has been made "
		    "since the list of line %lu", now->sets[i].set,
		    (unsigned long)old->line);
		tell(v, now->sets[i].line, text);
	}
	for (i = 0; i < old->nsets; i++) {
		if (has_set(now, old->sets[i].set))
			continue;
		snprintf(text, sizeof(text), "shadow copy set %s of the list "
		    "of line %lu is gone", old->sets[i].set,
		    (unsigned long)old->line);
		tell(v, now->line, text);
	}
}

/*
 * One list.
 */

static void
tell_writer(const struct vssadmin *v, const struct listed_writer *w)
{
	char text[256];

	if (w->state >= WRITER_FAILED)
		snprintf(text, sizeof(text), "writer %s: state %d, %s; last "
		    "error: %s", w->name, w->state,
		    vss_console_state(w->state), w->error);
	else
		snprintf(text, sizeof(text), "writer %s: state %d, %s",
		    w->name, w->state, vss_console_state(w->state));
	tell(v, w->line, text);
}

static void
end_writers(struct vssadmin *v)
{
	char text[160];
	struct list *l = &v->now;
	unsigned i;

	if (!l->nwriters)
		return;
	if (!l->failed && !l->waiting && !l->more)
		snprintf(text, sizeof(text), "%u writer%s listed, all stable",
		    l->nwriters, l->nwriters == 1 ? "" : "s");
	else
		snprintf(text, sizeof(text), "%llu writer%s listed: %u "
		    "failed, %u waiting",
		    (unsigned long long)(l->nwriters + l->more),
		    l->nwriters + l->more == 1 ? "" : "s", l->failed,
		    l->waiting);
	tell(v, l->line, text);
	for (i = 0; i < l->nwriters; i++)
		if (l->writers[i].state != WRITER_STABLE)
			tell_writer(v, &l->writers[i]);
	if (v->writers_before.nwriters)
		compare_writers(v);
	exchange(&v->now, &v->writers_before);
}

static void
end_sets(struct vssadmin *v)
{
	char text[160];
	unsigned i, copies = 0;

	if (!v->now.nsets)
		return;
	for (i = 0; i < v->now.nsets; i++)
		copies += v->now.sets[i].copies;
	snprintf(text, sizeof(text), "%u shadow cop%s listed, of %u set%s",
	    copies, copies == 1 ? "y" : "ies", v->now.nsets,
	    v->now.nsets == 1 ? "" : "s");
	tell(v, v->now.line, text);
	if (v->sets_before.nsets)
		compare_sets(v);
	exchange(&v->now, &v->sets_before);
}

static enum vss_status
end_list(struct vssadmin *v, struct vss_error *error)
{
	if (v->now.nwriters)
		end_writers(v);
	else
		end_sets(v);
	clear(&v->now);
	v->nguids = 0;
	return room_for(&v->now) ? VSS_OK : vss_import_no_memory(error);
}

static void
add_writer(struct vssadmin *v, const struct vss_console_writer *w)
{
	struct list *l = &v->now;
	struct listed_writer *to;

	if (!l->line)
		l->line = w->line;
	l->failed += w->state >= WRITER_FAILED;
	l->waiting += w->state > WRITER_STABLE && w->state < WRITER_FAILED;
	if (l->nwriters == LISTED_WRITERS) {
		l->more++;
		return;
	}
	to = &l->writers[l->nwriters++];
	memcpy(to->name, w->name, sizeof(to->name));
	memcpy(to->instance, w->instance, sizeof(to->instance));
	memcpy(to->error, w->error, sizeof(to->error));
	to->state = w->state;
	to->line = w->line;
}

/* Is the writer in the list already, so that another list begins with it? */
static int
begins_anew(const struct vssadmin *v, const struct vss_console_writer *w)
{
	const struct list *l = &v->now;

	return l->nwriters && (l->nwriters < LISTED_WRITERS || !l->more) &&
	    !strcmp(l->writers[0].name, w->name) &&
	    !strcmp(l->writers[0].instance, w->instance);
}

/* A copy's volume ("\\?\GLOBALROOT\Device\...", in every language): the
 * GUIDs before it are its set's, when it is the set's first, and its own. */
static void
add_copy(struct vssadmin *v)
{
	struct list *l = &v->now;
	struct listed_set *s;

	if (v->nguids == 2 && l->nsets < LISTED_SETS) {
		s = &l->sets[l->nsets++];
		memcpy(s->set, v->guids[0], CONSOLE_GUID);
		s->line = v->guid_line;
		s->copies = 0;
		if (!l->line)
			l->line = v->guid_line;
	}
	if (v->nguids && l->nsets)
		l->sets[l->nsets - 1].copies++;
	v->nguids = 0;
}

static int
copy_line(struct vssadmin *v)
{
	char guid[CONSOLE_GUID];

	if (vss_console_find(v->c.s, v->c.n, "\\GLOBALROOT\\Device\\")) {
		add_copy(v);
		return 1;
	}
	if (!vss_console_guid_last(&v->c, guid))
		return 0;
	if (v->nguids == 2)
		memcpy(v->guids[0], v->guids[1], CONSOLE_GUID);
	else
		v->nguids++;
	memcpy(v->guids[v->nguids - 1], guid, CONSOLE_GUID);
	if (v->nguids == 1)
		v->guid_line = v->c.line;
	return 1;
}

/* "vssadmin 1.1 - ...": the program's own name. */
static int
banner(const struct vss_console *c)
{
	return vss_console_begins(c, "vssadmin ") && c->n > 9 &&
	    c->s[9] >= '0' && c->s[9] <= '9';
}

static enum vss_status
line(struct vssadmin *v, struct vss_error *error)
{
	enum vss_status st;
	int listed;

	if (banner(&v->c)) {
		v->used++;
		v->lists++;
		return end_list(v, error);
	}
	listed = vss_console_writer(&v->writer, &v->c);
	v->used += v->c.n && listed;
	if (listed > 0) {
		if (begins_anew(v, &v->writer) || v->now.nsets) {
			st = end_list(v, error);
			if (st != VSS_OK)
				return st;
		}
		add_writer(v, &v->writer);
		v->nguids = 0;
	} else if (!listed)
		v->used += copy_line(v);
	return VSS_OK;
}

static void
list_free(struct list *l)
{
	free(l->writers);
	free(l->sets);
}

enum vss_status
vss_vssadmin_read(const char *buf, size_t len, struct vss_import *out,
    struct vss_error *error)
{
	struct vssadmin v = { 0 };
	struct vss_profile p;
	enum vss_status st;

	vss_profile_none(&p, "vssadmin");
	p.limits = "vssadmin lists the state of one moment, to a process that "
	    "takes no part in the backup: the documentation of VSS says not to "
	    "rely on it, and no rule is judged by it";
	st = out->profile(out->arg, &p);
	if (st != VSS_OK)
		return st;
	v.out = out;
	vss_console_start(&v.c, buf, len);
	st = end_list(&v, error);
	while (st == VSS_OK && vss_console_next(&v.c))
		st = line(&v, error);
	if (st == VSS_OK)
		st = end_list(&v, error);
	list_free(&v.now);
	list_free(&v.writers_before);
	list_free(&v.sets_before);
	out->counts.lines = v.c.line;
	out->counts.used = v.used;
	out->counts.ignored = v.c.line - v.used;
	return st;
}

/* Sure by the banner, or by a writer with all its five lines. */
int
vss_vssadmin_probe(const char *buf, size_t len)
{
	struct vss_console_writer w = { 0 };
	struct vss_console c;

	vss_console_start(&c, buf, len);
	while (vss_console_next(&c) && c.line <= 400)
		if (banner(&c) || (vss_console_writer(&w, &c) > 0 &&
		    *w.instance))
			return 2;
	return 0;
}
