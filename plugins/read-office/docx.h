/* docx.h - what the parts of the WordprocessingML reader share. */
#ifndef READ_OFFICE_DOCX_H
#define READ_OFFICE_DOCX_H

#include "docx_math.h"
#include "number.h"
#include "office.h"
#include "package.h"
#include "xml.h"

enum { DOCX_LEVELS = 9, DOCX_NESTED = 8, DOCX_FIELDS = 32, DOCX_TABLES = 32 };

enum docx_kind { DOCX_PARAGRAPH, DOCX_CODE, DOCX_QUOTE, DOCX_CONTINUED };

struct docx_style {
	const char *id;
	const char *name, *based_on;
	const char *num; /* "": none here */
	int level;	 /* of its list; -1: not said */
	int outline;	 /* 0 to 8; 9: body text; -1: not said */
	bool hidden;
	bool resolved;
	/* once resolved */
	int heading; /* 1 to 9, 0: none */
	enum docx_kind kind;
};

struct docx_level {
	enum number_format format;
	long start;
	const char *text;  /* "%1.%2" */
	const char *style; /* the paragraph style that takes it */
	int restart;	   /* level whose step restarts it; -1: any above */
	bool legal;	   /* all its numbers are decimal */
};

struct docx_list {
	struct docx_level level[DOCX_LEVELS];
	const char *style_link; /* its levels are those of another's style */
	const char *style_name;
	long count[DOCX_LEVELS];
	bool counted[DOCX_LEVELS];
};

struct docx_num {
	const char *list_id;
	struct docx_list *list;
	struct docx_level *level[DOCX_LEVELS]; /* overrides */
	long start[DOCX_LEVELS];	       /* -1: none */
	bool used[DOCX_LEVELS];
};

/* A paragraph under way; text boxes have others within one. */
struct docx_paragraph {
	struct docx_style *style;
	const char *num;
	int level, outline;
	bool open, heading, joined;
};

struct docx_open_list {
	const struct docx_list *list;
	int level;
};

/* One column is no table but a frame around its text. */
struct docx_table {
	unsigned columns;
	bool begun, flat;
};

enum {
	DOCX_EM = 1 << MARKUP_EM,
	DOCX_STRONG = 1 << MARKUP_STRONG,
	DOCX_STRIKE = 1 << MARKUP_STRIKE,
	DOCX_MONO = 1 << MARKUP_CODE,
};

struct docx {
	struct office *o;
	struct relations relations; /* of the part that is read */
	struct relations main_relations;
	struct map styles, nums, lists, list_styles;
	struct docx_style *default_style;
	struct docx_list *last_list;
	struct docx_num *last_num;
	struct docx_style *last_style;
	struct docx_level *last_level;
	int last_override;
	/* the story */
	struct docx_paragraph p;
	struct docx_paragraph outer[DOCX_NESTED];
	size_t nested;
	bool in_properties; /* of a paragraph */
	bool join;	    /* the paragraph goes on in the next */
	bool in_text;
	bool hidden; /* run */
	unsigned marks, marks_wanted;
	bool code, quote; /* blocks that go on from paragraph to paragraph */
	struct docx_open_list open[DOCX_LEVELS];
	size_t n_open;
	struct docx_table table[DOCX_TABLES];
	size_t n_tables;
	/* fields */
	uint32_t field_code; /* bit: the field shows its code part */
	size_t fields;
	struct math math;
	const char *alt; /* of the image that follows */
	/* notes */
	struct map notes; /* "f12": a label */
	size_t n_notes;
	const char *note_kind; /* "f", "e", "c" while one is read */
};

/* docx_style.c */
void docx_read_styles(struct docx *d);
struct docx_style *docx_style_by_id(struct docx *d, struct lavoir_str id);
/* Headings, code, quotes: from names and outline levels of it and its bases. */
void docx_resolve_style(struct docx *d, struct docx_style *s);

/* docx_number.c */
void docx_read_numbering(struct docx *d);
struct docx_num *docx_num_by_id(struct docx *d, const char *id);
/* Count one more item; its level, and into label what it shows ("" if nothing,
 * or a bullet). */
const struct docx_level *docx_count(struct docx_num *num, int level,
    char *label, size_t size);
