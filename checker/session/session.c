#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "hidden.h"
#include "session.h"
#include "story.h"

/* So many events of a session are kept whether a monitor moved or not: a
 * finding is explained by them (report/expected.c). */
enum { WHOLE_STORY = 4096, DOUBTS_MAX = 4 };


static int
slots(enum vss_scope scope)
{
	return vss_scope_first[scope + 1] - vss_scope_first[scope];
}

/* Is `name` the one of which `copy` was made? */
static int
same_name(const char *copy, const char *name)
{
	return !strncmp(copy, name, LIMIT_NAME);
}

static enum vss_status
out_of_memory(struct vss_error *error, uint64_t line)
{
	vss_error_set(error, line, 0, "out of memory");
	return VSS_FAIL;
}

void
vss_sessions_init(struct vss_sessions *s)
{
	memset(s, 0, sizeof(*s));
	vss_policy_default(&s->policy);
}

void
vss_sessions_share(struct vss_sessions *s, struct vss_memo *memo)
{
	s->memo = memo;
	s->borrowed = memo != NULL;
}

enum vss_status
vss_sessions_source(struct vss_sessions *s, const struct vss_profile *p)
{
	struct vss_profile *list;

	if (s->nsources == VSS_SOURCES)
		return VSS_BAD;
	list = realloc(s->profiles, (s->nsources + 1) * sizeof(*list));
	if (!list)
		return VSS_FAIL;
	s->profiles = list;
	s->profiles[s->nsources] = *p;
	s->horizon[s->nsources++] = VSS_NO_TIME;
	return VSS_OK;
}

/* What a set of recordings shows together, NULL when memory is out. */
static const struct vss_view *
view_of(struct vss_sessions *s, uint64_t sources)
{
	struct vss_union **list, *u;
	struct vss_profile p;
	int i, first = 1;

	for (i = 0; i < s->nviews; i++)
		if (s->views[i]->sources == sources)
			return &s->views[i]->view;
	list = realloc(s->views, (s->nviews + 1) * sizeof(*list));
	if (!list)
		return NULL;
	s->views = list;
	if (!(u = malloc(sizeof(*u))))
		return NULL;
	vss_profile_none(&p, "");
	for (i = 0; i < s->nsources; i++) {
		if (!(sources >> i & 1))
			continue;
		if (first)
			p = s->profiles[i];
		else
			vss_profile_join(&p, &s->profiles[i]);
		first = 0;
	}
	u->sources = sources;
	vss_view_make(&u->view, &p);
	s->views[s->nviews++] = u;
	return &u->view;
}

/* Of these recordings, those that show all writers. */
static uint64_t
of_all_writers(const struct vss_sessions *s, uint64_t sources)
{
	int i, k;

	for (i = 0; i < s->nsources; i++)
		for (k = 1; k < KIND_COUNT; k++)
			if (s->profiles[i].hides_others[k])
				sources &= ~(UINT64_C(1) << i);
	return sources;
}

const struct vss_view *
vss_session_view(const struct vss_session *se, enum vss_scope scope,
    int index)
{
	if (scope == VSS_SESSION)
		return se->view;
	if (scope == VSS_COMPONENT && index >= 0)
		index = se->components[index].writer;
	return index < 0 ? se->unseen : se->writers[index].view;
}

const struct vss_view *
vss_story_start(const struct vss_session *se, enum vss_scope scope, int index)
{
	return se->nlate ? se->late : vss_session_view(se, scope, index);
}

const struct vss_view *
vss_story_view(const struct vss_session *se, const struct vss_evidence *e,
    enum vss_scope scope, int index)
{
	return se->nlate ? &se->late[e->late] :
	    vss_session_view(se, scope, index);
}

static void
session_free(struct vss_session *se)
{
	int i;

	for (i = 0; i < se->nwriters; i++) {
		free(se->writers[i].name);
		free(se->writers[i].mask);
	}
	for (i = 0; i < se->ncomponents; i++) {
		free(se->components[i].name);
		free(se->components[i].mask);
	}
	for (i = 0; i < se->nidentified; i++)
		free(se->identified[i]);
	free(se->identified);
	free(se->writers);
	free(se->components);
	free(se->object);
	free(se->image);
	free(se->set);
	free(se->mask);
	free(se->template_writer);
	free(se->template_component);
	free(se->story);
	free(se->late);
}

void
vss_sessions_free(struct vss_sessions *s)
{
	int i;

	for (i = 0; i < s->n; i++)
		session_free(&s->list[i]);
	for (i = 0; i < s->nviews; i++)
		free(s->views[i]);
	if (!s->borrowed)
		vss_memo_free(s->memo);
	free(s->latest);
	free(s->active);
	free(s->list);
	free(s->views);
	free(s->profiles);
	memset(s, 0, sizeof(*s));
}

static int
over(const struct vss_session *se)
{
	return se->released || se->exited || se->closed || se->restarted;
}

static uint32_t
name_hash(const char *name)
{
	uint32_t h = 2166136261u;
	int i;

	for (i = 0; name[i] && i < LIMIT_NAME; i++)
		h = (h ^ (unsigned char)name[i]) * 16777619u;
	return h;
}

/* Where the last session of the object stands, or is to be put. */
static int *
latest_place(const struct vss_sessions *s, const char *object)
{
	uint32_t mask = (uint32_t)s->latest_size - 1, k = name_hash(object);

	for (;; k++) {
		int *place = &s->latest[k & mask];

		if (!*place || same_name(s->list[*place - 1].object, object))
			return place;
	}
}

/* Room in table and list for one more session; 0 when there is none. */
static int
index_room(struct vss_sessions *s)
{
	int size = s->latest_size ? 2 * s->latest_size : 16, i, *table, *list;

	if (2 * (s->n + 1) >= s->latest_size) {
		if (!(table = calloc((size_t)size, sizeof(*table))))
			return 0;
		free(s->latest);
		s->latest = table;
		s->latest_size = size;
		for (i = 0; i < s->n; i++)
			*latest_place(s, s->list[i].object) = i + 1;
	}
	if (s->nactive == s->active_room) {
		size = s->active_room ? 2 * s->active_room : 16;
		if (!(list = realloc(s->active, (size_t)size * sizeof(*list))))
			return 0;
		s->active = list;
		s->active_room = size;
	}
	return 1;
}

