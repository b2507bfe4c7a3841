/* store_check.c - does a batch go with declarations, numbers and containers?
 *
 * Nothing is changed here.  The batch comes from a process that runs plugins: a
 * number that it makes up would be a document lost or doubled.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "store/store_private.h"

enum { PIPELINES_MAX = 64, CONTAINERS_MAX = 4096 };

struct check {
	const struct store *s;
	const struct batch *b;
	/* Numbers as they will be. */
	struct {
		const char *pipeline;
		uint64_t next;
	} number[PIPELINES_MAX];
	size_t n_numbers;
	/* Of each container[]: */
	struct entry {
		bool open;
		bool ended;
		bool moved;
		const char *last;
	} * entry;
	size_t hit; /* place found last */
};

static uint64_t *
next_of(struct check *c, const char *pipeline)
{
	for (size_t i = 0; i < c->n_numbers; i++)
		if (strcmp(c->number[i].pipeline, pipeline) == 0)
			return &c->number[i].next;
	if (c->n_numbers == PIPELINES_MAX)
		return NULL;
	c->number[c->n_numbers].pipeline = pipeline;
	c->number[c->n_numbers].next = live_next_number(&c->s->live, pipeline);
	return &c->number[c->n_numbers++].next;
}

/* The place in container[] of a number, or -1.  Outcomes of one container come
 * in a row, mostly. */
static long
place_of(struct check *c, const char *pipeline, uint64_t number)
{
	const struct batch_container *x;

	for (size_t n = 0; n < c->b->n_containers; n++) {
		size_t i = (c->hit + n) % c->b->n_containers;

		x = &c->b->container[i];
		if (x->number == number && strcmp(x->pipeline, pipeline) == 0) {
			c->hit = i;
			return (long)i;
		}
	}
	return -1;
}

static int
check_declared(const struct store *s, const struct batch *b, struct err *e)
{
	const struct index_params *p;

	for (size_t i = 0; i < b->n_keys; i++) {
		const struct batch_keys *k = &b->keys[i];

		if (k->index >= s->n_declared)
			return err_set(e, ERR_PROTO,
			    "keys %zu: index %" PRIu32 " of %zu", i, k->index,
			    s->n_declared);
		p = index_get_params(s->index[s->declared[k->index]].x);
		if (k->n > p->keys_max)
			return err_set(e, ERR_PROTO,
			    "keys %zu: %" PRIu32 " of at most %" PRIu32, i,
			    k->n, p->keys_max);
		if (k->sketch_size != p->sketch_size)
			return err_set(e, ERR_PROTO,
			    "keys %zu: sketch of %" PRIu32
			    " bytes, not %" PRIu32,
			    i, k->sketch_size, p->sketch_size);
		if (k->outcome >= b->n_outcomes ||
		    b->outcome[k->outcome].kind != OUTCOME_EXPORTED)
			return err_set(e, ERR_PROTO,
			    "keys %zu: not of an exported document", i);
	}
	for (size_t i = 0; i < b->n_records; i++)
		if (b->record[i].series >= s->n_series)
			return err_set(e, ERR_PROTO,
			    "record %zu: series %" PRIu32 " of %zu", i,
			    b->record[i].series, s->n_series);
	return 0;
}

/* Which containers are open before the batch, and that none is named twice. */
static int
check_containers(struct check *c, struct err *e)
{
	const struct live_container *v;
	const struct batch_container *x;

	if (c->b->n_containers > CONTAINERS_MAX)
		return err_set(e, ERR_PROTO, "%zu containers",
		    c->b->n_containers);
	for (size_t i = 0; i < c->b->n_containers; i++) {
		x = &c->b->container[i];
		c->hit = 0;
		if (place_of(c, x->pipeline, x->number) != (long)i)
			return err_set(e, ERR_PROTO,
			    "container %zu: %s-%" PRIu64 " is named twice", i,
			    x->pipeline, x->number);
		v = live_find_container(&c->s->live, x->pipeline, x->number);
		c->entry[i].open = v != NULL;
		c->entry[i].last = v != NULL ? v->last : "";
	}
	return 0;
}

static int
check_child(struct check *c, const struct outcome *o, struct err *e)
{
	long place = place_of(c, o->pipeline, o->number);
	struct entry *x;

	if (place < 0)
		return err_set(e, ERR_PROTO, "container is not named");
	x = &c->entry[place];
	if (x->ended)
		return err_set(e, ERR_PROTO, "container has ended");
	if (x->moved || x->last[0] != '\0')
		if (outcome_child_compare(o->child, x->last) <= 0)
			return err_set(e, ERR_PROTO, "comes after %s", x->last);
	x->open = true;
	x->moved = true;
	x->last = o->child;
	x->ended = o->child[0] == '\0';
	return 0;
}

static int
check_outcome(struct check *c, const struct outcome *o, struct err *e)
{
	uint64_t *next = next_of(c, o->pipeline);

	if (next == NULL)
		return err_set(e, ERR_PROTO, "more than %d pipelines",
		    PIPELINES_MAX);
	if (o->number > *next)
		return err_set(e, ERR_PROTO, "number is not the next, %" PRIu64,
		    *next);
	if (o->number < *next) {
		long place = place_of(c, o->pipeline, o->number);

		if (place < 0 || !c->entry[place].open)
			return err_set(e, ERR_PROTO,
			    "number was given before; the next is %" PRIu64,
			    *next);
		return check_child(c, o, e);
	}
	++*next;
	if (o->child[0] == '\0' && place_of(c, o->pipeline, o->number) < 0)
		return 0;
	return check_child(c, o, e);
}

static int
check_ends(const struct check *c, struct err *e)
{
	for (size_t i = 0; i < c->b->n_containers; i++) {
		const struct batch_container *x = &c->b->container[i];

		if (!c->entry[i].open)
			return err_set(e, ERR_PROTO,
			    "container %zu: %s-%" PRIu64 " is not open", i,
			    x->pipeline, x->number);
		if (c->entry[i].ended != x->ended)
			return err_set(e, ERR_PROTO,
			    "container %zu: %s-%" PRIu64 " %s", i, x->pipeline,
			    x->number,
			    x->ended ? "ends without an outcome"
				     : "has an outcome");
	}
	return 0;
}

static int
check_batch(struct check *c, struct err *e)
{
	const struct outcome *o;
	int rc = check_declared(c->s, c->b, e);

	if (rc == 0)
		rc = check_containers(c, e);
	for (size_t i = 0; rc == 0 && i < c->b->n_outcomes; i++) {
		o = &c->b->outcome[i];
		rc = check_outcome(c, o, e);
		if (rc < 0)
			return err_wrap(e, "outcome %zu: %s-%" PRIu64 "%s", i,
			    o->pipeline, o->number, o->child);
	}
	return rc == 0 ? check_ends(c, e) : rc;
}

int
store_check_batch(const struct store *s, const struct batch *b,
    const char **last, struct err *e)
{
	struct check c = { .s = s, .b = b };
	int rc;

	c.entry = xcalloc(b->n_containers + 1, sizeof *c.entry);
	rc = check_batch(&c, e);
	for (size_t i = 0; i < b->n_containers; i++)
		last[i] = c.entry[i].last;
	free(c.entry);
	return rc < 0 ? err_wrap(e, "batch") : 0;
}
