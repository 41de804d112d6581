/*
 * What docs/native-format.md promises, as tests. A recording is written with
 * ' for "; what the importer delivers is written down one delivery a line and
 * compared as a whole.
 */
#define _POSIX_C_SOURCE 200809L
#include <check.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "import.h"

#define HEADER "{'vsscheck': 1}\n"

/* What has been delivered, in words. */
struct sink {
	char text[1 << 14];
	struct vss_profile profile;
	int profiles;
	uint64_t stop_at;	/* refuse the event of this line */
	struct vss_import out;
	struct vss_error error;
};

static void
say(struct sink *s, const char *format, ...)
{
	size_t n = strlen(s->text);
	va_list ap;

	va_start(ap, format);
	vsnprintf(s->text + n, sizeof(s->text) - n, format, ap);
	va_end(ap);
}

static void
say_set(struct sink *s, char before, unsigned set,
    const char *(*name)(int, int), int of)
{
	int i;

	for (i = 0; i < 8; i++)
		if (set >> i & 1) {
			say(s, "%c%s", before, name(of, i));
			before = '|';
		}
}

static void
say_string(struct sink *s, const char *name, const char *value)
{
	if (value)
		say(s, " %s=%s", name, value);
}

static enum vss_status
on_profile(void *arg, const struct vss_profile *p)
{
	struct sink *s = arg;

	s->profile = *p;
	s->profiles++;
	return VSS_OK;
}

static enum vss_status
on_event(void *arg, const struct vss_event *ev, struct vss_error *error)
{
	struct sink *s = arg;
	char t[32];

	ck_assert_int_eq(s->profiles, 1);
	if (s->stop_at == ev->line) {
		vss_error_set(error, ev->line, 0, "the sink has had enough");
		return VSS_BAD;
	}
	say(s, "%d %s", (int)ev->line, vss_kind(ev->kind)->name);
	say_set(s, '.', ev->phases, vss_phase_suffix, ev->kind);
	say_set(s, ' ', ev->data, vss_data_name, vss_kind(ev->kind)->data);
	if (ev->time != VSS_NO_TIME) {
		vss_time_format(ev->time, t);
		say(s, " t=%s", t);
	}
	say_string(s, "object", ev->object);
	if (ev->pid)
		say(s, " pid=%lu", (unsigned long)ev->pid);
	say_string(s, "image", ev->image);
	say_string(s, "writer", ev->writer);
	say_string(s, "component", ev->component);
	say_string(s, "set", ev->set);
	say_string(s, "label", ev->label);
	say(s, "%s%s\n", ev->starts ? " starts" : "",
	    ev->middle ? " middle" : "");
	return VSS_OK;
}

static void
on_time(void *arg, int64_t t)
{
	char buf[32];

	vss_time_format(t, buf);
	say(arg, "time %s\n", buf);
}

static void
on_idle_stop(void *arg, int64_t t)
{
	char buf[32];

	vss_time_format(t, buf);
	say(arg, "idle-stop %s\n", buf);
}

static void
on_reboot(void *arg, int64_t t)
{
	char buf[32];

	vss_time_format(t, buf);
	say(arg, "reboot %s\n", buf);
}

static void
on_reject(void *arg, const struct vss_error *e)
{
	say(arg, "%d:%d: %s\n", (int)e->line, (int)e->column, e->text);
}

static void
on_expect(void *arg, uint64_t line, const char *words)
{
	(void)arg;
	ck_abort_msg("line %d expects %s", (int)line, words);
}

/* The bytes end at the end of their memory, so that reading on traps. */
static enum vss_status
read_bytes(struct sink *s, const char *bytes, size_t n, uint64_t stop_at)
{
	char *copy = malloc(n ? n : 1);
	enum vss_status st;

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, bytes, n);
	memset(s, 0, sizeof(*s));
	s->stop_at = stop_at;
	s->out = (struct vss_import){ .arg = s, .profile = on_profile,
	    .event = on_event, .time = on_time, .idle_stop = on_idle_stop,
	    .reboot = on_reboot, .reject = on_reject, .expect = on_expect };
	st = vss_native_read(copy, n, &s->out, &s->error);
	free(copy);
	return st;
}

static char *
quoted(const char *text)
{
	char *copy = strdup(text), *c;

	ck_assert_ptr_nonnull(copy);
	for (c = copy; *c; c++)
		if (*c == '\'')
			*c = '"';
	return copy;
}

static enum vss_status
read_text(struct sink *s, const char *text)
{
	char *copy = quoted(text);
	enum vss_status st = read_bytes(s, copy, strlen(copy), 0);

	free(copy);
	return st;
}

/* The recording gives exactly this. */
static void
gives(const char *text, const char *deliveries)
{
	struct sink s;

	ck_assert_int_eq(read_text(&s, text), VSS_OK);
	ck_assert_str_eq(s.text, deliveries);
	ck_assert_uint_eq(s.out.counts.lines, s.out.counts.used +
	    s.out.counts.ignored + s.out.counts.rejected);
}

/* The first delivery of the recording begins like this. */
static void
begins(const char *text, const char *beginning)
{
	struct sink s;

	ck_assert_int_eq(read_text(&s, text), VSS_OK);
	s.text[strlen(beginning)] = '\0';
	ck_assert_str_eq(s.text, beginning);
}

