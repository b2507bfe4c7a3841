/* test_config_parts.c - file modes, folders resolved, names that meet, the
 * installed example. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config/guard.h"
#include "config/order.h"
#include "config/source.h"
#include "config_folder.h"
#include "fake_plugins.h"

static void
root_reads_what_only_its_owner_may_write(void **state)
{
	static const struct {
		uid_t euid;
		mode_t mode;
		uid_t owner;
		bool system;
		int rc;
	} cases[] = {
		{ 0, 0644, 0, true, 0 },
		{ 0, 0600, 0, true, 0 },
		{ 0, 0664, 0, false, ERR_PERM },
		{ 0, 0646, 0, false, ERR_PERM },
		{ 0, 0644, 1000, false, 0 },
		{ 0, 0644, 1000, true, ERR_PERM },
		{ 1000, 0666, 1000, true, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct stat st = { .st_mode = S_IFREG | cases[i].mode,
			.st_uid = cases[i].owner };
		struct err e = { 0 };

		assert_int_equal(source_check_mode(cases[i].euid, &st,
				     cases[i].system, &e),
		    cases[i].rc);
	}
}

static void
only_regular_files_are_read(void **state)
{
	const struct config_load_options o = { .program = "x" };
	struct buf said = { 0 };
	struct config *c;
	char path[96];

	(void)state;
	snprintf(path, sizeof(path), "%s/lavoir.json", config_folder);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(config_folder_load_with(&c, &o, &said), ERR_INVAL);
	assert_null(c);
}

/* Paths below the folder, in which "in" is a folder and "to" a link to it. */
static void
paths_are_resolved_as_far_as_they_exist(void **state)
{
	static const char *const cases[][2] = {
		{ "in", "in" },
		{ "in/x/y", "in/x/y" },
		{ "to/x", "in/x" },
		{ "to/../in", "in" },
		{ "in/x/../y", "in/y" },
		{ "in/x/../../z", "z" },
		{ "./in//x/./", "in/x" },
	};
	char path[256];

	(void)state;
	snprintf(path, sizeof(path), "%s/in", config_folder);
	assert_int_equal(mkdir(path, 0755), 0);
	snprintf(path, sizeof(path), "%s/to", config_folder);
	assert_int_equal(symlink("in", path), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char expected[256], *real;

		snprintf(path, sizeof(path), "%s/%s", config_folder,
		    cases[i][0]);
		snprintf(expected, sizeof(expected), "%s/%s", config_folder,
		    cases[i][1]);
		real = guard_resolve(path);
		assert_string_equal(real, expected);
		free(real);
	}
}

static void
the_root_is_a_folder_like_others(void **state)
{
	static const char *const cases[][2] = {
		{ "/", "/" },
		{ "/..", "/" },
		{ "/no-such-folder/../..", "/" },
		{ "/no-such-folder/x", "/no-such-folder/x" },
		{ "//no-such-folder", "/no-such-folder" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *real = guard_resolve(cases[i][0]);

		assert_string_equal(real, cases[i][1]);
		free(real);
	}
}

static void
attribute_names_meet_with_wildcards_on_either_side(void **state)
{
	static const struct {
		const char *a, *b;
		bool meet;
	} cases[] = {
		{ "a", "a", true },
		{ "a", "b", false },
		{ "a", "ab", false },
		{ "a.*", "a.b", true },
		{ "a.b", "a.*", true },
		{ "a.*", "a.b.*", true },
		{ "a.*", "b.*", false },
		{ "*", "a", true },
		{ "a.*", "a", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_int_equal(order_names_meet(cases[i].a, cases[i].b),
		    cases[i].meet);
		assert_int_equal(order_names_meet(cases[i].b, cases[i].a),
		    cases[i].meet);
	}
}

static void
attributes_may_be_set_by_wildcard_or_the_host(void **state)
{
	const struct config_load_options o = { .program = "x" };
	struct buf said = { 0 };
	struct config *c;

	(void)state;
	config_folder_put("lavoir.json",
	    "{'pipelines':{'p':{'watch':'drop','chain':['read-text','meta',"
	    "{'plugin':'by-date','when':{'meta.author':'x','tag':'y',"
	    "'media_type':'text/*','lavoir.size':{'>':1}}}]}}}");
	assert_int_equal(config_folder_load_with(&c, &o, &said), 0);
	assert_string_equal(buf_str(&said), "");
	config_free(&c);
	buf_fini(&said);
}

static void
the_installed_example_is_right(void **state)
{
	struct buf said = { 0 };
	const struct config_load_options o = { .file = "etc/lavoir.json",
		.program = "x",
		.run = true, /* whoever tests need not have the user */
		.problem = config_folder_problem,
		.arg = &said };
	struct config *c;

	(void)state;
	assert_int_equal(config_load(&c, &o, NULL), 0);
	assert_string_equal(buf_str(&said), "");
	assert_string_equal(c->state, "/var/lib/lavoir/state");
	assert_int_equal(c->pipeline[0].n_watches, 1);
	config_free(&c);
	buf_fini(&said);
}

#define HERE(f)                                                                \
	cmocka_unit_test_setup_teardown(f, config_folder_setup,                \
	    config_folder_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(root_reads_what_only_its_owner_may_write),
		HERE(only_regular_files_are_read),
		HERE(paths_are_resolved_as_far_as_they_exist),
		cmocka_unit_test(the_root_is_a_folder_like_others),
		cmocka_unit_test(
		    attribute_names_meet_with_wildcards_on_either_side),
		HERE(attributes_may_be_set_by_wildcard_or_the_host),
		HERE(the_installed_example_is_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
