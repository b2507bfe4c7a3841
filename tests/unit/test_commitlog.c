/* test_commitlog.c - the log: chained records, segments, torn tails, damage. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fs.h"
#include "base/log.h"
#include "store/commitlog.h"
#include "store_help.h"

enum { HEADER = 32, SEGMENT = 4096 };

struct place {
	char *folder;
	int fd;
};

static int
setup(void **state)
{
	struct place *p = calloc(1, sizeof *p);

	p->folder = help_folder();
	p->fd = open(p->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	*state = p;
	return p->fd < 0;
}

static int
teardown(void **state)
{
	struct place *p = *state;

	close(p->fd);
	help_remove(&p->folder);
	free(p);
	return 0;
}

static void
put(struct commitlog *l, const char *text)
{
	struct err e;

	buf_append_str(commitlog_payload(l), text);
	if (commitlog_full(l)) {
		buf_append_str(commitlog_payload(l), "checkpoint");
		assert_int_equal(commitlog_switch(l, &e), 0);
		buf_append_str(commitlog_payload(l), text);
	}
	assert_int_equal(commitlog_append(l, NULL, &e), 0);
}

static struct commitlog *
begin(int fd)
{
	struct commitlog *l = NULL;
	struct err e;

	assert_int_equal(commitlog_open(&l, fd, SEGMENT, &e), 0);
	assert_true(commitlog_empty(l));
	buf_append_str(commitlog_payload(l), "checkpoint");
	assert_int_equal(commitlog_switch(l, &e), 0);
	return l;
}

/* "record 0" ... */
static void
put_numbered(struct commitlog *l, int from, int to)
{
	char text[32];

	for (int i = from; i < to; i++) {
		snprintf(text, sizeof text, "record %d", i);
		put(l, text);
	}
}

struct seen {
	int records, checkpoints;
	uint64_t end;
	bool in_order;
};

static int
see(void *arg, const struct commitlog_record *r, struct err *e)
{
	struct seen *s = arg;
	char text[32];

	(void)e;
	s->in_order &= s->end == 0 || r->position == s->end;
	s->end = r->end;
	if (r->checkpoint) {
		s->checkpoints++;
		return 0;
	}
	snprintf(text, sizeof text, "record %d", s->records);
	s->in_order &=
	    r->len == strlen(text) && memcmp(r->payload, text, r->len) == 0;
	s->records++;
	return 0;
}

static int
walk(struct commitlog *l, struct seen *s, struct err *e)
{
	*s = (struct seen){ .in_order = true };
	return commitlog_walk(l, commitlog_first(l), see, s, e);
}

/* Open and count; negative when it cannot be opened or walked. */
static int
records_in(int fd, struct err *e)
{
	struct commitlog *l = NULL;
	struct seen s;
	int rc = commitlog_open(&l, fd, SEGMENT, e);

	if (rc == 0)
		rc = commitlog_cut(l, e);
	if (rc == 0)
		rc = walk(l, &s, e);
	if (rc == 0 && l != NULL) {
		assert_true(s.in_order);
		rc = s.records;
	}
	commitlog_free(&l);
	return rc;
}

static void
test_records_come_back_in_order(void **state)
{
	struct place *p = *state;
	struct commitlog *l = begin(p->fd);
	uint64_t end;
	struct err e;

	put_numbered(l, 0, 20);
	end = commitlog_end(l);
	commitlog_free(&l);
	assert_int_equal(records_in(p->fd, &e), 20);
	assert_int_equal(commitlog_open(&l, p->fd, SEGMENT, &e), 0);
	assert_int_equal(commitlog_end(l), end);
	assert_int_equal(commitlog_newest(l), 0);
	put_numbered(l, 20, 21);
	commitlog_free(&l);
	assert_int_equal(records_in(p->fd, &e), 21);
}

