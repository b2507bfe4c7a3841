/* control.h - what operators may do while the daemon runs: requests over a Unix
 * socket, JSON in length-prefixed frames.
 *
 * A frame is a u32 length (little-endian) and a JSON object.  Request:
 * {"version": 1, "command": "status", "arguments": {...}}; reply:
 * {"ok": true, "result": ...} or {"ok": false, "code": sysexits, "error":
 * "..."}. Supervisor only, in its loop.  What a client sends is not trusted.
 */
#ifndef LAVOIR_CONTROL_CONTROL_H
#define LAVOIR_CONTROL_CONTROL_H

#include "base/err.h"
#include "role/supervisor.h"

struct control;

/* Listen on the configuration's socket; closes itself with the loop (it adds
 * itself to s->at_finish). NULL on failure. */
struct control *control_new(struct supervisor *s, struct err *e);

#endif
