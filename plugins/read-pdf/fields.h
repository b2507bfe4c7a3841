/* fields.h - what is filled in on a page: fields of forms, and free text. */
#ifndef LAVOIR_READ_PDF_FIELDS_H
#define LAVOIR_READ_PDF_FIELDS_H

#include "page.h"

/* Add lines for what stands in the fields of a page and in the texts put on it,
 * which poppler does not count among its text.  False when memory is short. */
bool fields_read(struct pool *pool, PopplerPage *from, struct page *page);

#endif
