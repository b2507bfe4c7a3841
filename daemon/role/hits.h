/* hits.h - which earlier documents share keys with one: those committed before,
 * as the committer says, then those of the same batch. */
#ifndef LAVOIR_ROLE_HITS_H
#define LAVOIR_ROLE_HITS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/pack.h"
#include "model/doc.h"

/* Documents of the batch that ended exported, by key. */
struct hits_batch;

struct hits_batch *hits_batch_new(void);
void hits_batch_free(struct hits_batch **b);
void hits_batch_reset(struct hits_batch *b);

/* keys->index is a number of the declarations here. id and sketch stay valid
 * until the reset. */
void hits_batch_add(struct hits_batch *b, const struct doc_keys *keys,
    struct lavoir_str id);

/* Read the committer's answer for one set of keys, put the batch's own behind
 * it: *h_r, in arena a.  ERR_PROTO, ERR_NOMEM. */
int hits_gather(const struct hits_batch *b, const struct doc_keys *keys,
    struct unpack *answer, struct arena *a, struct doc_hits *h_r,
    struct err *e);

#endif
