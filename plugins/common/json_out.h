/* json_out.h - JSON text by appending to a buffer that is kept between
 * documents: one line, UTF-8 unescaped, fields in the order they are written.
 *
 * A failed allocation sticks: later calls do nothing, and json_out_failed()
 * tells at the end.  Strings must be valid UTF-8.
 */
#ifndef LAVOIR_PLUGINS_COMMON_JSON_OUT_H
#define LAVOIR_PLUGINS_COMMON_JSON_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lavoir/plugin.h"

struct json_out {
	unsigned char *ptr;
	size_t len, cap;
	bool failed;
};

/* Empty it; memory beyond keep bytes is given back. */
void json_out_reset(struct json_out *o, size_t keep);
void json_out_free(struct json_out *o);

void json_out_raw(struct json_out *o, const void *ptr, size_t len);
void json_out_char(struct json_out *o, char c);
/* A quoted string: '"', '\' and what is below 0x20 is escaped, nothing else. */
void json_out_str(struct json_out *o, const void *ptr, size_t len);
/* The same by the plain code alone; for tests. */
void json_out_str_plain(struct json_out *o, const void *ptr, size_t len);
void json_out_cstr(struct json_out *o, const char *s); /* NULL: null */
void json_out_base64(struct json_out *o, const void *ptr, size_t len);
void json_out_int(struct json_out *o, int64_t i);
/* The shortest decimal that reads back as r, always with a point or an
 * exponent so that a column of reals stays one; null for NaN and infinity. */
void json_out_real(struct json_out *o, double r);
/* Key with its colon, and the comma before it unless the last byte is '{'. */
void json_out_key(struct json_out *o, const char *name);
/* Any value; bytes as base64. */
void json_out_value(struct json_out *o, const struct lavoir_value *v);

#endif
