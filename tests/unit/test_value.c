/* test_value.c - attribute values: copied, compared, written as JSON. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "model/value.h"

#define STR(t)                                                                 \
	{                                                                      \
		.type = LAVOIR_STR, .s = { t, sizeof(t) - 1 }                  \
	}
#define INT(n)                                                                 \
	{                                                                      \
		.type = LAVOIR_INT, .i = (n)                                   \
	}
#define REAL(x)                                                                \
	{                                                                      \
		.type = LAVOIR_REAL, .r = (x)                                  \
	}
#define BOOL(x)                                                                \
	{                                                                      \
		.type = LAVOIR_BOOL, .i = (x)                                  \
	}
#define BYTES(t)                                                               \
	{                                                                      \
		.type = LAVOIR_BYTES, .s = { t, sizeof(t) - 1 }                \
	}
#define LIST(items, count)                                                     \
	{                                                                      \
		.type = LAVOIR_LIST, .list = { items, count }                  \
	}
#define MAP(items, count)                                                      \
	{                                                                      \
		.type = LAVOIR_MAP, .map = { items, count }                    \
	}

static const struct lavoir_value null_value = { .type = LAVOIR_NULL };

static int
copy_rc(const struct lavoir_value *v)
{
	struct arena *a = arena_new(1 << 20);
	struct lavoir_value copy;
	int rc = value_copy(a, v, &copy);

	arena_free(&a);
	return rc;
}

static void
test_names(void **state)
{
	char name[130];

	(void)state;
	assert_true(value_name_valid("a"));
	assert_true(value_name_valid("dc.title"));
	assert_true(value_name_valid("_private:x-1"));
	assert_false(value_name_valid(NULL));
	assert_false(value_name_valid(""));
	assert_false(value_name_valid("a b"));
	assert_false(value_name_valid("a/b"));
	assert_false(value_name_valid("é"));
	assert_false(value_name_valid("a\n"));
	memset(name, 'x', sizeof(name));
	name[128] = '\0';
	assert_true(value_name_valid(name));
	name[128] = 'x';
	name[129] = '\0';
	assert_false(value_name_valid(name));
}

static void
test_copy_is_deep(void **state)
{
	char text[] = "été", name[] = "k";
	struct lavoir_value item[2] = { STR("x"), INT(7) };
	struct lavoir_attr attr[1] = { { name, LIST(item, 2) } };
	const struct lavoir_value v = MAP(attr, 1);
	struct arena *a = arena_new(1 << 16);
	struct lavoir_value copy;

	(void)state;
	item[0].s = (struct lavoir_str){ text, sizeof(text) - 1 };
	assert_int_equal(value_copy(a, &v, &copy), 0);
	assert_true(value_equal(&v, &copy));
	text[0] = 'X';
	name[0] = 'z';
	item[1].i = 8;
	assert_string_equal(copy.map.item[0].name, "k");
	assert_string_equal(copy.map.item[0].value.list.item[0].s.ptr, "été");
	assert_int_equal(copy.map.item[0].value.list.item[1].i, 7);
	assert_false(value_equal(&v, &copy));
	arena_free(&a);
}

static void
test_copy_ends_strings_in_nul(void **state)
{
	const struct lavoir_value v = { .type = LAVOIR_STR,
		.s = { "abcdef", 3 } };
	const struct lavoir_value empty = { .type = LAVOIR_STR };
	struct arena *a = arena_new(1 << 16);
	struct lavoir_value copy;

	(void)state;
	assert_int_equal(value_copy(a, &v, &copy), 0);
	assert_string_equal(copy.s.ptr, "abc");
	assert_int_equal(value_copy(a, &empty, &copy), 0);
	assert_string_equal(copy.s.ptr, "");
	arena_free(&a);
}

static void
test_copy_makes_bools_0_or_1(void **state)
{
	const struct lavoir_value v = BOOL(0x100000000);
	struct lavoir_value copy;

	(void)state;
	assert_int_equal(value_copy(NULL, &v, &copy), 0);
	assert_int_equal(copy.i, 1);
}

static void
test_copy_refuses_nonsense(void **state)
{
	struct lavoir_attr bad_name[1] = { { "a b", INT(1) } };
	struct lavoir_attr no_name[1] = { { NULL, INT(1) } };
	const struct lavoir_value hostile[] = {
		{ .type = 99 },
		{ .type = -1 },
		STR("\xff"),
		STR("\xed\xa0\x80"),
		{ .type = LAVOIR_STR, .s = { NULL, 1 } },
		{ .type = LAVOIR_BYTES, .s = { NULL, 1 } },
		LIST(NULL, 3),
		MAP(NULL, 3),
		MAP(bad_name, 1),
		MAP(no_name, 1),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++)
		assert_int_equal(copy_rc(&hostile[i]), ERR_INVAL);
	assert_int_equal(copy_rc(NULL), ERR_INVAL);
}

static void
test_copy_takes_any_bytes(void **state)
{
	const struct lavoir_value v = BYTES("\xff\0\xfe");

	(void)state;
	assert_int_equal(copy_rc(&v), 0);
}

static void
test_copy_bounds_depth(void **state)
{
	struct lavoir_value v[VALUE_DEPTH_MAX + 1];

	(void)state;
	for (size_t i = 0; i < VALUE_DEPTH_MAX; i++)
		v[i] = (struct lavoir_value)LIST(&v[i + 1], 1);
	v[VALUE_DEPTH_MAX] = null_value;
	assert_int_equal(copy_rc(&v[0]), ERR_INVAL);
	assert_int_equal(copy_rc(&v[1]), 0);
	/* A list that holds itself. */
	v[0] = (struct lavoir_value)LIST(&v[0], 1);
	assert_int_equal(copy_rc(&v[0]), ERR_INVAL);
}

