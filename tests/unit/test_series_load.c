/* test_series_load.c - what is found at open, and what fails under way. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fs.h"
#include "series_help.h"

/* Calls until one fails; 0: none does. */
static int pwrite_left, fdatasync_left, fsync_left;

static bool
spent(int *left)
{
	return *left > 0 && --*left == 0;
}

/* A full disk takes what fits. */
ssize_t
pwrite(int fd, const void *ptr, size_t len, off_t offset)
{
	if (spent(&pwrite_left)) {
		pwrite_left = 1;
		len /= 3;
		if (len < 100) {
			errno = ENOSPC;
			return -1;
		}
	}
	return syscall(SYS_pwrite64, fd, ptr, len, offset);
}

int
fdatasync(int fd)
{
	if (spent(&fdatasync_left)) {
		errno = ENOSPC;
		return -1;
	}
	return (int)syscall(SYS_fdatasync, fd);
}

int
fsync(int fd)
{
	if (spent(&fsync_left)) {
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_fsync, fd);
}

static void
no_faults(void)
{
	pwrite_left = fdatasync_left = fsync_left = 0;
}

static void
assert_same(const struct buf *a, const struct buf *b)
{
	assert_int_equal(a->len, b->len);
	assert_memory_equal(a->ptr, b->ptr, a->len);
}

enum { FIRST = 59, SECOND = 140 };

static void
undisturbed(const struct help *like, struct buf *r)
{
	struct help h;

	help_init(&h, like->params.codec, like->params.file_size_max);
	assert_int_equal(help_open(&h), 0);
	assert_int_equal(help_append(&h, NULL, 0, SECOND), 0);
	assert_int_equal(help_commit(&h), 0);
	assert_int_equal(series_idle(h.s, &h.e), 0);
	help_digest(&h, r);
	help_fini(&h);
}

/* The files hold the committed bytes and no more. */
static void
assert_committed_length(const struct help *h, const char *name)
{
	struct stat st;
	char *path = fs_join(h->folder, name);

	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, h->row[0].length);
	free(path);
}

static const struct {
	int codec;
	uint64_t max;
	const char *name;
} kinds[] = {
	{ SERIES_PLAIN, 0, "part-00001.jsonl" },
	{ SERIES_ZSTD, 0, "part-00001.jsonl.zst" },
	{ SERIES_ZSTD, 300000, NULL },
	{ SERIES_PLAIN, 300000, NULL },
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static void
test_full_disk_is_rolled_back_and_tried_again(void **state)
{
	struct buf is = { 0 }, should = { 0 };

	(void)state;
	for (size_t k = 0; k < KINDS; k++) {
		int failed = 1;
		for (int n = 1; failed; n++) {
			struct help h;
			help_init(&h, kinds[k].codec, kinds[k].max);
			assert_int_equal(help_open(&h), 0);
			assert_int_equal(help_append(&h, NULL, 0, FIRST), 0);
			assert_int_equal(help_commit(&h), 0);
			pwrite_left = n;
			failed = help_append(&h, NULL, FIRST, SECOND) < 0 ||
			    series_sync(h.s, &h.e) < 0;
			assert_true(failed || n > 1);
			if (failed) {
				assert_int_equal(h.e.code, ERR_NOSPACE);
				/* Still full. */
				assert_int_equal(series_rollback(h.s, &h.e), 0);
				if (kinds[k].name)
					assert_committed_length(&h,
					    kinds[k].name);
				no_faults();
				assert_int_equal(help_append(&h, NULL, FIRST,
						     SECOND),
				    0);
			}
			no_faults();
			assert_int_equal(help_commit(&h), 0);
			assert_int_equal(series_idle(h.s, &h.e), 0);
			is.len = should.len = 0;
			help_digest(&h, &is);
			undisturbed(&h, &should);
			assert_same(&is, &should);
			assert_true(n < 200);
			help_fini(&h);
		}
	}
	buf_fini(&is);
	buf_fini(&should);
}

static void
test_full_disk_at_idle_loses_nothing(void **state)
{
	struct help h;
	struct buf is = { 0 }, should = { 0 };

	(void)state;
	help_init(&h, SERIES_ZSTD, 0);
	assert_int_equal(help_open(&h), 0);
	assert_int_equal(help_append(&h, NULL, 0, SECOND), 0);
	assert_int_equal(help_commit(&h), 0);
	for (int n = 1; n < 5; n++) {
		pwrite_left = n;
		int rc = series_idle(h.s, &h.e);
		assert_true(rc == 0 || h.e.code == ERR_NOSPACE);
		assert_true(n > 1 || rc < 0);
		no_faults();
	}
	assert_int_equal(series_idle(h.s, &h.e), 0);
	help_digest(&h, &is);
	undisturbed(&h, &should);
	assert_same(&is, &should);
	help_fini(&h);
	buf_fini(&is);
	buf_fini(&should);
}

/* Whatever the kernel calls it. */
static void
test_failing_sync_is_final_and_recovered_by_reopening(void **state)
{
	struct buf is = { 0 }, should = { 0 };

	(void)state;
	for (size_t k = 0; k < KINDS; k++) {
		int failed = 1;
		for (int n = 1; failed; n++) {
			struct help h;
			help_init(&h, kinds[k].codec, kinds[k].max);
			assert_int_equal(help_open(&h), 0);
			assert_int_equal(help_append(&h, NULL, 0, FIRST), 0);
			assert_int_equal(help_commit(&h), 0);
			int *left = n % 2 ? &fdatasync_left : &fsync_left;
			*left = (n + 1) / 2;
			int rc = help_append(&h, NULL, FIRST, SECOND);
			if (rc == 0)
				rc = series_sync(h.s, &h.e);
			/* Both kinds must have had their turn. */
			failed = rc < 0 || n < 2;
			assert_true(rc < 0 || n > 1);
			if (rc < 0)
				assert_int_equal(h.e.code, ERR_IO);
			no_faults();
			help_crash(&h);
			assert_int_equal(help_open(&h), 0);
			assert_int_equal(help_append(&h, NULL, FIRST, SECOND),
			    0);
			assert_int_equal(help_commit(&h), 0);
			assert_int_equal(series_idle(h.s, &h.e), 0);
			is.len = should.len = 0;
			help_digest(&h, &is);
			undisturbed(&h, &should);
			assert_same(&is, &should);
			assert_true(n < 400);
			help_fini(&h);
		}
	}
	buf_fini(&is);
	buf_fini(&should);
}

enum damage { CUT, REMOVE, LONGER, EXTRA, NONE };

static void
damage_file(const struct help *h, const char *name, enum damage how, off_t to)
{
	char *path = fs_join(h->folder, name);
	struct stat st;
	int fd;

	switch (how) {
	case CUT:
		assert_int_equal(truncate(path, to), 0);
		break;
	case REMOVE:
		assert_int_equal(unlink(path), 0);
		break;
	case LONGER:
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(truncate(path, st.st_size + to), 0);
		break;
	case EXTRA:
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0644);
		assert_true(fd >= 0);
		(void)close(fd);
		break;
	case NONE:
		break;
	}
	free(path);
}

