/* test_retire.c - committed files leave their folder, newer ones do not. */
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
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
#include "role/claim.h"
#include "role/retire_private.h"

#define DONE ".lavoir/done/"

static struct retirement
claimed_at(struct drop *d, const char *path, const char *reason)
{
	struct claim_look look = { 0 };
	struct claimed c = { .fd = -1 };
	struct retirement r = { .folder = &d->folder,
		.path = strdup(path),
		.id = strdup("web-7") };

	assert_int_equal(claim_try(&d->folder, path, &look, &c), CLAIM_YES);
	close(c.fd);
	r.witness = c.witness;
	if (reason)
		r.reason_json = strdup(reason);
	return r;
}

static void
assert_content(const struct drop *d, const char *name, const char *expected)
{
	char *text = drop_read(d, name);

	assert_non_null(text);
	assert_string_equal(text, expected);
	free(text);
}

static void
expect(struct retirement *r, int result)
{
	retire_run(r, 1);
	if (r->result != result)
		print_error("%s\n", r->err.text);
	assert_int_equal(r->result, result);
}

static void
kept_under_its_path(void **state)
{
	struct retirement r;
	struct drop d;

	(void)state;
	drop_make(&d);
	d.watch.recursive = true;
	drop_open(&d);
	drop_mkdir(&d, "a");
	drop_mkdir(&d, "a/b");
	drop_put(&d, "a/b/x", "text");
	r = claimed_at(&d, "a/b/x", NULL);
	expect(&r, RETIRED);
	assert_false(drop_has(&d, "a/b/x"));
	assert_content(&d, DONE "a/b/x", "text");
	/* Done again after a crash that lost the report. */
	expect(&r, RETIRED);
	retirement_fini(&r);
	drop_remove(&d);
}

static void
taken_name_gets_the_id(void **state)
{
	struct retirement r;
	struct drop d;

	(void)state;
	drop_make(&d);
	drop_open(&d);
	drop_put(&d, "x.txt", "new");
	drop_put(&d, DONE "x.txt", "old");
	r = claimed_at(&d, "x.txt", NULL);
	expect(&r, RETIRED);
	assert_content(&d, DONE "x.txt", "old");
	assert_content(&d, DONE "x.txt~web-7", "new");
	expect(&r, RETIRED);
	retirement_fini(&r);
	drop_remove(&d);
}

static void
deleted(void **state)
{
	struct retirement r;
	struct drop d;

	(void)state;
	drop_make(&d);
	d.watch.done = CONFIG_DONE_DELETE;
	drop_open(&d);
	drop_put(&d, "x", "text");
	r = claimed_at(&d, "x", NULL);
	expect(&r, RETIRED);
	assert_false(drop_has(&d, "x"));
	assert_false(drop_has(&d, ".lavoir/retiring/web-7"));
	expect(&r, RETIRE_GONE);
	/* A crash before the unlink. */
	drop_put(&d, "x", "text");
	retirement_fini(&r);
	r = claimed_at(&d, "x", NULL);
	assert_int_equal(renameat(d.folder.fd, "x", d.folder.retiring_fd,
			     "web-7"),
	    0);
	expect(&r, RETIRED);
	assert_false(drop_has(&d, ".lavoir/retiring/web-7"));
	retirement_fini(&r);
	drop_remove(&d);
}

static void
moved_elsewhere(void **state)
{
	struct retirement r;
	char path[160];
	struct drop d;

	(void)state;
	drop_make(&d);
	d.watch.done = CONFIG_DONE_MOVE;
	d.watch.move = d.move;
	drop_open(&d);
	drop_put(&d, "x", "text");
	r = claimed_at(&d, "x", NULL);
	expect(&r, RETIRED);
	snprintf(path, sizeof(path), "%s/x", d.move);
	assert_int_equal(access(path, F_OK), 0);
	retirement_fini(&r);
	drop_remove(&d);
}

static void
failed_beside_its_reason(void **state)
{
	static const char *const names[] = { "x.pdf", "reason.json" };
	struct drop d;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct retirement r;

		drop_make(&d);
		drop_open(&d);
		drop_put(&d, names[i], "text");
		r = claimed_at(&d, names[i], "{\"reason\":\"crashed\"}");
		expect(&r, RETIRED);
		assert_false(drop_has(&d, names[i]));
		assert_content(&d, ".lavoir/failed/web-7/reason.json",
		    "{\"reason\":\"crashed\"}");
		assert_content(&d,
		    i == 0 ? ".lavoir/failed/web-7/x.pdf"
			   : ".lavoir/failed/web-7/reason.json~web-7",
		    "text");
		expect(&r, RETIRED);
		retirement_fini(&r);
		drop_remove(&d);
	}
}

