/* docx_block.c - paragraphs of a WordprocessingML document, and the lists, code
 * blocks and quotes that follow from their styles and numbers. */
#include <string.h>

#include "common/u8.h"
#include "docx.h"

enum { LABEL_SIZE = 128 };

void
docx_marks(struct docx *d, unsigned wanted)
{
	struct markup *m = d->o->out;

	if (d->marks == wanted)
		return;
	for (unsigned i = MARKUP_EM; i <= MARKUP_CODE; i++)
		if (d->marks & 1U << i)
			markup_mark_end(m);
	for (unsigned i = MARKUP_EM; i <= MARKUP_CODE; i++)
		if (wanted & 1U << i)
			markup_mark_begin(m, (enum markup_mark)i);
	d->marks = wanted;
}

static void
close_list(struct docx *d)
{
	markup_item_end(d->o->out);
	markup_list_end(d->o->out);
	d->n_open--;
}

void
docx_lists_close(struct docx *d)
{
	while (d->n_open > 0)
		close_list(d);
}

static void
close_code_and_quote(struct docx *d)
{
	if (d->code)
		markup_pre_end(d->o->out);
	if (d->quote)
		markup_quote_end(d->o->out);
	d->code = d->quote = false;
}

void
docx_blocks_close(struct docx *d)
{
	docx_marks(d, 0);
	docx_lists_close(d);
	close_code_and_quote(d);
}

/* The list and level of the paragraph, its own or its style's. */
static struct docx_num *
find_num(struct docx *d, int *level_r)
{
	const struct docx_style *s = d->p.style;
	const char *id = d->p.num;
	int level = d->p.level;
	struct docx_num *n;

	if (id == NULL && s != NULL)
		id = s->num;
	n = docx_num_by_id(d, id);
	if (n == NULL)
		return NULL;
	if (level < 0 && s != NULL && d->p.num == NULL) {
		level = s->id != NULL ? docx_level_of_style(n, s->id) : -1;
		if (level < 0)
			level = s->level;
	}
	*level_r = level < 0	   ? 0
	    : level >= DOCX_LEVELS ? DOCX_LEVELS - 1
				   : level;
	return n;
}

static void
trim(char *label)
{
	size_t len = strlen(label), lead = strspn(label, " \t");

	len = u8_valid(label, len);
	while (len > lead && strchr(" \t", label[len - 1]) != NULL)
		len--;
	label[len] = '\0';
	if (lead > 0 && lead <= len)
		memmove(label, label + lead, len - lead + 1);
}

static void
open_item(struct docx *d, const struct docx_list *list, int level,
    const char *label)
{
	struct markup *m = d->o->out;
	struct docx_open_list *top;

	close_code_and_quote(d);
	while (d->n_open > 0 && d->open[d->n_open - 1].level > level)
		close_list(d);
	top = d->n_open > 0 ? &d->open[d->n_open - 1] : NULL;
	if (top != NULL && top->level == level && top->list != list) {
		close_list(d);
		top = NULL;
	}
	if (d->n_open > 0 && d->open[d->n_open - 1].level == level) {
		markup_item_end(m);
	} else {
		markup_list_begin(m, false, 1);
		top = &d->open[d->n_open++];
		top->level = level;
		top->list = list;
	}
	markup_item_begin(m, label[0] != '\0' ? label : NULL);
}

/* A paragraph that has a number: an item, or a heading with one. */
static bool
open_numbered(struct docx *d, bool heading)
{
	char label[LABEL_SIZE];
	const struct docx_level *l;
	struct docx_num *n;
	int level = 0;

	n = find_num(d, &level);
	if (n == NULL)
		return false;
	l = docx_count(n, level, label, sizeof(label));
	trim(label);
	if (heading) {
		markup_cstr(d->o->out, label);
		markup_space(d->o->out);
		return true;
	}
	if (l->format != NUMBER_BULLET && label[0] == '\0')
		return false;
	open_item(d, n->list, level, label);
	return true;
}

static void
open_plain(struct docx *d, enum docx_kind kind)
{
	struct markup *m = d->o->out;

	if (kind == DOCX_CONTINUED && d->n_open > 0) {
		markup_paragraph(m);
		return;
	}
	docx_lists_close(d);
	if (kind == DOCX_CODE && d->code) {
		markup_text(m, "\n", 1);
		return;
	}
	if (kind != DOCX_QUOTE || !d->quote)
		close_code_and_quote(d);
	if (kind == DOCX_CODE) {
		markup_pre_begin(m, NULL);
		d->code = true;
	} else if (kind == DOCX_QUOTE && !d->quote) {
		markup_quote_begin(m);
		d->quote = true;
	} else {
		markup_paragraph(m);
	}
}

void
docx_paragraph_open(struct docx *d)
{
	const struct docx_style *s;
	int heading = 0;

	if (d->p.open)
		return;
	d->p.open = true;
	if (d->p.style == NULL)
		d->p.style = d->default_style;
	if (d->p.style != NULL)
		docx_resolve_style(d, d->p.style);
	s = d->p.style;
	if (s != NULL)
		heading = s->heading;
	if (d->p.outline >= 0)
		heading = d->p.outline < 9 ? d->p.outline + 1 : 0;
	if (heading > 0) {
		docx_blocks_close(d);
		markup_heading_begin(d->o->out, heading);
		d->p.heading = true;
		(void)open_numbered(d, true);
	} else if (!open_numbered(d, false)) {
		open_plain(d, s != NULL ? s->kind : DOCX_PARAGRAPH);
	}
}

void
docx_paragraph_close(struct docx *d)
{
	struct markup *m = d->o->out;
	const struct docx_style *s = d->p.style;

	docx_marks(d, 0);
	/* An empty item shows its number, and an empty line of code is one. */
	if (!d->p.open &&
	    (d->p.num != NULL || (s != NULL && s->kind == DOCX_CODE)))
		docx_paragraph_open(d);
	if (d->p.heading)
		markup_heading_end(m);
	else if (d->p.open && !d->code)
		markup_paragraph(m);
	memset(&d->p, 0, sizeof(d->p));
	d->p.level = d->p.outline = -1;
}

bool
docx_visible(struct docx *d)
{
	if (d->hidden || d->field_code != 0 ||
	    (d->p.style != NULL && d->p.style->hidden))
		return false;
	docx_paragraph_open(d);
	docx_marks(d, d->code ? 0 : d->marks_wanted);
	return true;
}

void
docx_text(struct docx *d, const char *s, size_t len)
{
	if (docx_visible(d))
		markup_text(d->o->out, s, len);
}
