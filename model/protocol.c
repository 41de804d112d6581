/*
 * Two automata, each for one tracked writer: of the documented system (what
 * may come next), and of VSS with free actors (what can happen at all).
 *
 * This file includes the verifier that SPIN makes of system.pml. The build
 * puts a call of protocol_state() where pan's depth-first search looks at a
 * state (new_state, labels Down and AllOver), inside atomic sequences and in
 * the middle of a rendezvous, too: there the event variable changes. Pan's own search
 * therefore visits every transition, and our count of the states it stores
 * has to be pan's.
 *
 * What is no event is hidden, the rest is made deterministic (subset
 * construction) and minimal. Every state accepts: a word is refused when it
 * leaves the automaton. Writes NAME_table.c and NAME.txt into EXPORT_DIR,
 * where NAME is EXPORT_NAME. EXPORT_HIDE names the kinds of events that are
 * hidden, too: they mean nothing to this automaton.
 *
 * Linked with the automaton of replay it writes nothing, but walks the system
 * and that automaton side by side: whatever the system does, as its tracked
 * writer sees it, the automaton must be able to do.
 */
static int arriving;
static void protocol_state(void);
#include "pan.c"
#include <stdint.h>
#include "letters.h"
#include "automaton.h"

struct node {
	size_t key;			/* in the arena of keys */
	uint16_t length;
	short ev;
	uint8_t stored;
};

struct edge { uint32_t from, to; short label; };

static struct node *nodes;
static uint32_t nnodes, nodes_room, *table, table_size;
static unsigned char *arena;
static size_t arena_used, arena_room;
static struct edge *edges;
static size_t nedges, edges_room;
static uint32_t *at_depth;
static long depth_room;

static struct letter letter[LETTER_MAX];
static int nletters;

static void
die(const char *what)
{
	fprintf(stderr, "protocol: %s\n", what);
	_exit(1);
}

static void *
enlarge(void *p, size_t size, size_t *room, size_t need)
{
	while (*room < need)
		*room = *room ? *room * 2 : 1024;
	if (!(p = realloc(p, *room * size)))
		die("out of memory");
	return p;
}

static uint32_t
hash(const unsigned char *p, size_t n)
{
	uint64_t h = n, x;

	for (; n; p += 8, n -= 8) {
		x = 0;
		memcpy(&x, p, n < 8 ? n : 8);
		h = (h ^ x) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 32;
		if (n < 8)
			break;
	}
	return h;
}

static void
rehash(void)
{
	uint32_t i, k;

	table_size = table_size ? table_size * 2 : 1 << 16;
	free(table);
	if (!(table = calloc(table_size, sizeof(*table))))
		die("out of memory");
	for (i = 0; i < nnodes; i++) {
		k = hash(arena + nodes[i].key, nodes[i].length);
		while (table[k &= table_size - 1])
			k++;
		table[k] = i + 1;
	}
}

static uint32_t
node_of(const unsigned char *key, size_t n, short ev, int stored)
{
	uint32_t k, i;
	size_t room = nodes_room;

	if (2 * (nnodes + 1) > table_size)
		rehash();
	for (k = hash(key, n);; k++) {
		k &= table_size - 1;
		if (!table[k])
			break;
		i = table[k] - 1;
		if (nodes[i].length == n && !memcmp(arena + nodes[i].key, key,
		    n))
			return i;
	}
	nodes = enlarge(nodes, sizeof(*nodes), &room, nnodes + 1);
	nodes_room = room;
	arena = enlarge(arena, 1, &arena_room, arena_used + n);
	memcpy(arena + arena_used, key, n);
	nodes[nnodes].key = arena_used;
	nodes[nnodes].length = n;
	nodes[nnodes].ev = ev;
	nodes[nnodes].stored = stored;
	arena_used += n;
	table[k] = ++nnodes;
	return nnodes - 1;
}

static void protocol_done(void);

