/* series.c - output files whose length is part of the transaction. */
#include "store/series.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "store/codec.h"
#include "store/series_name.h"
#include "store/series_row.h"

enum { STAGED_MAX = 4 << 20 };
/* Each holds a folder, a shard and a tail open. */
enum { ROWS_AWAKE_MAX = 32 };

struct series {
	struct row_env env;
	char *folder, *suffix;
	void *header;
	struct map *rows;   /* by partition */
	struct list active; /* rows that are not settled */
	size_t staged;	    /* bytes since the last flush of all */
	struct series_state *changed;
	size_t changed_cap;
	uint64_t plain, stored;
	struct err broken; /* code 0: it is not */
};

static int
series_check(const struct series_params *p, struct err *e)
{
	ensure(p->folder[0] == '/');
	if (strlen(p->suffix) > SERIES_SUFFIX_MAX || strchr(p->suffix, '/'))
		return err_set(e, ERR_CONFIG, "suffix \"%.80s\"", p->suffix);
	return codec_check(p->codec, p->level, e);
}

static struct series *
series_new(const struct series_params *p)
{
	struct series *s = xcalloc(1, sizeof *s);

	s->folder = xstrdup(p->folder);
	s->suffix = xstrdup(p->suffix);
	if (p->header_len)
		s->header = xmemdup(p->header, p->header_len);
	s->env.params = *p;
	s->env.params.folder = s->folder;
	s->env.params.suffix = s->suffix;
	s->env.params.header = s->header;
	s->env.press = press_new();
	s->env.dirfd = -1;
	list_init(&s->env.awake);
	list_init(&s->active);
	s->rows = map_new();
	return s;
}

static void
series_activate(struct series *s, struct row *r)
{
	list_remove(&r->link);
	list_append(&s->active, &r->link);
}

/* A row that is not known yet, at a committed state. */
static int
series_add_row(struct series *s, const struct series_state *state,
    struct row **r_r, struct err *e)
{
	struct row *r = row_new(&s->env, state->partition);

	(void)map_put(s->rows, r->partition, strlen(r->partition), r);
	if (row_load(r, state, true, e) < 0) {
		(void)map_put(s->rows, state->partition,
		    strlen(state->partition), NULL);
		row_free(&r);
		return e->code;
	}
	if (!row_settled(r))
		series_activate(s, r);
	*r_r = r;
	return 0;
}

static int
series_load(struct series *s, const struct series_state *state, size_t n,
    struct err *e)
{
	if (fs_mkdirs(AT_FDCWD, s->folder, 0755, e) < 0)
		return err_wrap(e, "%s", s->folder);
	s->env.dirfd = fs_open_dir(AT_FDCWD, s->folder, e);
	if (s->env.dirfd < 0)
		return err_wrap(e, "%s", s->folder);
	for (size_t i = 0; i < n; i++) {
		const char *name = state[i].partition;
		struct row *r = NULL;
		if (!series_partition_valid(name) ||
		    map_get(s->rows, name, strlen(name)))
			return err_set(e, ERR_CORRUPT,
			    "partition \"%.200s\" of %s", name, s->folder);
		if (series_add_row(s, &state[i], &r, e) < 0)
			return e->code;
		row_sleep(r);
	}
	/* Somebody else's shards are found now, not at the first record. */
	if (map_get(s->rows, "", 0))
		return 0;
	struct series_state none = { .partition = "" };
	struct row *own = NULL;
	if (series_add_row(s, &none, &own, e) < 0)
		return e->code;
	row_sleep(own);
	return 0;
}

int
series_open(struct series **s_r, const struct series_params *p,
    const struct series_state *state, size_t n_states, struct err *e)
{
	*s_r = NULL;
	if (series_check(p, e) < 0)
		return e->code;
	struct series *s = series_new(p);
	if (series_load(s, state, n_states, e) < 0) {
		series_free(&s);
		return e->code;
	}
	*s_r = s;
	return 0;
}

void
series_free(struct series **sp)
{
	struct series *s = *sp;
	struct row *r;
	const void *key;
	size_t at = 0, len;

	if (!s)
		return;
	while ((r = map_next(s->rows, &at, &key, &len)))
		row_free(&r);
	map_free(&s->rows);
	press_free(&s->env.press);
	fs_close(&s->env.dirfd);
	free(s->changed);
	free(s->header);
	free(s->suffix);
	free(s->folder);
	free(s);
	*sp = NULL;
}

