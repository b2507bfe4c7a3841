/* index_stream.c - a file of checksummed blocks, written and read from one end
 * to the other. */
#include "store/index_stream.h"

#include <string.h>

#include "base/fs.h"
#include "base/hash.h"

enum { FRAME = 12 };

static void
stream_begin_block(struct stream_out *o)
{
	static const uint8_t room[FRAME];

	o->block.len = 0;
	buf_append(&o->block, room, FRAME);
}

void
stream_out_init(struct stream_out *o, int fd)
{
	*o = (struct stream_out){ .fd = fd };
	(void)buf_reserve(&o->block, STREAM_BLOCK + FRAME);
	stream_begin_block(o);
}

static void
stream_write_block(struct stream_out *o)
{
	uint32_t len = (uint32_t)(o->block.len - FRAME);

	o->chain = hash_chain(o->chain, o->block.ptr + FRAME, len);
	memcpy(o->block.ptr, &len, 4);
	memcpy(o->block.ptr + 4, &o->chain, 8);
	if (o->e.code == 0)
		(void)fs_write_full(o->fd, o->block.ptr, o->block.len, &o->e);
	stream_begin_block(o);
}

void
stream_block(struct stream_out *o)
{
	if (o->block.len > FRAME)
		stream_write_block(o);
}

void
stream_put(struct stream_out *o, const void *ptr, size_t len)
{
	const uint8_t *from = ptr;

	while (len > 0) {
		size_t room = STREAM_BLOCK + FRAME - o->block.len;
		size_t n = len < room ? len : room;
		buf_append(&o->block, from, n);
		from += n;
		len -= n;
		if (n == room)
			stream_write_block(o);
	}
}

int
stream_out_fini(struct stream_out *o, struct err *e)
{
	stream_block(o);
	stream_write_block(o);
	buf_fini(&o->block);
	if (o->e.code)
		*e = o->e;
	return o->e.code;
}

void
stream_in_init(struct stream_in *in, int fd)
{
	*in = (struct stream_in){ .fd = fd };
}

bool
stream_take_block(struct stream_in *in, struct buf *b)
{
	uint8_t frame[FRAME];
	struct err e;
	uint32_t len;
	uint64_t chain;
	size_t got = 0;

	b->len = 0;
	if (in->bad ||
	    fs_pread_full(in->fd, frame, FRAME, in->offset, &got, &e) < 0 ||
	    got != FRAME)
		goto bad;
	memcpy(&len, frame, 4);
	memcpy(&chain, frame + 4, 8);
	if (len > STREAM_BLOCK)
		goto bad;
	uint8_t *to = buf_reserve(b, (size_t)len + 1);
	if (fs_pread_full(in->fd, to, len, in->offset + FRAME, &got, &e) < 0 ||
	    got != len)
		goto bad;
	in->chain = hash_chain(in->chain, to, len);
	if (in->chain != chain)
		goto bad;
	b->len = len;
	in->offset += FRAME + (uint64_t)len;
	return true;
bad:
	in->bad = true;
	return false;
}

bool
stream_take(struct stream_in *in, void *ptr, size_t len)
{
	uint8_t *to = ptr;

	while (len > 0) {
		if (in->at == in->block.len) {
			in->at = 0;
			if (!stream_take_block(in, &in->block) ||
			    in->block.len == 0)
				return false;
		}
		size_t left = in->block.len - in->at;
		size_t n = len < left ? len : left;
		memcpy(to, in->block.ptr + in->at, n);
		in->at += n;
		to += n;
		len -= n;
	}
	return true;
}

bool
stream_at_end(struct stream_in *in)
{
	return in->at == in->block.len && stream_take_block(in, &in->block) &&
	    in->block.len == 0;
}

void
stream_in_fini(struct stream_in *in)
{
	buf_fini(&in->block);
}

uint64_t
stream_file_size(uint64_t first, uint64_t stream)
{
	uint64_t blocks = (stream + STREAM_BLOCK - 1) / STREAM_BLOCK;

	return FRAME + first + stream + blocks * FRAME + FRAME;
}
