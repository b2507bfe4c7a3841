/* hyphens.c - words that were broken at the end of a line.
 *
 * A word here is a run of letters (bytes from 0x80 on count as letters), with
 * single hyphens within.  What the text itself shows decides: the language need
 * not be known.
 */
#include "hyphens.h"

#include <stdbool.h>
#include <string.h>

enum {
	PROVEN = 3, /* words joined on evidence: then others follow */
	SET_SIZE_MAX = 1 << 20
};

/* A broken word: "exam-\n  ple". */
struct broken {
	const char *begin, *hyphen, *rest, *end;
	bool soft;
};

static bool
is_letter(char c)
{
	unsigned char u = (unsigned char)c;

	return u >= 0x80 || ((u | 0x20) >= 'a' && (u | 0x20) <= 'z');
}

/* The length of the hyphen that ends [begin, end): - or U+2010, U+00AD. */
static size_t
hyphen_before(const char *begin, const char *end, bool *soft)
{
	size_t len = (size_t)(end - begin);

	*soft = false;
	if (len >= 2 && memcmp(end - 2, "\xc2\xad", 2) == 0) {
		*soft = true;
		return 2;
	}
	if (len >= 3 && memcmp(end - 3, "\xe2\x80\x90", 3) == 0)
		return 3;
	return len >= 1 && end[-1] == '-';
}

/* Does [p, end) begin with a small letter?  Beyond ASCII: of the scripts that
 * break words with hyphens, Latin, Greek and Cyrillic. */
static bool
begins_small(const char *p, const char *end)
{
	unsigned char c, d;

	if (p == end)
		return false;
	c = (unsigned char)p[0];
	if (c < 0x80)
		return c >= 'a' && c <= 'z';
	if (p + 1 == end)
		return false;
	d = (unsigned char)p[1];
	if (c == 0xc3)
		return d >= 0x9f && d != 0xb7;
	if (c == 0xc4 || c == 0xc5)
		return (d & 1) != 0;
	return (c == 0xce && d >= 0xac) || (c == 0xcf && d <= 0x8e) ||
	    (c == 0xd0 && d >= 0xb0) || (c == 0xd1 && d <= 0x9f);
}

/* The word broken at newline, between begin and end of the text. */
static bool
broken_at(const char *begin, const char *newline, const char *end,
    struct broken *b)
{
	size_t len = hyphen_before(begin, newline, &b->soft);
	const char *p = newline + 1;

	b->hyphen = newline - len;
	if (len == 0)
		return false;
	b->begin = b->hyphen;
	while (b->begin > begin && is_letter(b->begin[-1]))
		b->begin--;
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	b->rest = p;
	while (p < end && is_letter(*p))
		p++;
	b->end = p;
	return b->hyphen - b->begin >= 2 && b->end - b->rest >= 2 &&
	    begins_small(b->rest, b->end);
}