static void
test_copy_bounds_memory(void **state)
{
	struct lavoir_value item = INT(1);
	const struct lavoir_value huge[] = {
		{ .type = LAVOIR_STR, .s = { "x", SIZE_MAX / 2 } },
		{ .type = LAVOIR_STR, .s = { "x", SIZE_MAX } },
		LIST(&item, SIZE_MAX / 2),
		LIST(&item, SIZE_MAX / 16),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(huge) / sizeof(huge[0]); i++)
		assert_int_equal(copy_rc(&huge[i]), ERR_NOMEM);
}

static void
test_equal(void **state)
{
	struct lavoir_value one[] = { INT(1) }, real_one[] = { REAL(1) };
	struct lavoir_attr a1[] = { { "a", INT(1) } },
			   b1[] = { { "b", INT(1) } };
	const struct {
		struct lavoir_value a, b;
		bool equal;
	} cases[] = {
		{ { .type = LAVOIR_NULL }, { .type = LAVOIR_NULL }, true },
		{ INT(1), INT(1), true },
		{ INT(1), INT(2), false },
		{ INT(1), REAL(1), true },
		{ REAL(1), INT(1), true },
		{ INT(1), REAL(1.5), false },
		{ INT(INT64_MAX), REAL(9223372036854775808.0), false },
		{ INT(9007199254740993), REAL(9007199254740992.0), false },
		{ INT(0), REAL(NAN), false },
		{ REAL(NAN), REAL(NAN), false },
		{ BOOL(1), INT(1), false },
		{ STR("a"), STR("a"), true },
		{ STR("a"), STR("b"), false },
		{ STR("a"), STR("ab"), false },
		{ STR("a"), BYTES("a"), false },
		{ STR(""), { .type = LAVOIR_STR }, true },
		{ LIST(one, 1), LIST(real_one, 1), true },
		{ LIST(one, 1), LIST(one, 0), false },
		{ MAP(a1, 1), MAP(a1, 1), true },
		{ MAP(a1, 1), MAP(b1, 1), false },
		{ { .type = 99 }, { .type = 99 }, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(value_equal(&cases[i].a, &cases[i].b),
		    cases[i].equal);
}

static void
check_json(const struct lavoir_value *v, const char *expected)
{
	struct buf b = { 0 };

	value_write_json(&b, v);
	assert_string_equal(buf_str(&b), expected);
	buf_fini(&b);
}

static void
test_json(void **state)
{
	struct lavoir_value item[] = { STR("a\"b"), BOOL(0), BOOL(1),
		{ .type = LAVOIR_NULL } };
	struct lavoir_attr attr[] = { { "_x", LIST(item, 4) },
		{ "y", INT(-3) } };
	const struct lavoir_value map = MAP(attr, 2), bytes = BYTES("\xff\xfe"),
				  real = REAL(0.1), none = LIST(NULL, 0),
				  empty = MAP(NULL, 0);

	(void)state;
	check_json(&map, "{\"_x\":[\"a\\\"b\",false,true,null],\"y\":-3}");
	check_json(&bytes, "\"//4=\"");
	check_json(&real, "0.1");
	check_json(&none, "[]");
	check_json(&empty, "{}");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_copy_is_deep),
		cmocka_unit_test(test_copy_ends_strings_in_nul),
		cmocka_unit_test(test_copy_makes_bools_0_or_1),
		cmocka_unit_test(test_copy_refuses_nonsense),
		cmocka_unit_test(test_copy_takes_any_bytes),
		cmocka_unit_test(test_copy_bounds_depth),
		cmocka_unit_test(test_copy_bounds_memory),
		cmocka_unit_test(test_equal),
		cmocka_unit_test(test_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
