/* scan.c - is there anything to clean? */
#include "clean.h"

#include <string.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "common/u8.h"

static inline bool
blank(char c)
{
	return c == ' ' || c == '\t';
}

struct lavoir_str
clean_trim(const struct rules *r, struct lavoir_str text)
{
	if (r->trim == TRIM_NONE)
		return text;
	while (text.len > 0 &&
	    (blank(text.ptr[text.len - 1]) || text.ptr[text.len - 1] == '\n'))
		text.len--;
	while (r->trim == TRIM_BOTH && text.len > 0 &&
	    (blank(*text.ptr) || *text.ptr == '\n')) {
		text.ptr++;
		text.len--;
	}
	return text;
}

/* 64 bytes, a bit for each. */
struct masks {
	uint64_t above, blank, newline, control;
};

static inline struct masks
look(const unsigned char *p)
{
	struct masks m = { 0 };

#if defined(__SSE2__)
	for (unsigned i = 0; i < 64; i += 16) {
		__m128i v =
		    _mm_loadu_si128((const __m128i *)(const void *)(p + i));
		__m128i space =
		    _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8(' ')),
			_mm_cmpeq_epi8(v, _mm_set1_epi8('\t')));
		__m128i low =
		    _mm_or_si128(_mm_cmpeq_epi8(_mm_min_epu8(v,
						    _mm_set1_epi8(0x1f)),
				     v),
			_mm_cmpeq_epi8(v, _mm_set1_epi8(0x7f)));

		m.above |= (uint64_t)(unsigned)_mm_movemask_epi8(v) << i;
		m.blank |= (uint64_t)(unsigned)_mm_movemask_epi8(space) << i;
		m.control |= (uint64_t)(unsigned)_mm_movemask_epi8(low) << i;
		m.newline |= (uint64_t)(unsigned)_mm_movemask_epi8(
				 _mm_cmpeq_epi8(v, _mm_set1_epi8('\n')))
		    << i;
	}
#else
	for (unsigned i = 0; i < 64; i++) {
		uint64_t bit = (uint64_t)1 << i;

		m.above |= p[i] >= 0x80 ? bit : 0;
		m.blank |= p[i] == ' ' || p[i] == '\t' ? bit : 0;
		m.newline |= p[i] == '\n' ? bit : 0;
		m.control |= p[i] < 0x20 || p[i] == 0x7f ? bit : 0;
	}
#endif
	m.control &= ~(m.newline | m.blank);
	return m;
}

/* Which faults of ASCII matter: all ones or zero. */
struct wanted {
	uint64_t control, run, blank_end, blank_start, pair, triple;
};

/* A fault among the 64 bytes, given those before. */
static inline uint64_t
faults(const struct masks *m, const struct masks *before,
    const struct wanted *w)
{
	uint64_t blank = m->blank << 1 | before->blank >> 63;
	uint64_t newline = m->newline << 1 | before->newline >> 63;
	uint64_t newline2 = m->newline << 2 | before->newline >> 62;

	return (m->control & w->control) | (m->blank & blank & w->run) |
	    (m->newline & blank & w->blank_end) |
	    (m->blank & newline & w->blank_start) |
	    (m->newline & newline & w->pair) |
	    (m->newline & newline & newline2 & w->triple);
}

static uint64_t
ones(bool on)
{
	return on ? ~(uint64_t)0 : 0;
}

static struct wanted
wanted_by(const struct rules *r)
{
	return (struct wanted){
		.control = ones(r->controls || r->line_ends),
		.run = ones(r->spaces),
		.blank_end = ones(r->trim >= TRIM_END),
		.blank_start = ones(r->trim == TRIM_BOTH),
		.pair = ones(r->blank_lines == 0),
		.triple = ones(r->blank_lines >= 0),
	};
}

/* Beyond the BMP there is little to do; not for ideographs and emoji. */
static unsigned
high(uint32_t cp)
{
	if ((cp >= 0x1f000 && cp < 0x1fb00) || (cp >= 0x20000 && cp < 0x2f800))
		return 0;
	if ((cp & 0xfffe) == 0xfffe ||
	    u_getIntPropertyValue((UChar32)cp, UCHAR_NFC_QUICK_CHECK) !=
		UNORM_YES)
		return STOP;
	return u_getCombiningClass((UChar32)cp);
}

/* Where the last combining character ended, and its class. */
struct order {
	const unsigned char *end;
	unsigned class;
};

static inline bool
character(const unsigned char *table, const unsigned char *p, struct order *o)
{
	size_t n;
	uint32_t cp = u8_decode(p, &n);
	unsigned class = cp < TABLE_SIZE ? table[cp] : high(cp);

	if (class == 0)
		return true;
	if (class == STOP || (p == o->end && class < o->class))
		return false;
	o->end = p + n;
	o->class = class;
	return true;
}

/* All characters that begin in the 64 bytes. */
static bool
characters(const unsigned char *table, const unsigned char *p, uint64_t above,
    struct order *o)
{
	while (above != 0) {
		unsigned i = (unsigned)__builtin_ctzll(above);

		above &= above - 1;
		/* Continuations were seen with their lead. */
		if (p[i] >= 0xc0 && !character(table, p + i, o))
			return false;
	}
	return true;
}

bool
clean_scan(const unsigned char *table, const struct rules *r,
    struct lavoir_str text)
{
	const unsigned char *p = (const unsigned char *)text.ptr;
	const unsigned char *end = p + text.len;
	struct wanted w = r != NULL ? wanted_by(r) : (struct wanted){ 0 };
	struct masks m, before = { 0 };
	struct order order = { 0 };
	unsigned char last[128] = { 0 };

	for (; p < end; p += 64) {
		const unsigned char *block = p;

		if (end - p < 64) {
			/* Filled up with letters, which are clean; behind it
			 * lies what a cut sequence would run into. */
			size_t n = (size_t)(end - p);

			memset(last, 'x', sizeof(last));
			memcpy(last, p, n);
			block = last;
			if (order.end == p)
				order.end = last;
		}
		m = look(block);
		if (faults(&m, &before, &w) != 0)
			return false;
		if (m.above != 0 && !characters(table, block, m.above, &order))
			return false;
		before = m;
	}
	return true;
}
