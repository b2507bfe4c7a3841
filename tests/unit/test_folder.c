/* test_folder.c - a drop folder is locked and tried out when it is opened. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fs.h"
#include "folder_help.h"

static void
opened_folder_has_its_own(void **state)
{
	struct drop d;

	(void)state;
	drop_make(&d);
	drop_open(&d);
	assert_true(drop_has(&d, ".lavoir/done"));
	assert_true(drop_has(&d, ".lavoir/failed"));
	assert_true(drop_has(&d, ".lavoir/retiring"));
	assert_true(d.folder.done_fd >= 0 && d.folder.lock_fd >= 0);
	assert_true(d.folder.noreplace);
	assert_false(d.folder.network);
	assert_false(drop_has(&d, FOLDER_PROBE));
	assert_false(drop_has(&d, ".lavoir/done/" FOLDER_PROBE));
	assert_false(drop_has(&d, ".lavoir/retiring/" FOLDER_PROBE));
	folder_close(&d.folder);
	assert_int_equal(d.folder.fd, -1);
	folder_close(&d.folder);
	/* What a crash in the middle of the probe left is no obstacle. */
	drop_put(&d, FOLDER_PROBE, "");
	drop_put(&d, ".lavoir/done/" FOLDER_PROBE, "");
	drop_open(&d);
	drop_remove(&d);
}

static int
open_again(const struct drop *d, struct err *e)
{
	struct folder f;
	int rc = folder_open(&f, &d->watch, 0, 1, e);

	if (rc == 0)
		folder_close(&f);
	return rc;
}

static void
second_daemon_is_refused(void **state)
{
	struct err e = { 0 };
	struct drop d;

	(void)state;
	drop_make(&d);
	drop_open(&d);
	assert_int_equal(open_again(&d, &e), ERR_BUSY);
	assert_non_null(strstr(e.text, d.path));
	folder_close(&d.folder);
	assert_int_equal(open_again(&d, &e), 0);
	drop_remove(&d);
}

static void
missing_folder_and_planted_link_are_refused(void **state)
{
	struct err e = { 0 };
	struct drop d;

	(void)state;
	drop_make(&d);
	d.watch.path = "/nonexistent/drop";
	assert_int_equal(open_again(&d, &e), ERR_NOENT);
	d.watch.path = d.path;
	{
		int dir = fs_open_dir(AT_FDCWD, d.path, NULL);

		assert_int_equal(symlinkat(d.move, dir, ".lavoir"), 0);
		close(dir);
	}
	assert_true(open_again(&d, &e) < 0);
	drop_remove(&d);
}

static void
move_to_another_file_system_is_a_configuration_error(void **state)
{
	struct err e = { 0 };
	struct drop d;
	struct stat here, there;

	(void)state;
	drop_make(&d);
	d.watch.done = CONFIG_DONE_MOVE;
	d.watch.move = d.move;
	assert_int_equal(open_again(&d, &e), 0);
	if (stat("/dev/shm", &there) == 0 && stat(d.path, &here) == 0 &&
	    here.st_dev != there.st_dev) {
		d.watch.move = "/dev/shm";
		assert_int_equal(open_again(&d, &e), ERR_CONFIG);
		assert_non_null(strstr(e.text, "another file system"));
		assert_false(drop_has(&d, FOLDER_PROBE));
	}
	drop_remove(&d);
}

/* Another user's .lavoir could be exchanged by him at any time. */
static void
own_folder_of_another_user_is_refused(void **state)
{
	struct err e = { 0 };
	struct drop d;
	int dir;

	(void)state;
	if (geteuid() != 0)
		skip();
	drop_make(&d);
	drop_mkdir(&d, ".lavoir");
	dir = fs_open_dir(AT_FDCWD, d.path, NULL);
	assert_int_equal(fchownat(dir, ".lavoir", 12345, 0, 0), 0);
	close(dir);
	assert_int_equal(open_again(&d, &e), ERR_PERM);
	drop_remove(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opened_folder_has_its_own),
		cmocka_unit_test(second_daemon_is_refused),
		cmocka_unit_test(missing_folder_and_planted_link_are_refused),
		cmocka_unit_test(
		    move_to_another_file_system_is_a_configuration_error),
		cmocka_unit_test(own_folder_of_another_user_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