static void
test_full_segment_is_followed_by_a_checkpointed_one(void **state)
{
	struct place *p = *state;
	struct commitlog *l = begin(p->fd);
	struct seen s;
	struct err e;

	put_numbered(l, 0, 300);
	assert_true(commitlog_segments(l) > 2);
	assert_int_equal(walk(l, &s, &e), 0);
	assert_true(s.in_order);
	assert_int_equal(s.records, 300);
	assert_int_equal(s.checkpoints, commitlog_segments(l));
	commitlog_free(&l);
	assert_int_equal(records_in(p->fd, &e), 300);
}

static void
test_record_larger_than_a_segment_fits_into_one(void **state)
{
	struct place *p = *state;
	struct commitlog *l = begin(p->fd);
	static char big[3 * SEGMENT];
	struct err e;

	memset(big, 'x', sizeof big - 1);
	put(l, big);
	put(l, big);
	assert_int_equal(commitlog_segments(l), 2);
	commitlog_free(&l);
	assert_int_equal(commitlog_open(&l, p->fd, SEGMENT, &e), 0);
	commitlog_free(&l);
}

static int
count_one(void *arg, const struct commitlog_record *r, struct err *e)
{
	(void)r;
	(void)e;
	++*(int *)arg;
	return 0;
}

static void
test_walk_begins_at_any_record(void **state)
{
	struct place *p = *state;
	struct commitlog *l = begin(p->fd);
	uint64_t position[300];
	struct err e;
	int n;

	for (int i = 0; i < 300; i++) {
		put_numbered(l, i, i + 1);
		position[i] = commitlog_end(l);
	}
	for (int i = 0; i < 300; i += 7) {
		n = 0;
		assert_int_equal(commitlog_walk(l, position[i], count_one, &n,
				     &e),
		    0);
		assert_true(n >= 299 - i && n < 299 - i + 5);
	}
	assert_int_equal(commitlog_walk(l, commitlog_end(l) + 1, count_one, &n,
			     &e),
	    ERR_CORRUPT);
	assert_int_equal(commitlog_walk(l, position[3] + 1, count_one, &n, &e),
	    ERR_CORRUPT);
	commitlog_free(&l);
}

static void
test_tail_torn_at_any_byte_is_cut(void **state)
{
	struct place *p = *state;
	struct commitlog *l = begin(p->fd);
	uint64_t before, end;
	uint8_t *whole;
	size_t len;
	struct err e;

	put_numbered(l, 0, 5);
	before = commitlog_end(l);
	put_numbered(l, 5, 6);
	end = commitlog_end(l);
	commitlog_free(&l);
	whole = help_read(p->folder, "00000001.log", &len);
	for (uint64_t cut = before; cut < end; cut++) {
		/* The file ends here, or zeros follow, or something else. */
		help_write(p->folder, "00000001.log", whole, cut);
		assert_int_equal(records_in(p->fd, &e), 5);
		memset(whole + cut, 0, end - cut);
		help_write(p->folder, "00000001.log", whole, len);
		assert_int_equal(records_in(p->fd, &e), 5);
		/* It was zeroed: what is appended now stands alone. */
		assert_int_equal(commitlog_open(&l, p->fd, SEGMENT, &e), 0);
		assert_int_equal(commitlog_cut(l, &e), 0);
		assert_int_equal(commitlog_end(l), before);
		put_numbered(l, 5, 6);
		commitlog_free(&l);
		free(whole);
		whole = help_read(p->folder, "00000001.log", &len);
		assert_int_equal(records_in(p->fd, &e), 6);
	}
	free(whole);
}

static void
test_junk_behind_the_end_is_zeroed(void **state)
{
	struct place *p = *state;
	struct commitlog *l = begin(p->fd);
	uint8_t *whole;
	uint64_t end;
	size_t len;
	struct err e;

	put_numbered(l, 0, 5);
	end = commitlog_end(l);
	commitlog_free(&l);
	whole = help_read(p->folder, "00000001.log", &len);
	memset(whole + end + 3, 'j', 2000);
	help_write(p->folder, "00000001.log", whole, len);
	free(whole);
	assert_int_equal(records_in(p->fd, &e), 5);
	whole = help_read(p->folder, "00000001.log", &len);
	for (size_t i = end; i < len; i++)
		assert_int_equal(whole[i], 0);
	free(whole);
}

