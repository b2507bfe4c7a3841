/* render.c - the kept blocks of a page as structured text. */
#include "render.h"

#include <stdlib.h>
#include <string.h>

enum { CELL_WORDS = 30, LANGUAGE_MAX = 31 };

/* What an open element's end calls. */
enum closing {
	CLOSE_PARAGRAPH,
	CLOSE_HEADING,
	CLOSE_PRE,
	CLOSE_QUOTE,
	CLOSE_LIST,
	CLOSE_ITEM,
	CLOSE_TABLE,
	CLOSE_ROW,
	CLOSE_CELL,
	CLOSE_MARK,
	CLOSE_TABLE_LAYOUT
};

struct open {
	uint32_t end;
	enum closing closing;
};

struct render {
	const struct page *page;
	struct markup *m;
	unsigned flags;
	uint32_t *kept; /* blocks kept before each */
	struct open *open;
	size_t n_open;
	size_t block; /* the first that does not end before the node */
	int pre;      /* how deep */
	int tables;   /* data tables around */
};

static void
push(struct render *r, uint32_t node, enum closing closing)
{
	r->open[r->n_open].end = r->page->nodes[node].end;
	r->open[r->n_open++].closing = closing;
}

static void
close_one(struct render *r, enum closing closing)
{
	switch (closing) {
	case CLOSE_PARAGRAPH:
		markup_paragraph(r->m);
		break;
	case CLOSE_HEADING:
		markup_heading_end(r->m);
		break;
	case CLOSE_PRE:
		markup_pre_end(r->m);
		r->pre--;
		break;
	case CLOSE_QUOTE:
		markup_quote_end(r->m);
		break;
	case CLOSE_LIST:
		markup_list_end(r->m);
		break;
	case CLOSE_ITEM:
		markup_item_end(r->m);
		break;
	case CLOSE_TABLE:
		markup_table_end(r->m);
		r->tables--;
		break;
	case CLOSE_ROW:
		markup_row_end(r->m);
		break;
	case CLOSE_CELL:
		markup_cell_end(r->m);
		break;
	case CLOSE_MARK:
		markup_mark_end(r->m);
		break;
	case CLOSE_TABLE_LAYOUT:
		markup_paragraph(r->m);
		break;
	}
}

static void
leave(struct render *r, uint32_t i)
{
	while (r->n_open > 0 && r->open[r->n_open - 1].end <= i)
		close_one(r, r->open[--r->n_open].closing);
}

/* Tables that only place things: with tables, lists, headings or much text in
 * their cells. */
static bool
is_layout(const struct render *r, uint32_t table)
{
	const struct page *p = r->page;
	uint32_t rows = 0, cells = 0;

	for (uint32_t i = table + 1; i < p->nodes[table].end; i++) {
		uint16_t tag = p->nodes[i].tag;

		rows += tag == DOM_TR;
		cells += tag == DOM_TD || tag == DOM_TH;
		if (tag == DOM_TABLE || tag == DOM_UL || tag == DOM_FORM ||
		    tag == DOM_PRE || (tag >= DOM_H1 && tag <= DOM_H3))
			return true;
		if ((tag == DOM_TD || tag == DOM_TH) &&
		    p->elems[i].words > CELL_WORDS * 5)
			return true;
	}
	return cells <= rows ||
	    p->elems[table].words > cells * (uint32_t)CELL_WORDS;
}

static unsigned
span_of(const struct dom_node *n)
{
	struct lavoir_str s = dom_attr(n, "colspan");
	unsigned span = 0;

	for (size_t i = 0; i < s.len && i < 3; i++)
		if (s.ptr[i] >= '0' && s.ptr[i] <= '9')
			span = span * 10 + (unsigned)(s.ptr[i] - '0');
	return span > 0 && span <= 100 ? span : 1;
}

