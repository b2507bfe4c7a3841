/* host_inside.h - what the files of the host share; for nobody else. */
#ifndef LAVOIR_PLUGIN_HOST_INSIDE_H
#define LAVOIR_PLUGIN_HOST_INSIDE_H

#include "plugin/host.h"

enum { HOST_MAGIC = 0x6c617631 };

/* The document as a plugin holds it: legal while a call is running on it. */
struct host_doc {
	uint32_t magic;
	struct doc *doc;
	struct host_instance *running; /* NULL between calls */
	bool text_set;		       /* by the running call */
	bool streaming;		       /* a child's raw bytes are under way */
	uint64_t children;	       /* handed out by the running call */
};

struct host_instance {
	struct lavoir_host host; /* first: the plugin's pointer leads here */
	struct host_chain *chain;
	struct host_step_config config;
	uint32_t step;
	void *self;
	bool opening;	/* index() and series() are legal */
	int open_error; /* sticks like a document's */
	/* This instance's numbers to those of the chain. */
	uint32_t *index, *series;
	uint32_t n_index, n_series;
	/* What fail() was told in the running call; "" if nothing. */
	char message[DOC_DETAIL_MAX + 1];
};

struct host_chain {
	struct host_role role;
	char *pipeline;
	struct arena *arena;		 /* what open() declared */
	struct arena *scratch;		 /* for one child */
	struct host_instance **instance; /* n_steps; NULL: no call in this role
					  */
	size_t n_steps;
	struct host_index *index;
	struct host_series *series;
	size_t n_index, n_series;
	struct host_doc doc;
	uint32_t step;
};

/* The interface lends plugins our own structures as constants. */
static inline void *
host_ours(const void *ptr)
{
	union {
		const void *lent;
		void *ours;
	} u = { .lent = ptr };

	return u.ours;
}

/* All calls, for the table of an instance. */
extern const struct lavoir_host host_calls;

struct host_instance *host_instance_of(const struct lavoir_host *host);

/* The code for a plugin that fits an error of ours. */
int host_status(int code);

/* Keep the reason of the running call; returns status. */
int host_keep_message(struct host_instance *i, int status, const char *message);

/* The document behind doc when a call is running on it, else NULL. */
struct host_doc *host_doc_of(const struct lavoir_doc *doc);

/* May this call be made, in this role (0: in any)?  0, or the code to return;
 * a wrong role sticks. */
int host_doc_begin(const struct lavoir_doc *doc, int32_t role, const char *call,
    struct host_doc **h_r);

/* Make it stick: what the plugin did is wrong, in itself. */
int host_misuse(struct host_doc *h, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

int host_index_declare(const struct lavoir_host *host,
    const struct lavoir_index *x);
int host_series_declare(const struct lavoir_host *host,
    const struct lavoir_series *s);
int host_keys(struct lavoir_doc *doc, uint32_t index, const uint64_t *key,
    size_t n, struct lavoir_str sketch);
struct lavoir_str host_doc_id(const struct lavoir_doc *doc);
struct lavoir_str host_sketch(const struct lavoir_doc *doc, uint32_t index);
int host_hits(struct lavoir_doc *doc, uint32_t index,
    const struct lavoir_hit **hit, size_t *n);
int host_duplicate(struct lavoir_doc *doc, struct lavoir_str original,
    double similarity, const char *reason, const char *detail, bool end);
int host_append(struct lavoir_doc *doc, uint32_t series, const char *partition,
    struct lavoir_str record);

int host_child(struct lavoir_doc *doc, const struct lavoir_child *child);
int host_child_write(struct lavoir_doc *doc, struct lavoir_str piece);
int host_child_fail(struct lavoir_doc *doc, const char *why);
int host_resume(struct lavoir_doc *doc, uint64_t *position, uint64_t *children);

#endif
