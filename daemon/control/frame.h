/* frame.h - what goes over the control socket: a u32 length, little-endian, and
 * so many bytes of JSON. */
#ifndef LAVOIR_CONTROL_FRAME_H
#define LAVOIR_CONTROL_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum {
	FRAME_VERSION = 1,
	FRAME_HEAD = 4,
	FRAME_REQUEST_MAX = 1 << 20,
	FRAME_REPLY_MAX = 64 << 20,
};

/* Append a frame. */
void frame_put(struct buf *out, const void *ptr, size_t len);

/* Does the input begin with a whole frame?  1 and its content, which lies in
 * the input; *size_r is what to consume.  0: not yet.  ERR_PROTO: longer than
 * max. */
int frame_get(const struct buf *in, size_t max, const void **ptr_r,
    size_t *len_r, size_t *size_r, struct err *e);

/* {"version": 1, "command": ..., "arguments": ...}: *arguments_json NULL is {}.
 */
void frame_put_request(struct buf *out, const char *command,
    const char *arguments_json);
/* {"ok": true, "result": ...} */
void frame_put_result(struct buf *out, const struct buf *json);
/* {"ok": false, "code": ..., "error": ...} */
void frame_put_error(struct buf *out, int code, const char *text);

#endif
