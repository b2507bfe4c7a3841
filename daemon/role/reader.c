/* reader.c - a worker that hands out the children of a container.
 *
 * A child that lies inside the parent's raw bytes travels as a range of the
 * same file; any other is written to the window, an unlinked file that the
 * supervisor punches holes into behind the children that have ended.  The
 * supervisor says how far both may go; until then the reader waits, which
 * counts towards no deadline.
 */
#include <string.h>
#include <sys/mman.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/pack.h"
#include "base/utf8.h"
#include "model/doc_pack.h"
#include "role/expand.h"
#include "role/worker.h"

enum { CHILD_SEND_SIZE = 16 * 1024, CHILD_SEND_MS = 10 };
enum { WINDOW_AGAIN_MS = 500 };
enum { TOUCHED_MAX = 32 * 1024 * 1024 };

void
reader_init(struct worker *w, const struct ticket *t, int fd, void *map,
    size_t map_len)
{
	struct reader *r = &w->reader;
	struct buf attrs = r->attrs, name = r->name;

	memset(r, 0, sizeof *r);
	r->attrs = attrs;
	r->name = name;
	r->ticket = t;
	r->fd = fd;
	r->map = map;
	r->map_len = map_len;
	r->swallow = t->resume_children;
	r->window_allowed = w->window_at;
}

void
reader_fini(struct worker *w)
{
	struct reader *r = &w->reader;

	buf_fini(&r->attrs);
	buf_fini(&r->name);
	memset(r, 0, sizeof *r);
}

/* Supervisor's words while a container is read: credits and denials; tickets
 * that were handed out before it knew go back. */
static void
take_reader_frame(struct worker *w, struct frame *f)
{
	struct reader *r = &w->reader;
	struct unpack u;
	uint64_t ticket;

	if (f->type == W_TICKET) {
		worker_return_ticket(w, f);
		return;
	}
	if (f->type == W_STOP) {
		w->stop = true;
		r->denied = true;
		return;
	}
	unpack_init(&u, f->ptr, f->len);
	ticket = unpack_u64(&u);
	if (ticket != r->ticket->id)
		return; /* for a container that ended meanwhile */
	if (f->type == W_DENY) {
		r->denied = true;
	} else if (f->type == W_CREDIT) {
		r->children_allowed = unpack_u64(&u);
		r->window_allowed = unpack_u64(&u);
	}
}

/* Take what has come; with wait, at least one frame. 0 or a LAVOIR_E code. */
static int
pump(struct worker *w, bool wait)
{
	struct frame f;
	struct err e = { 0 };
	int rc;

	/* Results of earlier documents first, as in worker_run(). */
	if (chan_flush_all(&w->sequencer, &e) < 0 ||
	    chan_flush_all(&w->supervisor, &e) < 0)
		goto gone;
	w->reader.flushed_ms = clock_monotonic_ms();
	while ((rc = chan_next(&w->supervisor, &f, &e)) == 0) {
		rc = chan_fill(&w->supervisor, &e);
		if (rc < 0)
			goto gone;
		if (rc == 0 && !wait)
			return LAVOIR_OK;
		if (rc == 0)
			chan_wait(&w->supervisor, -1);
	}
	do {
		if (rc < 0)
			panic("from the supervisor: %s", e.text);
		take_reader_frame(w, &f);
	} while ((rc = chan_next(&w->supervisor, &f, &e)) != 0);
	return w->reader.denied ? LAVOIR_ECANCELED : LAVOIR_OK;
gone:
	w->stop = true;
	w->reader.denied = true;
	return LAVOIR_ECANCELED;
}

/* May the next child be handed out, with the window filled up to window_end?  A
 * child larger than the window is allowed by the supervisor once nothing else
 * is in it. */
static int
wait_for_credit(struct worker *w, uint64_t window_end)
{
	struct reader *r = &w->reader;
	int rc = LAVOIR_OK;

	if (r->next < r->children_allowed && window_end <= r->window_allowed)
		return LAVOIR_OK;
	atomic_store_explicit(&w->page->waiting, 1, memory_order_relaxed);
	/* No child, but the wish to go on, and how far. */
	child_ticket_pack(chan_begin(&w->supervisor, W_CHILD),
	    &(struct child_ticket){ .parent = r->ticket->id,
		.index = UINT64_MAX,
		.offset = window_end });
	chan_end(&w->supervisor);
	while (rc == LAVOIR_OK &&
	    (r->next >= r->children_allowed || window_end > r->window_allowed))
		rc = pump(w, true);
	atomic_store_explicit(&w->page->waiting, 0, memory_order_relaxed);
	atomic_fetch_add_explicit(&w->page->alive, 1, memory_order_relaxed);
	return rc;
}

