/* guard.h - no folder is watched twice, and nothing that is written lands where
 * it would be taken in again. */
#ifndef LAVOIR_CONFIG_GUARD_H
#define LAVOIR_CONFIG_GUARD_H

#include <stdbool.h>
#include <stddef.h>

#include "config/problems.h"

enum guard_kind { GUARD_WATCH, GUARD_STATE, GUARD_OUTPUT, GUARD_MOVE };

struct guard_entry {
	enum guard_kind kind;
	const char *path;
	bool recursive; /* GUARD_WATCH */
	struct place at;
	char *real; /* resolved as far as it exists */
};

struct guard {
	struct guard_entry *entry;
	size_t n;
};

/* path must stay as long as the guard; absolute. */
void guard_add(struct guard *g, enum guard_kind kind, const char *path,
    bool recursive, struct place at);
void guard_check(const struct guard *g, struct problems *p);
void guard_fini(struct guard *g);

/* Symbolic links and ".." resolved in the part that exists, ".." by name in the
 * rest; caller frees. */
char *guard_resolve(const char *path);

#endif
