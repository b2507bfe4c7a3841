/* select.c - which blocks of a page are its content. */
#include "select.h"

#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "feature.h"
#include "model.h"

/* Features of so many blocks are kept from the first look for the second; those
 * of others are found again.  Every so many blocks the host is asked. */
enum { KEPT_BLOCKS = 4096, ASK_BLOCKS = 1024 };

/* Pages where less than so many words are content have it somewhere that the
 * trees do not expect. */
enum { WORDS_MIN = 10 };

/* What a mode wants, as the weight of recall against precision, in hundredths:
 * the square of the beta of the F measure. */
static const int weight_of_recall[] = {
	[SELECT_PRECISION] = 25,
	[SELECT_BALANCED] = 100,
	[SELECT_RECALL] = 400,
	[SELECT_ALL] = 0,
};

/* Thresholds, in thousandths; ROUNDS are enough for one to settle. */
enum { LEAST = 50, MOST = 800, START = 400, ROUNDS = 12 };

struct judge {
	struct page *page;
	const struct lavoir_host *host;
	struct surroundings s;
	int16_t (*features)[FEATURE_COUNT]; /* of the first KEPT_BLOCKS */
	int16_t *first;			    /* of all: the first look */
};

static int
first_look(struct judge *j)
{
	int16_t own[FEATURE_COUNT] = { 0 };

	for (size_t k = 0; k < j->page->n_blocks; k++) {
		int16_t *f = k < KEPT_BLOCKS ? j->features[k] : own;

		if (k % ASK_BLOCKS == 0 && j->host->cancelled(j->host))
			return LAVOIR_ECANCELED;
		features_of(&j->s, k, f);
		j->first[k] = (int16_t)model_first(f);
	}
	return LAVOIR_OK;
}

static int
second_look(struct judge *j)
{
	int16_t own[FEATURE_COUNT] = { 0 };
	struct context c;
	int rc = LAVOIR_OK;

	if (!context_make(&c, &j->s, j->first))
		rc = LAVOIR_ENOMEM;
	for (size_t k = 0; rc == LAVOIR_OK && k < j->page->n_blocks; k++) {
		int16_t *f = k < KEPT_BLOCKS ? j->features[k] : own;

		if (k % ASK_BLOCKS == 0 && j->host->cancelled(j->host))
			rc = LAVOIR_ECANCELED;
		if (k >= KEPT_BLOCKS)
			features_of(&j->s, k, f);
		context_of(&c, k, f);
		j->page->blocks[k].score = (int16_t)model_second(f);
	}
	context_clear(&c);
	return rc;
}

static int
score(struct page *p, const struct lavoir_host *host)
{
	struct judge j = { .page = p, .host = host };
	size_t kept = p->n_blocks < KEPT_BLOCKS ? p->n_blocks : KEPT_BLOCKS;
	int rc = LAVOIR_ENOMEM;

	if (surroundings_make(&j.s, p)) {
		j.features = malloc((kept + 1) * sizeof(*j.features));
		j.first = malloc((p->n_blocks + 1) * sizeof(*j.first));
	}
	if (j.features != NULL && j.first != NULL) {
		rc = first_look(&j);
		if (rc == LAVOIR_OK)
			rc = second_look(&j);
	}
	free(j.features);
	free(j.first);
	surroundings_clear(&j.s);
	return rc;
}

static uint64_t
keep_from(struct page *p, int64_t least)
{
	uint64_t words = 0;

	for (size_t k = 0; k < p->n_blocks; k++) {
		p->blocks[k].keep = p->blocks[k].score >= least;
		if (p->blocks[k].keep)
			words += p->blocks[k].count.words;
	}
	return words;
}

/* The threshold with which the expected F measure of the words kept is
 * greatest: where a page leaves doubts, what is doubtful is kept more readily.
 */
static int64_t
best_threshold(const struct page *p, int weight)
{
	int64_t least = START, all = 0;

	for (size_t k = 0; k < p->n_blocks; k++)
		all += (int64_t)p->blocks[k].count.words * p->blocks[k].score;
	for (int i = 0; i < ROUNDS; i++) {
		int64_t words = 0, good = 0, next;

		for (size_t k = 0; k < p->n_blocks; k++) {
			const struct block *b = &p->blocks[k];

			if (b->score < least)
				continue;
			words += b->count.words;
			good += (int64_t)b->count.words * b->score;
		}
		next =
		    good * 100 * 1000 / (words * 1000 * 100 + all * weight + 1);
		next = next < LEAST ? LEAST : next > MOST ? MOST : next;
		if (next == least)
			break;
		least = next;
	}
	return least;
}

void
select_keep(struct page *page, enum select_mode mode)
{
	int64_t least = 0;

	if (mode != SELECT_ALL)
		least = best_threshold(page, weight_of_recall[mode]);
	while (keep_from(page, least) < WORDS_MIN && least > 0)
		least /= 2;
}

int
select_blocks(struct page *page, enum select_mode mode,
    const struct lavoir_host *host)
{
	int rc = mode == SELECT_ALL ? LAVOIR_OK : score(page, host);

	if (rc == LAVOIR_OK)
		select_keep(page, mode);
	return rc;
}
