/* doc.c - one document on its way through the chain: text, attributes, tags,
 * media references, index keys, records. */
#include "model/doc.h"

#include <string.h>

#include "base/err.h"
#include "base/utf8.h"
#include "model/doc_grow.h"
#include "model/value.h"

enum { FIRST_CAP = 8, TAG_MAX = 64 };

void
doc_init(struct doc *d, struct arena *a, size_t text_max)
{
	memset(d, 0, sizeof(*d));
	d->arena = a;
	d->text_max = text_max;
	d->raw.ptr = "";
	d->text.ptr = "";
	d->id.ptr = "";
}

int
doc_nomem(struct doc *d)
{
	return doc_error(d, ERR_NOMEM,
	    "needs more memory than a document may have");
}

void *
doc_grow(struct doc *d, void *array, const struct doc_room *room)
{
	size_t cap = *room->cap;
	const char *text;
	void *grown;

	if (room->n < cap)
		return array;
	if (room->n >= room->max) {
		text = arena_printf(d->arena, "more than %zu %s", room->max,
		    room->what);
		doc_error(d, ERR_NOMEM, text ? text : room->what);
		return array;
	}
	cap = cap > 0 ? cap * 2 : FIRST_CAP;
	if (cap > room->max)
		cap = room->max;
	grown = arena_alloc(d->arena, cap, room->size);
	if (grown == NULL) {
		doc_nomem(d);
		return array;
	}
	if (room->n > 0)
		memcpy(grown, array, room->n * room->size);
	*room->cap = cap;
	return grown;
}

/* Errors whose text names the thing at fault. */
static int
error_about(struct doc *d, int code, const char *what, const char *wrong)
{
	const char *text = arena_printf(d->arena, "%s %s", what, wrong);

	return doc_error(d, code, text ? text : wrong);
}

int
doc_copy_str(struct doc *d, struct lavoir_str s, const char *what,
    struct lavoir_str *s_r)
{
	char *copy;

	if (s.ptr == NULL && s.len > 0)
		return error_about(d, ERR_INVAL, what,
		    "has a length but no bytes");
	copy = arena_strndup(d->arena, s.len > 0 ? s.ptr : "", s.len);
	if (copy == NULL)
		return doc_nomem(d);
	if (!utf8_valid(copy, s.len))
		return error_about(d, ERR_INVAL, what, "is not UTF-8");
	s_r->ptr = copy;
	s_r->len = s.len;
	return 0;
}

int
doc_copy_cstr(struct doc *d, const char *s, size_t max, const char *what,
    const char **s_r)
{
	struct lavoir_str copy = { 0 };
	size_t len;

	*s_r = NULL;
	if (s == NULL)
		return 0;
	len = strnlen(s, max + 1);
	if (len > max)
		return error_about(d, ERR_INVAL, what, "is too long");
	if (doc_copy_str(d, (struct lavoir_str){ s, len }, what, &copy) < 0)
		return d->error;
	*s_r = copy.ptr;
	return 0;
}

int
doc_set_text(struct doc *d, struct lavoir_str text)
{
	if (d->error < 0)
		return d->error;
	if (d->text_fixed)
		return doc_error(d, ERR_INVAL, "the text is fixed by now");
	if (text.ptr == NULL && text.len > 0)
		return doc_error(d, ERR_INVAL,
		    "text has a length but no bytes");
	if (text.len > d->text_max) {
		const char *s = arena_printf(d->arena,
		    "text is %zu bytes, more than %zu", text.len, d->text_max);

		return doc_error(d, ERR_NOMEM, s ? s : "text is too long");
	}
	if (text.len == 0) {
		d->text = (struct lavoir_str){ "", 0 };
	} else if (arena_owns(d->arena, text.ptr, text.len)) {
		if (!utf8_valid(text.ptr, text.len))
			return doc_error(d, ERR_INVAL, "text is not UTF-8");
		d->text = text;
	} else if (doc_copy_str(d, text, "text", &d->text) < 0) {
		return d->error;
	}
	d->decoded = true;
	return 0;
}

