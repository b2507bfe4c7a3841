/* docx_body.c - the elements of a WordprocessingML story: body, notes,
 * comments, headers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "docx.h"

static bool
start_paragraph(const struct xml_at *at)
{
	struct docx *d = at->arg;

	if (!d->join)
		d->p = (struct docx_paragraph){ .level = -1, .outline = -1 };
	d->join = false;
	return true;
}

static void
end_paragraph(const struct xml_at *at)
{
	struct docx *d = at->arg;

	if (d->p.joined && d->p.open) {
		d->join = true;
		d->p.joined = false;
	} else {
		docx_paragraph_close(d);
	}
}

static bool
start_properties(const struct xml_at *at)
{
	struct docx *d = at->arg;

	d->in_properties = true;
	return true;
}

static void
end_properties(const struct xml_at *at)
{
	struct docx *d = at->arg;

	d->in_properties = false;
}

enum { P_STYLE, P_NUM, P_LEVEL, P_OUTLINE, P_FRAME };

static bool
on_paragraph_property(const struct xml_at *at)
{
	struct docx *d = at->arg;

	if (!d->in_properties)
		return true;
	switch (at->value) {
	case P_STYLE:
		d->p.style = docx_style_by_id(d, xml_get(at, "val"));
		if (d->p.style != NULL)
			docx_resolve_style(d, d->p.style);
		break;
	case P_NUM:
		d->p.num = xml_copy(d->o, at, "val");
		break;
	case P_LEVEL:
		d->p.level = (int)xml_int(at, "val", -1);
		break;
	case P_OUTLINE:
		d->p.outline = (int)xml_int(at, "val", -1);
		break;
	default:
		d->p.joined = xml_get(at, "dropCap").ptr != NULL &&
		    !xml_is(xml_get(at, "dropCap"), "none");
	}
	return true;
}

/* Deleted text, or a deleted paragraph mark: the next paragraph goes on. */
static bool
start_deleted(const struct xml_at *at)
{
	struct docx *d = at->arg;

	if (d->in_properties)
		d->p.joined = true;
	return false;
}

static bool
start_run(const struct xml_at *at)
{
	struct docx *d = at->arg;

	d->hidden = false;
	d->marks_wanted = 0;
	return true;
}

static void
end_run(const struct xml_at *at)
{
	struct docx *d = at->arg;

	d->hidden = false;
	d->marks_wanted = 0;
	d->in_text = false;
}

enum { R_VANISH = 1 << 16, R_STYLE };

static bool
is_code_style(const struct docx_style *s)
{
	return s->name != NULL &&
	    (strcmp(s->name, "Verbatim Char") == 0 ||
		strcmp(s->name, "HTML Code") == 0 ||
		strcmp(s->name, "Source Text") == 0);
}

static bool
on_run_property(const struct xml_at *at)
{
	struct docx *d = at->arg;
	struct docx_style *s;

	if (d->in_properties)
		return true;
	if (at->value == R_VANISH) {
		d->hidden = xml_on(at, "val");
	} else if (at->value == R_STYLE) {
		s = docx_style_by_id(d, xml_get(at, "val"));
		if (s != NULL)
			docx_resolve_style(d, s);
		d->hidden = d->hidden || (s != NULL && s->hidden);
		if (s != NULL && is_code_style(s))
			d->marks_wanted |= DOCX_MONO;
	} else if (xml_on(at, "val")) {
		d->marks_wanted |= (unsigned)at->value;
	}
	return true;
}

static bool
start_text(const struct xml_at *at)
{
	struct docx *d = at->arg;

	d->in_text = true;
	return true;
}

static void
end_text(const struct xml_at *at)
{
	struct docx *d = at->arg;

	d->in_text = false;
}

static void
on_text(void *arg, const char *s, size_t len)
{
	struct docx *d = arg;

	if (d->in_text && d->math.open)
		math_text(&d->math, s, len);
	else if (d->in_text)
		docx_text(d, s, len);
}

enum { C_TAB, C_BREAK, C_HYPHEN };

static bool
on_character(const struct xml_at *at)
{
	struct docx *d = at->arg;

	/* A tab stop is a property, a tab is not. */
	if (d->in_properties || !docx_visible(d))
		return true;
	if (at->value == C_TAB)
		markup_text(d->o->out, "\t", 1);
	else if (at->value == C_HYPHEN)
		markup_text(d->o->out, "-", 1);
	else
		markup_break(d->o->out);
	return true;
}

