/* u8.c - UTF-8 for plugins: check, decode, encode. */
#include "common/u8.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

size_t
u8_ascii(const void *ptr, size_t len)
{
	const unsigned char *p = ptr;
	size_t i = 0;
	uint64_t word;

#if defined(__SSE2__)
	for (; len - i >= 16; i += 16) {
		__m128i v;
		unsigned mask;

		memcpy(&v, p + i, 16);
		mask = (unsigned)_mm_movemask_epi8(v);
		if (mask != 0)
			return i + (size_t)__builtin_ctz(mask);
	}
#endif
	for (; len - i >= 8; i += 8) {
		memcpy(&word, p + i, 8);
		if (word & 0x8080808080808080u)
			break;
	}
	while (i < len && p[i] < 0x80)
		i++;
	return i;
}

/* Which second bytes may follow lead byte c, and how many bytes there are. */
static size_t
sequence(unsigned char c, unsigned char *low, unsigned char *high)
{
	*low = 0x80;
	*high = 0xbf;
	if (c < 0xc2 || c > 0xf4)
		return 0;
	if (c < 0xe0)
		return 2;
	if (c < 0xf0) {
		if (c == 0xe0)
			*low = 0xa0;
		else if (c == 0xed)
			*high = 0x9f;
		return 3;
	}
	if (c == 0xf0)
		*low = 0x90;
	else if (c == 0xf4)
		*high = 0x8f;
	return 4;
}

/* Bytes at p that go together: n is 0 when the first one cannot begin a
 * sequence, the whole length when it is whole, else what there is of it. */
static size_t
together(const unsigned char *p, const unsigned char *end, bool *whole)
{
	unsigned char low, high;
	size_t n = sequence(*p, &low, &high), i;

	*whole = false;
	for (i = 1; i < n; i++) {
		if (p + i == end || p[i] < low || p[i] > high)
			return i;
		low = 0x80;
		high = 0xbf;
	}
	*whole = n > 0;
	return n;
}

size_t
u8_bad(const unsigned char *p, const unsigned char *end)
{
	bool whole;
	size_t n = together(p, end, &whole);

	return n > 0 ? n : 1;
}

size_t
u8_valid_plain(const void *ptr, size_t len)
{
	const unsigned char *begin = ptr, *p = begin, *end = begin + len;
	bool whole;

	for (;;) {
		if (p < end && *p < 0x80)
			p += u8_ascii(p, (size_t)(end - p));
		if (p == end)
			return len;
		size_t n = together(p, end, &whole);
		if (!whole)
			return (size_t)(p - begin);
		p += n;
	}
}

#if defined(__x86_64__)
/*
 * Keiser and Lemire's method: three table look-ups by half bytes tell, for
 * every byte and the one before it, which rules the pair may break; what all
 * three name is broken.  A continuation after a continuation is right or wrong
 * depending on the lead two or three bytes before, hence TWO_CONTS.
 */
enum {
	TOO_SHORT = 1 << 0, /* lead or ASCII where a continuation must be */
	TOO_LONG = 1 << 1,  /* continuation after ASCII */
	OVERLONG_3 = 1 << 2,
	TOO_LARGE = 1 << 3,
	SURROGATE = 1 << 4,
	OVERLONG_2 = 1 << 5,
	OVERLONG_4 = 1 << 6, /* and above U+10FFFF by more than a little */
	TWO_CONTS = 1 << 7,
	CARRY = TOO_SHORT | TOO_LONG | TWO_CONTS
};

#define AVX2 __attribute__((target("avx2")))
#define TWICE(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p)                  \
	_mm256_setr_epi8((char)(a), (char)(b), (char)(c), (char)(d),           \
	    (char)(e), (char)(f), (char)(g), (char)(h), (char)(i), (char)(j),  \
	    (char)(k), (char)(l), (char)(m), (char)(n), (char)(o), (char)(p),  \
	    (char)(a), (char)(b), (char)(c), (char)(d), (char)(e), (char)(f),  \
	    (char)(g), (char)(h), (char)(i), (char)(j), (char)(k), (char)(l),  \
	    (char)(m), (char)(n), (char)(o), (char)(p))

