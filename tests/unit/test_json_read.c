/* test_json_read.c - JSON text as people write it into configuration. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json_read.h"

/* Read; the result must be, when written without blanks, as expected. */
static void
check_good(const char *text, const char *expected)
{
	struct err e = { 0 };
	json_t *root;
	char *got;

	if (json_read(&root, text, strlen(text), NULL, JSON_READ_DEPTH, &e))
		fail_msg("%s: %s", text, e.text);
	got = json_dumps(root, JSON_COMPACT);
	assert_string_equal(got, expected);
	free(got);
	json_decref(root);
}

static void
test_comments_are_blanks(void **state)
{
	(void)state;
	check_good("{\"a\": 1}", "{\"a\":1}");
	check_good("// one\n{ // \"two\" {\n\"a\": [1, // x\n 2] // y\n}\n// z",
	    "{\"a\":[1,2]}");
	check_good("[] //", "[]");
	check_good("[1,//\xFF\xFE\n2]", "[1,2]");
}

static void
test_slashes_in_strings_are_no_comments(void **state)
{
	(void)state;
	check_good("{\"u//v\": \"http://x\"}", "{\"u//v\":\"http://x\"}");
	check_good("[\"\\\"// no\", \"\\\\\"] // yes \"",
	    "[\"\\\"// no\",\"\\\\\"]");
}

static void
test_errors_tell_line_and_column(void **state)
{
	static const struct {
		const char *text, *where;
	} cases[] = {
		{ "", "f:1:1: " },
		{ "{\n  \"a\": 1,\n  \"a\": 2\n}",
		    "f:3:3: duplicate object key" },
		{ "{\"a\": nul}", "f:1:7: " },
		{ "{\n\"\xC3\xA4\xC3\xB6\": x}", "f:2:7: " },
		{ "{\"a\": 1 // c\n \"b\": 2}", "f:2:2: " },
		{ "[1, /* no */ 2]", "f:1:5: " },
		{ "[1 / 2]", "f:1:4: " },
		{ "[1,]", "f:1:4: " },
		{ "[1]]", "f:1:4: " },
		{ "[1", "f:1:3: " },
		{ "[99999999999999999999]", "f:1:2: " },
		{ "\"text\"", "f:1:1: " },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err e = { 0 };
		json_t *root;
		int rc = json_read(&root, cases[i].text, strlen(cases[i].text),
		    "f", JSON_READ_DEPTH, &e);

		assert_int_equal(rc, ERR_INVAL);
		assert_null(root);
		if (strstr(e.text, cases[i].where) != e.text)
			fail_msg("%s: %s", cases[i].text, e.text);
	}
}

static void
test_damaged_text_is_refused(void **state)
{
	static const struct {
		const char *text;
		size_t len;
	} cases[] = {
		{ "[\"\xFF\"]", 5 },
		{ "[\"a\nb\"]", 7 },
		{ "[\"a", 3 },
		{ "[\"a\\", 4 },
		{ "[\"\\u0000\"]", 10 },
		{ "[1]\0", 4 },
		{ "[\0]", 3 },
		{ "/", 1 },
		{ "[/", 2 },
		{ "{\"a\" // :1}", 11 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *copy = malloc(cases[i].len);
		struct err e = { 0 };
		json_t *root;

		memcpy(copy, cases[i].text, cases[i].len);
		assert_int_equal(json_read(&root, copy, cases[i].len, NULL,
				     JSON_READ_DEPTH, &e),
		    ERR_INVAL);
		assert_true(e.text[0] >= '1' && e.text[0] <= '9');
		free(copy);
	}
}

static void
test_depth_is_limited(void **state)
{
	struct err e = { 0 };
	char text[5000];
	json_t *root;

	(void)state;
	assert_int_equal(json_read(&root, "[[1],[2]]", 9, NULL, 2, &e), 0);
	json_decref(root);
	assert_int_equal(json_read(&root, "[[1],\n[[2]]]", 12, NULL, 2, &e),
	    ERR_INVAL);
	assert_string_equal(e.text, "2:2: nested too deep");
	assert_int_equal(json_read(&root, "[\"[[[\"]", 7, NULL, 1, &e), 0);
	json_decref(root);
	memset(text, '[', sizeof(text));
	assert_int_equal(json_read(&root, text, sizeof(text), NULL,
			     JSON_READ_DEPTH, &e),
	    ERR_INVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_comments_are_blanks),
		cmocka_unit_test(test_slashes_in_strings_are_no_comments),
		cmocka_unit_test(test_errors_tell_line_and_column),
		cmocka_unit_test(test_damaged_text_is_refused),
		cmocka_unit_test(test_depth_is_limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
