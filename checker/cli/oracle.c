/*
 * vsscheck oracle: the same events through SPIN's own claims. They are in a
 * program of their own, vsscheck-oracle (model/oracle.c), beside this one or
 * in the PATH, which reads from a pipe what is written here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "oracle.h"

static void
put_letters(FILE *f, const char *word, const uint8_t *letters)
{
	int l;

	fputs(word, f);
	for (l = 0; l < VSS_NLETTERS; l++)
		if (letters[l])
			fprintf(f, " %d", vss_letter_value[l]);
	fputc('\n', f);
}

/* What the monitor says once END has come. */
static const char *
closed(const struct vss_view *v, int m, uint8_t mask)
{
	uint8_t end = vss_monitor_close(m, mask);

	return !(end & ~v->violated[m]) ? "violated" :
	    end & v->violated[m] ? "open" : "kept";
}

/* One monitor of one instance. Returns 0 when the order of its events is not
 * known. */
static int
put_monitor(FILE *f, const char *file, const struct vss_session *se,
    int session, int m, int index)
{
	enum vss_scope scope = vss_rule(vss_monitors[m].rule)->scope;
	const struct vss_view *v = vss_session_view(se, scope, index);
	const uint8_t *mask = scope == VSS_SESSION ? se->mask :
	    scope == VSS_WRITER ? se->writers[index].mask :
	    se->components[index].mask;
	uint8_t hidden[VSS_NLETTERS], given[VSS_NLETTERS];
	uint16_t letters[VSS_ALTERNATIVES];
	int l, n, kind;
	size_t i;

	for (i = 0; i < se->nstory; i++)
		if (se->story[i].group)
			return 0;
	for (l = 0; l < VSS_NLETTERS; l++) {
		kind = vss_letter_value[l] / 128;
		hidden[l] = !vss_view_shows(v, l);
		given[l] = hidden[l] && (kind == KIND_CTX ||
		    kind == KIND_STATE);
		hidden[l] = hidden[l] && !given[l];
	}
	fprintf(f, "rule %s %s %d ", vss_monitors[m].name, closed(v, m,
	    mask[m - vss_scope_first[scope]]), se->middle);
	fprintf(f, "%.300s: session %d", file, session + 1);
	if (scope != VSS_SESSION)
		fprintf(f, ", %s %d", scope == VSS_WRITER ? "writer" :
		    "component", index + 1);
	fputc('\n', f);
	put_letters(f, "hidden", hidden);
	put_letters(f, "given", given);
	for (i = 0; i < se->nstory; i++) {
		n = vss_story_letters_of(se, &se->story[i], scope, index,
		    letters);
		if (!n)
			continue;
		fputs("event", f);
		for (l = 0; l < n; l++)
			fprintf(f, " %d", vss_letter_value[letters[l]]);
		fputc('\n', f);
	}
	fputs("end\n", f);
	return 1;
}

void
oracle_write(FILE *f, const char *file, const struct judged *j,
    unsigned long *skipped)
{
	const struct vss_session *se;
	enum vss_scope scope;
	int i, m, index, count;

	for (i = 0; i < j->sessions.n; i++)
		for (m = 0; m < VSS_NMONITORS; m++) {
			se = &j->sessions.list[i];
			scope = vss_rule(vss_monitors[m].rule)->scope;
			count = scope == VSS_SESSION ? 1 :
			    scope == VSS_WRITER ? se->nwriters :
			    se->ncomponents;
			for (index = 0; index < count; index++)
				*skipped += !put_monitor(f, file, se, i, m,
				    index);
		}
}

/* The program, as a path: beside `self`, else as it is found in PATH. */
static void
name_program(const char *self, char *path, size_t size)
{
	const char *slash = strrchr(self, '/');

	snprintf(path, size, "%.*svsscheck-oracle", slash ?
	    (int)(slash - self) + 1 : 0, self);
}

FILE *
oracle_start(const char *self, long *child)
{
	char path[4096];
	int ends[2];
	FILE *f;

	name_program(self, path, sizeof(path));
	fflush(stdout);
	if (pipe(ends))
		return NULL;
	*child = fork();
	if (*child == 0) {
		dup2(ends[0], STDIN_FILENO);
		close(ends[0]);
		close(ends[1]);
		execlp(path, path, (char *)NULL);
		fprintf(stderr, "vsscheck: %s cannot be run; `make` in the "
		    "sources builds it\n", path);
		_exit(127);
	}
	close(ends[0]);
	if (*child < 0 || !(f = fdopen(ends[1], "w"))) {
		close(ends[1]);
		return NULL;
	}
	return f;
}

int
oracle_end(FILE *f, long child)
{
	int status, bad = ferror(f);

	bad |= fclose(f);
	if (waitpid((pid_t)child, &status, 0) < 0 || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status) ? WEXITSTATUS(status) : bad ? -1 : 0;
}
