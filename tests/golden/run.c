/* run.c - one case through a worker's and a sequencer's chain of one step. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "golden.h"
#include "model/doc_pack.h"

enum { TEXT_MAX = 64 << 20 };

static bool
role_cancelled(void *arg)
{
	return ((struct run *)arg)->cancel;
}

static void
role_count(void *arg, const char *step, const char *counter, int64_t n)
{
	json_t *all = ((struct run *)arg)->o->counters;
	json_t *old = json_object_get(all, counter);

	(void)step;
	json_object_set_new(all, counter,
	    json_integer(n + json_integer_value(old)));
}

static void
put_text(json_t *o, const char *key, const char *s)
{
	json_object_set_new(o, key, s ? json_string(s) : json_null());
}

static int
role_child(void *arg, struct doc *parent, const struct lavoir_child *c)
{
	const struct lavoir_value attrs = { .type = LAVOIR_MAP,
		.map = c->attrs };
	struct run *r = arg;
	json_t *o = json_object();

	(void)parent;
	put_text(o, "name", c->name);
	put_text(o, "media_type", c->media_type);
	put_text(o, "fail", c->fail);
	if (c->raw.ptr)
		case_put_bytes(o, "raw", c->raw);
	else if (!(c->flags & LAVOIR_CHILD_STREAM))
		case_put_bytes(o, "text", c->text);
	json_object_set_new(o, "attributes", case_from_value(&attrs));
	json_object_set_new(o, "media", json_integer((json_int_t)c->n_media));
	json_object_set_new(o, "position",
	    json_integer((json_int_t)c->position));
	json_array_append_new(r->o->children, o);
	r->stream = o;
	buf_reset(&r->bytes, 0);
	return 0;
}

static int
role_child_write(void *arg, struct doc *parent, struct lavoir_str piece)
{
	struct run *r = arg;

	(void)parent;
	if (piece.len > 0)
		buf_append(&r->bytes, piece.ptr, piece.len);
	else
		case_put_bytes(r->stream, "raw",
		    (struct lavoir_str){ (char *)r->bytes.ptr, r->bytes.len });
	return 0;
}

static int
role_child_fail(void *arg, struct doc *parent, const char *why)
{
	struct run *r = arg;

	put_text(r->stream, "fail", why);
	return role_child_write(arg, parent, (struct lavoir_str){ 0 });
}

static int
role_resume(void *arg, struct doc *parent, uint64_t *position,
    uint64_t *children)
{
	json_t *from = json_object_get(((struct run *)arg)->c, "resume");

	(void)parent;
	*position =
	    (uint64_t)json_integer_value(json_object_get(from, "position"));
	*children =
	    (uint64_t)json_integer_value(json_object_get(from, "children"));
	return 0;
}

static const json_t *
find_case(const json_t *cases, const char *name)
{
	json_t *c;
	size_t i;

	json_array_foreach(cases, i, c)
	{
		if (name &&
		    strcmp(json_string_value(json_object_get(c, "name")),
			name) == 0)
			return c;
	}
	printf("    there is no case \"%s\"\n", name ? name : "");
	return NULL;
}

static int
open_chain(struct run *r, int32_t which, struct host_chain **chain_r)
{
	const struct host_role role = {
		.role = which,
		.arg = r,
		.cancelled = role_cancelled,
		.count = role_count,
		.child = role_child,
		.child_write = role_child_write,
		.child_fail = role_child_fail,
		.resume = role_resume,
	};
	const struct host_step_config step = {
		.instance = r->plugin->name,
		.plugin = r->plugin,
		.option = r->option,
	};

	return host_chain_open(chain_r, "golden", &step, 1, &role, &r->o->e);
}

/* The process phase on the document of case c. */
static int
process(struct run *r, struct host_chain *chain, const json_t *c, struct doc *d)
{
	struct arena *a;

	doc_init(d, r->arena, TEXT_MAX);
	if (!case_document(c, r->folder, r->arena, d))
		return err_set(&r->o->e, ERR_CONFIG, "a bad case");
	/* A small arena only once the document is there. */
	if (r->memory_max && c == r->c) {
		a = arena_new(r->memory_max);
		d->arena = a;
	}
	/* No reader: a decoded document passes over readers, and a chain of
	 * another kind leaves an undecoded one without an end. */
	return host_process(chain, d, 0, &r->o->e);
}

static size_t
shared_keys(const struct doc *a, const struct doc *b)
{
	size_t n = 0;

	for (size_t i = 0; a->n_keys && i < a->keys[0].n; i++)
		for (size_t k = 0; b->n_keys && k < b->keys[0].n; k++)
			if (a->keys[0].key[i] == b->keys[0].key[k]) {
				n++;
				break;
			}
	return n;
}

