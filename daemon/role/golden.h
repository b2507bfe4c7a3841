/* golden.h - a sandbox that is too tight corrupts silently: a library that
 * cannot load a table returns less text and no error.  So every worker passes a
 * known document through every chain inside its lock, and what comes out must
 * be what came out of an unlocked process.
 */
#ifndef LAVOIR_ROLE_GOLDEN_H
#define LAVOIR_ROLE_GOLDEN_H

#include <stdint.h>

#include "base/err.h"
#include "role/worker.h"

/* In the zygote: run the document in an unlocked child, twice.  expected_r has
 * a place for every pipeline: a fingerprint of the result, or 0 where there is
 * none to compare with (the chain died, hung, or is not deterministic). */
void golden_expect(struct worker *w, uint64_t *expected_r);

/* In a locked worker, before its first ticket: ERR_UNSUPPORTED names the
 * pipeline whose result is another one. */
int golden_check(struct worker *w, const uint64_t *expected, struct err *e);

#endif
