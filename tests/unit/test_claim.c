/* test_claim.c - what may be taken, and what is said of the rest. */
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
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fs.h"
#include "folder_help.h"
#include "role/beneath.h"
#include "role/claim.h"

#define HEX "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"

static struct drop d;

static int
setup(void **state)
{
	(void)state;
	drop_make(&d);
	d.watch.recursive = true;
	drop_open(&d);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	drop_remove(&d);
	return 0;
}

static int
try(const char *path, struct claim_look *look)
{
	struct claimed c = { .fd = -1 };
	int code = claim_try(&d.folder, path, look, &c);

	assert_int_equal(code == CLAIM_YES, c.fd >= 0);
	assert_int_equal(code == CLAIM_YES, look->detail[0] == '\0');
	fs_close(&c.fd);
	return code;
}

static int
try_hint(const char *path, int hint)
{
	struct claim_look look = { .hint = hint };

	return try(path, &look);
}

static void
complete_file_is_taken_with_its_witness(void **state)
{
	struct claim_look look = { .hint = CLAIM_CLOSED };
	struct claimed c;
	struct stat st;
	char byte;

	(void)state;
	drop_put(&d, "x", "abc");
	assert_int_equal(claim_try(&d.folder, "x", &look, &c), CLAIM_YES);
	assert_int_equal(fstat(c.fd, &st), 0);
	assert_int_equal(c.witness.inode, st.st_ino);
	assert_int_equal(c.witness.size, 3);
	assert_int_equal(read(c.fd, &byte, 1), 1);
	assert_int_equal(byte, 'a');
	assert_int_equal(write(c.fd, "x", 1), -1);
	close(c.fd);
	assert_int_equal(claim_try(&d.folder, "x", &look, NULL), CLAIM_YES);
	assert_int_equal(try_hint("y", 0), CLAIM_GONE);
	assert_int_equal(try_hint("a/y", 0), CLAIM_GONE);
}

static void
young_file_settles(void **state)
{
	struct claim_look look = { .hint = CLAIM_CLOSED };

	(void)state;
	d.watch.settle_ms = 60 * INT64_C(1000);
	drop_put(&d, "x", "abc");
	assert_int_equal(try("x", &look), CLAIM_SETTLING);
	assert_true(look.wait_ms > 50 * INT64_C(1000) &&
	    look.wait_ms <= 60 * INT64_C(1000));
	/* Our own clock says that it has been quiet for so long. */
	look.since_ms -= 60 * INT64_C(1000);
	assert_int_equal(try("x", &look), CLAIM_YES);
	/* But it has changed since: from the start. */
	drop_tick(&d);
	drop_put(&d, "x", "abcd");
	assert_int_equal(try("x", &look), CLAIM_SETTLING);
	assert_int_equal(try_hint("x", CLAIM_MOVED_IN), CLAIM_YES);
	d.watch.settle_ms = 0;
}

static void
open_writer_holds_it_back(void **state)
{
	int fd;

	(void)state;
	drop_put(&d, "w", "abc");
	fd = openat(d.folder.fd, "w", O_WRONLY);
	assert_int_equal(try_hint("w", CLAIM_SCANNED), CLAIM_WRITING);
	assert_int_equal(try_hint("w", CLAIM_CREATED), CLAIM_WRITING);
	assert_int_equal(try_hint("w", CLAIM_MOVED_IN), CLAIM_YES);
	close(fd);
	assert_int_equal(try_hint("w", CLAIM_SCANNED), CLAIM_YES);
	assert_int_equal(try_hint("w", CLAIM_CREATED), CLAIM_YES);
}

static void
linked_file_waits_a_minute_at_most(void **state)
{
	struct claim_look look = { .hint = CLAIM_MOVED_IN };

	(void)state;
	drop_put(&d, "a", "abc");
	assert_int_equal(linkat(d.folder.fd, "a", d.folder.fd, "b", 0), 0);
	assert_int_equal(try("a", &look), CLAIM_LINKED);
	assert_true(look.wait_ms > 0 && look.wait_ms <= 1000);
	look.since_ms -= CLAIM_LINK_MS;
	assert_int_equal(try("a", &look), CLAIM_YES);
}

