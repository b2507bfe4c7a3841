/* test_series.c - shards whose length is part of the transaction: the same
 * bytes whatever the batches, restarts and failures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "series_help.h"

enum { RECORDS = 150 };
enum {
	MODE_STRAIGHT,
	MODE_REOPEN,
	MODE_ROLLBACK,
	MODE_CRASH,
	MODE_IDLE,
	MODES
};

static void
assert_same(const struct buf *a, const struct buf *b)
{
	assert_int_equal(a->len, b->len);
	assert_memory_equal(a->ptr, b->ptr, a->len);
}

/* What may happen between two batches. */
static void
disturb(struct help *h, int mode, size_t at)
{
	switch (mode) {
	case MODE_REOPEN:
		help_crash(h);
		assert_int_equal(help_open(h), 0);
		break;
	case MODE_ROLLBACK:
		assert_int_equal(help_append(h, NULL, at, at + at % 40), 0);
		if (at % 2)
			assert_int_equal(series_sync(h->s, &h->e), 0);
		assert_int_equal(series_rollback(h->s, &h->e), 0);
		break;
	case MODE_CRASH:
		assert_int_equal(help_append(h, NULL, at, at + at % 40), 0);
		if (at % 2)
			assert_int_equal(series_sync(h->s, &h->e), 0);
		help_crash(h);
		assert_int_equal(help_open(h), 0);
		break;
	case MODE_IDLE:
		assert_int_equal(series_idle(h->s, &h->e), 0);
		break;
	default:
		break;
	}
}

static void
run(int codec, uint64_t max, size_t batch, int mode, struct buf *r)
{
	struct help h;

	help_init(&h, codec, max);
	assert_int_equal(help_open(&h), 0);
	for (size_t i = 0; i < RECORDS; i += batch) {
		size_t end = i + batch < RECORDS ? i + batch : RECORDS;
		assert_int_equal(help_append(&h, NULL, i, end), 0);
		assert_int_equal(help_commit(&h), 0);
		disturb(&h, mode, end);
	}
	assert_int_equal(series_idle(h.s, &h.e), 0);
	help_digest(&h, r);
	help_fini(&h);
}

static void
check_determinism(int codec, uint64_t max)
{
	static const size_t batch[] = { 1, 7, 512 };
	struct buf first = { 0 }, other = { 0 };

	run(codec, max, 512, MODE_STRAIGHT, &first);
	assert_true(first.len > 0);
	for (size_t i = 0; i < sizeof batch / sizeof *batch; i++) {
		/* One batch: there is little to disturb. */
		int modes = batch[i] > RECORDS ? 1 : MODES;
		for (int mode = 0; mode < modes; mode++) {
			other.len = 0;
			run(codec, max, batch[i], mode, &other);
			assert_same(&first, &other);
		}
	}
	buf_fini(&first);
	buf_fini(&other);
}

static void
test_plain_bytes_do_not_depend_on_batches_or_restarts(void **state)
{
	(void)state;
	check_determinism(SERIES_PLAIN, 0);
	check_determinism(SERIES_PLAIN, 700000);
}

static void
test_gzip_bytes_do_not_depend_on_batches_or_restarts(void **state)
{
	(void)state;
	check_determinism(SERIES_GZIP, 0);
}

static void
test_zstd_bytes_do_not_depend_on_batches_or_restarts(void **state)
{
	(void)state;
	check_determinism(SERIES_ZSTD, 1500000);
}

/* A file for every record or two. */
static void
test_small_files(void **state)
{
	struct buf first = { 0 }, other = { 0 };

	(void)state;
	run(SERIES_ZSTD, 5000, 512, MODE_STRAIGHT, &first);
	run(SERIES_ZSTD, 5000, 7, MODE_CRASH, &other);
	assert_same(&first, &other);
	buf_fini(&first);
	buf_fini(&other);
}

