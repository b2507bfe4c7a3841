/* log_limit.c - how often an event may be logged. */
#include "base/log.h"

#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include "base/clock.h"

enum { EVENTS_MAX = 64, WINDOW_MS = 60000 };

struct event {
	const char *name;
	uint64_t since_ms; /* when its minute began */
	unsigned used;
	unsigned left_out;
};

static struct {
	pthread_mutex_t lock;
	struct event events[EVENTS_MAX];
} table = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* Its place, or that of the event whose minute is the oldest. */
static struct event *
find_event(const char *name, uint64_t now_ms)
{
	struct event *oldest = &table.events[0];

	for (size_t i = 0; i < EVENTS_MAX; i++) {
		struct event *e = &table.events[i];

		if (e->name && !strcmp(e->name, name))
			return e;
		if (!e->name ||
		    (oldest->name && e->since_ms < oldest->since_ms))
			oldest = e;
		if (!e->name)
			break;
	}
	*oldest = (struct event){ .name = name, .since_ms = now_ms };
	return oldest;
}

int
log_allow_at(const char *name, unsigned per_minute, uint64_t now_ms)
{
	unsigned left_out = 0;
	struct event *e;
	bool allowed;

	pthread_mutex_lock(&table.lock);
	e = find_event(name, now_ms);
	if (now_ms - e->since_ms >= WINDOW_MS) {
		left_out = per_minute ? e->left_out : 0;
		*e = (struct event){ .name = name, .since_ms = now_ms };
	}
	allowed = e->used < per_minute;
	if (allowed)
		e->used++;
	else
		e->left_out++;
	pthread_mutex_unlock(&table.lock);
	if (left_out)
		log_warn("%s: %u lines like the next were left out", name,
		    left_out);
	return allowed;
}

int
log_allow(const char *name, unsigned per_minute)
{
	return log_allow_at(name, per_minute, clock_monotonic_ms());
}
