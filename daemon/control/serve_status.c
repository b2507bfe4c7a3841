/* serve_status.c - how the daemon is doing, as JSON. */
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json_write.h"
#include "base/pack.h"
#include "control/control_private.h"
#include "control/serve.h"

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
put_uint(struct buf *b, const char *key, uint64_t v)
{
	json_write_key(b, key);
	buf_printf(b, "%llu", (unsigned long long)v);
}

static void
put_bool(struct buf *b, const char *key, bool v)
{
	json_write_key(b, key);
	json_write_bool(b, v);
}

static void
put_time(struct buf *b, const char *key, int64_t ns)
{
	char text[CLOCK_RFC3339_SIZE];

	put_text(b, key, ns ? clock_rfc3339(text, ns) : NULL);
}

static const char *
state_name(const struct control *c)
{
	const struct supervisor *s = c->supervisor;

	switch (s->state) {
	case SUPERVISOR_RECOVERING:
		return "recovering";
	case SUPERVISOR_STARTING:
		return "starting";
	case SUPERVISOR_RUNNING:
		if (s->next_set)
			return "reloading";
		if (c->drained)
			return s->n_under_way || s->n_retiring ? "draining"
							       : "drained";
		return s->paused ? "paused" : "running";
	default:
		return "stopping";
	}
}

static const char *
set_state_name(int state)
{
	static const char *const name[] = {
		[SET_ZYGOTE] = "loading",
		[SET_READY] = "loaded",
		[SET_OPENING] = "opening",
		[SET_SEQUENCER] = "starting its sequencer",
		[SET_ACTIVE] = "active",
		[SET_CLOSING] = "restarting its sequencer",
		[SET_STOPPED] = "stopped",
	};

	return name[state];
}

/* ---- folders and pipelines ---- */

struct counts {
	uint64_t under_way, retiring;
};

static struct counts
count_claims(const struct supervisor *s, const struct folder *f)
{
	struct counts n = { 0 };

	list_each (l, &s->claims) {
		const struct claim *c = container_of(l, struct claim, link);

		if (c->folder != f)
			continue;
		if (c->state == CLAIM_RETIRING)
			n.retiring++;
		else
			n.under_way++;
	}
	return n;
}

static void
put_folder(struct buf *b, const struct supervisor *s, const struct folder *f)
{
	struct arrival_stats a = { 0 };
	struct counts n = count_claims(s, f);

	if (s->arrival)
		arrival_stats(s->arrival, f, &a);
	buf_append_byte(b, '{');
	put_text(b, "path", f->watch->path);
	put_uint(b, "waiting", a.waiting);
	put_uint(b, "settling", a.settling);
	put_time(b, "oldest", a.oldest_ns);
	put_uint(b, "under_way", n.under_way);
	put_uint(b, "retiring", n.retiring);
	put_text(b, "paused",
	    f->paused ? "too many files cannot be retired" : NULL);
	put_uint(b, "retire_failures", f->retire_failures);
	put_bool(b, "network", f->network);
	put_bool(b, "polling", a.polling);
	put_uint(b, "watches", a.watches);
	put_uint(b, "events", a.events);
	put_uint(b, "overflows", a.overflows);
	put_uint(b, "scans", a.scans);
	put_uint(b, "found_by_scan", a.found_by_scan);
	buf_append_byte(b, '}');
}

static void
put_pipelines(struct buf *b, const struct control *control)
{
	const struct supervisor *s = control->supervisor;
	const struct set *set = s->set;

	json_write_key(b, "pipelines");
	buf_append_byte(b, '[');
	for (size_t i = 0; i < set->config->n_pipelines; i++) {
		const char *name = set->config->pipeline[i].name;
		bool first = true;

		buf_append_str(b, i ? ",{" : "{");
		put_text(b, "name", name);
		put_bool(b, "paused",
		    s->paused || control_is_paused(control, name));
		put_text(b, "stopped",
		    set->stopped && set->stopped[i]
			? (set->stop_reason[i] ? set->stop_reason[i] : "?")
			: NULL);
		json_write_key(b, "folders");
		buf_append_byte(b, '[');
		for (size_t k = 0; k < s->n_folders; k++) {
			if (s->folder[k].pipeline != i)
				continue;
			if (!first)
				buf_append_byte(b, ',');
			first = false;
			put_folder(b, s, &s->folder[k]);
		}
		buf_append_str(b, "]}");
	}
	buf_append_byte(b, ']');
}

/* ---- processes ---- */

static void
put_worker(struct buf *b, const struct slot *slot)
{
	static const char *const state[] = { "empty", "starting", "up",
		"dying" };

	buf_append_byte(b, '{');
	put_uint(b, "number", slot->number);
	put_text(b, "state", state[slot->state]);
	put_uint(b, "pid", slot->pid);
	put_uint(b, "under_way", slot->n_running);
	put_uint(b, "served", slot->served);
	put_bool(b, "reading", slot->reading != NULL);
	put_text(b, "path",
	    list_empty(&slot->running)
		? NULL
		: container_of(slot->running.next, struct item, running)
		      ->claim->path);
	buf_append_byte(b, '}');
}

