/* test_utf8.c - UTF-8 checked strictly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"

static void
test_every_character_comes_back(void **state)
{
	uint8_t bytes[4];

	(void)state;
	for (uint32_t c = 0; c <= 0x10FFFF; c++) {
		const uint8_t *p = bytes;
		size_t len;

		if (c == 0xD800)
			c = 0xE000;
		len = utf8_put(bytes, c);
		if (!utf8_valid(bytes, len) || utf8_count(bytes, len) != 1 ||
		    utf8_next(&p, bytes + len) != c || p != bytes + len)
			fail_msg("U+%04X", (unsigned)c);
	}
}

/* Against table 3-7 of the standard, written out, for all pairs of bytes
 * followed by two good ones. */
static size_t
table_length(uint8_t a, uint8_t b)
{
	if (a < 0x80)
		return 1;
	if (a < 0xC2 || a > 0xF4)
		return 0;
	if (a <= 0xDF)
		return b >= 0x80 && b <= 0xBF ? 2 : 0;
	if (a <= 0xEF)
		return b >= (a == 0xE0 ? 0xA0 : 0x80) &&
			b <= (a == 0xED ? 0x9F : 0xBF)
		    ? 3
		    : 0;
	return b >= (a == 0xF0 ? 0x90 : 0x80) && b <= (a == 0xF4 ? 0x8F : 0xBF)
	    ? 4
	    : 0;
}

static void
test_first_and_second_bytes_follow_the_table(void **state)
{
	(void)state;
	for (unsigned a = 0; a < 256; a++)
		for (unsigned b = 0; b < 256; b++) {
			uint8_t p[] = { (uint8_t)a, (uint8_t)b, 0x80, 0xBF };
			uint32_t c;

			if (utf8_decode(p, 4, &c) !=
			    table_length((uint8_t)a, (uint8_t)b))
				fail_msg("%02X %02X", a, b);
		}
}

static void
test_invalid_bytes_end_the_valid_prefix(void **state)
{
	static const struct {
		const char *bytes;
		size_t valid;
	} cases[] = {
		{ "abc\xC0\x80", 3 },
		{ "a\xC3\xA4\xC1\xBF", 3 },
		{ "\xE0\x9F\xBF", 0 },
		{ "\xED\xA0\x80", 0 },
		{ "\xEF\xBF\xBF\xF0\x8F\xBF\xBF", 3 },
		{ "\xF4\x90\x80\x80", 0 },
		{ "\xF5\x80\x80\x80", 0 },
		{ "\x80", 0 },
		{ "x\xE2\x82", 1 },
		{ "x\xE2\x82x", 1 },
		{ "x\xF0\x9F\x98", 1 },
		{ "x\xC3", 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t len = strlen(cases[i].bytes);

		assert_int_equal(utf8_valid_prefix(cases[i].bytes, len),
		    cases[i].valid);
		assert_false(utf8_valid(cases[i].bytes, len));
	}
	assert_true(utf8_valid("", 0));
	assert_true(utf8_valid("a\0b", 3));
}

/* Whatever the alignment and the place in a word, the bad byte is found, and
 * nothing behind the end is read. */
static void
test_a_bad_byte_is_found_anywhere(void **state)
{
	(void)state;
	for (size_t len = 1; len < 100; len++)
		for (size_t at = 0; at < len; at++) {
			char *text = malloc(len);

			memset(text, 'a', len);
			assert_true(utf8_valid(text, len));
			text[at] = (char)0xFF;
			assert_int_equal(utf8_valid_prefix(text, len), at);
			free(text);
		}
}

static void
test_no_character_is_put_as_the_replacement(void **state)
{
	uint8_t bytes[4];

	(void)state;
	assert_int_equal(utf8_put(bytes, 0xD800), 3);
	assert_memory_equal(bytes, "\xEF\xBF\xBD", 3);
	assert_int_equal(utf8_put(bytes, 0x110000), 3);
	assert_memory_equal(bytes, "\xEF\xBF\xBD", 3);
}

static void
test_next_steps_over_an_invalid_byte(void **state)
{
	const uint8_t text[] = { 0xE2, 0x82, 'x' }, *p = text;

	(void)state;
	assert_int_equal(utf8_next(&p, text + 3), 0xFFFD);
	assert_int_equal(utf8_next(&p, text + 3), 0xFFFD);
	assert_int_equal(utf8_next(&p, text + 3), 'x');
	assert_ptr_equal(p, text + 3);
}

static void
test_count_counts_characters(void **state)
{
	const char *text = "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80";

	(void)state;
	assert_int_equal(utf8_count(text, strlen(text)), 4);
	assert_int_equal(utf8_count("", 0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_character_comes_back),
		cmocka_unit_test(test_first_and_second_bytes_follow_the_table),
		cmocka_unit_test(test_invalid_bytes_end_the_valid_prefix),
		cmocka_unit_test(test_a_bad_byte_is_found_anywhere),
		cmocka_unit_test(test_no_character_is_put_as_the_replacement),
		cmocka_unit_test(test_next_steps_over_an_invalid_byte),
		cmocka_unit_test(test_count_counts_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
