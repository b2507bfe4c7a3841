/* store_declare.c - the indexes and series that a sequencer works with. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/xalloc.h"
#include "store/store_private.h"

/* ---- series ---- */

void
store_series_free(struct store_series **x)
{
	if (*x == NULL)
		return;
	series_free(&(*x)->s);
	free((*x)->folder);
	free((*x)->suffix);
	free((*x)->header);
	free(*x);
	*x = NULL;
}

static bool
same_row(const struct series_params *a, const struct series_params *b)
{
	return strcmp(a->folder, b->folder) == 0 &&
	    strcmp(a->suffix, b->suffix) == 0;
}

static bool
same_params(const struct series_params *a, const struct series_params *b)
{
	return same_row(a, b) && a->codec == b->codec && a->level == b->level &&
	    a->file_size_max == b->file_size_max &&
	    a->header_len == b->header_len &&
	    (a->header_len == 0 ||
		memcmp(a->header, b->header, a->header_len) == 0);
}

static int
open_series(struct store *s, const struct series_params *p,
    struct store_series **x_r, struct err *e)
{
	const struct live_series *v =
	    live_find_series(&s->live, p->folder, p->suffix);
	struct store_series *x = xcalloc(1, sizeof *x);

	x->folder = xstrdup(p->folder);
	x->suffix = xstrdup(p->suffix);
	if (p->header_len > 0)
		x->header = xmemdup(p->header, p->header_len);
	x->p = *p;
	x->p.folder = x->folder;
	x->p.suffix = x->suffix;
	x->p.header = x->header;
	if (series_open(&x->s, &x->p, v != NULL ? v->row : NULL,
		v != NULL ? v->n_rows : 0, e) < 0) {
		store_series_free(&x);
		return err_wrap(e, "series %s", p->folder);
	}
	*x_r = x;
	return 0;
}

static int
check_series(const struct series_params *p, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			if (same_row(&p[i], &p[j]))
				return err_set(e, ERR_CONFIG,
				    "two series write"
				    " %s/*%s",
				    p[i].folder, p[i].suffix);
	return 0;
}

/* Close those that are not declared again just so: two of one row of files must
 * not be open at once. */
static int
close_series(struct store *s, const struct series_params *p, size_t n,
    struct err *e)
{
	for (size_t i = 0; i < s->n_series; i++) {
		bool again = false;

		for (size_t j = 0; j < n; j++)
			again |= same_params(&s->series[i]->p, &p[j]);
		if (again)
			continue;
		if (series_idle(s->series[i]->s, e) < 0)
			return e->code;
		store_series_free(&s->series[i]);
		s->series[i--] = s->series[--s->n_series];
	}
	return 0;
}

static struct store_series *
take_series(struct store *s, const struct series_params *p)
{
	struct store_series *x;

	for (size_t i = 0; i < s->n_series; i++) {
		x = s->series[i];
		if (!same_params(&x->p, p))
			continue;
		s->series[i] = s->series[--s->n_series];
		return x;
	}
	return NULL;
}

static int
declare_series(struct store *s, const struct series_params *p, size_t n,
    struct err *e)
{
	struct store_series **series;
	size_t done = 0;
	int rc = close_series(s, p, n, e);

	if (rc < 0)
		return rc;
	series = xcalloc(n + 1, sizeof(void *));
	while (rc == 0 && done < n) {
		series[done] = take_series(s, &p[done]);
		if (series[done] == NULL)
			rc = open_series(s, &p[done], &series[done], e);
		done += rc == 0;
	}
	ensure(rc < 0 || s->n_series == 0);
	/* After a failure those that are left stay open. */
	while (s->n_series > 0)
		series[done++] = s->series[--s->n_series];
	free(s->series);
	s->series = series;
	s->n_series = done;
	return rc;
}

/* ---- indexes ---- */

static int
check_index(const struct store *s, const struct index_params *p, size_t i,
    struct err *e)
{
	const struct live_index *v;
	int number;

	if (p[i].name == NULL || p[i].params == NULL)
		return err_set(e, ERR_CONFIG, "index %zu has no name", i);
	for (size_t j = 0; j < i; j++)
		if (strcmp(p[i].name, p[j].name) == 0)
			return err_set(e, ERR_CONFIG,
			    "two indexes are named %s", p[i].name);
	number = live_find_index(&s->live, p[i].name);
	if (number < 0)
		return 0;
	v = &s->live.index[number];
	if (strcmp(v->params, p[i].params) != 0 ||
	    v->keys_max != p[i].keys_max || v->sketch_size != p[i].sketch_size)
		return err_set(e, ERR_CONFIG,
		    "index %s was made with \"%.120s\""
		    " (%" PRIu32 " keys, sketch %" PRIu32 ") and is declared "
		    "with \"%.120s\" (%" PRIu32 " keys, sketch %" PRIu32 ")",
		    p[i].name, v->params, v->keys_max, v->sketch_size,
		    p[i].params, p[i].keys_max, p[i].sketch_size);
	return 0;
}

