/* test_media_json.c - JSON, JSON lines, and text in braces. */
#include "media_check.h"

#define JSON "application/json"
#define LINES "application/x-ndjson"

static void
test_json(void **state)
{
	(void)state;
	IS(JSON, "{}");
	IS(JSON, " [ ] \n");
	IS(JSON, "{\"a\": [1, -2.5e+3, true, false, null, \"x\\u00e9\\n\"]}\n");
	IS(JSON, "{\n  \"a\": 1,\n  \"b\": {\"c\": []}\n}\n");
	IS(JSON, "[{\"a\":1},\n{\"a\":2}]");
	IS(JSON, "\xef\xbb\xbf{\"a\":1}");
	IS(JSON, "[0]");
}

static void
test_json_lines(void **state)
{
	(void)state;
	IS(LINES, "{\"a\":1}\n{\"a\":2}\n");
	IS(LINES, "{\"a\":1}\r\n\r\n{\"a\":2}");
	IS(LINES, "{\"a\":1}\n{broken\n");
	NAMED(LINES, "a.jsonl", "{\"a\":1}\n");
	NAMED(LINES, "a.NDJSON", "{\"a\":1}\n");
	NAMED(LINES, "a.jsonl", "{broken\n{\"a\":1}\n");
	NAMED(LINES, "a.jsonl", "[1]\n[2]\n");
	NAMED(JSON, "a.json", "{\"a\":1}\n");
}

static void
test_text_in_braces(void **state)
{
	(void)state;
	IS("text/plain", "[1] A reference.\n[2] Another.\n");
	IS("text/plain", "[1]\n[2]\n");
	IS("text/plain", "{a: 1}");
	IS("text/plain", "{\"a\" 1}");
	IS("text/plain", "{\"a\":1,}");
	IS("text/plain", "[1,]");
	IS("text/plain", "[01]");
	IS("text/plain", "[1}");
	IS("text/plain", "[\"\\x\"]");
	IS("text/plain", "[\"a\nb\"]");
	IS("text/plain", "[tru]");
	IS("text/plain", "[-]");
	IS("text/plain", "[1.]");
	IS("text/plain", "{\"a\":1} and more");
	IS("text/plain", "{\"a\":1} {\"a\":2}");
	IS("text/plain", "{\"a\":1}\ntext\n");
	IS("text/plain", "{\"a\":");
	IS("text/plain", "\"a\"");
	/* What is called JSON fails as JSON. */
	NAMED(LINES, "a.jsonl", "a line\n");
	NAMED(JSON, "a.json", "{'a': 1}\n");
	NAMED(JSON, "a.json", "\"just a string\"\n");
	NAMED("text/plain", "a.txt", "{'a': 1}\n");
}

static void
test_value_longer_than_the_head(void **state)
{
	char text[MEDIA_TYPE_HEAD];

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, "{\"text\":\"", 9);
	assert_string_equal(media_type_detect(text, sizeof(text), 100000, NULL),
	    JSON);
	assert_string_equal(media_type_detect(text, sizeof(text), 100000,
				"a.jsonl"),
	    LINES);
	assert_string_equal(media_type_detect(text, sizeof(text), sizeof(text),
				NULL),
	    "text/plain");
	memset(text, '[', sizeof(text));
	assert_string_equal(media_type_detect(text, sizeof(text), 100000, NULL),
	    JSON);
}

static void
test_json_cut_anywhere(void **state)
{
	static const char json[] =
	    "{\"a\\u00e9\": [1, -2.5e+3, true, null, {}]}";

	(void)state;
	for (size_t len = 1; len < sizeof(json) - 1; len++) {
		void *exact = malloc(len);

		memcpy(exact, json, len);
		assert_string_equal(media_type_detect(exact, len, 1000, NULL),
		    JSON);
		assert_string_equal(media_type_detect(exact, len, len, NULL),
		    "text/plain");
		free(exact);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_json_lines),
		cmocka_unit_test(test_text_in_braces),
		cmocka_unit_test(test_value_longer_than_the_head),
		cmocka_unit_test(test_json_cut_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
