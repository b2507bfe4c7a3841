/* odf.c - OpenDocument texts and presentations. */
#include "odf.h"

#include <stdio.h>
#include <string.h>

void
odf_blocks_close(struct odf *d)
{
	if (d->code)
		markup_pre_end(d->o->out);
	if (d->quote)
		markup_quote_end(d->o->out);
	d->code = d->quote = false;
}

/* Spans, paragraphs and links: marks and what is hidden, to be undone. */
static void
enter(struct odf *d, const struct odf_style *style, bool marks)
{
	size_t i = d->spans++;

	if (i >= ODF_SPANS)
		return;
	d->hides[i] = style != NULL && style->hidden;
	d->hidden += d->hides[i];
	d->marks[i] =
	    (unsigned char)(marks && style != NULL ? style->marks : 0);
	for (unsigned m = MARKUP_EM; m <= MARKUP_CODE; m++)
		if (d->marks[i] & 1U << m)
			markup_mark_begin(d->o->out, (enum markup_mark)m);
}

static void
leave(struct odf *d)
{
	size_t i = --d->spans;

	if (i >= ODF_SPANS)
		return;
	d->hidden -= d->hides[i];
	for (unsigned m = MARKUP_EM; m <= MARKUP_CODE; m++)
		if (d->marks[i] & 1U << m)
			markup_mark_end(d->o->out);
}

static bool
start_paragraph(const struct xml_at *at)
{
	struct odf *d = at->arg;
	struct markup *m = d->o->out;
	const struct odf_style *style =
	    odf_style(&d->styles, "paragraph", xml_get(at, "style-name"));
	bool code = style != NULL && style->code;
	bool quote = style != NULL && style->quote && !code;

	if (d->code && code) {
		markup_text(m, "\n", 1);
	} else if (!(d->quote && quote)) {
		odf_blocks_close(d);
		odf_items_open(d);
		if (code)
			markup_pre_begin(m, NULL);
		else if (quote)
			markup_quote_begin(m);
	}
	if (!code)
		markup_paragraph(m);
	d->code = code;
	d->quote = quote;
	d->paragraphs++;
	enter(d, style, false);
	return true;
}

static void
end_paragraph(const struct xml_at *at)
{
	struct odf *d = at->arg;

	leave(d);
	d->paragraphs--;
	if (!d->code)
		markup_paragraph(d->o->out);
}

static void
put_heading_number(struct odf *d, size_t level, bool numbered)
{
	char label[64];
	const char *given = odf_items_label(d);

	if (level > ODF_LEVELS)
		level = ODF_LEVELS;
	if (numbered && d->styles.outline != NULL) {
		struct odf_level *l = d->styles.outline->level;

		if (d->heading[level - 1] == 0)
			d->heading[level - 1] = l[level - 1].start - 1;
		d->heading[level - 1]++;
		for (size_t i = 0; i + 1 < level; i++)
			if (d->heading[i] == 0)
				d->heading[i] = l[i].start;
		for (size_t i = level; i < ODF_LEVELS; i++)
			d->heading[i] = 0;
		odf_label(d->styles.outline, level - 1, d->heading, label,
		    sizeof(label));
		if (label[0] != '\0')
			given = label;
	}
	markup_cstr(d->o->out, given);
	markup_space(d->o->out);
}

static bool
start_heading(const struct xml_at *at)
{
	struct odf *d = at->arg;
	long level = xml_int(at, "outline-level", 1);
	struct odf_style *style =
	    odf_style(&d->styles, "paragraph", xml_get(at, "style-name"));

	odf_blocks_close(d);
	if (level < 1)
		level = 1;
	markup_heading_begin(d->o->out, (int)level);
	d->in_heading = true;
	enter(d, style, false);
	if (d->hidden == 0)
		put_heading_number(d, (size_t)level,
		    !xml_is(xml_get(at, "is-list-header"), "true"));
	return true;
}

static void
end_heading(const struct xml_at *at)
{
	struct odf *d = at->arg;

	leave(d);
	markup_heading_end(d->o->out);
	d->in_heading = false;
}

