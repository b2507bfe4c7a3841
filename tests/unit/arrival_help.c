/* arrival_help.c - folders, a loop and an arrival. */
#include "arrival_help.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"

enum { DEADLINE_MS = 20000 };

static void
on_guard(uv_timer_t *timer)
{
	(void)timer;
}

static void
on_ready(void *arg)
{
	struct world *w = arg;

	w->ready++;
	uv_stop(&w->loop); /* it may be about to wait */
}

static bool
on_known(void *arg, const struct folder *f, const char *path)
{
	struct world *w = arg;
	char key[PATH_MAX + 16];

	snprintf(key, sizeof(key), "%u %s", f->number, path);
	return map_get(w->known, key, strlen(key)) != NULL;
}

static void
on_closed(void *arg)
{
	((struct world *)arg)->closed = true;
}

void
world_start_bounded(struct world *w, size_t scan_bytes, size_t pending_bytes)
{
	struct arrival_callbacks cb = { w, on_ready, on_known };

	assert_int_equal(uv_loop_init(&w->loop), 0);
	assert_int_equal(uv_timer_init(&w->loop, &w->guard), 0);
	w->known = map_new();
	w->a = arrival_new(&w->loop, &cb);
	arrival_set_bounds(w->a, scan_bytes, pending_bytes);
	for (size_t i = 0; i < w->n; i++) {
		drop_open(&w->drop[i]);
		w->drop[i].folder.number = (uint32_t)i;
		w->drop[i].folder.pipeline = (uint32_t)i;
		assert_int_equal(arrival_add(w->a, &w->drop[i].folder, NULL),
		    0);
	}
}

void
world_start(struct world *w)
{
	world_start_bounded(w, SCAN_PASS_BYTES, ARRIVAL_PENDING_BYTES);
}

void
world_make(struct world *w, size_t n)
{
	memset(w, 0, sizeof(*w));
	w->n = n;
	for (size_t i = 0; i < n; i++)
		drop_make(&w->drop[i]);
}

void
world_stop(struct world *w)
{
	uv_close((uv_handle_t *)&w->guard, NULL);
	arrival_close(w->a, on_closed, w);
	uv_run(&w->loop, UV_RUN_DEFAULT);
	assert_true(w->closed);
	assert_int_equal(uv_loop_close(&w->loop), 0);
	map_free(&w->known);
	for (size_t i = 0; i < w->n_got && i < 64; i++)
		free(w->got[i]);
	for (size_t i = 0; i < w->n; i++)
		drop_remove(&w->drop[i]);
}

bool
world_take(struct world *w)
{
	struct claimed c = { .fd = -1 };
	struct folder *f;
	const char *path;
	char key[PATH_MAX + 16];

	if (!arrival_next(w->a, &f, &path, &c))
		return false;
	assert_true(c.fd >= 0);
	close(c.fd);
	snprintf(key, sizeof(key), "%u %s", f->number, path);
	assert_null(map_put(w->known, key, strlen(key), w));
	if (w->n_got < 64)
		w->got[w->n_got] = strdup(key);
	w->n_got++;
	if (w->retire) {
		assert_int_equal(unlinkat(f->fd, path, 0), 0);
		map_put(w->known, key, strlen(key), NULL);
	}
	return true;
}

/* Until n files were given out, or the deadline. */
void
world_take_until(struct world *w, size_t n)
{
	uint64_t end = clock_monotonic_ms() + DEADLINE_MS;

	uv_timer_start(&w->guard, on_guard, DEADLINE_MS, 0);
	while (w->n_got < n && clock_monotonic_ms() < end) {
		if (!world_take(w))
			uv_run(&w->loop, UV_RUN_ONCE);
	}
	uv_timer_stop(&w->guard);
	assert_int_equal(w->n_got, n);
}

/* Until nothing is left to be expected. */
void
world_take_all(struct world *w)
{
	uint64_t end = clock_monotonic_ms() + DEADLINE_MS;

	do {
		uv_run(&w->loop, UV_RUN_NOWAIT);
		while (world_take(w))
			;
	} while (!arrival_idle(w->a) && clock_monotonic_ms() < end);
	assert_true(arrival_idle(w->a));
}

void
world_assert_got(const struct world *w, size_t at, const char *expected)
{
	assert_true(at < w->n_got);
	assert_string_equal(w->got[at], expected);
}
