/* flow.c - rows of lines become paragraphs, headings, lists and tables. */
#include "flow.h"

#include <math.h>
#include <string.h>

#include <glib.h>

#include "common/u8.h"
#include "sign.h"
#include "vocabulary.h"

/* A heading is so much larger than the text; it has few lines and characters.
 */
static const float HEADING = 1.15F;
enum { HEADING_ROWS = 3, HEADING_CHARS = 200, LABEL_MAX = 6 };

static bool
large(const struct flow *f, const struct line *l)
{
	return f->body > 0 && l->size >= HEADING * f->body;
}

static void
add_level(struct flow *f, float size)
{
	for (int i = 0; i < LEVELS; i++) {
		if (fabsf(f->level[i] - size) < 0.6F)
			return;
		if (size < f->level[i])
			continue;
		memmove(&f->level[i + 1], &f->level[i],
		    (size_t)(LEVELS - 1 - i) * sizeof(*f->level));
		f->level[i] = size;
		return;
	}
}

void
flow_init(struct flow *f, const struct rows *rows, float body)
{
	*f = (struct flow){ .rows = rows, .body = body };
	for (size_t i = 0; i < rows->n; i++) {
		const struct line *l = rows->row[i].line;

		if (large(f, l) && l->chars > 1)
			add_level(f, l->size);
	}
}

static int
level_of(const struct flow *f, float size)
{
	int i = 0;

	while (
	    i + 1 < LEVELS && f->level[i + 1] > 0 && size < f->level[i] - 0.6F)
		i++;
	return i + 1;
}

/* "1.", "12)", "(a)", "iv.", "-", a bullet: at most LABEL_MAX characters. */
static bool
is_label(const char *p, size_t len, bool *bullet_r)
{
	size_t size, n = 0, i = 0;
	uint32_t c = u8_decode((const unsigned char *)p, &size);

	*bullet_r = size == len &&
	    (sign_bullet(c) || c == '-' || c == '*' || c == 0x2013 ||
		c == 0x2014 || c == 0x2212);
	if (*bullet_r)
		return true;
	if (len > LABEL_MAX || len < 2 ||
	    (p[len - 1] != '.' && p[len - 1] != ')'))
		return false;
	if (*p == '(')
		i++;
	while (i + n < len - 1 && g_ascii_isalnum(p[i + n]))
		n++;
	if (i + n != len - 1 || n == 0)
		return false;
	if (strspn(p + i, "0123456789") >= n)
		return n <= 3;
	return n == 1 || (p[len - 1] == ')' && strspn(p + i, "ivx") >= n);
}

/* Bytes of the label that a row begins with, 0: none; *bullet_r: not a number.
 */
static uint32_t
label_of(const struct text_row *r, bool *bullet_r)
{
	const struct line *l = r->line;
	size_t len = strcspn(l->text, " \t");

	*bullet_r = false;
	if (len == 0 || (len == l->len && r->n == 1))
		return 0;
	if (l->flags & LINE_BULLET) {
		*bullet_r = true;
		return (uint32_t)len;
	}
	return is_label(l->text, len, bullet_r) ? (uint32_t)len : 0;
}

/* Cells but the label of an item. */
static bool
is_table_row(const struct text_row *r)
{
	bool bullet;

	if (r->cells < 2)
		return false;
	return r->cells > 2 || label_of(r, &bullet) == 0 || bullet;
}

static uint32_t
last_sign(const struct text_row *r)
{
	const struct line *l = &r->line[r->n - 1];
	const char *p = l->text + l->len;
	size_t size;

	do
		p--;
	while (p > l->text && ((unsigned char)*p & 0xc0) == 0x80);
	return u8_decode((const unsigned char *)p, &size);
}

static bool
ends_sentence(const struct text_row *r)
{
	static const uint32_t end[] = { '.', '!', '?', ':', ';', 0x2026, 0x3002,
		0xff01, 0xff1f, 0xff1a, 0x61f, 0x6d4, 0x964, ')', '"', 0x201d,
		0xbb };
	uint32_t c = last_sign(r);

	for (size_t i = 0; i < sizeof(end) / sizeof(*end); i++)
		if (c == end[i])
			return true;
	return false;
}

static uint32_t
first_sign(const struct text_row *r)
{
	size_t size;

	return u8_decode((const unsigned char *)r->line->text, &size);
}

/* Could the first word of b have stood at the end of a?  Then the line was
 * ended on purpose. */
static bool
ended_early(const struct text_row *a, const struct text_row *b)
{
	const struct line *l = b->line;
	float word =
	    (float)strcspn(l->text, " \t") / (float)l->len * (l->x1 - l->x0);

	return a->column - row_end(a) > word + 0.6F * l->size;
}

/* Signs of scripts that have neither spaces nor capitals. */
static bool
unspaced(uint32_t c)
{
	return c >= 0x2e80 && c < 0xac00;
}