/* Nothing is under way in it, and nothing owed will come any more. */
static int
is_settled(const struct vss_session *se)
{
	int w;

	if (se->restarted || se->closed)
		return 1;
	for (w = 0; w < se->nwriters; w++)
		if (se->writers[w].open || (!se->writers[w].shut_down &&
		    !se->writers[w].time_passed))
			return 0;
	return over(se) && !se->open;
}

static void
drop_settled(struct vss_sessions *s)
{
	int i, n = 0;

	for (i = 0; i < s->nactive; i++)
		if (!is_settled(&s->list[s->active[i]]))
			s->active[n++] = s->active[i];
	s->nactive = n;
}

/* A new session at the end of the list, NULL when memory is out. */
static struct vss_session *
session_new(struct vss_sessions *s, const struct vss_event *ev)
{
	struct vss_session *se, *list;

	if (s->n == s->room) {
		int room = s->room ? s->room * 2 : 8;

		if (!(list = realloc(s->list, room * sizeof(*list))))
			return NULL;
		s->list = list;
		s->room = room;
	}
	if (!s->memo && !(s->memo = vss_memo_new()))
		return NULL;
	drop_settled(s);
	if (!index_room(s))
		return NULL;
	se = &s->list[s->n];
	memset(se, 0, sizeof(*se));
	se->memo = s->memo;
	se->began = se->ended = se->gone = se->restart = VSS_NO_TIME;
	se->first_line = ev->line;
	se->middle = ev->middle;
	se->overtaken = ev->overtaken;
	se->object = vss_name_copy(ev->object ? ev->object : "", SIZE_MAX);
	se->mask = malloc(slots(VSS_SESSION));
	se->template_writer = malloc(slots(VSS_WRITER));
	se->template_component = malloc(slots(VSS_COMPONENT));
	se->sources = ev->covers ? ev->covers : UINT64_C(1) << ev->source;
	se->view = view_of(s, se->sources);
	se->unseen = view_of(s, of_all_writers(s, se->sources));
	if (!se->object || !se->mask || !se->template_writer ||
	    !se->template_component || !se->view || !se->unseen) {
		session_free(se);
		return NULL;
	}
	vss_engine_start(se->view, VSS_SESSION, se->middle, se->mask);
	vss_engine_start(se->unseen, VSS_WRITER, se->middle,
	    se->template_writer);
	vss_engine_start(se->unseen, VSS_COMPONENT, se->middle,
	    se->template_component);
	*latest_place(s, se->object) = s->n + 1;
	s->active[s->nactive++] = s->n++;
	return se;
}

static int
writer_find(const struct vss_session *se, const char *name)
{
	int i;

	for (i = 0; i < se->nwriters; i++)
		if (same_name(se->writers[i].name, name))
			return i;
	return WRITER_NONE;
}

/* A source that tells of such acts whoever asked for them (SQL Server stops
 * writes for others than VSS, too): the only session in which the writer is
 * frozen, then the only one in which its writes are stopped. */
static struct vss_session *
attribute_act(struct vss_sessions *s, const struct vss_event *ev)
{
	struct vss_session *found = NULL, *se;
	const struct vss_writer *writer;
	int i, w;

	for (i = 0; i < s->nactive; i++) {
		se = &s->list[s->active[i]];
		w = ev->writer ? writer_find(se, ev->writer) : WRITER_NONE;
		if (w < 0 || se->restarted)
			continue;
		writer = &se->writers[w];
		if (ev->kind == KIND_RESUMEIO ? !writer->stopped :
		    writer->frozen == VSS_NO_TIME)
			continue;
		if (found)
			return NULL;
		found = se;
	}
	return found;
}

/* The only session there is. */
static struct vss_session *
only(struct vss_sessions *s)
{
	return s->n == 1 && !s->list[0].restarted ? &s->list[0] : NULL;
}

/*
 * Which session a writer's event belongs to when the source does not say:
 * what returns goes to the oldest session in which it has been entered; what
 * begins to the one whose call delivers such events just now, before those
 * whose requester has gone in its middle; a shutdown to the writer's oldest
 * session that is over and has not had one, or, Release not being visible
 * everywhere, is not over. NULL when none or several would do.
 */
static struct vss_session *
attribute(struct vss_sessions *s, const struct vss_event *ev)
{
	struct vss_session *found[2] = { NULL, NULL }, *unended = NULL, *se;
	int i, w, by = vss_kind_raised_by(ev->kind), fits;
	int several[2] = { 0, 0 }, gone;

	if ((ev->kind == KIND_FREEZEIO || ev->kind == KIND_RESUMEIO) &&
	    s->profiles[ev->source].doubtful[ev->kind])
		return attribute_act(s, ev);
	for (i = 0; i < s->nactive && !(ev->phases & 1 << PHASE_CALL); i++) {
		se = &s->list[s->active[i]];
		w = ev->writer ? writer_find(se, ev->writer) : WRITER_NONE;
		if (w >= 0 && !se->restarted && (se->writers[w].open >> ev->kind & 1))
			return se;
	}
	for (i = 0; i < s->nactive; i++) {
		se = &s->list[s->active[i]];
		w = ev->writer ? writer_find(se, ev->writer) : WRITER_NONE;
		if (se->restarted)
			continue;
		fits = w >= 0 && !se->writers[w].shut_down;
		if (by == KIND_REL) {
			if (fits && over(se))
				return se;
			if (fits && !unended)
				unended = se;
			continue;
		}
		if (by)
			fits = (se->open >> by & 1) ||
			    (ev->kind == KIND_AB && (se->open >> KIND_DO & 1));
		gone = over(se);
		several[gone] |= fits && found[gone];
		if (fits)
			found[gone] = se;
	}
	if (unended)
		return unended;
	gone = !found[0];
	if (several[gone])
		return NULL;
	return found[gone] ? found[gone] : only(s);
}

