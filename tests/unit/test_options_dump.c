/* test_options_dump.c - option values as JSON again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/options.h"

static const char *const codecs[] = { "none", "gzip", NULL };

/* clang-format off */
static const struct lavoir_option table[] = {
	{ "flag", LAVOIR_OPT_BOOL, 0, "true", 0, 0, NULL, "" },
	{ "count", LAVOIR_OPT_INT, 0, "3", 0, 0, NULL, "" },
	{ "ratio", LAVOIR_OPT_REAL, 0, "0.5", 0, 0, NULL, "" },
	{ "codec", LAVOIR_OPT_ENUM, 0, "\"gzip\"", 0, 0, codecs, "" },
	{ "size", LAVOIR_OPT_SIZE, 0, "\"64M\"", 0, 0, NULL, "" },
	{ "wait", LAVOIR_OPT_TIME, 0, "\"1500ms\"", 0, 0, NULL, "" },
	{ "path", LAVOIR_OPT_PATH, 0, "\"out\"", 0, 0, NULL, "" },
	{ "json", LAVOIR_OPT_JSON, 0, "{\"a\": [1]}", 0, 0, NULL, "" },
	{ "list", LAVOIR_OPT_ENUM, LAVOIR_OPT_LIST, "[\"none\"]", 0, 0, codecs, "" },
	{ "key", LAVOIR_OPT_STR, LAVOIR_OPT_SECRET, "\"hush\"", 0, 0, NULL, "" },
	{ "no_key", LAVOIR_OPT_STR, LAVOIR_OPT_SECRET, NULL, 0, 0, NULL, "" },
	{ .name = NULL },
};
/* clang-format on */

static char *
dump(const json_t *json, struct arena *a)
{
	const struct options_context context = { "/base", NULL, NULL };
	struct lavoir_value *value;
	json_t *all;
	char *text;

	assert_int_equal(options_check(table, json, a, &context, &value), 0);
	all = options_dump(table, value);
	text = json_dumps(all, JSON_COMPACT);
	json_decref(all);
	return text;
}

static void
test_dump(void **state)
{
	struct arena *a = arena_new(0);
	char *text = dump(NULL, a);

	(void)state;
	assert_string_equal(text,
	    "{\"flag\":true,\"count\":3,\"ratio\":0.5,\"codec\":\"gzip\","
	    "\"size\":\"64M\",\"wait\":\"1500ms\",\"path\":\"/base/out\","
	    "\"json\":{\"a\":[1]},\"list\":[\"none\"],\"key\":\"***\","
	    "\"no_key\":null}");
	free(text);
	arena_free(&a);
}

static void
test_dump_reads_back_the_same(void **state)
{
	struct arena *a = arena_new(0);
	char *first = dump(NULL, a), *second;
	json_t *json = json_loads(first, 0, NULL);

	(void)state;
	second = dump(json, a);
	assert_string_equal(first, second);
	json_decref(json);
	free(first);
	free(second);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dump),
		cmocka_unit_test(test_dump_reads_back_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