/* b goes on where a ended, though elsewhere: in another column or page. */
static bool
goes_on(const struct text_row *a, const struct text_row *b)
{
	const struct line *x = &a->line[a->n - 1], *y = b->line;
	uint32_t c = first_sign(b);
	size_t size;

	if (fabsf(x->size - y->size) > 0.5F ||
	    ((x->flags ^ y->flags) & (LINE_BOLD | LINE_RTL | LINE_VERTICAL)))
		return false;
	if (hyphen_ends(x->text, x->len, &size))
		return g_unichar_isalpha(c);
	if (ends_sentence(a) || row_end(a) < a->column - 3 * x->size)
		return false;
	return g_unichar_islower(c) || last_sign(a) == ',' ||
	    (unspaced(c) && unspaced(last_sign(a)));
}

/* "Contents . . . . . . 7": each line is by itself. */
static bool
has_leader(const struct line *l)
{
	return strstr(l->text, ".....") != NULL ||
	    strstr(l->text, ". . . . .") != NULL;
}

static float
leading(const struct text_row *a, const struct text_row *b)
{
	return b->line->y1 - a->line->y1;
}

/* The third row of three begins where the first does: b is indented, and so
 * begins a paragraph. */
static bool
returns(const struct flow *f, size_t b, float to)
{
	const struct text_row *r = &f->rows->row[b];

	if (b + 1 == f->rows->n || r[1].page != r->page || r[1].n > 1 ||
	    leading(r, r + 1) > 2 * r->line->size || leading(r, r + 1) <= 0)
		return ends_sentence(r - 1);
	return fabsf(row_start(r + 1) - to) < 0.4F * r->line->size;
}

/* Where lines begin says whether b begins a paragraph. */
static bool
indents(const struct flow *f, size_t first, size_t b)
{
	const struct text_row *r = f->rows->row;
	float em = r[b].line->size;
	bool bullet;
	float by = row_start(&r[b]) - row_start(&r[b - 1]);
	float first_by = row_start(&r[first + 1]) - row_start(&r[first]);

	if (label_of(&r[first], &bullet) > 0)
		return row_start(&r[b]) < row_start(&r[first]) - 0.3F * em;
	if (by > 0.8F * em && by < 5 * em)
		return b > first + 1 || returns(f, b, row_start(&r[b - 1]));
	/* Hanging lines: the next paragraph begins further out again. */
	return by < -0.8F * em && b > first + 1 && first_by > 0.8F * em;
}

static bool
upright_neighbours(const struct line *x, const struct line *y)
{
	return fminf(x->y1, y->y1) > fmaxf(x->y0, y->y0) &&
	    fabsf(x->x0 - y->x0) < 3 * x->size;
}

/* Does row b, behind b - 1, belong to the paragraph that begins at first? */
static bool
continues(const struct flow *f, size_t first, size_t b)
{
	const struct text_row *r = &f->rows->row[b], *a = r - 1;
	const struct line *x = a->line, *y = r->line;
	float step = leading(a, r), larger = fmaxf(x->size, y->size);
	bool bullet;

	if (is_table_row(r) || label_of(r, &bullet) != 0 || has_leader(x))
		return false;
	if (r->page != a->page || step <= 0.2F * y->size || row_apart(a, r)) {
		if (x->flags & y->flags & LINE_VERTICAL && r->page == a->page &&
		    upright_neighbours(x, y))
			return true;
		return goes_on(a, r);
	}
	if (fabsf(x->size - y->size) > 0.12F * larger && x->chars > 3 &&
	    y->chars > 3)
		return false;
	if (step > 2.2F * larger)
		return false;
	if (b > first + 1 && step > 1.3F * leading(a - 1, a) + 0.5F &&
	    a[-1].page == a->page && leading(a - 1, a) > 0)
		return false;
	if (large(f, y))
		return true;
	if ((x->flags ^ y->flags) & LINE_BOLD &&
	    (ended_early(a, r) || b == first + 1))
		return !ended_early(a, r);
	if (ended_early(a, r) &&
	    (ends_sentence(a) || !g_unichar_islower(first_sign(r))))
		return false;
	return !indents(f, first, b);
}

static size_t
table_rows(const struct flow *f, size_t first)
{
	const struct text_row *r = f->rows->row;
	size_t n = first;

	while (
	    n < f->rows->n && is_table_row(&r[n]) && r[n].page == r[first].page)
		n++;
	return n - first;
}

static bool
heading(const struct flow *f, const struct block *b)
{
	const struct text_row *r = f->rows->row + b->first;
	uint32_t chars = 0;

	if (b->n > HEADING_ROWS)
		return false;
	for (size_t i = 0; i < b->n; i++) {
		if (!large(f, r[i].line))
			return false;
		chars += r[i].line->chars;
	}
	return chars > 1 && chars <= HEADING_CHARS;
}

void
flow_next(const struct flow *f, size_t first, struct block *b)
{
	const struct text_row *r = &f->rows->row[first];

	*b = (struct block){ .first = first, .n = table_rows(f, first) };
	if (b->n > 1) {
		b->kind = BLOCK_TABLE;
		return;
	}
	b->n = 1;
	b->label = label_of(r, &b->bullet);
	while (first + b->n < f->rows->n && r[b->n - 1].cells <= 2 &&
	    continues(f, first, first + b->n))
		b->n++;
	if (!b->bullet && heading(f, b)) {
		b->kind = BLOCK_HEADING;
		b->level = level_of(f, r->line->size);
	} else if (b->label > 0) {
		b->kind = BLOCK_ITEM;
	}
}
