/* model.h - decision trees that tell content from the rest.
 *
 * Two groups of trees, made by gradient boosting: the first looks at a block
 * and its surroundings, the second also at what the first said of the blocks
 * around.  A tree is its head, then its nodes: behind an inner node stands what
 * its smaller side leads to, and it says how far on the greater side begins.
 * Where the tables come from stands in docs/extraction.md.
 */
#ifndef LAVOIR_PLUGINS_READ_HTML_MODEL_H
#define LAVOIR_PLUGINS_READ_HTML_MODEL_H

#include <stddef.h>
#include <stdint.h>

enum { MODEL_HEAD = 253, MODEL_END = 254, MODEL_LEAF = 255 };

struct model_node {
	uint8_t feature; /* or one of MODEL_* */
	uint8_t greater; /* of a head: how many nodes the tree has; else: nodes
			  * to go on when the feature is value or more */
	int16_t value;	 /* of a leaf: thousandths of the log odds */
};

extern const struct model_node model_first_1[], model_first_2[];
extern const struct model_node model_second_1[], model_second_2[];

/* Probability of being content, in thousandths. */
int model_first(const int16_t *features);
int model_second(const int16_t *features);

#endif
