/* test_options_help.c - an option table as text, Markdown and roff. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/options_help.h"

static const char *const codecs[] = { "a|b", "zstd", NULL };

static const struct lavoir_option table[] = {
	{ "count", LAVOIR_OPT_INT, 0, "3", 1, 10, NULL, "How many." },
	{ "codec", LAVOIR_OPT_ENUM, LAVOIR_OPT_LIST, "[\"a|b\"]", 0, 0, codecs,
	    "Which | ones.\n.so evil" },
	{ "out-dir", LAVOIR_OPT_PATH, LAVOIR_OPT_REQUIRED | LAVOIR_OPT_OUTPUT,
	    NULL, 0, 0, NULL,
	    "Where \\ the files go, with an explanation that is long enough to "
	    "need a second line of text." },
	{ "size", LAVOIR_OPT_SIZE, LAVOIR_OPT_DEPRECATED, NULL, 0, 1 << 20,
	    NULL, NULL },
	{ .name = NULL },
};

static void
check(const struct lavoir_option *options, int format, const char *expected)
{
	struct buf b = { 0 };

	options_help(&b, options, format);
	assert_string_equal(buf_str(&b), expected);
	buf_fini(&b);
}

static void
test_text(void **state)
{
	(void)state;
	check(table, OPTIONS_HELP_TEXT,
	    "    count  (integer, from 1 to 10; default 3)\n"
	    "        How many.\n"
	    "    codec  (list of choice: \"a|b\", \"zstd\"; "
	    "default [\"a|b\"])\n"
	    "        Which | ones. .so evil\n"
	    "    out-dir  (path; required, written to)\n"
	    "        Where \\ the files go, with an explanation that is long "
	    "enough to need\n"
	    "        a second line of text.\n"
	    "    size  (size, from 0 to 1M; deprecated)\n");
}

static void
test_markdown(void **state)
{
	(void)state;
	check(table, OPTIONS_HELP_MARKDOWN,
	    "| option | type | default | allowed | meaning |\n"
	    "|---|---|---|---|---|\n"
	    "| `count` | integer | `3` | from 1 to 10 | How many. |\n"
	    "| `codec` | list of choice | `[\"a\\|b\"]` | "
	    "\"a\\|b\", \"zstd\" | Which \\| ones. .so evil |\n"
	    "| `out-dir` | path |  |  | Where \\ the files go, with an "
	    "explanation that is long enough to need a second line of text. "
	    "*required, written to* |\n"
	    "| `size` | size |  | from 0 to 1M | *deprecated* |\n");
}

static void
test_roff(void **state)
{
	(void)state;
	check(table, OPTIONS_HELP_ROFF,
	    ".TP\n\\fBcount\\fR (integer, from 1 to 10; default 3)\n"
	    "How many.\n"
	    ".TP\n\\fBcodec\\fR (list of choice: \"a|b\", \"zstd\"; "
	    "default [\"a|b\"])\n"
	    "Which | ones.\n\\&.so evil\n"
	    ".TP\n\\fBout\\-dir\\fR (path; required, written to)\n"
	    "Where \\e the files go, with an explanation that is long enough "
	    "to "
	    "need a second line of text.\n"
	    ".TP\n\\fBsize\\fR (size, from 0 to 1M; deprecated)\n\n");
}

static void
test_no_options_no_help(void **state)
{
	static const struct lavoir_option none[] = { { .name = NULL } };

	(void)state;
	check(none, OPTIONS_HELP_MARKDOWN, "");
	check(NULL, OPTIONS_HELP_TEXT, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_markdown),
		cmocka_unit_test(test_roff),
		cmocka_unit_test(test_no_options_no_help),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
