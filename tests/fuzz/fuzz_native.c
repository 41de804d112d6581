/* Any bytes at all, as a recording in the native format. */
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_import(vss_native_probe, vss_native_read, data, size);
	return 0;
}
