/* batch.c - what one commit holds: checked as hostile input, packed, unpacked.
 */
#include "store/batch.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/pack.h"
#include "base/utf8.h"
#include "base/xalloc.h"

enum {
	BATCH_MAGIC = 0x3142564c, /* "LVB1" */
	SKETCH_MAX = 256,
	PARTITION_MAX = 512,
	/* Least bytes of a packed entry: what a count is measured against. */
	KEYS_MIN = 16,
	RECORD_MIN = 16,
	CONTAINER_MIN = 64,
	ARENA_KEEP = 1 << 20,
};

void
batch_init(struct batch *b)
{
	memset(b, 0, sizeof *b);
	b->arena = arena_new(0);
}

void
batch_reset(struct batch *b)
{
	b->lane = 0;
	b->epoch = 0;
	b->last = 0;
	b->n_outcomes = 0;
	b->n_keys = 0;
	b->n_records = 0;
	b->n_containers = 0;
	arena_reset(b->arena, ARENA_KEEP);
}

void
batch_fini(struct batch *b)
{
	free(b->outcome);
	free(b->keys);
	free(b->record);
	free(b->container);
	arena_free(&b->arena);
	memset(b, 0, sizeof *b);
}

/* Make room for n more entries of size bytes; returns the array. */
static void *
grow(void *array, size_t *cap, size_t n, size_t more, size_t size)
{
	size_t want = *cap > 0 ? *cap : 16;

	if (n + more <= *cap)
		return array;
	while (want < n + more)
		want *= 2;
	*cap = want;
	return xrealloc(array, want, size);
}

struct outcome *
batch_add_outcome(struct batch *b)
{
	struct outcome *o;

	b->outcome =
	    grow(b->outcome, &b->outcome_cap, b->n_outcomes, 1, sizeof *o);
	o = &b->outcome[b->n_outcomes++];
	memset(o, 0, sizeof *o);
	return o;
}

struct batch_keys *
batch_add_keys(struct batch *b)
{
	struct batch_keys *k;

	b->keys = grow(b->keys, &b->keys_cap, b->n_keys, 1, sizeof *k);
	k = &b->keys[b->n_keys++];
	memset(k, 0, sizeof *k);
	return k;
}

struct batch_record *
batch_add_record(struct batch *b)
{
	struct batch_record *r;

	b->record = grow(b->record, &b->record_cap, b->n_records, 1, sizeof *r);
	r = &b->record[b->n_records++];
	memset(r, 0, sizeof *r);
	return r;
}

struct batch_container *
batch_add_container(struct batch *b)
{
	struct batch_container *c;

	b->container = grow(b->container, &b->container_cap, b->n_containers, 1,
	    sizeof *c);
	c = &b->container[b->n_containers++];
	memset(c, 0, sizeof *c);
	return c;
}

void
batch_container_pack(const struct batch_container *c, struct buf *out)
{
	ensure(c->depth <= CONTAINER_DEPTH_MAX);
	pack_str(out, c->pipeline);
	pack_u64(out, c->number);
	pack_str(out, c->folder);
	pack_str(out, c->path);
	outcome_pack_witness(&c->witness, out);
	pack_i64(out, c->added_ns);
	pack_str(out, c->reader);
	pack_u32(out, c->depth);
	for (uint32_t i = 0; i < c->depth; i++) {
		pack_u64(out, c->level[i].children);
		pack_u64(out, c->level[i].position);
	}
	pack_u8(out, c->ended);
}

static void
pack_keys(const struct batch_keys *k, struct buf *out)
{
	pack_u32(out, k->outcome);
	pack_u32(out, k->index);
	pack_u32(out, k->n);
	for (uint32_t i = 0; i < k->n; i++)
		pack_u64(out, k->key[i]);
	pack_bytes(out, k->sketch, k->sketch_size);
}

static void
pack_record(const struct batch_record *r, struct buf *out)
{
	pack_u32(out, r->outcome);
	pack_u32(out, r->series);
	pack_str(out, r->partition);
	pack_bytes(out, r->ptr, r->len);
}

