/* words.h - a line as hashes of its words. */
#ifndef LAVOIR_PLUGINS_CLEAN_LINES_WORDS_H
#define LAVOIR_PLUGINS_CLEAN_LINES_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lavoir/plugin.h"

enum { LINE_WORDS_MAX = 96, LINE_BYTES_MAX = 1024 };

/* Words are runs of letters, digits and marks, compared without case; a colon
 * is a word.  has_* tell of the rest of the line. */
struct words {
	size_t n;
	uint32_t hash[LINE_WORDS_MAX];
	size_t colons;	 /* of the n */
	size_t hashtags; /* words behind a # */
	size_t digits;	 /* words of digits only */
	size_t years;	 /* of these, 1900 to 2099 */
	size_t capitals; /* words that begin with a capital */
	size_t bars;	 /* / | and dashes that stand between words */
	bool sentence;	 /* ends as sentences do: . ! ? ... */
};

/* The words of line; false: it is too long to be anything but text. */
bool words_of(struct lavoir_str line, struct words *w);

/* One hash for n words in a row, from those of each. */
static inline uint32_t
words_join(uint32_t hash, uint32_t word)
{
	return (hash ^ word) * 0x9e3779b1u + 0x7f4a7c15u;
}

#endif
