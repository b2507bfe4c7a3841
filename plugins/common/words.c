/* words.c - what a word is, and counting them. */
#include "common/words.h"

#include <string.h>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "common/u8.h"

struct range {
	uint32_t first, last;
	int class;
};

/* Above U+00FF, by code point; what is not listed is a letter.  In their blocks
 * unassigned places go with their neighbours, so that the answer does not
 * change with Unicode. */
static const struct range ranges[] = {
	{ 0x02c2, 0x02c5, WORDS_SEPARATOR },
	{ 0x037e, 0x037e, WORDS_SEPARATOR },
	{ 0x0387, 0x0387, WORDS_SEPARATOR },
	{ 0x055a, 0x055f, WORDS_SEPARATOR },
	{ 0x0589, 0x058f, WORDS_SEPARATOR },
	{ 0x05be, 0x05be, WORDS_SEPARATOR },
	{ 0x05c0, 0x05c0, WORDS_SEPARATOR },
	{ 0x05c3, 0x05c3, WORDS_SEPARATOR },
	{ 0x05f3, 0x05f4, WORDS_SEPARATOR },
	{ 0x0600, 0x060f, WORDS_SEPARATOR },
	{ 0x061b, 0x061f, WORDS_SEPARATOR },
	{ 0x066a, 0x066d, WORDS_SEPARATOR },
	{ 0x06d4, 0x06d4, WORDS_SEPARATOR },
	{ 0x0700, 0x070d, WORDS_SEPARATOR },
	{ 0x0964, 0x0965, WORDS_SEPARATOR },
	{ 0x0970, 0x0970, WORDS_SEPARATOR },
	{ 0x0e3f, 0x0e3f, WORDS_SEPARATOR },
	{ 0x0e4f, 0x0e4f, WORDS_SEPARATOR },
	{ 0x0e5a, 0x0e5b, WORDS_SEPARATOR },
	{ 0x0f04, 0x0f14, WORDS_SEPARATOR },
	{ 0x104a, 0x104f, WORDS_SEPARATOR },
	{ 0x10fb, 0x10fb, WORDS_SEPARATOR },
	{ 0x1360, 0x1368, WORDS_SEPARATOR },
	{ 0x1680, 0x1680, WORDS_SEPARATOR },
	{ 0x17d4, 0x17d6, WORDS_SEPARATOR },
	{ 0x17d8, 0x17db, WORDS_SEPARATOR },
	{ 0x1800, 0x180a, WORDS_SEPARATOR },
	{ 0x180e, 0x180e, WORDS_SEPARATOR },
	{ 0x2000, 0x200b, WORDS_SEPARATOR },
	{ 0x200e, 0x206f, WORDS_SEPARATOR },
	{ 0x20a0, 0x20cf, WORDS_SEPARATOR },
	{ 0x2190, 0x245f, WORDS_SEPARATOR },
	{ 0x2500, 0x2bff, WORDS_SEPARATOR },
	{ 0x2e00, 0x2e7f, WORDS_SEPARATOR },
	{ 0x2e80, 0x2fd5, WORDS_ALONE },
	{ 0x2ff0, 0x3004, WORDS_SEPARATOR },
	{ 0x3005, 0x3007, WORDS_ALONE },
	{ 0x3008, 0x3020, WORDS_SEPARATOR },
	{ 0x3030, 0x3030, WORDS_SEPARATOR },
	{ 0x303d, 0x303f, WORDS_SEPARATOR },
	{ 0x3041, 0x3096, WORDS_ALONE },
	{ 0x309d, 0x309f, WORDS_ALONE },
	{ 0x30a0, 0x30a0, WORDS_SEPARATOR },
	{ 0x30a1, 0x30fa, WORDS_ALONE },
	{ 0x30fb, 0x30fb, WORDS_SEPARATOR },
	{ 0x30fc, 0x312f, WORDS_ALONE },
	{ 0x31a0, 0x31bf, WORDS_ALONE },
	{ 0x31f0, 0x31ff, WORDS_ALONE },
	{ 0x3200, 0x33ff, WORDS_SEPARATOR },
	{ 0x3400, 0x4dbf, WORDS_ALONE },
	{ 0x4dc0, 0x4dff, WORDS_SEPARATOR },
	{ 0x4e00, 0x9fff, WORDS_ALONE },
	{ 0xa000, 0xa48f, WORDS_ALONE },
	{ 0xa490, 0xa4cf, WORDS_SEPARATOR },
	{ 0xe000, 0xf8ff, WORDS_SEPARATOR },
	{ 0xf900, 0xfaff, WORDS_ALONE },
	{ 0xfd3e, 0xfd3f, WORDS_SEPARATOR },
	{ 0xfe10, 0xfe1f, WORDS_SEPARATOR },
	{ 0xfe30, 0xfe6f, WORDS_SEPARATOR },
	{ 0xfeff, 0xff0f, WORDS_SEPARATOR },
	{ 0xff1a, 0xff20, WORDS_SEPARATOR },
	{ 0xff3b, 0xff3e, WORDS_SEPARATOR },
	{ 0xff40, 0xff40, WORDS_SEPARATOR },
	{ 0xff5b, 0xff65, WORDS_SEPARATOR },
	{ 0xff66, 0xff9d, WORDS_ALONE },
	{ 0xffe0, 0xffff, WORDS_SEPARATOR },
	{ 0x1aff0, 0x1b16f, WORDS_ALONE },
	{ 0x1d000, 0x1d24f, WORDS_SEPARATOR },
	{ 0x1f000, 0x1fbef, WORDS_SEPARATOR },
	{ 0x20000, 0x3ffff, WORDS_ALONE },
	{ 0xe0000, 0x10ffff, WORDS_SEPARATOR },
};

