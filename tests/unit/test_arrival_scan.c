/* test_arrival_scan.c - files are found by looking, in order and bounded. */
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "arrival_help.h"
#include "base/clock.h"
#include "base/fs.h"

static void
files_that_were_there_come_in_byte_order(void **state)
{
	static const char *const order[] = { "0 -a", "0 A", "0 a", "0 a-b",
		"0 a/b", "0 a/b-", "0 a0", "0 b\nc", "0 \xff\xfe" };
	struct world w;

	(void)state;
	world_make(&w, 1);
	w.drop[0].watch.recursive = true;
	drop_mkdir(&w.drop[0], "a");
	for (size_t i = sizeof(order) / sizeof(order[0]); i-- > 0;)
		if (strcmp(order[i], "0 a") != 0)
			drop_put(&w.drop[0], order[i] + 2, "x");
	world_start(&w);
	world_take_all(&w);
	assert_int_equal(w.n_got, sizeof(order) / sizeof(order[0]) - 1);
	for (size_t i = 0, at = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (strcmp(order[i], "0 a") != 0)
			world_assert_got(&w, at++, order[i]);
	world_stop(&w);
}

static void
small_passes_give_out_everything_in_order(void **state)
{
	enum { FILES = 2000 };
	struct arrival_stats stats;
	struct world w;
	char name[32];

	(void)state;
	world_make(&w, 1);
	for (int i = 0; i < FILES; i++) {
		snprintf(name, sizeof(name), "%04d", (i * 7919) % FILES);
		drop_put(&w.drop[0], name, "");
	}
	world_start_bounded(&w, 4096, 4096);
	world_take_until(&w, FILES);
	for (int i = 0; i < 64; i++) {
		snprintf(name, sizeof(name), "0 %04d", i);
		world_assert_got(&w, (size_t)i, name);
	}
	arrival_stats(w.a, &w.drop[0].folder, &stats);
	assert_true(stats.scans > 5);
	world_stop(&w);
}

static void
what_finds_no_room_among_those_waiting_is_not_lost(void **state)
{
	enum { FILES = 500 };
	struct world w;
	char name[32];

	(void)state;
	world_make(&w, 1);
	w.drop[0].watch.settle_ms = 30;
	world_start_bounded(&w, 4096, 1000);
	world_take_all(&w);
	for (int i = 0; i < FILES; i++) {
		snprintf(name, sizeof(name), "%d", i);
		drop_put(&w.drop[0], name, "");
	}
	world_take_until(&w, FILES);
	world_stop(&w);
}

static void
polled_folder_needs_no_events(void **state)
{
	struct arrival_stats stats;
	struct world w;

	(void)state;
	world_make(&w, 1);
	w.drop[0].watch.poll = CONFIG_POLL_ALWAYS;
	w.drop[0].watch.poll_ms = 10;
	world_start(&w);
	world_take_all(&w);
	drop_put(&w.drop[0], "x", "x");
	world_take_until(&w, 1);
	arrival_stats(w.a, &w.drop[0].folder, &stats);
	assert_true(stats.polling);
	assert_int_equal(stats.watches, 0);
	assert_int_equal(stats.events, 0);
	world_stop(&w);
}

static void
network_file_is_taken_when_two_looks_agree(void **state)
{
	struct world w;
	uint64_t before;

	(void)state;
	world_make(&w, 1);
	w.drop[0].watch.poll = CONFIG_POLL_ALWAYS;
	w.drop[0].watch.poll_ms = 40;
	drop_put(&w.drop[0], "x", "x");
	world_start(&w);
	w.drop[0].folder.network = true;
	before = clock_monotonic_ms();
	world_take_until(&w, 1);
	assert_true(clock_monotonic_ms() - before >= 40);
	world_stop(&w);
}

static void
periodic_scan_finds_what_no_event_told(void **state)
{
	struct world w;

	(void)state;
	world_make(&w, 1);
	w.drop[0].watch.rescan_ms = 20;
	w.drop[0].watch.done_file = ".ok";
	drop_put(&w.drop[0], "x.ok", "");
	world_start(&w);
	world_take_all(&w);
	drop_put(&w.drop[0], "x", "x");
	world_take_until(&w, 1);
	w.retire = true;
	for (int i = 0; i < 20; i++) {
		drop_move_in(&w.drop[0], "y", "again and again");
		drop_put(&w.drop[0], "y.ok", "");
		world_take_until(&w, 2 + (size_t)i);
	}
	world_stop(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_that_were_there_come_in_byte_order),
		cmocka_unit_test(small_passes_give_out_everything_in_order),
		cmocka_unit_test(
		    what_finds_no_room_among_those_waiting_is_not_lost),
		cmocka_unit_test(polled_folder_needs_no_events),
		cmocka_unit_test(network_file_is_taken_when_two_looks_agree),
		cmocka_unit_test(periodic_scan_finds_what_no_event_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
