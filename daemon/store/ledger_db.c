/* ledger_db.c - the ledger's SQLite file. */
#include "store/ledger_db.h"

#include <string.h>
#include <sys/stat.h>

#include "base/log.h"

/* Outcome numbers are those of enum outcome_kind; the view has their names for
 * whoever opens the file with other tools. */
static const char schema[] =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE IF NOT EXISTS state ("
    " one INTEGER PRIMARY KEY CHECK (one = 1),"
    " schema INTEGER NOT NULL, log BLOB NOT NULL,"
    " position INTEGER NOT NULL);"
    "CREATE TABLE IF NOT EXISTS documents ("
    " seq INTEGER PRIMARY KEY,"
    " id TEXT NOT NULL, pipeline TEXT NOT NULL, number INTEGER NOT NULL,"
    " child TEXT NOT NULL, outcome INTEGER NOT NULL,"
    " retire INTEGER NOT NULL, folder TEXT NOT NULL, path BLOB NOT NULL,"
    " member TEXT, inode INTEGER NOT NULL, size INTEGER NOT NULL,"
    " mtime INTEGER NOT NULL, ctime INTEGER NOT NULL, sha256 BLOB NOT NULL,"
    " added INTEGER NOT NULL, media_type TEXT, bytes_in INTEGER NOT NULL,"
    " bytes_out INTEGER NOT NULL, plugin TEXT, reason TEXT, detail TEXT,"
    " value REAL, threshold REAL, measurements TEXT, duplicate_of TEXT,"
    " similarity REAL NOT NULL, attempts INTEGER NOT NULL,"
    " batch INTEGER NOT NULL, ended INTEGER NOT NULL,"
    " UNIQUE (pipeline, number, child));"
    "CREATE INDEX IF NOT EXISTS documents_id ON documents (id);"
    "CREATE INDEX IF NOT EXISTS documents_path"
    " ON documents (path, folder, child);"
    "CREATE INDEX IF NOT EXISTS documents_outcome ON documents (outcome);"
    "CREATE VIEW IF NOT EXISTS decisions AS SELECT *,"
    " CASE outcome WHEN 1 THEN 'exported' WHEN 2 THEN 'dropped'"
    " WHEN 3 THEN 'duplicate' WHEN 4 THEN 'failed'"
    " WHEN 5 THEN 'container' END AS outcome_name FROM documents;"
    "COMMIT";

static const char settings[] = "PRAGMA journal_mode = WAL;"
			       "PRAGMA synchronous = NORMAL;"
			       "PRAGMA wal_autocheckpoint = 4000;"
			       "PRAGMA cache_size = -16384";

static int
code_of(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_FULL:
		return ERR_NOSPACE;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_FORMAT:
	/* A table that is not as this version made it. */
	case SQLITE_ERROR:
	case SQLITE_CONSTRAINT:
		return ERR_CORRUPT;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return ERR_BUSY;
	case SQLITE_PERM:
	case SQLITE_READONLY:
		return ERR_PERM;
	default:
		return ERR_IO;
	}
}

int
ledger_db_error(sqlite3 *db, const char *what, struct err *e)
{
	int rc = db != NULL ? sqlite3_extended_errcode(db) : SQLITE_NOMEM;

	return err_set(e, code_of(rc), "ledger: %s: %s", what,
	    db != NULL ? sqlite3_errmsg(db) : "out of memory");
}

