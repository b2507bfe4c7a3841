/* markup_pre.c - structured text: preformatted blocks. */
#include <stdio.h>

#include "common/markup_put.h"

void
markup_pre_begin(struct markup *m, const char *language)
{
	markup_boundary(m, 2);
	if (m->cell) {
		markup_mark_begin(m, MARKUP_CODE);
		return;
	}
	m->pre = true;
	m->newlines = 0;
	m->language[0] = '\0';
	if (language != NULL && strpbrk(language, "` \n\t") == NULL)
		(void)snprintf(m->language, sizeof(m->language), "%s",
		    strlen(language) < sizeof(m->language) ? language : "");
}

static void
open_block(struct markup *m)
{
	markup_line_open(m);
	m->pre_at = m->len;
	m->start = START_MID;
	if (markup_md(m)) {
		markup_put(m, "```", 3);
		markup_put(m, m->language, strlen(m->language));
		markup_newline(m, false);
	}
}

/* Newlines wait for the next text: none at the beginning, none at the end. */
void
markup_pre_text(struct markup *m, const unsigned char *p, size_t len)
{
	const unsigned char *end = p + len, *from;

	while (p < end) {
		if (*p == '\n' || *p == '\r') {
			m->newlines += *p == '\n' && m->in_line;
			p++;
			continue;
		}
		if (!m->in_line)
			open_block(m);
		for (; m->newlines > 0; m->newlines--)
			markup_newline(m, m->newlines > 1);
		for (from = p; p < end && *p != '\n' && *p != '\r'; p++)
			;
		markup_put(m, from, (size_t)(p - from));
	}
}

/* As many backquotes as are needed to hold those within. */
static void
put_fence(struct markup *m)
{
	size_t n = 0, longest = 3;

	for (size_t i = m->pre_at + 3; i < m->len; i++) {
		n = m->ptr[i] == '`' ? n + 1 : 0;
		if (n >= longest)
			longest = n + 1;
	}
	markup_insert(m, m->pre_at, "`", longest - 3);
	markup_newline(m, false);
	for (n = 0; n < longest; n++)
		markup_putc(m, '`');
}

void
markup_pre_end(struct markup *m)
{
	if (m->cell) {
		markup_mark_end(m);
		markup_space(m);
		return;
	}
	if (m->in_line && markup_md(m) && m->state == MARKUP_FINE)
		put_fence(m);
	m->pre = false;
	markup_boundary(m, 2);
}
