/* rows.c - the lines of a document, those of a height put together. */
#include "rows.h"

#include <math.h>
#include <string.h>

#include "common/u8.h"
#include "sign.h"

enum { SIZES = 400, NEIGHBOURS = 30 };

float
rows_body_size(const struct page *page, size_t n)
{
	uint64_t chars[SIZES] = { 0 };
	size_t best = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < page[i].n; k++) {
			const struct line *l = &page[i].line[k];
			long size = lroundf(fminf(l->size, 199) * 2);

			if (!(l->flags & LINE_FURNITURE) && size > 0 &&
			    size < SIZES)
				chars[size] += l->chars;
		}
	for (size_t i = 1; i < SIZES; i++)
		if (chars[i] > chars[best])
			best = i;
	return (float)best / 2;
}

float
row_start(const struct text_row *r)
{
	return r->line->flags & LINE_RTL ? -r->line->x1 : r->line->x0;
}

float
row_end(const struct text_row *r)
{
	const struct line *last = &r->line[r->n - 1];

	return last->flags & LINE_RTL ? -last->x0 : last->x1;
}

static void
widths(const struct text_row *r, float *x0, float *x1)
{
	const struct line *first = r->line, *last = &r->line[r->n - 1];

	*x0 = fminf(first->x0, last->x0);
	*x1 = fmaxf(first->x1, last->x1);
}

bool
row_apart(const struct text_row *a, const struct text_row *b)
{
	float a0, a1, b0, b1;

	widths(a, &a0, &a1);
	widths(b, &b0, &b1);
	return fminf(a1, b1) <= fmaxf(a0, b0);
}

/* b stands beside a, behind it. */
static bool
beside(const struct line *a, const struct line *b)
{
	float shared = fminf(a->y1, b->y1) - fmaxf(a->y0, b->y0);
	float less = fminf(a->y1 - a->y0, b->y1 - b->y0);

	if ((a->flags ^ b->flags) & (LINE_VERTICAL | LINE_RTL) ||
	    a->flags & LINE_VERTICAL || shared < 0.6F * less)
		return false;
	return a->flags & LINE_RTL ? b->x1 <= a->x0 + 0.5F * a->size
				   : b->x0 >= a->x1 - 0.5F * a->size;
}

bool
row_bullet(const char *text, size_t len)
{
	size_t size;
	uint32_t c;

	if (len == 0)
		return false;
	c = u8_decode((const unsigned char *)text, &size);
	return size == len && (sign_bullet(c) || sign_private(c));
}

static uint32_t
count_cells(const struct line *l)
{
	uint32_t n = 0;

	for (size_t at = 0, len; at <= l->len; at += len + 1) {
		len = strcspn(l->text + at, "\t");
		n += !row_bullet(l->text + at, len);
	}
	return n;
}

static bool
add_page(struct pool *pool, struct rows *rows, struct page *page,
    uint32_t number)
{
	size_t n = 0;

	for (size_t i = 0; i < page->n; i++)
		if (!(page->line[i].flags & LINE_FURNITURE))
			page->line[n++] = page->line[i];
	page->n = n;
	for (size_t i = 0; i < n; i++) {
		struct line *l = &page->line[i];
		struct text_row *last =
		    rows->n > 0 ? &rows->row[rows->n - 1] : NULL;

		if (page->placed && last != NULL && last->page == number &&
		    beside(&last->line[last->n - 1], l)) {
			last->n++;
			last->cells += count_cells(l);
			continue;
		}
		if (!pool_grow(pool, &rows->row, &rows->cap, rows->n + 1,
			sizeof(*rows->row)))
			return false;
		rows->row[rows->n++] =
		    (struct text_row){ l, 1, count_cells(l), number, 0 };
	}
	return true;
}

static bool
same_column(const struct text_row *a, const struct text_row *b)
{
	const struct line *x = a->line, *y = b->line;

	return a->page == b->page && b->n == 1 && a->n == 1 &&
	    !((x->flags ^ y->flags) & (LINE_RTL | LINE_VERTICAL)) &&
	    fabsf(x->size - y->size) < 0.15F * x->size &&
	    fminf(x->x1, y->x1) > fmaxf(x->x0, y->x0) &&
	    fabsf(row_start(a) - row_start(b)) < 4 * x->size;
}

/* How far the column reaches that a row stands in: its neighbours tell. */
static void
find_column(struct rows *rows, size_t i)
{
	struct text_row *r = &rows->row[i];
	size_t k;

	r->column = row_end(r);
	for (k = i; k > 0 && i - k < NEIGHBOURS; k--) {
		if (!same_column(r, &rows->row[k - 1]))
			break;
		r->column = fmaxf(r->column, row_end(&rows->row[k - 1]));
	}
	for (k = i + 1; k < rows->n && k - i < NEIGHBOURS; k++) {
		if (!same_column(r, &rows->row[k]))
			break;
		r->column = fmaxf(r->column, row_end(&rows->row[k]));
	}
}

bool
rows_collect(struct pool *pool, struct rows *rows, struct page *page, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!add_page(pool, rows, &page[i], (uint32_t)i))
			return false;
	for (size_t i = 0; i < rows->n; i++)
		find_column(rows, i);
	return true;
}
