/* feature.h - numbers that describe a block and its surroundings.
 *
 * What the trees of model.h look at.  The order is that of the tables: a change
 * here means new tables.
 */
#ifndef LAVOIR_PLUGINS_READ_HTML_FEATURE_H
#define LAVOIR_PLUGINS_READ_HTML_FEATURE_H

#include "page.h"

/* clang-format off */
/* Of the block, its neighbours, the elements around it, and the page. */
#define FEATURES(X) \
	X(WORDS) X(CHARS_PER_WORD) X(LINK_SHARE) X(LINKS) X(COMMAS) X(STOPS) \
	X(DIGITS) X(CAPITALS) X(ENDS) X(STRONG) X(COPIES) X(CONTROLS) \
	X(PICTURES) X(PHRASES) X(TAG) X(DEPTH) X(POSITION) X(PLACE) \
	X(IN_TITLE) X(TITLE_SHARE) X(LIKE) X(PARENT_LIKE) \
	X(WORDS_1) X(LINK_SHARE_1) X(TAG_1) X(SAME_1) \
	X(WORDS_2) X(LINK_SHARE_2) \
	X(WORDS_N1) X(LINK_SHARE_N1) X(TAG_N1) X(SAME_N1) \
	X(WORDS_N2) X(LINK_SHARE_N2) \
	X(TO_PROSE) X(TO_PROSE_N) \
	X(P1_WORDS) X(P1_LINK_SHARE) X(P1_PROSE) X(P1_BLOCKS) \
	X(P2_WORDS) X(P2_LINK_SHARE) X(P2_PROSE) X(P2_BLOCKS) \
	X(P3_WORDS) X(P3_LINK_SHARE) X(P3_PROSE) X(P3_BLOCKS) \
	X(P5_WORDS) X(P5_LINK_SHARE) X(P5_PROSE) X(P5_BLOCKS) \
	X(ROOT_LCA_SHARE) X(ROOT_DISTANCE) X(ROOT_UP) X(ROOT_BEFORE) \
	X(TOP_SHARE) X(TOP_PROSE) X(H1_BEFORE) X(H1_DISTANCE) \
	X(HEADING_LEVEL) X(SECTION_WORDS) X(SECTION_LINK_SHARE) \
	X(SECTION_PROSE) X(SECTION_PHRASES) \
	X(PAGE_WORDS) X(PAGE_LINK_SHARE) X(PAGE_BLOCKS) X(PAGE_PROSE) \
	X(PAGE_PROSE_SHARE) X(PAGE_ARTICLES) X(PAGE_FORMS) X(PAGE_ITEMS) \
	X(PAGE_HEADINGS) X(PAGE_IMAGES) X(PAGE_MAIN) \
	X(PAGE_BODY) X(PAGE_STOPS)
/* In thousandths, weighed by words: what the first trees think of the block,
 * its neighbours, elements around it, blocks of its shape, its section, the
 * page; how much content is before and behind; where it stands, seen from the
 * element with most of the content. */
#define CONTEXT_FEATURES(X) \
	X(C_SELF) X(C_1) X(C_2) X(C_N1) X(C_N2) X(C_P0) X(C_P1) X(C_P2) \
	X(C_P3) X(C_P4) X(C_P6) X(C_SHAPE) X(C_SECTION) X(C_BEFORE) \
	X(C_BEHIND) X(C_MASS_BEFORE) X(C_MASS_BEHIND) X(C_PAGE) X(C_MASS) \
	X(C_ROOT_DISTANCE) X(C_ROOT_UP) X(C_ROOT_BEFORE) X(C_BRANCH) \
	X(C_BRANCH_SHARE)
/* clang-format on */

enum feature {
#define FEATURE_NUMBER(name) F_##name,
	FEATURES(FEATURE_NUMBER)
#undef FEATURE_NUMBER
	    F_NEAR,			  /* cues of the block's element, its
					   * parent and grandparent: 0 or 1 each */
	F_FAR = F_NEAR + CUE_COUNT,	  /* and of all above */
	F_PHRASE = F_FAR + CUE_COUNT,	  /* phrases of the block */
	F_KIND = F_PHRASE + PHRASE_COUNT, /* what the page says it is */
	FIRST_COUNT = F_KIND + KIND_COUNT,

	/* What the first trees said, of the block and around it. */
	F_CONTEXT = FIRST_COUNT - 1,
#define CONTEXT_NUMBER(name) F_##name,
	CONTEXT_FEATURES(CONTEXT_NUMBER)
#undef CONTEXT_NUMBER
	    FEATURE_COUNT
};

struct sums {
	uint32_t words, links, prose;
};

/* What is looked up once for a page. */
struct surroundings {
	const struct page *page;
	uint32_t root;			/* the element with most of the prose */
	uint32_t root_first, root_last; /* its blocks */
	uint32_t h1; /* block of the first <h1>, or UINT32_MAX */
	uint32_t *prose_before, *prose_after; /* distance in blocks */
	uint32_t *section;  /* the heading's block that each stands under */
	struct sums *sums;  /* of the section that begins at a block */
	uint64_t title[16]; /* words of the title, as bits of their hashes */
	uint32_t n_title;
};

/* false: out of memory.  To be cleared in both cases. */
bool surroundings_make(struct surroundings *s, const struct page *page);
void surroundings_clear(struct surroundings *s);

/* How many words of a block are in the title. */
uint32_t surroundings_title(const struct surroundings *s,
    const struct block *b);

/* Fill in the first FIRST_COUNT of out for block k. */
void features_of(const struct surroundings *s, size_t k, int16_t *out);

#endif
