/* buf.c - a growing byte buffer. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/xalloc.h"

enum { BUF_MIN = 64 };

void
buf_fini(struct buf *b)
{
	free(b->ptr);
	*b = (struct buf){ 0 };
}

uint8_t *
buf_reserve(struct buf *b, size_t more)
{
	size_t cap = b->cap;

	ensure(more <= SIZE_MAX / 2 && b->len <= SIZE_MAX / 2 - more);
	if (more > cap - b->len || !b->ptr) {
		cap = cap < BUF_MIN ? BUF_MIN : cap;
		while (cap < b->len + more)
			cap *= 2;
		b->ptr = xrealloc(b->ptr, cap, 1);
		b->cap = cap;
	}
	return b->ptr + b->len;
}

void
buf_append(struct buf *b, const void *data, size_t len)
{
	if (!len)
		return;
	memcpy(buf_reserve(b, len), data, len);
	b->len += len;
}

void
buf_append_str(struct buf *b, const char *s)
{
	buf_append(b, s, strlen(s));
}

void
buf_append_byte(struct buf *b, uint8_t byte)
{
	*buf_reserve(b, 1) = byte;
	b->len++;
}

void
buf_printf(struct buf *b, const char *format, ...)
{
	va_list args, again;
	size_t room;
	int len;

	va_start(args, format);
	va_copy(again, args);
	buf_reserve(b, 1);
	room = b->cap - b->len;
	len = vsnprintf((char *)b->ptr + b->len, room, format, args);
	ensure(len >= 0);
	if ((size_t)len >= room) {
		buf_reserve(b, (size_t)len + 1);
		vsnprintf((char *)b->ptr + b->len, (size_t)len + 1, format,
		    again);
	}
	b->len += (size_t)len;
	va_end(again);
	va_end(args);
}

void
buf_consume(struct buf *b, size_t len)
{
	ensure(len <= b->len);
	b->len -= len;
	if (len && b->len)
		memmove(b->ptr, b->ptr + len, b->len);
}

const char *
buf_str(struct buf *b)
{
	*buf_reserve(b, 1) = '\0';
	return (const char *)b->ptr;
}

void
buf_reset(struct buf *b, size_t keep)
{
	b->len = 0;
	if (b->cap <= keep)
		return;
	if (!keep) {
		buf_fini(b);
		return;
	}
	b->ptr = xrealloc(b->ptr, keep, 1);
	b->cap = keep;
}
