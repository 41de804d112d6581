/*
 * Watchers, see watch.c: only in the verifier that is compiled with WATCHED.
 */
c_decl {
\#include "watch.h"
}
c_state "unsigned char watchers[WATCHERS]" "Global"
#define WATCH_INIT	c_code { watch_init(now.watchers); };
