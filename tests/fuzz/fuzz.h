/*
 * Fuzzing of importers. A target is one importer behind libFuzzer's entry;
 * driver.c has what all of them share: a sink that checks what importers
 * promise and judges what they deliver, and, with -DFUZZ_MAIN, a main() for
 * compilers without libFuzzer.
 */
#ifndef VSS_FUZZ_H
#define VSS_FUZZ_H

#include "import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Probe, read and judge. Aborts when the importer breaks a promise. */
void fuzz_import(int (*probe)(const char *, size_t),
    enum vss_status (*read)(const char *, size_t, struct vss_import *,
    struct vss_error *), const uint8_t *data, size_t size);

#endif
