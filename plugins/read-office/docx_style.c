/* docx_style.c - styles of a WordprocessingML document. */
#include <string.h>
#include <strings.h>

#include "docx.h"

static bool
on_style(const struct xml_at *at)
{
	struct docx *d = at->arg;
	struct docx_style *s = office_alloc(d->o, sizeof(*s));
	const char *id = xml_copy(d->o, at, "styleId");

	d->last_style = s;
	if (s == NULL || id == NULL)
		return false;
	s->id = s->name = id;
	s->num = NULL;
	s->level = -1;
	s->outline = -1;
	map_put(d->o, &d->styles, id, s);
	if (xml_get(at, "default").ptr != NULL && xml_on(at, "default") &&
	    xml_is(xml_get(at, "type"), "paragraph"))
		d->default_style = s;
	return true;
}

enum { NAME, BASED_ON, NUM, LEVEL, OUTLINE, VANISH };

static bool
on_property(const struct xml_at *at)
{
	struct docx *d = at->arg;
	struct docx_style *s = d->last_style;

	if (s == NULL)
		return false;
	switch (at->value) {
	case NAME:
		s->name = xml_copy(d->o, at, "val");
		break;
	case BASED_ON:
		s->based_on = xml_copy(d->o, at, "val");
		break;
	case NUM:
		s->num = xml_copy(d->o, at, "val");
		break;
	case LEVEL:
		s->level = (int)xml_int(at, "val", -1);
		break;
	case OUTLINE:
		s->outline = (int)xml_int(at, "val", -1);
		break;
	default:
		s->hidden = xml_on(at, "val");
	}
	return true;
}

static void
no_text(void *arg, const char *s, size_t len)
{
	(void)arg;
	(void)s;
	(void)len;
}

void
docx_read_styles(struct docx *d)
{
	static const struct xml_element elements[] = {
		{ "w:style", on_style, NULL, 0 },
		{ "w:name", on_property, NULL, NAME },
		{ "w:basedOn", on_property, NULL, BASED_ON },
		{ "w:numId", on_property, NULL, NUM },
		{ "w:ilvl", on_property, NULL, LEVEL },
		{ "w:outlineLvl", on_property, NULL, OUTLINE },
		{ "w:vanish", on_property, NULL, VANISH },
		{ "w:tblStylePr", xml_skip, NULL, 0 },
		{ "w:docDefaults", xml_skip, NULL, 0 },
		{ "w:latentStyles", xml_skip, NULL, 0 },
		{ 0 },
	};
	static const struct xml_handler handler = { elements, no_text };
	const struct relation *r =
	    relation_by_type(&d->main_relations, "styles");
	const struct zip_member *m =
	    zip_find(d->o, r != NULL ? r->target : "word/styles.xml");

	if (m != NULL)
		(void)xml_parse(d->o, m, &handler, d);
}

struct docx_style *
docx_style_by_id(struct docx *d, struct lavoir_str id)
{
	const char *key = office_copy(d->o, id.ptr, id.len);

	return key != NULL ? map_get(&d->styles, key) : NULL;
}

/* "heading 3", "Heading3", "Title": 0 if it is none. */
static int
heading_of(const char *name)
{
	static const char heading[] = "heading";
	const char *p = name + sizeof(heading) - 1;

	if (strcasecmp(name, "title") == 0)
		return 1;
	if (strncasecmp(name, heading, sizeof(heading) - 1) != 0)
		return 0;
	p += *p == ' ';
	return p[0] >= '1' && p[0] <= '9' && (p[1] == '\0' || p[1] == ' ')
	    ? p[0] - '0'
	    : 0;
}

static bool
is_one_of(const char *name, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strcasecmp(name, *list) == 0)
			return true;
	return false;
}

static enum docx_kind
kind_of(const char *name)
{
	static const char *const code[] = { "source code", "sourcecode", "code",
		"html preformatted", "preformatted text", "plain code",
		"code block", "macro text", "verbatim", NULL };
	static const char *const quote[] = { "quote", "intense quote",
		"block text", "quotations", "block quote", "blockquote",
		"bibliographic quote", NULL };

	if (is_one_of(name, code))
		return DOCX_CODE;
	if (is_one_of(name, quote))
		return DOCX_QUOTE;
	return strncasecmp(name, "list continue", 13) == 0 ? DOCX_CONTINUED
							   : DOCX_PARAGRAPH;
}

enum { BASES_MAX = 20 };

void
docx_resolve_style(struct docx *d, struct docx_style *s)
{
	const struct docx_style *base = s;

	if (s->resolved)
		return;
	s->resolved = true;
	for (int i = 0; base != NULL && i < BASES_MAX; i++) {
		if (s->heading == 0 && base->name != NULL)
			s->heading = heading_of(base->name);
		if (s->kind == DOCX_PARAGRAPH && base->name != NULL)
			s->kind = kind_of(base->name);
		if (s->num == NULL)
			s->num = base->num;
		if (s->level < 0)
			s->level = base->level;
		if (s->outline < 0)
			s->outline = base->outline;
		s->hidden = s->hidden || base->hidden;
		base = base->based_on != NULL
		    ? map_get(&d->styles, base->based_on)
		    : NULL;
	}
	if (s->heading == 0 && s->outline >= 0 && s->outline < 9)
		s->heading = s->outline + 1;
}
