/*
 * Result codes of VSS by name.
 *
 * The names and values are those of the reference pages of the VSS API
 * (IVssBackupComponents, IVssAsync, IVssWriterComponents, CVssWriter), with
 * the general COM codes that the same pages list. Pure: no I/O, no memory.
 */
#ifndef VSS_HRESULT_H
#define VSS_HRESULT_H

#include <stddef.h>
#include <stdint.h>

/* "VSS_E_BAD_STATE", "E_ACCESSDENIED", "S_OK"; NULL when the code is none
 * that the documentation of VSS names. Static. */
const char *vss_hresult_name(uint32_t code);

/* The reverse, of the first n bytes of s, case as documented: 1 and *code,
 * or 0 when there is no such name. */
int vss_hresult_find(const char *s, size_t n, uint32_t *code);

/* Does the code mean failure (as FAILED() would say)? The codes of a pending,
 * finished or cancelled IVssAsync do not. */
int vss_hresult_failed(uint32_t code);

#endif
