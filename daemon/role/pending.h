/* pending.h - files of one folder that something is known about: those that an
 * event named, and those that are to be looked at again later.  Bounded. */
#ifndef LAVOIR_ROLE_PENDING_H
#define LAVOIR_ROLE_PENDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"
#include "role/claim.h"

struct pending_file {
	struct list link;  /* among those that are due */
	size_t heap_index; /* among those that wait; SIZE_MAX: due */
	uint64_t due_ms;   /* monotonic */
	uint64_t sequence; /* of those due at the same time, the first first */
	uint32_t tries;	   /* looks that ended in a transient error */
	int hint;
	struct witness witness; /* as in struct claim_look */
	uint64_t since_ms;
	char path[];
};

/* Bytes that all folders share. */
struct pending_budget {
	size_t used, max;
};

struct pending;

/* The budget must outlive it. */
struct pending *pending_new(struct pending_budget *budget);
void pending_free(struct pending **p);

struct pending_file *pending_find(const struct pending *p, const char *path);
/* Find or make it, and (again) make it due at due_ms. NULL: the bound is
 * reached and it was not there. */
struct pending_file *pending_put(struct pending *p, const char *path,
    uint64_t due_ms);
void pending_drop(struct pending *p, struct pending_file *f);

/* The oldest of those that are due; NULL: none. It stays where it is. */
struct pending_file *pending_due(struct pending *p, uint64_t now_ms);
/* When the next one will be due; UINT64_MAX: nothing waits. 0: one is. */
uint64_t pending_next_ms(const struct pending *p);
size_t pending_count(const struct pending *p);
/* The smallest mtime that was seen of them; 0: none. */
int64_t pending_oldest_ns(const struct pending *p);

#endif
