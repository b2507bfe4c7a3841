/* container.c - children of containers: handed out, bounded, ended in order. */
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "role/expand.h"
#include "role/supervisor.h"

enum {
	CHILDREN_AHEAD = 256, /* handed out and not ended, of one reader */
	WINDOW_AHEAD = 8 * 1024 * 1024, /* bytes of them in the window */
	PUNCH_SIZE = 1024 * 1024
};

/* ---- children come ---- */

/* "outer!/inner": how a member is called. */
static char *
member_name(const struct item *parent, const char *name, uint64_t index)
{
	char number[24];

	snprintf(number, sizeof number, "%llu", (unsigned long long)index);
	if (!name || !utf8_valid(name, strlen(name)))
		name = number;
	if (!parent->member)
		return xstrdup(name);
	return xasprintf("%s!/%s", parent->member, name);
}

/* Where the next level of a container that was begun before goes on. */
static void
set_resume(struct item *i)
{
	const struct claim *c = i->claim;

	if (i->depth >= c->n_levels)
		return;
	for (const struct item *at = i; at->parent; at = at->parent)
		if (at->index != c->level[at->depth - 1].children)
			return;
	i->resume_children = c->level[i->depth].children;
	i->resume_position = c->level[i->depth].position;
}

static struct item *
new_child(struct supervisor *s, struct item *parent, struct slot *slot,
    const struct child_ticket *c)
{
	struct item *i = xcalloc(1, sizeof *i);

	item_init(i);
	i->parent = parent;
	i->claim = parent->claim;
	i->depth = parent->depth + 1;
	i->ticket = ++s->last_ticket;
	i->index = c->index;
	i->kind = c->kind;
	i->step = c->step;
	i->offset = c->offset;
	i->length = c->length;
	i->position = c->position;
	i->fd = parent->fd;
	if (c->in_window) {
		i->window = slot->window;
		i->window->references++;
		i->fd = i->window->fd;
	} else if (parent->window) {
		i->window = parent->window;
		i->window->references++;
	}
	i->member = member_name(parent, c->name, c->index);
	i->media_type = c->media_type ? xstrdup(c->media_type) : NULL;
	i->fail = c->fail ? xstrdup(c->fail) : NULL;
	i->attrs = c->attrs_len ? xmemdup(c->attrs, c->attrs_len) : NULL;
	i->attrs_len = c->attrs_len;
	set_resume(i);
	map_put(s->by_ticket, &i->ticket, sizeof i->ticket, i);
	list_append(&parent->children, &i->sibling);
	return i;
}

/* A worker that hands out a child has become a reader; another one takes its
 * place among the workers. */
static bool
take_reader_place(struct slot *slot, struct item *container)
{
	struct supervisor *s = slot->set->supervisor;
	bool lowest = true;

	if (slot->reading == container)
		return true;
	for (uint32_t k = 0; k < slot->set->n_slots; k++) {
		const struct item *other = slot->set->slot[k].reading;

		if (other && other->claim->serial <= container->claim->serial)
			lowest = false;
	}
	if (s->state >= SUPERVISOR_DRAINING || s->next_set_ready ||
	    (s->n_readers >= slot->set->config->readers && !lowest)) {
		struct buf *b = chan_begin(&slot->peer->chan, W_DENY);

		pack_u64(b, container->ticket);
		chan_end(&slot->peer->chan);
		peer_flush(slot->peer);
		container->reader_wanted = true;
		return false;
	}
	slot->reading = container;
	container->reader_wanted = true;
	container->children_made = container->resume_children;
	container->handed_out = 0;
	s->n_readers++;
	supervisor_wake(s);
	return true;
}

static bool
is_sound(const struct supervisor *s, const struct item *parent,
    const struct child_ticket *c)
{
	uint64_t end = c->offset + c->length;

	if (end < c->offset || c->length > INT64_MAX ||
	    c->index != parent->children_made ||
	    (c->kind != TICKET_RAW && c->kind != TICKET_TEXT) ||
	    c->step > s->config->pipeline[parent->claim->pipeline].n_steps)
		return false;
	return c->in_window ||
	    (c->offset >= parent->offset &&
		end <= parent->offset + parent->length);
}

static void
add_child(struct slot *slot, struct item *parent, const struct child_ticket *c)
{
	struct supervisor *s = slot->set->supervisor;
	struct item *i;

	if (!is_sound(s, parent, c)) {
		slot_kill(slot, "broke the protocol");
		return;
	}
	i = new_child(s, parent, slot, c);
	parent->handed_out += c->length + EXPAND_CHILD;
	i->expansion =
	    expand_child(parent->expansion, parent->length, parent->handed_out);
	parent->children_made++;
	parent->live_children++;
	if (c->in_window)
		parent->live_bytes += c->length;
	dispatch_announce(s, i);
}