static void
special_files_are_left_alone(void **state)
{
	(void)state;
	assert_int_equal(mkfifoat(d.folder.fd, "fifo", 0644), 0);
	assert_int_equal(symlinkat("/etc/passwd", d.folder.fd, "link"), 0);
	assert_int_equal(symlinkat("/etc", d.folder.fd, "dir"), 0);
	assert_int_equal(mkdirat(d.folder.fd, "real", 0755), 0);
	assert_int_equal(try_hint("fifo", CLAIM_MOVED_IN), CLAIM_NOT_REGULAR);
	assert_int_equal(try_hint("link", CLAIM_MOVED_IN), CLAIM_NOT_REGULAR);
	assert_int_equal(try_hint("real", CLAIM_MOVED_IN), CLAIM_NOT_REGULAR);
	assert_int_equal(try_hint("dir/passwd", CLAIM_MOVED_IN),
	    CLAIM_NOT_REGULAR);
	if (geteuid() == 0 &&
	    mknodat(d.folder.fd, "zero", S_IFCHR | 0644, makedev(1, 5)) == 0)
		assert_int_equal(try_hint("zero", CLAIM_MOVED_IN),
		    CLAIM_NOT_REGULAR);
}

static void
size_and_sparseness(void **state)
{
	int fd;

	(void)state;
	drop_put(&d, "x", "abcdef");
	d.watch.size_max = 5;
	assert_int_equal(try_hint("x", CLAIM_MOVED_IN), CLAIM_TOO_LARGE);
	d.watch.size_max = 0;
	assert_int_equal(try_hint("x", CLAIM_MOVED_IN), CLAIM_YES);
	fd = openat(d.folder.fd, "big", O_WRONLY | O_CREAT, 0644);
	assert_int_equal(ftruncate(fd, (off_t)1 << 36), 0);
	close(fd);
	assert_int_equal(try_hint("big", CLAIM_MOVED_IN), CLAIM_SPARSE);
}

static void
names_that_are_never_taken(void **state)
{
	static const char *const never[] = { ".hidden", "a/.b/c", "a.part",
		".lavoir/done/x", "a/.lavoir/x", "..", "../x", "a/../x", "/x",
		"a//x", "", "a/", ".lavoir-probe" };

	(void)state;
	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		assert_int_equal(try_hint(never[i], 0), CLAIM_EXCLUDED);
	assert_true(claim_name_wanted(&d.watch, "a/b/c"));
	d.watch.recursive = false;
	assert_false(claim_name_wanted(&d.watch, "a/b"));
	d.watch.recursive = d.watch.hidden = true;
	assert_true(claim_name_wanted(&d.watch, "a/.b/.c"));
	assert_false(claim_name_wanted(&d.watch, "a/.lavoir/c"));
	assert_false(claim_name_wanted(&d.watch, ".lavoir-probe"));
	d.watch.hidden = false;
}

static void
patterns_choose(void **state)
{
	static const char *const include[] = { "*.txt", "in/**", NULL };
	static const char *const exclude[] = { "x*", NULL };

	(void)state;
	d.watch.include = include;
	d.watch.exclude = exclude;
	assert_true(claim_name_wanted(&d.watch, "a/b.txt"));
	assert_true(claim_name_wanted(&d.watch, "in/a/b"));
	assert_false(claim_name_wanted(&d.watch, "out/b"));
	assert_false(claim_name_wanted(&d.watch, "in/xb"));
	d.watch.include = d.watch.exclude = NULL;
}

