/* xml.c - XML members as events. */
#include "xml.h"

#include <stdio.h>
#include <string.h>

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include "common/u8.h"
#include "xml_attr.h"

enum { CACHE_SIZE = 256, PREFIX_SIZE = 24, NAME_SIZE = 96 };

struct cached {
	const xmlChar *local, *uri;
	const struct xml_element *element;
};

struct parse {
	struct office *o;
	const struct xml_handler *handler;
	void *arg;
	xmlParserCtxtPtr ctxt;
	struct zip_stream stream;
	size_t skipped; /* depth within an element that is passed over */
	bool html;
	struct cached cache[CACHE_SIZE];
};

/* A namespace, by a part of its name that both editions of the standard (and
 * OpenOffice.org 1) have. */
static const struct {
	const char *part, *prefix;
} spaces[] = {
	{ "/wordprocessingml/2006/main", "w" },
	{ "/wordprocessingml/main", "w" },
	{ "/drawingml/2006/main", "a" },
	{ "/drawingml/main", "a" },
	{ "/presentationml/2006/main", "p" },
	{ "/presentationml/main", "p" },
	{ "/officeDocument/2006/math", "m" },
	{ "/officeDocument/math", "m" },
	{ "/drawingml/2006/chart", "c" },
	{ "/drawingml/chart", "c" },
	{ "/drawingml/2006/diagram", "dgm" },
	{ "/drawingml/diagram", "dgm" },
	{ "/markup-compatibility/", "mc" },
	{ "rawingml/2006/wordprocessingDrawing", "wp" },
	{ "/drawingml/wordprocessingDrawing", "wp" },
	{ "/word/2010/wordprocessingShape", "wps" },
	{ "/word/2010/wordml", "w14" },
	{ "microsoft-com:vml", "v" },
	{ "/package/2006/relationships", "rel" },
	{ "/package/2006/content-types", "ct" },
	{ "core-properties", "cp" },
	{ "extended-properties", "ep" },
	{ "extendedProperties", "ep" },
	{ "purl.org/dc/elements/", "dc" },
	{ "purl.org/dc/terms/", "dcterms" },
	{ "idpf.org/2007/opf", "opf" },
	{ "openebook.org/namespaces/oeb-package", "opf" },
	{ "opendocument:xmlns:container", "ocf" },
	{ "/1999/xhtml", "h" },
	{ "/Math/MathML", "math" },
	{ "/2000/svg", "svg" },
	{ "xmlns:svg-compatible", "svg" },
	{ "xmlns:xsl-fo-compatible", "fo" },
	{ "/2001/04/xmlenc#", "enc" },
	{ "xmlns:drawing:", "draw" },
	{ "openoffice.org/2000/drawing", "draw" },
};

static void
prefix_of(const xmlChar *uri, char *buf)
{
	static const char odf[] = "opendocument:xmlns:";
	static const char ooo[] = "openoffice.org/2000/";
	const char *s = (const char *)uri, *p;

	buf[0] = '\0';
	if (s == NULL)
		return;
	for (size_t i = 0; i < sizeof(spaces) / sizeof(*spaces); i++)
		if (strstr(s, spaces[i].part) != NULL) {
			(void)snprintf(buf, PREFIX_SIZE,
			    "%s:", spaces[i].prefix);
			return;
		}
	if ((p = strstr(s, odf)) != NULL)
		p += sizeof(odf) - 1;
	else if ((p = strstr(s, ooo)) != NULL)
		p += sizeof(ooo) - 1;
	else
		p = "unknown";
	(void)snprintf(buf, PREFIX_SIZE, "%.*s:", (int)strcspn(p, ":/"), p);
}

static const struct xml_element *
look_up(const struct parse *x, const char *prefix, const char *local)
{
	char name[NAME_SIZE];
	const struct xml_element *e = x->handler->elements;

	(void)snprintf(name, sizeof(name), "%s%s", prefix, local);
	while (e->name != NULL && strcmp(e->name, name) != 0)
		e++;
	return e;
}

