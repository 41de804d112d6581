/*
 * make_evtx < events.xml > events.evtx: the .evtx samples under
 * traces/formats/evtx, made of those under traces/formats/eventxml.
 */
#include <stdio.h>
#include "evtx_writer.h"

int
main(void)
{
	size_t len = 0, room = 1 << 16, n;
	char *xml = malloc(room), *evtx;

	while (xml && (n = fread(xml + len, 1, room - 1 - len, stdin))) {
		len += n;
		if (len + 1 == room)
			xml = realloc(xml, room *= 2);
	}
	if (!xml)
		return 1;
	xml[len] = 0;
	evtx = evtx_write(xml, len, &n);
	if (!evtx) {
		fprintf(stderr, "make_evtx: an event cannot be written\n");
		return 1;
	}
	fwrite(evtx, 1, n, stdout);
	free(evtx);
	free(xml);
	return fflush(stdout) != 0;
}
