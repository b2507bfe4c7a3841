/* arrival_private.h - what arrival.c, arrival_scan.c and arrival_event.c share.
 */
#ifndef LAVOIR_ROLE_ARRIVAL_PRIVATE_H
#define LAVOIR_ROLE_ARRIVAL_PRIVATE_H

#include <limits.h>

#include "role/arrival.h"
#include "role/pending.h"
#include "role/scan.h"
#include "role/watch.h"

enum { ARRIVAL_SUBTREES = 64 };

/* The job in the thread pool: what it reads and writes is its own. */
struct arrival_job {
	uv_work_t work;
	bool running;
	bool whole; /* a pass of the round, not a subtree */
	struct scan_request request;
	char *below, *after;
	struct scan_list result;
	int rc;
};

struct arrival_folder {
	struct arrival *a;
	struct folder *f;
	struct pending *pending;
	bool paused;

	/* The list that is being given out. */
	struct scan_list list;
	bool list_whole;

	/* The round: passes from the first path to the last. */
	char *after; /* where the next pass goes on; NULL: the round is over */
	uint64_t again_ms;    /* when another round is wanted; UINT64_MAX: no */
	uint64_t scan_due_ms; /* when the next round begins by itself */
	char *subtrees[ARRIVAL_SUBTREES]; /* directories that came */
	size_t n_subtrees;
	struct arrival_job job;

	bool polling;
	bool limit_told;
	uint64_t pass_names, taken;
	uint64_t events, overflows, scans, found_by_scan;
};

struct arrival {
	uv_loop_t *loop;
	struct arrival_callbacks cb;
	struct watch_set *watches; /* NULL: the kernel gave none */
	uv_timer_t timer;
	uv_poll_t poll;
	struct arrival_folder **folders;
	size_t n_folders;
	size_t turn;
	size_t scan_bytes;
	struct pending_budget budget;
	bool hungry; /* arrival_next found nothing and ready() was not called */
	char path[PATH_MAX]; /* that arrival_next gave out last */

	bool closing;
	unsigned handles;
	void (*closed)(void *arg);
	void *closed_arg;
};

/* Call ready() when it is due, and set the timer.  At the end of callbacks. */
void arrival_wake(struct arrival *a);
/* Only the timer: where the supervisor is the caller. */
void arrival_arm(struct arrival *a);
void arrival_finish(struct arrival *a);

/* arrival_scan.c */
bool arrival_scan_wanted(const struct arrival_folder *af, uint64_t now_ms);
void arrival_scan_start(struct arrival_folder *af);
void arrival_scan_again(struct arrival_folder *af);
void arrival_scan_subtree(struct arrival_folder *af, const char *path);
void arrival_list_read(struct arrival_folder *af);

/* arrival_event.c */
void arrival_events(uv_poll_t *handle, int status, int events);
/* Look at path at due_ms; what finds no room is found by a scan. */
struct pending_file *arrival_expect(struct arrival_folder *af, const char *path,
    uint64_t due_ms);

#endif
