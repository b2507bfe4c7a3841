/* map.c - strings to pointers: open addressing. */
#include "map.h"

#include <string.h>

#include "office.h"

static uint64_t
hash_of(const char *s)
{
	uint64_t h = 0xcbf29ce484222325U;

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 0x100000001b3U;
	return h ^ h >> 29;
}

static struct map_entry *
find(const struct map *m, const char *key, uint64_t hash)
{
	size_t i = hash & (m->size - 1);

	while (m->slot[i].key != NULL &&
	    (m->slot[i].hash != hash || strcmp(m->slot[i].key, key) != 0))
		i = (i + 1) & (m->size - 1);
	return &m->slot[i];
}

void *
map_get(const struct map *m, const char *key)
{
	if (m->size == 0)
		return NULL;
	return find(m, key, hash_of(key))->value;
}

static void
grow(struct office *o, struct map *m)
{
	struct map larger = { .size = m->size > 0 ? m->size * 2 : 32 };

	larger.slot = office_alloc(o, larger.size * sizeof(*larger.slot));
	if (larger.slot == NULL)
		return;
	for (size_t i = 0; i < m->size; i++)
		if (m->slot[i].key != NULL)
			*find(&larger, m->slot[i].key, m->slot[i].hash) =
			    m->slot[i];
	larger.used = m->used;
	*m = larger;
}

void
map_put(struct office *o, struct map *m, const char *key, void *value)
{
	uint64_t hash = hash_of(key);
	struct map_entry *e;

	if (m->used * 4 >= m->size * 3)
		grow(o, m);
	if (m->used * 4 >= m->size * 3)
		return;
	e = find(m, key, hash);
	if (e->key == NULL) {
		m->used++;
		e->key = key;
		e->hash = hash;
	}
	e->value = value;
}