static void
completion_signals(void **state)
{
	struct claim_look look = { .hint = CLAIM_MOVED_IN };
	struct claimed c;
	char of[64];

	(void)state;
	d.watch.done_file = ".ok";
	drop_put(&d, "s", "x");
	assert_int_equal(try_hint("s", CLAIM_MOVED_IN), CLAIM_NO_DONE_FILE);
	drop_put(&d, "s.ok", "");
	assert_int_equal(try_hint("s", CLAIM_MOVED_IN), CLAIM_YES);
	assert_int_equal(try_hint("s.ok", CLAIM_MOVED_IN), CLAIM_EXCLUDED);
	d.watch.sha256_sidecar = true;
	assert_int_equal(try_hint("s", CLAIM_MOVED_IN), CLAIM_SIDECAR);
	drop_put(&d, "s.sha256", "half");
	assert_int_equal(try_hint("s", CLAIM_MOVED_IN), CLAIM_SIDECAR);
	drop_put(&d, "s.sha256", HEX "  s\n");
	assert_int_equal(claim_try(&d.folder, "s", &look, &c), CLAIM_YES);
	close(c.fd);
	assert_true(c.has_sha256);
	assert_int_equal(c.sha256[0], 0x2d);
	assert_int_equal(c.sha256[31], 0x81);
	assert_true(claim_signal_of(&d.watch, "a/s.sha256", of, sizeof(of)));
	assert_string_equal(of, "a/s");
	assert_true(claim_signal_of(&d.watch, "s.ok.sha256", of, sizeof(of)));
	assert_string_equal(of, "s");
	assert_false(claim_signal_of(&d.watch, "a/.sha256", of, sizeof(of)));
	assert_false(claim_signal_of(&d.watch, "s", of, sizeof(of)));
	d.watch.done_file = NULL;
	d.watch.sha256_sidecar = false;
}

static void
sidecars_of_every_tool(void **state)
{
	static const struct {
		const char *text;
		bool fits;
	} cases[] = {
		{ HEX, true },
		{ HEX "\n", true },
		{ HEX " *name\nmore", true },
		{ "\\" HEX "  a\\nb\n", true },
		{ "SHA256 (name) = " HEX "\r\n", true },
		{ "SHA256 (name) - " HEX, false },
		{ "SHA256 (", false },
		{ HEX "00", false },
		{ "g" HEX, false },
		{ "2d71", false },
		{ "", false },
		{ "\n" HEX, false },
	};
	uint8_t sha256[32];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (claim_parse_sidecar(cases[i].text, strlen(cases[i].text),
			sha256) != cases[i].fits)
			fail_msg("\"%s\"", cases[i].text);
}

static void
opens_step_by_step_where_the_kernel_is_old(void **state)
{
	int fd;

	(void)state;
	drop_mkdir(&d, "o");
	drop_put(&d, "o/f", "x");
	assert_int_equal(symlinkat("o", d.folder.fd, "l"), 0);
	fd = beneath_open_steps(d.folder.fd, "o/f", O_RDONLY);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(beneath_open_steps(d.folder.fd, "l/f", O_RDONLY), -1);
	assert_int_equal(beneath_open_steps(d.folder.fd, "../x", O_RDONLY), -1);
	assert_int_equal(errno, EXDEV);
	assert_int_equal(beneath_open_steps(d.folder.fd, "/etc", O_RDONLY), -1);
	assert_int_equal(beneath_open(d.folder.fd, "l/f", O_RDONLY), -1);
	assert_int_equal(beneath_open(d.folder.fd, "../x", O_RDONLY), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(complete_file_is_taken_with_its_witness),
		cmocka_unit_test(young_file_settles),
		cmocka_unit_test(open_writer_holds_it_back),
		cmocka_unit_test(linked_file_waits_a_minute_at_most),
		cmocka_unit_test(special_files_are_left_alone),
		cmocka_unit_test(size_and_sparseness),
		cmocka_unit_test(names_that_are_never_taken),
		cmocka_unit_test(patterns_choose),
		cmocka_unit_test(completion_signals),
		cmocka_unit_test(sidecars_of_every_tool),
		cmocka_unit_test(opens_step_by_step_where_the_kernel_is_old),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