void
batch_pack(const struct batch *b, struct buf *out)
{
	pack_u32(out, BATCH_MAGIC);
	pack_u32(out, b->lane);
	pack_u64(out, b->epoch);
	pack_u64(out, b->last);
	pack_u32(out, (uint32_t)b->n_outcomes);
	for (size_t i = 0; i < b->n_outcomes; i++)
		outcome_pack(&b->outcome[i], out);
	pack_u32(out, (uint32_t)b->n_keys);
	for (size_t i = 0; i < b->n_keys; i++)
		pack_keys(&b->keys[i], out);
	pack_u32(out, (uint32_t)b->n_records);
	for (size_t i = 0; i < b->n_records; i++)
		pack_record(&b->record[i], out);
	pack_u32(out, (uint32_t)b->n_containers);
	for (size_t i = 0; i < b->n_containers; i++)
		batch_container_pack(&b->container[i], out);
}

static int
check_container(const struct batch_container *c, uint8_t ended, struct err *e)
{
	if (c->pipeline == NULL || !outcome_name_valid(c->pipeline))
		return err_set(e, ERR_PROTO, "pipeline is not a name");
	if (c->number == 0)
		return err_set(e, ERR_PROTO, "number 0");
	if (c->folder == NULL || (c->folder[0] != '\0' && c->folder[0] != '/'))
		return err_set(e, ERR_PROTO, "folder is not absolute");
	if (!utf8_valid(c->folder, strlen(c->folder)))
		return err_set(e, ERR_PROTO, "folder is not UTF-8");
	if (c->path == NULL ||
	    (c->folder[0] != '\0' && !outcome_path_inside(c->path)))
		return err_set(e, ERR_PROTO, "path leads out of its folder");
	if (c->reader == NULL || !utf8_valid(c->reader, strlen(c->reader)))
		return err_set(e, ERR_PROTO, "reader is not UTF-8");
	if (ended > 1)
		return err_set(e, ERR_PROTO, "end flag %u", ended);
	return 0;
}

int
batch_container_unpack(struct batch_container *c, struct unpack *u,
    struct err *e)
{
	uint8_t ended;

	memset(c, 0, sizeof *c);
	c->pipeline = unpack_str(u);
	c->number = unpack_u64(u);
	c->folder = unpack_str(u);
	c->path = unpack_str(u);
	outcome_unpack_witness(&c->witness, u);
	c->added_ns = unpack_i64(u);
	c->reader = unpack_str(u);
	c->depth = unpack_u32(u);
	if (c->depth > CONTAINER_DEPTH_MAX)
		return err_set(e, ERR_PROTO, "depth %" PRIu32, c->depth);
	for (uint32_t i = 0; i < c->depth; i++) {
		c->level[i].children = unpack_u64(u);
		c->level[i].position = unpack_u64(u);
	}
	ended = unpack_u8(u);
	if (u->bad)
		return err_set(e, ERR_PROTO, "cut short or not a string");
	c->ended = ended == 1;
	return check_container(c, ended, e);
}

static int
unpack_outcomes(struct batch *b, struct unpack *u, struct err *e)
{
	uint32_t n = unpack_count(u, OUTCOME_PACKED_MIN);
	int rc;

	for (uint32_t i = 0; i < n && !u->bad; i++) {
		rc = outcome_unpack(batch_add_outcome(b), u, e);
		if (rc < 0)
			return err_wrap(e, "outcome %" PRIu32, i);
	}
	return 0;
}

static int
check_keys(const struct batch *b, const struct batch_keys *k, struct err *e)
{
	if (k->outcome >= b->n_outcomes)
		return err_set(e, ERR_PROTO, "outcome %" PRIu32 " of %zu",
		    k->outcome, b->n_outcomes);
	if (b->outcome[k->outcome].kind != OUTCOME_EXPORTED)
		return err_set(e, ERR_PROTO,
		    "outcome %" PRIu32 " is not exported", k->outcome);
	if (k->sketch_size > SKETCH_MAX)
		return err_set(e, ERR_PROTO, "sketch of %" PRIu32 " bytes",
		    k->sketch_size);
	return 0;
}

