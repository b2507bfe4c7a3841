/* peer.h - a channel in libuv's loop, and the output of a child, line by line.
 */
#ifndef LAVOIR_ROLE_PEER_H
#define LAVOIR_ROLE_PEER_H

#include <stdbool.h>
#include <sys/types.h>
#include <uv.h>

#include "proc/chan.h"

/* A frame came (its descriptors are the callee's), or the other end is gone
 * (once; e says why). The callee may close the peer. */
typedef void peer_frame_fn(void *arg, struct frame *f);
typedef void peer_gone_fn(void *arg, const struct err *e);

struct peer {
	uv_poll_t poll; /* first: freed in its close callback */
	struct chan chan;
	peer_frame_fn *frame;
	peer_gone_fn *gone;
	void *arg;
	int events; /* polled for */
	bool closed;
};

/* fd becomes the peer's. */
struct peer *peer_new(uv_loop_t *loop, int fd, peer_frame_fn *frame,
    peer_gone_fn *gone, void *arg);
void peer_close(struct peer **p);
/* Send what was queued, as far as it goes; the rest follows by itself.  True
 * when all is sent. */
bool peer_flush(struct peer *p);
/* Take what is there now, before its death is acted upon. */
void peer_drain(struct peer *p);

enum { OUTPUT_TAIL = 4096 };

struct output {
	uv_poll_t poll;
	int fd;
	char role[32];
	pid_t pid;
	char line[2048];
	size_t len;
	char tail[OUTPUT_TAIL]; /* last words */
	size_t tail_len;
	int events; /* polled for */
	bool closed;
};

/* A pipe whose lines are logged under role: *write_fd_r is the caller's. */
struct output *output_new(uv_loop_t *loop, const char *role, int *write_fd_r,
    struct err *e);
/* Read what is there, then close; the tail is copied to tail (OUTPUT_TAIL + 1
 * bytes, NUL-terminated) when it is not NULL. */
void output_close(struct output **o, char *tail);

#endif
