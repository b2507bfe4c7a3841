/* supervisor.c - coming up, going on, stopping. */
#include "role/supervisor.h"

#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "proc/notify.h"
#include "role/reload.h"

enum {
	TICK_BUSY_MS = 100,
	TICK_IDLE_MS = 1000,
	ROOM_AGAIN_MS = 1000,
	RECOVERING_TOLD_MS = 10000,
	STEPS_MAX = 16 /* of one loop turn */
};

static void
on_sigchld(uv_signal_t *h, int signum)
{
	struct supervisor *s = h->data;
	int status;

	(void)signum;
	if (s->options.in_process)
		return;
	if (s->set && s->set->zygote_pid > 0 &&
	    waitpid(s->set->zygote_pid, &status, WNOHANG) > 0)
		set_zygote_died(s->set, status);
	if (s->next_set && s->next_set->zygote_pid > 0 &&
	    waitpid(s->next_set->zygote_pid, &status, WNOHANG) > 0)
		set_zygote_died(s->next_set, status);
	if (s->old_set && s->old_set->zygote_pid > 0 &&
	    waitpid(s->old_set->zygote_pid, &status, WNOHANG) > 0)
		set_zygote_died(s->old_set, status);
	if (s->committer_pid > 0 &&
	    waitpid(s->committer_pid, &status, WNOHANG) > 0)
		store_link_died(s, status);
	supervisor_wake(s);
}

/* ---- states ---- */

void
supervisor_wake(struct supervisor *s)
{
	s->work = true;
}

void
supervisor_fail(struct supervisor *s, int exit_code, const char *format, ...)
{
	char text[600];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	log_error("%s", text);
	if (s->exit_code == 0)
		s->exit_code = exit_code;
	s->state = SUPERVISOR_STOPPING;
	s->failed = true;
	supervisor_wake(s);
}

void
supervisor_drain(struct supervisor *s)
{
	if (s->state >= SUPERVISOR_DRAINING) {
		/* Asked twice: without waiting. */
		s->failed = true;
		supervisor_wake(s);
		return;
	}
	if (s->state < SUPERVISOR_RUNNING)
		s->failed = true;
	s->state = SUPERVISOR_DRAINING;
	log_info("draining");
	notify("STOPPING=1\nSTATUS=draining");
	if (s->arrival)
		arrival_pause(s->arrival, UINT32_MAX, true);
	container_stop_readers(s);
	supervisor_wake(s);
}

/* Can this claim come to its end without something new beginning?  Containers
 * stop at a child boundary, and retirements that fail are made up for after the
 * next start. */
static bool
claim_is_quiet(const struct claim *c)
{
	if (c->state == CLAIM_RETIRING)
		return c->retire_again_ms > 0;
	if (c->state == CLAIM_HASHING)
		return true;
	return c->item.reader_wanted && c->item.live_children == 0 &&
	    (c->item.state == ITEM_HELD || c->item.state == ITEM_READY);
}

bool
supervisor_quiet(const struct supervisor *s)
{
	bool blocked[64] = { false };

	if (s->paused_by_store || keep_waits(s->keep) || !s->set->declarations)
		return true;
	/* One that was started again must first have the results given anew. */
	if (!s->committer_ready || s->set->state != SET_ACTIVE)
		return false;
	list_each (l, &s->claims) {
		const struct claim *c = container_of(l, struct claim, link);
		uint32_t lane =
		    s->set->declarations->pipeline[c->pipeline].lane;
		bool quiet = claim_is_quiet(c);

		lane %= 64; /* more lanes share a place: only waited for longer
			     */
		/* Behind a container that has stopped nothing of its lane can
		 * be committed. */
		if (!quiet && (c->state != CLAIM_UNDER_WAY || !blocked[lane]))
			return false;
		if (c->state == CLAIM_UNDER_WAY && quiet &&
		    s->set->declarations->n_lanes <= 64)
			blocked[lane] = true;
	}
	return true;
}

static void
become_running(struct supervisor *s)
{
	struct err e = { 0 };

	if (!s->set->came_up)
		return;
	s->state = SUPERVISOR_RUNNING;
	for (size_t i = 0; s->arrival && i < s->n_folders; i++)
		if (arrival_add(s->arrival, &s->folder[i], &e) < 0)
			log_error("%s: %s", s->folder[i].watch->path, e.text);
	s->totals.started_ms = clock_monotonic_ms();
	if (!s->options.quiet)
		log_info("ready");
	notify("READY=1\nSTATUS=running");
}

static void
come_up(struct supervisor *s)
{
	if (s->state == SUPERVISOR_RECOVERING && s->committer_ready &&
	    s->set->state == SET_READY) {
		s->state = SUPERVISOR_STARTING;
		set_activate(s->set);
	} else if (s->state == SUPERVISOR_STARTING &&
	    s->set->state == SET_ACTIVE) {
		become_running(s);
	} else if (s->state != SUPERVISOR_RECOVERING && s->committer_ready &&
	    s->set->state == SET_READY) {
		set_activate(s->set); /* its zygote had to be started again */
	}
}

