/* vocabulary.h - the words of a document, to judge hyphens at the ends of
 * lines.
 *
 * Whether the hyphen in "well-" at a line's end belongs to the word, no rule of
 * a language says as well as the document itself: it has the word elsewhere in
 * one of the two forms.
 */
#ifndef LAVOIR_READ_PDF_VOCABULARY_H
#define LAVOIR_READ_PDF_VOCABULARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pool.h"

struct vocabulary {
	struct pool *pool;
	uint64_t *hash; /* 0: free */
	size_t cap, n;
};

enum hyphen {
	HYPHEN_NONE, /* no hyphen, or one that stands by itself: a space */
	HYPHEN_KEEP, /* the next line goes on behind it */
	HYPHEN_DROP, /* the same, without it */
};

/* Take up the words of a line, but the first, if a hyphen before it may have
 * cut it, and the last, if it ends in one.  False when memory is short. */
bool vocabulary_add(struct vocabulary *v, const char *text, size_t len,
    bool cut);

/* Does the text end in a letter or digit and a hyphen?  *size_r: the hyphen's
 * bytes. */
bool hyphen_ends(const char *text, size_t len, size_t *size_r);

/* What becomes of the hyphen at the end of text when next follows. */
enum hyphen hyphen_judge(const struct vocabulary *v, const char *text,
    size_t len, const char *next, size_t next_len);

#endif