/* Called by pan whenever its search stands on a state. */
static void
protocol_state(void)
{
	static unsigned char key[sizeof(State) + 8];
	int atomic_by = boq == -1 && (trpt->tau & 8) ? trpt->pr + 1 : 0;
	int64_t from;
	int n, i;

	if (!at_depth)
		atexit(protocol_done);
	if (depth >= depth_room) {
		depth_room = depth * 2 + 1024;
		if (!(at_depth = realloc(at_depth, depth_room *
		    sizeof(*at_depth))))
			die("out of memory");
	}
	n = compress((char *)&now, vsize);
	memcpy(key, &comp_now, n);
	/* who goes on within an atomic sequence or a rendezvous */
	key[n++] = atomic_by;
	key[n++] = boq + 1;
	key[n++] = boq != -1 ? trpt->pr + 1 : 0;
	i = node_of(key, n, now.ev, boq == -1 && !(trpt->tau & 8));
	/* pan looks at a state again when an atomic sequence is blocked: then
	 * the others may go on from it */
	from = arriving ? depth > 0 ? (int64_t)at_depth[depth - 1] : -1 :
	    (int64_t)at_depth[depth];
	arriving = 0;
	at_depth[depth] = i;
	if (from >= 0) {
		edges = enlarge(edges, sizeof(*edges), &edges_room, nedges + 1);
		edges[nedges].from = from;
		edges[nedges++].to = i;
	}
}

static uint8_t hides_kind[64];

static void
hide_kinds(const char *list)
{
	size_t n;
	int k, found;

	for (; *list; list += n, list += *list == ' ') {
		n = strcspn(list, " ");
		for (k = found = 0; k < NKINDS; k++)
			if (strlen(kind_rows[k].name) == n &&
			    !memcmp(kind_rows[k].name, list, n))
				hides_kind[kind_rows[k].number] = found = 1;
		if (n && !found)
			die("EXPORT_HIDE names a kind that there is not");
	}
}

/* The event that the move shows, or 0. */
static int
shows(const struct edge *e)
{
	int ev = nodes[e->to].ev;

	return ev && ev != nodes[e->from].ev && !hides_kind[ev / 128] ? ev : 0;
}

/*
 * The graph, smaller: states that can only go on in one hidden step are what
 * they go on to, and states that can do the same are one.
 */
static uint32_t *edge_first;
static uint32_t nstates_left, start;

static int
compare_edges(const void *pa, const void *pb)
{
	const struct edge *a = pa, *b = pb;

	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	if (a->label != b->label)
		return a->label - b->label;
	return a->to < b->to ? -1 : a->to > b->to;
}

/* Sort the edges of `n` states, each once, and where each state's begin. */
static void
put_in_order(uint32_t n)
{
	size_t k, kept = 0;
	uint32_t i;

	qsort(edges, nedges, sizeof(*edges), compare_edges);
	for (k = 0; k < nedges; k++)
		if (!kept || compare_edges(&edges[k], &edges[kept - 1]))
			edges[kept++] = edges[k];
	nedges = kept;
	free(edge_first);
	if (!(edge_first = calloc(n + 2, sizeof(*edge_first))))
		die("out of memory");
	for (k = 0; k < nedges; k++)
		edge_first[edges[k].from + 1]++;
	for (i = 0; i < n; i++)
		edge_first[i + 1] += edge_first[i];
}

static int
goes_on(uint32_t i)
{
	return edge_first[i + 1] == edge_first[i] + 1 &&
	    !edges[edge_first[i]].label;
}

/* What a state goes on to while that is one hidden step. */
static void
contract(uint32_t *rep)
{
	uint32_t i, k, end, next;

	for (i = 0; i < nnodes; i++)
		rep[i] = UINT32_MAX;
	for (i = 0; i < nnodes; i++) {
		for (end = i; rep[end] == UINT32_MAX; end = next) {
			rep[end] = nnodes;	/* under way */
			if (!goes_on(end))
				break;
			next = edges[edge_first[end]].to;
		}
		/* a loop of hidden steps ends where it was entered */
		if (rep[end] == nnodes)
			rep[end] = end;
		for (k = i; rep[k] == nnodes; k = edges[edge_first[k]].to)
			rep[k] = rep[end];
		for (k = end; goes_on(k) && rep[k = edges[edge_first[k]].to] ==
		    nnodes;)
			rep[k] = end;
	}
}

/* What a state can do: edges by label and block of where they lead, but for
 * hidden ones within the block. Sorted, each once. */
