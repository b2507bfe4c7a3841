/* read-csv.c - separated text: a container of rows, or one table. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/markup.h"
#include "csv.h"

enum { SAMPLE = 1 << 16 };
enum {
	MODE,
	TEXT_COLUMN,
	ATTRIBUTES,
	FORMAT,
	DELIMITER,
	QUOTE,
	HEADER,
	ENCODING,
	ROW_SIZE_MAX,
	COLUMNS_MAX,
	ROWS_MAX,
	VALUE_SIZE_MAX
};

/* clang-format off */
static const char *const modes[] = {
	[MODE_AUTO] = "auto", [MODE_ROWS] = "rows", [MODE_TABLE] = "table", NULL
};
static const char *const headers[] = {
	[HEADER_AUTO] = "auto", [HEADER_YES] = "yes", [HEADER_NO] = "no", NULL
};
static const char *const formats[] = {
	[MARKUP_PLAIN] = "plain", [MARKUP_MARKDOWN] = "markdown", NULL
};
static const struct lavoir_option options[] = {
	[MODE] = { "mode", LAVOIR_OPT_ENUM, 0, "\"auto\"", 0, 0, modes,
	    "`rows`: every row is a document; `table`: the file is one; `auto`: "
	    "rows, if there is a column for the text, else a table." },
	[TEXT_COLUMN] = { "text_column", LAVOIR_OPT_STR, LAVOIR_OPT_LIST,
	    "[\"text\", \"content\", \"body\", \"article\", \"document\", "
	    "\"full_text\", \"fulltext\", \"raw_text\", \"texte\", \"contenu\", "
	    "\"inhalt\", \"texto\", \"contenido\", \"testo\", \"tekst\"]",
	    0, 0, NULL, "The columns that hold the text, by their names, small "
	    "and capital letters alike. Of several the text is put together, in "
	    "the order of the columns, with a blank line between. Where there is "
	    "none, a row's text is a line `name: value` for every cell." },
	[ATTRIBUTES] = { "attributes", LAVOIR_OPT_BOOL, 0, "true", 0, 0, NULL,
	    "Beside a column for the text, the others become attributes, by their "
	    "names, in which `_` stands for what attributes' names may not have." },
	[FORMAT] = { "format", LAVOIR_OPT_ENUM, 0, "\"plain\"", 0, 0, formats,
	    "How a table is written." },
	[DELIMITER] = { "delimiter", LAVOIR_OPT_STR, 0, "\"\"", 0, 0, NULL,
	    "The character between cells, an ASCII one. Empty: the one of comma, "
	    "semicolon, tab and `|` by which most rows are alike, or what the "
	    "line `sep=;` says." },
	[QUOTE] = { "quote", LAVOIR_OPT_STR, 0, "\"\\\"\"", 0, 0, NULL,
	    "The character around cells that hold delimiters or line ends. Empty: "
	    "there is none." },
	[HEADER] = { "header", LAVOIR_OPT_ENUM, 0, "\"auto\"", 0, 0, headers,
	    "Does the first row name the columns? `auto`: if all its cells are "
	    "short, different, and more letters than digits." },
	[ENCODING] = { "encoding", LAVOIR_OPT_STR, 0, "\"\"", 0, 0, NULL,
	    "The encoding of all files, as for `read-text`; empty: each is looked "
	    "at." },
	[ROW_SIZE_MAX] = { "row_size_max", LAVOIR_OPT_SIZE, 0, "\"4M\"", 64,
	    1073741824.0, NULL, "A longer row fails, alone. A quote that is not "
	    "closed costs the line it stands in; where it could be closed is "
	    "looked for so far." },
	[COLUMNS_MAX] = { "columns_max", LAVOIR_OPT_INT, 0, "1000", 1, 100000,
	    NULL, "A row with more cells fails, alone." },
	[ROWS_MAX] = { "rows_max", LAVOIR_OPT_INT, 0, "0", 0, 1e15, NULL,
	    "A file with more rows fails; rows read before stand. 0: no limit." },
	[VALUE_SIZE_MAX] = { "value_size_max", LAVOIR_OPT_SIZE, 0, "\"64K\"", 0,
	    0, NULL, "Cells that are longer become no attributes." },
	{ 0 }
};
static const struct lavoir_name accepts[] = {
	{ "text/csv", "comma-separated values, and their kin" },
	{ "text/tab-separated-values", "the same, with tabs" },
	{ 0 }
};
static const struct lavoir_name writes[] = {
	ENCODING_WRITES,
	{ "csv.rows", "of a table: its rows" },
	{ "csv.broken", "of a table: rows that could not be read" },
	{ ROW_ATTRIBUTE, "number of a row" },
	{ NAMES_ATTRIBUTE, "of its columns" },
	{ DELIMITER_ATTRIBUTE, "between its cells" },
	{ ENCODING_ATTRIBUTE, "of its file" },
	{ "*", "cells of a row" },
	{ 0 }
};
static const struct lavoir_name counters[] = {
	[COUNT_ROWS] = { "rows", "rows, but for those that name columns" },
	[COUNT_BROKEN] = { "broken", "rows that could not be read" },
	[COUNT_LEFT_OUT] = { "left_out",
	    "cells that became no attribute because of a limit or a name" },
	{ 0 }
};
/* clang-format on */

