/* json_write.c - JSON text by appending to a buffer. */
#include "base/json_write.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/utf8.h"

static bool
needs_escape(uint8_t byte)
{
	return byte < 0x20 || byte == '"' || byte == '\\';
}

/* How many bytes go as they are. */
static size_t
plain_prefix(const uint8_t *p, size_t len)
{
	size_t at = 0;

#ifdef __SSE2__
	const __m128i quote = _mm_set1_epi8('"');
	const __m128i slash = _mm_set1_epi8('\\');
	const __m128i control = _mm_set1_epi8(0x1F);

	for (; len - at >= 16; at += 16) {
		__m128i v =
		    _mm_loadu_si128((const __m128i *)(const void *)(p + at));
		__m128i bad =
		    _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, quote),
				     _mm_cmpeq_epi8(v, slash)),
			_mm_cmpeq_epi8(_mm_min_epu8(v, control), v));
		int mask = _mm_movemask_epi8(bad);

		if (mask)
			return at + (size_t)__builtin_ctz((unsigned)mask);
	}
#endif
	while (at < len && !needs_escape(p[at]))
		at++;
	return at;
}

static void
write_escape(struct buf *b, uint8_t byte)
{
	static const char digits[] = "0123456789abcdef";
	static const char short_forms[0x20] = { ['\n'] = 'n',
		['\r'] = 'r',
		['\t'] = 't',
		['\b'] = 'b',
		['\f'] = 'f' };
	char text[6] = { '\\', 'u', '0', '0', digits[byte >> 4],
		digits[byte & 15] };

	if (byte >= 0x20)
		text[1] = (char)byte;
	else if (short_forms[byte])
		text[1] = short_forms[byte];
	buf_append(b, text, text[1] == 'u' ? 6 : 2);
}

static void
write_content(struct buf *b, const uint8_t *p, size_t len)
{
	while (len) {
		size_t plain = plain_prefix(p, len);

		buf_append(b, p, plain);
		p += plain;
		len -= plain;
		if (len) {
			write_escape(b, *p++);
			len--;
		}
	}
}

void
json_write_string(struct buf *b, const void *ptr, size_t len)
{
	buf_reserve(b, len + 2);
	buf_append_byte(b, '"');
	write_content(b, ptr, len);
	buf_append_byte(b, '"');
}

bool
json_write_lossy(struct buf *b, const void *ptr, size_t len)
{
	const uint8_t *p = ptr;
	bool lost = false;

	buf_append_byte(b, '"');
	while (len) {
		size_t valid = utf8_valid_prefix(p, len);

		write_content(b, p, valid);
		p += valid;
		len -= valid;
		if (len) {
			buf_append(b, "\xEF\xBF\xBD", 3);
			lost = true;
			p++;
			len--;
		}
	}
	buf_append_byte(b, '"');
	return lost;
}

void
json_write_cstr(struct buf *b, const char *s)
{
	if (s)
		json_write_string(b, s, strlen(s));
	else
		buf_append_str(b, "null");
}

void
json_write_base64(struct buf *b, const void *ptr, size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const uint8_t *p = ptr;
	uint8_t *dst;

	buf_append_byte(b, '"');
	dst = buf_reserve(b, len / 3 * 4 + 5);
	for (; len; p += 3) {
		size_t n = len < 3 ? len : 3;
		uint32_t v = (uint32_t)p[0] << 16;

		v |= n > 1 ? (uint32_t)p[1] << 8 : 0;
		v |= n > 2 ? p[2] : 0;
		*dst++ = (uint8_t)digits[v >> 18];
		*dst++ = (uint8_t)digits[v >> 12 & 63];
		*dst++ = n > 1 ? (uint8_t)digits[v >> 6 & 63] : '=';
		*dst++ = n > 2 ? (uint8_t)digits[v & 63] : '=';
		b->len += 4;
		len -= n;
	}
	buf_append_byte(b, '"');
}

void
json_write_int(struct buf *b, int64_t v)
{
	buf_printf(b, "%" PRId64, v);
}

/* A plugin may have set a locale whose decimal point is none. */
static void
write_number(struct buf *b, char *text)
{
	bool real = false;

	for (char *s = text; *s; s++) {
		if (*s == 'e')
			real = true;
		if (strchr("+-0123456789e", *s))
			continue;
		*s = '.';
		real = true;
	}
	buf_append_str(b, text);
	if (!real)
		buf_append_str(b, ".0");
}

void
json_write_real(struct buf *b, double v)
{
	char text[40];

	if (!isfinite(v)) {
		buf_append_str(b, "null");
		return;
	}
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, v);
		if (strtod(text, NULL) == v)
			break;
	}
	write_number(b, text);
}

void
json_write_bool(struct buf *b, bool v)
{
	buf_append_str(b, v ? "true" : "false");
}

void
json_write_key(struct buf *b, const char *name)
{
	if (b->len && b->ptr[b->len - 1] != '{')
		buf_append_byte(b, ',');
	json_write_string(b, name, strlen(name));
	buf_append_byte(b, ':');
}
