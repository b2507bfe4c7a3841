/* rows.c - hand out the rows of a file. */
#include <stdio.h>
#include <string.h>

#include "csv.h"

static struct lavoir_value
string_value(const char *s, size_t len)
{
	struct lavoir_value v = { .type = LAVOIR_STR };

	v.s = (struct lavoir_str){ s, len };
	return v;
}

/* The names of the columns, decoded; NULL items: no memory. */
static int
names(struct file *f, struct lavoir_list *names_r, size_t *next_r)
{
	struct reader *r = f->r;
	struct encoding_hints hints = ENCODING_HINTS;
	struct encoding_result text;
	struct record record;
	struct lavoir_value *item;
	int rc;

	*names_r = (struct lavoir_list){ NULL, 0 };
	*next_r = f->begin;
	if (!f->header ||
	    scan_record(f->all, f->begin, &f->dialect, f->cell, &record) !=
		RECORD_FINE)
		return LAVOIR_OK;
	*next_r = record.next;
	hints.forced = f->encoding;
	rc = encoding_read(r->encoding, f->doc, record.raw, &hints, &text);
	if (rc != LAVOIR_OK)
		return rc;
	(void)scan_record(text.text, 0, &f->dialect, f->cell, &record);
	item = r->host->doc_alloc(f->doc, (record.n + 1) * sizeof(*item));
	if (item == NULL)
		return r->host->fail(r->host, LAVOIR_ENOMEM,
		    "no memory for the names of columns");
	for (size_t i = 0; i < record.n; i++) {
		item[i] = (struct lavoir_value){ .type = LAVOIR_STR };
		if (!cell_get(r, f->doc, f->dialect.quote, f->cell[i],
			&item[i].s))
			return LAVOIR_ENOMEM;
		item[i].s = row_trim(item[i].s);
	}
	*names_r = (struct lavoir_list){ item, record.n };
	return LAVOIR_OK;
}

bool
rows_have_text(struct file *f)
{
	struct lavoir_list list;
	size_t next;

	if (names(f, &list, &next) != LAVOIR_OK)
		return false;
	for (size_t i = 0; i < list.n; i++)
		if (row_is_text(f->r, list.item[i].s))
			return true;
	return false;
}

static const char *
why_broken(const struct reader *r, enum record_status status, char *why,
    size_t size)
{
	if (status == RECORD_UNCLOSED)
		(void)snprintf(why, size, "a quote is not closed");
	else if (status == RECORD_TOO_LONG)
		(void)snprintf(why, size,
		    "longer than %zu bytes "
		    "(row_size_max)",
		    r->row_size_max);
	else
		(void)snprintf(why, size, "more than %zu cells (columns_max)",
		    r->columns_max);
	return why;
}

static int
give(struct file *f, const struct record *record, enum record_status status,
    const struct lavoir_list *list, uint64_t number)
{
	const struct lavoir_host *host = f->r->host;
	struct lavoir_attr attr[4];
	struct lavoir_child child = { .size = sizeof(child) };
	const char *encoding = encoding_name(f->encoding);
	char name[24], why[100];
	size_t n = 0;

	attr[n].name = ROW_ATTRIBUTE;
	attr[n].value = (struct lavoir_value){ .type = LAVOIR_INT };
	attr[n++].value.i = (int64_t)number;
	attr[n].name = NAMES_ATTRIBUTE;
	attr[n].value = (struct lavoir_value){ .type = LAVOIR_LIST };
	attr[n++].value.list = *list;
	attr[n++] = (struct lavoir_attr){ DELIMITER_ATTRIBUTE,
		string_value(&f->dialect.delimiter, 1) };
	if (encoding != NULL)
		attr[n++] = (struct lavoir_attr){ ENCODING_ATTRIBUTE,
			string_value(encoding, strlen(encoding)) };
	(void)snprintf(name, sizeof(name), "%llu", (unsigned long long)number);
	child.name = name;
	child.media_type = "text/csv";
	child.attrs = (struct lavoir_map){ attr, n };
	child.position = f->whole ? 0 : record->next;
	host->count(host, COUNT_ROWS, 1);
	if (status == RECORD_FINE) {
		child.raw = record->raw;
	} else {
		child.attrs.n = 0;
		child.fail = why_broken(f->r, status, why, sizeof(why));
		host->count(host, COUNT_BROKEN, 1);
	}
	return host->doc_child(f->doc, &child);
}

int
read_rows(struct file *f)
{
	const struct lavoir_host *host = f->r->host;
	uint64_t position = 0, number = 0;
	struct lavoir_list list;
	struct record record;
	size_t at;
	int rc = names(f, &list, &at);

	/* A text that was decoded as a whole has no place to go on at. */
	if (rc == LAVOIR_OK && !f->whole)
		rc = host->doc_resume(f->doc, &position, &number);
	if (rc != LAVOIR_OK)
		return rc;
	if (position > f->all.len)
		return host->fail(host, LAVOIR_EINVAL,
		    "the place to go on at lies behind the end");
	if (position > 0)
		at = (size_t)position;
	for (;;) {
		enum record_status status =
		    scan_record(f->all, at, &f->dialect, f->cell, &record);

		if (status == RECORD_END)
			return LAVOIR_OK;
		if (host->cancelled(host))
			return LAVOIR_ECANCELED;
		if (f->r->rows_max > 0 && number >= f->r->rows_max)
			return host->fail(host, LAVOIR_EINVAL,
			    "more rows than rows_max");
		rc = give(f, &record, status, &list, ++number);
		if (rc != LAVOIR_OK)
			return rc;
		at = record.next;
	}
}
