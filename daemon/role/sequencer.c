/* sequencer.c - the sequencer's loop: channels in, batches out when due. */
#include "role/sequencer.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/xalloc.h"

enum { EXIT_AS_CRASH = 70 };

static bool
sequencer_cancelled(void *arg)
{
	struct sequencer *s = arg;

	atomic_fetch_add_explicit(&s->page->alive, 1, memory_order_relaxed);
	return false;
}

static void
sequencer_enter(void *arg, uint32_t step)
{
	struct sequencer *s = arg;

	atomic_store_explicit(&s->page->step, step + 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&s->page->alive, 1, memory_order_relaxed);
}

int
sequencer_new(struct sequencer **s_r, const struct config *c,
    const struct chain_set *set, struct err *e)
{
	struct sequencer *s = xcalloc(1, sizeof *s);

	s->config = c;
	s->set = set;
	s->page = &s->unshared;
	chan_init(&s->supervisor, -1);
	chan_init(&s->committer, -1);
	s->role = (struct host_role){ .role = LAVOIR_SEQUENCER,
		.arg = s,
		.cancelled = sequencer_cancelled,
		.enter = sequencer_enter };
	s->next_number = xcalloc(c->n_pipelines + 1, sizeof(uint64_t));
	s->arena =
	    arena_new(2 * c->batch_bytes + 4 * c->text_max + c->memory_max);
	s->hits = hits_batch_new();
	batch_init(&s->batch);
	s->chain = chain_set_open(set, &s->role, e);
	if (!s->chain) {
		sequencer_free(&s);
		return e->code;
	}
	*s_r = s;
	return 0;
}

void
sequencer_free(struct sequencer **s_in)
{
	struct sequencer *s = *s_in;

	if (!s)
		return;
	for (size_t i = s->n_members; i > 0; i--)
		node_free(&s->member[i - 1].node);
	if (s->sequence.by_ticket)
		sequence_fini(&s->sequence);
	sequencer_free_workers(s);
	chan_fini(&s->supervisor);
	chan_fini(&s->committer);
	fs_close(&s->sequence.spill);
	chain_set_close(s->set, &s->chain);
	batch_fini(&s->batch);
	hits_batch_free(&s->hits);
	arena_free(&s->arena);
	free(s->member);
	free(s->next_number);
	free(s);
	*s_in = NULL;
}

void
sequencer_fatal(struct sequencer *s, uint32_t pipeline, const char *text)
{
	struct buf *b = chan_begin(&s->supervisor, Q_FATAL);
	struct err e;

	pack_u32(b, pipeline);
	pack_str(b, text);
	chan_end(&s->supervisor);
	chan_flush_all(&s->supervisor, &e);
	s->stop = true;
}

/* ---- the supervisor ---- */

/* As if it had crashed here: the page says on what. */
_Noreturn void
sequencer_die(struct sequencer *s, uint64_t ticket, const struct err *why)
{
	struct buf *b = chan_begin(&s->supervisor, Q_ERROR);
	struct err e;

	log_error("%s", why->text);
	pack_u64(b, ticket);
	pack_str(b, why->code == ERR_PROTO ? "protocol" : "limit");
	pack_str(b, why->text);
	chan_end(&s->supervisor);
	chan_flush_all(&s->supervisor, &e);
	_exit(EXIT_AS_CRASH);
}

static void
take_supervisor_frame(struct sequencer *s, struct frame *f)
{
	struct err e = { 0 };
	int rc = 0;

	switch (f->type) {
	case Q_ITEM:
		rc = sequence_item(&s->sequence, f->ptr, f->len, &e);
		break;
	case Q_FAILED:
		rc = sequence_failed(&s->sequence, f->ptr, f->len, &e);
		break;
	case Q_VOID:
		rc = sequence_void(&s->sequence, f->ptr, f->len, &e);
		break;
	case Q_END:
		rc = sequence_end(&s->sequence, f->ptr, f->len, &e);
		break;
	case Q_WORKER:
		sequencer_add_worker(s, f);
		break;
	case Q_SENT:
		sequencer_look_for_result(s, f);
		break;
	case Q_KEPT:
		if (s->state != BATCH_KEEP)
			rc = err_set(&e, ERR_PROTO, "nothing is to be kept");
		else
			sequencer_kept(s);
		break;
	case Q_STOP:
		s->stop = true;
		break;
	default:
		rc = err_set(&e, ERR_PROTO, "unknown frame %u", f->type);
	}
	if (rc < 0)
		panic("from the supervisor: %s", e.text);
}

/* Take everything that is there. False when the peer is gone. */
static bool
drain(struct sequencer *s, struct chan *c,
    void (*take)(struct sequencer *, struct frame *))
{
	struct frame f;
	struct err e = { 0 };
	int rc;

	for (;;) {
		while ((rc = chan_next(c, &f, &e)) == 1)
			take(s, &f);
		if (rc < 0)
			panic("%s", e.text);
		rc = chan_fill(c, &e);
		if (rc <= 0)
			return rc == 0;
	}
}