/* At every idle moment the file holds all records committed so far, whole. */
static void
test_readers_miss_nothing_at_idle(void **state)
{
	static const struct {
		int codec;
		const char *name;
	} cases[] = { { SERIES_PLAIN, "part-00001.jsonl" },
		{ SERIES_GZIP, "part-00001.jsonl.gz" },
		{ SERIES_ZSTD, "part-00001.jsonl.zst" } };
	struct buf is = { 0 }, should = { 0 };

	(void)state;
	for (size_t c = 0; c < 3; c++) {
		struct help h;
		help_init(&h, cases[c].codec, 0);
		assert_int_equal(help_open(&h), 0);
		for (size_t i = 0; i < 300; i += 23) {
			assert_int_equal(help_append(&h, NULL, i, i + 23), 0);
			assert_int_equal(help_commit(&h), 0);
			assert_int_equal(series_idle(h.s, &h.e), 0);
			/* Idle again: nothing to do. */
			assert_int_equal(series_idle(h.s, &h.e), 0);
			is.len = should.len = 0;
			assert_true(help_decode(&h, cases[c].name, &is));
			help_expect(&h, 0, i + 23, &should);
			assert_same(&is, &should);
		}
		help_fini(&h);
	}
	buf_fini(&is);
	buf_fini(&should);
}

static void
test_idle_shows_nothing_that_is_not_committed(void **state)
{
	struct help h;
	struct buf is = { 0 }, should = { 0 };

	(void)state;
	help_init(&h, SERIES_ZSTD, 0);
	assert_int_equal(help_open(&h), 0);
	assert_int_equal(help_append(&h, NULL, 0, 10), 0);
	assert_int_equal(series_sync(h.s, &h.e), 0);
	assert_int_equal(series_idle(h.s, &h.e), 0);
	help_digest(&h, &is);
	assert_int_equal(is.len, 0);
	help_log(&h);
	assert_int_equal(series_idle(h.s, &h.e), 0);
	assert_int_equal(help_append(&h, NULL, 10, 20), 0);
	assert_int_equal(series_sync(h.s, &h.e), 0);
	assert_int_equal(series_idle(h.s, &h.e), 0);
	assert_true(help_decode(&h, "part-00001.jsonl.zst", &is));
	help_expect(&h, 0, 10, &should);
	assert_same(&is, &should);
	help_fini(&h);
	buf_fini(&is);
	buf_fini(&should);
}

static void
test_state_tells_frames_from_tail(void **state)
{
	struct help h;

	(void)state;
	help_init(&h, SERIES_ZSTD, 0);
	assert_int_equal(help_open(&h), 0);
	assert_int_equal(help_append(&h, NULL, 0, 1), 0);
	assert_int_equal(help_commit(&h), 0);
	assert_int_equal(h.rows, 1);
	assert_int_equal(h.row[0].file, 1);
	assert_int_equal(h.row[0].length, 0);
	assert_int_equal(h.row[0].tail, 0);
	assert_int_equal(help_hidden(&h), 1);
	/* Number 60 ends a frame, the press has it by the time of idle, and the
	 * next commit says so. */
	assert_int_equal(help_append(&h, NULL, 60, 61), 0);
	assert_int_equal(help_commit(&h), 0);
	assert_int_equal(series_idle(h.s, &h.e), 0);
	assert_int_equal(help_commit(&h), 0);
	assert_true(h.row[0].length > 0);
	assert_true(h.row[0].plain > SERIES_FRAME_SIZE);
	assert_int_equal(h.row[0].tail, h.row[0].plain);
	assert_int_equal(help_hidden(&h), 0);
	const struct series_state *st;
	assert_int_equal(series_changed(h.s, &st), 0);
	uint64_t plain, stored;
	series_bytes(h.s, &plain, &stored);
	assert_int_equal(plain, h.row[0].plain);
	assert_int_equal(stored, h.row[0].length);
	help_fini(&h);
}

