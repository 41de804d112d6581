/*
 * The command line. Only this floor prints and exits.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "judge.h"
#include "load.h"
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
	struct vss_memo *memo;	/* of all recordings; may be NULL */
	/* --utc-offset: for all whose clock is local time, and by name */
	int64_t offset;
	struct { const char *file; int64_t offset; } offsets[VSS_SOURCES];
	int noffsets;
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
"  --utc-offset [FILE=]+HH:MM   of the recorded host, where a recording tells\n"
"                     local time (or of this one file)\n"
"  --os win7|vista|2003|xp            Windows of the recorded host, or earlier\n"
"  --abort-window union|strict|concept  which page says when AbortBackup is due\n"
"  --slots modern|legacy              what frees a writer's session\n"
"  --grace SECONDS                    until a BackupShutdown is missed (120)\n"
"  --freeze-limit [WRITER=]SECONDS    how long a writer may be frozen (60)\n"
"  --keep SET                         this snapshot set is kept on purpose\n"
"  --raise                            each severity by one\n"
"  --color auto|always|never\n"
"  -v, --verbose      every rule with its verdict\n"
"FILE may be - for standard input, a folder, an archive (zip, tar, ...), and\n"
"compressed (gzip, xz, zstd, ...).\n"
"exit: 0 nothing at or above --fail-on, 1 something, 2 nothing could be\n"
"judged, 3 unreadable input, 4 usage, 5 internal error\n";

static int
usage(const char *what, const char *which)
{
	fprintf(stderr, "vsscheck: %s%s%s (see vsscheck --help)\n", what,
	    *which ? ": " : "", which);
	return EXIT_USAGE;
}

/* An option that is none, or that was given the wrong value (NULL: none). */
static int
wrong_option(const char *option, const char *value)
{
	static const struct { const char *option, *takes; } options[] = {
		{ "--fail-on", "error, warning, advice or never" },
		{ "--output", "text or json" },
		{ "--color", "auto, always or never" },
		{ "--format", "a name that vsscheck formats lists" },
		{ "--utc-offset", "+HH:MM or -HH:MM, perhaps FILE= before it" },
		{ "--os", "win7, vista, 2003 or xp" },
		{ "--abort-window", "union, strict or concept" },
		{ "--slots", "modern or legacy" },
		{ "--grace", "seconds" },
		{ "--freeze-limit", "seconds, perhaps WRITER= before them" },
		{ "--keep", "a snapshot set" },
	};
	size_t k, n = strcspn(option, "=");

	for (k = 0; k < sizeof(options) / sizeof(options[0]); k++)
		if (strlen(options[k].option) == n &&
		    !memcmp(option, options[k].option, n))
			break;
	if (k == sizeof(options) / sizeof(options[0]))
		return usage("unknown option", option);
	if (option[n])
		value = option + n + 1;
	fprintf(stderr, "vsscheck: %s takes %s%s%s%s\n", options[k].option,
	    options[k].takes, value ? ", not \"" : "", value ? value : "",
	    value ? "\"" : "");
	return EXIT_USAGE;
}

/* Those that are there; without one its formats are refused. */
static const char libraries[] = ""
#ifdef HAVE_LIBARCHIVE
    " libarchive"
#endif
#ifdef HAVE_EXPAT
    " expat"
#endif
#if defined(HAVE_LIBEVTX) && defined(HAVE_LIBBFIO)
    " libevtx"
#endif
#ifdef HAVE_HIVEX
    " hivex"
#endif
    ;

/* What the files of one run add up to. */
struct outcome {
	int judged, findings, nothing, unreadable, internal, undetermined;
	int read;		/* recordings that were, with a backup or not */
	uint64_t offsets;	/* of the options, those that were for a file */
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
add_up(const struct judged *j, int found, const struct options *opt,
    struct outcome *o)
{
	int i;
	size_t k;

