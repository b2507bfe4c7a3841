/* fields.c - "Name: value" lines, as WARC, HTTP and warcinfo have them. */
#include "fields.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

size_t
fields_end(struct lavoir_str s)
{
	const char *p = s.ptr, *end = s.ptr + s.len;

	while (p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		p++;
		if (p < end && *p == '\n')
			return (size_t)(p - s.ptr) + 1;
		if (end - p >= 2 && p[0] == '\r' && p[1] == '\n')
			return (size_t)(p - s.ptr) + 2;
	}
	return 0;
}

static bool
space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct lavoir_str
trim(const char *p, const char *end)
{
	while (p < end && space(*p))
		p++;
	while (end > p && space(end[-1]))
		end--;
	return (struct lavoir_str){ p, (size_t)(end - p) };
}

static bool
copy_block(struct fields *f, struct lavoir_str block)
{
	if (f->cap < block.len + 1) {
		char *copy = realloc(f->copy, block.len + 1);

		if (copy == NULL)
			return false;
		f->copy = copy;
		f->cap = block.len + 1;
	}
	if (block.len > 0)
		memcpy(f->copy, block.ptr, block.len);
	return true;
}

/* The end of a line; lines that begin with white space go on with the one
 * before, and are joined to it. */
static char *
line_end(char *p, char *end)
{
	for (;;) {
		char *newline = memchr(p, '\n', (size_t)(end - p));

		if (newline == NULL)
			return end;
		if (newline + 1 == end ||
		    (newline[1] != ' ' && newline[1] != '\t'))
			return newline;
		*newline = ' ';
		if (newline > p && newline[-1] == '\r')
			newline[-1] = ' ';
		p = newline + 1;
	}
}

bool
fields_parse(struct fields *f, struct lavoir_str block, bool first)
{
	char *p, *end, *eol;

	f->n = 0;
	f->first = (struct lavoir_str){ "", 0 };
	if (!copy_block(f, block))
		return false;
	end = f->copy + block.len;
	for (p = f->copy; p < end; p = eol + 1) {
		const char *colon;

		eol = line_end(p, end);
		if (first) {
			f->first = trim(p, eol);
			first = false;
			continue;
		}
		colon = memchr(p, ':', (size_t)(eol - p));
		if (colon != NULL && f->n < FIELDS_MAX) {
			f->field[f->n].name = trim(p, colon);
			f->field[f->n++].value = trim(colon + 1, eol);
		}
	}
	return true;
}

void
fields_free(struct fields *f)
{
	free(f->copy);
	f->copy = NULL;
	f->cap = f->n = 0;
}

struct lavoir_str
fields_get(const struct fields *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (fields_is(f->field[i].name, name))
			return f->field[i].value;
	return (struct lavoir_str){ "", 0 };
}

bool
fields_starts(struct lavoir_str s, const char *prefix)
{
	size_t len = strlen(prefix);

	return s.len >= len && strncasecmp(s.ptr, prefix, len) == 0;
}

bool
fields_is(struct lavoir_str s, const char *word)
{
	return s.len == strlen(word) && fields_starts(s, word);
}
