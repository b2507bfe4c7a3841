/* order.c - the order in which the lines of a page are read.
 *
 * The page is cut into bands by the white space that goes all the way across.
 * Consecutive bands that leave the same gutter free are one region: if there is
 * prose on both sides of the gutter, the sides are read one after the other,
 * each cut up in the same way; else the bands are rows, read across.  Bands are
 * not cut apart at a height where the gutter goes on, and so paragraphs that
 * happen to end side by side do not mix columns.
 */
#include "order.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	LINES_MAX = 20000,
	DEPTH_MAX = 12,
	GAPS_MAX = 64,
	ROWS_MIN = 3,
	RETRY_MAX = 2000
};

/* Boxes are taken smaller by that part of their height above and below: those
 * of lines set tightly overlap. */
static const float SHRINK = 0.2F;
/* A gutter is so wide, in sizes of characters, prose so wide and so dense. */
static const float GUTTER = 0.8F;
static const float PROSE_WIDTH = 9.0F;
static const float PROSE_FILL = 0.5F;

struct gap {
	float x0, x1;
};

/* White space that goes down through all lines of a set. */
struct gaps {
	struct gap gap[GAPS_MAX];
	int n;
};

struct item {
	const struct line *line;
	size_t at; /* in poppler's order */
};

struct order {
	struct item *spare, *out;
	size_t n_out;
	float size;
	bool rtl;
};

static float
top(const struct line *l)
{
	return l->y0 + SHRINK * (l->y1 - l->y0);
}

static float
bottom(const struct line *l)
{
	return l->y1 - SHRINK * (l->y1 - l->y0);
}

static int
compare(float a, float b)
{
	return (a > b) - (a < b);
}

static int
by_top(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int c = compare(top(x->line), top(y->line));

	return c != 0 ? c : (x->at > y->at) - (x->at < y->at);
}

static int
by_left(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int c = compare(x->line->x0, y->line->x0);

	return c != 0 ? c : (x->at > y->at) - (x->at < y->at);
}

