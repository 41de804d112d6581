/* Any bytes at all, as text of the Event Viewer. */
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_import(vss_eventtext_probe, vss_eventtext_read, data, size);
	return 0;
}
