/* test_value_pack.c - attribute values to bytes and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "model/value.h"

static struct lavoir_value item[] = {
	{ .type = LAVOIR_NULL },
	{ .type = LAVOIR_BOOL, .i = 1 },
	{ .type = LAVOIR_INT, .i = INT64_MIN },
	{ .type = LAVOIR_REAL, .r = -0.25 },
	{ .type = LAVOIR_STR, .s = { "été", 5 } },
	{ .type = LAVOIR_STR, .s = { NULL, 0 } },
	{ .type = LAVOIR_BYTES, .s = { "\xff\0\xfe", 3 } },
	{ .type = LAVOIR_LIST, .list = { NULL, 0 } },
};
static const struct lavoir_attr attr[] = {
	{ "list", { .type = LAVOIR_LIST, .list = { item, 8 } } },
	{ "n", { .type = LAVOIR_INT, .i = 4 } },
};
static const struct lavoir_value whole = { .type = LAVOIR_MAP,
	.map = { attr, 2 } };

static int
unpack_bytes_of(const void *ptr, size_t len, struct arena *a,
    struct lavoir_value *v_r)
{
	struct unpack u;
	int rc;

	unpack_init(&u, ptr, len);
	rc = value_unpack(&u, a, v_r);
	if (rc == 0)
		assert_true(unpack_end(&u));
	else
		assert_true(u.bad);
	return rc;
}

static void
test_there_and_back(void **state)
{
	struct arena *a = arena_new(1 << 16);
	struct lavoir_value v;
	struct buf b = { 0 };

	(void)state;
	value_pack(&b, &whole);
	assert_int_equal(unpack_bytes_of(b.ptr, b.len, a, &v), 0);
	assert_true(value_equal(&v, &whole));
	/* Usable as a C string, in place. */
	assert_string_equal(v.map.item[0].value.list.item[4].s.ptr, "été");
	assert_string_equal(v.map.item[0].value.list.item[5].s.ptr, "");
	buf_fini(&b);
	arena_free(&a);
}

static void
test_cut_short_is_refused(void **state)
{
	struct arena *a = arena_new(1 << 20);
	struct lavoir_value v;
	struct buf b = { 0 };

	(void)state;
	value_pack(&b, &whole);
	for (size_t len = 0; len < b.len; len++) {
		void *copy = malloc(len > 0 ? len : 1);

		memcpy(copy, b.ptr, len);
		assert_int_equal(unpack_bytes_of(copy, len, a, &v), ERR_INVAL);
		free(copy);
		arena_reset(a, 1 << 16);
	}
	buf_fini(&b);
	arena_free(&a);
}

static void
test_nonsense_is_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
	} cases[] = {
		{ "\x63", 1 },			   /* unknown type */
		{ "\1\2", 2 },			   /* bool of 2 */
		{ "\4\2\0\0\0\xc3(\0", 8 },	   /* not UTF-8 */
		{ "\4\1\0\0\0ab", 7 },		   /* no NUL behind it */
		{ "\6\xff\xff\xff\xff\0", 6 },	   /* more items than bytes */
		{ "\7\1\0\0\0\2\0\0\0 \0\0", 12 }, /* name " " */
		{ "\7\1\0\0\0\0\0\0\0\0", 10 },	   /* no name */
	};
	struct arena *a = arena_new(1 << 16);
	struct lavoir_value v;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(unpack_bytes_of(cases[i].bytes, cases[i].len,
				     a, &v),
		    ERR_INVAL);
	arena_free(&a);
}

static void
test_depth_is_bounded(void **state)
{
	struct arena *a = arena_new(1 << 16);
	struct lavoir_value v;
	struct buf b = { 0 };

	(void)state;
	for (int i = 0; i < VALUE_DEPTH_MAX - 1; i++) {
		pack_u8(&b, LAVOIR_LIST);
		pack_u32(&b, 1);
	}
	pack_u8(&b, LAVOIR_NULL);
	assert_int_equal(unpack_bytes_of(b.ptr, b.len, a, &v), 0);
	buf_reset(&b, 0);
	for (int i = 0; i < 100000; i++) {
		pack_u8(&b, LAVOIR_LIST);
		pack_u32(&b, 1);
	}
	pack_u8(&b, LAVOIR_NULL);
	assert_int_equal(unpack_bytes_of(b.ptr, b.len, a, &v), ERR_INVAL);
	buf_fini(&b);
	arena_free(&a);
}

static void
test_memory_is_bounded(void **state)
{
	struct arena *a = arena_new(4096);
	struct lavoir_value v;
	struct buf b = { 0 };

	(void)state;
	pack_u8(&b, LAVOIR_LIST);
	pack_u32(&b, 10000);
	for (int i = 0; i < 10000; i++)
		pack_u8(&b, LAVOIR_NULL);
	assert_int_equal(unpack_bytes_of(b.ptr, b.len, a, &v), ERR_NOMEM);
	buf_fini(&b);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_cut_short_is_refused),
		cmocka_unit_test(test_nonsense_is_refused),
		cmocka_unit_test(test_depth_is_bounded),
		cmocka_unit_test(test_memory_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
