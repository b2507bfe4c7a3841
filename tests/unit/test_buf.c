/* test_buf.c - a growing byte buffer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"

static void
test_appends_follow_each_other(void **state)
{
	struct buf b = { 0 };

	(void)state;
	buf_append(&b, "ab", 2);
	buf_append(&b, NULL, 0);
	buf_append_str(&b, "cd");
	buf_append_byte(&b, 'e');
	buf_printf(&b, "-%d-", 42);
	assert_int_equal(b.len, 9);
	assert_memory_equal(b.ptr, "abcde-42-", 9);
	buf_fini(&b);
	assert_null(b.ptr);
	assert_int_equal(b.len + b.cap, 0);
}

static void
test_growth_keeps_content(void **state)
{
	struct buf b = { 0 };

	(void)state;
	for (uint32_t i = 0; i < 10000; i++)
		buf_append(&b, &i, sizeof(i));
	assert_int_equal(b.len, 40000);
	for (uint32_t i = 0; i < 10000; i++)
		assert_memory_equal(b.ptr + i * sizeof(i), &i, sizeof(i));
	buf_fini(&b);
}

static void
test_printf_of_any_length_fits(void **state)
{
	struct buf b = { 0 };
	char text[300];

	(void)state;
	for (size_t len = 0; len < sizeof(text); len++) {
		memset(text, 'x', len);
		text[len] = '\0';
		b.len = 0;
		buf_printf(&b, "%s", text);
		assert_int_equal(b.len, len);
		assert_memory_equal(b.ptr, text, len);
		buf_reset(&b, 0);
	}
	buf_fini(&b);
}

static void
test_consume_removes_from_the_front(void **state)
{
	struct buf b = { 0 };

	(void)state;
	buf_append_str(&b, "abcdef");
	buf_consume(&b, 0);
	buf_consume(&b, 2);
	assert_string_equal(buf_str(&b), "cdef");
	buf_consume(&b, 4);
	assert_int_equal(b.len, 0);
	assert_string_equal(buf_str(&b), "");
	buf_fini(&b);
}

static void
test_str_ends_with_a_nul_not_counted(void **state)
{
	struct buf b = { 0 };

	(void)state;
	assert_string_equal(buf_str(&b), "");
	for (size_t i = 1; i < 200; i++) {
		buf_append_byte(&b, 'a');
		assert_int_equal(strlen(buf_str(&b)), i);
		assert_int_equal(b.len, i);
	}
	buf_fini(&b);
}

static void
test_reset_gives_back_what_exceeds_keep(void **state)
{
	struct buf b = { 0 };

	(void)state;
	buf_reserve(&b, 100000);
	b.len = 100000;
	buf_reset(&b, SIZE_MAX);
	assert_int_equal(b.len, 0);
	assert_true(b.cap >= 100000);
	buf_reset(&b, 1000);
	assert_int_equal(b.cap, 1000);
	buf_append_str(&b, "again");
	assert_string_equal(buf_str(&b), "again");
	buf_reset(&b, 0);
	assert_null(b.ptr);
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_appends_follow_each_other),
		cmocka_unit_test(test_growth_keeps_content),
		cmocka_unit_test(test_printf_of_any_length_fits),
		cmocka_unit_test(test_consume_removes_from_the_front),
		cmocka_unit_test(test_str_ends_with_a_nul_not_counted),
		cmocka_unit_test(test_reset_gives_back_what_exceeds_keep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
