/* page.h - a page's text as lines with their places, out of poppler.
 *
 * Poppler finds words and lines; the words' order in lines written from right
 * to left, what to do with ligatures, and what is damage, is decided here.
 */
#ifndef LAVOIR_READ_PDF_PAGE_H
#define LAVOIR_READ_PDF_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <poppler.h>

#include "pool.h"

enum {
	LINE_BOLD = 1 << 0,
	LINE_RTL = 1 << 1,
	LINE_VERTICAL = 1 << 2,	 /* written upwards or downwards */
	LINE_FURNITURE = 1 << 3, /* running head, foot or page number */
	LINE_BULLET = 1 << 4,	 /* began with a sign of a symbol font */
};

/* A line of a column, or a cell's.  Words are separated by one space, or by a
 * tab where the gap is wide.  Places in points, y downwards. */
struct line {
	char *text; /* ends in NUL */
	size_t len;
	float x0, y0, x1, y1;
	float size;	/* of most of its characters */
	uint32_t chars; /* but white space */
	uint32_t flags;
};

struct page {
	struct line *line; /* in reading order */
	size_t n;
	float width, height;
	size_t chars, damaged; /* but white space */
	int images;	       /* -1: not counted */
	bool placed;	       /* places are known */
};

/* Room used again from page to page; zero at first. */
struct page_scratch {
	struct word *word;
	size_t words_cap;
	struct line *line;
	size_t lines_cap;
	struct size_run *run;
	size_t runs_cap;
	char *text;
	size_t text_cap;
	uint32_t *sign;
	size_t signs_cap;
};

/* Fill *page_r; false when memory is short.  Text is in the pool. */
bool page_read(struct pool *pool, struct page_scratch *s, PopplerPage *from,
    struct page *page_r);

#endif
