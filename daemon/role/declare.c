/* declare.c - the indexes and series of all chains under one numbering. */
#include "role/declare.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/pack.h"
#include "base/xalloc.h"

enum { DECLARED_MAX = 4096 };

static const char *
text(struct arena *a, const char *s)
{
	return s ? arena_strdup(a, s) : NULL;
}

static int
add_index(struct declarations *d, const struct host_index *h,
    uint32_t *number_r, struct err *e)
{
	struct index_params *x;

	for (size_t i = 0; i < d->n_indexes; i++) {
		x = &d->index[i];
		if (strcmp(x->name, h->name) != 0)
			continue;
		if (strcmp(x->params, h->params) != 0 ||
		    x->keys_max != h->keys_max ||
		    x->sketch_size != h->sketch_size)
			return err_set(e, ERR_CONFIG,
			    "index \"%s\" is declared twice, as \"%s\" "
			    "and as \"%s\"",
			    h->name, x->params, h->params);
		*number_r = (uint32_t)i;
		return 0;
	}
	ensure(d->n_indexes < DECLARED_MAX);
	x = &d->index[d->n_indexes];
	x->name = text(d->arena, h->name);
	x->params = text(d->arena, h->params);
	x->keys_max = h->keys_max;
	x->sketch_size = h->sketch_size;
	*number_r = (uint32_t)d->n_indexes++;
	return 0;
}

static bool
same_series(const struct series_params *a, const struct host_series *h)
{
	return strcmp(a->suffix, h->suffix) == 0 && a->codec == h->codec &&
	    a->level == h->level && a->file_size_max == h->file_size_max &&
	    a->header_len == h->header.len &&
	    (a->header_len == 0 ||
		memcmp(a->header, h->header.ptr, a->header_len) == 0);
}

static int
add_series(struct declarations *d, const struct host_series *h,
    uint32_t *number_r, struct err *e)
{
	struct series_params *s;

	for (size_t i = 0; i < d->n_series; i++) {
		s = &d->series[i];
		if (strcmp(s->folder, h->folder) != 0)
			continue;
		if (!same_series(s, h))
			return err_set(e, ERR_CONFIG,
			    "two steps write to %s in different ways "
			    "(suffix, compression, level or file size)",
			    h->folder);
		*number_r = (uint32_t)i;
		return 0;
	}
	ensure(d->n_series < DECLARED_MAX);
	s = &d->series[d->n_series];
	s->folder = text(d->arena, h->folder);
	s->suffix = text(d->arena, h->suffix);
	s->codec = h->codec;
	s->level = h->level;
	s->file_size_max = h->file_size_max;
	s->header = arena_memdup(d->arena, h->header.ptr, h->header.len);
	s->header_len = h->header.len;
	*number_r = (uint32_t)d->n_series++;
	return 0;
}

static int
map_indexes(struct declarations *d, struct host_chain *c, uint32_t **map_r,
    size_t *n_r, struct err *e)
{
	const struct host_index *x = NULL;
	size_t n = c ? host_chain_indexes(c, &x) : 0;

	*map_r = arena_alloc(d->arena, n ? n : 1, sizeof **map_r);
	*n_r = n;
	for (size_t i = 0; i < n; i++)
		if (add_index(d, &x[i], &(*map_r)[i], e) < 0)
			return e->code;
	return 0;
}

static int
map_series(struct declarations *d, struct host_chain *c, uint32_t **map_r,
    size_t *n_r, struct err *e)
{
	const struct host_series *s = NULL;
	size_t n = c ? host_chain_series(c, &s) : 0;

	*map_r = arena_alloc(d->arena, n ? n : 1, sizeof **map_r);
	*n_r = n;
	for (size_t i = 0; i < n; i++)
		if (add_series(d, &s[i], &(*map_r)[i], e) < 0)
			return e->code;
	return 0;
}

static bool
intersect(const uint32_t *a, size_t n_a, const uint32_t *b, size_t n_b)
{
	for (size_t i = 0; i < n_a; i++)
		for (size_t k = 0; k < n_b; k++)
			if (a[i] == b[k])
				return true;
	return false;
}

static bool
share(const struct declared_pipeline *p, const struct declared_pipeline *q)
{
	return intersect(p->worker_index, p->n_worker_indexes, q->worker_index,
		   q->n_worker_indexes) ||
	    intersect(p->sequencer_index, p->n_sequencer_indexes,
		q->sequencer_index, q->n_sequencer_indexes) ||
	    intersect(p->worker_index, p->n_worker_indexes, q->sequencer_index,
		q->n_sequencer_indexes) ||
	    intersect(p->sequencer_index, p->n_sequencer_indexes,
		q->worker_index, q->n_worker_indexes) ||
	    intersect(p->sequencer_series, p->n_sequencer_series,
		q->sequencer_series, q->n_sequencer_series);
}

