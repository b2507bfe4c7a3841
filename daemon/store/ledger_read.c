/* ledger_read.c - asking the ledger, read-only and from any process. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "store/ledger.h"
#include "store/ledger_db.h"

struct ledger_reader {
	sqlite3 *db;
	sqlite3_stmt *source; /* asked once a document by lavoir run */
};

int
ledger_reader_open(struct ledger_reader **r_r, const char *path, struct err *e)
{
	struct ledger_reader *r;

	if (access(path, F_OK) < 0)
		return err_sys(e, "ledger %s", path);
	r = xcalloc(1, sizeof *r);
	if (sqlite3_open_v2(path, &r->db,
		SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX,
		NULL) != SQLITE_OK) {
		ledger_db_error(r->db, path, e);
		ledger_reader_free(&r);
		return e->code;
	}
	sqlite3_busy_timeout(r->db, 10000);
	*r_r = r;
	return 0;
}

void
ledger_reader_free(struct ledger_reader **r)
{
	if (*r == NULL)
		return;
	sqlite3_finalize((*r)->source);
	sqlite3_close((*r)->db);
	free(*r);
	*r = NULL;
}

static const char *
text_of(sqlite3_stmt *s, int i)
{
	return (const char *)sqlite3_column_text(s, i);
}

static uint64_t
number_of(sqlite3_stmt *s, int i)
{
	return (uint64_t)sqlite3_column_int64(s, i);
}

/* A path is a blob without NUL; *path keeps it with one behind it. */
static const char *
path_of(sqlite3_stmt *s, int i, struct buf *path)
{
	buf_reset(path, 4096);
	buf_append(path, sqlite3_column_blob(s, i),
	    (size_t)sqlite3_column_bytes(s, i));
	return buf_str(path);
}

static void
read_witness(sqlite3_stmt *s, int i, struct witness *w)
{
	w->inode = number_of(s, i);
	w->size = number_of(s, i + 1);
	w->mtime_ns = sqlite3_column_int64(s, i + 2);
	w->ctime_ns = sqlite3_column_int64(s, i + 3);
}

static void
read_sha256(sqlite3_stmt *s, int i, uint8_t sha256[32])
{
	memset(sha256, 0, 32);
	if (sqlite3_column_bytes(s, i) == 32)
		memcpy(sha256, sqlite3_column_blob(s, i), 32);
}

/* The columns are "seq, " LEDGER_COLUMNS. */
static void
read_row(sqlite3_stmt *s, struct ledger_row *row, struct buf *path)
{
	struct outcome *o = &row->o;

	memset(row, 0, sizeof *row);
	row->seq = number_of(s, 0);
	row->id = text_of(s, 1);
	o->pipeline = text_of(s, 2);
	o->number = number_of(s, 3);
	o->child = text_of(s, 4);
	o->kind = sqlite3_column_int(s, 5);
	o->retire = sqlite3_column_int(s, 6);
	o->folder = text_of(s, 7);
	o->path = path_of(s, 8, path);
	o->member = text_of(s, 9);
	read_witness(s, 10, &o->witness);
	read_sha256(s, 14, o->sha256);
	o->added_ns = sqlite3_column_int64(s, 15);
	o->media_type = text_of(s, 16);
	o->bytes_in = number_of(s, 17);
	o->bytes_out = number_of(s, 18);
	o->plugin = text_of(s, 19);
	o->reason = text_of(s, 20);
	o->detail = text_of(s, 21);
	o->has_value = sqlite3_column_type(s, 22) != SQLITE_NULL;
	o->value = sqlite3_column_double(s, 22);
	o->threshold = sqlite3_column_double(s, 23);
	o->measurements = text_of(s, 24);
	o->duplicate_of = text_of(s, 25);
	o->similarity = sqlite3_column_double(s, 26);
	o->attempts = (uint32_t)sqlite3_column_int64(s, 27);
	row->batch = number_of(s, 28);
	row->ended_ns = sqlite3_column_int64(s, 29);
}

