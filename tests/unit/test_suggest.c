/* test_suggest.c - the known word that was probably meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/suggest.h"

static void
test_distances(void **state)
{
	static const struct {
		const char *a, *b;
		size_t distance;
	} cases[] = {
		{ "", "", 0 },
		{ "abc", "abc", 0 },
		{ "", "abc", 3 },
		{ "abc", "abd", 1 },
		{ "abc", "abcd", 1 },
		{ "abc", "ac", 1 },
		{ "ab", "ba", 1 },
		{ "workers", "wrokers", 1 },
		{ "ca", "abc", 3 },
		{ "kitten", "sitting", 3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(suggest_distance(cases[i].a, cases[i].b),
		    cases[i].distance);
		assert_int_equal(suggest_distance(cases[i].b, cases[i].a),
		    cases[i].distance);
	}
}

static void
test_long_words_are_far_away(void **state)
{
	char a[66], b[66];

	(void)state;
	memset(a, 'x', sizeof(a));
	a[64] = '\0';
	assert_int_equal(suggest_distance(a, a), 0);
	memcpy(b, a, sizeof(b));
	b[64] = 'x';
	b[65] = '\0';
	assert_true(suggest_distance(a, b) == SIZE_MAX);
	assert_true(suggest_distance(b, a) == SIZE_MAX);
}

static void
test_the_nearest_known_word_is_suggested(void **state)
{
	static const char *const known[] = { "workers", "readers", "memory",
		"watch", "path", "on", "exact-dedup" };
	static const struct {
		const char *word, *meant;
	} cases[] = {
		{ "wokers", "workers" },
		{ "reader", "readers" },
		{ "memroy", "memory" },
		{ "wacht", "watch" },
		{ "pth", "path" },
		{ "on", "on" },
		{ "of", "on" },
		{ "x", NULL },
		{ "", NULL },
		{ "exactdedup", "exact-dedup" },
		{ "exact_dedup", "exact-dedup" },
		{ "something", NULL },
		{ "wxyz", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct suggest s;

		suggest_init(&s, cases[i].word);
		assert_null(suggest_best(&s));
		for (size_t k = 0; k < sizeof(known) / sizeof(known[0]); k++)
			suggest_offer(&s, known[k]);
		if (cases[i].meant)
			assert_string_equal(suggest_best(&s), cases[i].meant);
		else
			assert_null(suggest_best(&s));
	}
}

static void
test_of_equally_near_words_the_first_is_suggested(void **state)
{
	struct suggest s;

	(void)state;
	suggest_init(&s, "test");
	suggest_offer(&s, "tent");
	suggest_offer(&s, "text");
	assert_string_equal(suggest_best(&s), "tent");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_distances),
		cmocka_unit_test(test_long_words_are_far_away),
		cmocka_unit_test(test_the_nearest_known_word_is_suggested),
		cmocka_unit_test(
		    test_of_equally_near_words_the_first_is_suggested),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
