/* chat.h - conversations as text. */
#ifndef LAVOIR_PLUGINS_READ_JSONL_CHAT_H
#define LAVOIR_PLUGINS_READ_JSONL_CHAT_H

#include <stdbool.h>

#include "common/json_in.h"
#include "lavoir/plugin.h"

/* Is this the name of a field with one? */
bool chat_field(const struct json_value *key);

/* A list of {"role", "content"} or {"from", "value"} as "role: content", empty
 * lines between.  0; LAVOIR_ENOMEM; LAVOIR_EINVAL: it is no such list. */
int chat_text(const struct lavoir_host *host, struct lavoir_doc *doc,
    const struct json_value *v, struct lavoir_str *text_r, size_t *lone);

#endif
