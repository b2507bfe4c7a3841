/* pack.c - typed values to bytes and back, little-endian. */
#include "base/pack.h"

#include <string.h>

#include "base/log.h"

/* Byte by byte: compilers make one store of it where the machine allows. */
static void
put_le(struct buf *b, uint64_t v, size_t size)
{
	uint8_t *dst = buf_reserve(b, size);

	for (size_t i = 0; i < size; i++)
		dst[i] = (uint8_t)(v >> (8 * i));
	b->len += size;
}

void
pack_u8(struct buf *b, uint8_t v)
{
	buf_append_byte(b, v);
}

void
pack_u16(struct buf *b, uint16_t v)
{
	put_le(b, v, 2);
}

void
pack_u32(struct buf *b, uint32_t v)
{
	put_le(b, v, 4);
}

void
pack_u64(struct buf *b, uint64_t v)
{
	put_le(b, v, 8);
}

void
pack_i64(struct buf *b, int64_t v)
{
	put_le(b, (uint64_t)v, 8);
}

void
pack_f64(struct buf *b, double v)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	put_le(b, bits, 8);
}

void
pack_bytes(struct buf *b, const void *ptr, size_t len)
{
	ensure(len <= UINT32_MAX);
	pack_u32(b, (uint32_t)len);
	buf_append(b, ptr, len);
}

/* The length counts the NUL, so that 0 is left for NULL. */
void
pack_str(struct buf *b, const char *s)
{
	pack_bytes(b, s, s ? strlen(s) + 1 : 0);
}

void
pack_raw(struct buf *b, const void *ptr, size_t len)
{
	buf_append(b, ptr, len);
}

size_t
pack_u32_later(struct buf *b)
{
	size_t at = b->len;

	pack_u32(b, 0);
	return at;
}

void
pack_u32_at(struct buf *b, size_t at, uint32_t v)
{
	ensure(b->len >= 4 && at <= b->len - 4);
	for (size_t i = 0; i < 4; i++)
		b->ptr[at + i] = (uint8_t)(v >> (8 * i));
}

void
unpack_init(struct unpack *u, const void *ptr, size_t len)
{
	ensure(ptr || !len);
	u->ptr = ptr ? ptr : (const uint8_t *)"";
	u->end = u->ptr + len;
	u->bad = false;
}

/* The next len bytes, or NULL and bad. */
static const uint8_t *
take(struct unpack *u, size_t len)
{
	const uint8_t *at = u->ptr;

	if (u->bad || len > (size_t)(u->end - u->ptr)) {
		u->bad = true;
		return NULL;
	}
	u->ptr += len;
	return at;
}

static uint64_t
take_le(struct unpack *u, size_t size)
{
	const uint8_t *p = take(u, size);
	uint64_t v = 0;

	if (!p)
		return 0;
	for (size_t i = 0; i < size; i++)
		v |= (uint64_t)p[i] << (8 * i);
	return v;
}

uint8_t
unpack_u8(struct unpack *u)
{
	return (uint8_t)take_le(u, 1);
}

uint16_t
unpack_u16(struct unpack *u)
{
	return (uint16_t)take_le(u, 2);
}

uint32_t
unpack_u32(struct unpack *u)
{
	return (uint32_t)take_le(u, 4);
}

uint64_t
unpack_u64(struct unpack *u)
{
	return take_le(u, 8);
}

int64_t
unpack_i64(struct unpack *u)
{
	return (int64_t)take_le(u, 8);
}

double
unpack_f64(struct unpack *u)
{
	uint64_t bits = take_le(u, 8);
	double v;

	memcpy(&v, &bits, sizeof(v));
	return v;
}

const void *
unpack_bytes(struct unpack *u, size_t *len_r)
{
	size_t len = unpack_u32(u);
	const void *ptr = take(u, len);

	*len_r = ptr ? len : 0;
	return ptr ? ptr : "";
}

const char *
unpack_str(struct unpack *u)
{
	size_t len;
	const char *s = unpack_bytes(u, &len);

	if (u->bad)
		return "";
	if (!len)
		return NULL;
	if (memchr(s, '\0', len) != s + len - 1) {
		u->bad = true;
		return "";
	}
	return s;
}

const void *
unpack_raw(struct unpack *u, size_t len)
{
	const void *ptr = take(u, len);

	return ptr ? ptr : "";
}

size_t
unpack_left(const struct unpack *u)
{
	return u->bad ? 0 : (size_t)(u->end - u->ptr);
}

uint32_t
unpack_count(struct unpack *u, size_t min_size)
{
	uint32_t count = unpack_u32(u);

	ensure(min_size > 0);
	if (!u->bad && count > unpack_left(u) / min_size)
		u->bad = true;
	return u->bad ? 0 : count;
}

bool
unpack_end(const struct unpack *u)
{
	return !u->bad && u->ptr == u->end;
}
