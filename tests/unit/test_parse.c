/* test_parse.c - command lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/xalloc.h"
#include "control/parse.h"

enum { WORDS_MAX = 16 };

struct line {
	char *text;
	char *argv[WORDS_MAX];
	int argc;
	struct invocation v;
	struct err e;
};

/* Words parted by one blank each. */
static int
parse(struct line *l, const char *text)
{
	char *save = NULL;

	*l = (struct line){ .text = xstrdup(text) };
	for (char *w = strtok_r(l->text, " ", &save); w;
	     w = strtok_r(NULL, " ", &save))
		l->argv[l->argc++] = w;
	return parse_command_line(&l->v, l->argc, l->argv, &l->e);
}

static void
options_may_stand_anywhere(void **state)
{
	static const char *const lines[] = {
		"decisions --json --since 2h -c a.json",
		"--json -c a.json decisions --since=2h",
		"-ca.json decisions --json --since=2h",
		"--config=a.json decisions --since 2h --json",
	};
	struct line l;

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		assert_int_equal(parse(&l, lines[i]), 0);
		assert_string_equal(l.v.command->name, "decisions");
		assert_true(l.v.json);
		assert_string_equal(l.v.config, "a.json");
		assert_string_equal(command_option(&l.v, "since"), "2h");
		assert_null(command_option(&l.v, "outcome"));
		free(l.text);
	}
}

static void
arguments_keep_their_order(void **state)
{
	struct line l;

	(void)state;
	assert_int_equal(parse(&l, "run b --out x a --in-process -- --json -c"),
	    0);
	assert_int_equal(l.v.n_arguments, 4);
	assert_string_equal(l.v.argument[0], "b");
	assert_string_equal(l.v.argument[1], "a");
	assert_string_equal(l.v.argument[2], "--json");
	assert_string_equal(l.v.argument[3], "-c");
	assert_false(l.v.json);
	assert_string_equal(command_option(&l.v, "out"), "x");
	assert_non_null(command_option(&l.v, "in-process"));
	free(l.text);
}

static void
commands_may_have_two_words(void **state)
{
	struct line l;

	(void)state;
	assert_int_equal(parse(&l, "failed show web-1"), 0);
	assert_string_equal(l.v.command->name, "failed show");
	assert_string_equal(l.v.argument[0], "web-1");
	free(l.text);
	assert_int_equal(parse(&l, "plugins --help"), ERR_INVAL);
	assert_non_null(strstr(l.e.text, "list, info"));
	free(l.text);
}

static void
help_asks_for_no_arguments(void **state)
{
	struct line l;

	(void)state;
	assert_int_equal(parse(&l, "explain --help"), 0);
	assert_true(l.v.help);
	assert_string_equal(l.v.command->name, "explain");
	free(l.text);
	assert_int_equal(parse(&l, "-h"), 0);
	assert_string_equal(l.v.command->name, "help");
	free(l.text);
}

static void
mistakes_are_explained(void **state)
{
	static const struct {
		const char *line, *text;
	} bad[] = {
		{ "", "no command" },
		{ "statsu", "did you mean \"status\"" },
		{ "sync", "no command \"sync\"" },
		{ "decisions --outcom x", "did you mean \"--outcome\"" },
		{ "decisions --since", "needs a value: TIME|BATCH" },
		{ "decisions --follow=1", "takes no value" },
		{ "status --json=1", "takes no value" },
		{ "status -c", "needs a FILE" },
		{ "status -x", "unknown option \"-x\"" },
		{ "explain", "needs an argument: PATH|ID" },
		{ "explain a b", "what is \"b\"" },
		{ "failed", "list, show, retry" },
		{ "failed shwo", "list, show, retry" },
	};
	struct line l;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(parse(&l, bad[i].line), ERR_INVAL);
		if (!strstr(l.e.text, bad[i].text))
			fail_msg("\"%s\": %s", bad[i].line, l.e.text);
		free(l.text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_may_stand_anywhere),
		cmocka_unit_test(arguments_keep_their_order),
		cmocka_unit_test(commands_may_have_two_words),
		cmocka_unit_test(help_asks_for_no_arguments),
		cmocka_unit_test(mistakes_are_explained),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
