/* host_order.c - what open() declares, and the calls about a document's place
 * among others: keys, hits, duplicates, records.
 *
 * Worker and sequencer open the same plugins apart from each other, and their
 * numbers must agree: a step that adds an index to the chain therefore needs
 * both calls, so that both roles see it at the same place.
 */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "base/xalloc.h"
#include "plugin/host_inside.h"
#include "plugin/table.h"

enum {
	DECLARED_MAX = 64, /* by a chain */
	INDEX_NAME_MAX = 64,
	SKETCH_MAX = 256,
	PARAMS_MAX = 1024,
	SUFFIX_MAX = 32,
	HEADER_MAX = 65536
};

/* An error in a declaration sticks: open() cannot return success over it. */
static int
refuse(struct host_instance *i, int code, const char *message)
{
	if (!i->open_error) {
		i->open_error = code;
		host_keep_message(i, code, message);
	}
	return i->open_error;
}

static bool
text_valid(const char *s, size_t max)
{
	size_t len = s ? strnlen(s, max + 1) : 0;

	return s && len <= max && utf8_valid(s, len);
}

/* These name files. */
static bool
index_name_valid(const char *s)
{
	size_t len = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789._-");

	return len > 0 && len <= INDEX_NAME_MAX && !s[len] && s[0] != '.';
}

static void
add_number(uint32_t **list, uint32_t *n, size_t number)
{
	*list = xrealloc(*list, *n + 1, sizeof(**list));
	(*list)[(*n)++] = (uint32_t)number;
}

static int
check_index(struct host_instance *i, const struct lavoir_index *x)
{
	if (!i->opening)
		return LAVOIR_EFATAL;
	if (!x || x->size < sizeof(*x))
		return refuse(i, LAVOIR_EFATAL, "index() without its size");
	if (x->keys_max == 0 || x->keys_max > DOC_KEYS_MAX)
		return refuse(i, LAVOIR_EFATAL,
		    "index(): keys_max is not 1 to 1024");
	if (x->sketch_size > SKETCH_MAX)
		return refuse(i, LAVOIR_EFATAL,
		    "index(): sketch_size is above 256");
	if (!text_valid(x->params, PARAMS_MAX))
		return refuse(i, LAVOIR_EFATAL, "index() without params");
	if (x->name && !index_name_valid(x->name))
		return refuse(i, LAVOIR_EINVAL,
		    "an index is named by 1 to 64 of a-z, 0-9, \".\", \"_\" "
		    "and "
		    "\"-\"");
	return i->open_error;
}

static bool
same_index(const struct host_index *a, const struct lavoir_index *b)
{
	return strcmp(a->params, b->params) == 0 &&
	    a->keys_max == b->keys_max && a->sketch_size == b->sketch_size;
}

int
host_index_declare(const struct lavoir_host *host, const struct lavoir_index *x)
{
	struct host_instance *i = host_instance_of(host);
	struct host_chain *c = i->chain;
	struct host_index *new;
	const char *name;
	size_t n;

	if (check_index(i, x) < 0)
		return i->open_error ? i->open_error : LAVOIR_EFATAL;
	name = x->name
	    ? x->name
	    : arena_printf(c->arena, "%s.%s", c->pipeline, host->instance);
	for (n = 0; n < c->n_index; n++)
		if (strcmp(c->index[n].name, name) == 0)
			break;
	if (n < c->n_index && !same_index(&c->index[n], x))
		return refuse(i, LAVOIR_EINVAL,
		    "an earlier step has an index of this name with other "
		    "parameters");
	if (n == c->n_index) {
		if (!i->config.plugin->process || !i->config.plugin->commit)
			return refuse(i, LAVOIR_EFATAL,
			    "a new index needs process() and commit()");
		if (n == DECLARED_MAX)
			return refuse(i, LAVOIR_EINVAL, "too many indexes");
		c->index = xrealloc(c->index, n + 1, sizeof(*c->index));
		new = &c->index[c->n_index++];
		new->name = arena_strdup(c->arena, name);
		new->params = arena_strdup(c->arena, x->params);
		new->keys_max = x->keys_max;
		new->sketch_size = x->sketch_size;
	}
	add_number(&i->index, &i->n_index, n);
	return (int)i->n_index - 1;
}

