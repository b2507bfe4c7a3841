/* visible.h - what a page shows of its title, authors and dates. */
#ifndef LAVOIR_PLUGINS_READ_HTML_VISIBLE_H
#define LAVOIR_PLUGINS_READ_HTML_VISIBLE_H

#include "dom.h"
#include "facts.h"

/* Add what headings, microdata, <time>, rel=author, the classes of bylines and
 * dates, and the page's address say. */
void visible_read(struct facts *f, const struct dom_node *nodes, size_t n);

/* The text in an element, cleaned, at most max bytes. */
struct lavoir_str visible_text(const struct facts *f,
    const struct dom_node *nodes, uint32_t i, size_t max);

#endif
