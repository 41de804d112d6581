/* Any bytes at all, as output of diskshadow. */
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_import(vss_diskshadow_probe, vss_diskshadow_read, data, size);
	return 0;
}