static uint32_t
abilities(uint32_t i, const uint32_t *rep, const uint32_t *block,
    struct edge **list)
{
	static struct edge *row;
	static size_t room;
	uint32_t e, n = 0, kept = 0;

	row = enlarge(row, sizeof(*row), &room,
	    edge_first[i + 1] - edge_first[i] + 1);
	for (e = edge_first[i]; e < edge_first[i + 1]; e++) {
		row[n].from = 0;
		row[n].label = edges[e].label;
		row[n].to = block[rep[edges[e].to]];
		n += row[n].label || row[n].to != block[i];
	}
	if (n > 1)
		qsort(row, n, sizeof(*row), compare_edges);
	for (e = 0; e < n; e++)
		if (!kept || compare_edges(&row[e], &row[kept - 1]))
			row[kept++] = row[e];
	*list = row;
	return kept;
}

static uint64_t
stir(uint64_t h, uint64_t x)
{
	h = (h ^ x) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 29;
}

/* Split blocks until all states of one can do the same. */
static uint32_t
refine(const uint32_t *rep, uint32_t *block)
{
	uint32_t size = 1, n = 0, m, i, k, e, length;
	uint32_t *new = calloc(nnodes, sizeof(*new));
	uint64_t *hashes, h;
	uint32_t *ids;
	struct edge *row;

	while (size < nnodes)
		size *= 2;
	hashes = malloc(size * sizeof(*hashes));
	ids = malloc(size * sizeof(*ids));
	if (!new || !hashes || !ids)
		die("out of memory");
	for (m = 1; m != n;) {
		n = m;
		m = 0;
		memset(ids, 0xff, size * sizeof(*ids));
		for (i = 0; i < nnodes; i++) {
			if (rep[i] != i)
				continue;
			length = abilities(i, rep, block, &row);
			h = stir(1, block[i]);
			for (e = 0; e < length; e++)
				h = stir(stir(h, row[e].label), row[e].to);
			for (k = h;; k++) {
				k &= size - 1;
				if (ids[k] == UINT32_MAX || hashes[k] == h)
					break;
			}
			if (ids[k] == UINT32_MAX) {
				hashes[k] = h;
				ids[k] = m++;
			}
			new[i] = ids[k];
		}
		memcpy(block, new, nnodes * sizeof(*block));
	}
	free(new);
	free(hashes);
	free(ids);
	return n;
}

static void
reduce(void)
{
	uint32_t *rep = malloc(nnodes * sizeof(*rep)), *first, i, n, e, length;
	uint32_t *block = calloc(nnodes, sizeof(*block));
	struct edge *row, *quotient = NULL;
	size_t nquotient = 0, room = 0;

	if (!rep || !block)
		die("out of memory");
	put_in_order(nnodes);
	contract(rep);
	n = refine(rep, block);
	if (!(first = calloc(n + 1, sizeof(*first))))
		die("out of memory");
	for (i = 0; i < nnodes; i++) {
		if (rep[i] != i)
			continue;
		length = abilities(i, rep, block, &row);
		if (first[block[i]]) {
			/* hashes told that they are the same: are they? */
			if (quotient[first[block[i]] - 1].to != length)
				die("two states that differ became one");
			for (e = 0; e < length; e++)
				if (row[e].label != quotient[first[block[i]] +
				    e].label || row[e].to !=
				    quotient[first[block[i]] + e].to)
					die("two states that differ became "
					    "one");
			continue;
		}
		/* before the edges of a block stands how many there are */
		quotient = enlarge(quotient, sizeof(*quotient), &room,
		    nquotient + length + 1);
		quotient[nquotient].from = UINT32_MAX;
		quotient[nquotient++].to = length;
		first[block[i]] = nquotient;
		for (e = 0; e < length; e++, nquotient++) {
			quotient[nquotient] = row[e];
			quotient[nquotient].from = block[i];
		}
	}
	start = block[rep[0]];
	for (e = 0, nedges = 0; e < nquotient; e++)
		if (quotient[e].from != UINT32_MAX)
			edges[nedges++] = quotient[e];
	nstates_left = n;
	put_in_order(n);
	free(quotient);
	free(first);
	free(block);
	free(rep);
}

