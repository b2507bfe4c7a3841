/* xhtml.c - chapters of EPUB publications. */
#include "xhtml.h"

#include <stdio.h>
#include <string.h>

#include "lavoir/plugin_util.h"
#include "xml.h"

struct xhtml {
	struct office *o;
	struct markup before; /* this chapter */
	size_t pre;
	size_t images, told; /* met, and handed out */
};

/* What is not to be seen, or is only for paper. */
static bool
left_out(const struct xml_at *at)
{
	struct lavoir_str type = xml_get(at, "type");

	return xml_get(at, "hidden").ptr != NULL || xml_is(type, "pagebreak") ||
	    xml_is(xml_get(at, "role"), "doc-pagebreak");
}

static bool
start_block(const struct xml_at *at)
{
	struct xhtml *x = at->arg;

	if (left_out(at))
		return false;
	markup_paragraph(x->o->out);
	return true;
}

static void
end_block(const struct xml_at *at)
{
	struct xhtml *x = at->arg;

	markup_paragraph(x->o->out);
}

static bool
start_inline(const struct xml_at *at)
{
	return !left_out(at);
}

static bool
start_heading(const struct xml_at *at)
{
	struct xhtml *x = at->arg;

	if (left_out(at))
		return false;
	markup_heading_begin(x->o->out, at->value);
	return true;
}

static void
end_heading(const struct xml_at *at)
{
	struct xhtml *x = at->arg;

	markup_heading_end(x->o->out);
}

static bool
on_break(const struct xml_at *at)
{
	struct xhtml *x = at->arg;

	markup_break(x->o->out);
	return true;
}

static bool
on_rule(const struct xml_at *at)
{
	struct xhtml *x = at->arg;

	markup_rule(x->o->out);
	return true;
}

static bool
start_mark(const struct xml_at *at)
{
	struct xhtml *x = at->arg;

	markup_mark_begin(x->o->out, (enum markup_mark)at->value);
	return true;
}

static void
end_mark(const struct xml_at *at)
{
	struct xhtml *x = at->arg;

	markup_mark_end(x->o->out);
}

static bool
start_link(const struct xml_at *at)
{
	struct xhtml *x = at->arg;
	char *url = xml_copy(x->o, at, "href");
	bool outside = url != NULL &&
	    (strstr(url, "://") != NULL || strncmp(url, "mailto:", 7) == 0);

	markup_link_begin(x->o->out, lavoir_str_from(outside ? url : ""));
	return true;
}

enum { UNORDERED, ORDERED };

static bool
start_list(const struct xml_at *at)
{
	struct xhtml *x = at->arg;

	if (left_out(at))
		return false;
	markup_list_begin(x->o->out, at->value == ORDERED,
	    xml_int(at, "start", 1));
	return true;
}

static void
end_list(const struct xml_at *at)
{
	struct xhtml *x = at->arg;

	markup_list_end(x->o->out);
}

static bool
start_item(const struct xml_at *at)
{
	struct xhtml *x = at->arg;
	long value = xml_int(at, "value", -1);
	char label[24];

	(void)snprintf(label, sizeof(label), "%ld.", value);
	markup_item_begin(x->o->out, value >= 0 ? label : NULL);
	return true;
}

static void
end_item(const struct xml_at *at)
{
	struct xhtml *x = at->arg;

	markup_item_end(x->o->out);
}

static bool
start_quote(const struct xml_at *at)
{
	struct xhtml *x = at->arg;

	markup_quote_begin(x->o->out);
	return true;
}

static void
end_quote(const struct xml_at *at)
{
	struct xhtml *x = at->arg;

	markup_quote_end(x->o->out);
}

static bool
start_pre(const struct xml_at *at)
{
	struct xhtml *x = at->arg;

	if (x->pre++ == 0)
		markup_pre_begin(x->o->out, NULL);
	return true;
}

static void
end_pre(const struct xml_at *at)
{
	struct xhtml *x = at->arg;

	if (--x->pre == 0)
		markup_pre_end(x->o->out);
}

enum { TABLE, ROW };

static bool
start_table(const struct xml_at *at)
{
	struct xhtml *x = at->arg;

	if (at->value == TABLE)
		markup_table_begin(x->o->out);
	else
		markup_row_begin(x->o->out);
	return true;
}

static void
end_table(const struct xml_at *at)
{
	struct xhtml *x = at->arg;

	if (at->value == TABLE)
		markup_table_end(x->o->out);
	else
		markup_row_end(x->o->out);
}

static bool
start_cell(const struct xml_at *at)
{
	struct xhtml *x = at->arg;
	long span = xml_int(at, "colspan", 1);

	markup_cell_begin(x->o->out,
	    span > 0 && span < 1000 ? (unsigned)span : 1);
	return true;
}

