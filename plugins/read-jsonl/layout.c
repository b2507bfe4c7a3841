/* layout.c - how records of well-known collections call things: Dolma,
 * datatrove, data sets of Hugging Face, OSCAR. */
#include "layout.h"

#include <string.h>

enum { URL, CREATED, LANGUAGE, TITLE, AUTHORS, DESCRIPTION, ID, USUAL };

static const char *const usual[USUAL] = { "url", "created", "language", "title",
	"authors", "description", "id" };

/* clang-format off */
static const struct {
	const char *field;
	int attribute;
	enum json_type type;
	const char *member; /* of the object that the value is */
} aliases[] = {
	{ "metadata.url", URL, JSON_STRING, NULL },
	{ "meta.url", URL, JSON_STRING, NULL },
	{ "warc_headers.warc-target-uri", URL, JSON_STRING, NULL },
	{ "source_url", URL, JSON_STRING, NULL },
	{ "metadata.source_url", URL, JSON_STRING, NULL },
	{ "uri", URL, JSON_STRING, NULL },
	{ "date", CREATED, JSON_STRING, NULL },
	{ "timestamp", CREATED, JSON_STRING, NULL },
	{ "created_at", CREATED, JSON_STRING, NULL },
	{ "published", CREATED, JSON_STRING, NULL },
	{ "metadata.created", CREATED, JSON_STRING, NULL },
	{ "metadata.date", CREATED, JSON_STRING, NULL },
	{ "meta.date", CREATED, JSON_STRING, NULL },
	{ "metadata.published", CREATED, JSON_STRING, NULL },
	{ "lang", LANGUAGE, JSON_STRING, NULL },
	{ "metadata.language", LANGUAGE, JSON_STRING, NULL },
	{ "metadata.lang", LANGUAGE, JSON_STRING, NULL },
	{ "meta.language", LANGUAGE, JSON_STRING, NULL },
	{ "metadata.identification", LANGUAGE, JSON_OBJECT, "label" },
	{ "metadata.title", TITLE, JSON_STRING, NULL },
	{ "meta.title", TITLE, JSON_STRING, NULL },
	{ "metadata.authors", AUTHORS, JSON_ARRAY, NULL },
	{ "metadata.description", DESCRIPTION, JSON_STRING, NULL },
	{ "warc_headers.warc-record-id", ID, JSON_STRING, NULL },
	{ "metadata.id", ID, JSON_STRING, NULL },
};
/* clang-format on */

static bool
says(const struct json_value *key, const char *s)
{
	return json_equals(key, (struct lavoir_str){ s, strlen(s) });
}

void
layout_see(struct layout *l, const struct json_value *key)
{
	for (int i = 0; i < USUAL; i++)
		if (says(key, usual[i]))
			l->has |= 1U << i;
}

int
layout_text_rank(const struct json_value *key)
{
	static const char *const names[] = { "content", "raw_content",
		"contents", "document", "body" };

	for (int i = 0; i < (int)(sizeof(names) / sizeof(names[0])); i++)
		if (says(key, names[i]))
			return i + 1;
	return 0;
}

static bool
take_member(struct json_value *v, const char *member)
{
	struct json_in j;
	struct json_value key, value, found = { 0 };
	bool first = true, has = false;

	json_in_init(&j, v->text);
	(void)json_in_enter(&j, '{');
	while (json_in_member(&j, &first, &key, &value))
		if (says(&key, member)) {
			found = value;
			has = value.type == JSON_STRING;
		}
	if (has)
		*v = found;
	return has;
}

const char *
layout_name(struct layout *l, const char *field, struct json_value *v)
{
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++) {
		int a = aliases[i].attribute;

		if (strcmp(field, aliases[i].field) != 0 ||
		    v->type != aliases[i].type || (l->has >> a & 1) != 0)
			continue;
		if (aliases[i].member != NULL &&
		    !take_member(v, aliases[i].member))
			continue;
		l->has |= 1U << a;
		return usual[a];
	}
	return NULL;
}
