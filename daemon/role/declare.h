/* declare.h - the indexes and series that all chains of a configuration
 * declared, under one numbering, and the lanes that follow from sharing them.
 *
 * Built in the zygote from the opened chains, told to the supervisor (lanes)
 * and the committer (what to open), and inherited by the sequencer (translation
 * of the chains' own numbers).
 */
#ifndef LAVOIR_ROLE_DECLARE_H
#define LAVOIR_ROLE_DECLARE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "config/config.h"
#include "plugin/host.h"
#include "store/index.h"
#include "store/series.h"

struct declared_pipeline {
	const char *name;
	uint32_t lane;
	/* From the numbers of the worker's and of the sequencer's chain. */
	uint32_t *worker_index, *sequencer_index, *sequencer_series;
	size_t n_worker_indexes, n_sequencer_indexes, n_sequencer_series;
};

struct declarations {
	struct arena *arena;
	struct declared_pipeline *pipeline;
	size_t n_pipelines;
	uint32_t n_lanes;
	struct index_params *index;
	size_t n_indexes;
	struct series_params *series;
	size_t n_series;
};

/* worker[i] and sequencer[i] are the chains of c->pipeline[i].  ERR_CONFIG when
 * two declarations of one index or one folder differ. */
int declarations_build(struct declarations **d_r, const struct config *c,
    struct host_chain *const *worker, struct host_chain *const *sequencer,
    struct err *e);
void declarations_free(struct declarations **d);

void declarations_pack(struct buf *b, const struct declarations *d);
/* ERR_PROTO when malformed, or when a series writes to a folder that is no
 * output of the configuration. */
int declarations_unpack(struct declarations **d_r, const void *ptr, size_t len,
    const struct config *c, struct err *e);

#endif
