/* doc_grow.h - what the files of doc.h share: arrays that grow, strings that
 * are checked. */
#ifndef LAVOIR_MODEL_DOC_GROW_H
#define LAVOIR_MODEL_DOC_GROW_H

#include "model/doc.h"

/* How much of an array is used, how much there is, and what may be. */
struct doc_room {
	size_t n, *cap, size, max;
	const char *what; /* "attributes" */
};

/* Room for one more: the array, which may have moved, or after an error, which
 * sticks, as it was. */
void *doc_grow(struct doc *d, void *array, const struct doc_room *room);
#define DOC_GROW(d, array, n, cap, max, what)                                  \
	((array) = doc_grow(d, array,                                          \
	     &(struct doc_room){ n, &(cap), sizeof(*(array)), max, what }),    \
	    (d)->error >= 0)

/* The arena is full. */
int doc_nomem(struct doc *d);

/* A copy with a NUL behind it. What the string is: for the error's text. */
int doc_copy_str(struct doc *d, struct lavoir_str s, const char *what,
    struct lavoir_str *s_r);
/* The same for a string of at most max bytes that may be NULL. */
int doc_copy_cstr(struct doc *d, const char *s, size_t max, const char *what,
    const char **s_r);

/* The checks that doc_pack.h makes again. */
bool doc_tag_valid(const char *tag);
bool doc_label_valid(const char *s); /* rule sets, steps: up to 128 bytes */
bool doc_partition_valid(const char *s);
const char *doc_op_name(int32_t op); /* "<"; NULL: there is no such operator */

#endif
