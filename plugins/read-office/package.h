/* package.h - parts of an OOXML package and how they refer to each other. */
#ifndef READ_OFFICE_PACKAGE_H
#define READ_OFFICE_PACKAGE_H

#include "map.h"
#include "office.h"

struct relation {
	const char *id, *type; /* the type's last word: "styles" */
	const char *target;    /* a part's name, or an address */
	bool external;
	struct relation *next; /* in order of the file */
};

struct relations {
	struct map by_id;
	struct relation *first, *last;
};

/* Of a part, or with "" of the package; a part without has none. */
void package_relations(struct office *o, const char *part, struct relations *r);
const struct relation *relation_by_id(struct office *o,
    const struct relations *r, struct lavoir_str id);
/* The first one; NULL if there is none. */
const struct relation *relation_by_type(const struct relations *r,
    const char *type);

/* The part that a part calls target, in the document's memory. */
char *package_resolve(struct office *o, const char *part, const char *target);

#endif
