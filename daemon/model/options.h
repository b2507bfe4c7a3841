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
	const char *base; /* where relative LAVOIR_OPT_PATH values start; NULL:
			   * they stay relative */
	options_problem_fn *problem;
	void *arg;
};

/* Values in the order of the table (n of them), defaults filled in, in arena a.
 * json NULL: all defaults.  The number of problems reported, 0: *value_r is
 * whole.
 *
 * Sizes and times may be written as numbers (bytes, seconds).  null stands for
 * "not set" where the default is that, and is a mistake elsewhere.  Ranges hold
 * for numbers, sizes (bytes) and times (milliseconds), of lists for every item.
 * Paths come out relative to base, without "." and empty components.  A default
 * that its own table does not allow is reported too ("default of option ...").
 * LAVOIR_OPT_DEPRECATED is not looked at: warning is the caller's. */
int options_check(const struct lavoir_option *table, const json_t *json,
    struct arena *a, const struct options_context *context,
    struct lavoir_value **value_r);

size_t options_count(const struct lavoir_option *table);

/* "integer", "size" ...: what a person calls the type. */
const char *options_type_name(int type);

/* All values as one JSON object that options_check reads back, defaults
 * included, but secrets as "***"; caller json_decref()s. */
json_t *options_dump(const struct lavoir_option *table,
    const struct lavoir_value *value);

#endif
