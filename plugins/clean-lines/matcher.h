/* matcher.h - phrases, found in lines. */
#ifndef LAVOIR_PLUGINS_CLEAN_LINES_MATCHER_H
#define LAVOIR_PLUGINS_CLEAN_LINES_MATCHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "phrases.h"
#include "words.h"

/* A phrase, as it is found by. */
struct pattern {
	uint32_t hash; /* of its words in a row; 0: an empty slot */
	unsigned char n_words;
	signed char kind;
	bool open_left, open_right; /* a star stands there */
};

struct matcher {
	struct pattern *slot; /* open addressing */
	size_t size, n;
	size_t words_most;		/* words of the longest phrase */
	unsigned char first[65536 / 8]; /* bits: hashes phrases begin with */
};

/* Makes room for n phrases; false: no memory.  matcher_free() releases. */
bool matcher_init(struct matcher *m, size_t n);
void matcher_free(struct matcher *m);

/* Add a phrase as phrases.h has it; false: it has no word, or too many. */
bool matcher_add(struct matcher *m, enum kind kind, struct lavoir_str text);

/* Does a phrase say what line is?  Its kind, KIND_NONE if none.  Of several the
 * first in the order of enum kind.  With a star it counts only where the line
 * has no more words than most[kind]. */
enum kind matcher_find(const struct matcher *m, const struct words *line,
    const unsigned char *most);

#endif
