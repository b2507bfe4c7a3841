/* ledger_db.h - the ledger's SQLite file: schema, rows, position.  One thread.
 */
#ifndef LAVOIR_STORE_LEDGER_DB_H
#define LAVOIR_STORE_LEDGER_DB_H

#include <sqlite3.h>
#include <stdint.h>

#include "base/err.h"
#include "store/ops.h"

enum { LEDGER_SCHEMA = 1, LEDGER_ID_SIZE = 16 };

/* clang-format off */
#define LEDGER_COLUMNS \
	"id, pipeline, number, child, outcome, retire, folder, path, member, " \
	"inode, size, mtime, ctime, sha256, added, media_type, bytes_in, " \
	"bytes_out, plugin, reason, detail, value, threshold, measurements, " \
	"duplicate_of, similarity, attempts, batch, ended"
/* clang-format on */

struct ledger_db {
	sqlite3 *db;
	sqlite3_stmt *insert;
	sqlite3_stmt *advance;
	sqlite3_stmt *begin, *commit, *rollback;
};

/* Describe what SQLite says, with the code that fits. */
int ledger_db_error(sqlite3 *db, const char *what, struct err *e);

/* Open or make; ERR_CORRUPT when it is damaged, of another schema or another
 * log. */
int ledger_db_open(struct ledger_db *d, const char *path,
    const uint8_t id[LEDGER_ID_SIZE], uint64_t *position_r, struct err *e);
void ledger_db_close(struct ledger_db *d);

int ledger_db_begin(struct ledger_db *d, struct err *e);
int ledger_db_insert(struct ledger_db *d, const struct op_batch *b,
    const struct outcome *o, struct err *e);
/* Store the position and commit. */
int ledger_db_commit(struct ledger_db *d, uint64_t position, struct err *e);
void ledger_db_rollback(struct ledger_db *d);

/* Into the file, synced. */
int ledger_db_checkpoint(struct ledger_db *d, struct err *e);

#endif
