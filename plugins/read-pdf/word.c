/* word.c - the words of a page in poppler's order, with their places. */
#include "word.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "common/u8.h"
#include "sign.h"

/* Signs of a word are not that far from each other, in parts of their height.
 */
static const double APART = 0.2;
static const double FAR = 100000;

/* Poppler's text, a place for each of its signs but the marks of direction that
 * it puts around each word from right to left, and where fonts change. */
struct source {
	struct pool *pool;
	struct page_scratch *s;
	const PopplerRectangle *place;
	size_t n_places;
	size_t n_runs, run;
	size_t sign;	 /* number of the next one */
	size_t first, n; /* the current word's signs */
	size_t text_len, n_words;
	int depth;   /* of marks of direction */
	bool marked; /* the current word is within them */
};

static bool
bold_name(const char *name)
{
	return name != NULL &&
	    (strcasestr(name, "bold") != NULL ||
		strcasestr(name, "black") != NULL ||
		strcasestr(name, "heavy") != NULL);
}

static bool
read_runs(struct source *src, PopplerPage *from, PopplerRectangle *area)
{
	GList *all = poppler_page_get_text_attributes_for_area(from, area);
	struct page_scratch *s = src->s;
	bool fine = true;

	for (GList *l = all; l != NULL && fine; l = l->next) {
		const PopplerTextAttributes *a = l->data;

		fine = pool_grow(src->pool, &s->run, &s->runs_cap,
		    src->n_runs + 1, sizeof(*s->run));
		if (fine)
			s->run[src->n_runs++] = (struct size_run){
				.from = (size_t)a->start_index,
				.size = (float)a->font_size,
				.bold = bold_name(a->font_name),
			};
	}
	poppler_page_free_text_attributes(all);
	return fine;
}

static double
width_at(const struct source *src, size_t i)
{
	return src->place[i].x2 - src->place[i].x1;
}

static bool
same(double a, double b)
{
	return fabs(a - b) <= 0.005 * (fabs(a) + fabs(b));
}

static bool
one_width(const struct source *src)
{
	for (size_t i = 1; i < src->n; i++)
		if (!same(width_at(src, src->first),
			width_at(src, src->first + i)))
			return false;
	return true;
}

/* Fonts have one sign for lam and alef, which poppler cuts into two of the same
 * width; turned around with the others the two stand the wrong way. */
static void
mend_lam_alef(struct source *src)
{
	uint32_t *c = src->s->sign;

	if (src->n < 2 || src->first + src->n > src->n_places ||
	    (src->n > 2 && one_width(src)))
		return;
	/* Not at a word's beginning: that is the article. */
	for (size_t i = 1; i + 1 < src->n; i++) {
		size_t place = src->first + src->n - 1 - i;

		if ((c[i] == 0x627 || c[i] == 0x622 || c[i] == 0x623 ||
			c[i] == 0x625) &&
		    c[i + 1] == 0x644 &&
		    same(width_at(src, place), width_at(src, place - 1))) {
			c[i + 1] = c[i];
			c[i] = 0x644;
			i++;
		}
	}
}

static void
take_places(const struct source *src, struct word *w)
{
	const PopplerRectangle *p = src->place + src->first;
	const PopplerRectangle *last = p + src->n - 1;
	double x0 = INFINITY, y0 = INFINITY, x1 = -INFINITY, y1 = -INFINITY;

	if (src->first + src->n > src->n_places)
		return;
	for (; p <= last; p++) {
		x0 = fmin(x0, fmin(p->x1, p->x2));
		x1 = fmax(x1, fmax(p->x1, p->x2));
		y0 = fmin(y0, fmin(p->y1, p->y2));
		y1 = fmax(y1, fmax(p->y1, p->y2));
	}
	w->x0 = (float)x0;
	w->y0 = (float)y0;
	w->x1 = (float)x1;
	w->y1 = (float)y1;
	p = src->place + src->first;
	w->upright =
	    src->n > 1 && fabs(last->y1 - p->y1) > 2 * fabs(last->x1 - p->x1);
}

static void
take_font(struct source *src, struct word *w)
{
	const struct size_run *run = src->s->run;

	while (
	    src->run + 1 < src->n_runs && run[src->run + 1].from <= src->first)
		src->run++;
	if (src->n_runs > 0) {
		w->size = run[src->run].size;
		w->bold = run[src->run].bold;
	}
	if (w->size <= 0)
		w->size = w->upright ? w->x1 - w->x0 : w->y1 - w->y0;
}

static void
take_kind(struct word *w, uint32_t c)
{
	if (sign_rtl(c))
		w->rtl = true;
	else if (g_unichar_isdigit(c))
		w->digits = true;
	else if (g_unichar_isalpha(c))
		w->ltr = true;
}

