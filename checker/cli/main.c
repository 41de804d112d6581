/*
 * The command line. Only this floor prints and exits.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "judge.h"
#include "pages.h"
#include "oracle.h"

#define VERSION "0.1.0"

enum {
	EXIT_CLEAN = 0,
	EXIT_FINDINGS = 1,
	EXIT_NOTHING = 2,
	EXIT_UNREADABLE = 3,
	EXIT_USAGE = 4,
	EXIT_INTERNAL = 5
};

struct options {
	int fail_on;		/* severity; 3: never */
	int strict;
	int json;
	int color;		/* -1: when standard output is a terminal */
	int verbose;
	const struct format *format;
	int separate;
	struct vss_policy policy;
};

static const char usage_text[] =
"usage: vsscheck [check] [OPTIONS] FILE...   judge recordings of VSS backups\n"
"       vsscheck test FILE...                judge scenarios, compare with\n"
"                                            their expect: lines\n"
"       vsscheck oracle [-v] FILE...         what SPIN's own claims say of the\n"
"                                            same events\n"
"       vsscheck explain ID                  what a rule demands, and why\n"
"       vsscheck rules                       list the rules\n"
"       vsscheck formats                     list the formats\n"
"       vsscheck --version | --help\n"
"options of check:\n"
"  --fail-on error|warning|advice|never  exit 1 from this severity on (error)\n"
"  --strict           exit 2 when a rule is undetermined\n"
"  --output text|json\n"
"  --format NAME      do not guess the format\n"
"  --separate         judge each file by itself; otherwise recordings of one\n"
"                     machine are judged together, scenarios never\n"
"  --os win7|vista|2003|xp            Windows of the recorded host, or earlier\n"
"  --abort-window union|strict|concept  which page says when AbortBackup is due\n"
"  --slots modern|legacy              what frees a writer's session\n"
"  --grace SECONDS                    until a BackupShutdown is missed (120)\n"
"  --freeze-limit [WRITER=]SECONDS    how long a writer may be frozen (60)\n"
"  --keep SET                         this snapshot set is kept on purpose\n"
"  --raise                            each severity by one\n"
"  --color auto|always|never\n"
"  -v, --verbose      every rule with its verdict\n"
"FILE may be - for standard input.\n"
"exit: 0 nothing at or above --fail-on, 1 something, 2 nothing could be\n"
"judged, 3 unreadable input, 4 usage, 5 internal error\n";

static int
usage(const char *what, const char *which)
{
	fprintf(stderr, "vsscheck: %s%s%s\n%s", what, *which ? ": " : "",
	    which, usage_text);
	return EXIT_USAGE;
}

/* What the files of one run add up to. */
struct outcome {
	int judged, findings, nothing, unreadable, internal, undetermined;
};

static int
exit_code(const struct outcome *o, const struct options *opt)
{
	if (o->internal)
		return EXIT_INTERNAL;
	if (o->unreadable)
		return EXIT_UNREADABLE;
	if (o->findings)
		return EXIT_FINDINGS;
	if (o->nothing || !o->judged || (opt->strict && o->undetermined))
		return EXIT_NOTHING;
	return EXIT_CLEAN;
}

static void
add_up(const struct judged *j, const struct options *opt, struct outcome *o)
{
	int i;
	size_t k;

	if (j->recording.counts.rejected)
		o->unreadable = 1;
	for (k = 0; k < j->recording.nparts; k++)
		if (j->recording.parts[k].counts.rejected)
			o->unreadable = 1;
	if (!j->sessions.n)
		o->nothing = 1;
	else
		o->judged = 1;
	for (i = 0; i < j->sessions.n; i++) {
		for (k = 0; k < j->judgements[i].nfindings; k++)
			if (j->judgements[i].findings[k].severity >=
			    opt->fail_on)
				o->findings = 1;
		if (j->judgements[i].totals[VSS_UNDETERMINED])
			o->undetermined = 1;
	}
}

