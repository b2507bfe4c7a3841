/* test_table.c - which plugin tables are refused, and why. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "plugin/table.h"

static const char *const colours[] = { "red", NULL };
static const char *const no_colours[] = { NULL };

static struct lavoir_plugin
sound(void)
{
	return (struct lavoir_plugin){
		LAVOIR_PLUGIN_HEAD,
		.name = "sound",
		.version = "1",
		.summary = "A sound one",
	};
}

static struct lavoir_option
option(void)
{
	return (struct lavoir_option){
		.name = "one",
		.type = LAVOIR_OPT_INT,
		.help = "One.",
	};
}

static void
check_head(struct lavoir_plugin p, const char *expected)
{
	struct err e = { 0 };
	int rc = table_check_head(&p, &e);

	if (!expected) {
		assert_int_equal(rc, 0);
		return;
	}
	assert_int_equal(rc, ERR_INVAL);
	if (!strstr(e.text, expected))
		fail_msg("\"%s\" lacks \"%s\"", e.text, expected);
}

static void
check_lists(struct lavoir_plugin p, const char *expected)
{
	struct err e = { 0 };
	int rc = table_check_lists(&p, &e);

	if (!expected) {
		assert_int_equal(rc, 0);
		return;
	}
	assert_int_equal(rc, ERR_INVAL);
	if (!strstr(e.text, expected))
		fail_msg("\"%s\" lacks \"%s\"", e.text, expected);
}

static void
check_option(struct lavoir_option o, const char *expected)
{
	const struct lavoir_option options[] = { o, { .name = NULL } };
	struct lavoir_plugin p = sound();

	p.options = options;
	check_lists(p, expected);
}

static void
test_a_shorter_table_is_refused_and_a_longer_one_taken(void **state)
{
	struct lavoir_plugin p = sound();

	(void)state;
	check_head(p, NULL);
	p.size = TABLE_SIZE_1_0 - 1;
	check_head(p, "ABI 1.0 has");
	p.size = 0;
	check_head(p, "ABI 1.0 has");
	p.size = TABLE_SIZE_MAX + 1;
	check_head(p, "a table of 65537 bytes");
	p.size = TABLE_SIZE_1_0 + 64;
	p.abi = LAVOIR_ABI + 9;
	check_head(p, NULL);
}

static void
test_another_major_and_unknown_flags_are_refused(void **state)
{
	struct lavoir_plugin p = sound();

	(void)state;
	p.abi = 2u << 16 | 3;
	check_head(p, "built for ABI 2.3");
	p.abi = 3;
	check_head(p, "built for ABI 0.3");
	p = sound();
	p.flags = 4;
	check_head(p, "newer daemon");
}

static void
test_options_may_grow_but_not_shrink(void **state)
{
	struct lavoir_plugin p = sound();

	(void)state;
	p.option_size = TABLE_OPTION_SIZE_1_0 + 16;
	check_head(p, NULL);
	p.option_size = TABLE_OPTION_SIZE_1_0 - 8;
	check_head(p, "options have");
	p.option_size = TABLE_OPTION_SIZE_1_0 + 1;
	check_head(p, "options have");
}

static void
test_texts_must_be_there_and_text(void **state)
{
	struct lavoir_plugin p = sound();

	(void)state;
	check_lists(p, NULL);
	p.version = "";
	check_lists(p, "no version");
	p = sound();
	p.summary = NULL;
	check_lists(p, "no summary");
	p.summary = "\xff";
	check_lists(p, "no summary");
}

static void
test_names_are_visible_ascii(void **state)
{
	static const struct lavoir_name good[] = { { "text/*", NULL },
		{ "a.b-c_d", "x" }, { .name = NULL } };
	static const struct lavoir_name space[] = { { "a b", NULL },
		{ .name = NULL } };
	static const struct lavoir_name empty[] = { { "", NULL },
		{ .name = NULL } };
	static const struct lavoir_name help[] = { { "a", "\xc3" },
		{ .name = NULL } };
	struct lavoir_plugin p = sound();

	(void)state;
	p.accepts = good;
	check_lists(p, NULL);
	p.reasons = space;
	check_lists(p, "reasons: entry 0");
	p.reasons = empty;
	check_lists(p, "reasons: entry 0");
	p.reasons = help;
	check_lists(p, "help of \"a\"");
}

static void
test_a_list_without_end_is_refused(void **state)
{
	static struct lavoir_name endless[TABLE_NAMES_MAX + 1];
	struct lavoir_plugin p = sound();
	size_t i;

	(void)state;
	for (i = 0; i <= TABLE_NAMES_MAX; i++)
		endless[i].name = "x";
	p.counters = endless;
	check_lists(p, "no end");
}

static void
test_options_are_checked_one_by_one(void **state)
{
	struct lavoir_option o = option();

	(void)state;
	check_option(o, NULL);
	o.type = 10;
	check_option(o, "unknown type 10");
	o.type = 0;
	check_option(o, "unknown type 0");
	o = option();
	o.flags = 1u << 20;
	check_option(o, "unknown flags");
	o = option();
	o.min = 2;
	o.max = 1;
	check_option(o, "range");
	o = option();
	o.help = NULL;
	check_option(o, "no help");
	o = option();
	o.def = "\"\xff\"";
	check_option(o, "default");
	o = option();
	o.type = LAVOIR_OPT_ENUM;
	check_option(o, "no choices");
	o.choices = no_colours;
	check_option(o, "no choices");
	o.choices = colours;
	check_option(o, NULL);
}

static void
test_an_option_declared_twice_is_refused(void **state)
{
	const struct lavoir_option options[] = { option(), option(),
		{ .name = NULL } };
	struct lavoir_plugin p = sound();

	(void)state;
	p.options = options;
	check_lists(p, "declared twice");
}

static void
test_plugin_names(void **state)
{
	static const char *const bad[] = { "", "Upper", "a/b", "../a", "a.so",
		"a_b",
		("0123456789012345678901234567890123456789"
		 "0123456789012345678901234") };
	size_t i;

	(void)state;
	assert_true(table_name_valid("read-text"));
	assert_true(table_name_valid("x2"));
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(table_name_valid(bad[i]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_a_shorter_table_is_refused_and_a_longer_one_taken),
		cmocka_unit_test(
		    test_another_major_and_unknown_flags_are_refused),
		cmocka_unit_test(test_options_may_grow_but_not_shrink),
		cmocka_unit_test(test_texts_must_be_there_and_text),
		cmocka_unit_test(test_names_are_visible_ascii),
		cmocka_unit_test(test_a_list_without_end_is_refused),
		cmocka_unit_test(test_options_are_checked_one_by_one),
		cmocka_unit_test(test_an_option_declared_twice_is_refused),
		cmocka_unit_test(test_plugin_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