static void
newer_file_stays(void **state)
{
	struct retirement r;
	struct drop d;

	(void)state;
	drop_make(&d);
	drop_open(&d);
	drop_put(&d, "x", "text");
	r = claimed_at(&d, "x", NULL);
	drop_tick(&d);
	drop_move_in(&d, "x", "new!");
	expect(&r, RETIRE_NEWER);
	assert_content(&d, "x", "new!");
	assert_false(drop_has(&d, DONE "x"));
	assert_int_equal(unlinkat(d.folder.fd, "x", 0), 0);
	expect(&r, RETIRE_GONE);
	retirement_fini(&r);
	drop_remove(&d);
}

static void
both_names_after_a_power_cut(void **state)
{
	struct retirement r;
	struct drop d;

	(void)state;
	drop_make(&d);
	drop_open(&d);
	drop_put(&d, "x", "text");
	r = claimed_at(&d, "x", NULL);
	assert_int_equal(linkat(d.folder.fd, "x", d.folder.done_fd, "x", 0), 0);
	expect(&r, RETIRED);
	assert_false(drop_has(&d, "x"));
	assert_content(&d, DONE "x", "text");
	assert_false(drop_has(&d, DONE "x~web-7"));
	retirement_fini(&r);
	drop_remove(&d);
}

static void
newer_file_moved_by_mistake_comes_back(void **state)
{
	static const struct {
		int done;
		bool taken; /* a third file has the name */
		const char *left, *back;
	} cases[] = {
		{ CONFIG_DONE_KEEP, false, DONE "x.tar.gz~web-7", "x.tar.gz" },
		{ CONFIG_DONE_KEEP, true, DONE "x.tar.gz~web-7",
		    "x~web-7.tar.gz" },
		{ CONFIG_DONE_DELETE, false, ".lavoir/retiring/web-7",
		    "x.tar.gz" },
		{ CONFIG_DONE_DELETE, true, ".lavoir/retiring/web-7",
		    "x~web-7.tar.gz" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct retirement r;
		struct drop d;

		drop_make(&d);
		d.watch.done = cases[i].done;
		drop_open(&d);
		drop_put(&d, "x.tar.gz", "text");
		r = claimed_at(&d, "x.tar.gz", NULL);
		drop_tick(&d);
		assert_int_equal(unlinkat(d.folder.fd, "x.tar.gz", 0), 0);
		/* As after a crash between the rename and the look. */
		drop_put(&d, cases[i].left, "newer");
		if (cases[i].taken)
			drop_put(&d, "x.tar.gz", "newest");
		expect(&r, RETIRE_NEWER);
		assert_content(&d, cases[i].back, "newer");
		assert_false(drop_has(&d, cases[i].left));
		retirement_fini(&r);
		drop_remove(&d);
	}
}

struct race {
	const struct drop *d;
	unsigned spin;
};

static void *
replace_it(void *arg)
{
	const struct race *race = arg;

	for (volatile unsigned i = 0; i < race->spin; i++)
		;
	assert_int_equal(renameat(race->d->folder.retiring_fd, "new",
			     race->d->folder.fd, "x"),
	    0);
	return NULL;
}

/* At whatever moment the producer replaces it: the new file is never taken
 * away, and what is kept is what was committed. */
static void
newer_file_at_any_moment(void **state)
{
	struct drop d;

	(void)state;
	drop_make(&d);
	drop_open(&d);
	for (unsigned i = 0; i < 300; i++) {
		struct race race = { &d, i * 400 };
		struct retirement r;
		pthread_t thread;

		drop_put(&d, "x", "old");
		drop_put(&d, ".lavoir/retiring/new", "new!");
		r = claimed_at(&d, "x", NULL);
		assert_int_equal(pthread_create(&thread, NULL, replace_it,
				     &race),
		    0);
		retire_run(&r, 1);
		pthread_join(thread, NULL);
		assert_true(r.result == RETIRED || r.result == RETIRE_NEWER);
		if (r.result == RETIRED)
			assert_content(&d, DONE "x", "old");
		else
			assert_false(drop_has(&d, DONE "x"));
		/* One put back when a third had come cannot be here. */
		assert_content(&d, "x", "new!");
		unlinkat(d.folder.fd, "x", 0);
		unlinkat(d.folder.done_fd, "x", 0);
		retirement_fini(&r);
	}
	drop_remove(&d);
}

static void
signals_go_with_their_file(void **state)
{
	struct retirement r;
	struct drop d;

	(void)state;
	drop_make(&d);
	d.watch.done_file = ".ok";
	drop_open(&d);
	drop_put(&d, "x", "text");
	drop_put(&d, "x.ok", "");
	r = claimed_at(&d, "x", NULL);
	expect(&r, RETIRED);
	assert_false(drop_has(&d, "x.ok"));
	assert_true(drop_has(&d, DONE "x.ok"));
	retirement_fini(&r);
	drop_remove(&d);
}

static void
works_without_noreplace(void **state)
{
	struct retirement r;
	struct drop d;

	(void)state;
	drop_make(&d);
	drop_open(&d);
	d.folder.noreplace = false;
	drop_put(&d, "x", "new");
	drop_put(&d, DONE "x", "old");
	r = claimed_at(&d, "x", NULL);
	expect(&r, RETIRED);
	assert_content(&d, DONE "x", "old");
	assert_content(&d, DONE "x~web-7", "new");
	assert_false(drop_has(&d, "x"));
	retirement_fini(&r);
	drop_remove(&d);
}

static void
longest_names_are_shortened_at_a_character(void **state)
{
	char name[NAME_MAX + 1], to[NAME_MAX + 1];

	(void)state;
	memset(name, 'n', NAME_MAX);
	name[NAME_MAX] = '\0';
	retire_name_taken(to, name, "web-7");
	assert_int_equal(strlen(to), NAME_MAX);
	assert_string_equal(to + NAME_MAX - 6, "~web-7");
	/* Two bytes each, and the cut would fall into one. */
	for (size_t i = 0; i < 127; i++)
		memcpy(name + 2 * i, "\xc3\xa9", 2);
	name[254] = '\0';
	retire_name_taken(to, name, "web-7");
	assert_int_equal(strlen(to), 248 + 6);
	retire_name_beside(to, ".x", "a-1");
	assert_string_equal(to, ".x~a-1");
	retire_name_beside(to, "x.y.z", "a-1");
	assert_string_equal(to, "x~a-1.y.z");
}

struct batches {
	size_t n, batches;
	bool closed;
};

static void
on_done(void *arg, struct retirement *r, size_t n)
{
	struct batches *b = arg;

	b->batches++;
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(r[i].result, RETIRED);
		retirement_fini(&r[i]);
		b->n++;
	}
}

