/* series_help.h - a series with a pretended commit log, for tests. */
#ifndef LAVOIR_TESTS_SERIES_HELP_H
#define LAVOIR_TESTS_SERIES_HELP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "store/series.h"

/* What the log would hold. */
enum { HELP_ROWS_MAX = 128 };
struct help {
	char folder[64];
	struct series_params params;
	struct series *s;
	struct series_state row[HELP_ROWS_MAX];
	size_t rows;
	struct err e;
};

/* A fresh folder. */
void help_init(struct help *h, int codec, uint64_t file_size_max);
void help_fini(struct help *h);
/* Open with what was committed; free is all that a crash does. */
int help_open(struct help *h);
void help_crash(struct help *h);
/* The states go to the log, and the series is told. */
void help_log(struct help *h);
void help_forget(struct help *h);
/* Sync and log. */
int help_commit(struct help *h);

/* Record number i, always the same; some are larger than a frame. */
void help_record(size_t i, struct buf *b);
int help_append(struct help *h, const char *partition, size_t from, size_t to);

/* Names and bytes of the visible files in the folder, in order of name. */
void help_digest(const struct help *h, struct buf *b);
/* Number of hidden files. */
size_t help_hidden(const struct help *h);
/* The plain bytes of a file by its name, appended; false: it does not decode.
 */
bool help_decode(const struct help *h, const char *name, struct buf *b);
/* The header and records from..to. */
void help_expect(const struct help *h, size_t from, size_t to, struct buf *b);

#endif
