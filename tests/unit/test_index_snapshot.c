/* test_index_snapshot.c - two generations, whole or passed over. */
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
#include "base/log.h"
#include "store/index.h"
#include "store/index_stream.h"

static const struct index_params PARAMS = { "near", "words=5", 3, 8 };
static char folder[64];
static int dir = -1;
static bool disk_full, sync_fails;

/* The disk of these tests. */
ssize_t
write(int fd, const void *ptr, size_t len)
{
	if (disk_full && fd > 2) {
		errno = ENOSPC;
		return -1;
	}
	return syscall(SYS_write, fd, ptr, len);
}

int
fdatasync(int fd)
{
	if (sync_fails) {
		errno = ENOSPC;
		return -1;
	}
	return (int)syscall(SYS_fdatasync, fd);
}

static int
setup(void **state)
{
	struct err e;

	(void)state;
	disk_full = sync_fails = false;
	(void)snprintf(folder, sizeof folder, "/tmp/test_index.XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	dir = fs_open_dir(AT_FDCWD, folder, &e);
	return dir < 0 ? -1 : 0;
}

static int
teardown(void **state)
{
	struct err e;

	(void)state;
	fs_close(&dir);
	return fs_remove_tree(AT_FDCWD, folder, &e);
}

static void
add(struct index *x, int from, int to)
{
	for (int i = from; i < to; i++) {
		uint64_t key[3] = { (uint64_t)i, (uint64_t)i / 2, 5 };
		char text[16];
		(void)snprintf(text, sizeof text, "doc-%08d", i);
		(void)index_add(x, text, key, 3, text + 4);
	}
}

static struct index *
reopen(struct index **old, uint64_t position)
{
	struct index *x = NULL;
	uint64_t got = 99;
	struct err e;

	index_free(old);
	assert_int_equal(index_open(&x, dir, &PARAMS, &got, &e), 0);
	assert_int_equal(got, position);
	return x;
}

static void
check(const struct index *x, uint32_t n)
{
	struct index_hit hit[INDEX_HITS_MAX];
	char text[16];

	assert_int_equal(index_documents(x), n);
	for (uint32_t i = 6; i < n; i++) {
		uint64_t key[1] = { i };
		(void)snprintf(text, sizeof text, "doc-%08u", i);
		assert_string_equal(index_id(x, i), text);
		assert_memory_equal(index_sketch(x, i), text + 4, 8);
		size_t hits = index_find(x, key, 1, hit, INDEX_HITS_MAX);
		assert_true(hits >= 1 && hits <= 3);
		assert_int_equal(hit[0].ordinal, i);
	}
}

static void
test_generations_take_turns(void **state)
{
	struct index *x = NULL;
	struct err e;

	(void)state;
	x = reopen(&x, 0);
	assert_int_equal(index_covered(x), 0);
	assert_int_equal(index_snapshot(x, 5, &e), 0);
	assert_int_equal(index_covered(x), 0);
	x = reopen(&x, 5);
	check(x, 0);
	add(x, 0, 1000);
	assert_true(index_forget(x, "doc-00000900"));
	assert_false(index_forget(x, "doc-0000090"));
	assert_int_equal(index_snapshot(x, 100, &e), 0);
	assert_int_equal(index_covered(x), 5);
	add(x, 1000, 2000);
	assert_int_equal(index_snapshot(x, 200, &e), 0);
	assert_int_equal(index_covered(x), 100);
	x = reopen(&x, 200);
	check(x, 2000);
	struct index_hit hit[4];
	uint64_t key = 900;
	assert_true(index_find(x, &key, 1, hit, 4) >= 1);
	assert_int_equal(hit[0].ordinal, 900);
	assert_true(hit[0].forgotten);
	/* The other one was not read. */
	assert_int_equal(index_covered(x), 0);
	assert_int_equal(index_snapshot(x, 300, &e), 0);
	assert_int_equal(index_covered(x), 200);
	index_free(&x);
}

/* a: 10 documents up to 10, b: 20 up to 20 */
static void
make_two(void)
{
	struct index *x = NULL;
	struct err e;

	(void)unlinkat(dir, "near.a", 0);
	(void)unlinkat(dir, "near.b", 0);
	x = reopen(&x, 0);
	add(x, 0, 10);
	assert_int_equal(index_snapshot(x, 10, &e), 0);
	add(x, 10, 20);
	assert_int_equal(index_snapshot(x, 20, &e), 0);
	index_free(&x);
}

static void
flip(const char *name, off_t at, int bit)
{
	int fd = openat(dir, name, O_RDWR);
	uint8_t byte;

	assert_int_equal(pread(fd, &byte, 1, at), 1);
	byte ^= (uint8_t)(1U << bit);
	assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	(void)close(fd);
}

static off_t
size_of(const char *name)
{
	struct stat st;

	assert_int_equal(fstatat(dir, name, &st, 0), 0);
	return st.st_size;
}

static void
test_every_flipped_bit_is_found(void **state)
{
	struct index *x = NULL;

	(void)state;
	make_two();
	off_t size = size_of("near.b");
	assert_true(size > 500);
	for (off_t at = 0; at < size; at++) {
		flip("near.b", at, (int)(at % 8));
		x = reopen(&x, 10);
		check(x, 10);
		flip("near.b", at, (int)(at % 8));
	}
	x = reopen(&x, 20);
	check(x, 20);
	index_free(&x);
}

static void
test_every_length_but_the_right_one_is_found(void **state)
{
	struct index *x = NULL;

	(void)state;
	make_two();
	int fd = openat(dir, "near.b", O_RDWR);
	off_t size = size_of("near.b");
	assert_int_equal(ftruncate(fd, size + 1), 0);
	x = reopen(&x, 10);
	for (off_t to = size - 1; to >= 0; to--) {
		assert_int_equal(ftruncate(fd, to), 0);
		x = reopen(&x, 10);
		check(x, 10);
	}
	(void)close(fd);
	index_free(&x);
}

static void
test_two_damaged_ones_mean_from_the_start(void **state)
{
	struct index *x = NULL;
	struct err e;

	(void)state;
	make_two();
	flip("near.a", size_of("near.a") - 20, 3);
	flip("near.b", size_of("near.b") - 20, 3);
	x = reopen(&x, 0);
	check(x, 0);
	/* And are replaced, one after the other. */
	assert_int_equal(index_snapshot(x, 1, &e), 0);
	assert_int_equal(index_snapshot(x, 2, &e), 0);
	assert_int_equal(index_covered(x), 1);
	x = reopen(&x, 2);
	index_free(&x);
}

static void
test_damaged_newest_is_the_one_that_is_replaced(void **state)
{
	struct index *x = NULL;
	struct err e;

	(void)state;
	make_two();
	flip("near.b", size_of("near.b") - 20, 3);
	x = reopen(&x, 10);
	add(x, 10, 30);
	assert_int_equal(index_snapshot(x, 30, &e), 0);
	x = reopen(&x, 30);
	check(x, 30);
	assert_int_equal(unlinkat(dir, "near.b", 0), 0);
	x = reopen(&x, 10);
	check(x, 10);
	index_free(&x);
}

static void
test_other_params_are_refused_naming_both(void **state)
{
	static const struct index_params cases[] = {
		{ "near", "words=7", 3, 8 },
		{ "near", "words=5", 4, 8 },
		{ "near", "words=5", 3, 9 },
	};

	(void)state;
	make_two();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct index *x = NULL;
		uint64_t position;
		struct err e;
		assert_int_equal(index_open(&x, dir, &cases[i], &position, &e),
		    ERR_CONFIG);
		assert_null(x);
		assert_non_null(strstr(e.text, "\"words=5\" (3 keys"));
		assert_non_null(strstr(e.text, cases[i].params));
	}
}

