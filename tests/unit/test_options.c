/* test_options.c - JSON options against a table: values, defaults, problems. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "model/options.h"

static const char *const codecs[] = { "none", "gzip", "zstd", NULL };

/* clang-format off */
static const struct lavoir_option table[] = {
	{ "flag", LAVOIR_OPT_BOOL, 0, "true", 0, 0, NULL, "" },
	{ "count", LAVOIR_OPT_INT, 0, "3", 1, 10, NULL, "" },
	{ "ratio", LAVOIR_OPT_REAL, 0, "0.5", 0, 1, NULL, "" },
	{ "name", LAVOIR_OPT_STR, 0, NULL, 0, 0, NULL, "" },
	{ "compression", LAVOIR_OPT_ENUM, 0, "\"gzip\"", 0, 0, codecs, "" },
	{ "size", LAVOIR_OPT_SIZE, 0, "\"64M\"", 1024, 1 << 30, NULL, "" },
	{ "wait", LAVOIR_OPT_TIME, 0, "\"90s\"", 0, 3600000, NULL, "" },
	{ "path", LAVOIR_OPT_PATH, 0, "\"out\"", 0, 0, NULL, "" },
	{ "json", LAVOIR_OPT_JSON, 0, NULL, 0, 0, NULL, "" },
	{ "fields", LAVOIR_OPT_STR, LAVOIR_OPT_LIST, "[\"a\",\"b\"]", 0, 0,
	    NULL, "" },
	{ "ports", LAVOIR_OPT_INT, LAVOIR_OPT_LIST, NULL, 1, 65535, NULL, "" },
	{ "free", LAVOIR_OPT_INT, 0, NULL, 0, 0, NULL, "" },
	{ .name = NULL },
};
/* clang-format on */
enum {
	FLAG,
	COUNT,
	RATIO,
	NAME,
	COMPRESSION,
	SIZE,
	WAIT,
	PATH,
	JSON,
	FIELDS,
	PORTS,
	FREE
};

/* One line a problem: "path: problem: found: expected[: nearest]". */
static void
note(void *arg, const char *path, const char *problem, const char *found,
    const char *expected, const char *nearest)
{
	struct buf *b = arg;

	buf_printf(b, "%s: %s: %s: %s", path, problem, found, expected);
	if (nearest != NULL)
		buf_printf(b, ": %s", nearest);
	buf_append_byte(b, '\n');
}

static struct lavoir_value *
check_table(const struct lavoir_option *options, const char *json,
    struct arena *a, const char *problems)
{
	struct buf b = { 0 };
	const struct options_context context = { "/etc/lavoir", note, &b };
	struct lavoir_value *value;
	json_t *root = json ? json_loads(json, JSON_DECODE_ANY, NULL) : NULL;
	size_t lines = 0;
	int n;

	assert_true(json == NULL || root != NULL);
	n = options_check(options, root, a, &context, &value);
	assert_string_equal(buf_str(&b), problems);
	for (const char *s = problems; *s != '\0'; s++)
		lines += *s == '\n';
	assert_int_equal(n, lines);
	json_decref(root);
	buf_fini(&b);
	return value;
}

static void
check(const char *json, const char *problems)
{
	struct arena *a = arena_new(0);

	check_table(table, json, a, problems);
	arena_free(&a);
}

static void
test_defaults_are_filled_in(void **state)
{
	struct arena *a = arena_new(0);
	const struct lavoir_value *v = check_table(table, NULL, a, "");

	(void)state;
	assert_int_equal(options_count(table), 12);
	assert_int_equal(options_count(NULL), 0);
	assert_int_equal(v[FLAG].type, LAVOIR_BOOL);
	assert_int_equal(v[FLAG].i, 1);
	assert_int_equal(v[COUNT].i, 3);
	assert_true(v[RATIO].type == LAVOIR_REAL && v[RATIO].r == 0.5);
	assert_int_equal(v[NAME].type, LAVOIR_NULL);
	assert_int_equal(v[COMPRESSION].type, LAVOIR_INT);
	assert_int_equal(v[COMPRESSION].i, 1);
	assert_int_equal(v[SIZE].i, 64 << 20);
	assert_int_equal(v[WAIT].i, 90000);
	assert_string_equal(v[PATH].s.ptr, "/etc/lavoir/out");
	assert_int_equal(v[JSON].type, LAVOIR_NULL);
	assert_int_equal(v[FIELDS].type, LAVOIR_LIST);
	assert_int_equal(v[FIELDS].list.n, 2);
	assert_string_equal(v[FIELDS].list.item[1].s.ptr, "b");
	assert_int_equal(v[PORTS].type, LAVOIR_NULL);
	arena_free(&a);
}

