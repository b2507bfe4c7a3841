/* store_tidy.c - snapshots of the indexes, and removal of what they make
 * needless.
 *
 * Failures here cost time at the next start, never data: they are logged.
 */
#include <inttypes.h>
#include <string.h>

#include "base/log.h"
#include "store/store_private.h"

static void
snapshot(struct store *s)
{
	uint64_t end = commitlog_end(s->log);
	struct err e;

	for (size_t i = 0; i < s->n_indexes; i++)
		if (s->index[i].x != NULL &&
		    index_snapshot(s->index[i].x, end, &e) < 0)
			log_warn("snapshot of index %s: %s",
			    s->live.index[i].name, e.text);
	s->snapshot_at = end;
}

/* What all indexes have durably passed.  One that is not declared in this life
 * cannot be asked and may be declared again: it keeps the log. */
static uint64_t
indexes_covered(struct store *s)
{
	uint64_t covered = commitlog_end(s->log), one;

	for (size_t i = 0; i < s->n_indexes; i++) {
		one = s->index[i].x != NULL ? index_covered(s->index[i].x) : 0;
		/* It needs nothing from before it was declared. */
		if (one < s->live.index[i].since)
			one = s->live.index[i].since;
		if (one < covered)
			covered = one;
	}
	return covered;
}

/* Does the ledger have every end that was ever committed? */
static bool
ledger_complete(struct store *s, struct err *e)
{
	uint64_t counts[OUTCOME_CONTAINER + 1];

	if (ledger_count(s->ledger, counts, e) < 0)
		return false;
	for (int i = OUTCOME_EXPORTED; i <= OUTCOME_CONTAINER; i++)
		if (counts[i] != s->live.outcomes[i]) {
			err_set(e, ERR_CORRUPT,
			    "ledger has %" PRIu64 " %s, "
			    "not %" PRIu64,
			    counts[i], outcome_kind_name(i),
			    s->live.outcomes[i]);
			return false;
		}
	return true;
}

static void
remove_segments(struct store *s)
{
	uint64_t covered = indexes_covered(s), position = 0;
	struct err e;

	if (!commitlog_removable(s->log, covered))
		return;
	if (ledger_durable(s->ledger, &position, &e) < 0 ||
	    !ledger_complete(s, &e)) {
		if (!s->told_kept)
			log_warn("log is kept whole: %s", e.text);
		s->told_kept = true;
		return;
	}
	if (position < covered)
		covered = position;
	if (commitlog_remove_before(s->log, covered, &e) < 0)
		log_warn("remove old log: %s", e.text);
}

void
store_tidy(struct store *s, bool all)
{
	uint64_t since = commitlog_end(s->log) - s->snapshot_at;

	if (since >= s->snapshot_bytes || (all && since > 0))
		snapshot(s);
	if (!s->keep_log)
		remove_segments(s);
}