/* A full or failing disk is not the document's fault: wait until it goes on. */
static int
write_window(struct worker *w, struct lavoir_str bytes)
{
	bool waited = false;
	struct err e;
	int rc = LAVOIR_OK;

	while (rc == LAVOIR_OK &&
	    fs_pwrite_full(w->window, bytes.ptr, bytes.len, w->window_at, &e) <
		0) {
		if (!waited)
			log_warn("cannot write children of a container, "
				 "waiting: %s",
			    e.text);
		waited = true;
		atomic_store_explicit(&w->page->waiting, 1,
		    memory_order_relaxed);
		chan_wait(&w->supervisor, WINDOW_AGAIN_MS);
		rc = pump(w, false);
	}
	if (waited) {
		atomic_store_explicit(&w->page->waiting, 0,
		    memory_order_relaxed);
		atomic_fetch_add_explicit(&w->page->alive, 1,
		    memory_order_relaxed);
	}
	if (rc == LAVOIR_OK)
		w->window_at += bytes.len;
	return rc;
}

/* Has the file changed since the last child? */
static int
check_witness(struct worker *w, struct doc *parent)
{
	if (worker_unchanged(w->reader.fd, w->reader.ticket))
		return LAVOIR_OK;
	return doc_error(parent, LAVOIR_ECANCELED,
	    "the file changed while it was read");
}

/* The pages of the file that were read count as this process's memory until
 * they are let go.  Those that are still needed come back, from the cache. */
static void
let_go(struct reader *r)
{
	r->touched += r->child.length;
	if (!r->map || r->touched < TOUCHED_MAX)
		return;
	madvise(r->map, r->map_len, MADV_DONTNEED);
	r->touched = 0;
}

static int
send_child(struct worker *w, struct doc *parent)
{
	struct reader *r = &w->reader;

	if (check_witness(w, parent) < 0)
		return LAVOIR_ECANCELED;
	r->child.parent = r->ticket->id;
	r->child.index = r->next++;
	child_ticket_pack(chan_begin(&w->supervisor, W_CHILD), &r->child);
	chan_end(&w->supervisor);
	let_go(r);
	atomic_fetch_add_explicit(&w->page->alive, 1, memory_order_relaxed);
	if (chan_out_bytes(&w->supervisor) >= CHILD_SEND_SIZE ||
	    clock_monotonic_ms() - r->flushed_ms >= CHILD_SEND_MS)
		return pump(w, false);
	return LAVOIR_OK;
}

/* A child inherits its parent's attributes but the host's own. */
static int
pack_attributes(struct worker *w, const struct doc *parent,
    const struct lavoir_child *c)
{
	struct doc d;
	struct reader *r = &w->reader;

	doc_init(&d, w->arena, w->config->text_max);
	for (size_t i = 0; i < parent->n_attrs; i++)
		if (strncmp(parent->attr[i].name, "lavoir.", 7) != 0)
			doc_set(&d, parent->attr[i].name,
			    &parent->attr[i].value);
	for (size_t i = 0; i < c->attrs.n; i++)
		doc_set(&d, c->attrs.item[i].name, &c->attrs.item[i].value);
	if (d.error)
		return d.error;
	r->attrs.len = 0;
	if (d.n_attrs > 0)
		doc_pack_attrs(&r->attrs, d.attr, d.n_attrs);
	r->child.attrs = r->attrs.ptr;
	r->child.attrs_len = r->attrs.len;
	return 0;
}

static bool
inside(struct lavoir_str outer, struct lavoir_str s)
{
	return s.ptr >= outer.ptr && s.len <= outer.len &&
	    (size_t)(s.ptr - outer.ptr) <= outer.len - s.len;
}

/* Where its bytes are: a range of the parent, or the window. */
static int
place(struct worker *w, struct doc *parent, struct lavoir_str bytes)
{
	struct child_ticket *c = &w->reader.child;
	int rc;

	c->length = bytes.len;
	c->in_window = !inside(parent->raw, bytes);
	if (!c->in_window) {
		c->offset = w->reader.ticket->offset +
		    (uint64_t)(bytes.ptr - parent->raw.ptr);
		return wait_for_credit(w, 0);
	}
	rc = wait_for_credit(w, w->window_at + bytes.len);
	if (rc != LAVOIR_OK)
		return rc;
	c->offset = w->window_at;
	return write_window(w, bytes);
}

static uint32_t
first_step(struct worker *w, const struct lavoir_child *c)
{
	uint32_t pipeline = w->reader.ticket->pipeline;

	return c->raw.ptr || c->flags & LAVOIR_CHILD_STREAM
	    ? 0
	    : host_chain_step(w->chain[pipeline]) + 1;
}

