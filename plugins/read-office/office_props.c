/* office_props.c - the properties of a document: core.xml and meta.xml. */
#include "office_props.h"

#include <string.h>

#include "common/props.h"
#include "common/u8.h"
#include "package.h"
#include "xml.h"

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
		props_add_keywords(&r->p, s);
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
	if (!xml_parse(o, m, &handler, r))
		office_forgive(o);
	else
		props_publish(o->host, o->doc, &r->p);
}

void
props_ooxml(struct office *o)
{
	struct relations r = { 0 };
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
