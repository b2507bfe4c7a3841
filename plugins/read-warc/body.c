/* body.c - the payload of an HTTP message: chunks and compression undone. */
#include "body.h"

#include <string.h>

#include "fields.h"

enum { SIZE, EXTENSION, DATA, DATA_END, TRAILER };
enum { DIGITS_MAX = 15 };

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A number and the end of its line. */
static bool
looks_chunked(struct lavoir_str s)
{
	size_t i = 0;

	while (i < s.len && i < DIGITS_MAX && hex(s.ptr[i]) >= 0)
		i++;
	if (i == 0)
		return false;
	while (i < s.len && s.ptr[i] == ' ')
		i++;
	return i < s.len &&
	    (s.ptr[i] == '\r' || s.ptr[i] == '\n' || s.ptr[i] == ';');
}

/* Where the data of the first chunk begins. */
static struct lavoir_str
first_chunk(struct lavoir_str s)
{
	const char *newline = s.len > 0 ? memchr(s.ptr, '\n', s.len) : NULL;
	size_t skip = newline ? (size_t)(newline + 1 - s.ptr) : s.len;

	return (struct lavoir_str){ s.ptr + skip, s.len - skip };
}

static bool
zlib_header(struct lavoir_str s)
{
	const unsigned char *p = (const unsigned char *)s.ptr;

	return s.len >= 2 && (p[0] & 0x0f) == 8 && (p[0] >> 4) <= 7 &&
	    (p[0] << 8 | p[1]) % 31 == 0;
}

static enum body_coding
coding_of(struct lavoir_str declared, struct lavoir_str head)
{
	if (fields_is(declared, "gzip") || fields_is(declared, "x-gzip"))
		return head.len >= 2 && memcmp(head.ptr, "\x1f\x8b", 2) == 0
		    ? BODY_GZIP
		    : BODY_IDENTITY;
	if (fields_is(declared, "deflate"))
		/* Text is what it is if it is not decoded already. */
		return head.len > 0 && *head.ptr != '<' ? BODY_DEFLATE
							: BODY_IDENTITY;
	if (fields_is(declared, "br"))
		return head.len > 0 && *head.ptr != '<' ? BODY_BROTLI
							: BODY_IDENTITY;
	if (fields_is(declared, "zstd"))
		return head.len >= 4 &&
			memcmp(head.ptr, "\x28\xb5\x2f\xfd", 4) == 0
		    ? BODY_ZSTD
		    : BODY_IDENTITY;
	return BODY_IDENTITY;
}

static bool
open_decoder(struct body *b, struct lavoir_str head)
{
	switch (b->coding) {
	case BODY_GZIP:
	case BODY_DEFLATE:
		memset(&b->z, 0, sizeof(b->z));
		return inflateInit2(&b->z,
			   b->coding == BODY_GZIP  ? 16 + 15
			       : zlib_header(head) ? 15
						   : -15) == Z_OK;
	case BODY_BROTLI:
		b->brotli = BrotliDecoderCreateInstance(NULL, NULL, NULL);
		return b->brotli != NULL;
	case BODY_ZSTD:
		b->zstd = ZSTD_createDCtx();
		return b->zstd != NULL;
	default:
		return false;
	}
}

void
body_begin(struct body *b, struct lavoir_str transfer_encoding,
    struct lavoir_str content_encoding, struct lavoir_str head)
{
	b->error = NULL;
	b->ended = b->ready = false;
	b->chunks = (struct chunks){ 0 };
	b->chunked =
	    fields_is(transfer_encoding, "chunked") && looks_chunked(head);
	if (b->chunked)
		head = first_chunk(head);
	b->coding = coding_of(content_encoding, head);
	if (b->coding == BODY_IDENTITY)
		return;
	b->ready = open_decoder(b, head);
	if (!b->ready)
		b->error = "no memory to decompress";
}

bool
body_plain(const struct body *b)
{
	return !b->chunked && b->coding == BODY_IDENTITY && b->error == NULL;
}

static int
broken(struct body *b, const char *error)
{
	b->error = error;
	return LAVOIR_EINVAL;
}

/* ---- compression ---- */

/* One call of a decoder; *made bytes are in out. */
static bool
inflate_step(struct body *b, struct lavoir_str *in, size_t *made)
{
	union {
		const char *from;
		Bytef *to;
	} next = { in->ptr };
	uInt n = in->len < 1 << 30 ? (uInt)in->len : 1 << 30;
	int rc;

	b->z.next_in = next.to;
	b->z.avail_in = n;
	b->z.next_out = (Bytef *)b->out;
	b->z.avail_out = BODY_OUT_SIZE;
	rc = inflate(&b->z, Z_NO_FLUSH);
	n -= b->z.avail_in;
	in->ptr += n;
	in->len -= n;
	*made = BODY_OUT_SIZE - b->z.avail_out;
	b->ended = rc == Z_STREAM_END;
	return rc == Z_OK || rc == Z_STREAM_END || rc == Z_BUF_ERROR;
}

