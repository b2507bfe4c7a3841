/* render.h - the kept blocks of a page as structured text. */
#ifndef LAVOIR_PLUGINS_READ_HTML_RENDER_H
#define LAVOIR_PLUGINS_READ_HTML_RENDER_H

#include "common/markup.h"
#include "page.h"

enum { RENDER_TABLES = 1 << 0 }; /* as tables, not as paragraphs */

/* Write the page to m; offsets, when not NULL, gets for each node where in the
 * text its place is (UINT64_MAX: in nothing that was kept).  false: out of
 * memory; errors of m stick in it. */
bool render_page(const struct page *page, unsigned flags, struct markup *m,
    uint64_t *offsets);

#endif
