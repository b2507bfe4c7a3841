/* test_json_write.c - JSON text by appending to a buffer. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <jansson.h>

#include "base/json_write.h"

static void
assert_written(struct buf *b, const char *expected)
{
	assert_string_equal(buf_str(b), expected);
	b->len = 0;
}

static void
test_strings_are_escaped_where_json_asks_for_it(void **state)
{
	static const struct {
		const char *text, *json;
	} cases[] = {
		{ "", "\"\"" },
		{ "plain / \x7F \xC3\xA4 \xE2\x80\xA8",
		    "\"plain / \x7F \xC3\xA4 \xE2\x80\xA8\"" },
		{ "\"\\", "\"\\\"\\\\\"" },
		{ "\n\r\t\b\f", "\"\\n\\r\\t\\b\\f\"" },
		{ "\x01\x1F\x0B", "\"\\u0001\\u001f\\u000b\"" },
	};
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_write_cstr(&b, cases[i].text);
		assert_written(&b, cases[i].json);
	}
	json_write_string(&b, "a\0b", 3);
	assert_written(&b, "\"a\\u0000b\"");
	json_write_cstr(&b, NULL);
	assert_written(&b, "null");
	buf_fini(&b);
}

/* Whatever the place of the byte in a vector: a reader gives it back. */
static void
test_a_reader_gets_every_string_back(void **state)
{
	struct buf b = { 0 };

	(void)state;
	for (size_t len = 1; len < 50; len++)
		for (size_t at = 0; at < len; at++) {
			char *text = malloc(len);
			json_t *back;

			memset(text, 'a', len);
			text[at] = (char)(len * 7 % 35);
			b.len = 0;
			json_write_string(&b, text, len);
			back = json_loadb((const char *)b.ptr, b.len,
			    JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
			assert_non_null(back);
			assert_int_equal(json_string_length(back), len);
			assert_memory_equal(json_string_value(back), text, len);
			json_decref(back);
			free(text);
		}
	buf_fini(&b);
}

static void
test_lossy_replaces_invalid_bytes_and_says_so(void **state)
{
	struct buf b = { 0 };

	(void)state;
	assert_true(json_write_lossy(&b, "a\xFF\"\xE2\x82", 5));
	assert_written(&b, "\"a\xEF\xBF\xBD\\\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
	assert_false(json_write_lossy(&b, "\xC3\xA4\n", 3));
	assert_written(&b, "\"\xC3\xA4\\n\"");
	assert_false(json_write_lossy(&b, "", 0));
	assert_written(&b, "\"\"");
	buf_fini(&b);
}

static void
test_base64(void **state)
{
	static const struct {
		const char *text, *json;
	} cases[] = {
		{ "", "\"\"" },
		{ "f", "\"Zg==\"" },
		{ "fo", "\"Zm8=\"" },
		{ "foo", "\"Zm9v\"" },
		{ "foob", "\"Zm9vYg==\"" },
		{ "fooba", "\"Zm9vYmE=\"" },
		{ "foobar", "\"Zm9vYmFy\"" },
		{ "\xFB\xFF\xFE", "\"+//+\"" },
	};
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_write_base64(&b, cases[i].text, strlen(cases[i].text));
		assert_written(&b, cases[i].json);
	}
	buf_fini(&b);
}

static void
test_integers(void **state)
{
	struct buf b = { 0 };

	(void)state;
	json_write_int(&b, INT64_MIN);
	assert_written(&b, "-9223372036854775808");
	json_write_int(&b, INT64_MAX);
	assert_written(&b, "9223372036854775807");
	json_write_int(&b, 0);
	assert_written(&b, "0");
	buf_fini(&b);
}

static void
test_reals_are_short_and_stay_reals(void **state)
{
	static const struct {
		double v;
		const char *json;
	} cases[] = {
		{ 0.0, "0.0" },
		{ -0.0, "-0.0" },
		{ 3.0, "3.0" },
		{ 0.1, "0.1" },
		{ 0.1 + 0.2, "0.30000000000000004" },
		{ 1e20, "1e+20" },
		{ 1e15, "1e+15" },
		{ 123456789012345.0, "123456789012345.0" },
		{ 5e-324, "4.94065645841247e-324" },
		{ NAN, "null" },
		{ INFINITY, "null" },
		{ -INFINITY, "null" },
	};
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_write_real(&b, cases[i].v);
		assert_written(&b, cases[i].json);
	}
	buf_fini(&b);
}

static void
test_reals_read_back_as_they_were(void **state)
{
	static const double values[] = { 1.0 / 3, 2.0 / 3, DBL_MAX, DBL_MIN,
		DBL_EPSILON, 1e23, 9007199254740993.0, 4.35, 5e-324,
		-1.7976931348623157e308 };
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		json_t *back;

		b.len = 0;
		json_write_real(&b, values[i]);
		back = json_loadb((const char *)b.ptr, b.len, JSON_DECODE_ANY,
		    NULL);
		assert_true(json_is_real(back));
		assert_true(json_real_value(back) == values[i]);
		json_decref(back);
	}
	buf_fini(&b);
}

static void
test_keys_bring_their_commas(void **state)
{
	struct buf b = { 0 };

	(void)state;
	buf_append_byte(&b, '{');
	json_write_key(&b, "a");
	json_write_bool(&b, true);
	json_write_key(&b, "b\"");
	buf_append_byte(&b, '{');
	json_write_key(&b, "c");
	json_write_bool(&b, false);
	buf_append_str(&b, "}}");
	assert_written(&b, "{\"a\":true,\"b\\\"\":{\"c\":false}}");
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_strings_are_escaped_where_json_asks_for_it),
		cmocka_unit_test(test_a_reader_gets_every_string_back),
		cmocka_unit_test(test_lossy_replaces_invalid_bytes_and_says_so),
		cmocka_unit_test(test_base64),
		cmocka_unit_test(test_integers),
		cmocka_unit_test(test_reals_are_short_and_stay_reals),
		cmocka_unit_test(test_reals_read_back_as_they_were),
		cmocka_unit_test(test_keys_bring_their_commas),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
