/* test_arrival_event.c - every way in which a file or folder can come. */
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "arrival_help.h"
#include "base/clock.h"
#include "base/fs.h"

/* Every way of the table "facts about arrival". */

static void
by_copy(const struct drop *d)
{
	drop_put(d, "x", "copied");
}

static void
by_touch(const struct drop *d)
{
	drop_put(d, "x", "");
}

static void
by_rename(const struct drop *d)
{
	drop_move_in(d, "x", "renamed");
}

static void
by_rename_within(const struct drop *d)
{
	char from[PATH_MAX], to[PATH_MAX];

	drop_put(d, "x.part", "upload");
	snprintf(from, sizeof(from), "%s/x.part", d->path);
	snprintf(to, sizeof(to), "%s/x", d->path);
	assert_int_equal(rename(from, to), 0);
}

static void
by_linkat(const struct drop *d)
{
	int fd = open(d->path, O_TMPFILE | O_WRONLY, 0644);
	char link[64], to[PATH_MAX];

	if (fd < 0)
		skip();
	assert_int_equal(fs_write_full(fd, "tmpfile", 7, NULL), 0);
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	snprintf(to, sizeof(to), "%s/x", d->path);
	assert_int_equal(linkat(AT_FDCWD, link, AT_FDCWD, to,
			     AT_SYMLINK_FOLLOW),
	    0);
	close(fd);
}

static void
by_link_then_unlink(const struct drop *d)
{
	char from[PATH_MAX], to[PATH_MAX];
	int fd;

	snprintf(from, sizeof(from), "%s/from", d->move);
	snprintf(to, sizeof(to), "%s/x", d->path);
	fd = open(from, O_WRONLY | O_CREAT, 0644);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(link(from, to), 0);
	assert_int_equal(unlink(from), 0);
}

static void
by_closing_twice(const struct drop *d)
{
	char path[PATH_MAX];
	int fd;

	drop_put(d, "x", "one");
	snprintf(path, sizeof(path), "%s/x", d->path);
	fd = open(path, O_WRONLY | O_APPEND);
	assert_int_equal(fs_write_full(fd, "two", 3, NULL), 0);
	close(fd);
}

static void
by_truncate(const struct drop *d)
{
	char path[PATH_MAX];

	drop_put(d, "x", "longer");
	snprintf(path, sizeof(path), "%s/x", d->path);
	assert_int_equal(truncate(path, 2), 0);
}

static void
by_killed_writer(const struct drop *d)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		char path[PATH_MAX];
		int fd;

		snprintf(path, sizeof(path), "%s/x", d->path);
		fd = open(path, O_WRONLY | O_CREAT, 0644);
		if (fd < 0 || write(fd, "half", 4) != 4)
			_exit(1);
		kill(getpid(), SIGKILL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
}

static void
by_fallocate(const struct drop *d)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/x", d->path);
	fd = open(path, O_WRONLY | O_CREAT, 0644);
	assert_true(fd >= 0);
	assert_int_equal(posix_fallocate(fd, 0, 1 << 20), 0);
	close(fd);
}

static void
each_way(void **state)
{
	static void (*const ways[])(const struct drop *) = { by_copy, by_touch,
		by_rename, by_rename_within, by_linkat, by_link_then_unlink,
		by_closing_twice, by_truncate, by_killed_writer, by_fallocate };

	(void)state;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		struct world w;

		world_make(&w, 1);
		w.drop[0].watch.settle_ms = 20;
		world_start(&w);
		world_take_all(&w);
		assert_int_equal(w.n_got, 0);
		ways[i](&w.drop[0]);
		world_take_until(&w, 1);
		world_assert_got(&w, 0, "0 x");
		world_take_all(&w);
		assert_int_equal(w.n_got, 1);
		world_stop(&w);
	}
}

static void
moved_in_folder_is_looked_into(void **state)
{
	char from[PATH_MAX], to[PATH_MAX], path[PATH_MAX + 16];
	struct world w;

	(void)state;
	world_make(&w, 1);
	w.drop[0].watch.recursive = true;
	world_start(&w);
	world_take_all(&w);
	snprintf(from, sizeof(from), "%s/dir", w.drop[0].move);
	snprintf(to, sizeof(to), "%s/dir", w.drop[0].path);
	snprintf(path, sizeof(path), "%s/sub", from);
	assert_int_equal(mkdir(from, 0755), 0);
	assert_int_equal(mkdir(path, 0755), 0);
	snprintf(path, sizeof(path), "%s/sub/x", from);
	close(open(path, O_WRONLY | O_CREAT, 0644));
	assert_int_equal(rename(from, to), 0);
	world_take_until(&w, 1);
	world_assert_got(&w, 0, "0 dir/sub/x");
	/* And it is watched now, under its name. */
	drop_move_in(&w.drop[0], "dir/sub/y", "later");
	world_take_until(&w, 2);
	world_assert_got(&w, 1, "0 dir/sub/y");
	/* Also under its next name. */
	snprintf(from, sizeof(from), "%s/other", w.drop[0].path);
	assert_int_equal(rename(to, from), 0);
	world_take_until(&w, 4);
	drop_move_in(&w.drop[0], "other/sub/z", "last");
	world_take_until(&w, 5);
	world_assert_got(&w, 4, "0 other/sub/z");
	world_take_all(&w);
	world_stop(&w);
}

