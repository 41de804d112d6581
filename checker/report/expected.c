/*
 * What could have come instead: the states of the protocol automaton that
 * the recording leaves possible just before a finding's deciding event, and
 * the moves that lead on from them.
 */
#include <stdlib.h>
#include <string.h>
#include "protocol.h"
#include "report.h"

enum { NAMED_MAX = 8, OMITTED_MAX = 12 };

struct belief {
	uint8_t *in;		/* a byte a state */
	uint16_t *list;		/* the states in it */
	int n;
};

static int
is_hidden(const struct vss_view *v, int letter)
{
	int value = vss_letter_value[letter];

	/* Identify may come at any time, and writers that take no part get it,
	 * too: it says nothing of where a backup stands */
	return value / 128 == KIND_ID ||
	    !(v->profile.shows[value / 128] >> (value / 8 % 8) & 1);
}

static void
add(struct belief *b, int state)
{
	if (!b->in[state]) {
		b->in[state] = 1;
		b->list[b->n++] = state;
	}
}

static void
close_hidden(const struct vss_view *v, struct belief *b)
{
	uint32_t k;
	int i;

	for (i = 0; i < b->n; i++)
		for (k = vss_protocol_first[b->list[i]];
		    k < vss_protocol_first[b->list[i] + 1]; k++)
			if (is_hidden(v, vss_protocol_moves[k].letter))
				add(b, vss_protocol_moves[k].to);
}

static void
copy_belief(struct belief *to, const struct belief *from)
{
	memcpy(to->in, from->in, vss_protocol_states);
	memcpy(to->list, from->list, from->n * sizeof(*from->list));
	to->n = from->n;
}

/* The states after any of the letters. */
static void
move(const struct vss_view *v, const struct belief *from, struct belief *to,
    const uint16_t *letters, int n)
{
	uint32_t k;
	int i, l;

	to->n = 0;
	memset(to->in, 0, vss_protocol_states);
	for (i = 0; i < from->n; i++)
		for (k = vss_protocol_first[from->list[i]];
		    k < vss_protocol_first[from->list[i] + 1]; k++)
			for (l = 0; l < n; l++)
				if (vss_protocol_moves[k].letter == letters[l])
					add(to, vss_protocol_moves[k].to);
	close_hidden(v, to);
}

/* Add what one more event leads to: anything but an end or a failure. */
static void
omit_one(const struct vss_view *v, struct belief *b)
{
	uint32_t k;
	int i, n = b->n, kind, phase;

	for (i = 0; i < n; i++)
		for (k = vss_protocol_first[b->list[i]];
		    k < vss_protocol_first[b->list[i] + 1]; k++) {
			kind = vss_letter_value[vss_protocol_moves[k].letter] /
			    128;
			phase = vss_letter_value[vss_protocol_moves[k].letter]
			    / 8 % 8;
			if (kind != KIND_REL && kind != KIND_EXIT &&
			    kind != KIND_END && kind != KIND_SVC_EXIT &&
			    kind != KIND_WDEAD && phase < PHASE_ERR)
				add(b, vss_protocol_moves[k].to);
		}
	close_hidden(v, b);
}

/*
 * One event of which any of the letters may be meant. Letters that the
 * system never emits change nothing. An event that is refused shows that
 * something went wrong before: something was left out (then the fewest events
 * that explain it are taken as left out), or the event itself is the mistake
 * and leads nowhere.
 */
static void
step(const struct vss_view *v, struct belief *b, struct belief *to,
    struct belief *repaired, const uint16_t *letters, int n)
{
	int l, omitted, known = 0;

	for (l = 0; l < n; l++)
		known |= vss_protocol_knows[letters[l]];
	if (!known)
		return;
	copy_belief(repaired, b);
	for (omitted = 0; omitted <= OMITTED_MAX; omitted++) {
		move(v, repaired, to, letters, n);
		if (to->n) {
			copy_belief(b, to);
			return;
		}
		omit_one(v, repaired);
	}
}

/* Is the letter something that the one to blame could have chosen to do? */
static int
is_choice(int letter, int blame)
{
	int value = vss_letter_value[letter], kind = value / 128;
	int phase = value / 8 % 8;
	const struct vss_kind_info *ki = vss_kind(kind);

	if (kind == KIND_END)
		return 0;
	if (blame == VSS_REQUESTER_)
		return ki->actor == ACTOR_REQUESTER && kind != KIND_EXIT &&
		    phase == (ki->phases == PHASES_ASYNC ||
		    ki->phases == PHASES_CALL ? PHASE_CALL : PHASE_OK);
	if (blame == VSS_WRITER_)
		return ki->actor == ACTOR_WRITER && phase != PHASE_ERR &&
		    kind != KIND_WDEAD && kind != KIND_FZ_TIMEOUT &&
		    (ki->phases != PHASES_HANDLER || phase != PHASE_CALL);
	return (ki->actor == ACTOR_WRITER &&
	    ki->phases == PHASES_HANDLER && phase == PHASE_CALL) ||
	    ((ki->phases == PHASES_ASYNC || ki->phases == PHASES_CALL) &&
	    phase != PHASE_CALL);
}

/* Steps that ask or read and leave the backup where it stands. */
static int
is_query(int kind)
{
	return kind == KIND_GWS || kind == KIND_GETST || kind == KIND_PROP ||
	    kind == KIND_READ || kind == KIND_SAVE;
}

