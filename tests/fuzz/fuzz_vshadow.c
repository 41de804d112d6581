/* Any bytes at all, as output of vshadow. */
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_import(vss_vshadow_probe, vss_vshadow_read, data, size);
	return 0;
}
