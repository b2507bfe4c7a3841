/* finish.c - how documents end: attempts, failures, what is durable, and the
 * rename that retires them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/json_write.h"
#include "base/log.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "role/supervisor.h"

enum {
	RETIRE_AGAIN_MS = 1000,
	RETIRE_AGAIN_MAX_MS = 300000,
	RETIRE_FAILURES_MAX = 64 /* of a folder at once: it is paused */
};

/* ---- ends before the commit ---- */

static const char *
item_name(const struct item *i)
{
	return i->claim->path;
}

void
finish_failed(struct supervisor *s, struct item *i, const char *plugin,
    const char *reason, const char *detail)
{
	struct end_note n = { .ticket = i->ticket,
		.children = i->children_made,
		.attempts = i->deaths + i->commit_deaths,
		.plugin = plugin,
		.reason = reason,
		.detail = detail };

	if (n.attempts == 0)
		n.attempts = 1;
	i->state = ITEM_SENT;
	i->sent_ms = 0;
	if (!s->set || !s->set->sequencer)
		return; /* announced, and failed, again */
	end_note_pack(chan_begin(&s->set->sequencer->chan, Q_FAILED), &n);
	chan_end(&s->set->sequencer->chan);
	peer_flush(s->set->sequencer);
}

void
finish_note_attempt(struct item *i, const char *phase, const char *plugin,
    const char *reason, const char *detail, const char *tail)
{
	struct buf *b = &i->attempts;
	char now[CLOCK_RFC3339_SIZE];

	buf_append_byte(b, b->len ? ',' : ' ');
	buf_append_byte(b, '{');
	json_write_key(b, "at");
	json_write_cstr(b, clock_rfc3339(now, clock_output_ns()));
	json_write_key(b, "phase");
	json_write_cstr(b, phase);
	json_write_key(b, "plugin");
	json_write_cstr(b, plugin);
	json_write_key(b, "reason");
	json_write_cstr(b, reason);
	json_write_key(b, "detail");
	json_write_lossy(b, detail ? detail : "", detail ? strlen(detail) : 0);
	json_write_key(b, "log");
	json_write_lossy(b, tail, strlen(tail));
	buf_append_byte(b, '}');
}

void
finish_attempt(struct supervisor *s, struct item *i, const char *plugin,
    const char *reason, const char *detail, const char *tail)
{
	i->deaths++;
	if (i->claim->state == CLAIM_HASHING && i->deaths >= ATTEMPTS_MAX) {
		finish_void(s, i, detail);
		return;
	}
	finish_note_attempt(i, "process", plugin, reason, detail, tail);
	/* Its children stand; what it would have handed out further is lost. */
	if (i->children_made > i->resume_children || i->deaths >= ATTEMPTS_MAX)
		finish_failed(s, i, plugin, reason, detail);
	else
		dispatch_returned(i);
}

/* Take a claim out of this epoch: the file stays, and is looked at again. */
void
finish_void(struct supervisor *s, struct item *i, const char *why)
{
	struct claim *c = i->claim;
	const struct claim *one = c;

	ensure(!i->parent);
	/* Not the file that was committed: there is nothing to retire. */
	if (c->state == CLAIM_HASHING)
		store_link_retired(s, &one, 1);
	log_debug("%s goes back to waiting: %s", item_name(i), why);
	if (s->set && s->set->sequencer && c->state == CLAIM_UNDER_WAY) {
		pack_u64(chan_begin(&s->set->sequencer->chan, Q_VOID),
		    i->ticket);
		chan_end(&s->set->sequencer->chan);
		peer_flush(s->set->sequencer);
	}
	finish_claim_gone(s, c);
}

void
finish_claim_gone(struct supervisor *s, struct claim *c)
{
	struct folder *f = c->folder;
	char *path = xstrdup(c->path);

	claim_free(&c);
	s->source.again(s->source.arg, f, path);
	free(path);
	supervisor_wake(s);
}

/* ---- reason.json ---- */

const char *
finish_pipeline(const struct supervisor *s, const struct claim *c)
{
	return c->recovered_pipeline ? c->recovered_pipeline
				     : s->config->pipeline[c->pipeline].name;
}

char *
finish_id(const struct supervisor *s, const struct claim *c, const char *child)
{
	const char *site = s->config->site;

	return xasprintf("%s%s%s-%llu%s", site ? site : "", site ? "-" : "",
	    finish_pipeline(s, c), (unsigned long long)c->number, child);
}