/* Hits as the committer would find them, from the cases named in "earlier". */
static int
find_hits(struct run *r, struct host_chain *worker, struct doc *d)
{
	json_t *list = json_object_get(r->c, "earlier"), *item;
	struct lavoir_hit *hit =
	    arena_alloc(r->arena, json_array_size(list) + 1, sizeof(*hit));
	struct doc_hits *hits = arena_alloc(r->arena, 1, sizeof(*hits));
	const json_t *other;
	const char *name;
	struct doc earlier;
	size_t i, shared;

	json_array_foreach(list, i, item)
	{
		name = json_string_value(json_is_string(item)
			? item
			: json_object_get(item, "name"));
		other = find_case(r->cases, name);
		if (!other || process(r, worker, other, &earlier) != HOST_DONE)
			return err_set(&r->o->e, ERR_CONFIG, "a bad case");
		shared = shared_keys(d, &earlier);
		if (shared == 0)
			continue;
		hit[hits->n].id = (struct lavoir_str){ name, strlen(name) };
		hit[hits->n].sketch = earlier.keys[0].sketch;
		hit[hits->n].shared = (uint32_t)shared;
		hit[hits->n++].forgotten =
		    json_is_true(json_object_get(item, "forgotten"));
	}
	hits->hit = hit;
	d->hits = hits;
	d->n_hits = 1;
	return 0;
}

/* Over the wire, as in the daemon. */
static int
hand_over(struct run *r, struct doc *to)
{
	const char *name = json_string_value(json_object_get(r->c, "name"));
	struct unpack u;

	doc_init(to, r->arena, TEXT_MAX);
	unpack_init(&u, r->packed.ptr, r->packed.len);
	if (doc_unpack(&u, to, &r->o->e) < 0)
		return err_wrap(&r->o->e, "unpack");
	to->id = (struct lavoir_str){ name, strlen(name) };
	return 0;
}

static int
check_keys(struct run *r, struct host_chain *worker, const json_t *expect)
{
	static const char *const keys[] = { "other_keys", "same_keys" };
	const json_t *other;
	struct doc d;
	bool same;

	for (int want = 0; want < 2; want++) {
		const char *name =
		    json_string_value(json_object_get(expect, keys[want]));

		if (!name)
			continue;
		other = find_case(r->cases, name);
		if (!other || process(r, worker, other, &d) != HOST_DONE)
			return 1;
		same = d.n_keys && r->worker.n_keys &&
		    d.keys[0].n == r->worker.keys[0].n &&
		    shared_keys(&d, &r->worker) == d.keys[0].n;
		if (same != (want == 1)) {
			printf("    keys: not as expected beside \"%s\"\n",
			    name);
			return 1;
		}
	}
	return 0;
}

static void
run_commit(struct run *r, struct host_chain *worker)
{
	struct host_chain *chain = NULL;
	json_t *counters = json_deep_copy(r->o->counters);

	r->o->result = hand_over(r, &r->sequencer);
	if (r->o->result == 0)
		r->o->result = find_hits(r, worker, &r->sequencer);
	/* Earlier documents were counted as well. */
	json_object_clear(r->o->counters);
	json_object_update(r->o->counters, counters);
	json_decref(counters);
	if (r->o->result == 0)
		r->o->result = open_chain(r, LAVOIR_SEQUENCER, &chain);
	if (r->o->result == 0) {
		r->o->result = host_commit(chain, &r->sequencer, &r->o->e);
		r->o->doc = &r->sequencer;
	}
	host_chain_close(&chain);
}

/* Both phases; what the worker sends is left in r->packed. */
int
run_case(struct run *r, const json_t *expect)
{
	struct host_chain *chain = NULL;
	int bad = 0;

	r->o->children = json_array();
	r->o->counters = json_object();
	r->o->result = open_chain(r, LAVOIR_WORKER, &chain);
	if (r->o->result == 0)
		r->o->result = process(r, chain, r->c, &r->worker);
	if (r->o->result == HOST_DONE && chain) {
		r->o->doc = &r->worker;
		/* Nothing but this plugin is in the chain. */
		if (!r->plugin->accepts && r->worker.verdict == DOC_FAIL &&
		    strcmp(r->worker.reason, "no_reader") == 0)
			r->worker.verdict = DOC_KEEP;
		doc_pack(&r->packed, &r->worker);
		if (expect)
			bad = check_keys(r, chain, expect);
		if (r->worker.verdict == DOC_KEEP && r->plugin->commit)
			run_commit(r, chain);
	}
	if (expect)
		bad += compare(expect, r->o, r->folder, r->arena);
	if (r->worker.arena && r->worker.arena != r->arena)
		arena_free(&r->worker.arena);
	host_chain_close(&chain);
	return bad;
}
