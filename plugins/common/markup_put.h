/* markup_put.h - what the parts of markup share: bytes into the buffer, lines
 * opened and closed. */
#ifndef LAVOIR_PLUGINS_COMMON_MARKUP_PUT_H
#define LAVOIR_PLUGINS_COMMON_MARKUP_PUT_H

#include <string.h>

#include "common/markup.h"

/* What waits before the next word, the stronger the greater. */
enum { SPACE_NONE, SPACE_NBSP, SPACE_ONE, SPACE_BREAK };
/* How far a line's beginning has been looked at. */
enum { START_MID, START_LINE, START_DIGITS };
enum { CONTAINER_QUOTE, CONTAINER_LIST, CONTAINER_ITEM, CONTAINER_NOTE };

/* Room for n more bytes; false once the writer has failed. */
bool markup_grow(struct markup *m, size_t n);
/* n copies of c at offset at. */
void markup_insert(struct markup *m, size_t at, const char *s, size_t n);

static inline bool
markup_room(struct markup *m, size_t n)
{
	return n <= m->cap - m->len || markup_grow(m, n);
}

static inline void
markup_put(struct markup *m, const void *ptr, size_t len)
{
	if (len > 0 && markup_room(m, len)) {
		memcpy(m->ptr + m->len, ptr, len);
		m->len += len;
	}
}

static inline void
markup_putc(struct markup *m, char c)
{
	if (markup_room(m, 1))
		m->ptr[m->len++] = (unsigned char)c;
}

static inline bool
markup_md(const struct markup *m)
{
	return m->format == MARKUP_MARKDOWN;
}

/* A newline within a block, and what stands before its next line; blank: but
 * for white space. */
void markup_newline(struct markup *m, bool blank);
/* Open the block, or what waits within it, before something visible. */
void markup_ready(struct markup *m);
/* End the block: gap newlines before the next one at least. */
void markup_boundary(struct markup *m, uint8_t gap);

/* The line of a block, or of a table's row, with its markers. */
void markup_line_open(struct markup *m);
/* The current cell, with the empty ones before it. */
void markup_cell_open(struct markup *m);

void markup_marks_write(struct markup *m);
/* Close those that are written, to be opened again in the next block. */
void markup_marks_suspend(struct markup *m);

void markup_pre_text(struct markup *m, const unsigned char *p, size_t len);

#endif