static int
run(struct ledger_db *d, const char *sql, const char *what, struct err *e)
{
	if (sqlite3_exec(d->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return ledger_db_error(d->db, what, e);
	return 0;
}

static int
prepare(struct ledger_db *d, const char *sql, sqlite3_stmt **stmt_r,
    struct err *e)
{
	if (sqlite3_prepare_v3(d->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
		stmt_r, NULL) != SQLITE_OK)
		return ledger_db_error(d->db, "prepare", e);
	return 0;
}

/* Run a statement that gives no rows. */
static int
step(struct ledger_db *d, sqlite3_stmt *stmt, const char *what, struct err *e)
{
	int rc = sqlite3_step(stmt);

	if (rc != SQLITE_DONE)
		ledger_db_error(d->db, what, e);
	sqlite3_reset(stmt);
	return rc == SQLITE_DONE ? 0 : e->code;
}

static int
prepare_all(struct ledger_db *d, struct err *e)
{
	static const char insert[] =
	    "INSERT OR REPLACE INTO documents (" LEDGER_COLUMNS ") VALUES "
	    "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
	int rc;

	rc = prepare(d, insert, &d->insert, e);
	if (rc == 0)
		rc =
		    prepare(d, "UPDATE state SET position = ?", &d->advance, e);
	if (rc == 0)
		rc = prepare(d, "BEGIN", &d->begin, e);
	if (rc == 0)
		rc = prepare(d, "COMMIT", &d->commit, e);
	if (rc == 0)
		rc = prepare(d, "ROLLBACK", &d->rollback, e);
	return rc;
}

static int
read_state(struct ledger_db *d, const uint8_t *id, uint64_t *position_r,
    struct err *e)
{
	static const char sql[] = "SELECT schema, log, position FROM state";
	sqlite3_stmt *stmt = NULL;
	int rc = prepare(d, sql, &stmt, e);

	if (rc < 0)
		return rc;
	if (sqlite3_step(stmt) != SQLITE_ROW)
		rc = err_set(e, ERR_CORRUPT, "ledger: has no state");
	else if (sqlite3_column_int(stmt, 0) != LEDGER_SCHEMA)
		rc = err_set(e, ERR_CORRUPT, "ledger: schema %d, not %d",
		    sqlite3_column_int(stmt, 0), LEDGER_SCHEMA);
	else if (sqlite3_column_bytes(stmt, 1) != LEDGER_ID_SIZE ||
	    memcmp(sqlite3_column_blob(stmt, 1), id, LEDGER_ID_SIZE) != 0)
		rc = err_set(e, ERR_CORRUPT, "ledger: belongs to another log");
	else
		*position_r = (uint64_t)sqlite3_column_int64(stmt, 2);
	sqlite3_finalize(stmt);
	return rc;
}

static int
write_state(struct ledger_db *d, const uint8_t *id, struct err *e)
{
	static const char sql[] =
	    "INSERT OR IGNORE INTO state VALUES (1, ?, ?, 0)";
	sqlite3_stmt *stmt = NULL;
	int rc = prepare(d, sql, &stmt, e);

	if (rc < 0)
		return rc;
	sqlite3_bind_int(stmt, 1, LEDGER_SCHEMA);
	sqlite3_bind_blob(stmt, 2, id, LEDGER_ID_SIZE, SQLITE_STATIC);
	rc = step(d, stmt, "write", e);
	sqlite3_finalize(stmt);
	return rc;
}

int
ledger_db_open(struct ledger_db *d, const char *path,
    const uint8_t id[LEDGER_ID_SIZE], uint64_t *position_r, struct err *e)
{
	int rc;

	memset(d, 0, sizeof *d);
	if (sqlite3_open_v2(path, &d->db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
		    SQLITE_OPEN_NOMUTEX,
		NULL) != SQLITE_OK)
		rc = ledger_db_error(d->db, path, e);
	else
		rc = 0;
	if (rc == 0) {
		sqlite3_extended_result_codes(d->db, 1);
		sqlite3_busy_timeout(d->db, 10000);
		rc = run(d, settings, "set up", e);
	}
	if (rc == 0)
		rc = run(d, schema, "make tables", e);
	if (rc == 0)
		rc = write_state(d, id, e);
	if (rc == 0)
		rc = read_state(d, id, position_r, e);
	if (rc == 0)
		rc = prepare_all(d, e);
	if (rc < 0)
		ledger_db_close(d);
	return rc;
}

void
ledger_db_close(struct ledger_db *d)
{
	sqlite3_finalize(d->insert);
	sqlite3_finalize(d->advance);
	sqlite3_finalize(d->begin);
	sqlite3_finalize(d->commit);
	sqlite3_finalize(d->rollback);
	sqlite3_close(d->db);
	memset(d, 0, sizeof *d);
}

int
ledger_db_begin(struct ledger_db *d, struct err *e)
{
	return step(d, d->begin, "begin", e);
}

static void
bind_text(sqlite3_stmt *s, int i, const char *text)
{
	if (text == NULL)
		sqlite3_bind_null(s, i);
	else
		sqlite3_bind_text(s, i, text, -1, SQLITE_STATIC);
}

static void
bind_number(sqlite3_stmt *s, int i, uint64_t number)
{
	sqlite3_bind_int64(s, i, (sqlite3_int64)number);
}

static void
bind_real(sqlite3_stmt *s, int i, bool there, double value)
{
	if (there)
		sqlite3_bind_double(s, i, value);
	else
		sqlite3_bind_null(s, i);
}

/* In the order of LEDGER_COLUMNS. */
static void
bind_source(sqlite3_stmt *s, const struct outcome *o)
{
	bind_text(s, 2, o->pipeline);
	bind_number(s, 3, o->number);
	bind_text(s, 4, o->child);
	sqlite3_bind_int(s, 5, o->kind);
	sqlite3_bind_int(s, 6, o->retire);
	bind_text(s, 7, o->folder);
	sqlite3_bind_blob(s, 8, o->path, (int)strlen(o->path), SQLITE_STATIC);
	bind_text(s, 9, o->member);
	bind_number(s, 10, o->witness.inode);
	bind_number(s, 11, o->witness.size);
	sqlite3_bind_int64(s, 12, o->witness.mtime_ns);
	sqlite3_bind_int64(s, 13, o->witness.ctime_ns);
	sqlite3_bind_blob(s, 14, o->sha256, sizeof o->sha256, SQLITE_STATIC);
	sqlite3_bind_int64(s, 15, o->added_ns);
	bind_text(s, 16, o->media_type);
	bind_number(s, 17, o->bytes_in);
	bind_number(s, 18, o->bytes_out);
}

int
ledger_db_insert(struct ledger_db *d, const struct op_batch *b,
    const struct outcome *o, struct err *e)
{
	char id[OUTCOME_ID_SIZE];
	sqlite3_stmt *s = d->insert;

	bind_text(s, 1,
	    outcome_id(id, b->site, o->pipeline, o->number, o->child));
	bind_source(s, o);
	bind_text(s, 19, o->plugin);
	bind_text(s, 20, o->reason);
	bind_text(s, 21, o->detail);
	bind_real(s, 22, o->has_value, o->value);
	bind_real(s, 23, o->has_value, o->threshold);
	bind_text(s, 24, o->measurements);
	bind_text(s, 25, o->duplicate_of);
	sqlite3_bind_double(s, 26, o->similarity);
	sqlite3_bind_int64(s, 27, o->attempts);
	bind_number(s, 28, b->batch);
	sqlite3_bind_int64(s, 29, b->ended_ns);
	return step(d, s, "insert", e);
}

int
ledger_db_commit(struct ledger_db *d, uint64_t position, struct err *e)
{
	int rc;

	bind_number(d->advance, 1, position);
	rc = step(d, d->advance, "advance", e);
	if (rc == 0)
		rc = step(d, d->commit, "commit", e);
	return rc;
}

void
ledger_db_rollback(struct ledger_db *d)
{
	struct err ignored;

	if (sqlite3_get_autocommit(d->db) == 0)
		step(d, d->rollback, "roll back", &ignored);
}

int
ledger_db_checkpoint(struct ledger_db *d, struct err *e)
{
	if (sqlite3_wal_checkpoint_v2(d->db, NULL, SQLITE_CHECKPOINT_TRUNCATE,
		NULL, NULL) != SQLITE_OK)
		return ledger_db_error(d->db, "checkpoint", e);
	return 0;
}
