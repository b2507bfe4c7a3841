/* value.h - JSON values to attribute values. */
#ifndef LAVOIR_PLUGINS_READ_JSONL_VALUE_H
#define LAVOIR_PLUGINS_READ_JSONL_VALUE_H

#include <stdbool.h>

#include "common/json_in.h"
#include "lavoir/plugin.h"

/* May a name have this byte? */
bool value_name_char(unsigned char c);

/* v, which has been checked, in the document's memory; false: none left.
 * Numbers that no int or real can hold, and what is nested too deep for an
 * attribute, become their JSON text.  *lone: see json_unescape(). */
bool value_make(const struct lavoir_host *host, struct lavoir_doc *doc,
    const struct json_value *v, struct lavoir_value *value_r, size_t *lone);

#endif
