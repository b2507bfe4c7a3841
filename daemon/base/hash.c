/* hash.c - XXH3 over bytes, and a map from byte strings to pointers: open
 * addressing, linear probing, at most three quarters full. */
#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

/* Its functions that choose by the processor. */
#if defined(__x86_64__)
#include <xxh_x86dispatch.h>
#else
#include <xxhash.h>
#endif

#include "base/xalloc.h"

enum { SLOTS_MIN = 16 };

/* Free: key NULL.  Removed: value NULL, the key is gone but not NULL, so that
 * searches go on behind it; where they would end there anyway, it is free. */
struct slot {
	uint64_t hash;
	void *key;
	size_t len;
	void *value;
};

struct map {
	struct slot *slots;
	size_t size;  /* a power of two */
	size_t taken; /* used and removed ones */
	size_t count; /* used ones */
};

static char removed;

uint64_t
hash_bytes(const void *ptr, size_t len)
{
	return XXH3_64bits(ptr, len);
}

uint64_t
hash_chain(uint64_t seed, const void *ptr, size_t len)
{
	return XXH3_64bits_withSeed(ptr, len, seed);
}

struct map *
map_new(void)
{
	struct map *m = xcalloc(1, sizeof(*m));

	m->size = SLOTS_MIN;
	m->slots = xcalloc(m->size, sizeof(*m->slots));
	return m;
}

void
map_free(struct map **m)
{
	if (!*m)
		return;
	for (size_t i = 0; i < (*m)->size; i++)
		if ((*m)->slots[i].value)
			free((*m)->slots[i].key);
	free((*m)->slots);
	free(*m);
	*m = NULL;
}

/* Where the key is, or the slot where searching for it ended. */
static struct slot *
find(const struct map *m, uint64_t hash, const void *key, size_t len)
{
	size_t at = hash & (m->size - 1);
	struct slot *s;

	for (;; at = (at + 1) & (m->size - 1)) {
		s = &m->slots[at];
		if (!s->key)
			return s;
		if (s->value && s->hash == hash && s->len == len &&
		    (!len || !memcmp(s->key, key, len)))
			return s;
	}
}

void *
map_get(const struct map *m, const void *key, size_t len)
{
	return find(m, hash_bytes(key, len), key, len)->value;
}

/* Removed ones are left behind; the size follows what is there. */
static void
rebuild(struct map *m)
{
	struct slot *old = m->slots;
	size_t old_size = m->size;

	while (m->size > SLOTS_MIN && m->count * 4 < m->size)
		m->size /= 2;
	while (m->count * 2 >= m->size)
		m->size *= 2;
	m->slots = xcalloc(m->size, sizeof(*m->slots));
	m->taken = m->count;
	for (size_t i = 0; i < old_size; i++)
		if (old[i].value)
			*find(m, old[i].hash, old[i].key, old[i].len) = old[i];
	free(old);
}

static void *
remove_slot(struct map *m, struct slot *s)
{
	void *before = s->value;
	size_t at;

	if (!before)
		return NULL;
	free(s->key);
	*s = (struct slot){ .key = &removed };
	m->count--;
	at = (size_t)(s - m->slots);
	if (m->slots[(at + 1) & (m->size - 1)].key)
		return before;
	for (; m->slots[at].key == &removed; at = (at - 1) & (m->size - 1)) {
		m->slots[at].key = NULL;
		m->taken--;
	}
	return before;
}

void *
map_put(struct map *m, const void *key, size_t len, void *value)
{
	uint64_t hash = hash_bytes(key, len);
	struct slot *s = find(m, hash, key, len);
	void *before = s->value;

	if (!value)
		return remove_slot(m, s);
	if (before) {
		s->value = value;
		return before;
	}
	if ((m->taken + 1) * 4 > m->size * 3) {
		rebuild(m);
		s = find(m, hash, key, len);
	}
	*s = (struct slot){ hash, xmemdup(key, len), len, value };
	m->taken++;
	m->count++;
	return NULL;
}

size_t
map_count(const struct map *m)
{
	return m->count;
}

void *
map_next(const struct map *m, size_t *at, const void **key_r, size_t *len_r)
{
	while (*at < m->size) {
		const struct slot *s = &m->slots[(*at)++];

		if (!s->value)
			continue;
		if (key_r)
			*key_r = s->key;
		if (len_r)
			*len_r = s->len;
		return s->value;
	}
	return NULL;
}