static void
folders_made_one_in_another_lose_nothing(void **state)
{
	struct world w;
	char name[64];

	(void)state;
	world_make(&w, 1);
	w.drop[0].watch.recursive = true;
	world_start(&w);
	world_take_all(&w);
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "d%d", i);
		drop_mkdir(&w.drop[0], name);
		snprintf(name, sizeof(name), "d%d/e", i);
		drop_mkdir(&w.drop[0], name);
		snprintf(name, sizeof(name), "d%d/e/x", i);
		drop_put(&w.drop[0], name, "x");
		if (i % 7 == 0)
			uv_run(&w.loop, UV_RUN_NOWAIT);
	}
	world_take_until(&w, 100);
	world_stop(&w);
}

static void
overflow_of_the_queue_loses_nothing(void **state)
{
	enum { FILES = 17000 };
	struct arrival_stats stats;
	struct world w;
	char name[16];

	(void)state;
	world_make(&w, 1);
	/* So many files are made faster in memory. */
	if (access("/dev/shm", W_OK) == 0) {
		drop_remove(&w.drop[0]);
		drop_make_in(&w.drop[0], "/dev/shm");
	}
	world_start(&w);
	world_take_all(&w);
	for (int i = 0; i < FILES; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		close(openat(w.drop[0].folder.fd, name, O_WRONLY | O_CREAT,
		    0644));
	}
	world_take_until(&w, FILES);
	arrival_stats(w.a, &w.drop[0].folder, &stats);
	assert_true(stats.overflows > 0);
	assert_true(stats.found_by_scan > 0);
	world_stop(&w);
}

static void
slow_writer_is_not_cut(void **state)
{
	struct world w;
	uint64_t until;
	int fd;

	(void)state;
	world_make(&w, 1);
	w.drop[0].watch.settle_ms = 10;
	world_start(&w);
	world_take_all(&w);
	fd = openat(w.drop[0].folder.fd, "x", O_WRONLY | O_CREAT, 0644);
	assert_int_equal(fs_write_full(fd, "half", 4, NULL), 0);
	/* It pauses for much longer than settle. */
	until = clock_monotonic_ms() + 150;
	while (clock_monotonic_ms() < until) {
		assert_false(world_take(&w));
		uv_run(&w.loop, UV_RUN_ONCE);
	}
	assert_int_equal(fs_write_full(fd, "half", 4, NULL), 0);
	close(fd);
	world_take_until(&w, 1);
	world_stop(&w);
}

static void
linked_file_waits_for_its_other_name(void **state)
{
	char from[PATH_MAX], to[PATH_MAX];
	struct world w;
	uint64_t until;

	(void)state;
	world_make(&w, 1);
	world_start(&w);
	world_take_all(&w);
	snprintf(from, sizeof(from), "%s/from", w.drop[0].move);
	snprintf(to, sizeof(to), "%s/x", w.drop[0].path);
	close(open(from, O_WRONLY | O_CREAT, 0644));
	assert_int_equal(link(from, to), 0);
	until = clock_monotonic_ms() + 50;
	while (clock_monotonic_ms() < until) {
		assert_false(world_take(&w));
		uv_run(&w.loop, UV_RUN_ONCE);
	}
	assert_false(arrival_idle(w.a));
	assert_int_equal(unlink(from), 0);
	world_take_until(&w, 1);
	world_stop(&w);
}

static void
forget(struct world *w, const char *key)
{
	assert_non_null(map_put(w->known, key, strlen(key), NULL));
}

static void
newer_file_under_a_known_name_comes_later(void **state)
{
	struct world w;

	(void)state;
	world_make(&w, 1);
	world_start(&w);
	drop_move_in(&w.drop[0], "x", "first");
	world_take_until(&w, 1);
	drop_move_in(&w.drop[0], "x", "second");
	uv_run(&w.loop, UV_RUN_NOWAIT);
	assert_false(world_take(&w));
	forget(&w, "0 x");
	world_take_until(&w, 2);
	world_stop(&w);
}

static void
done_file_and_sidecar_let_their_file_in(void **state)
{
	struct world w;

	(void)state;
	world_make(&w, 1);
	w.drop[0].watch.done_file = ".done";
	w.drop[0].watch.sha256_sidecar = true;
	world_start(&w);
	world_take_all(&w);
	drop_put(&w.drop[0], "x", "x");
	world_take_all(&w);
	drop_put(&w.drop[0], "x.sha256",
	    "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
	    "  x\n");
	world_take_all(&w);
	assert_int_equal(w.n_got, 0);
	drop_put(&w.drop[0], "x.done", "");
	world_take_until(&w, 1);
	world_assert_got(&w, 0, "0 x");
	arrival_rescan(w.a);
	world_take_all(&w);
	assert_int_equal(w.n_got, 1);
	world_stop(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_way),
		cmocka_unit_test(moved_in_folder_is_looked_into),
		cmocka_unit_test(folders_made_one_in_another_lose_nothing),
		cmocka_unit_test(overflow_of_the_queue_loses_nothing),
		cmocka_unit_test(slow_writer_is_not_cut),
		cmocka_unit_test(linked_file_waits_for_its_other_name),
		cmocka_unit_test(newer_file_under_a_known_name_comes_later),
		cmocka_unit_test(done_file_and_sidecar_let_their_file_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
