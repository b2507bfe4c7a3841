/* test_ledger.c - the queryable view: rows, queue, damage, foreign files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "store/ledger.h"
#include "store/ops.h"
#include "store_help.h"

static const uint8_t log_id[16] = "this log's name";

struct place {
	char *folder;
	char *path;
	struct ledger *l;
	uint64_t end;
	uint64_t batch;
};

static int
open_at(struct place *p, const uint8_t *id, uint64_t end, uint64_t *position,
    struct err *e)
{
	struct ledger_options o = { .path = p->path,
		.log_id = id,
		.log_end = end };

	return ledger_open(&p->l, &o, position, e);
}

static uint64_t
open_ledger(struct place *p)
{
	uint64_t position = 0;
	struct err e;

	if (open_at(p, log_id, p->end, &position, &e) < 0)
		fail_msg("%s", e.text);
	return position;
}

static int
setup(void **state)
{
	struct place *p = xcalloc(1, sizeof *p);

	p->folder = help_folder();
	p->path = fs_join(p->folder, "ledger.sqlite");
	*state = p;
	return 0;
}

static int
teardown(void **state)
{
	struct place *p = *state;

	ledger_free(&p->l);
	help_remove(&p->folder);
	free(p->path);
	free(p);
	return 0;
}

static void
push(struct place *p, const struct outcome *o, size_t n)
{
	struct op_batch op = { ++p->batch, 0, 0, 0, (int64_t)p->batch * 1000,
		"" };
	struct buf b = { 0 };

	op_pack_batch(&b, &op);
	for (size_t i = 0; i < n; i++)
		op_pack_outcome(&b, &o[i]);
	p->end += b.len + 32;
	ledger_push(p->l, p->end, b.ptr, b.len);
	buf_fini(&b);
}

static void
push_one(struct place *p, uint64_t number, int kind)
{
	struct outcome o;

	help_outcome(&o, "web", number, kind);
	push(p, &o, 1);
}

static void
wait_for(struct place *p)
{
	struct err e;

	if (ledger_wait(p->l, &e) < 0)
		fail_msg("%s", e.text);
}

static struct ledger_reader *
reader(struct place *p)
{
	struct ledger_reader *r = NULL;
	struct err e;

	if (ledger_reader_open(&r, p->path, &e) < 0)
		fail_msg("%s", e.text);
	return r;
}

struct seen {
	int n;
	uint64_t number[16];
	int stop_after;
};

static int
see(void *arg, const struct ledger_row *row)
{
	struct seen *x = arg;

	x->number[x->n++ % 16] = row->o.number;
	return x->n == x->stop_after;
}

static int
see_duplicate(void *arg, const struct ledger_row *row)
{
	const struct outcome *o = &row->o;

	++*(int *)arg;
	assert_string_equal(row->id, "web-2");
	assert_int_equal(row->batch, 2);
	assert_int_equal(row->ended_ns, 2000);
	assert_string_equal(o->pipeline, "web");
	assert_string_equal(o->child, "");
	assert_int_equal(o->kind, OUTCOME_DUPLICATE);
	assert_int_equal(o->retire, RETIRE_PENDING);
	assert_string_equal(o->folder, "/srv/drop");
	assert_string_equal(o->path, "sub/name\xff.html");
	assert_string_equal(o->member, "member");
	assert_int_equal(o->witness.inode, 2);
	assert_int_equal(o->witness.mtime_ns, -3);
	assert_int_equal(o->sha256[3], 2);
	assert_int_equal(o->added_ns, 1764000000123456791);
	assert_string_equal(o->media_type, "text/html");
	assert_int_equal(o->bytes_in, 1002);
	assert_string_equal(o->plugin, "filter-words");
	assert_string_equal(o->reason, "few-words");
	assert_string_equal(o->detail, "3 of 50");
	assert_true(o->has_value);
	assert_true(o->value == 3 && o->threshold == 50);
	assert_string_equal(o->measurements, "[{\"rule\":\"words\"}]");
	assert_string_equal(o->duplicate_of, "web-1");
	assert_true(o->similarity == 0.875);
	assert_int_equal(o->attempts, 1);
	return 0;
}

static void
test_rows_come_back_as_they_were(void **state)
{
	struct place *p = *state;
	struct ledger_reader *r;
	struct err e;
	int n = 0;

	assert_int_equal(open_ledger(p), 0);
	push_one(p, 1, OUTCOME_EXPORTED);
	push_one(p, 2, OUTCOME_DUPLICATE);
	wait_for(p);
	r = reader(p);
	assert_int_equal(ledger_find(r, "web-2", see_duplicate, &n, &e), 0);
	assert_int_equal(n, 1);
	assert_int_equal(ledger_find(r, "web-3", see_duplicate, &n, &e), 0);
	assert_int_equal(ledger_find_path(r, "/srv/drop", "none", see_duplicate,
			     &n, &e),
	    0);
	assert_int_equal(n, 1);
	ledger_reader_free(&r);
}

static void
assert_filtered(struct ledger_reader *r, struct ledger_filter f, int n,
    uint64_t first)
{
	struct seen x = { 0 };
	struct err e;

	assert_int_equal(ledger_each(r, &f, see, &x, &e), 0);
	assert_int_equal(x.n, n);
	if (n > 0)
		assert_int_equal(x.number[0], first);
}

static void
test_rows_are_found_by_filter_id_and_path(void **state)
{
	struct place *p = *state;
	struct seen x = { .stop_after = 2 };
	struct ledger_reader *r;
	uint64_t counts[OUTCOME_CONTAINER + 1];
	struct err e;

	open_ledger(p);
	for (uint64_t i = 1; i <= 8; i++)
		push_one(p, i, i % 2 ? OUTCOME_EXPORTED : OUTCOME_DROPPED);
	wait_for(p);
	r = reader(p);
	assert_filtered(r, (struct ledger_filter){ 0 }, 8, 1);
	assert_filtered(r, (struct ledger_filter){ .after_seq = 5 }, 3, 6);
	assert_filtered(r, (struct ledger_filter){ .since_ns = 3000 }, 6, 3);
	assert_filtered(r, (struct ledger_filter){ .kind = OUTCOME_DROPPED }, 4,
	    2);
	assert_filtered(r, (struct ledger_filter){ .kind = OUTCOME_FAILED }, 0,
	    0);
	assert_filtered(r, (struct ledger_filter){ .pipeline = "web" }, 8, 1);
	assert_filtered(r, (struct ledger_filter){ .pipeline = "x" }, 0, 0);
	assert_filtered(r,
	    (struct ledger_filter){ .kind = OUTCOME_DROPPED,
		.since_ns = 8000,
		.pipeline = "web",
		.after_seq = 1 },
	    1, 8);
	assert_int_equal(ledger_find_path(r, NULL, "sub/name\xff.html", see, &x,
			     &e),
	    1);
	assert_int_equal(x.n, 2);
	assert_int_equal(ledger_counts(r, counts, &e), 0);
	assert_int_equal(counts[OUTCOME_EXPORTED], 4);
	assert_int_equal(counts[OUTCOME_DROPPED], 4);
	assert_int_equal(counts[OUTCOME_CONTAINER], 0);
	assert_int_equal(ledger_reader_check(r, &e), 0);
	ledger_reader_free(&r);
}

static void
test_position_is_kept_and_replay_twice_is_harmless(void **state)
{
	struct place *p = *state;
	struct ledger_reader *r;
	uint8_t id[16];
	uint64_t position, end;
	struct err e;

	open_ledger(p);
	for (uint64_t i = 1; i <= 5; i++)
		push_one(p, i, OUTCOME_EXPORTED);
	wait_for(p);
	end = p->end;
	ledger_free(&p->l);
	assert_int_equal(open_ledger(p), end);
	p->batch = 0;
	for (uint64_t i = 1; i <= 5; i++)
		push_one(p, i, OUTCOME_EXPORTED);
	wait_for(p);
	r = reader(p);
	assert_filtered(r, (struct ledger_filter){ 0 }, 5, 1);
	assert_int_equal(ledger_reader_state(r, id, &position, &e), 0);
	assert_int_equal(position, p->end);
	assert_memory_equal(id, log_id, 16);
	ledger_reader_free(&r);
}

static void
test_what_is_queued_is_not_lost_but_left_to_the_log(void **state)
{
	struct place *p = *state;

	open_ledger(p);
	push_one(p, 1, OUTCOME_EXPORTED);
	ledger_free(&p->l);
	assert_true(open_ledger(p) <= p->end);
}

static void
assert_set_aside(struct place *p, int n)
{
	char *name = xasprintf("%s.corrupt-%d", p->path, n);

	assert_int_equal(access(name, F_OK), 0);
	free(name);
}

static void
test_foreign_ledger_is_set_aside(void **state)
{
	static const uint8_t other_id[16] = "another";
	struct place *p = *state;
	uint64_t position = 99;
	struct err e;

	open_ledger(p);
	push_one(p, 1, OUTCOME_EXPORTED);
	wait_for(p);
	ledger_free(&p->l);
	assert_int_equal(open_at(p, other_id, p->end, &position, &e), 0);
	assert_int_equal(position, 0);
	assert_set_aside(p, 1);
	ledger_free(&p->l);
	assert_int_equal(open_at(p, log_id, p->end, &position, &e), 0);
	assert_int_equal(position, 0);
	assert_set_aside(p, 2);
}

static void
test_damaged_ledger_is_set_aside(void **state)
{
	struct place *p = *state;
	struct err e;
	uint64_t position;

	help_write(p->folder, "ledger.sqlite", "this is no database, no", 23);
	assert_int_equal(open_ledger(p), 0);
	assert_set_aside(p, 1);
	push_one(p, 1, OUTCOME_EXPORTED);
	assert_int_equal(ledger_durable(p->l, &position, &e), 0);
	assert_int_equal(position, p->end);
	ledger_free(&p->l);
	for (uint64_t at = 0; at < UINT64_C(3) * 4096; at += 64)
		help_flip(p->folder, "ledger.sqlite", at);
	assert_int_equal(open_ledger(p), 0);
	assert_set_aside(p, 2);
}

static void
test_ledger_ahead_of_the_log_is_an_alarm(void **state)
{
	struct place *p = *state;
	uint64_t position;
	struct err e;

	open_ledger(p);
	push_one(p, 1, OUTCOME_EXPORTED);
	wait_for(p);
	ledger_free(&p->l);
	assert_int_equal(open_at(p, log_id, p->end - 1, &position, &e),
	    ERR_CORRUPT);
	assert_non_null(strstr(e.text, "lost records"));
}

static void
test_small_queue_holds_the_caller_back_and_loses_nothing(void **state)
{
	struct place *p = *state;
	struct ledger_options o = { .path = p->path,
		.log_id = log_id,
		.queue_max = 2000 };
	uint64_t position, counts[OUTCOME_CONTAINER + 1];
	struct err e;

	assert_int_equal(ledger_open(&p->l, &o, &position, &e), 0);
	for (uint64_t i = 1; i <= 300; i++)
		push_one(p, i, OUTCOME_DROPPED);
	assert_int_equal(ledger_check(p->l, &e), 0);
	assert_int_equal(ledger_count(p->l, counts, &e), 0);
	assert_int_equal(counts[OUTCOME_DROPPED], 300);
}

static void
test_ended_sources_are_found_while_on_their_way(void **state)
{
	struct place *p = *state;
	struct outcome o[2];
	struct witness w;
	uint8_t sha[32];
	char path[32];

	open_ledger(p);
	for (uint64_t i = 1; i <= 50; i++) {
		snprintf(path, sizeof path, "file-%d", (int)i);
		help_outcome(&o[0], "run", i, OUTCOME_EXPORTED);
		o[0].path = path;
		o[1] = o[0];
		o[1].child = "#0";
		o[1].retire = RETIRE_NOTHING;
		o[1].witness.inode = 12345;
		o[1].path = "child's";
		push(p, o, 2);
		assert_true(ledger_ended(p->l, "/srv/drop", path, &w, sha));
		assert_int_equal(w.inode, i);
		assert_int_equal(sha[3], i);
	}
	assert_false(ledger_ended(p->l, "/srv/drop", "child's", &w, sha));
	assert_false(ledger_ended(p->l, "/srv", "file-1", &w, sha));
}

static void
test_no_ledger_is_told_apart(void **state)
{
	struct place *p = *state;
	struct ledger_reader *r = NULL;
	struct err e;

	assert_int_equal(ledger_reader_open(&r, p->path, &e), ERR_NOENT);
	assert_null(r);
}

#define test_with_place(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		test_with_place(test_rows_come_back_as_they_were),
		test_with_place(test_rows_are_found_by_filter_id_and_path),
		test_with_place(
		    test_position_is_kept_and_replay_twice_is_harmless),
		test_with_place(
		    test_what_is_queued_is_not_lost_but_left_to_the_log),
		test_with_place(test_foreign_ledger_is_set_aside),
		test_with_place(test_damaged_ledger_is_set_aside),
		test_with_place(test_ledger_ahead_of_the_log_is_an_alarm),
		test_with_place(
		    test_small_queue_holds_the_caller_back_and_loses_nothing),
		test_with_place(
		    test_ended_sources_are_found_while_on_their_way),
		test_with_place(test_no_ledger_is_told_apart),
	};

	log_set_level(LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
