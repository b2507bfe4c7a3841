/* buf.h - a growing byte buffer.  Dies when memory is out; bytes that a
 * document asks for are bounded by the caller before they get here. */
#ifndef LAVOIR_BASE_BUF_H
#define LAVOIR_BASE_BUF_H

#include <stddef.h>
#include <stdint.h>

struct buf {
	uint8_t *ptr; /* NULL while cap is 0 */
	size_t len;
	size_t cap;
};

/* All zero is an empty buffer; buf_fini frees it and leaves it empty. */
void buf_fini(struct buf *b);

/* Make room for more bytes behind len; returns where they go. */
uint8_t *buf_reserve(struct buf *b, size_t more);

void buf_append(struct buf *b, const void *data, size_t len);
void buf_append_str(struct buf *b, const char *s);
void buf_append_byte(struct buf *b, uint8_t byte);
void buf_printf(struct buf *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Remove len bytes from the front; len <= b->len. */
void buf_consume(struct buf *b, size_t len);

/* The content as a C string: a NUL is put behind len, not counted. */
const char *buf_str(struct buf *b);

/* Empty it, and give memory back when more than keep bytes are allocated. */
void buf_reset(struct buf *b, size_t keep);

#endif
