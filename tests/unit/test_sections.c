/* test_sections.c - the daemon's own tables are sound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <jansson.h>
#include <cmocka.h>

#include "base/arena.h"
#include "config/sections.h"
#include "model/options.h"

static void
print_problem(void *arg, const char *path, const char *problem,
    const char *found, const char *expected, const char *nearest)
{
	(void)arg;
	(void)nearest;
	print_error("%s: %s: found %s, expected %s\n", path, problem, found,
	    expected);
}

static void
every_default_fits_its_own_table(void **state)
{
	const struct options_context context = { "/base", print_problem, NULL };

	(void)state;
	for (enum section_id id = 0; id < SECTION_COUNT; id++) {
		const struct section *s = section_get(id);
		struct arena *a = arena_new(0);
		json_t *json = json_object();
		struct lavoir_value *v;

		for (const struct lavoir_option *o = s->table; o->name; o++)
			if (o->flags & LAVOIR_OPT_REQUIRED)
				json_object_set_new(json, o->name,
				    json_string("x"));
		assert_int_equal(options_check(s->table, json, a, &context, &v),
		    0);
		json_decref(json);
		arena_free(&a);
	}
}

static void
every_option_is_named_once_and_explained(void **state)
{
	(void)state;
	for (enum section_id id = 0; id < SECTION_COUNT; id++) {
		const struct lavoir_option *table = section_get(id)->table;

		for (size_t i = 0; table[i].name; i++) {
			assert_non_null(table[i].help);
			assert_true(strlen(table[i].help) > 8);
			for (size_t k = 0; k < i; k++)
				assert_string_not_equal(table[i].name,
				    table[k].name);
		}
	}
}

/* The enums and the tables are the same length: a hole would end a table. */
static void
enums_number_the_tables(void **state)
{
	static const size_t last[SECTION_COUNT] = {
		[SECTION_TOP] = TOP_PIPELINES,
		[SECTION_CONTROL] = CONTROL_SOCKET,
		[SECTION_LOG] = LOG_SECTION_LEVEL,
		[SECTION_LIMITS] = LIMIT_RECYCLE_MEMORY,
		[SECTION_ADMISSION] = ADMISSION_INODE_RESERVE,
		[SECTION_BATCH] = BATCH_DELAY,
		[SECTION_PIPELINE] = PIPELINE_DROP_EMPTY,
		[SECTION_WATCH] = WATCH_SHA256_SIDECAR,
		[SECTION_STEP] = STEP_OPTIONAL,
	};

	(void)state;
	for (enum section_id id = 0; id < SECTION_COUNT; id++)
		assert_int_equal(options_count(section_get(id)->table),
		    last[id] + 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_default_fits_its_own_table),
		cmocka_unit_test(every_option_is_named_once_and_explained),
		cmocka_unit_test(enums_number_the_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