static void
put_processes(struct buf *b, const struct supervisor *s)
{
	const struct set *set = s->set;

	json_write_key(b, "set");
	buf_append_byte(b, '{');
	put_text(b, "state", set_state_name(set->state));
	put_uint(b, "epoch", set->epoch);
	put_uint(b, "zygote",
	    set->zygote_pid > 0 ? (uint64_t)set->zygote_pid : 0);
	put_uint(b, "sequencer", set->sequencer_pid);
	put_uint(b, "restarts", set->failures);
	put_text(b, "sandbox", set->sandbox);
	put_bool(b, "next", s->next_set != NULL);
	put_bool(b, "old", s->old_set != NULL);
	buf_append_byte(b, '}');
	json_write_key(b, "workers");
	buf_append_byte(b, '[');
	for (uint32_t i = 0; i < set->n_slots; i++) {
		if (i)
			buf_append_byte(b, ',');
		put_worker(b, &set->slot[i]);
	}
	buf_append_byte(b, ']');
	json_write_key(b, "committer");
	buf_append_byte(b, '{');
	put_bool(b, "ready", s->committer_ready);
	put_uint(b, "pid",
	    s->committer_pid > 0 ? (uint64_t)s->committer_pid : 0);
	put_uint(b, "failures", s->committer_failures);
	put_text(b, "paused", s->paused_by_store ? s->store_pause : NULL);
	buf_append_byte(b, '}');
}

/* ---- totals ---- */

static void
put_outcomes(struct buf *b, const uint64_t n[OUTCOME_CONTAINER + 1])
{
	put_uint(b, "exported", n[OUTCOME_EXPORTED]);
	put_uint(b, "dropped", n[OUTCOME_DROPPED]);
	put_uint(b, "duplicates", n[OUTCOME_DUPLICATE]);
	put_uint(b, "failed", n[OUTCOME_FAILED]);
	put_uint(b, "containers", n[OUTCOME_CONTAINER]);
}

static void
put_store(struct buf *b, const struct frame *f)
{
	static const char *const key[] = { "bytes_in", "bytes_out", "commits",
		"log_bytes", "index_documents", "index_memory", "unretired" };
	uint64_t n[OUTCOME_CONTAINER + 1];
	struct unpack u;

	json_write_key(b, "store");
	if (!f) {
		json_write_cstr(b, NULL);
		return;
	}
	unpack_init(&u, f->ptr, f->len);
	unpack_u64(&u); /* cookie */
	for (int i = 0; i <= OUTCOME_CONTAINER; i++)
		n[i] = unpack_u64(&u);
	buf_append_byte(b, '{');
	put_outcomes(b, n);
	for (size_t i = 0; i < sizeof key / sizeof *key; i++)
		put_uint(b, key[i], unpack_u64(&u));
	buf_append_byte(b, '}');
}

static void
put_totals(struct buf *b, const struct supervisor *s)
{
	json_write_key(b, "under_way");
	buf_append_byte(b, '{');
	put_uint(b, "documents", s->n_under_way);
	put_uint(b, "bytes", s->bytes_under_way);
	put_uint(b, "containers", s->n_readers);
	put_uint(b, "retiring", s->n_retiring);
	buf_append_byte(b, '}');
	json_write_key(b, "totals");
	buf_append_byte(b, '{');
	put_outcomes(b, s->totals.ended);
	put_uint(b, "bytes_in", s->totals.bytes_in);
	put_uint(b, "bytes_out", s->totals.bytes_out);
	buf_append_byte(b, '}');
}

/* ---- whole ---- */

static void
answer(struct client *c, const struct frame *f)
{
	const struct control *control = c->control;
	const struct supervisor *s = control->supervisor;
	uint64_t started = s->totals.started_ms;
	struct buf b = { 0 };

	buf_append_byte(&b, '{');
	put_text(&b, "version", LAVOIR_VERSION);
	put_uint(&b, "pid", (uint64_t)getpid());
	put_text(&b, "state", state_name(control));
	put_text(&b, "config", s->set->config->file);
	put_uint(&b, "generation", control->generation);
	put_uint(&b, "uptime_ms", started ? clock_monotonic_ms() - started : 0);
	put_bool(&b, "paused", s->paused);
	put_text(&b, "no_room", s->no_room);
	put_text(&b, "last_reload_error",
	    s->reload_failed ? s->reload_error : NULL);
	put_totals(&b, s);
	put_pipelines(&b, control);
	put_processes(&b, s);
	put_store(&b, f);
	buf_append_byte(&b, '}');
	client_result(c, &b);
	buf_fini(&b);
}

/* While the committer recovers, or is gone, there is nobody to ask. */
void
serve_status(struct client *c)
{
	if (client_supervisor(c)->committer_ready)
		client_ask(c, C_STATS, answer);
	else
		answer(c, NULL);
}
