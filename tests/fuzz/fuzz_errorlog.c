/* Any bytes at all, as SQL Server's ERRORLOG. */
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_import(vss_errorlog_probe, vss_errorlog_read, data, size);
	return 0;
}