size_t
hyphens_count(struct lavoir_str text)
{
	const char *p = text.ptr, *end = text.ptr + text.len;
	struct broken b;
	size_t n = 0;

	while ((p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		n += broken_at(text.ptr, p, end, &b);
		p++;
	}
	return n;
}

size_t
hyphens_set_size(struct lavoir_str text)
{
	size_t size = 1024;

	while (size < text.len / 2 && size < SET_SIZE_MAX)
		size *= 2;
	return size;
}

/* FNV-1a, in two pieces, small letters for capitals of ASCII; never 0. */
static uint32_t
hash(uint32_t h, const char *p, const char *end)
{
	for (; p < end; p++) {
		unsigned char c = (unsigned char)*p;

		h = (h ^ (c >= 'A' && c <= 'Z' ? c | 0x20u : c)) * 16777619u;
	}
	return h;
}

static uint32_t
hash_of_parts(const char *a, const char *a_end, const char *between,
    const char *b, const char *b_end)
{
	uint32_t h = hash(2166136261u, a, a_end);

	h = hash(h, between, between + strlen(between));
	h = hash(h, b, b_end);
	return h ? h : 1;
}

static bool
known(const struct word_set *s, uint32_t h)
{
	for (size_t i = h & (s->size - 1); s->slot[i] != 0;
	     i = (i + 1) & (s->size - 1))
		if (s->slot[i] == h)
			return true;
	return false;
}

static void
add(struct word_set *s, uint32_t h)
{
	size_t i = h & (s->size - 1);

	if (s->n >= s->size / 2)
		return;
	while (s->slot[i] != 0 && s->slot[i] != h)
		i = (i + 1) & (s->size - 1);
	s->n += s->slot[i] == 0;
	s->slot[i] = h;
}

/* All words of text, and those with a hyphen once more as a whole; but not what
 * stands around a line end with a hyphen. */
static void
add_words(struct word_set *s, struct lavoir_str text)
{
	const char *p = text.ptr, *end = text.ptr + text.len;
	bool rest = false; /* of a broken word */

	while (p < end) {
		const char *word = p, *hyphen = NULL;
		bool broken;

		while (p < end &&
		    (is_letter(*p) ||
			(*p == '-' && p > word && p + 1 < end &&
			    is_letter(p[1])))) {
			if (*p == '-' && hyphen == NULL)
				hyphen = p;
			p++;
		}
		broken = p + 1 < end && p[0] == '-' && p[1] == '\n';
		if (p > word && !broken && !rest)
			add(s, hash_of_parts(word, p, "", p, p));
		if (p > word)
			rest = broken;
		if (hyphen)
			add(s, hash_of_parts(word, hyphen, "", p, p));
		p += p < end;
	}
}

/* Is it one word?  proven: so many were joined on evidence before. */
static bool
is_one_word(const struct word_set *s, const struct broken *b, size_t proven,
    bool *evidence)
{
	*evidence = b->soft;
	if (b->soft)
		return true;
	if (known(s, hash_of_parts(b->begin, b->hyphen, "-", b->rest, b->end)))
		return false;
	*evidence =
	    known(s, hash_of_parts(b->begin, b->hyphen, "", b->rest, b->end));
	if (*evidence)
		return true;
	return proven >= PROVEN &&
	    !known(s,
		hash_of_parts(b->begin, b->hyphen, "", b->rest, b->rest)) &&
	    !known(s, hash_of_parts(b->rest, b->end, "", b->end, b->end));
}

/* How many words of text are joined on evidence. */
static size_t
count_proven(const struct word_set *s, struct lavoir_str text)
{
	const char *p = text.ptr, *end = text.ptr + text.len;
	size_t n = 0;

	while ((p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		struct broken b;
		bool evidence;

		if (broken_at(text.ptr, p, end, &b) &&
		    is_one_word(s, &b, 0, &evidence))
			n++;
		p++;
	}
	return n;
}

size_t
hyphens_join(struct lavoir_str text, struct word_set *set, char *out,
    size_t *joined)
{
	const char *p = text.ptr, *at = p, *end = text.ptr + text.len;
	size_t proven;
	char *o = out;

	add_words(set, text);
	proven = count_proven(set, text);
	*joined = 0;
	while ((p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		const char *newline = p++;
		struct broken b;
		bool evidence;

		if (!broken_at(at, newline, end, &b) ||
		    !is_one_word(set, &b, proven, &evidence))
			continue;
		memcpy(o, at, (size_t)(b.hyphen - at));
		o += b.hyphen - at;
		/* With what is written to the word, up to the blank that then
		 * ends the line. */
		while (b.end < end && *b.end != ' ' && *b.end != '\n')
			b.end++;
		memcpy(o, b.rest, (size_t)(b.end - b.rest));
		o += b.end - b.rest;
		at = b.end;
		if (at < end && *at == ' ') {
			/* What follows begins the line, indented as it was. */
			size_t indent = (size_t)(b.rest - newline);

			memcpy(o, newline, indent);
			o += indent;
			while (at < end && *at == ' ')
				at++;
		}
		p = at;
		++*joined;
	}
	memcpy(o, at, (size_t)(end - at));
	return (size_t)(o - out) + (size_t)(end - at);
}
