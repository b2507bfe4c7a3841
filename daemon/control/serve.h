/* serve.h - the daemon's side of the commands. */
#ifndef LAVOIR_CONTROL_SERVE_H
#define LAVOIR_CONTROL_SERVE_H

#include "control/client.h"

/* Each ends the request by one of the calls in client.h, at once or later. */
void serve_status(struct client *c);
void serve_explain(struct client *c);
void serve_sync(struct client *c);
void serve_pause(struct client *c);
void serve_resume(struct client *c);
void serve_drain(struct client *c);
void serve_reload(struct client *c);
void serve_version(struct client *c);

#endif
