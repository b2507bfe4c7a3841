/* fsck.c - log, views and shards checked against each other.
 *
 * The log is read from its first record.  Replay must arrive at every
 * checkpoint with the same bytes; what it arrives at in the end is what the
 * rest is measured by.
 */
#include "store/fsck.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/xalloc.h"
#include "store/commitlog.h"
#include "store/index.h"
#include "store/ledger.h"
#include "store/live.h"
#include "store/series_name.h"

enum { TEXT_MAX = 1024 };

struct fsck {
	const char *folder;
	fsck_fn *report;
	void *arg;
	struct fsck_totals *totals;

	struct commitlog *log;
	struct live live;
	bool begun; /* the first checkpoint was applied */

	struct ledger_reader *ledger;
	uint64_t ledger_at; /* position; and the counters of the log there: */
	bool ledger_met;
	uint64_t ledger_outcomes[OUTCOME_CONTAINER + 1];
};

static void __attribute__((format(printf, 3, 4)))
tell(struct fsck *f, enum fsck_severity severity, const char *format, ...)
{
	char text[TEXT_MAX];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	f->totals->warnings += severity == FSCK_WARN;
	f->totals->errors += severity == FSCK_ERROR;
	f->report(f->arg, severity, text);
}

/* ---- shards ---- */

/* -1 when it is not there. */
static int64_t
size_of(const char *folder, const char *partition, const struct series_name *n,
    const char *suffix)
{
	char name[SERIES_NAME_SIZE];
	struct stat st;
	char *path;
	int rc;

	series_name_format(name, n, suffix);
	path = xasprintf("%s/%s%s%s", folder, partition,
	    partition[0] != '\0' ? "/" : "", name);
	rc = stat(path, &st);
	free(path);
	return rc < 0 ? -1 : (int64_t)st.st_size;
}

/* Tails form a chain: whole frames that are still being compressed, and the
 * open one. */
static void
check_tail(struct fsck *f, const struct live_series *s,
    const struct series_state *row)
{
	struct series_name n = { SERIES_TAIL, row->file, row->codec,
		row->tail };
	int64_t size;

	if (row->codec == SERIES_PLAIN)
		return;
	while (n.offset < row->plain) {
		size = size_of(s->folder, row->partition, &n, s->suffix);
		if (size <= 0)
			break;
		n.offset += (uint64_t)size;
	}
	if (n.offset < row->plain)
		tell(f, FSCK_ERROR,
		    "%s/%s: tail of file %" PRIu64 " has %" PRIu64
		    " of %" PRIu64 " committed bytes",
		    s->folder, row->partition, row->file, n.offset - row->tail,
		    row->plain - row->tail);
}

/* closed: a later file follows; readers may have taken it away. */
static void
check_shard(struct fsck *f, const struct live_series *s,
    const struct series_state *row, bool closed)
{
	struct series_name n = { SERIES_SHARD, row->file, row->codec, 0 };
	int64_t size;

	if (row->file == 0)
		return;
	f->totals->shards++;
	size = size_of(s->folder, row->partition, &n, s->suffix);
	if (size < 0) {
		/* Committed a moment before it was to be named. */
		n.kind = SERIES_NEW;
		size = size_of(s->folder, row->partition, &n, s->suffix);
	}
	if (size < 0 && closed)
		tell(f, FSCK_WARN, "%s/%s: file %" PRIu64 " is gone", s->folder,
		    row->partition, row->file);
	else if (size < 0 ? row->length > 0 : (uint64_t)size < row->length)
		tell(f, FSCK_ERROR,
		    "%s/%s: file %" PRIu64 " has %" PRId64 " of %" PRIu64
		    " committed bytes",
		    s->folder, row->partition, row->file, size < 0 ? 0 : size,
		    row->length);
	else if (!closed && size > (int64_t)row->length &&
	    row->codec == SERIES_PLAIN)
		tell(f, FSCK_INFO,
		    "%s/%s: file %" PRIu64 " has %" PRIu64
		    " bytes more than committed: recovery will cut them",
		    s->folder, row->partition, row->file,
		    (uint64_t)size - row->length);
	if (!closed)
		check_tail(f, s, row);
}

