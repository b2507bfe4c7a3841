/* epub.c - EPUB publications: the chapters of the spine, in its order. */
#include <stdio.h>
#include <string.h>

#include "common/props.h"
#include "common/u8.h"
#include "lavoir/plugin_util.h"
#include "office.h"
#include "package.h"
#include "xhtml.h"
#include "xml.h"

struct item {
	const char *part;
	bool chapter, nav, read;
	struct item *next; /* of the spine */
};

struct epub {
	struct office *o;
	const char *package; /* the package document's name */
	struct map items;    /* by id */
	struct map encrypted;
	struct item **end;
	struct item *spine;
	struct props props;
	char text[PROP_SIZE];
	size_t len;
	bool modified, in_metadata;
};

static void
keep_text(void *arg, const char *s, size_t len)
{
	struct epub *e = arg;

	if (!e->in_metadata)
		return;
	if (len > sizeof(e->text) - e->len)
		len = sizeof(e->text) - e->len;
	memcpy(e->text + e->len, s, len);
	e->len += len;
}

static bool
on_rootfile(const struct xml_at *at)
{
	struct epub *e = at->arg;
	struct lavoir_str type = xml_get(at, "media-type");

	if (e->package == NULL &&
	    (type.ptr == NULL || xml_is(type, "application/oebps-package+xml")))
		e->package = xml_copy(e->o, at, "full-path");
	return true;
}

static bool
on_cipher(const struct xml_at *at)
{
	struct epub *e = at->arg;
	const char *uri = xml_copy(e->o, at, "URI");

	if (uri != NULL)
		uri = package_resolve(e->o, "", uri);
	if (uri != NULL)
		map_put(e->o, &e->encrypted, uri, e);
	return true;
}

static bool
on_item(const struct xml_at *at)
{
	struct epub *e = at->arg;
	struct lavoir_str type = xml_get(at, "media-type");
	char *properties = xml_copy(e->o, at, "properties");
	const char *id = xml_copy(e->o, at, "id");
	const char *href = xml_copy(e->o, at, "href");
	struct item *i;

	if (id == NULL || href == NULL)
		return true;
	i = office_alloc(e->o, sizeof(*i));
	if (i == NULL)
		return true;
	i->part = package_resolve(e->o, e->package, href);
	i->chapter = xml_is(type, "application/xhtml+xml") ||
	    xml_is(type, "text/html") || xml_is(type, "text/x-oeb1-document") ||
	    xml_is(type, "application/x-dtbook+xml");
	i->nav = properties != NULL && strstr(properties, "nav") != NULL;
	map_put(e->o, &e->items, id, i);
	return true;
}

static bool
on_itemref(const struct xml_at *at)
{
	struct epub *e = at->arg;
	const char *id = xml_copy(e->o, at, "idref");
	struct item *i = id != NULL ? map_get(&e->items, id) : NULL;

	if (i == NULL || i->read || i->part == NULL)
		return true;
	i->read = true;
	*e->end = i;
	e->end = &i->next;
	return true;
}

static bool
start_metadata(const struct xml_at *at)
{
	struct epub *e = at->arg;

	e->in_metadata = true;
	return true;
}

static void
end_metadata(const struct xml_at *at)
{
	struct epub *e = at->arg;

	e->in_metadata = false;
}

static bool
start_value(const struct xml_at *at)
{
	struct epub *e = at->arg;
	struct lavoir_str event = xml_get(at, "event");

	e->len = 0;
	/* <meta property="dcterms:modified">, <dc:date opf:event=...> */
	e->modified = xml_is(xml_get(at, "property"), "dcterms:modified") ||
	    xml_is(event, "modification");
	if (at->value == PROP_AUTHORS) {
		struct lavoir_str role = xml_get(at, "role");

		/* Editors, translators and so on are no authors. */
		return role.ptr == NULL || xml_is(role, "aut");
	}
	return true;
}

