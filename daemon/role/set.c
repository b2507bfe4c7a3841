/* set.c - one configuration's processes: zygote, sequencer, workers. */
#include "role/set.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "proc/child.h"
#include "role/supervisor.h"

enum {
	FAILURES_MAX = 3, /* of a set that never came up */
	BACK_OFF_MS = 100,
	BACK_OFF_MAX_MS = 30000
};

struct set *
set_new(struct supervisor *s, struct config *c)
{
	struct set *set = xcalloc(1, sizeof *set);

	set->supervisor = s;
	set->config = c;
	set->sequencer_fd = -1;
	/* One more than both: the lowest container may always be read. */
	set->n_slots = c->workers + c->readers + 1;
	set->slot = xcalloc(set->n_slots, sizeof *set->slot);
	for (uint32_t i = 0; i < set->n_slots; i++)
		slot_init(&set->slot[i], set, i);
	set->killer = xcalloc(c->n_pipelines + 1, sizeof(uint32_t));
	set->kills = xcalloc(c->n_pipelines + 1, sizeof(uint32_t));
	set->stopped = xcalloc(c->n_pipelines + 1, sizeof(bool));
	set->stop_reason = xcalloc(c->n_pipelines + 1, sizeof(char *));
	set->why_stopped = arena_new(0);
	return set;
}

int
set_pipeline(const struct set *set, const char *name)
{
	for (size_t i = 0; i < set->config->n_pipelines; i++)
		if (strcmp(set->config->pipeline[i].name, name) == 0)
			return (int)i;
	return -1;
}

void
set_back_off(struct set *set)
{
	uint64_t wait = BACK_OFF_MS << (set->failures < 9 ? set->failures : 9);

	set->failures++;
	set->start_after_ms = clock_monotonic_ms() +
	    (wait < BACK_OFF_MAX_MS ? wait : BACK_OFF_MAX_MS);
}

/* ---- zygote ---- */

static void
take_ready(struct set *set, const struct frame *f)
{
	struct err e = { 0 };
	struct unpack u;
	const char *sandbox;

	unpack_init(&u, f->ptr, f->len);
	sandbox = unpack_str(&u);
	declarations_free(&set->declarations);
	if (u.bad ||
	    declarations_unpack(&set->declarations, u.ptr, unpack_left(&u),
		set->config, &e) < 0) {
		set_refused(set, e.code ? e.text : "malformed declarations");
		return;
	}
	snprintf(set->sandbox, sizeof set->sandbox, "%s",
	    sandbox ? sandbox : "");
	log_info("plugins are loaded; sandbox: %s", set->sandbox);
	set->state = SET_READY;
	supervisor_wake(set->supervisor);
}

static void
take_died(struct set *set, uint32_t kind, uint32_t number, uint64_t pid,
    uint32_t status)
{
	if (kind == FORK_WORKER && number < set->n_slots &&
	    set->slot[number].pid == pid) {
		slot_died(&set->slot[number], (int)status);
		return;
	}
	if (kind == FORK_SEQUENCER && pid == set->sequencer_pid) {
		sequencer_link_died(set, (int)status);
	}
}

/* Something ran short while it loaded: again, until there is enough. */
static void
load_again(struct set *set, const char *text)
{
	log_warn("plugins cannot be loaded now: %s", text ? text : "?");
	set->state = SET_CLOSING;
	set->epoch_closed = true;
	set_back_off(set);
	supervisor_wake(set->supervisor);
}

static void
on_zygote(void *arg, struct frame *f)
{
	struct set *set = arg;
	struct unpack u;
	uint32_t kind, number;
	uint64_t pid;

	for (unsigned i = 0; i < f->n_fds; i++)
		fs_close(&f->fd[i]);
	unpack_init(&u, f->ptr, f->len);
	if (f->type == Z_READY) {
		take_ready(set, f);
		return;
	}
	if (f->type == Z_REFUSED) {
		const char *text = unpack_str(&u);

		if (unpack_u8(&u) && set == set->supervisor->set)
			load_again(set, text);
		else
			set_refused(set, text ? text : "refused");
		return;
	}
	kind = unpack_u32(&u);
	number = unpack_u32(&u);
	pid = unpack_u64(&u);
	if (f->type == Z_FORKED && kind == FORK_WORKER && number < set->n_slots)
		slot_forked(&set->slot[number], pid);
	else if (f->type == Z_FORKED)
		set->sequencer_pid = pid;
	else if (f->type == Z_DIED)
		take_died(set, kind, number, pid, unpack_u32(&u));
	else
		log_error("zygote: unknown frame %u", f->type);
}

