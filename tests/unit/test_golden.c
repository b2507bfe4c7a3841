/* test_golden.c - a known document through every chain, unlocked and locked. */
#include "role/golden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model/options.h"
#include "plugin/loader.h"

#include <cmocka.h>

/* A worker of two pipelines: one that reads text, one without any step. */
struct fixture {
	struct config config;
	struct config_pipeline pipeline[2];
	struct host_step_config step[1];
	struct chain chain[2];
	struct chain_set set;
	struct worker *worker;
	char *path;
	struct arena *arena;
};

static void
open_fixture(struct fixture *f, const char *plugin)
{
	const char *const search[] = { getenv("PLUGINS"),
		getenv("TEST_PLUGINS"), NULL };
	struct options_context context = { "/", NULL, NULL };
	struct err e = { 0 };

	memset(f, 0, sizeof *f);
	f->arena = arena_new(0);
	f->config.n_pipelines = 2;
	f->config.pipeline = f->pipeline;
	f->config.text_max = 1 << 20;
	f->config.memory_max = 1 << 28;
	f->pipeline[0].name = "text";
	f->pipeline[1].name = "nothing";
	f->chain[0] = (struct chain){ "text", f->step, 1 };
	f->chain[1] = (struct chain){ "nothing", NULL, 0 };
	f->set.chain = f->chain;
	f->set.n_chains = 2;
	f->step[0].instance = plugin;
	assert_int_equal(loader_find(search, plugin, &f->path, &e), 0);
	assert_int_equal(loader_open(f->path, plugin, &f->step[0].plugin, &e),
	    0);
	assert_int_equal(options_check(f->step[0].plugin->options, NULL,
			     f->arena, &context,
			     (struct lavoir_value **)(uintptr_t)&f->step[0]
				 .option),
	    0);
	assert_int_equal(worker_new(&f->worker, &f->config, &f->set, &e), 0);
}

static void
close_fixture(struct fixture *f)
{
	worker_free(&f->worker);
	free(f->path);
	arena_free(&f->arena);
}

static void
test_the_same_result_passes_and_another_is_named(void **state)
{
	struct fixture f;
	uint64_t expected[2];
	struct err e = { 0 };

	(void)state;
	open_fixture(&f, "read-text");
	golden_expect(f.worker, expected);
	if (expected[0] == 0)
		skip(); /* no sandbox to run it in */
	assert_int_equal(golden_check(f.worker, expected, &e), 0);
	expected[0] ^= 1;
	assert_int_equal(golden_check(f.worker, expected, &e), ERR_UNSUPPORTED);
	assert_non_null(strstr(e.text, "\"text\""));
	close_fixture(&f);
}

static void
test_where_nothing_is_expected_nothing_is_checked(void **state)
{
	struct fixture f;
	uint64_t expected[2] = { 0, 0 };
	struct err e = { 0 };

	(void)state;
	open_fixture(&f, "read-text");
	assert_int_equal(golden_check(f.worker, expected, &e), 0);
	close_fixture(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_the_same_result_passes_and_another_is_named),
		cmocka_unit_test(
		    test_where_nothing_is_expected_nothing_is_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
