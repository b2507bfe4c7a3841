/* recover.h - what the committer found when it read the log: committed
 * documents that may still lie in their folders, and containers that were
 * begun. */
#ifndef LAVOIR_ROLE_RECOVER_H
#define LAVOIR_ROLE_RECOVER_H

#include "role/supervisor.h"

/* One C_UNRETIRED: the file is looked at, and retired, left as a new document,
 * or hashed by a worker first.  One that this supervisor still has under way
 * was committed without its hearing of it. */
void recover_unretired(struct supervisor *s, const struct frame *f);

/* One C_OPEN: it goes on first, under its number, or is failed when its file is
 * not what it was. */
void recover_container(struct supervisor *s, const struct frame *f);

#endif
