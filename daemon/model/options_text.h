/* options_text.h - what messages and help say about options and JSON values. */
#ifndef LAVOIR_MODEL_OPTIONS_TEXT_H
#define LAVOIR_MODEL_OPTIONS_TEXT_H

#include <jansson.h>
#include <stdbool.h>

#include "base/buf.h"
#include "lavoir/plugin.h"

/* For jansson's iterators, which take no constant object, but change nothing.
 */
static inline json_t *
options_iterable(const json_t *json)
{
	const union {
		const json_t *constant;
		json_t *mutable;
	} object = { .constant = json };

	return object.mutable;
}

/* `the string "abc"`, `the integer 12`, `an object`; nothing of the content
 * when it is secret; NULL: "nothing". */
void options_write_found(struct buf *b, const json_t *json, bool secret);

/* `a size such as "64M", from 1K to 1G`; of a list, or of one of its items. */
void options_write_expected(struct buf *b, const struct lavoir_option *o,
    bool item);

/* "from 1 to 10" in the unit of the type; nothing when unbounded. Returns
 * whether it wrote. */
bool options_write_range(struct buf *b, const struct lavoir_option *o);

/* `"none", "gzip"` (quote '"'), cut short when there are very many. */
void options_write_choices(struct buf *b, const struct lavoir_option *o);

/* A quoted JSON string, cut to about 60 bytes. */
void options_write_quoted(struct buf *b, const char *s);

#endif
