/* live_checkpoint.c - the state outside index and ledger as operations, always
 * in the same order, so that two states can be compared by their bytes. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "store/live.h"

struct entry {
	const void *key;
	size_t len;
	void *value;
};

static int
compare_entry(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	size_t len = x->len < y->len ? x->len : y->len;
	int c = memcmp(x->key, y->key, len);

	return c != 0 ? c : (x->len > y->len) - (x->len < y->len);
}

/* The entries of a map by the bytes of their keys; the caller frees. */
static struct entry *
sorted(const struct map *m, size_t *n_r)
{
	struct entry *entry = xcalloc(map_count(m) + 1, sizeof *entry);
	size_t at = 0, n = 0;
	void *value;

	while (n < map_count(m) &&
	    (value = map_next(m, &at, &entry[n].key, &entry[n].len)) != NULL)
		entry[n++].value = value;
	qsort(entry, n, sizeof *entry, compare_entry);
	*n_r = n;
	return entry;
}

static void
put_identity(const struct live *v, struct buf *out)
{
	size_t at = op_begin(out, OP_LOG);

	pack_raw(out, v->id, LIVE_ID_SIZE);
	op_end(out, at);
	at = op_begin(out, OP_BOOT);
	pack_u64(out, v->boot);
	pack_str(out, v->boot_id);
	op_end(out, at);
	at = op_begin(out, OP_COUNTERS);
	pack_u64(out, v->batches);
	for (int i = OUTCOME_EXPORTED; i <= OUTCOME_CONTAINER; i++)
		pack_u64(out, v->outcomes[i]);
	op_end(out, at);
}

static void
put_indexes(const struct live *v, struct buf *out)
{
	struct op_index p;

	for (size_t i = 0; i < v->n_indexes; i++) {
		p = (struct op_index){ (uint32_t)i, v->index[i].name,
			v->index[i].params, v->index[i].keys_max,
			v->index[i].sketch_size, v->index[i].since };
		op_pack_index(out, &p);
	}
}

static void
put_numbers(const struct live *v, struct buf *out)
{
	struct buf name = { 0 };
	struct entry *entry;
	size_t n, at;

	entry = sorted(v->next, &n);
	for (size_t i = 0; i < n; i++) {
		buf_reset(&name, OUTCOME_NAME_MAX + 1);
		buf_append(&name, entry[i].key, entry[i].len);
		at = op_begin(out, OP_NEXT);
		pack_str(out, buf_str(&name));
		pack_u64(out, live_next_number(v, buf_str(&name)));
		op_end(out, at);
	}
	buf_fini(&name);
	free(entry);
}

static int
compare_row(const void *a, const void *b)
{
	const struct series_state *const *x = a, *const *y = b;

	return strcmp((*x)->partition, (*y)->partition);
}

static void
put_rows(const struct live_series *s, struct buf *out)
{
	const struct series_state **row =
	    xcalloc(s->n_rows + 1, sizeof(void *));
	struct op_series p = { .folder = s->folder, .suffix = s->suffix };

	for (size_t i = 0; i < s->n_rows; i++)
		row[i] = &s->row[i];
	qsort(row, s->n_rows, sizeof(void *), compare_row);
	for (size_t i = 0; i < s->n_rows; i++) {
		p.state = *row[i];
		op_pack_series(out, &p);
	}
	free(row);
}

static void
put_series(const struct live *v, struct buf *out)
{
	struct entry *entry;
	size_t n;

	entry = sorted(v->series, &n);
	for (size_t i = 0; i < n; i++)
		put_rows(entry[i].value, out);
	free(entry);
}

void
live_checkpoint(const struct live *v, struct buf *out)
{
	put_identity(v, out);
	put_indexes(v, out);
	put_numbers(v, out);
	put_series(v, out);
	list_each (i, &v->containers) {
		const struct live_container *c =
		    container_of(i, struct live_container, link);
		struct op_container p = { c->c, c->last };

		op_pack_container(out, &p);
	}
	list_each (i, &v->unretired) {
		const struct live_unretired *u =
		    container_of(i, struct live_unretired, link);
		struct op_unretired p = { u->boot, u->o };

		op_pack_unretired(out, &p);
	}
}
