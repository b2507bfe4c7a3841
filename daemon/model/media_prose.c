/* media_prose.c - texts for people: Markdown, tables, plain text. */
#include <string.h>

#include "model/media_sniff.h"

#define MARKDOWN "text/markdown"
#define PLAIN "text/plain"

struct line {
	const uint8_t *p;
	size_t len; /* without its end */
};

/* The next whole line of at..end, its end cut off; a last one without newline
 * counts when nothing follows it. */
static bool
next_line(const uint8_t **at, const uint8_t *end, bool whole, struct line *l)
{
	const uint8_t *p = *at, *stop;

	if (p >= end)
		return false;
	stop = memchr(p, '\n', (size_t)(end - p));
	if (stop == NULL && !whole)
		return false;
	*at = stop != NULL ? stop + 1 : end;
	if (stop == NULL)
		stop = end;
	if (stop > p && stop[-1] == '\r')
		stop--;
	*l = (struct line){ p, (size_t)(stop - p) };
	return true;
}

static bool
starts(const struct sniff *t, const char *word)
{
	size_t len = strlen(word);

	return sniff_at(t, 0, word, len) &&
	    (t->len == len || t->ptr[len] == '\r' || t->ptr[len] == '\n' ||
		t->ptr[len] == ' ');
}

/* Metadata between two lines of three dashes, and then a text: a YAML stream
 * goes on with another "key: value". */
static bool
front_matter(const struct sniff *t)
{
	const char *fence = SNIFF_AT(t, 0, "+++") ? "\n+++" : "\n---";
	const uint8_t *line, *end, *colon;

	if (!starts(t, fence + 1))
		return false;
	line = memchr(t->ptr, '\n', t->len);
	if (line == NULL)
		return false;
	end = memmem(line + 1, t->len - (size_t)(line + 1 - t->ptr), fence, 4);
	colon = memchr(line, fence[1] == '-' ? ':' : '=',
	    (size_t)((end ? end : t->ptr + t->len) - line));
	if (end == NULL || colon == NULL)
		return false;
	for (end += 4; end < t->ptr + t->len; end++)
		if (*end != '\r' && *end != '\n' && *end != ' ')
			break;
	while (end < t->ptr + t->len && (*end | 0x20) >= 'a' &&
	    (*end | 0x20) <= 'z')
		end++;
	return end < t->ptr + t->len && *end != ':';
}

/* ---- Markdown ---- */

/* What only Markdown has weighs more than what people type anyway. */
struct marks {
	int headings, fences, links, emphases, items, rules, quotes;
	unsigned levels; /* of the headings, a bit each */
	bool code;	 /* inside a fence */
};

static bool
line_is(const struct line *l, char c, size_t least)
{
	if (l->len < least)
		return false;
	for (size_t i = 0; i < l->len; i++)
		if (l->p[i] != (uint8_t)c)
			return false;
	return true;
}

/* Of "## Heading", which stands between empty lines: comments of programs and
 * configurations come in rows.  0: it is none. */
static unsigned
heading_level(const struct line *l)
{
	unsigned n = 0;

	while (n < l->len && l->p[n] == '#')
		n++;
	if (n > 6 || n + 1 >= l->len || l->p[n] != ' ' || l->p[n + 1] <= ' ' ||
	    l->p[n + 1] == '#')
		return 0;
	return n;
}

static bool
is_item(const struct line *l)
{
	size_t i = 0;

	while (i < l->len && l->p[i] == ' ')
		i++;
	if (i + 2 >= l->len || l->p[i + 1] != ' ' || l->p[i + 2] == ' ')
		return false;
	return l->p[i] == '-' || l->p[i] == '*' || l->p[i] == '+';
}

/* The next place where a is followed by b; memmem() takes its time for two. */
static const uint8_t *
find_pair(const uint8_t *p, const uint8_t *end, uint8_t a, uint8_t b)
{
	while ((p = memchr(p, a, (size_t)(end - p))) != NULL) {
		if (p + 1 < end && p[1] == b)
			return p;
		p++;
	}
	return NULL;
}

