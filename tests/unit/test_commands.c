/* test_commands.c - the table of commands, and what is made of it. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "control/help.h"

static void
every_entry_is_complete(void **state)
{
	(void)state;
	for (const struct command *c = command_table(); c->name; c++) {
		size_t n = 0;

		assert_ptr_equal(command_find(c->name), c);
		assert_true(c->run || c->serve);
		assert_true(c->run || (c->flags & COMMAND_HIDDEN));
		assert_true(islower((unsigned char)c->summary[0]));
		assert_int_not_equal(c->summary[strlen(c->summary) - 1], '.');
		assert_int_equal(c->help[strlen(c->help) - 1], '.');
		assert_true(c->arguments_min <= c->arguments_max);
		assert_true((c->arguments_max > 0) == (*c->arguments != '\0'));
		while (c->options[n].name)
			assert_non_null(c->options[n++].help);
		assert_true(n <= COMMAND_OPTIONS_MAX);
		for (const struct command_option *o = command_common(); o->name;
		     o++)
			for (size_t i = 0; i < n; i++)
				assert_string_not_equal(o->name,
				    c->options[i].name);
	}
}

/* What changes something is not for everybody. */
static void
commands_that_change_something_say_so(void **state)
{
	static const char *const names[] = { "pause", "resume", "drain",
		"reload" };
	static const char *const harmless[] = { "status", "explain", "sync",
		"version" };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		assert_true(command_find(names[i])->flags & COMMAND_WRITE);
		assert_false(command_find(harmless[i])->flags & COMMAND_WRITE);
	}
	assert_null(command_find("nonsense"));
}

static void
the_page_has_every_command_and_option(void **state)
{
	struct buf page = { 0 }, man = { 0 };

	(void)state;
	help_markdown(&page);
	assert_true(help_man(&man, "lavoir.1"));
	for (const struct command *c = command_table(); c->name; c++) {
		if (c->flags & COMMAND_HIDDEN)
			continue;
		assert_non_null(strstr(buf_str(&page), c->help));
		assert_non_null(strstr(buf_str(&man), c->name));
		for (const struct command_option *o = c->options; o->name; o++)
			assert_non_null(strstr(buf_str(&page), o->help));
	}
	assert_false(help_man(&man, "lavoir.5"));
	buf_fini(&page);
	buf_fini(&man);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_entry_is_complete),
		cmocka_unit_test(commands_that_change_something_say_so),
		cmocka_unit_test(the_page_has_every_command_and_option),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
