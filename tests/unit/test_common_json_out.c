/* test_common_json_out.c - plugins' JSON writer. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/json_out.h"

static void
expect(struct json_out *o, const char *text)
{
	json_out_char(o, '\0');
	assert_false(o->failed);
	assert_string_equal((const char *)o->ptr, text);
	json_out_reset(o, 1 << 20);
}

static void
test_only_what_must_be_is_escaped(void **state)
{
	struct json_out o = { 0 };

	(void)state;
	json_out_str(&o, "", 0);
	expect(&o, "\"\"");
	json_out_str(&o, "a\"b\\c/", 6);
	expect(&o, "\"a\\\"b\\\\c/\"");
	json_out_str(&o, "\b\t\n\v\f\r\x01\x1f\x7f", 9);
	expect(&o, "\"\\b\\t\\n\\u000b\\f\\r\\u0001\\u001f\x7f\"");
	json_out_str(&o, "\0", 1);
	expect(&o, "\"\\u0000\"");
	json_out_str(&o, "d\xc3\xa9j\xc3\xa0 \xe2\x80\xa8 \xf0\x9f\x98\x80",
	    15);
	expect(&o, "\"d\xc3\xa9j\xc3\xa0 \xe2\x80\xa8 \xf0\x9f\x98\x80\"");
	json_out_cstr(&o, NULL);
	expect(&o, "null");
	json_out_free(&o);
}

static void
test_vector_and_plain_code_write_the_same(void **state)
{
	struct json_out a = { 0 }, b = { 0 };
	char text[200];

	(void)state;
	for (size_t len = 0; len < sizeof(text); len++)
		for (int c = 0; c < 256; c++) {
			memset(text, 'x', sizeof(text));
			text[len / 2] = (char)c;
			text[len] = (char)c;
			json_out_reset(&a, 1 << 20);
			json_out_reset(&b, 1 << 20);
			json_out_str(&a, text, len);
			json_out_str_plain(&b, text, len);
			assert_int_equal(a.len, b.len);
			assert_memory_equal(a.ptr, b.ptr, a.len);
		}
	json_out_free(&a);
	json_out_free(&b);
}

static void
test_numbers_are_short_and_exact(void **state)
{
	static const struct {
		double r;
		const char *text;
	} cases[] = {
		{ 0, "0.0" },
		{ -0.0, "-0.0" },
		{ 1, "1.0" },
		{ 0.1, "0.1" },
		{ 1.0 / 3, "0.3333333333333333" },
		{ 1e300, "1e+300" },
		{ 5e-324, "4.94065645841247e-324" },
		{ 123456789, "123456789.0" },
		{ 0.1 + 0.2, "0.30000000000000004" },
		{ NAN, "null" },
		{ INFINITY, "null" },
	};
	struct json_out o = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		json_out_real(&o, cases[i].r);
		expect(&o, cases[i].text);
	}
	json_out_int(&o, INT64_MIN);
	expect(&o, "-9223372036854775808");
	json_out_free(&o);
}

static void
test_base64_is_padded(void **state)
{
	static const char *const cases[][2] = { { "", "\"\"" },
		{ "f", "\"Zg==\"" }, { "fo", "\"Zm8=\"" },
		{ "foo", "\"Zm9v\"" }, { "foob", "\"Zm9vYg==\"" },
		{ "\xff\xfe\xfd", "\"//79\"" } };
	struct json_out o = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		json_out_base64(&o, cases[i][0], strlen(cases[i][0]));
		expect(&o, cases[i][1]);
	}
	json_out_free(&o);
}

static void
test_values_of_all_types(void **state)
{
	const struct lavoir_value item[] = {
		{ .type = LAVOIR_NULL },
		{ .type = LAVOIR_BOOL, .i = 1 },
		{ .type = LAVOIR_INT, .i = -5 },
		{ .type = LAVOIR_REAL, .r = 2.5 },
		{ .type = LAVOIR_STR, .s = { "s", 1 } },
		{ .type = LAVOIR_BYTES, .s = { "\0", 1 } },
	};
	const struct lavoir_attr member[] = {
		{ "empty", { .type = LAVOIR_LIST } },
		{ "all", { .type = LAVOIR_LIST, .list = { item, 6 } } },
	};
	const struct lavoir_value v = { .type = LAVOIR_MAP,
		.map = { member, 2 } };
	struct json_out o = { 0 };

	(void)state;
	json_out_value(&o, &v);
	expect(&o, "{\"empty\":[],\"all\":[null,true,-5,2.5,\"s\",\"AA==\"]}");
	json_out_free(&o);
}

static void
test_reset_gives_large_buffers_back(void **state)
{
	static char text[100000];
	struct json_out o = { 0 };

	(void)state;
	memset(text, '"', sizeof(text));
	json_out_str(&o, text, sizeof(text));
	assert_int_equal(o.len, 2 + 2 * sizeof(text));
	json_out_reset(&o, 1000);
	assert_int_equal(o.cap, 0);
	json_out_free(&o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_only_what_must_be_is_escaped),
		cmocka_unit_test(test_vector_and_plain_code_write_the_same),
		cmocka_unit_test(test_numbers_are_short_and_exact),
		cmocka_unit_test(test_base64_is_padded),
		cmocka_unit_test(test_values_of_all_types),
		cmocka_unit_test(test_reset_gives_large_buffers_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
