/* rules.h - lines that are told by their shape. */
#ifndef LAVOIR_PLUGINS_CLEAN_LINES_RULES_H
#define LAVOIR_PLUGINS_CLEAN_LINES_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "phrases.h"
#include "words.h"

enum { RULES_WORDS_MAX = 256 };

/* Words that shapes are told by, sorted. */
struct word_list {
	uint32_t hash[RULES_WORDS_MAX];
	size_t n;
};
struct rules {
	struct word_list dates;	   /* months, days, what stands between */
	struct word_list agencies; /* of pictures */
	struct word_list by;	   /* "by", in all languages */
};

void rules_init(struct rules *r);

/* Where in its text a line stands. */
enum place { PLACE_HEAD, PLACE_MIDDLE, PLACE_TAIL };

/* What line is by its shape; KIND_NONE: nothing known.  text: its bytes. */
enum kind rules_find(const struct rules *r, struct lavoir_str text,
    const struct words *line, enum place place);

#endif
