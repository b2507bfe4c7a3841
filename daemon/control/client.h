/* client.h - one connection to the control socket: frames in, one request at a
 * time, frames out.
 *
 * Requests that wait for somebody else (the committer, a reload, the end of
 * what is under way) leave the client waiting; when it goes away, so does the
 * request.  Supervisor only, loop thread only.
 */
#ifndef LAVOIR_CONTROL_CLIENT_H
#define LAVOIR_CONTROL_CLIENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/buf.h"
#include "base/list.h"
#include "proc/chan.h"
#include "role/supervisor.h"

enum {
	CLIENT_SLOW_MS = 10 * 1000,   /* a frame that does not come to its end,
				       * a reply that is not taken */
	CLIENT_ANSWER_MS = 60 * 1000, /* the committer's */
};

enum client_wait {
	CLIENT_WAITS_NOT,
	CLIENT_WAITS_COMMITTER,
	CLIENT_WAITS_RELOAD,
	CLIENT_WAITS_QUIET,
};

struct control;

struct client {
	struct list link; /* in control.clients */
	struct control *control;
	uv_poll_t poll;
	int fd;
	bool may_write; /* commands that change something */
	bool over;	/* to be closed once the reply is out */
	bool more;	/* there may be another request in what came */
	struct buf in, out;
	size_t out_at;
	uint64_t in_since_ms, out_since_ms; /* something is incomplete; 0 */
	uint64_t active_ms;

	/* The request being served. */
	json_t *arguments;
	int wait; /* enum client_wait */
	uint16_t ask;
	uint64_t cookie;
	const struct peer *asked; /* the committer that was asked; NULL: none */
	uint64_t deadline_ms;
	void (*answer)(struct client *c, const struct frame *f);
};

/* fd becomes the client's, and the client closes itself. */
void client_new(struct control *control, int fd, bool may_write);
void client_close(struct client *c);
/* Deadlines, and questions to a committer that was not there before. */
void client_look(struct client *c, uint64_t now_ms);

/* ---- for those who serve requests: exactly one of them each ---- */

/* JSON text, copied. */
void client_result(struct client *c, const struct buf *json);
void client_done(struct client *c); /* {} */
void client_fail(struct client *c, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* C_SYNC, C_STATS: answer() is called with the reply, or with NULL when there
 * is none, and then has to end the request. */
void client_ask(struct client *c, uint16_t type,
    void (*answer)(struct client *c, const struct frame *f));
void client_wait(struct client *c, enum client_wait wait);

struct supervisor *client_supervisor(const struct client *c);
/* A string argument; NULL when there is none. */
const char *client_argument(const struct client *c, const char *name);

#endif
