/* messages.h - what the processes say to each other: frame types and the bodies
 * that have more than a number or two.
 *
 * Supervisor to zygote (Z), to workers (W), to the sequencer (Q), to the
 * committer (C); workers to the sequencer (R); sequencer and committer (B).
 * Bodies are packed with base/pack.h in the order of their fields.
 */
#ifndef LAVOIR_ROLE_MESSAGES_H
#define LAVOIR_ROLE_MESSAGES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/pack.h"
#include "store/outcome.h"

/* clang-format off */
enum message {
	/* supervisor -> zygote */
	Z_CONFIG = 1,	/* packed configuration */
	Z_FORK,		/* u32 kind, u32 slot + descriptors, in order: channel to
			 * the supervisor, page, log pipe; worker: channel to the
			 * sequencer, window; sequencer: channel to the committer,
			 * spill file */
	Z_KILL,		/* u64 pid: SIGKILL, if it still is a child */
	/* zygote -> supervisor */
	Z_READY,	/* sandbox description, packed declarations */
	Z_REFUSED,	/* text, u8: for want of space or a limit, not for good */
	Z_FORKED,	/* u32 kind, u32 slot, u64 pid */
	Z_DIED,		/* u32 kind, u32 slot, u64 pid, u32 wait status */

	/* supervisor -> worker */
	W_TICKET = 20,	/* struct ticket + descriptor */
	W_CREDIT,	/* u64 ticket, u64 children, u64 window: a reader may hand out
			 * children below the one number and write the window
			 * below the other */
	W_DENY,		/* u64 ticket: no place for another reader now */
	W_STOP,		/* finish what you have, then exit */
	/* worker -> supervisor */
	W_READY,
	W_CHILD,	/* struct child_ticket */
	W_DONE,		/* struct done */

	/* supervisor -> sequencer */
	Q_ITEM = 40,	/* struct item_note */
	Q_FAILED,	/* struct end_note: its end is failure */
	Q_VOID,		/* u64 ticket: it goes back to waiting */
	Q_END,		/* struct end_note: a container has handed out all */
	Q_WORKER,	/* u32 slot, u32 life + channel of a new worker */
	Q_SENT,		/* u64 ticket, u32 slot: that worker says its result is sent */
	Q_KEPT,		/* they are on disk: the batch may be committed */
	Q_STOP,
	/* sequencer -> supervisor */
	Q_READY,
	Q_FATAL,	/* u32 pipeline, text: the chain must stop */
	Q_ERROR,	/* u64 ticket, reason, text: it is about to die of it */
	Q_BROKEN,	/* u32 slot, u32 life: that worker sends nonsense */
	Q_KEEP,		/* u32 n { u64 ticket, u64 number, plugin, reason, detail }:
			 * children that failed in the next batch */
	Q_LOST,		/* u64 ticket: its result was not among what was sent */

	/* worker -> sequencer */
	R_RESULT = 60,	/* u64 ticket, u64 nonce, sha256, doc_pack() */

	/* sequencer -> committer */
	B_LOOKUP = 80,	/* u32 documents { u32 sets { u32 index, u32 n, keys } } */
	B_BATCH,	/* u32 n { u64 claim }, batch_pack() */
	/* committer -> sequencer */
	B_WELCOME,	/* u32 n { pipeline, u64 next number } */
	B_HITS,		/* per document, per set: u32 n { id, sketch, u32 shared,
			 * u8 forgotten } */
	B_COMMITTED,

	/* supervisor -> committer */
	C_CONFIG = 100,	/* packed configuration */
	C_EPOCH,	/* u64 epoch, packed declarations + channel of a sequencer */
	C_CLOSE,	/* u64 epoch: read its channel to the end, refuse it */
	C_RETIRED,	/* u32 n { pipeline, u64 number } */
	C_ENDED,	/* u64 cookie, u32 n { folder, path }: were they? */
	C_SYNC,		/* u64 cookie: has the ledger reached the log's end? */
	C_STATS,	/* u64 cookie */
	C_STOP,
	/* committer -> supervisor */
	C_UNRETIRED,	/* struct unretired_note */
	C_OPEN,		/* a container that was begun: struct open_note */
	C_RECOVERED,	/* end of the two lists; u32 n { pipeline, u64 next
			 * number } */
	C_OPENED,	/* u64 epoch: declarations are fine */
	C_REFUSED,	/* u64 epoch, text */
	C_CLOSED,	/* u64 epoch: all that it committed has been told */
	C_DURABLE,	/* u32 lane, u64 epoch, u32 n { struct durable_note },
			 * u32 n { container progress: struct progress_note } */
	C_ENDED_REPLY,	/* u64 cookie, u32 n { u8 yes, witness, sha256 } */
	C_SYNCED,	/* u64 cookie */
	C_STATS_REPLY,	/* u64 cookie, numbers */
	C_PAUSED,	/* text: cannot write now */
	C_RESUMED,
	C_STOPPED
};
/* clang-format on */

