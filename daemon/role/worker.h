/* worker.h - the process phase, on one document at a time.
 *
 * A worker has two channels (supervisor, sequencer), its page, a window file
 * for children that are no part of the file they came from, and the descriptors
 * of the tickets it is given.  It keeps nothing between documents.
 */
#ifndef LAVOIR_ROLE_WORKER_H
#define LAVOIR_ROLE_WORKER_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "config/config.h"
#include "plugin/host.h"
#include "proc/chan.h"
#include "role/chain.h"
#include "role/messages.h"
#include "role/page.h"

/* A document being read by a reader that hands out children. */
struct reader {
	const struct ticket *ticket;
	int fd;		  /* of the ticket */
	uint64_t next;	  /* number of the next child */
	uint64_t swallow; /* children to pass over: they ended before */
	uint64_t children_allowed, window_allowed;
	uint64_t handed_out; /* bytes, with what children cost */
	bool denied;
	bool streaming;		   /* doc_child_write() is expected */
	struct child_ticket child; /* the one being streamed */
	struct buf attrs;	   /* of the child being handed out */
	struct buf name;	   /* name and media type of a streamed child */
	uint64_t flushed_ms;
	void *map; /* of the file, or NULL */
	size_t map_len;
	uint64_t touched; /* bytes of children since it was let go */
};

struct worker {
	const struct config *config;
	const struct chain_set *set;
	struct host_role role;
	struct host_chain **chain;
	struct chan supervisor;
	struct chan sequencer;
	struct page *page;
	struct page unshared; /* until there is one */
	int window;
	uint64_t window_at; /* where the next child's bytes go */
	struct arena *arena;
	EVP_MD_CTX *sha256;
	EVP_MD *sha256_type;
	uint8_t *small; /* buffer of small files */
	struct doc *doc;
	struct reader reader;
	bool stop;
	bool orphaned; /* a peer is gone */
};

/* Opens an instance of every step.  The set and the configuration stay the
 * caller's and must outlive the worker. */
int worker_new(struct worker **w_r, const struct config *c,
    const struct chain_set *set, struct err *e);
void worker_free(struct worker **w);

struct worker_fds {
	int supervisor, sequencer, window;
	struct page *page;
};

/* Process tickets until the supervisor says stop or is gone. */
void worker_run(struct worker *w, const struct worker_fds *fds);

/* Host calls of a reader (reader.c). */
void reader_init(struct worker *w, const struct ticket *t, int fd, void *map,
    size_t map_len);
void reader_fini(struct worker *w);
int reader_child(void *arg, struct doc *parent, const struct lavoir_child *c);
int reader_child_write(void *arg, struct doc *parent, struct lavoir_str piece);
int reader_child_fail(void *arg, struct doc *parent, const char *why);
int reader_resume(void *arg, struct doc *parent, uint64_t *position,
    uint64_t *children);

/* Has the file behind a ticket kept its size and time?  Children are ranges of
 * files that are looked at as a whole. */
bool worker_unchanged(int fd, const struct ticket *t);

/* Give a ticket back that was not begun. */
void worker_return_ticket(struct worker *w, struct frame *f);

#endif