static int64_t
start_of(const struct dom_node *n)
{
	struct lavoir_str s = dom_attr(n, "start");
	int64_t start = 0;

	for (size_t i = 0; i < s.len && i < 9; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return 1;
		start = start * 10 + (s.ptr[i] - '0');
	}
	return s.len > 0 ? start : 1;
}

/* "language-c", "lang-c", "highlight-c", in the class of the block or of the
 * <code> in it. */
static bool
language_of(const struct dom_node *n, char out[LANGUAGE_MAX + 1])
{
	static const char *const before[] = { "language-", "lang-",
		"highlight-source-", "highlight-", NULL };
	struct lavoir_str s = dom_attr(n, "class");

	if (s.ptr == NULL)
		return false;
	for (size_t k = 0; before[k] != NULL; k++) {
		size_t len = strlen(before[k]), i = 0;
		const char *p = memmem(s.ptr, s.len, before[k], len);

		if (p == NULL)
			continue;
		for (p += len; p<s.ptr + s.len && * p> ' ' && *p < 0x7f &&
		     *p != '`' && i < LANGUAGE_MAX;
		     p++)
			out[i++] = *p;
		out[i] = '\0';
		if (i > 0)
			return true;
	}
	return false;
}

static void
begin_pre(struct render *r, uint32_t i)
{
	const struct dom_node *n = &r->page->nodes[i];
	char language[LANGUAGE_MAX + 1];
	bool known = language_of(n, language) ||
	    (n->end > i + 1 && n[1].tag == DOM_CODE &&
		language_of(&n[1], language)) ||
	    (i > 0 && language_of(&r->page->nodes[n->parent], language));

	markup_pre_begin(r->m, known ? language : NULL);
	push(r, i, CLOSE_PRE);
	r->pre++;
}

static void
begin_mark(struct render *r, uint32_t i, enum markup_mark mark)
{
	/* Marks hold no blocks. */
	if (r->pre > 0 || r->page->elems[i].blocks > 0)
		return;
	markup_mark_begin(r->m, mark);
	push(r, i, CLOSE_MARK);
}

static void
begin_link(struct render *r, uint32_t i)
{
	struct lavoir_str url = dom_attr(&r->page->nodes[i], "href");

	if (r->pre > 0 || r->page->elems[i].blocks > 0 || url.len == 0 ||
	    url.ptr[0] == '#')
		return;
	markup_link_begin(r->m, url);
	push(r, i, CLOSE_MARK);
}

static bool
begin_inline(struct render *r, uint32_t i, const struct dom_node *n)
{
	switch (n->tag) {
	case DOM_BR:
		if (r->pre > 0)
			markup_text(r->m, "\n", 1);
		else
			markup_break(r->m);
		return true;
	case DOM_A:
		begin_link(r, i);
		return true;
	case DOM_EM:
	case DOM_I:
		begin_mark(r, i, MARKUP_EM);
		return true;
	case DOM_STRONG:
	case DOM_B:
		begin_mark(r, i, MARKUP_STRONG);
		return true;
	case DOM_CODE:
	case DOM_KBD:
	case DOM_SAMP:
	case DOM_TT:
		begin_mark(r, i, MARKUP_CODE);
		return true;
	case DOM_DEL:
	case DOM_S:
	case DOM_STRIKE:
		begin_mark(r, i, MARKUP_STRIKE);
		return true;
	default:
		return false;
	}
}

static bool
begin_table(struct render *r, uint32_t i, const struct dom_node *n)
{
	switch (n->tag) {
	case DOM_TABLE:
		if (!(r->flags & RENDER_TABLES) ||
		    (r->tables == 0 && is_layout(r, i))) {
			markup_paragraph(r->m);
			push(r, i, CLOSE_TABLE_LAYOUT);
		} else {
			markup_table_begin(r->m);
			push(r, i, CLOSE_TABLE);
			r->tables++;
		}
		return true;
	case DOM_TR:
		if (r->tables == 0)
			return false;
		markup_row_begin(r->m);
		push(r, i, CLOSE_ROW);
		return true;
	case DOM_TD:
	case DOM_TH:
		if (r->tables == 0)
			return false;
		markup_cell_begin(r->m, span_of(n));
		push(r, i, CLOSE_CELL);
		return true;
	default:
		return false;
	}
}

