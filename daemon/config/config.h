/* config.h - lavoir.json (and pipelines.d next to it) as checked settings.
 *
 * The only place that knows the file's layout.  Loading checks everything that
 * can be checked without running plugin code: the plugins' tables come from
 * throw-away processes (plugin/descriptor.h).  A configuration is immutable and
 * lies in one arena; a reload makes a new one.
 */
#ifndef LAVOIR_CONFIG_CONFIG_H
#define LAVOIR_CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/pack.h"

enum config_done { CONFIG_DONE_KEEP, CONFIG_DONE_DELETE, CONFIG_DONE_MOVE };
enum config_poll { CONFIG_POLL_AUTO, CONFIG_POLL_ALWAYS, CONFIG_POLL_NEVER };
enum config_sandbox { CONFIG_SANDBOX_STRICT, CONFIG_SANDBOX_BEST_EFFORT };

/* A drop folder. */
struct config_watch {
	const char *path; /* absolute */
	bool recursive;
	const char *const *include; /* globs on the relative path, or on the
				       last */
	const char *const *exclude; /* part when they have no '/';
				       NULL-terminated */
	bool hidden;		    /* take names that begin with '.' */
	int64_t settle_ms;
	int64_t rescan_ms;
	int32_t poll;	 /* enum config_poll */
	int64_t poll_ms; /* interval when polling */
	uint64_t size_max;
	const char *done_file; /* take NAME only when NAME + this exists; NULL
				*/
	bool sha256_sidecar; /* take NAME only when NAME.sha256 exists and fits
			      */
	int32_t done;	     /* enum config_done */
	const char *move;    /* absolute; CONFIG_DONE_MOVE */
};

/* One step of a chain. */
struct config_step {
	const char *instance; /* "name" in the file, or plugin name (made
			       * unique: the second "x" is "x-2") */
	const char *plugin;
	const char *path;    /* of the object, found along plugin_path */
	const char *version; /* that its table said */
	const char *options; /* JSON text of the object, "{}" when absent */
	const char *shown;   /* the same with defaults, secrets as "***" */
	const char *when;    /* JSON text, or NULL */
	const char *const *outputs;   /* values of OUTPUT options, absolute */
	const char *const *resources; /* values of RESOURCE options, absolute */
};

struct config_pipeline {
	const char *name; /* [a-z0-9_-]{1,32} */
	struct config_watch *watch;
	size_t n_watches;
	struct config_step *step;
	size_t n_steps;
	bool empty_dropped; /* empty files are dropped before routing */
};

struct config {
	struct arena *arena;
	const char *file;  /* absolute; "" for embedded defaults */
	const char *base;  /* folder that relative paths start at */
	const char *state; /* absolute */
	const char *site;  /* NULL */
	const char *user;  /* to change to when started as root; NULL: none */
	const char *control_socket; /* absolute */
	uint32_t workers;
	uint32_t readers;
	int32_t sandbox; /* enum config_sandbox */
	int32_t log_level;
	const char *const *plugin_path; /* NULL-terminated, absolute */
	bool keep_log;

	/* Limits of one document. */
	int64_t stall_ms;      /* no progress call for so long: one attempt */
	int64_t total_ms;      /* for all its process calls */
	uint64_t text_max;     /* bytes of text */
	uint64_t memory_max;   /* of a worker's data */
	uint32_t depth_max;    /* containers in containers */
	uint32_t children_max; /* of one container; 0: no limit */
	uint32_t unpack_ratio; /* of a file, with all in it; 0: no limit */
	/* A worker is replaced after so many documents or so much memory. */
	uint32_t recycle_documents;
	uint64_t recycle_memory;

	/* What is under way at once. */
	uint32_t in_flight_documents;
	uint64_t in_flight_bytes;
	/* A batch closes at. */
	uint32_t batch_documents;
	uint64_t batch_bytes;
	int64_t batch_delay_ms;
	/* Room that must be left before anything is claimed. */
	uint64_t disk_reserve;
	uint64_t inode_reserve;

	struct config_pipeline *pipeline;
	size_t n_pipelines;
};

/* One problem: where it is and what would be right. file/line/column may be
 * NULL/0 where there is no text (a folder that is missing). */
struct config_problem {
	const char *file;
	unsigned line, column;
	const char *path;     /* JSON pointer */
	const char *problem;  /* a sentence */
	const char *found;    /* or NULL */
	const char *expected; /* or NULL */
	const char *nearest;  /* or NULL */
	bool warning;
};
typedef void config_problem_fn(void *arg, const struct config_problem *p);

struct config_load_options {
	const char *file; /* NULL: built-in defaults below the current folder */
	const char *program; /* that answers --role describe; plugins/ beside it
			      * is part of the default plugin_path */
	/* For lavoir run: pipelines need no watch folders; --state and --out,
	 * relative to the current folder. */
	bool run;
	/* Only what stands above the pipelines, for asking a running daemon:
	 * fails only when the main file cannot be read or is no JSON; nothing
	 * is told, no plugin is looked at. */
	bool settings_only;
	const char *state; /* or NULL */
	/* Or NULL.  Relative outputs of a pipeline come to lie here: when all
	 * of them are the same path, right here, else as OUT/PATH, without any
	 * "..".  step.options says so, too. */
	const char *out;
	config_problem_fn *problem; /* see report.h; or NULL */
	void *arg;
};

/* file and pipelines.d/ (JSON) beside it.  Every problem is told, not only the
 * first, in the order of the files.  0, ERR_CONFIG when one of them is an
 * error, ERR_NOENT, ERR_PERM, ERR_IO, ERR_INVAL (not a regular file, too large)
 * when the file cannot be read: then *c_r is NULL. */
int config_load(struct config **c_r, const struct config_load_options *o,
    struct err *e);
void config_free(struct config **c);

/* Between processes of one program.  What is unpacked owns its strings;
 * ERR_PROTO when the bytes are no packed configuration. */
void config_pack(struct buf *b, const struct config *c);
int config_unpack(struct config **c_r, const void *ptr, size_t len,
    struct err *e);

/* The settings with every default filled in, secrets as "***": JSON text that
 * config_load() reads. */
void config_dump(struct buf *b, const struct config *c);

/* Can b follow a without new processes?  True when they differ in nothing but
 * what the supervisor alone looks at: watched folders, admission, log level and
 * the name of the file. */
bool config_same_chains(const struct config *a, const struct config *b);

#endif
