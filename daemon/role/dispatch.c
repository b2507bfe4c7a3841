/* dispatch.c - tickets to workers, lowest path first, and their answers. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/log.h"
#include "role/expand.h"
#include "role/supervisor.h"

enum {
	TICKETS_MAX = 16, /* in the hands of one worker */
	TICKET_BYTES_MAX = 256 * 1024
};

static uint64_t
new_nonce(struct supervisor *s)
{
	if (s->n_nonces == 0) {
		ssize_t n = getrandom(s->nonce, sizeof s->nonce, 0);

		ensure(n == (ssize_t)sizeof s->nonce);
		s->n_nonces = sizeof s->nonce / sizeof *s->nonce;
	}
	return s->nonce[--s->n_nonces];
}

/* ---- order ---- */

/* Does a's path come before b's?  Both walk up to the same depth first. */
static bool
comes_before(const struct item *a, const struct item *b)
{
	const struct item *x = a, *y = b;

	if (a->claim != b->claim)
		return a->claim->serial < b->claim->serial;
	while (x->depth > y->depth)
		x = x->parent;
	while (y->depth > x->depth)
		y = y->parent;
	if (x == y)
		return a->depth < b->depth;
	while (x->parent != y->parent) {
		x = x->parent;
		y = y->parent;
	}
	return x->index < y->index;
}

void
dispatch_ready(struct supervisor *s, struct item *i)
{
	struct list *at;

	ensure(list_empty(&i->ready));
	i->state = ITEM_READY;
	i->slot = NULL;
	if (i->parent) {
		/* Children belong to older claims: near the front. */
		for (at = s->ready.next; at != &s->ready; at = at->next)
			if (comes_before(i,
				container_of(at, struct item, ready)))
				break;
	} else {
		for (at = &s->ready; at->prev != &s->ready; at = at->prev)
			if (comes_before(container_of(at->prev, struct item,
					     ready),
				i))
				break;
	}
	list_append(at, &i->ready); /* before at */
	supervisor_wake(s);
}

/* ---- announcing ---- */

static void
tell_sequencer(struct supervisor *s, const struct item *i)
{
	const struct claim *c = i->claim;
	struct set *set = s->set;
	struct item_note n = { .ticket = i->ticket,
		.nonce = i->nonce,
		.parent = i->parent ? i->parent->ticket : 0,
		.claim = c->serial,
		.lane = set->declarations->pipeline[c->pipeline].lane,
		.pipeline = c->pipeline,
		.index = i->index,
		.position = i->position,
		.number = c->number,
		.children = i->resume_children,
		.resume_position = i->resume_position,
		.attempts = i->deaths + i->commit_deaths + 1,
		.alone = i->alone,
		.retire = s->options.run ? RETIRE_NOTHING : RETIRE_PENDING,
		.folder = c->folder->watch->path,
		.path = c->path,
		.member = i->member,
		.witness = c->witness,
		.added_ns = c->added_ns };

	if (c->fd < 0)
		n.retire = RETIRE_NOTHING;
	item_note_pack(chan_begin(&set->sequencer->chan, Q_ITEM), &n);
	chan_end(&set->sequencer->chan);
}

void
dispatch_announce(struct supervisor *s, struct item *i)
{
	const struct suspect *x = blame_suspect(i);

	i->nonce = new_nonce(s);
	i->commit_deaths = x ? x->deaths : 0;
	i->alone = x || i->claim->alone;
	tell_sequencer(s, i);
	if (x && x->deaths >= ATTEMPTS_MAX)
		finish_failed(s, i, x->has_plugin ? x->plugin : NULL, x->reason,
		    x->detail);
	else if (i->claim->fd < 0)
		finish_failed(s, i, NULL, "changed",
		    "the container changed or vanished midway; its children "
		    "stand");
	else if (i->fail)
		finish_failed(s, i, NULL, "member", i->fail);
	else
		dispatch_ready(s, i);
}

/* ---- sending ---- */

static bool
wants_fresh(const struct item *i)
{
	return i->deaths > 0 || i->doubtful;
}

static void
send_ticket(struct slot *slot, struct item *i)
{
	const struct claim *c = i->claim;
	struct ticket t = { .id = i->ticket,
		.nonce = i->nonce,
		.kind = i->kind,
		.pipeline = c->pipeline,
		.step = i->step,
		.depth = i->depth,
		.offset = i->offset,
		.length = i->length,
		.mtime_ns = c->witness.mtime_ns,
		.added_ns = c->added_ns,
		.path = c->path,
		.member = i->member,
		.media_type = i->media_type,
		.attrs = i->attrs,
		.attrs_len = i->attrs_len,
		.resume_position = i->resume_position,
		.resume_children = i->resume_children,
		.unpack_max = expand_limit(slot->set->config->unpack_ratio,
		    c->item.length, i->expansion, i->length),
		.has_sidecar = c->has_sidecar && !i->parent };

	memcpy(t.sidecar, c->sidecar, sizeof t.sidecar);
	ticket_pack(chan_begin(&slot->peer->chan, W_TICKET), &t);
	chan_attach(&slot->peer->chan, i->fd, false);
	chan_end(&slot->peer->chan);
	list_remove(&i->ready);
	list_append(&slot->running, &i->running);
	i->state = ITEM_RUNNING;
	i->slot = slot;
	slot->n_running++;
	slot->bytes_running += i->length;
	slot->served++;
	slot->exclusive = wants_fresh(i);
}

static bool
can_take(const struct slot *slot, const struct item *i)
{
	if (slot->state != SLOT_UP || slot->reading || slot->exclusive ||
	    slot->recycle)
		return false;
	/* A second attempt runs alone, in a fresh worker. */
	if (wants_fresh(i))
		return slot->served == 0;
	return slot->n_running == 0 ||
	    (slot->n_running < TICKETS_MAX &&
		slot->bytes_running + i->length <= TICKET_BYTES_MAX);
}

