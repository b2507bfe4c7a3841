/* test_index_table.c - hashes to ordinals, grown and full. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "store/index_table.h"

static void
put(struct table *t, uint64_t hash, uint32_t ordinal)
{
	table_reserve(t, 1);
	table_put(t, hash, ordinal, 16);
}

static void
test_what_was_put_is_found_after_growing(void **state)
{
	struct table t;
	uint32_t found[16];

	(void)state;
	table_init(&t, 0);
	for (uint32_t i = 0; i < 100000; i++)
		put(&t, table_hash(i), i);
	assert_int_equal(t.used, 100000);
	assert_true(t.used <= t.slots / 5 * 4);
	assert_true(t.used >= t.slots / 5 * 3);
	assert_int_equal(table_memory(&t) % 4096, 0);
	assert_true(table_memory(&t) >= t.room * 12);
	for (uint32_t i = 0; i < 100000; i++) {
		assert_int_equal(table_get(&t, table_hash(i), found, 16), 1);
		assert_int_equal(found[0], i);
	}
	for (uint32_t i = 100000; i < 200000; i++)
		assert_int_equal(table_get(&t, table_hash(i), found, 16), 0);
	table_fini(&t);
}

/* Growing gives the old table back piece by piece. */
static void
test_nothing_is_lost_when_a_large_table_grows(void **state)
{
	enum { MANY = 3000000 };
	uint32_t found[16], missing = 0;
	struct table t;

	(void)state;
	table_init(&t, 0);
	for (uint32_t i = 0; i < MANY; i++)
		put(&t, table_hash(i), i);
	assert_int_equal(t.used, MANY);
	for (uint32_t i = 0; i < MANY; i++)
		missing += table_get(&t, table_hash(i), found, 16) != 1 ||
		    found[0] != i;
	assert_int_equal(missing, 0);
	table_fini(&t);
}

static void
test_entries_of_a_hash_keep_their_order_and_are_capped(void **state)
{
	struct table t;
	uint32_t found[32];

	(void)state;
	table_init(&t, 0);
	for (uint32_t i = 0; i < 40; i++) {
		put(&t, 0x123456789abcdef0U, i * 3);
		put(&t, 0x123456789abcdef0U, i * 3);
	}
	for (uint32_t i = 0; i < 50000; i++)
		put(&t, table_hash(i), i);
	assert_int_equal(table_get(&t, 0x123456789abcdef0U, found, 32), 16);
	for (uint32_t i = 0; i < 16; i++)
		assert_int_equal(found[i], i * 3);
	assert_int_equal(table_get(&t, 0x123456789abcdef0U, found, 5), 5);
	table_fini(&t);
}

/* Hashes that all start at the last slot: there is no wrapping round. */
static void
test_the_end_spills_over(void **state)
{
	struct table t;
	uint32_t found[16];

	(void)state;
	table_init(&t, 0);
	uint64_t room = t.room;
	for (uint32_t i = 0; i < 4200; i++)
		table_load(&t, UINT64_MAX - i, i);
	assert_true(t.room > room);
	assert_int_equal(t.slots, TABLE_SLOTS_MIN);
	for (uint32_t i = 0; i < 4200; i++) {
		assert_int_equal(table_get(&t, UINT64_MAX - i, found, 16), 1);
		assert_int_equal(found[0], i);
	}
	table_fini(&t);
}

static void
test_no_hash_is_zero(void **state)
{
	(void)state;
	assert_true(table_hash(0) != 0);
	assert_true(table_hash(1) != table_hash(2));
}

static void
test_regions_keep_what_they_hold(void **state)
{
	struct region r = { 0 };

	(void)state;
	region_reserve(&r, 0);
	assert_null(r.ptr);
	region_reserve(&r, 1000);
	memset(r.ptr, 7, 1000);
	region_reserve(&r, 5 << 20);
	assert_true(r.size >= 5 << 20);
	assert_int_equal(((char *)r.ptr)[999], 7);
	assert_int_equal(((char *)r.ptr)[(5 << 20) - 1], 0);
	size_t size = r.size;
	region_reserve(&r, size + 1);
	assert_true(r.size >= size + size / 4);
	region_fini(&r);
	region_fini(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_was_put_is_found_after_growing),
		cmocka_unit_test(test_nothing_is_lost_when_a_large_table_grows),
		cmocka_unit_test(
		    test_entries_of_a_hash_keep_their_order_and_are_capped),
		cmocka_unit_test(test_the_end_spills_over),
		cmocka_unit_test(test_no_hash_is_zero),
		cmocka_unit_test(test_regions_keep_what_they_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
