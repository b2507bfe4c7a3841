/* sequencer_batch.c - one batch: members taken in order, hits asked for, commit
 * steps run, outcomes and records sent to the committer. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json_write.h"
#include "base/log.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "model/doc_pack.h"
#include "role/sequencer.h"

enum { ARENA_KEEP = 16 * 1024 * 1024 };

/* ---- members ---- */

static struct declared_pipeline *
declared(const struct sequencer *s, const struct node *n)
{
	return &s->declarations->pipeline[n->note.pipeline];
}

static uint32_t
sequencer_number(const struct declared_pipeline *p, uint32_t global)
{
	for (size_t i = 0; i < p->n_sequencer_indexes; i++)
		if (p->sequencer_index[i] == global)
			return (uint32_t)i;
	return UINT32_MAX;
}

/* Keys come with the numbers of the worker's chain; the committer knows those
 * of the declarations, the plugins here those of their own chain. */
static int
translate_keys(struct sequencer *s, struct member *m, struct err *e)
{
	const struct declared_pipeline *p = declared(s, m->node);

	m->n_keys = m->doc.n_keys;
	m->keys = arena_alloc(s->arena, m->n_keys + 1, sizeof *m->keys);
	if (!m->keys)
		return err_set(e, ERR_NOMEM, "no memory for keys");
	for (size_t i = 0; i < m->n_keys; i++) {
		uint32_t number = m->doc.keys[i].index;
		const struct index_params *x;

		if (number >= p->n_worker_indexes)
			return err_set(e, ERR_PROTO, "keys for index %u",
			    number);
		m->keys[i] = m->doc.keys[i];
		m->keys[i].index = p->worker_index[number];
		x = &s->declarations->index[m->keys[i].index];
		if (m->keys[i].n > x->keys_max ||
		    m->keys[i].sketch.len > x->sketch_size)
			return err_set(e, ERR_PROTO,
			    "%u keys and a sketch of %zu bytes for index "
			    "\"%s\"",
			    m->keys[i].n, m->keys[i].sketch.len, x->name);
		m->doc.keys[i].index = sequencer_number(p, m->keys[i].index);
	}
	return 0;
}

/* What a worker may not say about a document. */
static void
set_trusted_attributes(struct sequencer *s, struct member *m)
{
	const struct item_note *note = &m->node->note;
	struct doc *d = &m->doc;
	char added[CLOCK_RFC3339_SIZE];
	struct buf b = { 0 };

	doc_set_str(d, "lavoir.pipeline",
	    s->config->pipeline[note->pipeline].name);
	doc_set_str(d, "lavoir.added", clock_rfc3339(added, note->added_ns));
	if (note->member)
		doc_set_str(d, "lavoir.member", note->member);
	if (utf8_valid(note->path, strlen(note->path))) {
		doc_set_str(d, "lavoir.path", note->path);
		return;
	}
	json_write_lossy(&b, note->path, strlen(note->path));
	doc_set(d, "lavoir.path",
	    &(struct lavoir_value){ .type = LAVOIR_STR,
		.s = { (char *)b.ptr + 1, b.len - 2 } });
	b.len = 0;
	json_write_base64(&b, note->path, strlen(note->path));
	doc_set(d, "lavoir.path_b64",
	    &(struct lavoir_value){ .type = LAVOIR_STR,
		.s = { (char *)b.ptr + 1, b.len - 2 } });
	buf_fini(&b);
}

static void
set_id(struct sequencer *s, struct member *m)
{
	const char *site = s->config->site;
	struct node *claim = node_claim(m->node);
	char child[CONTAINER_DEPTH_MAX * 22];
	char *id;

	if (claim->number == 0)
		claim->number = s->next_number[claim->note.pipeline]++;
	node_child_name(m->node, child, sizeof child);
	id = arena_printf(s->arena, "%s%s%s-%llu%s", site ? site : "",
	    site ? "-" : "", s->config->pipeline[claim->note.pipeline].name,
	    (unsigned long long)claim->number, child);
	ensure(id);
	m->doc.id = (struct lavoir_str){ id, strlen(id) };
}

/* A result that cannot be read is the end of its document: a worker that was
 * taken over can only hurt what it was given. */
