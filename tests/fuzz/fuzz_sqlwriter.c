/* Any bytes at all, as the log of SQL Server's VSS writer. */
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_import(vss_sqlwriter_probe, vss_sqlwriter_read, data, size);
	return 0;
}
