/* fields.h - "Name: value" lines, as WARC, HTTP and warcinfo have them. */
#ifndef LAVOIR_PLUGINS_READ_WARC_FIELDS_H
#define LAVOIR_PLUGINS_READ_WARC_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "lavoir/plugin.h"

enum { FIELDS_MAX = 512 };

struct field {
	struct lavoir_str name, value; /* as they came; white space cut */
};

struct fields {
	char *copy; /* what all of them point into */
	size_t cap;
	struct lavoir_str first; /* line before the fields */
	struct field field[FIELDS_MAX];
	size_t n;
};

/* Length of the lines up to the empty one, with it; 0: it is not there. */
size_t fields_end(struct lavoir_str s);

/* Parse a block, copied; with first its first line is none of the fields.
 * Lines without a colon and those above FIELDS_MAX are left out.  False: no
 * memory. */
bool fields_parse(struct fields *f, struct lavoir_str block, bool first);
void fields_free(struct fields *f);

/* The first one of that name (case is ignored); empty if there is none. */
struct lavoir_str fields_get(const struct fields *f, const char *name);

/* Does s begin with this, whatever the case? */
bool fields_starts(struct lavoir_str s, const char *prefix);
bool fields_is(struct lavoir_str s, const char *word);

#endif