	if (j->recording.counts.rejected)
		o->unreadable = 1;
	for (k = 0; k < j->recording.nparts; k++)
		if (j->recording.parts[k].counts.rejected)
			o->unreadable = 1;
	/* recordings that contradict each other are not to be relied on */
	for (k = 0; k < j->recording.nnotes; k++)
		if (j->recording.notes[k].kind == VSS_NOTE_CONTRADICTION &&
		    opt->fail_on <= VSS_WARNING)
			o->findings = 1;
	o->read = 1;
	if (j->sessions.n)
		o->judged = 1;
	else if (!found)
		o->nothing = 1;
	for (i = 0; i < j->sessions.n; i++) {
		for (k = 0; k < j->judgements[i].nfindings; k++)
			if (j->judgements[i].findings[k].severity >=
			    opt->fail_on)
				o->findings = 1;
		if (j->judgements[i].totals[VSS_UNDETERMINED])
			o->undetermined = 1;
	}
}

/* Where both outputs go to one place each message stands behind what it is
 * about, not within a line of it. */
static FILE *
after_output(void)
{
	fflush(stdout);
	return stderr;
}

static void
print_error(const char *file, const struct vss_error *e)
{
	fprintf(after_output(), "vsscheck: %s", file);
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

/* `found`: all of it was in a folder or an archive, where not everything need
 * be of a backup. */
static void
report(const struct judged *j, int found, const struct options *opt,
    struct vss_report_json *json, struct outcome *o)
{
	struct vss_report_options ro = { opt->color, opt->verbose };
	const struct vss_part *p = j->recording.parts;
	size_t k;

	add_up(j, found, opt, o);
	if (json && vss_report_json_recording(json, &j->recording) != VSS_OK)
		o->internal = 1;
	if (!json)
		vss_report_text(stdout, &j->recording, &ro);
	if (!j->sessions.n)
		fprintf(after_output(), "vsscheck: %s%s%.80s: nothing to "
		    "judge: no backup in it\n", j->recording.file,
		    j->recording.machine ? " on " : "", j->recording.machine ?
		    j->recording.machine : "");
	for (k = 0; k < j->recording.nparts && j->sessions.n; k++, p++) {
		/* what is worth showing was worth naming */
		if (p->events || p->beside)
			continue;
		o->nothing |= !p->found;
		fprintf(after_output(), "vsscheck: %s: nothing of a backup in "
		    "it\n", p->file);
	}
}

/* The i-th machine of a file. Not each of them need have made a backup. */
static void
of_machine(struct input *in, char **machines, int i)
{
	in->machine = machines[i];
	in->again = i > 0;
	in->found = 1;
}

static void check_machines(const struct input *in, char **machines, int n,
    const struct options *opt, struct vss_report_json *json,
    struct outcome *o);

static void
check_one(const struct input *in, const struct options *opt,
    struct vss_report_json *json, struct outcome *o)
{
	struct vss_error error = { 0, 0, "" };
	struct judged j;
	enum vss_status st;

	st = judge_input(in, &opt->policy, &j, &error);
	if (st == VSS_END && j.nmachines)
		check_machines(in, j.machines, j.nmachines, opt, json, o);
	else if (st == VSS_OK)
		report(&j, in->found, opt, json, o);
	else
		fail_file(in->file, st, &error, json, o);
	judged_free(&j);
}

static void
check_machines(const struct input *in, char **machines, int n,
    const struct options *opt, struct vss_report_json *json,
    struct outcome *o)
{
	struct input one = *in;
	int i;

	for (i = 0; i < n && !o->internal; i++) {
		of_machine(&one, machines, i);
		check_one(&one, opt, json, o);
	}
}

static void
check_together(const struct input *const *group, int n,
    const struct options *opt, struct vss_report_json *json,
    struct outcome *o)
{
	struct vss_error error = { 0, 0, "" };
	struct judged j;
	enum vss_status st;
	int i, found = 1;

	for (i = 0; i < n; i++)
		found &= group[i]->found;
	st = judge_together(group, n, &opt->policy, &j, &error);
	if (st == VSS_OK)
		report(&j, found, opt, json, o);
	else
		fail_file(j.recording.file ? j.recording.file : group[0]->file,
		    st, &error, json, o);
	judged_free(&j);
}

/* May it be judged together with others? Scenarios are tests, each a world
 * of its own; and what of a file of several machines names none is of any. */
static int
can_join(const struct input *in)
{
	if (in->machine && !*in->machine)
		return 0;
	return in->status != VSS_BAD && in->format &&
	    strcmp(in->format->name, "scenario");
}

/* Do the recordings tell of more than one machine? */
static int
several_hosts(const struct input *in, int n)
{
	const char *host = NULL;
	int i;

	for (i = 0; i < n; i++) {
		if (in[i].machine)
			return 1;
		if (!can_join(&in[i]) || !*in[i].host)
			continue;
		if (host && !vss_same_machine(host, in[i].host))
			return 1;
		host = in[i].host;
	}
	return 0;
}

/* Could it be of two machines: "DC01" beside those of two domains? Then it is
 * of none. */
static int
is_ambiguous(const struct input *in, int n, int k)
{
	const char *host = NULL;
	int i;

	for (i = 0; i < n; i++) {
		if (!can_join(&in[i]) || !*in[i].host ||
		    !vss_same_machine(in[i].host, in[k].host))
			continue;
		if (host && !vss_same_machine(host, in[i].host))
			return 1;
		if (!host || strlen(in[i].host) > strlen(host))
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
		    can_join(&in[i]) && (!hosts || (*in[i].host &&
		    !is_ambiguous(in, n, i))); k++)
			if (!in[k].done && can_join(&in[k]) &&
			    m < VSS_SOURCES && (!hosts ||
			    (vss_same_machine(in[k].host, in[i].host) &&
			    !is_ambiguous(in, n, k)))) {
				in[k].done = 1;
				group[m++] = &in[k];
			}
		if (m > 1)
			check_together(group, m, opt, json, o);
		else
			check_one(&in[i], opt, json, o);
	}
}

/* The last part of a name such as "kit.zip:logs/Application.evtx". */
static const char *
base_name(const char *name)
{
	const char *p;

	for (p = name; *p; p++)
		if (*p == '/' || *p == '\\' || *p == ':')
			name = p + 1;
	return name;
}

static void
set_offset(struct input *in, const struct options *opt, struct outcome *o)
{
	int i;

	in->offset = opt->offset;
	for (i = 0; i < opt->noffsets; i++)
		if (!strcmp(opt->offsets[i].file, in->file) ||
		    !strcmp(opt->offsets[i].file, base_name(in->file))) {
			in->offset = opt->offsets[i].offset;
			in->offset_given = 1;
			o->offsets |= UINT64_C(1) << i;
		}
}

/* In a folder or an archive there may be anything. */
static void
pass_over(const char *file, struct vss_report_json *json, struct outcome *o)
{
	struct vss_error error = { 0, 0, "no recording of a known format: "
	    "passed over" };

	if (json && vss_report_json_failure(json, file, &error) != VSS_OK)
		o->internal = 1;
	print_error(file, &error);
}

struct inputs {
	struct input *list;
	int n;
};

static void
add_input(struct inputs *all, const struct input *in, struct outcome *o)
{
	struct input *more = realloc(all->list, (all->n + 1) * sizeof(*more));

	if (!more) {
		machines_free(in->machines, in->nmachines);
		o->internal = 1;
		return;
	}
	all->list = more;
	more[all->n++] = *in;
}

/* A file of several machines is an input for each; the first one keeps their
 * names. */
static void
add_machines(struct inputs *all, const struct input *in, struct outcome *o)
{
	struct input one;
	int i;

	for (i = 0; i < in->nmachines && !o->internal; i++) {
		one = *in;
		of_machine(&one, in->machines, i);
		if (i) {
			one.machines = NULL;
			one.nmachines = 0;
		}
		/* that is all that a second look would tell */
		vss_copy_text(one.host, sizeof(one.host), one.machine);
		add_input(all, &one, o);
	}
}

/* What has been loaded, but for what is no recording. */
static void
make_inputs(const struct loads *l, struct inputs *all,
    const struct options *opt, struct vss_report_json *json, struct outcome *o)
{
	struct input in;
	int i;

	for (i = 0; i < l->n && !o->internal; i++) {
		memset(&in, 0, sizeof(in));
		in.file = l->list[i].name;
		in.buf = l->list[i].buf;
		in.len = l->list[i].len;
		in.found = l->list[i].found;
		in.format = opt->format;
		in.memo = opt->memo;
		set_offset(&in, opt, o);
		/* one that is judged alone is read only once */
		if (l->n > 1 || in.found)
			input_look(&in);
		if (in.found && !in.format)
			pass_over(in.file, json, o);
		else if (in.nmachines && in.status == VSS_END)
			add_machines(all, &in, o);
		else
			add_input(all, &in, o);
	}
}

static void
check_loaded(const struct loads *l, const struct options *opt,
    struct vss_report_json *json, struct outcome *o)
{
	struct inputs all = { 0 };
	int i;

