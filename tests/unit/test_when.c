/* test_when.c - conditions of steps: parsed, asked, listed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "model/when.h"

static void
note(void *arg, const char *path, const char *problem, const char *found,
    const char *expected, const char *nearest)
{
	(void)nearest;
	buf_printf(arg, "%s: %s: %s: %s\n", path, problem, found, expected);
}

static struct when *
parse(const char *json, struct arena *a, const char *problems)
{
	struct buf b = { 0 };
	const struct options_context context = { NULL, note, &b };
	json_t *root = json_loads(json, JSON_DECODE_ANY, NULL);
	struct when *w;
	int n;

	assert_non_null(root);
	n = when_parse(&w, root, a, &context);
	assert_string_equal(buf_str(&b), problems);
	assert_int_equal(n > 0, *problems != '\0');
	json_decref(root);
	buf_fini(&b);
	return w;
}

static void
check(const char *json, bool holds)
{
	struct lavoir_value real = { .type = LAVOIR_REAL, .r = 0.5 },
			    yes = { .type = LAVOIR_BOOL, .i = 1 },
			    null = { .type = LAVOIR_NULL };
	const struct lavoir_value item[] = { { .type = LAVOIR_STR,
						 .s = { "fr", 2 } },
		{ .type = LAVOIR_STR, .s = { "de", 2 } } };
	const struct lavoir_value list = { .type = LAVOIR_LIST,
		.list = { item, 2 } };
	struct arena *a = arena_new(0);
	struct doc d;

	doc_init(&d, arena_new(1 << 16), 100);
	doc_set_str(&d, "language", "fr");
	doc_set_int(&d, "words", 100);
	doc_set(&d, "score", &real);
	doc_set(&d, "ok", &yes);
	doc_set(&d, "none", &null);
	doc_set(&d, "languages", &list);
	doc_set_str(&d, "lavoir.media_type", "text/html; charset=utf-8");
	doc_tag(&d, "good", true);
	assert_int_equal(when_holds(parse(json, a, ""), &d), holds);
	arena_free(&d.arena);
	arena_free(&a);
}

static void
test_scalars(void **state)
{
	(void)state;
	check("{\"language\":\"fr\"}", true);
	check("{\"language\":\"de\"}", false);
	check("{\"words\":100}", true);
	check("{\"words\":100.0}", true);
	check("{\"words\":\"100\"}", false);
	check("{\"ok\":true}", true);
	check("{\"ok\":false}", false);
	check("{\"ok\":1}", false);
	check("{\"none\":null}", true);
	check("{\"absent\":null}", false);
	check("{\"absent\":\"x\"}", false);
}

static void
test_lists(void **state)
{
	(void)state;
	check("{\"language\":[\"de\",\"fr\"]}", true);
	check("{\"language\":[\"de\",\"en\",7]}", false);
	check("{\"languages\":\"de\"}", true);
	check("{\"languages\":[\"en\",\"de\"]}", true);
	check("{\"languages\":\"en\"}", false);
}

static void
test_ranges(void **state)
{
	(void)state;
	check("{\"words\":{\">=\":100}}", true);
	check("{\"words\":{\">\":100}}", false);
	check("{\"words\":{\"<\":100}}", false);
	check("{\"words\":{\"<=\":100}}", true);
	check("{\"words\":{\">=\":50,\"<\":100.5}}", true);
	check("{\"words\":{\">=\":50,\"<\":60}}", false);
	check("{\"score\":{\"<\":1}}", true);
	check("{\"language\":{\">=\":0}}", false);
	check("{\"absent\":{\"<\":1}}", false);
}

static void
test_tags_and_media_types(void **state)
{
	(void)state;
	check("{\"tag\":\"good\"}", true);
	check("{\"tag\":\"bad\"}", false);
	check("{\"media_type\":\"text/*\"}", true);
	check("{\"media_type\":\"text/html\"}", true);
	check("{\"media_type\":\"image/*\"}", false);
}

static void
test_all_entries_must_hold(void **state)
{
	(void)state;
	check("{}", true);
	check("{\"language\":\"fr\",\"tag\":\"good\",\"words\":{\"<\":1000}}",
	    true);
	check("{\"language\":\"fr\",\"tag\":\"bad\"}", false);
}

static void
test_no_condition_holds_always(void **state)
{
	const struct options_context context = { NULL, NULL, NULL };
	struct when *w;
	struct doc d;

	(void)state;
	doc_init(&d, NULL, 0);
	assert_int_equal(when_parse(&w, NULL, NULL, &context), 0);
	assert_null(w);
	assert_true(when_holds(NULL, &d));
	assert_false(when_holds(parse("{\"media_type\":\"*/*\"}",
				    d.arena = arena_new(0), ""),
	    &d));
	arena_free(&d.arena);
}

static void
check_problem(const char *json, const char *problems)
{
	struct arena *a = arena_new(0);

	parse(json, a, problems);
	arena_free(&a);
}

static void
test_problems(void **state)
{
	(void)state;
	check_problem("[]",
	    ": wrong type: an array: an object of conditions\n");
	check_problem("{\"tag\":7}",
	    "/tag: wrong type: the integer 7: the name of a tag\n");
	check_problem("{\"tag\":\"a b\"}",
	    "/tag: not a tag: the string \"a b\": "
	    "1 to 64 of A-Z a-z 0-9 _ . : -\n");
	check_problem("{\"media_type\":\"html\"}",
	    "/media_type: not a media type: the string \"html\": "
	    "a media type such as \"text/*\"\n");
	check_problem("{\"a\":[]}",
	    "/a: empty list: an array: at least one value\n");
	check_problem("{\"a\":[[1]]}",
	    "/a: wrong type: an array: "
	    "a string, a number, true, false or null\n");
	check_problem("{\"a\":{}}",
	    "/a: no bound: an object: {\">=\": n, \"<\": n}\n");
	check_problem("{\"a\":{\"=>\":1}}",
	    "/a: unknown comparison: an object: "
	    "only the keys \">=\", \">\", \"<\" and \"<=\"\n");
	check_problem("{\"a\":{\"<\":\"1\"},\"b c\":1}",
	    "/a: wrong type: the string \"1\": a number\n"
	    ": not the name of an attribute: nothing: "
	    "1 to 128 of A-Z a-z 0-9 _ . : -\n");
}

static void
collect(void *arg, const char *name)
{
	buf_printf(arg, "%s ", name);
}

static void
test_attributes_are_listed(void **state)
{
	struct arena *a = arena_new(0);
	struct buf b = { 0 };

	(void)state;
	when_each_attribute(parse("{\"a\":1,\"tag\":\"t\",\"b\":{\"<\":1},"
				  "\"media_type\":\"*/*\"}",
				a, ""),
	    collect, &b);
	when_each_attribute(NULL, collect, &b);
	assert_string_equal(buf_str(&b), "a b ");
	buf_fini(&b);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scalars),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_tags_and_media_types),
		cmocka_unit_test(test_all_entries_must_hold),
		cmocka_unit_test(test_no_condition_holds_always),
		cmocka_unit_test(test_problems),
		cmocka_unit_test(test_attributes_are_listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
