/* test_fs.c - whole-file reads and writes, replacing and locking files. */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fs.h"

static char folder[64];
static int dir = -1;

static int
setup(void **state)
{
	struct err e = { 0 };

	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/test_fs.XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	dir = fs_open_dir(AT_FDCWD, folder, &e);
	return dir < 0 ? -1 : 0;
}

static int
teardown(void **state)
{
	struct err e = { 0 };

	(void)state;
	fs_close(&dir);
	return fs_remove_tree(AT_FDCWD, folder, &e);
}

static void
put_file(const char *name, const char *content)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(fs_write_full(fd, content, strlen(content), NULL), 0);
	fs_close(&fd);
	assert_int_equal(fd, -1);
}

static unsigned
count_entries(void)
{
	unsigned n = 0;
	DIR *d = opendir(folder);

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n - 2;
}

static void
test_what_is_written_at_an_offset_is_read_there(void **state)
{
	int fd = openat(dir, "x", O_RDWR | O_CREAT, 0600);
	struct err e = { 0 };
	char got[8] = "";
	size_t n = 0;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(fs_pwrite_full(fd, "abcd", 4, 3, &e), 0);
	assert_int_equal(fs_pread_full(fd, got, 7, 0, &n, &e), 0);
	assert_int_equal(n, 7);
	assert_memory_equal(got, "\0\0\0abcd", 7);
	fs_close(&fd);
}

static void
test_a_short_read_says_how_much_there_was(void **state)
{
	struct err e = { 0 };
	char got[8];
	size_t n = 9;
	int fd;

	(void)state;
	put_file("x", "abc");
	fd = openat(dir, "x", O_RDONLY);
	assert_int_equal(fs_pread_full(fd, got, 8, 1, &n, &e), 0);
	assert_int_equal(n, 2);
	assert_int_equal(fs_pread_full(fd, got, 8, 100, &n, &e), 0);
	assert_int_equal(n, 0);
	assert_int_equal(fs_pread_full(fd, got, 8, 1, NULL, &e), ERR_CORRUPT);
	assert_int_equal(fs_pwrite_full(fd, "x", 1, 0, &e), ERR_IO);
	assert_int_equal(fs_write_full(fd, "x", 1, &e), ERR_IO);
	fs_close(&fd);
}

static void
test_read_file_appends_the_whole_file(void **state)
{
	struct err e = { 0 };
	struct buf b = { 0 };

	(void)state;
	put_file("x", "content");
	buf_append_str(&b, "before ");
	assert_int_equal(fs_read_file(dir, "x", 7, &b, &e), 0);
	assert_string_equal(buf_str(&b), "before content");
	assert_int_equal(fs_read_file(dir, "x", SIZE_MAX, &b, &e), 0);
	assert_string_equal(buf_str(&b), "before contentcontent");
	buf_fini(&b);
}

static void
test_read_file_refuses_what_is_too_long_and_appends_nothing(void **state)
{
	struct err e = { 0 };
	struct buf b = { 0 };

	(void)state;
	put_file("x", "content");
	buf_append_str(&b, "b");
	assert_int_equal(fs_read_file(dir, "x", 6, &b, &e), ERR_INVAL);
	assert_non_null(strstr(e.text, "x: longer than 6 bytes"));
	assert_int_equal(b.len, 1);
	assert_int_equal(fs_read_file(dir, "none", 6, &b, &e), ERR_NOENT);
	assert_int_equal(fs_read_file(dir, ".", 6, &b, &e), ERR_INVAL);
	assert_int_equal(b.len, 1);
	buf_fini(&b);
}

/* Files of /proc say that they are empty. */
static void
test_read_file_does_not_trust_the_size(void **state)
{
	struct err e = { 0 };
	struct buf b = { 0 };

	(void)state;
	assert_int_equal(fs_read_file(AT_FDCWD, "/proc/self/status", 1 << 20,
			     &b, &e),
	    0);
	assert_true(b.len > 100);
	buf_fini(&b);
}

