/* hits.c - earlier documents that share keys: committed ones, then the batch's.
 */
#include "role/hits.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/xalloc.h"
#include "store/index.h"

/* A document under one of its keys; next: the one before it under the same key,
 * as place + 1. */
struct entry {
	uint32_t doc;
	uint32_t next;
};

struct member {
	struct lavoir_str id, sketch;
};

struct key {
	uint64_t key;
	uint32_t index;
	uint32_t zero;
};

struct hits_batch {
	struct map *by_key; /* struct key -> place in entry + 1, as a pointer */
	struct entry *entry;
	size_t n_entries, entry_cap;
	struct member *member;
	size_t n_members, member_cap;
};

struct hits_batch *
hits_batch_new(void)
{
	struct hits_batch *b = xcalloc(1, sizeof *b);

	b->by_key = map_new();
	return b;
}

void
hits_batch_free(struct hits_batch **b)
{
	if (!*b)
		return;
	map_free(&(*b)->by_key);
	free((*b)->entry);
	free((*b)->member);
	free(*b);
	*b = NULL;
}

void
hits_batch_reset(struct hits_batch *b)
{
	if (b->n_entries == 0)
		return;
	map_free(&b->by_key);
	b->by_key = map_new();
	b->n_entries = 0;
	b->n_members = 0;
}

static uintptr_t
find(const struct hits_batch *b, uint32_t index, uint64_t key)
{
	struct key k = { key, index, 0 };

	return (uintptr_t)map_get(b->by_key, &k, sizeof k);
}

static void
enter(struct hits_batch *b, uint32_t index, uint64_t key, uint32_t doc)
{
	struct key k = { key, index, 0 };
	uintptr_t last = find(b, index, key);

	/* A key that a document has twice counts once. */
	if (last > 0 && b->entry[last - 1].doc == doc)
		return;
	if (b->n_entries == b->entry_cap) {
		b->entry_cap = b->entry_cap ? 2 * b->entry_cap : 256;
		b->entry = xrealloc(b->entry, b->entry_cap, sizeof *b->entry);
	}
	b->entry[b->n_entries++] = (struct entry){ doc, (uint32_t)last };
	map_put(b->by_key, &k, sizeof k, (void *)(uintptr_t)b->n_entries);
}

void
hits_batch_add(struct hits_batch *b, const struct doc_keys *keys,
    struct lavoir_str id)
{
	uint32_t doc = (uint32_t)b->n_members;

	if (b->n_members == b->member_cap) {
		b->member_cap = b->member_cap ? 2 * b->member_cap : 64;
		b->member =
		    xrealloc(b->member, b->member_cap, sizeof *b->member);
	}
	b->member[b->n_members++] = (struct member){ id, keys->sketch };
	for (uint32_t i = 0; i < keys->n; i++)
		enter(b, keys->index, keys->key[i], doc);
}

/* ---- gathering ---- */

static int
read_committed(struct unpack *u, struct lavoir_hit *hit, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		const char *id = unpack_str(u);

		hit[i].id =
		    (struct lavoir_str){ id ? id : "", id ? strlen(id) : 0 };
		hit[i].sketch.ptr = unpack_bytes(u, &hit[i].sketch.len);
		hit[i].shared = unpack_u32(u);
		hit[i].forgotten = unpack_u8(u);
	}
	return u->bad ? ERR_PROTO : 0;
}

struct shared {
	uint32_t doc;
	uint32_t count;
};

static int
by_doc(const void *a, const void *b)
{
	const struct shared *x = a, *y = b;

	return (x->doc > y->doc) - (x->doc < y->doc);
}

/* Documents of the batch and how many keys they share, in order. */
static size_t
gather_batch(const struct hits_batch *b, const struct doc_keys *keys,
    struct shared *out, size_t max)
{
	size_t n = 0;

	for (uint32_t i = 0; i < keys->n; i++) {
		uintptr_t at = find(b, keys->index, keys->key[i]);

		for (; at > 0; at = b->entry[at - 1].next) {
			uint32_t doc = b->entry[at - 1].doc;
			size_t k = 0;

			while (k < n && out[k].doc != doc)
				k++;
			if (k == max)
				continue;
			if (k == n)
				out[n++] = (struct shared){ doc, 0 };
			out[k].count++;
		}
	}
	qsort(out, n, sizeof *out, by_doc);
	return n;
}

int
hits_gather(const struct hits_batch *b, const struct doc_keys *keys,
    struct unpack *answer, struct arena *a, struct doc_hits *h_r, struct err *e)
{
	uint32_t n = unpack_count(answer, 13);
	struct shared shared[INDEX_HITS_MAX];
	struct lavoir_hit *hit;
	size_t n_batch;

	if (n > INDEX_HITS_MAX)
		return err_set(e, ERR_PROTO, "%u hits", n);
	n_batch = b->n_entries
	    ? gather_batch(b, keys, shared, INDEX_HITS_MAX - n)
	    : 0;
	hit = arena_alloc(a, n + n_batch + 1, sizeof *hit);
	if (!hit)
		return err_set(e, ERR_NOMEM, "no memory for hits");
	if (read_committed(answer, hit, n) < 0)
		return err_set(e, ERR_PROTO, "hits: malformed");
	for (size_t i = 0; i < n_batch; i++) {
		const struct member *m = &b->member[shared[i].doc];

		hit[n + i].id = m->id;
		hit[n + i].sketch = m->sketch;
		hit[n + i].shared = shared[i].count;
	}
	h_r->index = keys->index;
	h_r->n = n + (uint32_t)n_batch;
	h_r->hit = hit;
	return 0;
}