static int
series_usable(const struct series *s, struct err *e)
{
	if (!s->broken.code)
		return 0;
	*e = s->broken;
	return e->code;
}

/* Rows that were not written to for long give their descriptors back. */
static int
series_limit_awake(struct series *s, struct err *e)
{
	while (s->env.n_awake > ROWS_AWAKE_MAX) {
		struct row *r =
		    container_of(s->env.awake.next, struct row, awake);
		if (row_sync(r, e) < 0)
			return e->code;
		row_sleep(r);
	}
	return 0;
}

static int
series_flush(struct series *s, struct err *e)
{
	list_each (i, &s->active) {
		struct row *r = container_of(i, struct row, link);
		if (row_flush(r, e) < 0)
			return e->code;
	}
	s->staged = 0;
	return 0;
}

static int
series_find_row(struct series *s, const char *partition, struct row **r_r,
    struct err *e)
{
	if (!series_partition_valid(partition))
		return err_set(e, ERR_INVAL, "\"%.200s\" is no partition",
		    partition);
	*r_r = map_get(s->rows, partition, strlen(partition));
	if (*r_r)
		return 0;
	struct series_state none = { .partition = partition };
	return series_add_row(s, &none, r_r, e);
}

int
series_append(struct series *s, const char *partition, const void *ptr,
    size_t len, struct err *e)
{
	struct row *r = NULL;

	if (series_usable(s, e) < 0 ||
	    series_find_row(s, partition ? partition : "", &r, e) < 0)
		return e->code;
	ensure(r);
	series_activate(s, r);
	if (row_append(r, ptr, len, e) < 0)
		return e->code;
	list_remove(&r->awake);
	list_append(&s->env.awake, &r->awake);
	s->staged += len;
	if (s->staged > STAGED_MAX && series_flush(s, e) < 0)
		return e->code;
	return series_limit_awake(s, e);
}

int
series_sync(struct series *s, struct err *e)
{
	if (series_usable(s, e) < 0)
		return e->code;
	list_each (i, &s->active) {
		struct row *r = container_of(i, struct row, link);
		if (row_sync(r, e) < 0)
			return e->code;
	}
	s->staged = 0;
	return series_limit_awake(s, e);
}

size_t
series_changed(struct series *s, const struct series_state **state_r)
{
	size_t n = 0;

	list_each (i, &s->active) {
		struct row *r = container_of(i, struct row, link);
		if (!row_changed(r))
			continue;
		if (n == s->changed_cap) {
			s->changed_cap = n ? n * 2 : 8;
			s->changed = xrealloc(s->changed, s->changed_cap,
			    sizeof *s->changed);
		}
		s->changed[n++] = row_give(r);
	}
	*state_r = s->changed;
	return n;
}

void
series_committed(struct series *s)
{
	struct err e = { 0 };

	list_each (i, &s->active) {
		struct row *r = container_of(i, struct row, link);
		s->plain += r->given_plain - r->committed_plain;
		s->stored += r->given_stored - r->committed_stored;
		if (row_committed(r, &e) < 0 && !s->broken.code)
			s->broken = e;
	}
}

int
series_rollback(struct series *s, struct err *e)
{
	if (series_usable(s, e) < 0)
		return e->code;
	s->staged = 0;
	list_each (i, &s->active) {
		struct row *r = container_of(i, struct row, link);
		struct series_state st = r->committed;
		if (row_load(r, &st, false, e) < 0)
			return e->code;
		row_sleep(r);
	}
	return 0;
}

int
series_idle(struct series *s, struct err *e)
{
	if (series_usable(s, e) < 0)
		return e->code;
	for (struct list *i = s->active.next, *next; i != &s->active;
	     i = next) {
		struct row *r = container_of(i, struct row, link);
		next = i->next;
		if (row_idle(r, e) < 0)
			return e->code;
		if (!row_settled(r))
			continue;
		list_remove(&r->link);
		row_sleep(r);
	}
	return 0;
}

void
series_bytes(const struct series *s, uint64_t *plain_r, uint64_t *stored_r)
{
	*plain_r = s->plain;
	*stored_r = s->stored;
}
