/* docx_math.c - mathematics of WordprocessingML, written as LaTeX. */
#include "docx_math.h"

#include <stdio.h>
#include <string.h>

#include "common/u8.h"
#include "lavoir/plugin_util.h"

static void
put(struct math *m, const char *s, size_t len)
{
	/* Room is kept for what closes it all. */
	if (len <= sizeof(m->buf) - 8 - m->len) {
		memcpy(m->buf + m->len, s, len);
		m->len += len;
	}
}

static void
put_text(struct math *m, const char *s)
{
	put(m, s, strlen(s));
}

static void
insert(struct math *m, size_t at, const char *s)
{
	size_t n = strlen(s);

	if (at > m->len || n > sizeof(m->buf) - 8 - m->len)
		return;
	memmove(m->buf + at + n, m->buf + at, m->len - at);
	memcpy(m->buf + at, s, n);
	m->len += n;
}

void
math_begin(struct math *m)
{
	m->len = 0;
	m->depth = 0;
	m->open = true;
	put_text(m, m->display ? "$$" : "$");
}

struct lavoir_str
math_end(struct math *m)
{
	size_t n = m->display ? 2 : 1;

	m->open = false;
	while (m->len > n && m->buf[m->len - 1] == ' ')
		m->len--;
	if (m->len == n)
		return (struct lavoir_str){ m->buf, 0 };
	memcpy(m->buf + m->len, "$$", n);
	return (struct lavoir_str){ m->buf, m->len + n };
}

static struct math_level *
top(struct math *m)
{
	return m->depth > 0 && m->depth <= MATH_DEPTH ? &m->level[m->depth - 1]
						      : NULL;
}

void
math_start(struct math *m, enum math_kind kind)
{
	struct math_level *l;

	m->depth++;
	l = top(m);
	if (l == NULL)
		return;
	memset(l, 0, sizeof(*l));
	l->kind = kind;
	(void)snprintf(l->begin, sizeof(l->begin), "(");
	(void)snprintf(l->end, sizeof(l->end), ")");
	(void)snprintf(l->separator, sizeof(l->separator), "|");
	if (kind == MATH_MATRIX)
		put_text(m, "\\begin{matrix}");
	else if (kind == MATH_ARRAY)
		put_text(m, "\\begin{aligned}");
}

/* A delimiter behind \left or \right. */
static void
put_delimiter(struct math *m, const char *side, const char *s)
{
	put_text(m, side);
	if (s[0] == '\0')
		put_text(m, ".");
	else if (s[0] == '{' || s[0] == '}')
		put(m, s[0] == '{' ? "\\{" : "\\}", 2);
	else if (s[0] == '|')
		put_text(m, "\\vert ");
	else
		put_text(m, s);
}

void
math_finish(struct math *m)
{
	struct math_level *l = top(m);

	if (m->depth > 0)
		m->depth--;
	if (l == NULL)
		return;
	if (l->kind == MATH_MATRIX)
		put_text(m, "\\end{matrix}");
	else if (l->kind == MATH_ARRAY)
		put_text(m, "\\end{aligned}");
	else if (l->kind == MATH_DELIMITED && l->parts > 0)
		put_delimiter(m, "\\right", l->end);
	else if (l->kind == MATH_ROW && m->depth > 0 && top(m) != NULL)
		top(m)->parts++;
}

void
math_property(struct math *m, enum math_property p, struct lavoir_str value)
{
	struct math_level *l = top(m);
	char *to;

	if (l == NULL)
		return;
	if (p == MATH_TYPE) {
		l->no_bar = xml_is(value, "noBar");
		return;
	}
	if (p == MATH_POS) {
		l->bottom = xml_is(value, "bot");
		return;
	}
	to = p == MATH_CHR    ? l->chr
	    : p == MATH_BEGIN ? l->begin
	    : p == MATH_END   ? l->end
			      : l->separator;
	l->chr_given = l->chr_given || p == MATH_CHR;
	(void)snprintf(to, sizeof(l->chr), "%.*s",
	    value.len < sizeof(l->chr) ? (int)value.len : 0,
	    value.ptr != NULL ? value.ptr : "");
}

struct sign {
	const char *chr, *latex;
};

static const char *
sign_of(const struct sign *table, const char *chr, const char *otherwise)
{
	for (; table->chr != NULL; table++)
		if (strcmp(table->chr, chr) == 0)
			return table->latex;
	return otherwise;
}

static void
put_nary(struct math *m, const struct math_level *l)
{
	static const struct sign signs[] = { { "∑", "\\sum" },
		{ "∏", "\\prod" }, { "∐", "\\coprod" }, { "∫", "\\int" },
		{ "∬", "\\iint" }, { "∭", "\\iiint" }, { "∮", "\\oint" },
		{ "∯", "\\oiint" }, { "∰", "\\oiiint" }, { "⋃", "\\bigcup" },
		{ "⋂", "\\bigcap" }, { "⋁", "\\bigvee" }, { "⋀", "\\bigwedge" },
		{ NULL, NULL } };

	put_text(m, sign_of(signs, l->chr_given ? l->chr : "∫", l->chr));
}

