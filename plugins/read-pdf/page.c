/* page.c - a page's text as lines with their places. */
#include "page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "word.h"

/* A gap of so many times the font's size is more than one between words. */
static const float WIDE_GAP = 2.0F;
static const float WORD_GAP = 0.12F;

static int
by_place(const void *a, const void *b)
{
	const struct word *x = a, *y = b;

	return (x->x0 > y->x0) - (x->x0 < y->x0);
}

static void
reverse(struct word *w, size_t n)
{
	for (size_t i = 0; i + 1 < n - i; i++) {
		struct word t = w[i];

		w[i] = w[n - 1 - i];
		w[n - 1 - i] = t;
	}
}

/* Does the word run against the line, or, between such words, with them? */
static bool
against(const struct word *w, bool rtl)
{
	return rtl ? (w->ltr || w->digits) && !w->rtl : w->rtl;
}

static bool
neutral(const struct word *w)
{
	return !w->rtl && !w->ltr && !w->digits;
}

/* Words stand by their places, from left to right; turn around what is read
 * from right to left. */
static void
reading_order(struct word *w, size_t n, bool rtl)
{
	if (rtl)
		reverse(w, n);
	for (size_t i = 0, end; i < n; i = end) {
		end = i + 1;
		if (!against(&w[i], rtl))
			continue;
		for (size_t j = end; j < n; j++) {
			if (against(&w[j], rtl))
				end = j + 1;
			else if (!neutral(&w[j]))
				break;
		}
		reverse(w + i, end - i);
	}
}

static float
gap_between(const struct word *a, const struct word *b)
{
	return a->x0 < b->x0 ? b->x0 - a->x1 : a->x0 - b->x1;
}

/* How the two are divided: '\0', ' ' or '\t'. */
static char
divider(const struct word *a, const struct word *b, bool mixed, bool placed)
{
	float size = fmaxf(a->size, b->size);

	if (!placed)
		return a->space ? ' ' : '\0';
	if (!a->upright && gap_between(a, b) > WIDE_GAP * size)
		return '\t';
	/* What poppler says of spaces is of the order of places. */
	if (!mixed)
		return a->space ? ' ' : '\0';
	return gap_between(a, b) > WORD_GAP * size ? ' ' : '\0';
}

static void
measure(struct line *l, const struct word *w, size_t n)
{
	uint32_t bold = 0, most = 0, upright = 0;

	*l =
	    (struct line){ .x0 = w->x0, .y0 = w->y0, .x1 = w->x1, .y1 = w->y1 };
	for (size_t i = 0; i < n; i++) {
		l->x0 = fminf(l->x0, w[i].x0);
		l->y0 = fminf(l->y0, w[i].y0);
		l->x1 = fmaxf(l->x1, w[i].x1);
		l->y1 = fmaxf(l->y1, w[i].y1);
		l->chars += w[i].chars;
		bold += w[i].bold ? w[i].chars : 0;
		upright += w[i].upright ? w[i].chars : 0;
		if (w[i].chars > most) {
			most = w[i].chars;
			l->size = w[i].size;
		}
	}
	if (bold * 2 > l->chars)
		l->flags |= LINE_BOLD;
	if (upright * 2 > l->chars)
		l->flags |= LINE_VERTICAL;
}

static bool
line_of(struct pool *pool, const char *text, struct word *w, size_t n,
    bool placed, struct line *l)
{
	size_t rtl = 0, ltr = 0, size = 0;
	bool mixed = false;

	measure(l, w, n);
	for (size_t i = 0; i < n; i++) {
		rtl += w[i].rtl;
		ltr += w[i].ltr;
		size += w[i].len + 1;
		mixed = mixed || w[i].marked;
	}
	mixed = mixed && placed && !(l->flags & LINE_VERTICAL);
	if (rtl > ltr)
		l->flags |= LINE_RTL;
	if (mixed) {
		qsort(w, n, sizeof(*w), by_place);
		reading_order(w, n, rtl > ltr);
	}
	if (w[0].bullet)
		l->flags |= LINE_BULLET;
	l->text = pool_text(pool, size);
	if (l->text == NULL)
		return false;
	for (size_t i = 0; i < n; i++) {
		char c = '\0';

		if (i + 1 < n)
			c = divider(&w[i], &w[i + 1], mixed, placed);

		memcpy(l->text + l->len, text + w[i].at, w[i].len);
		l->len += w[i].len;
		if (c != '\0')
			l->text[l->len++] = c;
	}
	l->text[l->len] = '\0';
	return true;
}

bool
page_read(struct pool *pool, struct page_scratch *s, PopplerPage *from,
    struct page *page)
{
	double width, height;
	size_t n_words;
	struct line l;

	poppler_page_get_size(from, &width, &height);
	*page = (struct page){
		.width = (float)width,
		.height = (float)height,
		.images = -1,
	};
	if (!words_read(pool, s, from, &n_words, &page->placed))
		return false;
	for (size_t i = 0, end; i < n_words; i = end) {
		for (end = i + 1; end < n_words && !s->word[end - 1].last;
		     end++)
			;
		for (size_t k = i; k < end; k++) {
			page->chars += s->word[k].chars;
			/* Lists begin with signs of fonts of their own. */
			if (k > i || !s->word[k].bullet)
				page->damaged += s->word[k].damaged;
		}
		if (!line_of(pool, s->text, s->word + i, end - i, page->placed,
			&l))
			return false;
		if (l.len == 0)
			continue;
		if (!pool_grow(pool, &s->line, &s->lines_cap, page->n + 1,
			sizeof(l)))
			return false;
		s->line[page->n++] = l;
	}
	if (page->n == 0)
		return true;
	page->line = pool_alloc(pool, page->n * sizeof(l));
	if (page->line == NULL)
		return false;
	memcpy(page->line, s->line, page->n * sizeof(l));
	return true;
}
