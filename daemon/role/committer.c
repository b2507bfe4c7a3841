/* committer.c - owns the store: answers look-ups, makes batches durable.
 *
 * No plugin code, no document from anybody but the sequencer.  One thread; the
 * store's own threads are its affair.
 */
#include "role/committer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "role/launch.h"
#include "role/messages.h"

enum {
	IDLE_MS = 500,
	STOP_AGAIN_MS = 250,
	STOP_TRIES = 40 /* well before a service manager loses patience */
};

static bool
is_short(int code)
{
	return code == ERR_NOSPACE || code == ERR_LIMIT;
}

_Noreturn void
committer_give_up(const struct err *e)
{
	fatal(is_short(e->code)	      ? COMMITTER_SHORT
		: e->code == ERR_BUSY ? EX_TEMPFAIL
				      : EX_IOERR,
	    "%s", e->text);
}

void
committer_flush(struct committer *c)
{
	struct err e;

	if (chan_flush_all(&c->supervisor, &e) < 0)
		c->stop = true;
}

void
committer_pack_levels(struct buf *b, const struct batch_container *k)
{
	pack_u32(b, k->depth);
	for (uint32_t i = 0; i < k->depth; i++) {
		pack_u64(b, k->level[i].children);
		pack_u64(b, k->level[i].position);
	}
}

/* ---- recovery ---- */

static void
boot_id(char *dst, size_t size)
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, dst, size - 1);

	dst[n > 0 ? n : 0] = '\0';
	dst[strcspn(dst, "\n")] = '\0';
	if (fd >= 0)
		close(fd);
}

static void
tell_unretired(void *arg, const struct store_unretired *u)
{
	struct committer *c = arg;
	struct buf *b = chan_begin(&c->supervisor, C_UNRETIRED);

	pack_str(b, u->pipeline);
	pack_u64(b, u->number);
	pack_u32(b, (uint32_t)u->kind);
	pack_str(b, u->folder);
	pack_str(b, u->path);
	outcome_pack_witness(&u->witness, b);
	pack_raw(b, u->sha256, 32);
	pack_u8(b, u->rebooted);
	pack_str(b, u->plugin);
	pack_str(b, u->reason);
	pack_str(b, u->detail);
	pack_u32(b, u->attempts);
	chan_end(&c->supervisor);
	if (chan_out_bytes(&c->supervisor) > 1 << 20)
		committer_flush(c);
}

static void
tell_container(void *arg, const struct batch_container *k)
{
	struct committer *c = arg;
	struct buf *b = chan_begin(&c->supervisor, C_OPEN);

	pack_str(b, k->pipeline);
	pack_u64(b, k->number);
	pack_str(b, k->folder);
	pack_str(b, k->path);
	outcome_pack_witness(&k->witness, b);
	pack_i64(b, k->added_ns);
	committer_pack_levels(b, k);
	chan_end(&c->supervisor);
}

static void
recover(struct committer *c, const struct frame *f)
{
	struct err e = { 0 };
	char boot[64];
	struct buf *b;
	struct store_options o = { .boot_id = boot, .lock_wait_ms = 10000 };

	boot_id(boot, sizeof boot);
	if (config_unpack(&c->config, f->ptr, f->len, &e) < 0)
		panic("from the supervisor: %s", e.text);
	o.folder = c->config->state;
	o.site = c->config->site;
	o.keep_log = c->config->keep_log;
	if (store_open(&c->store, &o, &e) < 0)
		committer_give_up(&e);
	store_each_unretired(c->store, tell_unretired, c);
	store_each_container(c->store, tell_container, c);
	b = chan_begin(&c->supervisor, C_RECOVERED);
	pack_u32(b, (uint32_t)c->config->n_pipelines);
	for (size_t i = 0; i < c->config->n_pipelines; i++) {
		const char *name = c->config->pipeline[i].name;

		pack_str(b, name);
		pack_u64(b, store_next_number(c->store, name));
	}
	chan_end(&c->supervisor);
}

/* ---- the supervisor ---- */

static void
take_retired(struct committer *c, const struct frame *f)
{
	struct unpack u;
	struct err e = { 0 };
	uint32_t n;

	unpack_init(&u, f->ptr, f->len);
	n = unpack_count(&u, 12);
	for (uint32_t i = 0; i < n && !u.bad; i++) {
		const char *pipeline = unpack_str(&u);
		uint64_t number = unpack_u64(&u);
		int rc = u.bad
		    ? 0
		    : store_retired(c->store, pipeline, &number, 1, &e);

		if (rc < 0 && rc != ERR_NOSPACE)
			committer_give_up(&e);
	}
	if (!unpack_end(&u))
		panic("malformed retirement");
	c->dirty = true;
}

static void
answer_ended(struct committer *c, const struct frame *f)
{
	struct buf *b = chan_begin(&c->supervisor, C_ENDED_REPLY);
	struct unpack u;
	uint32_t n;

	unpack_init(&u, f->ptr, f->len);
	pack_u64(b, unpack_u64(&u));
	n = unpack_count(&u, 8);
	pack_u32(b, n);
	for (uint32_t i = 0; i < n; i++) {
		const char *folder = unpack_str(&u);
		const char *path = unpack_str(&u);
		struct witness w = { 0 };
		uint8_t sha256[32] = { 0 };
		bool yes = folder && path &&
		    store_ended(c->store, folder, path, &w, sha256);

		pack_u8(b, yes);
		outcome_pack_witness(&w, b);
		pack_raw(b, sha256, 32);
	}
	chan_end(&c->supervisor);
}

