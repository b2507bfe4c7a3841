/* row.h - an entry of the ledger as JSON. */
#ifndef LAVOIR_CONTROL_ROW_H
#define LAVOIR_CONTROL_ROW_H

#include "base/buf.h"
#include "store/ledger.h"

/* The line of "decisions": its fields are fixed. */
void row_write(struct buf *b, const struct ledger_row *row);

/* Everything that is known, for "explain". */
void row_write_all(struct buf *b, const struct ledger_row *row);

/* A kind by its name ("exported"), or 0. */
int row_kind(const char *name);

#endif