enum fork_kind { FORK_WORKER, FORK_SEQUENCER };

enum ticket_kind {
	TICKET_FILE, /* the whole file behind the descriptor */
	TICKET_RAW, /* a child: bytes offset..offset+length of the descriptor */
	TICKET_TEXT, /* a child: the same, already text */
	TICKET_HASH, /* only the SHA-256 is wanted */
};

/* Strings are borrowed: from the supervisor's item, or from the frame. */
struct ticket {
	uint64_t id;
	uint64_t nonce;
	uint32_t kind;
	uint32_t pipeline;
	uint32_t step;	/* where the chain begins */
	uint32_t depth; /* 0: a file */
	uint64_t offset, length;
	int64_t mtime_ns; /* of the file, TICKET_FILE */
	int64_t added_ns;
	const char *path;	/* bytes */
	const char *member;	/* NULL */
	const char *media_type; /* that the reader said; NULL */
	const void *attrs;	/* doc_pack_attrs() of a child; empty: none */
	size_t attrs_len;
	uint64_t resume_position; /* a container that was begun before */
	uint64_t resume_children;
	uint64_t unpack_max; /* bytes that its children may have; 0: any */
	bool has_sidecar;    /* its bytes must hash to: */
	uint8_t sidecar[32];
};
void ticket_pack(struct buf *b, const struct ticket *t);
int ticket_unpack(struct ticket *t, const void *ptr, size_t len, struct err *e);

/* A reader hands out a child. */
struct child_ticket {
	uint64_t parent; /* ticket */
	uint64_t index;	 /* number of the child, from 0 */
	uint32_t kind;	 /* TICKET_RAW, TICKET_TEXT */
	uint32_t step;
	uint32_t in_window; /* offset is one of the window, not of the parent's
			       file */
	uint64_t offset, length;
	uint64_t position; /* where to go on behind it; 0: unknown */
	const char *name;  /* NULL: its number */
	const char *media_type;
	const char *fail; /* a member that cannot be read: why; NULL */
	const void *attrs;
	size_t attrs_len;
};
void child_ticket_pack(struct buf *b, const struct child_ticket *c);
int child_ticket_unpack(struct child_ticket *c, const void *ptr, size_t len,
    struct err *e);

enum done_kind {
	DONE_RESULT,	/* the sequencer has it */
	DONE_CONTAINER, /* all children are handed out */
	DONE_CHANGED, /* the file changed while it was read: back to waiting */
	DONE_RETRY,   /* one attempt used */
	DONE_FATAL,   /* the chain must stop */
	DONE_HASH,
	DONE_RETURNED, /* not begun: this worker has become a reader */
};
struct done {
	uint64_t ticket;
	uint32_t kind;
	uint64_t children; /* DONE_CONTAINER: handed out in this run and before
			    */
	uint64_t memory;   /* bytes of heap in use, for recycling */
	uint8_t sha256[32];
	const char *media_type;
	const char *plugin; /* NULL */
	const char *reason; /* of DONE_RETRY; NULL */
	const char *text;   /* why; NULL */
};
void done_pack(struct buf *b, const struct done *d);
int done_unpack(struct done *d, const void *ptr, size_t len, struct err *e);

/* A document is under way: all that the sequencer may believe about it. */
struct item_note {
	uint64_t ticket, nonce;
	uint64_t parent; /* ticket; 0: a claim */
	uint64_t claim;	 /* place in the lane, from 1 */
	uint32_t lane;
	uint32_t pipeline;
	uint64_t index;		  /* number of the child */
	uint64_t position;	  /* behind this child */
	uint64_t number;	  /* given before a restart; 0: to be given */
	uint64_t children;	  /* of it that ended before a restart */
	uint64_t resume_position; /* behind them */
	uint32_t attempts;	  /* including this one */
	uint32_t alone;		  /* commit it in a batch of its own */
	int32_t retire;
	const char *folder, *path, *member;
	struct witness witness;
	int64_t added_ns;
};
void item_note_pack(struct buf *b, const struct item_note *n);
int item_note_unpack(struct item_note *n, const void *ptr, size_t len,
    struct err *e);

/* How a document ended outside a worker's result. */
struct end_note {
	uint64_t ticket;
	uint64_t children; /* of a container */
	uint32_t attempts;
	uint8_t sha256[32];
	const char *media_type;
	const char *plugin, *reason, *detail; /* of a failure */
};
void end_note_pack(struct buf *b, const struct end_note *n);
int end_note_unpack(struct end_note *n, const void *ptr, size_t len,
    struct err *e);

/* One outcome is durable. */
struct durable_note {
	uint64_t claim;
	uint64_t number;
	int32_t kind;
	const char *child; /* "" or "#3" */
	uint64_t bytes_in, bytes_out;
	const char *plugin, *reason, *detail; /* NULL unless failed */
};
void durable_note_pack(struct buf *b, const struct durable_note *n);
void durable_note_read(struct unpack *u, struct durable_note *n);

#endif