static void
answer_stats(struct committer *c, const struct frame *f)
{
	struct buf *b = chan_begin(&c->supervisor, C_STATS_REPLY);
	struct store_stats s;
	struct unpack u;

	unpack_init(&u, f->ptr, f->len);
	store_stats(c->store, &s);
	pack_u64(b, unpack_u64(&u));
	for (int i = 0; i <= OUTCOME_CONTAINER; i++)
		pack_u64(b, s.outcomes[i]);
	pack_u64(b, s.bytes_in);
	pack_u64(b, s.bytes_out);
	pack_u64(b, s.commits);
	pack_u64(b, s.log_bytes);
	pack_u64(b, s.index_documents);
	pack_u64(b, s.index_memory);
	pack_u64(b, s.unretired);
	chan_end(&c->supervisor);
}

static void
idle(struct committer *c)
{
	struct err e = { 0 };
	int rc;

	if (!c->dirty || c->held)
		return;
	rc = store_idle(c->store, &e);
	if (rc < 0 && !is_short(rc))
		committer_give_up(&e);
	if (rc < 0 && log_allow("idle", 10))
		log_warn("%s", e.text);
	c->dirty = rc < 0;
}

static void
answer_sync(struct committer *c, const struct frame *f)
{
	struct err e = { 0 };
	struct unpack u;
	struct buf *b;

	idle(c);
	if (store_ledger_wait(c->store, &e) < 0)
		log_error("ledger: %s", e.text);
	unpack_init(&u, f->ptr, f->len);
	b = chan_begin(&c->supervisor, C_SYNCED);
	pack_u64(b, unpack_u64(&u));
	pack_str(b, e.code ? e.text : NULL);
	chan_end(&c->supervisor);
}

static void
stop(struct committer *c)
{
	struct err e = { 0 };
	int rc = store_stop(c->store, &e);

	/* Nothing is lost with it: readers of the outputs and the ledger would
	 * miss the last documents. */
	for (int i = 0; i < STOP_TRIES && is_short(rc); i++) {
		if (i == 0)
			log_warn("%s; trying again before the end", e.text);
		poll(NULL, 0, STOP_AGAIN_MS);
		rc = store_stop(c->store, &e);
	}
	if (rc < 0)
		log_error("%s; what is written last waits until the next start",
		    e.text);
	chan_begin(&c->supervisor, C_STOPPED);
	chan_end(&c->supervisor);
	committer_flush(c);
	c->stop = true;
}

static void
take_supervisor_frame(struct committer *c, struct frame *f)
{
	switch (f->type) {
	case C_EPOCH:
		committer_open_epoch(c, f);
		break;
	case C_CLOSE:
		committer_close_epoch(c, f);
		break;
	case C_RETIRED:
		take_retired(c, f);
		break;
	case C_ENDED:
		answer_ended(c, f);
		break;
	case C_SYNC:
		answer_sync(c, f);
		break;
	case C_STATS:
		answer_stats(c, f);
		break;
	case C_STOP:
		stop(c);
		break;
	default:
		panic("unexpected frame %u from the supervisor", f->type);
	}
}

static void
read_supervisor(struct committer *c)
{
	struct frame f;
	struct err e = { 0 };
	int rc = chan_fill(&c->supervisor, &e);

	if (rc < 0) {
		c->stop = true;
		return;
	}
	while (!c->stop && (rc = chan_next(&c->supervisor, &f, &e)) == 1)
		take_supervisor_frame(c, &f);
	if (rc < 0)
		panic("from the supervisor: %s", e.text);
}

/* ---- loop ---- */

static int
timeout(const struct committer *c)
{
	uint64_t now = clock_monotonic_ms();

	if (c->held)
		return c->retry_at_ms > now ? (int)(c->retry_at_ms - now) : 0;
	return c->dirty ? IDLE_MS : -1;
}

static void
serve(struct committer *c)
{
	struct pollfd p[2] = { { .fd = c->supervisor.fd, .events = POLLIN },
		{ .fd = c->held ? -1 : c->sequencer.fd, .events = POLLIN } };
	struct err e = { 0 };
	int n;

	committer_flush(c);
	/* Answers first; a sequencer that is gone shows when it is read. */
	if (c->sequencer.fd >= 0)
		chan_flush_all(&c->sequencer, &e);
	if (c->stop)
		return;
	n = poll(p, 2, timeout(c));
	if (c->held && clock_monotonic_ms() >= c->retry_at_ms)
		committer_retry(c);
	if (n == 0 && !c->held)
		idle(c);
	if (n <= 0)
		return;
	if (p[1].revents)
		committer_read_sequencer(c);
	if (p[0].revents)
		read_supervisor(c);
}

void
committer_run(int fd, bool in_process)
{
	struct committer c = { .in_process = in_process };
	struct frame f;
	struct err e = { 0 };

	chan_init(&c.supervisor, fd);
	chan_init(&c.sequencer, -1);
	batch_init(&c.batch);
	if (chan_receive(&c.supervisor, &f, &e) == 1 && f.type == C_CONFIG) {
		recover(&c, &f);
		while (!c.stop)
			serve(&c);
	}
	store_free(&c.store);
	batch_fini(&c.batch);
	declarations_free(&c.declarations);
	config_free(&c.config);
	chan_fini(&c.supervisor);
	chan_fini(&c.sequencer);
	free(c.held);
}
