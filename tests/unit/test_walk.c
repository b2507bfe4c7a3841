/* test_walk.c - the files of a folder in byte order of their relative paths. */
#include "role/walk.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fs.h"

#include <cmocka.h>

static void
make(int dirfd, const char *path)
{
	struct err e;
	int fd;

	if (path[strlen(path) - 1] == '/') {
		assert_int_equal(fs_mkdirs(dirfd, path, 0755, &e), 0);
		return;
	}
	fd = openat(dirfd, path, O_CREAT | O_WRONLY, 0644);
	assert_true(fd >= 0);
	close(fd);
}

static void
test_paths_come_in_byte_order_and_hidden_ones_not(void **state)
{
	static const char *const names[] = { "a/", "a/b", "a/c/", "a/c/d",
		"a-b", "a0", "z", ".hidden", ".lavoir/", ".lavoir/x", "empty/",
		"B" };
	char folder[] = "/tmp/test_walk.XXXXXX";
	struct buf all = { 0 };
	struct err e = { 0 };
	const char *path;
	struct walk *w;
	int fd;

	(void)state;
	assert_non_null(mkdtemp(folder));
	fd = open(folder, O_RDONLY | O_DIRECTORY);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		make(fd, names[i]);
	assert_int_equal(symlinkat("z", fd, "link"), 0);
	assert_int_equal(mkfifoat(fd, "fifo", 0600), 0);
	w = walk_new(fd);
	while ((path = walk_next(w, &e)))
		buf_printf(&all, "%s\n", path);
	assert_int_equal(e.code, 0);
	assert_string_equal(buf_str(&all), "B\na-b\na/b\na/c/d\na0\nz\n");
	walk_free(&w);
	buf_fini(&all);
	close(fd);
	assert_int_equal(fs_remove_tree(AT_FDCWD, folder, &e), 0);
}

static void
test_a_walk_can_end_in_the_middle(void **state)
{
	char folder[] = "/tmp/test_walk.XXXXXX";
	struct err e = { 0 };
	struct walk *w;
	int fd;

	(void)state;
	assert_non_null(mkdtemp(folder));
	fd = open(folder, O_RDONLY | O_DIRECTORY);
	make(fd, "d/");
	make(fd, "d/1");
	make(fd, "d/2");
	make(fd, "e");
	w = walk_new(fd);
	assert_string_equal(walk_next(w, &e), "d/1");
	walk_free(&w);
	close(fd);
	assert_int_equal(fs_remove_tree(AT_FDCWD, folder, &e), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_paths_come_in_byte_order_and_hidden_ones_not),
		cmocka_unit_test(test_a_walk_can_end_in_the_middle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
