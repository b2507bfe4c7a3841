/* index.h - an in-memory dedup index: 64-bit keys to documents.
 *
 * Open addressing in huge-page memory (MADV_HUGEPAGE, anonymous: a file mapping
 * collapses under write-back): a slot is a key's whole hash, which no other key
 * has, and a 32-bit ordinal; several slots a key, up to INDEX_HITS_PER_KEY_MAX.
 * Nothing is found that was not entered: an exact duplicate may be dropped on
 * the word of the index alone.  Ordinals lead to ids and sketches in
 * append-only pools, and to two bits of state: live, forgotten, free for reuse.
 * Cost: 15 to 19 bytes a key (12 at load 0.64 to 0.8) and 9 + id + sketch a
 * document, pools having up to a quarter of room to grow; index_memory() says
 * exactly.
 *
 * An index is a view of the commit log: it is rebuilt by replay from the
 * position that its snapshot carries.  Snapshots come in two generations, each
 * checksummed and replaced as a whole.  Not thread-safe: the committer's only.
 */
#ifndef LAVOIR_STORE_INDEX_H
#define LAVOIR_STORE_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct index;

struct index_params {
	const char *name;     /* [a-z0-9._-]{1,64}: names its files */
	const char *params;   /* what its keys mean; fixed for its life */
	uint32_t keys_max;    /* of a document */
	uint32_t sketch_size; /* 0 to 256 */
};

enum { INDEX_HITS_PER_KEY_MAX = 16, INDEX_HITS_MAX = 256 };

struct index_hit {
	uint32_t ordinal;
	uint32_t shared; /* keys in common */
	bool forgotten;
};

/* Load the newest good snapshot from folder dirfd, or begin empty.
 * *position_r: replay the log from here.  ERR_CONFIG when the snapshot was made
 * with other params (the text names both); a damaged generation is passed over
 * with a warning, two damaged ones mean replay from 0. */
int index_open(struct index **x_r, int dirfd, const struct index_params *p,
    uint64_t *position_r, struct err *e);
void index_free(struct index **x);

/* Enter a document; its keys need not be distinct.  Copied; sketch NULL: zeros.
 * Returns its ordinal. */
uint32_t index_add(struct index *x, const char *id, const uint64_t *key,
    size_t n, const void *sketch);

/* Documents that share keys, the earliest first (by order of index_add), up to
 * max; returns how many.  Keys over INDEX_HITS_PER_KEY_MAX documents keep their
 * earliest. */
size_t index_find(const struct index *x, const uint64_t *key, size_t n,
    struct index_hit *hit, size_t max);

/* Valid until the next index_add. */
const char *index_id(const struct index *x, uint32_t ordinal);
const void *index_sketch(const struct index *x, uint32_t ordinal);

/* Mark erased on request: still found, flagged; true when it was there.  Reads
 * all ids. */
bool index_forget(struct index *x, const char *id);

uint64_t index_documents(const struct index *x);
uint64_t index_memory(const struct index *x);
const struct index_params *index_get_params(const struct index *x);

/* Write a snapshot that covers the log up to position, durably, over the older
 * generation. */
int index_snapshot(struct index *x, uint64_t position, struct err *e);
/* The position that BOTH generations cover (0: not yet, which includes those of
 * an earlier life until they were read or written whole): log segments before
 * it are no longer needed by this index. */
uint64_t index_covered(const struct index *x);

#endif
