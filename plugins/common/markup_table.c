/* markup_table.c - structured text: tables. */
#include "common/markup_put.h"

void
markup_table_begin(struct markup *m)
{
	markup_boundary(m, 2);
	if (m->tables++ > 0)
		return;
	m->table_depth = m->depth;
	m->rows = 0;
	m->columns = 0;
	m->cells_max = 0;
}

void
markup_table_end(struct markup *m)
{
	if (m->tables == 0)
		return;
	if (--m->tables > 0) {
		markup_boundary(m, 2);
		return;
	}
	m->cell = false;
	if (markup_md(m) && m->rows > 0 && m->cells_max > m->columns) {
		size_t n = m->cells_max - m->columns;

		markup_insert(m, m->rule_end, " --- |", n);
		markup_insert(m, m->first_end, "  |", n);
	}
	markup_boundary(m, 2);
}

void
markup_row_begin(struct markup *m)
{
	if (m->tables != 1) {
		markup_boundary(m, 1);
		return;
	}
	m->cell = false;
	markup_boundary(m, m->rows > 0 ? 1 : 2);
	m->cells = 0;
	m->cells_written = 0;
}

static void
put_rule(struct markup *m)
{
	m->columns = m->cells;
	m->first_end = m->len;
	markup_newline(m, false);
	markup_putc(m, '|');
	for (size_t i = 0; i < m->cells; i++)
		markup_put(m, " --- |", 6);
	m->rule_end = m->len;
}

void
markup_row_end(struct markup *m)
{
	if (m->tables != 1)
		return;
	m->cell = false;
	if (!m->in_line)
		return;
	if (markup_md(m)) {
		for (; m->cells_written < m->cells; m->cells_written++)
			markup_put(m, "  |", 3);
		if (m->rows == 0)
			put_rule(m);
	}
	if (m->cells > m->cells_max)
		m->cells_max = m->cells;
	m->rows++;
	markup_boundary(m, 1);
}

/* Nobody's table has so many columns: what spans more is broken. */
enum { SPAN_MAX = 256 };

void
markup_cell_span(struct markup *m, unsigned span)
{
	if (m->tables == 1)
		m->cell_span = span > SPAN_MAX ? SPAN_MAX : span;
}

void
markup_cell_begin(struct markup *m, unsigned span)
{
	if (m->tables != 1) {
		markup_boundary(m, 1);
		return;
	}
	m->cells++;
	markup_cell_span(m, span);
	m->cell = true;
	m->cell_text = false;
	m->space = SPACE_NONE;
}

void
markup_cell_open(struct markup *m)
{
	bool first = !m->in_line;

	if (first)
		markup_line_open(m);
	m->cell_text = true;
	m->start = START_MID;
	if (markup_md(m)) {
		if (first)
			markup_putc(m, '|');
		for (; m->cells_written + 1 < m->cells; m->cells_written++)
			markup_put(m, "  |", 3);
		markup_putc(m, ' ');
		return;
	}
	if (first)
		for (m->cells_written = 1; m->cells_written < m->cells;
		     m->cells_written++)
			markup_put(m, "| ", 2);
	for (; m->cells_written < m->cells; m->cells_written++)
		markup_put(m, " | ", 3);
}

void
markup_cell_end(struct markup *m)
{
	if (m->tables != 1) {
		markup_boundary(m, 1);
		return;
	}
	if (m->cell_text && m->marks > m->unwritten)
		markup_marks_suspend(m);
	if (m->cell_text && markup_md(m)) {
		markup_put(m, " |", 2);
		m->cells_written = m->cells;
	}
	/* In plain text nobody misses the columns of a wide cell. */
	if (m->cell_span > 1 && markup_md(m))
		m->cells += m->cell_span - 1;
	m->cell_span = 0;
	m->space = SPACE_NONE;
	m->cell = false;
	m->cell_text = false;
}
