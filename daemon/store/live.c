/* live.c - the state that every checkpoint holds, changed by log records. */
#include "store/live.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

enum { NUMBER_KEY_SIZE = OUTCOME_NAME_MAX + 1 + 8 };

struct live_next {
	uint64_t next;
};

void
live_init(struct live *v)
{
	memset(v, 0, sizeof *v);
	v->next = map_new();
	v->unretired_map = map_new();
	list_init(&v->unretired);
	v->container_map = map_new();
	list_init(&v->containers);
	v->series = map_new();
}

static void
free_values(struct map **m)
{
	size_t at = 0, len;
	const void *key;
	void *value;

	if (*m == NULL)
		return;
	while ((value = map_next(*m, &at, &key, &len)) != NULL)
		free(value);
	map_free(m);
}

static void
free_series(struct map **m)
{
	struct live_series *s;
	size_t at = 0, len;
	const void *key;

	if (*m == NULL)
		return;
	while ((s = map_next(*m, &at, &key, &len)) != NULL) {
		for (size_t i = 0; i < s->n_rows; i++)
			free(s->name[i]);
		free(s->row);
		free(s->name);
		free_values(&s->rows);
		free(s->folder);
		free(s->suffix);
		free(s);
	}
	map_free(m);
}

void
live_fini(struct live *v)
{
	free(v->boot_id);
	free_values(&v->next);
	free_values(&v->unretired_map);
	free_values(&v->container_map);
	free_series(&v->series);
	for (size_t i = 0; i < v->n_indexes; i++) {
		free(v->index[i].name);
		free(v->index[i].params);
	}
	free(v->index);
	memset(v, 0, sizeof *v);
}

/* ---- looking ---- */

static size_t
number_key(char key[NUMBER_KEY_SIZE], const char *pipeline, uint64_t number)
{
	size_t len = strlen(pipeline) + 1;

	memcpy(key, pipeline, len);
	memcpy(key + len, &number, sizeof number);
	return len + sizeof number;
}

uint64_t
live_next_number(const struct live *v, const char *pipeline)
{
	const struct live_next *n =
	    map_get(v->next, pipeline, strlen(pipeline));

	return n != NULL ? n->next : 1;
}

struct live_container *
live_find_container(const struct live *v, const char *pipeline, uint64_t number)
{
	char key[NUMBER_KEY_SIZE];

	return map_get(v->container_map, key,
	    number_key(key, pipeline, number));
}

struct live_unretired *
live_find_unretired(const struct live *v, const char *pipeline, uint64_t number)
{
	char key[NUMBER_KEY_SIZE];

	return map_get(v->unretired_map, key,
	    number_key(key, pipeline, number));
}

static void
series_key(struct buf *key, const char *folder, const char *suffix)
{
	buf_append(key, folder, strlen(folder) + 1);
	buf_append_str(key, suffix);
}

struct live_series *
live_find_series(const struct live *v, const char *folder, const char *suffix)
{
	struct buf key = { 0 };
	struct live_series *s;

	series_key(&key, folder, suffix);
	s = map_get(v->series, key.ptr, key.len);
	buf_fini(&key);
	return s;
}

struct series_state *
live_find_row(const struct live_series *s, const char *partition)
{
	const size_t *place = map_get(s->rows, partition, strlen(partition));

	return place != NULL ? &s->row[*place] : NULL;
}

int
live_find_index(const struct live *v, const char *name)
{
	for (size_t i = 0; i < v->n_indexes; i++)
		if (strcmp(v->index[i].name, name) == 0)
			return (int)i;
	return -1;
}

uint64_t
live_total(const struct live *v)
{
	uint64_t total = 0;

	for (int i = OUTCOME_EXPORTED; i <= OUTCOME_CONTAINER; i++)
		total += v->outcomes[i];
	return total;
}

/* ---- changing ---- */

static void
set_next(struct live *v, const char *pipeline, uint64_t next)
{
	size_t len = strlen(pipeline);
	struct live_next *n = map_get(v->next, pipeline, len);

	if (n == NULL) {
		n = xcalloc(1, sizeof *n);
		map_put(v->next, pipeline, len, n);
	}
	if (next > n->next)
		n->next = next;
}

/* Copy a string behind a struct; NULL stays NULL. */
static const char *
put_text(char **at, const char *text)
{
	char *copy = *at;
	size_t len;

	if (text == NULL)
		return NULL;
	len = strlen(text) + 1;
	memcpy(copy, text, len);
	*at += len;
	return copy;
}

static size_t
text_size(const char *text)
{
	return text != NULL ? strlen(text) + 1 : 0;
}

