/* Any bytes at all, as an .evtx file. */
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_import(vss_evtx_probe, vss_evtx_read, data, size);
	return 0;
}
