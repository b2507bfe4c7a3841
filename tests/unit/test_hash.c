/* test_hash.c - XXH3 over bytes, and a map. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"

/* The hash is part of files on disk: these values are those of XXH3 itself. */
static void
test_hashes_are_those_of_xxh3(void **state)
{
	(void)state;
	assert_true(hash_bytes("", 0) == UINT64_C(0x2d06800538d394c2));
	assert_true(hash_bytes(NULL, 0) == hash_bytes("", 0));
	assert_true(hash_chain(0, "abc", 3) == hash_bytes("abc", 3));
	assert_true(hash_bytes("abc", 3) == UINT64_C(0x78af5f94892f3950));
}

static void
test_chains_depend_on_what_came_before(void **state)
{
	(void)state;
	assert_true(hash_chain(1, "abc", 3) != hash_chain(2, "abc", 3));
	assert_true(hash_chain(1, "abc", 3) == hash_chain(1, "abc", 3));
	assert_true(hash_chain(1, "abc", 3) != hash_chain(1, "abd", 3));
}

static void
test_put_get_replace_remove(void **state)
{
	struct map *m = map_new();
	int a, b;

	(void)state;
	assert_null(map_get(m, "k", 1));
	assert_null(map_put(m, "k", 1, &a));
	assert_ptr_equal(map_get(m, "k", 1), &a);
	assert_ptr_equal(map_put(m, "k", 1, &b), &a);
	assert_ptr_equal(map_get(m, "k", 1), &b);
	assert_int_equal(map_count(m), 1);
	assert_ptr_equal(map_put(m, "k", 1, NULL), &b);
	assert_null(map_put(m, "k", 1, NULL));
	assert_null(map_get(m, "k", 1));
	assert_int_equal(map_count(m), 0);
	map_free(&m);
	assert_null(m);
	map_free(&m);
}

static void
test_keys_are_bytes_and_copied(void **state)
{
	char key[] = "a\0b";
	struct map *m = map_new();
	int a, b, c;

	(void)state;
	map_put(m, key, 3, &a);
	map_put(m, "a", 1, &b);
	map_put(m, NULL, 0, &c);
	memset(key, 'x', sizeof(key));
	assert_ptr_equal(map_get(m, "a\0b", 3), &a);
	assert_ptr_equal(map_get(m, "a", 1), &b);
	assert_ptr_equal(map_get(m, "", 0), &c);
	assert_null(map_get(m, "a\0c", 3));
	map_free(&m);
}

/* Against an array that is indexed by the key. */
static void
test_many_random_changes(void **state)
{
	enum { KEYS = 1000 };
	static char values[KEYS][2];
	static void *expected[KEYS];
	struct map *m = map_new();
	uint32_t seed = 1;
	size_t count = 0;

	(void)state;
	for (int i = 0; i < 50000; i++) {
		uint32_t key;
		void *value;

		seed = seed * 1664525 + 1013904223;
		key = (seed >> 8) % KEYS;
		value = seed >> 30 ? &values[key][seed >> 31] : NULL;
		if (i / 5000 % 2 && seed >> 28 != 15)
			value = NULL;
		count += !!value - (size_t) !!expected[key];
		assert_ptr_equal(map_put(m, &key, sizeof(key), value),
		    expected[key]);
		expected[key] = value;
		assert_int_equal(map_count(m), count);
	}
	for (uint32_t key = 0; key < KEYS; key++)
		assert_ptr_equal(map_get(m, &key, sizeof(key)), expected[key]);
	map_free(&m);
}

static void
test_walk_gives_each_once_and_allows_removing_it(void **state)
{
	enum { KEYS = 300 };
	static char values[KEYS];
	struct map *m = map_new();
	size_t at = 0, len, seen = 0;
	const void *key;
	char *value;

	(void)state;
	for (size_t i = 0; i < KEYS; i++)
		map_put(m, &i, sizeof(i), &values[i]);
	while ((value = map_next(m, &at, &key, &len))) {
		size_t i;

		assert_int_equal(len, sizeof(i));
		memcpy(&i, key, sizeof(i));
		assert_ptr_equal(value, &values[i]);
		assert_int_equal(values[i]++, 0);
		seen++;
		if (i % 2)
			assert_ptr_equal(map_put(m, key, len, NULL), value);
	}
	assert_int_equal(seen, KEYS);
	assert_int_equal(map_count(m), KEYS / 2);
	at = 0;
	for (seen = 0; map_next(m, &at, NULL, NULL); seen++)
		;
	assert_int_equal(seen, KEYS / 2);
	map_free(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hashes_are_those_of_xxh3),
		cmocka_unit_test(test_chains_depend_on_what_came_before),
		cmocka_unit_test(test_put_get_replace_remove),
		cmocka_unit_test(test_keys_are_bytes_and_copied),
		cmocka_unit_test(test_many_random_changes),
		cmocka_unit_test(
		    test_walk_gives_each_once_and_allows_removing_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