AVX2 static inline __m256i
high_half(__m256i v)
{
	return _mm256_and_si256(_mm256_srli_epi16(v, 4),
	    _mm256_set1_epi8(0x0f));
}

/* What is wrong in v, given the 32 bytes before it. */
AVX2 static inline __m256i
wrong(__m256i v, __m256i before)
{
	enum { L4 = CARRY | TOO_LARGE | OVERLONG_4 };
	const __m256i first_high = TWICE(TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG,
	    TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TWO_CONTS, TWO_CONTS,
	    TWO_CONTS, TWO_CONTS, TOO_SHORT | OVERLONG_2, TOO_SHORT,
	    TOO_SHORT | OVERLONG_3 | SURROGATE,
	    TOO_SHORT | TOO_LARGE | OVERLONG_4);
	const __m256i first_low =
	    TWICE(CARRY | OVERLONG_3 | OVERLONG_2 | OVERLONG_4,
		CARRY | OVERLONG_2, CARRY, CARRY, CARRY | TOO_LARGE, L4, L4, L4,
		L4, L4, L4, L4, L4, L4 | SURROGATE, L4, L4);
	enum { C = TOO_LONG | OVERLONG_2 | TWO_CONTS };
	const __m256i second_high = TWICE(TOO_SHORT, TOO_SHORT, TOO_SHORT,
	    TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
	    C | OVERLONG_3 | OVERLONG_4, C | OVERLONG_3 | TOO_LARGE,
	    C | SURROGATE | TOO_LARGE, C | SURROGATE | TOO_LARGE, TOO_SHORT,
	    TOO_SHORT, TOO_SHORT, TOO_SHORT);
	__m256i joint = _mm256_permute2x128_si256(before, v, 0x21);
	__m256i prev1 = _mm256_alignr_epi8(v, joint, 15);
	__m256i prev2 = _mm256_alignr_epi8(v, joint, 14);
	__m256i prev3 = _mm256_alignr_epi8(v, joint, 13);
	__m256i pair =
	    _mm256_and_si256(_mm256_and_si256(_mm256_shuffle_epi8(first_high,
						  high_half(prev1)),
				 _mm256_shuffle_epi8(first_low,
				     _mm256_and_si256(prev1,
					 _mm256_set1_epi8(0x0f)))),
		_mm256_shuffle_epi8(second_high, high_half(v)));
	__m256i third = _mm256_subs_epu8(prev2, _mm256_set1_epi8(0xe0 - 0x80));
	__m256i fourth = _mm256_subs_epu8(prev3, _mm256_set1_epi8(0xf0 - 0x80));
	__m256i must = _mm256_and_si256(_mm256_or_si256(third, fourth),
	    _mm256_set1_epi8((char)0x80));

	return _mm256_xor_si256(must, pair);
}

/* Blocks without a fault from the start on, in bytes; a sequence begun in the
 * last of them is not checked to its end. */
AVX2 static size_t
blocks_avx2(const unsigned char *p, size_t len)
{
	__m256i before = _mm256_setzero_si256(), v;
	size_t i;

	for (i = 0; len - i >= 32; i += 32) {
		v = _mm256_loadu_si256((const __m256i *)(const void *)(p + i));
		if (_mm256_movemask_epi8(_mm256_or_si256(v, before)) != 0) {
			__m256i bad = wrong(v, before);
			if (!_mm256_testz_si256(bad, bad))
				break;
		}
		before = v;
	}
	return i;
}
#endif

size_t
u8_valid(const void *ptr, size_t len)
{
	const unsigned char *p = ptr;
	size_t done = 0, back = 0;

#if defined(__x86_64__)
	if (len >= 64 && __builtin_cpu_supports("avx2"))
		done = blocks_avx2(p, len);
#endif
	/* Go on by hand from the start of the last sequence. */
	while (back < 3 && back < done && (p[done - 1 - back] & 0xc0) == 0x80)
		back++;
	if (back < done && p[done - 1 - back] >= 0xc0)
		done -= back + 1;
	return done + u8_valid_plain(p + done, len - done);
}