/* The level that a style takes in a list; -1. */
int docx_level_of_style(const struct docx_num *num, const char *style);

/* docx_block.c: paragraphs, with their lists. */
void docx_paragraph_open(struct docx *d);
void docx_paragraph_close(struct docx *d);
void docx_lists_close(struct docx *d);
/* Lists, code and quotes end: at tables, cells, notes. */
void docx_blocks_close(struct docx *d);
void docx_text(struct docx *d, const char *s, size_t len);
/* Before anything visible but text: false if it is hidden. */
bool docx_visible(struct docx *d);
void docx_marks(struct docx *d, unsigned wanted);

/* docx_table.c: handlers of elements. */
bool docx_start_table(const struct xml_at *at);
void docx_end_table(const struct xml_at *at);
bool docx_on_column(const struct xml_at *at);
bool docx_start_row(const struct xml_at *at);
void docx_end_row(const struct xml_at *at);
bool docx_start_cell(const struct xml_at *at);
bool docx_on_span(const struct xml_at *at);
void docx_end_cell(const struct xml_at *at);

/* docx_formula.c: handlers of elements. */
bool docx_start_math_paragraph(const struct xml_at *at);
void docx_end_math_paragraph(const struct xml_at *at);
bool docx_start_math(const struct xml_at *at);
void docx_end_math(const struct xml_at *at);
bool docx_start_math_part(const struct xml_at *at);
void docx_end_math_part(const struct xml_at *at);
bool docx_start_math_kind(const struct xml_at *at);
void docx_end_math_kind(const struct xml_at *at);
bool docx_on_math_property(const struct xml_at *at);

/* clang-format off */
#define DOCX_MATH(name, kind) \
	{ "m:" name, docx_start_math_kind, docx_end_math_kind, kind }
#define DOCX_PART(name, part) \
	{ "m:" name, docx_start_math_part, docx_end_math_part, part }
#define DOCX_PROPERTY(name, property) \
	{ "m:" name, docx_on_math_property, NULL, property }
#define DOCX_MATH_ELEMENTS \
	{ "m:oMathPara", docx_start_math_paragraph, docx_end_math_paragraph, 0 }, \
	{ "m:oMath", docx_start_math, docx_end_math, 0 }, \
	DOCX_MATH("f", MATH_FRACTION), DOCX_MATH("sSup", MATH_SUP), \
	DOCX_MATH("sSub", MATH_SUB), DOCX_MATH("sSubSup", MATH_SUB_SUP), \
	DOCX_MATH("sPre", MATH_PRE), DOCX_MATH("rad", MATH_ROOT), \
	DOCX_MATH("d", MATH_DELIMITED), DOCX_MATH("nary", MATH_NARY), \
	DOCX_MATH("func", MATH_FUNCTION), DOCX_MATH("limLow", MATH_LIMIT_LOW), \
	DOCX_MATH("limUpp", MATH_LIMIT_UPP), DOCX_MATH("acc", MATH_ACCENT), \
	DOCX_MATH("groupChr", MATH_GROUP), DOCX_MATH("bar", MATH_BAR), \
	DOCX_MATH("m", MATH_MATRIX), DOCX_MATH("mr", MATH_ROW), \
	DOCX_MATH("eqArr", MATH_ARRAY), \
	DOCX_PART("e", PART_E), DOCX_PART("num", PART_NUM), \
	DOCX_PART("den", PART_DEN), DOCX_PART("sup", PART_SUP), \
	DOCX_PART("sub", PART_SUB), DOCX_PART("deg", PART_DEG), \
	DOCX_PART("lim", PART_LIM), DOCX_PART("fName", PART_NAME), \
	DOCX_PROPERTY("chr", MATH_CHR), DOCX_PROPERTY("begChr", MATH_BEGIN), \
	DOCX_PROPERTY("endChr", MATH_END), \
	DOCX_PROPERTY("sepChr", MATH_SEPARATOR), \
	DOCX_PROPERTY("type", MATH_TYPE), DOCX_PROPERTY("pos", MATH_POS)
/* clang-format on */

/* docx_body.c: the elements of a story. */
extern const struct xml_handler docx_story;

#endif
