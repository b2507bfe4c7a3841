/* committer_batch.c - the committer and a sequencer: look-ups, batches, epochs.
 * Every word of the sequencer is checked. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bug.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "role/committer.h"
#include "role/messages.h"

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
	if (rc == ERR_IO || rc == ERR_CORRUPT || rc == ERR_NOSPACE ||
	    rc == ERR_LIMIT)
		committer_give_up(e);
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

void
committer_open_epoch(struct committer *c, struct frame *f)
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
		committer_pack_levels(b, k);
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
	if (rc == 0) {
		claim = xcalloc(n + (size_t)1, sizeof *claim);
		memcpy(claim, claims, n * sizeof *claim);
		if (BUG(retire_early)) {
			tell_durable(c, claim);
			committer_flush(c);
			poll(NULL, 0, 50);
		}
		rc = store_commit(c->store, &c->batch, e);
	}
	if (rc == 0) {
		if (!BUG(retire_early))
			tell_durable(c, claim);
		if (c->sequencer.fd >= 0) {
			chan_begin(&c->sequencer, B_COMMITTED);
			chan_end(&c->sequencer);
		}
	}
	free(claim);
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
	c->retry_at_ms = clock_monotonic_ms() + COMMITTER_RETRY_MS;
}

void
committer_retry(struct committer *c)
{
	struct err e = { 0 };
	int rc = commit(c, c->held, c->held_len, &e);

	if (rc == ERR_NOSPACE || rc == ERR_LIMIT) {
		c->retry_at_ms = clock_monotonic_ms() + COMMITTER_RETRY_MS;
		return;
	}
	if (rc < 0)
		committer_give_up(&e);
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
		committer_give_up(&e);
}

/* One fill and the frames in it; nothing while a batch is held: the order of
 * batches is that of the documents. */
void
committer_read_sequencer(struct committer *c)
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

void
committer_close_epoch(struct committer *c, const struct frame *f)
{
	uint64_t epoch = 0;
	struct buf *b;

	if (f->len == sizeof epoch)
		memcpy(&epoch, f->ptr, sizeof epoch);
	/* It is dead: what it sent ends by itself. */
	while (c->sequencer.fd >= 0 && epoch == c->epoch) {
		if (c->held) {
			poll(NULL, 0, COMMITTER_RETRY_MS);
			committer_retry(c);
			committer_flush(c);
			if (c->stop)
				return;
			continue;
		}
		committer_read_sequencer(c);
		if (c->sequencer.fd >= 0)
			chan_wait(&c->sequencer, -1);
	}
	b = chan_begin(&c->supervisor, C_CLOSED);
	pack_u64(b, epoch);
	chan_end(&c->supervisor);
}
