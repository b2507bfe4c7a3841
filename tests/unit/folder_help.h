/* folder_help.h - a drop folder of its own for each test, and files in it. */
#ifndef TESTS_UNIT_FOLDER_HELP_H
#define TESTS_UNIT_FOLDER_HELP_H

#include <stdbool.h>
#include <stddef.h>

#include "role/folder.h"

struct drop {
	char path[64];
	char move[96];
	struct config_watch watch;
	struct folder folder;
};

/* A new, empty one: flat, settle 0, no periodic scan; the watch may be changed
 * before drop_open. */
void drop_make(struct drop *d);
void drop_make_in(struct drop *d, const char *base);
void drop_open(struct drop *d);
void drop_remove(struct drop *d);

void drop_put(const struct drop *d, const char *name, const char *content);
/* By way of a name outside the tree. */
void drop_move_in(const struct drop *d, const char *name, const char *content);
void drop_mkdir(const struct drop *d, const char *name);
bool drop_has(const struct drop *d, const char *name);
/* A file's whole content; NULL when there is none; caller frees. */
char *drop_read(const struct drop *d, const char *name);
/* Let mtime and ctime of what is made next differ from now's. */
void drop_tick(const struct drop *d);

#endif