static void
test_any_flipped_byte_before_the_last_record_is_damage(void **state)
{
	struct place *p = *state;
	struct commitlog *l = begin(p->fd);
	uint64_t last;
	struct err e;

	put_numbered(l, 0, 30);
	last = commitlog_end(l);
	put_numbered(l, 30, 31);
	assert_int_equal(commitlog_segments(l), 1);
	commitlog_free(&l);
	for (uint64_t at = 0; at < last; at++) {
		help_flip(p->folder, "00000001.log", at);
		assert_int_equal(records_in(p->fd, &e), ERR_CORRUPT);
		assert_non_null(strstr(e.text, "00000001.log: offset "));
		help_flip(p->folder, "00000001.log", at);
	}
	assert_int_equal(records_in(p->fd, &e), 31);
}

static void
test_any_flipped_byte_of_an_earlier_segment_is_damage(void **state)
{
	struct place *p = *state;
	struct commitlog *l = begin(p->fd);
	struct stat st;
	struct err e;

	put_numbered(l, 0, 120);
	assert_int_equal(commitlog_segments(l), 2);
	commitlog_free(&l);
	assert_int_equal(fstatat(p->fd, "00000001.log", &st, 0), 0);
	for (off_t at = 0; at < st.st_size; at += 11) {
		help_flip(p->folder, "00000001.log", (uint64_t)at);
		assert_int_equal(records_in(p->fd, &e), ERR_CORRUPT);
		help_flip(p->folder, "00000001.log", (uint64_t)at);
	}
	/* A torn end is no excuse there. */
	char *path = fs_join(p->folder, "00000001.log");
	assert_int_equal(truncate(path, st.st_size - 1), 0);
	free(path);
	assert_int_equal(records_in(p->fd, &e), ERR_CORRUPT);
}

static void
test_broken_checkpoint_is_damage(void **state)
{
	struct place *p = *state;
	struct commitlog *l = begin(p->fd);
	struct err e;

	commitlog_free(&l);
	for (uint64_t at = 0; at < HEADER + strlen("checkpoint"); at++) {
		help_flip(p->folder, "00000001.log", at);
		assert_int_equal(records_in(p->fd, &e), ERR_CORRUPT);
		help_flip(p->folder, "00000001.log", at);
	}
	help_write(p->folder, "00000001.log", "", 0);
	assert_int_equal(records_in(p->fd, &e), ERR_CORRUPT);
}

static void
test_missing_segment_is_damage(void **state)
{
	struct place *p = *state;
	struct commitlog *l = begin(p->fd);
	struct err e;

	put_numbered(l, 0, 300);
	commitlog_free(&l);
	assert_int_equal(unlinkat(p->fd, "00000002.log", 0), 0);
	assert_int_equal(records_in(p->fd, &e), ERR_CORRUPT);
	assert_non_null(strstr(e.text, "00000002.log is missing"));
}

static void
test_segment_that_was_never_used_is_removed(void **state)
{
	struct place *p = *state;
	struct commitlog *l = begin(p->fd);
	struct err e;

	put_numbered(l, 0, 3);
	commitlog_free(&l);
	help_write(p->folder, "00000002.log.new", "half", 4);
	assert_int_equal(records_in(p->fd, &e), 3);
	assert_int_equal(faccessat(p->fd, "00000002.log.new", F_OK, 0), -1);
}

