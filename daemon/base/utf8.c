/* utf8.c - UTF-8 checked strictly. */
#include "base/utf8.h"

#include <string.h>

/* Where ASCII ends: eight bytes at a time. */
static size_t
ascii_prefix(const uint8_t *p, size_t len)
{
	const uint64_t high = UINT64_C(0x8080808080808080);
	uint64_t w;
	size_t at = 0;

	for (; len - at >= sizeof(w); at += sizeof(w)) {
		memcpy(&w, p + at, sizeof(w));
		if (!(w & high))
			continue;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		return at + (size_t)__builtin_ctzll(w & high) / 8;
#else
		break;
#endif
	}
	while (at < len && p[at] < 0x80)
		at++;
	return at;
}

static bool
is_tail(uint8_t byte)
{
	return (byte & 0xC0) == 0x80;
}

static size_t
decode_three(const uint8_t *p, uint32_t *c_r)
{
	uint32_t c = (uint32_t)(p[0] & 0x0F) << 12 |
	    (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);

	if (!is_tail(p[1]) || !is_tail(p[2]))
		return 0;
	if (c < 0x800 || (c >= 0xD800 && c <= 0xDFFF))
		return 0;
	*c_r = c;
	return 3;
}

static size_t
decode_four(const uint8_t *p, uint32_t *c_r)
{
	uint32_t c = (uint32_t)(p[0] & 0x07) << 18 |
	    (uint32_t)(p[1] & 0x3F) << 12 | (uint32_t)(p[2] & 0x3F) << 6 |
	    (p[3] & 0x3F);

	if (!is_tail(p[1]) || !is_tail(p[2]) || !is_tail(p[3]))
		return 0;
	if (c < 0x10000 || c > 0x10FFFF)
		return 0;
	*c_r = c;
	return 4;
}

size_t
utf8_decode(const uint8_t *p, size_t len, uint32_t *c_r)
{
	if (!len)
		return 0;
	if (p[0] < 0x80) {
		*c_r = p[0];
		return 1;
	}
	if (p[0] >= 0xC2 && p[0] <= 0xDF) {
		if (len < 2 || !is_tail(p[1]))
			return 0;
		*c_r = (uint32_t)(p[0] & 0x1F) << 6 | (p[1] & 0x3F);
		return 2;
	}
	if (p[0] >= 0xE0 && p[0] <= 0xEF)
		return len < 3 ? 0 : decode_three(p, c_r);
	if (p[0] >= 0xF0 && p[0] <= 0xF4)
		return len < 4 ? 0 : decode_four(p, c_r);
	return 0;
}

size_t
utf8_valid_prefix(const void *ptr, size_t len)
{
	const uint8_t *p = ptr;
	size_t at = 0, step;
	uint32_t c;

	while (at < len) {
		if (p[at] < 0x80) {
			at += ascii_prefix(p + at, len - at);
			continue;
		}
		/* Most of what is not ASCII in most of Europe. */
		if (p[at] >= 0xC2 && p[at] <= 0xDF && len - at >= 2 &&
		    is_tail(p[at + 1])) {
			at += 2;
			continue;
		}
		step = utf8_decode(p + at, len - at, &c);
		if (!step)
			break;
		at += step;
	}
	return at;
}

bool
utf8_valid(const void *ptr, size_t len)
{
	return utf8_valid_prefix(ptr, len) == len;
}

uint32_t
utf8_next(const uint8_t **p, const uint8_t *end)
{
	uint32_t c = 0xFFFD;
	size_t step = utf8_decode(*p, (size_t)(end - *p), &c);

	*p += step ? step : 1;
	return c;
}

size_t
utf8_put(uint8_t dst[4], uint32_t c)
{
	if (c < 0x80) {
		dst[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x800) {
		dst[0] = (uint8_t)(0xC0 | c >> 6);
		dst[1] = (uint8_t)(0x80 | (c & 0x3F));
		return 2;
	}
	if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		c = 0xFFFD;
	if (c < 0x10000) {
		dst[0] = (uint8_t)(0xE0 | c >> 12);
		dst[1] = (uint8_t)(0x80 | (c >> 6 & 0x3F));
		dst[2] = (uint8_t)(0x80 | (c & 0x3F));
		return 3;
	}
	dst[0] = (uint8_t)(0xF0 | c >> 18);
	dst[1] = (uint8_t)(0x80 | (c >> 12 & 0x3F));
	dst[2] = (uint8_t)(0x80 | (c >> 6 & 0x3F));
	dst[3] = (uint8_t)(0x80 | (c & 0x3F));
	return 4;
}

size_t
utf8_count(const void *ptr, size_t len)
{
	const uint8_t *p = ptr;
	size_t count = 0;

	for (size_t i = 0; i < len; i++)
		count += !is_tail(p[i]);
	return count;
}
