/* walk.h - the files of a folder in byte order of their relative paths, one
 * folder's entries in memory at a time. */
#ifndef LAVOIR_ROLE_WALK_H
#define LAVOIR_ROLE_WALK_H

#include <stddef.h>

#include "base/err.h"

struct walk;

/* dirfd stays the caller's. Hidden names and what is neither file nor folder
 * are passed over; links are not followed. */
struct walk *walk_new(int dirfd);
void walk_free(struct walk **w);

/* The next relative path (valid until the next call), or NULL: at the end, or
 * e->code is set (a folder that cannot be read; the walk goes on behind it). */
const char *walk_next(struct walk *w, struct err *e);

#endif
