#include "import.h"
int vss_sysmon_probe(const char *b, size_t l) { (void)b; (void)l; return 0; }
enum vss_status vss_sysmon_read(const char *b, size_t l, struct vss_import *o, struct vss_error *e) { (void)b;(void)l;(void)o;(void)e; return VSS_BAD; }
