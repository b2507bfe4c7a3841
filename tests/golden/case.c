/* case.c - from a case in JSON to a document, and values back to JSON. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/fs.h"
#include "base/json_write.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "golden.h"
#include "model/media_type.h"

enum { FILE_MAX = 64 << 20 };

static struct lavoir_str
str_of(const json_t *v)
{
	return (
	    struct lavoir_str){ json_string_value(v), json_string_length(v) };
}

static bool
from_base64(const json_t *v, struct arena *a, struct lavoir_str *s_r)
{
	size_t len = json_string_length(v);
	const char *text = json_string_value(v);
	unsigned char *out = arena_alloc(a, len + 4, 1);
	int n = EVP_DecodeBlock(out, (const unsigned char *)text, (int)len);

	if (n < 0) {
		printf("    not base64: %s\n", text);
		return false;
	}
	while (len > 0 && text[len - 1] == '=' && n > 0) {
		len--;
		n--;
	}
	*s_r = (struct lavoir_str){ (char *)out, (size_t)n };
	return true;
}

static bool
from_file(const json_t *v, const char *folder, struct arena *a,
    struct lavoir_str *s_r)
{
	char *path = fs_join(folder, json_string_value(v));
	struct buf b = { 0 };
	struct err e;
	int rc = fs_read_file(AT_FDCWD, path, FILE_MAX, &b, &e);

	if (rc < 0)
		printf("    %s\n", e.text);
	else
		*s_r =
		    (struct lavoir_str){ arena_memdup(a,
					     b.len ? (void *)b.ptr : "", b.len),
			    b.len };
	buf_fini(&b);
	free(path);
	return rc == 0;
}

static bool
from_repeat(const json_t *v, struct arena *a, struct lavoir_str *s_r)
{
	struct lavoir_str unit = str_of(json_array_get(v, 0));
	size_t n = (size_t)json_integer_value(json_array_get(v, 1));
	char *out;

	if (!unit.ptr || n == 0) {
		printf("    _repeat is [TEXT, TIMES]\n");
		return false;
	}
	out = arena_raw(a, unit.len * n + 1);
	for (size_t i = 0; i < n; i++)
		memcpy(out + i * unit.len, unit.ptr, unit.len);
	*s_r = (struct lavoir_str){ out, unit.len * n };
	return true;
}

bool
case_bytes(const json_t *c, const char *key, const char *folder,
    struct arena *a, struct lavoir_str *s_r)
{
	static const char *const suffix[] = { "", "_base64", "_file",
		"_repeat" };
	char name[64];
	const json_t *v;

	*s_r = (struct lavoir_str){ 0 };
	for (int i = 0; i < 4; i++) {
		snprintf(name, sizeof(name), "%s%s", key, suffix[i]);
		v = json_object_get(c, name);
		if (!v)
			continue;
		if (i == 3)
			return from_repeat(v, a, s_r);
		if (!json_is_string(v)) {
			printf("    \"%s\" is not a string\n", name);
			return false;
		}
		if (i == 1)
			return from_base64(v, a, s_r);
		if (i == 2)
			return from_file(v, folder, a, s_r);
		*s_r = str_of(v);
		return true;
	}
	return true;
}

static void
to_value(const json_t *v, struct arena *a, struct lavoir_value *out)
{
	struct lavoir_value *item;
	struct lavoir_attr *attr;
	const char *key;
	json_t *child;
	size_t i, n;

	memset(out, 0, sizeof(*out));
	switch (json_typeof(v)) {
	case JSON_TRUE:
	case JSON_FALSE:
		out->type = LAVOIR_BOOL;
		out->i = json_is_true(v);
		break;
	case JSON_INTEGER:
		out->type = LAVOIR_INT;
		out->i = json_integer_value(v);
		break;
	case JSON_REAL:
		out->type = LAVOIR_REAL;
		out->r = json_real_value(v);
		break;
	case JSON_STRING:
		out->type = LAVOIR_STR;
		out->s = str_of(v);
		break;
	case JSON_ARRAY:
		n = json_array_size(v);
		item = arena_alloc(a, n + 1, sizeof(*item));
		for (i = 0; i < n; i++)
			to_value(json_array_get(v, i), a, &item[i]);
		out->type = LAVOIR_LIST;
		out->list = (struct lavoir_list){ item, n };
		break;
	case JSON_OBJECT:
		n = 0;
		attr = arena_alloc(a, json_object_size(v) + 1, sizeof(*attr));
		/* jansson's loop takes no const, and changes nothing. */
		json_object_foreach((json_t *)(uintptr_t)v, key, child)
		{
			attr[n].name = key;
			to_value(child, a, &attr[n++].value);
		}
		out->type = LAVOIR_MAP;
		out->map = (struct lavoir_map){ attr, n };
		break;
	default:
		out->type = LAVOIR_NULL;
	}
}

