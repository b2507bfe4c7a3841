/* vocabulary.c - the words of a document, to judge hyphens at line ends. */
#include "vocabulary.h"

#include <string.h>

#include <glib.h>

#include "common/u8.h"
#include "sign.h"

enum { FIRST_SIZE = 4096, ENTRIES_MAX = 1 << 20, WORD_MAX = 96 };

static const uint64_t FNV_START = 0xcbf29ce484222325U;

static bool
is_hyphen(uint32_t c)
{
	return c == '-' || c == 0x2010 || c == 0x2011 || c == SOFT_HYPHEN;
}

static bool
in_word(uint32_t c)
{
	return g_unichar_isalnum(c) || g_unichar_ismark(c) || c == '\'' ||
	    c == 0x2019;
}

static uint64_t
hash_on(uint64_t h, uint32_t c)
{
	c = is_hyphen(c) ? '-' : g_unichar_tolower(c);
	for (int i = 0; i < 3; i++)
		h = (h ^ (c >> 8 * i & 0xff)) * 0x100000001b3U;
	return h;
}

/* The word at p, with the hyphens inside it: where it ends. */
static const unsigned char *
word_end(const unsigned char *p, const unsigned char *end, bool hyphens)
{
	size_t len;
	uint32_t c;

	for (; p < end; p += len) {
		c = u8_decode(p, &len);
		if (!in_word(c) && !(hyphens && is_hyphen(c)))
			break;
	}
	return p;
}

static uint64_t
hash_of(uint64_t h, const unsigned char *p, const unsigned char *end)
{
	size_t len;

	for (; p < end; p += len)
		h = hash_on(h, u8_decode(p, &len));
	return h == 0 ? 1 : h;
}

static uint64_t *
slot(const struct vocabulary *v, uint64_t h)
{
	size_t i = h & (v->cap - 1);

	while (v->hash[i] != 0 && v->hash[i] != h)
		i = (i + 1) & (v->cap - 1);
	return &v->hash[i];
}

static bool
has(const struct vocabulary *v, uint64_t h)
{
	return v->cap > 0 && *slot(v, h) != 0;
}

static bool
grow(struct vocabulary *v)
{
	struct vocabulary new = { .pool = v->pool,
		.cap = v->cap > 0 ? v->cap * 4 : FIRST_SIZE };

	new.hash = pool_alloc(v->pool, new.cap * sizeof(*new.hash));
	if (new.hash == NULL)
		return false;
	memset(new.hash, 0, new.cap * sizeof(*new.hash));
	for (size_t i = 0; i < v->cap; i++)
		if (v->hash[i] != 0)
			*slot(&new, v->hash[i]) = v->hash[i];
	new.n = v->n;
	*v = new;
	return true;
}

static bool
insert(struct vocabulary *v, uint64_t h)
{
	uint64_t *at;

	/* Books of that size have said what they have to say. */
	if (v->n >= ENTRIES_MAX)
		return true;
	if (v->n * 2 >= v->cap && !grow(v))
		return false;
	at = slot(v, h);
	v->n += *at == 0;
	*at = h;
	return true;
}

bool
vocabulary_add(struct vocabulary *v, const char *text, size_t len, bool cut)
{
	const unsigned char *p = (const unsigned char *)text, *end = p + len;
	const unsigned char *stop;
	size_t size, hyphen;
	bool open = hyphen_ends(text, len, &hyphen);

	for (; p < end; p = stop) {
		stop = word_end(p, end, true);
		if (stop == p) {
			(void)u8_decode(p, &size);
			stop = p + size;
			continue;
		}
		if (!cut && !(stop == end && open) && stop - p <= WORD_MAX &&
		    !insert(v, hash_of(FNV_START, p, stop)))
			return false;
		cut = false;
	}
	return true;
}

/* The character before end. */
static uint32_t
before(const unsigned char *text, const unsigned char **end)
{
	size_t len;

	if (*end == text)
		return 0;
	do
		--*end;
	while (*end > text && (**end & 0xc0) == 0x80);
	return u8_decode(*end, &len);
}

