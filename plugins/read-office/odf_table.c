/* odf_table.c - tables of an OpenDocument file. */
#include "odf.h"

static struct odf_table *
innermost(struct odf *d)
{
	return d->tables > 0 && d->tables <= ODF_TABLES
	    ? &d->table[d->tables - 1]
	    : NULL;
}

bool
odf_start_table(const struct xml_at *at)
{
	struct odf *d = at->arg;

	odf_blocks_close(d);
	odf_items_open(d);
	d->tables++;
	if (innermost(d) != NULL)
		*innermost(d) = (struct odf_table){ 0 };
	return true;
}

bool
odf_on_column(const struct xml_at *at)
{
	struct odf *d = at->arg;
	long n = xml_int(at, "number-columns-repeated", 1);

	if (innermost(d) != NULL && !innermost(d)->begun)
		innermost(d)->columns +=
		    n > 0 && n < 1000000 ? (unsigned long)n : 1;
	return true;
}

/* One column is no table but a frame around its text. */
static bool
flat(struct odf *d)
{
	return innermost(d) == NULL || innermost(d)->flat;
}

bool
odf_start_row(const struct xml_at *at)
{
	struct odf *d = at->arg;
	struct odf_table *t = innermost(d);

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
odf_end_row(const struct xml_at *at)
{
	struct odf *d = at->arg;

	if (!flat(d))
		markup_row_end(d->o->out);
}

bool
odf_start_cell(const struct xml_at *at)
{
	struct odf *d = at->arg;

	if (!flat(d))
		markup_cell_begin(d->o->out, 1);
	return true;
}

void
odf_end_cell(const struct xml_at *at)
{
	struct odf *d = at->arg;

	odf_blocks_close(d);
	if (!flat(d))
		markup_cell_end(d->o->out);
}

void
odf_end_table(const struct xml_at *at)
{
	struct odf *d = at->arg;
	struct odf_table *t = innermost(d);

	if (t != NULL && t->begun && !t->flat)
		markup_table_end(d->o->out);
	if (d->tables > 0)
		d->tables--;
}
