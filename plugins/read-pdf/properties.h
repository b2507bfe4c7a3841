/* properties.h - what a PDF says of itself, as attributes. */
#ifndef LAVOIR_READ_PDF_PROPERTIES_H
#define LAVOIR_READ_PDF_PROPERTIES_H

#include <poppler.h>

#include "pool.h"

/* Sets title, authors, created, modified, description, keywords, language where
 * they are given, and pdf.version, pdf.producer, pdf.creator, pdf.encrypted,
 * pdf.permissions, pdf.attachments. */
void properties_set(struct pool *pool, PopplerDocument *d,
    struct lavoir_str raw);

#endif
