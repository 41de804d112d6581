/* Any bytes at all, as event XML. */
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_import(vss_eventxml_probe, vss_eventxml_read, data, size);
	return 0;
}