/* "[text](target)". */
static int
count_links(const struct line *l)
{
	const uint8_t *p = l->p, *end = l->p + l->len;
	int n = 0;

	while ((p = find_pair(p, end, ']', '(')) != NULL) {
		const uint8_t *close = memchr(p, ')', (size_t)(end - p));

		if (close != NULL && close > p + 3 &&
		    memchr(l->p, '[', (size_t)(p - l->p)) != NULL)
			n++;
		p += 2;
	}
	return n;
}

/* "**strong**", a word touching both. */
static int
count_emphases(const struct line *l)
{
	const uint8_t *p = l->p, *end = l->p + l->len, *close;
	int n = 0;

	while ((p = find_pair(p, end, '*', '*')) != NULL) {
		p += 2;
		close = find_pair(p, end, '*', '*');
		if (close == NULL)
			break;
		if (close > p && *p > '*' && close[-1] > ' ')
			n++;
		p = close + 2;
	}
	return n;
}

static void
count_marks(struct marks *m, const struct line *l, const struct line *before,
    bool blank_behind)
{
	bool after_blank = before->len == 0;
	unsigned level = after_blank && blank_behind ? heading_level(l) : 0;

	if (l->len >= 3 && memcmp(l->p, "```", 3) == 0) {
		m->fences += m->code;
		m->code = !m->code;
		return;
	}
	if (m->code)
		return;
	if (level > 0) {
		m->headings++;
		m->levels |= 1U << level;
	} else if (is_item(l)) {
		m->items++;
	} else if (l->len > 2 && l->p[0] == '>' && l->p[1] == ' ') {
		m->quotes++;
	} else if (!after_blank && (line_is(l, '=', 3) || line_is(l, '-', 3))) {
		m->rules++;
	}
	m->links += count_links(l);
	m->emphases += count_emphases(l);
}

static int
most(int n, int limit)
{
	return n < limit ? n : limit;
}

/* Marks of at least two kinds, enough of them telling ones. */
static bool
is_markdown(const struct sniff *t)
{
	const uint8_t *at = t->ptr, *end = t->ptr + t->len;
	struct line l = { t->ptr, 0 }, before = l, behind = l;
	struct marks m = { 0 };
	int kinds, telling;
	bool more;

	/* Most texts have nothing that would be telling. */
	if (memchr(t->ptr, '#', t->len) == NULL &&
	    memchr(t->ptr, '`', t->len) == NULL &&
	    memchr(t->ptr, ']', t->len) == NULL)
		return false;
	more = next_line(&at, end, t->whole, &l);
	while (more) {
		more = next_line(&at, end, t->whole, &behind);
		count_marks(&m, &l, &before, !more || behind.len == 0);
		before = l;
		l = behind;
	}
	telling = 2 * most(m.headings, 2) + 2 * most(m.links, 2) +
	    2 * most(m.fences, 2);
	kinds = (m.headings > 0) + ((m.levels & (m.levels - 1)) != 0) +
	    (m.links > 0) + (m.fences > 0) + (m.emphases > 0) + (m.items > 1) +
	    (m.rules > 0) + (m.quotes > 1);
	return kinds >= 2 && telling >= 2 && telling + most(m.emphases, 2) >= 4;
}

/* ---- tables ---- */

enum { ROWS_MAX = 16, CELL_MAX = 200 };

/* The cells of a line, quoted ones read as RFC 4180 has them; 0: it is no row
 * of a table, as cells do not begin with a space. */
static size_t
count_cells(const struct line *l, uint8_t comma, bool *quoted_r)
{
	const uint8_t *p = l->p, *end = l->p + l->len;
	size_t n = 1;

	if (l->len == 0)
		return 0;
	for (; p < end; p++) {
		if (*p == '"' && (p == l->p || p[-1] == comma)) {
			*quoted_r = true;
			do {
				p = memchr(p + 1, '"', (size_t)(end - p - 1));
				if (p == NULL)
					return 0; /* goes on, or is none */
			} while (p + 1 < end && p[1] == '"' && p++);
			if (p + 1 < end && p[1] != comma)
				return 0;
		} else if (*p == comma) {
			n++;
			if (comma != '\t' && p + 1 < end && p[1] == ' ')
				return 0;
		}
	}
	return n;
}

