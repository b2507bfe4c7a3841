/* model.c - going through the trees. */
#include "model.h"

#include <math.h>

/* Trees stand one behind the other; an inner node's two sides, too. */
static int
add_up(const struct model_node *n, const int16_t *features)
{
	int sum = 0;

	while (n->feature != MODEL_END) {
		const struct model_node *next = n + 1 + n->greater;

		/* n is a tree's head: how many nodes it has. */
		n++;
		while (n->feature != MODEL_LEAF)
			n += features[n->feature] < n->value ? 1 : n->greater;
		sum += n->value;
		n = next;
	}
	return sum;
}

static int
probability(int sum)
{
	return (int)(1000 / (1 + exp(-sum / 1000.0)) + 0.5);
}

int
model_first(const int16_t *features)
{
	return probability(
	    add_up(model_first_1, features) + add_up(model_first_2, features));
}

int
model_second(const int16_t *features)
{
	return probability(add_up(model_second_1, features) +
	    add_up(model_second_2, features));
}