static void
begin_block(struct render *r, uint32_t i, const struct dom_node *n)
{
	if (r->pre > 0) {
		markup_line(r->m);
		return;
	}
	switch (n->tag) {
	case DOM_H1:
	case DOM_H2:
	case DOM_H3:
	case DOM_H4:
	case DOM_H5:
	case DOM_H6:
		markup_heading_begin(r->m, n->tag - DOM_H1 + 1);
		push(r, i, CLOSE_HEADING);
		break;
	case DOM_PRE:
	case DOM_LISTING:
	case DOM_XMP:
		begin_pre(r, i);
		break;
	case DOM_BLOCKQUOTE:
		markup_quote_begin(r->m);
		push(r, i, CLOSE_QUOTE);
		break;
	case DOM_UL:
	case DOM_MENU:
	case DOM_DIR:
		markup_list_begin(r->m, false, 1);
		push(r, i, CLOSE_LIST);
		break;
	case DOM_OL:
		markup_list_begin(r->m, true, start_of(n));
		push(r, i, CLOSE_LIST);
		break;
	case DOM_LI:
		markup_item_begin(r->m, NULL);
		push(r, i, CLOSE_ITEM);
		break;
	default:
		markup_paragraph(r->m);
		push(r, i, CLOSE_PARAGRAPH);
		break;
	}
}

static void
on_text(struct render *r, uint32_t i)
{
	const struct page *p = r->page;
	struct lavoir_str text = p->nodes[i].text;

	while (r->block < p->n_blocks && p->blocks[r->block].last < i)
		r->block++;
	if (r->block < p->n_blocks && p->blocks[r->block].first <= i &&
	    p->blocks[r->block].keep)
		markup_text(r->m, text.ptr, text.len);
}

/* Is there nothing to write in an element? */
static bool
is_empty(const struct render *r, uint32_t i)
{
	const struct elem *e = &r->page->elems[i];

	return r->pre == 0 && page_is_block(r->page->nodes[i].tag) &&
	    r->kept[e->first_block + e->blocks] == r->kept[e->first_block];
}

static void
walk(struct render *r, uint64_t *offsets)
{
	const struct page *p = r->page;

	for (uint32_t i = 0; i < p->n_nodes; i++) {
		const struct dom_node *n = &p->nodes[i];

		leave(r, i);
		if (offsets != NULL)
			offsets[i] = markup_length(r->m);
		if (n->tag == DOM_TEXT) {
			on_text(r, i);
		} else if (page_is_unseen(p, n->tag) || is_empty(r, i)) {
			i = n->end - 1;
		} else if (!begin_inline(r, i, n) && page_is_block(n->tag) &&
		    (r->pre > 0 || !begin_table(r, i, n))) {
			begin_block(r, i, n);
		}
	}
	leave(r, UINT32_MAX);
}

bool
render_page(const struct page *page, unsigned flags, struct markup *m,
    uint64_t *offsets)
{
	struct render r = { .page = page, .m = m, .flags = flags };
	size_t depth = 0;
	bool ok;

	for (size_t i = 0; i < page->n_nodes; i++) {
		if (page->nodes[i].depth > depth)
			depth = page->nodes[i].depth;
		if (offsets != NULL)
			offsets[i] = UINT64_MAX;
	}
	r.kept = malloc((page->n_blocks + 1) * sizeof(*r.kept));
	r.open = malloc((depth + 1) * sizeof(*r.open));
	ok = r.kept != NULL && r.open != NULL;
	if (ok) {
		r.kept[0] = 0;
		for (size_t k = 0; k < page->n_blocks; k++)
			r.kept[k + 1] = r.kept[k] + page->blocks[k].keep;
		walk(&r, offsets);
	}
	free(r.kept);
	free(r.open);
	return ok;
}
