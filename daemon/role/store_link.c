/* store_link.c - the committer as the supervisor sees it: recovery, what is
 * durable, what is retired. */
#include "role/store_link.h"

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
#include "proc/child.h"
#include "role/launch.h"
#include "role/recover.h"
#include "role/supervisor.h"

enum { COMMITTER_FAILURES_MAX = 10, COMMITTER_AGAIN_MS = 1000 };

/* ---- what it says ---- */

static void
take_progress(struct supervisor *s, struct unpack *u)
{
	const char *pipeline = unpack_str(u);
	uint64_t number = unpack_u64(u);
	uint32_t depth = unpack_count(u, 16);
	struct container_level level[CONTAINER_DEPTH_MAX];

	if (depth > CONTAINER_DEPTH_MAX || !pipeline) {
		u->bad = true;
		return;
	}
	for (uint32_t i = 0; i < depth; i++) {
		level[i].children = unpack_u64(u);
		level[i].position = unpack_u64(u);
	}
	list_each (l, &s->claims) {
		struct claim *c = container_of(l, struct claim, link);

		if (c->number != number || c->state != CLAIM_UNDER_WAY ||
		    strcmp(s->config->pipeline[c->pipeline].name, pipeline) !=
			0)
			continue;
		memcpy(c->level, level, sizeof level);
		c->n_levels = depth;
		return;
	}
}

static void
take_durable(struct supervisor *s, const struct frame *f)
{
	struct unpack u;
	uint32_t n;

	unpack_init(&u, f->ptr, f->len);
	unpack_u32(&u); /* lane */
	unpack_u64(&u); /* epoch */
	n = unpack_count(&u, 24);
	for (uint32_t i = 0; i < n && !u.bad; i++) {
		struct durable_note note;

		durable_note_read(&u, &note);
		if (!u.bad)
			finish_durable(s, &note);
	}
	n = unpack_count(&u, 12);
	for (uint32_t i = 0; i < n && !u.bad; i++)
		take_progress(s, &u);
	if (!unpack_end(&u))
		panic("malformed durable notice from the committer");
	if (s->set)
		s->set->failures = 0;
	blame_stop(s);
	retire_flush(s->retire);
	supervisor_wake(s);
}

static void
take_pause(struct supervisor *s, const struct frame *f)
{
	struct unpack u;
	const char *text;

	s->paused_by_store = f->type == C_PAUSED;
	if (s->paused_by_store) {
		unpack_init(&u, f->ptr, f->len);
		text = unpack_str(&u);
		snprintf(s->store_pause, sizeof s->store_pause, "%s",
		    text ? text : "cannot write");
	}
	supervisor_wake(s);
}

static struct set *
by_epoch(struct supervisor *s, struct unpack *u)
{
	uint64_t epoch = unpack_u64(u);

	if (s->set && s->set->epoch == epoch)
		return s->set;
	return NULL;
}

static void
take_numbers(struct supervisor *s, struct unpack *u)
{
	uint32_t n = unpack_count(u, 12);

	for (uint32_t i = 0; i < n && !u->bad; i++) {
		const char *pipeline = unpack_str(u);
		uint64_t next = unpack_u64(u);

		if (pipeline && !u->bad)
			keep_number(s->keep, pipeline, next);
	}
	if (!unpack_end(u))
		panic("malformed end of recovery from the committer");
}

static void
on_frame(void *arg, struct frame *f)
{
	struct supervisor *s = arg;
	struct unpack u;
	struct set *set;
	const char *text;

	for (unsigned i = 0; i < f->n_fds; i++)
		fs_close(&f->fd[i]);
	unpack_init(&u, f->ptr, f->len);
	switch (f->type) {
	case C_UNRETIRED:
		recover_unretired(s, f);
		break;
	case C_OPEN:
		recover_container(s, f);
		break;
	case C_RECOVERED:
		if (s->committer_again_ms)
			log_info("the committer has recovered");
		s->committer_again_ms = 0;
		s->paused_by_store = false;
		take_numbers(s, &u);
		s->committer_ready = true;
		s->committer_failures = 0;
		supervisor_wake(s);
		break;
	case C_OPENED:
		set = by_epoch(s, &u);
		if (set)
			set_opened(set);
		break;
	case C_REFUSED:
		set = by_epoch(s, &u);
		text = unpack_str(&u);
		if (set)
			set_refused(set, text ? text : "refused");
		break;
	case C_CLOSED:
		set = by_epoch(s, &u);
		if (set)
			set_closed(set);
		break;
	case C_DURABLE:
		take_durable(s, f);
		break;
	case C_PAUSED:
	case C_RESUMED:
		take_pause(s, f);
		break;
	case C_STOPPED:
		break;
	default:
		if (s->committer_reply)
			s->committer_reply(s->committer_reply_arg, f);
	}
}

static void
on_gone(void *arg, const struct err *e)
{
	struct supervisor *s = arg;

	if (e->code == ERR_PROTO)
		log_error("committer: %s", e->text);
	uv_poll_stop(&s->committer->poll);
	if (s->options.in_process)
		store_link_died(s, 0);
}

/* ---- life ---- */

