/* host.h - the host's side of the plugin interface: instances, the calls that
 * plugins make, and running one step on one document.
 *
 * struct lavoir_doc of the interface is struct host_doc: a document and the
 * call that is running on it.  Everything that a plugin passes in is checked as
 * hostile: role, UTF-8, names, numbers, limits.  A call in the wrong role, or
 * after the call that lent the document ended, fails and sticks.
 */
#ifndef LAVOIR_PLUGIN_HOST_H
#define LAVOIR_PLUGIN_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "lavoir/plugin.h"
#include "model/doc.h"

/* What open() declared, gathered over a chain: numbers are places. */
struct host_index {
	const char *name; /* "PIPELINE.STEP" when the plugin gave none */
	const char *params;
	uint32_t keys_max, sketch_size;
};
struct host_series {
	const char *folder, *suffix;
	int32_t codec, level;
	struct lavoir_str header;
	uint64_t file_size_max;
};

/* What a role does for its instances.  NULL functions: not offered there. */
struct host_role {
	int32_t role; /* LAVOIR_WORKER or LAVOIR_SEQUENCER */
	void *arg;
	/* The plugin gave a sign of life; true: the document is cancelled. */
	bool (*cancelled)(void *arg);
	void (*count)(void *arg, const char *step, const char *counter,
	    int64_t n);
	/* A reader hands out children (role/reader.c). */
	int (*child)(void *arg, struct doc *parent,
	    const struct lavoir_child *c);
	int (*child_write)(void *arg, struct doc *parent,
	    struct lavoir_str piece);
	int (*child_fail)(void *arg, struct doc *parent, const char *why);
	int (*resume)(void *arg, struct doc *parent, uint64_t *position,
	    uint64_t *children);
	/* Where the step that is about to run is noted (the shared page). */
	void (*enter)(void *arg, uint32_t step);
};

struct host_chain; /* the instances of one pipeline's steps in one role */

/* One step as configured. */
struct host_step_config {
	const char *instance; /* unique within the pipeline */
	const struct lavoir_plugin *plugin;
	const struct lavoir_value *option; /* in the order of plugin->options */
	struct when *when;		   /* model/when.h; NULL: always */
};

/* Open an instance of every step that has a call in this role (steps without
 * one are passed over but keep their number).  folder of LAVOIR_OPT_OUTPUT:
 * series() is only taken for a folder that is the value of such an option of
 * that step. ERR_CONFIG: open() refused, with step and message; ERR_FATAL. */
int host_chain_open(struct host_chain **c_r, const char *pipeline,
    const struct host_step_config *step, size_t n_steps,
    const struct host_role *role, struct err *e);
void host_chain_close(struct host_chain **c);

/* Indexes and series that the chain's open() calls declared. */
size_t host_chain_indexes(const struct host_chain *c,
    const struct host_index **x_r);
size_t host_chain_series(const struct host_chain *c,
    const struct host_series **s_r);

/* Does any step of the chain have a call in this role? */
bool host_chain_empty(const struct host_chain *c);

/* What one run over the document came to. */
enum host_result {
	HOST_DONE,  /* doc->verdict tells */
	HOST_RETRY, /* ENOMEM, ECANCELED: one attempt used */
	HOST_FATAL, /* e has plugin and reason.  ERR_FATAL: it said itself
		     * that the chain must stop; ERR_PROTO: it broke the rules
		     * of the interface on this document */
};

/* [worker] Run the process steps from step first on: readers for an undecoded
 * document (in chain order, by media type; they may pass), other steps for a
 * decoded one, "when" obeyed.  A document that no reader took fails with reason
 * "no_reader".  A verdict or a sticky error ends the run. */
int host_process(struct host_chain *c, struct doc *d, uint32_t first,
    struct err *e);

/* [sequencer] Run the commit steps: doc->id and doc->hits are set. */
int host_commit(struct host_chain *c, struct doc *d, struct err *e);

/* Number of the step that is running, for children ("the step after"). */
uint32_t host_chain_step(const struct host_chain *c);

#endif
