/* cues.h - what the names that authors give to elements tell of their content.
 *
 * Words of class, id, role and itemprop ("sidebar", "share", "articleBody")
 * and phrases at the start of short texts ("Read more", "Lire aussi") stand in
 * two tables; a cue is one bit of what they may mean.
 */
#ifndef LAVOIR_PLUGINS_READ_HTML_CUES_H
#define LAVOIR_PLUGINS_READ_HTML_CUES_H

#include <stddef.h>
#include <stdint.h>

#include "dom.h"

/* clang-format off */
#define CUES(X) \
	X(ARTICLE) X(BODY) X(CONTENT) X(POST) X(TITLE) X(LEAD) X(BYLINE) \
	X(DATE) X(CAPTION) X(NAV) X(FOOT) X(HEAD) X(SIDE) X(COMMENT) X(REPLY) \
	X(SHARE) X(RELATED) X(AD) X(COOKIE) X(SUBSCRIBE) X(LOGIN) X(SEARCH) \
	X(TAGS) X(CRUMB) X(PAGES) X(WIDGET) X(PROMO) X(HIDDEN) X(MODAL) \
	X(PRODUCT) X(PRICE) X(REVIEW) X(CARD) X(LISTING) X(CODE) X(QUOTE) \
	X(AUTHORBOX) X(COPYRIGHT) X(TOOLS) X(FORUM) X(SIGNATURE) X(USER) \
	X(TOC) X(FAQ) X(INTRO) X(MEDIA) \
	X(E_ARTICLE) X(E_MAIN) X(E_ASIDE) X(E_HEADER) X(E_FORM) X(E_TABLE) \
	X(E_LIST) X(E_FIGURE) X(E_QUOTE) X(E_SECTION) X(E_LINK) X(E_BUTTON) \
	X(E_PRE)

#define PHRASES(X) \
	X(SHARE) X(RELATED) X(RIGHTS) X(COMMENTS) X(ADVERT) X(MENU) X(BYLINE) \
	X(COOKIES) X(SUBSCRIBE) X(DATE) X(CREDIT) X(MORE)
/* clang-format on */

enum cue_number {
#define CUE_NUMBER(name) CUE_##name,
	CUES(CUE_NUMBER)
#undef CUE_NUMBER
	    CUE_COUNT
};
_Static_assert(CUE_COUNT <= 64, "cues are bits of 64");

enum phrase_number {
#define PHRASE_NUMBER(name) PHRASE_##name,
	PHRASES(PHRASE_NUMBER)
#undef PHRASE_NUMBER
	    PHRASE_COUNT
};

struct cue_word {
	const char *word; /* small letters */
	uint8_t len;
	uint8_t cue;
	uint8_t anywhere; /* in a longer word, not only at its start */
};
extern const struct cue_word cue_words[]; /* sorted; ended by NULL */

struct phrase {
	const char *text; /* small letters */
	uint8_t len;
	uint8_t phrase;
	uint8_t anywhere; /* in the text, not only at its start */
};
extern const struct phrase phrases[]; /* ended by NULL */

struct cues;

struct cues *cues_new(void); /* NULL: out of memory */
void cues_free(struct cues *cues);

/* The cues of an element: its tag, its names, whether it is hidden. */
uint64_t cues_of(const struct cues *cues, const struct dom_node *node);

/* Bits of 1 << PHRASE_*: text is in small letters, its white space single. */
uint32_t cues_phrases(const struct cues *cues, struct lavoir_str text);

#endif