static void
on_zygote_gone(void *arg, const struct err *e)
{
	struct set *set = arg;

	/* Its death is reported by the kernel. */
	(void)e;
	uv_poll_stop(&set->zygote->poll);
	if (set->supervisor->options.in_process)
		set_zygote_died(set, 0);
}

int
set_start(struct set *set, struct err *e)
{
	struct supervisor *s = set->supervisor;
	int fd[2], output = -1;
	struct buf *b;
	int rc = chan_pair(fd, e);

	if (rc < 0)
		return rc;
	set->zygote_output = output_new(s->loop, "zygote", &output, e);
	if (!set->zygote_output) {
		fs_close(&fd[0]);
		fs_close(&fd[1]);
		return e->code;
	}
	set->zygote_pid = supervisor_start_role(s, "zygote", fd[1], output, e);
	fs_close(&output);
	if (!s->options.in_process)
		fs_close(&fd[1]);
	if (set->zygote_pid < 0) {
		fs_close(&fd[0]);
		output_close(&set->zygote_output, NULL);
		return e->code;
	}
	set->zygote_output->pid = set->zygote_pid;
	set->zygote = peer_new(s->loop, fd[0], on_zygote, on_zygote_gone, set);
	b = chan_begin(&set->zygote->chan, Z_CONFIG);
	config_pack(b, set->config);
	chan_end(&set->zygote->chan);
	peer_flush(set->zygote);
	set->state = SET_ZYGOTE;
	set->loading_since_ms = clock_monotonic_ms();
	set->zygote_hung = false;
	return 0;
}

/* Slots whose deaths no zygote will tell any more. */
static void
bury_workers(struct set *set, int wait_status)
{
	for (uint32_t i = 0; i < set->n_slots; i++) {
		set->slot[i].spare = true;
		if (set->slot[i].state != SLOT_EMPTY)
			slot_died(&set->slot[i], wait_status);
	}
}

/* Killed from outside (an operator, the kernel short of memory): no plugin's
 * doing, as far as can be told. */
static bool
may_load_again(const struct set *set, int wait_status)
{
	return set == set->supervisor->set && !set->zygote_hung &&
	    WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGKILL &&
	    set->failures < FAILURES_MAX;
}

void
set_zygote_died(struct set *set, int wait_status)
{
	struct supervisor *s = set->supervisor;
	char tail[OUTPUT_TAIL + 1] = "", how[80], text[480];
	bool loading = set->state == SET_ZYGOTE;

	set->zygote_pid = 0;
	if (set->zygote)
		peer_drain(set->zygote);
	peer_close(&set->zygote);
	output_close(&set->zygote_output, tail);
	if (set->state == SET_STOPPED)
		return;
	child_describe(how, sizeof how, wait_status);
	set->sequencer_pid = 0;
	if (loading && may_load_again(set, wait_status)) {
		log_error("zygote %s while it loaded plugins", how);
		set->state = SET_CLOSING;
		set->epoch_closed = true;
		set_back_off(set);
		return;
	}
	if (loading) {
		snprintf(text, sizeof text,
		    "a plugin %s the process that loads it: it %s; "
		    "last words: %.300s",
		    set->zygote_hung ? "held up" : "ended", how,
		    tail[0] ? tail : "none");
		set_refused(set, text);
		return;
	}
	if (s->state < SUPERVISOR_STOPPING)
		log_error("zygote %s; its workers end with it", how);
	set_restart_sequencer(set);
	bury_workers(set, SIGKILL);
	set_back_off(set);
}

/* ---- coming into service ---- */