/* The line alone, as the second of a recording, gives this. */
static void
line_gives(const char *line, const char *deliveries)
{
	char text[2048];

	snprintf(text, sizeof(text), HEADER "%s\n", line);
	gives(text, deliveries);
}

/* The recording cannot be read at all. */
static void
unreadable(const char *text, int line, const char *message)
{
	struct sink s;

	ck_assert_int_eq(read_text(&s, text), VSS_BAD);
	ck_assert_str_eq(s.error.text, message);
	ck_assert_int_eq(s.error.line, line);
	ck_assert_int_eq(s.profiles, 0);
	ck_assert_str_eq(s.text, "");
}

/* What the header lets the recording show of a kind: suffixes. */
static const char *
shows(const char *header, int kind)
{
	static char words[64];
	struct sink s;
	int ph;

	ck_assert_int_eq(read_text(&s, header), VSS_OK);
	*words = '\0';
	for (ph = 1; ph <= 4; ph++)
		if (s.profile.shows[kind] >> ph & 1)
			snprintf(words + strlen(words),
			    sizeof(words) - strlen(words), "%s.%s",
			    *words ? " " : "", vss_phase_suffix(kind, ph));
	return words;
}

static int
probe(const char *text)
{
	char *copy = quoted(text);
	int sure = vss_native_probe(copy, strlen(copy));

	free(copy);
	return sure;
}

/* Probing. */

START_TEST(test_probe_is_certain_of_a_header)
{
	ck_assert_int_eq(probe(HEADER), 2);
	ck_assert_int_eq(probe("{'source':'x','vsscheck':1}"), 2);
	ck_assert_int_eq(probe("\n \t\r\n" HEADER), 2);
	ck_assert_int_eq(probe("\xef\xbb\xbf" HEADER), 2);
	ck_assert_int_eq(probe("{'vsscheck': 99}"), 2);
}
END_TEST

START_TEST(test_probe_refuses_everything_else)
{
	ck_assert_int_eq(vss_native_probe(NULL, 0), 0);
	ck_assert_int_eq(probe("\n\n"), 0);
	ck_assert_int_eq(probe("{'event':'REL'}\n" HEADER), 0);
	ck_assert_int_eq(probe("['vsscheck']"), 0);
	ck_assert_int_eq(probe("'vsscheck'"), 0);
	ck_assert_int_eq(probe("{'vsscheck':"), 0);
	ck_assert_int_eq(probe("PREP.fin"), 0);
}
END_TEST

/* The header. */

START_TEST(test_header_alone_is_a_recording_of_nothing)
{
	gives(HEADER, "");
	gives("{'vsscheck':1,'source':'a','host':'b','sees':null}", "");
}
END_TEST

START_TEST(test_header_must_be_there)
{
	unreadable("", 0, "no header: the file is empty");
	unreadable("\n \n", 2, "no header: the file is empty");
	unreadable("\n{'event':'REL'}\n", 2,
	    "no header: the first line must be {\"vsscheck\": 1}");
	unreadable("[1]", 1, "not a JSON object");
	unreadable("rubbish", 1,
	    "not JSON: '[' or '{' expected near 'rubbish'");
}
END_TEST

START_TEST(test_header_of_another_version_is_refused)
{
	static const char text[] = "unknown version of the format: "
	    "\"vsscheck\" must be 1";

	unreadable("{'vsscheck':2}", 1, text);
	unreadable("{'vsscheck':1.0}", 1, text);
	unreadable("{'vsscheck':'1'}", 1, text);
	unreadable("{'vsscheck':null}", 1, text);
}
END_TEST

START_TEST(test_header_members_of_the_wrong_type_are_refused)
{
	unreadable("{'vsscheck':1,'source':7}", 1,
	    "\"source\" must be a string");
	unreadable("{'vsscheck':1,'host':[]}", 1, "\"host\" must be a string");
	unreadable("{'vsscheck':1,'sees':'DO'}", 1, "\"sees\" must be a list");
	unreadable("{'vsscheck':1,'hides':[1]}", 1,
	    "\"hides\" must be a list of strings");
}
END_TEST

START_TEST(test_header_naming_no_event_is_refused)
{
	unreadable("{'vsscheck':1,'sees':['DOO']}", 1, "\"DOO\" in \"sees\" "
	    "is neither an event, nor requester, service, writer or all");
	unreadable("{'vsscheck':1,'hides':['DO.ok']}", 1, "\"DO.ok\" in "
	    "\"hides\" is neither an event, nor requester, service, writer "
	    "or all");
	unreadable("{'vsscheck':1,'sees':['END']}", 1, "\"END\" in \"sees\" "
	    "is neither an event, nor requester, service, writer or all");
	unreadable("{'vsscheck':1,'sees':['REL.']}", 1, "\"REL.\" in \"sees\" "
	    "is neither an event, nor requester, service, writer or all");
}
END_TEST

START_TEST(test_second_header_is_refused)
{
	gives(HEADER HEADER, "2:1: a second header: one recording, one "
	    "file\n");
}
END_TEST

/* What the source shows. */

