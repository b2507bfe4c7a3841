/* store_help.h - what the tests of the store share. */
#ifndef LAVOIR_TESTS_STORE_HELP_H
#define LAVOIR_TESTS_STORE_HELP_H

#include <stddef.h>
#include <stdint.h>

#include "store/batch.h"
#include "store/outcome.h"

/* A fresh folder below $TMPDIR; help_remove() deletes it and frees the name. */
char *help_folder(void);
void help_remove(char **folder);

/* Full of values, all different; strings are static. */
void help_outcome(struct outcome *o, const char *pipeline, uint64_t number,
    int kind);

/* The whole file in memory; the caller frees it. */
uint8_t *help_read(const char *folder, const char *name, size_t *len_r);
void help_write(const char *folder, const char *name, const void *ptr,
    size_t len);
/* Change one byte of a file. */
void help_flip(const char *folder, const char *name, uint64_t offset);

/* Copy a folder of plain files and of folders of plain files. */
void help_copy(const char *from, const char *to);

#endif
