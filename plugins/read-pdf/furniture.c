/* furniture.c - running heads and feet, and page numbers. */
#include "furniture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <glib.h>

#include "common/u8.h"

/* Rows looked at, from the page's end inwards; neighbours that a head may be
 * repeated on (left and right pages have their own); how far from the end, and
 * how far from each other, in parts of the page's height. */
enum { ROWS_MAX = 3, NEIGHBOURS = 4, TOP = 0, BOTTOM = 1 };
static const float ZONE = 0.2F;
static const float SAME_PLACE = 0.012F;

struct row {
	struct line *line[8]; /* by their places */
	int n;
	float y0, y1, size;
	uint64_t key; /* of the text, without case and digits; 0: none */
	long number;  /* the only one in it; -1: none */
	bool bare;    /* nothing but a number */
	bool found;
};

struct ends {
	struct row row[2][ROWS_MAX];
	int n[2];
	float next[2]; /* how far the first row is from what follows */
};

static int
by_height(const void *a, const void *b)
{
	const struct line *x = *(struct line *const *)a;
	const struct line *y = *(struct line *const *)b;

	if (x->y0 != y->y0)
		return x->y0 < y->y0 ? -1 : 1;
	return (x->x0 > y->x0) - (x->x0 < y->x0);
}

static bool
one_of(const char *p, size_t len, const char *const *word)
{
	for (; *word != NULL; word++)
		if (strlen(*word) == len && strncasecmp(*word, p, len) == 0)
			return true;
	return false;
}

/* What a page number may have beside it. */
static bool
page_word(const char *p, size_t len)
{
	static const char *const known[] = { "page", "pages", "p", "pg", "of",
		"seite", "von", "sur", "de", "di", "van", "pagina", "página",
		"side", "sida", "av", "strona", "str", "sivu", "стр", "из",
		"страница", NULL };

	return one_of(p, len, known);
}

/* i to xxxix, as front matter has them. */
static bool
roman(const char *p, size_t len)
{
	size_t n = strspn(p, "ivx");

	return len <= 7 && n >= len;
}

static bool
punctuation(const char *p, size_t len)
{
	size_t size;

	for (size_t i = 0; i < len; i += size)
		if (g_unichar_isalnum(
			u8_decode((const unsigned char *)p + i, &size)))
			return false;
	return true;
}

static uint64_t
mix(uint64_t h, uint32_t c)
{
	return (h ^ c) * 0x100000001b3U;
}

/* The words of a line go into the row's key. */
static void
take_word(struct row *r, const char *p, size_t len, int *numbers)
{
	const char *at = p, *end = p + len;
	size_t size, digits = strspn(p, "0123456789");

	if (punctuation(p, len))
		return;
	if (digits > len)
		digits = len;
	if (digits == len && digits < 6) {
		r->number = strtol(p, NULL, 10);
		++*numbers;
	}
	if (digits == 0 && roman(p, len)) {
		++*numbers;
		r->key = mix(mix(r->key, '0'), ' ');
		return;
	}
	if (digits < len && !page_word(p, len))
		r->bare = false;
	while (at < end) {
		uint32_t c = u8_decode((const unsigned char *)at, &size);

		/* "Page 9" and "Page 10" are the same. */
		if (!g_unichar_isdigit(c))
			r->key = mix(r->key, g_unichar_tolower(c));
		else if (at == p || !g_ascii_isdigit(at[-1]))
			r->key = mix(r->key, '0');
		at += size;
	}
	r->key = mix(r->key, ' ');
}

static void
read_row(struct row *r)
{
	int numbers = 0;
	size_t len;

	r->key = 0xcbf29ce484222325U;
	r->number = -1;
	r->bare = true;
	for (int i = 0; i < r->n; i++) {
		const char *p = r->line[i]->text, *end = p + r->line[i]->len;

		for (; p < end; p += len) {
			len = 1;
			if (strchr(" \t-|/.,:[]()~", *p) != NULL)
				continue;
			while (p + len < end &&
			    strchr(" \t-|/.,:[]()~", p[len]) == NULL)
				len++;
			take_word(r, p, len, &numbers);
		}
	}
	if (numbers != 1)
		r->number = -1;
	r->bare = r->bare && numbers > 0;
}

static void
begin_row(struct row *r, struct line *l)
{
	*r = (struct row){ .y0 = l->y0, .y1 = l->y1, .size = l->size, .n = 1 };
	r->line[0] = l;
}

static bool
in_row(const struct row *r, const struct line *l)
{
	float shared = fminf(r->y1, l->y1) - fmaxf(r->y0, l->y0);

	return shared > 0.5F * fminf(r->y1 - r->y0, l->y1 - l->y0);
}

