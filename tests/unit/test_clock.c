/* test_clock.c - time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"

static void
test_rfc3339(void **state)
{
	static const struct {
		int64_t ns;
		const char *text;
	} cases[] = {
		{ 0, "1970-01-01T00:00:00Z" },
		{ 999999, "1970-01-01T00:00:00Z" },
		{ 1000000, "1970-01-01T00:00:00.001Z" },
		{ INT64_C(1796135431000000000), "2026-12-01T14:30:31Z" },
		{ INT64_C(1796135431120000000), "2026-12-01T14:30:31.120Z" },
		{ -1, "1969-12-31T23:59:59.999Z" },
		{ -1000000000, "1969-12-31T23:59:59Z" },
		{ INT64_C(951782400000000000), "2000-02-29T00:00:00Z" },
		{ INT64_MAX, "2262-04-11T23:47:16.854Z" },
		{ INT64_MIN, "1677-09-21T00:12:43.145Z" },
	};
	char text[CLOCK_RFC3339_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_ptr_equal(clock_rfc3339(text, cases[i].ns), text);
		assert_string_equal(text, cases[i].text);
	}
}

static void
test_monotonic_time_does_not_go_back(void **state)
{
	uint64_t last = clock_monotonic_ns();

	(void)state;
	assert_true(clock_monotonic_ms() >= last / 1000000);
	for (int i = 0; i < 1000; i++) {
		uint64_t now = clock_monotonic_ns();

		assert_true(now >= last);
		last = now;
	}
}

static void
test_source_date_epoch_stands_in_for_output_time(void **state)
{
	(void)state;
	setenv("SOURCE_DATE_EPOCH", "1700000000", 1);
	assert_true(clock_output_ns() == INT64_C(1700000000000000000));
	assert_true(clock_wall_ns() > INT64_C(1700000000000000000));
	unsetenv("SOURCE_DATE_EPOCH");
}

static void
test_a_wrong_source_date_epoch_is_ignored(void **state)
{
	static const char *const wrong[] = { "", "x", "12x", "-5", " 5",
		"99999999999", "99999999999999999999999" };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		int64_t before = clock_wall_ns();

		setenv("SOURCE_DATE_EPOCH", wrong[i], 1);
		assert_true(clock_output_ns() >= before);
		assert_true(clock_output_ns() <= clock_wall_ns());
	}
	unsetenv("SOURCE_DATE_EPOCH");
	assert_true(clock_output_ns() <= clock_wall_ns());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rfc3339),
		cmocka_unit_test(test_monotonic_time_does_not_go_back),
		cmocka_unit_test(
		    test_source_date_epoch_stands_in_for_output_time),
		cmocka_unit_test(test_a_wrong_source_date_epoch_is_ignored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