/* Fields: what they show, not how it is made. */
static bool
on_field(const struct xml_at *at)
{
	struct docx *d = at->arg;
	struct lavoir_str type = xml_get(at, "fldCharType");

	if (xml_is(type, "begin")) {
		if (d->fields < DOCX_FIELDS)
			d->field_code |= 1U << d->fields;
		d->fields++;
	} else if (d->fields == 0) {
		return true;
	} else if (xml_is(type, "separate")) {
		if (d->fields <= DOCX_FIELDS)
			d->field_code &= ~(1U << (d->fields - 1));
	} else if (xml_is(type, "end")) {
		d->fields--;
		if (d->fields < DOCX_FIELDS)
			d->field_code &= ~(1U << d->fields);
	}
	return true;
}

static bool
start_link(const struct xml_at *at)
{
	struct docx *d = at->arg;
	struct lavoir_str id = xml_get_rel(at, "id");
	const struct relation *r =
	    id.ptr != NULL ? relation_by_id(d->o, &d->relations, id) : NULL;
	struct lavoir_str url = { "", 0 };

	if (r != NULL && r->external)
		url = (struct lavoir_str){ r->target, strlen(r->target) };
	docx_paragraph_open(d);
	docx_marks(d, 0);
	markup_link_begin(d->o->out, url);
	return true;
}

static void
end_link(const struct xml_at *at)
{
	struct docx *d = at->arg;

	docx_marks(d, 0);
	markup_mark_end(d->o->out);
}

static bool
on_reference(const struct xml_at *at)
{
	struct docx *d = at->arg;
	struct lavoir_str id = xml_get(at, "id");
	char key[40], label[24], *copy;

	if (!d->o->opt->notes || d->note_kind != NULL || id.ptr == NULL ||
	    !docx_visible(d))
		return true;
	(void)snprintf(key, sizeof(key), "%c%.*s", at->value,
	    id.len < 30 ? (int)id.len : 30, id.ptr);
	if (map_get(&d->notes, key) != NULL)
		return true;
	(void)snprintf(label, sizeof(label), "%zu", ++d->n_notes);
	copy = office_copy(d->o, label, strlen(label));
	map_put(d->o, &d->notes, office_copy(d->o, key, strlen(key)), copy);
	if (copy != NULL)
		markup_note_mark(d->o->out, copy);
	return true;
}

static bool
start_note(const struct xml_at *at)
{
	struct docx *d = at->arg;
	struct lavoir_str id = xml_get(at, "id");
	const char *label;
	char key[40];

	(void)snprintf(key, sizeof(key), "%c%.*s", at->value,
	    id.len < 30 ? (int)id.len : 30, id.ptr != NULL ? id.ptr : "");
	label = map_get(&d->notes, key);
	if (label == NULL)
		return false;
	markup_note_begin(d->o->out, label);
	return true;
}

static void
end_note(const struct xml_at *at)
{
	struct docx *d = at->arg;

	docx_blocks_close(d);
	markup_note_end(d->o->out);
}

static bool
start_comment(const struct xml_at *at)
{
	struct docx *d = at->arg;

	office_comment(d->o);
	return true;
}

static bool
start_box(const struct xml_at *at)
{
	struct docx *d = at->arg;

	if (d->nested == DOCX_NESTED)
		return false;
	docx_blocks_close(d);
	if (d->p.heading)
		markup_heading_end(d->o->out);
	markup_paragraph(d->o->out);
	d->p.heading = false;
	d->outer[d->nested++] = d->p;
	d->p = (struct docx_paragraph){ .level = -1, .outline = -1 };
	d->in_text = false;
	return true;
}

static void
end_box(const struct xml_at *at)
{
	struct docx *d = at->arg;

	docx_blocks_close(d);
	markup_paragraph(d->o->out);
	d->p = d->outer[--d->nested];
	d->join = false;
}

static bool
on_image_text(const struct xml_at *at)
{
	struct docx *d = at->arg;

	d->alt = xml_copy(d->o, at, "descr");
	return true;
}

static bool
on_image(const struct xml_at *at)
{
	struct docx *d = at->arg;
	struct lavoir_str id = xml_get_rel(at, at->value ? "embed" : "id");
	const struct relation *r =
	    id.ptr != NULL ? relation_by_id(d->o, &d->relations, id) : NULL;

	if (r != NULL && d->o->opt->images && docx_visible(d))
		office_image(d->o, r->target, d->alt);
	d->alt = NULL;
	return true;
}

