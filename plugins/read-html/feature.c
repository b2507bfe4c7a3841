/* feature.c - the numbers of one block. */
#include "feature.h"

#include <string.h>

enum { MOST = 32000 };

/* Features are small integers; shares are in thousandths. */
static int16_t
cut(int64_t n)
{
	return (int16_t)(n > MOST ? MOST : n < -MOST ? -MOST : n);
}

static int16_t
share(uint64_t part, uint64_t whole)
{
	if (whole == 0)
		return 0;
	return cut((int64_t)((part * 1000 + whole / 2) / whole));
}

static void
of_block(const struct surroundings *s, const struct block *b, int16_t *f)
{
	const struct page *p = s->page;
	const struct counts *c = &b->count;
	uint32_t title = 0;

	f[F_WORDS] = cut(c->words);
	f[F_CHARS_PER_WORD] = share(c->chars, c->words);
	f[F_LINK_SHARE] = share(c->link_chars, c->chars);
	f[F_LINKS] = cut(b->links);
	f[F_COMMAS] = cut(c->commas);
	f[F_STOPS] = cut(c->stops);
	f[F_DIGITS] = share(c->digits, c->chars);
	f[F_CAPITALS] = share(c->capitals, c->words);
	f[F_ENDS] = cut(b->last_class);
	f[F_STRONG] = cut(b->strong);
	f[F_COPIES] = cut(b->copies);
	f[F_CONTROLS] = cut(b->controls);
	f[F_PICTURES] = cut(b->pictures);
	f[F_PHRASES] = cut(__builtin_popcount(b->phrases));
	f[F_TAG] = cut(p->nodes[b->elem].tag);
	f[F_DEPTH] = cut(p->nodes[b->elem].depth);
	if (c->words <= 40)
		title = surroundings_title(s, b);
	f[F_IN_TITLE] = share(title, c->words);
	f[F_TITLE_SHARE] = share(title, s->n_title);
	f[F_LIKE] = cut(p->elems[b->elem].like);
	f[F_PARENT_LIKE] = cut(p->elems[p->nodes[b->elem].parent].like);
}

static void
of_places(const struct surroundings *s, size_t k, int16_t *f)
{
	const struct page *p = s->page;
	const struct sums *sums = &s->sums[s->section[k]];
	uint16_t tag = p->nodes[p->blocks[s->section[k]].elem].tag;

	f[F_POSITION] = cut((int64_t)k);
	f[F_PLACE] = share((uint32_t)k, (uint32_t)p->n_blocks);
	f[F_TO_PROSE] = cut(s->prose_before[k]);
	f[F_TO_PROSE_N] = cut(s->prose_after[k]);
	f[F_H1_BEFORE] = cut(s->h1 <= k);
	f[F_H1_DISTANCE] =
	    cut(s->h1 == UINT32_MAX ? -MOST : (int64_t)k - s->h1);
	f[F_HEADING_LEVEL] =
	    cut(tag >= DOM_H1 && tag <= DOM_H6 ? tag - DOM_H1 + 1 : 0);
	f[F_SECTION_WORDS] = cut(sums->words);
	f[F_SECTION_LINK_SHARE] = share(sums->links, sums->words);
	f[F_SECTION_PROSE] = share(sums->prose, sums->words);
	f[F_SECTION_PHRASES] = cut(p->blocks[s->section[k]].phrases);
}

/* A neighbour's words, share of links, tag, and whether it is a sibling. */
static void
of_neighbour(const struct page *p, size_t k, size_t near, int16_t *words,
    int16_t *rest)
{
	const struct block *b, *other;

	if (near >= p->n_blocks) { /* wraps below 0 */
		*words = -1;
		return;
	}
	b = &p->blocks[k];
	other = &p->blocks[near];
	*words = cut(other->count.words);
	words[1] = share(other->count.link_chars, other->count.chars);
	if (rest != NULL) {
		rest[0] = cut(p->nodes[other->elem].tag);
		rest[1] = cut(
		    p->nodes[other->elem].parent == p->nodes[b->elem].parent);
	}
}

static void
of_elem(const struct page *p, uint32_t i, int16_t *f)
{
	const struct elem *e = &p->elems[i];

	f[0] = cut(e->words);
	f[1] = share(e->link_words, e->words);
	f[2] = share(e->prose, e->words);
	f[3] = cut(e->blocks);
}

