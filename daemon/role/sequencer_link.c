/* sequencer_link.c - the sequencer of a set as the supervisor sees it. */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/log.h"
#include "proc/child.h"
#include "role/supervisor.h"

void
set_sequencer_ready(struct set *set)
{
	struct supervisor *s = set->supervisor;

	if (set->state != SET_SEQUENCER)
		return;
	set->state = SET_ACTIVE;
	list_each (l, &s->claims) {
		struct claim *c = container_of(l, struct claim, link);

		if (c->state == CLAIM_UNDER_WAY)
			dispatch_announce(s, &c->item);
		else if (c->state == CLAIM_HASHING && !c->item.slot &&
		    list_empty(&c->item.ready))
			dispatch_ready(s, &c->item);
	}
	supervisor_wake(s);
}

static bool
take_fatal(struct set *set, struct unpack *u)
{
	uint32_t pipeline = unpack_u32(u);
	const char *text = unpack_str(u);

	if (!unpack_end(u) || pipeline >= set->config->n_pipelines)
		return false;
	set_stop_pipeline(set, pipeline, text ? text : "fatal");
	return true;
}

static bool
take_error(struct set *set, struct unpack *u)
{
	uint64_t ticket = unpack_u64(u);
	const char *reason = unpack_str(u), *text = unpack_str(u);

	if (!unpack_end(u) || !reason || !text)
		return false;
	set->sequencer_error.ticket = ticket;
	snprintf(set->sequencer_error.reason,
	    sizeof set->sequencer_error.reason, "%s", reason);
	snprintf(set->sequencer_error.text, sizeof set->sequencer_error.text,
	    "%s", text);
	return true;
}

static bool
take_broken(struct set *set, struct unpack *u)
{
	uint32_t slot = unpack_u32(u), life = unpack_u32(u);

	if (!unpack_end(u) || slot >= set->n_slots)
		return false;
	if (set->slot[slot].life == life)
		slot_kill(&set->slot[slot], "broke the protocol");
	return true;
}

static bool
take_lost(struct set *set, struct unpack *u)
{
	uint64_t ticket = unpack_u64(u);

	if (!unpack_end(u))
		return false;
	blame_lost(set->supervisor, ticket);
	return true;
}

/* It is not trusted: commit() has run in it. */
static void
on_sequencer(void *arg, struct frame *f)
{
	struct set *set = arg;
	struct unpack u;
	bool good = false;

	for (unsigned i = 0; i < f->n_fds; i++)
		fs_close(&f->fd[i]);
	unpack_init(&u, f->ptr, f->len);
	if (f->type == Q_READY) {
		set_sequencer_ready(set);
		good = true;
	} else if (f->type == Q_FATAL) {
		good = take_fatal(set, &u);
	} else if (f->type == Q_ERROR) {
		good = take_error(set, &u);
	} else if (f->type == Q_BROKEN) {
		good = take_broken(set, &u);
	} else if (f->type == Q_KEEP) {
		good = set->state == SET_ACTIVE &&
		    keep_children(set->supervisor->keep, &u);
	} else if (f->type == Q_LOST) {
		good = take_lost(set, &u);
	}
	if (!good)
		sequencer_link_kill(set, "broke the protocol");
}

static void
on_sequencer_gone(void *arg, const struct err *e)
{
	struct set *set = arg;

	/* Its death comes from the zygote. */
	if (e->code == ERR_PROTO)
		sequencer_link_kill(set, "broke the protocol");
	if (set->sequencer)
		uv_poll_stop(&set->sequencer->poll);
}

int
sequencer_link_fork(struct set *set, struct err *e)
{
	struct supervisor *s = set->supervisor;
	struct window *spill = NULL;
	int fd[2] = { -1, -1 }, page_fd = -1, output = -1, spill_fd;
	int rc = chan_pair(fd, e);

	if (rc < 0 || !(set->sequencer_page = page_map(&page_fd, e)) ||
	    !(spill = window_new(s, e)) ||
	    !(set->sequencer_output =
		    output_new(s->loop, "sequencer", &output, e)) ||
	    (spill_fd = dup(spill->fd)) < 0) {
		fs_close(&fd[0]);
		fs_close(&fd[1]);
		fs_close(&page_fd);
		fs_close(&output);
		window_unref(&spill);
		return e->code ? e->code : err_sys(e, "spill file");
	}
	window_unref(&spill);
	set->sequencer =
	    peer_new(s->loop, fd[0], on_sequencer, on_sequencer_gone, set);
	zygote_fork(set, FORK_SEQUENCER, 0,
	    (int[5]){ fd[1], page_fd, output, set->sequencer_fd, spill_fd });
	set->sequencer_fd = -1;
	set->sequencer_killed = NULL;
	set->sequencer_error.ticket = 0;
	set->seen_ticket = set->seen_alive = 0;
	return 0;
}

void
sequencer_link_kill(struct set *set, const char *why)
{
	struct buf *b;

	if (!set->sequencer_pid || !set->zygote)
		return;
	set->sequencer_killed = why;
	b = chan_begin(&set->zygote->chan, Z_KILL);
	pack_u64(b, set->sequencer_pid);
	chan_end(&set->zygote->chan);
	peer_flush(set->zygote);
}

void
sequencer_link_look(struct set *set, uint64_t now_ms)
{
	const struct config *c = set->config;
	const struct page *page = set->sequencer_page;
	uint64_t ticket, alive;

	if (!page || set->sequencer_killed ||
	    set->supervisor->options.in_process)
		return;
	ticket = atomic_load_explicit(&page->ticket, memory_order_acquire);
	alive = atomic_load_explicit(&page->alive, memory_order_relaxed);
	if (ticket != set->seen_ticket) {
		set->seen_ticket = ticket;
		set->seen_since_ms = set->alive_since_ms = now_ms;
	}
	if (alive != set->seen_alive) {
		set->seen_alive = alive;
		set->alive_since_ms = now_ms;
	}
	if (ticket == 0)
		return;
	if (now_ms - set->alive_since_ms >= (uint64_t)c->stall_ms)
		sequencer_link_kill(set, "timeout: no sign of life");
	else if (now_ms - set->seen_since_ms >= (uint64_t)c->total_ms)
		sequencer_link_kill(set, "timeout: took too long");
}

void
sequencer_link_died(struct set *set, int wait_status)
{
	char tail[OUTPUT_TAIL + 1] = "", how[80];

	log_error("sequencer %s", child_describe(how, sizeof how, wait_status));
	if (set->sequencer)
		peer_drain(set->sequencer);
	set->sequencer_pid = 0;
	output_close(&set->sequencer_output, tail);
	if (set->sequencer_page)
		blame_sequencer(set, wait_status, tail);
	set_restart_sequencer(set);
}

void
sequencer_link_forget(struct set *set)
{
	if (set->sequencer_page)
		munmap(set->sequencer_page, PAGE_SIZE_BYTES);
	set->sequencer_page = NULL;
	peer_close(&set->sequencer);
	output_close(&set->sequencer_output, NULL);
	fs_close(&set->sequencer_fd);
}
