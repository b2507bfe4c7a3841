/* json_write.h - JSON text by appending to a buffer: UTF-8 unescaped, one line,
 * fixed order.  For records, ledger and replies; jansson is for reading
 * configuration.  Strings must be valid UTF-8; use json_write_lossy for bytes
 * of unknown origin. */
#ifndef LAVOIR_BASE_JSON_WRITE_H
#define LAVOIR_BASE_JSON_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* A quoted string: only '"', '\\' and bytes below 0x20 are escaped. Scans 16 or
 * 32 bytes at a time. */
void json_write_string(struct buf *b, const void *ptr, size_t len);
/* The same for bytes that may not be UTF-8: invalid ones become U+FFFD; returns
 * whether any were. */
bool json_write_lossy(struct buf *b, const void *ptr, size_t len);
void json_write_cstr(struct buf *b, const char *s); /* NULL: null */
void json_write_base64(struct buf *b, const void *ptr, size_t len); /* quoted */
void json_write_int(struct buf *b, int64_t v);
/* The shortest decimal that reads back as v; null for NaN and infinities. */
void json_write_real(struct buf *b, double v);
void json_write_bool(struct buf *b, bool v);

/* Key with its colon, and the comma before it unless the last byte is '{'. */
void json_write_key(struct buf *b, const char *name);

#endif