void
set_activate(struct set *set)
{
	struct supervisor *s = set->supervisor;
	struct err e = { 0 };
	int fd[2];

	/* While it is known which containers were begun. */
	keep_settle(s->keep);
	for (struct list *l = s->claims.next, *next; l != &s->claims;
	     l = next) {
		struct claim *c = container_of(l, struct claim, link);

		next = l->next;
		if (c->state != CLAIM_UNDER_WAY)
			continue;
		claim_reset(s, c);
		if (set->stopped[c->pipeline])
			finish_claim_gone(s, c);
	}
	if (chan_pair(fd, &e) < 0) {
		log_error("%s", e.text);
		set_back_off(set);
		return;
	}
	set->epoch = ++s->last_epoch;
	set->epoch_closed = false;
	set->sequencer_fd = fd[1];
	set->state = SET_OPENING;
	store_link_open(s, set, fd[0]);
}

void
set_opened(struct set *set)
{
	struct err e = { 0 };

	if (set->state != SET_OPENING || !set->zygote)
		return;
	set->state = SET_SEQUENCER;
	if (sequencer_link_fork(set, &e) < 0) {
		log_error("sequencer: %s", e.text);
		set_restart_sequencer(set);
		set_back_off(set);
	}
}

void
set_refused(struct set *set, const char *text)
{
	struct supervisor *s = set->supervisor;

	set_stop(set);
	if (set == s->next_set) {
		log_error("the new configuration is refused: %s", text);
		free(s->reload_error);
		s->reload_error = xstrdup(text);
		return;
	}
	supervisor_fail(s, EX_CONFIG, "%s", text);
}

/* ---- going out of service ---- */

static void
kill_processes(struct set *set)
{
	sequencer_link_kill(set, "restart");
	set->sequencer_pid = 0;
	for (uint32_t i = 0; i < set->n_slots; i++) {
		struct slot *slot = &set->slot[i];

		if (slot->state == SLOT_EMPTY)
			continue;
		slot->spare = true;
		slot_kill(slot, "restart");
		if (set->supervisor->options.in_process)
			slot_stop(slot);
	}
}

void
set_restart_sequencer(struct set *set)
{
	if (set->state == SET_STOPPED || set->state == SET_CLOSING)
		return;
	sequencer_link_forget(set);
	kill_processes(set);
	set->state = SET_CLOSING;
	set_back_off(set);
	if (set->supervisor->committer_ready)
		store_link_close(set->supervisor, set->epoch);
	else
		set->epoch_closed = true;
	supervisor_wake(set->supervisor);
}

void
set_closed(struct set *set)
{
	set->epoch_closed = true;
	supervisor_wake(set->supervisor);
}

void
set_stop(struct set *set)
{
	if (set->state == SET_STOPPED)
		return;
	set->state = SET_STOPPED;
	sequencer_link_forget(set);
	kill_processes(set);
	/* The zygote ends when its channel closes, and all others with it. */
	peer_close(&set->zygote);
	bury_workers(set, 0);
}

bool
set_is_down(const struct set *set)
{
	if (set->zygote_pid > 0 || set->zygote)
		return false;
	for (uint32_t i = 0; i < set->n_slots; i++)
		if (set->slot[i].state != SLOT_EMPTY)
			return false;
	return true;
}

void
set_stop_pipeline(struct set *set, uint32_t pipeline, const char *why)
{
	struct supervisor *s = set->supervisor;

	if (set->stopped[pipeline])
		return;
	log_error("pipeline \"%s\" is stopped: %s; its documents stay in their "
		  "folders",
	    set->config->pipeline[pipeline].name, why);
	set->stopped[pipeline] = true;
	set->stop_reason[pipeline] = arena_strdup(set->why_stopped, why);
	if (s->arrival)
		arrival_pause(s->arrival, pipeline, true);
	/* What is under way of it goes back, with a fresh start of all others,
	 * once the committer has told what it has: see set_activate(). */
	set_restart_sequencer(set);
}

void
set_free(struct set **set_in)
{
	struct set *set = *set_in;

	if (!set)
		return;
	sequencer_link_forget(set);
	for (uint32_t i = 0; i < set->n_slots; i++)
		slot_fini(&set->slot[i]);
	peer_close(&set->zygote);
	output_close(&set->zygote_output, NULL);
	declarations_free(&set->declarations);
	config_free(&set->config);
	arena_free(&set->why_stopped);
	free(set->slot);
	free(set->killer);
	free(set->kills);
	free(set->stopped);
	free(set->stop_reason);
	free(set);
	*set_in = NULL;
}
