#include <stdlib.h>
#include <string.h>
#include "logfacts.h"

static int
is_blank(int c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static int
hex_digit(int c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ?
	    c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static struct vss_log_value
trimmed(const char *s, const char *e)
{
	struct vss_log_value v;

	while (s < e && is_blank(*s))
		s++;
	while (e > s && is_blank(e[-1]))
		e--;
	v.s = s;
	v.n = e - s;
	return v;
}

static void
copy_value(char *to, size_t size, struct vss_log_value v)
{
	size_t n = v.n < size ? v.n : size - 1;

	/* never half a UTF-8 character */
	while (n < v.n && n && ((unsigned char)v.s[n] & 0xc0) == 0x80)
		n--;
	memcpy(to, v.s, n);
	to[n] = 0;
}

/* "{4dc3bdd4-ab48-4d07-adb0-3bee2926fd7f}": digits and hyphens in braces. */
static int
is_guid(struct vss_log_value v)
{
	size_t i;

	if (v.n < 3 || v.s[0] != '{' || v.s[v.n - 1] != '}')
		return 0;
	for (i = 1; i < v.n - 1; i++)
		if (v.s[i] != '-' && hex_digit(v.s[i]) < 0)
			return 0;
	return 1;
}

/* A decimal or hexadecimal number that fits a process id, else -1. */
static int64_t
number(struct vss_log_value v, int base)
{
	uint64_t n = 0;
	size_t i = 0;
	int d;

	if (base == 16) {
		if (v.n < 3 || v.s[0] != '0' || (v.s[1] | 32) != 'x')
			return -1;
		i = 2;
	}
	if (i == v.n)
		return -1;
	for (; i < v.n; i++) {
		d = hex_digit(v.s[i]);
		if (d < 0 || d >= base || (n = n * base + d) > UINT32_MAX)
			return -1;
	}
	return n;
}

/* What follows the label of a line: behind its tabs, else behind its first
 * colon, which may be the wide one of the East. n 0: no value. */
static struct vss_log_value
value_of(const char *s, const char *e)
{
	const char *p, *v = NULL;

	for (p = s; p < e && !v; p++)
		if (*p == ':')
			v = p + 1;
		else if (e - p >= 3 && !memcmp(p, "\357\274\232", 3))
			v = p + 3;
	if (!v)
		return trimmed(e, e);
	return trimmed(v, e);
}

/*
 * The lines of a record: of its message, else of its data one after the
 * other.
 */
struct lines {
	const struct vss_log_record *r;
	const char *p, *end;
	size_t next;		/* field */
};

static void
lines_of(struct lines *l, const struct vss_log_record *r)
{
	memset(l, 0, sizeof(*l));
	l->r = r;
	if (r->message && *r->message) {
		l->p = r->message;
		l->end = r->message + strlen(r->message);
		l->next = r->nfields;
	}
}

static int
next_line(struct lines *l, const char **start, const char **stop)
{
	while (!l->p || !(*start = l->p, *stop = vss_line(&l->p, l->end))) {
		if (l->next == l->r->nfields)
			return 0;
		l->p = l->r->fields[l->next++].value;
		if (!l->p)
			continue;
		l->end = l->p + strlen(l->p);
	}
	return 1;
}

static int
contains(const char *s, const char *e, const char *word)
{
	size_t n = strlen(word);

	for (; (size_t)(e - s) >= n && s < e; s++)
		if (!memcmp(s, word, n))
			return 1;
	return 0;
}

/* Names of events inside a line of Operation stay as they are in any
 * language, but for the short ones, which are seen in English only. */
static int
handler_named(const char *s, const char *e)
{
	static const struct { const char *word; int kind; } words[] = {
		{ "PrepareForBackup", KIND_PB }, { "PrepareBackup", KIND_PB },
		{ "PrepareForSnapshot", KIND_PS },
		{ "PrepareSnapshot", KIND_PS }, { "PostSnapshot", KIND_PO },
		{ "BackupComplete", KIND_BC }, { "BackupShutdown", KIND_SD },
		{ "Freeze", KIND_FZ }, { "Thaw", KIND_TH },
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (contains(s, e, words[i].word))
			return words[i].kind;
	return 0;
}

/* Where a text is within the two blocks. */
struct block {
	int section;		/* 1 Operation, 2 Context */
	int heading;		/* the line before may have been a heading */
	int guids, names, several;
};

/* In Context, by place: class id, writer's name, perhaps the name of its
 * instance, id of the instance, perhaps command line, process id. */
static void
take_context(struct block *b, struct vss_log_value v, struct vss_log_facts *f)
{
	int64_t n;

	if (is_guid(v)) {
		if (++b->guids == 2)
			copy_value(f->instance, sizeof(f->instance), v);
		return;
	}
	if (b->guids == 1 && !b->names++)
		copy_value(f->writer, sizeof(f->writer), v);
	if (b->guids == 2 && (n = number(v, 10)) > 0)
		f->pid = n;
}

static void
take_line(struct block *b, const char *s, const char *e,
    struct vss_log_facts *f)
{
	struct vss_log_value v = trimmed(s, e);
	int handler;

	if (!v.n)
		return;
	if (!is_blank(*s)) {
		b->heading = v.s[v.n - 1] == ':' || (v.n > 3 &&
		    !memcmp(v.s + v.n - 3, "\357\274\232", 3));
		return;
	}
	if (b->heading) {
		b->section++;
		b->heading = 0;
	}
	if (b->section == 1 && (handler = handler_named(s, e))) {
		b->several |= f->handler && f->handler != handler;
		f->handler = handler;
	}
	if (b->section == 2)
		take_context(b, value_of(s, e), f);
}

/* The first 0x with eight digits. */
static int64_t
result_code(const char *s, const char *e)
{
	struct vss_log_value v;

	for (; e - s >= 10; s++) {
		v.s = s;
		v.n = 10;
		if (*s == '0' && number(v, 16) >= 0 && (e - s == 10 ||
		    hex_digit(s[10]) < 0))
			return number(v, 16);
	}
	return -1;
}

/* Binary data as text: as it is, or hexadecimal digits of ASCII or of
 * UTF-16. */
static int
binary_text(const struct vss_log_record *r, char *out, size_t size)
{
	const char *s = r->binary ? r->binary : vss_log_field(r, "Binary");
	size_t n = 0, i;
	int c;

	if (!s || !*s)
		return 0;
	for (i = 0; hex_digit(s[i]) >= 0; i++)
		;
	if (s[i] || i % 2) {
		vss_copy_text(out, size, s);
		return 1;
	}
	for (i = 0; s[i] && n + 1 < size; i += 2) {
		c = hex_digit(s[i]) << 4 | hex_digit(s[i + 1]);
		if (c)
			out[n++] = c;
	}
	out[n] = 0;
	return 1;
}

/* "- Code: WRTWRTIC00000823- Call: ... - PID:  00001528- TID: ..." */
static uint32_t
process_in_binary(const struct vss_log_record *r)
{
	struct vss_log_value v;
	char text[1024];
	const char *p, *e;
	int64_t n;

	if (!binary_text(r, text, sizeof(text)) || !(p = strstr(text,
	    "- PID: ")))
		return 0;
	p += strlen("- PID: ");
	while (*p == ' ')
		p++;
	for (e = p; *e >= '0' && *e <= '9'; e++)
		;
	v = trimmed(p, e);
	n = number(v, 10);
	return n > 0 ? n : 0;
}

void
vss_log_facts(const struct vss_log_record *r, struct vss_log_facts *f)
{
	struct block b = { 0 };
	struct lines l;
	const char *s, *e;

	memset(f, 0, sizeof(*f));
	f->hr = -1;
	lines_of(&l, r);
	while (next_line(&l, &s, &e)) {
		if (f->hr < 0 && !b.section)
			f->hr = result_code(s, e);
		take_line(&b, s, e, f);
	}
	if (b.several)
		f->handler = 0;
	f->blocks = b.section;
	if (!f->pid)
		f->pid = process_in_binary(r);
}

struct vss_log_value
vss_log_device(const char *s, size_t n)
{
	static const char name[] = "HarddiskVolumeShadowCopy";
	const size_t k = sizeof(name) - 1;
	const char *e = s + n;
	struct vss_log_value v = { s, 0 };

	for (; (size_t)(e - s) > k; s++) {
		if (memcmp(s, name, k))
			continue;
		v.s = s;
		for (v.n = k; s + v.n < e && s[v.n] >= '0' &&
		    s[v.n] <= '9'; v.n++)
			;
		if (v.n > k)
			return v;
	}
	v.n = 0;
	return v;
}

static int
is_path(struct vss_log_value v)
{
	return v.n > 3 && ((v.s[1] == ':' && v.s[2] == '\\') ||
	    v.s[0] == '\\');
}

static void
take_audit(struct vss_log_value v, struct vss_log_audit *a)
{
	int64_t n;

	if (!a->image.n && (n = number(v, 16)) >= 0)
		a->pid = n;
	if (!a->image.n && a->pid >= 0 && is_path(v))
		a->image = v;
	else if (!a->device.n)
		a->device = vss_log_device(v.s, v.n);
	if (!a->set.n && is_guid(v))
		a->set = v;
}

void
vss_log_audit(const struct vss_log_record *r, struct vss_log_audit *a)
{
	struct vss_log_value v;
	struct lines l;
	const char *s, *e;
	size_t i;

	memset(a, 0, sizeof(*a));
	a->pid = -1;
	if (r->message && *r->message) {
		lines_of(&l, r);
		while (next_line(&l, &s, &e))
			if ((v = value_of(s, e)).n)
				take_audit(v, a);
		return;
	}
	for (i = 0; i < r->nfields; i++)
		if ((s = r->fields[i].value))
			take_audit(trimmed(s, s + strlen(s)), a);
}

int
vss_log_engine(const struct vss_log_record *r, struct vss_log_value *name,
    uint32_t *pid)
{
	const char *s = r->message, *p, *e;
	int64_t n;

	if (s && *s) {
		for (p = s; *p && *p != '(' && *p != '\n'; p++)
			;
		if (*p != '(')
			return 0;
		*name = trimmed(s, p++);
	} else {
		if (!(s = vss_log_unnamed(r, 0)) ||
		    !(p = vss_log_unnamed(r, 1)))
			return 0;
		*name = trimmed(s, s + strlen(s));
	}
	for (e = p; *e >= '0' && *e <= '9'; e++)
		;
	n = number(trimmed(p, e), 10);
	if (n <= 0 || !name->n)
		return 0;
	*pid = n;
	return 1;
}

int
vss_log_service(const struct vss_log_record *r, char *key, size_t size,
    int *state)
{
	char text[300], *slash;

	if (!binary_text(r, text, sizeof(text)) ||
	    !(slash = strrchr(text, '/')) || slash[1] < '1' ||
	    slash[1] > '7' || slash[2])
		return 0;
	*slash = 0;
	vss_copy_text(key, size, text);
	*state = slash[1] - '0';
	return 1;
}
