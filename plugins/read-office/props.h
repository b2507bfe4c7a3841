/* props.h - the properties of a document: who, when, what. */
#ifndef READ_OFFICE_PROPS_H
#define READ_OFFICE_PROPS_H

#include "office.h"

enum prop {
	PROP_TITLE,
	PROP_AUTHORS,
	PROP_CREATED,
	PROP_MODIFIED,
	PROP_LANGUAGE,
	PROP_DESCRIPTION,
	PROP_KEYWORDS,
	PROP_PUBLISHER,
	PROP_RIGHTS,
	PROP_SUBJECT,
	PROP_COUNT,
};

enum { PROPS_MAX = 32, PROP_SIZE = 4096 };

struct props {
	struct lavoir_str value[PROP_COUNT][PROPS_MAX];
	size_t n[PROP_COUNT];
};

/* Has it several values? */
bool props_list(enum prop prop);
/* The first value counts, or all of a list; they must outlive *p.  White space
 * around them does not count, nor do empty ones. */
void props_add(struct props *p, enum prop prop, struct lavoir_str value);
/* As attributes of the document. */
void props_publish(struct office *o, struct props *p);

/* From docProps/core.xml and meta.xml. */
void props_ooxml(struct office *o);
void props_odf(struct office *o);

#endif
