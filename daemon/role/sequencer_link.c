/* sequencer_link.c - the sequencer of a set as the supervisor sees it. */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/xalloc.h"
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

static void
on_sequencer(void *arg, struct frame *f)
{
	struct set *set = arg;
	struct unpack u;
	uint32_t pipeline;
	const char *text;

	for (unsigned i = 0; i < f->n_fds; i++)
		fs_close(&f->fd[i]);
	unpack_init(&u, f->ptr, f->len);
	if (f->type == Q_READY) {
		set_sequencer_ready(set);
		return;
	}
	pipeline = unpack_u32(&u);
	text = unpack_str(&u);
	if (f->type == Q_FATAL && unpack_end(&u) &&
	    pipeline < set->config->n_pipelines)
		set_stop_pipeline(set, pipeline, text ? text : "fatal");
}

static void
on_sequencer_gone(void *arg, const struct err *e)
{
	struct set *set = arg;

	(void)e;
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
	return 0;
}

/* The sequencer's page says which document it was at. */
static void
suspect(struct set *set)
{
	struct supervisor *s = set->supervisor;
	uint64_t ticket = atomic_load(&set->sequencer_page->ticket);
	struct item *i = map_get(s->by_ticket, &ticket, sizeof ticket);
	struct suspect *x;
	char child[sizeof x->child] = "";

	if (ticket == 0 || !i)
		return;
	for (const struct item *at = i; at->parent; at = at->parent) {
		char rest[sizeof child];

		memcpy(rest, child, sizeof rest);
		snprintf(child, sizeof child, "#%llu%.300s",
		    (unsigned long long)at->index, rest);
	}
	log_error("sequencer died on document %s%s", i->claim->path, child);
	for (x = i->claim->suspects; x; x = x->next)
		if (strcmp(x->child, child) == 0)
			break;
	if (!x) {
		x = xcalloc(1, sizeof *x);
		snprintf(x->child, sizeof x->child, "%s", child);
		x->next = i->claim->suspects;
		i->claim->suspects = x;
	}
	x->deaths++;
}

void
sequencer_link_forget(struct set *set)
{
	if (set->sequencer_page) {
		suspect(set);
		munmap(set->sequencer_page, PAGE_SIZE_BYTES);
	}
	set->sequencer_page = NULL;
	peer_close(&set->sequencer);
	output_close(&set->sequencer_output, NULL);
	fs_close(&set->sequencer_fd);
}