static void
on_closed(void *arg)
{
	((struct batches *)arg)->closed = true;
}

static void
batches_go_one_behind_the_other(void **state)
{
	struct batches b = { 0 };
	struct retire *x;
	struct drop d;
	uv_loop_t loop;
	char name[32];

	(void)state;
	drop_make(&d);
	drop_open(&d);
	assert_int_equal(uv_loop_init(&loop), 0);
	x = retire_new(&loop, on_done, &b);
	for (int i = 0; i < 600; i++) {
		struct retirement r;

		snprintf(name, sizeof(name), "f%d", i);
		drop_put(&d, name, "x");
		r = claimed_at(&d, name, NULL);
		retire_add(x, &r);
		if (i == 0)
			retire_flush(x);
	}
	retire_flush(x);
	assert_int_equal(retire_pending(x), 600);
	while (b.n < 600 && uv_run(&loop, UV_RUN_ONCE))
		;
	assert_int_equal(b.n, 600);
	assert_true(b.batches >= 2);
	assert_int_equal(retire_pending(x), 0);
	retire_close(x, on_closed, &b);
	uv_run(&loop, UV_RUN_DEFAULT);
	assert_true(b.closed);
	assert_int_equal(uv_loop_close(&loop), 0);
	drop_remove(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kept_under_its_path),
		cmocka_unit_test(taken_name_gets_the_id),
		cmocka_unit_test(deleted),
		cmocka_unit_test(moved_elsewhere),
		cmocka_unit_test(failed_beside_its_reason),
		cmocka_unit_test(newer_file_stays),
		cmocka_unit_test(newer_file_moved_by_mistake_comes_back),
		cmocka_unit_test(newer_file_at_any_moment),
		cmocka_unit_test(signals_go_with_their_file),
		cmocka_unit_test(works_without_noreplace),
		cmocka_unit_test(longest_names_are_shortened_at_a_character),
		cmocka_unit_test(both_names_after_a_power_cut),
		cmocka_unit_test(batches_go_one_behind_the_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
