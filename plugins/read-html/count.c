/* count.c - characters, words and punctuation of a text. */
#include "count.h"

#include <string.h>

#include "common/u8.h"
#include "common/words.h"

#define HASH_START 0x811c9dc5u
#define HASH_PRIME 0x01000193u

/* Classes of ASCII: white space and controls, letters, capitals, digits,
 * commas, full stops, the rest. */
enum {
	SPACE = ' ',
	SMALL = 'a',
	CAPITAL = 'A',
	DIGIT = '0',
	COMMA = ',',
	STOP = '.',
	OTHER = '-'
};
static const char ascii[] = "                                "
			    " .----------,-.-0000000000-,---."
			    "-AAAAAAAAAAAAAAAAAAAAAAAAAA----a"
			    "-aaaaaaaaaaaaaaaaaaaaaaaaaa-----";

void
counter_reset(struct counter *c)
{
	memset(&c->count, 0, sizeof(c->count));
	c->hash = HASH_START;
	c->in_word = c->space = false;
	c->last = 0;
	c->n_head = 0;
}

static void
keep_head(struct counter *c, const unsigned char *bytes, size_t n)
{
	if (c->n_head + n + 1 > COUNT_HEAD)
		return;
	if (c->space && c->n_head > 0)
		c->head[c->n_head++] = ' ';
	for (size_t i = 0; i < n; i++)
		c->head[c->n_head++] = (char)bytes[i];
}

static void
add_word(struct counter *c, bool link)
{
	if (!c->in_word) {
		c->count.words++;
		c->count.link_words += link;
	}
}

static void
add_ascii(struct counter *c, unsigned char byte, char class, bool link)
{
	unsigned char small = class == CAPITAL ? byte | 0x20 : byte;

	c->count.chars++;
	c->count.link_chars += link;
	if (class == SMALL || class == CAPITAL || class == DIGIT) {
		add_word(c, link);
		if (!c->in_word && class == CAPITAL)
			c->count.capitals++;
		c->count.digits += class == DIGIT;
		c->in_word = true;
		c->hash = (c->hash ^ small) * HASH_PRIME;
	} else {
		c->count.commas += class == COMMA;
		c->count.stops += class == STOP;
		c->in_word = false;
	}
	if (c->n_head < COUNT_HEAD - 2)
		keep_head(c, &small, 1);
	c->space = false;
	c->last = byte;
}

/* The capitals of Latin-1, Greek and Russian; enough for headings. */
static bool
is_capital(uint32_t cp)
{
	return (cp >= 0xc0 && cp <= 0xde) || (cp >= 0x391 && cp <= 0x3a9) ||
	    (cp >= 0x410 && cp <= 0x42f);
}

/* Small letters of the same, for phrases. */
static uint32_t
small_of(uint32_t cp)
{
	return is_capital(cp) ? cp + 0x20 : cp;
}

static bool
is_comma(uint32_t cp)
{
	return cp == 0xff0c || cp == 0x3001 || cp == 0xff1b || cp == 0x60c;
}

static bool
is_stop(uint32_t cp)
{
	return cp == 0x3002 || cp == 0xff01 || cp == 0xff1f || cp == 0x2026 ||
	    cp == 0x964 || cp == 0x6d4 || cp == 0x61f;
}

static void
add_wide(struct counter *c, uint32_t cp, bool link)
{
	unsigned char bytes[4];
	int class = words_class(cp);

	if (class == WORDS_SEPARATOR && words_space(cp)) {
		c->space = true;
		c->in_word = false;
		return;
	}
	c->count.chars++;
	c->count.link_chars += link;
	if (class == WORDS_SEPARATOR) {
		c->count.commas += is_comma(cp);
		c->count.stops += is_stop(cp);
		c->in_word = false;
	} else {
		if (class == WORDS_ALONE)
			c->in_word = false;
		add_word(c, link);
		if (!c->in_word && is_capital(cp))
			c->count.capitals++;
		c->in_word = class != WORDS_ALONE;
		c->hash = (c->hash ^ small_of(cp)) * HASH_PRIME;
	}
	keep_head(c, bytes, u8_encode(bytes, small_of(cp)));
	c->space = false;
	c->last = cp;
}

void
counter_add(struct counter *c, struct lavoir_str text, bool link)
{
	const unsigned char *p = (const unsigned char *)text.ptr;
	const unsigned char *end = p + text.len;

	while (p < end) {
		size_t len;

		if (*p >= 0x80) {
			add_wide(c, u8_decode(p, &len), link);
			p += len;
			continue;
		}
		if (ascii[*p] == SPACE) {
			c->space = true;
			c->in_word = false;
		} else {
			add_ascii(c, *p, ascii[*p], link);
		}
		p++;
	}
}

uint8_t
counter_ends(const struct counter *c)
{
	switch (c->last) {
	case '.':
	case '!':
	case '?':
	case 0x3002:
	case 0xff01:
	case 0xff1f:
		return ENDS_STOP;
	case ':':
	case 0xff1a:
		return ENDS_COLON;
	case 0x2026:
		return ENDS_ELLIPSIS;
	default:
		return ENDS_OTHER;
	}
}
