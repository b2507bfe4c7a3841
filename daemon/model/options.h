/* options.h - JSON options checked against a table of struct lavoir_option.
 *
 * Works on a descriptor (the table as data), so that the supervisor can check
 * options of plugins that it never loads.  All problems are reported, not only
 * the first.
 */
#ifndef LAVOIR_MODEL_OPTIONS_H
#define LAVOIR_MODEL_OPTIONS_H

#include <jansson.h>

#include "base/arena.h"
#include "base/err.h"
#include "lavoir/plugin.h"

/* One problem: path is a JSON pointer below the options object ("/path",
 * "/fields/2"; "" for the object itself); found and expected are sentences
 * ("a string", "an integer from 1 to 10"); nearest is the nearest known key or
 * choice, or NULL. */
typedef void options_problem_fn(void *arg, const char *path,
    const char *problem, const char *found, const char *expected,
    const char *nearest);

struct options_context {
	const char *base; /* folder that relative LAVOIR_OPT_PATH values start
			     at */
	options_problem_fn *problem;
	void *arg;
};

/* Values in the order of the table (n of them), defaults filled in, in arena a.
 * json NULL: all defaults.  The number of problems reported, 0: *value_r is
 * whole. */
int options_check(const struct lavoir_option *table, const json_t *json,
    struct arena *a, const struct options_context *context,
    struct lavoir_value **value_r);

size_t options_count(const struct lavoir_option *table);

/* "integer", "size" ...: what a person calls the type. */
const char *options_type_name(int type);

/* All values as one JSON object, defaults included, secrets as "***"; caller
 * json_decref()s. */
json_t *options_dump(const struct lavoir_option *table,
    const struct lavoir_value *value);

#endif