static struct lavoir_attr *
find_attr(const struct doc *d, const char *name)
{
	for (size_t i = 0; i < d->n_attrs; i++)
		if (strcmp(d->attr[i].name, name) == 0)
			return &d->attr[i];
	return NULL;
}

static void
remove_attr(struct doc *d, struct lavoir_attr *attr)
{
	size_t behind = d->n_attrs - (size_t)(attr - d->attr) - 1;

	memmove(attr, attr + 1, behind * sizeof(*attr));
	d->n_attrs--;
}

static int
add_attr(struct doc *d, const char *name, const struct lavoir_value *value)
{
	const char *copy = arena_strdup(d->arena, name);

	if (copy == NULL)
		return doc_nomem(d);
	if (!DOC_GROW(d, d->attr, d->n_attrs, d->attr_cap, DOC_ATTRS_MAX,
		"attributes"))
		return d->error;
	d->attr[d->n_attrs++] = (struct lavoir_attr){ copy, *value };
	return 0;
}

int
doc_set(struct doc *d, const char *name, const struct lavoir_value *v)
{
	struct lavoir_attr *attr;
	struct lavoir_value copy;
	int rc;

	if (d->error < 0)
		return d->error;
	if (!value_name_valid(name))
		return doc_error(d, ERR_INVAL,
		    "an attribute's name must be 1 to 128 of A-Z a-z 0-9 _ . : "
		    "-");
	attr = find_attr(d, name);
	if (v == NULL) {
		if (attr != NULL)
			remove_attr(d, attr);
		return 0;
	}
	rc = value_copy(d->arena, v, &copy);
	if (rc == ERR_NOMEM)
		return doc_nomem(d);
	if (rc < 0)
		return error_about(d, rc, name,
		    "has no valid value: unknown type, not UTF-8 or too deep");
	if (attr == NULL)
		return add_attr(d, name, &copy);
	attr->value = copy;
	return 0;
}

int
doc_set_str(struct doc *d, const char *name, const char *s)
{
	struct lavoir_value v = { .type = LAVOIR_STR };

	v.s = (struct lavoir_str){ s, s ? strlen(s) : 0 };
	return doc_set(d, name, s ? &v : NULL);
}

int
doc_set_int(struct doc *d, const char *name, int64_t i)
{
	struct lavoir_value v = { .type = LAVOIR_INT };

	v.i = i;
	return doc_set(d, name, &v);
}

int
doc_get(const struct doc *d, const char *name, struct lavoir_value *v_r)
{
	const struct lavoir_attr *attr = name ? find_attr(d, name) : NULL;

	if (attr == NULL)
		return ERR_NOENT;
	*v_r = attr->value;
	return 0;
}

const char *
doc_get_str(const struct doc *d, const char *name)
{
	const struct lavoir_attr *attr = find_attr(d, name);

	if (attr == NULL || attr->value.type != LAVOIR_STR)
		return NULL;
	return attr->value.s.ptr;
}

bool
doc_tag_valid(const char *tag)
{
	return value_name_valid(tag) && strlen(tag) <= TAG_MAX;
}

static size_t
find_tag(const struct doc *d, const char *tag)
{
	size_t i = 0;

	while (i < d->n_tags && strcmp(d->tag[i], tag) != 0)
		i++;
	return i;
}

int
doc_tag(struct doc *d, const char *tag, bool on)
{
	const char *copy;
	size_t i;

	if (d->error < 0)
		return d->error;
	if (!doc_tag_valid(tag))
		return doc_error(d, ERR_INVAL,
		    "a tag must be 1 to 64 of A-Z a-z 0-9 _ . : -");
	i = find_tag(d, tag);
	if (on == (i < d->n_tags))
		return 0;
	if (!on) {
		d->n_tags--;
		memmove(d->tag + i, d->tag + i + 1,
		    (d->n_tags - i) * sizeof(*d->tag));
		return 0;
	}
	copy = arena_strdup(d->arena, tag);
	if (copy == NULL)
		return doc_nomem(d);
	if (!DOC_GROW(d, d->tag, d->n_tags, d->tag_cap, DOC_TAGS_MAX, "tags"))
		return d->error;
	d->tag[d->n_tags++] = copy;
	return 0;
}

