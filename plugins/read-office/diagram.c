/* diagram.c - SmartArt of OOXML documents: what its shapes say. */
#include "lavoir/plugin_util.h"
#include "xml.h"

struct diagram {
	struct office *o;
	bool in_text;
};

/* Points say what is drawn ("node", "asst"), how ("pres"), or stand between two
 * of the first kind. */
static bool
start_point(const struct xml_at *at)
{
	return !xml_is(xml_get(at, "type"), "pres");
}

static bool
on_paragraph(const struct xml_at *at)
{
	struct diagram *d = at->arg;

	markup_paragraph(d->o->out);
	return true;
}

static bool
on_break(const struct xml_at *at)
{
	struct diagram *d = at->arg;

	markup_break(d->o->out);
	return true;
}

static bool
start_text(const struct xml_at *at)
{
	struct diagram *d = at->arg;

	d->in_text = true;
	return true;
}

static void
end_text(const struct xml_at *at)
{
	struct diagram *d = at->arg;

	d->in_text = false;
}

static void
on_text(void *arg, const char *s, size_t len)
{
	struct diagram *d = arg;

	if (d->in_text)
		markup_text(d->o->out, s, len);
}

void
diagram_read(struct office *o, const char *part)
{
	static const struct xml_element elements[] = {
		{ "dgm:pt", start_point, NULL, 0 },
		{ "a:p", on_paragraph, NULL, 0 },
		{ "a:br", on_break, NULL, 0 },
		{ "a:t", start_text, end_text, 0 },
		{ "dgm:cxnLst", xml_skip, NULL, 0 },
		{ "mc:Fallback", xml_skip, NULL, 0 },
		{ 0 },
	};
	static const struct xml_handler handler = { elements, on_text };
	const struct zip_member *m = zip_find(o, part);
	struct diagram d = { .o = o };

	if (m == NULL)
		return;
	(void)xml_parse(o, m, &handler, &d);
	markup_paragraph(o->out);
}
