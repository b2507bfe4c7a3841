/* fs.h - files made durable, directories, whole-file reads and writes.  All
 * retry EINTR and finish short reads and writes. */
#ifndef LAVOIR_BASE_FS_H
#define LAVOIR_BASE_FS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"

/* Read or write len bytes at an offset; short is an error (reading: *got_r says
 * how many there were, 0 returned; got_r NULL: a short file is ERR_CORRUPT). */
int fs_pread_full(int fd, void *ptr, size_t len, uint64_t offset, size_t *got_r,
    struct err *e);
int fs_pwrite_full(int fd, const void *ptr, size_t len, uint64_t offset,
    struct err *e);
int fs_write_full(int fd, const void *ptr, size_t len, struct err *e);

/* The whole file; more than size_max bytes is ERR_INVAL. Appends to *b,
 * which is as before when it fails. */
int fs_read_file(int dirfd, const char *path, size_t size_max, struct buf *b,
    struct err *e);

/* Replace a file so that a crash leaves the old or the new content: temporary
 * file in the same folder, fsync, rename, fsync of the folder. */
int fs_replace_file(int dirfd, const char *path, const void *ptr, size_t len,
    mode_t mode, struct err *e);

/* mkdir -p below dirfd; folders it made are synced into their parents. */
int fs_mkdirs(int dirfd, const char *path, mode_t mode, struct err *e);

/* Open a folder (O_DIRECTORY|O_CLOEXEC): the descriptor, or a negative code. */
int fs_open_dir(int dirfd, const char *path, struct err *e);
/* The same for the folder that path lies in. */
int fs_open_parent(int dirfd, const char *path, struct err *e);

/* fsync a folder by descriptor (what: its name for the error), or the folder
 * that path lies in. */
int fs_sync_dir(int dirfd, const char *what, struct err *e);
int fs_sync_parent(int dirfd, const char *path, struct err *e);

/* Remove a tree; what is not there is no error.  Symbolic links are removed,
 * not followed. */
int fs_remove_tree(int dirfd, const char *path, struct err *e);

/* Take an exclusive lock on path (created if absent): the descriptor, which
 * holds the lock until closed, ERR_BUSY when another process has it. Records
 * the pid in the file. */
int fs_lock_file(int dirfd, const char *path, struct err *e);

/* Close, and set to -1. */
void fs_close(int *fd);

/* "a" + "/" + "b"; b alone when it is absolute; caller frees. */
char *fs_join(const char *a, const char *b);

/* Free bytes and inodes of the file system (UINT64_MAX when it has no limit),
 * as far as this user may take them. */
int fs_free_space(int fd, uint64_t *bytes_r, uint64_t *inodes_r, struct err *e);

#endif
