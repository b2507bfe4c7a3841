/* text.h - small things about strings that pages are full of. */
#ifndef LAVOIR_PLUGINS_READ_HTML_TEXT_H
#define LAVOIR_PLUGINS_READ_HTML_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "lavoir/plugin.h"

/* ASCII letters; all else stays. */
static inline char
text_lower(char c)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz";

	if (c >= 'A' && c <= 'Z')
		return letters[c - 'A'];
	return c;
}

static inline char
text_upper(char c)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	if (c >= 'a' && c <= 'z')
		return letters[c - 'a'];
	return c;
}

/* ASCII white space at the ends left out. */
struct lavoir_str text_trim(struct lavoir_str s);

/* Case of ASCII letters ignored. */
bool text_is(struct lavoir_str s, const char *what);
bool text_begins(struct lavoir_str s, const char *what);
/* Where what begins in s; NULL: nowhere. */
const char *text_find(struct lavoir_str s, const char *what);

/* Is it one of the words, separated by white space, of s? */
bool text_has_word(struct lavoir_str s, const char *word);

/* The next piece of s before one of the bytes, trimmed, may be empty; false
 * when s is used up. */
bool text_next(struct lavoir_str *s, const char *separators,
    struct lavoir_str *piece_r);

#endif
