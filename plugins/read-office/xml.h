/* xml.h - XML (and HTML) members as events, by libxml2's SAX interface.
 *
 * Elements are found in the caller's table by "prefix:name", where the prefix
 * is the usual one of the namespace, whatever the document calls it: w, a, p,
 * m, c, mc, wp, wps, v, r, rel, dc, dcterms, cp, ep, opf, ocf, h (XHTML), math,
 * svg, and those of OpenDocument (text, table, office, draw, style, meta, fo,
 * presentation ...).  Names without namespace have none.  Nothing is fetched,
 * no entity is expanded but those of XML and HTML, and depth is bounded by
 * libxml2 (256 levels).
 */
#ifndef READ_OFFICE_XML_H
#define READ_OFFICE_XML_H

#include <stdbool.h>
#include <stddef.h>

#include "office.h"

struct xml_attrs;

/* Where a handler is called: an element, its start with attributes. */
struct xml_at {
	void *arg;
	int value;		       /* of the table's row */
	const struct xml_attrs *attrs; /* NULL at the end */
};

/* One element that means something; of others only what is within counts.
 * start() false: pass over the element and all within it; NULL functions: as if
 * they did nothing. */
struct xml_element {
	const char *name; /* NULL ends the table */
	bool (*start)(const struct xml_at *at);
	void (*end)(const struct xml_at *at);
	int value;
};

struct xml_handler {
	const struct xml_element *elements;
	void (*text)(void *arg, const char *s, size_t len);
};

/* A start() for what is to be passed over. */
bool xml_skip(const struct xml_at *at);

/* Parse a member; false with the error in o.  Several may be under way. */
bool xml_parse(struct office *o, const struct zip_member *member,
    const struct xml_handler *handler, void *arg);

/* The same of XHTML, and of HTML that calls itself so: what turns out not to be
 * well-formed is read again as HTML, after restart(arg). */
bool xml_parse_html(struct office *o, const struct zip_member *member,
    const struct xml_handler *handler, void *arg, void (*restart)(void *arg));

/* The value of an attribute, by its local name; ptr NULL if it is not there.
 * Valid until start() returns. */
struct lavoir_str xml_get(const struct xml_at *at, const char *name);
/* Of one in the namespace of relationships ("r:id"). */
struct lavoir_str xml_get_rel(const struct xml_at *at, const char *name);

bool xml_is(struct lavoir_str value, const char *s);
/* Absent and "1", "true", "on" are true; for elements such as <w:b/>. */
bool xml_on(const struct xml_at *at, const char *name);
long xml_int(const struct xml_at *at, const char *name, long otherwise);
/* A copy in the document's memory, or NULL if it is not there. */
char *xml_copy(struct office *o, const struct xml_at *at, const char *name);

/* To be called once, before the process is locked. */
void xml_warm(void);

#endif
