/* test_batch.c - batches packed, unpacked, and hostile ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/batch.h"
#include "store_help.h"

static const uint64_t keys[3] = { 1, UINT64_MAX, 0x1234567890abcdef };

static void
fill_container(struct batch_container *c)
{
	c->pipeline = "web";
	c->number = 2;
	c->folder = "/srv/drop";
	c->path = "a.zip";
	c->witness = (struct witness){ 1, 2, 3, 4 };
	c->added_ns = 5;
	c->reader = "read-zip 1.0 abc";
	c->depth = 2;
	c->level[0] = (struct container_level){ 3, 4096 };
	c->level[1] = (struct container_level){ 1, 0 };
	c->ended = true;
}

static void
fill(struct batch *b)
{
	struct batch_record *r;
	struct batch_keys *k;

	b->lane = 3;
	b->epoch = 77;
	b->last = 99;
	help_outcome(batch_add_outcome(b), "web", 1, OUTCOME_EXPORTED);
	help_outcome(batch_add_outcome(b), "web", 2, OUTCOME_DUPLICATE);
	k = batch_add_keys(b);
	*k = (struct batch_keys){ 0, 1, 3, keys, "sketch", 6 };
	k = batch_add_keys(b);
	*k = (struct batch_keys){ .outcome = 0 };
	r = batch_add_record(b);
	*r = (struct batch_record){ 0, 0, NULL, "{}\n", 3 };
	r = batch_add_record(b);
	*r = (struct batch_record){ 1, 4, "lang=fr/year=2026", "", 0 };
	fill_container(batch_add_container(b));
}

static void
assert_filled(const struct batch *b)
{
	struct batch_container c;

	assert_int_equal(b->lane, 3);
	assert_int_equal(b->epoch, 77);
	assert_int_equal(b->last, 99);
	assert_int_equal(b->n_outcomes, 2);
	assert_string_equal(b->outcome[1].duplicate_of, "web-1");
	assert_int_equal(b->n_keys, 2);
	assert_int_equal(b->keys[0].index, 1);
	assert_int_equal(b->keys[0].n, 3);
	assert_memory_equal(b->keys[0].key, keys, sizeof keys);
	assert_int_equal((uintptr_t)b->keys[0].key % sizeof(uint64_t), 0);
	assert_int_equal(b->keys[0].sketch_size, 6);
	assert_memory_equal(b->keys[0].sketch, "sketch", 6);
	assert_int_equal(b->keys[1].n, 0);
	assert_int_equal(b->n_records, 2);
	assert_null(b->record[0].partition);
	assert_int_equal(b->record[0].len, 3);
	assert_memory_equal(b->record[0].ptr, "{}\n", 3);
	assert_string_equal(b->record[1].partition, "lang=fr/year=2026");
	assert_int_equal(b->n_containers, 1);
	memset(&c, 0, sizeof c);
	fill_container(&c);
	assert_string_equal(b->container[0].reader, c.reader);
	assert_int_equal(b->container[0].depth, 2);
	assert_memory_equal(b->container[0].level, c.level, sizeof c.level);
	assert_true(b->container[0].ended);
}

static void
test_batch_comes_back_as_it_was(void **state)
{
	struct batch in, out;
	struct buf b = { 0 };
	struct err e;

	(void)state;
	batch_init(&in);
	batch_init(&out);
	fill(&in);
	batch_pack(&in, &b);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(batch_unpack(&out, b.ptr, b.len, &e), 0);
		assert_filled(&out);
	}
	batch_reset(&out);
	assert_int_equal(out.n_outcomes, 0);
	batch_fini(&in);
	batch_fini(&out);
	buf_fini(&b);
}

static void
test_empty_batch_is_a_batch(void **state)
{
	struct batch in, out;
	struct buf b = { 0 };
	struct err e;

	(void)state;
	batch_init(&in);
	batch_init(&out);
	batch_pack(&in, &b);
	assert_int_equal(batch_unpack(&out, b.ptr, b.len, &e), 0);
	assert_int_equal(out.n_outcomes, 0);
	batch_fini(&in);
	batch_fini(&out);
	buf_fini(&b);
}

static void
test_many_entries_grow_the_arrays(void **state)
{
	struct batch in, out;
	struct buf b = { 0 };
	struct err e;

	(void)state;
	batch_init(&in);
	batch_init(&out);
	for (uint64_t i = 1; i <= 500; i++)
		help_outcome(batch_add_outcome(&in), "web", i,
		    OUTCOME_EXPORTED);
	batch_pack(&in, &b);
	assert_int_equal(batch_unpack(&out, b.ptr, b.len, &e), 0);
	assert_int_equal(out.n_outcomes, 500);
	assert_int_equal(out.outcome[499].number, 500);
	batch_fini(&in);
	batch_fini(&out);
	buf_fini(&b);
}

static int
unpack_copy(struct batch *out, const uint8_t *ptr, size_t len, struct err *e)
{
	/* Of exactly this size, so that the sanitizer sees reads beyond. */
	uint8_t *copy = malloc(len > 0 ? len : 1);
	int rc;

	memcpy(copy, ptr, len);
	rc = batch_unpack(out, copy, len, e);
	batch_reset(out);
	free(copy);
	return rc;
}

static void
test_batch_cut_at_any_byte_is_refused(void **state)
{
	struct batch in, out;
	struct buf b = { 0 };
	struct err e;

	(void)state;
	batch_init(&in);
	batch_init(&out);
	fill(&in);
	batch_pack(&in, &b);
	for (size_t len = 0; len < b.len; len++)
		assert_int_equal(unpack_copy(&out, b.ptr, len, &e), ERR_PROTO);
	buf_append_byte(&b, 0);
	assert_int_equal(unpack_copy(&out, b.ptr, b.len, &e), ERR_PROTO);
	batch_fini(&in);
	batch_fini(&out);
	buf_fini(&b);
}