static void
test_values_of_every_type(void **state)
{
	struct arena *a = arena_new(0);
	const struct lavoir_value *v = check_table(table,
	    "{\"flag\":false,\"count\":10,\"ratio\":1,\"name\":\"\","
	    "\"compression\":\"zstd\",\"size\":\"2K\",\"wait\":\"500ms\","
	    "\"path\":\"/x\",\"json\":{\"b\": [1, 2],\"a\":null},\"fields\":[],"
	    "\"ports\":[80,443],\"free\":-9223372036854775807}",
	    a, "");

	(void)state;
	assert_int_equal(v[FLAG].i, 0);
	assert_int_equal(v[COUNT].i, 10);
	assert_true(v[RATIO].type == LAVOIR_REAL && v[RATIO].r == 1);
	assert_string_equal(v[NAME].s.ptr, "");
	assert_int_equal(v[COMPRESSION].i, 2);
	assert_int_equal(v[SIZE].i, 2048);
	assert_int_equal(v[WAIT].i, 500);
	assert_string_equal(v[PATH].s.ptr, "/x");
	assert_int_equal(v[JSON].type, LAVOIR_STR);
	assert_string_equal(v[JSON].s.ptr, "{\"b\":[1,2],\"a\":null}");
	assert_int_equal(v[FIELDS].list.n, 0);
	assert_int_equal(v[PORTS].list.item[1].i, 443);
	assert_true(v[FREE].i == -INT64_MAX);
	arena_free(&a);
}

static void
test_sizes_and_times_may_be_numbers(void **state)
{
	struct arena *a = arena_new(0);
	const struct lavoir_value *v = check_table(table,
	    "{\"size\":4096,\"wait\":1.5,\"count\":1e1,\"name\":null}", a, "");

	(void)state;
	assert_int_equal(v[SIZE].i, 4096);
	assert_int_equal(v[WAIT].i, 1500);
	assert_int_equal(v[COUNT].i, 10);
	assert_int_equal(v[NAME].type, LAVOIR_NULL);
	arena_free(&a);
}

static void
check_path(const char *path, const char *expected)
{
	struct arena *a = arena_new(0);
	json_t *root = json_pack("{s:s}", "path", path);
	char *json = json_dumps(root, 0);
	const struct lavoir_value *v = check_table(table, json, a, "");

	assert_string_equal(v[PATH].s.ptr, expected);
	free(json);
	json_decref(root);
	arena_free(&a);
}

static void
test_paths_are_tidied(void **state)
{
	(void)state;
	check_path("a", "/etc/lavoir/a");
	check_path("./a//b/", "/etc/lavoir/a/b");
	check_path("../a", "/etc/lavoir/../a");
	check_path(".", "/etc/lavoir");
	check_path("/", "/");
	check_path("//a/./.", "/a");
	check_path("/.hidden/..x", "/.hidden/..x");
}

static void
test_paths_stay_relative_without_a_base(void **state)
{
	const struct options_context context = { NULL, NULL, NULL };
	struct arena *a = arena_new(0);
	json_t *root = json_pack("{s:s}", "path", "./x");
	struct lavoir_value *v;

	(void)state;
	assert_int_equal(options_check(table, root, a, &context, &v), 0);
	assert_string_equal(v[PATH].s.ptr, "x");
	json_decref(root);
	arena_free(&a);
}

