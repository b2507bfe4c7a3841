/* docx_table.c - tables of a WordprocessingML story. */
#include "docx.h"

static struct docx_table *
table_of(struct docx *d)
{
	return d->n_tables > 0 && d->n_tables <= DOCX_TABLES
	    ? &d->table[d->n_tables - 1]
	    : NULL;
}

bool
docx_start_table(const struct xml_at *at)
{
	struct docx *d = at->arg;

	docx_blocks_close(d);
	d->n_tables++;
	if (table_of(d) != NULL)
		*table_of(d) = (struct docx_table){ 0 };
	return true;
}

bool
docx_on_column(const struct xml_at *at)
{
	struct docx *d = at->arg;

	if (table_of(d) != NULL)
		table_of(d)->columns++;
	return true;
}

static bool
flat(struct docx *d)
{
	return table_of(d) == NULL || table_of(d)->flat;
}

bool
docx_start_row(const struct xml_at *at)
{
	struct docx *d = at->arg;
	struct docx_table *t = table_of(d);

	if (t != NULL && !t->begun) {
		t->begun = true;
		t->flat = t->columns == 1;
		if (!t->flat)
			markup_table_begin(d->o->out);
	}
	if (!flat(d))
		markup_row_begin(d->o->out);
	return true;
}

void
docx_end_row(const struct xml_at *at)
{
	struct docx *d = at->arg;

	if (!flat(d))
		markup_row_end(d->o->out);
}

bool
docx_start_cell(const struct xml_at *at)
{
	struct docx *d = at->arg;

	if (!flat(d))
		markup_cell_begin(d->o->out, 1);
	return true;
}

bool
docx_on_span(const struct xml_at *at)
{
	struct docx *d = at->arg;

	if (!flat(d))
		markup_cell_span(d->o->out, (unsigned)xml_int(at, "val", 1));
	return true;
}

void
docx_end_cell(const struct xml_at *at)
{
	struct docx *d = at->arg;

	docx_blocks_close(d);
	d->join = false;
	if (!flat(d))
		markup_cell_end(d->o->out);
}

void
docx_end_table(const struct xml_at *at)
{
	struct docx *d = at->arg;

	if (table_of(d) != NULL && table_of(d)->begun && !flat(d))
		markup_table_end(d->o->out);
	d->n_tables--;
}
