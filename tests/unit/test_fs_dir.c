/* test_fs_dir.c - folders: made, opened, synced and removed; free space. */
#include <fcntl.h>
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

#include "base/fs.h"

static char folder[64];
static int dir = -1;

static int
setup(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/test_fs_dir.XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	dir = fs_open_dir(AT_FDCWD, folder, NULL);
	return dir < 0 ? -1 : 0;
}

static int
teardown(void **state)
{
	(void)state;
	fs_close(&dir);
	return fs_remove_tree(AT_FDCWD, folder, NULL);
}

static bool
exists(const char *path)
{
	struct stat st;

	return fstatat(dir, path, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

static void
put_file(const char *path)
{
	int fd = openat(dir, path, O_WRONLY | O_CREAT, 0600);

	assert_true(fd >= 0);
	fs_close(&fd);
}

static void
test_mkdirs_makes_what_is_missing(void **state)
{
	struct err e = { 0 };
	char *path = fs_join(folder, "p/q/");

	(void)state;
	assert_int_equal(fs_mkdirs(dir, "a/b//c", 0700, &e), 0);
	assert_true(exists("a/b/c"));
	assert_int_equal(fs_mkdirs(dir, "a/b/c", 0700, &e), 0);
	assert_int_equal(fs_mkdirs(AT_FDCWD, path, 0700, &e), 0);
	assert_true(exists("p/q"));
	assert_int_equal(fs_mkdirs(dir, "", 0700, &e), 0);
	free(path);
}

static void
test_mkdirs_follows_links_to_folders(void **state)
{
	struct err e = { 0 };

	(void)state;
	assert_int_equal(fs_mkdirs(dir, "real", 0700, &e), 0);
	assert_int_equal(symlinkat("real", dir, "link"), 0);
	assert_int_equal(fs_mkdirs(dir, "link/sub", 0700, &e), 0);
	assert_true(exists("real/sub"));
}

static void
test_mkdirs_names_what_is_in_the_way(void **state)
{
	struct err e = { 0 };

	(void)state;
	put_file("f");
	assert_int_equal(fs_mkdirs(dir, "f/x", 0700, &e), ERR_NOENT);
	assert_string_equal(e.text, "make folder f/x: f: Not a directory");
	assert_int_equal(fs_mkdirs(dir, "f", 0700, &e), ERR_NOENT);
	assert_int_equal(fs_mkdirs(dir, "f/x", 0700, NULL), ERR_NOENT);
}

static void
test_open_dir_takes_folders_only(void **state)
{
	struct err e = { 0 };
	int fd = fs_open_dir(dir, ".", &e);

	(void)state;
	assert_true(fd >= 0);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	fs_close(&fd);
	put_file("f");
	assert_true(fs_open_dir(dir, "f", &e) < 0);
	assert_int_equal(fs_open_dir(dir, "none", &e), ERR_NOENT);
}

static void
test_parents_are_found(void **state)
{
	static const char *const inside[] = { "a/x", "a/x/", "a//x", "a/x//" };
	struct stat want, got;

	(void)state;
	assert_int_equal(fs_mkdirs(dir, "a", 0700, NULL), 0);
	assert_int_equal(fstatat(dir, "a", &want, 0), 0);
	for (size_t i = 0; i < sizeof(inside) / sizeof(inside[0]); i++) {
		int fd = fs_open_parent(dir, inside[i], NULL);

		assert_true(fd >= 0);
		assert_int_equal(fstat(fd, &got), 0);
		assert_int_equal(got.st_ino, want.st_ino);
		fs_close(&fd);
	}
}

static void
test_folders_can_be_synced(void **state)
{
	struct err e = { 0 };

	(void)state;
	assert_int_equal(fs_sync_dir(dir, folder, &e), 0);
	assert_int_equal(fs_sync_dir(AT_FDCWD, ".", &e), 0);
	assert_int_equal(fs_sync_parent(dir, "x", &e), 0);
	assert_int_equal(fs_sync_parent(AT_FDCWD, folder, &e), 0);
	assert_int_equal(fs_sync_parent(dir, "none/x", &e), ERR_NOENT);
	assert_int_equal(fs_sync_dir(-1, "x", &e), ERR_IO);
}

static void
test_a_tree_is_removed_whole(void **state)
{
	struct err e = { 0 };

	(void)state;
	assert_int_equal(fs_mkdirs(dir, "t/a/b", 0700, &e), 0);
	put_file("t/f");
	put_file("t/a/g");
	put_file("t/a/b/.h");
	assert_int_equal(fs_remove_tree(dir, "t", &e), 0);
	assert_false(exists("t"));
	assert_int_equal(fs_remove_tree(dir, "t", &e), 0);
	assert_int_equal(fs_remove_tree(-1, "t", NULL), ERR_IO);
	put_file("single");
	assert_int_equal(fs_remove_tree(dir, "single", &e), 0);
	assert_false(exists("single"));
}

static void
test_links_are_removed_not_followed(void **state)
{
	struct err e = { 0 };

	(void)state;
	assert_int_equal(fs_mkdirs(dir, "keep", 0700, &e), 0);
	put_file("keep/f");
	assert_int_equal(fs_mkdirs(dir, "t", 0700, &e), 0);
	assert_int_equal(symlinkat("../keep", dir, "t/link"), 0);
	assert_int_equal(fs_remove_tree(dir, "t", &e), 0);
	assert_false(exists("t"));
	assert_true(exists("keep/f"));
}

static void
test_free_space_is_known(void **state)
{
	uint64_t bytes = 0, inodes = 0;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(fs_free_space(dir, &bytes, &inodes, &e), 0);
	assert_true(bytes > 0);
	assert_true(inodes > 0);
	assert_int_equal(fs_free_space(-1, &bytes, &inodes, &e), ERR_IO);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_mkdirs_makes_what_is_missing),
		T(test_mkdirs_follows_links_to_folders),
		T(test_mkdirs_names_what_is_in_the_way),
		T(test_open_dir_takes_folders_only),
		T(test_parents_are_found),
		T(test_folders_can_be_synced),
		T(test_a_tree_is_removed_whole),
		T(test_links_are_removed_not_followed),
		T(test_free_space_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
