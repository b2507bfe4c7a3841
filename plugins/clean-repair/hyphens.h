/* hyphens.h - words that were broken at the end of a line. */
#ifndef LAVOIR_PLUGINS_CLEAN_REPAIR_HYPHENS_H
#define LAVOIR_PLUGINS_CLEAN_REPAIR_HYPHENS_H

#include <stddef.h>
#include <stdint.h>

#include "lavoir/plugin.h"

/* The words of a text, as a set of hashes.  One that is full forgets what comes
 * later: then fewer words are known. */
struct word_set {
	uint32_t *slot; /* size of them, zeroed; of the caller */
	size_t size;	/* a power of two */
	size_t n;
};

/* How many line ends of text stand behind a letter and a hyphen, and before a
 * small letter: places to look at.  0: nothing to do. */
size_t hyphens_count(struct lavoir_str text);

/* The size of a word set that text wants. */
size_t hyphens_set_size(struct lavoir_str text);

/* text with its broken words joined, to out, which has room for text.len bytes;
 * the number of bytes, and in *joined that of the words.  The rest of the word
 * comes up to the first line.  Joined are those whose halves are joined
 * elsewhere in the text, and not those that keep the hyphen there; where three
 * are, also those of whose halves neither is a word of the text.  A soft hyphen
 * at the end of a line is always undone. */
size_t hyphens_join(struct lavoir_str text, struct word_set *set, char *out,
    size_t *joined);

#endif
