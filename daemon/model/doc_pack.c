/* doc_pack.c - a document to bytes and back, and its checked reading. */
#include "model/doc_pack.h"

#include <string.h>

#include "base/log.h"
#include "base/utf8.h"
#include "model/doc_grow.h"
#include "model/value.h"

/* Smallest packed size of one: for counts that cannot be true. */
enum {
	ATTR_MIN = 4 + 2 + 1,
	TAG_MIN = 4 + 2,
	MEDIA_MIN = 25,
	MEASURE_MIN = 34,
	KEYS_MIN = 12
};
enum { HAS_VALUE = 1, DECODED = 2, HAS_TEXT = 4, FLAGS_ALL = 7 };

static void
pack_chars(struct buf *b, struct lavoir_str s)
{
	pack_bytes(b, s.len > 0 ? s.ptr : "", s.len);
}

void
doc_pack_attrs(struct buf *b, const struct lavoir_attr *attr, size_t n)
{
	ensure(n <= DOC_ATTRS_MAX);
	pack_u32(b, (uint32_t)n);
	for (size_t i = 0; i < n; i++) {
		pack_str(b, attr[i].name);
		value_pack(b, &attr[i].value);
	}
}

static void
pack_tags(struct buf *b, const struct doc *d)
{
	pack_u32(b, (uint32_t)d->n_tags);
	for (size_t i = 0; i < d->n_tags; i++)
		pack_str(b, d->tag[i]);
}

static void
pack_media(struct buf *b, const struct doc *d)
{
	pack_u32(b, (uint32_t)d->n_media);
	for (size_t i = 0; i < d->n_media; i++) {
		const struct lavoir_media *m = &d->media[i];

		pack_str(b, m->uri);
		pack_str(b, m->type);
		pack_chars(b, m->alt);
		pack_chars(b, m->caption);
		pack_u64(b, m->offset);
	}
}

static void
pack_measures(struct buf *b, const struct doc *d)
{
	pack_u32(b, (uint32_t)d->n_measures);
	for (size_t i = 0; i < d->n_measures; i++) {
		const struct doc_measure *m = &d->measure[i];

		pack_str(b, m->step);
		pack_str(b, m->rule_set);
		pack_str(b, m->rule);
		pack_u8(b, (uint8_t)m->op);
		pack_u8(b, m->broken != 0);
		pack_f64(b, m->value);
		pack_f64(b, m->threshold);
	}
}

static void
pack_keys(struct buf *b, const struct doc *d)
{
	pack_u32(b, (uint32_t)d->n_keys);
	for (size_t i = 0; i < d->n_keys; i++) {
		const struct doc_keys *k = &d->keys[i];

		pack_u32(b, k->index);
		pack_u32(b, k->n);
		for (uint32_t j = 0; j < k->n; j++)
			pack_u64(b, k->key[j]);
		pack_chars(b, k->sketch);
	}
}

void
doc_pack(struct buf *b, const struct doc *d)
{
	bool text = d->verdict == DOC_KEEP;

	ensure(d->n_media <= DOC_MEDIA_MAX);
	pack_u8(b, (uint8_t)d->verdict);
	pack_u8(b,
	    (uint8_t)((d->has_value ? HAS_VALUE : 0) |
		(d->decoded ? DECODED : 0) | (text ? HAS_TEXT : 0)));
	pack_str(b, d->plugin);
	pack_str(b, d->reason);
	pack_str(b, d->detail);
	if (d->has_value) {
		pack_f64(b, d->value);
		pack_f64(b, d->threshold);
	}
	pack_measures(b, d);
	doc_pack_attrs(b, d->attr, d->n_attrs);
	pack_tags(b, d);
	pack_media(b, d);
	pack_keys(b, d);
	if (text)
		pack_chars(b, d->text);
}

static int
wrong(struct err *e, const char *what)
{
	return err_set(e, ERR_PROTO, "packed document: %s", what);
}

static int
nomem(struct err *e)
{
	return err_set(e, ERR_NOMEM, "packed document: arena is full");
}

/* How many, within both the input and the limit. */
static bool
unpack_number(struct unpack *u, size_t min_size, size_t max, uint32_t *n_r)
{
	*n_r = unpack_count(u, min_size);
	if (!u->bad && *n_r <= max)
		return true;
	u->bad = true;
	*n_r = 0;
	return false;
}

/* A string of at most max bytes in UTF-8, or NULL. */
static bool
unpack_text(struct unpack *u, size_t max, const char **s_r)
{
	const char *s = unpack_str(u);
	size_t len = s ? strlen(s) : 0;

	*s_r = s;
	if (u->bad || len > max || !utf8_valid(s ? s : "", len))
		u->bad = true;
	return !u->bad;
}

