/* messages.c - bodies of frames, packed and unpacked field by field. */
#include "role/messages.h"

#include <string.h>

static int
finish(const struct unpack *u, const char *what, struct err *e)
{
	if (!unpack_end(u))
		return err_set(e, ERR_PROTO, "%s: malformed", what);
	return 0;
}

static void
pack_hash(struct buf *b, const uint8_t sha256[32])
{
	pack_raw(b, sha256, 32);
}

static void
unpack_hash(struct unpack *u, uint8_t sha256[32])
{
	const void *p = unpack_raw(u, 32);

	if (p && !u->bad)
		memcpy(sha256, p, 32);
	else
		memset(sha256, 0, 32);
}

void
ticket_pack(struct buf *b, const struct ticket *t)
{
	pack_u64(b, t->id);
	pack_u64(b, t->nonce);
	pack_u32(b, t->kind);
	pack_u32(b, t->pipeline);
	pack_u32(b, t->step);
	pack_u32(b, t->depth);
	pack_u64(b, t->offset);
	pack_u64(b, t->length);
	pack_i64(b, t->mtime_ns);
	pack_i64(b, t->added_ns);
	pack_str(b, t->path);
	pack_str(b, t->member);
	pack_str(b, t->media_type);
	pack_bytes(b, t->attrs, t->attrs_len);
	pack_u64(b, t->resume_position);
	pack_u64(b, t->resume_children);
	pack_u64(b, t->unpack_max);
	pack_u8(b, t->has_sidecar);
	pack_hash(b, t->sidecar);
}

int
ticket_unpack(struct ticket *t, const void *ptr, size_t len, struct err *e)
{
	struct unpack u;

	unpack_init(&u, ptr, len);
	t->id = unpack_u64(&u);
	t->nonce = unpack_u64(&u);
	t->kind = unpack_u32(&u);
	t->pipeline = unpack_u32(&u);
	t->step = unpack_u32(&u);
	t->depth = unpack_u32(&u);
	t->offset = unpack_u64(&u);
	t->length = unpack_u64(&u);
	t->mtime_ns = unpack_i64(&u);
	t->added_ns = unpack_i64(&u);
	t->path = unpack_str(&u);
	t->member = unpack_str(&u);
	t->media_type = unpack_str(&u);
	t->attrs = unpack_bytes(&u, &t->attrs_len);
	t->resume_position = unpack_u64(&u);
	t->resume_children = unpack_u64(&u);
	t->unpack_max = unpack_u64(&u);
	t->has_sidecar = unpack_u8(&u);
	unpack_hash(&u, t->sidecar);
	return finish(&u, "ticket", e);
}

void
child_ticket_pack(struct buf *b, const struct child_ticket *c)
{
	pack_u64(b, c->parent);
	pack_u64(b, c->index);
	pack_u32(b, c->kind);
	pack_u32(b, c->step);
	pack_u32(b, c->in_window);
	pack_u64(b, c->offset);
	pack_u64(b, c->length);
	pack_u64(b, c->position);
	pack_str(b, c->name);
	pack_str(b, c->media_type);
	pack_str(b, c->fail);
	pack_bytes(b, c->attrs, c->attrs_len);
}

int
child_ticket_unpack(struct child_ticket *c, const void *ptr, size_t len,
    struct err *e)
{
	struct unpack u;

	unpack_init(&u, ptr, len);
	c->parent = unpack_u64(&u);
	c->index = unpack_u64(&u);
	c->kind = unpack_u32(&u);
	c->step = unpack_u32(&u);
	c->in_window = unpack_u32(&u);
	c->offset = unpack_u64(&u);
	c->length = unpack_u64(&u);
	c->position = unpack_u64(&u);
	c->name = unpack_str(&u);
	c->media_type = unpack_str(&u);
	c->fail = unpack_str(&u);
	c->attrs = unpack_bytes(&u, &c->attrs_len);
	return finish(&u, "child", e);
}

void
done_pack(struct buf *b, const struct done *d)
{
	pack_u64(b, d->ticket);
	pack_u32(b, d->kind);
	pack_u64(b, d->children);
	pack_u64(b, d->memory);
	pack_hash(b, d->sha256);
	pack_str(b, d->media_type);
	pack_str(b, d->plugin);
	pack_str(b, d->reason);
	pack_str(b, d->text);
}

