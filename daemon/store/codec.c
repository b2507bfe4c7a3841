/* codec.c - whole frames of compressed bytes: gzip members and zstd frames. */
#include "store/codec.h"

#include <stdlib.h>
#define ZLIB_CONST
#include <zlib.h>
#include <zstd.h>

#include "base/log.h"
#include "base/xalloc.h"
#include "store/series.h"

/* zlib counts input in unsigned int. */
enum { GZIP_PIECE = 1 << 30 };
enum { GZIP_WINDOW_BITS = 15 + 16, GZIP_MEM_LEVEL = 8 };

struct codec {
	int codec, level;
	z_stream gzip;
	ZSTD_CCtx *zstd;
};

const char *
codec_extension(int codec)
{
	switch (codec) {
	case SERIES_PLAIN:
		return "";
	case SERIES_GZIP:
		return ".gz";
	case SERIES_ZSTD:
		return ".zst";
	default:
		return NULL;
	}
}

int
codec_check(int codec, int level, struct err *e)
{
	switch (codec) {
	case SERIES_PLAIN:
		return 0;
	case SERIES_GZIP:
		if (level >= 1 && level <= 9)
			return 0;
		return err_set(e, ERR_CONFIG,
		    "gzip level %d: levels are 1 to 9", level);
	case SERIES_ZSTD:
		if (level >= 1 && level <= ZSTD_maxCLevel())
			return 0;
		return err_set(e, ERR_CONFIG,
		    "zstd level %d: levels are 1 to %d", level,
		    ZSTD_maxCLevel());
	default:
		return err_set(e, ERR_CONFIG, "compression number %d", codec);
	}
}

static void
codec_init_gzip(struct codec *c)
{
	/* The default header has no time and no name. */
	int rc = deflateInit2(&c->gzip, c->level, Z_DEFLATED, GZIP_WINDOW_BITS,
	    GZIP_MEM_LEVEL, Z_DEFAULT_STRATEGY);
	if (rc == Z_MEM_ERROR)
		fatal(71, "out of memory for a gzip stream");
	ensure(rc == Z_OK);
}

static void
codec_init_zstd(struct codec *c)
{
	c->zstd = ZSTD_createCCtx();
	if (!c->zstd)
		fatal(71, "out of memory for a zstd context");
	size_t rc =
	    ZSTD_CCtx_setParameter(c->zstd, ZSTD_c_compressionLevel, c->level);
	ensure(!ZSTD_isError(rc));
	rc = ZSTD_CCtx_setParameter(c->zstd, ZSTD_c_checksumFlag, 1);
	ensure(!ZSTD_isError(rc));
}

struct codec *
codec_new(int codec, int level)
{
	struct codec *c = xcalloc(1, sizeof *c);

	c->codec = codec;
	c->level = level;
	if (codec == SERIES_GZIP)
		codec_init_gzip(c);
	else if (codec == SERIES_ZSTD)
		codec_init_zstd(c);
	else
		panic("no frames in codec %d", codec);
	return c;
}

void
codec_free(struct codec **c)
{
	if (!*c)
		return;
	if ((*c)->codec == SERIES_GZIP)
		(void)deflateEnd(&(*c)->gzip);
	(void)ZSTD_freeCCtx((*c)->zstd);
	free(*c);
	*c = NULL;
}

bool
codec_is(const struct codec *c, int codec, int level)
{
	return c && c->codec == codec && c->level == level;
}

static int
codec_gzip(struct codec *c, const uint8_t *ptr, size_t len, struct buf *out,
    struct err *e)
{
	z_stream *z = &c->gzip;
	size_t left = len;
	int rc = deflateReset(z);

	ensure(rc == Z_OK);
	z->next_in = ptr;
	z->avail_in = 0;
	do {
		if (z->avail_in == 0) {
			size_t n = left < GZIP_PIECE ? left : GZIP_PIECE;
			z->avail_in = (uInt)n;
			left -= n;
		}
		size_t room = deflateBound(z, z->avail_in);
		if (room > GZIP_PIECE)
			room = GZIP_PIECE;
		z->next_out = buf_reserve(out, room);
		z->avail_out = (uInt)room;
		rc = deflate(z, left ? Z_NO_FLUSH : Z_FINISH);
		out->len += room - z->avail_out;
		if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
			return err_set(e, ERR_FATAL, "deflate: error %d", rc);
	} while (rc != Z_STREAM_END);
	return 0;
}

static int
codec_zstd(struct codec *c, const void *ptr, size_t len, struct buf *out,
    struct err *e)
{
	size_t room = ZSTD_compressBound(len);

	if (ZSTD_isError(room))
		return err_set(e, ERR_FATAL, "zstd: frame of %zu bytes", len);
	uint8_t *to = buf_reserve(out, room);
	size_t n = ZSTD_compress2(c->zstd, to, room, ptr, len);
	if (ZSTD_isError(n))
		return err_set(e, ERR_FATAL, "zstd: %s", ZSTD_getErrorName(n));
	out->len += n;
	return 0;
}

int
codec_compress(struct codec *c, const void *ptr, size_t len, struct buf *out,
    struct err *e)
{
	return c->codec == SERIES_GZIP ? codec_gzip(c, ptr, len, out, e)
				       : codec_zstd(c, ptr, len, out, e);
}
