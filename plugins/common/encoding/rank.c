/* rank.c - which of the one-byte encodings makes the most of some bytes. */
#include "rank.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/uchar.h>

#include "alphabet.h"
#include "charset.h"
#include "common/u8.h"

enum { HIGH = 128, MAX = 64, MODELS_MAX = 1024 };
/* What a hint counts for, as a logarithm. */
enum { HINT = 3 };

/* What stands beside a byte. */
enum { SIDE_OTHER, SIDE_LOWER, SIDE_UPPER, SIDE_HIGH, SIDES };

/* What a byte is in an encoding. */
enum {
	KIND_LOWER,
	KIND_UPPER,
	KIND_MARK, /* punctuation that stands within words too */
	KIND_PUNCTUATION,
	KIND_SYMBOL,
	KIND_NONE /* a control, or undefined */
};

/* An encoding with a language. */
struct model {
	int cs;
	bool latin;
	float log[HIGH]; /* of the likelihood of each byte above ASCII */
};

struct ranker {
	unsigned char kind[MAX][HIGH];
	float prior[MAX];
	struct model *model;
	size_t n;
};

/* What encodings are for; the earlier ones are met more often. */
static const struct {
	const char *name;
	enum script script;
	float prior;
} known[] = {
	{ "windows-1252", SCRIPT_LATIN, 0 },
	{ "windows-1250", SCRIPT_LATIN, -1 },
	{ "iso-8859-2", SCRIPT_LATIN, -1.5F },
	{ "windows-1254", SCRIPT_LATIN, -1.5F },
	{ "windows-1257", SCRIPT_LATIN, -1.5F },
	{ "iso-8859-15", SCRIPT_LATIN, -2.5F },
	{ "iso-8859-13", SCRIPT_LATIN, -3 },
	{ "iso-8859-3", SCRIPT_LATIN, -3 },
	{ "iso-8859-4", SCRIPT_LATIN, -4 },
	{ "iso-8859-10", SCRIPT_LATIN, -5 },
	{ "iso-8859-14", SCRIPT_LATIN, -5 },
	{ "macintosh", SCRIPT_LATIN, -3 },
	{ "ibm850", SCRIPT_LATIN, -3 },
	{ "ibm437", SCRIPT_LATIN, -3.5F },
	{ "ibm852", SCRIPT_LATIN, -4 },
	{ "mac-latin2", SCRIPT_LATIN, -5 },
	{ "windows-1251", SCRIPT_CYRILLIC, 0 },
	{ "koi8-r", SCRIPT_CYRILLIC, -1 },
	{ "koi8-u", SCRIPT_CYRILLIC, -2 },
	{ "iso-8859-5", SCRIPT_CYRILLIC, -1.5F },
	{ "ibm866", SCRIPT_CYRILLIC, -2 },
	{ "mac-cyrillic", SCRIPT_CYRILLIC, -2.5F },
	{ "ibm855", SCRIPT_CYRILLIC, -3 },
	{ "windows-1253", SCRIPT_GREEK, 0 },
	{ "iso-8859-7", SCRIPT_GREEK, -0.5F },
	{ "windows-1255", SCRIPT_HEBREW, -0.5F },
	{ "iso-8859-8", SCRIPT_HEBREW, -1 },
	{ "windows-1256", SCRIPT_ARABIC, -0.5F },
	{ "iso-8859-6", SCRIPT_ARABIC, -1 },
	{ "cp874", SCRIPT_THAI, -0.5F },
};

static unsigned char
kind_of(uint32_t cp)
{
	if (cp < 0xa0 || cp == U8_REPLACEMENT)
		return KIND_NONE;
	if (cp == 0x2019 || cp == 0xb7 || cp == 0xad || cp == 0x2011)
		return KIND_MARK;
	if (u_isupper((UChar32)cp))
		return KIND_UPPER;
	if (u_isalpha((UChar32)cp) || u_getCombiningClass((UChar32)cp) != 0 ||
	    u_charType((UChar32)cp) == U_NON_SPACING_MARK)
		return KIND_LOWER;
	if (cp == 0xa0 || cp == 0xab || cp == 0xbb || cp == 0x20ac ||
	    cp == 0xa7 || cp == 0xb0 || (cp >= 0x2013 && cp <= 0x2026))
		return KIND_PUNCTUATION;
	return KIND_SYMBOL;
}

/* The place of a character among the letters, -1 if it is not there. */
static int
place(const char *letters, uint32_t cp)
{
	const unsigned char *p = (const unsigned char *)letters;
	size_t n;

	for (int i = 0; *p != '\0'; i++, p += n)
		if (u8_decode(p, &n) == cp)
			return i;
	return -1;
}

/* Likelihoods of the letters fall with their place, and add up to LETTERS. */
static double
likelihood(const char *letters, uint32_t cp, unsigned char kind)
{
	static const double other[] = { [KIND_LOWER] = 1.5e-3,
		[KIND_UPPER] = 1.5e-4,
		[KIND_MARK] = 0.03,
		[KIND_PUNCTUATION] = 0.004,
		[KIND_SYMBOL] = 2e-4,
		[KIND_NONE] = 1e-6 };
	double sum = 0, letter, upper = 1;
	size_t n = 0;
	int at = place(letters, cp);

	if (at < 0 && kind == KIND_UPPER) {
		at = place(letters, (uint32_t)u_tolower((UChar32)cp));
		upper = 0.06;
	}
	if (at < 0)
		return other[kind];
	for (const char *p = letters; *p != '\0'; p++)
		if (((unsigned char)*p & 0xc0) != 0x80)
			sum += 1 / (1.5 + (double)n++);
	letter = 0.9 * upper / (1.5 + at) / sum;
	return letter > other[kind] ? letter : other[kind];
}

