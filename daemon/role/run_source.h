/* run_source.h - files and folders as a source of documents, for run.c. */
#ifndef LAVOIR_ROLE_RUN_SOURCE_H
#define LAVOIR_ROLE_RUN_SOURCE_H

#include "role/progress.h"
#include "role/run.h"
#include "role/supervisor.h"
#include "role/walk.h"

/* A file that may be taken, or has to be asked about. */
struct entry {
	struct folder *folder;
	char *path;
	unsigned changes; /* how often it changed while it was read */
};

struct queue {
	struct entry *entry;
	size_t n, at, cap;
};

struct run {
	const struct run_options *options;
	struct supervisor *supervisor;
	struct config_watch *watch; /* one an argument */
	struct folder *folder;
	size_t n_folders;
	size_t next_path;
	struct walk *walk; /* of the folder before next_path */
	struct queue ready;
	struct queue asked;
	const struct peer *asked_of; /* a committer that may have died since */
	char *given;		     /* path handed out last */
	struct map *changes;	     /* path -> how often */
	uint64_t passed_over;
	struct progress *progress;
	struct totals totals;
	bool complete;
};

/* For supervisor_options.attach; arg is the struct run. */
struct source run_source_attach(void *arg, struct supervisor *s);
void run_source_fini(struct run *r);

#endif
