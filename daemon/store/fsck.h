/* fsck.h - log, views and shards checked against each other, without changing
 * anything.
 *
 * For a store that nobody has open; while a daemon works on it, findings about
 * the newest records may be passing ones.
 */
#ifndef LAVOIR_STORE_FSCK_H
#define LAVOIR_STORE_FSCK_H

#include <stdint.h>

#include "base/err.h"

enum fsck_severity {
	FSCK_INFO,  /* what was looked at; what recovery will tidy up */
	FSCK_WARN,  /* a view that will be rebuilt */
	FSCK_ERROR, /* committed bytes are missing or changed */
};

typedef void fsck_fn(void *arg, enum fsck_severity severity, const char *text);

struct fsck_totals {
	uint64_t segments, records, outcomes;
	uint64_t shards;
	unsigned warnings, errors;
};

/* Check the store in folder; report is called for each finding.  0 when the
 * check could be made, whatever it found: see totals_r. */
int fsck_store(const char *folder, fsck_fn *report, void *arg,
    struct fsck_totals *totals_r, struct err *e);

#endif
