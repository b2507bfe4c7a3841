/* test_failed.c - what lies in failed/, and putting it back. */
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
#include "base/xalloc.h"
#include "control/failed.h"

struct fixture {
	char dir[40];
	int fd;
	struct config_watch watch;
	struct config_pipeline pipeline;
	struct config config;
	/* of the last one seen */
	unsigned seen;
	char ids[200], path[200], name[300];
	bool has_reason;
	struct err e;
	int rc;
};

static void
put(struct fixture *f, const char *path, const char *text)
{
	char *parent = xstrdup(path);
	int fd;

	if (strrchr(parent, '/')) {
		*strrchr(parent, '/') = '\0';
		assert_int_equal(fs_mkdirs(f->fd, parent, 0755, NULL), 0);
	}
	fd = openat(f->fd, path, O_CREAT | O_WRONLY | O_TRUNC, 0644);
	assert_int_equal(fs_write_full(fd, text, strlen(text), NULL), 0);
	close(fd);
	free(parent);
}

static void
check_content(struct fixture *f, const char *path, const char *text)
{
	struct buf b = { 0 };

	assert_int_equal(fs_read_file(f->fd, path, 1000, &b, NULL), 0);
	assert_string_equal(buf_str(&b), text);
	buf_fini(&b);
}

static bool
is_there(struct fixture *f, const char *path)
{
	return faccessat(f->fd, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static void
set_up(struct fixture *f)
{
	memset(f, 0, sizeof *f);
	strcpy(f->dir, "/tmp/test_failed.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	f->fd = open(f->dir, O_RDONLY | O_DIRECTORY);
	f->watch.path = f->dir;
	f->pipeline.name = "web";
	f->pipeline.watch = &f->watch;
	f->pipeline.n_watches = 1;
	f->config.pipeline = &f->pipeline;
	f->config.n_pipelines = 1;
}

static void
tear_down(struct fixture *f)
{
	close(f->fd);
	assert_int_equal(fs_remove_tree(AT_FDCWD, f->dir, NULL), 0);
}

static int
note(void *arg, const struct failed *x)
{
	struct fixture *f = arg;
	char *path = failed_path(x);

	f->seen++;
	snprintf(f->ids + strlen(f->ids), sizeof f->ids - strlen(f->ids), "%s ",
	    x->id);
	snprintf(f->path, sizeof f->path, "%s", path ? path : "-");
	snprintf(f->name, sizeof f->name, "%s", x->name);
	f->has_reason = x->reason != NULL;
	free(path);
	return 0;
}

static int
retry(void *arg, const struct failed *x)
{
	struct fixture *f = arg;

	f->seen++;
	f->rc = failed_retry(x, &f->e);
	return 0;
}

static void
each(struct fixture *f, const char *id, failed_fn *fn)
{
	struct err e;

	f->seen = 0;
	f->ids[0] = '\0';
	assert_int_equal(failed_each(&f->config, NULL, id, fn, f, &e), 0);
}

static void
a_folder_without_failures_has_none(void **state)
{
	struct fixture f;
	struct err e;

	(void)state;
	set_up(&f);
	each(&f, NULL, note);
	assert_int_equal(f.seen, 0);
	f.watch.path = "/nowhere/at/all";
	assert_int_equal(failed_each(&f.config, NULL, NULL, note, &f, &e), 0);
	tear_down(&f);
}

static void
failures_are_listed_in_order_of_their_ids(void **state)
{
	struct fixture f;
	struct err e;

	(void)state;
	set_up(&f);
	put(&f, ".lavoir/failed/web-2/b.txt", "b");
	put(&f, ".lavoir/failed/web-2/reason.json", "{\"path\":\"b.txt\"}");
	put(&f, ".lavoir/failed/web-1/a.txt", "a");
	put(&f, ".lavoir/failed/stray", "no folder");
	each(&f, NULL, note);
	assert_string_equal(f.ids, "web-1 web-2 ");
	assert_string_equal(f.path, "b.txt");
	assert_string_equal(f.name, "b.txt");
	each(&f, "web-1", note);
	assert_int_equal(f.seen, 1);
	assert_false(f.has_reason);
	assert_string_equal(f.path, "-");
	f.seen = 0;
	assert_int_equal(failed_each(&f.config, "other", NULL, note, &f, &e),
	    0);
	assert_int_equal(f.seen, 0);
	tear_down(&f);
}

static void
an_id_is_never_a_path(void **state)
{
	static const char *const ids[] = { "..", ".", "", "../failed/web-1",
		"web-1/", "/web-1" };
	struct fixture f;

	(void)state;
	set_up(&f);
	put(&f, ".lavoir/failed/web-1/a.txt", "a");
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		each(&f, ids[i], note);
		assert_int_equal(f.seen, 0);
	}
	tear_down(&f);
}

static void
links_are_not_followed(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	put(&f, "elsewhere/web-1/a.txt", "a");
	put(&f, "elsewhere/web-1/reason.json", "{\"path\":\"a.txt\"}");
	put(&f, ".lavoir/failed/web-3/reason.json", "{\"path\":\"x/a.txt\"}");
	put(&f, ".lavoir/failed/web-3/a.txt", "a");
	assert_int_equal(symlinkat("../../elsewhere/web-1", f.fd,
			     ".lavoir/failed/web-2"),
	    0);
	assert_int_equal(symlinkat("elsewhere", f.fd, "x"), 0);
	each(&f, NULL, note);
	assert_string_equal(f.ids, "web-3 ");
	each(&f, "web-3", retry);
	assert_true(f.rc < 0);
	assert_false(is_there(&f, "elsewhere/a.txt"));
	assert_true(is_there(&f, ".lavoir/failed/web-3/a.txt"));
	tear_down(&f);
}

static void
retry_puts_the_original_back_where_it_was(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	put(&f, ".lavoir/failed/web-1/a.txt", "text");
	put(&f, ".lavoir/failed/web-1/reason.json",
	    "{\"path\":\"x/y/a.txt\",\"member\":null}");
	each(&f, "web-1", retry);
	assert_int_equal(f.rc, 0);
	check_content(&f, "x/y/a.txt", "text");
	assert_false(is_there(&f, ".lavoir/failed/web-1"));
	tear_down(&f);
}

static void
retry_replaces_nothing(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	put(&f, "a.txt", "newer");
	put(&f, ".lavoir/failed/web-1/a.txt", "older");
	put(&f, ".lavoir/failed/web-1/reason.json", "{\"path\":\"a.txt\"}");
	each(&f, "web-1", retry);
	assert_int_equal(f.rc, ERR_BUSY);
	check_content(&f, "a.txt", "newer");
	check_content(&f, ".lavoir/failed/web-1/a.txt", "older");
	assert_true(is_there(&f, ".lavoir/failed/web-1/reason.json"));
	tear_down(&f);
}

/* Beside its container, under its own name. */
static void
a_child_comes_back_as_a_file(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	put(&f, ".lavoir/failed/web-1#3/page.html", "child");
	put(&f, ".lavoir/failed/web-1#3/reason.json",
	    "{\"path\":\"x/all.warc\",\"member\":\"http/page.html\"}");
	each(&f, "web-1#3", retry);
	assert_int_equal(f.rc, 0);
	check_content(&f, "x/page.html", "child");
	tear_down(&f);
}

static void
what_cannot_be_put_back_stays(void **state)
{
	static const struct {
		const char *reason;
		bool original;
		int rc;
	} cases[] = {
		{ "{\"path\":\"a.txt\"}", false, ERR_NOENT },
		{ "{}", true, ERR_NOENT },
		{ "no json", true, ERR_NOENT },
		{ "{\"path\":\"../a.txt\"}", true, ERR_INVAL },
		{ "{\"path\":\"/a.txt\"}", true, ERR_INVAL },
		{ "{\"path\":\"x//a.txt\"}", true, ERR_INVAL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fixture f;

		set_up(&f);
		put(&f, ".lavoir/failed/web-1/reason.json", cases[i].reason);
		if (cases[i].original)
			put(&f, ".lavoir/failed/web-1/a.txt", "a");
		each(&f, "web-1", retry);
		assert_int_equal(f.seen, 1);
		assert_int_equal(f.rc, cases[i].rc);
		assert_true(is_there(&f, ".lavoir/failed/web-1/reason.json"));
		tear_down(&f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_folder_without_failures_has_none),
		cmocka_unit_test(failures_are_listed_in_order_of_their_ids),
		cmocka_unit_test(an_id_is_never_a_path),
		cmocka_unit_test(links_are_not_followed),
		cmocka_unit_test(retry_puts_the_original_back_where_it_was),
		cmocka_unit_test(retry_replaces_nothing),
		cmocka_unit_test(a_child_comes_back_as_a_file),
		cmocka_unit_test(what_cannot_be_put_back_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