START_TEST(test_everything_is_shown_by_default)
{
	struct sink s;
	struct vss_profile all;

	vss_profile_all(&all);
	ck_assert_int_eq(read_text(&s, HEADER), VSS_OK);
	ck_assert_mem_eq(s.profile.shows, all.shows, sizeof(all.shows));
	ck_assert_int_eq(read_text(&s, "{'vsscheck':1,'sees':['all']}"),
	    VSS_OK);
	ck_assert_mem_eq(s.profile.shows, all.shows, sizeof(all.shows));
}
END_TEST

START_TEST(test_sees_names_kinds_phases_and_groups)
{
	ck_assert_str_eq(shows("{'vsscheck':1,'sees':[]}", KIND_DO), "");
	ck_assert_str_eq(shows("{'vsscheck':1,'sees':['DO']}", KIND_DO),
	    ".call .fin .err .can");
	ck_assert_str_eq(shows("{'vsscheck':1,'sees':['DO']}", KIND_PREP), "");
	ck_assert_str_eq(shows("{'vsscheck':1,'sees':['ABORT.call']}",
	    KIND_ABORT), ".call");
	ck_assert_str_eq(shows("{'vsscheck':1,'sees':['writer']}", KIND_FZ),
	    ".in .out .fail");
	ck_assert_str_eq(shows("{'vsscheck':1,'sees':['writer']}", KIND_DO),
	    "");
	ck_assert_str_eq(shows("{'vsscheck':1,'sees':['service']}",
	    KIND_PCOMMIT), ".");
	ck_assert_str_eq(shows("{'vsscheck':1,'sees':['requester']}",
	    KIND_EXIT), ".");
}
END_TEST

START_TEST(test_hides_takes_away_from_what_is_seen)
{
	ck_assert_str_eq(shows("{'vsscheck':1,'hides':['DO']}", KIND_DO), "");
	ck_assert_str_eq(shows("{'vsscheck':1,'hides':['DO']}", KIND_PREP),
	    ".call .fin .err .can");
	ck_assert_str_eq(shows("{'vsscheck':1,'sees':['DO'],"
	    "'hides':['DO.err','DO.can']}", KIND_DO), ".call .fin");
	ck_assert_str_eq(shows("{'vsscheck':1,'hides':['requester']}",
	    KIND_REL), "");
}
END_TEST

START_TEST(test_perhaps_is_shown_and_in_doubt)
{
	struct sink s;

	ck_assert_int_eq(read_text(&s, "{'vsscheck':1,'sees':['PB'],"
	    "'perhaps':['SD']}"), VSS_OK);
	ck_assert_int_eq(s.profile.doubtful[KIND_SD], 1);
	ck_assert_int_eq(s.profile.doubtful[KIND_PB], 0);
	ck_assert_str_eq(shows("{'vsscheck':1,'sees':[],'perhaps':['SD']}",
	    KIND_SD), ".in .out .fail");
	unreadable("{'vsscheck':1,'perhaps':['SD.in']}", 1,
	    "\"SD.in\" in \"perhaps\" is no event");
	unreadable("{'vsscheck':1,'perhaps':['END']}", 1,
	    "\"END\" in \"perhaps\" is no event");
	unreadable("{'vsscheck':1,'perhaps':7}", 1,
	    "\"perhaps\" must be a list");
}
END_TEST

START_TEST(test_end_of_session_is_always_shown)
{
	ck_assert_str_eq(shows("{'vsscheck':1,'sees':[]}", KIND_END), ".");
	ck_assert_str_eq(shows("{'vsscheck':1,'hides':['all']}", KIND_END),
	    ".");
}
END_TEST

/* Events. */

START_TEST(test_event_carries_all_its_members)
{
	line_gives("{'event':'PREP.fin','t':'2023-07-19T16:03:45.992Z',"
	    "'object':'i1','pid':2772,'image':'ntdsutil.exe','writer':'NTDS',"
	    "'component':'c1','set':'{s}','starts':true}",
	    "time 2023-07-19 16:03:45.992\n"
	    "2 PREP.fin t=2023-07-19 16:03:45.992 object=i1 pid=2772 "
	    "image=ntdsutil.exe writer=NTDS component=c1 set={s} "
	    "label=PREP.fin starts\n");
}
END_TEST

START_TEST(test_event_needs_nothing_but_its_name)
{
	line_gives("{'event':'PREP.call'}", "2 PREP.call label=PREP.call\n");
	line_gives("{'event':'REL'}", "2 REL. label=REL\n");
	line_gives("{'event':'FZ.in','t':null,'writer':null}",
	    "2 FZ.in label=FZ.in\n");
}
END_TEST

START_TEST(test_label_replaces_the_name)
{
	line_gives("{'event':'REL','label':'Release() = 0'}",
	    "2 REL. label=Release() = 0\n");
}
END_TEST

START_TEST(test_middle_joins_a_session)
{
	line_gives("{'event':'DO.fin','middle':true,'starts':false}",
	    "2 DO.fin label=DO.fin middle\n");
	line_gives("{'event':'DO.fin','middle':true,'starts':true}",
	    "2:1: \"starts\" and \"middle\" exclude each other\n");
}
END_TEST

