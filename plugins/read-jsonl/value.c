/* value.c - JSON values to attribute values. */
#include "value.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH = 8, NUMBER_MAX = 400, NAME_MAX_LEN = 128 };

struct making {
	const struct lavoir_host *host;
	struct lavoir_doc *doc;
	size_t *lone;
};

static bool make(struct making *m, const struct json_value *v,
    struct lavoir_value *value_r, int depth);

bool
value_name_char(unsigned char c)
{
	unsigned char lower = c | 0x20;

	return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
	    c == '_' || c == '.' || c == ':' || c == '-';
}

static void
as_text(const struct json_value *v, struct lavoir_value *value_r)
{
	*value_r = (struct lavoir_value){ .type = LAVOIR_STR };
	value_r->s = v->text;
}

static void
make_number(const struct json_value *v, struct lavoir_value *value_r)
{
	char s[NUMBER_MAX + 1];

	as_text(v, value_r);
	if (v->text.len > NUMBER_MAX)
		return;
	memcpy(s, v->text.ptr, v->text.len);
	s[v->text.len] = '\0';
	errno = 0;
	if (v->type == JSON_INTEGER) {
		long long i = strtoll(s, NULL, 10);

		if (errno != ERANGE)
			*value_r =
			    (struct lavoir_value){ .type = LAVOIR_INT, .i = i };
	} else {
		double r = strtod(s, NULL);

		if (isfinite(r))
			*value_r = (struct lavoir_value){ .type = LAVOIR_REAL,
				.r = r };
	}
}

static bool
make_string(struct making *m, const struct json_value *v,
    struct lavoir_value *value_r)
{
	char *out;

	as_text(v, value_r);
	if (!v->escaped)
		return true;
	out = m->host->doc_alloc(m->doc, v->text.len);
	if (out == NULL)
		return false;
	value_r->s.len = json_unescape(v->text, out, m->lone);
	value_r->s.ptr = out;
	return true;
}

/* Elements of an array, members of an object. */
static size_t
count(const struct json_value *v)
{
	struct json_in j;
	struct json_value key, element;
	bool first = true;
	size_t n = 0;

	json_in_init(&j, v->text);
	if (v->type == JSON_ARRAY) {
		(void)json_in_enter(&j, '[');
		while (json_in_element(&j, &first, &element))
			n++;
	} else {
		(void)json_in_enter(&j, '{');
		while (json_in_member(&j, &first, &key, &element))
			n++;
	}
	return n;
}

static bool
make_list(struct making *m, const struct json_value *v,
    struct lavoir_value *value_r, int depth)
{
	size_t n = count(v), i = 0;
	struct lavoir_value *item;
	struct json_in j;
	struct json_value element;
	bool first = true;

	item = m->host->doc_alloc(m->doc, (n + 1) * sizeof(*item));
	if (item == NULL)
		return false;
	json_in_init(&j, v->text);
	(void)json_in_enter(&j, '[');
	while (json_in_element(&j, &first, &element))
		if (!make(m, &element, &item[i++], depth + 1))
			return false;
	*value_r = (struct lavoir_value){ .type = LAVOIR_LIST };
	value_r->list = (struct lavoir_list){ item, n };
	return true;
}

/* The key as a name; NULL: no memory. */
static const char *
make_name(struct making *m, const struct json_value *key)
{
	size_t len = key->text.len, n = 0, lone;
	char *name = m->host->doc_alloc(m->doc, len + 2);

	if (name == NULL)
		return NULL;
	len = json_unescape(key->text, name, &lone);
	for (size_t i = 0; i < len && n < NAME_MAX_LEN; i++) {
		unsigned char c = (unsigned char)name[i];

		if ((c & 0xc0) != 0x80)
			name[n++] = (char)(value_name_char(c) ? c : '_');
	}
	if (n == 0)
		name[n++] = '_';
	name[n] = '\0';
	return name;
}

/* The place of a name among those already there. */
static size_t
place(const struct lavoir_attr *item, size_t n, const char *name)
{
	size_t i = 0;

	while (i < n && strcmp(item[i].name, name) != 0)
		i++;
	return i;
}

static bool
make_map(struct making *m, const struct json_value *v,
    struct lavoir_value *value_r, int depth)
{
	enum { MEMBERS_MAX = 1000 };
	size_t n = count(v), used = 0, i;
	struct lavoir_attr *item;
	struct json_in j;
	struct json_value key, member;
	bool first = true;

	/* Looking for names that come twice takes time by the square. */
	if (n > MEMBERS_MAX) {
		as_text(v, value_r);
		return true;
	}
	item = m->host->doc_alloc(m->doc, (n + 1) * sizeof(*item));
	if (item == NULL)
		return false;
	json_in_init(&j, v->text);
	(void)json_in_enter(&j, '{');
	while (json_in_member(&j, &first, &key, &member)) {
		const char *name = make_name(m, &key);

		if (name == NULL)
			return false;
		i = place(item, used, name);
		item[i].name = name;
		used += i == used;
		if (!make(m, &member, &item[i].value, depth + 1))
			return false;
	}
	*value_r = (struct lavoir_value){ .type = LAVOIR_MAP };
	value_r->map = (struct lavoir_map){ item, used };
	return true;
}

static bool
make(struct making *m, const struct json_value *v, struct lavoir_value *value_r,
    int depth)
{
	switch (v->type) {
	case JSON_NULL:
		*value_r = (struct lavoir_value){ .type = LAVOIR_NULL };
		return true;
	case JSON_FALSE:
	case JSON_TRUE:
		*value_r = (struct lavoir_value){ .type = LAVOIR_BOOL,
			.i = v->type == JSON_TRUE };
		return true;
	case JSON_INTEGER:
	case JSON_REAL:
		make_number(v, value_r);
		return true;
	case JSON_STRING:
		return make_string(m, v, value_r);
	default:
		break;
	}
	if (depth >= DEPTH) {
		as_text(v, value_r);
		return true;
	}
	return v->type == JSON_ARRAY ? make_list(m, v, value_r, depth)
				     : make_map(m, v, value_r, depth);
}

bool
value_make(const struct lavoir_host *host, struct lavoir_doc *doc,
    const struct json_value *v, struct lavoir_value *value_r, size_t *lone)
{
	struct making m = { host, doc, lone };

	return make(&m, v, value_r, 0);
}