/* Steps that are possible nearly everywhere and therefore say nothing. */
static int
is_noise(int kind)
{
	return kind == KIND_OTHER || kind == KIND_COMUNINIT ||
	    kind == KIND_CANCEL || kind == KIND_ACT;
}

/* Add what queries lead to. */
static void
skip_queries(const struct vss_view *v, struct belief *b)
{
	uint32_t k;
	int i, value;

	for (i = 0; i < b->n; i++)
		for (k = vss_protocol_first[b->list[i]];
		    k < vss_protocol_first[b->list[i] + 1]; k++) {
			value = vss_letter_value[vss_protocol_moves[k].letter];
			if (is_query(value / 128) &&
			    value / 8 % 8 < PHASE_ERR)
				add(b, vss_protocol_moves[k].to);
		}
	close_hidden(v, b);
}

/* named[kind] becomes a set of phases. Returns how many letters. */
static int
gather(const struct belief *b, int blame, int not_kind, int queries,
    uint8_t *named)
{
	int i, kind, phase, value, n = 0;
	uint32_t k;

	memset(named, 0, KIND_COUNT);
	for (i = 0; i < b->n; i++)
		for (k = vss_protocol_first[b->list[i]];
		    k < vss_protocol_first[b->list[i] + 1]; k++) {
			value = vss_letter_value[vss_protocol_moves[k].letter];
			kind = value / 128;
			phase = value / 8 % 8;
			if (kind == not_kind || named[kind] >> phase & 1 ||
			    is_noise(kind) || (!queries && is_query(kind)) ||
			    !is_choice(vss_protocol_moves[k].letter, blame))
				continue;
			named[kind] |= 1 << phase;
			n++;
		}
	return n;
}

static size_t
write_names(const uint8_t *named, int blame, char *buf, size_t size,
    size_t length)
{
	struct vss_evidence e;
	char text[160];
	int kind, phase, n = 0, written;

	memset(&e, 0, sizeof(e));
	e.writer = e.component = -1;
	for (kind = 1; kind < KIND_COUNT; kind++)
		for (phase = 1; phase <= 4; phase++) {
			if (!(named[kind] >> phase & 1))
				continue;
			e.kind = kind;
			e.phases = 1 << phase;
			if (n == NAMED_MAX)
				snprintf(text, sizeof(text), "...");
			else if (blame == VSS_REQUESTER_)
				snprintf(text, sizeof(text), "%s",
				    vss_kind(kind)->text);
			else
				vss_evidence_text(NULL, &e, text,
				    sizeof(text));
			written = snprintf(buf + length, size - length,
			    "%s%s", n ? ", " : "", text);
			if (written < 0 || length + written >= size)
				return length;
			length += written;
			if (n++ == NAMED_MAX)
				return length;
		}
	return length;
}

/* What could have come; and where that is only a query, what after it. */
static size_t
name_choices(const struct vss_view *v, struct belief *b, int blame,
    int actual, char *buf, size_t size)
{
	uint8_t named[KIND_COUNT], after[KIND_COUNT];
	size_t length = 0;
	int n, k, queries = 0;

	n = gather(b, blame, actual, 1, named);
	for (k = 1; k < KIND_COUNT; k++)
		queries += named[k] && is_query(k);
	if (n)
		length = write_names(named, blame, buf, size, 0);
	if (blame != VSS_REQUESTER_ || queries != n)
		return length;
	skip_queries(v, b);
	if (!gather(b, blame, n ? 0 : actual, 0, after))
		return length;
	if (n && length + 8 < size)
		length += snprintf(buf + length, size - length, ", then ");
	return write_names(after, blame, buf, size, length);
}

size_t
vss_expected_next(const struct vss_session *se, const struct vss_finding *f,
    char *buf, size_t size)
{
	struct belief b[3] = { { 0 } };
	const struct vss_evidence *e;
	uint16_t letters[VSS_ALTERNATIVES];
	size_t i, until, length = 0;
	int w = f->writer, n, k, ok = 1;

	if (!size)
		return 0;
	*buf = 0;
	if (se->middle || se->story_gaps)
		return 0;
	for (i = 0; w < 0 && i < (size_t)se->nwriters; i++)
		if (se->writers[i].took_part)
			w = (int)i;
	until = f->by_end || !f->nevidence ? se->nstory :
	    f->evidence[f->nevidence - 1];
	for (k = 0; k < 3; k++) {
		b[k].in = calloc(vss_protocol_states, 1);
		b[k].list = malloc(vss_protocol_states * sizeof(*b->list));
		ok &= b[k].in && b[k].list;
	}
	if (ok) {
		add(&b[0], vss_protocol_start);
		close_hidden(vss_session_view(se, VSS_WRITER, w), &b[0]);
		for (i = 0; i < until; i++) {
			e = &se->story[i];
			/* one writer's projection: the others' events are
			 * not in it */
			if (e->kind == KIND_ID ||
			    (vss_kind(e->kind)->tracked && e->writer != w))
				continue;
			n = vss_event_letters(e->kind, e->phases, e->data, 1,
			    letters);
			step(vss_session_view(se, VSS_WRITER, w), &b[0], &b[1], &b[2], letters, n);
		}
		length = name_choices(vss_session_view(se, VSS_WRITER, w), &b[0], vss_rule(f->rule)->blame,
		    until < se->nstory ? se->story[until].kind : 0, buf,
		    size);
	}
	for (k = 0; k < 3; k++) {
		free(b[k].in);
		free(b[k].list);
	}
	return length;
}
