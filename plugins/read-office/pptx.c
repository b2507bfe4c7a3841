/* pptx.c - PresentationML: slides in their order, with the speaker's notes. */
#include <stdio.h>
#include <string.h>

#include "lavoir/plugin_util.h"
#include "number.h"
#include "office.h"
#include "package.h"
#include "xml.h"

enum { LEVELS = 9 };

enum role {
	ROLE_TEXT,
	ROLE_TITLE,
	ROLE_OUTLINE, /* the placeholder whose paragraphs have bullets */
	ROLE_BODY,    /* one that may have */
	ROLE_FURNITURE,
};

enum bullet { BULLET_UNSAID, BULLET_NONE, BULLET_CHAR, BULLET_NUMBER };

struct slide {
	const char *part;
	struct slide *next;
};

struct pptx {
	struct office *o;
	struct relations relations; /* of the part that is read */
	struct slide *first, **end;
	bool notes; /* is it a page of notes? */
	enum role role;
	bool hidden;
	const char *alt; /* of the image that follows */
	/* paragraph */
	bool in_text, open, in_title;
	int level;
	enum bullet bullet;
	const char *scheme;
	long start;
	/* lists */
	int open_level[LEVELS];
	size_t n_open;
	long count[LEVELS];
};

static void
close_lists(struct pptx *x, int level)
{
	while (x->n_open > 0 && x->open_level[x->n_open - 1] > level) {
		markup_item_end(x->o->out);
		markup_list_end(x->o->out);
		x->n_open--;
	}
	for (int i = level + 1; i < LEVELS; i++)
		if (i >= 0)
			x->count[i] = 0;
}

static bool
on_slide_id(const struct xml_at *at)
{
	struct pptx *x = at->arg;
	struct lavoir_str id = xml_get_rel(at, "id");
	const struct relation *r =
	    id.ptr != NULL ? relation_by_id(x->o, &x->relations, id) : NULL;
	struct slide *s = r != NULL ? office_alloc(x->o, sizeof(*s)) : NULL;

	if (s == NULL)
		return true;
	s->part = r->target;
	*x->end = s;
	x->end = &s->next;
	return true;
}

static bool
start_slide(const struct xml_at *at)
{
	struct lavoir_str show = xml_get(at, "show");

	return !xml_is(show, "0") && !xml_is(show, "false");
}

static bool
start_shape(const struct xml_at *at)
{
	struct pptx *x = at->arg;

	x->role = ROLE_TEXT;
	x->hidden = false;
	return true;
}

static bool
on_shape_properties(const struct xml_at *at)
{
	struct pptx *x = at->arg;

	if (xml_get(at, "hidden").ptr != NULL && xml_on(at, "hidden"))
		x->hidden = true;
	x->alt = xml_copy(x->o, at, "descr");
	return true;
}

static bool
on_placeholder(const struct xml_at *at)
{
	static const struct {
		const char *type;
		enum role role;
	} roles[] = {
		{ "title", ROLE_TITLE },
		{ "ctrTitle", ROLE_TITLE },
		{ "subTitle", ROLE_TEXT },
		{ "body", ROLE_BODY },
		{ "obj", ROLE_OUTLINE },
		{ "dt", ROLE_FURNITURE },
		{ "ftr", ROLE_FURNITURE },
		{ "hdr", ROLE_FURNITURE },
		{ "sldNum", ROLE_FURNITURE },
	};
	struct pptx *x = at->arg;
	struct lavoir_str type = xml_get(at, "type");

	x->role = type.ptr == NULL ? ROLE_OUTLINE : ROLE_TEXT;
	for (size_t i = 0; i < sizeof(roles) / sizeof(*roles); i++)
		if (xml_is(type, roles[i].type))
			x->role = roles[i].role;
	return true;
}

static bool
start_body(const struct xml_at *at)
{
	struct pptx *x = at->arg;

	if (x->hidden || x->role == ROLE_FURNITURE ||
	    (x->notes && x->role != ROLE_BODY))
		return false;
	x->in_title = x->role == ROLE_TITLE;
	if (x->in_title)
		markup_heading_begin(x->o->out, 1);
	else
		markup_paragraph(x->o->out);
	return true;
}

static void
end_body(const struct xml_at *at)
{
	struct pptx *x = at->arg;

	close_lists(x, -1);
	if (x->in_title)
		markup_heading_end(x->o->out);
	else
		markup_paragraph(x->o->out);
	x->in_title = false;
}

static bool
start_paragraph(const struct xml_at *at)
{
	struct pptx *x = at->arg;

	x->open = false;
	x->level = 0;
	x->bullet = BULLET_UNSAID;
	x->scheme = NULL;
	x->start = 1;
	return true;
}

