#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "log.h"

static int
same_nocase(const char *a, const char *b)
{
	while (*a && vss_lower(*a) == vss_lower(*b)) {
		a++;
		b++;
	}
	return !*a && !*b;
}

const char *
vss_log_field(const struct vss_log_record *r, const char *name)
{
	size_t i;

	for (i = 0; i < r->nfields; i++)
		if (same_nocase(r->fields[i].name, name))
			return r->fields[i].value;
	return NULL;
}

const char *
vss_log_unnamed(const struct vss_log_record *r, size_t n)
{
	size_t i, unnamed = 0;
	char name[32];

	for (i = 0; i < r->nfields; i++)
		if (!*r->fields[i].name && unnamed++ == n)
			return r->fields[i].value;
	snprintf(name, sizeof(name), "param%zu", n + 1);
	return unnamed ? NULL : vss_log_field(r, name);
}

int64_t
vss_log_number(const struct vss_log_record *r, const char *name)
{
	const char *s = vss_log_field(r, name);
	long long n;
	char *end;

	if (!s || !*s)
		return -1;
	n = strtoll(s, &end, 0);
	return *end || n < 0 ? -1 : n;
}
