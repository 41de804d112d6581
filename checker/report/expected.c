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

/*
 * One event of which any of the letters may be meant. Letters that the
 * system never emits change nothing. An event that is refused shows that
 * something went wrong before: something was left out (then the fewest events
 * that explain it are taken as left out), or the event itself is the mistake
 * and leads nowhere.
 */
static void
step(const struct vss_view *v, struct vss_belief *b, struct vss_belief *to,
    struct vss_belief *repaired, const uint16_t *letters, int n)
{
	int omitted, i;

	if (!vss_protocol_knows_any(letters, n))
		return;
	vss_belief_copy(repaired, b);
	for (omitted = 0; omitted <= OMITTED_MAX; omitted++) {
		vss_belief_spread(v, repaired, omitted);
		vss_belief_move(repaired, to, letters, n);
		if (!to->n)
			continue;
		vss_belief_clear(b);
		for (i = 0; i < to->n; i++)
			vss_belief_add(b, to->list[i], 0);
		vss_belief_spread(v, b, 0);
		return;
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
skip_queries(const struct vss_view *v, struct vss_belief *b)
{
	uint32_t k;
	int i, value;

	for (i = 0; i < b->n; i++)
		for (k = vss_protocol.first[b->list[i]];
		    k < vss_protocol.first[b->list[i] + 1]; k++) {
			value = vss_letter_value[vss_protocol.moves[k].letter];
			if (is_query(value / 128) &&
			    value / 8 % 8 < PHASE_ERR)
				vss_belief_add(b, vss_protocol.moves[k].to,
				    0);
		}
	vss_belief_spread(v, b, 0);
}

/* named[kind] becomes a set of phases. Returns how many letters. */
static int
gather(const struct vss_belief *b, int blame, int not_kind, int queries,
    uint8_t *named)
{
	int i, kind, phase, value, n = 0;
	uint32_t k;

	memset(named, 0, KIND_COUNT);
	for (i = 0; i < b->n; i++)
		for (k = vss_protocol.first[b->list[i]];
		    k < vss_protocol.first[b->list[i] + 1]; k++) {
			value = vss_letter_value[vss_protocol.moves[k].letter];
			kind = value / 128;
			phase = value / 8 % 8;
			if (kind == not_kind || named[kind] >> phase & 1 ||
			    is_noise(kind) || (!queries && is_query(kind)) ||
			    !is_choice(vss_protocol.moves[k].letter, blame))
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
name_choices(const struct vss_view *v, struct vss_belief *b, int blame,
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

/* What the automaton of replay could have done instead. What the requester
 * could have done is no alternative to what VSS or a writer did. */
static size_t
name_possible(const struct vss_finding *f, char *buf, size_t size)
{
	uint8_t named[KIND_COUNT] = { 0 };
	int l, value;

	for (l = 0; l < VSS_NLETTERS; l++) {
		value = vss_letter_value[l];
		if (f->possible[l] && (is_choice(l, VSS_SERVICE_) ||
		    is_choice(l, VSS_WRITER_)))
			named[value / 128] |= 1 << value / 8 % 8;
	}
	*buf = 0;
	return write_names(named, VSS_SERVICE_, buf, size, 0);
}

size_t
vss_expected_next(const struct vss_session *se, const struct vss_finding *f,
    char *buf, size_t size)
{
	const struct vss_view *v;
	struct vss_belief b[3];
	char *memory;
	const struct vss_evidence *e;
	uint16_t letters[VSS_ALTERNATIVES];
	size_t i, until, length = 0;
	int w = f->writer, n, k;

	if (!size)
		return 0;
	*buf = 0;
	if (f->rule == VSS_RULE_REPLAY)
		return name_possible(f, buf, size);
	if (se->middle || se->story_gaps)
		return 0;
	for (i = 0; w < 0 && i < (size_t)se->nwriters; i++)
		if (se->writers[i].took_part)
			w = (int)i;
	v = vss_session_view(se, VSS_WRITER, w);
	until = f->by_end || !f->nevidence ? se->nstory :
	    f->evidence[f->nevidence - 1];
	memory = malloc(3 * vss_belief_size() + 3);
	if (memory) {
		for (k = 0; k < 3; k++)
			vss_belief_make(&b[k], memory + k *
			    (vss_belief_size() + 1) / 2 * 2);
		vss_belief_add(&b[0], vss_protocol.start, 0);
		vss_belief_spread(v, &b[0], 0);
		for (i = 0; i < until; i++) {
			e = &se->story[i];
			/* one writer's projection: the others' events are
			 * not in it */
			if (e->kind == KIND_ID ||
			    (vss_kind(e->kind)->tracked && e->writer != w))
				continue;
			n = vss_event_letters(e->kind, e->phases, e->data, 1,
			    letters);
			step(v, &b[0], &b[1], &b[2], letters, n);
		}
		length = name_choices(v, &b[0], f->blame,
		    until < se->nstory ? se->story[until].kind : 0, buf,
		    size);
	}
	free(memory);
	return length;
}