static void
print_error(const char *file, const struct vss_error *e)
{
	fprintf(stderr, "vsscheck: %s", file);
	if (e->line)
		fprintf(stderr, ":%llu", (unsigned long long)e->line);
	if (e->column)
		fprintf(stderr, ":%llu", (unsigned long long)e->column);
	fprintf(stderr, ": %s\n", e->text);
}

/* What cannot be judged: said, and counted. */
static void
fail_file(const char *file, enum vss_status st, struct vss_error *error,
    struct vss_report_json *json, struct outcome *o)
{
	if (st == VSS_FAIL)
		o->internal = 1;
	else if (st == VSS_END)
		o->nothing = 1;
	else
		o->unreadable = 1;
	if (json && vss_report_json_failure(json, file, error) != VSS_OK)
		o->internal = 1;
	print_error(file, error);
}

static void
report(const struct judged *j, const struct options *opt,
    struct vss_report_json *json, struct outcome *o)
{
	struct vss_report_options ro = { opt->color, opt->verbose };
	size_t k;

	add_up(j, opt, o);
	if (json && vss_report_json_recording(json, &j->recording) != VSS_OK)
		o->internal = 1;
	if (!json)
		vss_report_text(stdout, &j->recording, &ro);
	if (!j->sessions.n)
		fprintf(stderr, "vsscheck: %s: nothing to judge: no backup in "
		    "it\n", j->recording.file);
	for (k = 0; k < j->recording.nparts && j->sessions.n; k++)
		if (!j->recording.parts[k].events) {
			o->nothing = 1;
			fprintf(stderr, "vsscheck: %s: nothing of a backup in "
			    "it\n", j->recording.parts[k].file);
		}
}

static void
check_one(const struct input *in, const struct options *opt,
    struct vss_report_json *json, struct outcome *o)
{
	struct vss_error error = { 0, 0, "" };
	struct judged j;
	enum vss_status st;

	st = judge_buffer(in->file, in->buf, in->len, opt->format,
	    &opt->policy, &j,
	    &error);
	if (st == VSS_OK)
		report(&j, opt, json, o);
	judged_free(&j);
	if (st != VSS_OK)
		fail_file(in->file, st, &error, json, o);
}

static void
check_together(const struct input *const *group, int n,
    const struct options *opt, struct vss_report_json *json,
    struct outcome *o)
{
	struct vss_error error = { 0, 0, "" };
	struct judged j;
	enum vss_status st;

	st = judge_together(group, n, &opt->policy, &j, &error);
	if (st == VSS_OK)
		report(&j, opt, json, o);
	else
		fail_file(j.recording.file ? j.recording.file : group[0]->file,
		    st, &error, json, o);
	judged_free(&j);
}

/* May it be judged together with others? Scenarios are tests, each a world
 * of its own. */
static int
can_join(const struct input *in)
{
	return in->status != VSS_BAD && in->format &&
	    strcmp(in->format->name, "scenario");
}

