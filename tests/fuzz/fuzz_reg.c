/* Any bytes at all, as a recording in values of VSS\Diag; the first byte
 * chooses what carries them. */
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	if (*data == 'q')
		fuzz_import(vss_diag_query_probe, vss_diag_query_read,
		    data + 1, size - 1);
	else if (*data == 'e')
		fuzz_import(vss_diag_edr_probe, vss_diag_edr_read, data + 1,
		    size - 1);
	else
		fuzz_import(vss_diag_reg_probe, vss_diag_reg_read, data,
		    size);
	return 0;
}