static void
test_failing_disk_leaves_the_old_generations(void **state)
{
	struct index *x = NULL;
	struct err e;

	(void)state;
	make_two();
	x = reopen(&x, 20);
	add(x, 20, 40);
	disk_full = true;
	assert_int_equal(index_snapshot(x, 40, &e), ERR_NOSPACE);
	disk_full = false;
	assert_int_equal(faccessat(dir, "near.tmp", F_OK, 0), -1);
	sync_fails = true;
	assert_int_equal(index_snapshot(x, 40, &e), ERR_IO);
	sync_fails = false;
	x = reopen(&x, 20);
	check(x, 20);
	index_free(&x);
}

/* The five documents of a snapshot, and where their states lie. */
enum { FIVE = 5, STATES_AT = FIVE * (8 + sizeof "doc-00000000" + 8) };

/* Write near.a again with another byte among the states. */
static void
change_state(size_t at, uint8_t to)
{
	struct stream_in in;
	struct stream_out out;
	struct buf header = { 0 }, all = { 0 }, block = { 0 };
	struct err e;

	stream_in_init(&in, openat(dir, "near.a", O_RDONLY));
	assert_true(stream_take_block(&in, &header));
	while (stream_take_block(&in, &block) && block.len > 0)
		buf_append(&all, block.ptr, block.len);
	(void)close(in.fd);
	assert_true(all.len > STATES_AT + at);
	stream_out_init(&out, openat(dir, "near.a", O_WRONLY));
	stream_put(&out, header.ptr, header.len);
	stream_block(&out);
	stream_put(&out, all.ptr, STATES_AT + at);
	stream_put(&out, &to, 1);
	stream_put(&out, all.ptr + STATES_AT + at + 1,
	    all.len - STATES_AT - at - 1);
	assert_int_equal(stream_out_fini(&out, &e), 0);
	(void)close(out.fd);
	stream_in_fini(&in);
	buf_fini(&header);
	buf_fini(&all);
	buf_fini(&block);
}

