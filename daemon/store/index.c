/* index.c - an in-memory dedup index: 64-bit keys to documents. */
#include "store/index.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "store/index_private.h"

enum { SKETCH_MAX = 256, NAME_LEN_MAX = 64 };
/* Below, sorting by insertion is faster. */
enum { FEW = 32 };

static bool
name_valid(const char *name)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-");

	return len > 0 && len <= NAME_LEN_MAX && name[len] == '\0' &&
	    name[0] != '.';
}

int
index_open(struct index **x_r, int dirfd, const struct index_params *p,
    uint64_t *position_r, struct err *e)
{
	*x_r = NULL;
	*position_r = 0;
	if (!name_valid(p->name))
		return err_set(e, ERR_CONFIG, "index name \"%.80s\"", p->name);
	if (p->sketch_size > SKETCH_MAX)
		return err_set(e, ERR_CONFIG,
		    "index %s: sketch of %u bytes, %d are allowed", p->name,
		    p->sketch_size, SKETCH_MAX);

	struct index *x = xcalloc(1, sizeof *x);
	x->name = xstrdup(p->name);
	x->params = xstrdup(p->params);
	x->p = *p;
	x->p.name = x->name;
	x->p.params = x->params;
	x->scratch = xcalloc(1, sizeof *x->scratch);
	x->newest = -1;
	index_clear(x);
	x->dirfd = fcntl(dirfd, F_DUPFD_CLOEXEC, 0);
	int rc = x->dirfd < 0 ? err_sys(e, "index %s: dup", x->name)
			      : index_load(x, position_r, e);
	if (rc < 0)
		index_free(&x);
	*x_r = x;
	return rc;
}

static void
index_fini_memory(struct index *x)
{
	table_fini(&x->table);
	region_fini(&x->offset);
	region_fini(&x->id);
	region_fini(&x->sketch);
	region_fini(&x->state);
	region_fini(&x->scratch->hashes);
	region_fini(&x->scratch->found);
}

void
index_clear(struct index *x)
{
	index_fini_memory(x);
	table_init(&x->table, TABLE_SLOTS_MIN);
	x->documents = 0;
	x->id_bytes = 0;
}

void
index_free(struct index **x)
{
	if (!*x)
		return;
	index_fini_memory(*x);
	fs_close(&(*x)->dirfd);
	free((*x)->scratch);
	free((*x)->name);
	free((*x)->params);
	free(*x);
	*x = NULL;
}

static int
compare_u64(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int
compare_u32(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The distinct hashes of the keys, in order. */
static size_t
index_hash(const struct table *t, struct region *to, const uint64_t *key,
    size_t n)
{
	region_reserve(to, n * sizeof(uint64_t));
	uint64_t *hash = to->ptr;
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t h = table_hash(key[i]);
		size_t at = i;
		if (n <= FEW)
			for (; at > 0 && hash[at - 1] > h; at--)
				hash[at] = hash[at - 1];
		hash[at] = h;
		table_prefetch(t, h);
	}
	if (n > FEW)
		qsort(hash, n, sizeof *hash, compare_u64);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || hash[i] != hash[kept - 1])
			hash[kept++] = hash[i];
	return kept;
}

static void
index_add_document(struct index *x, const char *id, const void *sketch)
{
	size_t id_size = strlen(id) + 1, size = x->p.sketch_size;
	uint64_t n = x->documents;

	region_reserve(&x->offset, (n + 1) * sizeof(uint64_t));
	region_reserve(&x->id, x->id_bytes + id_size);
	region_reserve(&x->state, index_state_size(n + 1));
	((uint64_t *)x->offset.ptr)[n] = x->id_bytes;
	memcpy((char *)x->id.ptr + x->id_bytes, id, id_size);
	x->id_bytes += id_size;
	if (size) {
		region_reserve(&x->sketch, (n + 1) * size);
		if (sketch)
			memcpy((char *)x->sketch.ptr + n * size, sketch, size);
	}
	x->documents++;
}

