/* committer.c - owns the store: answers look-ups, makes batches durable.
 *
 * No plugin code, no document from anybody but the sequencer, whose every word is
 * checked.  One thread; the store's own threads are its affair.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "config/config.h"
#include "proc/chan.h"
#include "role/declare.h"
#include "role/launch.h"
#include "role/messages.h"
#include "store/store.h"

enum { RETRY_MS = 1000, IDLE_MS = 500 };

struct committer {
	bool in_process;
	struct chan supervisor, sequencer;
	struct config *config;
	struct declarations *declarations;
	struct store *store;
	uint64_t epoch;
	struct batch batch;
	/* A batch that cannot be written now (no space): tried again. */
	uint8_t *held;
	size_t held_len;
	uint64_t retry_at_ms;
	bool dirty; /* something was committed since store_idle() */
	bool stop;
};

/* The store is unusable: end, and recover in a new process. */
static _Noreturn void
give_up(const struct err *e)
{
	fatal(e->code == ERR_BUSY || e->code == ERR_LIMIT ? EX_TEMPFAIL :
							    EX_IOERR,
	    "%s", e->text);
}

static void
flush(struct committer *c)
{
	struct err e;

	if (chan_flush_all(&c->supervisor, &e) < 0)
		c->stop = true;
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
		flush(c);
}

static void
pack_levels(struct buf *b, const struct batch_container *k)
{
	pack_u32(b, k->depth);
	for (uint32_t i = 0; i < k->depth; i++) {
		pack_u64(b, k->level[i].children);
		pack_u64(b, k->level[i].position);
	}
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
	pack_levels(b, k);
	chan_end(&c->supervisor);
}

static void
recover(struct committer *c, const struct frame *f)
{
	struct err e = { 0 };
	char boot[64];
	struct store_options o = { .boot_id = boot, .lock_wait_ms = 10000 };

	boot_id(boot, sizeof boot);
	if (config_unpack(&c->config, f->ptr, f->len, &e) < 0)
		panic("from the supervisor: %s", e.text);
	o.folder = c->config->state;
	o.site = c->config->site;
	o.keep_log = c->config->keep_log;
	if (store_open(&c->store, &o, &e) < 0)
		give_up(&e);
	store_each_unretired(c->store, tell_unretired, c);
	store_each_container(c->store, tell_container, c);
	chan_begin(&c->supervisor, C_RECOVERED);
	chan_end(&c->supervisor);
}

/* ---- a sequencer ---- */

static void
welcome(struct committer *c)
{
	struct buf *b = chan_begin(&c->sequencer, B_WELCOME);

	pack_u32(b, (uint32_t)c->declarations->n_pipelines);
	for (size_t i = 0; i < c->declarations->n_pipelines; i++) {
		const char *name = c->declarations->pipeline[i].name;

		pack_str(b, name);
		pack_u64(b, store_next_number(c->store, name));
	}
	chan_end(&c->sequencer);
}

/* Its configuration may be newer than the one this process was started with. */
static int
take_declarations(struct committer *c, struct unpack *u, struct err *e)
{
	struct declarations *d = NULL;
	struct config *config = NULL;
	size_t config_len, len;
	const void *packed_config = unpack_bytes(u, &config_len);
	const void *packed = unpack_bytes(u, &len);
	int rc;

	if (!unpack_end(u))
		panic("malformed epoch");
	rc = config_unpack(&config, packed_config, config_len, e);
	if (rc == 0)
		rc = declarations_unpack(&d, packed, len, config, e);
	if (rc == 0)
		rc = store_declare(c->store, d->index, d->n_indexes, d->series,
		    d->n_series, e);
	if (rc == ERR_IO || rc == ERR_CORRUPT)
		give_up(e);
	if (rc < 0) {
		declarations_free(&d);
		config_free(&config);
		return rc;
	}
	declarations_free(&c->declarations);
	config_free(&c->config);
	c->declarations = d;
	c->config = config;
	return 0;
}

static void
open_epoch(struct committer *c, struct frame *f)
{
	struct unpack u;
	struct err e = { 0 };
	struct buf *b;
	uint64_t epoch;
	int rc;

	unpack_init(&u, f->ptr, f->len);
	epoch = unpack_u64(&u);
	if (f->n_fds != 1)
		panic("epoch without a channel");
	chan_fini(&c->sequencer);
	rc = take_declarations(c, &u, &e);
	b = chan_begin(&c->supervisor, rc < 0 ? C_REFUSED : C_OPENED);
	pack_u64(b, epoch);
	if (rc < 0)
		pack_str(b, e.text);
	chan_end(&c->supervisor);
	if (rc < 0) {
		close(f->fd[0]);
		return;
	}
	c->epoch = epoch;
	chan_init(&c->sequencer, f->fd[0]);
	welcome(c);
}

