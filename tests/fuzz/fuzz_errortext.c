/* Any bytes at all, as error messages of a backup program. */
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_import(vss_errortext_probe, vss_errortext_read, data, size);
	return 0;
}
