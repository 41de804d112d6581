/*
 * make_hive FILE.reg > FILE: the hives under traces/formats/hive, made of the
 * exports under traces/formats/reg.
 */
#include <stdio.h>
#include "hive_writer.h"
#include "load.h"
#include "reg.h"

struct items {
	struct hive_item list[1024];
	size_t n;
};

static enum vss_status
take(void *arg, const struct vss_reg_value *v)
{
	struct items *all = arg;
	struct hive_item *it = &all->list[all->n];
	unsigned char *data = malloc(v->n + 1);
	char *comp = strdup(strrchr(v->key, '\\') + 1), *step = strdup(v->name);

	if (!data || !comp || !step || all->n == 1024)
		return VSS_FAIL;
	/* "Diag" itself has a default value */
	if (!*v->name)
		return VSS_OK;
	memcpy(data, v->data, v->n);
	it->comp = comp;
	it->step = step;
	it->data = data;
	it->size = v->n;
	all->n++;
	return VSS_OK;
}

int
main(int argc, char **argv)
{
	static struct items all;
	static struct hive h;
	struct vss_reg_sink sink = { .arg = &all, .value = take };
	struct loads loads = { 0 };
	struct vss_error error;

	if (argc != 2 || load(&loads, argv[1], &error) != VSS_OK ||
	    loads.n != 1 || vss_reg_export_read(loads.list[0].buf,
	    loads.list[0].len, &sink, &error) != VSS_OK) {
		fprintf(stderr, "make_hive: an export of the registry is "
		    "wanted\n");
		return 1;
	}
	hive_write(&h, all.list, all.n, 2, 0);
	fwrite(h.b, 1, h.n, stdout);
	return fflush(stdout) != 0;
}
