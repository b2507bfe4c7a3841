/* phrases.h - what lines that are no text say, by language.
 *
 * A phrase is words.  A star at its begin or end stands for any other words;
 * without, the line begins or ends there.  Case, punctuation and white space do
 * not count, but for a colon, which must be there.
 */
#ifndef LAVOIR_PLUGINS_CLEAN_LINES_PHRASES_H
#define LAVOIR_PLUGINS_CLEAN_LINES_PHRASES_H

#include <stddef.h>

/* Kinds of lines.  The first nine have phrases. */
enum kind {
	KIND_COMMENTS,	 /* forms for comments, answers */
	KIND_SHARE,	 /* share this, follow us */
	KIND_BYLINES,	 /* who wrote it, who helped */
	KIND_CREDITS,	 /* whose pictures */
	KIND_COOKIES,	 /* cookies, consent */
	KIND_ORIGIN,	 /* where it was published first */
	KIND_RELATED,	 /* read also */
	KIND_SUBSCRIBE,	 /* newsletters, subscriptions */
	KIND_NAVIGATION, /* menus, advertisement, print */
	KIND_HASHTAGS,	 /* trains of #tags */
	KIND_DATES,	 /* a date alone, at the head */
	KIND_USER,	 /* phrases of the configuration */
	KIND_COUNT,
	KIND_NONE = -1
};

struct phrase {
	enum kind kind;
	const char *text;
};

/* The phrases of one language; text NULL ends them. */
extern const struct phrase phrases_de[], phrases_en[], phrases_es[],
    phrases_fr[], phrases_it[], phrases_nl[], phrases_pl[], phrases_pt[];

#endif