/* One ASCII character or none, none that ends lines. */
static bool
is_character(struct lavoir_str s)
{
	return s.len == 0 ||
	    (s.len == 1 && (s.ptr[0] == '\t' || s.ptr[0] >= ' ') &&
		s.ptr[0] != 0x7f);
}

static bool
read_csv_check(const struct lavoir_value *opt, char *err, size_t size)
{
	struct lavoir_str d = opt[DELIMITER].s, q = opt[QUOTE].s;

	if (!is_character(d) || !is_character(q))
		(void)snprintf(err, size, "%s: one ASCII character expected",
		    is_character(d) ? "quote" : "delimiter");
	else if (d.len == 1 && q.len == 1 && d.ptr[0] == q.ptr[0])
		(void)snprintf(err, size, "delimiter and quote are the same");
	else if (opt[ENCODING].s.len > 0 && encoding_find(opt[ENCODING].s) < 0)
		(void)snprintf(err, size, "encoding: unknown encoding \"%.*s\"",
		    (int)opt[ENCODING].s.len, opt[ENCODING].s.ptr);
	else
		return true;
	return false;
}

static void
read_csv_close(void *self)
{
	struct reader *r = self;

	encoding_free(r->encoding);
	free(r);
}

static int
read_csv_open(const struct lavoir_plugin *plugin,
    const struct lavoir_host *host, const struct lavoir_value *opt, void **self)
{
	struct reader *r = calloc(1, sizeof(*r));
	int rc;

	(void)plugin;
	if (r == NULL)
		return host->fail(host, LAVOIR_ENOMEM, "out of memory");
	r->host = host;
	r->mode = (int)opt[MODE].i;
	r->header = (int)opt[HEADER].i;
	r->format = (int)opt[FORMAT].i;
	if (opt[DELIMITER].s.len > 0)
		r->delimiter = opt[DELIMITER].s.ptr[0];
	if (opt[QUOTE].s.len > 0)
		r->quote = opt[QUOTE].s.ptr[0];
	r->text_columns = opt[TEXT_COLUMN].list;
	r->attributes = opt[ATTRIBUTES].i != 0;
	r->forced = encoding_find(opt[ENCODING].s);
	r->row_size_max = (size_t)opt[ROW_SIZE_MAX].i;
	r->columns_max = (size_t)opt[COLUMNS_MAX].i;
	r->rows_max = (uint64_t)opt[ROWS_MAX].i;
	r->value_size_max = (size_t)opt[VALUE_SIZE_MAX].i;
	r->encoding = encoding_new(host, &rc);
	if (r->encoding == NULL) {
		read_csv_close(r);
		return rc;
	}
	*self = r;
	return LAVOIR_OK;
}