/* Run stmt to its end, or until fn says so; finalizes it. */
static int
each_row(struct ledger_reader *r, sqlite3_stmt *stmt, ledger_fn *fn, void *arg,
    struct err *e)
{
	struct ledger_row row;
	struct buf path = { 0 };
	int rc = 0, step;

	while ((step = sqlite3_step(stmt)) == SQLITE_ROW && rc == 0) {
		read_row(stmt, &row, &path);
		/* NOT NULL, unless the file is damaged. */
		if (row.id == NULL || row.o.pipeline == NULL ||
		    row.o.child == NULL || row.o.folder == NULL)
			rc = err_set(e, ERR_CORRUPT,
			    "ledger: row %" PRIu64 " has no id", row.seq);
		else
			rc = fn(arg, &row);
	}
	if (step != SQLITE_DONE && step != SQLITE_ROW)
		rc = ledger_db_error(r->db, "read", e);
	sqlite3_finalize(stmt);
	buf_fini(&path);
	return rc;
}

static int
prepare(struct ledger_reader *r, const char *sql, sqlite3_stmt **stmt_r,
    struct err *e)
{
	if (sqlite3_prepare_v2(r->db, sql, -1, stmt_r, NULL) != SQLITE_OK)
		return ledger_db_error(r->db, "read", e);
	return 0;
}

int
ledger_each(struct ledger_reader *r, const struct ledger_filter *f,
    ledger_fn *fn, void *arg, struct err *e)
{
	sqlite3_stmt *stmt = NULL;
	struct buf sql = { 0 };
	int rc;

	buf_append_str(&sql,
	    "SELECT seq, " LEDGER_COLUMNS " FROM documents"
	    " WHERE seq > ?1");
	if (f->since_ns > 0)
		buf_append_str(&sql, " AND ended >= ?2");
	if (f->kind > 0)
		buf_append_str(&sql, " AND outcome = ?3");
	if (f->pipeline != NULL)
		buf_append_str(&sql, " AND pipeline = ?4");
	buf_append_str(&sql, " ORDER BY seq");
	rc = prepare(r, buf_str(&sql), &stmt, e);
	buf_fini(&sql);
	if (rc < 0)
		return rc;
	sqlite3_bind_int64(stmt, 1, (sqlite3_int64)f->after_seq);
	sqlite3_bind_int64(stmt, 2, f->since_ns);
	sqlite3_bind_int(stmt, 3, f->kind);
	sqlite3_bind_text(stmt, 4, f->pipeline, -1, SQLITE_STATIC);
	return each_row(r, stmt, fn, arg, e);
}

int
ledger_find(struct ledger_reader *r, const char *id, ledger_fn *fn, void *arg,
    struct err *e)
{
	static const char sql[] = "SELECT seq, " LEDGER_COLUMNS
				  " FROM documents WHERE id = ? ORDER BY seq";
	sqlite3_stmt *stmt = NULL;
	int rc = prepare(r, sql, &stmt, e);

	if (rc < 0)
		return rc;
	sqlite3_bind_text(stmt, 1, id, -1, SQLITE_STATIC);
	return each_row(r, stmt, fn, arg, e);
}

int
ledger_find_path(struct ledger_reader *r, const char *folder, const char *path,
    ledger_fn *fn, void *arg, struct err *e)
{
	static const char any[] =
	    "SELECT seq, " LEDGER_COLUMNS
	    " FROM documents WHERE path = ?1 ORDER BY seq";
	static const char one[] =
	    "SELECT seq, " LEDGER_COLUMNS
	    " FROM documents WHERE path = ?1 AND folder = ?2 ORDER BY seq";
	sqlite3_stmt *stmt = NULL;
	int rc = prepare(r, folder != NULL ? one : any, &stmt, e);

	if (rc < 0)
		return rc;
	sqlite3_bind_blob(stmt, 1, path, (int)strlen(path), SQLITE_STATIC);
	if (folder != NULL)
		sqlite3_bind_text(stmt, 2, folder, -1, SQLITE_STATIC);
	return each_row(r, stmt, fn, arg, e);
}