static struct vss_session *
route(struct vss_sessions *s, const struct vss_event *ev, int *make)
{
	struct vss_session *se;
	int i, open = 0, last = -1;

	*make = 0;
	if (ev->object) {
		i = s->n ? *latest_place(s, ev->object) - 1 : -1;
		if (i < 0 || s->list[i].restarted || (s->list[i].seen && (ev->starts ||
		    ev->kind == KIND_CREATE))) {
			*make = 1;
			return NULL;
		}
		return &s->list[i];
	}
	if (vss_kind(ev->kind)->actor == ACTOR_WRITER)
		return attribute(s, ev);
	if (vss_kind(ev->kind)->actor == ACTOR_SERVICE) {
		/* by its set even to one that is settled: copies live on */
		for (i = s->n - 1; ev->set && i >= 0; i--) {
			se = &s->list[i];
			if (se->set && !se->restarted &&
			    !strcmp(ev->set, se->set))
				return se;
		}
		for (i = 0; i < s->nactive; i++) {
			se = &s->list[s->active[i]];
			if (!over(se)) {
				open++;
				last = s->active[i];
			}
		}
		return open == 1 ? &s->list[last] : only(s);
	}
	for (i = s->n - 1; i >= 0 && !ev->starts; i--) {
		se = &s->list[i];
		if (se->pid == ev->pid && !se->exited && !se->restarted &&
		    !(ev->kind == KIND_CREATE && se->seen))
			return se;
	}
	*make = 1;
	return NULL;
}

static enum vss_status
add_component(struct vss_session *se, int writer, const char *name,
    uint64_t line, int *index, struct vss_error *error)
{
	struct vss_component *list, *c;
	int i;

	for (i = 0; i < se->ncomponents; i++)
		if (se->components[i].writer == writer &&
		    same_name(se->components[i].name, name)) {
			*index = i;
			return VSS_OK;
		}
	if (se->ncomponents == LIMIT_COMPONENTS) {
		vss_error_set(error, line, 0,
		    "more than %d components in one backup",
		    LIMIT_COMPONENTS);
		return VSS_BAD;
	}
	if (!(se->ncomponents & (se->ncomponents - 1))) {
		list = realloc(se->components, (se->ncomponents ?
		    se->ncomponents * 2 : 1) * sizeof(*list));
		if (!list)
			return out_of_memory(error, line);
		se->components = list;
	}
	c = &se->components[se->ncomponents];
	c->writer = writer;
	c->name = vss_name_copy(name, SIZE_MAX);
	c->mask = malloc(slots(VSS_COMPONENT));
	if (!c->name || !c->mask) {
		free(c->name);
		free(c->mask);
		return out_of_memory(error, line);
	}
	memcpy(c->mask, se->template_component, slots(VSS_COMPONENT));
	*index = se->ncomponents++;
	return VSS_OK;
}

/* What an event is to one writer's (component's) monitors: see
 * vss_event_letters(). */
static unsigned
other_for_writer(const struct vss_evidence *e, int writer)
{
	if (!vss_kind(e->kind)->tracked)
		return 1;
	if (e->writer == WRITER_UNKNOWN)
		return writer == WRITER_NONE ? 2 : 3;
	return writer != WRITER_NONE && e->writer == writer ? 1 : 2;
}

static unsigned
other_for_component(const struct vss_session *se,
    const struct vss_evidence *e, int component)
{
	int kind = e->kind;

	if (!vss_kind(kind)->tracked)
		return 1;
	if (component < 0)
		return 2;
	if (kind != KIND_COMP && kind != KIND_SUCC)
		return other_for_writer(e, se->components[component].writer);
	if (e->component >= 0)
		return e->component == component ? 1 : 2;
	if (e->writer >= 0 && e->writer != se->components[component].writer)
		return 2;
	return 3;	/* which component is not told */
}

unsigned
vss_story_other(const struct vss_session *se, const struct vss_evidence *e,
    enum vss_scope scope, int index)
{
	if (scope == VSS_WRITER)
		return other_for_writer(e, index);
	if (scope == VSS_COMPONENT)
		return other_for_component(se, e, index);
	return vss_kind(e->kind)->tracked ? 2 : 1;
}

static int
letters_of(const struct vss_session *se, const struct vss_evidence *e,
    enum vss_scope scope, int index, uint16_t *letters)
{
	return vss_event_letters(e->kind, e->phases, e->data,
	    vss_story_other(se, e, scope, index), letters);
}

/* How many of the events may not have happened. */
static unsigned
doubts(const struct vss_evidence *e, size_t n)
{
	unsigned d = 0;

	while (n--)
		d += e[n].perhaps;
	return d;
}

/* Is event i, one of those, among the ones that are left out? */
static int
left_out(const struct vss_evidence *e, size_t i, unsigned without)
{
	return without >> doubts(e, i) & 1;
}

/* Steps of the events, but for those that are left out. Returns how many. */
static size_t
make_steps(const struct vss_session *se, const struct vss_evidence *e,
    size_t n, enum vss_scope scope, int index, unsigned without,
    struct vss_step *steps)
{
	size_t i, k = 0;

	for (i = 0; i < n; i++) {
		if (e[i].perhaps && left_out(e, i, without))
			continue;
		steps[k].n = (uint8_t)letters_of(se, &e[i], scope, index,
		    steps[k].letters);
		steps[k].chains = e[i].chains;
		steps[k].from = e[i].from;
		steps[k++].until = e[i].until;
	}
	vss_steps_order(steps, k);
	return k;
}

/* All monitors of an instance read one event, or several whose order is not
 * known. Returns whether any mask changed. */
static int
step(const struct vss_session *se, const struct vss_evidence *e, size_t n,
    enum vss_scope scope, int index, uint8_t *mask)
{
	const struct vss_view *v = vss_story_view(se, e, scope, index);
	struct vss_step *steps;
	uint16_t letters[VSS_ALTERNATIVES];
	int first = vss_scope_first[scope], m, k, changed = 0, count;
	uint8_t to, before[VSS_NMONITORS];
	unsigned without = 0;
	size_t i;

