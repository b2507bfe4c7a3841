/* docx_formula.c - mathematics in a WordprocessingML story: handlers of its
 * elements. */
#include "common/u8.h"
#include "docx.h"

bool
docx_start_math_paragraph(const struct xml_at *at)
{
	struct docx *d = at->arg;

	d->math.display = true;
	return true;
}

void
docx_end_math_paragraph(const struct xml_at *at)
{
	struct docx *d = at->arg;

	d->math.display = false;
}

bool
docx_start_math(const struct xml_at *at)
{
	struct docx *d = at->arg;

	math_begin(&d->math);
	return true;
}

void
docx_end_math(const struct xml_at *at)
{
	struct docx *d = at->arg;
	struct lavoir_str s = math_end(&d->math);

	s.len = u8_valid(s.ptr, s.len);
	if (s.len == 0 || !docx_visible(d))
		return;
	if (d->math.display)
		markup_line(d->o->out);
	markup_verbatim(d->o->out, s.ptr, s.len);
	if (d->math.display)
		markup_line(d->o->out);
}

bool
docx_start_math_part(const struct xml_at *at)
{
	struct docx *d = at->arg;

	if (d->math.open)
		math_part_start(&d->math, (enum math_part)at->value);
	return true;
}

void
docx_end_math_part(const struct xml_at *at)
{
	struct docx *d = at->arg;

	if (d->math.open)
		math_part_end(&d->math, (enum math_part)at->value);
}

bool
docx_start_math_kind(const struct xml_at *at)
{
	struct docx *d = at->arg;

	if (d->math.open)
		math_start(&d->math, (enum math_kind)at->value);
	return true;
}

void
docx_end_math_kind(const struct xml_at *at)
{
	struct docx *d = at->arg;

	if (d->math.open)
		math_finish(&d->math);
}

bool
docx_on_math_property(const struct xml_at *at)
{
	struct docx *d = at->arg;

	if (d->math.open)
		math_property(&d->math, (enum math_property)at->value,
		    xml_get(at, "val"));
	return true;
}