int
store_link_start(struct supervisor *s, struct err *e)
{
	int fd[2], output = -1;
	struct buf *b;
	int rc = chan_pair(fd, e);

	if (rc < 0)
		return rc;
	s->committer_output = output_new(s->loop, "committer", &output, e);
	if (!s->committer_output) {
		fs_close(&fd[0]);
		fs_close(&fd[1]);
		return e->code;
	}
	s->committer_pid =
	    supervisor_start_role(s, "committer", fd[1], output, e);
	fs_close(&output);
	if (!s->options.in_process)
		fs_close(&fd[1]);
	if (s->committer_pid < 0) {
		fs_close(&fd[0]);
		output_close(&s->committer_output, NULL);
		return e->code;
	}
	s->committer_output->pid = s->committer_pid;
	s->committer = peer_new(s->loop, fd[0], on_frame, on_gone, s);
	b = chan_begin(&s->committer->chan, C_CONFIG);
	config_pack(b, s->config);
	chan_end(&s->committer->chan);
	peer_flush(s->committer);
	return 0;
}

static void
close_epoch(struct supervisor *s)
{
	if (!s->set)
		return;
	s->set->epoch_closed = true;
	set_restart_sequencer(s->set);
}

/* A full disk, a limit: it tries again until that is over, as it does with a
 * batch. */
static void
wait_for_room(struct supervisor *s, const char *tail)
{
	snprintf(s->store_pause, sizeof s->store_pause, "%s", tail);
	if (!s->committer_again_ms)
		log_warn("intake pauses, the committer cannot go on: %s", tail);
	s->committer_again_ms = clock_monotonic_ms() + COMMITTER_AGAIN_MS;
	if (s->set && s->set->state >= SET_OPENING)
		close_epoch(s);
}

void
store_link_look(struct supervisor *s, uint64_t now_ms)
{
	struct err e = { 0 };

	if (s->committer || s->committer_pid > 0 || !s->committer_again_ms ||
	    now_ms < s->committer_again_ms || s->state >= SUPERVISOR_STOPPING)
		return;
	if (store_link_start(s, &e) < 0)
		wait_for_room(s, e.text);
}

void
store_link_died(struct supervisor *s, int wait_status)
{
	char tail[OUTPUT_TAIL + 1] = "", how[80];
	struct err e = { 0 };
	int code = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 0;

	s->committer_pid = 0;
	if (s->committer)
		peer_drain(s->committer);
	peer_close(&s->committer);
	output_close(&s->committer_output, tail);
	s->committer_ready = false;
	s->paused_by_store = code == COMMITTER_SHORT;
	if (s->state >= SUPERVISOR_STOPPING) {
		supervisor_wake(s);
		return;
	}
	child_describe(how, sizeof how, wait_status);
	if (code == COMMITTER_SHORT) {
		wait_for_room(s, tail);
		return;
	}
	/* It may have committed more than it could tell.  Of files that are to
	 * be retired the next one tells again; those of "run" stay where they
	 * are, and a new run asks for each. */
	if (s->options.run) {
		supervisor_fail(s, code ? code : EX_TEMPFAIL,
		    "the committer %s: %.300s; the same command goes on", how,
		    tail);
		return;
	}
	/* What recovery cannot mend is for a person. */
	if (++s->committer_failures > COMMITTER_FAILURES_MAX ||
	    (s->state == SUPERVISOR_RECOVERING && code != 0)) {
		supervisor_fail(s, code ? code : EX_SOFTWARE,
		    "the committer %s: %.300s", how, tail);
		return;
	}
	log_error("committer %s; it recovers in a new process", how);
	close_epoch(s);
	if (store_link_start(s, &e) < 0)
		wait_for_room(s, e.text);
}

/* ---- what it is told ---- */

static void
send_frame(struct supervisor *s)
{
	chan_end(&s->committer->chan);
	peer_flush(s->committer);
}

void
store_link_open(struct supervisor *s, struct set *set, int fd)
{
	struct buf *b;
	size_t at;

	if (!s->committer) {
		close(fd);
		return;
	}
	b = chan_begin(&s->committer->chan, C_EPOCH);
	pack_u64(b, set->epoch);
	at = pack_u32_later(b);
	config_pack(b, set->config);
	pack_u32_at(b, at, (uint32_t)(b->len - at - 4));
	at = pack_u32_later(b);
	declarations_pack(b, set->declarations);
	pack_u32_at(b, at, (uint32_t)(b->len - at - 4));
	chan_attach(&s->committer->chan, fd, true);
	send_frame(s);
}

void
store_link_close(struct supervisor *s, uint64_t epoch)
{
	if (!s->committer)
		return;
	pack_u64(chan_begin(&s->committer->chan, C_CLOSE), epoch);
	send_frame(s);
}

void
store_link_retired(struct supervisor *s, const struct claim *const *claim,
    size_t n)
{
	struct buf *b;

	/* Otherwise the next committer reports it again. */
	if (!s->committer || n == 0)
		return;
	b = chan_begin(&s->committer->chan, C_RETIRED);
	pack_u32(b, (uint32_t)n);
	for (size_t i = 0; i < n; i++) {
		pack_str(b,
		    claim[i]->recovered_pipeline
			? claim[i]->recovered_pipeline
			: s->config->pipeline[claim[i]->pipeline].name);
		pack_u64(b, claim[i]->number);
	}
	send_frame(s);
}

void
store_link_ask(struct supervisor *s, uint16_t type, uint64_t cookie)
{
	if (!s->committer)
		return;
	pack_u64(chan_begin(&s->committer->chan, type), cookie);
	send_frame(s);
}

void
store_link_stop(struct supervisor *s)
{
	if (!s->committer)
		return;
	chan_begin(&s->committer->chan, C_STOP);
	send_frame(s);
}