/* A container in which small ones unpack to ever more ends here. */
static int
count_out(struct reader *r, struct doc *parent, uint64_t bytes)
{
	r->handed_out += bytes;
	return r->ticket->unpack_max > 0 &&
		r->handed_out > r->ticket->unpack_max
	    ? doc_error(parent, LAVOIR_EINVAL,
		  "what is in it unpacks to too much (limits.unpack_ratio)")
	    : LAVOIR_OK;
}

int
reader_child(void *arg, struct doc *parent, const struct lavoir_child *c)
{
	struct worker *w = arg;
	struct reader *r = &w->reader;
	bool stream = c->flags & LAVOIR_CHILD_STREAM;
	struct lavoir_str bytes = c->raw.ptr ? c->raw : c->text;
	uint32_t children_max = w->config->children_max;
	int rc;

	if (r->streaming)
		return doc_error(parent, LAVOIR_EFATAL,
		    "doc_child() while a streamed child is open");
	if (r->ticket->depth >= w->config->depth_max)
		return doc_error(parent, LAVOIR_EINVAL,
		    "containers are nested too deep (limits.depth_max)");
	if (children_max > 0 && r->next >= children_max)
		return doc_error(parent, LAVOIR_EINVAL,
		    "too many children (limits.children_max)");
	rc = count_out(r, parent, bytes.len + EXPAND_CHILD);
	if (rc != LAVOIR_OK)
		return rc;
	memset(&r->child, 0, sizeof r->child);
	r->streaming = stream;
	if (r->next < r->swallow) {
		r->next += !stream;
		return LAVOIR_OK;
	}
	r->child.kind = c->raw.ptr || stream ? TICKET_RAW : TICKET_TEXT;
	r->child.step = first_step(w, c);
	r->child.position = c->position;
	r->child.name = c->name;
	r->child.media_type = c->media_type;
	r->child.fail = c->fail;
	rc = pack_attributes(w, parent, c);
	if (rc < 0)
		return doc_error(parent, rc, "malformed child");
	if (!stream) {
		rc = place(w, parent, bytes);
		return rc == LAVOIR_OK ? send_child(w, parent) : rc;
	}
	/* Names must outlive this call. */
	buf_reset(&r->name, 4096);
	buf_append_str(&r->name, c->name ? c->name : "");
	buf_append_byte(&r->name, 0);
	buf_append_str(&r->name, c->media_type ? c->media_type : "");
	buf_append_byte(&r->name, 0);
	rc = wait_for_credit(w, w->window_at);
	r->child.in_window = 1;
	r->child.offset = w->window_at;
	return rc;
}

/* The streamed child is complete, or (why) has failed. */
static int
end_stream(struct worker *w, struct doc *parent, const char *why)
{
	struct reader *r = &w->reader;
	const char *name = (const char *)r->name.ptr;

	if (!r->streaming)
		return doc_error(parent, LAVOIR_EFATAL,
		    "the end of a streamed child without its beginning");
	r->streaming = false;
	if (r->next < r->swallow) {
		r->next++;
		return LAVOIR_OK;
	}
	r->child.length = w->window_at - r->child.offset;
	r->child.fail = why;
	r->child.name = name[0] ? name : NULL;
	name += strlen(name) + 1;
	r->child.media_type = name[0] ? name : NULL;
	return send_child(w, parent);
}

int
reader_child_fail(void *arg, struct doc *parent, const char *why)
{
	return end_stream(arg, parent, why);
}

int
reader_child_write(void *arg, struct doc *parent, struct lavoir_str piece)
{
	struct worker *w = arg;
	struct reader *r = &w->reader;
	int rc;

	if (piece.len == 0)
		return end_stream(w, parent, NULL);

	if (!r->streaming)
		return doc_error(parent, LAVOIR_EFATAL,
		    "doc_child_write() without a streamed child");
	rc = count_out(r, parent, piece.len);
	if (rc != LAVOIR_OK || r->next < r->swallow)
		return rc;
	rc = wait_for_credit(w, w->window_at + piece.len);
	return rc == LAVOIR_OK ? write_window(w, piece) : rc;
}

int
reader_resume(void *arg, struct doc *parent, uint64_t *position,
    uint64_t *children)
{
	struct worker *w = arg;
	struct reader *r = &w->reader;

	(void)parent;
	*position = r->ticket->resume_position;
	*children = r->ticket->resume_children;
	/* With a position the reader goes on behind them itself. */
	if (r->ticket->resume_position > 0) {
		r->next = r->ticket->resume_children;
		r->swallow = 0;
	}
	return LAVOIR_OK;
}