/* Names are interned by the parser: their addresses will do. */
static const struct xml_element *
element_of(struct parse *x, const xmlChar *local, const xmlChar *uri)
{
	uintptr_t h = (uintptr_t)local ^ ((uintptr_t)uri >> 3);
	struct cached *c = &x->cache[(h ^ h >> 9 ^ h >> 18) % CACHE_SIZE];
	char prefix[PREFIX_SIZE];

	if (c->local == local && c->uri == uri)
		return c->element;
	prefix_of(uri, prefix);
	if (uri == NULL && x->html)
		memcpy(prefix, "h:", 3);
	c->local = local;
	c->uri = uri;
	c->element = look_up(x, prefix, (const char *)local);
	return c->element;
}

static void
element_start(struct parse *x, const struct xml_element *e,
    const struct xml_attrs *a)
{
	struct xml_at at = { x->arg, e->value, a };

	if (e->start != NULL && !e->start(&at))
		x->skipped++;
	if (office_stop(x->o))
		xmlStopParser(x->ctxt);
}

static void
element_end(struct parse *x, const struct xml_element *e)
{
	struct xml_at at = { x->arg, e->value, NULL };

	if (e->end != NULL)
		e->end(&at);
}

/* The parameters are libxml2's: startElementNsSAX2Func. */
static void /* NOLINTNEXTLINE(readability-function-size) */
on_start(void *arg, const xmlChar *local, const xmlChar *prefix,
    const xmlChar *uri, int n_ns, const xmlChar **ns, int n, int n_default,
    const xmlChar **attrs)
{
	struct parse *x = arg;
	struct xml_attrs a = { .ns = attrs, .n = n };

	(void)prefix;
	(void)n_ns;
	(void)ns;
	(void)n_default;
	if (x->skipped > 0)
		x->skipped++;
	else
		element_start(x, element_of(x, local, uri), &a);
}

static void
on_end(void *arg, const xmlChar *local, const xmlChar *prefix,
    const xmlChar *uri)
{
	struct parse *x = arg;

	(void)prefix;
	if (x->skipped > 0)
		x->skipped--;
	else
		element_end(x, element_of(x, local, uri));
}

static void
on_html_start(void *arg, const xmlChar *name, const xmlChar **attrs)
{
	struct parse *x = arg;
	struct xml_attrs a = { .html = attrs };

	if (x->skipped > 0)
		x->skipped++;
	else
		element_start(x, look_up(x, "h:", (const char *)name), &a);
}

static void
on_html_end(void *arg, const xmlChar *name)
{
	struct parse *x = arg;

	if (x->skipped > 0)
		x->skipped--;
	else
		element_end(x, look_up(x, "h:", (const char *)name));
}

static void
on_text(void *arg, const xmlChar *s, int len)
{
	struct parse *x = arg;

	if (x->skipped == 0 && len > 0)
		x->handler->text(x->arg, (const char *)s, (size_t)len);
}

/* An entity that the document does not declare itself: HTML's. */
static void
on_reference(void *arg, const xmlChar *name)
{
	const htmlEntityDesc *e = htmlEntityLookup(name);
	unsigned char buf[4];

	if (e != NULL)
		on_text(arg, buf, (int)u8_encode(buf, e->value));
}

static xmlEntityPtr
no_entity(void *arg, const xmlChar *name)
{
	(void)arg;
	return xmlGetPredefinedEntity(name);
}

static void
no_message(void *arg, xmlErrorPtr error)
{
	(void)arg;
	(void)error;
}

static void
set_up_sax(xmlSAXHandler *sax, bool html)
{
	memset(sax, 0, sizeof(*sax));
	sax->characters = on_text;
	sax->ignorableWhitespace = on_text;
	sax->cdataBlock = on_text;
	sax->reference = on_reference;
	sax->getEntity = no_entity;
	sax->serror = no_message;
	if (html) {
		sax->startElement = on_html_start;
		sax->endElement = on_html_end;
		sax->cdataBlock = NULL; /* scripts and style sheets */
		return;
	}
	sax->initialized = XML_SAX2_MAGIC;
	sax->startElementNs = on_start;
	sax->endElementNs = on_end;
}

