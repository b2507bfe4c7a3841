/* scan.h - one pass over a folder's tree: the smallest paths behind a given
 * one, in byte order, as many as fit.
 *
 * Blocks; for a thread of the pool, which owns request and result meanwhile.
 * Nothing is opened but directories, and no file is looked at where the
 * directory tells its type.
 */
#ifndef LAVOIR_ROLE_SCAN_H
#define LAVOIR_ROLE_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "config/config.h"
#include "role/watch.h"

enum { SCAN_DEPTH_MAX = 64 }; /* folders in folders; each is a descriptor */

struct scan_request {
	int fd; /* the folder; the caller's */
	const struct config_watch *watch;
	const char *below;	   /* only this subtree; "": all */
	const char *after;	   /* only paths behind this one; NULL: all */
	size_t bytes_max;	   /* of the result, its overhead included */
	struct watch_set *watches; /* every directory is added; NULL: none */
	void *owner;		   /* for them */
};

struct scan_list {
	char *text;	  /* paths, each ending in NUL */
	uint32_t *offset; /* of each, in order */
	size_t n;
	size_t at; /* the next to be looked at; the reader's */
	size_t text_size, offset_size; /* of the mappings that they are */
	bool more; /* there were paths behind the last one */

	uint64_t names;	    /* wanted names seen, these and all others */
	uint64_t dirs;	    /* directories listed */
	uint64_t unwatched; /* of them, those the kernel would not watch */
	uint64_t remote;    /* of them, on a network file system */
	uint64_t denied;    /* directories that could not be listed */
	struct err err;	    /* the first of those, or why it failed */
};

/* 0, or the error that kept the top from being listed (ERR_NOENT: it is gone).
 */
int scan_run(const struct scan_request *request, struct scan_list *list_r);
void scan_list_fini(struct scan_list *l);
/* The path at the cursor, NULL at the end. */
const char *scan_list_peek(const struct scan_list *l);

#endif