static void
add_unretired(struct live *v, const struct outcome *o, uint64_t boot)
{
	size_t size = text_size(o->pipeline) + text_size(o->folder) +
	    text_size(o->path) + text_size(o->plugin) + text_size(o->reason) +
	    text_size(o->detail);
	struct live_unretired *u = xcalloc(1, sizeof *u + size), *old;
	char *at = (char *)(u + 1);
	char key[NUMBER_KEY_SIZE];
	size_t len = number_key(key, o->pipeline, o->number);

	u->boot = boot;
	u->o.pipeline = put_text(&at, o->pipeline);
	u->o.number = o->number;
	u->o.child = "";
	u->o.kind = o->kind;
	u->o.retire = RETIRE_PENDING;
	u->o.folder = put_text(&at, o->folder);
	u->o.path = put_text(&at, o->path);
	u->o.witness = o->witness;
	memcpy(u->o.sha256, o->sha256, sizeof u->o.sha256);
	u->o.plugin = put_text(&at, o->plugin);
	u->o.reason = put_text(&at, o->reason);
	u->o.detail = put_text(&at, o->detail);
	u->o.attempts = o->attempts;
	list_append(&v->unretired, &u->link);
	old = map_put(v->unretired_map, key, len, u);
	if (old != NULL)
		list_remove(&old->link);
	free(old);
}

static void
remove_unretired(struct live *v, const char *pipeline, uint64_t number)
{
	char key[NUMBER_KEY_SIZE];
	size_t len = number_key(key, pipeline, number);
	struct live_unretired *u = map_put(v->unretired_map, key, len, NULL);

	if (u != NULL)
		list_remove(&u->link);
	free(u);
}

static int
apply_outcome(struct live *v, struct op *op, struct err *e)
{
	struct outcome o;
	int rc = op_read_outcome(op, &o, e);

	if (rc < 0)
		return rc;
	v->outcomes[o.kind]++;
	set_next(v, o.pipeline, o.number + 1);
	if (o.retire == RETIRE_PENDING)
		add_unretired(v, &o, v->boot);
	return 0;
}

static int
apply_retired(struct live *v, struct op *op, struct err *e)
{
	const char *pipeline = unpack_str(&op->body);
	uint32_t n = unpack_count(&op->body, 8);

	if (pipeline == NULL || !outcome_name_valid(pipeline))
		return err_set(e, ERR_CORRUPT, "retired: no pipeline");
	for (uint32_t i = 0; i < n; i++)
		remove_unretired(v, pipeline, unpack_u64(&op->body));
	return op_read_end(op, e);
}

static int
apply_container(struct live *v, struct op *op, struct err *e)
{
	struct live_container *c, *old;
	struct op_container p;
	char key[NUMBER_KEY_SIZE], *at;
	size_t len;
	int rc = op_read_container(op, &p, e);

	if (rc < 0)
		return rc;
	len = number_key(key, p.c.pipeline, p.c.number);
	old = map_get(v->container_map, key, len);
	if (p.c.ended) {
		map_put(v->container_map, key, len, NULL);
		if (old != NULL)
			list_remove(&old->link);
		free(old);
		return 0;
	}
	c = xcalloc(1,
	    sizeof *c + text_size(p.c.pipeline) + text_size(p.c.folder) +
		text_size(p.c.path) + text_size(p.c.reader) +
		text_size(p.last));
	at = (char *)(c + 1);
	c->c = p.c;
	c->c.pipeline = put_text(&at, p.c.pipeline);
	c->c.folder = put_text(&at, p.c.folder);
	c->c.path = put_text(&at, p.c.path);
	c->c.reader = put_text(&at, p.c.reader);
	c->last = put_text(&at, p.last);
	map_put(v->container_map, key, len, c);
	/* It keeps its place in the order. */
	list_append(old != NULL ? &old->link : &v->containers, &c->link);
	if (old != NULL)
		list_remove(&old->link);
	free(old);
	set_next(v, c->c.pipeline, c->c.number + 1);
	return 0;
}

static struct live_series *
make_series(struct live *v, const char *folder, const char *suffix)
{
	struct live_series *s = live_find_series(v, folder, suffix);
	struct buf key = { 0 };

	if (s != NULL)
		return s;
	s = xcalloc(1, sizeof *s);
	s->folder = xstrdup(folder);
	s->suffix = xstrdup(suffix);
	s->rows = map_new();
	series_key(&key, folder, suffix);
	map_put(v->series, key.ptr, key.len, s);
	buf_fini(&key);
	return s;
}

