/* jsonld.c - what a page says in JSON-LD. */
#include "jsonld.h"

#include <stdint.h>
#include <string.h>

#include "common/json_in.h"
#include "text.h"

enum { DEPTH_MAX = 12, VALUES_MAX = 20000, TEXT_MAX = 4 << 20 };
enum { ENTITIES_MAX = 90 };

/* What sort of thing something is. */
enum sort { SORT_OTHER, SORT_PAGE, SORT_WORK };

struct reader {
	struct facts *f;
	int *entity;
	size_t left; /* values that may still be looked at */
};

static const struct {
	const char *key;
	enum fact fact;
	enum sort least;
	int later; /* added to the rank */
} simple[] = {
	{ "headline", FACT_TITLE, SORT_PAGE, 0 },
	{ "name", FACT_TITLE, SORT_PAGE, RANK_MARKUP },
	{ "datePublished", FACT_CREATED, SORT_PAGE, 0 },
	{ "dateCreated", FACT_CREATED, SORT_PAGE, RANK_META },
	{ "uploadDate", FACT_CREATED, SORT_WORK, 0 },
	{ "dateModified", FACT_MODIFIED, SORT_PAGE, 0 },
	{ "description", FACT_DESCRIPTION, SORT_PAGE, 0 },
	{ "inLanguage", FACT_LANGUAGE, SORT_PAGE, 0 },
	{ "license", FACT_LICENSE, SORT_PAGE, 0 },
	{ "author", FACT_AUTHOR, SORT_WORK, 0 },
	{ "creator", FACT_AUTHOR, SORT_WORK, 0 },
	{ "keywords", FACT_KEYWORD, SORT_PAGE, 0 },
};

static bool
ends(struct lavoir_str s, const char *what)
{
	size_t n = strlen(what);

	return s.len >= n &&
	    text_is((struct lavoir_str){ s.ptr + s.len - n, n }, what);
}

static enum sort
sort_of(struct lavoir_str type)
{
	static const char *const works[] = { "Report", "Recipe", "Product",
		"BlogPosting", "SocialMediaPosting", "LiveBlogPosting",
		"DiscussionForumPosting", "Question", "Book", "Course",
		"JobPosting", "Event", "HowTo", "CreativeWork", "Dataset",
		"SoftwareSourceCode", "Thesis", "Legislation", "VideoObject",
		"PodcastEpisode", "Chapter", "MedicalWebPage", "Review" };

	if (ends(type, "Article"))
		return SORT_WORK;
	for (size_t i = 0; i < sizeof(works) / sizeof(*works); i++)
		if (ends(type, works[i]))
			return SORT_WORK;
	return ends(type, "Page") || text_is(type, "WebSite") ? SORT_PAGE
							      : SORT_OTHER;
}

/* The text of a string value; empty for others. */
static struct lavoir_str
string_of(struct reader *r, const struct json_value *v)
{
	struct lavoir_str s = v->text;
	size_t lone = 0;
	char *out;

	if (v->type != JSON_STRING && v->type != JSON_INTEGER)
		return (struct lavoir_str){ "", 0 };
	if (!v->escaped || v->type != JSON_STRING)
		return s;
	if (s.len > 65536)
		s.len = 0;
	out = r->f->host->doc_alloc(r->f->doc, s.len + 1);
	if (out == NULL)
		return (struct lavoir_str){ "", 0 };
	s.len = json_unescape(s, out, &lone);
	s.ptr = out;
	return s;
}

static bool
key_is(const struct json_value *key, const char *name)
{
	return json_equals(key, (struct lavoir_str){ name, strlen(name) });
}

/* The member of an object; false: it has none. */
static bool
member(struct lavoir_str object, const char *name, struct json_value *v_r)
{
	struct json_value key;
	struct json_in j;
	bool first = true;

	json_in_init(&j, object);
	if (!json_in_enter(&j, '{'))
		return false;
	while (json_in_member(&j, &first, &key, v_r))
		if (key_is(&key, name))
			return true;
	return false;
}

/* A fact from a string, an object with a name (or address), or a list. */
static void
add(struct reader *r, enum fact fact, int rank, const struct json_value *v,
    int depth)
{
	struct json_value item;
	struct json_in j;
	bool first = true;

	if (depth > DEPTH_MAX || r->left == 0)
		return;
	r->left--;
	if (v->type == JSON_STRING || v->type == JSON_INTEGER) {
		facts_add(r->f, fact, rank, string_of(r, v));
	} else if (v->type == JSON_ARRAY) {
		json_in_init(&j, v->text);
		if (json_in_enter(&j, '['))
			while (json_in_element(&j, &first, &item))
				add(r, fact, rank, &item, depth + 1);
	} else if (v->type == JSON_OBJECT) {
		static const char *const names[] = { "name", "@value", "url",
			"@id" };

		/* Of several authors, the persons. */
		if (fact == FACT_AUTHOR && member(v->text, "@type", &item) &&
		    ends(string_of(r, &item), "Organization"))
			rank = RANK_LAST;

		for (size_t i = fact == FACT_LICENSE ? 2 : 0; i < 4; i++)
			if ((i < 2 || fact == FACT_LICENSE) &&
			    member(v->text, names[i], &item)) {
				add(r, fact, rank, &item, depth + 1);
				return;
			}
	}
}

static enum sort
sort_of_value(struct reader *r, const struct json_value *v,
    struct lavoir_str *name_r)
{
	enum sort best = SORT_OTHER, sort;
	struct json_value item;
	struct json_in j;
	bool first = true;