/* A heading names columns: short, none empty, none a number. */
static bool
is_table_heading(const struct line *l, uint8_t comma)
{
	const uint8_t *p = l->p, *end = l->p + l->len, *stop;

	for (; p <= end; p = stop + 1) {
		stop = memchr(p, comma, (size_t)(end - p));
		if (stop == NULL)
			stop = end;
		if (p == stop || stop - p > CELL_MAX ||
		    (*p >= '0' && *p <= '9') || *p == ' ')
			return false;
	}
	return true;
}

/* Rows of as many cells each: the more cells the fewer rows are believed. */
static bool
is_table(const struct sniff *t, uint8_t comma)
{
	const uint8_t *at = t->ptr, *end = t->ptr + t->len;
	struct line l;
	size_t cells = 0;
	bool quoted = false;
	int rows = 0;

	for (; rows < ROWS_MAX && next_line(&at, end, t->whole, &l); rows++) {
		size_t n = count_cells(&l, comma, &quoted);

		if (n < 2 || (rows > 0 && n != cells) ||
		    (rows == 0 && !quoted && !is_table_heading(&l, comma)))
			return false;
		cells = n;
	}
	if (cells == 2)
		return rows >= (comma == '\t' || quoted ? 5 : ROWS_MAX);
	return cells > 2 && rows >= (comma == '\t' || quoted ? 3 : 4);
}

static const char *
table(const struct sniff *t)
{
	if (memchr(t->ptr, '\t', t->len < 512 ? t->len : 512) != NULL &&
	    is_table(t, '\t'))
		return "text/tab-separated-values";
	return is_table(t, ',') || is_table(t, ';') ? "text/csv" : NULL;
}

/* ---- HTML within ---- */

/* Fragments that begin with text: enough ends of tags, and not as examples. */
static bool
has_html(const struct sniff *t)
{
	static const char *const ends[] = { "</p>", "</a>", "</div>", "<br>",
		"<br />", "<br/>", "</li>", "</b>", "</i>", "</strong>",
		"</span>", "</td>", "</h2>", "</P>", "</A>", "<BR>" };
	const uint8_t *p = t->ptr, *end = t->ptr + t->len;
	size_t n = 0;

	if (memchr(p, '`', t->len) != NULL)
		return false;
	while ((p = memchr(p, '<', (size_t)(end - p))) != NULL) {
		for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
			if (sniff_at(t, (size_t)(p - t->ptr), ends[i],
				strlen(ends[i]))) {
				n++;
				break;
			}
		p++;
	}
	return n >= 4 && n * 300 >= t->len;
}

const char *
sniff_words(const struct sniff *t)
{
	if (starts(t, "WEBVTT"))
		return "text/vtt";
	if (starts(t, "BEGIN:VCALENDAR"))
		return "text/calendar";
	if (starts(t, "BEGIN:VCARD"))
		return "text/vcard";
	if (SNIFF_AT(t, 0, "-----BEGIN PGP MESSAGE-----"))
		return "application/pgp-encrypted";
	if (SNIFF_AT(t, 0, "-----BEGIN ") &&
	    !SNIFF_AT(t, 0, "-----BEGIN PGP SIGNED"))
		return "application/x-pem-file";
	return NULL;
}

const char *
sniff_prose(const struct sniff *t)
{
	/* clang-format off */
	static const struct {
		const char *suffix, *type;
	} names[] = {
		{ "md", MARKDOWN },
		{ "markdown", MARKDOWN },
		{ "mdown", MARKDOWN },
		{ "mkd", MARKDOWN },
		{ "csv", "text/csv" },
		{ "tsv", "text/tab-separated-values" },
		{ "tab", "text/tab-separated-values" },
		{ "html", "text/html" },
		{ "htm", "text/html" },
	};
	/* clang-format on */
	const char *type;

	if (front_matter(t))
		return MARKDOWN;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (sniff_suffix(t, names[i].suffix))
			return names[i].type;
	/* Other names say what it is: a program, a log, plain text. */
	if (t->suffix[0] != '\0' && !sniff_suffix(t, "txt") &&
	    !sniff_suffix(t, "dat"))
		return PLAIN;
	type = table(t);
	if (type != NULL || t->suffix[0] != '\0')
		return type != NULL ? type : PLAIN;
	if (is_markdown(t))
		return MARKDOWN;
	return has_html(t) ? "text/html" : PLAIN;
}