/*
 * Deterministic automaton.
 */
enum { DFA_MAX = 400000 };

struct subset { uint32_t *member; uint32_t n; };

static struct subset *subset;
static uint32_t nsubsets;
static uint32_t (*dfa_next)[LETTER_MAX];	/* state + 1, 0: refused */
static uint32_t *subset_table;
static uint32_t *mark, stamp, *worklist;

static int
compare_ids(const void *pa, const void *pb)
{
	uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;

	return a < b ? -1 : a > b;
}

/* Everything that hidden moves lead to, sorted, in `worklist`. */
static uint32_t
close_hidden(uint32_t n)
{
	uint32_t i, e;

	for (i = 0; i < n; i++)
		for (e = edge_first[worklist[i]]; e < edge_first[worklist[i] + 1];
		    e++)
			if (!edges[e].label && mark[edges[e].to] != stamp) {
				mark[edges[e].to] = stamp;
				worklist[n++] = edges[e].to;
			}
	qsort(worklist, n, sizeof(*worklist), compare_ids);
	return n;
}

static uint32_t
subset_of(uint32_t n)
{
	uint32_t k = hash((unsigned char *)worklist, n * sizeof(*worklist)), s;

	for (;; k++) {
		k &= (1 << 21) - 1;
		if (!subset_table[k])
			break;
		s = subset_table[k] - 1;
		if (subset[s].n == n && !memcmp(subset[s].member, worklist,
		    n * sizeof(*worklist)))
			return s;
	}
	if (nsubsets == DFA_MAX)
		die("the automaton has too many states");
	if (!(subset[nsubsets].member = malloc(n * sizeof(*worklist))))
		die("out of memory");
	memcpy(subset[nsubsets].member, worklist, n * sizeof(*worklist));
	subset[nsubsets].n = n;
	subset_table[k] = ++nsubsets;
	return nsubsets - 1;
}

static int
letter_of(int value)
{
	int l;

	for (l = 0; l < nletters; l++)
		if (letter[l].value == value)
			return l;
	die("the system emits a letter that the vocabulary does not have");
	return -1;
}

static void
determinise(void)
{
	static int index_of[64 * 128];
	uint32_t i, s, e, n, k;
	int l, value;
	static uint8_t present[LETTER_MAX];

	for (i = 0; i < (uint32_t)nletters; i++)
		index_of[letter[i].value] = i;
	subset = calloc(DFA_MAX, sizeof(*subset));
	dfa_next = calloc(DFA_MAX, sizeof(*dfa_next));
	subset_table = calloc(1 << 21, sizeof(*subset_table));
	mark = calloc(nstates_left, sizeof(*mark));
	worklist = malloc(nstates_left * sizeof(*worklist));
	if (!subset || !dfa_next || !subset_table || !mark || !worklist)
		die("out of memory");
	stamp++;
	worklist[0] = start;
	mark[start] = stamp;
	subset_of(close_hidden(1));
	for (s = 0; s < nsubsets; s++) {
		memset(present, 0, sizeof(present));
		for (i = 0; i < subset[s].n; i++)
			for (k = subset[s].member[i], e = edge_first[k];
			    e < edge_first[k + 1]; e++)
				if ((value = edges[e].label)) {
					letter_of(value);
					present[index_of[value]] = 1;
				}
		for (l = 0; l < nletters; l++) {
			if (!present[l])
				continue;
			stamp++;
			n = 0;
			for (i = 0; i < subset[s].n; i++)
				for (k = subset[s].member[i],
				    e = edge_first[k]; e < edge_first[k + 1];
				    e++)
					if (edges[e].label ==
					    letter[l].value &&
					    mark[edges[e].to] != stamp) {
						mark[edges[e].to] = stamp;
						worklist[n++] = edges[e].to;
					}
			dfa_next[s][l] = subset_of(close_hidden(n)) + 1;
		}
	}
}

/* Moore, with a hash of each row of blocks. Returns the number of blocks;
 * block[] holds them. */
