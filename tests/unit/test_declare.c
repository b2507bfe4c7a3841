/* test_declare.c - declarations there and back, checked against the outputs of
 * the configuration. */
#include "role/declare.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const outputs[] = { "/out", NULL };

static struct config_step step = { .outputs = outputs };
static struct config_pipeline pipeline[2] = {
	{ .name = "a", .step = &step, .n_steps = 1 },
	{ .name = "b" },
};
static const struct config config = { .pipeline = pipeline, .n_pipelines = 2 };

/* Two pipelines, an index and a series, as the zygote packs them. */
static void
pack(struct buf *b, const char *folder, uint32_t index_number)
{
	uint32_t zero = 0, number = index_number;
	struct index_params index = { "i", "params", 4, 16 };
	struct series_params series = { .folder = folder,
		.suffix = ".jsonl",
		.codec = SERIES_ZSTD,
		.level = 3 };
	struct declared_pipeline p[2] = {
		{ .name = "a",
		    .lane = 0,
		    .worker_index = &number,
		    .sequencer_index = &zero,
		    .sequencer_series = &zero,
		    .n_worker_indexes = 1,
		    .n_sequencer_indexes = 1,
		    .n_sequencer_series = 1 },
		{ .name = "b", .lane = 1 },
	};
	struct declarations d = { .pipeline = p,
		.n_pipelines = 2,
		.n_lanes = 2,
		.index = &index,
		.n_indexes = 1,
		.series = &series,
		.n_series = 1 };

	declarations_pack(b, &d);
}

static void
test_declarations_come_back_as_they_were(void **state)
{
	struct declarations *d = NULL;
	struct buf b = { 0 };
	struct err e;

	(void)state;
	pack(&b, "/out", 0);
	assert_int_equal(declarations_unpack(&d, b.ptr, b.len, &config, &e), 0);
	assert_int_equal(d->n_lanes, 2);
	assert_int_equal(d->n_indexes, 1);
	assert_string_equal(d->index[0].params, "params");
	assert_int_equal(d->series[0].codec, SERIES_ZSTD);
	assert_string_equal(d->pipeline[1].name, "b");
	assert_int_equal(d->pipeline[1].lane, 1);
	assert_int_equal(d->pipeline[0].n_worker_indexes, 1);
	declarations_free(&d);
	buf_fini(&b);
}

static void
test_every_cut_is_refused(void **state)
{
	struct declarations *d = NULL;
	struct buf b = { 0 };
	struct err e;

	(void)state;
	pack(&b, "/out", 0);
	for (size_t len = 0; len < b.len; len++)
		assert_int_equal(declarations_unpack(&d, b.ptr, len, &config,
				     &e),
		    ERR_PROTO);
	buf_fini(&b);
}

static void
test_a_folder_that_is_no_output_is_refused(void **state)
{
	struct declarations *d = NULL;
	struct buf b = { 0 };
	struct err e;

	(void)state;
	pack(&b, "/etc", 0);
	assert_int_equal(declarations_unpack(&d, b.ptr, b.len, &config, &e),
	    ERR_PROTO);
	assert_non_null(strstr(e.text, "/etc"));
	buf_fini(&b);
}

static void
test_a_number_beyond_the_indexes_is_refused(void **state)
{
	struct declarations *d = NULL;
	struct buf b = { 0 };
	struct err e;

	(void)state;
	pack(&b, "/out", 1);
	assert_int_equal(declarations_unpack(&d, b.ptr, b.len, &config, &e),
	    ERR_PROTO);
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_declarations_come_back_as_they_were),
		cmocka_unit_test(test_every_cut_is_refused),
		cmocka_unit_test(test_a_folder_that_is_no_output_is_refused),
		cmocka_unit_test(test_a_number_beyond_the_indexes_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
