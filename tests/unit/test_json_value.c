/* test_json_value.c - JSON as attributes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "control/json_value.h"
#include "model/value.h"

static int
convert(const char *text, struct buf *b)
{
	struct arena *a = arena_new(0);
	json_t *json = json_loads(text, JSON_DECODE_ANY, NULL);
	struct lavoir_value v;
	int rc;

	assert_non_null(json);
	rc = json_value(json, a, &v);
	if (rc == 0)
		value_write_json(b, &v);
	json_decref(json);
	arena_free(&a);
	return rc;
}

static void
values_come_back_as_they_were(void **state)
{
	static const char *const texts[] = { "null", "true", "false", "-7",
		"1.5", "\"text\"", "\"\"", "[]", "{}", "[1,[true,null],\"x\"]",
		"{\"b\":1,\"a\":{\"c.d\":[2.5]}}" };

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct buf b = { 0 };

		assert_int_equal(convert(texts[i], &b), 0);
		assert_string_equal(buf_str(&b), texts[i]);
		buf_fini(&b);
	}
}

static void
what_no_attribute_can_be_is_refused(void **state)
{
	struct buf b = { 0 };
	char deep[80] = "";

	(void)state;
	assert_int_equal(convert("{\"a b\":1}", &b), ERR_INVAL);
	assert_int_equal(convert("[{\"\":1}]", &b), ERR_INVAL);
	memset(deep, '[', 20);
	memset(deep + 20, ']', 20);
	assert_int_equal(convert(deep, &b), ERR_INVAL);
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_come_back_as_they_were),
		cmocka_unit_test(what_no_attribute_can_be_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
