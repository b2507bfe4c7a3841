/* folder.h - one drop folder, open: its descriptor, its .lavoir below it, its
 * lock, and what this file system can do. */
#ifndef LAVOIR_ROLE_FOLDER_H
#define LAVOIR_ROLE_FOLDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "config/config.h"

struct folder {
	uint32_t number; /* place among all folders of the configuration */
	uint32_t pipeline;
	const struct config_watch *watch;
	int fd;	       /* the folder */
	int own_fd;    /* .lavoir/ */
	int done_fd;   /* .lavoir/done/ or the move target; -1: delete */
	int failed_fd; /* .lavoir/failed/ */
	int lock_fd;
	bool network; /* NFS, CIFS, FUSE ...: no events, ctime of another clock
		       */
	uint32_t retire_failures; /* at present (supervisor) */
	bool paused;	/* too many of them: nothing is taken (supervisor) */
	bool noreplace; /* renameat2(RENAME_NOREPLACE) works here */
};

/* Open, make .lavoir/{done,failed,retiring}, lock .lavoir/lock (ERR_BUSY:
 * watched by another daemon), probe create, rename, unlink. ERR_CONFIG,
 * ERR_PERM. */
int folder_open(struct folder *f, const struct config_watch *w,
    uint32_t pipeline, uint32_t number, struct err *e);
void folder_close(struct folder *f);

#endif
