/* retire.h - committed documents leave their folder: by one rename, in batches
 * in libuv's thread pool, and both folders synced before it is reported.
 *
 * The rename replaces nothing; afterwards what was moved is looked at, and put
 * back when it is not the file that was committed (a newer one slipped in). A
 * retirement may be done again, whatever a crash left of the first: what has
 * been moved already is found and reported as retired.
 */
#ifndef LAVOIR_ROLE_RETIRE_H
#define LAVOIR_ROLE_RETIRE_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/err.h"
#include "role/folder.h"
#include "store/outcome.h"

enum retire_result {
	RETIRED,
	RETIRE_GONE,   /* no file of that name: nothing to retire */
	RETIRE_NEWER,  /* another file has the name: left there, or put back */
	RETIRE_FAILED, /* an error: the text says which; to be tried again */
};

/* One file.  Filled in by the supervisor, given back with a result. */
struct retirement {
	struct folder *folder;
	char *path; /* relative, bytes; owned */
	char *id;   /* "web-12"; owned */
	struct witness witness;
	char *reason_json; /* not NULL: failed, goes to failed/ID/; owned */
	void *claim;	   /* the supervisor's */
	int result;	   /* enum retire_result */
	struct err err;
};

struct retire;

/* done: called on the loop with a batch whose renames are durable; the entries
 * are the callee's to keep or free with retirement_fini. */
struct retire *retire_new(uv_loop_t *loop,
    void (*done)(void *arg, struct retirement *r, size_t n), void *arg);

/* Takes the entry's content. */
void retire_add(struct retire *x, const struct retirement *r);
/* Start what is waiting (one batch under way at a time; the next begins behind
 * it by itself). */
void retire_flush(struct retire *x);
size_t retire_pending(const struct retire *x);
/* Blocks: for tests, and where there is no loop. Sets result and err of each.
 */
void retire_run(struct retirement *r, size_t n);
/* After the batch under way; what has not begun is dropped. */
void retire_close(struct retire *x, void (*done)(void *arg), void *arg);

void retirement_fini(struct retirement *r);

/* ---- failed children ---- */

/* Bytes of one, to be on disk before its end is: a crash in between finds them
 * under its id in .lavoir/keeping/, and the log knows whether it ended. */
struct kept_child {
	int own_fd; /* .lavoir/ of its folder; owned */
	int fd;	    /* where its bytes are; owned */
	uint64_t offset, length;
	char *id;	   /* "web-12#3"; owned */
	char *name;	   /* its own, of which the last part counts; owned */
	char *reason_json; /* owned */
	uint32_t tries;
	int result; /* 0, or a code: err says why */
	struct err err;
};

/* Copy each to keeping/ID/NAME with reason.json, all synced.  Blocks: for a
 * thread of the pool. Sets result and err of each. */
void retire_keep(struct kept_child *c, size_t n);
/* Its end is durable: keeping/ID becomes failed/ID.  What is not there is no
 * error; what the rename leaves open after a crash is found in keeping/. */
int retire_kept(int own_fd, const char *id, struct err *e);
/* It never ended. */
int retire_forget_kept(int own_fd, const char *id, struct err *e);
/* The ids in keeping/; fn may move or forget them. */
int retire_each_kept(int own_fd, void (*fn)(void *arg, const char *id),
    void *arg, struct err *e);
void kept_child_fini(struct kept_child *c);

#endif
