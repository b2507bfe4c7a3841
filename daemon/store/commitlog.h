/* commitlog.h - the commit log: segments of checksummed, chained records.
 *
 * A record is in the log when commitlog_append() returned 0: it was written and
 * synced alone, so that all records but the last are durable whenever one is
 * being written.  What follows from it: a bad record with nothing valid behind
 * it in the last segment is a torn tail and is cut; any other bad record is
 * damage.
 *
 * Every segment begins with a checkpoint, given by the caller: the payload from
 * which state can be built without what came before.  This module does not look
 * into payloads.
 *
 * Positions are logical: bytes since the log began, over all segments. Formats:
 * docs/formats.md.
 */
#ifndef LAVOIR_STORE_COMMITLOG_H
#define LAVOIR_STORE_COMMITLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct commitlog;

struct commitlog_record {
	uint64_t position; /* of its first byte */
	uint64_t end;	   /* and behind its last */
	const void *payload;
	size_t len;
	bool checkpoint; /* the first of a segment */
};

/* Something but 0 ends the walk and is returned. */
typedef int commitlog_fn(void *arg, const struct commitlog_record *r,
    struct err *e);

/* Sync what a dead process left (an error means stop), evict it from the cache,
 * and find the end: a torn tail of the last segment is left out, and stays in
 * the file until commitlog_cut().  dirfd is the folder of the segments,
 * borrowed.  An empty log has no segment: append is possible after
 * commitlog_switch(). ERR_CORRUPT names file and offset. */
int commitlog_open(struct commitlog **l_r, int dirfd, uint64_t segment_size,
    struct err *e);
/* Zero what is behind the end, durably: before the first append, and after
 * whatever else could tell that the tail is no torn one. */
int commitlog_cut(struct commitlog *l, struct err *e);
void commitlog_free(struct commitlog **l);

/* Read only: nothing is synced, cut or changed; cut_r: bytes that recovery
 * would cut. */
int commitlog_open_readonly(struct commitlog **l_r, int dirfd, uint64_t *cut_r,
    struct err *e);

bool commitlog_empty(const struct commitlog *l);
uint64_t commitlog_first(const struct commitlog *l); /* oldest position kept */
uint64_t commitlog_end(const struct commitlog *l);   /* where the next goes */
/* Where the newest segment begins: with its checkpoint. */
uint64_t commitlog_newest(const struct commitlog *l);
size_t commitlog_segments(const struct commitlog *l);

/* Every record from position on (which begins one; older than what is kept is
 * ERR_CORRUPT), read from the files and checked.  Payloads are valid during the
 * call. */
int commitlog_walk(struct commitlog *l, uint64_t position, commitlog_fn *fn,
    void *arg, struct err *e);

/* The buffer for the next record's payload, empty but for room in front: append
 * to it, then call commitlog_append() or commitlog_switch(). */
struct buf *commitlog_payload(struct commitlog *l);
size_t commitlog_payload_len(const struct commitlog *l);
const void *commitlog_payload_ptr(const struct commitlog *l);

/* Would this payload go beyond the segment's size? */
bool commitlog_full(const struct commitlog *l);

/* Write and sync.  ERR_NOSPACE: nothing was appended and the log goes on. After
 * any other error nothing can be appended any more. */
int commitlog_append(struct commitlog *l, uint64_t *position_r, struct err *e);

/* The payload is a checkpoint: begin a new segment with it, durable before it
 * is used.  Errors like commitlog_append(). */
int commitlog_switch(struct commitlog *l, struct err *e);

/* Is there something to be removed by commitlog_remove_before()? */
bool commitlog_removable(const struct commitlog *l, uint64_t position);

/* Remove whole segments that end at or before position, never the newest. */
int commitlog_remove_before(struct commitlog *l, uint64_t position,
    struct err *e);

#endif
