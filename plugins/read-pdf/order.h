/* order.h - the order in which the lines of a page are read. */
#ifndef LAVOIR_READ_PDF_ORDER_H
#define LAVOIR_READ_PDF_ORDER_H

#include "page.h"

/* Sort the page's lines: columns one after the other, rows of tables and lists
 * across.  Where the page does not tell, poppler's order stays.  False when
 * memory is short. */
bool order_lines(struct pool *pool, struct page *page);

#endif
