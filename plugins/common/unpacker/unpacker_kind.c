/* unpacker_kind.c - what is behind unpacker.h. */
#include "common/unpacker/unpacker_kind.h"

#include <string.h>

enum { LZMA_MEMORY_MAX = 192 << 20, ZSTD_WINDOW_LOG_MAX = 27 };

static enum step
broken(struct unpacker *u, const char *error)
{
	u->error = error;
	return STEP_ERROR;
}

#define DAMAGED "the compressed data is damaged"
#define NO_MEMORY "no memory to decompress"

/* The libraries do not say const where they mean it. */
static void *
unconst(const char *p)
{
	union {
		const char *from;
		void *to;
	} both = { p };

	return both.to;
}

/* ---- gzip ---- */

static bool
gzip_begin(struct unpacker *u)
{
	if (u->ready)
		return inflateReset(&u->gzip) == Z_OK;
	/* 16: gzip's header and check, 15: the window. */
	u->ready = inflateInit2(&u->gzip, 16 + 15) == Z_OK;
	return u->ready;
}

static void
gzip_free(struct unpacker *u)
{
	(void)inflateEnd(&u->gzip);
}

static enum step
gzip_step(struct unpacker *u, struct step_io *io)
{
	z_stream *z = &u->gzip;
	int rc;

	z->next_in = unconst(io->in);
	z->avail_in = (uInt)io->in_len;
	z->next_out = (Bytef *)io->out;
	z->avail_out = (uInt)io->room;
	rc = inflate(z, Z_NO_FLUSH);
	io->used = io->in_len - z->avail_in;
	io->made = io->room - z->avail_out;
	switch (rc) {
	case Z_STREAM_END:
		return STEP_MEMBER;
	case Z_OK:
	case Z_BUF_ERROR:
		return STEP_MORE;
	case Z_MEM_ERROR:
		return broken(u, NO_MEMORY);
	default:
		return broken(u, DAMAGED);
	}
}

/* ---- zstd ---- */

static bool
zstd_begin(struct unpacker *u)
{
	if (!u->ready) {
		u->zstd = ZSTD_createDCtx();
		u->ready = u->zstd != NULL;
		if (!u->ready)
			return false;
		(void)ZSTD_DCtx_setParameter(u->zstd, ZSTD_d_windowLogMax,
		    ZSTD_WINDOW_LOG_MAX);
	}
	return !ZSTD_isError(ZSTD_DCtx_reset(u->zstd, ZSTD_reset_session_only));
}

static void
zstd_free(struct unpacker *u)
{
	(void)ZSTD_freeDCtx(u->zstd);
}

static enum step
zstd_step(struct unpacker *u, struct step_io *io)
{
	ZSTD_inBuffer in = { io->in, io->in_len, 0 };
	ZSTD_outBuffer out = { io->out, io->room, 0 };
	size_t rc = ZSTD_decompressStream(u->zstd, &out, &in);

	io->used = in.pos;
	io->made = out.pos;
	if (ZSTD_isError(rc))
		return broken(u, ZSTD_getErrorName(rc));
	return rc == 0 ? STEP_MEMBER : STEP_MORE;
}

/* ---- xz, lzma, lzip ---- */

static bool
lzma_begin(struct unpacker *u)
{
	lzma_ret rc;

	if (!u->ready)
		memset(&u->lzma, 0, sizeof(u->lzma)); /* LZMA_STREAM_INIT */
	if (u->type == UNPACKER_LZMA)
		rc = lzma_alone_decoder(&u->lzma, LZMA_MEMORY_MAX);
	else if (u->type == UNPACKER_LZIP)
		rc = lzma_lzip_decoder(&u->lzma, LZMA_MEMORY_MAX, 0);
	else
		rc = lzma_stream_decoder(&u->lzma, LZMA_MEMORY_MAX, 0);
	u->ready = rc == LZMA_OK;
	return u->ready;
}

static void
lzma_free(struct unpacker *u)
{
	lzma_end(&u->lzma);
}

static enum step
lzma_step(struct unpacker *u, struct step_io *io)
{
	lzma_stream *z = &u->lzma;
	lzma_ret rc;

	z->next_in = (const uint8_t *)io->in;
	z->avail_in = io->in_len;
	z->next_out = (uint8_t *)io->out;
	z->avail_out = io->room;
	rc = lzma_code(z, LZMA_RUN);
	io->used = io->in_len - z->avail_in;
	io->made = io->room - z->avail_out;
	switch (rc) {
	case LZMA_STREAM_END:
		return STEP_MEMBER;
	case LZMA_OK:
	case LZMA_BUF_ERROR:
		return STEP_MORE;
	case LZMA_MEM_ERROR:
		return broken(u, NO_MEMORY);
	case LZMA_MEMLIMIT_ERROR:
		return broken(u, "decompressing it needs too much memory");
	default:
		return broken(u, DAMAGED);
	}
}

/* ---- bzip2 ---- */

static void
bzip2_free(struct unpacker *u)
{
	(void)BZ2_bzDecompressEnd(&u->bzip2);
}

static bool
bzip2_begin(struct unpacker *u)
{
	if (u->ready)
		bzip2_free(u);
	memset(&u->bzip2, 0, sizeof(u->bzip2));
	u->ready = BZ2_bzDecompressInit(&u->bzip2, 0, 0) == BZ_OK;
	return u->ready;
}

static enum step
bzip2_step(struct unpacker *u, struct step_io *io)
{
	bz_stream *z = &u->bzip2;
	int rc;

	z->next_in = unconst(io->in);
	z->avail_in = (unsigned)io->in_len;
	z->next_out = io->out;
	z->avail_out = (unsigned)io->room;
	rc = BZ2_bzDecompress(z);
	io->used = io->in_len - z->avail_in;
	io->made = io->room - z->avail_out;
	switch (rc) {
	case BZ_STREAM_END:
		return STEP_MEMBER;
	case BZ_OK:
		return STEP_MORE;
	case BZ_MEM_ERROR:
		return broken(u, NO_MEMORY);
	default:
		return broken(u, DAMAGED);
	}
}

/* clang-format off */
const struct unpacker_kind unpacker_kinds[] = {
	[UNPACKER_GZIP] = { gzip_begin, gzip_step, gzip_free, 3, "\x1f\x8b\x08" },
	[UNPACKER_ZSTD] = { zstd_begin, zstd_step, zstd_free, 4,
	    "\x28\xb5\x2f\xfd" },
	[UNPACKER_XZ] = { lzma_begin, lzma_step, lzma_free, 6, "\xfd" "7zXZ" },
	[UNPACKER_BZIP2] = { bzip2_begin, bzip2_step, bzip2_free, 3, "BZh" },
	[UNPACKER_LZMA] = { lzma_begin, lzma_step, lzma_free, 0, "" },
	[UNPACKER_LZIP] = { lzma_begin, lzma_step, lzma_free, 4, "LZIP" },
};
/* clang-format on */
