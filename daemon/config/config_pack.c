/* config_pack.c - settings between processes of one program. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/xalloc.h"
#include "config/config.h"

#define LIST_NULL UINT32_MAX

enum { PACK_VERSION = 1 };

static void
pack_list(struct buf *b, const char *const *list)
{
	uint32_t n = 0;

	while (list && list[n])
		n++;
	pack_u32(b, list ? n : LIST_NULL);
	for (uint32_t i = 0; i < n && list; i++)
		pack_str(b, list[i]);
}

static void
pack_watch(struct buf *b, const struct config_watch *w)
{
	pack_str(b, w->path);
	pack_u8(b, w->recursive);
	pack_list(b, w->include);
	pack_list(b, w->exclude);
	pack_u8(b, w->hidden);
	pack_i64(b, w->settle_ms);
	pack_i64(b, w->rescan_ms);
	pack_u32(b, (uint32_t)w->poll);
	pack_i64(b, w->poll_ms);
	pack_u64(b, w->size_max);
	pack_str(b, w->done_file);
	pack_u8(b, w->sha256_sidecar);
	pack_u32(b, (uint32_t)w->done);
	pack_str(b, w->move);
}

static void
pack_step(struct buf *b, const struct config_step *s)
{
	pack_str(b, s->instance);
	pack_str(b, s->plugin);
	pack_str(b, s->path);
	pack_str(b, s->version);
	pack_str(b, s->options);
	pack_str(b, s->shown);
	pack_str(b, s->when);
	pack_list(b, s->outputs);
	pack_list(b, s->resources);
}

static void
pack_pipeline(struct buf *b, const struct config_pipeline *p, bool watches)
{
	pack_str(b, p->name);
	pack_u8(b, p->empty_dropped);
	pack_u32(b, watches ? (uint32_t)p->n_watches : 0);
	for (size_t i = 0; watches && i < p->n_watches; i++)
		pack_watch(b, &p->watch[i]);
	pack_u32(b, (uint32_t)p->n_steps);
	for (size_t i = 0; i < p->n_steps; i++)
		pack_step(b, &p->step[i]);
}

/* What only the supervisor looks at. */
static void
pack_admission(struct buf *b, const struct config *c)
{
	pack_str(b, c->file);
	pack_u32(b, (uint32_t)c->log_level);
	pack_u32(b, c->in_flight_documents);
	pack_u64(b, c->in_flight_bytes);
	pack_u64(b, c->disk_reserve);
	pack_u64(b, c->inode_reserve);
}

static void
pack_rest(struct buf *b, const struct config *c)
{
	pack_str(b, c->base);
	pack_str(b, c->state);
	pack_str(b, c->site);
	pack_str(b, c->user);
	pack_str(b, c->control_socket);
	pack_u32(b, c->workers);
	pack_u32(b, c->readers);
	pack_u32(b, (uint32_t)c->sandbox);
	pack_list(b, c->plugin_path);
	pack_u8(b, c->keep_log);
	pack_i64(b, c->stall_ms);
	pack_i64(b, c->total_ms);
	pack_u64(b, c->text_max);
	pack_u64(b, c->memory_max);
	pack_u32(b, c->depth_max);
	pack_u32(b, c->children_max);
	pack_u32(b, c->unpack_ratio);
	pack_u32(b, c->recycle_documents);
	pack_u64(b, c->recycle_memory);
	pack_u32(b, c->batch_documents);
	pack_u64(b, c->batch_bytes);
	pack_i64(b, c->batch_delay_ms);
}

static void
pack_pipelines(struct buf *b, const struct config *c, bool watches)
{
	pack_u32(b, (uint32_t)c->n_pipelines);
	for (size_t i = 0; i < c->n_pipelines; i++)
		pack_pipeline(b, &c->pipeline[i], watches);
}

void
config_pack(struct buf *b, const struct config *c)
{
	pack_u32(b, PACK_VERSION);
	pack_admission(b, c);
	pack_rest(b, c);
	pack_pipelines(b, c, true);
}

bool
config_same_chains(const struct config *a, const struct config *b)
{
	struct buf one = { 0 }, two = { 0 };
	bool same;

	pack_rest(&one, a);
	pack_pipelines(&one, a, false);
	pack_rest(&two, b);
	pack_pipelines(&two, b, false);
	same = one.len == two.len && memcmp(one.ptr, two.ptr, one.len) == 0;
	buf_fini(&one);
	buf_fini(&two);
	return same;
}

/*
 * And back.  The arena has no limit; what it holds is bounded by the input.
 */

struct reader {
	struct unpack u;
	struct arena *arena;
};

static void *
take(struct reader *r, size_t n, size_t size)
{
	void *ptr = arena_alloc(r->arena, n ? n : 1, size);

	ensure(ptr != NULL);
	return ptr;
}

/* May be NULL. */
static const char *
get_str(struct reader *r)
{
	const char *s = unpack_str(&r->u), *copy;

	if (!s)
		return NULL;
	copy = arena_strdup(r->arena, s);
	ensure(copy != NULL);
	return copy;
}

static const char *
need_str(struct reader *r)
{
	const char *s = get_str(r);

	if (!s)
		r->u.bad = true;
	return s ? s : "";
}

static bool
get_bool(struct reader *r)
{
	uint8_t v = unpack_u8(&r->u);

	if (v > 1)
		r->u.bad = true;
	return v == 1;
}