static bool
start_span(const struct xml_at *at)
{
	struct odf *d = at->arg;

	enter(d, odf_style(&d->styles, "text", xml_get(at, "style-name")),
	    !d->in_heading && !d->code);
	return true;
}

static void
end_span(const struct xml_at *at)
{
	leave(at->arg);
}

static bool
start_link(const struct xml_at *at)
{
	struct odf *d = at->arg;
	char *url = xml_copy(d->o, at, "href");

	enter(d, NULL, false);
	markup_link_begin(d->o->out,
	    (struct lavoir_str){ url,
		url != NULL && url[0] != '#' ? strlen(url) : 0 });
	return true;
}

static void
end_link(const struct xml_at *at)
{
	struct odf *d = at->arg;

	markup_mark_end(d->o->out);
	leave(d);
}

enum { C_SPACE, C_TAB, C_BREAK };

static bool
on_character(const struct xml_at *at)
{
	struct odf *d = at->arg;
	long n = at->value == C_SPACE ? xml_int(at, "c", 1) : 1;

	if (d->hidden > 0)
		return true;
	if (at->value == C_BREAK)
		markup_break(d->o->out);
	for (; n > 0 && at->value != C_BREAK; n--) {
		markup_text(d->o->out, at->value == C_TAB ? "\t" : " ", 1);
		/* Elsewhere one space is as good as many. */
		if (!d->code || office_stop(d->o))
			break;
	}
	return true;
}

static void
on_text(void *arg, const char *s, size_t len)
{
	struct odf *d = arg;

	if (d->spans > 0 && d->hidden == 0)
		markup_text(d->o->out, s, len);
}

static bool
start_note(const struct xml_at *at)
{
	struct odf *d = at->arg;
	char label[24];

	if (d->o->out != &d->o->body || d->hidden > 0)
		return false;
	if (at->value == 'c' ? !d->o->opt->comments : !d->o->opt->notes)
		return false;
	d->note_lists = d->lists;
	if (at->value == 'c') {
		d->o->out = &d->o->notes;
		office_comment(d->o);
		return true;
	}
	(void)snprintf(label, sizeof(label), "%zu", ++d->n_notes);
	markup_note_mark(d->o->out, label);
	d->o->out = &d->o->notes;
	markup_note_begin(d->o->out, label);
	return true;
}

static void
end_note(const struct xml_at *at)
{
	struct odf *d = at->arg;

	odf_blocks_close(d);
	markup_note_end(d->o->out);
	d->o->out = &d->o->body;
	d->note_lists = 0;
}

/* A box in the middle of a paragraph: what follows is one of its own. */
static bool
start_box(const struct xml_at *at)
{
	struct odf *d = at->arg;

	odf_blocks_close(d);
	if (d->in_heading)
		markup_heading_end(d->o->out);
	markup_paragraph(d->o->out);
	return true;
}

static void
end_box(const struct xml_at *at)
{
	struct odf *d = at->arg;

	odf_blocks_close(d);
	markup_paragraph(d->o->out);
}

static bool
on_image(const struct xml_at *at)
{
	struct odf *d = at->arg;

	if (d->hidden == 0)
		office_image(d->o, xml_copy(d->o, at, "href"), NULL);
	return true;
}

static bool
start_section(const struct xml_at *at)
{
	return !xml_is(xml_get(at, "display"), "none") &&
	    !xml_is(xml_get(at, "is-hidden"), "true");
}

static bool
start_page(const struct xml_at *at)
{
	struct odf *d = at->arg;
	const struct odf_style *style =
	    odf_style(&d->styles, "drawing-page", xml_get(at, "style-name"));

	return style == NULL || !style->hidden;
}

/* Placeholders of slides. */
static bool
start_frame(const struct xml_at *at)
{
	struct odf *d = at->arg;
	struct lavoir_str class = xml_get(at, "class");

	if (xml_is(class, "page-number") || xml_is(class, "date-time") ||
	    xml_is(class, "footer") || xml_is(class, "header"))
		return false;
	if (xml_is(class, "title"))
		markup_heading_begin(d->o->out, 1);
	return true;
}

static void
end_frame(const struct xml_at *at)
{
	struct odf *d = at->arg;

	odf_blocks_close(d);
	markup_heading_end(d->o->out);
}

