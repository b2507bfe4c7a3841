/* arena.h - bounded memory for one task (a document, a batch, a configuration),
 * freed at once.  In sanitizer builds every allocation is a malloc of its own,
 * so that overruns inside an arena are seen. */
#ifndef LAVOIR_BASE_ARENA_H
#define LAVOIR_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* size_max: bytes that may be handed out in all; 0: no limit. */
struct arena *arena_new(size_t size_max);
void arena_free(struct arena **a);

/* Free everything handed out and keep up to keep bytes for the next task. */
void arena_reset(struct arena *a, size_t keep);

/* Zeroed, aligned for any type, valid until reset or free; NULL when the limit
 * is met, n * size overflows or memory is out. */
void *arena_alloc(struct arena *a, size_t n, size_t size);

/* Like arena_alloc(a, size, 1) without the zeroing. */
void *arena_raw(struct arena *a, size_t size);

/* Copies; strndup adds a NUL. NULL like arena_alloc. */
void *arena_memdup(struct arena *a, const void *ptr, size_t len);
char *arena_strndup(struct arena *a, const char *s, size_t len);
char *arena_strdup(struct arena *a, const char *s);
char *arena_printf(struct arena *a, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Was ptr..ptr+len handed out by this arena and is it still valid?  Cost grows
 * with the number of blocks, not of allocations (release builds). */
bool arena_owns(const struct arena *a, const void *ptr, size_t len);

/* Bytes handed out, each allocation rounded up to the alignment; has the limit
 * been met (or memory been out) since the last reset? */
size_t arena_used(const struct arena *a);
bool arena_exhausted(const struct arena *a);

#endif
