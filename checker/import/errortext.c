/*
 * Error messages of backup programs: a sentence that names a result of VSS.
 *
 * What most programs leave of a failed backup is one sentence. It tells no
 * order of events, so that there is nothing to judge; but it names a result,
 * and which one that is a reader will want to know. Recognised are the codes
 * in hexadecimal, their names, the exceptions of AlphaVSS (whose names are
 * made from those of the codes) and restic's "VSS error:".
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "hresult.h"
#include "import.h"
#include "phrase.h"

enum { NAME = 80 };

static int
is_name(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static int
is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* VSS_E_... in the line. */
static int
named(const char *p, const char *end, uint32_t *code)
{
	size_t n;

	for (; (p = vss_phrase_find(p, end, "VSS_E_")); p += n) {
		for (n = 0; p + n < end && is_name(p[n]); n++)
			;
		if (vss_hresult_find(p, n, code))
			return 1;
	}
	return 0;
}

/* 0x8004.... in the line: a failure that has a name. */
static int
numbered(const char *p, const char *end, uint32_t *code)
{
	const char *q;

	for (; (p = vss_phrase_find(p, end, "0x8")); p++) {
		q = p + 2;
		if (vss_phrase_hex(&q, end, code) && *code >> 16 == 0x8004 &&
		    vss_hresult_name(*code))
			return 1;
	}
	return 0;
}

/* VssSnapshotSetInProgressException is VSS_E_SNAPSHOT_SET_IN_PROGRESS. */
static int
thrown(const char *p, const char *end, uint32_t *code)
{
	char name[NAME];
	const char *q;
	size_t n;

	for (; (p = vss_phrase_find(p, end, "Vss")); p = q) {
		n = (size_t)snprintf(name, sizeof(name), "VSS_E");
		for (q = p + 3; q < end && is_letter(*q) &&
		    n + 3 < sizeof(name); q++) {
			if (*q >= 'A' && *q <= 'Z')
				name[n++] = '_';
			name[n++] = *q >= 'a' ? *q - 'a' + 'A' : *q;
		}
		if (n > 10 && !memcmp(name + n - 10, "_EXCEPTION", 10) &&
		    vss_hresult_find(name, n - 10, code))
			return 1;
	}
	return 0;
}

/* The result that the line names. */
static int
result(const char *p, const char *end, uint32_t *code)
{
	return numbered(p, end, code) || named(p, end, code) ||
	    thrown(p, end, code);
}

/* Text about programs, which quotes between two of these. */
static int
is_prose(const char *p, const char *end)
{
	const char *q = memchr(p, '`', (size_t)(end - p));

	return q && memchr(q + 1, '`', (size_t)(end - q - 1));
}

static int
restic(const char **p, const char *end)
{
	const char *q = vss_phrase_find(*p, end, "VSS error: ");

	if (!q || is_prose(*p, end))
		return 0;
	*p = q + strlen("VSS error: ");
	return 1;
}

/* Does the line say that something went wrong, as prose about VSS might not?
 * (Small letters: the first one may be large.) */
static int
complains(const char *p, const char *end)
{
	return !is_prose(p, end) && (vss_phrase_find(p, end, "rror") ||
	    vss_phrase_find(p, end, "ailed") ||
	    vss_phrase_find(p, end, "ailure") ||
	    vss_phrase_find(p, end, "xception") ||
	    vss_phrase_find(p, end, "Code: ["));
}

static void
remark(struct vss_import *out, uint64_t line, uint32_t code)
{
	char text[120];

	snprintf(text, sizeof(text), "the backup program reports %s "
	    "(0x%08" PRIX32 ")", vss_hresult_name(code), code);
	vss_import_context(out, line, VSS_NO_TIME, text);
}

static int
take_line(struct vss_import *out, uint64_t line, const char *p,
    const char *end)
{
	char text[120];
	uint32_t code;
	int n;

	if (result(p, end, &code) && complains(p, end)) {
		remark(out, line, code);
		return 1;
	}
	if (!restic(&p, end))
		return 0;
	n = end - p < 60 ? (int)(end - p) : 60;
	snprintf(text, sizeof(text), "the backup program reports of VSS: "
	    "%.*s", n, p);
	vss_import_context(out, line, VSS_NO_TIME, text);
	return 1;
}

enum vss_status
vss_errortext_read(const char *buf, size_t len, struct vss_import *out,
    struct vss_error *error)
{
	const char *p = buf, *start, *end;
	struct vss_profile profile;
	enum vss_status st;

	(void)error;
	vss_profile_none(&profile, "errortext");
	profile.limits = "an error message tells the result of one call and "
	    "no order of events: there is no backup in it that could be "
	    "judged";
	st = out->profile(out->arg, &profile);
	while (st == VSS_OK && (start = p, end = vss_line(&p, buf + len))) {
		out->counts.lines++;
		if (take_line(out, out->counts.lines, start, end))
			out->counts.used++;
		else
			out->counts.ignored++;
	}
	return st;
}

int
vss_errortext_probe(const char *buf, size_t len)
{
	const char *p = buf, *start, *end;
	uint32_t code;

	while ((start = p, end = vss_line(&p, buf + len))) {
		if (result(start, end, &code) && complains(start, end))
			return 1;
		if (restic(&start, end))
			return 1;
	}
	return 0;
}
