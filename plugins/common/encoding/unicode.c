/* unicode.c - UTF-8, UTF-16 and UTF-32, well-formed or not, to UTF-8. */
#include "unicode.h"

#include <string.h>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "common/u8.h"

static const struct {
	enum charset_kind kind;
	unsigned len;
	const char *bytes;
} boms[] = {
	{ CHARSET_UTF8, 3, "\xef\xbb\xbf" },
	{ CHARSET_UTF32LE, 4, "\xff\xfe\0\0" }, /* before UTF-16's */
	{ CHARSET_UTF32BE, 4, "\0\0\xfe\xff" },
	{ CHARSET_UTF16LE, 2, "\xff\xfe" },
	{ CHARSET_UTF16BE, 2, "\xfe\xff" },
};

int
unicode_bom(struct lavoir_str raw, enum charset_kind *kind_r)
{
	for (size_t i = 0; i < sizeof(boms) / sizeof(*boms); i++) {
		size_t n = boms[i].len;

		if (raw.len < n || memcmp(raw.ptr, boms[i].bytes, n) != 0)
			continue;
		/* The longer BOM is UTF-16 if the length says so. */
		if (n == 4 && raw.len % 4 != 0)
			continue;
		*kind_r = boms[i].kind;
		return (int)n;
	}
	return -1;
}

/* Bytes that are zero, by their place modulo 4. */
static void
zeros(struct lavoir_str raw, size_t zero[4])
{
	memset(zero, 0, 4 * sizeof(*zero));
	for (size_t i = 0; i < raw.len; i++)
		zero[i % 4] += raw.ptr[i] == 0;
}

int
unicode_guess(struct lavoir_str raw, enum charset_kind *kind_r)
{
	enum { SAMPLE = 65536 };
	size_t zero[4], n, even, odd;

	if (raw.len < 4 || raw.len % 2 != 0)
		return -1;
	n = raw.len < SAMPLE ? raw.len : SAMPLE;
	zeros((struct lavoir_str){ raw.ptr, n }, zero);
	n /= 4;
	/* UTF-32: the highest byte always, the next one nearly so. */
	if (raw.len % 4 == 0 && zero[0] == n && zero[1] >= n - n / 8 &&
	    zero[3] <= n / 8)
		*kind_r = CHARSET_UTF32BE;
	else if (raw.len % 4 == 0 && zero[3] == n && zero[2] >= n - n / 8 &&
	    zero[0] <= n / 8)
		*kind_r = CHARSET_UTF32LE;
	else {
		even = zero[0] + zero[2];
		odd = zero[1] + zero[3];
		/* UTF-16: spaces and ASCII digits are there in any script. */
		if (odd > n / 8 && even <= odd / 16)
			*kind_r = CHARSET_UTF16LE;
		else if (even > n / 8 && odd <= even / 16)
			*kind_r = CHARSET_UTF16BE;
		else
			return -1;
	}
	return 0;
}

static int
run_utf8(const struct lavoir_host *host, struct lavoir_doc *doc,
    struct lavoir_str raw, struct decoded *out_r)
{
	const unsigned char *p = (const unsigned char *)raw.ptr;
	const unsigned char *end = p + raw.len;
	unsigned char *out, *begin;
	size_t bad = 0, n;

	while ((n = u8_valid(p, (size_t)(end - p))), p + n < end) {
		p += n + u8_bad(p + n, end);
		bad++;
	}
	out_r->text = raw;
	out_r->errors = bad;
	if (bad == 0)
		return LAVOIR_OK;
	begin = out = host->doc_alloc(doc, raw.len + 3 * bad);
	if (out == NULL)
		return LAVOIR_ENOMEM;
	for (p = (const unsigned char *)raw.ptr;; bad--) {
		n = u8_valid(p, (size_t)(end - p));
		memcpy(out, p, n);
		out += n;
		p += n;
		if (bad == 0)
			break;
		out += u8_encode(out, U8_REPLACEMENT);
		p += u8_bad(p, end);
	}
	out_r->text.ptr = (const char *)begin;
	out_r->text.len = (size_t)(out - begin);
	return LAVOIR_OK;
}

static inline uint32_t
unit16(const unsigned char *p, bool big)
{
	return big ? (uint32_t)p[0] << 8 | p[1] : (uint32_t)p[1] << 8 | p[0];
}

static int
run_utf16(bool big, const struct lavoir_host *host, struct lavoir_doc *doc,
    struct lavoir_str raw, struct decoded *out_r)
{
	const unsigned char *p = (const unsigned char *)raw.ptr;
	const unsigned char *end = p + (raw.len & ~(size_t)1);
	unsigned char *begin = host->doc_alloc(doc, raw.len / 2 * 3 + 3);
	unsigned char *out = begin;
	uint32_t cp, low;

