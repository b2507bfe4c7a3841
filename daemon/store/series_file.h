/* series_file.h - what a row does to its files: making, naming, syncing. */
#ifndef LAVOIR_STORE_SERIES_FILE_H
#define LAVOIR_STORE_SERIES_FILE_H

#include "base/err.h"
#include "store/series_name.h"
#include "store/series_row.h"

/* Put the row's folder, and what, before the text. */
int row_wrap(const struct row *r, const char *what, struct err *e);

/* A failure is ERR_IO whatever the kernel calls it: the pages may be gone, and
 * the next call would say that all is well. */
int row_fdatasync(const struct row *r, int fd, const char *what, struct err *e);
int row_sync_folder(const struct row *r, struct err *e);

/* The row's next shard, hidden, open as r->fd. */
int row_create_shard(struct row *r, struct err *e);
/* Give a shard its name. */
int row_reveal_shard(const struct row *r, uint64_t file, int codec,
    struct err *e);

int row_create_tail(struct row *r, struct frame *f, struct err *e);
int row_unlink_tail(const struct row *r, const struct frame *f, struct err *e);

/* Append what the press made of a frame. */
int row_write_frame(struct row *r, struct frame *f, struct err *e);
/* The open frame as it is, behind what counts. */
int row_write_provisional(struct row *r, struct frame *f, struct err *e);
int row_drop_provisional(struct row *r, struct err *e);

/* Forget all frames; their files stay. */
void row_drop_frames(struct row *r);

#endif