int
ledger_find_source(struct ledger_reader *r, const char *folder,
    const char *path, struct witness *w_r, uint8_t sha256_r[32], struct err *e)
{
	static const char sql[] =
	    "SELECT inode, size, mtime, ctime, sha256"
	    " FROM documents WHERE path = ? AND folder = ? AND child = ''"
	    " ORDER BY seq DESC LIMIT 1";
	int rc = 0, step;

	if (r->source == NULL)
		rc = prepare(r, sql, &r->source, e);
	if (rc < 0)
		return rc;
	sqlite3_bind_blob(r->source, 1, path, (int)strlen(path), SQLITE_STATIC);
	sqlite3_bind_text(r->source, 2, folder, -1, SQLITE_STATIC);
	step = sqlite3_step(r->source);
	if (step == SQLITE_ROW) {
		read_witness(r->source, 0, w_r);
		read_sha256(r->source, 4, sha256_r);
		rc = 1;
	} else if (step != SQLITE_DONE) {
		rc = ledger_db_error(r->db, "read", e);
	}
	sqlite3_reset(r->source);
	return rc;
}

int
ledger_counts(struct ledger_reader *r, uint64_t counts[OUTCOME_CONTAINER + 1],
    struct err *e)
{
	static const char sql[] =
	    "SELECT outcome, count(*) FROM documents GROUP BY outcome";
	sqlite3_stmt *stmt = NULL;
	int step, kind, rc = prepare(r, sql, &stmt, e);

	if (rc < 0)
		return rc;
	memset(counts, 0, (OUTCOME_CONTAINER + 1) * sizeof *counts);
	while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
		kind = sqlite3_column_int(stmt, 0);
		if (kind >= OUTCOME_EXPORTED && kind <= OUTCOME_CONTAINER)
			counts[kind] = number_of(stmt, 1);
		else
			rc =
			    err_set(e, ERR_CORRUPT, "ledger: outcome %d", kind);
	}
	if (step != SQLITE_DONE)
		rc = ledger_db_error(r->db, "count", e);
	sqlite3_finalize(stmt);
	return rc;
}

int
ledger_reader_state(struct ledger_reader *r, uint8_t log_id[16],
    uint64_t *position_r, struct err *e)
{
	sqlite3_stmt *stmt = NULL;
	int rc = prepare(r, "SELECT log, position FROM state", &stmt, e);

	if (rc < 0)
		return rc;
	if (sqlite3_step(stmt) != SQLITE_ROW)
		rc = ledger_db_error(r->db, "state", e);
	else if (sqlite3_column_bytes(stmt, 0) != LEDGER_ID_SIZE)
		rc = err_set(e, ERR_CORRUPT, "ledger: has no log");
	if (rc == 0) {
		memcpy(log_id, sqlite3_column_blob(stmt, 0), LEDGER_ID_SIZE);
		*position_r = number_of(stmt, 1);
	}
	sqlite3_finalize(stmt);
	return rc;
}

int
ledger_reader_check(struct ledger_reader *r, struct err *e)
{
	sqlite3_stmt *stmt = NULL;
	const char *found;
	int rc = prepare(r, "PRAGMA integrity_check(1)", &stmt, e);

	if (rc < 0)
		return rc;
	if (sqlite3_step(stmt) != SQLITE_ROW)
		rc = ledger_db_error(r->db, "check", e);
	else if ((found = text_of(stmt, 0)) == NULL || strcmp(found, "ok") != 0)
		rc = err_set(e, ERR_CORRUPT, "ledger: %.300s",
		    found != NULL ? found : "check gives no answer");
	sqlite3_finalize(stmt);
	return rc;
}
