/* lines.c - which lines of a text go. */
#include "lines.h"

#include <stdint.h>
#include <string.h>

#include "common/u8.h"

enum { EDGE_LINES = 8 }; /* head and tail, without empty lines */

/* Phrases that end in any words are looked for in lines of so many at most:
 * longer ones are prose. */
static const unsigned char words_most[KIND_COUNT] = {
	[KIND_COMMENTS] = 40,
	[KIND_SHARE] = 20,
	[KIND_BYLINES] = 16,
	[KIND_CREDITS] = 16,
	[KIND_COOKIES] = 60,
	[KIND_ORIGIN] = 30,
	[KIND_RELATED] = 25,
	[KIND_SUBSCRIBE] = 30,
	[KIND_NAVIGATION] = 20,
	[KIND_USER] = 40,
};

bool
lines_is_text(const char *ptr, size_t len)
{
	return u8_valid(ptr, len) == len;
}

static bool
is_blank(struct lavoir_str line)
{
	for (size_t i = 0; i < line.len; i++)
		if (line.ptr[i] != ' ' && line.ptr[i] != '\t' &&
		    line.ptr[i] != '\r')
			return false;
	return true;
}

/* The line at p, without its end; *next gets where the next one begins. */
static struct lavoir_str
line_at(const char *p, const char *end, const char **next)
{
	const char *newline = memchr(p, '\n', (size_t)(end - p));

	*next = newline ? newline + 1 : end;
	return (
	    struct lavoir_str){ p, (size_t)((newline ? newline : end) - p) };
}

static size_t
count_lines(struct lavoir_str text)
{
	const char *p = text.ptr, *end = text.ptr + text.len;
	size_t n = 0;

	while (p < end)
		n += !is_blank(line_at(p, end, &p));
	return n;
}

static bool
begins_with(struct lavoir_str line, const char *what)
{
	size_t len = strlen(what);

	return line.len >= len && memcmp(line.ptr, what, len) == 0;
}

/* A heading of Markdown may well be one word of a menu. */
static bool
may_go(const struct lines *l, struct lavoir_str line, enum kind kind,
    enum place place)
{
	if (kind == KIND_NONE || !l->remove[kind])
		return false;
	if (kind == KIND_BYLINES && place == PLACE_MIDDLE)
		return false;
	return !begins_with(line, "#") ||
	    (kind != KIND_NAVIGATION && kind != KIND_SUBSCRIBE);
}

/* What programs write: indented, or with signs that prose has not. */
static bool
is_code(struct lavoir_str line)
{
	if (begins_with(line, "\t") || begins_with(line, "    ") ||
	    begins_with(line, "|"))
		return true;
	for (size_t i = 0; i < line.len; i++)
		if (memchr("{}=<\\_`", line.ptr[i], 8) != NULL)
			return true;
	return false;
}

/* A single word is a button only when written as one. */
static bool
is_button(struct lavoir_str line, const struct words *w)
{
	return w->capitals == 1 && memchr(line.ptr, '/', line.len) == NULL &&
	    memchr(line.ptr, '(', line.len) == NULL;
}

static enum kind
kind_of(const struct lines *l, struct lavoir_str line, enum place place)
{
	struct words w;
	enum kind kind;

	if (is_code(line) || !words_of(line, &w) ||
	    (w.n == 1 && !is_button(line, &w)))
		return KIND_NONE;
	kind = matcher_find(&l->phrases, &w, words_most);
	if (!may_go(l, line, kind, place))
		kind = rules_find(&l->rules, line, &w, place);
	if (!may_go(l, line, kind, place) ||
	    matcher_find(&l->keep, &w, words_most) != KIND_NONE)
		return KIND_NONE;
	return kind;
}

static void
note(struct removed *r, enum kind kind, struct lavoir_str line)
{
	r->n++;
	r->of[kind]++;
	if (r->n_texts < r->texts_max)
		r->text[r->n_texts++] =
		    (struct lavoir_value){ .type = LAVOIR_STR, .s = line };
}

size_t
lines_remove(const struct lines *l, const struct lavoir_host *host,
    struct lavoir_str text, char *out, struct removed *removed)
{
	const char *p = text.ptr, *end = text.ptr + text.len;
	size_t lines = count_lines(text), i = 0;
	bool fenced = false;
	char *o = out;

	while (p < end) {
		const char *begin = p;
		struct lavoir_str line = line_at(p, end, &p);
		enum place place = i < EDGE_LINES ? PLACE_HEAD
		    : i + EDGE_LINES >= lines	  ? PLACE_TAIL
						  : PLACE_MIDDLE;
		enum kind kind = KIND_NONE;

		if (begins_with(line, "```"))
			fenced = !fenced;
		else if (!fenced && !is_blank(line))
			kind = kind_of(l, line, place);
		i += !is_blank(line);
		if (kind != KIND_NONE) {
			note(removed, kind, line);
		} else {
			memcpy(o, begin, (size_t)(p - begin));
			o += p - begin;
		}
		if (i % 1024 == 0 && host->cancelled(host))
			return SIZE_MAX;
	}
	/* A text whose last line has no end keeps to that. */
	if (o > out && o[-1] == '\n' && end[-1] != '\n')
		o--;
	return (size_t)(o - out);
}
