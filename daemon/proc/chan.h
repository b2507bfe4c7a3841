/* chan.h - frames and descriptors over a stream socket pair.
 *
 * A frame: u32 length, u16 type, u16 number of descriptors, u32 checksum (XXH3
 * of the payload), payload.  Frames are built in the out buffer and sent
 * several per sendmsg; descriptors travel with the bytes of their frame or
 * before them, and are matched by count.  Works non-blocking (supervisor, in a
 * uv_poll) and blocking (everybody else).  Whether a broken frame is a bug or
 * an enemy is the caller's to decide: the channel only says ERR_PROTO.
 */
#ifndef LAVOIR_PROC_CHAN_H
#define LAVOIR_PROC_CHAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum { CHAN_FRAME_MAX = 1 << 30, CHAN_FDS_MAX = 8 };

struct chan_fd {
	size_t at; /* out: sent not later than this byte */
	int fd;
	bool owned; /* close once sent */
};

struct chan {
	int fd; /* -1: closed */
	struct buf in;
	size_t in_at; /* first byte not yet taken */
	struct buf out;
	size_t out_at;	 /* first byte not yet sent */
	size_t frame_at; /* where the frame being built begins */
	int *fd_in;	 /* received, not yet taken */
	size_t n_fd_in, fd_in_cap;
	struct chan_fd *fd_out;
	size_t n_fd_out, fd_out_cap;
	uint64_t frames_in, frames_out;
};

struct frame {
	uint16_t type;
	const uint8_t *ptr; /* valid until the next chan_fill */
	size_t len;
	int fd[CHAN_FDS_MAX]; /* the receiver's to close */
	unsigned n_fds;
};

/* fd becomes the channel's; it is made non-blocking. -1: closed from the start.
 */
void chan_init(struct chan *c, int fd);
void chan_fini(struct chan *c);

/* Build a frame: payload goes into the returned buffer, nothing else may until
 * chan_end. */
struct buf *chan_begin(struct chan *c, uint16_t type);
/* Send a descriptor along with the frame being built; owned: the channel closes
 * it once it is sent; not owned: it stays open until then, or until chan_own.
 */
void chan_attach(struct chan *c, int fd, bool owned);
/* Descriptors that are not sent yet and not the channel's: copies of them are.
 */
void chan_own(struct chan *c);
void chan_end(struct chan *c);

/* Send what can be sent now: 0 all, 1 the socket is full, ERR_CLOSED, ERR_IO.
 */
int chan_flush(struct chan *c, struct err *e);
/* Wait until all is sent. */
int chan_flush_all(struct chan *c, struct err *e);

/* Receive what is there: bytes > 0, 0 nothing now, ERR_CLOSED, ERR_IO. Frames
 * given before become invalid. */
int chan_fill(struct chan *c, struct err *e);
/* The next whole frame: 1, 0 when there is none yet, ERR_PROTO. */
int chan_next(struct chan *c, struct frame *f_r, struct err *e);
/* Wait for a frame: 1, or an error. Flushes first. */
int chan_receive(struct chan *c, struct frame *f_r, struct err *e);
/* Wait until there is something to read, or timeout_ms (-1: for ever): 1 or 0.
 */
int chan_wait(struct chan *c, int timeout_ms);

/* Is there something that chan_flush has not sent? */
bool chan_pending(const struct chan *c);
size_t chan_out_bytes(const struct chan *c);

/* A connected pair of stream sockets, close-on-exec. */
int chan_pair(int fd[2], struct err *e);

#endif
