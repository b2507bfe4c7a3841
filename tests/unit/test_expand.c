/* test_expand.c - how far a file may unpack. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "role/expand.h"

static void
what_is_stored_does_not_expand(void **state)
{
	(void)state;
	assert_true(expand_child(1, 1000, 10) == 1);
	assert_true(expand_child(7, 1000, 1000) == 7);
}

static void
expansions_multiply(void **state)
{
	double at_one = expand_child(1, 100, 1000);

	(void)state;
	assert_true(at_one == 10);
	assert_true(expand_child(at_one, 50, 100) == 20);
	assert_true(expand_child(1, 0, 5) == 5);
}

static void
small_files_may_unpack_to_a_gibibyte(void **state)
{
	(void)state;
	assert_int_equal(expand_limit(1000, 1024, 1, 1024), EXPAND_FREE);
	assert_int_equal(expand_limit(10, EXPAND_FREE, 1, EXPAND_FREE),
	    10 * EXPAND_FREE);
}

static void
what_was_unpacked_before_counts(void **state)
{
	(void)state;
	assert_int_equal(expand_limit(1000, EXPAND_FREE, 100, 50), 500);
	assert_int_equal(expand_limit(1000, EXPAND_FREE, 1e9, 50), 1);
	assert_int_equal(expand_limit(0, 1, 1e9, 50), 0);
	assert_int_equal(expand_limit(UINT32_MAX, 1, 1, UINT64_MAX), INT64_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_stored_does_not_expand),
		cmocka_unit_test(expansions_multiply),
		cmocka_unit_test(small_files_may_unpack_to_a_gibibyte),
		cmocka_unit_test(what_was_unpacked_before_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