static void
write_reason(struct supervisor *s, struct buf *b, struct item *i,
    const struct durable_note *n)
{
	const struct claim *c = i->claim;
	char *id = finish_id(s, c, n->child);
	char now[CLOCK_RFC3339_SIZE];

	buf_append_byte(b, '{');
	json_write_key(b, "id");
	json_write_cstr(b, id);
	json_write_key(b, "path");
	json_write_lossy(b, c->path, strlen(c->path));
	if (!utf8_valid(c->path, strlen(c->path))) {
		json_write_key(b, "path_b64");
		json_write_base64(b, c->path, strlen(c->path));
	}
	json_write_key(b, "folder");
	json_write_lossy(b, c->folder->watch->path,
	    strlen(c->folder->watch->path));
	json_write_key(b, "member");
	json_write_cstr(b, i->member);
	json_write_key(b, "plugin");
	json_write_cstr(b, n->plugin);
	json_write_key(b, "reason");
	json_write_cstr(b, n->reason);
	json_write_key(b, "detail");
	json_write_cstr(b, n->detail);
	json_write_key(b, "size");
	json_write_int(b, (int64_t)i->length);
	json_write_key(b, "failed_at");
	json_write_cstr(b, clock_rfc3339(now, clock_output_ns()));
	json_write_key(b, "attempts");
	buf_append_byte(b, '[');
	if (i->attempts.len == 0)
		finish_note_attempt(i, NULL, n->plugin, n->reason, n->detail,
		    "");
	buf_append(b, i->attempts.ptr + 1, i->attempts.len - 1);
	buf_append_str(b, "]}\n");
	free(id);
}

char *
finish_reason(struct supervisor *s, struct item *i,
    const struct durable_note *n)
{
	struct buf b = { 0 };
	char *text;

	write_reason(s, &b, i, n);
	text = xstrdup(buf_str(&b));
	buf_fini(&b);
	return text;
}

void
finish_set_reason(struct supervisor *s, struct claim *c, const char *plugin,
    const char *reason, const char *detail)
{
	struct durable_note n = { .child = "",
		.plugin = plugin,
		.reason = reason ? reason : "failed",
		.detail = detail };

	free(c->reason_json);
	c->reason_json = finish_reason(s, &c->item, &n);
}

/* ---- durable ---- */

static void
move_to_retiring(struct supervisor *s, struct claim *c)
{
	if (c->state != CLAIM_RETIRING) {
		s->n_under_way--;
		s->bytes_under_way -= c->item.length;
		s->n_retiring++;
	}
	c->state = CLAIM_RETIRING;
	list_remove(&c->item.ready);
	container_drop_children(s, &c->item);
}

void
finish_retire(struct supervisor *s, struct claim *c)
{
	struct retirement r = { .folder = c->folder,
		.witness = c->witness,
		.claim = c };

	move_to_retiring(s, c);
	r.path = xstrdup(c->path);
	r.id = finish_id(s, c, "");
	r.reason_json = c->reason_json ? xstrdup(c->reason_json) : NULL;
	retire_add(s->retire, &r);
	supervisor_wake(s);
}

static void
count(struct supervisor *s, const struct claim *c, const struct durable_note *n)
{
	if (n->kind >= 1 && n->kind <= OUTCOME_CONTAINER)
		s->totals.ended[n->kind]++;
	if (n->kind != OUTCOME_CONTAINER)
		s->totals.bytes_in += n->bytes_in;
	s->totals.bytes_out += n->bytes_out;
	if (n->child[0] == '\0')
		s->totals.bytes_claimed += c->witness.size;
}

void
finish_durable(struct supervisor *s, const struct durable_note *n)
{
	struct claim *c = map_get(s->by_serial, &n->claim, sizeof n->claim);

	if (!c || c->state != CLAIM_UNDER_WAY)
		return;
	count(s, c, n);
	blame_count(s, c, n);
	c->number = n->number;
	keep_number(s->keep, finish_pipeline(s, c), n->number + 1);
	if (n->child && n->child[0]) {
		container_child_ended(s, c, n);
		return;
	}
	c->kind = n->kind;
	if (n->kind == OUTCOME_FAILED) {
		finish_set_reason(s, c, n->plugin, n->reason, n->detail);
		log_info("%s failed: %s%s%s", c->path, n->reason,
		    n->detail ? ": " : "", n->detail ? n->detail : "");
	}
	if (c->fd < 0 && (c->n_levels > 0 || !s->options.run)) {
		/* What lies under the name by now is another document. */
		finish_claim_gone(s, c);
		return;
	}
	if (s->options.run) {
		claim_free(&c); /* it stays where it is */
		return;
	}
	fs_close(&c->fd);
	finish_retire(s, c);
}