static int
unpack_keys(struct batch *b, struct batch_keys *k, struct unpack *u,
    struct err *e)
{
	size_t len = 0;
	uint64_t *key;

	k->outcome = unpack_u32(u);
	k->index = unpack_u32(u);
	k->n = unpack_count(u, sizeof *key);
	key = arena_alloc(b->arena, k->n > 0 ? k->n : 1, sizeof *key);
	if (key == NULL)
		return err_set(e, ERR_NOMEM, "no memory for keys");
	for (uint32_t i = 0; i < k->n; i++)
		key[i] = unpack_u64(u);
	k->key = key;
	k->sketch = unpack_bytes(u, &len);
	k->sketch_size = (uint32_t)len;
	if (u->bad)
		return err_set(e, ERR_PROTO, "cut short");
	return check_keys(b, k, e);
}

static int
unpack_all_keys(struct batch *b, struct unpack *u, struct err *e)
{
	uint32_t n = unpack_count(u, KEYS_MIN);
	int rc;

	for (uint32_t i = 0; i < n && !u->bad; i++) {
		rc = unpack_keys(b, batch_add_keys(b), u, e);
		if (rc < 0)
			return err_wrap(e, "keys %" PRIu32, i);
	}
	return 0;
}

static bool
partition_valid(const char *s)
{
	if (strlen(s) > PARTITION_MAX || !outcome_path_inside(s))
		return false;
	return s[strspn(s,
		   "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuv"
		   "wxyz0123456789._=-/")] == '\0';
}

static int
unpack_records(struct batch *b, struct unpack *u, struct err *e)
{
	uint32_t n = unpack_count(u, RECORD_MIN);
	struct batch_record *r;

	for (uint32_t i = 0; i < n && !u->bad; i++) {
		r = batch_add_record(b);
		r->outcome = unpack_u32(u);
		r->series = unpack_u32(u);
		r->partition = unpack_str(u);
		r->ptr = unpack_bytes(u, &r->len);
		if (u->bad)
			break;
		if (r->outcome >= b->n_outcomes)
			return err_set(e, ERR_PROTO,
			    "record %" PRIu32 ": outcome %" PRIu32 " of %zu", i,
			    r->outcome, b->n_outcomes);
		if (r->partition != NULL && !partition_valid(r->partition))
			return err_set(e, ERR_PROTO,
			    "record %" PRIu32 ": not a partition", i);
	}
	return 0;
}

static int
unpack_containers(struct batch *b, struct unpack *u, struct err *e)
{
	uint32_t n = unpack_count(u, CONTAINER_MIN);
	int rc;

	for (uint32_t i = 0; i < n && !u->bad; i++) {
		rc = batch_container_unpack(batch_add_container(b), u, e);
		if (rc < 0)
			return err_wrap(e, "container %" PRIu32, i);
	}
	return 0;
}

static int
unpack_batch(struct batch *b, struct unpack *u, struct err *e)
{
	uint32_t magic = unpack_u32(u);
	int rc;

	if (magic != BATCH_MAGIC)
		return err_set(e, ERR_PROTO, "begins with %08" PRIx32, magic);
	b->lane = unpack_u32(u);
	b->epoch = unpack_u64(u);
	b->last = unpack_u64(u);
	rc = unpack_outcomes(b, u, e);
	if (rc == 0)
		rc = unpack_all_keys(b, u, e);
	if (rc == 0)
		rc = unpack_records(b, u, e);
	if (rc == 0)
		rc = unpack_containers(b, u, e);
	if (rc == 0 && u->bad)
		rc = err_set(e, ERR_PROTO, "cut short");
	if (rc == 0 && !unpack_end(u))
		rc = err_set(e, ERR_PROTO, "%zu bytes behind the end",
		    unpack_left(u));
	return rc;
}

int
batch_unpack(struct batch *b, const void *ptr, size_t len, struct err *e)
{
	struct unpack u;

	batch_reset(b);
	unpack_init(&u, ptr, len);
	if (unpack_batch(b, &u, e) == 0)
		return 0;
	batch_reset(b);
	return err_wrap(e, "batch of %zu bytes", len);
}
