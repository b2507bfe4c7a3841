/* client.c - one connection to the control socket. */
#include "control/client.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json_read.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "control/commands.h"
#include "control/control_private.h"
#include "control/frame.h"

enum { READ_SIZE = 65536, READS_MAX = 16, REQUEST_DEPTH = 8 };

static void on_poll(uv_poll_t *h, int status, int events);

struct supervisor *
client_supervisor(const struct client *c)
{
	return c->control->supervisor;
}

const char *
client_argument(const struct client *c, const char *name)
{
	return json_string_value(json_object_get(c->arguments, name));
}

/* ---- life ---- */

void
client_new(struct control *control, int fd, bool may_write)
{
	struct supervisor *s = control->supervisor;
	struct client *c = xcalloc(1, sizeof *c);

	c->control = control;
	c->fd = fd;
	c->may_write = may_write;
	c->active_ms = clock_monotonic_ms();
	c->poll.data = c;
	ensure(uv_poll_init(s->loop, &c->poll, fd) == 0);
	list_append(&control->clients, &c->link);
	control->n_clients++;
	uv_poll_start(&c->poll, UV_READABLE, on_poll);
}

static void
on_closed(uv_handle_t *h)
{
	free(h->data);
}

void
client_close(struct client *c)
{
	c->control->n_clients--;
	list_remove(&c->link);
	json_decref(c->arguments);
	buf_fini(&c->in);
	buf_fini(&c->out);
	/* The descriptor last: uv_close() takes it out of the epoll set by its
	 * number, which by then may be another thread's. */
	uv_close((uv_handle_t *)&c->poll, on_closed);
	close(c->fd);
	c->fd = -1;
}

/* ---- out ---- */

