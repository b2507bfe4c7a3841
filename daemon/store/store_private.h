/* store_private.h - what the parts of the store share. */
#ifndef LAVOIR_STORE_STORE_PRIVATE_H
#define LAVOIR_STORE_STORE_PRIVATE_H

#include "store/commitlog.h"
#include "store/ledger.h"
#include "store/live.h"
#include "store/store.h"

struct store_index {
	struct index *x;   /* NULL: not declared in this life */
	uint64_t position; /* records before it are in */
};

struct store_series {
	struct series *s;
	struct series_params p; /* of what follows */
	char *folder, *suffix;
	void *header;
	bool touched; /* by the batch at hand */
};

struct store {
	char *folder;
	char *site; /* "" when none */
	bool keep_log;
	uint64_t snapshot_bytes;
	int lock_fd, dir_fd, log_fd, index_fd;

	struct commitlog *log;
	struct live live;
	struct ledger *ledger;

	struct store_index *index; /* by log number */
	size_t n_indexes;
	uint32_t *declared; /* log number of each declared index */
	size_t n_declared;
	struct store_series **series; /* as declared */
	size_t n_series;

	struct buf retired;   /* operations waiting for the next record */
	uint64_t snapshot_at; /* position */
	struct err failed;    /* code 0: usable */
	uint64_t bytes_in, bytes_out, commits;
	bool told_kept; /* why old segments stay */
};

/* ERR_* of the failure that made the store unusable, or 0. */
int store_usable(const struct store *s, struct err *e);
/* Something but a full disk: nothing may be trusted from now on; returns the
 * code. */
int store_fail(struct store *s, struct err *e);

/* Open the log, build the live state, replay the ledger. */
int store_recover(struct store *s, const struct store_options *o,
    struct err *e);
/* Enter the keys of the log into the indexes that are behind it. */
int store_replay_keys(struct store *s, uint64_t from, struct err *e);
/* Enter the keys of one record, which begins at position. */
int store_apply_keys(struct store *s, uint64_t position, const void *payload,
    size_t len, struct err *e);

/* Append the payload that was begun with commitlog_payload(), switching
 * segments when it is time, and apply it to everything. ERR_NOSPACE: not done;
 * anything else makes the store unusable. */
int store_append(struct store *s, struct err *e);

/* ERR_PROTO: does not go with declarations or numbers.  last[i] is set to the
 * child that ended last in container[i]. */
int store_check_batch(const struct store *s, const struct batch *b,
    const char **last, struct err *e);

/* Snapshots and removal of old segments when due (or now, when all). */
void store_tidy(struct store *s, bool all);

void store_series_free(struct store_series **x);

#endif
