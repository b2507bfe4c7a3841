/* load.h - what the parts of config_load() share; for this folder alone. */
#ifndef LAVOIR_CONFIG_LOAD_H
#define LAVOIR_CONFIG_LOAD_H

#include <jansson.h>

#include "base/arena.h"
#include "config/config.h"
#include "config/guard.h"
#include "config/problems.h"
#include "config/sections.h"
#include "config/source.h"
#include "plugin/descriptor.h"

/* A plugin that was asked for. */
struct load_plugin {
	const char *name;
	struct descriptor d;
	int rc;
	const char *error; /* when rc < 0 */
};

struct load {
	struct config *c;
	struct arena *arena;
	const struct config_load_options *o;
	const char *cwd; /* that command line paths start at */
	struct problems problems;
	struct sources sources;
	struct guard guard;
	struct load_plugin *plugin;
	size_t n_plugins;
};

/* An object against a table: its values, in the order of the table.  Wrong ones
 * are reported and stand at their defaults.  NULL: a required one is missing.
 */
const struct lavoir_value *load_section(struct load *l, enum section_id id,
    const json_t *json, struct place at);

/* Copies in the arena.  NULL for null. */
const char *load_str(struct load *l, const struct lavoir_value *v);
const char *const *load_list(struct load *l, const struct lavoir_value *v);

/* A pipeline, watch and step name: [a-z0-9_-], up to len_max. */
bool load_name_valid(const char *name, size_t len_max);

#endif
