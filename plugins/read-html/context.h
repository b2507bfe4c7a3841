/* context.h - what was found of the blocks around a block. */
#ifndef LAVOIR_PLUGINS_READ_HTML_CONTEXT_H
#define LAVOIR_PLUGINS_READ_HTML_CONTEXT_H

#include "feature.h"

struct context {
	const struct surroundings *s;
	const int16_t *first; /* of each block: what model_first() said */
	uint64_t *mass;	      /* of each element: words times that */
	uint64_t *before;     /* of all blocks before each, and of all */
	uint64_t *section;    /* by the heading's block */
	uint64_t *shape;      /* by slot: mass, and words */
	uint64_t *shape_words;
	uint32_t root, root_first, root_last;
};

/* first has one number for each block.  false: out of memory.  To be cleared in
 * both cases. */
bool context_make(struct context *c, const struct surroundings *s,
    const int16_t *first);
void context_clear(struct context *c);

/* Fill in out[F_C_SELF] to out[FEATURE_COUNT - 1]. */
void context_of(const struct context *c, size_t k, int16_t *out);

#endif
