/* docs/rules, compiled in (generated: gen/pages.c). */
#ifndef VSS_PAGES_H
#define VSS_PAGES_H

struct vss_page { const char *id, *text; };

/* Ended by a NULL id. */
extern const struct vss_page vss_pages[];

#endif
