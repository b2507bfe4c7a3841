/* media_type.h - what a file is, by its first bytes.
 *
 * Own table, strict, about a microsecond (libmagic takes 1-3 ms for text); the
 * name only breaks ties between types that look alike (JSON and JSON lines,
 * Markdown and plain text, CSV).  Unknown binaries are
 * "application/octet-stream", text of any encoding is "text/plain".
 */
#ifndef LAVOIR_MODEL_MEDIA_TYPE_H
#define LAVOIR_MODEL_MEDIA_TYPE_H

#include <stdbool.h>
#include <stddef.h>

enum { MEDIA_TYPE_HEAD = 4096 }; /* bytes looked at, at most */

/* head: the first bytes (up to MEDIA_TYPE_HEAD) of size bytes; name: file name
 * or NULL.  Static storage. */
const char *media_type_detect(const void *head, size_t len, size_t size,
    const char *name);

/* Does "text/html;charset=x" match pattern "text/" + "*" or "text/html" or the
 * pattern of all?  Parameters are not compared; case is ignored. */
bool media_type_match(const char *pattern, const char *type);

#endif