static struct encoding_hints
hints_of(const struct reader *r, struct lavoir_doc *doc)
{
	struct encoding_hints hints = ENCODING_HINTS;

	hints.forced = r->forced;
	hints.declared = encoding_of_doc(r->host, doc);
	return hints;
}

/* Decode all of it. */
static int
decode(struct file *f)
{
	struct encoding_hints hints = hints_of(f->r, f->doc);
	struct encoding_result text;
	int rc = encoding_read(f->r->encoding, f->doc, f->all, &hints, &text);

	if (rc != LAVOIR_OK)
		return rc;
	encoding_publish(f->r->host, f->doc, &text);
	f->all = text.text;
	f->begin = 0;
	f->whole = true;
	f->encoding = -1;
	return LAVOIR_OK;
}

/* Look at the beginning: the encoding, and where the first record is.  Text
 * that is not made of ASCII's bytes is decoded as a whole. */
static int
look(struct file *f)
{
	struct encoding_hints hints = hints_of(f->r, f->doc);
	struct lavoir_str sample = f->all;
	struct encoding_result text;
	int rc;

	/* To the end of a line: the cut may be within a character. */
	if (sample.len > SAMPLE) {
		const char *end = memrchr(sample.ptr, '\n', SAMPLE);

		sample.len =
		    end != NULL ? (size_t)(end - sample.ptr) + 1 : SAMPLE;
	}
	rc = encoding_read(f->r->encoding, f->doc, sample, &hints, &text);
	if (rc != LAVOIR_OK)
		return rc;
	if (strncmp(text.name, "utf-16", 6) == 0 ||
	    strncmp(text.name, "utf-32", 6) == 0)
		return decode(f);
	if (f->all.len >= 3 && memcmp(f->all.ptr, "\xef\xbb\xbf", 3) == 0)
		f->begin = 3;
	f->encoding = strcmp(text.name, "utf-8") == 0
	    ? f->r->forced
	    : encoding_find(
		  (struct lavoir_str){ text.name, strlen(text.name) });
	return LAVOIR_OK;
}

static int
read_file(struct reader *r, struct lavoir_doc *doc, bool tabs)
{
	struct file f = { .r = r, .doc = doc, .all = r->host->doc_raw(doc) };
	int rc;

	f.cell = r->host->doc_alloc(doc, r->columns_max * sizeof(*f.cell));
	if (f.cell == NULL)
		return r->host->fail(r->host, LAVOIR_ENOMEM,
		    "no memory for cells");
	rc = look(&f);
	if (rc != LAVOIR_OK)
		return rc;
	dialect_find(&f, tabs);
	if (r->mode == MODE_ROWS ||
	    (r->mode == MODE_AUTO && rows_have_text(&f)))
		return read_rows(&f);
	if (!f.whole) {
		rc = decode(&f);
		dialect_find(&f, tabs);
	}
	return rc == LAVOIR_OK ? read_table(&f) : rc;
}

static int
read_csv_process(void *self, struct lavoir_doc *doc)
{
	struct reader *r = self;
	struct lavoir_value v;
	bool tabs;

	if (r->host->doc_get(doc, ROW_ATTRIBUTE, &v) == LAVOIR_OK)
		return read_row(r, doc);
	if (r->host->doc_get(doc, "lavoir.media_type", &v) != LAVOIR_OK ||
	    v.type != LAVOIR_STR)
		return LAVOIR_PASS;
	tabs = v.s.len >= 8 && memcmp(v.s.ptr, "text/tab", 8) == 0;
	return read_file(r, doc, tabs);
}

const struct lavoir_plugin lavoir_plugin_v1 = {
	LAVOIR_PLUGIN_HEAD,
	.name = "read-csv",
	.version = "1.0",
	.summary = "reads comma-separated values: rows, or one table",
	.options = options,
	.accepts = accepts,
	.writes = writes,
	.counters = counters,
	.check = read_csv_check,
	.open = read_csv_open,
	.close = read_csv_close,
	.process = read_csv_process,
};
