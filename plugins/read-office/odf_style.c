/* odf_style.c - styles of an OpenDocument file. */
#include <stdio.h>
#include <string.h>

#include "lavoir/plugin_util.h"
#include "odf.h"

enum { KEY_SIZE = 300, PARENTS_MAX = 20 };

static bool
make_key(char *key, const char *family, size_t family_len,
    struct lavoir_str name)
{
	int n = snprintf(key, KEY_SIZE, "%.*s:%.*s", (int)family_len, family,
	    name.len < KEY_SIZE ? (int)name.len : KEY_SIZE, name.ptr);

	return name.ptr != NULL && n > 0 && n < KEY_SIZE;
}

bool
odf_on_style(const struct xml_at *at)
{
	struct odf_styles *s = at->arg;
	struct lavoir_str family = xml_get(at, "family");
	char key[KEY_SIZE];
	struct odf_style *style;

	s->style = NULL;
	if (family.ptr == NULL ||
	    !make_key(key, family.ptr, family.len < 40 ? family.len : 40,
		xml_get(at, "name")))
		return false;
	style = office_alloc(s->o, sizeof(*style));
	if (style == NULL)
		return false;
	style->name = xml_copy(s->o, at, "name");
	style->shown_name = xml_copy(s->o, at, "display-name");
	style->parent = xml_copy(s->o, at, "parent-style-name");
	style->list_style = xml_copy(s->o, at, "list-style-name");
	map_put(s->o, &s->styles, office_copy(s->o, key, strlen(key)), style);
	s->style = style;
	return true;
}

static bool
is_fixed_pitch(const struct xml_at *at)
{
	return xml_is(xml_get(at, "font-pitch"), "fixed");
}

bool
odf_on_text_properties(const struct xml_at *at)
{
	struct odf_styles *s = at->arg;
	struct lavoir_str v;

	if (s->style == NULL)
		return false;
	s->style->hidden =
	    s->style->hidden || xml_is(xml_get(at, "display"), "none");
	if (xml_is(xml_get(at, "font-style"), "italic"))
		s->style->marks |= 1U << MARKUP_EM;
	if (xml_is(xml_get(at, "font-weight"), "bold"))
		s->style->marks |= 1U << MARKUP_STRONG;
	v = xml_get(at, "text-line-through-style");
	if (v.ptr != NULL && !xml_is(v, "none"))
		s->style->marks |= 1U << MARKUP_STRIKE;
	if (is_fixed_pitch(at))
		s->style->marks |= 1U << MARKUP_CODE;
	return false;
}

bool
odf_on_page_properties(const struct xml_at *at)
{
	struct odf_styles *s = at->arg;

	if (s->style != NULL && xml_is(xml_get(at, "visibility"), "hidden"))
		s->style->hidden = true;
	return false;
}

static struct odf_list_style *
new_list(struct odf_styles *s)
{
	s->list = office_alloc(s->o, sizeof(*s->list));
	for (size_t i = 0; s->list != NULL && i < ODF_LEVELS; i++)
		s->list->level[i].start = s->list->level[i].display_levels = 1;
	return s->list;
}

bool
odf_on_list_style(const struct xml_at *at)
{
	struct odf_styles *s = at->arg;
	const char *name = xml_copy(s->o, at, "name");

	if (name == NULL || new_list(s) == NULL)
		return false;
	map_put(s->o, &s->lists, name, s->list);
	return true;
}

bool
odf_on_outline(const struct xml_at *at)
{
	struct odf_styles *s = at->arg;

	s->outline = new_list(s);
	return s->outline != NULL;
}

