/* word.h - the words of a page in poppler's order, with their places. */
#ifndef LAVOIR_READ_PDF_WORD_H
#define LAVOIR_READ_PDF_WORD_H

#include "page.h"

struct word {
	size_t at, len; /* in the scratch text, cleaned, as it is read */
	float x0, y0, x1, y1;
	float size;
	uint32_t chars, damaged;
	bool rtl, ltr, digits; /* what it has; none: punctuation */
	bool bold;
	bool marked;  /* poppler took it for one from right to left */
	bool bullet;  /* one sign that lists begin with */
	bool space;   /* poppler saw one behind it, in the order of places */
	bool last;    /* of its line */
	bool upright; /* signs stand above each other */
};

/* From here to the next: size and weight of the font.  In signs. */
struct size_run {
	size_t from;
	float size;
	bool bold;
	bool marked; /* poppler took it for one from right to left */
};

/* The words of a page; false when memory is short.  *placed_r: their places
 * are known. */
bool words_read(struct pool *pool, struct page_scratch *s, PopplerPage *from,
    size_t *n_r, bool *placed_r);

#endif
