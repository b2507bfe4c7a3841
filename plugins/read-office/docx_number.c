/* docx_number.c - list definitions of a WordprocessingML document. */
#include <stdio.h>
#include <string.h>

#include "docx.h"

static bool
on_list(const struct xml_at *at)
{
	struct docx *d = at->arg;
	struct docx_list *l = office_alloc(d->o, sizeof(*l));
	const char *id = xml_copy(d->o, at, "abstractNumId");

	d->last_list = l;
	d->last_num = NULL;
	d->last_level = NULL;
	if (l == NULL || id == NULL)
		return false;
	for (size_t i = 0; i < DOCX_LEVELS; i++) {
		l->level[i].start = 1;
		l->level[i].restart = -1;
	}
	map_put(d->o, &d->lists, id, l);
	return true;
}

static bool
on_num(const struct xml_at *at)
{
	struct docx *d = at->arg;
	struct docx_num *n = office_alloc(d->o, sizeof(*n));
	const char *id = xml_copy(d->o, at, "numId");

	d->last_num = n;
	d->last_list = NULL;
	d->last_level = NULL;
	if (n == NULL || id == NULL)
		return false;
	for (size_t i = 0; i < DOCX_LEVELS; i++)
		n->start[i] = -1;
	map_put(d->o, &d->nums, id, n);
	return true;
}

static bool
on_override(const struct xml_at *at)
{
	struct docx *d = at->arg;

	d->last_override = (int)xml_int(at, "ilvl", -1);
	return d->last_override >= 0 && d->last_override < DOCX_LEVELS;
}

static bool
on_level(const struct xml_at *at)
{
	struct docx *d = at->arg;
	long i = xml_int(at, "ilvl", -1);

	d->last_level = NULL;
	if (i < 0 || i >= DOCX_LEVELS)
		return false;
	if (d->last_list != NULL) {
		d->last_level = &d->last_list->level[i];
	} else if (d->last_num != NULL) {
		d->last_level = office_alloc(d->o, sizeof(*d->last_level));
		d->last_num->level[i] = d->last_level;
		if (d->last_level != NULL) {
			d->last_level->start = 1;
			d->last_level->restart = -1;
		}
	}
	return d->last_level != NULL;
}

enum { FORMAT, START, TEXT, STYLE, RESTART, LEGAL };

static bool
on_level_property(const struct xml_at *at)
{
	struct docx *d = at->arg;
	struct docx_level *l = d->last_level;

	if (l == NULL)
		return false;
	switch (at->value) {
	case FORMAT:
		l->format = number_word(xml_copy(d->o, at, "val"));
		break;
	case START:
		l->start = xml_int(at, "val", 1);
		break;
	case TEXT:
		l->text = xml_copy(d->o, at, "val");
		break;
	case STYLE:
		l->style = xml_copy(d->o, at, "val");
		break;
	case RESTART:
		l->restart = (int)xml_int(at, "val", -1);
		break;
	default:
		l->legal = xml_on(at, "val");
	}
	return true;
}

enum { LIST_ID, LIST_LINK, LIST_NAME, LIST_START };

