/* page.h - a page cut into blocks of text, with what is known of each.
 *
 * A block is a longest run of text that nothing breaks: a paragraph, an item, a
 * cell, the lines between two <br><br>.  Beside every node of the tree stands
 * an elem with the sums over its subtree.  Nothing here decides what is
 * content.
 */
#ifndef LAVOIR_PLUGINS_READ_HTML_PAGE_H
#define LAVOIR_PLUGINS_READ_HTML_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cues.h"
#include "dom.h"

/* What of a text was counted. */
struct counts {
	uint32_t chars; /* code points that are not white space */
	uint32_t words; /* Han, Kana: one by one */
	uint32_t link_chars, link_words;
	uint32_t digits, capitals; /* characters; words that begin with one */
	uint32_t commas, stops;	   /* of all scripts */
};

struct block {
	uint32_t elem;	      /* the block-level element around it */
	uint32_t first, last; /* its first and last piece of text */
	struct counts count;
	uint32_t phrases;  /* text cues */
	uint32_t hash;	   /* of the text, letters only */
	uint16_t copies;   /* how many blocks of the page have the same text */
	uint16_t controls; /* inputs and buttons in it */
	uint16_t pictures;
	uint16_t links;
	uint8_t strong;	    /* all in <b>, <strong> */
	uint8_t last_class; /* what it ends with */
	uint8_t keep;	    /* set by select.c */
	int16_t score;	    /* likewise: probability of being content */
};

enum { ENDS_OTHER, ENDS_STOP, ENDS_COLON, ENDS_ELLIPSIS };

struct elem {
	uint64_t cues;	   /* own */
	uint64_t all_cues; /* and those of the elements around it */
	uint32_t words, link_words;
	uint32_t prose;	 /* words in long blocks with few links */
	uint32_t blocks; /* in it */
	uint32_t first_block;
	uint32_t shape; /* hash of tag and class */
	uint32_t like;	/* elements of this shape on the page, at most 65535 */
};

struct page {
	const struct dom_node *nodes;
	size_t n_nodes;
	struct elem *elems; /* parallel to nodes */
	struct block *blocks;
	size_t n_blocks, cap_blocks;
	struct counts total;
	struct lavoir_str title; /* <title>, or empty */
	uint32_t kinds;		 /* what the page says it is */
	uint32_t articles;	 /* <article> elements */
	uint32_t forms, list_items, prose_blocks, headings, images;
	bool has_main, has_body_prop;
	bool without_script; /* what <noscript> holds is the page */
};

/* Bits of page.kinds. */
enum {
	KIND_ARTICLE,
	KIND_PRODUCT,
	KIND_FORUM,
	KIND_WEBSITE,
	KIND_LISTING,
	KIND_DOCUMENTATION,
	KIND_COUNT
};

/* What the page's head and its JSON-LD say that it is, as bits. */
uint32_t page_kinds(const struct dom_node *nodes, size_t n);

/* Cut the page that dom holds; false when memory is out.  page is filled, and
 * to be cleared, in both cases; it refers to dom's nodes. */
bool page_cut(struct page *page, const struct dom *dom,
    const struct cues *cues);
void page_clear(struct page *page);

/* Does an element begin a new line of its own? */
bool page_is_block(uint16_t tag);

/* Does nobody see the text in it? */
bool page_is_unseen(const struct page *page, uint16_t tag);

#endif
