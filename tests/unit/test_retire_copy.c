/* test_retire_copy.c - retirement from a mount below the drop folder. */
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "folder_help.h"
#include "role/claim.h"
#include "role/retire_private.h"

static struct drop d;

static int
setup(void **state)
{
	char path[128];

	(void)state;
	drop_make(&d);
	d.watch.recursive = true;
	drop_mkdir(&d, "mnt");
	snprintf(path, sizeof(path), "%s/mnt", d.path);
	/* In a name space of its own: it ends with this process. */
	if (unshare(CLONE_NEWNS) != 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("tmpfs", path, "tmpfs", 0, NULL) != 0)
		d.watch.recursive = false;
	return 0;
}

static int
teardown(void **state)
{
	char path[128];

	(void)state;
	snprintf(path, sizeof(path), "%s/mnt", d.path);
	umount2(path, MNT_DETACH);
	drop_remove(&d);
	return 0;
}

static void
retired_by_copy(void **state)
{
	static const int ways[] = { CONFIG_DONE_KEEP, CONFIG_DONE_DELETE };
	char *text;

	(void)state;
	if (!d.watch.recursive)
		skip();
	for (size_t i = 0; i < 2; i++) {
		struct claim_look look = { .hint = CLAIM_MOVED_IN };
		struct claimed c = { .fd = -1 };
		struct retirement r = { .folder = &d.folder,
			.path = strdup("mnt/x"),
			.id = strdup("web-7") };

		d.watch.done = ways[i];
		drop_open(&d);
		drop_put(&d, "mnt/x", "text");
		assert_int_equal(claim_try(&d.folder, "mnt/x", &look, &c),
		    CLAIM_YES);
		close(c.fd);
		r.witness = c.witness;
		retire_run(&r, 1);
		assert_int_equal(r.result, RETIRED);
		assert_false(drop_has(&d, "mnt/x"));
		text = drop_read(&d, ".lavoir/done/mnt/x");
		assert_non_null(text);
		assert_string_equal(text, "text");
		free(text);
		assert_false(drop_has(&d, ".lavoir/done/mnt/.web-7.part"));
		/* Another file has the name. */
		drop_tick(&d);
		drop_put(&d, "mnt/x", "newer");
		retire_run(&r, 1);
		assert_int_equal(r.result, RETIRE_NEWER);
		assert_true(drop_has(&d, "mnt/x"));
		retirement_fini(&r);
		folder_close(&d.folder);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(retired_by_copy),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
