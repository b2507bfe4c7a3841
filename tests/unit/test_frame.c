/* test_frame.c - messages of the control socket. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "control/frame.h"

static void
a_frame_comes_back_once_it_is_whole(void **state)
{
	struct buf out = { 0 }, in = { 0 };
	const void *ptr;
	size_t len, size;
	struct err e;

	(void)state;
	frame_put(&out, "{}", 2);
	for (size_t i = 0; i + 1 < out.len; i++) {
		buf_append_byte(&in, out.ptr[i]);
		assert_int_equal(frame_get(&in, 100, &ptr, &len, &size, &e), 0);
	}
	buf_append_byte(&in, out.ptr[out.len - 1]);
	assert_int_equal(frame_get(&in, 100, &ptr, &len, &size, &e), 1);
	assert_int_equal(len, 2);
	assert_memory_equal(ptr, "{}", 2);
	assert_int_equal(size, in.len);
	buf_fini(&out);
	buf_fini(&in);
}

static void
frames_behind_each_other_are_told_apart(void **state)
{
	struct buf b = { 0 };
	const void *ptr;
	size_t len, size;
	struct err e;

	(void)state;
	frame_put(&b, "first", 5);
	frame_put(&b, "", 0);
	frame_put(&b, "x", 1);
	assert_int_equal(frame_get(&b, 100, &ptr, &len, &size, &e), 1);
	assert_int_equal(len, 5);
	buf_consume(&b, size);
	assert_int_equal(frame_get(&b, 100, &ptr, &len, &size, &e), 1);
	assert_int_equal(len, 0);
	buf_consume(&b, size);
	assert_int_equal(frame_get(&b, 100, &ptr, &len, &size, &e), 1);
	assert_memory_equal(ptr, "x", 1);
	buf_fini(&b);
}

static void
a_frame_that_is_too_long_is_refused_by_its_head(void **state)
{
	struct buf b = { 0 };
	const void *ptr;
	size_t len, size;
	struct err e;

	(void)state;
	buf_append(&b, "\x65\x00\x00\x00", 4);
	assert_int_equal(frame_get(&b, 101, &ptr, &len, &size, &e), 0);
	assert_int_equal(frame_get(&b, 100, &ptr, &len, &size, &e), ERR_PROTO);
	assert_non_null(strstr(e.text, "101"));
	buf_fini(&b);
}

static void
check(struct buf *b, const char *expected)
{
	assert_int_equal(b->len, FRAME_HEAD + strlen(expected));
	assert_memory_equal(b->ptr + FRAME_HEAD, expected, strlen(expected));
	buf_fini(b);
}

static void
requests_and_replies_are_json(void **state)
{
	struct buf b = { 0 }, json = { 0 };

	(void)state;
	frame_put_request(&b, "status", NULL);
	check(&b, "{\"version\":1,\"command\":\"status\",\"arguments\":{}}");
	frame_put_request(&b, "pause", "{\"pipeline\":\"web\"}");
	check(&b,
	    "{\"version\":1,\"command\":\"pause\","
	    "\"arguments\":{\"pipeline\":\"web\"}}");
	frame_put_result(&b, NULL);
	check(&b, "{\"ok\":true,\"result\":{}}");
	buf_append_str(&json, "[1]");
	frame_put_result(&b, &json);
	check(&b, "{\"ok\":true,\"result\":[1]}");
	frame_put_error(&b, 64, "a \"quote\" and \xff");
	check(&b,
	    "{\"ok\":false,\"code\":64,\"error\":"
	    "\"a \\\"quote\\\" and \xef\xbf\xbd\"}");
	buf_fini(&json);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_frame_comes_back_once_it_is_whole),
		cmocka_unit_test(frames_behind_each_other_are_told_apart),
		cmocka_unit_test(
		    a_frame_that_is_too_long_is_refused_by_its_head),
		cmocka_unit_test(requests_and_replies_are_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