static struct slot *
choose(struct set *set, const struct item *i)
{
	struct slot *best = NULL;

	for (uint32_t k = 0; k < set->n_slots; k++) {
		struct slot *slot = &set->slot[k];

		if (can_take(slot, i) &&
		    (!best || slot->n_running < best->n_running))
			best = slot;
	}
	return best;
}

/* A fresh worker is wanted and there is none: one that has nothing to do goes.
 */
static void
make_fresh(struct set *set)
{
	for (uint32_t k = 0; k < set->n_slots; k++) {
		struct slot *slot = &set->slot[k];

		if (slot->state == SLOT_STARTING ||
		    (slot->state == SLOT_DYING && !slot->reading))
			return; /* one is on its way */
	}
	for (uint32_t k = 0; k < set->n_slots; k++) {
		struct slot *slot = &set->slot[k];

		if (slot->state == SLOT_UP && slot->n_running == 0 &&
		    !slot->reading) {
			slot_stop(slot);
			return;
		}
	}
}

/* No reader's place is free for a container that is known to be one. */
static bool
must_wait(const struct supervisor *s, const struct item *i)
{
	return i->reader_wanted && s->n_readers >= s->set->config->readers &&
	    s->ready.next != &i->ready;
}

void
dispatch(struct supervisor *s)
{
	struct set *set = s->set;
	bool sent = false;

	if (!set || set->state != SET_ACTIVE)
		return;
	/* What a ticket is must be known before its result can come. */
	if (!peer_flush(set->sequencer))
		return;
	for (struct list *l = s->ready.next, *next; l != &s->ready; l = next) {
		struct item *i = container_of(l, struct item, ready);
		struct slot *slot;

		next = l->next;
		if (must_wait(s, i))
			continue;
		slot = choose(set, i);
		if (slot) {
			send_ticket(slot, i);
			sent = true;
		} else if (wants_fresh(i)) {
			make_fresh(set);
		} else {
			break;
		}
	}
	for (uint32_t k = 0; sent && k < set->n_slots; k++) {
		if (!set->slot[k].peer)
			continue;
		peer_flush(set->slot[k].peer);
		/* What could not be sent may outlive its claim. */
		chan_own(&set->slot[k].peer->chan);
	}
}

/* ---- answers ---- */

void
dispatch_returned(struct item *i)
{
	struct supervisor *s = i->claim->owner;

	if (s->set->state != SET_ACTIVE)
		return; /* all are announced again */
	i->nonce = new_nonce(s);
	if (i->claim->state == CLAIM_UNDER_WAY)
		tell_sequencer(s, i);
	dispatch_ready(s, i);
}

static void
leave_slot(struct slot *slot, struct item *i)
{
	struct supervisor *s = slot->set->supervisor;

	list_remove(&i->running);
	i->slot = NULL;
	slot->n_running--;
	slot->bytes_running -= i->length;
	slot->exclusive = false;
	if (slot->reading == i) {
		slot->reading = NULL;
		s->n_readers--;
	}
}

static void
recycle(struct slot *slot, uint64_t memory)
{
	const struct config *c = slot->set->config;

	if (slot->served >= c->recycle_documents || memory >= c->recycle_memory)
		slot->recycle = true;
	if (slot->recycle && slot->n_running == 0)
		slot_stop(slot);
}

/* A container's reader was told to stop: at a child boundary. */
static void
take_returned(struct supervisor *s, struct item *i)
{
	if (i->children_made > i->resume_children &&
	    (s->state >= SUPERVISOR_DRAINING || s->next_set_ready)) {
		i->state = ITEM_HELD;
		return;
	}
	dispatch_returned(i);
}

static void
take_done(struct slot *slot, struct item *i, const struct done *d)
{
	struct supervisor *s = slot->set->supervisor;

	switch (d->kind) {
	case DONE_RESULT:
		i->state = ITEM_SENT;
		i->sent_ms = clock_monotonic_ms();
		i->sent_slot = slot->number;
		i->sent_life = slot->life;
		break;
	case DONE_CONTAINER:
		container_end(i, d);
		break;
	case DONE_CHANGED:
		if (i->children_made > 0 || i->parent || i->resume_children > 0)
			finish_failed(s, i, NULL, "changed",
			    "the file changed while it was read; its children "
			    "stand");
		else
			finish_void(s, i,
			    d->text ? d->text : "it changed while it was read");
		break;
	case DONE_RETRY:
		finish_attempt(s, i, d->plugin, d->reason ? d->reason : "error",
		    d->text ? d->text : "no reason given", "");
		break;
	case DONE_FATAL:
		set_stop_pipeline(slot->set, i->claim->pipeline,
		    d->text ? d->text : "fatal");
		break;
	case DONE_HASH:
		finish_hashed(s, i, d->sha256);
		break;
	case DONE_RETURNED:
		take_returned(s, i);
		break;
	default:
		slot_kill(slot, "broke the protocol");
	}
}

void
dispatch_done(struct slot *slot, const struct frame *f)
{
	struct supervisor *s = slot->set->supervisor;
	struct done d;
	struct err e;
	struct item *i;

	if (done_unpack(&d, f->ptr, f->len, &e) < 0) {
		slot_kill(slot, "broke the protocol");
		return;
	}
	i = map_get(s->by_ticket, &d.ticket, sizeof d.ticket);
	if (!i || i->slot != slot) {
		/* Given back to its folder meanwhile, or not its own. */
		supervisor_wake(s);
		return;
	}
	leave_slot(slot, i);
	take_done(slot, i, &d);
	recycle(slot, d.memory);
	supervisor_wake(s);
}
