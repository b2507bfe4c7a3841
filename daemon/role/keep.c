/* keep.c - failed children of a batch: their bytes and reasons on disk before
 * the batch is committed, in failed/ once it is, and gone if it never was. */
#include "role/keep.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "role/supervisor.h"

enum {
	KEEP_AGAIN_MS = 1000,
	/* Of one child; where the disk is full, there is no end of them. */
	KEEP_TRIES_MAX = 5
};

/* What the log has of a pipeline. */
struct ended {
	struct ended *next;
	char *pipeline;
	uint64_t number; /* the next one to be given */
};

struct keep {
	struct supervisor *owner;
	struct kept_child *child; /* the thread's while running */
	size_t n, cap;
	uint64_t epoch; /* whose sequencer waits for them */
	uv_work_t work;
	bool running, closing;
	bool waiting;	   /* some could not be written: intake pauses */
	uint64_t again_ms; /* when they are tried again */
	bool unmoved;	   /* some that ended could not be moved to failed/ */
	struct ended *ended;
	uv_timer_t timer; /* only for a close with nothing under way */
	void (*closed)(void *arg);
	void *closed_arg;
};

struct keep *
keep_new(struct supervisor *s)
{
	struct keep *k = xcalloc(1, sizeof *k);

	k->owner = s;
	k->work.data = k;
	ensure(uv_timer_init(s->loop, &k->timer) == 0);
	k->timer.data = k;
	return k;
}

static void
drop_children(struct keep *k)
{
	for (size_t i = 0; i < k->n; i++)
		kept_child_fini(&k->child[i]);
	k->n = 0;
	k->waiting = false;
}

static void
on_timer_closed(uv_handle_t *handle)
{
	struct keep *k = handle->data;
	void (*closed)(void *arg) = k->closed;
	void *arg = k->closed_arg;

	drop_children(k);
	while (k->ended) {
		struct ended *next = k->ended->next;

		free(k->ended->pipeline);
		free(k->ended);
		k->ended = next;
	}
	free(k->child);
	free(k);
	closed(arg);
}

void
keep_close(struct keep *k, void (*done)(void *arg), void *arg)
{
	k->closing = true;
	k->closed = done;
	k->closed_arg = arg;
	if (!k->running)
		uv_close((uv_handle_t *)&k->timer, on_timer_closed);
}

bool
keep_waits(const struct keep *k)
{
	return k->waiting;
}

bool
keep_idle(struct keep *k)
{
	if (k->running)
		return false;
	drop_children(k);
	return true;
}

/* ---- writing ---- */

static void
answer(struct keep *k)
{
	struct set *set = k->owner->set;

	k->waiting = false;
	if (!set || set->epoch != k->epoch || !set->sequencer)
		return;
	chan_begin(&set->sequencer->chan, Q_KEPT);
	chan_end(&set->sequencer->chan);
	peer_flush(set->sequencer);
}

/* Written, or given up: what lies on its disk is no reason to hold back all
 * that comes behind it for ever. */
static bool
is_settled(struct kept_child *c)
{
	if (c->result == 0)
		return true;
	if (c->result == ERR_NOSPACE || c->result == ERR_LIMIT ||
	    ++c->tries < KEEP_TRIES_MAX)
		return false;
	log_error("the bytes of a failed child are not kept: %s", c->err.text);
	return true;
}

static void
sort_out(struct keep *k)
{
	const char *why = NULL;
	size_t left = 0;

	for (size_t i = 0; i < k->n; i++) {
		if (is_settled(&k->child[i])) {
			kept_child_fini(&k->child[i]);
			continue;
		}
		k->child[left++] = k->child[i];
		why = k->child[left - 1].err.text;
	}
	k->n = left;
	if (why && !k->waiting)
		log_warn("intake pauses, failed children cannot be kept: %s",
		    why);
	else if (!why && k->waiting)
		log_info("intake goes on");
	k->waiting = left > 0;
	k->again_ms = clock_monotonic_ms() + KEEP_AGAIN_MS;
}

static void
work_run(uv_work_t *work)
{
	struct keep *k = work->data;

	retire_keep(k->child, k->n);
}

static void
work_done(uv_work_t *work, int status)
{
	struct keep *k = work->data;

	ensure(status == 0);
	k->running = false;
	if (k->closing) {
		uv_close((uv_handle_t *)&k->timer, on_timer_closed);
		return;
	}
	sort_out(k);
	if (k->n == 0)
		answer(k);
	supervisor_wake(k->owner);
}

static void
start(struct keep *k)
{
	k->running = true;
	ensure(
	    uv_queue_work(k->owner->loop, &k->work, work_run, work_done) == 0);
}

static void
add(struct keep *k, const struct kept_child *c)
{
	if (k->n == k->cap) {
		k->cap = k->cap ? 2 * k->cap : 16;
		k->child = xrealloc(k->child, k->cap, sizeof *k->child);
	}
	k->child[k->n++] = *c;
}

/* Its descriptors are its own: the claim may be gone before they are used. */
static void
add_item(struct keep *k, struct item *i, uint64_t number,
    const struct durable_note *n)
{
	struct supervisor *s = k->owner;
	struct claim *c = i->claim;
	struct kept_child x = { .offset = i->offset, .length = i->length };

	x.own_fd = fcntl(c->folder->own_fd, F_DUPFD_CLOEXEC, 0);
	x.fd = fcntl(i->fd, F_DUPFD_CLOEXEC, 0);
	c->number = number;
	x.id = finish_id(s, c, n->child);
	x.name = xstrdup(i->member);
	x.reason_json = finish_reason(s, i, n);
	if (x.own_fd < 0 || x.fd < 0) {
		log_error("the bytes of a failed child are not kept: %s: "
			  "no descriptors",
		    x.id);
		kept_child_fini(&x);
		return;
	}
	add(k, &x);
}

