/* set_keep.c - a set kept in service: deadlines, enough workers, restarts. */
#include <signal.h>

#include "base/clock.h"
#include "base/log.h"
#include "role/supervisor.h"

enum {
	START_FAILURES_MAX = 5, /* of a worker of a set that never came up */
	WORKER_AGAIN_MS = 100
};

static void
reopen(struct set *set, uint64_t now_ms)
{
	struct supervisor *s = set->supervisor;
	struct err e = { 0 };

	for (uint32_t i = 0; i < set->n_slots; i++)
		if (set->slot[i].state != SLOT_EMPTY)
			return;
	if (!set->epoch_closed || !s->committer_ready ||
	    now_ms < set->start_after_ms || !keep_idle(set->supervisor->keep))
		return;
	if (!set->zygote) {
		if (set->zygote_pid == 0 && set_start(set, &e) < 0) {
			log_error("zygote: %s", e.text);
			set_back_off(set);
		}
		return;
	}
	set_activate(set);
}

static void
keep_workers(struct set *set, uint64_t now_ms)
{
	uint32_t working = 0;

	for (uint32_t i = 0; i < set->n_slots; i++)
		if (set->slot[i].state != SLOT_EMPTY && !set->slot[i].reading)
			working++;
	for (uint32_t i = 0; i < set->n_slots && working < set->config->workers;
	     i++) {
		struct slot *slot = &set->slot[i];
		struct err e = { 0 };

		if (slot->state != SLOT_EMPTY || now_ms < slot->start_after_ms)
			continue;
		if (!set->came_up && slot->failures >= START_FAILURES_MAX) {
			set_refused(set,
			    "workers die before their first "
			    "document");
			return;
		}
		if (slot_start(slot, &e) < 0) {
			log_error("worker: %s", e.text);
			slot->start_after_ms = now_ms + WORKER_AGAIN_MS;
			return;
		}
		working++;
	}
}

/* Plugins that do not come back from open(), processes that do not from a
 * document. */
void
set_look(struct set *set, uint64_t now_ms)
{
	if (set->state == SET_ZYGOTE && !set->zygote_hung &&
	    set->zygote_pid > 0 && !set->supervisor->options.in_process &&
	    now_ms - set->loading_since_ms >= (uint64_t)set->config->total_ms) {
		set->zygote_hung = true;
		kill(set->zygote_pid, SIGKILL);
	}
	for (uint32_t i = 0; i < set->n_slots; i++)
		slot_look(&set->slot[i], now_ms);
	sequencer_link_look(set, now_ms);
}

void
set_keep(struct set *set, uint64_t now_ms)
{
	if (set->state == SET_CLOSING) {
		reopen(set, now_ms);
	} else if (set->state == SET_ACTIVE) {
		keep_workers(set, now_ms);
	}
}