static void
put_accent(struct math *m, const struct math_level *l)
{
	static const struct sign signs[] = { { "\xcc\x82", "\\hat{" },
		{ "\xcc\x83", "\\tilde{" }, { "\xcc\x84", "\\bar{" },
		{ "\xcc\x85", "\\overline{" }, { "\xcc\x87", "\\dot{" },
		{ "\xcc\x88", "\\ddot{" }, { "\xcc\x8c", "\\check{" },
		{ "\xe2\x83\x97", "\\vec{" },
		{ "\xe2\x8f\x9e", "\\overbrace{" },
		{ "\xe2\x8f\x9f", "\\underbrace{" }, { NULL, NULL } };

	if (l->kind == MATH_GROUP && !l->chr_given)
		put_text(m, "\\underbrace{");
	else if (l->kind == MATH_BAR)
		put_text(m, l->bottom ? "\\underline{" : "\\overline{");
	else
		put_text(m,
		    sign_of(signs, l->chr_given ? l->chr : "\xcc\x82",
			"\\overset{}{"));
}

static void
start_e(struct math *m, struct math_level *l)
{
	switch (l->kind) {
	case MATH_DELIMITED:
		if (l->parts == 0)
			put_delimiter(m, "\\left", l->begin);
		else
			put_text(m,
			    l->separator[0] == '|' ? "\\vert " : l->separator);
		break;
	case MATH_ROOT:
		put_text(m, l->parts == 0 ? "\\sqrt{" : "{");
		break;
	case MATH_ACCENT:
	case MATH_GROUP:
	case MATH_BAR:
		put_accent(m, l);
		break;
	case MATH_NARY:
		if (l->parts == 0)
			put_nary(m, l);
		put_text(m, " ");
		break;
	case MATH_ROW:
		put_text(m, l->parts > 0 ? " & " : " ");
		break;
	case MATH_ARRAY:
		put_text(m, l->parts > 0 ? " \\\\ " : " ");
		break;
	default:
		break;
	}
	l->parts++;
}

static void
start_script(struct math *m, struct math_level *l, enum math_part part)
{
	if (l->kind == MATH_NARY && l->parts++ == 0)
		put_nary(m, l);
	if (l->kind == MATH_PRE && l->parts++ == 0)
		put_text(m, "{}");
	put_text(m,
	    part == PART_SUP || l->kind == MATH_LIMIT_UPP ? "^{" : "_{");
}

void
math_part_start(struct math *m, enum math_part part)
{
	struct math_level *l = top(m);

	if (l == NULL)
		return;
	switch (part) {
	case PART_E:
		start_e(m, l);
		break;
	case PART_NUM:
		put_text(m, l->no_bar ? "\\genfrac{}{}{0pt}{}{" : "\\frac{");
		break;
	case PART_DEN:
		put_text(m, "{");
		break;
	case PART_SUP:
	case PART_SUB:
	case PART_LIM:
		start_script(m, l, part);
		break;
	case PART_DEG:
		put_text(m, "\\sqrt[");
		l->parts++;
		break;
	default:
		break;
	}
	l->at = m->len;
}

/* A base of several characters needs braces below an exponent. */
static void
group_base(struct math *m, const struct math_level *l)
{
	size_t n = m->len - l->at, one;

	if (l->at > m->len || n == 0 || m->buf[l->at] == '\\')
		return;
	(void)u8_decode((const unsigned char *)m->buf + l->at, &one);
	if (n <= one)
		return;
	insert(m, l->at, "{");
	put_text(m, "}");
}

static void
name_function(struct math *m, const struct math_level *l)
{
	static const char *const names[] = { "sin", "cos", "tan", "cot", "sec",
		"csc", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan",
		"log", "ln", "exp", "lim", "max", "min", "sup", "inf", "det",
		"gcd", "deg", "dim", "ker", "arg" };
	const char *s = m->buf + l->at;
	size_t n;

	m->buf[m->len] = '\0';
	if (l->at > m->len)
		return;
	n = strcspn(s, "_^ ");
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strlen(names[i]) == n && memcmp(names[i], s, n) == 0) {
			insert(m, l->at, "\\");
			break;
		}
	put_text(m, " ");
}

/* The degree that a square root does not show. */
static void
end_degree(struct math *m, struct math_level *l)
{
	if (m->len > l->at) {
		put_text(m, "]");
	} else if (m->len > 0) {
		m->len--;
	}
}

void
math_part_end(struct math *m, enum math_part part)
{
	struct math_level *l = top(m);

	if (l == NULL)
		return;
	switch (part) {
	case PART_E:
		if (l->kind == MATH_ROOT || l->kind == MATH_ACCENT ||
		    l->kind == MATH_GROUP || l->kind == MATH_BAR)
			put_text(m, "}");
		else if (l->kind == MATH_SUP || l->kind == MATH_SUB ||
		    l->kind == MATH_SUB_SUP)
			group_base(m, l);
		break;
	case PART_DEG:
		end_degree(m, l);
		break;
	case PART_NAME:
		name_function(m, l);
		break;
	case PART_SUP:
	case PART_SUB:
		/* An empty one is not written. */
		if (m->len == l->at && m->len >= 2)
			m->len -= 2;
		else
			put_text(m, "}");
		break;
	default:
		put_text(m, "}");
	}
}

void
math_text(struct math *m, const char *s, size_t len)
{
	for (const char *end = s + len; s < end; s++) {
		if (*s == '|') {
			put_text(m, "\\vert ");
			continue;
		}
		if (strchr("{}#%&$_\\", *s) != NULL && *s != '\0')
			put(m, *s == '\\' ? "\\backslash " : "\\",
			    *s == '\\' ? 11 : 1);
		if (*s != '\\')
			put(m, *s == '\n' ? " " : s, 1);
	}
}