/* A sequencer is not trusted, but can only name children under way. */
static bool
take_one(struct keep *k, struct unpack *u)
{
	struct supervisor *s = k->owner;
	uint64_t ticket = unpack_u64(u), number = unpack_u64(u);
	char child[CONTAINER_DEPTH_MAX * 22];
	struct durable_note n = { .child = child };
	struct item *i;

	n.plugin = unpack_str(u);
	n.reason = unpack_str(u);
	n.detail = unpack_str(u);
	if (u->bad || !n.reason)
		return false;
	i = map_get(s->by_ticket, &ticket, sizeof ticket);
	if (!i || !i->parent || i->claim->state != CLAIM_UNDER_WAY)
		return true;
	if (i->claim->number != 0 && i->claim->number != number)
		return false;
	blame_name_child(i, child, sizeof child);
	add_item(k, i, number, &n);
	return true;
}

bool
keep_children(struct keep *k, struct unpack *u)
{
	uint32_t n = unpack_count(u, 16);

	if (k->running || k->n > 0)
		return false;
	k->epoch = k->owner->set->epoch;
	for (uint32_t i = 0; i < n; i++)
		if (!take_one(k, u))
			return false;
	if (!unpack_end(u))
		return false;
	if (k->n > 0)
		start(k);
	else
		answer(k);
	return true;
}

/* ---- what ended ---- */

static struct ended *
find_ended(const struct keep *k, const char *pipeline, size_t len)
{
	struct ended *x = k->ended;

	while (x &&
	    (strlen(x->pipeline) != len ||
		memcmp(x->pipeline, pipeline, len) != 0))
		x = x->next;
	return x;
}

void
keep_number(struct keep *k, const char *pipeline, uint64_t next)
{
	struct ended *x = find_ended(k, pipeline, strlen(pipeline));

	if (!x) {
		x = xcalloc(1, sizeof *x);
		x->pipeline = xstrdup(pipeline);
		x->next = k->ended;
		k->ended = x;
	}
	if (x->number < next)
		x->number = next;
}

void
keep_ended(struct keep *k, const struct claim *c, const char *child)
{
	char *id = finish_id(k->owner, c, child);
	struct err e;

	if (retire_kept(c->folder->own_fd, id, &e) < 0) {
		if (log_allow("keep", 10))
			log_error("%s", e.text);
		k->unmoved = true;
		k->again_ms = clock_monotonic_ms() + KEEP_AGAIN_MS;
	}
	free(id);
}

/* Of a container that was begun: is "#3#1" before where it has come to? */
static bool
is_behind(const struct claim *c, const char *child)
{
	for (uint32_t d = 0; d < c->n_levels && *child == '#'; d++) {
		char *end;
		uint64_t index = strtoull(child + 1, &end, 10);

		if (index != c->level[d].children)
			return index < c->level[d].children;
		child = end;
	}
	return false;
}

/* "[SITE-]PIPELINE-NUMBER#n": 1 it has ended, 0 it has not, -1 not known. */
static int
has_ended(const struct keep *k, const char *id)
{
	struct supervisor *s = k->owner;
	const char *child = strchr(id, '#'), *number = child;
	size_t site = s->config->site ? strlen(s->config->site) + 1 : 0;
	const struct ended *x;
	uint64_t n;

	if (strncmp(id, s->config->site ? s->config->site : "",
		site ? site - 1 : 0) != 0)
		return -1;
	while (number > id && number[-1] != '-')
		number--;
	if (number < id + site + 1)
		return -1;
	x = find_ended(k, id + site, (size_t)(number - 1 - (id + site)));
	if (!x)
		return -1;
	n = strtoull(number, NULL, 10);
	list_each (l, &s->claims) {
		const struct claim *c = container_of(l, struct claim, link);

		if (c->number == n && c->state == CLAIM_UNDER_WAY &&
		    strcmp(finish_pipeline(s, c), x->pipeline) == 0)
			return is_behind(c, child);
	}
	return n < x->number;
}

struct look {
	struct keep *keep;
	const struct folder *folder;
	bool all; /* forget those that have not ended, too */
};

static void
settle_one(void *arg, const char *id)
{
	struct look *look = arg;
	int own = look->folder->own_fd, ended = has_ended(look->keep, id);
	struct err e = { 0 };
	int rc = 0;

	if (ended == 1)
		rc = retire_kept(own, id, &e);
	else if (ended == 0 && look->all)
		rc = retire_forget_kept(own, id, &e);
	if (rc < 0)
		log_error("%s", e.text);
	look->keep->unmoved |= rc < 0;
}

static void
settle(struct keep *k, bool all)
{
	struct supervisor *s = k->owner;

	k->unmoved = false;
	k->again_ms = clock_monotonic_ms() + KEEP_AGAIN_MS;
	for (size_t i = 0; !s->options.run && i < s->n_folders; i++) {
		struct look look = { k, &s->folder[i], all };
		struct err e = { 0 };

		if (retire_each_kept(s->folder[i].own_fd, settle_one, &look,
			&e) < 0)
			log_error("%s: %s", s->folder[i].watch->path, e.text);
	}
}

void
keep_settle(struct keep *k)
{
	settle(k, true);
}

void
keep_look(struct keep *k, uint64_t now_ms)
{
	if (k->running || now_ms < k->again_ms)
		return;
	if (k->n > 0)
		start(k);
	else if (k->unmoved)
		settle(k, false);
}