static bool
unpack_chars(struct unpack *u, size_t max, struct lavoir_str *s_r)
{
	s_r->ptr = unpack_bytes(u, &s_r->len);
	if (u->bad || s_r->len > max || !utf8_valid(s_r->ptr, s_r->len))
		u->bad = true;
	return !u->bad;
}

static bool
attr_known(const struct doc *d, const char *name)
{
	for (size_t i = 0; i < d->n_attrs; i++)
		if (strcmp(d->attr[i].name, name) == 0)
			return true;
	return false;
}

int
doc_unpack_attrs(struct unpack *u, struct doc *d, struct err *e)
{
	uint32_t n;
	int rc;

	ensure(d->n_attrs == 0);
	if (!unpack_number(u, ATTR_MIN, DOC_ATTRS_MAX, &n))
		return wrong(e, "number of attributes");
	if (n == 0)
		return 0;
	d->attr = arena_alloc(d->arena, n, sizeof(*d->attr));
	if (d->attr == NULL)
		return nomem(e);
	d->attr_cap = n;
	for (uint32_t i = 0; i < n; i++) {
		struct lavoir_attr *attr = &d->attr[i];

		attr->name = unpack_str(u);
		if (u->bad || !value_name_valid(attr->name))
			return wrong(e, "attribute's name");
		if (attr_known(d, attr->name))
			return wrong(e, "attribute given twice");
		rc = value_unpack(u, d->arena, &attr->value);
		if (rc == ERR_NOMEM)
			return nomem(e);
		if (rc < 0)
			return wrong(e, "attribute's value");
		d->n_attrs++;
	}
	return 0;
}

static int
unpack_tags(struct unpack *u, struct doc *d, struct err *e)
{
	uint32_t n;

	if (!unpack_number(u, TAG_MIN, DOC_TAGS_MAX, &n))
		return wrong(e, "number of tags");
	if (n == 0)
		return 0;
	d->tag = arena_alloc(d->arena, n, sizeof(*d->tag));
	if (d->tag == NULL)
		return nomem(e);
	d->tag_cap = n;
	for (uint32_t i = 0; i < n; i++) {
		const char *tag = unpack_str(u);

		if (u->bad || !doc_tag_valid(tag) || doc_tagged(d, tag))
			return wrong(e, "tag");
		d->tag[d->n_tags++] = tag;
	}
	return 0;
}

static int
unpack_media(struct unpack *u, struct doc *d, struct err *e)
{
	uint32_t n;

	if (!unpack_number(u, MEDIA_MIN, DOC_MEDIA_MAX, &n))
		return wrong(e, "number of media references");
	if (n == 0)
		return 0;
	d->media = arena_alloc(d->arena, n, sizeof(*d->media));
	if (d->media == NULL)
		return nomem(e);
	d->media_cap = n;
	for (uint32_t i = 0; i < n; i++) {
		struct lavoir_media *m = &d->media[i];

		if (!unpack_text(u, SIZE_MAX, &m->uri) || m->uri == NULL ||
		    !unpack_text(u, DOC_MEDIA_TYPE_MAX, &m->type) ||
		    !unpack_chars(u, SIZE_MAX, &m->alt) ||
		    !unpack_chars(u, SIZE_MAX, &m->caption))
			return wrong(e, "media reference");
		m->offset = unpack_u64(u);
	}
	d->n_media = n;
	return u->bad ? wrong(e, "media reference") : 0;
}

static bool
unpack_measure(struct unpack *u, struct doc_measure *m)
{
	m->step = unpack_str(u);
	m->rule_set = unpack_str(u);
	m->rule = unpack_str(u);
	m->op = unpack_u8(u);
	m->broken = unpack_u8(u);
	m->value = unpack_f64(u);
	m->threshold = unpack_f64(u);
	return !u->bad && doc_label_valid(m->step) &&
	    (m->rule_set == NULL || doc_label_valid(m->rule_set)) &&
	    value_name_valid(m->rule) && doc_op_name(m->op) != NULL &&
	    m->broken <= 1;
}

static int
unpack_measures(struct unpack *u, struct doc *d, struct err *e)
{
	uint32_t n;

	if (!unpack_number(u, MEASURE_MIN, DOC_MEASURES_MAX, &n))
		return wrong(e, "number of measurements");
	if (n == 0)
		return 0;
	d->measure = arena_alloc(d->arena, n, sizeof(*d->measure));
	if (d->measure == NULL)
		return nomem(e);
	d->measure_cap = n;
	for (uint32_t i = 0; i < n; i++)
		if (!unpack_measure(u, &d->measure[i]))
			return wrong(e, "measurement");
	d->n_measures = n;
	return 0;
}

