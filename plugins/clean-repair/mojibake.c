/* mojibake.c - text that was UTF-8, read in a code page, repaired. */
#include "mojibake.h"

#include <stdlib.h>
#include <string.h>

#include "glyph.h"

enum {
	PASSES_MAX = 4, /* text is hardly spoilt more often */
	ENOUGH = 5,	/* halves: for a line that is explained wholly */
	SURE = 7,	/* for one that is not */
	REPLACEMENT = 0xfffd
};

/* How many bytes a character of UTF-8 has that begins with lead; 0: none. */
static uint32_t
length_of(unsigned char lead)
{
	if (lead >= 0xc2 && lead < 0xe0)
		return 2;
	if (lead >= 0xe0 && lead < 0xf0)
		return 3;
	return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

/* The character of len bytes; 0: they are none.  A byte 0 was lost on the way
 * (U+FFFD): what it was in is U+FFFD. */
static uint32_t
decode(const unsigned char *byte, uint32_t len)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t cp = byte[0] & (0xffu >> (len + 1));
	bool lost = false;

	for (uint32_t i = 1; i < len; i++) {
		if (byte[i] == 0)
			lost = true;
		else if (byte[i] >= 0xc0)
			return 0;
		cp = cp << 6 | (byte[i] & 0x3f);
	}
	if (lost)
		return REPLACEMENT;
	if (cp < least[len] || cp > 0x10ffff)
		return 0;
	return cp;
}

static bool
is_surrogate(uint32_t cp)
{
	return cp >= 0xd800 && cp < 0xe000;
}

/* The run at i of the line read in page; false: there is none.  Two surrogates
 * are one character, as some programs (CESU-8) write it. */
static bool
run_at(const struct mojibake *m, int page, uint32_t i, struct run *r)
{
	const struct line *l = &m->line;
	unsigned char byte[6];
	uint32_t n = 0, len;

	while (n < 6 && i + n < l->n) {
		byte[n] = pages_byte(m->pages, page, l->cp[i + n]);
		if (byte[n] == 0 && (n == 0 || l->cp[i + n] != REPLACEMENT))
			break;
		n++;
	}
	len = n > 0 ? length_of(byte[0]) : 0;
	if (len == 0 || len > n)
		return false;
	*r = (struct run){ .at = i, .len = len, .cp = decode(byte, len) };
	if (is_surrogate(r->cp)) {
		uint32_t low =
		    n == 6 && length_of(byte[3]) == 3 ? decode(byte + 3, 3) : 0;

		if (r->cp >= 0xdc00 || low < 0xdc00 || !is_surrogate(low))
			return false;
		r->len = 6;
		r->cp = 0x10000 + ((r->cp - 0xd800) << 10) + (low - 0xdc00);
	}
	return r->cp != 0;
}

/* The runs of the line to m->run[]; *left is the number of characters beyond
 * ASCII that are in none, *covered that of those which are. */
static size_t
find_runs(struct mojibake *m, int page, uint32_t *covered, uint32_t *left)
{
	const struct line *l = &m->line;
	size_t n = 0;

	*covered = *left = 0;
	for (uint32_t i = 0; i < l->n;) {
		if (l->cp[i] >= 0x80 && run_at(m, page, i, &m->run[n])) {
			*covered += m->run[n].len;
			i += m->run[n++].len;
			continue;
		}
		*left += l->cp[i] >= 0x80 && l->cp[i] != REPLACEMENT;
		i++;
	}
	return n;
}

/* Keep of the n weighed runs those to be replaced; their number, and in *score
 * what they weigh. */
static size_t
choose(struct run *run, size_t n, uint32_t left, int *score)
{
	int total = 0, sure = 0, least = 0;
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		total += run[i].weight;
		sure += run[i].weight >= ENOUGH ? run[i].weight : 0;
		least = run[i].weight < least ? run[i].weight : least;
	}
	*score = total;
	if (left == 0)
		return total >= ENOUGH && least > -4 ? n : 0;
	*score = 0;
	if (sure < SURE)
		return 0;
	for (size_t i = 0; i < n; i++) {
		if (run[i].weight < ENOUGH &&
		    (run[i].weight < 1 || sure < 2 * SURE))
			continue;
		*score += run[i].weight;
		run[kept++] = run[i];
	}
	*score -= (int)(left / 2);
	return kept;
}

