/* ledger.c - opening the ledger, and the queue before its thread. */
#include "store/ledger.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "store/ledger_private.h"

enum { QUEUE_MAX = 8 << 20, ASIDE_MAX = 1000 };

static uint64_t
source_hash(const char *folder, const char *path)
{
	return hash_chain(hash_bytes(folder, strlen(folder)), path,
	    strlen(path));
}

/* ---- opening ---- */

/* Out of the way, under a name that was not used before; the WAL goes along, so
 * that it is not taken for the new file's. */
static int
set_aside(const char *path, struct err *e)
{
	static const char *const suffix[] = { "", "-wal", "-shm" };
	char *target = NULL, *from, *to;
	int n;

	for (n = 1; n < ASIDE_MAX; n++) {
		target = xasprintf("%s.corrupt-%d", path, n);
		if (access(target, F_OK) != 0)
			break;
		free(target);
		target = NULL;
	}
	if (target == NULL)
		return err_set(e, ERR_IO, "%s: too many damaged copies", path);
	e->code = 0;
	for (size_t i = 0; i < 3 && e->code == 0; i++) {
		from = xasprintf("%s%s", path, suffix[i]);
		to = xasprintf("%s%s", target, suffix[i]);
		if (rename(from, to) < 0 && errno != ENOENT)
			err_sys(e, "rename %s", from);
		free(from);
		free(to);
	}
	free(target);
	return e->code;
}

static int
open_db(struct ledger *l, const struct ledger_options *o, uint64_t *position_r,
    struct err *e)
{
	int rc = ledger_db_open(&l->db, o->path, o->log_id, position_r, e);

	if (rc != ERR_CORRUPT)
		return rc;
	log_warn("%s; set aside and built anew from the log", e->text);
	rc = set_aside(o->path, e);
	if (rc == 0)
		rc = ledger_db_open(&l->db, o->path, o->log_id, position_r, e);
	return rc;
}

static int
check_position(const struct ledger_options *o, uint64_t *position,
    struct err *e)
{
	if (*position > o->log_end)
		return err_set(e, ERR_CORRUPT,
		    "the log ends at %" PRIu64
		    " but %s knows of commits up to %" PRIu64
		    ": the log has lost records",
		    o->log_end, o->path, *position);
	if (*position < o->log_first) {
		log_warn("ledger: the log no longer has what was before "
			 "%" PRIu64 ": older decisions are missing",
		    o->log_first);
		*position = o->log_first;
	}
	return 0;
}

