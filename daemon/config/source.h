/* source.h - the files of a configuration: lavoir.json and pipelines.d. */
#ifndef LAVOIR_CONFIG_SOURCE_H
#define LAVOIR_CONFIG_SOURCE_H

#include <sys/stat.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/err.h"
#include "config/problems.h"

enum { SOURCE_SIZE_MAX = 4 << 20 };

struct sources {
	struct source *source; /* the first is the main file */
	size_t n;
};

/* Read and parse file (NULL: the built-in defaults) and the *.json in
 * pipelines.d beside it, in byte order.  Texts are in the arena of p; what is
 * no JSON, or unsafe, is a problem and has no root.  ERR_NOENT, ERR_PERM,
 * ERR_IO ...: the main file cannot be read. */
int sources_open(struct sources *s, struct problems *p, const char *file,
    struct err *e);
void sources_close(struct sources *s);

/* Whoever may write a configuration that root reads is root: 0, or ERR_PERM.
 * system: it lies in the system's own configuration folder. */
int source_check_mode(uid_t euid, const struct stat *st, bool system,
    struct err *e);

#endif
