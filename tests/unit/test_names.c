/* test_names.c - file names as JSON, and where files lie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/json_read.h"
#include "base/xalloc.h"
#include "control/names.h"

static void
round_trip(const char *name, bool has_bytes)
{
	struct buf b = { 0 };
	json_t *json = NULL;
	struct err e;
	char *back;

	buf_append_byte(&b, '{');
	names_write(&b, "path", name);
	buf_append_byte(&b, '}');
	assert_int_equal(json_read(&json, (char *)b.ptr, b.len, NULL, 4, &e),
	    0);
	assert_true(!json_object_get(json, "path_b64") == !has_bytes);
	back = names_read(json, "path");
	assert_string_equal(back, name);
	free(back);
	json_decref(json);
	buf_fini(&b);
}

static void
any_name_survives_json(void **state)
{
	(void)state;
	round_trip("plain.txt", false);
	round_trip("a \"quote\"\n\x01 and \xc3\xa9", false);
	round_trip("\xff", true);
	round_trip("\xff\xfe", true);
	round_trip("odd \x80\xff name", true);
	round_trip("sub/\xe9t\xe9", true);
}

static void
bad_bytes_are_no_name(void **state)
{
	static const char *const bad[] = { "{\"path_b64\":\"YQ=a\"}",
		"{\"path_b64\":\"Y*==\"}", "{\"path_b64\":\"YQBi\"}",
		"{\"path\":7}", "{\"path\":\"\"}", "{}" };

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		json_t *json = json_loads(bad[i], 0, NULL);

		assert_non_null(json);
		assert_null(names_read(json, "path"));
		json_decref(json);
	}
}

static void
check_absolute(const char *path, const char *expected)
{
	char *whole = names_absolute(path);

	assert_string_equal(whole, expected);
	free(whole);
}

static void
paths_become_absolute_without_dots(void **state)
{
	char *cwd = getcwd(NULL, 0), *here = xasprintf("%s/a/b", cwd);

	(void)state;
	check_absolute("/a//b/./c", "/a/b/c");
	check_absolute("/a/../b", "/b");
	check_absolute("/../..", "/");
	check_absolute("/a/b/..", "/a");
	check_absolute("a/./x/../b", here);
	free(here);
	free(cwd);
}

static void
a_file_lies_below_its_folder(void **state)
{
	(void)state;
	assert_string_equal(names_below("/a/b", "/a/b/c/d"), "c/d");
	assert_string_equal(names_below("/a/b/", "/a/b//c"), "c");
	assert_null(names_below("/a/b", "/a/bc"));
	assert_null(names_below("/a/b", "/a/b"));
	assert_null(names_below("/a/b", "/a/b/"));
	assert_null(names_below("/a/b", "/x"));
}

/* Through a link to the folder, too. */
static void
the_watched_folder_is_found_by_identity(void **state)
{
	char dir[] = "/tmp/test_names.XXXXXX", *below = NULL;
	char *real = NULL, *link = NULL, *file = NULL;
	struct config_watch w = { 0 };
	struct config_pipeline p = { .watch = &w, .n_watches = 1 };
	struct config c = { .pipeline = &p, .n_pipelines = 1 };
	size_t pipeline = 7;

	(void)state;
	assert_non_null(mkdtemp(dir));
	real = xasprintf("%s/real", dir);
	link = xasprintf("%s/link", dir);
	file = xasprintf("%s/sub/file", link);
	w.path = real;
	assert_int_equal(mkdir(real, 0700), 0);
	assert_int_equal(symlink(real, link), 0);
	assert_ptr_equal(names_watch(&c, file, &pipeline, &below), &w);
	assert_string_equal(below, "sub/file");
	assert_int_equal(pipeline, 0);
	free(below);
	assert_null(names_watch(&c, "/nowhere/file", &pipeline, &below));
	assert_null(below);
	assert_null(names_watch(&c, real, &pipeline, &below));
	unlink(link);
	rmdir(real);
	rmdir(dir);
	free(file);
	free(link);
	free(real);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_name_survives_json),
		cmocka_unit_test(bad_bytes_are_no_name),
		cmocka_unit_test(paths_become_absolute_without_dots),
		cmocka_unit_test(a_file_lies_below_its_folder),
		cmocka_unit_test(the_watched_folder_is_found_by_identity),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
