/* series_row.h - one row of shards: the files of a series in one folder.
 *
 * A row stages records in memory, writes them behind what is committed, and
 * knows three states: now (staged), synced (on the disk), committed (in the
 * log).  series_row.c moves forward; series_load.c goes (back) to a committed
 * state, at open and after a failure alike.
 *
 * A new shard is made under a hidden name and gets its own when the commit that
 * names it is durable.  So nothing that was never committed can be mistaken for
 * output, and no output can be mistaken for a leftover.
 */
#ifndef LAVOIR_STORE_SERIES_ROW_H
#define LAVOIR_STORE_SERIES_ROW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/list.h"
#include "store/series.h"
#include "store/series_frame.h"

/* What the rows of a series share. */
struct row_env {
	struct series_params params;
	struct press *press;
	int dirfd;	   /* of the series' folder */
	struct list awake; /* rows with open descriptors, the idlest first */
	size_t n_awake;
};

struct row {
	struct list link; /* of the series' active rows */
	struct list awake;
	struct row_env *env;
	char *partition;
	int dirfd; /* -1: asleep, no descriptor is open */
	int fd;	   /* of the open shard, or -1 */

	/* Now.  now.tail is not kept: see row_tail(). */
	struct series_state now, synced, given, committed;
	struct list frames; /* of the open shard, not committed or not whole */
	struct list gone;   /* of shards finished since the last commit */
	struct buf staged;  /* the last bytes of the open frame, or plain shard
			     */
	uint64_t fresh;	    /* the first shard under its hidden name; 0: none */
	bool shard_dirty, folder_dirty;

	bool provisional; /* bytes beyond now.length */
	uint64_t provisional_plain;

	/* Stored bytes appended in this life, and plain bytes. */
	uint64_t stored, plain;
	uint64_t given_stored, given_plain;
	uint64_t committed_stored, committed_plain;
};

/* partition: copied. */
struct row *row_new(struct row_env *env, const char *partition);
void row_free(struct row **r);

/* To a committed state; file 0: no shard yet.  evict: trust the device only. */
int row_load(struct row *r, const struct series_state *state, bool evict,
    struct err *e);

/* Stage a record. */
int row_append(struct row *r, const void *ptr, size_t len, struct err *e);
/* Write what is staged, to the page cache. */
int row_flush(struct row *r, struct err *e);
/* Make durable what was appended, and frames that are ready. */
int row_sync(struct row *r, struct err *e);

/* Does synced differ from committed? */
bool row_changed(const struct row *r);
/* Gives r->synced; what row_committed() will hold for committed. */
struct series_state row_give(struct row *r);
int row_committed(struct row *r, struct err *e);

/* All frames in the shard, and a provisional one; nothing while there are
 * records without a commit. */
int row_idle(struct row *r, struct err *e);
/* Nothing is left to do for row_sync() and row_idle(). */
bool row_settled(const struct row *r);

/* Open, close the folder, the shard and the open tail. */
int row_wake(struct row *r, struct err *e);
void row_sleep(struct row *r);

/* For series_load.c: */
bool row_must_close_frame(const struct row *r, const struct frame *f);
int row_press(struct row *r, struct frame *f, struct err *e);
/* The frame that grows, or NULL. */
struct frame *row_open_frame(const struct row *r);

#endif
