/* page.c - cutting a page into blocks, summing up over its elements. */
#include "page.h"

#include <stdlib.h>
#include <string.h>

#include "count.h"

enum {
	PROSE_WORDS = 20,
	LIKE_SLOTS = 4096,
	COPY_SLOTS = 4096,
	NOSCRIPT_BYTES = 300
};

/* What the walk through the tree is in. */
struct walk {
	struct page *page;
	const struct cues *cues;
	struct counter counter;
	struct block now; /* being filled; empty while now.elem is 0 */
	bool open;
	uint32_t strong_chars;
	uint32_t breaks;
	/* Behind the innermost such element. */
	uint32_t link_end, strong_end, pre_end;
	uint32_t *around; /* block-level elements that are open */
	size_t n_around;
	bool failed;
};

static const uint8_t block_level[DOM_TAG_COUNT] = {
	[DOM_ADDRESS] = 1,
	[DOM_ARTICLE] = 1,
	[DOM_ASIDE] = 1,
	[DOM_BLOCKQUOTE] = 1,
	[DOM_BODY] = 1,
	[DOM_CAPTION] = 1,
	[DOM_CENTER] = 1,
	[DOM_DD] = 1,
	[DOM_DETAILS] = 1,
	[DOM_DIALOG] = 1,
	[DOM_DIR] = 1,
	[DOM_DIV] = 1,
	[DOM_DL] = 1,
	[DOM_DT] = 1,
	[DOM_FIELDSET] = 1,
	[DOM_FIGCAPTION] = 1,
	[DOM_FIGURE] = 1,
	[DOM_FOOTER] = 1,
	[DOM_FORM] = 1,
	[DOM_H1] = 1,
	[DOM_H2] = 1,
	[DOM_H3] = 1,
	[DOM_H4] = 1,
	[DOM_H5] = 1,
	[DOM_H6] = 1,
	[DOM_HEADER] = 1,
	[DOM_HGROUP] = 1,
	[DOM_HR] = 1,
	[DOM_HTML] = 1,
	[DOM_LEGEND] = 1,
	[DOM_LI] = 1,
	[DOM_LISTING] = 1,
	[DOM_MAIN] = 1,
	[DOM_MENU] = 1,
	[DOM_NAV] = 1,
	[DOM_OL] = 1,
	[DOM_P] = 1,
	[DOM_PLAINTEXT] = 1,
	[DOM_PRE] = 1,
	[DOM_SECTION] = 1,
	[DOM_SUMMARY] = 1,
	[DOM_TABLE] = 1,
	[DOM_TBODY] = 1,
	[DOM_TD] = 1,
	[DOM_TFOOT] = 1,
	[DOM_TH] = 1,
	[DOM_THEAD] = 1,
	[DOM_TR] = 1,
	[DOM_UL] = 1,
	[DOM_XMP] = 1,
};

static const uint8_t unseen[DOM_TAG_COUNT] = {
	[DOM_AUDIO] = 1,
	[DOM_CANVAS] = 1,
	[DOM_DATALIST] = 1,
	[DOM_HEAD] = 1,
	[DOM_IFRAME] = 1,
	[DOM_NOEMBED] = 1,
	[DOM_NOFRAMES] = 1,
	[DOM_NOSCRIPT] = 1,
	[DOM_OBJECT] = 1,
	[DOM_RP] = 1,
	[DOM_SCRIPT] = 1,
	[DOM_SELECT] = 1,
	[DOM_STYLE] = 1,
	[DOM_SVG] = 1,
	[DOM_TEMPLATE] = 1,
	[DOM_TEXTAREA] = 1,
	[DOM_TITLE] = 1,
	[DOM_VIDEO] = 1,
};

bool
page_is_block(uint16_t tag)
{
	return block_level[tag] != 0;
}

bool
page_is_unseen(const struct page *page, uint16_t tag)
{
	return unseen[tag] != 0 &&
	    (tag != DOM_NOSCRIPT || !page->without_script);
}

/* Some programs (forums above all) write the whole page a second time for
 * readers without scripts, or only there. */
static bool
is_without_script(const struct page *p)
{
	size_t seen = 0, other = 0;

	for (uint32_t i = 0, noscript = 0; i < p->n_nodes; i++) {
		const struct dom_node *n = &p->nodes[i];

		if (n->tag == DOM_NOSCRIPT)
			noscript = n->end;
		else if (unseen[n->tag])
			i = n->end - 1;
		else if (n->tag == DOM_TEXT)
			*(i < noscript ? &other : &seen) += n->text.len;
	}
	return other > seen / 2 && other > NOSCRIPT_BYTES;
}

