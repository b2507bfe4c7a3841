/* store_commit.c - the one commit point.
 *
 * Order: records into the shards, shards synced, one log record written and
 * synced, and only then everything else.  What a cut leaves between these steps
 * is beyond the committed lengths, and recovery truncates it.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "store/store_private.h"

/* Snapshots come at idle; when there is no idle, late. */
enum { BUSY_FACTOR = 4 };

static int
apply_record(struct store *s, uint64_t position, struct err *e)
{
	const void *payload = commitlog_payload_ptr(s->log);
	size_t len = commitlog_payload_len(s->log);
	int rc = live_apply(&s->live, payload, len, e);

	if (rc == 0)
		rc = store_apply_keys(s, position, payload, len, e);
	if (rc < 0)
		panic("cannot apply what was just committed: %s", e->text);
	ledger_push(s->ledger, commitlog_end(s->log), payload, len);
	return 0;
}

/* The payload waits while the checkpoint of the new segment is written. */
static int
switch_segment(struct store *s, struct err *e)
{
	size_t len = commitlog_payload_len(s->log);
	void *payload = xmemdup(commitlog_payload_ptr(s->log), len);
	int rc;

	live_checkpoint(&s->live, commitlog_payload(s->log));
	rc = commitlog_switch(s->log, e);
	buf_append(commitlog_payload(s->log), payload, len);
	free(payload);
	return rc;
}

int
store_append(struct store *s, struct err *e)
{
	uint64_t position;
	int rc = 0;

	if (commitlog_full(s->log))
		rc = switch_segment(s, e);
	if (rc == 0)
		rc = commitlog_append(s->log, &position, e);
	if (rc == 0)
		return apply_record(s, position, e);
	return rc == ERR_NOSPACE ? rc : store_fail(s, e);
}

/* ---- the shards' part ---- */

static int
write_records(struct store *s, const struct batch *b, struct err *e)
{
	for (size_t i = 0; i < b->n_records; i++) {
		const struct batch_record *r = &b->record[i];
		struct store_series *x = s->series[r->series];

		x->touched = true;
		if (series_append(x->s, r->partition, r->ptr, r->len, e) < 0)
			return err_wrap(e, "series %s", x->p.folder);
	}
	for (size_t i = 0; i < s->n_series; i++)
		if (s->series[i]->touched &&
		    series_sync(s->series[i]->s, e) < 0)
			return err_wrap(e, "series %s", s->series[i]->p.folder);
	return 0;
}

/* The batch did not come about: take back what it wrote. */
static int
take_back(struct store *s, struct err *e)
{
	struct err again;

	if (e->code != ERR_NOSPACE && e->code != ERR_LIMIT)
		return store_fail(s, e);
	for (size_t i = 0; i < s->n_series; i++) {
		if (!s->series[i]->touched)
			continue;
		s->series[i]->touched = false;
		if (series_rollback(s->series[i]->s, &again) < 0) {
			*e = again;
			err_wrap(e, "roll back");
			return store_fail(s, e);
		}
	}
	return e->code;
}

static void
series_are_committed(struct store *s)
{
	for (size_t i = 0; i < s->n_series; i++) {
		if (s->series[i]->touched)
			series_committed(s->series[i]->s);
		s->series[i]->touched = false;
	}
}

/* ---- the record ---- */

static void
pack_series(const struct store *s, struct buf *out)
{
	const struct series_state *state;
	struct op_series op;
	size_t n;

	for (size_t i = 0; i < s->n_series; i++) {
		if (!s->series[i]->touched)
			continue;
		op.folder = s->series[i]->p.folder;
		op.suffix = s->series[i]->p.suffix;
		n = series_changed(s->series[i]->s, &state);
		for (size_t j = 0; j < n; j++) {
			op.state = state[j];
			if (op.state.partition == NULL)
				op.state.partition = "";
			op_pack_series(out, &op);
		}
	}
}

static void
pack_record(struct store *s, const struct batch *b, const char *const *last)
{
	struct buf *out = commitlog_payload(s->log);
	struct op_batch op = { s->live.batches + 1, b->lane, b->epoch, b->last,
		clock_wall_ns(), s->site };

	op_pack_batch(out, &op);
	buf_append(out, s->retired.ptr, s->retired.len);
	for (size_t i = 0; i < b->n_outcomes; i++)
		op_pack_outcome(out, &b->outcome[i]);
	for (size_t i = 0; i < b->n_keys; i++)
		op_pack_keys(out, b->keys[i].outcome,
		    s->declared[b->keys[i].index], &b->keys[i]);
	for (size_t i = 0; i < b->n_containers; i++) {
		struct op_container c = { b->container[i], last[i] };

		op_pack_container(out, &c);
	}
	pack_series(s, out);
}

static void
count(struct store *s, const struct batch *b)
{
	s->commits++;
	for (size_t i = 0; i < b->n_outcomes; i++) {
		s->bytes_in += b->outcome[i].bytes_in;
		s->bytes_out += b->outcome[i].bytes_out;
	}
}

static int
commit(struct store *s, const struct batch *b, const char *const *last,
    struct err *e)
{
	int rc = write_records(s, b, e);

	if (rc == 0) {
		pack_record(s, b, last);
		rc = store_append(s, e);
	}
	if (rc < 0)
		return take_back(s, e);
	series_are_committed(s);
	buf_reset(&s->retired, s->retired.cap);
	count(s, b);
	if (commitlog_end(s->log) - s->snapshot_at >
	    s->snapshot_bytes * BUSY_FACTOR)
		store_tidy(s, false);
	return 0;
}

int
store_commit(struct store *s, const struct batch *b, struct err *e)
{
	const char **last = NULL;
	int rc = store_usable(s, e);

	if (rc == 0)
		rc = ledger_check(s->ledger, e);
	if (rc < 0)
		return rc;
	last = xcalloc(b->n_containers + 1, sizeof *last);
	rc = store_check_batch(s, b, last, e);
	if (rc == 0)
		rc = commit(s, b, last, e);
	free(last);
	return rc;
}
