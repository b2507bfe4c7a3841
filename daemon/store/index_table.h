/* index_table.h - hashes to ordinals: open addressing in huge-page memory.
 *
 * A slot is the whole hash and an ordinal, in two arrays: a look-up that finds
 * nothing reads hashes only.  A hash starts at the slot that its upper bits
 * name, scaled to the size, and there is no wrapping round: slots lie in the
 * order of hashes, so that the table is grown, written and read back from one
 * end to the other.
 */
#ifndef LAVOIR_STORE_INDEX_TABLE_H
#define LAVOIR_STORE_INDEX_TABLE_H

#include <stddef.h>
#include <stdint.h>

/* Anonymous memory that grows; zeroed. */
struct region {
	void *ptr;
	size_t size; /* bytes mapped */
};

/* At least size bytes; what was there stays. Dies when memory is out. */
void region_grow(struct region *r, size_t size);
/* Room for one more piece: grows by a quarter or more. */
void region_reserve(struct region *r, size_t size);
void region_fini(struct region *r);

struct table {
	uint64_t *hash; /* 0: free */
	uint32_t *ordinal;
	uint64_t slots; /* that hashes start at */
	uint64_t room;	/* and those behind, that the last ones spill into */
	uint64_t used;
	struct region hash_region, ordinal_region;
};

enum { TABLE_SLOTS_MIN = 4096 };

void table_init(struct table *t, uint64_t slots);
void table_fini(struct table *t);

/* A key's hash; different keys have different hashes, but for 0, which is
 * none. */
uint64_t table_hash(uint64_t key);

/* Make room for n more entries. */
void table_reserve(struct table *t, size_t n);

/* Look ahead, before table_put() and table_get(). */
void table_prefetch(const struct table *t, uint64_t hash);

/* Enter once; not over max entries of one hash. Room must be reserved. */
void table_put(struct table *t, uint64_t hash, uint32_t ordinal, size_t max);

/* Enter behind all entries of lower slots, when read back in their order. */
void table_load(struct table *t, uint64_t hash, uint32_t ordinal);

/* The ordinals of a hash, in the order they were put, up to max. */
size_t table_get(const struct table *t, uint64_t hash, uint32_t *ordinal,
    size_t max);

uint64_t table_memory(const struct table *t);

#endif
