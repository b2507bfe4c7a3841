/* xml_attr.h - the attributes of an element, as the two parsers give them. */
#ifndef READ_OFFICE_XML_ATTR_H
#define READ_OFFICE_XML_ATTR_H

#include <libxml/xmlstring.h>

struct xml_attrs {
	const xmlChar **ns; /* of SAX2: local, prefix, URI, value, its end */
	int n;
	const xmlChar **html; /* name, value ... NULL */
};

#endif
