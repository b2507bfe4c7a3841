/* props.h - what a document says of itself, as the usual attributes. */
#ifndef LAVOIR_PLUGINS_COMMON_PROPS_H
#define LAVOIR_PLUGINS_COMMON_PROPS_H

#include <stdbool.h>
#include <stddef.h>

#include "lavoir/plugin.h"

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

/* Values of a list; bytes that a reader keeps of one. */
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
/* Keywords in one text, between commas or semicolons. */
void props_add_keywords(struct props *p, struct lavoir_str text);
/* As attributes of the document; dates as RFC 3339 or not at all. */
void props_publish(const struct lavoir_host *host, struct lavoir_doc *doc,
    const struct props *p);

#endif
