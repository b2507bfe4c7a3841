/* test_retire_keep.c - bytes of failed children, kept and moved. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "folder_help.h"
#include "role/retire.h"

static void
assert_content(const struct drop *d, const char *name, const char *expected)
{
	char *text = drop_read(d, name);

	assert_non_null(text);
	assert_string_equal(text, expected);
	free(text);
}

struct part {
	uint64_t offset, length;
};

static void
child(struct kept_child *c, const struct drop *d, int fd, const char *id,
    const char *name, struct part part)
{
	*c = (struct kept_child){ .own_fd = dup(d->folder.own_fd),
		.fd = dup(fd),
		.offset = part.offset,
		.length = part.length,
		.id = strdup(id),
		.name = strdup(name),
		.reason_json = strdup("{}") };
}

static void
count_kept(void *arg, const char *id)
{
	*(int *)arg += strchr(id, '#') != NULL;
}

static void
failed_child_is_kept(void **state)
{
	struct kept_child c[3];
	struct err e = { 0 };
	struct drop d;
	int fd, n = 0;

	(void)state;
	drop_make(&d);
	drop_open(&d);
	drop_put(&d, "x", "0123456789");
	fd = openat(d.folder.fd, "x", O_RDONLY);
	child(&c[0], &d, fd, "web-7#1", "../a", (struct part){ 2, 3 });
	child(&c[1], &d, fd, "web-7#2", "..", (struct part){ 9, 1 });
	child(&c[2], &d, fd, "web-7#3", "a", (struct part){ 9, 2 });
	retire_keep(c, 3);
	assert_int_equal(c[0].result, 0);
	assert_content(&d, ".lavoir/keeping/web-7#1/a", "234");
	assert_content(&d, ".lavoir/keeping/web-7#1/reason.json", "{}");
	assert_int_equal(c[1].result, 0);
	/* More than there is. */
	assert_true(c[2].result < 0);
	assert_non_null(strstr(c[2].err.text, "web-7#3"));
	assert_int_equal(retire_kept(d.folder.own_fd, "web-7#1", &e), 0);
	assert_content(&d, ".lavoir/failed/web-7#1/a", "234");
	assert_content(&d, ".lavoir/failed/web-7#1/reason.json", "{}");
	/* Again, after a crash that kept half of it: then it is there once. */
	retire_keep(c, 1);
	assert_int_equal(retire_kept(d.folder.own_fd, "web-7#1", &e), 0);
	assert_int_equal(retire_kept(d.folder.own_fd, "web-7#1", &e), 0);
	assert_content(&d, ".lavoir/failed/web-7#1/a", "234");
	assert_int_equal(retire_each_kept(d.folder.own_fd, count_kept, &n, &e),
	    0);
	assert_int_equal(n, 1);
	assert_int_equal(retire_kept(d.folder.own_fd, "web-7#2", &e), 0);
	assert_content(&d, ".lavoir/failed/web-7#2/document", "9");
	retire_keep(c, 1);
	assert_int_equal(retire_forget_kept(d.folder.own_fd, "web-7#1", &e), 0);
	assert_int_equal(retire_each_kept(d.folder.own_fd, count_kept, &n, &e),
	    0);
	assert_int_equal(n, 1);
	for (int i = 0; i < 3; i++)
		kept_child_fini(&c[i]);
	close(fd);
	drop_remove(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(failed_child_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