/* Announcements are sent before what can be answered: they are here. */
static void
take_early(struct sequencer *s)
{
	if (!s->early)
		return;
	if (!drain(s, &s->supervisor, take_supervisor_frame))
		s->stop = true;
	sequencer_try_early(s, false);
}

/* ---- the committer ---- */

static void
take_welcome(struct sequencer *s, const struct frame *f)
{
	struct unpack u;
	uint32_t n;

	unpack_init(&u, f->ptr, f->len);
	n = unpack_count(&u, 12);
	for (uint32_t i = 0; i < n; i++) {
		const char *name = unpack_str(&u);
		uint64_t number = unpack_u64(&u);

		for (size_t k = 0; name && k < s->config->n_pipelines; k++)
			if (strcmp(s->config->pipeline[k].name, name) == 0)
				s->next_number[k] = number;
	}
	if (!unpack_end(&u))
		panic("malformed welcome");
	chan_begin(&s->supervisor, Q_READY);
	chan_end(&s->supervisor);
}

static void
take_committer_frame(struct sequencer *s, struct frame *f)
{
	if (f->type == B_WELCOME)
		take_welcome(s, f);
	else if (f->type == B_HITS && s->state == BATCH_LOOKUP)
		sequencer_hits(s, f->ptr, f->len);
	else if (f->type == B_COMMITTED && s->state == BATCH_COMMIT)
		sequencer_committed(s);
	else
		panic("unexpected frame %u from the committer", f->type);
}

/* ---- when a batch is due ---- */

/* Milliseconds until this lane's batch is due: 0 now, -1 not known. */
static int64_t
due_in(const struct sequencer *s, size_t lane, uint64_t now)
{
	const struct sequence_lane *l = &s->sequence.lane[lane];
	uint64_t due = l->ready_since_ms + (uint64_t)s->config->batch_delay_ms;

	if (l->ready == 0 || !sequence_is_ready(&s->sequence, lane))
		return -1;
	if (l->waiting == 0 || l->ready >= s->config->batch_documents ||
	    now >= due)
		return 0;
	return (int64_t)(due - now);
}

/* Begin batches that are due; how long to wait at most otherwise. */
static int
begin_due(struct sequencer *s)
{
	int64_t wait = -1;
	uint64_t now = clock_monotonic_ms();

	for (size_t i = 0; i < s->sequence.n_lanes; i++) {
		size_t lane = (s->next_lane + i) % s->sequence.n_lanes;
		int64_t due = due_in(s, lane, now);

		if (s->state != BATCH_IDLE)
			return -1;
		if (due == 0) {
			s->next_lane = lane + 1;
			sequencer_begin(s, lane);
		} else if (due > 0 && (wait < 0 || due < wait)) {
			wait = due;
		}
	}
	if (s->state != BATCH_IDLE)
		return -1;
	return wait > 1000 ? 1000 : (int)wait;
}

/* ---- loop ---- */

static void
serve(struct sequencer *s, struct pollfd *p, int timeout)
{
	size_t n = 2 + s->n_workers;

	p[0] = (struct pollfd){ .fd = s->supervisor.fd, .events = POLLIN };
	p[1] = (struct pollfd){ .fd = s->committer.fd, .events = POLLIN };
	if (chan_pending(&s->supervisor))
		p[0].events |= POLLOUT;
	for (size_t i = 2; i < n; i++)
		p[i] = (struct pollfd){ .fd = s->worker[i - 2]
			    ? s->worker[i - 2]->chan.fd
			    : -1,
			.events = POLLIN };
	if (poll(p, n, timeout) <= 0)
		return;
	if (p[0].revents && !drain(s, &s->supervisor, take_supervisor_frame))
		s->stop = true;
	if (p[1].revents && !drain(s, &s->committer, take_committer_frame))
		s->stop = true;
	for (size_t i = 2; i < n; i++)
		if (p[i].revents && s->worker[i - 2])
			sequencer_read_worker(s, i - 2);
	take_early(s);
}

void
sequencer_run(struct sequencer *s, const struct declarations *d,
    const struct sequencer_fds *fds)
{
	struct pollfd *p = NULL;
	struct err e = { 0 };

	s->declarations = d;
	s->page = fds->page;
	chan_init(&s->supervisor, fds->supervisor);
	chan_init(&s->committer, fds->committer);
	sequence_init(&s->sequence, d->n_lanes, fds->spill);
	while (!s->stop) {
		int timeout = s->state == BATCH_IDLE ? begin_due(s) : -1;

		if (s->stop || chan_flush(&s->supervisor, &e) < 0 ||
		    chan_flush_all(&s->committer, &e) < 0)
			break;
		p = xrealloc(p, s->n_workers + 2, sizeof *p);
		serve(s, p, timeout);
	}
	free(p);
	s->page = &s->unshared; /* the shared one is the caller's */
}
