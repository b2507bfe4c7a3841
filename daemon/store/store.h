/* store.h - durable state, and the only commit point.
 *
 * One folder holds: log/ (segments of the commit log: the truth), index/
 * (snapshots), ledger.sqlite (what became of every document: a view), lock.
 * Everything but the log can be rebuilt from it.
 *
 * store_commit() is the transaction: records are appended to the shards, shards
 * are synced, one log record is appended and synced; then it is committed and
 * applied to indexes and (by a thread of its own) to the ledger.
 *
 * One owner, one thread (the committer); the ledger thread is internal.
 */
#ifndef LAVOIR_STORE_STORE_H
#define LAVOIR_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "store/batch.h"
#include "store/index.h"
#include "store/series.h"

struct store;

struct store_options {
	const char *folder;	 /* made when missing */
	const char *site;	 /* put before ids, or NULL */
	const char *boot_id;	 /* of this boot of the machine */
	bool keep_log;		 /* keep all segments */
	uint64_t segment_size;	 /* bytes, then the next segment; 0: 64 MiB */
	uint64_t snapshot_bytes; /* of log since the last snapshot; 0: 256 MiB
				  */
	int lock_wait_ms;	 /* for the lock of the log */
};

/* Take the lock, evict caches, read the log (cut its torn tail), load and
 * replay the views.  Indexes and series named in the log are opened when
 * declared. ERR_BUSY: another process holds the store; ERR_CORRUPT: the text
 * says where. */
int store_open(struct store **s_r, const struct store_options *o,
    struct err *e);

/* Snapshots, provisional frames, ledger caught up.  For a clean end, before
 * store_free(); store_free() alone is what a crash would do. */
int store_stop(struct store *s, struct err *e);
void store_free(struct store **s);

/* ---- what recovery found ---- */

/* A committed document whose source may still lie in its folder. */
struct store_unretired {
	const char *pipeline;
	uint64_t number;
	int32_t kind; /* enum outcome_kind */
	const char *folder, *path;
	struct witness witness;
	uint8_t sha256[32];
	bool rebooted; /* the machine was restarted since it was committed */
	const char *plugin, *reason, *detail; /* of failed ones; may be NULL */
	uint32_t attempts;
};
/* Call back for each, in commit order. */
void store_each_unretired(struct store *s,
    void (*fn)(void *arg, const struct store_unretired *u), void *arg);

/* Containers that were begun and not ended. */
void store_each_container(struct store *s,
    void (*fn)(void *arg, const struct batch_container *c), void *arg);

/* The number that the next document of a pipeline gets (the first: 1). */
uint64_t store_next_number(struct store *s, const char *pipeline);

/* ---- declarations of a sequencer ---- */

/* Replaces earlier declarations: index[i] and series[i] are numbered by place.
 * Indexes stay in memory when declared again.  ERR_CONFIG names what does not
 * fit (an index made with other params, two indexes of one name). */
int store_declare(struct store *s, const struct index_params *index,
    size_t n_indexes, const struct series_params *series, size_t n_series,
    struct err *e);

/* ---- look-ups, commits ---- */

struct index *store_index(struct store *s, uint32_t index);

/* The batch is checked against the declarations and the numbers: consecutive
 * per pipeline, in the order of outcome[], containers keeping theirs.  Ends
 * within a container come in the order of outcome_child_compare(), each once
 * and for ever; a batch that has some says with an entry in container[] how far
 * the container has come, and that it ended if its own outcome is there.  0:
 * durable. ERR_PROTO: the batch is wrong, nothing was done.  ERR_NOSPACE
 * and ERR_LIMIT: rolled back, may be tried again.  Anything else: the store is
 * unusable, end the process. */
int store_commit(struct store *s, const struct batch *b, struct err *e);

/* These sources are retired, durably: logged (synced with the next commit or
 * store_idle()). */
int store_retired(struct store *s, const char *pipeline, const uint64_t *number,
    size_t n, struct err *e);

/* Was a source of this folder and path ended before (for lavoir run)?  Its
 * witness and SHA-256 as committed last; false when not.  Asks the ledger,
 * which waits only when the source may be among the rows on their way: no
 * memory. */
bool store_ended(struct store *s, const char *folder, const char *path,
    struct witness *w_r, uint8_t sha256_r[32]);

/* Nothing to do: provisional frames, pending retirements, snapshots that are
 * due, old segments. */
int store_idle(struct store *s, struct err *e);

/* Wait until the ledger has reached the log's end as of now. */
int store_ledger_wait(struct store *s, struct err *e);

/* Counters since the store was created, by kind (enum outcome_kind), and this
 * life's bytes. */
struct store_stats {
	uint64_t outcomes[OUTCOME_CONTAINER + 1];
	uint64_t bytes_in, bytes_out;
	uint64_t commits, log_bytes;
	uint64_t index_documents, index_memory;
	uint64_t unretired;
};
void store_stats(const struct store *s, struct store_stats *r);

#endif
