/* peer.c - a channel in libuv's loop, and the output of a child, line by line.
 */
#include "role/peer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/xalloc.h"

enum { LINES_PER_MINUTE = 600, READS_AT_ONCE = 16 };

static void
free_peer(uv_handle_t *h)
{
	struct peer *p = (struct peer *)(void *)h;

	chan_fini(&p->chan);
	free(p);
}

static void watch(struct peer *p);

static void
take_frames(struct peer *p)
{
	struct frame f;
	struct err e = { 0 };
	int rc = 0;

	while (!p->closed && (rc = chan_next(&p->chan, &f, &e)) == 1)
		p->frame(p->arg, &f);
	if (rc < 0 && !p->closed)
		p->gone(p->arg, &e);
}

static void
on_poll(uv_poll_t *h, int status, int events)
{
	struct peer *p = (struct peer *)(void *)h;
	struct err e = { 0 };
	int rc;

	(void)status;
	if (events & UV_WRITABLE)
		peer_flush(p);
	if (p->closed || !(events & (UV_READABLE | UV_DISCONNECT)))
		return;
	rc = chan_fill(&p->chan, &e);
	if (rc < 0) {
		p->gone(p->arg, &e);
		return;
	}
	take_frames(p);
}

static void
watch(struct peer *p)
{
	int events = UV_READABLE;

	if (chan_pending(&p->chan))
		events |= UV_WRITABLE;
	/* Starting costs two system calls even when nothing changes. */
	if (events != p->events)
		uv_poll_start(&p->poll, events, on_poll);
	p->events = events;
}

struct peer *
peer_new(uv_loop_t *loop, int fd, peer_frame_fn *frame, peer_gone_fn *gone,
    void *arg)
{
	struct peer *p = xcalloc(1, sizeof *p);

	chan_init(&p->chan, fd);
	p->frame = frame;
	p->gone = gone;
	p->arg = arg;
	ensure(uv_poll_init(loop, &p->poll, fd) == 0);
	watch(p);
	return p;
}

void
peer_close(struct peer **p_in)
{
	struct peer *p = *p_in;

	if (!p)
		return;
	*p_in = NULL;
	p->closed = true;
	uv_poll_stop(&p->poll);
	uv_close((uv_handle_t *)&p->poll, free_peer);
}

bool
peer_flush(struct peer *p)
{
	struct err e;
	int rc = chan_flush(&p->chan, &e);

	/* That the peer is gone shows when it is read. */
	if (!p->closed)
		watch(p);
	return rc == 0;
}

void
peer_drain(struct peer *p)
{
	struct err e;

	take_frames(p);
	while (!p->closed && chan_fill(&p->chan, &e) > 0)
		take_frames(p);
}

/* ---- output ---- */

static void
keep_tail(struct output *o, const char *ptr, size_t len)
{
	if (len >= OUTPUT_TAIL) {
		memcpy(o->tail, ptr + len - OUTPUT_TAIL, OUTPUT_TAIL);
		o->tail_len = OUTPUT_TAIL;
		return;
	}
	if (o->tail_len + len > OUTPUT_TAIL) {
		size_t over = o->tail_len + len - OUTPUT_TAIL;

		memmove(o->tail, o->tail + over, o->tail_len - over);
		o->tail_len -= over;
	}
	memcpy(o->tail + o->tail_len, ptr, len);
	o->tail_len += len;
}

static void
end_line(struct output *o)
{
	if (o->len > 0 && log_allow("output of children", LINES_PER_MINUTE))
		log_relay(o->role, o->pid, o->line, o->len);
	o->len = 0;
}

static void
take_output(struct output *o, const char *ptr, size_t len)
{
	keep_tail(o, ptr, len);
	for (size_t i = 0; i < len; i++) {
		if (ptr[i] == '\n' || o->len == sizeof o->line)
			end_line(o);
		if (ptr[i] != '\n')
			o->line[o->len++] = ptr[i];
	}
}

/* False at the end of the pipe. */
static bool
read_output(struct output *o)
{
	char bytes[16 * 1024];

	for (int i = 0; i < READS_AT_ONCE; i++) {
		ssize_t n = read(o->fd, bytes, sizeof bytes);

		if (n == 0)
			return false;
		if (n < 0)
			return errno == EAGAIN || errno == EINTR;
		take_output(o, bytes, (size_t)n);
	}
	return true;
}

static void
on_output(uv_poll_t *h, int status, int events)
{
	struct output *o = (struct output *)(void *)h;

	(void)status;
	(void)events;
	if (!read_output(o))
		uv_poll_stop(&o->poll);
}

struct output *
output_new(uv_loop_t *loop, const char *role, int *write_fd_r, struct err *e)
{
	struct output *o;
	int fd[2];

	if (pipe2(fd, O_CLOEXEC) < 0) {
		err_sys(e, "pipe");
		return NULL;
	}
	fcntl(fd[0], F_SETFL, O_NONBLOCK);
	o = xcalloc(1, sizeof *o);
	o->fd = fd[0];
	snprintf(o->role, sizeof o->role, "%s", role);
	ensure(uv_poll_init(loop, &o->poll, fd[0]) == 0);
	uv_poll_start(&o->poll, UV_READABLE, on_output);
	*write_fd_r = fd[1];
	return o;
}

static void
free_output(uv_handle_t *h)
{
	struct output *o = (struct output *)(void *)h;

	close(o->fd);
	free(o);
}

void
output_close(struct output **o_in, char *tail)
{
	struct output *o = *o_in;

	if (!o)
		return;
	*o_in = NULL;
	read_output(o);
	end_line(o);
	if (tail) {
		memcpy(tail, o->tail, o->tail_len);
		tail[o->tail_len] = '\0';
	}
	uv_poll_stop(&o->poll);
	uv_close((uv_handle_t *)&o->poll, free_output);
}