static uint32_t
minimise(uint32_t *block)
{
	uint32_t *nb = calloc(nsubsets, sizeof(*nb)), *seen, n = 1, m, i, k;
	uint32_t row[LETTER_MAX + 1], other[LETTER_MAX + 1];
	int l;

	seen = malloc((1 << 20) * sizeof(*seen));
	if (!nb || !seen)
		die("out of memory");
	memset(block, 0, nsubsets * sizeof(*block));
	for (;;) {
		memset(seen, 0, (1 << 20) * sizeof(*seen));
		m = 0;
		for (i = 0; i < nsubsets; i++) {
			row[nletters] = block[i];
			for (l = 0; l < nletters; l++)
				row[l] = dfa_next[i][l] ?
				    block[dfa_next[i][l] - 1] + 1 : 0;
			k = hash((unsigned char *)row, (nletters + 1) *
			    sizeof(*row));
			for (;; k++) {
				k &= (1 << 20) - 1;
				if (!seen[k])
					break;
				other[nletters] = block[seen[k] - 1];
				for (l = 0; l < nletters; l++)
					other[l] = dfa_next[seen[k] - 1][l] ?
					    block[dfa_next[seen[k] - 1][l] -
					    1] + 1 : 0;
				if (!memcmp(row, other, (nletters + 1) *
				    sizeof(*row)))
					break;
			}
			if (!seen[k]) {
				seen[k] = i + 1;
				nb[i] = m++;
			} else
				nb[i] = nb[seen[k] - 1];
		}
		memcpy(block, nb, nsubsets * sizeof(*block));
		if (m == n)
			break;
		n = m;
	}
	free(nb);
	free(seen);
	return n;
}

extern const struct vss_automaton vss_replay __attribute__((weak));

/*
 * Breadth first over the pairs of a state of the system and one of the
 * automaton. A pair is a number; `seen` holds them with the pair they came
 * from, for the word that leads to a difference.
 */
struct pair { uint64_t is; uint32_t from; uint16_t letter; };

static struct pair *pairs;
static uint32_t npairs, *pair_table, pair_room;

static int
is_new(uint64_t pair)
{
	uint32_t k, i;

	if (2 * (npairs + 1) > pair_room) {
		pair_room = pair_room ? pair_room * 2 : 1 << 20;
		free(pair_table);
		pair_table = calloc(pair_room, sizeof(*pair_table));
		pairs = realloc(pairs, pair_room / 2 * sizeof(*pairs));
		if (!pair_table || !pairs)
			die("out of memory");
		for (i = 0; i < npairs; i++) {
			k = hash((unsigned char *)&pairs[i].is, 8);
			while (pair_table[k &= pair_room - 1])
				k++;
			pair_table[k] = i + 1;
		}
	}
	for (k = hash((unsigned char *)&pair, 8);; k++) {
		k &= pair_room - 1;
		if (!pair_table[k])
			break;
		if (pairs[pair_table[k] - 1].is == pair)
			return 0;
	}
	pairs[npairs].is = pair;
	pair_table[k] = ++npairs;
	return 1;
}

static void
print_word(uint32_t i)
{
	if (i)
		print_word(pairs[i].from);
	if (pairs[i].letter)
		fprintf(stderr, " %s", letter[pairs[i].letter - 1].name);
}

/* The state after the letter; -1: refused; the same when the automaton does
 * not know what the letter speaks of. */
static int
after(int state, int l)
{
	static uint8_t known[LETTER_MAX], ready;
	uint32_t k;
	int i;

	for (i = 0; !ready && i < nletters * nletters; i++)
		known[i / nletters] |= vss_replay.knows[i % nletters] &&
		    letter[i / nletters].value / 64 ==
		    letter[i % nletters].value / 64;
	ready = 1;
	if (!known[l])
		return state;
	for (k = vss_replay.first[state]; k < vss_replay.first[state + 1]; k++)
		if (vss_replay.moves[k].letter == l)
			return vss_replay.moves[k].to;
	return -1;
}

