/* test_common_u8.c - plugins' UTF-8: vector and plain code agree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/u8.h"

static const struct {
	const char *bytes;
	size_t len, valid, bad; /* bad: length of what follows the valid part */
} cases[] = {
	{ "", 0, 0, 0 },
	{ "abc", 3, 3, 0 },
	{ "d\xc3\xa9j\xc3\xa0", 6, 6, 0 },
	{ "\xf0\x9f\x98\x80", 4, 4, 0 },
	{ "\xf4\x8f\xbf\xbf", 4, 4, 0 },
	{ "\xef\xbf\xbf", 3, 3, 0 },
	{ "a\x80", 2, 1, 1 },
	{ "a\xc3", 2, 1, 1 },
	{ "a\xc3z", 3, 1, 1 },
	{ "\xc0\x80", 2, 0, 1 },     /* overlong */
	{ "\xc1\xbf", 2, 0, 1 },     /* overlong */
	{ "\xe0\x9f\xbf", 3, 0, 1 }, /* overlong */
	{ "\xf0\x8f\xbf\xbf", 4, 0, 1 },
	{ "\xed\xa0\x80", 3, 0, 1 }, /* a surrogate */
	{ "\xed\x9f\xbf", 3, 3, 0 },
	{ "\xf4\x90\x80\x80", 4, 0, 1 }, /* above U+10FFFF */
	{ "\xf5\x80\x80\x80", 4, 0, 1 },
	{ "\xff", 1, 0, 1 },
	{ "x\xe2\x82", 3, 1, 2 },
	{ "x\xf0\x9f\x98y", 5, 1, 3 },
	{ "\0z", 2, 2, 0 },
};

static void
test_valid_prefix_and_length_of_what_is_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const unsigned char *p = (const unsigned char *)cases[i].bytes;

		assert_int_equal(u8_valid(p, cases[i].len), cases[i].valid);
		if (cases[i].bad > 0)
			assert_int_equal(u8_bad(p + cases[i].valid,
					     p + cases[i].len),
			    cases[i].bad);
	}
}

/* Every case at every place of a longer text of every kind of neighbours. */
static void
test_vectors_find_every_fault_at_every_place(void **state)
{
	static const char *const fill[] = { "x", "\xc3\xa9", "\xe6\x97\xa5",
		"\xf0\x9f\x98\x80" };
	unsigned char text[512];

	(void)state;
	for (size_t f = 0; f < 4; f++)
		for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
			for (size_t before = 0; before < 70; before++) {
				size_t n = strlen(fill[f]), len = 0, at;

				for (size_t k = 0; k < before; k++, len += n)
					memcpy(text + len, fill[f], n);
				at = len;
				memcpy(text + len, cases[i].bytes,
				    cases[i].len);
				len += cases[i].len;
				for (size_t k = 0; k < 40; k++, len += n)
					memcpy(text + len, fill[f], n);
				assert_int_equal(u8_valid(text, len),
				    u8_valid_plain(text, len));
				if (cases[i].bad > 0)
					assert_int_equal(u8_valid(text, len),
					    at + cases[i].valid);
			}
}

static uint32_t
next(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static void
test_vector_and_plain_code_agree_on_damaged_text(void **state)
{
	unsigned char text[300];
	uint32_t seed = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		size_t len = 0;

		while (len < 256)
			len += u8_encode(text + len, next(&seed) % 0xd800);
		text[next(&seed) % len] ^= (unsigned char)next(&seed);
		len -= next(&seed) % 100;
		assert_int_equal(u8_valid(text, len),
		    u8_valid_plain(text, len));
	}
}

static void
test_every_character_survives_encoding(void **state)
{
	unsigned char out[4];
	size_t n;

	(void)state;
	for (uint32_t cp = 0; cp < 0x110000; cp++) {
		if (cp == 0xd800)
			cp = 0xe000;
		size_t len = u8_encode(out, cp);
		assert_int_equal(u8_valid(out, len), len);
		assert_int_equal(u8_decode(out, &n), cp);
		assert_int_equal(n, len);
	}
}

static void
test_ascii_run_ends_at_the_first_byte_above(void **state)
{
	char text[100];

	(void)state;
	for (size_t at = 0; at < sizeof(text); at++) {
		memset(text, 'x', sizeof(text));
		assert_int_equal(u8_ascii(text, at), at);
		text[at] = (char)0x80;
		assert_int_equal(u8_ascii(text, sizeof(text)), at);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_valid_prefix_and_length_of_what_is_bad),
		cmocka_unit_test(test_vectors_find_every_fault_at_every_place),
		cmocka_unit_test(
		    test_vector_and_plain_code_agree_on_damaged_text),
		cmocka_unit_test(test_every_character_survives_encoding),
		cmocka_unit_test(test_ascii_run_ends_at_the_first_byte_above),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
