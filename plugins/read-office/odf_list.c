/* odf_list.c - lists of an OpenDocument file.
 *
 * A list may hold a heading, which is no item then but has its number, or
 * nothing: items begin with their first block.
 */
#include <stdio.h>
#include <string.h>

#include "odf.h"

static struct odf_list *
innermost(struct odf *d)
{
	return d->lists > 0 && d->lists <= ODF_LISTS ? &d->list[d->lists - 1]
						     : NULL;
}

static bool
first_of_story(const struct odf *d)
{
	return d->lists == d->note_lists + 1;
}

static size_t
level_of(const struct odf *d)
{
	size_t level = d->lists - d->note_lists - 1;

	return level < ODF_LEVELS ? level : ODF_LEVELS - 1;
}

bool
odf_start_list(const struct xml_at *at)
{
	struct odf *d = at->arg;
	struct odf_list *outer = innermost(d), *l;
	const struct odf_level *level;

	odf_blocks_close(d);
	d->lists++;
	l = innermost(d);
	if (l == NULL)
		return true;
	memset(l, 0, sizeof(*l));
	l->style = odf_list_style(&d->styles, xml_get(at, "style-name"));
	if (l->style == NULL && outer != NULL && !first_of_story(d))
		l->style = outer->style;
	if (l->style == NULL)
		return true;
	level = &l->style->level[level_of(d)];
	l->count = level->start - 1;
	if (xml_is(xml_get(at, "continue-numbering"), "true") ||
	    xml_get(at, "continue-list").ptr != NULL)
		l->count = level->count > 0 ? level->count : l->count;
	return true;
}

void
odf_end_list(const struct xml_at *at)
{
	struct odf *d = at->arg;
	struct odf_list *l = innermost(d);

	odf_blocks_close(d);
	if (l != NULL && l->list_open)
		markup_list_end(d->o->out);
	if (l != NULL && l->style != NULL)
		l->style->level[level_of(d)].count = l->count;
	d->lists--;
}

static void
make_label(struct odf *d, struct odf_list *l)
{
	long count[ODF_LEVELS];
	size_t level = level_of(d);

	l->label[0] = '\0';
	if (l->style == NULL)
		return;
	for (size_t i = 0; i <= level; i++)
		count[i] = d->list[d->note_lists + i].count;
	odf_label(l->style, level, count, l->label, sizeof(l->label));
}

/* value: has it a number (or is it a header of the list)? */
bool
odf_start_item(const struct xml_at *at)
{
	struct odf *d = at->arg;
	struct odf_list *l = innermost(d);

	odf_blocks_close(d);
	if (l == NULL)
		return true;
	l->numbered = at->value != 0;
	l->item_waits = l->numbered;
	l->label[0] = '\0';
	if (!l->numbered)
		return true;
	l->count = xml_int(at, "start-value", l->count + 1);
	make_label(d, l);
	return true;
}

void
odf_end_item(const struct xml_at *at)
{
	struct odf *d = at->arg;
	struct odf_list *l = innermost(d);

	odf_blocks_close(d);
	if (l == NULL)
		return;
	if (l->item_open)
		markup_item_end(d->o->out);
	l->item_open = l->item_waits = false;
}

void
odf_items_open(struct odf *d)
{
	size_t n = d->lists < ODF_LISTS ? d->lists : ODF_LISTS;

	for (size_t i = d->note_lists; i < n; i++) {
		struct odf_list *l = &d->list[i];

		if (!l->list_open)
			markup_list_begin(d->o->out, false, 1);
		l->list_open = true;
		if (l->item_waits) {
			markup_item_begin(d->o->out,
			    l->label[0] != '\0' ? l->label : NULL);
			l->item_open = true;
		}
		l->item_waits = false;
	}
}

const char *
odf_items_label(struct odf *d)
{
	struct odf_list *l = innermost(d);

	if (l == NULL || !l->item_waits)
		return "";
	l->item_waits = false;
	return l->label;
}
