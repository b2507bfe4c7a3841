/* batch.h - what one commit holds: outcomes, index keys, container positions
 * and the records for the shards.
 *
 * The sequencer builds a batch and packs it; the committer unpacks it as
 * hostile input: every count, length, string and number is checked before
 * anything is believed.  All memory of an unpacked batch lies in the packed
 * bytes or the batch's own arena, and is valid until batch_reset().
 */
#ifndef LAVOIR_STORE_BATCH_H
#define LAVOIR_STORE_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "store/outcome.h"

/* Keys under which a document, given by its place in outcomes[], will be found.
 * Only exported documents have keys. */
struct batch_keys {
	uint32_t outcome;
	uint32_t index; /* number declared with store_declare() */
	uint32_t n;
	const uint64_t *key;
	const void *sketch;
	uint32_t sketch_size;
};

/* A record for a series, from the document at outcomes[outcome]. */
struct batch_record {
	uint32_t outcome;
	uint32_t series;       /* number declared with store_declare() */
	const char *partition; /* NULL, or "lang=fr/year=2026" */
	const void *ptr;
	size_t len;
};

/* How far a container has come: one entry a level, outermost first. */
enum { CONTAINER_DEPTH_MAX = 16 };
struct container_level {
	uint64_t children; /* that have wholly ended */
	uint64_t position; /* where the reader can go on behind them; 0: unknown
			    */
};
struct batch_container {
	const char *pipeline;
	uint64_t number;
	const char *folder;
	const char *path;
	struct witness witness;
	int64_t added_ns;
	const char *reader; /* "name version optionshash" of the level-0 reader
			     */
	uint32_t depth;
	struct container_level level[CONTAINER_DEPTH_MAX];
	bool ended; /* the container has its own outcome in this batch */
};

struct batch {
	uint32_t lane;
	uint64_t epoch; /* of the sequencer; an old epoch's batches are refused
			 */
	uint64_t last;	/* claims of the lane up to this one have ended */

	struct outcome *outcome;
	size_t n_outcomes;
	struct batch_keys *keys;
	size_t n_keys;
	struct batch_record *record;
	size_t n_records;
	struct batch_container *container;
	size_t n_containers;

	struct arena *arena; /* NULL until batch_init */
	size_t outcome_cap, keys_cap, record_cap, container_cap;
};

void batch_init(struct batch *b);
void batch_reset(struct batch *b);
void batch_fini(struct batch *b);

/* Append zeroed entries; pointers to earlier entries become invalid. */
struct outcome *batch_add_outcome(struct batch *b);
struct batch_keys *batch_add_keys(struct batch *b);
struct batch_record *batch_add_record(struct batch *b);
struct batch_container *batch_add_container(struct batch *b);

/* Appends the packed form to *out. */
void batch_pack(const struct batch *b, struct buf *out);

/* ERR_PROTO with the place and the value when the bytes are not a batch.  The
 * bytes must stay until batch_reset(). */
int batch_unpack(struct batch *b, const void *ptr, size_t len, struct err *e);

/* A container alone, as batches and the commit log write it; strings point into
 * the input. */
void batch_container_pack(const struct batch_container *c, struct buf *out);
int batch_container_unpack(struct batch_container *c, struct unpack *u,
    struct err *e);

#endif
