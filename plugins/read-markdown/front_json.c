/* front_json.c - front matter in JSON. */
#include <string.h>

#include "common/json_in.h"
#include "front.h"

static void
put_string(struct front *f, const char *path, const struct json_value *v)
{
	char *buf;
	size_t lone = 0;

	if (f == NULL)
		return;
	if (!v->escaped) {
		front_value(f, path, v->text);
		return;
	}
	buf = f->host->doc_alloc(f->doc, v->text.len + 1);
	if (buf != NULL)
		front_value(f, path,
		    (struct lavoir_str){ buf,
			json_unescape(v->text, buf, &lone) });
}

static void put(struct front *f, const char *path, const struct json_value *v,
    int depth);

static void
put_members(struct front *f, const char *path, struct lavoir_str text,
    int depth)
{
	struct json_in j;
	struct json_value key, v;
	bool first = true;
	char inner[FRONT_PATH];

	json_in_init(&j, text);
	if (!json_in_enter(&j, '{'))
		return;
	while (json_in_member(&j, &first, &key, &v)) {
		memcpy(inner, path, strlen(path) + 1);
		if (front_step(inner, key.text))
			put(f, inner, &v, depth + 1);
	}
}

static void
put(struct front *f, const char *path, const struct json_value *v, int depth)
{
	struct json_in j;
	struct json_value item;
	bool first = true;

	if (depth > FRONT_DEPTH || v->type == JSON_NULL)
		return;
	if (v->type == JSON_OBJECT) {
		put_members(f, path, v->text, depth);
	} else if (v->type == JSON_ARRAY) {
		json_in_init(&j, v->text);
		if (!json_in_enter(&j, '['))
			return;
		while (json_in_element(&j, &first, &item))
			put(f, path, &item, depth + 1);
	} else if (v->type == JSON_STRING) {
		put_string(f, path, v);
	} else {
		front_value(f, path, v->text);
	}
}

bool
front_json(struct front *f, struct lavoir_str text)
{
	if (f != NULL)
		put_members(f, "", text, 0);
	return true;
}
