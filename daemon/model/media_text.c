/* media_text.c - is it text, and in units of how many bytes?  Text of one byte
 * a unit is looked at as it is, wider text is narrowed first. */
#include <string.h>

#include "base/utf8.h"
#include "model/media_sniff.h"

enum width { UTF16_LE, UTF16_BE, UTF32_LE, UTF32_BE };

static uint32_t
unit_at(const uint8_t *p, enum width w)
{
	switch (w) {
	case UTF16_LE:
		return (uint32_t)p[0] | (uint32_t)p[1] << 8;
	case UTF16_BE:
		return (uint32_t)p[1] | (uint32_t)p[0] << 8;
	case UTF32_LE:
		return (uint32_t)p[0] | (uint32_t)p[1] << 8 |
		    (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
	default:
		return (uint32_t)p[3] | (uint32_t)p[2] << 8 |
		    (uint32_t)p[1] << 16 | (uint32_t)p[0] << 24;
	}
}

static size_t
unit_size(enum width w)
{
	return w == UTF16_LE || w == UTF16_BE ? 2 : 4;
}

static bool
control(uint32_t c)
{
	return c < 0x20 && (c < 0x07 || c > 0x0d) && c != 0x1b;
}

/* Narrow to bytes, what is not ASCII as 0x80; false: these are no characters.
 */
static bool
narrow(const struct sniff *s, size_t skip, enum width w,
    uint8_t space[SNIFF_NARROW], struct sniff *t)
{
	size_t size = unit_size(w), n = (s->len - skip) / size, ascii = 0;
	bool high = false; /* half of a pair */

	if (n > SNIFF_NARROW)
		n = SNIFF_NARROW;
	for (size_t i = 0; i < n; i++) {
		uint32_t c = unit_at(s->ptr + skip + i * size, w);
		bool low = c >= 0xdc00 && c < 0xe000;

		if (control(c) || c == 0xfffe || c == 0xffff || c > 0x10ffff ||
		    (size == 2 && high != low) ||
		    (size == 4 && c >= 0xd800 && c < 0xe000))
			return false;
		high = c >= 0xd800 && c < 0xdc00;
		ascii += c < 0x80;
		space[i] = c < 0x80 ? (uint8_t)c : 0x80;
	}
	*t = *s;
	t->ptr = space;
	t->len = n;
	t->whole = s->whole && skip + n * size == s->len;
	/* Without a mark bytes are believed to be wide for their ASCII alone.
	 */
	return n > 0 && (skip > 0 || ascii * 8 >= n);
}

/* NULs by their place modulo 4. */
static bool
unmarked_width(const struct sniff *s, enum width *w_r)
{
	size_t window = s->len < 1024 ? s->len & ~(size_t)3 : 1024,
	       nul[4] = { 0 };
	size_t quarter = window / 4;

	if (quarter == 0 || memchr(s->ptr, 0, window) == NULL)
		return false;
	for (size_t i = 0; i < window; i++)
		nul[i & 3] += s->ptr[i] == 0;
	if (nul[2] + nul[3] == 2 * quarter && nul[0] == 0)
		*w_r = UTF32_LE;
	else if (nul[0] + nul[1] == 2 * quarter && nul[3] == 0)
		*w_r = UTF32_BE;
	else if (nul[0] + nul[2] == 0 && nul[1] + nul[3] > 0)
		*w_r = UTF16_LE;
	else if (nul[1] + nul[3] == 0 && nul[0] + nul[2] > 0)
		*w_r = UTF16_BE;
	else
		return false;
	return true;
}

static bool
wide_text(const struct sniff *s, uint8_t space[SNIFF_NARROW], struct sniff *t)
{
	enum width w;

	if (SNIFF_AT(s, 0, "\xff\xfe\0\0"))
		return narrow(s, 4, UTF32_LE, space, t);
	if (SNIFF_AT(s, 0, "\0\0\xfe\xff"))
		return narrow(s, 4, UTF32_BE, space, t);
	if (SNIFF_AT(s, 0, "\xff\xfe"))
		return narrow(s, 2, UTF16_LE, space, t);
	if (SNIFF_AT(s, 0, "\xfe\xff"))
		return narrow(s, 2, UTF16_BE, space, t);
	return unmarked_width(s, &w) && narrow(s, 0, w, space, t);
}

enum { BLOCK = 128 };

/* Bytes that text does not have, without branches and in blocks of one size, so
 * that compilers take many at once. */
static size_t
count_block(const uint8_t *p, size_t len)
{
	uint8_t n = 0;

	for (size_t i = 0; i < len; i++)
		n = (uint8_t)(n +
		    ((p[i] < 0x07) |
			((uint8_t)(p[i] - 0x0e) < 0x12 && p[i] != 0x1b)));
	return n;
}

static size_t
count_controls(const uint8_t *p, size_t len)
{
	size_t n = 0;

	for (; len >= BLOCK; p += BLOCK, len -= BLOCK)
		n += count_block(p, BLOCK);
	return n + count_block(p, len);
}

/* Those of ISO-2022 that switch sets, once it has said that it will. */
static size_t
count_shifts(const struct sniff *s)
{
	size_t n = 0;

	if (memmem(s->ptr, s->len, "\x1b$)", 3) == NULL)
		return 0;
	for (size_t i = 0; i < s->len; i++)
		n += s->ptr[i] == 0x0e || s->ptr[i] == 0x0f;
	return n;
}

static bool
begins_as_markup(const struct sniff *s)
{
	size_t i = 0;

	while (i < s->len && i < 64 &&
	    (s->ptr[i] == ' ' || (s->ptr[i] >= '\t' && s->ptr[i] <= '\r')))
		i++;
	return i < s->len && s->ptr[i] == '<';
}

/* A few strays are forgiven: many where the bytes are UTF-8 beyond ASCII, which
 * no binary is by chance, some in ASCII and in what looks like markup, hardly
 * any in bytes of which any would do. */
static bool
narrow_text(const struct sniff *s)
{
	size_t bad = count_controls(s->ptr, s->len), prefix;
	bool utf8;

	if (bad > 0)
		bad -= count_shifts(s);
	if (bad == 0)
		return true;
	prefix = utf8_valid_prefix(s->ptr, s->len);
	utf8 = prefix == s->len || (!s->whole && s->len - prefix < 4);
	if (bad * 50 <= s->len)
		return utf8 || begins_as_markup(s) ||
		    (bad * 500 < s->len && memchr(s->ptr, 0, s->len) == NULL);
	return utf8 && bad * 4 <= s->len && memchr(s->ptr, 0, s->len) == NULL &&
	    utf8_count(s->ptr, prefix) < prefix;
}

bool
sniff_text(const struct sniff *s, uint8_t space[SNIFF_NARROW],
    struct sniff *text_r)
{
	if (wide_text(s, space, text_r))
		return true;
	if (!narrow_text(s))
		return false;
	*text_r = *s;
	if (SNIFF_AT(s, 0, "\xef\xbb\xbf")) {
		text_r->ptr += 3;
		text_r->len -= 3;
	}
	return true;
}
