/* problems.h - what is wrong with a configuration, collected while it is read
 * and told in the order of the files. */
#ifndef LAVOIR_CONFIG_PROBLEMS_H
#define LAVOIR_CONFIG_PROBLEMS_H

#include <jansson.h>

#include "base/arena.h"
#include "config/config.h"
#include "model/options.h"

/* A file, parsed. */
struct source {
	const char *file; /* as messages name it */
	const char *text;
	size_t len;
	json_t *root; /* NULL when it is no JSON */
};

/* A value in it, by JSON pointer.  Passed by value; pointers are in the arena.
 */
struct place {
	const struct source *source; /* NULL: in no file */
	const char *pointer;
};

struct problems {
	struct arena *arena;
	struct config_problem *problem;
	size_t n;
	size_t errors;
};

void problems_fini(struct problems *p);

struct place place_key(struct problems *p, struct place at, const char *key);
struct place place_index(struct problems *p, struct place at, size_t i);

/* Line and column of the value, 0 where there is no text. */
void place_find(struct place at, unsigned *line_r, unsigned *column_r);

/* Everything in about is copied; file, line, column and path come from the
 * place. */
void problems_add(struct problems *p, struct place at,
    const struct config_problem *about);

/* Only a sentence. */
void problems_error(struct problems *p, struct place at, const char *format,
    ...) __attribute__((format(printf, 3, 4)));
void problems_warn(struct problems *p, struct place at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* found comes from the value. */
void problems_type(struct problems *p, struct place at, const json_t *value,
    const char *expected);

/* A context for options_check and when_parse; the place is that of the object
 * that is checked. */
struct problems_object {
	struct problems *problems;
	struct place at;
};
void problems_option(void *problems_object, const char *path,
    const char *problem, const char *found, const char *expected,
    const char *nearest);

/* Sorted by file and line, to the caller. */
void problems_tell(struct problems *p, config_problem_fn *fn, void *arg);

#endif