START_TEST(test_unknown_members_are_not_looked_at)
{
	line_gives("{'event':'REL','x':{'y':[1,2]},'success':'maybe'}",
	    "2 REL. label=REL\n");
}
END_TEST

START_TEST(test_every_event_of_the_vocabulary_is_understood)
{
	char line[64], want[64];
	const char *s, *name;
	int k, ph;

	for (k = 1; k < KIND_COUNT; k++)
		for (ph = 1; ph <= 4; ph++) {
			name = vss_kind(k)->name;
			if (!name || k == KIND_END ||
			    !(s = vss_phase_suffix(k, ph)))
				continue;
			snprintf(line, sizeof(line), HEADER
			    "{'event':'%s%s%s'}", name, *s ? "." : "", s);
			snprintf(want, sizeof(want), "2 %s.%s ", name, s);
			begins(line, want);
		}
}
END_TEST

START_TEST(test_unknown_event_is_refused)
{
	line_gives("{'event':'DOO.fin'}", "2:1: unknown event \"DOO.fin\"\n");
	line_gives("{'event':'do.fin'}", "2:1: unknown event \"do.fin\"\n");
	line_gives("{'event':'DO.ok'}", "2:1: unknown event \"DO.ok\": the "
	    "phases of DO are call, fin, err, can\n");
	line_gives("{'event':'DO.'}", "2:1: unknown event \"DO.\": the "
	    "phases of DO are call, fin, err, can\n");
	line_gives("{'event':'DO'}", "2:1: \"DO\" lacks its phase: one of "
	    "call, fin, err, can\n");
	line_gives("{'event':'REL.ok'}", "2:1: REL has no phases\n");
	line_gives("{'event':'END'}", "2:1: unknown event \"END\"\n");
	line_gives("{'event':''}", "2:1: \"event\" must not be empty\n");
	line_gives("{'event':7}", "2:1: \"event\" must be a string\n");
	line_gives("{'event':'a\\u001b[31m'}",
	    "2:1: unknown event \"a?[31m\"\n");
}
END_TEST

START_TEST(test_line_must_be_an_event_or_a_fact)
{
	line_gives("{}", "2:1: neither \"event\" nor \"fact\"\n");
	line_gives("{'event':null}", "2:1: neither \"event\" nor \"fact\"\n");
	line_gives("{'event':'REL','fact':'time'}",
	    "2:1: \"event\" and \"fact\" cannot stand in one line\n");
}
END_TEST

START_TEST(test_members_of_the_wrong_type_are_refused)
{
	line_gives("{'event':'REL','t':'yesterday'}", "2:1: \"t\" must be a "
	    "time such as \"2023-07-19T16:03:45.992Z\"\n");
	line_gives("{'event':'REL','t':1689782625}", "2:1: \"t\" must be a "
	    "time such as \"2023-07-19T16:03:45.992Z\"\n");
	line_gives("{'event':'REL','object':1}",
	    "2:1: \"object\" must be a string\n");
	line_gives("{'event':'REL','image':true}",
	    "2:1: \"image\" must be a string\n");
	line_gives("{'event':'FZ.in','writer':['NTDS']}",
	    "2:1: \"writer\" must be a string\n");
	line_gives("{'event':'FZ.in','component':{}}",
	    "2:1: \"component\" must be a string\n");
	line_gives("{'event':'REL','set':0}",
	    "2:1: \"set\" must be a string\n");
	line_gives("{'event':'REL','label':0}",
	    "2:1: \"label\" must be a string\n");
	line_gives("{'event':'REL','starts':'yes'}",
	    "2:1: \"starts\" must be true or false\n");
	line_gives("{'event':'REL','middle':1}",
	    "2:1: \"middle\" must be true or false\n");
}
END_TEST

START_TEST(test_pid_is_32_bits_and_not_0)
{
	static const char text[] = "2:1: \"pid\" must be a whole number from "
	    "1 to 4294967295\n";

	line_gives("{'event':'REL','pid':1}", "2 REL. pid=1 label=REL\n");
	line_gives("{'event':'REL','pid':4294967295}",
	    "2 REL. pid=4294967295 label=REL\n");
	line_gives("{'event':'REL','pid':4294967296}", text);
	line_gives("{'event':'REL','pid':0}", text);
	line_gives("{'event':'REL','pid':-1}", text);
	line_gives("{'event':'REL','pid':7.0}", text);
	line_gives("{'event':'REL','pid':'7'}", text);
}
END_TEST

START_TEST(test_names_end_at_the_limit)
{
	char name[LIMIT_NAME + 2], line[LIMIT_NAME + 64];
	char want[LIMIT_NAME + 64];

	memset(name, 'w', sizeof(name));
	name[LIMIT_NAME] = '\0';
	snprintf(line, sizeof(line), "{'event':'FZ.in','writer':'%s'}", name);
	snprintf(want, sizeof(want), "2 FZ.in writer=%s label=FZ.in\n", name);
	line_gives(line, want);
	name[LIMIT_NAME] = 'w';
	name[LIMIT_NAME + 1] = '\0';
	snprintf(line, sizeof(line), "{'event':'FZ.in','writer':'%s'}", name);
	line_gives(line, "2:1: \"writer\" must not be longer than 512 "
	    "bytes\n");
	line_gives("{'event':'FZ.in','writer':''}",
	    "2:1: \"writer\" must not be empty\n");
}
END_TEST