/* ---- retired ---- */

static void
retire_later(struct supervisor *s, struct claim *c, const struct err *e)
{
	uint64_t wait = (uint64_t)RETIRE_AGAIN_MS
	    << (c->retire_failures < 9 ? c->retire_failures : 9);

	if (wait > RETIRE_AGAIN_MAX_MS)
		wait = RETIRE_AGAIN_MAX_MS;
	c->retire_failures++;
	c->retire_again_ms = clock_monotonic_ms() + wait;
	c->folder->retire_failures++;
	if (c->folder->retire_failures == RETIRE_FAILURES_MAX) {
		log_error("%s: too many files cannot be retired; it is paused",
		    c->folder->watch->path);
		c->folder->paused = true;
	}
	if (log_allow("cannot retire", 10))
		log_error("%s/%s is committed and cannot be retired: %s",
		    c->folder->watch->path, c->path, e->text);
	(void)s;
}

void
finish_retired(void *arg, struct retirement *r, size_t n)
{
	struct supervisor *s = arg;
	const struct claim **done = xcalloc(n + 1, sizeof(void *));
	size_t n_done = 0;

	for (size_t i = 0; i < n; i++) {
		struct claim *c = r[i].claim;

		if (r[i].result == RETIRE_FAILED) {
			retire_later(s, c, &r[i].err);
			continue;
		}
		if (c->retire_failures > 0 && c->folder->retire_failures > 0)
			c->folder->retire_failures = 0;
		c->folder->paused = false;
		done[n_done++] = c;
	}
	store_link_retired(s, done, n_done);
	for (size_t i = 0; i < n; i++) {
		struct claim *c = r[i].claim;
		bool newer = r[i].result == RETIRE_NEWER;
		struct folder *f = c->folder;

		if (r[i].result != RETIRE_FAILED) {
			claim_free(&c);
			if (newer)
				s->source.again(s->source.arg, f, r[i].path);
		}
		retirement_fini(&r[i]);
	}
	free(done);
	supervisor_wake(s);
}

void
finish_retry(struct supervisor *s, uint64_t now_ms)
{
	bool any = false;

	if (s->n_retiring == 0)
		return;
	list_each (l, &s->claims) {
		struct claim *c = container_of(l, struct claim, link);

		if (c->state != CLAIM_RETIRING || c->retire_again_ms == 0 ||
		    now_ms < c->retire_again_ms)
			continue;
		c->retire_again_ms = 0;
		finish_retire(s, c);
		any = true;
	}
	if (any)
		retire_flush(s->retire);
}

/* ---- is it the committed one? ---- */

void
finish_hash(struct supervisor *s, struct claim *c)
{
	struct claimed claimed = { .fd = -1 };

	c->state = CLAIM_HASHING;
	if (!s->source.open(s->source.arg, c->folder, c->path, &claimed)) {
		finish_retire(s, c); /* says why it cannot */
		return;
	}
	c->fd = c->item.fd = claimed.fd;
	c->witness = claimed.witness;
	c->item.kind = TICKET_HASH;
	dispatch_ready(s, &c->item);
}

/* It ended in an earlier run, or is a new document. */
static void
finish_hashed_run(struct supervisor *s, struct claim *c, const uint8_t *sha256)
{
	if (memcmp(c->sha256, sha256, sizeof c->sha256) == 0) {
		claim_free(&c);
		return;
	}
	c->state = CLAIM_UNDER_WAY;
	c->item.kind = TICKET_FILE;
	c->item.deaths = 0;
	dispatch_announce(s, &c->item);
}

void
finish_hashed(struct supervisor *s, struct item *i, const uint8_t *sha256)
{
	struct claim *c = i->claim;
	const struct claim *one = c;

	if (s->options.run) {
		finish_hashed_run(s, c, sha256);
		return;
	}
	if (memcmp(c->sha256, sha256, sizeof c->sha256) == 0) {
		fs_close(&c->fd);
		finish_retire(s, c);
		retire_flush(s->retire);
		return;
	}
	/* A new document of the same name: the old one has nothing to retire.
	 */
	store_link_retired(s, &one, 1);
	finish_claim_gone(s, c);
}
