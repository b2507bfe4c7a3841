/* entity.h - character references: "&amp;", "&#233;", "&eacute;". */
#ifndef READ_MARKDOWN_ENTITY_H
#define READ_MARKDOWN_ENTITY_H

#include <stddef.h>

#include "lavoir/plugin.h"

/* The characters that s, "&" and ";" included, stands for, into out; their
 * length, or 0 if it is none that we know. */
size_t entity_decode(struct lavoir_str s, char out[8]);

#endif