START_TEST(test_times_are_turned_into_utc)
{
	line_gives("{'fact':'time','t':'2023-07-19T09:03:49.554-07:00'}",
	    "time 2023-07-19 16:03:49.554\n");
	line_gives("{'fact':'time','t':'2023-07-19 16:03:49'}",
	    "time 2023-07-19 16:03:49.000\n");
}
END_TEST

/* Outcomes that are left open. */

START_TEST(test_phase_lists_possible_outcomes)
{
	line_gives("{'event':'DO','phase':['fin','err','can']}",
	    "2 DO.fin|err|can label=DO\n");
	line_gives("{'event':'FZ','phase':['out','fail']}",
	    "2 FZ.out|fail label=FZ\n");
	line_gives("{'event':'DO','phase':['call']}", "2 DO.call label=DO\n");
	line_gives("{'event':'GETST','phase':['ok','err'],'status':'fine'}",
	    "2 GETST.ok|err fine label=GETST\n");
}
END_TEST

START_TEST(test_phase_lists_nothing_else)
{
	line_gives("{'event':'DO','phase':['ok']}", "2:1: \"phase\" must list "
	    "phases of DO: call, fin, err, can\n");
	line_gives("{'event':'DO','phase':[1]}", "2:1: \"phase\" must list "
	    "phases of DO: call, fin, err, can\n");
	line_gives("{'event':'DO','phase':[]}", "2:1: \"phase\" must be a "
	    "list with at least one of: call, fin, err, can\n");
	line_gives("{'event':'DO','phase':'fin'}", "2:1: \"phase\" must be a "
	    "list with at least one of: call, fin, err, can\n");
	line_gives("{'event':'DO','phase':['call','fin']}", "2:1: \"phase\" "
	    "cannot leave open whether DO begins or ends\n");
	line_gives("{'event':'DO.fin','phase':['fin']}", "2:1: \"DO.fin\" "
	    "names its phase: \"phase\" cannot stand beside it\n");
	line_gives("{'event':'REL','phase':['']}", "2:1: REL has no phases\n");
}
END_TEST

/* Data. */

START_TEST(test_context_has_our_names_and_those_of_vss)
{
	static const char *const names[][2] = {
		{ "AUTO_W", "AUTO_W" }, { "AUTO_N", "AUTO_N" },
		{ "KEPT_W", "KEPT_W" }, { "KEPT_N", "KEPT_N" },
		{ "ANY", "ANY" }, { "BACKUP", "AUTO_W" },
		{ "FILE_SHARE_BACKUP", "AUTO_N" },
		{ "NAS_ROLLBACK", "KEPT_N" }, { "APP_ROLLBACK", "KEPT_W" },
		{ "CLIENT_ACCESSIBLE", "KEPT_N" },
		{ "CLIENT_ACCESSIBLE_WRITERS", "KEPT_W" }, { "ALL", "ANY" },
		{ "VSS_CTX_BACKUP", "AUTO_W" },
	};
	char line[80], want[80];
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(line, sizeof(line),
		    "{'event':'CTX.ok','context':'%s'}", names[i][0]);
		snprintf(want, sizeof(want), "2 CTX.ok %s label=CTX.ok\n",
		    names[i][1]);
		line_gives(line, want);
	}
}
END_TEST

START_TEST(test_context_of_another_name_is_refused)
{
	static const char text[] = "2:1: \"context\" must be one of AUTO_W, "
	    "AUTO_N, KEPT_W, KEPT_N, ANY, the name of a VSS context (BACKUP, "
	    "APP_ROLLBACK, ...), or a list of them\n";

	line_gives("{'event':'CTX.ok','context':'backup'}", text);
	line_gives("{'event':'CTX.ok','context':0}", text);
	line_gives("{'event':'CTX.ok','context':[]}", text);
	line_gives("{'event':'CTX.ok','context':['BACKUP',1]}", text);
}
END_TEST

START_TEST(test_data_may_be_a_list_of_possible_values)
{
	line_gives("{'event':'CTX.ok','context':['BACKUP','ALL']}",
	    "2 CTX.ok AUTO_W|ANY label=CTX.ok\n");
	line_gives("{'event':'SD.in','names':['own','nil']}",
	    "2 SD.in own|nil label=SD.in\n");
}
END_TEST

START_TEST(test_missing_data_leaves_every_value_open)
{
	line_gives("{'event':'CTX.ok'}",
	    "2 CTX.ok AUTO_W|AUTO_N|KEPT_W|KEPT_N|ANY label=CTX.ok\n");
	line_gives("{'event':'STATE.ok'}",
	    "2 STATE.ok PLAIN|COMPS|TRUNC|BOTH label=STATE.ok\n");
	line_gives("{'event':'GETST.ok'}",
	    "2 GETST.ok fine|failed label=GETST.ok\n");
	line_gives("{'event':'SUCC.ok','success':null}",
	    "2 SUCC.ok true|false label=SUCC.ok\n");
	line_gives("{'event':'READ'}", "2 READ. copy|live label=READ\n");
	line_gives("{'event':'SD.in'}",
	    "2 SD.in own|nil|foreign label=SD.in\n");
	line_gives("{'event':'FREE'}", "2 FREE. mine|others label=FREE\n");
}
END_TEST

