/* pool.c - small allocations and growing arrays in a document's memory. */
#include "pool.h"

#include <stdint.h>
#include <string.h>

enum { PIECE = 64 << 10, ALIGNMENT = 16 };

char *
pool_text(struct pool *p, size_t size)
{
	char *r;

	if (size > (size_t)(p->end - p->at)) {
		if (size > PIECE / 4)
			return p->host->doc_alloc(p->doc, size);
		r = p->host->doc_alloc(p->doc, PIECE);
		if (r == NULL)
			return NULL;
		p->at = r;
		p->end = r + PIECE;
	}
	r = p->at;
	p->at += size;
	return r;
}

void *
pool_alloc(struct pool *p, size_t size)
{
	size_t over = (uintptr_t)p->at % ALIGNMENT;

	if (over > 0 && (size_t)(p->end - p->at) > ALIGNMENT - over)
		p->at += ALIGNMENT - over;
	else if (over > 0)
		p->at = p->end;
	/* At the end of a piece at is aligned only by chance: no room then. */
	return pool_text(p, (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
}

bool
pool_grow(struct pool *p, void *array, size_t *cap, size_t n, size_t size)
{
	void *old, *new;
	size_t more = *cap > 0 ? *cap : 16;

	if (n <= *cap)
		return true;
	while (more < n)
		more *= 2;
	if (more > SIZE_MAX / size)
		return false;
	new = p->host->doc_alloc(p->doc, more * size);
	if (new == NULL)
		return false;
	memcpy(&old, array, sizeof(old));
	if (*cap > 0)
		memcpy(new, old, *cap * size);
	memcpy(array, &new, sizeof(new));
	*cap = more;
	return true;
}
