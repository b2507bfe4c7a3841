/* write.h - blocks to text. */
#ifndef LAVOIR_READ_PDF_WRITE_H
#define LAVOIR_READ_PDF_WRITE_H

#include "common/markup.h"
#include "flow.h"
#include "vocabulary.h"

/* All rows; false when the host says that it is cancelled, or memory is short
 * (which the document knows). */
bool write_rows(struct pool *pool, const struct flow *f, struct markup *m);

#endif