static bool
on_paragraph_property(const struct xml_at *at)
{
	struct pptx *x = at->arg;
	long level = xml_int(at, "lvl", 0);

	x->level = level > 0 && level < LEVELS ? (int)level : 0;
	return true;
}

static bool
on_bullet(const struct xml_at *at)
{
	struct pptx *x = at->arg;

	x->bullet = (enum bullet)at->value;
	if (x->bullet == BULLET_NUMBER) {
		x->scheme = xml_copy(x->o, at, "type");
		x->start = xml_int(at, "startAt", 1);
	}
	return true;
}

/* "arabicPeriod", "alphaLcParenBoth", "romanUcParenR" ... */
static void
make_label(const char *scheme, long n, char *label, size_t size)
{
	enum number_format format = NUMBER_DECIMAL;
	size_t len;

	if (strncmp(scheme, "alphaLc", 7) == 0)
		format = NUMBER_LOWER;
	else if (strncmp(scheme, "alphaUc", 7) == 0)
		format = NUMBER_UPPER;
	else if (strncmp(scheme, "romanLc", 7) == 0)
		format = NUMBER_LOWER_ROMAN;
	else if (strncmp(scheme, "romanUc", 7) == 0)
		format = NUMBER_UPPER_ROMAN;
	(void)snprintf(label, size, "%s",
	    strstr(scheme, "ParenBoth") != NULL ? "(" : "");
	number_append(label, size, format, n);
	len = strlen(label);
	(void)snprintf(label + len, size - len, "%s",
	    strstr(scheme, "Paren") != NULL	   ? ")"
		: strstr(scheme, "Period") != NULL ? "."
						   : "");
}

static void
open_item(struct pptx *x)
{
	struct markup *m = x->o->out;
	char label[48];
	long *count = &x->count[x->level];

	close_lists(x, x->level);
	if (x->n_open > 0 && x->open_level[x->n_open - 1] == x->level) {
		markup_item_end(m);
	} else {
		markup_list_begin(m, false, 1);
		x->open_level[x->n_open++] = x->level;
	}
	if (x->bullet == BULLET_NUMBER && x->scheme != NULL) {
		*count = *count == 0 ? x->start : *count + 1;
		make_label(x->scheme, *count, label, sizeof(label));
		markup_item_begin(m, label);
	} else {
		*count = 0;
		markup_item_begin(m, NULL);
	}
}

static void
open_paragraph(struct pptx *x)
{
	bool item = x->bullet == BULLET_CHAR || x->bullet == BULLET_NUMBER ||
	    (x->bullet == BULLET_UNSAID &&
		(x->role == ROLE_OUTLINE ||
		    (x->role == ROLE_BODY && x->level > 0)));

	if (x->open)
		return;
	x->open = true;
	if (x->in_title) {
		markup_line(x->o->out);
	} else if (item && !x->notes) {
		open_item(x);
	} else {
		close_lists(x, -1);
		markup_paragraph(x->o->out);
	}
}

static void
end_paragraph(const struct xml_at *at)
{
	struct pptx *x = at->arg;

	if (x->in_title)
		markup_line(x->o->out);
	else
		markup_paragraph(x->o->out);
	x->in_text = false;
}

static bool
start_text(const struct xml_at *at)
{
	struct pptx *x = at->arg;

	x->in_text = true;
	return true;
}

static void
end_text(const struct xml_at *at)
{
	struct pptx *x = at->arg;

	x->in_text = false;
}

static void
on_text(void *arg, const char *s, size_t len)
{
	struct pptx *x = arg;

	if (!x->in_text)
		return;
	open_paragraph(x);
	/* PowerPoint's line break within a run. */
	while (len > 0) {
		const char *v = memchr(s, '\v', len);
		size_t n = v != NULL ? (size_t)(v - s) : len;

		markup_text(x->o->out, s, n);
		if (v != NULL)
			markup_break(x->o->out);
		n += v != NULL;
		s += n;
		len -= n;
	}
}

static bool
on_break(const struct xml_at *at)
{
	struct pptx *x = at->arg;

	if (x->open)
		markup_break(x->o->out);
	return true;
}

static bool
start_field(const struct xml_at *at)
{
	struct lavoir_str type = xml_get(at, "type");

	return !xml_is(type, "slidenum") &&
	    (type.ptr == NULL || !lavoir_str_starts(type, "datetime"));
}

enum { TABLE, ROW };

static bool
start_table(const struct xml_at *at)
{
	struct pptx *x = at->arg;

	x->role = ROLE_TEXT;
	if (at->value == TABLE)
		markup_table_begin(x->o->out);
	else
		markup_row_begin(x->o->out);
	return true;
}

static void
end_table(const struct xml_at *at)
{
	struct pptx *x = at->arg;

	if (at->value == TABLE)
		markup_table_end(x->o->out);
	else
		markup_row_end(x->o->out);
}