static void
end_cell(const struct xml_at *at)
{
	struct xhtml *x = at->arg;

	markup_cell_end(x->o->out);
}

static bool
on_image(const struct xml_at *at)
{
	struct xhtml *x = at->arg;

	/* A chapter that is read again has its images already. */
	if (++x->images > x->told) {
		x->told = x->images;
		office_image(x->o, xml_copy(x->o, at, "src"),
		    xml_copy(x->o, at, "alt"));
	}
	return true;
}

static void
on_text(void *arg, const char *s, size_t len)
{
	struct xhtml *x = arg;

	markup_text(x->o->out, s, len);
}

static void
restart(void *arg)
{
	struct xhtml *x = arg;

	markup_rewind(x->o->out, &x->before);
	x->pre = 0;
	x->images = 0;
}

#define BLOCK(name)                                                            \
	{                                                                      \
		"h:" name, start_block, end_block, 0                           \
	}
#define SKIP(name)                                                             \
	{                                                                      \
		"h:" name, xml_skip, NULL, 0                                   \
	}
#define MARK(name, mark)                                                       \
	{                                                                      \
		"h:" name, start_mark, end_mark, mark                          \
	}
#define HEADING(level)                                                         \
	{                                                                      \
		"h:h" #level, start_heading, end_heading, level                \
	}

/* clang-format off */
static const struct xml_element elements[] = {
	BLOCK("p"), BLOCK("div"), BLOCK("section"), BLOCK("article"),
	BLOCK("aside"), BLOCK("main"), BLOCK("header"), BLOCK("footer"),
	BLOCK("figure"), BLOCK("figcaption"), BLOCK("address"), BLOCK("dl"),
	BLOCK("dt"), BLOCK("dd"), BLOCK("center"), BLOCK("details"),
	BLOCK("summary"), BLOCK("fieldset"), BLOCK("form"), BLOCK("body"),
	BLOCK("caption"), BLOCK("hgroup"),
	HEADING(1), HEADING(2), HEADING(3), HEADING(4), HEADING(5), HEADING(6),
	{ "h:br", on_break, NULL, 0 },
	{ "h:hr", on_rule, NULL, 0 },
	MARK("em", MARKUP_EM), MARK("i", MARKUP_EM), MARK("cite", MARKUP_EM),
	MARK("dfn", MARKUP_EM), MARK("var", MARKUP_EM),
	MARK("strong", MARKUP_STRONG), MARK("b", MARKUP_STRONG),
	MARK("s", MARKUP_STRIKE), MARK("del", MARKUP_STRIKE),
	MARK("strike", MARKUP_STRIKE), MARK("code", MARKUP_CODE),
	MARK("kbd", MARKUP_CODE), MARK("samp", MARKUP_CODE),
	MARK("tt", MARKUP_CODE),
	{ "h:a", start_link, end_mark, 0 },
	{ "h:span", start_inline, NULL, 0 },
	{ "h:ul", start_list, end_list, UNORDERED },
	{ "h:ol", start_list, end_list, ORDERED },
	{ "h:li", start_item, end_item, 0 },
	{ "h:blockquote", start_quote, end_quote, 0 },
	{ "h:pre", start_pre, end_pre, 0 },
	{ "h:table", start_table, end_table, TABLE },
	{ "h:tr", start_table, end_table, ROW },
	{ "h:td", start_cell, end_cell, 0 },
	{ "h:th", start_cell, end_cell, 0 },
	{ "h:img", on_image, NULL, 0 },
	SKIP("head"), SKIP("script"), SKIP("style"), SKIP("template"),
	SKIP("nav"), SKIP("rt"), SKIP("rp"), SKIP("object"), SKIP("select"),
	SKIP("textarea"), SKIP("button"), SKIP("iframe"), SKIP("audio"),
	SKIP("video"), SKIP("canvas"), SKIP("svg"),
	{ "svg:svg", xml_skip, NULL, 0 },
	{ "math:annotation", xml_skip, NULL, 0 },
	{ "math:annotation-xml", xml_skip, NULL, 0 },
	{ 0 },
};
/* clang-format on */

void
xhtml_read(struct office *o, const struct zip_member *member)
{
	static const struct xml_handler handler = { elements, on_text };
	struct xhtml *x = office_alloc(o, sizeof(*x));

	if (x == NULL)
		return;
	markup_paragraph(o->out);
	x->o = o;
	x->before = *o->out;
	(void)xml_parse_html(o, member, &handler, x, restart);
	markup_paragraph(o->out);
}
