/* pipe_child.c - containers: children, and how far a reader may go. */
#include <fcntl.h>
#include <linux/falloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "control/pipe.h"
#include "role/expand.h"

void
pipe_kill(struct pipe *p, struct pipe_worker *w, const char *why)
{
	if (w->killed || !w->forked)
		return;
	w->killed = why;
	pack_u64(chan_begin(&p->zygote, Z_KILL), w->pid);
	chan_end(&p->zygote);
}

static void
deny(struct pipe_worker *w)
{
	pack_u64(chan_begin(&w->control, W_DENY), w->doc->ticket);
	chan_end(&w->control);
}

/* Everything before it has ended.  Only such a container is read: what one
 * further back hands out could not be printed, and would hold its reader. */
bool
pipe_is_first(struct pipe *p, struct pipe_doc *d)
{
	for (; d; d = d->parent) {
		struct list *head = d->parent ? &d->parent->children : &p->docs;

		for (struct list *l = d->link.prev; l != head; l = l->prev) {
			const struct pipe_doc *before =
			    container_of(l, struct pipe_doc, link);

			if (before->state != PIPE_ENDED || before->worker)
				return false;
		}
	}
	return true;
}

static bool
is_sound(const struct pipe *p, const struct pipe_doc *d,
    const struct child_ticket *c)
{
	uint64_t end = c->offset + c->length;

	if (end < c->offset || c->length > INT64_MAX ||
	    c->index != d->children_made ||
	    (c->kind != TICKET_RAW && c->kind != TICKET_TEXT) ||
	    c->step > p->config->pipeline[p->pipeline].n_steps)
		return false;
	return c->in_window ||
	    (c->offset >= d->offset && end <= d->offset + d->length);
}

static json_t *
child_id(const struct pipe_doc *parent, uint64_t index)
{
	char *of = parent->id ? json_dumps(parent->id, JSON_ENCODE_ANY) : NULL;
	const char *plain = json_string_value(parent->id);
	char *text = xasprintf("%s#%llu",
	    plain    ? plain
		: of ? of
		     : "",
	    (unsigned long long)index);
	json_t *id = json_string(text);

	free(text);
	free(of);
	return id;
}

static char *
member_name(const struct pipe_doc *parent, const struct child_ticket *c)
{
	char number[24];
	const char *name = c->name;

	snprintf(number, sizeof number, "%llu", (unsigned long long)c->index);
	if (!name || !utf8_valid(name, strlen(name)))
		name = number;
	return parent->member ? xasprintf("%s!/%s", parent->member, name)
			      : xstrdup(name);
}

static void
add_child(struct pipe_worker *w, const struct child_ticket *c)
{
	struct pipe_doc *parent = w->doc, *d = pipe_doc_new(parent);

	d->id = child_id(parent, c->index);
	d->kind = c->kind;
	d->step = c->step;
	d->offset = c->offset;
	d->length = c->length;
	d->file = c->in_window ? w->window : parent->file;
	d->file->references++;
	d->path = parent->path ? xstrdup(parent->path) : NULL;
	d->member = member_name(parent, c);
	d->media_type = c->media_type ? xstrdup(c->media_type) : NULL;
	if (c->attrs_len > 0) {
		d->attrs = xmemdup(c->attrs, c->attrs_len);
		d->attrs_len = c->attrs_len;
	}
	parent->handed_out += c->length + EXPAND_CHILD;
	d->expansion =
	    expand_child(parent->expansion, parent->length, parent->handed_out);
	parent->children_made++;
	parent->live_children++;
	if (c->in_window)
		parent->window_live += c->length;
	list_append(&parent->children, &d->link);
	if (c->fail)
		pipe_end_failed(d, NULL, "member", c->fail);
}

void
pipe_take_child(struct pipe *p, struct pipe_worker *w, const struct frame *f)
{
	struct child_ticket c;
	struct err e;

	if (!w->doc || child_ticket_unpack(&c, f->ptr, f->len, &e) < 0 ||
	    c.parent != w->doc->ticket) {
		pipe_kill(p, w, "broke the protocol");
		return;
	}
	if (!w->reading) {
		if (!pipe_is_first(p, w->doc)) {
			w->doc->waits = true;
			deny(w);
			return;
		}
		w->reading = true;
	}
	if (c.index == UINT64_MAX)
		w->doc->window_wanted = c.offset;
	else if (is_sound(p, w->doc, &c))
		add_child(w, &c);
	else
		pipe_kill(p, w, "broke the protocol");
	pipe_credit(w);
}

void
pipe_credit(struct pipe_worker *w)
{
	struct pipe_doc *d = w->doc;
	uint64_t children, window;
	struct buf *b;

	if (!d || !w->reading || d->live_children >= PIPE_CHILDREN_AHEAD)
		return;
	children = d->children_made + PIPE_CHILDREN_AHEAD - d->live_children;
	window = d->window_allowed;
	/* A child larger than the window passes once it is the only one. */
	if (d->window_wanted > window &&
	    (d->window_live < PIPE_WINDOW_AHEAD || d->live_children == 0))
		window = d->window_wanted + PIPE_WINDOW_AHEAD / 2;
	if (window == d->window_allowed &&
	    children < d->children_allowed + PIPE_CHILDREN_AHEAD / 4 &&
	    d->children_allowed > d->children_made)
		return;
	d->children_allowed = children;
	d->window_allowed = window;
	b = chan_begin(&w->control, W_CREDIT);
	pack_u64(b, d->ticket);
	pack_u64(b, children);
	pack_u64(b, window);
	chan_end(&w->control);
}

void
pipe_child_gone(struct pipe_doc *d)
{
	struct pipe_doc *parent = d->parent;

	parent->live_children--;
	if (d->file == parent->file)
		return;
	parent->window_live -= d->length;
	/* Nobody looks at these bytes again. */
	fallocate(d->file->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
	    (off_t)d->offset, (off_t)d->length);
}