/* The page that explains the line best, its runs to m->best[]; their number. */
static size_t
find_page(struct mojibake *m, int *page_r)
{
	size_t n_best = 0;
	int best = 0;

	for (int page = 0; page < PAGE_N; page++) {
		uint32_t covered, left;
		size_t n = find_runs(m, page, &covered, &left);
		int score;

		if (n == 0 || left * 2 > covered)
			continue;
		mojibake_weigh(m, n);
		n = choose(m->run, n, left, &score);
		if (n == 0 || (n_best > 0 && score <= best))
			continue;
		memcpy(m->best, m->run, n * sizeof(m->run[0]));
		n_best = n;
		best = score;
		*page_r = page;
	}
	return n_best;
}

/* Does a word of Portuguese begin here that "a" is joined to with an accent? */
static bool
joins_a(const uint32_t *cp, uint32_t n)
{
	static const char *const word[] = { "s", "quele", "quela", "queles",
		"quelas", "quilo" };

	for (size_t i = 0; i < sizeof(word) / sizeof(word[0]); i++) {
		uint32_t len = (uint32_t)strlen(word[i]), k = 0;

		while (k < len && k < n && cp[k] == (unsigned char)word[i][k])
			k++;
		if (k == len && (k == n || glyph_class(cp[k]) == GLYPH_ASCII))
			return true;
	}
	return false;
}

/* A blank at i + 1 that was a no-break space once: the second byte of a run.
 * Only asked in a line that is mojibake without doubt. */
static bool
blank_run(const struct mojibake *m, int page, uint32_t i, struct run *r)
{
	const struct line *l = &m->line;
	unsigned char byte[2] = { pages_byte(m->pages, page, l->cp[i]), 0xa0 };
	uint32_t before = i > 0 ? l->cp[i - 1] : ' ';

	if (!pages_windows(page) || length_of(byte[0]) != 2 || i + 1 >= l->n ||
	    l->cp[i + 1] != ' ')
		return false;
	*r = (struct run){ .at = i, .len = 2, .cp = decode(byte, 2) };
	if (byte[0] != 0xc3)
		return byte[0] != 0xc2 && glyph_common(r->cp) &&
		    glyph_script(r->cp) != 0;
	/* The word "a" with its accent: the blank behind it may be its own. */
	if (before != ' ' && before != '\'' && before != '(')
		return false;
	if ((i + 2 >= l->n || l->cp[i + 2] != ' ') &&
	    !joins_a(l->cp + i + 2, l->n - i - 2))
		r->len = 1;
	return true;
}

/* Put what the n runs of m->best[] are into the line. */
static void
replace(struct mojibake *m, int page, size_t n)
{
	struct line *l = &m->line;
	uint32_t out = 0, i = 0;
	size_t next = 0;

	while (i < l->n) {
		struct run blank;

		if (next < n && m->best[next].at == i) {
			l->cp[out++] = m->best[next].cp;
			i += m->best[next++].len;
		} else if (l->cp[i] >= 0x80 && blank_run(m, page, i, &blank)) {
			l->cp[out++] = blank.cp;
			i += blank.len;
		} else {
			l->cp[out++] = l->cp[i++];
		}
	}
	l->n = out;
}

/* A lead and a continuation side by side, in any page? */
static bool
is_suspect(const struct mojibake *m)
{
	const struct line *l = &m->line;

	for (uint32_t i = 0; i + 1 < l->n; i++) {
		uint32_t a = l->cp[i], b = l->cp[i + 1];

		if (a >= 0x80 && a < 65536 && b >= 0x80 && b < 65536 &&
		    m->pages->flags[a] & PAGE_LEAD &&
		    (m->pages->flags[b] & PAGE_CONTINUATION ||
			b == REPLACEMENT))
			return true;
	}
	return false;
}

/* Control characters of ISO 8859-1 are what Windows-1252 has in their place. */
static size_t
replace_controls(struct mojibake *m)
{
	struct line *l = &m->line;
	size_t n = 0;

	for (uint32_t i = 0; i < l->n; i++) {
		uint32_t cp = l->cp[i];

		if (cp < 0x80 || cp >= 0xa0 ||
		    m->pages->windows[cp - 0x80] == 0)
			continue;
		l->cp[i] = m->pages->windows[cp - 0x80];
		n++;
	}
	return n;
}

size_t
mojibake_repair(struct mojibake *m)
{
	size_t replaced = 0;

	for (int pass = 0; pass < PASSES_MAX && is_suspect(m); pass++) {
		int page = 0;
		size_t n = find_page(m, &page);

		if (n == 0)
			break;
		replace(m, page, n);
		replaced += n;
	}
	return replaced + replace_controls(m);
}
