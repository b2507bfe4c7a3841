/* scan.h - separated text, record by record (RFC 4180, and what is met).
 *
 * A quote opens a cell only at its beginning; within, two stand for one, and
 * line ends are text.  What follows a closing quote belongs to the cell.  A
 * cell that is never closed, or only by a quote that cannot be meant for it,
 * because the cell runs over several lines and something else follows, makes
 * the record broken: it ends with its first line, so that it costs no other.
 */
#ifndef LAVOIR_PLUGINS_READ_CSV_SCAN_H
#define LAVOIR_PLUGINS_READ_CSV_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "lavoir/plugin.h"

struct dialect {
	char delimiter;
	char quote;		    /* 0: none */
	size_t size_max, cells_max; /* of a record */
};

/* The cell as it stands there, with its quotes. */
struct cell {
	const char *ptr;
	size_t len;
};

enum record_status {
	RECORD_FINE,
	RECORD_END,	 /* there is nothing more */
	RECORD_UNCLOSED, /* a quote is not closed */
	RECORD_TOO_LONG, /* longer than size_max */
	RECORD_TOO_WIDE	 /* more cells than there is room for */
};

struct record {
	struct lavoir_str raw; /* without its end */
	size_t next;	       /* where the next one begins */
	size_t n;	       /* cells, of them that there was room for */
};

/* The record that begins at at, blank lines passed over; cell has room for
 * cells_max. */
enum record_status scan_record(struct lavoir_str text, size_t at,
    const struct dialect *d, struct cell *cell, struct record *r);

/* Write what a cell holds to out, at most cell.len bytes; the length. */
size_t scan_unquote(struct cell cell, char quote, char *out);

#endif