static void
check_all_shards(struct fsck *f)
{
	const struct live_series *s;
	const void *key;
	size_t at = 0, len;

	while ((s = map_next(f->live.series, &at, &key, &len)) != NULL)
		for (size_t i = 0; i < s->n_rows; i++)
			check_shard(f, s, &s->row[i], false);
}

/* A row goes on in another file: look at the one that it leaves. */
static void
check_left_shards(struct fsck *f, const struct commitlog_record *r)
{
	const struct live_series *s;
	struct op_series p;
	struct unpack u;
	struct op op;
	struct err e;
	const struct series_state *row;

	unpack_init(&u, r->payload, r->len);
	while (op_next(&u, &op, &e) == 1) {
		if (op.type != OP_SERIES || op_read_series(&op, &p, &e) < 0)
			continue;
		s = live_find_series(&f->live, p.folder, p.suffix);
		if (s == NULL)
			continue;
		row = live_find_row(s, p.state.partition);
		if (row != NULL && row->file != p.state.file)
			check_shard(f, s, row, true);
	}
}

/* ---- log ---- */

static void
check_checkpoint(struct fsck *f, const struct commitlog_record *r)
{
	struct buf b = { 0 };

	live_checkpoint(&f->live, &b);
	if (b.len != r->len || memcmp(b.ptr, r->payload, r->len) != 0)
		tell(f, FSCK_ERROR,
		    "log position %" PRIu64 ": checkpoint is not"
		    " what the records before it lead to",
		    r->position);
	buf_fini(&b);
}

static void
meet_ledger(struct fsck *f, uint64_t position)
{
	if (position != f->ledger_at || f->ledger_met)
		return;
	f->ledger_met = true;
	memcpy(f->ledger_outcomes, f->live.outcomes, sizeof f->ledger_outcomes);
}

static int
check_record(void *arg, const struct commitlog_record *r, struct err *e)
{
	struct fsck *f = arg;

	f->totals->records++;
	if (!f->begun)
		meet_ledger(f, r->position);
	if (r->checkpoint && f->begun) {
		check_checkpoint(f, r);
	} else {
		check_left_shards(f, r);
		if (live_apply(&f->live, r->payload, r->len, e) < 0)
			return err_wrap(e, "log position %" PRIu64,
			    r->position);
	}
	f->begun = true;
	meet_ledger(f, r->end);
	return 0;
}

static int
check_log(struct fsck *f, int fd, struct err *e)
{
	uint64_t cut;
	int rc = commitlog_open_readonly(&f->log, fd, &cut, e);

	if (rc < 0)
		return rc;
	f->totals->segments = commitlog_segments(f->log);
	if (commitlog_empty(f->log))
		return err_set(e, ERR_CORRUPT, "log has no segment");
	if (cut > 0)
		tell(f, FSCK_INFO,
		    "log: %" PRIu64 " bytes of a commit that did"
		    " not come about: recovery will cut them",
		    cut);
	return commitlog_walk(f->log, commitlog_first(f->log), check_record, f,
	    e);
}

/* ---- views ---- */

static void
open_ledger(struct fsck *f, const char *path)
{
	uint8_t id[LIVE_ID_SIZE];
	struct err e;

	f->ledger_at = UINT64_MAX;
	if (ledger_reader_open(&f->ledger, path, &e) < 0 ||
	    ledger_reader_state(f->ledger, id, &f->ledger_at, &e) < 0) {
		tell(f, FSCK_WARN, "%s: the next start builds it anew", e.text);
		ledger_reader_free(&f->ledger);
	}
}

static void
check_counts(struct fsck *f)
{
	uint64_t counts[OUTCOME_CONTAINER + 1];
	struct err e;

	if (ledger_counts(f->ledger, counts, &e) < 0) {
		tell(f, FSCK_WARN, "%s", e.text);
		return;
	}
	for (int i = OUTCOME_EXPORTED; i <= OUTCOME_CONTAINER; i++)
		if (counts[i] != f->ledger_outcomes[i])
			tell(f, FSCK_WARN,
			    "ledger: %" PRIu64 " %s, the log has"
			    " %" PRIu64,
			    counts[i], outcome_kind_name(i),
			    f->ledger_outcomes[i]);
}

