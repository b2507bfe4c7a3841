/* loader.h - from a name to a constant plugin table.  Only in the zygote and
 * the describe process (and in every role's process with --in-process). */
#ifndef LAVOIR_PLUGIN_LOADER_H
#define LAVOIR_PLUGIN_LOADER_H

#include "base/err.h"
#include "lavoir/plugin.h"

/* Find NAME.so along search (NULL-terminated). Caller frees *path_r.  A name is
 * [a-z0-9-]{1,64}; anything else, like a path, is ERR_INVAL. */
int loader_find(const char *const *search, const char *name, char **path_r,
    struct err *e);

/* dlopen (RTLD_NOW|RTLD_LOCAL) and check the table in this order: symbol, size,
 * abi major, option_size, flags, name, open and one of process and commit,
 * lists. Started as root, the file and its folder must be owned by root (or by
 * the user who runs it) and not writable by others.  Never unloaded.  ERR_INVAL
 * with the reason. */
int loader_open(const char *path, const char *name,
    const struct lavoir_plugin **plugin_r, struct err *e);

#endif
