/* test_pack.c - typed values to bytes and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/pack.h"

static void
pack_all(struct buf *b)
{
	size_t later;

	pack_u8(b, 0xAB);
	pack_u16(b, 0x1234);
	pack_u32(b, 0xDEADBEEF);
	pack_u64(b, UINT64_MAX - 1);
	pack_i64(b, INT64_MIN);
	pack_f64(b, -0.1);
	pack_bytes(b, "a\0b", 3);
	pack_str(b, "text");
	pack_str(b, "");
	pack_str(b, NULL);
	later = pack_u32_later(b);
	pack_raw(b, "raw", 3);
	pack_u32_at(b, later, 77);
}

/* True when every value came back as it was packed. */
static bool
unpack_all(struct unpack *u)
{
	const void *bytes;
	const char *text, *empty, *null;
	bool same;
	size_t len;

	same = unpack_u8(u) == 0xAB;
	same &= unpack_u16(u) == 0x1234;
	same &= unpack_u32(u) == 0xDEADBEEF;
	same &= unpack_u64(u) == UINT64_MAX - 1;
	same &= unpack_i64(u) == INT64_MIN;
	same &= unpack_f64(u) == -0.1;
	bytes = unpack_bytes(u, &len);
	same &= len == 3 && !memcmp(bytes, "a\0b", 3);
	text = unpack_str(u);
	same &= text && !strcmp(text, "text");
	empty = unpack_str(u);
	same &= empty && !*empty;
	null = unpack_str(u);
	same &= !null;
	same &= unpack_u32(u) == 77;
	same &= !memcmp(unpack_raw(u, 3), u->bad ? "" : "raw", 1);
	return same;
}

static void
test_what_is_packed_comes_back(void **state)
{
	struct buf b = { 0 };
	struct unpack u;

	(void)state;
	pack_all(&b);
	unpack_init(&u, b.ptr, b.len);
	assert_true(unpack_all(&u));
	assert_int_equal(unpack_left(&u), 0);
	assert_true(unpack_end(&u));
	buf_fini(&b);
}

static void
test_bytes_are_little_endian(void **state)
{
	struct buf b = { 0 };

	(void)state;
	pack_u16(&b, 0x0102);
	pack_u32(&b, 0x03040506);
	pack_str(&b, "x");
	assert_int_equal(b.len, 12);
	assert_memory_equal(b.ptr, "\x02\x01\x06\x05\x04\x03\x02\0\0\0x\0", 12);
	buf_fini(&b);
}

/* Each prefix in a block of its own, so that a sanitizer sees an overrun. */
static void
test_every_shorter_input_is_bad(void **state)
{
	struct buf b = { 0 };
	struct unpack u;

	(void)state;
	pack_all(&b);
	for (size_t len = 0; len < b.len; len++) {
		uint8_t *copy = malloc(len ? len : 1);

		memcpy(copy, b.ptr, len);
		unpack_init(&u, copy, len);
		unpack_all(&u);
		assert_true(u.bad);
		assert_false(unpack_end(&u));
		assert_int_equal(unpack_left(&u), 0);
		free(copy);
	}
	buf_fini(&b);
}

static void
test_more_than_was_read_is_no_end(void **state)
{
	struct unpack u;

	(void)state;
	unpack_init(&u, "\1\2", 2);
	unpack_u8(&u);
	assert_false(unpack_end(&u));
	assert_int_equal(unpack_left(&u), 1);
	unpack_u8(&u);
	assert_true(unpack_end(&u));
}

static void
test_after_a_failure_everything_is_empty(void **state)
{
	struct unpack u;
	size_t len = 9;

	(void)state;
	unpack_init(&u, "\1\1\1", 3);
	assert_int_equal(unpack_u32(&u), 0);
	assert_int_equal(unpack_u8(&u), 0);
	assert_string_equal(unpack_bytes(&u, &len), "");
	assert_int_equal(len, 0);
	assert_string_equal(unpack_str(&u), "");
	assert_string_equal(unpack_raw(&u, 1), "");
	assert_int_equal(unpack_count(&u, 1), 0);
	assert_true(unpack_f64(&u) == 0.0);
}

static void
test_lengths_beyond_the_input_are_bad(void **state)
{
	struct unpack u;
	size_t len;

	(void)state;
	unpack_init(&u, "\xFF\xFF\xFF\xFFxxxx", 8);
	assert_string_equal(unpack_bytes(&u, &len), "");
	assert_true(u.bad);
	unpack_init(&u, "\1", 1);
	unpack_raw(&u, SIZE_MAX);
	assert_true(u.bad);
}

static void
test_strings_hold_one_nul_at_their_end(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		bool good;
	} cases[] = {
		{ "\2\0\0\0a\0", 6, true },
		{ "\2\0\0\0ab", 6, false },
		{ "\3\0\0\0a\0\0", 7, false },
		{ "\3\0\0\0\0a\0", 7, false },
		{ "\1\0\0\0a", 5, false },
	};
	struct unpack u;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unpack_init(&u, cases[i].bytes, cases[i].len);
		assert_string_equal(unpack_str(&u), cases[i].good ? "a" : "");
		assert_int_equal(unpack_end(&u), cases[i].good);
	}
}

static void
test_counts_must_fit_into_what_is_left(void **state)
{
	struct unpack u;

	(void)state;
	unpack_init(&u, "\2\0\0\0abcd", 8);
	assert_int_equal(unpack_count(&u, 2), 2);
	assert_false(u.bad);
	unpack_init(&u, "\2\0\0\0abcd", 8);
	assert_int_equal(unpack_count(&u, 3), 0);
	assert_true(u.bad);
	unpack_init(&u, "\xFF\xFF\xFF\xFF", 4);
	assert_int_equal(unpack_count(&u, SIZE_MAX), 0);
	assert_true(u.bad);
}

static void
test_no_input_is_an_end_at_once(void **state)
{
	struct unpack u;

	(void)state;
	unpack_init(&u, NULL, 0);
	assert_true(unpack_end(&u));
	assert_non_null(unpack_raw(&u, 0));
	assert_true(unpack_end(&u));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_packed_comes_back),
		cmocka_unit_test(test_bytes_are_little_endian),
		cmocka_unit_test(test_every_shorter_input_is_bad),
		cmocka_unit_test(test_more_than_was_read_is_no_end),
		cmocka_unit_test(test_after_a_failure_everything_is_empty),
		cmocka_unit_test(test_lengths_beyond_the_input_are_bad),
		cmocka_unit_test(test_strings_hold_one_nul_at_their_end),
		cmocka_unit_test(test_counts_must_fit_into_what_is_left),
		cmocka_unit_test(test_no_input_is_an_end_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
