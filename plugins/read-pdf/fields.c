/* fields.c - what is filled in on a page: fields of forms, and free text. */
#include "fields.h"

#include <math.h>
#include <string.h>

#include "common/u8.h"
#include "sign.h"

enum { FIELDS_MAX = 2000, LINES_MAX = 200 };
static const float SIZE_MAX_PT = 12;

struct fields {
	struct pool *pool;
	struct page *page;
	size_t cap; /* of the page's lines; 0: they are not ours yet */
};

static struct line *
add_line(struct fields *f)
{
	struct page *page = f->page;
	struct line *old = page->line;
	size_t n = page->n;

	if (f->cap == 0) {
		page->line = NULL;
		if (!pool_grow(f->pool, &page->line, &f->cap, n + 16,
			sizeof(*old))) {
			page->line = old;
			return NULL;
		}
		if (n > 0)
			memcpy(page->line, old, n * sizeof(*old));
	}
	if (!pool_grow(f->pool, &page->line, &f->cap, n + 1, sizeof(*old)))
		return NULL;
	page->line[n] = (struct line){ 0 };
	return &page->line[n];
}

/* One line of a value, at its place; without signs it is left out. */
static bool
put(struct fields *f, const char *text, size_t len, const struct line *place)
{
	const unsigned char *p = (const unsigned char *)text, *end = p + len;
	struct line *l = add_line(f);
	size_t size;

	if (l == NULL)
		return false;
	*l = *place;
	l->text = pool_text(f->pool, len * SIGN_SIZE + 1);
	if (l->text == NULL)
		return false;
	for (; p < end; p += size) {
		uint32_t c = u8_decode(p, &size);

		if (c == '\t')
			c = ' ';
		l->chars += c != ' ';
		f->page->damaged += sign_damaged(c);
		l->len += sign_write((unsigned char *)l->text + l->len, c);
		if (sign_rtl(c))
			l->flags |= LINE_RTL;
	}
	l->text[l->len] = '\0';
	f->page->chars += l->chars;
	f->page->n += l->chars > 0;
	return true;
}

/* The value's lines share the height of its area. */
static bool
put_value(struct fields *f, const char *text, const PopplerRectangle *area)
{
	char *valid = g_utf8_make_valid(text, -1);
	struct line place = { 0 };
	size_t n = 1, len;
	bool fine = true;
	float step;

	for (const char *p = valid; *p != '\0'; p++)
		n += *p == '\n' || *p == '\r';
	n = n < LINES_MAX ? n : LINES_MAX;
	place.x0 = (float)fmin(area->x1, area->x2);
	place.x1 = (float)fmax(area->x1, area->x2);
	step = (float)fabs(area->y2 - area->y1) / (float)n;
	place.y0 = f->page->height - (float)fmax(area->y1, area->y2);
	place.y1 = place.y0 + step;
	place.size = fminf(0.8F * step, SIZE_MAX_PT);
	for (const char *p = valid; fine && n > 0; n--) {
		len = n > 1 ? strcspn(p, "\r\n") : strlen(p);
		fine = len == 0 || put(f, p, len, &place);
		p += len;
		p += *p != '\0';
		place.y0 += step;
		place.y1 += step;
	}
	g_free(valid);
	return fine;
}

/* What stands in the field; the caller frees it.  NULL: nothing. */
static char *
value_of(PopplerFormField *field)
{
	switch (poppler_form_field_get_field_type(field)) {
	case POPPLER_FORM_FIELD_TEXT:
		return poppler_form_field_text_is_password(field)
		    ? NULL
		    : poppler_form_field_text_get_text(field);
	case POPPLER_FORM_FIELD_CHOICE:
		for (int i = 0;
		     i < poppler_form_field_choice_get_n_items(field); i++)
			if (poppler_form_field_choice_is_item_selected(field,
				i))
				return poppler_form_field_choice_get_item(field,
				    i);
		return poppler_form_field_choice_is_editable(field)
		    ? poppler_form_field_choice_get_text(field)
		    : NULL;
	default:
		return NULL;
	}
}

static bool
read_fields(struct fields *f, PopplerPage *from)
{
	GList *all = poppler_page_get_form_field_mapping(from);
	bool fine = true;
	int n = 0;

	for (GList *l = all; l != NULL && fine && n < FIELDS_MAX; l = l->next) {
		const PopplerFormFieldMapping *m = l->data;
		char *text = value_of(m->field);

		if (text != NULL)
			fine = put_value(f, text, &m->area);
		g_free(text);
		n++;
	}
	poppler_page_free_form_field_mapping(all);
	return fine;
}

static bool
read_notes(struct fields *f, PopplerPage *from)
{
	GList *all = poppler_page_get_annot_mapping(from);
	bool fine = true;
	int n = 0;

	for (GList *l = all; l != NULL && fine && n < FIELDS_MAX; l = l->next) {
		const PopplerAnnotMapping *m = l->data;
		char *text = NULL;

		if (poppler_annot_get_annot_type(m->annot) ==
		    POPPLER_ANNOT_FREE_TEXT)
			text = poppler_annot_get_contents(m->annot);
		if (text != NULL)
			fine = put_value(f, text, &m->area);
		g_free(text);
		n++;
	}
	poppler_page_free_annot_mapping(all);
	return fine;
}

bool
fields_read(struct pool *pool, PopplerPage *from, struct page *page)
{
	struct fields f = { .pool = pool, .page = page };

	return read_fields(&f, from) && read_notes(&f, from);
}