static int32_t
get_enum(struct reader *r, uint32_t max)
{
	uint32_t v = unpack_u32(&r->u);

	if (v > max)
		r->u.bad = true;
	return v > max ? 0 : (int32_t)v;
}

static const char *const *
get_list(struct reader *r)
{
	struct unpack ahead = r->u;
	const char **list;
	uint32_t n;

	if (unpack_u32(&ahead) == LIST_NULL && !ahead.bad) {
		r->u = ahead;
		return NULL;
	}
	n = unpack_count(&r->u, sizeof(uint32_t));
	list = take(r, (size_t)n + 1, sizeof(*list));
	for (uint32_t i = 0; i < n; i++)
		list[i] = need_str(r);
	return list;
}

static const char *const *
need_list(struct reader *r)
{
	const char *const *list = get_list(r);

	if (!list)
		r->u.bad = true;
	return list;
}

static void
get_watch(struct reader *r, struct config_watch *w)
{
	w->path = need_str(r);
	w->recursive = get_bool(r);
	w->include = need_list(r);
	w->exclude = need_list(r);
	w->hidden = get_bool(r);
	w->settle_ms = unpack_i64(&r->u);
	w->rescan_ms = unpack_i64(&r->u);
	w->poll = get_enum(r, CONFIG_POLL_NEVER);
	w->poll_ms = unpack_i64(&r->u);
	w->size_max = unpack_u64(&r->u);
	w->done_file = get_str(r);
	w->sha256_sidecar = get_bool(r);
	w->done = get_enum(r, CONFIG_DONE_MOVE);
	w->move = get_str(r);
	if (w->done == CONFIG_DONE_MOVE && !w->move)
		r->u.bad = true;
}

static void
get_step(struct reader *r, struct config_step *s)
{
	s->instance = need_str(r);
	s->plugin = need_str(r);
	s->path = need_str(r);
	s->version = need_str(r);
	s->options = need_str(r);
	s->shown = need_str(r);
	s->when = get_str(r);
	s->outputs = need_list(r);
	s->resources = need_list(r);
}

static void
get_pipeline(struct reader *r, struct config_pipeline *p)
{
	p->name = need_str(r);
	p->empty_dropped = get_bool(r);
	p->n_watches = unpack_count(&r->u, sizeof(uint32_t));
	p->watch = take(r, p->n_watches, sizeof(*p->watch));
	for (size_t i = 0; i < p->n_watches && !r->u.bad; i++)
		get_watch(r, &p->watch[i]);
	p->n_steps = unpack_count(&r->u, sizeof(uint32_t));
	p->step = take(r, p->n_steps, sizeof(*p->step));
	for (size_t i = 0; i < p->n_steps && !r->u.bad; i++)
		get_step(r, &p->step[i]);
}

static void
get_admission(struct reader *r, struct config *c)
{
	c->file = need_str(r);
	c->log_level = get_enum(r, LOG_LEVEL_ERROR);
	c->in_flight_documents = unpack_u32(&r->u);
	c->in_flight_bytes = unpack_u64(&r->u);
	c->disk_reserve = unpack_u64(&r->u);
	c->inode_reserve = unpack_u64(&r->u);
}

static void
get_rest(struct reader *r, struct config *c)
{
	c->base = need_str(r);
	c->state = need_str(r);
	c->site = get_str(r);
	c->user = get_str(r);
	c->control_socket = need_str(r);
	c->workers = unpack_u32(&r->u);
	c->readers = unpack_u32(&r->u);
	c->sandbox = get_enum(r, CONFIG_SANDBOX_BEST_EFFORT);
	c->plugin_path = need_list(r);
	c->keep_log = get_bool(r);
	c->stall_ms = unpack_i64(&r->u);
	c->total_ms = unpack_i64(&r->u);
	c->text_max = unpack_u64(&r->u);
	c->memory_max = unpack_u64(&r->u);
	c->depth_max = unpack_u32(&r->u);
	c->children_max = unpack_u32(&r->u);
	c->unpack_ratio = unpack_u32(&r->u);
	c->recycle_documents = unpack_u32(&r->u);
	c->recycle_memory = unpack_u64(&r->u);
	c->batch_documents = unpack_u32(&r->u);
	c->batch_bytes = unpack_u64(&r->u);
	c->batch_delay_ms = unpack_i64(&r->u);
}

int
config_unpack(struct config **c_r, const void *ptr, size_t len, struct err *e)
{
	struct config *c = xcalloc(1, sizeof(*c));
	struct reader r = { .arena = arena_new(0) };
	int rc = 0;

	c->arena = r.arena;
	unpack_init(&r.u, ptr, len);
	if (unpack_u32(&r.u) != PACK_VERSION)
		r.u.bad = true;
	get_admission(&r, c);
	get_rest(&r, c);
	c->n_pipelines = unpack_count(&r.u, sizeof(uint32_t));
	c->pipeline = take(&r, c->n_pipelines, sizeof(*c->pipeline));
	for (size_t i = 0; i < c->n_pipelines && !r.u.bad; i++)
		get_pipeline(&r, &c->pipeline[i]);
	if (!unpack_end(&r.u)) {
		rc = err_set(e, ERR_PROTO, "a packed configuration is broken");
		config_free(&c);
	}
	*c_r = c;
	return rc;
}
