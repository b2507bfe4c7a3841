/* store_replay.c - recovery: from the log to the live state and the views. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "store/store_private.h"

enum { SEGMENT_SIZE = 64 << 20, SEGMENT_MIN = 4096 };

static int
replay_live(void *arg, const struct commitlog_record *r, struct err *e)
{
	struct store *s = arg;

	if (live_apply(&s->live, r->payload, r->len, e) < 0)
		return err_wrap(e, "log position %" PRIu64, r->position);
	return 0;
}

static int
begin_log(struct store *s, const char *boot_id, struct err *e)
{
	if (getrandom(s->live.id, sizeof s->live.id, 0) !=
	    (ssize_t)sizeof s->live.id)
		return err_sys(e, "random numbers");
	s->live.boot = 1;
	s->live.boot_id = xstrdup(boot_id != NULL ? boot_id : "");
	live_checkpoint(&s->live, commitlog_payload(s->log));
	return commitlog_switch(s->log, e);
}

/* A new boot is a record of its own: what was committed before it knows that
 * the machine went down since. */
static int
note_boot(struct store *s, const char *boot_id, struct err *e)
{
	struct buf *out;
	size_t at;
	int rc;

	if (boot_id == NULL)
		boot_id = "";
	if (s->live.boot_id != NULL && strcmp(s->live.boot_id, boot_id) == 0)
		return 0;
	out = commitlog_payload(s->log);
	at = op_begin(out, OP_BOOT);
	pack_u64(out, s->live.boot + 1);
	pack_str(out, boot_id);
	op_end(out, at);
	rc = commitlog_append(s->log, NULL, e);
	if (rc < 0)
		return rc;
	return live_apply(&s->live, commitlog_payload_ptr(s->log),
	    commitlog_payload_len(s->log), e);
}

static int
recover_live(struct store *s, const struct store_options *o, struct err *e)
{
	if (commitlog_empty(s->log))
		return begin_log(s, o->boot_id, e);
	return commitlog_walk(s->log, commitlog_newest(s->log), replay_live, s,
	    e);
}

static int
replay_ledger(void *arg, const struct commitlog_record *r, struct err *e)
{
	struct store *s = arg;

	(void)e;
	ledger_push(s->ledger, r->end, r->payload, r->len);
	return 0;
}

static int
open_ledger(struct store *s, uint64_t *position_r, struct err *e)
{
	char *path = fs_join(s->folder, "ledger.sqlite");
	struct ledger_options o = {
		.path = path,
		.log_id = s->live.id,
		.log_first = commitlog_first(s->log),
		.log_end = commitlog_end(s->log),
	};
	int rc = ledger_open(&s->ledger, &o, position_r, e);

	free(path);
	return rc;
}

int
store_recover(struct store *s, const struct store_options *o, struct err *e)
{
	uint64_t size = o->segment_size > 0 ? o->segment_size : SEGMENT_SIZE;
	uint64_t position = 0;
	int rc;

	if (size < SEGMENT_MIN)
		size = SEGMENT_MIN;
	rc = commitlog_open(&s->log, s->log_fd, size, e);
	if (rc == 0)
		rc = recover_live(s, o, e);
	/* The ledger may know that the tail was committed: then it stays. */
	if (rc == 0)
		rc = open_ledger(s, &position, e);
	if (rc == 0)
		rc = commitlog_cut(s->log, e);
	if (rc == 0)
		rc = note_boot(s, o->boot_id, e);
	if (rc == 0)
		rc = commitlog_walk(s->log, position, replay_ledger, s, e);
	if (rc < 0)
		return rc;
	s->n_indexes = s->live.n_indexes;
	s->index = xcalloc(s->n_indexes + 1, sizeof *s->index);
	s->snapshot_at = commitlog_end(s->log);
	return 0;
}

/* ---- keys ---- */

static void
add_keys(struct store *s, const struct op_batch *b, const struct outcome *o,
    const struct op_keys *k)
{
	char id[OUTCOME_ID_SIZE];
	uint64_t small[64], *key = small;

	if (k->n > sizeof small / sizeof small[0])
		key = xcalloc(k->n, sizeof *key);
	memcpy(key, k->key, (size_t)k->n * sizeof *key);
	outcome_id(id, b->site, o->pipeline, o->number, o->child);
	index_add(s->index[k->index].x, id, key, k->n,
	    k->sketch_size > 0 ? k->sketch : NULL);
	if (key != small)
		free(key);
}

/* Outcomes of a record, read when keys ask for them: keys come in their order,
 * mostly. */
struct outcomes {
	struct unpack u; /* from the next outcome on */
	uint32_t next;
	struct outcome o; /* number next - 1 */
	const void *payload;
	size_t len;
};

static int
seek_outcome(struct outcomes *x, uint32_t wanted, struct err *e)
{
	struct op op;
	int rc;

	if (wanted + 1 < x->next) {
		unpack_init(&x->u, x->payload, x->len);
		x->next = 0;
	}
	while (x->next <= wanted) {
		rc = op_next(&x->u, &op, e);
		if (rc == 0)
			rc = err_set(e, ERR_CORRUPT,
			    "keys of outcome %" PRIu32 " of %" PRIu32, wanted,
			    x->next);
		if (rc < 0)
			return rc;
		if (op.type == OP_OUTCOME && x->next++ == wanted &&
		    op_read_outcome(&op, &x->o, e) < 0)
			return e->code;
	}
	return 0;
}

int
store_apply_keys(struct store *s, uint64_t position, const void *payload,
    size_t len, struct err *e)
{
	struct outcomes x = { .payload = payload, .len = len };
	struct op_batch batch = { .site = "" };
	struct op_keys k;
	struct unpack u;
	struct op op;
	int rc;

	unpack_init(&u, payload, len);
	unpack_init(&x.u, payload, len);
	while ((rc = op_next(&u, &op, e)) == 1) {
		if (op.type == OP_BATCH)
			rc = op_read_batch(&op, &batch, e);
		if (op.type != OP_KEYS || rc < 0)
			continue;
		rc = op_read_keys(&op, &k, e);
		if (rc < 0)
			break;
		if (k.index >= s->n_indexes || s->index[k.index].x == NULL ||
		    position < s->index[k.index].position)
			continue;
		rc = seek_outcome(&x, k.outcome, e);
		if (rc < 0)
			break;
		add_keys(s, &batch, &x.o, &k);
	}
	return rc;
}

static int
replay_keys(void *arg, const struct commitlog_record *r, struct err *e)
{
	if (store_apply_keys(arg, r->position, r->payload, r->len, e) < 0)
		return err_wrap(e, "log position %" PRIu64, r->position);
	return 0;
}

int
store_replay_keys(struct store *s, uint64_t from, struct err *e)
{
	return commitlog_walk(s->log, from, replay_keys, s, e);
}