bool
doc_tagged(const struct doc *d, const char *tag)
{
	return tag != NULL && find_tag(d, tag) < d->n_tags;
}

int
doc_add_media(struct doc *d, const struct lavoir_media *m)
{
	struct lavoir_media copy = { .offset = m->offset };

	if (d->error < 0)
		return d->error;
	if (m->uri == NULL)
		return doc_error(d, ERR_INVAL, "a media reference has no URI");
	if (doc_copy_cstr(d, m->uri, SIZE_MAX - 1, "a media URI", &copy.uri) <
		0 ||
	    doc_copy_cstr(d, m->type, DOC_MEDIA_TYPE_MAX, "a media type",
		&copy.type) < 0 ||
	    doc_copy_str(d, m->alt, "a medium's alt text", &copy.alt) < 0 ||
	    doc_copy_str(d, m->caption, "a medium's caption", &copy.caption) <
		0)
		return d->error;
	if (!DOC_GROW(d, d->media, d->n_media, d->media_cap, DOC_MEDIA_MAX,
		"media references"))
		return d->error;
	d->media[d->n_media++] = copy;
	return 0;
}

static struct doc_keys *
find_keys(struct doc *d, uint32_t index)
{
	for (size_t i = 0; i < d->n_keys; i++)
		if (d->keys[i].index == index)
			return &d->keys[i];
	return NULL;
}

int
doc_add_keys(struct doc *d, uint32_t index, const uint64_t *key, size_t n,
    struct lavoir_str sketch)
{
	struct doc_keys keys = { .index = index, .n = (uint32_t)n };
	struct doc_keys *old;

	if (d->error < 0)
		return d->error;
	if (n > DOC_KEYS_MAX || sketch.len > DOC_SKETCH_MAX)
		return doc_error(d, ERR_INVAL,
		    "too many index keys, or a sketch "
		    "of more than 256 bytes");
	if ((key == NULL && n > 0) || (sketch.ptr == NULL && sketch.len > 0))
		return doc_error(d, ERR_INVAL, "index keys have no bytes");
	keys.key = arena_memdup(d->arena, n > 0 ? key : &(uint64_t){ 0 },
	    n * sizeof(*key));
	keys.sketch.ptr = arena_strndup(d->arena,
	    sketch.len > 0 ? sketch.ptr : "", sketch.len);
	keys.sketch.len = sketch.len;
	if (keys.key == NULL || keys.sketch.ptr == NULL)
		return doc_nomem(d);
	old = find_keys(d, index);
	if (old != NULL) {
		*old = keys;
		return 0;
	}
	if (!DOC_GROW(d, d->keys, d->n_keys, d->keys_cap, DOC_INDEXES_MAX,
		"indexes"))
		return d->error;
	d->keys[d->n_keys++] = keys;
	return 0;
}

int
doc_add_record(struct doc *d, uint32_t series, const char *partition,
    struct lavoir_str bytes)
{
	struct doc_record record = { .series = series };

	if (d->error < 0)
		return d->error;
	if (partition != NULL && !doc_partition_valid(partition))
		return doc_error(d, ERR_INVAL,
		    "a partition must be a relative folder of plain names");
	if (bytes.ptr == NULL && bytes.len > 0)
		return doc_error(d, ERR_INVAL, "a record has no bytes");
	if (partition != NULL) {
		record.partition = arena_strdup(d->arena, partition);
		if (record.partition == NULL)
			return doc_nomem(d);
	}
	record.bytes.ptr =
	    arena_strndup(d->arena, bytes.len > 0 ? bytes.ptr : "", bytes.len);
	record.bytes.len = bytes.len;
	if (record.bytes.ptr == NULL)
		return doc_nomem(d);
	if (!DOC_GROW(d, d->record, d->n_records, d->record_cap,
		DOC_RECORDS_MAX, "records"))
		return d->error;
	d->record[d->n_records++] = record;
	return 0;
}