static void
open_member(struct sequencer *s, struct member *m)
{
	struct unpack u;
	struct err e = { 0 };
	int rc;

	doc_init(&m->doc, s->arena, s->config->text_max);
	set_id(s, m);
	if (m->node->state != NODE_RESULT)
		return;
	rc = node_load(&s->sequence, m->node, &e);
	if (rc < 0)
		fatal(74, "%s", e.text);
	unpack_init(&u, m->node->result, m->node->result_len);
	rc = doc_unpack(&u, &m->doc, &e);
	if (rc == 0)
		rc = translate_keys(s, m, &e);
	if (rc < 0) {
		struct lavoir_str id = m->doc.id;

		doc_init(&m->doc, s->arena, s->config->text_max);
		m->doc.id = id;
		m->n_keys = 0;
		doc_fail(&m->doc, NULL, "result", e.text);
	}
	set_trusted_attributes(s, m);
	m->doc.text_fixed = true;
}

static void
take_members(struct sequencer *s)
{
	size_t bytes = 0;

	while (s->n_members < s->config->batch_documents &&
	    (bytes < s->config->batch_bytes || s->n_members == 0)) {
		struct member *m;
		struct node *n =
		    sequence_take(&s->sequence, s->lane, s->n_members > 0);

		if (!n)
			break;
		if (s->n_members == s->member_cap) {
			s->member_cap = s->member_cap ? 2 * s->member_cap : 64;
			s->member = xrealloc(s->member, s->member_cap,
			    sizeof *s->member);
		}
		m = &s->member[s->n_members++];
		memset(m, 0, sizeof *m);
		m->node = n;
		bytes += n->result_len;
		open_member(s, m);
		if (n->note.alone)
			break;
	}
}

/* ---- look-ups ---- */

static bool
wants_hits(const struct member *m)
{
	return m->node->state == NODE_RESULT && m->doc.verdict == DOC_KEEP &&
	    m->n_keys > 0;
}

static void
pack_lookup(struct buf *b, const struct member *m)
{
	pack_u32(b, (uint32_t)m->n_keys);
	for (size_t i = 0; i < m->n_keys; i++) {
		pack_u32(b, m->keys[i].index);
		pack_u32(b, m->keys[i].n);
		pack_raw(b, m->keys[i].key, m->keys[i].n * sizeof(uint64_t));
	}
}

void
sequencer_begin(struct sequencer *s, size_t lane)
{
	uint32_t n = 0;
	struct buf *b;

	s->lane = lane;
	take_members(s);
	if (s->n_members == 0)
		return;
	for (size_t i = 0; i < s->n_members; i++) {
		s->member[i].looked_up = wants_hits(&s->member[i]);
		n += s->member[i].looked_up;
	}
	if (n == 0) {
		sequencer_hits(s, NULL, 0);
		return;
	}
	b = chan_begin(&s->committer, B_LOOKUP);
	pack_u32(b, n);
	for (size_t i = 0; i < s->n_members; i++)
		if (s->member[i].looked_up)
			pack_lookup(b, &s->member[i]);
	chan_end(&s->committer);
	s->state = BATCH_LOOKUP;
}

static int
gather_hits(struct sequencer *s, struct member *m, struct unpack *u)
{
	const struct declared_pipeline *p = declared(s, m->node);
	struct doc *d = &m->doc;
	struct err e = { 0 };

	d->hits = arena_alloc(s->arena, m->n_keys + 1, sizeof *d->hits);
	if (!d->hits)
		return ERR_NOMEM;
	for (size_t i = 0; i < m->n_keys; i++) {
		int rc = hits_gather(s->hits, &m->keys[i], u, s->arena,
		    &d->hits[i], &e);

		if (rc == ERR_PROTO)
			panic("from the committer: %s", e.text);
		if (rc < 0)
			return rc;
		d->hits[i].index = sequencer_number(p, m->keys[i].index);
		d->n_hits = i + 1;
	}
	return 0;
}

/* ---- outcomes ---- */