	if (n == 1 && !e->perhaps) {
		k = letters_of(se, e, scope, index, letters);
		return k && vss_engine_step(v, scope, mask, letters, k);
	}
	if (n == 1) {
		k = letters_of(se, e, scope, index, letters);
		for (m = first; k && m < vss_scope_first[scope + 1]; m++) {
			to = mask[m - first] | vss_monitor_step(v, m,
			    mask[m - first], letters, k);
			changed |= to != mask[m - first];
			mask[m - first] = to;
		}
		return changed;
	}
	if (!(steps = malloc(n * sizeof(*steps))))
		return -1;
	count = vss_scope_first[scope + 1] - first;
	memcpy(before, mask, count);
	memset(mask, 0, count);
	/* those that may not have happened, in all combinations */
	do {
		i = make_steps(se, e, n, scope, index, without, steps);
		for (m = 0; m < count; m++)
			mask[m] |= vss_monitor_unordered(v, first + m,
			    before[m], steps, i);
	} while (++without >> doubts(e, n) == 0);
	free(steps);
	return memcmp(mask, before, count) != 0;
}

/* How many events of the story from i on, up to end, are one group. */
static size_t
group_length(const struct vss_session *se, size_t i, size_t end)
{
	size_t n = 1;

	while (se->story[i].group && i + n < end &&
	    se->story[i + n].group == se->story[i].group)
		n++;
	return n;
}

size_t
vss_story_group(const struct vss_session *se, size_t i)
{
	return group_length(se, i, se->nstory);
}

/* As the view, but what may not have been recorded is hidden. Of what is
 * there it is certain that it is recorded. */
static void
doubt(struct vss_view *to, const struct vss_session *se,
    const struct vss_view *v)
{
	struct vss_profile p = v->profile;
	int k;

	for (k = 1; k < KIND_COUNT; k++)
		if (p.doubtful[k] && !(se->seen >> k & 1))
			p.shows[k] = 0;
	vss_view_make(to, &p);
}

enum vss_status
vss_story_doubted(const struct vss_session *se, enum vss_scope scope,
    int index, int monitor, uint8_t *mask)
{
	const struct vss_view *was = vss_story_start(se, scope, index), *v;
	struct vss_view *view = malloc(sizeof(*view));
	uint16_t letters[VSS_ALTERNATIVES];
	struct vss_step *steps = NULL;
	size_t i, k, n, most = 1;
	unsigned without;
	uint8_t before;

	for (i = 0; i < se->nstory; i += n)
		if ((n = vss_story_group(se, i)) > most)
			most = n;
	if (!view || !(steps = malloc(most * sizeof(*steps)))) {
		free(view);
		return VSS_FAIL;
	}
	doubt(view, se, was);
	*mask = se->middle ? view->middle[monitor] : view->start[monitor];
	for (i = 0; i < se->nstory; i += n) {
		v = vss_story_view(se, &se->story[i], scope, index);
		if (v != was)
			doubt(view, se, was = v);
		n = vss_story_group(se, i);
		if (n == 1) {
			k = letters_of(se, &se->story[i], scope, index,
			    letters);
			before = se->story[i].perhaps ? *mask : 0;
			if (k)
				*mask = before | vss_monitor_step(view,
				    monitor, *mask, letters, (int)k);
			continue;
		}
		before = *mask;
		*mask = 0;
		without = 0;
		do {
			k = make_steps(se, &se->story[i], n, scope, index,
			    without, steps);
			*mask |= vss_monitor_unordered(view, monitor, before,
			    steps, k);
		} while (++without >> doubts(&se->story[i], n) == 0);
	}
	free(steps);
	free(view);
	return VSS_OK;
}

uint8_t
vss_story_step(const struct vss_session *se, const struct vss_evidence *e,
    enum vss_scope scope, int index, int monitor, uint8_t mask)
{
	uint16_t letters[VSS_ALTERNATIVES];
	int n = letters_of(se, e, scope, index, letters);

	return (e->perhaps ? mask : 0) | vss_monitor_step(vss_story_view(se, e,
	    scope, index), monitor, mask, letters, n);
}

int
vss_story_letters_of(const struct vss_session *se,
    const struct vss_evidence *e, enum vss_scope scope, int index,
    uint16_t *letters)
{
	return letters_of(se, e, scope, index, letters);
}

int
vss_story_letters(const struct vss_session *se, enum vss_scope scope,
    int index, int *values, int room)
{
	uint16_t letters[VSS_ALTERNATIVES];
	int n = 0, k;
	size_t i;

	for (i = 0; i < se->nstory; i++) {
		k = letters_of(se, &se->story[i], scope, index, letters);
		if (k > 1 || n == room || se->story[i].group ||
		    se->story[i].perhaps)
			return -1;
		if (k == 1)
			values[n++] = vss_letter_value[letters[0]];
	}
	return n;
}

/* What the writer's monitors would say had they been shown all that these
 * recordings tell of it. */
static enum vss_status
read_again(struct vss_session *se, int index, uint8_t *mask)
{
	size_t i, n;

	vss_engine_start(se->writers[index].view, VSS_WRITER, se->middle,
	    mask);
	for (i = 0; i < se->stepped; i += n) {
		n = group_length(se, i, se->stepped);
		if (step(se, &se->story[i], n, VSS_WRITER, index, mask) < 0)
			return VSS_FAIL;
	}
	return VSS_OK;
}

static enum vss_status
too_many_writers(struct vss_error *error, uint64_t line)
{
	vss_error_set(error, line, 0, "more than %d writers in one backup",
	    LIMIT_WRITERS);
	return VSS_BAD;
}

static enum vss_status
add_writer(struct vss_sessions *s, struct vss_session *se,
    const struct vss_event *ev, int *index, struct vss_error *error)
{
	const char *name = ev->writer;
	uint64_t line = ev->line;
	struct vss_writer *list, *w;

	*index = writer_find(se, name);
	if (*index >= 0)
		return VSS_OK;
	if (se->nwriters == LIMIT_WRITERS)
		return too_many_writers(error, line);
	if (!(se->nwriters & (se->nwriters - 1))) {
		list = realloc(se->writers, (se->nwriters ?
		    se->nwriters * 2 : 1) * sizeof(*list));
		if (!list)
			return out_of_memory(error, line);
		se->writers = list;
	}
	w = &se->writers[se->nwriters];
	memset(w, 0, sizeof(*w));
	w->frozen = VSS_NO_TIME;
	w->name = vss_name_copy(name, SIZE_MAX);
	w->mask = malloc(slots(VSS_WRITER));
	w->view = ev->covers_writer ? view_of(s, ev->covers_writer) :
	    se->view;
	if (!w->name || !w->mask || !w->view) {
		free(w->name);
		free(w->mask);
		return out_of_memory(error, line);
	}
	*index = se->nwriters++;
	/* all that has happened so far happened to other writers */
	if (w->view == se->unseen)
		memcpy(w->mask, se->template_writer, slots(VSS_WRITER));
	else if (read_again(se, *index, w->mask) != VSS_OK)
		return out_of_memory(error, line);
	return VSS_OK;
}