static void
compare(uint32_t stored)
{
	uint32_t i, e, node;
	int state, to, l;

	is_new((uint64_t)start << 16 | vss_replay.start);
	pairs[0].from = pairs[0].letter = 0;
	for (i = 0; i < npairs; i++) {
		node = pairs[i].is >> 16;
		state = pairs[i].is & 0xffff;
		for (e = edge_first[node]; e < edge_first[node + 1]; e++) {
			l = edges[e].label ? letter_of(edges[e].label) : -1;
			to = l < 0 ? state : after(state, l);
			if (to < 0) {
				fprintf(stderr, "compare: the system does, the "
				    "automaton does not:");
				print_word(i);
				fprintf(stderr, " %s\n", letter[l].name);
				_exit(1);
			}
			if (is_new((uint64_t)edges[e].to << 16 | to)) {
				pairs[npairs - 1].from = i;
				pairs[npairs - 1].letter = l + 1;
			}
		}
	}
	printf("compared: %u states of the system, as pan counts, %u pairs "
	    "with the automaton, no difference\n", stored, npairs);
	fflush(stdout);
}

static void
protocol_done(void)
{
	const char *dir = getenv("EXPORT_DIR"), *name = getenv("EXPORT_NAME");
	const char *hide = getenv("EXPORT_HIDE");
	uint32_t *block, *of, n, i, e, stored = 0, total = 0, used = 0;
	static uint8_t occurs[LETTER_MAX];
	char path[4096];
	size_t k;
	FILE *c, *t;
	int l;

	nletters = letters(letter);
	hide_kinds(hide ? hide : "");
	for (i = 0; i < nnodes; i++)
		stored += nodes[i].stored;
	if (stored != (uint32_t)nstates || errors) {
		fprintf(stderr, "protocol: %u states here, %lu in pan, %lu "
		    "errors\n", stored, (unsigned long)nstates, errors);
		_exit(1);
	}
	for (k = 0; k < nedges; k++)
		edges[k].label = shows(&edges[k]);
	reduce();
	if (&vss_replay) {
		compare(stored);
		return;
	}
	if (!dir || !name)
		die("EXPORT_DIR or EXPORT_NAME is not set");
	determinise();
	if (!(block = calloc(nsubsets, sizeof(*block))) ||
	    !(of = calloc(nsubsets, sizeof(*of))))
		die("out of memory");
	n = minimise(block);
	for (i = nsubsets; i-- > 0;)
		of[block[i]] = i;
	snprintf(path, sizeof(path), "%s/%s_table.c", dir, name);
	c = fopen(path, "w");
	snprintf(path, sizeof(path), "%s/%s.txt", dir, name);
	t = fopen(path, "w");
	if (!c || !t)
		die("cannot write into EXPORT_DIR");
	fprintf(c, "/* Generated from model/system.pml by SPIN and "
	    "protocol.c. Do not edit. */\n#include \"protocol.h\"\n\n"
	    "static const struct vss_move moves[] = {\n");
	for (i = 0; i < n; i++)
		for (l = 0; l < nletters; l++)
			if ((e = dfa_next[of[i]][l])) {
				fprintf(c, "\t{ %d, %u },\n", l, block[e - 1]);
				occurs[l] = 1;
				total++;
			}
	fprintf(c, "};\n\nstatic const uint32_t first[] = {\n");
	for (i = total = 0; i < n; i++) {
		fprintf(c, "\t%u,\n", total);
		for (l = 0; l < nletters; l++)
			total += dfa_next[of[i]][l] != 0;
	}
	fprintf(c, "\t%u\n};\n\n/* Letters that occur at all. */\n"
	    "static const uint8_t knows[] = {", total);
	for (l = 0; l < nletters; l++) {
		fprintf(c, "%s%d,", l % 24 ? "" : "\n\t", occurs[l]);
		used += occurs[l];
	}
	fprintf(c, "\n};\n\nconst struct vss_automaton vss_%s = {\n\t%u, %u, "
	    "moves, first, knows\n};\n", name, n, block[0]);
	fprintf(t, "%s automaton: %u states of the system (pan: %lu), "
	    "%u subsets, %u states, %u moves, %u letters\n", name,
	    stored, (unsigned long)nstates, nsubsets, n, total, used);
	for (l = 0; l < nletters; l++)
		if (occurs[l])
			fprintf(t, "  %s\n", letter[l].name);
	if (fclose(c) | fclose(t))
		die("cannot write into EXPORT_DIR");
	printf("exported %s automaton: %u states of the system, as pan "
	    "counts, become %u\n", name, stored, n);
	fflush(stdout);
}
