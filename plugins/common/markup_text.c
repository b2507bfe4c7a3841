/* markup_text.c - structured text: runs of text, white space and escapes. */
#include "common/markup_put.h"

/* What a byte is: something to copy, white space, perhaps a no-break space, or
 * something that Markdown may take for a mark. */
enum { PLAIN, WHITE, MAYBE_NBSP, MARK };

/* clang-format off */
static const uint8_t class_of[256] = {
	['\t'] = WHITE, ['\n'] = WHITE, ['\v'] = WHITE, ['\f'] = WHITE,
	['\r'] = WHITE, [' '] = WHITE, [0xc2] = MAYBE_NBSP,
	['\\'] = MARK, ['`'] = MARK, ['*'] = MARK, ['_'] = MARK, ['['] = MARK,
	['('] = MARK, ['^'] = MARK, ['<'] = MARK, ['&'] = MARK, ['~'] = MARK,
	['|'] = MARK, ['#'] = MARK, [':'] = MARK,
};
/* clang-format on */

static bool
is_alnum(unsigned char c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') ||
	    c >= 0x80;
}

static bool
is_white(unsigned char c)
{
	return class_of[c] == WHITE;
}

/* The byte after p; at the end of the run something that fits anything. */
static unsigned char
after(const unsigned char *p, const unsigned char *end)
{
	return p + 1 < end ? p[1] : '\0';
}

static unsigned char
before(const struct markup *m)
{
	return m->start == START_LINE || m->len == 0 ? ' ' : m->ptr[m->len - 1];
}

/* "&amp;", or perhaps the beginning of one. */
static bool
is_entity(const unsigned char *p, const unsigned char *end)
{
	if (++p < end && *p == '#')
		p++;
	while (p < end && *p < 0x80 && is_alnum(*p))
		p++;
	return p == end || *p == ';';
}

static bool
is_tag(unsigned char next)
{
	return next == '\0' || next == '/' || next == '!' || next == '?' ||
	    (next < 0x80 && is_alnum(next) && next > '9');
}

/* Must this byte, somewhere in a line, be escaped? */
static bool
escape_mid(const struct markup *m, const unsigned char *p,
    const unsigned char *end)
{
	unsigned char next = after(p, end), last = before(m);

	switch (*p) {
	case '\\':
		return !is_alnum(next) && !(is_white(next) && next != '\n');
	case '`':
		return true;
	case '*':
		return !(is_white(next) && last == ' ') ||
		    m->start == START_LINE;
	case '_':
		return !(is_alnum(next) && is_alnum(last)) &&
		    !(is_white(next) && last == ' ');
	case '[':
		return m->start == START_LINE;
	case '(':
	case ':':
		return last == ']';
	case '^':
		return last == '[';
	case '<':
		return is_tag(next);
	case '&':
		return is_entity(p, end);
	case '~':
		return next == '~' || last == '~' || next == '\0' ||
		    memchr(p + 1, '~', (size_t)(end - p - 1)) != NULL;
	case '|':
		return m->cell;
	default: /* '#', which ends headings */
		return m->heading > 0 && (last == ' ' || last == '#');
	}
}

/* And at the beginning of a line, where more are marks? */
static bool
escape_start(const unsigned char *p, const unsigned char *end)
{
	unsigned char next = after(p, end);
	size_t n = 0;

	switch (*p) {
	case '#':
		while (p + n < end && p[n] == '#')
			n++;
		return n <= 6 && (p + n == end || is_white(p[n]));
	case '+':
		return is_white(next) || next == '\0';
	case '-':
		return is_white(next) || next == '\0' || next == '-';
	case '>':
	case '=':
	case '|':
		return true;
	case ':':
		return next == '-' || next == '\0';
	default:
		return false;
	}
}

/* One byte at the beginning of a line: lists, headings, quotes and rules begin
 * there. */