uint32_t
index_add(struct index *x, const char *id, const uint64_t *key, size_t n,
    const void *sketch)
{
	ensure(x->documents < UINT32_MAX);
	uint32_t ordinal = (uint32_t)x->documents;

	index_add_document(x, id, sketch);
	n = index_hash(&x->table, &x->scratch->hashes, key, n);
	table_reserve(&x->table, n);
	const uint64_t *hash = x->scratch->hashes.ptr;
	for (size_t i = 0; i < n; i++)
		table_put(&x->table, hash[i], ordinal, INDEX_HITS_PER_KEY_MAX);
	return ordinal;
}

static void
sort_ordinals(uint32_t *o, size_t n)
{
	if (n > FEW) {
		qsort(o, n, sizeof *o, compare_u32);
		return;
	}
	for (size_t i = 1; i < n; i++) {
		uint32_t v = o[i];
		size_t at = i;
		for (; at > 0 && o[at - 1] > v; at--)
			o[at] = o[at - 1];
		o[at] = v;
	}
}

/* The same key names a document once, so that equal ordinals count keys. */
size_t
index_find(const struct index *x, const uint64_t *key, size_t n,
    struct index_hit *hit, size_t max)
{
	struct scratch *m = x->scratch;
	size_t n_found = 0, n_hits = 0;

	n = index_hash(&x->table, &m->hashes, key, n);
	region_reserve(&m->found,
	    n * INDEX_HITS_PER_KEY_MAX * sizeof(uint32_t));
	const uint64_t *hash = m->hashes.ptr;
	uint32_t *o = m->found.ptr;
	for (size_t i = 0; i < n; i++)
		n_found += table_get(&x->table, hash[i], o + n_found,
		    INDEX_HITS_PER_KEY_MAX);
	sort_ordinals(o, n_found);
	for (size_t i = 0; i < n_found; i++) {
		if (n_hits > 0 && hit[n_hits - 1].ordinal == o[i]) {
			hit[n_hits - 1].shared++;
			continue;
		}
		if (n_hits == max)
			break;
		hit[n_hits++] = (struct index_hit){ o[i], 1,
			index_state(x, o[i]) == INDEX_FORGOTTEN };
	}
	return n_hits;
}

const char *
index_id(const struct index *x, uint32_t ordinal)
{
	ensure(ordinal < x->documents);
	return (const char *)x->id.ptr +
	    ((const uint64_t *)x->offset.ptr)[ordinal];
}

const void *
index_sketch(const struct index *x, uint32_t ordinal)
{
	ensure(ordinal < x->documents);
	if (!x->p.sketch_size)
		return "";
	return (const char *)x->sketch.ptr + (size_t)ordinal * x->p.sketch_size;
}

/* A walk over all ids: erasures are rare, and a map of ids would cost every
 * document as much as its id. */
bool
index_forget(struct index *x, const char *id)
{
	const uint64_t *offset = x->offset.ptr;
	const char *pool = x->id.ptr;
	size_t size = strlen(id) + 1;
	uint8_t *four = x->state.ptr;
	bool any = false;

	for (uint64_t i = 0; i < x->documents; i++) {
		uint64_t end =
		    i + 1 < x->documents ? offset[i + 1] : x->id_bytes;
		if (index_state(x, i) == INDEX_FREE ||
		    end - offset[i] != size ||
		    memcmp(pool + offset[i], id, size) != 0)
			continue;
		four[i / 4] |= (uint8_t)(INDEX_FORGOTTEN << (i % 4 * 2));
		any = true;
	}
	return any;
}

uint64_t
index_documents(const struct index *x)
{
	return x->documents;
}

uint64_t
index_memory(const struct index *x)
{
	return sizeof *x + strlen(x->name) + strlen(x->params) + 2 +
	    table_memory(&x->table) + x->offset.size + x->id.size +
	    x->sketch.size + x->state.size + sizeof *x->scratch +
	    x->scratch->hashes.size + x->scratch->found.size;
}

const struct index_params *
index_get_params(const struct index *x)
{
	return &x->p;
}

uint64_t
index_covered(const struct index *x)
{
	if (!x->good[0] || !x->good[1])
		return 0;
	return x->covers[0] < x->covers[1] ? x->covers[0] : x->covers[1];
}
