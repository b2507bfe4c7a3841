/* pool.h - small allocations and growing arrays in a document's memory. */
#ifndef LAVOIR_READ_PDF_POOL_H
#define LAVOIR_READ_PDF_POOL_H

#include <stddef.h>

#include "lavoir/plugin.h"

/* Everything is freed with the document.  A failure (NULL) has stuck to the
 * document as LAVOIR_ENOMEM. */
struct pool {
	const struct lavoir_host *host;
	struct lavoir_doc *doc;
	char *at, *end;
};

/* size bytes, not cleared, aligned for any of our structures. */
void *pool_alloc(struct pool *p, size_t size);
/* The same, for characters: not aligned. */
char *pool_text(struct pool *p, size_t size);

/* *array, of *cap elements of size bytes, gets room for n of them; what it held
 * is kept.  False when there is no memory. */
bool pool_grow(struct pool *p, void *array, size_t *cap, size_t n, size_t size);

#endif
