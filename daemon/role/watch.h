/* watch.h - the directories whose events we get: one inotify descriptor for all
 * folders.
 *
 * Directories are added by scanning threads, each before it is listed; events
 * are read on the loop.  The set may be used from any thread.
 */
#ifndef LAVOIR_ROLE_WATCH_H
#define LAVOIR_ROLE_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum watch_kind {
	WATCH_OVERFLOW,	 /* events were lost: look at everything again */
	WATCH_MOVED,	 /* this watched directory got another name */
	WATCH_GONE,	 /* this watched directory was removed */
	WATCH_UNMOUNTED, /* it lay on a mount that is gone */
	WATCH_DIR_CAME,	 /* a directory was made in it or moved into it */
	WATCH_CREATED,
	WATCH_CLOSED,
	WATCH_MOVED_IN,
};

struct watch_event {
	int kind;
	void *owner;	  /* of watch_add; NULL: overflow */
	const char *path; /* below the owner: of the file, or of the directory
			   */
};
typedef void watch_fn(void *arg, const struct watch_event *event);

struct watch_set;

/* ERR_LIMIT names fs.inotify.max_user_instances. */
int watch_new(struct watch_set **w_r, struct err *e);
void watch_free(struct watch_set **w);
int watch_fd(const struct watch_set *w);

/* Watch an open directory that is known as path below owner. Again, under
 * another path: the newer holds. ERR_LIMIT: the kernel gives no more. */
int watch_add(struct watch_set *w, int dirfd, void *owner, const char *path,
    struct err *e);
/* Forget path and all below it ("": everything of the owner). */
void watch_remove(struct watch_set *w, const void *owner, const char *path);
uint32_t watch_count(struct watch_set *w, const void *owner);

/* Hand out what has come, at most one buffer: true when there may be more. fn
 * may call back. */
bool watch_read(struct watch_set *w, watch_fn *fn, void *arg);

/* fs.inotify.NAME as the kernel has it now; -1: not known. */
long watch_limit(const char *name);

#endif