static void
test_replace_makes_or_replaces_and_leaves_nothing_else(void **state)
{
	struct err e = { 0 };
	struct buf b = { 0 };
	struct stat st;

	(void)state;
	assert_int_equal(fs_replace_file(dir, "x", "one", 3, 0600, &e), 0);
	assert_int_equal(fs_replace_file(dir, "x", "two!", 4, 0600, &e), 0);
	assert_int_equal(fs_read_file(dir, "x", 100, &b, &e), 0);
	assert_string_equal(buf_str(&b), "two!");
	assert_int_equal(fstatat(dir, "x", &st, 0), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(count_entries(), 1);
	buf_fini(&b);
}

static void
test_replace_works_below_a_path(void **state)
{
	struct err e = { 0 };
	struct stat st;
	char *path = fs_join(folder, "sub/y");

	(void)state;
	assert_int_equal(fs_mkdirs(dir, "sub", 0700, &e), 0);
	assert_int_equal(fs_replace_file(AT_FDCWD, path, "", 0, 0600, &e), 0);
	assert_int_equal(fstatat(dir, "sub/y", &st, 0), 0);
	assert_int_equal(st.st_size, 0);
	free(path);
}

static void
test_a_failed_replace_leaves_the_old_file(void **state)
{
	struct err e = { 0 };

	(void)state;
	assert_int_equal(fs_mkdirs(dir, "taken/full", 0700, &e), 0);
	assert_true(fs_replace_file(dir, "taken", "x", 1, 0600, &e) < 0);
	assert_non_null(strstr(e.text, "replace taken: rename: "));
	assert_int_equal(count_entries(), 1);
	assert_int_equal(fs_replace_file(dir, "none/x", "x", 1, 0600, &e),
	    ERR_NOENT);
}

static void
test_leftovers_of_a_crash_do_not_stop_a_replace(void **state)
{
	struct err e = { 0 };
	char left[64];

	(void)state;
	snprintf(left, sizeof(left), ".replace-%ld-0.tmp", (long)gettid());
	put_file(left, "half");
	assert_int_equal(fs_replace_file(dir, "x", "one", 3, 0600, &e), 0);
	assert_int_equal(count_entries(), 2);
}

/* In a child: the exit status is the negated code of the attempt. */
static int
lock_in_child(void)
{
	struct err e = { 0 };
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		char held[64];
		int fd = fs_lock_file(dir, "lock", &e);

		snprintf(held, sizeof(held), "held by process %ld",
		    (long)getppid());
		if (fd == ERR_BUSY && !strstr(e.text, held))
			_exit(99);
		_exit(fd < 0 ? -fd : 0);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return -WEXITSTATUS(status);
}

static void
test_a_lock_is_held_until_closed_and_names_its_holder(void **state)
{
	struct err e = { 0 };
	struct buf b = { 0 };
	char pid[32];
	int fd;

	(void)state;
	put_file("lock", "99999999999999 a longer line than any pid\n");
	fd = fs_lock_file(dir, "lock", &e);
	assert_true(fd >= 0);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(fs_read_file(dir, "lock", 100, &b, &e), 0);
	snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());
	assert_string_equal(buf_str(&b), pid);
	assert_int_equal(lock_in_child(), ERR_BUSY);
	assert_int_equal(fs_lock_file(dir, "lock", &e), ERR_BUSY);
	fs_close(&fd);
	assert_int_equal(lock_in_child(), 0);
	buf_fini(&b);
}

static void
test_a_removed_lock_file_is_no_lock(void **state)
{
	struct err e = { 0 };
	int a, b;

	(void)state;
	a = fs_lock_file(dir, "lock", &e);
	assert_int_equal(unlinkat(dir, "lock", 0), 0);
	b = fs_lock_file(dir, "lock", &e);
	assert_true(a >= 0 && b >= 0);
	fs_close(&a);
	fs_close(&b);
}

static void
test_join(void **state)
{
	static const char *const cases[][3] = {
		{ "a", "b", "a/b" },
		{ "a/", "b", "a/b" },
		{ "a", "/b", "/b" },
		{ "", "b", "b" },
		{ "/", "b", "/b" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *got = fs_join(cases[i][0], cases[i][1]);

		assert_string_equal(got, cases[i][2]);
		free(got);
	}
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_what_is_written_at_an_offset_is_read_there),
		T(test_a_short_read_says_how_much_there_was),
		T(test_read_file_appends_the_whole_file),
		T(test_read_file_refuses_what_is_too_long_and_appends_nothing),
		T(test_read_file_does_not_trust_the_size),
		T(test_replace_makes_or_replaces_and_leaves_nothing_else),
		T(test_replace_works_below_a_path),
		T(test_a_failed_replace_leaves_the_old_file),
		T(test_leftovers_of_a_crash_do_not_stop_a_replace),
		T(test_a_lock_is_held_until_closed_and_names_its_holder),
		T(test_a_removed_lock_file_is_no_lock),
		cmocka_unit_test(test_join),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
