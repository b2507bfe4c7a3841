/* mojibake.h - text that was UTF-8, read in a code page, repaired.
 *
 * Of each line every code page is asked which runs of its characters are the
 * bytes of one character in UTF-8.  Real text hardly has such runs: a letter
 * beyond ASCII mostly stands alone.  Each run is weighed: how strange the line
 * is with it (a symbol within a word, a capital behind a small letter, control
 * characters, scripts that are mixed), how likely the line is without.  Only
 * where the evidence of the whole line is strong something is changed, and then
 * again, since text is spoilt twice and three times.
 */
#ifndef LAVOIR_PLUGINS_CLEAN_REPAIR_MOJIBAKE_H
#define LAVOIR_PLUGINS_CLEAN_REPAIR_MOJIBAKE_H

#include <stddef.h>
#include <stdint.h>

#include "pages.h"

/* Characters of a line; longer ones are taken in pieces. */
enum { LINE_MAX_CHARACTERS = 4096 };

/* A run that is one character in UTF-8. */
struct run {
	uint32_t at, len; /* where it stands, characters */
	uint32_t cp;	  /* what it is */
	int weight;	  /* for its being mojibake, in halves */
};
struct line {
	uint32_t n;
	uint32_t cp[LINE_MAX_CHARACTERS];
};

/* Memory to work in, of the caller; not a result. */
struct mojibake {
	const struct pages *pages;
	struct line line; /* in, and out */
	struct run run[LINE_MAX_CHARACTERS / 2];
	struct run best[LINE_MAX_CHARACTERS / 2];
};

/* Repair m->line in place; the number of runs that were replaced. */
size_t mojibake_repair(struct mojibake *m);

/* The weights of the n runs of m->run[] that m->line has in a page, and what to
 * make of them: weigh.c. */
void mojibake_weigh(struct mojibake *m, size_t n);

#endif
