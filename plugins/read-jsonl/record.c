/* record.c - decode one JSON object: its text, its id, its other fields. */
#include <stdio.h>
#include <string.h>

#include "chat.h"
#include "common/json_in.h"
#include "common/u8.h"
#include "layout.h"
#include "reader.h"
#include "value.h"
#include "values.h"

enum { NAME_MAX_LEN = 128 };

struct decoding {
	struct reader *r;
	struct lavoir_doc *doc;
	struct json_value text, id, chat;
	bool has_text, has_id, has_chat;
	struct lavoir_str text_field; /* that it was found in */
	bool from_chat;
	int text_rank; /* 0: the one that was asked for */
	struct layout layout;
	size_t n_attributes;
	size_t left_out, lone;
	int rc;
};

/* Fail with message, and the line if it is known. */
static int
refuse(struct decoding *d, const char *message, size_t offset)
{
	const struct lavoir_host *host = d->r->host;
	struct lavoir_value number;
	char why[300], where[60] = "", place[40] = "";

	if (host->doc_get(d->doc, LINE_ATTRIBUTE, &number) == LAVOIR_OK &&
	    number.type == LAVOIR_INT)
		(void)snprintf(where, sizeof(where),
		    "line %lld: ", (long long)number.i);
	else if (host->doc_get(d->doc, RECORD_ATTRIBUTE, &number) ==
		LAVOIR_OK &&
	    number.type == LAVOIR_INT)
		(void)snprintf(where, sizeof(where),
		    "record %lld: ", (long long)number.i);
	if (offset != (size_t)-1)
		(void)snprintf(place, sizeof(place), " at byte %zu", offset);
	(void)snprintf(why, sizeof(why), "%s%s%s", where, message, place);
	return host->fail(host, LAVOIR_EINVAL, why);
}

/* Append a key to a name, as far as attributes may be called. */
static size_t
append_name(char *name, size_t len, const struct json_value *key)
{
	char plain[6 * NAME_MAX_LEN];
	struct lavoir_str k = key->text;
	size_t lone;

	if (k.len > sizeof(plain))
		return NAME_MAX_LEN + 1;
	if (key->escaped)
		k = (struct lavoir_str){ plain,
			json_unescape(k, plain, &lone) };
	for (size_t i = 0; i < k.len; i++) {
		unsigned char c = (unsigned char)k.ptr[i];

		/* One '_' for a character, not for each of its bytes. */
		if ((c & 0xc0) == 0x80)
			continue;
		if (len >= NAME_MAX_LEN)
			return NAME_MAX_LEN + 1;
		name[len++] = (char)(value_name_char(c) ? c : '_');
	}
	name[len] = '\0';
	return len;
}

/* The attribute that a field becomes, or NULL. */
static const char *
mapped(struct decoding *d, const char *name, char *to, size_t size)
{
	struct json_in j;
	struct json_value key, value;
	struct lavoir_str s = { name, strlen(name) };
	bool first = true, found = false;
	size_t lone;

	if (d->r->mapping.len == 0) {
		(void)snprintf(to, size, "%.*s%s", (int)d->r->prefix.len,
		    d->r->prefix.ptr, name);
		return to;
	}
	json_in_init(&j, d->r->mapping);
	(void)json_in_enter(&j, '{');
	while (json_in_member(&j, &first, &key, &value))
		if (json_equals(&key, s) && value.text.len < size) {
			to[json_unescape(value.text, to, &lone)] = '\0';
			found = true;
		}
	return found ? to : NULL;
}

static void
set(struct decoding *d, const char *field, const struct json_value *given)
{
	const struct lavoir_host *host = d->r->host;
	struct lavoir_value value, old;
	struct json_value own = *given;
	const struct json_value *v = &own;
	char to[2 * NAME_MAX_LEN + 1];
	const char *name =
	    d->r->layouts && d->r->mapping.len == 0 && d->r->prefix.len == 0
	    ? layout_name(&d->layout, field, &own)
	    : NULL;

	if (name == NULL)
		name = mapped(d, field, to, sizeof(to));
	if (name == NULL)
		return;
	if (strlen(name) > NAME_MAX_LEN || strncmp(name, "lavoir.", 7) == 0 ||
	    v->text.len > d->r->value_size_max ||
	    d->n_attributes >= d->r->attributes_max) {
		d->left_out++;
		return;
	}
	if (v->type == JSON_NULL) {
		/* Of two fields of one name the last one holds. */
		value = (struct lavoir_value){ .type = LAVOIR_NULL };
		if (host->doc_get(d->doc, name, &old) == LAVOIR_OK)
			d->rc = host->doc_set(d->doc, name, &value);
		return;
	}
	if (!value_make(host, d->doc, v, &value, &d->lone)) {
		d->rc = host->fail(host, LAVOIR_ENOMEM,
		    "no memory for an attribute");
		return;
	}
	d->n_attributes++;
	d->rc = host->doc_set(d->doc, name, &value);
}

