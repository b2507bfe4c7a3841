/* text.c - small things about strings that pages are full of. */
#include "text.h"

#include <string.h>
#include <strings.h>

static bool
blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct lavoir_str
text_trim(struct lavoir_str s)
{
	while (s.len > 0 && blank(s.ptr[s.len - 1]))
		s.len--;
	while (s.len > 0 && blank(*s.ptr)) {
		s.ptr++;
		s.len--;
	}
	return s;
}

bool
text_is(struct lavoir_str s, const char *what)
{
	return s.len == strlen(what) && text_begins(s, what);
}

bool
text_begins(struct lavoir_str s, const char *what)
{
	size_t n = strlen(what);

	return s.len >= n && (n == 0 || strncasecmp(s.ptr, what, n) == 0);
}

const char *
text_find(struct lavoir_str s, const char *what)
{
	for (; s.len > 0; s.ptr++, s.len--)
		if (text_begins(s, what))
			return s.ptr;
	return NULL;
}

bool
text_has_word(struct lavoir_str s, const char *word)
{
	struct lavoir_str piece;

	while (text_next(&s, " \t\r\n\f", &piece))
		if (text_is(piece, word))
			return true;
	return false;
}

bool
text_next(struct lavoir_str *s, const char *separators,
    struct lavoir_str *piece_r)
{
	size_t n = 0;

	if (s->len == 0)
		return false;
	while (n < s->len &&
	    (s->ptr[n] == '\0' || strchr(separators, s->ptr[n]) == NULL))
		n++;
	*piece_r = text_trim((struct lavoir_str){ s->ptr, n });
	n += n < s->len;
	s->ptr += n;
	s->len -= n;
	return true;
}