static bool
start_cell(const struct xml_at *at)
{
	struct pptx *x = at->arg;

	markup_cell_begin(x->o->out, 1);
	return true;
}

static void
end_cell(const struct xml_at *at)
{
	struct pptx *x = at->arg;

	close_lists(x, -1);
	markup_cell_end(x->o->out);
}

static bool
on_image(const struct xml_at *at)
{
	struct pptx *x = at->arg;
	struct lavoir_str id = xml_get_rel(at, "embed");
	const struct relation *r =
	    id.ptr != NULL ? relation_by_id(x->o, &x->relations, id) : NULL;

	if (r != NULL && x->o->opt->images && !x->hidden)
		office_image(x->o, r->target, x->alt);
	x->alt = NULL;
	return true;
}

static bool
on_graphic(const struct xml_at *at)
{
	struct pptx *x = at->arg;
	struct lavoir_str id =
	    xml_get_rel(at, at->value == GRAPHIC_CHART ? "id" : "dm");
	const struct relation *r =
	    id.ptr != NULL ? relation_by_id(x->o, &x->relations, id) : NULL;

	if (r == NULL || r->external || x->hidden)
		return true;
	if (at->value == GRAPHIC_CHART)
		chart_read(x->o, r->target);
	else
		diagram_read(x->o, r->target);
	return true;
}

/* clang-format off */
static const struct xml_element elements[] = {
	{ "p:sldId", on_slide_id, NULL, 0 },
	{ "p:sld", start_slide, NULL, 0 },
	{ "p:sp", start_shape, NULL, 0 },
	{ "p:graphicFrame", start_shape, NULL, 0 },
	{ "p:cNvPr", on_shape_properties, NULL, 0 },
	{ "p:ph", on_placeholder, NULL, 0 },
	{ "p:txBody", start_body, end_body, 0 },
	{ "a:p", start_paragraph, end_paragraph, 0 },
	{ "a:pPr", on_paragraph_property, NULL, 0 },
	{ "a:buNone", on_bullet, NULL, BULLET_NONE },
	{ "a:buChar", on_bullet, NULL, BULLET_CHAR },
	{ "a:buBlip", on_bullet, NULL, BULLET_CHAR },
	{ "a:buAutoNum", on_bullet, NULL, BULLET_NUMBER },
	{ "a:t", start_text, end_text, 0 },
	{ "m:t", start_text, end_text, 0 },
	{ "p:cm", start_paragraph, end_paragraph, 0 },
	{ "p:text", start_text, end_text, 0 },
	{ "a:br", on_break, NULL, 0 },
	{ "a:fld", start_field, NULL, 0 },
	{ "a:tbl", start_table, end_table, TABLE },
	{ "a:tr", start_table, end_table, ROW },
	{ "a:tc", start_cell, end_cell, 0 },
	{ "a:blip", on_image, NULL, 0 },
	{ "c:chart", on_graphic, NULL, GRAPHIC_CHART },
	{ "dgm:relIds", on_graphic, NULL, GRAPHIC_DIAGRAM },
	{ "mc:Fallback", xml_skip, NULL, 0 },
	{ "a:lstStyle", xml_skip, NULL, 0 },
	{ "p:timing", xml_skip, NULL, 0 },
	{ "p:extLst", xml_skip, NULL, 0 },
	{ "a:extLst", xml_skip, NULL, 0 },
	{ 0 },
};
/* clang-format on */

static const struct xml_handler handler = { elements, on_text };

static void
read_part(struct pptx *x, const char *part)
{
	const struct zip_member *m = zip_find(x->o, part);

	if (m == NULL || x->o->rc != LAVOIR_OK)
		return;
	package_relations(x->o, part, &x->relations);
	x->role = ROLE_TEXT;
	x->hidden = false;
	(void)xml_parse(x->o, m, &handler, x);
	markup_paragraph(x->o->out);
}

static void
read_slide(struct pptx *x, const struct slide *s)
{
	struct relations relations;

	read_part(x, s->part);
	relations = x->relations;
	for (const struct relation *r = relations.first; r != NULL;
	     r = r->next) {
		x->notes = strcmp(r->type, "notesSlide") == 0;
		if (x->notes ? x->o->opt->speaker_notes
			     : x->o->opt->comments &&
			    strcmp(r->type, "comments") == 0)
			read_part(x, r->target);
	}
	x->notes = false;
}

void
pptx_read(struct office *o, const char *main_part)
{
	struct pptx *x = office_alloc(o, sizeof(*x));

	if (x == NULL)
		return;
	x->o = o;
	x->end = &x->first;
	read_part(x, main_part);
	for (const struct slide *s = x->first; s != NULL && o->rc == LAVOIR_OK;
	     s = s->next)
		read_slide(x, s);
}
