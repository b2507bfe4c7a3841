/* test_sequence.c - results put back in the order of the claims. */
#include "role/sequence.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"

#include <cmocka.h>

static void
announce_as(struct sequence *s, uint64_t ticket, uint64_t parent,
    uint64_t index, uint64_t nonce, uint32_t alone)
{
	struct item_note n = { .ticket = ticket,
		.nonce = nonce,
		.parent = parent,
		.claim = ticket,
		.index = index,
		.position = 100 + index,
		.attempts = 1,
		.alone = alone,
		.folder = "/f",
		.path = "p" };
	struct buf b = { 0 };
	struct err e;

	item_note_pack(&b, &n);
	assert_int_equal(sequence_item(s, b.ptr, b.len, &e), 0);
	buf_fini(&b);
}

static void
announce(struct sequence *s, uint64_t ticket, uint64_t parent, uint64_t index)
{
	announce_as(s, ticket, parent, index, 1000 + ticket, 0);
}

static int
result_of(struct sequence *s, uint64_t ticket, uint64_t nonce, const void *ptr,
    size_t len)
{
	struct buf b = { 0 };
	uint8_t sha256[32] = { 0 };
	struct err e;
	int rc;

	pack_u64(&b, ticket);
	pack_u64(&b, nonce);
	pack_raw(&b, sha256, sizeof sha256);
	pack_raw(&b, ptr, len);
	rc = sequence_result(s, b.ptr, b.len, &e);
	buf_fini(&b);
	return rc;
}

static int
result(struct sequence *s, uint64_t ticket)
{
	return result_of(s, ticket, 1000 + ticket, &ticket, sizeof ticket);
}

static void
end(struct sequence *s, uint64_t ticket, bool failed)
{
	struct end_note n = { .ticket = ticket,
		.attempts = 1,
		.reason = failed ? "crash" : NULL };
	struct buf b = { 0 };
	struct err e;

	end_note_pack(&b, &n);
	if (failed)
		assert_int_equal(sequence_failed(s, b.ptr, b.len, &e), 0);
	else
		assert_int_equal(sequence_end(s, b.ptr, b.len, &e), 0);
	buf_fini(&b);
}

static void
make_void(struct sequence *s, uint64_t ticket)
{
	struct err e;

	assert_int_equal(sequence_void(s, &ticket, sizeof ticket, &e), 0);
}

/* The next node is this one; containers are freed after their children. */
static void
expect(struct sequence *s, uint64_t ticket, const char *name)
{
	struct node *n = sequence_take(s, 0, false);
	char child[64];

	assert_non_null(n);
	assert_int_equal(n->note.ticket, ticket);
	node_child_name(n, child, sizeof child);
	assert_string_equal(child, name);
	node_free(&n);
}

static void
test_claims_leave_in_order(void **state)
{
	struct sequence s;

	(void)state;
	sequence_init(&s, 1, -1);
	for (uint64_t i = 1; i <= 4; i++)
		announce(&s, i, 0, 0);
	assert_int_equal(result(&s, 3), 1);
	assert_int_equal(result(&s, 2), 1);
	assert_null(sequence_take(&s, 0, false));
	assert_false(sequence_is_ready(&s, 0));
	assert_int_equal(result(&s, 1), 1);
	assert_true(sequence_is_ready(&s, 0));
	expect(&s, 1, "");
	expect(&s, 2, "");
	expect(&s, 3, "");
	assert_null(sequence_take(&s, 0, false));
	assert_int_equal(s.lane[0].waiting, 1);
	sequence_fini(&s);
}

static void
test_voids_are_passed_over_and_failures_have_their_turn(void **state)
{
	struct sequence s;

	(void)state;
	sequence_init(&s, 1, -1);
	for (uint64_t i = 1; i <= 3; i++)
		announce(&s, i, 0, 0);
	make_void(&s, 1);
	end(&s, 2, true);
	assert_int_equal(result(&s, 3), 1);
	expect(&s, 2, "");
	expect(&s, 3, "");
	sequence_fini(&s);
}