static bool
is_folder(const struct lavoir_value *v, const char *folder)
{
	return v->type == LAVOIR_STR && v->s.len == strlen(folder) &&
	    memcmp(v->s.ptr, folder, v->s.len) == 0;
}

/* Is folder the value of an option that the configuration knows as an output?
 */
static bool
folder_declared(const struct host_instance *i, const char *folder)
{
	const struct lavoir_plugin *p = i->config.plugin;
	const struct lavoir_value *v = i->config.option;
	size_t n, k;

	for (n = 0; v && p->options && p->options[n].name; n++) {
		if (!(p->options[n].flags & LAVOIR_OPT_OUTPUT))
			continue;
		if (is_folder(&v[n], folder))
			return true;
		for (k = 0; v[n].type == LAVOIR_LIST && k < v[n].list.n; k++)
			if (is_folder(&v[n].list.item[k], folder))
				return true;
	}
	return false;
}

static int
check_series(struct host_instance *i, const struct lavoir_series *s)
{
	if (!i->opening)
		return LAVOIR_EFATAL;
	if (!s || s->size < sizeof(*s))
		return refuse(i, LAVOIR_EFATAL, "series() without its size");
	if (s->codec < LAVOIR_PLAIN || s->codec > LAVOIR_ZSTD)
		return refuse(i, LAVOIR_EFATAL, "series(): unknown codec");
	if (!s->folder || !folder_declared(i, s->folder))
		return refuse(i, LAVOIR_EFATAL,
		    "series(): the folder is not the value of an option with "
		    "LAVOIR_OPT_OUTPUT");
	if (!text_valid(s->suffix, SUFFIX_MAX) || s->suffix[0] != '.' ||
	    strchr(s->suffix, '/'))
		return refuse(i, LAVOIR_EFATAL,
		    "series(): a suffix begins with \".\" and has no \"/\"");
	if (s->header.len > HEADER_MAX || (s->header.len && !s->header.ptr))
		return refuse(i, LAVOIR_EFATAL,
		    "series(): the header has over 65536 bytes");
	return i->open_error;
}

int
host_series_declare(const struct lavoir_host *host,
    const struct lavoir_series *s)
{
	struct host_instance *i = host_instance_of(host);
	struct host_chain *c = i->chain;
	struct host_series *new;

	if (check_series(i, s) < 0)
		return i->open_error ? i->open_error : LAVOIR_EFATAL;
	if (c->n_series == DECLARED_MAX)
		return refuse(i, LAVOIR_EINVAL, "too many series");
	c->series = xrealloc(c->series, c->n_series + 1, sizeof(*c->series));
	new = &c->series[c->n_series];
	new->folder = arena_strdup(c->arena, s->folder);
	new->suffix = arena_strdup(c->arena, s->suffix);
	new->codec = s->codec;
	new->level = s->level;
	new->header.len = s->header.len;
	new->header.ptr = s->header.len
	    ? arena_memdup(c->arena, s->header.ptr, s->header.len)
	    : "";
	new->file_size_max = s->file_size_max;
	add_number(&i->series, &i->n_series, c->n_series++);
	return (int)i->n_series - 1;
}

int
host_keys(struct lavoir_doc *doc, uint32_t index, const uint64_t *key, size_t n,
    struct lavoir_str sketch)
{
	const struct host_index *x;
	struct host_doc *h;
	int rc = host_doc_begin(doc, LAVOIR_WORKER, "keys", &h);

	if (rc < 0)
		return rc;
	if (index >= h->running->n_index)
		return host_status(
		    host_misuse(h, "keys() of the index %u", index));
	index = h->running->index[index];
	x = &h->running->chain->index[index];
	if (n > x->keys_max || (n && !key))
		return host_status(host_misuse(h,
		    "keys(): %zu keys, at most %u", n, x->keys_max));
	if (sketch.len != x->sketch_size || (sketch.len && !sketch.ptr))
		return host_status(host_misuse(h,
		    "keys(): a sketch of %zu bytes instead of %u", sketch.len,
		    x->sketch_size));
	return host_status(doc_add_keys(h->doc, index, key, n, sketch));
}