static void
fill_source(struct sequencer *s, struct outcome *o, struct member *m)
{
	const struct item_note *note = &m->node->note;
	struct node *claim = node_claim(m->node);
	char child[CONTAINER_DEPTH_MAX * 22];

	node_child_name(m->node, child, sizeof child);
	o->pipeline = s->config->pipeline[note->pipeline].name;
	o->number = claim->number;
	o->child = arena_strdup(s->arena, child);
	ensure(o->child);
	o->retire = m->node->parent ? RETIRE_NOTHING : note->retire;
	o->folder = note->folder;
	o->path = note->path;
	o->member = note->member;
	o->witness = note->witness;
	o->added_ns = note->added_ns;
	o->attempts = note->attempts;
	memcpy(o->sha256, m->node->sha256, 32);
}

static void
fill_end_note(struct outcome *o, const struct node *n)
{
	const struct end_note *end = &n->end;

	memcpy(o->sha256, end->sha256, 32);
	o->media_type = end->media_type;
	o->attempts = end->attempts ? end->attempts : o->attempts;
	o->kind = n->state == NODE_CONTAINER && !end->reason ? OUTCOME_CONTAINER
							     : OUTCOME_FAILED;
	o->bytes_in = n->parent ? 0 : n->note.witness.size;
	if (o->kind == OUTCOME_FAILED) {
		o->plugin = end->plugin;
		o->reason = end->reason ? end->reason : "failed";
		o->detail = end->detail;
	}
}

static void
fill_duplicate(struct outcome *o, const struct doc *d)
{
	const struct doc_duplicate *dup;

	if (d->n_duplicates == 0)
		return;
	dup = &d->duplicate[d->n_duplicates - 1];
	o->duplicate_of = dup->original.ptr;
	o->similarity = dup->similarity;
}

static void
fill_result(struct outcome *o, struct doc *d)
{
	static const int32_t kind[] = {
		[DOC_KEEP] = OUTCOME_EXPORTED,
		[DOC_DROP] = OUTCOME_DROPPED,
		[DOC_DUPLICATE] = OUTCOME_DUPLICATE,
		[DOC_FAIL] = OUTCOME_FAILED,
		[DOC_CONTAINER] = OUTCOME_FAILED,
	};
	struct lavoir_value v;

	o->kind = kind[d->verdict];
	o->media_type = doc_get_str(d, "lavoir.media_type");
	if (doc_get(d, "lavoir.size", &v) == 0 && v.type == LAVOIR_INT)
		o->bytes_in = (uint64_t)v.i;
	o->measurements = doc_measures_json(d);
	fill_duplicate(o, d);
	if (d->verdict == DOC_KEEP)
		return;
	o->plugin = d->plugin;
	o->reason = d->reason ? d->reason : "failed";
	o->detail = d->detail;
	o->has_value = d->has_value;
	o->value = d->value;
	o->threshold = d->threshold;
}

static void
stage_export(struct sequencer *s, struct member *m, uint32_t place)
{
	const struct declared_pipeline *p = declared(s, m->node);
	struct doc *d = &m->doc;
	uint64_t bytes = 0;

	for (size_t i = 0; i < d->n_records; i++) {
		struct batch_record *r = batch_add_record(&s->batch);

		ensure(d->record[i].series < p->n_sequencer_series);
		r->outcome = place;
		r->series = p->sequencer_series[d->record[i].series];
		r->partition = d->record[i].partition;
		r->ptr = d->record[i].bytes.ptr;
		r->len = d->record[i].bytes.len;
		bytes += r->len;
	}
	s->batch.outcome[place].bytes_out = bytes;
	for (size_t i = 0; i < m->n_keys; i++) {
		struct batch_keys *k = batch_add_keys(&s->batch);

		k->outcome = place;
		k->index = m->keys[i].index;
		k->n = m->keys[i].n;
		k->key = m->keys[i].key;
		k->sketch = m->keys[i].sketch.ptr;
		k->sketch_size = (uint32_t)m->keys[i].sketch.len;
		hits_batch_add(s->hits, &m->keys[i], d->id);
	}
}

static void
stage(struct sequencer *s, struct member *m)
{
	uint32_t place = (uint32_t)s->batch.n_outcomes;
	struct outcome *o = batch_add_outcome(&s->batch);

	fill_source(s, o, m);
	if (m->node->state == NODE_RESULT) {
		fill_result(o, &m->doc);
		if (m->doc.verdict == DOC_KEEP)
			stage_export(s, m, place);
	} else {
		fill_end_note(o, m->node);
	}
}

