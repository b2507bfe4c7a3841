/* store_place.h - a store in a folder of its own, for the tests of the store.
 */
#ifndef LAVOIR_TESTS_STORE_PLACE_H
#define LAVOIR_TESTS_STORE_PLACE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "store/store.h"
#include "store_help.h"
#include "store_index.h"

struct place {
	char *folder; /* of everything */
	char *state;
	char *out;
	struct store *s;
	struct store_options o;
};

static const struct index_params index_params = { "exact", "sha256", 4, 8 };

static inline void
open_store(struct place *p)
{
	struct err e;

	if (store_open(&p->s, &p->o, &e) < 0)
		fail_msg("%s", e.text);
}

static inline int
declare(struct place *p, struct err *e)
{
	struct series_params series = { .folder = p->out, .suffix = ".jsonl" };

	return store_declare(p->s, &index_params, 1, &series, 1, e);
}

static inline void
open_all(struct place *p)
{
	struct err e;

	open_store(p);
	if (declare(p, &e) < 0)
		fail_msg("%s", e.text);
}

static inline void
reopen(struct place *p)
{
	store_free(&p->s);
	open_all(p);
}

static inline int
setup(void **state)
{
	struct place *p = xcalloc(1, sizeof *p);

	p->folder = help_folder();
	p->state = fs_join(p->folder, "state");
	p->out = fs_join(p->folder, "out");
	p->o = (struct store_options){
		.folder = p->state,
		.boot_id = "boot-1",
		.keep_log = true,
		.segment_size = 1 << 20,
	};
	*state = p;
	open_all(p);
	return 0;
}

static inline int
teardown(void **state)
{
	struct place *p = *state;

	store_free(&p->s);
	help_remove(&p->folder);
	free(p->state);
	free(p->out);
	free(p);
	return 0;
}

/* A batch of exported documents from..to-1, one record and one key each. */
static inline void
fill(struct batch *b, uint64_t from, uint64_t to)
{
	static uint64_t key[4096];
	static char text[4096][16];

	batch_reset(b);
	for (uint64_t i = from; i < to; i++) {
		struct batch_record *r;
		struct batch_keys *k;
		uint32_t at = (uint32_t)b->n_outcomes;

		help_outcome(batch_add_outcome(b), "web", i, OUTCOME_EXPORTED);
		key[i] = i * 1000;
		snprintf(text[i], sizeof text[i], "%06u\n", (unsigned)i);
		r = batch_add_record(b);
		*r = (struct batch_record){ at, 0, NULL, text[i], 7 };
		k = batch_add_keys(b);
		*k = (struct batch_keys){ at, 0, 1, &key[i], text[i], 8 };
	}
}

static inline void
commit(struct place *p, const struct batch *b)
{
	struct err e;

	if (store_commit(p->s, b, &e) < 0)
		fail_msg("%s", e.text);
}

static inline void
commit_range(struct place *p, uint64_t from, uint64_t to)
{
	struct batch b;

	batch_init(&b);
	fill(&b, from, to);
	commit(p, &b);
	batch_fini(&b);
}

/* The shard holds documents 1..n, each once, in order. */
static inline void
assert_shard(struct place *p, unsigned n)
{
	char text[16];
	size_t len;
	uint8_t *ptr = help_read(p->out, "part-00001.jsonl", &len);

	assert_int_equal(len, n * 7);
	for (unsigned i = 1; i <= n; i++) {
		snprintf(text, sizeof text, "%06u\n", i);
		assert_memory_equal(ptr + (size_t)(i - 1) * 7, text, 7);
	}
	free(ptr);
}

static inline const char *
found(struct place *p, uint64_t key)
{
	struct index *x = store_index(p->s, 0);
	struct index_hit hit[4];
	size_t n = index_find(x, &key, 1, hit, 4);

	return n == 1 ? index_id(x, hit[0].ordinal) : NULL;
}

#define test_with_store(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

#endif
