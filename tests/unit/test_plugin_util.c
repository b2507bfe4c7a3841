/* test_plugin_util.c - the inline conveniences for plugins, over the real host.
 */
#include "host_toys.h"

#include "lavoir/plugin_util.h"

static int
set_and_get(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	assert_int_equal(lavoir_set_cstr(host, doc, "s", "text"), 0);
	assert_int_equal(lavoir_set_int(host, doc, "i", -5), 0);
	assert_int_equal(lavoir_set_real(host, doc, "r", 0.5), 0);
	assert_int_equal(lavoir_set_bool(host, doc, "b", true), 0);
	assert_true(lavoir_str_is(lavoir_get_str(host, doc, "s", ""), "text"));
	assert_true(lavoir_str_is(lavoir_get_str(host, doc, "i", "x"), "x"));
	assert_true(lavoir_str_is(lavoir_get_str(host, doc, "n", NULL), ""));
	assert_int_equal(lavoir_get_int(host, doc, "i", 1), -5);
	assert_int_equal(lavoir_get_int(host, doc, "s", 1), 1);
	assert_true(lavoir_get_real(host, doc, "r", 1) == 0.5);
	assert_true(lavoir_get_real(host, doc, "i", 1) == -5);
	assert_true(lavoir_get_real(host, doc, "n", 1) == 1);
	return LAVOIR_OK;
}

static int
drop_by_rule(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	bool broken;

	lavoir_check_rule(host, doc, "too_short", 2, LAVOIR_LT, 10, &broken);
	assert_true(broken);
	lavoir_check_rule(host, doc, "copies", 2, LAVOIR_GT, 10, &broken);
	assert_false(broken);
	return lavoir_dropf(host, doc, "too_short", "%d words", 2);
}

static int
fail_at_length(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	char text[1100];

	(void)doc;
	memset(text, 'x', 1022);
	memcpy(text + 1022, "\xc3\xa9", 3);
	return lavoir_failf(host, LAVOIR_EINVAL, "%s", text);
}

static void
test_strings_compare_by_length_and_bytes(void **state)
{
	const struct lavoir_str none = { NULL, 0 };

	(void)state;
	assert_true(lavoir_str_equal(none, lavoir_str_from("")));
	assert_true(lavoir_str_equal(none, lavoir_str_from(NULL)));
	assert_false(lavoir_str_is(lavoir_str_from("ab"), "abc"));
	assert_true(lavoir_str_starts(lavoir_str_from("abc"), "ab"));
	assert_true(lavoir_str_starts(none, ""));
	assert_false(lavoir_str_starts(lavoir_str_from("a"), "ab"));
	assert_true(lavoir_str_compare(STR("a"), STR("b")) < 0);
	assert_true(lavoir_str_compare(STR("ab"), STR("a")) > 0);
	assert_true(lavoir_str_compare(STR("\xc3"), STR("z")) > 0);
	assert_int_equal(lavoir_str_compare(none, STR("")), 0);
}

static void
test_attributes_are_set_and_read(void **state)
{
	struct bench *b = *state;

	add_toy(b, "toy", set_and_get, NULL);
	assert_int_equal(process_text(b, "hello"), HOST_DONE);
	assert_int_equal(b->doc.n_attrs, 4);
}

static void
test_a_rule_is_measured_and_drops_with_a_detail(void **state)
{
	struct bench *b = *state;

	add_toy(b, "toy", drop_by_rule, NULL);
	assert_int_equal(process_text(b, "hello"), HOST_DONE);
	assert_string_equal(b->doc.detail, "2 words");
	assert_true(b->doc.value == 2 && b->doc.threshold == 10);
	assert_int_equal(b->doc.measure[0].broken, 1);
	assert_int_equal(b->doc.measure[1].broken, 0);
}

static void
test_a_long_message_is_cut_between_characters(void **state)
{
	struct bench *b = *state;

	add_toy(b, "toy", fail_at_length, NULL);
	assert_int_equal(process_text(b, "hello"), HOST_DONE);
	assert_int_equal(b->doc.verdict, DOC_FAIL);
	assert_int_equal(strlen(b->doc.detail), 1022);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_strings_compare_by_length_and_bytes),
		TEST(test_attributes_are_set_and_read),
		TEST(test_a_rule_is_measured_and_drops_with_a_detail),
		TEST(test_a_long_message_is_cut_between_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