static struct series_state *
make_row(struct live_series *s, const char *partition)
{
	struct series_state *row = live_find_row(s, partition);
	size_t *place;

	if (row != NULL)
		return row;
	place = xcalloc(1, sizeof *place);
	*place = s->n_rows++;
	map_put(s->rows, partition, strlen(partition), place);
	s->row = xrealloc(s->row, s->n_rows, sizeof *s->row);
	s->name = xrealloc(s->name, s->n_rows, sizeof(void *));
	s->name[*place] = xstrdup(partition);
	return &s->row[*place];
}

static int
apply_series(struct live *v, struct op *op, struct err *e)
{
	struct series_state *row;
	struct live_series *s;
	struct op_series p;
	int rc = op_read_series(op, &p, e);

	if (rc < 0)
		return rc;
	s = make_series(v, p.folder, p.suffix);
	row = make_row(s, p.state.partition);
	*row = p.state;
	row->partition = s->name[row - s->row];
	return 0;
}

static int
apply_index(struct live *v, struct op *op, struct err *e)
{
	struct op_index p;
	int rc = op_read_index(op, &p, e);

	if (rc < 0)
		return rc;
	if (p.index != v->n_indexes)
		return err_set(e, ERR_CORRUPT, "index %" PRIu32 " after %zu",
		    p.index, v->n_indexes);
	v->index = xrealloc(v->index, v->n_indexes + 1, sizeof *v->index);
	v->index[v->n_indexes++] = (struct live_index){ xstrdup(p.name),
		xstrdup(p.params), p.keys_max, p.sketch_size, p.since };
	return 0;
}

static int
apply_boot(struct live *v, struct op *op, struct err *e)
{
	const char *id;

	v->boot = unpack_u64(&op->body);
	id = unpack_str(&op->body);
	free(v->boot_id);
	v->boot_id = xstrdup(id != NULL ? id : "");
	return op_read_end(op, e);
}

static int
apply_counters(struct live *v, struct op *op, struct err *e)
{
	v->batches = unpack_u64(&op->body);
	for (int i = OUTCOME_EXPORTED; i <= OUTCOME_CONTAINER; i++)
		v->outcomes[i] = unpack_u64(&op->body);
	return op_read_end(op, e);
}

static int
apply_next(struct live *v, struct op *op, struct err *e)
{
	const char *pipeline = unpack_str(&op->body);
	uint64_t next = unpack_u64(&op->body);

	if (pipeline == NULL || !outcome_name_valid(pipeline))
		return err_set(e, ERR_CORRUPT, "next: no pipeline");
	set_next(v, pipeline, next);
	return op_read_end(op, e);
}

static int
apply_unretired(struct live *v, struct op *op, struct err *e)
{
	struct op_unretired p;
	int rc = op_read_unretired(op, &p, e);

	if (rc == 0)
		add_unretired(v, &p.o, p.boot);
	return rc;
}

static int
apply_batch(struct live *v, struct op *op, struct err *e)
{
	struct op_batch p;
	int rc = op_read_batch(op, &p, e);

	if (rc == 0)
		v->batches = p.batch;
	return rc;
}

static int
apply_log(struct live *v, struct op *op, struct err *e)
{
	const void *id = unpack_raw(&op->body, LIVE_ID_SIZE);

	if (!op->body.bad)
		memcpy(v->id, id, LIVE_ID_SIZE);
	return op_read_end(op, e);
}

typedef int apply_fn(struct live *v, struct op *op, struct err *e);

/* clang-format off */
static apply_fn *const apply[OP_ERASE] = {
	[OP_LOG] = apply_log,
	[OP_BOOT] = apply_boot,
	[OP_COUNTERS] = apply_counters,
	[OP_INDEX] = apply_index,
	[OP_NEXT] = apply_next,
	[OP_SERIES] = apply_series,
	[OP_CONTAINER] = apply_container,
	[OP_UNRETIRED] = apply_unretired,
	[OP_BATCH] = apply_batch,
	[OP_OUTCOME] = apply_outcome,
	[OP_RETIRED] = apply_retired,
};
/* clang-format on */

int
live_apply(struct live *v, const void *payload, size_t len, struct err *e)
{
	struct unpack u;
	struct op op;
	int rc;

	unpack_init(&u, payload, len);
	while ((rc = op_next(&u, &op, e)) == 1) {
		v->stopped = op.type == OP_STOP;
		/* Keys are no part of it. */
		if (apply[op.type] != NULL &&
		    (rc = apply[op.type](v, &op, e)) < 0)
			return rc;
	}
	return rc;
}