static void
test_wrong_types(void **state)
{
	(void)state;
	check("{\"flag\":1}",
	    "/flag: wrong type: the integer 1: true or false\n");
	check("{\"count\":\"abc\"}",
	    "/count: wrong type: the string \"abc\": an integer from 1 to "
	    "10\n");
	check("{\"count\":1.5}",
	    "/count: wrong type: the number 1.5: an integer from 1 to 10\n");
	check("{\"free\":{}}", "/free: wrong type: an object: an integer\n");
	check("{\"ratio\":\"1\"}",
	    "/ratio: wrong type: the string \"1\": a number from 0 to 1\n");
	check("{\"name\":[]}", "/name: wrong type: an array: a string\n");
	check("{\"path\":true}", "/path: wrong type: true: a path\n");
	check("{\"path\":\"\"}",
	    "/path: empty path: the string \"\": a path\n");
	check("{\"fields\":\"a\"}",
	    "/fields: wrong type: the string \"a\": an array of strings\n");
	check("{\"compression\":7}",
	    "/compression: wrong type: the integer 7: "
	    "one of \"none\", \"gzip\", \"zstd\"\n");
	check("[]", ": wrong type: an array: an object of options\n");
	check("null", ": wrong type: null: an object of options\n");
}

static void
test_null_where_there_is_a_default(void **state)
{
	(void)state;
	check("{\"count\":null}",
	    "/count: wrong type: null: an integer from 1 to 10\n");
	check("{\"ports\":[1,null]}",
	    "/ports/1: wrong type: null: an integer from 1 to 65535\n");
}

static void
test_ranges(void **state)
{
	(void)state;
	check("{\"count\":0}",
	    "/count: out of range: the integer 0: an integer from 1 to 10\n");
	check("{\"count\":11}",
	    "/count: out of range: the integer 11: an integer from 1 to 10\n");
	check("{\"ratio\":1.01}",
	    "/ratio: out of range: the number 1.01: a number from 0 to 1\n");
	check("{\"size\":\"2G\"}",
	    "/size: out of range: the string \"2G\": "
	    "a size such as \"64M\", from 1K to 1G\n");
	check("{\"size\":-1}",
	    "/size: out of range: the integer -1: "
	    "a size such as \"64M\", from 1K to 1G\n");
	check("{\"wait\":\"2h\"}",
	    "/wait: out of range: the string \"2h\": "
	    "a time such as \"90s\", from 0s to 1h\n");
	check("{\"wait\":1e300}",
	    "/wait: out of range: the number 1e+300: "
	    "a time such as \"90s\", from 0s to 1h\n");
	check("{\"ports\":[80,0,70000]}",
	    "/ports/1: out of range: the integer 0: an integer from 1 to "
	    "65535\n"
	    "/ports/2: out of range: the integer 70000: "
	    "an integer from 1 to 65535\n");
}

static void
test_malformed_units(void **state)
{
	(void)state;
	check("{\"size\":\"64 parsecs\"}",
	    "/size: not a size: the string \"64 parsecs\": "
	    "a size such as \"64M\", from 1K to 1G\n");
	check("{\"wait\":\"soon\"}",
	    "/wait: not a time: the string \"soon\": "
	    "a time such as \"90s\", from 0s to 1h\n");
}

static void
test_nearest_names(void **state)
{
	(void)state;
	check("{\"compression\":\"gzp\"}",
	    "/compression: unknown choice: the string \"gzp\": "
	    "one of \"none\", \"gzip\", \"zstd\": gzip\n");
	check("{\"compresion\":\"gzip\"}",
	    "/compresion: unknown option: the key \"compresion\": "
	    "one of \"flag\", \"count\", \"ratio\", \"name\", \"compression\", "
	    "\"size\", \"wait\", \"path\", \"json\", \"fields\", \"ports\", "
	    "\"free\": compression\n");
}

static void
test_unknown_keys_are_escaped_in_pointers(void **state)
{
	static const struct lavoir_option none[] = { { .name = NULL } };
	struct arena *a = arena_new(0);

	(void)state;
	check_table(none, "{\"a/b~c\":1}", a,
	    "/a~1b~0c: unknown option: the key \"a/b~c\": no options at all\n");
	check_table(NULL, "{}", a, "");
	arena_free(&a);
}

