/* header.h - the header of a message or a part, as it stands there. */
#ifndef LAVOIR_PLUGINS_READ_MAIL_HEADER_H
#define LAVOIR_PLUGINS_READ_MAIL_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "lavoir/plugin.h"

/* Split an entity in its header and its body.  Lines that are no fields belong
 * to the header when fields follow them, else the body begins there. */
void header_split(struct lavoir_str entity, struct lavoir_str *header_r,
    struct lavoir_str *body_r);

/* Length of a field's name at the start of line, 0: it is none; *value_r: where
 * what is behind the colon begins. */
size_t header_field(struct lavoir_str line, size_t *value_r);

/* The value of the first field of this name, over all its lines; false: there
 * is none. */
bool header_find(struct lavoir_str header, const char *name,
    struct lavoir_str *value_r);

/* The same as a string in the document's memory, unfolded, without NULs, cut at
 * 64 KiB; NULL: there is none, or no memory for it, which sticks. */
char *header_get(const struct lavoir_host *host, struct lavoir_doc *doc,
    struct lavoir_str header, const char *name);

#endif
