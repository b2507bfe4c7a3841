/* store.c - opening, stopping, and what can be asked. */
#include "store/store.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/bug.h"
#include "base/clock.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "store/store_private.h"

enum { LOCK_POLL_MS = 20, SNAPSHOT_BYTES = 256 << 20 };

int
store_usable(const struct store *s, struct err *e)
{
	if (s->failed.code != 0)
		*e = s->failed;
	return s->failed.code;
}

int
store_fail(struct store *s, struct err *e)
{
	/* These may be tried again, which is not so here. */
	if (e->code == ERR_NOSPACE || e->code == ERR_LIMIT)
		e->code = ERR_IO;
	if (s->failed.code == 0)
		s->failed = *e;
	return e->code;
}

static int
open_below(struct store *s, const char *name, struct err *e)
{
	int rc = fs_mkdirs(s->dir_fd, name, 0700, e);

	return rc < 0 ? rc : fs_open_dir(s->dir_fd, name, e);
}

static int
open_folders(struct store *s, struct err *e)
{
	int rc = fs_mkdirs(AT_FDCWD, s->folder, 0700, e);

	if (rc == 0)
		rc = s->dir_fd = fs_open_dir(AT_FDCWD, s->folder, e);
	if (rc >= 0)
		rc = s->log_fd = open_below(s, "log", e);
	if (rc >= 0)
		rc = s->index_fd = open_below(s, "index", e);
	return rc < 0 ? rc : 0;
}

/* A daemon that is being replaced may need a moment. */
static int
take_lock(struct store *s, int wait_ms, struct err *e)
{
	const struct timespec pause = { .tv_nsec = LOCK_POLL_MS * 1000000L };
	uint64_t deadline = clock_monotonic_ms() + (uint64_t)wait_ms;

	for (;;) {
		s->lock_fd = fs_lock_file(s->dir_fd, "lock", e);
		if (s->lock_fd != ERR_BUSY || clock_monotonic_ms() >= deadline)
			return s->lock_fd < 0 ? s->lock_fd : 0;
		nanosleep(&pause, NULL);
	}
}

int
store_open(struct store **s_r, const struct store_options *o, struct err *e)
{
	struct store *s = xcalloc(1, sizeof *s);
	int rc;

	s->folder = xstrdup(o->folder);
	s->site = xstrdup(o->site != NULL ? o->site : "");
	s->keep_log = o->keep_log;
	s->snapshot_bytes =
	    o->snapshot_bytes > 0 ? o->snapshot_bytes : SNAPSHOT_BYTES;
	s->lock_fd = s->dir_fd = s->log_fd = s->index_fd = -1;
	live_init(&s->live);
	rc = open_folders(s, e);
	if (rc == 0)
		rc = take_lock(s, o->lock_wait_ms, e);
	if (rc == 0)
		rc = store_recover(s, o, e);
	if (rc < 0) {
		store_free(&s);
		return err_wrap(e, "store %s", o->folder);
	}
	*s_r = s;
	return 0;
}

static int
idle_series(struct store *s, struct err *e)
{
	for (size_t i = 0; i < s->n_series; i++)
		if (series_idle(s->series[i]->s, e) < 0)
			return e->code == ERR_NOSPACE ? e->code
						      : store_fail(s, e);
	return 0;
}

static int
flush_retired(struct store *s, struct err *e)
{
	struct buf *out;
	int rc;

	if (s->retired.len == 0)
		return 0;
	out = commitlog_payload(s->log);
	buf_append(out, s->retired.ptr, s->retired.len);
	rc = store_append(s, e);
	if (rc == 0)
		buf_reset(&s->retired, s->retired.cap);
	return rc;
}

int
store_idle(struct store *s, struct err *e)
{
	int rc = store_usable(s, e);

	if (rc == 0)
		rc = ledger_check(s->ledger, e);
	if (rc == 0)
		rc = flush_retired(s, e);
	if (rc == 0)
		rc = idle_series(s, e);
	if (rc == 0)
		store_tidy(s, false);
	return rc;
}

/* With a record behind it, damage to the last batch cannot be taken for a torn
 * tail. */
static int
mark_end(struct store *s, struct err *e)
{
	struct buf *out;

	if (s->live.stopped)
		return 0;
	out = commitlog_payload(s->log);
	op_end(out, op_begin(out, OP_STOP));
	return store_append(s, e);
}

