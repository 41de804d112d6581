/* Any bytes at all, as a recording in scenario text. */
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_import(vss_scenario_probe, vss_scenario_read, data, size);
	return 0;
}
