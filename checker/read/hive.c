/*
 * Hive files (regf), through libhivex: the values below the VSS\Diag of the
 * control set that Select\Current names. Only the keys on that path are
 * opened, so that loops elsewhere in a damaged hive are never met; a loop on
 * it can only repeat keys, and their number is limited.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "reg.h"
#ifdef HAVE_HIVEX
#include <hivex.h>
#endif

int
vss_hive_probe(const char *buf, size_t len)
{
	return len >= 4 && !memcmp(buf, "regf", 4) ? 2 : 0;
}

#ifdef HAVE_HIVEX

enum {
	LIMIT_KEYS = 4096	/* components */
};

struct walk {
	hive_h *h;
	struct vss_reg_sink *sink;
	uint64_t n;		/* values so far */
};

static enum vss_status
refuse(struct walk *w, const char *key, const char *text)
{
	struct vss_error e;

	w->sink->units++;
	vss_error_set(&e, ++w->n, 1, "%.120s: %s", key, text);
	w->sink->refuse(w->sink->arg, &e);
	return VSS_OK;
}

static enum vss_status
take_value(struct walk *w, const char *key, hive_value_h value)
{
	struct vss_reg_value v = { .key = key };
	enum vss_status st;
	hive_type type;
	char *name = hivex_value_key(w->h, value), *data, *text = NULL;
	size_t n;

	if (!name)
		return refuse(w, key, "a value without a name that can be "
		    "read");
	if (hivex_value_type(w->h, value, &type, &n) || n > LIMIT_VALUE ||
	    !(data = hivex_value_value(w->h, value, &type, &n))) {
		free(name);
		return refuse(w, key, "a value that cannot be read, or of "
		    "more than 4096 bytes");
	}
	w->sink->units++;
	v.line = ++w->n;
	v.name = name;
	v.type = (int)type;
	v.data = (unsigned char *)data;
	v.n = n;
	if (v.type == VSS_REG_SZ && (text = hivex_value_string(w->h, value)))
		v.text = text;
	if (v.type == VSS_REG_SZ && !text)
		v.type = VSS_REG_NONE;
	st = w->sink->value(w->sink->arg, &v);
	free(name);
	free(data);
	free(text);
	return st;
}

static enum vss_status
take_values(struct walk *w, const char *key, hive_node_h node)
{
	hive_value_h *list = hivex_node_values(w->h, node);
	enum vss_status st = VSS_OK;
	size_t i;

	if (!list)
		return refuse(w, key, "its values cannot be read");
	for (i = 0; list[i] && st == VSS_OK; i++)
		st = take_value(w, key, list[i]);
	free(list);
	return st;
}

static enum vss_status
take_components(struct walk *w, const char *key, hive_node_h diag)
{
	hive_node_h *list = hivex_node_children(w->h, diag);
	enum vss_status st = take_values(w, key, diag);
	char path[LIMIT_KEY], *name;
	size_t i;

	if (!list)
		return st == VSS_OK ? refuse(w, key, "its keys cannot be "
		    "read") : st;
	for (i = 0; list[i] && st == VSS_OK; i++) {
		if (i == LIMIT_KEYS) {
			st = refuse(w, key, "more than 4096 keys");
			break;
		}
		name = hivex_node_name(w->h, list[i]);
		if (!name) {
			st = refuse(w, key, "a key without a name that can be "
			    "read");
			continue;
		}
		snprintf(path, sizeof(path), "%s\\%s", key, name);
		free(name);
		st = take_values(w, path, list[i]);
	}
	free(list);
	return st;
}

/* The control set in use, 0: not told. */
static unsigned
current_set(hive_h *h)
{
	hive_node_h select = hivex_node_get_child(h, hivex_root(h), "Select");
	hive_value_h v = select ? hivex_node_get_value(h, select, "Current") :
	    0;
	hive_type type;
	size_t n;

	if (!v || hivex_value_type(h, v, &type, &n) ||
	    type != hive_t_REG_DWORD || n != 4)
		return 0;
	return (unsigned)hivex_value_dword(h, v);
}

enum vss_status
vss_hive_read(const char *path, struct vss_reg_sink *sink,
    struct vss_error *error)
{
	static const char *const steps[] = { "Services", "VSS", "Diag" };
	struct walk w = { .sink = sink };
	enum vss_status st = VSS_OK;
	hive_node_h node;
	char set[32], key[96];
	unsigned n;
	size_t i;

	if (!(w.h = hivex_open(path, 0))) {
		vss_error_set(error, 0, 0, "no hive that libhivex can read");
		return VSS_BAD;
	}
	n = hivex_root(w.h) ? current_set(w.h) : 0;
	if (!n || n > 999) {
		hivex_close(w.h);
		vss_error_set(error, 0, 0, "no SYSTEM hive: Select\\Current "
		    "does not name a control set");
		return VSS_BAD;
	}
	snprintf(set, sizeof(set), "ControlSet%03u", n);
	snprintf(key, sizeof(key), "%s\\Services\\VSS\\Diag", set);
	node = hivex_node_get_child(w.h, hivex_root(w.h), set);
	for (i = 0; i < 3 && node; i++)
		node = hivex_node_get_child(w.h, node, steps[i]);
	if (node)
		st = take_components(&w, key, node);
	hivex_close(w.h);
	return st;
}

#else

enum vss_status
vss_hive_read(const char *path, struct vss_reg_sink *sink,
    struct vss_error *error)
{
	(void)path;
	(void)sink;
	vss_error_set(error, 0, 0, "a hive: this program was built without "
	    "libhivex");
	return VSS_BAD;
}

#endif
