/* layout.h - how records of well-known collections call things. */
#ifndef LAVOIR_PLUGINS_READ_JSONL_LAYOUT_H
#define LAVOIR_PLUGINS_READ_JSONL_LAYOUT_H

#include <stdbool.h>

#include "common/json_in.h"
#include "lavoir/plugin.h"

enum { LAYOUT_ID = 1 << 6 };

/* What the record has under the usual names; zeroed before the first field. */
struct layout {
	unsigned has; /* a bit for each usual attribute */
};

/* A field of the record itself was seen. */
void layout_see(struct layout *l, const struct json_value *key);

/* The rank of a field that may hold the text where the one that is asked for is
 * missing, the best first; 0: it is none. */
int layout_text_rank(const struct json_value *key);

/* The usual attribute that a field ("metadata.url") becomes, unless the record
 * has one of that name or an earlier field became it; NULL: it keeps its name.
 * Of an object the member that counts may be taken for the value. */
const char *layout_name(struct layout *l, const char *field,
    struct json_value *v);

#endif