/* ---- look-ups ---- */

static void
answer_keys(struct committer *c, struct unpack *u, struct buf *b)
{
	uint32_t index = unpack_u32(u);
	uint32_t n = unpack_count(u, 8);
	const void *keys = unpack_raw(u, n * sizeof(uint64_t));
	struct index_hit hit[INDEX_HITS_MAX];
	const struct index *x;
	uint64_t *key;
	size_t n_hits;

	if (u->bad || index >= c->declarations->n_indexes) {
		u->bad = true;
		return;
	}
	x = store_index(c->store, index);
	key = xcalloc(n + (size_t)1, sizeof *key);
	memcpy(key, keys, n * sizeof *key);
	n_hits = index_find(x, key, n, hit, INDEX_HITS_MAX);
	free(key);
	pack_u32(b, (uint32_t)n_hits);
	for (size_t i = 0; i < n_hits; i++) {
		pack_str(b, index_id(x, hit[i].ordinal));
		pack_bytes(b, index_sketch(x, hit[i].ordinal),
		    index_get_params(x)->sketch_size);
		pack_u32(b, hit[i].shared);
		pack_u8(b, hit[i].forgotten);
	}
}

static int
look_up(struct committer *c, const struct frame *f, struct err *e)
{
	struct buf *b = chan_begin(&c->sequencer, B_HITS);
	struct unpack u;
	uint32_t documents;

	unpack_init(&u, f->ptr, f->len);
	documents = unpack_count(&u, 4);
	for (uint32_t i = 0; i < documents && !u.bad; i++) {
		uint32_t sets = unpack_count(&u, 8);

		for (uint32_t k = 0; k < sets && !u.bad; k++)
			answer_keys(c, &u, b);
	}
	chan_end(&c->sequencer);
	if (!unpack_end(&u))
		return err_set(e, ERR_PROTO, "look-up: malformed");
	return 0;
}

/* ---- batches ---- */

static void
tell_durable(struct committer *c, const uint64_t *claim)
{
	struct buf *b = chan_begin(&c->supervisor, C_DURABLE);

	pack_u32(b, c->batch.lane);
	pack_u64(b, c->epoch);
	pack_u32(b, (uint32_t)c->batch.n_outcomes);
	for (size_t i = 0; i < c->batch.n_outcomes; i++) {
		const struct outcome *o = &c->batch.outcome[i];
		bool failed = o->kind == OUTCOME_FAILED;
		struct durable_note n = { .claim = claim[i],
			.number = o->number,
			.kind = o->kind,
			.child = o->child,
			.bytes_in = o->bytes_in,
			.bytes_out = o->bytes_out,
			.plugin = failed ? o->plugin : NULL,
			.reason = failed ? o->reason : NULL,
			.detail = failed ? o->detail : NULL };

		durable_note_pack(b, &n);
	}
	pack_u32(b, (uint32_t)c->batch.n_containers);
	for (size_t i = 0; i < c->batch.n_containers; i++) {
		const struct batch_container *k = &c->batch.container[i];

		pack_str(b, k->pipeline);
		pack_u64(b, k->number);
		pack_levels(b, k);
	}
	chan_end(&c->supervisor);
	c->dirty = true;
}

static int
commit(struct committer *c, const uint8_t *ptr, size_t len, struct err *e)
{
	struct unpack u;
	uint32_t n;
	const uint8_t *claims;
	uint64_t *claim = NULL;
	int rc;

	unpack_init(&u, ptr, len);
	n = unpack_count(&u, 8);
	claims = unpack_raw(&u, n * sizeof(uint64_t));
	if (u.bad)
		return err_set(e, ERR_PROTO, "batch: malformed");
	rc = batch_unpack(&c->batch, u.ptr, unpack_left(&u), e);
	if (rc == 0 && c->batch.n_outcomes != n)
		rc = err_set(e, ERR_PROTO, "batch: %u claims, %zu outcomes", n,
		    c->batch.n_outcomes);
	if (rc == 0 && c->batch.lane >= c->declarations->n_lanes)
		rc = err_set(e, ERR_PROTO, "batch: lane %u", c->batch.lane);
	if (rc == 0)
		rc = store_commit(c->store, &c->batch, e);
	if (rc == 0) {
		claim = xcalloc(n + (size_t)1, sizeof *claim);
		memcpy(claim, claims, n * sizeof *claim);
		tell_durable(c, claim);
		free(claim);
		if (c->sequencer.fd >= 0) {
			chan_begin(&c->sequencer, B_COMMITTED);
			chan_end(&c->sequencer);
		}
	}
	batch_reset(&c->batch);
	return rc;
}

static void
tell_text(struct committer *c, uint16_t type, const char *text)
{
	struct buf *b = chan_begin(&c->supervisor, type);

	if (text)
		pack_str(b, text);
	chan_end(&c->supervisor);
}