static void
test_states_are_live_forgotten_and_free(void **state)
{
	static const struct {
		size_t byte;
		uint8_t to;
		bool good;
	} cases[] = {
		{ 0, 0x00, true },  /* all live */
		{ 0, 0x40, true },  /* the fourth is forgotten */
		{ 0, 0x80, true },  /* the fourth is free */
		{ 0, 0xc0, false }, /* of a state that there is not */
		{ 0, 0x03, false },
		{ 1, 0x01, true }, /* the fifth is forgotten */
		{ 1, 0x03, false },
		{ 1, 0x04, false }, /* there is no sixth */
		{ 1, 0x80, false },
	};
	struct index *x = NULL;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		(void)unlinkat(dir, "near.a", 0);
		x = reopen(&x, 0);
		add(x, 0, FIVE);
		assert_int_equal(index_snapshot(x, 9, &e), 0);
		change_state(cases[i].byte, cases[i].to);
		x = reopen(&x, cases[i].good ? 9 : 0);
		assert_int_equal(index_documents(x), cases[i].good ? FIVE : 0);
	}
	index_free(&x);
}

static void
test_forgotten_and_free_are_told_apart(void **state)
{
	struct index *x = NULL;
	struct index_hit hit[8];
	uint64_t key = 5;
	struct err e;

	(void)state;
	x = reopen(&x, 0);
	add(x, 0, FIVE);
	assert_int_equal(index_snapshot(x, 9, &e), 0);
	/* The second is forgotten, the fourth is free. */
	change_state(0, 0x84);
	x = reopen(&x, 9);
	assert_int_equal(index_find(x, &key, 1, hit, 8), FIVE);
	for (uint32_t i = 0; i < FIVE; i++)
		assert_int_equal(hit[i].forgotten, i == 1);
	assert_true(index_forget(x, "doc-00000000"));
	assert_true(index_forget(x, "doc-00000001"));
	assert_true(index_forget(x, "doc-00000004"));
	/* Nobody's id any more. */
	assert_false(index_forget(x, "doc-00000003"));
	assert_int_equal(index_find(x, &key, 1, hit, 8), FIVE);
	for (uint32_t i = 0; i < FIVE; i++)
		assert_int_equal(hit[i].forgotten, i != 2 && i != 3);
	index_free(&x);
}

static void
test_what_is_no_file_is_passed_over(void **state)
{
	struct index *x = NULL;

	(void)state;
	/* Opening it to read would wait for a writer. */
	assert_int_equal(mkfifoat(dir, "near.a", 0600), 0);
	assert_int_equal(mkdirat(dir, "near.b", 0700), 0);
	x = reopen(&x, 0);
	assert_int_equal(unlinkat(dir, "near.a", 0), 0);
	assert_int_equal(symlinkat("/dev/zero", dir, "near.a"), 0);
	x = reopen(&x, 0);
	check(x, 0);
	index_free(&x);
}

/* More than one block of everything. */
static void
test_large(void **state)
{
	struct index *x = NULL;
	struct err e;

	(void)state;
	x = reopen(&x, 0);
	add(x, 0, 200000);
	assert_int_equal(index_snapshot(x, 77, &e), 0);
	x = reopen(&x, 77);
	check(x, 200000);
	add(x, 200000, 200100);
	check(x, 200100);
	index_free(&x);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_generations_take_turns),
		TEST(test_every_flipped_bit_is_found),
		TEST(test_every_length_but_the_right_one_is_found),
		TEST(test_two_damaged_ones_mean_from_the_start),
		TEST(test_damaged_newest_is_the_one_that_is_replaced),
		TEST(test_other_params_are_refused_naming_both),
		TEST(test_failing_disk_leaves_the_old_generations),
		TEST(test_states_are_live_forgotten_and_free),
		TEST(test_forgotten_and_free_are_told_apart),
		TEST(test_what_is_no_file_is_passed_over),
		TEST(test_large),
	};

	/* Hundreds of warnings are meant to be. */
	log_set_level(LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