static void
test_children_come_before_their_container_at_every_depth(void **state)
{
	struct sequence s;

	(void)state;
	sequence_init(&s, 1, -1);
	announce(&s, 1, 0, 0);
	announce(&s, 2, 0, 0);
	announce(&s, 10, 1, 0);
	announce(&s, 11, 1, 1);
	announce(&s, 20, 11, 0);
	announce(&s, 21, 11, 1);
	assert_int_equal(result(&s, 2), 1);
	assert_int_equal(result(&s, 21), 1);
	assert_int_equal(result(&s, 10), 1);
	expect(&s, 10, "#0");
	assert_null(sequence_take(&s, 0, false));
	assert_int_equal(result(&s, 20), 1);
	expect(&s, 20, "#1#0");
	expect(&s, 21, "#1#1");
	/* Its end is not announced: more children may come. */
	assert_null(sequence_take(&s, 0, false));
	end(&s, 11, false);
	expect(&s, 11, "#1");
	end(&s, 1, false);
	expect(&s, 1, "");
	expect(&s, 2, "");
	sequence_fini(&s);
}

static void
test_a_container_remembers_how_far_it_came(void **state)
{
	struct sequence s;
	struct node *n, *claim;

	(void)state;
	sequence_init(&s, 1, -1);
	announce(&s, 1, 0, 0);
	announce(&s, 10, 1, 5);
	assert_int_equal(result(&s, 10), 1);
	n = sequence_take(&s, 0, false);
	claim = node_claim(n);
	assert_int_equal(claim->note.ticket, 1);
	assert_int_equal(claim->ended_children, 6);
	assert_int_equal(claim->position, 105);
	node_free(&n);
	sequence_fini(&s);
}

static void
test_results_that_nobody_asked_for_are_not_believed(void **state)
{
	struct sequence s;
	uint64_t one = 1;

	(void)state;
	sequence_init(&s, 1, -1);
	announce(&s, 1, 0, 0);
	assert_int_equal(result(&s, 99), ERR_NOENT);
	assert_int_equal(result_of(&s, 1, 7, &one, 8), ERR_NOENT);
	assert_null(sequence_take(&s, 0, false));
	assert_int_equal(result(&s, 1), 1);
	/* A second one changes nothing. */
	assert_int_equal(result(&s, 1), 0);
	expect(&s, 1, "");
	sequence_fini(&s);
}

static void
test_another_attempt_has_another_nonce(void **state)
{
	struct sequence s;
	uint64_t one = 1;

	(void)state;
	sequence_init(&s, 1, -1);
	announce_as(&s, 1, 0, 0, 50, 0);
	announce_as(&s, 1, 0, 0, 51, 0);
	assert_int_equal(s.lane[0].waiting, 1);
	assert_int_equal(result_of(&s, 1, 50, &one, 8), ERR_NOENT);
	assert_int_equal(result_of(&s, 1, 51, &one, 8), 1);
	expect(&s, 1, "");
	sequence_fini(&s);
}

/* They come on different channels. */
static void
test_a_result_may_overtake_its_second_announcement(void **state)
{
	struct sequence s;
	uint64_t one = 1;

	(void)state;
	sequence_init(&s, 1, -1);
	announce_as(&s, 1, 0, 0, 50, 0);
	assert_int_equal(result_of(&s, 1, 51, &one, 8), ERR_NOENT);
	announce_as(&s, 1, 0, 0, 51, 0);
	assert_int_equal(result_of(&s, 1, 51, &one, 8), 1);
	expect(&s, 1, "");
	sequence_fini(&s);
}

static void
test_what_cannot_be_spilled_stays_in_memory(void **state)
{
	int full = open("/dev/full", O_RDWR);
	size_t size = (size_t)20 * 1024 * 1024;
	char *big = xcalloc(1, size);
	struct sequence s;
	struct err e;

	(void)state;
	sequence_init(&s, 1, full);
	for (uint64_t i = 1; i <= 3; i++)
		announce(&s, i, 0, 0);
	for (uint64_t i = 3; i >= 1; i--) {
		memset(big, 'a' + (int)i, size);
		assert_int_equal(result_of(&s, i, 1000 + i, big, size), 1);
	}
	for (uint64_t i = 1; i <= 3; i++) {
		struct node *n = sequence_take(&s, 0, false);

		assert_int_equal(node_load(&s, n, &e), 0);
		assert_int_equal(n->result[size - 1], 'a' + (int)i);
		node_free(&n);
	}
	sequence_fini(&s);
	close(full);
	free(big);
}