static int
lower(int c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* One machine? "DC01" and "dc01.example.com" are; with two domains both
 * count. */
static int
same_host(const char *a, const char *b)
{
	while (*a && *a != '.' && lower(*a) == lower(*b)) {
		a++;
		b++;
	}
	if ((*a && *a != '.') || (*b && *b != '.'))
		return 0;
	while (*a && lower(*a) == lower(*b)) {
		a++;
		b++;
	}
	return !*a || !*b;
}

/* Do the recordings tell of more than one machine? */
static int
several_hosts(const struct input *in, int n)
{
	const char *host = NULL;
	int i;

	for (i = 0; i < n; i++) {
		if (!can_join(&in[i]) || !*in[i].host)
			continue;
		if (host && !same_host(host, in[i].host))
			return 1;
		host = in[i].host;
	}
	return 0;
}

/* Each input, with those of the same machine that come after it. */
static void
check_inputs(struct input *in, int n, const struct options *opt,
    struct vss_report_json *json, struct outcome *o)
{
	const struct input *group[VSS_SOURCES];
	int i, k, m, hosts = several_hosts(in, n);

	for (i = 0; i < n && !o->internal; i++) {
		if (in[i].done)
			continue;
		for (k = i, m = 0; k < n && !opt->separate &&
		    can_join(&in[i]) && (!hosts || *in[i].host); k++)
			if (!in[k].done && can_join(&in[k]) &&
			    m < VSS_SOURCES && (!hosts ||
			    same_host(in[k].host, in[i].host))) {
				in[k].done = 1;
				group[m++] = &in[k];
			}
		if (m > 1)
			check_together(group, m, opt, json, o);
		else
			check_one(&in[i], opt, json, o);
	}
}

static void
check_files(const char **files, int n, const struct options *opt,
    struct vss_report_json *json, struct outcome *o)
{
	struct vss_error error = { 0, 0, "" };
	struct input *in = calloc(n, sizeof(*in));
	char **bufs = calloc(n, sizeof(*bufs));
	enum vss_status st;
	int i, m = 0;
	size_t len;

	if (!in || !bufs)
		o->internal = 1;
	for (i = 0; i < n && !o->internal; i++) {
		st = read_file(files[i], &bufs[m], &len, &error);
		if (st != VSS_OK) {
			fail_file(files[i], st, &error, json, o);
			continue;
		}
		in[m].file = files[i];
		in[m].buf = bufs[m];
		in[m].len = len;
		in[m].format = opt->format;
		if (n > 1 && !opt->separate)
			input_look(&in[m]);
		m++;
		/* one at a time needs no more memory than that */
		if (opt->separate || n == 1) {
			check_one(&in[--m], opt, json, o);
			free(bufs[m]);
		}
	}
	if (m)
		check_inputs(in, m, opt, json, o);
	for (i = 0; i < m; i++)
		free(bufs[i]);
	free(in);
	free(bufs);
}

static int
option_value(int argc, char **argv, int *i, const char *name,
    const char **value)
{
	size_t n = strlen(name);

	if (strncmp(argv[*i], name, n))
		return 0;
	if (argv[*i][n] == '=') {
		*value = argv[*i] + n + 1;
		return 1;
	}
	if (argv[*i][n])
		return 0;
	*value = *i + 1 < argc ? argv[++*i] : "";
	return 1;
}

static int
one_of(const char *value, const char *const *words)
{
	int i;

	for (i = 0; words[i]; i++)
		if (!strcmp(value, words[i]))
			return i;
	return -1;
}

/* A number of seconds, to microseconds. -1: it is none. */
static int64_t
seconds(const char *value)
{
	char *end;
	double s = strtod(value, &end);

	return *value && !*end && s >= 0 && s <= 1e9 ? (int64_t)(s * 1e6) : -1;
}

/* --freeze-limit [WRITER=]SECONDS */
static int
freeze_limit(struct vss_policy *p, char *value)
{
	char *number = strrchr(value, '=');
	int64_t limit = seconds(number ? number + 1 : value);

	if (limit < 0)
		return 0;
	if (!number) {
		p->freeze_limit = limit;
		return 1;
	}
	if (number == value || p->nlimits == VSS_POLICY_LIMITS)
		return 0;
	*number = 0;
	p->limits[p->nlimits].writer = value;
	p->limits[p->nlimits++].limit = limit;
	return 1;
}

/* An option that changes how is judged. 0: it is none, -1: its value cannot
 * be. */
static int
policy_option(int argc, char **argv, int *i, struct vss_policy *p)
{
	static const struct {
		const char *name;
		const char *const *words;
	} choices[] = {
		{ "--os", vss_os_names },
		{ "--abort-window", vss_abort_window_names },
		{ "--slots", vss_slots_names },
	};
	uint8_t *const chosen[] = { &p->os, &p->abort_window, &p->slots };
	const char *value;
	size_t k;
	int word;

	for (k = 0; k < sizeof(choices) / sizeof(choices[0]); k++)
		if (option_value(argc, argv, i, choices[k].name, &value)) {
			word = one_of(value, choices[k].words);
			*chosen[k] = word < 0 ? 0 : (uint8_t)word;
			return word < 0 ? -1 : 1;
		}
	if (option_value(argc, argv, i, "--grace", &value))
		return (p->grace = seconds(value)) < 0 ? -1 : 1;
	if (option_value(argc, argv, i, "--freeze-limit", &value))
		return freeze_limit(p, (char *)value) ? 1 : -1;
	if (option_value(argc, argv, i, "--keep", &value)) {
		if (!*value || p->nkept == VSS_POLICY_KEPT)
			return -1;
		p->kept[p->nkept++] = value;
		return 1;
	}
	if (strcmp(argv[*i], "--raise"))
		return 0;
	p->raise = 1;
	return 1;
}

static int
command_check(int argc, char **argv)
{
	static const char *const levels[] = { "advice", "warning", "error",
	    "never", NULL };
	static const char *const outputs[] = { "text", "json", NULL };
	static const char *const colors[] = { "never", "always", "auto",
	    NULL };
	struct options opt = { .fail_on = VSS_ERROR, .color = 2 };
	struct outcome o = { 0, 0, 0, 0, 0, 0 };
	struct vss_report_json *json = NULL;
	const char *value, **files;
	int i, k, nfiles = 0, literal = 0, code;

	vss_policy_default(&opt.policy);
	files = calloc(argc + 1, sizeof(*files));
	if (!files)
		return EXIT_INTERNAL;
	for (i = 0; i < argc; i++) {
		if (literal || argv[i][0] != '-' || !argv[i][1])
			files[nfiles++] = argv[i];
		else if (!strcmp(argv[i], "--"))
			literal = 1;
		else if (option_value(argc, argv, &i, "--fail-on", &value))
			opt.fail_on = one_of(value, levels);
		else if (option_value(argc, argv, &i, "--output", &value))
			opt.json = one_of(value, outputs);
		else if (option_value(argc, argv, &i, "--color", &value))
			opt.color = one_of(value, colors);
		else if (option_value(argc, argv, &i, "--format", &value)) {
			for (opt.format = formats; opt.format->name &&
			    strcmp(opt.format->name, value); opt.format++)
				;
			if (!opt.format->name)
				break;
		} else if ((k = policy_option(argc, argv, &i, &opt.policy))) {
			if (k < 0)
				break;
		} else if (!strcmp(argv[i], "--strict"))
			opt.strict = 1;
		else if (!strcmp(argv[i], "--separate"))
			opt.separate = 1;
		else if (!strcmp(argv[i], "-v") ||
		    !strcmp(argv[i], "--verbose"))
			opt.verbose = 1;
		else
			break;
		if (opt.fail_on < 0 || opt.json < 0 || opt.color < 0)
			break;
	}
	if (i < argc || !nfiles) {
		free(files);
		return i < argc ? usage("unknown option or value", argv[i]) :
		    usage("no file named", "");
	}
	if (opt.color == 2)
		opt.color = isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
	if (opt.json && !(json = vss_report_json_begin(VERSION,
	    &opt.policy)))
		o.internal = 1;
	if (!o.internal)
		check_files(files, nfiles, &opt, json, &o);
	free(files);
	code = exit_code(&o, &opt);
	if (json && vss_report_json_end(json, stdout, code) != VSS_OK)
		code = EXIT_INTERNAL;
	return code;
}

static int
command_test(int argc, char **argv)
{
	struct vss_error error = { 0, 0, "" };
	struct judged j;
	enum vss_status st;
	int i, k, failures = 0, checks = 0, errors = 0, before;
	char *buf;
	size_t len;

	if (!argc)
		return usage("no scenario named", "");
	for (i = 0; i < argc; i++) {
		st = read_file(argv[i], &buf, &len, &error);
		if (st != VSS_OK) {
			print_error(argv[i], &error);
			errors++;
			continue;
		}
		st = judge_buffer(argv[i], buf, len, NULL, NULL, &j, &error);
		before = checks;
		if (st != VSS_OK) {
			print_error(argv[i], &error);
			errors++;
		} else {
			for (k = 0; k < (int)j.recording.nerrors; k++)
				print_error(argv[i], &j.errors[k]);
			errors += j.recording.nerrors > 0;
			failures += check_expectations(stdout, &j, &checks);
			if (checks == before) {
				printf("%s: no expect: line\n", argv[i]);
				errors++;
			}
		}
		judged_free(&j);
		free(buf);
	}
	printf("%d%%: Checks: %d, Failures: %d, Errors: %d\n", checks ?
	    (checks > failures ? checks - failures : 0) * 100 / checks : 0,
	    checks, failures, errors);
	return failures ? EXIT_FINDINGS : errors ? EXIT_UNREADABLE :
	    EXIT_CLEAN;
}

/* For `make agree`: every rule's word and state, as model/agree.c reads it. */
static void
print_letters(const struct judged *j)
{
	enum { ROOM = 1 << 16 };
	const struct vss_sessions *s = &j->sessions;
	static int values[ROOM];
	const struct vss_session *se;
	const struct vss_view *v;
	const uint8_t *mask;
	int i, m, index, n, k, count;
	enum vss_scope scope;

	for (i = 0; i < s->n; i++)
		for (m = 0; m < VSS_NMONITORS; m++) {
			se = &s->list[i];
			scope = vss_rule(vss_monitors[m].rule)->scope;
			count = scope == VSS_SESSION ? 1 :
			    scope == VSS_WRITER ? se->nwriters :
			    se->ncomponents;
			for (index = 0; index < count; index++) {
				n = vss_story_letters(se, scope, index,
				    values, ROOM);
				v = vss_session_view(se, scope, index);
				/* facts that are not shown: several states
				 * to begin with */
				if (n < 0 || se->middle || !v->visible[m] ||
				    v->start[m] & (v->start[m] - 1))
					continue;
				mask = scope == VSS_SESSION ? se->mask :
				    scope == VSS_WRITER ?
				    se->writers[index].mask :
				    se->components[index].mask;
				printf("%s %s", vss_monitors[m].name,
				    mask[m - vss_scope_first[scope]] &
				    ~v->violated[m] ? "open" :
				    "violated");
				for (k = 0; k < n; k++)
					printf(" %d", values[k]);
				putchar('\n');
			}
		}
}

static int
command_letters(int argc, char **argv)
{
	struct vss_error error = { 0, 0, "" };
	struct judged j;
	int i, failed = 0;
	char *buf;
	size_t len;

	for (i = 0; i < argc; i++) {
		if (read_file(argv[i], &buf, &len, &error) != VSS_OK) {
			print_error(argv[i], &error);
			failed = 1;
			continue;
		}
		if (judge_whole(argv[i], buf, len, &j, &error) == VSS_OK)
			print_letters(&j);
		else {
			print_error(argv[i], &error);
			failed = 1;
		}
		judged_free(&j);
		free(buf);
	}
	return failed ? EXIT_UNREADABLE : EXIT_CLEAN;
}

/* The oracle is a test of the tables: its verdict is not on the backup but on
 * whether both agree. */
static int
command_oracle(const char *self, int argc, char **argv)
{
	struct vss_error error = { 0, 0, "" };
	unsigned long skipped = 0;
	int i, status, unreadable = 0;
	struct judged j;
	enum vss_status st;
	char *buf;
	size_t len;
	long child;
	FILE *f;

	if (argc && (!strcmp(argv[0], "-v") || !strcmp(argv[0], "--verbose"))) {
		setenv("ORACLE_VERBOSE", "1", 1);
		argc--;
		argv++;
	}
	if (!argc)
		return usage("no file named", "");
	signal(SIGPIPE, SIG_IGN);
	if (!(f = oracle_start(self, &child))) {
		perror("vsscheck: oracle");
		return EXIT_INTERNAL;
	}
	for (i = 0; i < argc; i++) {
		st = read_file(argv[i], &buf, &len, &error);
		if (st == VSS_OK) {
			st = judge_whole(argv[i], buf, len, &j, &error);
			if (st == VSS_OK)
				oracle_write(f, argv[i], &j, &skipped);
			judged_free(&j);
			free(buf);
		}
		if (st != VSS_OK) {
			print_error(argv[i], &error);
			unreadable = 1;
		}
	}
	status = oracle_end(f, child);
	if (skipped)
		printf("%lu formulas left out: an order of events is not "
		    "known\n", skipped);
	return status == 1 ? EXIT_FINDINGS : status ? EXIT_INTERNAL :
	    unreadable ? EXIT_UNREADABLE : EXIT_CLEAN;
}

static int
command_explain(int argc, char **argv)
{
	int rule, i;

	if (argc != 1)
		return usage("explain takes one rule id", "");
	rule = vss_rule_find(argv[0]);
	if (rule < 0) {
		fprintf(stderr, "vsscheck: no such rule: %s (vsscheck rules "
		    "lists them)\n", argv[0]);
		return EXIT_USAGE;
	}
	for (i = 0; vss_pages[i].id; i++)
		if (!strcmp(vss_pages[i].id, vss_rule(rule)->id)) {
			fputs(vss_pages[i].text, stdout);
			return EXIT_CLEAN;
		}
	fprintf(stderr, "vsscheck: no page for %s\n", argv[0]);
	return EXIT_INTERNAL;
}

static int
command_rules(void)
{
	int i;

	for (i = 0; i < VSS_NJUDGED; i++)
		printf("%-8s %-8s %-12s %s\n", vss_rule(i)->id,
		    vss_severity_name(vss_rule(i)->severity),
		    vss_blame_name(vss_rule(i)->blame), vss_rule(i)->message);
	return EXIT_CLEAN;
}

static int
command_formats(void)
{
	const struct format *f;

	for (f = formats; f->name; f++)
		printf("%-10s %s\n", f->name, f->text);
	return EXIT_CLEAN;
}

static int
command_version(void)
{
	printf("vsscheck %s, %d rules, %d monitors\n", VERSION, VSS_NJUDGED,
	    VSS_NMONITORS);
	return EXIT_CLEAN;
}

static int
asks_for_help(int argc, char **argv)
{
	return !strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") ||
	    !strcmp(argv[1], "help") || (argc > 2 &&
	    (!strcmp(argv[2], "--help") || !strcmp(argv[2], "-h")));
}

static int
run(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*command)(void);
	} listings[] = {
		{ "rules", command_rules },
		{ "formats", command_formats },
		{ "--version", command_version },
	};
	size_t k;

	if (argc < 2)
		return usage("no command and no file", "");
	if (asks_for_help(argc, argv)) {
		fputs(usage_text, stdout);
		return EXIT_CLEAN;
	}
	for (k = 0; k < sizeof(listings) / sizeof(listings[0]); k++)
		if (!strcmp(argv[1], listings[k].name))
			return argc > 2 ? usage("takes no arguments",
			    argv[1]) : listings[k].command();
	if (!strcmp(argv[1], "check"))
		return command_check(argc - 2, argv + 2);
	if (!strcmp(argv[1], "test"))
		return command_test(argc - 2, argv + 2);
	if (!strcmp(argv[1], "letters"))
		return command_letters(argc - 2, argv + 2);
	if (!strcmp(argv[1], "oracle"))
		return command_oracle(argv[0], argc - 2, argv + 2);
	if (!strcmp(argv[1], "explain"))
		return command_explain(argc - 2, argv + 2);
	return command_check(argc - 1, argv + 1);
}

/* Output that could not be written is no success, whatever it would have
 * said. */
int
main(int argc, char **argv)
{
	int code = run(argc, argv);

	if (fflush(stdout) || ferror(stdout)) {
		perror("vsscheck: standard output");
		code = EXIT_INTERNAL;
	}
	if (code == EXIT_INTERNAL)
		fprintf(stderr, "vsscheck: internal error, or out of memory; "
		    "the report is not complete\n");
	return code;
}
