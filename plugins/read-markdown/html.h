/* html.h - the text of HTML that stands in Markdown. */
#ifndef READ_MARKDOWN_HTML_H
#define READ_MARKDOWN_HTML_H

#include "common/markup.h"

enum { HTML_NAME = 12 };

/* Zeroed at first, and when a block begins. */
struct html_text {
	int state;
	char name[HTML_NAME]; /* of the tag that is read */
	size_t name_len;
	char hidden[HTML_NAME]; /* "script": until its end tag */
};

/* Tags and comments are left out, but what breaks lines does. */
void html_text(struct html_text *h, struct markup *m, struct lavoir_str s);

#endif
