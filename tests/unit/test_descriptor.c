/* test_descriptor.c - tables as JSON, and plugins looked at in a process of
 * their own.  This program is also that process. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "plugin/descriptor.h"
#include "plugin/table.h"

struct fixture {
	struct arena *arena;
	struct descriptor d;
	struct err e;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->arena = arena_new(0);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	arena_free(&f->arena);
	free(f);
	return 0;
}

static int
load(struct fixture *f, const char *name)
{
	const char *const search[] = { getenv("TEST_PLUGINS"), NULL };

	memset(&f->e, 0, sizeof(f->e));
	return descriptor_load(&f->d, NULL, search, name, f->arena, &f->e);
}

static void
check_refused(struct fixture *f, const char *name, const char *expected)
{
	assert_int_equal(load(f, name), ERR_INVAL);
	assert_non_null(strstr(f->e.text, name));
	if (!strstr(f->e.text, expected))
		fail_msg("\"%s\" lacks \"%s\"", f->e.text, expected);
}

static void
test_a_table_comes_through_the_process_whole(void **state)
{
	struct fixture *f = *state;
	const struct lavoir_plugin *p = &f->d.table;

	if (load(f, "t-good") < 0)
		fail_msg("%s", f->e.text);
	assert_string_equal(p->name, "t-good");
	assert_string_equal(p->version, "1.2");
	assert_int_equal(p->abi, LAVOIR_ABI);
	assert_true(f->d.has_check && f->d.has_process && f->d.has_commit);
	assert_null(p->process);
	assert_string_equal(p->options[0].choices[1], "green");
	assert_null(p->options[0].choices[2]);
	assert_string_equal(p->options[0].def, "\"green\"");
	assert_int_equal(p->options[1].type, LAVOIR_OPT_INT);
	assert_true(p->options[1].min == 1 && p->options[1].max == 100);
	assert_int_equal(p->options[3].flags, LAVOIR_OPT_OUTPUT);
	assert_int_equal(p->options[4].flags,
	    LAVOIR_OPT_SECRET | LAVOIR_OPT_LIST);
	assert_string_equal(p->options[4].help, "Keys \"to\" something.");
	assert_null(p->options[5].name);
	assert_string_equal(p->accepts[0].name, "text/*");
	assert_null(p->accepts[1].name);
	assert_null(p->writes[0].help);
	assert_string_equal(p->counters[0].help, "words seen");
	assert_non_null(strstr(f->d.path, "/t-good.so"));
}

static void
test_a_later_minor_is_described(void **state)
{
	struct fixture *f = *state;

	if (load(f, "t-newer") < 0)
		fail_msg("%s", f->e.text);
	assert_int_equal(f->d.table.abi & 0xffff, 7);
	assert_string_equal(f->d.table.options[1].name, "second");
	assert_null(f->d.table.accepts);
}

static void
test_a_plugin_that_dies_when_loaded_is_refused_with_its_last_words(void **state)
{
	check_refused(*state, "t-abort", "SIGABRT");
	check_refused(*state, "t-abort", "last words");
}

static void
test_a_plugin_that_ends_the_process_is_refused(void **state)
{
	check_refused(*state, "t-exit", "ended the process");
}

static void
test_a_plugin_that_hangs_is_ended_at_the_deadline(void **state)
{
	time_t begin = time(NULL);

	check_refused(*state, "t-hang", "hung");
	assert_true(time(NULL) - begin <= DESCRIBE_TIMEOUT_MS / 1000 + 5);
}

static void
test_output_of_a_plugin_does_not_reach_the_json(void **state)
{
	struct fixture *f = *state;

	if (load(f, "t-noise") < 0)
		fail_msg("%s", f->e.text);
	assert_string_equal(f->d.table.name, "t-noise");
}

static void
test_a_flood_of_output_is_cut(void **state)
{
	check_refused(*state, "t-flood", "printed over");
}

static void
test_tables_that_do_not_fit_are_refused_with_the_reason(void **state)
{
	check_refused(*state, "t-old", "ABI 1.0 has");
	check_refused(*state, "t-major", "built for ABI 2.0");
	check_refused(*state, "t-name", "t-other");
}

static void
test_an_absent_plugin_is_absent(void **state)
{
	struct fixture *f = *state;
	const char *folder = getenv("TEST_PLUGINS");

	assert_int_equal(load(f, "t-absent"), ERR_NOENT);
	assert_non_null(strstr(f->e.text, folder ? folder : "no folder"));
}

static void
check_options(struct fixture *f, const char *options, const char *expected)
{
	int rc = descriptor_check(&f->d, NULL, options, "/", &f->e);

	if (!expected) {
		if (rc < 0)
			fail_msg("%s", f->e.text);
		return;
	}
	assert_int_equal(rc, ERR_INVAL);
	if (!strstr(f->e.text, expected))
		fail_msg("\"%s\" lacks \"%s\"", f->e.text, expected);
}

static void
test_options_are_checked_by_the_plugin(void **state)
{
	struct fixture *f = *state;

	if (load(f, "t-good") < 0)
		fail_msg("%s", f->e.text);
	check_options(f, "{}", NULL);
	check_options(f, "{\"words_min\":5,\"words_max\":6}", NULL);
	check_options(f, "{\"words_min\":50}", "words_min is above words_max");
	check_options(f, "{\"words_max\":500}", "words_max");
	check_options(f, "[]", "not a JSON object");
	check_options(f, "{", "not a JSON object");
}

static void
check_parse(struct fixture *f, const char *json, const char *expected)
{
	assert_int_equal(descriptor_parse(&f->d, json, f->arena, &f->e),
	    ERR_INVAL);
	if (!strstr(f->e.text, expected))
		fail_msg("\"%s\" lacks \"%s\"", f->e.text, expected);
}

#define HEAD                                                                   \
	"\"size\":400,\"abi_major\":1,\"abi_minor\":0,\"path\":\"/p\","        \
	"\"version\":\"1\",\"summary\":\"s\","
#define LISTS                                                                  \
	"\"accepts\":null,\"reads\":null,\"writes\":null,\"reasons\":null,"    \
	"\"counters\":null,\"check\":false,\"process\":true,\"commit\":false,"

static void
test_bad_json_is_refused(void **state)
{
	check_parse(*state, "", "not JSON");
	check_parse(*state, "[]", "not JSON");
	check_parse(*state, "{}", "\"size\"");
	check_parse(*state, "{\"error\":\"so it is\"}", "so it is");
	check_parse(*state, "{" HEAD LISTS "\"options\":[],\"name\":7}",
	    "\"name\" is not a string");
	check_parse(*state, "{" HEAD LISTS "\"options\":[],\"name\":\"A/b\"}",
	    "no name");
	check_parse(*state, "{" HEAD LISTS "\"options\":{},\"name\":\"a\"}",
	    "\"options\" is not a list");
	check_parse(*state,
	    "{" HEAD LISTS "\"options\":[{\"name\":\"o\",\"type\":\"odd\","
	    "\"default\":null,\"min\":0,\"max\":0,\"help\":\"h\"}],"
	    "\"name\":\"a\"}",
	    "unknown type");
	check_parse(*state,
	    "{" HEAD LISTS "\"options\":[{\"name\":\"o\\u0000p\"}],"
	    "\"name\":\"a\"}",
	    "not");
}

static void
test_infinite_bounds_come_back(void **state)
{
	const struct lavoir_option options[] = {
		{ "x", LAVOIR_OPT_REAL, 0, NULL, 0, HUGE_VAL, NULL, "X." },
		{ .name = NULL },
	};
	const struct lavoir_plugin p = {
		LAVOIR_PLUGIN_HEAD,
		.name = "a",
		.version = "1",
		.summary = "",
		.options = options,
	};
	struct fixture *f = *state;
	struct buf b = { 0 };

	descriptor_write_json(&b, &p, "/a.so");
	if (descriptor_parse(&f->d, buf_str(&b), f->arena, &f->e) < 0)
		fail_msg("%s", f->e.text);
	assert_true(f->d.table.options[0].min == 0);
	assert_true(isinf(f->d.table.options[0].max));
	buf_fini(&b);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_table_comes_through_the_process_whole),
		TEST(test_a_later_minor_is_described),
		TEST(
		    test_a_plugin_that_dies_when_loaded_is_refused_with_its_last_words),
		TEST(test_a_plugin_that_ends_the_process_is_refused),
		TEST(test_a_plugin_that_hangs_is_ended_at_the_deadline),
		TEST(test_output_of_a_plugin_does_not_reach_the_json),
		TEST(test_a_flood_of_output_is_cut),
		TEST(test_tables_that_do_not_fit_are_refused_with_the_reason),
		TEST(test_an_absent_plugin_is_absent),
		TEST(test_options_are_checked_by_the_plugin),
		TEST(test_bad_json_is_refused),
		TEST(test_infinite_bounds_come_back),
	};

	if (argc > 3 && strcmp(argv[1], "--role") == 0)
		return describe_main(argv[3], argc > 5 ? argv[4] : NULL,
		    argc > 5 ? argv[5] : NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
