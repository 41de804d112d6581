/*
 * .reg files: what regedit and `reg export` write, and hivexregedit.
 *
 * capture-formats.md, section 2: a header, [key], "name"=data, @=data for the
 * key's default value, ; comments. Data are hex:48,00 (binary), hex(N): (type
 * N), dword:0000002a, "text", or - for a value to be deleted. Windows folds
 * long hex data with a backslash at the ends of lines; hivexregedit does not,
 * and writes hex(3): for binary. In texts a backslash stands before backslash
 * and quote, and a text may go on over lines.
 */
#include <stdlib.h>
#include <string.h>
#include "reg.h"

struct reading {
	const char *p, *end;
	uint64_t line;			/* of the line that begins at p */
	char key[LIMIT_KEY];
	int wanted, in_key;
	int no_more_quotes;		/* a text ran to the end of the file */
	struct vss_reg_sink *sink;
};

static enum vss_status
refuse(struct reading *r, uint64_t line, uint64_t column, const char *text)
{
	struct vss_error e;

	r->sink->units++;
	vss_error_set(&e, line, column, "%s", text);
	r->sink->refuse(r->sink->arg, &e);
	return VSS_OK;
}

static int
is_blank(int c)
{
	return c == ' ' || c == '\t';
}

/* "[HKEY_LOCAL_MACHINE\...]", "[-...]": a key to be deleted. */
static enum vss_status
take_key(struct reading *r, const char *p, const char *stop)
{
	r->wanted = 0;
	r->in_key = 1;
	while (stop > p && is_blank(stop[-1]))
		stop--;
	if (stop[-1] != ']' || stop - p < 2)
		return refuse(r, r->line, 1, "a key without its closing "
		    "bracket");
	p++;
	stop--;
	if (p < stop && *p == '-')
		return VSS_OK;
	if ((size_t)(stop - p) >= sizeof(r->key))
		return refuse(r, r->line, 1, "a key of more than 2047 bytes");
	memcpy(r->key, p, stop - p);
	r->key[stop - p] = 0;
	r->wanted = vss_reg_wanted(r->key);
	return VSS_OK;
}

/* A quoted text from its opening quote on, into `to`, cut at size - 1 bytes.
 * Returns what follows its closing quote, NULL: there is none. Lines that it
 * goes over are counted. */
static const char *
quoted(struct reading *r, const char *p, const char *limit, char *to,
    size_t size, int *cut, uint64_t *lines)
{
	size_t n = 0;

	*cut = 0;
	for (p++; p < limit && *p != '"'; p++) {
		if (*p == '\\' && limit - p > 1 && (p[1] == '\\' ||
		    p[1] == '"'))
			p++;
		if (*p == '\n' && lines)
			++*lines;
		if (n + 1 < size)
			to[n++] = *p;
		else
			*cut = 1;
	}
	to[n] = 0;
	(void)r;
	return p < limit ? p + 1 : NULL;
}

/* Bytes after "hex:", over folded lines. Returns how many, -1 with the column
 * of the last line when they are not to be read. r->p is left behind them. */
static long
hex_bytes(struct reading *r, const char *p, const char *stop, uint64_t *line,
    unsigned char *data, size_t room)
{
	const char *q;
	long n = 0;
	int k, bad = 0, folded;

	for (;;) {
		while (p < stop && is_blank(*p))
			p++;
		for (q = stop; q > p && is_blank(q[-1]); q--)
			;
		folded = q > p && q[-1] == '\\';
		q -= folded;
		if (!bad) {
			k = vss_reg_hex(p, q - p, ", \t", data + n, room - n);
			bad = k < 0;
			n += bad ? 0 : k;
		}
		if (!folded || !(p = r->p, stop = vss_line(&r->p, r->end)))
			return bad ? -1 : n;
		++*line;
	}
}

/* UTF-16LE, as texts in hex(1): are; only ASCII is of interest. */
static void
narrow(const unsigned char *data, long n, char *to, size_t size)
{
	size_t k = 0;
	long i;

	for (i = 0; i + 1 < n && k + 1 < size; i += 2) {
		if (!data[i] && !data[i + 1])
			break;
		to[k++] = data[i + 1] || data[i] > 126 ? '?' : data[i];
	}
	to[k] = 0;
}