/* ---- how far containers have come ---- */

static void
add_progress(struct sequencer *s, struct node *claim, bool ended)
{
	struct batch_container *c = batch_add_container(&s->batch);
	struct node *n = claim;

	c->pipeline = s->config->pipeline[claim->note.pipeline].name;
	c->number = claim->number;
	c->folder = claim->note.folder;
	c->path = claim->note.path;
	c->witness = claim->note.witness;
	c->added_ns = claim->note.added_ns;
	c->reader = "";
	c->ended = ended;
	while (!ended && c->depth < CONTAINER_DEPTH_MAX) {
		c->level[c->depth].children = n->ended_children;
		c->level[c->depth].position = n->position;
		c->depth++;
		if (list_empty(&n->children))
			break;
		n = container_of(n->children.next, struct node, link);
		if (n->ended_children == 0)
			break;
	}
}

/* One entry for each claim whose children are in this batch. */
static void
stage_containers(struct sequencer *s)
{
	for (size_t i = 0; i < s->n_members; i++) {
		struct node *claim = node_claim(s->member[i].node);
		bool last = i + 1 == s->n_members ||
		    node_claim(s->member[i + 1].node) != claim;
		bool ended = s->member[i].node == claim;

		if (last && (claim->container || claim->ended_children > 0))
			add_progress(s, claim, ended);
	}
}

/* ---- the commit phase ---- */

static void
commit_member(struct sequencer *s, struct member *m)
{
	struct err e = { 0 };
	int rc;

	atomic_store_explicit(&s->page->step, 0, memory_order_relaxed);
	atomic_store_explicit(&s->page->last, m->node->note.ticket,
	    memory_order_relaxed);
	atomic_store_explicit(&s->page->ticket, m->node->note.ticket,
	    memory_order_release);
	log_push("document %s", m->node->note.path);
	rc = host_commit(s->chain[m->node->note.pipeline], &m->doc, &e);
	log_pop();
	if (rc == HOST_RETRY || (rc == HOST_FATAL && e.code == ERR_PROTO))
		sequencer_die(s, m->node->note.ticket, &e);
	if (rc == HOST_FATAL)
		sequencer_fatal(s, m->node->note.pipeline, e.text);
	atomic_store_explicit(&s->page->ticket, 0, memory_order_release);
}

static void
send_batch(struct sequencer *s)
{
	struct buf *b = chan_begin(&s->committer, B_BATCH);
	struct node *claim = node_claim(s->member[s->n_members - 1].node);

	s->batch.lane = (uint32_t)s->lane;
	s->batch.last = claim->note.claim;
	pack_u32(b, (uint32_t)s->n_members);
	for (size_t i = 0; i < s->n_members; i++)
		pack_u64(b, node_claim(s->member[i].node)->note.claim);
	batch_pack(&s->batch, b);
	chan_end(&s->committer);
	s->state = BATCH_COMMIT;
}

void
sequencer_kept(struct sequencer *s)
{
	send_batch(s);
}

void
sequencer_hits(struct sequencer *s, const void *ptr, size_t len)
{
	struct unpack u;

	unpack_init(&u, ptr, len);
	for (size_t i = 0; i < s->n_members && !s->stop; i++) {
		struct member *m = &s->member[i];

		if (m->looked_up && gather_hits(s, m, &u) < 0)
			doc_fail(&m->doc, NULL, "memory",
			    "the batch has no room for its hits");
		if (m->node->state == NODE_RESULT && m->doc.verdict == DOC_KEEP)
			commit_member(s, m);
		if (!s->stop)
			stage(s, m);
	}
	if (s->stop)
		return;
	if (ptr && !unpack_end(&u))
		panic("hits: malformed");
	stage_containers(s);
	if (!sequencer_keep(s))
		send_batch(s);
}

void
sequencer_committed(struct sequencer *s)
{
	/* Children stand before their containers. */
	for (size_t i = 0; i < s->n_members; i++)
		node_free(&s->member[i].node);
	s->n_members = 0;
	batch_reset(&s->batch);
	hits_batch_reset(s->hits);
	arena_reset(s->arena, ARENA_KEEP);
	s->state = BATCH_IDLE;
}
