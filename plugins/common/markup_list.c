/* markup_list.c - structured text: quotes, lists, notes. */
#include <stdio.h>

#include "common/markup_put.h"

/* NULL: too deep. */
static struct markup_container *
push(struct markup *m, uint8_t kind)
{
	struct markup_container *c;

	if (m->depth == MARKUP_DEPTH) {
		m->deeper++;
		return NULL;
	}
	c = &m->container[m->depth++];
	c->kind = kind;
	c->pending = false;
	c->width = 0;
	c->marker_len = 0;
	return c;
}

static void
pop(struct markup *m)
{
	if (m->deeper > 0) {
		m->deeper--;
	} else if (m->depth > 0) {
		m->depth--;
		if (m->shared > m->depth)
			m->shared = m->depth;
	}
}

static void
set_marker(struct markup_container *c, const char *before, const char *label,
    const char *after)
{
	int n = snprintf(c->marker, sizeof(c->marker), "%s%s%s", before, label,
	    after);

	c->marker_len = (uint8_t)(n > 0 ? n : 0);
}

void
markup_quote_begin(struct markup *m)
{
	markup_boundary(m, 2);
	(void)push(m, CONTAINER_QUOTE);
}

void
markup_quote_end(struct markup *m)
{
	markup_boundary(m, 2);
	pop(m);
	/* The quote may have been an item's only content, and empty. */
	markup_boundary(m, 2);
}

static bool
within_item(const struct markup *m)
{
	return m->depth > 0 &&
	    m->container[m->depth - 1].kind == CONTAINER_ITEM;
}

void
markup_list_begin(struct markup *m, bool ordered, int64_t number)
{
	struct markup_container *c;
	bool tight = within_item(m) && !m->container[m->depth - 1].pending;

	markup_boundary(m, 2);
	/* Only a list that begins with 1 can follow a paragraph directly. */
	if (tight && (!ordered || number == 1) && !m->cell)
		m->gap = 1;
	c = push(m, CONTAINER_LIST);
	if (c != NULL) {
		c->ordered = ordered;
		c->number = number;
	}
}

void
markup_list_end(struct markup *m)
{
	pop(m);
	markup_boundary(m, 2);
}

/* Could the label be the marker of Markdown's own lists? */
static bool
is_marker(const char *label)
{
	size_t n = strspn(label, "0123456789");

	return n > 0 && n < 10 && (label[n] == '.' || label[n] == ')') &&
	    label[n + 1] == '\0';
}

static void
label_item(struct markup *m, struct markup_container *c, const char *label)
{
	if (is_marker(label)) {
		set_marker(c, "", label, " ");
		c->width = c->marker_len;
	} else {
		set_marker(c, markup_md(m) ? "- " : "", label, " ");
		c->width = 2;
	}
}

static void
number_item(struct markup_container *c, struct markup_container *list)
{
	char label[24] = "-";

	if (list != NULL && list->ordered)
		(void)snprintf(label, sizeof(label), "%lld.",
		    (long long)list->number++);
	set_marker(c, "", label, " ");
	c->width = c->marker_len;
}

void
markup_item_begin(struct markup *m, const char *label)
{
	struct markup_container *list = NULL, *c;

	if (m->depth > 0 && m->deeper == 0)
		list = &m->container[m->depth - 1];
	if (list != NULL && list->kind != CONTAINER_LIST)
		list = NULL;
	markup_boundary(m, 1);
	/* Items stand together, whatever their paragraphs asked for. */
	if (list != NULL && list->width > 0 && !m->cell)
		m->gap = 1;
	c = push(m, CONTAINER_ITEM);
	if (c == NULL) {
		if (label != NULL) {
			markup_cstr(m, label);
			markup_space(m);
		}
		return;
	}
	/* Of a list, the width tells that it has an item. */
	if (list != NULL)
		list->width = 1;
	if (label != NULL && strlen(label) <= MARKUP_LABEL)
		label_item(m, c, label);
	else
		number_item(c, list);
	c->pending = !m->cell;
	if (label != NULL && strlen(label) > MARKUP_LABEL) {
		markup_cstr(m, label);
		markup_space(m);
	} else if (m->cell && c->marker[0] != '-') {
		markup_text(m, c->marker, c->marker_len);
	}
}

void
markup_item_end(struct markup *m)
{
	markup_boundary(m, 1);
	pop(m);
}

void
markup_note_mark(struct markup *m, const char *label)
{
	markup_ready(m);
	markup_put(m, markup_md(m) ? "[^" : "[", markup_md(m) ? 2 : 1);
	markup_put(m, label, strlen(label));
	markup_putc(m, ']');
	m->start = START_MID;
}

void
markup_note_begin(struct markup *m, const char *label)
{
	struct markup_container *c;
	bool after = m->last_note;

	markup_boundary(m, 2);
	if (after)
		m->gap = 1;
	c = push(m, CONTAINER_NOTE);
	if (c == NULL)
		return;
	if (strlen(label) > MARKUP_LABEL)
		label = "*";
	set_marker(c, markup_md(m) ? "[^" : "[", label,
	    markup_md(m) ? "]: " : "] ");
	c->width = markup_md(m) ? 4 : 0;
	c->pending = true;
}

void
markup_note_end(struct markup *m)
{
	bool written = m->depth > 0 && !m->container[m->depth - 1].pending;

	markup_boundary(m, 1);
	pop(m);
	markup_boundary(m, 2);
	m->last_note = m->last_note || written;
}