static void
test_old_segments_are_removed_and_the_rest_stays_readable(void **state)
{
	struct place *p = *state;
	struct commitlog *l = begin(p->fd);
	struct err e;
	size_t n;
	int seen;

	put_numbered(l, 0, 300);
	n = commitlog_segments(l);
	assert_int_equal(commitlog_remove_before(l, 10, &e), 0);
	assert_int_equal(commitlog_segments(l), n);
	assert_int_equal(commitlog_remove_before(l, commitlog_end(l), &e), 0);
	assert_int_equal(commitlog_segments(l), 1);
	assert_int_equal(commitlog_first(l), commitlog_newest(l));
	assert_int_equal(commitlog_walk(l, 0, count_one, &seen, &e),
	    ERR_CORRUPT);
	commitlog_free(&l);
	assert_int_equal(commitlog_open(&l, p->fd, SEGMENT, &e), 0);
	assert_true(commitlog_first(l) > 0);
	seen = 0;
	assert_int_equal(commitlog_walk(l, commitlog_first(l), count_one, &seen,
			     &e),
	    0);
	assert_true(seen > 1);
	put(l, "more");
	commitlog_free(&l);
}

static void
test_reading_only_changes_nothing(void **state)
{
	struct place *p = *state;
	struct commitlog *l = begin(p->fd);
	uint8_t *before, *after;
	size_t len, again;
	uint64_t end, cut;
	struct seen s;
	struct err e;

	put_numbered(l, 0, 4);
	end = commitlog_end(l);
	put_numbered(l, 4, 5);
	commitlog_free(&l);
	help_flip(p->folder, "00000001.log", end + 2);
	before = help_read(p->folder, "00000001.log", &len);
	assert_int_equal(commitlog_open_readonly(&l, p->fd, &cut, &e), 0);
	assert_int_equal(cut, HEADER + strlen("record 4"));
	assert_int_equal(walk(l, &s, &e), 0);
	assert_int_equal(s.records, 4);
	commitlog_free(&l);
	after = help_read(p->folder, "00000001.log", &again);
	assert_int_equal(len, again);
	assert_memory_equal(before, after, len);
	free(before);
	free(after);
}

static void
test_failed_write_ends_the_log_for_good(void **state)
{
	struct place *p = *state;
	struct commitlog *l = begin(p->fd);
	struct rlimit old, low;
	struct err e;

	put_numbered(l, 0, 3);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	low = old;
	low.rlim_cur = commitlog_end(l) + 10;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &low), 0);
	buf_append_str(commitlog_payload(l), "record 3");
	assert_true(commitlog_append(l, NULL, &e) < 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	/* EFBIG is no full disk: never tried again. */
	buf_append_str(commitlog_payload(l), "record 3");
	assert_int_equal(commitlog_append(l, NULL, &e), ERR_IO);
	buf_append_str(commitlog_payload(l), "checkpoint");
	assert_int_equal(commitlog_switch(l, &e), ERR_IO);
	commitlog_free(&l);
	assert_int_equal(records_in(p->fd, &e), 3);
}

#define test_with_place(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		test_with_place(test_records_come_back_in_order),
		test_with_place(
		    test_full_segment_is_followed_by_a_checkpointed_one),
		test_with_place(
		    test_record_larger_than_a_segment_fits_into_one),
		test_with_place(test_walk_begins_at_any_record),
		test_with_place(test_tail_torn_at_any_byte_is_cut),
		test_with_place(test_junk_behind_the_end_is_zeroed),
		test_with_place(
		    test_any_flipped_byte_before_the_last_record_is_damage),
		test_with_place(
		    test_any_flipped_byte_of_an_earlier_segment_is_damage),
		test_with_place(test_broken_checkpoint_is_damage),
		test_with_place(test_missing_segment_is_damage),
		test_with_place(test_segment_that_was_never_used_is_removed),
		test_with_place(
		    test_old_segments_are_removed_and_the_rest_stays_readable),
		test_with_place(test_reading_only_changes_nothing),
		test_with_place(test_failed_write_ends_the_log_for_good),
	};

	log_set_level(LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