static bool
start_speaker_notes(const struct xml_at *at)
{
	struct odf *d = at->arg;

	markup_paragraph(d->o->out);
	return d->o->opt->speaker_notes;
}

/* clang-format off */
static const struct xml_element elements[] = {
	{ "text:p", start_paragraph, end_paragraph, 0 },
	{ "text:h", start_heading, end_heading, 0 },
	{ "text:span", start_span, end_span, 0 },
	{ "text:a", start_link, end_link, 0 },
	{ "text:s", on_character, NULL, C_SPACE },
	{ "text:tab", on_character, NULL, C_TAB },
	{ "text:tab-stop", on_character, NULL, C_TAB },
	{ "text:line-break", on_character, NULL, C_BREAK },
	{ "text:list", odf_start_list, odf_end_list, 0 },
	{ "text:ordered-list", odf_start_list, odf_end_list, 0 },
	{ "text:unordered-list", odf_start_list, odf_end_list, 0 },
	{ "text:list-item", odf_start_item, odf_end_item, 1 },
	{ "text:list-header", odf_start_item, odf_end_item, 0 },
	{ "table:table", odf_start_table, odf_end_table, 0 },
	{ "table:table-column", odf_on_column, NULL, 0 },
	{ "table:table-row", odf_start_row, odf_end_row, 0 },
	{ "table:table-cell", odf_start_cell, odf_end_cell, 0 },
	{ "table:covered-table-cell", odf_start_cell, odf_end_cell, 0 },
	{ "text:note", start_note, end_note, 'n' },
	{ "text:footnote", start_note, end_note, 'n' },
	{ "text:endnote", start_note, end_note, 'n' },
	{ "office:annotation", start_note, end_note, 'c' },
	{ "draw:text-box", start_box, end_box, 0 },
	{ "draw:custom-shape", start_box, end_box, 0 },
	{ "draw:image", on_image, NULL, 0 },
	{ "draw:frame", start_frame, end_frame, 0 },
	{ "draw:page", start_page, end_box, 0 },
	{ "presentation:notes", start_speaker_notes, end_box, 0 },
	{ "text:section", start_section, NULL, 0 },
	{ "text:hidden-text", start_section, NULL, 0 },
	{ "text:variable-set", start_section, NULL, 0 },
	{ "text:note-citation", xml_skip, NULL, 0 },
	{ "text:footnote-citation", xml_skip, NULL, 0 },
	{ "text:endnote-citation", xml_skip, NULL, 0 },
	{ "text:number", xml_skip, NULL, 0 },
	{ "text:ruby-text", xml_skip, NULL, 0 },
	{ "text:tracked-changes", xml_skip, NULL, 0 },
	{ "text:table-of-content-source", xml_skip, NULL, 0 },
	{ "text:alphabetical-index-source", xml_skip, NULL, 0 },
	{ "text:illustration-index-source", xml_skip, NULL, 0 },
	{ "text:table-index-source", xml_skip, NULL, 0 },
	{ "text:object-index-source", xml_skip, NULL, 0 },
	{ "text:user-index-source", xml_skip, NULL, 0 },
	{ "text:bibliography-source", xml_skip, NULL, 0 },
	{ "text:script", xml_skip, NULL, 0 },
	{ "office:forms", xml_skip, NULL, 0 },
	{ "office:scripts", xml_skip, NULL, 0 },
	{ "office:binary-data", xml_skip, NULL, 0 },
	{ "svg:title", xml_skip, NULL, 0 },
	{ "svg:desc", xml_skip, NULL, 0 },
	{ "dc:creator", xml_skip, NULL, 0 },
	{ "dc:date", xml_skip, NULL, 0 },
	ODF_STYLE_ELEMENTS,
	{ 0 },
};
/* clang-format on */

void
odf_read(struct office *o)
{
	static const struct xml_handler handler = { elements, on_text };
	const struct zip_member *m = zip_find(o, "content.xml");
	struct odf *d = office_alloc(o, sizeof(*d));

	if (m == NULL || d == NULL)
		return;
	d->o = d->styles.o = o;
	odf_read_styles(&d->styles);
	(void)xml_parse(o, m, &handler, d);
	o->out = &o->body;
}