static int
read_member(void *arg, char *buf, int size)
{
	struct parse *x = arg;

	return zip_read(&x->stream, buf, (size_t)size);
}

static void
report(struct parse *x)
{
	const xmlError *e = xmlCtxtGetLastError(x->ctxt);
	char text[120] = "not well-formed";
	const char *name = x->stream.member->name;

	if (e != NULL && e->message != NULL)
		(void)snprintf(text, sizeof(text), "%.*s",
		    (int)strcspn(e->message, "\n"), e->message);
	if (strstr(text, "depth") != NULL)
		(void)snprintf(text, sizeof(text),
		    "more than 256 elements within each other");
	text[u8_valid(text, strlen(text))] = '\0';
	(void)office_fail(x->o, LAVOIR_EINVAL, "corrupt: %s: line %d: %s", name,
	    e != NULL ? e->line : 0, text);
}

/* Is it well-formed?  Errors of reading are in o. */
static bool
run(struct parse *x, const struct zip_member *member)
{
	xmlSAXHandler sax;
	bool fine = false;

	set_up_sax(&sax, false);
	if (!zip_begin(x->o, &x->stream, member))
		goto out;
	x->ctxt = xmlCreateIOParserCtxt(&sax, x, read_member, NULL, x,
	    XML_CHAR_ENCODING_NONE);
	if (x->ctxt == NULL) {
		(void)office_fail(x->o, LAVOIR_ENOMEM,
		    "no memory for an XML parser");
		goto out;
	}
	(void)xmlCtxtUseOptions(x->ctxt, XML_PARSE_NONET);
	(void)xmlParseDocument(x->ctxt);
	fine = x->ctxt->wellFormed;
	if (!fine && x->o->rc == LAVOIR_OK && !x->html)
		report(x);
out:
	if (x->ctxt != NULL)
		xmlFreeParserCtxt(x->ctxt);
	x->ctxt = NULL;
	zip_close(&x->stream);
	return fine && x->o->rc == LAVOIR_OK;
}

bool
xml_parse(struct office *o, const struct zip_member *member,
    const struct xml_handler *handler, void *arg)
{
	struct parse *x = office_alloc(o, sizeof(*x));

	if (x == NULL)
		return false;
	x->o = o;
	x->handler = handler;
	x->arg = arg;
	return run(x, member);
}

static void
run_html(struct parse *x, struct lavoir_str text)
{
	xmlSAXHandler sax, *old;

	x->ctxt = htmlCreateMemoryParserCtxt(text.ptr, (int)text.len);
	if (x->ctxt == NULL) {
		(void)office_fail(x->o, LAVOIR_ENOMEM,
		    "no memory for an HTML parser");
		return;
	}
	set_up_sax(&sax, true);
	old = x->ctxt->sax;
	x->ctxt->sax = &sax;
	x->ctxt->userData = x;
	(void)htmlCtxtUseOptions(x->ctxt, HTML_PARSE_NONET);
	x->ctxt->sax->serror = no_message;
	if (u8_valid(text.ptr, text.len) == text.len)
		(void)xmlSwitchEncoding(x->ctxt, XML_CHAR_ENCODING_UTF8);
	(void)htmlParseDocument(x->ctxt);
	x->ctxt->sax = old;
	xmlFreeParserCtxt(x->ctxt);
}

bool
xml_parse_html(struct office *o, const struct zip_member *member,
    const struct xml_handler *handler, void *arg, void (*restart)(void *arg))
{
	struct parse *x = office_alloc(o, sizeof(*x));
	struct lavoir_str text;

	if (x == NULL)
		return false;
	x->o = o;
	x->handler = handler;
	x->arg = arg;
	x->html = true;
	if (run(x, member))
		return true;
	if (o->rc != LAVOIR_OK)
		return false;
	restart(arg);
	text = zip_load(o, member);
	if (text.ptr == NULL || text.len > INT32_MAX)
		return false;
	x->skipped = 0;
	run_html(x, text);
	return o->rc == LAVOIR_OK;
}

void
xml_warm(void)
{
	xmlInitParser();
}