static void
begin_stop(struct supervisor *s)
{
	s->state = SUPERVISOR_STOPPING;
	if (s->failed) {
		/* As a crash would: what is not durable is in the folders. */
		if (s->committer_pid > 0 && !s->options.in_process)
			kill(s->committer_pid, SIGKILL);
		else
			peer_close(&s->committer);
	} else {
		store_link_stop(s);
	}
	s->stop_begun = true;
	set_stop(s->set);
	if (s->next_set)
		set_stop(s->next_set);
}

static bool
all_down(const struct supervisor *s)
{
	if (s->options.in_process)
		return !s->committer || !s->committer_ready;
	return s->committer_pid == 0 && set_is_down(s->set) &&
	    (!s->next_set || set_is_down(s->next_set)) &&
	    (!s->old_set || set_is_down(s->old_set));
}

static void
step(struct supervisor *s)
{
	uint64_t now = clock_monotonic_ms();

	s->work = false;
	if (s->state < SUPERVISOR_STOPPING) {
		come_up(s);
		set_keep(s->set, now);
		reload_step(s);
		intake(s);
		dispatch(s);
		retire_flush(s->retire);
		if (s->options.run && s->state == SUPERVISOR_RUNNING &&
		    s->n_under_way == 0 && s->source.finished(s->source.arg))
			s->state = SUPERVISOR_DRAINING;
	}
	if (s->state == SUPERVISOR_DRAINING &&
	    (s->failed || supervisor_quiet(s)))
		begin_stop(s);
	if (s->state == SUPERVISOR_STOPPING && !s->stop_begun)
		begin_stop(s);
	if (s->stop_begun && all_down(s)) {
		s->state = SUPERVISOR_STOPPED;
		uv_stop(s->loop);
	}
}

static void
on_prepare(uv_prepare_t *h)
{
	struct supervisor *s = h->data;

	for (int i = 0; i < STEPS_MAX && s->work; i++)
		step(s);
}

static void
on_tick(uv_timer_t *h)
{
	struct supervisor *s = h->data;
	uint64_t now = clock_monotonic_ms();
	bool busy = s->n_under_way > 0 || s->n_retiring > 0 ||
	    s->state != SUPERVISOR_RUNNING || s->set->state != SET_ACTIVE ||
	    s->no_room;

	set_look(s->set, now);
	if (s->next_set)
		set_look(s->next_set, now);
	if (s->old_set)
		set_look(s->old_set, now);
	blame_overdue(s, now);
	finish_retry(s, now);
	keep_look(s->keep, now);
	store_link_look(s, now);
	/* Recovery takes as long as the log is; the committer works on it. */
	if (s->state == SUPERVISOR_RECOVERING &&
	    now >= s->recovering_told_ms + RECOVERING_TOLD_MS) {
		notify("STATUS=recovering\nEXTEND_TIMEOUT_USEC=%u",
		    60 * 1000000);
		s->recovering_told_ms = now;
	}
	if (s->watchdog_ms > 0 && now >= s->watchdog_next_ms) {
		notify("WATCHDOG=1\nSTATUS=%zu under way, %zu to be "
		       "retired%s%s",
		    s->n_under_way, s->n_retiring, s->no_room ? "; " : "",
		    s->no_room ? s->no_room : "");
		s->watchdog_next_ms = now + s->watchdog_ms;
	}
	uv_timer_set_repeat(h, busy ? TICK_BUSY_MS : TICK_IDLE_MS);
	supervisor_wake(s);
}

static void
on_stop_signal(uv_signal_t *h, int signum)
{
	(void)signum;
	supervisor_drain(h->data);
}

static void
on_sighup(uv_signal_t *h, int signum)
{
	(void)signum;
	reload_begin(h->data);
}

/* ---- coming up ---- */

static void
start_handles(struct supervisor *s)
{
	uv_timer_init(s->loop, &s->tick);
	uv_prepare_init(s->loop, &s->flush);
	uv_signal_init(s->loop, &s->sigterm);
	uv_signal_init(s->loop, &s->sigint);
	uv_signal_init(s->loop, &s->sighup);
	uv_signal_init(s->loop, &s->sigchld);
	s->tick.data = s->flush.data = s->sigterm.data = s->sigint.data =
	    s->sighup.data = s->sigchld.data = s;
	uv_timer_start(&s->tick, on_tick, TICK_BUSY_MS, TICK_BUSY_MS);
	uv_prepare_start(&s->flush, on_prepare);
	uv_signal_start(&s->sigterm, on_stop_signal, SIGTERM);
	uv_signal_start(&s->sigint, on_stop_signal, SIGINT);
	uv_signal_start(&s->sighup, on_sighup, SIGHUP);
	uv_signal_start(&s->sigchld, on_sigchld, SIGCHLD);
	s->watchdog_ms = notify_watchdog_ms();
}

