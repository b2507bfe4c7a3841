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

struct early {
	struct early *next;
	uint32_t slot, life;
	size_t len;
	uint8_t bytes[];
};

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
	for (size_t i = 0; i < s->n_workers; i++) {
		if (s->worker[i])
			chan_fini(&s->worker[i]->chan);
		free(s->worker[i]);
	}
	free(s->worker);
	while (s->early) {
		struct early *next = s->early->next;

		free(s->early);
		s->early = next;
	}
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

static bool read_worker(struct sequencer *s, size_t slot);

static void
add_worker(struct sequencer *s, struct frame *f)
{
	struct unpack u;
	uint32_t slot, life;
	int fd = f->n_fds == 1 ? f->fd[0] : -1;

	unpack_init(&u, f->ptr, f->len);
	slot = unpack_u32(&u);
	life = unpack_u32(&u);
	if (!unpack_end(&u) || fd < 0 || slot > 4096)
		panic("malformed worker notice");
	if (slot >= s->n_workers) {
		s->worker =
		    xrealloc(s->worker, slot + (size_t)1, sizeof *s->worker);
		while (s->n_workers <= slot)
			s->worker[s->n_workers++] = NULL;
	}
	/* What the one before has sent counts. */
	while (s->worker[slot] && read_worker(s, slot))
		;
	if (s->worker[slot])
		chan_fini(&s->worker[slot]->chan);
	else
		s->worker[slot] = xcalloc(1, sizeof **s->worker);
	chan_init(&s->worker[slot]->chan, fd);
	s->worker[slot]->life = life;
	s->worker[slot]->broken = false;
}

/* A worker says that it has sent this result.  Then it is here by now. */
static void
look_for_result(struct sequencer *s, const struct frame *f)
{
	struct unpack u;
	uint64_t ticket;
	uint32_t slot, life;

	unpack_init(&u, f->ptr, f->len);
	ticket = unpack_u64(&u);
	slot = unpack_u32(&u);
	life = unpack_u32(&u);
	if (!unpack_end(&u))
		panic("malformed notice of a result");
	while (slot < s->n_workers && s->worker[slot] &&
	    s->worker[slot]->life == life && read_worker(s, slot))
		;
	if (!sequence_waits(&s->sequence, ticket))
		return;
	pack_u64(chan_begin(&s->supervisor, Q_LOST), ticket);
	chan_end(&s->supervisor);
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
		add_worker(s, f);
		break;
	case Q_SENT:
		look_for_result(s, f);
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

/* ---- workers, not trusted ---- */

static void
drop_worker(struct sequencer *s, size_t slot)
{
	chan_fini(&s->worker[slot]->chan);
	free(s->worker[slot]);
	s->worker[slot] = NULL;
}

/* A result may overtake its announcement: they come on different channels. */
static void
put_aside(struct sequencer *s, size_t slot, const struct frame *f)
{
	struct early *x = xcalloc(1, sizeof *x + f->len);

	x->slot = (uint32_t)slot;
	x->life = s->worker[slot]->life;
	x->len = f->len;
	memcpy(x->bytes, f->ptr, f->len);
	x->next = s->early;
	s->early = x;
}

static int
take_result(struct sequencer *s, size_t slot, const struct frame *f,
    struct err *e)
{
	int rc;

	if (f->type != R_RESULT)
		return err_set(e, ERR_PROTO, "unknown frame %u", f->type);
	rc = sequence_result(&s->sequence, f->ptr, f->len, e);
	if (rc != ERR_NOENT)
		return rc;
	put_aside(s, slot, f);
	return 0;
}

/* Its channel stays open, so that it dies of being killed and nothing else. */
static void
distrust_worker(struct sequencer *s, size_t slot, const struct err *why)
{
	struct buf *b = chan_begin(&s->supervisor, Q_BROKEN);

	log_error("worker %zu: %s; it is not listened to any more", slot,
	    why->text);
	pack_u32(b, (uint32_t)slot);
	pack_u32(b, s->worker[slot]->life);
	chan_end(&s->supervisor);
	s->worker[slot]->broken = true;
}

static bool
discard(struct sequencer *s, size_t slot)
{
	char bytes[16 * 1024];
	ssize_t n =
	    recv(s->worker[slot]->chan.fd, bytes, sizeof bytes, MSG_DONTWAIT);

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		drop_worker(s, slot);
	return n > 0;
}

/* Announcements are sent before what can be answered: they are here. */
static void
take_early(struct sequencer *s)
{
	while (s->early && !s->stop) {
		struct early *x = s->early, *next;

		s->early = NULL;
		if (!drain(s, &s->supervisor, take_supervisor_frame))
			s->stop = true;
		for (; x; x = next) {
			struct err e;

			next = x->next;
			if (sequence_result(&s->sequence, x->bytes, x->len,
				&e) == ERR_PROTO &&
			    s->worker[x->slot] &&
			    s->worker[x->slot]->life == x->life)
				distrust_worker(s, x->slot, &e);
			free(x);
		}
	}
}

/* False: there is no more for now. */
static bool
read_worker(struct sequencer *s, size_t slot)
{
	struct chan *c = &s->worker[slot]->chan;
	struct frame f;
	struct err e = { 0 };
	int got, rc;

	if (s->worker[slot]->broken)
		return discard(s, slot);
	got = chan_fill(c, &e);
	if (got < 0) {
		/* Half a frame is no result. */
		drop_worker(s, slot);
		return false;
	}
	while ((rc = chan_next(c, &f, &e)) == 1) {
		for (unsigned i = 0; i < f.n_fds; i++)
			fs_close(&f.fd[i]);
		rc = take_result(s, slot, &f, &e);
		if (rc < 0)
			break;
	}
	if (rc < 0)
		distrust_worker(s, slot, &e);
	return got > 0;
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
			read_worker(s, i - 2);
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
