/* rows.h - the lines of a document, those of a height put together. */
#ifndef LAVOIR_READ_PDF_ROWS_H
#define LAVOIR_READ_PDF_ROWS_H

#include "page.h"

/* One line, or the cells of a table's row, from left to right or, when they are
 * written so, from right to left. */
struct text_row {
	struct line *line;
	uint32_t n;	/* lines */
	uint32_t cells; /* of all of them */
	uint32_t page;
	float column; /* where lines around it end at the most */
};

struct rows {
	struct text_row *row;
	size_t n, cap;
};

/* All lines of the pages but furniture.  The pages' lines are moved together.
 * False when memory is short. */
bool rows_collect(struct pool *pool, struct rows *rows, struct page *page,
    size_t n);

/* The size that most characters have; 0 when there are none. */
float rows_body_size(const struct page *page, size_t n);

/* Where a row begins and ends, in the direction in which it is written. */
float row_start(const struct text_row *r);
float row_end(const struct text_row *r);
/* Is that nothing but a bullet, which belongs to what stands behind it? */
bool row_bullet(const char *text, size_t len);
/* Does no part of one stand above or below a part of the other? */
bool row_apart(const struct text_row *a, const struct text_row *b);

#endif
