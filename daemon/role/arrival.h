/* arrival.h - complete files in drop folders, in fair turns.
 *
 * inotify events (raw, through uv_poll) are hints; the directory listing is the
 * truth: scans at start, on overflow, for a new or moved-in directory, on
 * request and periodically, in libuv's thread pool; polling where a mount
 * reports nothing.  Pull: the supervisor asks for the next file when it has
 * room, so that the folder itself is the queue and memory does not grow with
 * it.  A scan pass keeps the smallest paths that fit SCAN_PASS_BYTES, in byte
 * order; the next pass goes on after the last of them, then round.
 *
 * Supervisor only; loop thread only.
 */
#ifndef LAVOIR_ROLE_ARRIVAL_H
#define LAVOIR_ROLE_ARRIVAL_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "role/claim.h"
#include "role/folder.h"

enum {
	SCAN_PASS_BYTES = 8 * 1024 * 1024, /* of all folders' lists together */
	ARRIVAL_PENDING_BYTES = 6 * 1024 * 1024, /* of files seen but not ready
						  */
};

struct arrival;

struct arrival_callbacks {
	void *arg;
	/* There may be something to take now (was empty before). */
	void (*ready)(void *arg);
	/* Is this path under way or committed and not retired yet? */
	bool (*known)(void *arg, const struct folder *f, const char *path);
};

struct arrival_stats {
	uint64_t waiting;  /* names seen in the last pass and not taken */
	uint64_t settling; /* seen, to be looked at again */
	int64_t oldest_ns; /* mtime of the oldest of those; 0: none */
	uint64_t events, overflows, scans, found_by_scan;
	uint32_t watches;
	bool polling;
};

struct arrival *arrival_new(uv_loop_t *loop,
    const struct arrival_callbacks *cb);
/* Other bounds than the two above; before the first arrival_add. */
void arrival_set_bounds(struct arrival *a, size_t scan_bytes,
    size_t pending_bytes);
/* The folder stays the caller's and must outlive arrival_close. */
int arrival_add(struct arrival *a, struct folder *f, struct err *e);

/* The next file that may be taken, of the folder whose turn it is: claimed,
 * with its folder and relative path (valid until the next call).  False: none
 * now, ready() will be called. */
bool arrival_next(struct arrival *a, struct folder **f_r, const char **path_r,
    struct claimed *c_r);

/* A file that was given out is back in its folder (it changed, or the claim was
 * given up): look at it again, with hint CLAIM_CLOSED. */
void arrival_again(struct arrival *a, struct folder *f, const char *path);

/* Look at everything again now (resume, after an error). */
void arrival_rescan(struct arrival *a);

/* Nothing is given out while paused; events go on being read. pipeline
 * UINT32_MAX: all. */
void arrival_pause(struct arrival *a, uint32_t pipeline, bool paused);

/* What is known of a file that was seen and not given out, as it was before the
 * next look at it; false when nothing is. */
bool arrival_known(const struct arrival *a, const struct folder *f,
    const char *path, struct claim_look *look_r);

void arrival_stats(const struct arrival *a, const struct folder *f,
    struct arrival_stats *r);

/* Has everything that lay in the folders been given out, as far as is known: no
 * scan under way, nothing settling? */
bool arrival_idle(const struct arrival *a);

/* Close all handles, wait for scans, then done(arg); frees a. */
void arrival_close(struct arrival *a, void (*done)(void *arg), void *arg);

#endif
