/* dom.h - HTML as a tree of nodes, whatever library has parsed it.
 *
 * The tree is flat: nodes stand in document order in one array, a node's
 * subtree is the range from it to its end.  Node 0 is <html>, always there.
 * Comments and the doctype are left out.  All strings are UTF-8, entities
 * resolved, names of attributes in small letters; they and the nodes stay until
 * the next dom_parse() or dom_clear().
 */
#ifndef LAVOIR_PLUGINS_READ_HTML_DOM_H
#define LAVOIR_PLUGINS_READ_HTML_DOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lavoir/plugin.h"

/* clang-format off */
/* Elements that have a number of their own; all others are DOM_OTHER. */
#define DOM_TAGS(X) \
	X(A) X(ABBR) X(ACRONYM) X(ADDRESS) X(AREA) X(ARTICLE) X(ASIDE) \
	X(AUDIO) X(B) X(BASE) X(BIG) X(BLOCKQUOTE) X(BODY) X(BR) X(BUTTON) \
	X(CANVAS) X(CAPTION) X(CENTER) X(CITE) X(CODE) X(COL) X(COLGROUP) \
	X(DATALIST) X(DD) X(DEL) X(DETAILS) X(DFN) X(DIALOG) X(DIR) X(DIV) \
	X(DL) X(DT) X(EM) X(EMBED) X(FIELDSET) X(FIGCAPTION) X(FIGURE) X(FONT) \
	X(FOOTER) X(FORM) X(FRAME) X(FRAMESET) X(H1) X(H2) X(H3) X(H4) X(H5) \
	X(H6) X(HEAD) X(HEADER) X(HGROUP) X(HR) X(HTML) X(I) X(IFRAME) X(IMG) \
	X(INPUT) X(INS) X(KBD) X(LABEL) X(LEGEND) X(LI) X(LINK) X(LISTING) \
	X(MAIN) X(MAP) X(MARK) X(MENU) X(META) X(METER) X(NAV) X(NOEMBED) \
	X(NOFRAMES) X(NOSCRIPT) X(OBJECT) X(OL) X(OPTGROUP) X(OPTION) \
	X(OUTPUT) X(P) X(PARAM) X(PLAINTEXT) X(PRE) X(PROGRESS) X(Q) X(RP) \
	X(RT) X(RUBY) X(S) X(SAMP) X(SCRIPT) X(SECTION) X(SELECT) X(SMALL) \
	X(SOURCE) X(SPAN) X(STRIKE) X(STRONG) X(STYLE) X(SUB) X(SUMMARY) \
	X(SUP) X(SVG) X(TABLE) X(TBODY) X(TD) X(TEMPLATE) X(TEXTAREA) X(TFOOT) \
	X(TH) X(THEAD) X(TIME) X(TITLE) X(TR) X(TRACK) X(TT) X(U) X(UL) X(VAR) \
	X(VIDEO) X(WBR) X(XMP)
/* clang-format on */

enum dom_tag {
	DOM_TEXT,
	DOM_OTHER,
#define DOM_TAG_NUMBER(name) DOM_##name,
	DOM_TAGS(DOM_TAG_NUMBER)
#undef DOM_TAG_NUMBER
	    DOM_TAG_COUNT
};

struct dom_attr {
	struct lavoir_str key, value;
};

struct dom_node {
	uint16_t tag;	 /* enum dom_tag */
	uint16_t n_attr; /* the first so many are kept */
	uint32_t depth;	 /* of node 0: 0 */
	uint32_t parent; /* of node 0: 0 */
	uint32_t end;	 /* the node behind its subtree; its next sibling, if
			  * that is not behind the parent's too */
	const struct dom_attr *attr;
	struct lavoir_str text; /* of DOM_TEXT; of elements, their name */
};

struct dom_limits {
	size_t nodes, depth; /* and twice as many attributes as nodes */
};

enum dom_status {
	DOM_OK,
	DOM_TOO_MANY, /* nodes */
	DOM_TOO_DEEP,
	DOM_NO_MEMORY
};

struct dom;

/* NULL: out of memory. */
struct dom *dom_new(void);
void dom_free(struct dom *dom); /* may be NULL */

/* Parse a page or a piece of one; html must be valid UTF-8 and stay as long as
 * the nodes do.  A limit ends the parsing where it is exceeded. */
enum dom_status dom_parse(struct dom *dom, struct lavoir_str html,
    const struct dom_limits *limits);

/* Give back what the last document took. */
void dom_clear(struct dom *dom);

/* The nodes of the page parsed last, and how many. */
const struct dom_node *dom_nodes(const struct dom *dom, size_t *n);

/* About how many attributes a page has. */
size_t dom_count_attrs(struct lavoir_str html);

/* The value of an attribute, its key in small letters; ptr is NULL when it is
 * not there, and not NULL when it is there and empty. */
struct lavoir_str dom_attr(const struct dom_node *node, const char *key);

#endif
