#include <stdio.h>
#include <string.h>
#include "console.h"
#include "hresult.h"

enum { GUID_DIGITS = 36 };

static int
blank(int c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

/* The value of a hexadecimal digit, -1 for anything else. */
static int
digit(int c)
{
	c = vss_lower(c);
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ?
	    c - 'a' + 10 : -1;
}

/* Skip blanks, and marks of quotation that a blank follows. */
static const char *
unquote(const char *s, const char *stop)
{
	for (;; s++) {
		while (s < stop && blank(*s))
			s++;
		if (s == stop || *s != '>' || (stop - s > 1 && !blank(s[1]) &&
		    s[1] != '>'))
			return s;
	}
}

/* The text of the line that begins at *p, which moves on to the next;
 * NULL at the end. */
static const char *
take_line(const char **p, const char *end, size_t *n)
{
	const char *start = *p, *stop = vss_line(p, end);

	if (!stop)
		return NULL;
	start = unquote(start, stop);
	while (stop > start && blank(stop[-1]))
		stop--;
	*n = stop - start;
	return start;
}

void
vss_console_start(struct vss_console *c, const char *buf, size_t len)
{
	memset(c, 0, sizeof(*c));
	c->next = buf;
	c->end = buf + len;
}

int
vss_console_next(struct vss_console *c)
{
	const char *s = take_line(&c->next, c->end, &c->n);

	if (!s)
		return 0;
	c->s = s;
	c->line++;
	return 1;
}

static int
same(const char *s, const char *word, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (vss_lower((unsigned char)s[i]) !=
		    vss_lower((unsigned char)word[i]))
			return 0;
	return 1;
}

int
vss_console_begins(const struct vss_console *c, const char *word)
{
	size_t n = strlen(word);

	return c->n >= n && same(c->s, word, n);
}

const char *
vss_console_find(const char *s, size_t n, const char *what)
{
	size_t m = strlen(what);

	for (; n >= m; s++, n--)
		if (same(s, what, m))
			return s;
	return NULL;
}

size_t
vss_console_word(const char **s, size_t *n, const char **word)
{
	size_t m = 0;

	while (*n && blank(**s)) {
		(*s)++;
		(*n)--;
	}
	*word = *s;
	while (m < *n && !blank((*s)[m]))
		m++;
	*s += m;
	*n -= m;
	return m;
}

/* How many bytes the UTF-8 character at s has, 0: it is none. */
static size_t
character(const unsigned char *s, size_t n)
{
	size_t m = *s < 0x80 ? 1 : *s >= 0xc2 && *s < 0xe0 ? 2 :
	    *s >= 0xe0 && *s < 0xf0 ? 3 : *s >= 0xf0 && *s < 0xf5 ? 4 : 0, i;

	if (!m || m > n)
		return 0;
	for (i = 1; i < m; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	/* longer than need be, half of a surrogate pair, too large */
	if ((*s == 0xe0 && s[1] < 0xa0) || (*s == 0xed && s[1] > 0x9f) ||
	    (*s == 0xf0 && s[1] < 0x90) || (*s == 0xf4 && s[1] > 0x8f))
		return 0;
	return m;
}

void
vss_console_copy(char *to, size_t size, const char *s, size_t n)
{
	size_t m;

	for (size--; n; s += m, n -= m) {
		m = character((const unsigned char *)s, n);
		if ((m ? m : 1) > size)
			break;
		size -= m ? m : 1;
		if (m == 0 || (unsigned char)*s < ' ' || *s == 127) {
			*to++ = '?';
			m = 1;
			continue;
		}
		memcpy(to, s, m);
		to += m;
	}
	*to = 0;
}

/* Digits and dashes where a GUID has them; returns how many of the 36. */
static size_t
guid_part(const char *s, const char *stop, size_t at, char *guid)
{
	for (; s < stop && at < GUID_DIGITS; s++, at++) {
		if (at == 8 || at == 13 || at == 18 || at == 23 ?
		    *s != '-' : digit((unsigned char)*s) < 0)
			break;
		guid[1 + at] = vss_lower((unsigned char)*s);
	}
	return at;
}

/* The GUID that begins with the brace at s. Returns the place behind it. */
static const char *
guid_at(const struct vss_console *c, const char *s, char guid[CONSOLE_GUID])
{
	const char *stop = c->s + c->n, *next = c->next;
	size_t at, more, n;

	guid[0] = '{';
	at = guid_part(s + 1, stop, 0, guid);
	s += 1 + at;
	if (s == stop && at < GUID_DIGITS + 1 && at > 0) {
		/* the console has broken the line here */
		s = take_line(&next, c->end, &n);
		if (!s)
			return NULL;
		stop = s + n;
		more = guid_part(s, stop, at, guid) - at;
		at += more;
		s += more;
	}
	if (at < GUID_DIGITS || s == stop || *s != '}')
		return NULL;
	memcpy(guid + 1 + GUID_DIGITS, "}", 2);
	return stop == c->s + c->n ? s + 1 : c->s + c->n;
}

const char *
vss_console_guid(const struct vss_console *c, const char *from,
    char guid[CONSOLE_GUID])
{
	const char *s, *behind, *stop = c->s + c->n;

	for (s = from; s < stop; s++)
		if (*s == '{' && (behind = guid_at(c, s, guid)))
			return behind;
	guid[0] = 0;
	return NULL;
}

int
vss_console_guid_last(const struct vss_console *c, char guid[CONSOLE_GUID])
{
	const char *at = c->s + c->n - (GUID_DIGITS + 2);

	guid[0] = 0;
	if (c->n < GUID_DIGITS + 2 || *at != '{' || !guid_at(c, at, guid)) {
		guid[0] = 0;
		return 0;
	}
	return 1;
}

/* Eight hexadecimal digits, the first of them 8: a failure. */
static int
failure(const char *s, size_t n, uint32_t *code)
{
	int i;

	if (n >= 2 && s[0] == '0' && vss_lower(s[1]) == 'x') {
		s += 2;
		n -= 2;
	}
	if (n < 8 || *s != '8' || (n > 8 && digit((unsigned char)s[8]) >= 0))
		return 0;
	for (*code = 0, i = 0; i < 8; i++) {
		if (digit((unsigned char)s[i]) < 0)
			return 0;
		*code = *code << 4 | (uint32_t)digit((unsigned char)s[i]);
	}
	return 1;
}

int
vss_console_hresult(const struct vss_console *c, uint32_t *code)
{
	const char *s = vss_console_find(c->s, c->n, "HRESULT"), *word;
	size_t n, m;

	if (!s)
		return 0;
	n = c->s + c->n - s;
	while ((m = vss_console_word(&s, &n, &word)))
		if (failure(word, m, code))
			return 1;
	return 0;
}

void
vss_console_code(uint32_t code, char *buf, size_t size)
{
	const char *name = vss_hresult_name(code);

	if (name)
		snprintf(buf, size, "%s (0x%08lx)", name, (unsigned long)code);
	else
		snprintf(buf, size, "0x%08lx", (unsigned long)code);
}

/*
 * Lists of writers.
 */

/* vssadmin: a label, then the name in apostrophes. A label may have an
 * apostrophe of its own. */
static int
quoted_name(const struct vss_console *c, char *to, size_t size)
{
	const char *s, *stop = c->s + c->n, *last;

	if (c->n < 3 || stop[-1] != '\'')
		return 0;
	last = stop - 1;
	for (s = c->s; s < last; s++)
		if (*s == '\'' && (s == c->s || blank(s[-1]) || s[-1] == ':' ||
		    (unsigned char)s[-1] >= 0x80))
			break;
	if (s + 1 >= last)
		return 0;
	vss_console_copy(to, size, s + 1, last - s - 1);
	return 1;
}

/* vshadow, and diskshadow: * WRITER "name" */
static int
starred_name(const struct vss_console *c, char *to, size_t size)
{
	const char *s;
	size_t n;

	if (!vss_console_begins(c, "* WRITER \"") || c->s[c->n - 1] != '"')
		return 0;
	s = c->s + strlen("* WRITER \"");
	n = c->s + c->n > s ? (size_t)(c->s + c->n - s - 1) : 0;
	if (!n)
		return 0;
	vss_console_copy(to, size, s, n);
	return 1;
}

/* A number of one or two digits between `before` and `behind`. */
static int
state_between(const struct vss_console *c, char before, const char *behind)
{
	const char *s, *stop = c->s + c->n;
	int state, n;

	for (s = c->s; s < stop; s++) {
		if (*s != before)
			continue;
		for (state = n = 0; ++s < stop && *s >= '0' && *s <= '9' &&
		    n < 3; n++)
			state = state * 10 + *s - '0';
		if (n && n < 3 && (size_t)(stop - s) >= strlen(behind) &&
		    same(s, behind, strlen(behind)))
			return state;
		s--;
	}
	return -1;
}

/* What stands behind the label of the last error. */
static void
last_error(struct vss_console_writer *w, const struct vss_console *c)
{
	const char *s = c->s, *stop = c->s + c->n,
	    *colon = memchr(s, ':', c->n);

	if (colon)
		s = colon + 1;
	while (s < stop && blank(*s))
		s++;
	vss_console_copy(w->error, sizeof(w->error), s, stop - s);
}

static int
begin_writer(struct vss_console_writer *w, const struct vss_console *c)
{
	int plain = quoted_name(c, w->name, sizeof(w->name));

	if (!plain && !starred_name(c, w->name, sizeof(w->name)))
		return 0;
	w->line = c->line;
	w->state = -1;
	*w->instance = *w->error = 0;
	w->step = plain ? 1 : 10;
	return -1;
}

/* The five lines of vssadmin. */
static int
plain_step(struct vss_console_writer *w, const struct vss_console *c)
{
	char guid[CONSOLE_GUID];

	switch (w->step) {
	case 1:
	case 2:
		if (!vss_console_guid_last(c, guid))
			break;
		memcpy(w->instance, guid, sizeof(guid));
		w->step++;
		return -1;
	case 3:
		if ((w->state = state_between(c, '[', "]")) < 0)
			break;
		w->step++;
		return -1;
	case 4:
		last_error(w, c);
		w->step = 0;
		return 1;
	}
	w->step = 0;
	return begin_writer(w, c);
}

/* The lines of vshadow, of which the state and the failure count. */
static int
starred_step(struct vss_console_writer *w, const struct vss_console *c)
{
	char guid[CONSOLE_GUID];
	const char *s;
	uint32_t code;

	if (*c->s != '-') {
		w->step = 0;
		return begin_writer(w, c);
	}
	if (w->state < 0) {
		w->state = state_between(c, ' ', " (VSS_WS_");
		if (w->state < 0 && vss_console_guid_last(c, guid))
			memcpy(w->instance, guid, sizeof(guid));
		return -1;
	}
	s = vss_console_find(c->s, c->n, "0x");
	if (s && failure(s, c->s + c->n - s, &code))
		vss_console_code(code, w->error, sizeof(w->error));
	w->step = 0;
	return 1;
}

int
vss_console_writer(struct vss_console_writer *w, const struct vss_console *c)
{
	/* mails put blank lines between */
	if (!c->n)
		return w->step ? -1 : 0;
	if (!w->step)
		return begin_writer(w, c);
	return w->step < 10 ? plain_step(w, c) : starred_step(w, c);
}

const char *
vss_console_state(int state)
{
	static const char *const texts[] = { "unknown", "stable",
	    "waiting for Freeze", "waiting for Thaw",
	    "waiting for PostSnapshot", "waiting for BackupComplete",
	    "failed in Identify", "failed in PrepareForBackup",
	    "failed in PrepareForSnapshot", "failed in Freeze",
	    "failed in Thaw", "failed in PostSnapshot",
	    "failed in BackupComplete", "failed in PreRestore",
	    "failed in PostRestore", "failed in BackupShutdown" };

	return state >= 0 && state < (int)(sizeof(texts) / sizeof(texts[0])) ?
	    texts[state] : state > 0 ? "failed" : texts[0];
}