static void
test_all_problems_are_reported(void **state)
{
	struct arena *a = arena_new(0);
	static const struct lavoir_option two[] = {
		{ "a", LAVOIR_OPT_INT, LAVOIR_OPT_REQUIRED, NULL, 0, 0, NULL,
		    "" },
		{ "b", LAVOIR_OPT_BOOL, 0, NULL, 0, 0, NULL, "" },
		{ .name = NULL },
	};

	(void)state;
	check_table(two, "{\"b\":7,\"zzzzzz\":1}", a,
	    "/zzzzzz: unknown option: the key \"zzzzzz\": one of \"a\", \"b\"\n"
	    "/a: required option is missing: nothing: an integer\n"
	    "/b: wrong type: the integer 7: true or false\n");
	check_table(two, "{\"a\":null}", a,
	    "/a: wrong type: null: an integer\n");
	check_table(two, NULL, a,
	    "/a: required option is missing: nothing: an integer\n");
	arena_free(&a);
}

static void
test_broken_defaults_are_reported(void **state)
{
	struct arena *a = arena_new(0);
	static const struct lavoir_option bad[] = {
		{ "a", LAVOIR_OPT_INT, 0, "0", 1, 2, NULL, "" },
		{ "b", LAVOIR_OPT_STR, 0, "text", 0, 0, NULL, "" },
		{ "c", 99, 0, NULL, 0, 0, NULL, "" },
		{ "d", LAVOIR_OPT_INT, LAVOIR_OPT_LIST, "[true]", 0, 0, NULL,
		    "" },
		{ .name = NULL },
	};

	(void)state;
	check_table(bad, "{\"c\":1}", a,
	    "/a: default of option \"a\": out of range: the integer 0: "
	    "an integer from 1 to 2\n"
	    "/b: default of option \"b\": not JSON: nothing: a string\n"
	    "/c: option of unknown type: the integer 1: nothing\n"
	    "/d/0: default of option \"d\": wrong type: true: an integer\n");
	arena_free(&a);
}

static void
test_secrets_are_not_shown(void **state)
{
	struct arena *a = arena_new(0);
	static const struct lavoir_option secret[] = {
		{ "n", LAVOIR_OPT_INT, LAVOIR_OPT_SECRET, NULL, 0, 0, NULL,
		    "" },
		{ "m", LAVOIR_OPT_STR, LAVOIR_OPT_SECRET, NULL, 0, 0, NULL,
		    "" },
		{ .name = NULL },
	};

	(void)state;
	check_table(secret, "{\"n\":\"hush\",\"m\":4711}", a,
	    "/n: wrong type: a string: an integer\n"
	    "/m: wrong type: an integer: a string\n");
	arena_free(&a);
}

static void
test_long_strings_are_cut(void **state)
{
	char json[400], expected[400], xs[201] = "";

	(void)state;
	memset(xs, 'x', sizeof(xs) - 1);
	snprintf(json, sizeof(json), "{\"free\":\"%s\"}", xs);
	snprintf(expected, sizeof(expected),
	    "/free: wrong type: the string \"%.60s\" ...: an integer\n", xs);
	check(json, expected);
}

static void
test_type_names(void **state)
{
	(void)state;
	assert_string_equal(options_type_name(LAVOIR_OPT_BOOL), "boolean");
	assert_string_equal(options_type_name(LAVOIR_OPT_JSON), "JSON");
	assert_string_equal(options_type_name(0), "unknown");
	assert_string_equal(options_type_name(99), "unknown");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults_are_filled_in),
		cmocka_unit_test(test_values_of_every_type),
		cmocka_unit_test(test_sizes_and_times_may_be_numbers),
		cmocka_unit_test(test_paths_are_tidied),
		cmocka_unit_test(test_paths_stay_relative_without_a_base),
		cmocka_unit_test(test_wrong_types),
		cmocka_unit_test(test_null_where_there_is_a_default),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_malformed_units),
		cmocka_unit_test(test_nearest_names),
		cmocka_unit_test(test_unknown_keys_are_escaped_in_pointers),
		cmocka_unit_test(test_all_problems_are_reported),
		cmocka_unit_test(test_broken_defaults_are_reported),
		cmocka_unit_test(test_secrets_are_not_shown),
		cmocka_unit_test(test_long_strings_are_cut),
		cmocka_unit_test(test_type_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
