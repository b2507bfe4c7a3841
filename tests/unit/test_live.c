/* test_live.c - operations, the state they build, and checkpoints of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/live.h"
#include "store_help.h"

static void
put_boot(struct buf *b, uint64_t boot, const char *id)
{
	size_t at = op_begin(b, OP_BOOT);

	pack_u64(b, boot);
	pack_str(b, id);
	op_end(b, at);
}

static void
put_batch(struct buf *b, uint64_t batch)
{
	struct op_batch p = { batch, 1, 2, 3, 4, "" };

	op_pack_batch(b, &p);
}

static void
put_outcome(struct buf *b, const char *pipeline, uint64_t number, int kind)
{
	struct outcome o;

	help_outcome(&o, pipeline, number, kind);
	op_pack_outcome(b, &o);
}

static void
put_retired(struct buf *b, const char *pipeline, uint64_t number)
{
	size_t at = op_begin(b, OP_RETIRED);

	pack_str(b, pipeline);
	pack_u32(b, 1);
	pack_u64(b, number);
	op_end(b, at);
}

static void
put_series(struct buf *b, const char *folder, const char *partition,
    uint64_t length)
{
	struct op_series p = { folder, ".jsonl",
		{ .partition = partition,
		    .file = 1,
		    .length = length,
		    .plain = length,
		    .codec = SERIES_GZIP,
		    .level = -6 } };

	op_pack_series(b, &p);
}

static void
put_container(struct buf *b, uint64_t number, uint64_t children, bool ended)
{
	struct op_container p = { { .pipeline = "web",
				      .number = number,
				      .folder = "/d",
				      .path = "a",
				      .reader = "r",
				      .depth = 1,
				      .ended = ended },
		"#0" };

	p.c.level[0].children = children;
	op_pack_container(b, &p);
}

static void
put_index(struct buf *b, uint32_t number, const char *name)
{
	struct op_index p = { number, name, "params", 14, 64, 1000 };

	op_pack_index(b, &p);
}

static void
put_everything(struct buf *b)
{
	put_boot(b, 1, "boot");
	put_index(b, 0, "exact");
	put_index(b, 1, "near");
	put_batch(b, 1);
	for (uint64_t i = 1; i <= 40; i++)
		put_outcome(b, "web", i, OUTCOME_EXPORTED + (int)(i % 4));
	put_outcome(b, "mail", 1, OUTCOME_FAILED);
	put_series(b, "/out", "", 10);
	put_series(b, "/out", "lang=fr", 20);
	put_series(b, "/other", "", 5);
	put_container(b, 41, 1, false);
	put_container(b, 42, 1, false);
	put_batch(b, 2);
	put_retired(b, "web", 3);
	put_retired(b, "web", 40);
	put_retired(b, "web", 400);
	put_series(b, "/out", "", 30);
	put_container(b, 41, 2, false);
	put_container(b, 42, 1, true);
	put_boot(b, 2, "boot again");
	put_outcome(b, "web", 43, OUTCOME_DROPPED);
}

static void
apply(struct live *v, const struct buf *b)
{
	struct err e;

	if (live_apply(v, b->ptr, b->len, &e) < 0)
		fail_msg("%s", e.text);
}

static void
assert_everything(const struct live *v)
{
	const struct live_series *s = live_find_series(v, "/out", ".jsonl");
	const struct live_container *c = live_find_container(v, "web", 41);

	assert_int_equal(v->boot, 2);
	assert_string_equal(v->boot_id, "boot again");
	assert_int_equal(v->batches, 2);
	assert_int_equal(live_total(v), 42);
	assert_int_equal(v->outcomes[OUTCOME_FAILED], 11);
	assert_int_equal(live_next_number(v, "web"), 44);
	assert_int_equal(live_next_number(v, "mail"), 2);
	assert_int_equal(live_next_number(v, "none"), 1);
	assert_int_equal(live_find_index(v, "near"), 1);
	assert_int_equal(live_find_index(v, "none"), -1);
	assert_int_equal(v->index[1].since, 1000);
	assert_non_null(s);
	assert_int_equal(s->n_rows, 2);
	assert_int_equal(s->row[0].length, 30);
	assert_int_equal(s->row[0].level, -6);
	assert_non_null(c);
	assert_int_equal(c->c.level[0].children, 2);
	assert_string_equal(c->last, "#0");
	assert_null(live_find_container(v, "web", 42));
	assert_int_equal(map_count(v->unretired_map), 40);
	assert_null(live_find_unretired(v, "web", 3));
	assert_int_equal(live_find_unretired(v, "web", 4)->boot, 1);
	assert_int_equal(live_find_unretired(v, "web", 43)->boot, 2);
	assert_string_equal(live_find_unretired(v, "mail", 1)->o.reason,
	    "few-words");
}

static void
test_operations_build_the_state(void **state)
{
	struct buf b = { 0 };
	struct live v;

	(void)state;
	live_init(&v);
	put_everything(&b);
	apply(&v, &b);
	assert_everything(&v);
	live_fini(&v);
	buf_fini(&b);
}

static void
test_checkpoint_builds_the_same_state(void **state)
{
	struct buf b = { 0 }, first = { 0 }, second = { 0 };
	struct live v, w;
	uint64_t last = 0;

	(void)state;
	live_init(&v);
	live_init(&w);
	put_everything(&b);
	apply(&v, &b);
	live_checkpoint(&v, &first);
	apply(&w, &first);
	assert_everything(&w);
	live_checkpoint(&w, &second);
	assert_int_equal(first.len, second.len);
	assert_memory_equal(first.ptr, second.ptr, first.len);
	list_each (i, &w.unretired) {
		const struct live_unretired *u =
		    container_of(i, struct live_unretired, link);

		if (strcmp(u->o.pipeline, "web") == 0) {
			assert_true(u->o.number > last);
			last = u->o.number;
		}
	}
	live_fini(&v);
	live_fini(&w);
	buf_fini(&b);
	buf_fini(&first);
	buf_fini(&second);
}

static void
test_unknown_operation_is_refused(void **state)
{
	static const uint16_t type[] = { 0, OP_ERASE, OP_ERASE + 1, 0xffff };
	struct buf b = { 0 };
	struct live v;
	struct err e;

	(void)state;
	live_init(&v);
	for (size_t i = 0; i < sizeof type / sizeof type[0]; i++) {
		buf_reset(&b, 64);
		op_end(&b, op_begin(&b, type[i]));
		assert_int_equal(live_apply(&v, b.ptr, b.len, &e),
		    ERR_UNSUPPORTED);
		assert_non_null(strstr(e.text, "newer version"));
	}
	live_fini(&v);
	buf_fini(&b);
}

static int
apply_copy(const uint8_t *ptr, size_t len)
{
	uint8_t *copy = malloc(len > 0 ? len : 1);
	struct live v;
	struct err e;
	int rc;

	memcpy(copy, ptr, len);
	live_init(&v);
	rc = live_apply(&v, copy, len, &e);
	live_fini(&v);
	free(copy);
	return rc;
}

static void
test_payload_cut_or_changed_anywhere_crashes_nothing(void **state)
{
	struct buf b = { 0 };
	int failed = 0;

	(void)state;
	put_boot(&b, 1, "boot");
	put_index(&b, 0, "exact");
	put_batch(&b, 1);
	put_outcome(&b, "web", 1, OUTCOME_DUPLICATE);
	put_retired(&b, "web", 1);
	put_series(&b, "/out", "lang=fr", 20);
	put_container(&b, 2, 1, false);
	for (size_t len = 0; len < b.len; len++)
		failed += apply_copy(b.ptr, len) < 0;
	/* All but those between two operations. */
	assert_int_equal(failed, b.len - 7);
	for (size_t i = 0; i < b.len; i++)
		for (int bit = 0; bit < 8; bit++) {
			b.ptr[i] ^= (uint8_t)(1 << bit);
			apply_copy(b.ptr, b.len);
			b.ptr[i] ^= (uint8_t)(1 << bit);
		}
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_operations_build_the_state),
		cmocka_unit_test(test_checkpoint_builds_the_same_state),
		cmocka_unit_test(test_unknown_operation_is_refused),
		cmocka_unit_test(
		    test_payload_cut_or_changed_anywhere_crashes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