/* A full disk or a limit is waited for, with nothing held meanwhile; "run" has
 * somebody who reads why. */
static int
open_all(struct supervisor *s, struct err *e)
{
	for (bool told = false;; told = true) {
		int rc = supervisor_open_state(s, e);

		if (rc == 0 && !s->options.run)
			rc = supervisor_open_folders(s, e);
		if ((rc != ERR_NOSPACE && rc != ERR_LIMIT) || s->options.run)
			return rc;
		if (!told)
			log_warn("waiting: %s", e->text);
		notify("STATUS=waiting: %.200s\nEXTEND_TIMEOUT_USEC=%u",
		    e->text, 60 * 1000000);
		supervisor_close_all(s);
		usleep(ROOM_AGAIN_MS * 1000);
	}
}

static int
start(struct supervisor *s, struct err *e)
{
	int rc = open_all(s, e);

	if (rc < 0)
		return rc;
	if (s->options.run)
		s->source = s->options.attach(s->options.attach_arg, s);
	else
		supervisor_use_folders(s);
	s->retire = retire_new(s->loop, finish_retired, s);
	s->keep = keep_new(s);
	start_handles(s);
	s->set = set_new(s, s->config);
	rc = set_start(s->set, e);
	if (rc == 0)
		rc = store_link_start(s, e);
	supervisor_wake(s);
	return rc;
}

/* ---- going away ---- */

static void
on_closed(void *arg)
{
	struct supervisor *s = arg;

	s->closing--;
}

static void
close_handle(uv_handle_t *h, void *arg)
{
	(void)arg;
	if (!uv_is_closing(h))
		uv_close(h, NULL);
}

static void
free_claims(struct supervisor *s)
{
	while (!list_empty(&s->claims)) {
		struct claim *c =
		    container_of(s->claims.next, struct claim, link);

		claim_free(&c);
	}
}

static void
finish(struct supervisor *s)
{
	/* No tick may look at what is going away. */
	if (s->tick.data)
		uv_timer_stop(&s->tick);
	if (s->arrival) {
		s->closing++;
		arrival_close(s->arrival, on_closed, s);
	}
	if (s->retire) {
		s->closing++;
		retire_close(s->retire, on_closed, s);
	}
	if (s->keep) {
		s->closing++;
		keep_close(s->keep, on_closed, s);
	}
	while (s->closing > 0)
		uv_run(s->loop, UV_RUN_ONCE);
	if (s->at_finish)
		s->at_finish(s->at_finish_arg);
	free_claims(s);
	peer_close(&s->committer);
	output_close(&s->committer_output, NULL);
	set_free(&s->next_set);
	set_free(&s->old_set);
	if (s->set)
		set_free(&s->set);
	else
		config_free(&s->config);
	for (unsigned i = 0; i < s->n_threads; i++)
		pthread_join(s->thread[i], NULL);
	uv_walk(s->loop, close_handle, NULL);
	uv_run(s->loop, UV_RUN_DEFAULT);
	map_free(&s->by_path);
	map_free(&s->by_ticket);
	map_free(&s->by_serial);
	supervisor_close_all(s);
	free(s->reload_error);
}

static int
exit_code_of(const struct err *e)
{
	switch (e->code) {
	case ERR_BUSY:
		return EX_TEMPFAIL;
	case ERR_CONFIG:
		return EX_CONFIG;
	case ERR_PERM:
		return EX_NOPERM;
	case ERR_NOENT:
		return EX_NOINPUT;
	case ERR_IO:
	case ERR_NOSPACE:
		return EX_IOERR;
	default:
		return EX_OSERR;
	}
}

int
supervisor_main(const struct supervisor_options *o, struct config *c,
    void (*ready)(struct supervisor *s, void *arg), void *arg)
{
	struct supervisor s = { .options = *o,
		.config = c,
		.state_fd = -1,
		.state_lock = -1 };
	uv_loop_t loop;
	struct err e = { 0 };

	signal(SIGPIPE, SIG_IGN);
	signal(SIGIO, SIG_IGN);
	supervisor_raise_limits();
	ensure(uv_loop_init(&loop) == 0);
	s.loop = &loop;
	list_init(&s.claims);
	list_init(&s.ready);
	s.by_path = map_new();
	s.by_ticket = map_new();
	s.by_serial = map_new();
	if (start(&s, &e) < 0) {
		log_error("%s", e.text);
		s.exit_code = exit_code_of(&e);
		if (s.set)
			set_stop(s.set);
	} else {
		if (ready)
			ready(&s, arg);
		uv_run(&loop, UV_RUN_DEFAULT);
	}
	finish(&s);
	uv_loop_close(&loop);
	return s.exit_code;
}