int
done_unpack(struct done *d, const void *ptr, size_t len, struct err *e)
{
	struct unpack u;

	unpack_init(&u, ptr, len);
	d->ticket = unpack_u64(&u);
	d->kind = unpack_u32(&u);
	d->children = unpack_u64(&u);
	d->memory = unpack_u64(&u);
	unpack_hash(&u, d->sha256);
	d->media_type = unpack_str(&u);
	d->plugin = unpack_str(&u);
	d->reason = unpack_str(&u);
	d->text = unpack_str(&u);
	return finish(&u, "done", e);
}

void
item_note_pack(struct buf *b, const struct item_note *n)
{
	pack_u64(b, n->ticket);
	pack_u64(b, n->nonce);
	pack_u64(b, n->parent);
	pack_u64(b, n->claim);
	pack_u32(b, n->lane);
	pack_u32(b, n->pipeline);
	pack_u64(b, n->index);
	pack_u64(b, n->position);
	pack_u64(b, n->number);
	pack_u64(b, n->children);
	pack_u64(b, n->resume_position);
	pack_u32(b, n->attempts);
	pack_u32(b, n->alone);
	pack_u32(b, (uint32_t)n->retire);
	pack_str(b, n->folder);
	pack_str(b, n->path);
	pack_str(b, n->member);
	outcome_pack_witness(&n->witness, b);
	pack_i64(b, n->added_ns);
}

int
item_note_unpack(struct item_note *n, const void *ptr, size_t len,
    struct err *e)
{
	struct unpack u;

	unpack_init(&u, ptr, len);
	n->ticket = unpack_u64(&u);
	n->nonce = unpack_u64(&u);
	n->parent = unpack_u64(&u);
	n->claim = unpack_u64(&u);
	n->lane = unpack_u32(&u);
	n->pipeline = unpack_u32(&u);
	n->index = unpack_u64(&u);
	n->position = unpack_u64(&u);
	n->number = unpack_u64(&u);
	n->children = unpack_u64(&u);
	n->resume_position = unpack_u64(&u);
	n->attempts = unpack_u32(&u);
	n->alone = unpack_u32(&u);
	n->retire = (int32_t)unpack_u32(&u);
	n->folder = unpack_str(&u);
	n->path = unpack_str(&u);
	n->member = unpack_str(&u);
	outcome_unpack_witness(&n->witness, &u);
	n->added_ns = unpack_i64(&u);
	return finish(&u, "item", e);
}

void
end_note_pack(struct buf *b, const struct end_note *n)
{
	pack_u64(b, n->ticket);
	pack_u64(b, n->children);
	pack_u32(b, n->attempts);
	pack_hash(b, n->sha256);
	pack_str(b, n->media_type);
	pack_str(b, n->plugin);
	pack_str(b, n->reason);
	pack_str(b, n->detail);
}

int
end_note_unpack(struct end_note *n, const void *ptr, size_t len, struct err *e)
{
	struct unpack u;

	unpack_init(&u, ptr, len);
	n->ticket = unpack_u64(&u);
	n->children = unpack_u64(&u);
	n->attempts = unpack_u32(&u);
	unpack_hash(&u, n->sha256);
	n->media_type = unpack_str(&u);
	n->plugin = unpack_str(&u);
	n->reason = unpack_str(&u);
	n->detail = unpack_str(&u);
	return finish(&u, "end", e);
}

void
durable_note_pack(struct buf *b, const struct durable_note *n)
{
	pack_u64(b, n->claim);
	pack_u64(b, n->number);
	pack_u32(b, (uint32_t)n->kind);
	pack_str(b, n->child);
	pack_u64(b, n->bytes_in);
	pack_u64(b, n->bytes_out);
	pack_str(b, n->plugin);
	pack_str(b, n->reason);
	pack_str(b, n->detail);
}

void
durable_note_read(struct unpack *u, struct durable_note *n)
{
	n->claim = unpack_u64(u);
	n->number = unpack_u64(u);
	n->kind = (int32_t)unpack_u32(u);
	n->child = unpack_str(u);
	n->bytes_in = unpack_u64(u);
	n->bytes_out = unpack_u64(u);
	n->plugin = unpack_str(u);
	n->reason = unpack_str(u);
	n->detail = unpack_str(u);
}