static int
by_poppler(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

/* Items are sorted by their tops: where the band ends that begins at from. */
static size_t
band_end(const struct item *item, size_t from, size_t n)
{
	float y = bottom(item[from].line);
	size_t i;

	for (i = from + 1; i < n && top(item[i].line) < y; i++)
		y = fmaxf(y, bottom(item[i].line));
	return i;
}

static void
extent(const struct item *item, size_t n, struct gap *r)
{
	*r = (struct gap){ INFINITY, -INFINITY };
	for (size_t i = 0; i < n; i++) {
		r->x0 = fminf(r->x0, item[i].line->x0);
		r->x1 = fmaxf(r->x1, item[i].line->x1);
	}
}

/* Take a line's width out of the gaps. */
static void
cover(struct gaps *g, const struct line *l, float least)
{
	int n = g->n;

	for (int i = 0; i < n; i++) {
		struct gap *a = &g->gap[i];
		struct gap right = { l->x1, a->x1 };

		if (l->x0 >= a->x1 || l->x1 <= a->x0)
			continue;
		a->x1 = fmaxf(a->x0, l->x0);
		if (right.x1 - right.x0 >= least && g->n < GAPS_MAX)
			g->gap[g->n++] = right;
	}
	n = 0;
	for (int i = 0; i < g->n; i++)
		if (g->gap[i].x1 - g->gap[i].x0 >= least)
			g->gap[n++] = g->gap[i];
	g->n = n;
}

static void
cover_all(struct gaps *g, const struct item *item, size_t n, float least)
{
	for (size_t i = 0; i < n && g->n > 0; i++)
		cover(g, item[i].line, least);
}

/* Move what stands left of x to the front, keeping the order; how many. */
static size_t
part(const struct order *o, struct item *item, size_t n, float x)
{
	size_t left = 0, right = 0;

	for (size_t i = 0; i < n; i++)
		if (item[i].line->x0 < x)
			item[left++] = item[i];
		else
			o->spare[right++] = item[i];
	memcpy(item + left, o->spare, right * sizeof(*item));
	return left;
}

/* Lines that fill the width they stand in. */
static bool
prose(const struct item *item, size_t n)
{
	float width = 0, size = 0;
	size_t rows = 0, next;
	struct gap all;

	extent(item, n, &all);
	for (size_t i = 0; i < n; i++) {
		width += item[i].line->x1 - item[i].line->x0;
		size += item[i].line->size;
	}
	for (size_t i = 0; i < n; i = next) {
		next = band_end(item, i, n);
		rows++;
	}
	return rows >= ROWS_MIN &&
	    width >= PROSE_WIDTH * size / (float)n * (float)rows &&
	    width >= PROSE_FILL * (all.x1 - all.x0) * (float)rows;
}

/* The widest gap with prose on both sides of it; false: none.  The items are
 * parted there. */
static bool
part_columns(const struct order *o, struct item *item, size_t n, struct gaps *g,
    size_t *left_r)
{
	struct gap all, t;
	size_t left;

	extent(item, n, &all);
	for (int i = 0; i < g->n; i++)
		for (int k = i + 1; k < g->n; k++)
			if (g->gap[k].x1 - g->gap[k].x0 >
			    g->gap[i].x1 - g->gap[i].x0) {
				t = g->gap[i];
				g->gap[i] = g->gap[k];
				g->gap[k] = t;
			}
	for (int i = 0; i < g->n; i++) {
		if (g->gap[i].x0 <= all.x0 || g->gap[i].x1 >= all.x1)
			continue;
		left = part(o, item, n, g->gap[i].x1 - 0.01F);
		if (prose(item, left) && prose(item + left, n - left)) {
			*left_r = left;
			return true;
		}
		qsort(item, n, sizeof(*item), by_top);
	}
	return false;
}

static void
emit(struct order *o, const struct item *item, size_t n)
{
	memcpy(o->out + o->n_out, item, n * sizeof(*item));
	o->n_out += n;
}

static bool
one_row(const struct item *item, size_t n)
{
	float y0 = -INFINITY, y1 = INFINITY;

	for (size_t i = 0; i < n; i++) {
		y0 = fmaxf(y0, top(item[i].line));
		y1 = fminf(y1, bottom(item[i].line));
	}
	return y0 < y1;
}

static void
emit_across(struct order *o, struct item *item, size_t n)
{
	qsort(item, n, sizeof(*item), by_left);
	for (size_t i = 0; i < n; i++)
		emit(o, o->rtl ? &item[n - 1 - i] : &item[i], 1);
}

static void order_items(struct order *o, struct item *item, size_t n,
    int depth);

/* A row, perhaps of cells with several lines each. */
static void
emit_band(struct order *o, struct item *item, size_t n, int depth)
{
	struct gap all;
	struct gaps g = { .n = 1 };
	size_t left;

	if (n == 1) {
		emit(o, item, 1);
		return;
	}
	if (one_row(item, n)) {
		emit_across(o, item, n);
		return;
	}
	extent(item, n, &all);
	g.gap[0] = all;
	cover_all(&g, item, n, 0.5F * o->size);
	for (int i = 0; i < g.n && depth < DEPTH_MAX; i++) {
		if (g.gap[i].x0 <= all.x0 || g.gap[i].x1 >= all.x1)
			continue;
		left = part(o, item, n, g.gap[i].x1 - 0.01F);
		if (o->rtl)
			order_items(o, item + left, n - left, depth + 1);
		order_items(o, item, left, depth + 1);
		if (!o->rtl)
			order_items(o, item + left, n - left, depth + 1);
		return;
	}
	qsort(item, n, sizeof(*item), by_poppler);
	emit(o, item, n);
}

/* The bands from here on that leave a gap free for all of them. */
static size_t
region_end(const struct order *o, const struct item *item, size_t n,
    const struct gap *all, struct gaps *g)
{
	const float least = GUTTER * o->size;
	size_t end = 0, next;
	struct gaps with;

	*g = (struct gaps){ .gap = { *all }, .n = 1 };
	while (end < n) {
		next = band_end(item, end, n);
		with = *g;
		cover_all(&with, item + end, next - end, least);
		if (with.n == 0)
			break;
		*g = with;
		end = next;
	}
	return end;
}

static void
emit_rows(struct order *o, struct item *item, size_t n, int depth)
{
	for (size_t i = 0, next; i < n; i = next) {
		next = band_end(item, i, n);
		emit_band(o, item + i, next - i, depth);
	}
}

static void
order_items(struct order *o, struct item *item, size_t n, int depth)
{
	size_t end, left;
	struct gap all;
	struct gaps g;

	qsort(item, n, sizeof(*item), by_top);
	extent(item, n, &all);
	while (n > 0) {
		end = region_end(o, item, n, &all, &g);
		if (end == 0) {
			end = band_end(item, 0, n);
			emit_band(o, item, end, depth);
		} else if (depth < DEPTH_MAX &&
		    part_columns(o, item, end, &g, &left)) {
			if (o->rtl)
				order_items(o, item + left, end - left,
				    depth + 1);
			order_items(o, item, left, depth + 1);
			if (!o->rtl)
				order_items(o, item + left, end - left,
				    depth + 1);
		} else {
			/* Perhaps only what is above has no columns. */
			if (n <= RETRY_MAX)
				end = band_end(item, 0, n);
			emit_rows(o, item, end, depth);
		}
		item += end;
		n -= end;
	}
}

/* Lines that are not upright follow at the end, unless they are the page. */
static size_t
take_upright(const struct page *page, struct order *o, struct item *item)
{
	size_t n = 0, chars = 0, rtl = 0;

	for (size_t i = 0; i < page->n; i++) {
		const struct line *l = &page->line[i];

		if (l->flags & LINE_VERTICAL)
			continue;
		item[n++] = (struct item){ l, i };
		chars += l->chars;
		rtl += l->flags & LINE_RTL ? l->chars : 0;
		o->size += l->size * (float)l->chars;
	}
	if (chars > 0)
		o->size /= (float)chars;
	o->rtl = rtl * 2 > chars;
	return chars * 2 >= page->chars ? n : 0;
}

bool
order_lines(struct pool *pool, struct page *page)
{
	struct order o = { 0 };
	struct item *item;
	struct line *line;
	size_t n;

	if (!page->placed || page->n < 2 || page->n > LINES_MAX)
		return true;
	item = pool_alloc(pool, 3 * page->n * sizeof(*item));
	line = pool_alloc(pool, page->n * sizeof(*line));
	if (item == NULL || line == NULL)
		return false;
	o.spare = item + page->n;
	o.out = o.spare + page->n;
	n = take_upright(page, &o, item);
	if (n == 0)
		return true;
	order_items(&o, item, n, 0);
	for (size_t i = 0; i < page->n; i++)
		if (page->line[i].flags & LINE_VERTICAL)
			o.out[o.n_out++] = (struct item){ &page->line[i], i };
	for (size_t i = 0; i < page->n; i++)
		line[i] = *o.out[i].line;
	page->line = line;
	return true;
}
