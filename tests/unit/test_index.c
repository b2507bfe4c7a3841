/* test_index.c - keys to documents, against a naive model. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fs.h"
#include "base/xalloc.h"
#include "store/index.h"

enum { KEYS = 14, SKETCH = 24 };

static const struct index_params PARAMS = { "near", "words=5", KEYS, SKETCH };
static char folder[64];
static int dir = -1;

static int
setup(void **state)
{
	struct err e;

	(void)state;
	(void)snprintf(folder, sizeof folder, "/tmp/test_index.XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	dir = fs_open_dir(AT_FDCWD, folder, &e);
	return dir < 0 ? -1 : 0;
}

static int
teardown(void **state)
{
	struct err e;

	(void)state;
	fs_close(&dir);
	return fs_remove_tree(AT_FDCWD, folder, &e);
}

static struct index *
open_index(const struct index_params *p)
{
	struct index *x = NULL;
	uint64_t position = 99;
	struct err e;

	assert_int_equal(index_open(&x, dir, p, &position, &e), 0);
	assert_int_equal(position, 0);
	return x;
}

static uint64_t
next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* ---- the model ---- */

enum { MODEL_MAX = 3000 };
struct model {
	size_t n;
	struct {
		char id[32];
		uint64_t key[KEYS];
		size_t n;
		uint8_t sketch[SKETCH];
		bool forgotten;
	} doc[MODEL_MAX];
	/* Does it stand under its key, or were there too many? */
	bool under[MODEL_MAX][KEYS];
};

static bool
model_has(const struct model *m, size_t doc, uint64_t key)
{
	for (size_t i = 0; i < m->doc[doc].n; i++)
		if (m->doc[doc].key[i] == key && m->under[doc][i])
			return true;
	return false;
}

static size_t
model_find(const struct model *m, const uint64_t *key, size_t n,
    struct index_hit *hit, size_t max)
{
	size_t hits = 0;

	for (size_t d = 0; d < m->n && hits < max; d++) {
		uint32_t shared = 0;
		for (size_t i = 0; i < n; i++) {
			bool again = false;
			for (size_t j = 0; j < i; j++)
				again = again || key[j] == key[i];
			shared += !again && model_has(m, d, key[i]);
		}
		if (shared)
			hit[hits++] = (struct index_hit){ (uint32_t)d, shared,
				m->doc[d].forgotten };
	}
	return hits;
}

static void
model_add(struct model *m, const char *id, const uint64_t *key, size_t n,
    const uint8_t *sketch)
{
	size_t at = m->n;

	assert_true(at < MODEL_MAX);
	(void)snprintf(m->doc[at].id, sizeof m->doc[at].id, "%s", id);
	memcpy(m->doc[at].key, key, n * sizeof *key);
	memcpy(m->doc[at].sketch, sketch, SKETCH);
	m->doc[at].n = n;
	for (size_t i = 0; i < n; i++) {
		size_t others = 0;
		for (size_t d = 0; d < at; d++)
			others += model_has(m, d, key[i]);
		m->under[at][i] = others < INDEX_HITS_PER_KEY_MAX;
	}
	m->n++;
}

static void
random_keys(uint64_t *seed, uint64_t key[KEYS], size_t *n_r)
{
	*n_r = next_random(seed) % (KEYS + 1);
	for (size_t i = 0; i < *n_r; i++) {
		/* Some shared by many, 0 among them, most by few. */
		uint64_t range = next_random(seed) % 4 ? 5000 : 30;
		key[i] = next_random(seed) % range;
	}
}

static void
check_find(const struct index *x, const struct model *m, uint64_t *seed)
{
	struct index_hit is[INDEX_HITS_MAX] = { 0 };
	struct index_hit should[INDEX_HITS_MAX] = { 0 };
	size_t max = next_random(seed) % 3 ? INDEX_HITS_MAX : 5;
	uint64_t key[KEYS] = { 0 };
	size_t n;

	random_keys(seed, key, &n);
	size_t n_is = index_find(x, key, n, is, max);
	size_t n_should = model_find(m, key, n, should, max);
	assert_int_equal(n_is, n_should);
	for (size_t i = 0; i < n_is; i++) {
		assert_int_equal(is[i].ordinal, should[i].ordinal);
		assert_int_equal(is[i].forgotten, should[i].forgotten);
		assert_int_equal(is[i].shared, should[i].shared);
	}
}

static void
check_documents(const struct index *x, const struct model *m)
{
	assert_int_equal(index_documents(x), m->n);
	for (uint32_t i = 0; i < m->n; i++) {
		assert_string_equal(index_id(x, i), m->doc[i].id);
		assert_memory_equal(index_sketch(x, i), m->doc[i].sketch,
		    SKETCH);
	}
}

