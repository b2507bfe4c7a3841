/* chan.c - frames and descriptors over a stream socket pair. */
#include "proc/chan.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/pack.h"
#include "base/xalloc.h"

enum {
	HEADER = 12,
	READ_SIZE = 256 * 1024,
	/* More than most batches: pages that come and go cost more than the
	 * bytes in them. */
	BUFFER_KEEP = 4 * 1024 * 1024,
	SEND_FDS_MAX = 64 /* a sendmsg; the kernel takes 253 */
};

void
chan_init(struct chan *c, int fd)
{
	memset(c, 0, sizeof *c);
	c->fd = fd;
	if (fd >= 0)
		fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

void
chan_fini(struct chan *c)
{
	for (size_t i = 0; i < c->n_fd_in; i++)
		close(c->fd_in[i]);
	for (size_t i = 0; i < c->n_fd_out; i++)
		if (c->fd_out[i].owned)
			close(c->fd_out[i].fd);
	free(c->fd_in);
	free(c->fd_out);
	buf_fini(&c->in);
	buf_fini(&c->out);
	if (c->fd >= 0)
		close(c->fd);
	memset(c, 0, sizeof *c);
	c->fd = -1;
}

struct buf *
chan_begin(struct chan *c, uint16_t type)
{
	c->frame_at = c->out.len;
	pack_u32(&c->out, 0);
	pack_u16(&c->out, type);
	pack_u16(&c->out, 0);
	pack_u32(&c->out, 0);
	return &c->out;
}

void
chan_attach(struct chan *c, int fd, bool owned)
{
	ensure(fd >= 0);
	if (c->n_fd_out == c->fd_out_cap) {
		c->fd_out_cap = c->fd_out_cap ? 2 * c->fd_out_cap : 16;
		c->fd_out =
		    xrealloc(c->fd_out, c->fd_out_cap, sizeof *c->fd_out);
	}
	c->fd_out[c->n_fd_out++] = (struct chan_fd){ c->frame_at, fd, owned };
}

void
chan_own(struct chan *c)
{
	for (size_t i = 0; i < c->n_fd_out; i++) {
		struct chan_fd *f = &c->fd_out[i];

		if (f->owned)
			continue;
		f->fd = fcntl(f->fd, F_DUPFD_CLOEXEC, 0);
		f->owned = true;
		ensure(f->fd >= 0);
	}
}

void
chan_end(struct chan *c)
{
	uint8_t *header = c->out.ptr + c->frame_at;
	size_t len = c->out.len - c->frame_at - HEADER;
	uint32_t length = (uint32_t)len, checksum;
	uint16_t n_fds = 0;

	ensure(len <= CHAN_FRAME_MAX);
	for (size_t i = c->n_fd_out; i > 0; i--) {
		if (c->fd_out[i - 1].at != c->frame_at)
			break;
		n_fds++;
	}
	ensure(n_fds <= CHAN_FDS_MAX);
	checksum = (uint32_t)hash_bytes(header + HEADER, len);
	memcpy(header, &length, 4);
	memcpy(header + 6, &n_fds, 2);
	memcpy(header + 8, &checksum, 4);
	c->frames_out++;
}

bool
chan_pending(const struct chan *c)
{
	return c->out_at < c->out.len;
}

size_t
chan_out_bytes(const struct chan *c)
{
	return c->out.len - c->out_at;
}

/* Descriptors whose frame begins before byte end, at most SEND_FDS_MAX: as a
 * control message.  *end_r is cut back when there are more. */
static unsigned
attach_control(struct chan *c, struct msghdr *m, size_t *end_r)
{
	int fds[SEND_FDS_MAX];
	unsigned n = 0;
	struct cmsghdr *cm;

	while (n < c->n_fd_out && c->fd_out[n].at < *end_r) {
		if (n == SEND_FDS_MAX) {
			*end_r = c->fd_out[n].at;
			break;
		}
		fds[n] = c->fd_out[n].fd;
		n++;
	}
	if (n == 0) {
		m->msg_control = NULL;
		m->msg_controllen = 0;
		return 0;
	}
	m->msg_controllen = CMSG_SPACE(n * sizeof(int));
	cm = CMSG_FIRSTHDR(m);
	cm->cmsg_level = SOL_SOCKET;
	cm->cmsg_type = SCM_RIGHTS;
	cm->cmsg_len = CMSG_LEN(n * sizeof(int));
	memcpy(CMSG_DATA(cm), fds, n * sizeof(int));
	return n;
}

static void
forget_sent_fds(struct chan *c, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (c->fd_out[i].owned)
			close(c->fd_out[i].fd);
	c->n_fd_out -= n;
	if (c->n_fd_out > 0)
		memmove(c->fd_out, c->fd_out + n,
		    c->n_fd_out * sizeof *c->fd_out);
}

/* Everything up to out_at is sent. */
static void
compact_out(struct chan *c)
{
	if (c->out_at == c->out.len) {
		c->out_at = 0;
		buf_reset(&c->out, BUFFER_KEEP);
	} else if (c->out_at > BUFFER_KEEP && c->out_at > c->out.len / 2) {
		for (size_t i = 0; i < c->n_fd_out; i++)
			c->fd_out[i].at -= c->out_at;
		buf_consume(&c->out, c->out_at);
		c->out_at = 0;
	}
}

int
chan_flush(struct chan *c, struct err *e)
{
	union {
		char bytes[CMSG_SPACE(SEND_FDS_MAX * sizeof(int))];
		struct cmsghdr align;
	} control;

	if (c->fd < 0)
		return err_set(e, ERR_CLOSED, "channel is closed");
	while (c->out_at < c->out.len) {
		size_t end = c->out.len;
		struct iovec iov;
		struct msghdr m = { .msg_iov = &iov,
			.msg_iovlen = 1,
			.msg_control = control.bytes };
		unsigned n = attach_control(c, &m, &end);
		ssize_t sent;

		iov.iov_base = c->out.ptr + c->out_at;
		iov.iov_len = end - c->out_at;
		sent = sendmsg(c->fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0 && (errno == EAGAIN || errno == ETOOMANYREFS))
			return 1;
		if (sent < 0 && (errno == EPIPE || errno == ECONNRESET))
			return err_set(e, ERR_CLOSED, "the peer is gone");
		if (sent < 0)
			return err_sys(e, "send");
		forget_sent_fds(c, n);
		c->out_at += (size_t)sent;
	}
	compact_out(c);
	return 0;
}

int
chan_flush_all(struct chan *c, struct err *e)
{
	for (;;) {
		int rc = chan_flush(c, e);
		struct pollfd p = { .fd = c->fd, .events = POLLOUT };

		if (rc <= 0)
			return rc;
		if (poll(&p, 1, -1) < 0 && errno != EINTR)
			return err_sys(e, "poll");
	}
}

static void
keep_fds(struct chan *c, struct msghdr *m)
{
	for (struct cmsghdr *cm = CMSG_FIRSTHDR(m); cm;
	     cm = CMSG_NXTHDR(m, cm)) {
		size_t n;

		if (cm->cmsg_level != SOL_SOCKET || cm->cmsg_type != SCM_RIGHTS)
			continue;
		n = (cm->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		if (c->n_fd_in + n > c->fd_in_cap) {
			c->fd_in_cap = 2 * (c->n_fd_in + n);
			c->fd_in =
			    xrealloc(c->fd_in, c->fd_in_cap, sizeof *c->fd_in);
		}
		memcpy(c->fd_in + c->n_fd_in, CMSG_DATA(cm), n * sizeof(int));
		c->n_fd_in += n;
	}
}

/* How much to ask for: the rest of a long frame at once. */
static size_t
read_size(const struct chan *c)
{
	size_t have = c->in.len - c->in_at;
	uint32_t length;

	if (have < HEADER)
		return READ_SIZE;
	memcpy(&length, c->in.ptr + c->in_at, 4);
	if (length > CHAN_FRAME_MAX || length + HEADER - have <= READ_SIZE)
		return READ_SIZE;
	/* Grow as the bytes come, not as a header promises. */
	length = (uint32_t)(length + HEADER - have);
	return length < 16 * READ_SIZE ? length : 16 * READ_SIZE;
}

int
chan_fill(struct chan *c, struct err *e)
{
	union {
		char bytes[CMSG_SPACE(253 * sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec iov;
	struct msghdr m = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof control.bytes };
	ssize_t got;

	if (c->fd < 0)
		return err_set(e, ERR_CLOSED, "channel is closed");
	if (c->in_at > 0) {
		buf_consume(&c->in, c->in_at);
		c->in_at = 0;
		if (c->in.len == 0)
			buf_reset(&c->in, BUFFER_KEEP);
	}
	iov.iov_len = read_size(c);
	iov.iov_base = buf_reserve(&c->in, iov.iov_len);
	do
		got = recvmsg(c->fd, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	if (got < 0 && errno == EAGAIN)
		return 0;
	if (got == 0 || (got < 0 && errno == ECONNRESET))
		return err_set(e, ERR_CLOSED, "the peer is gone");
	if (got < 0)
		return err_sys(e, "receive");
	c->in.len += (size_t)got;
	keep_fds(c, &m);
	if (m.msg_flags & MSG_CTRUNC)
		return err_set(e, ERR_LIMIT,
		    "descriptors were lost on the way: too many open files");
	return got > INT32_MAX ? INT32_MAX : (int)got;
}

static void
take_fds(struct chan *c, struct frame *f, unsigned n)
{
	f->n_fds = n;
	if (n == 0)
		return;
	memcpy(f->fd, c->fd_in, n * sizeof(int));
	c->n_fd_in -= n;
	if (c->n_fd_in > 0)
		memmove(c->fd_in, c->fd_in + n, c->n_fd_in * sizeof(int));
}

int
chan_next(struct chan *c, struct frame *f, struct err *e)
{
	const uint8_t *header = c->in.ptr + c->in_at;
	size_t have = c->in.len - c->in_at;
	uint32_t length, checksum;
	uint16_t n_fds;

	if (have < HEADER)
		return 0;
	memcpy(&length, header, 4);
	memcpy(&f->type, header + 4, 2);
	memcpy(&n_fds, header + 6, 2);
	memcpy(&checksum, header + 8, 4);
	if (length > CHAN_FRAME_MAX || n_fds > CHAN_FDS_MAX)
		return err_set(e, ERR_PROTO,
		    "frame of type %u claims %u bytes and %u descriptors",
		    f->type, length, n_fds);
	if (have < HEADER + (size_t)length)
		return 0;
	if (n_fds > c->n_fd_in)
		return err_set(e, ERR_PROTO,
		    "frame of type %u came without its descriptors", f->type);
	f->ptr = header + HEADER;
	f->len = length;
	if ((uint32_t)hash_bytes(f->ptr, f->len) != checksum)
		return err_set(e, ERR_PROTO,
		    "frame of type %u, %u bytes: wrong checksum", f->type,
		    length);
	take_fds(c, f, n_fds);
	c->in_at += HEADER + (size_t)length;
	c->frames_in++;
	return 1;
}

int
chan_wait(struct chan *c, int timeout_ms)
{
	struct pollfd p = { .fd = c->fd, .events = POLLIN };
	int n;

	do
		n = poll(&p, 1, timeout_ms);
	while (n < 0 && errno == EINTR && timeout_ms < 0);
	return n > 0;
}

int
chan_receive(struct chan *c, struct frame *f, struct err *e)
{
	int rc = chan_flush_all(c, e);

	if (rc < 0)
		return rc;
	while ((rc = chan_next(c, f, e)) == 0) {
		rc = chan_fill(c, e);
		if (rc < 0)
			return rc;
		if (rc == 0)
			chan_wait(c, -1);
	}
	return rc;
}

int
chan_pair(int fd[2], struct err *e)
{
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd) < 0) {
		fd[0] = fd[1] = -1;
		return err_sys(e, "socketpair");
	}
	return 0;
}
