/* chat.c - conversations as text. */
#include "chat.h"

#include <string.h>

static bool
says(const struct json_value *key, const char *s)
{
	return json_equals(key, (struct lavoir_str){ s, strlen(s) });
}

bool
chat_field(const struct json_value *key)
{
	return says(key, "messages") || says(key, "conversations") ||
	    says(key, "conversation");
}

struct turn {
	struct json_value who, what;
	bool has_who, has_what;
};

static bool
read_turn(const struct json_value *v, struct turn *t)
{
	struct json_in j;
	struct json_value key, value;
	bool first = true;

	*t = (struct turn){ 0 };
	if (v->type != JSON_OBJECT)
		return false;
	json_in_init(&j, v->text);
	(void)json_in_enter(&j, '{');
	while (json_in_member(&j, &first, &key, &value)) {
		if (value.type != JSON_STRING)
			continue;
		if (says(&key, "role") || says(&key, "from")) {
			t->who = value;
			t->has_who = true;
		} else if (says(&key, "content") || says(&key, "value")) {
			t->what = value;
			t->has_what = true;
		}
	}
	return t->has_who && t->has_what;
}

int
chat_text(const struct lavoir_host *host, struct lavoir_doc *doc,
    const struct json_value *v, struct lavoir_str *text_r, size_t *lone)
{
	char *out;
	size_t n = 0;
	struct json_in j;
	struct json_value element;
	struct turn t;
	bool first = true;

	if (v->type != JSON_ARRAY)
		return LAVOIR_EINVAL;
	/* A turn is longer as JSON: {"role":"","content":""} */
	out = host->doc_alloc(doc, v->text.len + 1);
	if (out == NULL)
		return LAVOIR_ENOMEM;
	json_in_init(&j, v->text);
	(void)json_in_enter(&j, '[');
	while (json_in_element(&j, &first, &element)) {
		if (!read_turn(&element, &t))
			return LAVOIR_EINVAL;
		if (n > 0) {
			memcpy(out + n, "\n\n", 2);
			n += 2;
		}
		n += json_unescape(t.who.text, out + n, lone);
		memcpy(out + n, ": ", 2);
		n += 2;
		n += json_unescape(t.what.text, out + n, lone);
	}
	*text_r = (struct lavoir_str){ out, n };
	return n > 0 ? LAVOIR_OK : LAVOIR_EINVAL;
}
