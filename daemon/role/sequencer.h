/* sequencer.h - restores the order of claims, runs the commit phase, forms
 * batches.  Keeps no state beyond the batch under way. */
#ifndef LAVOIR_ROLE_SEQUENCER_H
#define LAVOIR_ROLE_SEQUENCER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "config/config.h"
#include "plugin/host.h"
#include "proc/chan.h"
#include "role/chain.h"
#include "role/declare.h"
#include "role/hits.h"
#include "role/page.h"
#include "role/sequence.h"
#include "store/batch.h"

/* One document of the batch: its node, and itself when it has a result. */
struct member {
	struct node *node;
	struct doc doc;
	struct doc_keys *keys; /* with numbers of the declarations */
	size_t n_keys;
	bool looked_up;
};

enum batch_state {
	BATCH_IDLE,
	BATCH_LOOKUP, /* waiting for B_HITS */
	BATCH_KEEP,   /* waiting for Q_KEPT */
	BATCH_COMMIT, /* waiting for B_COMMITTED */
};

struct worker_link {
	struct chan chan;
	uint32_t life;
	bool broken; /* what it sends is not read any more, only taken */
};

struct early;

struct sequencer {
	const struct config *config;
	const struct chain_set *set;
	const struct declarations *declarations;
	struct host_role role;
	struct host_chain **chain;
	struct page *page;
	struct page unshared; /* until there is one */
	struct chan supervisor, committer;
	struct worker_link **worker; /* by slot; NULL: none */
	size_t n_workers;
	struct early *early;   /* results that overtook their announcement */
	uint64_t *next_number; /* by pipeline */
	struct sequence sequence;
	size_t next_lane;

	/* The batch under way. */
	int state;
	size_t lane;
	struct arena *arena;
	struct member *member;
	size_t n_members, member_cap;
	struct hits_batch *hits;
	struct batch batch;
	bool stop;
};

int sequencer_new(struct sequencer **s_r, const struct config *c,
    const struct chain_set *set, struct err *e);
void sequencer_free(struct sequencer **s);

struct sequencer_fds {
	int supervisor, committer, spill;
	struct page *page;
};

/* Until the supervisor says stop, or one of the two others is gone. */
void sequencer_run(struct sequencer *s, const struct declarations *d,
    const struct sequencer_fds *fds);

/* ---- sequencer_worker.c ---- */

/* Q_WORKER, Q_SENT. */
void sequencer_add_worker(struct sequencer *s, struct frame *f);
void sequencer_look_for_result(struct sequencer *s, const struct frame *f);
/* False: there is no more for now. */
bool sequencer_read_worker(struct sequencer *s, size_t slot);
/* Results that overtook their announcement, once more; what still has none
 * stays only where one may yet be on its way. */
void sequencer_try_early(struct sequencer *s, bool keep);
void sequencer_free_workers(struct sequencer *s);

/* ---- sequencer_keep.c ---- */

/* Have the batch's failed children kept; false: it has none. */
bool sequencer_keep(struct sequencer *s);

/* ---- sequencer_batch.c ---- */

/* Begin a batch of the lane: take members, ask for hits or go on. */
void sequencer_begin(struct sequencer *s, size_t lane);
/* The hits are here (an empty answer when none were asked for). */
void sequencer_hits(struct sequencer *s, const void *ptr, size_t len);
/* Its failed children are kept: it goes to the committer. */
void sequencer_kept(struct sequencer *s);
void sequencer_committed(struct sequencer *s);

/* The chain cannot go on: tell the supervisor, do nothing more. */
void sequencer_fatal(struct sequencer *s, uint32_t pipeline, const char *text);
/* This document's commit cannot be done: tell why, and die of it. */
_Noreturn void sequencer_die(struct sequencer *s, uint64_t ticket,
    const struct err *why);

#endif