	make_inputs(l, &all, opt, json, o);
	if (!o->internal)
		check_inputs(all.list, all.n, opt, json, o);
	for (i = 0; i < all.n; i++)
		machines_free(all.list[i].machines, all.list[i].nmachines);
	free(all.list);
}

static void
check_files(const char **files, int n, const struct options *opt,
    struct vss_report_json *json, struct outcome *o)
{
	struct vss_error error = { 0, 0, "" };
	struct loads loads = { 0 };
	enum vss_status st;
	int i;

	for (i = 0; i < n && !o->internal; i++) {
		st = load(&loads, files[i], &error);
		if (st != VSS_OK)
			fail_file(files[i], st, &error, json, o);
		/* one at a time needs no more memory than that */
		if (opt->separate) {
			check_loaded(&loads, opt, json, o);
			loads_free(&loads);
		}
	}
	if (!o->internal)
		check_loaded(&loads, opt, json, o);
	loads_free(&loads);
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

/* "+02:00", "-0530", "Z" as what has to be added to come to UTC. 0: it is
 * none of these. */
static int
parse_offset(const char *s, int64_t *offset)
{
	int sign = *s == '-' ? 1 : -1, digits = 0, n = 0;

	if (!strcmp(s, "Z")) {
		*offset = 0;
		return 1;
	}
	if (*s != '+' && *s != '-')
		return 0;
	while (*++s) {
		if (*s == ':' && digits == 2 && s[1])
			continue;
		if (*s < '0' || *s > '9' || ++digits > 4)
			return 0;
		n = n * 10 + *s - '0';
	}
	if (digits != 4 || n % 100 > 59 || n > 1500)
		return 0;
	*offset = sign * (n / 100 * 60 + n % 100) * INT64_C(60000000);
	return 1;
}

/* --utc-offset [FILE=]+HH:MM */
static int
utc_offset(struct options *opt, char *value)
{
	char *number = strrchr(value, '=');

	if (!number)
		return parse_offset(value, &opt->offset);
	if (number == value || opt->noffsets == VSS_SOURCES ||
	    !parse_offset(number + 1, &opt->offsets[opt->noffsets].offset))
		return 0;
	*number = 0;
	opt->offsets[opt->noffsets++].file = value;
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
	struct options opt = { .fail_on = VSS_ERROR, .color = 2,
	    .offset = VSS_NO_TIME };
	struct outcome o = { 0 };
	struct vss_report_json *json = NULL;
	const char *value, *option = NULL, **files;
	int i, k, nfiles = 0, literal = 0, code;

	vss_policy_default(&opt.policy);
	files = calloc(argc + 1, sizeof(*files));
	if (!files)
		return EXIT_INTERNAL;
	for (i = 0; i < argc; i++) {
		option = argv[i];
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
		} else if (option_value(argc, argv, &i, "--utc-offset",
		    &value)) {
			if (!utc_offset(&opt, (char *)value))
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
		return i == argc ? usage("no file named", "") :
		    wrong_option(option, option == argv[i] ? NULL : argv[i]);
	}
	if (opt.color == 2)
		opt.color = isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
	if (opt.json && !(json = vss_report_json_begin(VERSION,
	    &opt.policy)))
		o.internal = 1;
	opt.memo = vss_memo_new();
	if (!o.internal)
		check_files(files, nfiles, &opt, json, &o);
	vss_memo_free(opt.memo);
	if (!o.read && !o.nothing && !o.unreadable && !o.internal)
		fputs("vsscheck: nothing to judge: no recording was found\n",
		    after_output());
	free(files);
	code = exit_code(&o, &opt);
	for (i = 0; i < opt.noffsets && !o.internal; i++)
		if (!(o.offsets >> i & 1)) {
			fprintf(after_output(), "vsscheck: --utc-offset: no "
			    "file is named %s\n", opt.offsets[i].file);
			code = EXIT_USAGE;
		}
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
	struct loads loads = { 0 };
	struct vss_memo *memo;
	const char *name;

	if (!argc)
		return usage("no scenario named", "");
	memo = vss_memo_new();
	for (i = 0; i < argc; i++) {
		if (load(&loads, argv[i], &error) != VSS_OK) {
			print_error(argv[i], &error);
			errors++;
		}
	}
	for (i = 0; i < loads.n; i++) {
		name = loads.list[i].name;
		st = judge_buffer(name, loads.list[i].buf, loads.list[i].len,
		    NULL, NULL, memo, &j, &error);
		before = checks;
		if (st != VSS_OK) {
			print_error(name, &error);
			errors++;
		} else {
			for (k = 0; k < (int)j.recording.nerrors; k++)
				print_error(name, &j.errors[k]);
			errors += j.recording.nerrors > 0;
			failures += check_expectations(stdout, &j, &checks);
			if (checks == before) {
				printf("%s: no expect: line\n", name);
				errors++;
			}
		}
		judged_free(&j);
	}
	vss_memo_free(memo);
	loads_free(&loads);
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
	struct loads loads = { 0 };
	struct judged j;
	int i, failed = 0;

	for (i = 0; i < argc; i++)
		if (load(&loads, argv[i], &error) != VSS_OK) {
			print_error(argv[i], &error);
			failed = 1;
		}
	for (i = 0; i < loads.n; i++) {
		if (judge_whole(loads.list[i].name, loads.list[i].buf,
		    loads.list[i].len, &j, &error) == VSS_OK)
			print_letters(&j);
		else {
			print_error(loads.list[i].name, &error);
			failed = 1;
		}
		judged_free(&j);
	}
	loads_free(&loads);
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
	struct loads loads = { 0 };
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
	for (i = 0; i < argc; i++)
		if (load(&loads, argv[i], &error) != VSS_OK) {
			print_error(argv[i], &error);
			unreadable = 1;
		}
	for (i = 0; i < loads.n; i++) {
		if (judge_whole(loads.list[i].name, loads.list[i].buf,
		    loads.list[i].len, &j, &error) == VSS_OK)
			oracle_write(f, loads.list[i].name, &j, &skipped);
		else {
			print_error(loads.list[i].name, &error);
			unreadable = 1;
		}
		judged_free(&j);
	}
	loads_free(&loads);
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
	printf("vsscheck %s, %d rules, %d monitors\nlibraries: jansson%s\n",
	    VERSION, VSS_NJUDGED, VSS_NMONITORS, libraries);
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

	if (argc < 2) {
		fputs(usage_text, stderr);
		return EXIT_USAGE;
	}
	if (asks_for_help(argc, argv)) {
		fputs(usage_text, stdout);
		return EXIT_CLEAN;
	}
	for (k = 0; k < sizeof(listings) / sizeof(listings[0]); k++)
		if (!strcmp(argv[1], listings[k].name))
			return argc > 2 ? usage("no arguments to this",
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
