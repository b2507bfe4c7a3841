/* index_table.c - hashes to ordinals: open addressing in huge-page memory. */
#include "store/index_table.h"

#include <sys/mman.h>
#include <sysexits.h>

#include "base/log.h"

__extension__ typedef unsigned __int128 uint128;

enum { HUGE_PAGE = 2 << 20, SMALL_PAGE = 1 << 16 };
/* Behind the last slot; clusters are far shorter, and when one is not, the
 * table grows. */
enum { TABLE_SPILL = 4096 };
/* Slots that are moved at once when it grows. */
enum { TABLE_PIECE = 1 << 20 };

void
region_grow(struct region *r, size_t size)
{
	size_t page = size >= HUGE_PAGE ? HUGE_PAGE : SMALL_PAGE;
	void *ptr;

	if (size <= r->size)
		return;
	ensure(size <= SIZE_MAX - page);
	size = (size + page - 1) / page * page;
	if (r->ptr)
		ptr = mremap(r->ptr, r->size, size, MREMAP_MAYMOVE);
	else
		ptr = mmap(NULL, size, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (ptr == MAP_FAILED)
		fatal(EX_OSERR, "out of memory: %zu bytes for an index", size);
	/* Only speed depends on it. */
	if (page == HUGE_PAGE)
		(void)madvise(ptr, size, MADV_HUGEPAGE);
	r->ptr = ptr;
	r->size = size;
}

void
region_reserve(struct region *r, size_t size)
{
	if (size <= r->size)
		return;
	size_t more = r->size + r->size / 4;
	region_grow(r, size > more ? size : more);
}

void
region_fini(struct region *r)
{
	if (r->ptr)
		(void)munmap(r->ptr, r->size);
	*r = (struct region){ 0 };
}

static void
table_map(struct table *t, uint64_t room)
{
	t->room = room;
	region_grow(&t->hash_region, room * sizeof *t->hash);
	region_grow(&t->ordinal_region, room * sizeof *t->ordinal);
	t->hash = t->hash_region.ptr;
	t->ordinal = t->ordinal_region.ptr;
}

void
table_init(struct table *t, uint64_t slots)
{
	*t = (struct table){ 0 };
	t->slots = slots > TABLE_SLOTS_MIN ? slots : TABLE_SLOTS_MIN;
	table_map(t, t->slots + TABLE_SPILL);
}

void
table_fini(struct table *t)
{
	region_fini(&t->hash_region);
	region_fini(&t->ordinal_region);
	*t = (struct table){ 0 };
}

/* The finishing steps of MurmurHash3, every one of which can be undone. */
uint64_t
table_hash(uint64_t key)
{
	key ^= key >> 33;
	key *= 0xff51afd7ed558ccdU;
	key ^= key >> 33;
	key *= 0xc4ceb9fe1a85ec53U;
	key ^= key >> 33;
	return key ? key : 1;
}

static uint64_t
table_home(const struct table *t, uint64_t hash)
{
	return (uint64_t)(((uint128)hash * t->slots) >> 64);
}

void
table_prefetch(const struct table *t, uint64_t hash)
{
	uint64_t at = table_home(t, hash);

	/* A walk is 13 slots long on average in the fullest table. */
	__builtin_prefetch(&t->hash[at]);
	__builtin_prefetch(&t->hash[at + 8]);
}

void
table_load(struct table *t, uint64_t hash, uint32_t ordinal)
{
	uint64_t at = table_home(t, hash);

	while (at < t->room && t->hash[at])
		at++;
	if (at == t->room)
		table_map(t, t->room + TABLE_SPILL);
	t->hash[at] = hash;
	t->ordinal[at] = ordinal;
	t->used++;
}

/* Give back the memory of a region's pages before end. */
static void
region_drop(struct region *r, size_t from, size_t end)
{
	from -= from % HUGE_PAGE;
	end -= end % HUGE_PAGE;
	if (from < end)
		(void)madvise((char *)r->ptr + from, end - from, MADV_DONTNEED);
}

/* Entries of one hash keep their order, since the walk is from the front.  What
 * was walked over is given back, so that two large tables are never there as a
 * whole. */
static void
table_resize(struct table *t, uint64_t slots)
{
	struct table to;
	uint64_t end;

	table_init(&to, slots);
	for (uint64_t from = 0; from < t->room; from = end) {
		end = from + TABLE_PIECE;
		if (end > t->room)
			end = t->room;
		for (uint64_t i = from; i < end; i++)
			if (t->hash[i])
				table_load(&to, t->hash[i], t->ordinal[i]);
		region_drop(&t->hash_region, from * sizeof *t->hash,
		    end * sizeof *t->hash);
		region_drop(&t->ordinal_region, from * sizeof *t->ordinal,
		    end * sizeof *t->ordinal);
	}
	table_fini(t);
	*t = to;
}

/* By a quarter: a table is never less than 0.64 full once it has grown, and a
 * walk from end to end is cheap. */
void
table_reserve(struct table *t, size_t n)
{
	uint64_t needs = t->used + n;

	if (needs <= t->slots / 5 * 4)
		return;
	uint64_t slots = t->slots + t->slots / 4;
	while (needs > slots / 5 * 4)
		slots += slots / 4;
	table_resize(t, slots);
}

void
table_put(struct table *t, uint64_t hash, uint32_t ordinal, size_t max)
{
	uint64_t at = table_home(t, hash);
	size_t n = 0;

	for (; at < t->room && t->hash[at]; at++) {
		if (t->hash[at] != hash)
			continue;
		if (t->ordinal[at] == ordinal || ++n == max)
			return;
	}
	table_load(t, hash, ordinal);
}

size_t
table_get(const struct table *t, uint64_t hash, uint32_t *ordinal, size_t max)
{
	size_t n = 0;

	for (uint64_t at = table_home(t, hash);
	     n < max && at < t->room && t->hash[at]; at++)
		if (t->hash[at] == hash)
			ordinal[n++] = t->ordinal[at];
	return n;
}

uint64_t
table_memory(const struct table *t)
{
	return t->hash_region.size + t->ordinal_region.size;
}