/* What follows "name"=. */
static enum vss_status
take_data(struct reading *r, const char *name, const char *p,
    const char *start, const char *stop)
{
	struct vss_reg_value v = { .line = r->line, .key = r->key,
	    .name = name };
	unsigned char data[LIMIT_VALUE];
	char text[LIMIT_NAME];
	uint64_t line = r->line;
	const char *q;
	char *after;
	long n = 0;
	int cut;

	while (p < stop && is_blank(*p))
		p++;
	if (p < stop && *p == '"') {
		v.type = VSS_REG_SZ;
		v.text = text;
		q = quoted(r, p, stop, text, sizeof(text), &cut, NULL);
		if (!q && !r->no_more_quotes) {
			q = quoted(r, p, r->end, text, sizeof(text), &cut,
			    &line);
			r->no_more_quotes = !q;
			if (q && (r->p = q) < r->end)
				vss_line(&r->p, r->end);
		}
		if (!q)
			return refuse(r, v.line, p - start + 1,
			    "a text without its closing quote");
	} else if (stop - p >= 6 && !memcmp(p, "dword:", 6)) {
		v.type = VSS_REG_DWORD;
		n = stop - p - 6 < 8 ? stop - p - 6 : 8;
		memcpy(text, p + 6, n);
		text[n] = 0;
		v.number = (uint32_t)strtoul(text, &after, 16);
		if (after == text)
			return refuse(r, v.line, p - start + 1,
			    "dword: without hex digits");
	} else if (stop - p >= 4 && !memcmp(p, "hex", 3) && (p[3] == ':' ||
	    p[3] == '(')) {
		v.type = VSS_REG_BINARY;
		q = p + 3;
		if (*q == '(') {
			n = stop - q < 12 ? stop - q : 12;
			memcpy(text, q, n);
			text[n] = 0;
			v.type = (int)strtoul(text + 1, &after, 16);
			q += after - text;
			if (after == text + 1 || stop - q < 2 || q[0] != ')' ||
			    q[1] != ':')
				return refuse(r, v.line, p - start + 1,
				    "hex( without a type, or without ):");
			q++;
		}
		n = hex_bytes(r, q + 1, stop, &line, data, sizeof(data));
		r->line = line;
		if (n < 0)
			return refuse(r, v.line, p - start + 1, "data that are "
			    "no hex bytes with commas between them, or more "
			    "than 4096 of them");
		v.data = data;
		v.n = n;
		if (v.type == VSS_REG_SZ) {
			narrow(data, n, text, sizeof(text));
			v.text = text;
		}
	} else if (p == stop || *p != '-')
		return refuse(r, v.line, p - start + 1, "data of a kind that "
		    "is not known");
	r->line = line;
	r->sink->units++;
	return r->sink->value(r->sink->arg, &v);
}

/* A value of a key that is of no concern: only its end has to be found. */
static void
skip_value(struct reading *r, const char *p, const char *stop)
{
	const char *q;
	char text[2];
	int cut;

	r->sink->units++;
	if (*p == '@')
		q = p + 1;
	else if (!(q = quoted(r, p, stop, text, sizeof(text), &cut, NULL)))
		return;
	while (q < stop && (*q == '=' || is_blank(*q)))
		q++;
	if (q < stop && *q == '"') {
		if (quoted(r, q, stop, text, sizeof(text), &cut, NULL) ||
		    r->no_more_quotes)
			return;
		q = quoted(r, q, r->end, text, sizeof(text), &cut, &r->line);
		r->no_more_quotes = !q;
		if (q && (r->p = q) < r->end)
			vss_line(&r->p, r->end);
		return;
	}
	for (;;) {
		for (; stop > q && is_blank(stop[-1]); stop--)
			;
		if (stop == q || stop[-1] != '\\' || !(q = r->p,
		    stop = vss_line(&r->p, r->end)))
			return;
		r->line++;
	}
}

static enum vss_status
take_value(struct reading *r, const char *p, const char *stop)
{
	char name[LIMIT_KEY];
	const char *start = p;
	int cut = 0;

	if (!r->wanted) {
		skip_value(r, p, stop);
		return VSS_OK;
	}
	*name = 0;
	if (*p == '@')
		p++;
	else if (!(p = quoted(r, p, stop, name, sizeof(name), &cut, NULL)))
		return refuse(r, r->line, 1, "a name without its closing "
		    "quote");
	if (cut)
		return refuse(r, r->line, 1, "a name of more than 2047 bytes");
	while (p < stop && is_blank(*p))
		p++;
	if (p == stop || *p != '=')
		return refuse(r, r->line, p - start + 1, "no = behind a name");
	return take_data(r, name, p + 1, start, stop);
}

static int
is_header(const char *p, const char *stop)
{
	static const char *const headers[] = { "REGEDIT4",
	    "Windows Registry Editor Version" };
	size_t i, n;

	for (i = 0; i < 2; i++) {
		n = strlen(headers[i]);
		if ((size_t)(stop - p) >= n && !memcmp(p, headers[i], n))
			return 1;
	}
	return 0;
}

enum vss_status
vss_reg_export_read(const char *buf, size_t len, struct vss_reg_sink *sink,
    struct vss_error *error)
{
	struct reading r = { .p = buf, .end = buf + len, .sink = sink };
	enum vss_status st = VSS_OK;
	const char *p, *stop;

	(void)error;
	sink->cut = !vss_reg_ends(buf, len);
	while (st == VSS_OK && (p = r.p, stop = vss_line(&r.p, r.end))) {
		r.line++;
		while (p < stop && is_blank(*p))
			p++;
		if (p == stop || *p == ';' || is_header(p, stop))
			continue;
		if (*p == '[')
			st = take_key(&r, p, stop);
		else if ((*p == '"' || *p == '@') && r.in_key)
			st = take_value(&r, p, stop);
		else
			st = refuse(&r, r.line, 1, "neither a key nor a value "
			    "of one");
	}
	return st;
}

int
vss_reg_export_probe(const char *buf, size_t len)
{
	const char *p = buf, *end = buf + len, *start, *stop;

	while ((start = p, stop = vss_line(&p, end))) {
		while (start < stop && is_blank(*start))
			start++;
		if (start == stop || *start == ';')
			continue;
		if (is_header(start, stop))
			return 2;
		return stop - start > 6 && (!memcmp(start, "[HKEY_", 6) ||
		    !memcmp(start, "[\\", 2));
	}
	return 0;
}
