/* ledger.h - what became of every document, for people to ask: a view of the
 * log.
 *
 * An SQLite file (WAL) written by a thread of its own from copies of log
 * payloads; the position that it has reached is part of the same SQLite
 * transaction. Nothing depends on it but answers: a lost, damaged or foreign
 * file is set aside and built anew from the log.
 *
 * Readers open the file read-only, in any process, while the writer works.
 */
#ifndef LAVOIR_STORE_LEDGER_H
#define LAVOIR_STORE_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "store/outcome.h"

/* ---- the writer ---- */

struct ledger;

struct ledger_options {
	const char *path;
	const uint8_t *log_id; /* LIVE_ID_SIZE bytes */
	uint64_t log_first;    /* oldest position kept */
	uint64_t log_end;
	size_t queue_max; /* bytes; 0: 8 MiB */
};

/* *position_r: push every record from here on.  ERR_CORRUPT when the file knows
 * of records behind the log's end: then the log has lost some. */
int ledger_open(struct ledger **l_r, const struct ledger_options *o,
    uint64_t *position_r, struct err *e);
/* What is queued is not written any more: the log has it. */
void ledger_free(struct ledger **l);

/* The payload of the record that ends at position end, copied; records must
 * come in order.  Blocks while the queue is full, unless the disk is: see
 * below. */
void ledger_push(struct ledger *l, uint64_t end, const void *payload,
    size_t len);

/* ERR_NOSPACE while the queue is full because the disk is; what made it fail
 * for good: only opening it again brings it up to date. */
int ledger_check(struct ledger *l, struct err *e);

/* Wait until everything pushed is in the file. */
int ledger_wait(struct ledger *l, struct err *e);

/* Move everything from the WAL into the file, synced: *position_r is what it
 * now has durably. */
int ledger_durable(struct ledger *l, uint64_t *position_r, struct err *e);

/* Rows by kind, counted, once everything pushed is written. */
int ledger_count(struct ledger *l, uint64_t counts[OUTCOME_CONTAINER + 1],
    struct err *e);

/* The last end of this source, as if everything pushed was written. */
bool ledger_ended(struct ledger *l, const char *folder, const char *path,
    struct witness *w_r, uint8_t sha256_r[32]);

/* ---- readers ---- */

struct ledger_reader;

struct ledger_row {
	uint64_t seq; /* grows in commit order */
	const char *id;
	struct outcome o; /* strings are valid during the call */
	uint64_t batch;	  /* counted from 1 */
	int64_t ended_ns; /* wall time of the commit */
};

struct ledger_filter {
	uint64_t after_seq;   /* 0: from the first */
	int64_t since_ns;     /* ended then or later; 0: ever */
	int kind;	      /* enum outcome_kind; 0: any */
	const char *pipeline; /* NULL: any */
};

/* Something but 0 ends the walk and is returned. */
typedef int ledger_fn(void *arg, const struct ledger_row *row);

/* ERR_NOENT: there is no ledger yet. */
int ledger_reader_open(struct ledger_reader **r_r, const char *path,
    struct err *e);
void ledger_reader_free(struct ledger_reader **r);

/* In commit order. */
int ledger_each(struct ledger_reader *r, const struct ledger_filter *f,
    ledger_fn *fn, void *arg, struct err *e);
/* By id, with or without child; of a container "ID" gives it alone. */
int ledger_find(struct ledger_reader *r, const char *id, ledger_fn *fn,
    void *arg, struct err *e);
/* By path below folder, or below any when folder is NULL. */
int ledger_find_path(struct ledger_reader *r, const char *folder,
    const char *path, ledger_fn *fn, void *arg, struct err *e);
/* The last end of this source itself, not of children: 1, or 0 when none. */
int ledger_find_source(struct ledger_reader *r, const char *folder,
    const char *path, struct witness *w_r, uint8_t sha256_r[32], struct err *e);
/* Rows by kind, counted. */
int ledger_counts(struct ledger_reader *r,
    uint64_t counts[OUTCOME_CONTAINER + 1], struct err *e);
/* Log and position that it shows. */
int ledger_reader_state(struct ledger_reader *r, uint8_t log_id[16],
    uint64_t *position_r, struct err *e);
/* SQLite's own check of the whole file; ERR_CORRUPT with what it found. */
int ledger_reader_check(struct ledger_reader *r, struct err *e);

#endif