static void
of_ancestors(const struct page *p, uint32_t elem, int16_t *f)
{
	uint32_t at = p->nodes[elem].parent;

	of_elem(p, at, f + F_P1_WORDS);
	at = p->nodes[at].parent;
	of_elem(p, at, f + F_P2_WORDS);
	at = p->nodes[at].parent;
	of_elem(p, at, f + F_P3_WORDS);
	at = p->nodes[p->nodes[at].parent].parent;
	of_elem(p, at, f + F_P5_WORDS);
}

/* Where the block stands, seen from the element with most of the prose. */
static void
of_root(const struct surroundings *s, size_t k, int16_t *f)
{
	const struct page *p = s->page;
	uint32_t at = p->blocks[k].elem, branch = at;

	while (at > s->root || p->nodes[at].end < p->nodes[s->root].end) {
		branch = at;
		at = p->nodes[at].parent;
	}
	f[F_ROOT_LCA_SHARE] = share(p->elems[at].words, p->total.words);
	f[F_ROOT_DISTANCE] =
	    cut((int64_t)p->nodes[s->root].depth - p->nodes[at].depth);
	f[F_ROOT_UP] = cut(
	    (int64_t)p->nodes[p->blocks[k].elem].depth - p->nodes[at].depth);
	f[F_ROOT_BEFORE] = cut(k < s->root_first ? (int64_t)k - s->root_first
		: k >= s->root_last		 ? (int64_t)k - s->root_last + 1
						 : 0);
	f[F_TOP_SHARE] = share(p->elems[branch].words, p->total.words);
	f[F_TOP_PROSE] = share(p->elems[branch].prose, p->elems[branch].words);
}

static void
of_page(const struct page *p, int16_t *f)
{
	f[F_PAGE_WORDS] = cut(p->total.words);
	f[F_PAGE_LINK_SHARE] = share(p->total.link_words, p->total.words);
	f[F_PAGE_BLOCKS] = cut((int64_t)p->n_blocks);
	f[F_PAGE_PROSE] = cut(p->elems[0].prose);
	f[F_PAGE_PROSE_SHARE] = share(p->elems[0].prose, p->total.words);
	f[F_PAGE_ARTICLES] = cut(p->articles);
	f[F_PAGE_FORMS] = cut(p->forms);
	f[F_PAGE_ITEMS] = cut(p->list_items);
	f[F_PAGE_HEADINGS] = cut(p->headings);
	f[F_PAGE_IMAGES] = cut(p->images);
	f[F_PAGE_MAIN] = p->has_main;
	f[F_PAGE_BODY] = p->has_body_prop;
	f[F_PAGE_STOPS] = share(p->total.stops, p->total.words);
}

static void
of_bits(uint64_t bits, int n, int16_t *f)
{
	for (int i = 0; i < n; i++)
		f[i] = cut((int64_t)(bits >> i & 1));
}

void
features_of(const struct surroundings *s, size_t k, int16_t *out)
{
	const struct page *p = s->page;
	const struct block *b = &p->blocks[k];
	uint32_t up = p->nodes[b->elem].parent;
	uint32_t up2 = p->nodes[up].parent;

	memset(out, 0, FIRST_COUNT * sizeof(*out));
	of_block(s, b, out);
	of_places(s, k, out);
	of_neighbour(p, k, k - 1, out + F_WORDS_1, out + F_TAG_1);
	of_neighbour(p, k, k - 2, out + F_WORDS_2, NULL);
	of_neighbour(p, k, k + 1, out + F_WORDS_N1, out + F_TAG_N1);
	of_neighbour(p, k, k + 2, out + F_WORDS_N2, NULL);
	of_ancestors(p, b->elem, out);
	of_root(s, k, out);
	of_page(p, out);
	of_bits(p->elems[b->elem].cues | p->elems[up].cues | p->elems[up2].cues,
	    CUE_COUNT, out + F_NEAR);
	of_bits(p->elems[b->elem].all_cues, CUE_COUNT, out + F_FAR);
	of_bits(b->phrases, PHRASE_COUNT, out + F_PHRASE);
	of_bits(p->kinds, KIND_COUNT, out + F_KIND);
}
