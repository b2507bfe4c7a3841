/* folder.h - one drop folder, open: its descriptor, its .lavoir below it, its
 * lock, and what this file system can do. */
#ifndef LAVOIR_ROLE_FOLDER_H
#define LAVOIR_ROLE_FOLDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "config/config.h"

#define FOLDER_OWN ".lavoir"
#define FOLDER_PROBE ".lavoir-probe"

struct folder {
	uint32_t number; /* place among all folders of the configuration */
	uint32_t pipeline;
	const struct config_watch *watch;
	int fd;		 /* the folder */
	int own_fd;	 /* .lavoir/ */
	int done_fd;	 /* .lavoir/done/ or the move target; -1: delete */
	int failed_fd;	 /* .lavoir/failed/ */
	int retiring_fd; /* .lavoir/retiring/ */
	int lock_fd;
	bool network; /* NFS, CIFS, FUSE ...: no events, ctime of another clock
		       */
	uint32_t retire_failures; /* at present (supervisor) */
	bool paused;	/* too many of them: nothing is taken (supervisor) */
	bool held;	/* paused by an operator: from arrival_add() on */
	bool noreplace; /* renameat2(RENAME_NOREPLACE) works here */
};

/* Open, make .lavoir/{done,failed,retiring,keeping}, lock .lavoir/lock
 * (ERR_BUSY: watched by another daemon), probe create, rename, unlink.
 * ERR_CONFIG, ERR_PERM. After an error there is nothing to close. */
int folder_open(struct folder *f, const struct config_watch *w,
    uint32_t pipeline, uint32_t number, struct err *e);
/* Harmless when it is closed or all zero but for descriptors of -1. */
void folder_close(struct folder *f);

/* Is the file system below this descriptor one whose changes come from other
 * machines? */
bool folder_on_network(int fd);

#endif
