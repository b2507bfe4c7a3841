/* front.c - front matter: where it is, and what becomes of its values. */
#include "front.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/json_in.h"
#include "lavoir/plugin_util.h"

enum { SIZE_MAX_FRONT = 1 << 20 };

static const struct {
	const char *path;
	enum prop prop;
} usual[] = {
	{ "title", PROP_TITLE },
	{ "author", PROP_AUTHORS },
	{ "authors", PROP_AUTHORS },
	{ "author.name", PROP_AUTHORS },
	{ "authors.name", PROP_AUTHORS },
	{ "byline", PROP_AUTHORS },
	{ "date", PROP_CREATED },
	{ "created", PROP_CREATED },
	{ "published", PROP_CREATED },
	{ "publishdate", PROP_CREATED },
	{ "pubdate", PROP_CREATED },
	{ "modified", PROP_MODIFIED },
	{ "updated", PROP_MODIFIED },
	{ "lastmod", PROP_MODIFIED },
	{ "last_modified_at", PROP_MODIFIED },
	{ "lang", PROP_LANGUAGE },
	{ "language", PROP_LANGUAGE },
	{ "locale", PROP_LANGUAGE },
	{ "description", PROP_DESCRIPTION },
	{ "summary", PROP_DESCRIPTION },
	{ "abstract", PROP_DESCRIPTION },
	{ "tags", PROP_KEYWORDS },
	{ "keywords", PROP_KEYWORDS },
	{ "license", PROP_RIGHTS },
	{ "licence", PROP_RIGHTS },
	{ "rights", PROP_RIGHTS },
	{ "copyright", PROP_RIGHTS },
	{ "publisher", PROP_PUBLISHER },
	{ "subject", PROP_SUBJECT },
};

static void
flush(struct front *f)
{
	struct lavoir_value item[FRONT_VALUES], v = { .type = LAVOIR_LIST };
	char name[FRONT_PATH + 8];

	if (f->n_values == 0 || ++f->n_attributes > FRONT_ATTRIBUTES)
		return;
	(void)snprintf(name, sizeof(name), "front.%s", f->path);
	memset(item, 0, sizeof(item));
	for (size_t i = 0; i < f->n_values; i++) {
		item[i].type = LAVOIR_STR;
		item[i].s = f->value[i];
	}
	v.list.item = item;
	v.list.n = f->n_values;
	(void)f->host->doc_set(f->doc, name, f->n_values == 1 ? item : &v);
	f->n_values = 0;
}

void
front_value(struct front *f, const char *path, struct lavoir_str value)
{
	char *copy;

	if (f == NULL || value.len == 0)
		return;
	copy = f->host->doc_alloc(f->doc, value.len);
	f->no_memory = f->no_memory || copy == NULL;
	if (copy == NULL)
		return;
	memcpy(copy, value.ptr, value.len);
	value.ptr = copy;
	for (size_t i = 0; i < sizeof(usual) / sizeof(*usual); i++) {
		if (strcasecmp(path, usual[i].path) != 0)
			continue;
		if (usual[i].prop == PROP_KEYWORDS)
			props_add_keywords(&f->props, value);
		else
			props_add(&f->props, usual[i].prop, value);
		return;
	}
	if (strcmp(path, f->path) != 0) {
		flush(f);
		(void)snprintf(f->path, sizeof(f->path), "%s", path);
	}
	if (f->n_values < FRONT_VALUES)
		f->value[f->n_values++] = value;
}

bool
front_step(char *path, struct lavoir_str key)
{
	size_t len = strlen(path);

	if (key.len == 0 || key.len + len + 2 > FRONT_PATH)
		return false;
	if (len > 0)
		path[len++] = '.';
	for (size_t i = 0; i < key.len; i++) {
		unsigned char c = (unsigned char)key.ptr[i];

		path[len++] =
		    (char)(c < 0x80 && (isalnum(c) || c == '-') ? c : '_');
	}
	path[len] = '\0';
	return true;
}

/* Is the line at p, of n bytes, only the delimiter? */
static bool
is_delimiter(const char *p, size_t n, const char *delimiter)
{
	while (n > 3 && strchr(" \t\r", p[n - 1]) != NULL)
		n--;
	return n == 3 && memcmp(p, delimiter, 3) == 0;
}

static size_t
line_length(const char *p, const char *end)
{
	const char *nl = memchr(p, '\n', (size_t)(end - p));

	return nl != NULL ? (size_t)(nl - p) : (size_t)(end - p);
}

/* The text between two lines; the whole length, or 0. */
static size_t
find_between(struct lavoir_str text, const char *first, const char *other,
    struct lavoir_str *inner_r)
{
	const char *p = text.ptr, *end = text.ptr + text.len;
	size_t n = line_length(p, end);

	if (!is_delimiter(p, n, first) || p + n == end)
		return 0;
	p += n + 1;
	inner_r->ptr = p;
	for (; p < end; p += n + 1) {
		if (p - text.ptr > SIZE_MAX_FRONT)
			return 0;
		n = line_length(p, end);
		if (is_delimiter(p, n, first) || is_delimiter(p, n, other)) {
			inner_r->len = (size_t)(p - inner_r->ptr);
			return (size_t)(p - text.ptr) + n;
		}
		if (p + n == end)
			break;
	}
	return 0;
}

static size_t
find_json(struct lavoir_str text, struct lavoir_str *inner_r)
{
	struct json_in j;
	struct json_value v;

	json_in_init(&j, text);
	if (!json_in_value(&j, &v) || v.type != JSON_OBJECT)
		return 0;
	*inner_r = v.text;
	return (size_t)(v.text.ptr + v.text.len - text.ptr);
}

typedef bool front_fn(struct front *f, struct lavoir_str text);

size_t
front_read(const struct lavoir_host *host, struct lavoir_doc *doc,
    struct lavoir_str text)
{
	struct front *f;
	struct lavoir_str inner = { "", 0 };
	front_fn *read = NULL;
	size_t n = 0;

	if (lavoir_str_starts(text, "---")) {
		read = front_yaml;
		n = find_between(text, "---", "...", &inner);
	} else if (lavoir_str_starts(text, "+++")) {
		read = front_toml;
		n = find_between(text, "+++", "+++", &inner);
	} else if (lavoir_str_starts(text, "{")) {
		read = front_json;
		n = find_json(text, &inner);
	}
	if (n == 0 || !read(NULL, inner))
		return 0;
	f = host->doc_alloc(doc, sizeof(*f));
	if (f == NULL)
		return 0;
	memset(f, 0, sizeof(*f));
	f->host = host;
	f->doc = doc;
	(void)read(f, inner);
	flush(f);
	props_publish(host, doc, &f->props);
	return n;
}