struct lavoir_str
host_doc_id(const struct lavoir_doc *doc)
{
	struct host_doc *h;

	if (host_doc_begin(doc, LAVOIR_SEQUENCER, "doc_id", &h) < 0)
		return (struct lavoir_str){ .ptr = "" };
	return h->doc->id;
}

struct lavoir_str
host_sketch(const struct lavoir_doc *doc, uint32_t index)
{
	const struct lavoir_str none = { .ptr = "" };
	struct host_doc *h;

	if (host_doc_begin(doc, LAVOIR_SEQUENCER, "sketch", &h) < 0)
		return none;
	if (index >= h->running->n_index) {
		host_misuse(h, "sketch() of the index %u", index);
		return none;
	}
	for (size_t k = 0; k < h->doc->n_keys; k++)
		if (h->doc->keys[k].index == h->running->index[index])
			return h->doc->keys[k].sketch;
	return none;
}

int
host_hits(struct lavoir_doc *doc, uint32_t index, const struct lavoir_hit **hit,
    size_t *n)
{
	struct host_doc *h;
	int rc = host_doc_begin(doc, LAVOIR_SEQUENCER, "hits", &h);

	if (hit)
		*hit = NULL;
	if (n)
		*n = 0;
	if (rc < 0)
		return rc;
	if (!hit || !n || index >= h->running->n_index)
		return host_status(
		    host_misuse(h, "hits() of the index %u", index));
	for (size_t k = 0; k < h->doc->n_hits; k++) {
		if (h->doc->hits[k].index != h->running->index[index])
			continue;
		*hit = h->doc->hits[k].hit;
		*n = h->doc->hits[k].n;
	}
	return LAVOIR_OK;
}

/* A duplicate names what the host found, not what a plugin remembers. */
static bool
is_hit(const struct doc *d, struct lavoir_str id)
{
	for (size_t k = 0; k < d->n_hits; k++)
		for (size_t n = 0; n < d->hits[k].n; n++)
			if (d->hits[k].hit[n].id.len == id.len &&
			    memcmp(d->hits[k].hit[n].id.ptr, id.ptr, id.len) ==
				0)
				return true;
	return false;
}

int
host_duplicate(struct lavoir_doc *doc, struct lavoir_str original,
    double similarity, const char *reason, const char *detail, bool end)
{
	struct doc_duplicate dup = { .original = original,
		.similarity = similarity,
		.reason = reason,
		.detail = detail };
	const struct lavoir_plugin *p;
	struct host_doc *h;
	int rc = host_doc_begin(doc, LAVOIR_SEQUENCER, "duplicate", &h);

	if (rc < 0)
		return rc;
	p = h->running->config.plugin;
	dup.step = p->name;
	if (!reason || !table_lists(p->reasons, reason))
		return host_status(host_misuse(h, "undeclared reason \"%.64s\"",
		    reason ? reason : ""));
	if (!(similarity >= 0 && similarity <= 1))
		return host_status(host_misuse(h,
		    "duplicate(): a similarity that is not 0 to 1"));
	if (!original.ptr || !is_hit(h->doc, original))
		return host_status(host_misuse(h,
		    "duplicate() of a document that is not among the hits"));
	rc = doc_add_duplicate(h->doc, &dup, end);
	if (rc < 0)
		return host_status(rc);
	return end ? LAVOIR_END : LAVOIR_OK;
}

int
host_append(struct lavoir_doc *doc, uint32_t series, const char *partition,
    struct lavoir_str record)
{
	struct host_doc *h;
	int rc = host_doc_begin(doc, LAVOIR_SEQUENCER, "append", &h);

	if (rc < 0)
		return rc;
	if (series >= h->running->n_series)
		return host_status(
		    host_misuse(h, "append() to the series %u", series));
	if (!record.ptr || !record.len)
		return host_status(host_misuse(h, "append() of nothing"));
	return host_status(doc_add_record(h->doc, h->running->series[series],
	    partition, record));
}
