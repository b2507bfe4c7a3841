/* odf.h - what the parts of the OpenDocument reader share. */
#ifndef READ_OFFICE_ODF_H
#define READ_OFFICE_ODF_H

#include "number.h"
#include "office.h"
#include "xml.h"

enum { ODF_LEVELS = 10, ODF_LISTS = 24, ODF_TABLES = 32, ODF_SPANS = 64 };

struct odf_level {
	enum number_format format;
	bool numbered;
	const char *prefix, *suffix;
	long start, display_levels;
	long count; /* of the last item, for lists that continue */
};

struct odf_list_style {
	struct odf_level level[ODF_LEVELS];
};

struct odf_style {
	const char *name, *shown_name, *parent, *list_style;
	bool hidden;
	unsigned marks; /* bits of enum markup_mark */
	bool resolved, code, quote;
};

struct odf_styles {
	struct office *o;
	struct map styles; /* "paragraph:P1", "text:T1" ... */
	struct map lists;
	struct odf_list_style *outline;
	struct odf_style *style; /* being read */
	struct odf_list_style *list;
	struct odf_level *level;
};

/* The elements of styles, for a handler whose arg begins with a struct
 * odf_styles. */
bool odf_on_style(const struct xml_at *at);
bool odf_on_text_properties(const struct xml_at *at);
bool odf_on_page_properties(const struct xml_at *at);
bool odf_on_list_style(const struct xml_at *at);
bool odf_on_outline(const struct xml_at *at);
bool odf_on_level(const struct xml_at *at); /* value: is it numbered? */

#define ODF_STYLE_ELEMENTS                                                     \
	{ "style:style", odf_on_style, NULL, 0 },                              \
	    { "style:default-style", xml_skip, NULL, 0 },                      \
	    { "style:text-properties", odf_on_text_properties, NULL, 0 },      \
	    { "style:drawing-page-properties", odf_on_page_properties, NULL,   \
		    0 },                                                       \
	    { "text:list-style", odf_on_list_style, NULL, 0 },                 \
	    { "text:outline-style", odf_on_outline, NULL, 0 },                 \
	    { "text:list-level-style-number", odf_on_level, NULL, 1 },         \
	    { "text:list-level-style-bullet", odf_on_level, NULL, 0 },         \
	    { "text:list-level-style-image", odf_on_level, NULL, 0 },          \
	    { "text:outline-level-style", odf_on_level, NULL, 1 },             \
	    { "office:master-styles", xml_skip, NULL, 0 },                     \
	{                                                                      \
		"office:font-face-decls", xml_skip, NULL, 0                    \
	}

void odf_read_styles(struct odf_styles *s);
/* NULL if there is none; resolved. */
struct odf_style *odf_style(struct odf_styles *s, const char *family,
    struct lavoir_str name);
struct odf_list_style *odf_list_style(struct odf_styles *s,
    struct lavoir_str name);
/* What an item shows at level (from 0); count: the numbers of the levels. */
void odf_label(const struct odf_list_style *style, size_t level,
    const long *count, char *label, size_t size);

/* One level of lists. */
struct odf_list {
	struct odf_list_style *style;
	long count;
	bool numbered;	/* this item has a number */
	bool list_open; /* what markup knows of it */
	bool item_open, item_waits;
	char label[64];
};

struct odf_table {
	unsigned long columns;
	bool begun, flat;
};

struct odf {
	struct odf_styles styles; /* first */
	struct office *o;
	struct odf_list list[ODF_LISTS];
	size_t lists;
	size_t note_lists; /* those outside of the note that is read */
	long heading[ODF_LEVELS];
	struct odf_table table[ODF_TABLES];
	size_t tables;
	unsigned hidden; /* depth of hidden spans and paragraphs */
	bool hides[ODF_SPANS];
	unsigned char marks[ODF_SPANS];
	size_t spans;
	size_t paragraphs; /* nested, by text boxes and notes */
	bool code, quote, in_heading;
	bool in_body;
	size_t n_notes;
};

/* odf_list.c */
bool odf_start_list(const struct xml_at *at);
void odf_end_list(const struct xml_at *at);
bool odf_start_item(const struct xml_at *at);
void odf_end_item(const struct xml_at *at);
/* Before a block: items that wait begin.  For a heading they only say their
 * label, "" if there is none. */
void odf_items_open(struct odf *d);
const char *odf_items_label(struct odf *d);

/* odf_table.c */
bool odf_start_table(const struct xml_at *at);
void odf_end_table(const struct xml_at *at);
bool odf_on_column(const struct xml_at *at);
bool odf_start_row(const struct xml_at *at);
void odf_end_row(const struct xml_at *at);
bool odf_start_cell(const struct xml_at *at);
void odf_end_cell(const struct xml_at *at);

/* odf.c: code and quotes that go on from paragraph to paragraph end. */
void odf_blocks_close(struct odf *d);

#endif