static bool
brotli_step(struct body *b, struct lavoir_str *in, size_t *made)
{
	const uint8_t *next = (const uint8_t *)in->ptr;
	uint8_t *out = (uint8_t *)b->out;
	size_t room = BODY_OUT_SIZE;
	BrotliDecoderResult rc = BrotliDecoderDecompressStream(b->brotli,
	    &in->len, &next, &room, &out, NULL);

	in->ptr = (const char *)next;
	*made = BODY_OUT_SIZE - room;
	b->ended = rc == BROTLI_DECODER_RESULT_SUCCESS;
	return rc != BROTLI_DECODER_RESULT_ERROR;
}

static bool
zstd_step(struct body *b, struct lavoir_str *in, size_t *made)
{
	ZSTD_inBuffer from = { in->ptr, in->len, 0 };
	ZSTD_outBuffer to = { b->out, BODY_OUT_SIZE, 0 };
	size_t rc = ZSTD_decompressStream(b->zstd, &to, &from);

	in->ptr += from.pos;
	in->len -= from.pos;
	*made = to.pos;
	b->ended = rc == 0;
	return !ZSTD_isError(rc);
}

static int
decode(struct body *b, struct lavoir_str in)
{
	size_t made = BODY_OUT_SIZE;
	int rc = LAVOIR_OK;

	if (b->error != NULL)
		return LAVOIR_EINVAL;
	if (b->coding == BODY_IDENTITY)
		return in.len > 0 ? b->sink(b->arg, in) : LAVOIR_OK;
	/* A full buffer means that there may be more to come. */
	while (rc == LAVOIR_OK && !b->ended &&
	    (in.len > 0 || made == BODY_OUT_SIZE)) {
		bool fine = b->coding == BODY_BROTLI
		    ? brotli_step(b, &in, &made)
		    : b->coding == BODY_ZSTD ? zstd_step(b, &in, &made)
					     : inflate_step(b, &in, &made);

		if (!fine)
			return broken(b, "the compressed payload is damaged");
		if (made > 0)
			rc = b->sink(b->arg,
			    (struct lavoir_str){ b->out, made });
	}
	return rc;
}

/* ---- chunks ---- */

/* A byte that is not data. */
static bool
chunk_byte(struct chunks *c, char byte)
{
	int digit;

	switch (c->state) {
	case SIZE:
		digit = hex(byte);
		if (digit >= 0) {
			c->left = c->left << 4 | (unsigned)digit;
			return ++c->digits <= DIGITS_MAX;
		}
		if (c->digits == 0 && (byte == '\r' || byte == '\n'))
			return true;
		if (c->digits == 0)
			return false;
		c->state = EXTENSION;
		__attribute__((fallthrough));
	case EXTENSION:
		if (byte == '\n')
			c->state = c->left > 0 ? DATA : TRAILER;
		return true;
	case DATA_END:
		if (byte == '\n') {
			*c = (struct chunks){ SIZE, 0, 0 };
			return true;
		}
		return byte == '\r';
	default:
		return true;
	}
}

static int
write_chunks(struct body *b, struct lavoir_str in)
{
	struct chunks *c = &b->chunks;
	int rc = LAVOIR_OK;

	while (rc == LAVOIR_OK && in.len > 0 && c->state != TRAILER) {
		size_t n = 1;

		if (c->state == DATA) {
			n = c->left < in.len ? (size_t)c->left : in.len;
			rc = decode(b, (struct lavoir_str){ in.ptr, n });
			c->left -= n;
			if (c->left == 0)
				c->state = DATA_END;
		} else if (!chunk_byte(c, *in.ptr)) {
			return broken(b, "a chunk without its length");
		}
		in.ptr += n;
		in.len -= n;
	}
	return rc;
}

int
body_write(struct body *b, struct lavoir_str piece)
{
	return b->chunked ? write_chunks(b, piece) : decode(b, piece);
}

int
body_end(struct body *b)
{
	if (b->error != NULL)
		return LAVOIR_EINVAL;
	if (b->chunked && b->chunks.state != TRAILER)
		return broken(b, "the last chunk is missing");
	if (b->ready && !b->ended)
		return broken(b, "the compressed payload is cut off");
	return LAVOIR_OK;
}

void
body_free(struct body *b)
{
	if (!b->ready)
		return;
	if (b->coding == BODY_BROTLI)
		BrotliDecoderDestroyInstance(b->brotli);
	else if (b->coding == BODY_ZSTD)
		(void)ZSTD_freeDCtx(b->zstd);
	else
		(void)inflateEnd(&b->z);
	b->ready = false;
}
