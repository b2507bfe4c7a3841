/* count.h - counting what a block's text is made of, piece by piece. */
#ifndef LAVOIR_PLUGINS_READ_HTML_COUNT_H
#define LAVOIR_PLUGINS_READ_HTML_COUNT_H

#include "page.h"

enum { COUNT_HEAD = 160 };

/* State between the pieces of one block. */
struct counter {
	struct counts count;
	uint32_t hash;
	bool in_word;
	bool space;    /* white space since the last character */
	uint32_t last; /* last character that is not white space */
	size_t n_head;
	char head[COUNT_HEAD]; /* the text's beginning, small letters */
};

void counter_reset(struct counter *c);

/* Count a piece of text; link: it stands in a link. */
void counter_add(struct counter *c, struct lavoir_str text, bool link);

/* One of ENDS_*. */
uint8_t counter_ends(const struct counter *c);

#endif
