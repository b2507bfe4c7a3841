/* flow.h - rows of lines become paragraphs, headings, lists and tables. */
#ifndef LAVOIR_READ_PDF_FLOW_H
#define LAVOIR_READ_PDF_FLOW_H

#include "rows.h"

enum { LEVELS = 6 };
enum block_kind { BLOCK_PARAGRAPH, BLOCK_HEADING, BLOCK_ITEM, BLOCK_TABLE };

/* Rows that belong together. */
struct block {
	size_t first, n;
	enum block_kind kind;
	int level;	/* of a heading, from 1 */
	uint32_t label; /* bytes of an item's bullet or number */
	bool bullet;
};

struct flow {
	const struct rows *rows;
	float body;	     /* usual size of characters */
	float level[LEVELS]; /* sizes of headings, falling; 0: no more */
};

void flow_init(struct flow *f, const struct rows *rows, float body);

/* The block that begins at row first. */
void flow_next(const struct flow *f, size_t first, struct block *b_r);

#endif