/* It got Identify; what else it gets makes a struct vss_writer of it. */
static enum vss_status
add_identified(struct vss_session *se, const struct vss_event *ev,
    struct vss_error *error)
{
	char **list;
	int i, n = se->nidentified;

	for (i = 0; i < n; i++)
		if (same_name(se->identified[i], ev->writer))
			return VSS_OK;
	if (n == LIMIT_WRITERS)
		return too_many_writers(error, ev->line);
	if (!(n & (n - 1))) {
		list = realloc(se->identified, (n ? n * 2 : 1) * sizeof(*list));
		if (!list)
			return out_of_memory(error, ev->line);
		se->identified = list;
	}
	se->identified[n] = vss_name_copy(ev->writer, SIZE_MAX);
	if (!se->identified[n])
		return out_of_memory(error, ev->line);
	se->nidentified++;
	return VSS_OK;
}

const char *
vss_session_bystander(const struct vss_session *se, int *at)
{
	const char *name;

	while (*at < se->nidentified) {
		name = se->identified[(*at)++];
		if (writer_find(se, name) < 0)
			return name;
	}
	return NULL;
}

/* Can the event move any monitor of the scope: as another's event (index
 * negative), or as anybody's? */
static int
matters(const struct vss_evidence *e, enum vss_scope scope, int index)
{
	uint16_t letters[VSS_ALTERNATIVES];
	unsigned other = !vss_kind(e->kind)->tracked ? 1 : index < 0 ? 2 : 3;
	int i, n;

	n = vss_event_letters(e->kind, e->phases, e->data, other, letters);
	for (i = 0; i < n; i++)
		if (vss_effect_first[scope][letters[i]] !=
		    vss_effect_first[scope][letters[i] + 1])
			return 1;
	return 0;
}

/* All monitors of the session read the events. Returns whether any moved,
 * -1 when memory is out. */
static int
step_all(struct vss_session *se, const struct vss_evidence *e, size_t n)
{
	int i, changed = 0, all_writers = n > 1 || e->writer < 0 ||
	    matters(e, VSS_WRITER, WRITER_NONE);
	int all_components = n > 1 || ((e->component < 0 ||
	    matters(e, VSS_COMPONENT, -1)) && matters(e, VSS_COMPONENT, 0));

	changed |= step(se, e, n, VSS_SESSION, 0, se->mask);
	changed |= step(se, e, n, VSS_WRITER, -1, se->template_writer);
	changed |= step(se, e, n, VSS_COMPONENT, -1, se->template_component);
	for (i = 0; i < se->nwriters; i++)
		if (all_writers || i == e->writer)
			changed |= step(se, e, n, VSS_WRITER, i,
			    se->writers[i].mask);
	for (i = 0; i < se->ncomponents; i++)
		if (all_components || i == e->component)
			changed |= step(se, e, n, VSS_COMPONENT, i,
			    se->components[i].mask);
	return changed;
}

/* The events that wait for others of their group. */
static enum vss_status
flush(struct vss_session *se)
{
	size_t n = se->nstory - se->stepped;

	if (n && step_all(se, &se->story[se->stepped], n) < 0)
		return VSS_FAIL;
	se->stepped = se->nstory;
	return VSS_OK;
}

/* The monitors read the event, at once or with the rest of its group; it is
 * kept, in a long session only when one moved. */
static enum vss_status
deliver(struct vss_sessions *s, struct vss_session *se,
    const struct vss_evidence *e, struct vss_error *error)
{
	struct vss_evidence *story;
	int changed;

	if (se->stepped < se->nstory && se->story[se->stepped].group !=
	    e->group && flush(se) != VSS_OK)
		return out_of_memory(error, e->line);
	if (!e->group) {
		changed = step_all(se, e, 1);
		if (!changed && !s->keep_all && se->nstory >= WHOLE_STORY) {
			se->story_gaps = 1;
			return VSS_OK;
		}
	}
	if (se->nstory == se->story_room) {
		size_t room = se->story_room ? se->story_room * 2 : 32;

		story = realloc(se->story, room * sizeof(*story));
		if (!story)
			return out_of_memory(error, e->line);
		se->story = story;
		se->story_room = room;
	}
	se->story[se->nstory++] = *e;
	if (!e->group)
		se->stepped = se->nstory;
	return VSS_OK;
}

/* How a call ended, where it is told. */
static void
note_outcome(struct vss_session *se, const struct vss_evidence *e)
{
	int single = e->phases & (e->phases - 1) ? 0 : e->phases;
	uint8_t phase = single == 1 << PHASE_OK ? PHASE_OK :
	    single == 1 << PHASE_ERR ? PHASE_ERR :
	    single == 1 << PHASE_CAN ? PHASE_CAN : PHASE_NONE;

	if (e->kind == KIND_DO)
		se->outcome_do = phase;
	if (e->kind == KIND_COMPL)
		se->outcome_compl = phase;
	if (e->kind == KIND_ABORT && phase == PHASE_OK)
		se->outcome_abort = phase;
}

/* When it happened, at the earliest and at the latest. */
static void
range_of(const struct vss_sessions *s, const struct vss_evidence *e,
    int64_t *from, int64_t *until)
{
	*from = *until = e->time;
	if (e->until > e->from) {
		*from = e->from;
		*until = e->until;
	} else if (e->time != VSS_NO_TIME)
		*until += s->profiles[e->source].tick;
}

/* What the event says of the session beside the rules: for the summary, for
 * attribution and for time. */