/* Indexes that the log does not know yet go into it: one record. */
static int
log_new_indexes(struct store *s, const struct index_params *p, size_t n,
    struct err *e)
{
	struct buf *out = commitlog_payload(s->log);
	uint32_t number = (uint32_t)s->live.n_indexes;
	struct op_index op;

	for (size_t i = 0; i < n; i++) {
		if (live_find_index(&s->live, p[i].name) >= 0)
			continue;
		op = (struct op_index){ number++, p[i].name, p[i].params,
			p[i].keys_max, p[i].sketch_size,
			commitlog_end(s->log) };
		op_pack_index(out, &op);
	}
	if (number == s->live.n_indexes)
		return 0;
	if (store_append(s, e) < 0)
		return e->code;
	s->index = xrealloc(s->index, s->live.n_indexes + 1, sizeof *s->index);
	memset(s->index + s->n_indexes, 0,
	    (s->live.n_indexes - s->n_indexes) * sizeof *s->index);
	s->n_indexes = s->live.n_indexes;
	return 0;
}

/* *from is lowered to where its replay begins. */
static int
open_index(struct store *s, const struct index_params *p, uint32_t number,
    uint64_t *from, struct err *e)
{
	struct store_index *i = &s->index[number];
	uint64_t since = s->live.index[number].since;

	if (i->x != NULL)
		return 0;
	if (index_open(&i->x, s->index_fd, p, &i->position, e) < 0)
		return err_wrap(e, "index %s", p->name);
	e->code = 0;
	if (i->position < since)
		i->position = since;
	if (i->position > commitlog_end(s->log))
		err_set(e, ERR_CORRUPT,
		    "index %s covers the log up to %" PRIu64
		    ", but it ends at %" PRIu64 ": the log has lost records",
		    p->name, i->position, commitlog_end(s->log));
	else if (i->position < commitlog_first(s->log))
		err_set(e, ERR_CORRUPT,
		    "index %s needs the log from %" PRIu64
		    ", which was removed up to %" PRIu64,
		    p->name, i->position, commitlog_first(s->log));
	else if (i->position < *from)
		*from = i->position;
	if (e->code != 0)
		index_free(&i->x);
	return e->code;
}

static int
declare_indexes(struct store *s, const struct index_params *p, size_t n,
    struct err *e)
{
	uint32_t *declared = xcalloc(n + 1, sizeof *declared);
	uint64_t from = commitlog_end(s->log), end = from;
	bool *fresh = xcalloc(s->n_indexes + 1, sizeof *fresh);
	int rc = 0;

	for (size_t i = 0; i < s->n_indexes; i++) {
		fresh[i] = s->index[i].x == NULL;
		/* Those that are open have everything. */
		s->index[i].position = end;
	}
	for (size_t i = 0; rc == 0 && i < n; i++) {
		declared[i] = (uint32_t)live_find_index(&s->live, p[i].name);
		rc = open_index(s, &p[i], declared[i], &from, e);
	}
	if (rc == 0 && from < end)
		rc = store_replay_keys(s, from, e);
	for (size_t i = 0; i < s->n_indexes; i++) {
		/* Half filled is as good as not open. */
		if (rc < 0 && fresh[i])
			index_free(&s->index[i].x);
		s->index[i].position = end;
	}
	free(fresh);
	if (rc < 0) {
		free(declared);
		return rc;
	}
	free(s->declared);
	s->declared = declared;
	s->n_declared = n;
	return 0;
}

int
store_declare(struct store *s, const struct index_params *index,
    size_t n_indexes, const struct series_params *series, size_t n_series,
    struct err *e)
{
	int rc = store_usable(s, e);

	for (size_t i = 0; rc == 0 && i < n_indexes; i++)
		rc = check_index(s, index, i, e);
	if (rc == 0)
		rc = check_series(series, n_series, e);
	if (rc == 0)
		rc = log_new_indexes(s, index, n_indexes, e);
	if (rc == 0)
		rc = declare_indexes(s, index, n_indexes, e);
	if (rc == 0)
		rc = declare_series(s, series, n_series, e);
	return rc;
}