START_TEST(test_only_the_phase_that_carries_data_has_any)
{
	line_gives("{'event':'CTX.err','context':'BACKUP'}",
	    "2 CTX.err label=CTX.err\n");
	line_gives("{'event':'SD.out','names':'own'}",
	    "2 SD.out label=SD.out\n");
}
END_TEST

START_TEST(test_state_tells_component_mode_and_truncation)
{
	line_gives("{'event':'STATE.ok','components':true,'type':'FULL'}",
	    "2 STATE.ok BOTH label=STATE.ok\n");
	line_gives("{'event':'STATE.ok','components':false,'type':"
	    "'INCREMENTAL'}", "2 STATE.ok TRUNC label=STATE.ok\n");
	line_gives("{'event':'STATE.ok','components':false,'type':'LOG'}",
	    "2 STATE.ok TRUNC label=STATE.ok\n");
	line_gives("{'event':'STATE.ok','components':true,'type':'COPY'}",
	    "2 STATE.ok COMPS label=STATE.ok\n");
	line_gives("{'event':'STATE.ok','components':false,'type':'COPY'}",
	    "2 STATE.ok PLAIN label=STATE.ok\n");
}
END_TEST

START_TEST(test_state_leaves_open_what_it_does_not_tell)
{
	line_gives("{'event':'STATE.ok','components':true,"
	    "'type':'DIFFERENTIAL'}", "2 STATE.ok COMPS|BOTH "
	    "label=STATE.ok\n");
	line_gives("{'event':'STATE.ok','components':false,'type':'OTHER'}",
	    "2 STATE.ok PLAIN|TRUNC label=STATE.ok\n");
	line_gives("{'event':'STATE.ok','components':true}",
	    "2 STATE.ok COMPS|BOTH label=STATE.ok\n");
	line_gives("{'event':'STATE.ok','type':'COPY'}",
	    "2 STATE.ok PLAIN|COMPS label=STATE.ok\n");
}
END_TEST

START_TEST(test_state_of_another_kind_is_refused)
{
	line_gives("{'event':'STATE.ok','components':'yes'}",
	    "2:1: \"components\" must be true or false\n");
	line_gives("{'event':'STATE.ok','type':'full'}", "2:1: \"type\" must "
	    "be one of FULL, INCREMENTAL, LOG, COPY, DIFFERENTIAL, OTHER\n");
	line_gives("{'event':'STATE.ok','type':1}",
	    "2:1: \"type\" must be a string\n");
}
END_TEST

START_TEST(test_status_is_fine_or_failed)
{
	line_gives("{'event':'GETST.ok','status':'fine'}",
	    "2 GETST.ok fine label=GETST.ok\n");
	line_gives("{'event':'GETST.ok','status':'failed'}",
	    "2 GETST.ok failed label=GETST.ok\n");
	line_gives("{'event':'GETST.ok','status':'good'}", "2:1: \"status\" "
	    "must be one of fine, failed, or a list of them\n");
}
END_TEST

START_TEST(test_success_is_true_or_false)
{
	line_gives("{'event':'SUCC.ok','success':true}",
	    "2 SUCC.ok true label=SUCC.ok\n");
	line_gives("{'event':'SUCC.ok','success':false}",
	    "2 SUCC.ok false label=SUCC.ok\n");
	line_gives("{'event':'SUCC.ok','success':'true'}",
	    "2:1: \"success\" must be true or false\n");
}
END_TEST

START_TEST(test_data_is_read_from_the_copy_or_live)
{
	line_gives("{'event':'READ','from':'copy'}",
	    "2 READ. copy label=READ\n");
	line_gives("{'event':'READ','from':'live'}",
	    "2 READ. live label=READ\n");
	line_gives("{'event':'READ','from':'disk'}", "2:1: \"from\" must be "
	    "one of copy, live, or a list of them\n");
}
END_TEST

START_TEST(test_shutdown_names_a_set)
{
	line_gives("{'event':'SD.in','names':'own'}",
	    "2 SD.in own label=SD.in\n");
	line_gives("{'event':'SD.in','names':'nil'}",
	    "2 SD.in nil label=SD.in\n");
	line_gives("{'event':'SD.in','names':'foreign'}",
	    "2 SD.in foreign label=SD.in\n");
	line_gives("{'event':'SD.in','names':'{guid}'}", "2:1: \"names\" must "
	    "be one of own, nil, foreign, or a list of them\n");
}
END_TEST

START_TEST(test_freed_resource_is_mine_or_of_others)
{
	line_gives("{'event':'FREE','whose':'mine'}",
	    "2 FREE. mine label=FREE\n");
	line_gives("{'event':'FREE','whose':'others'}",
	    "2 FREE. others label=FREE\n");
	line_gives("{'event':'FREE','whose':'theirs'}", "2:1: \"whose\" must "
	    "be one of mine, others, or a list of them\n");
}
END_TEST

/* Facts. */