bool
hyphen_ends(const char *text, size_t len, size_t *size_r)
{
	const unsigned char *p = (const unsigned char *)text, *end = p + len;

	if (!is_hyphen(before(p, &end)))
		return false;
	*size_r = len - (size_t)(end - p);
	return g_unichar_isalnum(before(p, &end));
}

/* "Haupt- und Nebensatz": no word goes on there. */
static bool
conjunction(const unsigned char *p, size_t len)
{
	static const char *const known[] = { "und", "oder", "bzw", "sowie",
		"and", "or", "och", "og", "eller", "resp" };

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (strlen(known[i]) == len && memcmp(known[i], p, len) == 0)
			return true;
	return false;
}

/* The two parts of a word that a hyphen at a line's end may have cut. */
struct parts {
	const unsigned char *left, *left_end;
	const unsigned char *right, *right_end;
	size_t left_chars, right_chars;
	bool upper; /* all of the left one */
};

static void
find_parts(struct parts *w, const char *text, size_t len, size_t hyphen,
    const char *next, size_t next_len)
{
	const unsigned char *start = (const unsigned char *)text, *p, *at;
	uint32_t c;

	*w = (struct parts){ .left_end = start + len - hyphen, .upper = true };
	w->left = w->left_end;
	for (p = at = w->left_end; p > start; p = at) {
		c = before(start, &at);
		if (!in_word(c) && !is_hyphen(c))
			break;
		w->left = at;
		w->left_chars++;
		w->upper = w->upper && g_unichar_isupper(c);
	}
	w->right = (const unsigned char *)next;
	w->right_end = word_end(w->right, w->right + next_len, false);
	for (p = w->right; p < w->right_end; p++)
		w->right_chars += (*p & 0xc0) != 0x80;
}

/* Both halves are words by themselves: "free-standing". */
static bool
stand_alone(const struct vocabulary *v, const struct parts *w)
{
	return w->left_chars >= 4 && w->right_chars >= 4 &&
	    has(v, hash_of(FNV_START, w->left, w->left_end)) &&
	    has(v, hash_of(FNV_START, w->right, w->right_end));
}

static bool
within(const unsigned char *p, const unsigned char *end)
{
	size_t len;

	for (; p < end; p += len)
		if (is_hyphen(u8_decode(p, &len)))
			return true;
	return false;
}

static enum hyphen
by_document(const struct vocabulary *v, const struct parts *w)
{
	uint64_t left = hash_of(FNV_START, w->left, w->left_end);
	uint64_t joined = hash_of(left, w->right, w->right_end);
	uint64_t hyphened = hash_of(hash_on(left, '-'), w->right, w->right_end);

	if (has(v, joined))
		return HYPHEN_DROP;
	if (has(v, hyphened))
		return HYPHEN_KEEP;
	if (within(w->left, w->left_end) &&
	    has(v, hash_of(FNV_START, w->right, w->right_end)))
		return HYPHEN_KEEP;
	return stand_alone(v, w) ? HYPHEN_KEEP : HYPHEN_DROP;
}

enum hyphen
hyphen_judge(const struct vocabulary *v, const char *text, size_t len,
    const char *next, size_t next_len)
{
	size_t hyphen, size;
	struct parts w;
	uint32_t c;

	if (next_len == 0 || !hyphen_ends(text, len, &hyphen))
		return HYPHEN_NONE;
	find_parts(&w, text, len, hyphen, next, next_len);
	c = u8_decode(w.right, &size);
	if ((unsigned char)text[len - 1] == SOFT_HYPHEN && hyphen == 2)
		return HYPHEN_DROP;
	if (!g_unichar_isalnum(c))
		return HYPHEN_NONE;
	if (g_unichar_isdigit(c))
		return HYPHEN_KEEP;
	if (conjunction(w.right, (size_t)(w.right_end - w.right)))
		return HYPHEN_NONE;
	if (g_unichar_isupper(c))
		return w.upper && w.left_chars > 1 ? by_document(v, &w)
						   : HYPHEN_KEEP;
	/* "i-", "e-": what is cut has two letters at least. */
	if (w.left_chars < 2 || g_unichar_isdigit(*w.left))
		return HYPHEN_KEEP;
	return by_document(v, &w);
}
