/* sequence.h - results put back in the order of the claims.
 *
 * Items are announced by the supervisor in order: claims of a lane by number,
 * children of a container behind each other.  Their results come in any order.
 * Nodes leave in order of their paths (claim, child, grandchild ...): a leaf
 * once its result is there, a container once all its children have left.
 * Results that wait too long for too much memory lie in a spill file.
 */
#ifndef LAVOIR_ROLE_SEQUENCE_H
#define LAVOIR_ROLE_SEQUENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/list.h"
#include "role/messages.h"
#include "store/batch.h"

enum node_state {
	NODE_WAITING, /* announced; no result, or children to come */
	NODE_RESULT,
	NODE_FAILED,
	NODE_VOID,
	NODE_CONTAINER, /* all its children are announced */
};

struct node {
	struct list link;     /* among its siblings, or the taken */
	struct list children; /* not taken yet */
	struct node *parent;  /* NULL: a claim */
	int state;
	bool container; /* a child was announced */
	struct item_note note;
	void *note_copy;     /* holds the strings of note */
	struct end_note end; /* NODE_FAILED, NODE_CONTAINER */
	void *end_copy;
	uint8_t sha256[32]; /* of a result */
	uint8_t *result;    /* doc_pack() bytes; NULL while spilled */
	size_t result_len;
	uint64_t spilled_at;
	uint64_t number;	 /* of a claim; 0: not given yet */
	uint64_t ended_children; /* taken, in this life or before */
	uint64_t position;	 /* behind the last of them */
};

struct sequence_lane {
	struct list claims;
	size_t waiting;		 /* nodes without an end */
	size_t ready;		 /* nodes with one, not taken */
	uint64_t ready_since_ms; /* of the oldest of them, about */
};

struct sequence {
	struct map *by_ticket;
	struct sequence_lane *lane;
	size_t n_lanes;
	size_t held; /* bytes of results in memory */
	int spill;   /* descriptor, or -1 */
	uint64_t spill_end;
	size_t n_spilled;
};

void sequence_init(struct sequence *s, size_t n_lanes, int spill);
void sequence_fini(struct sequence *s);

/* Each takes a frame's body.  ERR_PROTO: the supervisor would not say so. */
int sequence_item(struct sequence *s, const void *ptr, size_t len,
    struct err *e);
int sequence_failed(struct sequence *s, const void *ptr, size_t len,
    struct err *e);
int sequence_void(struct sequence *s, const void *ptr, size_t len,
    struct err *e);
int sequence_end(struct sequence *s, const void *ptr, size_t len,
    struct err *e);

/* From a worker, not trusted: a result for one that has its end is passed over
 * (0). 1: taken. ERR_NOENT: no such ticket, or attempt at it (yet). ERR_PROTO:
 * malformed. */
int sequence_result(struct sequence *s, const void *ptr, size_t len,
    struct err *e);
/* Is this ticket known, and still without a result? */
bool sequence_waits(const struct sequence *s, uint64_t ticket);

/* The next node of the lane whose turn it is and that has its end: it leaves
 * the order and is the caller's to node_free(), after its descendants.  With
 * only_if_shared, one that asks to be alone is left (NULL).  NULL: none. */
struct node *sequence_take(struct sequence *s, size_t lane,
    bool only_if_shared);
bool sequence_is_ready(const struct sequence *s, size_t lane);
void node_free(struct node **n);

/* Bytes of the result, read back when spilled. */
int node_load(struct sequence *s, struct node *n, struct err *e);

/* The claim above a node; "#3#1" of a node below it ("" for a claim). */
struct node *node_claim(struct node *n);
void node_child_name(const struct node *n, char *dst, size_t size);

#endif
