/* test_log_limit.c - how often an event may be logged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"

/* Ask n times; how often it was allowed. */
static unsigned
ask(const char *event, unsigned per_minute, uint64_t now_ms, unsigned n)
{
	unsigned allowed = 0;

	while (n--)
		allowed += (unsigned)log_allow_at(event, per_minute, now_ms);
	return allowed;
}

static void
test_a_minute_has_its_budget(void **state)
{
	(void)state;
	log_init("tester", LOG_LEVEL_ERROR, 1);
	assert_int_equal(ask("budget", 3, 1000, 10), 3);
	assert_int_equal(ask("budget", 3, 60999, 10), 0);
	assert_int_equal(ask("budget", 3, 61000, 10), 3);
}

static void
test_events_do_not_share(void **state)
{
	char name[] = "ev-a";

	(void)state;
	assert_int_equal(ask("ev-a", 2, 1000, 5), 2);
	assert_int_equal(ask("ev-b", 2, 1000, 5), 2);
	assert_int_equal(ask(name, 2, 1000, 5), 0);
}

static void
test_nothing_is_allowed_of_none(void **state)
{
	(void)state;
	assert_int_equal(ask("none", 0, 1000, 5), 0);
	assert_int_equal(ask("none", 0, 100000, 5), 0);
}

static void
test_more_events_than_places_displace_the_oldest(void **state)
{
	static char names[200][16];

	(void)state;
	for (size_t i = 0; i < 200; i++) {
		snprintf(names[i], sizeof(names[i]), "many-%zu", i);
		assert_int_equal(ask(names[i], 1, 1000000 + i, 3), 1);
	}
	assert_int_equal(ask(names[199], 1, 1000300, 3), 0);
}

static void
test_after_a_pause_the_number_left_out_is_told(void **state)
{
	int memory = memfd_create("log", 0), saved = dup(STDERR_FILENO);
	char text[512] = "";

	(void)state;
	assert_true(memory >= 0 && saved >= 0);
	log_init("tester", LOG_LEVEL_INFO, 1);
	dup2(memory, STDERR_FILENO);
	ask("pause", 1, 1000, 5);
	ask("pause", 1, 70000, 1);
	ask("pause", 1, 140000, 1);
	dup2(saved, STDERR_FILENO);
	assert_true(pread(memory, text, sizeof(text) - 1, 0) > 0);
	close(memory);
	close(saved);
	assert_non_null(
	    strstr(text, ": pause: 4 lines like the next were left out\n"));
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
}

static void
test_the_clock_of_the_machine_is_used(void **state)
{
	(void)state;
	assert_true(log_allow("real", 1));
	assert_false(log_allow("real", 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_minute_has_its_budget),
		cmocka_unit_test(test_events_do_not_share),
		cmocka_unit_test(test_nothing_is_allowed_of_none),
		cmocka_unit_test(
		    test_more_events_than_places_displace_the_oldest),
		cmocka_unit_test(
		    test_after_a_pause_the_number_left_out_is_told),
		cmocka_unit_test(test_the_clock_of_the_machine_is_used),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
