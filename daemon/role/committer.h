/* committer.h - the committer's parts: committer.c (life, recovery, the
 * supervisor) and committer_batch.c (the sequencer: look-ups, batches). */
#ifndef LAVOIR_ROLE_COMMITTER_H
#define LAVOIR_ROLE_COMMITTER_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config.h"
#include "proc/chan.h"
#include "role/declare.h"
#include "store/store.h"

enum { COMMITTER_RETRY_MS = 1000 };

struct committer {
	bool in_process;
	struct chan supervisor, sequencer;
	struct config *config;
	struct declarations *declarations;
	struct store *store;
	uint64_t epoch;
	struct batch batch;
	/* A batch that cannot be written now (no space): tried again. */
	uint8_t *held;
	size_t held_len;
	uint64_t retry_at_ms;
	bool dirty; /* something was committed since store_idle() */
	bool stop;
};

/* The store is unusable: end, and recover in a new process. */
_Noreturn void committer_give_up(const struct err *e);
/* Send the supervisor what was queued. */
void committer_flush(struct committer *c);
void committer_pack_levels(struct buf *b, const struct batch_container *k);

/* ---- committer_batch.c ---- */
void committer_open_epoch(struct committer *c, struct frame *f);
void committer_close_epoch(struct committer *c, const struct frame *f);
void committer_read_sequencer(struct committer *c);
/* The batch that could not be written, once more. */
void committer_retry(struct committer *c);

#endif