static void
add_to_row(struct row *r, struct line *l)
{
	r->line[r->n++] = l;
	r->y0 = fminf(r->y0, l->y0);
	r->y1 = fmaxf(r->y1, l->y1);
	r->size = fmaxf(r->size, l->size);
}

/* Rows of one end of a page whose lines are sorted by height. */
static void
find_rows(struct ends *e, int side, struct line **line, size_t n, float height)
{
	struct row *r = NULL;
	int rows = 0;

	e->next[side] = height;
	for (size_t i = 0; i < n; i++) {
		struct line *l = line[side == TOP ? i : n - 1 - i];
		float depth = side == TOP ? l->y1 : height - l->y0;

		if (l->flags & LINE_VERTICAL)
			continue;
		if (rows > 0 && in_row(r, l)) {
			if (r->n == 8)
				break;
			add_to_row(r, l);
			continue;
		}
		if (rows == 1)
			e->next[side] =
			    side == TOP ? l->y0 - r->y1 : r->y0 - l->y1;
		if (rows == ROWS_MAX || depth > ZONE * height)
			break;
		r = &e->row[side][rows++];
		begin_row(r, l);
	}
	e->n[side] = rows;
	for (int i = 0; i < rows; i++) {
		struct row *w = &e->row[side][i];

		qsort(w->line, (size_t)w->n, sizeof(*w->line), by_height);
		read_row(w);
	}
}

static bool
same_row(const struct row *a, const struct row *b, float height, long apart)
{
	if (a->key != b->key || fabsf(a->y0 - b->y0) > SAME_PLACE * height ||
	    fabsf(a->size - b->size) > 0.5F)
		return false;
	/* Bare numbers may be a table's: they must count pages. */
	return !a->bare || a->number < 0 || b->number < 0 ||
	    (b->number - a->number > 0) == (apart > 0);
}

static void
compare(struct ends *a, struct ends *b, float height, long apart)
{
	for (int side = TOP; side <= BOTTOM; side++)
		for (int i = 0; i < a->n[side]; i++)
			for (int j = 0; j < b->n[side]; j++) {
				struct row *x = &a->row[side][i];
				struct row *y = &b->row[side][j];

				if (!same_row(x, y, height, apart))
					continue;
				x->found = true;
				y->found = true;
			}
}

/* A number, or a number and a title far from it, alone at the page's end. */
static bool
page_number(const struct ends *e, int side, float body)
{
	const struct row *r = &e->row[side][0];
	bool number = r->bare, title = false;

	if (e->n[side] == 0 || r->size > 1.1F * body || e->next[side] < r->size)
		return false;
	for (int i = 0; i < r->n; i++) {
		struct row alone;

		begin_row(&alone, r->line[i]);
		read_row(&alone);
		title = title || !alone.bare;
		number = number || (alone.bare && alone.number >= 0);
	}
	/* In small print a title is a running head; else it may be the title.
	 */
	return number && (!title || r->size < 0.97F * body);
}

/* From the page's end inwards, as far as there is nothing else. */
static void
mark(struct ends *e, float body)
{
	for (int side = TOP; side <= BOTTOM; side++) {
		struct row *r = e->row[side];

		if (e->n[side] > 0 && page_number(e, side, body))
			r->found = true;
		for (int i = 0; i < e->n[side]; i++) {
			if (!r[i].found || r[i].size > 1.3F * body)
				break;
			for (int k = 0; k < r[i].n; k++)
				r[i].line[k]->flags |= LINE_FURNITURE;
		}
	}
}

bool
furniture_mark(struct pool *pool, struct page *page, size_t n, float body)
{
	struct ends *ends = pool_alloc(pool, n * sizeof(*ends));
	struct line **line = NULL;
	size_t cap = 0;

	if (ends == NULL)
		return n == 0;
	memset(ends, 0, n * sizeof(*ends));
	for (size_t i = 0; i < n; i++) {
		if (!page[i].placed)
			continue;
		if (!pool_grow(pool, &line, &cap, page[i].n, sizeof(*line)))
			return false;
		for (size_t k = 0; k < page[i].n; k++)
			line[k] = &page[i].line[k];
		if (page[i].n > 0)
			qsort(line, page[i].n, sizeof(*line), by_height);
		find_rows(&ends[i], TOP, line, page[i].n, page[i].height);
		find_rows(&ends[i], BOTTOM, line, page[i].n, page[i].height);
	}
	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n && k <= i + NEIGHBOURS; k++)
			compare(&ends[i], &ends[k], page[i].height,
			    (long)(k - i));
	for (size_t i = 0; i < n; i++)
		mark(&ends[i], body);
	return true;
}
