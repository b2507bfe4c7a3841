/* serve_explain.c - why has this file not been taken, or where is it? */
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/clock.h"
#include "base/json_write.h"
#include "control/control_private.h"
#include "control/names.h"
#include "control/serve.h"
#include "role/claim.h"

static void
put_text(struct buf *b, const char *key, const char *text)
{
	json_write_key(b, key);
	if (text)
		json_write_lossy(b, text, strlen(text));
	else
		json_write_cstr(b, NULL);
}

static void
put_int(struct buf *b, const char *key, int64_t v)
{
	json_write_key(b, key);
	json_write_int(b, v);
}

/* ---- under way ---- */

static const char *
claim_state(const struct claim *c)
{
	if (c->state == CLAIM_RETIRING)
		return "retiring";
	if (c->state == CLAIM_HASHING)
		return "comparing";
	switch (c->item.state) {
	case ITEM_RUNNING:
		return "processing";
	case ITEM_SENT:
		return "committing";
	case ITEM_HANDED:
		return "container";
	case ITEM_HELD:
		return "held";
	default:
		return "queued";
	}
}

static const char *
claim_detail(const struct claim *c)
{
	if (c->state == CLAIM_RETIRING)
		return c->retire_failures
		    ? "its end is durable; moving it away fails, and is tried "
		      "again"
		    : "its end is durable; it is being moved away";
	if (c->state == CLAIM_HASHING)
		return "its SHA-256 will tell whether it is the file that was "
		       "committed before a restart";
	switch (c->item.state) {
	case ITEM_RUNNING:
		return "a worker has it";
	case ITEM_SENT:
		return "processed; its end is on the way to the log";
	case ITEM_HANDED:
		return "a container: read to its end, its children are not "
		       "done yet";
	case ITEM_HELD:
		return "a container: stopped between two children";
	default:
		return "taken; waits for a worker";
	}
}

static void
put_worker(struct buf *b, const struct supervisor *s, const struct claim *c)
{
	const struct slot *slot = c->item.slot;
	const struct config_pipeline *p =
	    &s->set->config->pipeline[c->pipeline];
	uint32_t step;

	put_int(b, "worker", slot->number);
	put_int(b, "pid", (int64_t)slot->pid);
	if (!slot->page || atomic_load(&slot->page->ticket) != c->item.ticket)
		return;
	step = atomic_load(&slot->page->step);
	if (step > 0 && step <= p->n_steps)
		put_text(b, "step", p->step[step - 1].instance);
	put_int(b, "silent_ms",
	    (int64_t)(clock_monotonic_ms() - slot->alive_since_ms));
}

static void
put_claim(struct buf *b, const struct supervisor *s, const struct claim *c)
{
	char added[CLOCK_RFC3339_SIZE];

	put_text(b, "state", claim_state(c));
	put_text(b, "detail", claim_detail(c));
	put_text(b, "since", clock_rfc3339(added, c->added_ns));
	put_int(b, "attempts", (int64_t)c->item.deaths + 1);
	if (c->item.state == ITEM_RUNNING && c->item.slot)
		put_worker(b, s, c);
	if (c->item.children_made > 0)
		put_int(b, "children", (int64_t)c->item.children_made);
}

/* ---- not taken ---- */

/* What keeps a file that may be taken from being taken; NULL: nothing, its turn
 * comes. */
static const char *
hindrance(const struct control *control, const struct folder *f)
{
	const struct supervisor *s = control->supervisor;
	const struct config *c = s->set->config;

	if (s->state < SUPERVISOR_RUNNING)
		return "the daemon is starting";
	if (s->state > SUPERVISOR_RUNNING)
		return "the daemon is stopping";
	if (s->paused)
		return control->drained ? "the daemon is drained"
					: "everything is paused";
	if (control_is_paused(control, c->pipeline[f->pipeline].name))
		return "the pipeline is paused";
	if (s->set->stopped && s->set->stopped[f->pipeline])
		return "the pipeline is stopped";
	if (f->paused)
		return "the folder is paused: files cannot be retired";
	if (s->paused_by_store)
		return s->store_pause;
	if (s->no_room)
		return s->no_room;
	if (s->next_set_ready)
		return "a new configuration is about to take over";
	if (s->set->state != SET_ACTIVE)
		return "the workers are being restarted";
	if (s->n_under_way >= c->in_flight_documents ||
	    s->bytes_under_way >= c->in_flight_bytes)
		return "as much is under way as may be";
	return NULL;
}

static void
put_waiting(struct buf *b, const struct control *control,
    const struct folder *f, const char *below)
{
	struct claim_look look = { .hint = CLAIM_SCANNED };
	const struct arrival *a = control->supervisor->arrival;
	const char *why = hindrance(control, f);
	int answer;

	if (a)
		arrival_known(a, f, below, &look);
	answer = claim_try(f, below, &look, NULL);
	put_text(b, "state",
	    answer == CLAIM_YES ? "waiting" : claim_answer_name(answer));
	if (answer != CLAIM_YES)
		put_text(b, "detail", look.detail);
	else
		put_text(b, "detail",
		    why ? why : "complete; its turn has not come yet");
	if (answer != CLAIM_YES)
		put_int(b, "wait_ms", look.wait_ms);
	put_text(b, "blocked", why);
}

/* ---- whole ---- */

static const struct folder *
folder_of(const struct supervisor *s, const struct config_watch *w)
{
	for (size_t i = 0; i < s->n_folders; i++)
		if (strcmp(s->folder[i].watch->path, w->path) == 0)
			return &s->folder[i];
	return NULL;
}

void
serve_explain(struct client *c)
{
	const struct supervisor *s = client_supervisor(c);
	char *path = names_read(c->arguments, "path"), *below = NULL;
	const struct config_watch *w = NULL;
	const struct folder *f = NULL;
	const struct claim *claim;
	size_t pipeline = 0;
	struct buf b = { 0 };

	if (!path || *path != '/') {
		client_fail(c, EX_USAGE, "\"path\" must be an absolute path");
		goto out;
	}
	w = names_watch(s->set->config, path, &pipeline, &below);
	f = w ? folder_of(s, w) : NULL;
	buf_append_byte(&b, '{');
	if (!f) {
		put_text(&b, "state", "not-watched");
		put_text(&b, "detail", "it lies in no watched folder");
	} else {
		names_write(&b, "folder", w->path);
		names_write(&b, "path", below);
		put_text(&b, "pipeline",
		    s->set->config->pipeline[f->pipeline].name);
		claim = claim_find(s, f, below);
		if (claim)
			put_claim(&b, s, claim);
		else
			put_waiting(&b, c->control, f, below);
	}
	buf_append_byte(&b, '}');
	client_result(c, &b);
out:
	free(path);
	free(below);
	buf_fini(&b);
}
