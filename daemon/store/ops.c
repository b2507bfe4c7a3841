/* ops.c - typed operations of the log, packed and read. */
#include "store/ops.h"

#include <stdbool.h>
#include <string.h>

size_t
op_begin(struct buf *b, uint16_t type)
{
	pack_u16(b, type);
	return pack_u32_later(b);
}

void
op_end(struct buf *b, size_t at)
{
	pack_u32_at(b, at, (uint32_t)(b->len - at - 4));
}

void
op_pack_batch(struct buf *b, const struct op_batch *p)
{
	size_t at = op_begin(b, OP_BATCH);

	pack_u64(b, p->batch);
	pack_u32(b, p->lane);
	pack_u64(b, p->epoch);
	pack_u64(b, p->last);
	pack_i64(b, p->ended_ns);
	pack_str(b, p->site);
	op_end(b, at);
}

void
op_pack_outcome(struct buf *b, const struct outcome *o)
{
	size_t at = op_begin(b, OP_OUTCOME);

	outcome_pack(o, b);
	op_end(b, at);
}

void
op_pack_keys(struct buf *b, uint32_t outcome, uint32_t index,
    const struct batch_keys *k)
{
	size_t at = op_begin(b, OP_KEYS);

	pack_u32(b, outcome);
	pack_u32(b, index);
	pack_u32(b, k->n);
	for (uint32_t i = 0; i < k->n; i++)
		pack_u64(b, k->key[i]);
	pack_bytes(b, k->sketch, k->sketch_size);
	op_end(b, at);
}

void
op_pack_index(struct buf *b, const struct op_index *p)
{
	size_t at = op_begin(b, OP_INDEX);

	pack_u32(b, p->index);
	pack_str(b, p->name);
	pack_str(b, p->params);
	pack_u32(b, p->keys_max);
	pack_u32(b, p->sketch_size);
	pack_u64(b, p->since);
	op_end(b, at);
}

void
op_pack_series(struct buf *b, const struct op_series *p)
{
	size_t at = op_begin(b, OP_SERIES);
	const struct series_state *s = &p->state;

	pack_str(b, p->folder);
	pack_str(b, p->suffix);
	pack_str(b, s->partition);
	pack_u64(b, s->file);
	pack_u64(b, s->length);
	pack_u64(b, s->plain);
	pack_u64(b, s->tail);
	pack_u32(b, (uint32_t)s->codec);
	pack_u32(b, (uint32_t)s->level);
	pack_u64(b, s->file_size_max);
	op_end(b, at);
}

void
op_pack_container(struct buf *b, const struct op_container *p)
{
	size_t at = op_begin(b, OP_CONTAINER);

	batch_container_pack(&p->c, b);
	pack_str(b, p->last);
	op_end(b, at);
}

void
op_pack_unretired(struct buf *b, const struct op_unretired *p)
{
	size_t at = op_begin(b, OP_UNRETIRED);

	pack_u64(b, p->boot);
	outcome_pack(&p->o, b);
	op_end(b, at);
}

int
op_next(struct unpack *u, struct op *op, struct err *e)
{
	uint32_t len;
	const void *body;

	if (unpack_end(u))
		return 0;
	op->type = unpack_u16(u);
	len = unpack_u32(u);
	body = unpack_raw(u, len);
	if (u->bad)
		return err_set(e, ERR_CORRUPT, "operation is cut short");
	unpack_init(&op->body, body, len);
	if (op->type < OP_LOG || op->type >= OP_ERASE)
		return err_set(e, ERR_UNSUPPORTED,
		    "operation of type %u: "
		    "the log was written by a newer version",
		    op->type);
	return 1;
}

int
op_read_end(const struct op *op, struct err *e)
{
	if (unpack_end(&op->body))
		return 0;
	return err_set(e, ERR_CORRUPT, "operation of type %u does not fit",
	    op->type);
}

/* What was written was checked then: what does not fit now is damage. */
static int
read_failed(const struct op *op, struct err *e)
{
	e->code = ERR_CORRUPT;
	return err_wrap(e, "operation of type %u", op->type);
}

int
op_read_batch(struct op *op, struct op_batch *p, struct err *e)
{
	p->batch = unpack_u64(&op->body);
	p->lane = unpack_u32(&op->body);
	p->epoch = unpack_u64(&op->body);
	p->last = unpack_u64(&op->body);
	p->ended_ns = unpack_i64(&op->body);
	p->site = unpack_str(&op->body);
	if (p->site == NULL)
		op->body.bad = true;
	return op_read_end(op, e);
}

int
op_read_outcome(struct op *op, struct outcome *o, struct err *e)
{
	if (outcome_unpack(o, &op->body, e) < 0)
		return read_failed(op, e);
	return op_read_end(op, e);
}

int
op_read_keys(struct op *op, struct op_keys *p, struct err *e)
{
	size_t len;

	p->outcome = unpack_u32(&op->body);
	p->index = unpack_u32(&op->body);
	p->n = unpack_count(&op->body, 8);
	p->key = unpack_raw(&op->body, (size_t)p->n * 8);
	p->sketch = unpack_bytes(&op->body, &len);
	p->sketch_size = (uint32_t)len;
	return op_read_end(op, e);
}

int
op_read_index(struct op *op, struct op_index *p, struct err *e)
{
	p->index = unpack_u32(&op->body);
	p->name = unpack_str(&op->body);
	p->params = unpack_str(&op->body);
	p->keys_max = unpack_u32(&op->body);
	p->sketch_size = unpack_u32(&op->body);
	p->since = unpack_u64(&op->body);
	if (p->name == NULL || p->params == NULL)
		op->body.bad = true;
	return op_read_end(op, e);
}

int
op_read_series(struct op *op, struct op_series *p, struct err *e)
{
	struct series_state *s = &p->state;

	p->folder = unpack_str(&op->body);
	p->suffix = unpack_str(&op->body);
	s->partition = unpack_str(&op->body);
	s->file = unpack_u64(&op->body);
	s->length = unpack_u64(&op->body);
	s->plain = unpack_u64(&op->body);
	s->tail = unpack_u64(&op->body);
	s->codec = (int32_t)unpack_u32(&op->body);
	s->level = (int32_t)unpack_u32(&op->body);
	s->file_size_max = unpack_u64(&op->body);
	if (p->folder == NULL || p->suffix == NULL || s->partition == NULL)
		op->body.bad = true;
	return op_read_end(op, e);
}

int
op_read_container(struct op *op, struct op_container *p, struct err *e)
{
	if (batch_container_unpack(&p->c, &op->body, e) < 0)
		return read_failed(op, e);
	p->last = unpack_str(&op->body);
	if (p->last == NULL || !outcome_child_valid(p->last))
		op->body.bad = true;
	return op_read_end(op, e);
}

int
op_read_unretired(struct op *op, struct op_unretired *p, struct err *e)
{
	p->boot = unpack_u64(&op->body);
	if (outcome_unpack(&p->o, &op->body, e) < 0)
		return read_failed(op, e);
	return op_read_end(op, e);
}
