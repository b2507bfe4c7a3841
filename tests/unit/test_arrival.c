/* test_arrival.c - files are given out, each once, in fair turns. */
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
make_special(const struct drop *d)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int s = socket(AF_UNIX, SOCK_STREAM, 0);

	assert_int_equal(mkfifoat(d->folder.fd, "fifo", 0644), 0);
	assert_int_equal(symlinkat("/etc/passwd", d->folder.fd, "link"), 0);
	assert_int_equal(symlinkat("/etc", d->folder.fd, "link-dir"), 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/socket",
	    d->path);
	assert_int_equal(bind(s, (struct sockaddr *)&address, sizeof(address)),
	    0);
	close(s);
	if (geteuid() == 0)
		assert_int_equal(mknodat(d->folder.fd, "null", S_IFCHR | 0644,
				     makedev(1, 3)),
		    0);
}

static void
only_regular_files_are_taken(void **state)
{
	struct world w;

	(void)state;
	world_make(&w, 1);
	w.drop[0].watch.recursive = true;
	world_start(&w);
	world_take_all(&w);
	make_special(&w.drop[0]);
	drop_put(&w.drop[0], "file", "x");
	world_take_until(&w, 1);
	world_assert_got(&w, 0, "0 file");
	arrival_rescan(w.a);
	world_take_all(&w);
	assert_int_equal(w.n_got, 1);
	world_stop(&w);
}

static void
names_are_bytes(void **state)
{
	static const char *const names[] = { "-rf", "a\nb", "\x1b[2J",
		"\xff\xfe\x80", " ", "a b",
		("\xe2\x80\xae"
		 "txt"),
		"..x", "%s%n", "\"", "'", "\\", "*" };
	enum { N = sizeof(names) / sizeof(names[0]) };
	char longest[256];
	struct world w;

	(void)state;
	memset(longest, 'n', 255);
	longest[255] = '\0';
	world_make(&w, 1);
	w.drop[0].watch.hidden = true;
	for (size_t i = 0; i < N / 2; i++)
		drop_put(&w.drop[0], names[i], "x");
	world_start(&w);
	world_take_until(&w, N / 2);
	for (size_t i = N / 2; i < N; i++)
		drop_put(&w.drop[0], names[i], "x");
	drop_put(&w.drop[0], longest, "x");
	world_take_until(&w, N + 1);
	world_stop(&w);
}

static void
folders_take_turns(void **state)
{
	struct world w;
	char name[32];

	(void)state;
	world_make(&w, FOLDERS);
	for (int i = 0; i < 60; i++) {
		snprintf(name, sizeof(name), "%02d", i);
		drop_put(&w.drop[0], name, "");
		if (i < 5)
			drop_put(&w.drop[1], name, "");
		if (i < 2)
			drop_put(&w.drop[2], name, "");
	}
	world_start(&w);
	/* All listed before the first is taken. */
	for (size_t i = 0; i < FOLDERS; i++) {
		struct arrival_stats stats;

		arrival_stats(w.a, &w.drop[i].folder, &stats);
		while (stats.scans == 0 && uv_run(&w.loop, UV_RUN_ONCE))
			arrival_stats(w.a, &w.drop[i].folder, &stats);
	}
	world_take_all(&w);
	assert_int_equal(w.n_got, 67);
	for (size_t i = 20; i < 64; i++)
		assert_int_equal(w.got[i][0], '0');
	world_stop(&w);
}

static void
nothing_comes_while_paused(void **state)
{
	struct world w;

	(void)state;
	world_make(&w, 2);
	world_start(&w);
	world_take_all(&w);
	arrival_pause(w.a, 0, true);
	drop_move_in(&w.drop[0], "x", "paused");
	drop_move_in(&w.drop[1], "y", "not");
	world_take_until(&w, 1);
	world_assert_got(&w, 0, "1 y");
	uv_run(&w.loop, UV_RUN_NOWAIT);
	assert_false(world_take(&w));
	arrival_pause(w.a, 0, false);
	world_take_until(&w, 2);
	world_assert_got(&w, 1, "0 x");
	world_stop(&w);
}

static void
forget(struct world *w, const char *key)
{
	assert_non_null(map_put(w->known, key, strlen(key), NULL));
}

static void
given_back_file_comes_again(void **state)
{
	struct world w;

	(void)state;
	world_make(&w, 1);
	drop_put(&w.drop[0], "x", "x");
	world_start(&w);
	world_take_until(&w, 1);
	forget(&w, "0 x");
	arrival_again(w.a, &w.drop[0].folder, "x");
	world_take_until(&w, 2);
	world_stop(&w);
}

static void
closes_in_the_middle_of_everything(void **state)
{
	struct world w;

	(void)state;
	world_make(&w, 3);
	for (int i = 0; i < 3; i++)
		drop_put(&w.drop[i], "x", "x");
	world_start(&w);
	uv_run(&w.loop, UV_RUN_NOWAIT);
	world_stop(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_regular_files_are_taken),
		cmocka_unit_test(names_are_bytes),
		cmocka_unit_test(folders_take_turns),
		cmocka_unit_test(nothing_comes_while_paused),
		cmocka_unit_test(given_back_file_comes_again),
		cmocka_unit_test(closes_in_the_middle_of_everything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
