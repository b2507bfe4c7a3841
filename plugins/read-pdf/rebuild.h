/* rebuild.h - an end for files that have lost theirs.
 *
 * The list of pages hangs on the catalog, and that on the trailer, which stands
 * at the end of the file: one that was cut off has pages, but nobody finds
 * them.
 */
#ifndef LAVOIR_READ_PDF_REBUILD_H
#define LAVOIR_READ_PDF_REBUILD_H

#include "pool.h"

enum rebuild { REBUILD_TRAILER, REBUILD_PAGES };

/* A copy of raw with a trailer for the catalog that is found in it
 * (REBUILD_TRAILER), or with a catalog and a list of the pages found too; empty
 * when nothing is found, or memory is short.  In the document's memory. */
struct lavoir_str rebuild(struct pool *pool, struct lavoir_str raw,
    enum rebuild what);

#endif
