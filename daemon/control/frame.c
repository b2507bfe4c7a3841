/* frame.c - length-prefixed JSON. */
#include "control/frame.h"

#include <string.h>

#include "base/json_write.h"
#include "base/log.h"
#include "base/pack.h"

static size_t
frame_begin(struct buf *out)
{
	return pack_u32_later(out);
}

static void
frame_end(struct buf *out, size_t at)
{
	size_t len = out->len - at - FRAME_HEAD;

	ensure(len <= FRAME_REPLY_MAX);
	pack_u32_at(out, at, (uint32_t)len);
}

void
frame_put(struct buf *out, const void *ptr, size_t len)
{
	size_t at = frame_begin(out);

	buf_append(out, ptr, len);
	frame_end(out, at);
}

int
frame_get(const struct buf *in, size_t max, const void **ptr_r, size_t *len_r,
    size_t *size_r, struct err *e)
{
	struct unpack u;
	size_t len;

	if (in->len < FRAME_HEAD)
		return 0;
	unpack_init(&u, in->ptr, FRAME_HEAD);
	len = unpack_u32(&u);
	if (len > max)
		return err_set(e, ERR_PROTO,
		    "a message of %zu bytes; at most %zu are taken", len, max);
	if (in->len - FRAME_HEAD < len)
		return 0;
	*ptr_r = in->ptr + FRAME_HEAD;
	*len_r = len;
	*size_r = FRAME_HEAD + len;
	return 1;
}

void
frame_put_request(struct buf *out, const char *command,
    const char *arguments_json)
{
	size_t at = frame_begin(out);

	buf_printf(out, "{\"version\":%d,\"command\":", FRAME_VERSION);
	json_write_cstr(out, command);
	buf_append_str(out, ",\"arguments\":");
	buf_append_str(out, arguments_json ? arguments_json : "{}");
	buf_append_byte(out, '}');
	frame_end(out, at);
}

void
frame_put_result(struct buf *out, const struct buf *json)
{
	size_t at = frame_begin(out);

	buf_append_str(out, "{\"ok\":true,\"result\":");
	if (json && json->len)
		buf_append(out, json->ptr, json->len);
	else
		buf_append_str(out, "{}");
	buf_append_byte(out, '}');
	frame_end(out, at);
}

void
frame_put_error(struct buf *out, int code, const char *text)
{
	size_t at = frame_begin(out);

	buf_printf(out, "{\"ok\":false,\"code\":%d,\"error\":", code);
	json_write_lossy(out, text, strlen(text));
	buf_append_byte(out, '}');
	frame_end(out, at);
}
