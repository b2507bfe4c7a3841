/* map.h - strings to pointers, in the memory of the document. */
#ifndef READ_OFFICE_MAP_H
#define READ_OFFICE_MAP_H

#include <stddef.h>
#include <stdint.h>

struct office;

struct map_entry {
	const char *key;
	uint64_t hash;
	void *value;
};

struct map {
	struct map_entry *slot;
	size_t size, used; /* size: 0 or a power of two */
};

/* NULL if there is none. */
void *map_get(const struct map *m, const char *key);
/* key and value must outlive the map; a value replaces the one before.  Without
 * memory the error is in o. */
void map_put(struct office *o, struct map *m, const char *key, void *value);

#endif
