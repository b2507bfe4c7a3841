/* sequencer_worker.c - what workers send to the sequencer.  They are not
 * trusted. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "role/sequencer.h"

struct early {
	struct early *next;
	uint32_t slot, life;
	size_t len;
	uint8_t bytes[];
};

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

/* What was put aside, once more; what still has no announcement stays only
 * where one may yet be on its way. */
void
sequencer_try_early(struct sequencer *s, bool keep)
{
	struct early *x = s->early, *next;

	s->early = NULL;
	for (; x; x = next) {
		struct err e;
		int rc = sequence_result(&s->sequence, x->bytes, x->len, &e);

		next = x->next;
		if (rc == ERR_NOENT && keep) {
			x->next = s->early;
			s->early = x;
			continue;
		}
		if (rc == ERR_PROTO && s->worker[x->slot] &&
		    s->worker[x->slot]->life == x->life)
			distrust_worker(s, x->slot, &e);
		free(x);
	}
}

/* False: there is no more for now. */
bool
sequencer_read_worker(struct sequencer *s, size_t slot)
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

void
sequencer_add_worker(struct sequencer *s, struct frame *f)
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
	while (s->worker[slot] && sequencer_read_worker(s, slot))
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
void
sequencer_look_for_result(struct sequencer *s, const struct frame *f)
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
	    s->worker[slot]->life == life && sequencer_read_worker(s, slot))
		;
	/* Or it was here before its announcement was. */
	sequencer_try_early(s, true);
	if (!sequence_waits(&s->sequence, ticket))
		return;
	pack_u64(chan_begin(&s->supervisor, Q_LOST), ticket);
	chan_end(&s->supervisor);
}

void
sequencer_free_workers(struct sequencer *s)
{
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
}