static bool
on_list_property(const struct xml_at *at)
{
	struct docx *d = at->arg;
	char *s = xml_copy(d->o, at, "val");

	if (at->value == LIST_ID && d->last_num != NULL)
		d->last_num->list_id = s;
	else if (at->value == LIST_START && d->last_num != NULL)
		d->last_num->start[d->last_override] = xml_int(at, "val", 1);
	else if (at->value == LIST_LINK && d->last_list != NULL)
		d->last_list->style_link = s;
	else if (at->value == LIST_NAME && d->last_list != NULL && s != NULL)
		map_put(d->o, &d->list_styles, s, d->last_list);
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
docx_read_numbering(struct docx *d)
{
	static const struct xml_element elements[] = {
		{ "w:abstractNum", on_list, NULL, 0 },
		{ "w:num", on_num, NULL, 0 },
		{ "w:lvl", on_level, NULL, 0 },
		{ "w:lvlOverride", on_override, NULL, 0 },
		{ "w:startOverride", on_list_property, NULL, LIST_START },
		{ "w:abstractNumId", on_list_property, NULL, LIST_ID },
		{ "w:numStyleLink", on_list_property, NULL, LIST_LINK },
		{ "w:styleLink", on_list_property, NULL, LIST_NAME },
		{ "w:numFmt", on_level_property, NULL, FORMAT },
		{ "w:start", on_level_property, NULL, START },
		{ "w:lvlText", on_level_property, NULL, TEXT },
		{ "w:pStyle", on_level_property, NULL, STYLE },
		{ "w:lvlRestart", on_level_property, NULL, RESTART },
		{ "w:isLgl", on_level_property, NULL, LEGAL },
		{ "mc:Fallback", xml_skip, NULL, 0 },
		{ 0 },
	};
	static const struct xml_handler handler = { elements, no_text };
	const struct relation *r =
	    relation_by_type(&d->main_relations, "numbering");
	const struct zip_member *m =
	    zip_find(d->o, r != NULL ? r->target : "word/numbering.xml");

	if (m != NULL)
		(void)xml_parse(d->o, m, &handler, d);
}

struct docx_num *
docx_num_by_id(struct docx *d, const char *id)
{
	struct docx_num *n;

	if (id == NULL || strcmp(id, "0") == 0 || id[0] == '\0')
		return NULL;
	n = map_get(&d->nums, id);
	if (n == NULL || n->list != NULL || n->list_id == NULL)
		return n != NULL && n->list != NULL ? n : NULL;
	n->list = map_get(&d->lists, n->list_id);
	if (n->list != NULL && n->list->style_link != NULL) {
		struct docx_list *other =
		    map_get(&d->list_styles, n->list->style_link);

		n->list = other != NULL ? other : n->list;
	}
	return n->list != NULL ? n : NULL;
}

static const struct docx_level *
level_of(const struct docx_num *n, int i)
{
	return n->level[i] != NULL ? n->level[i] : &n->list->level[i];
}

int
docx_level_of_style(const struct docx_num *num, const char *style)
{
	for (int i = 0; i < DOCX_LEVELS; i++) {
		const char *s = level_of(num, i)->style;

		if (s != NULL && strcmp(s, style) == 0)
			return i;
	}
	return -1;
}

static void
step(struct docx_num *n, int level)
{
	struct docx_list *l = n->list;

	if (n->start[level] >= 0 && !n->used[level]) {
		l->count[level] = n->start[level];
		l->counted[level] = true;
	} else if (!l->counted[level]) {
		l->count[level] = level_of(n, level)->start;
		l->counted[level] = true;
	} else {
		l->count[level]++;
	}
	n->used[level] = true;
	for (int i = level + 1; i < DOCX_LEVELS; i++)
		if (level_of(n, i)->restart != 0 &&
		    (level_of(n, i)->restart < 0 ||
			level_of(n, i)->restart > level))
			l->counted[i] = false;
}

const struct docx_level *
docx_count(struct docx_num *num, int level, char *label, size_t size)
{
	const struct docx_level *l = level_of(num, level);
	struct docx_list *list = num->list;
	size_t len;

	step(num, level);
	label[0] = '\0';
	if (l->format == NUMBER_BULLET || l->text == NULL)
		return l;
	for (const char *p = l->text; *p != '\0'; p++) {
		int i =
		    p[0] == '%' && p[1] >= '1' && p[1] <= '9' ? p[1] - '1' : -1;

		len = strlen(label);
		if (i < 0) {
			if (len + 1 < size) {
				label[len] = *p;
				label[len + 1] = '\0';
			}
			continue;
		}
		p++;
		if (!list->counted[i]) {
			list->count[i] = level_of(num, i)->start;
			list->counted[i] = i <= level;
		}
		number_append(label, size,
		    l->legal ? NUMBER_DECIMAL : level_of(num, i)->format,
		    list->count[i]);
	}
	return l;
}