int
store_stop(struct store *s, struct err *e)
{
	uint64_t position;
	int rc = store_usable(s, e);

	if (rc == 0)
		rc = flush_retired(s, e);
	if (rc == 0)
		rc = idle_series(s, e);
	if (rc == 0)
		rc = mark_end(s, e);
	if (rc == 0) {
		store_tidy(s, true);
		rc = ledger_durable(s->ledger, &position, e);
	}
	return rc;
}

void
store_free(struct store **x)
{
	struct store *s = *x;

	if (s == NULL)
		return;
	ledger_free(&s->ledger);
	for (size_t i = 0; i < s->n_series; i++)
		store_series_free(&s->series[i]);
	free(s->series);
	for (size_t i = 0; i < s->n_indexes; i++)
		index_free(&s->index[i].x);
	free(s->index);
	free(s->declared);
	commitlog_free(&s->log);
	live_fini(&s->live);
	buf_fini(&s->retired);
	fs_close(&s->index_fd);
	fs_close(&s->log_fd);
	fs_close(&s->dir_fd);
	fs_close(&s->lock_fd);
	free(s->folder);
	free(s->site);
	free(s);
	*x = NULL;
}

int
store_retired(struct store *s, const char *pipeline, const uint64_t *number,
    size_t n, struct err *e)
{
	size_t at, count_at;
	uint32_t count = 0;
	int rc = store_usable(s, e);

	if (rc < 0 || BUG(no_retire_log))
		return rc;
	at = op_begin(&s->retired, OP_RETIRED);
	pack_str(&s->retired, pipeline);
	count_at = pack_u32_later(&s->retired);
	for (size_t i = 0; i < n; i++) {
		if (live_find_unretired(&s->live, pipeline, number[i]) == NULL)
			continue;
		pack_u64(&s->retired, number[i]);
		count++;
	}
	pack_u32_at(&s->retired, count_at, count);
	op_end(&s->retired, at);
	if (count == 0)
		s->retired.len = at - 2; /* with the type */
	return 0;
}

/* ---- what can be asked ---- */

void
store_each_unretired(struct store *s,
    void (*fn)(void *arg, const struct store_unretired *u), void *arg)
{
	list_each (i, &s->live.unretired) {
		const struct live_unretired *u =
		    container_of(i, struct live_unretired, link);
		struct store_unretired r = {
			.pipeline = u->o.pipeline,
			.number = u->o.number,
			.kind = u->o.kind,
			.folder = u->o.folder,
			.path = u->o.path,
			.witness = u->o.witness,
			.rebooted = u->boot != s->live.boot,
			.plugin = u->o.plugin,
			.reason = u->o.reason,
			.detail = u->o.detail,
			.attempts = u->o.attempts,
		};

		memcpy(r.sha256, u->o.sha256, sizeof r.sha256);
		fn(arg, &r);
	}
}

void
store_each_container(struct store *s,
    void (*fn)(void *arg, const struct batch_container *c), void *arg)
{
	list_each (i, &s->live.containers)
		fn(arg, &container_of(i, struct live_container, link)->c);
}

uint64_t
store_next_number(struct store *s, const char *pipeline)
{
	return live_next_number(&s->live, pipeline);
}

struct index *
store_index(struct store *s, uint32_t index)
{
	return index < s->n_declared ? s->index[s->declared[index]].x : NULL;
}

bool
store_ended(struct store *s, const char *folder, const char *path,
    struct witness *w_r, uint8_t sha256_r[32])
{
	return ledger_ended(s->ledger, folder, path, w_r, sha256_r);
}

int
store_ledger_wait(struct store *s, struct err *e)
{
	return ledger_wait(s->ledger, e);
}

void
store_stats(const struct store *s, struct store_stats *r)
{
	memset(r, 0, sizeof *r);
	memcpy(r->outcomes, s->live.outcomes, sizeof r->outcomes);
	r->bytes_in = s->bytes_in;
	r->bytes_out = s->bytes_out;
	r->commits = s->commits;
	r->log_bytes = commitlog_end(s->log);
	r->unretired = map_count(s->live.unretired_map);
	for (size_t i = 0; i < s->n_indexes; i++) {
		if (s->index[i].x == NULL)
			continue;
		r->index_documents += index_documents(s->index[i].x);
		r->index_memory += index_memory(s->index[i].x);
	}
}
