/* rebuild.c - an end for files that have lost theirs. */
#include "rebuild.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	DICTIONARY_MAX = 4096,
	PAGES_MAX = 65536,
	NUMBER_MAX = 8388607, /* of an object, as readers allow */
	REFERENCE_SIZE = 32,
	TAIL_SIZE = 512,
};

struct reference {
	unsigned long number, generation;
};

struct found {
	struct pool *pool;
	struct reference catalog; /* number 0: none */
	struct reference *page;
	size_t n, cap;
	unsigned long last;
};

/* The number that ends before p, and where it begins; false: there is none. */
static bool
number_before(const char *start, const char **p, unsigned long *n_r)
{
	const char *end = *p;

	while (*p > start && isdigit((unsigned char)(*p)[-1]))
		--*p;
	if (end == *p || end - *p > 10)
		return false;
	*n_r = strtoul(*p, NULL, 10);
	return true;
}

static bool
blank_before(const char *start, const char **p)
{
	const char *end = *p;

	while (*p > start && isspace((unsigned char)(*p)[-1]))
		--*p;
	return *p < end;
}

/* "12 0 obj", which ends before p. */
static bool
header(const char *start, const char *p, struct reference *r)
{
	p -= strlen("obj");
	return blank_before(start, &p) &&
	    number_before(start, &p, &r->generation) &&
	    blank_before(start, &p) && number_before(start, &p, &r->number) &&
	    r->number > 0 && r->number < NUMBER_MAX;
}

/* Is there a "/Type /NAME" from p to end? */
static bool
is_type(const char *p, const char *end, const char *name)
{
	size_t len = strlen(name);

	while ((p = memmem(p, (size_t)(end - p), "/Type", 5)) != NULL) {
		p += 5;
		while (p < end && isspace((unsigned char)*p))
			p++;
		if ((size_t)(end - p) > len && memcmp(p, name, len) == 0 &&
		    !isalnum((unsigned char)p[len]))
			return true;
	}
	return false;
}

static bool
take(struct found *f, const struct reference *r, const char *p, const char *end)
{
	const char *stop;

	if (end - p > DICTIONARY_MAX)
		end = p + DICTIONARY_MAX;
	stop = memmem(p, (size_t)(end - p), "endobj", 6);
	if (stop != NULL)
		end = stop;
	if (r->number > f->last)
		f->last = r->number;
	if (is_type(p, end, "/Catalog"))
		f->catalog = *r;
	if (!is_type(p, end, "/Page") || f->n == PAGES_MAX)
		return true;
	if (!pool_grow(f->pool, &f->page, &f->cap, f->n + 1, sizeof(*f->page)))
		return false;
	f->page[f->n++] = *r;
	return true;
}

static bool
scan(struct found *f, struct lavoir_str raw)
{
	const char *p = raw.ptr, *end = raw.ptr + raw.len;
	struct reference r;

	while ((p = memmem(p, (size_t)(end - p), "obj", 3)) != NULL) {
		p += 3;
		if (header(raw.ptr, p, &r) && !take(f, &r, p, end))
			return false;
	}
	return true;
}

struct lavoir_str
rebuild(struct pool *pool, struct lavoir_str raw, enum rebuild what)
{
	const struct lavoir_str none = { "", 0 };
	struct found f = { .pool = pool };
	size_t size, len;
	char *copy;

	if (!scan(&f, raw) ||
	    (what == REBUILD_TRAILER ? f.catalog.number == 0 : f.n == 0))
		return none;
	size = raw.len + f.n * REFERENCE_SIZE + TAIL_SIZE;
	copy = pool_text(pool, size);
	if (copy == NULL)
		return none;
	memcpy(copy, raw.ptr, raw.len);
	len = raw.len;
#define ADD(...) len += (size_t)snprintf(copy + len, size - len, __VA_ARGS__)
	if (what == REBUILD_PAGES) {
		f.catalog = (struct reference){ f.last + 1, 0 };
		ADD("\nendstream endobj\n%lu 0 obj<</Type/Catalog/Pages "
		    "%lu 0 R>>endobj\n%lu 0 obj<</Type/Pages/Count %zu/Kids[",
		    f.last + 1, f.last + 2, f.last + 2, f.n);
		for (size_t i = 0; i < f.n; i++)
			ADD("%lu %lu R\n", f.page[i].number,
			    f.page[i].generation);
		ADD("]>>endobj");
	}
	ADD("\ntrailer<</Size %lu/Root %lu %lu R>>\nstartxref\n0\n%%%%EOF\n",
	    f.last + 3, f.catalog.number, f.catalog.generation);
#undef ADD
	return (struct lavoir_str){ copy, len };
}
