/* test_arrival.c - files that come into a folder in every way are given out,
 * each once. */
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
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/hash.h"
#include "folder_help.h"
#include "role/arrival.h"

enum { DEADLINE_MS = 20000, FOLDERS = 3 };

struct world {
	struct drop drop[FOLDERS];
	size_t n;
	uv_loop_t loop;
	struct arrival *a;
	bool retire; /* what was given out is moved away at once */
	struct map *known;
	char *got[64]; /* "FOLDER PATH", the first of them */
	size_t n_got;
	unsigned ready;
	bool closed;
};

static void
on_ready(void *arg)
{
	((struct world *)arg)->ready++;
}

static bool
on_known(void *arg, const struct folder *f, const char *path)
{
	struct world *w = arg;
	char key[PATH_MAX + 16];

	snprintf(key, sizeof(key), "%u %s", f->number, path);
	return map_get(w->known, key, strlen(key)) != NULL;
}

static void
on_closed(void *arg)
{
	((struct world *)arg)->closed = true;
}

static void
start_bounded(struct world *w, size_t scan_bytes, size_t pending_bytes)
{
	struct arrival_callbacks cb = { w, on_ready, on_known };

	assert_int_equal(uv_loop_init(&w->loop), 0);
	w->known = map_new();
	w->a = arrival_new(&w->loop, &cb);
	arrival_set_bounds(w->a, scan_bytes, pending_bytes);
	for (size_t i = 0; i < w->n; i++) {
		drop_open(&w->drop[i]);
		w->drop[i].folder.number = (uint32_t)i;
		w->drop[i].folder.pipeline = (uint32_t)i;
		assert_int_equal(arrival_add(w->a, &w->drop[i].folder, NULL),
		    0);
	}
}

static void
start(struct world *w)
{
	start_bounded(w, SCAN_PASS_BYTES, ARRIVAL_PENDING_BYTES);
}

static void
make(struct world *w, size_t n)
{
	memset(w, 0, sizeof(*w));
	w->n = n;
	for (size_t i = 0; i < n; i++)
		drop_make(&w->drop[i]);
}

static void
stop(struct world *w)
{
	arrival_close(w->a, on_closed, w);
	uv_run(&w->loop, UV_RUN_DEFAULT);
	assert_true(w->closed);
	assert_int_equal(uv_loop_close(&w->loop), 0);
	map_free(&w->known);
	for (size_t i = 0; i < w->n_got && i < 64; i++)
		free(w->got[i]);
	for (size_t i = 0; i < w->n; i++)
		drop_remove(&w->drop[i]);
}

static bool
take(struct world *w)
{
	struct claimed c = { .fd = -1 };
	struct folder *f;
	const char *path;
	char key[PATH_MAX + 16];

	if (!arrival_next(w->a, &f, &path, &c))
		return false;
	assert_true(c.fd >= 0);
	close(c.fd);
	snprintf(key, sizeof(key), "%u %s", f->number, path);
	assert_null(map_put(w->known, key, strlen(key), w));
	if (w->n_got < 64)
		w->got[w->n_got] = strdup(key);
	w->n_got++;
	if (w->retire) {
		assert_int_equal(unlinkat(f->fd, path, 0), 0);
		map_put(w->known, key, strlen(key), NULL);
	}
	return true;
}

/* Until n files were given out, or the deadline. */
static void
take_until(struct world *w, size_t n)
{
	uint64_t end = clock_monotonic_ms() + DEADLINE_MS;

	while (w->n_got < n && clock_monotonic_ms() < end) {
		if (!take(w))
			uv_run(&w->loop, UV_RUN_ONCE);
	}
	assert_int_equal(w->n_got, n);
}

/* Until nothing is left to be expected. */
static void
take_all(struct world *w)
{
	uint64_t end = clock_monotonic_ms() + DEADLINE_MS;

	do {
		uv_run(&w->loop, UV_RUN_NOWAIT);
		while (take(w))
			;
	} while (!arrival_idle(w->a) && clock_monotonic_ms() < end);
	assert_true(arrival_idle(w->a));
}

static void
assert_got(const struct world *w, size_t at, const char *expected)
{
	assert_true(at < w->n_got);
	assert_string_equal(w->got[at], expected);
}

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

		make(&w, 1);
		w.drop[0].watch.settle_ms = 20;
		start(&w);
		take_all(&w);
		assert_int_equal(w.n_got, 0);
		ways[i](&w.drop[0]);
		take_until(&w, 1);
		assert_got(&w, 0, "0 x");
		take_all(&w);
		assert_int_equal(w.n_got, 1);
		stop(&w);
	}
}

static void
files_that_were_there_come_in_byte_order(void **state)
{
	static const char *const order[] = { "0 -a", "0 A", "0 a", "0 a-b",
		"0 a/b", "0 a/b-", "0 a0", "0 b\nc", "0 \xff\xfe" };
	struct world w;

	(void)state;
	make(&w, 1);
	w.drop[0].watch.recursive = true;
	drop_mkdir(&w.drop[0], "a");
	for (size_t i = sizeof(order) / sizeof(order[0]); i-- > 0;)
		if (strcmp(order[i], "0 a") != 0)
			drop_put(&w.drop[0], order[i] + 2, "x");
	start(&w);
	take_all(&w);
	assert_int_equal(w.n_got, sizeof(order) / sizeof(order[0]) - 1);
	for (size_t i = 0, at = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (strcmp(order[i], "0 a") != 0)
			assert_got(&w, at++, order[i]);
	stop(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_way),
		cmocka_unit_test(files_that_were_there_come_in_byte_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
