/* test_arena.c - bounded memory for one task. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

static bool
is_aligned(const void *ptr)
{
	return (uintptr_t)ptr % _Alignof(max_align_t) == 0;
}

static void
test_memory_is_zeroed_aligned_and_apart(void **state)
{
	struct arena *a = arena_new(0);
	unsigned char *last = NULL;

	(void)state;
	for (size_t size = 0; size < 3000; size += 7) {
		unsigned char *p = arena_alloc(a, size, 1);

		assert_non_null(p);
		assert_ptr_not_equal(p, last);
		assert_true(is_aligned(p));
		for (size_t i = 0; i < size; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xFF, size);
		assert_true(is_aligned(arena_raw(a, 1)));
		last = p;
	}
	arena_free(&a);
	assert_null(a);
	arena_free(&a);
}

static void
test_zeroed_again_after_a_reset(void **state)
{
	struct arena *a = arena_new(0);
	unsigned char *p = arena_raw(a, 4000);

	(void)state;
	memset(p, 0xFF, 4000);
	arena_reset(a, SIZE_MAX);
	p = arena_alloc(a, 40, 100);
	for (size_t i = 0; i < 4000; i++)
		assert_int_equal(p[i], 0);
	arena_free(&a);
}

static void
test_the_limit_is_met_and_told(void **state)
{
	struct arena *a = arena_new(1000);

	(void)state;
	assert_non_null(arena_raw(a, 600));
	assert_false(arena_exhausted(a));
	assert_null(arena_raw(a, 600));
	assert_true(arena_exhausted(a));
	assert_non_null(arena_raw(a, 300));
	arena_reset(a, 0);
	assert_false(arena_exhausted(a));
	assert_int_equal(arena_used(a), 0);
	assert_non_null(arena_raw(a, 1000));
	assert_null(arena_raw(a, 100));
	arena_free(&a);
}

static void
test_sizes_that_overflow_are_refused(void **state)
{
	volatile size_t huge = SIZE_MAX / 2 + 1;
	struct arena *a = arena_new(0);

	(void)state;
	assert_null(arena_alloc(a, huge, 2));
	assert_true(arena_exhausted(a));
	assert_null(arena_raw(a, huge));
	assert_null(arena_strndup(a, "x", huge * 2 - 1));
	assert_int_equal(arena_used(a), 0);
	arena_free(&a);
}

static void
test_many_tasks_in_one_arena(void **state)
{
	struct arena *a = arena_new(1 << 20);

	(void)state;
	for (size_t keep = 0; keep < 1 << 18; keep += 9973) {
		for (size_t n = 1; n < 40000; n = n * 3 + 1) {
			char *p = arena_raw(a, n);

			assert_non_null(p);
			memset(p, (int)n, n);
			assert_true(arena_owns(a, p, n));
		}
		arena_reset(a, keep);
	}
	arena_free(&a);
}

static void
test_copies(void **state)
{
	struct arena *a = arena_new(0);

	(void)state;
	assert_memory_equal(arena_memdup(a, "a\0b", 3), "a\0b", 3);
	assert_non_null(arena_memdup(a, NULL, 0));
	assert_string_equal(arena_strndup(a, "abcdef", 3), "abc");
	assert_string_equal(arena_strdup(a, ""), "");
	assert_string_equal(arena_printf(a, "%s-%05d", "x", 42), "x-00042");
	arena_free(&a);
}

static void
test_copies_beyond_the_limit_are_null(void **state)
{
	struct arena *a = arena_new(16);
	char text[100];

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_null(arena_memdup(a, text, sizeof(text)));
	assert_null(arena_strndup(a, text, sizeof(text)));
	assert_null(arena_printf(a, "%.*s", (int)sizeof(text), text));
	arena_free(&a);
}

static void
test_owns_what_was_handed_out(void **state)
{
	struct arena *a = arena_new(0), *other = arena_new(0);
	char *p = arena_raw(a, 100), *q = arena_raw(a, 100000), local[8];

	(void)state;
	assert_true(arena_owns(a, p, 100));
	assert_true(arena_owns(a, p + 10, 90));
	assert_true(arena_owns(a, p, 0));
	assert_true(arena_owns(a, q + 99999, 1));
	assert_false(arena_owns(other, p, 1));
	assert_false(arena_owns(a, local, sizeof(local)));
	assert_false(arena_owns(a, NULL, 0));
	assert_false(arena_owns(a, p, SIZE_MAX));
	assert_false(arena_owns(a, q, 100100));
	assert_false(arena_owns(a, q - 1, 2));
	arena_free(&other);
	arena_free(&a);
}

static void
test_owns_nothing_after_a_reset(void **state)
{
	struct arena *a = arena_new(0);
	const void *p = arena_raw(a, 100);

	(void)state;
	arena_reset(a, SIZE_MAX);
	assert_false(arena_owns(a, p, 1));
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory_is_zeroed_aligned_and_apart),
		cmocka_unit_test(test_zeroed_again_after_a_reset),
		cmocka_unit_test(test_the_limit_is_met_and_told),
		cmocka_unit_test(test_sizes_that_overflow_are_refused),
		cmocka_unit_test(test_many_tasks_in_one_arena),
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_copies_beyond_the_limit_are_null),
		cmocka_unit_test(test_owns_what_was_handed_out),
		cmocka_unit_test(test_owns_nothing_after_a_reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
