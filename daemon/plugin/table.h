/* table.h - is a plugin's table sound?  Of an object just loaded, and of one
 * read back from JSON. */
#ifndef LAVOIR_PLUGIN_TABLE_H
#define LAVOIR_PLUGIN_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "lavoir/plugin.h"

/* The first ABI: no side may be shorter.  Never changed. */
enum {
	TABLE_SIZE_1_0 =
	    offsetof(struct lavoir_plugin, extension) + sizeof(void (*)(void)),
	TABLE_OPTION_SIZE_1_0 =
	    offsetof(struct lavoir_option, help) + sizeof(const char *)
};

/* A list that does not end is a bug, not a long list. */
enum {
	TABLE_OPTIONS_MAX = 256,
	TABLE_NAMES_MAX = 1024,
	TABLE_SIZE_MAX = 65536 /* no minor will ever be that long */
};

/* Size, ABI, option size and flags: what must fit before anything else may be
 * looked at.  ERR_INVAL. */
int table_check_head(const struct lavoir_plugin *p, struct err *e);

/* Name, version, summary and all lists; options lie option_size apart.
 * ERR_INVAL names the entry. */
int table_check_lists(const struct lavoir_plugin *p, struct err *e);

/* The i-th option, whatever the stride. */
const struct lavoir_option *table_option(const struct lavoir_plugin *p,
    size_t i);

/* [a-z0-9-]{1,64}: what a plugin may be called. */
bool table_name_valid(const char *name);

/* Is name in the list? */
bool table_lists(const struct lavoir_name *list, const char *name);

#endif
