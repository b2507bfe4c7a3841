/* ledger_private.h - what ledger.c and ledger_thread.c share. */
#ifndef LAVOIR_STORE_LEDGER_PRIVATE_H
#define LAVOIR_STORE_LEDGER_PRIVATE_H

#include <pthread.h>

#include "store/ledger.h"
#include "store/ledger_db.h"

/* One log record. */
struct block {
	struct block *next;
	uint64_t end;
	uint8_t *payload; /* behind the struct */
	size_t len;
	size_t n_sources;
	uint64_t *source; /* hashes of folder and path of those that ended */
};

struct ledger {
	struct ledger_db db;	      /* the thread's own */
	struct ledger_reader *reader; /* the caller's own */
	char *path;
	size_t queue_max;
	uint64_t pushed; /* the caller's own */

	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t work; /* for the thread */
	pthread_cond_t done; /* for the caller */
	/* What follows is under the mutex. */
	struct block *first, **last;
	struct block *taken; /* being written */
	size_t queued;	     /* bytes, with those being written */
	uint64_t written;
	uint64_t durable;
	bool waited; /* somebody waits: do not linger */
	bool checkpoint;
	bool stop;
	bool full;	   /* the disk */
	struct err failed; /* code 0: it works */
};

/* The thread: writes what is queued until it is told to stop, or fails. */
void *ledger_main(void *arg);
void ledger_free_blocks(struct block *b);

#endif
