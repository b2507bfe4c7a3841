/* test_loader.c - finding and loading plugins, good and bad. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fs.h"
#include "base/xalloc.h"
#include "plugin/loader.h"

/* What the loader gives out lives as long as the process. */
static const struct lavoir_plugin *loaded;

static const char *
folder(void)
{
	const char *dir = getenv("TEST_PLUGINS");

	assert_non_null(dir);
	return dir;
}

static void
check_open(const char *name, const char *expected)
{
	char *path = xasprintf("%s/%s.so", folder(), name);
	struct err e = { 0 };
	int rc = loader_open(path, name, &loaded, &e);

	free(path);
	if (!expected) {
		if (rc < 0)
			fail_msg("%s", e.text);
		assert_string_equal(loaded->name, name);
		return;
	}
	assert_int_equal(rc, ERR_INVAL);
	assert_null(loaded);
	if (!strstr(e.text, expected))
		fail_msg("\"%s\" lacks \"%s\"", e.text, expected);
}

static void
test_find_looks_in_every_folder_in_order(void **state)
{
	const char *const search[] = { "/nonexistent", folder(), NULL };
	const char *const nowhere[] = { "/nonexistent", "/dev", NULL };
	struct err e = { 0 };
	char *path, *expected;

	(void)state;
	assert_int_equal(loader_find(search, "t-good", &path, &e), 0);
	expected = xasprintf("%s/t-good.so", folder());
	assert_string_equal(path, expected);
	free(expected);
	free(path);
	assert_int_equal(loader_find(nowhere, "t-good", &path, &e), ERR_NOENT);
	assert_null(path);
	assert_non_null(strstr(e.text, "/nonexistent, /dev"));
}

static void
test_find_takes_names_not_paths(void **state)
{
	static const char *const names[] = { "../t-good", "t-good.so", "",
		"/x" };
	const char *const search[] = { folder(), NULL };
	struct err e = { 0 };
	char *path;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		assert_int_equal(loader_find(search, names[i], &path, &e),
		    ERR_INVAL);
		assert_null(path);
	}
}

static void
test_a_good_plugin_is_loaded(void **state)
{
	(void)state;
	check_open("t-good", NULL);
	assert_string_equal(loaded->version, "1.2");
	assert_non_null(loaded->commit);
}

static void
test_a_plugin_of_a_later_minor_is_loaded_with_options_of_our_size(void **state)
{
	(void)state;
	check_open("t-newer", NULL);
	assert_int_equal(loaded->option_size, sizeof(struct lavoir_option));
	assert_string_equal(loaded->options[0].name, "first");
	assert_string_equal(loaded->options[1].name, "second");
	assert_null(loaded->options[2].name);
}

static void
test_tables_that_do_not_fit_are_refused(void **state)
{
	(void)state;
	check_open("t-old", "ABI 1.0 has");
	check_open("t-major", "built for ABI 2.0");
	check_open("t-flags", "newer daemon");
	check_open("t-name", "calls itself \"t-other\"");
}

static void
test_what_is_not_a_plugin_is_refused(void **state)
{
	char *path = xasprintf("%s/t-text.so", getenv("TMPDIR"));
	struct err e = { 0 };
	FILE *f = fopen(path, "w");

	(void)state;
	assert_non_null(f);
	fputs("not an object\n", f);
	fclose(f);
	assert_int_equal(loader_open(path, "t-text", &loaded, &e), ERR_INVAL);
	assert_non_null(strstr(e.text, path));
	unlink(path);
	assert_true(loader_open(path, "t-text", &loaded, &e) < 0);
	free(path);
	/* An object, but without the symbol. */
	assert_int_equal(loader_open("/proc/self/exe", "exe", &loaded, &e),
	    ERR_INVAL);
}

static void
test_root_loads_only_what_nobody_else_can_write(void **state)
{
	char *from = xasprintf("%s/t-good.so", folder());
	char *dir = xasprintf("%s/loader", getenv("TMPDIR"));
	char *path = xasprintf("%s/t-good.so", dir);
	struct buf object = { 0 };
	struct err e = { 0 };

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(mkdir(dir, 0755), 0);
	assert_int_equal(fs_read_file(-100, from, 64 << 20, &object, &e), 0);
	assert_int_equal(fs_replace_file(-100, path, object.ptr, object.len,
			     0644, &e),
	    0);
	assert_int_equal(loader_open(path, "t-good", &loaded, &e), 0);
	assert_int_equal(chmod(path, 0646), 0);
	assert_int_equal(loader_open(path, "t-good", &loaded, &e), ERR_INVAL);
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(chmod(dir, 0777), 0);
	assert_int_equal(loader_open(path, "t-good", &loaded, &e), ERR_INVAL);
	assert_int_equal(chmod(dir, 0755), 0);
	assert_int_equal(chown(path, 12345, 0), 0);
	assert_int_equal(loader_open(path, "t-good", &loaded, &e), ERR_INVAL);
	unlink(path);
	rmdir(dir);
	buf_fini(&object);
	free(path);
	free(dir);
	free(from);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find_looks_in_every_folder_in_order),
		cmocka_unit_test(test_find_takes_names_not_paths),
		cmocka_unit_test(test_a_good_plugin_is_loaded),
		cmocka_unit_test(
		    test_a_plugin_of_a_later_minor_is_loaded_with_options_of_our_size),
		cmocka_unit_test(test_tables_that_do_not_fit_are_refused),
		cmocka_unit_test(test_what_is_not_a_plugin_is_refused),
		cmocka_unit_test(
		    test_root_loads_only_what_nobody_else_can_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