static void
take_note(const struct vss_sessions *s, struct vss_session *se,
    const struct vss_evidence *e)
{
	int k = e->kind, is_call = e->phases == 1 << PHASE_CALL;
	struct vss_writer *w;

	if (vss_kind(k)->phases == PHASES_ASYNC ||
	    vss_kind(k)->phases == PHASES_CALL) {
		if (is_call)
			se->open |= UINT64_C(1) << k;
		else
			se->open &= ~(UINT64_C(1) << k);
	}
	if (!is_call)
		note_outcome(se, e);
	if (k == KIND_REL || k == KIND_EXIT) {
		if (!over(se))
			se->gone = e->time;
		se->released |= k == KIND_REL;
		se->exited |= k == KIND_EXIT;
	}
	if (k == KIND_END)
		se->closed = 1;
	if (vss_kind(k)->actor != ACTOR_WRITER || k == KIND_ID)
		return;
	if (vss_kind(k)->phases == PHASES_HANDLER)
		se->writers_seen = 1;
	if (e->writer < 0)
		return;
	w = &se->writers[e->writer];
	if (vss_kind(k)->phases == PHASES_HANDLER) {
		w->took_part = 1;
		if (is_call)
			w->open |= UINT64_C(1) << k;
		else
			w->open &= ~(UINT64_C(1) << k);
	}
	if (k == KIND_FZ && is_call) {
		range_of(s, e, &w->frozen, &w->frozen_until);
		w->clock = e->clock;
		w->doubted = 0;
	}
	if ((k == KIND_TH && is_call) || k == KIND_AB || k == KIND_SD ||
	    k == KIND_WDEAD || (k == KIND_FZ_TIMEOUT && !e->perhaps))
		w->frozen = VSS_NO_TIME;
	if (k == KIND_SD)
		w->shut_down = 1;
	if (k == KIND_FREEZEIO || k == KIND_RESUMEIO)
		w->stopped = k == KIND_FREEZEIO;
}

static enum vss_status
deliver_and_note(struct vss_sessions *s, struct vss_session *se,
    const struct vss_evidence *e, struct vss_error *error)
{
	enum vss_status st = deliver(s, se, e, error);

	if (st == VSS_OK)
		take_note(s, se, e);
	return st;
}

/* The same event with another kind and phase. */
static struct vss_evidence
derived(const struct vss_evidence *e, int kind, int phase, const char *label)
{
	struct vss_evidence d = *e;

	d.kind = kind;
	d.phases = 1 << phase;
	d.data = 0;
	if (label)
		vss_copy_text(d.label, sizeof(d.label), label);
	return d;
}

/* Writers that were frozen for longer than the limit when e happened, or may
 * have been: a clock that ticks coarsely does not tell. */
static enum vss_status
expire_freezes(struct vss_sessions *s, struct vss_session *se,
    const struct vss_evidence *e, struct vss_error *error)
{
	enum vss_status st;
	struct vss_evidence d;
	struct vss_writer *w;
	int64_t limit, from, until;
	char label[48];
	int i, apart;

	range_of(s, e, &from, &until);
	/* a Thaw may have come that the source has lost */
	for (i = 0; e->time != VSS_NO_TIME && !se->overtaken &&
	    i < se->nwriters; i++) {
		w = &se->writers[i];
		limit = vss_policy_freeze_limit(&s->policy, w->name);
		/* what has no range has no known time, either */
		if (w->frozen == VSS_NO_TIME || w->frozen < INT64_MIN / 4 ||
		    from < INT64_MIN / 4 || until > INT64_MAX / 4 ||
		    w->frozen_until > INT64_MAX / 4)
			continue;
		/* thawed by another clock: it may have been any time */
		apart = w->clock != e->clock;
		if (apart ? e->writer != i || (e->kind != KIND_TH && e->kind !=
		    KIND_AB) : until - w->frozen <= limit)
			continue;
		snprintf(label, sizeof(label), "%g s since Freeze",
		    (double)limit / 1e6);
		d = derived(e, KIND_FZ_TIMEOUT, PHASE_OK, label);
		d.writer = i;
		d.component = -1;
		d.perhaps = apart || from - w->frozen_until <= limit;
		/* in a group only a few can be left open */
		if (d.perhaps && (w->doubted || (e->group && doubts(se->story +
		    se->stepped, se->nstory - se->stepped) >= DOUBTS_MAX)))
			continue;
		w->doubted = d.perhaps;
		st = deliver_and_note(s, se, &d, error);
		if (st != VSS_OK)
			return st;
	}
	return VSS_OK;
}

/* To the other sessions a StartSnapshotSet is another backup's. */
static enum vss_status
tell_others(struct vss_sessions *s, struct vss_session *se,
    const struct vss_evidence *e, struct vss_error *error)
{
	struct vss_session *other;
	struct vss_evidence d;
	enum vss_status st;
	int i;

	for (i = 0; i < s->nactive; i++) {
		other = &s->list[s->active[i]];
		if (other == se || over(other))
			continue;
		d = *e;
		d.kind = KIND_RSTART;
		st = deliver(s, other, &d, error);
		if (st != VSS_OK)
			return st;
	}
	return VSS_OK;
}

/* A writer that begins another backup will get nothing more for the ones
 * that are over. */
static void
begin_elsewhere(struct vss_sessions *s, struct vss_session *se,
    const char *writer, int64_t t)
{
	struct vss_session *other;
	int i, w;

	for (i = 0; i < s->nactive; i++) {
		other = &s->list[s->active[i]];
		if (other == se || !over(other) || other->restarted)
			continue;
		w = writer_find(other, writer);
		if (w < 0 || other->writers[w].time_passed)
			continue;
		other->writers[w].time_passed = 1;
		other->writers[w].waited = s->nsources == 1;
		other->writers[w].elsewhere = t;
	}
}

static enum vss_status
identify(struct vss_session *se, const struct vss_event *ev,
    struct vss_error *error)
{
	if (ev->image && !se->image &&
	    !(se->image = vss_name_copy(ev->image, SIZE_MAX)))
		return out_of_memory(error, ev->line);
	if (ev->pid && !se->pid)
		se->pid = ev->pid;
	if (ev->set && *ev->set && !se->set && (ev->kind == KIND_START ||
	    ev->kind == KIND_ADD || ev->kind == KIND_DO ||
	    ev->kind == KIND_V_MADE) &&
	    !(se->set = vss_name_copy(ev->set, SIZE_MAX)))
		return out_of_memory(error, ev->line);
	return VSS_OK;
}

