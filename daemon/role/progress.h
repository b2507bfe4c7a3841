/* progress.h - a bar for "lavoir run" on a terminal: documents, bytes, rate,
 * time left. */
#ifndef LAVOIR_ROLE_PROGRESS_H
#define LAVOIR_ROLE_PROGRESS_H

#include "role/supervisor.h"

struct progress;

/* Counts the files below the paths first, so that there is an end to tell. */
struct progress *progress_new(struct supervisor *s, const char *const *path,
    size_t n_paths);
void progress_close(struct progress **p);

#endif
