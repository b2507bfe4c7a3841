/* codec.c - decompress a whole file piece by piece. */
#include "codec.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>
#include <zstd.h>

struct codec {
	enum codec_type type;
	struct lavoir_str in;
	size_t at;
	const char *error;
	z_stream z;
	ZSTD_DCtx *zstd;
	size_t hint; /* zstd: 0 at the end of a frame */
	int between; /* gzip: at the end of a member */
};

struct codec *
codec_new(enum codec_type type)
{
	struct codec *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->type = type;
	if (type == CODEC_ZSTD)
		c->zstd = ZSTD_createDCtx();
	/* 16: gzip's header and check, 15: the window. */
	if (type == CODEC_ZSTD ? c->zstd == NULL
			       : inflateInit2(&c->z, 16 + 15) != Z_OK) {
		free(c);
		return NULL;
	}
	return c;
}

void
codec_free(struct codec *c)
{
	if (c == NULL)
		return;
	if (c->type == CODEC_GZIP)
		(void)inflateEnd(&c->z);
	else
		(void)ZSTD_freeDCtx(c->zstd);
	free(c);
}

void
codec_start(struct codec *c, struct lavoir_str in)
{
	c->in = in;
	c->at = 0;
	c->error = NULL;
	c->hint = 1;
	c->between = 0;
	if (c->type == CODEC_GZIP)
		(void)inflateReset(&c->z);
	else
		(void)ZSTD_DCtx_reset(c->zstd, ZSTD_reset_session_only);
}

const char *
codec_error(const struct codec *c)
{
	return c->error;
}

size_t
codec_consumed(const struct codec *c)
{
	return c->at;
}

static enum codec_status
broken(struct codec *c, const char *error)
{
	c->error = error;
	return CODEC_ERROR;
}

/* Between members: padding with zeros is common (tape blocks), and ends it. */
static enum codec_status
next_member(struct codec *c)
{
	const char *p = c->in.ptr + c->at;
	size_t n = c->in.len - c->at;

	if (n >= 2 && memcmp(p, "\x1f\x8b", 2) == 0) {
		c->between = 0;
		(void)inflateReset(&c->z);
		return CODEC_MORE;
	}
	for (size_t i = 0; i < n; i++)
		if (p[i] != 0)
			return broken(c,
			    "something else behind the last member");
	c->at = c->in.len;
	return CODEC_END;
}

static enum codec_status
read_gzip(struct codec *c, char *out, size_t room, size_t *len_r)
{
	union {
		const char *in;
		Bytef *out;
	} from = { c->in.ptr + c->at };
	size_t left = c->in.len - c->at;
	uInt in = left < INT_MAX ? (uInt)left : INT_MAX;
	int rc;

	if (c->between)
		return next_member(c);
	c->z.next_in = from.out;
	c->z.avail_in = in;
	c->z.next_out = (Bytef *)out;
	c->z.avail_out = room < INT_MAX ? (uInt)room : INT_MAX;
	rc = inflate(&c->z, Z_NO_FLUSH);
	c->at += in - c->z.avail_in;
	*len_r = (size_t)((char *)c->z.next_out - out);
	switch (rc) {
	case Z_STREAM_END:
		c->between = 1;
		return CODEC_MORE;
	case Z_OK:
	case Z_BUF_ERROR:
		if (c->at == c->in.len && c->z.avail_out > 0)
			return broken(c, "the stream is cut off");
		return CODEC_MORE;
	case Z_MEM_ERROR:
		return broken(c, "no memory to decompress");
	default:
		return broken(c, "the compressed data is damaged");
	}
}

static enum codec_status
read_zstd(struct codec *c, char *out, size_t room, size_t *len_r)
{
	ZSTD_inBuffer in = { c->in.ptr, c->in.len, c->at };
	ZSTD_outBuffer to = { out, room, 0 };
	size_t rc;

	if (c->at == c->in.len && c->hint == 0)
		return CODEC_END;
	rc = ZSTD_decompressStream(c->zstd, &to, &in);
	c->at = in.pos;
	*len_r = to.pos;
	if (ZSTD_isError(rc))
		return broken(c, ZSTD_getErrorName(rc));
	c->hint = rc;
	if (c->at == c->in.len && rc != 0 && to.pos < room)
		return broken(c, "the stream is cut off");
	return CODEC_MORE;
}

enum codec_status
codec_read(struct codec *c, char *out, size_t room, size_t *len_r)
{
	*len_r = 0;
	return c->type == CODEC_GZIP ? read_gzip(c, out, room, len_r)
				     : read_zstd(c, out, room, len_r);
}