static void
test_other_codec_begins_a_new_file(void **state)
{
	static const struct {
		int codec;
		const char *name;
	} cases[] = { { SERIES_GZIP, "part-00001.jsonl.gz" },
		{ SERIES_ZSTD, "part-00002.jsonl.zst" },
		{ SERIES_PLAIN, "part-00003.jsonl" },
		{ SERIES_ZSTD, "part-00004.jsonl.zst" } };
	struct help h;
	struct buf is = { 0 }, should = { 0 };

	(void)state;
	help_init(&h, SERIES_GZIP, 0);
	for (size_t i = 0; i < 4; i++) {
		h.params.codec = cases[i].codec;
		assert_int_equal(help_open(&h), 0);
		assert_int_equal(help_append(&h, NULL, i * 50, i * 50 + 50), 0);
		assert_int_equal(help_commit(&h), 0);
		help_crash(&h);
	}
	assert_int_equal(help_open(&h), 0);
	assert_int_equal(series_idle(h.s, &h.e), 0);
	for (size_t i = 0; i < 4; i++) {
		is.len = should.len = 0;
		assert_true(help_decode(&h, cases[i].name, &is));
		help_expect(&h, i * 50, i * 50 + 50, &should);
		assert_same(&is, &should);
	}
	help_fini(&h);
	buf_fini(&is);
	buf_fini(&should);
}

/* More rows than may hold descriptors. */
static void
test_many_partitions(void **state)
{
	struct help h;
	struct buf is = { 0 }, should = { 0 };

	(void)state;
	help_init(&h, SERIES_ZSTD, 0);
	assert_int_equal(help_open(&h), 0);
	for (size_t round = 0; round < 3; round++) {
		for (size_t i = 0; i < 80; i++) {
			char name[32];
			(void)snprintf(name, sizeof name, "lang=%zu/x", i);
			assert_int_equal(help_append(&h, name, i * 3 + round,
					     i * 3 + round + 1),
			    0);
		}
		if (round == 1)
			assert_int_equal(series_rollback(h.s, &h.e), 0);
		else
			assert_int_equal(help_commit(&h), 0);
		if (round == 0) {
			help_crash(&h);
			assert_int_equal(help_open(&h), 0);
		}
	}
	assert_int_equal(h.rows, 80);
	assert_int_equal(series_idle(h.s, &h.e), 0);
	for (size_t i = 0; i < 80; i++) {
		char name[64];
		(void)snprintf(name, sizeof name,
		    "lang=%zu/x/part-00001.jsonl.zst", i);
		is.len = should.len = 0;
		assert_true(help_decode(&h, name, &is));
		help_expect(&h, i * 3, i * 3 + 1, &should);
		help_record(i * 3 + 2, &should);
		assert_same(&is, &should);
	}
	help_fini(&h);
	buf_fini(&is);
	buf_fini(&should);
}

static void
test_bad_partitions_and_levels_are_refused(void **state)
{
	static const char *const bad[] = { "..", "a/../b", "/etc", "a b" };
	struct help h;

	(void)state;
	help_init(&h, SERIES_ZSTD, 0);
	h.params.level = 99;
	assert_int_equal(help_open(&h), ERR_CONFIG);
	assert_null(h.s);
	h.params.level = 1;
	h.params.suffix = "/x";
	assert_int_equal(help_open(&h), ERR_CONFIG);
	h.params.suffix = "";
	assert_int_equal(help_open(&h), 0);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(help_append(&h, bad[i], 0, 1), ERR_INVAL);
	help_fini(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_plain_bytes_do_not_depend_on_batches_or_restarts),
		cmocka_unit_test(
		    test_gzip_bytes_do_not_depend_on_batches_or_restarts),
		cmocka_unit_test(
		    test_zstd_bytes_do_not_depend_on_batches_or_restarts),
		cmocka_unit_test(test_small_files),
		cmocka_unit_test(test_readers_miss_nothing_at_idle),
		cmocka_unit_test(test_idle_shows_nothing_that_is_not_committed),
		cmocka_unit_test(test_state_tells_frames_from_tail),
		cmocka_unit_test(test_other_codec_begins_a_new_file),
		cmocka_unit_test(test_many_partitions),
		cmocka_unit_test(test_bad_partitions_and_levels_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