static bool
on_graphic(const struct xml_at *at)
{
	struct docx *d = at->arg;
	struct lavoir_str id =
	    xml_get_rel(at, at->value == GRAPHIC_CHART ? "id" : "dm");
	const struct relation *r =
	    id.ptr != NULL ? relation_by_id(d->o, &d->relations, id) : NULL;

	if (r == NULL || r->external || !docx_visible(d))
		return true;
	docx_marks(d, 0);
	if (at->value == GRAPHIC_CHART)
		chart_read(d->o, r->target);
	else
		diagram_read(d->o, r->target);
	return true;
}

/* clang-format off */
static const struct xml_element elements[] = {
	{ "w:p", start_paragraph, end_paragraph, 0 },
	{ "w:pPr", start_properties, end_properties, 0 },
	{ "w:pStyle", on_paragraph_property, NULL, P_STYLE },
	{ "w:numId", on_paragraph_property, NULL, P_NUM },
	{ "w:ilvl", on_paragraph_property, NULL, P_LEVEL },
	{ "w:outlineLvl", on_paragraph_property, NULL, P_OUTLINE },
	{ "w:framePr", on_paragraph_property, NULL, P_FRAME },
	{ "w:r", start_run, end_run, 0 },
	{ "w:vanish", on_run_property, NULL, R_VANISH },
	{ "w:rStyle", on_run_property, NULL, R_STYLE },
	{ "w:i", on_run_property, NULL, DOCX_EM },
	{ "w:b", on_run_property, NULL, DOCX_STRONG },
	{ "w:strike", on_run_property, NULL, DOCX_STRIKE },
	{ "w:dstrike", on_run_property, NULL, DOCX_STRIKE },
	{ "w:t", start_text, end_text, 0 },
	{ "m:t", start_text, end_text, 0 },
	{ "w:tab", on_character, NULL, C_TAB },
	{ "w:ptab", on_character, NULL, C_TAB },
	{ "w:br", on_character, NULL, C_BREAK },
	{ "w:cr", on_character, NULL, C_BREAK },
	{ "w:noBreakHyphen", on_character, NULL, C_HYPHEN },
	{ "w:fldChar", on_field, NULL, 0 },
	{ "w:hyperlink", start_link, end_link, 0 },
	{ "w:footnoteReference", on_reference, NULL, 'f' },
	{ "w:endnoteReference", on_reference, NULL, 'e' },
	{ "w:footnote", start_note, end_note, 'f' },
	{ "w:endnote", start_note, end_note, 'e' },
	{ "w:comment", start_comment, end_note, 0 },
	{ "w:txbxContent", start_box, end_box, 0 },
	DOCX_MATH_ELEMENTS,
	{ "wp:docPr", on_image_text, NULL, 0 },
	{ "a:blip", on_image, NULL, 1 },
	{ "v:imagedata", on_image, NULL, 0 },
	{ "c:chart", on_graphic, NULL, GRAPHIC_CHART },
	{ "dgm:relIds", on_graphic, NULL, GRAPHIC_DIAGRAM },
	{ "w:tbl", docx_start_table, docx_end_table, 0 },
	{ "w:gridCol", docx_on_column, NULL, 0 },
	{ "w:tr", docx_start_row, docx_end_row, 0 },
	{ "w:tc", docx_start_cell, docx_end_cell, 0 },
	{ "w:gridSpan", docx_on_span, NULL, 0 },
	{ "w:del", start_deleted, NULL, 0 },
	{ "w:moveFrom", start_deleted, NULL, 0 },
	{ "w:tblGridChange", xml_skip, NULL, 0 },
	{ "w:pPrChange", xml_skip, NULL, 0 },
	{ "w:rPrChange", xml_skip, NULL, 0 },
	{ "w:tblPrChange", xml_skip, NULL, 0 },
	{ "w:sectPr", xml_skip, NULL, 0 },
	{ "w:sdtPr", xml_skip, NULL, 0 },
	{ "w:rt", xml_skip, NULL, 0 },
	{ "w:tabs", xml_skip, NULL, 0 },
	{ "w:instrText", xml_skip, NULL, 0 },
	{ "w:fldData", xml_skip, NULL, 0 },
	{ "mc:Fallback", xml_skip, NULL, 0 },
	{ 0 },
};
/* clang-format on */

const struct xml_handler docx_story = { elements, on_text };