START_TEST(test_facts_are_passed_on)
{
	line_gives("{'fact':'time','t':'2023-07-19T16:03:45Z'}",
	    "time 2023-07-19 16:03:45.000\n");
	line_gives("{'fact':'idle-stop','t':'2023-07-19T16:06:45Z'}",
	    "idle-stop 2023-07-19 16:06:45.000\n");
	line_gives("{'fact':'reboot','t':'2023-07-19T16:09:45Z'}",
	    "reboot 2023-07-19 16:09:45.000\n");
}
END_TEST

START_TEST(test_facts_of_another_kind_are_refused)
{
	line_gives("{'fact':'noon','t':'2023-07-19T16:03:45Z'}",
	    "2:1: \"fact\" must be \"time\", \"idle-stop\" or "
	    "\"reboot\"\n");
	line_gives("{'fact':'time'}", "2:1: a fact needs its time, \"t\"\n");
	line_gives("{'fact':1,'t':'2023-07-19T16:03:45Z'}",
	    "2:1: \"fact\" must be a string\n");
}
END_TEST

/* Lines and bytes. */

START_TEST(test_bad_line_has_a_position_and_the_import_goes_on)
{
	struct sink s;

	ck_assert_int_eq(read_text(&s, HEADER "\n{'event':'REL'\n"
	    "{'event':'REL'} x\n{'event':'REL','event':'REL'}\n[]\n"
	    "{'event':'REL'}\n"), VSS_OK);
	ck_assert_str_eq(s.text,
	    "3:14: not JSON: '}' expected near end of file\n"
	    "4:17: not JSON: end of file expected near 'x'\n"
	    "5:22: not JSON: duplicate object key near '\"event\"'\n"
	    "6:1: not a JSON object\n"
	    "7 REL. label=REL\n");
	ck_assert_uint_eq(s.out.counts.lines, 7);
	ck_assert_uint_eq(s.out.counts.used, 2);
	ck_assert_uint_eq(s.out.counts.ignored, 1);
	ck_assert_uint_eq(s.out.counts.rejected, 4);
}
END_TEST

START_TEST(test_line_ends_of_any_system_are_the_same)
{
	gives("{'vsscheck':1}\r\n\r\n{'event':'REL'}\r\n",
	    "3 REL. label=REL\n");
	gives("{'vsscheck':1}\n{'event':'REL'}", "2 REL. label=REL\n");
	gives("\xef\xbb\xbf{'vsscheck':1}\n{'event':'REL'}",
	    "2 REL. label=REL\n");
	gives("\n\n{'vsscheck':1}\n \t \n{'event':'REL'}",
	    "5 REL. label=REL\n");
}
END_TEST

START_TEST(test_nul_is_refused_wherever_it_stands)
{
	static const char bytes[] = "{\"vsscheck\":1}\n"
	    "{\"event\":\"REL\",\"object\":\"a\0b\"}\n"
	    "\0\n"
	    "{\"event\":\"REL\"}\0\n"
	    "{\"event\":\"REL\",\"object\":\"a\\u0000b\"}\n"
	    "{\"event\":\"REL\"}\n";
	struct sink s;

	ck_assert_int_eq(read_bytes(&s, bytes, sizeof(bytes) - 1, 0), VSS_OK);
	ck_assert_uint_eq(s.out.counts.rejected, 4);
	ck_assert_ptr_nonnull(strstr(s.text, "6 REL. label=REL\n"));
}
END_TEST

START_TEST(test_text_that_is_not_utf8_is_refused)
{
	struct sink s;

	ck_assert_int_eq(read_text(&s, HEADER
	    "{'event':'REL','object':'\xff\xfe'}\n{'event':'REL'}\n"), VSS_OK);
	ck_assert_uint_eq(s.out.counts.rejected, 1);
	ck_assert_ptr_nonnull(strstr(s.text, "3 REL. label=REL\n"));
	line_gives("{'event':'REL','object':'\xc3\xa9'}",
	    "2 REL. object=\xc3\xa9 label=REL\n");
}
END_TEST

START_TEST(test_message_is_cut_between_characters)
{
	line_gives("{'event':'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "\xc3\xa9zz'}", "2:1: unknown event \""
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"\n");
}
END_TEST

/* HEADER, a line of n bytes in which `fill` stands between an opening and a
 * closing, and REL. */
static void
read_huge(struct sink *s, size_t n, const char *open, char fill,
    const char *close)
{
	static const char after[] = "\n{\"event\":\"REL\"}\n";
	static const char header[] = "{\"vsscheck\":1}\n";
	size_t head = strlen(header);
	char *text = malloc(head + n + sizeof(after));

	ck_assert_ptr_nonnull(text);
	memcpy(text, header, head);
	memset(text + head, fill, n);
	memcpy(text + head, open, strlen(open));
	memcpy(text + head + n - strlen(close), close, strlen(close));
	memcpy(text + head + n, after, sizeof(after));
	ck_assert_int_eq(read_bytes(s, text, head + n + sizeof(after) - 1, 0),
	    VSS_OK);
	free(text);
}

START_TEST(test_line_of_a_mebibyte_is_the_longest)
{
	struct sink s;

	read_huge(&s, 1 << 20, "{\"event\":\"REL\",\"x\":\"", 'x', "\"}");
	ck_assert_str_eq(s.text, "2 REL. label=REL\n3 REL. label=REL\n");
	read_huge(&s, (1 << 20) + 1, "{\"event\":\"REL\",\"x\":\"", 'x',
	    "\"}");
	ck_assert_str_eq(s.text, "2:1: a line must not be longer than 1048576 "
	    "bytes\n3 REL. label=REL\n");
}
END_TEST

