/* sequence.c - results put back in the order of the claims. */
#include "role/sequence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/clock.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/xalloc.h"

enum { HELD_MAX = 32 * 1024 * 1024 };

void
sequence_init(struct sequence *s, size_t n_lanes, int spill)
{
	memset(s, 0, sizeof *s);
	s->by_ticket = map_new();
	s->n_lanes = n_lanes;
	s->lane = xcalloc(n_lanes + 1, sizeof *s->lane);
	s->spill = spill;
	for (size_t i = 0; i < n_lanes; i++)
		list_init(&s->lane[i].claims);
}

void
node_free(struct node **n_in)
{
	struct node *n = *n_in;

	if (!n)
		return;
	ensure(list_empty(&n->children));
	free(n->note_copy);
	free(n->end_copy);
	free(n->result);
	free(n);
	*n_in = NULL;
}

static void
free_tree(struct list *head)
{
	while (!list_empty(head)) {
		struct node *n = container_of(head->next, struct node, link);

		list_remove(&n->link);
		free_tree(&n->children);
		node_free(&n);
	}
}

void
sequence_fini(struct sequence *s)
{
	for (size_t i = 0; i < s->n_lanes; i++)
		free_tree(&s->lane[i].claims);
	free(s->lane);
	map_free(&s->by_ticket);
}

static struct node *
find(const struct sequence *s, uint64_t ticket)
{
	return map_get(s->by_ticket, &ticket, sizeof ticket);
}

static struct sequence_lane *
lane_of(struct sequence *s, const struct node *n)
{
	return &s->lane[n->note.lane];
}

/* ---- announcements ---- */

static int
insert(struct sequence *s, struct node *n, struct err *e)
{
	if (n->note.lane >= s->n_lanes)
		return err_set(e, ERR_PROTO, "lane %u of %zu", n->note.lane,
		    s->n_lanes);
	if (n->note.parent == 0) {
		list_append(&lane_of(s, n)->claims, &n->link);
	} else {
		n->parent = find(s, n->note.parent);
		if (!n->parent || n->parent->state != NODE_WAITING)
			return err_set(e, ERR_PROTO,
			    "child of ticket %llu, which is no container",
			    (unsigned long long)n->note.parent);
		n->parent->container = true;
		list_append(&n->parent->children, &n->link);
	}
	map_put(s->by_ticket, &n->note.ticket, sizeof n->note.ticket, n);
	lane_of(s, n)->waiting++;
	return 0;
}

/* Another attempt at a document that is known: only nonce and count change. */
static void
renew(struct node *n, const struct item_note *note)
{
	if (n->state != NODE_WAITING)
		return;
	n->note.nonce = note->nonce;
	n->note.attempts = note->attempts;
	n->note.alone = note->alone;
}

int
sequence_item(struct sequence *s, const void *ptr, size_t len, struct err *e)
{
	struct node *n = xcalloc(1, sizeof *n);
	struct node *known;
	int rc;

	list_init(&n->link);
	list_init(&n->children);
	n->note_copy = xmemdup(ptr, len);
	rc = item_note_unpack(&n->note, n->note_copy, len, e);
	if (rc < 0)
		goto out;
	known = find(s, n->note.ticket);
	if (known) {
		renew(known, &n->note);
		goto out;
	}
	n->number = n->note.number;
	n->ended_children = n->note.children;
	n->position = n->note.resume_position;
	rc = insert(s, n, e);
	if (rc == 0)
		return 0;
out:
	node_free(&n);
	return rc;
}

static void
set_ended(struct sequence *s, struct node *n, int state)
{
	struct sequence_lane *lane = lane_of(s, n);

	n->state = state;
	if (BUG(any_order) && !n->parent) {
		list_remove(&n->link);
		list_append(lane->claims.next, &n->link);
	}
	lane->waiting--;
	if (lane->ready++ == 0)
		lane->ready_since_ms = clock_monotonic_ms();
}

static int
end_node(struct sequence *s, const void *ptr, size_t len, int state,
    struct err *e)
{
	void *copy = xmemdup(ptr, len);
	struct end_note end;
	struct node *n;
	int rc = end_note_unpack(&end, copy, len, e);

	if (rc == 0 && (n = find(s, end.ticket)) && n->state == NODE_WAITING) {
		n->end = end;
		n->end_copy = copy;
		set_ended(s, n, state);
		return 0;
	}
	/* The worker's own result may have been faster. */
	free(copy);
	return rc;
}

int
sequence_failed(struct sequence *s, const void *ptr, size_t len, struct err *e)
{
	return end_node(s, ptr, len, NODE_FAILED, e);
}

int
sequence_end(struct sequence *s, const void *ptr, size_t len, struct err *e)
{
	return end_node(s, ptr, len, NODE_CONTAINER, e);
}

