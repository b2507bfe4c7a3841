/* test_common_json_in.c - plugins' JSON scanner: what it takes and refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/json_in.h"

static bool
parses(const char *text, size_t len, struct json_in *j)
{
	struct json_value v;

	json_in_init(j, (struct lavoir_str){ text, len });
	return json_in_value(j, &v) && json_in_end(j);
}

static void
test_takes_what_is_json(void **state)
{
	static const char *const cases[] = { "null", "true", " false ", "0",
		"-0", "-1.5e+10", "1E5", "\"\"", "\"\\u0000\\ud800\"", "[]",
		"[ ]", "[1,2 , [3]]", "{}", "{ }", "{\"a\":1,\"a\":{\"\":[]}}",
		"\t\r\n {\"a\" : \"\x7f\"}", "\"\xf0\x9f\x98\x80\"",
		"123456789012345678901234567890", "1e999999" };
	struct json_in j;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (!parses(cases[i], strlen(cases[i]), &j))
			fail_msg("%s: %s", cases[i], j.error);
}

static void
test_refuses_what_is_not_and_says_where(void **state)
{
	static const struct {
		const char *text;
		size_t offset;
	} cases[] = {
		{ "", 0 },
		{ "  ", 2 },
		{ "nul", 0 },
		{ "True", 0 },
		{ "NaN", 0 },
		{ "-", 1 },
		{ "+1", 0 },
		{ "01", 1 },
		{ "1.", 2 },
		{ ".5", 0 },
		{ "1e", 2 },
		{ "1e+", 3 },
		{ "0x1", 1 },
		{ "\"", 1 },
		{ "\"\\\"", 3 },
		{ "\"\\a\"", 1 },
		{ "\"\\u12g4\"", 1 },
		{ "\"a\nb\"", 2 },
		{ "'a'", 0 },
		{ "[", 1 },
		{ "[1", 2 },
		{ "[1,]", 3 },
		{ "[,1]", 1 },
		{ "[1 2]", 3 },
		{ "]", 0 },
		{ "[1}", 2 },
		{ "{", 1 },
		{ "{\"a\"}", 4 },
		{ "{\"a\":}", 5 },
		{ "{a:1}", 1 },
		{ "{\"a\":1,}", 7 },
		{ "{\"a\":1", 6 },
		{ "{\"a\" 1}", 5 },
		{ "{1:1}", 1 },
		{ "1 2", 2 },
		{ "{}}", 2 },
		{ "/**/1", 0 },
		{ "\xef\xbb\xbf{}", 0 },
	};
	struct json_in j;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		if (parses(cases[i].text, strlen(cases[i].text), &j))
			fail_msg("%s was taken", cases[i].text);
		assert_non_null(j.error);
		if (json_in_offset(&j) != cases[i].offset)
			fail_msg("%s: %s at %zu, not %zu", cases[i].text,
			    j.error, json_in_offset(&j), cases[i].offset);
	}
}

static void
test_depth_is_limited(void **state)
{
	char text[2 * (JSON_DEPTH_MAX + 1)];
	struct json_in j;

	(void)state;
	memset(text, '[', JSON_DEPTH_MAX);
	memset(text + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
	assert_true(parses(text, 2 * (size_t)JSON_DEPTH_MAX, &j));
	memset(text, '[', sizeof(text));
	assert_false(parses(text, sizeof(text), &j));
	assert_string_equal(j.error, "nested too deep");
}

/* A string's end, and each byte that matters, at every place of a vector. */
static void
test_strings_of_every_length(void **state)
{
	char text[120];
	struct json_in j;

	(void)state;
	for (size_t len = 0; len < 100; len++) {
		memset(text, 'x', sizeof(text));
		text[0] = '"';
		text[len + 1] = '"';
		assert_true(parses(text, len + 2, &j));
		assert_false(parses(text, len + 1, &j));
		text[len + 1] = '\n';
		text[len + 2] = '"';
		assert_false(parses(text, len + 3, &j));
		assert_int_equal(json_in_offset(&j), len + 1);
	}
}

static void
test_members_in_order_duplicates_and_all(void **state)
{
	const char *text = "{\"a\":1, \"b\":[2], \"a\":\"\\n\"}";
	struct json_in j;
	struct json_value key, v;
	bool first = true;

	(void)state;
	json_in_init(&j, (struct lavoir_str){ text, strlen(text) });
	assert_true(json_in_enter(&j, '{'));
	assert_true(json_in_member(&j, &first, &key, &v));
	assert_true(json_equals(&key, (struct lavoir_str){ "a", 1 }));
	assert_int_equal(v.type, JSON_INTEGER);
	assert_true(json_in_member(&j, &first, &key, &v));
	assert_int_equal(v.type, JSON_ARRAY);
	assert_memory_equal(v.text.ptr, "[2]", 3);
	assert_true(json_in_member(&j, &first, &key, &v));
	assert_int_equal(v.type, JSON_STRING);
	assert_true(v.escaped);
	assert_true(json_equals(&v, (struct lavoir_str){ "\n", 1 }));
	assert_false(json_in_member(&j, &first, &key, &v));
	assert_true(json_in_end(&j));
}

static void
test_escapes_are_decoded(void **state)
{
	static const struct {
		const char *in, *out;
		size_t lone;
	} cases[] = {
		{ "", "", 0 },
		{ "plain", "plain", 0 },
		{ "\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t", 0 },
		{ "\\u00e9\\u65E5", "\xc3\xa9\xe6\x97\xa5", 0 },
		{ "x\\ud83d\\ude00y", "x\xf0\x9f\x98\x80y", 0 },
		{ "\\ud83dx", "\xef\xbf\xbdx", 1 },
		{ "\\ude00", "\xef\xbf\xbd", 1 },
		{ "\\ud83d\\ud83d\\ude00", "\xef\xbf\xbd\xf0\x9f\x98\x80", 1 },
		{ "\\ud83d\\n", "\xef\xbf\xbd\n", 1 },
	};
	char out[100];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		size_t lone = 0, n;

		n = json_unescape((struct lavoir_str){ cases[i].in,
				      strlen(cases[i].in) },
		    out, &lone);
		out[n] = '\0';
		assert_string_equal(out, cases[i].out);
		assert_int_equal(lone, cases[i].lone);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_takes_what_is_json),
		cmocka_unit_test(test_refuses_what_is_not_and_says_where),
		cmocka_unit_test(test_depth_is_limited),
		cmocka_unit_test(test_strings_of_every_length),
		cmocka_unit_test(test_members_in_order_duplicates_and_all),
		cmocka_unit_test(test_escapes_are_decoded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
