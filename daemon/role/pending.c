/* pending.c - files of one folder that something is known about. */
#include "role/pending.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/xalloc.h"

struct pending {
	struct map *by_path;
	struct pending_file **heap; /* by due_ms */
	size_t n_heap, heap_cap;
	struct list due; /* in the order in which they became so */
	struct pending_budget *budget;
	uint64_t sequence;
};

/* The map's copy of the key and its slot are counted, too. */
static size_t
cost(const char *path)
{
	return sizeof(struct pending_file) + 2 * (strlen(path) + 1) + 96;
}

struct pending *
pending_new(struct pending_budget *budget)
{
	struct pending *p = xcalloc(1, sizeof(*p));

	p->by_path = map_new();
	p->budget = budget;
	list_init(&p->due);
	return p;
}

void
pending_free(struct pending **p)
{
	struct pending_file *f;
	size_t at = 0;

	if (!*p)
		return;
	while ((f = map_next((*p)->by_path, &at, NULL, NULL))) {
		(*p)->budget->used -= cost(f->path);
		free(f);
	}
	map_free(&(*p)->by_path);
	free((*p)->heap);
	free(*p);
	*p = NULL;
}

static void
place(struct pending *p, size_t at, struct pending_file *f)
{
	p->heap[at] = f;
	f->heap_index = at;
}

static bool
before(const struct pending_file *a, const struct pending_file *b)
{
	return a->due_ms != b->due_ms ? a->due_ms < b->due_ms
				      : a->sequence < b->sequence;
}

static void
sift(struct pending *p, size_t at)
{
	struct pending_file *f = p->heap[at];

	while (at > 0 && before(f, p->heap[(at - 1) / 2])) {
		place(p, at, p->heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	for (size_t child; (child = 2 * at + 1) < p->n_heap; at = child) {
		if (child + 1 < p->n_heap &&
		    before(p->heap[child + 1], p->heap[child]))
			child++;
		if (!before(p->heap[child], f))
			break;
		place(p, at, p->heap[child]);
	}
	place(p, at, f);
}

static void
heap_remove(struct pending *p, struct pending_file *f)
{
	size_t at = f->heap_index;

	f->heap_index = SIZE_MAX;
	if (at == --p->n_heap)
		return;
	place(p, at, p->heap[p->n_heap]);
	sift(p, at);
}

static void
heap_insert(struct pending *p, struct pending_file *f)
{
	if (p->n_heap == p->heap_cap) {
		p->heap_cap = p->heap_cap ? p->heap_cap * 2 : 64;
		p->heap = xrealloc(p->heap, p->heap_cap,
		    sizeof(struct pending_file *));
	}
	place(p, p->n_heap++, f);
	sift(p, f->heap_index);
}

struct pending_file *
pending_find(const struct pending *p, const char *path)
{
	return map_get(p->by_path, path, strlen(path));
}

struct pending_file *
pending_put(struct pending *p, const char *path, uint64_t due_ms)
{
	struct pending_file *f = pending_find(p, path);
	size_t len = strlen(path);

	if (f) {
		list_remove(&f->link);
		if (f->heap_index != SIZE_MAX)
			heap_remove(p, f);
	} else {
		if (p->budget->used + cost(path) > p->budget->max)
			return NULL;
		f = xcalloc(1, sizeof(*f) + len + 1);
		memcpy(f->path, path, len + 1);
		list_init(&f->link);
		p->budget->used += cost(path);
		map_put(p->by_path, path, len, f);
	}
	f->due_ms = due_ms;
	f->sequence = p->sequence++;
	heap_insert(p, f);
	return f;
}

void
pending_drop(struct pending *p, struct pending_file *f)
{
	list_remove(&f->link);
	if (f->heap_index != SIZE_MAX)
		heap_remove(p, f);
	p->budget->used -= cost(f->path);
	map_put(p->by_path, f->path, strlen(f->path), NULL);
	free(f);
}

struct pending_file *
pending_due(struct pending *p, uint64_t now_ms)
{
	while (p->n_heap > 0 && p->heap[0]->due_ms <= now_ms) {
		struct pending_file *f = p->heap[0];

		heap_remove(p, f);
		list_append(&p->due, &f->link);
	}
	if (list_empty(&p->due))
		return NULL;
	return container_of(p->due.next, struct pending_file, link);
}

uint64_t
pending_next_ms(const struct pending *p)
{
	if (!list_empty(&p->due))
		return 0;
	return p->n_heap > 0 ? p->heap[0]->due_ms : UINT64_MAX;
}

size_t
pending_count(const struct pending *p)
{
	return map_count(p->by_path);
}

int64_t
pending_oldest_ns(const struct pending *p)
{
	const struct pending_file *f;
	int64_t oldest = 0;
	size_t at = 0;

	while ((f = map_next(p->by_path, &at, NULL, NULL)))
		if (f->since_ms && (!oldest || f->witness.mtime_ns < oldest))
			oldest = f->witness.mtime_ns;
	return oldest;
}
