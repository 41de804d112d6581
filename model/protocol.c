/*
 * The protocol automaton: what VSS may do next, for one tracked writer.
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
 * leaves the automaton. Writes protocol.c, protocol.txt and protocol.dot
 * (when small enough to be looked at) into EXPORT_DIR.
 */
static int arriving;
static void protocol_state(void);
#include "pan.c"
#include <stdint.h>
#include "letters.h"

struct node {
	uint32_t key, length;		/* in the arena of keys */
	short ev;
	uint8_t stored;
};

struct edge { uint32_t from, to; };

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
	uint32_t h = 2166136261u;

	while (n--)
		h = (h ^ *p++) * 16777619u;
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

/*
 * Deterministic automaton.
 */
enum { DFA_MAX = 400000 };

struct subset { uint32_t *member; uint32_t n; };

static uint32_t *edge_first;
static struct subset *subset;
static uint32_t nsubsets;
static uint32_t (*dfa_next)[LETTER_MAX];	/* state + 1, 0: refused */
static uint32_t *subset_table;
static uint32_t *mark, stamp, *worklist;

static int
compare_edges(const void *pa, const void *pb)
{
	const struct edge *a = pa, *b = pb;

	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	return a->to < b->to ? -1 : a->to > b->to;
}

static int
compare_ids(const void *pa, const void *pb)
{
	uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;

	return a < b ? -1 : a > b;
}

/* Does the move show an event? Its number, or 0. */
static int
shows(const struct edge *e)
{
	return nodes[e->to].ev && nodes[e->to].ev != nodes[e->from].ev ?
	    nodes[e->to].ev : 0;
}

/* Everything that hidden moves lead to, sorted, in `worklist`. */
static uint32_t
close_hidden(uint32_t n)
{
	uint32_t i, e;

	for (i = 0; i < n; i++)
		for (e = edge_first[worklist[i]]; e < edge_first[worklist[i] + 1];
		    e++)
			if (!shows(&edges[e]) && mark[edges[e].to] != stamp) {
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
	mark = calloc(nnodes, sizeof(*mark));
	worklist = malloc(nnodes * sizeof(*worklist));
	if (!subset || !dfa_next || !subset_table || !mark || !worklist)
		die("out of memory");
	stamp++;
	worklist[0] = 0;
	mark[0] = stamp;
	subset_of(close_hidden(1));
	for (s = 0; s < nsubsets; s++) {
		memset(present, 0, sizeof(present));
		for (i = 0; i < subset[s].n; i++)
			for (k = subset[s].member[i], e = edge_first[k];
			    e < edge_first[k + 1]; e++)
				if ((value = shows(&edges[e]))) {
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
					if (shows(&edges[e]) ==
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

static void
protocol_done(void)
{
	const char *dir = getenv("EXPORT_DIR");
	uint32_t *block, *of, n, i, e, stored = 0, total = 0, used = 0;
	static uint8_t occurs[LETTER_MAX];
	char path[4096];
	size_t k, kept = 0;
	FILE *c, *t;
	int l;

	if (!dir || truncs < 0)
		die("EXPORT_DIR is not set");
	nletters = letters(letter);
	for (i = 0; i < nnodes; i++)
		stored += nodes[i].stored;
	if (stored != (uint32_t)nstates || errors) {
		fprintf(stderr, "protocol: %u states here, %lu in pan, %lu "
		    "errors\n", stored, (unsigned long)nstates, errors);
		_exit(1);
	}
	qsort(edges, nedges, sizeof(*edges), compare_edges);
	for (k = 0; k < nedges; k++)
		if (!kept || compare_edges(&edges[k], &edges[kept - 1]))
			edges[kept++] = edges[k];
	nedges = kept;
	if (!(edge_first = calloc(nnodes + 2, sizeof(*edge_first))))
		die("out of memory");
	for (k = 0; k < nedges; k++)
		edge_first[edges[k].from + 1]++;
	for (i = 0; i < nnodes; i++)
		edge_first[i + 1] += edge_first[i];
	determinise();
	if (!(block = calloc(nsubsets, sizeof(*block))) ||
	    !(of = calloc(nsubsets, sizeof(*of))))
		die("out of memory");
	n = minimise(block);
	for (i = nsubsets; i-- > 0;)
		of[block[i]] = i;
	snprintf(path, sizeof(path), "%s/protocol_table.c", dir);
	c = fopen(path, "w");
	snprintf(path, sizeof(path), "%s/protocol.txt", dir);
	t = fopen(path, "w");
	if (!c || !t)
		die("cannot write into EXPORT_DIR");
	fprintf(c, "/* Generated from model/system.pml by SPIN and "
	    "protocol.c. Do not edit. */\n#include \"protocol.h\"\n\n"
	    "const uint16_t vss_protocol_states = %u;\n"
	    "const uint16_t vss_protocol_start = %u;\n\n"
	    "const struct vss_protocol_move vss_protocol_moves[] = {\n", n,
	    block[0]);
	for (i = 0; i < n; i++)
		for (l = 0; l < nletters; l++)
			if ((e = dfa_next[of[i]][l])) {
				fprintf(c, "\t{ %d, %u },\n", l, block[e - 1]);
				occurs[l] = 1;
				total++;
			}
	fprintf(c, "};\n\nconst uint32_t vss_protocol_first[] = {\n");
	for (i = total = 0; i < n; i++) {
		fprintf(c, "\t%u,\n", total);
		for (l = 0; l < nletters; l++)
			total += dfa_next[of[i]][l] != 0;
	}
	fprintf(c, "\t%u\n};\n\n/* Letters that occur at all. */\n"
	    "const uint8_t vss_protocol_knows[] = {", total);
	for (l = 0; l < nletters; l++) {
		fprintf(c, "%s%d,", l % 24 ? "" : "\n\t", occurs[l]);
		used += occurs[l];
	}
	fprintf(c, "\n};\n");
	fprintf(t, "protocol automaton: %u states of the system (pan: %lu), "
	    "%u subsets, %u states, %u moves, %u letters\n", stored,
	    (unsigned long)nstates, nsubsets, n, total, used);
	for (l = 0; l < nletters; l++)
		if (occurs[l])
			fprintf(t, "  %s\n", letter[l].name);
	if (fclose(c) | fclose(t))
		die("cannot write into EXPORT_DIR");
	printf("exported protocol automaton: %u states of the system, as pan "
	    "counts, become %u\n", stored, n);
	fflush(stdout);
}
