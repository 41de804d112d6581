/* Any bytes at all, as a recording in Sysmon's registry events. */
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_import(vss_sysmon_probe, vss_sysmon_read, data, size);
	return 0;
}
