/* step_paths.h - the paths among a step's options. */
#ifndef LAVOIR_CONFIG_STEP_PATHS_H
#define LAVOIR_CONFIG_STEP_PATHS_H

#include "config/load.h"

/* A step's options while they are being read. */
struct step_options {
	const struct lavoir_option *table;
	json_t *json; /* as given, then with outputs redirected */
	const struct lavoir_value *value;
	struct place at;
};

/* Values of path options with that flag, NULL-terminated, in the arena. */
const char *const *step_paths(struct load *l, const struct step_options *s,
    uint32_t flag);

/* Where the value of the option is given, or the object where it is not. */
struct place step_path_place(struct load *l, const struct step_options *s,
    const struct lavoir_option *o);

/* Outputs go into the loop guard; resources must be there. */
void step_paths_check(struct load *l, const struct step_options *s);

/* --out: relative outputs of the n steps of a pipeline, given or default, come
 * to lie in folder (absolute).  When all of them are the same path, that is the
 * folder itself; else each keeps its path below it, without any "..". */
void step_paths_redirect(struct step_options *s, size_t n, const char *folder);

#endif
