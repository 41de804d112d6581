/* vsscheck oracle: asking SPIN's own claims. */
#ifndef VSS_ORACLE_H
#define VSS_ORACLE_H

#include <stdio.h>
#include "judge.h"

/* Start vsscheck-oracle, which lies beside `self` (as in argv[0]) or in PATH.
 * Returns where to write, NULL when it cannot be. */
FILE *oracle_start(const char *self, long *child);
/* All formulas of a recording. *skipped counts those whose events have no
 * known order, which are left out. */
void oracle_write(FILE *f, const char *file, const struct judged *j,
    unsigned long *skipped);
/* The exit status: 0 all agree, 1 not; -1 it did not end well. */
int oracle_end(FILE *f, long child);

#endif
