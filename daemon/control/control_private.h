/* control_private.h - the server's state, for the files of this folder that
 * serve. */
#ifndef LAVOIR_CONTROL_CONTROL_PRIVATE_H
#define LAVOIR_CONTROL_CONTROL_PRIVATE_H

#include "control/client.h"
#include "control/control.h"

enum {
	CONTROL_CLIENTS_MAX = 64,
	CONTROL_TICK_MS = 100,
	CONTROL_BACKLOG = 64,
};

struct control {
	struct supervisor *supervisor;
	char *path; /* of the socket */
	int fd;
	uint64_t dev, ino; /* of the socket: is it still ours? */
	uv_poll_t listener;
	uv_timer_t tick;
	int handles; /* that are not closed yet */
	struct list clients;
	size_t n_clients;
	uint64_t last_cookie;
	uint64_t generation; /* configurations that took over */
	/* Names of pipelines that an operator has paused. */
	char **paused;
	size_t n_paused;
	bool drained; /* paused by drain */
};

/* The timer runs while somebody waits or is slow. */
void control_arm(struct control *c);
bool control_is_paused(const struct control *c, const char *pipeline);
void control_set_paused(struct control *c, const char *pipeline, bool paused);

#endif