static void
random_step(struct index **x, struct model *m, uint64_t *seed)
{
	uint64_t what = next_random(seed) % 100;
	uint64_t key[KEYS] = { 0 };
	uint8_t sketch[SKETCH];
	char id[32];
	size_t n;

	if (what < 50) {
		random_keys(seed, key, &n);
		(void)snprintf(id, sizeof id, "web-%zu", m->n + 1);
		memset(sketch, (int)(next_random(seed) & 0xff), sizeof sketch);
		assert_int_equal(index_add(*x, id, key, n, sketch), m->n);
		model_add(m, id, key, n, sketch);
	} else if (what < 53) {
		uint64_t at = next_random(seed) % (m->n + 10);
		(void)snprintf(id, sizeof id, "web-%llu",
		    (unsigned long long)at + 1);
		assert_int_equal(index_forget(*x, id), at < m->n);
		if (at < m->n)
			m->doc[at].forgotten = true;
	} else if (what < 54) {
		struct err e;
		uint64_t position = 0;
		uint64_t to = 1 + next_random(seed) % 1000;
		assert_int_equal(index_snapshot(*x, to, &e), 0);
		index_free(x);
		assert_int_equal(index_open(x, dir, &PARAMS, &position, &e), 0);
		assert_int_equal(position, to);
	} else {
		check_find(*x, m, seed);
	}
}

static void
test_random_steps_agree_with_a_naive_model(void **state)
{
	struct model *m = xcalloc(1, sizeof *m);
	struct index *x = open_index(&PARAMS);
	uint64_t seed = 20240229;

	(void)state;
	for (int i = 0; i < 5000; i++)
		random_step(&x, m, &seed);
	assert_true(m->n > 2000);
	check_documents(x, m);
	index_free(&x);
	free(m);
}

static void
test_hits_come_earliest_first_up_to_the_caps(void **state)
{
	struct index *x = open_index(&PARAMS);
	struct index_hit hit[INDEX_HITS_MAX];
	uint64_t key[2] = { 7, 8 };
	char id[16];

	(void)state;
	for (int i = 0; i < 40; i++) {
		(void)snprintf(id, sizeof id, "p-%d", i);
		(void)index_add(x, id, &key[i >= 20], 1, NULL);
	}
	/* 16 under each key; those of key 7 are older. */
	assert_int_equal(index_find(x, key, 2, hit, INDEX_HITS_MAX), 32);
	for (uint32_t i = 0; i < 32; i++) {
		assert_int_equal(hit[i].ordinal, i < 16 ? i : i + 4);
		assert_int_equal(hit[i].shared, 1);
		assert_false(hit[i].forgotten);
	}
	assert_int_equal(index_find(x, key, 2, hit, 3), 3);
	assert_int_equal(hit[2].ordinal, 2);
	assert_int_equal(index_find(x, key, 2, hit, 0), 0);
	assert_int_equal(index_find(x, key, 0, hit, 9), 0);
	index_free(&x);
}

static void
test_shared_counts_distinct_keys(void **state)
{
	struct index *x = open_index(&PARAMS);
	const uint64_t a[] = { 1, 1, 2, 3, 3 }, b[] = { 3, 3, 1, 9 };
	struct index_hit hit[4];

	(void)state;
	(void)index_add(x, "a", a, 5, NULL);
	assert_int_equal(index_find(x, b, 4, hit, 4), 1);
	assert_int_equal(hit[0].shared, 2);
	/* Many at once take another way through. */
	uint64_t many[100];
	for (uint64_t i = 0; i < 100; i++)
		many[i] = i % 50;
	(void)index_add(x, "b", many, 100, NULL);
	assert_int_equal(index_find(x, many, 100, hit, 4), 2);
	assert_int_equal(hit[0].shared, 3);
	assert_int_equal(hit[1].shared, 50);
	index_free(&x);
}

static void
test_no_sketch_and_memory(void **state)
{
	struct index_params p = { "exact", "", 1, 0 };
	struct index *x = open_index(&p);
	uint64_t before = index_memory(x);

	(void)state;
	assert_true(before > 0);
	for (uint64_t i = 0; i < 100000; i++)
		(void)index_add(x, "exact-0000001", &i, 1, NULL);
	uint64_t memory = index_memory(x) - before;
	assert_true(memory >= UINT64_C(100000) * (15 + 9 + 14));
	assert_true(memory <= UINT64_C(100000) * (19 + (9 + 14) * 2));
	assert_non_null(index_sketch(x, 5));
	assert_string_equal(index_get_params(x)->name, "exact");
	index_free(&x);
}

static void
test_names_and_sizes_are_checked(void **state)
{
	static const struct index_params bad[] = {
		{ "", "", 1, 0 },
		{ "a/b", "", 1, 0 },
		{ "..", "", 1, 0 },
		{ "Upper", "", 1, 0 },
		{ "x", "", 1, 257 },
		{ "0123456789012345678901234567890123456789"
		  "0123456789012345678901234",
		    "", 1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct index *x = NULL;
		uint64_t position;
		struct err e;
		assert_int_equal(index_open(&x, dir, &bad[i], &position, &e),
		    ERR_CONFIG);
		assert_null(x);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_random_steps_agree_with_a_naive_model),
		TEST(test_hits_come_earliest_first_up_to_the_caps),
		TEST(test_shared_counts_distinct_keys),
		TEST(test_no_sketch_and_memory),
		TEST(test_names_and_sizes_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
