/* select.c - which blocks of a page are its content. */
#include "select.h"

#include <stdlib.h>

#include "context.h"
#include "feature.h"
#include "model.h"

/* A block is kept from this probability on, in thousandths. */
static const int16_t threshold[] = {
	[SELECT_PRECISION] = 600,
	[SELECT_BALANCED] = 400,
	[SELECT_RECALL] = 200,
	[SELECT_ALL] = 0,
};

/* Pages where less than so many words are content have it somewhere that the
 * trees do not expect. */
enum { WORDS_MIN = 10 };

static bool
second_look(struct page *p, const struct surroundings *s, int16_t *features,
    const int16_t *first)
{
	struct context c;
	bool ok = context_make(&c, s, first);

	for (size_t k = 0; ok && k < p->n_blocks; k++) {
		int16_t *f = features + k * FEATURE_COUNT;

		context_of(&c, k, f);
		p->blocks[k].score = (int16_t)model_second(f);
	}
	context_clear(&c);
	return ok;
}

static bool
score(struct page *p)
{
	int16_t *features = NULL, *first = NULL;
	struct surroundings s;
	bool ok = surroundings_make(&s, p);

	if (ok) {
		features = malloc(
		    (p->n_blocks + 1) * FEATURE_COUNT * sizeof(*features));
		first = malloc((p->n_blocks + 1) * sizeof(*first));
		ok = features != NULL && first != NULL;
	}
	for (size_t k = 0; ok && k < p->n_blocks; k++) {
		features_of(&s, k, features + k * FEATURE_COUNT);
		first[k] = (int16_t)model_first(features + k * FEATURE_COUNT);
	}
	ok = ok && second_look(p, &s, features, first);
	free(features);
	free(first);
	surroundings_clear(&s);
	return ok;
}

static uint64_t
keep_from(struct page *p, int16_t least)
{
	uint64_t words = 0;

	for (size_t k = 0; k < p->n_blocks; k++) {
		p->blocks[k].keep = p->blocks[k].score >= least;
		if (p->blocks[k].keep)
			words += p->blocks[k].count.words;
	}
	return words;
}

bool
select_blocks(struct page *page, enum select_mode mode)
{
	int16_t least = threshold[mode];

	if (mode != SELECT_ALL && !score(page))
		return false;
	while (keep_from(page, least) < WORDS_MIN && least > 0)
		least /= 2;
	return true;
}