/* An object's members become attributes of their own, "name.member". */
static void
set_members(struct decoding *d, const char *field, const struct json_value *v)
{
	char name[NAME_MAX_LEN + 2];
	size_t len = strlen(field);
	struct json_in j;
	struct json_value key, member;
	bool first = true;

	memcpy(name, field, len);
	name[len++] = '.';
	json_in_init(&j, v->text);
	(void)json_in_enter(&j, '{');
	while (d->rc == LAVOIR_OK && json_in_member(&j, &first, &key, &member))
		if (append_name(name, len, &key) <= NAME_MAX_LEN)
			set(d, name, &member);
		else
			d->left_out++;
}

static void
attribute(struct decoding *d, const struct json_value *key,
    const struct json_value *v)
{
	char name[NAME_MAX_LEN + 2], to[2 * NAME_MAX_LEN + 1];
	size_t len = append_name(name, 0, key);

	if (len == 0 || len > NAME_MAX_LEN)
		d->left_out++;
	else if (v->type == JSON_OBJECT && len < NAME_MAX_LEN &&
	    !(d->r->mapping.len > 0 && mapped(d, name, to, sizeof(to)) != NULL))
		set_members(d, name, v);
	else
		set(d, name, v);
}

static void
note(struct decoding *d, const struct json_value *key,
    const struct json_value *v)
{
	int rank = d->r->layouts ? layout_text_rank(key) : 0;

	layout_see(&d->layout, key);
	if (json_equals(key, d->r->text_field)) {
		d->text = *v;
		d->has_text = true;
		d->text_rank = 0;
		d->text_field = key->text;
	} else if (json_equals(key, d->r->id_field)) {
		d->id = *v;
		d->has_id = true;
		d->layout.has |= LAYOUT_ID;
	} else if (chat_field(key)) {
		d->chat = *v;
		d->has_chat = true;
	} else if (rank > 0 && v->type == JSON_STRING &&
	    (!d->has_text || rank <= d->text_rank)) {
		d->text = *v;
		d->has_text = true;
		d->text_rank = rank;
		d->text_field = key->text;
	}
}

bool
record_find(struct lavoir_str text, struct lavoir_str path,
    struct json_value *v_r)
{
	const char *dot = memchr(path.ptr, '.', path.len);
	struct lavoir_str name = path;
	struct json_in j;
	struct json_value key, v, found;
	bool first = true, has = false;

	if (dot != NULL)
		name.len = (size_t)(dot - path.ptr);
	json_in_init(&j, text);
	if (!json_in_enter(&j, '{'))
		return false;
	while (json_in_member(&j, &first, &key, &v))
		if (json_equals(&key, name)) {
			found = v;
			has = true;
		}
	if (!has)
		return false;
	if (dot != NULL) {
		path.len -= name.len + 1;
		path.ptr = dot + 1;
		return found.type == JSON_OBJECT &&
		    record_find(found.text, path, v_r);
	}
	*v_r = found;
	return true;
}

/* First the whole record is checked and its text and id are found, so that a
 * broken one leaves nothing behind. */
static int
look(struct decoding *d, struct lavoir_str raw)
{
	struct json_in j;
	struct json_value key, v;
	size_t valid = u8_valid(raw.ptr, raw.len), at;
	bool first = true;

	if (valid < raw.len)
		return refuse(d, "not UTF-8", valid);
	json_in_init(&j, raw);
	if (json_in_enter(&j, '{')) {
		while (json_in_member(&j, &first, &key, &v))
			note(d, &key, &v);
	} else {
		/* What is broken is not called right, but of the wrong kind. */
		at = json_in_offset(&j);
		json_in_init(&j, raw);
		if (json_in_value(&j, &v) && json_in_end(&j))
			return refuse(d, "not an object", at);
	}
	if (!json_in_end(&j))
		return refuse(d, j.error, json_in_offset(&j));
	return LAVOIR_OK;
}

