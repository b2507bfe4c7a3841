/* docx.c - WordprocessingML documents: which parts are read, in which order. */
#include "docx.h"

#include <string.h>

static void
read_part(struct docx *d, const char *part)
{
	const struct zip_member *m = zip_find(d->o, part);

	if (m == NULL || d->o->rc != LAVOIR_OK)
		return;
	package_relations(d->o, part, &d->relations);
	d->p = (struct docx_paragraph){ .level = -1, .outline = -1 };
	d->join = d->hidden = d->in_text = false;
	d->fields = d->field_code = 0;
	(void)xml_parse(d->o, m, &docx_story, d);
	docx_blocks_close(d);
	markup_paragraph(d->o->out);
}

static void
read_related(struct docx *d, const char *type)
{
	const struct relation *r = d->main_relations.first;

	for (; r != NULL; r = r->next)
		if (strcmp(r->type, type) == 0 && !r->external)
			read_part(d, r->target);
}

void
docx_read(struct office *o, const char *main_part)
{
	struct docx *d = office_alloc(o, sizeof(*d));

	if (d == NULL)
		return;
	d->o = o;
	package_relations(o, main_part, &d->main_relations);
	docx_read_styles(d);
	docx_read_numbering(d);
	if (o->opt->headers)
		read_related(d, "header");
	read_part(d, main_part);
	d->note_kind = "note";
	if (d->n_notes > 0) {
		read_related(d, "footnotes");
		read_related(d, "endnotes");
	}
	if (o->opt->comments)
		read_related(d, "comments");
	if (o->opt->headers)
		read_related(d, "footer");
}
