/* arena.c - bounded memory for one task, freed at once: chunks that allocations
 * are cut from; under an address sanitizer a chunk for each. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

#ifdef LAVOIR_SANITIZE
enum { CHUNK_PER_ALLOCATION = 1 };
#else
enum { CHUNK_PER_ALLOCATION = 0 };
#endif

enum { ALIGN = alignof(max_align_t), CHUNK_MIN = 4096, CHUNK_MAX = 1 << 20 };

struct chunk {
	struct chunk *next;
	size_t size;
	size_t used;
	alignas(max_align_t) unsigned char data[];
};

/* Chunks behind cur are empty, kept by a reset. */
struct arena {
	struct chunk *first;
	struct chunk *cur;
	size_t chunk_size; /* of the next one */
	size_t size_max;
	size_t used;
	bool exhausted;
};

static size_t
round_up(size_t size)
{
	return (size + (ALIGN - 1)) & ~(size_t)(ALIGN - 1);
}

struct arena *
arena_new(size_t size_max)
{
	struct arena *a = xcalloc(1, sizeof(*a));

	a->chunk_size = CHUNK_MIN;
	a->size_max = size_max && size_max <= SIZE_MAX / 2 ? round_up(size_max)
							   : SIZE_MAX / 2;
	return a;
}

static void
free_chunks(struct chunk *c)
{
	while (c) {
		struct chunk *next = c->next;

		free(c);
		c = next;
	}
}

void
arena_free(struct arena **a)
{
	if (!*a)
		return;
	free_chunks((*a)->first);
	free(*a);
	*a = NULL;
}

void
arena_reset(struct arena *a, size_t keep)
{
	struct chunk **at = &a->first;

	a->chunk_size = CHUNK_MIN;
	if (CHUNK_PER_ALLOCATION)
		keep = 0;
	while (*at) {
		struct chunk *c = *at;

		c->used = 0;
		if (c->size <= keep) {
			keep -= c->size;
			at = &c->next;
			while (a->chunk_size <= c->size &&
			    a->chunk_size < CHUNK_MAX)
				a->chunk_size *= 2;
		} else {
			*at = c->next;
			free(c);
		}
	}
	a->cur = a->first;
	a->used = 0;
	a->exhausted = false;
}

static struct chunk *
add_chunk(struct arena *a, size_t need)
{
	size_t size = a->chunk_size, left = a->size_max - a->used;
	struct chunk *c;

	if (size > left)
		size = left;
	if (size < need || CHUNK_PER_ALLOCATION)
		size = need;
	c = malloc(sizeof(*c) + size);
	if (!c)
		return NULL;
	*c = (struct chunk){ .size = size };
	if (a->cur)
		a->cur->next = c;
	else
		a->first = c;
	a->cur = c;
	if (a->chunk_size < CHUNK_MAX)
		a->chunk_size *= 2;
	return c;
}

/* A chunk with room for need bytes, or NULL. */
static struct chunk *
find_room(struct arena *a, size_t need)
{
	if (!CHUNK_PER_ALLOCATION && a->cur) {
		if (need <= a->cur->size - a->cur->used)
			return a->cur;
		while (a->cur->next) {
			a->cur = a->cur->next;
			if (need <= a->cur->size)
				return a->cur;
		}
	}
	return add_chunk(a, need);
}

void *
arena_raw(struct arena *a, size_t size)
{
	size_t rounded;
	struct chunk *c;
	void *ptr;

	if (!size)
		size = 1;
	if (size > a->size_max || round_up(size) > a->size_max - a->used) {
		a->exhausted = true;
		return NULL;
	}
	rounded = round_up(size);
	/* With a chunk for each, it ends where the allocation ends. */
	c = find_room(a, CHUNK_PER_ALLOCATION ? size : rounded);
	if (!c) {
		a->exhausted = true;
		return NULL;
	}
	ptr = c->data + c->used;
	c->used += CHUNK_PER_ALLOCATION ? size : rounded;
	a->used += rounded;
	return ptr;
}

void *
arena_alloc(struct arena *a, size_t n, size_t size)
{
	size_t total;
	void *ptr;

	if (__builtin_mul_overflow(n, size, &total)) {
		a->exhausted = true;
		return NULL;
	}
	ptr = arena_raw(a, total);
	if (ptr && total)
		memset(ptr, 0, total);
	return ptr;
}

void *
arena_memdup(struct arena *a, const void *ptr, size_t len)
{
	void *copy = arena_raw(a, len);

	if (copy && len)
		memcpy(copy, ptr, len);
	return copy;
}

char *
arena_strndup(struct arena *a, const char *s, size_t len)
{
	char *copy = NULL;

	if (len < SIZE_MAX)
		copy = arena_raw(a, len + 1);
	if (!copy)
		return NULL;
	if (len)
		memcpy(copy, s, len);
	copy[len] = '\0';
	return copy;
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *
arena_printf(struct arena *a, const char *format, ...)
{
	va_list args, again;
	char *s = NULL;
	int len;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	if (len >= 0)
		s = arena_raw(a, (size_t)len + 1);
	if (s)
		vsnprintf(s, (size_t)len + 1, format, again);
	va_end(again);
	va_end(args);
	return s;
}

/* Compared as numbers: ptr may be anything. */
bool
arena_owns(const struct arena *a, const void *ptr, size_t len)
{
	uintptr_t p = (uintptr_t)ptr;

	for (const struct chunk *c = a->first; c; c = c->next) {
		uintptr_t start = (uintptr_t)c->data;

		if (p >= start && p - start < c->used)
			return len <= c->used - (p - start);
	}
	return false;
}

size_t
arena_used(const struct arena *a)
{
	return a->used;
}

bool
arena_exhausted(const struct arena *a)
{
	return a->exhausted;
}
