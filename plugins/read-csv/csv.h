/* csv.h - what the parts of read-csv share.
 *
 * dialect.c finds out what separates the cells; scan.c cuts text into records
 * and cells.  A file is either a container of rows (rows.c), each handed out as
 * its bytes and read by any worker (row.c), or one table (table.c).
 */
#ifndef LAVOIR_PLUGINS_READ_CSV_CSV_H
#define LAVOIR_PLUGINS_READ_CSV_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/encoding/encoding.h"
#include "lavoir/plugin.h"
#include "scan.h"

enum { COUNT_ROWS, COUNT_BROKEN, COUNT_LEFT_OUT };
enum { MODE_AUTO, MODE_ROWS, MODE_TABLE };
enum { HEADER_AUTO, HEADER_YES, HEADER_NO };

/* What a row has with it from the file it stood in. */
#define ROW_ATTRIBUTE "_csv.row"
#define NAMES_ATTRIBUTE "_csv.names"
#define DELIMITER_ATTRIBUTE "_csv.delimiter"
#define ENCODING_ATTRIBUTE "_csv.encoding"

struct reader {
	const struct lavoir_host *host;
	struct encoding *encoding;
	int mode, header, format;
	int forced;	/* encoding; -1: none */
	char delimiter; /* 0: to be found */
	char quote;
	struct lavoir_list text_columns; /* strings */
	bool attributes;
	size_t row_size_max, columns_max, value_size_max;
	uint64_t rows_max;
};

/* A file as rows are cut from it. */
struct file {
	struct reader *r;
	struct lavoir_doc *doc;
	struct lavoir_str all; /* its bytes, or, decoded before, its text */
	size_t begin;	       /* of the first record: behind a byte order mark
				* and "sep=;" */
	bool whole;	       /* all is text, not the document's bytes */
	int encoding;	       /* of the bytes; -1: UTF-8 */
	struct dialect dialect;
	bool header;
	struct cell *cell; /* columns_max of them */
};

/* dialect.c: how the cells of text are separated, and whether its first record
 * names them. */
void dialect_find(struct file *f, bool tabs);

/* rows.c: hand out the rows of a file. */
int read_rows(struct file *f);
/* Is there a column among those that hold text? */
bool rows_have_text(struct file *f);

/* row.c: read one row. */
int read_row(struct reader *r, struct lavoir_doc *doc);
/* Is this the name of a column that holds text? */
bool row_is_text(const struct reader *r, struct lavoir_str name);

/* Without white space around. */
struct lavoir_str row_trim(struct lavoir_str s);

/* table.c: read a file as one text. */
int read_table(struct file *f);

/* A cell, unquoted, in memory of the document; false: there is none left. */
bool cell_get(struct reader *r, struct lavoir_doc *doc, char quote,
    struct cell cell, struct lavoir_str *text_r);

#endif
