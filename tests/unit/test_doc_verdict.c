/* test_doc_verdict.c - measurements, drops, failures, duplicates. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/utf8.h"
#include "model/doc.h"

static struct doc doc;

static int
setup(void **state)
{
	(void)state;
	doc_init(&doc, arena_new(1 << 20), 1000);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(&doc.arena);
	return 0;
}

static int
measure(const char *step, const char *rule, double value, double threshold)
{
	const struct lavoir_measure m = { .size = sizeof(m),
		.op = LAVOIR_LT,
		.rule = rule,
		.value = value,
		.threshold = threshold,
		.broken = value < threshold };

	return doc_add_measure(&doc, step, &m);
}

static void
test_drop_takes_the_last_measurement_of_its_reason(void **state)
{
	(void)state;
	assert_int_equal(measure("q", "words", 1, 50), 0);
	assert_int_equal(measure("q", "words", 2, 50), 0);
	assert_int_equal(measure("other", "words", 3, 50), 0);
	assert_int_equal(measure("q", "lines", 4, 50), 0);
	assert_int_equal(doc_drop(&doc, "q", "words", "2 words"), 0);
	assert_int_equal(doc.verdict, DOC_DROP);
	assert_string_equal(doc.plugin, "q");
	assert_string_equal(doc.reason, "words");
	assert_string_equal(doc.detail, "2 words");
	assert_true(doc.has_value);
	assert_true(doc.value == 2 && doc.threshold == 50);
}

static void
test_drop_without_measurement_has_no_value(void **state)
{
	(void)state;
	assert_int_equal(measure("q", "words", 1, 50), 0);
	assert_int_equal(doc_drop(&doc, "r", "words", NULL), 0);
	assert_false(doc.has_value);
	assert_null(doc.detail);
}

static void
test_first_verdict_stands(void **state)
{
	const struct doc_duplicate dup = { "d", { "w-1", 3 }, 1, "same", NULL };

	(void)state;
	assert_int_equal(doc_drop(&doc, "a", "one", NULL), 0);
	assert_int_equal(doc_drop(&doc, "b", "two", NULL), 0);
	assert_int_equal(doc_fail(&doc, "c", "three", NULL), 0);
	assert_int_equal(doc_add_duplicate(&doc, &dup, true), 0);
	assert_int_equal(doc.verdict, DOC_DROP);
	assert_string_equal(doc.reason, "one");
	assert_int_equal(doc.n_duplicates, 0);
}

static void
test_bad_reasons_are_refused(void **state)
{
	static const char *const bad[] = { NULL, "", "two words", "\xff" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct doc d;

		doc_init(&d, arena_new(1 << 16), 10);
		assert_int_equal(doc_drop(&d, "a", bad[i], NULL), ERR_INVAL);
		assert_int_equal(d.verdict, DOC_KEEP);
		arena_free(&d.arena);
	}
}

static void
test_failure_is_given_in_spite_of_an_error(void **state)
{
	(void)state;
	doc_error(&doc, ERR_INVAL, "broken");
	assert_int_equal(doc_drop(&doc, "a", "one", NULL), ERR_INVAL);
	assert_int_equal(doc_fail(&doc, "a", "error", doc.error_text), 0);
	assert_int_equal(doc.verdict, DOC_FAIL);
	assert_string_equal(doc.detail, "broken");
}

static void
test_failure_is_given_when_memory_is_out(void **state)
{
	struct doc d;

	(void)state;
	doc_init(&d, arena_new(256), 10);
	while (arena_raw(d.arena, 1) != NULL)
		;
	assert_int_equal(doc_error(&d, ERR_NOMEM, "text"), ERR_NOMEM);
	assert_non_null(d.error_text);
	assert_int_equal(doc_fail(&d, "a", "error", "why"), 0);
	assert_int_equal(d.verdict, DOC_FAIL);
	assert_non_null(d.reason);
	arena_free(&d.arena);
}

static void
test_detail_is_cut_on_a_character(void **state)
{
	char *detail = malloc(10002);
	size_t len;

	(void)state;
	memset(detail, 'x', 10001);
	for (size_t i = 1; i < 10001; i += 2)
		memcpy(detail + i, "é", 2);
	detail[10001] = '\0';
	assert_int_equal(doc_drop(&doc, "a", "one", detail), 0);
	len = strlen(doc.detail);
	assert_int_equal(len, DOC_DETAIL_MAX - 1);
	assert_true(utf8_valid(doc.detail, len));
	free(detail);
}

static void
test_detail_of_bad_bytes_is_repaired(void **state)
{
	char bad[9000];

	(void)state;
	assert_int_equal(doc_fail(&doc, "a", "one",
			     "a\xff"
			     "b\xc3"),
	    0);
	assert_string_equal(doc.detail,
	    "a\xef\xbf\xbd"
	    "b\xef\xbf\xbd");
	memset(bad, 0x80, sizeof(bad));
	bad[sizeof(bad) - 1] = '\0';
	doc.verdict = DOC_KEEP;
	assert_int_equal(doc_fail(&doc, "a", "one", bad), 0);
	assert_int_equal(strlen(doc.detail), DOC_DETAIL_MAX / 3 * 3);
	assert_true(utf8_valid(doc.detail, strlen(doc.detail)));
}

static void
test_duplicate_recorded_and_ending(void **state)
{
	const struct doc_duplicate like = { "near", { "w-3", 3 }, 0.7, "near",
		"shingles" };
	const struct doc_duplicate same = { "exact", { "w-1", 3 }, 1, "same",
		NULL };

	(void)state;
	assert_int_equal(doc_add_duplicate(&doc, &like, false), 0);
	assert_int_equal(doc.verdict, DOC_KEEP);
	assert_int_equal(doc_add_duplicate(&doc, &same, true), 0);
	assert_int_equal(doc_add_duplicate(&doc, &like, false), 0);
	assert_int_equal(doc.verdict, DOC_DUPLICATE);
	assert_string_equal(doc.plugin, "exact");
	assert_string_equal(doc.reason, "same");
	assert_int_equal(doc.n_duplicates, 2);
	assert_string_equal(doc.duplicate[0].detail, "shingles");
	assert_string_equal(doc.duplicate[1].original.ptr, "w-1");
}

static void
check_bad_duplicate(struct lavoir_str original, double similarity,
    const char *reason)
{
	const struct doc_duplicate dup = { "d", original, similarity, reason,
		NULL };
	struct doc d;

	doc_init(&d, arena_new(1 << 16), 10);
	assert_int_equal(doc_add_duplicate(&d, &dup, true), ERR_INVAL);
	assert_int_equal(d.verdict, DOC_KEEP);
	arena_free(&d.arena);
}

static void
test_bad_duplicates_are_refused(void **state)
{
	const struct lavoir_str id = { "w-1", 3 };

	(void)state;
	check_bad_duplicate((struct lavoir_str){ "", 0 }, 1, "r");
	check_bad_duplicate((struct lavoir_str){ NULL, 4 }, 1, "r");
	check_bad_duplicate((struct lavoir_str){ "\xff", 1 }, 1, "r");
	check_bad_duplicate(id, 1.01, "r");
	check_bad_duplicate(id, -0.01, "r");
	check_bad_duplicate(id, NAN, "r");
	check_bad_duplicate(id, 1, NULL);
	check_bad_duplicate(id, 1, "a b");
}

static void
test_bad_measurements_are_refused(void **state)
{
	const struct lavoir_measure good = { .size = sizeof(good),
		.rule = "r" };
	struct lavoir_measure bad[5];

	(void)state;
	for (size_t i = 0; i < 5; i++)
		bad[i] = good;
	bad[0].size = 8;
	bad[1].op = 6;
	bad[2].rule = NULL;
	bad[3].rule_set = "a\nb";
	bad[4].rule = "a b";
	for (size_t i = 0; i < 5; i++) {
		struct doc d;

		doc_init(&d, arena_new(1 << 16), 10);
		assert_int_equal(doc_add_measure(&d, "s", &bad[i]), ERR_INVAL);
		assert_int_equal(d.n_measures, 0);
		arena_free(&d.arena);
	}
	assert_int_equal(doc_add_measure(&doc, "s", &good), 0);
}

static void
test_measurements_as_json(void **state)
{
	struct lavoir_measure m = { .size = sizeof(m),
		.op = LAVOIR_GE,
		.rule_set = "gopher@1",
		.rule = "words",
		.value = 0.5,
		.threshold = 2,
		.broken = 7 };

	(void)state;
	assert_null(doc_measures_json(&doc));
	assert_int_equal(doc_add_measure(&doc, "q", &m), 0);
	m.rule_set = NULL;
	m.broken = 0;
	m.op = LAVOIR_LT;
	m.value = INFINITY;
	assert_int_equal(doc_add_measure(&doc, "q", &m), 0);
	assert_string_equal(doc_measures_json(&doc),
	    "[{\"plugin\":\"q\",\"rule_set\":\"gopher@1\",\"rule\":\"words\","
	    "\"value\":0.5,\"threshold\":2.0,\"op\":\">=\",\"verdict\":"
	    "\"broken\"},"
	    "{\"plugin\":\"q\",\"rule\":\"words\",\"value\":null,\"threshold\":"
	    "2.0,"
	    "\"op\":\"<\",\"verdict\":\"ok\"}]");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_drop_takes_the_last_measurement_of_its_reason),
		TEST(test_drop_without_measurement_has_no_value),
		TEST(test_first_verdict_stands),
		TEST(test_bad_reasons_are_refused),
		TEST(test_failure_is_given_in_spite_of_an_error),
		TEST(test_failure_is_given_when_memory_is_out),
		TEST(test_detail_is_cut_on_a_character),
		TEST(test_detail_of_bad_bytes_is_repaired),
		TEST(test_duplicate_recorded_and_ending),
		TEST(test_bad_duplicates_are_refused),
		TEST(test_bad_measurements_are_refused),
		TEST(test_measurements_as_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
