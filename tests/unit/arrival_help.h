/* arrival_help.h - folders, a loop and an arrival; files taken are remembered.
 */
#ifndef TESTS_UNIT_ARRIVAL_HELP_H
#define TESTS_UNIT_ARRIVAL_HELP_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "base/hash.h"
#include "folder_help.h"
#include "role/arrival.h"

enum { FOLDERS = 3 };

struct world {
	struct drop drop[FOLDERS];
	size_t n;
	uv_loop_t loop;
	uv_timer_t guard;
	struct arrival *a;
	bool retire; /* what was given out is moved away at once */
	struct map *known;
	char *got[64]; /* "FOLDER PATH", the first of them */
	size_t n_got;
	unsigned ready;
	bool closed;
};

/* n folders, whose settings may be changed before the start. */
void world_make(struct world *w, size_t n);
void world_start(struct world *w);
void world_start_bounded(struct world *w, size_t scan_bytes,
    size_t pending_bytes);
void world_stop(struct world *w);

/* The next file, when there is one now. */
bool world_take(struct world *w);
/* Until n files were given out, or a deadline, which fails. */
void world_take_until(struct world *w, size_t n);
/* Until nothing is left to be expected. */
void world_take_all(struct world *w);
void world_assert_got(const struct world *w, size_t at, const char *expected);

#endif
