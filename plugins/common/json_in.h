/* json_in.h - strict JSON (RFC 8259), read in place.
 *
 * A scanner walks over the text and tells what stands where; strings are
 * decoded by whoever wants them.  Nothing is allocated.  The text must be valid
 * UTF-8 (u8_valid); errors stick.
 */
#ifndef LAVOIR_PLUGINS_COMMON_JSON_IN_H
#define LAVOIR_PLUGINS_COMMON_JSON_IN_H

#include <stdbool.h>
#include <stddef.h>

#include "lavoir/plugin.h"

enum { JSON_DEPTH_MAX = 128 };

enum json_type {
	JSON_NULL,
	JSON_FALSE,
	JSON_TRUE,
	JSON_INTEGER, /* no point, no exponent */
	JSON_REAL,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT
};

struct json_in {
	const unsigned char *begin, *p, *end;
	const char *error; /* NULL: none yet */
	int depth;
};

/* A value and where it stands: a string without its quotes, an array or object
 * with its brackets. */
struct json_value {
	enum json_type type;
	bool escaped; /* a string with backslashes: json_unescape() */
	struct lavoir_str text;
};

void json_in_init(struct json_in *j, struct lavoir_str text);

/* The offset of the error. */
size_t json_in_offset(const struct json_in *j);

/* The next value, checked whole. */
bool json_in_value(struct json_in *j, struct json_value *v_r);

/* Nothing but white space may follow. */
bool json_in_end(struct json_in *j);

/* Into an array or object; then, until it is false (end or error), the next
 * element, or the next member, whose key is a string. */
bool json_in_enter(struct json_in *j, char bracket);
bool json_in_element(struct json_in *j, bool *first, struct json_value *v_r);
bool json_in_member(struct json_in *j, bool *first, struct json_value *key_r,
    struct json_value *v_r);

/* The string's characters to out, which has room for its text; the length.  A
 * surrogate without its other half becomes U+FFFD and adds to *lone. */
size_t json_unescape(struct lavoir_str text, char *out, size_t *lone);

/* Does a string, escaped or not, say s? */
bool json_equals(const struct json_value *v, struct lavoir_str s);

#endif
