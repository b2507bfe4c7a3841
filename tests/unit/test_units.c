/* test_units.c - sizes and times as people write them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/units.h"

enum { WRONG = -1 };

struct unit_case {
	const char *text;
	int64_t value;
};

static void
check_parse(int (*parse)(const char *, int64_t *), const struct unit_case *c,
    size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int64_t v = -77;
		int rc = parse(c[i].text, &v);

		if (c[i].value == WRONG && (rc != ERR_INVAL || v != -77))
			fail_msg("\"%s\" was taken", c[i].text);
		if (c[i].value != WRONG && (rc != 0 || v != c[i].value))
			fail_msg("\"%s\" became %lld", c[i].text, (long long)v);
	}
}

static void
test_sizes(void **state)
{
	static const struct unit_case cases[] = {
		{ "0", 0 },
		{ "100", 100 },
		{ "100B", 100 },
		{ "1K", 1024 },
		{ "1k", 1024 },
		{ "1kB", 1024 },
		{ "64M", 64 << 20 },
		{ "64MB", 64 << 20 },
		{ "64MiB", 64 << 20 },
		{ "1.5G", INT64_C(3) << 29 },
		{ "0.3K", 307 },
		{ "2T", INT64_C(2) << 40 },
		{ "9223372036854775807", INT64_MAX },
		{ "8388607T", INT64_C(8388607) << 40 },
		{ "8388607.999999T",
		    (INT64_C(8388607) << 40) +
			INT64_C(999999) * (INT64_C(1) << 40) / 1000000 },
		{ "9223372036854775808", WRONG },
		{ "8388608T", WRONG },
		{ "99999999999999999999", WRONG },
		{ "", WRONG },
		{ "M", WRONG },
		{ "-1", WRONG },
		{ "+1", WRONG },
		{ " 1", WRONG },
		{ "1 M", WRONG },
		{ "1.5", WRONG },
		{ "1.5B", WRONG },
		{ "1.M", WRONG },
		{ ".5M", WRONG },
		{ "1.0000000M", WRONG },
		{ "1Mi", WRONG },
		{ "1m", WRONG },
		{ "1MM", WRONG },
		{ "1MBB", WRONG },
		{ "0x10", WRONG },
	};

	(void)state;
	check_parse(units_parse_size, cases, sizeof(cases) / sizeof(cases[0]));
}

static void
test_times(void **state)
{
	static const struct unit_case cases[] = {
		{ "0", 0 },
		{ "5", 5000 },
		{ "1.5", 1500 },
		{ "90s", 90000 },
		{ "500ms", 500 },
		{ "2h", 7200000 },
		{ "1h30m", 5400000 },
		{ "1h30m5s250ms", 5405250 },
		{ "7d", 604800000 },
		{ "0.5s", 500 },
		{ "1.5h", 5400000 },
		{ "9223372036854775807ms", INT64_MAX },
		{ "9223372036854775808ms", WRONG },
		{ "9223372036854776", WRONG },
		{ "106751991168d", WRONG },
		{ "9223372036854775s999ms", WRONG },
		{ "", WRONG },
		{ "s", WRONG },
		{ "1x", WRONG },
		{ "1hour", WRONG },
		{ "1m1h", WRONG },
		{ "1h1h", WRONG },
		{ "1h30", WRONG },
		{ "1h 30m", WRONG },
		{ "-1s", WRONG },
		{ "1sm", WRONG },
	};

	(void)state;
	check_parse(units_parse_time, cases, sizeof(cases) / sizeof(cases[0]));
}

static void
test_formats_are_short_and_exact(void **state)
{
	static const struct {
		int64_t v;
		const char *size, *time;
	} cases[] = {
		{ 0, "0", "0s" },
		{ 1500, "1500", "1500ms" },
		{ 90000, "90000", "90s" },
		{ 64 << 20, "64M", "67108864ms" },
		{ 7200000, "7200000", "2h" },
		{ 604800000, "590625K", "7d" },
		{ INT64_C(3) << 29, "1536M", "1610612736ms" },
		{ INT64_MAX, "9223372036854775807", "9223372036854775807ms" },
	};
	char text[UNITS_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t back;

		assert_string_equal(units_format_size(text, cases[i].v),
		    cases[i].size);
		assert_int_equal(units_parse_size(text, &back), 0);
		assert_true(back == cases[i].v);
		assert_string_equal(units_format_time(text, cases[i].v),
		    cases[i].time);
		assert_int_equal(units_parse_time(text, &back), 0);
		assert_true(back == cases[i].v);
	}
	assert_string_equal(units_format_size(text, -3), "-3");
}

static void
test_people_read_rounded_sizes(void **state)
{
	static const struct {
		double bytes;
		const char *text;
	} cases[] = {
		{ 0, "0 B" },
		{ 999, "999 B" },
		{ 999.7, "1.0 kB" },
		{ 1234, "1.2 kB" },
		{ 1.2e9, "1.2 GB" },
		{ 99.94e6, "99.9 MB" },
		{ 99.96e6, "100 MB" },
		{ 999.6e6, "1.0 GB" },
		{ 5e18, "5.0 EB" },
		{ -5, "0 B" },
		{ NAN, "unknown" },
		{ INFINITY, "unknown" },
	};
	char text[UNITS_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(units_human_size(text, cases[i].bytes),
		    cases[i].text);
}

static void
test_people_read_rounded_times(void **state)
{
	static const struct {
		double seconds;
		const char *text;
	} cases[] = {
		{ 0, "0 ms" },
		{ 0.45, "450 ms" },
		{ 0.9996, "1.0 s" },
		{ 1.23, "1.2 s" },
		{ 9.96, "10 s" },
		{ 59.4, "59 s" },
		{ 59.6, "1 min" },
		{ 200, "3 min 20 s" },
		{ 3599.7, "1 h" },
		{ 7500, "2 h 5 min" },
		{ 86399, "1 d" },
		{ 100000, "1 d 4 h" },
		{ -1, "0 ms" },
		{ NAN, "unknown" },
		{ INFINITY, "unknown" },
	};
	char text[UNITS_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(units_human_time(text, cases[i].seconds),
		    cases[i].text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_formats_are_short_and_exact),
		cmocka_unit_test(test_people_read_rounded_sizes),
		cmocka_unit_test(test_people_read_rounded_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