/* What was deleted, where the recording tells its set and no more. */
static unsigned
deleted(const struct vss_session *se, const struct vss_event *ev)
{
	unsigned own = 1 << 0 | 1 << 1;

	if (ev->kind != KIND_DEL || !ev->set || !se->set)
		return ev->data;
	if (!strcmp(ev->set, se->set))
		return ev->data & own ? ev->data & own : ev->data;
	return ev->data & ~own ? ev->data & ~own : ev->data;
}

static enum vss_status
session_event(struct vss_sessions *s, struct vss_session *se,
    const struct vss_event *ev, struct vss_error *error)
{
	const struct vss_kind_info *ki = vss_kind(ev->kind);
	struct vss_evidence e, call;
	enum vss_status st;
	int w = WRITER_NONE, c = -1, begun;

	st = identify(se, ev, error);
	if (st != VSS_OK)
		return st;
	/* a writer that only identifies itself takes no part */
	if (ki->tracked && !ev->writer)
		w = WRITER_UNKNOWN;
	else if (ki->tracked && ev->kind == KIND_ID)
		st = add_identified(se, ev, error);
	else if (ki->tracked)
		st = add_writer(s, se, ev, &w, error);
	if (st == VSS_OK && w >= 0 && ev->component)
		st = add_component(se, w, ev->component, ev->line, &c, error);
	if (st != VSS_OK)
		return st;
	memset(&e, 0, sizeof(e));
	e.line = ev->line;
	e.time = ev->time;
	e.kind = ev->kind;
	e.phases = ev->phases;
	e.data = deleted(se, ev);
	e.writer = w;
	e.component = c;
	e.source = ev->source;
	e.group = ev->group;
	e.chains = ev->chains;
	e.from = ev->from;
	e.until = ev->until;
	e.clock = ev->clock;
	vss_copy_text(e.label, sizeof(e.label), ev->label ? ev->label :
	    ki->name);
	if (ev->time != VSS_NO_TIME) {
		if (se->began == VSS_NO_TIME)
			se->began = ev->time;
		se->ended = ev->time;
	}
	se->seen |= UINT64_C(1) << ev->kind;
	se->nevents++;
	st = expire_freezes(s, se, &e, error);
	if (st != VSS_OK)
		return st;
	/* the end of something implies its beginning; where that may have been
	 * lost, it is not known when it was */
	if (!se->overtaken && !(e.phases & 1 << PHASE_CALL) && (ki->phases == PHASES_ASYNC ||
	    ki->phases == PHASES_CALL || ki->phases == PHASES_HANDLER)) {
		begun = ki->phases != PHASES_HANDLER ?
		    se->open >> e.kind & 1 :
		    w < 0 || (se->writers[w].open >> e.kind & 1);
		if (!begun) {
			call = derived(&e, e.kind, PHASE_CALL, NULL);
			if (vss_kind_data_phase(e.kind) == PHASE_CALL)
				call.data = 0xff;
			call.implied = 1;
			st = deliver_and_note(s, se, &call, error);
			if (st != VSS_OK)
				return st;
		}
	}
	st = deliver_and_note(s, se, &e, error);
	if (st == VSS_OK && e.kind == KIND_START)
		st = tell_others(s, se, &e, error);
	if (e.kind == KIND_PB && ev->writer)
		begin_elsewhere(s, se, ev->writer, ev->time);
	return st;
}

enum vss_status
vss_sessions_event(struct vss_sessions *s, const struct vss_event *ev,
    struct vss_error *error)
{
	struct vss_session *se;
	enum vss_status st;
	int i, make;

	/* the end of the service, or of everything, concerns all */
	if (!ev->object && (ev->kind == KIND_SVC_EXIT ||
	    ev->kind == KIND_END)) {
		for (i = 0; i < s->n; i++) {
			if (s->list[i].restarted)
				continue;
			st = session_event(s, &s->list[i], ev, error);
			if (st != VSS_OK)
				return st;
		}
		s->used += s->n > 0;
		s->unattributed += s->n == 0;
		return VSS_OK;
	}
	se = route(s, ev, &make);
	if (!se && !make) {
		s->unattributed++;
		return VSS_OK;
	}
	if (!se) {
		if (s->n == LIMIT_OBJECTS) {
			vss_error_set(error, ev->line, 0,
			    "more than %d backup objects", LIMIT_OBJECTS);
			return VSS_BAD;
		}
		if (!(se = session_new(s, ev)))
			return out_of_memory(error, ev->line);
	}
	s->used++;
	return session_event(s, se, ev, error);
}

void
vss_sessions_time(struct vss_sessions *s, int source, int64_t t)
{
	int64_t *h = &s->horizon[source];

	if (t != VSS_NO_TIME && (*h == VSS_NO_TIME || t > *h))
		*h = t;
}

void
vss_sessions_idle_stop(struct vss_sessions *s, int64_t t)
{
	struct vss_session *se;
	int i;

	for (i = 0; i < s->n; i++) {
		se = &s->list[i];
		if (!over(se) || se->restarted || se->stopped ||
		    (se->gone != VSS_NO_TIME && t != VSS_NO_TIME &&
		    t < se->gone))
			continue;
		se->stopped = 1;
		se->stop = t;
	}
}

void
vss_sessions_reboot(struct vss_sessions *s, int64_t t)
{
	struct vss_session *se;
	int i;

	for (i = 0; i < s->n; i++) {
		se = &s->list[i];
		if (se->restarted)
			continue;
		if (!over(se))
			se->gone = t;
		se->restarted = 1;
		se->restart = t;
	}
}

static void
start(const struct vss_session *se, enum vss_scope scope, int index,
    uint8_t *mask)
{
	vss_engine_start(vss_story_start(se, scope, index), scope, se->middle,
	    mask);
}

/* All monitors read the story from its beginning, and so does what is noted
 * of how calls ended. */
