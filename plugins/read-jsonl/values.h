/* values.h - hand out the values of a JSON file one by one: the elements of an
 * array, or objects that follow each other, over as many lines as they like.
 *
 * Values are only separated here, by their brackets; what is wrong in one is
 * found when it is read, and costs it alone.  What is wrong between them ends
 * the file.
 */
#ifndef LAVOIR_PLUGINS_READ_JSONL_VALUES_H
#define LAVOIR_PLUGINS_READ_JSONL_VALUES_H

#include "reader.h"

enum values_state { AT_ARRAY, AT_FIRST, AT_VALUE, AT_COMMA, AT_END };

struct values {
	struct reader *r;
	struct lavoir_doc *doc;
	bool array;
	bool plain; /* positions in the file mean something */
	enum values_state state;
	uint64_t number; /* handed out */

	/* The value that is being passed over. */
	bool inside, skipping; /* it is too long */
	char kind;	       /* its first byte */
	bool string, escape;
	size_t depth;
	size_t seen; /* bytes of it, from where feed() will begin */
};

void values_init(struct values *v, struct reader *r, struct lavoir_doc *doc,
    bool array);

/* Go on with s, which begins base bytes behind the begin of the file; complete:
 * nothing follows.  *used_r bytes need not come again; the rest must, with more
 * behind it. */
int values_feed(struct values *v, struct lavoir_str s, uint64_t base,
    bool complete, size_t *used_r);

/* Of a file that is all there, from offset to end. */
int read_values(struct reader *r, struct lavoir_doc *doc, size_t offset,
    size_t end, bool array);

/* Does it begin like an array of objects, or like an object over several lines?
 */
bool values_likely(struct lavoir_str head, bool *array_r);

#endif
