/* xalloc.c - allocation for our own structures: never NULL. */
#include "base/xalloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/log.h"

static noreturn void
out_of_memory(size_t n, size_t size)
{
	fatal(EX_OSERR, "out of memory: %zu times %zu bytes", n, size);
}

/* Nothing is allocated as one byte, so that NULL always means failure. */
static size_t
total_size(size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total))
		out_of_memory(n, size);
	return total ? total : 1;
}

void *
xcalloc(size_t n, size_t size)
{
	void *ptr = calloc(1, total_size(n, size));

	if (!ptr)
		out_of_memory(n, size);
	return ptr;
}

void *
xrealloc(void *ptr, size_t n, size_t size)
{
	void *moved = realloc(ptr, total_size(n, size));

	if (!moved)
		out_of_memory(n, size);
	return moved;
}

char *
xstrdup(const char *s)
{
	return xmemdup(s, strlen(s) + 1);
}

void *
xmemdup(const void *ptr, size_t len)
{
	void *copy = xrealloc(NULL, len, 1);

	if (len)
		memcpy(copy, ptr, len);
	return copy;
}

char *
xasprintf(const char *format, ...)
{
	va_list args;
	char *s = NULL;
	int len;

	va_start(args, format);
	len = vasprintf(&s, format, args);
	va_end(args);
	if (len < 0)
		out_of_memory(1, strlen(format));
	return s;
}