static enum vss_status
read_story(struct vss_session *se)
{
	const struct vss_evidence *e;
	size_t i, n;

	start(se, VSS_SESSION, 0, se->mask);
	start(se, VSS_WRITER, -1, se->template_writer);
	start(se, VSS_COMPONENT, -1, se->template_component);
	for (i = 0; i < (size_t)se->nwriters; i++)
		start(se, VSS_WRITER, i, se->writers[i].mask);
	for (i = 0; i < (size_t)se->ncomponents; i++)
		start(se, VSS_COMPONENT, i, se->components[i].mask);
	for (i = 0; i < se->nstory; i += n) {
		e = &se->story[i];
		n = vss_story_group(se, i);
		if (step_all(se, e, n) < 0)
			return VSS_FAIL;
	}
	for (i = 0; i < se->nstory; i++)
		if (se->story[i].inferred)
			note_outcome(se, &se->story[i]);
	return VSS_OK;
}

/* Does the recording show what others than the requester do? What it does
 * not show it need not go on for. */
static int
shows_others(const struct vss_profile *p)
{
	int k;

	for (k = 1; k < KIND_COUNT; k++)
		if (p->shows[k] && k != KIND_END &&
		    (vss_kind(k)->actor == ACTOR_WRITER ||
		    vss_kind(k)->actor == ACTOR_SERVICE))
			return 1;
	return 0;
}

/* Until when the session's recordings all go on; VSS_NO_TIME when one does
 * not tell. */
static int64_t
horizon(const struct vss_sessions *s, const struct vss_session *se)
{
	int64_t h = VSS_NO_TIME, t;
	int i, any = 0;

	for (i = 0; i < s->nsources; i++) {
		if (!(se->sources >> i & 1) || (se->sources &
		    (se->sources - 1) && !shows_others(&s->profiles[i])))
			continue;
		t = s->horizon[i];
		if (t == VSS_NO_TIME)
			return t;
		if (!any || t < h)
			h = t;
		any = 1;
	}
	return h;
}

/* The tick of the coarsest of its clocks. */
static int64_t
coarsest(const struct vss_sessions *s, const struct vss_session *se)
{
	int64_t tick = 0;
	int i;

	for (i = 0; i < s->nsources; i++)
		if ((se->sources >> i & 1) && s->profiles[i].tick > tick)
			tick = s->profiles[i].tick;
	return tick;
}

/* For each phase of each kind, one more than the place in the story of its
 * last event. */
struct last_places { size_t after[KIND_COUNT][8]; };

static void
find_last(const struct vss_session *se, struct last_places *last)
{
	const struct vss_evidence *e;
	size_t i;
	int ph;

	memset(last, 0, sizeof(*last));
	for (i = 0; i < se->nstory; i++) {
		e = &se->story[i];
		for (ph = 0; ph < 8; ph++)
			if (e->phases >> ph & 1)
				last->after[e->kind][ph] = i + 1;
	}
}

/* Add to the profile the phases of which no event comes from place `at` of
 * the story on. */
static void
show_the_rest(const struct last_places *last, size_t at, struct vss_profile *p)
{
	int k, ph;

	for (k = 1; k < KIND_COUNT; k++)
		for (ph = 0; ph < 8; ph++)
			if ((p->last_only[k] >> ph & 1) &&
			    last->after[k][ph] <= at)
				p->shows[k] |= 1 << ph;
	/* time-outs show where every Freeze does */
	if (!(p->shows[KIND_FZ] >> PHASE_CALL & 1))
		p->shows[KIND_FZ] = p->shows[KIND_FZ_TIMEOUT] = 0;
}

/* What is shown at each place of the story, where the source keeps the last
 * event of a kind only. *changed: that differs from what was known before. */
static enum vss_status
show_what_came_last(const struct vss_sessions *s, struct vss_session *se,
    int *changed)
{
	static const struct vss_profile none;
	const struct vss_profile *base = &se->view->profile;
	struct vss_profile p, before;
	struct vss_view *late;
	struct last_places last;
	size_t i, first = 0;

	if (se->overtaken || se->story_gaps || s->nsources > 1 ||
	    !memcmp(base->last_only, none.last_only, sizeof(none.last_only)))
		return VSS_OK;
	find_last(se, &last);
	before = *base;
	for (i = 0; i <= se->nstory; i++) {
		/* of a group none is the last before it is over */
		if (i == se->nstory || !i || !se->story[i].group ||
		    se->story[i].group != se->story[i - 1].group)
			first = i;
		p = *base;
		show_the_rest(&last, first, &p);
		if (!i || memcmp(p.shows, before.shows, sizeof(p.shows))) {
			late = realloc(se->late, (se->nlate + 1) *
			    sizeof(*late));
			if (!late)
				return VSS_FAIL;
			se->late = late;
			vss_view_make(&late[se->nlate++], &p);
			before = p;
		}
		if (i)
			se->story[i - 1].late = (uint16_t)(se->nlate - 1);
	}
	*changed = 1;
	return VSS_OK;
}

enum vss_status
vss_sessions_finish(struct vss_sessions *s)
{
	struct vss_session *se;
	int64_t h;
	int i, k, changed;

	for (i = 0; i < s->n; i++) {
		se = &s->list[i];
		if (flush(se) != VSS_OK || vss_resolve(se, &changed) !=
		    VSS_OK || show_what_came_last(s, se, &changed) != VSS_OK ||
		    (changed && read_story(se) != VSS_OK))
			return VSS_FAIL;
		h = horizon(s, se);
		if (se->stopped && (s->nsources == 1 || (h != VSS_NO_TIME &&
		    se->stop != VSS_NO_TIME && h >= se->stop)))
			se->time_passed = 1;
		for (k = 0; k < se->nwriters && h != VSS_NO_TIME; k++)
			if (se->writers[k].time_passed &&
			    se->writers[k].elsewhere != VSS_NO_TIME &&
			    h >= se->writers[k].elsewhere)
				se->writers[k].waited = 1;
		if (!over(se) || se->gone == VSS_NO_TIME)
			continue;
		/* nobody was there any more to do what was owed */
		if (se->restarted && (se->restart == VSS_NO_TIME ||
		    h == VSS_NO_TIME || se->restart < h))
			h = se->restart;
		if (h != VSS_NO_TIME && h - se->gone - coarsest(s, se) >
		    s->policy.grace)
			se->time_passed = 1;
	}
	return VSS_OK;
}