static void
finish(struct walk *w)
{
	struct page *p = w->page;
	struct block *b = &w->now;
	struct lavoir_str head = { w->counter.head, w->counter.n_head };

	w->breaks = 0;
	if (!w->open || w->counter.count.chars == 0) {
		w->open = false;
		return;
	}
	w->open = false;
	if (p->n_blocks == p->cap_blocks) {
		size_t n = p->cap_blocks ? p->cap_blocks * 2 : 256;
		void *more = realloc(p->blocks, n * sizeof(*p->blocks));

		if (more == NULL) {
			w->failed = true;
			return;
		}
		p->blocks = more;
		p->cap_blocks = n;
	}
	b->count = w->counter.count;
	b->hash = w->counter.hash;
	b->last_class = counter_ends(&w->counter);
	b->strong = w->strong_chars * 10 > b->count.chars * 9;
	if (b->count.words <= 60)
		b->phrases = cues_phrases(w->cues, head);
	p->blocks[p->n_blocks++] = *b;
}

static struct block *
block_now(struct walk *w, uint32_t node)
{
	if (!w->open) {
		memset(&w->now, 0, sizeof(w->now));
		w->now.elem = w->n_around > 0 ? w->around[w->n_around - 1] : 0;
		w->now.first = w->now.last = node;
		w->strong_chars = 0;
		counter_reset(&w->counter);
		w->open = true;
	}
	return &w->now;
}

static void
on_text(struct walk *w, uint32_t i)
{
	struct lavoir_str text = w->page->nodes[i].text;
	uint32_t before;

	block_now(w, i)->last = i;
	before = w->counter.count.chars;
	counter_add(&w->counter, text, i < w->link_end);
	if (w->counter.count.chars > before) {
		w->breaks = 0;
		if (i < w->strong_end)
			w->strong_chars += w->counter.count.chars - before;
	}
}

static void
on_inline(struct walk *w, uint32_t i, const struct dom_node *n)
{
	switch (n->tag) {
	case DOM_DIV:
	case DOM_LI:
	case DOM_P:
		/* A line of code. */
		w->counter.space = true;
		w->counter.in_word = false;
		break;
	case DOM_BR:
		w->counter.space = true;
		w->counter.in_word = false;
		if (++w->breaks == 2 && i >= w->pre_end)
			finish(w);
		break;
	case DOM_A:
		if (n->end > w->link_end)
			w->link_end = n->end;
		block_now(w, i)->links++;
		break;
	case DOM_B:
	case DOM_STRONG:
		if (n->end > w->strong_end)
			w->strong_end = n->end;
		break;
	case DOM_INPUT:
	case DOM_BUTTON:
	case DOM_SELECT:
	case DOM_TEXTAREA:
		block_now(w, i)->controls++;
		break;
	case DOM_IMG:
		block_now(w, i)->pictures++;
		w->page->images++;
		break;
	default:
		break;
	}
}

static uint32_t
shape_of(const struct dom_node *n)
{
	struct lavoir_str class = dom_attr(n, "class");
	uint32_t h = 0x811c9dc5 ^ n->tag;

	for (size_t i = 0; i < class.len; i++) {
		char c = class.ptr[i];

		/* "item-12" and "item-13" are the same. */
		if (c < '0' || c > '9')
			h = (h ^ (unsigned char)c) * 0x01000193;
	}
	return h;
}

static void
on_element(struct walk *w, uint32_t i, const struct dom_node *n)
{
	struct page *p = w->page;
	struct elem *e = &p->elems[i];

	e->cues = cues_of(w->cues, n);
	e->all_cues = e->cues | p->elems[n->parent].all_cues;
	e->shape = shape_of(n);
	e->first_block = (uint32_t)p->n_blocks;
	if (!block_level[n->tag] || i < w->pre_end) {
		on_inline(w, i, n);
		return;
	}
	if (n->tag == DOM_PRE)
		w->pre_end = n->end;
	finish(w);
	e->first_block = (uint32_t)p->n_blocks;
	w->around[w->n_around++] = i;
	p->articles += n->tag == DOM_ARTICLE;
	p->forms += n->tag == DOM_FORM;
	p->list_items += n->tag == DOM_LI;
	p->headings += n->tag >= DOM_H1 && n->tag <= DOM_H6;
	p->has_main |= n->tag == DOM_MAIN;
	p->has_body_prop |= (e->cues >> CUE_BODY & 1) != 0;
}