	*name_r = (struct lavoir_str){ "", 0 };
	if (v->type == JSON_STRING) {
		*name_r = string_of(r, v);
		return sort_of(*name_r);
	}
	if (v->type != JSON_ARRAY)
		return best;
	json_in_init(&j, v->text);
	if (!json_in_enter(&j, '['))
		return best;
	while (json_in_element(&j, &first, &item)) {
		struct lavoir_str name = string_of(r, &item);

		sort = sort_of(name);
		if (sort > best) {
			best = sort;
			*name_r = name;
		}
	}
	return best;
}

static void
add_member(struct reader *r, const struct json_value *key,
    const struct json_value *v, enum sort sort, int rank)
{
	struct json_value name;

	for (size_t i = 0; i < sizeof(simple) / sizeof(*simple); i++)
		if (sort >= simple[i].least && key_is(key, simple[i].key))
			add(r, simple[i].fact, rank + simple[i].later, v, 0);
	if (key_is(key, "publisher") && v->type == JSON_OBJECT &&
	    member(v->text, "name", &name))
		add(r, FACT_SITE, rank, &name, 0);
}

static void visit(struct reader *r, const struct json_value *v, int depth);

static void
read_object(struct reader *r, const struct json_value *object, int depth)
{
	struct json_value key, v, type;
	struct lavoir_str name = { "", 0 };
	enum sort sort = SORT_OTHER;
	struct json_in j;
	bool first = true, site;
	int rank;

	if (member(object->text, "@type", &type))
		sort = sort_of_value(r, &type, &name);
	site = text_is(name, "WebSite");
	rank =
	    (sort == SORT_WORK ? RANK_JSON_LD : RANK_JSON_LD_PAGE) + *r->entity;
	*r->entity += sort != SORT_OTHER && *r->entity < ENTITIES_MAX;
	if (sort == SORT_WORK)
		facts_add(r->f, FACT_TYPE, rank, name);
	json_in_init(&j, object->text);
	if (!json_in_enter(&j, '{'))
		return;
	while (json_in_member(&j, &first, &key, &v)) {
		if (site && key_is(&key, "name"))
			add(r, FACT_SITE, rank, &v, 0);
		else if (sort != SORT_OTHER && !site)
			add_member(r, &key, &v, sort, rank);
		if (key_is(&key, "@graph") || key_is(&key, "mainEntity") ||
		    key_is(&key, "mainEntityOfPage"))
			visit(r, &v, depth + 1);
	}
}

static void
visit(struct reader *r, const struct json_value *v, int depth)
{
	struct json_value item;
	struct json_in j;
	bool first = true;

	if (depth > DEPTH_MAX || r->left == 0)
		return;
	r->left--;
	if (v->type == JSON_OBJECT) {
		read_object(r, v, depth);
	} else if (v->type == JSON_ARRAY) {
		json_in_init(&j, v->text);
		if (json_in_enter(&j, '['))
			while (json_in_element(&j, &first, &item))
				visit(r, &item, depth + 1);
	}
}

/* Comments and CDATA around it, and a semicolon behind. */
static struct lavoir_str
unwrap(struct lavoir_str s)
{
	struct lavoir_str front = { s.ptr, s.len < 32 ? s.len : 32 };
	const char *cdata = text_find(front, "<![CDATA[");

	if (cdata != NULL) {
		s.len -= (size_t)(cdata - s.ptr) + 9;
		s.ptr = cdata + 9;
	}
	while (s.len > 0 && *s.ptr != '{' && *s.ptr != '[') {
		s.ptr++;
		s.len--;
	}
	while (s.len > 0 && s.ptr[s.len - 1] != '}' && s.ptr[s.len - 1] != ']')
		s.len--;
	if (s.len > 2 && memcmp(s.ptr + s.len - 2, "]]", 2) == 0 &&
	    cdata != NULL)
		s.len -= 2;
	return s;
}

/* A copy with blanks for control characters and for commas behind which
 * nothing comes. */
static struct lavoir_str
mend(struct reader *r, struct lavoir_str s)
{
	char *out = r->f->host->doc_alloc(r->f->doc, s.len + 1);
	size_t comma = SIZE_MAX;
	bool quoted = false;

	if (out == NULL)
		return (struct lavoir_str){ "", 0 };
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		out[i] = c;
		if ((unsigned char)c < ' ')
			out[i] = ' ';
		if (quoted && c == '\\' && i + 1 < s.len &&
		    (unsigned char)s.ptr[i + 1] >= ' ') {
			out[i + 1] = s.ptr[i + 1];
			i++;
			continue;
		}
		if (c == '"')
			quoted = !quoted;
		if (quoted || (unsigned char)c <= ' ')
			continue;
		if ((c == '}' || c == ']') && comma != SIZE_MAX)
			out[comma] = ' ';
		comma = c == ',' ? i : SIZE_MAX;
	}
	return (struct lavoir_str){ out, s.len };
}

void
jsonld_read(struct facts *f, struct lavoir_str text, int *entity)
{
	struct reader r = { f, entity, VALUES_MAX };
	struct json_value v;
	struct json_in j;

	text = unwrap(text);
	if (text.len < 2 || text.len > TEXT_MAX)
		return;
	text = mend(&r, text);
	if (text.len == 0)
		return;
	json_in_init(&j, text);
	if (json_in_value(&j, &v)) {
		visit(&r, &v, 0);
		return;
	}
	/* Broken: what comes before the fault is there all the same. */
	v = (struct json_value){ .type = *text.ptr == '{' ? JSON_OBJECT
							  : JSON_ARRAY,
		.text = text };
	visit(&r, &v, 0);
}
