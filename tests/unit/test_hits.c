/* test_hits.c - earlier documents that share keys. */
#include "role/hits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define STR(s) ((struct lavoir_str){ s, sizeof s - 1 })

static void
pack_hit(struct buf *b, const char *id, const char *sketch, uint32_t shared)
{
	pack_str(b, id);
	pack_bytes(b, sketch, strlen(sketch));
	pack_u32(b, shared);
	pack_u8(b, 0);
}

static void
test_committed_ones_come_before_those_of_the_batch(void **state)
{
	static const uint64_t k1[] = { 1, 2 }, k2[] = { 2, 3, 2 },
			      k3[] = { 2, 3 };
	struct hits_batch *h = hits_batch_new();
	struct arena *a = arena_new(0);
	struct buf b = { 0 };
	struct unpack u;
	struct doc_hits hits;
	struct err e;

	(void)state;
	hits_batch_add(h,
	    &(struct doc_keys){ .index = 4,
		.n = 2,
		.key = k1,
		.sketch = STR("one") },
	    STR("web-1"));
	hits_batch_add(h,
	    &(struct doc_keys){ .index = 4,
		.n = 3,
		.key = k2,
		.sketch = STR("two") },
	    STR("web-2"));
	hits_batch_add(h, &(struct doc_keys){ .index = 5, .n = 2, .key = k1 },
	    STR("web-3"));
	pack_u32(&b, 1);
	pack_hit(&b, "web-0", "zero", 1);
	unpack_init(&u, b.ptr, b.len);
	assert_int_equal(hits_gather(h,
			     &(struct doc_keys){ .index = 4,
				 .n = 2,
				 .key = k3 },
			     &u, a, &hits, &e),
	    0);
	assert_true(unpack_end(&u));
	assert_int_equal(hits.n, 3);
	assert_string_equal(hits.hit[0].id.ptr, "web-0");
	assert_string_equal(hits.hit[1].id.ptr, "web-1");
	assert_int_equal(hits.hit[1].shared, 1);
	assert_string_equal(hits.hit[2].id.ptr, "web-2");
	/* A key that a document has twice counts once. */
	assert_int_equal(hits.hit[2].shared, 2);
	assert_memory_equal(hits.hit[2].sketch.ptr, "two", 3);
	buf_fini(&b);
	arena_free(&a);
	hits_batch_free(&h);
}

static void
test_a_reset_forgets_the_batch(void **state)
{
	static const uint64_t key[] = { 9 };
	struct doc_keys keys = { .index = 0, .n = 1, .key = key };
	struct hits_batch *h = hits_batch_new();
	struct arena *a = arena_new(0);
	uint32_t none = 0;
	struct unpack u;
	struct doc_hits hits;
	struct err e;

	(void)state;
	hits_batch_add(h, &keys, STR("web-1"));
	hits_batch_reset(h);
	unpack_init(&u, &none, sizeof none);
	assert_int_equal(hits_gather(h, &keys, &u, a, &hits, &e), 0);
	assert_int_equal(hits.n, 0);
	arena_free(&a);
	hits_batch_free(&h);
}

static void
test_a_cut_answer_is_refused(void **state)
{
	static const uint64_t key[] = { 9 };
	struct doc_keys keys = { .index = 0, .n = 1, .key = key };
	struct hits_batch *h = hits_batch_new();
	struct arena *a = arena_new(0);
	struct buf b = { 0 };
	struct doc_hits hits;
	struct unpack u;
	struct err e;

	(void)state;
	pack_u32(&b, 1);
	pack_hit(&b, "web-0", "zero", 1);
	for (size_t len = 4; len < b.len; len++) {
		unpack_init(&u, b.ptr, len);
		if (hits_gather(h, &keys, &u, a, &hits, &e) == 0)
			assert_false(unpack_end(&u));
	}
	buf_fini(&b);
	arena_free(&a);
	hits_batch_free(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_committed_ones_come_before_those_of_the_batch),
		cmocka_unit_test(test_a_reset_forgets_the_batch),
		cmocka_unit_test(test_a_cut_answer_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
