/* pipe.h - "lavoir pipe": JSON lines in, JSON lines out, in the same order, by
 * the process phase alone.
 *
 * The same locked workers as the daemon's, forked by the same zygote; no state,
 * no sequencer, no committer. Its parts:
 *
 *	pipe.c		the loop: input, deadlines, what goes where
 *	pipe_worker.c	zygote and workers: start, tickets, answers, death
 *	pipe_child.c	containers: children, credit
 *	pipe_input.c	a line of input as a document
 *	pipe_output.c	a document as a line of output
 *
 * One process, one thread, no libuv: everything that it waits for is a
 * descriptor in one poll().
 */
#ifndef LAVOIR_CONTROL_PIPE_H
#define LAVOIR_CONTROL_PIPE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/list.h"
#include "config/config.h"
#include "proc/chan.h"
#include "role/messages.h"
#include "role/page.h"

enum {
	PIPE_ATTEMPTS_MAX = 2,
	PIPE_AHEAD = 4, /* documents under way for each worker */
	PIPE_CHILDREN_AHEAD = 64,
	PIPE_WINDOW_AHEAD = 8 << 20,
	PIPE_LINE_EXTRA = 1 << 20, /* a line may be so much longer than text */
};

enum pipe_state {
	PIPE_READY,
	PIPE_RUNNING,
	PIPE_CONTAINER, /* all its children are handed out */
	PIPE_ENDED,	/* its line is there */
};

/* A file of bytes that several documents lie in. */
struct pipe_file {
	int fd;
	unsigned references;
};

/* A document: a line of input, or a child of one. */
struct pipe_doc {
	struct list link; /* in pipe.docs, or in its parent's children */
	struct list children;
	struct pipe_doc *parent;
	int state;	 /* enum pipe_state */
	json_t *id;	 /* as given; of a child a string */
	uint64_t ticket; /* of the attempt under way */
	uint64_t nonce;
	uint32_t kind, step, depth, deaths;
	struct pipe_file *file;
	uint64_t offset, length;
	int64_t mtime_ns;
	char *path, *member, *media_type;
	uint8_t *attrs;
	size_t attrs_len;
	struct buf line; /* once ended */
	struct pipe_worker *worker;
	bool waits; /* a container that had no place: until it is the first */
	/* A container. */
	uint64_t children_made, live_children;
	double expansion; /* see role/expand.h */
	uint64_t handed_out;
	uint64_t children_allowed, window_allowed, window_wanted, window_live;
};

struct pipe_worker {
	uint32_t number;
	uint64_t pid;
	bool forked, ready;
	bool hung_up; /* its channels are closed; its death will come */
	struct chan control, result;
	struct page *page;
	struct pipe_file *window;
	struct pipe_doc *doc; /* that it has */
	bool reading;	      /* a container, and has a place */
	const char *killed;
	uint32_t failures; /* starts that did not come up, in a row */
	/* Deadlines. */
	uint64_t seen_alive, alive_since_ms, since_ms, looked_ms, waited_ms;
};

struct pipe {
	const char *program;
	struct config *config;
	uint32_t pipeline;
	pid_t zygote_pid;
	struct chan zygote;
	struct pipe_worker *worker;
	uint32_t n_workers;
	struct list docs; /* top ones, in order of the input */
	size_t n_docs;
	uint64_t last_ticket;
	struct arena *arena; /* of one document's answer */
	/* Input. */
	struct buf in;
	size_t in_at; /* looked through for an end of line up to here */
	bool in_end, skipping;
	uint64_t lines, bad_lines;
	FILE *out;
	bool out_failed;
	bool failed; /* the engine cannot go on: err says why */
	struct err err;
};

/* ---- pipe.c ---- */

/* Reads standard input to its end; a sysexits code. Takes nothing. */
int pipe_run(struct pipe *p);
void pipe_fail(struct pipe *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void pipe_doc_free(struct pipe_doc **d);
struct pipe_doc *pipe_doc_new(struct pipe_doc *parent);
struct pipe_file *pipe_file_new(int fd);
void pipe_file_unref(struct pipe_file **f);

/* ---- pipe_worker.c ---- */
int pipe_start_zygote(struct pipe *p, struct err *e);
/* Enough workers, and something to do for each. */
void pipe_dispatch(struct pipe *p);
void pipe_read_worker(struct pipe *p, struct pipe_worker *w);
void pipe_read_zygote(struct pipe *p);
void pipe_look(struct pipe *p, uint64_t now_ms);
void pipe_stop(struct pipe *p);

/* ---- pipe_child.c ---- */
void pipe_take_child(struct pipe *p, struct pipe_worker *w,
    const struct frame *f);
void pipe_credit(struct pipe_worker *w);
bool pipe_is_first(struct pipe *p, struct pipe_doc *d);
void pipe_kill(struct pipe *p, struct pipe_worker *w, const char *why);
/* A child's line is out. */
void pipe_child_gone(struct pipe_doc *d);

/* ---- pipe_input.c ---- */

/* One line of input: a document at the end of p->docs, ended at once when it is
 * none. */
void pipe_take_line(struct pipe *p, const char *line, size_t len);

/* ---- pipe_output.c ---- */

/* Its line, from the answer of a worker: false when that is malformed. */
bool pipe_end(struct pipe *p, struct pipe_doc *d, struct unpack *answer);
/* Its line: it failed. */
void pipe_end_failed(struct pipe_doc *d, const char *plugin, const char *reason,
    const char *detail);

#endif
