/* hash.h - XXH3 over bytes, and a map from byte strings to pointers. */
#ifndef LAVOIR_BASE_HASH_H
#define LAVOIR_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t hash_bytes(const void *ptr, size_t len);
/* Chained: the hash of this piece, given that of what came before. */
uint64_t hash_chain(uint64_t seed, const void *ptr, size_t len);

struct map;

struct map *map_new(void);
/* Values are the caller's; free them before. */
void map_free(struct map **m);
void *map_get(const struct map *m, const void *key, size_t len);
/* The key is copied. Returns the value that was there before, or NULL. value
 * NULL removes. */
void *map_put(struct map *m, const void *key, size_t len, void *value);
size_t map_count(const struct map *m);
/* Walk: *at starts at 0; returns the next value and its key, NULL at the end.
 * The map may not change meanwhile but for removing the entry just given. */
void *map_next(const struct map *m, size_t *at, const void **key_r,
    size_t *len_r);

#endif
