/* store_index.h - an index for the store's tests: a list, searched from its
 * beginning, with a snapshot in one file.  Stands in for store/index.c, so that
 * what fails here is the store.
 */
#ifndef LAVOIR_TESTS_STORE_INDEX_H
#define LAVOIR_TESTS_STORE_INDEX_H

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/pack.h"
#include "base/xalloc.h"
#include "store/index.h"

struct entry {
	char *id;
	uint64_t *key;
	uint32_t n;
};

struct index {
	struct index_params p;
	char *name, *params;
	int dirfd;
	struct entry *entry;
	size_t n;
	uint64_t covered, covered_before;
};

static inline void
read_snapshot(struct index *x, uint64_t *position_r)
{
	struct buf b = { 0 };
	struct unpack u;
	struct err e;

	*position_r = 0;
	if (fs_read_file(x->dirfd, x->name, 1 << 24, &b, &e) == 0) {
		unpack_init(&u, b.ptr, b.len);
		*position_r = x->covered = unpack_u64(&u);
		for (uint32_t n = unpack_u32(&u); n > 0; n--) {
			const char *id = unpack_str(&u);
			uint64_t key[16] = { 0 };
			uint32_t keys = unpack_u32(&u);

			assert_in_range(keys, 0, 16);
			for (uint32_t i = 0; i < keys; i++)
				key[i] = unpack_u64(&u);
			index_add(x, id, key, keys, NULL);
		}
	}
	buf_fini(&b);
}

int
index_open(struct index **x_r, int dirfd, const struct index_params *p,
    uint64_t *position_r, struct err *e)
{
	struct index *x = xcalloc(1, sizeof *x);

	(void)e;
	x->name = xstrdup(p->name);
	x->params = xstrdup(p->params);
	x->p = *p;
	x->p.name = x->name;
	x->p.params = x->params;
	x->dirfd = dirfd;
	read_snapshot(x, position_r);
	*x_r = x;
	return 0;
}

void
index_free(struct index **x)
{
	if (*x == NULL)
		return;
	for (size_t i = 0; i < (*x)->n; i++) {
		free((*x)->entry[i].id);
		free((*x)->entry[i].key);
	}
	free((*x)->entry);
	free((*x)->name);
	free((*x)->params);
	free(*x);
	*x = NULL;
}

uint32_t
index_add(struct index *x, const char *id, const uint64_t *key, size_t n,
    const void *sketch)
{
	struct entry *entry;

	(void)sketch;
	x->entry = xrealloc(x->entry, x->n + 1, sizeof *x->entry);
	entry = &x->entry[x->n];
	entry->id = xstrdup(id);
	entry->key = xcalloc(n + 1, sizeof *entry->key);
	memcpy(entry->key, key, n * sizeof *entry->key);
	entry->n = (uint32_t)n;
	return (uint32_t)x->n++;
}

size_t
index_find(const struct index *x, const uint64_t *key, size_t n,
    struct index_hit *hit, size_t max)
{
	size_t found = 0;

	for (size_t i = 0; i < x->n && found < max; i++) {
		uint32_t shared = 0;

		for (size_t j = 0; j < n; j++)
			for (uint32_t k = 0; k < x->entry[i].n; k++)
				shared += key[j] == x->entry[i].key[k];
		if (shared > 0)
			hit[found++] =
			    (struct index_hit){ (uint32_t)i, shared, false };
	}
	return found;
}

const char *
index_id(const struct index *x, uint32_t ordinal)
{
	return x->entry[ordinal].id;
}

uint64_t
index_documents(const struct index *x)
{
	return x->n;
}

uint64_t
index_memory(const struct index *x)
{
	return x->n * sizeof *x->entry;
}

const struct index_params *
index_get_params(const struct index *x)
{
	return &x->p;
}

int
index_snapshot(struct index *x, uint64_t position, struct err *e)
{
	struct buf b = { 0 };
	int rc;

	pack_u64(&b, position);
	pack_u32(&b, (uint32_t)x->n);
	for (size_t i = 0; i < x->n; i++) {
		pack_str(&b, x->entry[i].id);
		pack_u32(&b, x->entry[i].n);
		for (uint32_t j = 0; j < x->entry[i].n; j++)
			pack_u64(&b, x->entry[i].key[j]);
	}
	rc = fs_replace_file(x->dirfd, x->name, b.ptr, b.len, 0600, e);
	buf_fini(&b);
	if (rc < 0)
		return rc;
	x->covered_before = x->covered;
	x->covered = position;
	return 0;
}

uint64_t
index_covered(const struct index *x)
{
	return x->covered_before;
}

#endif
