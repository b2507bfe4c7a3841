/* write.c - blocks to text: words cut at line ends are joined. */
#include "write.h"

#include <string.h>

#include "common/u8.h"

struct writer {
	struct pool *pool;
	const struct flow *flow;
	struct markup *m;
	struct vocabulary words;
	bool in_list;
	bool ordered; /* that list */
};

static bool
learn(struct writer *w)
{
	const struct rows *rows = w->flow->rows;
	bool cut = false;
	size_t size;

	for (size_t i = 0; i < rows->n; i++)
		for (uint32_t k = 0; k < rows->row[i].n; k++) {
			const struct line *l = &rows->row[i].line[k];

			if (!vocabulary_add(&w->words, l->text, l->len, cut))
				return false;
			cut = hyphen_ends(l->text, l->len, &size);
		}
	return true;
}

/* Soft hyphens within a line are not to be seen. */
static void
put(struct markup *m, const char *p, size_t len)
{
	const char *end = p + len, *next;

	while ((next = memmem(p, (size_t)(end - p), "\xc2\xad", 2)) != NULL) {
		markup_text(m, p, (size_t)(next - p));
		p = next + 2;
	}
	markup_text(m, p, (size_t)(end - p));
}

static uint32_t
last_of(const char *text, size_t len)
{
	size_t size;

	do
		len--;
	while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80);
	return u8_decode((const unsigned char *)text + len, &size);
}

/* Han, Kana and full-width signs have no spaces between lines. */
static bool
unspaced(uint32_t c)
{
	return (c >= 0x2e80 && c < 0xac00) || (c >= 0xf900 && c < 0xfb00) ||
	    (c >= 0xff00 && c < 0xffa0);
}

/* A line and what divides it from the next, of which it is told. */
static void
put_line(struct writer *w, const struct line *l, size_t skip,
    const struct line *next)
{
	const char *text = l->text + skip;
	size_t len = l->len - skip, hyphen, size;
	enum hyphen what;

	if (next == NULL || len == 0 || next->len == 0) {
		put(w->m, text, len);
		return;
	}
	what = hyphen_judge(&w->words, text, len, next->text, next->len);
	if (what == HYPHEN_DROP && hyphen_ends(text, len, &hyphen))
		len -= hyphen;
	put(w->m, text, len);
	if (what == HYPHEN_NONE && len > 0 &&
	    !(unspaced(last_of(text, len)) &&
		unspaced(u8_decode((const unsigned char *)next->text, &size))))
		markup_space(w->m);
}

static const struct line *
line_at(const struct text_row *r, size_t n, size_t i, uint32_t k)
{
	if (k < r[i].n)
		return &r[i].line[k];
	return i + 1 < n ? r[i + 1].line : NULL;
}

static void
put_rows(struct writer *w, const struct block *b)
{
	const struct text_row *r = &w->flow->rows->row[b->first];
	size_t skip = b->kind == BLOCK_ITEM ? b->label : 0;

	for (size_t i = 0; i < b->n; i++)
		for (uint32_t k = 0; k < r[i].n; k++) {
			put_line(w, &r[i].line[k], skip,
			    line_at(r, b->n, i, k + 1));
			skip = 0;
		}
}

/* The cells of a line; *open: one that has nothing but a bullet yet. */
static void
put_cells(struct writer *w, const struct line *l, bool *open)
{
	for (size_t at = 0, len; at <= l->len; at += len + 1) {
		len = strcspn(l->text + at, "\t");
		if (*open)
			markup_space(w->m);
		else
			markup_cell_begin(w->m, 1);
		put(w->m, l->text + at, len);
		*open = row_bullet(l->text + at, len);
		if (!*open)
			markup_cell_end(w->m);
	}
}

static void
put_table(struct writer *w, const struct block *b)
{
	const struct text_row *r = &w->flow->rows->row[b->first];
	bool open = false;

	markup_table_begin(w->m);
	for (size_t i = 0; i < b->n; i++) {
		markup_row_begin(w->m);
		for (uint32_t k = 0; k < r[i].n; k++)
			put_cells(w, &r[i].line[k], &open);
		if (open)
			markup_cell_end(w->m);
		open = false;
		markup_row_end(w->m);
	}
	markup_table_end(w->m);
}

static void
end_list(struct writer *w)
{
	if (w->in_list)
		markup_list_end(w->m);
	w->in_list = false;
}

static void
put_item(struct writer *w, const struct block *b)
{
	const char *text = w->flow->rows->row[b->first].line->text;
	char label[MARKUP_LABEL];

	if (w->in_list && w->ordered == b->bullet)
		end_list(w);
	if (!w->in_list)
		markup_list_begin(w->m, !b->bullet, 1);
	w->in_list = true;
	w->ordered = !b->bullet;
	memcpy(label, text, b->label);
	label[b->label] = '\0';
	markup_item_begin(w->m, b->bullet ? NULL : label);
	put_rows(w, b);
	markup_item_end(w->m);
}

static void
put_block(struct writer *w, const struct block *b)
{
	if (b->kind != BLOCK_ITEM)
		end_list(w);
	switch (b->kind) {
	case BLOCK_ITEM:
		put_item(w, b);
		break;
	case BLOCK_TABLE:
		put_table(w, b);
		break;
	case BLOCK_HEADING:
		markup_heading_begin(w->m, b->level);
		put_rows(w, b);
		markup_heading_end(w->m);
		break;
	default:
		markup_paragraph(w->m);
		put_rows(w, b);
		markup_paragraph(w->m);
	}
}

bool
write_rows(struct pool *pool, const struct flow *f, struct markup *m)
{
	struct writer w = { .pool = pool,
		.flow = f,
		.m = m,
		.words = { .pool = pool } };
	struct block b;

	if (!learn(&w))
		return false;
	for (size_t i = 0; i < f->rows->n; i += b.n) {
		if (pool->host->cancelled(pool->host))
			return false;
		flow_next(f, i, &b);
		put_block(&w, &b);
	}
	end_list(&w);
	return true;
}
