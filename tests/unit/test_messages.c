/* test_messages.c - bodies of frames, there and back, and cut at every byte. */
#include "role/messages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
test_a_ticket_comes_back_as_it_was(void **state)
{
	struct ticket t = { .id = 7,
		.nonce = UINT64_MAX,
		.kind = TICKET_TEXT,
		.pipeline = 2,
		.step = 3,
		.depth = 4,
		.offset = 5,
		.length = 6,
		.mtime_ns = -1,
		.added_ns = 9,
		.path = "a/b\n\xFF",
		.member = NULL,
		.media_type = "text/plain",
		.attrs = "attrs",
		.attrs_len = 5,
		.resume_position = 10,
		.resume_children = 11,
		.unpack_max = 12,
		.has_sidecar = true,
		.sidecar = { 1, 2, 3 } };
	struct ticket r;
	struct buf b = { 0 };
	struct err e;

	(void)state;
	ticket_pack(&b, &t);
	assert_int_equal(ticket_unpack(&r, b.ptr, b.len, &e), 0);
	assert_true(r.id == 7 && r.nonce == UINT64_MAX && r.offset == 5);
	assert_int_equal(r.kind, TICKET_TEXT);
	assert_true(r.mtime_ns == -1 && r.resume_children == 11);
	assert_int_equal(r.unpack_max, 12);
	assert_string_equal(r.path, t.path);
	assert_null(r.member);
	assert_string_equal(r.media_type, "text/plain");
	assert_int_equal(r.attrs_len, 5);
	assert_memory_equal(r.attrs, "attrs", 5);
	assert_true(r.has_sidecar);
	assert_memory_equal(r.sidecar, t.sidecar, sizeof t.sidecar);
	for (size_t len = 0; len < b.len; len++)
		assert_int_equal(ticket_unpack(&r, b.ptr, len, &e), ERR_PROTO);
	buf_fini(&b);
}

static void
test_a_child_comes_back_as_it_was(void **state)
{
	struct child_ticket c = { .parent = 1,
		.index = 2,
		.kind = TICKET_RAW,
		.step = 3,
		.in_window = 1,
		.offset = 4,
		.length = 5,
		.position = 6,
		.name = "member",
		.fail = "encrypted" };
	struct child_ticket r;
	struct buf b = { 0 };
	struct err e;

	(void)state;
	child_ticket_pack(&b, &c);
	assert_int_equal(child_ticket_unpack(&r, b.ptr, b.len, &e), 0);
	assert_true(r.parent == 1 && r.index == 2 && r.position == 6);
	assert_string_equal(r.name, "member");
	assert_null(r.media_type);
	assert_string_equal(r.fail, "encrypted");
	for (size_t len = 0; len < b.len; len++)
		assert_int_equal(child_ticket_unpack(&r, b.ptr, len, &e),
		    ERR_PROTO);
	buf_fini(&b);
}

static void
test_an_item_comes_back_as_it_was(void **state)
{
	struct item_note n = { .ticket = 1,
		.nonce = 2,
		.parent = 3,
		.claim = 4,
		.lane = 5,
		.pipeline = 6,
		.index = 7,
		.position = 8,
		.number = 9,
		.children = 10,
		.resume_position = 11,
		.attempts = 12,
		.alone = 1,
		.retire = RETIRE_PENDING,
		.folder = "/drop",
		.path = "p",
		.witness = { 1, 2, -3, 4 },
		.added_ns = 13 };
	struct item_note r;
	struct buf b = { 0 };
	struct err e;

	(void)state;
	item_note_pack(&b, &n);
	assert_int_equal(item_note_unpack(&r, b.ptr, b.len, &e), 0);
	assert_true(r.claim == 4 && r.number == 9 && r.children == 10);
	assert_true(r.resume_position == 11 && r.added_ns == 13);
	assert_int_equal(r.retire, RETIRE_PENDING);
	assert_true(witness_equal(&r.witness, &n.witness));
	assert_null(r.member);
	for (size_t len = 0; len < b.len; len++)
		assert_int_equal(item_note_unpack(&r, b.ptr, len, &e),
		    ERR_PROTO);
	buf_fini(&b);
}

static void
test_ends_come_back_as_they_were(void **state)
{
	struct end_note n = { .ticket = 1,
		.children = 2,
		.attempts = 3,
		.sha256 = { 9, 8, 7 },
		.plugin = "read-x",
		.reason = "crash:SIGSEGV",
		.detail = "d" };
	struct done d = { .ticket = 4,
		.kind = DONE_CONTAINER,
		.children = 5,
		.memory = 6,
		.text = "why" };
	struct end_note end;
	struct done done;
	struct buf b = { 0 };
	struct err e;

	(void)state;
	end_note_pack(&b, &n);
	assert_int_equal(end_note_unpack(&end, b.ptr, b.len, &e), 0);
	assert_memory_equal(end.sha256, n.sha256, 32);
	assert_string_equal(end.reason, "crash:SIGSEGV");
	for (size_t len = 0; len < b.len; len++)
		assert_int_equal(end_note_unpack(&end, b.ptr, len, &e),
		    ERR_PROTO);
	b.len = 0;
	done_pack(&b, &d);
	assert_int_equal(done_unpack(&done, b.ptr, b.len, &e), 0);
	assert_int_equal(done.kind, DONE_CONTAINER);
	assert_string_equal(done.text, "why");
	for (size_t len = 0; len < b.len; len++)
		assert_int_equal(done_unpack(&done, b.ptr, len, &e), ERR_PROTO);
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_ticket_comes_back_as_it_was),
		cmocka_unit_test(test_a_child_comes_back_as_it_was),
		cmocka_unit_test(test_an_item_comes_back_as_it_was),
		cmocka_unit_test(test_ends_come_back_as_they_were),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
