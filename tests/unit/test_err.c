/* test_err.c - an error as a code and a sentence. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/utf8.h"

static void
test_set_gives_the_code_and_formats_the_text(void **state)
{
	struct err e = { 0 };

	(void)state;
	assert_int_equal(err_set(&e, ERR_INVAL, "%d of %s", 3, "x"), ERR_INVAL);
	assert_int_equal(e.code, ERR_INVAL);
	assert_string_equal(e.text, "3 of x");
}

static void
test_sys_adds_the_message_and_keeps_errno(void **state)
{
	struct err e = { 0 };

	(void)state;
	errno = EACCES;
	assert_int_equal(err_sys(&e, "open %s", "/a"), ERR_PERM);
	assert_int_equal(errno, EACCES);
	assert_string_equal(e.text, "open /a: Permission denied");
}

static void
test_wrap_puts_text_before_and_keeps_the_code(void **state)
{
	struct err e = { 0 };

	(void)state;
	err_set(&e, ERR_CORRUPT, "checksum");
	assert_int_equal(err_wrap(&e, "series \"%s\"", "x"), ERR_CORRUPT);
	assert_string_equal(e.text, "series \"x\": checksum");
}

static void
test_arguments_may_be_the_old_text(void **state)
{
	struct err e = { 0 };

	(void)state;
	err_set(&e, ERR_IO, "inner");
	err_set(&e, ERR_NOENT, "%s, %s", e.text, e.text);
	assert_string_equal(e.text, "inner, inner");
	err_wrap(&e, "%s", e.text);
	assert_string_equal(e.text, "inner, inner: inner, inner");
}

static void
test_no_struct_gives_the_code_alone(void **state)
{
	(void)state;
	assert_int_equal(err_set(NULL, ERR_BUSY, "x"), ERR_BUSY);
	errno = ENOENT;
	assert_int_equal(err_sys(NULL, "x"), ERR_NOENT);
	assert_true(err_wrap(NULL, "x") < 0);
}

static void
test_long_text_is_cut_between_characters(void **state)
{
	struct err e = { 0 };
	char text[1001] = { 0 };

	(void)state;
	for (size_t pad = 0; pad < 4; pad++) {
		memset(text, 'a', pad);
		for (size_t i = pad; i + 3 < sizeof(text); i += 3)
			memcpy(text + i, "\xE2\x82\xAC", 3);
		err_set(&e, ERR_INVAL, "%s", text);
		assert_true(strlen(e.text) >= sizeof(e.text) - 4);
		assert_true(utf8_valid(e.text, strlen(e.text)));
		err_wrap(&e, "before");
		assert_true(strlen(e.text) >= sizeof(e.text) - 4);
		assert_true(utf8_valid(e.text, strlen(e.text)));
	}
}

static void
test_errno_values_fall_into_codes(void **state)
{
	static const struct {
		int error, code;
	} cases[] = {
		{ ENOENT, ERR_NOENT },
		{ EINVAL, ERR_INVAL },
		{ ENOSPC, ERR_NOSPACE },
		{ EDQUOT, ERR_NOSPACE },
		{ EMFILE, ERR_LIMIT },
		{ ENFILE, ERR_LIMIT },
		{ ENOMEM, ERR_LIMIT },
		{ EACCES, ERR_PERM },
		{ EROFS, ERR_PERM },
		{ EPIPE, ERR_CLOSED },
		{ ECONNRESET, ERR_CLOSED },
		{ EBUSY, ERR_BUSY },
		{ ENOSYS, ERR_UNSUPPORTED },
		{ EIO, ERR_IO },
		{ 9999, ERR_IO },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(err_from_errno(cases[i].error), cases[i].code);
}

static void
test_every_code_has_a_name_of_its_own(void **state)
{
	static const int codes[] = { ERR_NOENT, ERR_INVAL, ERR_NOMEM,
		ERR_CANCELED, ERR_FATAL, ERR_IO, ERR_NOSPACE, ERR_LIMIT,
		ERR_BUSY, ERR_CORRUPT, ERR_PROTO, ERR_CONFIG, ERR_PERM,
		ERR_CLOSED, ERR_UNSUPPORTED };
	size_t n = sizeof(codes) / sizeof(codes[0]);

	(void)state;
	assert_string_equal(err_name(ERR_NOSPACE), "no space");
	assert_string_equal(err_name(-99), "unknown");
	for (size_t i = 0; i < n; i++) {
		assert_string_not_equal(err_name(codes[i]), "unknown");
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(err_name(codes[i]),
			    err_name(codes[k]));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set_gives_the_code_and_formats_the_text),
		cmocka_unit_test(test_sys_adds_the_message_and_keeps_errno),
		cmocka_unit_test(test_wrap_puts_text_before_and_keeps_the_code),
		cmocka_unit_test(test_arguments_may_be_the_old_text),
		cmocka_unit_test(test_no_struct_gives_the_code_alone),
		cmocka_unit_test(test_long_text_is_cut_between_characters),
		cmocka_unit_test(test_errno_values_fall_into_codes),
		cmocka_unit_test(test_every_code_has_a_name_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
