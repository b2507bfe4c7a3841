/* test_common_words.c - what a word is; counting in one pass finds the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/u8.h"
#include "common/words.h"

static void
test_words_one_by_one(void **state)
{
	static const char text[] = " don't d\xc3\xa9j\xc3\xa0-vu "
				   "\xe6\x97\xa5\xe6\x9c\xac x_1\xe3\x80\x82";
	static const char *const words[] = { "don", "t", "d\xc3\xa9j\xc3\xa0",
		"vu", "\xe6\x97\xa5", "\xe6\x9c\xac", "x_1" };
	struct lavoir_str w;
	size_t pos = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		assert_true(
		    words_next((struct lavoir_str){ text, sizeof(text) - 1 },
			&pos, &w));
		assert_int_equal(w.len, strlen(words[i]));
		assert_memory_equal(w.ptr, words[i], w.len);
	}
	assert_false(words_next((struct lavoir_str){ text, sizeof(text) - 1 },
	    &pos, &w));
	assert_int_equal(pos, sizeof(text) - 1);
	pos = 0;
	assert_false(words_next((struct lavoir_str){ NULL, 0 }, &pos, &w));
}

static void
test_classes(void **state)
{
	static const struct {
		uint32_t cp;
		int class;
	} cases[] = {
		{ 'a', WORDS_LETTER },
		{ 'Z', WORDS_LETTER },
		{ '0', WORDS_LETTER },
		{ '_', WORDS_LETTER },
		{ '@', WORDS_SEPARATOR },
		{ '`', WORDS_SEPARATOR },
		{ '{', WORDS_SEPARATOR },
		{ 0xa0, WORDS_SEPARATOR },
		{ 0xaa, WORDS_LETTER },
		{ 0xd7, WORDS_SEPARATOR },
		{ 0xe9, WORDS_LETTER },
		{ 0x301, WORDS_LETTER },
		{ 0x416, WORDS_LETTER },
		{ 0x60c, WORDS_SEPARATOR },
		{ 0x627, WORDS_LETTER },
		{ 0x964, WORDS_SEPARATOR },
		{ 0x2019, WORDS_SEPARATOR },
		{ 0x200d, WORDS_LETTER },
		{ 0x20ac, WORDS_SEPARATOR },
		{ 0x3002, WORDS_SEPARATOR },
		{ 0x3042, WORDS_ALONE },
		{ 0x30fc, WORDS_ALONE },
		{ 0x4e00, WORDS_ALONE },
		{ 0xac00, WORDS_LETTER },
		{ 0xff21, WORDS_LETTER },
		{ 0xff01, WORDS_SEPARATOR },
		{ 0x1f600, WORDS_SEPARATOR },
		{ 0x20000, WORDS_ALONE },
		{ 0x10ffff, WORDS_SEPARATOR },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (words_class(cases[i].cp) != cases[i].class)
			fail_msg("U+%04X: %d", (unsigned)cases[i].cp,
			    words_class(cases[i].cp));
}

static void
test_white_space(void **state)
{
	static const uint32_t spaces[] = { ' ', '\t', '\n', '\v', '\f', '\r',
		0x85, 0xa0, 0x1680, 0x2000, 0x200a, 0x2028, 0x2029, 0x202f,
		0x205f, 0x3000 };
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(spaces) / sizeof(*spaces); i++)
		assert_true(words_space(spaces[i]));
	for (uint32_t cp = 0; cp < 0x110000; cp++)
		n += words_space(cp);
	assert_int_equal(n, 25);
}

static uint32_t
next(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static size_t
make_text(unsigned char *text, size_t size, uint32_t *seed)
{
	static const uint32_t some[] = { 'a', 'Z', '7', ' ', '\n', '.', '_',
		0xe9, 0x416, 0x2019, 0x65e5, 0x1f600 };
	size_t len = 0, n = next(seed) % size;
	/* Sometimes all ASCII. */
	uint32_t kinds = next(seed) % 2 ? 7 : 12;

	while (len < n)
		len += u8_encode(text + len, some[next(seed) % kinds]);
	return len;
}

static void
test_counting_agrees_with_reading(void **state)
{
	unsigned char text[600];
	uint32_t seed = 7;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		size_t len = make_text(text, 500, &seed), pos = 0;
		struct lavoir_str s = { (const char *)text, len }, w;
		struct words_counts c, plain = { 0 };

		words_count(s, &c);
		while (words_next(s, &pos, &w))
			plain.words++;
		for (size_t i = 0; i < len; i++) {
			plain.characters += (text[i] & 0xc0) != 0x80;
			plain.lines += text[i] == '\n';
		}
		plain.lines += len > 0 && text[len - 1] != '\n';
		assert_int_equal(c.words, plain.words);
		assert_int_equal(c.characters, plain.characters);
		assert_int_equal(c.lines, plain.lines);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_one_by_one),
		cmocka_unit_test(test_classes),
		cmocka_unit_test(test_white_space),
		cmocka_unit_test(test_counting_agrees_with_reading),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
