/* test_json_pos.c - where in a JSON text a value stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/json_pos.h"

static const char sample[] =
    "// \"a\": 0\n"
    "{\n"
    "  \"a\": 1, \"\xC3\xA4\": {\"x\": [10, // , 5\n"
    "    {\"y\" : \"}],\\\"\", \"z\": null}, [[]], 30]},\n"
    "\t\"sl/ash~\": true,\n"
    "  \"\\u00e9\\ud83d\\ude00\\n\": -1.5e3,\n"
    "  \"\": {}, \"last\": []\n"
    "}\n";

static void
test_values_and_keys_are_found(void **state)
{
	static const struct {
		const char *pointer;
		struct json_pos pos;
	} cases[] = {
		{ "", { 2, 1, 2, 1 } },
		{ "/a", { 3, 8, 3, 3 } },
		{ "/\xC3\xA4", { 3, 16, 3, 11 } },
		{ "/\xC3\xA4/x", { 3, 22, 3, 17 } },
		{ "/\xC3\xA4/x/0", { 3, 23, 3, 23 } },
		{ "/\xC3\xA4/x/1", { 4, 5, 4, 5 } },
		{ "/\xC3\xA4/x/1/y", { 4, 12, 4, 6 } },
		{ "/\xC3\xA4/x/1/z", { 4, 26, 4, 21 } },
		{ "/\xC3\xA4/x/2/0", { 4, 34, 4, 34 } },
		{ "/\xC3\xA4/x/3", { 4, 39, 4, 39 } },
		{ "/sl~1ash~0", { 5, 13, 5, 2 } },
		{ "/\xC3\xA9\xF0\x9F\x98\x80\n", { 6, 27, 6, 3 } },
		{ "/", { 7, 7, 7, 3 } },
		{ "/last", { 7, 19, 7, 11 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct json_pos *want = &cases[i].pos;
		struct json_pos got;

		if (json_pos_find(sample, sizeof(sample) - 1, cases[i].pointer,
			&got))
			fail_msg("%s: not found", cases[i].pointer);
		if (memcmp(&got, want, sizeof(got)) != 0)
			fail_msg("%s: %zu:%zu, key %zu:%zu", cases[i].pointer,
			    got.line, got.column, got.key_line, got.key_column);
	}
}

static void
test_what_is_not_there_gives_the_value_around_it(void **state)
{
	static const struct {
		const char *pointer;
		size_t line, column;
	} cases[] = {
		{ "/none", 2, 1 },
		{ "/a/b", 3, 8 },
		{ "/\xC3\xA4/x/4", 3, 22 },
		{ "/\xC3\xA4/x/-", 3, 22 },
		{ "/\xC3\xA4/x/999999999999", 3, 22 },
		{ "/\xC3\xA4/x/", 3, 22 },
		{ "/\xC3\xA4/x/1/none/deeper", 4, 5 },
		{ "/last/0", 7, 19 },
		{ "no pointer", 2, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct json_pos got;

		assert_int_equal(json_pos_find(sample, sizeof(sample) - 1,
				     cases[i].pointer, &got),
		    ERR_NOENT);
		assert_int_equal(got.line, cases[i].line);
		assert_int_equal(got.column, cases[i].column);
	}
}

/* Neither reads beyond the end nor runs on for long. */
static void
test_any_other_text_is_harmless(void **state)
{
	static const char *const texts[] = { "", "[", "[}", "[1}", "{\"a",
		"{\"a\\", "{\"\\u12", "{\"a\":}", "{\"a\":}}", "[[[[[", "[:,:,",
		"[\"", "{\"x\" \"y\" ", "{\"\\ud83d\\", "////", "{,}" };
	static const char *const pointers[] = { "", "/a", "/0", "/999999999",
		"/a/0/b", "/0/0/0/0/0/0" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		for (size_t k = 0; k < 6; k++) {
			size_t len = strlen(texts[i]);
			char *copy = malloc(len ? len : 1);
			struct json_pos got;

			memcpy(copy, texts[i], len);
			(void)json_pos_find(copy, len, pointers[k], &got);
			assert_int_equal(got.line, 1);
			free(copy);
		}
	for (size_t len = 0; len < sizeof(sample); len++) {
		char *copy = malloc(len ? len : 1);
		struct json_pos got;

		memcpy(copy, sample, len);
		assert_int_equal(json_pos_find(copy, len, "/none", &got),
		    ERR_NOENT);
		free(copy);
	}
}

static void
test_pointers_are_made(void **state)
{
	struct buf b = { 0 };
	struct json_pos pos;

	(void)state;
	json_pos_add_key(&b, "sl/ash~");
	assert_string_equal(buf_str(&b), "/sl~1ash~0");
	assert_int_equal(json_pos_find(sample, sizeof(sample) - 1, buf_str(&b),
			     &pos),
	    0);
	json_pos_add_index(&b, 12);
	json_pos_add_key(&b, "");
	assert_string_equal(buf_str(&b), "/sl~1ash~0/12/");
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values_and_keys_are_found),
		cmocka_unit_test(
		    test_what_is_not_there_gives_the_value_around_it),
		cmocka_unit_test(test_any_other_text_is_harmless),
		cmocka_unit_test(test_pointers_are_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