static void
end_value(const struct xml_at *at)
{
	struct epub *e = at->arg;
	enum prop prop = (enum prop)at->value;
	struct lavoir_str s = { office_copy(e->o, e->text, e->len), e->len };

	if (prop == PROP_COUNT || (prop == PROP_CREATED && e->modified))
		prop = PROP_MODIFIED;
	if (prop == PROP_MODIFIED && !e->modified)
		return;
	if (s.ptr == NULL)
		return;
	s.len = u8_valid(s.ptr, s.len);
	props_add(&e->props, prop, s);
	e->len = 0;
}

/* clang-format off */
static const struct xml_element elements[] = {
	{ "ocf:rootfile", on_rootfile, NULL, 0 },
	{ "enc:CipherReference", on_cipher, NULL, 0 },
	{ "opf:metadata", start_metadata, end_metadata, 0 },
	{ "opf:item", on_item, NULL, 0 },
	{ "opf:itemref", on_itemref, NULL, 0 },
	{ "opf:meta", start_value, end_value, PROP_COUNT },
	{ "dc:title", start_value, end_value, PROP_TITLE },
	{ "dc:creator", start_value, end_value, PROP_AUTHORS },
	{ "dc:date", start_value, end_value, PROP_CREATED },
	{ "dc:language", start_value, end_value, PROP_LANGUAGE },
	{ "dc:description", start_value, end_value, PROP_DESCRIPTION },
	{ "dc:subject", start_value, end_value, PROP_KEYWORDS },
	{ "dc:publisher", start_value, end_value, PROP_PUBLISHER },
	{ "dc:rights", start_value, end_value, PROP_RIGHTS },
	{ 0 },
};
/* clang-format on */

static const struct xml_handler handler = { elements, keep_text };

static bool
read_part(struct epub *e, const char *part)
{
	const struct zip_member *m = zip_find(e->o, part);

	if (m == NULL)
		(void)office_fail(e->o, LAVOIR_EINVAL, "missing part: %s",
		    part);
	return m != NULL && xml_parse(e->o, m, &handler, e);
}

static void
read_chapter(struct epub *e, const struct item *i)
{
	const struct zip_member *m = zip_find(e->o, i->part);

	if (map_get(&e->encrypted, i->part) != NULL)
		(void)office_fail(e->o, LAVOIR_EINVAL, "encrypted: %s",
		    i->part);
	else if (m != NULL)
		xhtml_read(e->o, m);
	else
		lavoir_logf(e->o->host, LAVOIR_DEBUG, "missing chapter: %s",
		    i->part);
}

static void
read_chapters(struct epub *e)
{
	size_t found = 0;

	/* Without a spine nothing would be read at all. */
	if (e->spine == NULL)
		(void)office_fail(e->o, LAVOIR_EINVAL,
		    "missing part: the spine is empty");
	for (const struct item *i = e->spine;
	     i != NULL && e->o->rc == LAVOIR_OK; i = i->next) {
		found += zip_find(e->o, i->part) != NULL;
		if (i->chapter && !i->nav)
			read_chapter(e, i);
	}
	if (found == 0)
		(void)office_fail(e->o, LAVOIR_EINVAL,
		    "missing part: no chapter of the spine is there");
}

void
epub_read(struct office *o)
{
	struct epub *e = office_alloc(o, sizeof(*e));

	if (e == NULL)
		return;
	e->o = o;
	e->end = &e->spine;
	if (!read_part(e, "META-INF/container.xml"))
		return;
	if (zip_find(o, "META-INF/encryption.xml") != NULL)
		(void)read_part(e, "META-INF/encryption.xml");
	if (e->package == NULL) {
		(void)office_fail(o, LAVOIR_EINVAL,
		    "missing part: the container names no package");
		return;
	}
	e->package = package_resolve(o, "", e->package);
	if (e->package == NULL || !read_part(e, e->package))
		return;
	read_chapters(e);
	props_publish(o->host, o->doc, &e->props);
}