void
case_put_bytes(json_t *object, const char *key, struct lavoir_str s)
{
	struct buf b = { 0 };
	char name[64];

	if (utf8_valid(s.ptr, s.len)) {
		json_object_set_new(object, key,
		    json_stringn(s.len ? s.ptr : "", s.len));
		return;
	}
	snprintf(name, sizeof(name), "%s_base64", key);
	json_write_base64(&b, s.ptr, s.len);
	json_object_set_new(object, name,
	    json_loadb((char *)b.ptr, b.len, JSON_DECODE_ANY, NULL));
	buf_fini(&b);
}

json_t *
case_from_value(const struct lavoir_value *v)
{
	json_t *o;

	switch (v->type) {
	case LAVOIR_BOOL:
		return json_boolean(v->i);
	case LAVOIR_INT:
		return json_integer(v->i);
	case LAVOIR_REAL:
		return json_real(v->r);
	case LAVOIR_STR:
		return json_stringn(v->s.len ? v->s.ptr : "", v->s.len);
	case LAVOIR_BYTES:
		o = json_object();
		case_put_bytes(o, "bytes", v->s);
		return o;
	case LAVOIR_LIST:
		o = json_array();
		for (size_t i = 0; i < v->list.n; i++)
			json_array_append_new(o,
			    case_from_value(&v->list.item[i]));
		return o;
	case LAVOIR_MAP:
		o = json_object();
		for (size_t i = 0; i < v->map.n; i++)
			json_object_set_new(o, v->map.item[i].name,
			    case_from_value(&v->map.item[i].value));
		return o;
	default:
		return json_null();
	}
}

static bool
set_attributes(const json_t *c, struct arena *a, struct doc *d)
{
	json_t *attributes = json_object_get(c, "attributes");
	json_t *tags = json_object_get(c, "tags");
	struct lavoir_value v;
	const char *key;
	json_t *value;
	size_t i;

	json_object_foreach(attributes, key, value)
	{
		to_value(value, a, &v);
		doc_set(d, key, &v);
	}
	json_array_foreach(tags, i, value)
	    doc_tag(d, json_string_value(value), true);
	if (d->error < 0)
		printf("    attributes or tags: %s\n", d->error_text);
	return d->error == 0;
}

bool
case_document(const json_t *c, const char *folder, struct arena *a,
    struct doc *d)
{
	const char *name = json_string_value(json_object_get(c, "path"));
	const char *type = json_string_value(json_object_get(c, "media_type"));
	struct lavoir_str text;

	if (!case_bytes(c, "raw", folder, a, &d->raw) ||
	    !case_bytes(c, "text", folder, a, &text))
		return false;
	if (!d->raw.ptr && !text.ptr) {
		printf("    a case needs raw or text\n");
		return false;
	}
	if (text.ptr && doc_set_text(d, text) < 0) {
		printf("    text: %s\n", d->error_text);
		return false;
	}
	if (!type)
		type = d->raw.ptr ? media_type_detect(d->raw.ptr, d->raw.len,
					d->raw.len, name)
				  : "text/plain";
	if (!d->raw.ptr)
		d->raw.ptr = "";
	doc_set_str(d, "lavoir.media_type", type);
	doc_set_str(d, "lavoir.path", name ? name : "case");
	return set_attributes(c, a, d);
}
