/* series.h - output files whose length is part of the transaction.
 *
 * A series is a folder of files PART-00001SUFFIX (and, below it, one such row a
 * partition).  Records are written at explicit offsets behind the committed
 * length; a cut or a failure truncates back to it.
 *
 * Plain files: header, then records.  Compressed (gzip, zstd): independent
 * frames, cut at the first record boundary past 1 MiB of plain bytes, so that
 * compressed bytes do not depend on timing.  The open frame's plain bytes are a
 * hidden durable file beside the shard, ".NAME.tail-OFFSET" (plain offset of
 * its first byte).  Order: frame appended, shard synced, state in the log
 * durable, tail unlinked.  Frames are compressed on a thread, off the
 * committer's path. At idle and at stop the open tail is also written as a
 * provisional last frame, beyond the committed length and overwritten later, so
 * that readers miss nothing.
 */
#ifndef LAVOIR_STORE_SERIES_H
#define LAVOIR_STORE_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { SERIES_PLAIN, SERIES_GZIP, SERIES_ZSTD };
enum { SERIES_FRAME_SIZE = 1 << 20 };

struct series;

struct series_params {
	const char *folder; /* absolute */
	const char *suffix; /* ".jsonl"; ".gz" or ".zst" is added */
	int codec;
	int level;
	uint64_t file_size_max; /* plain bytes, then the next file; 0: never */
	const void *header;	/* first bytes of every file */
	size_t header_len;
};

/* The committed state of one row of files, as the commit log keeps it. */
struct series_state {
	const char *partition; /* "" for the series' own folder */
	uint64_t file;	 /* number of the open file, from 1; 0: none yet */
	uint64_t length; /* committed bytes of the file (of whole frames) */
	uint64_t plain;	 /* plain bytes written to this file, all in all */
	uint64_t tail;	 /* plain offset where the open frame starts */
	int32_t codec, level; /* that the open file was begun with */
	uint64_t file_size_max;
};

/* Open with the committed states of all its rows (any order): shards are
 * truncated to their committed length, tails read back, leftovers (tails not
 * needed, files never committed) removed.  A shard shorter than committed is
 * ERR_CORRUPT: bytes are missing, and nothing may be invented.  A row whose
 * codec, level or size differs from params begins a new file.
 *
 * A new shard is ".NAME.new" until series_committed(): so a shard under its own
 * name that no state knows is not a leftover but somebody's output, and
 * ERR_CONFIG (for partitions without a state: at their first record). */
int series_open(struct series **s_r, const struct series_params *p,
    const struct series_state *state, size_t n_states, struct err *e);
void series_free(struct series **s);

/* Stage a record (page cache only; at the end of a file that file is finished,
 * which waits for its last frames and syncs it).  partition NULL: the series'
 * own folder; a relative path of [A-Za-z0-9._=-] parts, none of them "." or
 * "..". */
int series_append(struct series *s, const char *partition, const void *ptr,
    size_t len, struct err *e);

/* Make everything staged durable (files, then folders of new files).
 * ERR_NOSPACE may be tried again after series_rollback(); any other failure
 * means that nothing may be trusted: the committer ends and recovers. */
int series_sync(struct series *s, struct err *e);

/* The rows that changed since the last series_committed(); valid until the next
 * call on the series. */
size_t series_changed(struct series *s, const struct series_state **state_r);

/* The states given by series_changed() are durable in the log: name new shards,
 * unlink tails that are no longer needed.  A failure is told by the next call
 * that can fail. */
void series_committed(struct series *s);

/* Forget what was staged since the last series_committed(), truncate. */
int series_rollback(struct series *s, struct err *e);

/* Nothing to do: wait for the frames under way, write provisional last frames.
 * Whole frames it added are given by series_changed(); they may be logged now
 * or with the next commit.  Rows with records that are not committed are left
 * alone.  ERR_NOSPACE: readers must wait, nothing is lost, no rollback needed.
 */
int series_idle(struct series *s, struct err *e);

/* Plain and stored bytes committed so far in this life. */
void series_bytes(const struct series *s, uint64_t *plain_r,
    uint64_t *stored_r);

#endif
