/* attrs.c - counting attributes before there is a tree.
 *
 * Millions of attributes in one tag are memory that the parser takes before it
 * calls anybody, and it does not survive when there is none.  This is less than
 * a tokenizer: it need only be right about pages that are meant to be pages.
 */
#include <string.h>

#include "dom.h"

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Behind the value that p stands before. */
static const char *
skip_value(const char *p, const char *end)
{
	const char *close;

	while (p < end && is_space(*p))
		p++;
	if (p < end && (*p == '"' || *p == '\'')) {
		close = memchr(p + 1, *p, (size_t)(end - p - 1));
		return close != NULL ? close + 1 : end;
	}
	while (p < end && !is_space(*p) && *p != '>')
		p++;
	return p;
}

/* Behind the tag whose name p stands in. */
static const char *
count_tag(const char *p, const char *end, size_t *n)
{
	bool in_name = true;

	for (; p < end && *p != '>'; p++) {
		if (is_space(*p) || *p == '/') {
			in_name = false;
		} else if (*p == '=') {
			p = skip_value(p + 1, end) - 1;
			in_name = false;
		} else if (!in_name) {
			++*n;
			in_name = true;
		}
	}
	return p;
}

size_t
dom_count_attrs(struct lavoir_str html)
{
	const char *p = html.ptr, *end = html.ptr + html.len;
	size_t n = 0;

	while (p < end && (p = memchr(p, '<', (size_t)(end - p))) != NULL) {
		p++;
		if (p < end && is_letter(*p))
			p = count_tag(p, end, &n);
	}
	return n;
}
