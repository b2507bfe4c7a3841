/* suggest.c - the known word that was probably meant. */
#include "base/suggest.h"

#include <stdint.h>
#include <string.h>

enum { WORD_MAX = 64, DISTANCE_MAX = 3 };

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Damerau and Levenshtein's, restricted: no letter is moved twice.  A swap
 * looks two rows back, hence three of them. */
size_t
suggest_distance(const char *a, const char *b)
{
	size_t rows[3][WORD_MAX + 1];
	size_t *before = rows[0], *last = rows[1], *row = rows[2], *spare;
	size_t a_len = strlen(a), b_len = strlen(b);

	if (a_len > WORD_MAX || b_len > WORD_MAX)
		return SIZE_MAX;
	for (size_t k = 0; k <= b_len; k++)
		last[k] = k;
	for (size_t i = 1; i <= a_len; i++) {
		row[0] = i;
		for (size_t k = 1; k <= b_len; k++) {
			size_t changed = a[i - 1] != b[k - 1];

			row[k] = least(least(last[k], row[k - 1]) + 1,
			    last[k - 1] + changed);
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] &&
			    a[i - 2] == b[k - 1])
				row[k] = least(row[k], before[k - 2] + 1);
		}
		spare = before;
		before = last;
		last = row;
		row = spare;
	}
	return last[b_len];
}

void
suggest_init(struct suggest *s, const char *word)
{
	*s = (struct suggest){ .word = word, .distance = SIZE_MAX };
}

void
suggest_offer(struct suggest *s, const char *known)
{
	size_t shorter = least(strlen(s->word), strlen(known));
	size_t limit = least((shorter + 2) / 3, DISTANCE_MAX), distance;

	distance = suggest_distance(s->word, known);
	if (distance > limit || distance >= shorter || distance >= s->distance)
		return;
	s->best = known;
	s->distance = distance;
}

const char *
suggest_best(const struct suggest *s)
{
	return s->best;
}
