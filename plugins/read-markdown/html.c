/* html.c - the text of HTML that stands in Markdown. */
#include "html.h"

#include <string.h>
#include <strings.h>

#include "entity.h"

enum { IN_TEXT, IN_NAME, IN_TAG, IN_COMMENT };

static bool
is_one_of(const char *name, const char *const *list)
{
	name += *name == '/';
	for (; *list != NULL; list++)
		if (strcasecmp(name, *list) == 0)
			return true;
	return false;
}

static void
end_tag(struct html_text *h, struct markup *m)
{
	static const char *const hidden[] = { "script", "style", "template",
		NULL };
	static const char *const blocks[] = { "p", "div", "h1", "h2", "h3",
		"h4", "h5", "h6", "ul", "ol", "table", "details", "summary",
		"section", "blockquote", "pre", "figure", NULL };
	static const char *const lines[] = { "br", "li", "tr", "dt", "dd",
		"figcaption", NULL };

	h->name[h->name_len] = '\0';
	h->state = IN_TEXT;
	if (h->hidden[0] != '\0') {
		if (h->name[0] == '/' &&
		    strcasecmp(h->name + 1, h->hidden) == 0)
			h->hidden[0] = '\0';
	} else if (is_one_of(h->name, hidden) && h->name[0] != '/') {
		memcpy(h->hidden, h->name, sizeof(h->hidden));
	} else if (is_one_of(h->name, blocks)) {
		markup_paragraph(m);
	} else if (is_one_of(h->name, lines)) {
		markup_line(m);
	} else if (strcasecmp(h->name, "td") == 0 ||
	    strcasecmp(h->name, "th") == 0) {
		markup_space(m);
	}
}

static void
put_text(struct html_text *h, struct markup *m, const char *p, size_t len)
{
	const char *end = p + len;

	while (h->hidden[0] == '\0' && p < end) {
		const char *amp = memchr(p, '&', (size_t)(end - p)), *semi;
		char out[8];
		size_t n;

		markup_text(m, p, (size_t)((amp != NULL ? amp : end) - p));
		if (amp == NULL)
			return;
		semi = memchr(amp, ';', (size_t)(end - amp));
		n = semi != NULL ? entity_decode((struct lavoir_str){ amp,
						     (size_t)(semi + 1 - amp) },
				       out)
				 : 0;
		markup_text(m, n > 0 ? out : "&", n > 0 ? n : 1);
		p = n > 0 ? semi + 1 : amp + 1;
	}
}

static bool
opens_tag(const char *p, const char *end)
{
	return end - p > 1 &&
	    (p[1] == '/' || p[1] == '!' || p[1] == '?' ||
		((p[1] | 32) >= 'a' && (p[1] | 32) <= 'z'));
}

static const char *
text_part(struct html_text *h, struct markup *m, const char *p, const char *end)
{
	const char *q = p;

	while (q < end && !(*q == '<' && opens_tag(q, end)))
		q++;
	put_text(h, m, p, (size_t)(q - p));
	if (q == end)
		return end;
	h->name_len = 0;
	h->state =
	    end - q >= 4 && memcmp(q, "<!--", 4) == 0 ? IN_COMMENT : IN_NAME;
	return q + (h->state == IN_COMMENT ? 4 : 1);
}

void
html_text(struct html_text *h, struct markup *m, struct lavoir_str s)
{
	const char *p = s.ptr, *end = s.ptr + s.len, *q;

	while (p < end) {
		switch (h->state) {
		case IN_TEXT:
			p = text_part(h, m, p, end);
			break;
		case IN_COMMENT:
			q = memmem(p, (size_t)(end - p), "-->", 3);
			h->state = q != NULL ? IN_TEXT : IN_COMMENT;
			p = q != NULL ? q + 3 : end;
			break;
		case IN_NAME:
			if (*p == '>' || strchr(" \t\r\n", *p) != NULL ||
			    (*p == '/' && h->name_len > 0))
				h->state = IN_TAG;
			else if (h->name_len + 1 < sizeof(h->name))
				h->name[h->name_len++] = *p++;
			else
				p++;
			break;
		default:
			q = memchr(p, '>', (size_t)(end - p));
			p = q != NULL ? q + 1 : end;
			if (q != NULL)
				end_tag(h, m);
		}
	}
}
