/* live.h - the state that every checkpoint holds: all but indexes and ledger.
 *
 * It is changed by applying log payloads, and by nothing else: what a commit
 * does to it and what replay does to it is the same code.
 */
#ifndef LAVOIR_STORE_LIVE_H
#define LAVOIR_STORE_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/list.h"
#include "store/ops.h"
#include "store/store.h"

enum { LIVE_ID_SIZE = 16 };

struct live_unretired {
	struct list link;
	struct outcome o; /* strings lie behind the struct */
	uint64_t boot;
};

struct live_container {
	struct list link;
	struct batch_container c; /* strings lie behind the struct */
	const char *last;
};

struct live_series {
	char *folder;
	char *suffix;
	struct series_state *row; /* partitions lie in name */
	char **name;
	size_t n_rows;
	struct map *rows; /* partition: its place in row, a size_t */
};

struct live_index {
	char *name;
	char *params;
	uint32_t keys_max;
	uint32_t sketch_size;
	uint64_t since;
};

struct live {
	uint8_t id[LIVE_ID_SIZE]; /* of the log */
	uint64_t boot;		  /* boots seen, from 1 */
	char *boot_id;
	bool stopped; /* the last record was a clean end; not in checkpoints */
	uint64_t batches;
	uint64_t outcomes[OUTCOME_CONTAINER + 1];
	struct map *next; /* pipeline: struct live_next */
	struct map *unretired_map;
	struct list unretired; /* in commit order */
	struct map *container_map;
	struct list containers;	  /* in the order they were begun */
	struct map *series;	  /* folder, NUL, suffix: struct live_series */
	struct live_index *index; /* by log number */
	size_t n_indexes;
};

void live_init(struct live *v);
void live_fini(struct live *v);

/* One record.  ERR_CORRUPT when an operation does not fit. */
int live_apply(struct live *v, const void *payload, size_t len, struct err *e);

/* Append the operations that build this state from nothing, always in the same
 * order. */
void live_checkpoint(const struct live *v, struct buf *out);

uint64_t live_next_number(const struct live *v, const char *pipeline);
struct live_container *live_find_container(const struct live *v,
    const char *pipeline, uint64_t number);
struct live_unretired *live_find_unretired(const struct live *v,
    const char *pipeline, uint64_t number);
struct live_series *live_find_series(const struct live *v, const char *folder,
    const char *suffix);
/* The committed state of a row of files, or NULL. */
struct series_state *live_find_row(const struct live_series *s,
    const char *partition);
/* Log number of an index of this name, or -1. */
int live_find_index(const struct live *v, const char *name);
/* All that ever ended, containers too. */
uint64_t live_total(const struct live *v);

#endif
