/* Any bytes at all, as lists of vssadmin. */
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_import(vss_vssadmin_probe, vss_vssadmin_read, data, size);
	return 0;
}
