/* index_stream.h - a file of checksummed blocks, written and read from one end
 * to the other.
 *
 * {u32 length, u64 checksum, bytes}: XXH3 of the bytes, seeded with the
 * checksum before.  An empty block ends the file.
 */
#ifndef LAVOIR_STORE_INDEX_STREAM_H
#define LAVOIR_STORE_INDEX_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum { STREAM_BLOCK = 1 << 20 };

/* Sticky: after a failure nothing is written; stream_out_fini() tells. */
struct stream_out {
	int fd;
	struct buf block; /* with room for its frame in front */
	uint64_t chain;
	struct err e;
};

void stream_out_init(struct stream_out *o, int fd);
void stream_put(struct stream_out *o, const void *ptr, size_t len);
/* End a block here. */
void stream_block(struct stream_out *o);
/* Write the end; frees memory, leaves the file open. */
int stream_out_fini(struct stream_out *o, struct err *e);

struct stream_in {
	int fd;
	uint64_t offset;
	struct buf block;
	size_t at; /* in the block */
	uint64_t chain;
	bool bad;
};

void stream_in_init(struct stream_in *in, int fd);
/* The next block, whole; false: the file is damaged. */
bool stream_take_block(struct stream_in *in, struct buf *b);
/* Exactly len bytes. */
bool stream_take(struct stream_in *in, void *ptr, size_t len);
/* Nothing is left but the end. */
bool stream_at_end(struct stream_in *in);
void stream_in_fini(struct stream_in *in);

/* Of a first block of that size and a stream behind it. */
uint64_t stream_file_size(uint64_t first, uint64_t stream);

#endif