/* Number the lanes by first appearance, from 0. */
static void
close_gaps(struct declarations *d)
{
	uint32_t *old = arena_alloc(d->arena, d->n_pipelines + 1, sizeof *old);

	d->n_lanes = 0;
	for (size_t i = 0; i < d->n_pipelines; i++) {
		size_t k = 0;

		old[i] = d->pipeline[i].lane;
		while (old[k] != old[i])
			k++;
		d->pipeline[i].lane =
		    k < i ? d->pipeline[k].lane : d->n_lanes++;
	}
}

/* Pipelines that share something, directly or through others, are one lane. */
static void
number_lanes(struct declarations *d)
{
	for (size_t i = 0; i < d->n_pipelines; i++)
		d->pipeline[i].lane = (uint32_t)i;
	for (size_t i = 0; i < d->n_pipelines; i++) {
		for (size_t k = 0; k < i; k++) {
			uint32_t from = d->pipeline[i].lane;
			uint32_t to = d->pipeline[k].lane;

			if (from == to ||
			    !share(&d->pipeline[i], &d->pipeline[k]))
				continue;
			for (size_t m = 0; m <= i; m++)
				if (d->pipeline[m].lane == from)
					d->pipeline[m].lane = to;
		}
	}
	close_gaps(d);
}

static struct declarations *
declarations_new(size_t n_pipelines)
{
	struct declarations *d = xcalloc(1, sizeof *d);

	d->arena = arena_new(0);
	d->n_pipelines = n_pipelines;
	d->pipeline =
	    arena_alloc(d->arena, n_pipelines + 1, sizeof *d->pipeline);
	d->index = arena_alloc(d->arena, DECLARED_MAX, sizeof *d->index);
	d->series = arena_alloc(d->arena, DECLARED_MAX, sizeof *d->series);
	return d;
}

int
declarations_build(struct declarations **d_r, const struct config *c,
    struct host_chain *const *worker, struct host_chain *const *sequencer,
    struct err *e)
{
	struct declarations *d = declarations_new(c->n_pipelines);

	for (size_t i = 0; i < c->n_pipelines; i++) {
		struct declared_pipeline *p = &d->pipeline[i];

		p->name = text(d->arena, c->pipeline[i].name);
		if (map_indexes(d, worker[i], &p->worker_index,
			&p->n_worker_indexes, e) < 0 ||
		    map_indexes(d, sequencer[i], &p->sequencer_index,
			&p->n_sequencer_indexes, e) < 0 ||
		    map_series(d, sequencer[i], &p->sequencer_series,
			&p->n_sequencer_series, e) < 0) {
			declarations_free(&d);
			return err_wrap(e, "pipeline \"%s\"",
			    c->pipeline[i].name);
		}
	}
	number_lanes(d);
	*d_r = d;
	return 0;
}

void
declarations_free(struct declarations **d)
{
	if (!*d)
		return;
	arena_free(&(*d)->arena);
	free(*d);
	*d = NULL;
}

static void
pack_numbers(struct buf *b, const uint32_t *v, size_t n)
{
	pack_u32(b, (uint32_t)n);
	for (size_t i = 0; i < n; i++)
		pack_u32(b, v[i]);
}

void
declarations_pack(struct buf *b, const struct declarations *d)
{
	pack_u32(b, (uint32_t)d->n_indexes);
	for (size_t i = 0; i < d->n_indexes; i++) {
		pack_str(b, d->index[i].name);
		pack_str(b, d->index[i].params);
		pack_u32(b, d->index[i].keys_max);
		pack_u32(b, d->index[i].sketch_size);
	}
	pack_u32(b, (uint32_t)d->n_series);
	for (size_t i = 0; i < d->n_series; i++) {
		const struct series_params *s = &d->series[i];

		pack_str(b, s->folder);
		pack_str(b, s->suffix);
		pack_u32(b, (uint32_t)s->codec);
		pack_u32(b, (uint32_t)s->level);
		pack_u64(b, s->file_size_max);
		pack_bytes(b, s->header, s->header_len);
	}
	pack_u32(b, d->n_lanes);
	pack_u32(b, (uint32_t)d->n_pipelines);
	for (size_t i = 0; i < d->n_pipelines; i++) {
		const struct declared_pipeline *p = &d->pipeline[i];

		pack_str(b, p->name);
		pack_u32(b, p->lane);
		pack_numbers(b, p->worker_index, p->n_worker_indexes);
		pack_numbers(b, p->sequencer_index, p->n_sequencer_indexes);
		pack_numbers(b, p->sequencer_series, p->n_sequencer_series);
	}
}

