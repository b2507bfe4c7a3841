/* pack.h - typed values to bytes and back.  Little-endian, fixed width; strings
 * and bytes are a u32 length and their content.
 *
 * Reading is sticky: after the first value that does not fit, every read gives
 * zero or empty and unpack_end() says so; check once, at the end.  Nothing read
 * is trusted to be anything but in bounds.
 */
#ifndef LAVOIR_BASE_PACK_H
#define LAVOIR_BASE_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

void pack_u8(struct buf *b, uint8_t v);
void pack_u16(struct buf *b, uint16_t v);
void pack_u32(struct buf *b, uint32_t v);
void pack_u64(struct buf *b, uint64_t v);
void pack_i64(struct buf *b, int64_t v);
void pack_f64(struct buf *b, double v);
void pack_bytes(struct buf *b, const void *ptr, size_t len); /* len < 4 GiB */
void pack_str(struct buf *b, const char *s); /* NULL and "" are told apart */
/* Append bytes without a length. */
void pack_raw(struct buf *b, const void *ptr, size_t len);
/* A u32 to be filled in later: where it is, and filling it in. */
size_t pack_u32_later(struct buf *b);
void pack_u32_at(struct buf *b, size_t at, uint32_t v);

struct unpack {
	const uint8_t *ptr;
	const uint8_t *end;
	bool bad;
};

void unpack_init(struct unpack *u, const void *ptr, size_t len);
uint8_t unpack_u8(struct unpack *u);
uint16_t unpack_u16(struct unpack *u);
uint32_t unpack_u32(struct unpack *u);
uint64_t unpack_u64(struct unpack *u);
int64_t unpack_i64(struct unpack *u);
double unpack_f64(struct unpack *u);
/* The content lies inside the input; "" with *len_r 0 once bad. */
const void *unpack_bytes(struct unpack *u, size_t *len_r);
/* A string without NUL inside, NUL-terminated inside the input (pack_str writes
 * the NUL); NULL for NULL, "" once bad. */
const char *unpack_str(struct unpack *u);
/* Raw bytes without a length. */
const void *unpack_raw(struct unpack *u, size_t len);
size_t unpack_left(const struct unpack *u);
/* A count of things that take at least min_size bytes each: bad when the rest
 * of the input cannot hold that many. */
uint32_t unpack_count(struct unpack *u, size_t min_size);
/* True when everything was read and nothing was bad. */
bool unpack_end(const struct unpack *u);

#endif