static bool
index_known(const struct doc *d, uint32_t index)
{
	for (size_t i = 0; i < d->n_keys; i++)
		if (d->keys[i].index == index)
			return true;
	return false;
}

/* Copied: the input is not aligned. */
static int
unpack_key_array(struct unpack *u, struct doc *d, struct doc_keys *k)
{
	uint64_t *key;

	if (!unpack_number(u, sizeof(*key), DOC_KEYS_MAX, &k->n))
		return ERR_PROTO;
	key = arena_alloc(d->arena, k->n > 0 ? k->n : 1, sizeof(*key));
	if (key == NULL)
		return ERR_NOMEM;
	for (uint32_t i = 0; i < k->n; i++)
		key[i] = unpack_u64(u);
	k->key = key;
	return 0;
}

static int
unpack_keys(struct unpack *u, struct doc *d, struct err *e)
{
	uint32_t n;
	int rc;

	if (!unpack_number(u, KEYS_MIN, DOC_INDEXES_MAX, &n))
		return wrong(e, "number of indexes");
	if (n == 0)
		return 0;
	d->keys = arena_alloc(d->arena, n, sizeof(*d->keys));
	if (d->keys == NULL)
		return nomem(e);
	d->keys_cap = n;
	for (uint32_t i = 0; i < n; i++) {
		struct doc_keys *k = &d->keys[i];

		k->index = unpack_u32(u);
		if (index_known(d, k->index))
			return wrong(e, "index given twice");
		rc = unpack_key_array(u, d, k);
		if (rc == ERR_NOMEM)
			return nomem(e);
		k->sketch.ptr = unpack_bytes(u, &k->sketch.len);
		if (rc < 0 || u->bad || k->sketch.len > DOC_SKETCH_MAX)
			return wrong(e, "index keys");
		d->n_keys++;
	}
	return 0;
}

/* A kept document has no reason, every other end but a container's has one; a
 * duplicate is found later than any document is packed. */
static bool
end_plausible(const struct doc *d)
{
	switch (d->verdict) {
	case DOC_KEEP:
		return d->plugin == NULL && d->reason == NULL &&
		    d->detail == NULL && !d->has_value;
	case DOC_DROP:
	case DOC_FAIL:
		return value_name_valid(d->reason);
	case DOC_CONTAINER:
		return d->reason == NULL || value_name_valid(d->reason);
	default:
		return false;
	}
}

static int
unpack_verdict(struct unpack *u, struct doc *d, uint8_t *flags_r, struct err *e)
{
	d->verdict = unpack_u8(u);
	*flags_r = unpack_u8(u);
	d->plugin = unpack_str(u);
	if (u->bad || (d->plugin != NULL && !doc_label_valid(d->plugin)))
		return wrong(e, "plugin's name");
	d->reason = unpack_str(u);
	if (!unpack_text(u, DOC_DETAIL_MAX, &d->detail))
		return wrong(e, "detail");
	d->has_value = (*flags_r & HAS_VALUE) != 0;
	if (d->has_value) {
		d->value = unpack_f64(u);
		d->threshold = unpack_f64(u);
	}
	if (u->bad || (*flags_r & ~FLAGS_ALL) != 0 || !end_plausible(d) ||
	    (d->verdict == DOC_KEEP) != ((*flags_r & HAS_TEXT) != 0))
		return wrong(e, "verdict");
	return 0;
}

int
doc_unpack(struct unpack *u, struct doc *d, struct err *e)
{
	uint8_t flags;
	int rc;

	rc = unpack_verdict(u, d, &flags, e);
	if (rc == 0)
		rc = unpack_measures(u, d, e);
	if (rc == 0)
		rc = doc_unpack_attrs(u, d, e);
	if (rc == 0)
		rc = unpack_tags(u, d, e);
	if (rc == 0)
		rc = unpack_media(u, d, e);
	if (rc == 0)
		rc = unpack_keys(u, d, e);
	if (rc == 0 && (flags & HAS_TEXT) != 0 &&
	    !unpack_chars(u, d->text_max, &d->text))
		rc = wrong(e, "text");
	if (rc < 0) {
		u->bad = true;
		return rc;
	}
	d->decoded = (flags & DECODED) != 0;
	d->text_fixed = true;
	return 0;
}