int
words_class(uint32_t cp)
{
	size_t low = 0, high = sizeof(ranges) / sizeof(*ranges);

	if (cp < 0x80) {
		uint32_t letter = (cp | 0x20) - 'a';
		return letter < 26 || cp - '0' < 10 || cp == '_';
	}
	if (cp < 0x100)
		return cp >= 0xc0 ? cp != 0xd7 && cp != 0xf7
				  : cp == 0xaa || cp == 0xb5 || cp == 0xba;
	if (cp < 0x2c2)
		return WORDS_LETTER;
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (cp > ranges[middle].last)
			low = middle + 1;
		else if (cp < ranges[middle].first)
			high = middle;
		else
			return ranges[middle].class;
	}
	return WORDS_LETTER;
}

bool
words_space(uint32_t cp)
{
	if (cp < 0x80)
		return cp == ' ' || cp - 9 < 5;
	return cp == 0x85 || cp == 0xa0 || cp == 0x1680 ||
	    (cp >= 0x2000 && cp <= 0x200a) || cp == 0x2028 || cp == 0x2029 ||
	    cp == 0x202f || cp == 0x205f || cp == 0x3000;
}

bool
words_next(struct lavoir_str text, size_t *pos, struct lavoir_str *word_r)
{
	const unsigned char *begin = (const unsigned char *)text.ptr;
	const unsigned char *p, *end, *word;
	size_t n = 0;
	int class = WORDS_SEPARATOR;

	if (*pos >= text.len) /* text.ptr may be NULL then */
		return false;
	p = begin + *pos;
	end = begin + text.len;
	for (; p < end; p += n) {
		class = words_class(u8_decode(p, &n));
		if (class != WORDS_SEPARATOR)
			break;
	}
	*pos = (size_t)(p - begin);
	if (p == end)
		return false;
	word = p;
	p += n;
	if (class == WORDS_LETTER)
		while (p < end && words_class(u8_decode(p, &n)) == WORDS_LETTER)
			p += n;
	*pos = (size_t)(p - begin);
	word_r->ptr = (const char *)word;
	word_r->len = (size_t)(p - word);
	return true;
}

#if defined(__SSE2__)
/* 64 bytes: bits of those that are above ASCII, of newlines, of letters. */
struct block {
	uint64_t above, newline, letter;
};

static inline __m128i
between(__m128i v, char first, char last)
{
	/* Signed: bytes above ASCII are negative, below every letter. */
	return _mm_and_si128(_mm_cmpgt_epi8(v,
				 _mm_set1_epi8((char)(first - 1))),
	    _mm_cmplt_epi8(v, _mm_set1_epi8((char)(last + 1))));
}

static inline struct block
look(const unsigned char *p)
{
	struct block b = { 0 };

	for (unsigned i = 0; i < 64; i += 16) {
		__m128i v =
		    _mm_loadu_si128((const __m128i *)(const void *)(p + i));
		__m128i lower = _mm_or_si128(v, _mm_set1_epi8(0x20));
		__m128i letter =
		    _mm_or_si128(_mm_or_si128(between(lower, 'a', 'z'),
				     between(v, '0', '9')),
			_mm_cmpeq_epi8(v, _mm_set1_epi8('_')));

		b.above |= (uint64_t)(unsigned)_mm_movemask_epi8(v) << i;
		b.letter |= (uint64_t)(unsigned)_mm_movemask_epi8(letter) << i;
		b.newline |= (uint64_t)(unsigned)_mm_movemask_epi8(
				 _mm_cmpeq_epi8(v, _mm_set1_epi8('\n')))
		    << i;
	}
	return b;
}
#endif

/* Count 64 bytes if all of them are ASCII. */
static inline bool
count_block(const unsigned char *p, struct words_counts *c, bool *inside)
{
#if defined(__SSE2__)
	struct block b = look(p);

	if (b.above != 0)
		return false;
	c->characters += 64;
	c->lines += (uint64_t)__builtin_popcountll(b.newline);
	c->words += (uint64_t)__builtin_popcountll(
	    b.letter & ~(b.letter << 1 | (uint64_t)*inside));
	*inside = b.letter >> 63;
	return true;
#else
	(void)p, (void)c, (void)inside;
	return false;
#endif
}

/* Count by character up to stop, or little behind it. */
static const unsigned char *
count_plain(const unsigned char *p, const unsigned char *stop,
    struct words_counts *c, bool *inside)
{
	bool in = *inside;
	size_t n;

	while (p < stop) {
		uint32_t cp = u8_decode(p, &n);
		int class = words_class(cp);

		c->characters++;
		c->lines += cp == '\n';
		c->words +=
		    class == WORDS_ALONE || (class == WORDS_LETTER && !in);
		in = class == WORDS_LETTER;
		p += n;
	}
	*inside = in;
	return p;
}

void
words_count(struct lavoir_str text, struct words_counts *c_r)
{
	const unsigned char *p = (const unsigned char *)text.ptr;
	const unsigned char *end = p + text.len;
	bool inside = false;

	*c_r = (struct words_counts){ 0 };
	while (p < end) {
		if (end - p < 64)
			p = count_plain(p, end, c_r, &inside);
		else if (count_block(p, c_r, &inside))
			p += 64;
		else
			p = count_plain(p, p + 64, c_r, &inside);
	}
	if (text.len > 0 && text.ptr[text.len - 1] != '\n')
		c_r->lines++;
}
