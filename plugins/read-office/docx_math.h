/* docx_math.h - mathematics of WordprocessingML, written as LaTeX. */
#ifndef READ_OFFICE_DOCX_MATH_H
#define READ_OFFICE_DOCX_MATH_H

#include "xml.h"

enum { MATH_DEPTH = 48, MATH_SIZE = 16384 };

/* What an element is, and what a part of it is for. */
enum math_kind {
	MATH_FRACTION = 1,
	MATH_SUP,
	MATH_SUB,
	MATH_SUB_SUP,
	MATH_PRE,
	MATH_ROOT,
	MATH_DELIMITED,
	MATH_NARY,
	MATH_FUNCTION,
	MATH_LIMIT_LOW,
	MATH_LIMIT_UPP,
	MATH_ACCENT,
	MATH_GROUP, /* a brace below or above */
	MATH_BAR,
	MATH_MATRIX,
	MATH_ROW,
	MATH_ARRAY,
};
enum math_part {
	PART_E,
	PART_NUM,
	PART_DEN,
	PART_SUP,
	PART_SUB,
	PART_DEG,
	PART_LIM,
	PART_NAME
};
enum math_property {
	MATH_CHR,
	MATH_BEGIN,
	MATH_END,
	MATH_SEPARATOR,
	MATH_TYPE,
	MATH_POS
};

struct math_level {
	int kind;
	size_t parts; /* of those that repeat */
	size_t at;    /* where its part begins */
	char chr[8], begin[8], end[8], separator[8];
	bool chr_given, no_bar, bottom;
};

/* What does not fit is left out. */
struct math {
	char buf[MATH_SIZE];
	size_t len;
	struct math_level level[MATH_DEPTH];
	size_t depth; /* may be greater: what is too deep has no signs */
	bool open, display;
};

void math_begin(struct math *m);
/* The formula between "$" or "$$"; empty if there is none.  Valid until the
 * next call. */
struct lavoir_str math_end(struct math *m);

void math_start(struct math *m, enum math_kind kind);
void math_finish(struct math *m);
void math_part_start(struct math *m, enum math_part part);
void math_part_end(struct math *m, enum math_part part);
void math_property(struct math *m, enum math_property p,
    struct lavoir_str value);
void math_text(struct math *m, const char *s, size_t len);

#endif
