/* words.h - what a word is, for plugins that count, compare or hash them.
 *
 * A word is a longest run of word characters.  Word characters are the ASCII
 * letters, digits and '_', and every character above ASCII but those listed in
 * words.c as separators: white space, punctuation, symbols, controls.  Of the
 * scripts written without spaces, Han, Hiragana, Katakana, Bopomofo and Yi,
 * every character is a word by itself; Thai, Lao, Khmer and Burmese count by
 * the runs between their spaces.  Apostrophes and hyphens separate ("don't" is
 * two words).
 */
#ifndef LAVOIR_PLUGINS_COMMON_WORDS_H
#define LAVOIR_PLUGINS_COMMON_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lavoir/plugin.h"

enum { WORDS_SEPARATOR, WORDS_LETTER, WORDS_ALONE };

/* One of these, for a character. */
int words_class(uint32_t cp);

/* Unicode's White_Space. */
bool words_space(uint32_t cp);

/* The next word of text at or after *pos, which is moved behind it; false when
 * there is none.  text must be valid UTF-8. */
bool words_next(struct lavoir_str text, size_t *pos, struct lavoir_str *word_r);

struct words_counts {
	uint64_t characters; /* code points */
	uint64_t words;
	uint64_t lines; /* ended by a newline or by the end of the text */
};

/* All three in one pass. */
void words_count(struct lavoir_str text, struct words_counts *c_r);

#endif