static void
test_one_that_asks_to_be_alone_is_left_for_its_own_batch(void **state)
{
	struct sequence s;
	struct node *n;

	(void)state;
	sequence_init(&s, 1, -1);
	announce_as(&s, 1, 0, 0, 1001, 1);
	assert_int_equal(result(&s, 1), 1);
	assert_null(sequence_take(&s, 0, true));
	n = sequence_take(&s, 0, false);
	assert_non_null(n);
	node_free(&n);
	sequence_fini(&s);
}

static void
test_results_that_wait_too_long_lie_in_the_spill_file(void **state)
{
	char path[] = "/tmp/test_sequence.XXXXXX";
	int fd = mkstemp(path);
	size_t size = (size_t)20 * 1024 * 1024;
	char *big = xcalloc(1, size);
	struct sequence s;
	struct err e;

	(void)state;
	unlink(path);
	sequence_init(&s, 1, fd);
	for (uint64_t i = 1; i <= 4; i++)
		announce(&s, i, 0, 0);
	for (uint64_t i = 4; i >= 1; i--) {
		memset(big, 'a' + (int)i, size);
		assert_int_equal(result_of(&s, i, 1000 + i, big, size), 1);
	}
	assert_true(s.n_spilled > 0);
	assert_true(s.held <= 2 * size);
	for (uint64_t i = 1; i <= 4; i++) {
		struct node *n = sequence_take(&s, 0, false);

		assert_int_equal(node_load(&s, n, &e), 0);
		assert_int_equal(n->result_len, size);
		assert_int_equal(n->result[0], 'a' + (int)i);
		assert_int_equal(n->result[size - 1], 'a' + (int)i);
		node_free(&n);
	}
	assert_int_equal(s.n_spilled, 0);
	assert_int_equal(s.held, 0);
	free(big);
	sequence_fini(&s);
	close(fd);
}

static void
test_what_the_supervisor_would_not_say_is_refused(void **state)
{
	struct item_note n = { .ticket = 5, .parent = 99, .path = "p" };
	struct sequence s;
	struct buf b = { 0 };
	struct err e;

	(void)state;
	sequence_init(&s, 1, -1);
	item_note_pack(&b, &n);
	assert_int_equal(sequence_item(&s, b.ptr, b.len, &e), ERR_PROTO);
	for (size_t len = 0; len < b.len; len++)
		assert_int_equal(sequence_item(&s, b.ptr, len, &e), ERR_PROTO);
	b.len = 0;
	n.parent = 0;
	n.lane = 3;
	item_note_pack(&b, &n);
	assert_int_equal(sequence_item(&s, b.ptr, b.len, &e), ERR_PROTO);
	buf_fini(&b);
	sequence_fini(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_claims_leave_in_order),
		cmocka_unit_test(
		    test_voids_are_passed_over_and_failures_have_their_turn),
		cmocka_unit_test(
		    test_children_come_before_their_container_at_every_depth),
		cmocka_unit_test(test_a_container_remembers_how_far_it_came),
		cmocka_unit_test(
		    test_results_that_nobody_asked_for_are_not_believed),
		cmocka_unit_test(test_another_attempt_has_another_nonce),
		cmocka_unit_test(
		    test_a_result_may_overtake_its_second_announcement),
		cmocka_unit_test(test_what_cannot_be_spilled_stays_in_memory),
		cmocka_unit_test(
		    test_one_that_asks_to_be_alone_is_left_for_its_own_batch),
		cmocka_unit_test(
		    test_results_that_wait_too_long_lie_in_the_spill_file),
		cmocka_unit_test(
		    test_what_the_supervisor_would_not_say_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
