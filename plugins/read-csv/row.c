/* row.c - read one row: its text, and its other cells as attributes. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "csv.h"

enum { NAME_MAX_LEN = 128, ATTRIBUTES_MAX = 256 };

struct reading {
	struct reader *r;
	struct lavoir_doc *doc;
	struct lavoir_list names;
	struct cell *cell;
	size_t n, n_attributes;
	char quote;
};

bool
row_is_text(const struct reader *r, struct lavoir_str name)
{
	for (size_t i = 0; i < r->text_columns.n; i++) {
		struct lavoir_str s = r->text_columns.item[i].s;

		if (s.len == name.len &&
		    strncasecmp(s.ptr, name.ptr, s.len) == 0)
			return true;
	}
	return false;
}

bool
cell_get(struct reader *r, struct lavoir_doc *doc, char quote, struct cell cell,
    struct lavoir_str *text_r)
{
	char *out;

	*text_r = (struct lavoir_str){ cell.ptr, cell.len };
	if (quote == '\0' || cell.len == 0 || cell.ptr[0] != quote)
		return true;
	out = r->host->doc_alloc(doc, cell.len);
	if (out == NULL) {
		(void)r->host->fail(r->host, LAVOIR_ENOMEM,
		    "no memory for a cell");
		return false;
	}
	*text_r = (struct lavoir_str){ out, scan_unquote(cell, quote, out) };
	return true;
}

struct lavoir_str
row_trim(struct lavoir_str s)
{
	while (s.len > 0 && (unsigned char)s.ptr[s.len - 1] <= ' ')
		s.len--;
	while (s.len > 0 && (unsigned char)*s.ptr <= ' ') {
		s.ptr++;
		s.len--;
	}
	return s;
}

static struct lavoir_str
name_of(const struct reading *row, size_t column, char *own, size_t size)
{
	if (column < row->names.n && row->names.item[column].s.len > 0)
		return row->names.item[column].s;
	(void)snprintf(own, size, "column_%zu", column + 1);
	return (struct lavoir_str){ own, strlen(own) };
}

/* Names of attributes have no blanks: one '_' for a character they cannot
 * have.  0: it is none. */
static size_t
attribute_name(struct lavoir_str name, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = (unsigned char)name.ptr[i];
		unsigned char lower = c | 0x20;

		if ((c & 0xc0) == 0x80)
			continue;
		if (n == NAME_MAX_LEN)
			return 0;
		out[n++] = (char)((lower >= 'a' && lower <= 'z') ||
			    (c >= '0' && c <= '9') || c == '.' || c == ':' ||
			    c == '-'
			? c
			: '_');
	}
	out[n] = '\0';
	return strncmp(out, "lavoir.", 7) == 0 || strncmp(out, "_csv.", 5) == 0
	    ? 0
	    : n;
}

static int
set_attribute(struct reading *row, struct lavoir_str name,
    struct lavoir_str value)
{
	const struct lavoir_host *host = row->r->host;
	struct lavoir_value v = { .type = LAVOIR_STR };
	char out[NAME_MAX_LEN + 1];

	v.s = value;
	if (attribute_name(name, out) == 0 ||
	    value.len > row->r->value_size_max ||
	    row->n_attributes >= ATTRIBUTES_MAX) {
		host->count(host, COUNT_LEFT_OUT, 1);
		return LAVOIR_OK;
	}
	row->n_attributes++;
	return host->doc_set(row->doc, out, &v);
}

static size_t
append(char *out, size_t n, const char *p, size_t len)
{
	memcpy(out + n, p, len);
	return n + len;
}

/* The cells that hold text, with a blank line between; else all, as lines
 * "name: value". */
static int
set_cells(struct reading *row, size_t size)
{
	const struct lavoir_host *host = row->r->host;
	bool any = false;
	size_t n = 0;
	char own[32], *out = host->doc_alloc(row->doc, size);
	int rc = LAVOIR_OK;

	if (out == NULL)
		return host->fail(host, LAVOIR_ENOMEM, "no memory for a text");
	for (size_t i = 0; i < row->names.n; i++)
		any = any || row_is_text(row->r, row->names.item[i].s);
	for (size_t i = 0; i < row->n && rc == LAVOIR_OK; i++) {
		struct lavoir_str name = name_of(row, i, own, sizeof(own));
		struct lavoir_str value;

		if (!cell_get(row->r, row->doc, row->quote, row->cell[i],
			&value))
			return LAVOIR_ENOMEM;
		value = row_trim(value);
		if (value.len == 0)
			continue;
		if (any && !row_is_text(row->r, name)) {
			if (row->r->attributes)
				rc = set_attribute(row, name, value);
			continue;
		}
		if (n > 0)
			n = append(out, n, "\n\n", any ? 2 : 1);
		if (!any) {
			n = append(out, n, name.ptr, name.len);
			n = append(out, n, ": ", 2);
		}
		n = append(out, n, value.ptr, value.len);
	}
	if (rc != LAVOIR_OK)
		return rc;
	return host->doc_set_text(row->doc, (struct lavoir_str){ out, n });
}

/* Room for all cells, and their names where they are written. */
static size_t
size_of(const struct reading *row, struct lavoir_str text)
{
	size_t size = text.len + 1;

	for (size_t i = 0; i < row->n; i++)
		size += 4 +
		    (i < row->names.n && row->names.item[i].s.len > 32
			    ? row->names.item[i].s.len
			    : 32);
	return size;
}

int
read_row(struct reader *r, struct lavoir_doc *doc)
{
	const struct lavoir_host *host = r->host;
	struct encoding_hints hints = ENCODING_HINTS;
	struct encoding_result text;
	struct reading row = { .r = r, .doc = doc, .quote = r->quote };
	struct dialect d = { ',', r->quote, SIZE_MAX, r->columns_max };
	struct lavoir_value v;
	struct record record;
	int rc;

	if (host->doc_get(doc, ENCODING_ATTRIBUTE, &v) == LAVOIR_OK &&
	    v.type == LAVOIR_STR)
		hints.forced = encoding_find(v.s);
	if (host->doc_get(doc, DELIMITER_ATTRIBUTE, &v) == LAVOIR_OK &&
	    v.type == LAVOIR_STR && v.s.len == 1)
		d.delimiter = v.s.ptr[0];
	if (host->doc_get(doc, NAMES_ATTRIBUTE, &v) == LAVOIR_OK &&
	    v.type == LAVOIR_LIST)
		row.names = v.list;
	rc = encoding_read(r->encoding, doc, host->doc_raw(doc), &hints, &text);
	if (rc != LAVOIR_OK)
		return rc;
	row.cell = host->doc_alloc(doc, r->columns_max * sizeof(*row.cell));
	if (row.cell == NULL)
		return host->fail(host, LAVOIR_ENOMEM, "no memory for cells");
	if (scan_record(text.text, 0, &d, row.cell, &record) != RECORD_FINE)
		return host->fail(host, LAVOIR_EINVAL, "not a row");
	row.n = record.n;
	encoding_publish(host, doc, &text);
	return set_cells(&row, size_of(&row, text.text));
}