static void
test_any_changed_byte_is_refused_or_harmless(void **state)
{
	static const uint8_t change[] = { 0x01, 0x80, 0xff };
	struct batch in, out;
	struct buf b = { 0 };
	struct err e;
	unsigned refused = 0;
	int rc;

	(void)state;
	batch_init(&in);
	batch_init(&out);
	fill(&in);
	batch_pack(&in, &b);
	for (size_t i = 0; i < b.len; i++)
		for (size_t j = 0; j < sizeof change; j++) {
			b.ptr[i] ^= change[j];
			rc = unpack_copy(&out, b.ptr, b.len, &e);
			assert_true(rc == 0 || rc == ERR_PROTO);
			refused += rc != 0;
			b.ptr[i] ^= change[j];
		}
	assert_true(refused > 0);
	batch_fini(&in);
	batch_fini(&out);
	buf_fini(&b);
}

static void
test_huge_counts_and_lengths_cost_nothing(void **state)
{
	static const uint32_t value[] = { 0x7fffffff, 0xfffffffe, 0xffffffff,
		0x10000000 };
	struct batch in, out;
	struct buf b = { 0 };
	uint32_t old;
	struct err e;

	(void)state;
	batch_init(&in);
	batch_init(&out);
	fill(&in);
	batch_pack(&in, &b);
	for (size_t i = 0; i + 4 <= b.len; i++)
		for (size_t j = 0; j < sizeof value / sizeof value[0]; j++) {
			memcpy(&old, b.ptr + i, 4);
			memcpy(b.ptr + i, &value[j], 4);
			unpack_copy(&out, b.ptr, b.len, &e);
			assert_true(out.outcome_cap < 10000);
			memcpy(b.ptr + i, &old, 4);
		}
	batch_fini(&in);
	batch_fini(&out);
	buf_fini(&b);
}

typedef void spoil_fn(struct batch *b);

static void
keys_of_no_outcome(struct batch *b)
{
	b->keys[0].outcome = 2;
}

static void
keys_of_a_duplicate(struct batch *b)
{
	b->keys[0].outcome = 1;
}

static void
sketch_too_large(struct batch *b)
{
	static uint8_t sketch[257];

	b->keys[0].sketch = sketch;
	b->keys[0].sketch_size = sizeof sketch;
}

static void
record_of_no_outcome(struct batch *b)
{
	b->record[1].outcome = 7;
}

static void
partition_upwards(struct batch *b)
{
	b->record[1].partition = "a/../b";
}

static void
partition_empty(struct batch *b)
{
	b->record[1].partition = "";
}

static void
partition_absolute(struct batch *b)
{
	b->record[1].partition = "/a";
}

static void
partition_with_blank(struct batch *b)
{
	b->record[1].partition = "a b";
}

static void
container_without_number(struct batch *b)
{
	b->container[0].number = 0;
}

static void
container_without_reader(struct batch *b)
{
	b->container[0].reader = NULL;
}

static void
container_outside(struct batch *b)
{
	b->container[0].path = "..";
}

static void
outcome_of_no_kind(struct batch *b)
{
	b->outcome[1].kind = 9;
}

static void
test_entries_that_cannot_be_are_refused_with_their_place(void **state)
{
	const struct {
		spoil_fn *spoil;
		const char *place;
	} c[] = {
		{ keys_of_no_outcome, "keys 0: outcome 2 of 2" },
		{ keys_of_a_duplicate, "keys 0: outcome 1 is not exported" },
		{ sketch_too_large, "keys 0: sketch of 257 bytes" },
		{ record_of_no_outcome, "record 1: outcome 7 of 2" },
		{ partition_upwards, "record 1: not a partition" },
		{ partition_empty, "record 1: not a partition" },
		{ partition_absolute, "record 1: not a partition" },
		{ partition_with_blank, "record 1: not a partition" },
		{ container_without_number, "container 0: number 0" },
		{ container_without_reader, "container 0: reader" },
		{ container_outside, "container 0: path leads out" },
		{ outcome_of_no_kind, "outcome 1: kind 9" },
	};
	struct batch in, out;
	struct buf b = { 0 };
	struct err e;

	(void)state;
	batch_init(&in);
	batch_init(&out);
	for (size_t i = 0; i < sizeof c / sizeof c[0]; i++) {
		batch_reset(&in);
		fill(&in);
		c[i].spoil(&in);
		buf_reset(&b, 4096);
		batch_pack(&in, &b);
		assert_int_equal(batch_unpack(&out, b.ptr, b.len, &e),
		    ERR_PROTO);
		assert_non_null(strstr(e.text, c[i].place));
		assert_int_equal(out.n_outcomes, 0);
	}
	batch_fini(&in);
	batch_fini(&out);
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_batch_comes_back_as_it_was),
		cmocka_unit_test(test_empty_batch_is_a_batch),
		cmocka_unit_test(test_many_entries_grow_the_arrays),
		cmocka_unit_test(test_batch_cut_at_any_byte_is_refused),
		cmocka_unit_test(test_any_changed_byte_is_refused_or_harmless),
		cmocka_unit_test(test_huge_counts_and_lengths_cost_nothing),
		cmocka_unit_test(
		    test_entries_that_cannot_be_are_refused_with_their_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
