/* index_private.h - what an index is made of; for index.c and its snapshots. */
#ifndef LAVOIR_STORE_INDEX_PRIVATE_H
#define LAVOIR_STORE_INDEX_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "store/index.h"
#include "store/index_table.h"

/* For the keys at hand; used by look-ups too. */
struct scratch {
	struct region hashes, found;
};

/* NAME.a and NAME.b */
enum { GENERATIONS = 2 };

struct index {
	struct index_params p;
	char *name, *params;
	int dirfd;

	struct table table;
	uint64_t documents;
	uint64_t id_bytes;
	struct region offset; /* u64 a document: where its id begins */
	struct region id;     /* ids, each with its NUL */
	struct region sketch; /* sketch_size bytes a document */
	struct region state;  /* two bits a document, lowest first */
	struct scratch *scratch;

	uint64_t generation;	      /* the highest seen */
	int newest;		      /* that is known to be good; -1: none */
	bool good[GENERATIONS];	      /* read or written whole in this life */
	uint64_t covers[GENERATIONS]; /* if good */
};

/* FREE: erased, and no slot leads to it; it may be given to another document.
 */
enum index_state { INDEX_LIVE, INDEX_FORGOTTEN, INDEX_FREE };

static inline size_t
index_state_size(uint64_t documents)
{
	return (size_t)((documents + 3) / 4);
}

static inline unsigned
index_state(const struct index *x, uint64_t ordinal)
{
	const uint8_t *four = x->state.ptr;

	return four[ordinal / 4] >> (ordinal % 4 * 2) & 3U;
}

/* Empty pools and table. */
void index_clear(struct index *x);

/* Read the newest good snapshot: 0, also when there is none; ERR_CONFIG. */
int index_load(struct index *x, uint64_t *position_r, struct err *e);

#endif
