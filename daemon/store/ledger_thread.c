/* ledger_thread.c - the thread that writes the ledger. */
#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "store/ledger_private.h"

enum {
	/* Nobody waits for rows: gather them, a transaction has its price. */
	LINGER_BYTES = 256 << 10,
	LINGER_MS = 200,
	FULL_DISK_MS = 1000,
};

static void
deadline_in(struct timespec *t, int ms)
{
	clock_gettime(CLOCK_MONOTONIC, t);
	t->tv_nsec += (long)ms * 1000000;
	t->tv_sec += t->tv_nsec / 1000000000;
	t->tv_nsec %= 1000000000;
}

static int
write_block(struct ledger_db *d, const struct block *b, struct err *e)
{
	struct op_batch batch = { .site = "" };
	struct outcome o;
	struct unpack u;
	struct op op;
	int rc;

	unpack_init(&u, b->payload, b->len);
	while ((rc = op_next(&u, &op, e)) == 1) {
		if (op.type == OP_BATCH)
			rc = op_read_batch(&op, &batch, e);
		else if (op.type == OP_OUTCOME &&
		    (rc = op_read_outcome(&op, &o, e)) == 0)
			rc = ledger_db_insert(d, &batch, &o, e);
		if (rc < 0)
			break;
	}
	return rc;
}

static int
write_blocks(struct ledger_db *d, const struct block *b, uint64_t *end_r,
    struct err *e)
{
	int rc = ledger_db_begin(d, e);

	for (; rc == 0 && b != NULL; b = b->next) {
		rc = write_block(d, b, e);
		*end_r = b->end;
	}
	if (rc == 0)
		rc = ledger_db_commit(d, *end_r, e);
	if (rc < 0)
		ledger_db_rollback(d);
	return rc;
}

/* Wait for work, under the mutex; false at the end. */
static bool
wait_for_work(struct ledger *l)
{
	struct timespec until;

	while (!l->stop && l->first == NULL && !l->checkpoint)
		pthread_cond_wait(&l->work, &l->mutex);
	deadline_in(&until, LINGER_MS);
	while (!l->stop && !l->waited && !l->checkpoint &&
	    l->queued < LINGER_BYTES && l->queued < l->queue_max / 2)
		if (pthread_cond_timedwait(&l->work, &l->mutex, &until) != 0)
			break;
	return !l->stop;
}

/* Under the mutex: what was taken did not get in. */
static void
write_failed(struct ledger *l, struct block *taken, struct err *e)
{
	struct block **end = &taken;
	struct timespec until;

	while (*end != NULL)
		end = &(*end)->next;
	if (l->first == NULL)
		l->last = end;
	*end = l->first;
	l->first = taken;
	if (e->code != ERR_NOSPACE && e->code != ERR_BUSY) {
		l->failed = *e;
		log_error("%s; it stands still until the next start", e->text);
		return;
	}
	if (!l->full)
		log_warn("%s; trying again", e->text);
	l->full = true;
	deadline_in(&until, FULL_DISK_MS);
	pthread_cond_broadcast(&l->done);
	while (!l->stop &&
	    pthread_cond_timedwait(&l->work, &l->mutex, &until) == 0)
		;
}

void
ledger_free_blocks(struct block *b)
{
	struct block *next;

	for (; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
}

static size_t
blocks_size(const struct block *b)
{
	size_t size = 0;

	for (; b != NULL; b = b->next)
		size += b->len;
	return size;
}

/* One round, entered and left with the mutex. */
static void
work_once(struct ledger *l)
{
	struct block *taken = l->first;
	bool checkpoint = l->checkpoint;
	uint64_t end = l->written;
	struct err e = { 0 }, late = { 0 };
	int rc = 0;

	l->taken = taken;
	l->first = NULL;
	l->last = &l->first;
	pthread_mutex_unlock(&l->mutex);
	if (taken != NULL)
		rc = write_blocks(&l->db, taken, &end, &e);
	if (rc == 0 && checkpoint && ledger_db_checkpoint(&l->db, &late) < 0)
		log_debug("%s", late.text);
	pthread_mutex_lock(&l->mutex);
	l->taken = NULL;
	if (rc < 0) {
		write_failed(l, taken, &e);
		return;
	}
	l->full = false;
	l->written = end;
	l->queued -= blocks_size(taken);
	if (checkpoint) {
		if (late.code == 0)
			l->durable = end;
		l->checkpoint = false;
	}
	if (l->first == NULL)
		l->waited = false;
	pthread_cond_broadcast(&l->done);
	ledger_free_blocks(taken);
}

void *
ledger_main(void *arg)
{
	struct ledger *l = arg;

	pthread_mutex_lock(&l->mutex);
	while (l->failed.code == 0 && wait_for_work(l))
		work_once(l);
	pthread_cond_broadcast(&l->done);
	pthread_mutex_unlock(&l->mutex);
	return NULL;
}
