/* Which samples can be read, by the libraries that are there. */
#ifndef SAMPLES_H
#define SAMPLES_H

#include <stdio.h>
#include <string.h>

static int
sample_readable(const char *file)
{
	const char *lacks = NULL;

#ifndef HAVE_LIBARCHIVE
	if (strstr(file, ".gz"))
		lacks = "libarchive";
#endif
#ifndef HAVE_EXPAT
	if (strstr(file, ".xml"))
		lacks = "expat";
#endif
#if !defined(HAVE_LIBEVTX) || !defined(HAVE_LIBBFIO)
	if (strstr(file, ".evtx"))
		lacks = "libevtx";
#endif
#ifndef HAVE_HIVEX
	if (strstr(file, ".hive"))
		lacks = "libhivex";
#endif
	if (lacks)
		printf("SKIPPED: %s: built without %s\n", file, lacks);
	return !lacks;
}

#endif
