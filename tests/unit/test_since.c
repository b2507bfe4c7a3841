/* test_since.c - times, ages and batches. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"
#include "control/since.h"

#define S 1000000000LL

enum { NOW = 2000000 };

static void
check_time(const char *s, int64_t expected_ns)
{
	uint64_t batch = 77;
	int64_t since = -1;

	assert_int_equal(since_parse(s, NOW * S, &batch, &since), 0);
	assert_int_equal(batch, 77);
	assert_true(since == expected_ns);
}

static void
times_are_utc_unless_they_say_otherwise(void **state)
{
	(void)state;
	check_time("1970-01-02", 86400 * S);
	check_time("1970-01-02T00:00:01Z", 86401 * S);
	check_time("1970-01-02 00:01", 86460 * S);
	check_time("1970-01-02T00:00:00.25Z", 86400 * S + S / 4);
	check_time("1970-01-02T01:00:00+01:00", 86400 * S);
	check_time("1970-01-01T23:30:00-0030", 86400 * S);
	check_time("2999-01-01", INT64_MAX);
	check_time("1900-01-01", 0);
}

static void
ages_are_counted_from_now(void **state)
{
	(void)state;
	check_time("2h", (NOW - 7200) * S);
	check_time("1h30m", (NOW - 5400) * S);
	check_time("500ms", NOW * S - S / 2);
}

static void
bare_numbers_are_batches(void **state)
{
	uint64_t batch = 0;
	int64_t since = 77;

	(void)state;
	assert_int_equal(since_parse("120", NOW * S, &batch, &since), 0);
	assert_int_equal(batch, 120);
	assert_int_equal(since, 77);
}

static void
anything_else_is_refused(void **state)
{
	static const char *const bad[] = { "", "yesterday", "2026-13-01",
		"2026-11-24T", "2026-11-24T25:00", "2026-11-24x",
		"2026-11-24T10:00:00+1", "2026-11-24T10:00:00+01:0",
		"2026-11-24T10:00:00+01:00x", "2026-11-24T10:00:00q", "-1",
		"-2h", "999999999999999999999999", "9999999d" };
	uint64_t batch;
	int64_t since;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (since_parse(bad[i], NOW * S, &batch, &since) != ERR_INVAL)
			fail_msg("\"%s\" was taken", bad[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_utc_unless_they_say_otherwise),
		cmocka_unit_test(ages_are_counted_from_now),
		cmocka_unit_test(bare_numbers_are_batches),
		cmocka_unit_test(anything_else_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
