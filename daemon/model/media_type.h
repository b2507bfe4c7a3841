/* media_type.h - what a file is, by its first bytes.
 *
 * Own table, strict, one to three microseconds (libmagic takes 0.5 to 3 ms, and
 * what it knows beyond has no reader here); the name only breaks ties between
 * types that look alike: JSON and JSON lines, Markdown, CSV and plain text,
 * XHTML and HTML, a mailbox of one mail and the mail, office formats whose
 * telling members are not there.  Without a name Markdown, tables and HTML that
 * begins with text are believed only when little else can look so.  Unknown
 * binaries are "application/octet-stream", text of any encoding is
 * "text/plain", XML without a type of its own is "text/xml", nothing is
 * "application/x-empty". A line of JSON that is longer than the head cannot be
 * told from JSON: without a name in .jsonl or .ndjson it is "application/json".
 * What is called JSON is JSON, broken or not.  Packed files have the type of
 * the packing, whatever is inside.
 */
#ifndef LAVOIR_MODEL_MEDIA_TYPE_H
#define LAVOIR_MODEL_MEDIA_TYPE_H

#include <stdbool.h>
#include <stddef.h>

enum { MEDIA_TYPE_HEAD = 4096 }; /* bytes looked at, at most */

/* The first len of size bytes; name: file name or NULL.  Static storage.  Only
 * the head is looked at, but for ZIP and OLE2, which tell what is in them
 * elsewhere: of these the directory, if all bytes are there. */
const char *media_type_detect(const void *bytes, size_t len, size_t size,
    const char *name);

/* Does "text/html;charset=x" match pattern "text/" + "*" or "text/html" or the
 * pattern of all?  Parameters are not compared; case is ignored. */
bool media_type_match(const char *pattern, const char *type);

#endif
