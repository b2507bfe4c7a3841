/* record.c - one document as one line of JSON. */
#include "record.h"

#include <stdlib.h>
#include <string.h>

/* Fields of metadata that come first, and the attributes they hold. */
static const struct {
	const char *field, *attr;
} first[] = {
	{ "path", "lavoir.path" },
	{ "path_b64", "lavoir.path_b64" },
	{ "member", "lavoir.member" },
	{ "url", "url" },
	{ "sha256", "lavoir.sha256" },
	{ "media_type", "lavoir.media_type" },
	{ "title", "title" },
	{ "authors", "authors" },
	{ "language", "language" },
};
enum { N_FIRST = sizeof(first) / sizeof(*first) };

void
record_init(struct record *r, const struct lavoir_host *host,
    struct lavoir_list fields, struct lavoir_list except)
{
	*r =
	    (struct record){ .host = host, .fields = fields, .except = except };
}

void
record_free(struct record *r)
{
	json_out_free(&r->out);
	free(r->other);
	r->other = NULL;
}

void
record_reset(struct record *r, size_t keep)
{
	json_out_reset(&r->out, keep);
}

static bool
listed(const struct lavoir_list *list, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < list->n; i++) {
		struct lavoir_str s = list->item[i].s;
		bool prefix = s.len > 0 && s.ptr[s.len - 1] == '*';

		s.len -= prefix;
		if (len >= s.len && memcmp(name, s.ptr, s.len) == 0 &&
		    (prefix || len == s.len))
			return true;
	}
	return false;
}

static bool
wanted(const struct record *r, const char *field)
{
	return listed(&r->fields, field) && !listed(&r->except, field);
}

/* Has the document such an attribute, and not null? */
static bool
get(const struct record *r, const struct lavoir_doc *doc, const char *attr,
    struct lavoir_value *v_r)
{
	return r->host->doc_get(doc, attr, v_r) == LAVOIR_OK &&
	    v_r->type != LAVOIR_NULL;
}

static void
put_top(struct record *r, const struct lavoir_doc *doc, const char *field,
    const char *attr)
{
	struct lavoir_value v = { .type = LAVOIR_NULL };

	json_out_key(&r->out, field);
	if (!get(r, doc, attr, &v))
		v.type = LAVOIR_NULL;
	json_out_value(&r->out, &v);
}

static void
put_first(struct record *r, const struct lavoir_doc *doc)
{
	struct lavoir_value v;

	for (size_t i = 0; i < N_FIRST; i++)
		if (wanted(r, first[i].field) &&
		    get(r, doc, first[i].attr, &v)) {
			json_out_key(&r->out, first[i].field);
			json_out_value(&r->out, &v);
		}
}

static void
put_tags(struct record *r, const struct lavoir_doc *doc)
{
	const char *tag;

	if (!wanted(r, "tags"))
		return;
	json_out_key(&r->out, "tags");
	json_out_char(&r->out, '[');
	for (size_t i = 0; r->host->doc_tag_at(doc, i, &tag); i++) {
		if (i > 0)
			json_out_char(&r->out, ',');
		json_out_cstr(&r->out, tag);
	}
	json_out_char(&r->out, ']');
}

/* Is it written by put_top() or put_first(), or not at all? */
static bool
elsewhere(const char *attr)
{
	if (attr[0] == '_' || strncmp(attr, "lavoir.", 7) == 0 ||
	    strcmp(attr, "created") == 0)
		return true;
	for (size_t i = 0; i < N_FIRST; i++)
		if (strcmp(attr, first[i].attr) == 0)
			return true;
	return false;
}

static bool
add_other(struct record *r, const struct lavoir_attr *a)
{
	if (r->n_others == r->cap) {
		size_t cap = r->cap == 0 ? 64 : 2 * r->cap;
		void *p = realloc(r->other, cap * sizeof(*r->other));

		if (p == NULL)
			return false;
		r->other = p;
		r->cap = cap;
	}
	r->other[r->n_others++] = *a;
	return true;
}

static int
by_name(const void *a, const void *b)
{
	const struct lavoir_attr *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static bool
taken(const char *name)
{
	if (strcmp(name, "tags") == 0)
		return true;
	for (size_t i = 0; i < N_FIRST; i++)
		if (strcmp(name, first[i].field) == 0)
			return true;
	return false;
}

static void
put_other(struct record *r, const struct lavoir_attr *a)
{
	struct json_out *o = &r->out;

	if (taken(a->name)) {
		json_out_key(o, "attribute.");
		/* Put the name in front of the quote and colon. */
		o->len -= o->failed ? 0 : 2;
		json_out_raw(o, a->name, strlen(a->name));
		json_out_raw(o, "\":", 2);
	} else {
		json_out_key(o, a->name);
	}
	json_out_value(o, &a->value);
}

static bool
put_others(struct record *r, const struct lavoir_doc *doc)
{
	struct lavoir_attr a;

	r->n_others = 0;
	for (size_t i = 0; r->host->doc_attr_at(doc, i, &a); i++)
		if (a.value.type != LAVOIR_NULL && !elsewhere(a.name) &&
		    wanted(r, a.name) && !add_other(r, &a))
			return false;
	if (r->n_others > 1)
		qsort(r->other, r->n_others, sizeof(*r->other), by_name);
	for (size_t i = 0; i < r->n_others; i++)
		put_other(r, &r->other[i]);
	return true;
}

bool
record_write(struct record *r, const struct lavoir_doc *doc,
    struct lavoir_str *line_r)
{
	struct json_out *o = &r->out;
	struct lavoir_str id = r->host->doc_id(doc);
	struct lavoir_str text = r->host->doc_text(doc);

	json_out_reset(o, (size_t)-1);
	json_out_raw(o, "{\"id\":", 6);
	json_out_str(o, id.ptr, id.len);
	json_out_raw(o, ",\"text\":", 8);
	json_out_str(o, text.ptr, text.len);
	put_top(r, doc, "source", "lavoir.pipeline");
	put_top(r, doc, "added", "lavoir.added");
	put_top(r, doc, "created", "created");
	json_out_raw(o, ",\"metadata\":{", 13);
	put_first(r, doc);
	put_tags(r, doc);
	if (!put_others(r, doc))
		return false;
	json_out_raw(o, "}}\n", 3);
	line_r->ptr = (const char *)o->ptr;
	line_r->len = o->len;
	return !o->failed;
}
