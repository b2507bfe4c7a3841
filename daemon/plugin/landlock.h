/* landlock.h - files, network and signals taken away, as far as this kernel's
 * Landlock goes. */
#ifndef LAVOIR_PLUGIN_LANDLOCK_H
#define LAVOIR_PLUGIN_LANDLOCK_H

#include "base/err.h"

/* The ABI of the running kernel; 0: it has none. */
int landlock_abi(void);

/* Take everything that ABI abi knows away from this process, but for reading
 * in the folders (NULL-terminated, may be NULL).  A folder that is not there is
 * ERR_NOENT. */
int landlock_enter(int abi, const char *const *folders, struct err *e);

#endif