static uint32_t *
unpack_numbers(struct unpack *u, struct arena *a, size_t below, size_t *n_r)
{
	uint32_t n = unpack_count(u, 4);
	uint32_t *v = arena_alloc(a, n + (size_t)1, sizeof *v);

	for (uint32_t i = 0; i < n; i++) {
		v[i] = unpack_u32(u);
		if (v[i] >= below)
			u->bad = true;
	}
	*n_r = n;
	return v;
}

static bool
is_output(const struct config *c, const char *folder)
{
	for (size_t i = 0; i < c->n_pipelines; i++)
		for (size_t k = 0; k < c->pipeline[i].n_steps; k++)
			for (const char *const *o =
				 c->pipeline[i].step[k].outputs;
			     o && *o; o++)
				if (strcmp(*o, folder) == 0)
					return true;
	return false;
}

static void
read_indexes(struct unpack *u, struct declarations *d)
{
	d->n_indexes = unpack_count(u, 12);
	if (d->n_indexes > DECLARED_MAX)
		u->bad = true;
	for (size_t i = 0; i < d->n_indexes && !u->bad; i++) {
		struct index_params *x = &d->index[i];

		x->name = text(d->arena, unpack_str(u));
		x->params = text(d->arena, unpack_str(u));
		x->keys_max = unpack_u32(u);
		x->sketch_size = unpack_u32(u);
		if (!x->name || !x->params || x->sketch_size > 256)
			u->bad = true;
	}
}

static void
read_series(struct unpack *u, struct declarations *d)
{
	d->n_series = unpack_count(u, 28);
	if (d->n_series > DECLARED_MAX)
		u->bad = true;
	for (size_t i = 0; i < d->n_series && !u->bad; i++) {
		struct series_params *s = &d->series[i];
		const void *header;

		s->folder = text(d->arena, unpack_str(u));
		s->suffix = text(d->arena, unpack_str(u));
		s->codec = (int)unpack_u32(u);
		s->level = (int)unpack_u32(u);
		s->file_size_max = unpack_u64(u);
		header = unpack_bytes(u, &s->header_len);
		s->header = arena_memdup(d->arena, header, s->header_len);
		if (!s->folder || !s->suffix || s->codec < SERIES_PLAIN ||
		    s->codec > SERIES_ZSTD)
			u->bad = true;
	}
}

static void
read_pipelines(struct unpack *u, struct declarations *d)
{
	d->n_lanes = unpack_u32(u);
	if (unpack_count(u, 16) != d->n_pipelines ||
	    d->n_lanes > d->n_pipelines)
		u->bad = true;
	for (size_t i = 0; i < d->n_pipelines && !u->bad; i++) {
		struct declared_pipeline *p = &d->pipeline[i];

		p->name = text(d->arena, unpack_str(u));
		p->lane = unpack_u32(u);
		p->worker_index = unpack_numbers(u, d->arena, d->n_indexes,
		    &p->n_worker_indexes);
		p->sequencer_index = unpack_numbers(u, d->arena, d->n_indexes,
		    &p->n_sequencer_indexes);
		p->sequencer_series = unpack_numbers(u, d->arena, d->n_series,
		    &p->n_sequencer_series);
		if (!p->name || p->lane >= d->n_lanes)
			u->bad = true;
	}
}

int
declarations_unpack(struct declarations **d_r, const void *ptr, size_t len,
    const struct config *c, struct err *e)
{
	struct declarations *d = declarations_new(c->n_pipelines);
	struct unpack u;
	int rc = 0;

	unpack_init(&u, ptr, len);
	read_indexes(&u, d);
	if (!u.bad)
		read_series(&u, d);
	if (!u.bad)
		read_pipelines(&u, d);
	if (!unpack_end(&u))
		rc = err_set(e, ERR_PROTO, "declarations: malformed");
	for (size_t i = 0; rc == 0 && i < d->n_series; i++)
		if (!is_output(c, d->series[i].folder))
			rc = err_set(e, ERR_PROTO,
			    "series folder %s is no output of the "
			    "configuration",
			    d->series[i].folder);
	if (rc < 0)
		declarations_free(&d);
	else
		*d_r = d;
	return rc;
}