START_TEST(test_deep_nesting_is_refused)
{
	struct sink s;

	read_huge(&s, 1 << 20, "{\"event\":\"REL\",\"x\":", '[', "");
	ck_assert_uint_eq(s.out.counts.rejected, 1);
	ck_assert_ptr_nonnull(strstr(s.text, "maximum parsing depth"));
	ck_assert_ptr_nonnull(strstr(s.text, "3 REL. label=REL\n"));
}
END_TEST

/* The other side. */

START_TEST(test_sink_can_stop_the_import)
{
	static const char text[] = "{\"vsscheck\":1}\n{\"event\":\"REL\"}\n"
	    "{\"event\":\"EXIT\"}\n{\"event\":\"REL\"}\n";
	struct sink s;

	ck_assert_int_eq(read_bytes(&s, text, strlen(text), 3), VSS_BAD);
	ck_assert_str_eq(s.text, "2 REL. label=REL\n");
	ck_assert_str_eq(s.error.text, "the sink has had enough");
	ck_assert_int_eq(s.error.line, 3);
}
END_TEST

static int allocations_left;

static void *
scarce(size_t n)
{
	return allocations_left-- > 0 ? malloc(n) : NULL;
}

/* Whichever allocation fails, it is said: the run stops or the line is
 * refused (jansson does not always tell want of memory from bad syntax). */
START_TEST(test_memory_that_runs_out_is_not_passed_over)
{
	static const char text[] = "{\"vsscheck\":1,\"sees\":[\"all\"]}\n"
	    "{\"event\":\"PREP.fin\",\"writer\":\"NTDS\",\"pid\":7,"
	    "\"t\":\"2023-07-19T16:03:45Z\",\"x\":[1.5,{\"y\":null}]}\n";
	enum vss_status st;
	struct sink s;
	int n, whole;

	json_set_alloc_funcs(scarce, free);
	for (n = whole = 0; !whole; n++) {
		ck_assert_int_lt(n, 1000);
		allocations_left = n;
		st = read_bytes(&s, text, strlen(text), 0);
		whole = st == VSS_OK && s.out.counts.rejected == 0;
		if (st != VSS_OK)
			ck_assert_str_ne(s.error.text, "");
		if (whole)
			ck_assert_ptr_nonnull(strstr(s.text, "PREP.fin"));
	}
	json_set_alloc_funcs(malloc, free);
	ck_assert_int_gt(n, 10);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		test_probe_is_certain_of_a_header,
		test_probe_refuses_everything_else,
		test_header_alone_is_a_recording_of_nothing,
		test_header_must_be_there,
		test_header_of_another_version_is_refused,
		test_header_members_of_the_wrong_type_are_refused,
		test_header_naming_no_event_is_refused,
		test_second_header_is_refused,
		test_everything_is_shown_by_default,
		test_sees_names_kinds_phases_and_groups,
		test_hides_takes_away_from_what_is_seen,
		test_perhaps_is_shown_and_in_doubt,
		test_end_of_session_is_always_shown,
		test_event_carries_all_its_members,
		test_event_needs_nothing_but_its_name,
		test_label_replaces_the_name,
		test_middle_joins_a_session,
		test_unknown_members_are_not_looked_at,
		test_every_event_of_the_vocabulary_is_understood,
		test_unknown_event_is_refused,
		test_line_must_be_an_event_or_a_fact,
		test_members_of_the_wrong_type_are_refused,
		test_pid_is_32_bits_and_not_0,
		test_names_end_at_the_limit,
		test_times_are_turned_into_utc,
		test_phase_lists_possible_outcomes,
		test_phase_lists_nothing_else,
		test_context_has_our_names_and_those_of_vss,
		test_context_of_another_name_is_refused,
		test_data_may_be_a_list_of_possible_values,
		test_missing_data_leaves_every_value_open,
		test_only_the_phase_that_carries_data_has_any,
		test_state_tells_component_mode_and_truncation,
		test_state_leaves_open_what_it_does_not_tell,
		test_state_of_another_kind_is_refused,
		test_status_is_fine_or_failed,
		test_success_is_true_or_false,
		test_data_is_read_from_the_copy_or_live,
		test_shutdown_names_a_set,
		test_freed_resource_is_mine_or_of_others,
		test_facts_are_passed_on,
		test_facts_of_another_kind_are_refused,
		test_bad_line_has_a_position_and_the_import_goes_on,
		test_line_ends_of_any_system_are_the_same,
		test_nul_is_refused_wherever_it_stands,
		test_text_that_is_not_utf8_is_refused,
		test_message_is_cut_between_characters,
		test_line_of_a_mebibyte_is_the_longest,
		test_deep_nesting_is_refused,
		test_sink_can_stop_the_import,
		test_memory_that_runs_out_is_not_passed_over,
	};
	Suite *suite = suite_create("native");
	TCase *tc = tcase_create("native");
	SRunner *runner;
	size_t i;
	int failed;

	for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		tcase_add_test(tc, tests[i]);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