static int
set_text(struct decoding *d)
{
	const struct lavoir_host *host = d->r->host;
	struct lavoir_str text = d->text.text;
	char why[200], *out;
	int rc;

	if (!d->has_text && d->has_chat && d->r->chats) {
		d->from_chat = true;
		rc = chat_text(host, d->doc, &d->chat, &text, &d->lone);
		if (rc == LAVOIR_EINVAL)
			return refuse(d, "no_text: not a conversation",
			    (size_t)-1);
		return rc == LAVOIR_OK
		    ? host->doc_set_text(d->doc, text)
		    : host->fail(host, rc, "no memory for the text");
	}
	if (!d->has_text || d->text.type != JSON_STRING) {
		(void)snprintf(why, sizeof(why), "no_text: %s \"%.*s\"",
		    d->has_text ? "not a string in field"
			: d->has_chat
			? "a conversation (option chats), no field"
			: "no field",
		    (int)(d->r->text_field.len < 100 ? d->r->text_field.len
						     : 100),
		    d->r->text_field.ptr);
		return refuse(d, why, (size_t)-1);
	}
	if (d->text.escaped) {
		out = host->doc_alloc(d->doc, text.len);
		if (out == NULL)
			return host->fail(host, LAVOIR_ENOMEM,
			    "no memory for the text");
		text.len = json_unescape(text, out, &d->lone);
		text.ptr = out;
	}
	return host->doc_set_text(d->doc, text);
}

static int
set_attributes(struct decoding *d, struct lavoir_str raw)
{
	struct json_in j;
	struct json_value key, v;
	struct lavoir_value id;
	bool first = true;

	if (d->has_id && d->id.type != JSON_NULL) {
		if (!value_make(d->r->host, d->doc, &d->id, &id, &d->lone))
			return d->r->host->fail(d->r->host, LAVOIR_ENOMEM,
			    "no memory for the id");
		d->rc = d->r->host->doc_set(d->doc, "id", &id);
	}
	if (d->r->no_attributes)
		return d->rc;
	json_in_init(&j, raw);
	(void)json_in_enter(&j, '{');
	while (d->rc == LAVOIR_OK && json_in_member(&j, &first, &key, &v))
		if (!json_equals(&key, d->r->text_field) &&
		    !json_equals(&key, d->r->id_field) &&
		    !(d->text_rank > 0 && json_equals(&key, d->text_field)) &&
		    !(d->from_chat && chat_field(&key)))
			attribute(d, &key, &v);
	return d->rc;
}

static int
decode(struct decoding *d, struct lavoir_str raw)
{
	const struct lavoir_host *host = d->r->host;
	int rc = look(d, raw);

	if (rc == LAVOIR_OK && (!d->has_text || d->text_rank > 0) &&
	    memchr(d->r->text_field.ptr, '.', d->r->text_field.len) != NULL &&
	    record_find(raw, d->r->text_field, &d->text)) {
		d->has_text = true;
		d->text_rank = 0;
	}
	if (rc == LAVOIR_OK)
		rc = set_text(d);
	if (rc == LAVOIR_OK)
		rc = set_attributes(d, raw);
	if (d->left_out > 0)
		host->count(host, COUNT_LEFT_OUT, (int64_t)d->left_out);
	if (d->lone > 0)
		host->count(host, COUNT_SURROGATES, (int64_t)d->lone);
	return rc;
}

int
read_record(struct reader *r, struct lavoir_doc *doc)
{
	struct decoding d = { .r = r, .doc = doc };

	return decode(&d, r->host->doc_raw(doc));
}

bool
record_mapping_valid(struct lavoir_str text)
{
	struct json_in j;
	struct json_value key, v;
	char name[2 * NAME_MAX_LEN];
	bool first = true;

	json_in_init(&j, text);
	if (!json_in_enter(&j, '{'))
		return false;
	while (json_in_member(&j, &first, &key, &v)) {
		size_t n;

		if (v.type != JSON_STRING || v.text.len == 0 ||
		    v.text.len > NAME_MAX_LEN)
			return false;
		n = append_name(name, 0, &v);
		if (v.escaped || n != v.text.len ||
		    memcmp(name, v.text.ptr, n) != 0)
			return false;
	}
	return json_in_end(&j);
}
