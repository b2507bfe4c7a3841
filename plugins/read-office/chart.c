/* chart.c - charts of OOXML documents: what they show as a table. */
#include <string.h>

#include "lavoir/plugin_util.h"
#include "xml.h"

enum { SERIES_MAX = 64, POINTS_MAX = 4096, VALUE_SIZE = 1024 };
enum { IN_NOTHING, IN_TITLE, IN_NAME, IN_CATEGORIES, IN_VALUES };

struct series {
	const char *name;
	const char **category, **value;
};

struct chart {
	struct office *o;
	struct series series[SERIES_MAX];
	size_t n; /* series */
	size_t points;
	int where;
	bool in_series, keep;
	long index;
	char text[VALUE_SIZE];
	size_t len;
	char title[VALUE_SIZE];
	size_t title_len;
};

static struct series *
last(struct chart *c)
{
	return c->n > 0 ? &c->series[c->n - 1] : NULL;
}

static bool
start_series(const struct xml_at *at)
{
	struct chart *c = at->arg;
	struct series *s;

	if (c->n == SERIES_MAX)
		return false;
	c->n++;
	s = last(c);
	s->category = office_alloc(c->o, POINTS_MAX * sizeof(*s->category));
	s->value = office_alloc(c->o, POINTS_MAX * sizeof(*s->value));
	c->in_series = s->category != NULL && s->value != NULL;
	return c->in_series;
}

static void
end_series(const struct xml_at *at)
{
	struct chart *c = at->arg;

	c->in_series = false;
}

static bool
enter(const struct xml_at *at)
{
	struct chart *c = at->arg;

	if ((at->value == IN_TITLE) == c->in_series)
		return at->value != IN_TITLE;
	c->where = at->value;
	c->index = 0;
	return true;
}

static void
leave(const struct xml_at *at)
{
	struct chart *c = at->arg;

	c->where = IN_NOTHING;
}

static bool
on_point(const struct xml_at *at)
{
	struct chart *c = at->arg;

	c->index = xml_int(at, "idx", c->index);
	return c->index >= 0 && c->index < POINTS_MAX;
}

static bool
start_value(const struct xml_at *at)
{
	struct chart *c = at->arg;

	c->keep = c->where != IN_NOTHING;
	c->len = 0;
	return true;
}

static void
end_value(const struct xml_at *at)
{
	struct chart *c = at->arg;
	struct series *s = last(c);
	const char *text = office_copy(c->o, c->text, c->len);

	c->keep = false;
	if (s == NULL || text == NULL || !c->in_series)
		return;
	if (c->where == IN_NAME)
		s->name = text;
	else if (c->where == IN_CATEGORIES)
		s->category[c->index] = text;
	else if (c->where == IN_VALUES)
		s->value[c->index] = text;
	if (c->where >= IN_CATEGORIES && (size_t)c->index >= c->points)
		c->points = (size_t)c->index + 1;
}

static void
end_title_text(const struct xml_at *at)
{
	struct chart *c = at->arg;
	size_t n = c->len;

	if (c->where == IN_TITLE && n <= sizeof(c->title) - c->title_len) {
		memcpy(c->title + c->title_len, c->text, n);
		c->title_len += n;
	}
	c->keep = false;
}

static void
on_text(void *arg, const char *s, size_t len)
{
	struct chart *c = arg;

	/* What is longer than a label is none. */
	if (!c->keep || len > sizeof(c->text) - c->len)
		return;
	memcpy(c->text + c->len, s, len);
	c->len += len;
}

static void
put_cell(struct chart *c, const char *s)
{
	markup_cell_begin(c->o->out, 1);
	markup_cstr(c->o->out, s != NULL ? s : "");
	markup_cell_end(c->o->out);
}

static void
put_rows(struct chart *c)
{
	for (size_t i = 0; i < c->points && !office_stop(c->o); i++) {
		const char *category = NULL;

		for (size_t j = 0; j < c->n && category == NULL; j++)
			category = c->series[j].category[i];
		markup_row_begin(c->o->out);
		put_cell(c, category);
		for (size_t j = 0; j < c->n; j++)
			put_cell(c, c->series[j].value[i]);
		markup_row_end(c->o->out);
	}
}

static void
put_chart(struct chart *c)
{
	struct markup *m = c->o->out;

	markup_paragraph(m);
	markup_text(m, c->title, c->title_len);
	markup_paragraph(m);
	markup_table_begin(m);
	markup_row_begin(m);
	put_cell(c, NULL);
	for (size_t j = 0; j < c->n; j++)
		put_cell(c, c->series[j].name);
	markup_row_end(m);
	put_rows(c);
	markup_table_end(m);
}

void
chart_read(struct office *o, const char *part)
{
	static const struct xml_element elements[] = {
		{ "c:title", enter, leave, IN_TITLE },
		{ "c:ser", start_series, end_series, 0 },
		{ "c:tx", enter, leave, IN_NAME },
		{ "c:cat", enter, leave, IN_CATEGORIES },
		{ "c:xVal", enter, leave, IN_CATEGORIES },
		{ "c:val", enter, leave, IN_VALUES },
		{ "c:yVal", enter, leave, IN_VALUES },
		{ "c:pt", on_point, NULL, 0 },
		{ "c:v", start_value, end_value, 0 },
		{ "a:t", start_value, end_title_text, 0 },
		{ "c:dLbls", xml_skip, NULL, 0 },
		{ "c:trendline", xml_skip, NULL, 0 },
		{ "c:catAx", xml_skip, NULL, 0 },
		{ "c:valAx", xml_skip, NULL, 0 },
		{ "c:dateAx", xml_skip, NULL, 0 },
		{ "c:serAx", xml_skip, NULL, 0 },
		{ "mc:Fallback", xml_skip, NULL, 0 },
		{ 0 },
	};
	static const struct xml_handler handler = { elements, on_text };
	const struct zip_member *m = zip_find(o, part);
	struct chart *c = m != NULL ? office_alloc(o, sizeof(*c)) : NULL;

	if (c == NULL)
		return;
	c->o = o;
	if (xml_parse(o, m, &handler, c))
		put_chart(c);
}
