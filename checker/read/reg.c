/*
 * What the readers of registry values share, and `reg query /s`.
 *
 * capture-formats.md, section 2. `reg query` prints a key's path in the first
 * column and below it, indented, "name    TYPE    data", binary data as hex
 * digits without anything between them. The name of the default value is
 * localised and in parentheses.
 */
#include <stdlib.h>
#include <string.h>
#include "reg.h"

static const char *
find(const char *s, const char *what)
{
	size_t i;

	for (; *s; s++) {
		for (i = 0; what[i] && vss_lower(s[i]) == what[i]; i++)
			;
		if (!what[i])
			return s;
	}
	return NULL;
}

int
vss_reg_wanted(const char *key)
{
	static const char select[] = "\\select";
	const char *p = find(key, "\\services\\vss\\diag");
	size_t n = strlen(key), k = sizeof(select) - 1;

	if (p) {
		p += strlen("\\services\\vss\\diag");
		return !*p || *p == '\\';
	}
	return n >= k && find(key + n - k, select) != NULL;
}

static int
digit(int c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = vss_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int
vss_reg_hex(const char *s, size_t n, const char *skip, unsigned char *data,
    size_t room)
{
	size_t i = 0, out = 0;

	for (;;) {
		while (i < n && s[i] && strchr(skip, s[i]))
			i++;
		if (i == n)
			return (int)out;
		if (n - i < 2 || digit(s[i]) < 0 || digit(s[i + 1]) < 0 ||
		    out == room)
			return -1;
		data[out++] = digit(s[i]) << 4 | digit(s[i + 1]);
		i += 2;
	}
}

int
vss_reg_ends(const char *buf, size_t len)
{
	int lines = 0;

	for (; len && strchr(" \t\r\n", buf[len - 1]) && buf[len - 1];
	    len--)
		lines += buf[len - 1] == '\n';
	return lines > 1;
}

static enum vss_status
refuse(struct vss_reg_sink *sink, uint64_t line, uint64_t column,
    const char *text)
{
	struct vss_error e;

	vss_error_set(&e, line, column, "%s", text);
	sink->refuse(sink->arg, &e);
	return VSS_OK;
}

/* "    REG_BINARY    48000000": where the type begins, NULL: nowhere. Tabs
 * in Windows XP. */
static const char *
find_type(const char *p, const char *end)
{
	for (; end - p > 5; p++)
		if ((*p == ' ' || *p == '\t') && !memcmp(p + 1, "REG_", 4))
			return p + 1;
	return NULL;
}

static int
is_type(const char *p, const char *end, const char *type)
{
	size_t n = strlen(type);

	return (size_t)(end - p) >= n && !memcmp(p, type, n) &&
	    ((size_t)(end - p) == n || p[n] == ' ' || p[n] == '\t');
}

static enum vss_status
query_value(struct vss_reg_sink *sink, uint64_t line, const char *key,
    const char *start, const char *end)
{
	struct vss_reg_value v = { .line = line, .key = key };
	unsigned char data[LIMIT_VALUE];
	char name[LIMIT_KEY], text[LIMIT_NAME];
	const char *p = start, *type, *q;
	int n;

	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	if (p == start || p == end)
		return VSS_OK;
	if (!(type = find_type(start, end)))
		return VSS_OK;
	sink->units++;
	for (q = type; q > p && (q[-1] == ' ' || q[-1] == '\t'); q--)
		;
	if ((size_t)(q - p) >= sizeof(name))
		return refuse(sink, line, 1, "a name of more than 2047 bytes");
	memcpy(name, p, q - p);
	name[q - p] = 0;
	v.name = name;
	for (q = type; q < end && *q != ' ' && *q != '\t'; q++)
		;
	while (q < end && (*q == ' ' || *q == '\t'))
		q++;
	while (end > q && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	if (is_type(type, end, "REG_BINARY")) {
		v.type = VSS_REG_BINARY;
		n = vss_reg_hex(q, end - q, " ", data, sizeof(data));
		if (n < 0)
			return refuse(sink, line, q - start + 1, "binary data "
			    "that are no pairs of hex digits, or of more than "
			    "4096 bytes");
		v.data = data;
		v.n = n;
	} else if (is_type(type, end, "REG_SZ")) {
		v.type = VSS_REG_SZ;
		if ((size_t)(end - q) >= sizeof(text))
			return refuse(sink, line, q - start + 1,
			    "a text of more than 511 bytes");
		memcpy(text, q, end - q);
		text[end - q] = 0;
		v.text = text;
		n = (int)strlen(name);
		/* the default value, by whatever name */
		if (n > 1 && name[0] == '(' && name[n - 1] == ')')
			v.name = "";
	} else if (is_type(type, end, "REG_DWORD")) {
		v.type = VSS_REG_DWORD;
		memcpy(text, q, (size_t)(end - q) < 31 ? end - q : 31);
		text[end - q < 31 ? end - q : 31] = 0;
		v.number = (uint32_t)strtoul(text, NULL, 0);
	}
	return sink->value(sink->arg, &v);
}

static int
is_key(const char *p, const char *end)
{
	return end - p > 5 && (!memcmp(p, "HKEY_", 5) ||
	    !memcmp(p, "HKLM\\", 5));
}

enum vss_status
vss_reg_query_read(const char *buf, size_t len, struct vss_reg_sink *sink,
    struct vss_error *error)
{
	const char *p = buf, *end = buf + len, *start, *stop;
	char key[LIMIT_KEY] = "";
	enum vss_status st = VSS_OK;
	uint64_t line = 0;
	int wanted = 0;

	(void)error;
	sink->cut = !vss_reg_ends(buf, len);
	while (st == VSS_OK && (start = p, stop = vss_line(&p, end))) {
		line++;
		if (is_key(start, stop)) {
			wanted = 0;
			if ((size_t)(stop - start) >= sizeof(key)) {
				sink->units++;
				st = refuse(sink, line, 1, "a key of more "
				    "than 2047 bytes");
				continue;
			}
			memcpy(key, start, stop - start);
			key[stop - start] = 0;
			wanted = vss_reg_wanted(key);
		} else if (wanted)
			st = query_value(sink, line, key, start, stop);
		else if (*key && start < stop && (*start == ' ' ||
		    *start == '\t') && find_type(start, stop))
			sink->units++;
	}
	return st;
}

int
vss_reg_query_probe(const char *buf, size_t len)
{
	const char *p = buf, *end = buf + len, *start, *stop;
	int i, key = 0;

	for (i = 0; i < 64 && (start = p, stop = vss_line(&p, end)); i++) {
		if (is_key(start, stop))
			key = 1;
		else if (key && start < stop && (*start == ' ' ||
		    *start == '\t') && find_type(start, stop))
			return 2;
		else if (start < stop && !key)
			return 0;
	}
	return key;
}
