/* retire_private.h - what the files of retire share. */
#ifndef LAVOIR_ROLE_RETIRE_PRIVATE_H
#define LAVOIR_ROLE_RETIRE_PRIVATE_H

#include <limits.h>
#include <sys/types.h>

#include "role/retire.h"

enum { RETIRE_PLACES = 64 };

/* Folders that a batch changed, each once, to be synced. */
struct retire_places {
	struct retire_place {
		int fd;
		dev_t dev;
		ino_t ino;
	} place[RETIRE_PLACES];
	size_t n;
	/* The folders most files come from and go to, added already. */
	const struct folder *top;
	int top_from, top_to; /* -1: not yet */
};

/* Takes fd over (dup it to keep yours) and returns the descriptor to use, which
 * stays open until the places are synced. */
int retire_place_add(struct retire_places *p, int fd);
/* Sync and close all. */
int retire_places_sync(struct retire_places *p, struct err *e);
bool retire_places_full(const struct retire_places *p);

/* Is the file of this name the one of the witness, as far as a rename leaves it
 * alone?  1 yes, 0 another, negative: errno. */
int retire_is_file(int dirfd, const char *name, const struct witness *w);

/* Rename without replacing; 0 or -1 and errno. */
int retire_rename(const struct folder *f, int from_fd, const char *from,
    int to_fd, const char *to);

/* "NAME~ID", NAME shortened at a character so that it fits. */
void retire_name_taken(char dst[NAME_MAX + 1], const char *name,
    const char *id);
/* "NAM~ID.txt": beside NAME.txt, and still wanted by patterns on its end. */
void retire_name_beside(char dst[NAME_MAX + 1], const char *name,
    const char *id);

/* Where no rename leads out (EXDEV): copy it to to_fd (-1: not at all), make
 * that durable, then unlink it.  1, 0 when it is another file by then, or an
 * error. */
int retire_copy(const struct retirement *r, int from_fd, const char *name,
    int to_fd, struct err *e);

/* A range of a file, written to another and synced. */
int retire_copy_bytes(int from, uint64_t offset, uint64_t length, int to,
    struct err *e);

/* failed/ID, made and with reason.json; a descriptor. */
int retire_failed_dir(const struct folder *f, const char *id,
    const char *reason_json, struct err *e);

#endif