	if (out == NULL)
		return LAVOIR_ENOMEM;
	while (p < end) {
		cp = unit16(p, big);
		p += 2;
		if (cp < 0xd800 || cp > 0xdfff) {
			out += u8_encode(out, cp);
			continue;
		}
		low = cp < 0xdc00 && p < end ? unit16(p, big) : 0;
		if (low >= 0xdc00 && low <= 0xdfff) {
			cp = 0x10000 + ((cp & 0x3ff) << 10 | (low & 0x3ff));
			p += 2;
		} else {
			cp = U8_REPLACEMENT;
			out_r->errors++;
		}
		out += u8_encode(out, cp);
	}
	if (raw.len % 2 != 0) {
		out += u8_encode(out, U8_REPLACEMENT);
		out_r->errors++;
	}
	out_r->text.ptr = (const char *)begin;
	out_r->text.len = (size_t)(out - begin);
	return LAVOIR_OK;
}

static int
run_utf32(bool big, const struct lavoir_host *host, struct lavoir_doc *doc,
    struct lavoir_str raw, struct decoded *out_r)
{
	const unsigned char *p = (const unsigned char *)raw.ptr;
	const unsigned char *end = p + (raw.len & ~(size_t)3);
	unsigned char *begin = host->doc_alloc(doc, raw.len + 4);
	unsigned char *out = begin;

	if (out == NULL)
		return LAVOIR_ENOMEM;
	for (; p < end; p += 4) {
		uint32_t cp = big
		    ? unit16(p, true) << 16 | unit16(p + 2, true)
		    : unit16(p + 2, false) << 16 | unit16(p, false);

		if (cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff)) {
			cp = U8_REPLACEMENT;
			out_r->errors++;
		}
		out += u8_encode(out, cp);
	}
	if (raw.len % 4 != 0) {
		out += u8_encode(out, U8_REPLACEMENT);
		out_r->errors++;
	}
	out_r->text.ptr = (const char *)begin;
	out_r->text.len = (size_t)(out - begin);
	return LAVOIR_OK;
}

int
unicode_run(enum charset_kind kind, const struct lavoir_host *host,
    struct lavoir_doc *doc, struct lavoir_str raw, struct decoded *out_r)
{
	enum charset_kind bom;
	int n = unicode_bom(raw, &bom);

	if (kind == CHARSET_UTF16)
		kind = n > 0 && bom == CHARSET_UTF16BE ? CHARSET_UTF16BE
						       : CHARSET_UTF16LE;
	if (kind == CHARSET_UTF32)
		kind = n > 0 && bom == CHARSET_UTF32BE ? CHARSET_UTF32BE
						       : CHARSET_UTF32LE;
	if (n > 0 && bom == kind) {
		raw.ptr += n;
		raw.len -= (size_t)n;
	}
	switch (kind) {
	case CHARSET_UTF8:
		return run_utf8(host, doc, raw, out_r);
	case CHARSET_UTF16LE:
	case CHARSET_UTF16BE:
		return run_utf16(kind == CHARSET_UTF16BE, host, doc, raw,
		    out_r);
	default:
		return run_utf32(kind == CHARSET_UTF32BE, host, doc, raw,
		    out_r);
	}
}

/* The controls that are counted, a bit each. */
static inline size_t
counted(unsigned char c)
{
	enum {
		TEXT = 1 << '\b' | 1 << '\t' | 1 << '\n' | 1 << '\f' |
		    1 << '\r' | 1 << 0x1a | 1 << 0x1b
	};

	return c < 0x20 && ((uint32_t)TEXT >> c & 1) == 0;
}

size_t
unicode_controls(struct lavoir_str text)
{
	const unsigned char *p = (const unsigned char *)text.ptr;
	size_t n = 0, i = 0;

#if defined(__SSE2__)
	const __m128i last = _mm_set1_epi8(0x1f);

	for (; text.len - i >= 16; i += 16) {
		__m128i v =
		    _mm_loadu_si128((const __m128i *)(const void *)(p + i));
		unsigned mask = (unsigned)_mm_movemask_epi8(
		    _mm_cmpeq_epi8(_mm_max_epu8(v, last), last));

		for (; mask != 0; mask &= mask - 1)
			n += counted(p[i + (unsigned)__builtin_ctz(mask)]);
	}
#endif
	for (; i < text.len; i++)
		n += counted(p[i]);
	return n;
}
