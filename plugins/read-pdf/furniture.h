/* furniture.h - running heads and feet, and page numbers. */
#ifndef LAVOIR_READ_PDF_FURNITURE_H
#define LAVOIR_READ_PDF_FURNITURE_H

#include "page.h"

/* Mark (LINE_FURNITURE) the lines at the upper and lower ends of pages that
 * stand there, but for their numbers, on neighbouring pages too, and numbers
 * that stand there alone.  body: the usual size of characters.  False when
 * memory is short. */
bool furniture_mark(struct pool *pool, struct page *page, size_t n, float body);

#endif