static void
check_ledger(struct fsck *f)
{
	uint64_t position, end = commitlog_end(f->log);
	uint8_t id[LIVE_ID_SIZE];
	struct err e;

	if (f->ledger == NULL)
		return;
	if (ledger_reader_check(f->ledger, &e) < 0) {
		tell(f, FSCK_WARN, "%s", e.text);
		return;
	}
	if (ledger_reader_state(f->ledger, id, &position, &e) < 0)
		tell(f, FSCK_WARN, "%s", e.text);
	else if (memcmp(id, f->live.id, sizeof id) != 0)
		tell(f, FSCK_WARN,
		    "ledger belongs to another log: the next"
		    " start builds it anew");
	else if (f->ledger_at > end)
		tell(f, FSCK_ERROR,
		    "ledger knows of commits up to %" PRIu64
		    ", the log ends at %" PRIu64,
		    f->ledger_at, end);
	else if (!f->ledger_met)
		tell(f, FSCK_WARN,
		    "ledger: position %" PRIu64 " begins no record",
		    f->ledger_at);
	else
		check_counts(f);
}

static void
check_index(struct fsck *f, int fd, const struct live_index *v)
{
	struct index_params p = { v->name, v->params, v->keys_max,
		v->sketch_size };
	uint64_t position = 0, needs;
	struct index *x = NULL;
	struct err e;

	if (index_open(&x, fd, &p, &position, &e) < 0) {
		tell(f, FSCK_WARN, "index %s: %s", v->name, e.text);
		return;
	}
	needs = position > v->since ? position : v->since;
	if (position > commitlog_end(f->log))
		tell(f, FSCK_ERROR,
		    "index %s covers the log up to %" PRIu64
		    ", which ends at %" PRIu64,
		    v->name, position, commitlog_end(f->log));
	else if (needs < commitlog_first(f->log))
		tell(f, FSCK_ERROR,
		    "index %s needs the log from %" PRIu64
		    ", which begins at %" PRIu64,
		    v->name, needs, commitlog_first(f->log));
	else
		tell(f, FSCK_INFO,
		    "index %s: snapshot of %" PRIu64
		    " documents up to %" PRIu64,
		    v->name, index_documents(x), position);
	index_free(&x);
}

static void
check_indexes(struct fsck *f, int dir_fd)
{
	struct err e;
	int fd = fs_open_dir(dir_fd, "index", &e);

	if (fd < 0)
		tell(f, FSCK_WARN, "%s", e.text);
	for (size_t i = 0; fd >= 0 && i < f->live.n_indexes; i++)
		check_index(f, fd, &f->live.index[i]);
	fs_close(&fd);
}

static void
check_store(struct fsck *f, int dir_fd, int log_fd)
{
	char *ledger = fs_join(f->folder, "ledger.sqlite");
	struct err e;
	int rc;

	open_ledger(f, ledger);
	rc = check_log(f, log_fd, &e);
	if (rc < 0) {
		/* Nothing to measure the rest by. */
		tell(f, FSCK_ERROR, "%s", e.text);
	} else {
		check_all_shards(f);
		check_ledger(f);
		check_indexes(f, dir_fd);
		f->totals->outcomes = live_total(&f->live);
	}
	free(ledger);
}

int
fsck_store(const char *folder, fsck_fn *report, void *arg,
    struct fsck_totals *totals_r, struct err *e)
{
	struct fsck f = { .folder = folder,
		.report = report,
		.arg = arg,
		.totals = totals_r };
	int log_fd = -1, dir_fd = fs_open_dir(AT_FDCWD, folder, e);
	int rc = dir_fd < 0 ? dir_fd : 0;

	memset(totals_r, 0, sizeof *totals_r);
	if (rc == 0) {
		log_fd = fs_open_dir(dir_fd, "log", e);
		rc = log_fd < 0 ? log_fd : 0;
	}
	if (rc == 0) {
		live_init(&f.live);
		check_store(&f, dir_fd, log_fd);
		live_fini(&f.live);
	}
	ledger_reader_free(&f.ledger);
	commitlog_free(&f.log);
	fs_close(&log_fd);
	fs_close(&dir_fd);
	return rc;
}
