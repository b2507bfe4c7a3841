/* test_scan.c - the smallest paths behind a given one, in byte order. */
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
#include "folder_help.h"
#include "role/scan.h"

static struct scan_list
scan(const struct drop *d, const char *below, const char *after, size_t max)
{
	struct scan_request q = { .fd = d->folder.fd,
		.watch = &d->watch,
		.below = below,
		.after = after,
		.bytes_max = max };
	struct scan_list l;

	assert_int_equal(scan_run(&q, &l), 0);
	return l;
}

static void
make_numbered(const struct drop *d, int n)
{
	char name[32];

	for (int i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "%05d", (int)(i * 7919L % n));
		close(openat(d->folder.fd, name, O_WRONLY | O_CREAT, 0644));
	}
}

static void
paths_as_a_whole_are_in_byte_order(void **state)
{
	static const char *const order[] = { "a", "a-b", "b/a-/x", "b/a/x",
		"b/a0", "b0", "\xc3\xa9", "\xff" };
	struct scan_list l;
	struct drop d;

	(void)state;
	drop_make(&d);
	d.watch.recursive = true;
	drop_open(&d);
	drop_mkdir(&d, "b");
	drop_mkdir(&d, "b/a-");
	drop_mkdir(&d, "b/a");
	for (size_t i = sizeof(order) / sizeof(order[0]); i-- > 0;)
		drop_put(&d, order[i], "");
	l = scan(&d, "", NULL, 1 << 20);
	assert_int_equal(l.n, sizeof(order) / sizeof(order[0]));
	assert_int_equal(l.dirs, 4);
	assert_false(l.more);
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		assert_string_equal(scan_list_peek(&l), order[i]);
		l.at++;
	}
	assert_null(scan_list_peek(&l));
	scan_list_fini(&l);
	l = scan(&d, "b/a", NULL, 4096);
	assert_int_equal(l.n, 1);
	assert_string_equal(scan_list_peek(&l), "b/a/x");
	scan_list_fini(&l);
	d.watch.recursive = false;
	l = scan(&d, "", "a-b", 4096);
	assert_int_equal(l.n, 3);
	assert_string_equal(scan_list_peek(&l), "b0");
	scan_list_fini(&l);
	drop_remove(&d);
}

static void
bounded_passes_follow_each_other(void **state)
{
	enum { FILES = 3000 };
	static const size_t bounds[] = { 1, 10, 100, 1000, 10000, 100000 };
	struct drop d;

	(void)state;
	drop_make(&d);
	drop_open(&d);
	make_numbered(&d, FILES);
	for (size_t b = 2; b < sizeof(bounds) / sizeof(bounds[0]); b++) {
		char after[32] = "", expected[32];
		int next = 0, end = bounds[b] < 1000 ? 200 : FILES;
		bool more = true;

		while (more && next < end) {
			struct scan_list l = scan(&d, "", after, bounds[b]);

			assert_true(l.n > 0);
			assert_true(l.n * 10 <= bounds[b]);
			assert_int_equal(l.names, FILES);
			for (; scan_list_peek(&l); l.at++) {
				snprintf(expected, sizeof(expected), "%05d",
				    next++);
				assert_string_equal(scan_list_peek(&l),
				    expected);
			}
			snprintf(after, sizeof(after), "%05d", next - 1);
			more = l.more;
			scan_list_fini(&l);
		}
		assert_true(next >= end);
		assert_int_equal(more, next < FILES);
	}
	/* Never none at all, or no pass would ever end. */
	for (size_t b = 0; b < 2; b++) {
		struct scan_list l = scan(&d, "", NULL, bounds[b]);

		assert_int_equal(l.n, 1);
		assert_string_equal(scan_list_peek(&l), "00000");
		assert_true(l.more);
		scan_list_fini(&l);
	}
	drop_remove(&d);
}

static void
links_are_not_followed_and_own_folder_is_not_entered(void **state)
{
	struct scan_list l;
	struct drop d;

	(void)state;
	drop_make(&d);
	d.watch.recursive = d.watch.hidden = true;
	drop_open(&d);
	drop_put(&d, ".lavoir/done/x", "");
	drop_put(&d, "a.part", "");
	drop_put(&d, ".h", "");
	assert_int_equal(symlinkat("/etc", d.folder.fd, "etc"), 0);
	assert_int_equal(symlinkat(".h", d.folder.fd, "link"), 0);
	assert_int_equal(mkfifoat(d.folder.fd, "fifo", 0644), 0);
	l = scan(&d, "", NULL, 4096);
	assert_int_equal(l.n, 1);
	assert_string_equal(scan_list_peek(&l), ".h");
	scan_list_fini(&l);
	drop_remove(&d);
}

static void
folder_too_deep_is_said_and_the_rest_listed(void **state)
{
	struct scan_list l;
	struct drop d;
	int at;

	(void)state;
	drop_make(&d);
	d.watch.recursive = true;
	drop_open(&d);
	drop_put(&d, "z", "");
	at = dup(d.folder.fd);
	for (int i = 0; i < SCAN_DEPTH_MAX + 3; i++) {
		int next;

		assert_int_equal(mkdirat(at, "d", 0755), 0);
		next = openat(at, "d", O_RDONLY | O_DIRECTORY);
		close(openat(next, "f", O_WRONLY | O_CREAT, 0644));
		close(at);
		at = next;
	}
	close(at);
	l = scan(&d, "", NULL, 1 << 20);
	assert_int_equal(l.n, SCAN_DEPTH_MAX);
	assert_int_equal(l.denied, 1);
	assert_true(l.err.code < 0);
	scan_list_fini(&l);
	drop_remove(&d);
}

static void
missing_folder_is_an_error(void **state)
{
	struct scan_request q = { .below = "gone", .bytes_max = 4096 };
	struct scan_list l;
	struct drop d;

	(void)state;
	drop_make(&d);
	drop_open(&d);
	q.fd = d.folder.fd;
	q.watch = &d.watch;
	assert_int_equal(scan_run(&q, &l), ERR_NOENT);
	scan_list_fini(&l);
	drop_remove(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_as_a_whole_are_in_byte_order),
		cmocka_unit_test(bounded_passes_follow_each_other),
		cmocka_unit_test(
		    links_are_not_followed_and_own_folder_is_not_entered),
		cmocka_unit_test(folder_too_deep_is_said_and_the_rest_listed),
		cmocka_unit_test(missing_folder_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
