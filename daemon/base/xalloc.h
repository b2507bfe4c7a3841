/* xalloc.h - allocation for our own structures: never NULL, dies when memory is
 * out.  What documents may ask for goes through an arena instead. */
#ifndef LAVOIR_BASE_XALLOC_H
#define LAVOIR_BASE_XALLOC_H

#include <stddef.h>

/* Zeroed memory for n objects of size bytes; caller frees with free(). */
void *xcalloc(size_t n, size_t size) __attribute__((alloc_size(1, 2), malloc));

/* Like realloc for n objects of size bytes; the added part is not zeroed. */
void *xrealloc(void *ptr, size_t n, size_t size);

/* Copies; caller frees with free(). */
char *xstrdup(const char *s);
void *xmemdup(const void *ptr, size_t len);
char *xasprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
