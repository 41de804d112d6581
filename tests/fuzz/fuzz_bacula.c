/* Any bytes at all, as a job log of Bacula's family. */
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_import(vss_bacula_probe, vss_bacula_read, data, size);
	return 0;
}