/* False: the client is gone. */
static bool
flush(struct client *c)
{
	while (c->out_at < c->out.len) {
		ssize_t n = send(c->fd, c->out.ptr + c->out_at,
		    c->out.len - c->out_at, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			break;
		if (n <= 0) {
			client_close(c);
			return false;
		}
		c->out_at += (size_t)n;
		c->out_since_ms = clock_monotonic_ms();
	}
	if (c->out_at == c->out.len) {
		buf_reset(&c->out, READ_SIZE);
		c->out_at = 0;
		c->out_since_ms = 0;
		if (c->over) {
			client_close(c);
			return false;
		}
	}
	return true;
}

/* A request is only read when the one before has had its reply. */
static void
listen_again(struct client *c)
{
	int events = UV_READABLE;

	if (c->out.len > 0 || c->more)
		events = UV_WRITABLE;
	else if (c->wait != CLIENT_WAITS_NOT)
		events = UV_DISCONNECT;
	uv_poll_start(&c->poll, events, on_poll);
	control_arm(c->control);
}

static void
replied(struct client *c)
{
	json_decref(c->arguments);
	c->arguments = NULL;
	c->active_ms = c->out_since_ms = clock_monotonic_ms();
	/* Sent from the loop: whoever replies may still hold the client. */
	listen_again(c);
}

void
client_result(struct client *c, const struct buf *json)
{
	if (json && json->len > FRAME_REPLY_MAX - 64) {
		client_fail(c, EX_SOFTWARE, "the answer is too long");
		return;
	}
	frame_put_result(&c->out, json);
	replied(c);
}

void
client_done(struct client *c)
{
	client_result(c, NULL);
}

void
client_fail(struct client *c, int code, const char *format, ...)
{
	char text[2048];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	frame_put_error(&c->out, code, text);
	replied(c);
}

/* ---- waiting ---- */

static void
ask_now(struct client *c)
{
	struct supervisor *s = c->control->supervisor;

	if (!s->committer || !s->committer_ready || c->asked == s->committer)
		return;
	c->cookie = ++c->control->last_cookie;
	c->asked = s->committer;
	store_link_ask(s, c->ask, c->cookie);
}

void
client_ask(struct client *c, uint16_t type,
    void (*answer)(struct client *c, const struct frame *f))
{
	c->wait = CLIENT_WAITS_COMMITTER;
	c->ask = type;
	c->answer = answer;
	c->asked = NULL;
	c->deadline_ms = clock_monotonic_ms() + CLIENT_ANSWER_MS;
	ask_now(c);
	control_arm(c->control);
}

void
client_wait(struct client *c, enum client_wait wait)
{
	c->wait = (int)wait;
	control_arm(c->control);
}

void
client_look(struct client *c, uint64_t now_ms)
{
	if ((c->in_since_ms && now_ms - c->in_since_ms > CLIENT_SLOW_MS) ||
	    (c->out_since_ms && now_ms - c->out_since_ms > CLIENT_SLOW_MS)) {
		client_close(c);
		return;
	}
	if (c->wait != CLIENT_WAITS_COMMITTER)
		return;
	if (now_ms >= c->deadline_ms) {
		c->wait = CLIENT_WAITS_NOT;
		c->answer(c, NULL);
		return;
	}
	ask_now(c);
}

/* ---- in ---- */

static void
serve(struct client *c, json_t *root)
{
	const json_t *version = json_object_get(root, "version");
	const char *name = json_string_value(json_object_get(root, "command"));
	json_t *arguments = json_object_get(root, "arguments");
	const struct command *command;

	if (json_integer_value(version) != FRAME_VERSION) {
		client_fail(c, EX_PROTOCOL,
		    "this daemon (" LAVOIR_VERSION ") speaks version %d of the "
		    "protocol",
		    FRAME_VERSION);
		return;
	}
	command = name ? command_find(name) : NULL;
	if (!command || !command->serve) {
		client_fail(c, EX_USAGE, "no such command: \"%.80s\"",
		    name ? name : "");
		return;
	}
	if ((command->flags & COMMAND_WRITE) && !c->may_write) {
		client_fail(c, EX_NOPERM,
		    "\"%s\" is for root and for the user of the daemon", name);
		return;
	}
	c->arguments =
	    json_is_object(arguments) ? json_incref(arguments) : json_object();
	command->serve(c);
}

/* At most one, so that nobody keeps the loop to himself. */
static void
take_frame(struct client *c)
{
	const void *ptr;
	size_t len, size;
	struct err e = { 0 };
	json_t *root = NULL;
	int rc;

	c->more = false;
	if (c->wait != CLIENT_WAITS_NOT || c->out.len > 0)
		return;
	rc = frame_get(&c->in, FRAME_REQUEST_MAX, &ptr, &len, &size, &e);
	if (rc == 0) {
		if (c->in.len == 0)
			c->in_since_ms = 0;
		else if (c->in_since_ms == 0)
			c->in_since_ms = clock_monotonic_ms();
		return;
	}
	c->in_since_ms = 0;
	if (rc > 0)
		rc = json_read(&root, ptr, len, NULL, REQUEST_DEPTH, &e);
	if (rc < 0) {
		/* What follows cannot be trusted to be a frame. */
		c->over = true;
		client_fail(c, EX_PROTOCOL, "%s", e.text);
		return;
	}
	buf_consume(&c->in, size);
	c->more = c->in.len > 0;
	serve(c, root);
	json_decref(root);
}

/* False: the client is gone. */
static bool
receive(struct client *c)
{
	for (int i = 0; i < READS_MAX; i++) {
		uint8_t *to = buf_reserve(&c->in, READ_SIZE);
		ssize_t n = recv(c->fd, to, READ_SIZE, MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			break;
		if (n <= 0) {
			client_close(c);
			return false;
		}
		c->in.len += (size_t)n;
		c->active_ms = clock_monotonic_ms();
		if (n < READ_SIZE || c->in.len > FRAME_REQUEST_MAX + FRAME_HEAD)
			break;
	}
	return true;
}

static void
on_poll(uv_poll_t *h, int status, int events)
{
	struct client *c = h->data;

	/* Whoever hangs up does not wait any more. */
	if (status < 0 ||
	    ((events & UV_DISCONNECT) && c->wait != CLIENT_WAITS_NOT)) {
		client_close(c);
		return;
	}
	if ((events & UV_READABLE) && !receive(c))
		return;
	if (!flush(c))
		return;
	take_frame(c);
	if (flush(c))
		listen_again(c);
}
