/* props.c - the properties of a document: who, when, what. */
#include "props.h"

#include <string.h>

#include "common/u8.h"
#include "lavoir/plugin_util.h"
#include "package.h"
#include "xml.h"

static const struct lavoir_str none = { "", 0 };

static struct lavoir_str
trimmed(struct lavoir_str s)
{
	while (s.len > 0 && strchr(" \t\r\n", s.ptr[0]) != NULL) {
		s.ptr++;
		s.len--;
	}
	while (s.len > 0 && strchr(" \t\r\n", s.ptr[s.len - 1]) != NULL)
		s.len--;
	return s;
}

void
props_add(struct props *p, enum prop prop, struct lavoir_str value)
{
	value = trimmed(value);
	if (value.len == 0 || p->n[prop] == PROPS_MAX ||
	    (p->n[prop] > 0 && !props_list(prop)))
		return;
	p->value[prop][p->n[prop]++] = value;
}

bool
props_list(enum prop prop)
{
	return prop == PROP_AUTHORS || prop == PROP_KEYWORDS;
}

/* Keywords are one text in most formats: "a, b; c". */
static void
add_keywords(struct props *p, struct lavoir_str s)
{
	const char *cut = memchr(s.ptr, ';', s.len) != NULL ? ";" : ",;";

	while (s.len > 0) {
		size_t n = 0;

		while (n < s.len && strchr(cut, s.ptr[n]) == NULL)
			n++;
		props_add(p, PROP_KEYWORDS, (struct lavoir_str){ s.ptr, n });
		n += n < s.len;
		s.ptr += n;
		s.len -= n;
	}
}

/* RFC 3339, or as much of it as is there: what does not look like a date is
 * left out. */
static struct lavoir_str
date(struct office *o, struct lavoir_str s)
{
	static const char form[] = "dddd-dd-ddTdd:dd:dd";
	char buf[32];
	size_t n = 0;

	while (n < s.len && n < sizeof(form) - 1 &&
	    (form[n] == 'd' ? s.ptr[n] >= '0' && s.ptr[n] <= '9'
			    : s.ptr[n] == form[n]))
		n++;
	if (n < 16)
		n = n < 4 ? 0 : n < 7 ? 4 : n < 10 ? 7 : 10;
	if (n < 4 || memcmp(s.ptr, "0000", 4) == 0)
		return none;
	memcpy(buf, s.ptr, n);
	if (n == 16) {
		memcpy(buf + n, ":00", 3);
		n += 3;
	}
	if (n >= 17)
		buf[n++] = 'Z';
	return (struct lavoir_str){ office_copy(o, buf, n), n };
}

static void
set_list(struct office *o, const char *name, const struct lavoir_str *s,
    size_t n)
{
	struct lavoir_value item[PROPS_MAX], list = { .type = LAVOIR_LIST };

	memset(item, 0, sizeof(item));
	for (size_t i = 0; i < n; i++) {
		item[i].type = LAVOIR_STR;
		item[i].s = s[i];
	}
	list.list.item = item;
	list.list.n = n;
	(void)o->host->doc_set(o->doc, name, &list);
}

void
props_publish(struct office *o, struct props *p)
{
	static const char *const names[] = {
		[PROP_TITLE] = "title",
		[PROP_AUTHORS] = "authors",
		[PROP_CREATED] = "created",
		[PROP_MODIFIED] = "modified",
		[PROP_LANGUAGE] = "language",
		[PROP_DESCRIPTION] = "description",
		[PROP_KEYWORDS] = "keywords",
		[PROP_PUBLISHER] = "publisher",
		[PROP_RIGHTS] = "rights",
		[PROP_SUBJECT] = "subject",
	};

	for (int i = 0; i < PROP_COUNT; i++) {
		struct lavoir_str s = p->value[i][0];

		if (p->n[i] == 0)
			continue;
		if (i == PROP_CREATED || i == PROP_MODIFIED)
			s = date(o, s);
		if (props_list((enum prop)i))
			set_list(o, names[i], p->value[i], p->n[i]);
		else if (s.ptr != NULL && s.len > 0)
			(void)lavoir_set_str(o->host, o->doc, names[i], s);
	}
}

/* The text of the element that is read; values longer are cut. */
struct reading {
	struct office *o;
	struct props p;
	char text[PROP_SIZE];
	size_t len;
};

static bool
start_value(const struct xml_at *at)
{
	struct reading *r = at->arg;

	r->len = 0;
	return true;
}

static void
end_value(const struct xml_at *at)
{
	struct reading *r = at->arg;
	struct lavoir_str s = { office_copy(r->o, r->text, r->len), r->len };

	if (s.ptr == NULL)
		return;
	s.len = u8_valid(s.ptr, s.len);
	if (at->value == PROP_KEYWORDS)
		add_keywords(&r->p, s);
	else
		props_add(&r->p, (enum prop)at->value, s);
	r->len = 0;
}

static void
on_text(void *arg, const char *s, size_t len)
{
	struct reading *r = arg;

	if (len > sizeof(r->text) - r->len)
		len = sizeof(r->text) - r->len;
	memcpy(r->text + r->len, s, len);
	r->len += len;
}

static void
read_part(struct office *o, const char *part)
{
	static const struct xml_element elements[] = {
		{ "dc:title", start_value, end_value, PROP_TITLE },
		{ "dc:creator", start_value, end_value, PROP_AUTHORS },
		{ "meta:initial-creator", start_value, end_value,
		    PROP_AUTHORS },
		{ "dcterms:created", start_value, end_value, PROP_CREATED },
		{ "meta:creation-date", start_value, end_value, PROP_CREATED },
		{ "dcterms:modified", start_value, end_value, PROP_MODIFIED },
		{ "dc:date", start_value, end_value, PROP_MODIFIED },
		{ "dc:language", start_value, end_value, PROP_LANGUAGE },
		{ "dc:description", start_value, end_value, PROP_DESCRIPTION },
		{ "dc:subject", start_value, end_value, PROP_SUBJECT },
		{ "cp:keywords", start_value, end_value, PROP_KEYWORDS },
		{ "meta:keyword", start_value, end_value, PROP_KEYWORDS },
		{ "dc:publisher", start_value, end_value, PROP_PUBLISHER },
		{ "dc:rights", start_value, end_value, PROP_RIGHTS },
		{ 0 },
	};
	static const struct xml_handler handler = { elements, on_text };
	const struct zip_member *m = zip_find(o, part);
	struct reading *r;

	if (m == NULL || o->rc != LAVOIR_OK)
		return;
	r = office_alloc(o, sizeof(*r));
	if (r == NULL)
		return;
	r->o = o;
	if (xml_parse(o, m, &handler, r))
		props_publish(o, &r->p);
}

void
props_ooxml(struct office *o)
{
	struct relations r;
	const struct relation *core;

	package_relations(o, "", &r);
	core = relation_by_type(&r, "core-properties");
	read_part(o, core != NULL ? core->target : "docProps/core.xml");
}

void
props_odf(struct office *o)
{
	read_part(o, "meta.xml");
}
