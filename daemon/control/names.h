/* names.h - file names between JSON and bytes: text where it is UTF-8, and the
 * bytes beside it, in base64, where it is not. */
#ifndef LAVOIR_CONTROL_NAMES_H
#define LAVOIR_CONTROL_NAMES_H

#include <jansson.h>

#include "base/buf.h"
#include "base/err.h"
#include "config/config.h"

/* "KEY": ..., and "KEY_b64": ... where it is needed. */
void names_write(struct buf *b, const char *key, const char *path);
/* Back again; caller frees.  NULL: there is none, or it holds a NUL. */
char *names_read(const json_t *object, const char *key);

/* Base64 to bytes (a NUL behind them, not counted); caller frees. NULL: it is
 * none. */
void *names_decode(const char *s, size_t *len_r);

/* The whole path of a file named on a command line, made of the current folder
 * but with no link followed in it; caller frees.  "." and ".." are resolved. */
char *names_absolute(const char *path);

/* The part of path below folder, or NULL. */
const char *names_below(const char *folder, const char *path);

/* Where a file lies, by its folder's identity and not by its spelling: the
 * watched folder and, the caller's to free, the path below it.  NULL: in none.
 */
const struct config_watch *names_watch(const struct config *c, const char *path,
    size_t *pipeline_r, char **below_r);

#endif
