/*
 * What EDR agents record of registry writes, with the bytes, as JSON.
 *
 * SentinelOne's shape (../shared/captures/SOURCES.md, edr-registry):
 *	registryKeyPath		MACHINE\SYSTEM\ControlSet001\...\name
 *	registryValue, registryOldValue		hex digits, at most 100
 *	registryValueType, registryOldValueType	"BINARY"
 *	endpointName
 * and, for whatever else can be brought into it, a plain one of our own
 * (docs/formats/diag-values.md): path, data, old, host. Both the new and the
 * old data are handed over, as two values. One object, several one after the
 * other (JSON Lines), or arrays of them.
 */
#include <jansson.h>
#include <string.h>
#include "reg.h"

enum { PROBED = 1 << 16 };

static enum vss_status
refuse(struct vss_reg_sink *sink, uint64_t line, const char *text)
{
	struct vss_error e;

	vss_error_set(&e, line, 1, "%s", text);
	sink->refuse(sink->arg, &e);
	return VSS_OK;
}

static const char *
member(const json_t *o, const char *a, const char *b)
{
	const char *s = json_string_value(json_object_get(o, a));

	return s ? s : json_string_value(json_object_get(o, b));
}

static enum vss_status
hand_over(struct vss_reg_sink *sink, struct vss_reg_value *v, const char *hex)
{
	unsigned char data[LIMIT_VALUE];
	int n;

	if (!hex || !*hex)
		return VSS_OK;
	if (hex[0] == '0' && (hex[1] == 'x' || hex[1] == 'X'))
		hex += 2;
	n = vss_reg_hex(hex, strlen(hex), " ,", data, sizeof(data));
	if (n < 0)
		return refuse(sink, v->line, v->older ? "old data that are no "
		    "pairs of hex digits, or more than 4096 bytes" : "data "
		    "that are no pairs of hex digits, or more than 4096 "
		    "bytes");
	v->type = VSS_REG_BINARY;
	v->data = data;
	v->n = n;
	return sink->value(sink->arg, v);
}

static enum vss_status
take(struct vss_reg_sink *sink, const json_t *o, uint64_t line)
{
	const char *path = member(o, "registryKeyPath", "path"), *name;
	struct vss_reg_value v = { .line = line, .may_be_cut = 1 };
	char key[LIMIT_KEY];
	enum vss_status st;

	sink->units++;
	if (!path || !(name = strrchr(path, '\\')))
		return VSS_OK;
	if ((size_t)(name - path) >= sizeof(key))
		return refuse(sink, line, "a path of more than 2047 bytes");
	memcpy(key, path, name - path);
	key[name - path] = 0;
	if (!vss_reg_wanted(key))
		return VSS_OK;
	v.key = key;
	v.name = name + 1;
	v.host = member(o, "endpointName", "host");
	v.older = 1;
	st = hand_over(sink, &v, member(o, "registryOldValue", "old"));
	v.older = 0;
	return st == VSS_OK ? hand_over(sink, &v, member(o, "registryValue",
	    "data")) : st;
}

/* The start of the next line that begins an object. */
static const char *
next_object(const char *p, const char *end, uint64_t *line)
{
	while (p < end) {
		if (*p++ != '\n')
			continue;
		++*line;
		if (p < end && *p == '{')
			break;
	}
	return p;
}

enum vss_status
vss_reg_edr_read(const char *buf, size_t len, struct vss_reg_sink *sink,
    struct vss_error *error)
{
	const char *p = buf, *end = buf + len, *from;
	enum vss_status st = VSS_OK;
	struct vss_error e;
	uint64_t line = 1;
	json_error_t je;
	json_t *o;

	(void)error;
	while (st == VSS_OK && p < end) {
		if (*p == '\n')
			line++;
		if (strchr(" \t\r\n[],", *p) && *p) {
			p++;
			continue;
		}
		o = *p == '{' ? json_loadb(p, end - p, JSON_DISABLE_EOF_CHECK,
		    &je) : NULL;
		if (o) {
			st = take(sink, o, line);
			from = p;
			/* jansson has read so far */
			p += je.position > 0 ? je.position : 1;
			for (; from < p; from++)
				line += *from == '\n';
			json_decref(o);
			continue;
		}
		sink->units++;
		vss_error_set(&e, line + (*p == '{' && je.line > 0 ?
		    je.line - 1 : 0), *p == '{' && je.column > 0 ? je.column :
		    1, "%s", *p == '{' ? je.text : "no JSON object");
		sink->refuse(sink->arg, &e);
		from = p;
		if (*p == '{' && je.position > 0 && je.position < end - p)
			p += je.position;
		else if (*p == '{' && je.position > 0)
			p = end;
		for (; from < p; from++)
			line += *from == '\n';
		/* an error at a line's end is of that line */
		if (p > buf && p < end && p[-1] == '\n') {
			p--;
			line--;
		}
		p = next_object(p, end, &line);
	}
	return st;
}

static const char *
find(const char *p, const char *end, const char *what)
{
	size_t n = strlen(what);

	for (; (size_t)(end - p) >= n; p++)
		if (*p == *what && !memcmp(p, what, n))
			return p;
	return NULL;
}

int
vss_reg_edr_probe(const char *buf, size_t len)
{
	const char *p = buf, *end = buf + (len < PROBED ? len : PROBED);

	while (p < end && strchr(" \t\r\n[", *p) && *p)
		p++;
	if (p == end || *p != '{')
		return 0;
	if (find(p, end, "\"registryKeyPath\""))
		return 2;
	return find(p, end, "\"path\"") && find(p, end, "\"data\"") &&
	    (find(p, end, "\\\\VSS\\\\Diag\\\\") ||
	    find(p, end, "\\\\vss\\\\diag\\\\")) ? 1 : 0;
}