bool
odf_on_level(const struct xml_at *at)
{
	struct odf_styles *s = at->arg;
	long i = xml_int(at, "level", 0);
	struct odf_level *l;

	if (s->list == NULL || i < 1 || i > ODF_LEVELS)
		return false;
	l = &s->list->level[i - 1];
	l->numbered = at->value == 1;
	if (!l->numbered)
		return false;
	l->format = number_odf(xml_copy(s->o, at, "num-format"));
	l->prefix = xml_copy(s->o, at, "num-prefix");
	l->suffix = xml_copy(s->o, at, "num-suffix");
	l->start = xml_int(at, "start-value", 1);
	l->display_levels = xml_int(at, "display-levels", 1);
	return false;
}

static void
no_text(void *arg, const char *s, size_t len)
{
	(void)arg;
	(void)s;
	(void)len;
}

void
odf_read_styles(struct odf_styles *s)
{
	static const struct xml_element elements[] = {
		ODF_STYLE_ELEMENTS,
		{ 0 },
	};
	static const struct xml_handler handler = { elements, no_text };
	const struct zip_member *m = zip_find(s->o, "styles.xml");

	if (m != NULL)
		(void)xml_parse(s->o, m, &handler, s);
}

static bool
is_named(const struct odf_style *s, const char *a, const char *b)
{
	return strcmp(s->name, a) == 0 || strcmp(s->name, b) == 0 ||
	    (s->shown_name != NULL && strcmp(s->shown_name, b) == 0);
}

static void
resolve(struct odf_styles *s, struct odf_style *style, const char *family)
{
	const struct odf_style *p = style;
	char key[KEY_SIZE];

	style->resolved = true;
	for (int i = 0; p != NULL && i < PARENTS_MAX; i++) {
		style->hidden = style->hidden || p->hidden;
		style->code = style->code ||
		    is_named(p, "Preformatted_20_Text", "Preformatted Text");
		style->quote =
		    style->quote || is_named(p, "Quotations", "Quotations");
		if (is_named(p, "Source_20_Text", "Source Text"))
			style->marks |= 1U << MARKUP_CODE;
		if (is_named(p, "Emphasis", "Emphasis"))
			style->marks |= 1U << MARKUP_EM;
		if (is_named(p, "Strong_20_Emphasis", "Strong Emphasis"))
			style->marks |= 1U << MARKUP_STRONG;
		if (style->list_style == NULL)
			style->list_style = p->list_style;
		p = p->parent != NULL &&
			make_key(key, family, strlen(family),
			    lavoir_str_from(p->parent))
		    ? map_get(&s->styles, key)
		    : NULL;
	}
}

struct odf_style *
odf_style(struct odf_styles *s, const char *family, struct lavoir_str name)
{
	struct odf_style *style;
	char key[KEY_SIZE];

	if (!make_key(key, family, strlen(family), name))
		return NULL;
	style = map_get(&s->styles, key);
	if (style != NULL && !style->resolved)
		resolve(s, style, family);
	return style;
}

struct odf_list_style *
odf_list_style(struct odf_styles *s, struct lavoir_str name)
{
	const char *key = office_copy(s->o, name.ptr, name.len);

	return key != NULL ? map_get(&s->lists, key) : NULL;
}

static void
append(char *label, size_t size, const char *s)
{
	size_t len = strlen(label);

	if (s != NULL && strlen(s) < size - len)
		(void)snprintf(label + len, size - len, "%s", s);
}

void
odf_label(const struct odf_list_style *style, size_t level, const long *count,
    char *label, size_t size)
{
	const struct odf_level *l = &style->level[level];
	size_t first = 0;

	label[0] = '\0';
	if (!l->numbered || l->format == NUMBER_NONE)
		return;
	if (l->display_levels > 0 && (size_t)l->display_levels <= level)
		first = level + 1 - (size_t)l->display_levels;
	append(label, size, l->prefix);
	for (size_t i = first; i <= level; i++) {
		const struct odf_level *part = &style->level[i];

		if (!part->numbered || part->format == NUMBER_NONE)
			continue;
		number_append(label, size, part->format, count[i]);
		if (i < level)
			append(label, size, ".");
	}
	append(label, size, l->suffix);
}
