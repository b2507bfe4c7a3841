/* table.c - read a file as one text: a table. */
#include <string.h>

#include "common/markup.h"
#include "csv.h"

static int
put_row(struct file *f, struct markup *m, size_t n)
{
	struct lavoir_str text;

	markup_row_begin(m);
	for (size_t i = 0; i < n; i++) {
		if (!cell_get(f->r, f->doc, f->dialect.quote, f->cell[i],
			&text))
			return LAVOIR_ENOMEM;
		markup_cell_begin(m, 1);
		markup_text(m, text.ptr, text.len);
		markup_cell_end(m);
	}
	markup_row_end(m);
	return LAVOIR_OK;
}

/* All rows; *rows_r, *broken_r: how many. */
static int
put_rows(struct file *f, struct markup *m, uint64_t *rows_r, uint64_t *broken_r)
{
	const struct lavoir_host *host = f->r->host;
	struct record record;
	int rc = LAVOIR_OK;

	for (size_t at = f->begin; rc == LAVOIR_OK; at = record.next) {
		enum record_status status =
		    scan_record(f->all, at, &f->dialect, f->cell, &record);

		if (status == RECORD_END)
			break;
		if (host->cancelled(host))
			return LAVOIR_ECANCELED;
		if (f->r->rows_max > 0 && *rows_r >= f->r->rows_max)
			return host->fail(host, LAVOIR_EINVAL,
			    "more rows than rows_max");
		if (status == RECORD_FINE) {
			++*rows_r;
			rc = put_row(f, m, record.n);
		} else {
			++*broken_r;
		}
	}
	return rc;
}

static void
set_number(struct file *f, const char *name, uint64_t n)
{
	struct lavoir_value v = { .type = LAVOIR_INT };

	v.i = (int64_t)n;
	(void)f->r->host->doc_set(f->doc, name, &v);
}

int
read_table(struct file *f)
{
	const struct lavoir_host *host = f->r->host;
	struct markup_doc where = { host, f->doc };
	struct markup_memory memory = { markup_grow_doc, &where };
	struct markup *m = host->doc_alloc(f->doc, sizeof(*m));
	uint64_t rows = 0, broken = 0;
	struct lavoir_str text;
	int rc;

	if (m == NULL)
		return host->fail(host, LAVOIR_ENOMEM, "no memory for a table");
	markup_init(m, f->r->format, 0, (size_t)-1 / 4, &memory);
	markup_table_begin(m);
	rc = put_rows(f, m, &rows, &broken);
	if (rc != LAVOIR_OK)
		return rc;
	if (rows == 0 && broken > 0)
		return host->fail(host, LAVOIR_EINVAL,
		    "no row can be read: too long, too many cells, or a quote "
		    "that is not closed");
	markup_table_end(m);
	if (markup_end(m, &text) != MARKUP_FINE)
		return host->fail(host, LAVOIR_ENOMEM, "no memory for a table");
	set_number(f, "csv.rows", rows);
	if (broken > 0)
		set_number(f, "csv.broken", broken);
	host->count(host, COUNT_ROWS, (int64_t)(rows + broken));
	host->count(host, COUNT_BROKEN, (int64_t)broken);
	return host->doc_set_text(f->doc, text);
}