static void
add_models(struct ranker *r, int cs, enum script script, const uint16_t *table)
{
	const struct alphabet *a;

	for (int i = 0; i < HIGH; i++)
		r->kind[cs][i] = kind_of(table[HIGH + i]);
	for (size_t i = 0; (a = alphabet_at(i)) != NULL; i++) {
		struct model *m = &r->model[r->n];

		if (a->script != script || r->n == MODELS_MAX)
			continue;
		m->cs = cs;
		m->latin = script == SCRIPT_LATIN;
		for (int b = 0; b < HIGH; b++)
			m->log[b] = (float)log(likelihood(a->letters,
			    table[HIGH + b], r->kind[cs][b]));
		r->n++;
	}
}

struct ranker *
ranker_new(const struct decoder *decoder)
{
	struct ranker *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->model = calloc(MODELS_MAX, sizeof(*r->model));
	if (r->model == NULL) {
		ranker_free(r);
		return NULL;
	}
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		int cs = charset_find(known[i].name, strlen(known[i].name));

		r->prior[cs] = known[i].prior;
		add_models(r, cs, known[i].script, decoder_table(decoder, cs));
	}
	return r;
}

void
ranker_free(struct ranker *r)
{
	if (r == NULL)
		return;
	free(r->model);
	free(r);
}

/* How often each byte above ASCII stands between what. */
struct counts {
	uint32_t n[HIGH][SIDES][SIDES];
	uint32_t total;
};

static int
side(unsigned char c)
{
	if (c >= HIGH)
		return SIDE_HIGH;
	if (c >= 'a' && c <= 'z')
		return SIDE_LOWER;
	return c >= 'A' && c <= 'Z' ? SIDE_UPPER : SIDE_OTHER;
}

static void
count(struct counts *c, struct lavoir_str s)
{
	const unsigned char *p = (const unsigned char *)s.ptr;

	for (size_t i = 0; i < s.len; i++) {
		if (p[i] < HIGH)
			continue;
		c->n[p[i] - HIGH][i > 0 ? side(p[i - 1]) : SIDE_OTHER]
		    [i + 1 < s.len ? side(p[i + 1]) : SIDE_OTHER]++;
		c->total++;
	}
}

/* What the neighbours have to say against a byte of that kind. */
static float
against(int kind, bool latin, int left, int right)
{
	bool in_word = left != SIDE_OTHER && right != SIDE_OTHER;
	bool ascii = left == SIDE_LOWER || left == SIDE_UPPER ||
	    right == SIDE_LOWER || right == SIDE_UPPER;

	if (kind == KIND_LOWER || kind == KIND_UPPER) {
		if (!latin && ascii)
			return -5;
		if (kind == KIND_UPPER && left == SIDE_LOWER)
			return -4;
		return kind == KIND_LOWER && left == SIDE_UPPER &&
			right == SIDE_UPPER
		    ? -2.0F
		    : 0;
	}
	/* Apostrophes end words or stand in them; few begin one. */
	if (kind == KIND_MARK)
		return left == SIDE_OTHER && right != SIDE_OTHER ? -3.0F : 0;
	if (in_word)
		return -4;
	return left == SIDE_LOWER && kind == KIND_SYMBOL ? -1.0F : 0;
}

/* The weight of the neighbours is the same for all models of an encoding. */
static double
context(const struct ranker *r, const struct counts *c, int cs, bool latin)
{
	double sum = 0;

	for (int b = 0; b < HIGH; b++)
		for (int left = 0; left < SIDES; left++)
			for (int right = 0; right < SIDES; right++)
				if (c->n[b][left][right] > 0)
					sum += c->n[b][left][right] *
					    (double)against(r->kind[cs][b],
						latin, left, right);
	return sum;
}

static uint32_t
sum_of(const struct counts *c, int b)
{
	uint32_t sum = 0;

	for (int left = 0; left < SIDES; left++)
		for (int right = 0; right < SIDES; right++)
			sum += c->n[b][left][right];
	return sum;
}

int
ranker_run(const struct ranker *r, struct lavoir_str sample, int hint,
    double *mean_r)
{
	struct counts c = { 0 };
	uint32_t sum[HIGH];
	double best = -INFINITY, around = 0;
	int winner = -1, cs = -1;

	count(&c, sample);
	if (c.total == 0)
		return -1;
	for (int b = 0; b < HIGH; b++)
		sum[b] = sum_of(&c, b);
	for (size_t i = 0; i < r->n; i++) {
		const struct model *m = &r->model[i];
		double score;

		if (m->cs != cs) {
			cs = m->cs;
			around = context(r, &c, cs, m->latin) +
			    (double)r->prior[cs] + (cs == hint ? HINT : 0);
		}
		score = around;
		for (int b = 0; b < HIGH; b++)
			score += sum[b] * (double)m->log[b];
		if (score > best) {
			best = score;
			winner = cs;
		}
	}
	*mean_r = best / c.total;
	return winner;
}