static void
test_what_is_found_at_open(void **state)
{
	static const struct {
		const char *name;
		off_t to;
		int codec;
		enum damage how;
		int rc;
	} cases[] = {
		{ "", 0, SERIES_PLAIN, NONE, 0 },
		{ "", 0, SERIES_ZSTD, NONE, 0 },
		{ "part-00001.jsonl", 99, SERIES_PLAIN, CUT, ERR_CORRUPT },
		{ "part-00001.jsonl", 0, SERIES_PLAIN, REMOVE, ERR_CORRUPT },
		{ "part-00001.jsonl", 999, SERIES_PLAIN, LONGER, 0 },
		{ "part-00001.jsonl.zst", 9, SERIES_ZSTD, CUT, ERR_CORRUPT },
		{ "part-00001.jsonl.zst", 0, SERIES_ZSTD, REMOVE, ERR_CORRUPT },
		{ "part-00001.jsonl.zst", 5000, SERIES_ZSTD, LONGER, 0 },
		{ "TAIL", 99, SERIES_ZSTD, CUT, ERR_CORRUPT },
		{ "TAIL", 0, SERIES_ZSTD, REMOVE, ERR_CORRUPT },
		{ "TAIL", 999, SERIES_ZSTD, LONGER, 0 },
		{ "part-00002.jsonl.zst", 0, SERIES_ZSTD, EXTRA, ERR_CONFIG },
		{ "part-00002.jsonl", 0, SERIES_ZSTD, EXTRA, ERR_CONFIG },
		{ "part-00002.jsonl", 0, SERIES_PLAIN, EXTRA, ERR_CONFIG },
		{ ".part-00002.jsonl.new", 0, SERIES_PLAIN, EXTRA, 0 },
		{ ".part-00002.jsonl.zst.new", 0, SERIES_ZSTD, EXTRA, 0 },
		{ ".part-00001.jsonl.zst.tail-0", 0, SERIES_ZSTD, EXTRA, 0 },
		{ ".part-00001.jsonl.zst.tail-9999999", 0, SERIES_ZSTD, EXTRA,
		    0 },
		{ ".part-00002.jsonl.zst.tail-0", 0, SERIES_ZSTD, EXTRA, 0 },
		{ "somebody's file", 0, SERIES_ZSTD, EXTRA, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct help h;
		char tail[64];
		help_init(&h, cases[i].codec, 0);
		assert_int_equal(help_open(&h), 0);
		assert_int_equal(help_append(&h, NULL, 0, 120), 0);
		assert_int_equal(help_commit(&h), 0);
		assert_int_equal(series_idle(h.s, &h.e), 0);
		assert_int_equal(help_commit(&h), 0);
		help_crash(&h);
		(void)snprintf(tail, sizeof tail,
		    ".part-00001.jsonl.zst.tail-%llu",
		    (unsigned long long)h.row[0].tail);
		damage_file(&h,
		    strcmp(cases[i].name, "TAIL") ? cases[i].name : tail,
		    cases[i].how, cases[i].to);
		int rc = help_open(&h);
		if (rc != cases[i].rc)
			print_error("case %zu: %d %s\n", i, rc, h.e.text);
		assert_int_equal(rc, cases[i].rc);
		if (rc == 0)
			assert_int_equal(help_hidden(&h),
			    cases[i].codec == SERIES_ZSTD);
		help_fini(&h);
	}
}

static void
test_states_that_make_no_sense_are_refused(void **state)
{
	static const struct series_state cases[] = {
		{ "", 1, 10, 10, 10, 7, 3, 0 },
		{ "", 1, 10, 11, 11, SERIES_PLAIN, 3, 0 },
		{ "", 1, 10, 10, 9, SERIES_PLAIN, 3, 0 },
		{ "", 1, 0, 10, 11, SERIES_ZSTD, 3, 0 },
		{ "", 1, 0, 0, 0, SERIES_ZSTD, 77, 0 },
		{ "..", 0, 0, 0, 0, SERIES_ZSTD, 3, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct help h;
		help_init(&h, SERIES_ZSTD, 0);
		h.row[0] = cases[i];
		h.rows = 1;
		assert_int_equal(help_open(&h), ERR_CORRUPT);
		/* One partition twice. */
		h.row[0] = h.row[1] = (struct series_state){ .partition = "" };
		h.rows = 2;
		assert_int_equal(help_open(&h), ERR_CORRUPT);
		help_fini(&h);
	}
}

/* The log was written, the rename to the shard's own name was not. */
static void
test_cut_between_log_and_names(void **state)
{
	struct help h;
	struct buf is = { 0 }, should = { 0 };

	(void)state;
	help_init(&h, SERIES_ZSTD, 200000);
	assert_int_equal(help_open(&h), 0);
	assert_int_equal(help_append(&h, NULL, 0, SECOND), 0);
	assert_int_equal(series_sync(h.s, &h.e), 0);
	const struct series_state *st;
	assert_int_equal(series_changed(h.s, &st), 1);
	h.row[0] = st[0];
	h.row[0].partition = "";
	h.rows = 1;
	help_crash(&h);
	help_digest(&h, &is);
	assert_int_equal(is.len, 0);
	assert_int_equal(help_open(&h), 0);
	assert_int_equal(series_idle(h.s, &h.e), 0);
	help_digest(&h, &is);
	undisturbed(&h, &should);
	assert_same(&is, &should);
	help_fini(&h);
	buf_fini(&is);
	buf_fini(&should);
}

static void
test_finished_files_are_not_opened(void **state)
{
	struct help h;

	(void)state;
	help_init(&h, SERIES_ZSTD, 200000);
	assert_int_equal(help_open(&h), 0);
	assert_int_equal(help_append(&h, NULL, 0, SECOND), 0);
	assert_int_equal(help_commit(&h), 0);
	assert_true(h.row[0].file > 2);
	help_crash(&h);
	damage_file(&h, "part-00001.jsonl.zst", REMOVE, 0);
	assert_int_equal(help_open(&h), 0);
	help_fini(&h);
}

/* The state folder was lost: what lies there is somebody's. */
static void
test_output_without_a_log_is_left_alone(void **state)
{
	struct help h;
	struct buf before = { 0 }, after = { 0 };

	(void)state;
	help_init(&h, SERIES_PLAIN, 0);
	assert_int_equal(help_open(&h), 0);
	assert_int_equal(help_append(&h, NULL, 0, 20), 0);
	assert_int_equal(help_commit(&h), 0);
	help_crash(&h);
	help_digest(&h, &before);
	help_forget(&h);
	assert_int_equal(help_open(&h), ERR_CONFIG);
	assert_non_null(strstr(h.e.text, "part-00001.jsonl"));
	help_crash(&h);
	help_digest(&h, &after);
	assert_same(&before, &after);
	help_fini(&h);
	buf_fini(&before);
	buf_fini(&after);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_full_disk_is_rolled_back_and_tried_again),
		cmocka_unit_test(test_full_disk_at_idle_loses_nothing),
		cmocka_unit_test(
		    test_failing_sync_is_final_and_recovered_by_reopening),
		cmocka_unit_test(test_what_is_found_at_open),
		cmocka_unit_test(test_states_that_make_no_sense_are_refused),
		cmocka_unit_test(test_cut_between_log_and_names),
		cmocka_unit_test(test_finished_files_are_not_opened),
		cmocka_unit_test(test_output_without_a_log_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
