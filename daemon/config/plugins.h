/* plugins.h - the tables of the plugins that a configuration names, each asked
 * for once. */
#ifndef LAVOIR_CONFIG_PLUGINS_H
#define LAVOIR_CONFIG_PLUGINS_H

#include "config/load.h"

/* The descriptor, or NULL after a problem at that place.  Valid as long as the
 * arena. */
const struct descriptor *plugins_find(struct load *l, const char *name,
    struct place at);

/* Is there a file of that name in the plugin path?  Says nothing. */
bool plugins_installed(struct load *l, const char *name);

void plugins_forget(struct load *l);

#endif
