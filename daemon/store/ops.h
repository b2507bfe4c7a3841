/* ops.h - the typed operations that a log record's payload consists of.
 *
 * An operation is {u16 type, u32 length, body}.  Types that this version does
 * not know are refused: whoever passes over an operation has another state than
 * the one that wrote it.
 */
#ifndef LAVOIR_STORE_OPS_H
#define LAVOIR_STORE_OPS_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/pack.h"
#include "store/batch.h"
#include "store/outcome.h"
#include "store/series.h"

enum op_type {
	OP_LOG = 1,	  /* identity of the log */
	OP_BOOT = 2,	  /* the machine was started anew */
	OP_COUNTERS = 3,  /* checkpoint: batches and outcomes so far */
	OP_INDEX = 4,	  /* an index was declared for the first time */
	OP_NEXT = 5,	  /* checkpoint: a pipeline's next number */
	OP_SERIES = 6,	  /* committed state of a row of files */
	OP_CONTAINER = 7, /* how far a container has come */
	OP_UNRETIRED = 8, /* checkpoint: a source that is not retired */
	OP_BATCH = 9,	  /* a batch begins; its outcomes follow */
	OP_OUTCOME = 10,  /* the end of a document */
	OP_KEYS = 11,	  /* its keys in one index */
	OP_RETIRED = 12,  /* sources have left their folder */
	OP_STOP = 13,	  /* a clean end */
	OP_ERASE = 14,	  /* kept free for erasure */
};

struct op {
	uint16_t type;
	struct unpack body;
};

struct op_batch {
	uint64_t batch; /* from 1 */
	uint32_t lane;
	uint64_t epoch;
	uint64_t last;
	int64_t ended_ns; /* wall time of the commit */
	const char *site; /* "" when none */
};

struct op_keys {
	uint32_t outcome; /* which OP_OUTCOME of the record, from 0 */
	uint32_t index;	  /* log number of the index */
	uint32_t n;
	const uint8_t *key; /* n times u64, unaligned */
	const void *sketch;
	uint32_t sketch_size;
};

struct op_index {
	uint32_t index;
	const char *name;
	const char *params;
	uint32_t keys_max;
	uint32_t sketch_size;
	uint64_t since; /* position: no keys before it */
};

struct op_series {
	const char *folder;
	const char *suffix;
	struct series_state state;
};

struct op_container {
	struct batch_container c;
	const char *last; /* child that ended last; "" when none has */
};

struct op_unretired {
	uint64_t boot; /* in which it was committed */
	struct outcome o;
};

/* Write one: op_end(b, op_begin(b, type)) around the body. */
size_t op_begin(struct buf *b, uint16_t type);
void op_end(struct buf *b, size_t at);

void op_pack_batch(struct buf *b, const struct op_batch *p);
void op_pack_outcome(struct buf *b, const struct outcome *o);
void op_pack_keys(struct buf *b, uint32_t outcome, uint32_t index,
    const struct batch_keys *k);
void op_pack_index(struct buf *b, const struct op_index *p);
void op_pack_series(struct buf *b, const struct op_series *p);
void op_pack_container(struct buf *b, const struct op_container *p);
void op_pack_unretired(struct buf *b, const struct op_unretired *p);

/* The next operation of a payload: 1, 0 at the end, or ERR_CORRUPT. */
int op_next(struct unpack *u, struct op *op, struct err *e);

/* Read a body; strings point into it.  ERR_CORRUPT when it does not fit. */
int op_read_batch(struct op *op, struct op_batch *p, struct err *e);
int op_read_outcome(struct op *op, struct outcome *o, struct err *e);
int op_read_keys(struct op *op, struct op_keys *p, struct err *e);
int op_read_index(struct op *op, struct op_index *p, struct err *e);
int op_read_series(struct op *op, struct op_series *p, struct err *e);
int op_read_container(struct op *op, struct op_container *p, struct err *e);
int op_read_unretired(struct op *op, struct op_unretired *p, struct err *e);
/* All of the body was read, and it was right. */
int op_read_end(const struct op *op, struct err *e);

#endif