void
container_child(struct slot *slot, const struct frame *f)
{
	struct supervisor *s = slot->set->supervisor;
	struct child_ticket c;
	struct err e;
	struct item *parent;

	if (slot->set->state != SET_ACTIVE)
		return;
	if (child_ticket_unpack(&c, f->ptr, f->len, &e) < 0) {
		slot_kill(slot, "broke the protocol");
		return;
	}
	parent = map_get(s->by_ticket, &c.parent, sizeof c.parent);
	if (!parent || parent->slot != slot)
		return;
	if (!take_reader_place(slot, parent))
		return;
	if (c.index == UINT64_MAX) {
		parent->window_wanted = c.offset;
	} else {
		add_child(slot, parent, &c);
	}
	container_credit(s, parent);
}

/* ---- how far a reader may go ---- */

void
container_credit(struct supervisor *s, struct item *i)
{
	uint64_t children =
	    i->children_made + CHILDREN_AHEAD - i->live_children;
	uint64_t window = i->window_allowed;
	struct buf *b;

	(void)s;
	if (!i->slot || i->slot->reading != i || !i->slot->peer)
		return;
	if (i->live_children >= CHILDREN_AHEAD)
		children = i->children_made;
	/* A child larger than the window passes once it is the only one. */
	if (i->window_wanted > window &&
	    (i->live_bytes < WINDOW_AHEAD || i->live_children == 0))
		window = i->window_wanted + WINDOW_AHEAD / 2;
	if (window == i->window_allowed &&
	    children < i->children_allowed + CHILDREN_AHEAD / 4 &&
	    i->children_allowed > i->children_made)
		return;
	i->children_allowed = children;
	i->window_allowed = window;
	b = chan_begin(&i->slot->peer->chan, W_CREDIT);
	pack_u64(b, i->ticket);
	pack_u64(b, children);
	pack_u64(b, window);
	chan_end(&i->slot->peer->chan);
	peer_flush(i->slot->peer);
}

void
container_end(struct item *i, const struct done *d)
{
	struct supervisor *s = i->claim->owner;
	struct end_note n = { .ticket = i->ticket,
		.children = d->children,
		.attempts = i->deaths + 1,
		.media_type = d->media_type };

	memcpy(n.sha256, d->sha256, sizeof n.sha256);
	if (d->text) {
		finish_failed(s, i, d->plugin, "container", d->text);
		return;
	}
	i->state = ITEM_HANDED;
	if (!s->set->sequencer)
		return; /* announced, and read, again */
	end_note_pack(chan_begin(&s->set->sequencer->chan, Q_END), &n);
	chan_end(&s->set->sequencer->chan);
	peer_flush(s->set->sequencer);
}

/* ---- children end ---- */

/* Give the disk back what lies in the window before the first child in it. */
static void
punch(struct item *parent, const struct item *ended)
{
	uint64_t end = ended->offset + ended->length;

	if (!ended->window || ended->window->fd != ended->fd ||
	    end - parent->punched < PUNCH_SIZE)
		return;
	/* Where holes cannot be punched the file only grows. */
	fallocate(ended->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
	    (off_t)parent->punched, (off_t)(end - parent->punched));
	parent->punched = end;
}

static void
free_child(struct supervisor *s, struct item *i)
{
	struct item *parent = i->parent;

	parent->live_children--;
	if (i->window && i->fd == i->window->fd && !parent->window)
		parent->live_bytes -= i->length;
	item_fini(s, i);
	free(i);
}

static struct item *
child_by_index(const struct item *parent, uint64_t index)
{
	list_each (l, &parent->children) {
		struct item *i = container_of(l, struct item, sibling);

		if (i->index == index)
			return i;
	}
	return NULL;
}

/* "#3#1" below a claim. */
static struct item *
child_by_name(struct claim *c, const char *name)
{
	struct item *i = &c->item;

	while (i && *name == '#') {
		char *end;

		i = child_by_index(i, strtoull(name + 1, &end, 10));
		name = end;
	}
	return i;
}

void
container_child_ended(struct supervisor *s, struct claim *c,
    const struct durable_note *n)
{
	struct item *i = child_by_name(c, n->child);
	struct item *parent;

	c->number = n->number;
	if (n->kind == OUTCOME_FAILED && !s->options.run)
		keep_ended(s->keep, c, n->child);
	if (!i || i == &c->item)
		return;
	parent = i->parent;
	punch(parent, i);
	free_child(s, i);
	container_credit(s, parent);
}

void
container_drop_children(struct supervisor *s, struct item *parent)
{
	while (!list_empty(&parent->children))
		free_child(s,
		    container_of(parent->children.next, struct item, sibling));
}

void
container_stop_readers(struct supervisor *s)
{
	for (uint32_t k = 0; s->set && k < s->set->n_slots; k++) {
		struct slot *slot = &s->set->slot[k];
		struct buf *b;

		if (!slot->reading || !slot->peer)
			continue;
		b = chan_begin(&slot->peer->chan, W_DENY);
		pack_u64(b, slot->reading->ticket);
		chan_end(&slot->peer->chan);
		peer_flush(slot->peer);
	}
}
