/* entities.h - character references of HTML that were left in a text. */
#ifndef LAVOIR_PLUGINS_CLEAN_REPAIR_ENTITIES_H
#define LAVOIR_PLUGINS_CLEAN_REPAIR_ENTITIES_H

#include <stdbool.h>
#include <stddef.h>

#include "lavoir/plugin.h"

/* Is there a tag in text, so that what looks like a reference may be meant? */
bool entities_meant(struct lavoir_str text);

/* text with its references (&eacute; &#233; &#xe9; also &amp;eacute;) replaced,
 * to out, which has room for text.len bytes; the number of bytes, and in *n
 * that of the references.  Lines of code (indented by a tab or four blanks, or
 * between lines of three backquotes) stay. */
size_t entities_replace(struct lavoir_str text, char *out, size_t *n);

#endif