int
sequence_void(struct sequence *s, const void *ptr, size_t len, struct err *e)
{
	struct unpack u;
	struct node *n;
	uint64_t ticket;

	unpack_init(&u, ptr, len);
	ticket = unpack_u64(&u);
	if (!unpack_end(&u))
		return err_set(e, ERR_PROTO, "void: malformed");
	n = find(s, ticket);
	if (n && n->state == NODE_WAITING)
		set_ended(s, n, NODE_VOID);
	return 0;
}

/* ---- results ---- */

static void
hold(struct sequence *s, struct node *n, const void *ptr, size_t len)
{
	struct err e;
	bool turn = lane_of(s, n)->claims.next == &n->link;

	n->result_len = len;
	if (s->held + len > HELD_MAX && !turn && s->spill >= 0) {
		if (fs_pwrite_full(s->spill, ptr, len, s->spill_end, &e) == 0) {
			n->spilled_at = s->spill_end;
			s->spill_end += len;
			s->n_spilled++;
			return;
		}
		/* A full disk: what is under way is bounded, and nobody's
		 * fault. */
		if (log_allow("spill file", 10))
			log_warn("spill file, results stay in memory: %s",
			    e.text);
	}
	n->result = xmemdup(ptr, len ? len : 1);
	s->held += len;
}

int
sequence_result(struct sequence *s, const void *ptr, size_t len, struct err *e)
{
	struct unpack u;
	struct node *n;
	uint64_t ticket, nonce;
	const void *hash;

	unpack_init(&u, ptr, len);
	ticket = unpack_u64(&u);
	nonce = unpack_u64(&u);
	hash = unpack_raw(&u, 32);
	if (u.bad)
		return err_set(e, ERR_PROTO, "result: malformed");
	n = find(s, ticket);
	if (!n)
		return err_set(e, ERR_NOENT, "no ticket %llu",
		    (unsigned long long)ticket);
	if (n->state != NODE_WAITING || n->container)
		return 0;
	/* Of an attempt that was given up, or of one not announced yet. */
	if (n->note.nonce != nonce)
		return err_set(e, ERR_NOENT, "no such attempt at ticket %llu",
		    (unsigned long long)ticket);
	memcpy(n->sha256, hash, 32);
	hold(s, n, u.ptr, unpack_left(&u));
	set_ended(s, n, NODE_RESULT);
	return 1;
}

bool
sequence_waits(const struct sequence *s, uint64_t ticket)
{
	const struct node *n = find(s, ticket);

	return n && n->state == NODE_WAITING && !n->container;
}

int
node_load(struct sequence *s, struct node *n, struct err *e)
{
	size_t got;
	int rc;

	if (n->result || n->state != NODE_RESULT)
		return 0;
	n->result = xcalloc(1, n->result_len + 1);
	rc = fs_pread_full(s->spill, n->result, n->result_len, n->spilled_at,
	    &got, e);
	if (rc == 0 && got != n->result_len)
		rc = err_set(e, ERR_IO, "spill file is short");
	if (rc < 0)
		return err_wrap(e, "spill file");
	/* It has left the order, and is held by its batch now. */
	if (--s->n_spilled == 0)
		s->spill_end = 0;
	return 0;
}

/* ---- order ---- */

/* The node whose turn it is below head: the first leaf, or a container that has
 * nothing left below it. NULL: it has no end yet. */
static struct node *
front(const struct list *head)
{
	while (!list_empty(head)) {
		struct node *n = container_of(head->next, struct node, link);

		if (list_empty(&n->children))
			return n->state == NODE_WAITING ? NULL : n;
		head = &n->children;
	}
	return NULL;
}

bool
sequence_is_ready(const struct sequence *s, size_t lane)
{
	return front(&s->lane[lane].claims) != NULL;
}

static void
detach(struct sequence *s, struct node *n)
{
	struct sequence_lane *lane = lane_of(s, n);

	list_remove(&n->link);
	map_put(s->by_ticket, &n->note.ticket, sizeof n->note.ticket, NULL);
	lane->ready--;
	lane->ready_since_ms = clock_monotonic_ms();
	if (n->result)
		s->held -= n->result_len;
	if (n->parent) {
		n->parent->ended_children = n->note.index + 1;
		n->parent->position = n->note.position;
	}
}

struct node *
sequence_take(struct sequence *s, size_t lane, bool only_if_shared)
{
	struct node *n;

	while ((n = front(&s->lane[lane].claims))) {
		if (n->note.alone && only_if_shared)
			return NULL;
		detach(s, n);
		if (n->state != NODE_VOID)
			return n;
		node_free(&n);
	}
	return NULL;
}

struct node *
node_claim(struct node *n)
{
	while (n->parent)
		n = n->parent;
	return n;
}

void
node_child_name(const struct node *n, char *dst, size_t size)
{
	uint64_t index[CONTAINER_DEPTH_MAX];
	size_t depth = 0, at = 0;

	for (; n->parent && depth < CONTAINER_DEPTH_MAX; n = n->parent)
		index[depth++] = n->note.index;
	dst[0] = '\0';
	while (depth > 0 && at < size) {
		int len = snprintf(dst + at, size - at, "#%llu",
		    (unsigned long long)index[--depth]);

		at += (size_t)len;
	}
}