static void
leave(struct walk *w, uint32_t i)
{
	while (w->n_around > 0 &&
	    w->page->nodes[w->around[w->n_around - 1]].end <= i) {
		finish(w);
		w->n_around--;
	}
}

static void
walk(struct walk *w)
{
	struct page *p = w->page;

	for (uint32_t i = 0; i < p->n_nodes && !w->failed; i++) {
		const struct dom_node *n = &p->nodes[i];

		leave(w, i);
		if (n->tag == DOM_TEXT) {
			p->elems[i].first_block = (uint32_t)p->n_blocks;
			on_text(w, i);
			continue;
		}
		on_element(w, i, n);
		if (n->tag == DOM_TITLE && p->title.ptr == NULL &&
		    n->end > i + 1 && p->nodes[i + 1].tag == DOM_TEXT)
			p->title = p->nodes[i + 1].text;
		if (page_is_unseen(p, n->tag) && n->tag != DOM_HEAD)
			i = n->end - 1;
	}
	leave(w, UINT32_MAX);
	finish(w);
}

static void
add_counts(struct page *p)
{
	for (size_t k = 0; k < p->n_blocks; k++) {
		const struct block *b = &p->blocks[k];
		struct elem *e = &p->elems[b->elem];

		e->words += b->count.words;
		e->link_words += b->count.link_words;
		e->blocks++;
		if (b->count.words >= PROSE_WORDS &&
		    b->count.link_words * 3 < b->count.words) {
			e->prose += b->count.words;
			p->prose_blocks++;
		}
		p->total.words += b->count.words;
		p->total.link_words += b->count.link_words;
		p->total.chars += b->count.chars;
		p->total.stops += b->count.stops;
		p->total.commas += b->count.commas;
	}
	for (size_t i = p->n_nodes; i-- > 1;) {
		const struct elem *e = &p->elems[i];
		struct elem *up = &p->elems[p->nodes[i].parent];

		up->words += e->words;
		up->link_words += e->link_words;
		up->blocks += e->blocks;
		up->prose += e->prose;
	}
}

/* How many blocks have the same text, elements the same shape: counted by
 * slots of a hash, so that strangers may be counted together, but hardly ever
 * are. */
static bool
count_likes(struct page *p)
{
	uint16_t *slot = calloc(LIKE_SLOTS + COPY_SLOTS, sizeof(*slot));

	if (slot == NULL)
		return false;
	for (size_t i = 0; i < p->n_nodes; i++) {
		uint16_t *s = &slot[p->elems[i].shape % LIKE_SLOTS];

		if (p->nodes[i].tag != DOM_TEXT && *s < UINT16_MAX)
			++*s;
	}
	for (size_t i = 0; i < p->n_nodes; i++)
		p->elems[i].like = slot[p->elems[i].shape % LIKE_SLOTS];
	for (size_t k = 0; k < p->n_blocks; k++) {
		uint16_t *s =
		    &slot[LIKE_SLOTS + p->blocks[k].hash % COPY_SLOTS];

		if (*s < UINT16_MAX)
			++*s;
	}
	for (size_t k = 0; k < p->n_blocks; k++)
		p->blocks[k].copies =
		    slot[LIKE_SLOTS + p->blocks[k].hash % COPY_SLOTS];
	free(slot);
	return true;
}

bool
page_cut(struct page *page, const struct dom *dom, const struct cues *cues)
{
	struct walk w = { .page = page, .cues = cues };
	bool ok;

	memset(page, 0, sizeof(*page));
	page->nodes = dom_nodes(dom, &page->n_nodes);
	page->elems = calloc(page->n_nodes, sizeof(*page->elems));
	w.around = malloc(page->n_nodes * sizeof(*w.around));
	ok = page->elems != NULL && w.around != NULL;
	if (ok) {
		page->without_script = is_without_script(page);
		walk(&w);
		ok = !w.failed && count_likes(page);
	}
	free(w.around);
	if (ok) {
		add_counts(page);
		page->kinds = page_kinds(page->nodes, page->n_nodes);
	}
	return ok;
}

void
page_clear(struct page *page)
{
	free(page->elems);
	free(page->blocks);
	page->elems = NULL;
	page->blocks = NULL;
}
