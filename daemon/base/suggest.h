/* suggest.h - the known word that was probably meant. */
#ifndef LAVOIR_BASE_SUGGEST_H
#define LAVOIR_BASE_SUGGEST_H

#include <stddef.h>

/* Offer every known word, then ask for the best:
 *
 *	suggest_init(&s, "wokers");
 *	suggest_offer(&s, "workers");
 *	if (suggest_best(&s)) ... "did you mean \"%s\"?"
 *
 * Words are kept by pointer. */
struct suggest {
	const char *word;
	const char *best;
	size_t distance;
};

void suggest_init(struct suggest *s, const char *word);
void suggest_offer(struct suggest *s, const char *known);

/* NULL when no word was near enough: a third of the letters may differ, at most
 * three.  Of equally near ones the first that was offered. */
const char *suggest_best(const struct suggest *s);

/* Insertions, deletions, replacements and swaps of neighbours (bytes) that make
 * b of a; SIZE_MAX when one of them has more than 64 bytes. */
size_t suggest_distance(const char *a, const char *b);

#endif
