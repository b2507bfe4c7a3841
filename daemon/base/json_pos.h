/* json_pos.h - where in a JSON text a value stands, for messages about values
 * that were parsed long ago. */
#ifndef LAVOIR_BASE_JSON_POS_H
#define LAVOIR_BASE_JSON_POS_H

#include <stddef.h>

#include "base/buf.h"

/* From 1; columns count characters.  The key's place is that of the value where
 * there is no key: in arrays, and at the root. */
struct json_pos {
	size_t line;
	size_t column;
	size_t key_line;
	size_t key_column;
};

/* Find a value by its JSON pointer: "/pipelines/web/chain/0/plugin", "" for the
 * root.  The text is one that json_read() accepted (comments and all); any
 * other finds something or nothing, harmlessly.  ERR_NOENT: *pos_r is where the
 * nearest value around it stands. */
int json_pos_find(const char *text, size_t len, const char *pointer,
    struct json_pos *pos_r);

/* Make pointers: append "/" and a key ("~" and "/" in it as "~0" and "~1"), or
 * an index. */
void json_pos_add_key(struct buf *pointer, const char *key);
void json_pos_add_index(struct buf *pointer, size_t index);

#endif
