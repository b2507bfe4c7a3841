/* test_report.c - configuration problems as text and as JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <cmocka.h>

#include "config/report.h"

static const struct {
	struct config_problem p;
	const char *text;
	const char *json;
} cases[] = {
	{ { "a.json", 12, 17, "/x/y", "unknown option", "the key \"y\"",
	      "one of \"z\"", "z", false },
	    "a.json:12:17: /x/y: unknown option: found the key \"y\", expected "
	    "one of \"z\"; did you mean \"z\"?",
	    "{\"severity\":\"error\",\"file\":\"a.json\",\"line\":12,"
	    "\"column\":17,\"path\":\"/x/y\",\"problem\":\"unknown option\","
	    "\"found\":\"the key \\\"y\\\"\",\"expected\":\"one of "
	    "\\\"z\\\"\",\"nearest\":\"z\"}" },
	{ { "a.json", 1, 2, "", "no chain", NULL, NULL, NULL, true },
	    "a.json:1:2: warning: no chain",
	    "{\"severity\":\"warning\",\"file\":\"a.json\",\"line\":1,"
	    "\"column\":2,\"path\":\"\",\"problem\":\"no chain\","
	    "\"found\":null,\"expected\":null,\"nearest\":null}" },
	{ { NULL, 0, 0, NULL, "unknown plugin", NULL, "another", NULL, false },
	    "unknown plugin: expected another",
	    "{\"severity\":\"error\",\"file\":null,\"line\":null,"
	    "\"column\":null,\"path\":null,\"problem\":\"unknown plugin\","
	    "\"found\":null,\"expected\":\"another\",\"nearest\":null}" },
	{ { "b", 0, 0, "/", "not\nread", NULL, NULL, NULL, false },
	    "b: /: not\\nread",
	    "{\"severity\":\"error\",\"file\":\"b\",\"line\":null,"
	    "\"column\":null,\"path\":\"/\",\"problem\":\"not\\nread\","
	    "\"found\":null,\"expected\":null,\"nearest\":null}" },
};

static void
a_problem_is_one_line_of_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct buf b = { 0 };

		report_text(&b, &cases[i].p);
		assert_string_equal(buf_str(&b), cases[i].text);
		buf_fini(&b);
	}
}

static void
a_problem_is_one_json_object(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct buf b = { 0 };
		json_t *json;

		report_json(&b, &cases[i].p);
		assert_string_equal(buf_str(&b), cases[i].json);
		json = json_loadb((char *)b.ptr, b.len, 0, NULL);
		assert_non_null(json);
		json_decref(json);
		buf_fini(&b);
	}
}

static void
bytes_that_are_no_utf8_stay_printable(void **state)
{
	const struct config_problem p = { .file = "a\xff.json",
		.problem = "x\x1b[31m" };
	struct buf b = { 0 };
	json_t *json;

	(void)state;
	report_text(&b, &p);
	assert_null(memchr(b.ptr, 0x1b, b.len));
	buf_reset(&b, 0);
	report_json(&b, &p);
	json = json_loadb((char *)b.ptr, b.len, 0, NULL);
	assert_non_null(json);
	json_decref(json);
	buf_fini(&b);
}

static void
printing_ends_the_line(void **state)
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	(void)state;
	assert_non_null(f);
	report_print(f, &cases[1].p);
	assert_int_equal(fclose(f), 0);
	assert_string_equal(text, "a.json:1:2: warning: no chain\n");
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_problem_is_one_line_of_text),
		cmocka_unit_test(a_problem_is_one_json_object),
		cmocka_unit_test(bytes_that_are_no_utf8_stay_printable),
		cmocka_unit_test(printing_ends_the_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
