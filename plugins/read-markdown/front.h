/* front.h - front matter: what stands before a Markdown text, about it.
 *
 * YAML between lines "---", TOML between lines "+++", or a JSON object.  What
 * looks like it but cannot be read is text.
 */
#ifndef READ_MARKDOWN_FRONT_H
#define READ_MARKDOWN_FRONT_H

#include <stdbool.h>

#include "common/props.h"
#include "lavoir/plugin.h"

enum {
	FRONT_DEPTH = 8,
	FRONT_PATH = 100,
	FRONT_VALUES = 64,
	FRONT_ATTRIBUTES = 200,
};

struct front {
	const struct lavoir_host *host;
	struct lavoir_doc *doc;
	struct props props;
	/* those that have no usual name: front.NAME, one at a time */
	char path[FRONT_PATH];
	struct lavoir_str value[FRONT_VALUES];
	size_t n_values, n_attributes;
	bool no_memory;
};

/* Set attributes from the front matter of text, and return how long it is with
 * its delimiters; 0 if there is none. */
size_t front_read(const struct lavoir_host *host, struct lavoir_doc *doc,
    struct lavoir_str text);

/* A value found at path ("author.name"); copied. */
void front_value(struct front *f, const char *path, struct lavoir_str value);
/* Append ".key" to path[FRONT_PATH]; false if there is no room. */
bool front_step(char *path, struct lavoir_str key);

/* Each reads the text between the delimiters, and says whether it could.
 * Nothing may have been set when it could not: they are asked twice, first with
 * f NULL. */
bool front_yaml(struct front *f, struct lavoir_str text);
bool front_toml(struct front *f, struct lavoir_str text);
bool front_json(struct front *f, struct lavoir_str text);

#endif