static void
hold_batch(struct committer *c, const struct frame *f, const struct err *e)
{
	log_warn("cannot write, intake pauses: %s", e->text);
	tell_text(c, C_PAUSED, e->text);
	c->held = xmemdup(f->ptr, f->len);
	c->held_len = f->len;
	c->retry_at_ms = clock_monotonic_ms() + RETRY_MS;
}

static void
retry_held(struct committer *c)
{
	struct err e = { 0 };
	int rc = commit(c, c->held, c->held_len, &e);

	if (rc == ERR_NOSPACE || rc == ERR_LIMIT) {
		c->retry_at_ms = clock_monotonic_ms() + RETRY_MS;
		return;
	}
	if (rc < 0)
		give_up(&e);
	free(c->held);
	c->held = NULL;
	log_info("writing goes on");
	tell_text(c, C_RESUMED, NULL);
}

/* The sequencer broke the protocol: it is not listened to any more; the
 * supervisor sees its channel close, and it die. */
static void
refuse_sequencer(struct committer *c, const struct err *e)
{
	log_error("sequencer: %s; its epoch %llu is refused", e->text,
	    (unsigned long long)c->epoch);
	chan_fini(&c->sequencer);
}

static void
take_sequencer_frame(struct committer *c, const struct frame *f)
{
	struct err e = { 0 };
	int rc = 0;

	if (f->type == B_LOOKUP) {
		rc = look_up(c, f, &e);
	} else if (f->type == B_BATCH) {
		rc = commit(c, f->ptr, f->len, &e);
		if (rc == ERR_NOSPACE || rc == ERR_LIMIT) {
			hold_batch(c, f, &e);
			rc = 0;
		}
	} else {
		rc = err_set(&e, ERR_PROTO, "unknown frame %u", f->type);
	}
	if (rc == ERR_PROTO)
		refuse_sequencer(c, &e);
	else if (rc < 0)
		give_up(&e);
}

/* One fill and the frames in it; nothing while a batch is held: the order of
 * batches is that of the documents. */
static void
read_sequencer(struct committer *c)
{
	struct frame f;
	struct err e = { 0 };
	int rc = chan_fill(&c->sequencer, &e);

	if (rc < 0) {
		chan_fini(&c->sequencer);
		return;
	}
	while (!c->held && c->sequencer.fd >= 0 &&
	    (rc = chan_next(&c->sequencer, &f, &e)) != 0) {
		if (rc < 0)
			refuse_sequencer(c, &e);
		else
			take_sequencer_frame(c, &f);
	}
}

/* ---- the supervisor ---- */

static void
close_epoch(struct committer *c, const struct frame *f)
{
	uint64_t epoch = 0;
	struct buf *b;

	if (f->len == sizeof epoch)
		memcpy(&epoch, f->ptr, sizeof epoch);
	/* It is dead: what it sent ends by itself. */
	while (c->sequencer.fd >= 0 && epoch == c->epoch) {
		if (c->held) {
			poll(NULL, 0, RETRY_MS);
			retry_held(c);
			flush(c);
			if (c->stop)
				return;
			continue;
		}
		read_sequencer(c);
		if (c->sequencer.fd >= 0)
			chan_wait(&c->sequencer, -1);
	}
	b = chan_begin(&c->supervisor, C_CLOSED);
	pack_u64(b, epoch);
	chan_end(&c->supervisor);
}

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
		int rc = u.bad ? 0 :
				 store_retired(c->store, pipeline, &number, 1,
				     &e);

		if (rc < 0 && rc != ERR_NOSPACE)
			give_up(&e);
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
	if (rc < 0 && rc != ERR_NOSPACE && rc != ERR_LIMIT)
		give_up(&e);
	if (rc < 0)
		log_warn("%s", e.text);
	c->dirty = false;
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

	if (store_stop(c->store, &e) < 0)
		log_error("%s", e.text);
	chan_begin(&c->supervisor, C_STOPPED);
	chan_end(&c->supervisor);
	flush(c);
	c->stop = true;
}

static void
take_supervisor_frame(struct committer *c, struct frame *f)
{
	switch (f->type) {
	case C_EPOCH:
		open_epoch(c, f);
		break;
	case C_CLOSE:
		close_epoch(c, f);
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
	case C_IDLE:
		idle(c);
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

	flush(c);
	/* Answers first; a sequencer that is gone shows when it is read. */
	if (c->sequencer.fd >= 0)
		chan_flush_all(&c->sequencer, &e);
	if (c->stop)
		return;
	n = poll(p, 2, timeout(c));
	if (c->held && clock_monotonic_ms() >= c->retry_at_ms)
		retry_held(c);
	if (n == 0 && !c->held)
		idle(c);
	if (n <= 0)
		return;
	if (p[1].revents)
		read_sequencer(c);
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
