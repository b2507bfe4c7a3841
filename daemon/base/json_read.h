/* json_read.h - JSON text as people write it into configuration: comments from
 * two slashes to the end of the line, errors with line and column. */
#ifndef LAVOIR_BASE_JSON_READ_H
#define LAVOIR_BASE_JSON_READ_H

#include <jansson.h>
#include <stddef.h>

#include "base/err.h"

enum { JSON_READ_DEPTH = 64 }; /* enough for anything that we define */

/* Parse an object or an array that may be nested depth_max deep.  A key that is
 * there twice is an error, and so are NUL characters and integers beyond 64
 * bits. ERR_INVAL: the text is "LINE:COLUMN: message", behind "NAME:" unless
 * name is NULL; columns count characters, from 1.  Caller frees with
 * json_decref(). */
int json_read(json_t **root_r, const char *text, size_t len, const char *name,
    size_t depth_max, struct err *e);

#endif