static void
put_start(struct markup *m, const unsigned char *p, const unsigned char *end)
{
	bool digit = *p >= '0' && *p <= '9';
	bool escape;

	if (m->start == START_DIGITS) {
		escape = (*p == '.' || *p == ')') &&
		    (p + 1 == end || is_white(p[1]));
		m->digits++;
		if (!digit || m->digits > 9)
			m->start = START_MID;
		if (!digit && !escape && class_of[*p] == MARK)
			escape = escape_mid(m, p, end);
	} else {
		escape = escape_start(p, end) ||
		    (class_of[*p] == MARK && escape_mid(m, p, end));
		m->start = digit ? START_DIGITS : START_MID;
		m->digits = 1;
	}
	if (escape)
		markup_putc(m, '\\');
	markup_putc(m, (char)*p);
}

static const unsigned char *
put_markdown(struct markup *m, const unsigned char *p, const unsigned char *end)
{
	const unsigned char *from;

	if (m->codes > 0)
		m->start = START_MID;
	while (p < end) {
		if (m->start != START_MID) {
			put_start(m, p++, end);
			if (p < end && class_of[*p] != WHITE)
				continue;
			return p;
		}
		for (from = p; p < end && class_of[*p] == PLAIN; p++)
			;
		markup_put(m, from, (size_t)(p - from));
		if (p == end || class_of[*p] != MARK)
			return p;
		if (m->codes == 0 ? escape_mid(m, p, end)
				  : *p == '|' && m->cell)
			markup_putc(m, '\\');
		markup_putc(m, (char)*p++);
	}
	return p;
}

static const unsigned char *
put_plain(struct markup *m, const unsigned char *p, const unsigned char *end)
{
	const unsigned char *from = p;

	while (p < end && (class_of[*p] == PLAIN || class_of[*p] == MARK))
		p++;
	markup_put(m, from, (size_t)(p - from));
	m->start = START_MID;
	return p;
}

/* White space waits for the next word, which a new line may never have. */
static void
wait_space(struct markup *m, uint8_t kind)
{
	bool open = m->cell ? m->cell_text : m->in_line;

	if (!open || m->start == START_LINE || m->space == SPACE_BREAK)
		return;
	m->space = m->space == SPACE_NONE ? kind : SPACE_ONE;
}

void
markup_space(struct markup *m)
{
	wait_space(m, SPACE_ONE);
}

void
markup_text(struct markup *m, const void *ptr, size_t len)
{
	const unsigned char *p = ptr, *end = p + len;

	if (m->state != MARKUP_FINE)
		return;
	if (m->pre && !m->cell) {
		markup_pre_text(m, p, len);
		return;
	}
	while (p < end) {
		if (class_of[*p] == WHITE) {
			wait_space(m, SPACE_ONE);
			while (++p < end && class_of[*p] == WHITE)
				;
			continue;
		}
		if (class_of[*p] == MAYBE_NBSP && p + 1 < end && p[1] == 0xa0) {
			wait_space(m, SPACE_NBSP);
			p += 2;
			continue;
		}
		markup_ready(m);
		if (class_of[*p] == MAYBE_NBSP) {
			markup_put(m, p, end - p > 1 ? 2 : 1);
			p += end - p > 1 ? 2 : 1;
			m->start = START_MID;
			continue;
		}
		p = markup_md(m) ? put_markdown(m, p, end)
				 : put_plain(m, p, end);
	}
}

void
markup_cstr(struct markup *m, const char *s)
{
	markup_text(m, s, strlen(s));
}

void
markup_verbatim(struct markup *m, const void *ptr, size_t len)
{
	if (len == 0 || m->state != MARKUP_FINE)
		return;
	markup_ready(m);
	markup_put(m, ptr, len);
	m->start = START_MID;
}

void
markup_check(struct markup *m, bool done)
{
	markup_verbatim(m, done ? "[x]" : "[ ]", 3);
	markup_space(m);
}

void
markup_line(struct markup *m)
{
	if (m->cell)
		markup_space(m);
	else if (m->in_line && m->start != START_LINE)
		m->space = SPACE_BREAK;
}

void
markup_break(struct markup *m)
{
	if (m->pre && !m->cell) {
		markup_pre_text(m, (const unsigned char *)"\n", 1);
		return;
	}
	if (!m->cell && m->space == SPACE_BREAK && m->heading == 0)
		markup_boundary(m, 2);
	else
		markup_line(m);
}