/* The current word ends here; without signs there is none. */
static bool
end_word(struct source *src)
{
	struct page_scratch *s = src->s;
	struct word *w;

	if (src->n == 0)
		return true;
	if (!pool_grow(src->pool, &s->word, &s->words_cap, src->n_words + 1,
		sizeof(*s->word)) ||
	    !pool_grow(src->pool, &s->text, &s->text_cap,
		src->text_len + src->n * SIGN_SIZE, 1))
		return false;
	w = &s->word[src->n_words++];
	*w = (struct word){ .at = src->text_len, .marked = src->marked };
	for (size_t i = 0; i < src->n; i++)
		take_kind(w, s->sign[i]);
	if (w->rtl && src->n_places > 0)
		mend_lam_alef(src);
	w->bullet = src->n == 1 &&
	    (sign_bullet(s->sign[0]) || sign_private(s->sign[0]));
	for (size_t i = 0; i < src->n; i++) {
		w->damaged += sign_damaged(s->sign[i]);
		src->text_len +=
		    sign_write((unsigned char *)s->text + src->text_len,
			s->sign[i]);
	}
	w->len = src->text_len - w->at;
	w->chars = (uint32_t)src->n;
	take_places(src, w);
	take_font(src, w);
	src->n = 0;
	return true;
}

static bool
take_sign(struct source *src, uint32_t c)
{
	struct page_scratch *s = src->s;

	if (src->n == 0) {
		src->first = src->sign;
		src->marked = src->depth > 0;
	}
	if (!pool_grow(src->pool, &s->sign, &s->signs_cap, src->n + 1,
		sizeof(*s->sign)))
		return false;
	s->sign[src->n++] = c;
	src->sign++;
	return true;
}

/* Does the next sign stand apart from the one before, or overlap it in another
 * size?  Between the cells of a table poppler sees no space. */
static bool
apart(const struct source *src)
{
	const PopplerRectangle *a, *b;
	double size, gap;

	if (src->n == 0 || src->sign >= src->n_places)
		return false;
	b = src->place + src->sign;
	a = b - 1;
	size = fabs(a->y2 - a->y1);
	gap = b->x1 - a->x2;
	/* Upwards, downwards. */
	if (fabs(b->x1 - a->x1) < 0.1 * size)
		return false;
	return gap > APART * size || gap < -0.5 * size ||
	    (gap < -0.05 * size && fabs(b->y2 - b->y1 - size) > 0.1 * size) ||
	    fabs(b->y2 - a->y2) > 0.7 * size;
}

static bool
take(struct source *src, uint32_t c)
{
	struct word *last;

	if (sign_embeds(c)) {
		src->depth += c == 0x202c ? -1 : 1;
		/* A word from right to left begins or ends. */
		return src->depth > 1 || (src->depth == 1 && c == 0x202c) ||
		    end_word(src);
	}
	if (c != ' ' && c != '\n' && c != '\t' && c != 0xa0) {
		if (apart(src)) {
			if (!end_word(src))
				return false;
			src->s->word[src->n_words - 1].space = true;
		}
		return take_sign(src, c);
	}
	if (!end_word(src))
		return false;
	last = src->n_words > 0 ? &src->s->word[src->n_words - 1] : NULL;
	if (last != NULL && c == '\n')
		last->last = true;
	else if (last != NULL)
		last->space = true;
	src->sign++;
	return true;
}

static size_t
count_signs(const unsigned char *p)
{
	size_t n = 0, len;

	for (; *p != '\0'; p += len)
		n += !sign_embeds(u8_decode(p, &len));
	return n;
}

static bool
read_text(struct source *src, const unsigned char *p)
{
	bool fine = true;
	size_t len;

	for (; *p != '\0' && fine; p += len)
		fine = take(src, u8_decode(p, &len));
	fine = fine && end_word(src);
	if (src->n_words > 0)
		src->s->word[src->n_words - 1].last = true;
	return fine;
}

/* All text of a page, from far beyond its ends: poppler takes what stands
 * between two corners in its reading order, and so those of pages that are read
 * from right to left must be the other two.  The caller frees it; NULL: none.
 */
static char *
select_text(PopplerPage *from, PopplerRectangle *area)
{
	double width, height;
	char *text, *other;

	poppler_page_get_size(from, &width, &height);
	*area = (PopplerRectangle){ -FAR, -FAR, width + FAR, height + FAR };
	text = poppler_page_get_text_for_area(from, area);
	if (text != NULL && *text != '\0' &&
	    strstr(text, "\xe2\x80\xab") == NULL)
		return text;
	*area = (PopplerRectangle){ width + FAR, -FAR, -FAR, height + FAR };
	other = poppler_page_get_text_for_area(from, area);
	if (other != NULL && (text == NULL || strlen(other) > strlen(text))) {
		g_free(text);
		return other;
	}
	g_free(other);
	*area = (PopplerRectangle){ -FAR, -FAR, width + FAR, height + FAR };
	return text;
}

bool
words_read(struct pool *pool, struct page_scratch *s, PopplerPage *from,
    size_t *n_r, bool *placed_r)
{
	struct source src = { .pool = pool, .s = s };
	PopplerRectangle area, *place = NULL;
	char *text = select_text(from, &area), *valid;
	guint n_places = 0;
	bool fine = true;

	*n_r = 0;
	*placed_r = false;
	if (text != NULL && *text != '\0') {
		valid = g_utf8_make_valid(text, -1);
		(void)poppler_page_get_text_layout_for_area(from, &area, &place,
		    &n_places);
		/* Where the two do not fit, places would mislead. */
		if (n_places == count_signs((unsigned char *)valid)) {
			src.place = place;
			src.n_places = n_places;
			*placed_r = true;
		}
		fine = read_runs(&src, from, &area) &&
		    read_text(&src, (unsigned char *)valid);
		g_free(valid);
	}
	g_free(place);
	g_free(text);
	*n_r = src.n_words;
	return fine;
}