static int
start_thread(struct ledger *l, struct err *e)
{
	sigset_t all, old;
	int error;

	/* Signals are for the thread that expects them. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	error = pthread_create(&l->thread, NULL, ledger_main, l);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (error != 0)
		return err_set(e, ERR_LIMIT, "ledger thread: %s",
		    strerror(error));
	return 0;
}

static void
init_sync(struct ledger *l)
{
	pthread_condattr_t attr;

	pthread_mutex_init(&l->mutex, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&l->work, &attr);
	pthread_cond_init(&l->done, &attr);
	pthread_condattr_destroy(&attr);
}

static void
fini(struct ledger **l)
{
	ledger_db_close(&(*l)->db);
	ledger_reader_free(&(*l)->reader);
	pthread_cond_destroy(&(*l)->work);
	pthread_cond_destroy(&(*l)->done);
	pthread_mutex_destroy(&(*l)->mutex);
	free((*l)->path);
	free(*l);
	*l = NULL;
}

int
ledger_open(struct ledger **l_r, const struct ledger_options *o,
    uint64_t *position_r, struct err *e)
{
	struct ledger *l = xcalloc(1, sizeof *l);
	int rc;

	l->path = xstrdup(o->path);
	l->queue_max = o->queue_max > 0 ? o->queue_max : QUEUE_MAX;
	l->last = &l->first;
	init_sync(l);
	rc = open_db(l, o, position_r, e);
	if (rc == 0)
		rc = check_position(o, position_r, e);
	if (rc == 0)
		rc = ledger_reader_open(&l->reader, o->path, e);
	if (rc == 0) {
		l->written = *position_r;
		l->pushed = *position_r;
		rc = start_thread(l, e);
	}
	if (rc < 0) {
		fini(&l);
		return rc;
	}
	*l_r = l;
	return 0;
}

void
ledger_free(struct ledger **l)
{
	if (*l == NULL)
		return;
	pthread_mutex_lock(&(*l)->mutex);
	(*l)->stop = true;
	pthread_cond_broadcast(&(*l)->work);
	pthread_mutex_unlock(&(*l)->mutex);
	pthread_join((*l)->thread, NULL);
	ledger_free_blocks((*l)->first);
	if ((*l)->failed.code == ERR_CORRUPT) {
		struct err e;

		ledger_reader_free(&(*l)->reader);
		ledger_db_close(&(*l)->db);
		if (set_aside((*l)->path, &e) < 0)
			log_warn("%s", e.text);
	}
	fini(l);
}

/* ---- the caller's side ---- */

static struct block *
block_new(uint64_t end, const void *payload, size_t len, size_t n_sources)
{
	struct block *b =
	    xcalloc(1, sizeof *b + n_sources * sizeof *b->source + len);

	b->end = end;
	b->source = (uint64_t *)(void *)(b + 1);
	b->payload = (uint8_t *)(b->source + n_sources);
	b->len = len;
	memcpy(b->payload, payload, len);
	return b;
}

/* Collect the sources that the block ends; returns how many outcomes it has. */
static size_t
note_sources(struct block *b, const void *payload, size_t len)
{
	struct outcome o;
	struct unpack u;
	struct err e;
	struct op op;
	size_t n = 0;

	unpack_init(&u, payload, len);
	while (op_next(&u, &op, &e) == 1) {
		if (op.type != OP_OUTCOME)
			continue;
		n++;
		if (b != NULL && op_read_outcome(&op, &o, &e) == 0 &&
		    o.child[0] == '\0')
			b->source[b->n_sources++] =
			    source_hash(o.folder, o.path);
	}
	return n;
}

void
ledger_push(struct ledger *l, uint64_t end, const void *payload, size_t len)
{
	size_t n = note_sources(NULL, payload, len);
	struct block *b;

	if (n == 0)
		len = 0;
	b = block_new(end, payload, len, n);
	note_sources(b, payload, len);
	l->pushed = end;
	pthread_mutex_lock(&l->mutex);
	while (l->queued > l->queue_max && l->failed.code == 0 && !l->full)
		pthread_cond_wait(&l->done, &l->mutex);
	if (l->failed.code == 0) {
		*l->last = b;
		l->last = &b->next;
		l->queued += len;
		b = NULL;
		pthread_cond_signal(&l->work);
	}
	pthread_mutex_unlock(&l->mutex);
	free(b);
}

int
ledger_check(struct ledger *l, struct err *e)
{
	int rc = 0;

	pthread_mutex_lock(&l->mutex);
	if (l->failed.code != 0) {
		*e = l->failed;
		rc = e->code;
	} else if (l->full && l->queued > l->queue_max) {
		rc = err_set(e, ERR_NOSPACE, "ledger: no space");
	}
	pthread_mutex_unlock(&l->mutex);
	return rc;
}

/* Under the mutex: until everything pushed is written. */
static int
wait_written(struct ledger *l, struct err *e)
{
	while (l->written < l->pushed && l->failed.code == 0 && !l->full) {
		l->waited = true;
		pthread_cond_signal(&l->work);
		pthread_cond_wait(&l->done, &l->mutex);
	}
	if (l->failed.code != 0)
		*e = l->failed;
	else if (l->written < l->pushed)
		err_set(e, ERR_NOSPACE, "ledger: no space");
	else
		return 0;
	return e->code;
}

int
ledger_wait(struct ledger *l, struct err *e)
{
	int rc;

	pthread_mutex_lock(&l->mutex);
	rc = wait_written(l, e);
	pthread_mutex_unlock(&l->mutex);
	return rc;
}

int
ledger_durable(struct ledger *l, uint64_t *position_r, struct err *e)
{
	int rc;

	pthread_mutex_lock(&l->mutex);
	l->checkpoint = true;
	pthread_cond_signal(&l->work);
	while (l->checkpoint && l->failed.code == 0 && !l->full)
		pthread_cond_wait(&l->done, &l->mutex);
	rc = wait_written(l, e);
	*position_r = l->durable;
	pthread_mutex_unlock(&l->mutex);
	return rc;
}

int
ledger_count(struct ledger *l, uint64_t counts[OUTCOME_CONTAINER + 1],
    struct err *e)
{
	int rc = ledger_wait(l, e);

	return rc < 0 ? rc : ledger_counts(l->reader, counts, e);
}

static bool
among(const struct block *b, uint64_t hash)
{
	for (; b != NULL; b = b->next)
		for (size_t i = 0; i < b->n_sources; i++)
			if (b->source[i] == hash)
				return true;
	return false;
}

bool
ledger_ended(struct ledger *l, const char *folder, const char *path,
    struct witness *w_r, uint8_t sha256_r[32])
{
	uint64_t hash = source_hash(folder, path);
	struct err e;
	int rc;

	pthread_mutex_lock(&l->mutex);
	if (among(l->taken, hash) || among(l->first, hash))
		wait_written(l, &e);
	pthread_mutex_unlock(&l->mutex);
	rc = ledger_find_source(l->reader, folder, path, w_r, sha256_r, &e);
	if (rc < 0)
		log_warn("%s", e.text);
	return rc == 1;
}
